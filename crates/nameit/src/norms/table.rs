//! Norms as an aligned table to read.

use std::io::{self, Write};
use std::iter::repeat_n;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::count::Counted;
use super::output::{Entry, entries};

/// Texts are cut to this many columns of the terminal.
const MAX_TEXT_WIDTH: usize = 40;

const HEADER: [&str; 11] = [
    "stimulus",
    "n",
    "non-answers",
    "types",
    "modal name",
    "count",
    "agree %",
    "H",
    "Simpson",
    "coverage",
    "Chao1",
];

/// The columns with text; they are flush left, numbers flush right.
const TEXTS: [usize; 2] = [0, 4];

pub(super) fn write(output: &mut impl Write, counted: &Counted) -> io::Result<()> {
    let mut header: Vec<String> = HEADER.map(String::from).to_vec();
    header.extend(counted.participants.is_some().then(|| "participants".to_owned()));
    let mut widths: Vec<usize> = header.iter().map(|cell| cell.width()).collect();
    // All cells have to be known before the first line can be written. They hold neither tabs nor line ends.
    let mut table = header.join("\t");
    for entry in entries(counted) {
        let cells = cells(&entry);
        for (width, cell) in widths.iter_mut().zip(&cells) {
            *width = (*width).max(cell.width());
        }
        table.push('\n');
        table.push_str(&cells.join("\t"));
    }
    let mut lines = table.split('\n');
    line(output, lines.next().unwrap_or_default().split('\t'), &widths)?;
    let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
    line(output, rules.iter().map(String::as_str), &widths)?;
    for cells in lines {
        line(output, cells.split('\t'), &widths)?;
    }
    Ok(())
}

fn cells(entry: &Entry<'_>) -> Vec<String> {
    let norms = &entry.norms;
    let figure = |figure: Option<f64>, decimals: usize| {
        figure.map_or_else(|| "–".to_owned(), |figure| format!("{figure:.decimals$}"))
    };
    let mut cells = vec![
        shown(entry.stimulus),
        norms.n.to_string(),
        norms.non_answers.to_string(),
        norms.types.to_string(),
        if norms.modal_names.is_empty() { "–".to_owned() } else { shown(&norms.modal_names.join(" | ")) },
        norms.modal_count.to_string(),
        figure(norms.agreement.map(|agreement| agreement * 100.0), 1),
        figure(norms.h, 3),
        figure(norms.simpson, 3),
        figure(norms.coverage, 3),
        figure(norms.chao1, 1),
    ];
    cells.extend(entry.participants.map(|participants| participants.to_string()));
    cells
}

fn line<'cell>(
    output: &mut impl Write,
    cells: impl Iterator<Item = &'cell str>,
    widths: &[usize],
) -> io::Result<()> {
    let mut text = String::new();
    for (column, (cell, width)) in cells.zip(widths).enumerate() {
        let padding = width.saturating_sub(cell.width());
        if column > 0 {
            text.push_str("  ");
        }
        if TEXTS.contains(&column) {
            text.push_str(cell);
            text.extend(repeat_n(' ', padding));
        } else {
            text.extend(repeat_n(' ', padding));
            text.push_str(cell);
        }
    }
    writeln!(output, "{}", text.trim_end())
}

/// A text as a cell: cut to size, and without control characters, which could command the terminal.
fn shown(text: &str) -> String {
    let mut shown = String::new();
    let mut width = 0;
    for character in text.chars() {
        let character = if character.is_control() { '\u{fffd}' } else { character };
        width += character.width().unwrap_or(0);
        if width >= MAX_TEXT_WIDTH {
            shown.push('…');
            return shown;
        }
        shown.push(character);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn long_and_hostile_texts_fit_into_a_cell() {
        assert_eq!(shown("狗"), "狗");
        assert_eq!(shown("a\u{1b}[2J\n"), "a\u{fffd}[2J\u{fffd}");
        assert_eq!(shown(&"x".repeat(100)), format!("{}…", "x".repeat(39)));
        assert_eq!(shown(&"狗".repeat(100)), format!("{}…", "狗".repeat(19)));
    }
}
