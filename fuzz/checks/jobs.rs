//! Jobs: for any order of events, a refused event changes nothing, final states are final, the
//! counts add up, and a saved job continues unchanged.

use arbitrary::{Result, Unstructured};
use s3_replication::batch::job::{self, Job};
use s3_replication::batch::jobs::{Directive, Jobs};
use s3_replication::batch::request::{JobParser, JobSpecification};
use s3_replication::dialect::job::{
    ConfirmationReading, EarlyConfirmation, EmptyManifest, FinalPriority, JobDialect, JobRetention,
    UnwrittenReport,
};
use s3_replication::model::{Partition, Timestamp};
use serde_json::{Value, json};

/// The maximum number of jobs that run at the same time.
const CAPACITY: usize = 2;

/// The maximum number of events in one input.
const STEPS: usize = 500;

/// Returns an error when the bytes are too few for a job.
pub(super) fn check(bytes: &[u8]) -> Result<()> {
    let mut bytes = Unstructured::new(bytes);
    let dialect = dialect(&mut bytes)?;
    let mut play = Play { jobs: jobs(dialect), dialect, now: 0 };
    for _ in 0..STEPS {
        if bytes.is_empty() {
            break;
        }
        play.step(&mut bytes)?;
        play.check();
    }
    play.check_stored();
    Ok(())
}

fn dialect(bytes: &mut Unstructured<'_>) -> Result<JobDialect> {
    let mut dialect = JobDialect::AWS;
    if bytes.arbitrary()? {
        dialect = dialect.with_confirmation(ConfirmationReading::Runs);
    }
    if bytes.arbitrary()? {
        dialect = dialect.with_early_confirmation(EarlyConfirmation::Accepted);
    }
    if bytes.arbitrary()? {
        dialect = dialect.with_final_priority(FinalPriority::Accepted);
    }
    if bytes.arbitrary()? {
        dialect = dialect.with_empty_manifest(EmptyManifest::Fails);
    }
    if bytes.arbitrary()? {
        dialect = dialect.with_unwritten_report(UnwrittenReport::Completes);
    }
    if bytes.arbitrary()? {
        dialect = dialect.with_retention(JobRetention::ThirtyDays);
    }
    Ok(dialect)
}

fn jobs(dialect: JobDialect) -> Jobs {
    let (account, region) = ("111122223333".parse().unwrap(), "eu-central-1".parse().unwrap());
    let jobs = Jobs::new(account, Partition::AWS, region);
    jobs.with_dialect(dialect).with_capacity(CAPACITY)
}

/// The jobs of an account, and the current time.
struct Play {
    jobs: Jobs,
    dialect: JobDialect,
    /// In seconds.
    now: i64,
}

impl Play {
    fn step(&mut self, bytes: &mut Unstructured<'_>) -> Result<()> {
        match bytes.int_in_range(0..=9)? {
            0 | 1 => self.create(bytes),
            2 => {
                self.schedule();
                Ok(())
            }
            3 => self.wait(bytes),
            _ => self.send(bytes),
        }
    }

    /// Creates a job, or repeats a request.
    fn create(&mut self, bytes: &mut Unstructured<'_>) -> Result<()> {
        let token = bytes.int_in_range(0..=7)?;
        let specification = specification(bytes, token, self.dialect)?;
        let id: job::Id = format!("job-{}", bytes.int_in_range(0..=9)?).parse().unwrap();
        let before = self.jobs.iter().count();
        match self.jobs.create(specification, id, moment(self.now)) {
            Ok(created) => {
                let job = self.jobs.get(created.job_id()).unwrap();
                assert_eq!(job.specification().client_request_token(), format!("token-{token}"));
            }
            Err(_) => assert!(self.jobs.iter().count() <= before),
        }
        Ok(())
    }

    /// Applies the schedule so that the right jobs run.
    fn schedule(&mut self) {
        let now = moment(self.now);
        for directive in self.jobs.schedule() {
            let (id, event) = match directive {
                Directive::Start(id) => (id, job::Event::Started),
                Directive::Pause(id) => (id, job::Event::Preempted),
                other => panic!("{other:?}"),
            };
            let job = self.jobs.get_mut(&id).unwrap();
            job.handle(event, now).expect("a directive can be followed");
        }
    }

    /// Advances the time by up to a few months.
    fn wait(&mut self, bytes: &mut Unstructured<'_>) -> Result<()> {
        const DAY: i64 = 24 * 60 * 60;
        self.now += i64::from(bytes.int_in_range(0..=100_u8)?) * DAY / 2 + 1;
        let now = moment(self.now);
        for (id, made) in self.jobs.advance(now) {
            assert!(made.at <= now);
            assert!(self.jobs.get(&id).map_or(true, |job| job.status() == job::Status::Failed
                || made.row.to != job::Status::Failed));
        }
        assert!(self.jobs.iter().all(|job| !job.is_deleted(now)));
        Ok(())
    }

    /// Sends an event or a request to one of the jobs.
    fn send(&mut self, bytes: &mut Unstructured<'_>) -> Result<()> {
        let ids: Vec<job::Id> = self.jobs.iter().map(|job| job.id().clone()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let (id, now) = (bytes.choose(&ids)?, moment(self.now));
        let job = self.jobs.get_mut(id).unwrap();
        let before = job.clone();
        let made = match bytes.int_in_range(0..=9)? {
            0 => job.update_status(*bytes.choose(&REQUESTED)?, Some("why"), now).ok(),
            1 => {
                let priority = job::Priority::new(bytes.int_in_range(0..=3)?).unwrap();
                job.update_priority(priority).ok().map(|()| Vec::new())
            }
            _ => {
                let event = event(bytes, job)?;
                // Only the schedule starts jobs, or more than the limit would run.
                if event == job::Event::Started { None } else { job.handle(event, now).ok() }
            }
        };
        check_change(&before, job, made.as_deref());
        // The job continues from its saved form.
        if made.is_some() {
            let stored = serde_json::to_string(job).unwrap();
            let resumed: Job = serde_json::from_str(&stored).unwrap();
            assert_eq!(&resumed, job);
            *job = resumed;
        }
        Ok(())
    }

    fn check(&self) {
        let now = moment(self.now);
        let running = self.jobs.iter().filter(|job| job.holds_place()).count();
        assert!(running <= CAPACITY, "{running} jobs run");
        for job in self.jobs.iter() {
            let progress = job.progress(now);
            let ended = progress.number_of_tasks_succeeded + progress.number_of_tasks_failed;
            assert!(ended <= progress.total_number_of_tasks, "{progress:?}");
            if job.status() == job::Status::Complete {
                assert_eq!(ended, progress.total_number_of_tasks);
            }
            assert_eq!(job.failures().is_empty(), !has_failed(job), "{:?}", job.describe(now));
        }
        self.check_list(now);
    }

    fn check_stored(&self) {
        let stored = serde_json::to_string(&self.jobs).unwrap();
        assert_eq!(serde_json::from_str::<Jobs>(&stored).unwrap(), self.jobs);
    }

    /// Checks that the pages together list every job once.
    fn check_list(&self, now: Timestamp) {
        let (mut listed, mut token) = (Vec::new(), None);
        loop {
            let page = self.jobs.list(&[], Some(3), token.as_deref(), now).unwrap();
            listed.extend(page.jobs.into_iter().map(|job| job.job_id));
            token = page.next_token;
            if token.is_none() {
                break;
            }
        }
        let kept = self.jobs.iter().filter(|job| !job.is_deleted(now));
        assert!(kept.map(Job::id).eq(&listed));
    }
}

const REQUESTED: [job::RequestedStatus; 2] =
    [job::RequestedStatus::Ready, job::RequestedStatus::Cancelled];

/// Returns true for a job that has failed or is about to.
fn has_failed(job: &Job) -> bool {
    matches!(job.status(), job::Status::Failing | job::Status::Failed)
}

/// Checks that a refused event changes nothing and an accepted one follows the transition table.
fn check_change(before: &Job, after: &Job, made: Option<&[job::Transition]>) {
    let Some(made) = made else {
        assert_eq!(after, before, "what is refused changes nothing");
        return;
    };
    let mut status = before.status();
    for transition in made {
        assert!(job::Status::TRANSITIONS.contains(&transition.row));
        assert_eq!(transition.row.from, status);
        status = transition.row.to;
    }
    assert_eq!(after.status(), status);
    assert!(!before.status().is_final() || made.is_empty(), "an end is an end");
}

fn event(bytes: &mut Unstructured<'_>, job: &Job) -> Result<job::Event> {
    Ok(match bytes.int_in_range(0..=8)? {
        0 => job::Event::PreparationBegan,
        1 | 2 => job::Event::Prepared { objects: count(bytes)?, generated_manifest: None },
        3 => job::Event::PreparationFailed(job::Failure::no_keys()),
        4 | 5 => job::Event::TasksEnded { succeeded: count(bytes)?, failed: count(bytes)? },
        6 => {
            // Process the remaining tasks, so that some jobs finish.
            let progress = job.progress(job.created());
            let ended = progress.number_of_tasks_succeeded + progress.number_of_tasks_failed;
            job::Event::TasksEnded { succeeded: progress.total_number_of_tasks - ended, failed: 0 }
        }
        7 => job::Event::Settled,
        _ => job::Event::ReportFailed(job::Failure::report_not_written()),
    })
}

fn count(bytes: &mut Unstructured<'_>) -> Result<u64> {
    Ok(match bytes.int_in_range(0..=7)? {
        0 => 0,
        1 => bytes.arbitrary()?,
        2 => Job::OBJECT_LIMIT,
        3 => bytes.int_in_range(900..=1100)?,
        _ => bytes.int_in_range(0..=9)?,
    })
}

fn specification(
    bytes: &mut Unstructured<'_>,
    token: u8,
    dialect: JobDialect,
) -> Result<JobSpecification> {
    let mut job = json!({
        "AccountId": "111122223333", "ClientRequestToken": format!("token-{token}"),
        "Priority": bytes.int_in_range(0..=3)?, "Operation": {"S3ReplicateObject": {}},
        "RoleArn": "arn:aws:iam::111122223333:role/batch", "Report": report(bytes)?,
    });
    if bytes.arbitrary()? {
        job["ConfirmationRequired"] = Value::Bool(bytes.arbitrary()?);
    }
    let (name, value) = if bytes.arbitrary()? {
        (
            "ManifestGenerator",
            json!({"S3JobManifestGenerator": {
            "SourceBucket": "arn:aws:s3:::source", "EnableManifestOutput": false}}),
        )
    } else {
        (
            "Manifest",
            json!({"Spec": {"Format": "S3InventoryReport_CSV_20161130"},
            "Location": {"ObjectArn": "arn:aws:s3:::lists/manifest.json", "ETag": "e1"}}),
        )
    };
    job[name] = value;
    let read = JobParser::new().with_dialect(dialect).parse_json(&job.to_string());
    Ok(read.into_specification().expect("the job is legal"))
}

fn report(bytes: &mut Unstructured<'_>) -> Result<Value> {
    Ok(if bytes.arbitrary()? {
        json!({"Enabled": true, "Bucket": "arn:aws:s3:::reports", "ReportScope": "AllTasks",
            "Format": "Report_CSV_20180820"})
    } else {
        json!({"Enabled": false})
    })
}

fn moment(seconds: i64) -> Timestamp {
    let start: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
    start.later_by(chrono::TimeDelta::seconds(seconds))
}
