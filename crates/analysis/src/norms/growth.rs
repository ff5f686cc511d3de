//! How the number of names grows with the number of answers.

use rustc_hash::FxHashSet;
use serde::Serialize;

/// A point of the type-token curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct TypeToken {
    /// Answers so far, `m`.
    pub m: u64,
    /// Names among them, `V(m)`.
    pub types: u64,
}

/// Heaps' law `V = K m^β`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Heaps {
    /// `K`, in names.
    pub k: f64,
    /// `β`: 1 when every answer is a new name, 0 when no more come.
    pub beta: f64,
    /// Points that were fitted; the fit depends on them.
    pub points: u64,
}

/// The type-token curve of names in the order of their arrival: at about `per_decade` sizes per power of ten,
/// evenly on the logarithmic scale, and at the end.
pub fn type_token_curve(names: impl IntoIterator<Item = u32>, per_decade: u32) -> Vec<TypeToken> {
    let step = 10.0f64.powf(1.0 / f64::from(per_decade.max(1)));
    let mut seen: FxHashSet<u32> = FxHashSet::default();
    let mut curve: Vec<TypeToken> = Vec::new();
    let mut m = 0u64;
    let mut next = 1.0f64;
    for name in names {
        seen.insert(name);
        m += 1;
        if m as f64 >= next {
            curve.push(TypeToken { m, types: seen.len() as u64 });
            while next <= m as f64 {
                next *= step;
            }
        }
    }
    if curve.last().is_some_and(|last| last.m < m) {
        curve.push(TypeToken { m, types: seen.len() as u64 });
    }
    curve
}

/// Fits Heaps' law to points by least squares of ln V on ln m. Descriptive only. `None` with fewer than two
/// different sizes; points without answers or names are left out.
///
/// Source: Heaps (1978), Information retrieval: computational and theoretical aspects.
pub fn heaps(curve: &[TypeToken]) -> Option<Heaps> {
    let points: Vec<(f64, f64)> = curve
        .iter()
        .filter(|point| point.m > 0 && point.types > 0)
        .map(|point| ((point.m as f64).ln(), (point.types as f64).ln()))
        .collect();
    let n = points.len() as f64;
    let mean_of = |figure: fn(&(f64, f64)) -> f64| points.iter().map(figure).sum::<f64>() / n;
    let (mean_m, mean_v) = (mean_of(|point| point.0), mean_of(|point| point.1));
    let spread: f64 = points.iter().map(|(m, _)| (m - mean_m).powi(2)).sum();
    let together: f64 = points.iter().map(|(m, v)| (m - mean_m) * (v - mean_v)).sum();
    if spread.is_nan() || spread <= 0.0 {
        return None;
    }
    let beta = together / spread;
    Some(Heaps { k: (mean_v - beta * mean_m).exp(), beta, points: points.len() as u64 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_counts_names_as_they_come() {
        let curve = type_token_curve([5, 5, 6, 5, 7, 7, 8, 5, 5, 5, 9, 5], 1);
        let points: Vec<(u64, u64)> = curve.iter().map(|point| (point.m, point.types)).collect();
        assert_eq!(points, [(1, 1), (10, 4), (12, 5)]);
        assert_eq!(type_token_curve([], 1), []);
        assert_eq!(type_token_curve([3], 0), [TypeToken { m: 1, types: 1 }]);
        let fine = type_token_curve((0..1000).map(|at| at % 70), 10);
        assert!(fine.windows(2).all(|pair| pair[0].m < pair[1].m && pair[0].types <= pair[1].types));
    }

    #[test]
    fn the_law_comes_back_from_points_that_follow_it() {
        let curve: Vec<TypeToken> = (1..=20).map(|at| TypeToken { m: at * at, types: 3 * at }).collect();
        let fit = heaps(&curve).unwrap();
        assert!((fit.beta - 0.5).abs() < 1e-12 && (fit.k - 3.0).abs() < 1e-12, "{fit:?}");
        assert_eq!(fit.points, 20);
        assert_eq!(heaps(&[]), None);
        assert_eq!(heaps(&[TypeToken { m: 7, types: 2 }; 3]), None);
    }
}
