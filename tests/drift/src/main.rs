//! Compares the service models of botocore with what s3-replication models.
//!
//! `drift NOT_MODELLED S3 S3CONTROL` reads two `service-2.json` and prints every difference that the
//! file `NOT_MODELLED` does not explain. It exits with 1 if there is one, or if an explanation is no
//! longer needed. `tests/drift/run.sh VERSION` gets the models of a version of botocore.

#![expect(
    clippy::disallowed_methods,
    reason = "a program that reads files; only the library does no I/O"
)]

mod allowed;
mod compare;
mod model;
mod words;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::ExitCode;

use crate::allowed::Allowed;
use crate::compare::Comparison;
use crate::model::Model;

/// The reason why nothing could be compared.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("usage: drift NOT_MODELLED S3 S3CONTROL")]
    Usage,
    #[error("{0}: {1}")]
    File(String, std::io::Error),
    #[error("{0}: {1}")]
    Json(String, serde_json::Error),
    #[error("{0}: line {1} is not `name: reason`")]
    Allowed(String, usize),
    #[error("the output can't be written: {0}")]
    Output(#[from] std::io::Error),
}

fn main() -> ExitCode {
    let differs = run();
    match differs {
        Ok(false) => ExitCode::SUCCESS,
        Ok(true) => ExitCode::from(1),
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "error: {failure}");
            ExitCode::from(2)
        }
    }
}

/// Prints the differences, and returns true if there are any.
fn run() -> Result<bool, Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [allowed, s3, s3control] = arguments.as_slice() else { return Err(Failure::Usage) };
    let allowed = Allowed::read(allowed)?;
    let mut comparison = Comparison::default();
    let (s3, s3control) = (Model::read(s3)?, Model::read(s3control)?);
    compare::documents(&mut comparison, &s3, &s3control);
    compare::sources(&mut comparison, &s3, &s3control);
    let found: BTreeSet<String> = comparison.differences;
    let mut out = std::io::stdout().lock();
    let unexplained: Vec<&String> =
        found.iter().filter(|difference| !allowed.explains(difference)).collect();
    for difference in &unexplained {
        writeln!(out, "{difference}")?;
    }
    let stale: Vec<&str> = allowed.unneeded(&found).collect();
    for name in &stale {
        writeln!(out, "explained, but no difference any more: {name}")?;
    }
    let compared = comparison.compared;
    writeln!(out, "{compared} members and words compared, {} explained", allowed.len())?;
    Ok(!unexplained.is_empty() || !stale.is_empty())
}
