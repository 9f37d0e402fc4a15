//! The jobs, run on a store in memory.
//!
//! The store is filled with the versions and their replication statuses, as if live replication had
//! run before. Buckets are set up by what is known about them; what is not known is assumed to let
//! replication succeed, and what depends on unknown facts about versions is counted.
//!
//! The order of the steps, and why it is this one:
//!
//! ```text
//! folders of the reports   a folder that has a report must end the command before anything runs
//! manifests                the buckets that their rows name must exist in the store
//! buckets, policies        S3 takes the configuration only while its buckets are set up for it
//! versions                 need the configuration: without it a version can have no status
//! early faults             a missing source bucket makes its listing fail
//! preparation of all jobs  before the first task, as S3 does it
//! late faults              a source bucket that refuses tasks is still listed
//! jobs by priority         each to its end, with its completion report
//! the answer               and the exit status, by `verdict`
//! ```
//!
//! The same code makes the buckets for a dry run, which refuses what a run would refuse. What a run
//! shows about unknown facts comes from a `DryRun` for each job, which is fed like that of a dry
//! run.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use s3_replication::ObjectVersion;
use s3_replication::batch::completion_report;
use s3_replication::batch::dry_run::{DryRun, Forecast, Undecided};
use s3_replication::batch::job::{self, Job};
use s3_replication::batch::manifest::{self, RowError};
use s3_replication::diagnostic::ServiceError;
use s3_replication::model::{
    BucketArn, BucketName, BucketSettings, ObjectLockStatus, OwnerAccess, ReplicationStatus, Tag,
    Timestamp, Versioning,
};
use s3_replication::permissions::GivenDocuments;
use s3_replication::replication::{FailureReason, ObjectKey};
use s3_replication::storage::{InjectedFault, MemoryJob, MemoryStore, Metadata, StoredVersion};

use super::input::{FailingBucket, Listed, Manifest, Read};
use super::plan::{Planned, WrittenManifest};
use super::{Arguments, Format, Setup, internal, render, report_folder, verdict};
use crate::cli::counts::counted_all;
use crate::cli::output::{self, Output};
use crate::cli::progress::Progress;
use crate::cli::refusal::Refusal;
use crate::cli::{Ended, Failure, Status};

/// The result of a job, as `render` and `verdict` show it.
pub(super) struct Run {
    /// The job in the status in which it ended: `Preparing` if it was not run, `Suspended` if it
    /// waits.
    pub(super) job: Job,
    /// All changes of status, in order.
    pub(super) transitions: Vec<job::Transition>,
    /// The results of the tasks that were run.
    pub(super) summary: completion_report::Summary,
    /// The number of tasks that wait for a bucket.
    pub(super) open: usize,
    /// The part of the result that depends on unknown facts.
    pub(super) undecided: Undecided,
    /// The replicas in each destination bucket after the job.
    ///
    /// Empty if no task was run. Earlier jobs of the same run count as well, as their replicas are
    /// there.
    pub(super) replicas: Vec<Replicas>,
    /// The file of the completion report.
    ///
    /// The `manifest.json` on disk; `None` if there is no report, or `--report` does not ask for
    /// one.
    pub(super) report: Option<PathBuf>,
}

/// The replicas in a destination bucket.
///
/// Every destination bucket of the rules has an entry, with zeros if nothing arrived.
pub(super) struct Replicas {
    pub(super) bucket: BucketArn,
    /// The number of versions with the status `REPLICA`, delete markers included.
    pub(super) versions: u64,
    /// The sum of their sizes.
    pub(super) bytes: u64,
}

/// The rows of the manifest that a job brings, or the failure of the job by one.
///
/// Empty for a manifest that S3 generates. Rows that make their own task fail are in it, too.
type Manifested = Result<Vec<Result<manifest::Row, RowError>>, job::Failure>;

/// Runs the jobs, and writes the results and the completion reports.
///
/// S3 prepares every job when it is created, so all manifests are generated before the first task
/// runs. The jobs then run one after the other, in the order in which S3 schedules them.
///
/// Returns 2 without an answer if part of the input cannot be read: what is missing could be a
/// task. Else the status is that of the verdicts.
pub(super) fn run(
    arguments: &Arguments,
    setup: &Setup<'_>,
    written: &mut Option<WrittenManifest>,
) -> Ended {
    let folders = report_folders(arguments, setup)?;
    let (mut manifests, mut status): (Vec<Manifested>, _) = (Vec::new(), Status::Clean);
    for job in &setup.jobs {
        let mut rows = Vec::new();
        manifests.push(match job.manifest.each(setup.known, |row| rows.push(row))? {
            Read::ToEnd(read) => {
                status = status.max(read);
                Ok(rows)
            }
            Read::JobFails(failure) => Err(failure),
        });
    }
    let buckets = Buckets::new(setup);
    // The rows may name other buckets, which exist for all that is known.
    buckets.create(manifests.iter().flatten().flatten())?;
    buckets.put_policies(arguments.policies.read()?)?;
    // The rows are needed before the versions, to count what depends on unknown facts.
    let (forecasts, filled) = buckets.fill(&manifests, written)?;
    status = status.max(filled);
    // A dry run counts the rest here. A run cannot: its report would look complete.
    if status == Status::Wrong {
        let what = if setup.jobs.len() > 1 { "the jobs are" } else { "the job is" };
        output::error(&format!("{what} not run, because part of its input cannot be read"));
        return Ok(status);
    }
    // A bucket that cannot be found cannot be listed either. Other faults of the source are those of
    // tasks: S3 lists a bucket without the permissions that tasks need.
    let (late, early): (Vec<_>, Vec<_>) = arguments.fail.iter().cloned().partition(|fault| {
        fault.bucket == *setup.source && fault.reason != FailureReason::SRC_BUCKET_NOT_FOUND
    });
    buckets.inject_faults(&early)?;
    let mut prepared = Vec::new();
    // Options, so that each can be taken out in another order below.
    for ((planned, rows), forecast) in setup.jobs.iter().zip(manifests).zip(&forecasts) {
        prepared.push(Some(buckets.prepare(planned, rows, forecast)?));
    }
    buckets.inject_faults(&late)?;
    let mut runs = Vec::new();
    // S3 runs jobs by priority. Results are shown in that order too.
    let parts = setup.in_order().into_iter().filter_map(|at| {
        Some((
            setup.jobs.get(at)?,
            prepared.get_mut(at)?.take()?,
            forecasts.get(at)?.undecided(),
            at,
        ))
    });
    // One store for all jobs, so a job finds the replicas of those before it.
    for (planned, prepared, undecided, at) in parts {
        // The positions are those of the arguments, and so are the folders.
        let folder = folders.get(at).and_then(Option::as_deref);
        runs.push((planned, buckets.run(prepared, undecided, arguments.confirm, folder)?));
    }
    if arguments.report.is_some() && runs.iter().all(|(_, run)| run.report.is_none()) {
        output::remark("note: there is no completion report\n");
    }
    let mut out = Output::new();
    match arguments.format {
        Format::Text => out.text(render::runs_text(setup, &runs))?,
        Format::Json => out.write(render::runs_json(setup, &runs))?,
    }
    out.flush()?;
    let verdicts = runs.iter().map(|(_, run)| verdict::of_run(run));
    Ok(verdict::report(verdicts, arguments.allow_unknown))
}

/// Returns the folder of the completion report of each job: the one that is named, or one inside it
/// for each of several jobs. `None` for a job that asks for no report, and without `--report`.
///
/// The error is a folder with another report. Folders are not created here.
fn report_folders(
    arguments: &Arguments,
    setup: &Setup<'_>,
) -> Result<Vec<Option<PathBuf>>, Failure> {
    let folder_of = |planned: &Planned| {
        let folder = arguments.report.as_ref()?;
        let is_reported = planned.specification.report().enabled;
        let folder =
            if setup.jobs.len() > 1 { folder.join(planned.name()) } else { folder.clone() };
        is_reported.then_some(folder)
    };
    let folders: Vec<Option<PathBuf>> = setup.jobs.iter().map(folder_of).collect();
    folders.iter().flatten().try_for_each(|folder| report_folder::refuse_other_report(folder))?;
    Ok(folders)
}

/// A job whose manifest is complete.
///
/// Or one that has failed on the way: then `work` has no tasks, and the job is in a final status.
struct Prepared {
    job: Job,
    /// The tasks; `None` if the manifest may be empty or not, depending on unknown facts.
    work: Option<MemoryJob>,
    transitions: Vec<job::Transition>,
}

/// The buckets of the jobs, in memory. A dry run creates them, too, so that it is refused where a
/// run would be.
pub(super) struct Buckets<'s> {
    setup: &'s Setup<'s>,
    store: MemoryStore,
}

impl<'s> Buckets<'s> {
    /// Creates a store without buckets.
    ///
    /// `create` comes next, once: everything else needs the buckets.
    pub(super) fn new(setup: &'s Setup<'s>) -> Self {
        Self { setup, store: MemoryStore::new() }
    }

    /// Creates the buckets, and puts the configuration on the source.
    ///
    /// S3 takes a configuration only while its buckets are set up for it. A bucket that is known to
    /// be missing, or whose versioning is known to be suspended, has become so later: it is created,
    /// the configuration is put, and only then the bucket is deleted or suspended.
    pub(super) fn create<'r>(
        &self,
        rows: impl Iterator<Item = &'r Result<manifest::Row, RowError>>,
    ) -> Result<(), Failure> {
        let Setup { configuration, source, known, engine, .. } = self.setup;
        // Without a source bucket there is no configuration, and no job that S3 would create.
        if known.is_missing(source) {
            let message = format!("`{source}` does not exist according to the context");
            return Err(Failure::Message(message));
        }
        let rules = configuration.rules().iter();
        let destinations = rules.map(|rule| rule.destination.bucket.name());
        let outputs = self.setup.jobs.iter().flat_map(Planned::outputs);
        let listed = rows.flatten().map(|row| &row.bucket);
        // A set, because one bucket may have several of these roles; sorted, so that the first
        // refusal is the same in every run.
        let all: BTreeSet<_> = destinations
            .chain(outputs.map(BucketArn::name))
            .chain(listed)
            .chain([*source])
            .collect();
        for name in &all {
            self.create_bucket(name).map_err(|error| refused(name, &error))?;
        }
        // S3 would refuse the configuration here if a bucket were not set up for it, with its own
        // message.
        let put = self.store.bucket(source).put_replication(configuration, engine.dialect());
        put.map_err(|error| refused(source, &error))?;
        for name in all {
            self.set_to_known_state(name).map_err(|error| refused(name, &error))?;
        }
        Ok(())
    }

    /// Sets the policies under which the jobs and their tasks run; without any, everything is
    /// permitted.
    ///
    /// Both the jobs and the source bucket have all of them: each step looks for those that it
    /// needs.
    fn put_policies(&self, given: GivenDocuments) -> Result<(), Failure> {
        if given.is_empty() {
            return Ok(());
        }
        self.store.put_job_policies(Some(given.clone()));
        let put = self.store.bucket(self.setup.source).put_policies(Some(given));
        put.map_err(|error| refused(self.setup.source, &error))
    }

    /// Creates a bucket with versioning and the settings that are known.
    ///
    /// Versioning is enabled here in any case, and only `set_to_known_state` makes it what it is.
    /// Unknown settings are those of an older bucket, which blocks nothing.
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
            // Only for a destination: a source with Object Lock would need it in each of them.
            let is_destination = name != self.setup.source;
            let can_lock = is_destination && self.versioning(name) == Versioning::Enabled;
            can_lock.then_some(ObjectLockStatus::Enabled)
        });
        self.store.create_bucket(name, settings.of_older_bucket())?;
        self.store.bucket(name).put_versioning(Versioning::Enabled)
    }

    /// Brings a bucket into the state that it is known to be in now.
    ///
    /// Only after the configuration was put, which S3 refuses for a missing or unversioned bucket.
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

    /// Puts the versions into the source bucket, each with its status, and returns the forecast of
    /// each job, which contains how much of the result depends on unknown facts.
    ///
    /// The status is `Wrong` if a version could not be read or stored. The jobs share the store,
    /// which can treat a version that is unknown for some of them only in one way:
    ///
    /// ```text
    /// unknown for no job      stored, and listed by those jobs that list it
    /// unknown for every job   not stored, and counted as undecided by each
    /// unknown for some        a mistake: the store would have to have it, and not to have it
    /// ```
    fn fill(
        &self,
        manifests: &[Manifested],
        written: &mut Option<WrittenManifest>,
    ) -> Result<(Vec<Forecast>, Status), Failure> {
        let Setup { source, versions, at, jobs, .. } = self.setup;
        let mut dry_runs = Vec::new();
        for (job, rows) in jobs.iter().zip(manifests) {
            let mut dry_run = self.setup.dry_run(job)?;
            match rows {
                Ok(rows) => rows.iter().for_each(|row| dry_run.add_row(row.as_ref())),
                Err(failure) => dry_run.fail_job(failure.clone()),
            }
            dry_runs.push(dry_run);
        }
        let mut others = 0;
        let status = versions.each(|Listed { bucket, version }| {
            // The store has only what the jobs can list.
            if bucket.is_some_and(|bucket| bucket != *source) {
                others += 1;
                return Ok(());
            }
            let stored = stored(&version, source, *at)?;
            let mut unknown = 0;
            for dry_run in &mut dry_runs {
                // `None` for a version that is listed, and for a job that brings its manifest.
                let exclusion = dry_run.add_version(&version);
                unknown += usize::from(exclusion.is_some_and(|exclusion| exclusion.is_unknown()));
            }
            if let Some(written) = written {
                written.offer(&version)?;
            }
            // The version stays out of the store, so that no job lists it. The forecast counts it
            // as undecided.
            if unknown == dry_runs.len() {
                // S3 lists it or not; a store that has it would list it.
                return Ok(());
            }
            if unknown > 0 {
                let message = "one job lists the version or not depending on unknown facts, and \
                               another one does not; run the jobs one by one";
                return Err(message.to_owned());
            }
            let imported =
                self.store.bucket(source).import_version(stored, version.replication_status);
            imported.map_err(|error| error.to_string())
        })?;
        if others > 0 {
            let others = counted_all(others, "version");
            output::remark(&format!("note: {others} of other buckets ignored\n"));
        }
        Ok((dry_runs.into_iter().map(DryRun::finish).collect(), status))
    }

    /// Prepares a job: S3 generates its manifest, or reads the one that the job brings.
    ///
    /// The generated manifest is saved in its bucket of the store if the job asks for that. The
    /// error cannot occur, because a new job may be prepared.
    fn prepare(
        &self,
        planned: &Planned,
        rows: Manifested,
        forecast: &Forecast,
    ) -> Result<Prepared, Failure> {
        let (mut job, at) = (planned.created(self.setup)?, self.setup.at);
        let may_have_tasks = forecast.undecided().versions > 0 && forecast.failure().is_none();
        // Without this the store would fail the job for an empty manifest, which is only one of two
        // possible answers.
        if forecast.tasks() == 0 && may_have_tasks {
            // S3 would list versions or fail the job, depending on facts that are unknown.
            let transitions = job.handle(job::Event::PreparationBegan, at);
            let transitions = transitions.map_err(|error| internal(&error))?;
            return Ok(Prepared { job, work: None, transitions });
        }
        let prepared = match planned.manifest {
            Manifest::Generated => self.store.prepare_job(&mut job, at),
            _ => self.store.prepare_job_with(&mut job, rows, at),
        };
        let (work, transitions) = prepared.map_err(|error| internal(&error))?;
        Ok(Prepared { job, work: Some(work), transitions })
    }

    /// Runs a job to its end, if it does not wait, and writes its completion report.
    ///
    /// `undecided` is the part of the forecast of this job. The error is a report that cannot be
    /// written to disk; whatever happens inside the store is a result.
    fn run(
        &self,
        Prepared { mut job, work, mut transitions }: Prepared,
        undecided: Undecided,
        confirm: bool,
        folder: Option<&Path>,
    ) -> Result<Run, Failure> {
        // The job ends at the time at which it begins.
        let at = self.setup.at;
        if confirm && job.status() == job::Status::Suspended {
            let confirmed = job.update_status(job::RequestedStatus::Ready, None, at);
            transitions.extend(confirmed.map_err(|error| internal(&error))?);
        }
        let (mut summary, mut open) = (completion_report::Summary::new(), 0);
        // The job was not prepared, so `--confirm` had nothing to confirm either.
        let Some(mut work) = work else {
            let (replicas, report) = (Vec::new(), None);
            return Ok(Run { job, transitions, summary, open, undecided, replicas, report });
        };
        // A job that waits or has failed has no tasks to run.
        if job.status() == job::Status::Ready {
            let mut progress = Progress::before_answers("tasks");
            let ran = self.store.run_job(&mut job, &mut work, at, |result, _| {
                summary.add(result);
                progress.advance();
                ControlFlow::Continue(())
            });
            progress.clear();
            let ran = ran.map_err(|error| internal(&error))?;
            open = ran.open;
            transitions.extend(ran.transitions);
        }
        let report = match folder {
            Some(folder) => report_folder::write_report(&self.store, &job, folder)?,
            None => None,
        };
        let has_tasks = summary.succeeded() + summary.failed() > 0;
        let replicas = if has_tasks { self.replicas() } else { Vec::new() };
        // The forecast has counted tasks, which a job that failed in its preparation does not have.
        let undecided = match job.number_of_objects() {
            // The tasks do not run.
            0 => undecided.without_tasks(),
            _ => undecided,
        };
        Ok(Run { job, transitions, summary, open, undecided, replicas, report })
    }

    /// Lets buckets refuse every request. The error is a bucket that no job uses: a typing mistake
    /// would look like a job without faults.
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

    /// Counts the replicas in the destination buckets, sorted by ARN.
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
    /// reports. Pages keep the lock of the store short and the memory small.
    ///
    /// The size of a version is stated and not measured, since versions have no bytes here. So the
    /// sum may reach the greatest number, and stays there.
    fn replicas_in(&self, name: &BucketName) -> (u64, u64) {
        const PAGE: usize = 1000;
        let (mut versions, mut bytes, mut after) = (0, 0_u64, None);
        loop {
            let place = after.as_ref().map(|(key, id)| (key, id));
            // A bucket that does not exist has an empty page, and no replicas.
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

/// Returns the failure if S3 would refuse a request about a bucket.
///
/// The status is 1, because this is an answer of S3. It ends the command before anything runs.
fn refused(name: &BucketName, error: &ServiceError) -> Failure {
    let message = format!("`{name}`: S3 would answer {error}");
    Failure::Refused(Box::new(Refusal::of([], Status::Found).with_message(message)))
}

/// Returns a version as the store keeps it, without its bytes. Versions have no bytes here: their
/// size counts, and a billion bodies would not fit.
///
/// A version without a known time counts as created at the time of the job. Errors are sentences
/// for the place of the version: one that its bucket owner cannot read, one without an ID, and
/// invalid tags.
fn stored(
    version: &ObjectVersion<'_>,
    source: &BucketName,
    at: Timestamp,
) -> Result<StoredVersion<Arc<[u8]>>, String> {
    if version.owner_access == OwnerAccess::Unreadable {
        let message = "a store in memory cannot hold a version that the bucket owner cannot read; use \
                       `--dry-run`";
        return Err(message.to_owned());
    }
    let Some(id) = version.version_id else { return Err("the version has no id".to_owned()) };
    let mut metadata = Metadata::new(version.last_modified.unwrap_or(at), source.clone());
    let tags = version.tags.iter().map(|(key, value)| Tag::new(key, value));
    metadata.tags = tags.collect::<Result<_, _>>().map_err(|error| error.to_string())?;
    metadata.lock = version.lock;
    let key = ObjectKey::from(version.key);
    // A delete marker has none of the properties below.
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
