use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use s3_replication::batch::completion_report;
use s3_replication::batch::job::Job;
use s3_replication::model::BucketName;
use s3_replication::storage::MemoryStore;

use crate::cli::Failure;
use crate::cli::sink::{self, Sink};

const DOCUMENT: &str = "manifest.json";
const RESULTS: &str = "results";

/// Refuses a folder that holds a report, or parts of one, for they would pass for those of this
/// job. S3 does not write over a report either: each has a folder of its own.
pub(super) fn refuse_older(folder: &Path) -> Result<(), Failure> {
    let mut older = [DOCUMENT, RESULTS].map(|name| folder.join(name)).into_iter();
    match older.find(|path| path.symlink_metadata().is_ok()) {
        Some(path) => {
            let path = path.display();
            let how = "name another folder for the report, or take that away";
            Err(Failure::Message(format!("`{path}` is there already; {how}")))
        }
        None => Ok(()),
    }
}

/// Writes the completion report of a job into a folder, its document last, and returns where that
/// is; `None` when there is no report.
pub(super) fn write(
    store: &MemoryStore,
    job: &Job,
    folder: &Path,
) -> Result<Option<PathBuf>, Failure> {
    let report = job.specification().report();
    let Some(bucket) = report.bucket.as_ref() else { return Ok(None) };
    let bucket = bucket.name();
    let prefix = report.prefix.as_deref().unwrap_or_default();
    let place = completion_report::Location::new(bucket.clone(), job.id().clone())
        .with_prefix(prefix)
        .with_prefix_join(job.dialect().prefix_join());
    let Some(document) = text(store, bucket, &place.manifest_key()) else { return Ok(None) };
    let manifest = completion_report::Manifest::from_json(&document)
        .map_err(|error| Failure::Message(error.to_string()))?;
    let results = folder.join(RESULTS);
    fs::create_dir_all(&results).map_err(|error| sink::unwritten(Some(&results), &error))?;
    for part in &manifest.results {
        let name = part.key.rsplit('/').next().unwrap_or_default();
        let rows = text(store, bucket, &part.key).unwrap_or_default();
        put(&results.join(name), &rows)?;
    }
    let checksum = text(store, bucket, &place.checksum_key()).unwrap_or_default();
    put(&folder.join("manifest.json.md5"), &checksum)?;
    let path = folder.join(DOCUMENT);
    put(&path, &document)?;
    Ok(Some(path))
}

fn text(store: &MemoryStore, bucket: &BucketName, key: &str) -> Option<Vec<u8>> {
    let id = store.latest(bucket, key).ok()??;
    let body = store.version(bucket, key, &id).ok()?.body?;
    Some(body.to_vec())
}

fn put(path: &Path, text: &[u8]) -> Result<(), Failure> {
    let mut sink = Sink::open(Some(path))?;
    sink.write_all(text).map_err(|error| sink.unwritten(&error))?;
    sink.finish()
}
