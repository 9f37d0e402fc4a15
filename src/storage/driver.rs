#[cfg(feature = "async")]
mod asynchronous;
mod concurrent;

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::engine::Action;
use crate::model::Timestamp;
use crate::replication::{Ledger, Notification, Outcome, Task};
use crate::storage::{Destination, Fault, Source};

#[cfg(feature = "async")]
pub use self::asynchronous::replicate_async;
pub use self::concurrent::replicate_concurrently;

/// What one run over the open tasks of a ledger came to.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct RunSummary {
    /// How many tasks were done.
    pub replicated: usize,
    /// How many failed for good.
    pub failed: usize,
    /// How many are still open, because a fault that passes was in the way or the run was stopped.
    pub left: usize,
    /// What S3 would send.
    pub notifications: Vec<Notification>,
}

/// Runs every open task of a ledger once, the oldest first, and settles it.
///
/// `each` is told of every task with its outcome, and stops the run by [`ControlFlow::Break`]:
/// what is left stays open for the next run, and so does what met a fault that passes. Running a
/// task twice, as after a crash between doing and settling, changes nothing.
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
///     summary.left
/// }
/// ```
pub fn replicate<S: Source, D: Destination<S::Body>>(
    ledger: &mut Ledger,
    source: &S,
    destination: &D,
    at: Timestamp,
    each: impl FnMut(&Task, &Outcome) -> ControlFlow<()>,
) -> RunSummary {
    drive(|work| work(ledger), |task| run(task, source, destination), at, each)
}

/// Drives a ledger that can be had now and then only: `with_ledger` hands it to the work it gets,
/// or does nothing when there is none.
pub(super) fn drive(
    mut with_ledger: impl FnMut(&mut dyn FnMut(&mut Ledger)),
    mut run: impl FnMut(&Task) -> Outcome,
    at: Timestamp,
    mut each: impl FnMut(&Task, &Outcome) -> ControlFlow<()>,
) -> RunSummary {
    let mut round = Round::default();
    with_ledger(&mut |ledger| round.begin(ledger, at));
    while let Some(task) = round.next() {
        let outcome = run(&task);
        round.tell(&task, &outcome, &mut each);
        with_ledger(&mut |ledger| round.settle(ledger, &task, &outcome, at));
    }
    with_ledger(&mut |ledger| round.end(ledger));
    round.drive
}

/// One run: what waits to begin, and what came of the rest. Every driver is a way to run the tasks
/// that [`Round::next`] gives.
#[derive(Debug, Default)]
struct Round {
    waiting: VecDeque<Arc<Task>>,
    is_stopped: bool,
    drive: RunSummary,
}

impl Round {
    fn begin(&mut self, ledger: &mut Ledger, at: Timestamp) {
        self.drive.notifications = ledger.advance(at);
        self.waiting = ledger.open_tasks().cloned().collect();
    }

    /// Returns what is to begin next; `None` when the run was stopped, or nothing waits for now.
    fn next(&mut self) -> Option<Arc<Task>> {
        if self.is_stopped { None } else { self.waiting.pop_front() }
    }

    /// Counts what came of a task, and tells the caller.
    fn tell(
        &mut self,
        task: &Task,
        outcome: &Outcome,
        each: &mut impl FnMut(&Task, &Outcome) -> ControlFlow<()>,
    ) {
        match outcome {
            Outcome::Replicated => self.drive.replicated += 1,
            Outcome::Failed(_) => self.drive.failed += 1,
            Outcome::Transient => {}
        }
        self.is_stopped |= each(task, outcome).is_break();
    }

    /// Settles a task. What waited for it waits to begin now.
    fn settle(&mut self, ledger: &mut Ledger, task: &Task, outcome: &Outcome, at: Timestamp) {
        let settled = ledger.complete(task.id, outcome.clone(), at).unwrap_or_default();
        self.drive.notifications.extend(settled.notifications);
        self.waiting.extend(settled.tasks);
    }

    fn end(&mut self, ledger: &Ledger) {
        self.drive.left = ledger.open_tasks().count();
    }
}

impl RunSummary {
    /// Adds what another run came to.
    pub(super) fn append(&mut self, other: Self) {
        self.replicated += other.replicated;
        self.failed += other.failed;
        self.left += other.left;
        self.notifications.extend(other.notifications);
    }
}

/// Does what a task asks for.
pub(super) fn run<S: Source, D: Destination<S::Body>>(
    task: &Task,
    source: &S,
    destination: &D,
) -> Outcome {
    let version = match source.read(&task.key, &task.version_id) {
        Ok(version) => version,
        Err(fault) => return fault.into(),
    };
    let done = match task.action {
        Action::ReplicateMetadata => {
            let metadata = version.metadata_for_others();
            destination.put_metadata(&task.bucket, &task.key, &task.version_id, &metadata)
        }
        Action::ReplicateObject | Action::ReplicateDeleteMarker => {
            destination.put_replica(&task.bucket, version.into_replica(task))
        }
    };
    done.map_or_else(Outcome::from, |()| Outcome::Replicated)
}

impl<E> From<Fault<E>> for Outcome {
    fn from(fault: Fault<E>) -> Self {
        match fault {
            Fault::Transient(_) => Self::Transient,
            Fault::Permanent(reason, _) => Self::Failed(reason),
        }
    }
}
