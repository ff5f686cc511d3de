//! Writes the pictures of the demo into a folder: `cargo run -p nameit-demo --example draw -- FOLDER`.

use std::path::PathBuf;
use std::{env, fs, io};

use nameit_demo::Content;

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args().nth(1).unwrap_or_else(|| ".".to_owned()));
    for stimulus in nameit_demo::scenes().stimuli {
        if let Content::Scene { png, .. } = stimulus.content {
            fs::write(folder.join(format!("{}.png", stimulus.key)), png)?;
        }
    }
    Ok(())
}
