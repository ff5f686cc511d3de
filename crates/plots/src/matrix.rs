//! Tables of shares as shaded cells: stimulus by name, term by term.

use std::collections::BTreeMap;

use crate::frame::{LINE, nothing};
use crate::number;
use crate::palette::{Paint, shade};
use crate::plot::Plot;
use crate::scene::{Anchor, BODY, SMALL, Scene, Shape, Text};
use crate::text;

/// The most rows that are drawn.
pub const MOST_ROWS: usize = 40;
/// The most columns that are drawn in a wide place; a narrow one has room for fewer.
pub const MOST_COLUMNS: usize = 24;

/// Height of a row.
const ROW: f64 = 25.0;
/// The least width of a cell: `100` fits in.
const CELL: f64 = 30.0;
/// The most room for the label of a column.
const HEAD: f64 = 130.0;

/// How the names are spread over the stimuli.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HeatMap {
    /// What is shown.
    pub title: String,
    /// The stimuli in the order in which they are shown; at most [`MOST_ROWS`] are drawn.
    pub rows: Vec<HeatRow>,
}

/// One stimulus.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HeatRow {
    /// Key of the stimulus.
    pub stimulus: String,
    /// Its names with their shares of its answers, 0 to 1.
    pub names: Vec<(String, f64)>,
}

/// How terms go together: what else is called a term where it is said.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Association {
    /// What is shown.
    pub title: String,
    /// The terms, of rows and columns alike; at most [`MOST_COLUMNS`] are drawn.
    pub terms: Vec<String>,
    /// By row and column: 0 to 1; anything else is no value.
    pub values: Vec<Vec<f64>>,
    /// A sentence below: what a value means.
    pub note: Option<String>,
}

/// A table to be drawn, for one width.
struct Table<'a> {
    rows: Vec<&'a str>,
    columns: Vec<&'a str>,
    /// By row and column.
    cells: Vec<Vec<Option<f64>>>,
    notes: Vec<String>,
    /// What a row is to a column, for the text of a cell.
    link: &'static str,
}

/// Draws a cell for each stimulus and each of the most frequent names, with the share in per cent.
///
/// Columns are the names with the largest sum of shares, ordered by the first stimulus that has most of them;
/// the last column holds what all other names have together.
pub fn heat_map(map: &HeatMap) -> Plot {
    let rows: Vec<HeatRow> = map
        .rows
        .iter()
        .take(MOST_ROWS)
        .map(|row| HeatRow {
            stimulus: text::clean(&row.stimulus),
            names: row
                .names
                .iter()
                .filter(|(_, share)| *share > 0.0 && share.is_finite())
                .map(|(name, share)| (text::clean(name), share.min(1.0)))
                .collect(),
        })
        .collect();
    let names = by_weight(&rows);
    let description = describe_map(map, &rows, names.len());
    Plot::new(&map.title, description, |width| {
        if names.is_empty() {
            return nothing(width, "There are no names yet");
        }
        layout(width, &map_table(map, &rows, &names, width))
    })
}

/// Names by the sum of their shares, the largest first.
fn by_weight(rows: &[HeatRow]) -> Vec<&str> {
    let mut weights: BTreeMap<&str, f64> = BTreeMap::new();
    for (name, share) in rows.iter().flat_map(|row| &row.names) {
        *weights.entry(name).or_default() += share;
    }
    let mut names: Vec<(&str, f64)> = weights.into_iter().collect();
    names.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(other.0)));
    names.into_iter().map(|(name, _)| name).collect()
}

fn map_table<'a>(map: &HeatMap, rows: &'a [HeatRow], names: &[&'a str], width: f64) -> Table<'a> {
    let room = columns_at(width, rows.iter().map(|row| row.stimulus.as_str()));
    let with_rest = names.len() > room;
    let mut columns: Vec<&str> = names[..names.len().min(if with_rest { room - 1 } else { room })].to_vec();
    let share = |row: &HeatRow, name: &str| -> f64 {
        row.names.iter().filter(|(other, _)| other == name).map(|(_, share)| share).sum()
    };
    // A name stands under the stimulus that has most of it, so that the strong cells run down the table.
    let home = |name: &str| {
        let shares = rows.iter().map(|row| share(row, name)).enumerate();
        let (row, most) = shares.fold((0, 0.0), |best, it| if it.1 > best.1 { it } else { best });
        (row, most)
    };
    columns.sort_by(|one, other| {
        let (one_home, other_home) = (home(one), home(other));
        one_home.0.cmp(&other_home.0).then(other_home.1.total_cmp(&one_home.1)).then(one.cmp(other))
    });
    let mut cells: Vec<Vec<Option<f64>>> = rows
        .iter()
        .map(|row| columns.iter().map(|name| Some(share(row, name)).filter(|share| *share > 0.0)).collect())
        .collect();
    if with_rest {
        for (row, cells) in rows.iter().zip(&mut cells) {
            let all: f64 = row.names.iter().map(|(_, share)| share).sum();
            let rest = all - cells.iter().flatten().sum::<f64>();
            cells.push(Some(rest).filter(|rest| *rest > 1e-9));
        }
        columns.push("(others)");
    }
    let mut notes = vec!["Numbers are per cent of the names that a stimulus got".to_owned()];
    let mut missing = Vec::new();
    if map.rows.len() > rows.len() {
        missing.push(number::counted((map.rows.len() - rows.len()) as u64, "stimulus", "stimuli"));
    }
    if with_rest {
        let hidden = names.len() - (columns.len() - 1);
        missing.push(format!(
            "{} (their sum is under “others”)",
            number::counted(hidden as u64, "name", "names")
        ));
    }
    if !missing.is_empty() {
        notes.push(format!("Not shown: {}", missing.join(", ")));
    }
    Table {
        rows: rows.iter().map(|row| row.stimulus.as_str()).collect(),
        columns,
        cells,
        notes,
        link: "called",
    }
}

fn describe_map(map: &HeatMap, rows: &[HeatRow], names: usize) -> String {
    if names == 0 {
        return "There are no names yet.".to_owned();
    }
    let mut description = format!(
        "{}, {}.",
        number::counted(map.rows.len() as u64, "stimulus", "stimuli"),
        number::counted(names as u64, "distinct name", "distinct names")
    );
    for row in rows.iter().take(20) {
        let mut top: Vec<&(String, f64)> = row.names.iter().collect();
        top.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        let told: Vec<String> = top
            .iter()
            .take(3)
            .map(|(name, share)| format!("{name} {}", number::percent(Some(*share))))
            .collect();
        let told = if told.is_empty() { "no names".to_owned() } else { told.join(", ") };
        text::append(&mut description, format_args!(" {}: {told}.", row.stimulus));
    }
    description
}

/// Draws a cell for each pair of terms with its value in per cent.
pub fn association(association: &Association) -> Plot {
    let terms: Vec<String> =
        association.terms.iter().take(MOST_COLUMNS).map(|term| text::clean(term)).collect();
    let value = |row: usize, column: usize| -> Option<f64> {
        let value = *association.values.get(row)?.get(column)?;
        (0.0..=1.0).contains(&value).then_some(value)
    };
    let mut pairs: Vec<(f64, &str, &str)> = (0..terms.len())
        .flat_map(|row| (0..terms.len()).map(move |column| (row, column)))
        .filter(|(row, column)| row != column)
        .filter_map(|(row, column)| Some((value(row, column)?, terms[row].as_str(), terms[column].as_str())))
        .collect();
    pairs.sort_by(|one, other| other.0.total_cmp(&one.0).then((one.1, one.2).cmp(&(other.1, other.2))));
    let strongest: Vec<String> = pairs
        .iter()
        .take(10)
        .map(|(value, row, column)| format!("{row} with {column} {}", number::percent(Some(*value))))
        .collect();
    let mut description = number::counted(association.terms.len() as u64, "term", "terms");
    if !strongest.is_empty() {
        text::append(&mut description, format_args!(". The strongest pairs: {}", strongest.join(", ")));
    }
    description.push('.');
    Plot::new(&association.title, description, |width| {
        let shown = terms.len().min(columns_at(width, terms.iter().map(String::as_str)));
        let names: Vec<&str> = terms[..shown].iter().map(String::as_str).collect();
        let mut notes: Vec<String> = association.note.iter().map(|note| text::clean(note)).collect();
        let hidden = association.terms.len() - shown;
        if hidden > 0 {
            notes.push(format!("Not shown: {}", number::counted(hidden as u64, "term", "terms")));
        }
        if names.is_empty() {
            return nothing(width, "There are no terms yet");
        }
        let cells = (0..shown).map(|row| (0..shown).map(|column| value(row, column)).collect()).collect();
        layout(width, &Table { rows: names.clone(), columns: names, cells, notes, link: "with" })
    })
}

/// Room for the labels of rows.
fn label_room<'a>(width: f64, labels: impl Iterator<Item = &'a str>) -> f64 {
    labels.map(|label| text::width(label, BODY, false)).fold(20.0, f64::max).min(width * 0.3)
}

/// How many columns fit beside the labels of rows.
fn columns_at<'a>(width: f64, labels: impl Iterator<Item = &'a str>) -> usize {
    // The label of the last column rises beyond its cell.
    let room = width - label_room(width, labels) - 10.0 - slant(head_room(width)) + CELL / 2.0;
    ((room / CELL) as usize).clamp(2, MOST_COLUMNS)
}

/// The most room for the label of a column, along its slope.
fn head_room(width: f64) -> f64 {
    HEAD.min(width * 0.25)
}

/// How far a rising text of some length reaches, across and up.
fn slant(length: f64) -> f64 {
    (length + SMALL) * std::f64::consts::FRAC_1_SQRT_2
}

fn layout(width: f64, table: &Table<'_>) -> Scene {
    let mut scene = Scene::new(width);
    let labels = label_room(width, table.rows.iter().copied());
    let left = labels + 10.0;
    let names: Vec<String> = table
        .columns
        .iter()
        .map(|name| text::cut(name, head_room(width), SMALL, false).into_owned())
        .collect();
    let head = slant(names.iter().map(|name| text::width(name, SMALL, false)).fold(0.0, f64::max));
    // The last cell fits in, and so does its label, which rises from its middle.
    let (room, count) = (width - left, names.len() as f64);
    let cell = (room / count).min((room - head) / (count - 0.5)).clamp(CELL - 4.0, 64.0);
    let wrapped = |note: &String| text::wrap(note, width, SMALL, false, text::MOST_NOTE_LINES);
    let notes: Vec<String> = table.notes.iter().flat_map(wrapped).collect();
    scene.height = head + 6.0 + table.rows.len() as f64 * ROW + 6.0 + notes.len() as f64 * LINE;
    for ((name, short), column) in table.columns.iter().zip(names).zip(0u32..) {
        let x = left + (f64::from(column) + 0.5) * cell;
        let text = Text::small(x + 3.0, head + 2.0, short).rising().paint(Paint::Ink);
        scene.name(name, head_room(width), text);
    }
    for ((row, cells), place) in table.rows.iter().zip(&table.cells).zip(0u32..) {
        let y = head + 6.0 + f64::from(place) * ROW;
        scene.name(row, labels, Text::new(labels, y + 17.0, "").anchor(Anchor::End));
        for ((value, column), name) in cells.iter().zip(0u32..).zip(&table.columns) {
            let x = left + f64::from(column) * cell;
            let ground = Shape::rect(x + 1.0, y + 1.0, cell - 2.0, ROW - 2.0).round(2.0);
            let Some(value) = value else {
                scene.shape(ground.fill(Paint::Sunken));
                continue;
            };
            let (strength, ink) = shade(*value);
            let told = format!("{row} {} {name}: {}", table.link, number::percent(Some(*value)));
            let surface = ground.clone().fill(Paint::Surface);
            scene.titled(told, vec![surface, ground.fill(Paint::Accent).opacity(strength)]);
            let number = percent(*value);
            scene.text(Text::small(x + cell / 2.0, y + 17.0, number).anchor(Anchor::Middle).paint(ink));
        }
    }
    for (note, place) in notes.into_iter().zip(0u32..) {
        let y = head + 6.0 + table.rows.len() as f64 * ROW + 18.0 + f64::from(place) * LINE;
        scene.text(Text::small(0.0, y, note));
    }
    scene
}

/// A share in whole per cent, without the sign; what would be rounded away says so.
fn percent(share: f64) -> String {
    let percent = (share.clamp(0.0, 1.0) * 100.0).round();
    if percent == 0.0 && share > 0.0 { "<1".to_owned() } else { format!("{percent:.0}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_cells_below_short_names_end_where_the_picture_ends() {
        for count in 1..=9_u8 {
            let terms: Vec<String> = (0..count).map(|term| char::from(b'a' + term).to_string()).collect();
            let values = vec![vec![0.5; terms.len()]; terms.len()];
            let title = "Terms".to_owned();
            let plot = association(&Association { title, terms, values, note: None });
            assert_eq!(plot.faults(), Vec::<String>::new(), "{count} terms");
        }
    }
}
