use std::fmt;
use std::sync::Arc;

use crate::batch::completion_report::{TaskErrorCode, TaskResult};
use crate::batch::job::{self, InvalidManifestContent};
use crate::batch::manifest::{Field, Row};
use crate::clause::{self, Clause};
use crate::dialect::job::EmptyVersionId;
use crate::replication::FailureReason;
use crate::text::Visible;

/// A row that can't be taken: where it is, what is wrong, and what S3 does about it.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::manifest;
///
/// let fields: manifest::Fields = "Bucket,Key,VersionId".parse()?;
/// let mut rows = manifest::Reader::new(&b"photos,a%zz,v1\n"[..], &fields).named("list.csv");
/// let fault = rows.next().unwrap().unwrap_err();
/// assert_eq!(
///     fault.to_string(),
///     "list.csv:1: a `%` without two hexadecimal digits in the key `a%zz`",
/// );
/// assert_eq!(
///     fault.consequence().unwrap().to_string(),
///     "the job fails: InvalidManifestContent: Invalid object key format",
/// );
/// assert_eq!(fault.help(), "percent-encode every byte of the key that is not a letter or digit");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RowError {
    file: Arc<str>,
    line: u64,
    problem: RowErrorKind,
    consequence: Option<Consequence>,
    row: Option<Box<Row>>,
}

impl RowError {
    pub(super) fn new(file: &Arc<str>, line: u64, problem: RowErrorKind) -> Self {
        Self { file: file.clone(), line, problem, consequence: None, row: None }
    }

    /// Adds the rest of the row.
    pub(super) fn with_row(self, row: Row) -> Self {
        Self { row: Some(Box::new(row)), ..self }
    }

    /// Adds what S3 does about the row of a manifest, if S3 looks at what is wrong.
    pub(super) fn in_manifest(mut self) -> Self {
        self.consequence = self.problem.job_failure().map(Consequence::JobFails);
        self
    }

    /// Adds that the task fails for want of a version id.
    pub(super) fn of_task(mut self, reading: EmptyVersionId, bucket: &str, key: &str) -> Self {
        let (code, message) = match reading {
            EmptyVersionId::InvalidRequest => {
                (TaskErrorCode::INVALID_REQUEST, "Task failed due to missing VersionId")
            }
            EmptyVersionId::ObjectNotFound | EmptyVersionId::NullVersion => {
                (FailureReason::SRC_OBJECT_NOT_FOUND.into(), "Object versionID is invalid")
            }
        };
        let result = TaskResult::failed(bucket, key, None, code).with_message(message);
        self.consequence = Some(Consequence::TaskFails(result));
        self
    }

    /// Returns the name of the file; empty when the caller gave none.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Returns the number of the line on which the row begins, from one.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// Returns what is wrong.
    #[must_use]
    pub const fn problem(&self) -> &RowErrorKind {
        &self.problem
    }

    /// Returns what S3 does about it. `None` where S3 does not look: the columns of an inventory
    /// beyond bucket, key and version id, and the rows of a completion report.
    #[must_use]
    pub const fn consequence(&self) -> Option<&Consequence> {
        self.consequence.as_ref()
    }

    /// Returns the rest of the row, when only columns of an inventory beyond bucket, key and version
    /// id are wrong: S3 runs a task for it all the same. The facts in those columns are `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::inventory;
    /// use s3_replication::batch::manifest;
    ///
    /// let schema: inventory::Schema = "Bucket, Key, VersionId, Size".parse()?;
    /// let file = r#""photos","cat.jpg","v1","huge""#;
    /// let fault = manifest::Reader::inventory(file.as_bytes(), &schema).next().unwrap().unwrap_err();
    /// assert_eq!(fault.to_string(), "line 1: `Size`: expected a number of bytes, found `huge`");
    /// assert_eq!(fault.row().unwrap().key.to_string(), "cat.jpg");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn row(&self) -> Option<&Row> {
        self.row.as_deref()
    }

    /// Returns true when S3 fails the whole job for this row.
    #[must_use]
    pub const fn fails_job(&self) -> bool {
        self.job_failure().is_some()
    }

    /// Returns with what S3 fails the whole job for this row, if it does: what
    /// [`job::Event::PreparationFailed`](crate::batch::job::Event::PreparationFailed) tells the job.
    #[must_use]
    pub const fn job_failure(&self) -> Option<&job::Failure> {
        match &self.consequence {
            Some(Consequence::JobFails(failure)) => Some(failure),
            _ => None,
        }
    }

    /// Returns the stable name of what is wrong, such as `field-count`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.problem.code()
    }

    /// Returns what to do about it.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        self.problem.help()
    }

    /// Returns the clause the fault rests on.
    #[must_use]
    pub const fn clause(&self) -> &'static Clause {
        self.problem.clause()
    }
}

/// `file:line: what is wrong`.
impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, problem, .. } = self;
        if file.is_empty() {
            write!(f, "line {line}: {problem}")
        } else {
            write!(f, "{}:{line}: {problem}", Visible(file))
        }
    }
}

impl std::error::Error for RowError {}
/// What S3 does about a row that it does not take.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Consequence {
    /// The job fails before any task runs.
    JobFails(job::Failure),
    /// The task of this row fails, and stands like this in the completion report; the others go
    /// on.
    TaskFails(TaskResult),
}

/// `the job fails: …` or `the task fails: …`.
impl fmt::Display for Consequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::JobFails(failure) => {
                let (code, reason) = (failure.failure_code(), failure.failure_reason());
                write!(f, "the job fails: {code}: {reason}")
            }
            Self::TaskFails(result) => {
                let code = result.error_code().map_or("", TaskErrorCode::as_str);
                write!(f, "the task fails: {code}: {}", Visible(result.message()))
            }
        }
    }
}
/// What is wrong with a row.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RowErrorKind {
    /// The file can't be read any further.
    Unreadable {
        /// What the reader answered.
        error: Box<str>,
    },
    /// The line is not UTF-8.
    NotUtf8 {
        /// The first byte of the line that is wrong, from one.
        byte: usize,
    },
    /// The file begins with a byte-order mark.
    ByteOrderMark,
    /// The line is empty.
    EmptyLine,
    /// The row has more bytes than any row needs.
    TooLong {
        /// The most bytes that are read.
        limit: usize,
    },
    /// A quote does not close, or a line break stands in quotes.
    UnclosedQuote,
    /// Something stands between a closing quote and the next comma.
    TextAfterQuote {
        /// The column, from one.
        column: usize,
    },
    /// A space ends the line.
    TrailingSpace,
    /// There are more or fewer fields than columns.
    FieldCount {
        /// How many columns the manifest declares.
        expected: usize,
        /// How many fields the row has.
        found: usize,
    },
    /// The bucket has no name that a bucket can have.
    Bucket {
        /// What stands there.
        found: Box<str>,
    },
    /// The key is empty.
    KeyMissing,
    /// A `%` in the key is not followed by two hexadecimal digits.
    KeyEncoding {
        /// The key as it is written.
        found: Box<str>,
    },
    /// The key is not UTF-8 once it is decoded.
    KeyNotUtf8 {
        /// The key as it is written.
        found: Box<str>,
    },
    /// The key is longer than any key.
    KeyTooLong {
        /// How many bytes it has, decoded.
        bytes: usize,
    },
    /// The version id is empty.
    VersionIdMissing,
    /// The manifest has no version ids at all.
    VersionIdsMissing,
    /// The version id is longer than any.
    VersionIdTooLong {
        /// How many bytes it has.
        bytes: usize,
    },
    /// A column does not hold what it is for.
    Value {
        /// The name of the column.
        column: Box<str>,
        /// What it is for.
        expected: &'static str,
        /// What stands there.
        found: Box<str>,
    },
}

impl RowErrorKind {
    /// Returns with what a job fails; `None` when S3 does not look, or goes on.
    pub(super) fn job_failure(&self) -> Option<job::Failure> {
        Some(job::Failure::invalid_manifest(match self {
            Self::NotUtf8 { .. }
            | Self::ByteOrderMark
            | Self::EmptyLine
            | Self::TooLong { .. }
            | Self::UnclosedQuote
            | Self::TextAfterQuote { .. }
            | Self::TrailingSpace => InvalidManifestContent::FileFormat,
            Self::FieldCount { .. } => InvalidManifestContent::TaskFields,
            Self::Bucket { .. } => InvalidManifestContent::Content,
            Self::KeyMissing
            | Self::KeyEncoding { .. }
            | Self::KeyNotUtf8 { .. }
            | Self::KeyTooLong { .. } => InvalidManifestContent::KeyFormat,
            Self::VersionIdTooLong { .. } => InvalidManifestContent::VersionIdFormat,
            Self::VersionIdsMissing => {
                return Some(job::Failure::fields_missing(Field::VersionId.as_str()));
            }
            Self::Unreadable { .. } | Self::VersionIdMissing | Self::Value { .. } => return None,
        }))
    }

    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable",
            Self::NotUtf8 { .. } => "not-utf-8",
            Self::ByteOrderMark => "byte-order-mark",
            Self::EmptyLine => "line-empty",
            Self::TooLong { .. } => "row-too-long",
            Self::UnclosedQuote => "quote-unclosed",
            Self::TextAfterQuote { .. } => "text-after-quote",
            Self::TrailingSpace => "trailing-space",
            Self::FieldCount { .. } => "field-count",
            Self::Bucket { .. } => "bucket-invalid",
            Self::KeyMissing => "key-missing",
            Self::KeyEncoding { .. } => "key-encoding",
            Self::KeyNotUtf8 { .. } => "key-not-utf-8",
            Self::KeyTooLong { .. } => "key-too-long",
            Self::VersionIdMissing => "version-id-missing",
            Self::VersionIdsMissing => "version-ids-missing",
            Self::VersionIdTooLong { .. } => "version-id-too-long",
            Self::Value { .. } => "value-invalid",
        }
    }

    pub(super) const fn help(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "read the file again",
            Self::NotUtf8 { .. } => "write the file in UTF-8",
            Self::ByteOrderMark => "write the file without a byte-order mark",
            Self::EmptyLine => "take the line out",
            Self::TooLong { .. } => "break the row off where the next one begins",
            Self::UnclosedQuote => "close the quote on its line; encode a line break as %0A",
            Self::TextAfterQuote { .. } => {
                "put the whole field in quotes, and double the quotes in it"
            }
            Self::TrailingSpace => "take the space out; encode it as %20 if it belongs to the key",
            Self::FieldCount { .. } => {
                "give every row a field for every column; declare columns that don't matter as \
                 `Ignore`, and encode commas as %2C"
            }
            Self::Bucket { .. } => {
                "write the name of the bucket, the same in every row; a header row has no place here"
            }
            Self::KeyMissing => "name the key",
            Self::KeyEncoding { .. } => {
                "percent-encode every byte of the key that is not a letter or digit"
            }
            Self::KeyNotUtf8 { .. } => "encode the bytes of the key in UTF-8",
            Self::KeyTooLong { .. } => "keys have at most 1,024 bytes",
            Self::VersionIdMissing => "write `null` for the null version",
            Self::VersionIdsMissing => {
                "add a column `VersionId`; for an inventory, list all versions"
            }
            Self::VersionIdTooLong { .. } => "version ids have at most 1,024 bytes",
            Self::Value { .. } => "write what the column is for, or leave it empty",
        }
    }

    pub(super) const fn clause(&self) -> &'static Clause {
        match self {
            Self::FieldCount { .. } => &clause::MANIFEST_FIELD_COUNT,
            Self::Bucket { .. } => &clause::MANIFEST_FIELDS,
            Self::KeyMissing
            | Self::KeyEncoding { .. }
            | Self::KeyNotUtf8 { .. }
            | Self::KeyTooLong { .. } => &clause::MANIFEST_KEY_FORM,
            Self::VersionIdMissing => &clause::MANIFEST_EMPTY_VERSION,
            Self::VersionIdsMissing => &clause::MANIFEST_VERSIONS_REQUIRED,
            Self::VersionIdTooLong { .. } => &clause::MANIFEST_FAILURE_TEXTS,
            Self::UnclosedQuote | Self::TextAfterQuote { .. } => &clause::MANIFEST_QUOTES,
            Self::Value { .. } => &clause::INVENTORY_ROWS,
            _ => &clause::MANIFEST_TEXT,
        }
    }

    pub(in crate::batch) fn value(column: &str, expected: &'static str, found: &str) -> Self {
        Self::Value { column: column.into(), expected, found: excerpt(found) }
    }
}

impl fmt::Display for RowErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { error } => write!(f, "can't be read: {}", Visible(error)),
            Self::NotUtf8 { byte } => write!(f, "the line is not UTF-8, see byte {byte}"),
            Self::ByteOrderMark => f.write_str("the file begins with a byte-order mark"),
            Self::EmptyLine => f.write_str("the line is empty"),
            Self::TooLong { limit } => write!(f, "the row is longer than {limit} bytes"),
            Self::UnclosedQuote => f.write_str("a quote does not close"),
            Self::TextAfterQuote { column } => {
                write!(f, "text behind the closing quote of field {column}")
            }
            Self::TrailingSpace => f.write_str("the line ends with a space"),
            Self::FieldCount { expected, found } => {
                write!(f, "expected {expected} fields, found {found}")
            }
            Self::Bucket { found } => write!(f, "`{}` is no name of a bucket", Visible(found)),
            Self::KeyMissing => f.write_str("the key is empty"),
            Self::KeyEncoding { found } => {
                let found = Visible(found);
                write!(f, "a `%` without two hexadecimal digits in the key `{found}`")
            }
            Self::KeyNotUtf8 { found } => {
                write!(f, "the key `{}` is not UTF-8 once it is decoded", Visible(found))
            }
            Self::KeyTooLong { bytes } => write!(f, "the key has {bytes} bytes"),
            Self::VersionIdMissing => f.write_str("the version id is empty"),
            Self::VersionIdsMissing => f.write_str("the manifest has no column `VersionId`"),
            Self::VersionIdTooLong { bytes } => write!(f, "the version id has {bytes} bytes"),
            Self::Value { column, expected, found } => {
                write!(f, "`{column}`: expected {expected}, found `{}`", Visible(found))
            }
        }
    }
}

/// Returns the beginning of a text, enough to find it again.
pub(super) fn excerpt(text: &str) -> Box<str> {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()).into(),
        None => text.into(),
    }
}
