//! Input that is not as it should be, and output that can't be written: never a panic, and nothing
//! half written.

use std::io::Read as _;

use s3_replication::batch::checksum::Md5Checksum;
use serde_json::{Value, json};

use super::Desk;
use super::batch::gzip;
use super::batch_run::listed;
use crate::support::{job_json, rule_v2, with_role};

const COLUMNS: &str = "Bucket, Key, VersionId, IsDeleteMarker, StorageClass, ReplicationStatus, \
                       EncryptionStatus, IntelligentTieringAccessTier";
const GOOD: &str = "\"src\",\"a\",\"v1\",\"false\",\"STANDARD\",\"\",\"SSE-S3\",\"\"\n";
const LIST: &[&str] =
    &["batch", "manifest", "-c", "c.xml", "--inventory", "manifest.json", "--output", "list.csv"];
const OLD: &str = "an older list\n";

/// A desk with an older list, and an inventory of one file.
fn desk(name: &str, columns: &str, stored: &[u8], checksum: Option<&str>) -> Desk {
    let desk = Desk::new(name);
    desk.put("c.xml", with_role(&rule_v2("all", 1, "", "backup", "")));
    desk.put("list.csv", OLD);
    let checksum = checksum.map_or(Md5Checksum::of(stored).to_string(), str::to_owned);
    let document = json!({"sourceBucket": "src", "destinationBucket": "arn:aws:s3:::lists",
        "version": "2016-11-30", "creationTimestamp": "1514944800000", "fileFormat": "CSV",
        "fileSchema": columns, "files": [{"key": "1.csv", "size": stored.len(), "MD5checksum": checksum}]});
    desk.put("manifest.json", document.to_string());
    desk.put("1.csv", stored);
    let generator = json!({"S3JobManifestGenerator": {"SourceBucket": "arn:aws:s3:::src",
        "EnableManifestOutput": false}});
    desk.put("job.json", job_json(&json!({"ManifestGenerator": generator})));
    desk
}

impl Desk {
    fn list(&self) -> String {
        std::fs::read_to_string(self.0.join("list.csv")).unwrap()
    }

    /// The names of the files that are there.
    fn names(&self) -> Vec<String> {
        let files = std::fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> =
            files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort_unstable();
        names
    }
}

fn half_of_an_archive() -> Vec<u8> {
    let mut data = gzip(&GOOD.repeat(5000).into_bytes());
    data.truncate(data.len() / 2);
    data
}

/// REP-940, REP-942, REP-948, REP-953, REP-954: what a file may be.
#[test]
fn a_bad_inventory_leaves_the_older_list() {
    let good = GOOD.as_bytes();
    let row = |text: &str| [good, text.as_bytes()].concat();
    let zeros = "0".repeat(32);
    for (name, columns, stored, checksum, message) in [
        ("archive", COLUMNS, half_of_an_archive(), None, "the file cannot be read: "),
        ("checksum", COLUMNS, good.to_vec(), Some(&*zeros), "and the checksum"),
        (
            "columns",
            COLUMNS,
            row("\"src\",\"b\",\"v1\"\n"),
            None,
            "1.csv:2: expected 8 fields, found 3",
        ),
        (
            "mark",
            COLUMNS,
            [b"\xEF\xBB\xBF", good].concat(),
            None,
            "1.csv:1: the file begins with a byte-order mark",
        ),
        (
            "unversioned",
            "Bucket, Key",
            b"src,a\n".to_vec(),
            None,
            "1.csv:1: the manifest has no column `VersionId`",
        ),
        (
            "status",
            COLUMNS,
            GOOD.replace("SSE-S3", "SSE-X").into_bytes(),
            None,
            "`EncryptionStatus`: expected ",
        ),
        (
            "utf-8",
            COLUMNS,
            GOOD.replace('a', "\u{1}")
                .into_bytes()
                .into_iter()
                .map(|byte| if byte == 1 { 0xFF } else { byte })
                .collect(),
            None,
            "1.csv:1: the line is not UTF-8",
        ),
        ("quote", COLUMNS, row("\"src\",\"b\n"), None, "1.csv:2: a quote does not close"),
    ] {
        let desk = desk(&format!("bad-{name}"), columns, &stored, checksum);
        let before = desk.names();
        let ran = desk.run(LIST);
        assert!(ran.ended(2).err.contains(message), "{name}: {}", ran.err);
        assert!(ran.err.contains("is not written"), "{name}: {}", ran.err);
        assert_eq!((desk.list(), &desk.names()), (OLD.to_owned(), &before), "{name}");
        // The other commands tell of it, too.
        let check = desk.run(&["batch", "check", "manifest.json"]);
        // S3 does not look at columns beyond the names, so that is none of its errors.
        let told = if name == "status" { "warning[value-invalid]" } else { "error[" };
        assert!(check.out.contains(told), "{name}: {}", check.out);
        let run =
            ["batch", "run", "--job", "job.json", "-c", "c.xml", "--inventory", "manifest.json"];
        desk.run(&[&run[..], &["--dry-run"]].concat()).ended(2);
        // What is missing may be on the list, so nothing runs, and nothing comes of it.
        let ran = desk.run(&[&run[..], &["--report", "out"]].concat());
        assert_eq!((ran.ended(2).out.as_str(), desk.names()), ("", before), "{name}");
        assert!(!ran.err.contains("no keys"), "{name}: {}", ran.err);
    }
}

/// What is missing altogether is not an empty list.
#[test]
fn a_missing_file_is_no_empty_inventory() {
    let desk = desk("bad-gone", COLUMNS, GOOD.as_bytes(), None);
    std::fs::remove_file(desk.0.join("1.csv")).unwrap();
    for more in [&["--dry-run"][..], &[]] {
        let run =
            ["batch", "run", "--job", "job.json", "-c", "c.xml", "--inventory", "manifest.json"];
        let ran = desk.run(&[&run[..], more].concat());
        assert!(ran.ended(2).err.contains("which is neither in its folder"), "{}", ran.err);
        assert!(!ran.out.contains("ManifestEmpty"), "{}", ran.out);
    }
}

/// A job with a report runs on the columns that say something of what is stored.
#[test]
fn a_run_overlooks_what_it_does_not_store() {
    let columns = format!("{COLUMNS}, IsLatest, ETag");
    let rows = GOOD.replace("\"\"\n", "\"\",\"MAYBE\",\"\"\n");
    let desk = desk("bad-latest", &columns, rows.as_bytes(), None);
    let run = ["batch", "run", "--job", "job.json", "-c", "c.xml", "-i", "manifest.json"];
    let told = desk.run(&[&run[..], &["--format", "json"]].concat()).json();
    assert_eq!((&told["tasks"], &told["succeeded"]), (&json!(1), &json!(1)));
}

#[test]
fn odd_but_legal_inventories_are_listed() {
    let strange = "\"src\",\"nul\0\",\"v1\",\"false\",\"STANDARD\",\"\",\"SSE-S3\",\"\"\n\
                   \"other\",\"a\",\"v1\",\"false\",\"STANDARD\",\"\",\"SSE-S3\",\"\"\n";
    let desk = desk("bad-odd", COLUMNS, &gzip(strange.as_bytes()), None);
    let ran = desk.run(LIST);
    assert_eq!(desk.list(), "src,nul%00,v1\n");
    assert!(ran.ended(0).err.contains("1  a version of another bucket"), "{}", ran.err);

    // Nobody asks for the status without a filter about it.
    let done = GOOD.replace("\"\",\"SSE-S3\"", "\"DONE\",\"SSE-S3\"");
    let desk = self::desk("bad-status", COLUMNS, done.as_bytes(), None);
    desk.run(LIST).ended(0);
    let filter = r#"{"ObjectReplicationStatuses": ["NONE"]}"#;
    let ran = desk.run(&[LIST, &["--filter", filter]].concat());
    assert!(ran.ended(2).err.contains("`ReplicationStatus`: expected "), "{}", ran.err);

    // A header row is one about a bucket called `Bucket`, which `batch check` tells.
    let headed = b"Bucket,Key,VersionId\nsrc,a,v1\n";
    let desk = self::desk("bad-header", "Bucket, Key, VersionId", headed, None);
    let ran = desk.run(LIST);
    assert!(ran.ended(1).err.contains("1  a version of another bucket"), "{}", ran.err);
    let ran = desk.run(&["batch", "check", "manifest.json"]);
    assert!(ran.ended(1).out.starts_with("error[header-row]"), "{}", ran.out);

    let desk = self::desk("bad-empty", COLUMNS, b"", None);
    let ran = desk.run(LIST);
    assert!(ran.ended(1).err.contains("found no keys"), "{}", ran.err);
    assert!(
        ran.err.ends_with("note: the manifest would be empty, and is not written\n"),
        "{}",
        ran.err
    );
    assert_eq!(desk.list(), OLD);
}

/// REP-952: an odd value in a column that nobody asks about hides nothing else of its row.
#[test]
fn odd_values_hide_nothing() {
    const PREFIX: &str = "<Prefix>else/</Prefix>";
    let rows = GOOD.repeat(2) + &GOOD.replace("src", "other");
    let odd = rows.replace("\"\",\"SSE-S3\"", "\"DONE\",\"SSE-S3\"");
    let codes = |name: &str, rows: &str| {
        let desk = desk(&format!("bad-hides-{name}"), COLUMNS, rows.as_bytes(), None);
        desk.put("c.xml", with_role(&rule_v2("all", 1, PREFIX, "backup", "")));
        let check = ["batch", "check", "manifest.json", "-c", "c.xml", "--format", "json"];
        let ran = desk.run(&check);
        let mut counts = serde_json::from_str::<Value>(&ran.ended(1).out).unwrap()["counts"].take();
        counts.as_object_mut().unwrap().remove("value-invalid").map(|count| (count, counts))
    };
    assert_eq!(codes("sound", &rows), None);
    let others = json!({"no-rule": 3, "row-repeated": 1, "several-buckets": 1});
    assert_eq!(codes("odd", &odd), Some((json!(3), others)));

    let headed = format!("{}\n{GOOD}", COLUMNS.replace(' ', ""));
    let desk = desk("bad-header-whole", COLUMNS, headed.as_bytes(), None);
    let ran = desk.run(&["batch", "check", "manifest.json"]);
    assert!(ran.ended(1).out.starts_with("error[header-row]"), "{}", ran.out);
    assert!(!ran.out.contains("value-invalid"), "{}", ran.out);
}

/// REP-954: the document of an inventory has a checksum of its own.
#[test]
fn documents_that_are_not_what_their_checksum_says() {
    let desk = desk("bad-checksum", COLUMNS, GOOD.as_bytes(), None);
    let document = std::fs::read(desk.0.join("manifest.json")).unwrap();
    desk.put("manifest.checksum", format!("{}\n", Md5Checksum::of(&document)));
    desk.run(LIST).ended(0);
    desk.run(&["batch", "check", "manifest.json"]).ended(0);
    desk.put("list.csv", OLD);
    for (checksum, message) in [
        (Md5Checksum::of("").to_string(), "and `manifest.checksum` contains d41d8cd98f00b204"),
        ("none".to_owned(), "`manifest.checksum` holds no checksum of `manifest.json`"),
    ] {
        desk.put("manifest.checksum", checksum);
        let ran = desk.run(LIST);
        assert!(ran.ended(2).err.contains(message), "{}", ran.err);
        assert_eq!(desk.list(), OLD);
        let ran = desk.run(&["batch", "check", "manifest.json"]);
        assert!(ran.ended(1).out.contains("error[checksum-differs]"), "{}", ran.out);
    }
}

#[test]
fn documents_and_files_that_are_none() {
    let desk = desk("bad-documents", COLUMNS, GOOD.as_bytes(), None);
    let list = |inventory: &'static str| {
        let list = ["batch", "manifest", "-c", "c.xml", "-o", "list.csv", "--inventory", inventory];
        desk.run(&list)
    };
    desk.put("empty.json", "");
    desk.put("nul.json", "\0\0\0");
    std::fs::create_dir(desk.0.join("folder")).unwrap();
    for (inventory, message) in [
        ("empty.json", "`empty.json` is not the `manifest.json` of an inventory"),
        ("nul.json", "`nul.json` is not the `manifest.json` of an inventory"),
        ("folder", "`folder` is a folder; name a file in it"),
        ("nowhere.json", "cannot read `nowhere.json`"),
        ("", "cannot read ``"),
    ] {
        let ran = list(inventory);
        assert!(ran.ended(2).err.contains(message), "{}", ran.err);
        assert_eq!(desk.list(), OLD);
    }
    for folder in [&["batch", "check", "folder"][..], &["batch", "report", "folder"]] {
        assert!(desk.run(folder).ended(2).err.contains("`folder` is a folder; name a file in it"));
    }
    // A data file that is a folder is not there.
    std::fs::remove_file(desk.0.join("1.csv")).unwrap();
    std::fs::create_dir(desk.0.join("1.csv")).unwrap();
    let ran = list("manifest.json");
    assert!(ran.ended(2).err.contains("which is neither in its folder"), "{}", ran.err);
    assert_eq!(desk.list(), OLD);
}

#[test]
fn output_is_written_whole_or_not_at_all() {
    let desk = desk("bad-output", COLUMNS, GOOD.as_bytes(), None);
    let list = &LIST[..LIST.len() - 1];
    let to = |place: &'static str| desk.run(&[list, &[place]].concat());
    assert_eq!(to("-").ended(0).out, "src,a,v1\n");
    assert!(!desk.0.join("-").exists(), "`-` is the standard output");
    for place in [".", "nowhere/list.csv", "manifest.json/list.csv"] {
        let ran = to(place);
        let message = format!("cannot write `{place}`");
        assert!(ran.ended(2).err.contains(&message), "{}", ran.err);
    }
    assert_eq!((to("list.csv").ended(0).out.as_str(), desk.list().as_str()), ("", "src,a,v1\n"));
    assert_eq!(to("new.csv").ended(0).out, "");
    assert!(desk.names().iter().all(|name| !name.starts_with('.')), "{:?}", desk.names());
    // The report of a job: a folder that can't be one.
    let report = json!({"Enabled": true, "Bucket": "arn:aws:s3:::lists", "ReportScope": "AllTasks",
        "Format": "Report_CSV_20180820"});
    let generator = json!({"S3JobManifestGenerator": {"SourceBucket": "arn:aws:s3:::src",
        "EnableManifestOutput": false}});
    desk.put("job.json", job_json(&json!({"ManifestGenerator": generator, "Report": report})));
    let run = [
        "batch",
        "run",
        "--job",
        "job.json",
        "-c",
        "c.xml",
        "--inventory",
        "manifest.json",
        "--report",
        "list.csv",
    ];
    assert!(desk.run(&run).ended(2).err.contains("cannot write `list.csv"));
    assert_eq!(desk.list(), "src,a,v1\n");
}

/// What is read stays what it is, however it is called.
#[test]
fn input_is_not_written_over() {
    let desk = desk("bad-input", COLUMNS, GOOD.as_bytes(), None);
    let checksum = Md5Checksum::of(std::fs::read(desk.0.join("manifest.json")).unwrap());
    desk.put("manifest.checksum", checksum.to_string());
    let read = || {
        ["manifest.json", "manifest.checksum", "1.csv", "c.xml"]
            .map(|name| std::fs::read(desk.0.join(name)).unwrap())
    };
    std::fs::create_dir(desk.0.join("folder")).unwrap();
    let (before, list) = (read(), &LIST[..LIST.len() - 1]);
    for place in ["manifest.json", "manifest.checksum", "./1.csv", "folder/../c.xml"] {
        let ran = desk.run(&[list, &[place]].concat());
        let message =
            format!("error: `{place}` is read, and not written over; name another file\n");
        assert_eq!(ran.ended(2).err, message);
        assert_eq!(read(), before);
    }
    // What the document names and is not there is no reason to stop.
    desk.run(LIST).ended(0);
    assert_eq!(desk.list(), "src,a,v1\n");
}

#[cfg(target_os = "linux")]
#[test]
fn full_disks_and_devices() {
    let desk = desk("bad-devices", COLUMNS, GOOD.as_bytes(), None);
    let list = &LIST[..LIST.len() - 1];
    let ran = desk.run(&[list, &["/dev/full"]].concat());
    assert!(ran.ended(2).err.contains("cannot write `/dev/full`"), "{}", ran.err);
    desk.run(&[list, &["/dev/null"]].concat()).ended(0);
    assert!(!std::path::Path::new("/dev/null").is_file(), "a device is not replaced");
    // What a link leads to is written, and the link stays.
    std::os::unix::fs::symlink("list.csv", desk.0.join("link.csv")).unwrap();
    desk.run(&[list, &["link.csv"]].concat()).ended(0);
    assert_eq!(desk.list(), "src,a,v1\n");
    assert!(desk.0.join("link.csv").is_symlink());
    // Unless that is what is read.
    std::os::unix::fs::symlink("1.csv", desk.0.join("read.csv")).unwrap();
    let ran = desk.run(&[list, &["read.csv"]].concat());
    assert!(ran.ended(2).err.contains("`read.csv` is read, and not written over"), "{}", ran.err);
    // So it is when nothing is there yet, however many links lead to it.
    let links = [("folder/new.csv", "first.csv"), ("first.csv", "second.csv"), ("loop", "loop")];
    for (target, link) in links {
        std::os::unix::fs::symlink(target, desk.0.join(link)).unwrap();
    }
    let ran = desk.run(&[list, &["second.csv"]].concat());
    assert!(ran.ended(2).err.contains("cannot write `second.csv`"), "{}", ran.err);
    std::fs::create_dir(desk.0.join("folder")).unwrap();
    desk.run(&[list, &["second.csv"]].concat()).ended(0);
    let written = std::fs::read_to_string(desk.0.join("folder/new.csv")).unwrap();
    assert_eq!(written, "src,a,v1\n");
    assert!(desk.0.join("second.csv").is_symlink() && desk.0.join("first.csv").is_symlink());
    let ran = desk.run(&[list, &["loop"]].concat());
    assert!(ran.ended(2).err.contains("cannot write `loop`: too many"), "{}", ran.err);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let rows: String = (0..200_000).map(|n| GOOD.replace("\"a\"", &format!("\"{n}\""))).collect();
    let desk = desk("bad-pipe", COLUMNS, rows.as_bytes(), None);
    let list = &LIST[..LIST.len() - 2];
    let mut child = desk.start(list);
    let mut beginning = [0; 16];
    child.stdout.take().unwrap().read_exact(&mut beginning).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), ended.stderr), (Some(0), Vec::new()));
}

/// A manifest in another format is named for what it is, with what S3 does.
#[test]
fn a_manifest_that_is_not_csv_is_recognised() {
    let desk = Desk::new("not-csv");
    let utf16: Vec<u8> =
        "\u{feff}photos,a,v1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (name, content, says) in [
        ("list.csv", utf16, "UTF-16"),
        ("list.parquet", b"PAR1\x15\x04PAR1".to_vec(), "Parquet"),
        ("list.orc", b"ORC\x08\x03".to_vec(), "ORC"),
        ("plain.csv", "a,b,c\n".encode_utf16().flat_map(u16::to_le_bytes).collect(), "UTF-16"),
        ("other.csv", "a,b,c\n".encode_utf16().flat_map(u16::to_be_bytes).collect(), "UTF-16"),
    ] {
        desk.put(name, content);
        let ran = desk.run(&["batch", "check", name]);
        assert!(
            ran.ended(1).out.contains(says) && ran.out.contains("error[not-csv]"),
            "{}",
            ran.out
        );
        assert_eq!(ran.out.matches("error[").count(), 1, "{}", ran.out);
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut gzip, b"photos,a,v1\n").unwrap();
    desk.put("list.csv.gz", gzip.finish().unwrap());
    let ran = desk.run(&["batch", "check", "list.csv.gz"]);
    assert!(ran.ended(0).out.contains("warning[manifest-compressed]"), "{}", ran.out);
    // A bucket may be called like a format.
    desk.put("orc.csv", "ORC,a,v1\n");
    assert!(!desk.run(&["batch", "check", "orc.csv"]).out.contains("not-csv"));
}

/// REP-940: a job reads its manifest as it is stored, not as it is here.
#[test]
fn a_manifest_is_read_as_it_is_stored() {
    let text = "src,a,v1\n";
    let desk = Desk::new("stored");
    desk.put("c.xml", with_role(&rule_v2("all", 1, "", "backup", "")));
    desk.put("o.jsonl", "{\"Key\": \"a\", \"VersionId\": \"v1\"}\n");
    desk.put("list.csv.gz", gzip(text.as_bytes()));
    let run = ["batch", "run", "--job", "job.json", "-c", "c.xml", "--objects", "o.jsonl"];
    let run = [&run[..], &["--source-bucket", "src", "--manifest", "list.csv.gz"]].concat();
    for (stored, status, says, fails) in [
        (
            gzip(text.as_bytes()),
            1,
            "error: `list.csv.gz` is compressed",
            "is not properly formatted",
        ),
        (text.into(), 0, "note: `list.csv.gz` is compressed", ""),
        (b"another".to_vec(), 1, "the job names", "ManifestChanged"),
    ] {
        desk.put("job.json", listed(Some(super::batch_run::COLUMNS), &stored));
        for more in [&["--dry-run"][..], &[]] {
            let ran = desk.run(&[&run[..], more].concat());
            assert!(ran.ended(status).err.contains(says), "{}", ran.err);
            assert!(ran.out.contains(fails), "{}", ran.out);
        }
    }
}

/// REP-988, REP-990: only a checksum shows that a manifest has changed.
#[test]
fn an_etag_under_a_kms_key_is_no_checksum() {
    let desk = Desk::new("kms-etag");
    desk.put("c.xml", with_role(&rule_v2("all", 1, "", "backup", "")));
    desk.put("o.jsonl", "{\"Key\": \"a\", \"VersionId\": \"v1\"}\n");
    desk.put("list.csv", "Bucket,Key,VersionId\nphotos,a,v1\n");
    let manifest = json!({"Spec": {"Format": "S3BatchOperations_CSV_20180820",
            "Fields": ["Bucket", "Key", "VersionId"]},
        "Location": {"ObjectArn": "arn:aws:s3:::lists/list.csv",
            "ETag": "60e460c9d1046e73f7dde5043ac3ae85"}});
    desk.put("job.json", job_json(&json!({"ManifestGenerator": null, "Manifest": manifest})));
    let run = [
        "batch",
        "run",
        "--job",
        "job.json",
        "-c",
        "c.xml",
        "--objects",
        "o.jsonl",
        "--manifest",
        "list.csv",
        "--source-bucket",
        "photos",
    ];
    let ran = desk.run(&run);
    assert!(ran.ended(1).out.contains("ManifestChanged"), "{}", ran.out);
    desk.put("b.json", r#"{"lists": {"DefaultEncryption": "aws:kms"}}"#);
    let ran = desk.run(&[&run[..], &["--context", "b.json"]].concat());
    assert!(!ran.out.contains("ManifestChanged") && ran.err.contains("REP-988"), "{}", ran.err);
    assert!(ran.err.contains("list.csv:1: the row contains the names"), "{}", ran.err);
}

/// A role without the permission of the job fails the tasks; S3 lists the bucket itself.
#[test]
fn a_fault_of_the_source_fails_tasks() {
    let desk = Desk::new("source-fault");
    desk.put("c.xml", with_role(&rule_v2("all", 1, "", "backup", "")));
    desk.put("o.jsonl", "{\"Key\": \"a\", \"VersionId\": \"v1\"}\n");
    desk.put("job.json", job_json(&json!({})));
    let fail = |reason: &str| {
        let fault = format!("source={reason}");
        desk.run(&[
            "batch",
            "run",
            "--job",
            "job.json",
            "-c",
            "c.xml",
            "--objects",
            "o.jsonl",
            "--fail",
            &fault,
            "--format",
            "json",
        ])
        .ended(1)
        .json()
    };
    let ran = fail("InitiateReplicationNotPermitted");
    assert_eq!((&ran["job"]["Status"], &ran["failed"]), (&json!("Complete"), &json!(1)));
    assert_eq!(ran["codes"][0]["code"], "InitiateReplicationNotPermitted");
    assert_eq!(fail("SrcBucketNotFound")["job"]["Status"], "Failed");
}
