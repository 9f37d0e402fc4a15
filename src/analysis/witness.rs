use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::analysis::case::Case;
use crate::model::{EncryptionStatus, Event, ObjectVersion, RuleFilter, StorageClass, Tag};

/// An object version that something happened to, as proof of a claim.
///
/// It displays, and serialises, as the command line's `decide` takes it.
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
    /// Everything but key and tags.
    rest: ObjectVersion<'static>,
}

impl Witness {
    /// Returns the least object that filters match together, if there is one: its key is the longest
    /// of their prefixes and its tags are all of theirs. `outside` begins none of the prefixes that
    /// matter.
    pub(super) fn least<'f>(
        filters: impl IntoIterator<Item = &'f RuleFilter>,
        outside: char,
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

    /// Returns the same of the key that is least of those with a prefix.
    pub(super) fn with_prefix(self, prefix: &str, outside: char) -> Self {
        Self { key: key_of(prefix, outside), ..self }
    }

    /// Returns the same under KMS.
    pub(crate) fn under_kms(mut self) -> Self {
        self.rest.encryption = EncryptionStatus::SseKms;
        self
    }

    /// Creates a witness of everything about a version but its key and tags, and these.
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

    /// Returns what happened.
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

/// Returns the least key with a prefix. Keys are not empty.
fn key_of(prefix: &str, outside: char) -> String {
    if prefix.is_empty() { outside.to_string() } else { prefix.to_owned() }
}

/// What is as S3 has it when nothing is said is left out.
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
