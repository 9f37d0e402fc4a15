//! The jobs to run: the documents that are given, or one for every eligible version.
//!
//! ```text
//! --job a.json                     batch-run                   the only job
//! --job a.json --job b.json        batch-run-1, batch-run-2    by the order of the arguments
//! no --job, with --dry-run         batch-run                   every eligible version
//! ```
//!
//! The library reads and checks the documents (`JobParser`); the manifests are up to `input`. Also
//! here is the file of `--write-manifest`, because its rows come from the generator of a job.

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
///
/// The job is not created yet: `created` does that, for each use anew, because a job changes while
/// it runs.
pub(super) struct Planned {
    /// The name of the document, for headings and messages; `the plan` for an assumed job.
    pub(super) file: String,
    /// The position among the jobs, from one; `None` for the only one.
    ///
    /// In the order of the arguments, not in that in which the jobs run.
    number: Option<usize>,
    /// The job as S3 would accept it.
    pub(super) specification: JobSpecification,
    /// Always of the kind that the specification asks for, see `Manifest::find`.
    pub(super) manifest: Manifest,
}

impl Planned {
    /// Returns the name of the job, which is the same in every run, so that the same input has the
    /// same output.
    ///
    /// It is the ID of the job, and the name of the folder of its report.
    pub(super) fn name(&self) -> String {
        match self.number {
            None => "batch-run".to_owned(),
            Some(number) => format!("batch-run-{number}"),
        }
    }

    /// Returns the job as S3 has created it, in the status `New`, at the time and in the Region of
    /// the setup. The error cannot occur, since all names here are valid IDs.
    pub(super) fn created(&self, setup: &Setup<'_>) -> Result<Job, Failure> {
        let id = self.name().parse().map_err(|error| internal(&error))?;
        let partition = self.specification.role_arn().partition().clone();
        let name = job::Name::new(id, partition, setup.region.clone());
        Ok(Job::create(name, self.specification.clone(), setup.at))
    }

    /// Returns the buckets to which the job writes: that of the completion report, and that of the
    /// generated manifest.
    ///
    /// They exist in the store even if no object is in them. A job may have neither.
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
///
/// The answer shows it, since a forecast names its source bucket.
const ASSUMED_SOURCE: &str = "source-bucket";

/// Returns the name of the source bucket of a plan without a job document.
pub(super) fn assumed_source() -> Result<BucketName, Failure> {
    ASSUMED_SOURCE.parse().map_err(|error| internal(&error))
}

/// Returns the job for every eligible version, for a plan without a job document.
///
/// The document is printed as a note, so that the user can keep and change it. It is parsed like
/// one of a user, so that the plan cannot differ from the job that is printed.
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
    /// Reads the jobs with their manifests, in the order of the arguments; none without `--job`.
    ///
    /// Errors: a job that is refused, a job without the manifest that it brings, and a manifest
    /// without a job that brings one.
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
            // Manifests are given in the order of the jobs that bring one.
            let manifest = Manifest::find(&specification, &mut manifests)?;
            // With one job the name has no number, as before several were possible.
            // The documented output of a single job has the name without a number.
            let number = (self.job.len() > 1).then_some(at + 1);
            let file = input.to_string();
            jobs.push(Planned { file, number, specification, manifest });
        }
        if manifests.next().is_some() {
            let message = match jobs.as_slice() {
                [Planned { manifest: Manifest::Generated, .. }] => {
                    "S3 generates the manifest of this job; leave out `--manifest`"
                }
                _ => "there are more manifests than jobs that bring one; leave out a `--manifest`",
            };
            return Err(Failure::Message(message.to_owned()));
        }
        Ok(jobs)
    }

    /// Reads a job, and reports findings about it. The account of the job is not part of the XML,
    /// so that an option gives it.
    ///
    /// Findings of a job that S3 accepts are advice, and are printed at once. Errors: a document
    /// that cannot be decoded, or a job that is refused or that cannot be run here, such as one of
    /// another operation. The status is 1 if the document is a job, else 2.
    ///
    /// YAML and every encoding of a configuration are read, too. XML is recognised by its first
    /// character.
    fn specification(
        &self,
        input: &Input,
        configuration: &ReplicationConfiguration,
    ) -> Result<JobSpecification, Failure> {
        // One byte above the limit shows the parser that the document is too large.
        let bytes = input.read(SIZE_LIMIT + 1)?;
        let bytes = yaml::as_json(input, &bytes)?;
        let text = document::decode(&bytes)
            .map_err(|error| Failure::Message(format!("`{input}`: {error}")))?;
        // The advice compares the job with the rules, for instance a filter that lists replicated
        // versions.
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
    ///
    /// Errors: several jobs, a job that brings its own manifest, and a file that cannot be created.
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

/// The generated manifest, while it is written. The file is not in its place until `finish`.
pub(super) struct WrittenManifest {
    /// The same as the one in the dry run of the job, with the same known facts.
    generator: ManifestGenerator,
    writer: manifest::Writer<Sink>,
    file: PathBuf,
    /// The number of rows that were written.
    listed: u64,
    /// The number of versions that S3 may list, depending on an unknown fact. They are not written.
    unknown: u64,
}

impl WrittenManifest {
    /// Writes the row of a version that the job lists; counts one that it may list, and ignores
    /// others.
    ///
    /// The version must be one of the source bucket. The error is a text, because it is reported
    /// with the place of the version.
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

    /// Moves the manifest to its place, unless part of the input could not be read, or no version is
    /// listed. A manifest that lacks rows would leave versions behind without notice, so that none is
    /// better. `batch manifest` keeps an existing file in the same cases.
    ///
    /// Returns the status that it was given. `batch run` calls this after the answer.
    pub(super) fn finish(self, status: Status) -> Result<Status, Failure> {
        let Self { writer, file, listed, unknown, .. } = self;
        let unwritten = |error| crate::cli::sink::unwritten(Some(&file), &error);
        // The name is for the entry of the file in an inventory, which is not used here.
        let (sink, _) = writer.finish("manifest.csv").map_err(unwritten)?;
        // The standard output, a pipe or a device has the rows already.
        if status == Status::Wrong && sink.can_be_undone() {
            output::error("the manifest would be incomplete, and is not written");
            return Ok(status);
        }
        let unknown = match unknown {
            0 => String::new(),
            1 => "; 1 version may belong to it, and is left out".to_owned(),
            unknown => {
                format!("; {} may belong to it, and are left out", counted_all(unknown, "version"))
            }
        };
        if listed == 0 && sink.can_be_undone() {
            output::remark(&format!(
                "note: the manifest would be empty, and is not written{unknown}\n"
            ));
            return Ok(status);
        }
        sink.finish()?;
        let (listed, file) = (counted_all(listed, "version"), file.display());
        output::remark(&format!("the manifest `{file}` lists {listed}{unknown}\n"));
        Ok(status)
    }
}
