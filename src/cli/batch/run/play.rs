//! The job, run on a store in memory.

mod report;
mod stage;
mod told;

use std::ops::ControlFlow;

use s3_replication::ReplicationConfiguration;
use s3_replication::batch::{
    Job, JobName, JobSpecification, JobStatus, JobTransition, ReportSummary, RequestedJobStatus,
};
use s3_replication::model::{BucketName, KnownBuckets, Region};
use s3_replication::source::Source;

use self::stage::Stage;
use super::list::{List, Read};
use super::versions::Versions;
use super::{Arguments, Format};
use crate::cli::context;
use crate::cli::output::{self, Output};
use crate::cli::progress::Progress;
use crate::cli::{Ended, Failure, Status};

/// What came of a job.
struct Played {
    job: Job,
    transitions: Vec<JobTransition>,
    summary: ReportSummary,
    /// How many tasks wait for a bucket.
    open: usize,
}

pub(super) fn run(
    arguments: &Arguments,
    configuration: &ReplicationConfiguration,
    specification: JobSpecification,
    list: &List,
    versions: &Versions,
    source: &BucketName,
) -> Ended {
    let known = arguments.context.as_ref().map(context::read).transpose()?.unwrap_or_default();
    let region = region_of(source, &known)?;
    check_regions(&specification, &region, source, &known)?;
    let mut rows = Vec::new();
    let read = list.each(|row| rows.push(row))?;
    let (rows, mut status) = match read {
        Read::Whole(status) => (Ok(rows), status),
        Read::Fails(failure) => (Err(failure), Status::Clean),
    };
    let stage = Stage::new(&known, source);
    stage.build(configuration, arguments.reading.dialect(), &specification, rows.as_deref())?;
    let at = arguments.now();
    status = status.max(stage.fill(versions, at)?);
    stage.spoil(&arguments.fail)?;

    let id = "batch-run".parse().map_err(|error| trouble(&error))?;
    let name = JobName::new(id, specification.role_arn().partition().clone(), region);
    let mut job = Job::create(name, specification, at);
    let prepared = match list {
        List::Generated => stage.store.prepare_job(&mut job, at),
        _ => stage.store.prepare_job_with(&mut job, rows, at),
    };
    let (mut work, mut transitions) = prepared.map_err(|error| trouble(&error))?;
    if arguments.confirm && job.status() == JobStatus::Suspended {
        let made = job.update_status(RequestedJobStatus::Ready, None, at);
        transitions.extend(made.map_err(|error| trouble(&error))?);
    }
    let (mut summary, mut open) = (ReportSummary::new(), 0);
    if job.status() == JobStatus::Ready {
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
    let played = Played { job, transitions, summary, open };
    let written = match &arguments.report {
        Some(folder) => report::write(&stage.store, &played.job, folder)?,
        None => None,
    };
    let mut out = Output::new();
    out.write(match arguments.format {
        Format::Text => told::text(&played, &stage, versions, written.as_deref()),
        Format::Json => told::json(&played, &stage, versions, written.as_deref(), at),
    })?;
    out.flush()?;
    let is_clean = played.job.status() == JobStatus::Complete && played.summary.failed() == 0;
    Ok(status.max(if is_clean { Status::Clean } else { Status::Found }))
}

/// The Region of the job, which is that of its source bucket.
fn region_of(source: &BucketName, known: &KnownBuckets) -> Result<Region, Failure> {
    match known.get(source).and_then(|facts| facts.region.clone()) {
        Some(region) => Ok(region),
        None => "us-east-1".parse().map_err(|error| trouble(&error)),
    }
}

fn check_regions(
    specification: &JobSpecification,
    region: &Region,
    source: &BucketName,
    known: &KnownBuckets,
) -> Result<(), Failure> {
    let refused = specification.check_regions(region, Some(source), known);
    if refused.is_empty() {
        return Ok(());
    }
    output::tell(&refused.render_with(&Source::new("job", ""), output::error_rendering()));
    Err(Failure::Reported(Status::Found))
}

/// What can't happen, told rather than hidden.
fn trouble(error: &impl std::fmt::Display) -> Failure {
    Failure::Message(error.to_string())
}
