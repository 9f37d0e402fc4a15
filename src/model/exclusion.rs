use std::hash::{Hash, Hasher};

use crate::model::{ObjectVersion, Prefix, Tag};

/// The exclusion of a filter, `Not`: the object versions that a rule leaves out although they match
/// the rest of its filter.
///
/// A version is excluded when its key begins with *any* of the prefixes, or when it has *any* of
/// the tags (REP-307, REP-308). An exclusion without prefixes and tags excludes nothing.
///
/// S3 has several spellings: `Not` with `Prefix` or `Tag`, or with `Or` that contains any number of
/// both. Exclusions compare equal when prefixes and tags are equal. The spelling is kept only to
/// write the exclusion back as it was read.
///
/// # Examples
///
/// ```
/// use s3_replication::{ObjectVersion, RuleFilter};
/// use s3_replication::model::Tag;
///
/// let filter = RuleFilter::prefix("logs/".parse()?)
///     .excluding_prefix("logs/debug/".parse()?)
///     .excluding_tag(Tag::new("keep", "no")?);
/// let tags = [Tag::new("keep", "no")?];
///
/// let exclusion = filter.exclusion();
/// assert!(exclusion.matches(&ObjectVersion::new("logs/debug/1")));
/// assert!(exclusion.matches(&ObjectVersion::new("logs/1").with_tags(&tags)));
/// assert!(!exclusion.matches(&ObjectVersion::new("logs/1")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq)]
pub struct Exclusion {
    // INVARIANT: sorted, without repetitions.
    prefixes: Vec<Prefix>,
    // INVARIANT: sorted, without repetitions. Unlike the tags that a filter requires, several may
    // have the same key.
    tags: Vec<Tag>,
    spelling: ExclusionSpelling,
}

/// The spelling of an [`Exclusion`] in a document.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum ExclusionSpelling {
    /// There is no `Not`.
    #[default]
    Absent,
    /// `Not` with at most one `Prefix` and at most one `Tag`.
    Direct,
    /// `Not` with `Or`.
    Or,
}

impl Exclusion {
    /// The exclusion that excludes nothing.
    pub const NONE: Self =
        Self { prefixes: Vec::new(), tags: Vec::new(), spelling: ExclusionSpelling::Absent };

    /// Creates an exclusion with the spelling of the document.
    pub(crate) fn spelled(
        mut prefixes: Vec<Prefix>,
        mut tags: Vec<Tag>,
        spelling: ExclusionSpelling,
    ) -> Self {
        prefixes.sort_unstable();
        prefixes.dedup();
        tags.sort_unstable();
        tags.dedup();
        Self { prefixes, tags, spelling }
    }

    /// Adds a prefix, and chooses the spelling.
    pub(super) fn with_prefix(mut self, prefix: Prefix) -> Self {
        self.prefixes.push(prefix);
        self.respelled()
    }

    /// Adds a tag, and chooses the spelling.
    pub(super) fn with_tag(mut self, tag: Tag) -> Self {
        self.tags.push(tag);
        self.respelled()
    }

    fn respelled(self) -> Self {
        let mut exclusion = Self::spelled(self.prefixes, self.tags, ExclusionSpelling::Direct);
        if exclusion.prefixes.len() + exclusion.tags.len() > 1 {
            exclusion.spelling = ExclusionSpelling::Or;
        }
        exclusion
    }

    /// Returns true when nothing is excluded.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.prefixes.is_empty() && self.tags.is_empty()
    }

    /// Returns the excluded prefixes, sorted and without repetitions.
    #[must_use]
    pub const fn prefixes(&self) -> &[Prefix] {
        self.prefixes.as_slice()
    }

    /// Returns the excluded tags, sorted and without repetitions. Several may have the same key.
    #[must_use]
    pub const fn tags(&self) -> &[Tag] {
        self.tags.as_slice()
    }

    /// Returns the spelling.
    pub(crate) const fn spelling(&self) -> ExclusionSpelling {
        self.spelling
    }

    /// Returns true when `version` is excluded.
    #[must_use]
    pub fn matches(&self, version: &ObjectVersion<'_>) -> bool {
        self.matches_key(version.key) || self.matches_tags(version)
    }

    /// Returns true when the key begins with an excluded prefix.
    pub(crate) fn matches_key(&self, key: &[u8]) -> bool {
        self.prefix_of(key).is_some()
    }

    /// Returns the first excluded prefix that begins the key.
    pub(crate) fn prefix_of(&self, key: &[u8]) -> Option<&Prefix> {
        self.prefixes.iter().find(|prefix| prefix.is_start_of(key))
    }

    /// Returns true when the version has an excluded tag.
    pub(crate) fn matches_tags(&self, version: &ObjectVersion<'_>) -> bool {
        self.tags.iter().any(|tag| version.tags.contains(tag))
    }

    /// Returns true when the tag is excluded.
    pub(crate) fn has_tag(&self, tag: &Tag) -> bool {
        self.tags.binary_search(tag).is_ok()
    }
}

/// Compares prefixes and tags, not the spelling.
impl PartialEq for Exclusion {
    fn eq(&self, other: &Self) -> bool {
        self.prefixes == other.prefixes && self.tags == other.tags
    }
}

impl Hash for Exclusion {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.prefixes.hash(state);
        self.tags.hash(state);
    }
}
