//! Engine, reference and comparison under every dialect, against asking about every object.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;
use s3_replication::analysis::{Comparison, Reachability, excess, overlap, reachability};
use s3_replication::dialect::{PrefixSearch, Question};
use s3_replication::engine::reference;
use s3_replication::lint::{Context, Level, Levels, check, open_answers};
use s3_replication::model::{
    BucketArn, ConfigurationDraft, DeleteMarkerOrigin, EncryptionStatus, Event, KnownBuckets,
    ReplicationRule, ReplicationStatus, RuleStatus, Tag,
};
use s3_replication::strategies::{excluding_pair, object_for, pair, scenario};
use s3_replication::{Dialect, Engine, ObjectVersion, ReplicationConfiguration};

use super::lenient;
use crate::support::every_object::{effect, effects, for_every_object};

/// One of the dialects with a name, or one with any answers about decisions.
fn dialect() -> impl Strategy<Value = Dialect> {
    let named = select(Dialect::ALL);
    let any = (named.clone(), proptest::collection::vec(any::<prop::sample::Index>(), 19));
    let mixed = any.prop_map(|(dialect, choices)| {
        use s3_replication::dialect::Question as Q;
        let questions = [
            Q::Tags,
            Q::OddTags,
            Q::RulePrefix,
            Q::PriorityOrder,
            Q::Winners,
            Q::SourceSelection,
            Q::DeleteMarkerPrecedence,
            Q::DeleteMarkers,
            Q::DeleteMarkerTags,
            Q::ReplicaDeleteMarkers,
            Q::VersionDeletes,
            Q::Replicas,
            Q::MissingReplicaModifications,
            Q::OlderObjects,
            Q::KmsVersions,
            Q::CustomerKeyVersions,
            Q::Copies,
            Q::EmptyTagValue,
            Q::PrefixSearch,
        ];
        questions.iter().zip(&choices).fold(dialect, |dialect, (question, choice)| {
            dialect
                .with_answer(*question, question.answers()[choice.index(question.answers().len())])
                .unwrap()
        })
    });
    prop_oneof![2 => named, 3 => mixed].prop_map(|dialect| lenient(&dialect))
}

/// Adds and removes what other stores read in their own way.
fn varied(configuration: &ReplicationConfiguration, choices: &[u8]) -> ConfigurationDraft {
    let mut draft = configuration.to_draft();
    for (rule, choice) in draft.rules.iter_mut().zip(choices.iter().cycle()) {
        // Stores that do not know the element refuse it, and then nothing is compared.
        if choice % 8 == 1 {
            rule.delete_replication = Some(RuleStatus::Enabled);
        }
        match choice & 6 {
            2 => rule.existing_object_replication = Some(RuleStatus::Disabled),
            4 => rule.existing_object_replication = Some(RuleStatus::Enabled),
            _ => {}
        }
        if choice & 0x20 > 0 {
            rule.source_zones.push("a".parse().unwrap());
        }
        if choice & 0x40 > 0
            && let Some(destination) = &mut rule.destination
        {
            destination.zones.push("b".parse().unwrap());
        }
        if choice & 0x18 == 0x18 {
            rule.delete_marker_replication = None;
        }
    }
    draft
}

fn choices() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 8)
}

/// Reads a draft as a store does; `None` if it is refused.
fn read(draft: ConfigurationDraft, dialect: &Dialect) -> Option<ReplicationConfiguration> {
    draft.validate(dialect).ok()
}

/// Every kind of version and event that some dialect treats in its own way.
fn kinds() -> Vec<(ObjectVersion<'static>, Event, ())> {
    let plain = ObjectVersion::new("");
    let replica = plain.clone().with_replication_status(ReplicationStatus::Replica);
    let done = plain.clone().with_replication_status(ReplicationStatus::Completed);
    let mut marker = plain.clone();
    marker.delete_marker = Some(DeleteMarkerOrigin::User);
    let mut kinds = vec![
        (plain.clone(), Event::ObjectRemovedDeleteMarkerCreated, ()),
        (replica.clone(), Event::ObjectRemovedDeleteMarkerCreated, ()),
        (plain.clone(), Event::ObjectRemovedDelete, ()),
        (replica.clone(), Event::ObjectRemovedDelete, ()),
        (plain.clone(), Event::LifecycleExpirationDelete, ()),
        (marker, Event::BatchReplication, ()),
    ];
    for encryption in [EncryptionStatus::SseS3, EncryptionStatus::SseKms, EncryptionStatus::SseC] {
        for version in [&plain, &replica, &done] {
            let version = version.clone().with_encryption(encryption);
            for event in [
                Event::ObjectCreatedPut,
                Event::ObjectCreatedCopy,
                Event::ObjectTaggingPut,
                Event::BatchReplication,
            ] {
                kinds.push((version.clone(), event, ()));
            }
        }
    }
    kinds
}

/// The verdicts and the decision of the engine are those of the reference.
fn agrees(
    configuration: &ReplicationConfiguration,
    dialect: &Dialect,
    version: &ObjectVersion<'_>,
    event: Event,
) -> Result<(), TestCaseError> {
    let engine = Engine::with_dialect(configuration, dialect);
    let expected = reference::explain(configuration, dialect, version, event);
    let explanation = engine.explain(version, event);
    let found: Vec<_> = explanation.verdicts().map(|(_, verdict)| verdict).collect();
    prop_assert_eq!(&found, &expected, "{:?} {:?}", version, event);
    let decided = reference::decide(configuration, dialect, version, event);
    let decided: Vec<_> = decided.iter().map(|(rule, action)| (rule.position, *action)).collect();
    let decision = engine.decide(version, event);
    let made: Vec<_> =
        decision.replications().map(|one| (one.rule().position, one.action())).collect();
    prop_assert_eq!(made, decided, "{:?} {:?}", version, event);
    let mut tally = s3_replication::engine::Tally::new(&engine);
    tally.add(version, event);
    prop_assert_eq!(tally.replicated().versions > 0, decision.replicates());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    /// REP-1101 to REP-1128: the engine agrees with the reference under every dialect, about objects
    /// drawn from the rules.
    #[test]
    fn engine_is_the_reference_under_every_dialect(
        scenario in scenario(),
        dialect in dialect(),
        choices in choices(),
    ) {
        let Some(configuration) = read(varied(&scenario.configuration, &choices), &dialect) else {
            return Ok(());
        };
        let drawn = &scenario.object;
        agrees(&configuration, &dialect, &drawn.version(), drawn.event)?;
        for event in Event::ALL {
            agrees(&configuration, &dialect, &drawn.version(), *event)?;
        }
    }

    /// REP-1103: a tag outside ASCII hides all tags, or none.
    #[test]
    fn objects_with_odd_tags_agree(
        scenario in scenario(),
        dialect in dialect(),
    ) {
        let Some(configuration) = read(scenario.configuration.to_draft(), &dialect) else {
            return Ok(());
        };
        let mut tags = scenario.object.tags.clone();
        tags.truncate(ObjectVersion::TAG_LIMIT - 1);
        tags.push(Tag::new("größe", "1").unwrap());
        let mut version = scenario.object.version();
        version.tags = (&tags).into();
        agrees(&configuration, &dialect, &version, scenario.object.event)?;
    }
}

/// Returns the position of the one rule for a bucket with which a store compares a key, by the words of
/// REP-1137.
fn compared(rules: &[ReplicationRule], bucket: &BucketArn, key: &[u8]) -> Option<usize> {
    let rules = rules.iter().filter(|rule| rule.is_enabled() && rule.destination.bucket == *bucket);
    let rules = rules.map(|rule| (rule.filter.key_prefix().as_str().as_bytes(), rule.position));
    rules.filter(|(prefix, _)| *prefix <= key).max().map(|(_, position)| position)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// REP-1137: where a key is compared with one rule only, the filter of that rule matches it as it
    /// does elsewhere, and the others match nothing. `covers` and `overlaps` agree.
    #[test]
    fn one_rule_for_a_bucket_is_compared(
        (configuration, _) in prop_oneof![pair().boxed(), excluding_pair().boxed()],
    ) {
        let every = lenient(&Dialect::AWS);
        let last = every.clone().with_prefix_search(PrefixSearch::LastBeforeKey);
        let [every, last] = [every, last].map(|dialect| read(configuration.to_draft(), &dialect));
        let (Some(every), Some(last)) = (every, last) else { return Ok(()) };
        let kinds = vec![(ObjectVersion::new(""), Event::ObjectCreatedPut, ())];
        let (count, mut shared, mut left) = (last.rules().len(), BTreeSet::new(), BTreeSet::new());
        for_every_object(kinds, [&every], |version, _, ()| {
            for (rule, before) in last.rules().iter().zip(every.rules()) {
                let at = compared(every.rules(), &rule.destination.bucket, version.key);
                let is_compared = !rule.is_enabled() || at == Some(rule.position);
                let expected = before.filter.matches(version) && is_compared;
                prop_assert_eq!(rule.filter.matches(version), expected, "{:?}", version);
            }
            for (a, b) in (0..count).flat_map(|a| (0..count).map(move |b| (a, b))) {
                if last.rules()[b].filter.matches(version) {
                    let both = last.rules()[a].filter.matches(version);
                    if both { &mut shared } else { &mut left }.insert((a, b));
                }
            }
            Ok(())
        })?;
        for (a, b) in (0..count).flat_map(|a| (0..count).map(move |b| (a, b))) {
            let (one, other) = (&last.rules()[a].filter, &last.rules()[b].filter);
            prop_assert_eq!(one.covers(other), !left.contains(&(a, b)), "{:?} {:?}", one, other);
            prop_assert_eq!(one.overlaps(other), shared.contains(&(a, b)), "{:?} {:?}", one, other);
            let found = overlap(one, other).is_some();
            prop_assert_eq!(found, shared.contains(&(a, b)), "{:?} {:?}", one, other);
            let excess = excess(other, one).map(|found| {
                (other.matches(&found.version()), one.matches(&found.version()))
            });
            let expected = left.contains(&(a, b)).then_some((true, false));
            prop_assert_eq!(excess, expected, "{:?} {:?}", one, other);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// REP-1138: in two zones the rules for other zones decide nothing, as if they were not written.
    #[test]
    fn rules_for_other_zones_decide_nothing(
        scenario in scenario(),
        choices in choices(),
        zones in select(vec!["a,b", "b,a", "a,a", "b,b"]),
    ) {
        let dialect = lenient(&Dialect::CEPH);
        let zones = zones.parse().unwrap();
        let draft = varied(&scenario.configuration, &choices);
        let mut without = draft.clone();
        without.rules.retain(|rule| rule.zones().contain(&zones));
        let none_is_left = without.rules.is_empty();
        let Some(configuration) = read(draft.clone(), &dialect) else { return Ok(()) };
        let synced = configuration.in_zones(&zones);
        prop_assert_eq!(synced.to_draft(), configuration.to_draft());
        let disabled = read(draft.in_zones(&zones), &dialect).unwrap();
        let disabled = Engine::with_dialect(&disabled, &dialect);
        let without = read(without, &dialect).map(|one| Engine::with_dialect(&one, &dialect));
        prop_assert!(without.is_some() || none_is_left);
        let engine = Engine::with_dialect(&synced, &dialect);
        let version = scenario.object.version();
        for event in Event::ALL {
            let expected = without.as_ref().map(|one| effects(one, &version, *event));
            let found = effects(&engine, &version, *event);
            prop_assert_eq!(&effects(&disabled, &version, *event), &found, "{}", event);
            agrees(&synced, &dialect, &version, *event)?;
            prop_assert_eq!(found, expected.unwrap_or_default(), "{:?} {:?}", version, event);
        }
    }

    /// Differences between two readings are those of asking about every object.
    #[test]
    fn comparison_is_exact_under_every_dialect(
        (old, new) in prop_oneof![pair().boxed(), excluding_pair().boxed()],
        (old_dialect, other, same) in (dialect(), dialect(), any::<bool>()),
        choices in choices(),
    ) {
        let new_dialect = if same { old_dialect.clone() } else { other };
        let old = read(varied(&old, &choices), &old_dialect);
        let new = read(varied(&new, &choices), &new_dialect);
        let (Some(old), Some(new)) = (old, new) else { return Ok(()) };
        let comparison =
            Comparison::new(&old, &new).with_dialects(old_dialect.clone(), new_dialect.clone());
        let engines =
            [Engine::with_dialect(&old, &old_dialect), Engine::with_dialect(&new, &new_dialect)];
        let differences = comparison.differences();
        for difference in &differences {
            let witness = difference.witness();
            let [was, is] = engines.each_ref().map(|engine| {
                let version = witness.version();
                let decision = engine.decide(&version, witness.event());
                decision.to(difference.bucket()).map(effect)
            });
            prop_assert_ne!(was, is, "{}", witness);
        }
        let mut differ = false;
        for_every_object(kinds(), [&old, &new], |version, event, ()| {
            let [was, is] = engines.each_ref().map(|engine| effects(engine, version, event));
            if was != is && !differ {
                differ = true;
                prop_assert!(!differences.is_empty(), "{:?} {}: {:?} {:?}", version, event, was, is);
            }
            Ok(())
        })?;
        if differences.is_empty() && differences.is_complete() {
            prop_assert!(!differ);
        }
    }

    /// A rule is dead exactly if it replicates no object.
    #[test]
    fn reachability_is_exact_under_every_dialect(
        (configuration, _) in prop_oneof![pair().boxed(), excluding_pair().boxed()],
        dialect in dialect(),
        choices in choices(),
    ) {
        let Some(configuration) = read(varied(&configuration, &choices), &dialect) else {
            return Ok(());
        };
        let engine = Engine::with_dialect(&configuration, &dialect);
        let mut winning = BTreeSet::new();
        for_every_object(kinds(), [&configuration; 2], |version, event, ()| {
            let decision = engine.decide(version, event);
            winning.extend(decision.replications().map(|one| one.rule().position));
            Ok(())
        })?;
        for (rule, found) in reachability(&configuration, &dialect) {
            let is_winning = winning.contains(&rule.position);
            match &found {
                Reachability::Always { wins } | Reachability::Partly { wins, .. } => {
                    let version = wins.version();
                    let decision = engine.decide(&version, wins.event());
                    let is_won =
                        decision.replications().any(|one| one.rule().position == rule.position);
                    prop_assert!(is_won, "{} {}", rule.name(), wins);
                }
                Reachability::Undecided => {}
                _ => prop_assert!(!is_winning, "{} {:?}", rule.name(), found),
            }
        }
    }
}

proptest! {
    /// REP-1136: an open answer is one that changes a decision, whatever the question is about.
    #[test]
    fn open_answers_are_those_of_the_definition(
        (configuration, _) in pair(),
        choices in any::<[u8; 3]>(),
    ) {
        let draft = varied(&configuration, &choices);
        let dialect = lenient(&Dialect::WASABI);
        let Ok(assumed) = draft.clone().validate(&dialect) else { return Ok(()) };
        let changes = |question: Question, other: &str| {
            let other = dialect.clone().with_answer(question, other).unwrap();
            draft.clone().validate(&other).is_ok_and(|read| {
                let comparison = Comparison::new(&assumed, &read);
                comparison.with_dialects(dialect.clone(), other).first_difference().is_some()
            })
        };
        let unknown = Question::ALL.iter().copied().filter(|one| !dialect.is_known(*one));
        let others = unknown.flat_map(|question| {
            let others = question.answers().into_iter();
            let others = others.filter(|other| *other != dialect.answer(question));
            others.map(|other| (question, other)).collect::<Vec<_>>()
        });
        let expected: Vec<_> = others.filter(|(question, other)| changes(*question, other)).collect();
        let found = open_answers(&draft, &dialect);
        let found: Vec<_> = found.iter().map(|one| (one.question(), one.other())).collect();
        prop_assert_eq!(found, expected);
    }
}

proptest! {
    /// Another store decides differently where one of its answers changes a decision.
    #[test]
    fn differing_stores_are_those_of_the_definition(
        (configuration, _) in pair(),
        choices in choices(),
        dialect in dialect(),
    ) {
        let mut draft = varied(&configuration, &choices);
        // Without a pair of zones, the lint does not run on rules for several zones.
        for rule in &mut draft.rules {
            rule.source_zones.clear();
            if let Some(destination) = &mut rule.destination {
                destination.zones.clear();
            }
        }
        let Ok(read) = draft.clone().validate(&dialect) else { return Ok(()) };
        let accepts = |store: &&Dialect| draft.clone().validate(store).is_ok();
        let stores: Vec<&Dialect> = Dialect::ALL.iter().filter(accepts).collect();
        let mut expected = Vec::new();
        for question in Question::ALL.iter().copied() {
            for answer in question.answers() {
                let has_answer =
                    |store: &&Dialect| store.is_known(question) && store.answer(question) == answer;
                let other = dialect.clone().with_answer(question, answer).unwrap();
                let otherwise = draft.clone().validate(&other).ok();
                let changes = otherwise.is_some_and(|otherwise| {
                    let comparison = Comparison::new(&read, &otherwise);
                    let comparison = comparison.with_dialects(dialect.clone(), other.clone());
                    comparison.first_difference().is_some()
                });
                if changes && stores.iter().any(has_answer) {
                    let text = other.answer_text(question);
                    expected.push(format!("{} {}", question.text(), text.trim_end_matches('.')));
                }
            }
        }
        let mut levels = Levels::new();
        levels.set(Levels::ALL, Level::Allow).unwrap();
        levels.set("decided-differently-elsewhere", Level::Warn).unwrap();
        let buckets = KnownBuckets::new();
        let checked = check(&Context::new(&draft, &dialect, &buckets), &levels);
        let found: Vec<&str> = checked.report.iter().map(|one| one.message.as_str()).collect();
        prop_assert_eq!(found.len(), expected.len(), "{:#?}", (&found, &expected));
        for expected in &expected {
            prop_assert!(found.iter().any(|one| one.ends_with(expected)), "{expected}\n{found:#?}");
        }
    }
}

/// The strategies above draw objects that the rules replicate.
#[test]
fn drawn_objects_are_replicated_under_every_dialect() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    for dialect in Dialect::ALL {
        let dialect = lenient(dialect);
        let (mut read_count, mut replicated) = (0, 0);
        for _ in 0..200 {
            let (configuration, _) = pair().new_tree(&mut runner).unwrap().current();
            let Some(configuration) = read(configuration.to_draft(), &dialect) else { continue };
            read_count += 1;
            let object = object_for(&configuration).new_tree(&mut runner).unwrap().current();
            let engine = Engine::with_dialect(&configuration, &dialect);
            let created = Event::ObjectCreatedPut;
            replicated += usize::from(engine.decide(&object.version(), created).replicates());
        }
        assert!(read_count > 150, "{dialect} reads {read_count}");
        assert!(replicated > 20, "{dialect} replicates {replicated}");
    }
}
