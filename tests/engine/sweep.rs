//! Answers in the order of keys are the answers one by one.

use proptest::collection::vec;
use proptest::prelude::*;
use s3_replication::engine::{Replication, Sweep};
use s3_replication::model::{Event, ObjectTags, Tag, Tagging};
use s3_replication::strategies::{DrawnObject, Scenario, event, object_for, scenario};
use s3_replication::{Engine, ObjectVersion};

use crate::support::{configuration, rule_v2};

/// Compares the answer of a sweep with the decision, the explanation and a tally of one version.
fn check(sweep: &mut Sweep<'_>, engine: &Engine, version: &ObjectVersion<'_>, event: Event) {
    let answer = sweep.decide(version, event);
    let decision = engine.decide(version, event);
    assert_eq!(answer.replicates(), decision.replicates());
    assert!(answer.rules().eq(decision.replications().map(Replication::rule)), "{version:?}");
    assert!(answer.replications().eq(decision.replications().copied()), "{version:?}");
    assert_eq!(answer.action(), decision.replications().next().map(Replication::action));
    let alone = engine.tally([(version, event)]);
    assert_eq!(answer.reason(), alone.not_replicated().map(|(reason, _)| reason).next());
}

/// Versions of the keys and near the prefixes of one configuration.
fn many() -> impl Strategy<Value = (Scenario, Vec<DrawnObject>, Vec<Event>)> {
    scenario().prop_flat_map(|scenario| {
        let objects = vec(object_for(&scenario.configuration), 1..24);
        // Events mostly stay the same, as in an inventory.
        let events = prop_oneof![
            3 => event().prop_map(|event| vec![event; 24]),
            1 => vec(event(), 24),
        ];
        (Just(scenario), objects, events)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_sweep_answers_like_single_decisions(
        (scenario, mut objects, events) in many(),
        other in event(),
        sorted: bool,
    ) {
        if sorted {
            objects.sort_by(|a, b| a.key.cmp(&b.key));
        }
        let engine = Engine::with_dialect(&scenario.configuration, &scenario.dialect);
        let mut sweep = engine.sweep();
        for (object, event) in objects.iter().zip(events) {
            let version = object.version();
            check(&mut sweep, &engine, &version, event);
            // The same once more, so that answers are given again, and without what can differ.
            check(&mut sweep, &engine, &version, event);
            let bare = ObjectVersion::new(&object.key);
            check(&mut sweep, &engine, &bare, event);
            check(&mut sweep, &engine, &bare.clone().with_tags(version.tags), event);
            check(&mut sweep, &engine, &bare, other);
            check(&mut sweep, &engine, &version, event);
        }
    }

    /// A tally of many versions is the sum of the tallies of each.
    #[test]
    fn counting_many_is_counting_each((scenario, objects, events) in many()) {
        let engine = Engine::with_dialect(&scenario.configuration, &scenario.dialect);
        let versions: Vec<_> = objects.iter().map(DrawnObject::version).collect();
        let whole = engine.tally(versions.iter().zip(events.iter().copied()));
        let mut sum = engine.tally([]);
        for question in versions.iter().zip(events) {
            sum.append(&engine.tally([question]));
        }
        prop_assert!(whole.rules().eq(sum.rules()));
        prop_assert!(whole.not_replicated().eq(sum.not_replicated()));
        prop_assert_eq!((whole.total(), whole.replicated()), (sum.total(), sum.replicated()));
    }

    /// Tags as the text of a header match as parsed ones do, whichever form a caller has.
    #[test]
    fn tags_in_a_header_match_like_parsed_ones((scenario, objects, events) in many()) {
        let engine = Engine::with_dialect(&scenario.configuration, &scenario.dialect);
        for (object, event) in objects.iter().zip(events) {
            let plain = object.tags.iter().map(|tag| format!("{}={}", tag.key(), tag.value()));
            let header = plain.collect::<Vec<_>>().join("&");
            let mut version = object.version();
            let expected: Vec<usize> = positions(&engine, &version, event);
            let Some(tags) = ObjectTags::from_header(&header) else { continue };
            version.tags = tags;
            prop_assert_eq!(&tags, &ObjectTags::from(&object.tags));
            prop_assert_eq!(positions(&engine, &version, event), expected);
        }
    }
}

fn positions(engine: &Engine, version: &ObjectVersion<'_>, event: Event) -> Vec<usize> {
    let decision = engine.decide(version, event);
    decision.replications().map(|made| made.rule().position).collect()
}

/// An encoded header is left to the parser, which allocates.
#[test]
fn an_encoded_header_is_not_compared_as_it_is() {
    for text in ["team=tax%20office", "team=tax+office", "te%61m=tax"] {
        assert!(ObjectTags::from_header(text).is_none(), "{text}");
        assert!(text.parse::<Tagging>().is_ok(), "{text}");
    }
    for (text, tags) in [
        ("", vec![]),
        ("team=tax", vec![("team", "tax")]),
        ("team=tax&env=", vec![("team", "tax"), ("env", "")]),
        ("team", vec![("team", "")]),
        ("a=b=c", vec![("a", "b=c")]),
        ("&a=b&&c=d&", vec![("a", "b"), ("c", "d")]),
    ] {
        let found = ObjectTags::from_header(text).unwrap();
        assert_eq!(found.iter().collect::<Vec<_>>(), tags, "{text}");
        assert_eq!(found.is_empty(), tags.is_empty(), "{text}");
        if let Ok(parsed) = text.parse::<Tagging>() {
            assert_eq!(found, ObjectTags::from(&parsed), "{text}");
        }
        for (key, value) in tags.iter().filter(|(key, _)| !key.is_empty()) {
            assert!(found.contains(&Tag::new(*key, *value).unwrap()));
        }
    }
}

/// The end of a key decides, too: `ab` begins with no longer prefix than `a`, and `abc` does.
#[test]
fn a_longer_key_is_walked_again() {
    let rule = |priority, prefix: &str| {
        rule_v2(prefix, priority, &format!("<Prefix>{prefix}</Prefix>"), "backup", "")
    };
    let engine = Engine::new(&configuration(&[rule(1, "a"), rule(2, "abc")].concat()));
    let mut sweep = engine.sweep();
    for key in ["a", "ab", "abc", "abcd", "abd", "ab", "b", ""] {
        check(&mut sweep, &engine, &ObjectVersion::new(key), Event::ObjectCreatedPut);
    }
}
