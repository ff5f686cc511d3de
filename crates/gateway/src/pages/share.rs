//! Sharing an experiment.

use axum::extract::State;
use axum::response::Response;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::convert::{Builder as _, Shape};
use fast_qr::qr::QRBuilder;

use super::{Frame, editor, page};
use crate::access::Owned;
use crate::charts::Svg;
use crate::error::{Error, Result};
use crate::state::Gateway;
use crate::views::Section;
use crate::views::share::Share;

/// `GET /experiments/{id}/share`.
pub(super) async fn show(State(gateway): State<Gateway>, frame: Frame, owned: Owned) -> Result<Response> {
    let link = gateway.link(owned.experiment());
    let missing = editor::missing(owned.experiment().stimulus_count as usize);
    let qr = qr(&link)?;
    let site = frame.site(Section::Experiments);
    page(&Share { site, experiment: owned.into_experiment(), link, qr, missing })
}

fn qr(link: &str) -> Result<Svg> {
    let code =
        QRBuilder::new(link).build().map_err(|error| Error::internal(format!("no QR code: {error}")))?;
    Ok(Svg::trusted(SvgBuilder::default().shape(Shape::Square).margin(4).to_str(&code)))
}
