//! Compiles `proto/` with protox, so that a fresh machine needs no protoc.

use std::path::{Path, PathBuf};

use prost::Message as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto");
    println!("cargo:rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root.join("nameit"), &mut files)?;
    files.sort();
    let descriptors = protox::compile(&files, [&root])?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure()
        .bytes(".nameit.storage.v1.PutImageRequest.chunk")
        .bytes(".nameit.storage.v1.GetImageResponse.chunk")
        .boxed(".nameit.storage.v1.ReadResponsesResponse.part.columns")
        // What the gateway hands out unchanged is JSON and OpenAPI as well, described by its comments.
        .message_attribute(".nameit.findings.v1", "#[derive(serde::Serialize, utoipa::ToSchema)]")
        // What is decided comes in as JSON, too.
        .message_attribute(
            ".nameit.findings.v1.VariantOperation",
            "#[derive(serde::Deserialize)] #[serde(default, deny_unknown_fields)]",
        )
        .message_attribute(
            ".nameit.findings.v1.AnnotationChange",
            "#[derive(serde::Deserialize)] #[serde(default, deny_unknown_fields)]",
        )
        .message_attribute(
            ".nameit.findings.v1.DescriptionRules",
            "#[derive(serde::Deserialize)] #[serde(default, deny_unknown_fields)]",
        )
        .message_attribute(
            ".nameit.findings.v1.StopRule",
            "#[derive(serde::Deserialize)] #[serde(default, deny_unknown_fields)]",
        )
        .compile_fds(descriptors)?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "proto") {
            files.push(path);
        }
    }
    Ok(())
}
