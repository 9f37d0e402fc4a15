mod consequence;
mod problem;

use std::fmt;
use std::sync::Arc;

pub use self::consequence::Consequence;
pub use self::problem::RowProblem;
pub(super) use self::problem::excerpt;

use crate::batch::manifest::EmptyVersionId;
use crate::batch::report::{TaskErrorCode, TaskResult};
use crate::batch::{JobFailure, ManifestRow};
use crate::clause::Clause;
use crate::replication::FailureReason;
use crate::text::Visible;

/// A row that can't be taken: where it is, what is wrong, and what S3 does about it.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::{ManifestFields, ManifestReader};
///
/// let fields: ManifestFields = "Bucket,Key,VersionId".parse()?;
/// let mut rows = ManifestReader::new(&b"photos,a%zz,v1\n"[..], &fields).named("list.csv");
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
pub struct RowFault {
    file: Arc<str>,
    line: u64,
    problem: RowProblem,
    consequence: Option<Consequence>,
    row: Option<Box<ManifestRow>>,
}

impl RowFault {
    pub(super) fn new(file: &Arc<str>, line: u64, problem: RowProblem) -> Self {
        Self { file: file.clone(), line, problem, consequence: None, row: None }
    }

    /// Adds the rest of the row.
    pub(super) fn with_row(self, row: ManifestRow) -> Self {
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
    pub const fn problem(&self) -> &RowProblem {
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
    /// use s3_replication::batch::{InventorySchema, ManifestReader};
    ///
    /// let schema: InventorySchema = "Bucket, Key, VersionId, Size".parse()?;
    /// let file = r#""photos","cat.jpg","v1","huge""#;
    /// let fault = ManifestReader::inventory(file.as_bytes(), &schema).next().unwrap().unwrap_err();
    /// assert_eq!(fault.to_string(), "line 1: `Size`: expected a number of bytes, found `huge`");
    /// assert_eq!(fault.row().unwrap().key.to_string(), "cat.jpg");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn row(&self) -> Option<&ManifestRow> {
        self.row.as_deref()
    }

    /// Returns true when S3 fails the whole job for this row.
    #[must_use]
    pub const fn fails_job(&self) -> bool {
        self.job_failure().is_some()
    }

    /// Returns with what S3 fails the whole job for this row, if it does: what
    /// [`JobEvent::PreparationFailed`](crate::batch::JobEvent::PreparationFailed) tells the job.
    #[must_use]
    pub const fn job_failure(&self) -> Option<&JobFailure> {
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
impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, problem, .. } = self;
        if file.is_empty() {
            write!(f, "line {line}: {problem}")
        } else {
            write!(f, "{}:{line}: {problem}", Visible(file))
        }
    }
}

impl std::error::Error for RowFault {}
