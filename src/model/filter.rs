use std::hash::{Hash, Hasher};

use crate::model::{ObjectVersion, Prefix, Tag};

/// The condition of a rule on object versions: a prefix of the key, and tags that must be present.
///
/// S3 has five spellings: `Prefix` in the rule (V1), or `Filter` that is empty or contains
/// `Prefix`, `Tag`, or `And`. They all mean a prefix *and* a set of tags, so filters compare equal
/// when prefix and tags are equal. The spelling is kept only to write the filter back as it was
/// read.
///
/// # Examples
///
/// ```
/// use s3_replication::model::Tag;
/// use s3_replication::{ObjectVersion, RuleFilter};
///
/// let filter = RuleFilter::prefix("logs/".parse()?).and_tag(Tag::new("keep", "yes")?);
/// let tags = [Tag::new("keep", "yes")?, Tag::new("team", "ops")?];
///
/// assert!(filter.matches(&ObjectVersion::new("logs/a").with_tags(&tags)));
/// assert!(!filter.matches(&ObjectVersion::new("logs/a")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq)]
pub struct RuleFilter {
    prefix: Prefix,
    // INVARIANT: sorted by key, keys unique.
    tags: Vec<Tag>,
    spelling: FilterSpelling,
}

/// The spelling of a [`RuleFilter`] in a document.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "every spelling that S3 has")]
pub enum FilterSpelling {
    /// `Prefix` in the rule, as V1 configurations have it.
    RulePrefix,
    /// An empty `Filter`.
    Empty,
    /// `Filter` with `Prefix`.
    Prefix,
    /// `Filter` with `Tag`.
    Tag,
    /// `Filter` with `And` that contains only tags.
    And,
    /// `Filter` with `And` that contains a prefix and possibly tags.
    AndPrefix,
}

impl RuleFilter {
    /// The filter that matches every object version, spelled as an empty `Filter`.
    pub const ALL: Self =
        Self { prefix: Prefix::EMPTY, tags: Vec::new(), spelling: FilterSpelling::Empty };

    /// Creates a filter on the start of the key.
    #[must_use]
    pub const fn prefix(prefix: Prefix) -> Self {
        Self { prefix, tags: Vec::new(), spelling: FilterSpelling::Prefix }
    }

    /// Requires one more tag. A second tag with the same key replaces the first.
    #[must_use]
    pub fn and_tag(mut self, tag: Tag) -> Self {
        self.tags.retain(|present| present.key() != tag.key());
        self.tags.push(tag);
        self.tags.sort_unstable();
        self.spelling = match (self.prefix.is_empty(), self.tags.len()) {
            (true, 1) => FilterSpelling::Tag,
            (true, _) => FilterSpelling::And,
            (false, _) => FilterSpelling::AndPrefix,
        };
        self
    }

    /// Creates a filter with the spelling of the document. The keys of `tags` are unique.
    pub(crate) fn spelled(prefix: Prefix, mut tags: Vec<Tag>, spelling: FilterSpelling) -> Self {
        tags.sort_unstable();
        Self { prefix, tags, spelling }
    }

    /// Returns the prefix; empty when the filter matches every key.
    #[must_use]
    pub const fn key_prefix(&self) -> &Prefix {
        &self.prefix
    }

    /// Returns the required tags, sorted by key.
    #[must_use]
    pub fn tags(&self) -> &[Tag] {
        &self.tags
    }

    /// Returns the spelling.
    #[must_use]
    pub const fn spelling(&self) -> FilterSpelling {
        self.spelling
    }

    /// Returns true when the key of `version` begins with the prefix and `version` has every tag
    /// (REP-301, REP-303).
    #[must_use]
    pub fn matches(&self, version: &ObjectVersion<'_>) -> bool {
        self.matches_key(version.key) && self.matches_tags(version)
    }

    pub(crate) fn matches_key(&self, key: &[u8]) -> bool {
        self.prefix.is_start_of(key)
    }

    pub(crate) fn matches_tags(&self, version: &ObjectVersion<'_>) -> bool {
        self.tags.iter().all(|tag| version.tags.contains(tag))
    }
}

/// Compares prefix and tags, not the spelling.
impl PartialEq for RuleFilter {
    fn eq(&self, other: &Self) -> bool {
        self.prefix == other.prefix && self.tags == other.tags
    }
}

impl Hash for RuleFilter {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.prefix.hash(state);
        self.tags.hash(state);
    }
}
