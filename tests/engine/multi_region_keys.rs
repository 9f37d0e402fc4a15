//! Replicas under the multi-Region key that is related to the key of their source.

use s3_replication::engine::ReplicaEncryption;
use s3_replication::model::{EncryptionStatus, Event, KmsKeyArn};
use s3_replication::{Engine, ObjectVersion, Parser, ReplicationConfiguration};

use crate::support::{configuration, rule_v2, with_role};

const SELECTED: &str = "<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status>\
                        </SseKmsEncryptedObjects></SourceSelectionCriteria>";
const GIVEN: &str =
    "<ReplicaKmsKeyID>arn:aws:kms:eu-west-1:210987654321:key/1234abcd</ReplicaKmsKeyID>";

fn related(status: &str) -> String {
    format!("<UseSourceMultiRegionKey><Status>{status}</Status></UseSourceMultiRegionKey>")
}

/// A rule that selects versions under KMS, with these elements for the encryption.
fn rule(encryption: &str) -> String {
    let end =
        format!("<EncryptionConfiguration>{encryption}</EncryptionConfiguration></Destination>");
    rule_v2("r", 1, "", "backup", SELECTED).replace("</Destination>", &end)
}

fn key(text: &str) -> KmsKeyArn {
    text.parse().unwrap()
}

fn encryption_of(encryption: &str, status: EncryptionStatus) -> String {
    let engine = Engine::new(&configuration(&rule(encryption)));
    let source = key("arn:aws:kms:eu-central-1:123456789012:key/mrk-1");
    let mut version = ObjectVersion::new("a").with_encryption(status);
    version.kms_key = Some(&source);
    let decision = engine.decide(&version, Event::ObjectCreatedPut);
    match decision.replications().next().unwrap().replica().encryption {
        ReplicaEncryption::SseKms(key) => format!("SSE-KMS {key}"),
        ReplicaEncryption::DsseKms(key) => format!("DSSE-KMS {key}"),
        ReplicaEncryption::SseKmsRelated { source } => {
            format!("SSE-KMS related to {}", source.unwrap())
        }
        ReplicaEncryption::DsseKmsRelated { source } => {
            format!("DSSE-KMS related to {}", source.unwrap())
        }
        other => other.status().unwrap().to_string(),
    }
}

/// REP-627, REP-628: the key of the replica.
#[test]
fn an_enabled_switch_decides_about_the_key() {
    use EncryptionStatus::{DsseKms, SseKms, SseS3};
    let of_source = "arn:aws:kms:eu-central-1:123456789012:key/mrk-1";
    let given = "arn:aws:kms:eu-west-1:210987654321:key/1234abcd";
    let both = format!("{GIVEN}{}", related("Enabled"));
    for (encryption, status, expected) in [
        (related("Enabled"), SseKms, format!("SSE-KMS related to {of_source}")),
        (related("Enabled"), DsseKms, format!("DSSE-KMS related to {of_source}")),
        (related("Enabled"), SseS3, "SSE-S3".to_owned()),
        (both, SseKms, format!("SSE-KMS related to {of_source}")),
        (format!("{GIVEN}{}", related("Disabled")), SseKms, format!("SSE-KMS {given}")),
        (GIVEN.to_owned(), DsseKms, format!("DSSE-KMS {given}")),
    ] {
        assert_eq!(encryption_of(&encryption, status), expected, "{encryption}");
    }
}

/// REP-627: only keys whose ID begins with `mrk-` have relations, in the same account.
#[test]
fn multi_region_keys_are_related() {
    let there = "us-east-2".parse().unwrap();
    let of = |text: &str| key(text).related_in(&there).map(|key| key.to_string());
    let related = of("arn:aws:kms:eu-west-1:123456789012:key/mrk-1");
    assert_eq!(related.as_deref(), Some("arn:aws:kms:us-east-2:123456789012:key/mrk-1"));
    assert_eq!(of("arn:aws:kms:eu-west-1:123456789012:key/1"), None);
    assert_eq!(of("arn:aws:kms:eu-west-1:123456789012:alias/mrk-1"), None);
}

/// REP-258: the switch takes the place of the replica key only where it is enabled.
#[test]
fn a_disabled_switch_is_no_key() {
    let codes = |encryption: &str| -> Vec<_> {
        let parsed = Parser::new().parse_xml(&with_role(&rule(encryption)));
        parsed.report().iter().map(|found| found.code).collect()
    };
    assert_eq!(codes(&related("Enabled")), [""; 0]);
    assert_eq!(codes(&related("Disabled")), ["replica-kms-key-missing"]);
    assert_eq!(codes(""), ["replica-kms-key-missing"]);
    assert_eq!(codes(&related("On"))[0], "invalid-value");
    let without_opt_in = rule(&related("Enabled")).replace(SELECTED, "");
    let parsed = Parser::new().parse_xml(&with_role(&without_opt_in));
    assert_eq!(parsed.report().first_refusal().unwrap().code.as_str(), "InvalidRequest");
}

/// REP-628: both forms write the switch, and read it back.
#[test]
fn the_switch_is_written_in_both_forms() {
    for encryption in [related("Enabled"), format!("{GIVEN}{}", related("Disabled"))] {
        let configuration = configuration(&rule(&encryption));
        let xml = configuration.to_xml();
        let joined: String = xml.lines().map(str::trim).collect();
        assert!(joined.contains(&encryption), "{xml}");
        let json = configuration.to_json();
        let back = ReplicationConfiguration::from_json(&json).unwrap();
        assert_eq!(back, configuration);
        assert_eq!(back.to_xml(), xml);
    }
}
