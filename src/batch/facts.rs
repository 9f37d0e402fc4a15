//! Facts about object versions that may be unknown, and the decisions that depend on them.
//!
//! An inventory never has tags, and may lack other columns. The generator of manifests, the check of
//! a manifest and the dry run of a job all ask whether an outcome could be another one if an unknown
//! fact were otherwise. The answer is the same everywhere: list the versions that the partly known
//! version could be, and compare their outcomes.
//!
//! ```text
//! inventory    Bucket, Key, VersionId, IsDeleteMarker, EncryptionStatus, StorageClass, AccessTier
//! version      cat.jpg, STANDARD, SSE-S3; tags unknown
//! rules        one that requires team=a, one that requires nothing
//! tried        no tags; team=a
//! outcomes     the same destinations: tags do not matter; others: `Tags` decides
//! ```
//!
//! A few values stand for all, because a decision asks only a few questions about each fact: is the
//! class an archive, which kind of encryption is it, has the version the tags of a rule. `WhatIf`
//! chooses the values, `Possibilities` combines them.

mod unknown_facts;

pub use self::unknown_facts::UnknownFacts;

use crate::dialect::{DeleteMarkerPrecedence, DeleteMarkerTags, OriginReading, SourceSelection};
use crate::engine::{Decision, Engine, Replication};
use crate::model::{
    AccessTier, DeleteMarkerOrigin, EncryptionStatus, Event, EventKind, ObjectVersion,
    ReplicationRule, ReplicationStatus, RuleFilter, StorageClass, Tag,
};

closed_vocabulary! {
    /// A fact about an object version, named as in inventories.
    #[non_exhaustive]
    pub enum Fact("a fact about a version such as `Size`") {
        /// True for a delete marker.
        IsDeleteMarker = "IsDeleteMarker",
        /// The size in bytes.
        Size = "Size",
        /// The time of creation.
        LastModifiedDate = "LastModifiedDate",
        /// The storage class.
        StorageClass = "StorageClass",
        /// The tier within `INTELLIGENT_TIERING`.
        AccessTier = "IntelligentTieringAccessTier",
        /// The encryption.
        EncryptionStatus = "EncryptionStatus",
        /// The replication status.
        ReplicationStatus = "ReplicationStatus",
        /// The tags, which no inventory has.
        Tags = "Tags",
    }
}

/// A set of facts, such as those that an inventory contains.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::facts::{Fact, FactSet};
/// use s3_replication::batch::inventory;
///
/// let schema: inventory::Schema = "Bucket, Key, VersionId, IsDeleteMarker, Size".parse()?;
/// let known = schema.facts();
/// assert!(known.contains(Fact::Size));
/// assert!(!known.contains(Fact::Tags));
/// assert_eq!(FactSet::ALL.without(Fact::Tags).complement().iter().next(), Some(Fact::Tags));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FactSet(u8);

impl FactSet {
    /// All facts, as the bucket itself knows them.
    pub const ALL: Self = Self(u8::MAX);
    /// No facts but bucket, key and version ID.
    pub const NONE: Self = Self(0);

    /// The facts that can change a decision of the engine, in the order in which they are reported.
    pub const DECISIVE: Self = Self::NONE
        .with(Fact::IsDeleteMarker)
        .with(Fact::StorageClass)
        .with(Fact::AccessTier)
        .with(Fact::EncryptionStatus)
        .with(Fact::Tags);

    /// Adds a fact.
    #[must_use]
    pub const fn with(self, fact: Fact) -> Self {
        Self(self.0 | (1 << (fact as u8)))
    }

    /// Removes a fact.
    #[must_use]
    pub const fn without(self, fact: Fact) -> Self {
        Self(self.0 & !(1 << (fact as u8)))
    }

    /// Returns the facts that are not in this set.
    #[must_use]
    pub const fn complement(self) -> Self {
        Self(!self.0)
    }

    /// Returns the facts that are in this set and in another one.
    pub(in crate::batch) const fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Returns true when a fact is in the set.
    #[must_use]
    pub const fn contains(self, fact: Fact) -> bool {
        self.0 & (1 << (fact as u8)) != 0
    }

    /// Returns true when the set has no facts.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Iterates over the facts in the order of [`Fact`].
    pub fn iter(self) -> impl Iterator<Item = Fact> {
        Fact::ALL.iter().copied().filter(move |fact| self.contains(*fact))
    }
}

impl FromIterator<Fact> for FactSet {
    fn from_iter<I: IntoIterator<Item = Fact>>(facts: I) -> Self {
        facts.into_iter().fold(Self::NONE, Self::with)
    }
}

/// The tags that a version with unknown tags is tried with.
///
/// Where a rule excludes tags, more tags can also take a rule away, and neither choice is enough.
/// The version is then tried with every combination of what rules require and exclude, see
/// [`tag_sets`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::batch) enum TagChoices {
    /// No tags, and the tags of each rule alone.
    ///
    /// These are enough to compare decisions. If a rule wins a destination whatever the tags, it
    /// also wins it with its own tags alone, because fewer rules compete then. So when none of
    /// these choices changes a decision, no tags at all change it.
    EachRule,
    /// No tags, and the tags of all rules together.
    ///
    /// These are enough to ask whether a version replicates at all, and cheaper. They are the
    /// extremes where more tags can only make more rules replicate, which holds unless a rule can
    /// win and then refuse the version, see [`WhatIf::choices_for_replication`].
    AllRules,
}

/// Lists the versions that a partly known version could be.
#[derive(Clone, Debug)]
pub(in crate::batch) struct WhatIf {
    engine: Engine,
    known: FactSet,
    // INVARIANT: the positions of the enabled rules whose filter mentions tags.
    tag_rules: Vec<usize>,
}

/// The versions that a partly known version could be: one for each combination of the values that
/// its unknown facts may have.
#[derive(Debug)]
pub(in crate::batch) struct Possibilities<'v> {
    /// Each unknown fact with the number of its values, and the distance between two versions that
    /// differ by one step of this fact alone.
    dimensions: Vec<Dimension>,
    // INVARIANT: as many as the product of the numbers of values. The first one has the value of
    // the given version in every dimension.
    versions: Vec<ObjectVersion<'v>>,
    /// True if there are too many sets of tags to try them all, so that tags may decide.
    is_too_many: bool,
}

#[derive(Clone, Copy, Debug)]
struct Dimension {
    fact: Fact,
    values: usize,
    stride: usize,
}

impl WhatIf {
    pub(in crate::batch) fn new(engine: Engine, known: FactSet) -> Self {
        let has_tags = |rule: &ReplicationRule| rule.is_enabled() && rule.filter.mentions_tags();
        let rules = engine.rules().iter().enumerate().filter(|(_, rule)| has_tags(rule));
        let tag_rules = rules.map(|(position, _)| position).collect();
        Self { engine, known, tag_rules }
    }

    pub(in crate::batch) fn with_known(self, known: FactSet) -> Self {
        Self { known, ..self }
    }

    pub(in crate::batch) const fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(in crate::batch) const fn known(&self) -> FactSet {
        self.known
    }

    /// Calls `ask` with the versions that a version could be; returns `None` when no unknown fact can
    /// matter.
    pub(in crate::batch) fn explore<R>(
        &self,
        version: &ObjectVersion<'_>,
        choices: TagChoices,
        ask: impl FnOnce(&Possibilities<'_>) -> R,
    ) -> Option<R> {
        let unknown = FactSet::DECISIVE.both(self.known.complement());
        self.explore_unknown(version, unknown, choices, ask)
    }

    /// Calls `ask` as [`explore`](Self::explore) does, where these facts are unknown.
    fn explore_unknown<R>(
        &self,
        version: &ObjectVersion<'_>,
        unknown: FactSet,
        choices: TagChoices,
        ask: impl FnOnce(&Possibilities<'_>) -> R,
    ) -> Option<R> {
        let mut tag_rules = Vec::new();
        if unknown.contains(Fact::Tags) {
            let rules = self.tag_rules.iter().filter_map(|at| self.engine.rules().get(*at));
            tag_rules.extend(rules.map(|rule| &rule.filter).filter(|filter| {
                filter.matches_key(version.key) && !filter.leaves_out(version.key)
            }));
        }
        // Tags are not a column with two extremes: each rule makes a choice of its own.
        // Size and time are never among them, as they decide nothing.
        let columns = unknown.without(Fact::Tags);
        // The usual case of a complete inventory and rules without tags costs nothing.
        if columns.is_empty() && tag_rules.is_empty() {
            return None;
        }
        let excludes = tag_rules.iter().any(|filter| !filter.exclusion().tags().is_empty());
        let sets = match choices {
            _ if excludes => tag_sets(&tag_rules),
            TagChoices::EachRule => {
                Some(tag_rules.iter().map(|filter| filter.tags().to_vec()).collect())
            }
            TagChoices::AllRules if tag_rules.is_empty() => Some(Vec::new()),
            TagChoices::AllRules => {
                let all = tag_rules.iter().flat_map(|filter| filter.tags());
                Some(vec![all.cloned().collect::<Vec<Tag>>()])
            }
        };
        let is_too_many = sets.is_none();
        let sets = sets.unwrap_or_default();
        let mut possible = Possibilities::of(version);
        // The versions multiply, but at most four columns are unknown.
        for fact in columns.iter() {
            possible.add(fact, self.other_values(fact), |choice, version| {
                set_to_other_value(fact, choice, version);
            });
        }
        if !sets.is_empty() {
            possible.add(Fact::Tags, sets.len(), |choice, version| {
                if let Some(tags) = sets.get(choice) {
                    version.tags = tags.into();
                }
            });
        }
        possible.is_too_many = is_too_many;
        Some(ask(&possible))
    }

    /// Returns the number of values besides that of a given version that an unknown fact is tried with.
    ///
    /// Two where three cases differ: SSE-C counts only in stores that do not replicate such
    /// versions, and a status may be none, `REPLICA` or another.
    fn other_values(&self, fact: Fact) -> usize {
        match (fact, self.engine.dialect().customer_key_versions()) {
            (Fact::EncryptionStatus, OriginReading::NotReplicated)
            | (Fact::ReplicationStatus, _) => 2,
            _ => 1,
        }
    }

    /// Returns the tags that are enough to ask whether a version replicates at all after an event.
    pub(in crate::batch) fn choices_for_replication(&self, event: Event) -> TagChoices {
        if self.winner_may_refuse(event) { TagChoices::EachRule } else { TagChoices::AllRules }
    }

    /// Returns true if a rule can win a version by its tags and then refuse it, where a rule without
    /// tags would have replicated it.
    fn winner_may_refuse(&self, event: Event) -> bool {
        let dialect = self.engine.dialect();
        if dialect.source_selection() == SourceSelection::AfterSelection {
            return true;
        }
        let decides_about_deletes =
            dialect.delete_marker_precedence() == DeleteMarkerPrecedence::WinnerDecides;
        match event.kind() {
            // A rule with owner override replicates no change of an ACL.
            EventKind::AclChange => true,
            EventKind::VersionDelete => decides_about_deletes,
            // The version may be a delete marker, and some stores give it the tags of the object.
            _ => decides_about_deletes && dialect.delete_marker_tags() != DeleteMarkerTags::None,
        }
    }
}

impl<'v> Possibilities<'v> {
    fn of(version: &ObjectVersion<'v>) -> Self {
        Self { dimensions: Vec::new(), versions: vec![version.clone()], is_too_many: false }
    }

    /// Adds a fact with so many values besides that of the given version.
    ///
    /// The versions so far are repeated for each other value, so their number is multiplied. The
    /// stride is the distance between two versions that differ in this fact alone:
    ///
    /// ```text
    /// IsDeleteMarker, 2 values, stride 1    no  yes
    /// StorageClass, 2 values, stride 2      no  yes  no  yes
    ///                                       STANDARD STANDARD GLACIER GLACIER
    /// ```
    fn add(&mut self, fact: Fact, others: usize, set: impl Fn(usize, &mut ObjectVersion<'v>)) {
        let stride = self.versions.len();
        self.dimensions.push(Dimension { fact, values: others + 1, stride });
        for choice in 0..others {
            let mut others: Vec<_> = self.versions.iter().take(stride).cloned().collect();
            for version in &mut others {
                set(choice, version);
            }
            self.versions.append(&mut others);
        }
    }

    /// Returns the possible versions, the given one first.
    pub(in crate::batch) fn versions(&self) -> &[ObjectVersion<'v>] {
        &self.versions
    }

    /// Iterates over the given version with each set of tags that is tried.
    pub(in crate::batch) fn tagged(&self) -> impl Iterator<Item = &ObjectVersion<'v>> {
        let stride =
            self.dimensions.iter().find(|one| one.fact == Fact::Tags).map(|one| one.stride);
        let stride = stride.unwrap_or(self.versions.len());
        self.versions.iter().step_by(stride).skip(1)
    }

    /// Returns the unknown facts that decide: each is the only difference between two possible
    /// versions whose outcomes are not the same. `outcomes` are those of
    /// [`versions`](Self::versions), in their order.
    ///
    /// If there were too many sets of tags to try, tags are among the deciding facts without proof.
    pub(in crate::batch) fn deciding<T>(
        &self,
        outcomes: &[T],
        same: impl Fn(&T, &T) -> bool,
    ) -> FactSet {
        debug_assert_eq!(outcomes.len(), self.versions.len(), "one outcome for each version");
        let decides = |dimension: &&Dimension| {
            let Dimension { values, stride, .. } = **dimension;
            outcomes.iter().enumerate().any(|(at, outcome)| {
                // The same version, but with the first value of this fact.
                let step = at / stride % values;
                outcomes.get(at - step * stride).is_some_and(|first| !same(first, outcome))
            })
        };
        let tags = self.is_too_many.then_some(Fact::Tags);
        let deciding = self.dimensions.iter().filter(decides).map(|dimension| dimension.fact);
        deciding.chain(tags).collect()
    }

    /// Returns the unknown facts that decide whether a version replicates at all. `answers` are those
    /// about [`versions`](Self::versions), in their order.
    pub(in crate::batch) fn deciding_replication(
        &self,
        what_if: &WhatIf,
        event: Event,
        answers: &[bool],
    ) -> FactSet {
        let deciding = self.deciding(answers, PartialEq::eq);
        if !what_if.winner_may_refuse(event) {
            return deciding;
        }
        // The tags of several rules can then stop every destination, though those of one rule alone
        // never do. So any destination that depends on tags counts.
        let decisions: Vec<_> =
            self.versions.iter().map(|one| what_if.engine.decide(one, event)).collect();
        let by_tags = self.deciding(&decisions, same_destinations).contains(Fact::Tags);
        if by_tags { deciding.with(Fact::Tags) } else { deciding }
    }
}

/// Compares the destination buckets of two decisions, and nothing else of them.
fn same_destinations(one: &Decision<'_>, other: &Decision<'_>) -> bool {
    one.replications().map(Replication::bucket).eq(other.replications().map(Replication::bucket))
}

/// The most sets of tags that a version is tried with. If there are more, its tags count as
/// deciding.
const MOST_TAG_SETS: usize = 64;

/// Returns the unions of the tags that filters require and of single tags that they exclude, as far
/// as an object can have them; `None` when there are more than [`MOST_TAG_SETS`].
///
/// These are enough to compare decisions. Of the tags of any object, keep those that the matching
/// filters require, and for each filter that excludes the object one tag by which it does. The same
/// filters match what is left, and it is one of these unions.
fn tag_sets(filters: &[&RuleFilter]) -> Option<Vec<Vec<Tag>>> {
    let required = filters.iter().map(|filter| filter.tags());
    let excluded = filters.iter().flat_map(|filter| filter.exclusion().tags());
    let mut sets: Vec<Vec<Tag>> = vec![Vec::new()];
    for part in required.chain(excluded.map(std::slice::from_ref)) {
        let unions: Vec<_> = sets.iter().filter_map(|set| union(set, part)).collect();
        for union in unions {
            if !sets.contains(&union) {
                sets.push(union);
            }
        }
        if sets.len() > MOST_TAG_SETS {
            return None;
        }
    }
    sets.remove(0);
    Some(sets)
}

/// Returns the tags of both, sorted; `None` when no object can have them.
///
/// An object has one value for each key of a tag, and at most ten tags.
fn union(set: &[Tag], part: &[Tag]) -> Option<Vec<Tag>> {
    let mut union = [set, part].concat();
    union.sort_unstable();
    union.dedup();
    let has_one_value = union.iter().zip(union.iter().skip(1)).all(|(a, b)| a.key() != b.key());
    (has_one_value && union.len() <= ObjectVersion::TAG_LIMIT).then_some(union)
}

/// Gives a version another value of an unknown fact, by its number. No other value decides otherwise: the
/// encryptions `aws:fsx` and `aws:backup` come with a storage class of the same service.
fn set_to_other_value(fact: Fact, choice: usize, version: &mut ObjectVersion<'_>) {
    match fact {
        Fact::IsDeleteMarker => version.delete_marker = Some(DeleteMarkerOrigin::User),
        Fact::StorageClass => version.storage_class = StorageClass::GLACIER,
        // Other classes have no tiers.
        Fact::AccessTier if version.storage_class == StorageClass::INTELLIGENT_TIERING => {
            version.access_tier = Some(AccessTier::Archive);
        }
        Fact::EncryptionStatus => {
            let others = [EncryptionStatus::SseKms, EncryptionStatus::SseC];
            version.encryption = others.get(choice).copied().unwrap_or(version.encryption);
        }
        Fact::ReplicationStatus => {
            let others = [ReplicationStatus::Replica, ReplicationStatus::Completed];
            version.replication_status = others.get(choice).copied();
        }
        // Not decisive, or chosen by the caller.
        Fact::AccessTier | Fact::Size | Fact::LastModifiedDate | Fact::Tags => {}
    }
}
