//! The owner of the ledger.

use std::collections::{BTreeSet, VecDeque};
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use s3_replication::model::{Event, Timestamp};
use s3_replication::replication::{Ledger, Outcome, Task, TaskId};
use s3_replication::storage::{StoredVersion, run_task_async};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::slow::Slow;

/// The most tasks that are in progress at a time. At most as many bodies are in memory.
const LIMIT: usize = 16;

/// The time after which tasks that met a transient fault are tried again.
const RETRY: Duration = Duration::from_millis(20);

/// Observes events and runs the tasks that result from them.
pub(crate) struct Replicator {
    ledger: Ledger,
    store: Arc<Slow>,
    events: mpsc::Receiver<(StoredVersion<()>, Event)>,
    /// The tasks that have not begun.
    waiting: VecDeque<Arc<Task>>,
    /// The tasks that have begun or wait, so that a retry does not begin one twice.
    known: BTreeSet<TaskId>,
    running: JoinSet<(Arc<Task>, Outcome)>,
    observed_meanwhile: usize,
    repeated: usize,
}

/// The result of a replicator.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) ledger: Ledger,
    pub(crate) observed_meanwhile: usize,
    pub(crate) repeated: usize,
}

impl Replicator {
    pub(crate) fn new(
        ledger: Ledger,
        store: Arc<Slow>,
        events: mpsc::Receiver<(StoredVersion<()>, Event)>,
    ) -> Self {
        let mut replicator = Self {
            ledger,
            store,
            events,
            waiting: VecDeque::new(),
            known: BTreeSet::new(),
            running: JoinSet::new(),
            observed_meanwhile: 0,
            repeated: 0,
        };
        // A ledger that was saved and resumed may have open tasks.
        replicator.queue_open_tasks();
        replicator
    }

    /// Runs until no client sends events any more and no task is open.
    pub(crate) async fn run(mut self) -> Result<Report, Box<dyn Error + Send + Sync>> {
        let mut retry = interval(RETRY);
        retry.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut has_clients = true;
        while has_clients || self.ledger.open_tasks().next().is_some() {
            self.begin_tasks();
            tokio::select! {
                event = self.events.recv(), if has_clients => match event {
                    Some((version, event)) => self.observe(&version, event)?,
                    None => has_clients = false,
                },
                Some(ended) = self.running.join_next() => {
                    let (task, outcome) = ended?;
                    self.complete(&task, outcome)?;
                }
                _ = retry.tick() => self.queue_open_tasks(),
            }
            // Save the ledger here, or after each change of a batch: `Ledger::save`.
        }
        let Self { ledger, observed_meanwhile, repeated, .. } = self;
        Ok(Report { ledger, observed_meanwhile, repeated })
    }

    fn begin_tasks(&mut self) {
        while self.running.len() < LIMIT {
            let Some(task) = self.waiting.pop_front() else { return };
            let store = Arc::clone(&self.store);
            self.running.spawn(async move {
                let outcome = run_task_async(&task, &*store, &*store).await;
                (task, outcome)
            });
        }
    }

    fn observe(
        &mut self,
        version: &StoredVersion<()>,
        event: Event,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let update = self.ledger.observe(&version.as_object_version(), event, now())?;
        self.observed_meanwhile += usize::from(!self.running.is_empty());
        self.queue(update.tasks);
        Ok(())
    }

    fn complete(
        &mut self,
        task: &Task,
        outcome: Outcome,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.known.remove(&task.id);
        self.repeated += usize::from(outcome == Outcome::Transient);
        let update = self.ledger.complete(task.id, outcome, now())?;
        self.queue(update.tasks);
        Ok(())
    }

    /// Queues the open tasks that have neither begun nor wait: they met a transient fault.
    fn queue_open_tasks(&mut self) {
        let open: Vec<_> = self.ledger.open_tasks().cloned().collect();
        self.queue(open);
    }

    fn queue(&mut self, tasks: Vec<Arc<Task>>) {
        for task in tasks {
            if self.known.insert(task.id) {
                self.waiting.push_back(task);
            }
        }
    }
}

fn now() -> Timestamp {
    SystemTime::now().into()
}
