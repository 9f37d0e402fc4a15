//! The destinations of an object version after an event, the rule that wins each, and the reasons.
//!
//! [`Engine`] returns the answer ([`Decision`]) and the reasons ([`Explanation`]). They agree by
//! law: `explain(v, e).decision() == decide(v, e)`. [`mod@reference`] is the definition that both
//! are tested against, written to be read.
//!
//! A decision asks two things about each destination bucket: which rules compete for it, and what
//! the winner does. The two are kept apart in the whole module, because a rule can win a bucket and
//! then replicate nothing to it (REP-404, REP-406). The module reads in this order:
//!
//! 1. `eligibility` holds the predicates about one rule and one version, with the [`Reason`] of
//!    each.
//! 2. `capabilities` restates the predicates that do not depend on the filter as bits.
//! 3. `index` finds the winners without looking at every rule.
//! 4. `decision` and `replica` describe what the winner writes.
//! 5. `explanation` and `near_miss` say why the other rules do not.
//! 6. `sweep` answers about many versions, and `tally` counts the answers; `last_reason` is why a
//!    version is not replicated.

mod capabilities;
mod decision;
mod eligibility;
mod explanation;
mod index;
mod last_reason;
mod near_miss;
mod reason;
pub mod reference;
mod replica;
mod small_vec;
mod sweep;
mod tally;

use std::sync::Arc;

pub use self::decision::{Action, Decision, Replication};
pub use self::explanation::{Explanation, Verdict};
pub use self::near_miss::NearMiss;
pub use self::reason::Reason;
pub use self::replica::{Replica, ReplicaEncryption, ReplicaLock};
pub use self::sweep::{Sweep, SweepAnswer};
pub use self::tally::{Count, Tally};

pub(crate) use self::eligibility::RuleEffect;
pub(crate) use self::index::sort_by_precedence;
pub(crate) use self::near_miss::EVERY_KEY;

use self::capabilities::Required;
use self::index::{Index, Slot};
use crate::dialect::{Dialect, Winners};
use crate::model::{Event, ObjectVersion, ReplicationConfiguration, ReplicationRule};

/// The decisions of one configuration: the destinations of each object version.
///
/// Rules compete when they match the same version and name the same destination bucket (REP-401).
/// The rule with the highest priority wins, and all its settings apply (REP-402, REP-404). The
/// event and the version matter too: replicas, archived versions, versions encrypted with a KMS
/// key and lifecycle actions are treated differently; see [`Reason`].
///
/// An engine is immutable after construction, can be shared between threads, and is cheap to
/// clone. A decision cannot fail, because the configuration is valid, and it takes one walk along
/// the key, whatever the number of rules.
///
/// # Examples
///
/// ```
/// use s3_replication::model::Event;
/// use s3_replication::{Engine, ObjectVersion, ReplicationConfiguration};
///
/// let configuration = ReplicationConfiguration::from_json(
///     r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
///         {"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {},
///          "DeleteMarkerReplication": {"Status": "Disabled"},
///          "Destination": {"Bucket": "arn:aws:s3:::backup"}},
///         {"ID": "tax", "Status": "Enabled", "Priority": 2, "Filter": {"Prefix": "Tax/"},
///          "DeleteMarkerReplication": {"Status": "Disabled"},
///          "Destination": {"Bucket": "arn:aws:s3:::backup", "StorageClass": "STANDARD_IA"}}]}"#,
/// )?;
/// let engine = Engine::new(&configuration);
///
/// let version = ObjectVersion::new("Tax/doc1.pdf");
/// let decision = engine.decide(&version, Event::ObjectCreatedPut);
/// let copy = decision.replications().next().unwrap();
/// assert_eq!(copy.rule().name().to_string(), "tax");
/// assert_eq!(copy.replica().storage_class.as_str(), "STANDARD_IA");
///
/// let explanation = engine.explain(&version, Event::ObjectCreatedPut);
/// assert_eq!(explanation.to_string(), "all: outranked by `tax`\ntax: selected\n");
/// # Ok::<(), s3_replication::Report>(())
/// ```
#[derive(Clone, Debug)]
pub struct Engine {
    compiled: Arc<Compiled>,
}

/// Everything that a decision reads, behind one reference count so that an engine is cheap to
/// clone.
///
/// The index holds positions of `rules`, so the three fields belong to one configuration and one
/// dialect and are never exchanged separately.
#[derive(Debug)]
struct Compiled {
    rules: Arc<[ReplicationRule]>,
    index: Index,
    dialect: Dialect,
}

impl Engine {
    /// Creates the engine of a configuration with the semantics of AWS.
    ///
    /// Construction sorts and indexes the rules, which takes much longer than a decision. Create
    /// one engine for each configuration and share it.
    #[must_use]
    pub fn new(configuration: &ReplicationConfiguration) -> Self {
        Self::with_dialect(configuration, &Dialect::AWS)
    }

    /// Creates the engine of a configuration with the semantics of a dialect.
    ///
    /// Give the dialect with which the configuration was validated. Some stores ignore elements or
    /// read them in another way, and a configuration has the meaning that its dialect gave it.
    ///
    /// Where nothing is known about a store, the answer of AWS counts as an assumption; see
    /// [`Dialect::is_known`].
    ///
    /// The dialect decides the order of priorities (REP-402, REP-403) and which rules compete
    /// (REP-405, REP-406). It does not validate: the configuration was proved under the dialect
    /// that read it.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::{Dialect, Engine, ReplicationConfiguration};
    ///
    /// fn engine_of(configuration: &ReplicationConfiguration) -> Engine {
    ///     Engine::with_dialect(configuration, &Dialect::AWS_TUTORIAL)
    /// }
    /// ```
    #[must_use]
    pub fn with_dialect(configuration: &ReplicationConfiguration, dialect: &Dialect) -> Self {
        let rules = configuration.share_rules();
        let index = Index::new(&rules, dialect);
        Self { compiled: Arc::new(Compiled { rules, index, dialect: dialect.clone() }) }
    }

    /// Returns the rules, in document order.
    ///
    /// Disabled rules are included. A rule's `position` is its index here.
    #[must_use]
    pub fn rules(&self) -> &[ReplicationRule] {
        &self.compiled.rules
    }

    /// Returns the dialect.
    ///
    /// It decides how the rules are read; see [`Engine::with_dialect`].
    #[must_use]
    pub fn dialect(&self) -> &Dialect {
        &self.compiled.dialect
    }

    /// Returns the destinations of `version` after `event`.
    ///
    /// The event matters as much as the version: after a change of its tags, the same version calls
    /// for [`Action::ReplicateMetadata`] instead of [`Action::ReplicateObject`]. The decision is
    /// empty, and not an error, when nothing is replicated; [`explain`](Self::explain) returns the
    /// reasons.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::Event;
    /// use s3_replication::{Engine, ObjectVersion, ReplicationConfiguration};
    ///
    /// let configuration = ReplicationConfiguration::from_json(
    ///     r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{"Status": "Enabled",
    ///         "Prefix": "tax/", "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
    /// )?;
    /// let engine = Engine::new(&configuration);
    /// let version = ObjectVersion::new("tax/2026.pdf");
    /// assert!(engine.decide(&version, Event::ObjectCreatedPut).replicates());
    /// // A delete by version ID is never replicated (REP-514).
    /// assert!(!engine.decide(&version, Event::ObjectRemovedDelete).replicates());
    /// # Ok::<(), s3_replication::Report>(())
    /// ```
    #[inline]
    pub fn decide<'a>(&'a self, version: &'a ObjectVersion<'_>, event: Event) -> Decision<'a> {
        // A decision is large, so it is built in place, not copied.
        let mut decision = Decision::empty();
        self.decide_into(version, event, &mut decision);
        decision
    }

    /// Fills an empty decision.
    fn decide_into<'a>(
        &'a self,
        version: &'a ObjectVersion<'_>,
        event: Event,
        decision: &mut Decision<'a>,
    ) {
        let question = Question { dialect: self.dialect(), version, event };
        let Ok(action) = eligibility::action(&question) else { return };
        let required = Required::of(&question);
        self.compiled.index.winners(version, required, |slot| {
            // The winner takes the bucket even when its settings block the version (REP-404): no
            // rule of lower priority moves up, so the check comes after the choice of the winner,
            // not before.
            if slot.capabilities.include(required.to_replicate) {
                decision.push(Replication::new(self.rule_of(slot), action, &question));
            }
        });
    }

    /// Returns the decisions about many versions, lazily and in order.
    ///
    /// Use [`tally`](Self::tally) where only the totals matter.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::Event;
    /// use s3_replication::{Engine, ObjectVersion};
    ///
    /// fn replicated(engine: &Engine, versions: &[ObjectVersion<'_>]) -> usize {
    ///     let questions = versions.iter().map(|version| (version, Event::ObjectCreatedPut));
    ///     engine.decide_all(questions).filter(|decision| decision.replicates()).count()
    /// }
    /// ```
    ///
    /// The iterator borrows the versions, because a decision does. For a stream of versions that
    /// are not kept, call [`decide`](Self::decide) for each.
    pub fn decide_all<'a, 'v: 'a>(
        &'a self,
        questions: impl IntoIterator<Item = (&'a ObjectVersion<'v>, Event)>,
    ) -> impl Iterator<Item = Decision<'a>> {
        questions.into_iter().map(|(version, event)| self.decide(version, event))
    }

    /// Returns the totals of the decisions about many versions.
    ///
    /// A [`Tally`] can also be built one version at a time.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::Event;
    /// use s3_replication::{Engine, ObjectVersion};
    ///
    /// /// Returns the number of bytes that replication would copy at least once.
    /// fn replicated_bytes(engine: &Engine, versions: &[ObjectVersion<'_>]) -> u64 {
    ///     let written = versions.iter().map(|version| (version, Event::ObjectCreatedPut));
    ///     engine.tally(written).replicated().bytes
    /// }
    /// ```
    #[must_use]
    pub fn tally<'a, 'v: 'a>(
        &self,
        questions: impl IntoIterator<Item = (&'a ObjectVersion<'v>, Event)>,
    ) -> Tally {
        let mut tally = Tally::new(self);
        questions.into_iter().for_each(|(version, event)| tally.add(version, event));
        tally
    }

    /// Returns the destinations of `version` after `event`, with a verdict on every rule.
    ///
    /// This method visits all rules; [`decide`](Self::decide) visits only those that can win.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::engine::{Reason, Verdict};
    /// use s3_replication::model::Event;
    /// use s3_replication::{Engine, ObjectVersion, ReplicationConfiguration, StorageClass};
    ///
    /// let configuration = ReplicationConfiguration::from_json(
    ///     r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{"Status": "Enabled",
    ///         "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
    /// )?;
    /// let engine = Engine::new(&configuration);
    /// let version = ObjectVersion::new("a").with_storage_class(StorageClass::GLACIER);
    /// let explanation = engine.explain(&version, Event::ObjectCreatedPut);
    /// let (rule, verdict) = explanation.verdicts().next().unwrap();
    /// assert_eq!(verdict, Verdict::Rejected(Reason::Archived));
    /// assert_eq!(
    ///     explanation.help(rule).as_deref(),
    ///     Some("restore the version and copy it; the copy is a new version"),
    /// );
    /// # Ok::<(), s3_replication::Report>(())
    /// ```
    #[must_use]
    pub fn explain<'a>(&'a self, version: &'a ObjectVersion<'_>, event: Event) -> Explanation<'a> {
        let question = Question { dialect: self.dialect(), version, event };
        let winners = self.winners(&question);
        // `winners` is sorted by bucket, and a bucket without a winner has no entry.
        let verdicts = self.rules().iter().map(|rule| {
            let winner = match self.dialect().winners() {
                Winners::OneOverAll => winners.first(),
                Winners::PerDestination => {
                    let bucket = rule.destination.bucket.as_str();
                    let winner = winners
                        .binary_search_by_key(&bucket, |rule| rule.destination.bucket.as_str());
                    winner.ok().and_then(|at| winners.get(at))
                }
            };
            (rule, verdict_on(rule, winner.copied(), &question))
        });
        // The explanation keeps this fact because help about a rule is useless when no rule could
        // replicate the version.
        let is_possible = eligibility::action(&question).is_ok();
        let decision = self.decide(version, event);
        Explanation::new(self.dialect(), verdicts.collect(), decision, version, is_possible)
    }

    /// Returns the rule that wins each destination bucket, sorted by bucket, even if its settings
    /// block the replication.
    fn winners<'a>(&'a self, question: &Question<'_>) -> Vec<&'a ReplicationRule> {
        let mut winners = Vec::new();
        if eligibility::action(question).is_ok() {
            let required = Required::of(question);
            let take = |slot: &Slot| winners.push(self.rule_of(slot));
            self.compiled.index.winners(question.version, required, take);
        }
        winners
    }

    /// Returns the rule of a slot.
    fn rule_of(&self, slot: &Slot) -> &ReplicationRule {
        self.rule_at(slot.position)
    }

    /// Returns the rule at the position of a slot.
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: the positions of slots are those of the rules of this configuration"
    )]
    fn rule_at(&self, position: u32) -> &ReplicationRule {
        &self.rules()[position as usize]
    }
}

/// The arguments of a decision.
///
/// Every predicate takes these three together, so that no predicate can be asked about a version
/// without the event that happened to it.
#[derive(Clone, Copy)]
struct Question<'a> {
    dialect: &'a Dialect,
    version: &'a ObjectVersion<'a>,
    event: Event,
}

/// Returns the verdict on one rule, given the rule that wins its destination bucket.
///
/// `winner` is `None` when no rule competes for the bucket. Then this rule does not compete either,
/// and one of the first three predicates yields the reason.
fn verdict_on<'a>(
    rule: &'a ReplicationRule,
    winner: Option<&'a ReplicationRule>,
    question: &Question<'_>,
) -> Verdict<'a> {
    // The filter comes before the event, so that a rule for other keys is rejected for its prefix,
    // whatever happened.
    let reason = eligibility::filter_mismatch(rule, question)
        .or_else(|| eligibility::action(question).err())
        .or_else(|| eligibility::reason_not_competing(rule, question));
    if let Some(reason) = reason {
        return Verdict::Rejected(reason);
    }
    match winner {
        Some(winner) if winner.position != rule.position => Verdict::Outranked { by: winner },
        _ => match eligibility::reason_winner_blocks(rule, question) {
            Some(reason) => Verdict::Rejected(reason),
            None => Verdict::Selected,
        },
    }
}
