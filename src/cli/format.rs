//! The formats of answers.

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

impl From<TextOrJson> for Format {
    fn from(own: TextOrJson) -> Self {
        match own {
            TextOrJson::Text => Self::Text,
            TextOrJson::Json => Self::Json,
        }
    }
}

/// Writes findings about one file each as SARIF.
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
