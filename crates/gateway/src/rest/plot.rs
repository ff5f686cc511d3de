//! Plots as files: the one way in which every plot becomes an SVG or a PNG.
//!
//! A handler asks its use case for the plot, and this module for the answer:
//! `plot::svg(&owned, "colours", &plot, &look)`, and `plot::png(&owned, "colours", plot, &look).await`.

use axum::response::Response;
use http::{HeaderValue, header};
use nameit_plots::{Plot, Theme};
use tokio::sync::Semaphore;

use super::export::file;
use crate::access::Owned;
use crate::error::{Error, Result};

/// Pixels of a PNG for each of the plot's own when nothing is asked.
const USUAL_SCALE: f64 = 2.0;

/// The least and the largest scale.
const SCALES: std::ops::RangeInclusive<f64> = 0.5..=4.0;

/// Plots that become pixels at the same time; more wait their turn.
static DRAWING: Semaphore = Semaphore::const_new(2);

/// How a plot is wanted as a file; stands in the query beside what the plot itself is asked.
#[derive(Debug, Default, serde::Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Look {
    /// `light`, `dark`, or `auto` as the reader's system asks, which is also meant when it is missing. A PNG cannot
    /// follow anybody: there `auto` is `light`.
    #[param(value_type = Option<String>)]
    theme: Theme,
    /// Pixels of a PNG for each of the plot's own, 0.5 to 4; 2 when missing. An SVG has no pixels.
    scale: Option<f64>,
}

/// The plot as an SVG file called `<slug>-<name>.svg`.
pub(super) fn svg(owned: &Owned, name: &str, plot: &Plot, look: &Look) -> Response {
    let name = format!("{}.svg", plain(name));
    private(file(owned, &name, "image/svg+xml", plot.svg(look.theme).into()))
}

/// The plot as a PNG file called `<slug>-<name>.png`.
pub(super) async fn png(owned: &Owned, name: &str, plot: Plot, look: &Look) -> Result<Response> {
    let (theme, scale) = (look.theme, look.scale.unwrap_or(USUAL_SCALE));
    if !SCALES.contains(&scale) {
        return Err(Error::invalid("scale", "has to be between 0.5 and 4"));
    }
    let place = DRAWING.acquire().await.map_err(Error::internal)?;
    // Pixels are computed away from the threads that serve.
    let drawn = tokio::task::spawn_blocking(move || {
        let png = plot.png(theme, scale);
        drop(place);
        png
    });
    let png = drawn.await.map_err(Error::internal)?.map_err(Error::internal)?;
    let name = format!("{}.png", plain(name));
    Ok(private(file(owned, &name, "image/png", png.into())))
}

/// What is known of people's answers is for the one who asked, and changes with the next answer.
fn private(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

/// A key of a stimulus may hold anything; the name of a file holds what every system takes.
fn plain(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    name.chars().map(|letter| if plain(letter) { letter } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_plain() {
        assert_eq!(plain("cup 3-first_key"), "cup-3-first_key");
        assert_eq!(plain("../\"ä\r\n"), "..-----");
    }

    #[test]
    fn a_look_is_read_beside_other_words() {
        let look = |query: &str| serde_urlencoded::from_str::<Look>(query);
        let asked = look("plot=names&theme=dark&scale=3").unwrap();
        assert_eq!((asked.theme, asked.scale), (Theme::Dark, Some(3.0)));
        assert_eq!(look("").unwrap().theme, Theme::Auto);
        assert!(look("theme=blue").is_err());
        assert!(look("scale=big").is_err());
    }
}
