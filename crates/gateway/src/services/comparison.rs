//! Own norms beside published ones: the comparison, and the table of published norms.
//!
//! Datamining reads tables and compares, storage keeps the table as a decision.

use nameit_domain::{DecisionBody, DecisionKind};
use nameit_plots::{Plot, Scatter, ScatterPoint, Unit, number};
use nameit_proto::convert::required;
use nameit_proto::datamining::v1 as datamining;
use nameit_proto::findings::v1::{Comparison, Correlation, ReferenceName, StimulusComparison};

use super::decision;
use super::export::{csv, guarded};
use crate::access::Owned;
use crate::clients::about;
use crate::error::{Error, ErrorCode, Result};
use crate::state::Gateway;

/// Bytes of a table of published norms; what is kept of it is smaller.
pub(crate) const TABLE_MAX_BYTES: usize = 12 << 20;

/// What stands between names that tie.
const BETWEEN: &str = " | ";

/// Points of the plot that are labelled.
const LABELLED: usize = 8;

/// No published norms.
const NOTHING: &str = "{}";

/// Which part of the comparison is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Rows to leave out.
    pub(crate) offset: u32,
    /// Rows to give; 0 for 100.
    pub(crate) limit: u32,
    /// Whether H of every stimulus is wanted.
    pub(crate) points: bool,
}

/// The published norms in force.
pub(crate) use datamining::GetReferenceNormsResponse as ReferenceNorms;

/// Own norms beside the published ones in force.
pub(crate) async fn get(gateway: &Gateway, owned: &Owned, wanted: Wanted) -> Result<Comparison> {
    let request = datamining::GetComparisonRequest {
        experiment_id: owned.id().to_string(),
        rows_offset: wanted.offset,
        rows_limit: wanted.limit,
        points: wanted.points,
    };
    let answer = gateway.clients.comparison.clone().get_comparison(about(owned.id(), request)).await?;
    Ok(required("comparison", answer.into_inner().comparison)?)
}

/// The published norms in force, row by row.
pub(crate) async fn reference(gateway: &Gateway, owned: &Owned) -> Result<ReferenceNorms> {
    let request = datamining::GetReferenceNormsRequest { experiment_id: owned.id().to_string() };
    let answer = gateway.clients.comparison.clone().get_reference_norms(about(owned.id(), request)).await?;
    Ok(answer.into_inner())
}

/// Takes a table of published norms in place of the one before. It is a conflict when that is not the expected
/// version; without one, whatever is in force is replaced. Tells how many stimuli that are not in the experiment were
/// left out, because the whole table is more than is kept.
pub(crate) async fn put(
    gateway: &Gateway,
    owned: &Owned,
    table: &[u8],
    expected_version: Option<u64>,
) -> Result<u64> {
    if table.len() > TABLE_MAX_BYTES {
        let message = format!("the table is too large; at most {} MiB are taken", TABLE_MAX_BYTES >> 20);
        return Err(Error::new(ErrorCode::TooLarge, message));
    }
    let table = std::str::from_utf8(table)
        .map_err(|_| Error::invalid("table", "the table is not UTF-8 text; save it as UTF-8"))?;
    let request = datamining::ReadReferenceNormsRequest {
        table: table.to_owned(),
        experiment_id: owned.id().to_string(),
    };
    let read = gateway.clients.comparison.clone().read_reference_norms(about(owned.id(), request)).await;
    let datamining::ReadReferenceNormsResponse { body, stimuli_left_out } =
        read.map_err(about_the_table)?.into_inner();
    keep(gateway, owned, body, expected_version).await?;
    Ok(stimuli_left_out)
}

/// Takes the published norms away, if there are any. Earlier ones stay as versions.
pub(crate) async fn delete(gateway: &Gateway, owned: &Owned, expected_version: Option<u64>) -> Result<()> {
    keep(gateway, owned, NOTHING.to_owned(), expected_version).await
}

async fn keep(gateway: &Gateway, owned: &Owned, body: String, expected_version: Option<u64>) -> Result<()> {
    let kind = DecisionKind::ReferenceNorms;
    let version = match expected_version {
        Some(version) => version,
        None => decision::versions(gateway, owned, kind, 1).await?.first().map_or(0, |latest| latest.version),
    };
    decision::put(gateway, owned, kind, version, DecisionBody::parse(body)?).await?;
    Ok(())
}

/// What is wrong with a table, said about the field that the caller knows.
fn about_the_table(status: tonic::Status) -> Error {
    let is_about_it = status.code() == tonic::Code::InvalidArgument;
    let error = Error::from(status);
    if is_about_it { error.with_field("table") } else { error }
}

/// The compared stimuli as CSV, the most divergent first.
pub(crate) async fn comparison_csv(gateway: &Gateway, owned: &Owned) -> Result<Vec<u8>> {
    let all = Wanted { limit: u32::MAX, ..Wanted::default() };
    let found = get(gateway, owned, all).await?;
    let header = [
        "stimulus",
        "n",
        "modal_names",
        "reference_modal_names",
        "modal_match",
        "agreement",
        "reference_agreement",
        "h",
        "reference_h",
        "divergence",
    ];
    csv(std::iter::once(header.map(str::to_owned)).chain(found.rows.iter().map(cells)))
}

fn cells(row: &StimulusComparison) -> [String; 10] {
    [
        guarded(&row.stimulus),
        row.n.to_string(),
        guarded(&row.modal_names.join(BETWEEN)),
        guarded(&row.reference_modal_names.join(BETWEEN)),
        row.modal_match.to_string(),
        figure(Some(row.agreement)),
        figure(row.reference_agreement),
        figure(Some(row.h)),
        figure(row.reference_h),
        figure(row.divergence),
    ]
}

/// The published norms as a table, as they can be sent again: with counts where all rows have some, else with
/// shares.
pub(crate) fn reference_csv(norms: &ReferenceNorms) -> Result<Vec<u8>> {
    let counted = norms.rows.iter().all(|row| row.count.is_some());
    let weight = if counted { "count" } else { "agreement" };
    let header = ["stimulus", "name", weight, "h"].map(str::to_owned);
    let cells = |row: &ReferenceName| {
        let weight = if counted { row.count } else { row.agreement };
        [guarded(&row.stimulus), guarded(&row.name), number(weight), figure(row.h)]
    };
    csv(std::iter::once(header).chain(norms.rows.iter().map(cells)))
}

/// A number as short as it can be: counts are whole.
fn number(number: Option<f64>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

fn figure(figure: Option<f64>) -> String {
    figure.map_or_else(String::new, |figure| format!("{figure:?}"))
}

/// H here against H there. The comparison must have its points.
pub(crate) fn scatter(found: &Comparison) -> Plot {
    let points = found.points.iter().map(|point| ScatterPoint {
        label: point.stimulus.clone(),
        x: point.reference_h,
        y: point.h,
    });
    nameit_plots::scatter(&Scatter {
        title: "H here and there".to_owned(),
        across: "H published, bits".to_owned(),
        up: "H here, bits".to_owned(),
        unit: Unit::Plain,
        identity: true,
        points: points.collect(),
        labelled: LABELLED,
        note: found.h_pearson.as_ref().map(note),
    })
}

fn note(pearson: &Correlation) -> String {
    let interval = match (pearson.low, pearson.high) {
        (Some(low), Some(high)) => {
            format!(
                ", 95 % interval {} to {}",
                number::two_decimals(Some(low)),
                number::two_decimals(Some(high))
            )
        }
        _ => String::new(),
    };
    let r = number::two_decimals(Some(pearson.r));
    format!("Pearson's r = {r}{interval}; on the dashed line both are equal")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_norms_go_out_as_they_can_come_in() {
        let row = |name: &str, count: Option<f64>, agreement, h| ReferenceName {
            stimulus: "cup".to_owned(),
            name: name.to_owned(),
            count,
            agreement,
            h,
        };
        let text = |rows| {
            let norms = ReferenceNorms { version: 1, rows };
            String::from_utf8(reference_csv(&norms).unwrap()).unwrap()
        };
        let counted =
            vec![row("cup", Some(3.0), Some(0.75), Some(0.8)), row("=1+1", Some(1.0), Some(0.25), None)];
        assert_eq!(text(counted), "stimulus,name,count,h\r\ncup,cup,3,0.8\r\ncup,'=1+1,1,\r\n");
        let shares = vec![row("cup", None, Some(0.5), None), row("mug", Some(1.0), Some(0.25), None)];
        assert_eq!(text(shares), "stimulus,name,agreement,h\r\ncup,cup,0.5,\r\ncup,mug,0.25,\r\n");
    }

    #[test]
    fn the_plot_tells_its_correlation() {
        let point = |h: f64| nameit_proto::findings::v1::ComparisonPoint {
            stimulus: format!("s{h}"),
            h,
            reference_h: h + 0.5,
        };
        let pearson = Correlation { r: 0.814, n: 2, low: Some(0.1), high: Some(0.9) };
        let found = Comparison {
            points: vec![point(1.0), point(2.0)],
            h_pearson: Some(pearson),
            ..Comparison::default()
        };
        let plot = scatter(&found);
        assert!(plot.description.contains("r = 0.81, 95 % interval 0.10 to 0.90"), "{}", plot.description);
        assert!(scatter(&Comparison::default()).description.contains("nothing to compare"));
    }
}
