//! Scenarios on stores that replicate what S3 does not.

use s3_replication::Dialect;
use s3_replication::simulation::Scenario;
use serde_json::{Value, json};

use super::{COMPLETED, REPLICA, event, keys, lines, replicating, rule};

/// Plays a scenario under a dialect.
#[track_caller]
fn play(scenario: &Value, dialect: &Dialect) -> (Vec<String>, s3_replication::simulation::State) {
    let scenario = Scenario::from_json(&scenario.to_string(), dialect);
    let scenario = scenario.unwrap_or_else(|wrong| panic!("{wrong}"));
    let mut timeline = Vec::new();
    let state = scenario.play(|event| timeline.push(event)).state();
    (lines(&timeline), state)
}

/// Ceph replicates replicas on. A replica that comes around is there already.
#[test]
fn a_chain_ends_where_it_began() {
    let rule = |bucket| rule(bucket, &json!({"DeleteMarkerReplication": {"Status": "Disabled"}}));
    let scenario = json!({
        "Buckets": {
            "aaa": replicating(&[rule("bbb")]),
            "bbb": replicating(&[rule("ccc")]),
            "ccc": replicating(&[rule("aaa")]),
        },
        "Events": [event(0, "aaa", &json!({"Key": "k"}))],
    });
    let (timeline, state) = play(&scenario, &Dialect::CEPH);
    assert_eq!(
        timeline,
        [
            "10:00:00Z  aaa  ObjectCreated:Put k e1  PENDING",
            "10:00:01Z  aaa    object of k e1 to bbb, rule `to-bbb`: replicated  COMPLETED",
            "10:00:02Z  bbb    object of k e1 to ccc, rule `to-ccc`: replicated  REPLICA",
            "10:00:03Z  ccc    object of k e1 to aaa, rule `to-aaa`: replicated  REPLICA",
        ]
    );
    assert_eq!(keys(&state, "aaa"), [("k".to_owned(), COMPLETED)]);
    for bucket in ["bbb", "ccc"] {
        assert_eq!(keys(&state, bucket), [("k".to_owned(), REPLICA)]);
    }
    assert_eq!(state.totals.tasks, 3);
    // S3 stops after the first step: `chains_do_not_chain`.
}

fn deleting(bucket: &str, sync: &str) -> Value {
    let more = json!({
        "DeleteReplication": {"Status": "Enabled"},
        "SourceSelectionCriteria": {"ReplicaModifications": {"Status": sync}},
    });
    replicating(&[rule(bucket, &more)])
}

fn delete(seconds: i64, bucket: &str) -> Value {
    let event = json!({"Event": "ObjectRemoved:Delete", "Key": "k", "VersionId": "v"});
    self::event(seconds, bucket, &event)
}

/// On MinIO and RustFS, a permanent delete is replicated, and comes back as an echo that finds nothing.
#[test]
fn permanent_deletes_reach_the_replica() {
    for dialect in [Dialect::MINIO, Dialect::RUSTFS] {
        let put = event(0, "aaa", &json!({"Key": "k", "VersionId": "v"}));
        let scenario = json!({
            "Buckets": {"aaa": deleting("bbb", "Enabled"), "bbb": deleting("aaa", "Enabled")},
            "Events": [put, delete(60, "aaa")],
        });
        let (timeline, state) = play(&scenario, &dialect);
        assert_eq!(
            timeline,
            [
                "10:00:00Z  aaa  ObjectCreated:Put k v  PENDING",
                "10:00:01Z  aaa    object of k v to bbb, rule `to-bbb`: replicated  COMPLETED",
                "10:01:00Z  aaa  ObjectRemoved:Delete k v",
                "10:01:01Z  aaa    version delete of k v to bbb, rule `to-bbb`: replicated",
                "10:01:02Z  bbb    version delete of k v to aaa, rule `to-aaa`: replicated",
            ]
        );
        assert_eq!((keys(&state, "aaa"), keys(&state, "bbb")), (vec![], vec![]));
    }
}

/// Whether the delete of a replica goes back depends on the rule on MinIO, and on replica modification
/// sync on RustFS.
#[test]
fn permanent_deletes_of_replicas_go_back_by_dialect() {
    for (dialect, sync, left) in [
        (Dialect::MINIO, "Enabled", 0),
        (Dialect::MINIO, "Disabled", 0),
        (Dialect::RUSTFS, "Enabled", 0),
        (Dialect::RUSTFS, "Disabled", 1),
    ] {
        let put = event(0, "aaa", &json!({"Key": "k", "VersionId": "v"}));
        let scenario = json!({
            "Buckets": {"aaa": deleting("bbb", sync), "bbb": deleting("aaa", sync)},
            "Events": [put, delete(60, "bbb")],
        });
        let (timeline, state) = play(&scenario, &dialect);
        assert_eq!(keys(&state, "aaa").len(), left, "{timeline:#?}");
        assert_eq!(keys(&state, "bbb"), []);
    }
}
