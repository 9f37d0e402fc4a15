//! S3 Inventory as a manifest: its document, its rows in all their shapes, and its checksums.

use std::io::{BufReader, Read};

use proptest::prelude::*;
use s3_replication::batch::checksum::{self, Md5Checksum};
use s3_replication::batch::completion_report::TaskErrorCode;
use s3_replication::batch::inventory;
use s3_replication::batch::manifest::{self, Consequence, RowError};
use s3_replication::dialect::job::EmptyVersionId;
use s3_replication::model::{
    AccessTier, BucketKeyStatus, DeleteMarkerOrigin, EncryptionStatus, Event, EventHold,
    EventHoldStatus, LegalHold, ObjectLock, ReplicationStatus, Retention, RetentionMode,
    StorageClass,
};
use s3_replication::{Engine, ObjectVersion};

use crate::support::{configuration, rule_v2};

const EVERYTHING: &str = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, \
    LastModifiedDate, ETag, StorageClass, IsMultipartUploaded, ReplicationStatus, \
    EncryptionStatus, ObjectLockRetainUntilDate, ObjectLockMode, ObjectLockLegalHoldStatus, \
    ObjectLockEventHoldStatus, ObjectLockEventHoldDuration, IntelligentTieringAccessTier, \
    BucketKeyStatus, ChecksumAlgorithm, ObjectAccessControlList, \
    ObjectOwner, LifecycleExpirationDate, IntelligentTieringReferenceDate";

fn schema(text: &str) -> inventory::Schema {
    text.parse().unwrap()
}

fn read(text: &str, columns: &str) -> Vec<Result<manifest::Row, RowError>> {
    manifest::Reader::inventory(text.as_bytes(), &schema(columns)).named("1.csv").collect()
}

#[track_caller]
fn only(text: &str, columns: &str) -> manifest::Row {
    let mut rows = read(text, columns);
    assert_eq!(rows.len(), 1);
    rows.remove(0).unwrap()
}

/// Reads one column of a version, beside its name.
#[track_caller]
fn facts(column: &str, text: &str) -> inventory::Facts {
    let row = only(
        &format!("\"src\",\"k\",\"v\",\"{text}\"\n"),
        &format!("Bucket, Key, VersionId, {column}"),
    );
    *row.facts.unwrap()
}

/// REP-951.
#[test]
fn the_document_of_an_inventory_is_read_and_written() {
    let text = r#"{"sourceBucket": "src", "destinationBucket": "arn:aws:s3:::lists",
        "version": "2016-11-30", "creationTimestamp": "1514944800123", "fileFormat": "CSV",
        "fileSchema": "Bucket, Key, VersionId", "new": {"in": "2027"}, "files": [
        {"key": "a/data/1.csv.gz", "size": 7, "MD5checksum": "f11166069f1990abeb9c97ace9cdfabc"}]}"#;
    let manifest = inventory::Manifest::from_json(text).unwrap();
    assert_eq!(manifest.created.to_string(), "2018-01-03T02:00:00.123Z");
    assert_eq!(manifest.schema, inventory::Schema::generated());
    let written = manifest.to_json();
    assert!(written.contains(r#""creationTimestamp": "1514944800123""#), "{written}");
    assert!(written.contains(r#""MD5checksum": "f11166069f1990abeb9c97ace9cdfabc""#), "{written}");
    assert_eq!(inventory::Manifest::from_json(&written), Ok(manifest));

    let refused = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        inventory::Manifest::from_json(text.replacen(from, to, 1)).unwrap_err().to_string()
    };
    for member in [
        "sourceBucket",
        "destinationBucket",
        "version",
        "creationTimestamp",
        "fileFormat",
        "fileSchema",
        "files",
    ] {
        assert_eq!(refused(&format!("\"{member}\""), "\"x\""), format!("`{member}` is missing"));
    }
    assert_eq!(
        refused("2016-11-30", "2021-11-30"),
        "`version` is `2021-11-30`, expected `2016-11-30`"
    );
    assert_eq!(
        refused("CSV", "Parquet"),
        "`fileFormat` is `Parquet`; only `CSV` can be a manifest"
    );
    assert_eq!(refused("\"src\"", "\"a b\""), "`a b` is not a valid `sourceBucket`");
    assert_eq!(
        refused("arn:aws:s3:::lists", "lists"),
        "`lists` is not a valid `destinationBucket`"
    );
    assert_eq!(refused("1514944800123", "now"), "`now` is not a valid `creationTimestamp`");
    let refusal = refused("f11166069f", "");
    assert!(refusal.starts_with("an MD5 checksum is 32 hexadecimal digits at line 4"), "{refusal}");
    for bytes in [&b""[..], b"[]", b"\xFF", b"{\"files\": 1}", &b"[".repeat(100_000)] {
        let error = inventory::Manifest::from_json(bytes).unwrap_err();
        assert!(matches!(error, inventory::InvalidManifest::Json { .. }), "{error}");
    }
    let start = text.find("[\n").unwrap();
    let empty = format!("{}[]}}", &text[..start]);
    // No files are not no list of files.
    let empty = inventory::Manifest::from_json(empty).unwrap();
    assert_eq!(empty.files, []);
    assert_eq!(inventory::Manifest::from_json(empty.to_json()), Ok(empty));
}

/// REP-952.
#[test]
fn the_schema_names_the_columns() {
    let everything = schema(EVERYTHING);
    assert_eq!(everything.as_slice(), inventory::Field::KNOWN);
    assert_eq!(everything.to_string(), EVERYTHING);
    let later = schema("Key,Bucket , Colour");
    assert!(!later.as_slice()[2].is_known() && !later.has_version_ids());
    for (text, error) in [
        ("Bucket, Size", "the inventory has no column `Key`"),
        ("", "the inventory has no column `Bucket`"),
        ("Bucket, Key, Size, Size", "the column `Size` occurs twice"),
        (
            "message s3.inventory { required binary bucket; }",
            "this is the schema of a Parquet file; only CSV can be a manifest",
        ),
        (&",".repeat(1_000_000), "more than 256 columns"),
    ] {
        assert_eq!(text.parse::<inventory::Schema>().unwrap_err().to_string(), error);
    }
}

/// REP-952: ORC and Parquet name the same columns in their own ways. The spellings of Parquet are those
/// of the User Guide, and of documents that S3 has written since.
#[test]
fn every_format_names_the_columns() {
    let document = |format: &str, schema: &str| {
        let document = serde_json::json!({
            "sourceBucket": "src", "destinationBucket": "arn:aws:s3:::lists",
            "version": "2016-11-30", "creationTimestamp": "1514944800123",
            "fileFormat": format, "fileSchema": schema, "files": [],
        });
        inventory::Manifest::from_json_of_any_format(document.to_string())
    };
    let expected = schema("Bucket, Key, VersionId, IsLatest, Size, LastModifiedDate, ETag");
    for (format, text) in [
        ("CSV", "Bucket, Key, VersionId, IsLatest, Size, LastModifiedDate, ETag"),
        (
            "ORC",
            "struct<bucket:string,key:string,version_id:string,is_latest:boolean,size:bigint,\
             last_modified_date:timestamp,e_tag:string>",
        ),
        (
            "Parquet",
            "message s3.inventory { required binary bucket (UTF8); required binary key (UTF8); optional \
             binary version_id (UTF8); optional boolean is_latest; optional int64 size; optional int64 \
             last_modified_date (TIMESTAMP_MILLIS); optional binary e_tag (UTF8);}",
        ),
        (
            "Parquet",
            "message s3.inventory {  required binary bucket (STRING);  required binary key (STRING);  \
             optional binary version_id (STRING);  optional boolean is_latest;  optional int64 size;  \
             optional int64 last_modified_date (TIMESTAMP(MILLIS,true));  optional binary e_tag (STRING);}",
        ),
    ] {
        let manifest = document(format, text).unwrap();
        assert_eq!((&manifest.schema, manifest.file_format.as_str()), (&expected, format));
        let again = inventory::Manifest::from_json_of_any_format(manifest.to_json());
        assert_eq!(again, Ok(manifest));
    }
    for column in inventory::Field::KNOWN {
        let name = column.snake_case();
        let text = format!("struct<bucket:string,key:string,{name}:string>");
        let found =
            document("ORC", &text).map(|manifest| manifest.schema.as_slice().last().cloned());
        let is_twice = [inventory::Field::BUCKET, inventory::Field::KEY].contains(column);
        assert_eq!(found.ok().flatten(), (!is_twice).then(|| column.clone()), "{name}");
    }
    for (format, text, error) in [
        ("ORC", "Bucket, Key", "`fileSchema`: this is not a schema of ORC"),
        ("Parquet", "struct<bucket:string>", "`fileSchema`: this is not a schema of Parquet"),
        ("ORC", "struct<bucket:string,key>", "`fileSchema`: `key` is not a column"),
        (
            "Parquet",
            "message m { required bucket; }",
            "`fileSchema`: `required bucket` is not a column",
        ),
        ("Parquet", "message m { }", "`fileSchema`: the inventory has no column `Bucket`"),
        (
            "CSV",
            "struct<>",
            "`fileSchema`: this is the schema of an ORC file; only CSV can be a manifest",
        ),
        ("Avro", "Bucket, Key", "`Avro` is not a valid `fileFormat`"),
    ] {
        assert_eq!(document(format, text).unwrap_err().to_string(), error);
    }
}

#[test]
fn a_row_with_everything_is_a_version_with_everything() {
    let text = "\"src\",\"Tax%2F1+a.pdf\",\"v1\",\"true\",\"false\",\"42\",\
        \"2024-05-07T21:12:55.000Z\",\"d41d\",\"INTELLIGENT_TIERING\",\"false\",\"FAILED\",\
        \"DSSE-KMS\",\"2030-01-01T00:00:00.000Z\",\"COMPLIANCE\",\"On\",\"On\",\"P30D\",\"ARCHIVE\",\"ENABLED\",\
        \"SHA256\",\"eyJ9\",\"abc\",\"2031-01-01T00:00:00.000Z\",\"2024-06-01T00:00:00.000Z\"\n";
    let row = only(text, EVERYTHING);
    let retention = Retention {
        mode: RetentionMode::Compliance,
        retain_until: "2030-01-01T00:00:00Z".parse().unwrap(),
    };
    let id = "v1".parse().unwrap();
    let mut expected = ObjectVersion::new("Tax/1 a.pdf");
    expected.version_id = Some(&id);
    expected.is_latest = Some(true);
    expected.size = 42;
    expected.last_modified = Some("2024-05-07T21:12:55Z".parse().unwrap());
    expected.storage_class = StorageClass::INTELLIGENT_TIERING;
    expected.access_tier = Some(AccessTier::Archive);
    expected.encryption = EncryptionStatus::DsseKms;
    expected.bucket_key = Some(BucketKeyStatus::Enabled);
    let (retention, legal_hold) = (Some(retention), Some(LegalHold::On));
    // Its duration is text whose format is not published.
    let event_hold = Some(EventHold { status: EventHoldStatus::On, duration: None });
    expected.lock = ObjectLock { retention, legal_hold, event_hold };
    expected.replication_status = Some(ReplicationStatus::Failed);
    assert_eq!(row.version(), expected);
    let facts = row.facts.as_ref().unwrap();
    assert_eq!(facts.e_tag.as_deref(), Some("d41d"));
    assert_eq!(facts.is_multipart_uploaded, Some(false));
    let others: Vec<_> = facts.others.iter().map(|(name, text)| (name.as_str(), &**text)).collect();
    assert_eq!(
        others,
        [
            ("ObjectLockEventHoldDuration", "P30D"),
            ("ChecksumAlgorithm", "SHA256"),
            ("ObjectAccessControlList", "eyJ9"),
            ("ObjectOwner", "abc"),
            ("LifecycleExpirationDate", "2031-01-01T00:00:00.000Z"),
            ("IntelligentTieringReferenceDate", "2024-06-01T00:00:00.000Z"),
        ]
    );
    let mut writer = manifest::Writer::inventory(Vec::new(), &schema(EVERYTHING));
    writer.write(&row).unwrap();
    let written = String::from_utf8(writer.finish("1.csv").unwrap().0).unwrap();
    assert_eq!(written, text.replace("%2F", "/").replace('+', "%20"));
}

/// REP-953, REP-956.
#[test]
fn delete_markers_have_empty_columns() {
    let columns = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, IsMultipartUploaded";
    let text = "\"src\",\"k\",\"v2\",\"true\",\"true\",\"\",\"2024-05-07T21:12:55.000Z\",\"\",\"\"\n\
        \"src\",\"dt%3D2024/k+1\",\"v1\",\"false\",\"false\",\"3\",\"2024-05-07T21:12:55.000Z\",\"etag\",\"false\"\n";
    let rows: Vec<_> = read(text, columns).into_iter().map(Result::unwrap).collect();
    assert_eq!(rows[0].version().delete_marker, Some(DeleteMarkerOrigin::User));
    let facts = rows[0].facts.as_ref().unwrap();
    assert_eq!((facts.size, &facts.e_tag, facts.is_multipart_uploaded), (None, &None, None));
    assert_eq!(rows[1].version().delete_marker, None);
    assert_eq!(rows[1].key.to_string(), "dt=2024/k 1");
    assert_eq!(rows[1].version().size, 3);

    let rule = rule_v2("all", 1, "", "backup", "");
    let silent = Engine::new(&configuration(&rule));
    let marking = rule.replacen("<Status>Disabled<", "<Status>Enabled<", 1);
    let marking = Engine::new(&configuration(&marking));
    for (engine, marker) in [(silent, false), (marking, true)] {
        let replicates = |row: &manifest::Row| {
            engine.decide(&row.version(), Event::BatchReplication).replicates()
        };
        assert_eq!((replicates(&rows[0]), replicates(&rows[1])), (marker, true));
    }
}

#[test]
fn fields_end_where_they_end_whatever_their_length() {
    // Neighbours of the quote and the comma, and bytes of which the highest bit is set.
    for filling in ["!", "#", "+", "-", "\u{22}\u{22}", "\u{a2}", "\u{e9}"] {
        for length in 0..80 {
            let tag = filling.repeat(length);
            for (quote, expected) in [("\"", tag.replace("\"\"", "\"")), ("", tag.clone())] {
                if quote.is_empty() && filling.starts_with('"') {
                    continue;
                }
                let row = format!("photos,cat.jpg,v1,{quote}{tag}{quote},7\n");
                let found = only(&row, "Bucket, Key, VersionId, ETag, Size").facts.unwrap();
                assert_eq!(found.size, Some(7), "{row}");
                let e_tag = found.e_tag.as_deref().unwrap_or_default();
                assert_eq!(e_tag, expected, "{row}");
            }
        }
    }
}

/// REP-953.
#[test]
fn words_are_read_as_they_are_found() {
    for (word, value) in [("true", true), ("True", true), ("TRUE", true), ("FALSE", false)] {
        assert_eq!(facts("IsLatest", word).is_latest, Some(value));
    }
    assert_eq!(facts("ObjectLockLegalHoldStatus", "OFF").legal_hold, Some(LegalHold::Off));
    assert_eq!(facts("StorageClass", "LUNAR").storage_class, Some(StorageClass::from("LUNAR")));
    assert_eq!(facts("EncryptionStatus", ""), inventory::Facts::default());
    let tier = facts("IntelligentTieringAccessTier", "DEEP_ARCHIVE");
    assert_eq!(tier.access_tier, Some(AccessTier::DeepArchive));
    let row = only(
        "\"src\",\"k\",\"v\",\"ARCHIVE\"\n",
        "Bucket, Key, VersionId, IntelligentTieringAccessTier",
    );
    assert_eq!(row.version().storage_class, StorageClass::INTELLIGENT_TIERING);
    assert!(row.version().is_archived());
    // One column of retention without the other says too little.
    let row =
        only("\"src\",\"k\",\"v\",\"COMPLIANCE\"\n", "Bucket, Key, VersionId, ObjectLockMode");
    assert_eq!(row.version().lock, ObjectLock::default());
}

#[test]
fn an_unread_word_stops_whoever_decides_and_not_the_job() {
    for (column, text, expected) in [
        ("IsLatest", "yes", "`true` or `false`"),
        ("IsDeleteMarker", "1", "`true` or `false`"),
        ("IsMultipartUploaded", "no", "`true` or `false`"),
        ("Size", "-1", "a number of bytes"),
        ("LastModifiedDate", "today", "a time such as `2026-11-22T10:00:00.000Z`"),
        ("ObjectLockRetainUntilDate", "x", "a time such as `2026-11-22T10:00:00.000Z`"),
        ("ReplicationStatus", "NONE", "`PENDING`, `COMPLETED`, `FAILED` or `REPLICA`"),
        ("EncryptionStatus", "XOR", "`NOT-SSE`, `SSE-S3`, `SSE-KMS`, `DSSE-KMS` or `SSE-C`"),
        ("ObjectLockMode", "HARD", "`GOVERNANCE` or `COMPLIANCE`"),
        ("ObjectLockLegalHoldStatus", "?", "`On` or `Off`"),
        ("IntelligentTieringAccessTier", "COLD", "an access tier such as `FREQUENT`"),
        ("BucketKeyStatus", "ON", "`ENABLED` or `DISABLED`"),
    ] {
        let rows = read(
            &format!("\"src\",\"k\",\"v\",\"{text}\"\n"),
            &format!("Bucket, Key, VersionId, {column}"),
        );
        let fault = rows[0].as_ref().unwrap_err();
        let message = format!("1.csv:1: `{column}`: expected {expected}, found `{text}`");
        assert_eq!(fault.to_string(), message);
        assert_eq!(fault.consequence(), None);
        assert_eq!(fault.clause().id(), "REP-953");
    }
    // Whoever needs the names only reads those only.
    let file = b"src,k,v,XOR\n";
    let fields = schema("Bucket, Key, VersionId, EncryptionStatus").manifest_fields();
    assert_eq!(fields, "Bucket,Key,VersionId,Ignore".parse::<manifest::Fields>().unwrap());
    assert!(manifest::Reader::new(&file[..], &fields).all(|row| row.is_ok()));
}

/// REP-955.
#[test]
fn null_versions_have_no_id_in_an_inventory() {
    let text = "\"src\",\"k\",\"\"\n";
    let rows = read(text, "Bucket, Key, VersionId");
    let fault = rows[0].as_ref().unwrap_err();
    let Some(Consequence::TaskFails(result)) = fault.consequence() else { panic!("{fault:?}") };
    assert_eq!(result.error_code().map(TaskErrorCode::as_str), Some("SrcObjectNotFound"));
    assert_eq!(fault.help(), "write `null` for the null version");

    let schema = inventory::Schema::generated();
    let rewritten = manifest::Reader::inventory(text.as_bytes(), &schema)
        .with_empty_version_id(EmptyVersionId::NullVersion);
    let mut writer = manifest::Writer::inventory(Vec::new(), &schema);
    for row in rewritten {
        writer.write(&row.unwrap()).unwrap();
    }
    let (text, _) = writer.finish("1.csv").unwrap();
    assert_eq!(text, b"\"src\",\"k\",\"null\"\n");
}

/// REP-957.
#[test]
fn a_generated_manifest_can_be_given_to_a_job_again() {
    let schema = inventory::Schema::generated();
    let mut row = manifest::Row::new("src".parse().unwrap(), "a b".into());
    row.version_id = Some("v".parse().unwrap());
    let mut writer = manifest::Writer::inventory(Vec::new(), &schema);
    writer.write(&row).unwrap();
    let (text, file) = writer.finish("manifests/data/1.csv").unwrap();
    let mut manifest = inventory::Manifest::new(
        "src".parse().unwrap(),
        "arn:aws:s3:::manifests".parse().unwrap(),
        "2026-11-22T10:00:00Z".parse().unwrap(),
        schema,
    );
    manifest.files.push(file);
    let again = inventory::Manifest::from_json(manifest.to_json()).unwrap();
    assert_eq!(again.files[0].check(Md5Checksum::of(&text), 18), Ok(()));
    let mut rows = manifest::Reader::inventory(&text[..], &again.schema);
    let read = rows.next().unwrap().unwrap();
    assert_eq!((read.key, read.version_id), (row.key, row.version_id));
}

/// REP-954.
#[test]
fn checksums_are_of_files_as_they_are_stored() {
    let text = b"\"src\",\"k\",\"v\"\n".repeat(5000);
    let stored = inventory::File {
        key: "1.csv".to_owned(),
        size: text.len() as u64,
        md5_checksum: Md5Checksum::of(&text),
    };
    let reader = BufReader::new(checksum::Reader::new(&text[..]));
    let mut rows = manifest::Reader::inventory(reader, &inventory::Schema::generated());
    assert!(rows.by_ref().take(10).all(|row| row.is_ok()));
    let (checksum, size) = rows.into_inner().into_inner().finish().unwrap();
    assert_eq!(stored.check(checksum, size), Ok(()));
    // The same, where the reader has a buffer of its own.
    let mut rows = manifest::Reader::inventory(
        checksum::Reader::new(&text[..]),
        &inventory::Schema::generated(),
    );
    assert_eq!(rows.by_ref().count(), 5000);
    assert_eq!(rows.into_inner().finish().unwrap(), (checksum, size));

    let mut broken = text.clone();
    broken[7] ^= 1;
    let found = checksum::Reader::new(&broken[..]).finish().unwrap();
    let mismatch = stored.check(found.0, found.1).unwrap_err().to_string();
    assert_eq!(
        mismatch,
        format!(
            "`1.csv` has {size} bytes and the checksum {}, expected {size} and {checksum}",
            found.0
        )
    );
    assert!(stored.check(checksum, size - 1).is_err());
    // `manifest.checksum` holds the checksum of the document, perhaps with a line break.
    assert_eq!(format!("{checksum}\n").parse(), Ok(Md5Checksum::of(&text)));
    for text in [
        "",
        "5eb63bbbe01eeed093cb22bb8f5acdc",
        "+eb63bbbe01eeed093cb22bb8f5acdc3",
        "éééééééééééééééé",
    ] {
        assert!(text.parse::<Md5Checksum>().is_err(), "{text}");
    }
    let mut writer = checksum::Writer::new(Vec::new());
    std::io::copy(&mut &text[..], &mut writer).unwrap();
    assert_eq!(writer.finish().unwrap(), (text, checksum, size));
}

#[test]
fn an_inventory_streams_in_constant_memory() {
    let row =
        b"\"src\",\"some/key/of/usual/length.txt\",\"v\",\"true\",\"false\",\"12\",\"STANDARD\"\n";
    let measured = |rows: u64| {
        let text = std::io::repeat(0).take(0).chain(Rows { row, left: rows, at: 0 });
        let schema = schema("Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, StorageClass");
        allocation_counter::measure(|| {
            let rows_read = manifest::Reader::inventory(BufReader::new(text), &schema);
            assert_eq!(rows_read.map(Result::unwrap).count() as u64, rows);
        })
        .bytes_max
    };
    assert_eq!(measured(10), measured(20_000));
}

/// A reader of the same row again and again.
struct Rows<'r> {
    row: &'r [u8],
    left: u64,
    at: usize,
}

impl Read for Rows<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 {
            return Ok(0);
        }
        let read = (&self.row[self.at..]).read(buffer)?;
        self.at += read;
        if self.at == self.row.len() {
            (self.at, self.left) = (0, self.left - 1);
        }
        Ok(read)
    }
}

fn any_row() -> impl Strategy<Value = manifest::Row> {
    let words = ("[a-z,\"+% é]{1,9}", "[^\n]{1,8}", prop::option::of("[A-Z_\",+]{1,9}"));
    let statuses = (
        prop::option::of(prop::sample::select(ReplicationStatus::ALL)),
        prop::option::of(prop::sample::select(EncryptionStatus::ALL)),
        prop::option::of(prop::sample::select(AccessTier::ALL)),
        prop::option::of(prop::sample::select(LegalHold::ALL)),
        prop::option::of(prop::sample::select(RetentionMode::ALL)),
        prop::option::of(prop::sample::select(BucketKeyStatus::ALL)),
    );
    let numbers = (
        any::<[Option<bool>; 3]>(),
        any::<Option<u64>>(),
        prop::option::of(0..4_000_000_000_000i64),
        prop::option::of(0..4_000_000_000_000_000i64),
    );
    (words, statuses, numbers).prop_map(|((key, id, word), status, (bools, size, milli, micro))| {
        let mut row = manifest::Row::new("src".parse().unwrap(), key.as_str().into());
        row.version_id = Some(id.parse().unwrap());
        let mut facts = inventory::Facts::default();
        [facts.is_latest, facts.is_delete_marker, facts.is_multipart_uploaded] = bools;
        facts.size = size;
        facts.last_modified =
            milli.map(|time| chrono::DateTime::from_timestamp_millis(time).unwrap().into());
        facts.retain_until =
            micro.map(|time| chrono::DateTime::from_timestamp_micros(time).unwrap().into());
        facts.e_tag = word.as_deref().map(Into::into);
        facts.storage_class = word.as_deref().map(StorageClass::from);
        (facts.replication_status, facts.encryption_status, facts.access_tier) =
            (status.0, status.1, status.2);
        (facts.legal_hold, facts.retention_mode, facts.bucket_key_status) =
            (status.3, status.4, status.5);
        facts.others.extend(word.map(|word| (inventory::Field::OBJECT_OWNER, word.into())));
        row.facts = Some(Box::new(facts));
        row
    })
}

proptest! {
    #[test]
    fn inventories_read_back(rows in prop::collection::vec(any_row(), 0..5)) {
        let mut writer = manifest::Writer::inventory(Vec::new(), &schema(EVERYTHING));
        for row in &rows {
            writer.write(row).unwrap();
        }
        let (text, file) = writer.finish("1.csv").unwrap();
        prop_assert_eq!(file.check(Md5Checksum::of(&text), text.len() as u64), Ok(()));
        let mut read = Vec::new();
        for row in manifest::Reader::inventory(&text[..], &schema(EVERYTHING)) {
            let mut row = row.unwrap();
            row.written_key = None;
            read.push(row);
        }
        prop_assert_eq!(read, rows);
    }
}
