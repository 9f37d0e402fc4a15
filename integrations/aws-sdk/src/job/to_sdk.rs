//! From JSON to the types of the SDK.

use aws_sdk_s3control::operation::create_job::builders::CreateJobInputBuilder;
use aws_sdk_s3control::types;
use aws_smithy_types::DateTime;
use aws_smithy_types::error::operation::BuildError;
use s3_replication::model::Timestamp;
use serde_json::Value;

use crate::json::{integer, items, text};
use crate::to_sdk_time;

pub(super) fn create_job(json: &Value) -> Result<CreateJobInputBuilder, BuildError> {
    let tags = json.get("Tags").map(|_| {
        let tag = |tag| {
            types::S3Tag::builder().set_key(text(tag, "Key")).set_value(text(tag, "Value")).build()
        };
        items(json, "Tags").map(tag).collect::<Result<Vec<_>, _>>()
    });
    let generator =
        json.get("ManifestGenerator").and_then(|union| union.get("S3JobManifestGenerator"));
    let generator = generator.map(manifest_generator).transpose()?;
    Ok(CreateJobInputBuilder::default()
        .set_account_id(text(json, "AccountId"))
        .set_confirmation_required(flag(json, "ConfirmationRequired"))
        .set_operation(json.get("Operation").map(operation))
        .set_report(json.get("Report").map(report))
        .set_client_request_token(text(json, "ClientRequestToken"))
        .set_manifest(json.get("Manifest").map(manifest).transpose()?)
        .set_description(text(json, "Description"))
        .set_priority(integer(json, "Priority"))
        .set_role_arn(text(json, "RoleArn"))
        .set_tags(tags.transpose()?)
        .set_manifest_generator(generator.map(types::JobManifestGenerator::S3JobManifestGenerator)))
}

fn flag(json: &Value, name: &str) -> Option<bool> {
    json.get(name)?.as_bool()
}

fn word<W: for<'w> From<&'w str>>(json: &Value, name: &str) -> Option<W> {
    json.get(name)?.as_str().map(W::from)
}

/// Returns the words of an array, if there is one.
fn words<W: for<'w> From<&'w str>>(json: &Value, name: &str) -> Option<Vec<W>> {
    json.get(name)?;
    Some(items(json, name).filter_map(Value::as_str).map(W::from).collect())
}

fn time(json: &Value, name: &str) -> Option<DateTime> {
    json.get(name)?.as_str()?.parse::<Timestamp>().ok().map(to_sdk_time)
}

/// A specification has no other operation.
fn operation(json: &Value) -> types::JobOperation {
    let replicate =
        json.get("S3ReplicateObject").map(|_| types::S3ReplicateObjectOperation::builder().build());
    types::JobOperation::builder().set_s3_replicate_object(replicate).build()
}

fn report(json: &Value) -> types::JobReport {
    types::JobReport::builder()
        .set_bucket(text(json, "Bucket"))
        .set_format(word::<types::JobReportFormat>(json, "Format"))
        .set_enabled(flag(json, "Enabled"))
        .set_prefix(text(json, "Prefix"))
        .set_report_scope(word::<types::JobReportScope>(json, "ReportScope"))
        .set_expected_bucket_owner(text(json, "ExpectedBucketOwner"))
        .build()
}

fn manifest(json: &Value) -> Result<types::JobManifest, BuildError> {
    let spec = json.get("Spec").map(|spec| {
        types::JobManifestSpec::builder()
            .set_format(word::<types::JobManifestFormat>(spec, "Format"))
            .set_fields(words::<types::JobManifestFieldName>(spec, "Fields"))
            .build()
    });
    let location = json.get("Location").map(|location| {
        types::JobManifestLocation::builder()
            .set_object_arn(text(location, "ObjectArn"))
            .set_object_version_id(text(location, "ObjectVersionId"))
            .set_e_tag(text(location, "ETag"))
            .build()
    });
    let builder = types::JobManifest::builder();
    Ok(builder.set_spec(spec.transpose()?).set_location(location.transpose()?).build())
}

fn manifest_generator(json: &Value) -> Result<types::S3JobManifestGenerator, BuildError> {
    let output = json.get("ManifestOutputLocation").map(output_location).transpose()?;
    types::S3JobManifestGenerator::builder()
        .set_expected_bucket_owner(text(json, "ExpectedBucketOwner"))
        .set_source_bucket(text(json, "SourceBucket"))
        .set_manifest_output_location(output)
        .set_filter(json.get("Filter").map(filter))
        .set_enable_manifest_output(flag(json, "EnableManifestOutput"))
        .build()
}

fn output_location(json: &Value) -> Result<types::S3ManifestOutputLocation, BuildError> {
    let encryption = json.get("ManifestEncryption").map(|encryption| {
        let s3 = encryption.get("SSES3").map(|_| types::Sses3Encryption::builder().build());
        let kms = encryption.get("SSEKMS");
        let kms = kms
            .map(|kms| types::SsekmsEncryption::builder().set_key_id(text(kms, "KeyId")).build());
        let builder = types::GeneratedManifestEncryption::builder();
        Ok::<_, BuildError>(builder.set_sses3(s3).set_ssekms(kms.transpose()?).build())
    });
    types::S3ManifestOutputLocation::builder()
        .set_expected_manifest_bucket_owner(text(json, "ExpectedManifestBucketOwner"))
        .set_bucket(text(json, "Bucket"))
        .set_manifest_prefix(text(json, "ManifestPrefix"))
        .set_manifest_encryption(encryption.transpose()?)
        .set_manifest_format(word::<types::GeneratedManifestFormat>(json, "ManifestFormat"))
        .build()
}

fn filter(json: &Value) -> types::JobManifestGeneratorFilter {
    let names = json.get("KeyNameConstraint").map(|names| {
        types::KeyNameConstraint::builder()
            .set_match_any_prefix(words::<String>(names, "MatchAnyPrefix"))
            .set_match_any_suffix(words::<String>(names, "MatchAnySuffix"))
            .set_match_any_substring(words::<String>(names, "MatchAnySubstring"))
            .build()
    });
    let encryptions = json
        .get("MatchAnyObjectEncryption")
        .map(|_| items(json, "MatchAnyObjectEncryption").filter_map(encryption).collect());
    let size = |name: &str| json.get(name).and_then(Value::as_i64);
    types::JobManifestGeneratorFilter::builder()
        .set_eligible_for_replication(flag(json, "EligibleForReplication"))
        .set_created_after(time(json, "CreatedAfter"))
        .set_created_before(time(json, "CreatedBefore"))
        .set_object_replication_statuses(words::<types::ReplicationStatus>(
            json,
            "ObjectReplicationStatuses",
        ))
        .set_key_name_constraint(names)
        .set_object_size_greater_than_bytes(size("ObjectSizeGreaterThanBytes"))
        .set_object_size_less_than_bytes(size("ObjectSizeLessThanBytes"))
        .set_match_any_storage_class(words::<types::S3StorageClass>(json, "MatchAnyStorageClass"))
        .set_match_any_object_encryption(encryptions)
        .build()
}

fn encryption(json: &Value) -> Option<types::ObjectEncryptionFilter> {
    use types::ObjectEncryptionFilter as Filter;
    let (name, members) = json.as_object()?.iter().next()?;
    let key = text(members, "KmsKeyArn");
    Some(match name.as_str() {
        "SSES3" => Filter::Sses3(types::Sses3Filter::builder().build()),
        "SSEC" => Filter::Ssec(types::SsecFilter::builder().build()),
        "NOTSSE" => Filter::Notsse(types::NotSseFilter::builder().build()),
        "SSEKMS" => {
            let builder = types::SsekmsFilter::builder().set_kms_key_arn(key);
            Filter::Ssekms(
                builder.set_bucket_key_enabled(flag(members, "BucketKeyEnabled")).build(),
            )
        }
        "DSSEKMS" => Filter::Dssekms(types::DssekmsFilter::builder().set_kms_key_arn(key).build()),
        _ => return None,
    })
}
