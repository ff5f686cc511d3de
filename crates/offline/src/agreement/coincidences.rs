//! Which values meet within units.

use std::collections::BTreeMap;

use nameit_analysis::agreement::Value;

use super::count::Unit;

/// Krippendorff's matrix of coincidences, of the most frequent values.
///
/// `o_ck` are the pairs of values `c` and `k` within units, each pair of a unit of `m` values weighing `1 / (m - 1)`,
/// so that a row adds up to how often its value was given in units that can be compared, `n_c`. Source: Krippendorff
/// (2011), Computing Krippendorff's alpha-reliability.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Coincidences {
    /// The values that are shown: numbers ascending, then words.
    pub(super) values: Vec<String>,
    /// `n_c` of these.
    pub(super) totals: Vec<u64>,
    /// `o_ck` of these.
    pub(super) counts: Vec<Vec<f64>>,
    /// How many distinct values there are.
    pub(super) distinct: usize,
}

/// How a value is shown.
pub(super) fn shown(value: &Value) -> String {
    match value {
        // Minus zero is zero.
        Value::Number(number) => (number + 0.0).to_string(),
        Value::Word(word) => word.clone(),
    }
}

// === impl Coincidences ===

impl Coincidences {
    /// Of units with their values; at most `most` values are shown, the most frequent ones.
    pub(super) fn of(units: &[Unit], most: usize) -> Self {
        let compared = || units.iter().filter(|unit| unit.n() > 1);
        let mut totals: BTreeMap<String, (u64, Option<f64>)> = BTreeMap::new();
        for (value, count) in compared().flat_map(|unit| &unit.values) {
            let number = match value {
                Value::Number(number) => Some(number + 0.0),
                Value::Word(_) => None,
            };
            totals.entry(shown(value)).or_insert((0, number)).0 += count;
        }
        let distinct = totals.len();
        let mut chosen: Vec<(String, (u64, Option<f64>))> = totals.into_iter().collect();
        chosen.sort_by(|one, other| other.1.0.cmp(&one.1.0).then_with(|| one.0.cmp(&other.0)));
        chosen.truncate(most);
        chosen.sort_by(|(one, (_, one_number)), (other, (_, other_number))| {
            let place = |number: &Option<f64>| number.unwrap_or(f64::INFINITY);
            place(one_number).total_cmp(&place(other_number)).then_with(|| one.cmp(other))
        });
        let place_of: BTreeMap<&str, usize> =
            chosen.iter().enumerate().map(|(place, (value, _))| (value.as_str(), place)).collect();
        // Pairs by the size of their unit: whole numbers, so the order of the units leaves no trace.
        let mut pairs: BTreeMap<(usize, usize, u64), u64> = BTreeMap::new();
        for unit in compared() {
            let mut given: BTreeMap<usize, u64> = BTreeMap::new();
            for (value, count) in &unit.values {
                if let Some(place) = place_of.get(shown(value).as_str()) {
                    *given.entry(*place).or_default() += count;
                }
            }
            for (one, count) in &given {
                for (other, others) in &given {
                    let others = if one == other { others - 1 } else { *others };
                    *pairs.entry((*one, *other, unit.n())).or_default() += count * others;
                }
            }
        }
        let mut counts = vec![vec![0.0; chosen.len()]; chosen.len()];
        for ((one, other, size), pairs) in pairs {
            counts[one][other] += pairs as f64 / (size - 1) as f64;
        }
        let (values, totals) = chosen.into_iter().map(|(value, (total, _))| (value, total)).unzip();
        Self { values, totals, counts, distinct }
    }

    /// For each value the shares of what others said of the same units.
    pub(super) fn shares(&self) -> Vec<Vec<f64>> {
        let of_row =
            |(row, total): (&Vec<f64>, &u64)| row.iter().map(|count| count / *total as f64).collect();
        self.counts.iter().zip(&self.totals).map(of_row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(values: &[&[&str]]) -> Vec<Unit> {
        let unit = |values: &&[&str]| Unit {
            key: String::new(),
            values: values.iter().map(|value| (Value::parse(value), 1)).collect(),
        };
        values.iter().map(unit).collect()
    }

    #[test]
    fn the_matrix_of_krippendorffs_example_comes_out() {
        let units = units(&[
            &["1", "1", "1"],
            &["2", "2", "3", "2"],
            &["3", "3", "3", "3"],
            &["3", "3", "3", "3"],
            &["2", "2", "2", "2"],
            &["1", "2", "3", "4"],
            &["4", "4", "4", "4"],
            &["1", "1", "2", "1"],
            &["2", "2", "2", "2"],
            &["5", "5", "5"],
            &["1", "1"],
            &["3"],
        ]);
        let found = Coincidences::of(&units, 16);
        assert_eq!(found.values, ["1", "2", "3", "4", "5"]);
        assert_eq!(found.totals, [9, 13, 10, 5, 3]);
        let third = 1.0 / 3.0;
        let printed = [
            [7.0, 4.0 * third, third, third, 0.0],
            [4.0 * third, 10.0, 4.0 * third, third, 0.0],
            [third, 4.0 * third, 8.0, third, 0.0],
            [third, third, third, 4.0, 0.0],
            [0.0, 0.0, 0.0, 0.0, 3.0],
        ];
        for (row, printed) in found.counts.iter().zip(printed) {
            for (count, printed) in row.iter().zip(printed) {
                assert!((count - printed).abs() < 1e-12, "{:?}", found.counts);
            }
        }
        assert!(found.shares().iter().all(|row| (row.iter().sum::<f64>() - 1.0).abs() < 1e-12));
    }

    #[test]
    fn numbers_come_before_words_and_the_rare_are_left_out() {
        let units = units(&[&["10", "9"], &["10", "9", "cat"], &["10", "cat"], &["odd", "10"]]);
        let found = Coincidences::of(&units, 3);
        assert_eq!(
            (found.values, found.distinct),
            (vec!["9".to_owned(), "10".to_owned(), "cat".to_owned()], 4)
        );
        assert_eq!(Coincidences::of(&[], 3), Coincidences::default());
    }
}
