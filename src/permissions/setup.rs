//! A configuration, the facts about its buckets, and what else decides the permissions that it
//! needs.
//!
//! The facts come from three places, and the most specific one counts: what the caller states here,
//! what is known about a bucket, and what the configuration itself shows. A fact that none of them
//! has is unknown, and is named where it matters.

use crate::batch::request::JobSpecification;
use crate::dialect::Dialect;
use crate::dialect::permission::PermissionDialect;
use crate::model::{
    AccountId, BucketArn, BucketName, BucketSettings, KmsKeyArn, KnownBuckets, Partition, Region,
    ReplicationConfiguration, ReplicationRule, RoleArn,
};

/// A configuration with the facts that decide which permissions it needs.
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
/// let (dialect, known) = (Dialect::AWS, KnownBuckets::new());
/// let setup = Setup::new(&configuration, "photos".parse()?, &dialect, &known);
///
/// let documents = setup.documents();
/// let actions: Vec<&str> = documents
///     .replication_role()
///     .policy()
///     .statements()
///     .iter()
///     .flat_map(|statement| statement.actions())
///     .map(String::as_str)
///     .collect();
/// assert!(actions.contains(&"s3:ReplicateDelete"), "a V1 configuration replicates delete markers");
/// assert!(setup.check(&documents.as_given()).is_sufficient());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Setup<'s> {
    /// `None` for a job alone.
    pub(super) configuration: Option<&'s ReplicationConfiguration>,
    pub(super) role: &'s RoleArn,
    pub(super) source: BucketName,
    pub(super) known: &'s KnownBuckets,
    dialect: &'s Dialect,
    /// The account of the source bucket, if the caller states it.
    account: Option<AccountId>,
    /// The keys that the caller names, without the default key of the bucket.
    source_keys: Vec<KmsKeyArn>,
    /// The owner that is assumed for destinations of an unknown one.
    stranger: Option<AccountId>,
    pub(super) replicates_annotations: bool,
    /// The only destination that is considered, if there is one.
    destination: Option<&'s BucketArn>,
    pub(super) job: Option<Job<'s>>,
}

/// A Batch Replication job whose permissions are needed, too.
#[derive(Clone, Copy, Debug)]
pub(super) enum Job<'s> {
    /// Any job whose manifest S3 generates and does not keep.
    Generated,
    Specified(&'s JobSpecification),
}

/// The account that owns a bucket or key, compared with that of the role.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Owner {
    Same,
    Other(AccountId),
    Unknown,
}

impl<'s> Setup<'s> {
    /// Creates the setup of the configuration of a source bucket. Where the configuration names no IAM
    /// role, as in stores without IAM, the role is unknown.
    #[must_use]
    pub fn new(
        configuration: &'s ReplicationConfiguration,
        source: BucketName,
        dialect: &'s Dialect,
        known: &'s KnownBuckets,
    ) -> Self {
        let role = configuration.role().unwrap_or_else(|| RoleArn::absent());
        Self { configuration: Some(configuration), ..Self::of_role(role, source, dialect, known) }
    }

    /// Creates the setup of a Batch Replication job alone, for [`judge_job`](Self::judge_job). `source` is
    /// the bucket with the versions that the job replicates.
    #[must_use]
    pub fn of_job(
        job: &'s JobSpecification,
        source: BucketName,
        dialect: &'s Dialect,
        known: &'s KnownBuckets,
    ) -> Self {
        let setup = Self::of_role(job.role_arn(), source, dialect, known);
        Self { job: Some(Job::Specified(job)), ..setup }
    }

    /// Creates a setup in which the role does nothing yet.
    const fn of_role(
        role: &'s RoleArn,
        source: BucketName,
        dialect: &'s Dialect,
        known: &'s KnownBuckets,
    ) -> Self {
        Self {
            configuration: None,
            role,
            source,
            known,
            dialect,
            account: None,
            source_keys: Vec::new(),
            stranger: None,
            replicates_annotations: false,
            destination: None,
            job: None,
        }
    }

    /// Sets the account of the source bucket, where neither the facts nor the role decide it.
    #[must_use]
    pub const fn with_account(mut self, account: AccountId) -> Self {
        self.account = Some(account);
        self
    }

    /// Adds a KMS key that encrypts versions of the source bucket.
    #[must_use]
    pub fn with_source_key(mut self, key: KmsKeyArn) -> Self {
        self.source_keys.push(key);
        self
    }

    /// Replicates annotations, too.
    #[must_use]
    pub const fn with_annotations(mut self) -> Self {
        self.replicates_annotations = true;
        self
    }

    /// Considers the rules for one destination bucket alone. The check is then about this link.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::KnownBuckets;
    /// use s3_replication::permissions::{GivenDocuments, PolicyDocument, Setup};
    /// use s3_replication::{Dialect, ReplicationConfiguration};
    ///
    /// let configuration = ReplicationConfiguration::from_json(
    ///     r#"{"Role": "arn:aws:iam::111122223333:role/replication", "Rules": [
    ///         {"Status": "Enabled", "Priority": 1, "Filter": {},
    ///          "DeleteMarkerReplication": {"Status": "Disabled"},
    ///          "Destination": {"Bucket": "arn:aws:s3:::backup"}},
    ///         {"Status": "Enabled", "Priority": 2, "Filter": {},
    ///          "DeleteMarkerReplication": {"Status": "Disabled"},
    ///          "Destination": {"Bucket": "arn:aws:s3:::archive"}}]}"#,
    /// )?;
    /// let policy = PolicyDocument::from_json(
    ///     r#"{"Version": "2012-10-17", "Statement": [
    ///         {"Effect": "Allow", "Action": "s3:*",
    ///          "Resource": ["arn:aws:s3:::photos", "arn:aws:s3:::photos/*", "arn:aws:s3:::backup/*"]}]}"#,
    /// )?;
    /// let (dialect, known) = (Dialect::AWS, KnownBuckets::new());
    /// let setup = Setup::new(&configuration, "photos".parse()?, &dialect, &known);
    /// let given = GivenDocuments::new().with_role_policy(policy);
    /// let [backup, archive] = ["arn:aws:s3:::backup".parse()?, "arn:aws:s3:::archive".parse()?];
    /// assert!(setup.clone().with_destination(&backup).check(&given).is_sufficient());
    /// assert!(!setup.with_destination(&archive).check(&given).is_sufficient());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn with_destination(mut self, bucket: &'s BucketArn) -> Self {
        self.destination = Some(bucket);
        self
    }

    /// Adds a Batch Replication job.
    #[must_use]
    pub const fn with_job(mut self, job: &'s JobSpecification) -> Self {
        self.job = Some(Job::Specified(job));
        self
    }

    /// Adds a Batch Replication job whose manifest S3 generates and does not keep, without a report.
    #[must_use]
    pub const fn with_generated_job(mut self) -> Self {
        self.job = Some(Job::Generated);
        self
    }

    /// Assumes an account for destinations of an unknown one.
    ///
    /// The check compares the answers with and without it: a fact that changes nothing need not be
    /// known.
    pub(super) fn with_stranger(&self, account: AccountId) -> Self {
        Self { stranger: Some(account), ..self.clone() }
    }

    /// Returns the answers of the dialect where sources differ.
    pub(super) const fn answers(&self) -> PermissionDialect {
        self.dialect.permissions()
    }

    /// Returns the partition, which is that of the role: S3 replicates only within one.
    pub(super) fn partition(&self) -> &'s Partition {
        self.role.partition()
    }

    /// Returns the ARN of the source bucket.
    pub(super) fn source_arn(&self) -> BucketArn {
        BucketArn::new(self.partition().clone(), self.source.clone())
    }

    /// Returns the account of the role, which is that of the source bucket.
    pub(super) fn role_account(&self) -> AccountId {
        self.role.account()
    }

    /// Returns the account of the source bucket.
    pub(super) fn source_account(&self) -> AccountId {
        let known = self.settings(&self.source).and_then(|settings| settings.account);
        self.account.or(known).unwrap_or_else(|| self.role_account())
    }

    /// Returns the known settings of a bucket.
    pub(super) fn settings(&self, bucket: &BucketName) -> Option<&'s BucketSettings> {
        self.known.get(bucket)
    }

    /// Returns the Region of a bucket, if it is known.
    pub(super) fn region(&self, bucket: &BucketName) -> Option<&'s Region> {
        self.settings(bucket)?.region.as_ref()
    }

    /// Returns the keys that encrypt versions of the source bucket, as far as they are known.
    pub(super) fn source_keys(&self) -> Vec<KmsKeyArn> {
        let default =
            self.settings(&self.source).and_then(|settings| settings.default_kms_key_id.clone());
        let mut keys = self.source_keys.clone();
        keys.extend(default.filter(|key| !keys.contains(key)));
        keys
    }

    /// Returns the rules that do something.
    ///
    /// A disabled rule needs nothing. It may be enabled later, but its permissions should not be
    /// granted before.
    pub(super) fn rules(&self) -> impl Iterator<Item = &'s ReplicationRule> + use<'s> {
        let destination = self.destination;
        let is_meant = move |rule: &&ReplicationRule| {
            destination.is_none_or(|bucket| rule.destination.bucket == *bucket)
        };
        let rules = self.configuration.map_or(&[][..], ReplicationConfiguration::rules);
        rules.iter().filter(|rule| rule.is_enabled()).filter(is_meant)
    }

    /// Returns the destination buckets of the enabled rules, each once.
    pub(super) fn destinations(&self) -> Vec<&'s BucketArn> {
        let mut buckets: Vec<&BucketArn> = Vec::new();
        for rule in self.rules() {
            if !buckets.contains(&&rule.destination.bucket) {
                buckets.push(&rule.destination.bucket);
            }
        }
        buckets
    }

    /// Returns the enabled rules that replicate to a bucket.
    pub(super) fn rules_to(
        &self,
        bucket: &BucketArn,
    ) -> impl Iterator<Item = &'s ReplicationRule> + use<'s, '_> {
        let bucket = bucket.clone();
        self.rules().filter(move |rule| rule.destination.bucket == bucket)
    }

    /// Returns the owner of a bucket. Facts about the bucket count more than the account in a rule,
    /// which S3 does not verify before it replicates.
    pub(super) fn owner(&self, bucket: &BucketArn) -> Owner {
        if *bucket.name() == self.source {
            return self.owned_by(self.source_account());
        }
        let known = self.settings(bucket.name()).and_then(|settings| settings.account);
        let named = || {
            let mut accounts = self.rules_to(bucket);
            accounts.find_map(|rule| rule.destination.ownership.account()?.id())
        };
        known
            .or_else(named)
            .or(self.stranger)
            .map_or(Owner::Unknown, |account| self.owned_by(account))
    }

    /// Compares an account with that of the role.
    pub(super) fn owned_by(&self, account: AccountId) -> Owner {
        if account == self.role_account() { Owner::Same } else { Owner::Other(account) }
    }
}
