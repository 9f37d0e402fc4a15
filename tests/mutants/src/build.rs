//! The copy of the crate into which the mutants are woven.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::mutant::Mutant;
use crate::weave;

/// The environment variable in which this program is called to call the compiler.
const WRAPPER: &str = "WOVEN_MUTANTS";

/// Calls the compiler, if cargo calls this program for that: the switch needs an unstable feature.
pub fn call_rustc_as_wrapper() {
    if std::env::var_os(WRAPPER).is_none() {
        return;
    }
    let mut arguments = std::env::args_os().skip(1);
    let mut rustc = Command::new(arguments.next().expect("a compiler"));
    rustc.args(arguments).arg("--cap-lints=allow").env("RUSTC_BOOTSTRAP", "1");
    panic!("{}", rustc.exec());
}

/// A copy of the crate.
pub struct Tree {
    pub path: PathBuf,
    root: PathBuf,
    target: PathBuf,
    /// The names of mutants that do not compile, from this run and earlier ones.
    unviable: PathBuf,
}

impl Tree {
    /// Copies what Git knows of the crate, as it is in the folder.
    pub fn new(root: &Path, out: &Path, target: &Path) -> Self {
        let path = out.join("tree");
        fs::create_dir_all(&path).expect("a folder");
        let mut list = Command::new("git");
        let files = run_in(root, list.args(["ls-files", "-co", "--exclude-standard"])).stdout;
        for file in String::from_utf8_lossy(&files).lines().filter(|file| root.join(file).is_file())
        {
            let new = fs::read(root.join(file)).expect("a file");
            write_if_new(&path.join(file), &new);
        }
        let unviable = out.join("unviable.txt");
        Self { path, root: root.into(), target: target.into(), unviable }
    }

    /// Weaves the mutants that compile, and returns their numbers.
    pub fn weave_what_compiles(&self, mutants: &[Mutant]) -> BTreeSet<usize> {
        let known = fs::read_to_string(&self.unviable).unwrap_or_default();
        let known: BTreeSet<&str> = known.lines().collect();
        let mut woven: BTreeSet<usize> = (0..mutants.len())
            .filter(|id| mutants[*id].can_be_woven())
            .filter(|id| !known.contains(mutants[*id].name.as_str()))
            .collect();
        loop {
            let texts = self.write_mutants(mutants, &mut woven);
            let (errors, is_done) = self.errors();
            if is_done {
                return woven;
            }
            let mut wrong = BTreeSet::new();
            for (file, offset, message) in &errors {
                let id = texts.get(file).and_then(|text| weave::mutant_at(text, *offset));
                match id {
                    Some(id) => {
                        wrong.insert(id);
                    }
                    None => eprintln!("{file} at {offset}: {message}"),
                }
            }
            assert!(!wrong.is_empty(), "errors outside of the mutants");
            eprintln!("{} mutants do not compile", wrong.len());
            let mut names = fs::read_to_string(&self.unviable).unwrap_or_default();
            for id in wrong {
                names += &format!("{}\n", mutants[id].name);
                woven.remove(&id);
            }
            fs::write(&self.unviable, names).expect("a file");
        }
    }

    /// Writes the files with mutants, and returns their texts.
    fn write_mutants(
        &self,
        mutants: &[Mutant],
        woven: &mut BTreeSet<usize>,
    ) -> BTreeMap<String, String> {
        let mut files: BTreeMap<&str, Vec<(usize, &Mutant)>> = BTreeMap::new();
        for id in woven.iter() {
            files.entry(&mutants[*id].file).or_default().push((*id, &mutants[*id]));
        }
        let mut texts = BTreeMap::new();
        for (file, of_file) in files {
            let original = fs::read_to_string(self.root.join(file)).expect("a file");
            let text = weave::weave(&original, &of_file);
            woven.retain(|id| mutants[*id].file != file || text.contains(&format!("/*<{id}*/")));
            self.write(file, &text);
            texts.insert(file.to_owned(), text);
        }
        self.write_switch();
        texts
    }

    /// Writes the crate with the switch.
    pub fn write_switch(&self) {
        let lib = fs::read_to_string(self.root.join("src/lib.rs")).expect("the crate");
        let at = lib.lines().take_while(|line| line.starts_with("//!")).map(|line| line.len() + 1);
        let (docs, code) = lib.split_at(at.sum());
        let features = "#![feature(core_intrinsics, const_eval_select)]\n";
        let lib = format!("{docs}{features}{code}{}", weave::SWITCH_MODULE);
        self.write("src/lib.rs", &lib);
    }

    /// Writes a file of the copy.
    pub fn write(&self, file: &str, text: &str) {
        write_if_new(&self.path.join(file), text.as_bytes());
    }

    /// Returns the place and the text of each compiler error, and true if it compiles.
    pub fn errors(&self) -> (Vec<(String, usize, String)>, bool) {
        let mut check = self.cargo(&["check", "--lib"]);
        let output = check.output().expect("cargo runs");
        let mut errors = Vec::new();
        for message in messages(&output.stdout) {
            let message = &message["message"];
            if message["level"] != "error" {
                continue;
            }
            let spans = message["spans"].as_array().into_iter().flatten();
            for span in spans.filter(|span| span["is_primary"] == true) {
                // Within a macro of another crate, the place is where that was called.
                let calls = std::iter::successors(Some(span), |span| {
                    Some(&span["expansion"]["span"]).filter(|call| call.is_object())
                });
                let is_ours = |span: &&Value| {
                    span["file_name"].as_str().is_some_and(|file| file.starts_with("src/"))
                };
                let span = calls.last().filter(is_ours).unwrap_or(span);
                let file = span["file_name"].as_str().unwrap_or_default().to_owned();
                let offset = span["byte_start"].as_u64().unwrap_or_default() as usize;
                errors.push((file, offset, message["message"].to_string()));
            }
        }
        (errors, output.status.success())
    }

    /// Builds the tests and the command line, and returns the path of the tests.
    pub fn tests(&self) -> PathBuf {
        let mut build = self.cargo(&["test", "--no-run", "--test", "tests"]);
        let output = build.stderr(Stdio::inherit()).output().expect("cargo runs");
        let messages = messages(&output.stdout);
        for error in messages.iter().filter(|message| message["message"]["level"] == "error") {
            eprintln!("{}", error["message"]["rendered"].as_str().unwrap_or_default());
        }
        assert!(output.status.success(), "the tests do not compile");
        let mut tests = messages.iter().filter(|message| message["target"]["name"] == "tests");
        let path = tests.find_map(|message| message["executable"].as_str());
        path.expect("the tests").into()
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = Command::new("cargo");
        cargo.args(arguments).args(["--all-features", "--message-format=json", "--quiet"]);
        let this = std::env::current_exe().expect("a program");
        cargo.current_dir(&self.path).env("RUSTC_WORKSPACE_WRAPPER", this).env(WRAPPER, "1");
        cargo.env("CARGO_TARGET_DIR", &self.target);
        cargo
    }
}

fn messages(output: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(output)
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

fn run_in(folder: &Path, command: &mut Command) -> std::process::Output {
    let output = command.current_dir(folder).output().expect("the command runs");
    assert!(output.status.success(), "{command:?} fails");
    output
}

/// Writes a file unless it has that content: cargo compares times.
fn write_if_new(path: &Path, content: &[u8]) {
    if fs::read(path).is_ok_and(|old| old == content) {
        return;
    }
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, content).expect("a file");
}
