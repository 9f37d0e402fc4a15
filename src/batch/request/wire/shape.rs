//! The element table of jobs, which the reader, the writer and the search for places all use.

use crate::form::Form;

/// One row: an element at one place.
pub(in crate::batch) struct Row {
    /// The name in XML, which is also the name in paths.
    pub(super) name: &'static str,
    /// The name in JSON, where it is another.
    pub(super) json: &'static str,
    pub(super) content: Content,
}

pub(super) enum Content {
    Text,
    /// A text that the CLI also takes as a date without a time.
    Moment,
    Integer,
    Boolean,
    Fields(&'static [Row]),
    /// The names of the items in XML, the first of which is written, and what is in them.
    List(&'static [&'static str], &'static Content),
    /// Whatever is in it is not looked at.
    Unread,
}

impl Row {
    pub(super) const fn name_in(&self, form: Form) -> &'static str {
        match form {
            Form::Xml => self.name,
            Form::CliJson => self.json,
        }
    }
}

const fn row(name: &'static str, content: Content) -> Row {
    Row { name, json: name, content }
}

const fn text(name: &'static str) -> Row {
    row(name, Content::Text)
}

const fn moment(name: &'static str) -> Row {
    row(name, Content::Moment)
}

const fn integer(name: &'static str) -> Row {
    row(name, Content::Integer)
}

const fn boolean(name: &'static str) -> Row {
    row(name, Content::Boolean)
}

const fn fields(name: &'static str, rows: &'static [Row]) -> Row {
    row(name, Content::Fields(rows))
}

const fn words(name: &'static str) -> Row {
    row(name, Content::List(&["member"], &Content::Text))
}

const fn hyphenated(name: &'static str, json: &'static str, rows: &'static [Row]) -> Row {
    Row { name, json, content: Content::Fields(rows) }
}

const fn unread(name: &'static str) -> Row {
    row(name, Content::Unread)
}

/// A document: its root element in XML, and the rows inside.
pub(in crate::batch) struct Shape {
    pub(super) root: &'static str,
    pub(super) rows: &'static [Row],
    /// Whether S3 writes the document, so that nobody is there to mend it.
    pub(super) is_answer: bool,
}

const CONFIRMATION_REQUIRED: Row = boolean("ConfirmationRequired");
const OPERATION: Row = fields("Operation", OPERATIONS);
const REPORT: Row = fields("Report", REPORT_ROWS);
const MANIFEST: Row = fields("Manifest", MANIFEST_ROWS);
const DESCRIPTION: Row = text("Description");
const PRIORITY: Row = integer("Priority");
const ROLE_ARN: Row = text("RoleArn");
const GENERATOR: Row =
    fields("ManifestGenerator", &[fields("S3JobManifestGenerator", GENERATOR_ROWS)]);

/// What CreateJob takes. In XML the account is a header, and no row of the body.
pub(in crate::batch) const fn create_job(form: Form) -> Shape {
    // The account is the first row, so that the body is the rest.
    const INPUT: &[Row] = &[
        text("AccountId"),
        CONFIRMATION_REQUIRED,
        OPERATION,
        REPORT,
        text("ClientRequestToken"),
        MANIFEST,
        DESCRIPTION,
        PRIORITY,
        ROLE_ARN,
        row("Tags", Content::List(&["member", "S3Tag"], &Content::Fields(TAG))),
        GENERATOR,
    ];
    let rows = match (form, INPUT) {
        (Form::Xml, [_, body @ ..]) => body,
        _ => INPUT,
    };
    Shape { root: "CreateJobRequest", rows, is_answer: false }
}

/// The filter of a generator, alone.
pub(in crate::batch) const GENERATOR_FILTER: Shape =
    Shape { root: "Filter", rows: FILTER, is_answer: false };

/// What CreateJob answers.
pub(in crate::batch) const CREATE_JOB_RESULT: Shape = answer("CreateJobResult", &[text("JobId")]);

/// What UpdateJobPriority answers.
pub(in crate::batch) const UPDATE_JOB_PRIORITY: Shape =
    answer("UpdateJobPriorityResult", &[text("JobId"), PRIORITY]);

/// What UpdateJobStatus answers.
pub(in crate::batch) const UPDATE_JOB_STATUS: Shape =
    answer("UpdateJobStatusResult", &[text("JobId"), text("Status"), text("StatusUpdateReason")]);

/// What DescribeJob answers.
pub(in crate::batch) const DESCRIBE_JOB: Shape =
    answer("DescribeJobResult", &[fields("Job", DESCRIPTOR)]);

/// What ListJobs answers.
pub(in crate::batch) const LIST_JOBS: Shape = answer(
    "ListJobsResult",
    &[
        text("NextToken"),
        row(
            "Jobs",
            Content::List(&["member", "JobListDescriptor"], &Content::Fields(LIST_DESCRIPTOR)),
        ),
    ],
);

const fn answer(root: &'static str, rows: &'static [Row]) -> Shape {
    Shape { root, rows, is_answer: true }
}

const TAG: &[Row] = &[text("Key"), text("Value")];

const OPERATIONS: &[Row] = &[
    unread("LambdaInvoke"),
    unread("S3PutObjectCopy"),
    unread("S3PutObjectAcl"),
    unread("S3PutObjectTagging"),
    unread("S3DeleteObjectTagging"),
    unread("S3InitiateRestoreObject"),
    unread("S3PutObjectLegalHold"),
    unread("S3PutObjectRetention"),
    fields("S3ReplicateObject", &[]),
    unread("S3ComputeObjectChecksum"),
    unread("S3UpdateObjectEncryption"),
];

const REPORT_ROWS: &[Row] = &[
    text("Bucket"),
    text("Format"),
    boolean("Enabled"),
    text("Prefix"),
    text("ReportScope"),
    text("ExpectedBucketOwner"),
];

const MANIFEST_ROWS: &[Row] =
    &[fields("Spec", &[text("Format"), words("Fields")]), fields("Location", LOCATION)];

const LOCATION: &[Row] = &[text("ObjectArn"), text("ObjectVersionId"), text("ETag")];

const GENERATOR_ROWS: &[Row] = &[
    text("ExpectedBucketOwner"),
    text("SourceBucket"),
    fields(
        "ManifestOutputLocation",
        &[
            text("ExpectedManifestBucketOwner"),
            text("Bucket"),
            text("ManifestPrefix"),
            fields(
                "ManifestEncryption",
                &[
                    hyphenated("SSE-S3", "SSES3", &[]),
                    hyphenated("SSE-KMS", "SSEKMS", &[text("KeyId")]),
                ],
            ),
            text("ManifestFormat"),
        ],
    ),
    fields("Filter", FILTER),
    boolean("EnableManifestOutput"),
];

const FILTER: &[Row] = &[
    boolean("EligibleForReplication"),
    moment("CreatedAfter"),
    moment("CreatedBefore"),
    words("ObjectReplicationStatuses"),
    fields(
        "KeyNameConstraint",
        &[words("MatchAnyPrefix"), words("MatchAnySuffix"), words("MatchAnySubstring")],
    ),
    integer("ObjectSizeGreaterThanBytes"),
    integer("ObjectSizeLessThanBytes"),
    words("MatchAnyStorageClass"),
    row(
        "MatchAnyObjectEncryption",
        Content::List(&["ObjectEncryption"], &Content::Fields(ENCRYPTION_FILTER)),
    ),
];

const ENCRYPTION_FILTER: &[Row] = &[
    hyphenated("SSE-S3", "SSES3", &[]),
    hyphenated("SSE-KMS", "SSEKMS", &[text("KmsKeyArn"), boolean("BucketKeyEnabled")]),
    hyphenated("DSSE-KMS", "DSSEKMS", &[text("KmsKeyArn")]),
    hyphenated("SSE-C", "SSEC", &[]),
    hyphenated("NOT-SSE", "NOTSSE", &[]),
];

const PROGRESS: &[Row] = &[
    integer("TotalNumberOfTasks"),
    integer("NumberOfTasksSucceeded"),
    integer("NumberOfTasksFailed"),
    fields("Timers", &[integer("ElapsedTimeInActiveSeconds")]),
];

const DESCRIPTOR: &[Row] = &[
    text("JobId"),
    CONFIRMATION_REQUIRED,
    DESCRIPTION,
    text("JobArn"),
    text("Status"),
    MANIFEST,
    OPERATION,
    PRIORITY,
    fields("ProgressSummary", PROGRESS),
    text("StatusUpdateReason"),
    row(
        "FailureReasons",
        Content::List(
            &["member", "JobFailure"],
            &Content::Fields(&[text("FailureCode"), text("FailureReason")]),
        ),
    ),
    REPORT,
    moment("CreationTime"),
    moment("TerminationDate"),
    ROLE_ARN,
    moment("SuspendedDate"),
    text("SuspendedCause"),
    GENERATOR,
    fields("GeneratedManifestDescriptor", &[text("Format"), fields("Location", LOCATION)]),
];

const LIST_DESCRIPTOR: &[Row] = &[
    text("JobId"),
    DESCRIPTION,
    text("Operation"),
    PRIORITY,
    text("Status"),
    moment("CreationTime"),
    moment("TerminationDate"),
    fields("ProgressSummary", PROGRESS),
];
