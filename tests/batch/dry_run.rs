//! The forecast of a job.

use s3_replication::batch::dry_run::{DryRun, Forecast};
use s3_replication::batch::facts::{Fact, FactSet};
use s3_replication::batch::job;
use s3_replication::batch::manifest;
use s3_replication::engine::Reason;
use s3_replication::model::{BucketSettings, KnownBuckets, VersionId, Versioning};
use s3_replication::{Engine, ObjectVersion, StorageClass};
use serde_json::{Value, json};

use crate::support::{configuration, job, rule_v2, second};

const TAGGED: &str = "<And><Prefix>Tax/</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And>";

/// The dry run of a job on the bucket `src`, with rules for `Tax/` and for tagged versions of it.
fn dry_run(members: &Value, buckets: &KnownBuckets) -> DryRun {
    let rules = rule_v2("tax", 1, "<Prefix>Tax/</Prefix>", "backup", "")
        + &rule_v2("tagged", 2, TAGGED, "other", "");
    let engine = Engine::new(&configuration(&rules));
    let job = job("job-1", members, second(0));
    DryRun::new(&job, &"src".parse().unwrap(), engine, buckets)
}

fn generated(buckets: &KnownBuckets) -> DryRun {
    let generator = json!({"S3JobManifestGenerator": {"SourceBucket": "arn:aws:s3:::src",
        "EnableManifestOutput": false, "Filter": {"EligibleForReplication": true}}});
    dry_run(&json!({"ManifestGenerator": generator}), buckets)
}

fn given(buckets: &KnownBuckets) -> DryRun {
    let manifest = json!({
        "Spec": {"Format": "S3BatchOperations_CSV_20180820",
            "Fields": ["Bucket", "Key", "VersionId"]},
        "Location": {"ObjectArn": "arn:aws:s3:::lists/manifest.csv", "ETag": "e"}});
    dry_run(&json!({"Manifest": manifest, "ManifestGenerator": null}), buckets)
}

fn add(dry_run: &mut DryRun, key: &str, size: u64, class: StorageClass) {
    let id: VersionId = "v1".parse().unwrap();
    let mut version = ObjectVersion::new(key).with_storage_class(class);
    version.version_id = Some(&id);
    version.size = size;
    dry_run.add_version(&version);
}

fn add_rows(dry_run: &mut DryRun, text: &str) {
    let fields = manifest::Fields::default();
    manifest::Reader::new(text.as_bytes(), &fields).for_each(|row| dry_run.add_row(row.as_ref()));
}

fn counts(forecast: &Forecast) -> [u64; 3] {
    [forecast.tasks(), forecast.succeeding(), forecast.failed()]
}

fn codes(forecast: &Forecast) -> Vec<(String, Option<Reason>, u64)> {
    let failing = forecast.failing().into_iter();
    failing.map(|failing| (failing.code.to_string(), failing.reason, failing.tasks)).collect()
}

/// REP-970: a generated manifest is counted by destination, rule and reason.
#[test]
fn a_generated_manifest_is_counted() {
    let mut dry_run = generated(&KnownBuckets::default());
    add(&mut dry_run, "Tax/1", 10, StorageClass::STANDARD);
    add(&mut dry_run, "Tax/2", 20, StorageClass::GLACIER);
    add(&mut dry_run, "cat.jpg", 40, StorageClass::STANDARD);
    let forecast = dry_run.finish();
    assert_eq!(forecast.versions().map(|count| (count.versions, count.bytes)), Some((3, 70)));
    assert_eq!(counts(&forecast), [1, 1, 0]);
    let left_out: Vec<_> =
        forecast.left_out().map(|one| (one.exclusion.to_string(), one.count.bytes)).collect();
    assert_eq!(
        left_out,
        [
            ("not eligible: archived".to_owned(), 20),
            ("not eligible: prefix-differs".to_owned(), 40)
        ]
    );
    let rules: Vec<_> = forecast.rules().map(|(_, count)| count.versions).collect();
    assert_eq!(rules, [1, 0]);
    assert!(forecast.is_clean());

    // Without any version, S3 finds no keys.
    let forecast = generated(&KnownBuckets::default()).finish();
    assert_eq!(forecast.failure(), Some(&job::Failure::no_keys()));
    let mut incomplete = generated(&KnownBuckets::default());
    incomplete.mark_incomplete();
    assert_eq!(incomplete.finish().failure(), None);
}

/// REP-981, REP-982: rows of a manifest fail for their own reasons.
#[test]
fn a_given_manifest_is_counted() {
    let rows = "src,Tax/1,v1\nsrc,Tax/1,v1\nsrc,cat.jpg,v1\nsrc,gone,v1\nother,k,v1\nsrc,k,\n";
    let versions = |dry_run: &mut DryRun| {
        add(dry_run, "Tax/1", 10, StorageClass::STANDARD);
        add(dry_run, "cat.jpg", 40, StorageClass::STANDARD);
        add(dry_run, "not-listed", 80, StorageClass::STANDARD);
    };
    let mut dry_run = given(&KnownBuckets::default());
    add_rows(&mut dry_run, rows);
    versions(&mut dry_run);
    let forecast = dry_run.finish();
    assert_eq!(counts(&forecast), [6, 2, 4]);
    let mut failing = codes(&forecast);
    failing.sort();
    let expected = [
        ("SrcBucketReplicationConfigMissing".to_owned(), None, 1),
        ("SrcObjectNotEligible".to_owned(), Some(Reason::PrefixDiffers), 1),
        ("SrcObjectNotFound".to_owned(), None, 1),
        ("SrcVersionNotFound".to_owned(), None, 1),
    ];
    assert_eq!(failing, expected);
    // Two rows are two tasks, and one replica.
    assert_eq!(forecast.destinations()[0].count.versions, 1);

    // A missing version may be one that could not be read.
    let mut dry_run = given(&KnownBuckets::default());
    add_rows(&mut dry_run, rows);
    versions(&mut dry_run);
    dry_run.mark_incomplete();
    let forecast = dry_run.finish();
    assert_eq!((counts(&forecast), forecast.undecided().unread), ([6, 2, 3], 1));

    // A row that S3 cannot read fails the job, and nothing after it counts.
    let mut dry_run = given(&KnownBuckets::default());
    add_rows(&mut dry_run, "src,Tax/1,v1\nsrc,Tax/1\n");
    assert!(dry_run.has_failed());
    versions(&mut dry_run);
    let forecast = dry_run.finish();
    assert_eq!((counts(&forecast), forecast.versions()), ([0, 0, 0], None));
    assert!(forecast.failure().is_some() && !forecast.is_clean());
}

/// REP-976: tasks and versions that depend on unknown facts are counted as undecided.
#[test]
fn unknown_facts_are_counted_where_they_decide() {
    let known = FactSet::ALL.without(Fact::Tags);
    let mut dry_run = generated(&KnownBuckets::default()).with_known_facts(known);
    add(&mut dry_run, "Tax/1", 10, StorageClass::STANDARD);
    let undecided = dry_run.finish().undecided();
    assert_eq!(
        (undecided.versions, undecided.tasks_by_tags, undecided.tasks_by_columns),
        (0, 1, 0)
    );

    let known = FactSet::ALL.without(Fact::StorageClass);
    let mut dry_run = generated(&KnownBuckets::default()).with_known_facts(known);
    add(&mut dry_run, "Tax/1", 10, StorageClass::STANDARD);
    add(&mut dry_run, "cat.jpg", 40, StorageClass::STANDARD);
    let forecast = dry_run.finish();
    assert_eq!((forecast.undecided().versions, forecast.tasks()), (1, 0));
    assert_eq!(forecast.failure(), None, "S3 may find a key");
    assert_eq!(forecast.undecided().without_tasks(), forecast.undecided());

    let mut dry_run = given(&KnownBuckets::default()).with_known_facts(known);
    add_rows(&mut dry_run, "src,Tax/1,v1\nsrc,cat.jpg,v1\n");
    add(&mut dry_run, "Tax/1", 10, StorageClass::STANDARD);
    add(&mut dry_run, "cat.jpg", 40, StorageClass::STANDARD);
    let undecided = dry_run.finish().undecided();
    assert_eq!((undecided.tasks_by_tags, undecided.tasks_by_columns), (0, 1));
}

/// REP-308, REP-976: a tag that a rule excludes can take the version away.
#[test]
fn excluded_tags_that_are_unknown_decide() {
    let kept = "<And><Prefix>Tax/</Prefix><Not><Tag><Key>a</Key><Value>b</Value></Tag></Not></And>";
    let engine = Engine::new(&configuration(&rule_v2("kept", 1, kept, "backup", "")));
    let source = "src".parse().unwrap();
    let generator = json!({"S3JobManifestGenerator": {"SourceBucket": "arn:aws:s3:::src",
        "EnableManifestOutput": false, "Filter": {"EligibleForReplication": true}}});
    let job = job("job-1", &json!({"ManifestGenerator": generator}), second(0));
    for (known, undecided) in [(FactSet::ALL, 0), (FactSet::ALL.without(Fact::Tags), 1)] {
        let buckets = KnownBuckets::default();
        let mut dry_run =
            DryRun::new(&job, &source, engine.clone(), &buckets).with_known_facts(known);
        add(&mut dry_run, "Tax/1", 10, StorageClass::STANDARD);
        add(&mut dry_run, "cat.jpg", 40, StorageClass::STANDARD);
        let forecast = dry_run.finish();
        assert_eq!((forecast.undecided().versions, forecast.tasks()), (undecided, 1 - undecided));
    }
}

/// A bucket that is named beside a disabled output is not written to, so it may be missing.
#[test]
fn buckets_of_disabled_outputs_do_not_count() {
    let missing = KnownBuckets::default().with_missing_bucket("lists".parse().unwrap());
    let failure = |is_kept: bool, is_reported: bool| {
        let location = json!({"Bucket": "arn:aws:s3:::lists",
            "ManifestFormat": "S3InventoryReport_CSV_20211130"});
        let generator = json!({"S3JobManifestGenerator": {"SourceBucket": "arn:aws:s3:::src",
            "EnableManifestOutput": is_kept, "ManifestOutputLocation": location,
            "Filter": {"EligibleForReplication": true}}});
        let report = json!({"Enabled": is_reported, "Bucket": "arn:aws:s3:::lists",
            "Format": "Report_CSV_20180820", "ReportScope": "AllTasks"});
        let members = json!({"ManifestGenerator": generator, "Report": report});
        let mut dry_run = dry_run(&members, &missing);
        add(&mut dry_run, "Tax/1", 10, StorageClass::STANDARD);
        dry_run.finish().failure().cloned()
    };
    assert_eq!(failure(false, false), None);
    assert_eq!(failure(true, false), Some(job::Failure::manifest_not_written()));
    assert_eq!(failure(false, true), Some(job::Failure::report_not_written()));
}

/// Known buckets count as they are.
#[test]
fn destinations_that_cannot_take_a_version_fail_its_task() {
    let name = |name: &str| name.parse().unwrap();
    let mut suspended = BucketSettings::default();
    suspended.versioning = Some(Versioning::Suspended);
    for (buckets, code) in [
        (KnownBuckets::default().with_missing_bucket(name("backup")), "DstBucketNotFound"),
        (KnownBuckets::default().with_bucket(name("backup"), suspended), "DstBucketUnversioned"),
    ] {
        let mut dry_run = generated(&buckets);
        add(&mut dry_run, "Tax/1", 10, StorageClass::STANDARD);
        let forecast = dry_run.finish();
        assert_eq!(codes(&forecast), [(code.to_owned(), None, 1)]);
        assert!(forecast.destinations().is_empty());
    }
}
