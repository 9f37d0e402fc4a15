//! Findings about several buckets, compared with a search over every object in every bucket.

mod known;
mod played;
pub(crate) mod universe;

use std::collections::BTreeSet;

use proptest::prelude::*;
use s3_replication::engine::Replication;
use s3_replication::model::Event;
use s3_replication::topology::{Arrival, Finding, FindingKind, Hop, Topology};
use s3_replication::{Dialect, Engine};

use self::universe::{NAMES, Three, for_every_version, three};

/// The identity of a finding: its kind, the buckets on its path, its rule, and one of the kinds of
/// objects.
type Fact = (FindingKind, Vec<String>, usize, &'static str);

/// Compares a hop with the decision of an engine that is built from the configuration alone.
fn is_true(topology: &Topology, hop: &Hop<'_>) -> Result<(), TestCaseError> {
    let configuration = topology.configuration(hop.source().name()).unwrap();
    let engine = Engine::with_dialect(configuration, topology.dialect());
    let witness = hop.witness();
    let (version, event) = (witness.version(), witness.event());
    let decision = engine.decide(&version, event);
    let made = decision.to(hop.destination()).map(Replication::rule);
    prop_assert_eq!(made, hop.rule(), "{}", hop);
    prop_assert!(!version.key.is_empty() && version.key.len() <= 1024);
    Ok(())
}

/// Returns the buckets on the path of a finding, in the order in which universes name them.
fn way(finding: &Finding<'_>) -> Vec<String> {
    let all = finding.hops();
    let [from, to] = [all[0].source(), all[0].destination()].map(|arn| arn.name().to_string());
    match finding.kind() {
        FindingKind::ReplicaChain => vec![from, to, all[1].destination().name().to_string()],
        FindingKind::KeysOfTwoSources => vec![from, all[1].source().name().to_string(), to],
        FindingKind::ModificationSyncWithoutVersion => {
            vec![all[1].source().name().to_string(), from, to]
        }
        _ => vec![from, to],
    }
}

fn facts_of(findings: &[Finding<'_>]) -> BTreeSet<Fact> {
    let exact = findings.iter().filter(|found| found.kind() != FindingKind::ReplicationCycle);
    let facts = exact.flat_map(|found| {
        let rule = found.hops()[0].rule().unwrap().position;
        let subjects = found.object_kinds().iter();
        subjects.map(move |subject| (found.kind(), way(found), rule, subject.as_str()))
    });
    facts.collect()
}

fn cases(default: u32) -> ProptestConfig {
    let count = std::env::var("TOPOLOGIES").ok().map(|count| count.parse().unwrap());
    ProptestConfig::with_cases(count.unwrap_or(default))
}

proptest! {
    #![proptest_config(cases(384))]

    /// The findings are exactly those of a search over every object: kind, buckets, rule and objects.
    #[test]
    fn findings_are_those_of_asking_about_every_object(three in three()) {
        let topology = three.topology();
        let findings = topology.findings();
        for finding in &findings {
            for hop in finding.hops() {
                is_true(&topology, hop)?;
            }
            let first = &finding.hops()[0];
            prop_assert!(first.rule().is_some() && !finding.object_kinds().is_empty());
            prop_assert_eq!(finding.bucket(), first.source().name());
        }
        prop_assert_eq!(facts_of(&findings), three.facts());
        let has_cycle = findings.iter().any(|one| one.kind() == FindingKind::ReplicationCycle);
        prop_assert_eq!(has_cycle, three.has_cycle());
    }

    /// The graph has exactly the edges of a search over every object, with direction and Regions.
    #[test]
    fn edges_are_those_of_asking_about_every_object(three in three()) {
        let topology = three.topology();
        let graph = topology.graph();
        let edges = graph.edges().iter();
        let edges = edges.map(|edge| {
            let [from, to] = [edge.source(), edge.destination()].map(|arn| arn.name().to_string());
            (from, to, edge.is_two_way())
        });
        prop_assert_eq!(edges.collect::<BTreeSet<_>>(), three.edges());
    }

    /// Live replication makes one hop. Batch jobs reach every bucket to which some hop leads, and never
    /// the source.
    #[test]
    fn copies_end_where_the_engines_say(three in three()) {
        let topology = three.topology();
        for_every_version(|version| (0..3).try_for_each(|bucket| {
            let engine = &three.engines[bucket];
            let name = NAMES[bucket].parse().unwrap();
            let live = topology.reach(&name, version, Event::ObjectCreatedPut);
            let decision = engine.decide(version, Event::ObjectCreatedPut);
            let made = decision.replications().map(|made| (made.bucket(), made.rule().position));
            let actual = live.iter().map(|one| (one.bucket(), one.rule().position));
            prop_assert!(made.eq(actual));
            let all = topology.reach_with_batch(&name, version);
            let buckets: BTreeSet<&str> =
                all.iter().map(|one| one.bucket().name().as_str()).collect();
            prop_assert_eq!(buckets.len(), all.len());
            prop_assert_eq!(buckets, three.reachable(bucket, version));
            prop_assert!(all.iter().filter(|one| one.hops() == 1).count() == live.len());
            prop_assert!(all.is_sorted_by_key(Arrival::hops));
            Ok(())
        }))?;
    }
}

/// The generator draws every kind of finding that needs no facts, and topologies without findings.
#[test]
fn generator_covers_every_finding() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::<&str, usize>::new();
    for _ in 0..400 {
        let three: Three = three().new_tree(&mut runner).unwrap().current();
        let topology = three.topology();
        let findings = topology.findings();
        let kinds: BTreeSet<&str> = findings.iter().map(|found| found.kind().as_str()).collect();
        let none = kinds.is_empty().then_some("none");
        for name in kinds.into_iter().chain(none) {
            *seen.entry(name).or_default() += 1;
        }
    }
    let of_facts = [FindingKind::ObjectLockOneSided, FindingKind::DestinationExpiresEarlier];
    let kinds = FindingKind::ALL.iter().filter(|kind| !of_facts.contains(kind));
    for name in kinds.map(|kind| kind.as_str()).chain(["none"]) {
        assert!(seen.get(name).is_some_and(|count| *count >= 8), "{name} is too rare: {seen:?}");
    }
}

/// An empty topology has no findings.
#[test]
fn an_empty_topology_has_no_findings() {
    let topology = Topology::new(Dialect::AWS);
    assert!(topology.findings().is_empty() && topology.refusals().is_empty());
    assert!(topology.graph().nodes().is_empty() && topology.graph().to_string().is_empty());
}
