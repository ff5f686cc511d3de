//! The probability that a name is not among some of the answers.

/// So many factors are multiplied one by one.
const FACTORS_MAX: u64 = 64;

/// From here on the series of Stirling has all digits.
const STIRLING_MIN: u64 = 16;

/// `C(n - count, m) / C(n, m)`: the probability that a name given `count` times of `n` is not among `m` answers
/// chosen at random; from 0 to 1, with an error below 10^-9 for samples up to 10^7 and below 10^-13 for ordinary
/// ones. 0 when fewer than `m` answers are something else.
pub(super) fn absence(n: u64, count: u64, m: u64) -> f64 {
    // The same as C(n - m, count) / C(n, count): the roles can be exchanged.
    let (few, many) = if count < m { (count, m) } else { (m, count) };
    let Some(rest) = n.checked_sub(many).and_then(|left| left.checked_sub(few)) else { return 0.0 };
    if few <= FACTORS_MAX {
        return (0..few).map(|at| (n - many - at) as f64 / (n - at) as f64).product();
    }
    if rest < STIRLING_MIN {
        let logarithm = ln_factorial(n - few) + ln_factorial(n - many) - ln_factorial(rest) - ln_factorial(n);
        return logarithm.exp().min(1.0);
    }
    // Stirling's ln z! = (z + ½) ln z - z + ½ ln 2π + correction(z) for all four, with ln n taken out: the large
    // terms vanish before anything is computed, so no digits are lost among them.
    let part = |left: u64, taken: u64| (left as f64 + 0.5) * (-(taken as f64 / n as f64)).ln_1p();
    let logarithm = part(n - few, few) + part(n - many, many) - part(rest, few + many)
        + (correction(n - few) + correction(n - many) - correction(rest) - correction(n));
    logarithm.exp().min(1.0)
}

fn ln_factorial(z: u64) -> f64 {
    if z < STIRLING_MIN {
        return (2..=z).map(|factor| factor as f64).product::<f64>().ln();
    }
    let number = z as f64;
    (number + 0.5) * number.ln() - number + 0.5 * std::f64::consts::TAU.ln() + correction(z)
}

/// What Stirling's formula lacks: `1/(12 z) - 1/(360 z³) + 1/(1260 z⁵) - 1/(1680 z⁷)`.
fn correction(z: u64) -> f64 {
    let inverse = 1.0 / z as f64;
    let square = inverse * inverse;
    inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Factor by factor, whatever their number.
    fn plain(n: u64, count: u64, m: u64) -> f64 {
        if count + m > n {
            return 0.0;
        }
        (0..m).map(|at| (n - count - at) as f64 / (n - at) as f64).product()
    }

    #[test]
    fn small_cases_by_hand() {
        // Of 5 answers one is the name: it is missed by 2 of them in C(4,2)/C(5,2) = 6/10.
        assert!((absence(5, 1, 2) - 0.6).abs() < 1e-15);
        assert_eq!((absence(5, 1, 0), absence(5, 0, 3), absence(5, 1, 5)), (1.0, 1.0, 0.0));
        assert_eq!((absence(0, 0, 0), absence(5, 9, 1)), (1.0, 0.0));
        assert!(absence(u64::MAX, u64::MAX, u64::MAX) <= 0.0);
        assert!((ln_factorial(20) - 2_432_902_008_176_640_000f64.ln()).abs() < 1e-13);
    }

    #[test]
    fn large_samples_keep_their_digits() {
        for (n, count, m) in
            [(10_000_000, 100, 100_000), (10_000_000, 1_000, 10_000), (1_000_000, 70, 900_000)]
        {
            assert!((absence(n, count, m) - plain(n, count, m)).abs() < 1e-9, "{n} {count} {m}");
        }
    }

    proptest! {
        #[test]
        fn all_ways_agree(n in 1u64..4000, count in 0.0f64..=1.0, m in 0.0f64..=1.0) {
            let (count, m) = ((count * n as f64) as u64, (m * n as f64) as u64);
            let value = absence(n, count, m);
            prop_assert!((0.0..=1.0).contains(&value));
            prop_assert!((value - plain(n, count, m)).abs() < 1e-12);
            prop_assert!((value - absence(n, m, count)).abs() < 1e-13);
        }
    }
}
