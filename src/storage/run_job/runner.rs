//! The order of the work of a job, without I/O.
//!
//! ```text
//! next ─▶ LookUp or Attempt ─▶ the store ─▶ answer ─▶ next ─▶ … ─▶ None ─▶ finish
//!
//! open rows of an earlier run ─▶ new rows, in the order of the manifest ─▶ open rows again
//! ```
//!
//! The drivers are in `run_job.rs` and `asynchronous.rs`. What a row or an outcome does to the job
//! is decided in `batch/run.rs`; this file decides what is asked for next. `rows.rs` has the rows
//! that are looked up ahead.

mod rows;

use std::collections::VecDeque;
use std::iter::Fuse;
use std::mem;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::{JobRunSummary, JobStop, Lookup};
use crate::batch::completion_report::{TaskResult, TaskStatus};
use crate::batch::job::Job;
use crate::batch::manifest::{self, RowError};
use crate::batch::run::{self, JobRun};
use crate::model::{BucketName, Timestamp};
use crate::replication::{Ledger, Outcome, Task};

/// The ledgers of source buckets, which may be behind a lock.
pub(crate) trait Ledgers {
    /// Calls `work` with the ledger of a bucket, or does nothing if the bucket has none.
    fn with_ledger(&mut self, bucket: &BucketName, work: &mut dyn FnMut(&mut Ledger));
}

/// One thing for a store to do.
#[derive(Debug)]
pub(crate) enum Work {
    /// Find the version of a row.
    ///
    /// The number is that of the row in the manifest, from zero, and comes back in the answer.
    LookUp { number: u64, row: manifest::Row },
    /// Perform a task of a bucket.
    Attempt { bucket: BucketName, task: Arc<Task> },
}

/// The answer of a store to a [`Work`].
pub(crate) enum Answer {
    Found { number: u64, row: manifest::Row, found: Lookup },
    Ended { bucket: BucketName, task: Arc<Task>, outcome: Outcome },
}

/// A row of the manifest that can begin.
///
/// Either the answer of the store, or the error of the reader about the row.
enum Known {
    Found(manifest::Row, Lookup),
    Unreadable(RowError),
}

/// The parts of a run, in order. Rows that an earlier run left open come first: live replication may
/// have completed their tasks in the meantime. They come last as well, since the rows of this run may
/// have waited for the same tasks.
#[derive(Clone, Copy)]
enum Part {
    OpenRows,
    NewRows,
    OpenRowsAgain,
}

/// One run of a job, as a state machine. [`next`](Self::next) returns the work to do, and
/// [`answer`](Self::answer) takes the result. The caller may do several things at a time.
///
/// Rows begin in the order of the manifest, because a run that goes on later skips as many rows as have
/// begun. So the answers to look-ups wait for their turn. A caller that does one thing at a time does
/// everything in the order of the manifest.
pub(crate) struct JobRunner<'j, L, R: Iterator, N, F> {
    ledgers: L,
    job: &'j mut Job,
    run: &'j mut JobRun,
    rows: Fuse<R>,
    now: N,
    each: F,
    /// The number of rows that may be looked up before they begin.
    ///
    /// 1 for a driver that does one thing at a time.
    window: usize,
    part: Part,
    // INVARIANT: the rows that follow those that have begun; `None` for one that the store looks up.
    // Empty once `stop` is known.
    ahead: VecDeque<Option<Known>>,
    /// The number of the first row ahead.
    first: u64,
    tasks: VecDeque<(BucketName, Arc<Task>)>,
    /// The number of things that the store has begun and not ended.
    in_progress: usize,
    /// The buckets with open rows whose tasks are still to be tried.
    buckets: VecDeque<BucketName>,
    /// True if a task ended since the tasks of the first bucket were queued, or they never were.
    has_progressed: bool,
    /// The reason why no more rows begin.
    stop: Option<JobStop>,
    // True once the caller has asked to stop; nothing begins any more then.
    is_stopped: bool,
    summary: JobRunSummary,
}

impl<'j, L, R, N, F> JobRunner<'j, L, R, N, F>
where
    L: Ledgers,
    R: Iterator<Item = Result<manifest::Row, RowError>>,
    N: FnMut() -> Timestamp,
    F: FnMut(&TaskResult, &Job) -> ControlFlow<()>,
{
    /// Begins a run over all rows of the manifest, and collects the results of rows whose tasks were
    /// completed since the run before.
    ///
    /// A manifest with fewer rows than have begun gives none, and the run ends with `ManifestEnded`
    /// if the job has rows left.
    pub(crate) fn new(
        ledgers: L,
        job: &'j mut Job,
        run: &'j mut JobRun,
        rows: impl IntoIterator<IntoIter = R>,
        now: N,
        each: F,
    ) -> Self {
        let mut rows = rows.into_iter().fuse();
        let first = run.rows_begun();
        // A loop, because `Iterator::nth` counts in `usize` and rows are counted in `u64`.
        // The rows that have begun are skipped by number. The manifest is the same object with the
        // same ETag, so a number names a row.
        for _ in 0..first {
            if rows.next().is_none() {
                break;
            }
        }
        let mut runner = Self {
            ledgers,
            job,
            run,
            rows,
            now,
            each,
            window: 1,
            part: Part::OpenRows,
            ahead: VecDeque::new(),
            first,
            tasks: VecDeque::new(),
            in_progress: 0,
            buckets: VecDeque::new(),
            has_progressed: true,
            stop: None,
            is_stopped: false,
            summary: JobRunSummary {
                succeeded: 0,
                failed: 0,
                open: 0,
                given_up: 0,
                notifications: Vec::new(),
                transitions: Vec::new(),
                stop: JobStop::Done,
            },
        };
        runner.collect_results();
        runner.buckets = runner.open_buckets();
        runner
    }

    /// Allows the caller to look up this many rows before they begin.
    #[cfg(feature = "async")]
    pub(crate) fn with_window(self, window: usize) -> Self {
        Self { window, ..self }
    }

    /// Returns the next thing to do. `None` means that nothing can begin before something else has
    /// ended, or that the run is over if nothing is in progress.
    ///
    /// Tasks go before rows, so that a row ends before the next one begins where one thing is done
    /// at a time.
    pub(crate) fn next(&mut self) -> Option<Work> {
        while !self.is_stopped {
            if let Some((bucket, task)) = self.tasks.pop_front() {
                self.in_progress += 1;
                return Some(Work::Attempt { bucket, task });
            }
            if matches!(self.part, Part::NewRows) {
                if let Some(work) = self.next_row() {
                    self.in_progress += 1;
                    return Some(work);
                }
                if !self.tasks.is_empty() {
                    continue;
                }
            }
            // A part of the run ends when nothing of it is in progress.
            // In the middle of a part, a task in progress may release another one, which belongs to
            // this part.
            if self.in_progress > 0 || !self.go_on() {
                return None;
            }
        }
        None
    }

    /// Takes the result of a work.
    ///
    /// Each work has one answer, in any order.
    pub(crate) fn answer(&mut self, answer: Answer) {
        self.in_progress -= 1;
        match answer {
            Answer::Found { number, row, found } => self.looked_up(number, row, found),
            Answer::Ended { bucket, task, outcome } => self.ended(&bucket, &task, &outcome),
        }
    }

    /// Queues the tasks of the next bucket with open rows, or goes on to the next part of the run.
    /// Returns false at the end of the run.
    ///
    /// It is called only when nothing is in progress and nothing is queued.
    fn go_on(&mut self) -> bool {
        match self.part {
            Part::OpenRows => {
                if !self.queue_open_tasks() {
                    self.part = Part::NewRows;
                }
            }
            Part::NewRows => {
                self.buckets = self.open_buckets();
                self.has_progressed = true;
                self.part = Part::OpenRowsAgain;
            }
            Part::OpenRowsAgain => return self.queue_open_tasks(),
        }
        true
    }

    /// Queues the tasks that open rows wait for, until none of them makes progress. A task that ends may
    /// release another one: metadata that waited for its object.
    ///
    /// A bucket is left when a whole round over its tasks has ended none: all of them met transient
    /// faults.
    fn queue_open_tasks(&mut self) -> bool {
        while let Some(bucket) = self.buckets.front() {
            if mem::take(&mut self.has_progressed) {
                let Self { ledgers, run, tasks, .. } = self;
                ledgers.with_ledger(bucket, &mut |ledger| {
                    let open =
                        run.open_tasks(ledger).filter_map(|id| ledger.open_task(id).cloned());
                    tasks.extend(open.map(|task| (bucket.clone(), task)));
                });
                if !self.tasks.is_empty() {
                    return true;
                }
            }
            self.buckets.pop_front();
            self.has_progressed = true;
        }
        false
    }

    /// Takes the outcome of a task, and queues the tasks that waited for it.
    ///
    /// A transient outcome goes to the ledger as well, where the task stays open.
    fn ended(&mut self, bucket: &BucketName, task: &Task, outcome: &Outcome) {
        self.has_progressed |= *outcome != Outcome::Transient;
        let at = (self.now)();
        let mut step = run::Step::default();
        let Self { ledgers, job, run, .. } = self;
        ledgers.with_ledger(bucket, &mut |ledger| {
            // The ledger does not know the task if its bucket was deleted and created again.
            step = run.settle(job, ledger, task.id, outcome.clone(), at).unwrap_or_default();
        });
        let released = self.record(step);
        // Tasks that open rows wait for are queued again by themselves.
        if matches!(self.part, Part::NewRows) {
            self.queue(bucket, released);
        }
    }

    // Released tasks come after those that wait already.
    fn queue(&mut self, bucket: &BucketName, tasks: Vec<Arc<Task>>) {
        self.tasks.extend(tasks.into_iter().map(|task| (bucket.clone(), task)));
    }

    /// Collects the results of rows whose tasks were completed outside of this job.
    ///
    /// No task is run for it. It is done once, at the beginning.
    fn collect_results(&mut self) {
        let at = (self.now)();
        for bucket in self.open_buckets() {
            let mut step = run::Step::default();
            let Self { ledgers, job, run, .. } = self;
            ledgers.with_ledger(&bucket, &mut |ledger| step = run.look(job, ledger, at));
            self.record(step);
        }
    }

    /// Returns the buckets of the rows in progress, as copies, because the run changes meanwhile.
    /// In the order of their names, so that two runs do the same.
    fn open_buckets(&self) -> VecDeque<BucketName> {
        self.run.open_buckets().into_iter().cloned().collect()
    }

    /// Counts the results of a step, passes them to the caller, and returns the tasks of the step.
    fn record(&mut self, step: run::Step) -> Vec<Arc<Task>> {
        self.summary.notifications.extend(step.notifications);
        self.summary.transitions.extend(step.transitions);
        for result in &step.results {
            if result.status() == TaskStatus::Failed {
                self.summary.failed += 1;
            } else {
                self.summary.succeeded += 1;
            }
            // The caller receives all results of a step, even after it has stopped the run: the
            // job has counted them, so they would be missing from the completion report.
            self.is_stopped |= (self.each)(result, self.job).is_break();
        }
        step.tasks
    }

    /// Ends the run, in which nothing is in progress.
    ///
    /// Stopping by the caller counts most. A run that is done, but for open rows, waits.
    pub(crate) fn finish(mut self) -> JobRunSummary {
        self.summary.given_up = self.run.give_up(self.job);
        self.summary.open = self.run.rows_open();
        self.summary.stop = match self.stop.unwrap_or(JobStop::Done) {
            _ if self.is_stopped => JobStop::Stopped,
            JobStop::Done if self.summary.open > 0 => JobStop::Waiting,
            stop => stop,
        };
        self.summary
    }
}
