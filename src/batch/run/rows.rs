//! The rows that are under way, and how they are counted.

use hashbrown::hash_map::Entry;

use super::open::OpenRow;
use crate::batch::{Job, JobEvent, JobRun, JobStatus, RowRefused, RunStep, TaskResult, TaskStatus};
use crate::model::{Timestamp, VersionId};
use crate::replication::{Ledger, ObjectKey, VersionRef};

/// The name of the event by which a job counts.
const ENDED: &str = JobEvent::TasksEnded { succeeded: 0, failed: 0 }.name();

impl JobRun {
    pub(super) fn check_row(&self, job: &Job) -> Result<(), RowRefused> {
        if job.id() != &self.job {
            return Err(RowRefused::OtherJob);
        }
        if job.status() != JobStatus::Active {
            return Err(RowRefused::NotActive { status: job.status() });
        }
        let total = job.number_of_objects();
        if self.begun >= total { Err(RowRefused::NoneLeft { total }) } else { Ok(()) }
    }

    /// Counts a row that begins and ends at once.
    pub(super) fn end_row(&mut self, job: &mut Job, result: TaskResult, at: Timestamp) -> RunStep {
        self.begun += 1;
        let mut step = RunStep::default();
        step.count(job, result, at);
        step
    }

    pub(super) fn open(&mut self, number: u64, row: OpenRow) {
        self.rows_of.entry(row.name()).or_default().push(number);
        self.open.insert(number, row);
    }

    pub(super) fn close(&mut self, number: u64) {
        let Some(row) = self.open.remove(&number) else { return };
        if let Entry::Occupied(mut rows) = self.rows_of.entry(row.name()) {
            rows.get_mut().retain(|other| *other != number);
            if rows.get().is_empty() {
                rows.remove();
            }
        }
    }

    /// Returns the numbers of the rows of a version that are under way.
    pub(super) fn rows_of(&self, key: &ObjectKey, id: &VersionId) -> Vec<u64> {
        self.rows_of.get(&VersionRef::new(key, id)).cloned().unwrap_or_default()
    }

    pub(super) fn look_at(
        &mut self,
        rows: Vec<u64>,
        job: &mut Job,
        ledger: &Ledger,
        at: Timestamp,
    ) -> RunStep {
        let mut step = RunStep::default();
        let takes_results = job.status().accepted_events().contains(&ENDED);
        if !takes_results || job.id() != &self.job {
            return step;
        }
        for number in rows {
            let row = self.open.get_mut(&number).filter(|row| row.bucket() == ledger.source());
            let Some(row) = row else { continue };
            row.look(ledger);
            if let Some(result) = row.result() {
                self.close(number);
                step.count(job, result, at);
            }
        }
        step
    }
}

impl RunStep {
    /// Counts a result in the job.
    fn count(&mut self, job: &mut Job, result: TaskResult, at: Timestamp) {
        let failed = u64::from(result.status() == TaskStatus::Failed);
        let event = JobEvent::TasksEnded { succeeded: 1 - failed, failed };
        // Whoever counts has looked whether the job takes it.
        self.transitions.extend(job.handle(event, at).unwrap_or_default());
        self.results.push(result);
    }
}
