//! The matrix: which version, in which event, under which rule, is replicated; one row for each
//! statement of `SEMANTICS.md` about it.

use s3_replication::dialect::{DeleteMarkerPrecedence, SourceSelection};
use s3_replication::engine::Verdict;
use s3_replication::model::{
    AccessTier, DeleteMarkerOrigin, EncryptionStatus, Event, KnownBuckets, Owner, OwnerAccess,
    ReplicationStatus, Tag,
};
use s3_replication::{Dialect, Engine, ObjectVersion, ReplicationConfiguration, StorageClass};

use crate::support::{configuration, rule_v2};

const KEY: &str = "<EncryptionConfiguration><ReplicaKmsKeyID>arn:aws:kms:eu-west-1:123456789012:key/1\
    </ReplicaKmsKeyID></EncryptionConfiguration>";

/// A rule that takes everything S3 can replicate.
fn taking_all() -> ReplicationConfiguration {
    let criteria = "<SourceSelectionCriteria>\
        <SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects>\
        <ReplicaModifications><Status>Enabled</Status></ReplicaModifications>\
        </SourceSelectionCriteria>";
    let rule =
        rule_v2("r", 1, "", "backup", criteria).replace("</Bucket>", &format!("</Bucket>{KEY}"));
    configuration(&rule.replace("<Status>Disabled</Status></D", "<Status>Enabled</Status></D"))
}

/// A rule that opts in to nothing.
fn plain() -> ReplicationConfiguration {
    configuration(&rule_v2("r", 1, "", "backup", ""))
}

fn tagged() -> ReplicationConfiguration {
    configuration(&rule_v2("r", 1, "<Tag><Key>env</Key><Value>prod</Value></Tag>", "backup", ""))
}

fn v1() -> ReplicationConfiguration {
    configuration(
        "<Rule><Status>Enabled</Status><Prefix>Tax</Prefix>\
         <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>",
    )
}

/// Returns the outcome of the only rule: its action, or the reason against it.
fn outcome(
    configuration: &ReplicationConfiguration,
    version: &ObjectVersion<'_>,
    event: Event,
) -> String {
    outcome_in(&Dialect::AWS, configuration, version, event).join(" | ")
}

/// Returns the outcome of each rule.
fn outcome_in(
    dialect: &Dialect,
    configuration: &ReplicationConfiguration,
    version: &ObjectVersion<'_>,
    event: Event,
) -> Vec<String> {
    let engine = Engine::with_dialect(configuration, dialect);
    let explanation = engine.explain(version, event);
    let outcome = explanation.verdicts().map(|(rule, verdict)| match verdict {
        Verdict::Selected => {
            let made = explanation.decision().to(&rule.destination.bucket).unwrap();
            made.action().to_string()
        }
        Verdict::Outranked { by } => format!("outranked by {}", by.name()),
        Verdict::Rejected(reason) => reason.to_string(),
        _ => unreachable!(),
    });
    outcome.collect()
}

fn object() -> ObjectVersion<'static> {
    ObjectVersion::new("Tax/doc1.pdf")
}

fn encrypted(status: &str) -> ObjectVersion<'static> {
    object().with_encryption(status.parse().unwrap())
}

/// REP-501.
#[test]
fn every_creation_event_replicates() {
    use Event::*;
    for event in [
        ObjectCreatedPut,
        ObjectCreatedPost,
        ObjectCreatedCopy,
        ObjectCreatedCompleteMultipartUpload,
    ] {
        assert_eq!(outcome(&plain(), &object(), event), "replicate-object");
    }
}

/// REP-301, REP-302: text, byte for byte.
#[test]
fn prefixes_are_text() {
    let create = |prefix: &str, key: &[u8]| {
        let configuration =
            configuration(&rule_v2("r", 1, &format!("<Prefix>{prefix}</Prefix>"), "backup", ""));
        outcome(&configuration, &ObjectVersion::new(key), Event::ObjectCreatedPut)
    };
    assert_eq!(create("Tax", b"Tax/doc1.pdf"), "replicate-object");
    assert_eq!(create("Tax", b"Taxi"), "replicate-object");
    assert_eq!(create("Tax", b"Tax"), "replicate-object");
    assert_eq!(create("Tax", b"Ta"), "prefix-differs");
    assert_eq!(create("Tax", b"tax/doc1.pdf"), "prefix-differs");
    assert_eq!(create("/Tax", b"Tax/doc1.pdf"), "prefix-differs");
    assert_eq!(create("logs/*", b"logs/a"), "prefix-differs");
    assert_eq!(create("logs/*", b"logs/*a"), "replicate-object");
    assert_eq!(create("R&amp;D", b"R&D/a"), "replicate-object");
    assert_eq!(create("e\u{301}", "é".as_bytes()), "prefix-differs");
    assert_eq!(create("a&#13;&#10;", b"a\r\nb"), "replicate-object");
    assert_eq!(create("a", b"a\xFF\xFE"), "replicate-object");
}

/// REP-302, REP-303: all tags, exactly, and others do not matter.
#[test]
fn every_tag_of_the_filter_is_required() {
    let both =
        "<And><Tag><Key>env</Key><Value>prod</Value></Tag><Tag><Key>team</Key><Value/></Tag></And>";
    let configuration = configuration(&rule_v2("r", 1, both, "backup", ""));
    let create = |tags: &[(&str, &str)]| {
        let tags: Vec<Tag> = tags.iter().map(|(k, v)| Tag::new(*k, *v).unwrap()).collect();
        outcome(&configuration, &object().with_tags(&tags), Event::ObjectCreatedPut)
    };
    assert_eq!(create(&[("env", "prod"), ("team", "")]), "replicate-object");
    assert_eq!(create(&[("x", "y"), ("team", ""), ("env", "prod")]), "replicate-object");
    assert_eq!(create(&[("env", "prod")]), "tags-differ");
    assert_eq!(create(&[("env", "Prod"), ("team", "")]), "tags-differ");
    assert_eq!(create(&[("ENV", "prod"), ("team", "")]), "tags-differ");
    assert_eq!(create(&[]), "tags-differ");
}

/// REP-304, REP-502: a tag that comes later starts nothing.
#[test]
fn later_tags_do_not_start_replication() {
    let tags = [Tag::new("env", "prod").unwrap()];
    let version = object().with_tags(&tags);
    assert_eq!(outcome(&tagged(), &version, Event::ObjectTaggingPut), "existing-object");
    assert_eq!(outcome(&tagged(), &version, Event::BatchReplication), "replicate-object");
}

/// REP-503, REP-518: replicas chain by Batch Replication only.
#[test]
fn replicas_are_not_replicated_again() {
    let replica = object().with_replication_status(ReplicationStatus::Replica);
    assert_eq!(outcome(&taking_all(), &replica, Event::ObjectCreatedPut), "replica");
    assert_eq!(outcome(&taking_all(), &replica, Event::BatchReplication), "replicate-object");
    let marker =
        ObjectVersion::delete_marker("a").with_replication_status(ReplicationStatus::Replica);
    let event = Event::ObjectRemovedDeleteMarkerCreated;
    assert_eq!(outcome(&taking_all(), &marker, event), "replica");
}

/// REP-504, REP-505, REP-508.
#[test]
fn kms_needs_an_opt_in_and_nothing_else_does() {
    let create = |rule: &ReplicationConfiguration, status: &str| {
        outcome(rule, &encrypted(status), Event::ObjectCreatedPut)
    };
    for status in ["NOT-SSE", "SSE-S3", "SSE-C"] {
        assert_eq!(create(&plain(), status), "replicate-object", "{status}");
        assert_eq!(create(&taking_all(), status), "replicate-object", "{status}");
    }
    for status in ["SSE-KMS", "DSSE-KMS"] {
        assert_eq!(create(&plain(), status), "kms-not-selected", "{status}");
        assert_eq!(create(&taking_all(), status), "replicate-object", "{status}");
    }
}

/// REP-504: a switch that is off is not an opt-in.
#[test]
fn a_disabled_kms_setting_selects_nothing() {
    let criteria = "<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Disabled</Status>\
        </SseKmsEncryptedObjects></SourceSelectionCriteria>";
    let rule =
        rule_v2("r", 1, "", "backup", criteria).replace("</Bucket>", &format!("</Bucket>{KEY}"));
    let version = encrypted("SSE-KMS");
    assert_eq!(
        outcome(&configuration(&rule), &version, Event::ObjectCreatedPut),
        "kms-not-selected"
    );
}

/// REP-506.
#[test]
fn archived_classes_are_not_replicated() {
    for class in StorageClass::KNOWN {
        let version = object().with_storage_class(class.clone());
        let archived = ["GLACIER", "DEEP_ARCHIVE"].contains(&class.as_str());
        let expected = match class {
            _ if archived => "archived",
            class if class.is_of_other_service() => "other-service",
            _ => "replicate-object",
        };
        assert_eq!(outcome(&taking_all(), &version, Event::ObjectCreatedPut), expected, "{class}");
        assert_eq!(outcome(&taking_all(), &version, Event::BatchReplication), expected, "{class}");
    }
}

/// REP-507.
#[test]
fn archived_tiers_are_not_replicated() {
    for tier in AccessTier::ALL {
        let mut version = object().with_storage_class(StorageClass::INTELLIGENT_TIERING);
        version.access_tier = Some(*tier);
        let archived = [AccessTier::Archive, AccessTier::DeepArchive].contains(tier);
        let expected = if archived { "archived" } else { "replicate-object" };
        assert_eq!(outcome(&taking_all(), &version, Event::ObjectCreatedPut), expected, "{tier}");
    }
}

/// REP-509.
#[test]
fn unreadable_versions_are_not_replicated() {
    let mut version = object();
    version.owner_access = OwnerAccess::Unreadable;
    assert_eq!(outcome(&taking_all(), &version, Event::ObjectCreatedPut), "owner-cannot-read");
    assert_eq!(outcome(&taking_all(), &version, Event::BatchReplication), "owner-cannot-read");
}

/// REP-510, REP-511, REP-512.
#[test]
fn delete_markers_depend_on_version_and_setting() {
    let event = Event::ObjectRemovedDeleteMarkerCreated;
    let marker = ObjectVersion::delete_marker("Tax/doc1.pdf");
    assert_eq!(outcome(&v1(), &marker, event), "replicate-delete-marker");
    assert_eq!(outcome(&taking_all(), &marker, event), "replicate-delete-marker");
    assert_eq!(outcome(&plain(), &marker, event), "delete-markers-disabled");
    assert_eq!(outcome(&tagged(), &marker, event), "delete-marker-has-no-tags");
    // The event creates the marker, even if the version is not marked as one.
    assert_eq!(outcome(&v1(), &object(), event), "replicate-delete-marker");
    // Class and encryption are those of objects.
    let odd =
        marker.with_storage_class(StorageClass::GLACIER).with_encryption(EncryptionStatus::SseKms);
    assert_eq!(outcome(&v1(), &odd, event), "replicate-delete-marker");
}

/// REP-513.
#[test]
fn lifecycle_and_restores_are_not_replicated() {
    use Event::*;
    for event in [
        LifecycleExpirationDeleteMarkerCreated,
        LifecycleExpirationDelete,
        LifecycleTransition,
        IntelligentTiering,
        ObjectRestoreCompleted,
    ] {
        for rule in [v1(), taking_all(), plain()] {
            assert_eq!(outcome(&rule, &object(), event), "lifecycle-action", "{event}");
        }
    }
    let mut marker = ObjectVersion::delete_marker("Tax/a");
    marker.delete_marker = Some(DeleteMarkerOrigin::Lifecycle);
    assert_eq!(outcome(&taking_all(), &marker, BatchReplication), "lifecycle-action");
}

/// REP-514.
#[test]
fn deletes_by_version_id_are_never_replicated() {
    for rule in [v1(), taking_all()] {
        assert_eq!(outcome(&rule, &object(), Event::ObjectRemovedDelete), "version-delete");
        let marker = ObjectVersion::delete_marker("Tax/a");
        assert_eq!(outcome(&rule, &marker, Event::ObjectRemovedDelete), "version-delete");
    }
}

const METADATA: [Event; 5] = [
    Event::ObjectTaggingPut,
    Event::ObjectTaggingDelete,
    Event::ObjectAclPut,
    Event::ObjectRetentionPut,
    Event::ObjectLegalHoldPut,
];

/// REP-502, REP-515.
#[test]
fn metadata_of_attempted_versions_is_replicated() {
    use ReplicationStatus::{Completed, Failed, Pending};
    for event in METADATA {
        for status in [Pending, Completed, Failed] {
            let version = object().with_replication_status(status);
            assert_eq!(
                outcome(&plain(), &version, event),
                "replicate-metadata",
                "{event} {status}"
            );
        }
        assert_eq!(outcome(&plain(), &object(), event), "existing-object", "{event}");
    }
}

/// REP-516.
#[test]
fn acl_changes_are_not_replicated_with_owner_override() {
    let rule = rule_v2("r", 1, "", "backup", "").replace(
        "</Bucket>",
        "</Bucket><Account>210987654321</Account><AccessControlTranslation><Owner>Destination</Owner>\
         </AccessControlTranslation>",
    );
    let configuration = configuration(&rule);
    let version = object().with_replication_status(ReplicationStatus::Completed);
    assert_eq!(outcome(&configuration, &version, Event::ObjectAclPut), "owner-override");
    assert_eq!(outcome(&configuration, &version, Event::ObjectTaggingPut), "replicate-metadata");
    assert_eq!(outcome(&configuration, &object(), Event::ObjectCreatedPut), "replicate-object");
}

/// REP-517.
#[test]
fn metadata_of_replicas_needs_replica_modification_sync() {
    let replica = object().with_replication_status(ReplicationStatus::Replica);
    for event in METADATA {
        assert_eq!(outcome(&taking_all(), &replica, event), "replicate-metadata");
        assert_eq!(outcome(&plain(), &replica, event), "replica-modifications-disabled");
        assert_eq!(outcome(&v1(), &replica, event), "replica-modifications-disabled");
    }
}

/// REP-518: versions of every status.
#[test]
fn batch_takes_versions_whatever_their_status() {
    use ReplicationStatus::{Completed, Failed, Pending, Replica};
    for status in [None, Some(Pending), Some(Completed), Some(Failed), Some(Replica)] {
        let mut version = object();
        version.replication_status = status;
        assert_eq!(outcome(&plain(), &version, Event::BatchReplication), "replicate-object");
    }
    let kms = outcome(&plain(), &encrypted("SSE-KMS"), Event::BatchReplication);
    assert_eq!(kms, "kms-not-selected");
}

/// REP-519.
#[test]
fn batch_takes_delete_markers_if_the_rule_does() {
    let marker = ObjectVersion::delete_marker("Tax/a");
    let batch = |rule: ReplicationConfiguration| outcome(&rule, &marker, Event::BatchReplication);
    assert_eq!(batch(taking_all()), "replicate-delete-marker");
    assert_eq!(batch(v1()), "replicate-delete-marker");
    assert_eq!(batch(plain()), "delete-markers-disabled");
    assert_eq!(batch(tagged()), "delete-marker-has-no-tags");
}

/// REP-520.
#[test]
fn delete_markers_have_no_metadata() {
    let marker =
        ObjectVersion::delete_marker("Tax/a").with_replication_status(ReplicationStatus::Completed);
    for event in METADATA {
        assert_eq!(outcome(&taking_all(), &marker, event), "delete-marker-has-no-metadata");
    }
}

/// REP-405: a rule that does not opt in does not compete, or blocks, depending on the dialect.
#[test]
fn source_selection_filters_or_blocks() {
    let criteria = "<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status>\
        </SseKmsEncryptedObjects></SourceSelectionCriteria>";
    let low =
        rule_v2("low", 1, "", "backup", criteria).replace("</Bucket>", &format!("</Bucket>{KEY}"));
    let configuration = configuration(&(low + &rule_v2("high", 2, "", "backup", "")));
    let version = encrypted("SSE-KMS");
    let event = Event::ObjectCreatedPut;
    let aws = outcome_in(&Dialect::AWS, &configuration, &version, event);
    assert_eq!(aws, ["replicate-object", "kms-not-selected"]);
    let other = Dialect::AWS.with_source_selection(SourceSelection::AfterSelection);
    let blocked = outcome_in(&other, &configuration, &version, event);
    assert_eq!(blocked, ["outranked by high", "kms-not-selected"]);
}

/// REP-406: the winner's switch decides about delete markers, or it does not compete at all.
#[test]
fn the_winner_decides_about_delete_markers() {
    let low = rule_v2("low", 1, "", "backup", "")
        .replace("<Status>Disabled</Status></D", "<Status>Enabled</Status></D");
    let configuration = configuration(&(low + &rule_v2("high", 2, "", "backup", "")));
    let marker = ObjectVersion::delete_marker("a");
    let event = Event::ObjectRemovedDeleteMarkerCreated;
    let aws = outcome_in(&Dialect::AWS, &configuration, &marker, event);
    assert_eq!(aws, ["outranked by high", "delete-markers-disabled"]);
    let rivals = DeleteMarkerPrecedence::ReplicatingRulesCompete;
    let other = Dialect::AWS.with_delete_marker_precedence(rivals);
    let other = outcome_in(&other, &configuration, &marker, event);
    assert_eq!(other, ["replicate-delete-marker", "delete-markers-disabled"]);
}

/// REP-512: a tagged rule does not shadow another for delete markers.
#[test]
fn tagged_rules_do_not_outrank_for_delete_markers() {
    let low = rule_v2("low", 1, "", "backup", "")
        .replace("<Status>Disabled</Status></D", "<Status>Enabled</Status></D");
    let high = rule_v2("high", 2, "<Tag><Key>a</Key><Value>b</Value></Tag>", "backup", "");
    let configuration = configuration(&(low + &high));
    let marker = ObjectVersion::delete_marker("a");
    let event = Event::ObjectRemovedDeleteMarkerCreated;
    let outcome = outcome_in(&Dialect::AWS, &configuration, &marker, event);
    assert_eq!(outcome, ["replicate-delete-marker", "delete-marker-has-no-tags"]);
}

/// REP-407: a disabled rule selects nothing and outranks nothing.
#[test]
fn disabled_rules_do_nothing() {
    let off =
        rule_v2("off", 9, "", "backup", "").replacen("<Status>Enabled", "<Status>Disabled", 1);
    let configuration = configuration(&(off + &rule_v2("on", 1, "", "backup", "")));
    let outcome = outcome_in(&Dialect::AWS, &configuration, &object(), Event::ObjectCreatedPut);
    assert_eq!(outcome, ["rule-disabled", "replicate-object"]);
}

/// REP-522: what is listed as data of another service.
#[test]
fn data_of_other_services_is_not_replicated() {
    let configuration = configuration(&rule_v2("r", 1, "", "backup", ""));
    let engine = Engine::new(&configuration);
    let verdict = |version: &ObjectVersion<'_>| {
        let explanation = engine.explain(version, Event::ObjectCreatedPut);
        match explanation.verdict(&engine.rules()[0]).unwrap() {
            Verdict::Rejected(reason) => reason.as_str(),
            verdict => {
                if verdict == Verdict::Selected {
                    "selected"
                } else {
                    "outranked"
                }
            }
        }
    };
    for class in ["AWS_BACKUP_WARM", "AWS_BACKUP_LOW_COST_WARM", "FSX_ONTAP", "FSX_OPENZFS"] {
        let version = ObjectVersion::new("a").with_storage_class(class.into());
        assert_eq!(verdict(&version), "other-service", "{class}");
        assert!(!StorageClass::from(class).is_replica_class());
    }
    for encryption in ["aws:backup", "aws:fsx"] {
        let version = ObjectVersion::new("a").with_encryption(encryption.parse().unwrap());
        assert_eq!(verdict(&version), "other-service");
    }
    let version = ObjectVersion::new("a").with_storage_class(StorageClass::GLACIER_IR);
    assert_eq!(verdict(&version), "selected");
}

/// REP-525: where ACLs are disabled, no request changes one, and the owner reads everything.
#[test]
fn without_acls_there_is_no_change_of_one() {
    let attempted = object().with_replication_status(ReplicationStatus::Completed);
    let mut disabled = attempted.clone();
    disabled.acls_disabled = true;
    assert_eq!(outcome(&plain(), &attempted, Event::ObjectAclPut), "replicate-metadata");
    assert_eq!(outcome(&plain(), &disabled, Event::ObjectAclPut), "acls-disabled");
    assert_eq!(outcome(&plain(), &disabled, Event::ObjectTaggingPut), "replicate-metadata");

    let mut foreign = object();
    foreign.owner_access = OwnerAccess::Unreadable;
    assert_eq!(outcome(&plain(), &foreign, Event::ObjectCreatedPut), "owner-cannot-read");
    foreign.acls_disabled = true;
    assert_eq!(outcome(&plain(), &foreign, Event::ObjectCreatedPut), "replicate-object");
}

/// REP-516, REP-621: a bucket that enforces ownership owns its replicas, as with owner override.
#[test]
fn a_bucket_that_enforces_ownership_owns_its_replicas() {
    let known = r#"{"backup": {"ObjectOwnership": "BucketOwnerEnforced"},
                    "archive": {"ObjectOwnership": "BucketOwnerPreferred"}}"#;
    let known = KnownBuckets::from_json(known).unwrap();
    let written =
        configuration(&(rule_v2("a", 1, "", "backup", "") + &rule_v2("b", 2, "", "archive", "")));
    let there = written.in_buckets(&known);
    assert_eq!(there.to_draft(), written.to_draft());
    let engine = Engine::new(&there);
    let version = object();
    let decision = engine.decide(&version, Event::ObjectCreatedPut);
    let owners: Vec<_> = decision.replications().map(|one| one.replica().owner).collect();
    // Sorted by bucket: `archive` prefers its owner, which takes an ACL that replication does not send.
    assert_eq!(owners, [Owner::Source, Owner::Destination]);

    let attempted = object().with_replication_status(ReplicationStatus::Completed);
    let outcomes = outcome_in(&Dialect::AWS, &there, &attempted, Event::ObjectAclPut);
    assert_eq!(outcomes, ["owner-override", "replicate-metadata"]);
    let outcomes = outcome_in(&Dialect::AWS, &there, &attempted, Event::ObjectTaggingPut);
    assert_eq!(outcomes, ["replicate-metadata", "replicate-metadata"]);
    assert_eq!(written.in_buckets(&KnownBuckets::new()), written);
}

/// REP-523, REP-524: annotations are written to replicas one by one, and never deleted there.
#[test]
fn annotations_are_replicated_and_their_deletes_are_not() {
    let attempted = object().with_replication_status(ReplicationStatus::Completed);
    for (version, event, expected) in [
        (&attempted, Event::ObjectAnnotationPut, "replicate-metadata"),
        (&attempted, Event::ObjectAnnotationDelete, "annotation-delete"),
        (&object(), Event::ObjectAnnotationPut, "existing-object"),
        (&attempted, Event::ObjectEventHoldPut, "replicate-metadata"),
    ] {
        assert_eq!(outcome(&plain(), version, event), expected, "{event}");
    }
    let replica = object().with_replication_status(ReplicationStatus::Replica);
    let event = Event::ObjectAnnotationPut;
    assert_eq!(outcome(&plain(), &replica, event), "replica-modifications-disabled");
    assert_eq!(outcome(&taking_all(), &replica, event), "replicate-metadata");
}
