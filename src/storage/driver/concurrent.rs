use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::{Round, RunSummary, run};
use crate::model::Timestamp;
use crate::replication::{Ledger, Outcome, Task};
use crate::storage::{Destination, Source};

/// Runs every open task of a ledger once, up to `workers` at a time, and settles it.
///
/// What [`replicate`](crate::storage::replicate) does, faster where the store makes one wait. The
/// threads end with the run. A task begins only when a worker is free, so that no more bodies than
/// workers are in memory; it is settled, and `each` is told, on the thread of the caller, in the
/// order in which tasks end. After a [`ControlFlow::Break`] nothing new begins, and what is under
/// way ends.
///
/// Every moment is asked for when it is needed: `now` once at the beginning and once for each task
/// that ends.
///
/// # Panics
///
/// A panic in the code of the store goes on in the caller, after what was under way has ended and
/// was settled; the task that it hit stays open. A panic in `now` or `each` leaves open what was
/// under way, which does no harm: it runs again.
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
    let mut round = Round::default();
    round.begin(ledger, now());
    let panicked = thread::scope(|scope| {
        // Made in here: when a panic leaves this closure the sender goes, and the workers end.
        let (ready, tasks) = channel();
        let (tell, ended) = channel();
        let tasks = Arc::new(Mutex::new(tasks));
        let (mut under_way, mut begun) = (0, 0);
        let mut panicked = None;
        loop {
            while under_way < workers.get() && panicked.is_none() {
                let Some(task) = round.next() else { break };
                under_way += 1;
                if begun < under_way {
                    begun += 1;
                    let (tasks, tell) = (Arc::clone(&tasks), tell.clone());
                    scope.spawn(move || work(&tasks, &tell, |task| run(task, source, destination)));
                }
                // The receiver is there as long as this closure.
                let _ = ready.send(task);
            }
            if under_way == 0 {
                break panicked;
            }
            let Ok((task, outcome)) = ended.recv() else { break panicked };
            under_way -= 1;
            match outcome {
                Ok(outcome) => {
                    round.tell(&task, &outcome, &mut each);
                    round.settle(ledger, &task, &outcome, now());
                }
                Err(panic) => panicked = panicked.or(Some(panic)),
            }
        }
    });
    if let Some(panic) = panicked {
        resume_unwind(panic);
    }
    round.end(ledger);
    round.drive
}

/// A task that has ended, with its outcome or the panic that it met.
type Ended = (Arc<Task>, thread::Result<Outcome>);

/// Does tasks until there will be no more.
fn work(tasks: &Mutex<Receiver<Arc<Task>>>, tell: &Sender<Ended>, run: impl Fn(&Task) -> Outcome) {
    loop {
        // Nothing in here panics while the lock is held.
        let next = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(task) = next else { return };
        // The store is the caller's, who gets the panic, and judges it.
        let outcome = catch_unwind(AssertUnwindSafe(|| run(&task)));
        if tell.send((task, outcome)).is_err() {
            return;
        }
    }
}
