//! Generates the manifest of a job from a listing of its source bucket.

use std::io;

use crate::batch::generator::{Exclusion, ManifestGenerator};
use crate::batch::manifest;
use crate::model::{ReplicationStatus, VersionId};
use crate::replication::ObjectKey;
use crate::storage::{Fault, Source, StoredVersion};

/// The number of versions that one page of the listing holds.
const PAGE: usize = 1000;

/// The result of generating a manifest for a whole bucket.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct GenerateSummary {
    /// The number of versions in the manifest.
    pub listed: u64,
    /// The number of versions left out.
    pub left_out: u64,
}

/// The error returned when generating a manifest fails.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError<E> {
    /// The source bucket can't be listed.
    #[error("can't list the bucket: {0}")]
    Source(Fault<E>),
    /// The caller can't write a row.
    #[error("can't write the manifest: {0}")]
    Write(#[from] io::Error),
}

/// Lists a bucket page by page and passes every version to a manifest generator.
///
/// `status` returns the replication status of a version, for instance from the ledger of the
/// bucket. The function calls `each` with every version and the row for it, or the reason why the
/// version is left out. The listing is not a snapshot: a version that is written during the call may
/// or may not be listed. If a version is deleted during the call, other versions of its key may be
/// listed twice, which makes two tasks.
///
/// # Errors
///
/// [`GenerateError::Source`] if the bucket can't be listed, and [`GenerateError::Write`] with the
/// error that `each` returned.
///
/// # Examples
///
/// ```
/// use std::io;
///
/// use s3_replication::batch::generator::ManifestGenerator;
/// use s3_replication::batch::manifest;
/// use s3_replication::replication::Ledger;
/// use s3_replication::storage::{GenerateError, Source, generate};
///
/// fn write_manifest<S: Source>(
///     source: &S,
///     ledger: &Ledger,
///     generator: &ManifestGenerator,
///     file: impl io::Write,
/// ) -> Result<u64, GenerateError<S::Error>> {
///     let mut writer = manifest::Writer::new(file, &manifest::Fields::default());
///     let status = |key: &_, id: &_| ledger.status(key, id);
///     let summary = generate(source, generator, status, |_, row| match row {
///         Ok(row) => writer.write(&row),
///         Err(_) => Ok(()),
///     })?;
///     writer.finish("manifest.csv")?;
///     Ok(summary.listed)
/// }
/// ```
pub fn generate<S: Source>(
    source: &S,
    generator: &ManifestGenerator,
    status: impl Fn(&ObjectKey, &VersionId) -> Option<ReplicationStatus>,
    mut each: impl FnMut(&StoredVersion<()>, Result<manifest::Row, Exclusion>) -> io::Result<()>,
) -> Result<GenerateSummary, GenerateError<S::Error>> {
    let mut summary = GenerateSummary::default();
    let mut last: Option<(ObjectKey, VersionId)> = None;
    loop {
        let after = last.as_ref().map(|(key, id)| (key, id));
        let page = source.versions(after, PAGE).map_err(GenerateError::Source)?;
        let Some(end) = page.last() else { return Ok(summary) };
        last = Some((end.key.clone(), end.version_id.clone()));
        for stored in &page {
            let mut version = stored.as_object_version();
            version.replication_status = status(&stored.key, &stored.version_id);
            let row = generator.offer(&version);
            if row.is_ok() {
                summary.listed += 1;
            } else {
                summary.left_out += 1;
            }
            each(stored, row)?;
        }
    }
}
