//! Runs the open tasks of a ledger over a store: one at a time, on threads, or asynchronously.

mod task;

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

pub use self::task::run_task;
#[cfg(feature = "async")]
pub use self::task::run_task_async;
use crate::model::Timestamp;
use crate::replication::{Ledger, Notification, Outcome, Task};
use crate::storage::{Destination, Source};
#[cfg(feature = "async")]
use {
    crate::storage::{AsyncDestination, AsyncSource},
    futures_util::{StreamExt, stream::FuturesUnordered},
};

/// The result of one run over the open tasks of a ledger.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct RunSummary {
    /// The number of tasks that succeeded.
    pub replicated: usize,
    /// The number of tasks that failed permanently.
    pub failed: usize,
    /// The number of tasks that are still open after the run: they met a transient fault, or the
    /// run was stopped before they began.
    pub open: usize,
    /// The event notifications that S3 would send.
    pub notifications: Vec<Notification>,
}

impl RunSummary {
    /// Adds the result of another run.
    pub(super) fn append(&mut self, other: Self) {
        self.replicated += other.replicated;
        self.failed += other.failed;
        self.open += other.open;
        self.notifications.extend(other.notifications);
    }
}

/// Runs every open task of a ledger once, oldest first, and completes it.
///
/// The function calls `each` with every task and its outcome. Returning [`ControlFlow::Break`] from
/// `each` stops the run. Tasks that have not begun stay open for the next run, and so do tasks that
/// met a transient fault. Running a task twice, for instance after a crash between the write and
/// the saving of the ledger, has the same result as running it once.
///
/// # Examples
///
/// ```
/// use std::ops::ControlFlow;
///
/// use s3_replication::model::Timestamp;
/// use s3_replication::replication::Ledger;
/// use s3_replication::storage::{Destination, Source, replicate};
///
/// fn at_most_a_hundred<S: Source>(
///     ledger: &mut Ledger,
///     source: &S,
///     destination: &impl Destination<S::Body, Error = S::Error>,
///     now: Timestamp,
/// ) -> usize {
///     let mut done = 0;
///     let summary = replicate(ledger, source, destination, now, |_, _| {
///         done += 1;
///         if done < 100 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
///     });
///     summary.open
/// }
/// ```
pub fn replicate<S: Source, D: Destination<S::Body>>(
    ledger: &mut Ledger,
    source: &S,
    destination: &D,
    at: Timestamp,
    each: impl FnMut(&Task, &Outcome) -> ControlFlow<()>,
) -> RunSummary {
    run_tasks(|work| work(ledger), |task| run_task(task, source, destination), at, each)
}

/// Runs the open tasks of a ledger that is behind a lock.
///
/// `with_ledger` calls the closure that it receives while it holds the lock, or does not call it if
/// the bucket has no ledger.
pub(super) fn run_tasks(
    mut with_ledger: impl FnMut(&mut dyn FnMut(&mut Ledger)),
    mut attempt: impl FnMut(&Task) -> Outcome,
    at: Timestamp,
    mut each: impl FnMut(&Task, &Outcome) -> ControlFlow<()>,
) -> RunSummary {
    let mut queue = TaskQueue::default();
    with_ledger(&mut |ledger| queue.fill(ledger, at));
    while let Some(task) = queue.next() {
        let outcome = attempt(&task);
        queue.record(&task, &outcome, &mut each);
        with_ledger(&mut |ledger| queue.complete(ledger, &task, &outcome, at));
    }
    with_ledger(&mut |ledger| queue.close(ledger));
    queue.summary
}

/// The tasks of one run that have not begun, and the results so far.
///
/// Every driver is a loop around [`TaskQueue::next`]; the drivers differ only in how they run a
/// task.
#[derive(Debug, Default)]
struct TaskQueue {
    waiting: VecDeque<Arc<Task>>,
    is_stopped: bool,
    summary: RunSummary,
}

impl TaskQueue {
    /// Takes all open tasks of a ledger.
    fn fill(&mut self, ledger: &mut Ledger, at: Timestamp) {
        self.summary.notifications = ledger.advance(at);
        self.waiting = ledger.open_tasks().cloned().collect();
    }

    /// Returns the next task to begin; `None` when the run was stopped or the queue is empty.
    fn next(&mut self) -> Option<Arc<Task>> {
        if self.is_stopped { None } else { self.waiting.pop_front() }
    }

    /// Counts the outcome of a task and passes it to the caller.
    fn record(
        &mut self,
        task: &Task,
        outcome: &Outcome,
        each: &mut impl FnMut(&Task, &Outcome) -> ControlFlow<()>,
    ) {
        match outcome {
            Outcome::Replicated => self.summary.replicated += 1,
            Outcome::Failed(_) => self.summary.failed += 1,
            Outcome::Transient => {}
        }
        self.is_stopped |= each(task, outcome).is_break();
    }

    /// Completes a task, and queues the tasks that waited for it.
    fn complete(&mut self, ledger: &mut Ledger, task: &Task, outcome: &Outcome, at: Timestamp) {
        // The ledger behind a lock may be another one by now, if its bucket was deleted and created
        // again during the run. It does not know the task, and there is nothing left to complete.
        let Ok(update) = ledger.complete(task.id, outcome.clone(), at) else { return };
        self.summary.notifications.extend(update.notifications);
        self.waiting.extend(update.tasks);
    }

    /// Counts the tasks that stay open.
    fn close(&mut self, ledger: &Ledger) {
        self.summary.open = ledger.open_tasks().count();
    }
}

/// Runs every open task of a ledger once, on up to `workers` threads, and completes it.
///
/// The result is that of [`replicate`](crate::storage::replicate), sooner if the store has latency.
/// The threads end with the run. A task begins only when a worker is free, so at most `workers`
/// bodies are in memory. The calling thread completes the tasks and calls `each`, in the order in
/// which tasks end. After [`ControlFlow::Break`] no further task begins, and tasks in progress run
/// to their end.
///
/// The function calls `now` once at the beginning and once for each task that ends.
///
/// # Panics
///
/// If the code of the store panics, the panic resumes in the caller after the tasks in progress
/// have ended and were completed; the task that panicked stays open. If `now` or `each` panics, the
/// tasks in progress stay open. Running them again does no harm.
///
/// # Examples
///
/// ```
/// use std::num::NonZeroUsize;
/// use std::ops::ControlFlow;
///
/// use s3_replication::model::Timestamp;
/// use s3_replication::replication::Ledger;
/// use s3_replication::storage::{Destination, RunSummary, Source, replicate_concurrently};
///
/// fn sixteen_at_a_time<S: Source + Sync>(
///     ledger: &mut Ledger,
///     source: &S,
///     destination: &(impl Destination<S::Body> + Sync),
///     now: impl FnMut() -> Timestamp,
/// ) -> RunSummary {
///     let workers = NonZeroUsize::new(16).unwrap();
///     replicate_concurrently(ledger, source, destination, workers, now, |task, outcome| {
///         eprintln!("{} {}: {outcome:?}", task.key, task.version_id);
///         ControlFlow::Continue(())
///     })
/// }
/// ```
pub fn replicate_concurrently<S: Source + Sync, D: Destination<S::Body> + Sync>(
    ledger: &mut Ledger,
    source: &S,
    destination: &D,
    workers: NonZeroUsize,
    mut now: impl FnMut() -> Timestamp,
    mut each: impl FnMut(&Task, &Outcome) -> ControlFlow<()>,
) -> RunSummary {
    let mut queue = TaskQueue::default();
    queue.fill(ledger, now());
    let panicked = thread::scope(|scope| {
        // Both channels are created inside the scope: if a panic leaves this closure, the senders
        // are dropped and the workers end. Otherwise the scope would wait for them forever.
        let (task_sender, task_receiver) = channel();
        let (result_sender, result_receiver) = channel();
        let task_receiver = Arc::new(Mutex::new(task_receiver));
        let (mut in_progress, mut threads) = (0, 0);
        let mut panicked = None;
        loop {
            // Threads begin only as tasks need them: a ledger with three tasks gets three threads,
            // whatever the limit.
            while in_progress < workers.get() && panicked.is_none() {
                let Some(task) = queue.next() else { break };
                in_progress += 1;
                if threads < in_progress {
                    threads += 1;
                    let (tasks, results) = (Arc::clone(&task_receiver), result_sender.clone());
                    scope.spawn(move || {
                        work(&tasks, &results, |task| run_task(task, source, destination));
                    });
                }
                // Sending cannot fail: this closure owns the receiver.
                let _ = task_sender.send(task);
            }
            if in_progress == 0 {
                break panicked;
            }
            // Receiving cannot fail either: this closure owns a sender.
            let Ok((task, outcome)) = result_receiver.recv() else { break panicked };
            in_progress -= 1;
            match outcome {
                Ok(outcome) => {
                    queue.record(&task, &outcome, &mut each);
                    queue.complete(ledger, &task, &outcome, now());
                }
                Err(panic) => panicked = panicked.or(Some(panic)),
            }
        }
    });
    if let Some(panic) = panicked {
        resume_unwind(panic);
    }
    queue.close(ledger);
    queue.summary
}

/// A task that has ended, with its outcome or the panic of the store.
type TaskEnd = (Arc<Task>, thread::Result<Outcome>);

/// Runs tasks until the sender of tasks or the receiver of results is dropped.
fn work(
    tasks: &Mutex<Receiver<Arc<Task>>>,
    results: &Sender<TaskEnd>,
    attempt: impl Fn(&Task) -> Outcome,
) {
    loop {
        // Receiving does not panic, so the lock is never poisoned.
        let next = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(task) = next else { return };
        // The panic resumes in the caller, who owns the store and knows its state.
        let outcome = catch_unwind(AssertUnwindSafe(|| attempt(&task)));
        if results.send((task, outcome)).is_err() {
            return;
        }
    }
}

/// Runs every open task of a ledger once, up to `limit` at a time, and completes it (feature
/// `async`).
///
/// The result is that of [`replicate`](crate::storage::replicate), for asynchronous stores and on
/// any runtime. A task begins only when fewer than `limit` are in progress, so at most `limit` bodies
/// are in memory. The function calls `each` in the order in which tasks end. After
/// [`ControlFlow::Break`] no further task begins, and tasks in progress run to their end.
///
/// The future may be dropped at any time. Tasks that ended are completed in the ledger; tasks in
/// progress stay open and run again. The [`RunSummary`] is lost.
///
/// The function calls `now` once at the beginning and once for each task that ends. The future
/// borrows the ledger until it ends: see
/// [events during a run](crate::storage#events-during-a-run).
///
/// # Examples
///
/// ```
/// use std::num::NonZeroUsize;
/// use std::ops::ControlFlow;
///
/// use s3_replication::model::Timestamp;
/// use s3_replication::replication::Ledger;
/// use s3_replication::storage::{AsyncDestination, AsyncSource, RunSummary, replicate_async};
///
/// async fn sixty_four_at_a_time<S: AsyncSource>(
///     ledger: &mut Ledger,
///     source: &S,
///     destination: &impl AsyncDestination<S::Body>,
///     now: impl FnMut() -> Timestamp,
/// ) -> RunSummary {
///     let limit = NonZeroUsize::new(64).unwrap();
///     let each = |_: &_, _: &_| ControlFlow::Continue(());
///     replicate_async(ledger, source, destination, limit, now, each).await
/// }
/// ```
#[cfg(feature = "async")]
pub async fn replicate_async<S: AsyncSource, D: AsyncDestination<S::Body>>(
    ledger: &mut Ledger,
    source: &S,
    destination: &D,
    limit: NonZeroUsize,
    mut now: impl FnMut() -> Timestamp,
    mut each: impl FnMut(&Task, &Outcome) -> ControlFlow<()>,
) -> RunSummary {
    let mut queue = TaskQueue::default();
    queue.fill(ledger, now());
    let mut in_progress = FuturesUnordered::new();
    loop {
        while in_progress.len() < limit.get() {
            let Some(task) = queue.next() else { break };
            in_progress.push(async move {
                let outcome = run_task_async(&task, source, destination).await;
                (task, outcome)
            });
        }
        let Some((task, outcome)) = in_progress.next().await else { break };
        queue.record(&task, &outcome, &mut each);
        queue.complete(ledger, &task, &outcome, now());
    }
    queue.close(ledger);
    queue.summary
}
