//! The kinds of documents that people have, recognised by their content.
//!
//! A user often has the right intention and the wrong file: a bucket policy, the plan of Terraform,
//! a page that was saved from a browser. "Unknown element `Statement`" helps such a user less than
//! "this is an IAM policy". So a refused document is looked at once more, and the message names
//! what it is and where to go with it.
//!
//! Recognition is a guess, used in messages only. It never decides how a document is read, and a
//! document that is read without findings is never looked at.

mod signs;
mod text;

use std::fmt;

pub(crate) use self::signs::of_root;
pub(crate) use self::text::{of_bytes, of_text};
use crate::form::{Form, tree};

/// A kind of document, whether or not this crate reads it.
///
/// Its text, such as "an IAM policy", fits into a sentence: "this is an IAM policy, not …".
///
/// # Examples
///
/// ```
/// use s3_replication::form::DocumentKind;
///
/// let policy = r#"{"Version": "2012-10-17", "Statement": []}"#;
/// assert_eq!(DocumentKind::recognise(policy), Some(DocumentKind::IamPolicy));
/// assert_eq!(DocumentKind::IamPolicy.to_string(), "an IAM policy");
/// assert_eq!(DocumentKind::recognise("{}"), None);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum DocumentKind {
    /// A replication configuration.
    Configuration,
    /// A job of S3 Batch Operations.
    Job,
    /// The policy of this crate's `policy`: assertions.
    Assertions,
    /// Known facts about buckets.
    Context,
    /// A scenario of this crate's `simulation`.
    Scenario,
    /// Objects: lines of JSON, an output of the AWS CLI, or event records.
    Objects,
    /// The `manifest.json` of an S3 Inventory.
    Inventory,
    /// The `manifest.json` of a completion report.
    CompletionReport,
    /// An IAM policy, bucket policy or trust policy.
    IamPolicy,
    /// An item of AWS Config.
    ConfigItem,
    /// An error that S3 answered: `<Error>`, or its JSON.
    ServiceError,
    /// The error message or usage of a command, such as the AWS CLI, instead of its output.
    CommandError,
    /// The error of a bucket without replication configuration.
    NoConfiguration,
    /// Another configuration of a bucket, such as its lifecycle.
    BucketSettings,
    /// A CloudFormation template in JSON or YAML.
    CloudFormation,
    /// A file of Terraform, a plan or a state.
    Terraform,
    /// A resource of Kubernetes.
    Kubernetes,
    /// A configuration in YAML.
    Yaml,
    /// A replication rule alone.
    Rule,
    /// The output of `list-jobs` or `create-job`, which does not contain the job itself.
    JobList,
    /// A document of Google Cloud.
    GoogleCloud,
    /// A document of Azure.
    Azure,
    /// The output of `mc replicate`, the client of MinIO.
    MinioClient,
    /// A file of a deployment tool, such as Pulumi, Serverless or Ansible.
    DeploymentTool,
    /// A text or a table that the AWS CLI prints, or the output of `aws s3 ls`.
    CliText,
    /// The headers of an HTTP response.
    HttpHeaders,
    /// The text that Python prints for a dictionary.
    PythonRepr,
    /// An object in the syntax of JavaScript.
    JavaScriptObject,
    /// JSON with comments.
    CommentedJson,
    /// JSON inside a string.
    QuotedJson,
    /// The source code of a program or script.
    SourceCode,
    /// A file of settings, such as TOML, INI or environment variables.
    Settings,
    /// A web page.
    Html,
    /// A text of values separated by commas.
    Csv,
    /// A data file in Apache Parquet or ORC, such as one of an inventory.
    Columnar,
    /// Compressed or binary data.
    Binary,
}

impl DocumentKind {
    /// Recognises a document; returns `None` if its content does not show a kind.
    ///
    /// XML and JSON are recognised by the names below the root, everything else by its first lines.
    /// A document that is almost JSON, such as a Python dictionary, is recognised by its first
    /// characters.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::form::DocumentKind;
    ///
    /// let kind = DocumentKind::recognise;
    /// assert_eq!(kind(r#"{"Role": "r", "Rules": []}"#), Some(DocumentKind::Configuration));
    /// assert_eq!(kind("<LifecycleConfiguration/>"), Some(DocumentKind::BucketSettings));
    /// assert_eq!(kind("{'Role': 'r'}"), Some(DocumentKind::PythonRepr));
    /// assert_eq!(kind("apiVersion: v1\nkind: Bucket\n"), Some(DocumentKind::Kubernetes));
    /// assert_eq!(kind("Bucket,Key\n"), Some(DocumentKind::Csv));
    /// assert_eq!(kind("Unable to locate credentials."), Some(DocumentKind::CommandError));
    /// ```
    #[must_use]
    pub fn recognise(text: &str) -> Option<Self> {
        let Some(form) = Form::recognise(text) else { return of_text(text) };
        match tree(text, form) {
            Ok(document) => of_root(document.root(), form),
            Err(_) => of_text(text),
        }
    }

    /// Returns the way to get a readable document from this one, whatever document is expected;
    /// `None` if another document is needed.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::form::DocumentKind;
    ///
    /// let remedy = DocumentKind::PythonRepr.remedy().unwrap();
    /// assert!(remedy.contains("json.dumps"));
    /// assert_eq!(DocumentKind::IamPolicy.remedy(), None);
    /// ```
    #[must_use]
    pub const fn remedy(self) -> Option<&'static str> {
        Some(match self {
            Self::ServiceError | Self::NoConfiguration | Self::CommandError => {
                "solve this error first; the document is the answer to a request that succeeds"
            }
            Self::Yaml => "write it as JSON; the AWS CLI prints JSON with `--output json`",
            Self::CliText => "add `--output json` to an `aws s3api` or `aws s3control` command",
            Self::PythonRepr => "print it as JSON, with `json.dumps(document, default=str)`",
            Self::JavaScriptObject => "print it as JSON, with `JSON.stringify(document)`",
            Self::CommentedJson => "remove the comments, which JSON does not have",
            Self::QuotedJson => "give the document inside the string, as `jq -r .` prints it",
            Self::SourceCode => "give the document that the program writes or sends, as JSON",
            Self::Html => "save the document itself, not the page about it",
            Self::Columnar => "give the `manifest.json` of the inventory that lists the file",
            Self::Binary => "decompress the file",
            _ => return None,
        })
    }

    /// Returns the advice where this kind of document is expected, and there is another one or none.
    pub(crate) fn request(self) -> String {
        let text = match self {
            Self::Configuration => {
                "give the XML of the S3 API, or the JSON of the AWS CLI and SDKs"
            }
            Self::Rule => "give a rule, which is an item of `Rules`",
            Self::Job => {
                "give a job, as `aws s3control create-job --cli-input-json` takes it or `describe-job` \
                 prints it"
            }
            Self::Assertions => "give assertions, such as `assert --help` shows",
            Self::Context => "give facts about buckets, such as `check --help` shows",
            Self::Scenario => "give a scenario, such as `simulate --help` shows",
            Self::IamPolicy => {
                "give a policy, as `aws iam get-role-policy` or `aws s3api get-bucket-policy` prints it"
            }
            kind => return format!("give {kind}"),
        };
        text.to_owned()
    }

    /// Returns the advice on this document where a configuration is expected.
    ///
    /// The advice begins with a verb, as each help does.
    pub(crate) const fn advice(self) -> &'static str {
        match self {
            Self::Configuration => "give it to `check`",
            Self::Job => "give it to `batch run --job`, and the replication configuration here",
            Self::Assertions => {
                "give it to `assert --policy`, and the replication configuration here"
            }
            Self::Context => "give it to `--context`, and the replication configuration here",
            Self::Scenario => "give it to `simulate`",
            Self::Objects => "give it to `--objects`, and the replication configuration here",
            Self::Inventory => "give it to `--inventory`, and the replication configuration here",
            Self::CompletionReport => "give it to `batch report`",
            Self::IamPolicy => {
                "give it to `permissions --check`, and here the replication configuration, as \
                 `aws s3api get-bucket-replication` prints it"
            }
            Self::ConfigItem => {
                "give the value of `supplementaryConfiguration.BucketReplicationConfiguration` with \
                 the names of the AWS CLI, or the output of `aws s3api get-bucket-replication`"
            }
            Self::ServiceError => "call S3 again; give the configuration that it answers",
            Self::CommandError => {
                "run the command again without the error; give the configuration that it prints"
            }
            Self::NoConfiguration => {
                "the bucket has no replication configuration; check the name and Region of the \
                 bucket, or write a configuration"
            }
            Self::BucketSettings | Self::HttpHeaders => {
                "give the replication configuration, as `aws s3api get-bucket-replication` prints it"
            }
            Self::CloudFormation => {
                "give the template to `check` of the command line, or read it with `TemplateReader` \
                 of the feature `forms`"
            }
            Self::Terraform => {
                "give the module to `check` of the command line, or read it with `TemplateReader` \
                 of the feature `forms`"
            }
            Self::Kubernetes | Self::Yaml => {
                "write the configuration as JSON with the names of the AWS CLI, such as `Rules` and \
                 `DeleteMarkerReplication`; of YAML, CloudFormation templates and what the AWS CLI \
                 prints are read"
            }
            Self::Rule => {
                "give it to `append --rule`, or write it into `Rules` of a configuration with `Role`"
            }
            Self::JobList => {
                "give the output of `aws s3control describe-job` to `batch run --job`, and the \
                 replication configuration here"
            }
            Self::GoogleCloud | Self::Azure => {
                "write the rules as a replication configuration of S3, with `Role` and `Rules`; \
                 replication of other clouds has other rules"
            }
            Self::MinioClient => {
                "give the configuration alone, as `mc replicate export` prints it without `--json`, \
                 and add `--dialect minio`"
            }
            Self::DeploymentTool => {
                "give the CloudFormation template or Terraform module that the tool writes, or the \
                 output of `aws s3api get-bucket-replication`"
            }
            Self::Settings | Self::Csv | Self::Columnar => {
                "give the replication configuration, as XML or JSON"
            }
            Self::Binary => {
                "decompress the file; give the XML of the S3 API, or the JSON of the AWS CLI"
            }
            Self::CliText
            | Self::PythonRepr
            | Self::JavaScriptObject
            | Self::CommentedJson
            | Self::QuotedJson
            | Self::SourceCode
            | Self::Html => match self.remedy() {
                Some(remedy) => remedy,
                None => "give the replication configuration, as XML or JSON",
            },
        }
    }
}

impl fmt::Display for DocumentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Configuration => "a replication configuration",
            Self::Job => "a job of S3 Batch Operations",
            Self::Assertions => "a policy of assertions",
            Self::Context => "a file of facts about buckets",
            Self::Scenario => "a scenario",
            Self::Objects => "a list of objects",
            Self::Inventory => "the `manifest.json` of an inventory",
            Self::CompletionReport => "the `manifest.json` of a completion report",
            Self::IamPolicy => "an IAM policy",
            Self::ConfigItem => "an item of AWS Config",
            Self::ServiceError => "an error of S3",
            Self::CommandError => "the error message of a command",
            Self::NoConfiguration => "the error `ReplicationConfigurationNotFoundError` of S3",
            Self::BucketSettings => "another configuration of a bucket",
            Self::CloudFormation => "a CloudFormation template",
            Self::Terraform => "a file of Terraform",
            Self::Kubernetes => "a resource of Kubernetes",
            Self::Yaml => "YAML",
            Self::Rule => "a replication rule",
            Self::JobList => "a list of jobs",
            Self::GoogleCloud => "a document of Google Cloud",
            Self::Azure => "a document of Azure",
            Self::MinioClient => "the output of `mc replicate`",
            Self::DeploymentTool => "a file of a deployment tool",
            Self::CliText => "text or a table of the AWS CLI",
            Self::HttpHeaders => "the headers of an HTTP response",
            Self::PythonRepr => "the text of a Python dictionary",
            Self::JavaScriptObject => "a JavaScript object",
            Self::CommentedJson => "JSON with comments",
            Self::QuotedJson => "JSON inside a string",
            Self::SourceCode => "source code",
            Self::Settings => "a file of settings (TOML, INI or environment variables)",
            Self::Html => "a web page",
            Self::Csv => "CSV",
            Self::Columnar => "a data file in Apache Parquet or ORC",
            Self::Binary => "compressed or binary data",
        })
    }
}
