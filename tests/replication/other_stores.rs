//! Permanent deletes, and replicas themselves, which some stores replicate and S3 does not.

use std::sync::Arc;

use s3_replication::dialect::{Replicas, VersionDeletes};
use s3_replication::engine::Action;
use s3_replication::model::{DeleteMarkerOrigin, Event, ReplicationStatus, VersionId};
use s3_replication::replication::{Ledger, NotificationName, Outcome, SavedLedger, Task};
use s3_replication::{Dialect, Engine, ObjectVersion, Parser};

use super::{METRICS, REFUSED, id, names, observe, put, settle, status};
use crate::support::damage::unnoticed;
use crate::support::{rule_v2, second as at, with_role};

fn deleting() -> Dialect {
    Dialect::AWS.with_version_deletes(VersionDeletes::ByElement)
}

/// A ledger whose rules replicate everything to `east` and `west`, with metrics, and permanent deletes
/// to `east` only.
fn ledger(dialect: &Dialect) -> Ledger {
    let east = rule_v2("east", 1, "", "east", "");
    let deletes = "</Status><DeleteReplication><Status>Enabled</Status></DeleteReplication>";
    let rules = east.replacen("</Status>", deletes, 1) + &rule_v2("west", 2, "", "west", "");
    let text = with_role(&rules.replace("</Destination>", METRICS));
    let parsed = Parser::new().with_dialect(deleting()).parse_xml(&text);
    let engine = Engine::with_dialect(&parsed.into_configuration().unwrap(), dialect);
    Ledger::new("photos".parse().unwrap(), engine)
}

fn with_object(dialect: &Dialect) -> Ledger {
    let mut ledger = ledger(dialect);
    for task in put(&mut ledger) {
        settle(&mut ledger, &task, Outcome::Replicated, 1);
    }
    ledger
}

fn delete(ledger: &mut Ledger, seconds: i64) -> Vec<Arc<Task>> {
    observe(ledger, Event::ObjectRemovedDelete, seconds)
}

fn restarted(ledger: &Ledger) -> Ledger {
    let json = serde_json::to_string(&ledger.save()).unwrap();
    serde_json::from_str::<SavedLedger>(&json).unwrap().resume(ledger.engine().clone())
}

fn is_empty(ledger: &Ledger) -> bool {
    let saved = serde_json::to_value(ledger.save()).unwrap();
    saved["Versions"] == serde_json::json!([])
}

/// REP-514: S3 itself never replicates one.
#[test]
fn permanent_deletes_are_tasks_where_a_rule_says_so() {
    let mut ledger = with_object(&Dialect::AWS);
    assert_eq!(delete(&mut ledger, 2), []);
    assert!(is_empty(&ledger));

    let mut ledger = with_object(&deleting());
    let tasks = delete(&mut ledger, 2);
    let [task] = tasks.as_slice() else { panic!("{tasks:?}") };
    assert_eq!(
        (task.action, task.bucket.name().as_str()),
        (Action::ReplicateVersionDelete, "east")
    );
    assert_eq!((status(&ledger), ledger.versions().count()), (None, 0));
    // The task outlives a restart, and a fault that passes.
    let mut ledger = restarted(&ledger);
    let update = ledger.complete(task.id, Outcome::Transient, at(3)).unwrap();
    assert_eq!((update.status, ledger.open_tasks().count()), (None, 1));
    let update = ledger.complete(task.id, Outcome::Replicated, at(4)).unwrap();
    assert_eq!((update.status, update.tasks.len()), (None, 0));
    assert!(is_empty(&ledger));
}

/// The tasks of the version itself end, as they do on S3.
#[test]
fn a_delete_ends_what_is_under_way() {
    let mut ledger = ledger(&deleting());
    let objects = put(&mut ledger);
    settle(&mut ledger, &objects[0], Outcome::Replicated, 1);
    let id = id("v");
    let version = ObjectVersion::new("cat.jpg").with_version_id(&id);
    let update = ledger.observe(&version, Event::ObjectRemovedDelete, at(2)).unwrap();
    assert_eq!(names(&update.notifications), [NotificationName::OperationNotTracked]);
    let open: Vec<_> = ledger.open_tasks().map(|task| task.action).collect();
    assert_eq!(open, [Action::ReplicateVersionDelete]);
    // A delete that is observed again takes the place of the first.
    let again = delete(&mut ledger, 3);
    assert_eq!(ledger.open_tasks().collect::<Vec<_>>(), again.iter().collect::<Vec<_>>());
    let failed = settle(&mut ledger, &again[0], REFUSED, 4);
    assert_eq!(names(&failed), [NotificationName::OperationFailedReplication]);
    assert!(is_empty(&ledger));
}

/// A null version that is written again has the name of the one that was deleted.
#[test]
fn a_new_null_version_is_not_deleted() {
    let mut ledger = ledger(&deleting());
    let null = VersionId::null();
    let version = ObjectVersion::new("cat.jpg").with_version_id(&null);
    let mut observe =
        |event, seconds| ledger.observe(&version, event, at(seconds)).unwrap().tasks.len();
    assert_eq!(observe(Event::ObjectCreatedPut, 0), 2);
    assert_eq!(observe(Event::ObjectRemovedDelete, 1), 1);
    assert_eq!(observe(Event::ObjectCreatedPut, 2), 2);
    let open: Vec<_> = ledger.open_tasks().map(|task| task.action).collect();
    assert_eq!(open, [Action::ReplicateObject; 2]);
}

/// An event that is observed too late does not bring a version back, and a replica with its name does.
#[test]
fn a_deleted_version_stays_deleted() {
    let mut ledger = with_object(&deleting());
    let tasks = delete(&mut ledger, 2);
    for event in [Event::ObjectTaggingPut, Event::BatchReplication] {
        assert_eq!(observe(&mut ledger, event, 3), []);
        assert_eq!(ledger.open_tasks().collect::<Vec<_>>(), tasks.iter().collect::<Vec<_>>());
    }
    ledger.record_replica("cat.jpg", &id("v"));
    assert_eq!(
        (status(&ledger), ledger.open_tasks().count()),
        (Some(ReplicationStatus::Replica), 0)
    );
}

#[test]
fn damage_to_a_ledger_with_deletes_is_noticed() {
    let mut ledger = with_object(&deleting());
    delete(&mut ledger, 2);
    let saved = serde_json::to_value(ledger.save()).unwrap();
    assert_eq!(unnoticed::<SavedLedger>(&saved), Vec::<String>::new());
    let mut alive = saved;
    alive["Versions"][0]["Progress"]["Deleted"] = serde_json::json!(false);
    let error = serde_json::from_value::<SavedLedger>(alive).unwrap_err().to_string();
    assert!(error.contains("no version waits for task"), "{error}");
}

/// REP-503: on S3 a replica goes no further.
#[test]
fn replicas_go_on_where_the_store_lets_them() {
    let id = id("v");
    let object = ObjectVersion::new("cat.jpg").with_version_id(&id);
    let mut marker = object.clone();
    marker.delete_marker = Some(DeleteMarkerOrigin::User);
    let mut still = ledger(&Dialect::AWS);
    let update = still.observe_replica(&object, at(0)).unwrap();
    assert_eq!((update.tasks.len(), update.status), (0, Some(ReplicationStatus::Replica)));

    let chaining = Dialect::AWS.with_replicas(Replicas::Replicated);
    let mut ledger = ledger(&chaining);
    let update = ledger.observe_replica(&object, at(0)).unwrap();
    assert_eq!((update.tasks.len(), update.status), (2, Some(ReplicationStatus::Pending)));
    // A replica that arrives again has been taken.
    assert_eq!(ledger.observe_replica(&object, at(1)).unwrap().tasks, []);
    for task in update.tasks {
        settle(&mut ledger, &task, Outcome::Replicated, 2);
    }
    assert_eq!(status(&ledger), Some(ReplicationStatus::Replica));
    // Its rules do not replicate delete markers.
    let update = self::ledger(&chaining).observe_replica(&marker, at(3)).unwrap();
    assert_eq!((update.tasks.len(), update.status), (0, Some(ReplicationStatus::Replica)));
    assert!(ledger.observe_replica(&ObjectVersion::new("cat.jpg"), at(4)).is_err());
}
