//! Bodies of objects.

use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use s3s::StdError;
use s3s::dto::StreamingBlob;
use s3s::stream::{ByteStream, RemainingLength};

/// The error of [`read`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The body has more bytes than the limit. It was not read further.
    #[error("the body is longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// The client sent an incomplete or wrong body.
    #[error("the body could not be read: {0}")]
    Broken(StdError),
}

/// Reads a body into memory, for instance for a
/// [`NewObject`](s3_replication::storage::NewObject).
///
/// Returns as soon as the body turns out to be longer than `limit` bytes.
///
/// # Errors
///
/// [`ReadError`]
pub async fn read(mut body: StreamingBlob, limit: usize) -> Result<Vec<u8>, ReadError> {
    let expected = body.remaining_length().exact();
    if expected.is_some_and(|length| length > limit) {
        return Err(ReadError::TooLong { limit });
    }
    // A client may claim any length, so the space grows with what arrives.
    let mut bytes = Vec::with_capacity(expected.unwrap_or(0).min(1 << 20));
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(ReadError::Broken)?;
        if bytes.len() + chunk.len() > limit {
            return Err(ReadError::TooLong { limit });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Returns a body of shared bytes, such as those of a
/// [`MemoryStore`](s3_replication::storage::MemoryStore), without copying them.
#[must_use]
pub fn from_shared(bytes: Arc<[u8]>) -> StreamingBlob {
    from_bytes(Bytes::from_owner(bytes))
}

/// Returns a body of bytes with a known length.
#[must_use]
pub fn from_bytes(bytes: Bytes) -> StreamingBlob {
    StreamingBlob::new(Whole(bytes))
}

/// A stream of one chunk.
struct Whole(Bytes);

impl Stream for Whole {
    type Item = Result<Bytes, StdError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let bytes = mem::take(&mut self.0);
        Poll::Ready((!bytes.is_empty()).then_some(Ok(bytes)))
    }
}

impl ByteStream for Whole {
    fn remaining_length(&self) -> RemainingLength {
        RemainingLength::new_exact(self.0.len())
    }
}
