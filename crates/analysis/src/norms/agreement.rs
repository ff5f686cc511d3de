//! Figures of the modal name alone.

/// Name agreement `max n_i / of`: the share of the most frequent name, from 0 to 1. `None` when `of` = 0.
///
/// Two denominators are in use, so it is an argument: `n`, the answers that gave a name (ManyNames, MultiPic), or
/// all trials, non-answers included (International Picture-Naming Project).
pub fn agreement(modal_count: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| modal_count as f64 / of as f64)
}

/// `max n_i - k + 20`: agreement rewarded, number of names punished; may be negative. `None` without answers.
///
/// Source: Brown & Lenneberg (1954), A study in language and cognition, as Majid et al. (2018), Differential
/// coding of perception in the world's languages, compute it.
pub fn brown_lenneberg(modal_count: u64, types: u64) -> Option<i64> {
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    (types > 0).then(|| signed(modal_count).saturating_sub(signed(types)).saturating_add(20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_denominator_is_named() {
        assert_eq!(agreement(4, 9), Some(4.0 / 9.0));
        assert_eq!(agreement(4, 16), Some(0.25));
        assert_eq!(agreement(0, 0), None);
    }

    #[test]
    fn brown_and_lenneberg() {
        assert_eq!(brown_lenneberg(16, 6), Some(30));
        assert_eq!(brown_lenneberg(1, 40), Some(-19));
        assert_eq!(brown_lenneberg(0, 0), None);
        assert_eq!(brown_lenneberg(u64::MAX, 1), Some(i64::MAX), "held at the end instead of wrapping");
    }
}
