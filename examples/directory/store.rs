//! A store on disk. Each bucket is a directory with one directory for each key, which holds two files
//! for each version.
//!
//! ```text
//! photos/6361742e6a7067.key/2f3a….json        the version without its bytes
//! photos/6361742e6a7067.key/2f3a…-17….body    the bytes
//! ```
//!
//! A version exists when its JSON exists. The JSON is written last, by a rename, so a crash may leave
//! unused files but never half a version.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "a store does I/O")]

use std::cmp::Reverse;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use s3_replication::model::{BucketArn, BucketName, Timestamp, VersionId};
use s3_replication::replication::{FailureReason, ObjectKey};
use s3_replication::storage::{
    Destination, Fault, MetadataChange, Source, StoredVersion, WeakerRetention,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

type Version = StoredVersion<Vec<u8>>;

/// Buckets in a directory.
#[derive(Debug)]
pub(crate) struct Directory {
    root: PathBuf,
    /// Locked for writing to replace the JSON of a version, and for reading to read a version.
    versions: RwLock<()>,
    /// The number of files written so far, for unique names of incomplete files.
    files: AtomicU64,
    /// Called before each change on the disk. A test ends the program there.
    step: fn(),
}

/// The JSON of a version.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Record {
    version: Version, // serialized without its bytes
    /// The name of the file with the bytes; `None` for a delete marker.
    body: Option<String>,
}

impl Directory {
    pub(crate) fn new(root: impl Into<PathBuf>) -> Self {
        let (versions, files) = Default::default();
        Self { root: root.into(), versions, files, step: || {} }
    }

    /// Calls a function before each change on the disk.
    pub(crate) fn with_step(self, step: fn()) -> Self {
        Self { step, ..self }
    }

    /// Removes the incomplete files that a crash has left. No other program may be writing.
    pub(crate) fn remove_incomplete(&self) -> io::Result<()> {
        let mut directories = vec![self.root.clone()];
        while let Some(directory) = directories.pop() {
            for entry in fs::read_dir(directory)? {
                let path = entry?.path();
                if path.is_dir() {
                    directories.push(path);
                } else if path.extension().is_some_and(|extension| extension == "incomplete") {
                    fs::remove_file(path)?;
                }
            }
        }
        Ok(())
    }

    pub(crate) fn create_bucket(&self, name: &BucketName) -> io::Result<()> {
        fs::create_dir_all(self.path(name))
    }

    pub(crate) fn bucket<'d>(&'d self, name: &'d BucketName) -> Bucket<'d> {
        Bucket { store: self, name }
    }

    /// Writes a version as a client does.
    pub(crate) fn put(&self, bucket: &BucketName, version: Version) -> Result<(), Failure> {
        self.write(&self.path(bucket), version)
    }

    /// Changes a version. Returns false if it does not exist.
    pub(crate) fn change(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        id: &VersionId,
        change: impl FnOnce(&mut Version) -> Result<(), Failure>,
    ) -> Result<bool, Failure> {
        let path = json_of(&self.path(bucket), key, id);
        let _alone = self.versions.write().unwrap_or_else(PoisonError::into_inner);
        let Some(mut record) = load(&path).map_err(Fault::Transient)? else { return Ok(false) };
        change(&mut record.version)?;
        let json = to_json(&record).map_err(Fault::Transient)?;
        self.write_file(&path, &json).map_err(Fault::Transient)?;
        Ok(true)
    }

    fn path(&self, bucket: &BucketName) -> PathBuf {
        self.root.join(bucket.as_str())
    }

    fn existing(&self, bucket: &BucketName, missing: FailureReason) -> Result<PathBuf, Failure> {
        let path = self.path(bucket);
        if path.is_dir() { Ok(path) } else { Err(Fault::Permanent(missing, not_found(bucket))) }
    }

    /// Writes a version in place of an existing version with the same key and ID.
    fn write(&self, bucket: &Path, mut version: Version) -> Result<(), Failure> {
        let path = json_of(bucket, &version.key, &version.version_id);
        let directory = key_directory(bucket, &version.key);
        fs::create_dir_all(&directory).map_err(Fault::Transient)?;
        // Every null version has its own creation time, so this file is never in use already.
        let created = version.last_modified.to_utc().timestamp_micros();
        let bytes = version.body.take();
        let body = bytes.as_ref().map(|_| format!("{}-{created}.body", stem(&version.version_id)));
        if let (Some(bytes), Some(body)) = (bytes, &body) {
            self.write_file(&directory.join(body), &bytes).map_err(Fault::Transient)?;
        }
        let _alone = self.versions.write().unwrap_or_else(PoisonError::into_inner);
        let before = load(&path).map_err(Fault::Transient)?;
        if let Some(Record { version: existing, .. }) = &before
            && existing.metadata.lock.protects(version.last_modified)
        {
            let reason = FailureReason::DST_PUT_OBJECT_NOT_PERMITTED;
            return Err(Fault::Permanent(reason, io::ErrorKind::PermissionDenied.into()));
        }
        let record = Record { version, body };
        let json = to_json(&record).map_err(Fault::Transient)?;
        self.write_file(&path, &json).map_err(Fault::Transient)?;
        // The previous bytes can go only now: until the rename, the old JSON named them.
        match before.and_then(|before| before.body).filter(|old| record.body.as_ref() != Some(old))
        {
            Some(old) => fs::remove_file(directory.join(old)).map_err(Fault::Transient),
            None => Ok(()),
        }
    }

    /// Writes a file completely or not at all, and makes it survive a loss of power.
    pub(crate) fn write_file(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        let incomplete = path.with_extension(format!("{}-{number}.incomplete", process::id()));
        (self.step)();
        let mut file = File::create(&incomplete)?;
        (self.step)();
        file.write_all(bytes)?;
        file.sync_all()?;
        (self.step)();
        fs::rename(incomplete, path)?;
        // The new name is on the disk only when its directory is.
        match path.parent() {
            Some(directory) => File::open(directory)?.sync_all(),
            None => Ok(()),
        }
    }
}

pub(crate) type Failure = Fault<io::Error>;

/// One bucket, as a source of replication.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket<'d> {
    store: &'d Directory,
    name: &'d BucketName,
}

impl Source for Bucket<'_> {
    type Body = Vec<u8>;
    type Error = io::Error;

    fn read(&self, key: &ObjectKey, version_id: &VersionId) -> Result<Version, Failure> {
        let bucket = self.store.existing(self.name, FailureReason::SRC_BUCKET_NOT_FOUND)?;
        let _shared = self.store.versions.read().unwrap_or_else(PoisonError::into_inner);
        let record = load(&json_of(&bucket, key, version_id)).map_err(Fault::Transient)?;
        let Some(Record { mut version, body }) = record else {
            return Err(Fault::Permanent(
                FailureReason::SRC_VERSION_NOT_FOUND,
                not_found(version_id),
            ));
        };
        if let Some(body) = body {
            let path = key_directory(&bucket, key).join(body);
            version.body = Some(fs::read(path).map_err(Fault::Transient)?);
        }
        Ok(version)
    }

    /// Reads the names of all keys for every page. A store for many keys needs an index.
    fn versions(
        &self,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> Result<Vec<StoredVersion<()>>, Failure> {
        let bucket = self.store.existing(self.name, FailureReason::SRC_BUCKET_NOT_FOUND)?;
        let mut keys = Vec::new();
        collect_keys(&bucket, "", &mut keys).map_err(Fault::Transient)?;
        keys.retain(|key| after.is_none_or(|(after, _)| key >= after));
        keys.sort();
        let mut page = Vec::new();
        for key in &keys {
            if page.len() >= limit {
                break;
            }
            let all = versions_of(&key_directory(&bucket, key)).map_err(Fault::Transient)?;
            let same_key = after.filter(|(after, _)| *after == key);
            let after_id = same_key.and_then(|(_, id)| {
                all.iter().position(|version| version.version_id == *id).map(|at| at + 1)
            });
            page.extend(all.into_iter().skip(after_id.unwrap_or(0)));
        }
        page.truncate(limit);
        Ok(page)
    }
}

impl Destination<Vec<u8>> for Directory {
    type Error = io::Error;

    /// If the bucket were a source bucket as well, its ledger would have to record the replica here:
    /// `Ledger::record_replica`.
    fn put_replica(&self, bucket: &BucketArn, replica: Version) -> Result<(), Failure> {
        let directory = self.existing(bucket.name(), FailureReason::DST_BUCKET_NOT_FOUND)?;
        let (key, id) = (replica.key.clone(), replica.version_id.clone());
        let there = load(&json_of(&directory, &key, &id)).map_err(Fault::Transient)?;
        if !there.is_some_and(|there| replica.is_same_version(&there.version)) {
            return self.write(&directory, replica);
        }
        // A task may run twice. The bytes are there, and newer metadata stays.
        let merge = |there: &mut Version| {
            *there = replica.in_place_of(there, super::now()).map_err(weaker_retention)?;
            Ok(())
        };
        self.change(bucket.name(), &key, &id, merge).map(drop)
    }

    fn put_metadata(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        change: &MetadataChange,
    ) -> Result<(), Failure> {
        self.existing(bucket.name(), FailureReason::DST_BUCKET_NOT_FOUND)?;
        let update = |version: &mut Version| {
            version.update_metadata(change, super::now()).map(drop).map_err(weaker_retention)
        };
        if self.change(bucket.name(), key, version_id, update)? {
            return Ok(());
        }
        Err(Fault::Permanent(FailureReason::DST_VERSION_NOT_FOUND, not_found(version_id)))
    }

    fn delete_replica(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        version_id: &VersionId,
        at: Timestamp,
    ) -> Result<(), Failure> {
        let bucket = self.existing(bucket.name(), FailureReason::DST_BUCKET_NOT_FOUND)?;
        let _alone = self.versions.write().unwrap_or_else(PoisonError::into_inner);
        let path = json_of(&bucket, key, version_id);
        let Some(record) = load(&path).map_err(Fault::Transient)? else { return Ok(()) };
        if record.version.metadata.lock.protects(at) {
            let reason = FailureReason::DST_DEL_OBJ_NOT_PERMITTED;
            return Err(Fault::Permanent(reason, io::ErrorKind::PermissionDenied.into()));
        }
        // The JSON goes first: as long as it is there, it names the bytes.
        let directory = key_directory(&bucket, key);
        let remove = || {
            fs::remove_file(&path)?;
            File::open(&directory)?.sync_all()?;
            record.body.map_or(Ok(()), |body| fs::remove_file(directory.join(body)))
        };
        remove().map_err(Fault::Transient)
    }
}

/// Object Lock does not let retention become weaker.
fn weaker_retention(error: WeakerRetention) -> Failure {
    let reason = FailureReason::DST_PUT_RETENTION_NOT_PERMITTED;
    Fault::Permanent(reason, io::Error::new(io::ErrorKind::PermissionDenied, error))
}

fn not_found(what: &impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("{what} does not exist"))
}

/// Returns the path of the JSON of a version.
fn json_of(bucket: &Path, key: &ObjectKey, id: &VersionId) -> PathBuf {
    key_directory(bucket, key).join(stem(id) + ".json")
}

fn to_json(record: &Record) -> io::Result<Vec<u8>> {
    Ok(serde_json::to_vec_pretty(record)?)
}

fn load(path: &Path) -> io::Result<Option<Record>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns the versions of a key, latest first. Versions of the same time are sorted by ID.
fn versions_of(directory: &Path) -> io::Result<Vec<StoredVersion<()>>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            all.extend(
                load(&path)?.map(|Record { version, body }| version.with_body(body.map(drop))),
            );
        }
    }
    all.sort_by_cached_key(|version| (Reverse(version.last_modified), version.version_id.clone()));
    Ok(all)
}

/// The most hex digits in one file name. File systems allow 255 bytes.
const PART: usize = 200;

/// Returns the directory of the versions of a key. Its name is the key in hex, which is safe for keys
/// with `..` or slashes and on file systems that ignore case. A long key takes several nested
/// directories; the last one has the suffix `.key`.
fn key_directory(bucket: &Path, key: &ObjectKey) -> PathBuf {
    let mut path = bucket.to_path_buf();
    let mut rest = hex(key.as_bytes());
    while rest.len() > PART {
        let end = rest.split_off(PART);
        path.push(std::mem::replace(&mut rest, end));
    }
    path.join(rest + ".key")
}

/// Collects the keys in a directory. `prefix` is the hex of the directories above it.
fn collect_keys(directory: &Path, prefix: &str, keys: &mut Vec<ObjectKey>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        match name.strip_suffix(".key") {
            Some(end) => keys.extend(unhex(&format!("{prefix}{end}"))),
            None => collect_keys(&entry.path(), &format!("{prefix}{name}"), keys)?,
        }
    }
    Ok(())
}

/// Returns the first part of the file names of a version. A hash, because version IDs can be as long
/// as keys and their order does not matter.
fn stem(id: &VersionId) -> String {
    hex(&Sha256::digest(id.as_str()))
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).flatten().collect()
}

fn unhex(text: &str) -> Option<ObjectKey> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| u8::try_from(digit.to_digit(16)?).ok()).collect();
    let bytes: Vec<u8> = digits?
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
        .collect();
    Some(ObjectKey::from(&bytes))
}
