//! One sample of each kind, with typical numbers.

use crate::*;

/// Every sample with a name for its file; what stands behind `__` is a variant of a kind.
pub(super) fn all() -> Vec<(&'static str, Plot)> {
    vec![
        ("names", names(&cup())),
        ("rarefaction", rarefaction(&curve())),
        ("bars", bars(&funnel())),
        ("response_times", response_times(&times(Scale::Logarithmic))),
        ("response_times__linear", response_times(&times(Scale::Linear))),
        ("heat_map", heat_map(&map())),
        ("association", association(&terms())),
        ("colour_map", colour_map(&colours(Across::Hue))),
        ("colour_map__chroma", colour_map(&colours(Across::Chroma))),
        ("over_time", over_time(&answers(TimeStyle::Bars))),
        ("over_time__line", over_time(&answers(TimeStyle::Line))),
        ("hours", hours(&week())),
        ("scatter", scatter(&comparison(60))),
        ("scatter__many", scatter(&comparison(3000))),
    ]
}

/// Every kind with nothing to show.
pub(super) fn empty() -> Vec<(&'static str, Plot)> {
    vec![
        ("names", names(&Names::default())),
        ("rarefaction", rarefaction(&Rarefaction::default())),
        ("bars", bars(&Bars::default())),
        ("response_times", response_times(&ResponseTimes::default())),
        ("heat_map", heat_map(&HeatMap::default())),
        ("association", association(&Association::default())),
        ("colour_map", colour_map(&ColourMap::default())),
        ("over_time", over_time(&OverTime::default())),
        ("hours", hours(&Hours::default())),
        ("scatter", scatter(&Scatter::default())),
    ]
}

fn colours(across: Across) -> ColourMap {
    let cell = |at: u32| {
        let (hue, level) = (at % 9, at / 9);
        let grey = hue == 8;
        let shade = 60 + level as u8 * 70;
        let name = [
            "red",
            "orange",
            "yellow",
            "green",
            "teal <b>",
            "blue",
            "紫",
            "a very long name of a colour",
            "grey",
        ];
        ColourCell {
            key: format!("c{at}"),
            rgb: if grey { [shade; 3] } else { [shade, 255 - hue as u8 * 30, hue as u8 * 30] },
            x: match across {
                Across::Hue => (!grey).then(|| f64::from(hue) * 45.0),
                Across::Chroma => Some(f64::from(hue) * 11.0),
            },
            y: 25.0 + f64::from(level) * 30.0,
            name: (at != 3).then(|| name[hue as usize].to_owned()),
            consensus: (at != 3).then(|| 0.3 + f64::from(at % 7) / 10.0),
            n: 20,
        }
    };
    let cells: Vec<ColourCell> = (0..27).map(cell).collect();
    let label = |cell: &ColourCell| ColourLabel {
        term: cell.name.clone().unwrap_or_default(),
        x: cell.x,
        y: cell.y,
        cells: 3,
    };
    let labels = cells[9..18].iter().map(label).collect();
    let note = Some("CIELAB under D65; larger squares: more agreement".to_owned());
    ColourMap { title: "What colours are called".to_owned(), across, cells, labels, note }
}

fn cup() -> Names {
    let names =
        [("cup", 14), ("mug", 14), ("tea <b>cup</b> & saucer", 4), ("чашка", 2), ("杯子", 1), ("κούπα", 1)];
    Names {
        stimulus: "img 1".to_owned(),
        names: names
            .into_iter()
            .map(|(name, count)| NameBar {
                name: name.to_owned(),
                count,
                share: count as f64 / 40.0,
                interval: Some((count as f64 / 40.0 * 0.7, (count as f64 / 40.0 * 1.4 + 0.02).min(1.0))),
                modal: count == 14,
            })
            .collect(),
        n: 40,
        types: 10,
    }
}

fn curve() -> Rarefaction {
    let point = |m: u32| {
        let m = f64::from(m);
        let types = 14.0 * (1.0 - (-m / 22.0).exp());
        let spread = 0.3 + m / 30.0;
        CurvePoint {
            m,
            types,
            interval: Some((types - spread, types + spread)),
            coverage: Some(1.0 - (-m / 12.0).exp()),
        }
    };
    Rarefaction {
        title: "Distinct names of img 1 by answers".to_owned(),
        n: 40,
        types: 12,
        points: (0..=80).map(point).collect(),
    }
}

fn funnel() -> Bars {
    let steps = [("Link opened", 1280), ("Consent given", 1021), ("First answer", 988), ("Completed", 874)];
    Bars {
        title: "From the link to the end".to_owned(),
        unit: Unit::Count,
        whole: false,
        bars: steps
            .into_iter()
            .map(|(label, count)| Bar { label: label.to_owned(), value: f64::from(count), ..Bar::default() })
            .collect(),
        note: Some("Openings of the link are counted, not people".to_owned()),
    }
}

/// Numbers between 0 and 1 without a pattern, the same each time.
fn noise() -> impl Iterator<Item = f64> {
    (1..).map(|place| (f64::from(place) * 12.9898).sin().mul_add(43_758.547, 0.0).rem_euclid(1.0))
}

fn times(scale: Scale) -> ResponseTimes {
    let all: Vec<f64> = noise().take(300).map(|it| 350.0 * (1.0 - it).powf(-0.6) * (1.0 + it)).collect();
    let modal: Vec<f64> = all.iter().copied().step_by(2).filter(|time| *time < 2500.0).collect();
    ResponseTimes {
        title: "Response times of img 1".to_owned(),
        what: "time to the first key".to_owned(),
        note: Some(
            "Trimmed: below 200 ms, and beyond 2.5 SD of each participant (7 of 307 left out)".to_owned(),
        ),
        ..ResponseTimes::of_times(&all, &modal, scale)
    }
}

fn map() -> HeatMap {
    let names = [
        "cup",
        "mug",
        "glass",
        "bowl",
        "pot",
        "vase",
        "jar",
        "pitcher",
        "beaker",
        "kettle",
        "tea cup with a saucer",
        "bottle",
        "can",
        "tin",
        "flask",
        "jug",
        "goblet",
        "chalice",
    ];
    let row = |place: usize| {
        let mut left = 1.0;
        let shares = noise().skip(place * 7).take(5).enumerate().map(|(at, it)| {
            let share = left * (0.35 + it / 2.0);
            left -= share;
            (names[(place * 2 + at * at) % names.len()].to_owned(), share)
        });
        HeatRow { stimulus: format!("household/object {place:03}"), names: shares.collect() }
    };
    HeatMap { title: "Names by stimulus".to_owned(), rows: (0..12).map(row).collect() }
}

fn terms() -> Association {
    let terms = ["red", "orange", "yellow", "green", "teal", "blue", "purple", "pink"];
    let value = |row: usize, column: usize| match row.abs_diff(column) {
        0 => 0.81,
        1 => 0.13,
        2 => 0.004,
        _ => f64::NAN,
    };
    Association {
        title: "How colour terms go together".to_owned(),
        values: (0..8).map(|row| (0..8).map(|column| value(row, column)).collect()).collect(),
        terms: terms.map(str::to_owned).to_vec(),
        note: Some("Per cent of answers that a colour called as the row gets as the column".to_owned()),
    }
}

fn answers(style: TimeStyle) -> OverTime {
    let point = |(place, noise): (usize, f64)| TimePoint {
        at_ms: 1_795_392_000_000 + place as i64 * 3_600_000,
        value: (noise * 40.0).round(),
    };
    OverTime {
        title: "Answers over time".to_owned(),
        what: "answers in an hour".to_owned(),
        unit: Unit::Count,
        style,
        step_ms: 3_600_000,
        points: noise()
            .take(60)
            .enumerate()
            .filter(|(place, _)| !(20..31).contains(place))
            .map(point)
            .collect(),
    }
}

fn week() -> Hours {
    let mut noise = noise();
    let mut count = |day: usize, hour: usize| -> u64 {
        let awake = if (8..23).contains(&hour) { 30.0 } else { 2.0 };
        (noise.next().unwrap_or(0.0) * awake * if day > 4 { 0.4 } else { 1.0 }) as u64
    };
    let counts = std::array::from_fn(|day| std::array::from_fn(|hour| count(day, hour)));
    Hours {
        title: "Answers by weekday and hour".to_owned(),
        what: "answers".to_owned(),
        counts,
        note: Some("In the participants' own time zones".to_owned()),
    }
}

fn comparison(points: usize) -> Scatter {
    let noise: Vec<f64> = noise().take(points * 2).collect();
    let point = |place: usize| {
        let (x, spread) = (noise[place * 2] * 4.0, noise[place * 2 + 1]);
        ScatterPoint { label: format!("img {place}"), x, y: (x + (spread - 0.5) * spread * 2.5).max(0.0) }
    };
    Scatter {
        title: "H, ours against published".to_owned(),
        across: "H, published (bits)".to_owned(),
        up: "H, ours (bits)".to_owned(),
        unit: Unit::Plain,
        identity: true,
        points: (0..points).map(point).collect(),
        labelled: 8,
        note: Some("Pearson's r = 0.93 [0.91, 0.95]".to_owned()),
    }
}
