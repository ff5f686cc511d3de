//! Distributions of response times.

use crate::axis::{Axis, Unit, tame};
use crate::frame::{Area, Frame, LINE, Sample, legend, light, nothing};
use crate::number;
use crate::palette::Paint;
use crate::plot::Plot;
use crate::scene::{SMALL, Scene, Shape, Text};
use crate::text;

/// The most bins of a histogram.
const MOST_BINS: usize = 60;

/// Response times of all answers, and of those that are the modal name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ResponseTimes {
    /// What is shown.
    pub title: String,
    /// Which time it is, below the axis: "time to the first key".
    pub what: String,
    /// How the axis runs.
    pub scale: Scale,
    /// The histogram, ascending.
    pub bins: Vec<TimeBin>,
    /// Number and quartiles of all times.
    pub all: TimeMarks,
    /// Number and quartiles of the times of modal names.
    pub modal: TimeMarks,
    /// A sentence below, such as the trimming rule.
    pub note: Option<String>,
}

/// How many times fell between two moments.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TimeBin {
    /// The shortest time that counts here, in milliseconds.
    pub from_ms: f64,
    /// The shortest time that counts in the next bin.
    pub to_ms: f64,
    /// Times of all answers.
    pub all: u64,
    /// Those among them whose answer was the modal name.
    pub modal: u64,
}

/// Number and quartiles of some times.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TimeMarks {
    /// How many there are.
    pub n: u64,
    /// First quartile, median and third quartile in milliseconds; `None` without times.
    pub quartiles: Option<[f64; 3]>,
}

/// How an axis of times runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// Equal steps are equal differences.
    Linear,
    /// Equal steps are equal ratios, which suits the long tail of response times.
    #[default]
    Logarithmic,
}

// === impl ResponseTimes ===

impl ResponseTimes {
    /// Counts times in bins and finds their quartiles (type 7 of Hyndman and Fan 1996, as R and numpy do).
    ///
    /// The number of bins is the square root of the number of times, between 8 and 40. Times that are not
    /// above zero are no times and are left out.
    pub fn of_times(all_ms: &[f64], modal_ms: &[f64], scale: Scale) -> Self {
        let (all, modal) = (ascending(all_ms), ascending(modal_ms));
        let (Some(first), Some(last)) = (all.first(), all.last()) else {
            return Self { scale, ..Self::default() };
        };
        let bins = ((all.len() as f64).sqrt().ceil() as usize).clamp(8, 40);
        let place = |part: f64| match scale {
            Scale::Linear => first + (last - first) * part,
            Scale::Logarithmic => first * (last / first).powf(part),
        };
        let mut edges: Vec<f64> = (0..=bins).map(|at| place(at as f64 / bins as f64)).collect();
        // The longest time belongs to the last bin, whatever rounding did to its edge.
        edges[bins] = last.max(edges[bins]) * (1.0 + 1e-9);
        let below = |times: &[f64], edge: f64| times.partition_point(|time| *time < edge);
        let count = |times: &[f64], at: usize| {
            let from = if at == 0 { 0 } else { below(times, edges[at]) };
            below(times, edges[at + 1]).saturating_sub(from) as u64
        };
        Self {
            scale,
            bins: (0..bins)
                .map(|at| TimeBin {
                    from_ms: edges[at],
                    to_ms: edges[at + 1],
                    all: count(&all, at),
                    modal: count(&modal, at),
                })
                .collect(),
            all: TimeMarks::of(&all),
            modal: TimeMarks::of(&modal),
            ..Self::default()
        }
    }
}

// === impl TimeMarks ===

impl TimeMarks {
    fn of(ascending: &[f64]) -> Self {
        let at = |part: f64| {
            let place = (ascending.len() - 1) as f64 * part;
            let (low, high) = (ascending[place.floor() as usize], ascending[place.ceil() as usize]);
            low + (high - low) * place.fract()
        };
        Self {
            n: ascending.len() as u64,
            quartiles: (!ascending.is_empty()).then(|| [at(0.25), at(0.5), at(0.75)]),
        }
    }

    fn told(&self, of: &str) -> String {
        let mut words = format!("{of}: {}", number::count(self.n));
        if let Some([_, median, _]) = self.quartiles {
            text::append(&mut words, format_args!(", median {}", Unit::Milliseconds.value(median)));
        }
        words
    }
}

fn ascending(times: &[f64]) -> Vec<f64> {
    let mut times: Vec<f64> =
        times.iter().copied().filter(|time| time.is_finite() && *time > 0.0).map(tame).collect();
    times.sort_by(f64::total_cmp);
    times
}

/// Draws both histograms, one inside the other, with a mark from the first to the third quartile of each.
pub fn response_times(times: &ResponseTimes) -> Plot {
    let bins: Vec<TimeBin> = times
        .bins
        .iter()
        .filter(|bin| bin.from_ms.is_finite() && bin.to_ms > bin.from_ms)
        .take(MOST_BINS)
        .copied()
        .collect();
    let shown = bins.iter().any(|bin| bin.all > 0 || bin.modal > 0);
    let description =
        if shown { describe(times, &bins) } else { "There are no response times yet.".to_owned() };
    Plot::new(&times.title, description, |width| {
        if shown { layout(width, times, &bins) } else { nothing(width, "There are no response times yet") }
    })
}

fn describe(times: &ResponseTimes, bins: &[TimeBin]) -> String {
    let mut description = String::new();
    for (marks, of) in [(&times.all, "All answers"), (&times.modal, "Modal name")] {
        description.push_str(&marks.told(of));
        if let Some([first, _, third]) = marks.quartiles {
            let [first, third] = [first, third].map(|time| Unit::Milliseconds.value(time));
            text::append(&mut description, format_args!(", quartiles {first} and {third}"));
        }
        description.push_str(". ");
    }
    if let Some(most) = bins.iter().rev().max_by_key(|bin| bin.all) {
        text::append(
            &mut description,
            format_args!(
                "Most times, {}, are from {} to {}.",
                number::count(most.all),
                Unit::Milliseconds.value(most.from_ms),
                Unit::Milliseconds.value(most.to_ms)
            ),
        );
    }
    if let Some(note) = &times.note {
        text::append(&mut description, format_args!(" {}.", text::clean(note).trim_end_matches('.')));
    }
    description
}

fn layout(width: f64, times: &ResponseTimes, bins: &[TimeBin]) -> Scene {
    let mut scene = Scene::new(width);
    let (all, modal) = (times.all.told("all answers"), times.modal.told("modal name"));
    let top = legend(&mut scene, 0.0, &[(Sample::Light, &all), (Sample::Full, &modal)]) + 6.0;
    let panel = if width >= 500.0 { 270.0 } else { 230.0 };
    let area = Area { x: 0.0, y: top + 30.0, width, height: panel };
    scene.height = area.y + panel + if times.note.is_some() { LINE + 4.0 } else { 0.0 };

    let (first, last) = bins
        .iter()
        .fold((f64::INFINITY, 0.0_f64), |(first, last), bin| (first.min(bin.from_ms), last.max(bin.to_ms)));
    let across = match times.scale {
        Scale::Linear => {
            Axis::linear(first.max(0.0), last, if width >= 500.0 { 6 } else { 4 }, Unit::Milliseconds)
        }
        Scale::Logarithmic => Axis::logarithmic(first, last, Unit::Milliseconds),
    };
    let most = bins.iter().map(|bin| bin.all.max(bin.modal)).max().unwrap_or(0);
    let up = Axis::linear(0.0, most as f64, 4, Unit::Count);
    let what = text::clean(&times.what);
    let frame = Frame::draw(&mut scene, area, (across, &what), (up, "answers"));
    for bin in bins {
        let title = format!(
            "{} to {}: {}, {} of them the modal name",
            Unit::Milliseconds.value(bin.from_ms),
            Unit::Milliseconds.value(bin.to_ms),
            number::counted(bin.all, "answer", "answers"),
            number::count(bin.modal)
        );
        let mut shapes = Vec::new();
        let (left, right) = (frame.x(bin.from_ms) + 0.5, frame.x(bin.to_ms) - 0.5);
        for (count, full) in [(bin.all, false), (bin.modal, true)] {
            let y = frame.y(count as f64);
            let bar = Shape::rect(left, y, right - left, frame.y(0.0) - y);
            if count > 0 {
                shapes.push(if full { bar.fill(Paint::Accent) } else { light(bar) });
            }
        }
        if !shapes.is_empty() {
            scene.titled(title, shapes);
        }
    }
    for (marks, of, y, full) in
        [(&times.all, "all answers", top + 8.0, false), (&times.modal, "modal name", top + 24.0, true)]
    {
        let Some(quartiles) = marks.quartiles else { continue };
        let [low, middle, high] = quartiles.map(|time| frame.x(time));
        let [first, median, third] = quartiles.map(|time| Unit::Milliseconds.value(time));
        let title = format!("{of}: quartiles {first}, {median} and {third}");
        let bar = Shape::rect(low, y - 4.0, high - low, 8.0);
        let bar = if full { bar.fill(Paint::Accent) } else { light(bar) };
        let mark = Shape::line((middle, y - 7.0), (middle, y + 7.0)).stroke(Paint::Mark, 3.0);
        scene.titled(title, vec![bar, mark]);
    }
    if let Some(note) = &times.note {
        let note = text::clean(note);
        scene.text(Text::small(0.0, area.y + panel + LINE, text::cut(&note, width, SMALL, false)));
    }
    scene
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_is_in_one_bin() {
        let all: Vec<f64> =
            (1..=1000).map(|time| f64::from(time) * 3.7).chain([-1.0, 0.0, f64::NAN]).collect();
        for scale in [Scale::Linear, Scale::Logarithmic] {
            let times = ResponseTimes::of_times(&all, &all[..100], scale);
            assert_eq!(times.bins.iter().map(|bin| bin.all).sum::<u64>(), 1000);
            assert_eq!(times.bins.iter().map(|bin| bin.modal).sum::<u64>(), 100);
            assert_eq!(times.all.n, 1000);
        }
        let one = ResponseTimes::of_times(&[812.0], &[], Scale::Linear);
        assert_eq!(one.bins.iter().map(|bin| bin.all).sum::<u64>(), 1);
        assert_eq!(ResponseTimes::of_times(&[], &[], Scale::default()), ResponseTimes::default());
    }

    #[test]
    fn quartiles_are_those_of_r_and_numpy() {
        // quantile(c(1, 2, 4, 8), c(.25, .5, .75)) gives 1.75, 3, 5.
        let marks = TimeMarks::of(&[1.0, 2.0, 4.0, 8.0]);
        assert_eq!(marks.quartiles, Some([1.75, 3.0, 5.0]));
    }
}
