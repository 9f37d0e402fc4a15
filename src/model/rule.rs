use std::fmt;

use crate::model::{
    BucketArn, KmsReplication, Ownership, Priority, RuleFilter, RuleId, RuleStatus, StorageClass,
    TimeControl,
};

/// One rule of a proven configuration: which object versions go to which destination, and how.
///
/// Rules come out of a [`ReplicationConfiguration`](crate::ReplicationConfiguration) and can't be
/// made one by one: whether a rule is legal depends on the others. To write one in code, use a
/// [`RuleDraft`](crate::model::RuleDraft).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct ReplicationRule {
    /// The position in the document, from zero.
    pub position: usize,
    /// The ID, where the rule has one; S3 would make one up.
    pub id: Option<RuleId>,
    /// Whether the rule is in force.
    pub status: RuleStatus,
    /// Which rule wins among those with the same destination; `None` in V1 only.
    pub priority: Option<Priority>,
    /// Which object versions the rule is about.
    pub filter: RuleFilter,
    /// Whether delete markers are replicated; `None` in V1 only, where they are.
    pub delete_marker_replication: Option<RuleStatus>,
    /// What the rule says about versions under KMS: without it they are not selected.
    pub kms: Option<KmsReplication>,
    /// Whether changes of metadata on replicas are replicated: without it they are not.
    pub replica_modifications: Option<RuleStatus>,
    /// The old switch for existing objects, which S3 no longer accepts.
    pub existing_object_replication: Option<RuleStatus>,
    /// Where replicas go, and what they will be.
    pub destination: Destination,
}

/// Where the replicas of a rule go, and what they will be.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct Destination {
    /// The bucket.
    pub bucket: BucketArn,
    /// The storage class of replicas; that of the source when absent.
    pub storage_class: Option<StorageClass>,
    /// Who owns the replicas.
    pub ownership: Ownership,
    /// Time Control and metrics, where the rule says something about them.
    pub time_control: Option<TimeControl>,
}

impl ReplicationRule {
    /// Returns what to call the rule: its ID, else `#` and its number from one.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::ReplicationConfiguration;
    ///
    /// let configuration = ReplicationConfiguration::from_json(
    ///     r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{"Status": "Enabled",
    ///         "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
    /// )?;
    /// assert_eq!(configuration.rules()[0].name().to_string(), "#1");
    /// # Ok::<(), s3_replication::Report>(())
    /// ```
    #[must_use]
    pub fn name(&self) -> RuleName<'_> {
        match &self.id {
            Some(id) if !id.as_str().is_empty() => RuleName::Id(id),
            _ => RuleName::Number(self.position + 1),
        }
    }

    /// Returns true when the rule is in force.
    #[must_use]
    pub const fn is_enabled(&self) -> bool {
        self.status.is_enabled()
    }

    /// Returns true when the rule replicates the delete markers that users make: in V1 always, in
    /// V2 when `DeleteMarkerReplication` is enabled (REP-510, REP-511).
    #[must_use]
    pub fn replicates_delete_markers(&self) -> bool {
        self.delete_marker_replication.is_none_or(RuleStatus::is_enabled)
    }

    /// Returns true when the rule selects versions under KMS (REP-504).
    #[must_use]
    pub fn selects_kms(&self) -> bool {
        self.kms.as_ref().is_some_and(|kms| kms.status.is_enabled())
    }

    /// Returns true when the rule publishes replication metrics.
    #[must_use]
    pub fn has_metrics(&self) -> bool {
        self.destination.time_control.is_some_and(TimeControl::has_metrics)
    }

    /// Returns true when the rule replicates changes of metadata on replicas (REP-517).
    #[must_use]
    pub fn replicates_replica_modifications(&self) -> bool {
        self.replica_modifications.is_some_and(RuleStatus::is_enabled)
    }
}

/// What to call a rule.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a rule has an ID or a place")]
pub enum RuleName<'r> {
    /// The ID it has.
    Id(&'r RuleId),
    /// Its number in the document, from one.
    Number(usize),
}

impl fmt::Display for RuleName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Number(number) => f.pad(&format!("#{number}")),
        }
    }
}
