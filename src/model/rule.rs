use std::fmt;
use std::str::FromStr;

use crate::model::{
    Destination, KmsReplication, Priority, RuleFilter, RuleStatus, TimeControl, Zones,
};
use crate::text::illegal_in_xml;

/// One rule of a valid configuration: the versions it selects, their destination, and the settings
/// of the replicas.
///
/// A rule is valid only together with the others, so rules are obtained from a
/// [`ReplicationConfiguration`](crate::ReplicationConfiguration). To write one in code, use a
/// [`RuleDraft`](crate::model::RuleDraft).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub struct ReplicationRule {
    /// The position in the document, from zero.
    pub position: usize,
    /// The ID; `None` where the document has none. S3 then generates one.
    pub id: Option<RuleId>,
    /// The status: a disabled rule does nothing.
    pub status: RuleStatus,
    /// The priority among the rules with the same destination bucket; `None` only in V1.
    pub priority: Option<Priority>,
    /// The condition on the key and the tags of a version.
    pub filter: RuleFilter,
    /// The status of delete marker replication; `None` only in V1, which replicates delete markers.
    pub delete_marker_replication: Option<RuleStatus>,
    /// The status of `DeleteReplication`, an extension of MinIO and RustFS for permanent deletes of
    /// versions; `None` means disabled.
    pub delete_replication: Option<RuleStatus>,
    /// The settings for versions encrypted with a KMS key; without them such versions are not
    /// replicated.
    pub kms: Option<KmsReplication>,
    /// The status of replica modification sync; `None` means disabled.
    pub replica_modifications: Option<RuleStatus>,
    /// The status of `ExistingObjectReplication`, which S3 no longer accepts.
    pub existing_object_replication: Option<RuleStatus>,
    /// The destination bucket and the settings of the replicas.
    pub destination: Destination,
    /// The zones that the rule names, an extension of Ceph; none stands for every zone (REP-1138).
    ///
    /// Decisions do not depend on them until
    /// [`ReplicationConfiguration::in_zones`](crate::ReplicationConfiguration::in_zones) applies them.
    pub zones: Zones,
    /// True where data sync between the zones of the configuration does not apply the rule.
    pub(crate) is_for_other_zones: bool,
}

impl ReplicationRule {
    /// Returns the name of the rule for messages: its ID, or `#` and its number, counted from one.
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

    /// Returns true when the rule is enabled, and not for other zones.
    #[must_use]
    pub const fn is_enabled(&self) -> bool {
        self.status.is_enabled() && !self.is_for_other_zones
    }

    /// Returns true when data sync between the zones of
    /// [`ReplicationConfiguration::in_zones`](crate::ReplicationConfiguration::in_zones) does not
    /// apply the rule (REP-1138).
    #[must_use]
    pub const fn is_for_other_zones(&self) -> bool {
        self.is_for_other_zones
    }

    /// Returns true when the rule replicates delete markers that users create: always in V1, and in
    /// V2 when `DeleteMarkerReplication` is enabled (REP-510, REP-511).
    #[must_use]
    pub fn replicates_delete_markers(&self) -> bool {
        self.delete_marker_replication.is_none_or(RuleStatus::is_enabled)
    }

    /// Returns true when the rule replicates permanent deletes of versions, in stores that know
    /// `DeleteReplication` (REP-1122).
    #[must_use]
    pub fn replicates_version_deletes(&self) -> bool {
        self.delete_replication.is_some_and(RuleStatus::is_enabled)
    }

    /// Returns true when the rule selects versions encrypted with a KMS key (REP-504).
    #[must_use]
    pub fn selects_kms(&self) -> bool {
        self.kms.as_ref().is_some_and(|kms| kms.status.is_enabled())
    }

    /// Returns true when the rule publishes replication metrics.
    #[must_use]
    pub fn has_metrics(&self) -> bool {
        self.destination.time_control.is_some_and(TimeControl::has_metrics)
    }

    /// Returns true when the rule enables replica modification sync (REP-517).
    #[must_use]
    pub fn replicates_replica_modifications(&self) -> bool {
        self.replica_modifications.is_some_and(RuleStatus::is_enabled)
    }
}

/// The name of a rule in messages.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a rule has an ID or a position")]
pub enum RuleName<'r> {
    /// The ID.
    Id(&'r RuleId),
    /// The number in the document, counted from one.
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

/// The ID of a rule, unique within a configuration: at most 255 ASCII characters.
///
/// # Examples
///
/// ```
/// use s3_replication::model::RuleId;
///
/// let id: RuleId = "archive-logs".parse()?;
/// assert_eq!(id.as_str(), "archive-logs");
/// assert!("é".parse::<RuleId>().unwrap_err().is_not_ascii());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RuleId(String);

impl RuleId {
    /// The maximum length in characters.
    pub const LIMIT: usize = 255;

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RuleId {
    type Err = InvalidRuleId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let characters = text.chars().count();
        if characters > Self::LIMIT {
            Err(InvalidRuleId(RuleIdProblem::TooLong { characters }))
        } else if let Some(found) = text.chars().find(|c| !c.is_ascii()) {
            Err(InvalidRuleId(RuleIdProblem::NotAscii { found }))
        } else if let Some(found) = illegal_in_xml(text) {
            Err(InvalidRuleId(RuleIdProblem::IllegalCharacter { found }))
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

text_serde!(RuleId, "a rule ID", |word| word.parse::<RuleId>());

/// The error returned when a text is not a [`RuleId`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(transparent)]
pub struct InvalidRuleId(RuleIdProblem);

#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
enum RuleIdProblem {
    #[error("a rule ID has at most {} characters, this one has {characters}", RuleId::LIMIT)]
    TooLong { characters: usize },
    #[error("a rule ID has only ASCII characters, this one has `{}`", found.escape_default())]
    NotAscii { found: char },
    #[error("a rule ID cannot contain `{}`, which XML cannot represent", found.escape_unicode())]
    IllegalCharacter { found: char },
}

impl InvalidRuleId {
    /// Returns true when the ID contains a character outside ASCII.
    #[must_use]
    pub const fn is_not_ascii(&self) -> bool {
        matches!(self.0, RuleIdProblem::NotAscii { .. })
    }

    /// Returns true when the ID is too long.
    #[must_use]
    pub const fn is_too_long(&self) -> bool {
        matches!(self.0, RuleIdProblem::TooLong { .. })
    }
}
