//! Number of scripted events simulated per second, and the memory used.
//!
//! `cargo bench -p benches --bench simulate` plays a million events. With `-- --quick` it plays twenty
//! thousand, enough to check that nothing is lost. *kept* writes and tags keys drawn at random and
//! keeps every version. *turnover* deletes noncurrent versions, so that the number of versions stays
//! about the same.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark has a clock, a terminal and files, and may panic"
)]

use std::time::Instant;

use chrono::TimeDelta;
use s3_replication::model::{BucketName, Tag, Timestamp, VersionId, Versioning};
use s3_replication::replication::ObjectKey;
use s3_replication::simulation::{
    Request, ScenarioBucket, ScenarioDraft, ScriptedEvent, VersionChange,
};
use s3_replication::storage::NewObject;
use s3_replication::{Dialect, ReplicationConfiguration};

fn main() {
    let is_quick = std::env::args().any(|argument| argument == "--quick");
    let count = if is_quick { 20_000 } else { 1_000_000 };
    println!("| script | events | checked in s | played in s | events a second | MB held |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    measure("turnover, 1,000 keys", count, turnover(count, 1_000));
    measure("kept, 10,000 keys", count, kept(count, 10_000));
    measure("kept, 100,000 keys", count, kept(count, 100_000));
}

/// Plays a script, and checks that everything in it was replicated.
fn measure(name: &str, count: usize, draft: ScenarioDraft) {
    let before = Instant::now();
    let scenario = draft.validate().unwrap();
    let checked = before.elapsed().as_secs_f64();
    let memory = resident();
    let before = Instant::now();
    let mut timeline_events = 0_u64;
    let simulator = scenario.play(|_| timeline_events += 1);
    let played = before.elapsed().as_secs_f64();
    let totals = simulator.totals();
    let idle = totals.refused + totals.held_off;
    assert_eq!((totals.events, idle), (count as u64, 0), "every event counts");
    assert_eq!(totals.tasks, totals.replicated, "every task is done");
    assert_eq!(timeline_events, totals.events + totals.replicated, "the timeline is complete");
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    let rate = count as f64 / played;
    let held = resident().saturating_sub(memory);
    println!("| {name} | {count} | {checked:.2} | {played:.2} | {rate:.0} | {held} |");
}

/// The memory of the process in megabytes, on systems that report it.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}

/// A hundred rules, each for a tenant, and the buckets they are about.
fn draft() -> ScenarioDraft {
    let rules: Vec<_> = (0..100)
        .map(|n| {
            format!(
                r#"{{"ID": "r{n}", "Status": "Enabled", "Priority": {n},
                     "Filter": {{"Prefix": "tenant-{n}/"}},
                     "DeleteMarkerReplication": {{"Status": "Enabled"}},
                     "Destination": {{"Bucket": "arn:aws:s3:::backup"}}}}"#
            )
        })
        .collect();
    let role = "arn:aws:iam::111122223333:role/replication";
    let text = format!(r#"{{"Role": "{role}", "Rules": [{}]}}"#, rules.join(","));
    let mut draft = ScenarioDraft::new(Dialect::AWS);
    draft.latency = 10;
    for bucket in ["photos", "backup"] {
        let mut setup = ScenarioBucket::default();
        setup.settings.versioning = Some(Versioning::Enabled);
        if bucket == "photos" {
            setup.replication = Some(ReplicationConfiguration::from_json(&text).unwrap());
        }
        draft.buckets.insert(bucket.parse().unwrap(), setup);
    }
    draft
}

/// Numbers that look drawn at random: a linear congruential generator.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }
}

/// A script of fifty events per second about a few keys.
struct Script {
    draft: ScenarioDraft,
    bucket: BucketName,
    keys: Vec<ObjectKey>,
    start: Timestamp,
}

impl Script {
    fn new(keys: usize) -> Self {
        let keys = (0..keys).map(|n| format!("tenant-{}/object-{n}.dat", n % 100));
        Self {
            draft: draft(),
            bucket: "photos".parse().unwrap(),
            keys: keys.map(|key| ObjectKey::from(&key)).collect(),
            start: "2026-11-22T00:00:00Z".parse().unwrap(),
        }
    }

    /// Adds the next event, in the source bucket.
    fn push(&mut self, request: Request) {
        self.tell_in(self.bucket.clone(), request);
    }

    fn tell_in(&mut self, bucket: BucketName, request: Request) {
        let count = i64::try_from(self.draft.events.len()).unwrap();
        let at = self.start.to_utc() + TimeDelta::milliseconds(20 * count);
        self.draft.events.push(ScriptedEvent::new(at.into(), bucket, request));
    }

    fn put(&mut self, key: usize) -> VersionId {
        let id: VersionId = format!("version-{}", self.draft.events.len()).parse().unwrap();
        let object = NewObject::sized(&self.keys[key], 4096);
        self.push(Request::Put(Box::new(object), id.clone()));
        id
    }
}

/// Writes and tags, and keeps everything.
fn kept(count: usize, keys: usize) -> ScenarioDraft {
    let (mut script, mut numbers) = (Script::new(keys), Numbers(1));
    let mut written = vec![false; keys];
    for at in 0..count {
        let key = numbers.next(keys);
        if std::mem::replace(&mut written[key], true) && numbers.next(10) == 0 {
            let tags = vec![Tag::new("n", at.to_string()).unwrap()];
            let (key, change) = (script.keys[key].clone(), VersionChange::PutTags(tags));
            script.push(Request::Version { key, version_id: None, change });
        } else {
            script.put(key);
        }
    }
    script.draft
}

/// Writes versions, and deletes each on both sides when it is noncurrent and was replicated.
fn turnover(count: usize, keys: usize) -> ScenarioDraft {
    let mut script = Script::new(keys);
    let backup: BucketName = "backup".parse().unwrap();
    let mut current: Vec<Option<VersionId>> = vec![None; keys];
    // A key comes round again when its last version has long been replicated.
    for key in (0..keys).cycle() {
        if script.draft.events.len() + 3 > count {
            break;
        }
        let before = current[key].replace(script.put(key));
        for bucket in [script.bucket.clone(), backup.clone()] {
            let Some(version_id) = before.clone() else { continue };
            let (key, change) = (script.keys[key].clone(), VersionChange::Expire);
            script.tell_in(bucket, Request::Version { key, version_id: Some(version_id), change });
        }
    }
    while script.draft.events.len() < count {
        script.put(0);
    }
    script.draft
}
