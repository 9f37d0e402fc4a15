use std::io::BufRead;
use std::iter::FusedIterator;
use std::sync::Arc;

use crate::batch::completion_report::{TaskErrorCode, TaskResult};
use crate::batch::csv::{LineBreaks, Record, Records};
use crate::batch::manifest::{RowError, RowErrorKind};

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
        Self { records: Records::new(reader, LineBreaks::InQuotes), file: "".into() }
    }

    /// Sets the name of the file, for errors.
    #[must_use]
    pub fn named(self, file: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), ..self }
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
        let (line, record) = self.records.next()?;
        let result = record.and_then(result);
        Some(result.map_err(|problem| RowError::new(&self.file, line, problem)))
    }
}

impl<R: BufRead> FusedIterator for Reader<R> {}

/// Returns the result of a row. The two columns in the middle are distinguished by their values
/// (REP-961).
fn result(record: Record<'_>) -> Result<TaskResult, RowErrorKind> {
    const COLUMNS: usize = 7;
    if record.len() != COLUMNS {
        return Err(RowErrorKind::FieldCount { expected: COLUMNS, found: record.len() });
    }
    let (version_id, status) = (record.field(2), record.field(3));
    let version_id = (!version_id.is_empty()).then(|| version_id.parse()).transpose();
    let (http_status, code) = match (http_status(record.field(4)), http_status(record.field(5))) {
        (None, Some(status)) if !record.field(4).is_empty() => (Some(status), record.field(4)),
        (None, Some(status)) => (Some(status), ""),
        (status, _) => (status, record.field(5)),
    };
    if http_status.is_none() && !record.field(4).is_empty() {
        return Err(RowErrorKind::value(
            "HTTPStatusCode",
            "a number from 100 to 599",
            record.field(4),
        ));
    }
    Ok(TaskResult {
        bucket: record.field(0).into(),
        key: record.field(1).into(),
        version_id: version_id
            .map_err(|_| RowErrorKind::VersionIdTooLong { bytes: record.field(2).len() })?,
        status: status
            .parse()
            .map_err(|_| RowErrorKind::value("TaskStatus", "`succeeded` or `failed`", status))?,
        error_code: (!code.is_empty()).then(|| TaskErrorCode::from(code)),
        http_status,
        message: record.field(6).into(),
    })
}

/// Parses an HTTP status: three digits from 100 to 599.
fn http_status(text: &str) -> Option<u16> {
    let is_bare = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|status| is_bare && (100..=599).contains(status))
}
