use std::cell::OnceCell;
use std::ops::Deref;

use crate::analysis::{RuleReach, reach};
use crate::lint::{Fact, Findings, Subject};
use crate::model::{Account, AccountId, BucketFacts, ReplicationConfiguration, ReplicationRule};

/// A configuration that the store accepts, what it decides, and all that else is known.
#[derive(Debug)]
pub(in crate::lint) struct Accepted<'a> {
    subject: Subject<'a>,
    configuration: &'a ReplicationConfiguration,
    reach: OnceCell<Vec<RuleReach<'a>>>,
}

impl<'a> Accepted<'a> {
    pub(in crate::lint) const fn new(
        subject: Subject<'a>,
        configuration: &'a ReplicationConfiguration,
    ) -> Self {
        Self { subject, configuration, reach: OnceCell::new() }
    }

    pub(in crate::lint) const fn configuration(&self) -> &'a ReplicationConfiguration {
        self.configuration
    }

    /// Iterates over the rules that are in force.
    pub(in crate::lint) fn enabled_rules(&self) -> impl Iterator<Item = &'a ReplicationRule> {
        self.configuration.rules().iter().filter(|rule| rule.is_enabled())
    }

    /// Returns the account that owns the destination bucket of a rule, where it is known: as the
    /// rule says, which the store holds true (REP-222), else as somebody told.
    pub(in crate::lint) fn account_of(
        &self,
        rule: &ReplicationRule,
        found: &mut Findings,
    ) -> Option<AccountId> {
        let destination = &rule.destination;
        let named = destination.ownership.account().and_then(Account::id);
        let facts = |facts: &BucketFacts| facts.account;
        named.or_else(|| found.know(self, destination.bucket.name(), Fact::Account, facts))
    }

    /// Returns how far each rule reaches; worked out once for all lints.
    pub(in crate::lint) fn reach(&self) -> &[RuleReach<'a>] {
        self.reach.get_or_init(|| reach(self.configuration, self.subject.dialect()))
    }
}

impl<'a> Deref for Accepted<'a> {
    type Target = Subject<'a>;

    fn deref(&self) -> &Subject<'a> {
        &self.subject
    }
}
