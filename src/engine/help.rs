//! What to do when a rule does not replicate something that it should.

use crate::clause::{self, Clause};
use crate::engine::{NearMiss, Reason};
use crate::model::{FilterSpelling, ReplicationRule};

/// What to do with a prefix of which nothing is left.
pub(crate) const EVERY_KEY: &str = "leave the prefix empty to take every key";

impl Reason {
    /// Returns what to do if it should be replicated all the same; `None` where there is nothing to
    /// do, or [`NearMiss::help`] knows better.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::engine::Reason;
    ///
    /// assert_eq!(Reason::RuleDisabled.help(), Some("enable the rule"));
    /// ```
    #[must_use]
    pub const fn help(self) -> Option<&'static str> {
        Some(match self {
            Self::Archived => "restore the version and copy it; the copy is a new version",
            Self::DeleteMarkerHasNoTags => {
                "add a rule without tags that replicates delete markers of these keys"
            }
            Self::DeleteMarkersDisabled => "enable `DeleteMarkerReplication` in the rule",
            Self::ExistingObject => "replicate what was there before with Batch Replication",
            Self::KmsNotSelected => {
                "add `SseKmsEncryptedObjects` with `Status` `Enabled`, and a `ReplicaKmsKeyID`"
            }
            Self::LifecycleAction => "give the destination bucket lifecycle rules of its own",
            Self::OwnerCannotRead => {
                "let the owner of the bucket read the object and its ACL, or enforce ownership by \
                 the bucket owner"
            }
            Self::OwnerOverride => "change the ACL in the destination bucket",
            Self::Replica => {
                "replicate from the bucket in which the object was written, or use Batch \
                 Replication, which takes replicas too"
            }
            Self::ReplicaModificationsDisabled => {
                "enable `ReplicaModifications` in `SourceSelectionCriteria`, on both sides"
            }
            Self::RuleDisabled => "enable the rule",
            Self::VersionDelete => "delete the version in the destination bucket too",
            Self::DeleteMarkerHasNoMetadata | Self::PrefixDiffers | Self::TagsDiffer => {
                return None;
            }
        })
    }

    /// Returns what to do in this rule, which knows better than [`help`](Self::help) what is there
    /// already, and what its version of the schema allows.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::ReplicationConfiguration;
    /// use s3_replication::engine::Reason;
    ///
    /// let v1 = ReplicationConfiguration::from_json(
    ///     r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{"Status": "Enabled",
    ///         "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
    /// )?;
    /// let help = Reason::ReplicaModificationsDisabled.help_in(&v1.rules()[0]).unwrap();
    /// assert!(help.starts_with("write the configuration as V2"));
    /// # Ok::<(), s3_replication::Report>(())
    /// ```
    #[must_use]
    pub fn help_in(self, rule: &ReplicationRule) -> Option<&'static str> {
        let is_v1 = rule.filter.spelling() == FilterSpelling::RulePrefix;
        match self {
            Self::KmsNotSelected if rule.kms.is_some() => Some("enable `SseKmsEncryptedObjects`"),
            Self::ReplicaModificationsDisabled if is_v1 => Some(
                "write the configuration as V2, with `Filter` and `Priority`; then enable \
                 `ReplicaModifications` in `SourceSelectionCriteria`, on both sides",
            ),
            _ => self.help(),
        }
    }
}

impl NearMiss<'_> {
    /// Returns what to do if the rule should have matched.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::KeyCase { .. } => "write prefix and key in the same letters".to_owned(),
            Self::LeadingSlash { prefix } => match prefix.strip_prefix('/').unwrap_or(prefix) {
                "" => EVERY_KEY.to_owned(),
                rest if rest.starts_with('/') => {
                    format!("write the prefix with one slash less: `{rest}`")
                }
                rest => format!("write the prefix without the slash: `{rest}`"),
            },
            Self::KeyLeadingSlash { prefix } if prefix.starts_with('/') => {
                format!("write keys with one slash less, or the prefix `/{prefix}`")
            }
            Self::KeyLeadingSlash { prefix } => {
                format!("write keys without the slash, or the prefix `/{prefix}`")
            }
            Self::Encoded { prefix: _, decoded } => {
                format!("write the characters themselves: `{decoded}`")
            }
            Self::SurroundingSpace { prefix } => match prefix.trim() {
                "" => EVERY_KEY.to_owned(),
                trimmed => format!("write `{trimmed}`, with nothing around it"),
            },
            Self::Wildcard { prefix } => {
                match prefix.split(['*', '?']).next().unwrap_or_default() {
                    "" => format!("{EVERY_KEY}; what a key ends with can't be asked for"),
                    before => format!("write `{before}`; what comes behind it can't be asked for"),
                }
            }
            Self::OneCharacter { .. } => "see which of the two is misspelt".to_owned(),
            Self::TagValue { wanted, .. } | Self::TagMissing { wanted } => format!(
                "write the object with tag `{}` as `{}`; one that is added later counts for Batch \
                 Replication only",
                wanted.key(),
                wanted.value(),
            ),
            Self::TagKeyCase { wanted, .. } => {
                format!("call the tag `{}`; case counts", wanted.key())
            }
        }
    }

    /// Returns the clause of `SEMANTICS.md` that makes it a miss.
    #[must_use]
    pub const fn clause(&self) -> &'static Clause {
        match self {
            Self::KeyCase { .. } => &clause::FILTER_CASE,
            Self::LeadingSlash { .. }
            | Self::KeyLeadingSlash { .. }
            | Self::Encoded { .. }
            | Self::SurroundingSpace { .. }
            | Self::Wildcard { .. }
            | Self::OneCharacter { .. } => &clause::FILTER_PREFIX,
            Self::TagValue { .. } | Self::TagKeyCase { .. } => &clause::FILTER_TAGS,
            Self::TagMissing { .. } => &clause::FILTER_TAGS_AT_CREATION,
        }
    }
}
