//! `batch run`: a job from its manifest to its completion report, in memory, or a forecast of it.
//!
//! The input is a job, the configuration of the source bucket, its versions, and a manifest if the
//! job brings its own. `--dry-run` passes everything through [`DryRun`] and stores nothing; a run
//! puts the versions into a [`MemoryStore`](s3_replication::storage::MemoryStore) and lets the job
//! run there. Both answer from the same rules, and tests compare them.

mod execute;
mod input;
mod render;
mod report_folder;

use std::path::PathBuf;
use std::rc::Rc;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use s3_replication::batch::dry_run::{DryRun, Forecast};
use s3_replication::batch::job::{self, Job};
use s3_replication::batch::request::{JobParser, JobSource, JobSpecification};
use s3_replication::document::{self, SIZE_LIMIT};
use s3_replication::model::{AccountId, BucketArn, BucketName, KnownBuckets, Region, Timestamp};
use s3_replication::text::SourceText;
use s3_replication::{Engine, ReplicationConfiguration};

use self::execute::Buckets;
use self::input::{FailingBucket, Listed, Manifest, Read, Versions};
use super::check::Format;
use crate::cli::configuration::Reading;
use crate::cli::input::Input;
use crate::cli::output::Output;
use crate::cli::{Ended, Failure, Status};
use crate::cli::{context, inventory, output, stream};

/// Runs a job on a store in memory, or forecasts what it would do
///
/// Nothing here talks to S3. `--dry-run` counts the versions in the manifest and those left out, and
/// why; the versions and bytes for each destination and rule; and the tasks that would fail. Without
/// `--dry-run` every version is put into a store in memory with its replication status, and the job
/// runs there from its manifest to its completion report.
#[derive(Debug, clap::Args)]
#[command(after_help = r#"Examples:
  s3-replication batch run --job job.json -c replication.xml --inventory manifest.json --dry-run
  s3-replication batch run --job job.json -c replication.xml --inventory manifest.json --confirm
  s3-replication batch run --job job.json -c replication.xml --objects objects.jsonl \
    --manifest manifest.csv --source-bucket photos --report report
  s3-replication batch run --job job.json -c replication.xml --objects objects.jsonl \
    --fail backup=DstPutObjectNotPermitted

The job is what `aws s3control create-job --cli-input-json` takes, or what `describe-job` prints. The versions of the source bucket
come from an inventory, or as objects, one a line, as `decide` takes them (`Event` is ignored). An
object without a version id is the null version; of several with the same key and version id the
first counts. A job that brings its own manifest needs `--manifest`; if that is an inventory, the
versions may come from it as well.

Inventories have no tags and may lack columns. A generated manifest leaves out each version that S3
lists or not depending on a missing value; the tasks of the others take S3's defaults for missing
values. Both are counted, by a dry run and by a run. A dry run needs about 20 bytes of memory per version. If something cannot be read, a dry run counts
the rest, and a run does not start.

Exit status: 0 the job completes, and all tasks succeed; 1 it does not, or it waits for confirmation,
or its result depends on unknown facts; 2 wrong usage, or unreadable input. A dry run notes that the
job would wait, and looks further: that alone is not 1."#)]
pub(in crate::cli) struct Arguments {
    /// The job, as CreateJob takes it; `-` is the standard input
    #[arg(long, value_name = "FILE")]
    job: Input,
    /// The replication configuration of the source bucket
    #[arg(short, long, value_name = "FILE")]
    configuration: Input,
    /// The `manifest.json` of an inventory of the source bucket
    #[arg(short, long, value_name = "FILE")]
    inventory: Option<Input>,
    /// The versions of the source bucket as objects, one a line
    #[arg(long, value_name = "FILE", conflicts_with = "inventory")]
    objects: Option<Input>,
    /// The manifest of a job that brings one: CSV, or the `manifest.json` of an inventory
    #[arg(long, value_name = "FILE")]
    manifest: Option<Input>,
    /// The source bucket, if neither the job nor an inventory names it
    #[arg(long, value_name = "NAME")]
    source_bucket: Option<BucketName>,
    /// The account of the job, if the job does not name it [default: the account of its role]
    #[arg(long, value_name = "ID")]
    account_id: Option<AccountId>,
    /// Facts about buckets, as `check` takes them
    #[arg(long, value_name = "FILE")]
    context: Option<Input>,
    /// Count what the job would do without running it
    #[arg(long, conflicts_with_all = ["confirm", "report", "fail"])]
    dry_run: bool,
    /// Confirm the job if it waits for confirmation
    #[arg(long)]
    confirm: bool,
    /// Let a bucket refuse every request, with a failure reason of S3; may be repeated
    #[arg(long, value_name = "BUCKET=CODE")]
    fail: Vec<FailingBucket>,
    /// Folder for the completion report; must not contain another report
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
}

/// A job, and everything that it runs on.
struct Setup<'s> {
    configuration: &'s ReplicationConfiguration,
    engine: Engine,
    specification: JobSpecification,
    manifest: Manifest,
    versions: Versions,
    known: &'s KnownBuckets,
    source: &'s BucketName,
    /// The Region of the job, which is that of its source bucket.
    region: Region,
    at: Timestamp,
}

/// Reads all input, and then runs the job or forecasts it.
pub(in crate::cli) fn run(arguments: &Arguments) -> Ended {
    arguments.check_inputs()?;
    let configuration = arguments.reading.configuration(&arguments.configuration)?;
    let specification = arguments.specification(&configuration)?;
    let known = context::known(arguments.context.as_ref())?;
    let manifest = Manifest::find(&specification, arguments.manifest.as_ref())?;
    let engine = Engine::with_dialect(&configuration, arguments.reading.dialect());
    let versions = arguments.versions(&manifest, stream::needs_tags(&engine))?;
    let source = arguments.source(&specification, &versions)?;
    // A report that S3 would not write must not appear on disk.
    if arguments.report.is_some() && !specification.report().enabled {
        let message = "the job asks for no completion report; leave out `--report`";
        return Err(Failure::Message(message.to_owned()));
    }
    let setup = Setup {
        configuration: &configuration,
        engine,
        specification,
        manifest,
        versions,
        region: region_of(&source, &known)?,
        source: &source,
        known: &known,
        at: arguments.now(),
    };
    setup.check_regions()?;
    if arguments.dry_run {
        setup.forecast(arguments.format)
    } else {
        execute::run(arguments, &setup)
    }
}

/// Returns the Region of the job; the default of S3 if that of the source bucket is unknown.
fn region_of(source: &BucketName, known: &KnownBuckets) -> Result<Region, Failure> {
    match known.get(source).and_then(|facts| facts.region.clone()) {
        Some(region) => Ok(region),
        None => "us-east-1".parse().map_err(|error| internal(&error)),
    }
}

/// Reports an error that cannot happen, rather than hide it.
fn internal(error: &impl std::fmt::Display) -> Failure {
    Failure::Message(error.to_string())
}

impl Setup<'_> {
    /// Refuses a job that S3 would not create in its Region.
    fn check_regions(&self) -> Result<(), Failure> {
        let refused = self.specification.check_regions(&self.region, Some(self.source), self.known);
        if refused.is_empty() {
            return Ok(());
        }
        output::eprint_rendered(
            &refused.render_with(
                &SourceText::new("job", ""),
                output::Styles::stderr().render_options(),
            ),
        );
        Err(Failure::Reported(Status::Found))
    }

    /// Returns the job as S3 has created it, with a fixed name, so that the same input has the same
    /// output.
    fn job(&self) -> Result<Job, Failure> {
        let id = "batch-run".parse().map_err(|error| internal(&error))?;
        let partition = self.specification.role_arn().partition().clone();
        let name = job::Name::new(id, partition, self.region.clone());
        Ok(Job::create(name, self.specification.clone(), self.at))
    }

    /// Returns a dry run that has seen no rows and no versions.
    fn dry_run(&self) -> Result<DryRun, Failure> {
        let dry_run = DryRun::new(&self.job()?, self.source, self.engine.clone(), self.known);
        Ok(dry_run.with_known_facts(self.versions.known_facts()))
    }

    /// Returns the bucket of the completion report.
    fn report_bucket(&self) -> Option<&BucketArn> {
        self.specification.report().bucket.as_ref()
    }

    /// Returns the bucket in which a generated manifest is kept.
    fn output_bucket(&self) -> Option<&BucketArn> {
        match self.specification.source() {
            JobSource::Generator(generator) => {
                generator.manifest_output_location.as_ref().map(|location| &location.bucket)
            }
            JobSource::Manifest(_) => None,
        }
    }

    /// Counts what the job would do.
    fn forecast(&self, format: Format) -> Ended {
        // S3 refuses a configuration that its buckets do not allow, and so does a dry run.
        Buckets::new(self).create(&[])?;
        let (forecast, status) = self.count()?;
        let mut out = Output::new();
        match format {
            Format::Text => out.text(render::forecast_text(self, &forecast))?,
            Format::Json => out.write(render::forecast_json(self, &forecast))?,
        }
        out.flush()?;
        Ok(status.max(if forecast.is_clean() { Status::Clean } else { Status::Found }))
    }

    /// Passes the manifest and the versions through a dry run. Rows come first, because a version
    /// counts only if it is listed.
    fn count(&self) -> Result<(Forecast, Status), Failure> {
        let mut dry_run = self.dry_run()?;
        let mut status = Status::Clean;
        if !dry_run.has_failed() {
            match self.manifest.each(self.known, |row| dry_run.add_row(row.as_ref()))? {
                Read::ToEnd(read) => status = read,
                Read::JobFails(failure) => dry_run.fail_job(failure),
            }
        }
        if !dry_run.has_failed() {
            let read = self.versions.each(|Listed { bucket, version }| {
                if bucket.is_some_and(|bucket| bucket != self.source) {
                    dry_run.add_version_of_other_bucket(&version);
                } else {
                    dry_run.add_version(&version);
                }
                Ok(())
            })?;
            if read != Status::Clean {
                dry_run.mark_incomplete();
            }
            status = status.max(read);
        }
        Ok((dry_run.finish(), status))
    }
}

impl Arguments {
    /// Refuses a second use of the standard input.
    fn check_inputs(&self) -> Result<(), Failure> {
        let optional = [&self.inventory, &self.objects, &self.manifest, &self.context];
        let inputs = optional.into_iter().flatten().chain([&self.job, &self.configuration]);
        if inputs.filter(|input| **input == Input::Stdin).count() > 1 {
            let message = "the standard input can be read only once; name `-` only once";
            return Err(Failure::Message(message.to_owned()));
        }
        Ok(())
    }

    /// Reads the job, and reports findings about it.
    fn specification(
        &self,
        configuration: &ReplicationConfiguration,
    ) -> Result<JobSpecification, Failure> {
        let input = &self.job;
        let bytes = input.read(SIZE_LIMIT + 1)?;
        let text = document::decode(&bytes)
            .map_err(|error| Failure::Message(format!("`{input}`: {error}")))?;
        let mut parser = JobParser::new().with_advice(Some(configuration));
        if let Some(account) = self.account_id {
            parser = parser.with_account(account);
        }
        let read = parser.parse_json(&text);
        let source = SourceText::new(input.to_string(), text);
        if !read.report().is_empty() {
            output::eprint_rendered(
                &read.report().render_with(&source, output::Styles::stderr().render_options()),
            );
        }
        let is_document = read.draft().is_some();
        let is_refused = read.report().is_refused();
        read.into_specification().map_err(|_| {
            let what = if is_refused { "is refused for" } else { "cannot be run for" };
            output::error(&format!("the job `{input}` {what} the findings above"));
            Failure::Reported(if is_document { Status::Found } else { Status::Wrong })
        })
    }

    /// Returns the source of the versions: an inventory, objects, or the inventory that is the
    /// manifest.
    fn versions(&self, manifest: &Manifest, needs_tags: bool) -> Result<Versions, Failure> {
        match (&self.inventory, &self.objects, manifest) {
            (Some(document), _, _) => Versions::of_inventory(inventory::required(document)?.into()),
            (_, Some(objects), _) => Versions::of_objects(objects, needs_tags),
            (_, _, Manifest::Inventory { inventory, .. }) => {
                Versions::of_inventory(Rc::clone(inventory))
            }
            _ => Err(Failure::Message(
                "the versions of the source bucket are missing; give `--inventory` or `--objects`"
                    .to_owned(),
            )),
        }
    }

    /// Returns the source bucket. Everything that names it must name the same one.
    fn source(
        &self,
        specification: &JobSpecification,
        versions: &Versions,
    ) -> Result<BucketName, Failure> {
        let of_job = match specification.source() {
            JobSource::Generator(generator) => Some(generator.source_bucket.name()),
            JobSource::Manifest(_) => None,
        };
        let named = [
            ("the job", of_job),
            ("`--source-bucket`", self.source_bucket.as_ref()),
            ("the inventory", versions.source()),
        ];
        let mut named = named.into_iter().filter_map(|(origin, name)| Some((origin, name?)));
        let Some((origin, name)) = named.next() else {
            let message = "nothing names the source bucket; add `--source-bucket NAME`";
            return Err(Failure::Message(message.to_owned()));
        };
        match named.find(|(_, other)| *other != name) {
            Some((other, another)) => {
                let message =
                    format!("{origin} names the source bucket `{name}`, {other} names `{another}`");
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
