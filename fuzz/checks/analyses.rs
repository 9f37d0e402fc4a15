//! Analysis: statements about all objects must hold for sampled objects, and every witness must be
//! a real example of its statement.

use std::collections::BTreeMap;

use arbitrary::{Result, Unstructured};
use s3_replication::analysis::{
    Comparison, Difference, Reachability, Witness, reachability, to_v2,
};
use s3_replication::engine::{Action, Replication};
use s3_replication::lint::{self, Level, Levels};
use s3_replication::model::{ConfigurationDraft, Event, KnownBuckets, ReplicationStatus};
use s3_replication::policy::{Checked, Outcome, Policy};
use s3_replication::topology::Topology;
use s3_replication::{Dialect, Engine, ObjectVersion, ReplicationConfiguration, ReplicationRule};

use super::scenario;

/// Returns an error when the bytes are too few for a question.
pub(super) fn check(bytes: &[u8]) -> Result<()> {
    let mut bytes = Unstructured::new(bytes);
    let dialects = [scenario::dialect(&mut bytes)?, scenario::dialect(&mut bytes)?];
    let policy = policy(&mut bytes)?;
    let drafts = [scenario::draft(&mut bytes)?, scenario::draft(&mut bytes)?];
    let [old_dialect, new_dialect] = &dialects;
    let [old, new] = drafts;
    check_lints(&old, old_dialect);
    let (Ok(old), Ok(new)) = (old.validate(old_dialect), new.validate(new_dialect)) else {
        return Ok(());
    };
    check_migration(&old, old_dialect);
    check_topology(&old, &new, old_dialect);
    let buckets = KnownBuckets::new();
    let statements = Statements {
        old: Engine::with_dialect(&old, old_dialect),
        new: Engine::with_dialect(&new, new_dialect),
        differences: Comparison::new(&old, &new)
            .with_dialects(old_dialect.clone(), new_dialect.clone())
            .differences()
            .as_slice()
            .to_vec(),
        reachability: reachability(&old, old_dialect),
        checked: policy.as_ref().and_then(|policy| policy.check(&old, old_dialect, &buckets).pop()),
    };
    statements.check_witnesses();
    let rules: Vec<_> = old.rules().iter().chain(new.rules()).collect();
    while !bytes.is_empty() {
        let rule = bytes.choose(&rules)?;
        let key = scenario::key(&mut bytes, rule.filter.key_prefix().as_str())?;
        let tags = scenario::tags(&mut bytes, rule.filter.tags())?;
        let version = scenario::version(&mut bytes, &key, &tags)?;
        let event = *bytes.choose(Event::ALL)?;
        // S3 has no other keys.
        if let Ok(key) = str::from_utf8(&key) {
            statements.check_sample(key, &version, event);
        }
    }
    Ok(())
}

fn check_lints(draft: &ConfigurationDraft, dialect: &Dialect) {
    let mut levels = Levels::new();
    levels.set(Levels::ALL, Level::Warn).unwrap();
    let buckets = KnownBuckets::new();
    let checked = lint::check(&lint::Context::new(draft, dialect, &buckets), &levels);
    for finding in &checked.report {
        assert!(finding.help.is_some(), "{finding}");
    }
}

fn check_migration(old: &ReplicationConfiguration, dialect: &Dialect) {
    let new = to_v2(old, dialect).validate(dialect).unwrap();
    let comparison = Comparison::new(old, &new);
    assert!(comparison.with_dialects(dialect.clone(), dialect.clone()).is_equivalent());
}

fn check_topology(
    one: &ReplicationConfiguration,
    other: &ReplicationConfiguration,
    dialect: &Dialect,
) {
    let topology = Topology::new(dialect.clone())
        .with_configuration("aaa".parse().unwrap(), one.clone())
        .with_configuration("bbb".parse().unwrap(), other.clone());
    for finding in topology.findings() {
        assert!(!finding.to_diagnostic().message.is_empty());
    }
    assert!(topology.graph().to_dot().ends_with("}\n"));
}

/// Draws a policy with one assertion: some keys must not leave the bucket.
fn policy(bytes: &mut Unstructured<'_>) -> Result<Option<Policy>> {
    let length = bytes.int_in_range(0..=8)?;
    let pieces = ["a", "b", "/", "é", "*", "**/", "/**", "?", "{a,", "}", "[ab]", "[!a]", ","];
    let glob = (0..length).map(|_| bytes.choose(&pieces).copied()).collect::<Result<String>>()?;
    let separator = bytes.choose(&["none", "slash"])?;
    let text = serde_json::json!({"Separator": separator, "Assertions": [
        {"Id": "stay", "Keys": [glob], "MustNotReach": {}}]});
    Ok(Policy::from_json(&text.to_string()).ok())
}

/// The statements about all objects to check.
struct Statements<'t> {
    old: Engine,
    new: Engine,
    differences: Vec<Difference<'t>>,
    reachability: Vec<(&'t ReplicationRule, Reachability<'t>)>,
    checked: Option<Checked<'t>>,
}

impl Statements<'_> {
    fn check_witnesses(&self) {
        for difference in &self.differences {
            check_difference(difference, &self.old, &self.new);
        }
        for (rule, reachability) in &self.reachability {
            check_reachability(rule, reachability, &self.old);
        }
        let Some(checked) = &self.checked else { return };
        if let Outcome::Violated(found) = checked.outcome() {
            let witness = found.witness();
            assert!(checked.assertion().has_key(witness.key()), "{witness}");
            assert!(self.old.decide(&witness.version(), witness.event()).replicates(), "{witness}");
        }
    }

    fn check_sample(&self, key: &str, version: &ObjectVersion<'_>, event: Event) {
        let (was, is) = (effects(&self.old, version, event), effects(&self.new, version, event));
        let mut buckets = was.keys().chain(is.keys());
        if let Some(bucket) = buckets.find(|bucket| was.get(*bucket) != is.get(*bucket)) {
            let is_reported =
                self.differences.iter().any(|difference| difference.bucket().as_str() == bucket);
            assert!(is_reported, "{event} of {version:?}: {was:?} is now {is:?}");
        }
        for made in self.old.decide(version, event).replications() {
            let (_, reachability) = self.reachability.get(made.rule().position).unwrap();
            assert!(!reachability.is_dead(), "{event} of {version:?}: {reachability:?}");
        }
        let is_new = event == Event::ObjectCreatedPut
            && version.delete_marker.is_none()
            && version.replication_status != Some(ReplicationStatus::Replica);
        if let Some(checked) = self.checked.as_ref().filter(|checked| checked.is_proved() && is_new)
        {
            let is_kept = was.is_empty() || !checked.assertion().has_key(key);
            assert!(is_kept, "{version:?} goes to {was:?}");
        }
    }
}

fn check_difference(difference: &Difference<'_>, old: &Engine, new: &Engine) {
    let witness = difference.witness();
    let (version, event) = (witness.version(), witness.event());
    let bucket = difference.bucket().as_str();
    let (was, is) = (effects(old, &version, event), effects(new, &version, event));
    assert_ne!(was.get(bucket), is.get(bucket), "{witness}");
}

fn check_reachability(rule: &ReplicationRule, reachability: &Reachability<'_>, engine: &Engine) {
    let wins = |witness: &Witness| {
        let version = witness.version();
        let decision = engine.decide(&version, witness.event());
        decision.replications().any(|made| made.rule().position == rule.position)
    };
    match reachability {
        Reachability::Never { loses, .. } => assert!(!wins(loses), "{loses}"),
        Reachability::Partly { loses, wins: won, .. } => {
            assert!(wins(won) && !wins(loses), "{won}");
        }
        Reachability::Always { wins: won } => assert!(wins(won), "{won}"),
        _ => {}
    }
}

/// The outcome for a version, by destination bucket.
fn effects(engine: &Engine, version: &ObjectVersion<'_>, event: Event) -> BTreeMap<String, String> {
    let decision = engine.decide(version, event);
    decision.replications().map(|made| (made.bucket().to_string(), effect(made))).collect()
}

fn effect(made: &Replication<'_>) -> String {
    let replica = made.replica();
    let is_whole = made.action() == Action::ReplicateObject;
    let whole = is_whole.then(|| format!("{}, {:?}", replica.storage_class, replica.encryption));
    let watched = (made.is_time_controlled(), made.has_metrics());
    format!("{}: {whole:?}, {}, {watched:?}", made.action(), replica.owner)
}
