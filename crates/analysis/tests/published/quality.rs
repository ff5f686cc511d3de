//! Flags of quality on 441,460 typed answers of ManyNames (English), the first two rounds of its collection.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::path::Path;

use flate2::read::MultiGzDecoder;
use nameit_analysis::cohort::{Cohort, CohortBuilder, Details, Participant};
use nameit_analysis::naming::Naming;
use nameit_analysis::normalise::{Normalisation, Normaliser};
use nameit_analysis::quality::{self, Kind, Level, Limits, QualityReport};
use nameit_analysis::tally::Said;
use nameit_domain::NonAnswer;
use serde::Deserialize;

use crate::data::data;

#[derive(Debug, Deserialize)]
struct Row {
    round: String,
    batch: String,
    participant: String,
    position: u32,
    stimulus: String,
    response: String,
    opt_out: String,
}

fn rows(folder: &Path) -> Vec<Row> {
    let file = MultiGzDecoder::new(File::open(folder.join("responses.tsv.gz")).unwrap());
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').from_reader(file);
    reader.deserialize().map(Result::unwrap).collect()
}

/// Tasks: ten pictures in a row, seen by one person.
fn tasks(rows: &[Row]) -> Vec<&[Row]> {
    let whose = |row: &Row| (row.round.clone(), row.batch.clone(), row.participant.clone());
    rows.chunk_by(|a, b| b.position == a.position + 1 && whose(a) == whose(b)).collect()
}

/// The name as published counts take it: trimmed and in lower case; `None` for an opt-out or nothing typed.
fn name(row: &Row) -> Option<String> {
    let name = row.response.trim().to_lowercase();
    (row.opt_out.is_empty() && !name.is_empty()).then_some(name)
}

/// The longest run, counted the slow way: from each name as far as it goes.
fn counted(task: &[Row]) -> u32 {
    let names: Vec<String> = task.iter().filter_map(name).collect();
    let from = |at: usize| names[at..].iter().take_while(|other| **other == names[at]).count();
    (0..names.len()).map(from).max().unwrap_or(0) as u32
}

#[test]
fn the_longest_runs_of_manynames_are_those_of_an_independent_count() {
    let Some(folder) = data("manynames-en") else { return };
    let rows = rows(&folder);
    let tasks = tasks(&rows);
    assert_eq!((rows.len(), tasks.len()), (441_460, 44_146));
    assert!(tasks.iter().all(|task| task.len() == 10));

    let mut builder = CohortBuilder::default();
    for (at, task) in tasks.iter().enumerate() {
        let participant =
            builder.participant(Participant { id: format!("{at:05}"), ..Participant::default() });
        for row in *task {
            answer(&mut builder, participant, row.position, row.position, row);
        }
    }
    let cohort = builder.build();
    let naming = Naming::new(Normaliser::new(Normalisation::Case, "en"));
    let named = cohort.named(&naming);
    let mut names = named.answers().chunks(10);

    let mut distribution: BTreeMap<u32, u32> = BTreeMap::new();
    for task in tasks {
        let runs = quality::runs(names.next().unwrap().iter().flatten());
        let longest = runs.map_or(0, |runs| runs.longest);
        assert_eq!(longest, counted(task), "{task:?}");
        *distribution.entry(longest).or_default() += 1;
    }
    // Published for all four rounds (67,084 tasks): 57,232, 9,377, 444, 16, 12 and 2, and one without a name.
    let seen: Vec<(u32, u32)> = distribution.into_iter().collect();
    assert_eq!(seen, [(0, 1), (1, 37_464), (2, 6_309), (3, 347), (4, 11), (5, 12), (6, 2)]);
}

#[test]
fn a_copyist_and_a_masher_stand_out_among_423_real_people() {
    let Some(folder) = data("manynames-en") else { return };
    let rows = rows(&folder);
    let mashed = [
        "sdkfjhsd", "asdkjh", "xcvbxcv", "fjdksla", "hgfhgf", "wqeqwe", "qweqwe", "ijoijo", "lkjlkj",
        "zzxzc", "dfgdfg", "asdf", "qwerty", "jjjj", "hjkl", "uiuiu", "kjhkjh", "adsfasd", "aslkdj",
        "eoiruw",
    ];
    let original = rows[0].participant.clone();
    let copied: Vec<&Row> =
        rows.iter().filter(|row| row.participant == original && name(row).is_some()).take(40).collect();
    let report = people(&rows, |builder, stimuli| {
        let masher = builder.participant(Participant { id: "masher".to_owned(), ..Participant::default() });
        for (at, text) in (0u32..).zip(mashed) {
            let details = Details { participant: masher, trial: at, stimulus: at, ..Details::default() };
            builder.answer(Said::Text(text), details);
        }
        let copyist = builder.participant(Participant { id: "copyist".to_owned(), ..Participant::default() });
        for (at, row) in (0u32..).zip(&copied) {
            answer(builder, copyist, at, stimuli[&row.stimulus], row);
        }
    });
    let with = flagged(&report);
    let find = |id: &str| report.participants.iter().find(|person| person.participant == id).unwrap();
    let figure = |id, kind| find(id).figures.iter().find(|figure| figure.kind == kind).unwrap();
    assert_eq!(figure("masher", Kind::Gibberish).value, Some(1.0), "every one of twenty");
    assert!(with["masher"].contains(&Kind::Gibberish));
    let copy = figure("copyist", Kind::Duplicate);
    assert_eq!((copy.value, copy.basis, copy.level), (Some(1.0), 40, Level::Flag));
    assert_eq!(copy.other.as_deref(), Some(original.as_str()));
    assert_eq!(with["copyist"], [Kind::Duplicate]);
    // Whoever stands out among the real ones does so by what they said to the pictures, not by how.
    assert_eq!(report.participants.len(), 423 + 2);
    assert!(with.len() < 423 / 20, "{with:?}");
    let who = |kind: Kind| -> Vec<&str> {
        with.iter().filter(|(_, kinds)| kinds.contains(&kind)).map(|(id, _)| *id).collect()
    };
    assert_eq!(who(Kind::Gibberish), ["masher"]);
    assert_eq!(who(Kind::Duplicate), [original.as_str(), "copyist"]);
}

/// All people as one cohort, each picture a stimulus, with whom `more` adds.
fn people(rows: &[Row], more: impl FnOnce(&mut CohortBuilder, &HashMap<String, u32>)) -> QualityReport {
    let mut builder = CohortBuilder::default();
    let mut participants: HashMap<&str, (u32, u32)> = HashMap::new();
    let mut stimuli: HashMap<String, u32> = HashMap::new();
    for row in rows {
        let next = stimuli.len() as u32;
        let stimulus = *stimuli.entry(row.stimulus.clone()).or_insert(next);
        let id = row.participant.as_str();
        let (participant, trial) = participants.entry(id).or_insert_with(|| {
            (builder.participant(Participant { id: id.to_owned(), ..Participant::default() }), 0)
        });
        answer(&mut builder, *participant, *trial, stimulus, row);
        *trial += 1;
    }
    more(&mut builder, &stimuli);
    let cohort: Cohort = builder.build();
    let named = cohort.named(&Naming::new(Normaliser::new(Normalisation::Standard, "en")));
    quality::report(&cohort, &named, &Limits::default(), &quality::Counted::default())
}

fn answer(builder: &mut CohortBuilder, participant: u32, trial: u32, stimulus: u32, row: &Row) {
    let details = Details { participant, trial, stimulus, ..Details::default() };
    let said = match name(row) {
        Some(_) => Said::Text(&row.response),
        None => Said::NonAnswer(NonAnswer::Skipped),
    };
    builder.answer(said, details);
}

fn flagged(report: &QualityReport) -> BTreeMap<&str, Vec<Kind>> {
    let people = report.participants.iter().filter(|person| person.flagged);
    people
        .map(|person| (person.participant.as_str(), person.flags().map(|figure| figure.kind).collect()))
        .collect()
}
