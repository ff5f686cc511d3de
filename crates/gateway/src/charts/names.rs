//! The bar plot of the names that one stimulus got.

use askama::Template;

use super::Svg;
use super::number;

/// Height of one name with its bar.
const ROW_HEIGHT: u32 = 30;
/// Width of a label, in tenths of an em, before it is cut: what fits beside the counts on a phone.
const LABEL_WIDTH: usize = 140;

#[derive(Template)]
#[template(path = "charts/names.svg")]
struct Plot {
    title: String,
    description: String,
    bars: Vec<Row>,
    rest: Option<String>,
    rest_y: u32,
    height: u32,
}

struct Row {
    name: String,
    label: String,
    count: String,
    share: String,
    percent: f64,
    modal: bool,
    label_y: u32,
    text_y: u32,
    bar_y: u32,
}

/// Draws the most frequent of `names`, which come in descending order of their counts, and says in one line
/// how many more there are. Bars are shares of all `n` answers.
pub(crate) fn plot(stimulus: &str, names: &[(String, u64)], types: u64, n: u64, limit: usize) -> Svg {
    let top = names.first().map_or(0, |(_, count)| *count);
    let shown = &names[..names.len().min(limit)];
    let bars: Vec<Row> = shown
        .iter()
        .zip(0u32..)
        .map(|((name, count), row)| {
            let share = if n == 0 { 0.0 } else { *count as f64 / n as f64 };
            Row {
                name: name.clone(),
                label: shorten(name, LABEL_WIDTH),
                count: number::count(*count),
                share: number::percent(Some(share)),
                percent: share * 100.0,
                modal: *count == top,
                label_y: row * ROW_HEIGHT,
                text_y: row * ROW_HEIGHT + 14,
                bar_y: row * ROW_HEIGHT + 20,
            }
        })
        .collect();
    let counted: u64 = shown.iter().map(|(_, count)| count).sum();
    let more = types.saturating_sub(shown.len() as u64);
    let rest = (more > 0).then(|| {
        format!(
            "{}, {}",
            number::counted(more, "more name", "more names"),
            number::counted(n.saturating_sub(counted), "answer", "answers")
        )
    });
    let rest_y = bars.len() as u32 * ROW_HEIGHT + 15;
    let height = bars.len() as u32 * ROW_HEIGHT + if rest.is_some() { 22 } else { 0 };
    let listed: Vec<String> = shown.iter().map(|(name, count)| format!("{name} {count}")).collect();
    Svg::draw(&Plot {
        title: format!("Names of {stimulus}"),
        description: format!("{} of {} names: {}", shown.len(), types, listed.join(", ")),
        bars,
        rest,
        rest_y,
        height,
    })
}

/// Cuts `text` where it would get wider than `limit` tenths of an em. The plot clips what is wider still in
/// the reader's font.
fn shorten(text: &str, limit: usize) -> String {
    let mut width = 0;
    for (at, character) in text.char_indices() {
        width += tenths_of_em(character);
        if width > limit {
            return format!("{}…", text[..at].trim_end());
        }
    }
    text.to_owned()
}

/// How wide a character is in most fonts; those of CJK fill the em.
fn tenths_of_em(character: char) -> usize {
    match character {
        'i' | 'j' | 'l' | 'f' | 't' | 'r' | 'I' | ' ' | '.' | ',' | '\'' => 3,
        'm' | 'w' | 'M' | 'W' => 9,
        '\u{1100}'.. => 10,
        _ if character.is_uppercase() => 7,
        _ => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[(&str, u64)]) -> Vec<(String, u64)> {
        list.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
    }

    #[test]
    fn a_plot_of_names_looks_like_this() {
        let names = names(&[("cup", 14), ("mug", 14), ("tea <b>cup</b>", 2), ("beaker", 1)]);
        insta::assert_snapshot!(plot("img 1", &names, 9, 36, 3));
    }

    #[test]
    fn a_plot_without_names_has_no_height() {
        assert!(plot("img 1", &[], 0, 0, 6).to_string().contains("height=\"0\""));
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        assert_eq!(shorten("cup", 140), "cup");
        assert_eq!(shorten(&"é".repeat(60), 140), format!("{}…", "é".repeat(28)));
        assert_eq!(shorten(&"杯".repeat(60), 140), format!("{}…", "杯".repeat(14)));
        assert_eq!(shorten(&"W".repeat(60), 140), format!("{}…", "W".repeat(15)));
    }
}
