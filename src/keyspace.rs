//! The keys and tags by which the rules of a configuration distinguish objects.
//!
//! A filter asks whether a key begins with a prefix and whether an object has some tags. The prefixes
//! of all filters cut the keys into finitely many atoms, the *places* ([`Prefixes`]): the keys of a
//! place are all alike to every filter, or to the filters for which its shortest key stands. Tags that
//! no filter names make no difference, so sets of the named ones are enough ([`TagSet`]). What a filter selects is a region of places and a set of
//! tags ([`Selection`]), and questions about every object become questions about places and sets.
//!
//! Where a store compares a key with the rule of the last prefix only, a filter matches keys up to a
//! text. The places around the text are split there, and the filter has holes behind it: the shortest
//! key of such a place stands for its keys before the text, and that of the added place for the others.
//!
//! A filter can also exclude prefixes and tags. An excluded prefix is a place like any other, so
//! places stay atoms of keys: it makes a hole in the region of its filter. Requirements alone are
//! monotone: a longer key or another tag never makes an object fall out of a selection. So without
//! exclusions the least object that several filters select (the longest of their prefixes, the
//! union of their tags) answers for all the others. With exclusions the objects at the holes and
//! those with excluded tags are asked about as well:
//!
//! * *Keys.* A selection loses keys only at a hole. From any place, the next shorter prefix is a
//!   place where the same filters match or fewer, unless the place is a hole. So besides the place
//!   of the longest prefix, only holes can make a difference.
//! * *Tags.* At one place, a rule in the way of an object is escaped by a tag that it excludes, or
//!   not at all ([`KnownTags::escape`]).

mod escape;
mod prefixes;
mod selection;
mod tags;

pub(crate) use self::escape::{Effort, GaveUp, Obstacles};
pub(crate) use self::prefixes::{Place, Prefixes, parents};
pub(crate) use self::selection::Selection;
pub(crate) use self::tags::{KnownTags, TagNumbers, TagSet};

use self::selection::outermost;

use crate::dialect::Dialect;
use crate::engine::sort_by_precedence;
use crate::model::{
    ObjectVersion, Prefix, ReplicationConfiguration, ReplicationRule, RuleFilter, Tag,
};

/// The places and tags of some filters.
///
/// All questions of one analysis share a space, so that places and numbers of tags mean the same in
/// each of them. Numbers of one space are meaningless in another.
#[derive(Debug)]
pub(crate) struct KeySpace<'a> {
    prefixes: Prefixes<'a>,
    tags: KnownTags<'a>,
}

impl<'a> KeySpace<'a> {
    /// Creates the space of some filters.
    pub(crate) fn new(filters: impl Iterator<Item = &'a RuleFilter> + Clone) -> Self {
        Self::with_tags(filters, std::iter::empty())
    }

    /// Creates the space of some filters and of further tags.
    ///
    /// Further tags come from questions: a policy can ask about a tag that no rule names.
    pub(crate) fn with_tags(
        filters: impl Iterator<Item = &'a RuleFilter> + Clone,
        tags: impl Iterator<Item = &'a Tag>,
    ) -> Self {
        let prefixes = filters.clone().map(|filter| filter.key_prefix().as_str());
        let excluded = filters.clone().flat_map(excluded_prefixes);
        // Every key has a place, also one that no filter asks for.
        let ends = filters.clone().filter_map(|filter| {
            Some((filter.key_prefix().as_str(), filter.keys_before()?.as_str()))
        });
        let texts = ends.clone().map(|(_, end)| end);
        let mut prefixes = Prefixes::new(prefixes.chain(excluded).chain(texts).chain([""]));
        if ends.clone().next().is_some() {
            prefixes = prefixes.split(ends);
        }
        let of_filters =
            filters.flat_map(|filter| filter.tags().iter().chain(filter.exclusion().tags()));
        let tags = KnownTags::new(of_filters.chain(tags));
        Self { prefixes, tags }
    }

    /// Returns the prefixes.
    pub(crate) const fn prefixes(&self) -> &Prefixes<'a> {
        &self.prefixes
    }

    /// Returns the tags.
    pub(crate) const fn tags(&self) -> &KnownTags<'a> {
        &self.tags
    }

    /// Returns the objects that a filter of the space selects, as one selection for each set of tags
    /// of which an object needs one; none when there are no objects.
    pub(crate) fn selections(&self, filter: &RuleFilter) -> impl Iterator<Item = Selection> {
        filter.tag_sets().filter_map(|tags| self.select_with(filter, tags))
    }

    /// Returns the objects that a filter of the space selects and that have some tags.
    fn select_with(&self, filter: &RuleFilter, tags: &[Tag]) -> Option<Selection> {
        let place = self.prefixes.place(filter.key_prefix().as_str())?;
        let keys = self.prefixes.region(place);
        let tags = self.tags.set(tags)?;
        let holes = excluded_prefixes(filter).filter_map(|prefix| self.prefixes.place(prefix));
        let holes = holes.map(|place| self.prefixes.region(place));
        let end = filter.keys_before().and_then(|end| self.prefixes.place(end.as_str()));
        let behind = end.into_iter().flat_map(|end| self.prefixes.regions_from(end, keys));
        // A prefix can be too long for any key, and is no place to look at then.
        let behind = behind.filter(|region| {
            self.prefixes.get(region.outermost()).len() <= ObjectVersion::KEY_LIMIT
        });
        let holes = outermost(holes.chain(behind).collect());
        let without = self.tags.numbers(filter.exclusion().tags());
        // A hole around the prefix itself leaves no key. Holes are sorted, so only the first can be
        // that one.
        if holes.first().is_some_and(|hole| hole.contains(place)) || without.has_any_of(&tags) {
            return None;
        }
        // An object with another value for the key of an excluded tag does not have that tag.
        let can_have = |tag: &usize| self.tags.with(&tags, *tag).is_some();
        let without = without.iter().filter(can_have).collect();
        Some(Selection { keys, holes, tags, without })
    }

    /// Returns the objects that two filters select together; `None` when there are none.
    pub(crate) fn intersection(&self, a: &Selection, b: &Selection) -> Option<Selection> {
        // Most pairs have no key in common, which is the cheaper question.
        a.keys.intersection(b.keys)?;
        a.intersection(b, self.tags.union(&a.tags, &b.tags)?)
    }
}

/// Iterates over the excluded prefixes that matter: those that begin with the prefix of the filter,
/// and those that begin it, which exclude everything. No key begins with one that is too long.
fn excluded_prefixes(filter: &RuleFilter) -> impl Iterator<Item = &str> {
    let own = filter.key_prefix().as_str();
    let excluded = filter.exclusion().prefixes().iter().map(Prefix::as_str);
    excluded.filter(move |prefix| {
        // An excluded prefix in another part of the keys needs no place: it would split atoms to no
        // effect.
        let is_near = prefix.starts_with(own) || own.starts_with(prefix);
        is_near && prefix.len() <= ObjectVersion::KEY_LIMIT
    })
}

/// Returns the enabled rules that some object matches, in the order of the document.
///
/// Disabled rules and unmatchable filters select nothing (REP-407), so they cannot change any
/// answer.
pub(crate) fn competing_rules(
    configuration: &ReplicationConfiguration,
) -> impl Iterator<Item = &ReplicationRule> + Clone {
    let rules = configuration.rules().iter();
    rules.filter(|rule| rule.is_enabled() && rule.filter.unmatchable().is_none())
}

/// Returns the same rules by destination bucket, each before those that it outranks.
pub(crate) fn ranked_rules<'a>(
    configuration: &'a ReplicationConfiguration,
    dialect: &Dialect,
) -> Vec<&'a ReplicationRule> {
    let mut rules: Vec<&ReplicationRule> = competing_rules(configuration).collect();
    sort_by_precedence(&mut rules, dialect);
    rules
}
