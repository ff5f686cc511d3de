//! Where the data lie.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A file or folder of the data, or `None` with a loud word when it is not there.
pub(crate) fn data(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let path = std::env::var_os("NAMEIT_SHARED_DATA").map_or_else(beside, PathBuf::from).join(name);
    if path.exists() {
        return Some(path);
    }
    let mut stderr = std::io::stderr();
    writeln!(
        stderr,
        "\n*** SKIPPED: {} is not there, so the figures published for {name} were NOT checked. \
         Name the folder of the data by NAMEIT_SHARED_DATA. ***\n",
        path.display()
    )
    .unwrap();
    None
}

/// One section of the printed results of other programs.
pub(crate) fn golden(section: &str) -> Option<Value> {
    let path = data("golden.json")?;
    let mut golden: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let section = golden[section].take();
    assert!(section.is_object() || section.is_array(), "golden.json has the section");
    Some(section)
}

/// Whether `figure` is what was printed, to the digits that were printed.
pub(crate) fn assert_printed(figure: f64, printed: &Value, what: &str) {
    let text = printed.to_string();
    let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let half = 0.5 * 10f64.powi(-(decimals as i32));
    // The last digits of a float that was printed whole are a matter of the order of adding.
    let tolerance = half.max(1e-12) * 1.000_001;
    let printed = printed.as_f64().unwrap();
    assert!((figure - printed).abs() <= tolerance, "{what}: {figure} is not {text}");
}
