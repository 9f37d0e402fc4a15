use crate::batch::facts::{Fact, FactSet, Possibilities, TagChoices, WhatIf};
use crate::engine::{Action, Decision, Engine, Replication};
use crate::model::{BucketArn, Event, ObjectVersion, ReplicationRule};

/// Finds the unknown facts on which a decision about a version depends.
///
/// An inventory may lack columns, and a table may lack single values. A decision is certain if it is
/// the same whatever the unknown facts are. Each method returns the facts that decide, so an empty
/// set means that the answer about the given version, in which unknown facts have their defaults, is
/// certain.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::facts::{Fact, FactSet, UnknownFacts};
/// use s3_replication::model::Event;
/// use s3_replication::{Engine, ObjectVersion, ReplicationConfiguration};
///
/// # let configuration = ReplicationConfiguration::from_json(
/// #     r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
/// #         {"ID": "tax", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": "Tax/"},
/// #          "DeleteMarkerReplication": {"Status": "Disabled"},
/// #          "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
/// # )?;
/// let engine = Engine::new(&configuration); // replicates `Tax/`, but not with SSE-KMS
/// let unknown = UnknownFacts::new(&engine);
/// let known = FactSet::ALL.without(Fact::EncryptionStatus);
///
/// let version = ObjectVersion::new("Tax/2026.pdf");
/// let deciding = unknown.deciding_replication(&version, Event::BatchReplication, known);
/// assert_eq!(deciding.iter().next(), Some(Fact::EncryptionStatus));
///
/// let version = ObjectVersion::new("Logs/1");
/// let deciding = unknown.deciding_replication(&version, Event::BatchReplication, known);
/// assert!(deciding.is_empty());
/// # Ok::<(), s3_replication::Report>(())
/// ```
#[derive(Clone, Debug)]
pub struct UnknownFacts {
    what_if: WhatIf,
}

impl UnknownFacts {
    /// Creates the finder for the decisions of an engine.
    #[must_use]
    pub fn new(engine: &Engine) -> Self {
        Self { what_if: WhatIf::new(engine.clone(), FactSet::ALL) }
    }

    /// Returns the unknown facts that decide whether a version is replicated at all.
    #[must_use]
    pub fn deciding_replication(
        &self,
        version: &ObjectVersion<'_>,
        event: Event,
        known: FactSet,
    ) -> FactSet {
        let choices = self.what_if.choices_for_replication(event);
        self.explore(version, known, choices, |possible| {
            let engine = self.what_if.engine();
            let versions = possible.versions().iter();
            let answers: Vec<_> =
                versions.map(|one| engine.decide(one, event).replicates()).collect();
            possible.deciding_replication(&self.what_if, event, &answers)
        })
    }

    /// Returns the unknown facts that decide where a version is replicated, by which rules, or with
    /// which operation. The properties of the replicas do not count: where a rule has no storage
    /// class, a replica has that of its source.
    #[must_use]
    pub fn deciding_rules(
        &self,
        version: &ObjectVersion<'_>,
        event: Event,
        known: FactSet,
    ) -> FactSet {
        self.deciding(version, event, known, |one, other| {
            one.replications().map(identity).eq(other.replications().map(identity))
        })
    }

    /// Returns the unknown facts that decide whether a version is replicated to a bucket, by which
    /// rule, or with which operation.
    #[must_use]
    pub fn deciding_rule_to(
        &self,
        bucket: &BucketArn,
        version: &ObjectVersion<'_>,
        event: Event,
        known: FactSet,
    ) -> FactSet {
        self.deciding(version, event, known, |one, other| {
            one.to(bucket).map(identity) == other.to(bucket).map(identity)
        })
    }

    /// Returns the unknown facts that change a decision.
    fn deciding(
        &self,
        version: &ObjectVersion<'_>,
        event: Event,
        known: FactSet,
        same: impl Fn(&Decision<'_>, &Decision<'_>) -> bool,
    ) -> FactSet {
        self.explore(version, known, TagChoices::EachRule, |possible| {
            let engine = self.what_if.engine();
            let versions = possible.versions().iter();
            let decisions: Vec<_> = versions.map(|one| engine.decide(one, event)).collect();
            possible.deciding(&decisions, same)
        })
    }

    /// Asks about the versions that a partly known version could be; nothing decides about one that
    /// is known.
    fn explore(
        &self,
        version: &ObjectVersion<'_>,
        known: FactSet,
        choices: TagChoices,
        ask: impl FnOnce(&Possibilities<'_>) -> FactSet,
    ) -> FactSet {
        let decisive = FactSet::DECISIVE.with(Fact::ReplicationStatus);
        let unknown = decisive.both(known.complement());
        if unknown.is_empty() {
            return FactSet::NONE;
        }
        self.what_if.explore_unknown(version, unknown, choices, ask).unwrap_or(FactSet::NONE)
    }
}

/// Returns the rule and the operation of a replication. Replications that share both count as one.
fn identity(replication: &Replication<'_>) -> (*const ReplicationRule, Action) {
    (std::ptr::from_ref(replication.rule()), replication.action())
}
