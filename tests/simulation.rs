//! Scenarios: the problems that are reported before anything runs, and the timelines of valid ones.

mod other_stores;
mod replicas;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use s3_replication::model::{ReplicationStatus, Tag};
use s3_replication::replication::FailureReason;
use s3_replication::simulation::{
    Request, Scenario, ScenarioBucket, ScenarioDraft, ScriptedEvent, Simulator, State,
    TimelineEvent, TimelineKind, VersionChange,
};
use s3_replication::storage::{InjectedFault, MemoryStore, NewObject};
use s3_replication::text::SourceText;
use s3_replication::{Dialect, Report};
use serde_json::{Value, json};

use crate::support::{ROLE, second, with_members};

/// A rule that sends everything, delete markers too, to a bucket.
fn rule(bucket: &str, more: &Value) -> Value {
    let rule = json!({
        "ID": format!("to-{bucket}"), "Status": "Enabled", "Priority": 1, "Filter": {},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "Destination": {"Bucket": format!("arn:aws:s3:::{bucket}")},
    });
    with_members(rule, more)
}

/// A versioned bucket that replicates by these rules.
fn replicating(rules: &[Value]) -> Value {
    json!({"Versioning": "Enabled", "Replication": {"Role": ROLE, "Rules": rules}})
}

fn two_way(bucket: &str) -> Value {
    let more = json!({"SourceSelectionCriteria": {"ReplicaModifications": {"Status": "Enabled"}}});
    replicating(&[rule(bucket, &more)])
}

fn read(scenario: &Value) -> Result<Scenario, Report> {
    Scenario::from_json(&serde_json::to_string_pretty(scenario).unwrap(), &Dialect::AWS)
}

/// An event some seconds after the beginning.
fn event(seconds: i64, bucket: &str, more: &Value) -> Value {
    with_members(json!({"At": second(seconds), "Bucket": bucket}), more)
}

#[track_caller]
fn play(scenario: &Value) -> (Vec<TimelineEvent>, Simulator) {
    let scenario = read(scenario).unwrap_or_else(|wrong| panic!("{wrong}"));
    let mut timeline = Vec::new();
    let simulator = scenario.play(|event| timeline.push(event));
    (timeline, simulator)
}

/// The lines of a timeline without their dates.
fn lines(timeline: &[TimelineEvent]) -> Vec<String> {
    timeline.iter().map(|line| line.to_string()[11..].to_owned()).collect()
}

fn keys(state: &State, bucket: &str) -> Vec<(String, Option<ReplicationStatus>)> {
    let versions = state.buckets[bucket].versions.iter();
    versions.map(|one| (one.version.key.to_string(), one.replication_status)).collect()
}

const PENDING: Option<ReplicationStatus> = Some(ReplicationStatus::Pending);
const COMPLETED: Option<ReplicationStatus> = Some(ReplicationStatus::Completed);
const REPLICA: Option<ReplicationStatus> = Some(ReplicationStatus::Replica);
const FAILED: Option<ReplicationStatus> = Some(ReplicationStatus::Failed);

/// REP-503: a replica goes no further, neither down a chain nor around a loop.
#[test]
fn chains_do_not_chain() {
    let scenario = json!({
        "Buckets": {
            "aaa": replicating(&[rule("bbb", &json!({}))]),
            "bbb": replicating(&[rule("ccc", &json!({}))]),
            "ccc": replicating(&[rule("aaa", &json!({}))]),
        },
        "Events": [event(0, "aaa", &json!({"Key": "k"}))],
    });
    let (timeline, simulator) = play(&scenario);
    assert_eq!(
        lines(&timeline),
        [
            "10:00:00Z  aaa  ObjectCreated:Put k e1  PENDING",
            "10:00:01Z  aaa    object of k e1 to bbb, rule `to-bbb`: replicated  COMPLETED",
        ]
    );
    let state = simulator.state();
    assert_eq!(keys(&state, "aaa"), [("k".to_owned(), COMPLETED)]);
    assert_eq!(keys(&state, "bbb"), [("k".to_owned(), REPLICA)]);
    assert!(state.buckets["ccc"].versions.is_empty());
    assert_eq!(state.totals.tasks, 1);
}

/// REP-401: one object, several destinations; REP-701: done when all are.
#[test]
fn one_bucket_fans_out() {
    let second_rule = rule("ccc", &json!({"Priority": 2}));
    let scenario = json!({
        "Buckets": {
            "aaa": replicating(&[rule("bbb", &json!({})), second_rule]),
            "bbb": {"Versioning": "Enabled"}, "ccc": {"Versioning": "Enabled"},
        },
        "Events": [
            event(0, "ccc", &json!({"Fault": {"Refusal": "DstPutObjectNotPermitted"}})),
            event(1, "aaa", &json!({"Key": "k", "VersionId": "v"})),
        ],
    });
    let (timeline, simulator) = play(&scenario);
    let statuses = timeline.iter().filter_map(|line| match &line.kind {
        TimelineKind::Version { status, .. } | TimelineKind::Task { status, .. } => Some(*status),
        _ => None,
    });
    assert_eq!(statuses.collect::<Vec<_>>(), [PENDING, PENDING, FAILED]);
    assert_eq!(simulator.totals().failed, 1);
    assert!(simulator.state().buckets["ccc"].versions.is_empty());
}

/// REP-517, REP-610: data never echoes, metadata goes both ways where both sides ask for it.
#[test]
fn two_ways_do_not_echo() {
    let scenario = json!({
        "Buckets": {"aaa": two_way("bbb"), "bbb": two_way("aaa")},
        "Events": [
            event(0, "aaa", &json!({"Key": "k", "VersionId": "v"})),
            event(60, "bbb",
                &json!({"Event": "ObjectTagging:Put", "Key": "k", "Tags": {"seen": "yes"}})),
            event(120, "bbb", &json!({"Event": "ObjectRemoved:DeleteMarkerCreated", "Key": "k"})),
        ],
    });
    let (timeline, simulator) = play(&scenario);
    assert_eq!(
        lines(&timeline),
        [
            "10:00:00Z  aaa  ObjectCreated:Put k v  PENDING",
            "10:00:01Z  aaa    object of k v to bbb, rule `to-bbb`: replicated  COMPLETED",
            "10:01:00Z  bbb  ObjectTagging:Put k v  PENDING",
            "10:01:01Z  bbb    metadata of k v to aaa, rule `to-aaa`: replicated  REPLICA",
            "10:02:00Z  bbb  ObjectRemoved:DeleteMarkerCreated k e3  PENDING",
            "10:02:01Z  bbb    delete marker of k e3 to aaa, rule `to-aaa`: replicated  COMPLETED",
        ]
    );
    let state = simulator.state();
    for bucket in ["aaa", "bbb"] {
        let [marker, version] = &state.buckets[bucket].versions[..] else { panic!("two versions") };
        assert!(marker.is_latest && marker.version.delete_marker.is_some() && !version.is_latest);
        assert_eq!(version.version.metadata.tags, [Tag::new("seen", "yes").unwrap()]);
    }
}

/// REP-608, REP-801, REP-804: thresholds pass at their moment, and metrics count them.
#[test]
fn thresholds_are_missed_on_time() {
    let time = json!({"Status": "Enabled", "Time": {"Minutes": 15}});
    let metrics = json!({"Status": "Enabled", "EventThreshold": {"Minutes": 15}});
    let destination = json!({
        "Bucket": "arn:aws:s3:::bbb", "ReplicationTime": time, "Metrics": metrics,
    });
    let scenario = json!({
        "Buckets": {
            "aaa": replicating(&[rule("bbb", &json!({"Destination": destination}))]),
            "bbb": {"Versioning": "Enabled"},
        },
        "LatencySeconds": 30,
        "Events": [
            event(0, "aaa", &json!({"Key": "soon", "Size": 10})),
            event(60, "bbb", &json!({"Fault": {"SlowSeconds": 3600}})),
            event(120, "aaa", &json!({"Key": "late", "Size": 10})),
        ],
    });
    let (timeline, simulator) = play(&scenario);
    assert_eq!(
        lines(&timeline),
        [
            "10:00:00Z  aaa  ObjectCreated:Put soon e1  PENDING",
            "10:00:30Z  aaa    object of soon e1 to bbb, rule `to-bbb`: replicated  COMPLETED",
            "10:01:00Z  bbb  starts to delay every task by 3600 seconds",
            "10:02:00Z  aaa  ObjectCreated:Put late e3  PENDING",
            "10:17:00.001Z  aaa    sends Replication:OperationMissedThreshold for late e3",
            "11:02:00Z  aaa    object of late e3 to bbb, rule `to-bbb`: replicated  COMPLETED",
            "11:02:00Z  aaa    sends Replication:OperationReplicatedAfterThreshold for late e3",
        ]
    );
    let [meter] = &simulator.summary().buckets["aaa"].metrics[..] else { panic!("one meter") };
    assert_eq!((meter.operations_replicated, meter.share_on_time), (2, Some(0.5)));
}

/// REP-707, and what is pending when the play stops.
#[test]
fn a_play_can_stop_in_the_middle() {
    let scenario = json!({
        "Buckets": {
            "aaa": replicating(&[rule("bbb", &json!({}))]), "bbb": {"Versioning": "Enabled"},
        },
        "LatencySeconds": 600,
        "Until": second(300),
        "Events": [
            event(0, "aaa", &json!({"Key": "k"})),
            event(1, "aaa", &json!({"Event": "LifecycleExpiration:Delete", "Key": "k"})),
            event(2, "aaa", &json!({"Event": "LifecycleTransition", "Key": "k",
                "StorageClass": "GLACIER"})),
            event(3, "aaa", &json!({"Event": "ObjectRemoved:Delete", "Key": "k",
                "VersionId": "e1"})),
            event(4, "aaa", &json!({"Key": "k"})),
        ],
    });
    let (timeline, simulator) = play(&scenario);
    assert_eq!(
        lines(&timeline),
        [
            "10:00:00Z  aaa  ObjectCreated:Put k e1  PENDING",
            "10:00:01Z  aaa  LifecycleExpiration:Delete k is held off until replication of the version completes",
            "10:00:02Z  aaa  LifecycleTransition k is held off until replication of the version completes",
            "10:00:03Z  aaa  ObjectRemoved:Delete k e1",
            "10:00:04Z  aaa  ObjectCreated:Put k e5  PENDING",
        ]
    );
    assert_eq!(simulator.now(), Some(second(300)));
    let state = simulator.state();
    assert_eq!((state.buckets["aaa"].pending, state.totals.held_off), (1, 2));
    assert_eq!(keys(&state, "aaa"), [("k".to_owned(), PENDING)]);
}

/// Every request that a script can make, and what S3 answers where it refuses.
#[test]
fn scripts_can_do_everything() {
    let locked = json!({"Versioning": "Enabled", "ObjectLock": "Enabled"});
    let mut aaa = replicating(&[rule("bbb", &json!({}))]);
    aaa["ObjectLock"] = json!("Enabled");
    let one = |event: &str, more: Value| with_members(json!({"Event": event, "Key": "k"}), &more);
    let until = second(86_400);
    let all = [
        one("ObjectCreated:Copy", json!({"StorageClass": "INTELLIGENT_TIERING", "Acl": "public"})),
        one("ObjectAcl:Put", json!({"Acl": "private"})),
        one(
            "ObjectRetention:Put",
            json!({"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": until}),
        ),
        one("ObjectLegalHold:Put", json!({"ObjectLockLegalHoldStatus": "ON"})),
        one("ObjectRemoved:Delete", json!({})),
        one("IntelligentTiering", json!({"IntelligentTieringAccessTier": "ARCHIVE"})),
        one("ObjectRestore:Completed", json!({"RestoreUntil": until})),
        one("ObjectRestore:Completed", json!({"RestoreUntil": until})),
        one("ObjectTagging:Delete", json!({})),
        one("BatchReplication", json!({})),
        json!({"Event": "PutBucketVersioning", "Versioning": "Suspended"}),
        json!({"Event": "DeleteBucketReplication"}),
        one("ObjectCreated:Put", json!({"VersionId": "unseen"})),
        json!({"Event": "PutBucketVersioning", "Versioning": "Suspended"}),
        json!({"Event": "PutBucketReplication",
            "Replication": {"Role": ROLE, "Rules": [rule("bbb", &json!({}))]}}),
        one("LifecycleExpiration:DeleteMarkerCreated", json!({})),
        one("LifecycleExpiration:DeleteMarkerCreated", json!({})),
    ];
    let events = all.iter().enumerate();
    let events: Vec<Value> =
        events.map(|(at, more)| event(60 * i64::try_from(at).unwrap(), "aaa", more)).collect();
    let scenario = json!({"Buckets": {"aaa": aaa, "bbb": locked}, "Events": events});
    let (timeline, simulator) = play(&scenario);
    let seen = timeline.iter().filter_map(|line| match &line.kind {
        TimelineKind::Version { request, status, .. } => {
            Some(format!("{request} {}", status.map_or("-", ReplicationStatus::as_str)))
        }
        TimelineKind::Refused { request, error, .. } => Some(format!("{request} {}", error.code)),
        TimelineKind::Bucket { request } => Some((*request).to_owned()),
        TimelineKind::Task { task, outcome, .. } => Some(format!("  {} {outcome:?}", task.event)),
        _ => None,
    });
    assert_eq!(
        seen.collect::<Vec<_>>(),
        [
            "ObjectCreated:Copy PENDING",
            "  ObjectCreated:Copy Replicated",
            "ObjectAcl:Put PENDING",
            "  ObjectAcl:Put Replicated",
            "ObjectRetention:Put PENDING",
            "  ObjectRetention:Put Replicated",
            "ObjectLegalHold:Put PENDING",
            "  ObjectLegalHold:Put Replicated",
            "ObjectRemoved:Delete AccessDenied",
            "IntelligentTiering COMPLETED",
            "ObjectRestore:Completed COMPLETED",
            "ObjectRestore:Completed InvalidObjectState",
            "ObjectTagging:Delete PENDING",
            "  ObjectTagging:Delete Replicated",
            "BatchReplication PENDING",
            "  BatchReplication Replicated",
            "PutBucketVersioning InvalidBucketState",
            "DeleteBucketReplication",
            "ObjectCreated:Put -",
            "PutBucketVersioning InvalidBucketState",
            "PutBucketReplication",
            "LifecycleExpiration:DeleteMarkerCreated -",
            "LifecycleExpiration:DeleteMarkerCreated NoSuchKey",
        ]
    );
    let replica = &simulator.state().buckets["bbb"].versions[0].version;
    assert_eq!(replica.metadata.acl, "private");
    assert!(
        replica.metadata.lock.retention.is_some() && replica.metadata.lock.legal_hold.is_some()
    );
    assert_eq!(simulator.totals().refused, 5);
}

/// Buckets for scripts that are wrong: `aaa` replicates to `bbb`, and `lone` to no bucket.
fn buckets() -> Value {
    let aaa = replicating(&[rule("bbb", &json!({}))]);
    json!({"aaa": aaa, "bbb": {"Versioning": "Enabled"}, "lone": {}})
}

#[track_caller]
fn is_refused(scenario: &Value, expected: &str) {
    let report = read(scenario).expect_err(expected);
    assert_eq!(report.len(), 1, "{report}");
    let finding = report.iter().next().unwrap();
    let wrong = format!("{}: {}", finding.primary, finding.message);
    assert!(wrong.starts_with(expected) || finding.message.starts_with(expected), "{wrong}");
    assert!(finding.primary.span().is_some(), "no place: {finding}");
}

/// Every event of a script is checked before anything runs.
#[test]
fn invalid_scripts_are_refused() {
    // The second event of each script, after `v` of `k` was written, and the expected message.
    let cases = [
        (
            9,
            "aab",
            json!({"Key": "k"}),
            "Bucket`: the scenario has no bucket `aab`; its buckets: `aaa`, `bbb`, `lone`",
        ),
        (
            4,
            "aaa",
            json!({"Key": "k"}),
            "At`: time runs backwards: 2026-11-22T10:00:04Z comes after 2026-11-22T10:00:05Z",
        ),
        (
            9,
            "lone",
            json!({"Fault": "Outage"}),
            "Bucket`: the fault has no effect: no enabled rule replicates from or to `lone`",
        ),
        (9, "bbb", json!({"Fault": "None"}), "Fault`: `bbb` has no fault to remove"),
        (
            9,
            "aaa",
            json!({"Key": "k", "Event": "ObjectCreated:Put", "Fault": "Outage"}),
            "Fault`: a fault is no `Event`; leave one of them out",
        ),
        (
            9,
            "aaa",
            json!({"Key": "k", "VersionId": "v"}),
            "VersionId`: version `v` of `k` was written before; S3 never reuses a version ID",
        ),
        (
            9,
            "aaa",
            json!({"Event": "ObjectAcl:Put", "Key": "kk", "Acl": ""}),
            "Key`: no earlier event writes `kk` into `aaa`, and no rule replicates it there",
        ),
        (
            9,
            "bbb",
            json!({"Event": "ObjectRemoved:Delete", "Key": "k", "VersionId": "w"}),
            "VersionId`: no earlier event writes version `w` of `k`",
        ),
        (
            9,
            "aaa",
            json!({"Event": "ObjectCreated:Pot", "Key": "k"}),
            "Event`: expected an event such as `ObjectCreated:Put`, found `ObjectCreated:Pot`; or \
          `PutBucketReplication`, `DeleteBucketReplication`, `PutBucketVersioning`",
        ),
        (
            9,
            "aaa",
            json!({"Event": "DeleteBucketReplication", "Key": "k"}),
            "Key`: `Key` has no meaning for `DeleteBucketReplication`",
        ),
        (
            9,
            "aaa",
            json!({"Event": "ObjectTagging:Put", "Key": "k", "Tags": {}, "Size": 1}),
            "Size`: `Size` has no meaning for `ObjectTagging:Put`",
        ),
        (9, "aaa", json!({"Event": "ObjectTagging:Put", "Key": "k"}), "Tags`: `Tags` is missing"),
        (
            9,
            "aaa",
            json!({"Event": "PutBucketReplication"}),
            "Replication`: `Replication` is missing",
        ),
        (
            9,
            "aaa",
            json!({"Key": "k", "ObjectLockMode": "COMPLIANCE"}),
            "ObjectLockRetainUntilDate`: `ObjectLockRetainUntilDate` is missing",
        ),
        (9, "aaa", json!({"Key": "k", "Tags": {"": "x"}}), "Tags`: "),
    ];
    let first = event(5, "aaa", &json!({"Key": "k", "VersionId": "v"}));
    for (seconds, bucket, more, expected) in cases {
        let events = json!([first, event(seconds, bucket, &more)]);
        let scenario = json!({"Buckets": buckets(), "Events": events});
        is_refused(&scenario, &format!("`Events[1].{expected}"));
    }
}

#[test]
fn invalid_scenarios_are_refused() {
    let put = event(5, "aaa", &json!({"Key": "k"}));
    is_refused(
        &json!({"Buckets": buckets(), "Events": [put], "Until": second(0)}),
        "`Until`: 2026-11-22T10:00:00Z is earlier than the last event, at 2026-11-22T10:00:05Z",
    );
    is_refused(
        &json!({"Buckets": {"aaa": replicating(&[rule("gone", &json!({}))])}}),
        "`Buckets.aaa.Replication`: S3 refuses it: InvalidRequest: Destination bucket must exist.",
    );
    is_refused(
        &json!({"Buckets": {"aaa": {"Versioning": "Sometimes"}}}),
        "expected `Enabled`, `Suspended` or `Unversioned`",
    );
    is_refused(&json!({"Buckets": {}, "Event": []}), "unknown member `Event` in `scenario`");
    // The members without their names, in order.
    let array = "expected an object, found a list";
    let text = "expected an object, found `[`";
    is_refused(&json!([]), text);
    is_refused(&json!([{"aaa": {}}, 0, [], null]), text);
    is_refused(&json!({"Buckets": {"aaa": ["Enabled"]}}), array);
    let retained = json!({"ObjectLock": "Enabled", "DefaultRetention": ["GOVERNANCE", 1]});
    is_refused(&json!({"Buckets": {"aaa": retained}}), array);
    is_refused(&json!({"Buckets": {"aaa": {}}, "Events": [["2026-11-22T10:00:00Z"]]}), array);
}

/// Positions are those of the whole text, also for problems within configurations.
#[test]
fn problems_have_positions() {
    let text = r#"{"Buckets": {"bbb": {}, "aaa": {"Versioning": "Enabled",
  "Replication": {"Role": "nobody",
    "Rules": [{"Status": "On", "Destination": {"Bucket": "arn:aws:s3:::bbb"}}]}}},
 "Events": [
  {"At": "2026-11-22T10:00:00Z", "Bucket": "aaa", "Key": "k",
   "Size": 1, "Versioning": "Enabled"}]}"#;
    let source = SourceText::new("", text);
    let wrong = Scenario::from_json(text, &Dialect::AWS).unwrap_err();
    let places: Vec<_> = wrong
        .iter()
        .map(|problem| {
            let position = source.position(problem.primary.span().unwrap().start());
            (problem.primary.path().to_string(), (position.line, position.column))
        })
        .collect();
    assert!(places.contains(&("Buckets.aaa.Replication.Role".to_owned(), (2, 27))), "{places:?}");
    assert!(places.contains(&("Buckets.aaa.Replication.Rule[0].Status".to_owned(), (3, 26))));
    assert!(places.contains(&("Events[0].Versioning".to_owned(), (6, 29))), "{places:?}");
    let twice = r#"{"Buckets": {"aaa": {}, "aaa": {}}}"#;
    let wrong = Scenario::from_json(twice, &Dialect::AWS).unwrap_err().to_string();
    assert!(wrong.contains("member `aaa` is repeated"), "{wrong}");
}

/// The report of a script with many problems is limited.
#[test]
fn reports_are_limited() {
    let events: Vec<_> = (0..5_000).map(|_| event(0, "nowhere", &json!({"Key": "k"}))).collect();
    let wrong = read(&json!({"Buckets": {"aaa": {}}, "Events": events})).unwrap_err();
    assert_eq!(wrong.iter().len(), Scenario::PROBLEM_LIMIT);
}

#[test]
fn a_simulator_refuses_to_go_back() {
    let mut simulator = Simulator::new(MemoryStore::new(), Dialect::AWS);
    let request = || Request::DeleteReplication;
    let apply = |simulator: &mut Simulator, at: i64| {
        let event = ScriptedEvent::new(second(at), "aaa".parse().unwrap(), request());
        simulator.apply(event, &mut |_| {})
    };
    apply(&mut simulator, 5).unwrap();
    let error = apply(&mut simulator, 4).unwrap_err();
    assert_eq!((error.at, error.now), (second(4), second(5)));
    assert_eq!(simulator.totals().events, 1);
    assert!(simulator.run_until(second(4), &mut |_| {}).is_err());
}

/// The JSON of a timeline and of a state, as programs read it.
#[test]
fn timelines_and_states_are_json() {
    let scenario = json!({
        "Buckets": {
            "aaa": replicating(&[rule("bbb", &json!({}))]), "bbb": {"Versioning": "Enabled"},
        },
        "Events": [
            event(0, "bbb", &json!({"Fault": {"Refusal": "DstPutObjectNotPermitted"}})),
            event(1, "aaa", &json!({"Key": "k", "VersionId": "v", "Size": 7})),
            event(3, "bbb", &json!({"Fault": "None"})),
            event(4, "aaa", &json!({"Event": "PutBucketVersioning", "Versioning": "Suspended"})),
        ],
    });
    let (timeline, simulator) = play(&scenario);
    let timeline = serde_json::to_value(&timeline).unwrap();
    assert_eq!(timeline[0]["Fault"]["Refusal"], "DstPutObjectNotPermitted");
    let version = json!({"At": second(1), "Bucket": "aaa", "What": "version", "VersionId": "v",
        "Event": "ObjectCreated:Put", "Key": "k", "Tasks": 1, "ReplicationStatus": "PENDING"});
    assert_eq!(timeline[1], version);
    assert_eq!(timeline[2]["Outcome"]["Failed"], "DstPutObjectNotPermitted");
    assert_eq!(timeline[2]["Task"]["Bucket"], "arn:aws:s3:::bbb");
    assert_eq!(timeline[3]["Fault"], "None");
    assert_eq!(
        (&timeline[4]["What"], &timeline[4]["Code"]),
        (&json!("refused"), &json!("InvalidBucketState"))
    );
    let state = serde_json::to_value(simulator.state()).unwrap();
    let version = &state["Buckets"]["aaa"]["Versions"][0];
    assert_eq!(version["ReplicationStatus"], "FAILED");
    assert_eq!((&version["Size"], &version["IsLatest"]), (&json!(7), &json!(true)));
    assert_eq!(state["Buckets"]["aaa"]["Statuses"], json!({"FAILED": 1}));
    assert_eq!(state["Totals"]["Failed"], 1);
}

/// A scenario drawn at random: three buckets that replicate to each other in some way, and a script
/// of what users do, with outages that end.
#[derive(Clone, Debug)]
enum Step {
    Put { bucket: usize, key: Index },
    Delete { bucket: usize, key: Index },
    Tag { bucket: usize, key: Index, value: u8 },
    Outage { bucket: usize },
    Slow { bucket: usize },
}

const BUCKETS: [&str; 3] = ["aaa", "bbb", "ccc"];
const KEYS: [&str; 3] = ["k", "kk", "other"];

fn step() -> impl Strategy<Value = Step> {
    let place = || (0..3_usize, any::<Index>());
    prop_oneof![
        5 => place().prop_map(|(bucket, key)| Step::Put { bucket, key }),
        2 => place().prop_map(|(bucket, key)| Step::Delete { bucket, key }),
        2 => (place(), 0..3_u8)
            .prop_map(|((bucket, key), value)| Step::Tag { bucket, key, value }),
        1 => (0..3_usize).prop_map(|bucket| Step::Outage { bucket }),
        1 => (0..3_usize).prop_map(|bucket| Step::Slow { bucket }),
    ]
}

/// Which bucket replicates to which, and with replica modification sync or without.
fn topology() -> impl Strategy<Value = Vec<(usize, usize, bool)>> {
    let edges = select(&[(0, 1), (1, 2), (2, 0), (1, 0), (0, 2), (2, 1)][..]);
    vec((edges, any::<bool>()), 1..6).prop_map(|edges| {
        let mut edges: Vec<_> =
            edges.into_iter().map(|((from, to), sync)| (from, to, sync)).collect();
        edges.sort_unstable();
        edges.dedup_by_key(|(from, to, _)| (*from, *to));
        edges
    })
}

fn draft(topology: &[(usize, usize, bool)], steps: &[Step], latency: u32) -> ScenarioDraft {
    let mut draft = ScenarioDraft::new(Dialect::AWS);
    draft.latency = latency;
    for (at, bucket) in BUCKETS.iter().enumerate() {
        let rules: Vec<_> = topology
            .iter()
            .enumerate()
            .filter(|(_, (from, ..))| *from == at)
            .map(|(priority, (_, to, sync))| {
                let status = if *sync { "Enabled" } else { "Disabled" };
                let more = json!({"Priority": priority,
                    "SourceSelectionCriteria": {"ReplicaModifications": {"Status": status}}});
                rule(BUCKETS[*to], &more)
            })
            .collect();
        let mut setup = ScenarioBucket::default();
        setup.settings.versioning = Some("Enabled".parse().unwrap());
        if !rules.is_empty() {
            let text = json!({"Role": ROLE, "Rules": rules}).to_string();
            setup.replication =
                Some(s3_replication::ReplicationConfiguration::from_json(&text).unwrap());
        }
        draft.buckets.insert(bucket.parse().unwrap(), setup);
    }
    let mut written = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let now = second(100 * i64::try_from(at).unwrap());
        let id = || format!("v{at}").parse().unwrap();
        let mut add = |bucket: usize, request: Request| {
            draft.events.push(ScriptedEvent::new(now, BUCKETS[bucket].parse().unwrap(), request));
        };
        match step {
            Step::Put { bucket, key } => {
                let key = *key.get(&KEYS);
                written.push((*bucket, key));
                add(*bucket, Request::Put(Box::new(NewObject::sized(key, 1)), id()));
            }
            Step::Delete { bucket, key } => {
                add(*bucket, Request::Delete(key.get(&KEYS).into(), id()));
            }
            Step::Tag { bucket, key, value } => {
                let Some((_, key)) = written.get(key.index(written.len().max(1))) else { continue };
                let tags = vec![Tag::new("note", value.to_string()).unwrap()];
                let change = VersionChange::PutTags(tags);
                add(*bucket, Request::Version { key: (*key).into(), version_id: None, change });
            }
            Step::Outage { bucket } | Step::Slow { bucket } => {
                if !topology.iter().any(|(from, to, _)| from == bucket || to == bucket) {
                    continue;
                }
                let slow = matches!(step, Step::Slow { .. });
                let fault = if slow { InjectedFault::Slow(150) } else { InjectedFault::Outage };
                add(*bucket, Request::Fault(Some(fault)));
                let end = ScriptedEvent::new(
                    second(100 * i64::try_from(at).unwrap() + 50),
                    BUCKETS[*bucket].parse().unwrap(),
                    Request::Fault(None),
                );
                draft.events.push(end);
            }
        }
    }
    draft
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// The same scenario gives the same timeline, nothing is pending at its end, and totals are
    /// the sums of their parts.
    #[test]
    fn plays_repeat_and_come_to_rest(
        topology in topology(),
        steps in vec(step(), 1..40),
        latency in select(&[0_u32, 1, 70, 1_000][..]),
    ) {
        let play = || {
            let mut timeline = Vec::new();
            let scenario = draft(&topology, &steps, latency).validate();
            let simulator =
                scenario.map(|scenario| scenario.play(|event| timeline.push(event)));
            (simulator.map(|simulator| (simulator.totals(), simulator.state())), timeline)
        };
        let (ended, timeline) = play();
        // A script may speak of a version that is not there yet.
        let Ok((totals, state)) = ended.clone() else { return Err(TestCaseError::reject("refused")) };
        prop_assert_eq!(&play(), &(ended, timeline.clone()));
        prop_assert!(timeline.is_sorted_by_key(|line| line.at));
        for bucket in state.buckets.values() {
            prop_assert_eq!(bucket.pending, 0);
            let pending = bucket.versions.iter().filter(|one| one.replication_status == PENDING);
            prop_assert_eq!(pending.count(), 0);
            prop_assert_eq!(bucket.statuses.values().sum::<u64>(), bucket.versions.len() as u64);
        }
        prop_assert_eq!(totals.tasks, totals.replicated + totals.failed);
        let tasks = timeline.iter().filter(|line| matches!(line.kind, TimelineKind::Task { .. })).count();
        prop_assert_eq!(tasks as u64, totals.replicated + totals.failed + totals.transient);
    }

    /// The latency of replication does not change where objects and delete markers arrive.
    #[test]
    fn latency_changes_nothing_but_time(
        topology in topology(),
        steps in vec(step().prop_filter("tags race", |step| !matches!(step, Step::Tag { .. })), 1..40),
    ) {
        let end = |latency| {
            let scenario = draft(&topology, &steps, latency).validate().unwrap();
            let state = scenario.play(|_| {}).state();
            state.buckets.into_iter().map(|(name, bucket)| (name, bucket.versions)).collect::<Vec<_>>()
        };
        let at_once = end(0);
        prop_assert_eq!(&end(70), &at_once);
        prop_assert_eq!(&end(10_000), &at_once);
    }
}

/// Faults name any of S3's reasons, and one that S3 does not have yet.
#[test]
fn refusals_keep_their_reason() {
    for reason in ["DstKmsKeyNotFound", "SomethingNew"] {
        let scenario = json!({
            "Buckets": {
                "aaa": replicating(&[rule("bbb", &json!({}))]), "bbb": {"Versioning": "Enabled"},
            },
            "Events": [
                event(0, "aaa", &json!({"Fault": {"Refusal": reason}})),
                event(1, "aaa", &json!({"Key": "k"})),
            ],
        });
        let (_, simulator) = play(&scenario);
        let failure = simulator.store().bucket(&"aaa".parse().unwrap()).read_ledger(|ledger| {
            ledger.destinations("k", &"e2".parse().unwrap())[0].failure().cloned()
        });
        assert_eq!(failure, Some(Some(FailureReason::from(reason))));
    }
}

/// What waits for a slow bucket, or for one out of reach, goes on when that bucket is mended, and at
/// no other fault.
#[test]
fn mending_one_bucket_is_about_that_bucket() {
    let scenario = json!({
        "Buckets": {
            "aaa": replicating(&[rule("bbb", &json!({}))]), "bbb": {"Versioning": "Enabled"},
            "ccc": replicating(&[rule("ddd", &json!({}))]), "ddd": {"Versioning": "Enabled"},
        },
        "Events": [
            event(0, "bbb", &json!({"Fault": {"SlowSeconds": 86_400}})),
            event(10, "aaa", &json!({"Key": "slow"})),
            event(60, "bbb", &json!({"Fault": "None"})),
            event(70, "bbb", &json!({"Fault": "Outage"})),
            event(80, "aaa", &json!({"Key": "out"})),
            event(90, "ddd", &json!({"Fault": "Outage"})),
            event(100, "ddd", &json!({"Fault": "None"})),
            event(110, "bbb", &json!({"Fault": "None"})),
        ],
    });
    let (timeline, simulator) = play(&scenario);
    let tasks = lines(&timeline).into_iter().filter(|line| line.contains("object of"));
    assert_eq!(
        tasks.collect::<Vec<_>>(),
        [
            "10:01:01Z  aaa    object of slow e2 to bbb, rule `to-bbb`: replicated  COMPLETED",
            "10:01:21Z  aaa    object of out e5 to bbb, rule `to-bbb`: bucket unavailable, stays pending  PENDING",
            "10:01:51Z  aaa    object of out e5 to bbb, rule `to-bbb`: replicated  COMPLETED",
        ]
    );
    assert_eq!((simulator.totals().transient, simulator.now()), (1, Some(second(111))));
}

/// REP-627: the key of a replica is the related key in the Region of its bucket, and a version
/// under another kind of key fails.
#[test]
fn replicas_are_encrypted_with_related_keys() {
    let more = json!({
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        "Destination": {"Bucket": "arn:aws:s3:::bbb",
            "EncryptionConfiguration": {"UseSourceMultiRegionKey": {"Status": "Enabled"}}},
    });
    let mut source = replicating(&[rule("bbb", &more)]);
    source["Region"] = json!("eu-central-1");
    let object = |key: &str, id: &str| {
        let arn = format!("arn:aws:kms:eu-central-1:123456789012:key/{id}");
        json!({"Key": key, "EncryptionStatus": "SSE-KMS", "KmsKeyId": arn})
    };
    let scenario = json!({
        "Buckets": {"aaa": source, "bbb": {"Versioning": "Enabled", "Region": "us-east-2"}},
        "Events": [
            event(0, "aaa", &object("multi", "mrk-1")),
            event(1, "aaa", &object("single", "1234")),
            event(2, "aaa", &json!({"Key": "plain"})),
        ],
    });
    let (_, simulator) = play(&scenario);
    let state = simulator.state();
    assert_eq!(
        keys(&state, "aaa"),
        [("multi".into(), COMPLETED), ("plain".into(), COMPLETED), ("single".into(), FAILED)]
    );
    let replica = &state.buckets["bbb"].versions[0].version;
    let key = replica.kms_key_id.as_ref().unwrap().to_string();
    assert_eq!(key, "arn:aws:kms:us-east-2:123456789012:key/mrk-1");
    assert!(!replica.uses_related_key);
}

/// REP-629: a bucket that blocks SSE-C answers 403, to users and to replication.
#[test]
fn a_bucket_may_block_sse_c() {
    let blocking = json!({"Versioning": "Enabled", "BlockedEncryptionTypes": ["SSE-C"]});
    let object = |key: &str, encryption: &str| json!({"Key": key, "EncryptionStatus": encryption});
    let scenario = json!({
        "Buckets": {"aaa": replicating(&[rule("bbb", &json!({}))]), "bbb": blocking},
        "Events": [
            event(0, "aaa", &object("customer", "SSE-C")),
            event(1, "aaa", &object("plain", "SSE-S3")),
            event(2, "bbb", &object("direct", "SSE-C")),
        ],
    });
    let (timeline, simulator) = play(&scenario);
    let state = simulator.state();
    assert_eq!(keys(&state, "aaa"), [("customer".into(), FAILED), ("plain".into(), COMPLETED)]);
    assert_eq!(keys(&state, "bbb"), [("plain".into(), REPLICA)]);
    let lines = lines(&timeline).join("\n");
    assert!(lines.contains("DstPutObjectNotPermitted"), "{lines}");
    assert!(lines.contains("AccessDenied"), "{lines}");
    let refused = json!({"Buckets": {"a-b": {"BlockedEncryptionTypes": ["SSE-S3"]}}, "Events": []});
    let report = read(&refused).unwrap_err().to_string();
    assert!(report.contains("S3 cannot block the encryption `SSE-S3`"), "{report}");
}

/// REP-604, REP-630: a replica that takes the default encryption takes its key and its Bucket Key.
#[test]
fn default_encryption_brings_its_key_and_bucket_key() {
    let key = "arn:aws:kms:eu-west-1:123456789012:key/1";
    let encrypting = json!({
        "Versioning": "Enabled", "DefaultEncryption": "SSE-KMS", "DefaultKmsKeyId": key,
        "BucketKeyEnabled": true,
    });
    let old = json!({"Key": "old", "EncryptionStatus": "NOT-SSE"});
    let scenario = json!({
        "Buckets": {"aaa": replicating(&[rule("bbb", &json!({}))]), "bbb": encrypting},
        "Events": [event(0, "aaa", &old), event(1, "aaa", &json!({"Key": "new"}))],
    });
    let (_, simulator) = play(&scenario);
    let state = simulator.state();
    let of = |at: usize| {
        let version = &state.buckets["bbb"].versions[at].version;
        let key = version.kms_key_id.as_ref().map(ToString::to_string);
        (
            version.encryption.unwrap().to_string(),
            key,
            version.bucket_key.map(|key| key.to_string()),
        )
    };
    // `new` has SSE-S3 and keeps it.
    assert_eq!(of(0), ("SSE-S3".into(), None, None));
    assert_eq!(of(1), ("SSE-KMS".into(), Some(key.into()), Some("ENABLED".into())));
}

/// REP-621, REP-631: a bucket that enforces ownership owns its replicas and has no ACLs.
#[test]
fn a_bucket_may_own_everything_in_it() {
    use s3_replication::model::Owner;
    let enforcing = json!({"Versioning": "Enabled", "ObjectOwnership": "BucketOwnerEnforced"});
    let acl =
        json!({"Key": "k", "VersionId": "v1", "Event": "ObjectAcl:Put", "Acl": "public-read"});
    let scenario = json!({
        "Buckets": {"aaa": replicating(&[rule("bbb", &json!({}))]), "bbb": enforcing},
        "Events": [
            event(0, "aaa", &json!({"Key": "k", "VersionId": "v1", "Acl": "private"})),
            event(10, "aaa", &acl),
            event(20, "bbb", &acl),
        ],
    });
    let (timeline, simulator) = play(&scenario);
    let state = simulator.state();
    let replica = &state.buckets["bbb"].versions[0].version;
    assert_eq!((replica.owner, replica.metadata.acl.as_str()), (Owner::Destination, ""));
    let source = &state.buckets["aaa"].versions[0].version;
    assert_eq!((source.owner, source.metadata.acl.as_str()), (Owner::Source, "public-read"));
    let lines = lines(&timeline).join("\n");
    assert!(lines.contains("AccessControlListNotSupported"), "{lines}");
}

/// REP-632, REP-634: event holds in a scenario, from the default of a bucket to the release.
#[test]
fn event_holds_are_replicated_and_released() {
    let locked = json!({"ObjectLock": "Enabled"});
    let held = json!({"ObjectLock": "Enabled", "DefaultEventHold": {"Years": 7}});
    let put = json!({"Key": "k", "VersionId": "v1", "ObjectLockEventHold": "ON",
        "ObjectLockEventHoldDurationDays": 30});
    let release = json!({"Key": "k", "VersionId": "v1", "Event": "ObjectEventHold:Put",
        "ObjectLockEventHold": "OFF", "ObjectLockEventHoldDurationDays": 30});
    let scenario = json!({
        "Buckets": {
            "aaa": with_members(replicating(&[rule("bbb", &json!({}))]), &locked),
            "bbb": held,
        },
        "LatencySeconds": 60,
        "Events": [
            event(0, "aaa", &put),
            event(0, "aaa", &json!({"Key": "l", "VersionId": "v1"})),
            event(100, "aaa", &json!({"Key": "k", "VersionId": "v1", "Event": "ObjectRemoved:Delete"})),
            event(1000, "aaa", &release),
        ],
    });
    let (timeline, simulator) = play(&scenario);
    let lines = lines(&timeline).join("\n");
    assert!(lines.contains("AccessDenied"), "{lines}");
    let state = simulator.state();
    let lock = |bucket: &str, at: usize| state.buckets[bucket].versions[at].version.metadata.lock;
    let days = |from: i64| second(from + 30 * 86_400);
    assert_eq!(lock("aaa", 0).retention.unwrap().retain_until, days(1000));
    assert_eq!(lock("bbb", 0).retention.unwrap().retain_until, days(1060));
    assert_eq!(lock("aaa", 1).event_hold, None);
    let by_default = serde_json::to_value(lock("bbb", 1).event_hold).unwrap();
    assert_eq!(by_default, json!({"Status": "ON", "Duration": {"Years": 7}}));

    let with = |more: &Value| {
        json!({"Buckets": {"aaa": with_members(json!({"ObjectLock": "Enabled"}), more)},
            "Events": [event(0, "aaa", &json!({"Key": "k"}))]})
    };
    assert!(read(&with(&json!({"DefaultEventHold": {"Days": 36_500}}))).is_ok());
    for wrong in [
        json!({"DefaultEventHold": {"Days": 36_501}}),
        json!({"DefaultEventHold": {"Years": 0}}),
        json!({"DefaultEventHold": {}}),
        json!({"DefaultEventHold": {"Days": 1, "Years": 1}}),
        json!({"DefaultEventHold": {"Days": 1}, "ObjectLock": "Disabled"}),
    ] {
        assert!(read(&with(&wrong)).is_err(), "{wrong}");
    }
    for wrong in [
        json!({"Event": "ObjectEventHold:Put", "Key": "k"}),
        json!({"Key": "k", "ObjectLockEventHoldDurationDays": 1}),
        json!({"Key": "k", "ObjectLockEventHold": "ON", "ObjectLockEventHoldDurationYears": 101}),
        json!({"Event": "ObjectAnnotation:Put", "Key": "k"}),
    ] {
        let scenario = json!({"Buckets": {"aaa": locked}, "Events": [event(0, "aaa", &wrong)]});
        assert!(read(&scenario).is_err(), "{wrong}");
    }
}
