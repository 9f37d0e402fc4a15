//! The small differences between a filter and an object that make a rule not match.
//!
//! They are looked for only when an explanation is asked for, never while deciding. The checks go
//! from the most certain to the vaguest, and the first that fits is reported: `/Tax/` against
//! `tax/a` differs in case and by a slash, and neither alone makes it match, so no near miss is
//! reported at all.
//!
//! A near miss is a guess about a mistake. It must never advise an edit that widens the rule: where
//! the corrected prefix would be empty and match every key, the help is [`EVERY_KEY`].

use std::fmt;

use crate::clause::{self, Clause};
use crate::model::{ObjectVersion, Prefix, ReplicationRule, Tag};

/// The help for a prefix that would be empty without the mistake.
pub(crate) const EVERY_KEY: &str = "leave the prefix empty only if the rule is meant for every key";

/// A small difference between a filter and a version: the mistakes that are hardest to see.
///
/// # Examples
///
/// ```
/// use s3_replication::model::Event;
/// use s3_replication::{Engine, ObjectVersion, ReplicationConfiguration};
///
/// let configuration = ReplicationConfiguration::from_json(
///     r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{"Status": "Enabled",
///         "Prefix": "/tax/", "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
/// )?;
/// let engine = Engine::new(&configuration);
/// let version = ObjectVersion::new("tax/2026.pdf");
/// let explanation = engine.explain(&version, Event::ObjectCreatedPut);
///
/// let near_miss = explanation.near_miss(&engine.rules()[0]).unwrap();
/// assert_eq!(near_miss.to_string(), "the prefix `/tax/` begins with a slash, the key does not");
/// assert_eq!(near_miss.help(), "write the prefix without the slash: `tax/`");
/// # Ok::<(), s3_replication::Report>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum NearMiss<'a> {
    /// The key would begin with the prefix if case did not matter.
    KeyCase {
        /// The prefix of the rule.
        prefix: &'a str,
    },
    /// The prefix begins with a slash too many, and would match without it.
    LeadingSlash {
        /// The prefix of the rule.
        prefix: &'a str,
    },
    /// The key begins with a slash too many, and would match without it.
    KeyLeadingSlash {
        /// The prefix of the rule.
        prefix: &'a str,
    },
    /// The key would begin with the prefix if the prefix were decoded as a URL: percent-encoding,
    /// and `+` for a space.
    Encoded {
        /// The prefix of the rule.
        prefix: &'a str,
        /// The decoded prefix.
        decoded: String,
    },
    /// The key would begin with the prefix without the white space around it.
    SurroundingSpace {
        /// The prefix of the rule.
        prefix: &'a str,
    },
    /// The key begins with the part of the prefix before a wildcard.
    Wildcard {
        /// The prefix of the rule.
        prefix: &'a str,
    },
    /// The key begins with the prefix except for one character, which is different, superfluous,
    /// missing, or swapped with the next.
    OneCharacter {
        /// The prefix of the rule.
        prefix: &'a str,
    },
    /// The version has the tag with another value.
    TagValue {
        /// The tag of the filter.
        wanted: &'a Tag,
        /// The value that the version has.
        present: &'a str,
    },
    /// The version has a tag whose key differs only in case.
    TagKeyCase {
        /// The tag of the filter.
        wanted: &'a Tag,
        /// The key that the version has.
        present: &'a str,
    },
    /// The version lacks the tag.
    TagMissing {
        /// The tag of the filter.
        wanted: &'a Tag,
    },
    /// The key begins with an excluded prefix.
    KeyExcluded {
        /// The shortest such prefix.
        excluded: &'a str,
    },
    /// The version has an excluded tag.
    TagExcluded {
        /// The tag.
        excluded: &'a Tag,
    },
    /// The rule does not exclude the key, but nearly does: the difference between the key and an
    /// excluded prefix.
    NotExcluded(Box<Self>),
}

/// The texts and the clause of a near miss.
///
/// All three come from one match, so that a new kind of near miss cannot miss one of them.
struct Description {
    message: String,
    help: String,
    clause: &'static Clause,
}

impl<'a> NearMiss<'a> {
    /// Returns the difference between the prefix of a rule and a key that does not begin with it.
    ///
    /// Call this only when the prefix does not begin the key; some checks hold for any key that
    /// does.
    pub(super) fn of_key(rule: &'a ReplicationRule, version: &ObjectVersion<'_>) -> Option<Self> {
        let prefix = rule.filter.key_prefix().as_str();
        let text = String::from_utf8_lossy(version.key);
        Self::of_prefix(prefix, version.key).or_else(|| {
            starts_with_one_slip(&text, prefix).then_some(Self::OneCharacter { prefix })
        })
    }

    /// Returns the prefix or the tag by which a rule excludes a version.
    pub(super) fn of_exclusion(
        rule: &'a ReplicationRule,
        version: &ObjectVersion<'_>,
    ) -> Option<Self> {
        let exclusion = rule.filter.exclusion();
        if let Some(prefix) = exclusion.prefix_of(version.key) {
            return Some(Self::KeyExcluded { excluded: prefix.as_str() });
        }
        let excluded = exclusion.tags().iter().find(|tag| version.tags.contains(tag))?;
        Some(Self::TagExcluded { excluded })
    }

    /// Returns the difference between the key of a version that a rule takes and a prefix that it
    /// excludes. One different character is not enough here: siblings of what is excluded are
    /// often meant to be taken.
    pub(super) fn of_key_not_excluded(
        rule: &'a ReplicationRule,
        version: &ObjectVersion<'_>,
    ) -> Option<Self> {
        let prefixes = rule.filter.exclusion().prefixes().iter();
        let mut prefixes = prefixes.map(Prefix::as_str).filter(|prefix| {
            // A prefix of such characters only has no text that the key could begin with.
            !prefix.trim_matches(['/', '*', '?']).trim().is_empty()
        });
        let miss = prefixes.find_map(|prefix| Self::of_prefix(prefix, version.key))?;
        Some(Self::NotExcluded(Box::new(miss)))
    }

    /// Returns the difference in writing between a key and a prefix that does not begin it.
    fn of_prefix(prefix: &'a str, key: &[u8]) -> Option<Self> {
        let wanted = prefix.as_bytes();
        // Keys are bytes, and S3 accepts only UTF-8. Other bytes become replacement characters,
        // which no prefix contains.
        let text = String::from_utf8_lossy(key);
        // A form encodes a space as `+`, a path as `%20`. Both readings of `+` are tried.
        let with_spaces = prefix.contains('+').then(|| {
            let spaced = prefix.replace('+', " ");
            decode(&spaced).unwrap_or(spaced)
        });
        let mut decoded = decode(prefix).into_iter().chain(with_spaces);
        let before_wildcard = prefix.split_once(['*', '?']).map(|(before, _)| before);
        if starts_ignoring_case(&text, prefix) {
            Some(Self::KeyCase { prefix })
        } else if wanted.strip_prefix(b"/").is_some_and(|wanted| key.starts_with(wanted)) {
            Some(Self::LeadingSlash { prefix })
        } else if key.strip_prefix(b"/").is_some_and(|key| key.starts_with(wanted)) {
            Some(Self::KeyLeadingSlash { prefix })
        } else if prefix.trim() != prefix && text.starts_with(prefix.trim()) {
            Some(Self::SurroundingSpace { prefix })
        } else if let Some(decoded) = decoded.find(|decoded| text.starts_with(decoded)) {
            Some(Self::Encoded { prefix, decoded })
        } else if before_wildcard.is_some_and(|before| text.starts_with(before)) {
            Some(Self::Wildcard { prefix })
        } else {
            None
        }
    }

    /// Returns the difference between the tags of a rule and those of a version that lacks one of
    /// them.
    ///
    /// The first required tag that is absent is described. A different value comes before a
    /// different key, because the key shows that the tag was meant.
    pub(super) fn of_tags(rule: &'a ReplicationRule, version: &ObjectVersion<'a>) -> Option<Self> {
        if rule.filter.matches_tags(version) {
            return None;
        }
        let wanted = rule.filter.tags().iter().find(|tag| !version.tags.contains(tag))?;
        if let Some(present) = version.tags.value_of(wanted.key()) {
            return Some(Self::TagValue { wanted, present });
        }
        let mut keys = version.tags.iter().map(|(key, _)| key);
        let lower = wanted.key().to_lowercase();
        Some(match keys.find(|key| key.to_lowercase() == lower) {
            Some(present) => Self::TagKeyCase { wanted, present },
            None => Self::TagMissing { wanted },
        })
    }
}

/// Returns true when a key begins with a prefix, ignoring case.
///
/// Lower case is compared character by character, because a letter can change its length in bytes:
/// `İ` becomes two characters.
fn starts_ignoring_case(key: &str, prefix: &str) -> bool {
    let mut key = key.chars().flat_map(char::to_lowercase);
    prefix.chars().flat_map(char::to_lowercase).all(|wanted| key.next() == Some(wanted))
}

/// The length from which a prefix with one different character is a near miss. Shorter prefixes are
/// close to too many keys.
const SHORTEST_WITH_SLIP: usize = 4;

/// Returns true when a key begins with a prefix except for one typing slip. A different digit is
/// not a slip: `2025/` and `2026/` are meant to differ.
///
/// The four slips, for the prefix `logs/`: `lags/` (different), `loggs/` (superfluous), `lgs/`
/// (missing) and `olgs/` (swapped).
fn starts_with_one_slip(key: &str, prefix: &str) -> bool {
    let same = key.chars().zip(prefix.chars()).take_while(|(a, b)| a == b);
    let same: usize = same.map(|(c, _)| c.len_utf8()).sum();
    let (key, prefix_rest) = (key.get(same..), prefix.get(same..));
    let (Some(key), Some(wanted)) = (key, prefix_rest) else { return false };
    // Up to here both agree. One slip means that the rest agrees after skipping one character of
    // the key, of the prefix, of both, or after swapping two.
    let (mut behind_key, mut behind_wanted) = (key.chars(), wanted.chars());
    let (Some(is), Some(should)) = (behind_key.next(), behind_wanted.next()) else { return false };
    if prefix.chars().count() < SHORTEST_WITH_SLIP || is.is_numeric() || should.is_numeric() {
        return false;
    }
    let (key_rest, wanted_rest) = (behind_key.as_str(), behind_wanted.as_str());
    let swapped = (behind_key.next(), behind_wanted.next()) == (Some(should), Some(is));
    key_rest.starts_with(wanted_rest)
        || key_rest.starts_with(wanted)
        || key.starts_with(wanted_rest)
        || swapped && behind_key.as_str().starts_with(behind_wanted.as_str())
}

/// Decodes a percent-encoded text; `None` when nothing is encoded, or not correctly.
///
/// `%2F` becomes `/`. The result is `None` for `100%`, where no two digits follow, and for bytes
/// that are not UTF-8, because a guess would be reported as a fact.
fn decode(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    let length = bytes.len();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        // `from_str_radix` also accepts a sign, as in `%+5`. That is harmless: the result is a
        // control character, with which keys do not begin.
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend(rest.bytes());
    }
    (length < text.len()).then(|| String::from_utf8(bytes).ok()).flatten()
}

impl NearMiss<'_> {
    /// Returns a change that would make the rule match, as an instruction.
    #[must_use]
    pub fn help(&self) -> String {
        self.description().help
    }

    /// Returns the clause of `SEMANTICS.md` that makes the difference count.
    ///
    /// For a difference in a prefix this is REP-301, for one in case REP-302, for one in a tag
    /// REP-303 or REP-304, and for an exclusion REP-307 or REP-308.
    #[must_use]
    pub fn clause(&self) -> &'static Clause {
        self.description().clause
    }

    /// Returns message, help and clause.
    #[expect(clippy::too_many_lines, reason = "one table: an entry for each kind of near miss")]
    fn description(&self) -> Description {
        // Each message states a fact about this key and this rule. Each help names one change, with
        // its result.
        let (message, help, clause) = match self {
            Self::KeyCase { prefix } => (
                format!("the key matches the prefix `{prefix}` except for case"),
                format!("use the same case in keys and prefix; the prefix is `{prefix}`"),
                &clause::FILTER_CASE,
            ),
            Self::LeadingSlash { prefix } => (
                if prefix.starts_with("//") {
                    format!("the prefix `{prefix}` begins with one slash more than the key")
                } else {
                    format!("the prefix `{prefix}` begins with a slash, the key does not")
                },
                match prefix.strip_prefix('/').unwrap_or(prefix) {
                    "" => EVERY_KEY.to_owned(),
                    rest if rest.starts_with('/') => {
                        format!("write the prefix with one slash less: `{rest}`")
                    }
                    rest => format!("write the prefix without the slash: `{rest}`"),
                },
                &clause::FILTER_PREFIX,
            ),
            Self::KeyLeadingSlash { prefix } if prefix.starts_with('/') => (
                format!("the key begins with one slash more than the prefix `{prefix}`"),
                format!("write keys with one slash less, or the prefix as `/{prefix}`"),
                &clause::FILTER_PREFIX,
            ),
            Self::KeyLeadingSlash { prefix } => (
                format!("the key begins with a slash, the prefix `{prefix}` does not"),
                format!("write keys without the slash, or the prefix as `/{prefix}`"),
                &clause::FILTER_PREFIX,
            ),
            Self::Encoded { prefix, decoded } => (
                format!("the prefix `{prefix}` is URL-encoded, the key is not"),
                format!("write the characters themselves: `{decoded}`"),
                &clause::FILTER_PREFIX,
            ),
            Self::SurroundingSpace { prefix } => match prefix.trim() {
                "" => (
                    "the prefix consists of white space, which counts".to_owned(),
                    EVERY_KEY.to_owned(),
                    &clause::FILTER_PREFIX,
                ),
                trimmed => (
                    format!("the prefix has white space around `{trimmed}`"),
                    format!("write `{trimmed}`, without white space around it"),
                    &clause::FILTER_PREFIX,
                ),
            },
            Self::Wildcard { prefix } => (
                format!("the prefix `{prefix}` contains a wildcard, which S3 compares literally"),
                match prefix.split(['*', '?']).next() {
                    None | Some("") => {
                        format!("{EVERY_KEY}; a filter cannot match the end of a key")
                    }
                    Some(before) => {
                        format!("write `{before}`; a filter cannot match what follows it in a key")
                    }
                },
                &clause::FILTER_PREFIX,
            ),
            Self::OneCharacter { prefix } => (
                format!("the key differs from the prefix `{prefix}` in one character"),
                format!("check the spelling of the key and of the prefix `{prefix}`"),
                &clause::FILTER_PREFIX,
            ),
            Self::TagValue { wanted, present } => {
                let (key, value) = (wanted.key(), wanted.value());
                let message =
                    format!("tag `{key}` is `{present}`, but the rule requires `{value}`");
                (message, add_tag(wanted), &clause::FILTER_TAGS)
            }
            Self::TagKeyCase { wanted, present } => (
                format!("the tag key is `{present}`, but the rule requires `{}`", wanted.key()),
                format!("write the tag key as `{}`; tag keys are case-sensitive", wanted.key()),
                &clause::FILTER_TAGS,
            ),
            Self::TagMissing { wanted } => {
                let (key, value) = (wanted.key(), wanted.value());
                let message = format!("missing: tag `{key}`; the rule requires `{key}={value}`");
                (message, add_tag(wanted), &clause::FILTER_TAGS_AT_CREATION)
            }
            Self::KeyExcluded { excluded } => (
                match *excluded {
                    "" => {
                        "the rule excludes the empty prefix, with which every key begins".to_owned()
                    }
                    excluded => format!("the rule excludes keys that begin with `{excluded}`"),
                },
                "choose another key for objects that should be replicated, or add a rule for them"
                    .to_owned(),
                &clause::EXCLUDED_PREFIXES,
            ),
            Self::TagExcluded { excluded } => (
                format!("the rule excludes versions with the tag `{excluded}`"),
                format!("write objects that should be replicated without the tag `{excluded}`"),
                &clause::EXCLUDED_TAGS,
            ),
            Self::NotExcluded(miss) => {
                let Description { message, help, .. } = miss.description();
                let message = format!("the key is not excluded: {message}");
                (message, help, &clause::EXCLUDED_PREFIXES)
            }
        };
        Description { message, help, clause }
    }
}

/// Returns the help for a tag that is absent or has another value.
///
/// A tag that is added later does not start live replication (REP-304), so the help names both ways
/// that do work.
fn add_tag(wanted: &Tag) -> String {
    format!(
        "set the tag `{}={}` when you write the object; S3 Batch Replication also replicates objects \
         that are tagged later",
        wanted.key(),
        wanted.value(),
    )
}

impl fmt::Display for NearMiss<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.description().message)
    }
}
