//! How fast the disk makes small writes durable: the bound of everything that is acknowledged.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;

/// How long the probe takes.
const PROBE: Duration = Duration::from_millis(700);

/// Durable writes of one page per second in `folder`, or nothing when there is none to probe.
pub(super) fn per_second(folder: Option<&Path>) -> anyhow::Result<Option<f64>> {
    let Some(folder) = folder else { return Ok(None) };
    let path = folder.join("fsync-probe");
    let mut file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    let begin = Instant::now();
    let mut count = 0_u32;
    while begin.elapsed() < PROBE {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&[0x5a; 4096])?;
        file.sync_data()?;
        count += 1;
    }
    let rate = f64::from(count) / begin.elapsed().as_secs_f64();
    drop(file);
    std::fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    Ok(Some(rate))
}
