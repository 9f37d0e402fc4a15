//! `EligibleForReplication`: a rule replicates the version, as far as its facts are known.
//!
//! S3 knows all facts about a version. An inventory has those of its columns, and never tags. So
//! the question has a third answer, which names the fact that is missing. It is unknown only where
//! the fact changes the answer: a version without known tags is eligible if a rule without tag
//! filter takes it.

use crate::batch::facts::Fact;
use crate::batch::generator::ManifestGenerator;
use crate::dialect::job::{ListedDeleteMarkers, UnselectedKms};
use crate::engine::Reason;
use crate::model::{EncryptionStatus, Event, ObjectVersion};

const EVENT: Event = Event::BatchReplication;

/// The answer to `EligibleForReplication` for one version.
pub(super) enum Eligibility {
    Eligible,
    /// The dialect lists no delete markers, and this is one.
    DeleteMarker,
    NotEligible(Option<Reason>),
    /// The answer depends on this fact, which is unknown.
    Unknown(Fact),
}

impl ManifestGenerator {
    pub(super) fn eligibility(&self, version: &ObjectVersion<'_>) -> Eligibility {
        if self.excludes_marker(version) {
            return Eligibility::DeleteMarker;
        }
        match self.deciding_fact(version) {
            Some(fact) => Eligibility::Unknown(fact),
            None if self.replicates(version) => Eligibility::Eligible,
            None => Eligibility::NotEligible(
                self.what_if.engine().reason_not_replicated(version, EVENT),
            ),
        }
    }

    /// Returns the first unknown fact that decides whether the version replicates. It tries the
    /// combinations of values that the rules can distinguish. If all give the same answer, none of
    /// the facts decides.
    fn deciding_fact(&self, version: &ObjectVersion<'_>) -> Option<Fact> {
        let choices = self.what_if.choices_for_replication(EVENT);
        let deciding = self.what_if.explore(version, choices, |possible| {
            let versions = possible.versions();
            let answers: Vec<bool> = versions.iter().map(|one| self.replicates(one)).collect();
            possible.deciding_replication(&self.what_if, EVENT, &answers)
        });
        deciding?.iter().next()
    }

    /// Returns true when a rule replicates the version, or would if the version were not encrypted
    /// with SSE-KMS, where the dialect lists such versions.
    fn replicates(&self, version: &ObjectVersion<'_>) -> bool {
        if self.excludes_marker(version) {
            return false;
        }
        let engine = self.what_if.engine();
        if engine.decide(version, EVENT).replicates() {
            return true;
        }
        let lists_kms = self.dialect.unselected_kms() == UnselectedKms::Listed;
        lists_kms && version.encryption.is_kms() && {
            // The version as it would be without SSE-KMS: only the encryption may differ from what
            // a rule takes.
            let plain = version.clone().with_encryption(EncryptionStatus::SseS3);
            engine.decide(&plain, EVENT).replicates()
        }
    }

    /// Returns true for a delete marker where the dialect lists none.
    fn excludes_marker(&self, version: &ObjectVersion<'_>) -> bool {
        let lists_none = self.dialect.listed_delete_markers() == ListedDeleteMarkers::Never;
        lists_none && version.delete_marker.is_some()
    }
}
