//! The mutants, as `cargo mutants` lists them.

use std::path::Path;
use std::process::Command;

use serde::Deserialize;

/// A small change of the code.
#[derive(Clone, Debug, Deserialize)]
pub struct Mutant {
    pub file: String,
    pub name: String,
    pub genre: Genre,
    pub replacement: String,
    pub span: Span,
    pub function: Option<Function>,
    #[serde(default)]
    pub room: String,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
pub enum Genre {
    FnValue,
    BinaryOperator,
    UnaryOperator,
    MatchArm,
    MatchArmGuard,
    StructField,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Function {
    pub return_type: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Span {
    pub start: Place,
}

/// A line and a column, both from 1, in characters.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Hash)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

impl Mutant {
    /// Lists the mutants of a module of the crate.
    pub fn list(root: &Path, room: &str) -> Vec<Self> {
        let output = Command::new("cargo")
            .args(["mutants", "--list", "--json", "--all-features"])
            .args(["--file", &format!("src/{room}.rs"), "--file", &format!("src/{room}/**/*.rs")])
            .current_dir(root)
            .output()
            .expect("cargo mutants runs; install it with `cargo install cargo-mutants`");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "cargo mutants: {error}");
        let mut all: Vec<Self> = serde_json::from_slice(&output.stdout).expect("a list of mutants");
        for mutant in &mut all {
            mutant.room = room.to_owned();
        }
        all
    }

    /// Returns the name without line and column, which change with every edit.
    pub fn lasting_name(&self) -> String {
        let mut parts = self.name.splitn(4, ':');
        let file = parts.next().unwrap_or_default();
        format!("{file}:{}", parts.nth(2).unwrap_or_default())
    }

    /// Returns false for a mutant that one build can't hold beside the original: one of a constant, and
    /// a value in place of an `impl Trait`, whose type would have to be that of the original.
    pub fn can_be_woven(&self) -> bool {
        let Some(function) = &self.function else { return false };
        self.genre != Genre::FnValue || !function.return_type.contains("impl ")
    }
}
