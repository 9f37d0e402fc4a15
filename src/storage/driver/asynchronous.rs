use std::num::NonZeroUsize;
use std::ops::ControlFlow;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::{Round, RunSummary};
use crate::engine::Action;
use crate::model::Timestamp;
use crate::replication::{Ledger, Outcome, Task};
use crate::storage::{AsyncDestination, AsyncSource};

/// Runs every open task of a ledger once, up to `limit` at a time, and settles it (feature `async`).
///
/// What [`replicate`](crate::storage::replicate) does, for stores that answer later, on whatever
/// runtime polls the future. A task begins only when fewer than `limit` are under way, so that no
/// more bodies than that are in memory. `each` is told of every task with its outcome, in the order in
/// which they end; after a [`ControlFlow::Break`] nothing new begins, and what is under way ends.
///
/// The future may be dropped at any time: what has ended is settled, and what was under way stays
/// open in the ledger, and runs again. What the [`RunSummary`] would have said is lost then.
///
/// Every moment is asked for when it is needed: `now` once at the beginning and once for each task
/// that ends.
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
pub async fn replicate_async<S: AsyncSource, D: AsyncDestination<S::Body>>(
    ledger: &mut Ledger,
    source: &S,
    destination: &D,
    limit: NonZeroUsize,
    mut now: impl FnMut() -> Timestamp,
    mut each: impl FnMut(&Task, &Outcome) -> ControlFlow<()>,
) -> RunSummary {
    let mut round = Round::default();
    round.begin(ledger, now());
    let mut under_way = FuturesUnordered::new();
    loop {
        while under_way.len() < limit.get() {
            let Some(task) = round.next() else { break };
            under_way.push(async move {
                let outcome = run(&task, source, destination).await;
                (task, outcome)
            });
        }
        let Some((task, outcome)) = under_way.next().await else { break };
        round.tell(&task, &outcome, &mut each);
        round.settle(ledger, &task, &outcome, now());
    }
    round.end(ledger);
    round.drive
}

/// Does what a task asks for.
async fn run<S: AsyncSource, D: AsyncDestination<S::Body>>(
    task: &Task,
    source: &S,
    destination: &D,
) -> Outcome {
    let version = match source.read(&task.key, &task.version_id).await {
        Ok(version) => version,
        Err(fault) => return fault.into(),
    };
    let done = match task.action {
        Action::ReplicateMetadata => {
            let (key, id) = (&task.key, &task.version_id);
            let metadata = version.metadata_for_others();
            destination.put_metadata(&task.bucket, key, id, &metadata).await
        }
        Action::ReplicateObject | Action::ReplicateDeleteMarker => {
            destination.put_replica(&task.bucket, version.into_replica(task)).await
        }
    };
    done.map_or_else(Outcome::from, |()| Outcome::Replicated)
}
