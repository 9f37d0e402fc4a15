//! What to do when a rule does not replicate something that it should.

use crate::clause::{self, Clause};
use crate::engine::{NearMiss, Reason};

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
}

impl NearMiss<'_> {
    /// Returns what to do if the rule should have matched.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::KeyCase { .. } => "write prefix and key in the same letters".to_owned(),
            Self::LeadingSlash { prefix } => {
                format!("write the prefix without the slash: `{}`", prefix.trim_start_matches('/'))
            }
            Self::KeyLeadingSlash { prefix } => {
                format!("write keys without the slash, or the prefix `/{prefix}`")
            }
            Self::Encoded { prefix: _, decoded } => {
                format!("write the characters themselves: `{decoded}`")
            }
            Self::SurroundingSpace { prefix } => {
                format!("write the prefix with nothing around it: `{}`", prefix.trim())
            }
            Self::Wildcard { prefix } => {
                let before = prefix.split(['*', '?']).next().unwrap_or_default();
                format!("write what stands before the wildcard: `{before}`")
            }
            Self::OneCharacter { .. } => "see which of the two is misspelt".to_owned(),
            Self::TagValue { wanted, .. } | Self::TagMissing { wanted } => format!(
                "write the object with tag `{}` as `{}`; a tag that is added later does not \
                 replicate it",
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
