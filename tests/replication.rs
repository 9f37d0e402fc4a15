//! The ledger: from events to tasks, and from outcomes to statuses, metrics and event notifications.

mod other_stores;
mod saved;

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use s3_replication::dialect::StatusPrecedence;
use s3_replication::engine::Action;
use s3_replication::model::{BucketArn, Event, EventKind, Owner, ReplicationStatus, VersionId};
use s3_replication::replication::{
    DestinationProgress, FailureReason, Ledger, LedgerUpdate, Meter, Notification,
    NotificationName, Outcome, SavedLedger, Task,
};
use s3_replication::strategies::{DrawnObject, configuration, event, object_for};
use s3_replication::{Dialect, Engine, ObjectVersion, ReplicationConfiguration};
use serde_json::json;

use crate::support::{configuration as rules, rule_v2, second as at};

const METRICS: &str = "<Metrics><Status>Enabled</Status></Metrics></Destination>";
const TIME_CONTROL: &str = "<ReplicationTime><Status>Enabled</Status><Time><Minutes>15</Minutes>\
    </Time></ReplicationTime><Metrics><Status>Enabled</Status><EventThreshold>\
    <Minutes>15</Minutes></EventThreshold></Metrics></Destination>";

fn id(text: &str) -> VersionId {
    text.parse().unwrap()
}

/// A ledger of bucket `photos`, with rules that end in `end`.
fn ledger(buckets: &[&str], more: &str, end: &str) -> Ledger {
    let made = (1..).zip(buckets).map(|(n, bucket)| rule_v2(bucket, n, "", bucket, more));
    let text = made.collect::<String>().replace("</Destination>", end);
    Ledger::new("photos".parse().unwrap(), Engine::new(&rules(&text)))
}

/// Observes something about version `v` of `cat.jpg`, which holds 100 bytes.
#[track_caller]
fn observe(ledger: &mut Ledger, event: Event, seconds: i64) -> Vec<Arc<Task>> {
    let id = id("v");
    let mut version = ObjectVersion::new("cat.jpg");
    version.version_id = Some(&id);
    version.size = 100;
    ledger.observe(&version, event, at(seconds)).unwrap().tasks
}

/// Settles a task, and returns what S3 would send.
#[track_caller]
fn settle(ledger: &mut Ledger, task: &Task, outcome: Outcome, seconds: i64) -> Vec<Notification> {
    ledger.complete(task.id, outcome, at(seconds)).unwrap().notifications
}

fn put(ledger: &mut Ledger) -> Vec<Arc<Task>> {
    observe(ledger, Event::ObjectCreatedPut, 0)
}

fn status(ledger: &Ledger) -> Option<ReplicationStatus> {
    ledger.status("cat.jpg", &id("v"))
}

fn names(notifications: &[Notification]) -> Vec<NotificationName> {
    notifications.iter().map(|notification| notification.name).collect()
}

const REFUSED: Outcome = Outcome::Failed(FailureReason::DST_PUT_OBJECT_NOT_PERMITTED);

/// REP-701.
#[test]
fn the_status_waits_for_every_destination() {
    use ReplicationStatus::{Completed, Failed, Pending};
    for (second, expected) in [(Outcome::Replicated, Completed), (REFUSED, Failed)] {
        let mut ledger = ledger(&["east", "west"], "", "</Destination>");
        assert_eq!(status(&ledger), None);
        let tasks = put(&mut ledger);
        let buckets: Vec<_> = tasks.iter().map(|task| task.bucket.name().as_str()).collect();
        assert_eq!(buckets, ["east", "west"]);
        assert_eq!(status(&ledger), Some(Pending));
        settle(&mut ledger, &tasks[0], Outcome::Replicated, 1);
        assert_eq!(status(&ledger), Some(Pending));
        settle(&mut ledger, &tasks[1], second, 2);
        assert_eq!(status(&ledger), Some(expected));
        let each = ledger.destinations("cat.jpg", &id("v")).iter();
        assert!(each.map(DestinationProgress::status).eq([Completed, expected]));
    }
}

/// REP-703.
#[test]
fn the_dialect_says_what_failed_and_pending_is_together() {
    let text = rule_v2("a", 1, "", "east", "") + &rule_v2("b", 2, "", "west", "");
    let early = Dialect::AWS.with_status_precedence(StatusPrecedence::FailedFirst);
    for (dialect, expected) in
        [(Dialect::AWS, ReplicationStatus::Pending), (early, ReplicationStatus::Failed)]
    {
        let engine = Engine::with_dialect(&rules(&text), &dialect);
        let mut ledger = Ledger::new("photos".parse().unwrap(), engine);
        let tasks = put(&mut ledger);
        settle(&mut ledger, &tasks[0], REFUSED, 1);
        assert_eq!(status(&ledger), Some(expected));
    }
}

/// REP-704.
#[test]
fn a_fault_that_passes_leaves_the_task_open() {
    let mut ledger = ledger(&["east"], "", "</Destination>");
    let tasks = put(&mut ledger);
    for second in 1..4 {
        assert_eq!(settle(&mut ledger, &tasks[0], Outcome::Transient, second), vec![]);
        assert_eq!(status(&ledger), Some(ReplicationStatus::Pending));
        assert!(ledger.open_tasks().eq(&tasks));
    }
    settle(&mut ledger, &tasks[0], Outcome::Replicated, 4);
    assert_eq!(status(&ledger), Some(ReplicationStatus::Completed));
    assert_eq!(ledger.open_tasks().count(), 0);
}

/// REP-705.
#[test]
fn failure_reasons_are_the_words_of_s3() {
    assert_eq!(FailureReason::KNOWN.len(), 34 + 5 + 1);
    assert_eq!(FailureReason::KNOWN.iter().filter(|reason| reason.is_batch_only()).count(), 4);
    for reason in FailureReason::KNOWN {
        assert_eq!(&FailureReason::from(reason.as_str()), reason);
    }
    let mut ledger = ledger(&["east"], "", "</Destination>");
    let tasks = put(&mut ledger);
    let older = FailureReason::from("DstMultipartPartUploadNotPermitted");
    settle(&mut ledger, &tasks[0], Outcome::Failed(older), 1);
    let failure = ledger.destinations("cat.jpg", &id("v"))[0].failure().unwrap();
    assert_eq!(failure.as_str(), "DstMultipartUploadNotPermitted");
}

/// REP-706: FAILED is final, except for Batch Replication.
#[test]
fn what_failed_is_for_batch_replication() {
    let mut ledger = ledger(&["east"], "", "</Destination>");
    let tasks = put(&mut ledger);
    assert_eq!(put(&mut ledger), [], "an event that comes twice asks for nothing twice");
    settle(&mut ledger, &tasks[0], REFUSED, 1);
    assert_eq!(put(&mut ledger), []);
    assert_eq!(status(&ledger), Some(ReplicationStatus::Failed));
    let again = observe(&mut ledger, Event::BatchReplication, 60);
    assert_eq!((again.len(), again[0].batch), (1, true));
    assert_eq!(observe(&mut ledger, Event::BatchReplication, 61), []);
    assert_eq!(status(&ledger), Some(ReplicationStatus::Pending));
    settle(&mut ledger, &again[0], Outcome::Replicated, 62);
    assert_eq!(status(&ledger), Some(ReplicationStatus::Completed));
}

/// REP-707.
#[test]
fn lifecycle_waits_for_completion() {
    let mut ledger = ledger(&["east"], "", "</Destination>");
    let held = |ledger: &Ledger| ledger.holds_off_lifecycle("cat.jpg", &id("v"));
    assert!(!held(&ledger));
    let tasks = put(&mut ledger);
    assert!(held(&ledger));
    settle(&mut ledger, &tasks[0], REFUSED, 1);
    assert!(held(&ledger));
    let tasks = observe(&mut ledger, Event::BatchReplication, 2);
    settle(&mut ledger, &tasks[0], Outcome::Replicated, 3);
    assert!(!held(&ledger));
}

/// REP-708.
#[test]
fn metadata_mends_metadata_and_no_object() {
    let missing = || Outcome::Failed(FailureReason::DST_VERSION_NOT_FOUND);
    let mut ledger = ledger(&["east"], "", "</Destination>");
    let tasks = put(&mut ledger);
    settle(&mut ledger, &tasks[0], REFUSED, 1);
    let tags = observe(&mut ledger, Event::ObjectTaggingPut, 2);
    assert_eq!((tags[0].action, tags[0].size), (Action::ReplicateMetadata, 0));
    assert!(tags[0].replica.is_none());
    settle(&mut ledger, &tags[0], Outcome::Replicated, 3);
    assert_eq!(status(&ledger), Some(ReplicationStatus::Failed));

    let mut ledger = ledger_with_object();
    let first = observe(&mut ledger, Event::ObjectTaggingPut, 2);
    settle(&mut ledger, &first[0], missing(), 3);
    assert_eq!(status(&ledger), Some(ReplicationStatus::Failed));
    let second = observe(&mut ledger, Event::ObjectTaggingDelete, 4);
    settle(&mut ledger, &second[0], Outcome::Replicated, 5);
    assert_eq!(status(&ledger), Some(ReplicationStatus::Completed));
    // Batch Replication brings the object with all its metadata.
    let third = observe(&mut ledger, Event::ObjectTaggingPut, 6);
    settle(&mut ledger, &third[0], missing(), 7);
    let again = observe(&mut ledger, Event::BatchReplication, 8);
    settle(&mut ledger, &again[0], Outcome::Replicated, 9);
    assert_eq!(status(&ledger), Some(ReplicationStatus::Completed));
}

/// REP-515, REP-626: metadata waits for its object, and no aspect is brought twice at a time.
#[test]
fn metadata_waits_for_what_is_under_way() {
    let mut ledger = ledger(&["east"], "", METRICS);
    let object = put(&mut ledger);
    let changes = [(Event::ObjectTaggingPut, 3), (Event::ObjectRetentionPut, 4)];
    for (event, seconds) in changes.into_iter().chain([(Event::ObjectTaggingDelete, 5)]) {
        assert_eq!(observe(&mut ledger, event, seconds), []);
    }
    let settled = ledger.complete(object[0].id, Outcome::Replicated, at(6)).unwrap();
    let metadata = settled.tasks.iter().map(|task| (task.action, task.event, task.since));
    // Both changes of the tags take one task, which has waited since the first of them.
    let expected = [(Event::ObjectTaggingDelete, at(3)), (Event::ObjectRetentionPut, at(4))];
    assert!(metadata.eq(expected.map(|(event, since)| (Action::ReplicateMetadata, event, since))));
    assert_eq!(status(&ledger), Some(ReplicationStatus::Pending));
    for second in 7..100 {
        assert_eq!(observe(&mut ledger, Event::ObjectTaggingPut, second), []);
    }
    assert_eq!(meter(&ledger).operations_pending(), 2);
    // The retention does not wait for the tags.
    let [tags, retention] = settled.tasks.as_slice() else { panic!("{settled:?}") };
    assert_eq!(ledger.complete(retention.id, REFUSED, at(100)).unwrap().tasks, []);
    let again = ledger.complete(tags.id, Outcome::Replicated, at(100)).unwrap().tasks;
    // It waited since the first change that the task before may have missed.
    assert_eq!((again.len(), again[0].since), (1, at(7)));
    assert_eq!(ledger.complete(again[0].id, Outcome::Replicated, at(101)).unwrap().tasks, []);
    // The tags do not make up for the retention.
    assert_eq!(status(&ledger), Some(ReplicationStatus::Failed));
    let retention = observe(&mut ledger, Event::ObjectRetentionPut, 102);
    settle(&mut ledger, &retention[0], Outcome::Replicated, 103);
    assert_eq!(status(&ledger), Some(ReplicationStatus::Completed));

    // What waited for an object that failed has nowhere to go.
    let mut other = Ledger::new("photos".parse().unwrap(), ledger.engine().clone());
    let object = put(&mut other);
    assert_eq!(observe(&mut other, Event::ObjectTaggingPut, 5), []);
    assert_eq!(other.complete(object[0].id, REFUSED, at(6)).unwrap().tasks, []);
    assert_eq!(status(&other), Some(ReplicationStatus::Failed));
}

/// REP-502, REP-515: a destination that is added later gets nothing of what was there before,
/// until Batch Replication brings it; a failure where no rule goes any more counts no longer then.
#[test]
fn added_destinations_get_what_is_new() {
    let mut ledger = ledger_with_object();
    let both = self::ledger(&["east", "west"], "", "</Destination>").engine().clone();
    ledger.set_engine(both);
    assert_eq!(put(&mut ledger), [], "an event that comes again does not make a version new");
    let tags = observe(&mut ledger, Event::ObjectTaggingPut, 2);
    assert_eq!(tags.iter().map(|task| task.bucket.name().as_str()).collect::<Vec<_>>(), ["east"]);
    settle(&mut ledger, &tags[0], REFUSED, 3);

    ledger.set_engine(self::ledger(&["west"], "", "</Destination>").engine().clone());
    let batch = observe(&mut ledger, Event::BatchReplication, 4);
    assert_eq!(batch[0].bucket.name().as_str(), "west");
    settle(&mut ledger, &batch[0], Outcome::Replicated, 5);
    assert_eq!(status(&ledger), Some(ReplicationStatus::Completed));
}

/// A ledger of a bucket with existing versions keeps the given statuses.
#[test]
fn the_past_counts() {
    use ReplicationStatus::{Completed, Failed};
    for (before, after) in [(Failed, Failed), (Completed, Completed)] {
        let mut ledger = ledger(&["east"], "", "</Destination>");
        ledger.import_status("cat.jpg", &id("v"), before);
        let tags = observe(&mut ledger, Event::ObjectTaggingPut, 1);
        settle(&mut ledger, &tags[0], Outcome::Replicated, 2);
        assert_eq!(status(&ledger), Some(after));
        assert_eq!(put(&mut ledger), []);
        let batch = observe(&mut ledger, Event::BatchReplication, 3);
        settle(&mut ledger, &batch[0], Outcome::Replicated, 4);
        assert_eq!(status(&ledger), Some(Completed));
    }
    // What this ledger replicates does not become a replica, and what is open is not forgotten.
    let mut ledger = ledger(&["east"], "", "</Destination>");
    let tasks = put(&mut ledger);
    ledger.record_replica("cat.jpg", &id("v"));
    assert_eq!(ledger.evict("cat.jpg", &id("v")), None);
    settle(&mut ledger, &tasks[0], Outcome::Replicated, 1);
    assert_eq!(ledger.versions().next().unwrap().2, Some(Completed));
    assert_eq!(ledger.evict("cat.jpg", &id("v")), Some(Completed));
    assert_eq!(ledger.versions().count(), 0);
}

/// A null version that is written again is another one.
#[test]
fn null_versions_are_replaced() {
    let mut ledger = ledger(&["east"], "", "</Destination>");
    let null = VersionId::null();
    let mut version = ObjectVersion::new("cat.jpg");
    version.version_id = Some(&null);
    for second in 0..3 {
        let tasks = ledger.observe(&version, Event::ObjectCreatedPut, at(second)).unwrap().tasks;
        assert_eq!(tasks.len(), 1);
        assert_eq!(ledger.open_tasks().count(), 1);
    }
}

/// A ledger whose only version is replicated.
fn ledger_with_object() -> Ledger {
    let mut ledger = ledger(&["east"], "", "</Destination>");
    let tasks = put(&mut ledger);
    settle(&mut ledger, &tasks[0], Outcome::Replicated, 1);
    ledger
}

/// REP-702: metadata of a replica flows back where the rule asks for it, and its data never does.
#[test]
fn replicas_go_pending_and_come_back() {
    const SYNC: &str = "<SourceSelectionCriteria><ReplicaModifications><Status>Enabled</Status>\
        </ReplicaModifications></SourceSelectionCriteria>";
    let mut ledger = ledger(&["east"], SYNC, "</Destination>");
    ledger.record_replica("cat.jpg", &id("v"));
    assert_eq!(status(&ledger), Some(ReplicationStatus::Replica));
    assert_eq!(put(&mut ledger), []);
    for (outcome, expected) in
        [(Outcome::Replicated, ReplicationStatus::Replica), (REFUSED, ReplicationStatus::Failed)]
    {
        let first = observe(&mut ledger, Event::ObjectTaggingPut, 1);
        assert_eq!(status(&ledger), Some(ReplicationStatus::Pending));
        // It is a replica while it is pending, too.
        assert_eq!((first.len(), observe(&mut ledger, Event::ObjectTaggingPut, 2).len()), (1, 0));
        let second = ledger.complete(first[0].id, Outcome::Replicated, at(3)).unwrap().tasks;
        assert_eq!(status(&ledger), Some(ReplicationStatus::Pending));
        settle(&mut ledger, &second[0], outcome, 4);
        assert_eq!(status(&ledger), Some(expected));
    }
    let mut without = Ledger::new("photos".parse().unwrap(), ledger_with_object().engine().clone());
    without.record_replica("cat.jpg", &id("v"));
    assert_eq!(observe(&mut without, Event::ObjectTaggingPut, 1), []);
}

fn meter(ledger: &Ledger) -> &Meter {
    let mut meters = ledger.meters();
    let (rule, bucket, meter) = meters.next().expect("a rule with metrics");
    assert_eq!((rule, bucket.as_str()), ("east", "arn:aws:s3:::east"));
    meter
}

/// REP-801, REP-802.
#[test]
fn metrics_are_those_of_cloudwatch() {
    let mut unmeasured = ledger(&["east"], "", "</Destination>");
    put(&mut unmeasured);
    assert_eq!(unmeasured.meters().count(), 0);

    let mut ledger = ledger(&["east"], "", METRICS);
    let data = |ledger: &Ledger| meter(ledger).data(at(30)).map(|d| (d.metric_name, d.value));
    let figures = |bytes, operations, latency, failed| {
        [
            ("BytesPendingReplication", bytes),
            ("OperationsPendingReplication", operations),
            ("ReplicationLatency", latency),
            ("OperationsFailedReplication", failed),
        ]
    };
    assert_eq!(data(&ledger), figures(0, 0, 0, 0), "zeros are published, too");
    let object = put(&mut ledger);
    assert_eq!(data(&ledger), figures(100, 1, 30, 0));
    let units = meter(&ledger).data(at(30)).map(|datum| (datum.unit, datum.in_source_region));
    assert_eq!(units, [("Bytes", false), ("Count", false), ("Seconds", false), ("Count", true)]);
    settle(&mut ledger, &object[0], REFUSED, 31);
    let tags = observe(&mut ledger, Event::ObjectTaggingPut, 10);
    assert_eq!(data(&ledger), figures(0, 1, 20, 1));
    let batch = observe(&mut ledger, Event::BatchReplication, 20);
    assert_eq!(data(&ledger), figures(0, 1, 20, 1), "pending figures are about live replication");
    settle(&mut ledger, &batch[0], REFUSED, 32);
    settle(&mut ledger, &tags[0], Outcome::Replicated, 33);
    assert_eq!(data(&ledger), figures(0, 0, 0, 2));
    assert_eq!(meter(&ledger).operations_replicated(), 1);
    assert_eq!(meter(&ledger).share_on_time(), None);
}

/// REP-803, REP-804.
#[test]
fn the_threshold_is_missed_once_and_made_good_once() {
    use NotificationName::{OperationMissedThreshold, OperationReplicatedAfterThreshold};
    let mut ledger = ledger(&["east"], "", TIME_CONTROL);
    let tasks = put(&mut ledger);
    assert!(tasks[0].time_control);
    assert_eq!(ledger.advance(at(15 * 60)), []);
    assert_eq!(names(&ledger.advance(at(15 * 60 + 1))), [OperationMissedThreshold]);
    assert_eq!(ledger.advance(at(15 * 60 + 2)), []);
    let sent = settle(&mut ledger, &tasks[0], Outcome::Replicated, 16 * 60);
    assert_eq!(names(&sent), [OperationReplicatedAfterThreshold]);
    assert_eq!(meter(&ledger).share_on_time(), Some(0.0));

    // Without a call of `advance`, the outcome itself shows that the task is late.
    let on_time = observe(&mut ledger, Event::ObjectTaggingPut, 2000);
    assert_eq!(settle(&mut ledger, &on_time[0], Outcome::Replicated, 2000), vec![]);
    let late = observe(&mut ledger, Event::ObjectTaggingPut, 2001);
    let sent = settle(&mut ledger, &late[0], Outcome::Replicated, 2902);
    assert_eq!(names(&sent), [OperationMissedThreshold, OperationReplicatedAfterThreshold]);
    assert_eq!(meter(&ledger).share_on_time(), Some(1.0 / 3.0));
    const { assert!(Meter::AGREED_SHARE < Meter::DESIGN_SHARE) };

    // A change that waited for something else is covered from when it happened.
    let id = id("w");
    let mut version = ObjectVersion::new("cat.jpg");
    version.version_id = Some(&id);
    let mut tasks_of = |event| ledger.observe(&version, event, at(3000)).unwrap().tasks;
    let batch = tasks_of(Event::BatchReplication);
    assert!(!batch[0].time_control && tasks_of(Event::ObjectTaggingPut).is_empty());
    let waited = ledger.complete(batch[0].id, Outcome::Replicated, at(3600)).unwrap().tasks;
    assert!(waited[0].time_control && !waited[0].batch && waited[0].since == at(3000));
    assert_eq!(waited[0].deadline(), ledger.next_deadline());
    assert_eq!(names(&ledger.advance(waited[0].deadline().unwrap())), [OperationMissedThreshold]);

    // Batch Replication is not covered.
    let mut batch = Ledger::new("photos".parse().unwrap(), ledger.engine().clone());
    assert!(!observe(&mut batch, Event::BatchReplication, 0)[0].time_control);
    assert_eq!(batch.advance(at(100_000)), []);
}

/// REP-804.
#[test]
fn events_are_sent_as_s3_sends_them() {
    let mut unmeasured = ledger(&["east"], "", "</Destination>");
    let tasks = put(&mut unmeasured);
    assert_eq!(settle(&mut unmeasured, &tasks[0], REFUSED, 1), vec![]);

    let mut ledger = ledger(&["east"], "", METRICS);
    let tasks = put(&mut ledger);
    let sent = settle(&mut ledger, &tasks[0], REFUSED, 7);
    let mut notification = sent[0].clone();
    notification.key = "Tax/ü 1.pdf".into();
    let region = "eu-west-1".parse().unwrap();
    let record = notification.to_record(ledger.source(), Some(&region), "my-id");
    let expected = serde_json::json!({
        "eventVersion": "2.2",
        "eventSource": "aws:s3",
        "awsRegion": "eu-west-1",
        "eventTime": "2026-11-22T10:00:07Z",
        "eventName": "Replication:OperationFailedReplication",
        "userIdentity": {"principalId": "s3.amazonaws.com"},
        "requestParameters": {"sourceIPAddress": "s3.amazonaws.com"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "my-id",
            "bucket": {"name": "photos", "arn": "arn:aws:s3:::photos"},
            "object": {"key": "Tax/%C3%BC+1.pdf", "size": 100, "versionId": "v"},
        },
        "replicationEventData": {
            "replicationRuleId": "east",
            "destinationBucket": "arn:aws:s3:::east",
            "s3Operation": "OBJECT_PUT",
            "requestTime": "2026-11-22T10:00:00Z",
            "failureReason": "DstPutObjectNotPermitted",
        },
    });
    assert_eq!(record, expected);
}

/// REP-804: a version that is deleted before it was replicated is no longer tracked.
#[test]
fn what_is_gone_is_not_tracked() {
    for event in [Event::ObjectRemovedDelete, Event::LifecycleExpirationDelete] {
        let mut ledger = ledger(&["east"], "", METRICS);
        let tasks = put(&mut ledger);
        let id = id("v");
        let mut version = ObjectVersion::new("cat.jpg");
        version.version_id = Some(&id);
        let observed = ledger.observe(&version, event, at(3)).unwrap();
        assert_eq!(names(&observed.notifications), [NotificationName::OperationNotTracked]);
        assert_eq!(observed.tasks, []);
        assert_eq!((status(&ledger), ledger.open_tasks().count()), (None, 0));
        assert_eq!(meter(&ledger).operations_pending(), 0);
        // A batch job was never tracked.
        let again = put(&mut ledger);
        settle(&mut ledger, &again[0], REFUSED, 4);
        assert_eq!(observe(&mut ledger, Event::BatchReplication, 5).len(), 1);
        let observed = ledger.observe(&version, event, at(6)).unwrap();
        assert_eq!((observed.notifications, ledger.open_tasks().count()), (vec![], 0));
        // The store may have been at it already.
        assert_eq!(settle(&mut ledger, &tasks[0], Outcome::Replicated, 4), vec![]);
        assert_eq!(status(&ledger), None);
    }
}

#[test]
fn impossible_calls_are_refused() {
    let mut ledger = ledger(&["east"], "", "</Destination>");
    let nameless = ObjectVersion::new("cat.jpg");
    let error = ledger.observe(&nameless, Event::ObjectCreatedPut, at(0)).unwrap_err();
    assert!(error.to_string().starts_with("the version has no ID"));
    let tasks = put(&mut ledger);
    let mut other = Ledger::new("photos".parse().unwrap(), ledger.engine().clone());
    let error = other.complete(tasks[0].id, Outcome::Replicated, at(0)).unwrap_err();
    assert_eq!(error.to_string(), "the ledger has never created a task with the number 1");
}

/// A step of a random history of a ledger.
#[derive(Clone, Debug)]
enum Step {
    Observe(Index, Event),
    Settle(Index, Outcome),
    Admit(Index),
    Advance(i64),
    Reconfigure(ReplicationConfiguration),
}

fn step() -> impl Strategy<Value = Step> {
    let reasons = select(FailureReason::KNOWN);
    let outcome = prop_oneof![
        4 => Just(Outcome::Replicated),
        1 => Just(Outcome::Transient),
        2 => reasons.prop_map(Outcome::Failed),
    ];
    prop_oneof![
        4 => (any::<Index>(), event()).prop_map(|(at, event)| Step::Observe(at, event)),
        5 => (any::<Index>(), outcome).prop_map(|(at, outcome)| Step::Settle(at, outcome)),
        1 => any::<Index>().prop_map(Step::Admit),
        2 => (0..1200_i64).prop_map(Step::Advance),
        1 => configuration().prop_map(Step::Reconfigure),
    ]
}

fn story() -> impl Strategy<Value = (ReplicationConfiguration, Vec<DrawnObject>, Vec<Step>)> {
    configuration().prop_flat_map(|configuration| {
        let objects = proptest::collection::vec(object_for(&configuration), 1..5);
        (Just(configuration), objects, proptest::collection::vec(step(), 1..60))
    })
}

/// Everything a step answers, and everything that can be asked afterwards.
fn play(
    ledger: &mut Ledger,
    objects: &[DrawnObject],
    tasks: &mut Vec<Arc<Task>>,
    (step, now): (&Step, i64),
) -> Vec<Notification> {
    match step {
        Step::Observe(which, event) => {
            let id = id(&which.index(objects.len()).to_string());
            let mut version = which.get(objects).version();
            version.version_id = Some(&id);
            let observed = ledger.observe(&version, *event, at(now)).unwrap();
            tasks.extend(observed.tasks);
            observed.notifications
        }
        Step::Settle(_, _) if tasks.is_empty() => Vec::new(),
        Step::Settle(which, outcome) => {
            let task = which.get(tasks).id;
            let settled = ledger.complete(task, outcome.clone(), at(now)).unwrap();
            tasks.extend(settled.tasks);
            settled.notifications
        }
        Step::Admit(which) => {
            let id = id(&which.index(objects.len()).to_string());
            ledger.record_replica(&which.get(objects).key, &id);
            Vec::new()
        }
        Step::Advance(_) => ledger.advance(at(now)),
        Step::Reconfigure(configuration) => {
            ledger.set_engine(Engine::new(configuration));
            Vec::new()
        }
    }
}

/// Sums the parts: what the meters must say of what is pending.
fn pending(ledger: &Ledger) -> BTreeMap<(String, BucketArn), (u64, u64)> {
    let mut sums: BTreeMap<_, (u64, u64)> = BTreeMap::new();
    for task in ledger.open_tasks().filter(|task| task.metrics && !task.batch) {
        let sum = sums.entry((task.rule.to_string(), task.bucket.clone())).or_default();
        *sum = (sum.0 + 1, sum.1 + task.size);
    }
    sums
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Saved and resumed after every step, a ledger answers as one that was never stopped; what
    /// was settled once stays settled; and the meters say what the open tasks add up to.
    #[test]
    fn a_ledger_can_be_stopped_at_any_time((configuration, objects, steps) in story()) {
        let engine = Engine::new(&configuration);
        let mut ledger = Ledger::new("photos".parse().unwrap(), engine.clone());
        let mut stopped = ledger.clone();
        let (mut tasks, mut others, mut now) = (Vec::<Arc<Task>>::new(), Vec::new(), 0);
        for step in &steps {
            if let Step::Advance(seconds) = step {
                now += seconds;
            }
            let settled = match step {
                Step::Settle(which, outcome) if *outcome != Outcome::Transient && !tasks.is_empty() => {
                    Some((which.get(&tasks).id, outcome.clone()))
                }
                _ => None,
            };
            let sent = play(&mut ledger, &objects, &mut tasks, (step, now));
            let also = play(&mut stopped, &objects, &mut others, (step, now));
            prop_assert_eq!(sent, also);
            prop_assert_eq!(&tasks, &others);
            let saved = serde_json::to_string(&stopped.save()).unwrap();
            let saved: SavedLedger = serde_json::from_str(&saved).unwrap();
            stopped = saved.resume(ledger.engine().clone());
            prop_assert_eq!(ledger.save(), stopped.save());
            if let Some((task, outcome)) = settled {
                let before = ledger.save();
                let again = ledger.complete(task, outcome, at(now)).unwrap();
                prop_assert_eq!((again, ledger.save()), (LedgerUpdate::default(), before));
            }
            let sums = pending(&ledger);
            for (rule, bucket, meter) in ledger.meters() {
                let sum = sums.get(&(rule.to_owned(), bucket.clone())).copied().unwrap_or_default();
                prop_assert_eq!((meter.operations_pending(), meter.bytes_pending()), sum);
            }
        }
    }

    /// Every version that a rule selects is asked for once in each destination, and when all is
    /// settled nothing is pending and nothing has an end it was not given.
    #[test]
    fn nothing_is_lost((configuration, objects, _) in story(), fail in any::<u64>()) {
        let engine = Engine::new(&configuration);
        let mut ledger = Ledger::new("photos".parse().unwrap(), engine.clone());
        for (number, object) in objects.iter().enumerate() {
            let id = id(&number.to_string());
            let mut version = object.version();
            version.version_id = Some(&id);
            // Of a version that was replicated before, only its destination knows the owner.
            let is_older = version.replication_status.is_some() && !version.is_replica();
            let expected = match object.event {
                Event::ObjectAclPut if is_older && !version.acls_disabled => {
                    engine.decide(&version, Event::ObjectTaggingPut)
                }
                event => engine.decide(&version, event),
            };
            let tasks = ledger.observe(&version, object.event, at(0)).unwrap().tasks;
            let asked = tasks.iter().map(|task| (&task.bucket, task.action));
            let gone = matches!(
                object.event,
                Event::ObjectRemovedDelete | Event::LifecycleExpirationDelete
            );
            // A version that was replicated before is not new, whatever the event is.
            let creates =
                matches!(object.event.kind(), EventKind::Creation | EventKind::DeleteMarkerByUser);
            let old = creates && version.replication_status.is_some();
            let expected = expected.replications().map(|m| (m.bucket(), m.action()));
            // REP-523: a ledger keeps no annotations.
            let annotates =
                matches!(object.event, Event::ObjectAnnotationPut | Event::ObjectAnnotationDelete);
            let right = if gone || old || annotates { tasks.is_empty() } else { asked.eq(expected) };
            prop_assert!(right, "{:?} {:?}: {tasks:?}", object.event, version);
            let fails = fail >> (number % 64) & 1 == 1;
            for task in &tasks {
                prop_assert_eq!(task.version_id.as_str(), number.to_string());
                let outcome = if fails { REFUSED } else { Outcome::Replicated };
                settle(&mut ledger, task, outcome, 1);
            }
            let status = ledger.status(&object.key, &id);
            let tried = tasks.iter().any(|task| task.action != Action::ReplicateMetadata);
            let open_before = version.replication_status == Some(ReplicationStatus::Pending);
            if fails && (tried || !open_before && !tasks.is_empty()) {
                prop_assert_eq!(status, Some(ReplicationStatus::Failed));
            } else if version.replication_status.is_none() {
                let done = (!tasks.is_empty()).then_some(ReplicationStatus::Completed);
                prop_assert_eq!(status, done);
            }
        }
        prop_assert_eq!(ledger.open_tasks().count(), 0);
    }
}

/// Metadata that waits for a second attempt of its object still has a replica to update.
#[test]
fn metadata_outlives_a_second_attempt_that_fails() {
    let mut ledger = ledger(&["east"], "", METRICS);
    let object = put(&mut ledger);
    settle(&mut ledger, &object[0], Outcome::Replicated, 1);
    let again = observe(&mut ledger, Event::BatchReplication, 2);
    assert_eq!(observe(&mut ledger, Event::ObjectTaggingPut, 3), []);
    let settled = ledger.complete(again[0].id, REFUSED, at(4)).unwrap();
    assert_eq!(settled.tasks.len(), 1);
    assert_eq!(settled.tasks[0].action, Action::ReplicateMetadata);
}

/// A saved state that no ledger can have is refused.
#[test]
fn damaged_ledgers_are_refused() {
    let mut ledger = ledger(&["east", "west"], "", TIME_CONTROL);
    put(&mut ledger);
    let stored = serde_json::to_value(ledger.save()).unwrap();
    assert!(serde_json::from_value::<SavedLedger>(stored.clone()).is_ok());
    let refuses = |change: &dyn Fn(&mut serde_json::Value), expected: &str| {
        let mut damaged = stored.clone();
        change(&mut damaged);
        let error = serde_json::from_value::<SavedLedger>(damaged).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    refuses(&|stored| stored["NextTask"] = u64::MAX.into(), "next task");
    refuses(&|stored| stored["NextTask"] = 0.into(), "next task");
    refuses(&|stored| stored["Open"][1]["Task"]["Id"] = 1.into(), "task 1 occurs twice");
    refuses(&|stored| stored["Open"][1]["Task"]["Id"] = 9.into(), "task 9");
    refuses(
        &|stored| stored["Open"][0]["Task"]["Key"] = "other".into(),
        "no version waits for task 1",
    );
    let swapped = |stored: &mut serde_json::Value| {
        stored["Versions"][0]["Progress"]["Destinations"].as_array_mut().unwrap().reverse();
    };
    refuses(&swapped, "not sorted");
    let repeated = |stored: &mut serde_json::Value| {
        let destinations = &mut stored["Versions"][0]["Progress"]["Destinations"];
        destinations[1]["Bucket"] = destinations[0]["Bucket"].clone();
    };
    refuses(&repeated, "not sorted");
    let doubled = |stored: &mut serde_json::Value| {
        let version = stored["Versions"][0].clone();
        stored["Versions"].as_array_mut().unwrap().push(version);
    };
    refuses(&doubled, "occurs twice");

    // A version would stay `PENDING` forever without the task that it waits for.
    let lost = |stored: &mut serde_json::Value| drop(stored["Open"].as_array_mut().unwrap().pop());
    refuses(&lost, "waits for a task that is not open");
    let all_lost = |stored: &mut serde_json::Value| stored["Open"] = json!([]);
    refuses(&all_lost, "waits for a task that is not open");
    // Nothing would complete the second of two destinations that wait for the same task.
    refuses(
        &|stored| {
            let destinations = &mut stored["Versions"][0]["Progress"]["Destinations"];
            destinations[1]["Object"] = destinations[0]["Object"].clone();
        },
        "no version waits for task 2",
    );
    // A task that is open for another bucket, or for another action, would never complete.
    refuses(
        &|stored| stored["Open"][0]["Task"]["Bucket"] = "arn:aws:s3:::west".into(),
        "no version waits for task 1",
    );
    for (field, value) in [
        ("Action", json!("replicate-metadata")),
        ("Size", json!(1)),
        ("Batch", json!(true)),
        ("Replica", json!(null)),
    ] {
        refuses(&|stored| stored["Open"][0]["Task"][field] = value.clone(), "task 1 contradict");
    }
    // Counters that could overflow, and counters that are there twice.
    refuses(&|stored| stored["Meters"][0]["Totals"]["Replicated"] = u64::MAX.into(), "too large");
    let doubled = |stored: &mut serde_json::Value| {
        let meter = stored["Meters"][0].clone();
        stored["Meters"].as_array_mut().unwrap().push(meter);
    };
    refuses(&doubled, "occur twice");
    refuses(
        &|stored| stored["Versions"][0]["Progress"]["Destinations"][0]["Extra"] = 1.into(),
        "Extra",
    );
}

/// Metadata that waits for an open task is saved with it, and refused without it.
#[test]
fn damaged_waiting_metadata_is_refused() {
    let mut ledger = ledger(&["east"], "", METRICS);
    put(&mut ledger);
    assert_eq!(observe(&mut ledger, Event::ObjectTaggingPut, 1), []);
    let stored = serde_json::to_value(ledger.save()).unwrap();
    let restored: SavedLedger = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!(restored, ledger.save());
    let refuses = |change: &dyn Fn(&mut serde_json::Value), expected: &str| {
        let mut damaged = stored.clone();
        change(&mut damaged["Versions"][0]["Progress"]["Destinations"][0]);
        let error = serde_json::from_value::<SavedLedger>(damaged).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    for (field, value) in [
        ("Key", json!("other")),
        ("Action", json!("replicate-object")),
        ("Event", json!("ObjectAcl:Put")),
        ("Bucket", json!("arn:aws:s3:::other")),
    ] {
        let change = |destination: &mut serde_json::Value| {
            destination["Metadata"][0]["Waiting"][field] = value.clone();
        };
        refuses(&change, "contradict");
    }
    refuses(&|destination| destination["Object"] = json!("Done"), "contradict");
    refuses(&|destination| destination["Metadata"][0]["Aspect"] = json!("Acl"), "contradict");
    let doubled = |destination: &mut serde_json::Value| {
        let progress = destination["Metadata"][0].clone();
        destination["Metadata"].as_array_mut().unwrap().push(progress);
    };
    refuses(&doubled, "contradict");
}

/// REP-516, REP-613: the owner of the replica decides about its ACL, as far as the ledger knows it.
#[test]
fn acl_changes_follow_the_owner_of_the_replica() {
    const OVERRIDE: &str = "<Account>210987654321</Account><AccessControlTranslation>\
        <Owner>Destination</Owner></AccessControlTranslation></Destination>";
    let engine = |end| self::ledger(&["east"], "", end).engine().clone();
    let acl_tasks = |ledger: &mut Ledger| {
        let owners = observe(ledger, Event::ObjectAclPut, 50).into_iter();
        owners.map(|task| task.owner).collect::<Vec<_>>()
    };
    for (before, after, expected) in [
        ("</Destination>", "</Destination>", &[Owner::Source][..]),
        ("</Destination>", OVERRIDE, &[Owner::Source]),
        (OVERRIDE, "</Destination>", &[]),
        (OVERRIDE, OVERRIDE, &[]),
    ] {
        let mut ledger = ledger(&["east"], "", before);
        let object = put(&mut ledger);
        settle(&mut ledger, &object[0], Outcome::Replicated, 1);
        ledger.set_engine(engine(after));
        // The owner outlives a restart.
        let mut ledger = ledger.save().resume(ledger.engine().clone());
        assert_eq!(acl_tasks(&mut ledger.clone()), expected);
        // A job may have found the replica or written it again, so only the destination knows.
        let again = observe(&mut ledger, Event::BatchReplication, 2);
        settle(&mut ledger, &again[0], Outcome::Replicated, 3);
        let known = if before == after { expected } else { &[Owner::Source] };
        assert_eq!(acl_tasks(&mut ledger), known);
    }
    // The ledger never learned the owner of this replica; its destination keeps the ACL if need be.
    let mut imported = ledger(&["east"], "", OVERRIDE);
    imported.import_status("cat.jpg", &id("v"), ReplicationStatus::Completed);
    assert_eq!(acl_tasks(&mut imported), [Owner::Source]);
    // The original of a replica is no replica, so the rule decides.
    let sync = "<SourceSelectionCriteria><ReplicaModifications><Status>Enabled</Status>\
        </ReplicaModifications></SourceSelectionCriteria>";
    let mut back = ledger(&["east"], sync, OVERRIDE);
    back.record_replica("cat.jpg", &id("v"));
    assert_eq!(acl_tasks(&mut back), []);
}

/// REP-709, REP-502: what is pending when its rule is disabled, removed or changed is replicated as
/// the rule asked; what comes afterwards is not.
#[test]
fn pending_tasks_outlive_their_rule() {
    let before = rule_v2("east", 1, "", "east", "");
    let disabled = before.replace("<Status>Enabled</Status><", "<Status>Disabled</Status><");
    assert_ne!(before, disabled);
    let archived = before.replace("</Bucket>", "</Bucket><StorageClass>GLACIER</StorageClass>");
    for after in [disabled, rule_v2("west", 1, "", "west", ""), archived.clone()] {
        let mut ledger = ledger(&["east"], "", "</Destination>");
        let object = put(&mut ledger);
        assert_eq!(observe(&mut ledger, Event::ObjectTaggingPut, 1), []);
        ledger.set_engine(Engine::new(&rules(&after)));
        assert!(ledger.open_tasks().eq(&object), "{after}");
        assert_eq!(status(&ledger), Some(ReplicationStatus::Pending));
        // The change of tags that waited is part of it.
        let waited = ledger.complete(object[0].id, Outcome::Replicated, at(2)).unwrap().tasks;
        settle(&mut ledger, &waited[0], Outcome::Replicated, 3);
        assert_eq!(status(&ledger), Some(ReplicationStatus::Completed));
        let later = observe(&mut ledger, Event::ObjectTaggingPut, 4);
        assert_eq!(later.len(), usize::from(after == archived), "{after}");
    }
}
