//! Documents that are well-formed, recognised by the names below their root.
//!
//! People give a tool the file that they have. An IAM policy read as a configuration would have one
//! finding for each of its members, and none that names the real mistake. So a document of another
//! kind is recognised first, by names that no configuration has at its root.
//!
//! Names are enough, and no value is looked at: a policy with a mistake in it is still a policy.
//!
//! The result is used in two ways. A reader compares it with the kind that it wants, before it
//! reads a document. A message about a document that could not be read at all names it, by
//! `DocumentKind::recognise`.
//!
//! ```text
//! {"Version": "2012-10-17", "Statement": []}     an IAM policy
//! {"Role": "arn:…"}                              a configuration whose rules are missing
//! {"Role": {"Arn": "arn:…"}}                     the output of `get-role`: an IAM policy
//! {"Rules": [{"Expiration": {"Days": 1}}]}       a lifecycle: another configuration of a bucket
//! [{"Key": "a"}, {"Key": "b"}]                   objects
//! {}                                             unknown
//! ```
//!
//! A new kind is a row of [`SIGNS`] or a name in [`of_xml`], and a variant with its texts in
//! `document_kind`. Names must be those of the first level: of what is inside, only the first item
//! of an array, the first rule and the code of an error are looked at.

use crate::document::{Element, Kind};
use crate::form::Form;
use crate::form::document_kind::DocumentKind;

/// The code of the error that S3 returns for a bucket without a configuration.
pub(super) const NO_CONFIGURATION: &str = "ReplicationConfigurationNotFoundError";

/// Recognises a tree by the names below its root.
///
/// The two forms of templates have trees of JSON, so they are recognised by the names of members,
/// too.
pub(crate) fn of_root(root: Element<'_, '_>, form: Form) -> Option<DocumentKind> {
    match form {
        Form::Xml => of_xml(root),
        _ => of_json(root),
    }
}

/// Recognises an XML document by the name of its root.
///
/// The prefix and the namespace do not matter. Returns `None` for a root that is not listed: a
/// misspelled root has a finding of its own.
fn of_xml(root: Element<'_, '_>) -> Option<DocumentKind> {
    Some(match root.name() {
        "ReplicationConfiguration" => DocumentKind::Configuration,
        "Rule" => DocumentKind::Rule,
        "ListJobsResult" | "CreateJobResult" => DocumentKind::JobList,
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
///
/// Without a `Code` directly in it, as in `<ErrorResponse>`, it is any error.
fn of_error(error: Element<'_, '_>) -> DocumentKind {
    let code = error.children().find(|child| child.name() == "Code");
    match code.map(Element::text) {
        Some(NO_CONFIGURATION) => DocumentKind::NoConfiguration,
        _ => DocumentKind::ServiceError,
    }
}

/// The names by which a JSON document is recognised, more specific ones first: a document that has
/// all names of a row is of its kind.
///
/// The order matters where one kind has the names of another one: a job list has `JobId` as a job
/// does, and a scenario has `Buckets` as a context does.
const SIGNS: &[(&[&str], DocumentKind)] = &[
    // Documents of S3 that this crate reads, by names that nothing else has.
    (&["fileSchema"], DocumentKind::Inventory),
    (&["Results", "ReportCreationDate"], DocumentKind::CompletionReport),
    (&["ReplicationConfiguration"], DocumentKind::Configuration),
    (&["Role", "Rules"], DocumentKind::Configuration),
    // Files of tools. A resource of CloudFormation may be given alone, with `Type` and
    // `Properties`.
    (&["AWSTemplateFormatVersion"], DocumentKind::CloudFormation),
    (&["Resources"], DocumentKind::CloudFormation),
    (&["Type", "Properties"], DocumentKind::CloudFormation),
    (&["planned_values"], DocumentKind::Terraform),
    (&["terraform_version"], DocumentKind::Terraform),
    (&["lineage", "serial"], DocumentKind::Terraform),
    (&["resource"], DocumentKind::Terraform),
    (&["apiVersion", "kind"], DocumentKind::Kubernetes),
    (&["$schema", "contentVersion"], DocumentKind::Azure),
    (&["sourceAccount", "destinationAccount"], DocumentKind::Azure),
    (&["policyId", "rules"], DocumentKind::Azure),
    (&["objectReplicationPolicies"], DocumentKind::Azure),
    (&["resourceGroup", "id"], DocumentKind::Azure),
    (&["selfLink"], DocumentKind::GoogleCloud),
    (&["locationType"], DocumentKind::GoogleCloud),
    (&["location_type"], DocumentKind::GoogleCloud),
    (&["rpo"], DocumentKind::GoogleCloud),
    (&["replicationSpec"], DocumentKind::GoogleCloud),
    (&["transferSpec"], DocumentKind::GoogleCloud),
    (&["replicationConfig"], DocumentKind::MinioClient),
    (&["op", "status"], DocumentKind::MinioClient),
    (&["runtime", "resources"], DocumentKind::DeploymentTool),
    (&["service", "provider"], DocumentKind::DeploymentTool),
    (&["dependencies", "scripts"], DocumentKind::DeploymentTool),
    // AWS Config: an item, a list of them, or the inside of one, in lower camel case.
    (&["configurationItem"], DocumentKind::ConfigItem),
    (&["configurationItems"], DocumentKind::ConfigItem),
    (&["baseConfigurationItems"], DocumentKind::ConfigItem),
    (&["supplementaryConfiguration"], DocumentKind::ConfigItem),
    (&["resourceType", "configuration"], DocumentKind::ConfigItem),
    (&["roleARN", "rules"], DocumentKind::ConfigItem),
    // A policy, or an answer that has one inside. `Policy` is the member of `get-bucket-policy`.
    (&["Statement"], DocumentKind::IamPolicy),
    (&["PolicyDocument"], DocumentKind::IamPolicy),
    (&["AssumeRolePolicyDocument"], DocumentKind::IamPolicy),
    (&["PolicyVersion"], DocumentKind::IamPolicy),
    (&["Policy"], DocumentKind::IamPolicy),
    (&["Assertions"], DocumentKind::Assertions),
    (&["Buckets", "Events"], DocumentKind::Scenario),
    // Requests and answers of S3 Control. Without `Status`, a `JobId` alone is the answer of
    // `create-job`.
    (&["ManifestGenerator"], DocumentKind::Job),
    (&["Operation", "Priority"], DocumentKind::Job),
    (&["JobId", "Status"], DocumentKind::Job),
    (&["JobId"], DocumentKind::JobList),
    (&["Jobs"], DocumentKind::JobList),
    (&["Job"], DocumentKind::Job),
    (&["Destination", "Status"], DocumentKind::Rule),
    // Events and listings: SQS and SNS wrap the records of an event.
    (&["Messages"], DocumentKind::Objects),
    (&["Message", "TopicArn"], DocumentKind::Objects),
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
    // Answers about other settings of a bucket, by the member that only they have.
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
/// apart from a configuration.
///
/// An array of configurations is what `--query` makes of several answers. It has no single meaning,
/// so it is left to the reader, which refuses an array.
///
/// Where no row of [`SIGNS`] fits, `Role` or `Rules` alone can still show a configuration with a
/// part missing.
fn of_json(root: Element<'_, '_>) -> Option<DocumentKind> {
    if root.kind() == Kind::Array {
        let first = root.children().next()?;
        let is_part =
            |kind: &DocumentKind| matches!(kind, DocumentKind::Configuration | DocumentKind::Rule);
        return of_json(first).filter(|kind| !is_part(kind));
    }
    let member = |name: &str| root.children().find(|child| child.name() == name);
    let sign = SIGNS.iter().find(|(names, _)| names.iter().all(|name| member(name).is_some()));
    let found = match sign {
        // The row shows that it is an error, and only its code shows which.
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
///
/// Only the first rule is looked at. Returns `None` for rules with neither a destination nor an
/// action.
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
