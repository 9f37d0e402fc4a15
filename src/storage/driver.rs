use std::collections::VecDeque;
use std::ops::ControlFlow;

use crate::engine::Action;
use crate::model::Timestamp;
use crate::replication::{Ledger, Notification, Outcome, Task};
use crate::storage::{Destination, Fault, Source};

/// What one run over the open tasks of a ledger came to.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Drive {
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
///     let drive = replicate(ledger, source, destination, now, |_, _| {
///         done += 1;
///         if done < 100 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
///     });
///     drive.left
/// }
/// ```
pub fn replicate<S: Source, D: Destination<S::Body>>(
    ledger: &mut Ledger,
    source: &S,
    destination: &D,
    at: Timestamp,
    each: impl FnMut(&Task, &Outcome) -> ControlFlow<()>,
) -> Drive {
    drive(|work| work(ledger), |task| run(task, source, destination), at, each)
}

/// Drives a ledger that can be had now and then only: `with_ledger` hands it to the work it gets,
/// or does nothing when there is none.
pub(super) fn drive(
    mut with_ledger: impl FnMut(&mut dyn FnMut(&mut Ledger)),
    mut run: impl FnMut(&Task) -> Outcome,
    at: Timestamp,
    mut each: impl FnMut(&Task, &Outcome) -> ControlFlow<()>,
) -> Drive {
    let (mut drive, mut tasks) = (Drive::default(), VecDeque::new());
    with_ledger(&mut |ledger| {
        drive.notifications = ledger.advance(at);
        tasks = ledger.open_tasks().cloned().collect();
    });
    while let Some(task) = tasks.pop_front() {
        let outcome = run(&task);
        match &outcome {
            Outcome::Replicated => drive.replicated += 1,
            Outcome::Failed(_) => drive.failed += 1,
            Outcome::Transient => {}
        }
        let flow = each(&task, &outcome);
        with_ledger(&mut |ledger| {
            let settled = ledger.settle(task.id, outcome.clone(), at).unwrap_or_default();
            drive.notifications.extend(settled.notifications);
            tasks.extend(settled.tasks);
        });
        if flow.is_break() {
            break;
        }
    }
    with_ledger(&mut |ledger| drive.left = ledger.open_tasks().count());
    drive
}

impl Drive {
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
        Err(Fault::Passing(_)) => return Outcome::Transient,
        Err(Fault::Final(reason, _)) => return Outcome::Failed(reason),
    };
    let done = match task.action {
        Action::ReplicateMetadata => {
            let metadata = version.metadata.for_owner(task.owner);
            destination.put_metadata(&task.bucket, &task.key, &task.version_id, &metadata)
        }
        Action::ReplicateObject | Action::ReplicateDeleteMarker => {
            destination.put_replica(&task.bucket, version.into_replica(task))
        }
    };
    match done {
        Ok(()) => Outcome::Replicated,
        Err(Fault::Passing(_)) => Outcome::Transient,
        Err(Fault::Final(reason, _)) => Outcome::Failed(reason),
    }
}
