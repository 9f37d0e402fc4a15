//! The life of a job: its status, the events that change it, and its progress.

mod event;
mod failure;
mod machine;
mod notification;
mod progress;
mod saved;
mod status;
mod update;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use self::event::{Event, RefusedEvent, Transition};
pub use self::failure::{Failure, FailureCode, InvalidManifestContent};
pub use self::notification::{Notification, NotificationName};
pub use self::progress::{FailureThreshold, ProgressSummary, Timers};
pub use self::saved::{InvalidSavedJob, SavedJob};
pub use self::status::{ImpossibleObservation, Status, StatusTransition, Trigger};
pub use self::update::RequestedStatus;
pub use crate::batch::identity::{Id, InvalidId, InvalidPriority, Name, Priority};

use self::progress::Progress;
use crate::batch::manifest::GeneratedFormat;
use crate::batch::request::{JobManifestLocation, JobSpecification};
use crate::batch::response::{GeneratedManifestDescriptor, JobDescriptor, JobListDescriptor};
use crate::dialect::job::JobDialect;
use crate::model::Timestamp;

/// A generated manifest that is kept.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the two members that S3 has")]
pub struct GeneratedManifest {
    /// The format.
    pub format: GeneratedFormat,
    /// The object.
    pub location: JobManifestLocation,
}

/// A job, as a state machine.
///
/// Events of the service ([`handle`](Self::handle)) and requests of users
/// ([`update_status`](Self::update_status), [`update_priority`](Self::update_priority)) go in; the
/// changes of status that follow come out, all of them rows of [`Status::TRANSITIONS`]. Time is an
/// argument, and what is refused changes nothing. A job can be saved and resumed at any time
/// ([`SavedJob`], or serde). A state that no job can have, or that was damaged since, is refused.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::job::{self, Job};
/// use s3_replication::batch::request::JobParser;
/// use s3_replication::model::{Partition, Timestamp};
///
/// # let specification = JobParser::new().parse_json(
/// #     r#"{"AccountId": "111122223333", "ConfirmationRequired": true, "Priority": 10,
/// #         "ClientRequestToken": "t-1", "RoleArn": "arn:aws:iam::111122223333:role/batch",
/// #         "Operation": {"S3ReplicateObject": {}}, "Report": {"Enabled": false},
/// #         "ManifestGenerator": {"S3JobManifestGenerator": {
/// #             "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": false}}}"#,
/// # ).into_specification()?;
/// let name = job::Name::new("job-1".parse()?, Partition::AWS, "eu-central-1".parse()?);
/// let at: Timestamp = "2026-11-22T10:00:00Z".parse()?;
/// let mut job = Job::create(name, specification, at);
///
/// job.handle(job::Event::PreparationBegan, at)?;
/// job.handle(job::Event::Prepared { objects: 3, generated_manifest: None }, at)?;
/// assert_eq!(job.status(), job::Status::Suspended);
/// job.update_status(job::RequestedStatus::Ready, None, at)?;
/// job.handle(job::Event::Started, at)?;
/// let ended = job.handle(job::Event::TasksEnded { succeeded: 1, failed: 2 }, at)?;
/// let statuses: Vec<_> = ended.iter().map(|transition| transition.row.to.as_str()).collect();
/// assert_eq!(statuses, ["Completing", "Complete"]);
///
/// let error = job.handle(job::Event::Started, at).unwrap_err();
/// assert_eq!(error.to_string(), "a job that is `Complete` does not accept `Started`; it accepts no events");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "SavedJob", into = "SavedJob")]
pub struct Job {
    name: Name,
    dialect: JobDialect,
    specification: Arc<JobSpecification>,
    priority: Priority,
    status: Status,
    created: Timestamp,
    suspended: Option<Timestamp>,
    ended: Option<Timestamp>,
    confirmed: bool,
    /// True while tasks may be in progress.
    running: bool,
    progress: Progress,
    failures: Vec<Failure>,
    status_update_reason: Option<String>,
    generated_manifest: Option<GeneratedManifest>,
}

impl Job {
    /// The greatest number of objects of a job (REP-938).
    pub const OBJECT_LIMIT: u64 = 20_000_000_000;
    /// The number of days after which a job fails that was not confirmed (REP-933).
    pub const CONFIRMATION_DAYS: u32 = 30;
    /// The value of [`JobDescriptor::suspended_cause`].
    pub const SUSPENDED_CAUSE: &'static str = "AWAITING_CONFIRMATION";

    /// Creates a job with the status `New` and the dialect of AWS.
    #[must_use]
    pub fn create(name: Name, specification: JobSpecification, at: Timestamp) -> Self {
        Self::create_with_dialect(name, specification, at, JobDialect::AWS)
    }

    /// Creates a job with the status `New` and a dialect. The
    /// [dialect of the specification](JobSpecification::dialect) answered questions about the request
    /// itself, such as the need for confirmation.
    #[must_use]
    pub fn create_with_dialect(
        name: Name,
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
            status: Status::New,
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

    /// Returns the id with its partition and Region.
    #[must_use]
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// Returns the id.
    #[must_use]
    pub const fn id(&self) -> &Id {
        &self.name.job_id
    }

    /// Returns the ARN.
    #[must_use]
    pub fn arn(&self) -> String {
        self.name.arn(self.specification.account_id())
    }

    /// Returns the specification that the job was created from.
    #[must_use]
    pub fn specification(&self) -> &JobSpecification {
        &self.specification
    }

    /// Returns the dialect.
    #[must_use]
    pub const fn dialect(&self) -> &JobDialect {
        &self.dialect
    }

    /// Returns the number of objects in the manifest; 0 until the manifest is ready.
    #[must_use]
    pub fn number_of_objects(&self) -> u64 {
        self.progress.total.unwrap_or(0)
    }

    /// Returns the status.
    #[must_use]
    pub const fn status(&self) -> Status {
        self.status
    }

    /// Returns the priority, which may have changed since the job was created.
    #[must_use]
    pub const fn priority(&self) -> Priority {
        self.priority
    }

    /// Returns the time of creation.
    #[must_use]
    pub const fn created(&self) -> Timestamp {
        self.created
    }

    /// Returns the reasons why the job failed. Failed tasks are not among them.
    #[must_use]
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// Returns the progress of the tasks at a time.
    #[must_use]
    pub fn progress(&self, at: Timestamp) -> ProgressSummary {
        self.progress.summary(at)
    }

    /// Returns the seconds in `Active` that the remaining tasks would take at the pace so far; `None`
    /// before the first task has ended.
    #[must_use]
    pub fn estimated_seconds_left(&self, at: Timestamp) -> Option<u64> {
        self.progress.seconds_left(at)
    }

    /// Returns true if a completion report must be written before the job is
    /// [settled](Event::Settled): the request asks for one, at least one task ran, and the job is
    /// about to end.
    #[must_use]
    pub fn owes_report(&self) -> bool {
        let is_ending =
            matches!(self.status, Status::Completing | Status::Failing | Status::Cancelling);
        is_ending && self.specification.report().enabled && self.progress.ran() > 0
    }

    /// Returns true while tasks of the job may be in progress, so that the job takes up one of the
    /// places for active jobs.
    #[must_use]
    pub const fn holds_place(&self) -> bool {
        self.running
    }

    /// Returns true if the retention after the end of the job is over (REP-933). A job that was not
    /// confirmed in time has ended, even before [`advance`](Self::advance) is called.
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

impl Job {
    /// Describes the job as DescribeJob does.
    #[must_use]
    pub fn describe(&self, at: Timestamp) -> JobDescriptor {
        let draft = self.specification.to_draft();
        let generated = self.generated_manifest.as_ref();
        JobDescriptor {
            job_id: self.id().clone(),
            confirmation_required: draft.confirmation_required,
            description: draft.description,
            job_arn: Some(self.arn()),
            status: self.status,
            manifest: draft.manifest,
            operation: draft.operation.unwrap_or_default(),
            priority: Some(self.priority),
            progress_summary: self.progress(at),
            status_update_reason: self.status_update_reason.clone(),
            failure_reasons: self.failures.clone(),
            report: draft.report.unwrap_or_default(),
            creation_time: Some(self.created),
            termination_date: self.ended,
            role_arn: Some(self.specification.role_arn().clone()),
            suspended_date: self.suspended,
            suspended_cause: self.suspended.map(|_| Self::SUSPENDED_CAUSE.to_owned()),
            manifest_generator: draft.manifest_generator,
            generated_manifest_descriptor: generated.map(|manifest| GeneratedManifestDescriptor {
                format: manifest.format,
                location: (&manifest.location).into(),
            }),
        }
    }

    /// Describes the job as ListJobs does.
    #[must_use]
    pub fn list_entry(&self, at: Timestamp) -> JobListDescriptor {
        JobListDescriptor {
            job_id: self.id().clone(),
            description: self.specification.description().map(str::to_owned),
            operation: Some(self.specification.operation()),
            priority: Some(self.priority),
            status: self.status,
            creation_time: Some(self.created),
            termination_date: self.ended,
            progress_summary: self.progress(at),
        }
    }
}
