//! The kinds of documents that people have, recognised by their content.
//!
//! A user often has the right intention and the wrong file: a bucket policy, the plan of Terraform,
//! a page that was saved from a browser. "Unknown element `Statement`" helps such a user less than
//! "this is an IAM policy". So a refused document is looked at once more, and the message names
//! what it is and where to go with it.
//!
//! Recognition is a guess, used in messages only. It never decides how a document is read, and a
//! document that is read without findings is never looked at.

use std::fmt;

use crate::document::{Element, Kind};
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
    /// An error that S3 or the AWS CLI answered.
    ServiceError,
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
    /// The text that Python prints for a dictionary.
    PythonRepr,
    /// A web page.
    Html,
    /// A text of values separated by commas.
    Csv,
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
    /// ```
    #[must_use]
    pub fn recognise(text: &str) -> Option<Self> {
        let Some(form) = Form::recognise(text) else { return of_text(text) };
        match tree(text, form) {
            Ok(document) => of_root(document.root(), form),
            Err(_) => of_text(text),
        }
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
            Self::NoConfiguration => {
                "the bucket has no replication configuration; check the name and Region of the \
                 bucket, or write a configuration"
            }
            Self::BucketSettings => {
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
                 `DeleteMarkerReplication`; of YAML, only CloudFormation templates are read"
            }
            Self::PythonRepr => "print it as JSON, with `json.dumps(configuration, default=str)`",
            Self::Html => "save the document itself, not the page about it",
            Self::Csv => "give the replication configuration, as XML or JSON",
            Self::Binary => {
                "decompress the file; give the XML of the S3 API, or the JSON of the AWS CLI"
            }
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
            Self::NoConfiguration => "the error `ReplicationConfigurationNotFoundError` of S3",
            Self::BucketSettings => "another configuration of a bucket",
            Self::CloudFormation => "a CloudFormation template",
            Self::Terraform => "a file of Terraform",
            Self::Kubernetes => "a resource of Kubernetes",
            Self::Yaml => "YAML",
            Self::PythonRepr => "the text of a Python dictionary",
            Self::Html => "a web page",
            Self::Csv => "CSV",
            Self::Binary => "compressed or binary data",
        })
    }
}

/// The code of the error that S3 returns for a bucket without a configuration.
const NO_CONFIGURATION: &str = "ReplicationConfigurationNotFoundError";

/// Recognises a tree by the names below its root.
pub(crate) fn of_root(root: Element<'_, '_>, form: Form) -> Option<DocumentKind> {
    match form {
        Form::Xml => of_xml(root),
        _ => of_json(root),
    }
}

/// Recognises an XML document by the name of its root.
fn of_xml(root: Element<'_, '_>) -> Option<DocumentKind> {
    Some(match root.name() {
        "ReplicationConfiguration" => DocumentKind::Configuration,
        "CreateJobRequest" | "DescribeJobResult" => DocumentKind::Job,
        "ListVersionsResult" | "ListBucketResult" => DocumentKind::Objects,
        "Error" | "ErrorResponse" => of_error(root),
        "html" | "HTML" => DocumentKind::Html,
        "LifecycleConfiguration"
        | "CORSConfiguration"
        | "VersioningConfiguration"
        | "NotificationConfiguration"
        | "ServerSideEncryptionConfiguration"
        | "ObjectLockConfiguration"
        | "AccessControlPolicy"
        | "WebsiteConfiguration"
        | "BucketLoggingStatus"
        | "PublicAccessBlockConfiguration"
        | "OwnershipControls"
        | "AccelerateConfiguration"
        | "Tagging" => DocumentKind::BucketSettings,
        _ => return None,
    })
}

/// Recognises the error of a bucket without a configuration, for which the advice differs.
fn of_error(error: Element<'_, '_>) -> DocumentKind {
    let code = error.children().find(|child| child.name() == "Code");
    match code.map(Element::text) {
        Some(NO_CONFIGURATION) => DocumentKind::NoConfiguration,
        _ => DocumentKind::ServiceError,
    }
}

/// The names by which a JSON document is recognised, more specific ones first: a document that has
/// all names of a row is of its kind.
const SIGNS: &[(&[&str], DocumentKind)] = &[
    (&["fileSchema"], DocumentKind::Inventory),
    (&["Results", "ReportCreationDate"], DocumentKind::CompletionReport),
    (&["ReplicationConfiguration"], DocumentKind::Configuration),
    (&["Role", "Rules"], DocumentKind::Configuration),
    (&["AWSTemplateFormatVersion"], DocumentKind::CloudFormation),
    (&["Resources"], DocumentKind::CloudFormation),
    (&["Type", "Properties"], DocumentKind::CloudFormation),
    (&["planned_values"], DocumentKind::Terraform),
    (&["terraform_version"], DocumentKind::Terraform),
    (&["lineage", "serial"], DocumentKind::Terraform),
    (&["resource"], DocumentKind::Terraform),
    (&["apiVersion", "kind"], DocumentKind::Kubernetes),
    (&["configurationItem"], DocumentKind::ConfigItem),
    (&["configurationItems"], DocumentKind::ConfigItem),
    (&["baseConfigurationItems"], DocumentKind::ConfigItem),
    (&["supplementaryConfiguration"], DocumentKind::ConfigItem),
    (&["resourceType", "configuration"], DocumentKind::ConfigItem),
    (&["roleARN", "rules"], DocumentKind::ConfigItem),
    (&["Statement"], DocumentKind::IamPolicy),
    (&["PolicyDocument"], DocumentKind::IamPolicy),
    (&["AssumeRolePolicyDocument"], DocumentKind::IamPolicy),
    (&["PolicyVersion"], DocumentKind::IamPolicy),
    (&["Policy"], DocumentKind::IamPolicy),
    (&["Assertions"], DocumentKind::Assertions),
    (&["Buckets", "Events"], DocumentKind::Scenario),
    (&["ManifestGenerator"], DocumentKind::Job),
    (&["Operation", "Priority"], DocumentKind::Job),
    (&["JobId"], DocumentKind::Job),
    (&["Job"], DocumentKind::Job),
    (&["Versions"], DocumentKind::Objects),
    (&["DeleteMarkers"], DocumentKind::Objects),
    (&["Contents"], DocumentKind::Objects),
    (&["Records"], DocumentKind::Objects),
    (&["detail-type", "detail"], DocumentKind::Objects),
    (&["Key"], DocumentKind::Objects),
    (&["ContentLength", "ETag"], DocumentKind::Objects),
    (&["Buckets"], DocumentKind::Context),
    (&["Error"], DocumentKind::ServiceError),
    (&["Code", "Message"], DocumentKind::ServiceError),
    (&["LifecycleConfiguration"], DocumentKind::BucketSettings),
    (&["CORSRules"], DocumentKind::BucketSettings),
    (&["MFADelete"], DocumentKind::BucketSettings),
    (&["ServerSideEncryptionConfiguration"], DocumentKind::BucketSettings),
    (&["ObjectLockConfiguration"], DocumentKind::BucketSettings),
    (&["VersioningConfiguration"], DocumentKind::BucketSettings),
    (&["PublicAccessBlockConfiguration"], DocumentKind::BucketSettings),
    (&["OwnershipControls"], DocumentKind::BucketSettings),
    (&["QueueConfigurations"], DocumentKind::BucketSettings),
    (&["TopicConfigurations"], DocumentKind::BucketSettings),
    (&["LambdaFunctionConfigurations"], DocumentKind::BucketSettings),
    (&["EventBridgeConfiguration"], DocumentKind::BucketSettings),
    (&["LocationConstraint"], DocumentKind::BucketSettings),
    (&["TagSet"], DocumentKind::BucketSettings),
    (&["Grants", "Owner"], DocumentKind::BucketSettings),
];

/// Recognises a JSON document by the names of its members. An array is what its first item is,
/// apart from a configuration: an array of rules is none.
fn of_json(root: Element<'_, '_>) -> Option<DocumentKind> {
    if root.kind() == Kind::Array {
        let first = root.children().next()?;
        return of_json(first).filter(|kind| *kind != DocumentKind::Configuration);
    }
    let member = |name: &str| root.children().find(|child| child.name() == name);
    let sign = SIGNS.iter().find(|(names, _)| names.iter().all(|name| member(name).is_some()));
    let found = match sign {
        Some((_, DocumentKind::ServiceError)) => of_error(member("Error").unwrap_or(root)),
        Some((_, kind)) => *kind,
        // The output of `get-role`, or a configuration whose rules are missing.
        None => match member("Role") {
            Some(role) if role.kind() == Kind::Object => DocumentKind::IamPolicy,
            Some(_) => DocumentKind::Configuration,
            None => return member("Rules").and_then(of_rules),
        },
    };
    Some(found)
}

/// Recognises a lifecycle by the actions of its rules.
///
/// A lifecycle configuration has `Rules` as well, and is the most likely other document to have
/// them.
fn of_rules(rules: Element<'_, '_>) -> Option<DocumentKind> {
    const ACTIONS: &[&str] = &[
        "Expiration",
        "Transitions",
        "NoncurrentVersionExpiration",
        "NoncurrentVersionTransitions",
        "AbortIncompleteMultipartUpload",
    ];
    let rule = rules.children().next()?;
    let has = |name: &str| rule.children().any(|child| child.name() == name);
    if has("Destination") {
        return Some(DocumentKind::Configuration);
    }
    ACTIONS.iter().any(|name| has(name)).then_some(DocumentKind::BucketSettings)
}

/// Recognises a text that is neither XML nor JSON, or not well-formed.
///
/// Only the beginning is searched, so that a large file of another kind costs no time. The order
/// goes from marks that nothing else has to those that many texts have, such as a comma in the
/// first line.
pub(crate) fn of_text(text: &str) -> Option<DocumentKind> {
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    let is_binary = |c: char| c == '\0' || c == char::REPLACEMENT_CHARACTER;
    if text.starts_with("PAR1")
        || text.starts_with("ORC\u{8}")
        || text.chars().take(512).any(is_binary)
    {
        return Some(DocumentKind::Binary);
    }
    if text.starts_with("{'") || text.starts_with("[{'") || text.starts_with("{u'") {
        return Some(DocumentKind::PythonRepr);
    }
    let lower: String = text.chars().take(20).collect::<String>().to_ascii_lowercase();
    if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
        return Some(DocumentKind::Html);
    }
    if text.starts_with("An error occurred (") || text.starts_with("aws: error") {
        let is_none = text.contains(NO_CONFIGURATION);
        return Some(if is_none {
            DocumentKind::NoConfiguration
        } else {
            DocumentKind::ServiceError
        });
    }
    if text.starts_with(['<', '{', '[']) {
        return None;
    }
    let lines = || text.lines().take(LINES).map(str::trim_end);
    let is_comment =
        |line: &str| line.is_empty() || line.starts_with('#') || line.starts_with("//");
    let has = |begin: &str| lines().any(|line| line.trim_start().starts_with(begin));
    if lines().any(is_block) {
        return Some(DocumentKind::Terraform);
    }
    if has("AWSTemplateFormatVersion:") || has("Resources:") || has("Type: AWS::") {
        return Some(DocumentKind::CloudFormation);
    }
    if has("apiVersion:") && has("kind:") {
        return Some(DocumentKind::Kubernetes);
    }
    let first = lines().find(|line| !is_comment(line))?;
    if first == "---" || is_yaml_member(first) {
        return Some(DocumentKind::Yaml);
    }
    (first.contains(',') && !first.contains([';', '{'])).then_some(DocumentKind::Csv)
}

/// The number of lines that are searched.
const LINES: usize = 2_000;

/// Returns true for the first line of a block of Terraform.
///
/// The blocks `resource "aws_s3_bucket" "b" {` and `terraform {` occur in no other format.
fn is_block(line: &str) -> bool {
    const LABELLED: &[&str] =
        &["resource \"", "module \"", "variable \"", "provider \"", "data \""];
    LABELLED.iter().any(|begin| line.starts_with(begin))
        || line == "terraform {"
        || line == "locals {"
}

/// Returns true for a line such as `Rules:` or `- ID: all`. A URL has no space behind its colon.
fn is_yaml_member(line: &str) -> bool {
    let Some((name, rest)) = line.trim_start_matches("- ").split_once(':') else { return false };
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_ \"'".contains(c);
    !name.is_empty() && name.chars().all(is_name) && (rest.is_empty() || rest.starts_with(' '))
}

/// Recognises bytes that are no text.
///
/// The first bytes are those of gzip, ZIP, Parquet, ORC, bzip2 and Zstandard.
pub(crate) fn of_bytes(bytes: &[u8]) -> Option<DocumentKind> {
    const MAGIC: &[&[u8]] =
        &[b"\x1F\x8B", b"PK\x03\x04", b"PAR1", b"ORC", b"BZh", b"\x28\xB5\x2F\xFD"];
    MAGIC.iter().any(|magic| bytes.starts_with(magic)).then_some(DocumentKind::Binary)
}
