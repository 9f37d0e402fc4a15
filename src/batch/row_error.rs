use std::fmt;
use std::sync::Arc;

use crate::batch::completion_report::{TaskErrorCode, TaskResult};
use crate::batch::job::{self, InvalidManifestContent};
use crate::batch::manifest::{Field, Row};
use crate::clause::{self, Clause};
use crate::diagnostic::{Diagnostic, Place};
use crate::dialect::job::EmptyVersionId;
use crate::replication::FailureReason;
use crate::text::Visible;

/// An error in a row of a manifest, an inventory or a completion report: its place, its cause, and what
/// S3 does about it.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::manifest;
///
/// let fields: manifest::Fields = "Bucket,Key,VersionId".parse()?;
/// let mut rows = manifest::Reader::new(&b"photos,a%zz,v1\n"[..], &fields).named("manifest.csv");
/// let error = rows.next().unwrap().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "manifest.csv:1: a `%` without two hexadecimal digits in the key `a%zz`",
/// );
/// assert_eq!(
///     error.consequence().unwrap().to_string(),
///     "the job fails: InvalidManifestContent: Invalid object key format",
/// );
/// assert_eq!(error.help(), "percent-encode every byte of the key that is not a letter or digit");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RowError {
    file: Arc<str>,
    line: u64,
    kind: RowErrorKind,
    consequence: Option<Consequence>,
    row: Option<Box<Row>>,
}

impl RowError {
    pub(super) fn new(file: &Arc<str>, line: u64, kind: RowErrorKind) -> Self {
        Self { file: file.clone(), line, kind, consequence: None, row: None }
    }

    /// Adds the row, whose other columns can be read.
    pub(super) fn with_row(self, row: Row) -> Self {
        Self { row: Some(Box::new(row)), ..self }
    }

    /// Adds what S3 does about the row of a manifest, if S3 checks for this error.
    pub(super) fn in_manifest(mut self) -> Self {
        self.consequence = self.kind.job_failure().map(Consequence::JobFails);
        self
    }

    /// Adds that the task fails because its row has no version ID.
    pub(super) fn in_task(mut self, reading: EmptyVersionId, bucket: &str, key: &str) -> Self {
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

    /// Returns the cause.
    #[must_use]
    pub const fn kind(&self) -> &RowErrorKind {
        &self.kind
    }

    /// Returns the consequence in S3. `None` where S3 does not read: columns of an inventory beyond
    /// bucket, key and version ID, and completion reports.
    #[must_use]
    pub const fn consequence(&self) -> Option<&Consequence> {
        self.consequence.as_ref()
    }

    /// Returns the row, if only columns of an inventory beyond bucket, key and version ID are wrong.
    /// S3 runs a task for such a row. The facts in the wrong columns are `None`.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::inventory;
    /// use s3_replication::batch::manifest;
    ///
    /// let schema: inventory::Schema = "Bucket, Key, VersionId, Size".parse()?;
    /// let file = r#""photos","cat.jpg","v1","huge""#;
    /// let error = manifest::Reader::inventory(file.as_bytes(), &schema).next().unwrap().unwrap_err();
    /// assert_eq!(error.to_string(), "line 1: `Size`: expected a number of bytes, found `huge`");
    /// assert_eq!(error.row().unwrap().key.to_string(), "cat.jpg");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn row(&self) -> Option<&Row> {
        self.row.as_deref()
    }

    /// Turns a row with a mistake that S3 ignores into the row that it runs a task for.
    pub(crate) fn forgive(read: &mut Result<Row, Self>) {
        if let Err(Self { row, consequence: None, .. }) = read
            && let Some(row) = row.take()
        {
            *read = Ok(*row);
        }
    }

    /// Returns true when S3 fails the whole job for this row.
    #[must_use]
    pub const fn fails_job(&self) -> bool {
        self.job_failure().is_some()
    }

    /// Returns the failure of the whole job for this row, if S3 fails it: the value of
    /// [`job::Event::PreparationFailed`].
    #[must_use]
    pub const fn job_failure(&self) -> Option<&job::Failure> {
        match &self.consequence {
            Some(Consequence::JobFails(failure)) => Some(failure),
            _ => None,
        }
    }

    /// Returns the stable name of the error, such as `field-count`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.entry().code
    }

    /// Returns the advice: what to do about the error.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        self.kind.entry().help
    }

    /// Returns the clause that the error rests on.
    #[must_use]
    pub const fn clause(&self) -> &'static Clause {
        self.kind.entry().clause
    }
}

/// Writes `file:line: cause`.
impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, kind, .. } = self;
        if file.is_empty() {
            write!(f, "line {line}: {kind}")
        } else {
            write!(f, "{}:{line}: {kind}", Visible(file))
        }
    }
}

impl std::error::Error for RowError {}

/// The finding about a row: an error if S3 does not accept the row or the file cannot be read, else
/// a warning.
impl From<&RowError> for Diagnostic {
    fn from(error: &RowError) -> Self {
        let RowError { file, line, kind, consequence, .. } = error;
        let Entry { code, clause, help, .. } = kind.entry();
        let is_unreadable = matches!(kind, RowErrorKind::Unreadable { .. });
        let new = if consequence.is_some() || is_unreadable { Self::error } else { Self::warning };
        let place = Place::row(file.clone(), *line);
        let finding = new(code, Some(clause), place, kind.to_string()).with_help(help);
        match consequence {
            Some(consequence) => finding.with_consequence(consequence.to_string()),
            None => finding,
        }
    }
}

/// The consequence of a row that S3 does not accept.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Consequence {
    /// The job fails before its first task.
    JobFails(job::Failure),
    /// The task of this row fails, with this result in the completion report. Other tasks run.
    TaskFails(TaskResult),
}

/// Writes `the job fails: …` or `the task fails: …`.
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

/// The properties of a kind of error that do not depend on the row.
struct Entry {
    code: &'static str,
    clause: &'static Clause,
    /// S3's text when it fails a job for this error; `None` where S3 goes on or does not look.
    content: Option<InvalidManifestContent>,
    help: &'static str,
}

/// Declares the kinds of errors in rows, each with its code, clause, message and help.
macro_rules! row_errors {
    ($(
        $(#[$meta:meta])*
        $kind:ident $({ $( $(#[$field_meta:meta])* $field:ident: $type:ty, )+ })?
        = $code:literal, $clause:ident, $content:expr,
        $message:literal $( % $shown:ident )?, $help:literal;
    )+) => {
        /// The cause of a [`RowError`].
        #[derive(Clone, Debug, Eq, PartialEq)]
        #[non_exhaustive]
        pub enum RowErrorKind {
            $( $(#[$meta])* $kind $({ $( $(#[$field_meta])* $field: $type, )+ })?, )+
        }

        impl RowErrorKind {
            const fn entry(&self) -> Entry {
                use InvalidManifestContent::*;
                match self {
                    $( Self::$kind { .. } => Entry {
                        code: $code,
                        clause: &clause::$clause,
                        content: $content,
                        help: $help,
                    }, )+
                }
            }
        }

        impl fmt::Display for RowErrorKind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $( Self::$kind $({ $( $field, )+ })? => {
                        $( let $shown = Visible($shown); )?
                        write!(f, $message)
                    } )+
                }
            }
        }
    };
}

row_errors! {
    /// The file cannot be read any further.
    Unreadable {
        /// The error of the reader.
        error: Box<str>,
    } = "unreadable", MANIFEST_TEXT, None,
        "the file cannot be read: {error}" % error, "check that the file is readable and complete";

    /// The line is not UTF-8.
    NotUtf8 {
        /// The position of the first wrong byte in the line, from one.
        byte: usize,
    } = "not-utf-8", MANIFEST_TEXT, Some(FileFormat),
        "the line is not UTF-8 at byte {byte}", "write the file in UTF-8";

    /// The file begins with a byte-order mark.
    ByteOrderMark = "byte-order-mark", MANIFEST_TEXT, Some(FileFormat),
        "the file begins with a byte-order mark", "write the file without a byte-order mark";

    /// The line is empty.
    EmptyLine = "line-empty", MANIFEST_TEXT, Some(FileFormat),
        "the line is empty", "remove the line";

    /// The row has more bytes than any row needs.
    TooLong {
        /// The greatest number of bytes that is read.
        limit: usize,
    } = "row-too-long", MANIFEST_TEXT, Some(FileFormat),
        "the row is longer than {limit} bytes", "end the row where the next one begins";

    /// A quote does not close, or contains a line break.
    UnclosedQuote = "quote-unclosed", MANIFEST_QUOTES, Some(FileFormat),
        "a quote does not close", "close the quote on its line; encode a line break as `%0A`";

    /// A closing quote is followed by text instead of a comma.
    TextAfterQuote {
        /// The number of the field, from one.
        column: usize,
    } = "text-after-quote", MANIFEST_QUOTES, Some(FileFormat),
        "text follows the closing quote of field {column}",
        "put the whole field in quotes, and double the quotes in it";

    /// The line ends with a space.
    TrailingSpace = "trailing-space", MANIFEST_TEXT, Some(FileFormat),
        "the line ends with a space",
        "remove the space; encode it as `%20` if it belongs to the key";

    /// The row has more or fewer fields than there are columns.
    FieldCount {
        /// The number of columns.
        expected: usize,
        /// The number of fields.
        found: usize,
    } = "field-count", MANIFEST_FIELD_COUNT, Some(TaskFields),
        "expected {expected} fields, found {found}",
        "give every row a field for every column; declare columns that do not matter as `Ignore`, \
         and encode commas as `%2C`";

    /// The bucket is not a bucket name.
    Bucket {
        /// The text of the field.
        found: Box<str>,
    } = "bucket-invalid", MANIFEST_FIELDS, Some(Content),
        "`{found}` is not a bucket name" % found,
        "write the name of the bucket, the same in every row; remove a header row";

    /// The key is empty.
    KeyMissing = "key-missing", MANIFEST_KEY_FORM, Some(KeyFormat),
        "the key is empty", "write the key";

    /// A `%` in the key is not followed by two hexadecimal digits.
    KeyEncoding {
        /// The key as it is written.
        found: Box<str>,
    } = "key-encoding", MANIFEST_KEY_FORM, Some(KeyFormat),
        "a `%` without two hexadecimal digits in the key `{found}`" % found,
        "percent-encode every byte of the key that is not a letter or digit";

    /// The decoded key is not UTF-8.
    KeyNotUtf8 {
        /// The key as it is written.
        found: Box<str>,
    } = "key-not-utf-8", MANIFEST_KEY_FORM, Some(KeyFormat),
        "the key `{found}` is not UTF-8 when decoded" % found,
        "percent-encode the UTF-8 bytes of the key";

    /// The key is too long.
    KeyTooLong {
        /// The number of bytes of the decoded key.
        bytes: usize,
    } = "key-too-long", MANIFEST_KEY_FORM, Some(KeyFormat),
        "the key has {bytes} bytes", "remove the row; S3 keys have at most 1,024 bytes";

    /// The version ID is empty.
    VersionIdMissing = "version-id-missing", MANIFEST_EMPTY_VERSION, None,
        "the version ID is empty", "write `null` for the null version";

    /// The manifest has no column for version IDs.
    VersionIdsMissing = "version-ids-missing", MANIFEST_VERSIONS_REQUIRED, None,
        "the manifest has no column `VersionId`",
        "add a column `VersionId`; let an inventory list all versions";

    /// The version ID is too long.
    VersionIdTooLong {
        /// The number of bytes.
        bytes: usize,
    } = "version-id-too-long", MANIFEST_FAILURE_TEXTS, Some(VersionIdFormat),
        "the version ID has {bytes} bytes", "shorten the version ID to at most 1,024 bytes";

    /// The value of a column is none that the column can have.
    Value {
        /// The name of the column.
        column: Box<str>,
        /// The values that the column can have.
        expected: &'static str,
        /// The text of the field.
        found: Box<str>,
    } = "value-invalid", INVENTORY_ROWS, None,
        "`{column}`: expected {expected}, found `{found}`" % found,
        "write a value that the column can have, or leave the field empty";
}

impl RowErrorKind {
    /// Returns the failure of a job whose manifest has such a row; `None` where S3 goes on.
    pub(super) fn job_failure(&self) -> Option<job::Failure> {
        if *self == Self::VersionIdsMissing {
            return Some(job::Failure::fields_missing(Field::VersionId.as_str()));
        }
        self.entry().content.map(job::Failure::invalid_manifest)
    }

    pub(super) fn value(column: &str, expected: &'static str, found: &str) -> Self {
        Self::Value { column: column.into(), expected, found: excerpt(found) }
    }
}

/// Returns the beginning of a text, which is enough to find the text again.
pub(super) fn excerpt(text: &str) -> Box<str> {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)).into(),
        None => text.into(),
    }
}
