//! The policy documents that a caller of the library has.
//!
//! They come from files of the command line, from a scenario of a simulation, or from
//! [`Documents::as_given`](super::Documents::as_given). The check reads each set in its own way:
//! policies of an identity count together, and of trust, bucket and key policies there is one each,
//! so a second one replaces the first.

use crate::model::{BucketName, KmsKeyArn};
use crate::permissions::document::PolicyDocument;

/// Policy documents that exist, for [`Setup::check`](super::Setup::check).
///
/// A document that is not given is not judged: a role may have others.
///
/// # Examples
///
/// ```
/// use s3_replication::permissions::{GivenDocuments, PolicyDocument};
///
/// let trust = PolicyDocument::from_json(
///     r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
///         "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"#,
/// )?;
/// let given = GivenDocuments::new().with_trust_policy(trust);
/// assert!(!given.is_empty());
/// # Ok::<(), s3_replication::Report>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct GivenDocuments {
    /// Inline and managed policies of the role, which count together.
    pub(super) role: Vec<PolicyDocument>,
    pub(super) trust: Option<PolicyDocument>,
    // By name, in the order in which they were given; a bucket occurs once.
    pub(super) buckets: Vec<(BucketName, PolicyDocument)>,
    /// By ARN, by ID, or by the pattern under which the check names an unknown key.
    pub(super) keys: Vec<(String, PolicyDocument)>,
    pub(super) batch_role: Vec<PolicyDocument>,
    pub(super) batch_trust: Option<PolicyDocument>,
    pub(super) caller: Vec<PolicyDocument>,
}

impl GivenDocuments {
    /// Creates an empty set.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            role: Vec::new(),
            trust: None,
            buckets: Vec::new(),
            keys: Vec::new(),
            batch_role: Vec::new(),
            batch_trust: None,
            caller: Vec::new(),
        }
    }

    /// Adds a permissions policy of the role of the configuration. A role may have several.
    #[must_use]
    pub fn with_role_policy(mut self, policy: PolicyDocument) -> Self {
        self.role.push(policy);
        self
    }

    /// Removes the permissions policies of the role of the configuration.
    #[must_use]
    pub fn without_role_policies(mut self) -> Self {
        self.role.clear();
        self
    }

    /// Sets the trust policy of the role of the configuration.
    #[must_use]
    pub fn with_trust_policy(mut self, policy: PolicyDocument) -> Self {
        self.trust = Some(policy);
        self
    }

    /// Sets the policy of a bucket.
    #[must_use]
    pub fn with_bucket_policy(mut self, bucket: BucketName, policy: PolicyDocument) -> Self {
        self.buckets.retain(|(other, _)| *other != bucket);
        self.buckets.push((bucket, policy));
        self
    }

    /// Sets the policy of a KMS key, by its ARN or ID. A later policy of the same key replaces an earlier
    /// one, also under the other name.
    #[must_use]
    pub fn with_key_policy(mut self, key: impl Into<String>, policy: PolicyDocument) -> Self {
        let key = key.into();
        self.keys.retain(|(other, _)| *other != key);
        self.keys.push((key, policy));
        self
    }

    /// Adds a permissions policy of the role of the job.
    #[must_use]
    pub fn with_batch_role_policy(mut self, policy: PolicyDocument) -> Self {
        self.batch_role.push(policy);
        self
    }

    /// Sets the trust policy of the role of the job.
    #[must_use]
    pub fn with_batch_trust_policy(mut self, policy: PolicyDocument) -> Self {
        self.batch_trust = Some(policy);
        self
    }

    /// Adds a policy of the caller who puts the configuration and creates the job.
    #[must_use]
    pub fn with_caller_policy(mut self, policy: PolicyDocument) -> Self {
        self.caller.push(policy);
        self
    }

    /// Returns true if the set is empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.role.is_empty()
            && self.trust.is_none()
            && self.buckets.is_empty()
            && self.keys.is_empty()
            && self.batch_role.is_empty()
            && self.batch_trust.is_none()
            && self.caller.is_empty()
    }

    /// Returns the policy of a bucket.
    pub(super) fn bucket(&self, bucket: &BucketName) -> Option<&PolicyDocument> {
        self.buckets.iter().find(|(name, _)| name == bucket).map(|(_, policy)| policy)
    }

    /// Returns the policy of a key: given by its ARN or its ID, or by the pattern of an unknown key. Of
    /// two policies under different names of one key, the later one replaces the other.
    pub(super) fn key(&self, arn: &str, pattern: &str) -> Option<&PolicyDocument> {
        let id = arn.parse::<KmsKeyArn>().ok().map(|arn| arn.resource().to_string());
        let id = id.as_deref().and_then(|resource| resource.strip_prefix("key/"));
        let is_meant = |name: &str| name == arn || name == pattern || Some(name) == id;
        self.keys.iter().rev().find(|(name, _)| is_meant(name)).map(|(_, policy)| policy)
    }
}
