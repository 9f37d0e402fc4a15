//! Inventories in ORC and Parquet. `columnar/write.py` wrote the files, with Apache Arrow's own
//! library: an implementation that shares nothing with the decoders here.

use s3_replication::batch::checksum::Md5Checksum;
use s3_replication::batch::inventory::{FileFormat, Manifest};
use serde_json::json;

use crate::cli::Desk;

const CSV: &[u8] = include_bytes!("columnar/inventory.csv.gz");
const ORC: &[u8] = include_bytes!("columnar/inventory.orc");
const PARQUET: &[u8] = include_bytes!("columnar/inventory.parquet");

const COLUMNS: &str = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, \
     ETag, StorageClass, IsMultipartUploaded, ReplicationStatus, EncryptionStatus, \
     ObjectLockRetainUntilDate, ObjectLockMode, ObjectLockLegalHoldStatus, ObjectOwner";

impl Desk {
    /// Puts the document of an inventory with one data file, and the file.
    fn put_data(&self, format: FileFormat, columns: &str, data: &[u8]) {
        let document = json!({
            "sourceBucket": "photos", "destinationBucket": "arn:aws:s3:::lists",
            "version": "2016-11-30", "creationTimestamp": "1514944800000", "fileFormat": "CSV",
            "fileSchema": columns,
            "files": [{"key": "1", "size": data.len(), "MD5checksum": Md5Checksum::of(data)}],
        });
        let mut manifest = Manifest::from_json(document.to_string()).unwrap();
        manifest.file_format = format;
        self.put("manifest.json", manifest.to_json());
        self.put("1", data);
    }
}

/// Every answer about the rows is that about the rows in CSV.
#[test]
fn all_formats_have_the_same_answers() {
    let desk = Desk::with_configuration("columnar-answers");
    let decide = ["decide", "-c", "c.xml", "--objects", "manifest.json"];
    let manifest = ["batch", "manifest", "-c", "c.xml", "--inventory", "manifest.json"];
    let filter = r#"{"CreatedAfter": "2026-11-03T00:00:00Z", "ObjectReplicationStatuses": ["FAILED", "NONE"]}"#;
    let chosen = [&manifest[..], &["--filter", filter]].concat();
    let mut answers = Vec::new();
    for (format, data) in
        [(FileFormat::Csv, CSV), (FileFormat::Orc, ORC), (FileFormat::Parquet, PARQUET)]
    {
        desk.put_data(format, COLUMNS, data);
        let ran = [&decide[..], &manifest, &chosen].map(|command| desk.run(command));
        answers.push(ran.map(|ran| (ran.status, ran.out, ran.err)));
    }
    let [decided, listed, chosen] = &answers[0];
    assert_eq!(decided.1.lines().count(), 600, "{}", decided.2);
    assert!(decided.1.contains(r#""Key":"logs/\"quoted\", and comma"#));
    assert!((300..600).contains(&listed.1.lines().count()), "{}", listed.2);
    assert!((50..300).contains(&chosen.1.lines().count()), "{}", chosen.2);
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

/// REP-951: a job takes CSV, whatever this crate can read.
#[test]
fn a_job_takes_no_other_format() {
    let desk = Desk::with_configuration("columnar-job");
    for (format, data) in [(FileFormat::Orc, ORC), (FileFormat::Parquet, PARQUET)] {
        desk.put_data(format, COLUMNS, data);
        let ran = desk.run(&["batch", "check", "manifest.json"]);
        let expected = format!("`fileFormat` is `{format}`; only `CSV` can be a manifest");
        assert!(ran.ended(1).out.contains(&expected), "{}", ran.out);
        assert!(ran.out.contains("batch manifest"), "{}", ran.out);
    }
}

/// A data file in the place of the document that lists it is recognised.
#[test]
fn the_document_is_asked_for() {
    let desk = Desk::with_configuration("columnar-document");
    for data in [ORC, PARQUET] {
        desk.put("data", data);
        for command in [
            &["decide", "-c", "c.xml", "--objects", "data"][..],
            &["batch", "manifest", "-c", "c.xml", "--inventory", "data"],
        ] {
            let ran = desk.run(command);
            let (kind, remedy) = ("a data file in Apache Parquet or ORC", "`manifest.json`");
            assert!(ran.ended(2).err.contains(kind), "{}", ran.err);
            assert!(ran.err.contains(remedy), "{}", ran.err);
        }
        let ran = desk.run(&["batch", "check", "data"]);
        assert!(ran.ended(1).out.starts_with("error[not-csv]: the file is Apache "), "{}", ran.out);
    }
}

/// A column that the file lacks, and a file that is none, are errors about the file.
#[test]
fn files_unlike_their_document_are_named() {
    let desk = Desk::with_configuration("columnar-unlike");
    let decide = ["decide", "-c", "c.xml", "--objects", "manifest.json"];
    for (format, data) in [(FileFormat::Orc, ORC), (FileFormat::Parquet, PARQUET)] {
        desk.put_data(format, "Bucket, Key, BucketKeyStatus", data);
        let ran = desk.run(&decide);
        let expected = "it has no column `bucket_key_status`, which the document names";
        assert!(ran.ended(2).err.contains(expected), "{}", ran.err);

        desk.put_data(format, COLUMNS, data);
        desk.put("1", [data, b" "].concat());
        let ran = desk.run(&decide);
        let expected = format!("`1` has {} bytes and the checksum", data.len() + 1);
        assert!(ran.ended(2).err.contains(&expected), "{}", ran.err);
        assert_eq!(ran.out, "", "nothing is decoded of a file that differs");

        desk.put_data(format, COLUMNS, CSV);
        let ran = desk.run(&decide);
        assert!(ran.ended(2).err.contains("cannot read `"), "{}", ran.err);
    }
}

/// A type of ORC that is its own subtype would fill the stack of the decoder.
#[test]
fn a_type_within_itself_is_an_error() {
    let desk = Desk::with_configuration("columnar-types");
    let types = b"\x08\x0c\x12\x01\x00\x1a\x01a"; // a struct with itself as the field `a`
    let footer = [b"\x08\x03\x10\x03\x22\x08", &types[..], b"\x30\x00"].concat();
    let postscript = b"\x08\x10\x10\x00\x28\x00\x82\xf4\x03\x03ORC";
    let file = [b"ORC", &footer[..], postscript, b"\x0d"].concat();
    desk.put_data(FileFormat::Orc, "Bucket, Key", &file);
    let ran = desk.run(&["decide", "-c", "c.xml", "--objects", "manifest.json"]);
    assert!(ran.ended(2).err.contains("it is damaged"), "{}", ran.err);
    assert!(!ran.err.contains("holds no objects"), "{}", ran.err);
}

/// A type of Parquet that is a thousand deep would, too.
#[test]
fn a_deep_type_is_an_error() {
    let desk = Desk::with_configuration("columnar-depth");
    let element = b"\x48\x01s\x15\x02\x00"; // the name `s`, one child
    let leaf = b"\x15\x02\x38\x01s\x00"; // an integer
    let mut footer = b"\x15\x02\x19\xFC\xE9\x07".to_vec(); // version 1; a list of 1,001 elements
    footer.extend(element.repeat(1_000));
    footer.extend(leaf);
    footer.extend(b"\x16\x00\x19\x0C\x00"); // no rows, no row groups
    let length = u32::try_from(footer.len()).unwrap().to_le_bytes();
    let file = [b"PAR1", &footer[..], &length, b"PAR1"].concat();
    desk.put_data(FileFormat::Parquet, "Bucket, Key", &file);
    let ran = desk.run(&["decide", "-c", "c.xml", "--objects", "manifest.json"]);
    assert!(ran.ended(2).err.contains("it is damaged"), "{}", ran.err);
}

/// S3 adds columns. One that this crate does not know is not read, whatever its name and type.
#[test]
fn unknown_columns_do_not_matter() {
    let desk = Desk::with_configuration("columnar-unknown");
    let decide = ["decide", "-c", "c.xml", "--objects", "manifest.json", "--no-rules"];
    for (format, data) in [(FileFormat::Orc, ORC), (FileFormat::Parquet, PARQUET)] {
        desk.put_data(format, "Bucket, Key, ChecksumSha256", data);
        assert_eq!(desk.run(&decide).ended(0).out.lines().count(), 600);
    }
}

/// A file that someone damaged, with the checksum of the damaged file, is an error or has other
/// rows. It does not end the program.
#[test]
fn damaged_files_are_errors() {
    let desk = Desk::with_configuration("columnar-damage");
    let decide = ["decide", "-c", "c.xml", "--objects", "manifest.json", "--no-rules"];
    let mut failed = 0;
    for (format, data) in [(FileFormat::Orc, ORC), (FileFormat::Parquet, PARQUET)] {
        let cut = |at: usize| data[..at].to_vec();
        let flipped = |at: usize| {
            let mut damaged = data.to_vec();
            damaged[at] ^= 0xFF;
            damaged
        };
        // The footer, which has the places and sizes of everything, is at the end.
        let footer = (1..400).step_by(41).map(|back| flipped(data.len() - back));
        let body = (0..data.len()).step_by(data.len() / 8).map(flipped);
        let cuts = [0, 3, data.len() / 2, data.len() - 1].map(cut);
        for damaged in footer.chain(body).chain(cuts) {
            desk.put_data(format, COLUMNS, &damaged);
            let ran = desk.run(&decide);
            assert!(matches!(ran.status, 0 | 2), "{}: {}", ran.status, ran.err);
            failed += usize::from(ran.status == 2);
        }
    }
    assert!(failed > 15, "{failed}");
}
