//! The commands of the README print what the README shows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A command of the README and the output that follows it.
struct Example {
    line: usize,
    command: String,
    output: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the examples of a text: in fenced blocks, lines that begin with `$ s3-replication`.
fn examples(text: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut is_output = false;
    for (line, text) in (1..).zip(text.lines()) {
        if text.starts_with("```") {
            is_output = false;
        } else if let Some(command) = text.strip_prefix("$ s3-replication ") {
            is_output = true;
            examples.push(Example { line, command: command.to_owned(), output: String::new() });
        } else if is_output && let Some(example) = examples.last_mut() {
            example.output.push_str(text);
            example.output.push('\n');
        }
    }
    examples
}

/// Returns true when a text matches a pattern, in which `…` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((before, after)) = pattern.split_once('…') else { return pattern == text };
    text.strip_prefix(before).is_some_and(|rest| {
        let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
        ends.into_iter().any(|at| matches(after, &rest[at..]))
    })
}

#[test]
fn commands_print_what_the_readme_shows() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let examples = examples(&readme);
    assert!(examples.len() >= 5, "the README has no examples");
    for Example { line, command, output } in examples {
        let ran = Command::new(env!("CARGO_BIN_EXE_s3-replication"))
            .args(command.split_whitespace())
            .current_dir(root().join("examples/files"))
            .output()
            .unwrap();
        let printed = String::from_utf8(ran.stdout).unwrap();
        let errors = String::from_utf8(ran.stderr).unwrap();
        assert!(
            matches(output.trim_end(), printed.trim_end()),
            "README.md:{line}: `{command}` prints\n{printed}{errors}"
        );
    }
}

/// Every file that a command of the README reads is used by one, so none is left behind.
#[test]
fn every_example_file_is_used() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let files: Vec<PathBuf> = fs::read_dir(root().join("examples/files"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(files.len() >= 5);
    for file in files {
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(readme.contains(name), "`{name}` is not in the README");
    }
}

#[test]
fn an_ellipsis_matches_any_text() {
    assert!(matches("a\n…\nd", "a\nb\nc\nd") && matches("a …", "a b") && matches("a", "a"));
    assert!(!matches("a", "a b") && !matches("a …", "b") && !matches("a\n…\nd", "a\nb\nc"));
}
