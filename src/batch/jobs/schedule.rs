use std::cmp::Reverse;

use crate::batch::job::{self, Job};

/// The greatest number of active jobs of an account and Region (REP-937).
pub const ACTIVE_JOBS_LIMIT: usize = 6;

/// An instruction to start or pause a job.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Directive {
    /// Start no more tasks of the job: handle
    /// [`job::Event::Preempted`](crate::batch::job::Event::Preempted).
    Pause(job::Id),
    /// Start or resume the job: handle
    /// [`job::Event::Started`](crate::batch::job::Event::Started).
    Start(job::Id),
}

/// Returns the jobs of an account and Region to pause and to start (REP-937).
///
/// Jobs of higher priority come first; among equals a running job comes before a waiting one, and an
/// older job before a newer one. So a job is never paused for an equal, and each of several equals
/// gets its turn. A place is free only when the job that had it is settled: there are never more
/// running jobs than places, and a job may have to wait for one that is pausing. The order of the
/// jobs does not matter.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::job::{self, Job};
/// use s3_replication::batch::jobs::{ACTIVE_JOBS_LIMIT, Directive, schedule};
/// use s3_replication::model::Timestamp;
///
/// fn turn(jobs: &mut [Job], at: Timestamp) -> Result<(), Box<dyn std::error::Error>> {
///     for directive in schedule(ACTIVE_JOBS_LIMIT, &*jobs) {
///         let (id, event) = match directive {
///             Directive::Start(id) => (id, job::Event::Started),
///             Directive::Pause(id) => (id, job::Event::Preempted),
///             _ => continue,
///         };
///         if let Some(job) = jobs.iter_mut().find(|job| *job.id() == id) {
///             job.handle(event, at)?;
///         }
///     }
///     Ok(())
/// }
/// # turn(&mut [], "2026-11-22T10:00:00Z".parse().unwrap()).unwrap();
/// ```
#[must_use]
pub fn schedule<'j>(capacity: usize, jobs: impl IntoIterator<Item = &'j Job>) -> Vec<Directive> {
    let mut taken = 0;
    let mut ranked = Vec::new();
    for job in jobs {
        taken += usize::from(job.holds_place());
        if matches!(job.status(), job::Status::Ready | job::Status::Paused | job::Status::Active) {
            ranked.push(job);
        }
    }
    let waits = |job: &Job| job.status() != job::Status::Active;
    ranked.sort_by_key(|job| (Reverse(job.priority()), waits(job), job.created(), job.id()));
    let (turn, rest) = ranked.split_at(capacity.min(ranked.len()));
    let paused =
        rest.iter().filter(|job| !waits(job)).map(|job| Directive::Pause(job.id().clone()));
    let started = turn.iter().filter(|job| waits(job)).take(capacity.saturating_sub(taken));
    paused.chain(started.map(|job| Directive::Start(job.id().clone()))).collect()
}
