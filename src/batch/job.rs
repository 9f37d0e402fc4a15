mod answer;
mod descriptor;
mod event;
mod failure;
mod machine;
mod notification;
mod progress;
mod request;
mod saved;
mod status;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use self::answer::{
    CreateJobResult, DescribeJobResult, ListJobsResult, UpdateJobPriorityResult,
    UpdateJobStatusResult,
};
pub use self::descriptor::{GeneratedManifestDescriptor, JobDescriptor, JobListDescriptor};
pub use self::event::{JobEvent, JobTransition, RefusedEvent};
pub use self::failure::{InvalidManifestContent, JobFailure, JobFailureCode};
pub use self::notification::{JobNotification, JobNotificationName};
pub use self::progress::{FailureThreshold, JobProgressSummary, JobTimers};
pub use self::request::RequestedJobStatus;
pub use self::saved::{InvalidSavedJob, SavedJob};
pub use self::status::{ImpossibleObservation, JobStatus, JobTrigger, StatusTransition};

use self::progress::Progress;
use crate::batch::{
    GeneratedManifestFormat, JobDialect, JobId, JobManifestLocation, JobName, JobPriority,
    JobSpecification,
};
use crate::model::Timestamp;

/// A generated manifest that was kept.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the two members that S3 has")]
pub struct GeneratedManifest {
    /// The format.
    pub format: GeneratedManifestFormat,
    /// Where it is.
    pub location: JobManifestLocation,
}

/// A job: how far it has come, and what may come next.
///
/// It is told what happens ([`handle`](Self::handle)) and what users ask for
/// ([`update_status`](Self::update_status), [`update_priority`](Self::update_priority)), and
/// answers with the changes of status that follow, every one of them from
/// [`JobStatus::TRANSITIONS`]. Time is an argument, and what is refused changes nothing. A job can
/// be saved and resumed at any time ([`SavedJob`], or serde).
///
/// # Examples
///
/// ```
/// use s3_replication::batch::{Job, JobEvent, JobName, JobReader, JobStatus, RequestedJobStatus};
/// use s3_replication::model::{Partition, Timestamp};
///
/// # let specification = JobReader::new().json(
/// #     r#"{"AccountId": "111122223333", "ConfirmationRequired": true, "Priority": 10,
/// #         "ClientRequestToken": "t-1", "RoleArn": "arn:aws:iam::111122223333:role/batch",
/// #         "Operation": {"S3ReplicateObject": {}}, "Report": {"Enabled": false},
/// #         "ManifestGenerator": {"S3JobManifestGenerator": {
/// #             "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": false}}}"#,
/// # ).into_specification()?;
/// let name = JobName::new("job-1".parse()?, Partition::AWS, "eu-central-1".parse()?);
/// let at: Timestamp = "2026-11-22T10:00:00Z".parse()?;
/// let mut job = Job::create(name, specification, at);
///
/// job.handle(JobEvent::PreparationBegan, at)?;
/// job.handle(JobEvent::Prepared { objects: 3, generated_manifest: None }, at)?;
/// assert_eq!(job.status(), JobStatus::Suspended);
/// job.update_status(RequestedJobStatus::Ready, None, at)?;
/// job.handle(JobEvent::Started, at)?;
/// let made = job.handle(JobEvent::TasksEnded { succeeded: 1, failed: 2 }, at)?;
/// let way: Vec<_> = made.iter().map(|transition| transition.row.to.as_str()).collect();
/// assert_eq!(way, ["Completing", "Complete"]);
///
/// let error = job.handle(JobEvent::Started, at).unwrap_err();
/// assert_eq!(error.to_string(), "a job that is `Complete` does not take `Started`; it takes no events");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "SavedJob", into = "SavedJob")]
pub struct Job {
    name: JobName,
    dialect: JobDialect,
    specification: Arc<JobSpecification>,
    priority: JobPriority,
    status: JobStatus,
    created: Timestamp,
    suspended: Option<Timestamp>,
    ended: Option<Timestamp>,
    confirmed: bool,
    /// Whether tasks may be under way.
    running: bool,
    progress: Progress,
    failures: Vec<JobFailure>,
    status_update_reason: Option<String>,
    generated_manifest: Option<GeneratedManifest>,
}

impl Job {
    /// The most objects a job may have (REP-938).
    pub const OBJECT_LIMIT: u64 = 20_000_000_000;
    /// The days after which a job that nobody confirms fails (REP-933).
    pub const CONFIRMATION_DAYS: u32 = 30;
    /// What [`JobDescriptor::suspended_cause`] says.
    pub const SUSPENDED_CAUSE: &'static str = "AWAITING_CONFIRMATION";

    /// Creates a job that is `New`, read as AWS does.
    #[must_use]
    pub fn create(name: JobName, specification: JobSpecification, at: Timestamp) -> Self {
        Self::create_with_dialect(name, specification, at, JobDialect::AWS)
    }

    /// Creates a job that is `New`, with the answers of a dialect. What the specification itself
    /// leaves open, such as whether the job is to be confirmed, was answered by
    /// [its own](JobSpecification::dialect).
    #[must_use]
    pub fn create_with_dialect(
        name: JobName,
        specification: JobSpecification,
        at: Timestamp,
        dialect: JobDialect,
    ) -> Self {
        Self {
            name,
            dialect,
            priority: specification.priority(),
            confirmed: !specification.needs_confirmation(),
            specification: Arc::new(specification),
            status: JobStatus::New,
            created: at,
            suspended: None,
            ended: None,
            running: false,
            progress: Progress::default(),
            failures: Vec::new(),
            status_update_reason: None,
            generated_manifest: None,
        }
    }

    /// Returns the id, with the partition and the Region in which it is one.
    #[must_use]
    pub const fn name(&self) -> &JobName {
        &self.name
    }

    /// Returns the id.
    #[must_use]
    pub const fn id(&self) -> &JobId {
        &self.name.job_id
    }

    /// Returns the ARN.
    #[must_use]
    pub fn arn(&self) -> String {
        self.name.arn(self.specification.account_id())
    }

    /// Returns what the job was created from.
    #[must_use]
    pub fn specification(&self) -> &JobSpecification {
        &self.specification
    }

    /// Returns the reading of what the sources leave open.
    #[must_use]
    pub const fn dialect(&self) -> &JobDialect {
        &self.dialect
    }

    /// Returns how many objects the manifest lists; 0 until it is ready.
    #[must_use]
    pub fn number_of_objects(&self) -> u64 {
        self.progress.total.unwrap_or(0)
    }

    /// Returns the status.
    #[must_use]
    pub const fn status(&self) -> JobStatus {
        self.status
    }

    /// Returns the priority, which may have changed since the job was created.
    #[must_use]
    pub const fn priority(&self) -> JobPriority {
        self.priority
    }

    /// Returns when the job was created.
    #[must_use]
    pub const fn created(&self) -> Timestamp {
        self.created
    }

    /// Returns why the job failed; tasks that failed do not stand here.
    #[must_use]
    pub fn failures(&self) -> &[JobFailure] {
        &self.failures
    }

    /// Returns how far the tasks have come, with the clock as of now.
    #[must_use]
    pub fn progress(&self, at: Timestamp) -> JobProgressSummary {
        self.progress.summary(at)
    }

    /// Returns the seconds in `Active` that the rest of the tasks would take at the pace so far;
    /// `None` while nothing can be said.
    #[must_use]
    pub fn estimated_seconds_left(&self, at: Timestamp) -> Option<u64> {
        self.progress.seconds_left(at)
    }

    /// Returns true when a completion report is to be written before the job is
    /// [settled](JobEvent::Settled): one was asked for, at least one task ran, and the job is about
    /// to end.
    #[must_use]
    pub fn owes_report(&self) -> bool {
        let is_ending = matches!(
            self.status,
            JobStatus::Completing | JobStatus::Failing | JobStatus::Cancelling
        );
        is_ending && self.specification.report().enabled && self.progress.ran() > 0
    }

    /// Returns true when tasks of the job may be under way, so that it needs its place among those
    /// that run.
    #[must_use]
    pub const fn holds_place(&self) -> bool {
        self.running
    }

    /// Returns true when the job has been kept after its end for as long as S3 keeps it (REP-933),
    /// even if nobody let the time pass in which a job that nobody confirmed came to its end.
    #[must_use]
    pub fn is_deleted(&self, at: Timestamp) -> bool {
        let days = self.dialect.retention().days();
        let ended = self.ended.or_else(|| self.overdue_since(at));
        ended.is_some_and(|ended| at.to_utc() - ended.to_utc() >= days_long(days))
    }
}

fn days_long(days: u32) -> chrono::TimeDelta {
    chrono::TimeDelta::days(days.into())
}
