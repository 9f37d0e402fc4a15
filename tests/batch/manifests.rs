//! Manifests of `S3BatchOperations_CSV_20180820`: read, refused row by row, and written.

use std::io::{self, BufRead, BufReader, Read};

use proptest::prelude::*;
use s3_replication::batch::completion_report::TaskErrorCode;
use s3_replication::batch::inventory;
use s3_replication::batch::job;
use s3_replication::batch::manifest::{self, Consequence, RowError, RowErrorKind};
use s3_replication::clause::Clause;
use s3_replication::dialect::job::{EmptyVersionId, JobDialect, ManifestVersions, PlusReading};
use s3_replication::model::{Event, VersionId};
use s3_replication::{Engine, ObjectVersion};

use crate::support::{configuration, rule_v2};

fn fields() -> manifest::Fields {
    "Bucket,Key,VersionId".parse().unwrap()
}

fn read(text: impl AsRef<[u8]>) -> Vec<Result<manifest::Row, RowError>> {
    manifest::Reader::new(text.as_ref(), &fields()).named("list.csv").collect()
}

#[track_caller]
fn only(text: impl AsRef<[u8]>) -> manifest::Row {
    let mut rows = read(text);
    assert_eq!(rows.len(), 1);
    rows.remove(0).unwrap()
}

#[track_caller]
fn fault(text: impl AsRef<[u8]>) -> RowError {
    let mut rows = read(text);
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0).unwrap_err()
}

fn row(key: &[u8], version_id: Option<&str>) -> manifest::Row {
    let mut row = manifest::Row::new("src".parse().unwrap(), key.into());
    row.version_id = version_id.map(|id| id.parse().unwrap());
    row
}

fn written(rows: &[manifest::Row], fields: &manifest::Fields) -> Vec<u8> {
    let mut writer = manifest::Writer::new(Vec::new(), fields);
    for row in rows {
        writer.write(row).unwrap();
    }
    writer.finish("list.csv").unwrap().0
}

/// REP-943, REP-946.
#[test]
fn the_hard_keys_are_written_so_that_every_reading_understands_them() {
    let rows = [
        row(b"a,b", Some("v1")),
        row(b"pct%20x", Some("v2")),
        row(b"a+b c", Some("null")),
        row("é\n\"/~".as_bytes(), Some("v3")),
    ];
    let text = written(&rows, &fields());
    assert_eq!(
        str::from_utf8(&text).unwrap(),
        "src,a%2Cb,v1\nsrc,pct%2520x,v2\nsrc,a%2Bb%20c,null\nsrc,%C3%A9%0A%22/~,v3\n"
    );
    for plus in PlusReading::ALL {
        let read = manifest::Reader::new(&text[..], &fields()).with_plus(*plus);
        for (read, row) in read.zip(&rows) {
            assert_eq!(read.unwrap().key, row.key);
        }
    }
    assert!(only("src,k,null\n").version_id.unwrap().is_null());
}

/// REP-944.
#[test]
fn a_plus_is_a_space_unless_somebody_says_otherwise() {
    assert_eq!(only("src,a+b,v\n").key.as_bytes(), b"a b");
    let literal =
        manifest::Reader::new(&b"src,a+b%2B,v\n"[..], &fields()).with_plus(PlusReading::Literal);
    let rows: Vec<_> = literal.map(Result::unwrap).collect();
    assert_eq!(rows[0].key.as_bytes(), b"a+b+");
    assert_eq!(rows[0].written_key.as_deref(), Some("a+b%2B"));
    assert_eq!(only("src,plain,v\n").written_key, None);
}

/// REP-941.
#[test]
fn columns_stand_in_any_order_and_some_are_skipped() {
    let fields: manifest::Fields = "Ignore,VersionId,Key,Ignore,Bucket".parse().unwrap();
    let mut rows = manifest::Reader::new(&b"x,v1,k,,src\n"[..], &fields);
    let read = rows.next().unwrap().unwrap();
    assert_eq!(read, row(b"k", Some("v1")));
    assert_eq!(written(&[read], &fields), b",v1,k,,src\n");
    for (text, error) in [
        ("Key", "the columns of a manifest need one `Bucket`, found 0"),
        ("Bucket,Key,Key", "the columns of a manifest need one `Key`, found 2"),
        (
            "Bucket,Key,VersionId,VersionId",
            "the columns of a manifest need one `VersionId`, found 2",
        ),
        (
            "Bucket,Key,Size",
            "`Size` is not a column of a manifest; use `Bucket`, `Key`, `VersionId` and `Ignore`",
        ),
    ] {
        assert_eq!(text.parse::<manifest::Fields>().unwrap_err().to_string(), error);
    }
    assert_eq!(manifest::Fields::default(), self::fields());
    let json = r#"["Bucket","Key","Ignore"]"#;
    let fields: manifest::Fields = serde_json::from_str(json).unwrap();
    assert_eq!(fields.as_slice()[2], manifest::Field::Ignore);
    assert!(!fields.has_version_ids());
    assert_eq!(serde_json::to_string(&fields).unwrap(), json);
    assert!(serde_json::from_str::<manifest::Fields>(r#"["Bucket"]"#).is_err());
    // A header row is data; "Bucket" is a name that a bucket can have.
    assert_eq!(only("Bucket,Key,VersionId\n").key.as_bytes(), b"Key");
}

/// What is wrong with a row, where, on which clause it rests, and what S3 does: REP-940, REP-942,
/// REP-945, REP-949, REP-950.
#[test]
fn every_bad_row_is_named_with_what_s3_does() {
    const FORMAT: &str = "Manifest file is not properly formatted";
    const KEY: &str = "Invalid object key format";
    let long_key = format!("src,{},v\n", "k".repeat(1025));
    let long_id = format!("src,k,{}\n", "v".repeat(1025));
    let cases: &[(&[u8], &str, &str, &str)] = &[
        (b"\xEF\xBB\xBFsrc,k,v\n", "the file begins with a byte-order mark", FORMAT, "REP-940"),
        (b"src,\xFF,v\n", "the line is not UTF-8 at byte 5", FORMAT, "REP-940"),
        (b"\n", "the line is empty", FORMAT, "REP-940"),
        (b"\r\n", "the line is empty", FORMAT, "REP-940"),
        (b"src,k,v \n", "the line ends with a space", FORMAT, "REP-940"),
        (b"src,\"k,v\n", "a quote does not close", FORMAT, "REP-949"),
        (b"src,\"k\"x,v\n", "text follows the closing quote of field 2", FORMAT, "REP-949"),
        (b"src,k\n", "expected 3 fields, found 2", "Unexpected number of task fields", "REP-942"),
        (
            b"src,a,b,v\n",
            "expected 3 fields, found 4",
            "Unexpected number of task fields",
            "REP-942",
        ),
        (b",k,v\n", "`` is not a bucket name", "Invalid Manifest Content", "REP-941"),
        (b"a b,k,v\n", "`a b` is not a bucket name", "Invalid Manifest Content", "REP-941"),
        (b"src,,v\n", "the key is empty", KEY, "REP-945"),
        (b"src,100%,v\n", "a `%` without two hexadecimal digits in the key `100%`", KEY, "REP-945"),
        (b"src,%4,v\n", "a `%` without two hexadecimal digits in the key `%4`", KEY, "REP-945"),
        (b"src,%G0,v\n", "a `%` without two hexadecimal digits in the key `%G0`", KEY, "REP-945"),
        (b"src,%FF,v\n", "the key `%FF` is not UTF-8 when decoded", KEY, "REP-945"),
        (long_key.as_bytes(), "the key has 1025 bytes", KEY, "REP-945"),
        (
            long_id.as_bytes(),
            "the version ID has 1025 bytes",
            "Invalid version ID format",
            "REP-950",
        ),
    ];
    for (text, message, reason, clause) in cases {
        let found = fault(text);
        assert_eq!(found.to_string(), format!("list.csv:1: {message}"));
        let failure = job::Failure::new(job::FailureCode::INVALID_MANIFEST_CONTENT, reason);
        assert_eq!(found.job_failure(), Some(&failure), "{message}");
        let consequence = Consequence::JobFails(failure);
        assert_eq!(found.consequence(), Some(&consequence), "{message}");
        assert_eq!(
            consequence.to_string(),
            format!("the job fails: InvalidManifestContent: {reason}")
        );
        assert!(found.fails_job() && !found.help().is_empty());
        assert_eq!(Some(found.clause()), Clause::find(clause), "{message}");
    }
    // A mark elsewhere is part of a name.
    let later = read(b"src,k,v\n\xEF\xBB\xBFsrc,k,v\n").remove(1).unwrap_err();
    assert!(matches!(later.kind(), RowErrorKind::Bucket { .. }), "{later}");
    let unnamed = manifest::Reader::new(&b"\n"[..], &fields()).next().unwrap().unwrap_err();
    assert_eq!(unnamed.to_string(), "line 1: the line is empty");
}

#[test]
fn what_is_wrong_with_one_line_is_no_matter_of_the_next() {
    let text = b"src,a,v\nsrc,\"b,v\n\nsrc,c,v\r\nsrc,d\nsrc,e,v";
    let read = read(text);
    let lines: Vec<_> = read.iter().filter_map(|row| Some(row.as_ref().err()?.line())).collect();
    assert_eq!(lines, [2, 3, 5]);
    let keys = read.iter().filter_map(|row| Some(row.as_ref().ok()?.key.to_string()));
    assert!(keys.eq(["a", "c", "e"]));
}

/// REP-949.
#[test]
fn quotes_are_read_as_everybody_reads_them() {
    let read = only("\"src\",\"a,\"\"b\"\"+\",\"v\"\n");
    assert_eq!(read.key.as_bytes(), b"a,\"b\" ");
    assert_eq!(only("src,a\"b,v\n").key.as_bytes(), b"a\"b");
    assert_eq!(only("src,k,\"v \"\n").version_id.unwrap().as_str(), "v ");
    assert_eq!(fault("src,\"\",v\n").kind(), &RowErrorKind::KeyMissing);
}

/// REP-947.
#[test]
fn an_empty_version_id_fails_its_task_only() {
    let answers = [
        (EmptyVersionId::ObjectNotFound, "SrcObjectNotFound", 500, "Object versionID is invalid"),
        (
            EmptyVersionId::InvalidRequest,
            "InvalidRequest",
            400,
            "Task failed due to missing VersionId",
        ),
    ];
    for (reading, code, status, message) in answers {
        let text = b"src,a%20b,\nsrc,c,v\n";
        let mut rows = manifest::Reader::new(&text[..], &fields()).with_empty_version_id(reading);
        let found = rows.next().unwrap().unwrap_err();
        assert_eq!(found.to_string(), "line 1: the version ID is empty");
        assert_eq!(found.clause().id(), "REP-947");
        assert!(!found.fails_job() && found.job_failure().is_none());
        let Some(Consequence::TaskFails(result)) = found.consequence() else { panic!("{found:?}") };
        assert_eq!((result.bucket(), result.key(), result.version_id()), ("src", "a%20b", None));
        assert_eq!(result.error_code().map(TaskErrorCode::as_str), Some(code));
        assert_eq!((result.http_status(), result.message()), (Some(status), message));
        let said = found.consequence().unwrap().to_string();
        assert_eq!(said, format!("the task fails: {code}: {message}"));
        assert_eq!(rows.next().unwrap().unwrap().key.as_bytes(), b"c");
    }
    let mut rows = manifest::Reader::new(&b"src,k,\n"[..], &fields())
        .with_empty_version_id(EmptyVersionId::NullVersion);
    assert!(rows.next().unwrap().unwrap().version_id.unwrap().is_null());
}

/// REP-948.
#[test]
fn a_manifest_without_version_ids_is_refused_unless_somebody_says_otherwise() {
    let fields: manifest::Fields = "Bucket,Key".parse().unwrap();
    let text = b"src,k\nsrc,l\n";
    let mut rows = manifest::Reader::new(&text[..], &fields);
    let found = rows.next().unwrap().unwrap_err();
    assert_eq!(found.kind(), &RowErrorKind::VersionIdsMissing);
    assert_eq!(found.job_failure(), Some(&job::Failure::fields_missing("VersionId")));
    assert_eq!(rows.next().unwrap().unwrap(), row(b"k", None));
    let current =
        manifest::Reader::new(&text[..], &fields).with_versions(ManifestVersions::Optional);
    let keys = current.map(|row| row.unwrap().key.to_string());
    assert!(keys.eq(["k", "l"]));
    for versions in [ManifestVersions::Optional, ManifestVersions::Required] {
        let dialect = JobDialect::AWS.with_manifest_versions(versions);
        let rows = manifest::Reader::new(&text[..], &fields).with_dialect(&dialect);
        let faults = rows.filter(Result::is_err).count();
        assert_eq!(faults, usize::from(versions == ManifestVersions::Required));
    }
}

/// REP-968.
#[test]
fn repeated_rows_and_other_buckets_are_rows_all_the_same() {
    let read = read("src,k,v\nsrc,k,v\nother,k,v\nsrc,k,v\n");
    let buckets: Vec<_> = read.iter().map(|row| row.as_ref().unwrap().bucket.as_str()).collect();
    assert_eq!(buckets, ["src", "src", "other", "src"]);
}

/// REP-962.
#[test]
fn the_result_of_a_task_names_the_key_as_the_manifest_does() {
    let read = only("src,pct%2520x,v2\n");
    let result = read.failed(TaskErrorCode::ACCESS_DENIED);
    assert_eq!(result.key(), "pct%2520x");
    assert_eq!(result.version_id().map(VersionId::as_str), Some("v2"));
    assert_eq!(read.succeeded().key(), "pct%2520x");
    assert_eq!(only("src,plain,v2\n").succeeded().key(), "plain");
}

#[test]
fn a_row_is_an_object_version_that_the_engine_decides_about() {
    let engine =
        Engine::new(&configuration(&rule_v2("tax", 1, "<Prefix>Tax/</Prefix>", "backup", "")));
    let tax = only("src,Tax/a+b,v1\n");
    let version: ObjectVersion<'_> = tax.version();
    assert_eq!((version.key, version.version_id), (&b"Tax/a b"[..], tax.version_id.as_ref()));
    assert!(engine.decide(&version, Event::BatchReplication).replicates());
    let other = only("src,tax/a,v1\n");
    assert!(!engine.decide(&other.version(), Event::BatchReplication).replicates());
}

#[test]
fn a_line_without_end_is_skipped_in_constant_memory() {
    let long = io::repeat(b'x').take(10 * 1024 * 1024);
    let text = (&b"src,a,v\nsrc,"[..]).chain(long).chain(&b"\nsrc,b,v\n"[..]);
    let info = allocation_counter::measure(|| {
        let rows: Vec<_> = manifest::Reader::new(BufReader::new(text), &fields()).collect();
        assert_eq!(rows.len(), 3);
        let found = rows[1].as_ref().unwrap_err();
        assert_eq!(
            (found.line(), found.kind()),
            (2, &RowErrorKind::TooLong { limit: 1024 * 1024 })
        );
        assert_eq!(rows[2].as_ref().unwrap().key.as_bytes(), b"b");
    });
    assert!(info.bytes_max < 4 * 1024 * 1024, "{info:?}");
    // The last line that fits, and the first that does not.
    for (bytes, fits) in [(1024 * 1024, true), (1024 * 1024 + 1, false)] {
        let mut text = vec![b'x'; bytes - 1];
        text.push(b'\n');
        let found = fault(&text);
        assert_eq!(matches!(found.kind(), RowErrorKind::FieldCount { .. }), fits, "{bytes}");
    }
}

#[test]
fn nul_and_control_characters_are_bytes_of_a_key_like_others() {
    assert_eq!(only(b"src,a\0b,v\n").key.as_bytes(), b"a\0b");
    let found = fault(b"s\0\x1B[31mc,k,v\n").to_string();
    assert!(!found.contains(char::is_control), "{found:?}");
}

/// A reader that fails after some bytes.
struct Broken<'b>(&'b [u8]);

impl Read for Broken<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            Err(io::Error::other("the line is cut"))
        } else {
            self.0.read(buffer)
        }
    }
}

#[test]
fn a_reader_that_fails_ends_the_rows_with_what_it_says() {
    let reader = BufReader::new(Broken(b"src,a,v\nsrc,b"));
    let rows: Vec<_> = manifest::Reader::new(reader, &fields()).named("list.csv").collect();
    assert_eq!(rows.len(), 2);
    let found = rows[1].as_ref().unwrap_err();
    assert_eq!(found.to_string(), "list.csv:2: the file cannot be read: the line is cut");
    assert_eq!(found.consequence(), None);
}

#[test]
fn the_reader_comes_back() {
    let mut rows = manifest::Reader::new(&b"src,a,v\nsrc,b,v\n"[..], &fields());
    rows.next();
    assert_eq!(rows.into_inner().fill_buf().unwrap(), b"src,b,v\n");
}

#[test]
fn what_no_manifest_can_hold_is_not_written() {
    let mut writer = manifest::Writer::new(Vec::new(), &fields());
    let error = writer.write(&row(b"k", Some("a\nb"))).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    writer.write(&row(b"k", Some("v"))).unwrap();
    assert_eq!(writer.finish("list.csv").unwrap().0, b"src,k,v\n");
}

/// REP-945, REP-947: what the reader would refuse, or read as something else, is not written.
#[test]
fn what_would_not_be_read_again_is_not_written() {
    let (long, longest) = ([b'k'; 1025], [b'k'; 1024]);
    let without: manifest::Fields = "Bucket,Key".parse().unwrap();
    let schema = inventory::Schema::generated();
    let unversioned: inventory::Schema = "Bucket, Key, Size".parse().unwrap();
    let refused = |row: &manifest::Row, has_version_ids: bool| {
        let (fields, schema) =
            if has_version_ids { (&fields(), &schema) } else { (&without, &unversioned) };
        let writers =
            [manifest::Writer::new(vec![], fields), manifest::Writer::inventory(vec![], schema)];
        let mut told = writers.map(|mut writer| {
            let error = writer.write(row).err();
            let text = writer.finish("list.csv").unwrap().0;
            assert_eq!(text.is_empty(), error.is_some(), "{row:?}");
            error.map(|error| {
                assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
                error.to_string()
            })
        });
        assert_eq!(told[0], told[1]);
        told[0].take()
    };
    for (key, version_id, has_version_ids, message) in [
        (&b"k"[..], None, true, "the row has no version ID; write `null` for the null version"),
        (b"k", Some("v"), false, "the manifest has no column for the version ID"),
        (b"", Some("v"), true, "the key is empty"),
        (b"k\xFF", Some("v"), true, "the key is not UTF-8"),
        (&long, Some("v"), true, "the key has more than 1,024 bytes"),
    ] {
        assert_eq!(refused(&row(key, version_id), has_version_ids).as_deref(), Some(message));
    }
    assert_eq!(refused(&row(&longest, Some("v")), true), None);
    assert_eq!(refused(&row(b"k", None), false), None);
}

fn any_version_id() -> impl Strategy<Value = Option<String>> {
    prop_oneof![Just(Some("null".to_owned())), "[^\n]{1,8}".prop_map(Some)]
}

proptest! {
    #[test]
    fn what_is_written_reads_back(
        keys in prop::collection::vec(("[a-c,\"+% é\r\n\u{0}/~\u{10FFFF}]{1,12}", any_version_id()), 0..8),
        plus in prop::sample::select(PlusReading::ALL),
        order in prop::sample::select(&["Bucket,Key,VersionId", "VersionId,Ignore,Key,Bucket", "Key,Bucket,VersionId"][..]),
    ) {
        let rows: Vec<_> = keys.iter().map(|(key, id)| row(key.as_bytes(), id.as_deref())).collect();
        let fields: manifest::Fields = order.parse().unwrap();
        let text = written(&rows, &fields);
        let read = manifest::Reader::new(&text[..], &fields).with_plus(plus);
        let read: Vec<_> = read.map(Result::unwrap).collect();
        prop_assert_eq!(read.len(), rows.len());
        for (read, row) in read.iter().zip(&rows) {
            prop_assert_eq!((&read.bucket, &read.key, &read.version_id), (&row.bucket, &row.key, &row.version_id));
        }
    }

    #[test]
    fn any_bytes_are_rows_or_faults_line_by_line(bytes in prop::collection::vec(prop_oneof![
        4 => prop::sample::select(&b"\",\n\r%+ "[..]), 1 => any::<u8>(), 2 => Just(b'a'),
    ], 0..60)) {
        let lines = bytes.split(|byte| *byte == b'\n').count() - usize::from(bytes.is_empty() || bytes.ends_with(b"\n"));
        let rows = read(&bytes);
        prop_assert_eq!(rows.len(), lines);
        for (at, row) in rows.iter().enumerate() {
            if let Err(found) = row {
                prop_assert_eq!(found.line(), at as u64 + 1);
                prop_assert!(found.consequence().is_some());
            }
        }
    }
}
