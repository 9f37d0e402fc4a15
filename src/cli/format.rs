//! The formats of answers.
//!
//! Most commands have one of these as their option `--format`, so the words in their help are the
//! same everywhere. `decide` and `explain` have formats of their own, because they write JSON line
//! by line.
//!
//! ```text
//! Format         text, json, sarif, github     answers of findings: check, assert, diff
//! TextOrJson     text, json                    other answers, such as those of batch
//! ```
//!
//! The comments on the variants are the texts of the help.

use s3_replication::diagnostic::{FindingDescription, LocatedReport, SarifLog};

use crate::cli::Failure;
use crate::cli::output::Output;

/// The format of an answer that consists of findings.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum Format {
    /// Human-readable
    Text,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

/// The format of an answer that does not consist of findings.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub(super) enum TextOrJson {
    /// Human-readable
    Text,
    /// One JSON document
    Json,
}

/// A refusal is written in the format of the answer, whichever type of formats a command has.
impl From<TextOrJson> for Format {
    fn from(own: TextOrJson) -> Self {
        match own {
            TextOrJson::Text => Self::Text,
            TextOrJson::Json => Self::Json,
        }
    }
}

/// Writes findings about one file each as SARIF, as one log of a successful run.
///
/// `describe` returns the description of a finding by its code: the findings of each module have
/// their own. `check` does not use this function, because it may be unable to read a file.
pub(super) fn write_sarif<'r>(
    reports: impl IntoIterator<Item = (String, LocatedReport<'r>)>,
    describe: fn(&str) -> Option<FindingDescription>,
    out: &mut Output,
) -> Result<(), Failure> {
    let mut log = SarifLog::new(describe);
    for (file, report) in reports {
        log.add(&file, &report);
    }
    out.write(log.finish(true))
}
