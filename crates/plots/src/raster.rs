//! SVG to PNG.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

use crate::plot::Error;
use crate::text::{BOLD, REGULAR};

/// The embedded font, and whatever the system has. Read once.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(BOLD.to_vec());
    fonts.load_system_fonts();
    Arc::new(fonts)
});

/// Draws an SVG of this crate.
pub(crate) fn png(svg: &str, scale: f64) -> Result<Vec<u8>, Error> {
    let draw = |error: &dyn std::fmt::Display| Error::Draw(error.to_string());
    let options =
        Options { font_family: "Noto Sans".to_owned(), fontdb: Arc::clone(&FONTS), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|error| draw(&error))?;
    let (across, down) = (tree.size().width(), tree.size().height());
    let [width, height] = [across, down].map(|length| (f64::from(length) * scale).round().max(1.0) as u32);
    let mut pixels = Pixmap::new(width, height).ok_or_else(|| Error::Draw("it is too large".to_owned()))?;
    // Stretched to whole pixels, so that the ground reaches the edges.
    let fit = Transform::from_scale(width as f32 / across, height as f32 / down);
    resvg::render(&tree, fit, &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| draw(&error))
}
