use std::io::BufRead;
use std::iter::FusedIterator;
use std::sync::Arc;

use crate::batch::csv::{LineBreaks, Record, Records};
use crate::batch::inventory;
use crate::batch::manifest::columns::Columns;
use crate::batch::manifest::{Fields, Row, RowError, RowErrorKind, RowRef};
use crate::diagnostic::Place;
use crate::dialect::job::{EmptyVersionId, JobDialect, ManifestVersions, PlusReading};
use crate::model::{BucketName, VersionId};

/// Reads the rows of a manifest, or of one data file of an inventory, one at a time.
///
/// A row that S3 does not accept is a [`RowError`], and reading goes on with the next row, so that a
/// check reports all errors. A job stops at the first error that [fails it](RowError::fails_job).
/// Repeated rows and rows of several buckets are no errors (REP-968).
///
/// # Examples
///
/// ```
/// use s3_replication::batch::inventory;
/// use s3_replication::batch::manifest;
/// use s3_replication::dialect::job::EmptyVersionId;
/// use s3_replication::model::ReplicationStatus;
///
/// let schema: inventory::Schema = "Bucket, Key, VersionId, Size, ReplicationStatus".parse()?;
/// let file = r#""photos","dt%3D2026/k+1","","3","FAILED""#;
/// let mut rows = manifest::Reader::inventory(file.as_bytes(), &schema)
///     .with_empty_version_id(EmptyVersionId::NullVersion);
/// let row = rows.next().unwrap()?;
/// assert_eq!(row.key.to_string(), "dt=2026/k 1");
/// assert!(row.version_id.as_ref().unwrap().is_null());
/// assert_eq!(row.version().replication_status, Some(ReplicationStatus::Failed));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Reader<R> {
    pub(super) records: Records<R>,
    pub(super) settings: Settings,
    /// The bucket of the row before. Nearly every row has the same, so it need not be parsed again.
    bucket: Option<BucketName>,
    /// The buffer in which keys are decoded.
    buffer: Vec<u8>,
    /// The facts of the last row.
    facts: inventory::Facts,
    pub(super) has_begun: bool,
    line: u64,
}

/// The columns of a file, its name, and the readings of its rows.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    columns: Columns,
    file: Arc<str>,
    plus: PlusReading,
    empty_version_id: EmptyVersionId,
    versions: ManifestVersions,
}

impl<R: BufRead> Reader<R> {
    /// Reads an `S3BatchOperations_CSV_20180820` manifest.
    pub fn new(reader: R, fields: &Fields) -> Self {
        Self::of_columns(reader, Columns::of_fields(fields))
    }

    /// Reads a data file of an inventory (`S3InventoryReport_CSV_20161130`), or of a manifest that
    /// S3 generated (`S3InventoryReport_CSV_20211130`, REP-957). The reader must decompress it.
    pub fn inventory(reader: R, schema: &inventory::Schema) -> Self {
        Self::of_columns(reader, Columns::of_schema(schema))
    }

    fn of_columns(reader: R, columns: Columns) -> Self {
        let settings = Settings {
            columns,
            file: "".into(),
            plus: PlusReading::default(),
            empty_version_id: EmptyVersionId::default(),
            versions: ManifestVersions::Required,
        };
        Self::over(Records::new(reader, LineBreaks::Never), settings, false)
    }

    /// Reads records; `has_begun` is true if they are not the first of their file.
    pub(super) fn over(records: Records<R>, settings: Settings, has_begun: bool) -> Self {
        let (buffer, facts) = (Vec::new(), inventory::Facts::default());
        Self { records, settings, bucket: None, buffer, facts, has_begun, line: 0 }
    }

    /// Sets the name of the file, for errors and findings.
    #[must_use]
    pub fn named(mut self, file: impl Into<Arc<str>>) -> Self {
        self.settings.file = file.into();
        self
    }

    /// Reads only these columns of an inventory, besides bucket, key and version ID. The values of
    /// other columns cost nothing, and errors in them are not found.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::inventory;
    /// use s3_replication::batch::manifest;
    ///
    /// let schema: inventory::Schema = "Bucket, Key, VersionId, Size, StorageClass".parse()?;
    /// let file = r#""photos","cat.jpg","v1","huge","GLACIER""#;
    /// let row = manifest::Reader::inventory(file.as_bytes(), &schema)
    ///     .with_columns(&[inventory::Field::STORAGE_CLASS])
    ///     .next()
    ///     .unwrap()?;
    /// assert_eq!(row.facts.unwrap().size, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_columns(mut self, columns: &[inventory::Field]) -> Self {
        self.settings.columns.keep_facts(columns);
        self
    }

    /// Sets the meaning of a `+` in a key.
    #[must_use]
    pub fn with_plus(mut self, plus: PlusReading) -> Self {
        self.settings.plus = plus;
        self
    }

    /// Sets the meaning of an empty version ID.
    #[must_use]
    pub fn with_empty_version_id(mut self, empty_version_id: EmptyVersionId) -> Self {
        self.settings.empty_version_id = empty_version_id;
        self
    }

    /// Sets whether the manifest must have version IDs.
    #[must_use]
    pub fn with_versions(mut self, versions: ManifestVersions) -> Self {
        self.settings.versions = versions;
        self
    }

    /// Reads the manifest as a job with this dialect does: this sets whether version IDs are required,
    /// and the meaning of an empty one and of a `+` in a key. In the keys of an inventory a `+` is a
    /// space in every dialect; call [`with_plus`](Self::with_plus) afterwards.
    #[must_use]
    pub fn with_dialect(self, dialect: &JobDialect) -> Self {
        self.with_versions(dialect.manifest_versions())
            .with_empty_version_id(dialect.empty_version_id())
            .with_plus(dialect.plus())
    }

    /// Returns the name of the file; empty if none was set.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.settings.file
    }

    /// Returns the line on which the last row began, from one; 0 before the first row.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// Returns the place of the last row, for findings.
    #[must_use]
    pub fn place(&self) -> Place {
        Place::row(self.settings.file.clone(), self.line)
    }

    /// Returns the inner reader, such as a [`checksum::Reader`] whose checksum is needed.
    ///
    /// [`checksum::Reader`]: crate::batch::checksum::Reader
    pub fn into_inner(self) -> R {
        self.records.into_inner()
    }

    /// Reads the next row without copying it: the row borrows from the reader until the next one is
    /// read. [`Iterator::next`] returns the same rows, each with memory of its own.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::inventory;
    /// use s3_replication::batch::manifest;
    ///
    /// let schema: inventory::Schema = "Bucket, Key, VersionId, Size".parse()?;
    /// let file = b"\"photos\",\"a\",\"v1\",\"3\"\n\"photos\",\"b%20c\",\"v1\",\"4\"\n";
    /// let mut rows = manifest::Reader::inventory(&file[..], &schema);
    /// let (mut bytes, mut longest) = (0, 0);
    /// while let Some(row) = rows.next_ref() {
    ///     let row = row?;
    ///     bytes += row.version().size;
    ///     longest = longest.max(row.key.len());
    /// }
    /// assert_eq!((bytes, longest), (7, "b c".len()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_ref(&mut self) -> Option<Result<RowRef<'_>, RowError>> {
        let Self { records, settings, bucket, buffer, facts, has_begun, line } = self;
        // The mistake concerns the manifest and not a row, so it is reported once, before the first
        // row.
        let has_begun = std::mem::replace(has_begun, true);
        let may_lack = settings.versions == ManifestVersions::Optional;
        if !has_begun && !may_lack && !settings.columns.has_version_ids() {
            let fault = RowError::new(&settings.file, 1, RowErrorKind::VersionIdsMissing);
            return Some(Err(fault.in_manifest()));
        }
        let (start, record) = records.next()?;
        *line = start;
        let fault = |problem| RowError::new(&settings.file, start, problem);
        let record = match record {
            Ok(record) => record,
            Err(problem) => return Some(Err(fault(problem).in_manifest())),
        };
        Some(match settings.row(record, bucket, buffer, facts) {
            Ok((row, None)) => Ok(row),
            Ok((row, Some(problem))) => Err(fault(problem).with_row(row.to_row())),
            // This mistake fails the task and not the job, so its result needs the texts of the
            // row.
            Err(problem @ RowErrorKind::VersionIdMissing) => {
                let columns = &settings.columns;
                let (bucket, key) = (columns.bucket_text(record), columns.key_text(record));
                Err(fault(problem).in_task(settings.empty_version_id, bucket, key))
            }
            Err(problem) => Err(fault(problem).in_manifest()),
        })
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Row, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.next_ref()?.map(RowRef::without_facts);
        Some(row.map(|row| {
            // The row keeps the facts, which the next one would overwrite.
            let facts = self.settings.columns.has_facts();
            let facts = facts.then(|| Box::new(std::mem::take(&mut self.facts)));
            Row { facts, ..row }
        }))
    }
}

impl<R: BufRead> FusedIterator for Reader<R> {}

impl Settings {
    /// Returns the row of a record, and the first error in the facts of an inventory.
    fn row<'r>(
        &self,
        record: Record<'r>,
        known_bucket: &'r mut Option<BucketName>,
        buffer: &'r mut Vec<u8>,
        facts: &'r mut inventory::Facts,
    ) -> Result<(RowRef<'r>, Option<RowErrorKind>), RowErrorKind> {
        let columns = &self.columns;
        columns.check_width(record)?;
        if record.ends_with_space {
            return Err(RowErrorKind::TrailingSpace);
        }
        let text = columns.bucket_text(record);
        // Nearly all rows name the same bucket, whose name is then compared and not parsed again.
        let bucket = match known_bucket.take() {
            Some(bucket) if bucket.as_str() == text => bucket,
            _ => columns.bucket(record)?,
        };
        let bucket = known_bucket.insert(bucket);
        let (key, written_key) = columns.key(record, self.plus, buffer)?;
        let version_id = match columns.version_id(record) {
            Err(RowErrorKind::VersionIdMissing)
                if self.empty_version_id == EmptyVersionId::NullVersion =>
            {
                Some(VersionId::NULL)
            }
            read => read?,
        };
        let problem = columns.read_facts(record, facts);
        let facts = columns.has_facts().then_some(&*facts);
        Ok((RowRef { bucket, key: key.as_bytes(), written_key, version_id, facts }, problem))
    }
}
