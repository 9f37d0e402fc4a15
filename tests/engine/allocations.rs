//! Deciding needs no memory of its own.

use allocation_counter::measure;
use s3_replication::engine::Tally;
use s3_replication::model::{ConfigurationDraft, EncryptionStatus, Event, RuleDraft, Tagging};
use s3_replication::{Dialect, Engine, ObjectVersion, Priority, ReplicationConfiguration};

use crate::support::ROLE;

fn configuration(rules: impl IntoIterator<Item = RuleDraft>) -> ReplicationConfiguration {
    let mut draft = ConfigurationDraft::new(ROLE.parse().unwrap());
    for (priority, rule) in (0..).zip(rules) {
        draft = draft.with_rule(rule.with_priority(Priority::new(priority).unwrap()));
    }
    draft.validate(&Dialect::AWS).unwrap()
}

fn rule(bucket: usize, prefix: &str, tags: &str) -> RuleDraft {
    let mut filter = s3_replication::RuleFilter::prefix(prefix.parse().unwrap());
    for tag in &*tags.parse::<Tagging>().unwrap() {
        filter = filter.and_tag(tag.clone());
    }
    RuleDraft::new(format!("arn:aws:s3:::bucket-{bucket}").parse().unwrap()).with_filter(&filter)
}

/// Asks about the same keys under many events; returns how many replications there were and how
/// often memory was asked for.
fn ask(configuration: &ReplicationConfiguration) -> (usize, u64) {
    let engine = Engine::new(configuration);
    let tagging: Tagging = "n=5&env=prod&team=tax".parse().unwrap();
    let mut replications = 0;
    let allocations = measure(|| {
        for key in ["", "a", "a/b", "a/b/c", "tenant-07/x", "tenant-7", "zzz"] {
            for encryption in [EncryptionStatus::SseS3, EncryptionStatus::SseKms] {
                let version = ObjectVersion::new(key).with_encryption(encryption);
                for version in [version.clone(), version.with_tags(&tagging)] {
                    for event in Event::ALL {
                        replications += engine.decide(&version, *event).replications().len();
                    }
                }
            }
        }
    });
    (replications, allocations.count_total)
}

/// Up to eight destinations; rules with tags in lists and in the index; nested prefixes.
#[test]
fn a_decision_allocates_nothing() {
    let tenants = (0..100).map(|n| rule(n % 8, &format!("tenant-{n:02}/"), ""));
    let tagged = (0..100).map(|n| rule(n % 8, "", &format!("n={n}&env=prod")));
    let few_tags = (0..8).map(|n| rule(n, "a/", "team=tax"));
    let nested = ["", "a", "a/", "a/b", "a/b/"].map(|prefix| rule(prefix.len(), prefix, ""));
    for rules in [
        tenants.clone().collect::<Vec<_>>(),
        tagged.clone().collect(),
        few_tags.collect(),
        nested.to_vec(),
        tenants.chain(tagged).chain(nested).collect(),
    ] {
        let (replications, allocations) = ask(&configuration(rules));
        assert!(replications > 0);
        assert_eq!(allocations, 0);
    }
}

/// A ninth destination costs one allocation, and the answer is whole all the same.
#[test]
fn many_destinations_spill_once() {
    let engine = Engine::new(&configuration((0..100).map(|n| rule(n, "", ""))));
    let version = ObjectVersion::new("a");
    let mut replications = 0;
    let allocations = measure(|| {
        replications = engine.decide(&version, Event::ObjectCreatedPut).replications().len();
    });
    assert_eq!(replications, 100);
    assert!((1..=6).contains(&allocations.count_total), "{allocations:?}");
}

/// Counting allocates nothing, however many versions are added.
#[test]
fn counting_allocates_nothing() {
    let rules = (0..100).map(|n| rule(n, "", "")).chain((0..100).map(|n| rule(n, "t", "env=prod")));
    let mut tally = Tally::new(&Engine::new(&configuration(rules)));
    let keys = ["a", "t/1", "t/2"];
    let allocations = measure(|| {
        for key in keys {
            for event in Event::ALL {
                tally.add(&ObjectVersion::new(key), *event);
            }
        }
    });
    assert_eq!(tally.total().versions, (keys.len() * Event::ALL.len()) as u64);
    assert_eq!(allocations.count_total, 0);
}

/// Memory grows with the rules, not with their square.
#[test]
fn an_engine_is_small() {
    let nested = (0..1000).map(|depth| rule(depth, &"a".repeat(depth), "")).collect::<Vec<_>>();
    let flat = (0..1000).map(|n| rule(0, &format!("tenant-{n:04}/logs/"), "")).collect::<Vec<_>>();
    let tagged = (0..1000).map(|n| rule(n % 5, "", &format!("a={n}&b={}", n % 7))).collect();
    for rules in [nested, flat, tagged, (0..1000).map(|n| rule(n, "", "")).collect()] {
        let configuration = configuration(rules);
        let mut engine = None;
        let allocations = measure(|| engine = Some(Engine::new(&configuration)));
        drop(engine);
        assert!(allocations.bytes_current < 1_000_000, "{allocations:?}");
    }
}
