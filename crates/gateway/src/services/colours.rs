//! Many colours at once: a list of hex values, or a grid through OKLCH.

use std::collections::HashSet;

use nameit_domain::colour::{Lab, Srgb};
use nameit_domain::text::StimulusKey;

use crate::error::{Error, Result};

/// Colours made or read at once.
const COLOURS_MAX: usize = 2_000;
/// Lightness of the darkest and of the lightest step of a grid.
const LIGHTNESS: (f64, f64) = (0.25, 0.95);
/// Chroma beyond every sRGB colour.
const CHROMA_MAX: f64 = 0.4;

/// A regular sample of the colours that a screen can show, in OKLCH (Ottosson 2020): hues evenly around the
/// circle, lightness evenly spaced, chroma in even steps up to the most that sRGB has at that place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grid {
    /// Hues around the circle, 0 to 72.
    pub(crate) hues: u32,
    /// Steps of lightness, 1 to 20.
    pub(crate) lightness_steps: u32,
    /// Steps of chroma, 1 to 8.
    pub(crate) chroma_steps: u32,
    /// Greys from black to white, 0 to 33.
    pub(crate) greys: u32,
}

/// Reads colours, one per line: `#rrggbb`, or a key and a colour separated by a comma, semicolon or tab.
/// Without a key the six digits are the key.
pub(crate) fn parse_list(text: &str) -> Result<Vec<(StimulusKey, Srgb)>> {
    let mut colours = Vec::new();
    let mut seen = HashSet::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let at_line = |message: String| Error::invalid("colours", format!("line {}: {message}", index + 1));
        let (key, hex) = match line.rsplit_once([',', ';', '\t']) {
            Some((key, hex)) => (Some(key.trim()), hex),
            None => (None, line),
        };
        let colour = Srgb::parse(hex).map_err(|invalid| at_line(invalid.message))?;
        let key = match key {
            Some(key) if !key.is_empty() => key.to_owned(),
            _ => colour.to_hex().trim_start_matches('#').to_owned(),
        };
        let key =
            StimulusKey::parse(&key).map_err(|invalid| at_line(format!("the key {}", invalid.message)))?;
        if !seen.insert(key.clone()) {
            return Err(at_line(format!("the key `{key}` stands here for the second time")));
        }
        colours.push((key, colour));
        if colours.len() > COLOURS_MAX {
            return Err(Error::invalid(
                "colours",
                format!("at most {COLOURS_MAX} colours are taken at once"),
            ));
        }
    }
    if colours.is_empty() {
        return Err(Error::invalid("colours", "write one colour per line, for example #1e90ff"));
    }
    Ok(colours)
}

/// The colours of a grid, without doubles. Keys say where a colour stands: `l60-h030-c2`, `grey-50`.
pub(crate) fn grid(grid: Grid) -> Result<Vec<(StimulusKey, Srgb)>> {
    check(grid)?;
    let mut colours = Vec::new();
    let mut seen = HashSet::new();
    let mut add = |key: String, colour: Srgb| -> Result<()> {
        if seen.insert(colour) {
            colours.push((StimulusKey::parse(&key)?, colour));
        }
        Ok(())
    };
    for step in 0..grid.greys {
        let share = if grid.greys == 1 { 0.5 } else { f64::from(step) / f64::from(grid.greys - 1) };
        let level = (share * 255.0).round() as u8;
        add(format!("grey-{:03}", (share * 100.0).round()), Srgb { red: level, green: level, blue: level })?;
    }
    for lightness_step in 0..grid.lightness_steps {
        let share = (f64::from(lightness_step) + 0.5) / f64::from(grid.lightness_steps);
        let lightness = LIGHTNESS.0 + (LIGHTNESS.1 - LIGHTNESS.0) * share;
        for hue_step in 0..grid.hues {
            let hue = 360.0 * f64::from(hue_step) / f64::from(grid.hues);
            let most = largest_chroma(lightness, hue);
            for chroma_step in 1..=grid.chroma_steps {
                let chroma = most * f64::from(chroma_step) / f64::from(grid.chroma_steps);
                let Some(colour) = oklch(lightness, chroma, hue) else { continue };
                let (percent, degrees) = ((lightness * 100.0).round(), hue.round());
                add(format!("l{percent:02}-h{degrees:03}-c{chroma_step}"), colour)?;
            }
        }
    }
    Ok(colours)
}

fn check(grid: Grid) -> Result<()> {
    let bounds = [
        ("hues", grid.hues, 0..=72),
        ("lightness_steps", grid.lightness_steps, 1..=20),
        ("chroma_steps", grid.chroma_steps, 1..=8),
        ("greys", grid.greys, 0..=33),
    ];
    for (field, value, range) in bounds {
        if !range.contains(&value) {
            let (least, most) = (range.start(), range.end());
            return Err(Error::invalid(field, format!("{field} must be between {least} and {most}")));
        }
    }
    let count = (grid.hues * grid.lightness_steps * grid.chroma_steps + grid.greys) as usize;
    if !(1..=COLOURS_MAX).contains(&count) {
        let message = format!("this grid has {count} colours; between 1 and {COLOURS_MAX} are made at once");
        return Err(Error::invalid("hues", message));
    }
    Ok(())
}

/// The most chroma that sRGB has at this lightness and hue, a hair inside.
fn largest_chroma(lightness: f64, hue: f64) -> f64 {
    let (mut inside, mut outside) = (0.0, CHROMA_MAX);
    for _ in 0..24 {
        let middle = f64::midpoint(inside, outside);
        if oklch(lightness, middle, hue).is_some() {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    inside
}

/// OKLCH → sRGB; `None` outside of what sRGB can show.
fn oklch(lightness: f64, chroma: f64, hue: f64) -> Option<Srgb> {
    let (sin, cos) = hue.to_radians().sin_cos();
    let shown = Srgb::near_oklab(Lab { l: lightness, a: chroma * cos, b: chroma * sin });
    (!shown.clipped).then_some(shown.colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_stays_within_what_a_screen_shows() {
        let colours = grid(Grid { hues: 12, lightness_steps: 4, chroma_steps: 2, greys: 5 }).unwrap();
        assert_eq!(colours.len(), 12 * 4 * 2 + 5);
        let keys: HashSet<_> = colours.iter().map(|(key, _)| key.clone()).collect();
        assert_eq!(keys.len(), colours.len());
        assert_eq!(colours[0].1, Srgb { red: 0, green: 0, blue: 0 });
        for (key, colour) in colours.iter().filter(|(key, _)| key.as_str().starts_with('l')) {
            let lightness: f64 = key.as_str()[1..3].parse().unwrap();
            let found = colour.to_oklab().l * 100.0;
            assert!((found - lightness).abs() < 1.5, "{key} has lightness {found}");
        }
        assert!(grid(Grid { hues: 0, lightness_steps: 1, chroma_steps: 1, greys: 0 }).is_err());
        assert!(grid(Grid { hues: 73, lightness_steps: 1, chroma_steps: 1, greys: 0 }).is_err());
    }

    #[test]
    fn oklch_gives_back_what_oklab_says() {
        let orange = Srgb { red: 255, green: 136, blue: 0 };
        let lab = orange.to_oklab();
        let hue = lab.b.atan2(lab.a).to_degrees();
        assert_eq!(oklch(lab.l, lab.a.hypot(lab.b), hue), Some(orange));
    }

    #[test]
    fn a_list_says_which_line_is_wrong() {
        let colours = parse_list("#ff8800\n\nsky, #87ceeb\n").unwrap();
        assert_eq!(colours[0].0.as_str(), "ff8800");
        assert_eq!(colours[1].0.as_str(), "sky");
        assert!(parse_list("#ff8800\nblue").unwrap_err().message.starts_with("line 2"));
        assert!(parse_list("#ff8800\nff8800").unwrap_err().message.contains("second time"));
        assert!(parse_list(" \n").is_err());
    }
}
