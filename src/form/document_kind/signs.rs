//! Documents that are well-formed, recognised by the names below their root.
//!
//! People give a tool the file that they have. An IAM policy read as a configuration would have one
//! finding for each of its members, and none that names the real mistake. So a document of another
//! kind is recognised first, by names that no configuration has at its root.
//!
//! Names are enough, and no value is looked at: a policy with a mistake in it is still a policy.

use crate::document::{Element, Kind};
use crate::form::Form;
use crate::form::document_kind::DocumentKind;

/// The code of the error that S3 returns for a bucket without a configuration.
pub(super) const NO_CONFIGURATION: &str = "ReplicationConfigurationNotFoundError";

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
    (&["JobId", "Status"], DocumentKind::Job),
    (&["JobId"], DocumentKind::JobList),
    (&["Jobs"], DocumentKind::JobList),
    (&["Job"], DocumentKind::Job),
    (&["Destination", "Status"], DocumentKind::Rule),
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
