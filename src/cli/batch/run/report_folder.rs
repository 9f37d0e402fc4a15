//! The folder of a completion report, which belongs to one job.
//!
//! S3 gives each job a folder of its own. Here the user names the folder, so two jobs that run at the
//! same time may want the same one. The results are therefore written beside their place and moved
//! there as a whole: a folder that has results takes no others, so exactly one job gets its place.
//!
//! ```text
//! out/manifest.json        the document of the report, written last
//! out/manifest.json.md5    its checksum
//! out/results/….csv        the parts, by the names that the store gave them
//! ```
//!
//! The keys in the document are those of the bucket, with the prefix of the job. `batch report`
//! finds the parts anyway, because they lie beside the document.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use s3_replication::batch::completion_report;
use s3_replication::batch::job::Job;
use s3_replication::model::BucketName;
use s3_replication::storage::MemoryStore;

use crate::cli::Failure;
use crate::cli::sink::{self, Sink};
use crate::cli::temporary::Temporary;

/// The document of a completion report, in its folder.
const DOCUMENT: &str = "manifest.json";
/// The folder of the parts of a completion report.
const RESULTS: &str = "results";

/// Refuses a folder that contains a report or parts of one, because they would look like those of
/// this job. S3 does not overwrite a report either: each has its own folder.
pub(super) fn refuse_other_report(folder: &Path) -> Result<(), Failure> {
    let mut older = [DOCUMENT, RESULTS].map(|name| folder.join(name)).into_iter();
    match older.find(|path| path.symlink_metadata().is_ok()) {
        Some(path) => Err(occupied(&path)),
        None => Ok(()),
    }
}

/// The same sentence for a folder that is found before the run, and for one that appears meanwhile.
fn occupied(path: &Path) -> Failure {
    let path = path.display();
    Failure::Message(format!("`{path}` exists; remove it, or name another folder for the report"))
}

/// Writes the completion report of a job into a folder, its document last, and returns the path of
/// the document; `None` when there is no report.
///
/// Fails when another job has written its report there meanwhile. Nothing of this job is left then.
///
/// There is none if the job asks for none, or has not come to it: it waits, or its bucket refused
/// the report. The folder is created only if there is one.
pub(super) fn write_report(
    store: &MemoryStore,
    job: &Job,
    folder: &Path,
) -> Result<Option<PathBuf>, Failure> {
    let report = job.specification().report();
    let Some(bucket) = report.bucket.as_ref() else { return Ok(None) };
    let bucket = bucket.name();
    let prefix = report.prefix.as_deref().unwrap_or_default();
    let location = completion_report::Location::new(bucket.clone(), job.id().clone())
        .with_prefix(prefix)
        .with_prefix_join(job.dialect().prefix_join());
    // The job has written the report into a bucket of the store, and it is copied from there.
    let Some(document) = object(store, bucket, &location.manifest_key()) else { return Ok(None) };
    let manifest = completion_report::Manifest::from_json(&document)
        .map_err(|error| Failure::Message(error.to_string()))?;
    let parts = manifest.results.iter().map(|part| {
        let name = part.key.rsplit('/').next().unwrap_or_default();
        (name, object(store, bucket, &part.key).unwrap_or_default())
    });
    write_results(folder, parts)?;
    let checksum = object(store, bucket, &location.checksum_key()).unwrap_or_default();
    write_file(&folder.join("manifest.json.md5"), &checksum)?;
    let path = folder.join(DOCUMENT);
    write_file(&path, &document)?;
    Ok(Some(path))
}

/// Writes the parts of the report, and takes the folder for this job.
///
/// A folder that exists and is not empty cannot be replaced by a rename, which is the lock here: it
/// holds between processes, without a file that a crash would leave.
fn write_results<'p>(
    folder: &Path,
    parts: impl Iterator<Item = (&'p str, Vec<u8>)>,
) -> Result<(), Failure> {
    // With the number of the process, so that two of them do not write into one folder.
    let beside = folder.join(format!(".{RESULTS}.{}.part", std::process::id()));
    let beside = Temporary::new(beside);
    let unwritten = |error| sink::unwritten(Some(beside.path()), &error);
    fs::create_dir_all(beside.path()).map_err(unwritten)?;
    for (name, rows) in parts {
        let path = beside.path().join(name);
        fs::write(&path, rows).map_err(|error| sink::unwritten(Some(&path), &error))?;
    }
    let place = folder.join(RESULTS);
    beside.rename_to(&place).map_err(|error| match place.symlink_metadata() {
        Ok(_) => occupied(&place),
        Err(_) => sink::unwritten(Some(&place), &error),
    })
}

/// Returns the bytes of the latest version of an object.
///
/// `None` if there is none, or it has no bytes.
fn object(store: &MemoryStore, bucket: &BucketName, key: &str) -> Option<Vec<u8>> {
    let id = store.bucket(bucket).latest(key).ok()??;
    let body = store.bucket(bucket).version(key, &id).ok()?.body?;
    Some(body.to_vec())
}

/// Writes a file completely, or leaves the old one.
fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut sink = Sink::open(Some(path))?;
    sink.write_all(bytes).map_err(|error| sink.unwritten(&error))?;
    sink.finish()
}
