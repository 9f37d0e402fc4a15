//! The decisions of the engine, compared with the reference and with its explanations.

use proptest::prelude::*;
use s3_replication::dialect::{
    DeleteMarkerPrecedence, DeleteMarkerTags, PrefixSearch, PriorityOrder, ReplicaKeyReading,
    Winners,
};
use s3_replication::engine::{
    Action, Count, NearMiss, Reason, ReplicaEncryption, ReplicaLock, Replication, Verdict,
    reference,
};
use s3_replication::model::{
    BucketKeyStatus, DeleteMarkerOrigin, EncryptionStatus, Event, LegalHold, ObjectLock, Owner,
    ReplicationStatus, Tag,
};
use s3_replication::{Dialect, Engine, ObjectVersion, StorageClass};

use crate::support::{configuration, rule_v2};
use s3_replication::strategies::{Scenario, scenario};

fn engine_of(scenario: &Scenario) -> Engine {
    Engine::with_dialect(&scenario.configuration, &scenario.dialect)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    /// REP-401, REP-402, REP-403, REP-404, REP-405, REP-406, REP-407: the engine is the reference,
    /// made fast.
    #[test]
    fn the_engine_decides_like_the_reference(scenario in scenario()) {
        let engine = engine_of(&scenario);
        let version = scenario.object.version();
        let decision = engine.decide(&version, scenario.object.event);
        let decided: Vec<_> =
            decision.replications().map(|made| (made.rule(), made.action())).collect();
        let Scenario { configuration, dialect, object, .. } = &scenario;
        let expected = reference::decide(configuration, dialect, &version, object.event);
        prop_assert_eq!(decided, expected);
    }

    #[test]
    fn the_engine_explains_like_the_reference(scenario in scenario()) {
        let engine = engine_of(&scenario);
        let version = scenario.object.version();
        let explanation = engine.explain(&version, scenario.object.event);
        let verdicts: Vec<_> = explanation.verdicts().map(|(_, verdict)| verdict).collect();
        let Scenario { configuration, dialect, object, .. } = &scenario;
        prop_assert_eq!(verdicts, reference::explain(configuration, dialect, &version, object.event));
    }

    /// The law that binds answer and reasons.
    #[test]
    fn the_explanation_explains_the_decision(scenario in scenario()) {
        let engine = engine_of(&scenario);
        let version = scenario.object.version();
        let explanation = engine.explain(&version, scenario.object.event);
        let decision = engine.decide(&version, scenario.object.event);
        prop_assert_eq!(explanation.decision(), &decision);
        prop_assert_eq!(explanation.verdicts().len(), engine.rules().len());
        let selected = explanation.verdicts().filter(|(_, verdict)| *verdict == Verdict::Selected);
        let mut selected: Vec<_> = selected.map(|(rule, _)| rule.destination.bucket.clone()).collect();
        selected.sort();
        let buckets: Vec<_> = decision.replications().map(|made| made.bucket().clone()).collect();
        prop_assert_eq!(selected, buckets);
        for (rule, verdict) in explanation.verdicts() {
            if let Verdict::Outranked { by } = verdict {
                if engine.dialect().winners() == Winners::PerDestination {
                    prop_assert_eq!(&by.destination.bucket, &rule.destination.bucket);
                }
                prop_assert!(by.position != rule.position && by.is_enabled());
            }
        }
    }

    /// REP-308, REP-512: a delete marker has no tags, so neither required nor excluded ones decide
    /// about it.
    #[test]
    fn the_engine_decides_about_delete_markers_without_tags(mut scenario in scenario()) {
        scenario.object.event = Event::ObjectRemovedDeleteMarkerCreated;
        scenario.object.rest.delete_marker = Some(DeleteMarkerOrigin::User);
        let rules = scenario.configuration.rules().iter();
        let excluded = rules.flat_map(|rule| rule.filter.exclusion().tags());
        let excluded = excluded.map(|tag| vec![tag.clone()]);
        let tags: Vec<_> = excluded.chain([scenario.object.tags.clone()]).collect();
        // A rule with tags replicates no delete marker, and only where it may win nevertheless can
        // its tags be seen in what is decided.
        let dialect = scenario.dialect.with_delete_marker_tags(DeleteMarkerTags::None);
        let dialect = dialect.with_delete_marker_precedence(DeleteMarkerPrecedence::WinnerDecides);
        let engine = Engine::with_dialect(&scenario.configuration, &dialect);
        let decided = |tags: &Vec<Tag>| -> Vec<_> {
            let mut version = scenario.object.version();
            version.tags = tags.into();
            let decision = engine.decide(&version, scenario.object.event);
            decision.replications().map(|made| (made.rule().position, made.action())).collect()
        };
        for tags in &tags {
            prop_assert_eq!(decided(tags), decided(&vec![]));
        }
    }

    /// REP-401: at most one replication for each bucket, sorted.
    #[test]
    fn each_bucket_occurs_once(scenario in scenario()) {
        let engine = engine_of(&scenario);
        let version = scenario.object.version();
        let decision = engine.decide(&version, scenario.object.event);
        let buckets: Vec<_> = decision.replications().map(Replication::bucket).collect();
        prop_assert!(buckets.is_sorted_by(|a, b| a < b));
        for made in decision.replications() {
            prop_assert_eq!(decision.to(made.bucket()), Some(made));
        }
    }

    /// Priorities decide, not the order of the document, but where a store compares the rules of
    /// different destinations and their priorities may be equal, or a key with the last rule only.
    #[test]
    fn the_order_of_v2_rules_does_not_matter(scenario in scenario()) {
        let version = scenario.object.version();
        let engine = engine_of(&scenario);
        let mut priorities: Vec<_> = engine.rules().iter().map(|rule| rule.priority).collect();
        let count = priorities.len();
        priorities.sort();
        priorities.dedup();
        let has_ties = priorities.len() < count;
        prop_assume!(engine.dialect().winners() == Winners::PerDestination || !has_ties);
        prop_assume!(engine.dialect().prefix_search() == PrefixSearch::Every);
        let mut draft = scenario.configuration.to_draft();
        draft.rules.reverse();
        let reversed = draft.validate(&scenario.dialect).unwrap();
        let reversed = Engine::with_dialect(&reversed, &scenario.dialect);
        let names = |engine: &Engine| -> Vec<_> {
            let decision = engine.decide(&version, scenario.object.event);
            decision.replications().map(|made| (made.bucket().clone(), made.rule().priority)).collect()
        };
        prop_assert_eq!(names(&engine), names(&reversed));
    }

    /// The generator is worth something: over the run most verdicts of every kind must come up.
    /// (Here: versions are drawn from the rules, so that a rule is selected or outranked often.)
    #[test]
    fn rejected_rules_have_a_sentence_and_a_clause(scenario in scenario()) {
        let engine = engine_of(&scenario);
        let version = scenario.object.version();
        for (_, verdict) in engine.explain(&version, scenario.object.event).verdicts() {
            if let Verdict::Rejected(reason) = verdict {
                prop_assert!(!reason.sentence().is_empty());
                prop_assert!(reason.clause().id().starts_with("REP-"));
            }
        }
    }
}

/// Without this a property over scenarios could hold because nothing ever happens.
#[test]
fn scenarios_produce_every_reason() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    for _ in 0..5_000 {
        let scenario = scenario().new_tree(&mut runner).unwrap().current();
        let engine = engine_of(&scenario);
        let version = scenario.object.version();
        for (_, verdict) in engine.explain(&version, scenario.object.event).verdicts() {
            let name = match verdict {
                Verdict::Rejected(reason) => reason.to_string(),
                other => other.as_str().to_owned(),
            };
            *seen.entry(name).or_default() += 1;
        }
    }
    // Scenarios have no zones; `dialects::brute_force` has rules for other zones.
    for reason in Reason::ALL.iter().filter(|reason| **reason != Reason::OtherZones) {
        assert!(
            seen.get(reason.as_str()).is_some_and(|n| *n >= 5),
            "{reason} is too rare: {seen:?}"
        );
    }
    assert!(seen["selected"] > 1_500 && seen["outranked"] > 500, "{seen:?}");
}

/// REP-402: AWS's own example, example 3 of the page on adding a configuration.
#[test]
fn the_higher_priority_wins() {
    let rules = rule_v2("star", 1, "<Prefix>star</Prefix>", "backup", "")
        + &rule_v2("starship", 2, "<Prefix>starship</Prefix>", "backup", "");
    let configuration = configuration(&rules);
    let version = ObjectVersion::new("starship-x");
    let winner = |dialect: &Dialect| {
        let engine = Engine::with_dialect(&configuration, dialect);
        let decision = engine.decide(&version, Event::ObjectCreatedPut);
        assert_eq!(decision.replications().len(), 1);
        decision.replications().next().unwrap().rule().name().to_string()
    };
    assert_eq!(winner(&Dialect::AWS), "starship");
    assert_eq!(winner(&Dialect::AWS_TUTORIAL), "star");
    let lower = Dialect::AWS.with_priority_order(PriorityOrder::LowerWins);
    assert_eq!(winner(&lower), "star");
}

/// REP-401, REP-404: every destination has a winner of its own, with all its settings.
#[test]
fn destinations_do_not_compete() {
    let rules = rule_v2("a", 1, "", "one", "")
        + &rule_v2("b", 2, "", "two", "")
        + &rule_v2("c", 3, "<Prefix>x</Prefix>", "one", "");
    let configuration = configuration(&rules);
    let engine = Engine::new(&configuration);
    let names = |key: &str| -> Vec<_> {
        let version = ObjectVersion::new(key);
        let decision = engine.decide(&version, Event::ObjectCreatedPut);
        decision.replications().map(|made| made.rule().name().to_string()).collect()
    };
    assert_eq!(names("y"), ["a", "b"]);
    assert_eq!(names("x"), ["c", "b"]);
}

const KMS: &str = "<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status>\
    </SseKmsEncryptedObjects></SourceSelectionCriteria>";

/// A V1 rule with every setting of replicas.
fn rule_with_everything() -> String {
    format!(
        "<Rule><Status>Enabled</Status><Prefix/>{KMS}<Destination>\
         <Bucket>arn:aws:s3:::backup</Bucket><Account>210987654321</Account>\
         <AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>\
         <StorageClass>DEEP_ARCHIVE</StorageClass><EncryptionConfiguration><ReplicaKmsKeyID>\
         arn:aws:kms:eu-west-1:210987654321:alias/r</ReplicaKmsKeyID></EncryptionConfiguration>\
         </Destination></Rule>"
    )
}

fn encryption_under(dialect: &Dialect, source: EncryptionStatus) -> Option<(String, bool)> {
    let configuration = configuration(&rule_with_everything());
    let engine = Engine::with_dialect(&configuration, dialect);
    let version = ObjectVersion::new("a").with_encryption(source);
    let decision = engine.decide(&version, Event::ObjectCreatedPut);
    let encryption = decision.replications().next().unwrap().replica().encryption;
    encryption.status().map(|status| (status.to_string(), encryption.key().is_some()))
}

/// REP-603, REP-604, REP-605: the table of encryption outcomes.
#[test]
fn replicas_are_encrypted_like_their_source() {
    let aws = |source| encryption_under(&Dialect::AWS, source);
    assert_eq!(aws(EncryptionStatus::NotSse), None);
    assert_eq!(aws(EncryptionStatus::SseS3), Some(("SSE-S3".into(), false)));
    assert_eq!(aws(EncryptionStatus::SseKms), Some(("SSE-KMS".into(), true)));
    assert_eq!(aws(EncryptionStatus::DsseKms), Some(("DSSE-KMS".into(), true)));
    assert_eq!(aws(EncryptionStatus::SseC), Some(("SSE-C".into(), false)));
    let every = Dialect::AWS.with_replica_key(ReplicaKeyReading::EveryVersion);
    let outcome = encryption_under(&every, EncryptionStatus::SseS3);
    assert_eq!(outcome, Some(("SSE-KMS".into(), true)));
}

/// REP-601, REP-602, REP-606, REP-607, REP-609: class, owner, bucket key and lock; the identity of
/// a replica is that of its source, so there is nothing to decide about it.
#[test]
fn replicas_take_the_settings_of_the_rule() {
    let configuration = configuration(&rule_with_everything());
    let engine = Engine::new(&configuration);
    let mut version = ObjectVersion::new("a").with_encryption(EncryptionStatus::SseKms);
    version.bucket_key = Some(BucketKeyStatus::Enabled);
    version.lock = ObjectLock { legal_hold: Some(LegalHold::On), ..ObjectLock::NONE };
    let decision = engine.decide(&version, Event::ObjectCreatedPut);
    let replica = decision.replications().next().unwrap().replica();
    assert_eq!(replica.storage_class, &StorageClass::DEEP_ARCHIVE);
    assert_eq!(replica.owner, Owner::Destination);
    assert_eq!(replica.bucket_key, Some(BucketKeyStatus::Enabled));
    assert_eq!(replica.lock, ReplicaLock::Source(&version.lock));
    assert!(matches!(replica.encryption, ReplicaEncryption::SseKms(_)));
}

/// REP-601, REP-602, REP-607: what a rule does not say.
#[test]
fn replicas_of_a_plain_rule_are_like_their_source() {
    let configuration = configuration(&rule_v2("r", 1, "", "backup", ""));
    let engine = Engine::new(&configuration);
    let version = ObjectVersion::new("a").with_storage_class(StorageClass::ONEZONE_IA);
    let decision = engine.decide(&version, Event::ObjectCreatedPut);
    let replica = decision.replications().next().unwrap().replica();
    assert_eq!(replica.storage_class, &StorageClass::ONEZONE_IA);
    assert_eq!(replica.owner, Owner::Source);
    assert_eq!(replica.bucket_key, None);
    assert_eq!(replica.lock, ReplicaLock::DestinationDefault);
}

/// REP-608.
#[test]
fn s3_rtc_covers_only_live_replication_of_objects() {
    let rule = rule_v2("r", 1, "", "backup", "")
        .replace(
            "</Bucket>",
            "</Bucket><ReplicationTime><Status>Enabled</Status><Time><Minutes>15</Minutes></Time>\
         </ReplicationTime><Metrics><Status>Enabled</Status><EventThreshold><Minutes>15</Minutes>\
         </EventThreshold></Metrics>",
        )
        .replace("<Status>Disabled</Status></DeleteM", "<Status>Enabled</Status></DeleteM");
    let configuration = configuration(&rule);
    let engine = Engine::new(&configuration);
    let covered = |event| {
        let version = ObjectVersion::new("a").with_replication_status(ReplicationStatus::Completed);
        let decision = engine.decide(&version, event);
        let made = decision.replications().next().unwrap();
        assert!(made.has_metrics());
        (made.action(), made.is_time_controlled())
    };
    assert_eq!(covered(Event::ObjectCreatedPut), (Action::ReplicateObject, true));
    assert_eq!(covered(Event::ObjectTaggingPut), (Action::ReplicateMetadata, true));
    assert_eq!(covered(Event::BatchReplication), (Action::ReplicateObject, false));
    let marker = covered(Event::ObjectRemovedDeleteMarkerCreated);
    assert_eq!(marker, (Action::ReplicateDeleteMarker, false));
}

#[test]
fn near_misses_name_the_difference() {
    let tagged = "<And><Prefix>Tax/</Prefix><Tag><Key>env</Key><Value>prod</Value></Tag></And>";
    let configuration = configuration(&rule_v2("r", 1, tagged, "backup", ""));
    let engine = Engine::new(&configuration);
    let near = |key: &str, tags: &[Tag]| {
        let version = ObjectVersion::new(key).with_tags(tags);
        let explanation = engine.explain(&version, Event::ObjectCreatedPut);
        let (rule, _) = explanation.verdicts().next().unwrap();
        explanation.near_miss(rule).map(|near: NearMiss<'_>| near.to_string())
    };
    let tag = |key, value| Tag::new(key, value).unwrap();
    let message = |text: &str| Some(text.to_owned());
    assert_eq!(near("tax/a", &[]), message("the key matches the prefix `Tax/` except for case"));
    assert_eq!(
        near("/Tax/a", &[]),
        message("the key begins with a slash, the prefix `Tax/` does not")
    );
    assert_eq!(near("other", &[]), None);
    let help = |event| {
        let version = ObjectVersion::new("Tax/a");
        let explanation = engine.explain(&version, event);
        explanation.help(explanation.verdicts().next().unwrap().0).unwrap()
    };
    for event in [Event::ObjectCreatedPut, Event::BatchReplication] {
        assert!(
            help(event)
                .ends_with("S3 Batch Replication also replicates objects that are tagged later")
        );
    }
    assert_eq!(
        near("Tax/a", &[tag("env", "Prod")]),
        message("tag `env` is `Prod`, but the rule requires `prod`")
    );
    assert_eq!(
        near("Tax/a", &[tag("Env", "prod")]),
        message("the tag key is `Env`, but the rule requires `env`")
    );
    assert_eq!(near("Tax/a", &[]), message("missing: tag `env`; the rule requires `env=prod`"));
    assert_eq!(near("Tax/a", &[tag("env", "prod")]), None);
}

/// REP-502, REP-503, REP-506, REP-513, REP-514
#[test]
fn no_filter_is_proposed_for_what_no_rule_replicates() {
    let tag = "<Tag><Key>k</Key><Value>v</Value></Tag>";
    let off = rule_v2("off", 4, "", "backup", "").replace("Enabled", "Disabled");
    let prefix = "<Prefix>/a</Prefix>";
    let rules = [
        rule_v2("tag", 1, tag, "backup", ""),
        rule_v2("slash", 2, prefix, "backup", ""),
        rule_v2("all", 3, "", "backup", ""),
        off,
    ];
    let configuration = configuration(&rules.concat());
    let engine = Engine::new(&configuration);
    let helps = |version: &ObjectVersion<'_>, event| {
        let explanation = engine.explain(version, event);
        let helps = explanation.verdicts().map(|(rule, _)| explanation.help(rule));
        helps.collect::<Vec<Option<String>>>()
    };
    let object = ObjectVersion::new("a");
    let written = helps(&object, Event::ObjectCreatedPut);
    assert!(written[0].as_ref().unwrap().starts_with("set the tag `k=v`"));
    assert!(written[1].as_ref().unwrap().starts_with("write the prefix without the slash"));
    assert!(written[2].is_none() && written[3].is_some());
    let mut marker = ObjectVersion::new("a");
    marker.delete_marker = Some(DeleteMarkerOrigin::User);
    let deleted = helps(&marker, Event::ObjectRemovedDeleteMarkerCreated);
    assert!(deleted[0].as_ref().unwrap().starts_with("add a rule without tags"));
    assert!(deleted.iter().all(Option::is_some), "{deleted:?}");

    let mut replica = ObjectVersion::new("a");
    replica.replication_status = Some(ReplicationStatus::Replica);
    let mut archived = ObjectVersion::new("a");
    archived.storage_class = StorageClass::GLACIER;
    let mut of_lifecycle = ObjectVersion::new("a");
    of_lifecycle.delete_marker = Some(DeleteMarkerOrigin::Lifecycle);
    for (version, event, help) in [
        (
            &marker,
            Event::LifecycleExpirationDeleteMarkerCreated,
            "lifecycle rules to the destination bucket",
        ),
        (&of_lifecycle, Event::BatchReplication, "lifecycle rules to the destination bucket"),
        (
            &object,
            Event::ObjectRemovedDelete,
            "delete the replica by its version ID in the destination",
        ),
        (&object, Event::ObjectTaggingPut, "Batch Replication"),
        (&replica, Event::ObjectCreatedPut, "Batch Replication"),
        (&archived, Event::ObjectCreatedPut, "restore the version"),
    ] {
        let helps = helps(version, event);
        assert!(helps[2].as_ref().unwrap().contains(help), "{event}: {helps:?}");
        assert!(helps.iter().flatten().count() == 1, "{event}: {helps:?}");
    }
}

/// A help proposes no element that the store refuses.
#[test]
fn helps_are_for_the_store() {
    let configuration = configuration(&rule_v2("r", 1, "", "backup", ""));
    let mut replica = ObjectVersion::new("a");
    replica.replication_status = Some(ReplicationStatus::Replica);
    let encrypted = ObjectVersion::new("a").with_encryption(EncryptionStatus::SseKms);
    for (version, event) in
        [(&replica, Event::ObjectTaggingPut), (&encrypted, Event::ObjectCreatedPut)]
    {
        for (dialect, is_taken) in [(Dialect::AWS, true), (Dialect::OVH, false)] {
            let engine = Engine::with_dialect(&configuration, &dialect);
            let explanation = engine.explain(version, event);
            let (rule, _) = explanation.verdicts().next().unwrap();
            assert_eq!(explanation.help(rule).is_some(), is_taken, "{dialect} {event}");
        }
    }
}

/// REP-301, REP-302
#[test]
fn near_misses_of_prefixes_come_with_help() {
    let near = |prefix: &str, key: &str| {
        let filter = format!("<Prefix>{prefix}</Prefix>");
        let configuration = configuration(&rule_v2("r", 1, &filter, "backup", ""));
        let engine = Engine::new(&configuration);
        let version = ObjectVersion::new(key);
        let explanation = engine.explain(&version, Event::ObjectCreatedPut);
        let (rule, _) = explanation.verdicts().next().unwrap();
        let help = explanation.help(rule);
        explanation.near_miss(rule).map(|miss| {
            assert_eq!(help, Some(miss.help()));
            let kind = format!("{miss:?}");
            (kind.split(' ').next().unwrap().to_owned(), miss.help())
        })
    };
    for (prefix, key, kind, help) in [
        ("ÖL/", "öl/a", "KeyCase", "the same case in keys and prefix; the prefix is `ÖL/`"),
        ("/a/", "a/b", "LeadingSlash", "`a/`"),
        ("a/", "/a/b", "KeyLeadingSlash", "`/a/`"),
        ("//a", "/a/b", "LeadingSlash", "one slash less: `/a`"),
        ("/a", "//a/b", "KeyLeadingSlash", "one slash less, or the prefix as `//a`"),
        ("/", "a", "LeadingSlash", "leave the prefix empty"),
        (
            "*.jpg",
            "a",
            "Wildcard",
            "leave the prefix empty only if the rule is meant for every key; a filter cannot match",
        ),
        ("  ", "a", "SurroundingSpace", "leave the prefix empty"),
        (" a/ ", "a/b", "SurroundingSpace", "`a/`"),
        ("my%20a/", "my a/b", "Encoded", "`my a/`"),
        ("my+a/", "my a/b", "Encoded", "`my a/`"),
        ("a+%C3%A9+b/", "a é b/1", "Encoded", "`a é b/`"),
        ("a+%C3%A9+b/", "a+é+b/1", "Encoded", "`a+é+b/`"),
        ("logs/*", "logs/a", "Wildcard", "`logs/`"),
        ("logs/", "logs2/a", "", ""),
        ("photos/", "fotos/a", "", ""),
        ("photos/", "photo/a", "OneCharacter", "check the spelling"),
        ("photo/", "photos/a", "OneCharacter", "check the spelling"),
        ("photos/", "phoots/a", "OneCharacter", "check the spelling"),
        ("photos/", "photas/a", "OneCharacter", "check the spelling"),
        ("year-2026/", "year-2025/", "", ""),
        ("100%/", "100 %/", "OneCharacter", "check the spelling"),
        ("a/", "b/", "", ""),
        ("long/", "lo", "", ""),
    ] {
        let found = near(prefix, key).unwrap_or_default();
        assert_eq!(found.0, kind, "{prefix} {key}");
        assert!(found.1.contains(help), "{found:?}");
    }
}

/// Compares a tally with the decision and the explanation of a single version.
fn check_tally(scenario: &Scenario) -> Result<(), TestCaseError> {
    let engine = engine_of(scenario);
    let mut version = scenario.object.version();
    version.size = 10;
    let tally = engine.tally([(&version, scenario.object.event)]);
    let explanation = engine.explain(&version, scenario.object.event);
    let decision = explanation.decision();
    prop_assert_eq!(tally.total(), Count { versions: 1, bytes: 10 });
    prop_assert_eq!(tally.replicated().versions, u64::from(decision.replicates()));
    let won = tally.rules().filter(|(_, count)| count.versions > 0);
    prop_assert!(
        won.map(|(rule, _)| rule.position).eq(explanation
            .verdicts()
            .filter(|(_, verdict)| *verdict == Verdict::Selected)
            .map(|(rule, _)| rule.position))
    );
    let reasons = explanation.verdicts().filter_map(|(_, verdict)| match verdict {
        Verdict::Rejected(reason) => Some(reason),
        _ => None,
    });
    let furthest = reasons.max_by_key(|reason| reason.depth()).filter(|_| !decision.replicates());
    prop_assert_eq!(tally.not_replicated().map(|(reason, _)| reason).next(), furthest);
    let copied = decision.replications().filter(|made| made.action() == Action::ReplicateObject);
    let bytes: u64 = tally.destinations().iter().map(|(_, count)| count.bytes).sum();
    prop_assert_eq!(bytes, 10 * copied.count() as u64);
    Ok(())
}

proptest! {
    #[test]
    fn counting_agrees_with_explaining(scenario in scenario()) {
        check_tally(&scenario)?;
    }
}
