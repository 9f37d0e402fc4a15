//! Inventories in CSV and Parquet, one process and a cluster, and the command line: all count alike.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{Sample, example, output};

/// Enough versions for several tasks on each core.
const VERSIONS: u32 = 1_000_000;

#[test]
fn every_form_and_place_counts_alike() {
    let sample = Sample::write(VERSIONS);
    let counts = output(sample.count(example("plan"), &[], "manifest.json"));
    assert!(counts.contains("arn:aws:s3:::backup\tteam-01\t"), "{counts}");
    for (inventory, program, options) in [
        ("parquet", "plan", &[][..]),
        ("parquet", "cluster", &[]),
        ("parquet", "cluster", &["--kill"]),
    ] {
        let others = output(sample.count(example(program), options, inventory));
        assert_eq!(others, counts, "{program} {options:?} {inventory}");
    }
}

/// Builds the command line, which the workspace beside this one mostly has already, and asks it.
#[test]
fn the_command_line_counts_alike() {
    let sample = Sample::write(20_000);
    let counts = output(sample.count(example("plan"), &[], "manifest.json"));
    let forecast = forecast(sample.folder.path());
    for (column, list, name) in [(0, "destinations", "bucket"), (1, "rules", "rule")] {
        let counted = counts.lines().map(|line| {
            let columns: Vec<_> = line.split('\t').collect();
            (columns[column].to_owned(), columns[2].parse::<u64>().unwrap())
        });
        let expected =
            forecast[list].as_array().unwrap().iter().map(|one| {
                (one[name].as_str().unwrap().to_owned(), one["versions"].as_u64().unwrap())
            });
        assert_eq!(sums(counted), sums(expected), "{list}");
    }
    let bytes =
        counts.lines().map(|line| line.rsplit('\t').next().unwrap().parse::<u64>().unwrap());
    let rules = forecast["rules"].as_array().unwrap().iter();
    // Those of delete markers are none in an inventory and in the forecast.
    assert_eq!(bytes.sum::<u64>(), rules.map(|rule| rule["bytes"].as_u64().unwrap()).sum::<u64>());
}

fn sums(counts: impl Iterator<Item = (String, u64)>) -> BTreeMap<String, u64> {
    let mut sums = BTreeMap::new();
    counts.for_each(|(name, versions)| *sums.entry(name).or_default() += versions);
    sums
}

/// Returns the forecast of a job that lists every version.
fn forecast(folder: &Path) -> Value {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let job = r#"{"AccountId": "111122223333", "RoleArn": "arn:aws:iam::111122223333:role/batch",
        "Operation": {"S3ReplicateObject": {}}, "Priority": 10, "ConfirmationRequired": false,
        "Report": {"Enabled": false}, "ManifestGenerator": {"S3JobManifestGenerator": {
            "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": false}}}"#;
    std::fs::write(folder.join("job.json"), job).unwrap();
    let run = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--features", "cli", "--manifest-path"])
        .arg(Path::new(root).join("Cargo.toml"))
        .args(["--", "batch", "run", "--dry-run", "--allow-unknown", "--format", "json"])
        .args(["--job", "job.json", "-c", "replication.json", "-i", "manifest.json"])
        .current_dir(folder)
        .output()
        .unwrap();
    let text = String::from_utf8(run.stdout).unwrap();
    let error = String::from_utf8_lossy(&run.stderr);
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}{error}"))
}
