//! `permissions`: the IAM documents that a configuration needs, or a check of documents that exist.
//!
//! ```text
//! configuration ─┐
//! context       ─┼─▶ Setup ─▶ documents     without policies: the least ones, with reasons
//! job           ─┘    │
//! policies      ──────┴─────▶ check         with policies: what is missing, undecided or unknown
//! ```
//!
//! The library knows which requests replication makes, and evaluates policies as IAM does. This
//! file has the options, reads the documents and joins them with those that a template declares.
//! The layout of the answers is in `text.rs` and `json.rs`. `declared.rs` picks the policies of a
//! template, for `check`, too. `options.rs` is for `explain`, which judges single replications by
//! policies. The files with policies have the same options in all commands, so the types of options
//! and the functions that read them are shared from here.

mod declared;
mod json;
mod options;
mod text;

pub(super) use self::declared::{Declared, names_of};
pub(super) use self::json::{MissingForm, NoteForm, UndecidedForm};
pub(super) use self::options::{JudgedForm, PermissionOptions, Permissions};
pub(super) use self::text::{cause, effect};

use std::ffi::OsString;

use s3_replication::ReplicationConfiguration;
use s3_replication::batch::request::{JobParser, JobSpecification};
use s3_replication::document;
use s3_replication::form::Form;
use s3_replication::model::{AccountId, BucketName, KmsKeyArn};
use s3_replication::permissions::{DocumentKind, GivenDocuments, PolicyDocument, Setup};

use crate::cli::configuration::Reading;
use crate::cli::context;
use crate::cli::format::TextOrJson as Format;
use crate::cli::input::Input;
use crate::cli::output::{self, Output};
use crate::cli::refusal::{self, AnswerForm, Refusal};
use crate::cli::template::Content;
use crate::cli::{Ended, Failure, Status, yaml};

// The doc comments on this type and its fields are the help.
/// Writes the IAM documents that replication needs, or checks documents that exist
///
/// Without `--check`, prints least-privilege policies: the trust policy and the permissions of the
/// replication role, policies for buckets and KMS keys of other accounts, the permissions of the
/// caller of `PutBucketReplication` and `CreateJob`, and with `--batch` the role of a Batch Replication
/// job. The text output states the reason for each statement.
///
/// With `--check`, lists every needed request that the given documents do not permit, with the
/// cause and the failure reason that S3 reports. A document that is not given is not checked. A
/// request that depends on a condition key with an unknown value is undecided. An unknown fact
/// about a bucket or key that may add a request leaves the whole check undecided; give the fact
/// with `--context`.
///
/// The policies that a CloudFormation template or a Terraform module declares for the role, for buckets
/// and for keys are documents, too; a given file takes precedence. A policy with an unknown value is
/// named and not used. Name the folder of a module, because one file may lack policies.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  s3-replication permissions -c replication.xml --source-bucket photos \\
    --context buckets.json
  s3-replication permissions -c replication.xml --source-bucket photos \\
    --batch job.json
  aws iam get-role-policy --role-name replication --policy-name p > role.json
  s3-replication permissions -c replication.xml --source-bucket photos --check \\
    --role-policy role.json --bucket-policy backup=bucket.json

A file has the policy document alone, or the output of `get-role`, `get-role-policy`,
`get-policy-version`, `get-bucket-policy` or `get-key-policy`. `check --help` shows the format of the context.

Exit status: 0 documents are printed, or the given ones are sufficient; 1 something is missing,
undecided or depends on an unknown fact; 2 S3 would refuse the configuration, wrong usage or unreadable input.")]
pub(super) struct Arguments {
    /// The replication configuration; `-` reads standard input
    #[arg(short, long, value_name = "FILE")]
    configuration: Input,
    /// The bucket that has the configuration
    #[arg(long, value_name = "NAME")]
    source_bucket: BucketName,
    /// The account of the source bucket [default: that of the role]
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    /// Known facts about buckets, as JSON; `check --help` shows an example
    #[arg(long, value_name = "FILE")]
    context: Option<Input>,
    /// A KMS key that encrypts versions of the source bucket; can be repeated
    #[arg(long, value_name = "ARN")]
    source_key: Vec<KmsKeyArn>,
    /// Include the permissions for the replication of annotations
    #[arg(long)]
    annotations: bool,
    /// Include the role of a Batch Replication job. JOB is the file of the job, as `CreateJob` takes
    /// it; without JOB, S3 generates the manifest of the job
    #[arg(long, value_name = "JOB", num_args = 0..=1)]
    #[expect(clippy::option_option, reason = "clap's type for an option with an optional value")]
    batch: Option<Option<Input>>,
    /// Check documents instead of writing them
    #[arg(long)]
    check: bool,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    documents: DocumentFiles,
}

// Three types, each of which contains the one before, because commands differ in the roles that
// they judge: `explain` takes `RoleFiles`, `batch run` takes `JobFiles`, and this command takes
// `DocumentFiles`. A command must not accept a policy that it does not judge.
/// The policies of the role of the configuration, and those of owners of buckets and keys.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Policies")]
#[expect(clippy::struct_field_names, reason = "the names of flags: each ends in `-policy`")]
pub(super) struct RoleFiles {
    /// A permissions policy of the role; can be repeated
    #[arg(long, value_name = "FILE")]
    role_policy: Vec<Input>,
    /// The trust policy of the role
    #[arg(long, value_name = "FILE")]
    trust_policy: Option<Input>,
    /// The policy of a bucket; can be repeated
    #[arg(long, value_name = "BUCKET=FILE", value_parser = bucket_file)]
    bucket_policy: Vec<(BucketName, Input)>,
    /// The policy of a KMS key, by its ARN or ID; can be repeated
    #[arg(long, value_name = "KEY=FILE", value_parser = key_file)]
    key_policy: Vec<(String, Input)>,
}

/// These, and the policies of the role of a job.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Policies")]
pub(super) struct JobFiles {
    #[command(flatten)]
    roles: RoleFiles,
    /// A permissions policy of the role of the job; can be repeated
    #[arg(long, value_name = "FILE")]
    batch_role_policy: Vec<Input>,
    /// The trust policy of the role of the job
    #[arg(long, value_name = "FILE")]
    batch_trust_policy: Option<Input>,
}

/// All policies that can be checked.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Policies")]
pub(super) struct DocumentFiles {
    #[command(flatten)]
    jobs: JobFiles,
    /// A policy of the caller of `PutBucketReplication` and `CreateJob`; can be repeated
    #[arg(long, value_name = "FILE")]
    caller_policy: Vec<Input>,
}

/// Splits `NAME=FILE`.
///
/// Both parts have to be there. `example` completes the error `write …`. The file may contain more
/// `=`, and a name of a bucket or a key has none.
fn named_file(text: &str, example: &str) -> Result<(String, Input), String> {
    match text.split_once('=').filter(|(name, file)| !name.is_empty() && !file.is_empty()) {
        Some((name, file)) => Ok((name.to_owned(), Input::from(OsString::from(file)))),
        None => Err(format!("write {example}")),
    }
}

/// Parses the value of `--bucket-policy`. The ARN of the bucket is accepted for its name.
///
/// ```text
/// backup=policy.json                    backup, policy.json
/// arn:aws:s3:::backup=policy.json       backup, policy.json
/// policy.json                           an error with an example
/// ```
pub(super) fn bucket_file(text: &str) -> Result<(BucketName, Input), String> {
    let (name, file) = named_file(text, "BUCKET=FILE, such as `backup=policy.json`")?;
    let name = name.strip_prefix("arn:").and_then(|arn| arn.rsplit(':').next()).unwrap_or(&name);
    let name = name.parse::<BucketName>().map_err(|error| error.to_string())?;
    Ok((name, file))
}

/// Parses the value of `--key-policy`. The key is not checked: it may be an ARN, an ID, or the name
/// under which a check reports a key that it does not know.
pub(super) fn key_file(text: &str) -> Result<(String, Input), String> {
    named_file(text, "KEY=FILE, with the ARN or the ID of the key")
}

/// Writes or checks the documents.
///
/// ```text
/// no policies, no `--check`      the documents          status 0
/// `--check` without policies     a failure
/// policies, all is permitted     the answer             status 0
/// policies, anything else        the answer             status 1, also for what is undecided
/// a refused configuration        a failure              status 2, since 1 means missing permissions
/// ```
pub(super) fn run(arguments: &Arguments) -> Ended {
    arguments.check_inputs()?;
    let known = context::known(arguments.context.as_ref())?;
    // All values have to be known: a policy for a part of the rules would look complete.
    let configuration = arguments.reading.known(&arguments.configuration)?;
    let job = match &arguments.batch {
        Some(Some(input)) => Some(read_job(input)?),
        _ => None,
    };
    let given = &arguments.source_bucket;
    // A template may state the bucket of the configuration. That name counts, with a warning.
    let source = arguments.reading.source_bucket(Some(given)).unwrap_or_else(|| given.clone());
    // `Setup` needs a role of IAM. A draft for another store may have none, or one of its own kind.
    if configuration.role().is_none() {
        return Err(without_iam_role(&configuration));
    }
    let mut setup = Setup::new(&configuration, source, arguments.reading.dialect(), &known);
    if let Some(account) = arguments.account {
        setup = setup.with_account(account);
    }
    for key in &arguments.source_key {
        setup = setup.with_source_key(key.clone());
    }
    if arguments.annotations {
        setup = setup.with_annotations();
    }
    // `--batch` without a document stands for a job whose manifest S3 generates.
    setup = match (&arguments.batch, &job) {
        (_, Some(job)) => setup.with_job(job),
        (Some(_), None) => setup.with_generated_job(),
        (None, None) => setup,
    };
    let mut out = Output::new();
    if !arguments.checks() {
        let documents = setup.documents();
        match arguments.format {
            Format::Text => out.text(text::documents(&documents))?,
            Format::Json => out.write(json::documents(&documents))?,
        }
        out.flush()?;
        return Ok(Status::Clean);
    }
    // Read only for a check: without one, policies that exist have no effect on the answer.
    let declared = arguments.declared(&configuration)?;
    let given = arguments.documents.read_after(declared)?;
    // Not even a template declares one. An empty check would permit everything.
    if given.is_empty() {
        let message = "`--check` needs documents; give at least one, such as `--role-policy FILE`";
        return Err(Failure::Message(message.to_owned()));
    }
    let checked = setup.check(&given);
    match arguments.format {
        Format::Text => out.text(text::checked(&checked))?,
        Format::Json => out.write(json::checked(&checked))?,
    }
    out.flush()?;
    Ok(if checked.verdict() == Some(true) { Status::Clean } else { Status::Found })
}

impl Arguments {
    /// Returns the form in which a refusal is written.
    pub(super) fn answer(&self) -> AnswerForm {
        AnswerForm::with_errors_only(self.format.into())
    }

    /// Returns true if there is something to check.
    ///
    /// A policy is reason enough: with `--role-policy` alone, documents would be written that
    /// ignore it.
    fn checks(&self) -> bool {
        self.check || self.documents.inputs().next().is_some()
    }

    /// Refuses a second `-`, which would read nothing, since the first one has read all of it.
    fn check_inputs(&self) -> Result<(), Failure> {
        let job = self.batch.iter().flatten();
        let inputs = [&self.configuration].into_iter().chain(&self.context).chain(job);
        let inputs = inputs.chain(self.documents.inputs());
        if inputs.filter(|input| **input == Input::Stdin).count() > 1 {
            let message = "the standard input can be read only once; give `-` only once";
            return Err(Failure::Message(message.to_owned()));
        }
        Ok(())
    }
}

/// Returns the failure for a configuration whose role is none of AWS IAM, whose permissions are known here.
///
/// The message differs for a role of another kind, which is repeated, and for none at all.
fn without_iam_role(configuration: &ReplicationConfiguration) -> Failure {
    Failure::Message(match configuration.to_draft().other_role {
        Some(role) => format!(
            "`{role}` is not a role of AWS IAM, and the permissions of other stores are not known; \
             the roles of AWS IAM are `arn:aws:iam::<12 digits>:role/<name>`"
        ),
        None => {
            "the configuration names no IAM role; only stores with IAM need permissions".to_owned()
        }
    })
}

impl Arguments {
    /// Returns the documents that a template declares beside the configuration, and names those that are
    /// not used.
    ///
    /// There are none where the configuration is no template or has no role, nor where it comes
    /// from the standard input, which cannot be read twice. A file that is named by itself is not
    /// the whole module: its neighbours are looked at only to warn that policies in them are not
    /// read.
    fn declared(
        &self,
        configuration: &ReplicationConfiguration,
    ) -> Result<GivenDocuments, Failure> {
        let (Some(role), Input::File(file)) = (configuration.role(), &self.configuration) else {
            return Ok(GivenDocuments::new());
        };
        // The second reading of the file. The first one picked a configuration and dropped the
        // rest.
        let parser = self.reading.parser()?;
        let content = self.reading.content(&self.configuration, &parser)?;
        let Content::Template(template) = content else { return Ok(GivenDocuments::new()) };
        let (_, options) = self.reading.template();
        let others = options.siblings_with_policies(file, &parser);
        if !others.is_empty() {
            output::remark(&format!(
                "note: `{}` is one file of its module, and the policies in `{}` are not read; give the \
                 folder\n",
                self.configuration,
                others.join("`, `")
            ));
        }
        let (given, remarks) = Declared::of(template.policies(), &names_of(role)).documents();
        for remark in remarks {
            output::remark(&format!("note: {remark}\n"));
        }
        Ok(given)
    }
}

impl RoleFiles {
    /// Returns the files, of which at most one may be the standard input.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &Input> {
        let buckets = self.bucket_policy.iter().map(|(_, input)| input);
        let keys = self.key_policy.iter().map(|(_, input)| input);
        self.role_policy.iter().chain(&self.trust_policy).chain(buckets).chain(keys)
    }

    /// Reads the documents.
    ///
    /// There may be none, which is an empty set. A document with findings is a failure.
    pub(super) fn read(&self) -> Result<GivenDocuments, Failure> {
        self.read_after(GivenDocuments::new())
    }

    /// Reads the documents, and adds those of a template where no file is given.
    ///
    /// A file takes the place of a declared document of the same kind and name. Policies of a role
    /// count together, so one file of them replaces all that are declared.
    fn read_after(&self, declared: GivenDocuments) -> Result<GivenDocuments, Failure> {
        use DocumentKind::{BucketPolicy, KeyPolicy, RolePolicy, TrustPolicy};
        let mut given =
            if self.role_policy.is_empty() { declared } else { declared.without_role_policies() };
        for input in &self.role_policy {
            given = given.with_role_policy(read_policy(RolePolicy, input)?);
        }
        if let Some(input) = &self.trust_policy {
            given = given.with_trust_policy(read_policy(TrustPolicy, input)?);
        }
        for (bucket, input) in &self.bucket_policy {
            given = given.with_bucket_policy(bucket.clone(), read_policy(BucketPolicy, input)?);
        }
        for (key, input) in &self.key_policy {
            given = given.with_key_policy(key.clone(), read_policy(KeyPolicy, input)?);
        }
        Ok(given)
    }
}

impl JobFiles {
    /// Returns the files, of which at most one may be the standard input.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &Input> {
        self.roles.inputs().chain(&self.batch_role_policy).chain(&self.batch_trust_policy)
    }

    /// Reads the documents.
    pub(super) fn read(&self) -> Result<GivenDocuments, Failure> {
        self.read_after(GivenDocuments::new())
    }

    /// Reads the documents. A template declares none for the role of a job, so those are only
    /// added.
    fn read_after(&self, declared: GivenDocuments) -> Result<GivenDocuments, Failure> {
        let mut given = self.roles.read_after(declared)?;
        for input in &self.batch_role_policy {
            let policy = read_policy(DocumentKind::RolePolicy, input)?;
            given = given.with_batch_role_policy(policy);
        }
        if let Some(input) = &self.batch_trust_policy {
            let policy = read_policy(DocumentKind::TrustPolicy, input)?;
            given = given.with_batch_trust_policy(policy);
        }
        Ok(given)
    }
}

impl DocumentFiles {
    /// Returns the files, of which at most one may be the standard input.
    fn inputs(&self) -> impl Iterator<Item = &Input> {
        self.jobs.inputs().chain(&self.caller_policy)
    }

    /// Reads the documents, and adds those of a template where no file is given.
    fn read_after(&self, declared: GivenDocuments) -> Result<GivenDocuments, Failure> {
        let mut given = self.jobs.read_after(declared)?;
        for input in &self.caller_policy {
            given = given.with_caller_policy(read_policy(DocumentKind::RolePolicy, input)?);
        }
        Ok(given)
    }
}

/// Reads a policy, alone or as a command of the AWS CLI prints it, in JSON or YAML.
///
/// The kind decides in which member the document is looked for, and which other kinds are refused:
/// a trust policy given as `--role-policy` would permit nothing, and each request would be missing.
/// Findings are shown in the text of the document, which may be a string within the file.
pub(super) fn read_policy(kind: DocumentKind, input: &Input) -> Result<PolicyDocument, Failure> {
    // One byte above the limit shows the parser that the document is too large.
    let bytes = input.read(document::SIZE_LIMIT + 1)?;
    let bytes = yaml::as_json(input, &bytes)?;
    let text = output::text_of(input, &bytes)?;
    PolicyDocument::from_output(kind, &input.to_string(), text)
        .map_err(|refused| Failure::Refused(Box::new(Refusal::of([*refused], Status::Wrong))))
}

/// Reads the specification of a job, in JSON, YAML or XML.
///
/// A job with findings is a failure.
fn read_job(input: &Input) -> Result<JobSpecification, Failure> {
    let bytes = input.read(document::SIZE_LIMIT + 1)?;
    let bytes = yaml::as_json(input, &bytes)?;
    let text = output::text_of(input, &bytes)?;
    let parsed = match Form::recognise(text) {
        Some(Form::Xml) => JobParser::new().parse_xml(text),
        _ => JobParser::new().parse_json(text),
    };
    parsed.into_specification().map_err(|report| refusal::refused(input, text, &report))
}
