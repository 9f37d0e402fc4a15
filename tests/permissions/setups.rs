//! Configurations and facts for the tests of permissions.

use s3_replication::batch::request::{JobParser, JobSpecification};
use s3_replication::model::KnownBuckets;
use s3_replication::permissions::{
    Cause, Checked, Documents, GivenDocuments, PolicyDocument, Setup, Statement,
};
use s3_replication::{Dialect, ReplicationConfiguration};

/// A configuration with everything around it.
pub(super) struct Case {
    pub(super) configuration: ReplicationConfiguration,
    pub(super) known: KnownBuckets,
    pub(super) dialect: Dialect,
    pub(super) job: Option<JobSpecification>,
}

impl Case {
    /// Creates a case of rules, each the JSON of one without its constant parts.
    pub(super) fn new(rules: &[&str], context: &str) -> Self {
        let rules: Vec<String> = rules
            .iter()
            .enumerate()
            .map(|(at, rule)| {
                format!(r#"{{"ID": "r{at}", "Status": "Enabled", "Priority": {at}, {rule}}}"#)
            })
            .collect();
        let text = format!(
            r#"{{"Role": "arn:aws:iam::111122223333:role/service-role/replication", "Rules": [{}]}}"#,
            rules.join(",")
        );
        Self {
            configuration: ReplicationConfiguration::from_json(&text).unwrap(),
            known: KnownBuckets::from_json(context).unwrap(),
            dialect: Dialect::AWS,
            job: None,
        }
    }

    pub(super) fn with_job(mut self, rest: &str) -> Self {
        let text = format!(
            r#"{{"AccountId": "111122223333", "Operation": {{"S3ReplicateObject": {{}}}},
                "ClientRequestToken": "t", "Priority": 1, "ConfirmationRequired": false,
                "RoleArn": "arn:aws:iam::111122223333:role/batch", {rest}}}"#
        );
        self.job = Some(JobParser::new().parse_json(&text).into_specification().unwrap());
        self
    }

    pub(super) fn setup(&self) -> Setup<'_> {
        let source = "photos".parse().unwrap();
        let setup = Setup::new(&self.configuration, source, &self.dialect, &self.known);
        match &self.job {
            Some(job) => setup.with_job(job),
            None => setup,
        }
    }

    pub(super) fn documents(&self) -> Documents {
        self.setup().documents()
    }

    pub(super) fn check_role(&self, policy: &str) -> Checked {
        self.setup().check(&GivenDocuments::new().with_role_policy(policy_of(policy)))
    }
}

/// The rule that replicates everything, delete markers included, to `backup`.
pub(super) const ALL: &str = r#""Filter": {}, "DeleteMarkerReplication": {"Status": "Enabled"},
    "Destination": {"Bucket": "arn:aws:s3:::backup"}"#;

/// The rule that replicates what is below `Tax/`, without delete markers.
pub(super) const TAX: &str = r#""Filter": {"Prefix": "Tax/"},
    "DeleteMarkerReplication": {"Status": "Disabled"},
    "Destination": {"Bucket": "arn:aws:s3:::backup"}"#;

/// The rule that gives replicas to another account.
pub(super) const PARTNER: &str = r#""Filter": {"Tag": {"Key": "share", "Value": "yes"}},
    "DeleteMarkerReplication": {"Status": "Disabled"},
    "Destination": {"Bucket": "arn:aws:s3:::partner", "Account": "444455556666",
        "AccessControlTranslation": {"Owner": "Destination"}}"#;

/// The rule that replicates versions encrypted with a KMS key to another account.
pub(super) const VAULT: &str = r#""Filter": {"Prefix": "Vault/"},
    "DeleteMarkerReplication": {"Status": "Disabled"},
    "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
    "Destination": {"Bucket": "arn:aws:s3:::partner", "Account": "444455556666",
        "EncryptionConfiguration": {
            "ReplicaKmsKeyID": "arn:aws:kms:eu-west-1:444455556666:key/replica"}}"#;

pub(super) const CONTEXT: &str = r#"{"Buckets": {
    "photos": {"Region": "eu-central-1", "ObjectLock": "Disabled", "BucketKeyEnabled": false,
        "DefaultEncryption": "SSE-KMS",
        "DefaultKmsKeyId": "arn:aws:kms:eu-central-1:111122223333:key/source"},
    "backup": {"Account": "111122223333", "Region": "eu-central-1"},
    "partner": {"Region": "eu-west-1", "BucketKeyEnabled": false}}}"#;

pub(super) fn policy_of(text: &str) -> PolicyDocument {
    PolicyDocument::from_json(text).unwrap_or_else(|report| panic!("{report}"))
}

/// Returns the actions of a policy, each with its resources.
pub(super) fn grants(policy: &PolicyDocument) -> Vec<(String, String)> {
    policy
        .statements()
        .iter()
        .flat_map(|statement: &Statement| {
            statement.actions().iter().flat_map(|action| {
                let resources = statement.resources().iter();
                resources.map(move |resource| (action.clone(), resource.clone()))
            })
        })
        .collect()
}

/// Returns the missing actions with their documents and causes.
pub(super) fn missing(checked: &Checked) -> Vec<(String, &'static str, Cause)> {
    checked
        .missing()
        .iter()
        .map(|one| (one.action.clone(), one.document.kind(), one.cause))
        .collect()
}
