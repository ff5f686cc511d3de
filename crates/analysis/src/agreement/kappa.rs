//! Fleiss' kappa.

use super::{Kappa, Units};

/// Fleiss' kappa: agreement beyond chance of units that all got the same number of nominal values.
///
/// Source: Fleiss (1971), Measuring nominal scale agreement among many raters, eq. 1 to 7: with `N` units of `m`
/// values each and `n_ij` of unit `i` in category `j`, `P_i = (Σ_j n_ij² - m) / (m (m-1))`, `P̄` their mean,
/// `P_e = Σ_j (n_j / (N m))²` and `kappa = (P̄ - P_e) / (1 - P_e)`. The sums are of whole numbers, so their order
/// leaves no trace. Units without any value are not units.
pub fn fleiss_kappa(units: &Units) -> Kappa {
    let judged: Vec<&Vec<(u32, u64)>> = units.units.iter().filter(|unit| !unit.is_empty()).collect();
    let mut kappa = Kappa {
        kappa: None,
        units: judged.len() as u64,
        values_per_unit: None,
        observed: None,
        expected: None,
    };
    let Some(size) = judged.first().map(|unit| Units::size(unit)) else { return kappa };
    if judged.iter().any(|unit| Units::size(unit) != size) {
        return kappa;
    }
    kappa.values_per_unit = Some(size);
    if size < 2 {
        return kappa;
    }
    let square = |count: u64| u128::from(count) * u128::from(count);
    let mut totals = vec![0u64; units.values.len()];
    let mut same = 0u128;
    for (value, count) in judged.iter().copied().flatten() {
        totals[*value as usize] += count;
        same += square(*count);
    }
    let all = u128::from(size) * judged.len() as u128;
    let observed = (same - all) as f64 / (all * u128::from(size - 1)) as f64;
    let expected_pairs: u128 = totals.iter().map(|total| square(*total)).sum();
    let expected = expected_pairs as f64 / (all * all) as f64;
    kappa.observed = Some(observed);
    kappa.expected = Some(expected);
    kappa.kappa = (expected_pairs < all * all).then(|| (observed - expected) / (1.0 - expected));
    kappa
}
