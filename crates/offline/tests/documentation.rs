//! The examples of `docs/offline.md` print what stands there.

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn every_example_prints_what_the_page_says() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/offline.md");
    let page = fs::read_to_string(page).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (mut files, mut examples) = (0, 0);
    // The text before a fence, and what stands inside.
    let fences: Vec<&str> = page.split("```").collect();
    for pair in fences.chunks_exact(2) {
        let (before, inside) = (pair[0], pair[1]);
        if let Some(content) = inside.strip_prefix("csv\n") {
            let name = before.trim_end().rsplit('`').nth(1).unwrap();
            fs::write(folder.path().join(name), content).unwrap();
            files += 1;
        } else if let Some(example) = inside.strip_prefix("console\n$ nameit ") {
            let (arguments, printed) = example.split_once('\n').unwrap();
            let mut command = Command::new(env!("CARGO_BIN_EXE_nameit-offline"));
            let output = command.current_dir(folder.path()).args(arguments.split(' ')).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), printed, "{arguments}");
            examples += 1;
        }
    }
    assert_eq!((files, examples), (5, 7), "what is read of the page");
}
