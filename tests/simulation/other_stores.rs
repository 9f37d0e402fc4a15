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

/// On MinIO and RustFS, a permanent delete is replicated, and goes no further.
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
            ]
        );
        assert_eq!((keys(&state, "aaa"), keys(&state, "bbb")), (vec![], vec![]));
    }
}

/// A delete marker that replication brings goes no further on MinIO, though those of users go on from a
/// replica.
#[test]
fn replicated_delete_markers_stay() {
    let scenario = json!({
        "Buckets": {
            "aaa": deleting("bbb", "Enabled"), "bbb": deleting("ccc", "Enabled"),
            "ccc": {"Versioning": "Enabled"},
        },
        "Events": [
            event(0, "aaa", &json!({"Event": "ObjectRemoved:DeleteMarkerCreated", "Key": "k"})),
        ],
    });
    for dialect in [Dialect::MINIO, Dialect::RUSTFS] {
        let (timeline, state) = play(&scenario, &dialect);
        assert_eq!(keys(&state, "bbb").len(), 1, "{timeline:#?}");
        assert_eq!(keys(&state, "ccc"), []);
    }
}

/// A role that may not delete fails the task of a permanent delete.
#[test]
fn permanent_deletes_need_a_permission() {
    let trust = json!({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"}});
    let without = ["s3:Get*", "s3:ListBucket", "s3:ReplicateObject", "s3:ReplicateTags"];
    for (actions, left) in [(json!("s3:*"), 0), (json!(without), 1)] {
        let statement = json!({"Effect": "Allow", "Action": actions, "Resource": "*"});
        let role = json!({"Version": "2012-10-17", "Statement": statement});
        let mut source = deleting("bbb", "Disabled");
        source["Policies"] = json!({"RolePolicies": [role], "TrustPolicy": trust});
        let put = event(0, "aaa", &json!({"Key": "k", "VersionId": "v"}));
        let scenario = json!({
            "Buckets": {"aaa": source, "bbb": {"Versioning": "Enabled"}},
            "Events": [put, delete(60, "aaa")],
        });
        let (timeline, state) = play(&scenario, &Dialect::MINIO);
        assert_eq!(keys(&state, "bbb").len(), left, "{timeline:#?}");
    }
}

/// The delete of a replica goes back by the rule on MinIO, and by replica modification sync on RustFS.
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
