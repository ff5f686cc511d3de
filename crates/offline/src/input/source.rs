//! Where the bytes come from: a file or stdin, gzipped or not, with a progress bar on a terminal.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;

use anyhow::{Context as _, bail};
use flate2::bufread::MultiGzDecoder;
use indicatif::{ProgressBar, ProgressStyle};

use super::read_ahead::ReadAhead;

/// Not more than is read at once: what is read in larger pieces goes past the buffer.
const BUFFER_BYTES: usize = 64 * 1024;

/// The bytes of a file, unpacked.
pub struct Source {
    /// How the file is called in messages.
    pub(super) name: String,
    pub(super) bytes: Box<dyn Read + Send>,
}

/// Opens the file, or stdin for `-`.
pub fn open(path: &Path) -> anyhow::Result<Source> {
    let (name, size, raw): (_, _, Box<dyn Read + Send>) = if path.as_os_str() == "-" {
        ("stdin".to_owned(), None, Box::new(io::stdin()))
    } else {
        let name = path.display().to_string();
        let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
        let metadata = file.metadata().with_context(|| format!("cannot open {name}"))?;
        if metadata.is_dir() {
            bail!("cannot open {name}: it is a folder");
        }
        (name, metadata.is_file().then_some(metadata.len()), Box::new(file))
    };
    let mut buffered = BufReader::with_capacity(BUFFER_BYTES, progress_bar(size).wrap_read(raw));
    let start = buffered.fill_buf().with_context(|| format!("cannot read {name}"))?;
    let bytes: Box<dyn Read + Send> = if start.starts_with(&[0x1f, 0x8b]) {
        Box::new(ReadAhead::new(MultiGzDecoder::new(buffered)))
    } else if start.starts_with(b"PK\x03\x04") {
        bail!("{name} is a zip archive or a spreadsheet; save it as CSV, or as CSV with gzip");
    } else {
        Box::new(buffered)
    };
    Ok(Source { name, bytes })
}

/// A bar over the bytes of the file as they lie on disk. It is drawn on stderr, and only on a terminal.
fn progress_bar(size: Option<u64>) -> ProgressBar {
    let (bar, template) = match size {
        Some(size) => (ProgressBar::new(size), "{bar:40} {binary_bytes}/{binary_total_bytes} {eta}"),
        None => (ProgressBar::new_spinner(), "{spinner} {binary_bytes}"),
    };
    let style = ProgressStyle::with_template(template).expect("the template is well-formed");
    bar.with_style(style).with_finish(indicatif::ProgressFinish::AndClear)
}
