//! S3 Batch Replication without I/O: what CreateJob takes, the life of a job, and several jobs
//! under one capacity.
//!
//! A [`JobSpecification`] is what CreateJob takes, proven; [`JobReader`] reads it and says everything
//! that the service would refuse. A [`Job`] is a state machine: it is told what happens and what
//! users ask for, and answers with the changes of status that follow. [`Jobs`] keeps those of an
//! account and Region, and says which of them start and which make way. What the sources leave
//! open, a [`JobDialect`] answers.

mod dialect;
mod filter;
mod identity;
mod job;
mod jobs;
mod schedule;
mod specification;
mod vocabulary;
mod wire;

pub use self::dialect::{
    ConfirmationReading, EarlyConfirmation, EmptyManifest, FinalPriority, GeneratorOwner,
    JobDialect, JobRetention, KeyNameStrings, ManifestVersions, UnknownJobCode, UnwrittenReport,
};
pub use self::filter::{
    FilterRejection, JobManifestGeneratorFilter, KeyNameConstraint, ObjectEncryptionFilter,
};
pub use self::identity::{
    InvalidJobId, InvalidJobPriority, InvalidObjectArn, JobId, JobName, JobPriority, ObjectArn,
};
pub use self::job::{
    CreateJobResult, DescribeJobResult, FailureThreshold, GeneratedManifest,
    GeneratedManifestDescriptor, ImpossibleObservation, InvalidManifestContent, InvalidSavedJob,
    Job, JobDescriptor, JobEvent, JobFailure, JobFailureCode, JobListDescriptor, JobNotification,
    JobNotificationName, JobProgressSummary, JobStatus, JobTimers, JobTransition, JobTrigger,
    ListJobsResult, RefusedEvent, RequestedJobStatus, SavedJob, StatusTransition,
    UpdateJobPriorityResult, UpdateJobStatusResult,
};
pub use self::jobs::{Created, Jobs};
pub use self::schedule::{ACTIVE_JOBS_LIMIT, Directive, schedule};
pub use self::specification::{
    DsseKmsFilterDraft, EmptyDraft, JobManifest, JobManifestDraft, JobManifestGeneratorDraft,
    JobManifestGeneratorFilterDraft, JobManifestLocation, JobManifestLocationDraft,
    JobManifestSpecDraft, JobOperationDraft, JobReader, JobReport, JobReportDraft, JobSource,
    JobSpecification, JobSpecificationDraft, JobTagDraft, KeyNameConstraintDraft,
    ManifestEncryption, ManifestEncryptionDraft, ManifestKmsDraft, ManifestOutputLocation,
    ManifestOutputLocationDraft, ObjectEncryptionFilterDraft, ReadJob, S3JobManifestGenerator,
    S3JobManifestGeneratorDraft, SseKmsFilterDraft,
};
pub use self::vocabulary::{
    FilterMember, GeneratedManifestFormat, JobManifestField, JobManifestFormat, JobReportFormat,
    JobReportScope, OperationName, ReplicationStatusFilter,
};
