//! Decides, for an object version and an event, where the version goes, under which rule, and why.
//!
//! [`Engine`] gives the answer ([`Decision`]) and the reasons ([`Explanation`]); one law binds the
//! two, `explain(v, e).decision() == decide(v, e)`. [`mod@reference`] is the definition that both are
//! tested against, written to be read.

mod decision;
mod demands;
mod eligibility;
mod explanation;
mod help;
mod index;
mod inline;
mod near_miss;
mod part;
pub mod reference;
mod replica;
mod tally;

use std::sync::Arc;

pub use self::decision::{Action, Decision, Replication};
pub use self::explanation::{Explanation, Reason, Verdict};
pub use self::near_miss::NearMiss;
pub use self::replica::{Replica, ReplicaEncryption, ReplicaLock};
pub use self::tally::{Count, Tally};

pub(crate) use self::help::EVERY_KEY;
pub(crate) use self::index::sort;
pub(crate) use self::part::Part;

use self::demands::Demands;
use self::index::{Index, Slot};
use crate::dialect::Dialect;
use crate::model::{Event, ObjectVersion, ReplicationConfiguration, ReplicationRule};

/// Answers where object versions go under one configuration.
///
/// Rules compete when they match the same version and name the same destination bucket (REP-401);
/// the one with the highest priority wins, and all its settings apply (REP-402, REP-404). Whether
/// there is anything to replicate at all depends on the event and the version: replicas, archived
/// versions, versions under KMS, lifecycle actions and so on have rules of their own, see
/// [`Reason`].
///
/// Building one costs once; after that it is immutable, can be shared between threads, and is
/// cheap to clone. Asking can't fail: the configuration is proven.
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

#[derive(Debug)]
struct Compiled {
    rules: Arc<[ReplicationRule]>,
    index: Index,
    dialect: Dialect,
}

impl Engine {
    /// Builds the engine for a configuration as AWS reads it.
    #[must_use]
    pub fn new(configuration: &ReplicationConfiguration) -> Self {
        Self::with_dialect(configuration, &Dialect::AWS)
    }

    /// Builds the engine for a configuration as a dialect reads it.
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
    #[must_use]
    pub fn rules(&self) -> &[ReplicationRule] {
        &self.compiled.rules
    }

    /// Returns the dialect.
    #[must_use]
    pub fn dialect(&self) -> &Dialect {
        &self.compiled.dialect
    }

    /// Decides where `version` goes, now that `event` has happened to it.
    #[inline]
    pub fn decide<'a>(&'a self, version: &'a ObjectVersion<'_>, event: Event) -> Decision<'a> {
        // A decision is large: it is made where it is wanted, not copied there.
        let mut decision = Decision::nowhere();
        self.decide_into(version, event, &mut decision);
        decision
    }

    fn decide_into<'a>(
        &'a self,
        version: &'a ObjectVersion<'_>,
        event: Event,
        decision: &mut Decision<'a>,
    ) {
        let Ok(action) = eligibility::action(version, event) else { return };
        let question = Question { dialect: self.dialect(), version, event };
        let demands = Demands::of(&question);
        self.compiled.index.winners(version, demands, |slot| {
            if slot.offers.meet(demands.to_replicate)
                && let Some(rule) = self.rule_of(slot)
            {
                decision.push(Replication::new(rule, action, &question));
            }
        });
    }

    /// Decides about many versions, one after the other, as the answers are asked for.
    ///
    /// For numbers only there is [`Tally`].
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
    pub fn decide_all<'a, 'v: 'a>(
        &'a self,
        questions: impl IntoIterator<Item = (&'a ObjectVersion<'v>, Event)>,
    ) -> impl Iterator<Item = Decision<'a>> {
        questions.into_iter().map(|(version, event)| self.decide(version, event))
    }

    /// Counts what comes of many versions; see [`Tally`], which also counts piece by piece.
    #[must_use]
    pub fn tally<'a, 'v: 'a>(
        &self,
        questions: impl IntoIterator<Item = (&'a ObjectVersion<'v>, Event)>,
    ) -> Tally {
        let mut tally = Tally::new(self);
        questions.into_iter().for_each(|(version, event)| tally.add(version, event));
        tally
    }

    /// Decides where `version` goes, and says for every rule why.
    ///
    /// It costs a pass over all rules; [`decide`](Self::decide) does not.
    #[must_use]
    pub fn explain<'a>(&'a self, version: &'a ObjectVersion<'_>, event: Event) -> Explanation<'a> {
        let question = Question { dialect: self.dialect(), version, event };
        let winners = self.winners(&question);
        let verdicts = self.rules().iter().map(|rule| {
            let bucket = rule.destination.bucket.as_str();
            let winner =
                winners.binary_search_by_key(&bucket, |rule| rule.destination.bucket.as_str());
            let winner = winner.ok().and_then(|at| winners.get(at)).copied();
            (rule, verdict(rule, winner, &question))
        });
        let is_possible = eligibility::action(version, event).is_ok();
        Explanation::new(verdicts.collect(), self.decide(version, event), version, is_possible)
    }

    /// Returns the rule that wins each destination bucket, sorted by bucket, whether or not its
    /// settings replicate anything.
    fn winners<'a>(&'a self, question: &Question<'_>) -> Vec<&'a ReplicationRule> {
        let Question { version, event, .. } = *question;
        let mut winners = Vec::new();
        if eligibility::action(version, event).is_ok() {
            let demands = Demands::of(question);
            let take = |slot: &Slot| winners.extend(self.rule_of(slot));
            self.compiled.index.winners(version, demands, take);
        }
        winners
    }

    fn rule_of(&self, slot: &Slot) -> Option<&ReplicationRule> {
        self.rules().get(slot.position as usize)
    }
}

#[derive(Clone, Copy)]
struct Question<'a> {
    dialect: &'a Dialect,
    version: &'a ObjectVersion<'a>,
    event: Event,
}

fn verdict<'a>(
    rule: &'a ReplicationRule,
    winner: Option<&'a ReplicationRule>,
    question: &Question<'_>,
) -> Verdict<'a> {
    if let Some(reason) = eligibility::filter_refuses(rule, question) {
        return Verdict::Rejected(reason);
    }
    if let Err(reason) = eligibility::action(question.version, question.event) {
        return Verdict::Rejected(reason);
    }
    if let Some(reason) = eligibility::stays_out(rule, question) {
        return Verdict::Rejected(reason);
    }
    match winner {
        Some(winner) if winner.position != rule.position => Verdict::Outranked { by: winner },
        _ => match eligibility::winner_refuses(rule, question) {
            Some(reason) => Verdict::Rejected(reason),
            None => Verdict::Selected,
        },
    }
}
