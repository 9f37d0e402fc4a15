use std::io::BufRead;
use std::iter::FusedIterator;
use std::sync::Arc;

use crate::batch::completion_report::{Pieces, TaskErrorCode, TaskResult, TaskStatus};
use crate::batch::csv::{Cutter, LineBreaks, Record, Records};
use crate::batch::manifest::{RowError, RowErrorKind};
use crate::model::VersionId;

/// Reads the rows of one part of a completion report, one at a time.
///
/// HTTP status and error code are distinguished by their values, so that rows in the order of the
/// schema can be read as well as rows in the order of S3 (REP-961). A row that cannot be read is a
/// [`RowError`], and reading goes on with the next row.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::completion_report::{self, TaskErrorCode};
///
/// let part = "src,pct%2520x,v2,failed,500,SrcObjectNotEligible,\"no, \"\"really\"\"\"\n";
/// let result = completion_report::Reader::new(part.as_bytes()).next().unwrap()?;
/// assert_eq!(result.key(), "pct%2520x");
/// assert_eq!(result.error_code().map(TaskErrorCode::as_str), Some("SrcObjectNotEligible"));
/// assert_eq!(result.message(), r#"no, "really""#);
/// # Ok::<(), s3_replication::batch::manifest::RowError>(())
/// ```
#[derive(Debug)]
pub struct Reader<R> {
    records: Records<R>,
    file: Arc<str>,
}

impl<R: BufRead> Reader<R> {
    /// Reads a part.
    pub fn new(reader: R) -> Self {
        Self::over(Records::new(reader, LineBreaks::InQuotes), "".into())
    }

    pub(super) const fn over(records: Records<R>, file: Arc<str>) -> Self {
        Self { records, file }
    }

    /// Sets the name of the file, for errors.
    #[must_use]
    pub fn named(self, file: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), ..self }
    }

    /// Splits the rows that are left into pieces of about so many bytes.
    ///
    /// A piece has whole rows, so that it may be longer or shorter. Only the pieces that the caller
    /// keeps are in memory.
    #[must_use]
    pub fn into_pieces(self, size: usize) -> Pieces<R> {
        Pieces::new(Cutter::new(self.records, size), self.file)
    }

    /// Reads the next row without copying it.
    pub(super) fn next_fields(&mut self) -> Option<Result<Fields<'_>, RowError>> {
        let Self { records, file } = self;
        let (line, record) = records.next()?;
        let fields = record.and_then(Fields::of);
        Some(fields.map_err(|problem| RowError::new(file, line, problem)))
    }

    /// Returns the inner reader, such as a [`checksum::Reader`] whose checksum is needed.
    ///
    /// [`checksum::Reader`]: crate::batch::checksum::Reader
    pub fn into_inner(self) -> R {
        self.records.into_inner()
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<TaskResult, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.next_fields()?.map(Fields::to_result))
    }
}

impl<R: BufRead> FusedIterator for Reader<R> {}

/// A row before it has memory of its own.
#[derive(Clone, Copy)]
pub(super) struct Fields<'r> {
    bucket: &'r str,
    key: &'r str,
    /// Empty for a row without one; not longer than a version ID may be.
    version_id: &'r str,
    pub(super) status: TaskStatus,
    /// Empty for a row without one.
    pub(super) code: &'r str,
    http_status: Option<u16>,
    message: &'r str,
}

impl<'r> Fields<'r> {
    /// Returns the fields of a row. The two columns in the middle are distinguished by their values
    /// (REP-961).
    fn of(record: Record<'r>) -> Result<Self, RowErrorKind> {
        const COLUMNS: usize = 7;
        if record.len() != COLUMNS {
            return Err(RowErrorKind::FieldCount { expected: COLUMNS, found: record.len() });
        }
        let (version_id, status) = (record.field(2), record.field(3));
        let (fifth, sixth) = (record.field(4), record.field(5));
        let (http_status, code) = match (http_status(fifth), http_status(sixth)) {
            (None, Some(status)) => (Some(status), fifth),
            (status, _) => (status, sixth),
        };
        if http_status.is_none() && !fifth.is_empty() {
            let expected = "a number from 100 to 599";
            return Err(RowErrorKind::value("HTTPStatusCode", expected, fifth));
        }
        if version_id.len() > VersionId::LIMIT {
            return Err(RowErrorKind::VersionIdTooLong { bytes: version_id.len() });
        }
        Ok(Self {
            bucket: record.field(0),
            key: record.field(1),
            version_id,
            status: status.parse().map_err(|_| {
                RowErrorKind::value("TaskStatus", "`succeeded` or `failed`", status)
            })?,
            code,
            http_status,
            message: record.field(6),
        })
    }

    pub(super) fn to_result(self) -> TaskResult {
        TaskResult {
            bucket: self.bucket.into(),
            key: self.key.into(),
            // Only an empty text is none: the length was compared.
            version_id: self.version_id.parse().ok(),
            status: self.status,
            error_code: (!self.code.is_empty()).then(|| TaskErrorCode::from(self.code)),
            http_status: self.http_status,
            message: self.message.into(),
        }
    }
}

/// Parses an HTTP status: three digits from 100 to 599.
fn http_status(text: &str) -> Option<u16> {
    let is_bare = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|status| is_bare && (100..=599).contains(status))
}
