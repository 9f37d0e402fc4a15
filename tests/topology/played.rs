//! Findings about several buckets, compared with the memory store that plays them.

use proptest::prelude::*;
use s3_replication::analysis::Witness;
use s3_replication::model::{BucketName, Event, Timestamp, VersionId};
use s3_replication::replication::{FailureReason, ObjectKey, Outcome};
use s3_replication::simulation::{
    Request, ScenarioBucket, ScenarioDraft, ScriptedEvent, Simulator, TimelineEvent, TimelineKind,
    VersionChange,
};
use s3_replication::storage::NewObject;
use s3_replication::topology::{Finding, FindingKind, Hop, Topology};

use crate::support::second;
use crate::topology::universe::{NAMES, three};

/// The time of events that follow the first writes.
fn later() -> Timestamp {
    second(3600)
}

fn id() -> VersionId {
    "v1".parse().unwrap()
}

/// Returns the events in the source bucket that lead to a hop, without the replica that is modified.
fn event(bucket: &BucketName, witness: &Witness) -> ScriptedEvent {
    let key: ObjectKey = witness.key().into();
    let (at, request) = match witness.event() {
        Event::ObjectCreatedPut => {
            let mut object = NewObject::sized(key, 1);
            object.tags = witness.tags().to_vec();
            object.encryption = Some(witness.version().encryption);
            (second(0), Request::Put(Box::new(object), id()))
        }
        Event::ObjectRemovedDeleteMarkerCreated => (second(0), Request::Delete(key, id())),
        Event::ObjectTaggingPut => {
            // The same tags: what they are decides which rules match.
            let change = VersionChange::PutTags(witness.tags().to_vec());
            (later(), Request::Version { key, version_id: Some(id()), change })
        }
        other => panic!("{other}"),
    };
    ScriptedEvent::new(at, bucket.clone(), request)
}

/// Plays events in the buckets of a topology.
fn play(topology: &Topology, events: Vec<ScriptedEvent>) -> (Simulator, Vec<TimelineEvent>) {
    let mut draft = ScenarioDraft::new(topology.dialect().clone());
    for name in NAMES {
        let name: BucketName = name.parse().unwrap();
        let mut setup = ScenarioBucket::default();
        setup.settings.versioning = Some(s3_replication::model::Versioning::Enabled);
        setup.replication = topology.configuration(&name).cloned();
        draft.buckets.insert(name, setup);
    }
    draft.events = events;
    let mut timeline = Vec::new();
    let scenario = draft.validate().unwrap_or_else(|wrong| panic!("{wrong}"));
    (scenario.play(|event| timeline.push(event)), timeline)
}

/// Returns the number of versions of a key in a bucket.
fn held(simulator: &Simulator, bucket: &BucketName, key: &str) -> usize {
    let versions = &simulator.state().buckets[bucket].versions;
    versions.iter().filter(|one| one.version.key.to_string() == key).count()
}

/// Plays a hop, and returns the outcome of the task for its destination.
fn outcome(topology: &Topology, finding: &Finding<'_>, hop: &Hop<'_>) -> Option<Outcome> {
    let (source, witness) = (hop.source().name(), hop.witness());
    let mut events = vec![event(source, witness)];
    if witness.event() == Event::ObjectTaggingPut {
        // The replica has to come from somewhere.
        let brings = finding.hops().iter().find(|other| {
            other.destination() == hop.source()
                && other.witness().event() == Event::ObjectCreatedPut
        });
        let brings = brings.unwrap_or_else(|| panic!("{finding:?}"));
        events.insert(0, event(brings.source().name(), brings.witness()));
    }
    let at = events.last().unwrap().at;
    let (_, timeline) = play(topology, events);
    let tasks = timeline.iter().filter_map(|line| match &line.kind {
        TimelineKind::Task { task, outcome, .. } if line.at >= at && line.bucket == *source => {
            (task.bucket == *hop.destination()).then(|| outcome.clone())
        }
        _ => None,
    });
    let outcomes: Vec<Outcome> = tasks.collect();
    assert!(outcomes.len() <= 1, "{timeline:?}");
    outcomes.into_iter().next()
}

/// Plays the events that a finding warns of.
fn warning(topology: &Topology, finding: &Finding<'_>) -> Result<(), TestCaseError> {
    let all = finding.hops();
    let first = &all[0];
    let key = first.witness().key();
    let written = |at: usize| event(all[at].source().name(), all[at].witness());
    match finding.kind() {
        FindingKind::ReplicaChain => {
            let (simulator, _) = play(topology, vec![written(0)]);
            let [here, there] = [first.destination(), all[1].destination()];
            prop_assert_eq!(held(&simulator, here.name(), key), 1);
            prop_assert_eq!(held(&simulator, there.name(), key), 0);
        }
        FindingKind::KeysOfTwoSources => {
            let mut second = written(1);
            if let Request::Put(_, id) = &mut second.request {
                *id = "v2".parse().unwrap();
            }
            let (simulator, _) = play(topology, vec![written(0), second]);
            prop_assert_eq!(held(&simulator, first.destination().name(), key), 2);
            let sources = all[..2].iter().map(|one| held(&simulator, one.source().name(), key));
            prop_assert!(sources.min() == Some(1));
        }
        FindingKind::ReplicationCycle => {
            let (simulator, timeline) = play(topology, vec![written(0)]);
            let tasks =
                timeline.iter().filter(|line| matches!(line.kind, TimelineKind::Task { .. }));
            let hops = tasks.map(|line| &line.bucket).collect::<Vec<_>>();
            prop_assert!(
                !hops.is_empty() && hops.iter().all(|bucket| *bucket == first.source().name())
            );
            prop_assert_eq!(held(&simulator, first.source().name(), key), 1);
        }
        _ => {}
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// The memory store confirms every hop and every warning.
    #[test]
    fn findings_are_confirmed_by_the_store(three in three()) {
        let topology = three.topology();
        for finding in &topology.findings() {
            for hop in finding.hops() {
                let outcome = outcome(&topology, finding, hop);
                let expected = hop.rule().map(|_| {
                    let is_first = std::ptr::eq(hop, &raw const finding.hops()[0]);
                    let kind = finding.kind();
                    if kind == FindingKind::ModificationSyncWithoutVersion && is_first {
                        Outcome::Failed(FailureReason::DST_VERSION_NOT_FOUND)
                    } else {
                        Outcome::Replicated
                    }
                });
                prop_assert_eq!(outcome, expected, "{:?}: {}", finding.kind(), hop);
            }
            warning(&topology, finding)?;
        }
    }
}
