//! Bodies: small ones in memory, large ones in files, so that memory stays small whatever is
//! uploaded.
//!
//! The memory store shares a body between an object and its replicas as `Arc<[u8]>`. For a large
//! body that is a handle: the bytes name an entry of [`Blobs`], which has the segments. The handle
//! is dropped with the last version that has it, and [`Blobs::sweep`] then removes the files.

mod reader;
mod writer;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use s3_replication_s3s::body;
use s3s::dto::StreamingBlob;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tempfile::TempDir;

pub(crate) use self::writer::{BodyError, Received, Receiver};

/// The size in bytes above which a body is in a file. A manifest of a job is read from memory, so it
/// must not be larger.
pub(crate) const IN_MEMORY: usize = 8 << 20;

/// A part of a body.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) enum Segment {
    /// Bytes in memory.
    Bytes(#[serde(serialize_with = "to_base64", deserialize_with = "from_base64")] Bytes),
    /// A file in the folder of the bodies.
    File {
        /// The file, which exists as long as a segment names it.
        name: Arc<BodyFile>,
        /// The size in bytes.
        size: u64,
    },
}

/// The name of a file of a body. A file that no journal names is removed when it is dropped.
#[derive(Debug, Deserialize, Serialize)]
#[serde(from = "String", into = "String")]
pub(crate) struct BodyFile {
    name: String,
    /// The path to remove.
    temporary: Option<PathBuf>,
    /// The journal names the file, so it must outlive this process.
    is_kept: AtomicBool,
}

impl BodyFile {
    const fn new(name: String, temporary: Option<PathBuf>) -> Self {
        Self { name, temporary, is_kept: AtomicBool::new(false) }
    }
}

impl Clone for BodyFile {
    fn clone(&self) -> Self {
        Self::new(self.name.clone(), None)
    }
}

impl From<String> for BodyFile {
    fn from(name: String) -> Self {
        Self::new(name, None)
    }
}

impl From<BodyFile> for String {
    fn from(file: BodyFile) -> Self {
        file.name.clone()
    }
}

impl Drop for BodyFile {
    fn drop(&mut self) {
        if !*self.is_kept.get_mut()
            && let Some(path) = &self.temporary
        {
            // The folder is removed at the end, whatever is left in it.
            let _removed = std::fs::remove_file(path);
        }
    }
}

impl Segment {
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { size, .. } => *size,
        }
    }

    /// Keeps the file of the segment, because the journal names it.
    pub(crate) fn keep(&self) {
        if let Self::File { name, .. } = self {
            name.is_kept.store(true, Ordering::Relaxed);
        }
    }
}

fn to_base64<S: Serializer>(bytes: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&base64_simd::STANDARD.encode_to_string(bytes))
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
    let text = String::deserialize(deserializer)?;
    let bytes = base64_simd::STANDARD.decode_to_vec(text).map_err(serde::de::Error::custom)?;
    Ok(bytes.into())
}

/// Returns the size of a body.
pub(crate) fn size_of(segments: &[Segment]) -> u64 {
    segments.iter().map(Segment::size).sum()
}

/// The segments of the bodies that are not in memory, by their handles.
type Large = HashMap<Arc<[u8]>, Arc<[Segment]>>;

/// The bodies that are not in memory, and the folder of their files.
#[derive(Debug)]
pub(crate) struct Blobs {
    folder: PathBuf,
    temporary: Option<TempDir>,
    large: Mutex<Large>,
}

impl Blobs {
    /// Uses a folder, whose files are kept; `None` uses a temporary one.
    ///
    /// # Errors
    ///
    /// The folder cannot be created.
    pub(crate) fn new(folder: Option<&Path>) -> io::Result<Self> {
        let (folder, temporary) = if let Some(folder) = folder {
            (folder.join("bodies"), None)
        } else {
            let temporary = tempfile::Builder::new().prefix("s3-replication-").tempdir()?;
            (temporary.path().to_owned(), Some(temporary))
        };
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder, temporary, large: Mutex::default() })
    }

    fn keeps_files(&self) -> bool {
        self.temporary.is_none()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Returns the body to put into the store: the bytes, or the handle of a large body.
    ///
    /// # Errors
    ///
    /// The files of a small body cannot be read.
    pub(crate) fn to_body(&self, segments: &[Segment]) -> io::Result<Arc<[u8]>> {
        let size = size_of(segments);
        if size <= IN_MEMORY as u64 {
            return self.collect(segments).map(Arc::from);
        }
        // The store recognises a handle by its length, so it must not be as long as the version.
        let mut name = uuid::Uuid::new_v4().simple().to_string();
        if name.len() as u64 == size {
            let _ = name.write_char('+');
        }
        let handle: Arc<[u8]> = name.into_bytes().into();
        self.lock().insert(handle.clone(), segments.into());
        Ok(handle)
    }

    /// Reads a whole body.
    fn collect(&self, segments: &[Segment]) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        for segment in segments {
            match segment {
                Segment::Bytes(bytes) => all.extend_from_slice(bytes),
                Segment::File { name, .. } => {
                    File::open(self.path(&name.name))?.read_to_end(&mut all)?;
                }
            }
        }
        Ok(all)
    }

    /// Returns the segments of a body of the store.
    pub(crate) fn segments(&self, body: &Arc<[u8]>, size: u64) -> Arc<[Segment]> {
        if body.len() as u64 != size
            && let Some(segments) = self.lock().get(body)
        {
            return segments.clone();
        }
        [Segment::Bytes(Bytes::from_owner(body.clone()))].into()
    }

    /// Returns a stream of a range of a body.
    pub(crate) fn read(&self, segments: &[Segment], range: Range<u64>) -> StreamingBlob {
        match segments {
            [Segment::Bytes(bytes)] => {
                let start = usize::try_from(range.start).unwrap_or(usize::MAX).min(bytes.len());
                let end = usize::try_from(range.end).unwrap_or(usize::MAX).min(bytes.len());
                body::from_bytes(bytes.slice(start..end.max(start)))
            }
            _ => StreamingBlob::new(reader::Reader::new(self.folder.clone(), segments, range)),
        }
    }

    /// Forgets the bodies that no version has any more, and removes their files.
    pub(crate) fn sweep(&self) {
        self.lock().retain(|handle, _| Arc::strong_count(handle) > 1);
    }

    fn lock(&self) -> MutexGuard<'_, Large> {
        self.large.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
