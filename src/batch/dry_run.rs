//! The dry run of a job: the counts of what it would do. Nothing is replicated or stored.

mod buckets;
mod forecast;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

pub use self::forecast::{DestinationCount, FailingTasks, Forecast, LeftOut, Undecided};

use self::buckets::Buckets;
use self::forecast::add;
use crate::batch::completion_report::TaskErrorCode;
use crate::batch::facts::{Fact, FactSet, TagChoices, WhatIf};
use crate::batch::generator::{Exclusion, ManifestGenerator};
use crate::batch::job::{self, Job};
use crate::batch::manifest::{Consequence, Row, RowError};
use crate::batch::request::JobSource;
use crate::dialect::job::TaskSuccess;
use crate::engine::{Decision, Engine, Replication};
use crate::model::{BucketArn, BucketName, Event, KnownBuckets, ObjectVersion, VersionId};
use crate::replication::FailureReason;

const EVENT: Event = Event::BatchReplication;

/// Counts what a job would do, before it is created and paid for.
///
/// Give it the rows of the manifest ([`add_row`](Self::add_row)) if the job brings one, then every
/// version of the source bucket ([`add_version`](Self::add_version)), from an inventory or from a
/// store. [`finish`](Self::finish) returns the [`Forecast`]. Memory does not grow with the number of
/// versions; each row of a manifest takes eight bytes.
///
/// The forecast holds as long as the bucket does not change. A task fails because no rule
/// replicates the version, because the version or a bucket does not exist, or because a destination
/// cannot take the version. Missing permissions and versions that a destination has already are not
/// considered. A task whose result depends on an unknown fact is counted as [`Undecided`].
///
/// # Examples
///
/// ```
/// use s3_replication::batch::dry_run::DryRun;
/// use s3_replication::batch::job::{self, Job};
/// use s3_replication::batch::request::JobParser;
/// use s3_replication::model::{KnownBuckets, Partition};
/// use s3_replication::{Engine, ObjectVersion, ReplicationConfiguration, StorageClass};
///
/// # let configuration = ReplicationConfiguration::from_json(
/// #     r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
/// #         {"ID": "tax", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": "Tax/"},
/// #          "DeleteMarkerReplication": {"Status": "Disabled"},
/// #          "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
/// # )?;
/// # let request = JobParser::new().parse_json(
/// #     r#"{"AccountId": "111122223333", "ConfirmationRequired": false, "Priority": 10,
/// #         "ClientRequestToken": "t-1", "RoleArn": "arn:aws:iam::111122223333:role/batch",
/// #         "Operation": {"S3ReplicateObject": {}}, "Report": {"Enabled": false},
/// #         "ManifestGenerator": {"S3JobManifestGenerator": {
/// #             "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": false}}}"#,
/// # ).into_specification()?;
/// let name = job::Name::new("job-1".parse()?, Partition::AWS, "eu-central-1".parse()?);
/// let job = Job::create(name, request, "2026-11-22T10:00:00Z".parse()?);
/// let source = "photos".parse()?;
/// let mut dry_run =
///     DryRun::new(&job, &source, Engine::new(&configuration), &KnownBuckets::default());
///
/// let id = "v1".parse()?;
/// for (key, size, class) in [
///     ("Tax/2025.pdf", 1000, StorageClass::STANDARD),
///     ("Tax/2019.pdf", 2000, StorageClass::GLACIER),
///     ("cat.jpg", 70, StorageClass::STANDARD),
/// ] {
///     let version = ObjectVersion::new(key)
///         .with_storage_class(class)
///         .with_version_id(&id)
///         .with_size(size);
///     dry_run.add_version(&version);
/// }
///
/// let forecast = dry_run.finish();
/// assert_eq!((forecast.tasks(), forecast.succeeding(), forecast.failed()), (3, 1, 2));
/// let backup = &forecast.destinations()[0];
/// assert_eq!((backup.bucket.as_str(), backup.count.bytes), ("arn:aws:s3:::backup", 1000));
/// let failing = &forecast.failing()[0];
/// assert_eq!((failing.code.as_str(), failing.tasks), ("SrcObjectNotEligible", 1));
/// assert!(forecast.undecided().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct DryRun {
    job: Job,
    source: BucketName,
    listing: Listing,
    what_if: WhatIf,
    buckets: Buckets,
    /// Some versions could not be read.
    is_incomplete: bool,
    forecast: Forecast,
}

/// The versions that the manifest of a job lists.
#[derive(Debug)]
enum Listing {
    /// S3 generates the manifest.
    Generated(Box<ManifestGenerator>),
    /// The job brings the manifest.
    Rows(ListedVersions),
}

impl DryRun {
    /// Begins the dry run of a job on a source bucket. The engine is that of the replication
    /// configuration of this bucket.
    ///
    /// A bucket about which nothing is known is assumed to exist and to be set up correctly.
    #[must_use]
    pub fn new(job: &Job, source: &BucketName, engine: Engine, buckets: &KnownBuckets) -> Self {
        let listing = match job.specification().source() {
            JobSource::Generator(generator) => {
                let generator = ManifestGenerator::of_job(generator, engine.clone());
                Listing::Generated(Box::new(generator.with_dialect(*job.dialect())))
            }
            JobSource::Manifest(_) => Listing::Rows(ListedVersions::default()),
        };
        let mut forecast = Forecast::new(&engine);
        // S3 looks at the owners of buckets before anything else.
        let owners = job.specification().owner_failures(buckets, job.dialect());
        forecast.failure = owners.into_iter().next();
        Self {
            job: job.clone(),
            source: source.clone(),
            listing,
            buckets: Buckets::new(source, engine.rules(), buckets),
            what_if: WhatIf::new(engine, FactSet::ALL),
            is_incomplete: false,
            forecast,
        }
    }

    /// Sets the facts that are known about the versions, such as [those of an
    /// inventory](crate::batch::inventory::Schema::facts). By default all facts are known.
    #[must_use]
    pub fn with_known_facts(mut self, known: FactSet) -> Self {
        if let Listing::Generated(generator) = self.listing {
            self.listing = Listing::Generated(Box::new(generator.with_known_facts(known)));
        }
        self.what_if = self.what_if.with_known(known);
        self
    }

    /// Returns true when the job fails, whatever rows and versions are added later. The caller can
    /// then stop reading them.
    #[must_use]
    pub const fn has_failed(&self) -> bool {
        self.forecast.failure.is_some()
    }

    /// Adds a row of the manifest that the job brings, or the reason why S3 does not take the row.
    /// Add all rows before the first version.
    ///
    /// A row that fails the whole job ends the forecast: what is added later does not count. Rows
    /// do nothing for a job whose manifest S3 generates.
    pub fn add_row(&mut self, row: Result<&Row, &RowError>) {
        if self.has_failed() {
            return;
        }
        let Listing::Rows(listed) = &mut self.listing else { return };
        let row = match row {
            Ok(row) => row,
            Err(error) => match (error.consequence(), error.row()) {
                (Some(Consequence::JobFails(failure)), _) => return self.fail_job(failure.clone()),
                (Some(Consequence::TaskFails(result)), _) => {
                    let code = result.error_code().map_or("", TaskErrorCode::as_str);
                    return self.forecast.fail_tasks(&code.into(), 1);
                }
                (None, Some(row)) => row,
                (None, None) => {
                    self.is_incomplete = true;
                    return;
                }
            },
        };
        if row.bucket == self.source {
            listed.add(row);
        } else {
            let reason = self.buckets.failure_of_source(&row.bucket, &self.job.name().region);
            self.forecast.fail_tasks(&reason.into(), 1);
        }
    }

    /// Adds a version of the source bucket, and returns the reason why a generated manifest leaves
    /// it out, if it does. Add each version only once.
    pub fn add_version(&mut self, version: &ObjectVersion<'_>) -> Option<Exclusion> {
        if self.has_failed() {
            return None;
        }
        add(self.forecast.versions.get_or_insert_default(), version.size);
        match &mut self.listing {
            Listing::Generated(generator) => match generator.judge(version) {
                Ok(()) => self.add_tasks(version, 1),
                Err(exclusion) => {
                    self.forecast.leave_out(exclusion, version.size);
                    return Some(exclusion);
                }
            },
            Listing::Rows(listed) => {
                let times = listed.take(version);
                self.add_tasks(version, times);
            }
        }
        None
    }

    /// Adds a version of another bucket, which an inventory may contain. No job of the source bucket
    /// lists it.
    pub fn add_version_of_other_bucket(&mut self, version: &ObjectVersion<'_>) {
        if self.has_failed() {
            return;
        }
        add(self.forecast.versions.get_or_insert_default(), version.size);
        if matches!(self.listing, Listing::Generated(_)) {
            self.forecast.leave_out(Exclusion::OtherBucket, version.size);
        }
    }

    /// Records that versions are missing, because they could not be read. Rows without a version then
    /// count as [`Undecided::unread`], and an empty manifest does not fail the job.
    pub const fn mark_incomplete(&mut self) {
        self.is_incomplete = true;
    }

    /// Fails the job before its first task, for a reason that only the caller can see, such as a
    /// manifest that [has changed](job::Failure::manifest_changed).
    pub fn fail_job(&mut self, failure: job::Failure) {
        self.forecast.fail_job(failure);
    }

    /// Ends the dry run.
    #[must_use]
    pub fn finish(mut self) -> Forecast {
        if self.has_failed() {
            return self.forecast;
        }
        let forecast = &mut self.forecast;
        forecast.versions.get_or_insert_default();
        if let Listing::Rows(listed) = &self.listing {
            let missing = listed.left();
            if self.is_incomplete {
                forecast.leave_unread(missing);
            } else {
                forecast.fail_tasks(&FailureReason::SRC_VERSION_NOT_FOUND.into(), missing);
            }
        }
        // A version that is undecided or could not be read may be one that S3 lists. So an empty
        // manifest does not fail the job here.
        let may_be_more = self.is_incomplete || forecast.undecided.versions > 0;
        let failure = match forecast.tasks() {
            0 if may_be_more => None,
            tasks => self.job.preparation_failure(tasks),
        };
        let specification = self.job.specification();
        let is_missing = |bucket: &BucketArn| self.buckets.is_missing(bucket.name());
        if let Some(failure) = failure {
            forecast.fail_job(failure);
        } else if forecast.tasks() > 0 {
            let output = match specification.source() {
                JobSource::Generator(generator) => generator.saved_at(),
                JobSource::Manifest(_) => None,
            };
            if output.is_some_and(|output| is_missing(&output.bucket)) {
                forecast.fail_job(job::Failure::manifest_not_written());
            } else if specification.report().written_to().is_some_and(is_missing) {
                // The tasks run before the report is written.
                forecast.failure = Some(job::Failure::report_not_written());
            }
        }
        self.forecast
    }

    /// Counts the tasks of a version that the manifest lists `times` times. However many they are,
    /// a destination receives the version once.
    fn add_tasks(&mut self, version: &ObjectVersion<'_>, times: u64) {
        if times == 0 {
            return;
        }
        let engine = self.what_if.engine().clone();
        let decision = engine.decide(version, EVENT);
        let failure = self.add_replications(version, &decision);
        self.add_undecided(version, times);
        match failure.filter(|_| self.job.dialect().task_success() == TaskSuccess::Replicated) {
            Some(reason) => self.forecast.fail_tasks(&reason.into(), times),
            None => self.forecast.add_tasks(times),
        }
        for _ in 0..times {
            self.forecast.list(version, decision.replicates());
        }
    }

    /// Counts the replications of a version, and returns the first reason why one of them fails.
    fn add_replications(
        &mut self,
        version: &ObjectVersion<'_>,
        decision: &Decision<'_>,
    ) -> Option<FailureReason> {
        let mut first = None;
        for replication in decision.replications() {
            match self.buckets.failure_of_destination(replication.bucket().name(), version) {
                Some(reason) => {
                    first.get_or_insert(reason);
                }
                None => self.forecast.add_replication(replication, version.size),
            }
        }
        first
    }

    /// Counts the tasks of a version as undecided if unknown facts about it decide to which buckets
    /// it is replicated, or what its replicas are like.
    fn add_undecided(&mut self, version: &ObjectVersion<'_>, tasks: u64) {
        let engine = self.what_if.engine();
        let deciding = self.what_if.explore(version, TagChoices::EachRule, |possible| {
            let versions = possible.versions();
            let decisions: Vec<_> = versions.iter().map(|one| engine.decide(one, EVENT)).collect();
            let destinations = |one: &Replication<'_>, other: &Replication<'_>| {
                (one.bucket(), one.action()) == (other.bucket(), other.action())
            };
            // A replica can keep the encryption or storage class of its source, so these columns
            // often change the replica. They count only if they change the destinations.
            // Tags also count if they change the replica, because another rule wins then.
            let columns =
                possible.deciding(&decisions, |one, other| alike(one, other, destinations));
            let tags = possible.deciding(&decisions, |one, other| {
                alike(one, other, |one, other| {
                    destinations(one, other) && one.replica() == other.replica()
                })
            });
            (!columns.without(Fact::Tags).is_empty(), tags.contains(Fact::Tags))
        });
        let (by_columns, by_tags) = deciding.unwrap_or_default();
        let undecided = &mut self.forecast.undecided;
        undecided.tasks_by_columns += tasks * u64::from(by_columns);
        undecided.tasks_by_tags += tasks * u64::from(by_tags);
    }
}

/// Returns true when two decisions have the same number of replications, and these are alike in
/// pairs.
fn alike(
    one: &Decision<'_>,
    other: &Decision<'_>,
    are_alike: impl Fn(&Replication<'_>, &Replication<'_>) -> bool,
) -> bool {
    let (one, other) = (one.replications(), other.replications());
    one.len() == other.len() && one.zip(other).all(|(one, other)| are_alike(one, other))
}

/// The versions that the rows of a manifest name, each as a hash of eight bytes.
///
/// The lowest bit of a hash is a mark: it is set once the version has been added. Rows without the
/// mark at the end name versions that do not exist. Two versions with the same hash would be taken
/// for one, which is too rare to matter for a forecast.
#[derive(Debug, Default)]
struct ListedVersions {
    numbers: Vec<u64>,
    is_sorted: bool,
}

/// The mark of a row whose version has been added.
const TAKEN: u64 = 1;

impl ListedVersions {
    /// Adds the version that a row names, if it names one.
    fn add(&mut self, row: &Row) {
        let id = row.version_id.as_ref();
        self.numbers.extend(id.map(|id| number(row.key.as_bytes(), id)));
        self.is_sorted = false;
    }

    /// Returns the number of rows that name a version, and marks them: the next call for the same
    /// version returns 0.
    fn take(&mut self, version: &ObjectVersion<'_>) -> u64 {
        let Some(id) = version.version_id else { return 0 };
        if !self.is_sorted {
            self.numbers.sort_unstable();
            self.is_sorted = true;
        }
        let number = number(version.key, id);
        let start = self.numbers.partition_point(|other| *other < number);
        let same = self.numbers.iter_mut().skip(start).take_while(|other| **other == number);
        // The hashes stay sorted: marked or not, no other hash lies between.
        same.map(|row| *row |= TAKEN).count() as u64
    }

    /// Returns the number of rows whose version was never added.
    fn left(&self) -> u64 {
        self.numbers.iter().filter(|number| **number & TAKEN == 0).count() as u64
    }
}

/// Returns the hash of a version, without the mark.
fn number(key: &[u8], id: &VersionId) -> u64 {
    let mut hasher = DefaultHasher::new();
    (key, id).hash(&mut hasher);
    hasher.finish() & !TAKEN
}
