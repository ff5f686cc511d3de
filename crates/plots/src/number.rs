//! Numbers as plots, reports and pages show them: one way for each statistic, `–` where it is undefined.

/// What stands where a statistic is undefined.
pub const UNDEFINED: &str = "–";

/// A count with thin spaces between thousands: `12 345`.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A share of 0 to 1 as per cent with one decimal: `53.8 %`.
pub fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| UNDEFINED.to_owned(), |share| format!("{:.1}\u{202f}%", share * 100.0))
}

/// A statistic with two decimals: `1.53`, `−0.20`. A zero never gets a minus sign.
pub fn two_decimals(value: Option<f64>) -> String {
    let written = |value: f64| format!("{value:.2}").replace("-0.00", "0.00").replace('-', "\u{2212}");
    value.map_or_else(|| UNDEFINED.to_owned(), written)
}

/// A coordinate with one decimal: `54.3`, `−14.2`. A zero never gets a minus sign.
pub fn one_decimal(value: f64) -> String {
    format!("{value:.1}").replace("-0.0", "0.0").replace('-', "\u{2212}")
}

/// Milliseconds as seconds with two decimals: `0.81 s`.
pub fn seconds(milliseconds: Option<f64>) -> String {
    milliseconds.map_or_else(|| UNDEFINED.to_owned(), |ms| format!("{:.2}\u{202f}s", ms / 1000.0))
}

/// `1 answer`, `2 answers`.
pub fn counted(value: u64, one: &str, many: &str) -> String {
    format!("{}\u{a0}{}", count(value), if value == 1 { one } else { many })
}

/// The label of a tick at `value` on an axis whose ticks are `step` apart: as many decimals as the step has.
///
/// Numbers with thousands get thin spaces, and what is longer than nine digits is written with a power of ten.
pub fn tick(value: f64, step: f64) -> String {
    if !value.is_finite() {
        return UNDEFINED.to_owned();
    }
    if value.abs() >= 1e9 || (value != 0.0 && step < 1e-6) {
        let text = format!("{value:.1e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text.as_str(), "0"));
        let mantissa = mantissa.trim_end_matches(".0");
        return format!("{mantissa} × 10{}", superscript(exponent));
    }
    let decimals = (0..6).find(|decimals| is_whole(step * 10f64.powi(*decimals))).unwrap_or(6) as usize;
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(a, b)| (a, Some(b)));
    let mut label = String::new();
    if value < 0.0 && text.bytes().any(|digit| matches!(digit, b'1'..=b'9')) {
        label.push('−');
    }
    label.push_str(&count(whole.parse().unwrap_or(0)));
    if let Some(fraction) = fraction {
        label.push('.');
        label.push_str(fraction);
    }
    label
}

fn is_whole(value: f64) -> bool {
    (value - value.round()).abs() < 1e-6 * value.abs().max(1.0)
}

fn superscript(exponent: &str) -> String {
    exponent
        .chars()
        .map(|digit| match digit {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            '4' => '⁴',
            '5' => '⁵',
            '6' => '⁶',
            '7' => '⁷',
            '8' => '⁸',
            '9' => '⁹',
            _ => '⁰',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_one_way() {
        assert_eq!(count(7), "7");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000), "1\u{202f}000");
        assert_eq!(count(12_345_678), "12\u{202f}345\u{202f}678");
        assert_eq!(percent(Some(0.538_46)), "53.8\u{202f}%");
        assert_eq!(percent(None), "–");
        assert_eq!(two_decimals(Some(1.526)), "1.53");
        assert_eq!(two_decimals(Some(-0.0)), "0.00");
        assert_eq!(two_decimals(Some(-0.001)), "0.00");
        assert_eq!(two_decimals(None), "–");
        assert_eq!(one_decimal(-14.24), "−14.2");
        assert_eq!(one_decimal(-0.04), "0.0");
        assert_eq!(one_decimal(-10.0), "−10.0");
        assert_eq!(seconds(Some(812.0)), "0.81\u{202f}s");
        assert_eq!(counted(1, "answer", "answers"), "1\u{a0}answer");
        assert_eq!(counted(0, "answer", "answers"), "0\u{a0}answers");
    }
    #[test]
    fn ticks_have_the_decimals_of_their_step() {
        assert_eq!(tick(0.0, 0.5), "0.0");
        assert_eq!(tick(1.5, 0.5), "1.5");
        assert_eq!(tick(-0.25, 0.25), "−0.25");
        assert_eq!(tick(-0.0, 5.0), "0");
        assert_eq!(tick(12_000.0, 1_000.0), "12\u{202f}000");
        assert_eq!(tick(2e9, 1e9), "2 × 10⁹");
        assert_eq!(tick(1.5e-9, 5e-10), "1.5 × 10⁻⁹");
        assert_eq!(tick(f64::NAN, 1.0), "–");
    }
}
