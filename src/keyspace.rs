//! The keys and tags by which the rules of a configuration distinguish objects.
//!
//! A filter asks whether a key begins with a prefix and whether an object has some tags. The prefixes
//! of all filters cut the keys into finitely many atoms, the *places* ([`Prefixes`]): the keys of a
//! place are all alike to every filter. Tags no filter names make no difference, so sets of the
//! named ones are enough ([`TagSet`]). What a filter selects is a region of places and a set of
//! tags ([`Selection`]), and questions about every object become questions about places and sets.
//!
//! Filters are monotone today: a longer key or another tag never makes an object fall out of a
//! selection. The least object that several filters select (the longest of their prefixes, the
//! union of their tags) therefore answers for all the others. Filters that exclude prefixes or tags
//! lose that property, not the places: an excluded prefix is a place too, and [`Region`] the only
//! type that has to know about it.

mod prefixes;
mod tags;

pub(crate) use self::prefixes::{Place, Prefixes, Region, parents};
pub(crate) use self::tags::{KnownTags, TagSet};

use crate::dialect::Dialect;
use crate::engine::sort_by_precedence;
use crate::model::{ReplicationConfiguration, ReplicationRule, RuleFilter, Tag};

/// The places and tags of some filters.
#[derive(Debug)]
pub(crate) struct KeySpace<'a> {
    prefixes: Prefixes<'a>,
    tags: KnownTags<'a>,
}

/// The objects that a filter selects, or several filters together.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Selection {
    /// The places of their keys.
    pub(crate) keys: Region,
    /// The tags that they all have.
    pub(crate) tags: TagSet,
}

impl Selection {
    /// Returns the place of the shortest keys.
    pub(crate) const fn place(&self) -> Place {
        self.keys.outermost()
    }

    /// Returns true when objects at a place with just these tags are selected.
    pub(crate) fn matches(&self, place: Place, tags: &TagSet) -> bool {
        self.keys.contains(place) && tags.contains_all(&self.tags)
    }
}

impl<'a> KeySpace<'a> {
    pub(crate) fn new(filters: impl Iterator<Item = &'a RuleFilter> + Clone) -> Self {
        Self::with_tags(filters, std::iter::empty())
    }

    /// Creates the space of some filters and of further tags.
    pub(crate) fn with_tags(
        filters: impl Iterator<Item = &'a RuleFilter> + Clone,
        tags: impl Iterator<Item = &'a Tag>,
    ) -> Self {
        let prefixes = filters.clone().map(|filter| filter.key_prefix().as_str());
        // Every key has a place, also one that no filter asks for.
        let prefixes = Prefixes::new(prefixes.chain([""]));
        let tags = KnownTags::new(filters.flat_map(RuleFilter::tags).chain(tags));
        Self { prefixes, tags }
    }

    pub(crate) const fn prefixes(&self) -> &Prefixes<'a> {
        &self.prefixes
    }

    pub(crate) const fn tags(&self) -> &KnownTags<'a> {
        &self.tags
    }

    /// Returns the objects that a filter of the space selects; `None` when no object can have its
    /// tags.
    // EXCLUSIONS: a selection knows the prefix and the required tags of a filter, not yet what it
    // excludes. Until it does, answers about all objects ignore exclusions.
    pub(crate) fn select(&self, filter: &RuleFilter) -> Option<Selection> {
        let place = self.prefixes.place(filter.key_prefix().as_str())?;
        Some(Selection { keys: self.prefixes.region(place), tags: self.tags.set(filter.tags())? })
    }

    /// Returns the objects that two filters select together; `None` when there are none.
    pub(crate) fn intersection(&self, a: &Selection, b: &Selection) -> Option<Selection> {
        let keys = a.keys.intersection(b.keys)?;
        Some(Selection { keys, tags: self.tags.union(&a.tags, &b.tags)? })
    }
}

/// Returns the enabled rules that some object matches, in the order of the document.
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
    sort_by_precedence(&mut rules, dialect.priority_order());
    rules
}
