//! Images by their content.

use bytes::{Bytes, BytesMut};
use nameit_domain::image::{ImageBytes, ImageHash};
use nameit_proto::storage::v1::{GetImageRequest, PutImageRequest};

use crate::cache::{self, CachedImage};
use crate::clients::call;
use crate::error::{Error, Result};
use crate::state::Gateway;

/// Bytes in one message.
const CHUNK_BYTES: usize = 256 << 10;

/// The image with this hash.
pub(crate) async fn get(gateway: &Gateway, hash: &ImageHash) -> Result<CachedImage> {
    let cached = gateway.caches.images.get(hash).await;
    cache::count("images", cached.is_some());
    if let Some(image) = cached {
        return Ok(image);
    }
    let request = GetImageRequest { hash: hash.as_str().to_owned() };
    let answer = gateway.clients.stimuli.clone().get_image(call(request)).await;
    let mut stream = match answer {
        Ok(answer) => answer.into_inner(),
        Err(status) if status.code() == tonic::Code::NotFound => return Err(Error::not_found("image")),
        Err(status) => return Err(status.into()),
    };
    let mut media_type = String::new();
    let mut bytes = BytesMut::new();
    loop {
        let message = match stream.message().await {
            Ok(Some(message)) => message,
            Ok(None) => break,
            Err(status) if status.code() == tonic::Code::NotFound => return Err(Error::not_found("image")),
            Err(status) => return Err(status.into()),
        };
        if media_type.is_empty() {
            media_type = message.media_type;
        }
        bytes.extend_from_slice(&message.chunk);
    }
    let image = CachedImage { media_type: media_type.into(), bytes: bytes.freeze() };
    gateway.caches.images.insert(hash.clone(), image.clone()).await;
    Ok(image)
}

/// Stores one version of an image.
pub(crate) async fn put(gateway: &Gateway, image: ImageBytes) -> Result<()> {
    let hash = image.hash.as_str().to_owned();
    let media_type = image.media_type;
    let mut rest = Bytes::from(image.bytes);
    let mut messages = Vec::new();
    while !rest.is_empty() {
        let chunk = rest.split_to(rest.len().min(CHUNK_BYTES));
        let first = messages.is_empty();
        messages.push(PutImageRequest {
            hash: if first { hash.clone() } else { String::new() },
            media_type: if first { media_type.clone() } else { String::new() },
            chunk,
        });
    }
    gateway.clients.stimuli.clone().put_image(call(tokio_stream::iter(messages))).await?;
    Ok(())
}
