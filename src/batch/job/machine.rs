//! The transitions of a job: the events that cause them, and the conditions on its counters.
//!
//! Which changes of status exist is in one table, [`Status::TRANSITIONS`]; this module decides when
//! one of them happens. An event is checked against the status before anything changes, so a
//! refused event leaves the job as it was.
//!
//! ```text
//! event                  trigger                              status
//! PreparationBegan       PreparationBegan                     New ─▶ Preparing
//! Prepared               Prepared, or ConfirmationNeeded      Preparing ─▶ Ready, or Suspended
//! Started                Started, or Resumed                  Ready or Paused ─▶ Active
//! TasksEnded             TasksTried, or ThresholdExceeded     Active ─▶ Completing, or Failing
//! Settled                Settled                              Completing ─▶ Complete, and others
//! ```
//!
//! One event may cause several changes, and all of them are returned in order. Requests of a user,
//! such as a confirmation, are in `update.rs`; failures and their texts in `failure.rs`; counters
//! and the clock in `progress.rs`.

use crate::batch::job::days_long;
use crate::batch::job::{
    Event, Failure, FailureThreshold, GeneratedManifest, InvalidManifestContent, Job, RefusedEvent,
    Status, Transition, Trigger,
};
use crate::batch::request::JobSource;
use crate::dialect::job::{EmptyManifest, UnwrittenReport};
use crate::model::Timestamp;

impl Job {
    /// Returns the time by which the job had to be confirmed, if that time is over. The time counts
    /// from the beginning of `Suspended`, and only while the job is in it.
    ///
    /// `None` also for a moment that is exactly the end, and for a time beyond the range of dates.
    pub(super) fn overdue_since(&self, at: Timestamp) -> Option<Timestamp> {
        let since = self.suspended.filter(|_| self.status == Status::Suspended)?;
        let due = since.to_utc().checked_add_signed(days_long(Self::CONFIRMATION_DAYS))?;
        (at.to_utc() > due).then(|| due.into())
    }

    /// Advances the time: a job that was not confirmed in time fails. It fails at the end of that time,
    /// however late this is called, and its retention begins then.
    ///
    /// Empty for a job in another status, so it may be called for every job at any time.
    pub fn advance(&mut self, at: Timestamp) -> Vec<Transition> {
        let mut made = Vec::new();
        // The name `at` now means the end of the time for a confirmation, not the time of this
        // call.
        if let Some(at) = self.overdue_since(at) {
            self.failures.push(Failure::confirmation_overdue(Self::CONFIRMATION_DAYS));
            self.step(Trigger::ConfirmationOverdue, at, &mut made);
            self.step(Trigger::Settled, at, &mut made);
        }
        made
    }

    /// Handles an event, and returns the changes of status that follow.
    ///
    /// # Errors
    ///
    /// When the event cannot happen to the job in its status. The error lists the events that can.
    pub fn handle(&mut self, event: Event, at: Timestamp) -> Result<Vec<Transition>, RefusedEvent> {
        let accepted = self.status.accepted_events();
        if !accepted.contains(&event.name()) {
            let (status, event) = (self.status, event.name());
            return Err(RefusedEvent::Status { status, event, accepted });
        }
        let mut made = Vec::new();
        match event {
            // From here on the event is one that the status accepts.
            Event::PreparationBegan => {
                self.step(Trigger::PreparationBegan, at, &mut made);
            }
            Event::Prepared { objects, generated_manifest } => {
                // Refused before the counters change: the job is as it was, and may get the event
                // again.
                if generated_manifest.is_some() && !self.keeps_manifest() {
                    return Err(RefusedEvent::ManifestNotKept);
                }
                self.prepared(objects, generated_manifest, at, &mut made);
            }
            Event::PreparationFailed(failure) => self.unprepared(failure, at, &mut made),
            Event::Started => {
                // One event for the caller, two rows of the table: a start and a resumption.
                let was_paused = self.status == Status::Paused;
                let trigger = if was_paused { Trigger::Resumed } else { Trigger::Started };
                self.step(trigger, at, &mut made);
                // A job can resume with nothing left to do: its last tasks may have ended while it
                // paused.
                self.check_counters(at, &mut made);
            }
            Event::Preempted => {
                self.step(Trigger::Preempted, at, &mut made);
            }
            Event::TasksEnded { succeeded, failed } => {
                // The counters change only if the number fits, so a caller that counts twice is
                // refused here.
                if !self.progress.count(succeeded, failed) {
                    let ended = u128::from(succeeded) + u128::from(failed);
                    return Err(RefusedEvent::TooManyTasks { ended, left: self.progress.left() });
                }
                self.check_counters(at, &mut made);
            }
            // The caller has finished what it does between two statuses, such as writing the
            // report.
            Event::Settled => self.step(Trigger::Settled, at, &mut made),
            Event::ReportFailed(_) if !self.owes_report() => {
                return Err(RefusedEvent::NoReportOwed);
            }
            Event::ReportFailed(failure) => self.unreported(failure, at, &mut made),
        }
        Ok(made)
    }

    /// Returns true if the manifest is generated and kept.
    pub(super) fn keeps_manifest(&self) -> bool {
        match self.specification.source() {
            JobSource::Generator(generator) => generator.enable_manifest_output,
            JobSource::Manifest(_) => false,
        }
    }

    /// Returns the failure of the job if its manifest may not list so many objects. A generator
    /// that finds nothing fails under every dialect, with a reason of its own. A manifest of the
    /// caller without rows is judged by the dialect, since sources differ.
    ///
    /// `None` if the job may run. A dry run asks the same.
    pub(in crate::batch) fn preparation_failure(&self, objects: u64) -> Option<Failure> {
        let is_generated = matches!(self.specification.source(), JobSource::Generator(_));
        match objects {
            0 if is_generated => Some(Failure::no_keys()),
            0 if self.dialect.empty_manifest() == EmptyManifest::Fails => {
                Some(Failure::invalid_manifest(InvalidManifestContent::Content))
            }
            objects if objects > Self::OBJECT_LIMIT => {
                Some(Failure::invalid_manifest(InvalidManifestContent::TooManyKeys))
            }
            _ => None,
        }
    }

    /// Sets the number of tasks. A job without tasks, or with too many, fails here.
    ///
    /// A job that was confirmed early, while it was preparing, does not stop in `Suspended`.
    fn prepared(
        &mut self,
        objects: u64,
        generated_manifest: Option<GeneratedManifest>,
        at: Timestamp,
        made: &mut Vec<Transition>,
    ) {
        if let Some(failure) = self.preparation_failure(objects) {
            return self.unprepared(failure, at, made);
        }
        // The number stays through `Suspended`: a client that confirms the job sees it, and
        // confirms it for this number.
        self.progress.total = Some(objects);
        self.generated_manifest = generated_manifest;
        if self.confirmed {
            self.step(Trigger::Prepared, at, made);
        } else {
            self.step(Trigger::ConfirmationNeeded, at, made);
        }
    }

    /// Fails a job before its first task.
    ///
    /// Two changes: to `Failing`, and at once to `Failed`, since no task runs that could be waited
    /// for.
    fn unprepared(&mut self, failure: Failure, at: Timestamp, made: &mut Vec<Transition>) {
        self.failures.push(failure);
        self.step(Trigger::PreparationFailed, at, made);
        self.step(Trigger::Settled, at, made);
    }

    /// Ends an active job after its last task, or when too many tasks have failed. The counters of a
    /// job that is pausing are checked when it resumes.
    ///
    /// It is called after each change of the counters and after each start. In another status than
    /// `Active` it does nothing.
    fn check_counters(&mut self, at: Timestamp, made: &mut Vec<Transition>) {
        if self.status != Status::Active {
            return;
        }
        let (ran, failed) = (self.progress.ran(), self.progress.failed);
        // The threshold comes first: a job whose last task makes it fail has failed, not completed.
        if FailureThreshold::is_exceeded(ran, failed) {
            self.failures.push(Failure::threshold(ran, failed));
            self.step(Trigger::ThresholdExceeded, at, made);
        } else if self.progress.left() == 0 {
            self.step(Trigger::TasksTried, at, made);
            // Nothing is left to do without a report, so the job is complete at once.
            if !self.owes_report() {
                self.step(Trigger::Settled, at, made);
            }
        }
    }

    /// Ends a job whose completion report could not be written. The dialect decides whether the job
    /// fails for it.
    ///
    /// Where it does not, and in every status other than these two, the failure is dropped.
    fn unreported(&mut self, failure: Failure, at: Timestamp, made: &mut Vec<Transition>) {
        let fails = self.dialect.unwritten_report() == UnwrittenReport::Fails;
        match self.status {
            Status::Completing if fails => {
                self.failures.push(failure);
                self.step(Trigger::ReportFailed, at, made);
            }
            // The job has failed for another reason already. It gets a second failure and keeps its
            // status.
            Status::Failing => self.failures.push(failure),
            _ => {}
        }
        self.step(Trigger::Settled, at, made);
    }

    /// Changes the status by the row of the table for the status and the trigger. A trigger without
    /// such a row changes nothing: an early confirmation, for example, comes before `Suspended`.
    pub(super) fn step(&mut self, trigger: Trigger, at: Timestamp, made: &mut Vec<Transition>) {
        let mut rows = Status::TRANSITIONS.iter();
        let row = rows.find(|row| (row.from, row.trigger) == (self.status, trigger));
        let Some(row) = row else { return };
        let to = row.to;
        // The clock is stopped before it may be started again, so that the time of both statuses is
        // counted once.
        if self.status == Status::Active {
            self.progress.stop(at);
        }
        match to {
            Status::Active => self.progress.start(at),
            Status::Suspended => self.suspended = Some(at),
            to if to.is_final() => self.ended = Some(at),
            _ => {}
        }
        // Tasks in progress outlast the statuses whose names end in `-ing`. `running` remembers
        // whether there can be any: a job that was cancelled before its first task has none to wait
        // for.
        self.running = match to {
            Status::Active => true,
            Status::Pausing | Status::Cancelling | Status::Failing => self.running,
            _ => false,
        };
        self.status = to;
        // Every change is returned, and the last one leads to the status of the job.
        made.push(Transition { row: *row, at });
    }
}
