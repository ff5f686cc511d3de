//! Numbers as pages show them: one way for each statistic, `–` where it is undefined.

/// What stands where a statistic is undefined.
pub(crate) const UNDEFINED: &str = "–";

/// A count with thin spaces between thousands: `12 345`.
pub(crate) fn count(value: u64) -> String {
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
pub(crate) fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| UNDEFINED.to_owned(), |share| format!("{:.1}\u{202f}%", share * 100.0))
}

/// A statistic with two decimals: `1.53`. A zero never gets a minus sign.
pub(crate) fn two_decimals(value: Option<f64>) -> String {
    value.map_or_else(|| UNDEFINED.to_owned(), |value| format!("{:.2}", value + 0.0).replace("-0.00", "0.00"))
}

/// Milliseconds as seconds with two decimals: `0.81 s`.
pub(crate) fn seconds(milliseconds: Option<f64>) -> String {
    milliseconds.map_or_else(|| UNDEFINED.to_owned(), |ms| format!("{:.2}\u{202f}s", ms / 1000.0))
}

/// `1 answer`, `2 answers`.
pub(crate) fn counted(value: u64, one: &str, many: &str) -> String {
    format!("{}\u{a0}{}", count(value), if value == 1 { one } else { many })
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
        assert_eq!(seconds(Some(812.0)), "0.81\u{202f}s");
        assert_eq!(counted(1, "answer", "answers"), "1\u{a0}answer");
        assert_eq!(counted(0, "answer", "answers"), "0\u{a0}answers");
    }
}
