//! The decisions of an accepted configuration, as lints ask for them.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::analysis::{Case, Reachability, Witness, reachability, winning_rules};
use crate::engine::Engine;
use crate::lint::{Context, Fact, Findings};
use crate::model::{
    Account, AccountId, BucketSettings, Event, ReplicationConfiguration, ReplicationRule, RoleArn,
};

/// A configuration that the store accepts, with its decisions. Each is computed once for all lints.
#[derive(Debug)]
pub(in crate::lint) struct Decisions<'a> {
    pub(in crate::lint) context: Context<'a>,
    configuration: &'a ReplicationConfiguration,
    reachability: OnceCell<Vec<(&'a ReplicationRule, Reachability<'a>)>>,
    /// The rules that write a delete marker, by position, each with one.
    marking: OnceCell<BTreeMap<usize, Witness>>,
    engine: OnceCell<Engine>,
}

impl<'a> Decisions<'a> {
    pub(in crate::lint) const fn new(
        context: Context<'a>,
        configuration: &'a ReplicationConfiguration,
    ) -> Self {
        Self {
            context,
            configuration,
            reachability: OnceCell::new(),
            marking: OnceCell::new(),
            engine: OnceCell::new(),
        }
    }

    pub(in crate::lint) const fn configuration(&self) -> &'a ReplicationConfiguration {
        self.configuration
    }

    /// Iterates over the rules that are in force.
    pub(in crate::lint) fn enabled_rules(&self) -> impl Iterator<Item = &'a ReplicationRule> {
        self.configuration.rules().iter().filter(|rule| rule.is_enabled())
    }

    /// Iterates over the rules that write a replica of some object; others are disabled, or lose all
    /// that they match.
    pub(in crate::lint) fn writing_rules(&self) -> impl Iterator<Item = &'a ReplicationRule> {
        let rules = self.reachability().iter();
        rules.filter(|(_, reachability)| written(reachability).is_some()).map(|(rule, _)| *rule)
    }

    /// Iterates over the rules that write a delete marker of some key.
    pub(in crate::lint) fn marking_rules(&self) -> impl Iterator<Item = &'a ReplicationRule> {
        let (configuration, dialect) = (self.configuration, self.context.dialect());
        let marking =
            self.marking.get_or_init(|| winning_rules(configuration, dialect, Case::DeleteMarker));
        configuration.rules().iter().filter(|rule| marking.contains_key(&rule.position))
    }

    /// Iterates over the rules that write a replica of some object, with the least objects that each
    /// replicates: with its prefix, its tags and no more. If it replicates versions encrypted with a KMS
    /// key and others, there are two.
    pub(in crate::lint) fn replicated(
        &self,
    ) -> impl Iterator<Item = (&'a ReplicationRule, Vec<Witness>)> {
        self.reachability().iter().filter_map(|(rule, reachability)| {
            let wins = written(reachability)?;
            // Who wins the one wins the other: fewer rules select KMS.
            let kms = rule.selects_kms().then(|| wins.clone().under_kms());
            let other = (!wins.version().encryption.is_kms()).then(|| wins.clone());
            Some((*rule, other.into_iter().chain(kms).collect()))
        })
    }

    /// Returns the engine; built once for all lints.
    pub(in crate::lint) fn engine(&self) -> &Engine {
        self.engine.get_or_init(|| Engine::with_dialect(self.configuration, self.context.dialect()))
    }

    /// Returns the account that owns the source bucket: the known one, or else that of the role, which
    /// is usually the same. It is unknown if the role is, and where a store needs no role.
    pub(in crate::lint) fn source_account(&self) -> Option<AccountId> {
        let known =
            self.context.source().and_then(|source| self.context.buckets().get(source)?.account);
        let role = self.configuration.role().filter(|role| !role.is_stand_in());
        known.or_else(|| role.map(RoleArn::account))
    }

    /// Returns the account that owns the destination bucket of a rule, if it is known: the account that
    /// the rule names, which the store relies on (REP-222), or else a fact about the bucket.
    pub(in crate::lint) fn account_of(
        &self,
        rule: &ReplicationRule,
        findings: &mut Findings,
    ) -> Option<AccountId> {
        let destination = &rule.destination;
        let named = destination.ownership.account().and_then(Account::id);
        let facts = |facts: &BucketSettings| facts.account;
        named.or_else(|| {
            findings.fact(&self.context, destination.bucket.name(), Fact::Account, facts)
        })
    }

    /// Returns the reachability of each rule.
    pub(in crate::lint) fn reachability(&self) -> &[(&'a ReplicationRule, Reachability<'a>)] {
        self.reachability.get_or_init(|| reachability(self.configuration, self.context.dialect()))
    }
}

/// Returns the least object that a rule writes a replica of.
fn written<'r>(reachability: &'r Reachability<'_>) -> Option<&'r Witness> {
    // Objects come before delete markers and changes of metadata.
    least(reachability).filter(|wins| wins.event() == Event::ObjectCreatedPut)
}

/// Returns the least that a rule replicates.
fn least<'r>(reachability: &'r Reachability<'_>) -> Option<&'r Witness> {
    match reachability {
        Reachability::Partly { wins, .. } | Reachability::Always { wins } => Some(wins),
        _ => None,
    }
}
