//! Quality of participants' answers: what datamining finds striking, handed out unchanged and as CSV.

use futures::Stream;
use nameit_proto::convert::required;
use nameit_proto::datamining::v1 as datamining;
use nameit_proto::findings::v1::{ParticipantQuality, Participants};

use super::export;
use crate::access::Owned;
use crate::clients::about;
use crate::error::Result;
use crate::state::Gateway;

/// Kinds of figures in the order of their columns; the last two are circumstances, which cannot be chosen.
pub(crate) const KINDS: [&str; 11] = [
    "median_time",
    "fast_trials",
    "longest_run",
    "mean_run",
    "rare_names",
    "gibberish",
    "non_answers",
    "agreement",
    "duplicate",
    "pasted",
    "focus_losses",
];

/// Kinds whose flags can count.
pub(crate) const COUNTABLE: &[&str] = KINDS.split_at(9).0;

/// Columns before those of [`KINDS`].
const COLUMNS: [&str; 9] =
    ["participant", "trials", "n", "completed", "flagged", "flags", "notes", "unjudged", "duplicate_of"];

/// Which part is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Kinds of flags that count, with commas between them; `None` for all.
    pub(crate) counted: Option<String>,
    /// `all`, `flagged` or `striking`; nothing for all.
    pub(crate) show: String,
    /// Participants to leave out.
    pub(crate) offset: u32,
    /// Participants to give; 0 for the usual number.
    pub(crate) limit: u32,
}

/// The cohort, and a part of its participants.
pub(crate) async fn get(gateway: &Gateway, owned: &Owned, wanted: Wanted) -> Result<Participants> {
    let request = datamining::GetParticipantsRequest {
        experiment_id: owned.id().to_string(),
        counted: wanted.counted,
        show: wanted.show,
        offset: wanted.offset,
        limit: wanted.limit,
    };
    let answer = gateway.clients.participants.clone().get_participants(about(owned.id(), request)).await?;
    Ok(required("participants", answer.into_inner().participants)?)
}

/// Every participant, piece by piece.
pub(crate) async fn list(
    gateway: &Gateway,
    owned: &Owned,
    counted: Option<String>,
) -> Result<impl Stream<Item = Result<Vec<ParticipantQuality>>> + Send + 'static + use<>> {
    let request = datamining::ListParticipantsRequest { experiment_id: owned.id().to_string(), counted };
    let mut client = gateway.clients.participants.clone();
    let mut stream = client.list_participants(about(owned.id(), request)).await?.into_inner();
    Ok(async_stream::try_stream! {
        while let Some(message) = stream.message().await? {
            yield message.participants;
        }
    })
}

/// The same as CSV; the first piece is the header.
pub(crate) async fn csv(
    gateway: &Gateway,
    owned: &Owned,
    counted: Option<String>,
) -> Result<impl Stream<Item = Result<Vec<u8>>> + Send + 'static + use<>> {
    let pieces = list(gateway, owned, counted).await?;
    Ok(async_stream::try_stream! {
        yield export::csv([header()])?;
        for await piece in pieces {
            yield export::csv(piece?.iter().map(row))?;
        }
    })
}

type Row = [String; COLUMNS.len() + KINDS.len()];

fn header() -> Row {
    std::array::from_fn(|at| COLUMNS.iter().chain(&KINDS).nth(at).copied().unwrap_or_default().to_owned())
}

fn row(person: &ParticipantQuality) -> Row {
    let at_level = |level: &str| {
        let figures = person.figures.iter().filter(|figure| figure.level == level);
        figures.map(|figure| figure.kind.as_str()).collect::<Vec<_>>().join(" | ")
    };
    let mut cells = vec![
        person.participant.clone(),
        person.trials.to_string(),
        person.n.to_string(),
        person.completed.to_string(),
        person.flagged.to_string(),
        at_level("flag"),
        at_level("note"),
        at_level("unjudged"),
        person.figures.iter().find_map(|figure| figure.other.clone()).unwrap_or_default(),
    ];
    cells.extend(KINDS.map(|kind| {
        let figure = person.figures.iter().find(|figure| figure.kind == kind);
        figure.and_then(|figure| figure.value).map(|value| value.to_string()).unwrap_or_default()
    }));
    let mut cells = cells.into_iter();
    std::array::from_fn(|_| cells.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use nameit_proto::findings::v1::QualityFigure;

    use super::*;

    #[test]
    fn a_row_has_every_figure_in_its_column() {
        let figure = |kind: &str, value: f64, level: &str| QualityFigure {
            kind: kind.to_owned(),
            value: Some(value),
            level: level.to_owned(),
            ..QualityFigure::default()
        };
        let other = Some("q".to_owned());
        let person = ParticipantQuality {
            participant: "p".to_owned(),
            trials: 20,
            n: 19,
            completed: true,
            flagged: true,
            figures: vec![
                figure("gibberish", 0.5, "flag"),
                QualityFigure { other, ..figure("duplicate", 0.95, "flag") },
                figure("pasted", 1.0, "note"),
                figure("agreement", 0.25, "unjudged"),
            ],
        };
        let cells: Vec<(String, String)> = header().into_iter().zip(row(&person)).collect();
        let cell = |name: &str| cells.iter().find(|(column, _)| column == name).unwrap().1.as_str();
        assert_eq!(cells.len(), 20);
        assert_eq!((cell("flags"), cell("notes")), ("gibberish | duplicate", "pasted"));
        assert_eq!((cell("unjudged"), cell("duplicate_of")), ("agreement", "q"));
        assert_eq!((cell("gibberish"), cell("pasted"), cell("median_time")), ("0.5", "1", ""));
        assert_eq!(COUNTABLE.last(), Some(&"duplicate"));
    }
}
