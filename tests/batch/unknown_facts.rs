//! A decision that no unknown fact decides is the same for every value of the unknown facts.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::subsequence;
use s3_replication::batch::facts::{Fact, FactSet, UnknownFacts};
use s3_replication::engine::Replication;
use s3_replication::model::{
    AccessTier, DeleteMarkerOrigin, EncryptionStatus, Event, ObjectVersion, ReplicationStatus,
    StorageClass, Tag,
};
use s3_replication::strategies::{DrawnObject, Scenario, object_for, scenario};
use s3_replication::{Decision, Dialect, Engine, Parser};

use crate::support::{configuration, rule_v2, with_role};

fn drawn() -> impl Strategy<Value = (Scenario, Vec<DrawnObject>, FactSet)> {
    let known = subsequence(Fact::ALL, 0..=Fact::ALL.len());
    (scenario(), known).prop_flat_map(|(scenario, known)| {
        let others = vec(object_for(&scenario.configuration), 1..24);
        (Just(scenario), others, Just(known.into_iter().collect()))
    })
}

/// Returns a version in which the unknown facts are those of another one.
fn filled<'v>(
    version: &ObjectVersion<'v>,
    other: &ObjectVersion<'v>,
    known: FactSet,
) -> ObjectVersion<'v> {
    let mut filled = version.clone();
    for fact in known.complement().iter() {
        match fact {
            Fact::IsDeleteMarker => {
                filled.delete_marker = other.delete_marker.map(|_| DeleteMarkerOrigin::User);
            }
            Fact::StorageClass => filled.storage_class = other.storage_class.clone(),
            Fact::AccessTier => filled.access_tier = other.access_tier,
            Fact::EncryptionStatus => filled.encryption = other.encryption,
            Fact::ReplicationStatus => filled.replication_status = other.replication_status,
            Fact::Tags => filled.tags = other.tags,
            _ => {}
        }
    }
    // Other classes have no tiers.
    if filled.storage_class != StorageClass::INTELLIGENT_TIERING {
        filled.access_tier = None;
    }
    filled
}

fn rules(decision: &Decision<'_>) -> Vec<(usize, s3_replication::engine::Action)> {
    decision.replications().map(|one| (one.rule().position, one.action())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_decision_that_no_unknown_fact_decides_is_certain((scenario, others, known) in drawn()) {
        let engine = Engine::with_dialect(&scenario.configuration, &scenario.dialect);
        let unknown = UnknownFacts::new(&engine);
        let event = scenario.object.event;
        let drawn = scenario.object.version();
        let given = filled(&drawn, &ObjectVersion::new(""), known);
        prop_assume!(!given.is_of_other_service());
        let decision = engine.decide(&given, event);
        let replicates = unknown.deciding_replication(&given, event, known).is_empty();
        let by_rules = unknown.deciding_rules(&given, event, known).is_empty();
        let buckets = scenario.configuration.rules().iter().map(|rule| &rule.destination.bucket);
        let certain = buckets
            .filter(|bucket| unknown.deciding_rule_to(bucket, &given, event, known).is_empty());
        let certain: Vec<_> = certain.collect();
        for other in &others {
            let possible = filled(&given, &other.version(), known);
            if possible.is_of_other_service() {
                continue; // neither fact comes without the other
            }
            let other = engine.decide(&possible, event);
            if replicates {
                prop_assert_eq!(decision.replicates(), other.replicates(), "{:?}", possible);
            }
            if by_rules {
                prop_assert_eq!(rules(&decision), rules(&other), "{:?}", possible);
            }
            for bucket in &certain {
                let rule = |to: Option<&Replication<'_>>| to.map(|one| one.rule().position);
                prop_assert_eq!(rule(decision.to(bucket)), rule(other.to(bucket)));
            }
        }
    }
}

#[test]
fn each_fact_that_decides_is_named() {
    use Fact::{AccessTier as Tier, EncryptionStatus as Encryption, IsDeleteMarker, Tags};

    let plain = rule_v2("plain", 1, "<Prefix>Tax/</Prefix>", "backup", "");
    let tag = "<Tag><Key>a</Key><Value>b</Value></Tag>";
    let tagged = rule_v2("tagged", 2, tag, "backup", "");
    let engine = Engine::new(&configuration(&(plain + &tagged)));
    let unknown = UnknownFacts::new(&engine);
    let deciding = |version: &ObjectVersion<'_>, event| -> Vec<Fact> {
        unknown.deciding_replication(version, event, FactSet::NONE).iter().collect()
    };
    let version = ObjectVersion::new("Tax/1");
    let batch = Event::BatchReplication;
    assert_eq!(deciding(&version, batch), [IsDeleteMarker, Fact::StorageClass, Encryption]);
    let put = Event::ObjectCreatedPut;
    assert!(deciding(&version, put).contains(&Fact::ReplicationStatus));
    assert!(deciding(&ObjectVersion::new("Logs/1"), batch).contains(&Tags));
    let tiered = version.with_storage_class(StorageClass::INTELLIGENT_TIERING);
    assert!(deciding(&tiered, batch).contains(&Tier));
    let archived = tiered.with_access_tier(AccessTier::Archive);
    let known = FactSet::ALL.without(Fact::EncryptionStatus);
    assert!(unknown.deciding_replication(&archived, batch, known).is_empty());
    let replica = ObjectVersion::new("Tax/1").with_replication_status(ReplicationStatus::Replica);
    assert!(unknown.deciding_replication(&replica, put, known).is_empty());
    let encrypted = ObjectVersion::new("Tax/1").with_encryption(EncryptionStatus::SseS3);
    assert!(!unknown.deciding_replication(&encrypted, batch, known).is_empty());
}

/// REP-405, REP-602, REP-1120: a rule that wins by its tags may replicate nothing. Here neither a
/// version without tags nor one with the tags of all rules shows it: the third rule wins the latter.
#[test]
fn tags_decide_where_a_winner_may_refuse() {
    use s3_replication::dialect::{DeleteMarkerTags, DeleteMarkersWithTags, VersionDeletes};

    let tag = "<Tag><Key>a</Key><Value>b</Value></Tag>";
    let plain = rule_v2("plain", 1, "", "backup", "");
    let tagged = rule_v2("tagged", 2, tag, "backup", "");
    let override_owner = "</Bucket><Account>111122223333</Account><AccessControlTranslation>\
                          <Owner>Destination</Owner></AccessControlTranslation>";
    let overriding = tagged.replace("</Bucket>", override_owner);
    let markers = |rule: &str| rule.replacen("Disabled", "Enabled", 1);
    let deletes = |rule: &str| {
        let element =
            "<DeleteReplication><Status>Enabled</Status></DeleteReplication><Destination>";
        rule.replacen("<Destination>", element, 1)
    };
    let third = rule_v2("third", 3, "<Tag><Key>c</Key><Value>d</Value></Tag>", "backup", "");
    let of_deleted = Dialect::AWS
        .with_delete_marker_tags(DeleteMarkerTags::OfDeletedObject)
        .with_delete_markers_with_tags(DeleteMarkersWithTags::Accepted);
    let by_element = Dialect::AWS.with_version_deletes(VersionDeletes::ByElement);
    let marker = ObjectVersion::delete_marker("k");
    let version = ObjectVersion::new("k");
    let completed = version.with_replication_status(ReplicationStatus::Completed);
    let removed = Event::ObjectRemovedDeleteMarkerCreated;
    let cases = [
        (markers(&plain) + &tagged + &markers(&third), of_deleted.clone(), marker.clone(), removed),
        (
            markers(&plain) + &tagged + &markers(&third),
            of_deleted,
            marker.clone(),
            Event::BatchReplication,
        ),
        (plain.clone() + &overriding + &third, Dialect::AWS, completed, Event::ObjectAclPut),
        (
            deletes(&plain) + &tagged + &deletes(&third),
            by_element,
            ObjectVersion::new("k"),
            Event::ObjectRemovedDelete,
        ),
    ];
    let known = FactSet::ALL.without(Fact::Tags);
    for (rules, dialect, version, event) in cases {
        let parsed = Parser::new().with_dialect(dialect.clone()).parse_xml(&with_role(&rules));
        let engine = Engine::with_dialect(&parsed.into_configuration().unwrap(), &dialect);
        let tags = [Tag::new("a", "b").unwrap()];
        let possible = version.clone().with_tags(&tags);
        assert!(engine.decide(&version, event).replicates(), "{event}");
        assert!(!engine.decide(&possible, event).replicates(), "{event}");
        let deciding = UnknownFacts::new(&engine).deciding_replication(&version, event, known);
        assert_eq!(deciding.iter().collect::<Vec<_>>(), [Fact::Tags], "{event}");
    }
    // A delete marker of AWS has no tags, whatever the rules ask for.
    let engine = Engine::new(&configuration(&(markers(&plain) + &tagged)));
    let deciding = UnknownFacts::new(&engine).deciding_replication(&marker, removed, known);
    assert!(deciding.is_empty());
}
