//! The result of a check.
//!
//! An answer has three parts, and none of them hides another: what is missing for sure, what
//! depends on unknown condition keys, and the unknown facts about buckets that may add needs. Only
//! when all three are empty is the verdict positive.

use std::collections::BTreeSet;

use crate::clause::Clause;
use crate::model::BucketName;
use crate::permissions::note::Note;

/// The answer to the question if given documents permit what a configuration needs.
///
/// # Examples
///
/// ```
/// use s3_replication::model::KnownBuckets;
/// use s3_replication::permissions::{Cause, GivenDocuments, PolicyDocument, Setup};
/// use s3_replication::{Dialect, ReplicationConfiguration};
///
/// let configuration = ReplicationConfiguration::from_json(
///     r#"{"Role": "arn:aws:iam::111122223333:role/replication", "Rules": [{"Status": "Enabled",
///         "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
/// )?;
/// let (dialect, known) = (Dialect::AWS, KnownBuckets::new());
/// let setup = Setup::new(&configuration, "photos".parse()?, &dialect, &known);
/// let policy = PolicyDocument::from_json(
///     r#"{"Version": "2012-10-17", "Statement": [
///         {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
///         {"Sid": "NoDeletes", "Effect": "Deny", "Action": "s3:ReplicateDelete", "Resource": "*"}]}"#,
/// )?;
/// let checked = setup.check(&GivenDocuments::new().with_role_policy(policy));
/// let [missing] = checked.missing() else { panic!() };
/// assert_eq!((missing.cause, missing.statement.as_deref()), (Cause::Denied, Some("NoDeletes")));
/// // The trust policy was not given, so it was not judged.
/// assert_eq!(checked.not_checked().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Checked {
    pub(super) missing: Vec<Missing>,
    pub(super) undecided: Vec<Undecided>,
    pub(super) not_given: Vec<DocumentName>,
    /// The facts that are unknown and may add a need.
    pub(super) unknown: Vec<Note>,
    pub(super) notes: Vec<Note>,
}

/// A needed request that a document does not permit.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Missing {
    /// The action.
    pub action: String,
    /// The resource, as a statement names it.
    pub resource: String,
    /// A resource whose request is not permitted. The key is made by the check, and is a short one
    /// on which the policy decides so.
    pub example: String,
    /// The document that does not permit it.
    pub document: DocumentName,
    /// The cause.
    pub cause: Cause,
    /// The `Sid` or the number of the statement that denies the request.
    pub statement: Option<String>,
    /// The keys of the conditions that fail.
    ///
    /// Empty unless the cause is [`Cause::Condition`].
    pub failing_conditions: BTreeSet<String>,
    /// The purpose of the permission.
    pub why: String,
    /// The reason of the failure, as S3 reports it. It is a `failureReason` of the events and
    /// metrics of S3, such as `DstPutObjectNotPermitted`.
    pub failure_reason: Option<&'static str>,
    /// The effect, where S3 reports no reason; may be empty.
    pub effect: &'static str,
    /// The clause behind the need.
    pub clause: &'static Clause,
}

/// A needed request about which the documents do not decide.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Undecided {
    /// The action.
    pub action: String,
    /// The resource, as a statement names it.
    pub resource: String,
    /// The document.
    pub document: DocumentName,
    /// The condition keys, variables and operators on which the decision depends.
    pub depends_on: BTreeSet<String>,
}

/// The document that a finding is about.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum DocumentName {
    /// The permissions of the role of the configuration.
    ReplicationRole,
    /// The trust policy of the role of the configuration.
    ReplicationRoleTrust,
    /// The permissions of the role of the job.
    BatchRole,
    /// The trust policy of the role of the job.
    BatchRoleTrust,
    /// The permissions of the caller.
    Caller,
    /// The policy of the source bucket.
    SourceBucketPolicy(BucketName),
    /// The policy of a destination bucket.
    DestinationBucketPolicy(BucketName),
    /// The policy of another bucket, such as that of a report.
    BucketPolicy(BucketName),
    /// The policy of a KMS key.
    KmsKeyPolicy(String),
}

closed_vocabulary! {
    /// The cause of a request that is not permitted.
    #[expect(clippy::exhaustive_enums, reason = "the three outcomes of a policy that does not allow")]
    pub enum Cause("`not-allowed`, `denied` or `condition`") {
        /// No statement allows the request.
        NotAllowed = "not-allowed",
        /// A statement denies it.
        Denied = "denied",
        /// A statement would allow it, but a condition fails.
        Condition = "condition",
    }
}

impl DocumentName {
    /// Returns the kind of the document, as JSON has it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ReplicationRole => "ReplicationRole",
            Self::ReplicationRoleTrust => "ReplicationRoleTrust",
            Self::BatchRole => "BatchRole",
            Self::BatchRoleTrust => "BatchRoleTrust",
            Self::Caller => "Caller",
            Self::SourceBucketPolicy(_) => "SourceBucketPolicy",
            Self::DestinationBucketPolicy(_) => "DestinationBucketPolicy",
            Self::BucketPolicy(_) => "BucketPolicy",
            Self::KmsKeyPolicy(_) => "KmsKeyPolicy",
        }
    }

    /// Returns the bucket of a bucket policy, or the key of a key policy.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        match self {
            Self::SourceBucketPolicy(bucket)
            | Self::DestinationBucketPolicy(bucket)
            | Self::BucketPolicy(bucket) => Some(bucket.as_str()),
            Self::KmsKeyPolicy(key) => Some(key),
            _ => None,
        }
    }
}

/// A phrase such as "the policy of the replication role".
impl std::fmt::Display for DocumentName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::ReplicationRole => f.write_str("the policy of the replication role"),
            Self::ReplicationRoleTrust => f.write_str("the trust policy of the replication role"),
            Self::BatchRole => f.write_str("the policy of the batch role"),
            Self::BatchRoleTrust => f.write_str("the trust policy of the batch role"),
            Self::Caller => f.write_str("the policy of the caller"),
            Self::SourceBucketPolicy(bucket)
            | Self::DestinationBucketPolicy(bucket)
            | Self::BucketPolicy(bucket) => write!(f, "the policy of the bucket `{bucket}`"),
            Self::KmsKeyPolicy(key) => write!(f, "the policy of the key `{key}`"),
        }
    }
}

impl Checked {
    /// Returns true if the documents permit every needed request, false if they do not, and `None` if
    /// that depends on [undecided requests](Self::undecided) or [unknown facts](Self::unknown_facts).
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::KnownBuckets;
    /// use s3_replication::permissions::Setup;
    /// use s3_replication::{Dialect, ReplicationConfiguration};
    ///
    /// let configuration = ReplicationConfiguration::from_json(
    ///     r#"{"Role": "arn:aws:iam::111122223333:role/replication", "Rules": [{"Status": "Enabled",
    ///         "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
    /// )?;
    /// let dialect = Dialect::AWS;
    /// let nothing = KnownBuckets::new();
    /// let setup = Setup::new(&configuration, "photos".parse()?, &dialect, &nothing);
    /// let given = setup.documents().as_given();
    /// assert_eq!(setup.check(&given).verdict(), None, "another account may own `backup`");
    ///
    /// let facts = KnownBuckets::from_json(
    ///     r#"{"Buckets": {"photos": {"ObjectLock": "Disabled"},
    ///         "backup": {"Account": "111122223333"}}}"#,
    /// )?;
    /// let setup = Setup::new(&configuration, "photos".parse()?, &dialect, &facts);
    /// assert_eq!(setup.check(&given).verdict(), Some(true));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn verdict(&self) -> Option<bool> {
        if !self.missing.is_empty() {
            return Some(false);
        }
        if self.undecided.is_empty() && self.unknown.is_empty() { Some(true) } else { None }
    }

    /// Returns true if the documents permit every request that is known to be needed. Unknown facts may
    /// add others, see [`verdict`](Self::verdict).
    #[must_use]
    pub const fn is_sufficient(&self) -> bool {
        self.missing.is_empty() && self.undecided.is_empty()
    }

    /// Returns the needed requests that are not permitted.
    #[must_use]
    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }

    /// Returns the needed requests that depend on what is unknown.
    #[must_use]
    pub fn undecided(&self) -> &[Undecided] {
        &self.undecided
    }

    /// Returns the documents that are needed and were not given.
    #[must_use]
    pub fn not_checked(&self) -> &[DocumentName] {
        &self.not_given
    }

    /// Returns the unknown facts that may add a request which the documents do not permit.
    #[must_use]
    pub fn unknown_facts(&self) -> &[Note] {
        &self.unknown
    }

    /// Returns remarks: permissions on which sources differ, and what is granted and not needed.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }
}
