//! JSON.

use std::io::{self, Write};

use serde::Serialize;

/// An array with one object per line.
pub fn array<T: Serialize>(output: &mut dyn Write, entries: impl Iterator<Item = T>) -> io::Result<()> {
    output.write_all(b"[")?;
    let mut separator = "\n";
    for entry in entries {
        output.write_all(separator.as_bytes())?;
        serde_json::to_writer(&mut *output, &entry)?;
        separator = ",\n";
    }
    output.write_all(b"\n]\n")
}
