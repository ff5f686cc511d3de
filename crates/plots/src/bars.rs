//! Level bars: names, categories, funnels.

use crate::axis::{Axis, Unit, tame};
use crate::frame::{self, LINE};
use crate::palette::Paint;
use crate::plot::Plot;
use crate::scene::{Anchor, BODY, SMALL, Scene, Shape, Text};
use crate::{number, text};

/// The most bars of a plot.
pub const MOST_BARS: usize = 60;
/// The most bars whose numbers the description tells.
const MOST_TOLD: usize = 30;

/// Height of a bar with its label beside it.
const ROW: f64 = 26.0;
/// Height of a bar with its label above it.
const TALL_ROW: f64 = 38.0;
/// Space between columns.
const COLUMN: f64 = 14.0;
/// Narrower than this, labels go above the bars.
const WIDE: f64 = 500.0;

/// The names that one stimulus got.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Names {
    /// Key of the stimulus.
    pub stimulus: String,
    /// The names in the order in which they are shown, usually the most frequent first.
    pub names: Vec<NameBar>,
    /// Answers that are names.
    pub n: u64,
    /// Distinct names, also those that are not among `names`.
    pub types: u64,
}

/// One name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NameBar {
    /// The name.
    pub name: String,
    /// How often it was given.
    pub count: u64,
    /// Its share of all names given, 0 to 1.
    pub share: f64,
    /// An interval around the share.
    pub interval: Option<(f64, f64)>,
    /// Whether no name was given more often.
    pub modal: bool,
}

/// Categories with a value each.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bars {
    /// What is shown.
    pub title: String,
    /// What the values are.
    pub unit: Unit,
    /// Whether an axis of shares goes to 100 per cent, whatever the values are.
    pub whole: bool,
    /// The categories in the order in which they are shown; at most [`MOST_BARS`] of them are drawn.
    pub bars: Vec<Bar>,
    /// A sentence below the bars, such as how many categories are left out.
    pub note: Option<String>,
}

/// One category.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bar {
    /// What it is called.
    pub label: String,
    /// Its value. Bars begin at zero; a value below zero has none.
    pub value: f64,
    /// How many things a share was computed of, written beside it.
    pub count: Option<u64>,
    /// An interval around the value.
    pub interval: Option<(f64, f64)>,
    /// Whether it is set off from the others.
    pub strong: bool,
}

/// Draws names with their counts, shares and intervals. The modal names are bold and full.
pub fn names(names: &Names) -> Plot {
    let shown = &names.names[..names.names.len().min(MOST_BARS)];
    let counted: u64 = shown.iter().fold(0, |sum, bar| sum.saturating_add(bar.count));
    let more = names.types.saturating_sub(shown.len() as u64);
    let mut plot = bars(&Bars {
        title: format!("Names of {}", names.stimulus),
        unit: Unit::Share,
        whole: true,
        bars: shown
            .iter()
            .map(|bar| Bar {
                label: bar.name.clone(),
                value: bar.share,
                count: Some(bar.count),
                interval: bar.interval,
                strong: bar.modal,
            })
            .collect(),
        note: (more > 0).then(|| {
            format!(
                "and {} with {}",
                number::counted(more, "more name", "more names"),
                number::counted(names.n.saturating_sub(counted), "answer", "answers")
            )
        }),
    });
    if shown.is_empty() {
        "There are no names yet.".clone_into(&mut plot.description);
    } else {
        let total = number::counted(names.n, "answer", "answers");
        plot.description = format!("{total}, {}. {}", types(names.types), plot.description);
    }
    plot
}

fn types(types: u64) -> String {
    number::counted(types, "distinct name", "distinct names")
}

/// Draws categories as level bars with their values and intervals.
pub fn bars(bars: &Bars) -> Plot {
    let shown: Vec<Row> = bars.bars.iter().take(MOST_BARS).map(|bar| Row::of(bar, bars.unit)).collect();
    let left_out = bars.bars.len() - shown.len();
    let mut notes: Vec<String> = bars.note.iter().map(|note| text::clean(note)).collect();
    if left_out > 0 {
        notes.push(format!("{} not shown", number::counted(left_out as u64, "more bar is", "more bars are")));
    }
    let description = describe(&shown, &notes);
    Plot::new(&bars.title, description, |width| {
        if shown.is_empty() {
            return frame::nothing(width, "There is nothing to show yet");
        }
        layout(width, &shown, &notes, bars)
    })
}

/// A bar, ready to be drawn.
struct Row {
    label: String,
    value: f64,
    interval: Option<(f64, f64)>,
    strong: bool,
    /// The count, if there is one besides the value.
    count: Option<String>,
    /// The value as it is written.
    words: String,
    /// All of it in words.
    told: String,
}

// === impl Row ===

impl Row {
    fn of(bar: &Bar, unit: Unit) -> Self {
        let label = text::clean(&bar.label);
        let label = if label.is_empty() { "(empty)".to_owned() } else { label };
        let value = unit.value(bar.value);
        let count = bar.count.map(|count| Unit::Count.value(count as f64));
        let interval = bar
            .interval
            .filter(|(low, high)| low.is_finite() && high.is_finite())
            .map(|(low, high)| (tame(low.min(high)), tame(low.max(high))));
        let mut told = match &count {
            Some(count) => format!("{label} {count} ({value}"),
            None => format!("{label} ({value}"),
        };
        if let Some((low, high)) = interval {
            text::append(&mut told, format_args!(", interval {} to {}", unit.value(low), unit.value(high)));
        }
        told.push(')');
        Self {
            label,
            value: tame(bar.value).max(0.0),
            interval,
            strong: bar.strong,
            count,
            words: value,
            told,
        }
    }
}

fn describe(rows: &[Row], notes: &[String]) -> String {
    if rows.is_empty() {
        return "There is nothing to show yet.".to_owned();
    }
    let told: Vec<&str> = rows.iter().take(MOST_TOLD).map(|row| row.told.as_str()).collect();
    let mut description = told.join(", ");
    if rows.len() > MOST_TOLD {
        text::append(&mut description, format_args!(", and {} more bars", rows.len() - MOST_TOLD));
    }
    description.push('.');
    for note in notes {
        text::append(&mut description, format_args!(" {note}."));
    }
    description
}

fn layout(width: f64, rows: &[Row], notes: &[String], bars: &Bars) -> Scene {
    let mut scene = Scene::new(width);
    let beside = width >= WIDE;
    let widest = |of: &dyn Fn(&Row) -> f64| rows.iter().map(of).fold(0.0, f64::max);
    let counts = widest(&|row| row.count.as_deref().map_or(0.0, |it| text::width(it, BODY, false) + COLUMN));
    let words = widest(&|row| text::width(&row.words, BODY, false));
    let numbers = counts + words + COLUMN;
    let labels = widest(&|row| text::width(&row.label, BODY, row.strong)).min(width * 0.36);
    let (left, right) = if beside { (labels + COLUMN, numbers) } else { (0.0, 0.0) };
    let row_height = if beside { ROW } else { TALL_ROW };
    let field = width - left - right;
    let bottom = rows.len() as f64 * row_height + 4.0;
    scene.height = bottom + 24.0 + notes.len() as f64 * LINE;

    let top = widest(&|row| row.value.max(row.interval.map_or(0.0, |interval| interval.1)));
    let top = if bars.whole && bars.unit == Unit::Share { top.max(1.0) } else { top };
    let axis = Axis::linear(0.0, top, if beside { 5 } else { 3 }, bars.unit);
    let x = |value: f64| left + axis.place(value) * field;
    for (place, (value, label)) in axis.ticks.iter().enumerate() {
        let anchor = match place {
            0 => Anchor::Start,
            _ if place + 1 == axis.ticks.len() => Anchor::End,
            _ => Anchor::Middle,
        };
        let at = x(*value);
        scene.text_if_free(Text::small(at, bottom + 16.0, label.clone()).anchor(anchor));
        if beside {
            scene.shape(Shape::line((at, 0.0), (at, bottom)).stroke(Paint::Line, 1.0));
        }
    }
    for (row, place) in rows.iter().zip(0u32..) {
        let y = f64::from(place) * row_height;
        let (text_y, bar_y, thick) =
            if beside { (y + 17.5, y + 5.0, 16.0) } else { (y + 14.0, y + 21.0, 11.0) };
        if !beside {
            // Lines all the way down would run through the labels.
            let ticks = axis.ticks.iter().map(|(value, _)| x(*value));
            let grid = ticks.map(|at| vec![(at, bar_y - 2.0), (at, bar_y + thick + 2.0)]).collect();
            scene.shape(Shape::lines(grid).stroke(Paint::Line, 1.0));
        }
        let room = if beside { labels } else { width - numbers };
        scene.name(&row.label, room, Text::new(0.0, text_y, "").bold(row.strong));
        scene.text(Text::new(width, text_y, row.words.clone()).anchor(Anchor::End).paint(Paint::Soft));
        if let Some(count) = &row.count {
            scene.text(Text::new(width - words - COLUMN, text_y, count.clone()).anchor(Anchor::End));
        }
        let mut shapes = Vec::new();
        if row.value > 0.0 {
            let bar = Shape::rect(left, bar_y, axis.place(row.value) * field, thick).round(2.0);
            shapes.push(bar.fill(Paint::Accent).opacity(if row.strong { 1.0 } else { 0.65 }));
        }
        if let Some((low, high)) = row.interval {
            shapes.push(whisker(x(low), x(high), bar_y, thick));
        }
        if !shapes.is_empty() {
            scene.titled(row.told.clone(), shapes);
        }
    }
    if beside {
        scene.shape(Shape::line((left, 0.0), (left, bottom)).stroke(Paint::LineStrong, 1.0));
    }
    for (note, place) in notes.iter().zip(0u32..) {
        let y = bottom + 24.0 + f64::from(place) * LINE + 12.0;
        scene.text(Text::small(0.0, y, text::cut(note, width, SMALL, false)));
    }
    scene
}

/// A line from the lower to the upper end of an interval, with a cap at each.
fn whisker(low: f64, high: f64, y: f64, thick: f64) -> Shape {
    let middle = y + thick / 2.0;
    let cap = |x: f64| vec![(x, middle - 3.5), (x, middle + 3.5)];
    Shape::lines(vec![vec![(low, middle), (high, middle)], cap(low), cap(high)]).stroke(Paint::Ink, 1.5)
}
