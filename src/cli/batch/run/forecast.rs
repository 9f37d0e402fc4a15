//! What a job would do, counted.

mod count;
mod told;

use s3_replication::batch::completion_report::TaskErrorCode;
use s3_replication::batch::generator::Exclusion;
use s3_replication::batch::job;
use s3_replication::batch::manifest::{Consequence, RowError};
use s3_replication::model::BucketArn;
use s3_replication::replication::FailureReason;

use self::count::Counts;
use super::case::Case;
use super::list::{List, Read};
use super::listing::Listing;
use super::names::Names;
use super::obstacles::Obstacles;
use super::versions::Found;
use super::{Format, trouble};
use crate::cli::output::Output;
use crate::cli::{Ended, Failure, Status};

pub(super) fn run(format: Format, case: &Case<'_>) -> Ended {
    case.stage.build(case, &[])?;
    let obstacles = Obstacles::of(&case.stage.store, case.stage.source, case.configuration);
    let mut counts = Counts::new(case.engine.clone(), case.doubts()?, obstacles);
    let status = count(case, &mut counts)?;
    let mut out = Output::new();
    out.write(match format {
        Format::Text => told::text(case, &counts),
        Format::Json => told::json(case, &counts),
    })?;
    out.flush()?;
    Ok(status.max(if counts.has_doubts() { Status::Found } else { Status::Clean }))
}

fn count(case: &Case<'_>, counts: &mut Counts) -> Result<Status, Failure> {
    if let Some(failure) = owner_mismatch(case)? {
        counts.fail_job(failure);
        return Ok(Status::Clean);
    }
    let generated =
        Listing::generated(&case.specification, case.engine.clone(), case.versions.facts());
    let status = match generated {
        Some(mut generated) => generate(case, &mut generated, counts)?,
        None => list(case, counts)?,
    };
    let is_missing = |bucket: &BucketArn| case.stage.store.facts(bucket.name()).is_err();
    if counts.tasks() > 0 && case.output_bucket().is_some_and(is_missing) {
        counts.fail_job(job::Failure::manifest_not_written());
    }
    if counts.tasks() > 0 && case.report_bucket().is_some_and(is_missing) {
        counts.fail_report(job::Failure::report_not_written());
    }
    Ok(status)
}

/// Returns with what the job fails because a bucket has another owner than expected, which S3 looks
/// at first.
fn owner_mismatch(case: &Case<'_>) -> Result<Option<job::Failure>, Failure> {
    let (mut job, store) = (case.job()?, &case.stage.store);
    // The source bucket has no versions here: of what the list comes to, nothing is known yet.
    let prepared = match case.list {
        List::Generated => store.prepare_job(&mut job, case.at),
        _ => store.prepare_job_with(&mut job, Ok(Vec::new()), case.at),
    };
    prepared.map_err(|error| trouble(&error))?;
    let code = job::FailureCode::EXPECTED_OWNER_MISMATCH;
    Ok(job.failures().iter().find(|failure| *failure.failure_code() == code).cloned())
}

/// Counts what S3 lists, and what becomes of it.
fn generate(case: &Case<'_>, list: &mut Listing, counts: &mut Counts) -> Result<Status, Failure> {
    counts.begin();
    let status = case.versions.each(|Found { bucket, version }| {
        let is_other = bucket.is_some_and(|bucket| bucket != case.stage.source);
        counts.look_at(&version);
        match if is_other { Err(Exclusion::OtherBucket) } else { list.take(&version) } {
            Ok(times) => counts.tasks_of(&version, times),
            Err(exclusion) => counts.leave_out(exclusion, version.size),
        }
        Ok(())
    })?;
    // Where something could not be read, or is not known, there may be keys.
    if counts.tasks() + counts.doubts().unknown == 0 && status == Status::Clean {
        counts.fail_job(job::Failure::no_keys());
    }
    Ok(status)
}

/// Counts what becomes of the rows of a list.
fn list(case: &Case<'_>, counts: &mut Counts) -> Result<Status, Failure> {
    let mut names = Names::default();
    let read = case.list.each(|row| match row {
        Ok(row) if row.bucket == *case.stage.source => names.add_row(&row),
        Ok(row) => {
            counts.fail_tasks(&case.stage.other_bucket(&row.bucket, &case.region).into(), 1);
        }
        Err(fault) => fail_row(&fault, counts),
    })?;
    let status = match read {
        Read::Whole(status) => status,
        Read::Fails(failure) => {
            counts.fail_job(failure);
            return Ok(Status::Clean);
        }
    };
    let mut names = names.sorted();
    counts.begin();
    let read = case.versions.each(|Found { bucket, version }| {
        counts.look_at(&version);
        if bucket.is_none_or(|bucket| bucket == case.stage.source) {
            counts.tasks_of(&version, names.take(&version));
        }
        Ok(())
    })?;
    match read {
        Status::Clean => {
            counts.fail_tasks(&FailureReason::SRC_VERSION_NOT_FOUND.into(), names.left());
        }
        // They may be about what could not be read.
        _ => counts.leave_open(names.left()),
    }
    Ok(status.max(read))
}

fn fail_row(fault: &RowError, counts: &mut Counts) {
    if let Some(Consequence::TaskFails(result)) = fault.consequence() {
        let code = result.error_code().map_or("", TaskErrorCode::as_str);
        counts.fail_tasks(&code.into(), 1);
    }
}
