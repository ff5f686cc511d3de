//! Colours on a plane of hue (or chroma) and lightness, with the areas of the terms.

use crate::frame::{LINE, nothing};
use crate::number;
use crate::palette::Paint;
use crate::plot::Plot;
use crate::scene::{Anchor, SMALL, Scene, Shape, Text};
use crate::text;

/// The most colours whose areas are drawn as lines between neighbours; more lie close enough to be seen as one.
const MOST_LINKED: usize = 600;
/// Space for the numbers of lightness.
const LEFT: f64 = 34.0;
/// Space of the column of greys.
const GREYS: f64 = 52.0;
/// Sides of a square, at least and at most.
const SIDES: (f64, f64) = (4.0, 30.0);

/// Colours with what they are called.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ColourMap {
    /// What is shown.
    pub title: String,
    /// What lies from left to right.
    pub across: Across,
    /// The colours; what is not finite is left out.
    pub cells: Vec<ColourCell>,
    /// The terms whose areas are labelled, the most important first.
    pub labels: Vec<ColourLabel>,
    /// A sentence below, such as the white point.
    pub note: Option<String>,
}

/// What lies from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Across {
    /// Hue in degrees, 0 to 360; greys stand apart on the left.
    #[default]
    Hue,
    /// Chroma, from 0.
    Chroma,
}

/// One colour.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ColourCell {
    /// What it is called in the data: its key.
    pub key: String,
    /// Red, green and blue of sRGB.
    pub rgb: [u8; 3],
    /// Hue or chroma; `None` for a grey on the plane of hues.
    pub x: Option<f64>,
    /// Lightness, 0 to 100.
    pub y: f64,
    /// Its modal name, if anybody named it.
    pub name: Option<String>,
    /// Share of the modal name, 0 to 1.
    pub consensus: Option<f64>,
    /// Answers that gave a name.
    pub n: u64,
}

/// Where the label of a term stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ColourLabel {
    /// The term.
    pub term: String,
    /// As `x` of a cell.
    pub x: Option<f64>,
    /// As `y` of a cell.
    pub y: f64,
    /// How many colours it has.
    pub cells: u64,
}

/// Where things lie in the drawing.
struct Field {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    most: f64,
}

/// Draws a square for each colour, the larger the more people agree on its name, joins neighbours of one modal
/// name, and labels the areas where there is room.
pub fn colour_map(map: &ColourMap) -> Plot {
    let finite = |cell: &&ColourCell| cell.y.is_finite() && cell.x.is_none_or(f64::is_finite);
    let cells: Vec<&ColourCell> = map.cells.iter().filter(finite).collect();
    Plot::new(&map.title, describe(map, &cells), |width| {
        if cells.is_empty() {
            return nothing(width, "There are no colours yet");
        }
        layout(width, map, &cells)
    })
}

fn describe(map: &ColourMap, cells: &[&ColourCell]) -> String {
    if cells.is_empty() {
        return "There are no colours yet.".to_owned();
    }
    let plane = match map.across {
        Across::Hue => "hue and lightness",
        Across::Chroma => "chroma and lightness",
    };
    let mut description = format!("{} by {plane}.", number::counted(cells.len() as u64, "colour", "colours"));
    if !map.labels.is_empty() {
        let told: Vec<String> = map
            .labels
            .iter()
            .take(20)
            .map(|label| format!("{} {}", text::clean(&label.term), number::count(label.cells)))
            .collect();
        text::append(&mut description, format_args!(" Colours by modal name: {}.", told.join(", ")));
    }
    description
}

fn layout(width: f64, map: &ColourMap, cells: &[&ColourCell]) -> Scene {
    let mut scene = Scene::new(width);
    let with_greys = map.across == Across::Hue && cells.iter().any(|cell| cell.x.is_none());
    let left = LEFT + if with_greys { GREYS } else { 10.0 };
    let most = match map.across {
        Across::Hue => 360.0,
        Across::Chroma => {
            let most = cells.iter().filter_map(|cell| cell.x).fold(0.0, f64::max);
            (most / 20.0).ceil().clamp(1.0, 10.0) * 20.0
        }
    };
    let field =
        Field { left, top: LINE + 8.0, width: width - left - 18.0, height: (width * 0.42).max(230.0), most };
    let note = map.note.as_deref().map(text::clean).unwrap_or_default();
    let notes = text::wrap(&note, width, SMALL, false, text::MOST_NOTE_LINES);
    let foot = field.top + field.height + 3.0 * LINE;
    scene.height = foot + LINE * notes.len() as f64;
    axes(&mut scene, &field, map.across, with_greys);
    let room = (field.width * field.height / cells.len() as f64).sqrt();
    let side = (room * 0.62).clamp(SIDES.0, SIDES.1).min(if with_greys { GREYS - 22.0 } else { SIDES.1 });
    if cells.len() <= MOST_LINKED {
        join(&mut scene, &field, cells, room * 1.75);
    }
    for cell in cells {
        let (x, y) = field.at(cell.x, cell.y);
        let side = side * (0.6 + 0.4 * cell.consensus.unwrap_or(0.0).clamp(0.0, 1.0));
        let square = Shape::rect(x - side / 2.0, y - side / 2.0, side, side).round(side / 6.0);
        let edge = if cell.name.is_some() {
            square.stroke(Paint::Line, 1.0)
        } else {
            square.stroke(Paint::LineStrong, 1.0).dashed()
        };
        scene.titled(tell(cell), vec![edge.fill(Paint::Literal(cell.rgb))]);
    }
    for label in &map.labels {
        write_label(&mut scene, &field, label, side);
    }
    for (line, words) in notes.into_iter().enumerate() {
        scene.text(Text::small(0.0, foot + LINE * (line as f64 + 1.0) - 6.0, words));
    }
    scene
}

fn tell(cell: &ColourCell) -> String {
    let [red, green, blue] = cell.rgb;
    let key = text::clean(&cell.key);
    let name = cell.name.as_ref().map_or_else(
        || "no names".to_owned(),
        |name| {
            let of = number::counted(cell.n, "answer", "answers");
            format!("{} {} of {of}", text::clean(name), number::percent(cell.consensus))
        },
    );
    format!("{key} #{red:02x}{green:02x}{blue:02x}: {name}")
}

fn axes(scene: &mut Scene, field: &Field, across: Across, with_greys: bool) {
    scene.text(Text::small(0.0, 12.0, "Lightness L*"));
    for lightness in [0.0, 25.0, 50.0, 75.0, 100.0] {
        let y = field.at(None, lightness).1;
        scene.shape(Shape::line((LEFT, y), (field.left + field.width, y)).stroke(Paint::Line, 1.0));
        scene.text_if_free(Text::small(LEFT - 8.0, y + 4.0, format!("{lightness:.0}")).anchor(Anchor::End));
    }
    let ground = field.top + field.height + 18.0;
    let steps = if field.width > 400.0 { 6 } else { 3 };
    for step in 0..=steps {
        let value = field.most * f64::from(step) / f64::from(steps);
        let label = match across {
            Across::Hue => format!("{value:.0}°"),
            Across::Chroma => format!("{value:.0}"),
        };
        let x = field.at(Some(value), 0.0).0;
        scene.text_if_free(Text::small(x, ground, label).anchor(Anchor::Middle));
    }
    if with_greys {
        let x = field.at(None, 0.0).0;
        scene.text_if_free(Text::small(x, ground + LINE, "greys").anchor(Anchor::Middle));
    }
    let words = match across {
        Across::Hue => "Hue angle h",
        Across::Chroma => "Chroma C*",
    };
    scene.text_if_free(Text::small(field.left + field.width, ground + LINE, words).anchor(Anchor::End));
}

/// Lines between cells of one modal name that lie next to each other.
fn join(scene: &mut Scene, field: &Field, cells: &[&ColourCell], reach: f64) {
    let mut lines = Vec::new();
    for (place, one) in cells.iter().enumerate() {
        for other in &cells[place + 1..] {
            if one.name.is_none() || one.name != other.name {
                continue;
            }
            let (from, to) = (field.at(one.x, one.y), field.at(other.x, other.y));
            if (from.0 - to.0).hypot(from.1 - to.1) <= reach {
                lines.push(vec![from, to]);
            }
        }
    }
    if !lines.is_empty() {
        scene.shape(Shape::lines(lines).stroke(Paint::LineStrong, 2.0));
    }
}

/// Writes a term below or above its place, or beside it, where there is room.
fn write_label(scene: &mut Scene, field: &Field, label: &ColourLabel, side: f64) {
    if !label.y.is_finite() || label.x.is_some_and(|x| !x.is_finite()) {
        return;
    }
    let (x, y) = field.at(label.x, label.y);
    let term = text::clean(&label.term);
    let words = text::cut(&term, 110.0, SMALL, true);
    let half = side / 2.0;
    for (x, y, anchor) in [
        (x, y + half + 12.0, Anchor::Middle),
        (x, y - half - 5.0, Anchor::Middle),
        (x + half + 4.0, y + 4.0, Anchor::Start),
        (x - half - 4.0, y + 4.0, Anchor::End),
    ] {
        let text = Text::small(x, y, words.clone()).anchor(anchor).paint(Paint::Ink).bold(true);
        if scene.text_if_free(text.set_off()) {
            return;
        }
    }
}

// === impl Field ===

impl Field {
    /// Where a colour lies; without a hue in the column of greys.
    fn at(&self, x: Option<f64>, y: f64) -> (f64, f64) {
        let across = x.map_or(LEFT + GREYS / 2.0, |x| {
            self.left + 12.0 + (x / self.most).clamp(0.0, 1.0) * (self.width - 12.0)
        });
        (across, self.top + (1.0 - (y / 100.0).clamp(0.0, 1.0)) * self.height)
    }
}
