//! The job, run on a store in memory.

mod report;
mod told;

use std::ops::ControlFlow;

use s3_replication::batch::completion_report;
use s3_replication::batch::job::{self, Job};
use s3_replication::batch::manifest::{self, RowError};

use super::case::Case;
use super::doubts::Doubts;
use super::list::{List, Read};
use super::listing::Listing;
use super::{Arguments, Format, trouble};
use crate::cli::output::{self, Output};
use crate::cli::progress::Progress;
use crate::cli::{Ended, Status};

type Rows = Vec<Result<manifest::Row, RowError>>;

/// What came of a job.
struct Played {
    job: Job,
    transitions: Vec<job::Transition>,
    summary: completion_report::Summary,
    /// How many tasks wait for a bucket.
    open: usize,
    doubts: Doubts,
}

pub(super) fn run(arguments: &Arguments, case: &Case<'_>) -> Ended {
    let Case { stage, versions, .. } = case;
    if let Some(folder) = &arguments.report {
        report::refuse_older(folder)?;
    }
    let mut rows = Vec::new();
    let read = case.list.each(|row| rows.push(row))?;
    let (rows, status) = match read {
        Read::Whole(status) => (Ok(rows), status),
        Read::Fails(failure) => (Err(failure), Status::Clean),
    };
    stage.build(case, rows.as_deref().unwrap_or_default())?;
    let mut doubts = case.doubts()?;
    let status =
        status.max(stage.fill(versions, listing(case, rows.as_ref()), &mut doubts, case.at)?);
    if status == Status::Wrong {
        output::complain("the job is not run, for it would lack what can't be read");
        return Ok(status);
    }
    stage.spoil(&arguments.fail)?;

    let (mut job, at) = (case.job()?, case.at);
    let prepared = match case.list {
        List::Generated => stage.store.prepare_job(&mut job, at),
        _ => stage.store.prepare_job_with(&mut job, rows, at),
    };
    let (mut work, mut transitions) = prepared.map_err(|error| trouble(&error))?;
    if arguments.confirm && job.status() == job::Status::Suspended {
        let made = job.update_status(job::RequestedStatus::Ready, None, at);
        transitions.extend(made.map_err(|error| trouble(&error))?);
    }
    let (mut summary, mut open) = (completion_report::Summary::new(), 0);
    if job.status() == job::Status::Ready {
        let mut progress = Progress::before_answers("tasks");
        let ran = stage.store.run_job(&mut job, &mut work, at, |result, _| {
            summary.add(result);
            progress.advance();
            ControlFlow::Continue(())
        });
        progress.clear();
        let ran = ran.map_err(|error| trouble(&error))?;
        open = ran.open;
        transitions.extend(ran.transitions);
    }
    if job.number_of_objects() == 0 {
        doubts.forget_tasks();
    }
    let played = Played { job, transitions, summary, open, doubts };
    let written = match &arguments.report {
        Some(folder) => report::write(&stage.store, &played.job, folder)?,
        None => None,
    };
    if arguments.report.is_some() && written.is_none() {
        output::tell("note: there is no completion report\n");
    }
    let mut out = Output::new();
    out.write(match arguments.format {
        Format::Text => told::text(&played, stage, versions, written.as_deref()),
        Format::Json => told::json(&played, stage, versions, written.as_deref(), at),
    })?;
    out.flush()?;
    let is_clean = played.job.status() == job::Status::Complete
        && played.summary.failed() == 0
        && !played.doubts.is_any();
    Ok(if is_clean { Status::Clean } else { Status::Found })
}

/// Returns the list as far as it is known, to find what is in doubt.
fn listing(case: &Case<'_>, rows: Result<&Rows, &job::Failure>) -> Listing {
    let made = Listing::generated(&case.specification, case.engine.clone(), case.versions.facts());
    made.unwrap_or_else(|| Listing::of_rows(rows.into_iter().flatten(), case.stage.source))
}
