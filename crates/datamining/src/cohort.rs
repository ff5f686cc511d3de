//! Who said what, read from storage when somebody asks for figures that need people.

use std::collections::HashMap;

use nameit_analysis::cohort::{Cohort, CohortBuilder, Details, Participant};
use nameit_analysis::tally::Said;
use nameit_domain::feed::{DetailedColumns, ResponseColumns};
use nameit_domain::participation::ListedParticipation;
use nameit_domain::stimulus::STIMULI_MAX;
use nameit_domain::{ExperimentId, NonAnswer, ParticipationId};
use nameit_proto::WireError;
use nameit_proto::convert::required;
use nameit_proto::storage::v1::feed_service_client::FeedServiceClient;
use nameit_proto::storage::v1::participation_service_client::ParticipationServiceClient;
use nameit_proto::storage::v1::read_responses_response::Part;
use nameit_proto::storage::v1::{ListParticipationsRequest, ReadResponsesRequest};
use nameit_runtime::{MESSAGE_MAX_BYTES, client};
use tonic::Status;

/// Responses of one experiment that are held at once; some 60 bytes each.
const RESPONSES_MAX: usize = 10_000_000;

/// Reads all participations and responses of an experiment.
///
/// # Errors
/// What storage says; `RESOURCE_EXHAUSTED` when there are more responses than are held at once.
pub(crate) async fn load(storage: client::Channel, experiment_id: ExperimentId) -> Result<Cohort, Status> {
    let people = participations(storage.clone(), experiment_id).await?;
    let responses = responses(storage, experiment_id).await?;
    tokio::task::spawn_blocking(move || build(people, &responses))
        .await
        .map_err(|_| Status::unavailable("the service is stopping; try again in a moment"))?
}

async fn participations(
    storage: client::Channel,
    experiment_id: ExperimentId,
) -> Result<Vec<ListedParticipation>, Status> {
    let mut client = ParticipationServiceClient::new(storage).max_decoding_message_size(MESSAGE_MAX_BYTES);
    let request = ListParticipationsRequest { experiment_id: experiment_id.to_string() };
    let mut messages = client.list_participations(request).await?.into_inner();
    let mut people = Vec::new();
    while let Some(message) = messages.message().await? {
        for listed in message.participations {
            people.push(ListedParticipation::try_from(listed).map_err(|error| unreadable(&error))?);
        }
    }
    Ok(people)
}

async fn responses(
    storage: client::Channel,
    experiment_id: ExperimentId,
) -> Result<Vec<DetailedColumns>, Status> {
    let mut client = FeedServiceClient::new(storage).max_decoding_message_size(MESSAGE_MAX_BYTES);
    let request = ReadResponsesRequest { experiment_id: experiment_id.to_string(), cursor: None };
    let mut messages = client.read_responses(request).await?.into_inner();
    let mut parts = Vec::new();
    let mut count = 0;
    while let Some(message) = messages.message().await? {
        match required("part", message.part)? {
            Part::Restart(_) => {
                parts.clear();
                count = 0;
            }
            Part::Columns(columns) => {
                let columns = DetailedColumns::try_from(*columns).map_err(|error| unreadable(&error))?;
                count += columns.len();
                if count > RESPONSES_MAX {
                    return Err(Status::resource_exhausted(format!(
                        "figures about people are computed for at most {RESPONSES_MAX} responses"
                    )));
                }
                parts.push(columns);
            }
            Part::CaughtUp(_) => return Ok(parts),
        }
    }
    Err(Status::unavailable("storage broke off before all responses were read; try again in a moment"))
}

fn build(people: Vec<ListedParticipation>, responses: &[DetailedColumns]) -> Result<Cohort, Status> {
    let mut builder = CohortBuilder::default();
    let mut numbers: HashMap<ParticipationId, u32> = HashMap::with_capacity(people.len());
    for person in people {
        let number = builder.participant(Participant {
            id: person.id.to_string(),
            trials: person.trial_count,
            started_at_ms: Some(person.started_at.as_millisecond()),
            completed_at_ms: person.completed_at.map(nameit_domain::Timestamp::as_millisecond),
            url_parameters: person.url_parameters,
            environment: person.environment,
        });
        numbers.insert(person.id, number);
    }
    for columns in responses {
        add(&mut builder, &mut numbers, columns)?;
    }
    Ok(builder.build())
}

fn add(
    builder: &mut CohortBuilder,
    numbers: &mut HashMap<ParticipationId, u32>,
    columns: &DetailedColumns,
) -> Result<(), Status> {
    let time = |ms: u32| (ms != ResponseColumns::NO_TIME).then_some(ms);
    // Somebody may have begun between the two questions; nothing is known of them but their answers.
    let of_message: Vec<u32> = columns
        .participants
        .iter()
        .map(|id| {
            *numbers.entry(*id).or_insert_with(|| {
                builder.participant(Participant { id: id.to_string(), ..Participant::default() })
            })
        })
        .collect();
    let responses = &columns.responses;
    for at in 0..columns.len() {
        let stimulus = responses.stimulus[at];
        if stimulus as usize >= STIMULI_MAX {
            return Err(Status::internal(format!("a response names stimulus {stimulus}, which cannot be")));
        }
        let said = match responses.kind[at] {
            ResponseColumns::DONT_KNOW => Said::NonAnswer(NonAnswer::DontKnow),
            ResponseColumns::SKIPPED => Said::NonAnswer(NonAnswer::Skipped),
            _ => Said::Text(responses.text_at(at)),
        };
        let details = Details {
            participant: of_message[columns.participant[at] as usize],
            trial: columns.trial[at],
            stimulus,
            first_key_ms: time(responses.first_key_ms[at]),
            submitted_ms: time(responses.submitted_ms[at]),
            edits: columns.edits[at],
            pasted: columns.pasted[at] > 0,
            focus_losses: columns.focus_losses[at],
            received_at_ms: Some(responses.received_at_ms[at]),
        };
        builder.answer(said, details);
    }
    Ok(())
}

fn unreadable(error: &WireError) -> Status {
    Status::internal(error.to_string())
}

#[cfg(test)]
mod tests {
    use nameit_analysis::cohort::AnswerText;

    use super::*;

    #[test]
    fn responses_find_their_people_and_late_ones_are_people_too() {
        let (known, late) = (ParticipationId::generate(), ParticipationId::generate());
        let mut columns = DetailedColumns { participants: vec![late, known], ..DetailedColumns::default() };
        let texts = [("cat", ResponseColumns::TEXT, 1), ("", ResponseColumns::SKIPPED, 0)];
        for (at, (text, kind, participant)) in (0u32..).zip(texts) {
            columns.responses.push(at, kind, text.as_bytes(), Some(400), None, 77, 1);
            columns.trial.push(3);
            columns.edits.push(2);
            columns.pasted.push(1);
            columns.focus_losses.push(0);
            columns.participant.push(participant);
        }
        let mut builder = CohortBuilder::default();
        let person = Participant { id: known.to_string(), trials: 4, ..Participant::default() };
        let mut numbers = HashMap::from([(known, builder.participant(person))]);
        add(&mut builder, &mut numbers, &columns).unwrap();
        let cohort = builder.build();
        assert_eq!(cohort.participants().len(), 2);
        let at = cohort.participants().iter().position(|person| person.trials == 4).unwrap();
        let [answer] = cohort.answers_of(at as u32) else { panic!("one answer is of the known person") };
        assert_eq!((answer.first_key_ms, answer.submitted_ms, answer.pasted), (Some(400), None, true));
        let AnswerText::Text(text) = answer.said else { panic!("it is a text") };
        assert_eq!(cohort.text(text), "cat");
        columns.responses.stimulus[0] = u32::MAX;
        assert!(add(&mut CohortBuilder::default(), &mut HashMap::new(), &columns).is_err());
    }
}
