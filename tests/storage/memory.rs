//! Replication that happens: the store in memory, and what must hold whatever happens in it.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use s3_replication::diagnostic::ServiceErrorCode;
use s3_replication::model::{
    AccessTier, BucketArn, BucketName, BucketSettings, ConfigurationDraft, DefaultRetention,
    EncryptionStatus, Event, LegalHold, ObjectLock, ObjectLockStatus, ReplicationStatus, Retention,
    RetentionMode, RuleDraft, RuleStatus, SourceSelectionDraft, Tag, Timestamp, VersionId,
    Versioning,
};
use s3_replication::replication::{FailureReason, Ledger, NotificationName, ObjectKey, Outcome};
use s3_replication::storage::{
    Destination, Fault, InjectedFault, MemoryStore, Metadata, MetadataChange, MetadataValue,
    NewObject, Source, Stamp, StoredVersion, replicate,
};
use s3_replication::{
    Dialect, Engine, ObjectVersion, Priority, ReplicationConfiguration, RuleFilter, StorageClass,
};

use crate::support::{ROLE, configuration, rule_v2, second as at};

fn id(text: &str) -> VersionId {
    text.parse().unwrap()
}

fn name(text: &str) -> BucketName {
    text.parse().unwrap()
}

/// A store with versioned buckets.
fn store(buckets: &[&str]) -> MemoryStore {
    let store = MemoryStore::new();
    for bucket in buckets {
        // With ACLs, which a new bucket has not.
        let settings = BucketSettings::new().of_older_bucket();
        store.create_bucket(&name(bucket), settings).unwrap();
        store.bucket(&name(bucket)).put_versioning(Versioning::Enabled).unwrap();
    }
    store
}

/// A store in which `photos` replicates to `backup`, by one rule.
fn backed_up(more: &str, end: &str) -> MemoryStore {
    let store = store(&["photos", "backup"]);
    let rule = rule_v2("all", 1, "", "backup", more).replace("</Destination>", end);
    store.bucket(&name("photos")).put_replication(&configuration(&rule), &Dialect::AWS).unwrap();
    store
}

const END: &str = "</Destination>";

fn put(store: &MemoryStore, version: &str, seconds: i64) {
    let object = NewObject::new("cat.jpg", "meow");
    store.bucket(&name("photos")).put_object(object, &id(version), at(seconds)).unwrap();
}

fn statuses(store: &MemoryStore, version: &str) -> [Option<ReplicationStatus>; 2] {
    ["photos", "backup"].map(|bucket| {
        store.bucket(&name(bucket)).status("cat.jpg", &id(version)).unwrap_or_default()
    })
}

/// REP-609, REP-701: key, id, time and bytes of a replica are those of its source.
#[test]
fn a_replica_is_its_source() {
    let store = backed_up("", "<StorageClass>STANDARD_IA</StorageClass></Destination>");
    put(&store, "v1", 0);
    assert_eq!(statuses(&store, "v1"), [Some(ReplicationStatus::Pending), None]);
    let drive = store.replicate(at(60));
    assert_eq!((drive.replicated, drive.failed, drive.open), (1, 0, 0));
    assert_eq!(
        statuses(&store, "v1"),
        [Some(ReplicationStatus::Completed), Some(ReplicationStatus::Replica)]
    );
    let source = store.bucket(&name("photos")).version("cat.jpg", &id("v1")).unwrap();
    let replica = store.bucket(&name("backup")).version("cat.jpg", &id("v1")).unwrap();
    assert_eq!(replica.last_modified, at(0));
    assert_eq!(replica.body, source.body);
    assert_eq!(replica.storage_class, StorageClass::STANDARD_IA);
    assert_eq!(source.storage_class, StorageClass::STANDARD);
    assert_eq!(store.replicate(at(61)).replicated, 0);
}

/// REP-253, and the other things that S3 refuses.
#[test]
fn preconditions_are_those_of_s3() {
    let store = backed_up("", END);
    let answer = |result: Result<(), s3_replication::diagnostic::ServiceError>| {
        result.unwrap_err().to_string()
    };
    let (photos, backup) = (name("photos"), name("backup"));
    let text = answer(store.bucket(&photos).put_versioning(Versioning::Suspended));
    assert!(
        text.starts_with("InvalidBucketState: A replication configuration is present"),
        "{text}"
    );
    let text = answer(store.create_bucket(&photos, BucketSettings::new()));
    assert!(text.starts_with("BucketAlreadyExists"), "{text}");
    put(&store, "v1", 0);
    assert!(answer(store.delete_bucket(&photos)).starts_with("BucketNotEmpty"));
    assert!(answer(store.delete_bucket(&name("nowhere"))).starts_with("NoSuchBucket"));

    let to = |bucket: &str| configuration(&rule_v2("r", 1, "", bucket, ""));
    let put = |bucket: &BucketName, to: &ReplicationConfiguration| {
        answer(store.bucket(bucket).put_replication(to, &Dialect::AWS))
    };
    assert_eq!(put(&photos, &to("nowhere")), "InvalidRequest: Destination bucket must exist.");
    let itself = "InvalidRequest: Destination bucket cannot be the same as the source bucket.";
    assert_eq!(put(&photos, &to("photos")), itself);
    store.create_bucket(&name("plain"), BucketSettings::new()).unwrap();
    let unversioned = "InvalidRequest: Destination bucket must have versioning enabled.";
    assert_eq!(put(&photos, &to("plain")), unversioned);
    assert!(put(&name("plain"), &to("backup")).contains("Versioning must be 'Enabled'"));

    store.bucket(&photos).delete_replication().unwrap();
    store.bucket(&photos).put_versioning(Versioning::Suspended).unwrap();
    let text = answer(store.bucket(&backup).put_versioning(Versioning::Unversioned));
    assert!(text.starts_with("IllegalVersioningConfigurationException"), "{text}");
}

/// REP-704, REP-706: an outage passes, a refusal does not.
#[test]
fn outages_pass_and_refusals_stay() {
    let store = backed_up("", "<Metrics><Status>Enabled</Status></Metrics></Destination>");
    let (photos, backup) = (name("photos"), name("backup"));
    put(&store, "v1", 0);
    for broken in [&photos, &backup] {
        store.bucket(broken).inject_fault(Some(InjectedFault::Outage)).unwrap();
        assert_eq!(store.replicate(at(1)).open, 1);
        store.bucket(broken).inject_fault(None).unwrap();
    }
    assert_eq!(store.replicate(at(2)).replicated, 1);

    put(&store, "v2", 3);
    let reason = FailureReason::DST_PUT_OBJECT_NOT_PERMITTED;
    store.bucket(&backup).inject_fault(Some(InjectedFault::Refusal(reason.clone()))).unwrap();
    let drive = store.replicate(at(4));
    assert_eq!(drive.notifications[0].name, NotificationName::OperationFailedReplication);
    assert_eq!(drive.notifications[0].failure_reason, Some(reason));
    store.bucket(&backup).inject_fault(None).unwrap();
    assert_eq!(store.replicate(at(5)).replicated, 0);
    assert_eq!(statuses(&store, "v2"), [Some(ReplicationStatus::Failed), None]);

    // Versioning of the destination is suspended: that fails for good, too.
    put(&store, "v3", 6);
    store.bucket(&backup).put_versioning(Versioning::Suspended).unwrap();
    let failed = store.replicate(at(7)).notifications;
    assert_eq!(failed[0].failure_reason, Some(FailureReason::DST_BUCKET_UNVERSIONED));
}

/// REP-707.
#[test]
fn lifecycle_is_held_off() {
    let store = backed_up("", END);
    put(&store, "v1", 0);
    let photos = name("photos");
    let glacier = || StorageClass::GLACIER;
    let version = id("v1");
    let transition =
        |s| store.bucket(&photos).transition("cat.jpg", &version, glacier(), at(s)).unwrap();
    let expire = |s| store.bucket(&photos).expire("cat.jpg", &id("gone"), at(s)).unwrap().is_some();
    assert!(!transition(1) && !expire(1));
    store.replicate(at(2));
    assert!(transition(3) && expire(3));
    // REP-513: what lifecycle did stays here.
    assert_eq!(store.replicate(at(4)).replicated, 0);
    let replica = store.bucket(&name("backup")).version("cat.jpg", &id("v1")).unwrap();
    assert_eq!(replica.storage_class, StorageClass::STANDARD);
    assert_eq!(store.bucket(&name("backup")).all_versions().unwrap().len(), 1);
}

/// REP-511, REP-514: delete markers replicate if the rule enables it, deletes of versions never.
#[test]
fn deletes_are_replicated_as_markers_only() {
    for (text, marked) in [("Enabled", 2), ("Disabled", 1)] {
        let store = store(&["photos", "backup"]);
        let on = format!("<DeleteMarkerReplication><Status>{text}<");
        let off = "<DeleteMarkerReplication><Status>Disabled<";
        let rule = rule_v2("all", 1, "", "backup", "").replace(off, &on);
        store
            .bucket(&name("photos"))
            .put_replication(&configuration(&rule), &Dialect::AWS)
            .unwrap();
        put(&store, "v1", 0);
        store.bucket(&name("photos")).delete_object("cat.jpg", &id("m1"), at(1)).unwrap();
        store.replicate(at(2));
        let versions = store.bucket(&name("backup")).all_versions().unwrap();
        assert_eq!(versions.len(), marked);
        assert_eq!(versions[0].delete_marker.is_some(), marked == 2);
        store.bucket(&name("photos")).delete_version("cat.jpg", &id("v1"), at(3)).unwrap();
        store.replicate(at(4));
        assert_eq!(store.bucket(&name("backup")).all_versions().unwrap().len(), marked);
    }
}

/// REP-607: the lock of a source wins over the default of the destination, which applies otherwise.
#[test]
fn locks_go_with_their_versions() {
    let mut locked = BucketSettings::new();
    locked.object_lock = Some(ObjectLockStatus::Enabled);
    locked.default_retention = Some(DefaultRetention { mode: RetentionMode::Governance, days: 10 });
    let store = MemoryStore::new();
    let mut source = BucketSettings::new();
    source.object_lock = Some(ObjectLockStatus::Enabled);
    for (bucket, settings) in [("photos", source), ("backup", locked)] {
        store.create_bucket(&name(bucket), settings).unwrap();
        store.bucket(&name(bucket)).put_versioning(Versioning::Enabled).unwrap();
    }
    let rule = configuration(&rule_v2("all", 1, "", "backup", ""));
    store.bucket(&name("photos")).put_replication(&rule, &Dialect::AWS).unwrap();
    put(&store, "v1", 0);
    store.replicate(at(1));
    let lock = |version: &str| {
        store.bucket(&name("backup")).version("cat.jpg", &id(version)).unwrap().metadata.lock
    };
    let retention = lock("v1").retention.unwrap();
    assert_eq!(retention.retain_until, at(10 * 24 * 3600));
    let refused =
        store.bucket(&name("backup")).delete_version("cat.jpg", &id("v1"), at(2)).unwrap_err();
    assert!(refused.to_string().starts_with("AccessDenied"));

    put(&store, "v2", 3);
    let version = id("v2");
    // REP-515: later changes follow, and leave the default retention of the destination alone.
    for (seconds, hold) in [(4, LegalHold::On), (6, LegalHold::Off)] {
        let value = MetadataValue::LegalHold(Some(hold));
        store
            .bucket(&name("photos"))
            .change_metadata("cat.jpg", &version, value, at(seconds))
            .unwrap();
        store.replicate(at(seconds + 1));
        assert_eq!(lock("v2").legal_hold, Some(hold));
    }
    assert_eq!(lock("v2").retention.unwrap().retain_until, at(3 + 10 * 24 * 3600));
}

/// REP-516, REP-602: the ACL of the source goes only to a replica that its owner owns.
#[test]
fn acls_stay_behind_under_owner_override() {
    let translated = "<Account>210987654321</Account><AccessControlTranslation>\
        <Owner>Destination</Owner></AccessControlTranslation></Destination>";
    for (end, expected) in [(END, "public-read"), (translated, "")] {
        let store = backed_up("", end);
        let version = id("v1");
        let acl_of_replica =
            || store.bucket(&name("backup")).version("cat.jpg", &id("v1")).unwrap().metadata.acl;
        put(&store, "v1", 0);
        let acl = MetadataValue::Acl("public-read".to_owned());
        store.bucket(&name("photos")).change_metadata("cat.jpg", &version, acl, at(1)).unwrap();
        store.replicate(at(2));
        assert_eq!(acl_of_replica(), expected);
        let tags = MetadataValue::Tags(vec![Tag::new("a", "b").unwrap()]);
        store.bucket(&name("photos")).change_metadata("cat.jpg", &version, tags, at(3)).unwrap();
        store.replicate(at(4));
        assert_eq!(acl_of_replica(), expected);
        let replica = store.bucket(&name("backup")).version("cat.jpg", &id("v1")).unwrap();
        assert_eq!(replica.metadata.tags.len(), 1);
    }
}

/// REP-613: the owner of a replica decides about its ACL, not the current rule.
#[test]
fn owner_override_lasts() {
    let translated = "<Account>210987654321</Account><AccessControlTranslation>\
        <Owner>Destination</Owner></AccessControlTranslation></Destination>";
    for (first, second, kept) in [(END, translated, "public-read"), (translated, END, "")] {
        let store = backed_up("", first);
        let (photos, version) = (name("photos"), id("v1"));
        let mut object = NewObject::new("cat.jpg", "meow");
        object.acl = "public-read".to_owned();
        store.bucket(&photos).put_object(object, &version, at(0)).unwrap();
        store.replicate(at(1));
        let rule = rule_v2("all", 1, "", "backup", "").replace(END, second);
        store.bucket(&photos).put_replication(&configuration(&rule), &Dialect::AWS).unwrap();
        let tags = MetadataValue::Tags(vec![Tag::new("a", "b").unwrap()]);
        store.bucket(&photos).change_metadata("cat.jpg", &version, tags, at(2)).unwrap();
        assert_eq!(store.replicate(at(3)).replicated, 1);
        let replica = store.bucket(&name("backup")).version("cat.jpg", &version).unwrap();
        assert_eq!((replica.metadata.acl.as_str(), replica.metadata.tags.len()), (kept, 1));
    }
}

/// Another implementation of the traits: it has every version and accepts everything.
struct Anything;

impl Source for Anything {
    type Body = ();
    type Error = String;

    fn read(&self, key: &ObjectKey, id: &VersionId) -> Result<StoredVersion<()>, Fault<String>> {
        let metadata = Metadata::new(at(0), name("photos"));
        Ok(StoredVersion::new(key.clone(), id.clone(), (), 0, metadata))
    }

    fn versions(
        &self,
        _: Option<(&ObjectKey, &VersionId)>,
        _: usize,
    ) -> Result<Vec<StoredVersion<()>>, Fault<String>> {
        Ok(Vec::new())
    }
}

impl Destination<()> for Anything {
    type Error = String;

    fn put_replica(&self, _: &BucketArn, _: StoredVersion<()>) -> Result<(), Fault<String>> {
        Ok(())
    }

    fn put_metadata(
        &self,
        _: &BucketArn,
        _: &ObjectKey,
        _: &VersionId,
        _: &MetadataChange,
    ) -> Result<(), Fault<String>> {
        Ok(())
    }

    fn delete_replica(
        &self,
        _: &BucketArn,
        _: &ObjectKey,
        _: &VersionId,
        _: Timestamp,
    ) -> Result<(), Fault<String>> {
        Ok(())
    }
}

/// A run that is stopped leaves the rest for the next one.
#[test]
fn a_run_can_be_stopped() {
    let rules = rule_v2("a", 1, "", "aaa", "") + &rule_v2("b", 2, "", "bbb", "");
    let mut ledger = Ledger::new(name("photos"), Engine::new(&configuration(&rules)));
    let version_id = id("v1");
    let mut version = ObjectVersion::new("cat.jpg");
    version.version_id = Some(&version_id);
    let tasks = ledger.observe(&version, Event::ObjectCreatedPut, at(0)).unwrap().tasks;
    let mut reported = Vec::new();
    for left in [1, 0] {
        let drive = replicate(&mut ledger, &Anything, &Anything, at(1), |task, outcome| {
            reported.push((task.id, outcome.clone()));
            ControlFlow::Break(())
        });
        assert_eq!((drive.replicated, drive.open), (1, left));
    }
    assert_eq!(reported, [0, 1].map(|at: usize| (tasks[at].id, Outcome::Replicated)));
}

/// A step of a random history of a topology.
#[derive(Clone, Debug)]
enum Step {
    Put { bucket: usize, key: Index, tagged: bool },
    Delete { bucket: usize, key: Index },
    Tag { version: Index, bucket: usize, value: u8 },
    Break { bucket: usize, passing: bool },
    Repair { bucket: usize },
    Run,
}

const BUCKETS: [&str; 3] = ["aaa", "bbb", "ccc"];
const KEYS: [&str; 3] = ["a", "ab", "b"];

fn step() -> impl Strategy<Value = Step> {
    let bucket = || 0..BUCKETS.len();
    prop_oneof![
        5 => (bucket(), any::<Index>(), any::<bool>())
            .prop_map(|(bucket, key, tagged)| Step::Put { bucket, key, tagged }),
        1 => (bucket(), any::<Index>()).prop_map(|(bucket, key)| Step::Delete { bucket, key }),
        4 => (any::<Index>(), bucket(), 0..5u8)
            .prop_map(|(version, bucket, value)| Step::Tag { version, bucket, value }),
        1 => (bucket(), any::<bool>()).prop_map(|(bucket, passing)| Step::Break { bucket, passing }),
        2 => bucket().prop_map(|bucket| Step::Repair { bucket }),
        3 => Just(Step::Run),
    ]
}

/// For each bucket rules to the other two, or none.
fn topology() -> impl Strategy<Value = Vec<Option<ReplicationConfiguration>>> {
    let rule = (any::<bool>(), any::<bool>(), 0..3u8, 1..=2usize);
    let rules = vec(rule, 0..=3);
    vec(rules, BUCKETS.len()).prop_map(|buckets| {
        let configured = buckets.into_iter().enumerate().map(|(from, rules)| {
            let mut draft = ConfigurationDraft::new(ROLE.parse().unwrap());
            for (priority, (markers, sync, filter, to)) in (0..).zip(rules) {
                let bucket = BUCKETS[(from + to) % BUCKETS.len()];
                let mut rule = RuleDraft::new(format!("arn:aws:s3:::{bucket}").parse().unwrap())
                    .with_priority(Priority::new(priority).unwrap());
                if filter == 2 {
                    let tagged = RuleFilter::ALL.and_tag(Tag::new("t", "1").unwrap());
                    rule = rule.with_filter(&tagged);
                } else {
                    let prefix = ["", "a"][usize::from(filter)].parse().unwrap();
                    rule = rule.with_filter(&RuleFilter::prefix(prefix));
                    rule = rule.with_delete_marker_replication(if markers {
                        RuleStatus::Enabled
                    } else {
                        RuleStatus::Disabled
                    });
                }
                if sync {
                    let mut selection = SourceSelectionDraft::default();
                    selection.replica_modifications = Some(RuleStatus::Enabled);
                    rule.source_selection_criteria = Some(selection);
                }
                draft = draft.with_rule(rule);
            }
            (!draft.rules.is_empty()).then(|| draft.validate(&Dialect::AWS).unwrap())
        });
        configured.collect()
    })
}

/// The bucket of a version, and its destinations at the time of writing.
struct Written {
    key: &'static str,
    bucket: usize,
    destinations: Vec<String>,
}

struct World {
    store: MemoryStore,
    engines: Vec<Option<Engine>>,
    written: BTreeMap<String, Written>,
    now: i64,
    steps: u32,
}

impl World {
    fn new(topology: &[Option<ReplicationConfiguration>]) -> Self {
        let store = store(&BUCKETS);
        for (bucket, configuration) in BUCKETS.iter().zip(topology) {
            if let Some(configuration) = configuration {
                store.bucket(&name(bucket)).put_replication(configuration, &Dialect::AWS).unwrap();
            }
        }
        let engines = topology.iter().map(|one| one.as_ref().map(Engine::new)).collect();
        Self { store, engines, written: BTreeMap::new(), now: 0, steps: 0 }
    }

    /// Notes a version that is about to be written, and returns its id.
    fn note(&mut self, bucket: usize, key: &'static str, tags: &[Tag], event: Event) -> VersionId {
        let text = format!("v{}", self.written.len());
        let version = match event {
            Event::ObjectCreatedPut => ObjectVersion::new(key).with_tags(tags),
            _ => ObjectVersion::delete_marker(key),
        };
        let destinations = self.engines[bucket].as_ref().map_or(Vec::new(), |engine| {
            let decision = engine.decide(&version, event);
            decision.replications().map(|made| made.bucket().name().to_string()).collect()
        });
        self.written.insert(text.clone(), Written { key, bucket, destinations });
        id(&text)
    }

    fn play(&mut self, step: &Step) {
        // Some steps fall on one moment.
        self.steps += 1;
        self.now += i64::from(!self.steps.is_multiple_of(3));
        let now = at(self.now);
        match step {
            Step::Put { bucket, key, tagged } => {
                let key = *key.get(&KEYS);
                let tags: Vec<Tag> =
                    tagged.then(|| Tag::new("t", "1").unwrap()).into_iter().collect();
                let id = self.note(*bucket, key, &tags, Event::ObjectCreatedPut);
                let mut object = NewObject::new(key, id.as_str());
                object.tags = tags;
                self.store.bucket(&name(BUCKETS[*bucket])).put_object(object, &id, now).unwrap();
            }
            Step::Delete { bucket, key } => {
                let key = *key.get(&KEYS);
                let id = self.note(*bucket, key, &[], Event::ObjectRemovedDeleteMarkerCreated);
                self.store.bucket(&name(BUCKETS[*bucket])).delete_object(key, &id, now).unwrap();
            }
            Step::Tag { version, bucket, value } => {
                let Some(which) =
                    (!self.written.is_empty()).then(|| version.index(self.written.len()))
                else {
                    return;
                };
                let (text, written) = self.written.iter().nth(which).unwrap();
                let value = match value {
                    0..3 => MetadataValue::Tags(tagged(&value.to_string())),
                    _ => MetadataValue::Acl(format!("acl {value}")),
                };
                // The version may not be in this bucket, or be a delete marker.
                let bucket = name(BUCKETS[*bucket]);
                let _ =
                    self.store.bucket(&bucket).change_metadata(written.key, &id(text), value, now);
            }
            Step::Break { bucket, passing } => {
                let refuses =
                    || InjectedFault::Refusal(FailureReason::DST_PUT_OBJECT_NOT_PERMITTED);
                let fault = if *passing { InjectedFault::Outage } else { refuses() };
                self.store.bucket(&name(BUCKETS[*bucket])).inject_fault(Some(fault)).unwrap();
            }
            Step::Repair { bucket } => {
                self.store.bucket(&name(BUCKETS[*bucket])).inject_fault(None).unwrap();
            }
            Step::Run => drop(self.store.replicate(now)),
        }
    }

    /// Removes all faults and replicates until nothing is pending.
    fn settle(&mut self) {
        for bucket in BUCKETS {
            self.store.bucket(&name(bucket)).inject_fault(None).unwrap();
        }
        self.now += 1;
        assert_eq!(self.store.replicate(at(self.now)).open, 0);
        // Nothing that replication did is a reason for more of it.
        self.now += 1;
        assert_eq!(self.store.replicate(at(self.now)).replicated, 0, "an echo");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// REP-503, REP-609: nothing is lost, nothing is extra, and nothing echoes, whatever buckets
    /// replicate to whatever others, and whatever breaks.
    #[test]
    fn versions_are_where_rules_sent_them(
        topology in topology(),
        steps in vec(step(), 1..60),
    ) {
        let mut world = World::new(&topology);
        for step in &steps {
            world.play(step);
        }
        world.settle();
        for (text, written) in &world.written {
            let version = id(text);
            let source = name(BUCKETS[written.bucket]);
            let original = world.store.bucket(&source).version(written.key, &version).unwrap();
            let status = world.store.bucket(&source).status(written.key, &version).unwrap();
            prop_assert_ne!(status, Some(ReplicationStatus::Pending));
            for bucket in BUCKETS.iter().filter(|bucket| name(bucket) != source) {
                let found = world.store.bucket(&name(bucket)).version(written.key, &version);
                let sent = written.destinations.iter().any(|one| one == bucket);
                prop_assert!(sent || found.is_err(), "{text} is extra in {bucket}");
                match found {
                    Ok(replica) => {
                        prop_assert_eq!(replica.last_modified, original.last_modified);
                        prop_assert_eq!(replica.body, original.body.clone());
                    }
                    Err(_) if sent => prop_assert_eq!(status, Some(ReplicationStatus::Failed)),
                    Err(_) => {}
                }
            }
            if written.destinations.is_empty() {
                prop_assert_eq!(status, None);
            }
        }
    }

    /// REP-610, REP-517: two buckets that replicate to each other, with replica modification sync on
    /// both sides, end with the same metadata, whichever side changed it and whenever changes arrived.
    #[test]
    fn two_way_metadata_converges(steps in vec(step(), 1..60)) {
        let two_way = |to: &str| {
            let mut rule = RuleDraft::new(format!("arn:aws:s3:::{to}").parse().unwrap())
                .with_priority(Priority::new(1).unwrap());
            let mut selection = SourceSelectionDraft::default();
            selection.replica_modifications = Some(RuleStatus::Enabled);
            rule.source_selection_criteria = Some(selection);
            let draft = ConfigurationDraft::new(ROLE.parse().unwrap()).with_rule(rule);
            Some(draft.validate(&Dialect::AWS).unwrap())
        };
        let mut world = World::new(&[two_way("bbb"), two_way("aaa"), None]);
        let lasting = |step: &&Step| !matches!(step, Step::Break { passing: false, .. });
        for step in steps.iter().filter(lasting) {
            world.play(step);
        }
        world.settle();
        for (text, written) in &world.written {
            let of = |bucket| world.store.bucket(&name(bucket)).version(written.key, &id(text));
            if let (Ok(one), Ok(other)) = (of("aaa"), of("bbb")) {
                prop_assert_eq!(one.metadata, other.metadata);
            }
        }
    }
}

/// A naive model of a bucket with many versions of few keys.
#[derive(Default)]
struct Plain(Vec<(&'static str, String, i64)>);

impl Plain {
    /// A version that is written again with the same time stays where it is.
    fn put(&mut self, key: &'static str, id: &str, seconds: i64) {
        if !self.0.contains(&(key, id.to_owned(), seconds)) {
            self.remove(key, id);
            self.0.push((key, id.to_owned(), seconds));
        }
    }

    fn remove(&mut self, key: &str, id: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|(its_key, its_id, _)| *its_key != key || its_id != id);
        self.0.len() < before
    }

    /// By key, the latest first; of one moment, what was written last.
    fn listed(&self) -> Vec<(String, String)> {
        let mut all: Vec<_> = self.0.iter().enumerate().collect();
        all.sort_by_key(|(at, (key, _, seconds))| (*key, -seconds, std::cmp::Reverse(*at)));
        all.into_iter().map(|(_, (key, id, _))| ((*key).to_owned(), id.clone())).collect()
    }
}

proptest! {
    /// Versions are listed in S3's order, whatever the order they come in, on pages of any size,
    /// however many a key has.
    #[test]
    fn versions_are_listed_in_order(
        writes in vec((0..2_usize, 0..80_u8, 0..6_i64, 0..8_u8), 1..250),
        limit in 1..40_usize,
    ) {
        let (store, mut plain) = (store(&["backup"]), Plain::default());
        let backup = name("backup");
        for (key, version, seconds, what) in writes {
            let (key, version) = (["a", "a/b"][key], format!("v{version}"));
            if what == 0 {
                let gone = store.bucket(&backup).delete_version(key, &id(&version), at(9)).is_ok();
                prop_assert_eq!(gone, plain.remove(key, &version));
            } else {
                let metadata = Metadata::new(at(seconds), name("photos"));
                let replica =
                    StoredVersion::new(key.into(), id(&version), vec![].into(), 0, metadata);
                let arn: BucketArn = "arn:aws:s3:::backup".parse().unwrap();
                store.put_replica(&arn, replica).unwrap();
                plain.put(key, &version, seconds);
            }
        }
        let mut pages = Vec::new();
        loop {
            let after = pages.last().map(|(key, id): &(ObjectKey, VersionId)| (key, id));
            let page = store.bucket(&backup).versions(after, limit).unwrap();
            prop_assert!(page.len() <= limit);
            if page.is_empty() {
                break;
            }
            pages.extend(page.into_iter().map(|one| (one.key, one.version_id)));
        }
        let listed: Vec<_> =
            pages.iter().map(|(key, id)| (key.to_string(), id.to_string())).collect();
        prop_assert_eq!(&listed, &plain.listed());
        for (key, version) in &plain.listed() {
            prop_assert!(store.bucket(&backup).version(key, &id(version)).is_ok());
        }
        let latest = store.bucket(&backup).latest("a").unwrap().map(|id| id.to_string());
        let expected = listed.iter().find(|(key, _)| key == "a").map(|(_, id)| id.clone());
        prop_assert_eq!(latest, expected);
    }
}

/// A page begins with the key of a version that is gone: nothing is left out.
#[test]
fn a_page_behind_a_version_that_is_gone_begins_with_its_key() {
    let store = store(&["photos"]);
    let photos = name("photos");
    for (key, version) in [("a", "v1"), ("a", "v2"), ("b", "v3")] {
        store.bucket(&photos).put_object(NewObject::new(key, ""), &id(version), at(0)).unwrap();
    }
    store.bucket(&photos).delete_version("a", &id("v2"), at(1)).unwrap();
    let page = store.bucket(&photos).list(Some((&"a".into(), &id("v2"))), 9).unwrap();
    assert_eq!(page.iter().map(|one| one.version_id.as_str()).collect::<Vec<_>>(), ["v1", "v3"]);
    let nothing = store.bucket(&photos).list(Some((&"z".into(), &id("v"))), 9).unwrap();
    assert!(nothing.is_empty());
}

/// An object written again after its metadata changed in the destination keeps the newer metadata.
#[test]
fn a_replica_written_again_keeps_newer_metadata() {
    let store = store(&["backup"]);
    let backup: BucketArn = "arn:aws:s3:::backup".parse().unwrap();
    let replica = || {
        let metadata = Metadata::new(at(0), name("photos"));
        StoredVersion::new("k".into(), id("v"), vec![].into(), 0, metadata)
    };
    store.put_replica(&backup, replica()).unwrap();
    let tag = Tag::new("note", "newer").unwrap();
    let tags = MetadataValue::Tags(vec![tag.clone()]);
    store.bucket(backup.name()).change_metadata("k", &id("v"), tags, at(1)).unwrap();
    store.put_replica(&backup, replica()).unwrap();
    assert_eq!(store.bucket(backup.name()).version("k", &id("v")).unwrap().metadata.tags, [tag]);
}

/// REP-506, REP-507: archives, and what comes back from them.
#[test]
fn archived_versions_can_be_restored() {
    let store = backed_up("", END);
    let photos = name("photos");
    let put = |class: StorageClass, version: &str| {
        let mut object = NewObject::new("k", "");
        object.storage_class = class;
        store.bucket(&photos).put_object(object, &id(version), at(0)).unwrap();
        store.bucket(&photos).status("k", &id(version)).unwrap()
    };
    assert_eq!(put(StorageClass::GLACIER, "cold"), None);
    store.bucket(&photos).restore("k", &id("cold"), at(99), at(1)).unwrap();
    assert_eq!(store.bucket(&photos).restored_until("k", &id("cold")).unwrap(), Some(at(99)));
    assert_eq!(store.bucket(&photos).status("k", &id("cold")).unwrap(), None);

    assert_eq!(put(StorageClass::INTELLIGENT_TIERING, "tiered"), Some(ReplicationStatus::Pending));
    store.replicate(at(1));
    let move_to = |tier| store.bucket(&photos).move_to_tier("k", &id("tiered"), tier, at(2));
    let tier = || store.bucket(&photos).version("k", &id("tiered")).unwrap().access_tier;
    move_to(AccessTier::DeepArchive).unwrap();
    assert_eq!(tier(), Some(AccessTier::DeepArchive));
    store.bucket(&photos).restore("k", &id("tiered"), at(99), at(3)).unwrap();
    assert_eq!(tier(), Some(AccessTier::Frequent));
    let again = store.bucket(&photos).restore("k", &id("tiered"), at(99), at(4)).unwrap_err();
    assert_eq!((again.code.as_str(), again.http_status()), ("InvalidObjectState", 403));
    let wrong = store.bucket(&photos).move_to_tier("k", &id("cold"), AccessTier::Frequent, at(4));
    assert_eq!(wrong.unwrap_err().code.as_str(), "InvalidObjectState");
}

/// REP-704, REP-707: tasks of a slow bucket stay pending for its delay.
#[test]
fn slow_buckets_take_their_time() {
    let store = backed_up("", END);
    put(&store, "v1", 0);
    for slow in ["photos", "backup"] {
        store.bucket(&name(slow)).inject_fault(Some(InjectedFault::Slow(60))).unwrap();
    }
    assert_eq!(store.replicate(at(59)).open, 1);
    assert_eq!(
        store.bucket(&name("photos")).expire_version("cat.jpg", &id("v1"), at(59)),
        Ok(None)
    );
    assert_eq!(store.replicate(at(60)).replicated, 1);
    let gone = store.bucket(&name("photos")).expire_version("cat.jpg", &id("v1"), at(61));
    assert_eq!(gone, Ok(Some(Vec::new())));
    assert!(store.bucket(&name("photos")).version("cat.jpg", &id("v1")).is_err());
}

/// Locks need Object Lock, in requests as in replicas (REP-607).
#[test]
fn locks_need_object_lock() {
    let store = backed_up("", END);
    put(&store, "v1", 0);
    let photos = name("photos");
    let hold = MetadataValue::LegalHold(Some(LegalHold::On));
    let refused = store.bucket(&photos).change_metadata("cat.jpg", &id("v1"), hold, at(1));
    assert_eq!(refused.unwrap_err().code.as_str(), "InvalidRequest");
    let lock = store.bucket(&photos).version("cat.jpg", &id("v1")).unwrap().metadata.lock;
    assert_eq!(lock, ObjectLock::default());
    let mut object = NewObject::new("k", "");
    object.lock.legal_hold = Some(LegalHold::On);
    let refused = store.bucket(&photos).put_object(object, &id("v2"), at(1)).unwrap_err();
    assert_eq!(refused.code.as_str(), "InvalidRequest");
}

/// A version without its body is JSON, and reads back equal.
#[test]
fn versions_can_be_kept_beside_their_bytes() {
    let mut version =
        StoredVersion::new("k".into(), id("v"), (), 7, Metadata::new(at(0), name("photos")));
    version.metadata.tags.push(Tag::new("a", "b").unwrap());
    version.metadata.lock.legal_hold = Some(LegalHold::Off);
    version.user_metadata.insert("Content-Type".into(), "text/plain".into());
    let text = serde_json::to_string(&version).unwrap();
    let read: StoredVersion<()> = serde_json::from_str(&text).unwrap();
    assert_eq!(read.with_body(Some(())), version);
}

/// Settings that a bucket gets later apply to what is written from then on, also by replication.
#[test]
fn buckets_can_change_their_defaults() {
    let store = backed_up("", END);
    let backup = name("backup");
    put(&store, "v1", 0);
    store.replicate(at(1));
    store
        .bucket(&backup)
        .put_default_encryption(Some(EncryptionStatus::SseKms), None, true)
        .unwrap();
    let retention = DefaultRetention { mode: RetentionMode::Governance, days: 1 };
    store.bucket(&backup).put_object_lock(Some(retention)).unwrap();
    put(&store, "v2", 2);
    store.replicate(at(3));
    let replica = |version: &str| store.bucket(&backup).version("cat.jpg", &id(version)).unwrap();
    assert_eq!(replica("v1").encryption, Some(EncryptionStatus::SseS3));
    assert_eq!(replica("v1").metadata.lock.retention, None);
    // A replica keeps the encryption of its source.
    assert_eq!(replica("v2").encryption, Some(EncryptionStatus::SseS3));
    assert!(replica("v2").metadata.lock.retention.is_some());
    let own = NewObject::new("own.jpg", "meow");
    store.bucket(&backup).put_object(own, &id("v3"), at(4)).unwrap();
    let own = store.bucket(&backup).version("own.jpg", &id("v3")).unwrap();
    assert_eq!(own.encryption, Some(EncryptionStatus::SseKms));
    let refused = store.bucket(&backup).put_versioning(Versioning::Suspended).unwrap_err();
    assert_eq!(refused.code, ServiceErrorCode::INVALID_BUCKET_STATE);
}

fn tagged(value: &str) -> Vec<Tag> {
    vec![Tag::new("note", value).unwrap()]
}

fn tag_at(store: &MemoryStore, bucket: &str, value: &str, seconds: i64) {
    let tags = MetadataValue::Tags(tagged(value));
    store.bucket(&name(bucket)).change_metadata("cat.jpg", &id("v1"), tags, at(seconds)).unwrap();
}

/// REP-610: changes of one moment come one after the other, and each arrives.
#[test]
fn changes_of_one_moment_arrive() {
    let store = backed_up("", END);
    put(&store, "v1", 0);
    store.replicate(at(0));
    for value in ["first", "second", "third"] {
        tag_at(&store, "photos", value, 0);
        assert_eq!(store.replicate(at(0)).replicated, 1);
        let replica = store.bucket(&name("backup")).version("cat.jpg", &id("v1")).unwrap();
        assert_eq!(replica.metadata.tags, tagged(value));
    }
}

/// REP-613: the ACL of a replica of the bucket owner is not replicated.
#[test]
fn the_acl_of_an_overridden_replica_goes_nowhere() {
    let store = store(&["photos", "backup"]);
    let sync = "<SourceSelectionCriteria><ReplicaModifications><Status>Enabled</Status>\
                </ReplicaModifications></SourceSelectionCriteria>";
    let over = "<Account>210987654321</Account><AccessControlTranslation><Owner>Destination</Owner>\
                </AccessControlTranslation></Destination>";
    let there = rule_v2("r", 1, "", "backup", sync).replace(END, over);
    store.bucket(&name("photos")).put_replication(&configuration(&there), &Dialect::AWS).unwrap();
    let back = configuration(&rule_v2("r", 1, "", "photos", sync));
    store.bucket(&name("backup")).put_replication(&back, &Dialect::AWS).unwrap();
    let mut object = NewObject::new("cat.jpg", "meow");
    object.acl = "secret".to_owned();
    store.bucket(&name("photos")).put_object(object, &id("v1"), at(0)).unwrap();
    store.replicate(at(1));
    tag_at(&store, "backup", "seen", 2);
    assert_eq!(store.replicate(at(3)).replicated, 1);
    let original = store.bucket(&name("photos")).version("cat.jpg", &id("v1")).unwrap().metadata;
    assert_eq!((original.acl.as_str(), original.tags), ("secret", tagged("seen")));
}

/// REP-618: without a configuration nothing goes on, and what is deleted is forgotten.
#[test]
fn nothing_goes_on_without_a_configuration() {
    let store = backed_up("", END);
    let photos = name("photos");
    for version in ["v1", "v2"] {
        put(&store, version, 0);
    }
    store.bucket(&photos).delete_replication().unwrap();
    store.bucket(&photos).delete_version("cat.jpg", &id("v2"), at(1)).unwrap();
    let drive = store.replicate(at(2));
    assert_eq!((drive.replicated, drive.failed, drive.open), (0, 1, 0));
    assert_eq!(statuses(&store, "v1"), [Some(ReplicationStatus::Failed), None]);
    let failure = |ledger: &Ledger| ledger.destinations("cat.jpg", &id("v1"))[0].failure().cloned();
    let expected = FailureReason::SRC_BUCKET_REPLICATION_CONFIG_MISSING;
    assert_eq!(store.bucket(&photos).read_ledger(failure), Some(Some(expected)));
    assert!(store.bucket(&photos).status("cat.jpg", &id("v2")).is_err());

    // A null version that is written again is another one.
    store.bucket(&photos).put_versioning(Versioning::Suspended).unwrap();
    put(&store, "null", 3);
    assert_eq!(store.replicate(at(4)).replicated, 0);
    assert_eq!(store.bucket(&photos).status("cat.jpg", &VersionId::null()).unwrap(), None);
}

/// REP-619: Object Lock at the source needs it at the destination, for versions without locks, too.
#[test]
fn a_locked_bucket_replicates_to_locked_buckets() {
    let store = MemoryStore::new();
    let mut locked = BucketSettings::new();
    locked.object_lock = Some(ObjectLockStatus::Enabled);
    store.create_bucket(&name("photos"), locked).unwrap();
    store.create_bucket(&name("backup"), BucketSettings::new()).unwrap();
    store.bucket(&name("backup")).put_versioning(Versioning::Enabled).unwrap();
    let to = configuration(&rule_v2("r", 1, "", "backup", ""));
    store.bucket(&name("photos")).put_replication(&to, &Dialect::AWS).unwrap();
    put(&store, "v1", 0);
    assert_eq!(store.replicate(at(1)).failed, 1);
    let failure = |ledger: &Ledger| ledger.destinations("cat.jpg", &id("v1"))[0].failure().cloned();
    let expected = FailureReason::DST_BUCKET_OBJECT_LOCK_CONFIG_MISSING;
    assert_eq!(store.bucket(&name("photos")).read_ledger(failure), Some(Some(expected)));
    store.bucket(&name("photos")).delete_replication().unwrap();
    let refused = store.bucket(&name("photos")).put_versioning(Versioning::Suspended).unwrap_err();
    assert_eq!(refused.code.as_str(), "InvalidBucketState");
}

/// Retention can be made stricter and longer, not weaker or shorter, while it lasts.
#[test]
fn retention_is_never_weakened() {
    use RetentionMode::{Compliance, Governance};
    let store = MemoryStore::new();
    let mut locked = BucketSettings::new();
    locked.object_lock = Some(ObjectLockStatus::Enabled);
    store.create_bucket(&name("photos"), locked).unwrap();
    put(&store, "v1", 0);
    let set = |mode, until: i64, now: i64| {
        let retention = MetadataValue::Retention(Some(Retention { mode, retain_until: at(until) }));
        let set =
            store.bucket(&name("photos")).change_metadata("cat.jpg", &id("v1"), retention, at(now));
        set.map_err(|error| error.code.as_str().to_owned())
    };
    assert_eq!(set(Governance, 1, 1), Err("InvalidArgument".to_owned()));
    assert_eq!(set(Governance, 100, 1), Ok(()));
    assert_eq!(set(Governance, 99, 2), Err("AccessDenied".to_owned()));
    assert_eq!(set(Compliance, 100, 2), Ok(()));
    assert_eq!(set(Governance, 200, 3), Err("AccessDenied".to_owned()));
    assert_eq!(set(Compliance, 200, 3), Ok(()));
    assert_eq!(set(Governance, 300, 201), Ok(()), "it is over");
}

/// REP-980: a replica that returns to its original changes neither it nor its status, and a restored
/// copy stays.
#[test]
fn an_original_stays_an_original() {
    let store = backed_up("", END);
    let photos = name("photos");
    let mut archived = NewObject::new("cat.jpg", "meow");
    archived.storage_class = StorageClass::GLACIER;
    store.bucket(&photos).put_object(archived, &id("v1"), at(0)).unwrap();
    store.bucket(&photos).restore("cat.jpg", &id("v1"), at(900), at(1)).unwrap();
    let before = store.bucket(&photos).version("cat.jpg", &id("v1")).unwrap();
    let mut replica = before.clone();
    replica.storage_class = StorageClass::STANDARD_IA;
    let arn: BucketArn = "arn:aws:s3:::photos".parse().unwrap();
    store.put_replica(&arn, replica).unwrap();
    assert_eq!(store.bucket(&photos).version("cat.jpg", &id("v1")), Ok(before));
    assert_eq!(store.bucket(&photos).status("cat.jpg", &id("v1")), Ok(None));
    assert_eq!(store.bucket(&photos).restored_until("cat.jpg", &id("v1")), Ok(Some(at(900))));
}

/// REP-616, REP-625: a null version that Object Lock protects is not replaced, and metadata with a lock
/// needs a bucket with Object Lock.
#[test]
fn object_lock_protects_null_versions() {
    let store = store(&["plain"]);
    let locked = BucketSettings::new().with_object_lock(ObjectLockStatus::Enabled);
    store.create_bucket(&name("locked"), locked).unwrap();
    let arn: BucketArn = "arn:aws:s3:::locked".parse().unwrap();
    let null = |seconds| {
        let metadata = Metadata::new(at(seconds), name("photos"));
        StoredVersion::new("k".into(), VersionId::null(), vec![].into(), 0, metadata)
    };
    let retention = |until| Retention { mode: RetentionMode::Governance, retain_until: at(until) };
    let mut first = null(0);
    first.metadata.lock.retention = Some(retention(50));
    store.put_replica(&arn, first).unwrap();
    let Err(Fault::Permanent(reason, _)) = store.put_replica(&arn, null(10)) else {
        panic!("a protected version is gone")
    };
    assert_eq!(reason, FailureReason::DST_PUT_OBJECT_NOT_PERMITTED);
    assert_eq!(store.put_replica(&arn, null(50)), Ok(()));

    let plain: BucketArn = "arn:aws:s3:::plain".parse().unwrap();
    store.put_replica(&plain, null(0)).unwrap();
    let stamp = Stamp { at: at(1), bucket: name("photos") };
    for value in [
        MetadataValue::Retention(Some(retention(9))),
        MetadataValue::LegalHold(Some(LegalHold::On)),
    ] {
        let change = MetadataChange { value, stamp: stamp.clone() };
        let put = store.put_metadata(&plain, &"k".into(), &VersionId::null(), &change);
        let Err(Fault::Permanent(reason, _)) = put else { panic!("a lock without Object Lock") };
        assert_eq!(reason, FailureReason::DST_BUCKET_OBJECT_LOCK_CONFIG_MISSING);
    }
}
