//! Generators of objects and events, most of which match a rule or miss it narrowly.
//!
//! ```text
//! the rule   prefix `ab`, tag x=1, without prefix `abb`
//! matches    `ab/a` {x=1, y=2}     `ab\xFF`, which is not UTF-8
//! misses     `a…`  a byte less     `ac…`  another byte     `…`  no prefix
//!            {y=2}  a tag less     `abb…`  excluded
//! ```

use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::model::{
    AccessTier, BucketKeyStatus, DeleteMarkerOrigin, EncryptionStatus, Event, LegalHold,
    ObjectVersion, OwnerAccess, ReplicationConfiguration, ReplicationStatus, StorageClass, Tag,
};
use crate::strategies::{key, tags};

/// An object version that owns its key and tags, with an event.
///
/// `Display` and serde write the JSON that the commands `decide` and `explain` read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DrawnObject {
    /// The key.
    pub key: Vec<u8>,
    /// The tags.
    pub tags: Vec<Tag>,
    /// The event.
    pub event: Event,
    /// All other properties of the version; its key and tags are empty.
    pub rest: ObjectVersion<'static>,
}

impl DrawnObject {
    /// Returns the version.
    #[must_use]
    pub fn version(&self) -> ObjectVersion<'_> {
        // Put together for each call, because a version borrows its key and tags.
        let mut version: ObjectVersion<'_> = self.rest.clone();
        version.key = &self.key;
        version.tags = (&self.tags).into();
        version
    }
}

/// Generates an event, most often the creation of a version.
///
/// The others are equally frequent. An event may not fit the version, which the engine has to
/// decide about, too.
pub fn event() -> impl Strategy<Value = Event> {
    prop_oneof![2 => Just(Event::ObjectCreatedPut), 3 => select(Event::ALL)]
}

/// Generates an object for one of the rules: its key begins with the prefix and it has the tags, or
/// it misses the rule by a byte or a tag, or the rule excludes it, or the store compares the key with
/// another rule.
pub fn object_for(
    configuration: &ReplicationConfiguration,
) -> impl Strategy<Value = DrawnObject> + use<> {
    let rules = configuration.rules().iter();
    let filters: Vec<_> = rules.map(|rule| rule.filter.clone()).collect();
    let miss = (0..15u8, any::<Index>());
    let drawn = (any::<Index>(), key(), tags(2), miss, event(), rest());
    drawn.prop_map(move |(chosen, behind, more, (miss, place), event, rest)| {
        // One rule, and not several: an object for one often matches others as well.
        let filter = chosen.get(&filters);
        let (mut tags, exclusion) = (filter.tags().to_vec(), filter.exclusion());
        let mut key = filter.key_prefix().as_str().as_bytes().to_vec();
        match miss {
            // Cases that are not named leave the key and the tags as the rule has them.
            0 => drop(key.pop()),
            1 => drop(tags.pop()),
            // A key that is not UTF-8: the engine compares bytes.
            2 => key.push(0xFF),
            3 => key.clear(),
            12 | 13 if !exclusion.prefixes().is_empty() => {
                key = place.get(exclusion.prefixes()).as_str().as_bytes().to_vec();
            }
            11 if filter.keys_before().is_some() => {
                key = filter.keys_before().map(|next| next.as_str().into()).unwrap_or_default();
            }
            13 | 14 if !exclusion.tags().is_empty() => {
                let excluded = place.get(exclusion.tags());
                // An object has each tag key once, so the excluded tag replaces one of the rule.
                tags.retain(|tag| tag.key() != excluded.key());
                tags.push(excluded.clone());
            }
            // One byte becomes another, unless the place is behind the end.
            4 | 5 => {
                let at = place.index(key.len() + 1);
                key.get_mut(at).into_iter().for_each(|byte| *byte ^= 1);
            }
            _ => {}
        }
        // After the change, so that the prefix may be anywhere within the key, or be the whole of
        // it.
        key.extend(behind.into_bytes());
        // An object has each tag key once. Further tags come first, so that the order cannot
        // matter.
        let is_new = |tag: &Tag| tags.iter().all(|present| present.key() != tag.key());
        let more: Vec<Tag> = more.into_iter().filter(is_new).collect();
        tags.splice(0..0, more);
        DrawnObject { key, tags, event, rest }
    })
}

/// Generates all properties of a version except key and tags. Common values are more frequent, so
/// that most versions are replicated.
fn rest() -> impl Strategy<Value = ObjectVersion<'static>> {
    let class = prop_oneof![6 => Just(StorageClass::STANDARD), 3 => select(StorageClass::KNOWN)];
    let tier = prop_oneof![6 => Just(None), 1 => option::of(select(AccessTier::ALL))];
    let access = prop_oneof![9 => Just(OwnerAccess::Readable), 1 => Just(OwnerAccess::Unreadable)];
    let status = option::of(select(ReplicationStatus::ALL));
    let marker = prop_oneof![5 => Just(None), 1 => select(DeleteMarkerOrigin::ALL).prop_map(Some)];
    let key = option::of(select(BucketKeyStatus::ALL));
    let hold = prop_oneof![6 => Just(None), 1 => option::of(select(LegalHold::ALL))];
    let encryption = (select(EncryptionStatus::ALL), key);
    let drawn = (class, tier, encryption, access, status, marker, 0..1_000u64, hold);
    drawn.prop_map(|(class, tier, (encryption, key), access, status, marker, size, hold)| {
        let mut version = ObjectVersion::new("");
        version.storage_class = class;
        version.access_tier = tier;
        version.encryption = encryption;
        version.owner_access = access;
        // A fifth of the versions that the owner cannot read, as ACLs go, has no ACLs.
        version.acls_disabled = size % 5 == 0;
        version.replication_status = status;
        version.delete_marker = marker;
        version.size = size;
        version.bucket_key = key;
        version.lock.legal_hold = hold;
        version
    })
}
