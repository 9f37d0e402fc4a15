//! The jobs of an account and Region.

use s3_replication::batch::job;
use s3_replication::batch::jobs::{Created, Directive, Jobs};
use s3_replication::batch::request::JobParser;
use s3_replication::batch::response::ListJobsResult;
use s3_replication::dialect::job::{ConfirmationReading, JobDialect};
use s3_replication::form::Form;
use s3_replication::model::Partition;
use serde_json::json;

use crate::support::damage::unnoticed;
use crate::support::{job_json, job_specification, second};

const DAY: i64 = 24 * 60 * 60;

fn jobs() -> Jobs {
    Jobs::new("111122223333".parse().unwrap(), Partition::AWS, "eu-central-1".parse().unwrap())
}

fn id(number: usize) -> job::Id {
    format!("job-{number}").parse().unwrap()
}

/// REP-920: one job for each token, as long as the job is kept.
#[test]
fn a_repeated_request_creates_nothing() {
    let mut jobs = jobs();
    let request = || job_specification(&json!({"ConfirmationRequired": true}));
    assert_eq!(jobs.create(request(), id(1), second(0)).unwrap(), Created::New(id(1)));
    let again = jobs.create(request(), id(2), second(1)).unwrap();
    assert_eq!((again.job_id(), &again), (&id(1), &Created::Existing(id(1))));
    assert_eq!(jobs.iter().count(), 1);
    let other = job_specification(&json!({"ConfirmationRequired": true, "Priority": 11}));
    let error = jobs.create(other.clone(), id(2), second(1)).unwrap_err();
    assert_eq!((error.code.as_str(), error.http_status()), ("IdempotencyException", 400));
    assert_eq!(jobs.iter().count(), 1);

    // Ninety days after its end, the job and its token are forgotten.
    jobs.get_mut(&id(1)).unwrap().handle(job::Event::PreparationBegan, second(0)).unwrap();
    let prepared = job::Event::Prepared { objects: 1, generated_manifest: None };
    jobs.get_mut(&id(1)).unwrap().handle(prepared, second(0)).unwrap();
    // Whoever looks only when all its time is over is told of its end, and it is gone.
    let mut late = jobs.clone();
    assert!(late.list(&[], None, None, second(120 * DAY)).unwrap().jobs.is_empty());
    assert_eq!(late.advance(second(120 * DAY)).len(), 2);
    assert_eq!(late.iter().count(), 0);
    let mut late = jobs.clone();
    assert_eq!(late.create(other.clone(), id(1), second(120 * DAY)).unwrap(), Created::New(id(1)));
    let made: Vec<_> =
        jobs.advance(second(31 * DAY + 1)).iter().map(|(_, made)| made.row.to).collect();
    assert_eq!(made, [job::Status::Failing, job::Status::Failed]);
    assert!(jobs.advance(second(120 * DAY - 1)).is_empty());
    assert!(jobs.create(other.clone(), id(2), second(120 * DAY - 1)).is_err());
    assert_eq!(jobs.list(&[], None, None, second(120 * DAY - 1)).unwrap().jobs.len(), 1);
    // That needs nobody to look after the set first.
    let mut unlooked = jobs.clone();
    assert!(unlooked.list(&[], None, None, second(120 * DAY)).unwrap().jobs.is_empty());
    for new in [request(), other.clone()] {
        let mut jobs = unlooked.clone();
        assert_eq!(jobs.create(new, id(1), second(120 * DAY)).unwrap(), Created::New(id(1)));
        assert_eq!(jobs.get(&id(1)).unwrap().status(), job::Status::New);
    }
    let third = job_specification(&json!({"ClientRequestToken": "third"}));
    assert_eq!(unlooked.create(third, id(1), second(120 * DAY)).unwrap(), Created::New(id(1)));
    let again = unlooked.create(request(), id(4), second(120 * DAY)).unwrap();
    assert_eq!(again, Created::New(id(4)));

    let _ = jobs.advance(second(120 * DAY));
    assert_eq!(serde_json::from_str::<Jobs>(&serde_json::to_string(&jobs).unwrap()).unwrap(), jobs);
    assert_eq!(jobs.get(&id(1)).unwrap_err().code.as_str(), "NotFoundException");
    assert_eq!(jobs.create(other, id(2), second(120 * DAY)).unwrap(), Created::New(id(2)));
}

/// REP-920, REP-907: a request is repeated when it asks for the same, whoever read it.
#[test]
fn a_request_is_what_was_sent() {
    let unstated = job_json(&json!({"ConfirmationRequired": null}));
    let runs = JobDialect::AWS.with_confirmation(ConfirmationReading::Runs);
    let read = |dialect| {
        JobParser::new().with_dialect(dialect).parse_json(&unstated).into_specification().unwrap()
    };
    let mut jobs = jobs();
    let _ = jobs.create(read(runs), id(1), second(0)).unwrap();
    assert!(!jobs.get(&id(1)).unwrap().specification().needs_confirmation());
    let mut jobs: Jobs = serde_json::from_str(&serde_json::to_string(&jobs).unwrap()).unwrap();
    assert!(!jobs.get(&id(1)).unwrap().specification().needs_confirmation());
    for dialect in [runs, JobDialect::AWS] {
        let again = jobs.create(read(dialect), id(2), second(0)).unwrap();
        assert_eq!(again, Created::Existing(id(1)));
    }
}

/// REP-920: a stored set that is none is refused, and nothing gets lost in it.
#[test]
fn stored_sets_are_checked() {
    let mut jobs = jobs();
    for number in 0..2 {
        let token = json!({"ClientRequestToken": format!("t-{number}")});
        let _ = jobs.create(job_specification(&token), id(number), second(0)).unwrap();
    }
    let stored = serde_json::to_value(&jobs).unwrap();
    for (path, value, message) in [
        ("/AccountId", "999999999999", "the job job-0 belongs to another account or Region"),
        ("/Region", "us-east-1", "the job job-0 belongs to another account or Region"),
        ("/Partition", "aws-cn", "the job job-0 belongs to another account or Region"),
    ] {
        let mut broken = stored.clone();
        *broken.pointer_mut(path).unwrap() = value.into();
        let error = serde_json::from_value::<Jobs>(broken).unwrap_err();
        assert_eq!(error.to_string(), message, "{path}");
    }
    // Jobs that are sound in themselves, but not together.
    let same_token = crate::support::job("job-1", &json!({"ClientRequestToken": "t-0"}), second(0));
    for (second, message) in [
        (stored["Jobs"][0].clone(), "the job job-0 occurs twice"),
        (serde_json::to_value(same_token).unwrap(), "the jobs job-0 and job-1 have the same token"),
    ] {
        let mut broken = stored.clone();
        broken["Jobs"][1] = second;
        let error = serde_json::from_value::<Jobs>(broken).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
    assert_eq!(unnoticed::<Jobs>(&stored), Vec::<String>::new());
}

/// REP-920: jobs of other accounts, and ids that are taken.
#[test]
fn what_cant_be_created_is_refused() {
    let mut jobs = jobs();
    let foreign = job_specification(&json!({"AccountId": "999999999999"}));
    let error = jobs.create(foreign, id(1), second(0)).unwrap_err();
    assert_eq!(error.code.as_str(), "BadRequestException");
    let _ = jobs.create(job_specification(&json!({})), id(1), second(0)).unwrap();
    let other = job_specification(&json!({"ClientRequestToken": "other"}));
    let error = jobs.create(other, id(1), second(0)).unwrap_err();
    assert_eq!((error.code.as_str(), error.http_status()), ("InternalServiceException", 500));
}

/// REP-935, REP-902: lists by status, page by page, in both forms.
#[test]
fn jobs_are_listed() {
    let mut jobs = jobs();
    for number in 0..5 {
        let request = job_specification(
            &json!({"ClientRequestToken": format!("t-{number}"), "Description": "d & d"}),
        );
        let _ = jobs.create(request, id(number), second(0)).unwrap();
    }
    jobs.get_mut(&id(3)).unwrap().handle(job::Event::PreparationBegan, second(0)).unwrap();
    let list = |statuses: &[job::Status], max, token: Option<&str>| {
        let list = jobs.list(statuses, max, token, second(1)).unwrap();
        let ids: Vec<String> = list.jobs.iter().map(|job| job.job_id.to_string()).collect();
        (ids.join(" "), list.next_token)
    };
    assert_eq!(list(&[], None, None), ("job-0 job-1 job-2 job-3 job-4".into(), None));
    assert_eq!(list(&[], Some(2), None), ("job-0 job-1".into(), Some("job-1".into())));
    assert_eq!(list(&[], Some(2), Some("job-1")), ("job-2 job-3".into(), Some("job-3".into())));
    assert_eq!(list(&[], Some(2), Some("job-3")), ("job-4".into(), None));
    assert_eq!(list(&[job::Status::Preparing], None, None), ("job-3".into(), None));
    assert_eq!(list(&[job::Status::New], Some(4), None).1, None);
    assert_eq!(list(&[job::Status::Failed, job::Status::Preparing], Some(0), None).0, "job-3");
    let error = jobs.list(&[], None, Some("?"), second(1)).unwrap_err();
    assert_eq!(error.code.as_str(), "InvalidNextTokenException");

    assert_eq!(list(&[], Some(1000), None).0.len(), "job-0".len() * 5 + 4);
    let error = jobs.list(&[], Some(1001), None, second(1)).unwrap_err();
    assert_eq!((error.code.as_str(), error.http_status()), ("InvalidRequestException", 400));

    let answer = jobs.list(&[], Some(2), None, second(1)).unwrap();
    for form in [Form::Xml, Form::CliJson] {
        assert_eq!(ListJobsResult::from_text(&answer.to_text(form), form).unwrap(), answer);
    }
    let text = answer.to_text(Form::Xml).replace("<member>", "<JobListDescriptor>");
    let text = text.replace("</member>", "</JobListDescriptor>");
    assert_eq!(ListJobsResult::from_text(&text, Form::Xml).unwrap(), answer);
    assert!(text.contains("<Operation>S3ReplicateObject</Operation>"), "{text}");
}

/// REP-937: the capacity and the dialect are those of the set; what was stored goes on.
#[test]
fn a_stored_set_goes_on() {
    let dialect = JobDialect::AWS.with_confirmation(ConfirmationReading::Runs);
    let mut jobs = jobs().with_capacity(1).with_dialect(dialect);
    for number in 0..3 {
        let request = job_specification(&json!({"ClientRequestToken": format!("t-{number}")}));
        let _ = jobs.create(request, id(number), second(0)).unwrap();
        let job = jobs.get_mut(&id(number)).unwrap();
        job.handle(job::Event::PreparationBegan, second(0)).unwrap();
        let prepared = job::Event::Prepared { objects: 1, generated_manifest: None };
        job.handle(prepared, second(0)).unwrap();
    }
    assert_eq!(jobs.schedule(), [Directive::Start(id(0))]);
    let stored = serde_json::to_string(&jobs).unwrap();
    let mut again: Jobs = serde_json::from_str(&stored).unwrap();
    assert_eq!(again, jobs);
    let request = job_specification(&json!({"ClientRequestToken": "t-2"}));
    assert_eq!(again.create(request, id(9), second(0)).unwrap(), Created::Existing(id(2)));
    again
        .get_mut(&id(0))
        .unwrap()
        .update_status(job::RequestedStatus::Cancelled, None, second(1))
        .unwrap();
    assert_eq!(again.schedule(), [Directive::Start(id(1))]);
}
