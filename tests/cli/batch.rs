//! `batch manifest`, `batch check` and `batch report`.

use std::io::Write as _;

use s3_replication::batch::checksum::Md5Checksum;
use serde_json::{Value, json};

use super::Desk;

pub(super) fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

impl Desk {
    /// Puts a file into folders below the desk.
    fn put_below(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::create_dir_all(self.0.join(name).parent().unwrap()).unwrap();
        self.put(name, content);
    }

    /// Puts an inventory as `aws s3 sync` leaves it: the document beside the folder of the data.
    pub(super) fn put_inventory(&self, rows: &str, checksum: Option<&str>) {
        let data = gzip(rows.as_bytes());
        let checksum = checksum.map_or(Md5Checksum::of(&data).to_string(), str::to_owned);
        let document = json!({
            "sourceBucket": "src", "destinationBucket": "arn:aws:s3:::lists",
            "version": "2016-11-30", "creationTimestamp": "1514944800000", "fileFormat": "CSV",
            "fileSchema": "Bucket, Key, VersionId, StorageClass",
            "files": [{"key": "lists/src/daily/data/1.csv.gz", "size": data.len(), "MD5checksum": checksum}],
        });
        self.put_below("daily/2026-11-22T01-00Z/manifest.json", document.to_string());
        self.put_below("daily/data/1.csv.gz", data);
    }

    /// Puts an inventory with these columns and rows, not compressed, and returns its document.
    pub(super) fn put_columns(&self, schema: &str, rows: &str) -> &'static str {
        let document = json!({
            "sourceBucket": "src", "destinationBucket": "arn:aws:s3:::lists",
            "version": "2016-11-30", "creationTimestamp": "1514944800000", "fileFormat": "CSV",
            "fileSchema": schema,
            "files": [{"key": "1.csv", "size": rows.len(), "MD5checksum": Md5Checksum::of(rows)}],
        });
        self.put("manifest.json", document.to_string());
        self.put("1.csv", rows);
        "manifest.json"
    }

    /// Puts a report with a failure and a success.
    fn put_report(&self, failed: &str) {
        let succeeded = "src,a%2Cb,v1,succeeded,200,,success\n";
        let part = |status: &str, name: &str, text: &str| {
            self.put_below(&format!("job-1/results/{name}.csv"), text);
            json!({"TaskExecutionStatus": status, "Bucket": "reports",
                "MD5Checksum": Md5Checksum::of(text), "Key": format!("p/job-1/results/{name}.csv")})
        };
        let document = json!({
            "Format": "Report_CSV_20180820", "ReportCreationDate": "2019-04-05T17:48:39.725Z",
            "Results": [part("succeeded", "1", succeeded), part("failed", "2", failed)],
            "ReportSchema": "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage",
        });
        self.put_below("job-1/manifest.json", document.to_string());
    }
}

const FAILED: &str =
    "src,pct%2520x,v2,failed,500,SrcObjectNotEligible,Object is not eligible for replication\n";

fn codes(document: &Value) -> Vec<(&str, u64)> {
    let found = document["diagnostics"].as_array().unwrap();
    found
        .iter()
        .map(|one| (one["code"].as_str().unwrap(), one["line"].as_u64().unwrap_or(0)))
        .collect()
}

#[test]
fn check_says_of_every_row_what_s3_does() {
    let desk = Desk::with_configuration("batch-check");
    desk.put("list.csv", "src,a,v1\nsrc,%zz,v1\nsrc,b,\nsrc,a+b,v1\nsrc,a,v1\n");
    let ran = desk.run(&["batch", "check", "list.csv"]);
    let expected = "\
error[key-encoding]: a `%` without two hexadecimal digits in the key `%zz`
 --> list.csv:2
  = the job fails: InvalidManifestContent: Invalid object key format
  = help: percent-encode every byte of the key that is not a letter or digit
  = clause: REP-945 (evidence: inference)

error[version-id-missing]: the version ID is empty
 --> list.csv:3
  = the task fails: SrcObjectNotFound: Object versionID is invalid
  = help: write `null` for the null version
  = clause: REP-947 (evidence: reported)

warning[key-plus]: a `+` in the key may mean a space or a plus sign
 --> list.csv:4
  = help: write `%20` for a space and `%2B` for a plus sign
  = clause: REP-944 (evidence: inference)

warning[row-repeated]: an earlier row names the same version
 --> list.csv:5
  = help: remove the row: each row is a task
  = clause: REP-968 (evidence: inference)

list.csv: 5 rows, 2 errors, 2 warnings
";
    assert_eq!(ran.ended(1).out, expected);

    let ran = desk.run(&["batch", "check", "list.csv", "--format", "json"]);
    let document = ran.ended(1).json();
    assert_eq!(document["file"], "list.csv");
    assert_eq!(document["format"], "S3BatchOperations_CSV_20180820");
    assert_eq!((&document["rows"], &document["valid"]), (&json!(5), &json!(false)));
    assert_eq!(
        document["counts"],
        json!({"key-encoding": 1, "key-plus": 1, "row-repeated": 1, "version-id-missing": 1})
    );
    assert_eq!(
        codes(&document),
        [("key-encoding", 2), ("version-id-missing", 3), ("key-plus", 4), ("row-repeated", 5)]
    );
    assert_eq!(document["diagnostics"][0]["clause"], "REP-945");
    assert_eq!(document["all_rows_compared"], true);
}

#[test]
fn check_asks_the_rules_and_reads_the_standard_input() {
    let desk = Desk::new("batch-check-rules");
    let rule = crate::support::rule_v2("tax", 1, "<Prefix>Tax/</Prefix>", "backup", "");
    desk.put("c.xml", crate::support::with_role(&rule));
    let check = ["batch", "check", "-", "-c", "c.xml", "--format", "json"];
    let document = desk.run_with(&check, "src,Tax/1,v\nsrc,tax/1,v\n").ended(1).json();
    assert_eq!(codes(&document), [("no-rule", 2)]);
    // A task that fails is an error, though the job goes on.
    assert_eq!((&document["valid"], &document["file"]), (&json!(false), &json!("-")));
    assert_eq!(document["job_fails"], false);
    assert_eq!(
        desk.run_with(&["batch", "check", "-"], "src,a,v\n").ended(0).out,
        "<stdin>: 1 row, no findings\n"
    );
    let literal = ["batch", "check", "-", "--fields", "Key,Ignore,Bucket,VersionId"];
    desk.run_with(&literal, "a,,src,v\n").ended(0);
    // Without version IDs the job fails, whatever is in the rows.
    let ran = desk.run_with(&["batch", "check", "-", "--fields", "Bucket,Key"], "src,a\n");
    assert!(ran.ended(1).out.contains("error[version-ids-missing]"), "{}", ran.out);
}

#[test]
fn check_reads_an_inventory_and_its_compressed_files() {
    let desk = Desk::with_configuration("batch-check-inventory");
    let rows = "\"src\",\"a+b\",\"v\",\"STANDARD\"\n\"src\",\"c\",\"v\",\"GLACIER\"\n\"src\",\"d\",\"\",\"STANDARD\"\n";
    desk.put_inventory(rows, None);
    let manifest = "daily/2026-11-22T01-00Z/manifest.json";
    let check = ["batch", "check", manifest, "-c", "c.xml", "--format", "json"];
    let document = desk.run(&check).ended(1).json();
    assert_eq!(document["format"], "S3InventoryReport_CSV_20161130");
    assert_eq!(codes(&document), [("no-rule", 2), ("version-id-missing", 3)]);
    assert_eq!(document["diagnostics"][0]["file"], "lists/src/daily/data/1.csv.gz");
    assert_eq!((&document["rows"], &document["valid"]), (&json!(3), &json!(false)));
    assert_eq!(document["job_fails"], false);

    desk.put_inventory("\"src\",\"a\",\"v\",\"STANDARD\"\n", Some(&"0".repeat(32)));
    let ran = desk.run(&["batch", "check", manifest]);
    assert!(ran.ended(1).out.contains("error[checksum-differs]"), "{}", ran.out);
    let ran = desk.run(&["batch", "check", manifest, "--fields", "Bucket,Key"]);
    assert!(ran.ended(2).err.contains("an inventory names its columns itself"), "{}", ran.err);

    std::fs::remove_file(desk.0.join("daily/data/1.csv.gz")).unwrap();
    let ran = desk.run(&["batch", "check", manifest]);
    let key = "lists/src/daily/data/1.csv.gz";
    let found = format!(
        "error[unreadable]: `{manifest}` names `{key}`, which is neither in its folder nor in one around it\n \
         --> {key}\n"
    );
    assert!(ran.ended(2).out.starts_with(&found), "{}", ran.out);
    assert!(ran.out.ends_with("manifest.json: 0 rows, 1 error\n"), "{}", ran.out);
    let told = desk.run(&["batch", "check", manifest, "--format", "json"]).ended(2).json();
    let counted = ["counts", "all_rows_compared", "valid", "job_fails"].map(|name| &told[name]);
    let expected = [json!({"unreadable": 1}), json!(false), json!(false), json!(false)];
    assert_eq!(counted, expected.each_ref());
    assert_eq!(codes(&told), [("unreadable", 0)]);
}

/// REP-950, REP-951, REP-952: the document of an inventory that S3 does not take is a finding.
#[test]
fn check_says_what_s3_does_about_a_document_that_is_no_manifest() {
    let desk = Desk::new("batch-check-document");
    let whole = json!({"sourceBucket": "src", "destinationBucket": "arn:aws:s3:::lists",
        "version": "2016-11-30", "creationTimestamp": "1514944800000", "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, VersionId", "files": []});
    let with = |member: &str, value: Value| {
        let mut document = whole.clone();
        document[member] = value;
        document.to_string()
    };
    let missing = "Required fields are missing in the schema: Key";
    for (document, message, reason, clause) in [
        (
            with("fileSchema", json!("Bucket, VersionId")),
            "`fileSchema`: the inventory has no column `Key`",
            missing,
            "REP-952",
        ),
        (
            with("fileFormat", json!("ORC")),
            "`fileFormat` is `ORC`; only `CSV` can be a manifest",
            "Invalid Manifest Content",
            "REP-951",
        ),
        (with("files", Value::Null), "`files` is missing", "Invalid Manifest Content", "REP-951"),
        (
            "{\"files\": ".to_owned(),
            "EOF while parsing a value at line 1 column 10",
            "Manifest file is not properly formatted",
            "REP-951",
        ),
    ] {
        desk.put("manifest.json", document);
        let ran = desk.run(&["batch", "check", "manifest.json", "--format", "json"]);
        let told = ran.ended(1).json();
        assert_eq!((&told["valid"], &told["job_fails"]), (&json!(false), &json!(true)));
        let found = &told["diagnostics"][0];
        assert_eq!(
            (&found["code"], &found["message"]),
            (&json!("inventory-invalid"), &json!(message))
        );
        let consequence = format!("the job fails: InvalidManifestContent: {reason}");
        assert_eq!(found["consequence"], consequence);
        assert_eq!((&found["clause"], &told["rows"]), (&json!(clause), &json!(0)));
    }
    // Nothing listed is something else.
    desk.put("manifest.json", whole.to_string());
    let told = desk.run(&["batch", "check", "manifest.json", "--format", "json"]).ended(0).json();
    assert_eq!((&told["valid"], &told["counts"]), (&json!(true), &json!({"no-rows": 1})));
}

/// REP-939, REP-941, REP-947, REP-948: lists without rows, and what the readings change.
#[test]
fn check_reads_as_it_is_told_to() {
    let desk = Desk::new("batch-check-readings");
    desk.put("empty.csv", "");
    let ran = desk.run(&["batch", "check", "empty.csv"]);
    let expected = "\
warning[no-rows]: the manifest has no rows
 --> empty.csv
  = help: add rows; a job without tasks completes at once, or fails
  = clause: REP-939 (evidence: primary)

empty.csv: 0 rows, 1 warning
";
    assert_eq!(ran.ended(0).out, expected);
    let ran = desk.run_with(&["batch", "check", "-"], "Bucket,Key,VersionId\nsrc,a,v\n");
    assert!(ran.ended(1).out.starts_with("error[header-row]"), "{}", ran.out);
    assert!(ran.out.ends_with("2 rows, 1 error\n"), "{}", ran.out);

    let unversioned = ["batch", "check", "-", "--fields", "Bucket,Key", "--versions", "optional"];
    desk.run_with(&unversioned, "src,a\n").ended(0);
    for (reading, told) in [
        ("object-not-found", "the task fails: SrcObjectNotFound: Object versionID is invalid"),
        ("invalid-request", "the task fails: InvalidRequest: Task failed due to missing VersionId"),
    ] {
        let check = ["batch", "check", "-", "--empty-version-id", reading];
        let ran = desk.run_with(&check, "src,a,\n");
        assert!(ran.ended(1).out.contains(told), "{}", ran.out);
    }
    let check = ["batch", "check", "-", "--empty-version-id", "null-version"];
    desk.run_with(&check, "src,a,\n").ended(0);
}

#[test]
fn check_shows_some_of_each_kind_and_counts_the_rest() {
    let desk = Desk::new("batch-check-limit");
    desk.put("list.csv", "src,a b,v\n".repeat(3000));
    let ran = desk.run(&["batch", "check", "list.csv", "--limit", "2"]);
    assert_eq!(ran.ended(0).out.matches("warning[").count(), 4);
    let end = "and 2,998 more of `key-not-encoded`\nand 2,997 more of `row-repeated`\n\
        list.csv: 3,000 rows, 5,999 warnings\n";
    assert!(ran.out.ends_with(end), "{}", ran.out);
    let ran = desk.run(&["batch", "check", "list.csv", "--format", "json"]);
    let document = ran.ended(0).json();
    assert_eq!(document["diagnostics"].as_array().unwrap().len(), 40);
    assert_eq!(document["diagnostics_left_out"], 5959);
}

#[test]
fn a_broken_archive_is_told_with_the_line() {
    let desk = Desk::new("batch-check-gzip");
    let mut data = gzip(&"src,a,v\n".repeat(10_000).into_bytes());
    data.truncate(data.len() / 2);
    desk.put("list.csv.gz", data);
    let ran = desk.run(&["batch", "check", "list.csv.gz", "--limit", "1"]);
    assert!(
        ran.ended(2).out.contains("error[unreadable]: the file cannot be read: "),
        "{}",
        ran.out
    );
    let told = desk.run(&["batch", "check", "list.csv.gz", "--format", "json"]).ended(2).json();
    assert_eq!(
        (&told["counts"]["unreadable"], &told["all_rows_compared"]),
        (&json!(1), &json!(false))
    );
}

#[test]
fn files_outside_are_not_looked_for() {
    let desk = Desk::new("batch-outside");
    desk.put_report(FAILED);
    for key in ["../secret.csv", "/etc/passwd", "a/../../x.csv", ""] {
        let document = json!({
            "Format": "Report_CSV_20180820", "ReportCreationDate": "2019-04-05T17:48:39.725Z",
            "Results": [{"TaskExecutionStatus": "failed", "Bucket": "reports",
                "MD5Checksum": Md5Checksum::of(""), "Key": key}],
            "ReportSchema": "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage",
        });
        desk.put("secret.csv", "");
        desk.put_below("below/manifest.json", document.to_string());
        let ran = desk.run(&["batch", "report", "below/manifest.json"]);
        assert!(ran.ended(2).err.contains("which is neither in its folder"), "{key}: {}", ran.err);
    }
}

#[test]
fn report_says_what_failed_and_what_to_do() {
    let desk = Desk::new("batch-report");
    desk.put_report(FAILED);
    let ran = desk.run(&["batch", "report", "job-1/manifest.json"]);
    let expected = "\
2 tasks: 1 succeeded, 1 failed

1 SrcObjectNotEligible: no rule replicates the version: its storage class, tags, key or encryption do not match
  = for example src/pct%2520x (v2): Object is not eligible for replication
  = help: run `explain` for the version; restore it if it is archived, or remove it from the manifest
";
    assert_eq!(ran.ended(1).out, expected);
    let json = ["batch", "report", "job-1/manifest.json", "--format", "json"];
    let document = desk.run(&json).ended(1).json();
    assert_eq!(
        (&document["tasks"], &document["succeeded"], &document["failed"]),
        (&json!(2), &json!(1), &json!(1))
    );
    let code = &document["codes"][0];
    assert_eq!((&code["code"], &code["count"]), (&json!("SrcObjectNotEligible"), &json!(1)));
    assert_eq!(
        code["example"],
        json!({"bucket": "src", "key": "pct%2520x", "version_id": "v2",
        "http_status": 500, "message": "Object is not eligible for replication"})
    );
    assert_eq!(
        document["files"][1],
        json!({"file": "p/job-1/results/2.csv", "rows": 1, "bad_rows": 0, "checksum_matches": true})
    );
}

#[test]
fn report_is_compared_with_its_checksum() {
    let desk = Desk::new("batch-report-checksum");
    desk.put_report(FAILED);
    let report = ["batch", "report", "job-1/manifest.json"];
    let status = desk.run(&report).status;
    let document = std::fs::read(desk.0.join("job-1/manifest.json")).unwrap();
    desk.put("job-1/manifest.json.md5", Md5Checksum::of(&document).to_string());
    assert_eq!(desk.run(&report).ended(status).err, "");
    desk.put("job-1/manifest.json.md5", Md5Checksum::of("").to_string());
    let ran = desk.run(&report);
    assert!(ran.ended(1).err.contains("`job-1/manifest.json.md5` contains d41d8c"), "{}", ran.err);
}

#[test]
fn report_reads_parts_alone() {
    let desk = Desk::new("batch-report-parts");
    desk.put_report(FAILED);
    let ran = desk.run(&["batch", "report", "job-1/results/1.csv"]);
    assert_eq!(ran.ended(0).out, "1 task: 1 succeeded, 0 failed\n");
    let both = ["batch", "report", "job-1/results/1.csv", "-", "--format", "json"];
    let document = desk.run_with(&both, "src,k,v,failed,500,New\u{1b},no\n").ended(1).json();
    assert_eq!((&document["tasks"], &document["codes"][0]["remedy"]), (&json!(2), &Value::Null));
    let ran = desk.run_with(&["batch", "report", "-"], "src,k,v,failed,500,New\u{1b},no\n");
    assert!(!ran.ended(1).out.contains('\u{1b}'), "{:?}", ran.out);
    assert_eq!(desk.run(&["batch", "report", "-", "-"]).ended(2).out, "");
}

#[test]
fn report_names_a_file_of_another_kind_once() {
    let desk = Desk::with_configuration("batch-report-kind");
    let ran = desk.run(&["batch", "report", "c.xml"]);
    let expected = "error: `c.xml` is XML or HTML; give the `manifest.json` of a completion report, or one \
                    of its files in CSV\n";
    assert_eq!((ran.ended(2).err.as_str(), ran.out.as_str()), (expected, ""));
}

#[test]
fn report_names_what_is_not_as_it_should_be() {
    let desk = Desk::new("batch-report-bad");
    desk.put_report(FAILED);
    desk.put("job-1/results/2.csv", "src,k,v,failed,500,SrcKeyNotFound,no\nbad\n");
    let ran = desk.run(&["batch", "report", "job-1/manifest.json"]);
    assert!(
        ran.ended(2).err.starts_with("p/job-1/results/2.csv:2: expected 7 fields, found 1\n"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("1 of 2 rows of `p/job-1/results/2.csv` could not be read"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("has the checksum"), "{}", ran.err);
    assert!(ran.out.contains("1 SrcKeyNotFound"), "{}", ran.out);
    let ran = desk.run(&["batch", "report", "nowhere.csv"]);
    assert!(ran.ended(2).err.starts_with("error: cannot read `nowhere.csv`"), "{}", ran.err);
    desk.put("bad.json", "{\"Format\": \"Report_CSV_2030\"}");
    assert!(desk.run(&["batch", "report", "bad.json"]).ended(2).err.contains("bad.json"));
}

#[test]
fn decide_and_explain_take_an_inventory() {
    let desk = Desk::with_configuration("decide-inventory");
    let rows = "\"src\",\"a+b\",\"v1\",\"STANDARD\"\n\"src\",\"c\",\"\",\"GLACIER\"\n\"src\",\"d\",\"v2\",\"LUNAR\"\n";
    desk.put_inventory(rows, None);
    let manifest = "daily/2026-11-22T01-00Z/manifest.json";
    let decide = ["decide", "-c", "c.xml", "--no-rules", "--objects", manifest];
    let ran = desk.run(&decide);
    let answers = ran.ended(0).lines();
    let told: Vec<_> =
        answers.iter().map(|one| (&one["Key"], &one["VersionId"], &one["Replicates"])).collect();
    assert_eq!(
        told,
        [
            (&json!("a b"), &json!("v1"), &json!(true)),
            (&json!("c"), &json!("null"), &json!(false)),
            (&json!("d"), &json!("v2"), &json!(true)),
        ]
    );
    let note = "lists/src/daily/data/1.csv.gz:3: note: unknown storage class `LUNAR` is treated as not archived\n";
    assert!(ran.err.ends_with(note), "{}", ran.err);
    let explain = ["explain", "-c", "c.xml", "--objects", manifest];
    assert!(desk.run(&explain).ended(0).out.contains("archived"));

    desk.put_inventory("\"src\",\"%zz\",\"v1\",\"STANDARD\"\n", Some(&"0".repeat(32)));
    let ran = desk.run(&decide);
    assert_eq!(ran.ended(2).out, "");
    // The first line is about what the inventory lacks.
    let mut lines = ran.err.lines().skip(1);
    let fault =
        "lists/src/daily/data/1.csv.gz:1: a `%` without two hexadecimal digits in the key `%zz`";
    assert_eq!(lines.next(), Some(fault));
    assert!(lines.next().unwrap().contains("and the checksum"), "{}", ran.err);
    assert_eq!(lines.next(), Some("error: 1 of 1 objects could not be read and have no answer"));

    std::fs::remove_file(desk.0.join("daily/data/1.csv.gz")).unwrap();
    assert!(
        desk.run(&decide)
            .ended(2)
            .err
            .contains("which is neither in its folder nor in one around it")
    );
    // A key that looks like it is no inventory.
    desk.put("objects.jsonl", r#"{"Key": "\"fileSchema\""}"#);
    let ran = desk.run(&["decide", "-c", "c.xml", "--no-rules", "--objects", "objects.jsonl"]);
    assert_eq!(ran.ended(0).lines()[0]["Key"], "\"fileSchema\"");
}

#[test]
fn a_file_of_the_same_name_farther_away_is_another_file() {
    let desk = Desk::new("batch-farther");
    desk.put_report(FAILED);
    // Beside the document the name alone counts, around it some folder has to agree.
    std::fs::create_dir_all(desk.0.join("x/y")).unwrap();
    std::fs::rename(desk.0.join("job-1/manifest.json"), desk.0.join("x/y/manifest.json")).unwrap();
    std::fs::rename(desk.0.join("job-1/results"), desk.0.join("parts")).unwrap();
    for name in ["1.csv", "2.csv"] {
        desk.put(name, "");
    }
    let ran = desk.run(&["batch", "report", "x/y/manifest.json"]);
    assert!(ran.ended(2).err.contains("`p/job-1/results/1.csv`, which is neither"), "{}", ran.err);
    for name in ["1.csv", "2.csv"] {
        std::fs::rename(desk.0.join("parts").join(name), desk.0.join("x/y").join(name)).unwrap();
    }
    desk.run(&["batch", "report", "x/y/manifest.json"]).ended(1);
}

const COLUMNS: &str = "Bucket, Key, VersionId, IsDeleteMarker, StorageClass, EncryptionStatus, \
                       ReplicationStatus, IntelligentTieringAccessTier";

/// Rules for `Tax/`, with no tags.
const TAX: &str = r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [
    {"ID": "tax", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": "Tax/"},
     "DeleteMarkerReplication": {"Status": "Disabled"},
     "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#;

#[test]
fn manifest_lists_what_is_eligible() {
    let desk = Desk::new("manifest");
    desk.put("tax.json", TAX);
    let rows = "\"src\",\"Tax/a+b\",\"v1\",\"false\",\"STANDARD\",\"SSE-S3\",\"\",\"\"\n\
                \"src\",\"Tax/cold\",\"v1\",\"false\",\"GLACIER\",\"SSE-S3\",\"\",\"\"\n\
                \"src\",\"Tax/gone\",\"v2\",\"true\",\"\",\"\",\"\",\"\"\n\
                \"src\",\"Tax/old\",\"\",\"false\",\"STANDARD\",\"SSE-S3\",\"FAILED\",\"\"\n\
                \"src\",\"cat.jpg\",\"v1\",\"false\",\"STANDARD\",\"SSE-S3\",\"\",\"\"\n";
    let inventory = desk.put_columns(COLUMNS, rows);
    let list = ["batch", "manifest", "-c", "tax.json", "--inventory", inventory, "--to", "csv"];
    let ran = desk.run(&list);
    assert_eq!(ran.ended(0).out, "src,Tax/a%20b,v1\nsrc,Tax/old,null\n");
    assert_eq!(
        ran.err,
        "5 versions: 2 listed, 3 left out\n        1  not eligible: archived\n        1  \
         not eligible: delete-markers-disabled\n        1  not eligible: prefix-differs\n"
    );

    let failed = r#"{"EligibleForReplication": true, "ObjectReplicationStatuses": ["FAILED"]}"#;
    let ran = desk.run(&[&list[..], &["--filter", failed, "--output", "list.csv"]].concat());
    assert_eq!(ran.ended(0).out, "");
    let written = std::fs::read_to_string(desk.0.join("list.csv")).unwrap();
    assert_eq!(written, "src,Tax/old,null\n");
    assert!(ran.err.contains("4  does not satisfy `ObjectReplicationStatuses`"), "{}", ran.err);
}

#[test]
fn manifest_says_what_is_not_known() {
    let desk = Desk::new("manifest-unknown");
    desk.put("tax.json", TAX);
    let inventory = desk.put_columns("Bucket, Key, VersionId", "\"src\",\"Tax/1\",\"v1\"\n");
    let list = ["batch", "manifest", "-c", "tax.json", "--inventory", inventory];
    let ran = desk.run(&list);
    assert_eq!(ran.ended(1).out, "");
    let reason = "1  `EligibleForReplication` depends on `IsDeleteMarker`, which is unknown";
    assert!(ran.err.contains(reason), "{}", ran.err);
    assert!(!ran.err.contains("found no keys"), "there may be keys: {}", ran.err);
    let none = ["--filter", r#"{"KeyNameConstraint": {"MatchAnyPrefix": ["Law/"]}}"#];
    let ran = desk.run(&[&list[..], &none].concat());
    assert!(ran.ended(1).err.contains("found no keys matching the filter criteria"), "{}", ran.err);
    let objects = ["batch", "manifest", "-c", "tax.json", "--inventory", "tax.json"];
    let message = "`tax.json` is not the `manifest.json` of an inventory";
    assert!(desk.run(&objects).ended(2).err.contains(message));

    desk.put_columns("Bucket, Key, VersionId", "\"src\",\"Tax/%zz\",\"v1\"\n");
    desk.put("1.csv", "\"src\",\"Tax/%zz\",\"v2\"\n");
    let ran = desk.run(&list);
    assert!(ran.ended(2).err.contains("1.csv:1: a `%` without"), "{}", ran.err);
    assert!(ran.err.contains("and the checksum"), "{}", ran.err);
}

/// The filter is read as that of a job is, and what is wrong with it told with its place.
#[test]
fn manifest_reads_the_filter_of_a_job() {
    let desk = Desk::new("manifest-filter");
    desk.put("tax.json", TAX);
    let columns = "Bucket, Key, VersionId, LastModifiedDate";
    let rows = "\"src\",\"Tax/1\",\"v1\",\"2024-11-22T10:00:00Z\"\n\
                \"src\",\"Tax/2\",\"v1\",\"2026-11-22T10:00:00Z\"\n";
    let inventory = desk.put_columns(columns, rows);
    let list = ["batch", "manifest", "-c", "tax.json", "--inventory", inventory, "--filter"];
    // The CLI takes a date without a time.
    let ran = desk.run(&[&list[..], &[r#"{"CreatedAfter": "2025-01-01"}"#]].concat());
    assert_eq!(ran.ended(0).out, "src,Tax/2,v1\n");
    for (filter, messages) in [
        ("{", &["--filter:1:2\n"][..]),
        ("[]", &["expected an object, found `[`", "--filter:1:1\n"]),
        (r#"[null,null,null,["FAILED"]]"#, &["expected an object, found `[`"]),
        (r#"{"Eligible": true}"#, &["error[element-unknown]", "--filter:1:2\n"]),
        (
            "{\"ObjectReplicationStatuses\": [\"PENDING\"],\n \"CreatedAfter\": \"soon\"}",
            &["--filter:1:32\n", "--filter:2:18\n"],
        ),
    ] {
        let ran = desk.run(&[&list[..], &[filter]].concat());
        assert_eq!(ran.ended(2).out, "");
        for message in messages {
            assert!(ran.err.contains(message), "{}", ran.err);
        }
        assert!(
            ran.err.ends_with("error: the filter is refused for the findings above\n"),
            "{}",
            ran.err
        );
    }
}
