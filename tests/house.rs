//! The crate as a whole: its public face, its modules, its clauses, its English, its README, and the
//! seeds of past failures.

mod api;
mod builders;
mod cycles;
mod english;
mod layers;
mod links;
#[cfg(feature = "cli")]
mod readme;
mod regressions;
mod semantics;

use std::fs;
use std::path::{Path, PathBuf};

/// Collects the Rust files in a folder and the folders below it.
pub(crate) fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
