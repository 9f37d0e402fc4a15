//! What reading a document finds, before any lint looks at what it says.

use crate::clause::{self, Clause};
use crate::lint::Level;

/// Something that is found while a document is read. It is no lint: there is nothing to look at yet.
///
/// # Examples
///
/// ```
/// use s3_replication::lint::{DOCUMENT_FINDINGS, Level};
///
/// let found = DOCUMENT_FINDINGS.iter().find(|found| found.name == "element-unknown").unwrap();
/// assert_eq!((found.level, found.clauses[0].id()), (Level::Deny, "REP-104"));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct DocumentFinding {
    /// The stable name.
    pub name: &'static str,
    /// What is found, in one line.
    pub summary: &'static str,
    /// How seriously it is taken when nobody says otherwise. What is denied is what the store
    /// refuses, and stays an error.
    pub level: Level,
    /// What it rests on, the most common first.
    pub clauses: &'static [&'static Clause],
}

impl DocumentFinding {
    const fn refusal(
        name: &'static str,
        summary: &'static str,
        clauses: &'static [&'static Clause],
    ) -> Self {
        Self { name, summary, level: Level::Deny, clauses }
    }

    const fn warning(
        name: &'static str,
        summary: &'static str,
        clauses: &'static [&'static Clause],
    ) -> Self {
        Self { name, summary, level: Level::Warn, clauses }
    }
}

/// Everything that reading a document can find, sorted by name.
pub static DOCUMENT_FINDINGS: &[DocumentFinding] = &[
    DocumentFinding::refusal("account-empty", "`Account` is empty", &[&clause::ACCOUNT_EMPTY]),
    DocumentFinding::warning(
        "account-unusual",
        "`Account` is not twelve digits",
        &[&clause::ACCOUNT_OWNS_DESTINATION],
    ),
    DocumentFinding::warning(
        "attribute-ignored",
        "an attribute, which means nothing",
        &[&clause::SCHEMA_ELEMENTS],
    ),
    DocumentFinding::refusal(
        "bucket-arn-invalid",
        "`Bucket` is not the ARN of a bucket",
        &[&clause::BUCKET_ARN],
    ),
    DocumentFinding::refusal(
        "element-repeated",
        "an element stands where it stood already",
        &[&clause::SCHEMA_REPEATED],
    ),
    DocumentFinding::refusal(
        "element-unknown",
        "an element that is not known where it stands",
        &[&clause::SCHEMA_ELEMENTS],
    ),
    DocumentFinding::refusal(
        "invalid-type",
        "a value of JSON is of another kind than it must be",
        &[&clause::SCHEMA_VALUES],
    ),
    DocumentFinding::refusal(
        "invalid-value",
        "a value is none of those that may stand there",
        &[&clause::SCHEMA_VALUES, &clause::PRIORITY_INTEGER, &clause::DOCUMENT_DEFENCES],
    ),
    DocumentFinding::refusal(
        "malformed-document",
        "it is no document, or one that is not read",
        &[
            &clause::DOCUMENT_WELL_FORMED,
            &clause::DOCUMENT_DEFENCES,
            &clause::DOCUMENT_SIZE,
            &clause::JSON_FORM,
        ],
    ),
    DocumentFinding::warning(
        "member-repeated",
        "a member of JSON is there twice, and the last counts",
        &[&clause::JSON_FORM],
    ),
    DocumentFinding::refusal(
        "namespace-unknown",
        "an element is in another namespace than that of S3",
        &[&clause::DOCUMENT_ROOT],
    ),
    DocumentFinding::refusal(
        "prefix-too-long",
        "a prefix is longer than one may be",
        &[&clause::PREFIX_LENGTH],
    ),
    DocumentFinding::refusal(
        "priority-out-of-range",
        "a priority is no number that one may be",
        &[&clause::PRIORITY_RANGE],
    ),
    DocumentFinding::refusal(
        "replica-kms-key-invalid",
        "`ReplicaKmsKeyID` is not the ARN of a key or an alias",
        &[&clause::REPLICA_KEY_ARN],
    ),
    DocumentFinding::refusal(
        "role-invalid",
        "`Role` is not the ARN of a role",
        &[&clause::ROLE_ARN],
    ),
    DocumentFinding::refusal(
        "root-unknown",
        "the document is about something else",
        &[&clause::DOCUMENT_ROOT],
    ),
    DocumentFinding::refusal(
        "rule-id-not-ascii",
        "an `ID` has characters beyond ASCII",
        &[&clause::ID_ASCII],
    ),
    DocumentFinding::refusal(
        "rule-id-too-long",
        "an `ID` is longer than one may be",
        &[&clause::ID_LENGTH],
    ),
    DocumentFinding::refusal(
        "tag-invalid",
        "a tag is longer than one may be, or has no key",
        &[&clause::TAG_LIMITS],
    ),
    DocumentFinding::refusal(
        "text-unexpected",
        "text stands where only elements may stand",
        &[&clause::SCHEMA_ELEMENTS],
    ),
];
