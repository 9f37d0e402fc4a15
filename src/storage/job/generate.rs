use std::io;

use crate::batch::generator::{Exclusion, ManifestGenerator};
use crate::batch::manifest;
use crate::model::{ReplicationStatus, VersionId};
use crate::replication::ObjectKey;
use crate::storage::{Fault, Source, StoredVersion};

/// How many versions are asked for at a time.
const PAGE: usize = 1000;

/// What a generator came to over a whole bucket.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct GenerateSummary {
    /// How many versions are listed.
    pub listed: u64,
    /// How many are not.
    pub left_out: u64,
}

/// The error returned when a list can't be made to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError<E> {
    /// The bucket can't be listed.
    #[error("the bucket can't be listed: {0}")]
    Source(Fault<E>),
    /// What is listed can't be taken down.
    #[error("the list can't be written: {0}")]
    Write(#[from] io::Error),
}

/// Lists what a job is to replicate: asks a generator about every version of a bucket, page by
/// page.
///
/// `status` is the replication status of a version, which the ledger of the bucket knows. `each` is
/// told of every version what became of it, and takes down the rows. Nobody takes a
/// snapshot: a version that is written meanwhile may be listed or not, and where one is deleted,
/// others of its key may be listed twice, which is two tasks.
///
/// # Errors
///
/// When the bucket can't be listed, or `each` refuses.
///
/// # Examples
///
/// ```
/// use std::io;
///
/// use s3_replication::batch::generator::ManifestGenerator;
/// use s3_replication::batch::manifest;
/// use s3_replication::replication::Ledger;
/// use s3_replication::storage::{Source, GenerateError, generate};
///
/// fn list<S: Source>(
///     source: &S,
///     ledger: &Ledger,
///     generator: &ManifestGenerator,
///     file: impl io::Write,
/// ) -> Result<u64, GenerateError<S::Error>> {
///     let mut manifest = manifest::Writer::new(file, &manifest::Fields::default());
///     let status = |key: &_, id: &_| ledger.status(key, id);
///     let made = generate(source, generator, status, |_, listed| match listed {
///         Ok(row) => manifest.write(&row),
///         Err(_) => Ok(()),
///     })?;
///     manifest.finish("list.csv")?;
///     Ok(made.listed)
/// }
/// ```
pub fn generate<S: Source>(
    source: &S,
    generator: &ManifestGenerator,
    status: impl Fn(&ObjectKey, &VersionId) -> Option<ReplicationStatus>,
    mut each: impl FnMut(&StoredVersion<()>, Result<manifest::Row, Exclusion>) -> io::Result<()>,
) -> Result<GenerateSummary, GenerateError<S::Error>> {
    let mut made = GenerateSummary::default();
    let mut after: Option<(ObjectKey, VersionId)> = None;
    loop {
        let place = after.as_ref().map(|(key, id)| (key, id));
        let page = source.versions(place, PAGE).map_err(GenerateError::Source)?;
        let Some(last) = page.last() else { return Ok(made) };
        after = Some((last.key.clone(), last.version_id.clone()));
        for stored in &page {
            let mut version = stored.as_object_version();
            version.replication_status = status(&stored.key, &stored.version_id);
            let offered = generator.offer(&version, stored.kms_key_id.as_ref());
            *(if offered.is_ok() { &mut made.listed } else { &mut made.left_out }) += 1;
            each(stored, offered)?;
        }
    }
}
