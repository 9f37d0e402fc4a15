//! `batch run`.

use s3_replication::batch::checksum::Md5Checksum;
use s3_replication::batch::inventory::{Field, Schema};
use s3_replication::batch::manifest;
use serde_json::{Value, json};

use super::Desk;
use crate::support::job_json;

/// Rules for `Tax/`: one for all, and one for a team.
pub(super) const RULES: &str = r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [
    {"ID": "tax", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": "Tax/"},
     "DeleteMarkerReplication": {"Status": "Enabled"},
     "Destination": {"Bucket": "arn:aws:s3:::backup", "StorageClass": "STANDARD_IA"}},
    {"ID": "team", "Status": "Enabled", "Priority": 2,
     "Filter": {"And": {"Prefix": "Tax/", "Tags": [{"Key": "team", "Value": "tax"}]}},
     "DeleteMarkerReplication": {"Status": "Disabled"},
     "Destination": {"Bucket": "arn:aws:s3:::other"}}]}"#;

const OBJECTS: &str = r#"{"Key": "Tax/a b", "VersionId": "v1", "Size": 4096, "ReplicationStatus": "COMPLETED"}
{"Key": "Tax/team", "VersionId": "v1", "Size": 10, "Tags": {"team": "tax"}}
{"Key": "Tax/cold", "VersionId": "v1", "Size": 20, "StorageClass": "GLACIER"}

{"Key": "Tax/gone", "VersionId": "v2", "IsDeleteMarker": true}
{"Key": "cat.jpg", "VersionId": "v1", "Size": 7}
"#;

pub(super) const RUN: &[&str] =
    &["batch", "run", "--job", "job.json", "-c", "rules.json", "--objects", "objects.jsonl"];

pub(super) fn generator(change: &Value) -> Value {
    let generator = json!({"SourceBucket": "arn:aws:s3:::src", "EnableManifestOutput": false,
        "Filter": {"EligibleForReplication": true}});
    json!({"S3JobManifestGenerator": crate::support::with_members(generator, change)})
}

pub(super) fn report() -> Value {
    json!({"Enabled": true, "Bucket": "arn:aws:s3:::lists", "Format": "Report_CSV_20180820",
        "ReportScope": "AllTasks", "Prefix": "reports"})
}

/// A job that brings a list of its own, with these columns if it is CSV.
pub(super) fn listed(columns: Option<&[&str]>, text: impl AsRef<[u8]>) -> String {
    let spec = match columns {
        Some(fields) => json!({"Format": "S3BatchOperations_CSV_20180820", "Fields": fields}),
        None => json!({"Format": "S3InventoryReport_CSV_20161130"}),
    };
    let location = json!({"ObjectArn": "arn:aws:s3:::lists/list.csv",
        "ETag": Md5Checksum::of(text).to_string()});
    job_json(&json!({"ManifestGenerator": null, "Report": report(),
        "Manifest": {"Spec": spec, "Location": location}}))
}

pub(super) fn with(more: &[&'static str]) -> Vec<&'static str> {
    [RUN, more].concat()
}

/// A desk with a job that lists what is eligible.
pub(super) fn desk(name: &str) -> Desk {
    let desk = Desk::new(name);
    desk.put("rules.json", RULES);
    desk.put("objects.jsonl", OBJECTS);
    let members = json!({"ManifestGenerator": generator(&json!({})), "Report": report()});
    desk.put("job.json", job_json(&members));
    desk
}

#[test]
fn a_dry_run_counts_what_the_job_would_do() {
    let desk = desk("run-dry");
    let ran = desk.run(&with(&["--dry-run"]));
    let expected = "\
dry run of the job on `src`: nothing is replicated

5 versions, 4,133 bytes: 3 in the manifest, 2 left out
        1  not eligible: archived
        1  not eligible: prefix-differs

3 tasks: 3 can succeed, 0 fail

by destination
        1  backup: replicate-delete-marker, 0 bytes
        2  backup: replicate-object in STANDARD_IA, 4,106 bytes
        1  other: replicate-object in STANDARD, 10 bytes

by rule
        3  tax, 4,106 bytes
        1  team, 10 bytes
";
    assert_eq!(ran.ended(0).out, expected);
    assert!(ran.err.starts_with("note[job-lists-replicated-versions]"), "{}", ran.err);

    // Without a filter everything is on the list, and what no rule takes fails.
    let all = generator(&json!({"Filter": {}}));
    let members = json!({"ManifestGenerator": all, "ConfirmationRequired": true});
    desk.put("job.json", job_json(&members));
    let told = desk.run(&with(&["--dry-run", "--format", "json"])).ended(1).json();
    assert_eq!(
        (&told["tasks"], &told["succeeded"], &told["failed"]),
        (&json!(5), &json!(3), &json!(2))
    );
    let failing = told["failing"].as_array().unwrap();
    let reasons: Vec<_> = failing.iter().map(|one| (&one["code"], &one["reason"])).collect();
    let code = json!("SrcObjectNotEligible");
    assert_eq!(reasons, [(&code, &json!("archived")), (&code, &json!("prefix-differs"))]);
    assert_eq!(told["confirmation_needed"], true);
    assert_eq!(told["listed"], json!({"versions": 5, "bytes": 4133}));
    let text = desk.run(&with(&["--dry-run"]));
    assert!(text.ended(1).out.ends_with("note: the job waits for confirmation before it runs\n"));
}

#[test]
fn a_dry_run_reports_unknown_facts() {
    let desk = desk("run-unknown");
    let rows = "\"src\",\"Tax/1\",\"v1\",\"false\",\"5\",\"STANDARD\",\"\",\"SSE-S3\"\n\
                \"src\",\"Tax/2\",\"\",\"false\",\"6\",\"LUNAR\",\"\",\"SSE-S3\"\n\
                \"other\",\"Tax/3\",\"v1\",\"false\",\"7\",\"STANDARD\",\"\",\"SSE-S3\"\n";
    let columns = "Bucket, Key, VersionId, IsDeleteMarker, Size, StorageClass, \
                   IntelligentTieringAccessTier, EncryptionStatus";
    let inventory = desk.put_columns(columns, rows);
    let run = ["batch", "run", "--job", "job.json", "-c", "rules.json", "--inventory", inventory];
    let ran = desk.run(&[&run[..], &["--dry-run"]].concat());
    assert!(ran.ended(1).out.contains("        1  a version of another bucket\n"), "{}", ran.out);
    assert!(ran.out.contains("        2  backup: replicate-object in STANDARD_IA, 11 bytes\n"));
    let notes = "\nnote: the result of 2 tasks depends on tags, which are unknown\n\
                 note: the inventory does not contain `LastModifiedDate`, `ReplicationStatus`, `Tags`\n";
    assert!(ran.out.ends_with(notes), "{}", ran.out);

    let ran = desk.run(&run);
    assert!(ran.ended(1).err.contains("\nnote: 1 version of other buckets ignored\n"));
    assert!(ran.out.contains("note: the result of 2 tasks depends on tags, which are unknown\n"));
    assert!(ran.out.contains("        2  backup, 11 bytes\n"), "{}", ran.out);

    // A version whose eligibility depends on tags is left out of the manifest.
    desk.put("rules.json", RULES.replace("\"Prefix\": \"Tax/\"}", "\"Prefix\": \"Law/\"}"));
    let told = desk.run(&[&run[..], &["--dry-run", "--format", "json"]].concat()).ended(1).json();
    assert_eq!((&told["tasks"], &told["unknown"]), (&json!(0), &json!(2)));
    assert_eq!(told["job_fails"], Value::Null, "there may be keys");
    assert_eq!(
        told["left_out"][0]["reason"],
        "`EligibleForReplication` depends on `Tags`, which is unknown"
    );
}

/// REP-907, REP-958, REP-959: from the manifest over the confirmation to the report.
#[test]
fn a_job_runs_from_its_manifest_to_its_report() {
    let desk = desk("run-whole");
    let members = json!({"ManifestGenerator": generator(&json!({})), "Report": report(),
        "ConfirmationRequired": true});
    desk.put("job.json", job_json(&members));
    let ran = desk.run(&with(&["--report", "out"]));
    let waits = "job on `src`, run in memory: New, Preparing, Suspended\n\
                 3 tasks; the job waits for confirmation, which `--confirm` gives\n";
    assert_eq!(ran.ended(1).out, waits);
    assert!(!desk.0.join("out").exists(), "there is no report yet");

    let ran = desk.run(&with(&["--report", "out", "--confirm"]));
    let runs = "\
job on `src`, run in memory: New, Preparing, Suspended, Ready, Active, Completing, Complete
3 tasks: 3 succeeded, 0 failed

replicas
        3  backup, 4,106 bytes
        1  other, 10 bytes

the completion report is `out/manifest.json`
";
    assert_eq!(ran.ended(0).out, runs);
    let ran = desk.run(&["batch", "report", "out/manifest.json"]);
    assert_eq!(ran.ended(0).out, "3 tasks: 3 succeeded, 0 failed\n");
    let document = std::fs::read_to_string(desk.0.join("out/manifest.json")).unwrap();
    let checksum = std::fs::read_to_string(desk.0.join("out/manifest.json.md5")).unwrap();
    assert_eq!(checksum, Md5Checksum::of(document).to_string());

    desk.put("job.json", job_json(&json!({"ManifestGenerator": generator(&json!({}))})));
    let ran = desk.run(&with(&["--report", "out"]));
    assert!(ran.ended(2).err.contains("the job asks for no completion report"), "{}", ran.err);
}

/// REP-959: every report has a folder of its own, so that parts of two are not read as one.
#[test]
fn a_report_is_never_overwritten() {
    let desk = desk("run-twice");
    let run = with(&["--report", "out"]);
    desk.run(&run).ended(0);
    let whole = std::fs::read(desk.0.join("out/manifest.json")).unwrap();
    let parts = || std::fs::read_dir(desk.0.join("out/results")).unwrap().count();
    let (before, refused) = (parts(), |left: &str| {
        let ran = desk.run(&run);
        let how = "remove it, or name another folder for the report";
        assert_eq!(ran.ended(2).out, "");
        let message = format!("error: `{left}` exists; {how}\n");
        assert!(ran.err.ends_with(&message), "{}", ran.err);
    });
    desk.put("objects.jsonl", "{\"Key\": \"Tax/else\"}\n");
    refused("out/manifest.json");
    assert_eq!(std::fs::read(desk.0.join("out/manifest.json")).unwrap(), whole);
    // Parts that are left of it would be read with `results/*.csv`.
    std::fs::remove_file(desk.0.join("out/manifest.json")).unwrap();
    refused("out/results");
    assert_eq!(parts(), before);
    std::fs::remove_dir_all(desk.0.join("out/results")).unwrap();
    desk.run(&run).ended(0);
    let ran = desk.run(&["batch", "report", "out/manifest.json"]);
    assert_eq!(ran.ended(0).out, "1 task: 1 succeeded, 0 failed\n");

    // The document of an inventory is no place for that of a report.
    let inventory = desk.put_columns("Bucket, Key, VersionId", "\"src\",\"a\",\"v1\"\n");
    let job = ["batch", "run", "--job", "job.json", "-c", "rules.json", "-i", inventory];
    let ran = desk.run(&[&job[..], &["--report", "."]].concat());
    assert!(ran.ended(2).err.contains("manifest.json` exists;"), "{}", ran.err);
    let document = std::fs::read_to_string(desk.0.join(inventory)).unwrap();
    assert!(document.contains("fileSchema"), "{document}");
}

/// A job may be in any encoding that a configuration may be in.
#[test]
fn a_job_may_have_a_byte_order_mark() {
    let desk = desk("run-marked");
    let expected = desk.run(&with(&["--dry-run"])).ended(0).out.clone();
    let json = std::fs::read_to_string(desk.0.join("job.json")).unwrap();
    desk.put("job.json", format!("\u{FEFF}{json}"));
    assert_eq!(desk.run(&with(&["--dry-run"])).ended(0).out, expected);
    let units = format!("\u{FEFF}{json}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf_16: Vec<u8> = units;
    desk.put("job.json", utf_16);
    assert_eq!(desk.run(&with(&["--dry-run"])).ended(0).out, expected);
}

#[test]
fn failures_have_codes_and_remedies() {
    let desk = desk("run-fails");
    let at = ["--at", "2026-11-22T10:00:00Z", "--format", "json"];
    let fail = ["--fail", "backup=DstPutObjectNotPermitted"];
    let told = desk.run(&with(&[&fail[..], &at[..]].concat())).ended(1).json();
    let job = &told["job"];
    assert_eq!(
        (&job["Status"], &job["CreationTime"]),
        (&json!("Complete"), &json!("2026-11-22T10:00:00Z"))
    );
    let progress = json!({"TotalNumberOfTasks": 3, "NumberOfTasksSucceeded": 0,
        "NumberOfTasksFailed": 3, "Timers": {"ElapsedTimeInActiveSeconds": 0}});
    assert_eq!(job["ProgressSummary"], progress);
    assert_eq!(
        (&told["succeeded"], &told["failed"], &told["open"]),
        (&json!(0), &json!(3), &json!(0))
    );
    assert_eq!(told["codes"][0]["code"], "DstPutObjectNotPermitted");
    assert!(told["codes"][0]["remedy"].as_str().unwrap().contains("s3:ReplicateObject"));
    let other = json!({"bucket": "arn:aws:s3:::other", "versions": 1, "bytes": 10});
    assert_eq!(told["destinations"][1], other);

    let ran = desk.run(&with(&["--fail", "backup=DstPutObjectNotPermited"]));
    assert!(ran.ended(2).err.contains("did you mean `DstPutObjectNotPermitted`?"), "{}", ran.err);
    let ran = desk.run(&with(&["--fail", "bckup=DstPutObjectNotPermitted"]));
    assert!(
        ran.ended(2).err.contains("name one of `backup`, `lists`, `other`, `src`"),
        "{}",
        ran.err
    );
}

/// What is known about buckets counts as it is when the job runs.
#[test]
fn buckets_are_as_the_context_says() {
    let desk = desk("run-context");
    for (context, code) in [
        (json!({"backup": {"Versioning": "Suspended"}}), "DstBucketUnversioned"),
        (json!({"backup": null}), "DstBucketNotFound"),
        (
            json!({"src": {"ObjectLock": "Enabled"}, "backup": {"ObjectLock": "Disabled"}}),
            "DstBucketObjectLockConfigMissing",
        ),
    ] {
        desk.put("context.json", context.to_string());
        let told = desk.run(&with(&["--context", "context.json", "--format", "json"]));
        assert_eq!(told.ended(1).json()["codes"][0]["code"], code);
    }
    // The Region of the job is that of its source; S3 refuses a list in another one.
    desk.put(
        "context.json",
        json!({"src": {"Region": "eu-west-1"}, "lists": {"Region": "us-east-1"}}).to_string(),
    );
    let kept = json!({"EnableManifestOutput": true, "ManifestOutputLocation": {
        "Bucket": "arn:aws:s3:::lists", "ManifestFormat": "S3InventoryReport_CSV_20211130"}});
    desk.put("job.json", job_json(&json!({"ManifestGenerator": generator(&kept)})));
    let ran = desk.run(&with(&["--context", "context.json"]));
    assert!(ran.ended(1).err.contains("error[manifest-in-other-region]"), "{}", ran.err);
    desk.put("context.json", json!({"lists": {"Account": "999999999999"}}).to_string());
    let kept = crate::support::with_members(
        kept,
        &json!({"ManifestOutputLocation": {
        "Bucket": "arn:aws:s3:::lists", "ManifestFormat": "S3InventoryReport_CSV_20211130",
        "ExpectedManifestBucketOwner": "111122223333"}}),
    );
    desk.put("job.json", job_json(&json!({"ManifestGenerator": generator(&kept)})));
    let ran = desk.run(&with(&["--context", "context.json"]));
    assert!(ran.ended(1).out.contains("the job fails: ExpectedOwnerMismatch"), "{}", ran.out);
    desk.put("context.json", json!({"src": null}).to_string());
    let ran = desk.run(&with(&["--context", "context.json"]));
    assert!(
        ran.ended(2).err.contains("`src` does not exist according to the context"),
        "{}",
        ran.err
    );
}

pub(super) const COLUMNS: &[&str] = &["Bucket", "Key", "VersionId"];

#[test]
fn a_job_may_bring_its_own_manifest() {
    let desk = desk("run-list");
    let list = "src,Tax/a%20b,v1\nsrc,Tax/a%20b,v1\nsrc,Tax/nowhere,v1\nsrc,Tax/cold,v1\n\
                src,Tax/team,\nelsewhere,Tax/team,v1\n";
    desk.put("list.csv", list);
    desk.put("job.json", listed(Some(COLUMNS), list));
    let run = with(&["--manifest", "list.csv", "--source-bucket", "src"]);
    let json = [&run[..], &["--format", "json"]].concat();
    let told = desk.run(&json).ended(1).json();
    assert_eq!((&told["tasks"], &told["succeeded"]), (&json!(6), &json!(2)));
    let mut codes: Vec<_> =
        told["codes"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    codes.sort_unstable();
    let expected = [
        "SrcBucketReplicationConfigMissing",
        "SrcObjectNotEligible",
        "SrcObjectNotFound",
        "SrcVersionNotFound",
    ];
    assert_eq!(codes, expected);

    let dry = [&json[..], &["--dry-run"]].concat();
    let told = desk.run(&dry).ended(1).json();
    assert_eq!(
        (&told["tasks"], &told["succeeded"], &told["failed"]),
        (&json!(6), &json!(2), &json!(4))
    );
    let mut codes: Vec<_> = told["failing"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["code"].as_str().unwrap())
        .collect();
    codes.sort_unstable();
    assert_eq!(codes, expected);
    let text = desk.run(&[&run[..], &["--dry-run"]].concat());
    assert!(
        text.ended(1).out.contains("5 versions, 4,133 bytes; 6 rows in the manifest\n"),
        "{}",
        text.out
    );

    for (wrong, message) in [
        (with(&["--source-bucket", "src"]), "give it with `--manifest FILE`"),
        (with(&["--manifest", "list.csv"]), "add `--source-bucket NAME`"),
        (
            with(&["--manifest", "nowhere.csv", "--source-bucket", "src"]),
            "cannot read `nowhere.csv`",
        ),
    ] {
        let ran = desk.run(&wrong);
        assert!(ran.ended(2).err.contains(message), "{}", ran.err);
    }
}

/// REP-942, REP-990: manifests that fail a job before its first task.
#[test]
fn a_bad_manifest_fails_the_job() {
    let desk = desk("run-bad-list");
    let run = with(&["--manifest", "list.csv", "--source-bucket", "src"]);
    let dry = [&run[..], &["--dry-run"]].concat();
    let bad = "src,Tax/team,v1\nsrc,Tax/team\n";
    desk.put("list.csv", bad);
    desk.put("job.json", listed(Some(COLUMNS), bad));
    let fails = "the job fails: InvalidManifestContent: Unexpected number of task fields\n";
    for run in [&run, &dry] {
        let ran = desk.run(run);
        assert!(ran.ended(1).out.contains(fails), "{}", ran.out);
        assert!(ran.err.contains("list.csv:2: expected 3 fields, found 2"), "{}", ran.err);
    }
    assert!(
        desk.run(&run)
            .out
            .starts_with("job on `src`, run in memory: New, Preparing, Failing, Failed\n")
    );

    desk.put("list.csv", "src,Tax/team,v1\n");
    for run in [&run, &dry] {
        let ran = desk.run(run);
        assert!(ran.ended(1).out.contains("the job fails: ManifestChanged: "), "{}", ran.out);
        let found = Md5Checksum::of("src,Tax/team,v1\n");
        assert!(ran.err.contains(&format!("`list.csv` has the ETag {found}, the job names")));
    }
    // The ETag of an upload in parts is no checksum.
    let job = listed(Some(COLUMNS), "").replace(&Md5Checksum::of("").to_string(), "0123-2");
    desk.put("job.json", job);
    let ran = desk.run(&run);
    assert!(
        ran.ended(0).err.contains("note: the ETag 0123-2 of a multipart upload cannot be compared"),
        "{}",
        ran.err
    );
}

#[test]
fn an_inventory_can_be_both_manifest_and_content() {
    let desk = desk("run-inventory-list");
    let rows = "\"src\",\"Tax/a+b\",\"v1\",\"STANDARD\"\n\"src\",\"c\",\"v2\",\"STANDARD\"\n";
    desk.put_inventory(rows, None);
    let manifest = "daily/2026-11-22T01-00Z/manifest.json";
    let document = std::fs::read(desk.0.join(manifest)).unwrap();
    desk.put("job.json", listed(None, document));
    let run = ["batch", "run", "--job", "job.json", "-c", "rules.json", "--manifest", manifest];
    let ran = desk.run(&run);
    assert!(ran.ended(1).out.contains("2 tasks: 1 succeeded, 1 failed\n"), "{}", ran.out);
    assert!(ran.out.contains("src/c (v2): "), "{}", ran.out);
    assert!(
        ran.out.contains("note: the inventory does not contain `IsDeleteMarker`, `Size`"),
        "{}",
        ran.out
    );
    let ran = desk.run(&[&run[..], &["--dry-run"]].concat());
    assert!(ran.ended(1).out.contains("2 tasks: 1 can succeed, 1 fail\n"), "{}", ran.out);
}

/// Every column of an inventory that says something of a version is read, and counts as the same
/// member of an object does.
#[test]
fn every_column_that_decides_is_read() {
    let facts = [
        ("IsDeleteMarker", "false"),
        ("Size", "5"),
        ("LastModifiedDate", "2026-01-01T00:00:00.000Z"),
        ("StorageClass", "STANDARD_IA"),
        ("ReplicationStatus", "FAILED"),
        ("EncryptionStatus", "SSE-KMS"),
        ("ObjectLockRetainUntilDate", "2027-01-01T00:00:00.000Z"),
        ("ObjectLockMode", "GOVERNANCE"),
        ("ObjectLockLegalHoldStatus", "On"),
        ("ObjectLockEventHoldStatus", "On"),
        ("IntelligentTieringAccessTier", "ARCHIVE"),
        ("BucketKeyStatus", "ENABLED"),
    ];
    let known = Field::KNOWN.iter().map(Field::as_str);
    let others: Vec<&str> =
        known.filter(|name| facts.iter().all(|(fact, _)| fact != name)).skip(3).collect();
    let row = |columns: &[(&str, &str)]| {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let values: Vec<String> = columns.iter().map(|(_, value)| format!("\"{value}\"")).collect();
        let schema = format!("Bucket, Key, VersionId, {}", names.join(", "));
        (schema, format!("\"src\",\"Tax/a\",\"v1\",{}\n", values.join(",")))
    };
    let described = |columns: &[(&str, &str)]| {
        let (schema, row) = row(columns);
        let schema: Schema = schema.parse().unwrap();
        let row = manifest::Reader::inventory(row.as_bytes(), &schema).next().unwrap().unwrap();
        format!("{:?}", row.version())
    };
    // Only the facts above describe a version, apart from the one that no decision asks for.
    for name in others.iter().filter(|name| **name != "IsLatest") {
        let more = [&facts[..], &[(*name, "true")]].concat();
        assert_eq!(described(&more), described(&facts), "{name}");
    }
    let desk = desk("run-columns");
    let run = |columns: &[(&str, &str)]| {
        let (schema, row) = row(columns);
        let inventory = desk.put_columns(&schema, &row);
        desk.run(&["batch", "run", "-c", "rules.json", "-i", inventory, "--dry-run"])
    };
    for (name, value) in facts {
        let without: Vec<_> = facts.into_iter().filter(|(other, _)| *other != name).collect();
        // `false` is what an inventory without the column means.
        if value != "false" {
            assert_ne!(described(&facts), described(&without), "{name}");
        }
        // Any text is a storage class.
        if name != "StorageClass" {
            let odd = run(&[&without[..], &[(name, "odd")]].concat());
            assert!(odd.ended(2).err.contains(&format!("`{name}`")), "{name}: {}", odd.err);
        }
    }
    let archived = run(&[("IsDeleteMarker", "false"), ("StorageClass", "GLACIER")]);
    assert!(archived.ended(1).out.contains("not eligible: archived"), "{}", archived.out);
}

/// A replica with an event hold needs Object Lock in its bucket, wherever the version comes from.
#[test]
fn an_event_hold_counts_in_any_input() {
    let desk = desk("run-hold");
    let object = r#"{"Key": "Tax/a", "VersionId": "v1", "ObjectLockEventHoldStatus": "On"}"#;
    desk.put("objects.jsonl", object);
    desk.put("context.json", r#"{"backup": {"ObjectLock": "Disabled"}, "other": {}}"#);
    let columns = "Bucket, Key, VersionId, IsDeleteMarker, StorageClass, EncryptionStatus, \
                   IntelligentTieringAccessTier, ObjectLockEventHoldStatus";
    let row = "\"src\",\"Tax/a\",\"v1\",\"false\",\"STANDARD\",\"SSE-S3\",\"\",\"On\"\n";
    let inventory = desk.put_columns(columns, row);
    let run =
        ["batch", "run", "--job", "job.json", "-c", "rules.json", "--context", "context.json"];
    for versions in [["--objects", "objects.jsonl"], ["--inventory", inventory]] {
        for how in [&[][..], &["--dry-run"]] {
            let ran = desk.run(&[&run[..], &versions, how].concat());
            let code = "DstBucketObjectLockConfigMissing";
            assert!(ran.ended(1).out.contains(code), "{versions:?} {how:?}: {}", ran.out);
        }
    }
}

#[test]
fn wrong_usage_is_reported() {
    let desk = desk("run-usage");
    let job = ["batch", "run", "--job", "job.json", "-c", "rules.json"];
    for (more, message) in [
        (
            &[][..],
            "the versions of the source bucket are missing; give `--inventory` or `--objects`",
        ),
        (&["--objects", "objects.jsonl", "--manifest", "list.csv"], "leave out `--manifest`"),
        (
            &["--objects", "objects.jsonl", "--source-bucket", "another"],
            "the job names the source bucket `src`, but `--source-bucket` names `another`",
        ),
        (&["--objects", "-", "--context", "-"], "name `-` only once"),
        (&["--inventory", "objects.jsonl"], "`objects.jsonl` is not the `manifest.json`"),
        (&["--inventory", "nowhere.json"], "cannot read `nowhere.json`"),
        (&["--objects", "objects.jsonl", "--dry-run", "--confirm"], "cannot be used with"),
        (&["--objects", "objects.jsonl", "--dry-run", "--report", "x"], "cannot be used with"),
    ] {
        let ran = desk.run(&[&job[..], more].concat());
        assert!(ran.ended(2).err.contains(message), "{}", ran.err);
    }
    let refused = |members: &Value, status, message: &str| {
        desk.put("job.json", job_json(members));
        let ran = desk.run(RUN);
        assert!(ran.ended(status).err.contains(message), "{}", ran.err);
    };
    refused(&json!({"Priority": 2_147_483_648_u32}), 1, "`2147483648`");
    refused(&json!({"Operation": {"LambdaInvoke": {}}}), 1, "the job `job.json` cannot be run");
    desk.put("job.json", "nonsense");
    assert!(desk.run(RUN).ended(2).err.contains("job.json:1:1"));
    desk.put("job.json", b"{\"Priority\": \"\xE9\"}");
    assert!(desk.run(RUN).ended(2).err.contains("`job.json`: the byte 0xE9 is not UTF-8 here"));
}

#[test]
fn unreadable_objects_are_reported() {
    let desk = desk("run-bad-objects");
    desk.put(
        "objects.jsonl",
        "{\"Key\": \"Tax/1\"}\n{\"Ky\": 1}\n\
        {\"Key\": \"Tax/2\", \"OwnerCanRead\": false}\n",
    );
    let ran = desk.run(RUN);
    assert!(ran.ended(2).err.contains("objects.jsonl:2: "), "{}", ran.err);
    assert!(ran.err.contains(
        "objects.jsonl:3: a store in memory cannot hold a version that the bucket owner cannot read"
    ));
    assert!(ran.err.ends_with("the job is not run, because part of its input cannot be read\n"));
    assert_eq!(ran.out, "");
    let dry = desk.run(&with(&["--dry-run"]));
    assert!(
        dry.ended(2).out.contains("2 versions, 0 bytes: 1 in the manifest, 1 left out\n"),
        "{}",
        dry.out
    );
}

/// REP-932: more than half of a thousand tasks.
#[test]
fn a_job_that_would_be_stopped_is_told() {
    let desk = desk("run-stopped");
    let objects = (0..1001).map(|number| format!("{{\"Key\": \"{number}\"}}\n"));
    desk.put("objects.jsonl", objects.collect::<String>());
    let all = generator(&json!({"Filter": {}}));
    desk.put("job.json", job_json(&json!({"ManifestGenerator": all})));
    let ran = desk.run(&with(&["--dry-run"]));
    let note = "\nnote: more than half of the tasks fail: S3 stops the job before its end\n";
    assert!(ran.ended(1).out.ends_with(note), "{}", ran.out);
    let ran = desk.run(RUN);
    let fails = "the job fails: TaskFailureThresholdExceeded: 1000 of 1000 tasks failed";
    assert!(ran.ended(1).out.contains(fails), "{}", ran.out);
}

/// Of what the objects say, a dry run tells what the run then does.
#[test]
fn a_dry_run_tells_the_truth() {
    let desk = desk("run-truth");
    let classes = ["STANDARD", "GLACIER", "GLACIER_IR", "INTELLIGENT_TIERING", "LUNAR"];
    let statuses = ["", "PENDING", "COMPLETED", "FAILED", "REPLICA"];
    let encryptions = ["SSE-S3", "SSE-KMS", "SSE-C", "NOT-SSE"];
    let mut objects = String::new();
    for number in 0..600_usize {
        let prefix = ["Tax/", "Law/", "tax/"][number % 3];
        let tags = if number % 2 == 0 { json!({"team": "tax"}) } else { json!({}) };
        let marker = number % 13 == 0;
        objects += &json!({"Key": format!("{prefix}{number}"), "VersionId": format!("v{number}"),
            "Size": if marker { 0 } else { number }, "IsDeleteMarker": marker, "Tags": tags,
            "StorageClass": classes[number / 3 % 5], "ReplicationStatus": statuses[number / 5 % 5],
            "EncryptionStatus": encryptions[number / 7 % 4]})
        .to_string();
        objects.push('\n');
    }
    desk.put("objects.jsonl", &objects);
    for filter in [
        json!({}),
        json!({"EligibleForReplication": true}),
        json!({"ObjectReplicationStatuses": ["NONE", "FAILED"]}),
        json!({"MatchAnyStorageClass": ["STANDARD"], "ObjectSizeGreaterThanBytes": 100}),
    ] {
        desk.put(
            "job.json",
            job_json(&json!({"ManifestGenerator": generator(&json!({"Filter": filter}))})),
        );
        let dry = desk.run(&with(&["--dry-run", "--format", "json"])).json();
        let run = desk.run(&with(&["--format", "json"])).json();
        let stopped = dry["job_is_stopped"].as_bool().unwrap();
        assert!(!stopped, "600 are too few for that");
        for member in ["tasks", "succeeded", "failed"] {
            assert_eq!(dry[member], run[member], "{member} with {filter}");
        }
        for bucket in ["backup", "other"] {
            let arn = format!("arn:aws:s3:::{bucket}");
            let counted = |member: &str| -> u64 {
                let all = dry["destinations"].as_array().unwrap().iter();
                all.filter(|one| one["bucket"] == arn)
                    .map(|one| one[member].as_u64().unwrap())
                    .sum()
            };
            let found = run["destinations"].as_array().unwrap().iter();
            let found = found.clone().find(|one| one["bucket"] == arn).unwrap();
            assert_eq!(found["versions"], counted("versions"), "{bucket} with {filter}");
            assert_eq!(found["bytes"], counted("bytes"), "{bucket} with {filter}");
        }
    }
}
