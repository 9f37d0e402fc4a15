//! The open tasks of a ledger, and what follows from them: deadlines and metrics.
//!
//! ```text
//! open ─▶ by_id, deadlines (S3 RTC), meters (metrics)      the task is begun
//! miss ─▶ out of deadlines, `missed` is set                the threshold has passed
//! untrack ─▶ out of all of them                            the task or its version has ended
//! ```
//!
//! If a task may begin is the question of `progress`. Here are its number and its accounts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::engine::{Decision, Replication};
use crate::model::{BucketArn, MetadataAspect, Owner, ReplicationStatus, Timestamp};
use crate::replication::meter::Meter;
use crate::replication::progress::Progress;
use crate::replication::task::TaskRequest;
use crate::replication::{Notification, NotificationName, Task, TaskId, is_late};

/// The open tasks of a ledger, and the accounts that depend on them.
///
/// A task enters all accounts in [`OpenTasks::track`] and leaves them in [`OpenTasks::untrack`], so
/// the metrics and the deadlines always agree with the open tasks.
#[derive(Clone, Debug)]
pub(super) struct OpenTasks {
    /// The tasks by their numbers, so the oldest come first.
    pub(super) by_id: BTreeMap<TaskId, OpenTask>,
    /// The metrics by rule and destination bucket, also those of rules without open tasks.
    pub(super) meters: BTreeMap<(Arc<str>, BucketArn), Meter>,
    /// The tasks covered by S3 Replication Time Control that have not missed its threshold yet, the
    /// oldest first.
    pub(super) deadlines: BTreeSet<(Timestamp, TaskId)>,
    /// The number of the next task.
    pub(super) next_id: u64,
}

/// A task that has not ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct OpenTask {
    pub(super) task: Arc<Task>,
    /// True if the task has missed the threshold of S3 Replication Time Control.
    pub(super) missed: bool,
}

impl OpenTasks {
    /// Creates an empty list. The first task gets the number 1.
    pub(super) const fn new() -> Self {
        Self {
            by_id: BTreeMap::new(),
            meters: BTreeMap::new(),
            deadlines: BTreeSet::new(),
            next_id: TaskId::FIRST.0,
        }
    }

    /// Creates a task with the next number and opens it, unless the progress of its version shows
    /// that there is nothing to do or that the task has to wait.
    ///
    /// A task that is not opened does not use up a number.
    pub(super) fn open(
        &mut self,
        progress: &mut Progress,
        is_new: bool,
        create: impl FnOnce(TaskId) -> Task,
    ) -> Option<Arc<Task>> {
        let task = Arc::new(create(TaskId(self.next_id)));
        if !progress.begin(&task, is_new) {
            return None;
        }
        self.next_id += 1;
        self.track(OpenTask { task: Arc::clone(&task), missed: false });
        Some(task)
    }

    /// Opens the tasks that a decision calls for.
    pub(super) fn open_all(
        &mut self,
        rule_names: &[Arc<str>],
        progress: &mut Progress,
        is_new: bool,
        request: &TaskRequest<'_>,
        decision: &Decision<'_>,
    ) -> Vec<Arc<Task>> {
        let aspect = request.event.aspect();
        // Decisions are sorted by bucket, and so are the tasks.
        let mut opened = Vec::new();
        for replication in decision.replications() {
            #[expect(
                clippy::indexing_slicing,
                reason = "INVARIANT: `rule_names` has a name for each rule of the engine"
            )]
            let rule = &rule_names[replication.rule().position];
            let owner = match aspect {
                Some(_) => self.owner_of_replica(progress, replication),
                None => replication.replica().owner,
            };
            // Replication does not touch the ACL of a replica that the owner of the destination
            // owns (REP-613).
            if aspect == Some(MetadataAspect::Acl) && owner == Owner::Destination {
                continue;
            }
            let create = |id| Task::new(id, Arc::clone(rule), request, replication, owner);
            opened.extend(self.open(progress, is_new, create));
        }
        opened
    }

    /// Adds a task to all accounts.
    ///
    /// A saved task enters here too. One that has missed its threshold has no deadline any more.
    pub(super) fn track(&mut self, open: OpenTask) {
        let OpenTask { task, missed } = &open;
        if task.metrics {
            self.meter_mut(task).begin(task);
        }
        if task.time_control && !missed {
            self.deadlines.insert((task.since, task.id));
        }
        self.by_id.insert(task.id, open);
    }

    /// Removes a task from all accounts; `None` if it has ended before.
    // For a task without a deadline this removes nothing.
    pub(super) fn untrack(&mut self, task: TaskId) -> Option<OpenTask> {
        let open = self.by_id.remove(&task)?;
        self.deadlines.remove(&(open.task.since, task));
        if open.task.metrics {
            self.meter_mut(&open.task).end(&open.task);
        }
        Some(open)
    }

    /// Marks a task as late if it has just missed its threshold, and returns the event notification.
    ///
    /// Each task is reported once: it leaves `deadlines` here.
    pub(super) fn miss(&mut self, task: TaskId, at: Timestamp) -> Option<Notification> {
        let open = self.by_id.get_mut(&task)?;
        if !is_late(open.task.since, at) || !self.deadlines.remove(&(open.task.since, task)) {
            return None;
        }
        open.missed = true;
        let task = Arc::clone(&open.task);
        self.meter_mut(&task).totals.missed += 1;
        Some(Notification::new(NotificationName::OperationMissedThreshold, &task, at))
    }

    /// Marks all tasks that have missed their threshold by now.
    pub(super) fn miss_all(&mut self, at: Timestamp) -> Vec<Notification> {
        let late = self.deadlines.iter().take_while(|(since, _)| is_late(*since, at));
        let late: Vec<TaskId> = late.map(|(_, task)| *task).collect();
        late.into_iter().filter_map(|task| self.miss(task, at)).collect()
    }

    /// Returns the owner of the replica in a destination bucket, which may be on its way.
    ///
    /// A version that was replicated before this ledger may have a replica with either owner. Only the
    /// destination knows it, and keeps the ACL of a replica that it owns.
    ///
    /// ```text
    /// no progress here, version new or a replica     the owner that the rule names
    /// no progress here, replicated before            the source, whose ACL is then tried
    /// arrived                                        its owner; the source if that is not known
    /// under way                                      the owner of the open task
    /// failed, not arrived                            the owner that the rule names
    /// ```
    fn owner_of_replica(&self, progress: &Progress, replication: &Replication<'_>) -> Owner {
        let Some(destination) = progress.destination(replication.bucket()) else {
            return match progress.before {
                None | Some(ReplicationStatus::Replica) => replication.replica().owner,
                Some(_) => Owner::Source,
            };
        };
        if destination.has_arrived() {
            return destination.owner().unwrap_or(Owner::Source);
        }
        let under_way = destination.object_task().and_then(|task| self.by_id.get(&task));
        under_way.map_or(replication.replica().owner, |open| open.task.owner)
    }

    /// Returns the metrics of the rule and bucket of a task, from zero if there are none.
    pub(super) fn meter_mut(&mut self, task: &Task) -> &mut Meter {
        self.meters.entry((task.rule.clone(), task.bucket.clone())).or_default()
    }
}
