//! Receives a body.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt as _;
use md5::{Digest as _, Md5};
use s3s::StdError;
use s3s::checksum::ChecksumHasher;
use s3s::dto::{Checksum, StreamingBlob};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

use super::{Blobs, BodyFile, Segment};

/// The time for the next bytes of a body to arrive.
const PATIENCE: Duration = Duration::from_secs(20);

/// Receives one body.
pub(crate) struct Receiver<'b> {
    blobs: &'b Blobs,
    hasher: ChecksumHasher,
    in_memory: usize,
    md5: Md5,
    buffer: Vec<u8>,
    file: Option<(File, BodyFile)>,
    size: u64,
}

/// A body that was received completely.
pub(crate) struct Received {
    pub(crate) segment: Segment,
    pub(crate) size: u64,
    pub(crate) md5: [u8; 16],
    pub(crate) checksum: Checksum,
}

/// The error of receiving a body.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyError {
    /// The client sent more bytes than the limit.
    #[error("the body is longer than {0} bytes")]
    TooLong(u64),
    /// The client sent an incomplete or wrong body.
    #[error("the body could not be read: {0}")]
    Broken(StdError),
    /// The client stopped sending.
    #[error("no bytes arrived for {} seconds", PATIENCE.as_secs())]
    Stalled,
    /// The body could not be stored.
    #[error("the body could not be stored: {0}")]
    Storage(#[from] io::Error),
}

impl<'b> Receiver<'b> {
    /// Keeps a body of at most `in_memory` bytes in memory.
    pub(crate) fn new(blobs: &'b Blobs, hasher: ChecksumHasher, in_memory: usize) -> Self {
        Self { blobs, hasher, in_memory, md5: Md5::new(), buffer: Vec::new(), file: None, size: 0 }
    }

    /// Receives a body of at most `limit` bytes.
    pub(crate) async fn receive(
        mut self,
        body: Option<StreamingBlob>,
        limit: u64,
    ) -> Result<Received, BodyError> {
        if let Some(mut body) = body {
            loop {
                let next = tokio::time::timeout(PATIENCE, body.next()).await;
                let Some(chunk) = next.map_err(|_| BodyError::Stalled)? else { break };
                let chunk = chunk.map_err(BodyError::Broken)?;
                if self.size + chunk.len() as u64 > limit {
                    return Err(BodyError::TooLong(limit));
                }
                self.push(&chunk).await?;
            }
        }
        self.finish().await
    }

    async fn push(&mut self, chunk: &Bytes) -> io::Result<()> {
        self.size += chunk.len() as u64;
        self.md5.update(chunk);
        self.hasher.update(chunk);
        if let Some((file, _)) = &mut self.file {
            return file.write_all(chunk).await;
        }
        if self.buffer.len() + chunk.len() <= self.in_memory {
            self.buffer.extend_from_slice(chunk);
            return Ok(());
        }
        let name = uuid::Uuid::new_v4().simple().to_string();
        let path = self.blobs.path(&name);
        let mut file = File::create_new(&path).await?;
        let body_file = BodyFile::new(name, Some(path));
        file.write_all(&std::mem::take(&mut self.buffer)).await?;
        file.write_all(chunk).await?;
        self.file = Some((file, body_file));
        Ok(())
    }

    async fn finish(self) -> Result<Received, BodyError> {
        let segment = match self.file {
            None => Segment::Bytes(self.buffer.into()),
            Some((mut file, name)) => {
                file.flush().await?;
                if self.blobs.keeps_files() {
                    file.sync_all().await?;
                    // The entry of the file in its folder must survive as well.
                    File::open(&self.blobs.folder).await?.sync_all().await?;
                }
                Segment::File { name: Arc::new(name), size: self.size }
            }
        };
        let (size, md5) = (self.size, self.md5.finalize().into());
        Ok(Received { segment, size, md5, checksum: self.hasher.finalize() })
    }
}
