//! Mistakes that are found while a document is read, before any lint runs.

use crate::clause::{self, Clause};
use crate::lint::Level;

/// A kind of mistake that is found while a document is read, before there is a draft for lints.
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
    /// The summary, in one line.
    pub summary: &'static str,
    /// The default level. `Deny` marks a refusal of the store, which always is an error.
    pub level: Level,
    /// The clauses that it rests on, the most common first. A finding that is not a claim about S3 or a
    /// tool has none.
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

    const fn note(
        name: &'static str,
        summary: &'static str,
        clauses: &'static [&'static Clause],
    ) -> Self {
        Self { name, summary, level: Level::Note, clauses }
    }

    const fn warning(
        name: &'static str,
        summary: &'static str,
        clauses: &'static [&'static Clause],
    ) -> Self {
        Self { name, summary, level: Level::Warn, clauses }
    }
}

/// Everything that reading a document can find, policies included, sorted by name.
pub static DOCUMENT_FINDINGS: &[DocumentFinding] = &[
    DocumentFinding::refusal("account-empty", "`Account` is empty", &[&clause::ACCOUNT_EMPTY]),
    DocumentFinding::warning(
        "account-unusual",
        "`Account` is not twelve digits",
        &[&clause::ACCOUNT_OWNS_DESTINATION],
    ),
    DocumentFinding::warning(
        "allowance-invalid",
        "a comment is meant to allow a finding, and does not",
        &[],
    ),
    DocumentFinding::note(
        "allowance-unused",
        "a comment or an entry of the settings allows a finding that does not occur",
        &[],
    ),
    DocumentFinding::warning(
        "attribute-ignored",
        "an attribute is ignored",
        &[&clause::SCHEMA_ELEMENTS],
    ),
    DocumentFinding::refusal(
        "bucket-arn-invalid",
        "`Bucket` is not the ARN of a bucket",
        &[&clause::BUCKET_ARN],
    ),
    DocumentFinding::refusal(
        "cloudformation-refused",
        "CloudFormation refuses the template",
        &[&clause::CLOUDFORMATION_LANGUAGE],
    ),
    DocumentFinding::note(
        "cloudformation-rule-in-v1",
        "CloudFormation sends a rule without filter as V1",
        &[&clause::CLOUDFORMATION_RULE_WITHOUT_FILTER],
    ),
    DocumentFinding::warning(
        "conditions-not-read",
        "a template has too many unknown conditions",
        &[&clause::CLOUDFORMATION_LANGUAGE],
    ),
    DocumentFinding::refusal(
        "document-of-other-kind",
        "the document is of another kind",
        &[&clause::DOCUMENT_ROOT],
    ),
    DocumentFinding::refusal(
        "element-repeated",
        "an element occurs twice",
        &[&clause::SCHEMA_REPEATED],
    ),
    DocumentFinding::refusal(
        "element-unknown",
        "an element is not known at its place",
        &[&clause::SCHEMA_ELEMENTS],
    ),
    DocumentFinding::warning(
        "format-version-unknown",
        "a plan of Terraform has an unknown format version",
        &[&clause::TERRAFORM_LANGUAGE],
    ),
    DocumentFinding::warning(
        "instances-not-read",
        "a resource of Terraform has too many instances",
        &[&clause::TERRAFORM_LANGUAGE],
    ),
    DocumentFinding::refusal(
        "invalid-type",
        "a JSON value has the wrong type",
        &[&clause::SCHEMA_VALUES],
    ),
    DocumentFinding::refusal(
        "invalid-value",
        "a value is not one of the allowed values",
        &[&clause::SCHEMA_VALUES, &clause::PRIORITY_INTEGER, &clause::DOCUMENT_DEFENCES],
    ),
    DocumentFinding::warning(
        "job-role-replicates",
        "a job has the role of the replication configuration",
        &[&clause::JOB_ROLE],
    ),
    DocumentFinding::warning(
        "kms-statement-for-other-region",
        "a statement allows a KMS key only through S3 in another Region",
        &[&clause::KMS_CONDITIONS],
    ),
    DocumentFinding::warning(
        "macro-not-read",
        "a macro of CloudFormation is not read",
        &[&clause::CLOUDFORMATION_LANGUAGE],
    ),
    DocumentFinding::refusal(
        "malformed-document",
        "the document is not well-formed, or exceeds a limit",
        &[
            &clause::DOCUMENT_WELL_FORMED,
            &clause::DOCUMENT_DEFENCES,
            &clause::DOCUMENT_SIZE,
            &clause::JSON_FORM,
        ],
    ),
    DocumentFinding::warning(
        "member-repeated",
        "a JSON member is repeated; the last one counts",
        &[&clause::JSON_FORM],
    ),
    DocumentFinding::warning(
        "merge-key",
        "CloudFormation reads no merge keys",
        &[&clause::CLOUDFORMATION_YAML],
    ),
    DocumentFinding::note(
        "module-not-read",
        "a module that Terraform calls is not read",
        &[&clause::TERRAFORM_LANGUAGE],
    ),
    DocumentFinding::refusal(
        "namespace-unknown",
        "an element is not in the namespace of S3",
        &[&clause::DOCUMENT_ROOT],
    ),
    DocumentFinding::warning(
        "no-configuration",
        "a template has no replication configuration",
        &[&clause::CLOUDFORMATION_LANGUAGE],
    ),
    DocumentFinding::refusal("prefix-too-long", "a prefix is too long", &[&clause::PREFIX_LENGTH]),
    DocumentFinding::refusal(
        "priority-out-of-range",
        "a priority is out of range",
        &[&clause::PRIORITY_RANGE],
    ),
    DocumentFinding::warning(
        "reference-undeclared",
        "some files of a module refer to what none of them declares",
        &[&clause::TERRAFORM_LANGUAGE],
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
    DocumentFinding::warning(
        "role-trusts-other-service",
        "a role does not trust the service that assumes it, but another one",
        &[&clause::ROLE_TRUST, &clause::JOB_ROLE_TRUST],
    ),
    DocumentFinding::refusal(
        "root-unknown",
        "the document has another root element",
        &[&clause::DOCUMENT_ROOT],
    ),
    DocumentFinding::refusal(
        "rule-id-not-ascii",
        "an `ID` has characters beyond ASCII",
        &[&clause::ID_ASCII],
    ),
    DocumentFinding::refusal("rule-id-too-long", "an `ID` is too long", &[&clause::ID_LENGTH]),
    DocumentFinding::warning(
        "rule-repeated",
        "two rules of a template are equal",
        &[&clause::CLOUDFORMATION_RULES],
    ),
    DocumentFinding::warning(
        "scalar-resolved",
        "YAML 1.1 does not keep a plain scalar",
        &[&clause::CLOUDFORMATION_YAML],
    ),
    DocumentFinding::warning(
        "source-bucket-differs",
        "the source bucket that is given is not the one of the template",
        &[&clause::TERRAFORM_LANGUAGE, &clause::CLOUDFORMATION_LANGUAGE],
    ),
    DocumentFinding::refusal(
        "tag-invalid",
        "a tag is too long or has no key",
        &[&clause::TAG_LIMITS],
    ),
    DocumentFinding::warning(
        "terraform-and-dropped",
        "Terraform does not send `and` beside `tag`",
        &[&clause::TERRAFORM_FILTER_CHILDREN],
    ),
    DocumentFinding::note(
        "terraform-block-deprecated",
        "a block of Terraform is deprecated",
        &[&clause::TERRAFORM_LEGACY],
    ),
    DocumentFinding::warning(
        "terraform-bucket-shared",
        "two resources of Terraform configure one bucket",
        &[&clause::TERRAFORM_ONE_OWNER],
    ),
    DocumentFinding::warning(
        "terraform-delete-markers-dropped",
        "Terraform does not send the delete marker setting",
        &[&clause::TERRAFORM_LEGACY],
    ),
    DocumentFinding::warning(
        "terraform-prefix-dropped",
        "Terraform does not send a prefix",
        &[&clause::TERRAFORM_FILTER_CHILDREN],
    ),
    DocumentFinding::warning(
        "terraform-priorities-equal",
        "Terraform sends rules with the same priority",
        &[&clause::TERRAFORM_FILTER],
    ),
    DocumentFinding::warning(
        "terraform-priority-dropped",
        "Terraform does not send a priority",
        &[&clause::TERRAFORM_FILTER],
    ),
    DocumentFinding::refusal(
        "terraform-refused",
        "Terraform refuses an argument",
        &[&clause::TERRAFORM_LANGUAGE],
    ),
    DocumentFinding::warning(
        "terraform-rule-dropped",
        "Terraform does not send a rule without status",
        &[&clause::TERRAFORM_LEGACY],
    ),
    DocumentFinding::warning(
        "terraform-tag-dropped",
        "Terraform removes a tag of AWS",
        &[&clause::TERRAFORM_FILTER_CHILDREN],
    ),
    DocumentFinding::note(
        "terraform-versioning-not-awaited",
        "Terraform may configure replication before versioning",
        &[&clause::TERRAFORM_DEPENDENCY],
    ),
    DocumentFinding::refusal(
        "text-unexpected",
        "there is text where only elements are allowed",
        &[&clause::SCHEMA_ELEMENTS],
    ),
    DocumentFinding::refusal(
        "variable-file-unread",
        "a file of values cannot be read",
        &[&clause::TERRAFORM_LANGUAGE],
    ),
    DocumentFinding::warning(
        "variable-undeclared",
        "a file of values has a variable that the module does not declare",
        &[&clause::TERRAFORM_LANGUAGE],
    ),
    DocumentFinding::warning(
        "zones-not-evaluated",
        "a rule names zones, and the zones of data sync are not given",
        &[&clause::STORE_ZONES],
    ),
];
