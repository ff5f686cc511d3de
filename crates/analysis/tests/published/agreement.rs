//! Krippendorff's 4 × 12 example.

use nameit_analysis::agreement::{Metric, Units, Value, alpha, fleiss_kappa};

use crate::data::{assert_printed, golden};

#[test]
fn krippendorffs_example_comes_out_under_all_four_metrics() {
    let Some(example) = golden("krippendorff_4x12") else { return };
    let observers: Vec<Vec<Option<f64>>> = serde_json::from_value(example["matrix"].clone()).unwrap();
    let units = Units::new(
        (0..12).map(|unit| observers.iter().filter_map(|values| values[unit]).map(Value::Number).collect()),
    );
    for metric in Metric::ALL {
        let found = alpha(&units, metric).unwrap();
        let value = found.alpha.unwrap();
        assert_printed(value, &example["published"][metric.as_str()], metric.as_str());
        assert_printed(value, &example["recomputed"][metric.as_str()], metric.as_str());
        assert_eq!(found.unpaired_units, 1, "unit 12 has a single value and is left out");
    }
    let nominal = alpha(&units, Metric::Nominal).unwrap().alpha.unwrap();
    assert_printed(nominal, &example["published"]["irrCAC_nominal"], "irrCAC");
    assert_eq!(fleiss_kappa(&units).kappa, None, "units differ in their number of values");
}
