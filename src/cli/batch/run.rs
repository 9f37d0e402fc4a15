mod case;
mod doubts;
mod faults;
mod forecast;
mod list;
mod listing;
mod names;
mod obstacles;
mod play;
mod stage;
mod versions;

use std::path::PathBuf;
use std::rc::Rc;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use s3_replication::batch::request::{JobParser, JobSource, JobSpecification};
use s3_replication::document::{self, SIZE_LIMIT};
use s3_replication::model::{BucketName, KnownBuckets, Region, Timestamp};
use s3_replication::text::SourceText;
use s3_replication::{Engine, ReplicationConfiguration};

use self::case::Case;
use self::faults::BrokenBucket;
use self::list::List;
use self::stage::Stage;
use self::versions::Versions;
use super::check::Format;
use crate::cli::configuration::Reading;
use crate::cli::input::Input;
use crate::cli::{Ended, Failure, Status};
use crate::cli::{context, inventory, output};

/// Runs a job on a store in memory, or says what it would do
///
/// Nothing here talks to S3. `--dry-run` counts: what is on the list and what is not, and why; how
/// many versions and bytes go to each destination and by which rule; which tasks would fail. Without
/// it every version is put into a store in memory with the status it has, and the job runs there from
/// its list to its report.
#[derive(Debug, clap::Args)]
#[command(after_help = r#"Examples:
  s3-replication batch run --job job.json -c replication.xml --inventory manifest.json --dry-run
  s3-replication batch run --job job.json -c replication.xml --inventory manifest.json --confirm
  s3-replication batch run --job job.json -c replication.xml --objects objects.jsonl \
    --manifest list.csv --source-bucket photos --report report
  s3-replication batch run --job job.json -c replication.xml --objects objects.jsonl \
    --fail backup=DstPutObjectNotPermitted

The job is what `aws s3control create-job --cli-input-json` takes. The versions of the source bucket
come from an inventory, or as objects, one a line, as `decide` takes them (`Event` does not count);
one without a version id is the null version, and of several with the same key and version id the
first counts. A job with a list of its own needs `--manifest`; if that is an inventory, the versions
may come from it, too.

An inventory has no tags, and may lack columns: the job runs as if versions had none and were as S3
makes them when nothing is said, and what may come out otherwise is counted. A dry run remembers
every version, and every row of a list, by a number of eight bytes, which takes some twenty bytes of
memory. Where something can't be read, a dry run counts the rest; nothing is run.

Exit status: 0 the job completes, and all tasks succeed; 1 it does not, or it waits for somebody to
confirm it, or what it comes to depends on what is not known; 2 wrong usage, or something that can't
be read. A dry run says that the job would wait, and looks further: that alone is not 1."#)]
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
    /// The list of a job that brings one: CSV, or the `manifest.json` of an inventory
    #[arg(long, value_name = "FILE")]
    manifest: Option<Input>,
    /// The source bucket, where neither the job nor an inventory names it
    #[arg(long, value_name = "NAME")]
    source_bucket: Option<BucketName>,
    /// What is known about buckets, as `check` takes it
    #[arg(long, value_name = "FILE")]
    context: Option<Input>,
    /// Count what the job would do, and run nothing
    #[arg(long, conflicts_with_all = ["confirm", "report", "fail"])]
    dry_run: bool,
    /// Confirm the job if it waits for that
    #[arg(long)]
    confirm: bool,
    /// A bucket that refuses everything, for one of S3's reasons; repeat it for more
    #[arg(long, value_name = "BUCKET=CODE")]
    fail: Vec<BrokenBucket>,
    /// A folder for the completion report, which holds no other
    #[arg(short = 'o', long, value_name = "DIR")]
    report: Option<PathBuf>,
    /// When the job is created and runs [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    /// How to answer
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
}

pub(in crate::cli) fn run(arguments: &Arguments) -> Ended {
    arguments.check_inputs()?;
    let configuration = arguments.reading.configuration(&arguments.configuration)?;
    let specification = arguments.specification(&configuration)?;
    let known = arguments.context.as_ref().map(context::read).transpose()?.unwrap_or_default();
    let list = List::find(&specification, arguments.manifest.as_ref())?;
    let versions = arguments.versions(&list)?;
    let source = arguments.source(&specification, &versions)?;
    if arguments.report.is_some() && !specification.report().enabled {
        let message = "`--report` is for the completion report, and the job asks for none";
        return Err(Failure::Message(message.to_owned()));
    }
    let case = Case {
        configuration: &configuration,
        engine: Engine::with_dialect(&configuration, arguments.reading.dialect()),
        specification,
        list,
        versions,
        stage: Stage::new(&known, &source),
        region: region_of(&source, &known)?,
        at: arguments.now(),
    };
    case.check_regions(&known)?;
    if arguments.dry_run {
        forecast::run(arguments.format, &case)
    } else {
        play::run(arguments, &case)
    }
}

/// The Region of the job, which is that of its source bucket.
fn region_of(source: &BucketName, known: &KnownBuckets) -> Result<Region, Failure> {
    match known.get(source).and_then(|facts| facts.region.clone()) {
        Some(region) => Ok(region),
        None => "us-east-1".parse().map_err(|error| trouble(&error)),
    }
}

/// What can't happen, told rather than hidden.
fn trouble(error: &impl std::fmt::Display) -> Failure {
    Failure::Message(error.to_string())
}

impl Arguments {
    fn check_inputs(&self) -> Result<(), Failure> {
        let optional = [&self.inventory, &self.objects, &self.manifest, &self.context];
        let inputs = optional.into_iter().flatten().chain([&self.job, &self.configuration]);
        if inputs.filter(|input| **input == Input::Stdin).count() > 1 {
            let message = "the standard input can be read only once; name `-` only once";
            return Err(Failure::Message(message.to_owned()));
        }
        Ok(())
    }

    /// Reads the job, with advice about it.
    fn specification(
        &self,
        configuration: &ReplicationConfiguration,
    ) -> Result<JobSpecification, Failure> {
        let input = &self.job;
        let bytes = input.read(SIZE_LIMIT + 1)?;
        let text = document::decode(&bytes)
            .map_err(|error| Failure::Message(format!("`{input}`: {error}")))?;
        let read = JobParser::new().with_advice(Some(configuration)).parse_json(&text);
        let source = SourceText::new(input.to_string(), text);
        if !read.report().is_empty() {
            output::tell(&read.report().render_with(&source, output::error_rendering()));
        }
        let is_document = read.draft().is_some();
        read.into_specification().map_err(|_| {
            output::complain(&format!("the job `{input}` is refused, see above"));
            Failure::Reported(if is_document { Status::Found } else { Status::Wrong })
        })
    }

    fn versions(&self, list: &List) -> Result<Versions, Failure> {
        match (&self.inventory, &self.objects, list) {
            (Some(document), _, _) => Versions::of_inventory(inventory::required(document)?.into()),
            (_, Some(objects), _) => Versions::of_objects(objects),
            (_, _, List::Inventory { inventory, .. }) => {
                Versions::of_inventory(Rc::clone(inventory))
            }
            _ => Err(Failure::Message(
                "what is in the source bucket? give `--inventory` or `--objects`".to_owned(),
            )),
        }
    }

    /// Returns the source bucket, which everybody who names it has to agree about.
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
        let mut named = named.into_iter().filter_map(|(who, name)| Some((who, name?)));
        let Some((who, name)) = named.next() else {
            let message = "nothing names the source bucket; say `--source-bucket NAME`";
            return Err(Failure::Message(message.to_owned()));
        };
        match named.find(|(_, other)| *other != name) {
            Some((other, another)) => {
                let message = format!("{who} is about `{name}`, {other} about `{another}`");
                Err(Failure::Message(message))
            }
            None => Ok(name.clone()),
        }
    }

    fn now(&self) -> Timestamp {
        self.at.unwrap_or_else(|| DateTime::<Utc>::from(SystemTime::now()).into())
    }
}
