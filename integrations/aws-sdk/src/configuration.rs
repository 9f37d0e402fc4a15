//! Replication configurations: `aws_sdk_s3::types::ReplicationConfiguration`.

use aws_sdk_s3::types;
use aws_smithy_types::error::operation::BuildError;
use s3_replication::diagnostic::RefusedConfiguration;
use s3_replication::{Parsed, Parser, ReplicationConfiguration};
use serde_json::Value;

use crate::json::{Members, NotRepresentable, integer, items, list, missing, status, text};

/// Returns the configuration, as AWS reads it.
///
/// # Errors
///
/// Everything that S3 would refuse, its own answer first.
pub fn from_sdk(
    given: &types::ReplicationConfiguration,
) -> Result<ReplicationConfiguration, RefusedConfiguration> {
    parse(&Parser::new(), given).into_configuration()
}

/// Parses a configuration, for instance with advice, with facts about buckets, or as another store.
///
/// The places of the findings are those in the JSON of the AWS CLI, with one member a line.
#[must_use]
pub fn parse(parser: &Parser, given: &types::ReplicationConfiguration) -> Parsed {
    parser.parse_json(&format!("{:#}", to_json(given)))
}

/// Returns the value of the SDK, for `put_bucket_replication`.
///
/// # Errors
///
/// [`NotRepresentable`] names what the SDK cannot express, such as `Rules[0].Filter.Not`.
///
/// # Examples
///
/// ```
/// use s3_replication::ReplicationConfiguration;
/// use s3_replication_aws_sdk::configuration;
///
/// let ours = ReplicationConfiguration::from_json(
///     r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
///         {"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {},
///          "DeleteMarkerReplication": {"Status": "Disabled"},
///          "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
/// )?;
/// let sdk = configuration::to_sdk(&ours)?;
/// assert_eq!(sdk.rules()[0].destination().unwrap().bucket(), "arn:aws:s3:::backup");
/// assert_eq!(configuration::from_sdk(&sdk)?, ours);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn to_sdk(
    configuration: &ReplicationConfiguration,
) -> Result<types::ReplicationConfiguration, NotRepresentable> {
    let json: Value = serde_json::from_str(&configuration.to_json())
        .map_err(|_| NotRepresentable::new("Rules"))?;
    let made = made(&json).map_err(|error| NotRepresentable::new(error.to_string()))?;
    match missing(&json, &to_json(&made), "") {
        None => Ok(made),
        Some(path) => Err(NotRepresentable::new(path)),
    }
}

fn to_json(given: &types::ReplicationConfiguration) -> Value {
    Members::default()
        .with("Role", Some(given.role()))
        .with("Rules", Some(list(given.rules(), rule)))
        .into()
}

fn rule(given: &types::ReplicationRule) -> Value {
    let criteria = given.source_selection_criteria().map(|criteria| {
        let kms = criteria.sse_kms_encrypted_objects();
        let modifications = criteria.replica_modifications();
        Members::default()
            .with("SseKmsEncryptedObjects", kms.map(|kms| status(kms.status().as_str())))
            .with(
                "ReplicaModifications",
                modifications.map(|given| status(given.status().as_str())),
            )
    });
    // An element without `Status` must stay, so that its absence is found.
    let markers = given.delete_marker_replication().map(|given| {
        Members::default()
            .with("Status", given.status().map(types::DeleteMarkerReplicationStatus::as_str))
    });
    let existing = given.existing_object_replication();
    #[expect(deprecated, reason = "V1 configurations have it")]
    let prefix = given.prefix();
    Members::default()
        .with("ID", given.id())
        .with("Priority", given.priority())
        .with("Prefix", prefix)
        .with("Filter", given.filter().map(filter))
        .with("Status", Some(given.status().as_str()))
        .with("SourceSelectionCriteria", criteria)
        .with("ExistingObjectReplication", existing.map(|given| status(given.status().as_str())))
        .with("Destination", given.destination().map(destination))
        .with("DeleteMarkerReplication", markers)
        .into()
}

fn filter(given: &types::ReplicationRuleFilter) -> Value {
    let and = given.and().map(|and| {
        let tags = and.tags.as_ref().map(|tags| list(tags, tag));
        Members::default().with("Prefix", and.prefix()).with("Tags", tags)
    });
    Members::default()
        .with("Prefix", given.prefix())
        .with("Tag", given.tag().map(tag))
        .with("And", and)
        .into()
}

fn tag(given: &types::Tag) -> Value {
    Members::default().with("Key", Some(given.key())).with("Value", Some(given.value())).into()
}

fn destination(given: &types::Destination) -> Value {
    let minutes =
        |time: &types::ReplicationTimeValue| Members::default().with("Minutes", time.minutes());
    let translation = given
        .access_control_translation()
        .map(|translation| Members::default().with("Owner", Some(translation.owner().as_str())));
    let encryption = given.encryption_configuration().map(|encryption| {
        Members::default().with("ReplicaKmsKeyID", encryption.replica_kms_key_id())
    });
    let time = given.replication_time().map(|time| {
        Members::default()
            .with("Status", Some(time.status().as_str()))
            .with("Time", time.time().map(minutes))
    });
    let metrics = given.metrics().map(|metrics| {
        Members::default()
            .with("Status", Some(metrics.status().as_str()))
            .with("EventThreshold", metrics.event_threshold().map(minutes))
    });
    Members::default()
        .with("Bucket", Some(given.bucket()))
        .with("Account", given.account())
        .with("StorageClass", given.storage_class().map(types::StorageClass::as_str))
        .with("AccessControlTranslation", translation)
        .with("EncryptionConfiguration", encryption)
        .with("ReplicationTime", time)
        .with("Metrics", metrics)
        .into()
}

fn made(json: &Value) -> Result<types::ReplicationConfiguration, BuildError> {
    let rules = items(json, "Rules").map(made_rule).collect::<Result<_, _>>()?;
    // The SDK requires a role. One that is absent is found when what was made is read back.
    let role = text(json, "Role").unwrap_or_default();
    types::ReplicationConfiguration::builder().role(role).set_rules(Some(rules)).build()
}

fn made_rule(json: &Value) -> Result<types::ReplicationRule, BuildError> {
    let criteria = json.get("SourceSelectionCriteria").map(made_criteria).transpose()?;
    let existing = json.get("ExistingObjectReplication").map(|existing| {
        let status = word::<types::ExistingObjectReplicationStatus>(existing, "Status");
        types::ExistingObjectReplication::builder().set_status(status).build()
    });
    let markers = json.get("DeleteMarkerReplication").map(|markers| {
        let status = word::<types::DeleteMarkerReplicationStatus>(markers, "Status");
        types::DeleteMarkerReplication::builder().set_status(status).build()
    });
    #[expect(deprecated, reason = "V1 configurations have it")]
    let builder = types::ReplicationRule::builder().set_prefix(text(json, "Prefix"));
    builder
        .set_id(text(json, "ID"))
        .set_priority(integer(json, "Priority"))
        .set_filter(json.get("Filter").map(made_filter).transpose()?)
        .set_status(word::<types::ReplicationRuleStatus>(json, "Status"))
        .set_source_selection_criteria(criteria)
        .set_existing_object_replication(existing.transpose()?)
        .set_destination(json.get("Destination").map(made_destination).transpose()?)
        .set_delete_marker_replication(markers)
        .build()
}

/// Returns a word of the SDK.
fn word<W: for<'w> From<&'w str>>(json: &Value, name: &str) -> Option<W> {
    json.get(name)?.as_str().map(W::from)
}

fn made_criteria(json: &Value) -> Result<types::SourceSelectionCriteria, BuildError> {
    let kms = json.get("SseKmsEncryptedObjects").map(|kms| {
        let status = word::<types::SseKmsEncryptedObjectsStatus>(kms, "Status");
        types::SseKmsEncryptedObjects::builder().set_status(status).build()
    });
    let modifications = json.get("ReplicaModifications").map(|given| {
        let status = word::<types::ReplicaModificationsStatus>(given, "Status");
        types::ReplicaModifications::builder().set_status(status).build()
    });
    Ok(types::SourceSelectionCriteria::builder()
        .set_sse_kms_encrypted_objects(kms.transpose()?)
        .set_replica_modifications(modifications.transpose()?)
        .build())
}

fn made_filter(json: &Value) -> Result<types::ReplicationRuleFilter, BuildError> {
    let and = json.get("And").map(|and| {
        let tags = items(and, "Tags").map(made_tag).collect::<Result<Vec<_>, _>>()?;
        let tags = and.get("Tags").map(|_| tags);
        let builder = types::ReplicationRuleAndOperator::builder();
        Ok::<_, BuildError>(builder.set_prefix(text(and, "Prefix")).set_tags(tags).build())
    });
    Ok(types::ReplicationRuleFilter::builder()
        .set_prefix(text(json, "Prefix"))
        .set_tag(json.get("Tag").map(made_tag).transpose()?)
        .set_and(and.transpose()?)
        .build())
}

fn made_tag(json: &Value) -> Result<types::Tag, BuildError> {
    types::Tag::builder().set_key(text(json, "Key")).set_value(text(json, "Value")).build()
}

fn made_destination(json: &Value) -> Result<types::Destination, BuildError> {
    let minutes = |json: &Value, name| {
        let minutes = integer(json.get(name)?, "Minutes");
        Some(types::ReplicationTimeValue::builder().set_minutes(minutes).build())
    };
    let translation = json.get("AccessControlTranslation").map(|translation| {
        let owner = word::<types::OwnerOverride>(translation, "Owner");
        types::AccessControlTranslation::builder().set_owner(owner).build()
    });
    let encryption = json.get("EncryptionConfiguration").map(|encryption| {
        let key = text(encryption, "ReplicaKmsKeyID");
        types::EncryptionConfiguration::builder().set_replica_kms_key_id(key).build()
    });
    let time = json.get("ReplicationTime").map(|time| {
        let status = word::<types::ReplicationTimeStatus>(time, "Status");
        let builder = types::ReplicationTime::builder();
        builder.set_status(status).set_time(minutes(time, "Time")).build()
    });
    let metrics = json.get("Metrics").map(|metrics| {
        let status = word::<types::MetricsStatus>(metrics, "Status");
        let threshold = minutes(metrics, "EventThreshold");
        types::Metrics::builder().set_status(status).set_event_threshold(threshold).build()
    });
    types::Destination::builder()
        .set_bucket(text(json, "Bucket"))
        .set_account(text(json, "Account"))
        .set_storage_class(word::<types::StorageClass>(json, "StorageClass"))
        .set_access_control_translation(translation.transpose()?)
        .set_encryption_configuration(encryption)
        .set_replication_time(time.transpose()?)
        .set_metrics(metrics.transpose()?)
        .build()
}
