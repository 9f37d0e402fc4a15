//! Whole jobs: over the traits of a store, and in the store in memory.

use std::ops::ControlFlow;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use s3_replication::batch::checksum::Md5Checksum;
use s3_replication::batch::completion_report::{self, TaskErrorCode, TaskResult, TaskStatus};
use s3_replication::batch::generator::{self, ManifestGenerator};
use s3_replication::batch::inventory;
use s3_replication::batch::job::{self, Job};
use s3_replication::batch::manifest::{self, RowError};
use s3_replication::batch::request::JobParser;
use s3_replication::batch::run::JobRun;
use s3_replication::dialect::job::{
    EmptyVersionId, JobDialect, ManifestVersions, PlusReading, PrefixJoin,
};
use s3_replication::model::{
    BucketName, BucketSettings, DefaultRetention, EncryptionStatus, ObjectLockStatus,
    ReplicationStatus, RetentionMode, Tag, VersionId, Versioning,
};
use s3_replication::replication::{FailureReason, Ledger};
use s3_replication::storage::{
    InjectedFault, JobContext, JobStop, MemoryJob, MemoryStore, Metadata, MetadataValue, NewObject,
    StoredVersion, generate, run_job,
};
use s3_replication::{Dialect, Engine, StorageClass};
use serde_json::{Value, json};

use crate::support::{configuration, job_json, job_name, rule_v2, second, way, with_members};

fn name(text: &str) -> BucketName {
    text.parse().unwrap()
}

fn id(text: &str) -> VersionId {
    text.parse().unwrap()
}

fn bucket(store: &MemoryStore, bucket: &str, change: impl FnOnce(&mut BucketSettings)) {
    let mut settings = BucketSettings::new();
    settings.region = Some("eu-central-1".parse().unwrap());
    settings.account = Some("111122223333".parse().unwrap());
    change(&mut settings);
    store.create_bucket(&name(bucket), settings.of_older_bucket()).unwrap();
    store.bucket(&name(bucket)).put_versioning(Versioning::Enabled).unwrap();
}

fn replicate_by(store: &MemoryStore, rules: &str) {
    store.bucket(&name("source")).put_replication(&configuration(rules), &Dialect::AWS).unwrap();
}

/// Buckets, and objects that were there before replication.
fn store(keys: &[&str]) -> MemoryStore {
    let store = MemoryStore::new();
    for one in ["source", "backup", "lists"] {
        bucket(&store, one, |_| {});
    }
    for key in keys {
        store
            .bucket(&name("source"))
            .put_object(NewObject::new(*key, *key), &id("v1"), second(0))
            .unwrap();
    }
    replicate_by(&store, &rule_v2("all", 1, "", "backup", ""));
    store
}

fn generator(change: &Value) -> Value {
    let generator = json!({"SourceBucket": "arn:aws:s3:::source", "EnableManifestOutput": false,
        "Filter": {"EligibleForReplication": true}});
    json!({"S3JobManifestGenerator": with_members(generator, change)})
}

fn reported(members: &Value) -> Value {
    let job = json!({"Report": {"Enabled": true, "Bucket": "arn:aws:s3:::lists",
        "Format": "Report_CSV_20180820", "ReportScope": "AllTasks", "Prefix": "reports"},
        "ManifestGenerator": generator(&json!({}))});
    with_members(job, members)
}

fn job(members: &Value, dialect: JobDialect) -> Job {
    let read = JobParser::new().with_dialect(dialect).parse_json(&job_json(members));
    let specification = read.into_specification().unwrap_or_else(|report| panic!("{report}"));
    Job::create_with_dialect(job_name("job-1"), specification, second(10), dialect)
}

const GO_ON: ControlFlow<()> = ControlFlow::Continue(());

/// Prepares and runs a job to its end.
fn run(store: &MemoryStore, job: &mut Job) -> MemoryJob {
    let (mut work, _) = store.prepare_job(job, second(20)).unwrap();
    if job.status() == job::Status::Ready {
        store.run_job(job, &mut work, second(30), |_, _| GO_ON).unwrap();
    }
    work
}

fn codes(work: &MemoryJob) -> Vec<&str> {
    let results = work.results().iter();
    let codes = results.map(|result| match (result.error_code(), result.status()) {
        (Some(code), _) => code.as_str(),
        (None, TaskStatus::Succeeded) => "",
        (None, _) => "?",
    });
    codes.collect()
}

fn text(store: &MemoryStore, bucket: &str, key: &str) -> Option<String> {
    let id = store.bucket(&name(bucket)).latest(key).unwrap()?;
    let body = store.bucket(&name(bucket)).version(key, &id).unwrap().body.unwrap();
    Some(String::from_utf8(body.to_vec()).unwrap())
}

fn failure(job: &Job) -> (&str, &str) {
    let failure = job.failures().first().expect("the job has not failed");
    (failure.failure_code().as_str(), failure.failure_reason())
}

/// The tutorial "Replicate existing objects", steps 1 to 7, as far as Batch Replication goes:
/// REP-970, REP-971, REP-977, REP-908.
#[test]
fn the_tutorial() {
    // 1: two buckets with versioning, in which there are objects already.
    let store = MemoryStore::new();
    for one in ["source", "backup", "lists"] {
        bucket(&store, one, |_| {});
    }
    let source = name("source");
    for (number, key) in ["Finance/a b.csv", "Finance/b.csv", "photos/cat.jpg"].iter().enumerate() {
        let number = format!("v{number}");
        store
            .bucket(&source)
            .put_object(NewObject::new(*key, "bytes"), &id(&number), second(0))
            .unwrap();
    }
    store
        .bucket(&source)
        .put_object(NewObject::new("Finance/b.csv", "more"), &id("v9"), second(1))
        .unwrap();
    let mut cold = NewObject::new("Finance/old.csv", "bytes");
    cold.storage_class = StorageClass::DEEP_ARCHIVE;
    store.bucket(&source).put_object(cold, &id("v4"), second(1)).unwrap();

    // 2: a rule with the prefix, and one that is disabled and does not run.
    let off = rule_v2("off", 2, "<Prefix>photos/</Prefix>", "backup", "");
    let off =
        off.replace("<Status>Enabled</Status><Priority>", "<Status>Disabled</Status><Priority>");
    replicate_by(&store, &(rule_v2("finance", 1, "<Prefix>Finance</Prefix>", "backup", "") + &off));
    assert!(
        store.bucket(&name("backup")).all_versions().unwrap().is_empty(),
        "live replication ran"
    );

    // 3 and 4: a job that makes its list by the configuration, keeps it, wants a confirmation and
    // reports all tasks.
    let location = json!({"Bucket": "arn:aws:s3:::lists", "ManifestPrefix": "reports",
        "ManifestFormat": "S3InventoryReport_CSV_20211130", "ManifestEncryption": {"SSES3": {}}});
    let members = reported(&json!({"ConfirmationRequired": true, "Priority": 2,
        "Description": "existing objects", "Tags": [{"Key": "why", "Value": "tutorial"}],
        "ManifestGenerator": generator(&json!({"EnableManifestOutput": true,
            "ManifestOutputLocation": location}))}));
    let mut job = job(&members, JobDialect::AWS);
    assert_eq!(job.status(), job::Status::New);
    let (mut work, made) = store.prepare_job(&mut job, second(20)).unwrap();
    // 4.12: awaiting your confirmation to run.
    assert_eq!(way(&made), ["Preparing", "Suspended"]);
    assert!(store.run_job(&mut job, &mut work, second(21), |_, _| GO_ON).is_err());

    // The list can be looked at before anything runs.
    let kept = job.describe(second(21)).generated_manifest_descriptor.unwrap();
    let location = kept.location;
    let key = "reports/job-job-1/list/manifest.json";
    assert_eq!(location.object_arn.unwrap().to_string(), format!("arn:aws:s3:::lists/{key}"));
    let document = text(&store, "lists", key).unwrap();
    assert_eq!(location.e_tag.unwrap(), Md5Checksum::of(&document).to_string());
    let document = inventory::Manifest::from_json(&document).unwrap();
    let listed = text(&store, "lists", &document.files[0].key).unwrap();
    assert_eq!(
        listed,
        "\"source\",\"Finance/a%20b.csv\",\"v0\"\n\"source\",\"Finance/b.csv\",\"v9\"\n\
         \"source\",\"Finance/b.csv\",\"v1\"\n"
    );
    assert_eq!(job.progress(second(21)).total_number_of_tasks, 3);

    // 6: Ready, Active, Complete, and the report.
    let mut made = job.update_status(job::RequestedStatus::Ready, None, second(22)).unwrap();
    let summary = store.run_job(&mut job, &mut work, second(30), |_, _| GO_ON).unwrap();
    made.extend(summary.transitions);
    assert_eq!(way(&made), ["Ready", "Active", "Completing", "Complete"]);
    assert_eq!((summary.succeeded, summary.failed, summary.stop), (3, 0, JobStop::Done));
    let report = text(&store, "lists", "reports/job-job-1/manifest.json").unwrap();
    assert!(
        text(&store, "lists", key).is_some_and(|list| inventory::Manifest::from_json(list).is_ok())
    );
    let checksum = text(&store, "lists", "reports/job-job-1/manifest.json.md5").unwrap();
    assert_eq!(checksum, Md5Checksum::of(&report).to_string());
    let report = completion_report::Manifest::from_json(&report).unwrap();
    let rows = text(&store, "lists", &report.results[0].key).unwrap();
    assert_eq!(rows.lines().next(), Some("source,Finance/a%20b.csv,v0,succeeded,200,,success"));
    let read: Vec<_> =
        completion_report::Reader::new(rows.as_bytes()).map(Result::unwrap).collect();
    assert_eq!(read.len(), 3);
    for (key, version) in
        [("Finance/a b.csv", "v0"), ("Finance/b.csv", "v1"), ("Finance/b.csv", "v9")]
    {
        let status = |bucket| store.bucket(&name(bucket)).status(key, &id(version)).unwrap();
        assert_eq!(status("source"), Some(ReplicationStatus::Completed));
        assert_eq!(status("backup"), Some(ReplicationStatus::Replica));
    }
    assert_eq!(store.bucket(&name("backup")).all_versions().unwrap().len(), 3);
    assert_eq!(store.bucket(&source).status("Finance/old.csv", &id("v4")).unwrap(), None);
}

/// REP-939, REP-972: a generator that finds nothing fails the job, as with `/Tax/` for `Tax/`.
#[test]
fn a_list_without_objects_fails_the_job() {
    let store = store(&["Tax/1"]);
    let filter = json!({"KeyNameConstraint": {"MatchAnyPrefix": ["/Tax/"]}});
    let members = reported(&json!({"ManifestGenerator": generator(&json!({"Filter": filter}))}));
    let mut job = job(&members, JobDialect::AWS);
    let work = run(&store, &mut job);
    assert_eq!(job.status(), job::Status::Failed);
    assert_eq!(failure(&job).1, "Manifest generation found no keys matching the filter criteria.");
    assert_eq!((work.rows().count(), work.results().len()), (0, 0));
    assert!(
        store.bucket(&name("lists")).all_versions().unwrap().is_empty(),
        "something was reported"
    );
}

/// REP-913, REP-923: a generator needs a bucket with a configuration, and the owners it expects.
#[test]
fn generators_need_their_buckets() {
    let without = MemoryStore::new();
    let members = reported(&json!({}));
    let mut missing = job(&members, JobDialect::AWS);
    run(&without, &mut missing);
    assert_eq!(failure(&missing).0, "SrcBucketNotFound");
    bucket(&without, "source", |_| {});
    let mut unconfigured = job(&members, JobDialect::AWS);
    run(&without, &mut unconfigured);
    assert_eq!(failure(&unconfigured).0, "SrcBucketReplicationConfigMissing");

    let store = store(&["a"]);
    let owner = json!({"ExpectedBucketOwner": "444455556666"});
    let members = reported(&json!({"ManifestGenerator": generator(&owner)}));
    let mut foreign = job(&members, JobDialect::AWS);
    run(&store, &mut foreign);
    let text = "The bucket source is not owned by 444455556666";
    assert_eq!(failure(&foreign), ("ExpectedOwnerMismatch", text));

    store.bucket(&name("source")).inject_fault(Some(InjectedFault::Outage)).unwrap();
    let mut unlisted = job(&reported(&json!({})), JobDialect::AWS);
    run(&store, &mut unlisted);
    assert_eq!(failure(&unlisted).0, "ManifestNotGenerated");
    store.bucket(&name("source")).inject_fault(None).unwrap();

    // An output that can't be written.
    let location = json!({"Bucket": "arn:aws:s3:::nowhere",
        "ManifestFormat": "S3InventoryReport_CSV_20211130"});
    let output = json!({"EnableManifestOutput": true, "ManifestOutputLocation": location});
    let mut unwritten =
        job(&reported(&json!({"ManifestGenerator": generator(&output)})), JobDialect::AWS);
    run(&store, &mut unwritten);
    assert_eq!(failure(&unwritten).0, "ManifestNotWritten");
}

/// A job over a list of its own.
fn listed(store: &MemoryStore, text: &str, change: &Value, dialect: JobDialect) -> Job {
    store
        .bucket(&name("lists"))
        .put_object(NewObject::new("list.csv", text), &id("l1"), second(5))
        .unwrap();
    let manifest = json!({
        "Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": ["Bucket", "Key", "VersionId"]},
        "Location": {"ObjectArn": "arn:aws:s3:::lists/list.csv",
            "ETag": format!("\"{}\"", Md5Checksum::of(text))}});
    let manifest = with_members(manifest, change);
    job(&reported(&json!({"ManifestGenerator": null, "Manifest": manifest})), dialect)
}

/// REP-981, REP-982, REP-947, REP-969: rows fail one by one, each for its reason.
#[test]
fn rows_fail_each_for_its_reason() {
    let store = store(&["a"]);
    let mut cold = NewObject::new("cold", "x");
    cold.storage_class = StorageClass::GLACIER;
    store.bucket(&name("source")).put_object(cold, &id("v1"), second(0)).unwrap();
    bucket(&store, "plain", |_| {});
    bucket(&store, "far", |new| new.region = Some("us-west-2".parse().unwrap()));
    let text = "source,a,v1\nsource,a,v2\nsource,gone,v1\nsource,cold,v1\nsource,a,\n\
                nowhere,a,v1\nplain,a,v1\nfar,a,v1\nsource,a,v1\n";
    let mut job = listed(&store, text, &json!({}), JobDialect::AWS);
    let work = run(&store, &mut job);
    assert_eq!(job.status(), job::Status::Complete);
    assert_eq!(
        codes(&work),
        [
            "",
            "SrcVersionNotFound",
            "SrcVersionNotFound",
            "SrcObjectNotEligible",
            "SrcObjectNotFound",
            "SrcBucketNotFound",
            "SrcBucketReplicationConfigMissing",
            "SrcBucketInvalidRegion",
            "",
        ]
    );
    check_report(&store, &work);
}

/// The completion report contains the results of all tasks, successes first.
#[track_caller]
fn check_report(store: &MemoryStore, work: &MemoryJob) {
    let report = text_of_report(store);
    let rows: Vec<_> =
        completion_report::Reader::new(report.as_bytes()).map(Result::unwrap).collect();
    let (good, bad): (Vec<&TaskResult>, Vec<&TaskResult>) =
        work.results().iter().partition(|result| result.status() == TaskStatus::Succeeded);
    let expected: Vec<TaskResult> = good.into_iter().chain(bad).cloned().collect();
    assert_eq!(rows, expected);
}

/// All parts of the report, one after the other.
fn text_of_report(store: &MemoryStore) -> String {
    let report = text(store, "lists", "reports/job-job-1/manifest.json").unwrap();
    let report = completion_report::Manifest::from_json(report).unwrap();
    report.results.iter().map(|part| text(store, "lists", &part.key).unwrap()).collect()
}

/// REP-987, REP-988, REP-990, REP-942, REP-945: a manifest that can't be taken fails the job before any
/// task.
#[test]
fn bad_manifests_fail_the_job() {
    let forbidden = "Reading the manifest is forbidden: AccessDenied";
    let changed = "The manifest does not have the ETag that the job names";
    let location = |tag: &str, key: &str| json!({"Location": {"ObjectArn": format!("arn:aws:s3:::{key}"), "ETag": tag}});
    let good = "source,a,v1\n";
    let tag = Md5Checksum::of(good).to_string();
    let cases = [
        (good, location("other", "lists/list.csv"), changed),
        (good, location(&tag, "lists/gone.csv"), forbidden),
        (good, location(&tag, "nowhere/list.csv"), forbidden),
        ("source,a\n", json!({}), "Unexpected number of task fields"),
        ("source,a,v1\nsource,%zz,v1\n", json!({}), "Invalid object key format"),
    ];
    for (list, change, reason) in cases {
        let store = store(&["a"]);
        let mut job = listed(&store, list, &change, JobDialect::AWS);
        run(&store, &mut job);
        assert_eq!((job.status(), failure(&job).1), (job::Status::Failed, reason));
        assert_eq!(store.bucket(&name("source")).status("a", &id("v1")).unwrap(), None);
    }
    for (encryption, reads) in [
        (EncryptionStatus::SseC, false),
        (EncryptionStatus::SseKms, false),
        (EncryptionStatus::DsseKms, false),
        (EncryptionStatus::SseS3, true),
    ] {
        let store = store(&["a"]);
        let mut job = listed(&store, good, &json!({}), JobDialect::AWS);
        let mut object = NewObject::new("list.csv", good);
        object.encryption = Some(encryption);
        store.bucket(&name("lists")).put_object(object, &id("l2"), second(6)).unwrap();
        run(&store, &mut job);
        assert_eq!(job.status() == job::Status::Complete, reads, "{encryption}");
    }
}

/// REP-951, REP-957, REP-988: an inventory is a manifest, under KMS too, and so is a list that a
/// generator made.
#[test]
fn inventories_and_generated_lists_are_manifests() {
    for (encryption, reads) in [(EncryptionStatus::SseKms, true), (EncryptionStatus::SseC, false)] {
        let store = store(&["a", "b"]);
        let location = json!({"Bucket": "arn:aws:s3:::lists",
            "ManifestFormat": "S3InventoryReport_CSV_20211130"});
        let output = json!({"EnableManifestOutput": true, "ManifestOutputLocation": location});
        let members =
            json!({"ManifestGenerator": generator(&output), "ConfirmationRequired": true});
        let mut first = job(&members, JobDialect::AWS);
        store.prepare_job(&mut first, second(20)).unwrap();
        first.update_status(job::RequestedStatus::Cancelled, None, second(21)).unwrap();
        assert_eq!(first.status(), job::Status::Cancelled);
        let location = first.describe(second(21)).generated_manifest_descriptor.unwrap().location;
        let arn = location.object_arn.unwrap().to_string();
        let key = arn.strip_prefix("arn:aws:s3:::lists/").unwrap();
        let mut object = NewObject::new(key, text(&store, "lists", key).unwrap());
        object.encryption = Some(encryption);
        store.bucket(&name("lists")).put_object(object, &id("kms"), second(22)).unwrap();

        let manifest = json!({"Spec": {"Format": "S3InventoryReport_CSV_20161130"},
            "Location": {"ObjectArn": arn, "ETag": location.e_tag}});
        let members = json!({"ManifestGenerator": null, "Manifest": manifest});
        let mut again = job(&members, JobDialect::AWS);
        let work = run(&store, &mut again);
        if reads {
            assert_eq!((again.status(), codes(&work)), (job::Status::Complete, vec!["", ""]));
        } else {
            assert_eq!(failure(&again).0, "ManifestForbidden");
        }
    }
}

/// REP-912: where the dialect takes lists without version IDs, the latest version is replicated.
#[test]
fn the_latest_version_where_none_is_named() {
    let store = store(&["a"]);
    store
        .bucket(&name("source"))
        .put_object(NewObject::new("a", "new"), &id("v2"), second(1))
        .unwrap();
    let spec =
        json!({"Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": ["Bucket", "Key"]}});
    let dialect = JobDialect::AWS.with_manifest_versions(ManifestVersions::Optional);
    let mut job = listed(&store, "source,a\nsource,gone\n", &spec, dialect);
    let work = run(&store, &mut job);
    // Live replication is about to bring the new version: its row waits for that.
    assert_eq!(codes(&work), ["SrcKeyNotFound", ""]);
    let replicas = store.bucket(&name("backup")).all_versions().unwrap();
    assert_eq!(replicas.iter().map(|one| one.version_id.as_str()).collect::<Vec<_>>(), ["v2"]);
    assert!(work.results().iter().all(|result| result.version_id().is_none()));
}

/// REP-983: a replica that was deleted by its id does not come again; one whose key was deleted
/// does, and a bucket that was made anew remembers nothing.
#[test]
fn hard_deletes_are_remembered() {
    let store = store(&["hard", "soft"]);
    let (source, backup) = (name("source"), name("backup"));
    run(&store, &mut job(&reported(&json!({})), JobDialect::AWS));
    store.bucket(&backup).delete_version("hard", &id("v1"), second(40)).unwrap();
    store.bucket(&backup).delete_object("soft", &id("m1"), second(40)).unwrap();
    let work = run(&store, &mut job(&reported(&json!({})), JobDialect::AWS));
    assert_eq!(codes(&work), ["DstObjectHardDeleted", ""]);
    assert!(store.bucket(&backup).version("hard", &id("v1")).is_err());
    assert_eq!(
        store.bucket(&source).status("hard", &id("v1")).unwrap(),
        Some(ReplicationStatus::Failed)
    );

    for (key, version) in [("soft", "v1"), ("soft", "m1")] {
        store.bucket(&backup).delete_version(key, &id(version), second(50)).unwrap();
    }
    store.delete_bucket(&backup).unwrap();
    bucket(&store, "backup", |_| {});
    let work = run(&store, &mut job(&reported(&json!({})), JobDialect::AWS));
    assert_eq!(codes(&work), ["", ""]);
    // A version that a user wrote and deleted there is not a replica.
    store.bucket(&backup).put_object(NewObject::new("own", "x"), &id("v1"), second(60)).unwrap();
    store.bucket(&backup).delete_version("own", &id("v1"), second(60)).unwrap();
    store.bucket(&source).put_object(NewObject::new("own", "x"), &id("v1"), second(60)).unwrap();
    let work = run(&store, &mut job(&reported(&json!({})), JobDialect::AWS));
    assert_eq!(codes(&work), ["", "", ""]);
}

/// REP-971, REP-985: jobs repeat failures, fill a new destination, replicate replicas, and
/// take tags of today.
#[test]
fn jobs_do_what_live_replication_does_not() {
    let store = store(&["old"]);
    let (source, backup) = (name("source"), name("backup"));
    let refusal = InjectedFault::Refusal(FailureReason::DST_PUT_OBJECT_NOT_PERMITTED);
    store.bucket(&backup).inject_fault(Some(refusal)).unwrap();
    store.bucket(&source).put_object(NewObject::new("failed", "x"), &id("v1"), second(1)).unwrap();
    store.replicate(second(2));
    store.bucket(&backup).inject_fault(None).unwrap();
    store.bucket(&source).put_object(NewObject::new("done", "x"), &id("v1"), second(3)).unwrap();
    store.replicate(second(4));

    let only = |statuses: &Value| {
        let filter = json!({"EligibleForReplication": true, "ObjectReplicationStatuses": statuses});
        reported(&json!({"ManifestGenerator": generator(&json!({"Filter": filter}))}))
    };
    let keys = |work: &MemoryJob| -> Vec<String> {
        work.results().iter().map(|result| result.key().to_owned()).collect()
    };
    let work = run(&store, &mut job(&only(&json!(["FAILED", "NONE"])), JobDialect::AWS));
    assert_eq!(
        (keys(&work), codes(&work)),
        (vec!["failed".to_owned(), "old".to_owned()], vec!["", ""])
    );

    bucket(&store, "second", |_| {});
    let tagged = rule_v2("tag", 3, "<Tag><Key>a</Key><Value>b</Value></Tag>", "lists", "");
    replicate_by(&store, &(rule_v2("all", 1, "", "second", "") + &tagged));
    let work = run(&store, &mut job(&only(&json!(["COMPLETED"])), JobDialect::AWS));
    assert_eq!(keys(&work).len(), 3);
    assert_eq!(store.bucket(&name("second")).all_versions().unwrap().len(), 3);

    let tags = MetadataValue::Tags(vec![Tag::new("a", "b").unwrap()]);
    store.bucket(&source).change_metadata("old", &id("v1"), tags, second(70)).unwrap();
    let plain = json!({"Report": {"Enabled": false}, "ManifestGenerator": generator(&json!({}))});
    run(&store, &mut job(&plain, JobDialect::AWS));
    assert!(
        store.bucket(&name("lists")).version("old", &id("v1")).is_ok(),
        "today's tags do not count"
    );

    // Replicas, onward from the second bucket.
    bucket(&store, "third", |_| {});
    let onward = configuration(&rule_v2("on", 1, "", "third", ""));
    store.bucket(&name("second")).put_replication(&onward, &Dialect::AWS).unwrap();
    let filter = json!({"EligibleForReplication": true, "ObjectReplicationStatuses": ["REPLICA"]});
    let from = json!({"SourceBucket": "arn:aws:s3:::second", "Filter": filter});
    let members = json!({"ManifestGenerator": generator(&from)});
    let work = run(&store, &mut job(&members, JobDialect::AWS));
    assert_eq!(codes(&work), ["", "", ""]);
    let status = store.bucket(&name("second")).status("old", &id("v1")).unwrap();
    assert_eq!(status, Some(ReplicationStatus::Replica));
}

/// REP-984, REP-986: an outage makes a job wait; it goes on, or is cancelled and gives up what
/// waits.
#[test]
fn outages_make_jobs_wait() {
    for cancel in [false, true] {
        let store = store(&["a", "b"]);
        store.bucket(&name("backup")).inject_fault(Some(InjectedFault::Outage)).unwrap();
        let mut job = job(&reported(&json!({})), JobDialect::AWS);
        let (mut work, _) = store.prepare_job(&mut job, second(20)).unwrap();
        let summary = store.run_job(&mut job, &mut work, second(30), |_, _| GO_ON).unwrap();
        assert_eq!((summary.open, summary.stop), (2, JobStop::Waiting));
        assert_eq!(job.status(), job::Status::Active);
        if cancel {
            job.update_status(job::RequestedStatus::Cancelled, None, second(31)).unwrap();
            let summary = store.run_job(&mut job, &mut work, second(32), |_, _| GO_ON).unwrap();
            assert_eq!((summary.given_up, way(&summary.transitions)), (2, vec!["Cancelled"]));
            assert_eq!(text(&store, "lists", "reports/job-job-1/manifest.json"), None);
            let status = store.bucket(&name("source")).status("a", &id("v1")).unwrap();
            assert_eq!(status, Some(ReplicationStatus::Pending));
        } else {
            store.bucket(&name("backup")).inject_fault(None).unwrap();
            store.replicate(second(31));
            let summary = store.run_job(&mut job, &mut work, second(32), |_, _| GO_ON).unwrap();
            assert_eq!((summary.succeeded, job.status()), (2, job::Status::Complete));
        }
    }
    // A source that is out of reach begins nothing.
    let store = store(&["a"]);
    let mut job = job(&reported(&json!({})), JobDialect::AWS);
    let (mut work, _) = store.prepare_job(&mut job, second(20)).unwrap();
    store.bucket(&name("source")).inject_fault(Some(InjectedFault::Outage)).unwrap();
    let summary = store.run_job(&mut job, &mut work, second(30), |_, _| GO_ON).unwrap();
    assert_eq!((summary.open, summary.stop), (0, JobStop::Waiting));
    store.bucket(&name("source")).inject_fault(None).unwrap();
    store.run_job(&mut job, &mut work, second(31), |_, _| GO_ON).unwrap();
    assert_eq!((job.status(), work.results().len()), (job::Status::Complete, 1));
}

/// REP-958, REP-986: a job that is stopped, paused or cancelled between tasks keeps its counts; the
/// report of a cancelled one has what ran.
#[test]
fn jobs_can_be_stopped_between_tasks() {
    let store = store(&["a", "b", "c"]);
    let mut job = job(&reported(&json!({})), JobDialect::AWS);
    let (mut work, _) = store.prepare_job(&mut job, second(20)).unwrap();
    let stop = |_: &TaskResult, _: &Job| ControlFlow::Break(());
    let summary = store.run_job(&mut job, &mut work, second(30), stop).unwrap();
    assert_eq!((summary.succeeded, summary.stop), (1, JobStop::Stopped));
    job.handle(job::Event::Preempted, second(31)).unwrap();
    let summary = store.run_job(&mut job, &mut work, second(32), |_, _| GO_ON).unwrap();
    assert_eq!((way(&summary.transitions), summary.succeeded), (vec!["Paused"], 0));
    let summary = store.run_job(&mut job, &mut work, second(33), stop).unwrap();
    assert_eq!((way(&summary.transitions), summary.succeeded), (vec!["Active"], 1));
    job.update_status(job::RequestedStatus::Cancelled, None, second(34)).unwrap();
    let summary = store.run_job(&mut job, &mut work, second(35), |_, _| GO_ON).unwrap();
    assert_eq!((way(&summary.transitions), summary.succeeded), (vec!["Cancelled"], 0));
    assert_eq!(job.progress(second(36)).number_of_tasks_succeeded, 2);
    assert_eq!(text_of_report(&store).lines().count(), 2);
    assert!(store.run_job(&mut job, &mut work, second(37), |_, _| GO_ON).is_err());
}

/// REP-934, REP-989: a report that can't be written fails the job, whose tasks ran.
#[test]
fn unwritten_reports_fail_the_job() {
    let store = store(&["a"]);
    bucket(&store, "locked", |new| {
        new.object_lock = Some(ObjectLockStatus::Enabled);
        new.default_retention = Some(DefaultRetention { mode: RetentionMode::Compliance, days: 1 });
    });
    for bucket in ["locked", "nowhere"] {
        let mut members = reported(&json!({}));
        members["Report"]["Bucket"] = format!("arn:aws:s3:::{bucket}").into();
        let mut job = job(&members, JobDialect::AWS);
        let work = run(&store, &mut job);
        assert_eq!((job.status(), codes(&work)), (job::Status::Failed, vec![""]));
        assert_eq!(failure(&job).0, "ReportNotWritten");
    }
    assert!(store.bucket(&name("locked")).all_versions().unwrap().is_empty());

    // Neither can one be that a bucket refuses.
    let refusal = InjectedFault::Refusal(FailureReason::DST_PUT_OBJECT_NOT_PERMITTED);
    store.bucket(&name("lists")).inject_fault(Some(refusal)).unwrap();
    let mut refused = job(&reported(&json!({})), JobDialect::AWS);
    run(&store, &mut refused);
    assert_eq!(failure(&refused).0, "ReportNotWritten");
    // One that is out of reach is waited for.
    store.bucket(&name("lists")).inject_fault(Some(InjectedFault::Outage)).unwrap();
    let mut waiting = job(&reported(&json!({})), JobDialect::AWS);
    let (mut work, _) = store.prepare_job(&mut waiting, second(20)).unwrap();
    for _ in 0..2 {
        let summary = store.run_job(&mut waiting, &mut work, second(30), |_, _| GO_ON).unwrap();
        assert_eq!((waiting.status(), summary.stop), (job::Status::Completing, JobStop::Waiting));
    }
    assert!(store.bucket(&name("lists")).all_versions().unwrap().is_empty());
    store.bucket(&name("lists")).inject_fault(None).unwrap();
    let summary = store.run_job(&mut waiting, &mut work, second(40), |_, _| GO_ON).unwrap();
    assert_eq!((way(&summary.transitions), summary.stop), (vec!["Complete"], JobStop::Done));
}

/// The driver over the traits, with everything in the caller's hands.
#[test]
fn the_driver_runs_a_job_over_any_store() {
    let store = store(&["a", "b"]);
    let source = name("source");
    let engine = Engine::new(&configuration(&rule_v2("all", 1, "", "backup", "")));
    let mut ledger = Ledger::new(source.clone(), engine.clone());
    let asked = ManifestGenerator::new(source.clone(), generator::Filter::ALL, engine);
    let mut rows = Vec::new();
    let status = |key: &_, id: &_| ledger.status(key, id);
    let made = generate(&store.bucket(&source), &asked, status, |_, offered| {
        rows.extend(offered);
        Ok(())
    });
    assert_eq!(made.unwrap().listed, 2);

    let mut job = job(&json!({}), JobDialect::AWS);
    let more = "source,gone,v1\nelsewhere,a,v1\nsource,a,\n";
    let more = || manifest::Reader::new(more.as_bytes(), &manifest::Fields::default());
    let list = || rows.iter().cloned().map(Ok::<_, RowError>).chain(more());
    job.handle(job::Event::PreparationBegan, second(11)).unwrap();
    job.handle(job::Event::Prepared { objects: 6, generated_manifest: None }, second(12)).unwrap();
    job.handle(job::Event::Started, second(13)).unwrap();
    let mut run = JobRun::new(&job);
    let mut seen = Vec::new();
    let mut go = |run: &mut JobRun, job: &mut Job, ledger: &mut Ledger| {
        let bucket = store.bucket(&source);
        run_job(
            JobContext { job, run, ledger },
            &bucket,
            &store,
            list(),
            second(14),
            |result, job| {
                let progress = job.progress(second(14));
                let ran = progress.number_of_tasks_succeeded + progress.number_of_tasks_failed;
                seen.push((ran, result.error_code().map(TaskErrorCode::to_string)));
                if ran == 2 { ControlFlow::Break(()) } else { GO_ON }
            },
        )
    };
    let first = go(&mut run, &mut job, &mut ledger);
    assert_eq!((first.succeeded, first.stop), (2, JobStop::Stopped));
    let second_run = go(&mut run, &mut job, &mut ledger);
    assert_eq!((second_run.failed, second_run.stop), (3, JobStop::ManifestEnded));
    let codes: Vec<_> = seen.iter().map(|(ran, code)| (*ran, code.as_deref())).collect();
    assert_eq!(
        codes,
        [
            (1, None),
            (2, None),
            (3, Some("SrcVersionNotFound")),
            (4, Some("SrcBucketReplicationConfigMissing")),
            (5, Some("SrcObjectNotFound")),
        ]
    );
    assert_eq!(job.status(), job::Status::Active);
}

#[derive(Clone, Copy, Debug)]
enum Between {
    Nothing,
    Outage,
    Pause,
    Live,
}

fn between() -> impl Strategy<Value = Between> {
    prop_oneof![
        3 => Just(Between::Nothing),
        1 => Just(Between::Outage),
        1 => Just(Between::Pause),
        1 => Just(Between::Live),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// A job that is interrupted has the same outcome as one that is not: the same results,
    /// the same counts and the same buckets, and a report of just these results.
    #[test]
    fn interruptions_change_nothing(
        keys in vec("[abx]{1,2}", 1..12),
        breaks in vec(between(), 0..12),
    ) {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let make = || {
            let store = store(&keys);
            let rules = rule_v2("a", 1, "<Prefix>a</Prefix>", "backup", "")
                + &rule_v2("b", 2, "<Prefix>b</Prefix>", "backup", "");
            replicate_by(&store, &rules);
            store
        };
        let members = reported(&json!({"ManifestGenerator": generator(&json!({"Filter": {}}))}));
        let whole = make();
        let mut expected_job = job(&members, JobDialect::AWS);
        let expected = run(&whole, &mut expected_job);
        prop_assert_eq!(expected_job.status(), job::Status::Complete);

        let store = make();
        let mut job = job(&members, JobDialect::AWS);
        let (mut work, _) = store.prepare_job(&mut job, second(20)).unwrap();
        let at = second(30);
        for one in &breaks {
            if job.status().is_final() {
                break;
            }
            match one {
                Between::Outage => {
                    store.bucket(&name("backup")).inject_fault(Some(InjectedFault::Outage)).unwrap();
                }
                Between::Pause if job.status() == job::Status::Active => {
                    job.handle(job::Event::Preempted, at).unwrap();
                }
                Between::Live => drop(store.replicate(at)),
                _ => {}
            }
            store.run_job(&mut job, &mut work, at, |_, _| ControlFlow::Break(())).unwrap();
            store.bucket(&name("backup")).inject_fault(None).unwrap();
            let stored = serde_json::to_string(&job).unwrap();
            job = serde_json::from_str(&stored).unwrap();
        }
        while !job.status().is_final() {
            store.run_job(&mut job, &mut work, at, |_, _| GO_ON).unwrap();
        }
        let sorted = |work: &MemoryJob| {
            let mut results: Vec<_> = work.results().iter().map(|one| format!("{one:?}")).collect();
            results.sort();
            results
        };
        prop_assert_eq!(sorted(&work), sorted(&expected));
        prop_assert_eq!(work.results().len(), work.rows().count());
        let counts = |job: &Job| {
            let progress = job.progress(at);
            (progress.number_of_tasks_succeeded, progress.number_of_tasks_failed)
        };
        prop_assert_eq!(counts(&job), counts(&expected_job));
        let held = |store: &MemoryStore| -> Vec<_> {
            let versions = store.bucket(&name("backup")).all_versions().unwrap();
            versions.into_iter().map(|one| (one.key, one.version_id)).collect()
        };
        prop_assert_eq!(held(&store), held(&whole));
        check_report(&store, &work);
    }
}

/// REP-980, REP-985: versions that were found come with their statuses, and a job finds them.
#[test]
fn versions_can_be_admitted_as_they_were_found() {
    let store = store(&[]);
    let source = name("source");
    let found = |key: &str| {
        let metadata = Metadata::new(second(0), source.clone());
        StoredVersion::new(key.into(), id("v1"), Arc::default(), 7, metadata)
    };
    let statuses = [
        None,
        Some(ReplicationStatus::Pending),
        Some(ReplicationStatus::Failed),
        Some(ReplicationStatus::Completed),
        Some(ReplicationStatus::Replica),
    ];
    for (number, status) in statuses.into_iter().enumerate() {
        let key = format!("k{number}");
        store.bucket(&source).import_version(found(&key), status).unwrap();
        assert_eq!(store.bucket(&source).status(&*key, &id("v1")).unwrap(), status);
    }
    assert!(store.bucket(&name("backup")).all_versions().unwrap().is_empty(), "nothing happened");
    // What comes again takes the place of what was there, with its status.
    store.bucket(&source).import_version(found("k2"), None).unwrap();
    assert_eq!(store.bucket(&source).status("k2", &id("v1")).unwrap(), None);

    let mut job = job(&reported(&json!({})), JobDialect::AWS);
    let work = run(&store, &mut job);
    assert_eq!((codes(&work), job.status()), (vec![""; 5], job::Status::Complete));
    let statuses = (0..5)
        .map(|number| store.bucket(&source).status(&*format!("k{number}"), &id("v1")).unwrap());
    let completed = Some(ReplicationStatus::Completed);
    let replica = Some(ReplicationStatus::Replica);
    assert!(statuses.eq([completed, completed, completed, completed, replica]));

    // Statuses come from a configuration.
    bucket(&store, "plain", |_| {});
    store
        .bucket(&name("plain"))
        .import_version(found("a"), Some(ReplicationStatus::Replica))
        .unwrap();
    let error = store.bucket(&name("plain")).import_version(found("b"), completed).unwrap_err();
    assert_eq!(error.code.as_str(), "InvalidRequest");
    assert!(store.bucket(&name("nowhere")).import_version(found("b"), None).is_err());
}

/// REP-939, REP-942: a manifest that was read elsewhere is taken as it came out.
#[test]
fn rows_may_come_from_elsewhere() {
    let store = store(&["a", "b"]);
    let columns: manifest::Fields = "Bucket,Key,VersionId".parse().unwrap();
    let play = |rows: Result<&str, job::Failure>, members: &Value| {
        let mut job = job(members, JobDialect::AWS);
        let rows = rows.map(|text| manifest::Reader::new(text.as_bytes(), &columns).collect());
        let (mut work, _) = store.prepare_job_with(&mut job, rows, second(20)).unwrap();
        if job.status() == job::Status::Ready {
            store.run_job(&mut job, &mut work, second(30), |_, _| GO_ON).unwrap();
        }
        (job, work)
    };
    let manifest = json!({"ManifestGenerator": null, "Manifest": {
        "Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": ["Bucket", "Key", "VersionId"]},
        "Location": {"ObjectArn": "arn:aws:s3:::elsewhere/list.csv", "ETag": "0"}}});
    let (job, work) = play(Ok("source,a,v1\nsource,b,\n"), &manifest);
    assert_eq!(
        (codes(&work), job.status()),
        (vec!["", "SrcObjectNotFound"], job::Status::Complete)
    );
    let (job, work) = play(Ok("source,a,v1\nsource,b\n"), &manifest);
    assert_eq!(failure(&job), ("InvalidManifestContent", "Unexpected number of task fields"));
    assert_eq!(work.rows().count(), 0);
    // A job reads no facts, so a wrong one does not matter to it.
    let schema: inventory::Schema = "Bucket, Key, VersionId, Size".parse().unwrap();
    let rows = &b"source,a,v1,huge\nsource,b,v1,1\n"[..];
    let rows: Vec<_> = manifest::Reader::inventory(rows, &schema).collect();
    assert!(rows[0].is_err());
    let mut of_inventory = self::job(&manifest, JobDialect::AWS);
    let (mut work, _) = store.prepare_job_with(&mut of_inventory, Ok(rows), second(20)).unwrap();
    store.run_job(&mut of_inventory, &mut work, second(30), |_, _| GO_ON).unwrap();
    assert_eq!((codes(&work), of_inventory.status()), (vec!["", ""], job::Status::Complete));
    let (job, _) = play(Err(job::Failure::manifest_changed()), &manifest);
    assert_eq!((failure(&job).0, job.status()), ("ManifestChanged", job::Status::Failed));
    let report = json!({"Enabled": true, "Bucket": "arn:aws:s3:::lists", "ReportScope": "AllTasks",
        "Format": "Report_CSV_20180820", "ExpectedBucketOwner": "999999999999"});
    let (job, _) = play(Ok("source,a,v1\n"), &with_members(manifest, &json!({"Report": report})));
    assert_eq!(failure(&job).0, "ExpectedOwnerMismatch");
    let mut ended = job;
    assert!(store.prepare_job_with(&mut ended, Ok(Vec::new()), second(40)).is_err());
}

/// REP-944, REP-947, REP-959: what sources answer differently is a question of the dialect, down to
/// the rows and the report.
#[test]
fn the_dialect_of_a_job_reads_its_list_and_places_its_report() {
    let list = "source,a+b,v1\nsource,c,\n";
    let play = |dialect: JobDialect| {
        let store = store(&["a b", "a+b", "c"]);
        let place = name("lists");
        store
            .bucket(&place)
            .put_object(NewObject::new("list.csv", list), &id("l1"), second(5))
            .unwrap();
        let members = json!({"ManifestGenerator": null,
            "Report": {"Enabled": true, "Bucket": "arn:aws:s3:::lists", "Prefix": "r/",
                "Format": "Report_CSV_20180820", "ReportScope": "AllTasks"},
            "Manifest": {"Spec": {"Format": "S3BatchOperations_CSV_20180820",
                    "Fields": ["Bucket", "Key", "VersionId"]},
                "Location": {"ObjectArn": "arn:aws:s3:::lists/list.csv",
                    "ETag": Md5Checksum::of(list).to_string()}}});
        let mut job = job(&members, dialect);
        let work = run(&store, &mut job);
        let keys = store.bucket(&name("backup")).all_versions().unwrap();
        let keys: Vec<_> = keys.iter().map(|version| version.key.to_string()).collect();
        let places = ["r/job-job-1/manifest.json", "r//job-job-1/manifest.json"];
        let places = places.map(|key| text(&store, "lists", key).is_some());
        (keys.join(","), codes(&work).join(","), places)
    };
    let aws = play(JobDialect::AWS);
    assert_eq!(aws, ("a b".to_owned(), ",SrcObjectNotFound".to_owned(), [true, false]));
    let other = JobDialect::AWS
        .with_plus(PlusReading::Literal)
        .with_empty_version_id(EmptyVersionId::InvalidRequest)
        .with_prefix_join(PrefixJoin::Literal);
    assert_eq!(play(other), ("a+b".to_owned(), ",InvalidRequest".to_owned(), [false, true]));
}

/// REP-944: a `+` in the keys of an inventory is a space, whatever the dialect.
#[test]
fn a_plus_of_an_inventory_is_a_space() {
    let store = store(&["a b", "a+b"]);
    let rows = "\"source\",\"a+b\",\"v1\"\n";
    let document = json!({"sourceBucket": "source", "destinationBucket": "arn:aws:s3:::lists",
        "version": "2016-11-30", "creationTimestamp": "1514944800000", "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, VersionId",
        "files": [{"key": "1.csv", "size": rows.len(), "MD5checksum": Md5Checksum::of(rows)}]})
    .to_string();
    let lists = name("lists");
    store.bucket(&lists).put_object(NewObject::new("1.csv", rows), &id("l1"), second(1)).unwrap();
    store
        .bucket(&lists)
        .put_object(NewObject::new("m.json", &document), &id("l2"), second(1))
        .unwrap();
    let members = json!({"ManifestGenerator": null, "Manifest": {
        "Spec": {"Format": "S3InventoryReport_CSV_20161130"},
        "Location": {"ObjectArn": "arn:aws:s3:::lists/m.json",
            "ETag": Md5Checksum::of(&document).to_string()}}});
    let mut job = job(&members, JobDialect::AWS.with_plus(PlusReading::Literal));
    run(&store, &mut job);
    let keys = store.bucket(&name("backup")).all_versions().unwrap();
    let keys: Vec<_> = keys.iter().map(|version| version.key.to_string()).collect();
    assert_eq!(keys, ["a b"]);
}
