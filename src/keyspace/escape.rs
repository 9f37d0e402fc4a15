//! The search for tags with which an object escapes the rules that stand in its way.
//!
//! A rule that excludes no tags cannot be escaped: whatever tags an object gets, the rule still
//! matches it. Any other rule is escaped by one of its excluded tags and in no other way. So the
//! search branches over these, tag by tag. It is complete, because every set of tags that escapes a
//! rule contains one of the tags that the rule excludes. It ends soon, because an object has at
//! most ten tags. Where no rule excludes tags there is nothing to branch over.

use crate::keyspace::tags::{KnownTags, TagNumbers, TagSet};

/// The rules that stand in the way of an object.
///
/// One fixed obstacle makes all others irrelevant, so the two variants never mix.
#[derive(Debug)]
pub(crate) enum Obstacles<'x> {
    /// A rule that no further tags escape.
    Fixed,
    /// The excluded tags of each rule in the way; empty when there is none.
    Excluding(Vec<&'x TagNumbers>),
}

impl Obstacles<'_> {
    /// Returns the rules of both.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Excluding(mut rules), Self::Excluding(others)) => {
                rules.extend(others);
                Self::Excluding(rules)
            }
            _ => Self::Fixed,
        }
    }
}

/// The end of a search that took more work than it may.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct GaveUp;

/// The work that analyses may do where rules exclude keys or tags.
///
/// The work without exclusions is bounded by the number of rules, and costs nothing here. Which tags
/// escape many rules is a hard problem (it contains the problem of the smallest hitting set), so
/// configurations exist on which a search takes longer than anyone waits.
#[derive(Debug)]
pub(crate) struct Effort {
    left: u64,
}

impl Effort {
    /// About a second of work.
    ///
    /// The unit is one rule looked at. The limit counts work, not time, so that the same question
    /// has the same answer on every machine.
    const LIMIT: u64 = 20_000_000;

    /// Creates an effort of the full limit.
    pub(crate) const fn new() -> Self {
        Self { left: Self::LIMIT }
    }

    /// Returns an equal share of what is left, for the first of several searches to come.
    pub(crate) const fn share(&mut self, searches: usize) -> Self {
        let share = self.left / if searches == 0 { 1 } else { searches as u64 };
        self.left -= share;
        Self { left: share }
    }

    /// Adds what is left of a share.
    pub(crate) const fn take_back(&mut self, share: &Self) {
        self.left += share.left;
    }

    /// Uses up the effort of handling a number of excluded tags, which is none where there are none.
    pub(crate) fn spend_on_exclusions(&mut self, tags: usize) -> Result<(), GaveUp> {
        if tags == 0 { Ok(()) } else { self.spend(tags / 8) }
    }

    /// Uses up some of the effort.
    ///
    /// One unit is added to every request, so that a search cannot go on for ever at no cost.
    pub(crate) fn spend(&mut self, work: usize) -> Result<(), GaveUp> {
        self.left = self.left.saturating_sub(work as u64 + 1);
        if self.left == 0 { Err(GaveUp) } else { Ok(()) }
    }
}

impl KnownTags<'_> {
    /// Returns the tags of an object that escapes all rules, has all of `tags`, none of `without`, and
    /// at most `limit` tags. For some tags, `obstacles` returns the rules that still match.
    pub(crate) fn escape<'x, E>(
        &self,
        tags: TagSet,
        without: &TagNumbers,
        limit: usize,
        obstacles: &mut impl FnMut(&TagSet) -> Result<Obstacles<'x>, E>,
    ) -> Result<Option<TagSet>, E> {
        if tags.len() > limit || without.has_any_of(&tags) {
            return Ok(None);
        }
        // More tags never remove a fixed obstacle, so this branch is dead.
        let Obstacles::Excluding(rules) = obstacles(&tags)? else { return Ok(None) };
        if rules.is_empty() {
            return Ok(Some(tags));
        }
        // `limit` is at least the number of tags here; the first line made sure.
        let space = limit - tags.len();
        let fits = |tag: &usize| !without.has(*tag) && self.with(&tags, *tag).is_some();
        let mut options: Vec<Vec<usize>> =
            rules.iter().map(|rule| rule.iter().filter(fits).collect()).collect();
        options.sort_by_key(Vec::len);
        // Rules without a common way out need a tag each. That is a cheap lower bound on the tags
        // still needed.
        if least_tags(&options) > space {
            return Ok(None);
        }
        // The rule with the fewest ways out has to be escaped by one of them.
        let mut without = without.clone();
        for tag in options.into_iter().next().unwrap_or_default() {
            let Some(more) = self.with(&tags, tag) else { continue };
            if let Some(found) = self.escape(more, &without, limit, obstacles)? {
                return Ok(Some(found));
            }
            // Every set with this tag has been tried.
            without.add(tag);
        }
        Ok(None)
    }
}

/// Returns a number of tags that it takes at least to escape all rules, given the ways out of each:
/// the number of rules found that have no way out in common.
fn least_tags(options: &[Vec<usize>]) -> usize {
    let mut used = TagNumbers::default();
    let apart = options.iter().filter(|options| {
        let is_apart = !options.iter().any(|tag| used.has(*tag));
        if is_apart {
            options.iter().for_each(|tag| used.add(*tag));
        }
        is_apart
    });
    let count = apart.count();
    // A rule without a way out is never escaped.
    if options.first().is_some_and(Vec::is_empty) { usize::MAX } else { count }
}
