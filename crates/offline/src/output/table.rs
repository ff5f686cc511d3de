//! An aligned table to read.

use std::io::{self, Write};
use std::iter::repeat_n;

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Texts are cut to this many columns of the terminal.
const MAX_TEXT_WIDTH: usize = 40;

/// Writes a table. The columns in `texts` are flush left, the others flush right. Cells hold neither tabs nor
/// line ends: pass texts of people through [`shown`].
pub fn write(
    output: &mut dyn Write,
    header: &[String],
    texts: &[usize],
    rows: impl Iterator<Item = Vec<String>>,
) -> io::Result<()> {
    let mut widths: Vec<usize> = header.iter().map(|cell| cell.width()).collect();
    // All cells have to be known before the first line can be written.
    let mut table = header.join("\t");
    for cells in rows {
        for (width, cell) in widths.iter_mut().zip(&cells) {
            *width = (*width).max(cell.width());
        }
        table.push('\n');
        table.push_str(&cells.join("\t"));
    }
    let mut lines = table.split('\n');
    line(output, lines.next().unwrap_or_default().split('\t'), &widths, texts)?;
    let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
    line(output, rules.iter().map(String::as_str), &widths, texts)?;
    for cells in lines {
        line(output, cells.split('\t'), &widths, texts)?;
    }
    Ok(())
}

/// A figure with some decimals; a dash where it is not defined.
pub fn figure(figure: Option<f64>, decimals: usize) -> String {
    figure.map_or_else(|| "–".to_owned(), |figure| format!("{figure:.decimals$}"))
}

fn line<'cell>(
    output: &mut dyn Write,
    cells: impl Iterator<Item = &'cell str>,
    widths: &[usize],
    texts: &[usize],
) -> io::Result<()> {
    let mut text = String::new();
    for (column, (cell, width)) in cells.zip(widths).enumerate() {
        let padding = width.saturating_sub(cell.width());
        if column > 0 {
            text.push_str("  ");
        }
        if texts.contains(&column) {
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
pub fn shown(text: &str) -> String {
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
