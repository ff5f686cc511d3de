//! When people take part: weekday by hour.

use crate::frame::{LINE, nothing};
use crate::number;
use crate::palette::Paint;
use crate::plot::Plot;
use crate::scene::{Anchor, SMALL, Scene, Shape, Text};
use crate::text;

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/// Width of the names of days.
const LABELS: f64 = 44.0;

/// Counts by weekday and hour.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hours {
    /// What is shown.
    pub title: String,
    /// What is counted: "answers".
    pub what: String,
    /// Counts by weekday, from Monday on, and hour, from midnight on.
    pub counts: [[u64; 24]; 7],
    /// A sentence below, such as whose time zone it is.
    pub note: Option<String>,
}

/// Draws a square for each hour of the week; its area is its count.
pub fn hours(hours: &Hours) -> Plot {
    let total = hours.counts.iter().flatten().fold(0_u64, |sum, count| sum.saturating_add(*count));
    let description = describe(hours, total);
    Plot::new(&hours.title, description, |width| {
        if total == 0 { nothing(width, "There is nothing to show yet") } else { layout(width, hours) }
    })
}

fn describe(hours: &Hours, total: u64) -> String {
    if total == 0 {
        return "There is nothing to show yet.".to_owned();
    }
    let what = text::clean(&hours.what);
    let mut description = format!("{} {what}: ", number::count(total));
    let days: Vec<String> = DAYS
        .iter()
        .zip(&hours.counts)
        .map(|(day, counts)| {
            let sum = counts.iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
            let (hour, _) = peak(counts);
            if sum == 0 {
                format!("{day} none")
            } else {
                format!("{day} {}, most from {hour}:00 to {}:00", number::count(sum), hour + 1)
            }
        })
        .collect();
    description.push_str(&days.join("; "));
    description.push('.');
    if let Some(note) = &hours.note {
        text::append(&mut description, format_args!(" {}.", text::clean(note).trim_end_matches('.')));
    }
    description
}

/// The first of the hours with the highest count.
fn peak(counts: &[u64; 24]) -> (usize, u64) {
    counts.iter().copied().enumerate().rev().max_by_key(|(_, count)| *count).unwrap_or((0, 0))
}

fn layout(width: f64, hours: &Hours) -> Scene {
    let mut scene = Scene::new(width);
    let cell = ((width - LABELS) / 24.0).min(28.0);
    let row = cell.max(17.0);
    let most = hours.counts.iter().flatten().copied().max().unwrap_or(1).max(1);
    let ground = row * 7.0;
    let note = hours.note.as_deref().map(text::clean);
    scene.height = ground + 24.0 + LINE + if note.is_some() { LINE } else { 0.0 };
    let what = text::clean(&hours.what);
    for ((day, counts), place) in DAYS.iter().zip(&hours.counts).zip(0u32..) {
        let y = f64::from(place) * row;
        scene.text(Text::small(0.0, y + row / 2.0 + 4.0, &day[..3]));
        scene.shape(Shape::rect(LABELS, y + 1.0, cell * 24.0, row - 2.0).fill(Paint::Sunken));
        for (count, hour) in counts.iter().zip(0u32..).filter(|(count, _)| **count > 0) {
            let side = ((*count as f64 / most as f64).sqrt() * (cell - 2.0)).max(1.5);
            let (x, middle) = (LABELS + (f64::from(hour) + 0.5) * cell, y + row / 2.0);
            let square = Shape::rect(x - side / 2.0, middle - side / 2.0, side, side).fill(Paint::Accent);
            let title = format!("{day}, {hour}:00 to {}:00: {} {what}", hour + 1, number::count(*count));
            scene.titled(title, vec![square]);
        }
    }
    let every = if width >= 500.0 { 3 } else { 6 };
    for hour in (0..=24).step_by(every) {
        let x = LABELS + f64::from(hour) * cell;
        let anchor = match hour {
            0 => Anchor::Start,
            24 => Anchor::End,
            _ => Anchor::Middle,
        };
        scene.text_if_free(Text::small(x, ground + 15.0, format!("{hour}:00")).anchor(anchor));
    }
    let key = format!("a full square is {} {what}", crate::Unit::Count.value(most as f64));
    scene.text(Text::small(LABELS, ground + 18.0 + LINE, text::cut(&key, width - LABELS, SMALL, false)));
    if let Some(note) = note {
        let y = ground + 18.0 + 2.0 * LINE;
        scene.text(Text::small(LABELS, y, text::cut(&note, width - LABELS, SMALL, false)));
    }
    scene
}
