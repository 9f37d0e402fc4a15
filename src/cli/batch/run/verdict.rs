//! The exit status of a run, and the reason for it.
//!
//! A run can end with 1 although every task succeeds. So the reason is printed, in one sentence.
//!
//! ```text
//! all tasks of all jobs succeed                       0
//! a job fails, is stopped, waits, or has failed tasks 1: the reasons, each once
//! the result depends on unknown facts                 1, or 0 with `--allow-unknown`
//! ```
//!
//! Status 2, for what cannot be read, is not decided here.

use s3_replication::batch::dry_run::{Forecast, Undecided};
use s3_replication::batch::job;

use super::execute::Run;
use crate::cli::Status;
use crate::cli::output;

/// The reasons why a job is not clean.
///
/// Both can be true: a job whose tasks fail may have others that are undecided.
pub(super) struct Verdict {
    /// The failures of the job or its tasks, or a job that waits.
    problem: Option<&'static str>,
    /// True if the result depends on unknown facts.
    is_undecided: bool,
}

/// Returns the verdict on a forecast. The worst problem counts, and a job that would wait for
/// confirmation is none: the dry run looks further.
pub(super) fn of_forecast(forecast: &Forecast) -> Verdict {
    let problem = if forecast.failure().is_some() {
        Some("the job fails")
    } else if forecast.is_stopped() {
        Some("S3 stops the job before its end")
    } else if forecast.failed() > 0 {
        Some("tasks fail")
    } else {
        None
    };
    Verdict { problem, is_undecided: !forecast.undecided().is_empty() }
}

/// Returns the verdict on a run, from the status in which the job ended.
///
/// `Preparing` is the status of a job that was not run, because its manifest may be empty or not.
/// Any other status is that of a job that has not come to its end, for instance `Active` where
/// tasks wait for a bucket.
pub(super) fn of_run(run: &Run) -> Verdict {
    let problem = match run.job.status() {
        job::Status::Complete if run.summary.failed() > 0 => Some("tasks fail"),
        job::Status::Complete => None,
        job::Status::Suspended => Some("the job waits for confirmation"),
        job::Status::Failed => Some("the job fails"),
        job::Status::Preparing => Some("facts that are unknown decide if the manifest has rows"),
        _ => Some("the job does not complete"),
    };
    Verdict { problem, is_undecided: !Undecided::is_empty(&run.undecided) }
}

/// Prints why the exit status is 1, and returns the status: 0 or 1.
///
/// The reasons of several jobs are in one line, the same one only once.
pub(super) fn report(verdicts: impl Iterator<Item = Verdict>, allow_unknown: bool) -> Status {
    let mut reasons: Vec<&str> = Vec::new();
    for Verdict { problem, is_undecided } in verdicts {
        let unknown = "the result depends on unknown facts (`--allow-unknown` accepts that)";
        let unknown = (is_undecided && !allow_unknown).then_some(unknown);
        for reason in problem.into_iter().chain(unknown) {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
    }
    if reasons.is_empty() {
        return Status::Clean;
    }
    output::eprint(&format!("exit status 1: {}\n", reasons.join("; ")));
    Status::Found
}
