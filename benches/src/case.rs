//! A workload with a compiled engine whose answers are checked before anything is measured.

use s3_replication::dialect::RuleLimit;
use s3_replication::engine::{Action, reference};
use s3_replication::model::Event;
use s3_replication::{
    Decision, Dialect, Engine, ObjectVersion, ReplicationConfiguration, ReplicationRule,
};

use crate::workload::{Checksums, Workload};

pub const EVENT: Event = Event::ObjectCreatedPut;

/// AWS without the limit of 1,000 rules.
pub const DIALECT: Dialect = Dialect::AWS.with_rule_limit(RuleLimit::Unlimited);

pub struct Case<'w> {
    pub versions: Vec<ObjectVersion<'w>>,
    pub configuration: ReplicationConfiguration,
    pub engine: Engine,
}

impl<'w> Case<'w> {
    /// Compiles the rules and checks the answers.
    pub fn new(workload: &'w Workload) -> Self {
        let proven = workload.draft().validate(&DIALECT);
        let configuration =
            proven.unwrap_or_else(|report| panic!("the workload is refused:\n{report}"));
        let engine = Engine::with_dialect(&configuration, &DIALECT);
        let keys = workload.keys.iter();
        let versions = keys.map(|key| ObjectVersion::new(&key.name).with_tags(&key.tags));
        let case = Self { versions: versions.collect(), configuration, engine };
        case.check_engine(workload);
        case.check_definition();
        case
    }

    #[inline] // Measured across the crate boundary, a call that is not inlined costs several nanoseconds.
    pub fn decide<'a>(&'a self, version: &'a ObjectVersion<'_>) -> Decision<'a> {
        self.engine.decide(version, EVENT)
    }

    /// Returns the decision of the definition.
    pub fn define(&self, version: &ObjectVersion<'_>) -> Vec<(&ReplicationRule, Action)> {
        reference::decide(&self.configuration, &DIALECT, version, EVENT)
    }

    fn check_engine(&self, workload: &Workload) {
        let mut found = Checksums::default();
        for version in &self.versions {
            found.add(winners(&self.decide(version)));
        }
        assert_eq!(found, workload.checksums());
    }

    /// Checks every 50th key only, because the definition is slow.
    fn check_definition(&self) {
        for version in self.versions.iter().step_by(50) {
            let defined = self.define(version);
            let defined = defined.iter().map(|(rule, _)| rule.position);
            assert!(winners(&self.decide(version)).eq(defined));
        }
    }
}

/// Returns the positions of the winning rules, in the order of their destinations.
pub fn winners(decision: &Decision<'_>) -> impl Iterator<Item = usize> {
    decision.replications().map(|replication| replication.rule().position)
}
