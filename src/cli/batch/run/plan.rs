//! The jobs to run: the documents that are given, or one for every eligible version.

use std::path::PathBuf;

use s3_replication::batch::generator::ManifestGenerator;
use s3_replication::batch::job::{self, Job};
use s3_replication::batch::manifest;
use s3_replication::batch::request::{JobParser, JobSource, JobSpecification};
use s3_replication::document::{self, SIZE_LIMIT};
use s3_replication::model::{BucketArn, BucketName, RoleArn};
use s3_replication::text::SourceText;
use s3_replication::{ObjectVersion, ReplicationConfiguration};

use super::input::Manifest;
use super::{Arguments, Setup, internal};
use crate::cli::counts::counted_all;
use crate::cli::existing_objects;
use crate::cli::input::Input;
use crate::cli::output;
use crate::cli::refusal::Refusal;
use crate::cli::sink::Sink;
use crate::cli::{Failure, Status, yaml};

/// A job, and the manifest that it brings.
pub(super) struct Planned {
    /// The name of the document.
    pub(super) file: String,
    /// The position among the jobs, from one; `None` for the only one.
    number: Option<usize>,
    pub(super) specification: JobSpecification,
    pub(super) manifest: Manifest,
}

impl Planned {
    /// Returns the name of the job, which is the same in every run, so that the same input has the
    /// same output.
    pub(super) fn name(&self) -> String {
        match self.number {
            None => "batch-run".to_owned(),
            Some(number) => format!("batch-run-{number}"),
        }
    }

    /// Returns the job as S3 has created it.
    pub(super) fn created(&self, setup: &Setup<'_>) -> Result<Job, Failure> {
        let id = self.name().parse().map_err(|error| internal(&error))?;
        let partition = self.specification.role_arn().partition().clone();
        let name = job::Name::new(id, partition, setup.region.clone());
        Ok(Job::create(name, self.specification.clone(), setup.at))
    }

    /// Returns the buckets to which the job writes: that of the completion report, and that of the
    /// generated manifest.
    pub(super) fn outputs(&self) -> impl Iterator<Item = &BucketArn> {
        let of_manifest = match self.specification.source() {
            JobSource::Generator(generator) => generator.manifest_output_location.as_ref(),
            JobSource::Manifest(_) => None,
        };
        let report = self.specification.report().bucket.as_ref();
        report.into_iter().chain(of_manifest.map(|location| &location.bucket))
    }
}

/// The name of the source bucket where nothing names it, and no answer depends on it.
const ASSUMED_SOURCE: &str = "source-bucket";

/// Returns the name of the source bucket of a plan without a job document.
pub(super) fn assumed_source() -> Result<BucketName, Failure> {
    ASSUMED_SOURCE.parse().map_err(|error| internal(&error))
}

/// Returns the job for every eligible version, for a plan without a job document.
pub(super) fn assumed_job(
    configuration: &ReplicationConfiguration,
    source: &BucketName,
) -> Result<Planned, Failure> {
    // Some stores need no role, and a plan does not depend on it.
    let any_role = "arn:aws:iam::111122223333:role/batch".parse::<RoleArn>();
    let role = match configuration.role() {
        Some(role) => role.clone(),
        None => any_role.map_err(|error| internal(&error))?,
    };
    let text = existing_objects::job(&role, source.as_str(), None).to_string();
    let parsed = JobParser::new().parse_json(&text);
    let specification =
        parsed.into_specification().map_err(|report| Failure::Message(report.to_string()))?;
    output::remark(&format!(
        "note: no `--job`; the plan is that of a job for every eligible version:\n{text}\n"
    ));
    Ok(Planned {
        file: "the plan".to_owned(),
        number: None,
        specification,
        manifest: Manifest::Generated,
    })
}

impl Arguments {
    /// Reads the jobs with their manifests.
    pub(super) fn jobs(
        &self,
        configuration: &ReplicationConfiguration,
    ) -> Result<Vec<Planned>, Failure> {
        if self.job.is_empty() && !self.manifest.is_empty() {
            let message = "a manifest belongs to a job; give the job with `--job FILE`";
            return Err(Failure::Message(message.to_owned()));
        }
        let (mut jobs, mut manifests) = (Vec::new(), self.manifest.iter());
        for (at, input) in self.job.iter().enumerate() {
            let specification = self.specification(input, configuration)?;
            let brings_manifest = matches!(specification.source(), JobSource::Manifest(_));
            // Manifests are given in the order of the jobs that bring one. A job with a generated
            // manifest takes none.
            let file = if brings_manifest { manifests.next() } else { None };
            let manifest = Manifest::find(&specification, file)?;
            // With one job the name has no number, as before several were possible.
            let number = (self.job.len() > 1).then_some(at + 1);
            let file = input.to_string();
            jobs.push(Planned { file, number, specification, manifest });
        }
        if manifests.next().is_some() {
            let message = "S3 generates the manifest of this job; leave out `--manifest`";
            let several =
                "there are more manifests than jobs that bring one; leave out a `--manifest`";
            let message = if self.job.len() > 1 { several } else { message };
            return Err(Failure::Message(message.to_owned()));
        }
        Ok(jobs)
    }

    /// Reads a job, and reports findings about it. The account of the job is not part of the XML,
    /// so that an option gives it.
    fn specification(
        &self,
        input: &Input,
        configuration: &ReplicationConfiguration,
    ) -> Result<JobSpecification, Failure> {
        let bytes = input.read(SIZE_LIMIT + 1)?;
        let bytes = yaml::as_json(input, &bytes)?;
        let text = document::decode(&bytes)
            .map_err(|error| Failure::Message(format!("`{input}`: {error}")))?;
        let mut parser = JobParser::new().with_advice(Some(configuration));
        if let Some(account) = self.account_id {
            parser = parser.with_account(account);
        }
        let is_xml = text.trim_start().starts_with('<');
        let read = if is_xml { parser.parse_xml(&text) } else { parser.parse_json(&text) };
        let source = SourceText::new(input.to_string(), text);
        let report = read.report().clone();
        let status = if read.draft().is_some() { Status::Found } else { Status::Wrong };
        if let Ok(specification) = read.into_specification() {
            output::eprint_report(&report.in_text(&source));
            return Ok(specification);
        }
        let what = if report.is_refused() { "is refused for" } else { "cannot be run for" };
        let message = format!("the job `{input}` {what} the findings above");
        let refusal = Refusal::of([(source, report)], status).with_message(message);
        Err(Failure::Refused(Box::new(refusal)))
    }

    /// Opens the file for the generated manifest, if one is wanted. The manifest is written while
    /// the versions are read, because an inventory may be too large to be kept.
    pub(super) fn written_manifest(
        &self,
        setup: &Setup<'_>,
    ) -> Result<Option<WrittenManifest>, Failure> {
        let Some(file) = &self.write_manifest else { return Ok(None) };
        let wrong = |message: &str| Err(Failure::Message(message.to_owned()));
        let [job] = setup.jobs.as_slice() else {
            return wrong(
                "each job has a manifest of its own; give one job with `--write-manifest`",
            );
        };
        let JobSource::Generator(generator) = job.specification.source() else {
            return wrong("the job brings its own manifest; leave out `--write-manifest`");
        };
        let generator = ManifestGenerator::of_job(generator, setup.engine.clone())
            .with_known_facts(setup.versions.known_facts());
        let writer = manifest::Writer::new(Sink::open(Some(file))?, &manifest::Fields::default());
        let file = file.clone();
        Ok(Some(WrittenManifest { generator, writer, file, listed: 0, unknown: 0 }))
    }
}

/// The generated manifest, while it is written.
pub(super) struct WrittenManifest {
    generator: ManifestGenerator,
    writer: manifest::Writer<Sink>,
    file: PathBuf,
    listed: u64,
    unknown: u64,
}

impl WrittenManifest {
    /// Writes the row of a version that the job lists.
    pub(super) fn offer(&mut self, version: &ObjectVersion<'_>) -> Result<(), String> {
        match self.generator.offer(version) {
            Ok(row) => {
                self.listed += 1;
                self.writer.write(&row).map_err(|error| error.to_string())
            }
            Err(exclusion) => {
                self.unknown += u64::from(exclusion.is_unknown());
                Ok(())
            }
        }
    }

    /// Moves the manifest to its place, unless part of the input could not be read. A manifest that
    /// lacks rows would leave versions behind without notice, so that none is better.
    pub(super) fn finish(self, status: Status) -> Result<Status, Failure> {
        let Self { writer, file, listed, unknown, .. } = self;
        let unwritten = |error| crate::cli::sink::unwritten(Some(&file), &error);
        let (sink, _) = writer.finish("manifest.csv").map_err(unwritten)?;
        if status == Status::Wrong {
            output::error("the manifest would be incomplete, and is not written");
            return Ok(status);
        }
        sink.finish()?;
        let (listed, file) = (counted_all(listed, "version"), file.display());
        let unknown = match unknown {
            0 => String::new(),
            unknown => {
                format!("; {} may belong to it, and are left out", counted_all(unknown, "version"))
            }
        };
        output::remark(&format!("the manifest `{file}` lists {listed}{unknown}\n"));
        Ok(status)
    }
}
