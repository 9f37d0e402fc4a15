//! Round trips between the model and the types of the SDK, and what neither side has.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use aws_sdk_s3::types;
use aws_sdk_s3control::types as control;
use aws_smithy_types::DateTime;
use proptest::prelude::*;
use s3_replication::batch::request::JobParser;
use s3_replication::{Dialect, ReplicationConfiguration, strategies};
use s3_replication_aws_sdk::job::InvalidJob;
use s3_replication_aws_sdk::{configuration, from_sdk_time, job, to_sdk_time};

proptest! {
    /// A configuration survives the way through the SDK, or its element that the SDK does not have is
    /// named.
    #[test]
    fn configurations_survive(given in strategies::configuration()) {
        let newer = given.to_xml();
        let is_newer = newer.contains("<Not>") || newer.contains("<UseSourceMultiRegionKey>");
        match configuration::to_sdk(&given) {
            Ok(sdk) => {
                prop_assert!(!is_newer, "{newer}");
                prop_assert_eq!(configuration::from_sdk(&sdk).unwrap(), given);
            }
            Err(error) => {
                prop_assert!(is_newer, "{error}\n{newer}");
                let is_named = error.path().contains("Not") || error.path().contains("UseSourceMultiRegionKey");
                prop_assert!(is_named, "{error}");
            }
        }
    }

    #[test]
    fn times_survive(seconds in -60_000_000_000_i64..253_402_300_799, nanoseconds in 0_u32..1_000_000_000) {
        let sdk = DateTime::from_secs_and_nanos(seconds, nanoseconds);
        prop_assert_eq!(to_sdk_time(from_sdk_time(&sdk).unwrap()), sdk);
    }
}

fn sdk() -> types::ReplicationConfiguration {
    let destination = types::Destination::builder().bucket("arn:aws:s3:::backup");
    let rule = types::ReplicationRule::builder()
        .id("all")
        .priority(1)
        .filter(types::ReplicationRuleFilter::builder().prefix("").build())
        .status(types::ReplicationRuleStatus::Enabled)
        .delete_marker_replication(
            types::DeleteMarkerReplication::builder()
                .status(types::DeleteMarkerReplicationStatus::Disabled)
                .build(),
        )
        .destination(destination.build().unwrap());
    types::ReplicationConfiguration::builder()
        .role("arn:aws:iam::123456789012:role/replication")
        .rules(rule.build().unwrap())
        .build()
        .unwrap()
}

#[test]
fn a_configuration_of_the_sdk() {
    let ours = configuration::from_sdk(&sdk()).unwrap();
    assert_eq!(configuration::to_sdk(&ours).unwrap(), sdk());
}

/// A word that the SDK does not know travels as text, and gets the answer of S3.
#[test]
fn unknown_words_are_judged_as_in_a_document() {
    let mut given = sdk();
    given.rules[0].status = types::ReplicationRuleStatus::from("enabled");
    let refused = configuration::from_sdk(&given).unwrap_err();
    assert_eq!(refused.service_error().code.to_string(), "MalformedXML");
    let mut given = sdk();
    given.rules[0].priority = None;
    let refused = configuration::from_sdk(&given).unwrap_err();
    assert!(refused.report().is_refused());
}

#[test]
fn what_the_sdk_does_not_have_is_named() {
    let rule = |filter: &str| {
        format!(
            "<ReplicationConfiguration><Role>arn:aws:iam::123456789012:role/r</Role><Rule><ID>a</ID>\
             <Priority>1</Priority><Status>Enabled</Status><Filter>{filter}</Filter>\
             <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>\
             <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule></ReplicationConfiguration>"
        )
    };
    let excluding = rule("<And><Prefix>a/</Prefix><Not><Prefix>a/tmp/</Prefix></Not></And>");
    let ours = ReplicationConfiguration::from_xml(&excluding).unwrap();
    let error = configuration::to_sdk(&ours).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the types of the AWS SDK cannot express `Rules[0].Filter.And.Not`"
    );
    let plain = ReplicationConfiguration::from_xml(&rule("<Prefix>a/</Prefix>")).unwrap();
    assert!(configuration::to_sdk(&plain).is_ok());
    // Another store reads the same value in its own way.
    let minio = s3_replication::Parser::new().with_dialect(Dialect::MINIO);
    assert!(!configuration::parse(&minio, &configuration::to_sdk(&plain).unwrap()).is_refused());
}

const JOB: &str = r#"{
    "AccountId": "111122223333", "ConfirmationRequired": true, "Priority": 10, "Description": "all",
    "ClientRequestToken": "one", "RoleArn": "arn:aws:iam::111122223333:role/batch",
    "Operation": {"S3ReplicateObject": {}}, "Tags": [{"Key": "team", "Value": "tax"}],
    "Report": {"Enabled": true, "Bucket": "arn:aws:s3:::reports", "Prefix": "r",
               "Format": "Report_CSV_20180820", "ReportScope": "AllTasks"},
    "ManifestGenerator": {"S3JobManifestGenerator": {
        "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": true,
        "ExpectedBucketOwner": "111122223333",
        "ManifestOutputLocation": {"Bucket": "arn:aws:s3:::reports", "ManifestPrefix": "m",
            "ManifestEncryption": {"SSEKMS": {"KeyId": "arn:aws:kms:eu-west-1:111122223333:key/k"}},
            "ManifestFormat": "S3InventoryReport_CSV_20211130"},
        "Filter": {"EligibleForReplication": true, "CreatedAfter": "2026-11-22T10:00:00.5Z",
            "ObjectReplicationStatuses": ["NONE", "FAILED"],
            "KeyNameConstraint": {"MatchAnyPrefix": ["a/"], "MatchAnySuffix": [".jpg"]},
            "ObjectSizeGreaterThanBytes": 5, "MatchAnyStorageClass": ["STANDARD", "GLACIER"],
            "MatchAnyObjectEncryption": [{"SSEKMS": {"BucketKeyEnabled": true}}]}}}}"#;

#[test]
fn jobs_survive() {
    let specification = JobParser::new().parse_json(JOB).into_specification().unwrap();
    let input = job::to_create_job(&specification).unwrap().build().unwrap();
    assert_eq!(input.priority(), Some(10));
    assert_eq!(job::from_create_job_input(&input).unwrap(), specification);

    let with_manifest = r#"{"AccountId": "111122223333", "ConfirmationRequired": false, "Priority": 1,
        "ClientRequestToken": "two", "RoleArn": "arn:aws:iam::111122223333:role/batch",
        "Operation": {"S3ReplicateObject": {}}, "Report": {"Enabled": false},
        "Manifest": {"Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": ["Bucket", "Key", "VersionId"]},
                     "Location": {"ObjectArn": "arn:aws:s3:::reports/m.csv", "ETag": "0123456789abcdef0123456789abcdef"}}}"#;
    let specification = JobParser::new().parse_json(with_manifest).into_specification().unwrap();
    let input = job::to_create_job(&specification).unwrap().build().unwrap();
    assert_eq!(job::from_create_job_input(&input).unwrap(), specification);
}

#[test]
fn jobs_that_the_model_does_not_have() {
    let specification = JobParser::new().parse_json(JOB).into_specification().unwrap();
    let mut other = job::to_create_job(&specification).unwrap().build().unwrap();
    let tags = control::S3DeleteObjectTaggingOperation::builder().build();
    other.operation = Some(control::JobOperation::builder().s3_delete_object_tagging(tags).build());
    assert!(matches!(job::from_create_job_input(&other), Err(InvalidJob::Refused(_))));
    // An unknown variant of a union is not tried: no code outside of the SDK can make one.
}

#[test]
fn descriptions_of_jobs() {
    let failure = control::JobFailure::builder()
        .failure_code("ManifestNotFound")
        .failure_reason("no such object");
    let described = control::JobDescriptor::builder()
        .job_id("00e123a4-c0d8-41f4-a0eb-b46f9ba5b07c")
        .status(control::JobStatus::Failed)
        .priority(7)
        .creation_time(DateTime::from_secs(1_795_000_000))
        .failure_reasons(failure.build())
        .progress_summary(
            control::JobProgressSummary::builder()
                .total_number_of_tasks(3)
                .number_of_tasks_failed(1)
                .build(),
        )
        .build();
    let ours = job::from_job_descriptor(&described).unwrap();
    assert_eq!(ours.status.to_string(), "Failed");
    assert_eq!(ours.creation_time.unwrap().to_string(), "2026-11-18T11:06:40Z");
    assert_eq!(ours.failure_reasons[0].failure_code().to_string(), "ManifestNotFound");

    let far = DateTime::from_secs(i64::MAX);
    let far = control::JobDescriptor::builder().status(control::JobStatus::New).creation_time(far);
    let error = job::from_job_descriptor(&far.build()).unwrap_err();
    assert!(matches!(error, InvalidJob::Time { path: "CreationTime", .. }));
}
