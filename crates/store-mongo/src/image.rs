//! Images in GridFS, each kept once under the hash of its bytes.
//!
//! A file is there when its entry in `images.files` is, which the driver writes after all chunks. The unique
//! index on the file's name decides between two who upload the same image at once; who loses deletes its own
//! chunks, which have an id of their own. A process that dies meanwhile leaves chunks that nothing refers to.

use futures::{AsyncReadExt as _, AsyncWriteExt as _};
use mongodb::bson::{Document, doc};
use mongodb::error::{Error as DriverError, ErrorKind, GridFsErrorKind};
use mongodb::gridfs::FilesCollectionDocument;
use nameit_domain::image::{ImageBytes, ImageHash};
use nameit_store::{Error, Result};

use crate::command;
use crate::database::{Ready, attempt, run};
use crate::error::{Unreadable, failed, is_duplicate};
use crate::keep::{confirmed, persist};
use crate::schema;

/// Keeps an image unless it is kept already.
pub(crate) async fn put(ready: &Ready, image: &ImageBytes) -> Result<()> {
    let _turn = ready.turns.wait(&image.hash).await?;
    if let Some(kept) = find(ready, &image.hash).await? {
        return check_length(image, kept.length);
    }
    let write = || attempt(command::images("storing an image", "insert"), upload(ready, image));
    let Err(error) = persist(write).await? else { return Ok(()) };
    if !is_duplicate(&error) {
        return Err(failed("keeping an image", error));
    }
    let files = ready.database.collection::<Document>(schema::IMAGE_FILES);
    let by_name = doc! { "filename": image.hash.as_str() };
    let kept = confirmed(&files, "looking for an image", by_name).await?;
    let length = kept.as_ref().and_then(|kept| kept.get_i64("length").ok());
    check_length(image, length.and_then(|length| u64::try_from(length).ok()).ok_or(Unreadable("image"))?)
}

/// The image with this hash.
pub(crate) async fn get(ready: &Ready, hash: &ImageHash) -> Result<Option<ImageBytes>> {
    match find(ready, hash).await? {
        Some(file) => read(ready, file).await.map(Some),
        None => Ok(None),
    }
}

/// The image that is kept as this file.
pub(crate) async fn read(ready: &Ready, file: FilesCollectionDocument) -> Result<ImageBytes> {
    let name = file.filename.as_deref().unwrap_or_default();
    let hash = ImageHash::parse(name).map_err(|_| Unreadable("hash of an image"))?;
    let metadata = file.metadata.unwrap_or_default();
    let media_type = metadata.get_str("media_type").map_err(|_| Unreadable("image"))?.to_owned();
    let bytes = run(command::images("reading an image", "find"), async {
        let mut bytes = Vec::new();
        let mut download = ready.images.open_download_stream(file.id).await?;
        download.read_to_end(&mut bytes).await.map_err(into_driver)?;
        Ok(bytes)
    });
    Ok(ImageBytes { hash, media_type, bytes: bytes.await? })
}

async fn find(ready: &Ready, hash: &ImageHash) -> Result<Option<FilesCollectionDocument>> {
    run(
        command::images("looking for an image", "find"),
        ready.images.find_one(doc! { "filename": hash.as_str() }),
    )
    .await
}

async fn upload(ready: &Ready, image: &ImageBytes) -> mongodb::error::Result<()> {
    let upload = ready.images.open_upload_stream(image.hash.as_str());
    let mut upload = upload.metadata(doc! { "media_type": &image.media_type }).await?;
    upload.write_all(&image.bytes).await.map_err(into_driver)?;
    upload.close().await.map_err(into_driver)
}

/// The same hash with another length would be a different image: the caller's hash is wrong.
fn check_length(image: &ImageBytes, length: u64) -> Result<()> {
    if image.bytes.len() as u64 == length {
        Ok(())
    } else {
        Err(Error::conflict("another image is kept under this hash"))
    }
}

/// The driver's error out of what its streams wrap it in.
fn into_driver(error: std::io::Error) -> DriverError {
    let error = error.downcast::<DriverError>().unwrap_or_else(DriverError::from);
    match &*error.kind {
        // A failed upload whose chunks could not be deleted either: that tells why.
        ErrorKind::GridFs(GridFsErrorKind::AbortError { delete_error, .. }) => delete_error.clone(),
        _ => error,
    }
}
