//! How people type a name: mostly as it is, sometimes with a capital, a space or a slip.

use rand::{Rng, RngExt as _};

/// `name` as one participant types it.
pub(crate) fn typed(name: &str, random: &mut impl Rng) -> String {
    match random.random_range(0..100) {
        0..74 => name.to_owned(),
        74..86 => capital(name),
        86..91 => format!("{name} "),
        91..93 => name.to_uppercase(),
        93..95 => article(name),
        _ => slip(name, random),
    }
}

fn capital(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn article(name: &str) -> String {
    if name.starts_with(['a', 'e', 'i', 'o', 'u']) { format!("an {name}") } else { format!("a {name}") }
}

/// Two neighbouring letters swapped, a letter doubled, or a letter left out.
fn slip(name: &str, random: &mut impl Rng) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() < 4 {
        return name.to_owned();
    }
    let at = random.random_range(1..letters.len() - 1);
    match random.random_range(0..3) {
        0 => letters.swap(at, at + 1),
        1 => letters.insert(at, letters[at]),
        _ => drop(letters.remove(at)),
    }
    letters.into_iter().collect()
}

/// A time from a log-normal distribution with this median, in milliseconds.
pub(crate) fn log_normal(median_ms: f64, spread: f64, random: &mut impl Rng) -> u32 {
    // Box and Muller: two uniform numbers make a normal one.
    let one: f64 = 1.0 - random.random::<f64>();
    let other: f64 = random.random();
    let normal = (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * other).cos();
    (median_ms * (spread * normal).exp()).clamp(180.0, 60_000.0) as u32
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::Xoshiro256PlusPlus;

    use super::*;

    #[test]
    fn typed_names_are_never_empty_and_mostly_right() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        let typed: Vec<String> = (0..1000).map(|_| typed("umbrella", &mut random)).collect();
        let right = typed.iter().filter(|text| *text == "umbrella").count();
        assert!((700..800).contains(&right), "{right}");
        assert!(typed.iter().all(|text| !text.trim().is_empty()));
    }

    #[test]
    fn times_scatter_around_their_median() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(2);
        let mut times: Vec<u32> = (0..1001).map(|_| log_normal(900.0, 0.4, &mut random)).collect();
        times.sort_unstable();
        assert!((820..980).contains(&times[500]), "{}", times[500]);
        assert!(times[950] > 1500, "the tail is long");
    }
}
