//! The JSON Schemas of documents: what is read validates, and what is misspelt does not.

use jsonschema::Validator;
use proptest::prelude::*;
use s3_replication::batch::request::JobSpecification;
use s3_replication::model::KnownBuckets;
use s3_replication::policy::Policy;
use s3_replication::simulation::Scenario;
use s3_replication::strategies::configuration;
use s3_replication::{ReplicationConfiguration, ReplicationRule};
use serde_json::{Value, json};

fn validator(schema: &str) -> Validator {
    jsonschema::draft202012::new(&serde_json::from_str(schema).unwrap()).unwrap()
}

/// Every document is valid in itself and, with a member that no table has, invalid.
#[track_caller]
fn assert_valid(validator: &Validator, document: &Value) {
    let errors: Vec<String> = validator.iter_errors(document).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?} in {document:#}");
    let mut misspelt = document.clone();
    misspelt.as_object_mut().unwrap().insert("Misspelt".to_owned(), json!(1));
    assert!(!validator.is_valid(&misspelt), "{misspelt:#}");
}

proptest! {
    #[test]
    fn written_configurations_are_valid(configuration in configuration()) {
        let validator = validator(&ReplicationConfiguration::json_schema());
        let document: Value = serde_json::from_str(&configuration.to_json()).unwrap();
        assert_valid(&validator, &document);
        assert_valid(&validator, &json!({ "ReplicationConfiguration": document }));
    }
}

#[test]
fn a_rule_is_valid_alone() {
    let validator = validator(&ReplicationRule::json_schema());
    let rule = json!({"ID": "tax", "Status": "Enabled", "Filter": {"Prefix": "tax/"},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": "arn:aws:s3:::backup"}});
    assert_valid(&validator, &rule);
    for wrong in [json!({"Status": "on"}), json!({"Rules": [rule]})] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
}

#[test]
fn wrong_words_kinds_and_ranges_are_invalid() {
    let validator = validator(&ReplicationConfiguration::json_schema());
    for (rule, is_valid) in [
        (json!({"Status": "Enabled", "Priority": 0}), true),
        (json!({"Status": "enabled"}), false),
        (json!({"Status": true}), false),
        (json!({"Priority": -1}), false),
        (json!({"Priority": 2_147_483_648_u32}), false),
        (json!({"Priority": "1"}), false),
        (json!({"Destination": {"AccessControlTranslation": {"Owner": "Source"}}}), false),
        (json!({"Destination": {"StorageClass": "A_CLASS_OF_NEXT_YEAR"}}), true),
        (json!({"Filter": {"And": {"Tags": {"Key": "a", "Value": "b"}}}}), false),
    ] {
        let document = json!({ "Role": "r", "Rules": [rule] });
        assert_eq!(validator.is_valid(&document), is_valid, "{document}");
    }
}

#[test]
fn a_context_is_valid_alone_and_in_its_member() {
    let validator = validator(&KnownBuckets::json_schema());
    let buckets = json!({
        "photos": {"Versioning": "Enabled", "Lifecycle": {"ExpirationDays": 3}, "Region": null},
        "logs": {"Lifecycle": true},
        "gone": null,
    });
    for document in [buckets.clone(), json!({ "Buckets": buckets })] {
        assert!(validator.is_valid(&document), "{document}");
        assert!(KnownBuckets::from_json(&document.to_string()).is_ok(), "{document}");
    }
    for wrong in [
        json!({"photos": {"Versioning": "On"}}),
        json!({"photos": {"Lifecycle": {"ExpirationDays": 0}}}),
        json!({"photos": []}),
    ] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
        assert!(KnownBuckets::from_json(&wrong.to_string()).is_err(), "{wrong}");
    }
}

#[test]
fn a_policy_of_the_examples_is_valid() {
    let text = include_str!("../../examples/files/policy.json");
    assert!(Policy::from_json(text).is_ok());
    assert_valid(&validator(&Policy::json_schema()), &serde_json::from_str(text).unwrap());
    let empty = json!({"Assertions": []});
    assert!(!validator(&Policy::json_schema()).is_valid(&empty));
    assert!(Policy::from_json(&empty.to_string()).is_err());
}

#[test]
fn a_scenario_is_valid() {
    let validator = validator(&Scenario::json_schema());
    assert_valid(
        &validator,
        &json!({
            "Buckets": {"photos": {"Versioning": "Enabled", "ObjectLock": null}},
            "Events": [
                {"At": "2026-11-22T09:00:00Z", "Bucket": "photos", "Key": "a", "Size": 3},
                {"Bucket": "photos", "Fault": "Outage"},
                {"Bucket": "photos", "Fault": {"SlowSeconds": 3}},
            ],
        }),
    );
    assert!(!validator.is_valid(&json!({"Events": []})), "`Buckets` is missing");
}

#[test]
fn a_job_is_valid() {
    let validator = validator(&JobSpecification::json_schema());
    assert_valid(
        &validator,
        &json!({
            "AccountId": "111122223333",
            "Operation": {"S3ReplicateObject": {}},
            "Report": {"Enabled": true, "ReportScope": "AllTasks", "Format": "Report_CSV_20180820"},
            "Priority": 10,
            "ManifestGenerator": {"S3JobManifestGenerator": {
                "SourceBucket": "arn:aws:s3:::photos",
                "EnableManifestOutput": false,
                "Filter": {"ObjectReplicationStatuses": ["NONE", "FAILED"]},
            }},
        }),
    );
    let pending = json!({"ManifestGenerator": {"S3JobManifestGenerator": {"Filter":
        {"ObjectReplicationStatuses": ["PENDING"]}}}});
    assert!(!validator.is_valid(&pending));
}
