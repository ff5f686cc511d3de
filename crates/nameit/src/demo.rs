//! `nameit demo`: a demo researcher with two experiments and simulated participants, in a running server.
//!
//! Everything goes through the public REST API, like what anybody else sends. The content comes from
//! `nameit-demo`, which the button of an empty server uses too.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use nameit_demo::{Content, Crowd, Experiment, SimulatedAnswer, SimulatedParticipant, Stimulus};
use nameit_domain::Answer;
use nameit_domain::stimulus::{Target, TargetShape};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::time::{Duration, Instant, sleep_until};

use crate::random::{password, suffix};
use crate::rest::{Refused, Server, text};

/// Participants who answer at the same time.
const AT_ONCE: usize = 8;

/// A demo researcher, two experiments and simulated participants, in a running server.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address of the server.
    #[arg(long, env = "NAMEIT_URL", default_value = "http://127.0.0.1:8080", value_name = "URL")]
    url: String,
    /// Seed of the simulated participants; the same seed gives the same answers.
    #[arg(long, env = "NAMEIT_DEMO_SEED", default_value_t = 1)]
    seed: u64,
    /// Afterwards keep sending participants, about one a second, until this many minutes are over: to watch
    /// the results page live.
    #[arg(long, env = "NAMEIT_DEMO_LIVE_MINUTES", default_value_t = 0, value_name = "MINUTES")]
    live: u64,
}

/// Creates the demo and says where it is.
pub fn run(args: &Args) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the async runtime")?
        .block_on(create(args))
}

async fn create(args: &Args) -> anyhow::Result<()> {
    let server = Server::at(&args.url)?;
    let (researcher, handle, password) = sign_up(&server).await?;
    println!("researcher  {handle}");
    println!("password    {password}   (shown only now)");
    let mut running = Vec::new();
    for experiment in nameit_demo::experiments() {
        let (id, slug) = publish(&researcher, &experiment).await?;
        let crowd: Vec<_> = Crowd::new(&experiment, args.seed).take(experiment.participants).collect();
        send(&server, &slug, &experiment, crowd).await?;
        println!();
        println!("{}", experiment.new.title);
        println!("  take part  {}/run/{slug}", server.url());
        println!("  results    {}/experiments/{id}/results", server.url());
        running.push((slug, experiment));
    }
    live(&server, args, &running).await
}

/// Signs up as `demo`, or under a name like it when that is taken.
async fn sign_up(server: &Server) -> anyhow::Result<(Server, String, String)> {
    let password = password()?;
    let first = server.sign_up(nameit_demo::HANDLE, &password, nameit_demo::DISPLAY_NAME).await;
    match first {
        Ok(researcher) => Ok((researcher, nameit_demo::HANDLE.to_owned(), password)),
        Err(error) if is_taken(&error) => {
            let handle = format!("{}-{}", nameit_demo::HANDLE, suffix()?);
            let researcher = server.sign_up(&handle, &password, nameit_demo::DISPLAY_NAME).await?;
            Ok((researcher, handle, password))
        }
        Err(error) => Err(error),
    }
}

fn is_taken(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Refused>().is_some_and(|refused| refused.status == StatusCode::CONFLICT)
}

/// Creates and publishes the experiment; gives its id and slug.
async fn publish(researcher: &Server, experiment: &Experiment) -> anyhow::Result<(String, String)> {
    let new = json!({
        "title": experiment.new.title,
        "question": experiment.new.question,
        "language": experiment.new.language,
        "consent_text": experiment.new.consent_text,
        "access": experiment.new.access.as_str(),
    });
    let created = researcher.post("/api/v1/experiments", &new).await?;
    let id = text(&created, "id")?.to_owned();
    for stimulus in &experiment.stimuli {
        put_stimulus(researcher, &id, stimulus).await?;
    }
    let published = researcher.post(&format!("/api/v1/experiments/{id}/publish"), &Value::Null).await?;
    Ok((id, text(&published, "slug")?.to_owned()))
}

async fn put_stimulus(researcher: &Server, id: &str, stimulus: &Stimulus) -> anyhow::Result<()> {
    let path = format!("/api/v1/experiments/{id}/stimuli/{}", stimulus.key);
    match &stimulus.content {
        Content::Colour(colour) => {
            researcher.put(&path, &json!({"colour": colour.to_hex()})).await?;
        }
        Content::Scene { png, target } => {
            researcher.put_png(&path, png.clone()).await?;
            researcher.put(&path, &json!({"target": target_json(target)})).await?;
        }
    }
    Ok(())
}

fn target_json(target: &Target) -> Value {
    let style = target.style.as_str();
    match &target.shape {
        TargetShape::Box { x, y, width, height } => {
            json!({"shape": "box", "x": x, "y": y, "width": width, "height": height, "style": style})
        }
        TargetShape::Polygon(points) => json!({"shape": "polygon", "points": points, "style": style}),
    }
}

async fn send(
    server: &Server,
    slug: &str,
    experiment: &Experiment,
    crowd: Vec<SimulatedParticipant>,
) -> anyhow::Result<()> {
    let progress = progress(crowd.len());
    stream::iter(crowd)
        .map(|person| async {
            take_part(server, slug, experiment, person).await?;
            progress.inc(1);
            anyhow::Ok(())
        })
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<()>>()
        .await?;
    progress.finish_and_clear();
    Ok(())
}

async fn take_part(
    server: &Server,
    slug: &str,
    experiment: &Experiment,
    person: SimulatedParticipant,
) -> anyhow::Result<()> {
    let pairs = |pairs: &[(String, String)]| -> Value {
        pairs.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect()
    };
    let begin = json!({
        "url_parameters": pairs(&person.url_parameters),
        "environment": pairs(&person.environment),
    });
    let run = server.post(&format!("/api/v1/run/{slug}/participations"), &begin).await?;
    let participant = server.with_token(text(&run, "token")?);
    let path = format!("/api/v1/participations/{}", text(&run, "participation_id")?);
    let trials = run["trials"].as_array().context("the server's answer has no `trials`")?;
    for (trial, shown) in trials.iter().enumerate() {
        let key = text(shown, "key")?;
        let ordinal = experiment.stimuli.iter().position(|stimulus| stimulus.key == key);
        let ordinal = ordinal.with_context(|| format!("the server shows `{key}`, which the demo has not"))?;
        let body = response_json(&person.answers[ordinal]);
        participant.put(&format!("{path}/trials/{trial}/response"), &body).await?;
    }
    participant.post(&format!("{path}/complete"), &Value::Null).await?;
    Ok(())
}

fn response_json(answer: &SimulatedAnswer) -> Value {
    let timing = &answer.timing;
    let mut body = json!({
        "first_key_ms": timing.first_key_ms,
        "submitted_ms": timing.submitted_ms,
        "edits": timing.edits,
        "pasted": timing.pasted,
        "focus_losses": timing.focus_losses,
    });
    match &answer.answer {
        Answer::Text(text) => body["text"] = Value::from(text.as_str()),
        Answer::NonAnswer(word) => body["non_answer"] = Value::from(word.as_str()),
    }
    body
}

async fn live(server: &Server, args: &Args, running: &[(String, Experiment)]) -> anyhow::Result<()> {
    if args.live == 0 {
        return Ok(());
    }
    println!("\none more participant a second, for {} minutes", args.live);
    let begin = Instant::now();
    let crowds = running.iter().map(|(_, experiment)| Crowd::new(experiment, args.seed.wrapping_add(1)));
    let mut crowds: Vec<_> = crowds.collect();
    for second in 0..args.live * 60 {
        sleep_until(begin + Duration::from_secs(second)).await;
        let at = (second % running.len() as u64) as usize;
        let (slug, experiment) = &running[at];
        let person = crowds[at].next().context("a crowd has no end")?;
        take_part(server, slug, experiment, person).await?;
    }
    Ok(())
}

fn progress(participants: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos} of {len} participants, {eta} left")
        .expect("the template is valid");
    let bar = ProgressBar::new(participants as u64).with_style(style);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    bar
}
