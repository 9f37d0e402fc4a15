//! What nobody knows, and decides.

use s3_replication::batch::generator::{Exclusion, ListedFact, ListedFacts, ManifestGenerator};
use s3_replication::batch::request::JobManifestGeneratorFilterDraft;
use s3_replication::dialect::job::JobDialect;
use s3_replication::engine::{Decision, Replication};
use s3_replication::model::{BucketName, DeleteMarkerOrigin, EncryptionStatus, Event};
use s3_replication::{Engine, ObjectVersion};

use super::trouble;
use crate::cli::Failure;
use crate::cli::output::counted_all;

/// How much of what a job comes to depends on what is not known.
pub(super) struct Doubts {
    engine: Engine,
    facts: ListedFacts,
    eligible: ManifestGenerator,
    /// How many versions may be on the list or not.
    pub(super) unknown: u64,
    /// How many tasks depend on tags, which nobody knows.
    pub(super) by_tags: u64,
    /// How many tasks depend on columns that the inventory does not have.
    pub(super) by_columns: u64,
    /// How many tasks may be about what can't be read.
    pub(super) unread: u64,
}

impl Doubts {
    pub(super) fn new(
        source: &BucketName,
        engine: Engine,
        facts: ListedFacts,
    ) -> Result<Self, Failure> {
        let mut filter = JobManifestGeneratorFilterDraft::default();
        filter.eligible_for_replication = Some(true);
        let filter = filter.validate(&JobDialect::AWS).map_err(|report| trouble(&report))?;
        let eligible = ManifestGenerator::new(source.clone(), filter, engine.clone());
        let eligible = eligible.with_facts(facts);
        Ok(Self { engine, facts, eligible, unknown: 0, by_tags: 0, by_columns: 0, unread: 0 })
    }

    /// Counts a version that is not on the list, if it may be.
    pub(super) fn leave_out(&mut self, exclusion: Exclusion) {
        self.unknown += u64::from(exclusion.is_unknown());
    }

    /// Counts the tasks of a version, if they may end otherwise.
    pub(super) fn tasks(&mut self, version: &ObjectVersion<'_>, tasks: u64) {
        if tasks > 0 {
            self.by_tags += tasks * u64::from(self.depends_on_tags(version));
            self.by_columns += tasks * u64::from(self.depends_on_columns(version));
        }
    }

    /// To be called when the job fails before its first task.
    pub(super) const fn forget_tasks(&mut self) {
        (self.by_tags, self.by_columns, self.unread) = (0, 0, 0);
    }

    pub(super) const fn is_any(&self) -> bool {
        self.unknown > 0 || self.by_tags > 0 || self.by_columns > 0 || self.unread > 0
    }

    /// Says which tasks may end otherwise.
    pub(super) fn remarks(&self) -> Vec<String> {
        let remark = |tasks: u64, what: &str| {
            let number = counted_all(tasks, "task");
            (tasks > 0).then(|| format!("{number} may end otherwise by {what}"))
        };
        let by_tags = remark(self.by_tags, "tags, which are not known");
        let columns = "columns that the inventory does not have";
        let unread = (self.unread > 0).then(|| {
            let number = counted_all(self.unread, "task");
            format!("{number} may be about what can't be read")
        });
        by_tags.into_iter().chain(remark(self.by_columns, columns)).chain(unread).collect()
    }

    /// Returns true when tags decide where the version goes, or as what. With whatever tags a rule
    /// wins a destination, it wins that with its own alone: so it is enough to ask with those of
    /// one rule at a time. The engine knows that delete markers have none.
    fn depends_on_tags(&self, version: &ObjectVersion<'_>) -> bool {
        if self.facts.has(ListedFact::Tags) {
            return false;
        }
        let asking = self.engine.rules().iter().filter(|rule| {
            let asks = rule.is_enabled() && !rule.filter.tags().is_empty();
            asks && version.key.starts_with(rule.filter.key_prefix().as_str().as_bytes())
        });
        let asking = asking.map(|rule| rule.filter.tags());
        let mut worlds = [version.clone()].into_iter().chain(self.others(version));
        worlds.any(|world| {
            let without = self.engine.decide(&world, Event::BatchReplication);
            asking.clone().any(|tags| {
                let mut tagged = world.clone();
                tagged.tags = tags.into();
                let with = self.engine.decide(&tagged, Event::BatchReplication);
                !ends_alike(&without, &with, |one, other| one.replica() == other.replica())
            })
        })
    }

    /// Returns true when something else that is not known decides whether the version goes, or
    /// where and as what.
    fn depends_on_columns(&self, version: &ObjectVersion<'_>) -> bool {
        let columns = [
            ListedFact::IsDeleteMarker,
            ListedFact::StorageClass,
            ListedFact::AccessTier,
            ListedFact::EncryptionStatus,
        ];
        if columns.into_iter().all(|fact| self.facts.has(fact)) {
            return false;
        }
        match self.eligible.judge(version, None) {
            Err(Exclusion::Unknown { fact, .. }) => fact != Some(ListedFact::Tags),
            Err(_) => false,
            Ok(()) => {
                let known = self.engine.decide(version, Event::BatchReplication);
                self.others(version).any(|other| {
                    let other = self.engine.decide(&other, Event::BatchReplication);
                    !ends_alike(&known, &other, |_, _| true)
                })
            }
        }
    }

    /// Iterates over what the version may be, too, and as which it may go elsewhere.
    fn others<'v>(
        &self,
        version: &ObjectVersion<'v>,
    ) -> impl Iterator<Item = ObjectVersion<'v>> + use<'v> {
        let is_unknown = |fact| !self.facts.has(fact);
        let under_kms = is_unknown(ListedFact::EncryptionStatus)
            .then(|| version.clone().with_encryption(EncryptionStatus::SseKms));
        let marker = is_unknown(ListedFact::IsDeleteMarker).then(|| {
            let mut marker = version.clone();
            marker.delete_marker = Some(DeleteMarkerOrigin::User);
            marker
        });
        under_kms.into_iter().chain(marker)
    }
}

/// Returns true when two versions go to the same destinations for the same, and what comes there is
/// `alike`.
fn ends_alike(
    one: &Decision<'_>,
    other: &Decision<'_>,
    alike: impl Fn(&Replication<'_>, &Replication<'_>) -> bool,
) -> bool {
    let (one, other) = (one.replications(), other.replications());
    one.len() == other.len()
        && one.zip(other).all(|(one, other)| {
            one.bucket() == other.bucket() && one.action() == other.action() && alike(one, other)
        })
}
