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

/// The reason why no object can match a [`RuleFilter`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Unmatchable {
    /// The prefix has more bytes than a key may have (REP-238).
    PrefixLongerThanKeys {
        /// The bytes of the prefix.
        bytes: usize,
    },
    /// The filter requires more tags than an object may have (REP-305).
    MoreTagsThanObjects {
        /// The number of required tags.
        tags: usize,
    },
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

    /// Returns true when the filter matches every version that `other` matches.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::RuleFilter;
    ///
    /// let logs = RuleFilter::prefix("logs/".parse()?);
    /// let recent_logs = RuleFilter::prefix("logs/2026/".parse()?);
    /// assert!(logs.covers(&recent_logs) && !recent_logs.covers(&logs));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        // Both are sorted.
        let mut present = other.tags.iter();
        let has_tags = self.tags.iter().all(|tag| present.any(|other| other == tag));
        other.unmatchable().is_some()
            || has_tags && other.prefix.as_str().starts_with(self.prefix.as_str())
    }

    /// Returns true when some version matches both filters.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::RuleFilter;
    /// use s3_replication::model::Tag;
    ///
    /// let env = |value| Tag::new("env", value).map(|tag| RuleFilter::ALL.and_tag(tag));
    /// assert!(env("prod")?.overlaps(&RuleFilter::prefix("logs/".parse()?)));
    /// // An object has one value for each tag key.
    /// assert!(!env("prod")?.overlaps(&env("test")?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let (a, b) = (self.prefix.as_str(), other.prefix.as_str());
        let are_nested = a.starts_with(b) || b.starts_with(a);
        let is_matchable = |filter: &Self| filter.unmatchable().is_none();
        are_nested && is_matchable(self) && is_matchable(other) && self.can_share_tags(other)
    }

    /// Returns true when an object can have the tags of both filters.
    fn can_share_tags(&self, other: &Self) -> bool {
        let mut count = self.tags.len();
        for tag in &other.tags {
            match self.tags.binary_search_by(|own| own.key().cmp(tag.key())) {
                Ok(at) if self.tags.get(at) != Some(tag) => return false,
                Ok(_) => {}
                Err(_) => count += 1,
            }
        }
        count <= ObjectVersion::TAG_LIMIT
    }

    /// Returns the reason why no object can match the filter; `None` when some object can.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::RuleFilter;
    /// use s3_replication::model::Unmatchable;
    ///
    /// let filter = RuleFilter::prefix("ö".repeat(1024).parse()?);
    /// assert_eq!(filter.unmatchable(), Some(Unmatchable::PrefixLongerThanKeys { bytes: 2048 }));
    /// assert_eq!(RuleFilter::ALL.unmatchable(), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn unmatchable(&self) -> Option<Unmatchable> {
        let (bytes, tags) = (self.prefix.as_str().len(), self.tags.len());
        if bytes > ObjectVersion::KEY_LIMIT {
            Some(Unmatchable::PrefixLongerThanKeys { bytes })
        } else if tags > ObjectVersion::TAG_LIMIT {
            Some(Unmatchable::MoreTagsThanObjects { tags })
        } else {
            None
        }
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
