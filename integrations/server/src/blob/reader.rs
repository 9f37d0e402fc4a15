//! The stream of a body whose segments are in files.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures::Stream;
use s3s::StdError;
use s3s::stream::{ByteStream, RemainingLength};
use tokio::task::{JoinHandle, spawn_blocking};

use super::Segment;

/// The number of bytes that are read at once.
const CHUNK: u64 = 256 << 10;

pub(super) struct Reader {
    folder: PathBuf,
    /// The rest of the body: segments with the ranges to read of them.
    rest: VecDeque<(Segment, Range<u64>)>,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
    left: u64,
}

impl Reader {
    pub(super) fn new(folder: PathBuf, segments: &[Segment], range: Range<u64>) -> Self {
        let mut start = 0;
        let mut rest = VecDeque::new();
        for segment in segments {
            let end = start + segment.size();
            let (from, to) = (range.start.max(start), range.end.min(end));
            if from < to {
                rest.push_back((segment.clone(), from - start..to - start));
            }
            start = end;
        }
        let left = rest.iter().map(|(_, range)| range.end - range.start).sum();
        Self { folder, rest, reading: None, left }
    }

    /// Begins to read the next chunk; `None` at the end.
    fn next(&mut self) -> Option<JoinHandle<io::Result<Bytes>>> {
        let (segment, range) = self.rest.front_mut()?;
        let start = range.start;
        let end = range.end.min(start + CHUNK);
        let is_last = end == range.end;
        range.start = end;
        let segment = segment.clone();
        if is_last {
            self.rest.pop_front();
        }
        let folder = self.folder.clone();
        Some(spawn_blocking(move || match segment {
            Segment::Bytes(bytes) => {
                let to_usize = |at| usize::try_from(at).map_err(io::Error::other);
                Ok(bytes.slice(to_usize(start)?..to_usize(end)?))
            }
            Segment::File { name, .. } => {
                let mut file = File::open(folder.join(&name.name))?;
                file.seek(SeekFrom::Start(start))?;
                let mut chunk = vec![0; usize::try_from(end - start).map_err(io::Error::other)?];
                file.read_exact(&mut chunk)?;
                Ok(chunk.into())
            }
        }))
    }
}

impl Stream for Reader {
    type Item = Result<Bytes, StdError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.reading.is_none() {
            self.reading = self.next();
        }
        let Some(reading) = &mut self.reading else { return Poll::Ready(None) };
        let chunk = ready!(Pin::new(reading).poll(context));
        self.reading = None;
        Poll::Ready(Some(match chunk {
            Ok(Ok(bytes)) => {
                self.left = self.left.saturating_sub(bytes.len() as u64);
                Ok(bytes)
            }
            Ok(Err(error)) => Err(error.into()),
            Err(error) => Err(error.into()),
        }))
    }
}

impl ByteStream for Reader {
    fn remaining_length(&self) -> RemainingLength {
        usize::try_from(self.left)
            .map_or_else(|_| RemainingLength::unknown(), RemainingLength::new_exact)
    }
}
