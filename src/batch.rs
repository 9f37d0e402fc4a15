//! S3 Batch Replication without I/O: what CreateJob takes, the life of a job, manifests, and what a
//! job reports in the end.
//!
//! A [`JobSpecification`] is what CreateJob takes, proven; [`JobReader`] reads it and says everything
//! that the service would refuse. A [`Job`] is a state machine: it is told what happens and what
//! users ask for, and answers with the changes of status that follow. [`Jobs`] keeps those of an
//! account and Region, and says which of them start and which make way. What the sources leave
//! open, a [`JobDialect`] answers.
//!
//! A [`ManifestReader`] turns the bytes of a manifest into [`ManifestRow`]s: a list of
//! `S3BatchOperations_CSV_20180820` with its [`ManifestFields`], or a data file of an S3 Inventory
//! with the [`InventorySchema`] of its [`InventoryManifest`]. A row that S3 would not take is a
//! [`RowFault`], with its file and line and what would become of the job. A [`ManifestWriter`]
//! writes both forms.
//!
//! A [`ManifestGenerator`] says of each version of a bucket, or of an inventory, whether S3 would
//! list it, and if not, why. A [`JobRun`] makes tasks of the rows of a manifest and results of what
//! becomes of them.
//!
//! A [`ManifestCheck`] looks for what can be read and will be regretted.
//!
//! A [`ReportWriter`] writes the completion report of a job, and a [`ReportReader`] with a
//! [`ReportSummary`] tells what is in one.
//!
//! Everything streams, from a reader or to a writer that the caller hands in, in memory that does
//! not grow with the file. Data files of inventories are compressed; the caller hands in what
//! decompresses them, such as `BufReader::new(flate2::read::MultiGzDecoder::new(file))`.
//!
//! # Examples
//!
//! ```
//! use s3_replication::batch::{ManifestFields, ManifestReader};
//! use s3_replication::model::Event;
//! use s3_replication::{Engine, ReplicationConfiguration};
//!
//! # let configuration = ReplicationConfiguration::from_json(
//! #     r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
//! #         {"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": "Tax/"},
//! #          "DeleteMarkerReplication": {"Status": "Disabled"},
//! #          "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
//! # )?;
//! let engine = Engine::new(&configuration);
//! let manifest = "photos,Tax/doc%201.pdf,v1\nphotos,cat.jpg,\nphotos,dog.jpg,null\n";
//! let fields: ManifestFields = "Bucket,Key,VersionId".parse()?;
//!
//! let mut rows = ManifestReader::new(manifest.as_bytes(), &fields).named("list.csv");
//! let row = rows.next().unwrap()?;
//! assert_eq!(row.key.as_bytes(), b"Tax/doc 1.pdf");
//! assert!(engine.decide(&row.version(), Event::BatchReplication).replicates());
//!
//! let fault = rows.next().unwrap().unwrap_err();
//! assert_eq!(fault.to_string(), "list.csv:2: the version id is empty");
//! assert!(!fault.fails_job());
//!
//! let row = rows.next().unwrap()?;
//! assert!(!engine.decide(&row.version(), Event::BatchReplication).replicates());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod advice;
mod check;
mod checksum;
mod csv;
mod dialect;
mod encoding;
mod fault;
mod filter;
mod generator;
mod identity;
mod inventory;
mod job;
mod jobs;
mod manifest;
mod report;
mod run;
mod schedule;
mod specification;
mod vocabulary;
mod wire;

pub use self::check::{ManifestCheck, RowFinding};
pub use self::checksum::{ChecksumReader, ChecksumWriter, InvalidChecksum, Md5Checksum};
pub use self::dialect::{
    ConfirmationReading, DisabledEligibility, EarlyConfirmation, EmptyManifest, FinalPriority,
    GeneratorOwner, JobDialect, JobRetention, KeyNameStrings, ListedDeleteMarkers,
    ManifestVersions, ReplicatedVersion, TaskSuccess, UnknownJobCode, UnselectedKms,
    UnwrittenReport,
};
pub use self::encoding::PlusReading;
pub use self::fault::{Consequence, RowFault, RowProblem};
pub use self::filter::{
    FilterRejection, JobManifestGeneratorFilter, KeyNameConstraint, ObjectEncryptionFilter,
};
pub use self::generator::{
    Exclusion, GeneratedManifestPlace, ListedFact, ListedFacts, ManifestGenerator,
};
pub use self::identity::{
    InvalidJobId, InvalidJobPriority, InvalidObjectArn, JobId, JobName, JobPriority, ObjectArn,
};
pub use self::inventory::{
    ChecksumMismatch, InvalidInventory, InvalidInventorySchema, InventoryFacts, InventoryField,
    InventoryFile, InventoryManifest, InventorySchema,
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
pub use self::manifest::{
    EmptyVersionId, InvalidManifestFields, ManifestFields, ManifestReader, ManifestRow,
    ManifestWriter,
};
pub use self::report::{
    CodeCount, CompletionReport, InvalidPartName, InvalidReport, PartName, PrefixJoin,
    ReportManifest, ReportPart, ReportPlace, ReportReader, ReportSummary, ReportWriter,
    TaskErrorCode, TaskResult, TaskStatus,
};
pub use self::run::{ForeignLedger, InvalidRun, JobRun, RowRefused, RunStep};
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
