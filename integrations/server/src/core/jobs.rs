//! Jobs of S3 Batch Operations.

use std::collections::HashMap;
use std::ops::ControlFlow;

use s3_replication::batch::job::{self, Job};
use s3_replication::batch::jobs::{Directive, Jobs};
use s3_replication::batch::request::JobParser;
use s3_replication::diagnostic::{ServiceError, ServiceErrorCode};
use s3_replication::model::{AccountId, Partition, Region, Timestamp};
use s3_replication::storage::MemoryJob;
use serde::{Deserialize, Serialize};

use super::{Core, Effect, refusal_of};

/// The work of the jobs that are prepared.
pub(super) type JobWork = HashMap<job::Id, MemoryJob>;

/// A change of a job.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all_fields = "PascalCase")]
pub(crate) enum JobChange {
    Create {
        account: AccountId,
        region: Region,
        document: String,
        id: job::Id,
    },
    UpdateStatus {
        account: AccountId,
        region: Region,
        id: job::Id,
        status: String,
        reason: Option<String>,
    },
    UpdatePriority {
        account: AccountId,
        region: Region,
        id: job::Id,
        priority: job::Priority,
    },
    /// Reads or generates the manifest.
    Prepare {
        account: AccountId,
        region: Region,
        id: job::Id,
    },
    /// Runs up to this many tasks.
    Run {
        account: AccountId,
        region: Region,
        id: job::Id,
        tasks: usize,
    },
    /// Stops the job for one of higher priority.
    Preempt {
        account: AccountId,
        region: Region,
        id: job::Id,
    },
    /// Fails jobs that were not confirmed in time, and removes old ones.
    Advance {
        account: AccountId,
        region: Region,
    },
}

/// The number of tasks that run before other requests have their turn.
const TASKS: usize = 500;

impl Core {
    /// Returns the jobs of an account in a Region.
    fn jobs_mut(&mut self, account: AccountId, region: &Region) -> &mut Jobs {
        let new = || Jobs::new(account, Partition::AWS, region.clone());
        self.jobs.entry((account, region.clone())).or_insert_with(new)
    }

    pub(super) fn change_job(
        &mut self,
        change: JobChange,
        at: Timestamp,
    ) -> Result<Effect, ServiceError> {
        match change {
            JobChange::Create { account, region, document, id } => {
                let parser = JobParser::new().with_account(account);
                let specification = parser.parse_xml(&document).into_specification();
                let specification = specification.map_err(|report| {
                    refusal_of(&report, ServiceErrorCode::BAD_REQUEST_EXCEPTION)
                })?;
                let created = self.jobs_mut(account, &region).create(specification, id, at)?;
                return Ok(Effect::Job(created.job_id().clone()));
            }
            JobChange::UpdateStatus { account, region, id, status, reason } => {
                let requested = job::RequestedStatus::read(&status)?;
                let job = self.jobs_mut(account, &region).get_mut(&id)?;
                job.update_status(requested, reason.as_deref(), at)?;
            }
            JobChange::UpdatePriority { account, region, id, priority } => {
                self.jobs_mut(account, &region).get_mut(&id)?.update_priority(priority)?;
            }
            JobChange::Prepare { account, region, id } => {
                self.with_job(account, &region, &id, |core, job| {
                    if let Ok((work, _)) = core.store.prepare_job(job, at) {
                        core.work.insert(job.id().clone(), work);
                    }
                });
            }
            JobChange::Run { account, region, id, tasks } => {
                self.with_job(account, &region, &id, |core, job| core.run_job(job, tasks, at));
            }
            JobChange::Preempt { account, region, id } => {
                let job = self.jobs_mut(account, &region).get_mut(&id)?;
                // A job that has ended meanwhile refuses the event, and has nothing to pause.
                let _refused = job.handle(job::Event::Preempted, at);
            }
            JobChange::Advance { account, region } => {
                self.jobs_mut(account, &region).advance(at);
                let known = &self.jobs;
                self.work.retain(|id, _| known.values().any(|jobs| jobs.get(id).is_ok()));
            }
        }
        Ok(Effect::Done)
    }

    /// Calls a closure with a job that is not in the state meanwhile.
    fn with_job(
        &mut self,
        account: AccountId,
        region: &Region,
        id: &job::Id,
        work: impl FnOnce(&mut Self, &mut Job),
    ) {
        let Ok(mut job) = self.jobs_mut(account, region).get(id).cloned() else { return };
        work(self, &mut job);
        if let Ok(place) = self.jobs_mut(account, region).get_mut(id) {
            *place = job;
        }
    }

    fn run_job(&mut self, job: &mut Job, tasks: usize, at: Timestamp) {
        let Some(mut work) = self.work.remove(job.id()) else {
            // A job that was cancelled before it was prepared has nothing to wait for.
            let _refused = job.handle(job::Event::Settled, at);
            return;
        };
        let mut left = tasks;
        let ran = self.store.run_job(job, &mut work, at, |_, _| {
            left = left.saturating_sub(1);
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if let Err(error) = ran {
            tracing::warn!(job = %job.id(), %error, "the job does not run");
        }
        if !job.status().is_final() {
            self.work.insert(job.id().clone(), work);
        }
    }

    /// Returns the changes that are due: jobs to prepare, to start or continue, and to pause.
    /// `with_old` includes jobs that were not confirmed in time or whose retention is over.
    pub(crate) fn due_job_changes(&self, with_old: bool) -> Vec<JobChange> {
        let mut changes = Vec::new();
        for ((account, region), jobs) in &self.jobs {
            let (account, region) = (*account, region.clone());
            let of_job = |id: &job::Id| (account, region.clone(), id.clone());
            if with_old {
                changes.push(JobChange::Advance { account, region: region.clone() });
            }
            for job in jobs.iter() {
                let (account, region, id) = of_job(job.id());
                match job.status() {
                    job::Status::New => changes.push(JobChange::Prepare { account, region, id }),
                    job::Status::Active
                    | job::Status::Pausing
                    | job::Status::Completing
                    | job::Status::Cancelling
                    | job::Status::Failing => {
                        changes.push(JobChange::Run { account, region, id, tasks: TASKS });
                    }
                    _ => {}
                }
            }
            for directive in jobs.schedule() {
                let change = match directive {
                    Directive::Start(id) => {
                        let (account, region, id) = of_job(&id);
                        JobChange::Run { account, region, id, tasks: TASKS }
                    }
                    Directive::Pause(id) => {
                        let (account, region, id) = of_job(&id);
                        JobChange::Preempt { account, region, id }
                    }
                    _ => continue,
                };
                changes.push(change);
            }
        }
        changes
    }
}
