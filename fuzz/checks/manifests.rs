//! Manifests: every line is read as a row or reported as an error, and written rows read back.

use s3_replication::batch::completion_report::{self, TaskResult};
use s3_replication::batch::inventory;
use s3_replication::batch::manifest::{self, RowError};
use s3_replication::dialect::job::{EmptyVersionId, ManifestVersions, PlusReading};

/// The columns of the manifests to try.
const FIELDS: &[&str] = &["Bucket,Key,VersionId", "VersionId,Ignore,Key,Bucket", "Bucket,Key"];
const SCHEMAS: &[&str] = &[
    "Bucket, Key, VersionId",
    "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass, \
     IsMultipartUploaded, ReplicationStatus, EncryptionStatus",
    "Bucket, Key, ObjectLockRetainUntilDate, ObjectLockMode, ObjectLockLegalHoldStatus, \
     IntelligentTieringAccessTier, BucketKeyStatus, ObjectOwner",
];

pub(super) fn check(bytes: &[u8]) {
    let Some((first, text)) = bytes.split_first() else { return };
    let (choice, settings) = (usize::from(first & 7), first >> 3);
    match (FIELDS.get(choice), SCHEMAS.get(choice.wrapping_sub(FIELDS.len()))) {
        (Some(fields), _) => {
            let fields: manifest::Fields = fields.parse().unwrap();
            let read = |text: &[u8], plus| read(manifest::Reader::new(text, &fields), plus);
            let rows = rows(configured(manifest::Reader::new(text, &fields), settings));
            check_round_trip(&rows, manifest::Writer::new(Vec::new(), &fields), read);
        }
        (_, Some(schema)) => {
            let schema: inventory::Schema = schema.parse().unwrap();
            let read = |text: &[u8], plus| read(manifest::Reader::inventory(text, &schema), plus);
            let rows = rows(configured(manifest::Reader::inventory(text, &schema), settings));
            check_round_trip(&rows, manifest::Writer::inventory(Vec::new(), &schema), read);
        }
        _ if choice == FIELDS.len() + SCHEMAS.len() => check_report(text),
        _ => check_documents(text),
    }
}

fn configured(reader: manifest::Reader<&[u8]>, settings: u8) -> manifest::Reader<&[u8]> {
    let plus = PlusReading::ALL[usize::from(settings) % PlusReading::ALL.len()];
    let empty = EmptyVersionId::ALL[usize::from(settings >> 1) % EmptyVersionId::ALL.len()];
    let reader = reader.named("manifest.csv").with_plus(plus).with_empty_version_id(empty);
    reader.with_versions(ManifestVersions::Optional)
}

/// Reads rows and returns the valid ones.
pub(super) fn rows(mut reader: manifest::Reader<&[u8]>) -> Vec<manifest::Row> {
    let (mut rows, mut line) = (Vec::new(), 0);
    let mut check = manifest::Check::new();
    while let Some(row) = reader.next() {
        for finding in check.row(row.as_ref(), &reader.place()) {
            assert!(!finding.to_string().contains(char::is_control), "{finding:?}");
        }
        match row {
            Ok(row) => {
                assert_eq!(row.version().key, row.key.as_bytes());
                rows.push(row);
                line += 1;
            }
            Err(error) => {
                assert_eq!(error.line(), line + 1, "every line is a row or an error");
                line = error.line();
                check_error(&error);
            }
        }
    }
    rows
}

pub(super) fn check_error(error: &RowError) {
    let texts = [Some(error.to_string()), error.consequence().map(ToString::to_string)];
    for text in texts.into_iter().flatten() {
        assert!(!text.contains(char::is_control), "control characters reach a terminal: {text:?}");
    }
    assert!(!error.help().is_empty(), "an error has help: {error}");
}

pub(super) fn read(reader: manifest::Reader<&[u8]>, plus: PlusReading) -> Vec<manifest::Row> {
    let reader = reader.with_plus(plus).with_versions(ManifestVersions::Optional);
    reader.map(Result::unwrap).collect()
}

pub(super) fn check_round_trip(
    rows: &[manifest::Row],
    mut writer: manifest::Writer<Vec<u8>>,
    read: impl Fn(&[u8], PlusReading) -> Vec<manifest::Row>,
) {
    for row in rows {
        writer.write(row).unwrap();
    }
    let (text, _) = writer.finish("manifest.csv").unwrap();
    for plus in PlusReading::ALL {
        let mut again = read(&text, *plus);
        for (again, row) in again.iter_mut().zip(rows) {
            again.written_key.clone_from(&row.written_key);
        }
        assert_eq!(again, rows);
    }
}

fn check_report(text: &[u8]) {
    let mut results = Vec::new();
    let mut summary = completion_report::Summary::new();
    for result in completion_report::Reader::new(text) {
        match result {
            Ok(result) => {
                summary.add(&result);
                results.push(result);
            }
            Err(fault) => check_error(&fault),
        }
    }
    assert_eq!(summary.succeeded() + summary.failed(), results.len() as u64);
    let place =
        completion_report::Location::new("reports".parse().unwrap(), "job-1".parse().unwrap());
    let name = "0".repeat(40);
    let open = |_| Ok((name.parse().unwrap(), Vec::new()));
    let mut report =
        completion_report::Writer::new(place, completion_report::Scope::AllTasks, open);
    for result in &results {
        report.write(result).unwrap();
    }
    let parts = report.finish("2026-11-22T10:00:00Z".parse().unwrap()).unwrap();
    let parts = parts.map_or(Vec::new(), |(_, parts)| parts);
    let read =
        parts.iter().flat_map(|part| completion_report::Reader::new(&part[..])).map(Result::unwrap);
    results.sort_by_key(TaskResult::status);
    assert!(read.eq(results), "a report does not read back");
}

fn check_documents(text: &[u8]) {
    if let Ok(manifest) = inventory::Manifest::from_json(text) {
        assert_eq!(inventory::Manifest::from_json(manifest.to_json()), Ok(manifest));
    }
    if let Ok(manifest) = completion_report::Manifest::from_json(text) {
        let written = manifest.to_json();
        assert_eq!(completion_report::Manifest::from_json(&written).unwrap().to_json(), written);
    }
}
