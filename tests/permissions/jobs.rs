//! Jobs in the memory store under policies of their role: each statement makes something succeed.

use std::ops::ControlFlow;

use s3_replication::Dialect;
use s3_replication::batch::completion_report::TaskStatus;
use s3_replication::batch::job::{Job, Status};
use s3_replication::batch::manifest;
use s3_replication::batch::request::JobSource;
use s3_replication::model::{BucketName, EncryptionStatus, Timestamp, VersionId};
use s3_replication::permissions::{GivenDocuments, PolicyDocument};
use s3_replication::storage::{JobStop, MemoryStore, NewObject};
use serde_json::json;

use super::setups::{ALL, Case, policy_of};
use crate::support::job_name;

/// Every bucket is that of the jobs; those of manifests and reports belong to another account.
const CONTEXT: &str = r#"{"Buckets": {
    "photos": {"Region": "eu-central-1", "Account": "111122223333", "ObjectLock": "Disabled"},
    "backup": {"Region": "eu-central-1", "Account": "111122223333"},
    "lists": {"Region": "eu-central-1", "Account": "444455556666",
        "ObjectOwnership": "ObjectWriter"},
    "reports": {"Region": "eu-central-1", "Account": "444455556666"}}}"#;

const REPORT: &str = r#""Report": {"Enabled": true, "Bucket": "arn:aws:s3:::reports",
    "Format": "Report_CSV_20180820", "ReportScope": "AllTasks", "Prefix": "reports"}"#;

/// A job that generates its manifest and keeps it with a KMS key.
fn generating() -> Case {
    Case::new(&[ALL], CONTEXT).with_job(&format!(
        r#"{REPORT}, "ManifestGenerator": {{"S3JobManifestGenerator": {{
            "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": true,
            "ManifestOutputLocation": {{"Bucket": "arn:aws:s3:::lists", "ManifestPrefix": "manifests",
                "ManifestFormat": "S3InventoryReport_CSV_20211130",
                "ExpectedManifestBucketOwner": "444455556666",
                "ManifestEncryption": {{"SSEKMS": {{
                    "KeyId": "arn:aws:kms:eu-central-1:444455556666:key/lists"}}}}}}}}}}"#
    ))
}

/// A job that brings its manifest.
fn listing() -> Case {
    Case::new(&[ALL], CONTEXT).with_job(&format!(
        r#"{REPORT}, "Manifest": {{"Spec": {{"Format": "S3BatchOperations_CSV_20180820",
                "Fields": ["Bucket", "Key", "VersionId"]}},
            "Location": {{"ObjectArn": "arn:aws:s3:::lists/m.csv", "ObjectVersionId": "m1",
                "ETag": "0e2b5b3a1c0e6a3f5d0a9e0a8e6b1a6a"}}}}"#
    ))
}

/// Runs the job, and returns how it ends: its failure, or the errors of its tasks.
fn run(case: &Case, policies: Option<GivenDocuments>) -> String {
    let store = MemoryStore::new();
    for name in ["photos", "backup", "lists", "reports"] {
        let name: BucketName = name.parse().unwrap();
        let mut settings = case.known.get(&name).unwrap().clone();
        settings.versioning = Some(s3_replication::model::Versioning::Enabled);
        store.create_bucket(&name, settings.of_older_bucket()).unwrap();
    }
    let photos = "photos".parse().unwrap();
    let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
    let version: VersionId = "v1".parse().unwrap();
    let mut object = NewObject::new("cat.jpg", "meow");
    object.encryption = Some(EncryptionStatus::SseS3);
    store.bucket(&photos).put_object(object, &version, now).unwrap();
    store.bucket(&photos).put_replication(&case.configuration, &Dialect::AWS).unwrap();
    store.put_job_policies(policies);
    let mut job = Job::create(
        job_name("0f1e2d3c-0000-4000-8000-000000000001"),
        case.job.clone().unwrap(),
        now,
    );
    let is_generated = matches!(case.job.as_ref().unwrap().source(), JobSource::Generator(_));
    let (mut work, _) = if is_generated {
        store.prepare_job(&mut job, now).unwrap()
    } else {
        let mut row = manifest::Row::new(photos, "cat.jpg".into());
        row.version_id = Some(version);
        store.prepare_job_with(&mut job, Ok(vec![Ok(row)]), now).unwrap()
    };
    if job.status() == Status::Ready {
        let each = |_: &_, _: &_| ControlFlow::Continue(());
        let summary = store.run_job(&mut job, &mut work, now, each).unwrap();
        if summary.stop == JobStop::Waiting {
            return "waits".to_owned();
        }
    }
    if let Some(failure) = job.failures().first() {
        return failure.failure_reason().to_owned();
    }
    let errors = work.results().iter().filter(|result| result.status() != TaskStatus::Succeeded);
    let errors: Vec<String> =
        errors.map(|result| result.error_code().unwrap().to_string()).collect();
    if errors.is_empty() { format!("{}", job.status()) } else { errors.join(" ") }
}

/// Returns the documents of the case with another policy of the batch role.
fn with_role(case: &Case, role: PolicyDocument) -> GivenDocuments {
    with_owner(case, role, None)
}

/// Returns the documents of the case with another policy of the batch role and of a bucket.
fn with_owner(
    case: &Case,
    role: PolicyDocument,
    other: Option<(&BucketName, &PolicyDocument)>,
) -> GivenDocuments {
    let documents = case.documents();
    let mut given = GivenDocuments::new()
        .with_batch_role_policy(role)
        .with_batch_trust_policy(documents.batch_role().unwrap().trust().clone());
    for policy in documents.bucket_policies() {
        let bucket = policy.bucket().name();
        let other = other.filter(|(name, _)| *name == bucket);
        let own = || policy.explained().policy().clone();
        let policy = other.map_or_else(own, |(_, policy)| policy.clone());
        given = given.with_bucket_policy(bucket.clone(), policy);
    }
    given
}

/// Returns how the job ends without each statement of a policy.
fn ends(
    policy: &PolicyDocument,
    mut run: impl FnMut(PolicyDocument) -> String,
) -> Vec<(String, String)> {
    let statements = policy.statements().iter().enumerate();
    statements
        .map(|(at, one)| (one.sid().unwrap().to_owned(), run(policy.without_statement(at))))
        .collect()
}

const UNREADABLE: &str = "Reading the manifest is forbidden: AccessDenied";
const UNWRITTEN: &str = "Error occurred when preparing manifest: Failed to write manifest";
const NO_REPORT: &str =
    "The job report could not be written to your report bucket. Please check your permissions.";

fn pairs(ends: &[(String, String)]) -> Vec<(&str, &str)> {
    ends.iter().map(|(sid, end)| (sid.as_str(), end.as_str())).collect()
}

/// REP-1230 to REP-1236: under the written documents the job completes. Without a statement, it or its
/// task fails with the text or the reason of S3, or the list states why not.
#[test]
fn each_statement_of_the_batch_role_makes_something_succeed() {
    let case = generating();
    assert_eq!(run(&case, None), "Complete");
    let documents = case.documents();
    assert_eq!(run(&case, Some(documents.as_given())), "Complete");
    let role = documents.batch_role().unwrap().policy();
    let without = ends(role, |less| run(&case, Some(with_role(&case, less))));
    assert_eq!(
        pairs(&without),
        [
            ("InitiateReplication", "InitiateReplicationNotPermitted"),
            // S3 publishes no text for a manifest that it may not generate.
            (
                "GenerateManifest",
                "the policy of the batch role does not permit `s3:GetReplicationConfiguration`"
            ),
            ("WriteManifest", UNWRITTEN),
            ("ReadManifest", UNREADABLE),
            ("WriteManifestAcl", UNWRITTEN),
            ("UseKeyOfManifest", UNWRITTEN),
            ("WriteReport", NO_REPORT),
        ]
    );
    let trust = documents.batch_role().unwrap().trust().without_statement(0);
    let given = with_role(&case, role.clone()).with_batch_trust_policy(trust);
    let refused = run(&case, Some(given));
    assert!(refused.contains("assume") || refused.contains("AssumeRole"), "{refused}");
}

/// REP-1233: a manifest that the job brings is read by its role.
#[test]
fn a_manifest_is_read_by_the_role() {
    let case = listing();
    let documents = case.documents();
    assert_eq!(run(&case, Some(documents.as_given())), "Complete");
    let role = documents.batch_role().unwrap().policy();
    let without = ends(role, |less| run(&case, Some(with_role(&case, less))));
    assert_eq!(
        pairs(&without),
        [
            ("InitiateReplication", "InitiateReplicationNotPermitted"),
            ("ReadManifest", UNREADABLE),
            ("WriteReport", NO_REPORT),
        ]
    );
}

/// The owner of the bucket of manifests and reports has to allow the same, and so has the owner of
/// the key (REP-1216, REP-1217).
#[test]
fn owners_of_buckets_and_keys_allow_the_role() {
    let case = generating();
    let documents = case.documents();
    let full = || with_role(&case, documents.batch_role().unwrap().policy().clone());
    let mut without = Vec::new();
    for policy in documents.bucket_policies() {
        let bucket = policy.bucket().name();
        without.extend(ends(policy.explained().policy(), |less| {
            let role = documents.batch_role().unwrap().policy().clone();
            run(&case, Some(with_owner(&case, role, Some((bucket, &less)))))
        }));
    }
    assert_eq!(
        pairs(&without),
        [
            ("WriteManifest", UNWRITTEN),
            ("ReadManifest", UNREADABLE),
            ("WriteManifestAcl", UNWRITTEN),
            ("WriteReport", NO_REPORT),
        ]
    );
    let keys = documents.key_statements();
    assert!(!keys.is_empty());
    for key in keys {
        let nothing = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
             "Action": "kms:*", "Resource": "*"}]});
        let given = full().with_key_policy(key.key(), policy_of(&nothing.to_string()));
        assert_eq!(run(&case, Some(given)), UNWRITTEN);
    }
}

/// What depends on an unknown condition key is not guessed: a task waits.
#[test]
fn what_is_undecided_waits() {
    let case = listing();
    let deny = |action: &str| {
        let role = serde_json::to_value(case.documents().batch_role().unwrap().policy()).unwrap();
        let mut role = role;
        role["Statement"].as_array_mut().unwrap().push(json!({
            "Effect": "Deny", "Action": action, "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}}));
        run(&case, Some(with_role(&case, policy_of(&role.to_string()))))
    };
    assert_eq!(deny("s3:InitiateReplication"), "waits");
    assert_eq!(deny("s3:PutObject"), "waits");
    assert_eq!(deny("s3:GetObject"), "a permission of the role depends on `aws:SourceVpce`");
}
