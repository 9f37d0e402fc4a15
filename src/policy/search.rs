//! The search for a version that violates an assertion.
//!
//! All keys of a place are alike to the rules, so one key of each place answers for the others: the
//! shortest one that the assertion is about. That leaves the tags. A rule in the way of an object is
//! there for good, whatever further tags the object gets, unless they are tags that the rule
//! excludes. Therefore few sets of tags are enough:
//!
//! * If a rule wins an object that it must not replicate, it also wins one with just its tags and
//!   those by which the object escapes higher rules that exclude them.
//! * If an object reaches too few buckets, remove all its tags but those of the assertion. Either the
//!   result reaches too few buckets as well, or one of its buckets was lost by the other tags: a rule
//!   that does not count takes it by its tags, or the rule that counts excludes one. Add these tags,
//!   and repeat.
//!
//! The engine decides about every object tried, so a counterexample is never a matter of this
//! argument, only its absence is.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};
use std::ops::ControlFlow::{self, Break, Continue};

use arrayvec::ArrayVec;

use crate::analysis::Witness;
use crate::engine::{Decision, Replication, RuleEffect};
use crate::keyspace::{Obstacles, Place, TagSet};
use crate::model::{KnownBuckets, ObjectVersion, ReplicationRule, Tag};
use crate::policy::assertion::{Assertion, Requirement};
use crate::policy::automaton::Budget;
use crate::policy::compiled::CompiledRules;
use crate::policy::outcome::{Checked, Counterexample, Outcome, Undecided, Violation};
use crate::policy::target::{MissingFact, Truth};
use crate::policy::version_class::{VersionClass, delete_marker, version_classes};

/// The cost of a decision beyond that of its rules, in steps of an automaton.
///
/// Steps are the unit of the budget. The numbers are rough: they bound the time, and do not measure
/// it.
const DECISION_COST: usize = 10;

/// The most sets of tags that are tried, and kept in memory, at one place.
const TAG_SETS_LIMIT: usize = 100_000;

/// Checks an assertion against the rules of a configuration.
///
/// An assertion whose budget is used up is undecided. The reason differs if it had less than a
/// whole budget because of the assertions before it: alone it may be decided.
pub(super) fn check<'p>(
    assertion: &'p Assertion,
    rules: &CompiledRules<'_>,
    known: &KnownBuckets,
    budget: &mut Budget,
) -> Checked<'p> {
    if rules.split_places() {
        return Checked::new(assertion, Outcome::Undecided(Undecided::PrefixSearch));
    }
    // Asked before the search, which spends the budget.
    let given_up =
        if budget.is_whole() { Undecided::TooComplex } else { Undecided::PolicyTooComplex };
    let outcome = outcome(assertion, rules, known, budget);
    Checked::new(assertion, outcome.unwrap_or(Outcome::Undecided(given_up)))
}

/// Searches twice: first for a version that violates the assertion whatever the missing facts are,
/// then for one that may violate it. Returns `None` when the budget is used up.
///
/// ```text
/// violated where missing facts satisfy it     Violated: the facts do not matter
/// no fact is missing for any rule             Proved
/// violated where missing facts violate it     Undecided, with these facts
/// not even then                               Proved: the facts do not matter
/// ```
fn outcome(
    assertion: &Assertion,
    rules: &CompiledRules<'_>,
    known: &KnownBuckets,
    budget: &mut Budget,
) -> Option<Outcome> {
    // One key for each place, and none for a place of which the assertion is about no key.
    let keys = rules.shortest_keys(assertion.keys(), budget)?;
    // INVARIANT: the tags of every assertion are part of the key space.
    // Every object of the assertion has these, so each set that is tried contains them.
    let tags = rules.space().tags().set(&assertion.draft().tags)?;
    let check = Check { assertion, rules, known, keys: &keys, tags };
    // Shared by both searches, which differ in the assumption alone.
    let classes = check.distinct_classes(budget)?;
    if let Some(found) = check.search(&classes, Assume::Satisfied, budget)?.first {
        return Some(Outcome::Violated(found));
    }
    // Without missing facts both assumptions are the same, and the first search was a proof.
    let unknown = RuleOutcome::Replicates(Truth::Unknown);
    if !classes.iter().any(|class| class.outcomes.contains(&unknown)) {
        return Some(Outcome::Proved);
    }
    let Findings { first, missing } = check.search(&classes, Assume::Violated, budget)?;
    Some(match first {
        Some(found) => Outcome::Undecided(Undecided::MissingFacts {
            facts: missing.into_iter().collect(),
            witness: found.witness().clone(),
        }),
        // Whatever the facts are, no version violates the assertion.
        None => Outcome::Proved,
    })
}

/// The assumption about replications that depend on missing facts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Assume {
    /// These replications satisfy the assertion.
    Satisfied,
    /// These replications violate the assertion.
    Violated,
}

/// The outcome of a rule for the versions of a class that it wins.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum RuleOutcome {
    /// The rule does not compete.
    DoesNotCompete,
    /// The rule competes, but replicates nothing.
    Nothing,
    /// The rule replicates; the truth is whether the replication satisfies the target.
    Replicates(Truth),
}

/// A version class with the outcome of every rule, by number.
struct ClassOutcomes {
    /// The class. Its version has no key and no tags.
    class: VersionClass,
    /// The outcomes, by the number of the rule in `CompiledRules`.
    outcomes: Vec<RuleOutcome>,
    /// The facts on which each of them depends.
    missing: Vec<BTreeSet<MissingFact>>,
}

/// The findings of a search.
#[derive(Debug, Default)]
struct Findings {
    /// The counterexample that was found first, which has the shortest key.
    first: Option<Counterexample>,
    /// The missing facts of all counterexamples together.
    missing: BTreeSet<MissingFact>,
}

/// One assertion and the rules against which it is checked.
struct Check<'t> {
    assertion: &'t Assertion,
    rules: &'t CompiledRules<'t>,
    known: &'t KnownBuckets,
    /// The shortest key at each place that has one, the shortest of all first.
    keys: &'t [(Place, String)],
    /// The tags that every object has.
    tags: TagSet,
}

impl Check<'_> {
    /// Returns the version classes, without those in which every rule has the same outcome as in an
    /// earlier class; `None` when the budget is used up.
    fn distinct_classes(&self, budget: &mut Budget) -> Option<Vec<ClassOutcomes>> {
        let cost = 1 + self.assertion.requirement().target().size();
        let mut distinct: Vec<ClassOutcomes> = Vec::new();
        for class in version_classes(self.assertion) {
            // The work for each rule, and the comparison with each class before.
            budget.spend(self.rules.iter().len().saturating_mul(cost + distinct.len()))?;
            // Of every rule, also of those that never win an object of the assertion: which rules
            // win is found out later, for each key and each set of tags.
            let outcomes = self.rules.iter().map(|one| self.rule_outcome(one.rule, &class));
            let (outcomes, missing) = outcomes.unzip();
            // Two outcomes that depend on different facts are not the same, although both are unknown.
            let is_same =
                |other: &ClassOutcomes| other.outcomes == outcomes && other.missing == missing;
            if !distinct.iter().any(is_same) {
                distinct.push(ClassOutcomes { class, outcomes, missing });
            }
        }
        Some(distinct)
    }

    /// Returns the outcome of a rule that wins a version of a class, and the facts on which it
    /// depends.
    fn rule_outcome(
        &self,
        rule: &ReplicationRule,
        class: &VersionClass,
    ) -> (RuleOutcome, BTreeSet<MissingFact>) {
        let mut missing = BTreeSet::new();
        let outcome = self.rules.part(rule, class, |part| match part {
            RuleEffect::DoesNotCompete => RuleOutcome::DoesNotCompete,
            RuleEffect::Blocks => RuleOutcome::Nothing,
            RuleEffect::Replicates(replication) => {
                RuleOutcome::Replicates(self.judge(&replication, class, &mut missing))
            }
        });
        (outcome, missing)
    }

    /// Judges whether a replication satisfies the target, and adds the facts that this depends on.
    fn judge(
        &self,
        replication: &Replication<'_>,
        class: &VersionClass,
        missing: &mut BTreeSet<MissingFact>,
    ) -> Truth {
        let requirement = self.assertion.requirement();
        // A delete marker has no storage class, for example. `MayOnlyReach` must not forbid it for
        // that, and the others must not count it.
        let not_applicable = match requirement {
            Requirement::MayOnlyReach(_) => Truth::Yes,
            _ => Truth::No,
        };
        requirement.target().judge(replication, class.event, self.known, not_applicable, missing)
    }

    /// Searches every place and class for counterexamples: for the first one, or for all of them
    /// where facts are missing. Returns `None` when the budget is used up.
    fn search(
        &self,
        classes: &[ClassOutcomes],
        assume: Assume,
        budget: &mut Budget,
    ) -> Option<Findings> {
        let mut findings = Findings::default();
        // The shortest key first, so that the counterexample has it.
        for (place, key) in self.keys {
            // The rules that match are the same for every key of the place, whatever the class is.
            let rules: Vec<usize> = self.rules.matching_keys(*place).collect();
            budget.spend(rules.len())?;
            for class in classes {
                let search = KeySearch { check: self, class, assume, key, rules: &rules };
                if search.run(&mut findings, budget)?.is_break() {
                    return Some(findings);
                }
            }
        }
        Some(findings)
    }
}

/// A search among the objects of one class with one key.
struct KeySearch<'s> {
    /// The assertion and the rules.
    check: &'s Check<'s>,
    /// The class, with the outcomes of the rules in it.
    class: &'s ClassOutcomes,
    assume: Assume,
    key: &'s str,
    /// The numbers of the rules that match the key.
    rules: &'s [usize],
}

/// Sets of tags to try, each once. The next one is the last.
#[derive(Default)]
struct Queue {
    /// The sets that were not tried yet, as a stack.
    open: Vec<TagSet>,
    /// All sets that were ever added.
    seen: HashSet<TagSet>,
}

impl Queue {
    /// Adds a set that was not added before.
    fn add(&mut self, tags: TagSet) {
        if self.seen.insert(tags.clone()) {
            self.open.push(tags);
        }
    }
}

impl<'s> KeySearch<'s> {
    /// Returns `None` when the budget is used up, and breaks when the whole search is over.
    ///
    /// It tries sets of tags until none is left. A set that violates the assertion ends the search,
    /// unless the violation depends on missing facts. One that does not may add larger sets.
    fn run(&self, findings: &mut Findings, budget: &mut Budget) -> Option<ControlFlow<()>> {
        // The last set is tried first: the smallest, then those that grow from it.
        let mut queue = Queue::default();
        self.add_first_tags(&mut queue, budget)?;
        while let Some(tags) = queue.open.pop() {
            // Each assertion has a bounded memory as well as a bounded time. The next line then
            // ends the search.
            if queue.seen.len() > TAG_SETS_LIMIT {
                budget.give_up();
            }
            budget.spend(DECISION_COST + self.rules.len())?;
            let pairs: ArrayVec<(&str, &str), { ObjectVersion::TAG_LIMIT }> =
                self.tags(&tags).map(|tag| (tag.key(), tag.value())).collect();
            // The object is complete now: key, tags, and the other properties of its class.
            let class = &self.class.class;
            let mut version: ObjectVersion<'_> = class.version.clone();
            version.key = self.key.as_bytes();
            version.tags = pairs.as_slice().into();
            let decision = self.check.rules.engine.decide(&version, class.event);
            // The engine has the last word about every object: what it decides is what is reported.
            let Some(counterexample) = self.counterexample(&decision, &tags) else {
                self.add_tags(&tags, &decision, &mut queue, budget)?;
                continue;
            };
            // A violation whatever the facts are. One is enough.
            if self.assume == Assume::Satisfied {
                findings.first = Some(counterexample);
                return Some(Break(()));
            }
            // The search goes on after a first counterexample that depends on facts, to name all of
            // the facts at once.
            for replication in decision.replications() {
                self.check.judge(replication, class, &mut findings.missing);
            }
            findings.first.get_or_insert(counterexample);
        }
        Some(Continue(()))
    }

    /// Adds the sets of tags to start from, the smallest last.
    fn add_first_tags(&self, queue: &mut Queue, budget: &mut Budget) -> Option<()> {
        // An object that reaches too few buckets is looked for from the tags of the assertion on.
        // The other requirements are violated by a rule that wins, so each of these rules gives a
        // set.
        if matches!(self.check.assertion.requirement(), Requirement::MustReach { .. }) {
            queue.add(self.check.tags.clone());
            return Some(());
        }
        // A bad rule has to win for a violation. The set has the tags that it requires.
        for number in self.rules.iter().filter(|number| self.is_bad(**number)) {
            budget.spend(DECISION_COST)?;
            let Some(tags) = self.with_tags_of(&self.check.tags, *number) else { continue };
            // `None` where higher rules are in the way of every such object.
            queue.open.extend(self.won_by(*number, tags, budget).ok()?);
        }
        // Two rules may give the same set, which is tried once.
        let all = queue.open.drain(..).collect::<Vec<_>>();
        for tags in all {
            queue.add(tags);
        }
        queue.open.sort_by_key(|tags| Reverse(tags.len()));
        Some(())
    }

    /// Returns tags with which a rule wins, among them those given; `None` when there are none.
    ///
    /// Where no rule excludes tags these are the tags themselves: if it does not win with them, it
    /// never does, and the engine finds that out.
    fn won_by(
        &self,
        number: usize,
        tags: TagSet,
        budget: &mut Budget,
    ) -> Result<Option<TagSet>, ()> {
        let rules = self.check.rules;
        let own = rules.get(number);
        if !rules.exclude_tags() {
            return Ok(Some(tags));
        }
        let bucket = &own.rule.destination.bucket;
        // Numbers follow precedence within a bucket, so only lower numbers can be in the way.
        let above: Vec<usize> =
            self.rules.iter().copied().filter(|above| *above < number).collect();
        let mut obstacles = |tags: &TagSet| {
            budget.spend(above.len()).ok_or(())?;
            let above = above.iter().filter(|number| self.competes(**number));
            let above = above.map(|number| rules.get(*number));
            let above = above.filter(|above| {
                above.rule.destination.bucket == *bucket && above.selection.has_tags(tags)
            });
            let mut excluding = Vec::new();
            for above in above {
                // One such rule is enough: it stays in the way whatever tags are added.
                if above.selection.excludes_no_tags() {
                    return Ok(Obstacles::Fixed);
                }
                excluding.push(&above.selection.without);
            }
            Ok::<_, ()>(Obstacles::Excluding(excluding))
        };
        // The tags must not get one that the rule itself excludes.
        let without = own.selection.without.clone();
        let known = rules.space().tags();
        known.escape(tags, &without, self.class.class.tag_limit(), &mut obstacles)
    }

    /// Adds the tags with which a rule that does not count takes a bucket from a rule that counts,
    /// and those that a rule that counts excludes.
    ///
    /// An object with more tags that reaches too few buckets has lost one of any `at_least` buckets
    /// that count here. So looking at that many of them is enough.
    fn add_tags(
        &self,
        tags: &TagSet,
        decision: &Decision<'_>,
        queue: &mut Queue,
        budget: &mut Budget,
    ) -> Option<()> {
        let Requirement::MustReach { at_least, .. } = self.check.assertion.requirement() else {
            return Some(());
        };
        let rules = self.check.rules;
        let winners = decision.replications().filter_map(|one| rules.number(one.rule()));
        let enough = usize::try_from(at_least.get()).unwrap_or(usize::MAX);
        let good: Vec<usize> =
            winners.filter(|number| !self.is_bad(*number)).take(enough).collect();
        let bucket = |number: usize| &rules.get(number).rule.destination.bucket;
        for bad in self.rules.iter().copied().filter(|number| self.is_bad(*number)) {
            budget.spend(good.len())?;
            // Of two rules for one bucket, the one with the lower number wins.
            let outranks = |good: &usize| bad < *good && bucket(bad) == bucket(*good);
            if good.iter().any(outranks)
                && let Some(more) = self.with_tags_of(tags, bad)
            {
                budget.spend(DECISION_COST)?;
                queue.add(more);
            }
        }
        // A delete marker gets no tags, so it cannot be excluded by one.
        if tags.len() < self.class.class.tag_limit() {
            for good in good {
                let excluded = rules.get(good).selection.without.iter();
                for more in excluded.filter_map(|tag| rules.space().tags().with(tags, tag)) {
                    budget.spend(DECISION_COST)?;
                    queue.add(more);
                }
            }
        }
        Some(())
    }

    /// Returns true when a rule competes for the versions of the class that its filter matches.
    fn competes(&self, number: usize) -> bool {
        let outcome = self.class.outcomes.get(number);
        outcome.is_some_and(|outcome| *outcome != RuleOutcome::DoesNotCompete)
    }

    /// Returns the version as a counterexample, if the decision violates the assertion.
    fn counterexample(&self, decision: &Decision<'_>, tags: &TagSet) -> Option<Counterexample> {
        let rules = self.check.rules;
        let is_bad = |replication: &&Replication<'_>| {
            rules.number(replication.rule()).is_some_and(|number| self.is_bad(number))
        };
        let mut bad = decision.replications().filter(is_bad);
        let violation = match self.check.assertion.requirement() {
            Requirement::MustReach { at_least, .. } => {
                // Each replication goes to a bucket of its own, so replications are buckets.
                let reached = decision.replications().len() - bad.count();
                let is_enough = u32::try_from(reached).is_ok_and(|count| count >= at_least.get());
                (!is_enough).then_some(Violation::TooFew { reached, at_least: *at_least })
            }
            Requirement::MayOnlyReach(_) | Requirement::MustNotReach(_) => {
                let bucket = bad.next().map(|replication| replication.bucket().clone());
                bucket.map(|bucket| Violation::Forbidden { bucket })
            }
            // Two decisions are compared, that about the object and that about the marker of its
            // key.
            Requirement::DeleteMarkersMustFollow(_) => {
                return self.marker_not_replicated(bad, tags);
            }
        }?;
        Some(Counterexample::new(self.witness(tags), violation))
    }

    /// Returns a delete marker that does not go to a bucket to which the object with its key goes.
    fn marker_not_replicated<'d>(
        &self,
        mut replications: impl Iterator<Item = &'d Replication<'d>>,
        tags: &TagSet,
    ) -> Option<Counterexample> {
        let VersionClass { version, event } = delete_marker();
        let mut marker: ObjectVersion<'_> = version.clone();
        marker.key = self.key.as_bytes();
        // The marker has the key alone, and is decided by itself.
        let follows = self.check.rules.engine.decide(&marker, event);
        let missing = replications.find(|one| follows.to(one.bucket()).is_none())?;
        let violation = Violation::DeleteMarkerNotReplicated {
            bucket: missing.bucket().clone(),
            object: self.witness(tags),
        };
        let marker = Witness::new(self.key.to_owned(), Vec::new(), event, version);
        Some(Counterexample::new(marker, violation))
    }

    /// Returns the object with the key of the search and these tags.
    ///
    /// It owns everything, as it outlives the search.
    fn witness(&self, tags: &TagSet) -> Witness {
        let VersionClass { version, event } = &self.class.class;
        let tags = self.tags(tags).cloned().collect();
        Witness::new(self.key.to_owned(), tags, *event, version.clone())
    }

    /// Returns true for a rule that violates the assertion, or does not help to satisfy it, where it
    /// wins.
    ///
    /// ```text
    /// the winner             MustReach   MayOnlyReach   MustNotReach, DeleteMarkersMustFollow
    /// satisfies the target   good        good           bad
    /// does not satisfy it    bad         bad            good
    /// replicates nothing     bad         good           good
    /// depends on facts       bad where they are assumed to violate the assertion
    /// ```
    ///
    /// For `DeleteMarkersMustFollow` a bad rule is one that takes an object to a bucket to which
    /// the delete marker has to go, too.
    fn is_bad(&self, number: usize) -> bool {
        let requirement = self.check.assertion.requirement();
        let wanted = match requirement {
            Requirement::MustReach { .. } | Requirement::MayOnlyReach(_) => Truth::Yes,
            Requirement::MustNotReach(_) | Requirement::DeleteMarkersMustFollow(_) => Truth::No,
        };
        match self.class.outcomes.get(number) {
            Some(RuleOutcome::Replicates(Truth::Unknown)) => self.assume == Assume::Violated,
            Some(RuleOutcome::Replicates(truth)) => *truth != wanted,
            // A winner that replicates nothing keeps the bucket from being reached.
            Some(RuleOutcome::Nothing) => matches!(requirement, Requirement::MustReach { .. }),
            // It is as if the rule were not there.
            Some(RuleOutcome::DoesNotCompete) | None => false,
        }
    }

    /// Returns some tags and those of a rule; `None` when no object that the rule matches can have them
    /// all.
    fn with_tags_of(&self, tags: &TagSet, number: usize) -> Option<TagSet> {
        let (space, rule) = (self.check.rules.space(), self.check.rules.get(number));
        let tags = space.tags().union(tags, &rule.selection.tags)?;
        (!rule.selection.without.has_any_of(&tags)).then_some(tags)
    }

    /// Returns the tags of a set, sorted by key.
    fn tags(&self, set: &TagSet) -> impl Iterator<Item = &'s Tag> {
        self.check.rules.space().tags().tags(set)
    }
}
