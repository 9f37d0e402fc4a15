//! From the types of the SDK to JSON.

use aws_sdk_s3control::operation::create_job::CreateJobInput;
use aws_sdk_s3control::types;
use aws_smithy_types::DateTime;
use serde_json::Value;

use super::InvalidJob;
use crate::from_sdk_time;
use crate::json::{Members, list};

pub(super) fn create_job_input(input: &CreateJobInput) -> Result<Value, InvalidJob> {
    let generator = input.manifest_generator.as_ref().map(manifest_generator).transpose()?;
    let tags = input.tags.as_ref().map(|tags| {
        list(tags, |tag| {
            Members::default().with("Key", Some(tag.key())).with("Value", Some(tag.value())).into()
        })
    });
    Ok(Members::default()
        .with("AccountId", input.account_id())
        .with("ConfirmationRequired", input.confirmation_required())
        .with("Operation", input.operation().map(operation))
        .with("Report", input.report().map(report))
        .with("ClientRequestToken", input.client_request_token())
        .with("Manifest", input.manifest().map(manifest))
        .with("Description", input.description())
        .with("Priority", input.priority())
        .with("RoleArn", input.role_arn())
        .with("Tags", tags)
        .with("ManifestGenerator", generator)
        .into())
}

pub(super) fn job_descriptor(job: &types::JobDescriptor) -> Result<Value, InvalidJob> {
    let failures = job.failure_reasons.as_ref().map(|failures| {
        list(failures, |failure| {
            Members::default()
                .with("FailureCode", failure.failure_code())
                .with("FailureReason", failure.failure_reason())
                .into()
        })
    });
    let generated = job.generated_manifest_descriptor().map(|generated| {
        Members::default()
            .with("Format", generated.format().map(types::GeneratedManifestFormat::as_str))
            .with("Location", generated.location().map(location))
    });
    let generator = job.manifest_generator().map(manifest_generator).transpose()?;
    Ok(Members::default()
        .with("JobId", job.job_id())
        .with("ConfirmationRequired", job.confirmation_required())
        .with("Description", job.description())
        .with("JobArn", job.job_arn())
        .with("Status", job.status().map(types::JobStatus::as_str))
        .with("Manifest", job.manifest().map(manifest))
        .with("Operation", job.operation().map(operation))
        .with("Priority", Some(job.priority()))
        .with("ProgressSummary", job.progress_summary().map(progress))
        .with("StatusUpdateReason", job.status_update_reason())
        .with("FailureReasons", failures)
        .with("Report", job.report().map(report))
        .with("CreationTime", time("CreationTime", job.creation_time())?)
        .with("TerminationDate", time("TerminationDate", job.termination_date())?)
        .with("RoleArn", job.role_arn())
        .with("SuspendedDate", time("SuspendedDate", job.suspended_date())?)
        .with("SuspendedCause", job.suspended_cause())
        .with("ManifestGenerator", generator)
        .with("GeneratedManifestDescriptor", generated)
        .into())
}

fn time(path: &'static str, time: Option<&DateTime>) -> Result<Option<String>, InvalidJob> {
    let time = time.map(from_sdk_time).transpose();
    let time = time.map_err(|error| InvalidJob::Time { path, error })?;
    Ok(time.map(|time| time.to_string()))
}

fn progress(given: &types::JobProgressSummary) -> Value {
    let timers = given.timers().map(|timers| {
        let seconds = timers.elapsed_time_in_active_seconds();
        Members::default().with("ElapsedTimeInActiveSeconds", seconds)
    });
    Members::default()
        .with("TotalNumberOfTasks", given.total_number_of_tasks())
        .with("NumberOfTasksSucceeded", given.number_of_tasks_succeeded())
        .with("NumberOfTasksFailed", given.number_of_tasks_failed())
        .with("Timers", timers)
        .into()
}

/// Names every operation that is given. The details of those other than S3ReplicateObject do not
/// matter, because they are refused.
fn operation(given: &types::JobOperation) -> Value {
    let named = |is_given: bool| is_given.then(Members::default);
    Members::default()
        .with("LambdaInvoke", named(given.lambda_invoke().is_some()))
        .with("S3PutObjectCopy", named(given.s3_put_object_copy().is_some()))
        .with("S3PutObjectAcl", named(given.s3_put_object_acl().is_some()))
        .with("S3PutObjectTagging", named(given.s3_put_object_tagging().is_some()))
        .with("S3DeleteObjectTagging", named(given.s3_delete_object_tagging().is_some()))
        .with("S3InitiateRestoreObject", named(given.s3_initiate_restore_object().is_some()))
        .with("S3PutObjectLegalHold", named(given.s3_put_object_legal_hold().is_some()))
        .with("S3PutObjectRetention", named(given.s3_put_object_retention().is_some()))
        .with("S3ReplicateObject", named(given.s3_replicate_object().is_some()))
        .with("S3ComputeObjectChecksum", named(given.s3_compute_object_checksum().is_some()))
        .with("S3UpdateObjectEncryption", named(given.s3_update_object_encryption().is_some()))
        .into()
}

fn report(given: &types::JobReport) -> Value {
    Members::default()
        .with("Bucket", given.bucket())
        .with("Format", given.format().map(types::JobReportFormat::as_str))
        .with("Enabled", Some(given.enabled()))
        .with("Prefix", given.prefix())
        .with("ReportScope", given.report_scope().map(types::JobReportScope::as_str))
        .with("ExpectedBucketOwner", given.expected_bucket_owner())
        .into()
}

fn manifest(given: &types::JobManifest) -> Value {
    let spec = given.spec().map(|spec| {
        let fields = spec.fields.as_ref().map(|fields| list(fields, |field| field.as_str().into()));
        Members::default().with("Format", Some(spec.format().as_str())).with("Fields", fields)
    });
    Members::default().with("Spec", spec).with("Location", given.location().map(location)).into()
}

fn location(given: &types::JobManifestLocation) -> Value {
    Members::default()
        .with("ObjectArn", Some(given.object_arn()))
        .with("ObjectVersionId", given.object_version_id())
        .with("ETag", Some(given.e_tag()))
        .into()
}

fn manifest_generator(given: &types::JobManifestGenerator) -> Result<Value, InvalidJob> {
    let types::JobManifestGenerator::S3JobManifestGenerator(given) = given else {
        return Err(InvalidJob::UnknownVariant("ManifestGenerator"));
    };
    let output = given.manifest_output_location().map(|output| {
        let encryption = output.manifest_encryption().map(|encryption| {
            let kms = encryption.ssekms();
            let kms = kms.map(|kms| Members::default().with("KeyId", Some(kms.key_id())));
            Members::default()
                .with("SSES3", encryption.sses3().map(|_| Members::default()))
                .with("SSEKMS", kms)
        });
        Members::default()
            .with("ExpectedManifestBucketOwner", output.expected_manifest_bucket_owner())
            .with("Bucket", Some(output.bucket()))
            .with("ManifestPrefix", output.manifest_prefix())
            .with("ManifestEncryption", encryption)
            .with("ManifestFormat", Some(output.manifest_format().as_str()))
    });
    let generator = Members::default()
        .with("ExpectedBucketOwner", given.expected_bucket_owner())
        .with("SourceBucket", Some(given.source_bucket()))
        .with("ManifestOutputLocation", output)
        .with("Filter", given.filter().map(filter).transpose()?)
        .with("EnableManifestOutput", Some(given.enable_manifest_output()));
    Ok(Members::default().with("S3JobManifestGenerator", Some(generator)).into())
}

fn filter(given: &types::JobManifestGeneratorFilter) -> Result<Value, InvalidJob> {
    let words = |words: &Option<Vec<String>>| {
        words.as_ref().map(|words| list(words, |word| word.as_str().into()))
    };
    let names = given.key_name_constraint().map(|names| {
        Members::default()
            .with("MatchAnyPrefix", words(&names.match_any_prefix))
            .with("MatchAnySuffix", words(&names.match_any_suffix))
            .with("MatchAnySubstring", words(&names.match_any_substring))
    });
    let statuses = given.object_replication_statuses.as_ref();
    let statuses = statuses.map(|statuses| list(statuses, |status| status.as_str().into()));
    let classes = given.match_any_storage_class.as_ref();
    let classes = classes.map(|classes| list(classes, |class| class.as_str().into()));
    let encryptions = given.match_any_object_encryption.as_ref();
    let encryptions = encryptions
        .map(|filters| filters.iter().map(encryption).collect::<Result<Value, _>>())
        .transpose()?;
    Ok(Members::default()
        .with("EligibleForReplication", given.eligible_for_replication())
        .with("CreatedAfter", time("CreatedAfter", given.created_after())?)
        .with("CreatedBefore", time("CreatedBefore", given.created_before())?)
        .with("ObjectReplicationStatuses", statuses)
        .with("KeyNameConstraint", names)
        .with("ObjectSizeGreaterThanBytes", given.object_size_greater_than_bytes())
        .with("ObjectSizeLessThanBytes", given.object_size_less_than_bytes())
        .with("MatchAnyStorageClass", classes)
        .with("MatchAnyObjectEncryption", encryptions)
        .into())
}

fn encryption(given: &types::ObjectEncryptionFilter) -> Result<Value, InvalidJob> {
    use types::ObjectEncryptionFilter as Filter;
    let none = Members::default;
    let (name, members) = match given {
        Filter::Sses3(_) => ("SSES3", none()),
        Filter::Ssec(_) => ("SSEC", none()),
        Filter::Notsse(_) => ("NOTSSE", none()),
        Filter::Ssekms(kms) => {
            let members = none().with("KmsKeyArn", kms.kms_key_arn());
            ("SSEKMS", members.with("BucketKeyEnabled", kms.bucket_key_enabled()))
        }
        Filter::Dssekms(kms) => ("DSSEKMS", none().with("KmsKeyArn", kms.kms_key_arn())),
        _ => return Err(InvalidJob::UnknownVariant("MatchAnyObjectEncryption")),
    };
    Ok(none().with(name, Some(members)).into())
}
