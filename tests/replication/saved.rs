//! Saved ledgers: every damage is refused or means the same.

use s3_replication::engine::Action;
use s3_replication::model::{Event, ReplicationStatus};
use s3_replication::replication::{Ledger, Outcome, SavedLedger, Task};
use serde_json::json;

use super::{METRICS, REFUSED, TIME_CONTROL, id, ledger, observe, put, settle};
use crate::support::damage::unnoticed;
use crate::support::second as at;

/// A ledger with everything that one can have.
fn full_ledger() -> Ledger {
    let mut ledger = ledger(&["east", "west"], "", TIME_CONTROL);
    // One object has arrived and its tags have failed, another one is late, and metadata waits.
    let objects = put(&mut ledger);
    settle(&mut ledger, &objects[0], Outcome::Replicated, 1);
    let tags = observe(&mut ledger, Event::ObjectTaggingPut, 2);
    settle(&mut ledger, &tags[0], REFUSED, 3);
    observe(&mut ledger, Event::ObjectAclPut, 4);
    observe(&mut ledger, Event::ObjectTaggingPut, 5);
    observe(&mut ledger, Event::ObjectTaggingPut, 6);
    ledger.advance(at(903));
    // Versions from before: one that a job replicates again, a replica, and one that is done.
    for (version, status) in [("w", ReplicationStatus::Failed), ("x", ReplicationStatus::Replica)] {
        ledger.import_status("old.jpg", &id(version), status);
    }
    let old = id("w");
    let mut version = s3_replication::ObjectVersion::new("old.jpg");
    (version.version_id, version.size) = (Some(&old), 7);
    ledger.observe(&version, Event::BatchReplication, at(904)).unwrap();
    ledger
}

/// Each member of a saved ledger is removed, doubled, swapped and made extreme.
#[test]
fn damage_to_a_ledger_is_noticed() {
    let ledger = full_ledger();
    let saved = serde_json::to_value(ledger.save()).unwrap();
    assert_eq!(unnoticed::<SavedLedger>(&saved), Vec::<String>::new());
    let plain = self::ledger(&["east"], "", METRICS);
    let saved = serde_json::to_value(plain.save()).unwrap();
    assert_eq!(unnoticed::<SavedLedger>(&saved), Vec::<String>::new());
}

/// The checks come before the checksum, and name what is wrong.
#[test]
fn a_task_has_a_number_below_that_of_the_next_one() {
    let mut saved = serde_json::to_value(full_ledger().save()).unwrap();
    saved["NextTask"] = json!(1);
    let error = serde_json::from_value::<SavedLedger>(saved).unwrap_err().to_string();
    assert!(error.contains("its number is not below that of the next task"), "{error}");
}

/// A replica has a KMS key exactly if it is encrypted with one.
#[test]
fn a_task_has_a_key_where_it_needs_one() {
    let ledger = full_ledger();
    let task = ledger.open_tasks().find(|task| task.action == Action::ReplicateObject).unwrap();
    let saved = serde_json::to_value(&**task).unwrap();
    let key = "arn:aws:kms:us-east-1:111122223333:key/k";
    for (encryption, key, is_sound) in [
        ("SSE-S3", json!(null), true),
        ("SSE-S3", json!(key), false),
        ("SSE-KMS", json!(key), true),
        ("SSE-KMS", json!(null), false),
        ("DSSE-KMS", json!(null), false),
    ] {
        let mut saved = saved.clone();
        saved["Replica"]["Encryption"] = json!(encryption);
        saved["Replica"]["KmsKeyId"] = key;
        assert_eq!(serde_json::from_value::<Task>(saved).is_ok(), is_sound, "{encryption}");
    }
}

/// A task alone has no checksum. What is not noticed makes another task that can exist: names that
/// are swapped, another size, or the default encryption.
#[test]
fn damage_to_a_task_is_noticed() {
    let ledger = full_ledger();
    for task in ledger.open_tasks() {
        let saved = serde_json::to_value(&**task).unwrap();
        let mut unnoticed = unnoticed::<Task>(&saved);
        unnoticed.retain(|what| {
            let is_other = ["Key and ", "Rule and VersionId", "Id and VersionSize"];
            !is_other.iter().any(|swapped| what.starts_with(&format!(": {swapped}")))
                && !what.starts_with(".VersionSize: is")
                && what != ".Replica: Encryption is null"
                // With other settings of the rule, the same task has fewer of them.
                && what != ".TimeControl: is false"
                && !(what.starts_with(".Metrics: is") && saved["TimeControl"] == false)
        });
        assert_eq!(unnoticed, Vec::<String>::new());
    }
    let actions = ledger.open_tasks().map(|task| task.action);
    assert!(actions.filter(|action| *action == Action::ReplicateMetadata).count() > 1);
}
