//! Runs a job over any store.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::drive::{JobRunSummary, JobStop, Looked, Site};
use crate::batch::completion_report::{TaskResult, TaskStatus};
use crate::batch::job::Job;
use crate::batch::manifest::{self, Consequence, RowError};
use crate::batch::run::{self, JobRun};
use crate::model::{BucketName, Timestamp};
use crate::replication::{FailureReason, Outcome, Task};

/// The most rows that are under way before a run waits for them.
const OPEN_LIMIT: usize = 10_000;

/// Runs a job over any store.
pub(in crate::storage) fn drive_job<T: Site, F: FnMut(&TaskResult, &Job) -> ControlFlow<()>>(
    site: T,
    (job, run): (&mut Job, &mut JobRun),
    rows: impl IntoIterator<Item = Result<manifest::Row, RowError>>,
    at: Timestamp,
    each: F,
) -> JobRunSummary {
    let mut driver =
        Driver { site, job, run, at, each, made: JobRunSummary::new(), flow: CONTINUE };
    let mut rows = rows.into_iter();
    // Those that were begun before; `nth` would count in `usize`.
    for _ in 0..driver.run.rows_begun() {
        if rows.next().is_none() {
            break;
        }
    }
    driver.look_again();
    driver.redrive();
    let stop = driver.rows(rows);
    driver.redrive();
    driver.made.given_up = driver.run.give_up(driver.job);
    let JobRunSummary { open, stop: ended, .. } = &mut driver.made;
    *open = driver.run.rows_open();
    *ended = match stop {
        _ if driver.flow.is_break() => JobStop::Stopped,
        JobStop::Done if *open > 0 => JobStop::Waiting,
        stop => stop,
    };
    driver.made
}

const CONTINUE: ControlFlow<()> = ControlFlow::Continue(());

struct Driver<'j, T, F> {
    site: T,
    job: &'j mut Job,
    run: &'j mut JobRun,
    at: Timestamp,
    each: F,
    made: JobRunSummary,
    flow: ControlFlow<()>,
}

impl JobRunSummary {
    const fn new() -> Self {
        Self {
            succeeded: 0,
            failed: 0,
            open: 0,
            given_up: 0,
            notifications: Vec::new(),
            transitions: Vec::new(),
            stop: JobStop::Done,
        }
    }
}

impl<T: Site, F: FnMut(&TaskResult, &Job) -> ControlFlow<()>> Driver<'_, T, F> {
    /// Begins rows as long as the job takes them, and says why no more.
    fn rows(&mut self, mut rows: impl Iterator<Item = Result<manifest::Row, RowError>>) -> JobStop {
        while self.flow.is_continue() && self.run.takes_rows(self.job) {
            if self.run.rows_open() >= OPEN_LIMIT {
                return JobStop::Waiting;
            }
            let begun = match rows.next() {
                None => return JobStop::ManifestEnded,
                Some(Ok(row)) => self.row(&row),
                Some(Err(fault)) => match fault.consequence() {
                    Some(Consequence::TaskFails(result)) => self.fail(result.clone()),
                    _ => return JobStop::Manifest(fault),
                },
            };
            if !begun {
                return JobStop::Waiting;
            }
        }
        JobStop::Done
    }

    /// Begins a row, and does what it takes; false when the source can't say anything about its
    /// version for now.
    fn row(&mut self, row: &manifest::Row) -> bool {
        let found = match self.site.look(row) {
            Looked::Found(version) => version,
            Looked::Failed(code) => return self.fail(row.failed(code)),
            Looked::Later => return false,
        };
        let mut begun = None;
        let Self { site, job, run, at, .. } = self;
        site.with_ledger(&row.bucket, &mut |ledger| {
            let version = found.as_object_version();
            begun = Some(run.begin_row(job, row, &version, ledger, *at));
        });
        match begun {
            Some(Ok(step)) => {
                let mut tasks: VecDeque<_> = self.note(step).into();
                while let Some(task) = tasks.pop_front() {
                    tasks.extend(self.attempt(&row.bucket, &task).0);
                }
                true
            }
            // A source that finds another version than it was asked about has not found this one.
            Some(Err(_)) => self.fail(row.failed(FailureReason::SRC_VERSION_NOT_FOUND)),
            None => {
                let reason = FailureReason::SRC_BUCKET_REPLICATION_CONFIG_MISSING;
                self.fail(row.failed(reason))
            }
        }
    }

    /// Fails a row that begins; false when none may.
    fn fail(&mut self, result: TaskResult) -> bool {
        let failed = self.run.fail_row(self.job, result, self.at);
        failed.map(|step| self.note(step)).is_ok()
    }

    /// Tries what rows under way wait for, until it is done or does not get on.
    fn redrive(&mut self) {
        let buckets: Vec<BucketName> = self.run.open_buckets().into_iter().cloned().collect();
        for bucket in &buckets {
            let mut gets_on = true;
            while gets_on && self.flow.is_continue() {
                gets_on = false;
                let mut tasks: Vec<Arc<Task>> = Vec::new();
                let Self { site, run, .. } = self;
                site.with_ledger(bucket, &mut |ledger| {
                    let waited_for = run.open_tasks(ledger);
                    tasks = waited_for.filter_map(|task| ledger.open_task(task).cloned()).collect();
                });
                for task in &tasks {
                    gets_on |= self.attempt(bucket, task).1;
                }
            }
        }
    }

    /// Looks at rows that were begun before: others may have settled what they wait for.
    fn look_again(&mut self) {
        let buckets: Vec<BucketName> = self.run.open_buckets().into_iter().cloned().collect();
        for bucket in &buckets {
            let mut step = run::Step::default();
            let Self { site, job, run, at, .. } = self;
            site.with_ledger(bucket, &mut |ledger| step = run.look(job, ledger, *at));
            self.note(step);
        }
    }

    /// Runs a task and settles it. Returns the tasks that waited for it, and whether it ended.
    fn attempt(&mut self, bucket: &BucketName, task: &Task) -> (Vec<Arc<Task>>, bool) {
        let outcome = self.site.run(bucket, task);
        let ended = outcome != Outcome::Transient;
        let mut step = run::Step::default();
        let Self { site, job, run, at, .. } = self;
        site.with_ledger(bucket, &mut |ledger| {
            step = run.settle(job, ledger, task.id, outcome.clone(), *at).unwrap_or_default();
        });
        (self.note(step), ended)
    }

    /// Takes down what came of a step, and returns its tasks.
    fn note(&mut self, step: run::Step) -> Vec<Arc<Task>> {
        self.made.notifications.extend(step.notifications);
        self.made.transitions.extend(step.transitions);
        for result in &step.results {
            let failed = result.status() == TaskStatus::Failed;
            *(if failed { &mut self.made.failed } else { &mut self.made.succeeded }) += 1;
            // Who stopped the run is told of what ends all the same.
            if (self.each)(result, self.job).is_break() {
                self.flow = ControlFlow::Break(());
            }
        }
        step.tasks
    }
}
