//! The job, run on a store in memory.
//!
//! The store is filled with the versions and their replication statuses, as if live replication had
//! run before. Buckets are set up by what is known about them; what is not known is assumed to let
//! replication succeed, and what depends on unknown facts about versions is counted.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use s3_replication::ObjectVersion;
use s3_replication::batch::completion_report;
use s3_replication::batch::dry_run::{Forecast, Undecided};
use s3_replication::batch::job::{self, Job};
use s3_replication::batch::manifest::{self, RowError};
use s3_replication::diagnostic::ServiceError;
use s3_replication::model::{
    BucketArn, BucketName, BucketSettings, ObjectLockStatus, OwnerAccess, ReplicationStatus, Tag,
    Timestamp, Versioning,
};
use s3_replication::replication::{FailureReason, ObjectKey};
use s3_replication::storage::{InjectedFault, MemoryStore, Metadata, StoredVersion};

use super::input::{FailingBucket, Listed, Manifest, Read};
use super::{Arguments, Format, Setup, internal, render, report_folder};
use crate::cli::output::{self, Output};
use crate::cli::progress::Progress;
use crate::cli::{Ended, Failure, Status};

type Rows = [Result<manifest::Row, RowError>];

/// The result of a run.
pub(super) struct Run {
    pub(super) job: Job,
    pub(super) transitions: Vec<job::Transition>,
    pub(super) summary: completion_report::Summary,
    /// The number of tasks that wait for a bucket.
    pub(super) open: usize,
    /// The part of the result that depends on unknown facts.
    pub(super) undecided: Undecided,
    /// The replicas in each destination bucket.
    pub(super) replicas: Vec<Replicas>,
    /// The file of the completion report.
    pub(super) report: Option<PathBuf>,
}

/// The replicas in a destination bucket.
pub(super) struct Replicas {
    pub(super) bucket: BucketArn,
    pub(super) versions: u64,
    pub(super) bytes: u64,
}

/// Runs the job, and writes the result and the completion report.
pub(super) fn run(arguments: &Arguments, setup: &Setup<'_>) -> Ended {
    if let Some(folder) = &arguments.report {
        report_folder::refuse_other_report(folder)?;
    }
    let mut rows = Vec::new();
    let (rows, status) = match setup.manifest.each(setup.known, |row| rows.push(row))? {
        Read::ToEnd(status) => (Ok(rows), status),
        Read::JobFails(failure) => (Err(failure), Status::Clean),
    };
    let buckets = Buckets::new(setup);
    buckets.create(rows.as_deref().unwrap_or_default())?;
    // The rows are needed before the versions, to count what depends on unknown facts.
    let (forecast, filled) = buckets.fill(rows.as_deref())?;
    let status = status.max(filled);
    if status == Status::Wrong {
        output::error("the job is not run, because part of its input cannot be read");
        return Ok(status);
    }
    // A bucket that cannot be found cannot be listed either. Other faults of the source are those of
    // tasks: S3 lists a bucket without the permissions that tasks need.
    let (late, early): (Vec<_>, Vec<_>) = arguments.fail.iter().cloned().partition(|fault| {
        fault.bucket == *setup.source && fault.reason != FailureReason::SRC_BUCKET_NOT_FOUND
    });
    buckets.inject_faults(&early)?;

    let (mut job, at, store) = (setup.job()?, setup.at, &buckets.store);
    let may_have_tasks = forecast.undecided().versions > 0 && forecast.failure().is_none();
    if forecast.tasks() == 0 && may_have_tasks {
        // S3 would list versions or fail the job, depending on facts that are unknown.
        let transitions = job.handle(job::Event::PreparationBegan, at);
        let transitions = transitions.map_err(|error| internal(&error))?;
        let run = Run::without_tasks(job, transitions, forecast.undecided());
        return run.write(arguments, setup);
    }
    let prepared = match setup.manifest {
        Manifest::Generated => store.prepare_job(&mut job, at),
        _ => store.prepare_job_with(&mut job, rows, at),
    };
    let (mut work, mut transitions) = prepared.map_err(|error| internal(&error))?;
    buckets.inject_faults(&late)?;
    if arguments.confirm && job.status() == job::Status::Suspended {
        let confirmed = job.update_status(job::RequestedStatus::Ready, None, at);
        transitions.extend(confirmed.map_err(|error| internal(&error))?);
    }
    let (mut summary, mut open) = (completion_report::Summary::new(), 0);
    if job.status() == job::Status::Ready {
        let mut progress = Progress::before_answers("tasks");
        let ran = store.run_job(&mut job, &mut work, at, |result, _| {
            summary.add(result);
            progress.advance();
            ControlFlow::Continue(())
        });
        progress.clear();
        let ran = ran.map_err(|error| internal(&error))?;
        open = ran.open;
        transitions.extend(ran.transitions);
    }
    let report = match &arguments.report {
        Some(folder) => report_folder::write_report(store, &job, folder)?,
        None => None,
    };
    let has_tasks = summary.succeeded() + summary.failed() > 0;
    let replicas = if has_tasks { buckets.replicas() } else { Vec::new() };
    let undecided = match job.number_of_objects() {
        // The tasks do not run.
        0 => forecast.undecided().without_tasks(),
        _ => forecast.undecided(),
    };
    Run { job, transitions, summary, open, undecided, replicas, report }.write(arguments, setup)
}

impl Run {
    /// Returns a run that ends before the first task.
    fn without_tasks(job: Job, transitions: Vec<job::Transition>, undecided: Undecided) -> Self {
        let summary = completion_report::Summary::new();
        let (replicas, report) = (Vec::new(), None);
        Self { job, transitions, summary, open: 0, undecided, replicas, report }
    }

    /// Writes the result.
    fn write(&self, arguments: &Arguments, setup: &Setup<'_>) -> Ended {
        if arguments.report.is_some() && self.report.is_none() {
            output::eprint("note: there is no completion report\n");
        }
        let mut out = Output::new();
        match arguments.format {
            Format::Text => out.text(render::run_text(setup, self))?,
            Format::Json => out.write(render::run_json(setup, self))?,
        }
        out.flush()?;
        let is_clean = self.job.status() == job::Status::Complete
            && self.summary.failed() == 0
            && self.undecided.is_empty();
        Ok(if is_clean { Status::Clean } else { Status::Found })
    }
}

/// The buckets of a job, in memory.
pub(super) struct Buckets<'s> {
    setup: &'s Setup<'s>,
    store: MemoryStore,
}

impl<'s> Buckets<'s> {
    /// Creates a store without buckets.
    pub(super) fn new(setup: &'s Setup<'s>) -> Self {
        Self { setup, store: MemoryStore::new() }
    }

    /// Creates the buckets, and puts the configuration on the source.
    ///
    /// S3 takes a configuration only while its buckets are set up for it. A bucket that is known to
    /// be missing, or whose versioning is known to be suspended, has become so later: it is created,
    /// the configuration is put, and only then the bucket is deleted or suspended.
    pub(super) fn create(&self, rows: &Rows) -> Result<(), Failure> {
        let Setup { configuration, source, known, engine, .. } = self.setup;
        if known.is_missing(source) {
            let message = format!("`{source}` does not exist according to the context");
            return Err(Failure::Message(message));
        }
        let rules = configuration.rules().iter();
        let destinations = rules.map(|rule| rule.destination.bucket.name());
        let outputs = self.setup.report_bucket().into_iter().chain(self.setup.output_bucket());
        let listed = rows.iter().flatten().map(|row| &row.bucket);
        let all: BTreeSet<_> = destinations
            .chain(outputs.map(BucketArn::name))
            .chain(listed)
            .chain([*source])
            .collect();
        for name in &all {
            self.create_bucket(name).map_err(|error| refused(name, &error))?;
        }
        let put = self.store.bucket(source).put_replication(configuration, engine.dialect());
        put.map_err(|error| refused(source, &error))?;
        for name in all {
            self.set_to_known_state(name).map_err(|error| refused(name, &error))?;
        }
        Ok(())
    }

    /// Creates a bucket with versioning and the settings that are known.
    fn create_bucket(&self, name: &BucketName) -> Result<(), ServiceError> {
        let mut settings = BucketSettings::new();
        let facts = self.setup.known.get(name);
        if let Some(facts) = facts {
            settings.region.clone_from(&facts.region);
            settings.account = facts.account;
            settings.default_encryption = facts.default_encryption;
            settings.default_kms_key_id.clone_from(&facts.default_kms_key_id);
            settings.bucket_key_enabled = facts.bucket_key_enabled;
            settings.blocked_encryption_types.clone_from(&facts.blocked_encryption_types);
            settings.object_ownership = facts.object_ownership;
        }
        settings.object_lock = facts.and_then(|facts| facts.object_lock).or_else(|| {
            // A destination is assumed to be set up such that replication succeeds.
            let is_destination = name != self.setup.source;
            let can_lock = is_destination && self.versioning(name) == Versioning::Enabled;
            can_lock.then_some(ObjectLockStatus::Enabled)
        });
        self.store.create_bucket(name, settings)?;
        self.store.bucket(name).put_versioning(Versioning::Enabled)
    }

    /// Brings a bucket into the state that it is known to be in now.
    fn set_to_known_state(&self, name: &BucketName) -> Result<(), ServiceError> {
        if self.setup.known.is_missing(name) {
            return self.store.delete_bucket(name);
        }
        match self.versioning(name) {
            Versioning::Enabled => Ok(()),
            // Versioning that was enabled once can only be suspended.
            _ => self.store.bucket(name).put_versioning(Versioning::Suspended),
        }
    }

    /// Returns the versioning of a bucket; enabled where it is unknown, since replication needs it.
    fn versioning(&self, name: &BucketName) -> Versioning {
        let facts = self.setup.known.get(name);
        facts.and_then(|facts| facts.versioning).unwrap_or(Versioning::Enabled)
    }

    /// Puts the versions into the source bucket, each with its status, and returns the forecast, which
    /// contains how much of the result depends on unknown facts.
    fn fill(&self, rows: Result<&Rows, &job::Failure>) -> Result<(Forecast, Status), Failure> {
        let Setup { source, versions, at, .. } = self.setup;
        let mut dry_run = self.setup.dry_run()?;
        match rows {
            Ok(rows) => rows.iter().for_each(|row| dry_run.add_row(row.as_ref())),
            Err(failure) => dry_run.fail_job(failure.clone()),
        }
        let mut others = 0;
        let status = versions.each(|Listed { bucket, version }| {
            if bucket.is_some_and(|bucket| bucket != *source) {
                others += 1;
                return Ok(());
            }
            let stored = stored(&version, source, *at)?;
            if dry_run.add_version(&version).is_some_and(|exclusion| exclusion.is_unknown()) {
                // The store would take the values that it is given for facts.
                return Ok(());
            }
            let imported =
                self.store.bucket(source).import_version(stored, version.replication_status);
            imported.map_err(|error| error.to_string())
        })?;
        if others > 0 {
            let others = output::counted_all(others, "version");
            output::eprint(&format!("note: {others} of other buckets ignored\n"));
        }
        Ok((dry_run.finish(), status))
    }

    /// Lets buckets refuse every request.
    fn inject_faults(&self, faults: &[FailingBucket]) -> Result<(), Failure> {
        for FailingBucket { bucket, reason } in faults {
            let fault = InjectedFault::Refusal(reason.clone());
            if self.store.bucket(bucket).inject_fault(Some(fault)).is_err() {
                let buckets = self.store.buckets();
                let buckets: Vec<_> = buckets.iter().map(BucketName::as_str).collect();
                return Err(Failure::Message(format!(
                    "`--fail`: the job does not use `{bucket}`; name one of `{}`",
                    buckets.join("`, `")
                )));
            }
        }
        Ok(())
    }

    /// Counts the replicas in the destination buckets.
    fn replicas(&self) -> Vec<Replicas> {
        let rules = self.setup.engine.rules().iter();
        let buckets: BTreeSet<_> = rules.map(|rule| &rule.destination.bucket).collect();
        let replicas = buckets.into_iter().map(|bucket| {
            let (versions, bytes) = self.replicas_in(bucket.name());
            Replicas { bucket: bucket.clone(), versions, bytes }
        });
        replicas.collect()
    }

    /// Counts the replicas in a bucket, and their bytes. The bucket may also hold manifests and
    /// reports.
    fn replicas_in(&self, name: &BucketName) -> (u64, u64) {
        const PAGE: usize = 1000;
        let (mut versions, mut bytes, mut after) = (0, 0_u64, None);
        loop {
            let place = after.as_ref().map(|(key, id)| (key, id));
            let page = self.store.bucket(name).list(place, PAGE).unwrap_or_default();
            let Some(last) = page.last() else { return (versions, bytes) };
            for version in &page {
                let status =
                    self.store.bucket(name).status(version.key.clone(), &version.version_id);
                if matches!(status, Ok(Some(ReplicationStatus::Replica))) {
                    versions += 1;
                    bytes = bytes.saturating_add(version.size);
                }
            }
            after = Some((last.key.clone(), last.version_id.clone()));
        }
    }
}

/// Reports that S3 would refuse a request about a bucket.
fn refused(name: &BucketName, error: &ServiceError) -> Failure {
    output::error(&format!("`{name}`: S3 would answer {error}"));
    Failure::Reported(Status::Found)
}

/// Returns a version as the store keeps it, without its bytes.
fn stored(
    version: &ObjectVersion<'_>,
    source: &BucketName,
    at: Timestamp,
) -> Result<StoredVersion<Arc<[u8]>>, String> {
    if version.owner_access == OwnerAccess::Unreadable {
        let message = "a store in memory has no versions that the bucket owner cannot read; use \
                       `--dry-run`";
        return Err(message.to_owned());
    }
    let Some(id) = version.version_id else { return Err("the version has no id".to_owned()) };
    let mut metadata = Metadata::new(version.last_modified.unwrap_or(at), source.clone());
    let tags = version.tags.iter().map(|(key, value)| Tag::new(key, value));
    metadata.tags = tags.collect::<Result<_, _>>().map_err(|error| error.to_string())?;
    metadata.lock = version.lock;
    let key = ObjectKey::from(version.key);
    if let Some(origin) = version.delete_marker {
        return Ok(StoredVersion::delete_marker(key, id.clone(), origin, metadata));
    }
    let mut stored = StoredVersion::new(key, id.clone(), Arc::default(), version.size, metadata);
    stored.storage_class = version.storage_class.clone();
    stored.access_tier = version.access_tier;
    stored.encryption = Some(version.encryption);
    stored.kms_key_id = version.kms_key.cloned();
    stored.bucket_key = version.bucket_key;
    Ok(stored)
}
