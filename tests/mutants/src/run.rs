//! The tests, run for one mutant at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::build::Tree;
use crate::mutant::Mutant;
use crate::number;

/// What became of a mutant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    Caught,
    /// The tests did not end, or used up the memory.
    TimedOut,
    Survived,
}

/// The tests that a mutant meets, in two stages: most do not survive the first.
type Stages = [&'static [&'static str]; 2];

/// The seconds of processor time that each stage may take. The longest takes half of that, however
/// busy the machine is.
const SECONDS: [u32; 2] = [90, 150];

pub struct Runner<'t> {
    tree: &'t Tree,
    tests: PathBuf,
}

/// Returns the tests of a module, and those of the modules that are built on it.
fn tests_of(room: &str) -> Stages {
    match room {
        "keyspace" => [&["analysis::", "policy::"], &["topology::", "lint::"]],
        "engine" => [&["engine::", "model::"], &["analysis::", "cli::objects", "storage::"]],
        "analysis" => [&["analysis::"], &["lint::", "policy::", "topology::", "cli::compare"]],
        "form" => [&["form::", "document::"], &["cli::", "batch::", "policy::", "simulation::"]],
        "document" => [&["document::", "form::"], &["template::", "cli::files", "policy::"]],
        "replication" => [&["replication::"], &["storage::", "simulation::", "batch::"]],
        "batch" => [&["batch::"], &["cli::batch_", "storage::", "simulation::"]],
        _ => [&[], &[]],
    }
}

/// Tests that take long, about the machine or about other tests rather than about rules.
const SKIPPED: &[&str] = &[
    "storage::crashes::",
    "the_store_on_disk_is_conformant",
    "hostile_documents_are_refused_soon",
    "an_open_quote_takes_neither_time_nor_memory",
    "large_documents_of_one_kind_of_thing",
    "generator_covers_every_outcome",
    "too_complex_",
];

/// Returns the command that runs some tests with one mutant or none until one fails.
pub fn tests_command(
    program: &Path,
    id: Option<usize>,
    tests: &[impl AsRef<OsStr>],
    seconds: u32,
    seed: &str,
) -> Command {
    let mut command = Command::new("sh");
    // A mutant that collects for ever must not take the memory of the machine.
    let limits = format!("ulimit -v 8000000; ulimit -t {seconds}; exec \"$@\"");
    command.args(["-c", &limits, "sh"]).arg(program).args(tests);
    command.args(["-Z", "unstable-options", "--fail-fast"]);
    // The result must not depend on the machine or on what an earlier mutant left.
    command.env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "true").env("PROPTEST_RNG_SEED", seed);
    command.env("PROPTEST_MAX_SHRINK_ITERS", "0").env("RUST_BACKTRACE", "0");
    command.env("RUSTC_BOOTSTRAP", "1").env_remove("MUTANT");
    command.envs(id.map(|id| ("MUTANT", id.to_string())));
    command.stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// Finds the line about the test that failed.
pub fn failed_test(output: &str) -> Option<&str> {
    output.lines().find(|line| line.ends_with("... FAILED"))
}

impl<'t> Runner<'t> {
    /// Runs the tests of each room without a mutant, which must succeed.
    pub fn new(tree: &'t Tree, tests: PathBuf, rooms: &[String]) -> Self {
        let runner = Self { tree, tests };
        let all: BTreeSet<_> = rooms.iter().flat_map(|room| tests_of(room).concat()).collect();
        let all: Vec<_> = all.into_iter().collect();
        let (outcome, test) = runner.stage(None, &all, 10 * SECONDS[1]);
        assert_eq!(outcome, Outcome::Survived, "{test} fails without a mutant");
        runner
    }

    /// Tries mutants, and writes what became of each into `outcomes.txt`.
    pub fn run(&self, mutants: &[Mutant], drawn: &[usize], out: &Path) -> BTreeMap<usize, Outcome> {
        let (next, start) = (AtomicUsize::new(0), Instant::now());
        let limit = Duration::from_secs(60 * number("MINUTES", 24 * 60) as u64);
        let outcomes = Mutex::new(BTreeMap::new());
        let file = fs::File::options().create(true).append(true).open(out.join("outcomes.txt"));
        let file = Mutex::new(file.expect("a file"));
        std::thread::scope(|scope| {
            for _ in 0..number("JOBS", 2) {
                scope.spawn(|| {
                    while let Some(id) = drawn.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if start.elapsed() > limit {
                            break;
                        }
                        let (mutant, began) = (&mutants[*id], Instant::now());
                        let (outcome, test) = self.meet(*id, tests_of(&mutant.room));
                        let seconds = began.elapsed().as_secs_f32();
                        let line = format!("{outcome:?}\t{seconds:.1}\t{}\t{test}\n", mutant.name);
                        let _ = file.lock().expect("no panic").write_all(line.as_bytes());
                        outcomes.lock().expect("no panic").insert(*id, outcome);
                    }
                });
            }
        });
        let outcomes = outcomes.into_inner().expect("no panic");
        let seconds = start.elapsed().as_secs_f32() / outcomes.len().max(1) as f32;
        println!("{} mutants in {:.0?}, {seconds:.1} s each", outcomes.len(), start.elapsed());
        outcomes
    }

    fn meet(&self, id: usize, stages: Stages) -> (Outcome, String) {
        let mut last = (Outcome::Survived, String::new());
        for (tests, seconds) in stages.iter().zip(SECONDS) {
            last = self.stage(Some(id), tests, seconds);
            if last.0 != Outcome::Survived {
                break;
            }
        }
        last
    }

    /// Runs some tests until one fails, and returns its name.
    fn stage(&self, id: Option<usize>, tests: &[&str], seconds: u32) -> (Outcome, String) {
        let mut command = tests_command(&self.tests, id, tests, seconds, "1");
        command.arg("--test-threads=1").args(SKIPPED.iter().flat_map(|name| ["--skip", name]));
        command.current_dir(&self.tree.path).process_group(0).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the tests run");
        let mut stdout = child.stdout.take().expect("a pipe");
        let reader = std::thread::spawn(move || {
            let mut text = Vec::new();
            let _ = stdout.read_to_end(&mut text);
            text
        });
        // A test that waits for nothing uses no processor.
        let (start, limit) = (Instant::now(), Duration::from_secs(10 * u64::from(seconds)));
        let status = loop {
            match child.try_wait().expect("a child") {
                Some(status) => break Some(status),
                None if start.elapsed() > limit => break None,
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        // Commands that a test started may still run.
        let group = format!("-{}", child.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = child.wait();
        let text = reader.join().expect("no panic");
        let text = String::from_utf8_lossy(&text);
        let failed = failed_test(&text).unwrap_or_default();
        match status {
            None => (Outcome::TimedOut, String::new()),
            Some(status) if status.signal() == Some(9) => (Outcome::TimedOut, String::new()),
            Some(status) if status.success() => (Outcome::Survived, String::new()),
            Some(_) => (Outcome::Caught, failed.to_owned()),
        }
    }
}
