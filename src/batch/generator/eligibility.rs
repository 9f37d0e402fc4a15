//! Whether a rule replicates a version, as far as what is known of the version tells.
//!
//! What is not known has two values that matter, its extremes; the version is asked about in every
//! combination of them, and something decides when two versions that differ in it alone are
//! answered differently.

use crate::batch::generator::{ListedFact, ManifestGenerator};
use crate::dialect::SourceSelection;
use crate::dialect::job::{ListedDeleteMarkers, UnselectedKms};
use crate::engine::Reason;
use crate::model::{
    AccessTier, DeleteMarkerOrigin, EncryptionStatus, Event, ObjectVersion, StorageClass, Tag,
};

pub(super) enum Eligibility {
    Eligible,
    /// The dialect lists no delete markers, and this is one.
    DeleteMarker,
    NotEligible(Option<Reason>),
    /// It depends on this.
    Unknown(ListedFact),
}

/// What `EligibleForReplication` depends on.
pub(super) const FACTS: [ListedFact; 5] = [
    ListedFact::IsDeleteMarker,
    ListedFact::StorageClass,
    ListedFact::AccessTier,
    ListedFact::EncryptionStatus,
    ListedFact::Tags,
];

impl ManifestGenerator {
    pub(super) fn eligibility(&self, version: &ObjectVersion<'_>) -> Eligibility {
        if self.leaves_marker(version) {
            return Eligibility::DeleteMarker;
        }
        let knows_tags = self.facts.has(ListedFact::Tags);
        let tags = if knows_tags { Vec::new() } else { self.tags_of_rules(version.key) };
        let open: Vec<ListedFact> = FACTS
            .into_iter()
            .filter(|fact| !self.facts.has(*fact))
            .filter(|fact| *fact != ListedFact::Tags || !tags.is_empty())
            .collect();
        if open.is_empty() {
            return if self.replicates(version) {
                Eligibility::Eligible
            } else {
                Eligibility::NotEligible(self.reason(version))
            };
        }
        let worlds = 0..1_usize << open.len();
        let asked = |world: usize| {
            let mut version = version.clone();
            let chosen = open.iter().enumerate().filter(|(at, _)| world & (1 << at) != 0);
            for (_, fact) in chosen {
                set(*fact, &tags, &mut version);
            }
            self.replicates(&version)
        };
        let answers: Vec<bool> = worlds.map(asked).collect();
        let differs = |at: usize| {
            let flipped = |world: usize| answers.get(world ^ (1 << at));
            answers.iter().enumerate().any(|(world, answer)| flipped(world) != Some(answer))
        };
        let deciding = open.iter().enumerate().find(|(at, _)| differs(*at));
        match deciding.map(|(_, fact)| *fact).or_else(|| self.hidden_tags(version, &open)) {
            Some(fact) => Eligibility::Unknown(fact),
            None if answers.first() == Some(&true) => Eligibility::Eligible,
            None => Eligibility::NotEligible(self.reason(version)),
        }
    }

    /// Returns true when a rule replicates the version, or would if it were not for KMS where the
    /// dialect lists such versions.
    fn replicates(&self, version: &ObjectVersion<'_>) -> bool {
        const EVENT: Event = Event::BatchReplication;
        if self.leaves_marker(version) {
            return false;
        }
        if self.engine.decide(version, EVENT).replicates() {
            return true;
        }
        let lists_kms = self.dialect.unselected_kms() == UnselectedKms::Listed;
        lists_kms && version.encryption.is_kms() && {
            let plain = version.clone().with_encryption(EncryptionStatus::SseS3);
            self.engine.decide(&plain, EVENT).replicates()
        }
    }

    /// Returns true for a delete marker where the dialect lists none.
    fn leaves_marker(&self, version: &ObjectVersion<'_>) -> bool {
        let lists_none = self.dialect.listed_delete_markers() == ListedDeleteMarkers::Never;
        lists_none && version.delete_marker.is_some()
    }

    /// Returns why no rule replicates the version; of several reasons the one that came last.
    fn reason(&self, version: &ObjectVersion<'_>) -> Option<Reason> {
        self.engine.reason_not_replicated(version, Event::BatchReplication)
    }

    /// Returns the tags of all rules that could ask for them: with these a version passes every
    /// filter by tag.
    fn tags_of_rules(&self, key: &[u8]) -> Vec<Tag> {
        let rules = self.engine.rules();
        let rules = self.asking_for_tags.iter().filter_map(|position| rules.get(*position));
        let rules = rules.filter(|rule| rule.filter.matches_key(key));
        rules.flat_map(|rule| rule.filter.tags()).cloned().collect()
    }

    /// Returns the tags where more of them are no more of a chance: where criteria are asked after
    /// the selection, a rule by tag can win and then refuse a version under KMS, so that the
    /// extremes do not tell.
    fn hidden_tags(&self, version: &ObjectVersion<'_>, open: &[ListedFact]) -> Option<ListedFact> {
        let is_open = |fact| open.contains(&fact);
        let by_order = self.engine.dialect().source_selection() == SourceSelection::AfterSelection;
        let may_be_kms = version.encryption.is_kms() || is_open(ListedFact::EncryptionStatus);
        let is_object = version.delete_marker.is_none() && !version.is_archived();
        (by_order && may_be_kms && is_object && is_open(ListedFact::Tags))
            .then_some(ListedFact::Tags)
    }
}

/// Gives a version the other extreme of something that is not known of it.
fn set<'v>(fact: ListedFact, tags: &'v [Tag], version: &mut ObjectVersion<'v>) {
    match fact {
        ListedFact::IsDeleteMarker => version.delete_marker = Some(DeleteMarkerOrigin::User),
        ListedFact::StorageClass => version.storage_class = StorageClass::GLACIER,
        // Other classes have no tiers.
        ListedFact::AccessTier => {
            if version.storage_class == StorageClass::INTELLIGENT_TIERING {
                version.access_tier = Some(AccessTier::Archive);
            }
        }
        ListedFact::EncryptionStatus => version.encryption = EncryptionStatus::SseKms,
        ListedFact::Tags => version.tags = tags.into(),
        ListedFact::Size | ListedFact::LastModifiedDate | ListedFact::ReplicationStatus => {}
    }
}
