//! The answers about one row, as far as they are certain.

use s3_replication::batch::facts::{Fact, FactSet};
use s3_replication::engine::{Replication, Sweep};
use s3_replication::model::{BucketArn, Event};
use s3_replication::{ObjectVersion, ReplicationRule};

use crate::configurations::Compiled;
use crate::rows::Subject;

/// Answers about the rows of a batch, fastest in the order of keys.
#[derive(Debug)]
pub(crate) struct Judge<'e> {
    compiled: &'e Compiled,
    sweep: Sweep<'e>,
}

/// A version after an event, with the facts that are known about it.
#[derive(Clone, Copy)]
struct Case<'c> {
    version: &'c ObjectVersion<'c>,
    event: Event,
    known: FactSet,
}

/// A replication to one bucket, as far as it is certain.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Copied<'s> {
    pub(crate) rule: &'s ReplicationRule,
    /// The storage class of the replica; `None` if it is unknown or a delete marker.
    pub(crate) storage_class: Option<&'s str>,
    /// True if the replica is encrypted with the KMS key of the rule.
    pub(crate) has_key: bool,
}

impl<'e> Judge<'e> {
    pub(crate) fn new(compiled: &'e Compiled) -> Self {
        Self { compiled, sweep: compiled.engine.sweep() }
    }

    /// Returns true if the version is replicated; `None` if that depends on unknown facts.
    pub(crate) fn replicates(&mut self, subject: &Subject<'_>) -> Option<bool> {
        let Self { compiled, sweep } = self;
        certain(subject, |Case { version, event, known }| {
            let deciding = compiled.unknown.deciding_replication(version, event, known);
            deciding.is_empty().then(|| sweep.decide(version, event).replicates())
        })
    }

    /// Returns the position of the rule that replicates the version to a bucket; `None` if none does,
    /// or if that depends on unknown facts.
    pub(crate) fn rule_to(&mut self, bucket: &BucketArn, subject: &Subject<'_>) -> Option<usize> {
        let Self { compiled, sweep } = self;
        certain(subject, |Case { version, event, known }| {
            let deciding = compiled.unknown.deciding_rule_to(bucket, version, event, known);
            let mut rules = deciding.is_empty().then(|| sweep.decide(version, event).rules())?;
            rules.find(|rule| rule.destination.bucket == *bucket).map(|rule| rule.position)
        })
    }

    /// Passes each replication of the version to `take`; returns false if they depend on unknown
    /// facts.
    pub(crate) fn replications(
        &mut self,
        subject: &Subject<'_>,
        mut take: impl FnMut(Copied<'_>),
    ) -> bool {
        let Self { compiled, sweep } = self;
        let Subject { version, known, .. } = subject;
        let Some(event) = subject.event() else {
            // A version and a delete marker are replicated by different operations, so the answer is
            // certain only if neither is.
            let nothing = certain(subject, |Case { version, event, known }| {
                let deciding = compiled.unknown.deciding_rules(version, event, known);
                (deciding.is_empty() && !sweep.decide(version, event).replicates()).then_some(())
            });
            return nothing.is_some();
        };
        if !compiled.unknown.deciding_rules(version, event, *known).is_empty() {
            return false;
        }
        for replication in sweep.decide(version, event).replications() {
            take(Copied::of(&replication, *known));
        }
        true
    }
}

/// Returns the answer if it is the same for every event that the row may stand for.
fn certain<T: PartialEq>(
    subject: &Subject<'_>,
    mut answer: impl FnMut(Case<'_>) -> Option<T>,
) -> Option<T> {
    let Subject { version, known, .. } = subject;
    if let Some(event) = subject.event() {
        return answer(Case { version, event, known: *known });
    }
    let known = known.with(Fact::IsDeleteMarker);
    let created = answer(Case { version, event: Event::ObjectCreatedPut, known })?;
    let marker = subject.as_delete_marker();
    let event = Event::ObjectRemovedDeleteMarkerCreated;
    let deleted = answer(Case { version: &marker.version, event, known: marker.known })?;
    (created == deleted).then_some(created)
}

impl<'s> Copied<'s> {
    fn of(replication: &Replication<'s>, known: FactSet) -> Self {
        let (rule, replica) = (replication.rule(), replication.replica());
        if replication.action().deletes() {
            return Self { rule, storage_class: None, has_key: false };
        }
        let is_certain =
            rule.destination.storage_class.is_some() || known.contains(Fact::StorageClass);
        Self {
            rule,
            storage_class: is_certain.then(|| replica.storage_class.as_str()),
            has_key: known.contains(Fact::EncryptionStatus) && replica.encryption.key().is_some(),
        }
    }
}
