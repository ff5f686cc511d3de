//! A finished plot, and the forms it is handed out in.

use crate::palette::{Paint, THEMED, Theme};
use crate::raster;
use crate::scene::{Colours, Scene, Text};
use crate::text;

/// The widths that a plot is laid out for: a page or a paper, and a phone.
pub(crate) const WIDTHS: [f64; 2] = [720.0, 340.0];

/// Fonts of a plot that stands alone. The first one is the one a PNG is drawn with.
const FONTS: &str =
    "'Noto Sans', system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
/// Space around a plot that stands alone.
const MARGIN: f64 = 20.0;
/// Size of the title of a plot that stands alone.
const TITLE: f64 = 16.0;

/// A finished plot.
///
/// It is laid out twice, for a wide and for a narrow place, so that its text keeps its size on a phone.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    /// What it shows, in a few words.
    pub title: String,
    /// Its numbers in words, for those who do not see it.
    pub description: String,
    wide: Scene,
    narrow: Scene,
}

/// Why a plot could not be had as PNG.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The scale is no number between 0.1 and 8.
    #[error("the scale {0} is not between 0.1 and 8")]
    Scale(f64),
    /// The drawing library refused; a fault of this crate.
    #[error("the plot could not be drawn: {0}")]
    Draw(String),
}

// === impl Plot ===

impl Plot {
    /// Lays a plot out for every width.
    pub(crate) fn new(title: &str, description: String, layout: impl Fn(f64) -> Scene) -> Self {
        let [wide, narrow] = WIDTHS.map(layout);
        Self { title: text::clean(title), description, wide, narrow }
    }

    /// Width of the plot that stands alone, in pixels at a scale of 1.
    pub fn width(&self) -> f64 {
        self.wide.width + 2.0 * MARGIN
    }

    /// Height of the plot that stands alone, in pixels at a scale of 1.
    pub fn height(&self) -> f64 {
        self.wide.height + self.head().height + MARGIN
    }

    /// The plot as an SVG file, with its title above it.
    pub fn svg(&self, theme: Theme) -> String {
        let (width, height) = (self.width().ceil(), self.height().ceil());
        let colours = match theme {
            Theme::Auto => Colours::Classes,
            Theme::Light => Colours::Fixed { dark: false },
            Theme::Dark => Colours::Fixed { dark: true },
        };
        let id = self.id("file");
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" \
             font-family=\"{FONTS}\">\n"
        );
        self.write_labels(&id, &mut out);
        let ground = match theme {
            Theme::Auto => {
                out.push_str(&style());
                "class=\"f-surface\"".to_owned()
            }
            Theme::Light => format!("fill=\"{}\"", Paint::Surface.hex(false)),
            Theme::Dark => format!("fill=\"{}\"", Paint::Surface.hex(true)),
        };
        text::append(&mut out, format_args!("<rect width=\"{width}\" height=\"{height}\" {ground}/>\n"));
        let head = self.head();
        head.write(colours, &mut out);
        text::append(&mut out, format_args!("<g transform=\"translate({MARGIN} {})\">\n", head.height));
        self.wide.write(colours, &mut out);
        out.push_str("</g>\n</svg>\n");
        out
    }

    /// The plot as a part of a page that has [`STYLE`](crate::STYLE) and the colours as custom properties.
    ///
    /// Both layouts are there; the style sheet shows the one that fits. The title is not drawn: the page has a
    /// heading or a caption of its own.
    pub fn inline(&self) -> String {
        let mut out = String::from("<div class=\"nameit-plot\">\n");
        for (scene, class) in [(&self.wide, "wide"), (&self.narrow, "narrow")] {
            let (width, height, id) = (scene.width.ceil(), scene.height.ceil(), self.id(class));
            text::append(
                &mut out,
                format_args!(
                    "<svg class=\"{class}\" xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" \
                 height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
                 aria-labelledby=\"{id}-title {id}-desc\">\n"
                ),
            );
            self.write_labels(&id, &mut out);
            scene.write(Colours::Classes, &mut out);
            out.push_str("</svg>\n");
        }
        out.push_str("</div>\n");
        out
    }

    /// The plot as PNG, `scale` pixels for each of its own; 2 is right for screens and papers. There is no
    /// reader's preference in a picture of pixels, so [`Theme::Auto`] is light.
    ///
    /// Text is drawn with the embedded font (Latin, Greek, Cyrillic), and with the system's fonts where that
    /// one has no letters. A machine without any fonts shows empty boxes for, say, Chinese names.
    pub fn png(&self, theme: Theme, scale: f64) -> Result<Vec<u8>, Error> {
        if !(0.1..=8.0).contains(&scale) {
            return Err(Error::Scale(scale));
        }
        let theme = if theme == Theme::Dark { Theme::Dark } else { Theme::Light };
        raster::png(&self.svg(theme), scale)
    }

    /// The title as it stands above a plot that stands alone, with the space around it.
    fn head(&self) -> Scene {
        let mut head = Scene::new(self.width());
        let mut y = MARGIN;
        for line in text::wrap(&self.title, self.wide.width, TITLE, true, 2) {
            head.text(Text { size: TITLE, ..Text::new(MARGIN, y + TITLE, line).bold(true) });
            y += TITLE * 1.4;
        }
        head.height = y + 10.0;
        head
    }

    fn write_labels(&self, id: &str, out: &mut String) {
        let (title, description) = (text::escape(&self.title), text::escape(&self.description));
        text::append(
            out,
            format_args!(
                "<title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{description}</desc>\n"
            ),
        );
    }

    /// An id that no other plot of a page has, and that stays when the plot does.
    fn id(&self, form: &str) -> String {
        // FNV-1a: the same on every machine, and nobody gains by a collision.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut drawing = String::new();
        self.wide.write(Colours::Classes, &mut drawing);
        for byte in [&self.title, "\0", &self.description, "\0", &drawing].into_iter().flat_map(str::bytes) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        format!("plot-{hash:016x}-{form}")
    }

    /// The plot with its narrow layout in every place.
    #[cfg(test)]
    pub(crate) fn narrowed(&self) -> Self {
        Self { wide: self.narrow.clone(), ..self.clone() }
    }

    /// What is wrong with the drawing, in every layout.
    #[cfg(test)]
    pub(crate) fn faults(&self) -> Vec<String> {
        [&self.wide, &self.narrow, &self.head()].into_iter().flat_map(Scene::faults).collect()
    }
}

/// The style of a plot that stands alone and follows the reader's theme.
fn style() -> String {
    let rules = |dark: bool| -> String {
        THEMED
            .iter()
            .filter_map(|paint| {
                let (word, colour) = (paint.word()?, paint.hex(dark));
                Some(format!(".f-{word}{{fill:{colour}}}.s-{word}{{stroke:{colour}}}"))
            })
            .collect()
    };
    format!("<style>{}@media (prefers-color-scheme: dark){{{}}}</style>\n", rules(false), rules(true))
}
