//! `schema`: the JSON Schema of a document that a command reads or writes, or the list of all.
//!
//! ```text
//! $ s3-replication schema
//! configuration            a replication configuration, as `put-bucket-replication` takes it
//! rule                     a rule, for `append --rule`
//! …
//! check-output             findings about files
//! …
//! $ s3-replication schema job
//! {"$schema": "https://json-schema.org/draft/2020-12/schema", …}
//! ```
//!
//! The documents come from two places. The library describes what its own types read, from the
//! tables by which it reads them, so that such a schema cannot deviate from the reader. What has no
//! such table is written by hand as JSON: in `schema/answers.json` for the answers of commands, and
//! in `schema/documents.json` for the other documents. `answers.rs` puts these together. Tests
//! validate what the commands write and read against the schemas.

mod answers;

use s3_replication::batch::request::JobSpecification;
use s3_replication::batch::response::{
    CreateJobResult, DescribeJobResult, ListJobsResult, UpdateJobPriorityResult,
    UpdateJobStatusResult,
};
use s3_replication::model::KnownBuckets;
use s3_replication::permissions::PolicyDocument;
use s3_replication::policy::Policy;
use s3_replication::settings::Settings;
use s3_replication::simulation::Scenario;
use s3_replication::{ReplicationConfiguration, ReplicationRule};

use crate::cli::output::Output;
use crate::cli::suggestion::did_you_mean_or_part;
use crate::cli::{Ended, Failure, Status};

// The doc comments on this type and its fields are the help.
//
// There is no `--format`: a schema is JSON already, and the list is for people.
/// Prints the JSON Schema of a document, for editors and other programs
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication schema                 list the documents
  s3-replication schema job > job.schema.json
  # Of the answer of `check --format json`
  s3-replication schema check-output")]
pub(super) struct Arguments {
    /// The document [default: list all]
    #[arg(value_name = "DOCUMENT")]
    name: Option<String>,
}

/// A document that has a schema.
///
/// The schema is a function, because most runs print one of many.
struct Described {
    /// The name on the command line. It is a promise: scripts ask for it.
    name: &'static str,
    /// One line for the list, which names the command or the option that takes the document.
    about: &'static str,
    /// Makes the schema, as pretty-printed JSON.
    schema: fn() -> String,
}

/// Returns a line of the list.
///
/// The names stand in a column of 24, which is as wide as the longest one,
/// `permissions-check-output`.
fn line(name: &str, about: &str) -> String {
    format!("{name:<24} {about}\n")
}

/// Every document that the commands read, and the answers of S3 Control.
///
/// They are listed in this order: the configuration and what goes with it, the documents of single
/// commands, then those of Batch Operations. The answers of this program follow in the list, and
/// are in `answers::ANSWERS`.
const DOCUMENTS: &[Described] = &[
    Described {
        name: "configuration",
        about: "a replication configuration, as `put-bucket-replication` takes it",
        schema: ReplicationConfiguration::json_schema,
    },
    Described {
        name: "rule",
        about: "a rule, for `append --rule`",
        schema: ReplicationRule::json_schema,
    },
    Described {
        name: "context",
        about: "known facts about buckets, for `--context`",
        schema: KnownBuckets::json_schema,
    },
    Described {
        name: "iam-policy",
        about: "a policy document of IAM, S3 or KMS, for `permissions --check`",
        schema: PolicyDocument::json_schema,
    },
    Described { name: "policy", about: "assertions, for `assert`", schema: Policy::json_schema },
    Described {
        name: "scenario",
        about: "a script, for `simulate`",
        schema: Scenario::json_schema,
    },
    Described {
        name: "settings",
        about: "settings of a project, `.s3-replication.toml`",
        schema: Settings::json_schema,
    },
    // These three are read by code without a table of fields, so their schemas are written by hand.
    Described {
        name: "object",
        about: "an object, one on each line, for `decide` and `explain`",
        schema: || answers::schema("object"),
    },
    Described {
        name: "inventory",
        about: "the `manifest.json` of an inventory",
        schema: || answers::schema("inventory"),
    },
    Described {
        name: "completion-report",
        about: "the `manifest.json` of a completion report",
        schema: || answers::schema("completion-report"),
    },
    Described {
        name: "job",
        about: "a batch job, as `create-job` takes it",
        schema: JobSpecification::json_schema,
    },
    // The answers of S3 Control, as the AWS CLI prints them.
    Described {
        name: "create-job",
        about: "the answer of `create-job`",
        schema: CreateJobResult::json_schema,
    },
    Described {
        name: "describe-job",
        about: "the answer of `describe-job`",
        schema: DescribeJobResult::json_schema,
    },
    Described {
        name: "list-jobs",
        about: "the answer of `list-jobs`",
        schema: ListJobsResult::json_schema,
    },
    Described {
        name: "update-job-priority",
        about: "the answer of `update-job-priority`",
        schema: UpdateJobPriorityResult::json_schema,
    },
    Described {
        name: "update-job-status",
        about: "the answer of `update-job-status`",
        schema: UpdateJobStatusResult::json_schema,
    },
];

/// Prints a schema, or the list of documents.
///
/// An unknown name is a failure, and nothing is written. A schema is written as it is, for
/// programs; the list is text for people, which fits the terminal.
pub(super) fn run(arguments: &Arguments) -> Ended {
    let text = if let Some(name) = &arguments.name {
        text_of(name)?
    } else {
        let answers = answers::ANSWERS.iter().map(|(name, about)| line(name, about));
        DOCUMENTS.iter().map(|one| line(one.name, one.about)).chain(answers).collect()
    };
    // All text is made before anything is written, so an unknown name leaves the output empty.
    let mut out = Output::new();
    match arguments.name {
        Some(_) => out.write(text)?,
        None => out.text(text)?,
    }
    out.flush()?;
    Ok(Status::Clean)
}

/// Returns the schema of a document that is read, or of an answer that is written.
///
/// The name has to be exact. The error suggests a near name, or a few names that contain the word:
///
/// ```text
/// `configuraton`   did you mean `configuration`?
/// `x`              did you mean `context` or `explain-output`?
/// `document`       `s3-replication schema` lists the documents
/// ```
fn text_of(name: &str) -> Result<String, Failure> {
    if let Some(document) = DOCUMENTS.iter().find(|document| document.name == name) {
        return Ok((document.schema)());
    }
    let answers = || answers::ANSWERS.iter().map(|(name, _)| *name);
    // No answer has the name of a document: all of them end with `-output`.
    if answers().any(|one| one == name) {
        return Ok(answers::schema(name));
    }
    // Suggestions come from both lists, as the user sees one.
    let names = DOCUMENTS.iter().map(|document| document.name).chain(answers());
    let hint = did_you_mean_or_part(name, names);
    let hint = hint.unwrap_or_else(|| "; `s3-replication schema` lists the documents".to_owned());
    Err(Failure::Message(format!("no document is called `{name}`{hint}")))
}
