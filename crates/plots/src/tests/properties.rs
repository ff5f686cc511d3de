//! Any text and any numbers give a drawing without faults.

use proptest::prelude::*;
use resvg::usvg::roxmltree::Document;

use crate::*;

/// Any text at all, and texts that are hard to draw.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zA-Z ]{0,80}",
        "\\PC{0,40}",
        Just("杯".repeat(60)),
        Just("W".repeat(300)),
        Just(format!("e{}", "\u{301}".repeat(30))),
        Just("\u{202e}<script>alert(1)</script>\0\u{fffe}".to_owned()),
        Just("\u{fdfd}".repeat(5)),
    ]
}

/// Any number, usual ones more often.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![3 => 0.0..1.0, 2 => 0.0..1e5, 1 => any::<f64>(), 1 => Just(0.0), 1 => Just(f64::NAN)]
}

fn interval() -> impl Strategy<Value = Option<(f64, f64)>> {
    proptest::option::of((number(), number()))
}

/// A count, usual ones more often.
fn count() -> impl Strategy<Value = u64> {
    prop_oneof![3 => 0..1_000_u64, 1 => any::<u64>()]
}

/// Complains when a plot is not fit to be shown.
fn judge(plot: &Plot) -> Result<(), TestCaseError> {
    prop_assert_eq!(plot.faults(), Vec::<String>::new());
    for drawn in [plot.svg(Theme::Auto), plot.svg(Theme::Dark), plot.inline()] {
        let document = Document::parse(&drawn);
        prop_assert!(document.is_ok(), "{:?}\n{}", document.err(), drawn);
        let document = document.expect("it was looked at above");
        for node in document.descendants() {
            prop_assert!(node.tag_name().name() != "script" && node.tag_name().name() != "b");
            for attribute in node.attributes() {
                prop_assert!(!attribute.value().contains("NaN") && !attribute.value().contains("inf"));
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn bars_and_names(
        title in text(),
        note in proptest::option::of(text()),
        whole in any::<bool>(),
        rows in proptest::collection::vec((text(), number(), proptest::option::of(count()), interval(), any::<bool>()), 0..70),
        unit in prop_oneof![Just(Unit::Share), Just(Unit::Count), Just(Unit::Milliseconds), Just(Unit::Plain)],
        n in count(),
        types in count(),
    ) {
        judge(&names(&Names {
            stimulus: title.clone(),
            names: rows
                .iter()
                .map(|(name, share, count, interval, modal)| NameBar {
                    name: name.clone(), count: count.unwrap_or(0), share: *share, interval: *interval, modal: *modal,
                })
                .collect(),
            n,
            types,
        }))?;
        let bar = |(label, value, count, interval, strong): (String, f64, Option<u64>, Option<(f64, f64)>, bool)| {
            Bar { label, value, count, interval, strong }
        };
        judge(&bars(&Bars { title, unit, whole, bars: rows.into_iter().map(bar).collect(), note }))?;
    }

    #[test]
    fn rarefaction_curves(
        title in text(),
        n in count(),
        types in count(),
        points in proptest::collection::vec((number(), number(), interval(), proptest::option::of(number())), 0..450),
    ) {
        let points = points
            .into_iter()
            .map(|(m, types, interval, coverage)| CurvePoint { m, types, interval, coverage })
            .collect();
        judge(&rarefaction(&Rarefaction { title, n, types, points }))?;
    }

    #[test]
    fn response_time_histograms(
        title in text(), what in text(), note in proptest::option::of(text()),
        all in proptest::collection::vec(number(), 0..80),
        modal in proptest::collection::vec(number(), 0..80),
        bins in proptest::collection::vec((number(), number(), count(), count()), 0..70),
        quartiles in proptest::option::of([number(), number(), number()]),
        logarithmic in any::<bool>(),
    ) {
        let scale = if logarithmic { Scale::Logarithmic } else { Scale::Linear };
        let labels = ResponseTimes { title, what, scale, note, ..ResponseTimes::default() };
        judge(&response_times(&ResponseTimes {
            title: labels.title.clone(),
            what: labels.what.clone(),
            note: labels.note.clone(),
            ..ResponseTimes::of_times(&all, &modal, scale)
        }))?;
        let bins = bins.into_iter().map(|(from_ms, to_ms, all, modal)| TimeBin { from_ms, to_ms, all, modal });
        let marks = TimeMarks { n: 3, quartiles };
        judge(&response_times(&ResponseTimes { bins: bins.collect(), all: marks, modal: marks, ..labels }))?;
    }

    #[test]
    fn tables_of_cells(
        title in text(),
        rows in proptest::collection::vec((text(), proptest::collection::vec((text(), number()), 0..12)), 0..50),
        values in proptest::collection::vec(proptest::collection::vec(number(), 0..20), 0..20),
        note in proptest::option::of(text()),
    ) {
        let terms = rows.iter().map(|(stimulus, _)| stimulus.clone()).collect();
        judge(&association(&Association { title: title.clone(), terms, values, note }))?;
        let rows = rows.into_iter().map(|(stimulus, names)| HeatRow { stimulus, names }).collect();
        judge(&heat_map(&HeatMap { title, rows }))?;
    }

    #[test]
    fn values_over_time(
        title in text(), what in text(), step_ms in any::<i64>(),
        points in proptest::collection::vec((prop_oneof![any::<i64>(), 0..10_000_000_i64], number()), 0..300),
        line in any::<bool>(),
    ) {
        let style = if line { TimeStyle::Line } else { TimeStyle::Bars };
        let points: Vec<TimePoint> = points.into_iter().map(|(at_ms, value)| TimePoint { at_ms, value }).collect();
        for step_ms in [step_ms, 60_000] {
            let points = points.clone();
            judge(&over_time(&OverTime { title: title.clone(), what: what.clone(), unit: Unit::Plain, style, step_ms, points }))?;
        }
    }

    #[test]
    fn weeks_of_hours(title in text(), what in text(), note in proptest::option::of(text()), some in proptest::collection::vec(count(), 24)) {
        let counts = std::array::from_fn(|day| std::array::from_fn(|hour| if day % 2 == 0 { some[hour] } else { 0 }));
        judge(&hours(&Hours { title, what, counts, note }))?;
    }

    #[test]
    fn clouds_of_points(
        title in text(), across in text(), up in text(), note in proptest::option::of(text()),
        points in prop_oneof![
            5 => proptest::collection::vec((text(), number(), number()), 0..80),
            1 => proptest::collection::vec((Just("x".to_owned()), number(), number()), 1501..1550),
        ],
        identity in any::<bool>(), labelled in 0..30_usize,
    ) {
        let points = points.into_iter().map(|(label, x, y)| ScatterPoint { label, x, y }).collect();
        judge(&scatter(&Scatter { title, across, up, unit: Unit::Plain, identity, points, labelled, note }))?;
    }
}
