//! Replication and jobs in the background.

use std::sync::Arc;
use std::time::Duration;

use s3_replication::model::{BucketName, Timestamp};
use s3_replication::replication::TaskId;

use crate::core::{Command, Core};
use crate::service::{Shared, lock};

/// The time between two looks at the pending tasks.
const TICK: Duration = Duration::from_millis(50);
/// The number of ticks between two looks at jobs that are too old.
const TICKS_OF_OLD_JOBS: u32 = 600;
/// The number of tasks that run before other requests have their turn.
const TASKS: usize = 256;

/// Runs pending tasks and jobs until the process ends.
pub(crate) async fn run(shared: Arc<Shared>) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for tick in 0_u32.. {
        ticks.tick().await;
        while run_tasks(&shared) {
            tokio::task::yield_now().await;
        }
        run_jobs(&shared, tick % TICKS_OF_OLD_JOBS == 0);
        shared.blobs.sweep();
    }
}

/// Runs some of the tasks that are due. Returns true if there may be more.
fn run_tasks(shared: &Shared) -> bool {
    let mut core = lock(&shared.core);
    let now = core.now();
    let due = due_tasks(&core, shared.delay, now);
    let is_full = due.len() == TASKS;
    let mut progress = false;
    for (bucket, task) in due {
        match core.commit(Command::RunTask { bucket, task }) {
            Ok(crate::core::Effect::Open) => {}
            Ok(_) => progress = true,
            // The journal cannot be written; the task stays open.
            Err(_) => return false,
        }
    }
    is_full && progress
}

/// Returns tasks that have waited for the delay, the oldest of each bucket first.
fn due_tasks(core: &Core, delay: Duration, now: Timestamp) -> Vec<(BucketName, TaskId)> {
    let delay = chrono::TimeDelta::from_std(delay).unwrap_or(chrono::TimeDelta::MAX);
    let mut due = Vec::new();
    for name in core.store.buckets() {
        let tasks = core.store.bucket(&name).read_ledger(|ledger| {
            let ready = ledger.open_tasks().filter(|task| task.since.later_by(delay) <= now);
            ready.take(TASKS - due.len()).map(|task| task.id).collect::<Vec<_>>()
        });
        due.extend(tasks.into_iter().flatten().map(|task| (name.clone(), task)));
        if due.len() >= TASKS {
            break;
        }
    }
    due
}

fn run_jobs(shared: &Shared, with_old: bool) {
    let mut core = lock(&shared.core);
    for change in core.due_job_changes(with_old) {
        // An error of the journal is logged there; the job goes on later.
        let _logged = core.commit(Command::Job(change));
    }
}
