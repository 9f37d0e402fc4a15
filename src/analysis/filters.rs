//! Filters by themselves: which objects they match, together or not.

use crate::analysis::Witness;
use crate::analysis::case::Case;
use crate::analysis::space::Space;
use crate::model::{ObjectVersion, RuleFilter};

/// Why no object can match a filter.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Unmatchable {
    /// The prefix has more bytes than a key may have (REP-238).
    PrefixLongerThanKeys {
        /// The bytes of the prefix.
        bytes: usize,
    },
    /// The filter asks for more tags than an object may have (REP-305).
    MoreTagsThanObjects {
        /// The tags asked for.
        tags: usize,
    },
}

/// Returns why no object can match a filter; `None` when one can.
///
/// # Examples
///
/// ```
/// use s3_replication::RuleFilter;
/// use s3_replication::analysis::{Unmatchable, unmatchable};
///
/// let prefix = "ö".repeat(1024);
/// let filter = RuleFilter::prefix(prefix.parse()?);
/// assert_eq!(unmatchable(&filter), Some(Unmatchable::PrefixLongerThanKeys { bytes: 2048 }));
/// assert_eq!(unmatchable(&RuleFilter::ALL), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn unmatchable(filter: &RuleFilter) -> Option<Unmatchable> {
    let (bytes, tags) = (filter.key_prefix().as_str().len(), filter.tags().len());
    if bytes > ObjectVersion::KEY_LIMIT {
        Some(Unmatchable::PrefixLongerThanKeys { bytes })
    } else if tags > ObjectVersion::TAG_LIMIT {
        Some(Unmatchable::MoreTagsThanObjects { tags })
    } else {
        None
    }
}

/// Returns true when no object matches both filters; [`overlap`] returns one that does.
///
/// # Examples
///
/// ```
/// use s3_replication::RuleFilter;
/// use s3_replication::analysis::disjoint;
/// use s3_replication::model::Tag;
///
/// let env = |value| Tag::new("env", value).map(|tag| RuleFilter::ALL.and_tag(tag));
/// assert!(disjoint(&env("prod")?, &env("test")?));
/// assert!(!disjoint(&env("prod")?, &RuleFilter::prefix("logs/".parse()?)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn disjoint(a: &RuleFilter, b: &RuleFilter) -> bool {
    let (one, other) = (a.key_prefix().as_str(), b.key_prefix().as_str());
    let nested = one.starts_with(other) || other.starts_with(one);
    !nested || unmatchable(a).or(unmatchable(b)).is_some() || !have_tags_together(a, b)
}

/// Returns true when an object can have the tags of both filters.
fn have_tags_together(a: &RuleFilter, b: &RuleFilter) -> bool {
    let mut count = a.tags().len();
    for tag in b.tags() {
        // Sorted by key, keys unique.
        match a.tags().binary_search_by(|other| other.key().cmp(tag.key())) {
            Ok(at) if a.tags().get(at) != Some(tag) => return false,
            Ok(_) => {}
            Err(_) => count += 1,
        }
    }
    count <= ObjectVersion::TAG_LIMIT
}

/// Returns an object that matches both filters; `None` when none does.
#[must_use]
pub fn overlap(a: &RuleFilter, b: &RuleFilter) -> Option<Witness> {
    let witness = || {
        let outside = Space::new([a, b].into_iter()).outside();
        Witness::least([a, b], outside, Case::Object)
    };
    (!disjoint(a, b)).then(witness)
}

/// Returns true when every object that matches `a` matches `b`; [`exceeding`] returns one that does
/// not.
///
/// # Examples
///
/// ```
/// use s3_replication::RuleFilter;
/// use s3_replication::analysis::implies;
///
/// let prefix = |text: &str| text.parse().map(RuleFilter::prefix);
/// assert!(implies(&prefix("logs/2026/")?, &prefix("logs/")?));
/// assert!(!implies(&prefix("logs/")?, &prefix("logs/2026/")?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn implies(a: &RuleFilter, b: &RuleFilter) -> bool {
    exceeding(a, b).is_none()
}

/// Returns an object that matches `a` and not `b`; `None` when there is none.
#[must_use]
pub fn exceeding(a: &RuleFilter, b: &RuleFilter) -> Option<Witness> {
    if unmatchable(a).is_some() {
        return None;
    }
    // It has what `a` asks for and nothing more, so if `b` takes it, `b` takes all that `a` takes.
    let outside = Space::new([a, b].into_iter()).outside();
    let least = Witness::least([a], outside, Case::Object);
    (!b.matches(&least.version())).then_some(least)
}
