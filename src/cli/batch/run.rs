//! `batch run`: a job from its manifest to its completion report, in memory, or a forecast of it.
//!
//! The input is a job, the configuration of the source bucket, its versions, and a manifest if the
//! job brings its own. `--dry-run` passes everything through [`DryRun`] and stores nothing; a run
//! puts the versions into a [`MemoryStore`](s3_replication::storage::MemoryStore) and lets the job
//! run there. Both answer from the same rules, and tests compare them.
//!
//! ```text
//! job documents ──── plan ─────▶ Planned ───┐
//! manifests ──────── input ────▶ Manifest ──┤            ┌─▶ forecast (--dry-run) ─┐
//! versions ───────── input ────▶ Versions ──┼─▶ Setup ───┤                         ├─▶ render
//! configuration, context, time ─────────────┘            └─▶ execute ──────────────┘
//! ```
//!
//! `verdict` finds the exit status and its reason, and `report_folder` keeps the completion report
//! on disk. The manifest of `--write-manifest` is written in both cases, while the versions are
//! read.
//!
//! Exit status 2 is for input that cannot be read, also where a dry run counts the rest. An answer
//! of S3, such as a job that fails or a configuration that is refused, is 1.

mod execute;
mod input;
mod plan;
mod render;
mod report_folder;
mod verdict;

use std::path::PathBuf;
use std::rc::Rc;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use s3_replication::batch::dry_run::{DryRun, Forecast};
use s3_replication::batch::request::JobSource;
use s3_replication::model::{AccountId, BucketName, KnownBuckets, Region, Timestamp};
use s3_replication::text::SourceText;
use s3_replication::{Engine, ReplicationConfiguration};

use self::execute::Buckets;
use self::input::{FailingBucket, Listed, Manifest, Read, Versions};
use self::plan::{Planned, WrittenManifest};
use crate::cli::configuration::Reading;
use crate::cli::format::TextOrJson as Format;
use crate::cli::input::Input;
use crate::cli::output::{self, Output};
use crate::cli::permissions::JobFiles;
use crate::cli::refusal::{AnswerForm, Refusal};
use crate::cli::{Ended, Failure, Status};
use crate::cli::{context, inventory, sink, stream};

/// Runs a job on a store in memory, or forecasts what it would do
///
/// Nothing here talks to S3. `--dry-run` counts the versions in the manifest and those left out, and
/// why; the versions and bytes for each destination and rule; and the tasks that would fail. Without
/// `--dry-run` every version is put into a store in memory with its replication status, and the job
/// runs there from its manifest to its completion report.
///
/// A run in memory needs about 2 kB for each version: 2 GB for a million. For larger buckets use
/// `--dry-run`, which needs about 30 bytes for each version.
#[derive(Debug, clap::Args)]
#[command(after_help = r#"Examples:
  s3-replication batch run -c replication.xml \
    --inventory manifest.json --dry-run
  s3-replication batch run --job job.json -c replication.xml \
    --inventory manifest.json --dry-run
  s3-replication batch run --job job.json -c replication.xml \
    --inventory manifest.json --confirm
  s3-replication batch run --job job.json -c replication.xml \
    --inventory manifest.json --write-manifest manifest.csv
  s3-replication batch run --job job.json -c replication.xml \
    --objects objects.jsonl --manifest manifest.csv --source-bucket photos \
    --report report
  s3-replication batch run --job job.json -c replication.xml \
    --objects objects.jsonl --fail backup=DstPutObjectNotPermitted
  s3-replication batch run --job urgent.json --job later.json \
    -c replication.xml --objects objects.jsonl
  # Under the policies of the roles: what they do not permit fails
  s3-replication batch run --job job.json -c replication.xml \
    --objects objects.jsonl --batch-role-policy batch.json

A job, as `aws s3control create-job --cli-input-json` takes it or `describe-job` prints it:
  {"AccountId": "111122223333",
   "RoleArn": "arn:aws:iam::111122223333:role/batch",
   "Operation": {"S3ReplicateObject": {}}, "Priority": 10,
   "ConfirmationRequired": false, "Report": {"Enabled": false},
   "ManifestGenerator": {"S3JobManifestGenerator": {
     "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": false,
     "Filter": {"EligibleForReplication": true,
                "ObjectReplicationStatuses": ["NONE", "FAILED"]}}}}

The versions of the source bucket come from an inventory, or as objects, as `decide` takes
them (`Event` is ignored). The inventory is in CSV, or in ORC or Parquet where the command was
installed with the feature `parquet`. An object without a version ID is the null version; of
several with the same key and version ID the first counts. A job that brings its own manifest
needs `--manifest`; if that is an inventory, the versions may come from it as well.

Several jobs share the buckets: all manifests are generated first, then the jobs run by
priority, the higher number first. A dry run forecasts each job alone, as if the others did not run.

Inventories have no tags and may lack columns. If a missing value decides whether S3 lists a
version, a generated manifest leaves the version out. For the tasks of the other versions, missing
values are taken to be the defaults of S3. A dry run and a run both count the versions that are left
out, and the tasks whose result depends on a missing value. If something cannot be read, a dry run
counts the rest, and a run does not start.

Exit status: 0 every job completes, and all tasks succeed; 1 one does not, or waits for
confirmation, or its result depends on unknown facts (the reason is printed); 2 wrong usage,
or unreadable input. A dry run notes that the job would wait: that alone does not make the status 1."#)]
pub(in crate::cli) struct Arguments {
    /// The job, as CreateJob takes it; `-` reads standard input; can be repeated [default with
    /// `--dry-run`: a job for every eligible version]
    #[arg(long, value_name = "FILE", required_unless_present = "dry_run")]
    job: Vec<Input>,
    /// The replication configuration of the source bucket
    #[arg(short, long, value_name = "FILE")]
    configuration: Input,
    /// The `manifest.json` of an inventory of the source bucket
    #[arg(short, long, value_name = "FILE")]
    inventory: Option<Input>,
    /// The versions of the source bucket as objects, one per line
    #[arg(long, value_name = "FILE", conflicts_with = "inventory")]
    objects: Option<Input>,
    /// The manifest of a job that brings its own: CSV, or the `manifest.json` of an inventory;
    /// can be repeated, in the order of these jobs
    #[arg(long, value_name = "FILE")]
    manifest: Vec<Input>,
    /// Output file for the manifest that S3 generates, with the columns Bucket,Key,VersionId; an
    /// existing file is kept if something cannot be read, or no version is listed
    #[arg(long, value_name = "FILE")]
    write_manifest: Option<PathBuf>,
    /// The source bucket, if neither the job nor an inventory names it
    #[arg(long, value_name = "NAME")]
    source_bucket: Option<BucketName>,
    /// The account of the job, if the job does not name it [default: the account of its role]
    #[arg(long, value_name = "ID")]
    account_id: Option<AccountId>,
    /// Known facts about buckets, as JSON; `check --help` shows an example
    #[arg(long, value_name = "FILE")]
    context: Option<Input>,
    /// Count what the job would do without running it
    #[arg(long, conflicts_with_all = ["confirm", "report", "fail"])]
    dry_run: bool,
    /// Confirm the job if it waits for confirmation
    #[arg(long)]
    confirm: bool,
    /// Exit with 0 if the only problem is that facts about versions are unknown
    #[arg(long)]
    allow_unknown: bool,
    /// Make a bucket refuse every request with a failure reason of S3, such as
    /// `DstPutObjectNotPermitted`; can be repeated
    #[arg(long, value_name = "BUCKET=CODE")]
    fail: Vec<FailingBucket>,
    /// Folder for the completion report, with a folder inside for each of several jobs; must not
    /// contain another report
    #[arg(short = 'o', long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// Time at which the job is created and runs [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    policies: JobFiles,
}

/// The jobs, and everything that they run on.
///
/// Complete before the first version is read. Forecast and run share it, so they cannot differ in
/// what they know.
struct Setup<'s> {
    /// The configuration as it was read: the store wants it so, and the notes about rules come from
    /// it.
    configuration: &'s ReplicationConfiguration,
    /// The same configuration, compiled for the dialect.
    engine: Engine,
    /// The jobs in the order of the arguments.
    jobs: Vec<Planned>,
    /// The source of the versions, which is read once and never kept.
    versions: Versions,
    /// The facts of `--context`. A bucket without an entry is assumed to let replication succeed.
    known: &'s KnownBuckets,
    /// The source bucket of every job.
    source: &'s BucketName,
    /// The Region of the jobs, which is that of their source bucket.
    region: Region,
    /// The time at which everything happens; jobs take no time.
    at: Timestamp,
}

/// Reads all input, and then runs the jobs or forecasts them.
///
/// The manifest of `--write-manifest` is moved to its place last. If that fails, the answer is
/// written already, so the error is printed here and not by the caller.
pub(in crate::cli) fn run(arguments: &Arguments) -> Ended {
    let (status, written) = played(arguments)?;
    let Some(written) = written else { return Ok(status) };
    match written.finish(status) {
        // The answer is written, and a refusal would be a second one.
        Err(Failure::Message(message)) => {
            output::error(&message);
            Ok(Status::Wrong)
        }
        ended => ended,
    }
}

/// Runs the jobs or forecasts them, and returns the manifest that is not complete yet. The answer is the
/// last that is written.
///
/// The order decides which mistake is reported first: options, the configuration, the context, the
/// jobs, the versions, and then what only all of them together show. The answer begins when all of
/// this is right.
///
/// Errors end the command: wrong usage, input that cannot be opened or is refused, a job that S3
/// would not create. Single versions and data files of an inventory that cannot be read change only the
/// status.
fn played(arguments: &Arguments) -> Result<(Status, Option<WrittenManifest>), Failure> {
    arguments.check_inputs()?;
    let configuration = arguments.reading.configuration(&arguments.configuration)?;
    let known = context::known(arguments.context.as_ref())?;
    let mut jobs = arguments.jobs(&configuration)?;
    let engine = Engine::with_dialect(&configuration, arguments.reading.dialect());
    let versions = arguments.versions(&jobs, stream::needs_tags(&engine))?;
    let source = arguments.source(&jobs, &versions)?;
    // Only a dry run gets here without a job: `clap` requires one otherwise.
    if jobs.is_empty() {
        jobs.push(plan::assumed_job(&configuration, &source)?);
    }
    // A report that S3 would not write must not appear on disk.
    if arguments.report.is_some() && !jobs.iter().any(|job| job.specification.report().enabled) {
        let message = "the job asks for no completion report; leave out `--report`";
        return Err(Failure::Message(message.to_owned()));
    }
    let setup = Setup {
        configuration: &configuration,
        engine,
        jobs,
        versions,
        region: region_of(&source, &known)?,
        source: &source,
        known: &known,
        at: arguments.now(),
    };
    setup.check_regions()?;
    let mut written = arguments.written_manifest(&setup)?;
    let ended = if arguments.dry_run {
        setup.forecast(arguments, &mut written)
    } else {
        execute::run(arguments, &setup, &mut written)
    };
    Ok((ended?, written))
}

/// Returns the Region of the job; the default of S3 if that of the source bucket is unknown.
///
/// The facts of the context may have a Region for the source bucket, which then is that of the
/// jobs.
fn region_of(source: &BucketName, known: &KnownBuckets) -> Result<Region, Failure> {
    match known.get(source).and_then(|facts| facts.region.clone()) {
        Some(region) => Ok(region),
        None => "us-east-1".parse().map_err(|error| internal(&error)),
    }
}

/// Reports an error that cannot happen, rather than hide it.
///
/// For results of the library that the code above has made impossible, such as an ID of a job that
/// does not parse. A panic would lose what was answered before.
fn internal(error: &impl std::fmt::Display) -> Failure {
    Failure::Message(error.to_string())
}

impl Setup<'_> {
    /// Refuses a job that S3 would not create in its Region.
    ///
    /// Only buckets whose Region the context states are compared (REP-922). The refusal is an
    /// answer of S3, so the status is 1.
    fn check_regions(&self) -> Result<(), Failure> {
        for job in &self.jobs {
            let refused =
                job.specification.check_regions(&self.region, Some(self.source), self.known);
            if !refused.is_empty() {
                let document = (SourceText::new(&*job.file, ""), refused);
                return Err(Failure::Refused(Box::new(Refusal::of([document], Status::Found))));
            }
        }
        Ok(())
    }

    /// Returns a dry run that has seen no rows and no versions.
    ///
    /// It needs the job as S3 has created it. A run uses one, too: it counts what depends on
    /// unknown facts.
    fn dry_run(&self, job: &Planned) -> Result<DryRun, Failure> {
        let dry_run =
            DryRun::new(&job.created(self)?, self.source, self.engine.clone(), self.known);
        Ok(dry_run.with_known_facts(self.versions.known_facts()))
    }

    /// Returns the jobs in the order in which they run: by priority, then as they were given.
    ///
    /// The numbers are positions in `jobs`. The sort keeps the order of equals.
    ///
    /// ```text
    /// priorities 1, 9, 9, 10    order 3, 1, 2, 0
    /// ```
    fn in_order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.jobs.len()).collect();
        let priority = |at: &usize| self.jobs.get(*at).map(|job| job.specification.priority());
        order.sort_by_key(|at| std::cmp::Reverse(priority(at)));
        order
    }

    /// Counts what each job would do.
    ///
    /// Writes the answer and returns the status: 2 if something could not be read, else that of the
    /// verdicts.
    fn forecast(&self, arguments: &Arguments, written: &mut Option<WrittenManifest>) -> Ended {
        // S3 refuses a configuration that its buckets do not allow, and so does a dry run.
        // The buckets of rows are left out: none of them can make S3 refuse the configuration.
        Buckets::new(self).create([].iter())?;
        let (forecasts, status) = self.count(written)?;
        let ordered: Vec<(&Planned, &Forecast)> = self
            .in_order()
            .into_iter()
            .filter_map(|at| Some((self.jobs.get(at)?, forecasts.get(at)?)))
            .collect();
        let mut out = Output::new();
        match arguments.format {
            Format::Text => out.text(render::forecasts_text(self, &ordered))?,
            Format::Json => out.write(render::forecasts_json(self, &ordered))?,
        }
        out.flush()?;
        let verdicts = ordered.iter().map(|(_, forecast)| verdict::of_forecast(forecast));
        Ok(status.max(verdict::report(verdicts, arguments.allow_unknown)))
    }

    /// Passes the manifests and the versions through a dry run for each job. Rows come first,
    /// because a version counts only if it is listed.
    ///
    /// Returns the forecasts in the order of `jobs`. The versions are read once for all jobs, and
    /// not at all when every job has failed before.
    fn count(
        &self,
        written: &mut Option<WrittenManifest>,
    ) -> Result<(Vec<Forecast>, Status), Failure> {
        let (mut dry_runs, mut status) = (Vec::new(), Status::Clean);
        for job in &self.jobs {
            let mut dry_run = self.dry_run(job)?;
            if !dry_run.has_failed() {
                match job.manifest.each(self.known, |row| dry_run.add_row(row.as_ref()))? {
                    Read::ToEnd(read) => status = status.max(read),
                    // The rows before the failure were added, and count for nothing from here on.
                    Read::JobFails(failure) => dry_run.fail_job(failure),
                }
            }
            dry_runs.push(dry_run);
        }
        if !dry_runs.iter().all(DryRun::has_failed) {
            let read = self.versions.each(|Listed { bucket, version }| {
                // An inventory names the bucket of each row; objects are of the source bucket.
                let is_other = bucket.is_some_and(|bucket| bucket != self.source);
                for dry_run in &mut dry_runs {
                    if is_other {
                        dry_run.add_version_of_other_bucket(&version);
                    } else {
                        dry_run.add_version(&version);
                    }
                }
                match written {
                    // A row for another bucket is in no manifest, see
                    // `add_version_of_other_bucket`.
                    Some(written) if !is_other => written.offer(&version),
                    _ => Ok(()),
                }
            })?;
            // A version that could not be read may be one that the manifest names.
            if read != Status::Clean {
                dry_runs.iter_mut().for_each(DryRun::mark_incomplete);
            }
            status = status.max(read);
        }
        Ok((dry_runs.into_iter().map(DryRun::finish).collect(), status))
    }
}

impl Arguments {
    /// The form in which a refusal is written to the standard output.
    pub(super) fn answer(&self) -> AnswerForm {
        AnswerForm::with_errors_only(self.format.into())
    }

    /// Refuses a second use of the standard input, and options that contradict each other in ways
    /// that `clap` does not know.
    ///
    /// The last check keeps `--write-manifest` from the files that are read.
    fn check_inputs(&self) -> Result<(), Failure> {
        if self.inputs().filter(|input| **input == Input::Stdin).count() > 1 {
            let message = "the standard input can be read only once; name `-` only once";
            return Err(Failure::Message(message.to_owned()));
        }
        if self.dry_run && self.policies.inputs().next().is_some() {
            let message =
                "a dry run judges no policies; leave out `--dry-run` to run the job under them";
            return Err(Failure::Message(message.to_owned()));
        }
        sink::refuse_input(self.write_manifest.as_deref(), self.inputs().cloned())
    }

    /// Returns every input.
    ///
    /// Also the policies. The data files of inventories are not among them.
    fn inputs(&self) -> impl Iterator<Item = &Input> {
        let optional = [&self.inventory, &self.objects, &self.context];
        let optional = optional.into_iter().flatten();
        let inputs = optional.chain(&self.job).chain(&self.manifest).chain([&self.configuration]);
        inputs.chain(self.policies.inputs())
    }

    /// Returns the source of the versions: an inventory, objects, or the inventory that is the
    /// manifest.
    ///
    /// In this order, so `--inventory` counts although a job brings another inventory as its
    /// manifest. Errors: there is none of the three, or an inventory has no version IDs.
    fn versions(&self, jobs: &[Planned], needs_tags: bool) -> Result<Versions, Failure> {
        if let Some(document) = &self.inventory {
            return Versions::of_inventory(inventory::required(document)?.into());
        }
        if let Some(objects) = &self.objects {
            return Versions::of_objects(objects, needs_tags);
        }
        let listed = jobs.iter().find_map(|job| match &job.manifest {
            Manifest::Inventory { inventory, .. } => Some(Rc::clone(inventory)),
            _ => None,
        });
        listed.map_or_else(
            || {
                let message = "the versions of the source bucket are missing; give `--inventory` or \
                               `--objects`";
                Err(Failure::Message(message.to_owned()))
            },
            Versions::of_inventory,
        )
    }

    /// Returns the source bucket. Everything that names it must name the same one.
    ///
    /// These can name it: the generators of the jobs, `--source-bucket`, and an inventory. Without
    /// any, a dry run without a job takes a name of its own, and anything else is refused.
    fn source(&self, jobs: &[Planned], versions: &Versions) -> Result<BucketName, Failure> {
        let of_jobs = jobs.iter().filter_map(|job| match job.specification.source() {
            JobSource::Generator(generator) => Some(("the job", generator.source_bucket.name())),
            JobSource::Manifest(_) => None,
        });
        let given = self.source_bucket.as_ref().map(|name| ("`--source-bucket`", name));
        let of_inventory = versions.source().map(|name| ("the inventory", name));
        let mut named = of_jobs.chain(given).chain(of_inventory);
        let Some((origin, name)) = named.next() else {
            if jobs.is_empty() {
                return plan::assumed_source();
            }
            let message = "nothing names the source bucket; add `--source-bucket NAME`";
            return Err(Failure::Message(message.to_owned()));
        };
        match named.find(|(_, other)| *other != name) {
            Some((other, another)) => {
                let message = format!(
                    "{origin} names the source bucket `{name}`, but {other} names `{another}`"
                );
                Err(Failure::Message(message))
            }
            None => Ok(name.clone()),
        }
    }

    /// Returns the given time, or that of the clock. The library reads no clock.
    fn now(&self) -> Timestamp {
        self.at.unwrap_or_else(|| DateTime::<Utc>::from(SystemTime::now()).into())
    }
}
