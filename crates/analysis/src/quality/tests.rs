use nameit_domain::NonAnswer;
use proptest::prelude::*;

use super::*;
use crate::cohort::{CohortBuilder, Details, Participant};
use crate::naming::Naming;
use crate::normalise::{Normalisation, Normaliser};
use crate::tally::Said;

const STIMULI: u32 = 20;

/// What one participant does in one trial.
#[derive(Debug, Clone)]
struct Trial {
    text: String,
    first_key_ms: u32,
    pasted: bool,
    focus_losses: u32,
}

type People = Vec<(String, Vec<Trial>)>;

fn trial(text: &str, first_key_ms: u32) -> Trial {
    Trial { text: text.to_owned(), first_key_ms, pasted: false, focus_losses: 0 }
}

/// Numbers that look random and are the same every time.
fn dice(seed: u32) -> u32 {
    (seed.wrapping_mul(2_654_435_761) ^ (seed >> 7)).wrapping_mul(0x9e37_79b1) >> 11
}

/// Forty people like [`person`].
fn crowd() -> People {
    (0..40).map(|number| (format!("p{number:02}"), person(number))).collect()
}

/// Names twenty things, each by its common name, by one of two others, or by a rare one now and then.
fn person(number: u32) -> Vec<Trial> {
    let word = |stimulus: u32, which: u32| {
        let syllables = ["ba", "ket", "lo", "min", "sar", "te", "pol", "gan"];
        let syllable = |at: u32| syllables[(dice(stimulus * 31 + which * 7 + at) % 8) as usize];
        format!("{}{}{}{stimulus}", syllable(0), syllable(1), syllable(2))
    };
    let which = |stimulus| match dice(number * 101 + stimulus) % 100 {
        0..60 => 0,
        60..80 => 1,
        80..95 => 2,
        _ => 100 + number,
    };
    let time = |stimulus| 700 + dice(number * 7 + stimulus * 3) % 900;
    (0..STIMULI).map(|stimulus| trial(&word(stimulus, which(stimulus)), time(stimulus))).collect()
}

fn cohort(people: &People) -> Cohort {
    let mut builder = CohortBuilder::default();
    for (id, trials) in people {
        let participant = builder.participant(Participant { id: id.clone(), ..Participant::default() });
        for (at, trial) in (0u32..).zip(trials) {
            let said = match trial.text.as_str() {
                "" => Said::NonAnswer(NonAnswer::DontKnow),
                text => Said::Text(text),
            };
            let details = Details {
                participant,
                trial: at,
                stimulus: at,
                first_key_ms: Some(trial.first_key_ms),
                pasted: trial.pasted,
                focus_losses: trial.focus_losses,
                ..Details::default()
            };
            builder.answer(said, details);
        }
    }
    builder.build()
}

fn look(people: &People) -> QualityReport {
    let cohort = cohort(people);
    let named = cohort.named(&Naming::new(Normaliser::new(Normalisation::Standard, "en")));
    report(&cohort, &named, &Limits::default(), &Counted::default())
}

fn flags<'a>(report: &'a QualityReport, id: &str) -> Vec<&'a str> {
    let participant = report.participants.iter().find(|participant| participant.participant == id).unwrap();
    participant.flags().map(|figure| figure.kind.as_str()).collect()
}

fn figure<'a>(report: &'a QualityReport, id: &str, kind: Kind) -> &'a Judged {
    let participant = report.participants.iter().find(|participant| participant.participant == id).unwrap();
    participant.figures.iter().find(|figure| figure.kind == kind).unwrap()
}

fn flagged(report: &QualityReport) -> Vec<&str> {
    let flagged = report.participants.iter().filter(|participant| participant.flagged);
    flagged.map(|participant| participant.participant.as_str()).collect()
}

/// The crowd with one more.
fn with(id: &str, trials: impl FnMut(u32) -> Trial) -> People {
    let mut people = crowd();
    people.push((id.to_owned(), (0..STIMULI).map(trials).collect()));
    people
}

#[test]
fn people_who_take_care_are_not_flagged() {
    let report = look(&crowd());
    assert_eq!(flagged(&report), Vec::<&str>::new());
    assert!(report.cohort.iter().all(|figure| figure.reason.is_none() && figure.participants == 40));
    assert!(report.participants.iter().all(|person| person.figures.len() == Kind::ALL.len()));
    assert_eq!(report.sides.all, report.sides.unflagged);
    assert_eq!(report.sides.changes, []);
}

#[test]
fn who_is_too_fast_is_flagged_by_both_times() {
    let names = crowd()[0].1.clone();
    let report = look(&with("fast", |at| trial(&format!("{}x", names[at as usize].text), 120)));
    let seen = flags(&report, "fast");
    assert!(seen.contains(&"median_time") && seen.contains(&"fast_trials"), "{seen:?}");
    let time = figure(&report, "fast", Kind::MedianTime);
    assert_eq!((time.value, time.basis, time.level), (Some(120.0), 20, Level::Flag));
    assert!(time.cohort_median.unwrap() > 1000.0 && time.threshold.unwrap() >= 250.0);
    assert!(time.explanation.starts_with("Median time until an answer began: 120 ms (cohort: "));
    assert_eq!(figure(&report, "fast", Kind::FastTrials).value, Some(1.0));
}

#[test]
fn one_name_again_and_again_is_flagged() {
    let report = look(&with("same", |_| trial("thing", 900)));
    let seen = flags(&report, "same");
    assert!(seen.contains(&"longest_run") && seen.contains(&"mean_run"), "{seen:?}");
    assert!(seen.contains(&"agreement"), "nobody else said it");
    assert_eq!(figure(&report, "same", Kind::LongestRun).value, Some(20.0));
    assert!(!seen.contains(&"gibberish"), "a word is no gibberish");
}

#[test]
fn names_nobody_else_gives_and_gibberish_are_two_things() {
    let foreign = ["tavolo", "sedia", "gatto", "cane", "fiore"];
    let report = look(&with("else", |at| trial(&format!("{} di {at}", foreign[at as usize % 5]), 900)));
    let seen = flags(&report, "else");
    assert!(seen.contains(&"rare_names") && seen.contains(&"agreement"), "{seen:?}");
    assert_eq!(figure(&report, "else", Kind::RareNames).value, Some(1.0));
    let masher = ["asdfgh", "kjhkjh", "xcvbxc", "sdfklj", "wqrtpz"];
    let report = look(&with("mash", |at| trial(&masher[at as usize % 5].repeat(1 + at as usize % 2), 900)));
    assert!(flags(&report, "mash").contains(&"gibberish"));
    assert_eq!(flagged(&report), ["mash"]);
}

#[test]
fn who_names_nothing_is_flagged_for_that_alone() {
    let names = crowd()[3].1.clone();
    let report =
        look(&with(
            "none",
            |at| {
                if at % 4 == 0 { trial(&names[at as usize].text, 900) } else { trial("", 900) }
            },
        ));
    assert_eq!(flags(&report, "none"), ["non_answers"]);
    assert_eq!(figure(&report, "none", Kind::NonAnswers).value, Some(0.75));
    let agreement = figure(&report, "none", Kind::Agreement);
    assert_eq!((agreement.level, agreement.basis), (Level::Unjudged, 5));
    assert_eq!(
        agreement.explanation,
        "Not judged: rests on 5 names for stimuli that enough others named; at least 10 are needed."
    );
}

#[test]
fn answers_that_equal_anothers_are_found_and_both_are_named() {
    let names = crowd()[7].1.clone();
    let report = look(&with("twin", |at| match at {
        4 => trial("umbrella", 900),
        at => trial(&names[at as usize].text, 900),
    }));
    assert_eq!(flagged(&report), ["p07", "twin"]);
    for (id, other) in [("p07", "twin"), ("twin", "p07")] {
        assert_eq!(flags(&report, id), ["duplicate"]);
        let figure = figure(&report, id, Kind::Duplicate);
        assert_eq!((figure.value, figure.basis, figure.other.as_deref()), (Some(0.95), 20, Some(other)));
        assert!(figure.explanation.starts_with("19 of 20 names equal"), "{}", figure.explanation);
    }
}

#[test]
fn nobody_is_a_duplicate_because_everybody_says_red() {
    let colours = ["red", "blue", "green", "yellow"];
    let mut people: People = (0..40)
        .map(|number| {
            let trials = (0..STIMULI).map(|at| trial(colours[at as usize % 4], 700 + number * 9));
            (format!("p{number:02}"), trials.collect())
        })
        .collect();
    people[5].1[3].text = "gold".to_owned();
    let report = look(&people);
    assert_eq!(flagged(&report), Vec::<&str>::new());
    let duplicate = figure(&report, "p00", Kind::Duplicate);
    assert_eq!((duplicate.value, duplicate.level), (Some(1.0), Level::Usual));
    assert!(duplicate.explanation.contains("no surprise"), "{}", duplicate.explanation);
}

#[test]
fn pasting_and_leaving_the_page_alone_are_notes() {
    let names = person(77);
    let dictating = |at: u32| Trial {
        text: names[at as usize].text.clone(),
        // The text of the tool lands at once.
        first_key_ms: 5,
        pasted: true,
        focus_losses: 2,
    };
    let report = look(&with("dictates", dictating));
    assert_eq!(flagged(&report), Vec::<&str>::new());
    for kind in [Kind::Pasted, Kind::FocusLosses] {
        let figure = figure(&report, "dictates", kind);
        assert_eq!(figure.level, Level::Note);
        assert!(figure.explanation.contains("assistive technology"));
    }
    let time = figure(&report, "dictates", Kind::MedianTime);
    assert_eq!((time.value, time.level), (None, Level::Unjudged));

    let report = look(&with("pastes", |at| Trial { text: "thing".to_owned(), ..dictating(at) }));
    let seen = flags(&report, "pastes");
    assert!(seen.contains(&"longest_run") && seen.contains(&"pasted") && seen.contains(&"focus_losses"));
}

#[test]
fn who_is_flagged_follows_what_counts_and_what_is_judged_does_not() {
    let names = crowd()[7].1.clone();
    let mut people = with("same", |_| trial("thing", 900));
    people.push(("twin".to_owned(), names));
    let cohort = cohort(&people);
    let named = cohort.named(&Naming::new(Normaliser::new(Normalisation::Standard, "en")));
    let count = |counted: &str| report(&cohort, &named, &Limits::default(), &counted.parse().unwrap());
    let all = report(&cohort, &named, &Limits::default(), &Counted::default());
    assert_eq!(flagged(&all), ["p07", "same", "twin"]);
    let duplicates = count("duplicate");
    assert_eq!((flagged(&duplicates), duplicates.flagged), (vec!["p07", "twin"], 2));
    assert_eq!(duplicates.sides.unflagged.participants, 40);
    assert_eq!(flags(&duplicates, "same"), flags(&all, "same"), "what does not count is still shown");
    let none = count("");
    assert_eq!((none.flagged, &none.sides.all), (0, &none.sides.unflagged));
}

#[test]
fn few_people_are_shown_and_not_judged() {
    let mut people = crowd();
    people.truncate(8);
    people.push(("same".to_owned(), (0..STIMULI).map(|_| trial("thing", 20)).collect()));
    let report = look(&people);
    assert_eq!(flagged(&report), Vec::<&str>::new());
    let run = figure(&report, "same", Kind::LongestRun);
    assert_eq!((run.value, run.level, run.threshold), (Some(20.0), Level::Unjudged, None));
    assert_eq!(run.explanation, "Not judged: 9 participants can be compared; at least 10 are needed.");
}

#[test]
fn odd_input_gives_empty_figures_and_no_panic() {
    assert_eq!(look(&Vec::new()).participants, []);
    let nobody_answers = look(&vec![("a".to_owned(), Vec::new()); 12]);
    assert_eq!((nobody_answers.flagged, nobody_answers.sides.all.participants), (0, 0));
    assert_eq!(nobody_answers.sides.all.mean_h, None);
    let one = look(&vec![("a".to_owned(), vec![trial("x", 0)])]);
    assert_eq!((one.participants[0].n, one.sides.all.mean_h), (1, Some(0.0)));
    let blanks = look(&vec![("a".to_owned(), vec![trial(" ?! ", 0); 30]); 12]);
    assert_eq!(blanks.sides.all.non_answers, 360);
}

#[test]
fn the_sides_are_what_leaving_the_flagged_out_gives() {
    let people = with("same", |_| trial("thing", 900));
    let report = look(&people);
    assert_eq!(flagged(&report), ["same"]);
    let without = look(&crowd());
    assert_eq!(report.sides.unflagged, without.sides.all);
    assert_eq!(report.sides.all.n, report.sides.unflagged.n + 20);
    assert_eq!(report.sides.all.types, report.sides.unflagged.types + 20, "a new name for each stimulus");
    assert_eq!(report.sides.changes.len(), 20);
    let change = |change: &StimulusChange| (change.all.h.unwrap() - change.unflagged.h.unwrap()).abs();
    assert!(report.sides.changes.windows(2).all(|two| change(&two[0]) >= change(&two[1])));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_order_of_the_people_leaves_no_trace(order in Just((0..41).collect::<Vec<usize>>()).prop_shuffle()) {
        let people = with("same", |_| trial("thing", 900));
        let shuffled: People = order.iter().map(|at| people[*at].clone()).collect();
        prop_assert_eq!(look(&people), look(&shuffled));
    }

    #[test]
    fn whatever_people_say_the_sums_are_right(
        said in prop::collection::vec(prop::collection::vec("[abq ?]{0,3}", 0..16), 0..14),
        times in prop::collection::vec(0u32..3000, 1..9),
    ) {
        let people: People = said.iter().enumerate().map(|(at, texts)| {
            let trials = texts.iter().zip(times.iter().cycle()).map(|(text, time)| trial(text, *time));
            (format!("p{at:02}"), trials.collect())
        }).collect();
        let report = look(&people);
        let Sides { all, unflagged, .. } = &report.sides;
        let trials: usize = said.iter().map(Vec::len).sum();
        prop_assert_eq!(all.n + all.non_answers, trials as u64);
        prop_assert_eq!(all.n, report.participants.iter().map(|person| person.n).sum::<u64>());
        let kept = report.participants.iter().filter(|person| !person.flagged);
        prop_assert_eq!(unflagged.n, kept.map(|person| person.n).sum::<u64>());
        prop_assert_eq!(report.flagged as usize, flagged(&report).len());
        for person in &report.participants {
            for figure in &person.figures {
                prop_assert!(figure.value.is_none_or(f64::is_finite));
                prop_assert!(figure.level != Level::Flag || figure.basis >= 10);
                prop_assert!(!figure.explanation.is_empty());
            }
        }
    }
}
