use std::collections::HashMap;

use crate::batch::completion_report::{TaskErrorCode, TaskResult, TaskStatus};

/// The summary of completion reports: the number of tasks that succeeded and failed, and the error
/// codes.
///
/// Memory is bounded, however many rows there are and however long their texts.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::completion_report;
///
/// let part = "src,a,v1,failed,500,SrcObjectNotEligible,Object is not eligible for replication\n\
///             src,b,v1,succeeded,200,,success\n";
/// let mut summary = completion_report::Summary::new();
/// for result in completion_report::Reader::new(part.as_bytes()) {
///     summary.add(&result?);
/// }
/// assert_eq!((summary.succeeded(), summary.failed()), (1, 1));
/// let worst = &summary.codes()[0];
/// assert_eq!((worst.code.as_str(), worst.count), ("SrcObjectNotEligible", 1));
/// assert_eq!(worst.example.key(), "a");
/// # Ok::<(), s3_replication::batch::manifest::RowError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Summary {
    succeeded: u64,
    failed: u64,
    codes: HashMap<Box<str>, CodeCount>,
    other_codes: u64,
}

/// The tasks that failed with one error code.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CodeCount {
    /// The code, as S3 spells it today; empty for tasks that failed without a code.
    pub code: TaskErrorCode,
    /// The number of tasks.
    pub count: u64,
    /// The first of these tasks. Texts that are longer than any of S3 are cut off.
    pub example: TaskResult,
}

impl Summary {
    /// The greatest number of different codes. S3 has some forty; a hostile file has as many as rows.
    pub const CODES: usize = 1000;

    /// The greatest number of characters of a code: the limit of the API for the failure of a job.
    pub const CODE_LIMIT: usize = 64;

    /// Creates an empty summary.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts a result.
    pub fn add(&mut self, result: &TaskResult) {
        match result.status() {
            TaskStatus::Succeeded => {
                self.succeeded += 1;
                return;
            }
            TaskStatus::Failed => self.failed += 1,
        }
        let code = result.error_code().map_or("", TaskErrorCode::as_str);
        if code.chars().nth(Self::CODE_LIMIT).is_some() {
            self.other_codes += 1;
            return;
        }
        let code = TaskErrorCode::from(code).current();
        if let Some(same) = self.codes.get_mut(code.as_str()) {
            same.count += 1;
        } else if self.codes.len() < Self::CODES {
            let word = code.as_str().into();
            self.codes.insert(word, CodeCount { code, count: 1, example: result.shortened() });
        } else {
            self.other_codes += 1;
        }
    }

    /// Returns the number of tasks that succeeded.
    #[must_use]
    pub const fn succeeded(&self) -> u64 {
        self.succeeded
    }

    /// Returns the number of tasks that failed.
    #[must_use]
    pub const fn failed(&self) -> u64 {
        self.failed
    }

    /// Returns the codes of the tasks that failed, the most frequent first, and at most
    /// [`CODES`](Self::CODES) of them.
    #[must_use]
    pub fn codes(&self) -> Vec<&CodeCount> {
        let mut codes: Vec<&CodeCount> = self.codes.values().collect();
        codes.sort_by_key(|code| (std::cmp::Reverse(code.count), code.code.as_str().to_owned()));
        codes
    }

    /// Returns the number of tasks that failed with any other code, or with a code that is longer than
    /// [`CODE_LIMIT`](Self::CODE_LIMIT).
    #[must_use]
    pub const fn with_other_codes(&self) -> u64 {
        self.other_codes
    }
}
