//! Generators of exclusions: rules that do not replicate some of what their filters match.
//!
//! An exclusion is drawn before the rule is known to which it is added. Its kinds and indexes
//! become prefixes when it is put into a rule:
//!
//! ```text
//! the rule has the prefix `ab`, another one `abb`
//! kind 0        any text       outside of the rule, most often
//! kind 1        `abb`          the prefix of a rule of the configuration
//! kind 2        ``, `a`, `ab`  begins the prefix of the rule, which then matches nothing
//! kinds 3 to 9  `ab…`          a part of what the rule matches
//! ```

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::dialect::{Dialect, PriorityScope};
use crate::model::{
    ConfigurationDraft, FilterDraft, NotDraft, OrDraft, Prefix, ReplicationConfiguration,
    RuleDraft, RuleStatus, Tag,
};
use crate::strategies::{key, tags};

/// Generates a copy of a configuration in which many rules exclude something, most often a part of
/// what they match, and sometimes all of it.
pub fn excluding(
    configuration: &ReplicationConfiguration,
) -> impl Strategy<Value = ReplicationConfiguration> + use<> {
    let original = configuration.to_draft();
    let rules = original.rules.len();
    // Each rule by itself: most exclude something, and some nothing.
    vec(option::weighted(0.6, Drawn::any()), rules).prop_map(move |drawn| {
        let mut draft = original.clone();
        for (at, drawn) in drawn.iter().enumerate() {
            let not = drawn.as_ref().and_then(|drawn| drawn.exclusion(&original, at));
            if let (Some(rule), Some(not)) = (draft.rules.get_mut(at), not) {
                exclude(rule, not);
            }
        }
        let dialect = Dialect::AWS.with_priority_scope(PriorityScope::Destination);
        // The dialect for which the generators make configurations. An exclusion makes none
        // invalid.
        draft.validate(&dialect).expect("a rule of V2 may exclude anything")
    })
}

/// An exclusion before it is known which rule it is for.
#[derive(Clone, Debug)]
struct Drawn {
    /// The excluded prefixes: kind, a rule or a length, and a text.
    prefixes: Vec<(u8, Index, String)>,
    /// The excluded tags.
    tags: Vec<Tag>,
    /// True if a single prefix or tag is written in an `Or`, too, where it may stand alone.
    in_or: bool,
}

impl Drawn {
    /// Generates an exclusion, which may be empty.
    fn any() -> impl Strategy<Value = Self> {
        let prefixes = vec((0..10u8, any::<Index>(), key()), 0..=3);
        // Several excluded tags may have the same key, so each set is drawn by itself.
        let tags = vec(tags(1), 0..=2).prop_map(|sets| sets.concat());
        (prefixes, tags, any::<bool>()).prop_map(|(prefixes, tags, in_or)| Self {
            prefixes,
            tags,
            in_or,
        })
    }

    /// Returns the exclusion for a rule, which it may spell; `None` when nothing is excluded.
    fn exclusion(&self, draft: &ConfigurationDraft, at: usize) -> Option<NotDraft> {
        // Of the draft before any exclusion, so that the prefixes are those that rules have.
        let own = draft.rules.get(at).map(prefix_of)?;
        let prefix = |(kind, other, text): &(u8, Index, String)| {
            let prefix = match kind {
                0 => text.clone(),
                1 => prefix_of(other.get(&draft.rules)).to_owned(),
                // Begins the prefix of the rule, or is it: the rule then matches nothing.
                2 => own.get(..other.index(own.len() + 1)).unwrap_or(own).to_owned(),
                _ if text.is_empty() => format!("{own}a"),
                _ => format!("{own}{text}"),
            };
            prefix.parse::<Prefix>().expect("short")
        };
        let prefixes: Vec<Prefix> = self.prefixes.iter().map(prefix).collect();
        let tags = self.tags.clone();
        match (prefixes.as_slice(), tags.as_slice()) {
            // The spellings that `Not` has: one child, or an `Or` of several.
            ([], []) => None,
            ([prefix], []) if !self.in_or => {
                Some(NotDraft { prefix: Some(prefix.clone()), ..NotDraft::default() })
            }
            ([], [tag]) if !self.in_or => {
                Some(NotDraft { tag: Some(tag.clone()), ..NotDraft::default() })
            }
            _ => Some(NotDraft { or: Some(OrDraft { prefixes, tags }), ..NotDraft::default() }),
        }
    }
}

/// Returns the prefix of a rule of V2, wherever its filter has it; empty where it has none, and for
/// a rule of V1.
fn prefix_of(rule: &RuleDraft) -> &str {
    let filter = rule.filter.as_ref();
    let and = filter.and_then(|filter| filter.and.as_ref());
    let prefix = filter.and_then(|filter| filter.prefix.as_ref());
    prefix.or(and.and_then(|and| and.prefix.as_ref())).map_or("", Prefix::as_str)
}

/// Puts an exclusion into the filter of a V2 rule.
///
/// A filter has one child, so a filter with another one becomes an `And` of both. A rule of V1 has
/// no filter and stays as it is. A rule that excludes tags does not replicate delete markers.
fn exclude(rule: &mut RuleDraft, not: NotDraft) {
    let Some(filter) = &mut rule.filter else { return };
    // It may exclude something already.
    filter.not = None;
    // S3 refuses delete marker replication beside tags, also excluded ones.
    if not.tags().next().is_some() {
        rule.delete_marker_replication = Some(RuleStatus::Disabled);
    }
    if *filter == FilterDraft::default() {
        filter.not = Some(not);
        return;
    }
    let (prefix, tag) = (filter.prefix.take(), filter.tag.take());
    let and = filter.and.get_or_insert_default();
    // What stood beside the new child moves into the `And`.
    and.prefix = and.prefix.take().or(prefix);
    and.tags.extend(tag);
    and.not = Some(not);
}
