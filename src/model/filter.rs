use std::hash::{Hash, Hasher};

use crate::model::exclusion::ExclusionSpelling;
use crate::model::{Exclusion, ObjectVersion, Prefix, Tag};

/// The condition of a rule on object versions: a prefix of the key, tags that must be present, and
/// an [`Exclusion`] of versions that the rule leaves out.
///
/// S3 has several spellings: `Prefix` in the rule (V1), or `Filter` that is empty or contains
/// `Prefix`, `Tag`, `Not`, or `And` around them. They all mean a prefix *and* a set of tags *and
/// not* an exclusion, so filters compare equal when these three are equal, and [`RuleFilter::keys_before`]. The spelling is kept
/// only to write the filter back as it was read.
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
    /// True if one of several tags is enough.
    any_tag: bool,
    exclusion: Exclusion,
    /// The end of the keys that the store compares with the filter; see [`RuleFilter::keys_before`].
    keys_before: Option<Prefix>,
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
    /// `Filter` with `Not`.
    Not,
    /// `Filter` with `And` that contains no prefix, but tags, `Not`, or both.
    And,
    /// `Filter` with `And` that contains a prefix, and possibly tags and `Not`.
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
    /// An excluded prefix begins the prefix of the filter, so it begins every key (REP-307).
    PrefixExcluded {
        /// The bytes of the excluded prefix: so many bytes of the prefix of the filter.
        bytes: usize,
    },
    /// The filter requires a tag that it also excludes (REP-308).
    TagExcluded {
        /// The position of the tag in [`RuleFilter::tags`].
        tag: usize,
    },
    /// The store compares the keys with a later rule of the same prefix instead (REP-1137).
    NotCompared,
}

impl RuleFilter {
    /// The filter that matches every object version, spelled as an empty `Filter`.
    pub const ALL: Self = Self::without_exclusion(Prefix::EMPTY, Vec::new(), FilterSpelling::Empty);

    /// Creates a filter on the start of the key.
    #[must_use]
    pub const fn prefix(prefix: Prefix) -> Self {
        Self::without_exclusion(prefix, Vec::new(), FilterSpelling::Prefix)
    }

    const fn without_exclusion(prefix: Prefix, tags: Vec<Tag>, spelling: FilterSpelling) -> Self {
        let exclusion = Exclusion::NONE;
        Self { prefix, tags, any_tag: false, exclusion, keys_before: None, spelling }
    }

    /// Requires one more tag. A second tag with the same key replaces the first.
    #[must_use]
    pub fn and_tag(mut self, tag: Tag) -> Self {
        self.tags.retain(|present| present.key() != tag.key());
        self.tags.push(tag);
        self.tags.sort_unstable();
        self.respelled()
    }

    /// Excludes the keys that begin with a prefix.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::{ObjectVersion, RuleFilter};
    ///
    /// let filter = RuleFilter::ALL.excluding_prefix("tmp/".parse()?);
    /// assert!(filter.matches(&ObjectVersion::new("data/1")));
    /// assert!(!filter.matches(&ObjectVersion::new("tmp/1")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn excluding_prefix(mut self, prefix: Prefix) -> Self {
        self.exclusion = self.exclusion.with_prefix(prefix);
        self.respelled()
    }

    /// Excludes the versions that have a tag. Several excluded tags may have the same key.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::Tag;
    /// use s3_replication::{ObjectVersion, RuleFilter};
    ///
    /// let filter = RuleFilter::ALL
    ///     .excluding_tag(Tag::new("class", "scratch")?)
    ///     .excluding_tag(Tag::new("class", "cache")?);
    /// let tags = [Tag::new("class", "cache")?];
    /// assert!(!filter.matches(&ObjectVersion::new("data/1").with_tags(&tags)));
    /// assert!(filter.matches(&ObjectVersion::new("data/1")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn excluding_tag(mut self, tag: Tag) -> Self {
        self.exclusion = self.exclusion.with_tag(tag);
        self.respelled()
    }

    /// Chooses the shortest spelling of `Filter`.
    fn respelled(mut self) -> Self {
        let has_not = self.exclusion.spelling() != ExclusionSpelling::Absent;
        self.spelling = match (self.prefix.is_empty(), self.tags.len(), has_not) {
            (true, 0, false) => FilterSpelling::Empty,
            (true, 0, true) => FilterSpelling::Not,
            (true, 1, false) => FilterSpelling::Tag,
            (true, ..) => FilterSpelling::And,
            (false, 0, false) => FilterSpelling::Prefix,
            (false, ..) => FilterSpelling::AndPrefix,
        };
        self
    }

    /// Creates a filter with the spelling of the document. The keys of `tags` are unique.
    pub(crate) fn spelled(prefix: Prefix, mut tags: Vec<Tag>, spelling: FilterSpelling) -> Self {
        tags.sort_unstable();
        Self::without_exclusion(prefix, tags, spelling)
    }

    /// Sets the exclusion. The spelling of the filter is one that has a place for it.
    pub(crate) fn with_exclusion(self, exclusion: Exclusion) -> Self {
        Self { exclusion, ..self }
    }

    /// Returns the prefix; empty when the filter matches every key.
    #[must_use]
    pub const fn key_prefix(&self) -> &Prefix {
        &self.prefix
    }

    /// Returns the required tags, sorted by key. If [`requires_any_tag`](Self::requires_any_tag)
    /// returns true, one of them is enough.
    #[must_use]
    pub fn tags(&self) -> &[Tag] {
        &self.tags
    }

    /// Returns true when a version needs only one of several tags (REP-1101). Filters of AWS require
    /// all.
    #[must_use]
    pub const fn requires_any_tag(&self) -> bool {
        self.any_tag
    }

    /// Makes one of several tags enough.
    pub(crate) const fn match_any_tag(&mut self) {
        self.any_tag = self.tags.len() > 1;
    }

    /// Returns the text before which, in byte order, a key must be; `None` if there is none. Filters of
    /// AWS have none.
    ///
    /// Some stores compare a key only with the rule whose prefix is the last one at or before the key
    /// (REP-1137), so the text is the next prefix of an enabled rule for the same bucket.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::{Dialect, ObjectVersion, Parser};
    ///
    /// let rules = ["logs/", "logs/b"].map(|prefix| format!(
    ///     r#"{{"Status": "Enabled", "Priority": {}, "Filter": {{"Prefix": "{prefix}"}},
    ///         "DeleteMarkerReplication": {{"Status": "Disabled"}},
    ///         "Destination": {{"Bucket": "arn:aws:s3:::backup"}}}}"#,
    ///     prefix.len(),
    /// ));
    /// let text = format!(r#"{{"Role": "", "Rules": [{}]}}"#, rules.join(","));
    /// let parsed = Parser::new().with_dialect(Dialect::CEPH).parse_json(&text);
    /// let configuration = parsed.into_configuration()?;
    ///
    /// let logs = &configuration.rules()[0].filter;
    /// assert_eq!(logs.keys_before().unwrap().as_str(), "logs/b");
    /// assert!(logs.matches(&ObjectVersion::new("logs/a")));
    /// assert!(!logs.matches(&ObjectVersion::new("logs/c")));
    /// # Ok::<(), s3_replication::Report>(())
    /// ```
    #[must_use]
    pub const fn keys_before(&self) -> Option<&Prefix> {
        self.keys_before.as_ref()
    }

    /// Sets the text before which a key must be.
    pub(crate) fn set_keys_before(&mut self, next: Option<Prefix>) {
        // A text that does not begin with the prefix comes after all its keys.
        self.keys_before = next.filter(|next| next.as_str().starts_with(self.prefix.as_str()));
    }

    /// Iterates over the sets of tags of which a version needs one: all tags together, or each alone.
    pub(crate) fn tag_sets(&self) -> impl Iterator<Item = &[Tag]> + Clone {
        let size = if self.any_tag { 1 } else { self.tags.len() };
        // Without tags there is one set, the empty one.
        let empty = self.tags.is_empty().then_some(&[][..]);
        empty.into_iter().chain(self.tags.chunks(size.max(1)))
    }

    /// Returns the fewest tags with which a version matches the filter.
    ///
    /// Where any tag is enough, one that the exclusion takes back is not. Those of a filter that matches
    /// nothing are all tags.
    pub(crate) fn least_tags(&self) -> &[Tag] {
        let mut sets = self.tag_sets();
        let remains = |set: &&[Tag]| !set.iter().any(|tag| self.exclusion.has_tag(tag));
        sets.find(remains).unwrap_or(&self.tags)
    }

    /// Returns the filters that together match what this one matches, each with one of the sets of
    /// tags.
    fn alternatives(&self) -> impl Iterator<Item = Self> {
        self.tag_sets().map(|tags| Self { tags: tags.to_vec(), any_tag: false, ..self.clone() })
    }

    /// Returns true when the filter requires or excludes tags. A rule with such a filter cannot
    /// replicate delete markers (REP-225).
    #[must_use]
    pub const fn mentions_tags(&self) -> bool {
        !self.tags.is_empty() || !self.exclusion.tags().is_empty()
    }

    /// Returns the exclusion; it is empty when the filter has none.
    #[must_use]
    pub const fn exclusion(&self) -> &Exclusion {
        &self.exclusion
    }

    /// Returns the spelling.
    #[must_use]
    pub const fn spelling(&self) -> FilterSpelling {
        self.spelling
    }

    /// Returns true when the key of `version` begins with the prefix, `version` has every tag
    /// (REP-301, REP-303), and the exclusion does not match it (REP-307, REP-308). The key must be before
    /// [`keys_before`](Self::keys_before), if there is such a text.
    #[must_use]
    pub fn matches(&self, version: &ObjectVersion<'_>) -> bool {
        self.matches_key(version.key)
            && !self.is_behind(version.key)
            && self.matches_tags(version)
            && !self.exclusion.matches(version)
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
    ///
    /// let old_logs = logs.clone().excluding_prefix("logs/2026/".parse()?);
    /// assert!(logs.covers(&old_logs) && !old_logs.covers(&recent_logs));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        if self.any_tag || other.any_tag {
            // The least version of an alternative has one set of tags, so one alternative has to
            // cover it and with it all the others.
            return other
                .alternatives()
                .all(|other| self.alternatives().any(|alternative| alternative.covers(&other)));
        }
        // Keys and tags are independent, so where `other` matches something, each has to be
        // covered for itself.
        other.unmatchable().is_some() || self.covers_keys(other) && self.covers_tags(other)
    }

    /// Returns true when the filter matches every key that `other`, which matches some, matches.
    fn covers_keys(&self, other: &Self) -> bool {
        // The prefix of `other` is a key that `other` matches, and so is, for the empty prefix, any
        // key that begins with a character which no prefix can contain.
        other.prefix.as_str().starts_with(self.prefix.as_str())
            && self.exclusion.prefixes().iter().all(|excluded| {
                match longer(other.prefix.as_str(), excluded.as_str()) {
                    None => true,
                    Some(key) if key.len() > ObjectVersion::KEY_LIMIT => true,
                    // The key is one that `other` would match and the filter excludes.
                    Some(key) => other.leaves_out(key.as_bytes()),
                }
            })
            && self.keys_before.as_ref().is_none_or(|end| !other.matches_keys_from(end.as_str()))
    }

    /// Returns the first key with the prefix that is not before [`keys_before`](Self::keys_before), and
    /// begins with no nested prefix; `nested` returns such a prefix of a key.
    pub(crate) fn first_key_behind<'t>(
        &self,
        nested: impl Fn(&str) -> Option<&'t str>,
    ) -> Option<String> {
        let (next, own) = (self.keys_before.as_ref()?.as_str(), self.prefix.as_str());
        // Without any key of its own the filter leaves none to others.
        if next == own { None } else { first_key_from(next, own, nested) }
    }

    /// Returns true when the filter, which matches some keys, matches one at or behind a text.
    fn matches_keys_from(&self, text: &str) -> bool {
        let own = self.prefix.as_str();
        if text <= own {
            return true;
        }
        let excluded = |key: &str| self.exclusion.prefix_of(key.as_bytes()).map(Prefix::as_str);
        first_key_from(text, own, excluded).is_some_and(|key| !self.is_behind(key.as_bytes()))
    }

    /// Returns true when the filter matches all sets of tags that `other`, which matches some,
    /// matches.
    fn covers_tags(&self, other: &Self) -> bool {
        // The smallest set of tags is that which `other` requires. Both are sorted.
        let mut present = other.tags.iter();
        self.tags.iter().all(|tag| present.any(|other| other == tag))
            && self.exclusion.tags().iter().all(|excluded| match other.tag_of(excluded.key()) {
                Some(required) => required != excluded,
                None => {
                    other.exclusion.has_tag(excluded)
                        || other.tags.len() == ObjectVersion::TAG_LIMIT
                }
            })
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
        if self.any_tag || other.any_tag {
            return self
                .alternatives()
                .any(|alternative| other.alternatives().any(|other| alternative.overlaps(&other)));
        }
        let is_matchable = |filter: &Self| filter.unmatchable().is_none();
        is_matchable(self)
            && is_matchable(other)
            && self.shares_key(other)
            && self.shares_tags(other)
    }

    /// Returns true when both filters, which match some keys, match the same one.
    fn shares_key(&self, other: &Self) -> bool {
        // An exclusion that does not match the longer prefix as a key does not match all keys that
        // begin with it.
        longer(self.prefix.as_str(), other.prefix.as_str()).is_some_and(|key| {
            !self.leaves_out(key.as_bytes()) && !other.leaves_out(key.as_bytes())
        })
    }

    /// Returns true when an object can have the tags of both filters.
    fn shares_tags(&self, other: &Self) -> bool {
        let mut count = self.tags.len();
        for tag in &other.tags {
            match self.tag_of(tag.key()) {
                Some(own) if own != tag => return false,
                Some(_) => {}
                None => count += 1,
            }
        }
        let excludes = |a: &Self, b: &Self| b.tags.iter().any(|tag| a.exclusion.has_tag(tag));
        count <= ObjectVersion::TAG_LIMIT && !excludes(self, other) && !excludes(other, self)
    }

    /// Returns the required tag with a key.
    fn tag_of(&self, key: &str) -> Option<&Tag> {
        let at = self.tags.binary_search_by(|own| own.key().cmp(key)).ok()?;
        self.tags.get(at)
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
    ///
    /// let filter = RuleFilter::prefix("logs/2026/".parse()?).excluding_prefix("logs/".parse()?);
    /// assert_eq!(filter.unmatchable(), Some(Unmatchable::PrefixExcluded { bytes: 5 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn unmatchable(&self) -> Option<Unmatchable> {
        if self.any_tag {
            let reasons: Option<Vec<Unmatchable>> =
                self.alternatives().map(|alternative| alternative.unmatchable()).collect();
            return reasons?.first().copied();
        }
        let (bytes, tags) = (self.prefix.as_str().len(), self.tags.len());
        if bytes > ObjectVersion::KEY_LIMIT {
            Some(Unmatchable::PrefixLongerThanKeys { bytes })
        } else if tags > ObjectVersion::TAG_LIMIT {
            Some(Unmatchable::MoreTagsThanObjects { tags })
        } else if let Some(excluded) = self.exclusion.prefix_of(self.prefix.as_str().as_bytes()) {
            Some(Unmatchable::PrefixExcluded { bytes: excluded.as_str().len() })
        } else if self.is_behind(self.prefix.as_str().as_bytes()) {
            Some(Unmatchable::NotCompared)
        } else {
            let tag = self.tags.iter().position(|tag| self.exclusion.has_tag(tag))?;
            Some(Unmatchable::TagExcluded { tag })
        }
    }

    /// Returns true when the key begins with the prefix.
    pub(crate) fn matches_key(&self, key: &[u8]) -> bool {
        self.prefix.is_start_of(key)
    }

    /// Returns true when the store does not compare the key with the filter, because it is at or
    /// behind the next prefix of a rule.
    pub(crate) fn is_behind(&self, key: &[u8]) -> bool {
        self.keys_before.as_ref().is_some_and(|next| next.as_str().as_bytes() <= key)
    }

    /// Returns true when the filter does not match a key that begins with its prefix.
    pub(crate) fn leaves_out(&self, key: &[u8]) -> bool {
        self.exclusion.matches_key(key) || self.is_behind(key)
    }

    /// Returns true when the version has every required tag, or one of them where that is enough.
    pub(crate) fn matches_tags(&self, version: &ObjectVersion<'_>) -> bool {
        let mut tags = self.tags.iter();
        if self.any_tag {
            tags.any(|tag| version.tags.contains(tag))
        } else {
            tags.all(|tag| version.tags.contains(tag))
        }
    }
}

/// Returns the first key in byte order, from a text on, that begins with a prefix and is not taken;
/// `taken` returns a prefix of the key with which no key counts.
///
/// ```text
/// from a/b/ on, within a/, nothing taken              a/b/
/// from a/b/ on, within a/, a/b/ and a/b0 taken        a/b1
/// from b/ on, within a/                               none
/// ```
fn first_key_from<'t>(
    text: &str,
    prefix: &str,
    taken: impl Fn(&str) -> Option<&'t str>,
) -> Option<String> {
    let mut key = text.to_owned();
    while key.starts_with(prefix) {
        key = match taken(&key) {
            Some(taken) => key_behind(taken)?,
            None if key.len() > ObjectVersion::KEY_LIMIT => key_behind(&key)?,
            None => return Some(key),
        };
    }
    None
}

/// Returns the least key behind all texts that begin with a text; `None` if there is none.
pub(crate) fn key_behind(text: &str) -> Option<String> {
    // No key begins with more, so the next key is behind all that begin with so much.
    let limit = ObjectVersion::KEY_LIMIT.min(text.len());
    let end = (0..=limit).rev().find(|end| text.is_char_boundary(*end))?;
    let mut characters: Vec<char> = text.get(..end)?.chars().collect();
    // The last character that is not the greatest of all is replaced by the next one. Between the
    // two are at most the surrogates, which are no characters.
    while let Some(last) = characters.pop() {
        if let Some(next) = (last..=char::MAX).nth(1) {
            return Some(characters.into_iter().chain([next]).collect());
        }
    }
    None
}

/// Returns the longer of two texts, if the other one begins it.
fn longer<'t>(a: &'t str, b: &'t str) -> Option<&'t str> {
    if a.starts_with(b) {
        Some(a)
    } else if b.starts_with(a) {
        Some(b)
    } else {
        None
    }
}

/// Compares what the filter matches, not the spelling.
impl PartialEq for RuleFilter {
    fn eq(&self, other: &Self) -> bool {
        self.prefix == other.prefix
            && self.tags == other.tags
            && self.any_tag == other.any_tag
            && self.exclusion == other.exclusion
            && self.keys_before == other.keys_before
    }
}

impl Hash for RuleFilter {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.prefix.hash(state);
        self.tags.hash(state);
        self.any_tag.hash(state);
        self.exclusion.hash(state);
        self.keys_before.hash(state);
    }
}
