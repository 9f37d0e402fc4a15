//! `batch run` without a job document, with several jobs, and what it writes and explains.

use serde_json::{Value, json};

use super::Desk;
use super::batch_run::{desk, generator, report, with};
use crate::support::job_json;

const ALONE: &[&str] =
    &["batch", "run", "-c", "rules.json", "--objects", "objects.jsonl", "--dry-run"];

#[test]
fn a_plan_needs_no_job_document() {
    let desk = desk("plan-alone");
    let with_job = desk.run(&with(&["--dry-run"])).ended(0).out.clone();
    let ran = desk.run(ALONE);
    // The job lists every eligible version, as the one of the other tests does.
    assert_eq!(ran.ended(0).out, with_job.replace("`src`", "`source-bucket`"));
    let job = ran.err.lines().find(|line| line.starts_with('{')).unwrap();
    desk.put("printed.json", job);
    let again = [&["batch", "run", "--job", "printed.json"], &ALONE[2..]].concat();
    assert_eq!(desk.run(&again).ended(0).out, ran.out);
    let named = desk.run(&[ALONE, &["--source-bucket", "photos"]].concat());
    assert!(named.ended(0).out.contains("`photos`"), "{}", named.out);
    let inventory = desk.put_columns("Bucket, Key, VersionId", "\"src\",\"Tax/1\",\"v1\"\n");
    let of_inventory = ["batch", "run", "-c", "rules.json", "-i", inventory, "--dry-run"];
    assert!(desk.run(&of_inventory).ended(1).out.contains("`src`"));
    assert!(desk.run(&ALONE[..6]).ended(2).err.contains("--job <FILE>"));
    let manifest = desk.run(&[ALONE, &["--manifest", "m.csv"]].concat());
    assert!(manifest.ended(2).err.contains("give the job with `--job FILE`"), "{}", manifest.err);
}

#[test]
fn the_generated_manifest_is_written() {
    let desk = desk("plan-manifest");
    let expected = "src,Tax/a%20b,v1\nsrc,Tax/team,v1\nsrc,Tax/gone,v2\n";
    for how in [&["--dry-run"][..], &[]] {
        let ran = desk.run(&with(&[how, &["--write-manifest", "m.csv"]].concat()));
        assert!(ran.ended(0).err.contains("the manifest `m.csv` lists 3 versions"), "{}", ran.err);
        let written = std::fs::read_to_string(desk.0.join("m.csv")).unwrap();
        assert_eq!(written, expected);
        std::fs::remove_file(desk.0.join("m.csv")).unwrap();
    }
    // A job that brings this manifest has the same tasks.
    desk.run(&with(&["--dry-run", "--write-manifest", "m.csv"])).ended(0);
    let columns = ["Bucket", "Key", "VersionId"];
    desk.put("job.json", super::batch_run::listed(Some(&columns), expected));
    let brought = desk.run(&with(&["--manifest", "m.csv", "--source-bucket", "src"]));
    assert!(brought.ended(0).out.contains("3 tasks: 3 succeeded"), "{}", brought.out);
    let both =
        with(&["--manifest", "m.csv", "--source-bucket", "src", "--write-manifest", "n.csv"]);
    assert!(desk.run(&both).ended(2).err.contains("leave out `--write-manifest`"));
    let over = [ALONE, &["--write-manifest", "objects.jsonl"]].concat();
    assert!(desk.run(&over).ended(2).err.contains("name another file"));
    // What cannot be read could belong to the manifest.
    desk.put("objects.jsonl", "{\"Key\": \"Tax/a\"}\n{\"Key\": 1}\n");
    let bad = desk.run(&[ALONE, &["--write-manifest", "bad.csv"]].concat());
    assert!(bad.ended(2).err.contains("is not written"), "{}", bad.err);
    assert!(!desk.0.join("bad.csv").exists());
}

/// A manifest without rows replaces no file, as that of `batch manifest`.
#[test]
fn an_empty_manifest_is_not_written() {
    let desk = desk("plan-empty");
    desk.put("m.csv", "older\n");
    let read = || std::fs::read_to_string(desk.0.join("m.csv")).unwrap();
    desk.put("objects.jsonl", "{\"Key\": \"cat.jpg\"}\n");
    for how in [&["--dry-run"][..], &[]] {
        let ran = desk.run(&with(&[how, &["--write-manifest", "m.csv"]].concat()));
        let says = "note: the manifest would be empty, and is not written\n";
        assert!(ran.ended(1).err.contains(says), "{}", ran.err);
        assert_eq!(read(), "older\n");
    }
    // Whether the only version belongs to it depends on tags.
    let team = super::batch_run::RULES.replace("\"Prefix\": \"Tax/\"}", "\"Prefix\": \"Law/\"}");
    desk.put("rules.json", team);
    let inventory = desk.put_columns(
        "Bucket, Key, VersionId, IsDeleteMarker, StorageClass, EncryptionStatus",
        "\"src\",\"Tax/a\",\"v1\",\"false\",\"STANDARD\",\"SSE-S3\"\n",
    );
    let run = ["batch", "run", "-c", "rules.json", "-i", inventory, "--dry-run"];
    let ran = desk.run(&[&run[..], &["--write-manifest", "m.csv"]].concat());
    let says = "is not written; 1 version may belong to it, and is left out\n";
    assert!(ran.ended(1).err.contains(says), "{}", ran.err);
    assert_eq!(read(), "older\n");
}

/// The reason why a manifest is too many depends on what the jobs bring.
#[test]
fn too_many_manifests_are_told() {
    let desk = desk("plan-too-many");
    let run = with(&["--source-bucket", "src", "--manifest", "m.csv"]);
    desk.put("m.csv", "src,Tax/team,v1\n");
    let one = desk.run(&run);
    assert!(one.ended(2).err.contains("S3 generates the manifest of this job"), "{}", one.err);
    let columns = ["Bucket", "Key", "VersionId"];
    desk.put("job.json", super::batch_run::listed(Some(&columns), "src,Tax/team,v1\n"));
    desk.run(&run).ended(0);
    let two = desk.run(&[&run[..], &["--manifest", "m.csv"]].concat());
    assert!(two.ended(2).err.contains("more manifests than jobs that bring one"), "{}", two.err);
}

/// Two jobs for the same bucket, of which the second has the higher priority.
fn two_jobs(name: &str) -> Desk {
    let desk = desk(name);
    let filtered = |statuses: Value| {
        generator(&json!({"Filter": {"EligibleForReplication": true,
            "ObjectReplicationStatuses": statuses}}))
    };
    for (file, priority, statuses) in
        [("low.json", 1, json!(["COMPLETED"])), ("high.json", 9, json!(["NONE"]))]
    {
        let members = json!({"ManifestGenerator": filtered(statuses), "Priority": priority,
            "Report": report()});
        desk.put(file, job_json(&members));
    }
    desk
}

const TWO: &[&str] = &[
    "batch",
    "run",
    "--job",
    "low.json",
    "--job",
    "high.json",
    "-c",
    "rules.json",
    "--objects",
    "objects.jsonl",
];

#[test]
fn several_jobs_run_by_priority() {
    let desk = two_jobs("plan-several");
    let ran = desk.run(&[TWO, &["--report", "out", "--format", "json"]].concat());
    let told = ran.ended(0).json();
    let summary: Vec<_> = told["jobs"].as_array().unwrap().iter().collect();
    let of = |at: usize, member: &str| summary[at][member].clone();
    assert_eq!((of(0, "job_file"), of(1, "job_file")), (json!("high.json"), json!("low.json")));
    assert_eq!((of(0, "tasks"), of(1, "tasks")), (json!(2), json!(1)));
    // The replicas of the first job are there when the second one ends.
    assert_eq!(of(0, "destinations")[0]["versions"], 2);
    assert_eq!(of(1, "destinations")[0]["versions"], 3);
    assert_eq!(of(0, "job")["JobId"], "batch-run-2");
    for number in [1, 2] {
        let report = format!("out/batch-run-{number}/manifest.json");
        desk.run(&["batch", "report", &report]).ended(0);
    }
    let text = desk.run(TWO).ended(0).out.clone();
    assert!(text.starts_with("high.json, priority 9\njob on `src`"), "{text}");
    assert!(text.contains("\nlow.json, priority 1\njob on `src`"), "{text}");
    let dry = desk.run(&[TWO, &["--dry-run", "--format", "json"]].concat()).ended(0).json();
    assert_eq!(dry["jobs"][0]["priority"], 9);
    assert_eq!(dry["jobs"][1]["tasks"], 1);
    let manifest = desk.run(&[TWO, &["--write-manifest", "m.csv"]].concat());
    assert!(manifest.ended(2).err.contains("give one job"), "{}", manifest.err);
    let surplus = desk.run(&[TWO, &["--manifest", "objects.jsonl"]].concat());
    assert!(surplus.ended(2).err.contains("more manifests than jobs"), "{}", surplus.err);
}

#[test]
fn the_reason_of_the_exit_status_is_printed() {
    let desk = desk("plan-why");
    let why = |ran: &super::Ran| {
        let reason = ran.err.lines().find_map(|line| line.strip_prefix("exit status 1: "));
        reason.map(str::to_owned).unwrap_or_default()
    };
    assert_eq!(why(desk.run(&with(&[])).ended(0)), "");
    let fails = desk.run(&with(&["--fail", "backup=DstPutObjectNotPermitted"]));
    assert_eq!(why(fails.ended(1)), "tasks fail");
    let inventory = desk.put_columns("Bucket, Key, VersionId", "\"src\",\"Tax/1\",\"v1\"\n");
    let unknown = ["batch", "run", "-c", "rules.json", "-i", inventory, "--dry-run"];
    let ran = desk.run(&unknown);
    assert!(why(ran.ended(1)).contains("depends on unknown facts"), "{}", ran.err);
    desk.run(&[&unknown[..], &["--allow-unknown"]].concat()).ended(0);
    let waiting = json!({"ManifestGenerator": generator(&json!({})), "ConfirmationRequired": true});
    desk.put("job.json", job_json(&waiting));
    assert_eq!(why(desk.run(&with(&[])).ended(1)), "the job waits for confirmation");
}

#[test]
fn features_that_do_not_cover_a_job_are_named() {
    let desk = desk("plan-features");
    let clean = desk.run(ALONE);
    assert!(!clean.ended(0).out.contains("is not covered"), "{}", clean.out);
    let mut rules: Value = serde_json::from_str(super::batch_run::RULES).unwrap();
    rules["Rules"][0]["SourceSelectionCriteria"] =
        json!({"ReplicaModifications": {"Status": "Enabled"}});
    rules["Rules"][0]["Destination"]["ReplicationTime"] =
        json!({"Status": "Enabled", "Time": {"Minutes": 15}});
    rules["Rules"][0]["Destination"]["Metrics"] =
        json!({"Status": "Enabled", "EventThreshold": {"Minutes": 15}});
    desk.put("rules.json", rules.to_string());
    let note = "note: Batch Replication is not covered by S3 RTC, replication metrics (apart from \
                failures) or replica modification sync, which rules enable\n";
    for ran in [desk.run(ALONE), desk.run(&with(&[]))] {
        assert!(ran.ended(0).out.ends_with(note), "{}", ran.out);
    }
    let told = desk.run(&[ALONE, &["--format", "json"]].concat()).ended(0).json();
    assert_eq!(told["not_applied"].as_array().unwrap().len(), 3);
    rules["Rules"][0]["Status"] = json!("Disabled");
    desk.put("rules.json", rules.to_string());
    assert!(!desk.run(ALONE).out.contains("is not covered"), "a disabled rule enables nothing");
}
