//! The bugs of `tests/planted`, each a patch, with one build for nearly all of them.
//!
//! A patch that changes the bodies of functions is woven: each changed body stands beside the
//! original one, behind a switch. What changes more, or does not compile so, has a build of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::build::Tree;
use crate::{bodies, run, weave};

/// Each seed draws other cases, the same on every machine: what is caught today is caught tomorrow.
const SEEDS: [&str; 3] = ["1", "2", "3"];

/// The seconds of processor time that the properties may take.
const SECONDS: u32 = 600;

/// Only what the properties need, so that a build of its own takes seconds.
const TESTS: &str = "//! The properties.\n";

/// A bug.
struct Bug {
    name: String,
    /// The file that the patch changes, and its text afterwards.
    file: String,
    text: String,
    /// The bodies that it replaces, each with the new text; none if it changes more than bodies.
    bodies: Option<Vec<(Range<usize>, String)>>,
}

impl Bug {
    fn read(root: &Path, patch: &Path) -> Self {
        let name = patch.file_stem().expect("a name").to_string_lossy().into_owned();
        let diff = fs::read_to_string(patch).expect("a patch");
        let file =
            diff.lines().find_map(|line| line.strip_prefix("+++ b/")).expect("a file").to_owned();
        let original = fs::read_to_string(root.join(&file)).expect("a file");
        let text = apply(&diff, &root.join(&file), &name);
        let bodies = bodies::changed(&original, &text);
        Self { name, file, text, bodies }
    }
}

/// Returns the text of a file after a patch.
fn apply(diff: &str, file: &Path, name: &str) -> String {
    let mut patch = Command::new("patch");
    patch.args(["--quiet", "--output=-", "--reject-file=-"]).arg(file);
    let mut child = patch.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("patch runs");
    child.stdin.take().expect("a pipe").write_all(diff.as_bytes()).expect("patch reads");
    let output = child.wait_with_output().expect("patch runs");
    assert!(output.status.success(), "{name} no longer applies");
    String::from_utf8(output.stdout).expect("text")
}

/// The properties that must catch a bug, by how its name begins.
struct Properties(Vec<(String, Vec<String>)>);

impl Properties {
    fn read(root: &Path) -> Self {
        let text = fs::read_to_string(root.join("tests/planted/properties.txt")).expect("a list");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let words = lines.map(|line| {
            let mut words = line.split(' ').map(str::to_owned);
            (words.next().unwrap_or_default(), words.collect())
        });
        Self(words.collect())
    }

    fn of(&self, name: &str) -> &[String] {
        let is_of = |begin: &str| begin == "*" || name.starts_with(begin);
        let found = self.0.iter().find(|(begin, _)| is_of(begin));
        found.map_or(&[], |(_, tests)| tests)
    }

    fn all(&self) -> Vec<String> {
        self.0.iter().flat_map(|(_, tests)| tests.clone()).collect()
    }

    /// The modules of the tests in which the properties are.
    fn modules(&self) -> BTreeSet<String> {
        let all = self.all();
        let first = |test: &String| test.split("::").next().unwrap_or_default().to_owned();
        all.iter().map(first).chain(["support".to_owned()]).collect()
    }
}

/// Tries the bugs whose names begin so, and returns true when one was missed.
pub fn try_all(root: &Path, out: &Path, target: &Path, begin: &str) -> bool {
    let properties = Properties::read(root);
    let bugs = bugs(root, begin);
    let tree = Tree::new(root, out, target);
    let modules = properties.modules();
    let modules: String = modules.iter().map(|module| format!("mod {module};\n")).collect();
    tree.write("tests/main.rs", &format!("{TESTS}{modules}"));

    let woven: Vec<usize> = weave_what_compiles(&tree, root, &bugs).into_iter().collect();
    let tests = tree.tests();
    let seeds = AtomicUsize::new(1);
    let is_missed = AtomicBool::new(false);
    let try_one = |id: &usize, tests: &Path| {
        let bug = &bugs[*id];
        let caught = catches(&tree.path, tests, *id, properties.of(&bug.name));
        seeds.fetch_max(caught.as_ref().map_or(1, |caught| caught.seeds), Ordering::Relaxed);
        is_missed.fetch_or(say(bug, caught), Ordering::Relaxed);
    };
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(id) = woven.get(next.fetch_add(1, Ordering::Relaxed)) {
                    try_one(id, &tests);
                }
            });
        }
    });
    let others: Vec<usize> = (0..bugs.len()).filter(|id| !woven.contains(id)).collect();
    for id in &others {
        let bug = &bugs[*id];
        tree.write(&bug.file, &bug.text);
        try_one(id, &tree.tests());
        restore(&tree, root, &bug.file);
    }
    let tests = if others.is_empty() { tests } else { tree.tests() };
    let of_bugs = bugs.iter().flat_map(|bug| properties.of(&bug.name)).cloned();
    let of_bugs: BTreeSet<String> = of_bugs.collect();
    assert_pass(&tree.path, &tests, &of_bugs.into_iter().collect::<Vec<_>>(), seeds.into_inner());
    println!("{} bugs, {} of them in one build", bugs.len(), woven.len());
    is_missed.into_inner()
}

/// Asserts that the properties hold without a bug under the seeds that caught one: a seed that fails
/// always would catch everything.
fn assert_pass(tree: &Path, tests: &Path, properties: &[String], seeds: usize) {
    for seed in SEEDS.iter().take(seeds) {
        let failed = failure(run::tests_command(tests, None, properties, SECONDS, seed), tree);
        let failed = failed.unwrap_or_default();
        assert!(failed.is_empty(), "the properties fail without any bug, seed {seed}: {failed}");
    }
}

fn bugs(root: &Path, begin: &str) -> Vec<Bug> {
    let entries = fs::read_dir(root.join("tests/planted")).expect("a folder");
    let mut patches: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    patches.retain(|path| path.extension().is_some_and(|extension| extension == "patch"));
    patches.retain(|path| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(begin))
    });
    patches.sort();
    assert!(!patches.is_empty(), "no bug's name begins with {begin}");
    patches.iter().map(|patch| Bug::read(root, patch)).collect()
}

/// Weaves the bugs that compile beside the others, and returns their numbers.
fn weave_what_compiles(tree: &Tree, root: &Path, bugs: &[Bug]) -> BTreeSet<usize> {
    let mut woven: BTreeSet<usize> =
        (0..bugs.len()).filter(|id| bugs[*id].bodies.is_some()).collect();
    let files: BTreeSet<&str> = bugs.iter().map(|bug| bug.file.as_str()).collect();
    loop {
        tree.write_switch();
        let mut texts = BTreeMap::new();
        for file in &files {
            let original = fs::read_to_string(root.join(file)).expect("a file");
            let of_file = woven.iter().filter(|id| bugs[**id].file == **file);
            let bodies = of_file.flat_map(|id| {
                let bodies = bugs[*id].bodies.iter().flatten();
                bodies.map(|(range, text)| (*id, range.clone(), text.as_str()))
            });
            let text = bodies::weave(&original, bodies.collect());
            tree.write(file, &text);
            texts.insert((*file).to_owned(), text);
        }
        let (errors, is_done) = tree.errors();
        if is_done {
            return woven;
        }
        for (file, offset, message) in errors {
            let id = texts.get(&file).and_then(|text| weave::mutant_at(text, offset));
            let Some(id) = id else { panic!("{file} at {offset}: {message}") };
            woven.remove(&id);
        }
    }
}

fn restore(tree: &Tree, root: &Path, file: &str) {
    tree.write(file, &fs::read_to_string(root.join(file)).expect("a file"));
}

/// What caught a bug.
struct Catch {
    test: String,
    /// The number of seeds that were tried.
    seeds: usize,
}

fn catches(tree: &Path, tests: &Path, id: usize, properties: &[String]) -> Option<Catch> {
    SEEDS.iter().zip(1..).find_map(|(seed, seeds)| {
        let mut command = run::tests_command(tests, Some(id), properties, SECONDS, seed);
        // Several bugs are tried at once, and the first test that fails ends each trial.
        command.arg("--test-threads=1");
        failure(command, tree).map(|test| Catch { test, seeds })
    })
}

/// Runs tests, and returns the line about the one that failed, or else the status.
fn failure(mut command: Command, tree: &Path) -> Option<String> {
    let output = command.current_dir(tree).output().expect("the tests run");
    if output.status.success() {
        return None;
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(run::failed_test(&text).map_or_else(|| output.status.to_string(), str::to_owned))
}

/// Says what became of a bug, and returns true when it was missed.
fn say(bug: &Bug, caught: Option<Catch>) -> bool {
    match &caught {
        // A bug that the first seed misses is caught by luck.
        Some(Catch { test, seeds }) => println!("caught  {} by seed {seeds}: {test}", bug.name),
        None => println!("MISSED  {}", bug.name),
    }
    caught.is_none()
}
