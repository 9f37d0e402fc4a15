use std::num::NonZeroUsize;
use std::ops::ControlFlow;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::runner::Answer;
use super::{JobContext, JobRunSummary, JobRunner, Lookup, OneLedger, Work};
use crate::batch::completion_report::TaskResult;
use crate::batch::job::Job;
use crate::batch::manifest::{self, RowError};
use crate::model::{BucketName, Timestamp};
use crate::storage::{AsyncDestination, AsyncSource, run_task_async};

/// Runs the tasks of an active job, as [`run_job`](crate::storage::run_job) does, up to `limit` reads
/// and tasks at a time (feature `async`).
///
/// Rows begin in the order of the manifest and end in any order. With a limit of one, the order is that
/// of `run_job`. A job that fails because too many tasks failed has up to `limit` more tasks in progress
/// by then, which run to their end.
///
/// After [`ControlFlow::Break`] from `each` no further row and no further task begins, and what is in
/// progress runs to its end. The future may be dropped at any time: tasks that ended are completed, all
/// others stay open and run again in the next run. The summary is lost.
///
/// The function calls `now` at the beginning, and for each row that begins and each task that ends. The
/// future borrows job, run and ledger until it ends: see
/// [events during a run](crate::storage#events-during-a-run).
///
/// # Examples
///
/// ```
/// use std::num::NonZeroUsize;
/// use std::ops::ControlFlow;
///
/// use s3_replication::batch::completion_report::TaskResult;
/// use s3_replication::batch::manifest::{Row, RowError};
/// use s3_replication::model::Timestamp;
/// use s3_replication::storage::{
///     AsyncDestination, AsyncSource, JobContext, JobRunSummary, run_job_async,
/// };
///
/// async fn thirty_two_at_a_time<S: AsyncSource>(
///     context: JobContext<'_>,
///     source: &S,
///     destination: &impl AsyncDestination<S::Body>,
///     rows: Vec<Result<Row, RowError>>,
///     now: impl FnMut() -> Timestamp,
///     results: &mut Vec<TaskResult>,
/// ) -> JobRunSummary {
///     let limit = NonZeroUsize::new(32).unwrap();
///     let each = |result: &TaskResult, _: &_| {
///         results.push(result.clone());
///         ControlFlow::Continue(())
///     };
///     run_job_async(context, source, destination, rows, limit, now, each).await
/// }
/// ```
pub async fn run_job_async<S: AsyncSource, D: AsyncDestination<S::Body>>(
    context: JobContext<'_>,
    source: &S,
    destination: &D,
    rows: impl IntoIterator<Item = Result<manifest::Row, RowError>>,
    limit: NonZeroUsize,
    now: impl FnMut() -> Timestamp,
    each: impl FnMut(&TaskResult, &Job) -> ControlFlow<()>,
) -> JobRunSummary {
    let JobContext { job, run, ledger } = context;
    let bucket = &ledger.source().clone();
    let runner = JobRunner::new(OneLedger(ledger), job, run, rows, now, each);
    let mut runner = runner.with_window(limit.get());
    let mut in_progress = FuturesUnordered::new();
    loop {
        while in_progress.len() < limit.get() {
            let Some(work) = runner.next() else { break };
            in_progress.push(perform(work, bucket, source, destination));
        }
        match in_progress.next().await {
            Some(answer) => runner.answer(answer),
            None => return runner.finish(),
        }
    }
}

async fn perform<S: AsyncSource, D: AsyncDestination<S::Body>>(
    work: Work,
    bucket: &BucketName,
    source: &S,
    destination: &D,
) -> Answer {
    match work {
        Work::LookUp { number, row } => {
            let found = match Lookup::id_in(&row, bucket) {
                Ok(id) => source.read(&row.key, id).await.into(),
                Err(answer) => answer,
            };
            Answer::Found { number, row, found }
        }
        Work::Attempt { bucket, task } => {
            let outcome = run_task_async(&task, source, destination).await;
            Answer::Ended { bucket, task, outcome }
        }
    }
}
