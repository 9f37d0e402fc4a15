//! The rows that follow those that have begun: they are looked up ahead, and begin in their order.
//!
//! Looking up a version is a request to the store, and the slowest part of a row. Several are under
//! way at a time, and their answers come in any order. They wait in a queue, because rows must
//! begin in the order of the manifest: a saved run is the number of rows that have begun, and
//! nothing else.
//!
//! ```text
//! ahead    row 5: found    row 6: asked for    row 7: found    window 3
//! begins   row 5; then row 6 has to be answered, although row 7 is known
//! ```

use std::ops::ControlFlow;

use super::{JobRunner, Known, Ledgers, Work};
use crate::batch::completion_report::TaskResult;
use crate::batch::job::Job;
use crate::batch::manifest::{self, Consequence, RowError};
use crate::model::Timestamp;
use crate::replication::FailureReason;
use crate::storage::JobStop;
use crate::storage::run_job::Lookup;

/// The most rows that may be in progress before a run returns [`JobStop::Waiting`].
const OPEN_LIMIT: usize = 10_000;

impl<L, R, N, F> JobRunner<'_, L, R, N, F>
where
    L: Ledgers,
    R: Iterator<Item = Result<manifest::Row, RowError>>,
    N: FnMut() -> Timestamp,
    F: FnMut(&TaskResult, &Job) -> ControlFlow<()>,
{
    /// Begins rows whose versions are known, up to one with tasks, and returns a row to look up.
    ///
    /// `None` if tasks are to be run first, if the answer of the first row is awaited and the
    /// window is full, or if no more rows begin.
    pub(super) fn next_row(&mut self) -> Option<Work> {
        while self.stop.is_none() && !self.is_stopped && self.tasks.is_empty() {
            if !self.run.takes_rows(self.job) {
                self.begin_no_more(JobStop::Done);
            // Each open row is kept in memory and in the saved run. If destinations answer with
            // transient faults only, every row of the manifest would become one.
            } else if self.run.rows_open() >= OPEN_LIMIT {
                self.begin_no_more(JobStop::Waiting);
            } else {
                match self.ahead.front_mut().map(Option::take) {
                    Some(Some(known)) => {
                        self.ahead.pop_front();
                        self.first += 1;
                        self.begin(known);
                    }
                    // The first row is asked for and not answered: others may be asked for
                    // meanwhile.
                    Some(None) => return self.look_ahead(),
                    None => {
                        let work = self.look_ahead();
                        if work.is_some() {
                            return work;
                        }
                        // Nothing is ahead and nothing could be read: the manifest has ended before
                        // its number of rows.
                        if self.ahead.is_empty() {
                            self.begin_no_more(JobStop::ManifestEnded);
                        }
                    }
                }
            }
        }
        None
    }

    /// Reads a row of the manifest to look up, if the window has a place for it and the job has
    /// tasks left.
    ///
    /// A row that cannot be read takes a place in the queue, and needs no answer.
    fn look_ahead(&mut self) -> Option<Work> {
        // The manifest may have grown since it was counted. Rows beyond the total would make a job
        // with more tasks than it has.
        let left = self.job.number_of_objects().saturating_sub(self.run.rows_begun());
        let most = usize::try_from(left).map_or(self.window, |left| left.min(self.window));
        while self.ahead.len() < most {
            let mut row = self.rows.next()?;
            // A wrong fact of an inventory does not matter to a task.
            RowError::forgive(&mut row);
            match row {
                Ok(row) => {
                    let number = self.first.saturating_add(self.ahead.len().try_into().ok()?);
                    self.ahead.push_back(None);
                    return Some(Work::LookUp { number, row });
                }
                Err(fault) => self.ahead.push_back(Some(Known::Unreadable(fault))),
            }
        }
        None
    }

    /// Begins no more rows. The rows ahead are dropped. They have not begun, so that the next run
    /// reads them again.
    fn begin_no_more(&mut self, stop: JobStop) {
        self.ahead.clear();
        self.stop = Some(stop);
    }

    /// Takes the answer of the store about a row, which begins when it is its turn.
    pub(super) fn looked_up(&mut self, number: u64, row: manifest::Row, found: Lookup) {
        // The place of the row in the queue: its number less that of the first row ahead.
        let at = number.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
        // The row is not ahead any more if no more rows begin.
        if let Some(ahead) = at.and_then(|at| self.ahead.get_mut(at)) {
            *ahead = Some(Known::Found(row, found));
        }
    }

    /// Begins a row.
    ///
    /// An error about the manifest and not about one row stops the run, without a result.
    fn begin(&mut self, row: Known) {
        let has_begun = match row {
            Known::Found(row, found) => self.begin_row(&row, found),
            Known::Unreadable(fault) => match fault.consequence() {
                Some(Consequence::TaskFails(result)) => self.fail_row(result.clone()),
                _ => return self.begin_no_more(JobStop::Manifest(fault)),
            },
        };
        if !has_begun {
            self.begin_no_more(JobStop::Waiting);
        }
    }

    /// Begins a row. Returns false if the source cannot answer at the moment.
    ///
    /// A row that fails at once has begun, unless the job takes none.
    fn begin_row(&mut self, row: &manifest::Row, found: Lookup) -> bool {
        let version = match found {
            Lookup::Found(version) => version,
            Lookup::Failed(code) => return self.fail_row(row.failed(code)),
            Lookup::Later => return false,
        };
        let at = (self.now)();
        let mut begun = None;
        let Self { ledgers, job, run, .. } = self;
        ledgers.with_ledger(&row.bucket, &mut |ledger| {
            begun = Some(run.begin_row(job, row, &version.as_object_version(), ledger, at));
        });
        match begun {
            Some(Ok(step)) => {
                let tasks = self.record(step);
                self.queue(&row.bucket, tasks);
                true
            }
            // The source returned another version than the row names, so it does not have this one.
            Some(Err(_)) => self.fail_row(row.failed(FailureReason::SRC_VERSION_NOT_FOUND)),
            None => {
                let reason = FailureReason::SRC_BUCKET_REPLICATION_CONFIG_MISSING;
                self.fail_row(row.failed(reason))
            }
        }
    }

    /// Begins a row that fails at once. Returns false if the job takes no row.
    fn fail_row(&mut self, result: TaskResult) -> bool {
        let at = (self.now)();
        let failed = self.run.fail_row(self.job, result, at);
        failed.map(|step| self.record(step)).is_ok()
    }
}
