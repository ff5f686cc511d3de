//! What colours are called.

use axum::extract::State;
use axum::response::Response;

use super::{Frame, Params, page};
use crate::access::Owned;
use crate::error::Result;
use crate::services::colour_naming::{self, Plotted, Wanted};
use crate::state::Gateway;
use crate::views::Section;
use crate::views::colour_naming::ColoursPage;
use crate::views::plot::Figure;

/// `GET /experiments/{id}/results/colours`.
pub(super) async fn show(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    params: Params,
) -> Result<Response> {
    // A word that nobody offers is as good as none.
    let white = if params.get("white") == "D50" { "D50" } else { "D65" };
    let by_chroma = params.get("plane") == "chroma";
    let wanted = Wanted { white: white.to_owned(), by_chroma, ..Wanted::default() };
    let found = colour_naming::get(&gateway, &owned, wanted).await?;
    let figure = |plotted: Plotted| {
        let path = format!("/api/v1/experiments/{}/colours", owned.id());
        let query = format!("plot={}&white={white}&by_chroma={by_chroma}", plotted.as_str());
        Figure::new(&plotted.draw(&found), path, query)
    };
    let (map, association) = (figure(Plotted::Map), figure(Plotted::Association));
    page(&ColoursPage {
        site: frame.site(Section::Experiments),
        experiment: owned.into_experiment(),
        map,
        association,
        found,
        by_chroma,
    })
}
