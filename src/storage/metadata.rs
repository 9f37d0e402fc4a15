//! The metadata of a version that can change, with a stamp for each aspect.

mod saved;

use std::collections::BTreeMap;
use std::mem;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use self::saved::SavedMetadata;
use crate::model::{
    BucketName, Event, EventHold, LegalHold, MetadataAspect, ObjectLock, Retention, Tag, Timestamp,
};

/// The metadata of a version that can change after creation, with the time of the last change of
/// each [aspect](MetadataAspect).
///
/// Fill in the public fields of a new version. Later changes go through [`change`](Self::change),
/// which stamps them.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "SavedMetadata", into = "SavedMetadata")]
#[non_exhaustive]
pub struct Metadata {
    /// The tags.
    pub tags: Vec<Tag>,
    /// The ACL, as text in any format that the store understands: the name of a canned ACL such as
    /// `public-read`, or the XML document `AccessControlPolicy`. This crate copies the text and compares
    /// it for equality, and never interprets it.
    ///
    /// It is empty if no ACL was ever set, and in a bucket in which ACLs are disabled. An empty ACL is
    /// not replicated.
    pub acl: String,
    /// Retention, legal hold and event hold.
    pub lock: ObjectLock,
    // INVARIANT: the latest stamp of all aspects.
    changed: Stamp,
    // INVARIANT: the aspects with another stamp than `changed`, which is later; never all of them.
    // Most versions never change, so they need no map.
    older: BTreeMap<MetadataAspect, Stamp>,
}

/// The time of a change of metadata, and the bucket in which it was made. Later stamps are greater.
///
/// Of two changes at the same time, the one made in the bucket whose name sorts last is the later one
/// (REP-610). Both sides of a two-way replication therefore reach the same result, in whatever order
/// changes arrive.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "a time and a place")]
pub struct Stamp {
    /// The time of the change.
    pub at: Timestamp,
    /// The bucket in which the change was made.
    #[serde(rename = "In")]
    pub bucket: BucketName,
}

/// The value of one aspect of the metadata of a version.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum MetadataValue {
    /// The tags.
    Tags(Vec<Tag>),
    /// The ACL, as text in the format of the store; empty if none was ever set. See
    /// [`Metadata::acl`].
    Acl(String),
    /// The retention, if one was set.
    Retention(Option<Retention>),
    /// The legal hold, if one was set.
    LegalHold(Option<LegalHold>),
    /// The event hold, if one was set.
    EventHold(Option<EventHold>),
}

/// A change of one aspect of the metadata of a version: the unit in which metadata is replicated.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a value and its stamp")]
pub struct MetadataChange {
    /// The new value.
    pub value: MetadataValue,
    /// The time and the bucket of the change.
    pub stamp: Stamp,
}

/// The error returned for a change that would lower the mode or shorten the period of a retention
/// that still lasts (REP-625).
///
/// A store answers it with [`FailureReason::DST_PUT_RETENTION_NOT_PERMITTED`].
///
/// [`FailureReason::DST_PUT_RETENTION_NOT_PERMITTED`]: crate::replication::FailureReason::DST_PUT_RETENTION_NOT_PERMITTED
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "the version is retained until {} in {} mode; replication does not change that to {} in {} mode",
    .current.retain_until, .current.mode, .weaker.retain_until, .weaker.mode
)]
#[non_exhaustive]
pub struct WeakerRetention {
    /// The retention of the version.
    pub current: Retention,
    /// The retention that the change would set.
    pub weaker: Retention,
}

impl MetadataValue {
    /// Returns the aspect.
    #[must_use]
    pub const fn aspect(&self) -> MetadataAspect {
        match self {
            Self::Tags(_) => MetadataAspect::Tags,
            Self::Acl(_) => MetadataAspect::Acl,
            Self::Retention(_) => MetadataAspect::Retention,
            Self::LegalHold(_) => MetadataAspect::LegalHold,
            Self::EventHold(_) => MetadataAspect::EventHold,
        }
    }

    /// Returns the event of a request that sets the value.
    #[must_use]
    pub const fn event(&self) -> Event {
        match self {
            Self::Tags(tags) if tags.is_empty() => Event::ObjectTaggingDelete,
            Self::Tags(_) => Event::ObjectTaggingPut,
            Self::Acl(_) => Event::ObjectAclPut,
            Self::Retention(_) => Event::ObjectRetentionPut,
            Self::LegalHold(_) => Event::ObjectLegalHoldPut,
            Self::EventHold(_) => Event::ObjectEventHoldPut,
        }
    }

    /// Returns true for an ACL, a retention or a hold that was never set. There is nothing to
    /// replicate then: the replica may have a default of its bucket. Tags that were removed are a
    /// value like any other.
    const fn is_unset(&self) -> bool {
        match self {
            Self::Tags(_) => false,
            Self::Acl(acl) => acl.is_empty(),
            Self::Retention(retention) => retention.is_none(),
            Self::LegalHold(hold) => hold.is_none(),
            Self::EventHold(hold) => hold.is_none(),
        }
    }
}

impl Metadata {
    /// Creates the metadata of a new version without tags, ACL or Object Lock settings.
    #[must_use]
    pub const fn new(changed: Timestamp, changed_in: BucketName) -> Self {
        Self {
            tags: Vec::new(),
            acl: String::new(),
            lock: ObjectLock::NONE,
            changed: Stamp { at: changed, bucket: changed_in },
            older: BTreeMap::new(),
        }
    }

    /// Returns the stamp of the latest change of any aspect.
    #[must_use]
    pub const fn changed(&self) -> &Stamp {
        &self.changed
    }

    /// Returns the stamp of the last change of an aspect.
    #[must_use]
    pub fn stamp(&self, aspect: MetadataAspect) -> &Stamp {
        self.older.get(&aspect).unwrap_or(&self.changed)
    }

    /// Returns the value of an aspect.
    #[must_use]
    pub fn value(&self, aspect: MetadataAspect) -> MetadataValue {
        match aspect {
            MetadataAspect::Tags => MetadataValue::Tags(self.tags.clone()),
            MetadataAspect::Acl => MetadataValue::Acl(self.acl.clone()),
            MetadataAspect::Retention => MetadataValue::Retention(self.lock.retention),
            MetadataAspect::LegalHold => MetadataValue::LegalHold(self.lock.legal_hold),
            MetadataAspect::EventHold => MetadataValue::EventHold(self.lock.event_hold),
        }
    }

    /// Returns the last change of an aspect, in the form that is sent to other buckets.
    #[must_use]
    pub fn last_change(&self, aspect: MetadataAspect) -> MetadataChange {
        MetadataChange { value: self.value(aspect), stamp: self.stamp(aspect).clone() }
    }

    /// Sets an aspect, as a request to this bucket at this time does. The release of an event hold begins
    /// the retention of its duration, which is not a change of the aspect `Retention`.
    ///
    /// The recorded time is always later than that of the previous change of the aspect, even if both
    /// happen in the same millisecond or the clock went backwards. Otherwise the other buckets would
    /// ignore the change.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::{BucketName, LegalHold, MetadataAspect, Timestamp};
    /// use s3_replication::storage::{Metadata, MetadataValue};
    ///
    /// let (photos, now): (BucketName, Timestamp) = ("photos".parse()?, "2026-11-22T09:00:00Z".parse()?);
    /// let before = Metadata::new(now, photos.clone());
    /// let mut after = before.clone();
    /// after.change(MetadataValue::LegalHold(Some(LegalHold::On)), now, &photos);
    /// assert!(after.stamp(MetadataAspect::LegalHold) > before.stamp(MetadataAspect::LegalHold));
    /// assert_eq!(after.stamp(MetadataAspect::Tags), before.stamp(MetadataAspect::Tags));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn change(&mut self, value: MetadataValue, at: Timestamp, bucket: &BucketName) {
        let after = self.stamp(value.aspect()).at.later_by(TimeDelta::milliseconds(1));
        let stamp = Stamp { at: after.max(at), bucket: bucket.clone() };
        self.set(MetadataChange { value, stamp }, at);
    }

    /// Sets an aspect with its stamp, at this time of the bucket.
    fn set(&mut self, change: MetadataChange, at: Timestamp) {
        let MetadataChange { value, stamp } = change;
        self.set_stamp(value.aspect(), stamp);
        match value {
            MetadataValue::Tags(tags) => self.tags = tags,
            MetadataValue::Acl(acl) => self.acl = acl,
            MetadataValue::Retention(retention) => self.lock.retention = retention,
            MetadataValue::LegalHold(hold) => self.lock.legal_hold = hold,
            MetadataValue::EventHold(Some(hold)) => self.lock.set_event_hold(hold, at),
            MetadataValue::EventHold(None) => self.lock.event_hold = None,
        }
    }

    fn set_stamp(&mut self, aspect: MetadataAspect, stamp: Stamp) {
        self.older.insert(aspect, stamp);
        let all = MetadataAspect::ALL.iter().map(|aspect| (*aspect, self.stamp(*aspect).clone()));
        let all: BTreeMap<_, _> = all.collect();
        // The latest stamp moves to `changed`, which restores both invariants.
        if let Some(latest) = all.values().max() {
            self.changed = latest.clone();
        }
        self.older = all.into_iter().filter(|(_, stamp)| *stamp != self.changed).collect();
    }

    /// Takes over a change from another bucket if it is newer. Returns true if it was.
    ///
    /// The retention after the release of an event hold counts from the time of replication (REP-632),
    /// but never from a time before the release, so that clocks that differ shorten nothing.
    ///
    /// A retention that is at least as strong is always taken over: an older change that arrives late
    /// would have prevented the weaker one (REP-625).
    pub(super) fn merge(
        &mut self,
        change: &MetadataChange,
        at: Timestamp,
    ) -> Result<bool, WeakerRetention> {
        let aspect = change.value.aspect();
        let is_newer = change.stamp > *self.stamp(aspect);
        if change.value.is_unset() {
            return Ok(false);
        }
        if let (MetadataValue::Retention(Some(new)), Some(current)) =
            (&change.value, self.lock.retention)
        {
            let has_ended = current.retain_until <= change.stamp.at;
            match (new.is_weaker_than(&current), is_newer) {
                (true, true) if !has_ended => {
                    return Err(WeakerRetention { current, weaker: *new });
                }
                (false, false) if *new != current => {
                    self.lock.retention = Some(*new);
                    return Ok(true);
                }
                _ => {}
            }
        }
        if is_newer {
            self.set(change.clone(), at.max(change.stamp.at));
        }
        Ok(is_newer)
    }

    /// Returns true if no aspect was ever set, or its tags were removed.
    pub(super) fn is_unset(&self) -> bool {
        self.tags.is_empty() && self.acl.is_empty() && self.lock == ObjectLock::default()
    }

    /// Takes the ACL out, which names principals of another account.
    pub(super) fn clear_acl(&mut self) {
        drop(mem::take(&mut self.acl));
    }
}
