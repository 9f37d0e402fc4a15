//! The jobs of an account and Region, and which of them run.
//!
//! ```text
//! create      a token and a request ─▶ New or Existing
//! get, list   the jobs that exist, also final ones until their retention is over
//! schedule    the jobs to pause and to start, by priority; nothing is changed
//! advance     the time: overdue confirmations fail, old jobs are removed
//! ```
//!
//! This set does not run anything, and does not change a job by itself except in `advance`. A
//! caller handles events of single jobs through `get_mut`. Time is an argument everywhere.

mod schedule;

use std::collections::BTreeMap;
use std::ops::Bound;

use serde::{Deserialize, Serialize};

pub use self::schedule::{ACTIVE_JOBS_LIMIT, Directive, schedule};

use crate::batch::job::{self, Job};
use crate::batch::request::JobSpecification;
use crate::batch::response::ListJobsResult;
use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::job::JobDialect;
use crate::model::{AccountId, Partition, Region, Timestamp};
use crate::seal::{BrokenSeal, Seal, Sealed};

/// The jobs of an account and Region: created once for each token, found by id, listed, and
/// removed after their retention.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::job;
/// use s3_replication::batch::jobs::{Created, Jobs};
/// use s3_replication::batch::request::JobSpecification;
/// use s3_replication::diagnostic::ServiceError;
/// use s3_replication::model::{Partition, Timestamp};
///
/// fn create(jobs: &mut Jobs, request: JobSpecification, at: Timestamp) -> Result<(), ServiceError> {
///     let id = "00e123a4-c0d8-41f4-a0eb-b46f9ba5b07c".parse().unwrap();
///     if let Created::New(id) = jobs.create(request, id, at)? {
///         // The request is not a repeated one: begin.
///         jobs.get_mut(&id)?.handle(job::Event::PreparationBegan, at).unwrap();
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "SavedJobs", into = "SavedJobs")]
pub struct Jobs {
    account_id: AccountId,
    partition: Partition,
    region: Region,
    // Of new jobs, and of the answer about a job that does not exist. Each job keeps its own.
    dialect: JobDialect,
    // Only for `schedule`; nothing else limits the number of active jobs.
    capacity: usize,
    // INVARIANT: jobs of this account, partition and Region, each under its id.
    by_id: BTreeMap<job::Id, Job>,
    // INVARIANT: the token of every job, and no other.
    tokens: BTreeMap<Box<str>, job::Id>,
}

/// The result of CreateJob.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a token has a job or it has none")]
pub enum Created {
    /// The job is new.
    New(job::Id),
    /// The request is a repeated one: the job exists.
    Existing(job::Id),
}

impl Created {
    /// Returns the id, which is the whole response of the service.
    #[must_use]
    pub const fn job_id(&self) -> &job::Id {
        match self {
            Self::New(id) | Self::Existing(id) => id,
        }
    }
}

impl Jobs {
    /// The greatest number of jobs on one page of a list.
    pub const LIST_LIMIT: usize = 1000;

    /// Creates an empty set, with the limit of active jobs of AWS.
    #[must_use]
    pub const fn new(account_id: AccountId, partition: Partition, region: Region) -> Self {
        Self {
            account_id,
            partition,
            region,
            dialect: JobDialect::AWS,
            capacity: ACTIVE_JOBS_LIMIT,
            by_id: BTreeMap::new(),
            tokens: BTreeMap::new(),
        }
    }

    /// Sets the dialect of new jobs.
    #[must_use]
    pub fn with_dialect(self, dialect: JobDialect) -> Self {
        Self { dialect, ..self }
    }

    /// Sets the greatest number of active jobs.
    #[must_use]
    pub fn with_capacity(self, capacity: usize) -> Self {
        Self { capacity, ..self }
    }

    /// Creates a job, or finds the one that the same request created before (REP-920). The id is
    /// used only for a new job. A job whose retention is over is removed first, so that its token and
    /// id are free.
    ///
    /// # Errors
    ///
    /// `IdempotencyException` when the token belongs to another request, `BadRequestException` for
    /// the job of another account, and `InternalServiceException` for an id that is taken.
    pub fn create(
        &mut self,
        specification: JobSpecification,
        id: job::Id,
        at: Timestamp,
    ) -> Result<Created, ServiceError> {
        if specification.account_id() != self.account_id {
            let text = format!("this account is {}", self.account_id);
            return Err(ServiceError::new(ServiceErrorCode::BAD_REQUEST_EXCEPTION, text));
        }
        let token = specification.client_request_token();
        // Both the token and the id may belong to jobs whose retention is over, which S3 has
        // deleted by now.
        let with_token = self.tokens.get(token).cloned();
        for known in with_token.iter().chain([&id]) {
            self.remove_if_deleted(known, at);
        }
        if let Some((id, job)) = self.tokens.get(token).and_then(|id| self.by_id.get_key_value(id))
        {
            return if job.specification().asks_the_same(&specification) {
                Ok(Created::Existing(id.clone()))
            } else {
                Err(ServiceError::without_text(ServiceErrorCode::IDEMPOTENCY_EXCEPTION))
            };
        }
        if self.by_id.contains_key(&id) {
            let text = format!("the id {id} is taken");
            return Err(ServiceError::new(ServiceErrorCode::INTERNAL_SERVICE_EXCEPTION, text));
        }
        let name = job::Name::new(id.clone(), self.partition.clone(), self.region.clone());
        self.tokens.insert(token.into(), id.clone());
        let job = Job::create_with_dialect(name, specification, at, self.dialect);
        self.by_id.insert(id.clone(), job);
        Ok(Created::New(id))
    }

    /// Removes a job whose retention is over, and frees its token.
    ///
    /// Nothing happens for an unknown ID.
    fn remove_if_deleted(&mut self, id: &job::Id, at: Timestamp) {
        if self.by_id.get(id).is_some_and(|job| job.is_deleted(at))
            && let Some(job) = self.by_id.remove(id)
        {
            self.tokens.remove(job.specification().client_request_token());
        }
    }

    /// Returns a job. A job whose retention is over is found until [`advance`](Self::advance) removes
    /// it.
    ///
    /// # Errors
    ///
    /// The error of the service about a job that does not exist.
    pub fn get(&self, id: &job::Id) -> Result<&Job, ServiceError> {
        self.by_id.get(id).ok_or_else(|| self.dialect.unknown_job())
    }

    /// Returns a job to change; it is found as by [`get`](Self::get).
    ///
    /// # Errors
    ///
    /// The error of the service about a job that does not exist.
    pub fn get_mut(&mut self, id: &job::Id) -> Result<&mut Job, ServiceError> {
        self.by_id.get_mut(id).ok_or_else(|| self.dialect.unknown_job())
    }

    /// Iterates over the jobs in the order of their ids, as [`get`](Self::get) finds them.
    pub fn iter(&self) -> impl Iterator<Item = &Job> {
        self.by_id.values()
    }

    /// Lists the jobs with one of these statuses, or all jobs, in the order of their ids. Jobs whose
    /// retention is over are left out. Without a number, or with 0, a page has
    /// [`LIST_LIMIT`](Self::LIST_LIMIT) jobs. The token is the id of the last job of the page before,
    /// which may have been removed since.
    ///
    /// # Errors
    ///
    /// `InvalidRequestException` for a number above the limit, and `InvalidNextTokenException` for a
    /// token that is not an id.
    pub fn list(
        &self,
        statuses: &[job::Status],
        max_results: Option<usize>,
        next_token: Option<&str>,
        at: Timestamp,
    ) -> Result<ListJobsResult, ServiceError> {
        let after = match next_token.map(str::parse::<job::Id>) {
            None => Bound::Unbounded,
            Some(Ok(id)) => Bound::Excluded(id),
            Some(Err(_)) => {
                let code = ServiceErrorCode::INVALID_NEXT_TOKEN_EXCEPTION;
                return Err(ServiceError::without_text(code));
            }
        };
        let limit = match max_results.unwrap_or(0) {
            0 => Self::LIST_LIMIT,
            count if count <= Self::LIST_LIMIT => count,
            count => {
                let text = format!("a page has at most {} jobs, not {count}", Self::LIST_LIMIT);
                return Err(ServiceError::new(ServiceErrorCode::INVALID_REQUEST_EXCEPTION, text));
            }
        };
        let is_wanted = |job: &&Job| {
            !job.is_deleted(at) && (statuses.is_empty() || statuses.contains(&job.status()))
        };
        // The range begins behind the job of the token, whether or not that job still exists.
        let mut matching =
            self.by_id.range((after, Bound::Unbounded)).map(|(_, job)| job).filter(is_wanted);
        let jobs: Vec<_> = matching.by_ref().take(limit).map(|job| job.list_entry(at)).collect();
        // A token is returned only if a further job matches, so that no page is empty.
        let last = jobs.last().filter(|_| matching.next().is_some());
        Ok(ListJobsResult { next_token: last.map(|job| job.job_id.to_string()), jobs })
    }

    /// Returns the jobs to pause and the jobs to start; see [`schedule`].
    #[must_use]
    pub fn schedule(&self) -> Vec<Directive> {
        schedule(self.capacity, self.iter())
    }

    /// Advances the time: fails jobs that were not confirmed in time, and removes jobs whose retention
    /// is over, with their tokens. Returns the changes of status.
    pub fn advance(&mut self, at: Timestamp) -> Vec<(job::Id, job::Transition)> {
        let mut transitions = Vec::new();
        for (id, job) in &mut self.by_id {
            let of_job = job.advance(at).into_iter();
            transitions.extend(of_job.map(|transition| (id.clone(), transition)));
        }
        self.by_id.retain(|_, job| !job.is_deleted(at));
        self.tokens.retain(|_, id| self.by_id.contains_key(id));
        transitions
    }
}

/// Jobs in a form that can be stored. The index of tokens is left out, because it follows from the
/// jobs.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct SavedJobs {
    account_id: AccountId,
    partition: Partition,
    region: Region,
    dialect: JobDialect,
    capacity: usize,
    // In the order of their IDs.
    jobs: Vec<Job>,
    checksum: Seal,
}

impl Sealed for SavedJobs {
    fn seal_mut(&mut self) -> &mut Seal {
        &mut self.checksum
    }
}

/// The error returned when stored jobs are not those of one account and Region.
#[derive(Debug, thiserror::Error)]
enum InvalidSavedJobs {
    #[error("the job {0} belongs to another account or Region")]
    Foreign(job::Id),
    #[error("the job {0} occurs twice")]
    RepeatedId(job::Id),
    #[error("the jobs {0} and {1} have the same token")]
    RepeatedToken(job::Id, job::Id),
    #[error(transparent)]
    Seal(#[from] BrokenSeal),
}

impl From<Jobs> for SavedJobs {
    fn from(jobs: Jobs) -> Self {
        Self {
            account_id: jobs.account_id,
            partition: jobs.partition,
            region: jobs.region,
            dialect: jobs.dialect,
            capacity: jobs.capacity,
            jobs: jobs.by_id.into_values().collect(),
            checksum: Seal::default(),
        }
        .sealed()
    }
}

impl TryFrom<SavedJobs> for Jobs {
    type Error = InvalidSavedJobs;

    fn try_from(mut saved: SavedJobs) -> Result<Self, InvalidSavedJobs> {
        let seal = saved.check_seal();
        let SavedJobs { account_id, partition, region, dialect, capacity, jobs, .. } = saved;
        let (mut by_id, mut tokens) = (BTreeMap::new(), BTreeMap::new());
        for job in jobs {
            let id = job.id().clone();
            let name = job.name();
            if job.specification().account_id() != account_id
                || (&name.partition, &name.region) != (&partition, &region)
            {
                return Err(InvalidSavedJobs::Foreign(id));
            }
            // The same ID twice is another mistake, with its own message.
            let token = job.specification().client_request_token().into();
            if let Some(other) = tokens.insert(token, id.clone()).filter(|other| *other != id) {
                return Err(InvalidSavedJobs::RepeatedToken(other, id));
            }
            if by_id.insert(id.clone(), job).is_some() {
                return Err(InvalidSavedJobs::RepeatedId(id));
            }
        }
        // Last, since the other errors explain more.
        seal?;
        Ok(Self { account_id, partition, region, dialect, capacity, by_id, tokens })
    }
}
