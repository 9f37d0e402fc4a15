//! Event holds: they protect until they are released, and for a duration from then on, in each bucket
//! by its own clock.

use s3_replication::Dialect;
use s3_replication::model::{
    BucketName, BucketSettings, Event, EventHold, EventHoldDuration, EventHoldStatus, LegalHold,
    MetadataAspect, ObjectLock, ObjectLockStatus, ReplicationStatus, Retention, RetentionMode, Tag,
    Timestamp, VersionId, Versioning,
};
use s3_replication::storage::{MemoryStore, Metadata, MetadataValue, NewObject};

use crate::support::{configuration, rule_v2, second as at};

const DAY: i64 = 86_400;

fn name(text: &str) -> BucketName {
    text.parse().unwrap()
}

fn v1() -> VersionId {
    "v1".parse().unwrap()
}

fn hold(status: EventHoldStatus, days: u32) -> EventHold {
    EventHold { status, duration: EventHoldDuration::days(days) }
}

fn on(days: u32) -> EventHold {
    hold(EventHoldStatus::On, days)
}

fn off(days: u32) -> EventHold {
    hold(EventHoldStatus::Off, days)
}

/// A store in which `photos` replicates to `backup`; both have Object Lock.
fn locked(of_backup: impl FnOnce(BucketSettings) -> BucketSettings) -> MemoryStore {
    let store = MemoryStore::new();
    let settings = BucketSettings::new().with_object_lock(ObjectLockStatus::Enabled);
    store.create_bucket(&name("photos"), settings.clone()).unwrap();
    store.create_bucket(&name("backup"), of_backup(settings)).unwrap();
    let rule = configuration(&rule_v2("all", 1, "", "backup", ""));
    store.bucket(&name("photos")).put_replication(&rule, &Dialect::AWS).unwrap();
    store
}

fn put(store: &MemoryStore, event_hold: Option<EventHold>) {
    let mut cat = NewObject::new("cat.jpg", "meow");
    cat.lock.event_hold = event_hold;
    store.bucket(&name("photos")).put_object(cat, &v1(), at(0)).unwrap();
}

fn lock(store: &MemoryStore, bucket: &str) -> ObjectLock {
    store.bucket(&name(bucket)).version("cat.jpg", &v1()).unwrap().metadata.lock
}

fn change(store: &MemoryStore, value: MetadataValue, seconds: i64) {
    let photos = name("photos");
    store.bucket(&photos).change_metadata("cat.jpg", &v1(), value, at(seconds)).unwrap();
}

fn until(lock: ObjectLock) -> Option<Timestamp> {
    lock.retention.map(|retention| retention.retain_until)
}

/// REP-632: while the hold is on, nobody deletes the version; its replica is held too.
#[test]
fn a_held_version_and_its_replica_cannot_be_deleted() {
    let store = locked(|settings| settings);
    put(&store, Some(on(30)));
    assert_eq!(store.replicate(at(60)).replicated, 1);
    for bucket in ["photos", "backup"] {
        assert_eq!(lock(&store, bucket).event_hold, Some(on(30)));
        let far = at(100 * 365 * DAY);
        let deleted = store.bucket(&name(bucket)).delete_version("cat.jpg", &v1(), far);
        assert!(deleted.unwrap_err().to_string().starts_with("AccessDenied"), "{bucket}");
    }
}

/// REP-632: the release is replicated, and each bucket counts the duration from its own time.
#[test]
fn a_release_is_replicated_and_the_dates_differ() {
    let store = locked(|settings| settings);
    put(&store, Some(on(30)));
    store.replicate(at(60));
    change(&store, MetadataValue::EventHold(Some(off(30))), 100);
    assert_eq!(until(lock(&store, "photos")), Some(at(100 + 30 * DAY)));
    assert_eq!(lock(&store, "backup").event_hold, Some(on(30)));
    let pending = store.bucket(&name("photos")).status("cat.jpg", &v1());
    assert_eq!(pending, Ok(Some(ReplicationStatus::Pending)));

    assert_eq!(store.replicate(at(400)).replicated, 1);
    assert_eq!(lock(&store, "backup").event_hold, Some(off(30)));
    assert_eq!(until(lock(&store, "backup")), Some(at(400 + 30 * DAY)));
    let backup = name("backup");
    let early = store.bucket(&backup).delete_version("cat.jpg", &v1(), at(30 * DAY));
    assert!(early.is_err());
    assert!(store.bucket(&backup).delete_version("cat.jpg", &v1(), at(31 * DAY)).is_ok());
}

/// REP-633: what is retained for longer stays so, in its mode; without a duration nothing begins.
#[test]
fn a_release_shortens_no_retention() {
    let longer = Retention { mode: RetentionMode::Compliance, retain_until: at(90 * DAY) };
    let mut both =
        ObjectLock { retention: Some(longer), event_hold: Some(on(30)), ..ObjectLock::NONE };
    both.set_event_hold(off(30), at(0));
    assert_eq!(both.retention, Some(longer));
    both.set_event_hold(off(3000), at(0));
    assert_eq!(both.retention, Some(longer), "a hold that is off is not released again");

    let shorter = Retention { retain_until: at(DAY), ..longer };
    let mut both = ObjectLock { retention: Some(shorter), ..both };
    both.set_event_hold(on(30), at(0));
    both.set_event_hold(off(30), at(0));
    assert_eq!(both.retention, Some(Retention { retain_until: at(30 * DAY), ..longer }));

    let bare = EventHold { status: EventHoldStatus::On, duration: None };
    let mut lock = ObjectLock { event_hold: Some(bare), ..ObjectLock::NONE };
    assert!(lock.protects(at(DAY)));
    lock.set_event_hold(EventHold { status: EventHoldStatus::Off, ..bare }, at(0));
    assert!(lock.retention.is_none() && !lock.protects(at(0)));
    // The duration of the release counts before that of the hold.
    let mut lock = ObjectLock { event_hold: Some(on(30)), ..ObjectLock::NONE };
    lock.set_event_hold(off(7), at(0));
    assert_eq!(until(lock), Some(at(7 * DAY)));
    assert_eq!(lock.retention.map(|kept| kept.mode), Some(RetentionMode::Governance));
}

/// REP-626: an event hold is an aspect of its own; a release is no change of the retention.
#[test]
fn an_event_hold_has_a_stamp_of_its_own() {
    let photos = name("photos");
    let before = Metadata::new(at(0), photos.clone());
    let mut after = before.clone();
    after.change(MetadataValue::EventHold(Some(on(30))), at(10), &photos);
    after.change(MetadataValue::EventHold(Some(off(30))), at(20), &photos);
    for aspect in MetadataAspect::ALL {
        let is_changed = after.stamp(*aspect) != before.stamp(*aspect);
        assert_eq!(is_changed, *aspect == MetadataAspect::EventHold, "{aspect}");
    }
    assert_eq!(after.lock.retention.unwrap().retain_until, at(20 + 30 * DAY));

    let store = locked(|settings| settings);
    put(&store, Some(on(30)));
    store.replicate(at(60));
    for (seconds, value) in [
        (70, MetadataValue::Tags(vec![Tag::new("a", "b").unwrap()])),
        (80, MetadataValue::LegalHold(Some(LegalHold::On))),
    ] {
        change(&store, value, seconds);
        store.replicate(at(seconds));
        assert_eq!(lock(&store, "backup").event_hold, Some(on(30)));
    }
    // And a change of the hold leaves the legal hold, which the user of the replica removed.
    let value = MetadataValue::LegalHold(Some(LegalHold::Off));
    let backup = name("backup");
    store.bucket(&backup).change_metadata("cat.jpg", &v1(), value, at(90)).unwrap();
    change(&store, MetadataValue::EventHold(Some(on(60))), 100);
    store.replicate(at(100));
    let seen = lock(&store, "backup");
    assert_eq!((seen.event_hold, seen.legal_hold), (Some(on(60)), Some(LegalHold::Off)));
}

/// REP-634: a bucket can hold what is written without a lock of its own.
#[test]
fn a_default_event_hold_is_for_versions_without_a_lock() {
    let duration = EventHoldDuration::days(9).unwrap();
    let store = locked(|settings| settings.with_default_event_hold(duration));
    put(&store, None);
    store.replicate(at(60));
    assert_eq!(lock(&store, "photos"), ObjectLock::NONE);
    assert_eq!(lock(&store, "backup").event_hold, Some(on(9)));

    let backup = name("backup");
    for (key, given) in [
        ("held", ObjectLock { event_hold: Some(on(1)), ..ObjectLock::NONE }),
        (
            "retained",
            ObjectLock {
                retention: Some(Retention {
                    mode: RetentionMode::Governance,
                    retain_until: at(DAY),
                }),
                ..ObjectLock::NONE
            },
        ),
    ] {
        let mut object = NewObject::new(key, "");
        object.lock = given;
        store.bucket(&backup).put_object(object, &v1(), at(0)).unwrap();
        let seen = store.bucket(&backup).version(key, &v1()).unwrap().metadata.lock;
        assert_eq!(seen, given, "{key}");
    }
}

/// REP-619, REP-632: a hold needs Object Lock, at the source and at the destination.
#[test]
fn event_holds_need_object_lock() {
    let store = MemoryStore::new();
    for bucket in ["photos", "backup"] {
        let settings = BucketSettings::new().with_versioning(Versioning::Enabled);
        store.create_bucket(&name(bucket), settings).unwrap();
    }
    let mut cat = NewObject::new("cat.jpg", "meow");
    cat.lock.event_hold = Some(on(30));
    let photos = name("photos");
    let put = store.bucket(&photos).put_object(cat, &v1(), at(0)).unwrap_err();
    assert!(put.to_string().starts_with("InvalidRequest"), "{put}");

    let store = locked(|_| BucketSettings::new().with_versioning(Versioning::Enabled));
    self::put(&store, Some(on(30)));
    // Only the source bucket has Object Lock (REP-619).
    assert_eq!(store.replicate(at(60)).failed, 1);
}

/// S3's event is that of the retention; both words lead to a change of metadata.
#[test]
fn durations_are_limited_and_written_as_they_are_read() {
    assert_eq!(MetadataValue::EventHold(None).event(), Event::ObjectEventHoldPut);
    assert_eq!("s3:ObjectRetention:Put".parse(), Ok(Event::ObjectRetentionPut));
    for (text, is_right) in [
        (r#"{"Status":"ON","Duration":{"Days":36500}}"#, true),
        (r#"{"Status":"OFF","Duration":{"Years":100}}"#, true),
        (r#"{"Status":"ON"}"#, true),
        (r#"{"Status":"ON","Duration":{"Days":36501}}"#, false),
        (r#"{"Status":"ON","Duration":{"Days":0}}"#, false),
        (r#"{"Status":"ON","Duration":{"Years":101}}"#, false),
        (r#"{"Status":"ON","Duration":{"Years":1,"Days":1}}"#, false),
        (r#"{"Status":"HELD"}"#, false),
    ] {
        let read: Result<EventHold, _> = serde_json::from_str(text);
        assert_eq!(read.is_ok(), is_right, "{text}");
        if let Ok(hold) = read {
            assert_eq!(serde_json::to_string(&hold).unwrap(), text);
        }
    }
}
