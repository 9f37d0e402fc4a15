use std::fmt;

use crate::clause::{self, Clause};
use crate::engine::{Decision, NearMiss};
use crate::model::{ObjectVersion, ReplicationRule};

/// The reasons behind a [`Decision`]: a [`Verdict`] for each rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation<'a> {
    verdicts: Vec<(&'a ReplicationRule, Verdict<'a>)>,
    decision: Decision<'a>,
    version: &'a ObjectVersion<'a>,
    /// Whether there is anything to replicate, whatever the rules.
    is_possible: bool,
}

/// What became of one rule.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Verdict<'a> {
    /// The rule won its bucket, and its settings apply.
    Selected,
    /// The rule matched, but another rule for the same bucket comes first.
    Outranked {
        /// The rule that comes first.
        by: &'a ReplicationRule,
    },
    /// The rule does not replicate this.
    Rejected(Reason),
}

closed_vocabulary! {
    /// The first thing that kept a rule from replicating.
    ///
    /// The order of the variants is not the order in which they are asked: the filter comes
    /// first, then what event and version allow at all, then `SourceSelectionCriteria`, then the
    /// settings of the rule that won.
    #[non_exhaustive]
    pub enum Reason("a reason such as `prefix-differs`") {
        /// The version can't be read before it is restored.
        Archived = "archived",
        /// Tags, ACL or lock of a delete marker can't change: it has none.
        DeleteMarkerHasNoMetadata = "delete-marker-has-no-metadata",
        /// The filter asks for tags, and a delete marker has none.
        DeleteMarkerHasNoTags = "delete-marker-has-no-tags",
        /// The rule leaves delete markers behind.
        DeleteMarkersDisabled = "delete-markers-disabled",
        /// The version was there before replication, so a change of it does not start one.
        ExistingObject = "existing-object",
        /// The version is under KMS, which the rule does not select.
        KmsNotSelected = "kms-not-selected",
        /// Lifecycle, tiering or a restore did it.
        LifecycleAction = "lifecycle-action",
        /// The owner of the source bucket may not read the version.
        OwnerCannotRead = "owner-cannot-read",
        /// The destination owns the replica, so the source ACL does not follow.
        OwnerOverride = "owner-override",
        /// The key does not begin with the prefix of the filter.
        PrefixDiffers = "prefix-differs",
        /// The version is a replica itself.
        Replica = "replica",
        /// The metadata of a replica changed, and the rule does not sync replica modifications.
        ReplicaModificationsDisabled = "replica-modifications-disabled",
        /// The rule is switched off.
        RuleDisabled = "rule-disabled",
        /// The version does not have every tag of the filter.
        TagsDiffer = "tags-differ",
        /// A version was deleted by its id.
        VersionDelete = "version-delete",
    }
}

impl Reason {
    /// Returns the reason as the end of the sentence "the rule does not replicate this: …".
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Archived => "the version is archived and would have to be restored and copied",
            Self::DeleteMarkerHasNoMetadata => "a delete marker has no tags, ACL or lock",
            Self::DeleteMarkerHasNoTags => "the filter asks for tags, and a delete marker has none",
            Self::DeleteMarkersDisabled => "the rule does not replicate delete markers",
            Self::ExistingObject => {
                "the version was never replicated, so a change of it is not either; use Batch \
                 Replication"
            }
            Self::KmsNotSelected => "the version is under KMS, which the rule does not select",
            Self::LifecycleAction => "actions of lifecycle, tiering and restore are not replicated",
            Self::OwnerCannotRead => "the owner of the source bucket may not read the version",
            Self::OwnerOverride => {
                "the owner of the destination bucket owns the replica, so changes of the source \
                 ACL do not follow"
            }
            Self::PrefixDiffers => "the key does not begin with the prefix",
            Self::Replica => "the version is a replica, which live replication does not pass on",
            Self::ReplicaModificationsDisabled => {
                "the version is a replica, and the rule does not sync modifications of replicas"
            }
            Self::RuleDisabled => "the rule is disabled",
            Self::TagsDiffer => "the version does not have every tag of the filter",
            Self::VersionDelete => "a delete by version id is never replicated",
        }
    }

    /// Returns how far a rule comes before this stops it: questions are asked in a fixed order,
    /// and of two reasons the greater number belongs to the later question.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::engine::Reason;
    ///
    /// assert!(Reason::PrefixDiffers.depth() < Reason::TagsDiffer.depth());
    /// assert!(Reason::TagsDiffer.depth() < Reason::KmsNotSelected.depth());
    /// ```
    #[must_use]
    pub const fn depth(self) -> u8 {
        match self {
            Self::RuleDisabled => 0,
            Self::PrefixDiffers => 1,
            Self::DeleteMarkerHasNoTags | Self::TagsDiffer => 2,
            Self::VersionDelete
            | Self::LifecycleAction
            | Self::DeleteMarkerHasNoMetadata
            | Self::ExistingObject
            | Self::Replica
            | Self::OwnerCannotRead
            | Self::Archived => 3,
            Self::ReplicaModificationsDisabled => 4,
            Self::KmsNotSelected => 5,
            Self::DeleteMarkersDisabled => 6,
            Self::OwnerOverride => 7,
        }
    }

    /// Returns true when the rule is switched off or its filter leaves the version out.
    const fn is_of_filter(self) -> bool {
        matches!(
            self,
            Self::RuleDisabled
                | Self::PrefixDiffers
                | Self::DeleteMarkerHasNoTags
                | Self::TagsDiffer
        )
    }

    /// Returns the clause of `SEMANTICS.md` behind the reason.
    #[must_use]
    pub const fn clause(self) -> &'static Clause {
        match self {
            Self::Archived => &clause::ARCHIVED_CLASSES,
            Self::DeleteMarkerHasNoMetadata => &clause::MARKERS_HAVE_NO_METADATA,
            Self::DeleteMarkerHasNoTags => &clause::DELETE_MARKERS_HAVE_NO_TAGS,
            Self::DeleteMarkersDisabled => &clause::V2_DELETE_MARKERS,
            Self::ExistingObject => &clause::EXISTING_VERSIONS,
            Self::KmsNotSelected => &clause::KMS_OPT_IN,
            Self::LifecycleAction => &clause::LIFECYCLE_ACTIONS,
            Self::OwnerCannotRead => &clause::OWNER_CAN_READ,
            Self::OwnerOverride => &clause::ACL_AND_OWNER_OVERRIDE,
            Self::PrefixDiffers => &clause::FILTER_PREFIX,
            Self::Replica => &clause::REPLICAS_DO_NOT_CHAIN,
            Self::ReplicaModificationsDisabled => &clause::REPLICA_MODIFICATION_SYNC,
            Self::RuleDisabled => &clause::DISABLED_RULES_DO_NOTHING,
            Self::TagsDiffer => &clause::FILTER_TAGS,
            Self::VersionDelete => &clause::VERSION_DELETES,
        }
    }
}

impl<'a> Explanation<'a> {
    pub(super) const fn new(
        verdicts: Vec<(&'a ReplicationRule, Verdict<'a>)>,
        decision: Decision<'a>,
        version: &'a ObjectVersion<'a>,
        is_possible: bool,
    ) -> Self {
        Self { verdicts, decision, version, is_possible }
    }

    /// Returns the decision that is explained.
    pub const fn decision(&self) -> &Decision<'a> {
        &self.decision
    }

    /// Iterates over the rules in document order, each with its verdict.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::engine::Verdict;
    /// use s3_replication::model::Event;
    /// use s3_replication::{Engine, ObjectVersion};
    ///
    /// /// Counts the rules that match a version but lose their bucket to another rule.
    /// fn outranked(engine: &Engine, version: &ObjectVersion<'_>) -> usize {
    ///     let explanation = engine.explain(version, Event::ObjectCreatedPut);
    ///     let mut verdicts = explanation.verdicts().map(|(_, verdict)| verdict);
    ///     verdicts.filter(|verdict| matches!(verdict, Verdict::Outranked { .. })).count()
    /// }
    /// ```
    #[must_use]
    pub fn verdicts(
        &self,
    ) -> impl ExactSizeIterator<Item = (&'a ReplicationRule, Verdict<'a>)> + Clone {
        self.verdicts.iter().copied()
    }

    /// Returns the verdict on a rule; `None` when the rule belongs to another configuration.
    #[must_use]
    pub fn verdict(&self, rule: &ReplicationRule) -> Option<Verdict<'a>> {
        Some(self.entry(rule)?.1)
    }

    /// Returns the small difference between the filter of a rule and the version, if that is why
    /// the rule rejects the version.
    #[must_use]
    pub fn near_miss(&self, rule: &ReplicationRule) -> Option<NearMiss<'a>> {
        match self.entry(rule)? {
            (rule, Verdict::Rejected(Reason::PrefixDiffers)) => {
                NearMiss::of_key(rule, self.version)
            }
            (rule, Verdict::Rejected(Reason::TagsDiffer)) => NearMiss::of_tags(rule, self.version),
            _ => None,
        }
    }

    /// Returns a change that would make a rule replicate the version, if there is one.
    ///
    /// A change of the filter is proposed only where some rule could replicate the version at all.
    #[must_use]
    pub fn help(&self, rule: &ReplicationRule) -> Option<String> {
        let (rule, Verdict::Rejected(reason)) = self.entry(rule)? else { return None };
        if reason.is_of_filter() && !self.is_possible {
            return None;
        }
        self.near_miss(rule)
            .map(|miss| miss.help())
            .or_else(|| reason.help_in(rule).map(str::to_owned))
    }

    fn entry(&self, rule: &ReplicationRule) -> Option<(&'a ReplicationRule, Verdict<'a>)> {
        self.verdicts.get(rule.position).copied().filter(|(own, _)| *own == rule)
    }
}

impl Verdict<'_> {
    /// Returns `selected`, `outranked` or `rejected`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Selected => "selected",
            Self::Outranked { .. } => "outranked",
            Self::Rejected(_) => "rejected",
        }
    }

    /// Returns the clause of `SEMANTICS.md` behind the verdict.
    #[must_use]
    pub const fn clause(&self) -> &'static Clause {
        match self {
            Self::Selected => &clause::WINNER_TAKES_ALL,
            Self::Outranked { .. } => &clause::CONFLICT_DOMAIN,
            Self::Rejected(reason) => reason.clause(),
        }
    }
}

/// A line for each rule.
impl fmt::Display for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (rule, verdict) in self.verdicts() {
            writeln!(f, "{}: {verdict}", rule.name())?;
        }
        Ok(())
    }
}

impl fmt::Display for Verdict<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Selected => f.write_str("selected"),
            Self::Outranked { by } => write!(f, "outranked by `{}`", by.name()),
            Self::Rejected(reason) => write!(f, "rejected: {}", reason.sentence()),
        }
    }
}
