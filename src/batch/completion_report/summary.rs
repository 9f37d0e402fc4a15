use std::collections::HashMap;
use std::io::BufRead;

use crate::batch::completion_report::{Reader, TaskErrorCode, TaskResult, TaskStatus};
use crate::batch::manifest::RowError;

/// The summary of completion reports: the number of tasks that succeeded and failed, and the error
/// codes.
///
/// Memory is bounded, however many rows there are and however long their texts, unless the summary is
/// that of a [piece](Self::of_piece).
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
    codes: HashMap<Box<str>, Code>,
    other_codes: u64,
    keeps_every_code: bool,
}

/// The count of a code, and the number of codes that occurred before it.
#[derive(Clone, Debug)]
struct Code {
    number: usize,
    count: CodeCount,
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

    /// Creates an empty summary for a [`Piece`](crate::batch::completion_report::Piece) of a part, to
    /// be [appended](Self::append) to another summary.
    ///
    /// The summary keeps every code, since the other summary may have a code that comes late in the
    /// piece. Its memory grows with the number of codes: a piece has few, but a whole part of a
    /// hostile report may have millions.
    #[must_use]
    pub fn of_piece() -> Self {
        Self { keeps_every_code: true, ..Self::default() }
    }

    /// Counts a result.
    pub fn add(&mut self, result: &TaskResult) {
        let code = result.error_code().map_or("", TaskErrorCode::as_str);
        self.count(result.status(), code, || result.shortened());
    }

    /// Counts the next row of a part; `None` at its end.
    ///
    /// Reading the row and [adding](Self::add) it gives the same counts, but copies every row.
    ///
    /// # Errors
    ///
    /// The error of the reader, about a row that cannot be read and is not counted.
    pub fn add_next<R: BufRead>(&mut self, rows: &mut Reader<R>) -> Option<Result<(), RowError>> {
        Some(rows.next_fields()?.map(|row| {
            self.count(row.status, row.code, || row.to_result().shortened());
        }))
    }

    /// Adds the counts of later rows, as if they had been counted here.
    ///
    /// A code of both keeps its example. If both together have more than [`CODES`](Self::CODES) codes,
    /// those that occurred first are kept. Only codes that `later` itself did not keep count as other
    /// codes even if they are known here; [`of_piece`](Self::of_piece) keeps all.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::batch::completion_report::{Reader, Summary};
    ///
    /// let part = "src,a,v1,failed,403,AccessDenied,denied\nsrc,b,v1,succeeded,200,,success\n";
    /// let mut summary = Summary::new();
    /// for mut piece in Reader::new(part.as_bytes()).into_pieces(50) {
    ///     // The pieces may be counted by several threads.
    ///     let mut of_piece = Summary::of_piece();
    ///     while let Some(counted) = of_piece.add_next(&mut piece) {
    ///         counted?;
    ///     }
    ///     summary.append(of_piece);
    /// }
    /// assert_eq!((summary.succeeded(), summary.failed()), (1, 1));
    /// # Ok::<(), s3_replication::batch::manifest::RowError>(())
    /// ```
    pub fn append(&mut self, later: Self) {
        add(&mut self.succeeded, later.succeeded);
        add(&mut self.failed, later.failed);
        add(&mut self.other_codes, later.other_codes);
        let mut codes: Vec<Code> = later.codes.into_values().collect();
        codes.sort_by_key(|code| code.number);
        for Code { count: CodeCount { code, count, example }, .. } in codes {
            self.count_code(code, count, || example);
        }
    }

    /// Counts a task.
    fn count(&mut self, status: TaskStatus, code: &str, example: impl FnOnce() -> TaskResult) {
        match status {
            TaskStatus::Succeeded => {
                add(&mut self.succeeded, 1);
                return;
            }
            TaskStatus::Failed => add(&mut self.failed, 1),
        }
        if code.chars().nth(Self::CODE_LIMIT).is_some() {
            add(&mut self.other_codes, 1);
            return;
        }
        self.count_code(TaskErrorCode::from(code).current(), 1, example);
    }

    /// Counts tasks that failed with a code. The example is kept if there are none with it so far.
    fn count_code(
        &mut self,
        code: TaskErrorCode,
        tasks: u64,
        example: impl FnOnce() -> TaskResult,
    ) {
        let number = self.codes.len();
        if let Some(same) = self.codes.get_mut(code.as_str()) {
            add(&mut same.count.count, tasks);
        } else if number < Self::CODES || self.keeps_every_code {
            let word = code.as_str().into();
            let count = CodeCount { code, count: tasks, example: example() };
            self.codes.insert(word, Code { number, count });
        } else {
            add(&mut self.other_codes, tasks);
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
    /// [`CODES`](Self::CODES) of them, unless the summary is that of a piece.
    #[must_use]
    pub fn codes(&self) -> Vec<&CodeCount> {
        let mut codes: Vec<&CodeCount> = self.codes.values().map(|code| &code.count).collect();
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

/// Adds tasks to a count. Counts end at the greatest number, which a caller can reach by appending a
/// summary to itself.
const fn add(count: &mut u64, tasks: u64) {
    *count = count.saturating_add(tasks);
}
