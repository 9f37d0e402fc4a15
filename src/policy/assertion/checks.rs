//! What an assertion must be to make sense.

use std::collections::BTreeSet;

use super::{About, AssertionDraft, InvalidAssertion, Requirement};
use crate::model::{EncryptionStatus, ObjectVersion, Tag};

impl AssertionDraft {
    pub(super) fn check_objects(&mut self) -> Result<(), InvalidAssertion> {
        self.tags.sort_unstable();
        let same_key = |pair: &[Tag]| matches!(pair, [a, b] if a.key() == b.key());
        if let Some([tag, _]) = self.tags.windows(2).find(|pair| same_key(pair)) {
            return Err(InvalidAssertion::TagKeyTwice { key: tag.key().to_owned() });
        }
        if self.tags.len() > ObjectVersion::TAG_LIMIT {
            return Err(InvalidAssertion::TooManyTags { tags: self.tags.len() });
        }
        match self.storage_classes.iter().find(|class| class.is_archived()) {
            Some(class) => Err(InvalidAssertion::Archived { class: class.clone() }),
            None => Ok(()),
        }
    }

    pub(super) fn check_about(&self) -> Result<(), InvalidAssertion> {
        use InvalidAssertion as Invalid;
        let target = self.requirement.target();
        let is_anything_else = self.about.iter().any(|about| *about != About::Objects);
        let lacks_objects = is_anything_else && !self.about.contains(&About::Objects);
        let has_no_wholes = match &self.requirement {
            Requirement::MayOnlyReach(target) if target.is_anything() => {
                return Err(Invalid::AnythingAllowed);
            }
            Requirement::DeleteMarkersMustFollow(_) if !self.about.is_empty() => {
                return Err(Invalid::AboutFollowing);
            }
            // Nothing else could ever count.
            Requirement::MustReach { .. } => is_anything_else,
            _ => lacks_objects,
        };
        if has_no_wholes && target.is_about_whole_objects() {
            return Err(Invalid::NoWholeObjects);
        }
        if self.about.contains(&About::DeleteMarkers) {
            if !self.tags.is_empty() {
                return Err(Invalid::MarkersHaveNoTags);
            }
            if !self.encryption_statuses.is_empty() {
                return Err(Invalid::MarkersHaveNoEncryption);
            }
            if !self.storage_classes.is_empty() {
                return Err(Invalid::MarkersHaveNoClass);
            }
        }
        if target.replication_time_control.is_some() { self.check_timed() } else { Ok(()) }
    }

    /// Refuses to ask for Time Control, or for none, where it would not matter.
    fn check_timed(&self) -> Result<(), InvalidAssertion> {
        let about = if self.about.is_empty() { self.usual() } else { self.about.clone() };
        let must_reach = matches!(self.requirement, Requirement::MustReach { .. });
        let statuses = &self.encryption_statuses;
        let is_old = |status: &EncryptionStatus| *status == EncryptionStatus::NotSse;
        let some_old = statuses.iter().any(is_old);
        let objects_are_untimed = some_old && (must_reach || statuses.iter().all(is_old));
        let is_untimed = |about: &About| match about {
            About::Objects => objects_are_untimed,
            About::DeleteMarkers => true,
            About::ReplicaModifications => false,
        };
        // All of it has to be reached, and anything breaks the other requirements.
        let is_refused =
            if must_reach { about.iter().any(is_untimed) } else { about.iter().all(is_untimed) };
        match about.iter().find(|about| is_untimed(about)) {
            Some(About::DeleteMarkers) if is_refused => Err(InvalidAssertion::MarkersAreNotTimed),
            Some(_) if is_refused => Err(InvalidAssertion::OldObjectsAreNotTimed),
            _ => Ok(()),
        }
    }

    pub(super) fn check_count(&self) -> Result<(), InvalidAssertion> {
        let Requirement::MustReach { target, at_least } = &self.requirement else { return Ok(()) };
        let named: BTreeSet<_> = target.buckets.iter().collect();
        let is_enough = u32::try_from(named.len()).is_ok_and(|count| count >= at_least.get());
        if named.is_empty() || is_enough {
            return Ok(());
        }
        Err(InvalidAssertion::TooFewBuckets { named: named.len(), at_least: *at_least })
    }

    /// Returns what the requirement is about when nothing is said. Delete markers have nothing but
    /// a key, so they are not meant by anything else.
    pub(super) fn usual(&self) -> Vec<About> {
        let all = About::ALL.iter().copied();
        let is_of_keys = self.tags.is_empty()
            && self.encryption_statuses.is_empty()
            && self.storage_classes.is_empty();
        match self.requirement {
            Requirement::MustReach { .. } | Requirement::DeleteMarkersMustFollow(_) => {
                vec![About::Objects]
            }
            _ if is_of_keys => all.collect(),
            _ => all.filter(|about| *about != About::DeleteMarkers).collect(),
        }
    }
}
