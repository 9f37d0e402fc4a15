//! Generates the manifest of a job from a listing of its source bucket.

use std::io;

use crate::batch::generator::{Exclusion, ManifestGenerator};
use crate::batch::manifest;
use crate::model::{ReplicationStatus, VersionId};
use crate::replication::ObjectKey;
#[cfg(feature = "async")]
use crate::storage::AsyncSource;
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
    /// The source bucket cannot be listed.
    #[error("cannot list the bucket: {0}")]
    Source(Fault<E>),
    /// The caller cannot write a row.
    #[error("cannot write the manifest: {0}")]
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
/// [`GenerateError::Source`] if the bucket cannot be listed, and [`GenerateError::Write`] with the
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
    each: impl FnMut(&StoredVersion<()>, Result<manifest::Row, Exclusion>) -> io::Result<()>,
) -> Result<GenerateSummary, GenerateError<S::Error>> {
    let mut listing = Listing::new(generator, status, each);
    while !listing.has_ended {
        let page = source.versions(listing.last(), PAGE).map_err(GenerateError::Source)?;
        listing.take(&page)?;
    }
    Ok(listing.summary)
}

/// Lists a bucket page by page and passes every version to a manifest generator, as [`generate`] does
/// (feature `async`).
///
/// The function lists one page at a time, because each page begins after the one before. `status` and
/// `each` are synchronous: collect the rows in `each`, and write them later if writing waits. The future
/// may be dropped at any time.
///
/// # Errors
///
/// The errors of [`generate`].
///
/// # Examples
///
/// ```
/// use s3_replication::batch::generator::ManifestGenerator;
/// use s3_replication::batch::manifest::Row;
/// use s3_replication::replication::Ledger;
/// use s3_replication::storage::{AsyncSource, GenerateError, generate_async};
///
/// async fn rows<S: AsyncSource>(
///     source: &S,
///     ledger: &Ledger,
///     generator: &ManifestGenerator,
/// ) -> Result<Vec<Row>, GenerateError<S::Error>> {
///     let mut rows = Vec::new();
///     let status = |key: &_, id: &_| ledger.status(key, id);
///     generate_async(source, generator, status, |_, row| {
///         rows.extend(row);
///         Ok(())
///     })
///     .await?;
///     Ok(rows)
/// }
/// ```
#[cfg(feature = "async")]
pub async fn generate_async<S: AsyncSource>(
    source: &S,
    generator: &ManifestGenerator,
    status: impl Fn(&ObjectKey, &VersionId) -> Option<ReplicationStatus>,
    each: impl FnMut(&StoredVersion<()>, Result<manifest::Row, Exclusion>) -> io::Result<()>,
) -> Result<GenerateSummary, GenerateError<S::Error>> {
    let mut listing = Listing::new(generator, status, each);
    while !listing.has_ended {
        let page = source.versions(listing.last(), PAGE).await.map_err(GenerateError::Source)?;
        listing.take(&page)?;
    }
    Ok(listing.summary)
}

/// A listing in progress, without I/O.
struct Listing<'g, Status, Each> {
    generator: &'g ManifestGenerator,
    status: Status,
    each: Each,
    last: Option<(ObjectKey, VersionId)>,
    has_ended: bool,
    summary: GenerateSummary,
}

impl<'g, Status, Each> Listing<'g, Status, Each>
where
    Status: Fn(&ObjectKey, &VersionId) -> Option<ReplicationStatus>,
    Each: FnMut(&StoredVersion<()>, Result<manifest::Row, Exclusion>) -> io::Result<()>,
{
    fn new(generator: &'g ManifestGenerator, status: Status, each: Each) -> Self {
        let (last, summary) = (None, GenerateSummary::default());
        Self { generator, status, each, last, has_ended: false, summary }
    }

    /// Returns the version after which the next page begins.
    fn last(&self) -> Option<(&ObjectKey, &VersionId)> {
        self.last.as_ref().map(|(key, id)| (key, id))
    }

    /// Takes a page. An empty page ends the listing.
    fn take(&mut self, page: &[StoredVersion<()>]) -> io::Result<()> {
        let Some(end) = page.last() else {
            self.has_ended = true;
            return Ok(());
        };
        self.last = Some((end.key.clone(), end.version_id.clone()));
        for stored in page {
            let mut version = stored.as_object_version();
            version.replication_status = (self.status)(&stored.key, &stored.version_id);
            let row = self.generator.offer(&version);
            if row.is_ok() {
                self.summary.listed += 1;
            } else {
                self.summary.left_out += 1;
            }
            (self.each)(stored, row)?;
        }
        Ok(())
    }
}
