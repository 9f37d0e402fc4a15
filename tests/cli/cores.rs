//! Inventories that are read on every core: the answers and messages are in the order of the rows.

use std::fmt::Write as _;

use s3_replication::batch::checksum::Md5Checksum;
use serde_json::json;

use super::Desk;
use super::batch::gzip;
use crate::support::{rule_v2, with_role};

/// An inventory of several files, of which one has many pieces, and what is to be read of it.
struct Many {
    files: Vec<Vec<u8>>,
    listed: String,
    errors: Vec<String>,
    rows: u64,
}

impl Many {
    /// Every thousandth row is bad, one file is not there, and one has another checksum.
    const MISSING: usize = 2;
    const CHANGED: usize = 4;

    fn new() -> Self {
        let (mut files, mut listed, mut errors, mut n) = (Vec::new(), String::new(), Vec::new(), 0);
        // The first file is cut into several pieces, and the others are smaller than one.
        for (file, rows) in [12_000, 10, 3, 2000, 20, 1, 0, 700].into_iter().enumerate() {
            let mut text = String::new();
            for line in 1..=rows {
                n += 1;
                let folder = if n % 3 == 0 { "b" } else { "a" };
                let key = format!("{folder}/{}/{n}", "long".repeat(8));
                let is_bad = line % 1000 == 7;
                let id = if is_bad { "v\",\"one field more" } else { "v" };
                writeln!(text, "\"src\",\"{key}\",\"{id}\",\"false\",\"STANDARD\",\"SSE-S3\",\"\"")
                    .unwrap();
                if file != Self::MISSING {
                    if is_bad {
                        errors.push(format!("{file}.csv:{line}: expected 7 fields, found 8"));
                    } else if folder == "a" {
                        writeln!(listed, "src,{key},v").unwrap();
                    }
                }
            }
            match file {
                Self::MISSING => errors.push(format!("`manifest.json` names `{file}.csv`")),
                Self::CHANGED => errors.push(format!("`{file}.csv`")),
                _ => {}
            }
            // Two members of gzip, as tools that append leave them, cut anywhere.
            let (first, second) = text.split_at(text.len() / 3);
            let members = [gzip(first.as_bytes()), gzip(second.as_bytes())].concat();
            files.push(if file % 2 == 0 { text.into_bytes() } else { members });
        }
        Self { files, listed, errors, rows: n - 3 }
    }

    fn put(&self, name: &str) -> Desk {
        let desk = Desk::new(name);
        desk.put("c.xml", with_role(&rule_v2("all", 1, "<Prefix>a/</Prefix>", "backup", "")));
        let mut entries = Vec::new();
        for (file, stored) in self.files.iter().enumerate() {
            let checksum =
                if file == Self::CHANGED { Md5Checksum::of("") } else { Md5Checksum::of(stored) };
            if file != Self::MISSING {
                desk.put(&format!("{file}.csv"), stored);
            }
            let (key, size) = (format!("{file}.csv"), stored.len());
            entries.push(json!({"key": key, "size": size, "MD5checksum": checksum.to_string()}));
        }
        let document = json!({"sourceBucket": "src", "destinationBucket": "arn:aws:s3:::lists",
            "version": "2016-11-30", "creationTimestamp": "1514944800000", "fileFormat": "CSV",
            "fileSchema": "Bucket, Key, VersionId, IsDeleteMarker, StorageClass, EncryptionStatus, \
                           IntelligentTieringAccessTier",
            "files": entries});
        desk.put("manifest.json", document.to_string());
        desk
    }

    /// Compares the errors, in order.
    #[track_caller]
    fn assert_errors(&self, printed: &str) {
        let found: Vec<_> = printed.lines().filter(|line| line.contains(".csv")).collect();
        assert_eq!(found.len(), self.errors.len(), "{printed}");
        for (found, expected) in found.iter().zip(&self.errors) {
            assert!(found.contains(expected.as_str()), "{found}: {expected}");
        }
    }
}

#[test]
fn the_order_of_the_rows_is_that_of_the_answers() {
    let many = Many::new();
    let desk = many.put("cores");
    let manifest = desk.run(&["batch", "manifest", "-c", "c.xml", "--inventory", "manifest.json"]);
    assert!(manifest.ended(2).out == many.listed, "another manifest");
    many.assert_errors(&manifest.err);

    let decide = desk.run(&["decide", "-c", "c.xml", "--objects", "manifest.json", "--no-rules"]);
    many.assert_errors(&decide.ended(2).err);
    let answers = decide.out.lines();
    let replicated = answers.filter(|line| line.contains("\"Replicates\":true"));
    let key = |line: &str| line.split('"').nth(3).unwrap().to_owned();
    let listed = many.listed.lines().map(|line| line.split(',').nth(1).unwrap().to_owned());
    assert!(replicated.map(key).eq(listed), "other decisions");

    let plan = [
        "batch",
        "run",
        "--dry-run",
        "-c",
        "c.xml",
        "--inventory",
        "manifest.json",
        "--format",
        "json",
    ];
    let plan = desk.run(&plan);
    many.assert_errors(&plan.ended(2).err);
    let tasks = plan.json()["tasks"].as_u64();
    assert_eq!(tasks.unwrap_or_default(), many.listed.lines().count() as u64, "{}", plan.out);

    let check = desk.run(&["batch", "check", "manifest.json", "--format", "json"]);
    let report = check.ended(2).json();
    assert_eq!(report["rows"], many.rows);
    let lines: Vec<_> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| {
            (found["file"].as_str().unwrap_or_default().to_owned(), found["line"].as_u64())
        })
        .collect();
    assert_eq!(lines[0], ("0.csv".to_owned(), Some(7)));
    assert_eq!(lines[11], ("0.csv".to_owned(), Some(11_007)));
}

/// The same rows in one file that is no inventory.
#[test]
fn a_manifest_of_many_pieces_is_checked_line_by_line() {
    let desk = Desk::new("cores-csv");
    let mut text = String::new();
    for line in 1..=30_000 {
        let key = if line % 9999 == 0 { "a%zz" } else { "a" };
        writeln!(text, "src,{key}{line:030},v").unwrap();
    }
    desk.put("m.csv", &text);
    let report = desk.run(&["batch", "check", "m.csv", "--format", "json"]).ended(1).json();
    let lines: Vec<_> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| found["line"].as_u64())
        .collect();
    assert_eq!(report["rows"], 30_000);
    assert_eq!(lines, [9999, 19_998, 29_997].map(Some));
}

/// A message may have line breaks, so that a line does not always begin a row.
#[test]
fn a_report_of_many_pieces_is_counted_in_order() {
    let desk = Desk::new("cores-report");
    let (mut parts, mut errors) = (Vec::new(), Vec::new());
    for (part, rows) in [20_000, 30, 15_000].into_iter().enumerate() {
        let (mut text, mut line) = (String::new(), 1);
        for row in 1..=rows {
            let key = format!("{part}-{row}-{}", "long".repeat(8));
            let (ending, lines) = match row % 1000 {
                7 => ("failed,500,DstBucketNotFound,\"no\nsuch,\n\"\"bucket\"\"\"", 3),
                9 => {
                    errors.push(format!("{part}.csv:{line}: expected 7 fields, found 6"));
                    ("failed,500,DstBucketNotFound", 1)
                }
                _ => ("succeeded,200,,success", 1),
            };
            writeln!(text, "src,{key},v,{ending}").unwrap();
            line += lines;
        }
        desk.put(&format!("{part}.csv"), &text);
        let checksum = if part == 1 { Md5Checksum::of("") } else { Md5Checksum::of(&text) };
        parts.push(json!({"TaskExecutionStatus": "failed", "Bucket": "reports",
            "MD5Checksum": checksum.to_string(), "Key": format!("{part}.csv")}));
        let bad = errors.iter().filter(|error| error.starts_with(&format!("{part}.csv:"))).count();
        errors.push(format!(
            "{bad} of {}",
            if rows > 99 { format!("{},000", rows / 1000) } else { rows.to_string() }
        ));
        if part == 1 {
            errors.push("`1.csv` has the checksum".to_owned());
        }
    }
    desk.put("manifest.json", json!({"Format": "Report_CSV_20180820",
        "ReportCreationDate": "2026-11-30T20:00:00.000000000Z", "Results": parts,
        "ReportSchema": "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage",
    }).to_string());
    let ran = desk.run(&["batch", "report", "manifest.json", "--format", "json"]);
    let printed: Vec<_> = ran.ended(2).err.lines().collect();
    assert_eq!(printed.len(), errors.len(), "{}", ran.err);
    for (printed, expected) in printed.iter().zip(&errors) {
        assert!(printed.contains(expected.as_str()), "{printed}: {expected}");
    }
    let report = ran.json();
    // 20 + 1 + 15 rows have three lines, and as many cannot be read.
    assert_eq!((&report["succeeded"], &report["failed"]), (&json!(34_958), &json!(36)));
    let example = &report["codes"][0]["example"];
    assert_eq!(example["message"], "no\nsuch,\n\"bucket\"");
    assert!(example["key"].as_str().unwrap().starts_with("0-7-"));
    let matches: Vec<_> = (0..3).map(|part| &report["files"][part]["checksum_matches"]).collect();
    assert_eq!(matches, [true, false, true]);
}

#[test]
fn a_closed_pipe_ends_every_thread() {
    let many = Many::new();
    let desk = many.put("cores-pipe");
    let mut child = desk.start(&["decide", "-c", "c.xml", "--objects", "manifest.json"]);
    drop(child.stdout.take());
    let ran = Desk::wait(child, "");
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
}
