//! An inventory like that of a bucket that some teams share, of any size.

use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use datafusion::prelude::SessionContext;
use flate2::{Compression, write::GzEncoder};
use s3_replication::batch::checksum::Md5Checksum;
use s3_replication::batch::inventory::{File, Manifest};

use s3_replication_datafusion::{Configurations, register};

use crate::shared::{Error, tables};

const COLUMNS: &str = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, StorageClass, \
                       ReplicationStatus, EncryptionStatus, IntelligentTieringAccessTier";

/// The number of teams, each of which has a prefix and a rule.
const TEAMS: u64 = 40;
const FILES: u64 = 8;

/// Writes `replication.json` with 41 rules, and an inventory of so many versions: `manifest.json` with
/// data files in CSV, and the same rows in the folder `parquet`.
pub(crate) async fn write(folder: &Path, versions: u64) -> Result<(), Error> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("replication.json"), rules())?;
    write_csv(folder, versions)?;
    let mut context = SessionContext::new();
    register(&mut context, &Configurations::new())?;
    tables::register(&context, &folder.join("manifest.json")).await?;
    let copy = format!(
        "copy (select * replace (s3_decode_key(key) as key) from inventory)
         to '{}/' stored as parquet",
        folder.join("parquet").display()
    );
    context.sql(&copy).await?.collect().await?;
    Ok(())
}

fn write_csv(folder: &Path, versions: u64) -> Result<(), Error> {
    let mut manifest = Manifest::new(
        "photos".parse()?,
        "arn:aws:s3:::lists".parse()?,
        "2026-11-29T01:00:00Z".parse()?,
        COLUMNS.parse()?,
    );
    for number in 0..FILES {
        let key = format!("{number}.csv.gz");
        let path = folder.join(&key);
        let first = versions * number / FILES;
        let end = versions * (number + 1) / FILES;
        let mut rows =
            GzEncoder::new(BufWriter::new(fs::File::create(&path)?), Compression::fast());
        for version in first..end {
            write_row(&mut rows, version, versions)?;
        }
        rows.finish()?.flush()?;
        let bytes = fs::read(&path)?;
        let md5_checksum = Md5Checksum::of(&bytes);
        manifest.files.push(File { key, size: bytes.len() as u64, md5_checksum });
    }
    Ok(fs::write(folder.join("manifest.json"), manifest.to_json())?)
}

/// Writes a row. The rows come in the order of their keys, as S3 mostly lists them.
fn write_row(rows: &mut impl std::io::Write, version: u64, versions: u64) -> std::io::Result<()> {
    let team = version * (TEAMS + 1) / versions.max(1); // one team has no rule
    let year = 2000 + version * (TEAMS + 1) * 20 / versions.max(1) % 20;
    let key = format!("team-{team:02}/{year}/a+photo+{version:010}.jpg");
    if version.is_multiple_of(50) {
        return writeln!(rows, r#""photos","{key}","v1","false","true","","","","","""#);
    }
    let (class, tier) = match version % 20 {
        0 => ("GLACIER", ""),
        1..3 => ("INTELLIGENT_TIERING", "FREQUENT"),
        3 => ("INTELLIGENT_TIERING", "ARCHIVE"),
        _ => ("STANDARD", ""),
    };
    let encryption = if version.is_multiple_of(9) { "SSE-KMS" } else { "SSE-S3" };
    let status = match version % 7 {
        0 => "REPLICA",
        1..4 => "COMPLETED",
        _ => "",
    };
    let size = version % 100_000;
    writeln!(
        rows,
        r#""photos","{key}","v1","true","false","{size}","{class}","{status}","{encryption}","{tier}""#
    )
}

const SELECTS_KMS: &str =
    r#""SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},"#;
const KMS_KEY: &str = r#", "EncryptionConfiguration": {"ReplicaKmsKeyID":
    "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#;

/// Writes a rule for each team, and one for a year of one team that outranks its rule.
fn rules() -> String {
    let rule = |id: &str, prefix: &str, priority: u64, number: u64| {
        let bucket = match number % 3 {
            0 => "archive",
            1 => "backup",
            _ => "mirror",
        };
        let markers = if number.is_multiple_of(2) { "Enabled" } else { "Disabled" };
        let class =
            if number.is_multiple_of(4) { r#", "StorageClass": "STANDARD_IA""# } else { "" };
        let (selection, kms) =
            if number.is_multiple_of(5) { (SELECTS_KMS, KMS_KEY) } else { ("", "") };
        format!(
            r#"{{"ID": "{id}", "Status": "Enabled", "Priority": {priority},
                "Filter": {{"Prefix": "{prefix}"}},
                {selection}
                "DeleteMarkerReplication": {{"Status": "{markers}"}},
                "Destination": {{"Bucket": "arn:aws:s3:::{bucket}"{class}{kms}}}}}"#
        )
    };
    let teams = (0..TEAMS)
        .map(|team| rule(&format!("team-{team:02}"), &format!("team-{team:02}/"), team + 1, team));
    let year = rule("year", "team-03/2005/", 1000, 3);
    let rules = teams.chain([year]).collect::<Vec<_>>().join(",\n");
    format!(r#"{{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [{rules}]}}"#)
}
