//! What holds for every object, against asking about every object.

use std::collections::BTreeSet;

use proptest::prelude::*;
use s3_replication::analysis::{
    Addition, Comparison, Difference, DifferenceCondition, ObjectKind, Reachability, Witness,
    append, excess, overlap, reachability, to_v2,
};
use s3_replication::dialect::{
    DeleteMarkerPrecedence, ReplicaKeyReading, SourceSelection, VersionDeletes,
};
use s3_replication::engine::{Action, Replication, Verdict};
use s3_replication::model::{
    ConfigurationVersion, DeleteMarkerOrigin, EncryptionStatus, Event, OwnerAccess,
    ReplicationStatus, RuleDraft, RuleStatus, Tag, Unmatchable,
};
use s3_replication::strategies::{
    DrawnObject, changed, configuration, crowd, dialect, excluding_pair, nest, object_for, pair,
};
use s3_replication::{
    Dialect, Engine, ObjectVersion, Parser, Priority, ReplicationConfiguration, ReplicationRule,
    RuleFilter, StorageClass,
};

use crate::support::every_object::{effect, effects, for_every_object, keys, tag_sets};
use crate::support::{configuration as configuration_of, rule_v2, with_role};

/// The number of pairs for the properties that ask about every object: few, or as many as
/// `ANALYSIS_PAIRS` gives. Half of them exclude keys and tags. The nightly setting is
/// `ANALYSIS_PAIRS=100000 cargo test --release --all-features analysis`.
fn pairs() -> ProptestConfig {
    let pairs = std::env::var("ANALYSIS_PAIRS").ok().map(|count| count.parse().unwrap());
    ProptestConfig::with_cases(pairs.unwrap_or(192))
}

/// Two configurations, each with its dialect.
#[derive(Clone, Debug)]
struct Two {
    old: ReplicationConfiguration,
    new: ReplicationConfiguration,
    old_dialect: Dialect,
    new_dialect: Dialect,
}

impl Two {
    fn comparison(&self) -> Comparison<'_> {
        Comparison::new(&self.old, &self.new)
            .with_dialects(self.old_dialect.clone(), self.new_dialect.clone())
    }

    fn engines(&self) -> (Engine, Engine) {
        (
            Engine::with_dialect(&self.old, &self.old_dialect),
            Engine::with_dialect(&self.new, &self.new_dialect),
        )
    }
}

fn two_of(
    pair: impl Strategy<Value = (ReplicationConfiguration, ReplicationConfiguration)>,
) -> impl Strategy<Value = Two> {
    (pair, dialect(), dialect(), 0..4u8).prop_map(|((old, new), old_dialect, other, same)| {
        let new_dialect = if same > 0 { old_dialect.clone() } else { other };
        Two { old, new, old_dialect, new_dialect }
    })
}

/// Two configurations, half of the time with exclusions.
fn two() -> impl Strategy<Value = Two> {
    prop_oneof![1 => two_of(pair()), 1 => two_of(excluding_pair())]
}

/// Every kind of version and event that matters, and some that do not, with the kind of object.
fn kinds() -> Vec<(ObjectVersion<'static>, Event, ObjectKind)> {
    let plain = ObjectVersion::new("");
    let mut kinds = Vec::new();
    let mut marker = plain.clone();
    marker.delete_marker = Some(DeleteMarkerOrigin::User);
    kinds.push((marker, Event::BatchReplication, ObjectKind::DeleteMarkers));
    let created = Event::ObjectRemovedDeleteMarkerCreated;
    kinds.push((plain.clone(), created, ObjectKind::DeleteMarkers));
    for encryption in [EncryptionStatus::SseS3, EncryptionStatus::SseKms, EncryptionStatus::SseC] {
        let under = plain.clone().with_encryption(encryption);
        let about =
            if encryption.is_kms() { ObjectKind::ObjectsUnderKms } else { ObjectKind::Objects };
        for class in [StorageClass::STANDARD, StorageClass::GLACIER_IR] {
            let version = under.clone().with_storage_class(class);
            kinds.push((version.clone(), Event::ObjectCreatedCopy, about));
            kinds.push((version, Event::BatchReplication, about));
        }
        for event in [Event::ObjectTaggingPut, Event::ObjectAclPut] {
            let done = under.clone().with_replication_status(ReplicationStatus::Completed);
            kinds.push((done, event, about));
            let replica = under.clone().with_replication_status(ReplicationStatus::Replica);
            kinds.push((replica, event, ObjectKind::ReplicaModifications));
        }
    }
    let mut unreadable = plain.clone();
    unreadable.owner_access = OwnerAccess::Unreadable;
    kinds.push((unreadable, Event::ObjectCreatedPut, ObjectKind::Objects));
    kinds.push((plain, Event::ObjectRemovedDelete, ObjectKind::Objects));
    kinds
}

/// Returns true for versions that a difference with some conditions is about.
fn is_among(conditions: &[DifferenceCondition], version: &ObjectVersion<'_>, event: Event) -> bool {
    conditions.is_empty()
        || conditions.iter().any(|condition| match condition {
            DifferenceCondition::StorageClassOtherThan(class) => version.storage_class != *class,
            DifferenceCondition::EncryptionStatus(status) => {
                version.encryption == *status || version.encryption.is_kms() && status.is_kms()
            }
            DifferenceCondition::EncryptionStatusOtherThan(_) => !version.encryption.is_kms(),
            DifferenceCondition::Live => event != Event::BatchReplication,
            other => panic!("{other:?}"),
        })
}

/// Checks that the engines decide differently about every witness.
fn check_witnesses(two: &Two) -> Result<(), TestCaseError> {
    let (old, new) = two.engines();
    for difference in two.comparison().differences() {
        let witness = difference.witness();
        let (version, event) = (witness.version(), witness.event());
        let of = |engine: &Engine, rule: Option<usize>| {
            let decision = engine.decide(&version, event);
            let made = decision.to(difference.bucket());
            let winner = made.map(|made| made.rule().position);
            assert!(winner.is_none() || winner == rule, "{witness}: {winner:?} won, not {rule:?}");
            made.map(effect)
        };
        let was = of(&old, difference.old_rule().map(|rule| rule.position));
        let is = of(&new, difference.new_rule().map(|rule| rule.position));
        prop_assert_ne!(was, is, "{}", witness);
        prop_assert!(is_among(&difference.conditions(), &version, event));
    }
    let first = two.comparison().first_difference();
    prop_assert_eq!(first.is_none(), two.comparison().differences().is_empty());
    Ok(())
}

proptest! {
    #![proptest_config(pairs())]

    /// The differences are exactly those of a search over every object.
    #[test]
    fn differences_are_those_of_asking_about_every_object(two in two()) {
        check_witnesses(&two)?;
        let (old, new) = two.engines();
        let differences = two.comparison().differences();
        for_every_object(kinds(), [&two.old, &two.new], |version, event, kind| {
            let (was, is) = (old.decide(version, event), new.decide(version, event));
            let buckets = was.replications().chain(is.replications()).map(Replication::bucket);
            for bucket in buckets {
                let (was, is) = (was.to(bucket), is.to(bucket));
                let fits = |made: Option<&Replication<'_>>, rule: Option<usize>| {
                    made.is_none_or(|made| Some(made.rule().position) == rule)
                };
                if was.map(effect) == is.map(effect) {
                    // A difference is about no object that fares the same. Only changes of metadata
                    // are not described: they go where their objects go.
                    let (Some(was), Some(is)) = (was, is) else { continue };
                    let is_described = was.action() != Action::ReplicateMetadata
                        || kind == ObjectKind::ReplicaModifications;
                    let wrong = differences.iter().find(|difference| {
                        let old = difference.old_rule().map(|rule| rule.position);
                        let new = difference.new_rule().map(|rule| rule.position);
                        (old, new) == (Some(was.rule().position), Some(is.rule().position))
                            && difference.object_kind() == kind
                            && is_among(&difference.conditions(), version, event)
                    });
                    prop_assert!(!is_described || wrong.is_none(), "{event} of {version:?}: {wrong:?}");
                    continue;
                }
                let found = differences.iter().any(|difference| {
                    difference.bucket() == bucket
                        && fits(was, difference.old_rule().map(|rule| rule.position))
                        && fits(is, difference.new_rule().map(|rule| rule.position))
                        && difference.object_kind() == kind
                        && is_among(&difference.conditions(), version, event)
                });
                prop_assert!(found, "{event} of {version:?}: {was:?} is now {is:?}");
            }
            Ok(())
        })?;
    }

    /// The reachability of a rule is that of a search over every object.
    #[test]
    fn reachability_matches_brute_force_over_every_object(two in two()) {
        let (configuration, dialect) = (&two.new, &two.new_dialect);
        let engine = Engine::with_dialect(configuration, dialect);
        let count = configuration.rules().len();
        let (mut selected, mut outranked) = (vec![false; count], vec![false; count]);
        for_every_object(kinds(), [configuration], |version, event, _| {
            for (at, (_, verdict)) in engine.explain(version, event).verdicts().enumerate() {
                selected[at] |= verdict == Verdict::Selected;
                outranked[at] |= matches!(verdict, Verdict::Outranked { .. });
            }
            Ok(())
        })?;
        let rules = reachability(configuration, dialect);
        prop_assert_eq!(rules.len(), count);
        for (at, (rule, reachability)) in rules.iter().enumerate() {
            prop_assert_eq!(rule.position, at);
            let expected = (selected[at], outranked[at]);
            let verdict_on = |witness: &Witness| {
                let version = witness.version();
                let explanation = engine.explain(&version, witness.event());
                match explanation.verdicts().nth(at).unwrap().1 {
                    Verdict::Selected => "selected".to_owned(),
                    Verdict::Outranked { by } => format!("outranked by {}", by.position),
                    other => other.to_string(),
                }
            };
            let outranked_by = |by: usize| format!("outranked by {by}");
            match reachability {
                Reachability::Disabled | Reachability::Unmatchable(_) => {
                    prop_assert_eq!(expected, (false, false));
                }
                Reachability::Never { by, together, loses, .. } => {
                    prop_assert_eq!(expected, (false, true));
                    prop_assert_eq!(verdict_on(loses), outranked_by(by.position));
                    shadow_together(configuration, dialect, at, together)?;
                }
                Reachability::Partly { wins, by, loses } => {
                    prop_assert_eq!(expected, (true, true));
                    prop_assert_eq!(verdict_on(wins), "selected");
                    prop_assert_eq!(verdict_on(loses), outranked_by(by.position));
                }
                Reachability::Always { wins } => {
                    prop_assert_eq!(expected, (true, false));
                    prop_assert_eq!(verdict_on(wins), "selected");
                }
                other => prop_assert!(false, "{other:?}"),
            }
            let wins_none =
                matches!(reachability, Reachability::Never { .. } | Reachability::Unmatchable(_));
            prop_assert_eq!(reachability.is_dead(), wins_none);
        }
    }
}

/// Checks that some rules alone keep another one from every object, and that each is needed.
fn shadow_together(
    configuration: &ReplicationConfiguration,
    dialect: &Dialect,
    at: usize,
    together: &[&ReplicationRule],
) -> Result<(), TestCaseError> {
    let wins_with = |others: &[&ReplicationRule]| {
        let mut draft = configuration.to_draft();
        let is_left = |position: usize| {
            position == at || others.iter().any(|other| other.position == position)
        };
        // Removing them would change the positions, which decide where there are no priorities.
        for (position, rule) in draft.rules.iter_mut().enumerate() {
            if !is_left(position) {
                rule.status = Some(RuleStatus::Disabled);
            }
        }
        let configuration = draft.validate(dialect).unwrap();
        let engine = Engine::with_dialect(&configuration, dialect);
        let mut wins = false;
        for_every_object(kinds(), [&configuration], |version, event, _| {
            let (_, verdict) = engine.explain(version, event).verdicts().nth(at).unwrap();
            wins |= verdict == Verdict::Selected;
            Ok(())
        })?;
        Ok::<bool, TestCaseError>(wins)
    };
    prop_assert!(!together.is_empty() && !wins_with(together)?);
    for left_out in together {
        let others: Vec<_> =
            together.iter().copied().filter(|one| one.position != left_out.position).collect();
        prop_assert!(wins_with(&others)?, "{left_out:?} is not needed among {together:?}");
    }
    Ok(())
}

/// Two configurations, the second with an additional rule, and whether its priority was chosen.
fn one_more() -> impl Strategy<Value = (Two, bool)> {
    let pair = prop_oneof![pair(), excluding_pair()];
    (pair, dialect(), any::<bool>()).prop_filter_map("refused", |((old, donor), dialect, keep)| {
        // With room below and between the priorities, where a rule could go wrong.
        let mut spread = old.to_draft();
        for priority in spread.rules.iter_mut().filter_map(|rule| rule.priority.as_mut()) {
            *priority = Priority::new(priority.get() * 3 + 2).ok()?;
        }
        let old = spread.validate(&dialect).ok()?;
        let mut rule = donor.to_draft().rules.pop()?;
        rule.id = None;
        rule.priority = rule.priority.filter(|_| keep);
        let appended = append(&old, rule, &dialect).ok()?;
        let is_chosen = appended.priority.is_some();
        let new = appended.draft.validate(&dialect).ok()?;
        let two = Two { old, new, old_dialect: dialect.clone(), new_dialect: dialect };
        Some((two, is_chosen))
    })
}

proptest! {
    #![proptest_config(pairs())]

    /// A rule with a chosen priority, or one that is safe, changes nothing for present rules. Nothing
    /// else is reported as a change.
    #[test]
    fn additions_are_those_of_asking_about_every_object((two, is_chosen) in one_more()) {
        let (old, new) = two.engines();
        let addition = Addition::new(&two.old, &two.new, &two.old_dialect);
        if is_chosen {
            prop_assert!(addition.changes().is_empty() && addition.shadowed().is_empty());
        }
        let mut is_changed = false;
        let count = two.old.rules().len();
        let mut outranked = BTreeSet::new();
        for_every_object(kinds(), [&two.old, &two.new], |version, event, _| {
            outranked.extend(lost_to(count, [&old, &new], version, event));
            let is = new.decide(version, event);
            for was in old.decide(version, event).replications() {
                is_changed |= is.to(was.bucket()).map(effect) != Some(effect(was));
            }
            Ok(())
        })?;
        prop_assert!(!(is_changed && addition.changes().is_empty()));
        for change in addition.changes() {
            let present = change.old_rule().unwrap();
            prop_assert!(present.position < two.old.rules().len());
            prop_assert_eq!(change.new_rule().unwrap().position, two.old.rules().len());
        }
        let lost: BTreeSet<usize> =
            addition.outranked().iter().map(|lost| lost.rule().position).collect();
        prop_assert_eq!(lost, outranked);
        for lost in addition.outranked() {
            let (version, event) = (lost.witness().version(), lost.witness().event());
            prop_assert!(lost_to(count, [&old, &new], &version, event).contains(&lost.rule().position));
            prop_assert!(!addition.is_safe() || !lost.has_metrics());
        }
        for rule in addition.shadowed() {
            let (_, was) = &reachability(&two.old, &two.old_dialect)[rule.position];
            prop_assert!(!was.is_dead());
        }
    }
}

/// The rules that win an object in one configuration and lose it to the rule at a position in another.
fn lost_to(
    at: usize,
    [old, new]: [&Engine; 2],
    version: &ObjectVersion<'_>,
    event: Event,
) -> Vec<usize> {
    let (was, is) = (old.explain(version, event), new.explain(version, event));
    let both = was.verdicts().zip(is.verdicts()).enumerate();
    let lost = both.filter(|(_, (was, is))| {
        let wins = !matches!(was.1, Verdict::Outranked { .. });
        wins && matches!(is.1, Verdict::Outranked { by } if by.position == at)
    });
    lost.map(|(rule, _)| rule).collect()
}

/// Two configurations of any size and an object of any kind, for one of them.
fn two_and_object() -> impl Strategy<Value = (Two, DrawnObject)> {
    let old = prop_oneof![6 => configuration(), 3 => crowd(), 1 => nest()];
    let pairs = old.prop_flat_map(|old| {
        let new = prop_oneof![3 => changed(&old), 1 => configuration()];
        (Just(old), new)
    });
    two_of(pairs).prop_flat_map(|two| {
        let object = prop_oneof![object_for(&two.old), object_for(&two.new)];
        (Just(two), object)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    /// No other field of a version and no other event makes a difference: wherever two configurations
    /// differ, the comparison reports it.
    #[test]
    fn nothing_else_matters((two, object) in two_and_object()) {
        let (old, new) = two.engines();
        let (version, event) = (object.version(), object.event);
        if effects(&old, &version, event) != effects(&new, &version, event) {
            prop_assert!(!two.comparison().is_equivalent());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Many rules, nested prefixes, tags.
    #[test]
    fn witnesses_are_real_among_many_rules((two, _) in two_and_object()) {
        check_witnesses(&two)?;
    }
}

/// The generator draws equal and different pairs, differences of every kind and rules of every
/// reachability.
#[test]
fn generator_covers_every_outcome() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::<&str, usize>::new();
    for _ in 0..600 {
        let two = two_of(pair()).new_tree(&mut runner).unwrap().current();
        let differences = two.comparison().differences();
        let outcome = match differences.as_slice() {
            [] if two.old == two.new => "the same",
            [] => "equivalent",
            [_] => "one difference",
            _ => "several differences",
        };
        let object_kinds = differences.iter().map(Difference::object_kind);
        let rules = reachability(&two.old, &two.old_dialect);
        let reaches = rules.iter().map(|(_, reachability)| match reachability {
            Reachability::Disabled => "disabled",
            Reachability::Never { .. } => "never",
            Reachability::Partly { .. } => "partly",
            Reachability::Always { .. } => "always",
            _ => "unmatchable",
        });
        let version = two.old.version().as_str();
        for name in object_kinds.map(ObjectKind::as_str).chain(reaches).chain([outcome, version]) {
            *seen.entry(name).or_default() += 1;
        }
    }
    let names = [
        "V1",
        "V2",
        "the same",
        "equivalent",
        "one difference",
        "several differences",
        "disabled",
        "never",
        "partly",
        "always",
    ];
    // Only dialects of other stores tell further kinds apart.
    let kinds = &ObjectKind::ALL[..4];
    for name in names.into_iter().chain(kinds.iter().map(|kind| kind.as_str())) {
        assert!(seen.get(name).is_some_and(|count| *count >= 8), "{name} is too rare: {seen:?}");
    }
}

proptest! {
    /// Filters overlap and cover each other as a search over every object says.
    #[test]
    fn filters_are_compared_over_every_object((old, new) in pair()) {
        let rules = || old.rules().iter().chain(new.rules());
        let (keys, sets) = (keys([&old, &new]), tag_sets([&old, &new]));
        let objects: Vec<ObjectVersion<'_>> = keys
            .iter()
            .flat_map(|key| sets.iter().map(|tags| ObjectVersion::new(key).with_tags(tags)))
            .collect();
        for (a, b) in rules().flat_map(|a| rules().map(|b| (&a.filter, &b.filter))) {
            let of_a = || objects.iter().filter(|object| a.matches(object));
            prop_assert_eq!(a.overlaps(b), of_a().any(|object| b.matches(object)));
            prop_assert_eq!(b.covers(a), of_a().all(|object| b.matches(object)));
            if let Some(both) = overlap(a, b) {
                prop_assert!(a.matches(&both.version()) && b.matches(&both.version()));
            }
            if let Some(one) = excess(a, b) {
                prop_assert!(a.matches(&one.version()) && !b.matches(&one.version()));
            }
        }
    }

    /// Migration to V2 changes no decision under any dialect.
    #[test]
    fn migration_changes_nothing((old, _) in pair(), dialect in dialect()) {
        let new = to_v2(&old, &dialect).validate(&dialect).unwrap();
        prop_assert_eq!(new.version(), ConfigurationVersion::V2);
        let comparison =
            Comparison::new(&old, &new).with_dialects(dialect.clone(), dialect.clone());
        prop_assert!(comparison.is_equivalent());
        if old.version() == ConfigurationVersion::V2 {
            prop_assert_eq!(old, new);
        }
    }
}

fn tagged(count: usize) -> RuleFilter {
    let tags = (0..count).map(|n| Tag::new(format!("k{n}"), "").unwrap());
    tags.fold(RuleFilter::ALL, RuleFilter::and_tag)
}

/// REP-305, REP-617, REP-238: an object has at most ten tags and a key at most 1,024 bytes, so filters
/// that require more match nothing, alone or together.
#[test]
fn filters_can_require_too_much() {
    assert_eq!(tagged(10).unmatchable(), None);
    assert_eq!(tagged(11).unmatchable(), Some(Unmatchable::MoreTagsThanObjects { tags: 11 }));
    let eleventh = RuleFilter::ALL.and_tag(Tag::new("other", "").unwrap());
    assert!(!tagged(10).overlaps(&eleventh) && tagged(9).overlaps(&eleventh));
    assert!(eleventh.covers(&tagged(11)) && !eleventh.covers(&tagged(10)));
    let long = |prefix: String| RuleFilter::prefix(prefix.parse().unwrap());
    let (longest, longer) = (long("x".repeat(1024)), long("x".repeat(1023) + "ö"));
    assert_eq!(longest.unmatchable(), None);
    assert_eq!(longer.unmatchable(), Some(Unmatchable::PrefixLongerThanKeys { bytes: 1025 }));
    assert!(!longer.overlaps(&RuleFilter::ALL) && eleventh.covers(&longer));
    assert_eq!(overlap(&longest, &RuleFilter::ALL).unwrap().key().len(), 1024);
}

/// REP-307: no key begins with more than 1024 bytes, so to exclude them excludes nothing.
#[test]
fn a_prefix_longer_than_keys_excludes_nothing() {
    let plain = configuration_of(&rule_v2("all", 1, "", "backup", ""));
    for (prefix, excludes) in [("x".repeat(1024), true), ("x".repeat(1023) + "ö", false)] {
        let not = format!("<Not><Prefix>{prefix}</Prefix></Not>");
        let excluding = configuration_of(&rule_v2("all", 1, &not, "backup", ""));
        assert_eq!(!Comparison::new(&plain, &excluding).is_equivalent(), excludes, "{prefix}");
    }
}

/// REP-305: a difference or an outranked rule is never due to an object with eleven tags.
#[test]
fn impossible_objects_do_not_count() {
    let filter = |filter: &RuleFilter| {
        let tag = |tag: &Tag| format!("<Tag><Key>{}</Key><Value/></Tag>", tag.key());
        let tags: Vec<String> = filter.tags().iter().map(tag).collect();
        let tags = tags.concat();
        format!("<And>{tags}</And>")
    };
    let other = "<Tag><Key>other</Key><Value/></Tag>";
    let both = configuration_of(
        &(rule_v2("ten", 2, &filter(&tagged(10)), "backup", "")
            + &rule_v2("other", 1, other, "backup", "")),
    );
    let rules = reachability(&both, &Dialect::AWS);
    assert!(rules.iter().all(|(_, one)| matches!(one, Reachability::Always { .. })));
    let eleven = configuration_of(
        &(rule_v2("eleven", 2, &filter(&tagged(11)), "backup", "")
            + &rule_v2("other", 1, other, "backup", "")),
    );
    let (_, eleventh) = &reachability(&eleven, &Dialect::AWS)[0];
    assert!(eleventh.is_dead() && matches!(eleventh, Reachability::Unmatchable(_)));
    let without = configuration_of(&rule_v2("other", 1, other, "backup", ""));
    assert!(Comparison::new(&eleven, &without).is_equivalent());
    assert!(!Comparison::new(&both, &without).is_equivalent());
}

/// Names, priority numbers, order and the role do not matter.
#[test]
fn equivalent_configurations_can_look_different() {
    let old = configuration_of(
        &(rule_v2("a", 1, "", "backup", "") + &rule_v2("b", 2, "<Prefix>b/</Prefix>", "other", "")),
    );
    let new = rule_v2("x", 8, "<Prefix>b/</Prefix>", "other", "")
        + &rule_v2("redundant", 4, "<Prefix>c/</Prefix>", "backup", "")
        + &rule_v2("y", 3, "<And><Prefix></Prefix></And>", "backup", "");
    let new = with_role(&new).replace(":role/", ":role/another/");
    let new = ReplicationConfiguration::from_xml(&new).unwrap();
    assert!(Comparison::new(&old, &new).is_equivalent());
}

/// Two dialects are compared like two configurations.
#[test]
fn dialects_are_compared_by_their_decisions() {
    let kms = "<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status>\
               </SseKmsEncryptedObjects></SourceSelectionCriteria>";
    let key = "</Bucket><EncryptionConfiguration><ReplicaKmsKeyID>\
               arn:aws:kms:eu-west-1:123456789012:key/1</ReplicaKmsKeyID></EncryptionConfiguration>";
    let selects = rule_v2("kms", 1, "", "backup", kms).replace("</Bucket>", key);
    let plain =
        rule_v2("logs", 2, "<Prefix>logs/</Prefix>", "backup", "").replace("Disabled", "Enabled");
    let configuration = configuration_of(&(selects + &plain));
    let witness = |dialect: Dialect| {
        let comparison = Comparison::new(&configuration, &configuration);
        let differences = comparison.with_dialects(Dialect::AWS, dialect).differences();
        assert_eq!(differences.len(), 1, "{differences:?}");
        (differences[0].object_kind(), differences[0].witness().to_string())
    };
    assert_eq!(
        witness(Dialect::AWS.with_replica_key(ReplicaKeyReading::EveryVersion)).1,
        r#"{"Key":"a","Event":"ObjectCreated:Put"}"#
    );
    let (kind, text) = witness(Dialect::AWS.with_source_selection(SourceSelection::AfterSelection));
    assert_eq!(kind, ObjectKind::ObjectsUnderKms);
    assert_eq!(text, r#"{"Key":"logs/","EncryptionStatus":"SSE-KMS","Event":"ObjectCreated:Put"}"#);
    let (kind, text) = witness(Dialect::AWS_TUTORIAL);
    assert_eq!(kind, ObjectKind::DeleteMarkers);
    assert_eq!(
        text,
        r#"{"Key":"logs/","IsDeleteMarker":true,"Event":"ObjectRemoved:DeleteMarkerCreated"}"#
    );
    let rivals = DeleteMarkerPrecedence::ReplicatingRulesCompete;
    let same = Dialect::AWS.with_delete_marker_precedence(rivals);
    let comparison = Comparison::new(&configuration, &configuration);
    assert!(comparison.with_dialects(Dialect::AWS, same).is_equivalent());
}

/// Where permanent deletes replicate, those of replicas do too.
#[test]
fn deletes_of_replicas_differ_where_deletes_do() {
    let dialect = Dialect::AWS.with_version_deletes(VersionDeletes::ByElement);
    let without = rule_v2("all", 1, "", "backup", "");
    let element = "</Status><DeleteReplication><Status>Enabled</Status></DeleteReplication>";
    let with = without.replacen("</Status>", element, 1);
    let read = |rule: &str| {
        let parser = Parser::new().with_dialect(dialect.clone());
        parser.parse_xml(&with_role(rule)).into_configuration().unwrap()
    };
    let (old, new) = (read(&without), read(&with));
    let comparison = Comparison::new(&old, &new).with_dialects(dialect.clone(), dialect.clone());
    let differences = comparison.differences();
    let kinds: BTreeSet<_> = differences.iter().map(Difference::object_kind).collect();
    let expected = [ObjectKind::VersionDeletes, ObjectKind::ReplicaDeletes];
    assert_eq!(kinds, BTreeSet::from(expected));
    let mut replica = ObjectVersion::new("a");
    replica.replication_status = Some(ReplicationStatus::Replica);
    let goes = |configuration| {
        let engine = Engine::with_dialect(configuration, &dialect);
        engine.decide(&replica, Event::ObjectRemovedDelete).replicates()
    };
    assert_eq!((goes(&old), goes(&new)), (false, true));
}

/// A rule that never wins can have the same effect as the winner, or another.
#[test]
fn dead_rules_have_the_same_effect_or_not() {
    let logs = "<Prefix>logs/</Prefix>";
    let cold = |rule: String| {
        rule.replace("</Bucket>", "</Bucket><StorageClass>GLACIER_IR</StorageClass>")
    };
    let rules = rule_v2("all", 9, "", "backup", "")
        + &rule_v2("same", 2, logs, "backup", "")
        + &cold(rule_v2("cold", 1, logs, "backup", ""))
        + &cold(rule_v2("elsewhere", 3, logs, "other", ""));
    let configuration = configuration_of(&rules);
    let actual: Vec<_> = reachability(&configuration, &Dialect::AWS)
        .iter()
        .map(|(_, reachability)| match reachability {
            Reachability::Never { by, same_effect, loses, .. } => {
                format!("{} {same_effect} {}", by.name(), loses.key())
            }
            _ => "wins".to_owned(),
        })
        .collect();
    assert_eq!(actual, ["wins", "all true logs/", "all false logs/", "wins"]);
}

/// With exclusions, a rule can be shadowed by several rules of which none shadows it alone. All of them
/// are named, and no others.
#[test]
fn several_rules_shadow_another_one_together() {
    let tag = |value: &str| format!("<Tag><Key>keep</Key><Value>{value}</Value></Tag>");
    let not = |inner: &str| format!("<Not>{inner}</Not>");
    let either = |inner: &str| format!("<Not><Or>{inner}</Or></Not>");
    let prefix = |prefix: &str| format!("<Prefix>{prefix}</Prefix>");
    let reach = |filters: &[String]| {
        let rules = filters.iter().enumerate().rev().map(|(above, filter)| {
            let priority = 10 - u32::try_from(above).unwrap();
            rule_v2(&format!("r{}", above + 1), priority, filter, "backup", "")
        });
        let configuration = configuration_of(&rules.collect::<String>());
        // The rule of the last filter comes first in the document, and has the lowest priority.
        let (_, lowest) = &reachability(&configuration, &Dialect::AWS)[0];
        match lowest {
            Reachability::Never { together, .. } => {
                let names = together.iter().map(|rule| rule.name().to_string());
                names.collect::<Vec<_>>().join(" ")
            }
            Reachability::Partly { wins, .. } => wins.to_string(),
            other => format!("{other:?}"),
        }
    };
    let all = String::new;
    assert_eq!(reach(&[not(&tag("no")), tag("no"), all()]), "r1 r2");
    assert_eq!(reach(&[not(&prefix("a/")), prefix("a/"), all()]), "r1 r2");
    // A rule between them that has no part in it is not named.
    assert_eq!(reach(&[not(&tag("no")), prefix("a/"), tag("no"), all()]), "r1 r3");
    let rest = either(&(tag("no") + &tag("never")));
    assert_eq!(reach(&[rest.clone(), tag("no"), tag("never"), all()]), "r1 r2 r3");
    // A part that no rule matches is left.
    let tagged = |value: &str| {
        format!(r#"{{"Key":"b","Tags":{{"keep":"{value}"}},"Event":"ObjectCreated:Put"}}"#)
    };
    let left = reach(&[rest, tag("no"), prefix("a/"), all()]);
    assert_eq!(left, tagged("never"));
    let left = reach(&[not(&prefix("a/")), prefix("a/b/"), all()]);
    assert_eq!(left, r#"{"Key":"a/","Event":"ObjectCreated:Put"}"#);
}

/// REP-305: an object has at most ten tags, so it does not escape eleven rules that exclude different
/// tags. That is found without trying all combinations.
#[test]
fn ten_tags_do_not_escape_eleven_rules() {
    let excluding = |rule: usize| {
        let tags = (0..20).map(|tag| format!("<Tag><Key>k{rule}-{tag}</Key><Value/></Tag>"));
        format!("<Not><Or>{}</Or></Not>", tags.collect::<String>())
    };
    let rules = (1..=12).map(|number| {
        let priority = 100 - u32::try_from(number).unwrap();
        rule_v2(&format!("r{number}"), priority, &excluding(number), "backup", "")
    });
    let configuration = configuration_of(&rules.collect::<String>());
    let rules = reachability(&configuration, &Dialect::AWS);
    for (rule, reachability) in &rules[1..11] {
        let Reachability::Partly { wins, .. } = reachability else { panic!("{reachability:?}") };
        assert_eq!(wins.tags().len(), rule.position);
    }
    let Reachability::Never { together, .. } = &rules[11].1 else { panic!("{:?}", rules[11].1) };
    assert_eq!(together.len(), 11);
}

/// A last rule that matches everything with the highest priority takes every object from the others:
/// a pattern that people copy.
#[test]
fn a_last_rule_with_the_highest_priority_takes_everything() {
    let old = configuration_of(
        &(rule_v2("logs", 3, "<Prefix>logs/</Prefix>", "backup", "")
            + &rule_v2("cold", 5, "<Prefix>cold/</Prefix>", "backup", "")
                .replace("</Bucket>", "</Bucket><StorageClass>GLACIER</StorageClass>")
            + &rule_v2("elsewhere", 4, "", "other", "")),
    );
    let all = RuleDraft::new("arn:aws:s3:::backup".parse().unwrap());
    let highest = all.clone().with_priority("6".parse().unwrap());
    let appended = append(&old, highest, &Dialect::AWS).unwrap();
    assert_eq!((appended.priority, appended.id.unwrap().as_str()), (None, "rule-4"));
    let new = appended.draft.validate(&Dialect::AWS).unwrap();
    let addition = Addition::new(&old, &new, &Dialect::AWS);
    let shadowed: Vec<_> = addition.shadowed().iter().map(|one| one.name().to_string()).collect();
    assert_eq!(shadowed, ["logs", "cold"]);
    // `logs` does the same, so for its objects nothing changes.
    let changes = addition.changes();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].witness().key(), "cold/");
    assert!(!addition.is_safe());

    let appended = append(&old, all, &Dialect::AWS).unwrap();
    assert_eq!(appended.priority.unwrap().get(), 2);
    let new = appended.draft.validate(&Dialect::AWS).unwrap();
    let addition = Addition::new(&old, &new, &Dialect::AWS);
    assert!(addition.is_safe() && addition.additions().len() == 1);
    assert!(matches!(addition.reachability(), Some(Reachability::Partly { .. })));
}

/// A rule that takes objects with the same effect changes only the metrics that count them.
#[test]
fn objects_can_move_between_rules_with_the_same_effect() {
    let sub = RuleDraft::new("arn:aws:s3:::backup".parse().unwrap())
        .with_filter(&RuleFilter::prefix("x".parse().unwrap()))
        .with_priority("9".parse().unwrap());
    let all =
        rule_v2("all", 5, "", "backup", "") + &rule_v2("y", 6, "<Prefix>y</Prefix>", "backup", "");
    let old = configuration_of(&all);
    let new =
        append(&old, sub.clone(), &Dialect::AWS).unwrap().draft.validate(&Dialect::AWS).unwrap();
    let addition = Addition::new(&old, &new, &Dialect::AWS);
    let [lost] = addition.outranked() else { panic!("{:?}", addition.outranked()) };
    assert_eq!((lost.by().position, lost.rule().name().to_string().as_str()), (2, "all"));
    assert_eq!(lost.witness().to_string(), r#"{"Key":"x","Event":"ObjectCreated:Put"}"#);
    assert!(addition.changes().is_empty() && addition.is_safe() && !lost.has_metrics());

    let metrics = "</Bucket><Metrics><Status>Enabled</Status></Metrics>";
    let old = configuration_of(&all.replace("</Bucket>", metrics));
    let mut sub = sub;
    let destination = sub.destination.as_mut().unwrap();
    destination.metrics = old.to_draft().rules[0].destination.as_ref().unwrap().metrics;
    let new = append(&old, sub, &Dialect::AWS).unwrap().draft.validate(&Dialect::AWS).unwrap();
    let addition = Addition::new(&old, &new, &Dialect::AWS);
    assert!(addition.changes().is_empty() && addition.outranked()[0].has_metrics());
    assert!(!addition.is_safe());
}

/// The chosen priority is the nearest free one below the rules that share objects, in the order of the
/// dialect.
#[test]
fn priorities_are_chosen_below_rules_that_share_objects() {
    let chosen = |present: &[(u32, &str, &str)], dialect: &Dialect| {
        let rules = present.iter().map(|(priority, prefix, bucket)| {
            let filter = format!("<Prefix>{prefix}</Prefix>");
            rule_v2(&format!("r{priority}"), *priority, &filter, bucket, "")
        });
        let old = configuration_of(&rules.collect::<String>());
        let rule = RuleDraft::new("arn:aws:s3:::backup".parse().unwrap())
            .with_filter(&RuleFilter::prefix("a/".parse().unwrap()));
        let appended = append(&old, rule, dialect);
        appended.map(|appended| appended.priority.unwrap().get()).map_err(|error| error.below)
    };
    let present =
        [(9, "a/b/", "backup"), (8, "x/", "backup"), (12, "", "backup"), (5, "", "other")];
    assert_eq!(chosen(&present, &Dialect::AWS), Ok(7));
    assert_eq!(chosen(&present, &Dialect::AWS_TUTORIAL), Ok(13));
    let max = Priority::MAX.get();
    let apart = [(max, "x/", "backup"), (0, "a/", "other")];
    assert_eq!(chosen(&apart, &Dialect::AWS), Ok(1));
    assert_eq!(chosen(&apart[1..], &Dialect::AWS), Ok(1));
    assert_eq!(chosen(&[(0, "a/", "backup")], &Dialect::AWS), Err("r0".to_owned()));
    assert_eq!(chosen(&[(max, "a/", "backup")], &Dialect::AWS_TUTORIAL), Err(format!("r{max}")));
    assert_eq!(chosen(&[(1, "a/", "backup")], &Dialect::AWS), Ok(0));
}
