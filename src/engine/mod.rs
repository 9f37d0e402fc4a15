//! Decides, for an object version and an event, where the version goes, under which rule, and why.
//!
//! [`Engine`] gives the answer ([`Decision`]) and the reasons ([`Explanation`]); one law binds the
//! two, `explain(v, e).decision() == decide(v, e)`. [`mod@reference`] is the definition that both are
//! tested against, written to be read.

mod decision;
mod eligibility;
mod explanation;
mod near_miss;
pub mod reference;
mod replica;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use self::decision::{Action, Decision, Replication};
pub use self::explanation::{Explanation, Reason, RuleVerdict, Verdict};
pub use self::near_miss::NearMiss;
pub use self::replica::{Replica, ReplicaEncryption, ReplicaLock};

use crate::dialect::{Dialect, PriorityOrder};
use crate::model::{BucketArn, Event, ObjectVersion, ReplicationConfiguration, ReplicationRule};

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
    // INVARIANT: positions of the enabled rules, grouped by destination bucket, the groups sorted
    // by its ARN; within a group from the rule that beats all others to the one that beats none.
    // That is a total order: priorities decide, and the position where they do not.
    groups: Vec<Vec<usize>>,
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
        let groups = groups(&rules, dialect.priority_order());
        Self { compiled: Arc::new(Compiled { rules, groups, dialect: dialect.clone() }) }
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
    pub fn decide<'a>(&'a self, version: &'a ObjectVersion<'_>, event: Event) -> Decision<'a> {
        let Ok(action) = eligibility::action(version, event) else {
            return Decision::nowhere();
        };
        let question = Question { dialect: self.dialect(), version, event };
        let groups = self.compiled.groups.iter();
        Decision::new(groups.filter_map(|group| {
            let rule = self.winner(group, &question)?;
            let blocked = eligibility::winner_refuses(rule, &question).is_some();
            (!blocked).then(|| Replication::new(rule, action, &question))
        }))
    }

    /// Decides where `version` goes, and says for every rule why.
    ///
    /// It costs a pass over all rules; [`decide`](Self::decide) does not.
    #[must_use]
    pub fn explain<'a>(&'a self, version: &'a ObjectVersion<'_>, event: Event) -> Explanation<'a> {
        let question = Question { dialect: self.dialect(), version, event };
        let mut verdicts: Vec<Option<Verdict<'a>>> = vec![None; self.rules().len()];
        for group in &self.compiled.groups {
            let winner = match eligibility::action(version, event) {
                Ok(_) => self.winner(group, &question),
                Err(_) => None,
            };
            for (position, rule) in self.rules_of(group) {
                let verdict = verdict(rule, winner, &question);
                if let Some(place) = verdicts.get_mut(position) {
                    *place = Some(verdict);
                }
            }
        }
        let rules = self.rules().iter().zip(verdicts);
        let verdicts = rules.map(|(rule, verdict)| {
            // A rule that is in no group is disabled.
            RuleVerdict::new(rule, verdict.unwrap_or(Verdict::Rejected(Reason::RuleDisabled)))
        });
        Explanation::new(verdicts.collect(), self.decide(version, event), version)
    }

    /// Returns the rule of a group that wins the version, whether or not it then replicates it.
    fn winner<'a>(
        &'a self,
        group: &'a [usize],
        question: &Question<'_>,
    ) -> Option<&'a ReplicationRule> {
        let mut rules = self.rules_of(group).map(|(_, rule)| rule);
        rules.find(|rule| eligibility::stays_out(rule, question).is_none())
    }

    fn rules_of<'a>(
        &'a self,
        group: &'a [usize],
    ) -> impl Iterator<Item = (usize, &'a ReplicationRule)> {
        let rules = self.rules();
        group.iter().filter_map(|position| Some((*position, rules.get(*position)?)))
    }
}

/// One question put to an engine.
#[derive(Clone, Copy)]
struct Question<'a> {
    dialect: &'a Dialect,
    version: &'a ObjectVersion<'a>,
    event: Event,
}

fn groups(rules: &[ReplicationRule], order: PriorityOrder) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<&BucketArn, Vec<&ReplicationRule>> = BTreeMap::new();
    for rule in rules.iter().filter(|rule| rule.is_enabled()) {
        groups.entry(&rule.destination.bucket).or_default().push(rule);
    }
    let sorted = groups.into_values().map(|mut group| {
        // The sorts are stable, so the position decides between equals.
        match order {
            PriorityOrder::HigherWins => group.sort_by_key(|rule| Reverse(rule.priority)),
            PriorityOrder::LowerWins => group.sort_by_key(|rule| rule.priority),
        }
        group.into_iter().map(|rule| rule.position).collect()
    });
    sorted.collect()
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
