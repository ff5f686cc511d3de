//! Files by plain form: many pictures at once, or a manifest. With script, pictures come one by one over REST.

use std::collections::HashSet;

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use nameit_domain::text::StimulusKey;

use super::editor::{self, Said, edit_path};
use super::{Frame, done, note};
use crate::access::Owned;
use crate::config::{IMAGE_MAX_BYTES, MANIFEST_MAX_BYTES};
use crate::error::{Error, ErrorCode, Result};
use crate::services::{experiment, stimulus};
use crate::state::Gateway;
use crate::views::editor::Uploaded;
use crate::views::{Notice, Problems};

/// Bytes of all files of one form together. They are taken one after the other, never held at once.
const FORM_MAX_BYTES: usize = 512 << 20;
/// What a form has besides its file.
const FORM_OVERHEAD_BYTES: usize = 64 << 10;

/// `POST /experiments/{id}/stimuli`: each picture is stored or refused on its own.
pub(super) async fn pictures(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    mut form: Multipart,
) -> Result<Response> {
    experiment::require_draft(&owned)?;
    let present = stimulus::list(&gateway, &owned).await?;
    let mut keys: HashSet<String> = present.into_iter().map(|stimulus| stimulus.key.into_string()).collect();
    let mut uploads = Vec::new();
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let file = field.file_name().unwrap_or_default().to_owned();
        // A browser sends an empty part when no file was chosen.
        if field.name() != Some("files") || file.is_empty() {
            continue;
        }
        let outcome = match read(field, IMAGE_MAX_BYTES).await {
            Ok(bytes) => store(&gateway, &owned, &file, bytes, &mut keys).await,
            Err(error) => Err(error),
        };
        let outcome = match outcome {
            Ok(key) => Ok(key),
            Err(error) => {
                let mut problems = Problems::default();
                note(&mut problems, error)?;
                Err(problems.into_message())
            }
        };
        uploads.push(Uploaded { file, outcome });
    }
    if !uploads.is_empty() && uploads.iter().all(|upload| upload.outcome.is_ok()) {
        return Ok(done(&edit_path(owned.id()), Notice::StimuliChanged));
    }
    if uploads.is_empty() {
        let outcome = Err("Choose one or more pictures first.".to_owned());
        uploads.push(Uploaded { file: "No file".to_owned(), outcome });
    }
    let said = Said { uploads, ..Said::default() };
    editor::show_again(&gateway, &frame, &owned, StatusCode::UNPROCESSABLE_ENTITY, said).await
}

/// `POST /experiments/{id}/manifest`: all rows or none.
pub(super) async fn manifest(
    State(gateway): State<Gateway>,
    frame: Frame,
    owned: Owned,
    mut form: Multipart,
) -> Result<Response> {
    let mut file = None;
    while let Some(field) = form.next_field().await.map_err(broken)? {
        if field.name() == Some("manifest") && !field.file_name().unwrap_or_default().is_empty() {
            file = Some(read(field, MANIFEST_MAX_BYTES).await);
        }
    }
    let applied = match file {
        Some(Ok(bytes)) => stimulus::apply_manifest(&gateway, &owned, &bytes).await.map(drop),
        Some(Err(error)) => Err(error),
        None => Err(Error::invalid("", "choose a CSV file first")),
    };
    let Err(error) = applied else { return Ok(done(&edit_path(owned.id()), Notice::StimuliChanged)) };
    let mut problems = Problems::default();
    note(&mut problems, error)?;
    let said = Said { manifest_problem: Some(problems.into_message()), ..Said::default() };
    editor::show_again(&gateway, &frame, &owned, StatusCode::UNPROCESSABLE_ENTITY, said).await
}

/// For the routes: forms of pictures may be long.
pub(super) fn pictures_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(FORM_MAX_BYTES)
}

/// For the routes: one manifest and what surrounds it.
pub(super) fn manifest_limit() -> DefaultBodyLimit {
    DefaultBodyLimit::max(MANIFEST_MAX_BYTES + FORM_OVERHEAD_BYTES)
}

async fn store(
    gateway: &Gateway,
    owned: &Owned,
    file: &str,
    bytes: Bytes,
    keys: &mut HashSet<String>,
) -> Result<String> {
    let key = free_key(file, keys);
    let stored = stimulus::put_image(gateway, owned, StimulusKey::parse(&key)?, None, bytes).await?;
    keys.insert(key);
    Ok(stored.stimulus.key.into_string())
}

/// Reads a part of at most `max` bytes. The rest of a longer one is read over, so that the next part follows.
pub(super) async fn read(mut field: Field<'_>, max: usize) -> Result<Bytes> {
    let mut bytes = BytesMut::new();
    let mut too_large = false;
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        too_large |= bytes.len() + chunk.len() > max;
        if !too_large {
            bytes.extend_from_slice(&chunk);
        }
    }
    if too_large {
        let message = format!("the file is too large; at most {} MiB are taken", max >> 20);
        return Err(Error::new(ErrorCode::TooLarge, message));
    }
    Ok(bytes.freeze())
}

/// The file's stem as a key; `-2`, `-3`, … where it is taken.
fn free_key(file: &str, keys: &HashSet<String>) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let clean = |character: char| match character {
        '/' | '\\' => '-',
        control if control.is_control() => '-',
        other => other,
    };
    let stem: String = stem.trim().chars().map(clean).take(110).collect();
    let stem = match stem.trim() {
        "" | "." | ".." => "stimulus",
        stem => stem,
    };
    let mut key = stem.to_owned();
    let mut count = 2;
    while keys.contains(&key) {
        key = format!("{stem}-{count}");
        count += 1;
    }
    key
}

pub(super) fn broken(error: MultipartError) -> Error {
    let status = error.status();
    let (code, message) = if status == StatusCode::PAYLOAD_TOO_LARGE {
        (ErrorCode::TooLarge, "the files are too large together; send fewer at once")
    } else {
        (ErrorCode::InvalidArgument, "the upload broke off before it was complete; send it again")
    };
    Error::new(code, message).with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_become_keys_that_are_free() {
        let keys: HashSet<String> = ["cup".to_owned(), "cup-2".to_owned()].into();
        assert_eq!(free_key("cup.png", &keys), "cup-3");
        assert_eq!(free_key("red apple 3.tar.gz", &keys), "red apple 3.tar");
        assert_eq!(free_key("no-ending", &keys), "no-ending");
        assert_eq!(free_key("..", &keys), "stimulus");
        assert_eq!(free_key("a/b\\c\u{7}.png", &keys), "a-b-c-");
        assert!(StimulusKey::parse(&free_key(&"é".repeat(500), &keys)).is_ok());
    }
}
