//! What `batch run` does not know, and whether a dry run says what the run then does.

use s3_replication::batch::checksum::Md5Checksum;
use serde_json::{Value, json};

use super::batch_run::{COLUMNS, RULES, desk, generator, listed, report, with};
use super::{Desk, Ran};
use crate::support::job_json;

/// The columns of an inventory that decide.
const DECISIVE: &str = "Bucket, Key, VersionId, IsDeleteMarker, StorageClass, \
                        IntelligentTieringAccessTier, EncryptionStatus";

/// The same, and sizes.
const SIZED: &str = "Bucket, Key, VersionId, IsDeleteMarker, Size, StorageClass, \
                     IntelligentTieringAccessTier, EncryptionStatus";

/// A row of these.
fn sized([bucket, key, id, size]: [&str; 4]) -> String {
    format!("\"{bucket}\",\"{key}\",\"{id}\",\"false\",\"{size}\",\"STANDARD\",\"\",\"SSE-S3\"\n")
}

/// One rule, for everything.
const ONE: &str = r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [
    {"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": ""},
     "DeleteMarkerReplication": {"Status": "Disabled"},
     "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#;

const INVENTORY: &[&str] = &["batch", "run", "--job", "job.json", "-c", "rules.json", "-i"];

impl Desk {
    /// Runs a job, and asks what it would do.
    pub(super) fn both(&self, arguments: &[&str]) -> [Ran; 2] {
        [self.run(arguments), self.run(&[arguments, &["--dry-run"]].concat())]
    }

    /// The same, for programs: what is told of the job, its tasks and its replicas by destination.
    fn told(&self, arguments: &[&str]) -> [(Value, Ran); 2] {
        let [run, dry] = self.both(&[arguments, &["--format", "json"]].concat());
        [(told(&run.json()), run), (told(&dry.json()), dry)]
    }

    fn put_job(&self, members: &Value) {
        self.put("job.json", job_json(members));
    }
}

/// What both forms tell of a job.
pub(super) fn told(document: &Value) -> Value {
    let fails = document["job_fails"].get("FailureCode").or_else(|| {
        let failures = document["job"].get("FailureReasons")?;
        failures.get(0)?.get("FailureCode")
    });
    let mut codes = std::collections::BTreeMap::new();
    for one in document["codes"].as_array().or(document["failing"].as_array()).unwrap() {
        let tasks = one["tasks"].as_u64().or(one["count"].as_u64()).unwrap();
        *codes.entry(one["code"].as_str().unwrap()).or_insert(0) += tasks;
    }
    let mut replicas = std::collections::BTreeMap::new();
    for one in document["destinations"].as_array().unwrap() {
        let amount = (one["versions"].as_u64().unwrap(), one["bytes"].as_u64().unwrap());
        if amount.0 > 0 {
            let all = replicas.entry(one["bucket"].as_str().unwrap()).or_insert((0, 0));
            *all = (all.0 + amount.0, all.1 + amount.1);
        }
    }
    json!({"fails": fails, "tasks": document["tasks"], "succeeded": document["succeeded"],
        "failed": document["failed"], "codes": codes, "replicas": replicas})
}

fn one_rule(name: &str) -> Desk {
    let desk = desk(name);
    desk.put("rules.json", ONE);
    desk
}

/// A job that has S3 list what passes this filter.
fn filtered(filter: &Value) -> Value {
    json!({"ManifestGenerator": generator(&json!({"Filter": filter}))})
}

#[test]
fn a_run_does_not_invent_what_nobody_knows() {
    let desk = one_rule("doubts-columns");
    let inventory = desk.put_columns("Bucket, Key, VersionId", "\"src\",\"a\",\"v1\"\n");
    let [run, dry] = desk.both(&[INVENTORY, &[inventory]].concat());
    assert!(run.ended(1).out.contains("0 tasks: 0 succeeded, 0 failed\n"), "{}", run.out);
    let note = "note: 1 version may or may not be in the manifest, by unknown facts\n\
                note: the job is not run: no version is certain to be in the manifest\n";
    assert!(run.out.contains(note), "{}", run.out);
    assert!(
        dry.ended(1).out.contains("1 version, 0 bytes: 0 in the manifest, 1 left out\n"),
        "{}",
        dry.out
    );
    assert!(!dry.out.contains("the job fails"), "there may be keys: {}", dry.out);

    // Objects say everything, but need not say when they were created.
    desk.put("objects.jsonl", "{\"Key\": \"a\"}\n");
    desk.put_job(&filtered(&json!({"CreatedAfter": "2025-01-01T00:00:00Z"})));
    for at in ["2026-11-22T10:00:00Z", "2020-11-22T10:00:00Z"] {
        let told = desk.run(&with(&["--at", at, "--format", "json"])).ended(1).json();
        assert_eq!(told["statuses"], json!(["New", "Preparing"]), "{at}");
        assert_eq!((&told["unknown"], &told["tasks"]), (&json!(1), &json!(0)), "{at}");
    }
    let told = desk.run(&with(&["--dry-run", "--format", "json"])).ended(1).json();
    assert_eq!((&told["unknown"], &told["job_fails"]), (&json!(1), &Value::Null));

    // Neither do they say with which key they are encrypted.
    desk.put("objects.jsonl", "{\"Key\": \"a\", \"EncryptionStatus\": \"SSE-KMS\"}\n");
    let key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    desk.put_job(&filtered(&json!({"MatchAnyObjectEncryption": [{"SSEKMS": {"KmsKeyArn": key}}]})));
    let told = desk.run(&with(&["--format", "json"])).ended(1).json();
    assert_eq!(told["unknown"], 1);
    // Where they do, there is nothing to guess.
    for (other, tasks) in [(key, 1), ("arn:aws:kms:us-east-1:111122223333:key/k", 0)] {
        let object = json!({"Key": "a", "EncryptionStatus": "SSE-KMS", "SSEKMSKeyId": other});
        desk.put("objects.jsonl", object.to_string());
        for (told, ran) in desk.told(&with(&[])) {
            assert_eq!((ran.json()["unknown"].as_u64(), &told["tasks"]), (Some(0), &json!(tasks)));
            ran.ended(1);
        }
    }
}

/// The tasks of a list depend on what is not known as those do that S3 lists.
#[test]
fn a_list_has_doubts_too() {
    let desk = one_rule("doubts-list");
    let inventory = desk.put_columns("Bucket, Key, VersionId", "\"src\",\"a\",\"v1\"\n");
    let document = std::fs::read(desk.0.join(inventory)).unwrap();
    desk.put("job.json", listed(None, document));
    let list = ["batch", "run", "--job", "job.json", "-c", "rules.json", "--manifest", inventory];
    let note = "note: the result of 1 task depends on columns that the inventory does not have\n";
    for ran in desk.both(&list) {
        assert!(ran.ended(1).out.contains(note), "{}", ran.out);
    }
    // With what decides, there is nothing to doubt.
    let row = "\"src\",\"a\",\"v1\",\"false\",\"STANDARD\",\"\",\"SSE-S3\"\n";
    desk.put_columns(DECISIVE, row);
    desk.put("job.json", listed(None, std::fs::read(desk.0.join(inventory)).unwrap()));
    for ran in desk.both(&list) {
        assert!(!ran.ended(0).out.contains("depends on"), "{}", ran.out);
    }
    // Where it goes to may be all that is in doubt.
    let kms = ONE.replace("]}", r#", {"ID": "kms", "Status": "Enabled", "Priority": 2,
        "Filter": {"Prefix": ""}, "DeleteMarkerReplication": {"Status": "Disabled"},
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        "Destination": {"Bucket": "arn:aws:s3:::other",
            "EncryptionConfiguration": {"ReplicaKmsKeyID": "arn:aws:kms:us-east-1:111122223333:key/k"}}}]}"#);
    desk.put("rules.json", kms);
    let columns = DECISIVE.replace(", EncryptionStatus", "");
    desk.put_columns(&columns, "\"src\",\"a\",\"v1\",\"false\",\"STANDARD\",\"\"\n");
    desk.put("job.json", listed(None, std::fs::read(desk.0.join(inventory)).unwrap()));
    for ran in desk.both(&list) {
        assert!(ran.ended(1).out.contains(note), "{}", ran.out);
    }
}

#[test]
fn an_inventory_that_tells_no_versions_apart_is_refused() {
    let desk = one_rule("doubts-versions");
    let inventory = desk.put_columns("Bucket, Key", "\"src\",\"a\"\n\"src\",\"a\"\n");
    for option in ["-i", "--objects"] {
        let job = ["batch", "run", "--job", "job.json", "-c", "rules.json", option, inventory];
        for ran in desk.both(&job) {
            let message = "the inventory of `src` has no column `VersionId`";
            assert!(ran.ended(2).err.contains(message), "{}", ran.err);
            assert_eq!(ran.out, "");
        }
    }
    // A version without an id is the null version.
    let row = "\"src\",\"a\",\"\",\"false\",\"STANDARD\",\"\",\"SSE-S3\"\n";
    for ran in desk.both(&[INVENTORY, &[desk.put_columns(DECISIVE, row)]].concat()) {
        assert_eq!(ran.ended(0).number_of_tasks(), 1);
    }
}

impl Ran {
    /// The number of tasks, as people read it.
    fn number_of_tasks(&self) -> u64 {
        let line = self.out.lines().find(|line| line.contains(" task")).unwrap();
        line.split(' ').next().unwrap().parse().unwrap()
    }
}

/// What is known about buckets counts in a dry run as it does in the run.
#[test]
fn a_dry_run_knows_the_buckets() {
    let desk = desk("doubts-context");
    let owner = json!({"EnableManifestOutput": true, "ManifestOutputLocation": {
        "Bucket": "arn:aws:s3:::lists", "ManifestFormat": "S3InventoryReport_CSV_20211130",
        "ExpectedManifestBucketOwner": "111122223333"}});
    let owner = json!({"ManifestGenerator": generator(&owner), "Report": report()});
    let plain = json!({"ManifestGenerator": generator(&json!({})), "Report": report()});
    let contexts = [
        json!({}),
        json!({"backup": null}),
        json!({"other": null}),
        json!({"lists": null}),
        json!({"backup": {"Versioning": "Suspended"}}),
        json!({"backup": {"Versioning": "Suspended", "ObjectLock": "Disabled"}, "other": null}),
        json!({"src": {"ObjectLock": "Enabled"}, "backup": {"ObjectLock": "Disabled"}}),
        json!({"src": {"ObjectLock": "Enabled"},
            "backup": {"ObjectLock": "Disabled", "Versioning": "Suspended"}}),
        json!({"backup": {"ObjectLock": "Disabled"}}),
        json!({"lists": {"Account": "999999999999"}}),
        json!({"lists": {"Account": "111122223333"}}),
    ];
    let objects = std::fs::read_to_string(desk.0.join("objects.jsonl")).unwrap()
        + "{\"Key\": \"Tax/held\", \"ObjectLockLegalHoldStatus\": \"On\", \"Size\": 3}\n";
    desk.put("objects.jsonl", objects);
    let mut outcomes = std::collections::BTreeSet::new();
    for members in [&owner, &plain] {
        desk.put_job(members);
        for context in &contexts {
            desk.put("context.json", context.to_string());
            let [run, dry] = desk.told(&with(&["--context", "context.json"]));
            assert_eq!(run.0, dry.0, "{context}");
            assert_eq!(run.1.status, dry.1.status, "{context}");
            outcomes.insert(run.0.to_string());
        }
    }
    assert_eq!(outcomes.len(), 10, "{outcomes:#?}");

    // The same is refused, and with the same words.
    let itself = RULES.replace("arn:aws:s3:::backup", "arn:aws:s3:::src");
    for (rules, context, status, message) in [
        (RULES, "nope", 2, "context.json:1:"),
        (RULES, "{\"src\": null}", 2, "`src` does not exist according to the context"),
        (RULES, "{\"src\": {\"Versioning\": \"Suspended\"}}", 1, "`src`: S3 would answer"),
        (&itself, "{}", 1, "Destination bucket cannot be the same as the source bucket."),
    ] {
        desk.put("rules.json", rules);
        desk.put("context.json", context);
        let [run, dry] = desk.both(&with(&["--context", "context.json"]));
        assert!(run.ended(status).err.contains(message), "{}", run.err);
        assert_eq!((run.status, &run.err, &run.out), (dry.status, &dry.err, &dry.out));
    }
}

/// The same holds for the buckets of the rows of a list.
#[test]
fn a_dry_run_knows_the_buckets_of_rows() {
    let desk = desk("doubts-rows");
    let list = "src,Tax/team,v1\ngone,Tax/team,v1\naway,Tax/team,v1\nthere,Tax/team,v1\n";
    desk.put("list.csv", list);
    desk.put("job.json", listed(Some(COLUMNS), list));
    desk.put("context.json", json!({"gone": null, "away": {"Region": "eu-west-1"}}).to_string());
    let more = ["--manifest", "list.csv", "--source-bucket", "src", "--context", "context.json"];
    let [run, dry] = desk.told(&with(&more));
    assert_eq!(run.0, dry.0);
    let codes = json!({"SrcBucketNotFound": 1, "SrcBucketInvalidRegion": 1,
        "SrcBucketReplicationConfigMissing": 1});
    assert_eq!(dry.0["codes"], codes);
}

/// Lists and reports that are kept in a destination are no replicas.
#[test]
fn replicas_are_what_replication_brought() {
    let desk = one_rule("doubts-replicas");
    let output = json!({"EnableManifestOutput": true, "ManifestOutputLocation": {
        "Bucket": "arn:aws:s3:::backup", "ManifestFormat": "S3InventoryReport_CSV_20211130"}});
    let mut report = report();
    report["Bucket"] = json!("arn:aws:s3:::backup");
    desk.put_job(&json!({"ManifestGenerator": generator(&output), "Report": report}));
    let [run, dry] = desk.told(&with(&[]));
    assert_eq!(run.0["replicas"], json!({"arn:aws:s3:::backup": [3, 4113]}));
    assert_eq!(run.0, dry.0);
}

#[test]
fn sizes_do_not_overflow() {
    let desk = one_rule("doubts-sizes");
    let most = u64::MAX;
    let objects =
        format!("{{\"Key\": \"a\", \"Size\": {most}}}\n{{\"Key\": \"b\", \"Size\": {most}}}\n");
    desk.put("objects.jsonl", objects);
    for (told, ran) in desk.told(&with(&[])) {
        ran.ended(0);
        assert_eq!(told["replicas"], json!({"arn:aws:s3:::backup": [2, most]}));
    }
}

/// A bucket that refuses everything refuses lists and reports, too.
#[test]
fn what_a_job_writes_can_be_refused() {
    let desk = one_rule("doubts-refused");
    let output = json!({"EnableManifestOutput": true, "ManifestOutputLocation": {
        "Bucket": "arn:aws:s3:::kept", "ManifestFormat": "S3InventoryReport_CSV_20211130"}});
    desk.put_job(&json!({"ManifestGenerator": generator(&output), "Report": report()}));
    for (fail, tasks, failure) in [
        ("lists=DstPutObjectNotPermitted", 3, "ReportNotWritten"),
        ("kept=DstPutObjectNotPermitted", 0, "ManifestNotWritten"),
    ] {
        let told = desk.run(&with(&["--fail", fail, "--format", "json"])).ended(1).json();
        assert_eq!((&told["job"]["Status"], &told["tasks"]), (&json!("Failed"), &json!(tasks)));
        assert_eq!(told["job"]["FailureReasons"][0]["FailureCode"], failure);
        desk.run(&with(&["--fail", fail, "--report", "out"])).ended(1);
        assert!(!desk.0.join("out").exists(), "there is no report");
    }
}

/// What the job never comes to is not counted, and what it comes to twice arrives once.
#[test]
fn a_dry_run_counts_what_the_job_does() {
    let desk = desk("doubts-counts");
    let run = with(&["--manifest", "list.csv", "--source-bucket", "src"]);
    let twice = "src,Tax/team,v1\nsrc,Tax/team,v1\nsrc,cat.jpg,v1\n";
    for (list, tasks) in [(twice, 3), ("other,a,v1\nsrc,Tax/team,v1\nsrc,b\nsrc,c,v1\n", 0)] {
        desk.put("list.csv", list);
        desk.put("job.json", listed(Some(COLUMNS), list));
        let [run, dry] = desk.told(&run);
        assert_eq!(run.0, dry.0);
        assert_eq!(dry.0["tasks"], tasks);
    }
    let dry = desk.run(&[&run[..], &["--dry-run"]].concat());
    let expected = "dry run of the job on `src`: nothing is replicated\n\n\
                    0 tasks: 0 can succeed, 0 fail\n\n\
                    note: the job fails: InvalidManifestContent: Unexpected number of task fields\n";
    assert_eq!(dry.ended(1).out, expected);
    let told = desk.run(&[&run[..], &["--dry-run", "--format", "json"]].concat()).json();
    assert_eq!(told["versions"], Value::Null, "nobody looked");

    desk.put("list.csv", twice);
    desk.put("job.json", listed(Some(COLUMNS), "another"));
    let [run, dry] = desk.told(&run);
    assert_eq!((&run.0, &dry.0["fails"]), (&dry.0, &json!("ManifestChanged")));
}

/// Objects may tell of one version again, as `decide` takes them.
#[test]
fn a_version_counts_once() {
    let desk = one_rule("doubts-again");
    let objects = "{\"Key\": \"a\", \"Size\": 1}\n{\"Key\": \"a\", \"VersionId\": \"null\", \"Size\": 2}\n\
                   {\"Key\": \"a\", \"VersionId\": \"v1\", \"Size\": 4}\n";
    desk.put("objects.jsonl", objects);
    let [run, dry] = desk.told(&with(&[]));
    assert_eq!(run.0, dry.0);
    assert_eq!(run.0["replicas"], json!({"arn:aws:s3:::backup": [2, 5]}));
    for (_, ran) in [run, dry] {
        let note = "note: 1 duplicate object ignored\n";
        assert!(ran.ended(0).err.contains(note), "{}", ran.err);
    }
}

/// An empty list is certain only when everything was read.
#[test]
fn what_cannot_be_read_may_be_a_key() {
    let desk = one_rule("doubts-unread");
    desk.put("objects.jsonl", "nope\n");
    let dry = desk.run(&with(&["--dry-run"]));
    assert!(!dry.ended(2).out.contains("the job fails"), "{}", dry.out);
    desk.put("objects.jsonl", "");
    let dry = desk.run(&with(&["--dry-run"]));
    assert!(dry.ended(1).out.contains("note: the job fails: ManifestEmpty: "), "{}", dry.out);
}

/// The standard input can be list and content at once, as a file can.
#[test]
fn the_standard_input_is_read_once() {
    let desk = one_rule("doubts-stdin");
    let row = "\"src\",\"a\",\"v1\",\"false\",\"STANDARD\",\"\",\"SSE-S3\"\n";
    let document = std::fs::read(desk.0.join(desk.put_columns(DECISIVE, row))).unwrap();
    assert_ne!(Md5Checksum::of(&document), Md5Checksum::of(""));
    desk.put("job.json", listed(None, &document));
    for more in [&["--dry-run"][..], &[]] {
        let list = ["batch", "run", "--job", "job.json", "-c", "rules.json", "--manifest", "-"];
        let ran = desk.run_with(&[&list[..], more].concat(), &document);
        assert_eq!(ran.ended(0).number_of_tasks(), 1);
    }
}

/// A job that waits for somebody to confirm it is no failure of a dry run, which looks further.
#[test]
fn a_dry_run_does_not_wait() {
    let desk = one_rule("doubts-confirm");
    desk.put("objects.jsonl", "{\"Key\": \"a\"}\n");
    let members = json!({"ManifestGenerator": generator(&json!({})), "ConfirmationRequired": true});
    desk.put_job(&members);
    let [run, dry] = desk.both(&with(&[]));
    assert!(run.ended(1).out.contains("the job waits for confirmation"), "{}", run.out);
    let note = "note: the job waits for confirmation before it runs\n";
    assert!(dry.ended(0).out.ends_with(note), "{}", dry.out);
    let help = desk.run(&["batch", "run", "--help"]);
    let words: Vec<&str> = help.ended(0).out.split_whitespace().collect();
    let words = words.join(" ");
    assert!(words.contains("A dry run notes that the job would wait"), "{words}");
}

/// An inventory is consistent only in the end, and may list a version twice.
#[test]
fn an_inventory_may_tell_of_a_version_again() {
    let desk = one_rule("doubts-twice");
    let row = |bucket, size| sized([bucket, "a", "", size]);
    // That of another bucket is no first one.
    let rows = [row("other", "7"), row("src", "1"), row("src", "100")].concat();
    let inventory = desk.put_columns(SIZED, &rows);
    let [run, dry] = desk.told(&[INVENTORY, &[inventory]].concat());
    assert_eq!((&run.0, &run.0["tasks"]), (&dry.0, &json!(1)));
    assert_eq!(run.0["replicas"], json!({"arn:aws:s3:::backup": [1, 1]}));
    for (_, ran) in [run, dry] {
        let note = "note: 1 duplicate row ignored\n";
        assert!(ran.ended(0).err.contains(note), "{}", ran.err);
    }
    // What is on a list and not in the bucket is missed however often the other one is there.
    let list = "src,a,null\nsrc,gone,v9\n";
    desk.put("list.csv", list);
    desk.put("job.json", listed(Some(COLUMNS), list));
    let [run, dry] = desk.told(&[INVENTORY, &[inventory, "--manifest", "list.csv"]].concat());
    assert_eq!((&run.0, run.1.status), (&dry.0, dry.1.status));
    assert_eq!(dry.0["codes"], json!({"SrcVersionNotFound": 1}));
    assert_eq!(dry.0["replicas"], json!({"arn:aws:s3:::backup": [1, 1]}));
}

/// A version whose row has an odd value is not known to be missing.
#[test]
fn what_cannot_be_read_is_not_missing() {
    let desk = one_rule("doubts-odd");
    let row = |key, size| sized(["src", key, "v1", size]);
    let rows = row("a", "1") + &row("b", "huge");
    let inventory = desk.put_columns(SIZED, &rows);
    let manifest = ["batch", "manifest", "-c", "rules.json", "-i", inventory];
    assert_eq!(desk.run(&manifest).ended(0).out, "src,a,v1\nsrc,b,v1\n");
    let list = "src,a,v1\nsrc,b,v1\nelsewhere,c,v1\n";
    desk.put("list.csv", list);
    desk.put("job.json", listed(Some(COLUMNS), list));
    let run = [INVENTORY, &[inventory, "--manifest", "list.csv"]].concat();
    let [run, dry] = desk.both(&run);
    assert!(
        run.ended(2).err.ends_with("because part of its input cannot be read\n"),
        "{}",
        run.err
    );
    assert!(dry.ended(2).err.contains("1.csv:2: `Size`: expected "), "{}", dry.err);
    assert!(dry.out.contains("\n3 tasks: 1 can succeed, 1 fail\n"), "{}", dry.out);
    assert!(
        dry.out.contains("\nnote: 1 task may be for versions that cannot be read\n"),
        "{}",
        dry.out
    );
    assert!(!dry.out.contains("SrcVersionNotFound"), "{}", dry.out);
    let json = [INVENTORY, &[inventory, "--manifest", "list.csv", "--dry-run"]].concat();
    let told = desk.run(&[&json[..], &["--format", "json"]].concat()).ended(2).json();
    let counted = ["tasks", "succeeded", "failed", "depends_on_unread"].map(|name| &told[name]);
    assert_eq!(counted, [3, 1, 1, 1].map(|number| json!(number)).each_ref());
}

/// A rule, for versions with these tags if there are any.
fn rule(priority: u32, tags: &[&str], destination: &Value, criteria: &Value) -> Value {
    let tags: Vec<_> = tags.iter().map(|key| json!({"Key": key, "Value": "v"})).collect();
    let filter = if tags.is_empty() {
        json!({"Prefix": ""})
    } else {
        json!({"And": {"Prefix": "Tax/", "Tags": tags}})
    };
    let all = json!({"ID": format!("rule-{priority}"), "Status": "Enabled", "Priority": priority,
        "Filter": filter, "DeleteMarkerReplication": {
            "Status": if tags.is_empty() { "Enabled" } else { "Disabled" }},
        "Destination": destination});
    crate::support::with_members(all, criteria)
}

/// Tags are in doubt where some decide what comes of a version, and nowhere else.
#[test]
fn tags_that_change_nothing_are_no_doubt() {
    const DOUBT: &str = "note: the result of 1 task depends on tags, which are unknown\n";
    let desk = one_rule("doubts-tags");
    let to = |bucket: &str, class: &str| json!({"Bucket": format!("arn:aws:s3:::{bucket}"), "StorageClass": class});
    let [plain, cold, other] =
        [to("backup", "STANDARD"), to("backup", "STANDARD_IA"), to("other", "STANDARD")];
    let key = json!({"EncryptionConfiguration":
        {"ReplicaKmsKeyID": "arn:aws:kms:us-east-1:111122223333:key/k"}});
    let kms = crate::support::with_members(other.clone(), &key);
    let selects =
        json!({"SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}}});
    let nothing = json!({});
    let all = |priority| rule(priority, &[], &plain, &nothing);
    let row = "\"src\",\"Tax/a\",\"v1\",\"false\",\"STANDARD\",\"\",\"SSE-S3\"\n";
    let marker = "\"src\",\"Tax/a\",\"v1\",\"true\",\"\",\"\",\"\"\n";
    let elsewhere = row.replace("Tax/", "tax/");
    let disabled = json!({"Status": "Disabled"});
    for (name, rules, row, is_doubt) in [
        ("outranked", vec![all(2), rule(1, &["k"], &plain, &nothing)], row, false),
        ("outranked and colder", vec![all(2), rule(1, &["k"], &cold, &nothing)], row, false),
        ("the same", vec![all(1), rule(2, &["k"], &plain, &nothing)], row, false),
        ("colder", vec![all(1), rule(2, &["k"], &cold, &nothing)], row, true),
        ("elsewhere, too", vec![all(2), rule(1, &["k"], &other, &nothing)], row, true),
        ("two tags", vec![all(2), rule(1, &["k", "l"], &other, &nothing)], row, true),
        ("disabled", vec![all(2), rule(1, &["k"], &other, &disabled)], row, false),
        ("another key", vec![all(2), rule(1, &["k"], &other, &nothing)], &elsewhere, false),
        ("a marker", vec![all(2), rule(3, &["k"], &other, &nothing)], marker, false),
        ("not under KMS", vec![all(2), rule(1, &["k"], &kms, &selects)], row, true),
        (
            // With all tags it ends as with none; with one of them otherwise.
            "some of them",
            vec![all(1), rule(2, &["k"], &cold, &nothing), rule(3, &["l"], &plain, &nothing)],
            row,
            true,
        ),
    ] {
        let rules = json!({"Role": "arn:aws:iam::123456789012:role/r", "Rules": rules});
        desk.put("rules.json", rules.to_string());
        let inventory = desk.put_columns(DECISIVE, row);
        for ran in desk.both(&[INVENTORY, &[inventory]].concat()) {
            assert_eq!(ran.ended(i32::from(is_doubt)).out.contains(DOUBT), is_doubt, "{name}");
            assert_eq!(ran.number_of_tasks(), 1, "{name}");
        }
    }
    // Where the encryption is not known either, tags may decide about what is under KMS only.
    let kms = crate::support::with_members(plain.clone(), &key);
    let rules = json!({"Role": "arn:aws:iam::123456789012:role/r",
        "Rules": [all(2), rule(1, &["k"], &kms, &selects)]});
    desk.put("rules.json", rules.to_string());
    let columns = DECISIVE.replace(", EncryptionStatus", "");
    let inventory = desk.put_columns(&columns, &row.replace(",\"SSE-S3\"", ""));
    desk.put("job.json", listed(None, std::fs::read(desk.0.join(inventory)).unwrap()));
    let list = ["batch", "run", "--job", "job.json", "-c", "rules.json", "--manifest", inventory];
    for ran in desk.both(&list) {
        assert!(ran.ended(1).out.contains(DOUBT), "{}", ran.out);
    }
}
