//! The demo of an empty server: a researcher with two experiments, and simulated participants who answer
//! while one watches. The content comes from `nameit-demo`.

use std::sync::Arc;

use futures::{StreamExt as _, stream};
use nameit_demo::{Content, Crowd, SimulatedParticipant};
use nameit_domain::ExperimentState;
use nameit_domain::session::SessionKind;
use nameit_domain::text::{Affiliation, DisplayName, Handle, StimulusKey};

use super::account::{self, NewAccount};
use super::edit::Edit;
use super::experiment;
use super::participation::{self, Arrival};
use super::stimulus::{self, Change};
use crate::access::{self, Actor, Participant};
use crate::error::{Error, ErrorCode, Result};
use crate::random;
use crate::session::{self, NewSession};
use crate::state::Gateway;

/// Simulated participants who answer at the same time.
const AT_ONCE: usize = 4;
/// The same participants in every demo.
const SEED: u64 = 1;

/// Makes the demo and signs in as its researcher, whose password nobody knows. The participants go on
/// answering after this has returned.
pub(crate) async fn create(gateway: &Gateway) -> Result<NewSession> {
    if !account::is_fresh(gateway).await? {
        return Err(Error::new(ErrorCode::Conflict, "the demo is for empty servers; this one has accounts"));
    }
    let demos = tokio::task::spawn_blocking(nameit_demo::experiments).await.map_err(Error::internal)?;
    let researcher = account::create(
        gateway,
        NewAccount {
            handle: Handle::parse(nameit_demo::HANDLE)?,
            password: random::secret(),
            display_name: DisplayName::parse(nameit_demo::DISPLAY_NAME)?,
            affiliation: Affiliation::parse("")?,
        },
    )
    .await?;
    let session = session::open(gateway, &researcher, SessionKind::Browser, String::new()).await?;
    let actor = Actor { researcher, secret_hash: session.session.secret_hash, kind: SessionKind::Browser };
    for demo in demos {
        let slug = publish(gateway, &actor, &demo).await?;
        let gateway = gateway.clone();
        let tasks = gateway.shutdown.tasks().clone();
        tasks.spawn(async move {
            let end = gateway.shutdown.soft();
            end.run_until_cancelled(simulate(&gateway, &slug, Arc::new(demo))).await;
        });
    }
    Ok(session)
}

async fn publish(gateway: &Gateway, actor: &Actor, demo: &nameit_demo::Experiment) -> Result<String> {
    let created = experiment::create(gateway, actor, demo.new.clone()).await?;
    let owned = access::owned(gateway, actor, created.id).await?;
    for shown in &demo.stimuli {
        let key = StimulusKey::parse(&shown.key)?;
        match &shown.content {
            Content::Colour(colour) => {
                stimulus::put_colour(gateway, &owned, key, *colour, Edit::Keep).await?;
            }
            Content::Scene { png, target } => {
                stimulus::put_image(gateway, &owned, key.clone(), None, png.clone().into()).await?;
                let change = Change { question: Edit::Keep, target: Edit::Set(target.clone()) };
                stimulus::change(gateway, &owned, &key, change).await?;
            }
        }
    }
    experiment::set_state(gateway, &owned, ExperimentState::Published).await?;
    Ok(created.slug.into_string())
}

/// Lets all participants of `demo` take part. Who cannot go on stops, as people do.
async fn simulate(gateway: &Gateway, slug: &str, demo: Arc<nameit_demo::Experiment>) {
    stream::iter(Crowd::new(&demo, SEED).take(demo.participants))
        .for_each_concurrent(AT_ONCE, async |person| {
            if let Err(error) = take_part(gateway, slug, &demo, person).await {
                error.log();
            }
        })
        .await;
}

async fn take_part(
    gateway: &Gateway,
    slug: &str,
    demo: &nameit_demo::Experiment,
    person: SimulatedParticipant,
) -> Result<()> {
    let arrival =
        Arrival { code: None, url_parameters: person.url_parameters, environment: person.environment };
    let run = participation::start(gateway, slug, arrival).await?;
    let participant = access::participant(gateway, &run.participation_id, Some(&run.token))?;
    answer_all(gateway, participant, &run, demo, &person.answers).await?;
    participation::complete(gateway, participant).await?;
    Ok(())
}

async fn answer_all(
    gateway: &Gateway,
    participant: Participant,
    run: &participation::Run,
    demo: &nameit_demo::Experiment,
    answers: &[nameit_demo::SimulatedAnswer],
) -> Result<()> {
    for (trial, shown) in run.trials() {
        let place = demo.stimuli.iter().position(|stimulus| stimulus.key == shown.key.as_str());
        let said = place.and_then(|place| answers.get(place));
        let said = said.ok_or_else(|| Error::internal("the demo has no answer for one of its stimuli"))?;
        participation::respond(gateway, participant, trial, said.answer.clone(), said.timing.clone()).await?;
    }
    Ok(())
}
