//! Runs a single task over a store.

use crate::engine::Action;
use crate::replication::{Outcome, Task};
#[cfg(feature = "async")]
use crate::storage::{AsyncDestination, AsyncSource};
use crate::storage::{Destination, Fault, Source};

/// Runs a single task: reads the source version and writes to the destination bucket. The ledger does
/// not change.
///
/// The drivers are loops around this function. A service with a loop of its own passes the outcome to
/// [`Ledger::complete`](crate::replication::Ledger::complete): see
/// [events during a run](crate::storage#events-during-a-run).
///
/// # Examples
///
/// ```
/// use s3_replication::model::Timestamp;
/// use s3_replication::replication::{Ledger, LedgerUpdate, Task, UnknownTask};
/// use s3_replication::storage::{Destination, Source, run_task};
///
/// fn run_and_complete<S: Source>(
///     ledger: &mut Ledger,
///     task: &Task,
///     source: &S,
///     destination: &impl Destination<S::Body>,
///     now: impl Fn() -> Timestamp,
/// ) -> Result<LedgerUpdate, UnknownTask> {
///     let outcome = run_task(task, source, destination);
///     ledger.complete(task.id, outcome, now())
/// }
/// ```
#[must_use = "the ledger does not know the outcome yet"]
pub fn run_task<S: Source, D: Destination<S::Body>>(
    task: &Task,
    source: &S,
    destination: &D,
) -> Outcome {
    if task.action == Action::ReplicateVersionDelete {
        // The source version is gone, so there is nothing to read.
        let (key, id) = (&task.key, &task.version_id);
        let result = destination.delete_replica(&task.bucket, key, id, task.since);
        return result.map_or_else(Outcome::from, |()| Outcome::Replicated);
    }
    let version = match source.read(&task.key, &task.version_id) {
        Ok(version) => version,
        Err(fault) => return fault.into(),
    };
    let result = match task.action {
        Action::ReplicateMetadata => {
            // INVARIANT: the event of such a task changes an aspect.
            let Some(aspect) = task.event.aspect() else { return Outcome::Replicated };
            let change = version.change_for_others(aspect);
            destination.put_metadata(&task.bucket, &task.key, &task.version_id, &change)
        }
        _ => destination.put_replica(&task.bucket, version.into_replica(task)),
    };
    result.map_or_else(Outcome::from, |()| Outcome::Replicated)
}

/// Runs a single task over an asynchronous store, as [`run_task`] does (feature `async`).
///
/// The future may be dropped at any time. The task stays open in the ledger, and may run again.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use s3_replication::replication::{Outcome, Task};
/// use s3_replication::storage::{AsyncDestination, AsyncSource, run_task_async};
///
/// /// The work of one task of a runtime, whose result goes to the owner of the ledger.
/// async fn work<S>(task: Arc<Task>, store: Arc<S>) -> (Arc<Task>, Outcome)
/// where
///     S: AsyncSource + AsyncDestination<<S as AsyncSource>::Body>,
/// {
///     let outcome = run_task_async(&task, &*store, &*store).await;
///     (task, outcome)
/// }
/// ```
#[cfg(feature = "async")]
pub async fn run_task_async<S: AsyncSource, D: AsyncDestination<S::Body>>(
    task: &Task,
    source: &S,
    destination: &D,
) -> Outcome {
    let (key, id) = (&task.key, &task.version_id);
    if task.action == Action::ReplicateVersionDelete {
        let result = destination.delete_replica(&task.bucket, key, id, task.since).await;
        return result.map_or_else(Outcome::from, |()| Outcome::Replicated);
    }
    let version = match source.read(key, id).await {
        Ok(version) => version,
        Err(fault) => return fault.into(),
    };
    let result = match task.action {
        Action::ReplicateMetadata => {
            let Some(aspect) = task.event.aspect() else { return Outcome::Replicated };
            let change = version.change_for_others(aspect);
            destination.put_metadata(&task.bucket, key, id, &change).await
        }
        _ => destination.put_replica(&task.bucket, version.into_replica(task)).await,
    };
    result.map_or_else(Outcome::from, |()| Outcome::Replicated)
}

impl<E> From<Fault<E>> for Outcome {
    fn from(fault: Fault<E>) -> Self {
        match fault {
            Fault::Transient(_) => Self::Transient,
            Fault::Permanent(reason, _) => Self::Failed(reason),
        }
    }
}
