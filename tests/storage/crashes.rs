//! The example `directory`, killed at every step and at random: nothing is lost, and nothing is there
//! twice.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, process};

use s3_replication::model::{BucketName, ReplicationStatus, Tag};
use s3_replication::replication::{Ledger, SavedLedger};
use s3_replication::storage::{Source, StoredVersion};
use s3_replication::{Engine, ReplicationConfiguration};

use self::example::store::Directory;

#[expect(dead_code, reason = "`main` is not called here")]
#[path = "../../examples/directory/main.rs"]
pub(super) mod example;

/// The variable that makes this test the example.
const DIRECTORY: &str = "EXAMPLE_DIRECTORY";

/// Runs the example in a process of its own; in the other runs of the tests it does nothing.
#[test]
fn the_example_runs() {
    if let Some(directory) = env::var_os(DIRECTORY) {
        example::run(Path::new(&directory)).unwrap();
    }
}

/// A directory that goes with its test.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let name = format!("s3-replication-crash-{}-{name}", process::id());
        // In memory where there is such a folder: the example synchronises every file.
        let memory = Path::new("/dev/shm");
        let base = if memory.is_dir() { memory.to_owned() } else { env::temp_dir() };
        let place = base.join(name);
        fs::create_dir_all(&place).unwrap();
        Self(place)
    }

    fn start(&self, crash_at: Option<u64>) -> Child {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "storage::crashes::the_example_runs"]).env(DIRECTORY, &self.0);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some(step) = crash_at {
            command.env("CRASH_AT", step.to_string());
        }
        command.spawn().unwrap()
    }

    /// Runs the example to its end, and checks what is on the disk.
    #[track_caller]
    fn goes_on(&self, what: &str) {
        assert!(self.start(None).wait().unwrap().success(), "it does not go on after {what}");
        let store = Directory::new(&self.0);
        let [originals, replicas] = ["photos", "backup"].map(|bucket| versions(&store, bucket));
        let names: Vec<_> = originals.keys().map(String::as_str).collect();
        let expected = ["a/../dog & friends.jpg v3", "cat.jpg m1", "cat.jpg v1", "cat.jpg v2"];
        assert_eq!(names, expected, "{what}");
        assert_eq!(originals, replicas, "{what}");
        let tags = &originals["cat.jpg v1"].metadata.tags;
        assert_eq!(tags, &[Tag::new("mood", "sleepy").unwrap()], "{what}");
        let bodies = originals.values().map(|version| version.body.as_deref());
        let bodies: Vec<_> = bodies.map(|body| body.map(String::from_utf8_lossy)).collect();
        assert_eq!(bodies, [Some("woof".into()), None, Some("meow".into()), Some("purr".into())]);
        let ledger = ledger(&self.0.join("ledger.json"));
        assert_eq!(ledger.open_tasks().count(), 0, "{what}");
        let statuses: Vec<_> = ledger.versions().map(|(_, _, status)| status).collect();
        assert_eq!(statuses, [Some(ReplicationStatus::Completed); 4], "{what}");
        assert!(!has_incomplete(&self.0), "{what}");
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The versions of a bucket with their bodies, by key and ID. Fails if one is listed twice.
fn versions(store: &Directory, bucket: &str) -> BTreeMap<String, StoredVersion<Vec<u8>>> {
    let bucket: BucketName = bucket.parse().unwrap();
    let bucket = store.bucket(&bucket);
    let mut all = BTreeMap::new();
    for version in bucket.versions(None, 100).unwrap() {
        let name = format!("{} {}", version.key, version.version_id);
        let whole = bucket.read(&version.key, &version.version_id).unwrap();
        assert!(all.insert(name.clone(), whole).is_none(), "{name} is there twice");
    }
    all
}

fn ledger(file: &Path) -> Ledger {
    let saved: SavedLedger = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let configuration = ReplicationConfiguration::from_json(example::CONFIGURATION).unwrap();
    saved.resume(Engine::new(&configuration))
}

fn has_incomplete(directory: &Path) -> bool {
    fs::read_dir(directory).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            has_incomplete(&path)
        } else {
            path.to_string_lossy().ends_with("incomplete")
        }
    })
}

/// Every change on the disk is once the last one before a crash.
#[test]
fn a_crash_at_any_step_loses_nothing() {
    for step in 1.. {
        let place = Place::new(&format!("step-{step}"));
        let has_ended = place.start(Some(step)).wait().unwrap().success();
        place.goes_on(&format!("a crash at step {step}"));
        if has_ended {
            assert!(step > 40, "only {step} steps");
            return;
        }
    }
}

/// 200 kills at random moments, also of a program that is recovering from the one before.
#[test]
fn two_hundred_kills_lose_nothing() {
    let first = Place::new("timed");
    let begun = Instant::now();
    first.goes_on("no crash");
    let longest = u64::try_from(begun.elapsed().as_micros()).unwrap().max(1000);
    let (mut seed, mut killed, mut round) = (0x9E37_79B9_7F4A_7C15_u64, 0, 0);
    let mut place = Place::new("round-0");
    while killed < 200 {
        // xorshift: the moments differ from run to run anyway.
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let mut child = place.start(None);
        std::thread::sleep(Duration::from_micros(seed % longest));
        child.kill().unwrap();
        if !child.wait().unwrap().success() {
            killed += 1;
        }
        // Some directories meet several kills before they may end.
        if seed.is_multiple_of(3) {
            place.goes_on(&format!("kill {killed}"));
            round += 1;
            place = Place::new(&format!("round-{round}"));
        }
    }
    place.goes_on("the last kill");
}
