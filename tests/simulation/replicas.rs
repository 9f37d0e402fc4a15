//! Scenarios about what a replica keeps: its Object Lock, its ACL, and its place.

use s3_replication::model::{LegalHold, ReplicationStatus, RetentionMode};
use s3_replication::replication::{FailureReason, Outcome};
use s3_replication::simulation::{Simulator, TimelineEvent, TimelineKind};
use s3_replication::storage::StoredVersion;
use serde_json::{Value, json};

use super::{event, play, replicating, rule, two_way};
use crate::support::{second, with_members};

const DAY: i64 = 86_400;

fn locked(bucket: &Value) -> Value {
    with_members(bucket.clone(), &json!({"ObjectLock": "Enabled"}))
}

/// A bucket whose versions are retained for 30 days in compliance mode.
fn compliant(bucket: &Value) -> Value {
    let default = json!({"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}});
    with_members(locked(bucket), &default)
}

/// An event about version `v1` of `cat.jpg`.
fn on_cat(seconds: i64, bucket: &str, name: &str, more: &Value) -> Value {
    let named = json!({"Event": name, "Key": "cat.jpg", "VersionId": "v1"});
    with_members(event(seconds, bucket, &named), more)
}

fn put(seconds: i64, bucket: &str) -> Value {
    on_cat(seconds, bucket, "ObjectCreated:Put", &json!({}))
}

fn retain(seconds: i64, bucket: &str, mode: &str, days: i64) -> Value {
    let until = second(seconds + days * DAY);
    let set = json!({"ObjectLockMode": mode, "ObjectLockRetainUntilDate": until});
    on_cat(seconds, bucket, "ObjectRetention:Put", &set)
}

fn hold(seconds: i64, bucket: &str, status: &str) -> Value {
    let more = json!({"ObjectLockLegalHoldStatus": status});
    on_cat(seconds, bucket, "ObjectLegalHold:Put", &more)
}

fn tag(seconds: i64, bucket: &str, value: &str) -> Value {
    on_cat(seconds, bucket, "ObjectTagging:Put", &json!({"Tags": {"note": value}}))
}

fn delete(seconds: i64, bucket: &str) -> Value {
    on_cat(seconds, bucket, "ObjectRemoved:Delete", &json!({}))
}

/// The version in a bucket at the end.
fn version(simulator: &Simulator, bucket: &str) -> StoredVersion<()> {
    simulator.state().buckets[bucket].versions[0].version.clone()
}

/// The events of the tasks, with their outcomes.
fn tasks(timeline: &[TimelineEvent]) -> Vec<(String, Outcome)> {
    let tasks = timeline.iter().filter_map(|line| match &line.kind {
        TimelineKind::Task { task, outcome, .. } => {
            Some((format!("{} to {}", task.event, task.bucket.name()), outcome.clone()))
        }
        _ => None,
    });
    tasks.collect()
}

fn refused(timeline: &[TimelineEvent]) -> usize {
    timeline.iter().filter(|line| matches!(line.kind, TimelineKind::Refused { .. })).count()
}

const NOT_LOWERED: Outcome = Outcome::Failed(FailureReason::DST_PUT_RETENTION_NOT_PERMITTED);

/// REP-625: the source sets one day of governance mode where the replica has 30 days of compliance
/// mode from its bucket. The task fails, and the replica can't be deleted on day 3.
#[test]
fn a_shorter_retention_does_not_reach_a_replica_that_has_a_longer_one() {
    let scenario = json!({
        "Buckets": {
            "photos": locked(&replicating(&[rule("backup", &json!({}))])),
            "backup": compliant(&json!({"Versioning": "Enabled"})),
        },
        "Events": [
            put(0, "photos"),
            retain(60, "photos", "GOVERNANCE", 1),
            delete(3 * DAY, "backup"),
        ],
    });
    let (timeline, simulator) = play(&scenario);
    let expected = [
        ("ObjectCreated:Put to backup".to_owned(), Outcome::Replicated),
        ("ObjectRetention:Put to backup".to_owned(), NOT_LOWERED),
    ];
    assert_eq!((tasks(&timeline), refused(&timeline)), (expected.to_vec(), 1));
    let retention = version(&simulator, "backup").metadata.lock.retention.unwrap();
    assert_eq!(retention.mode, RetentionMode::Compliance);
    assert_eq!(retention.retain_until, second(30 * DAY));
    let status = simulator.state().buckets["photos"].versions[0].replication_status;
    assert_eq!(status, Some(ReplicationStatus::Failed));
}

/// REP-625, REP-626: nor does it arrive with a later change of the tags, or with a batch job.
#[test]
fn a_change_of_tags_does_not_carry_the_lock_along() {
    let scenario = json!({
        "Buckets": {
            "photos": locked(&replicating(&[rule("backup", &json!({}))])),
            "backup": compliant(&json!({"Versioning": "Enabled"})),
        },
        "Events": [
            put(0, "photos"),
            hold(30, "backup", "ON"),
            retain(60, "photos", "GOVERNANCE", 1),
            tag(120, "photos", "late"),
            on_cat(180, "photos", "BatchReplication", &json!({})),
            delete(3 * DAY, "backup"),
        ],
    });
    let (timeline, simulator) = play(&scenario);
    let outcomes: Vec<_> = tasks(&timeline).into_iter().map(|(_, outcome)| outcome).collect();
    let expected = [Outcome::Replicated, NOT_LOWERED, Outcome::Replicated, NOT_LOWERED];
    assert_eq!(outcomes, expected);
    let replica = version(&simulator, "backup").metadata;
    assert_eq!(replica.tags[0].to_string(), "note=late");
    // The legal hold of the replica survives.
    assert_eq!(replica.lock.legal_hold, Some(LegalHold::On));
    assert_eq!(replica.lock.retention.unwrap().mode, RetentionMode::Compliance);
    assert_eq!(refused(&timeline), 1);
}

/// REP-625, REP-626: nor back in a two-way pair, where the original is the one with the longer lock.
#[test]
fn a_replica_does_not_weaken_its_original() {
    let scenario = json!({
        "Buckets": {
            "photos": compliant(&two_way("backup")),
            "backup": locked(&two_way("photos")),
        },
        "Events": [
            put(0, "photos"),
            // The replica has the 30 days of its original, which no request can lower there either.
            retain(60, "backup", "GOVERNANCE", 1),
            tag(120, "backup", "seen"),
            hold(180, "photos", "ON"),
            tag(240, "backup", "again"),
            delete(3 * DAY, "photos"),
            delete(3 * DAY, "backup"),
        ],
    });
    let (timeline, simulator) = play(&scenario);
    for bucket in ["photos", "backup"] {
        let metadata = version(&simulator, bucket).metadata;
        assert_eq!(metadata.tags[0].to_string(), "note=again", "{bucket}");
        assert_eq!(metadata.lock.legal_hold, Some(LegalHold::On), "{bucket}");
        let retention = metadata.lock.retention.unwrap();
        assert_eq!(retention.mode, RetentionMode::Compliance, "{bucket}");
        assert_eq!(retention.retain_until, second(30 * DAY), "{bucket}");
    }
    assert_eq!(refused(&timeline), 3);
    assert!(tasks(&timeline).iter().all(|(_, outcome)| *outcome == Outcome::Replicated));
}

/// REP-626: both sides change something else before either change arrives, and both survive.
#[test]
fn concurrent_changes_of_different_aspects_survive() {
    let acl = |seconds, bucket: &str| {
        on_cat(seconds, bucket, "ObjectAcl:Put", &json!({"Acl": "private"}))
    };
    let pairs = [
        [tag(60, "photos", "new"), hold(60, "backup", "ON")],
        [hold(61, "photos", "ON"), tag(62, "backup", "new")],
        [acl(62, "photos"), retain(61, "backup", "GOVERNANCE", 9)],
        [retain(61, "photos", "COMPLIANCE", 9), tag(61, "backup", "new")],
    ];
    for pair in pairs {
        let mut events = pair.clone().to_vec();
        events.sort_by_key(|event| event["At"].as_str().unwrap().to_owned());
        events.insert(0, put(0, "photos"));
        let scenario = json!({
            "Buckets": {"photos": locked(&two_way("backup")), "backup": locked(&two_way("photos"))},
            "LatencySeconds": 10,
            "Events": events,
        });
        let (timeline, simulator) = play(&scenario);
        assert_eq!(tasks(&timeline).len(), 3);
        let [original, replica] = ["photos", "backup"].map(|bucket| version(&simulator, bucket));
        assert_eq!(original.metadata, replica.metadata, "{pair:?}");
        let stamps = [original.metadata.changed().at, original.last_modified];
        assert!(stamps[0] > stamps[1]);
        for change in &pair {
            let metadata = &original.metadata;
            let has_arrived = match change["Event"].as_str().unwrap() {
                "ObjectTagging:Put" => metadata.tags.len() == 1,
                "ObjectAcl:Put" => metadata.acl == "private",
                "ObjectLegalHold:Put" => metadata.lock.legal_hold == Some(LegalHold::On),
                _ => metadata.lock.retention.is_some(),
            };
            assert!(has_arrived, "{change} is lost");
        }
    }
}

/// A rule with owner override.
fn overriding() -> Value {
    let destination = json!({
        "Bucket": "arn:aws:s3:::backup", "Account": "210987654321",
        "AccessControlTranslation": {"Owner": "Destination"},
        "StorageClass": "GLACIER",
    });
    rule("backup", &json!({"Destination": destination}))
}

fn configure(seconds: i64, bucket: &str, rule: &Value) -> Value {
    let replication = replicating(std::slice::from_ref(rule))["Replication"].clone();
    let more = json!({"Event": "PutBucketReplication", "Replication": replication});
    event(seconds, bucket, &more)
}

/// REP-516, REP-613: an owner override that is enabled later leaves the ACL of earlier replicas
/// alone: their changes still arrive. One that is removed later lasts for its replicas.
#[test]
fn the_owner_of_the_replica_decides_about_its_acl() {
    let plain = rule("backup", &json!({}));
    let cases = [(&plain, &overriding(), "private"), (&overriding(), &plain, "")];
    for (first, second, acl) in cases {
        let scenario = json!({
            "Buckets": {
                "photos": replicating(std::slice::from_ref(first)),
                "backup": {"Versioning": "Enabled"},
            },
            "Events": [
                put(0, "photos"),
                configure(60, "photos", second),
                on_cat(120, "photos", "ObjectAcl:Put", &json!({"Acl": "private"})),
                tag(180, "photos", "later"),
            ],
        });
        let (timeline, simulator) = play(&scenario);
        let replica = version(&simulator, "backup").metadata;
        assert_eq!((replica.acl.as_str(), replica.tags.len()), (acl, 1));
        // A replica that the bucket owner owns takes no task for an ACL.
        assert_eq!(tasks(&timeline).len(), if acl.is_empty() { 2 } else { 3 });
    }
}

/// REP-613: the tags of a version do not bring the ACL that an override withholds, and a replica that
/// is under way belongs to the owner of its task.
#[test]
fn the_owner_of_a_task_under_way_decides_too() {
    let plain = rule("backup", &json!({}));
    let scenario = json!({
        "Buckets": {
            "photos": replicating(std::slice::from_ref(&plain)),
            "backup": {"Versioning": "Enabled"},
        },
        "LatencySeconds": 30,
        "Events": [
            put(0, "photos"),
            configure(5, "photos", &overriding()),
            on_cat(10, "photos", "ObjectAcl:Put", &json!({"Acl": "private"})),
        ],
    });
    let (timeline, simulator) = play(&scenario);
    assert_eq!(tasks(&timeline).len(), 2);
    assert_eq!(version(&simulator, "backup").metadata.acl, "private");
}

/// REP-980: a batch job does not write again what is there, even when the rule has changed.
#[test]
fn a_version_that_is_there_is_not_replicated_again() {
    let plain = rule("backup", &json!({}));
    let scenario = json!({
        "Buckets": {
            "photos": replicating(std::slice::from_ref(&plain)),
            "backup": {"Versioning": "Enabled"},
        },
        "Events": [
            put(0, "photos"),
            configure(60, "photos", &overriding()),
            on_cat(120, "photos", "BatchReplication", &json!({})),
            on_cat(180, "photos", "ObjectAcl:Put", &json!({"Acl": "private"})),
        ],
    });
    let (timeline, simulator) = play(&scenario);
    assert!(tasks(&timeline).iter().all(|(_, outcome)| *outcome == Outcome::Replicated));
    let state = simulator.state();
    assert_eq!(
        state.buckets["photos"].versions[0].replication_status,
        Some(ReplicationStatus::Completed)
    );
    let replica = &state.buckets["backup"].versions[0].version;
    assert_eq!(replica.storage_class.as_str(), "STANDARD");
    assert_eq!(replica.owner.to_string(), "source");
    // So the owner is still that of the source object, and gets its ACL.
    assert_eq!(replica.metadata.acl, "private");
}

/// REP-980, REP-503: a batch job takes a replica back to where it came from, where the original stays
/// as it is and remains an original.
#[test]
fn a_replica_does_not_overwrite_its_original() {
    let archive = json!({"Destination": {
        "Bucket": "arn:aws:s3:::photos", "StorageClass": "GLACIER", "Account": "210987654321",
        "AccessControlTranslation": {"Owner": "Destination"},
    }});
    let scenario = json!({
        "Buckets": {
            "photos": replicating(&[rule("backup", &json!({}))]),
            "backup": replicating(&[rule("photos", &archive)]),
        },
        "Events": [
            put(0, "photos"),
            tag(30, "photos", "mine"),
            on_cat(60, "backup", "BatchReplication", &json!({})),
        ],
    });
    let (timeline, simulator) = play(&scenario);
    assert_eq!(
        tasks(&timeline).last(),
        Some(&("BatchReplication to photos".to_owned(), Outcome::Replicated))
    );
    let original = version(&simulator, "photos");
    assert_eq!(original.storage_class.as_str(), "STANDARD");
    assert_eq!(original.owner.to_string(), "source");
    assert_eq!(original.metadata.tags[0].to_string(), "note=mine");
    let state = simulator.state();
    let status = |bucket: &str| state.buckets[bucket].versions[0].replication_status;
    assert_eq!(status("photos"), Some(ReplicationStatus::Completed));
    assert_eq!(status("backup"), Some(ReplicationStatus::Replica));
}
