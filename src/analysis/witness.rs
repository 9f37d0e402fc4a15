//! Witnesses: objects that prove a claim, in the form in which a reader can check it.
//!
//! A witness can be passed to the `decide` command as it is printed. It is as small as possible,
//! since a person has to understand it: the shortest key that will do, and no tag without need.

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::analysis::case::Case;
use crate::keyspace::{KeySpace, Place, Selection, TagSet};
use crate::model::{EncryptionStatus, Event, ObjectVersion, RuleFilter, StorageClass, Tag};

/// An object version and an event that prove a claim.
///
/// A witness displays and serialises as the input of the `decide` command.
///
/// # Examples
///
/// ```
/// use s3_replication::RuleFilter;
/// use s3_replication::analysis::overlap;
/// use s3_replication::model::Tag;
///
/// let logs = RuleFilter::prefix("logs/".parse()?);
/// let kept = RuleFilter::ALL.and_tag(Tag::new("keep", "yes")?);
/// let witness = overlap(&logs, &kept).unwrap();
/// assert!(logs.matches(&witness.version()) && kept.matches(&witness.version()));
/// assert_eq!(
///     witness.to_string(),
///     r#"{"Key":"logs/","Tags":{"keep":"yes"},"Event":"ObjectCreated:Put"}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Witness {
    key: String,
    tags: Vec<Tag>,
    event: Event,
    /// Everything about the version but its key and tags.
    rest: ObjectVersion<'static>,
}

impl Witness {
    /// Returns the least object that all filters match: its key is the longest of their prefixes, its
    /// tags are the union of theirs. The filters must have an object in common, and `outside` must
    /// begin none of the prefixes that matter.
    pub(super) fn least<'f>(
        filters: impl IntoIterator<Item = &'f RuleFilter>,
        outside: &str,
        case: Case,
    ) -> Self {
        let (mut longest, mut tags) = ("", Vec::new());
        for filter in filters {
            let prefix = filter.key_prefix().as_str();
            if longest.len() < prefix.len() {
                longest = prefix;
            }
            tags.extend_from_slice(filter.tags());
        }
        tags.sort_unstable();
        tags.dedup();
        Self { key: key_of(longest, outside), tags, event: case.event(), rest: case.version() }
    }

    /// Returns the object with the shortest key of a place and just these tags.
    pub(super) fn at(space: &KeySpace<'_>, place: Place, tags: &TagSet, case: Case) -> Self {
        let prefix = space.prefixes().get(place);
        let key = key_of(prefix, space.prefixes().outside());
        let tags = space.tags().tags(tags).cloned().collect();
        Self { key, tags, event: case.event(), rest: case.version() }
    }

    /// Returns the same object in another storage class.
    pub(super) fn in_storage_class(mut self, class: StorageClass) -> Self {
        self.rest.storage_class = class;
        self
    }

    /// Returns the same object encrypted with SSE-KMS.
    pub(crate) fn under_kms(mut self) -> Self {
        self.rest.encryption = EncryptionStatus::SseKms;
        self
    }

    /// Creates a witness from a key, tags, an event, and everything else about the version.
    pub(crate) const fn new(
        key: String,
        tags: Vec<Tag>,
        event: Event,
        rest: ObjectVersion<'static>,
    ) -> Self {
        Self { key, tags, event, rest }
    }

    /// Returns the key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns the tags, sorted by key.
    #[must_use]
    pub fn tags(&self) -> &[Tag] {
        &self.tags
    }

    /// Returns the event.
    #[must_use]
    pub const fn event(&self) -> Event {
        self.event
    }

    /// Returns the version, to ask an [`Engine`](crate::Engine) about it.
    #[must_use]
    pub fn version(&self) -> ObjectVersion<'_> {
        let mut version: ObjectVersion<'_> = self.rest.clone();
        version.key = self.key.as_bytes();
        version.tags = (&self.tags).into();
        version
    }
}

/// Returns an object that matches both filters; `None` when none does.
#[must_use]
pub fn overlap(a: &RuleFilter, b: &RuleFilter) -> Option<Witness> {
    let space = KeySpace::new([a, b].into_iter());
    let mut pairs =
        space.selections(a).flat_map(|a| space.selections(b).map(move |b| (a.clone(), b)));
    let both = pairs.find_map(|(a, b)| space.intersection(&a, &b))?;
    Some(Witness::at(&space, both.place(), &both.tags, Case::Object))
}

/// Returns an object that matches the first filter and not the second; `None` when the second
/// [covers](RuleFilter::covers) the first.
///
/// # Examples
///
/// ```
/// use s3_replication::RuleFilter;
/// use s3_replication::analysis::excess;
///
/// let prefix = |text: &str| text.parse().map(RuleFilter::prefix);
/// let witness = excess(&prefix("logs/")?, &prefix("logs/2026/")?).unwrap();
/// assert_eq!(witness.key(), "logs/");
/// assert_eq!(excess(&prefix("logs/2026/")?, &prefix("logs/")?), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn excess(a: &RuleFilter, b: &RuleFilter) -> Option<Witness> {
    let space = KeySpace::new([a, b].into_iter());
    let others: Vec<Selection> = space.selections(b).collect();
    space.selections(a).find_map(|own| excess_of(&space, &own, &others))
}

/// Returns an object of a selection that none of the others contains. The others differ in their
/// tags alone.
fn excess_of(space: &KeySpace<'_>, own: &Selection, others: &[Selection]) -> Option<Witness> {
    let Some(other) = others.first() else {
        return Some(Witness::at(space, own.place(), &own.tags, Case::Object));
    };
    // The least object, one that the other filter excludes by its key, and by a tag.
    // If these three are in the second filter, so is every object of the first: leaving it takes a
    // key or a tag that it excludes.
    let least = std::iter::once((own.place(), own.tags.clone()));
    let by_key =
        other.holes().filter(|hole| own.contains(*hole)).map(|hole| (hole, own.tags.clone()));
    let by_tag = other.without.iter().filter(|tag| !own.without.has(*tag));
    let by_tag = by_tag.filter_map(|tag| Some((own.place(), space.tags().with(&own.tags, tag)?)));
    let mut objects = least.chain(by_key).chain(by_tag);
    let (place, tags) =
        objects.find(|(place, tags)| !others.iter().any(|other| other.matches(*place, tags)))?;
    Some(Witness::at(space, place, &tags, Case::Object))
}

/// Returns the shortest key with a prefix. Keys are not empty.
fn key_of(prefix: &str, outside: &str) -> String {
    if prefix.is_empty() { outside.to_owned() } else { prefix.to_owned() }
}

/// Members with the default value of S3 are left out.
impl Serialize for Witness {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("Key", &self.key)?;
        if self.rest.delete_marker.is_some() {
            map.serialize_entry("IsDeleteMarker", &true)?;
        }
        if self.rest.storage_class != StorageClass::STANDARD {
            map.serialize_entry("StorageClass", &self.rest.storage_class)?;
        }
        if self.rest.encryption != EncryptionStatus::SseS3 {
            map.serialize_entry("EncryptionStatus", &self.rest.encryption)?;
        }
        if let Some(status) = self.rest.replication_status {
            map.serialize_entry("ReplicationStatus", &status)?;
        }
        if !self.tags.is_empty() {
            map.serialize_entry("Tags", &Tags(&self.tags))?;
        }
        map.serialize_entry("Event", &self.event)?;
        map.end()
    }
}

/// Tags as an object with a member for each key.
struct Tags<'a>(&'a [Tag]);

impl Serialize for Tags<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|tag| (tag.key(), tag.value())))
    }
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}
