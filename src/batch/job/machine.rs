//! How a job changes: what happens to it, and the rows of the table that follow.

use crate::batch::job::days_long;
use crate::batch::{
    EmptyManifest, FailureThreshold, GeneratedManifest, InvalidManifestContent, Job, JobEvent,
    JobFailure, JobSource, JobStatus, JobTransition, JobTrigger, RefusedEvent, UnwrittenReport,
};
use crate::model::Timestamp;

impl Job {
    /// Returns when the job was to be confirmed at the latest, if nobody did so in time.
    pub(super) fn overdue_since(&self, at: Timestamp) -> Option<Timestamp> {
        let since = self.suspended.filter(|_| self.status == JobStatus::Suspended)?;
        let due = since.to_utc().checked_add_signed(days_long(Self::CONFIRMATION_DAYS))?;
        (at.to_utc() > due).then(|| due.into())
    }

    /// Lets time pass: a job that nobody confirmed in time fails. It failed when the time was
    /// over, however late somebody looks, and is kept from then on.
    pub fn advance(&mut self, at: Timestamp) -> Vec<JobTransition> {
        let mut made = Vec::new();
        if let Some(at) = self.overdue_since(at) {
            self.failures.push(JobFailure::confirmation_overdue(Self::CONFIRMATION_DAYS));
            self.step(JobTrigger::ConfirmationOverdue, at, &mut made);
            self.step(JobTrigger::Settled, at, &mut made);
        }
        made
    }

    /// Takes in what happened, and returns the changes of status that follow.
    ///
    /// # Errors
    ///
    /// What can't happen to a job as it is; the error says what can.
    pub fn handle(
        &mut self,
        event: JobEvent,
        at: Timestamp,
    ) -> Result<Vec<JobTransition>, RefusedEvent> {
        let accepted = self.status.accepted_events();
        if !accepted.contains(&event.name()) {
            let (status, event) = (self.status, event.name());
            return Err(RefusedEvent::Status { status, event, accepted });
        }
        let mut made = Vec::new();
        match event {
            JobEvent::PreparationBegan => {
                self.step(JobTrigger::PreparationBegan, at, &mut made);
            }
            JobEvent::Prepared { objects, generated_manifest } => {
                if generated_manifest.is_some() && !self.keeps_manifest() {
                    return Err(RefusedEvent::ManifestNotKept);
                }
                self.prepared(objects, generated_manifest, at, &mut made);
            }
            JobEvent::PreparationFailed(failure) => self.unprepared(failure, at, &mut made),
            JobEvent::Started => {
                let was_paused = self.status == JobStatus::Paused;
                let trigger = if was_paused { JobTrigger::Resumed } else { JobTrigger::Started };
                self.step(trigger, at, &mut made);
                self.look_at_counts(at, &mut made);
            }
            JobEvent::Preempted => {
                self.step(JobTrigger::Preempted, at, &mut made);
            }
            JobEvent::TasksEnded { succeeded, failed } => {
                if !self.progress.count(succeeded, failed) {
                    let ended = u128::from(succeeded) + u128::from(failed);
                    return Err(RefusedEvent::TooManyTasks { ended, left: self.progress.left() });
                }
                self.look_at_counts(at, &mut made);
            }
            JobEvent::Settled => self.step(JobTrigger::Settled, at, &mut made),
            JobEvent::ReportFailed(_) if !self.owes_report() => {
                return Err(RefusedEvent::NoReportOwed);
            }
            JobEvent::ReportFailed(failure) => self.unreported(failure, at, &mut made),
        }
        Ok(made)
    }

    /// Returns true when the manifest is generated and kept.
    pub(super) fn keeps_manifest(&self) -> bool {
        match self.specification.source() {
            JobSource::Generator(generator) => generator.enable_manifest_output,
            JobSource::Manifest(_) => false,
        }
    }

    fn prepared(
        &mut self,
        objects: u64,
        generated_manifest: Option<GeneratedManifest>,
        at: Timestamp,
        made: &mut Vec<JobTransition>,
    ) {
        let is_generated = matches!(self.specification.source(), JobSource::Generator(_));
        let failure = match objects {
            0 if is_generated => Some(JobFailure::no_keys()),
            0 if self.dialect.empty_manifest() == EmptyManifest::Fails => {
                Some(JobFailure::invalid_manifest(InvalidManifestContent::Content))
            }
            objects if objects > Self::OBJECT_LIMIT => {
                Some(JobFailure::invalid_manifest(InvalidManifestContent::TooManyKeys))
            }
            _ => None,
        };
        if let Some(failure) = failure {
            return self.unprepared(failure, at, made);
        }
        self.progress.total = Some(objects);
        self.generated_manifest = generated_manifest;
        if self.confirmed {
            self.step(JobTrigger::Prepared, at, made);
        } else {
            self.step(JobTrigger::ConfirmationNeeded, at, made);
        }
    }

    /// Fails a job of which nothing runs.
    fn unprepared(&mut self, failure: JobFailure, at: Timestamp, made: &mut Vec<JobTransition>) {
        self.failures.push(failure);
        self.step(JobTrigger::PreparationFailed, at, made);
        self.step(JobTrigger::Settled, at, made);
    }

    /// Ends an active job when its counts say so. One that is being paused is looked at when it
    /// goes on.
    fn look_at_counts(&mut self, at: Timestamp, made: &mut Vec<JobTransition>) {
        if self.status != JobStatus::Active {
            return;
        }
        let (ran, failed) = (self.progress.ran(), self.progress.failed);
        if FailureThreshold::is_exceeded(ran, failed) {
            self.failures.push(JobFailure::threshold(ran, failed));
            self.step(JobTrigger::ThresholdExceeded, at, made);
        } else if self.progress.left() == 0 {
            self.step(JobTrigger::TasksTried, at, made);
            if !self.owes_report() {
                self.step(JobTrigger::Settled, at, made);
            }
        }
    }

    fn unreported(&mut self, failure: JobFailure, at: Timestamp, made: &mut Vec<JobTransition>) {
        let fails = self.dialect.unwritten_report() == UnwrittenReport::Fails;
        match self.status {
            JobStatus::Completing if fails => {
                self.failures.push(failure);
                self.step(JobTrigger::ReportFailed, at, made);
            }
            JobStatus::Failing => self.failures.push(failure),
            _ => {}
        }
        self.step(JobTrigger::Settled, at, made);
    }

    /// Changes the status by a row of the table, of which each trigger has one for each status.
    pub(super) fn step(
        &mut self,
        trigger: JobTrigger,
        at: Timestamp,
        made: &mut Vec<JobTransition>,
    ) {
        let mut rows = JobStatus::TRANSITIONS.iter();
        let row = rows.find(|row| (row.from, row.trigger) == (self.status, trigger));
        let Some(row) = row else { return };
        let to = row.to;
        if self.status == JobStatus::Active {
            self.progress.stop(at);
        }
        match to {
            JobStatus::Active => self.progress.start(at),
            JobStatus::Suspended => self.suspended = Some(at),
            to if to.is_final() => self.ended = Some(at),
            _ => {}
        }
        self.running = match to {
            JobStatus::Active => true,
            JobStatus::Pausing | JobStatus::Cancelling | JobStatus::Failing => self.running,
            _ => false,
        };
        self.status = to;
        made.push(JobTransition { row: *row, at });
    }
}
