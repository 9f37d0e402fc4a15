//! A trial for one kind of version and event.

use std::collections::HashSet;
use std::ops::ControlFlow::{self, Break, Continue};

use crate::analysis::Witness;
use crate::engine::{Decision, Replication};
use crate::model::{BucketArn, ObjectVersion, Tag};
use crate::policy::assertion::Requirement;
use crate::policy::budget::Budget;
use crate::policy::check::{Counterexample, Violation};
use crate::policy::strata::{Stratum, delete_marker};
use crate::policy::target::Truth;
use crate::policy::trial::{Benefit, Found, Kind, Stand, Trial};

/// The objects of one kind at one place.
pub(super) struct Side<'s> {
    pub(super) trial: &'s Trial<'s>,
    pub(super) kind: &'s Kind,
    pub(super) benefit: Benefit,
    pub(super) key: &'s str,
    /// The contenders whose prefix begins the key.
    pub(super) covering: &'s [usize],
}

/// The tags of an object, sorted by key.
type Tags<'s> = Vec<(&'s str, &'s str)>;

/// What a decision costs besides what the rules do, in steps of an automaton.
const DECISION: usize = 10;

/// The most sets of tags that are tried, and kept, at one place.
const TRIED_LIMIT: usize = 100_000;

/// Sets of tags to try, each once.
#[derive(Default)]
struct Queue<'s> {
    /// The next one is the last.
    open: Vec<Tags<'s>>,
    seen: HashSet<Tags<'s>>,
}

impl<'s> Queue<'s> {
    fn add(&mut self, tags: Tags<'s>) {
        if self.seen.insert(tags.clone()) {
            self.open.push(tags);
        }
    }
}

impl<'s> Side<'s> {
    /// Tries the objects; `None` when the budget does not reach so far.
    pub(super) fn search(&self, found: &mut Found, budget: &mut Budget) -> Option<ControlFlow<()>> {
        let mut queue = Queue::default();
        self.add_first_tags(&mut queue, budget)?;
        while let Some(tags) = queue.open.pop() {
            if queue.seen.len() > TRIED_LIMIT {
                budget.give_up();
            }
            budget.spend(DECISION + self.covering.len())?;
            let (key, stratum) = (self.key, &self.kind.stratum);
            let mut version: ObjectVersion<'_> = stratum.version.clone();
            version.key = key.as_bytes();
            version.tags = tags.as_slice().into();
            let decision = self.trial.ground.engine.decide(&version, stratum.event);
            let Some(broken) = self.broken_by(&decision, &tags) else {
                self.add_tags(&tags, &decision, &mut queue, budget)?;
                continue;
            };
            if self.benefit == Benefit::OfTheDoubt {
                found.first = Some(broken);
                return Some(Break(()));
            }
            for made in decision.replications() {
                self.trial.judge(made, stratum, &mut found.missing);
            }
            found.first.get_or_insert(broken);
        }
        Some(Continue(()))
    }

    /// Adds the tags to begin with, the fewest last.
    fn add_first_tags(&self, queue: &mut Queue<'s>, budget: &mut Budget) -> Option<()> {
        let asked = self.trial.assertion.draft().tags.iter().map(pair);
        let asked: Tags<'s> = asked.collect();
        if matches!(self.trial.assertion.requirement(), Requirement::MustReach { .. }) {
            queue.add(asked);
            return Some(());
        }
        for number in self.covering.iter().filter(|number| self.is_bad(**number)) {
            budget.spend(DECISION)?;
            if let Some(tags) = self.with_tags_of(&asked, *number) {
                queue.add(tags);
            }
        }
        queue.open.sort_by_key(|tags| std::cmp::Reverse(tags.len()));
        Some(())
    }

    /// Adds the tags by which a rule that does not count takes a bucket from one that does.
    ///
    /// Of any `at_least` buckets that count one has to be taken, so only so many are looked at.
    fn add_tags(
        &self,
        tags: &Tags<'s>,
        decision: &Decision<'_>,
        queue: &mut Queue<'s>,
        budget: &mut Budget,
    ) -> Option<()> {
        let Requirement::MustReach { at_least, .. } = self.trial.assertion.requirement() else {
            return Some(());
        };
        let ground = self.trial.ground;
        let winners = decision.replications().filter_map(|made| ground.number(made.rule()));
        let enough = usize::try_from(at_least.get()).unwrap_or(usize::MAX);
        let good = winners.filter(|number| !self.is_bad(*number)).take(enough);
        let good: Vec<(usize, &BucketArn)> =
            good.filter_map(|number| Some((number, ground.bucket(number)?))).collect();
        for number in self.covering.iter().copied().filter(|number| self.is_bad(*number)) {
            budget.spend(good.len())?;
            let bucket = ground.bucket(number);
            // Sorted: of two for one bucket, the first wins.
            if good.iter().any(|(winner, its)| number < *winner && bucket == Some(its))
                && let Some(more) = self.with_tags_of(tags, number)
            {
                budget.spend(DECISION)?;
                queue.add(more);
            }
        }
        Some(())
    }

    /// Returns what is wrong about a version that fares so, if anything.
    fn broken_by(&self, decision: &Decision<'_>, tags: &Tags<'s>) -> Option<Counterexample> {
        let is_bad = |made: &&Replication<'_>| {
            self.trial.ground.number(made.rule()).is_some_and(|number| self.is_bad(number))
        };
        let mut bad = decision.replications().filter(is_bad);
        let violation = match self.trial.assertion.requirement() {
            Requirement::MustReach { at_least, .. } => {
                let reached = decision.replications().len() - bad.count();
                let is_enough = u32::try_from(reached).is_ok_and(|count| count >= at_least.get());
                (!is_enough).then_some(Violation::TooFew { reached })
            }
            Requirement::MayOnlyReach(_) | Requirement::MustNotReach(_) => {
                let bucket = bad.next().map(|made| made.bucket().clone());
                bucket.map(|bucket| Violation::Forbidden { bucket })
            }
            Requirement::DeleteMarkersMustFollow(_) => {
                return self.marker_left(bad, tags);
            }
        }?;
        Some(Counterexample::new(self.witness(tags), violation))
    }

    /// Returns the delete marker that does not go where an object with its key goes.
    fn marker_left<'d>(
        &self,
        mut gone: impl Iterator<Item = &'d Replication<'d>>,
        tags: &Tags<'s>,
    ) -> Option<Counterexample> {
        let marker = delete_marker();
        let mut version: ObjectVersion<'_> = marker.version.clone();
        version.key = self.key.as_bytes();
        let follows = self.trial.ground.engine.decide(&version, marker.event);
        let left = gone.find(|made| follows.to(made.bucket()).is_none())?;
        let object = self.witness(tags);
        let violation =
            Violation::DeleteMarkerNotReplicated { bucket: left.bucket().clone(), object };
        Some(Counterexample::new(witness(&marker, self.key, &Vec::new()), violation))
    }

    fn witness(&self, tags: &Tags<'s>) -> Witness {
        witness(&self.kind.stratum, self.key, tags)
    }

    /// Returns true for a rule that breaks the assertion, or does not help it, where it wins.
    fn is_bad(&self, number: usize) -> bool {
        let requirement = self.trial.assertion.requirement();
        let wanted = match requirement {
            Requirement::MustReach { .. } | Requirement::MayOnlyReach(_) => Truth::Yes,
            Requirement::MustNotReach(_) | Requirement::DeleteMarkersMustFollow(_) => Truth::No,
        };
        match self.kind.stands.get(number) {
            Some(Stand::Replicates(Truth::Unknown)) => self.benefit == Benefit::None,
            Some(Stand::Replicates(truth)) => *truth != wanted,
            Some(Stand::Idle) => matches!(requirement, Requirement::MustReach { .. }),
            Some(Stand::Out) | None => false,
        }
    }

    /// Returns these tags and those of a contender; `None` when no object can have them all.
    fn with_tags_of(&self, tags: &Tags<'s>, number: usize) -> Option<Tags<'s>> {
        let more = self.trial.ground.contenders.get(number)?.filter.tags().iter().map(pair);
        let mut union: Tags<'s> = tags.iter().copied().chain(more).collect();
        union.sort_unstable();
        union.dedup();
        let is_twice = |pair: &[(&str, &str)]| matches!(pair, [a, b] if a.0 == b.0);
        let is_possible =
            union.len() <= ObjectVersion::TAG_LIMIT && !union.windows(2).any(is_twice);
        is_possible.then_some(union)
    }
}

fn pair(tag: &Tag) -> (&str, &str) {
    (tag.key(), tag.value())
}

fn witness(stratum: &Stratum, key: &str, tags: &Tags<'_>) -> Witness {
    // They come from tags, so they are some.
    let tags = tags.iter().filter_map(|(key, value)| Tag::new(*key, *value).ok());
    Witness::new(key.to_owned(), tags.collect(), stratum.event, stratum.version.clone())
}
