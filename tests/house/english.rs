//! The part of "plain English" that a test can check: the first words of docs, and words that mean
//! anything and therefore nothing.

use std::fs;
use std::path::PathBuf;

use super::rust_files;

/// Words that hide the actor or the act. Write the caller, the user or S3; returns, contains or
/// reports; cycle, and module.
const VAGUE: &[&str] = &[
    "anybody",
    "circle",
    "circles",
    "everybody",
    "mend",
    "mended",
    "mends",
    "nobody",
    "room",
    "rooms",
    "said",
    "says",
    "somebody",
    "sorry",
    "tell",
    "tells",
    "told",
    "whoever",
];

/// First words of a doc that make a question or a pronoun of it. Write a noun phrase, or a verb with
/// its object.
const FIRST: &[&str] = &[
    "By what",
    "How",
    "It",
    "Of",
    "They",
    "What",
    "Where",
    "Whether",
    "Who",
    "Whose",
    "With what",
];

/// Objects of "Returns" that are questions.
const RETURNED: &[&str] =
    &["by what", "how", "of", "what", "where", "whether", "who", "why", "with what"];

/// Files that do not pass yet. Make this list shorter.
const NOT_YET: &[&str] = &["src/parser.rs"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the vague words of a line.
fn vague_words(line: &str) -> Vec<&str> {
    let words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.filter(|word| VAGUE.contains(&word.to_lowercase().as_str())).collect()
}

/// Returns true when a text begins with one of some phrases, followed by a space.
fn begins_with(text: &str, phrases: &[&str]) -> bool {
    phrases
        .iter()
        .any(|phrase| text.strip_prefix(phrase).is_some_and(|rest| rest.starts_with([' ', '\''])))
}

/// Returns the text of a doc comment.
fn doc(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let text = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))?;
    Some(text.strip_prefix(' ').unwrap_or(text))
}

/// Returns the mistakes in a text, each with its place.
fn mistakes(name: &str, text: &str) -> Vec<String> {
    let mut mistakes = Vec::new();
    let mut previous = "";
    for (number, line) in (1..).zip(text.lines()) {
        for word in vague_words(line) {
            mistakes.push(format!("{name}:{number}: `{word}`: {}", line.trim()));
        }
        if let Some(text) = doc(line)
            && doc(previous).is_none()
        {
            let returned = text.strip_prefix("Returns ");
            if begins_with(text, FIRST) || returned.is_some_and(|rest| begins_with(rest, RETURNED))
            {
                mistakes.push(format!("{name}:{number}: first words: {text}"));
            }
        }
        previous = line;
    }
    mistakes
}

#[test]
fn docs_and_messages_are_plain_english() {
    let documents = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];
    let mut files = documents.map(|name| root().join(name)).to_vec();
    rust_files(&root().join("src"), &mut files);
    assert!(files.len() > 50, "the tree was not found");
    let mut found = Vec::new();
    for file in files {
        let name = file.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
        let mistakes = mistakes(&name, &fs::read_to_string(&file).unwrap());
        if !NOT_YET.iter().any(|folder| name.starts_with(folder)) {
            found.extend(mistakes);
        }
    }
    assert!(found.is_empty(), "{} places:\n{}", found.len(), found.join("\n"));
}

#[test]
fn mistakes_are_noticed() {
    let line = |text: &str| mistakes("a.rs", text).len();
    assert_eq!(line("/// What comes of it."), 1);
    assert_eq!(line("/// Returns how it went."), 1);
    assert_eq!(line("//! Nobody told us."), 2);
    assert_eq!(line("/// The result.\n/// It is final."), 0);
    assert_eq!(line("/// Returns the result, or `None`.\nlet untold = 1;"), 0);
}

#[cfg(feature = "cli")]
mod output {
    use std::process::Command;

    /// Commands whose help does not pass yet. Make this list shorter.
    const NOT_YET: &[&str] = &[];

    fn run(arguments: &[&str]) -> String {
        let output =
            Command::new(env!("CARGO_BIN_EXE_s3-replication")).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Returns the commands that a help text lists.
    fn commands(help: &str) -> Vec<String> {
        let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        let list = list.take_while(|line| line.starts_with("  "));
        list.filter(|line| !line.starts_with("   "))
            .filter_map(|line| line.split_whitespace().next())
            .filter(|name| *name != "help")
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn help_and_demo_are_plain_english() {
        let help = run(&["--help"]);
        let mut texts =
            vec![("--help".to_owned(), help.clone()), ("demo".to_owned(), run(&["demo"]))];
        let names = commands(&help);
        assert!(names.len() > 10, "{names:?}");
        for name in names {
            let help = run(&[&name, "--help"]);
            for inner in commands(&help) {
                texts.push((format!("{name} {inner}"), run(&[&name, &inner, "--help"])));
            }
            texts.push((name, help));
        }
        let checked = texts
            .iter()
            .filter(|(name, _)| !NOT_YET.iter().any(|command| name.starts_with(command)));
        let mistakes: Vec<String> =
            checked.flat_map(|(name, text)| super::mistakes(name, text)).collect();
        assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
    }
}
