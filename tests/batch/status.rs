//! The life of a job.

use proptest::prelude::*;
use s3_replication::batch::job::{
    self, FailureThreshold, GeneratedManifest, InvalidManifestContent, Job, RefusedEvent,
    StatusTransition,
};
use s3_replication::batch::manifest;
use s3_replication::batch::request::{
    JobManifestLocation, JobParser, JobSpecification, OperationName,
};
use s3_replication::batch::response::{
    CreateJobResult, DescribeJobResult, ListJobsResult, UpdateJobPriorityResult,
    UpdateJobStatusResult,
};
use s3_replication::clause::Grade;
use s3_replication::dialect::job::{
    ConfirmationReading, EarlyConfirmation, EmptyManifest, FinalPriority, JobDialect, JobRetention,
    KeyNameStrings, UnknownJobCode, UnwrittenReport,
};
use s3_replication::form::Form;
use serde_json::{Value, json};

use crate::support::damage::unnoticed;
use crate::support::{job, job_json, job_name, job_specification, second, way};

const DAY: i64 = 24 * 60 * 60;

fn with_report() -> Value {
    json!({"Report": {"Enabled": true, "Bucket": "arn:aws:s3:::reports",
        "Format": "Report_CSV_20180820", "ReportScope": "AllTasks"}})
}

fn own_manifest() -> Value {
    json!({"ManifestGenerator": null, "Manifest": {
        "Spec": {"Format": "S3InventoryReport_CSV_20161130"},
        "Location": {"ObjectArn": "arn:aws:s3:::lists/manifest.json", "ETag": "e1"}}})
}

fn dialect_job(members: &Value, dialect: JobDialect) -> Job {
    Job::create_with_dialect(job_name("job-1"), job_specification(members), second(0), dialect)
}

fn with_kept_manifest() -> Value {
    json!({"ManifestGenerator": {"S3JobManifestGenerator": {
        "SourceBucket": "arn:aws:s3:::source", "EnableManifestOutput": true,
        "ManifestOutputLocation": {"Bucket": "arn:aws:s3:::lists",
            "ManifestFormat": "S3InventoryReport_CSV_20211130"}}}})
}

/// A manifest that was generated and kept.
fn prepared_and_kept(objects: u64) -> job::Event {
    let arn = "arn:aws:s3:::lists/job-1/manifest.json".parse().unwrap();
    let manifest = GeneratedManifest {
        format: manifest::GeneratedFormat::S3InventoryReportCsv20211130,
        location: JobManifestLocation::new(arn, "e1"),
    };
    job::Event::Prepared { objects, generated_manifest: Some(manifest) }
}

fn prepared(objects: u64) -> job::Event {
    job::Event::Prepared { objects, generated_manifest: None }
}

fn ended(succeeded: u64, failed: u64) -> job::Event {
    job::Event::TasksEnded { succeeded, failed }
}

/// Tells a job several things, each of which it takes.
#[track_caller]
fn tell(job: &mut Job, events: impl IntoIterator<Item = job::Event>) -> Vec<job::Transition> {
    events.into_iter().flat_map(|event| job.handle(event, second(0)).unwrap()).collect()
}

/// Returns a job that is active, with so many tasks.
#[track_caller]
fn active(members: &Value, objects: u64) -> Job {
    let mut job = job("job-1", members, second(0));
    tell(&mut job, [job::Event::PreparationBegan, prepared(objects), job::Event::Started]);
    assert_eq!(job.status(), job::Status::Active);
    job
}

/// Returns a job with a status, by a way that leads there.
fn job_that_is(status: job::Status, dialect: JobDialect) -> Job {
    let mut members = with_report();
    members["ConfirmationRequired"] = (status == job::Status::Suspended).into();
    let mut job = dialect_job(&members, dialect);
    let start = [job::Event::PreparationBegan, prepared(2000), job::Event::Started];
    let more = match status {
        job::Status::Pausing => vec![job::Event::Preempted],
        job::Status::Paused => vec![job::Event::Preempted, job::Event::Settled],
        job::Status::Completing => vec![ended(2000, 0)],
        job::Status::Complete => vec![ended(2000, 0), job::Event::Settled],
        job::Status::Failing => vec![ended(0, 1000)],
        job::Status::Failed => vec![ended(0, 1000), job::Event::Settled],
        _ => vec![],
    };
    let steps = match status {
        job::Status::New => 0,
        job::Status::Preparing => 1,
        job::Status::Suspended | job::Status::Ready => 2,
        _ => 3,
    };
    tell(&mut job, start.into_iter().take(steps).chain(more));
    if matches!(status, job::Status::Cancelling | job::Status::Cancelled) {
        job.update_status(job::RequestedStatus::Cancelled, None, second(0)).unwrap();
    }
    if status == job::Status::Cancelled {
        tell(&mut job, [job::Event::Settled]);
    }
    assert_eq!(job.status(), status);
    job
}

/// REP-924, REP-925, REP-926, REP-927, REP-928, REP-929, REP-932, REP-933, REP-934, REP-991: the
/// table, row by row, as the sources have it, and what each row rests on.
#[test]
fn the_table_of_transitions_is_that_of_the_sources() {
    let expected = "\
        New Preparing PreparationBegan REP-925
        Preparing Ready Prepared REP-925
        Preparing Suspended ConfirmationNeeded REP-926
        Suspended Ready Confirmed REP-926
        Ready Active Started REP-925
        Active Pausing Preempted REP-927
        Pausing Paused Settled REP-927
        Paused Active Resumed REP-927
        Active Completing TasksTried REP-925
        Completing Complete Settled REP-925
        Preparing Failing PreparationFailed REP-929
        Suspended Failing ConfirmationOverdue REP-933
        Active Failing ThresholdExceeded REP-932
        Completing Failing ReportFailed REP-934
        Failing Failed Settled REP-929
        Suspended Cancelled CancelRequested REP-928
        New Cancelling CancelRequested REP-991
        Preparing Cancelling CancelRequested REP-991
        Ready Cancelling CancelRequested REP-991
        Active Cancelling CancelRequested REP-928
        Pausing Cancelling CancelRequested REP-991
        Paused Cancelling CancelRequested REP-991
        Cancelling Cancelled Settled REP-928";
    let row = |row: &StatusTransition| {
        format!("{} {} {} {}", row.from, row.to, row.trigger, row.clause.id())
    };
    let table: Vec<String> = job::Status::TRANSITIONS.iter().map(row).collect();
    assert_eq!(table, expected.lines().map(str::trim).collect::<Vec<_>>());
    for row in job::Status::TRANSITIONS {
        let is_seen = row.clause.grade() == Grade::Primary;
        assert_eq!(is_seen, row.clause.id() != "REP-991", "{row:?}");
    }
}

/// REP-924: final means that nothing follows; every status is reached from `New` and reaches an end.
#[test]
fn every_status_is_on_a_way_to_an_end() {
    for status in job::Status::ALL {
        assert_eq!(status.is_final(), status.successors().next().is_none(), "{status}");
        assert!(job::Status::New.path_to(*status).is_some(), "{status}");
        let ends = job::Status::ALL.iter().filter(|end| end.is_final());
        assert!(ends.into_iter().any(|end| status.path_to(*end).is_some()), "{status}");
        if *status != job::Status::Suspended && *status != job::Status::New {
            let back = status.path_to(job::Status::Suspended).is_some();
            assert_eq!(back, *status == job::Status::Preparing, "{status}");
        }
    }
}

/// REP-925: what an observer missed is filled in, and every step of it is in the table.
#[test]
fn observations_are_filled_in() {
    let words =
        |text: &str| -> Vec<job::Status> { text.split(' ').map(|w| w.parse().unwrap()).collect() };
    for (seen, expected) in [
        ("New Active", "New Preparing Ready Active"),
        ("New Suspended Active", "New Preparing Suspended Ready Active"),
        ("Active Failed", "Active Failing Failed"),
        ("Active Active Complete", "Active Completing Complete"),
        ("New Failed", "New Preparing Failing Failed"),
        ("Ready Paused", "Ready Active Pausing Paused"),
        ("Suspended Cancelled", "Suspended Cancelled"),
        ("Paused Complete", "Paused Active Completing Complete"),
    ] {
        assert_eq!(job::Status::path_through(words(seen)).unwrap(), words(expected), "{seen}");
    }
    for seen in
        ["Active Ready", "Complete Active", "Failed Complete", "Ready New", "Completing Active"]
    {
        let error = job::Status::path_through(words(seen)).unwrap_err();
        assert_eq!(vec![error.from(), error.to()], words(seen));
    }
    assert_eq!(job::Status::path_through([]).unwrap(), []);
}

/// REP-925, REP-935: a job that runs through, with counts and time.
#[test]
fn a_job_runs_through() {
    let mut job = job("job-1", &with_report(), second(0));
    assert_eq!(job.progress(second(0)).total_number_of_tasks, 0);
    assert_eq!(way(&job.handle(job::Event::PreparationBegan, second(1)).unwrap()), ["Preparing"]);
    assert_eq!(way(&job.handle(prepared(10), second(2)).unwrap()), ["Ready"]);
    assert_eq!(job.progress(second(9)).total_number_of_tasks, 10);
    assert_eq!(job.estimated_seconds_left(second(9)), None);
    assert_eq!(way(&job.handle(job::Event::Started, second(10)).unwrap()), ["Active"]);
    assert!(job.handle(ended(3, 1), second(20)).unwrap().is_empty());
    assert_eq!(job.estimated_seconds_left(second(20)), Some(15));
    assert_eq!(way(&job.handle(job::Event::Preempted, second(30)).unwrap()), ["Pausing"]);
    assert!(job.handle(ended(1, 0), second(31)).unwrap().is_empty());
    assert_eq!(way(&job.handle(job::Event::Settled, second(32)).unwrap()), ["Paused"]);
    let counts = |job: &Job, at: i64| {
        let now = job.progress(second(at));
        (
            now.number_of_tasks_succeeded,
            now.number_of_tasks_failed,
            now.timers.elapsed_time_in_active_seconds,
        )
    };
    assert_eq!(counts(&job, 1000), (4, 1, 20));
    let resumed = job.handle(job::Event::Started, second(100)).unwrap();
    assert_eq!(resumed[0].row.trigger, job::Trigger::Resumed);
    assert_eq!(counts(&job, 107), (4, 1, 27));
    assert!(!job.owes_report());
    assert_eq!(way(&job.handle(ended(5, 0), second(110)).unwrap()), ["Completing"]);
    assert!(job.owes_report());
    assert_eq!(way(&job.handle(job::Event::Settled, second(120)).unwrap()), ["Complete"]);
    assert_eq!(counts(&job, 9999), (9, 1, 30));
    assert_eq!(job.estimated_seconds_left(second(9999)), Some(0));
    assert_eq!(job.describe(second(9999)).termination_date, Some(second(120)));
}

/// REP-924, REP-932: under the threshold a job of which everything failed is complete.
#[test]
fn a_job_of_which_everything_failed_is_complete() {
    let mut job = active(&json!({}), 999);
    assert_eq!(way(&tell(&mut job, [ended(0, 999)])), ["Completing", "Complete"]);
    assert!(job.failures().is_empty());
}

/// REP-932: the threshold, at its edges.
#[test]
fn the_failure_threshold_has_sharp_edges() {
    for (ran, failed, trips) in [
        (0, 0, false),
        (999, 999, false),
        (1000, 500, false),
        (1000, 501, true),
        (1001, 500, false),
        (1001, 501, true),
        (2000, 1000, false),
        (u64::MAX, u64::MAX, true),
        (u64::MAX, u64::MAX / 2, false),
    ] {
        assert_eq!(FailureThreshold::is_exceeded(ran, failed), trips, "{failed} of {ran}");
        if ran < 5000 && ran > 0 {
            let mut job = active(&json!({}), 5000);
            let made = tell(&mut job, [ended(ran - failed, failed)]);
            assert_eq!(way(&made), if trips { vec!["Failing"] } else { vec![] });
        }
    }
    // The share is of what ran, and the last task counts like any other.
    let mut job = active(&json!({}), 1000);
    tell(&mut job, [ended(0, 999)]);
    assert_eq!(way(&tell(&mut job, [ended(1, 0)])), ["Failing"]);
    assert_eq!(
        job.failures()[0].failure_code(),
        &job::FailureCode::TASK_FAILURE_THRESHOLD_EXCEEDED
    );
    // Tasks under way are counted, and then it is over.
    assert!(job.handle(ended(1, 0), second(0)).is_err());
    assert_eq!(way(&tell(&mut job, [job::Event::Settled])), ["Failed"]);
    // A job that is being paused is looked at when it goes on.
    let mut job = active(&json!({}), 2000);
    tell(&mut job, [job::Event::Preempted, ended(0, 1500), job::Event::Settled]);
    assert_eq!(way(&tell(&mut job, [job::Event::Started])), ["Active", "Failing"]);
    let counts = job.progress(second(0));
    assert_eq!((counts.number_of_tasks_succeeded, counts.number_of_tasks_failed), (0, 1500));
}

/// REP-926, REP-907: a job that needs confirmation waits for it, with its cause and totals.
#[test]
fn a_job_waits_to_be_confirmed() {
    let mut job = job("job-1", &json!({"ConfirmationRequired": true}), second(0));
    tell(&mut job, [job::Event::PreparationBegan]);
    let made = job.handle(prepared(7), second(5)).unwrap();
    assert_eq!(way(&made), ["Suspended"]);
    let shown = job.describe(second(6));
    assert_eq!(shown.suspended_cause.as_deref(), Some("AWAITING_CONFIRMATION"));
    assert_eq!(shown.suspended_date, Some(second(5)));
    assert_eq!(shown.progress_summary.total_number_of_tasks, 7);
    assert!(job.handle(job::Event::Started, second(6)).is_err());
    let made =
        job.update_status(job::RequestedStatus::Ready, Some("looks right"), second(7)).unwrap();
    assert_eq!(way(&made), ["Ready"]);
    assert_eq!(job.describe(second(8)).status_update_reason.as_deref(), Some("looks right"));
}

/// REP-933: more than 30 days without confirmation fail a job; 90 days, or 30, after its end it is
/// deleted.
#[test]
fn timers_end_jobs() {
    let suspended = || {
        let mut job = job("job-1", &json!({"ConfirmationRequired": true}), second(0));
        tell(&mut job, [job::Event::PreparationBegan, prepared(1)]);
        job
    };
    let mut job = suspended();
    assert!(job.advance(second(30 * DAY)).is_empty());
    assert!(job.clone().update_status(job::RequestedStatus::Ready, None, second(30 * DAY)).is_ok());
    let late = job.clone().update_status(job::RequestedStatus::Ready, None, second(30 * DAY + 1));
    assert_eq!(late.unwrap_err().code.as_str(), "JobStatusException");
    let late = second(30 * DAY + 1);
    assert_eq!(way(&job.advance(late)), ["Failing", "Failed"]);
    assert!(job.advance(late).is_empty());
    assert_eq!(job.failures()[0].failure_code(), &job::FailureCode::CONFIRMATION_OVERDUE);
    // However late somebody looks, the job failed when its time was over.
    let mut looked_at_later = suspended();
    let made = looked_at_later.advance(second(80 * DAY));
    assert!(made.iter().all(|transition| transition.at == second(30 * DAY)));
    assert_eq!(looked_at_later, job);
    assert_eq!(job.describe(late).termination_date, Some(second(30 * DAY)));
    assert!(!job.is_deleted(second(120 * DAY - 1)));
    assert!(job.is_deleted(second(120 * DAY)));
    let mut confirmed = suspended();
    confirmed.update_status(job::RequestedStatus::Ready, None, second(0)).unwrap();
    assert!(confirmed.advance(second(999 * DAY)).is_empty());
    assert!(!confirmed.is_deleted(second(999 * DAY)));

    let short = JobDialect::AWS.with_retention(JobRetention::ThirtyDays);
    let job = job_that_is(job::Status::Complete, short);
    assert!(!job.is_deleted(second(30 * DAY - 1)) && job.is_deleted(second(30 * DAY)));
}

/// REP-930, REP-928: the whole table of acceptance, against every status.
#[test]
fn status_requests_are_accepted_as_the_table_says() {
    let aws = JobDialect::AWS;
    let early = aws.with_early_confirmation(EarlyConfirmation::Accepted);
    for status in job::Status::ALL.iter().copied() {
        let cancelled = match status {
            job::Status::Suspended => Some(job::Status::Cancelled),
            job::Status::New
            | job::Status::Preparing
            | job::Status::Ready
            | job::Status::Active
            | job::Status::Pausing
            | job::Status::Paused => Some(job::Status::Cancelling),
            _ => None,
        };
        let ready = (status == job::Status::Suspended).then_some(job::Status::Ready);
        let when_early = if status == job::Status::Preparing { Some(status) } else { ready };
        for (dialect, requested, expected) in [
            (aws, job::RequestedStatus::Cancelled, cancelled),
            (aws, job::RequestedStatus::Ready, ready),
            (early, job::RequestedStatus::Ready, when_early),
        ] {
            assert_eq!(status.answer_to(requested, &dialect), expected, "{status} {requested}");
            let mut job = job_that_is(status, dialect);
            let before = job.clone();
            match job.update_status(requested, None, second(0)) {
                Ok(_) => assert_eq!(Some(job.status()), expected, "{status} {requested}"),
                Err(error) => {
                    assert_eq!(expected, None, "{status} {requested}");
                    assert_eq!(error.code.as_str(), "JobStatusException");
                    assert_eq!(error.http_status(), 400);
                    assert_eq!(job, before);
                }
            }
        }
    }
}

/// REP-930: an early confirmation, where it is accepted, spares the job the suspension.
#[test]
fn an_early_confirmation_counts() {
    let early = JobDialect::AWS.with_early_confirmation(EarlyConfirmation::Accepted);
    let mut job = dialect_job(&json!({"ConfirmationRequired": true}), early);
    tell(&mut job, [job::Event::PreparationBegan]);
    assert!(job.update_status(job::RequestedStatus::Ready, None, second(0)).unwrap().is_empty());
    assert_eq!(way(&tell(&mut job, [prepared(1)])), ["Ready"]);
}

/// REP-930, REP-904: words and reasons of requests, and jobs that do not exist.
#[test]
fn requests_are_checked() {
    assert_eq!(job::RequestedStatus::read("Ready").unwrap(), job::RequestedStatus::Ready);
    for word in ["Paused", "ready", ""] {
        assert_eq!(
            job::RequestedStatus::read(word).unwrap_err().code.as_str(),
            "BadRequestException"
        );
    }
    let mut job = job_that_is(job::Status::Suspended, JobDialect::AWS);
    for reason in [String::new(), "ß".repeat(257)] {
        let error =
            job.update_status(job::RequestedStatus::Ready, Some(&reason), second(0)).unwrap_err();
        assert_eq!(error.code.as_str(), "BadRequestException");
    }
    assert!(
        job.update_status(job::RequestedStatus::Ready, Some(&"ß".repeat(256)), second(0)).is_ok()
    );
    let unknown = JobDialect::AWS.unknown_job();
    assert_eq!((unknown.code.as_str(), unknown.http_status()), ("NotFoundException", 400));
    let other = JobDialect::AWS.with_unknown_job_code(UnknownJobCode::NoSuchJob).unknown_job();
    assert_eq!(other.to_string(), "NoSuchJobException: No such job");
}

/// REP-931: priorities change until the end of a job.
#[test]
fn priorities_change_until_the_end() {
    let accepting = JobDialect::AWS.with_final_priority(FinalPriority::Accepted);
    for status in job::Status::ALL.iter().copied() {
        let priority = job::Priority::new(77).unwrap();
        let mut job = job_that_is(status, JobDialect::AWS);
        match job.update_priority(priority) {
            Ok(()) => assert!(!status.is_final() && job.priority() == priority, "{status}"),
            Err(error) => {
                assert!(status.is_final() && job.priority().get() == 10, "{status}");
                assert_eq!(error.code.as_str(), "BadRequestException");
            }
        }
        assert!(job_that_is(status, accepting).update_priority(priority).is_ok());
    }
}

/// REP-929, REP-934, REP-935: preparation that fails leaves no counts, and its texts are AWS's.
#[test]
fn preparation_fails() {
    let failures = [
        (
            job::Failure::no_keys(),
            "Manifest generation found no keys matching the filter criteria.",
        ),
        (job::Failure::manifest_forbidden(), "Reading the manifest is forbidden: AccessDenied"),
        (
            job::Failure::manifest_not_written(),
            "Error occurred when preparing manifest: Failed to write manifest",
        ),
        (
            job::Failure::invalid_manifest(InvalidManifestContent::TaskFields),
            "Unexpected number of task fields",
        ),
        (
            job::Failure::fields_missing("VersionId"),
            "Required fields are missing in the schema: VersionId",
        ),
        (
            job::Failure::report_not_written(),
            "The job report could not be written to your report bucket. Please check your permissions.",
        ),
    ];
    for (failure, text) in failures {
        assert_eq!(failure.failure_reason(), text);
        let mut job = job("job-1", &with_report(), second(0));
        tell(&mut job, [job::Event::PreparationBegan]);
        let made = tell(&mut job, [job::Event::PreparationFailed(failure.clone())]);
        assert_eq!(way(&made), ["Failing", "Failed"]);
        assert_eq!(job.failures(), [failure]);
        let counts = job.progress(second(9));
        assert_eq!((counts.total_number_of_tasks, counts.number_of_tasks_failed), (0, 0));
        assert!(!job.owes_report());
    }
    let long = job::Failure::new("c".repeat(65).as_str().into(), "r".repeat(257));
    assert_eq!((long.failure_code().as_str().len(), long.failure_reason().len()), (64, 256));
    assert_eq!(job::Failure::new("".into(), "").failure_reason(), "unknown");
    for content in InvalidManifestContent::ALL {
        let failure = job::Failure::invalid_manifest(*content);
        assert_eq!(failure.failure_code(), &job::FailureCode::INVALID_MANIFEST_CONTENT);
        assert_eq!(failure.failure_reason(), content.as_str());
    }
}

/// REP-990: a manifest with another ETag is not the manifest; quotation marks don't count.
#[test]
fn a_manifest_that_changed_fails_the_job() {
    let location = JobManifestLocation::new("arn:aws:s3:::lists/all.csv".parse().unwrap(), "e1");
    assert!(location.has_e_tag("\"e1\"") && !location.has_e_tag("e2"));
    let mut job = job("job-1", &own_manifest(), second(0));
    let changed = job::Event::PreparationFailed(job::Failure::manifest_changed());
    let made = tell(&mut job, [job::Event::PreparationBegan, changed]);
    assert_eq!(way(&made), ["Preparing", "Failing", "Failed"]);
    assert_eq!(job.failures()[0].failure_code(), &job::FailureCode::MANIFEST_CHANGED);
    let text = "The manifest does not have the ETag that the job names";
    assert_eq!(job.failures()[0].failure_reason(), text);
}

/// REP-936: the reason of one request is not told of another.
#[test]
fn a_request_without_a_reason_has_none() {
    let mut job = job_that_is(job::Status::Suspended, JobDialect::AWS);
    let ready = job::RequestedStatus::Ready;
    let made = job.update_status(ready, Some("looks right"), second(1)).unwrap();
    assert_eq!(job.notification_of(&made[0]).status_change_reason, ["looks right"]);
    let made = job.update_status(job::RequestedStatus::Cancelled, None, second(2)).unwrap();
    assert!(job.notification_of(&made[0]).status_change_reason.is_empty());
    assert_eq!(job.describe(second(3)).status_update_reason, None);
}

/// REP-907, REP-917: a job goes on as the dialect has it that accepted its specification.
#[test]
fn a_stored_job_is_proven_by_the_dialect_that_accepted_it() {
    let many = json!({"ManifestGenerator": {"S3JobManifestGenerator": {
        "SourceBucket": "arn:aws:s3:::source", "EnableManifestOutput": false,
        "Filter": {"KeyNameConstraint": {"MatchAnyPrefix": ["a/", "b/"]}}}}});
    let unstated = json!({"ConfirmationRequired": null});
    for (members, dialect) in [
        (many, JobDialect::AWS.with_key_name_strings(KeyNameStrings::Many)),
        (unstated, JobDialect::AWS.with_confirmation(ConfirmationReading::Runs)),
    ] {
        let read = JobParser::new().with_dialect(dialect).parse_json(&job_json(&members));
        let specification = read.into_specification().unwrap();
        assert_eq!(specification.dialect(), &dialect);
        let job = Job::create(job_name("job-1"), specification.clone(), second(0));
        let stored = serde_json::to_string(&job).unwrap();
        assert_eq!(serde_json::from_str::<Job>(&stored).unwrap(), job);
        let stored = serde_json::to_string(&specification).unwrap();
        let again: JobSpecification = serde_json::from_str(&stored).unwrap();
        assert_eq!(again, specification);
        assert!(!again.needs_confirmation());
    }
}

/// REP-938: one object more than 20 billion is too many.
#[test]
fn a_job_has_a_limit_of_objects() {
    for (objects, expected) in
        [(20_000_000_000, vec!["Ready"]), (20_000_000_001, vec!["Failing", "Failed"])]
    {
        let mut job = job("job-1", &json!({}), second(0));
        tell(&mut job, [job::Event::PreparationBegan]);
        assert_eq!(way(&tell(&mut job, [prepared(objects)])), expected);
    }
}

/// REP-939: a generator that finds nothing fails; an empty manifest is a question.
#[test]
fn a_job_without_objects() {
    let run = |members: &Value, dialect: JobDialect| {
        let mut job = dialect_job(members, dialect);
        tell(&mut job, [job::Event::PreparationBegan]);
        let mut made = tell(&mut job, [prepared(0)]);
        if job.status() == job::Status::Ready {
            made.extend(tell(&mut job, [job::Event::Started]));
        }
        (way(&made), job.failures().first().map(|f| f.failure_reason().to_owned()))
    };
    let failed = vec!["Failing", "Failed"];
    let no_keys = job::Failure::no_keys().failure_reason().to_owned();
    assert_eq!(run(&json!({}), JobDialect::AWS), (failed.clone(), Some(no_keys)));
    let complete = vec!["Ready", "Active", "Completing", "Complete"];
    assert_eq!(run(&own_manifest(), JobDialect::AWS), (complete, None));
    let fails = JobDialect::AWS.with_empty_manifest(EmptyManifest::Fails);
    assert_eq!(run(&own_manifest(), fails), (failed, Some("Invalid Manifest Content".to_owned())));
}

/// REP-934: a report that can't be written fails the job, or not; the counts stay.
#[test]
fn a_report_that_cant_be_written() {
    let completes = JobDialect::AWS.with_unwritten_report(UnwrittenReport::Completes);
    for (dialect, expected) in
        [(JobDialect::AWS, vec!["Failing", "Failed"]), (completes, vec!["Complete"])]
    {
        let mut job = job_that_is(job::Status::Completing, dialect);
        let made = tell(&mut job, [job::Event::ReportFailed(job::Failure::report_not_written())]);
        assert_eq!(way(&made), expected);
        assert_eq!(job.progress(second(0)).number_of_tasks_succeeded, 2000);
        assert_eq!(job.failures().len(), usize::from(expected.len() == 2));
    }
    let mut job = job_that_is(job::Status::Failing, JobDialect::AWS);
    tell(&mut job, [job::Event::ReportFailed(job::Failure::report_not_written())]);
    assert_eq!((job.status(), job.failures().len()), (job::Status::Failed, 2));
    let mut job = active(&with_report(), 2000);
    tell(&mut job, [ended(1, 0)]);
    job.update_status(job::RequestedStatus::Cancelled, None, second(0)).unwrap();
    tell(&mut job, [job::Event::ReportFailed(job::Failure::report_not_written())]);
    assert_eq!((job.status(), job.failures().len()), (job::Status::Cancelled, 0));
}

/// REP-934, REP-913: a report that nobody asked for can't be missing, and a manifest that is not
/// kept is nowhere.
#[test]
fn what_a_job_does_not_write_cant_be_there_or_missing() {
    let missing = || job::Event::ReportFailed(job::Failure::report_not_written());
    let untried = job_that_is(job::Status::Cancelling, JobDialect::AWS);
    let mut unasked = active(&json!({}), 2000);
    tell(&mut unasked, [ended(0, 1000)]);
    for mut job in [untried, unasked] {
        assert!(!job.owes_report());
        let before = job.clone();
        let error = job.handle(missing(), second(1)).unwrap_err();
        assert_eq!(error, RefusedEvent::NoReportOwed);
        assert_eq!(error.to_string(), "the job owes no report; use `Settled`");
        assert_eq!(job, before);
        tell(&mut job, [job::Event::Settled]);
    }

    for members in [json!({}), own_manifest()] {
        let mut job = job("job-1", &members, second(0));
        tell(&mut job, [job::Event::PreparationBegan]);
        let before = job.clone();
        let error = job.handle(prepared_and_kept(1), second(1)).unwrap_err();
        assert_eq!(error, RefusedEvent::ManifestNotKept);
        assert_eq!(job, before);
    }
    let mut job = job("job-1", &with_kept_manifest(), second(0));
    tell(&mut job, [job::Event::PreparationBegan, prepared_and_kept(1)]);
    assert!(job.describe(second(1)).generated_manifest_descriptor.is_some());
}

/// REP-928, REP-935: tasks under way are counted after a cancellation, and owe a report.
#[test]
fn counts_are_exact_after_a_cancellation() {
    let mut job = active(&with_report(), 10);
    tell(&mut job, [ended(2, 1)]);
    job.update_status(job::RequestedStatus::Cancelled, Some("enough"), second(0)).unwrap();
    assert!(job.owes_report() && job.holds_place());
    tell(&mut job, [ended(1, 1), job::Event::Settled]);
    let counts = job.progress(second(0));
    assert_eq!((counts.number_of_tasks_succeeded, counts.number_of_tasks_failed), (3, 2));
    assert_eq!(job.status(), job::Status::Cancelled);
    assert!(!job.holds_place());
    let mut waiting = job_that_is(job::Status::Ready, JobDialect::AWS);
    waiting.update_status(job::RequestedStatus::Cancelled, None, second(0)).unwrap();
    assert!(!waiting.owes_report() && !waiting.holds_place());
}

/// REP-935: more tasks than there are can't end, and a refused event changes nothing.
#[test]
fn refused_events_change_nothing_and_say_what_would_be_taken() {
    let mut job = active(&json!({}), 10);
    tell(&mut job, [ended(5, 0)]);
    let before = job.clone();
    for (succeeded, failed) in [(6, 0), (3, 3), (u64::MAX, u64::MAX)] {
        let error = job.handle(ended(succeeded, failed), second(1)).unwrap_err();
        let all = u128::from(succeeded) + u128::from(failed);
        assert_eq!(error, RefusedEvent::TooManyTasks { ended: all, left: 5 });
        assert_eq!(job, before);
    }
    let error = job.handle(job::Event::Settled, second(1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a job that is `Active` does not accept `Settled`; it accepts `Preempted`, `TasksEnded`"
    );
    assert_eq!(job, before);
}

/// REP-936: the events of CloudTrail, with codes and reasons where they belong.
#[test]
fn changes_are_told() {
    let mut job = job("job-1", &json!({}), second(0));
    let created = job.created_notification().to_record("e-1", "0123");
    assert_eq!(created["eventName"], "JobCreated");
    assert_eq!(created["serviceEventDetails"]["status"], "New");
    let made = job.handle(job::Event::PreparationBegan, second(1)).unwrap();
    let record = job.notification_of(&made[0]).to_record("e-2", "b268784cf0a66749f1a05bce259804f5");
    assert_eq!(
        record,
        json!({
            "eventVersion": "1.05",
            "userIdentity": {"accountId": "111122223333", "invokedBy": "s3.amazonaws.com"},
            "eventTime": "2026-11-22T10:00:01Z",
            "eventSource": "s3.amazonaws.com",
            "eventName": "JobStatusChanged",
            "awsRegion": "eu-central-1",
            "sourceIPAddress": "s3.amazonaws.com",
            "userAgent": "s3.amazonaws.com",
            "requestParameters": null,
            "responseElements": null,
            "eventID": "e-2",
            "readOnly": false,
            "eventType": "AwsServiceEvent",
            "recipientAccountId": "111122223333",
            "serviceEventDetails": {
                "jobId": "job-1",
                "jobArn": "arn:aws:s3:eu-central-1:111122223333:job/job-1",
                "status": "Preparing",
                "jobEventId": "b268784cf0a66749f1a05bce259804f5",
                "failureCodes": [],
                "statusChangeReason": [],
            },
        })
    );
    let made = tell(&mut job, [job::Event::PreparationFailed(job::Failure::no_keys())]);
    let failed = job.notification_of(&made[1]);
    assert_eq!(
        (failed.status, &*failed.failure_codes),
        (job::Status::Failed, &["ManifestEmpty".to_owned()][..])
    );
    let mut job = active(&json!({}), 5);
    let made =
        job.update_status(job::RequestedStatus::Cancelled, Some("enough"), second(3)).unwrap();
    assert_eq!(job.notification_of(&made[0]).status_change_reason, ["enough"]);
    let made = tell(&mut job, [job::Event::Settled]);
    assert!(job.notification_of(&made[0]).status_change_reason.is_empty());
}

/// REP-935, REP-902: what DescribeJob tells, in both forms, for jobs of every status.
#[test]
fn descriptors_read_back_equal() {
    for status in job::Status::ALL.iter().copied() {
        let job = job_that_is(status, JobDialect::AWS);
        let answer = DescribeJobResult { job: job.describe(second(5)) };
        for form in [Form::Xml, Form::CliJson] {
            let text = answer.to_text(form);
            assert_eq!(DescribeJobResult::from_text(&text, form).unwrap(), answer, "{text}");
        }
        let text = answer.to_text(Form::CliJson);
        assert_eq!(text.contains(r#""FailureReasons": []"#), job.failures().is_empty());
    }
    let mut members = with_kept_manifest();
    members["ConfirmationRequired"] = true.into();
    let mut job = job("job-1", &members, second(0));
    tell(&mut job, [job::Event::PreparationBegan, prepared_and_kept(1)]);
    let text = DescribeJobResult { job: job.describe(second(5)) }.to_text(Form::Xml);
    assert!(
        text.contains(
            "<GeneratedManifestDescriptor>\n      <Format>S3InventoryReport_CSV_20211130"
        ),
        "{text}"
    );
    assert!(text.contains("<SuspendedCause>AWAITING_CONFIRMATION</SuspendedCause>"));
    assert!(!text.contains("Tags"));
    let report = DescribeJobResult::from_text("<DescribeJobResult/>", Form::Xml).unwrap_err();
    assert!(report.has_errors());
}

/// REP-901, REP-930, REP-931: the short answers, in both forms.
#[test]
fn short_answers_read_back_equal() {
    let id = || "job-1".parse().unwrap();
    let created = CreateJobResult { job_id: id() };
    assert!(created.to_text(Form::Xml).contains(
        "<CreateJobResult xmlns=\"http://awss3control.amazonaws.com/doc/2018-08-20/\">\n  <JobId>job-1</JobId>"
    ));
    let priority = UpdateJobPriorityResult { job_id: id(), priority: job::Priority::MAX };
    let reason = Some("a & b".to_owned());
    let status = UpdateJobStatusResult {
        job_id: id(),
        status: job::Status::Cancelling,
        status_update_reason: reason,
    };
    for form in [Form::Xml, Form::CliJson] {
        assert_eq!(CreateJobResult::from_text(&created.to_text(form), form).unwrap(), created);
        assert_eq!(
            UpdateJobPriorityResult::from_text(&priority.to_text(form), form).unwrap(),
            priority
        );
        assert_eq!(UpdateJobStatusResult::from_text(&status.to_text(form), form).unwrap(), status);
    }
    let wrong = r#"{"JobId": "job-1", "Status": "Resting"}"#;
    assert!(UpdateJobStatusResult::from_text(wrong, Form::CliJson).is_err());
}

/// REP-935: an answer as the CLI prints it, of a job whose operation this crate does not run.
#[test]
fn an_answer_of_the_cli_is_read() {
    let text = r#"{"Job": {
        "TerminationDate": "2019-10-03T21:49:53.944Z", "JobId": "93735294-df46-44d5-8638-6356f335324e",
        "FailureReasons": [], "Manifest": {"Spec": {"Fields": ["Bucket", "Key"],
            "Format": "S3BatchOperations_CSV_20180820"},
            "Location": {"ETag": "69f52a4e9f797e987155d9c8f5880897",
                "ObjectArn": "arn:aws:s3:::employee-records-logs/inv-report.csv"}},
        "JobArn": "arn:aws:s3:us-west-2:123456789012:job/93735294-df46-44d5-8638-6356f335324e",
        "Report": {"ReportScope": "AllTasks", "Format": "Report_CSV_20180820", "Enabled": true},
        "RoleArn": "arn:aws:iam::123456789012:role/S3BatchJobRole", "Status": "Complete",
        "Operation": {"S3PutObjectTagging": {"TagSet": [{"Key": "k", "Value": "v"}]}},
        "CreationTime": "2019-10-03T21:48:48.048+00:00", "Priority": 42,
        "ProgressSummary": {"TotalNumberOfTasks": 8, "NumberOfTasksFailed": 0, "NumberOfTasksSucceeded": 8}}}"#;
    let answer = DescribeJobResult::from_text(text, Form::CliJson).unwrap();
    assert_eq!(answer.job.status, job::Status::Complete);
    assert_eq!(answer.job.progress_summary.number_of_tasks_succeeded, 8);
    assert_eq!(answer.job.confirmation_required, None);
    let operations: Vec<_> = answer.job.operation.names().map(OperationName::as_str).collect();
    assert_eq!(operations, ["S3PutObjectTagging"]);
}

/// REP-901: S3 may answer more than is known here, and less than it usually does.
#[test]
fn an_answer_may_say_more_or_less() {
    let json = r#"{"ResponseMetadata": {"HTTPStatusCode": 200}, "Job": {"JobId": "job-1",
        "Status": "Active", "JobArn": null, "NewMember": [1], "Operation": {"S3NewOperation": {}},
        "ProgressSummary": null}}"#;
    let answer = DescribeJobResult::from_text(json, Form::CliJson).unwrap();
    assert_eq!((answer.job.job_id.as_str(), answer.job.status), ("job-1", job::Status::Active));
    assert_eq!((&answer.job.job_arn, answer.job.priority), (&None, None));
    assert_eq!(answer.job.progress_summary.total_number_of_tasks, 0);
    assert_eq!(
        serde_json::from_value::<DescribeJobResult>(json!({"Job": {"JobId": "job-1",
        "Status": "Active", "NewMember": 1}, "ResponseMetadata": {}}))
        .unwrap(),
        answer
    );
    let xml = "<ListJobsResult><Jobs><member><JobId>job-1</JobId><Status>Active</Status><New>\
        <er/></New></member></Jobs><Other>x</Other></ListJobsResult>";
    let list = ListJobsResult::from_text(xml, Form::Xml).unwrap();
    assert_eq!((list.jobs[0].operation, list.jobs[0].creation_time), (None, None));
    for form in [Form::Xml, Form::CliJson] {
        assert_eq!(ListJobsResult::from_text(&list.to_text(form), form).unwrap(), list);
        assert_eq!(DescribeJobResult::from_text(&answer.to_text(form), form).unwrap(), answer);
    }
    // What can't be read is no refusal of the service, which has answered.
    for (text, codes) in [
        (
            r#"{"Job": {"JobId": "job-1", "Status": "Resting", "New": 1}}"#,
            vec!["element-unknown", "invalid-value"],
        ),
        (r#"{"Job": {"JobId": 1, "Status": "Active"}}"#, vec!["invalid-type"]),
        (r#"{"Job": "#, vec!["malformed-document"]),
    ] {
        let report = DescribeJobResult::from_text(text, Form::CliJson).unwrap_err();
        assert!(report.has_errors() && report.first_refusal().is_none(), "{report}");
        assert_eq!(report.iter().map(|found| found.code).collect::<Vec<_>>(), codes, "{text}");
    }
    // A request is read as strictly as ever.
    let read = JobParser::new().parse_json(&job_json(&json!({"ResponseMetadata": {}})));
    assert!(read.report().has_errors());
}

/// REP-924: what was stored and is not a job is refused.
#[test]
fn stored_jobs_are_checked() {
    let stored = serde_json::to_value(job_that_is(job::Status::Active, JobDialect::AWS)).unwrap();
    let broken: [(&str, Value); 10] = [
        ("/Status", json!("Complete")),
        ("/Status", json!("Paused")),
        ("/Status", json!("New")),
        ("/Progress/Succeeded", json!(2001)),
        ("/Running", json!(false)),
        ("/Ended", json!("2026-11-22T10:00:00Z")),
        ("/Specification/Request/Priority", json!(-1)),
        // The job would have gone on, or failed, with these counts.
        ("/Progress/Succeeded", json!(2000)),
        ("/Progress/Failed", json!(1000)),
        // Nobody has to confirm it.
        ("/Confirmed", json!(false)),
    ];
    assert!(serde_json::from_value::<Job>(stored.clone()).is_ok());
    for (path, value) in broken {
        is_impossible(&stored, path, &value);
    }
    let kept = json!({"Format": "S3InventoryReport_CSV_20211130",
        "Location": {"ObjectArn": "arn:aws:s3:::lists/manifest.json", "ETag": "e1"}});
    for (status, path, value) in [
        (job::Status::Completing, "/Progress/Succeeded", json!(0)),
        (job::Status::Completing, "/Specification/Request/Report", json!({"Enabled": false})),
        (job::Status::Complete, "/Progress/Succeeded", json!(1999)),
        (job::Status::Ready, "/Progress/Succeeded", json!(1)),
        (job::Status::Suspended, "/Progress/Failed", json!(1)),
        (job::Status::Suspended, "/Suspended", Value::Null),
        (job::Status::Suspended, "/Confirmed", json!(true)),
        (job::Status::Ready, "/Suspended", json!("2026-11-22T10:00:00Z")),
        (job::Status::New, "/Confirmed", json!(false)),
        (job::Status::New, "/Progress/Total", json!(5)),
        (job::Status::Ready, "/GeneratedManifest", kept),
    ] {
        let stored = serde_json::to_value(job_that_is(status, JobDialect::AWS)).unwrap();
        is_impossible(&stored, path, &value);
    }
    // Where somebody has to confirm it, nothing runs before that.
    let mut job = job("job-1", &json!({"ConfirmationRequired": true}), second(0));
    tell(&mut job, [job::Event::PreparationBegan, prepared(5)]);
    job.update_status(job::RequestedStatus::Ready, None, second(1)).unwrap();
    let stored = serde_json::to_value(&job).unwrap();
    assert!(with(&stored, "/Confirmed", &json!(true)).is_ok());
    is_impossible(&stored, "/Confirmed", &json!(false));
    // A job is suspended after its preparation.
    let mut job = self::job("job-1", &json!({"ConfirmationRequired": true}), second(0));
    tell(&mut job, [job::Event::PreparationBegan]);
    let stored = serde_json::to_value(&job).unwrap();
    is_impossible(&stored, "/Suspended", &json!(second(1)));
    let job = self::job("job-1", &json!({"ConfirmationRequired": true}), second(0));
    let stored = serde_json::to_value(&job).unwrap();
    is_impossible(&stored, "/Suspended", &json!(second(1)));
    is_impossible(&stored, "/Confirmed", &json!(true));
}

/// REP-924: a job that is paused has counted its tasks, and one that completes has none left.
#[test]
fn a_saved_job_has_the_tasks_of_its_status() {
    let mut job = job("job-1", &with_report(), second(0));
    tell(&mut job, [job::Event::PreparationBegan, prepared(5), job::Event::Started]);
    let mut paused = job.clone();
    tell(&mut paused, [job::Event::Preempted, job::Event::Settled]);
    let stored = serde_json::to_value(&paused).unwrap();
    assert_eq!(paused.status(), job::Status::Paused);
    is_impossible(&stored, "/Progress/Total", &Value::Null);
    tell(&mut job, [ended(5, 0)]);
    assert_eq!(job.status(), job::Status::Completing);
    is_impossible(&serde_json::to_value(&job).unwrap(), "/Progress/Total", &json!(6));
}

/// Reads a stored job with another value at one place.
fn with(stored: &Value, path: &str, value: &Value) -> serde_json::Result<Job> {
    let mut stored = stored.clone();
    *stored.pointer_mut(path).unwrap() = value.clone();
    serde_json::from_value(stored)
}

/// Checks that a stored job is refused for what it is, not for its checksum.
#[track_caller]
fn is_impossible(stored: &Value, path: &str, value: &Value) {
    let error = with(stored, path, value).unwrap_err().to_string();
    assert!(!error.contains("checksum"), "{path}: {error}");
}

/// REP-924: in every status each member of a stored job is removed, doubled, swapped and made extreme.
#[test]
fn damage_to_a_job_is_noticed() {
    for status in job::Status::ALL {
        let stored = serde_json::to_value(job_that_is(*status, JobDialect::AWS)).unwrap();
        assert_eq!(unnoticed::<Job>(&stored), Vec::<String>::new(), "{status}");
    }
}

#[derive(Clone, Debug)]
enum Step {
    Tell(job::Event),
    Ask(job::RequestedStatus),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => Just(Step::Tell(job::Event::PreparationBegan)),
        2 => (0_u64..3000).prop_map(|objects| Step::Tell(prepared(objects))),
        1 => Just(Step::Tell(job::Event::PreparationFailed(job::Failure::manifest_forbidden()))),
        6 => Just(Step::Tell(job::Event::Started)),
        3 => Just(Step::Tell(job::Event::Preempted)),
        8 => (0_u64..900, 0_u64..900).prop_map(|(s, f)| Step::Tell(ended(s, f))),
        5 => Just(Step::Tell(job::Event::Settled)),
        1 => Just(Step::Tell(job::Event::ReportFailed(job::Failure::report_not_written()))),
        3 => Just(Step::Ask(job::RequestedStatus::Ready)),
        1 => Just(Step::Ask(job::RequestedStatus::Cancelled)),
        2 => prop_oneof![0_i64..100, Just(31 * DAY)].prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// REP-924, REP-925, REP-932, REP-935: whatever happens, a job goes by the table, an end is an
    /// end, counts never shrink, and what is saved goes on as if nothing had been.
    #[test]
    fn a_job_goes_by_the_table(
        steps in proptest::collection::vec(step(), 0..60),
        (confirm, report, own) in any::<(bool, bool, bool)>(),
    ) {
        let mut members = if report { with_report() } else { json!({}) };
        members["ConfirmationRequired"] = confirm.into();
        if own {
            members.as_object_mut().unwrap().extend(own_manifest().as_object().unwrap().clone());
        }
        let mut job = job("job-1", &members, second(0));
        let mut now = 0;
        let mut seen = vec![job.status()];
        for step in steps {
            let before = job.clone();
            let made = match step.clone() {
                Step::Tell(event) => job.handle(event, second(now)).ok(),
                Step::Ask(requested) => job.update_status(requested, None, second(now)).ok(),
                Step::Wait(seconds) => {
                    now += seconds;
                    Some(job.advance(second(now)))
                }
            };
            let mut status = before.status();
            for transition in made.iter().flatten() {
                prop_assert_eq!(transition.row.from, status);
                prop_assert!(job::Status::TRANSITIONS.contains(&transition.row));
                status = transition.row.to;
                seen.push(status);
            }
            prop_assert_eq!(job.status(), status);
            if made.is_none() || before.status().is_final() {
                prop_assert_eq!(&job, &before);
            }
            let (old, new) = (before.progress(second(now)), job.progress(second(now)));
            let ran = new.number_of_tasks_succeeded + new.number_of_tasks_failed;
            prop_assert!(new.number_of_tasks_succeeded >= old.number_of_tasks_succeeded);
            prop_assert!(new.number_of_tasks_failed >= old.number_of_tasks_failed);
            prop_assert!(new.timers.elapsed_time_in_active_seconds >= old.timers.elapsed_time_in_active_seconds);
            prop_assert!(ran <= new.total_number_of_tasks);
            if status == job::Status::Complete {
                prop_assert_eq!(ran, new.total_number_of_tasks);
            }
            if status == job::Status::Active {
                prop_assert!(!FailureThreshold::is_exceeded(ran, new.number_of_tasks_failed));
                prop_assert!(ran < new.total_number_of_tasks);
            }
            prop_assert_eq!(job.failures().is_empty(), !matches!(status, job::Status::Failing | job::Status::Failed));
            let stored = serde_json::to_string(&job).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Job>(&stored).unwrap(), &job);
        }
        // Somebody who looked now and then finds a way again that every look lies on.
        let looks: Vec<job::Status> = seen.iter().copied().step_by(3).collect();
        let way = job::Status::path_through(looks.iter().copied()).unwrap();
        prop_assert!(way.windows(2).all(|pair| pair[0].may_become(pair[1])));
        let mut rest = way.iter();
        prop_assert!(looks.iter().zip(looks.iter().skip(1).chain([&job::Status::New]))
            .filter(|(look, next)| look != next)
            .all(|(look, _)| rest.any(|status| status == look)));
    }
}
