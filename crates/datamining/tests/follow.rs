//! Datamining follows a storage that breaks off, forgets and goes on.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod fake_storage;

use std::time::Duration;

use fake_storage::FakeStorage;
use nameit_datamining::{App, Config};
use nameit_proto::datamining::v1::report_service_client::ReportServiceClient;
use nameit_proto::datamining::v1::{
    GetReportRequest, ProgressBucket, ReportHeader, WatchReportRequest, WatchReportResponse,
};
use nameit_proto::findings::v1::StimulusNorms;
use nameit_runtime::client::{Channel, channel};
use nameit_runtime::{Connect, Listen, Shutdown, transport};

struct Story {
    storage: FakeStorage,
    reports: ReportServiceClient<Channel>,
    shutdown: Shutdown,
}

impl Story {
    async fn begin() -> Self {
        let shutdown = Shutdown::new();
        let storage = FakeStorage::default();
        let to_storage = storage.serve(&shutdown);
        let (listener, connector) = transport::memory();
        let app = App::build(Config::default(), Listen::Memory(listener), &to_storage).await.unwrap();
        tokio::spawn(app.run(shutdown.clone()));
        let reports = ReportServiceClient::new(channel(&Connect::Memory(connector)).unwrap());
        Self { storage, reports, shutdown }
    }

    async fn report(&mut self) -> (ReportHeader, Vec<StimulusNorms>) {
        let experiment_id = self.storage.experiment_id();
        self.told(GetReportRequest { experiment_id, ..Default::default() }).await
    }

    async fn told(&mut self, request: GetReportRequest) -> (ReportHeader, Vec<StimulusNorms>) {
        let mut stream = self.reports.get_report(request).await.unwrap().into_inner();
        let (mut header, mut stimuli) = (None, Vec::new());
        while let Some(message) = stream.message().await.unwrap() {
            header = message.header.or(header);
            stimuli.extend(message.stimuli);
        }
        (header.expect("the first message carries the header"), stimuli)
    }
}

impl Drop for Story {
    fn drop(&mut self) {
        self.shutdown.begin();
    }
}

fn counts(norms: &StimulusNorms) -> Vec<(&str, u64)> {
    norms.names.iter().map(|share| (share.name.as_str(), share.count)).collect()
}

#[tokio::test]
async fn a_report_holds_everything_that_was_durable_before_it_was_asked_for() {
    let mut story = Story::begin().await;
    for (stimulus, text) in [(0, "Cat"), (0, "a cat"), (1, "dog"), (0, "kitten")] {
        story.storage.add(stimulus, text);
    }
    let (header, stimuli) = story.report().await;
    assert_eq!((header.responses, stimuli.len()), (4, 2));
    assert_eq!(counts(&stimuli[0]), [("cat", 2), ("kitten", 1)]);
    for round in 1..=20 {
        story.storage.add(1, "wolf");
        let (_, stimuli) = story.report().await;
        assert_eq!(counts(&stimuli[1]).iter().find(|(name, _)| *name == "wolf"), Some(&("wolf", round)));
    }
}

#[tokio::test]
async fn names_that_tie_are_limited_as_all_others_unless_all_of_them_are_asked_for() {
    let mut story = Story::begin().await;
    for text in ["sofa", "couch", "settee", "couch", "sofa", "settee", "bench"] {
        story.storage.add(0, text);
    }
    for (names_limit, all_modal_names, names, modal_names) in
        [(0, false, 4, 3), (2, false, 2, 2), (2, true, 2, 3), (4, true, 4, 3)]
    {
        let experiment_id = story.storage.experiment_id();
        let request = GetReportRequest { experiment_id, names_limit, all_modal_names, ..Default::default() };
        let norms = story.told(request).await.1.swap_remove(0);
        assert_eq!((norms.names.len(), norms.modal_names.len(), norms.modal_types), (names, modal_names, 3));
        assert_eq!(norms.modal_names[..2], ["couch", "settee"]);
    }
}

#[tokio::test]
async fn totals_are_those_of_the_call_although_the_feed_says_them_later() {
    let mut story = Story::begin().await;
    for started in 1..=5 {
        story.storage.start();
        story.storage.add(0, "cat");
        let (header, _) = story.report().await;
        assert_eq!(header.participations.unwrap_or_default().started, started);
        assert_eq!(header.responses, started);
    }
}

#[tokio::test]
async fn a_feed_that_breaks_anywhere_loses_and_doubles_nothing() {
    for breaks_after in 0..9 {
        let mut story = Story::begin().await;
        for number in 0..20 {
            story.storage.add(number % 3, "tree");
        }
        story.storage.break_after_messages(breaks_after);
        let (header, stimuli) = story.report().await;
        assert_eq!(header.responses, 20, "broken after {breaks_after} messages");
        assert_eq!(stimuli.iter().map(|norms| norms.n).collect::<Vec<_>>(), [7, 7, 6]);
        story.storage.break_after_messages(1);
        story.storage.add(0, "bush");
        assert_eq!(story.report().await.0.responses, 21, "the tail goes on after another break");
    }
}

#[tokio::test]
async fn an_erasure_rebuilds_the_report_without_what_was_erased() {
    let mut story = Story::begin().await;
    for text in ["red", "red", "crimson"] {
        story.storage.add(0, text);
    }
    let (before, _) = story.report().await;
    story.storage.erase("red");
    let (after, stimuli) = story.report().await;
    assert_eq!(counts(&stimuli[0]), [("crimson", 1)]);
    assert_eq!(after.responses, 1);
    assert!(after.revision > before.revision, "clients can tell that it is newer");
}

#[tokio::test]
async fn a_watcher_is_told_what_changed_and_only_that() {
    let mut story = Story::begin().await;
    story.storage.add(0, "sun");
    story.storage.add(1, "moon");
    let request = WatchReportRequest { experiment_id: story.storage.experiment_id(), names_limit: 0 };
    let mut stream = story.reports.watch_report(request).await.unwrap().into_inner();
    let first = next(&mut stream).await;
    assert_eq!(first.stimuli.len(), 2);
    assert!(!first.header.unwrap().progress_continues, "a new reader is told everything");
    story.storage.add(1, "crescent");
    let second = next(&mut stream).await;
    assert_eq!(second.stimuli.iter().map(|norms| norms.ordinal).collect::<Vec<_>>(), [1]);
    let header = second.header.unwrap();
    assert_eq!((header.responses, header.progress_continues), (3, true));
    assert_eq!(header.progress, [ProgressBucket { minute: 0, responses: 3 }]);
}

#[tokio::test]
async fn a_decision_about_names_is_followed_at_once_by_reports_and_by_all_who_watch() {
    let mut story = Story::begin().await;
    for (stimulus, text) in [(0, "telly"), (0, "TV"), (0, "TV"), (1, "dog")] {
        story.storage.add(stimulus, text);
    }
    let request = WatchReportRequest { experiment_id: story.storage.experiment_id(), names_limit: 0 };
    let mut stream = story.reports.watch_report(request).await.unwrap().into_inner();
    assert_eq!(counts(&next(&mut stream).await.stimuli[0]), [("tv", 2), ("telly", 1)]);
    story.storage.decide(r#"{"merges": {"telly": "tv"}}"#);
    assert_eq!(counts(&next(&mut stream).await.stimuli[0]), [("tv", 3)], "the feed told of it");
    assert_eq!(counts(&story.report().await.1[0]), [("tv", 3)]);
    story.storage.decide(r#"{"steps": []}"#);
    assert_eq!(counts(&story.report().await.1[0]), [("TV", 2), ("telly", 1)]);
    story.storage.add(0, "Telly");
    story.storage.decide("{}");
    assert_eq!(counts(&story.report().await.1[0]), [("telly", 2), ("tv", 2)]);
}

#[tokio::test]
async fn a_decision_survives_a_rebuild() {
    let mut story = Story::begin().await;
    for text in ["telly", "TV", "box"] {
        story.storage.add(0, text);
    }
    story.storage.decide(r#"{"merges": {"telly": "tv"}}"#);
    assert_eq!(counts(&story.report().await.1[0]), [("tv", 2), ("box", 1)]);
    story.storage.erase("box");
    assert_eq!(counts(&story.report().await.1[0]), [("tv", 2)]);
}

#[tokio::test]
async fn an_unknown_experiment_is_not_found_and_a_wrong_id_is_named() {
    let mut story = Story::begin().await;
    let unknown = nameit_domain::ExperimentId::generate().to_string();
    let request = GetReportRequest { experiment_id: unknown, ..Default::default() };
    assert_eq!(story.reports.get_report(request).await.unwrap_err().code(), tonic::Code::NotFound);
    let request = GetReportRequest { experiment_id: "seven".to_owned(), ..Default::default() };
    let status = story.reports.get_report(request).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::InvalidArgument);
    assert!(status.message().contains("seven"));
}

async fn next(stream: &mut tonic::Streaming<WatchReportResponse>) -> WatchReportResponse {
    let message = tokio::time::timeout(Duration::from_secs(10), stream.message());
    message.await.expect("a message comes in time").unwrap().expect("the stream goes on")
}
