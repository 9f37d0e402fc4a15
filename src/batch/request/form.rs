//! The tables of the documents of S3 Control: the request that creates a job, and answers.
//!
//! A table has one row for each member, with its name, its kind and the check of its value. The
//! reader, the writer, the messages and the JSON Schema all come from it, so a member that is added
//! here has no second list:
//!
//! ```text
//! row       "Priority", an integer from 0 to 2147483647
//! XML       <Priority>10</Priority>
//! JSON      "Priority": 10
//! finding   priority-out-of-range at `Priority`
//! ```
//!
//! Nothing but the members of answers is required here. A request without `RoleArn` is read, and
//! the finding about it comes from `validate.rs`, with the clause of the service. What takes two
//! members to notice is found there, too.
//!
//! Requests and answers share rows, and differ in their [`Authority`]: the service refuses what is
//! unknown in a request, and a client skips what is unknown in an answer.

use std::fmt::Display;
use std::str::FromStr;

use crate::batch::request::{ObjectArn, OperationName};
use crate::batch::{completion_report, generator, job, manifest};
use crate::clause::{self, Clause};
use crate::diagnostic::{Report, ServiceError, ServiceErrorCode};
use crate::form::meant::{self, AccountForm};
use crate::form::mistake::Objection;
use crate::form::mistake::{self, Mistake};
use crate::form::path_stack::PathStack;
use crate::form::schema::{
    Authority, Content, Integer, RepeatedMember, Row, Schema, Words, boolean, check, checked,
    fields, list, row, text, value, word,
};
use crate::form::{self, DocumentKind, Form};
use crate::model::{
    AccountId, BucketArn, KmsKeyArn, KmsKeyResource, RoleArn, StorageClass, Timestamp,
};

use crate::text::illegal_in_xml;
use crate::vocabulary::Vocabulary;

/// The answer of the service to a request that is not acceptable; its texts are not published.
pub(super) const fn bad_request() -> ServiceError {
    ServiceError::without_text(ServiceErrorCode::BAD_REQUEST_EXCEPTION)
}

/// The service as the reader of requests.
const REQUESTS: Authority = Authority {
    name: "S3 Control",
    namespace: "http://awss3control.amazonaws.com/doc/2018-08-20/",
    clause: |mistake| Some(clause_of(mistake)),
    answer: Some(bad_request),
    // An element in another namespace is as unknown as one with another name.
    foreign_element: Mistake::Unknown,
    // The AWS CLI takes the last value, so this is a warning.
    repeated_member: RepeatedMember::LastCounts,
    // In a request, `null` is a value of the wrong kind.
    null_is_absent: false,
    skips_unknown: false,
};

/// This crate as the reader of answers, which the service has given: nothing in them is refused by
/// it, and members that a newer service adds are skipped.
const ANSWERS: Authority =
    Authority { answer: None, null_is_absent: true, skips_unknown: true, ..REQUESTS };

/// Returns the clause of a mistake. Most mistakes are against the schema of the request.
const fn clause_of(mistake: Mistake) -> &'static Clause {
    match mistake {
        Mistake::RepeatedMember => &clause::JSON_FORM,
        Mistake::Item => &clause::JOB_LISTS,
        Mistake::Missing => &clause::JOB_REQUIRED,
        _ => &clause::JOB_REQUEST,
    }
}

/// Returns the schema of what CreateJob takes. In XML the account is a header, and no element of the
/// body.
///
/// JSON is the input of the AWS CLI, which has the account as a member, and sends it as the header.
pub(super) const fn create_job(form: Form) -> &'static Schema {
    // Two tables and not one with an optional account: the body must not have it.
    static BODY: Schema = job_request(BODY_ROWS);
    static INPUT: Schema = job_request(INPUT_ROWS);
    match form {
        Form::Xml => &BODY,
        _ => &INPUT,
    }
}

/// The filter of a generator, alone.
///
/// It is read where no job is around it, as by `batch manifest` on the command line. Paths begin at
/// the filter.
pub(super) static GENERATOR_FILTER: Schema = request("Filter", FILTER);

/// The answer of CreateJob.
pub(in crate::batch) static CREATE_JOB_RESULT: Schema = answer("CreateJobResult", &[JOB_ID]);

/// The answer of UpdateJobPriority.
pub(in crate::batch) static UPDATE_JOB_PRIORITY: Schema =
    answer("UpdateJobPriorityResult", &[JOB_ID, PRIORITY.required()]);

/// The answer of UpdateJobStatus.
pub(in crate::batch) static UPDATE_JOB_STATUS: Schema =
    answer("UpdateJobStatusResult", &[JOB_ID, STATUS, text("StatusUpdateReason")]);

/// The answer of DescribeJob.
pub(in crate::batch) static DESCRIBE_JOB: Schema =
    answer("DescribeJobResult", &[fields("Job", DESCRIPTOR).required()]);

/// The job in the answer of DescribeJob.
///
/// A command such as `describe-job --query Job` prints it.
pub(in crate::batch) static JOB_DESCRIPTOR: Schema = answer("Job", DESCRIPTOR);

/// The answer of ListJobs.
pub(in crate::batch) static LIST_JOBS: Schema = answer(
    "ListJobsResult",
    &[
        text("NextToken"),
        list("Jobs", &["member", "JobListDescriptor"], &Content::Fields(LIST_DESCRIPTOR)),
    ],
);

/// Creates the schema of a request. Its kind is unset, because only a whole job is recognised as a
/// document.
const fn request(root: &'static str, rows: &'static [Row]) -> Schema {
    Schema { root, kind: None, content: Content::Fields(rows), authority: &REQUESTS }
}

/// Creates the schema of a job. Its kind lets a reader of other documents name it, as in "this is a
/// job".
const fn job_request(rows: &'static [Row]) -> Schema {
    Schema { kind: Some(DocumentKind::Job), ..request("CreateJobRequest", rows) }
}

const fn answer(root: &'static str, rows: &'static [Row]) -> Schema {
    Schema { root, kind: None, content: Content::Fields(rows), authority: &ANSWERS }
}

/// Reads a document of S3 Control, and lets `validate` look at what was read.
///
/// `validate` gets what was read, and returns its result with more findings. It is not called for a
/// text that cannot be read at all.
pub(in crate::batch) fn read<T: for<'d> serde::Deserialize<'d>, R>(
    text: &str,
    form: Form,
    schema: &'static Schema,
    validate: impl FnOnce(T) -> (R, Report),
) -> (Option<R>, Report) {
    form::read(text, form, schema, advice, |value, _| validate(value))
}

/// Returns advice on a name that no table has.
///
/// Only one slip is known: an account in the body, as the JSON has it.
fn advice(name: &str, at: &PathStack<'_>) -> Option<String> {
    let is_account = name == "AccountId" && at.is_root();
    is_account
        .then(|| "remove it; the account of a request is the header `x-amz-account-id`".to_owned())
}

/// Checks a text as a value of `T`.
///
/// The message is that of the type. Clause and help are those of the place, as a type does not know
/// them.
fn parsed<T: FromStr<Err: Display>>(
    text: &str,
    clause: &'static Clause,
    help: &str,
) -> Result<(), Objection> {
    text.parse::<T>().map(drop).map_err(|error| {
        Objection { help: help.to_owned(), ..mistake::value(&error) }.resting_on(clause)
    })
}

// The rows that requests and descriptions of jobs share.
const CONFIRMATION_REQUIRED: Row = boolean("ConfirmationRequired");
const OPERATION: Row = fields("Operation", OPERATIONS);
const REPORT: Row = fields("Report", REPORT_ROWS);
const MANIFEST: Row = fields("Manifest", MANIFEST_ROWS);
const DESCRIPTION: Row = text("Description");
const PRIORITY: Row = row(
    "Priority",
    // The bounds are for the JSON Schema; `priority` checks them, with a code of its own.
    Content::Integer(Integer { min: 0, max: i32::MAX as i128, check: Some(priority) }),
);
const JOB_ID: Row = value::<job::Id>("JobId").required();
const STATUS: Row = word::<job::Status>("Status").required();
const ROLE_ARN: Row = checked("RoleArn", |text| {
    parsed::<RoleArn>(text, &clause::JOB_LIMITS, &meant::role(text, AccountForm::Digits))
});
const GENERATOR: Row =
    fields("ManifestGenerator", &[fields("S3JobManifestGenerator", GENERATOR_ROWS)]);

/// The members of a request, in the order of the API reference, in which the JSON is written.
const INPUT_ROWS: &[Row] = &[
    // First, because `BODY_ROWS` leaves out the first row.
    account("AccountId"),
    CONFIRMATION_REQUIRED,
    OPERATION,
    REPORT,
    text("ClientRequestToken"),
    MANIFEST,
    DESCRIPTION,
    PRIORITY,
    ROLE_ARN,
    list("Tags", &["member", "S3Tag"], &Content::Fields(TAG)),
    GENERATOR,
];

/// The rows without the account, which is the first.
const BODY_ROWS: &[Row] = INPUT_ROWS.split_at(1).1;

const TAG: &[Row] = &[text("Key"), text("Value")];

/// The eleven operations of S3. Ten of them are read as names only, since their members do not
/// matter to a job that is not run here.
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

/// The members of a report, all of which may be there in one that is not enabled.
const REPORT_ROWS: &[Row] = &[
    bucket("Bucket"),
    one_of::<completion_report::Format>("Format", |text| {
        let help = "write `Report_CSV_20180820`";
        parsed::<completion_report::Format>(text, &clause::JOB_REPORT, help)
    }),
    boolean("Enabled"),
    text("Prefix"),
    one_of::<completion_report::Scope>("ReportScope", |text| {
        let help = "write `AllTasks` or `FailedTasksOnly`";
        parsed::<completion_report::Scope>(text, &clause::JOB_REPORT, help)
    }),
    account("ExpectedBucketOwner"),
];

/// A manifest of the caller. Its formats are not those of a generated one.
const MANIFEST_ROWS: &[Row] = &[
    fields(
        "Spec",
        &[
            one_of::<manifest::Format>("Format", manifest_format),
            list(
                "Fields",
                &["member"],
                &Content::Word(Words::with_check::<manifest::Field>(manifest_field)),
            ),
        ],
    ),
    fields("Location", LOCATION),
];

/// The address of an object: that of a manifest of the caller, and that of a generated manifest in
/// an answer.
const LOCATION: &[Row] = &[
    checked("ObjectArn", |text| {
        parsed::<ObjectArn>(text, &clause::JOB_LIMITS, &meant::object(text))
    }),
    text("ObjectVersionId"),
    text("ETag"),
];

/// The rows of the only member of the union `ManifestGenerator`.
const GENERATOR_ROWS: &[Row] = &[
    account("ExpectedBucketOwner"),
    bucket("SourceBucket"),
    fields(
        "ManifestOutputLocation",
        &[
            account("ExpectedManifestBucketOwner"),
            bucket("Bucket"),
            text("ManifestPrefix"),
            fields(
                "ManifestEncryption",
                &[
                    // Names with a hyphen have none in JSON (REP-902).
                    fields("SSE-S3", &[]).json("SSES3"),
                    fields("SSE-KMS", &[text("KeyId")]).json("SSEKMS"),
                ],
            ),
            one_of::<manifest::GeneratedFormat>("ManifestFormat", |text| {
                let help = "write `S3InventoryReport_CSV_20211130`";
                parsed::<manifest::GeneratedFormat>(text, &clause::JOB_MANIFEST, help)
            }),
        ],
    ),
    fields("Filter", FILTER),
    boolean("EnableManifestOutput"),
];

/// The members of a filter, in the order of `FilterMember`, which is that of the evaluation.
const FILTER: &[Row] = &[
    boolean("EligibleForReplication"),
    bound("CreatedAfter"),
    bound("CreatedBefore"),
    list(
        "ObjectReplicationStatuses",
        &["member"],
        &Content::Word(Words::with_check::<generator::StatusFilter>(status)),
    ),
    fields(
        "KeyNameConstraint",
        &[words("MatchAnyPrefix"), words("MatchAnySuffix"), words("MatchAnySubstring")],
    ),
    integer("ObjectSizeGreaterThanBytes"),
    integer("ObjectSizeLessThanBytes"),
    // A class that is unknown here is read, and refused by `validate.rs` with the classes that a
    // filter may have.
    list("MatchAnyStorageClass", &["member"], &Content::Word(Words::known::<StorageClass>())),
    list("MatchAnyObjectEncryption", &["ObjectEncryption"], &Content::Fields(ENCRYPTION_FILTER)),
];

/// A union of five members. `validate.rs` refuses none and several.
const ENCRYPTION_FILTER: &[Row] = &[
    fields("SSE-S3", &[]).json("SSES3"),
    fields("SSE-KMS", &[KMS_KEY, boolean("BucketKeyEnabled")]).json("SSEKMS"),
    fields("DSSE-KMS", &[KMS_KEY]).json("DSSEKMS"),
    fields("SSE-C", &[]).json("SSEC"),
    fields("NOT-SSE", &[]).json("NOTSSE"),
];

const KMS_KEY: Row = checked("KmsKeyArn", kms_key);

/// The counters of DescribeJob and of ListJobs.
const PROGRESS: Row = fields(
    "ProgressSummary",
    &[
        count("TotalNumberOfTasks"),
        count("NumberOfTasksSucceeded"),
        count("NumberOfTasksFailed"),
        fields("Timers", &[count("ElapsedTimeInActiveSeconds")]),
    ],
);

/// The members of DescribeJob. `Manifest`, `Report` and `ManifestGenerator` are lenient: what a
/// newer service adds in them is left out with a warning.
const DESCRIPTOR: &[Row] = &[
    JOB_ID,
    CONFIRMATION_REQUIRED,
    DESCRIPTION,
    text("JobArn"),
    STATUS,
    MANIFEST.lenient(),
    OPERATION,
    PRIORITY,
    PROGRESS,
    text("StatusUpdateReason"),
    list(
        "FailureReasons",
        &["member", "JobFailure"],
        &Content::Fields(&[text("FailureCode").required(), text("FailureReason").required()]),
    ),
    REPORT.lenient(),
    moment("CreationTime"),
    moment("TerminationDate"),
    ROLE_ARN,
    moment("SuspendedDate"),
    text("SuspendedCause"),
    GENERATOR.lenient(),
    fields(
        "GeneratedManifestDescriptor",
        &[
            word::<manifest::GeneratedFormat>("Format").required(),
            fields("Location", LOCATION).lenient(),
        ],
    ),
];

/// The members of a job in ListJobs, which are fewer than those of DescribeJob.
const LIST_DESCRIPTOR: &[Row] = &[
    JOB_ID,
    DESCRIPTION,
    word::<OperationName>("Operation"),
    PRIORITY,
    STATUS,
    moment("CreationTime"),
    moment("TerminationDate"),
    PROGRESS,
];

/// Creates a row of a word with a check of its own.
const fn one_of<T: Vocabulary>(
    name: &'static str,
    check: fn(&str) -> Result<(), Objection>,
) -> Row {
    row(name, Content::Word(Words::with_check::<T>(check)))
}

/// Creates a row of an element into which the reader does not look.
const fn unread(name: &'static str) -> Row {
    row(name, Content::Unread)
}

/// Creates a row of a list of texts, whose lengths are checked in `validate`.
const fn words(name: &'static str) -> Row {
    list(name, &["member"], &Content::Text(None))
}

/// Creates a row of a size in bytes, which the service takes as a signed number of 64 bits.
const fn integer(name: &'static str) -> Row {
    row(name, Content::Integer(Integer::I64))
}

/// Creates a row of a counter of an answer.
const fn count(name: &'static str) -> Row {
    row(name, Content::Integer(Integer::between::<0, { u64::MAX as i128 }>()))
}

/// Creates a row of a moment of an answer, with the message of the type.
const fn moment(name: &'static str) -> Row {
    row(name, Content::Moment(Some(check::<Timestamp>)))
}

/// Creates a row of a bound of a filter, with a help that shows the form.
const fn bound(name: &'static str) -> Row {
    row(
        name,
        Content::Moment(Some(|text| {
            let help = "write a moment such as `2026-11-22T10:00:00Z`";
            parsed::<Timestamp>(text, &clause::FILTER_BOUNDS, help)
        })),
    )
}

/// Creates a row of an account ID of twelve digits.
const fn account(name: &'static str) -> Row {
    checked(name, |text| {
        let help = "write the twelve digits of the account";
        parsed::<AccountId>(text, &clause::JOB_LIMITS, help)
    })
}

/// Creates a row of the ARN of a bucket. The length is checked first, so that a text that is far
/// too long is named as such.
const fn bucket(name: &'static str) -> Row {
    checked(name, |text| {
        limited(text, BUCKET_LIMIT, &clause::JOB_LIMITS)?;
        parsed::<BucketArn>(text, &clause::JOB_LIMITS, &meant::bucket(text))
    })
}

/// Checks a priority. A text that is not an integer has the code of a wrong value; an integer outside
/// the bounds has one of its own, with the clause on priorities.
fn priority(text: &str) -> Result<(), Objection> {
    let help = "write an integer from 0 to 2147483647; the higher number goes first";
    let Ok(number) = text.parse::<i64>() else {
        let text = mistake::shortened(text);
        let message = format!("`{}` is not an integer of 64 bits", text.escape_debug());
        return Err(Objection::new(message, help));
    };
    job::Priority::try_from(number).map(drop).map_err(|error| {
        let objection = Objection::new(error.to_string(), help);
        objection.coded("priority-out-of-range").resting_on(&clause::JOB_PRIORITY)
    })
}

/// Checks the format of a manifest. The help separates a saved generated manifest, which the
/// service reads under another name, from a misspelt format.
fn manifest_format(text: &str) -> Result<(), Objection> {
    let help = if text.parse::<manifest::GeneratedFormat>().is_ok() {
        "this is a format of generated manifests only; give a saved manifest as \
         `S3InventoryReport_CSV_20161130`"
    } else {
        "write `S3BatchOperations_CSV_20180820` or `S3InventoryReport_CSV_20161130`"
    };
    parsed::<manifest::Format>(text, &clause::JOB_MANIFEST, help)
}

/// Checks the name of a column. One that the job does not use is the usual cause of a mistake.
fn manifest_field(text: &str) -> Result<(), Objection> {
    let help = "call a column that does not count `Ignore`";
    parsed::<manifest::Field>(text, &clause::JOB_MANIFEST, help)
}

/// Checks a status of a filter. `PENDING` is a status of versions and no such word, so the help
/// names it.
fn status(text: &str) -> Result<(), Objection> {
    let help = "write `COMPLETED`, `FAILED`, `REPLICA` or `NONE`; a version that is `PENDING` \
                cannot be selected";
    parsed::<generator::StatusFilter>(text, &clause::FILTER_STATUSES, help)
}

/// Checks the key of a filter: its length, its form and its kind. The first that is wrong is
/// reported.
fn kms_key(text: &str) -> Result<(), Objection> {
    limited(text, KMS_KEY_LIMIT, &clause::FILTER_ENCRYPTION)?;
    let help = "write the ARN of the key, `arn:aws:kms:<Region>:<account>:key/<id>`";
    parsed::<KmsKeyArn>(text, &clause::FILTER_ENCRYPTION, help)?;
    match text.parse::<KmsKeyArn>() {
        Ok(arn) if matches!(arn.resource(), KmsKeyResource::Alias(_)) => {
            let objection = Objection::new("a filter names a key, not an alias", help);
            Err(objection.resting_on(&clause::FILTER_ENCRYPTION))
        }
        _ => Ok(()),
    }
}

/// The most characters of the ARN of a bucket in a request.
pub(super) const BUCKET_LIMIT: usize = 128;

/// The most characters of the ARN of a key in a filter.
pub(super) const KMS_KEY_LIMIT: usize = 2048;

/// Checks that a text has 1 to `limit` characters and that XML can hold all of them.
///
/// Characters are counted, as the API does, and not bytes. The length is checked first: an empty
/// text has no character to refuse.
pub(super) fn limited(text: &str, limit: usize, clause: &'static Clause) -> Result<(), Objection> {
    let count = text.chars().count();
    let objection = if !(1..=limit).contains(&count) {
        let message = format!("expected 1 to {limit} characters, found {count}");
        let help = if count == 0 { "write something, or leave it out" } else { "shorten the text" };
        Objection::new(message, help).coded("length-invalid")
    } else if let Some(illegal) = illegal_in_xml(text) {
        let message = format!("XML cannot hold the character `{}`", illegal.escape_unicode());
        Objection::new(message, "remove the character").coded("character-illegal")
    } else {
        return Ok(());
    };
    Err(objection.resting_on(clause))
}
