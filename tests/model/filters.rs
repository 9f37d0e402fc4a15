//! Filters with exclusions, compared with an enumeration of a small universe.

use proptest::collection::vec;
use proptest::prelude::*;
use s3_replication::model::{Tag, Unmatchable};
use s3_replication::{ObjectVersion, RuleFilter};

fn tag(number: u8) -> Tag {
    Tag::new(["x", "y"][usize::from(number / 2)], ["1", "2"][usize::from(number % 2)]).unwrap()
}

/// Draws a filter over prefixes of two letters and two tag keys with two values.
fn filter() -> impl Strategy<Value = RuleFilter> {
    let prefixes = vec("[ab]{0,3}", 0..3);
    ("[ab]{0,2}", vec(0..4u8, 0..=2), prefixes, vec(0..4u8, 0..3)).prop_map(
        |(prefix, tags, excluded, excluded_tags)| {
            let mut filter = RuleFilter::prefix(prefix.parse().unwrap());
            for number in tags {
                filter = filter.and_tag(tag(number));
            }
            for prefix in excluded {
                filter = filter.excluding_prefix(prefix.parse().unwrap());
            }
            for number in excluded_tags {
                filter = filter.excluding_tag(tag(number));
            }
            filter
        },
    )
}

/// Every object that can matter: the keys of `a`, `b` and `c` up to four letters, and every set of
/// tags, with values that no filter names.
fn universe() -> Vec<(String, Vec<Tag>)> {
    let mut keys = vec![String::new()];
    let mut last = keys.clone();
    for _ in 0..4 {
        last = last.iter().flat_map(|key| ["a", "b", "c"].map(|end| key.clone() + end)).collect();
        keys.extend(last.iter().cloned());
    }
    let values = |key: &str| {
        let value = |value| Some(Tag::new(key, value).unwrap());
        [None, value("1"), value("2"), value("3")]
    };
    let mut sets = Vec::new();
    for x in values("x") {
        sets.extend(values("y").map(|y| x.iter().cloned().chain(y).collect::<Vec<_>>()));
    }
    // No object has the empty key.
    let keys = keys.into_iter().skip(1);
    keys.flat_map(|key| sets.iter().map(move |set| (key.clone(), set.clone()))).collect()
}

thread_local! {
    static UNIVERSE: Vec<(String, Vec<Tag>)> = universe();
}

/// The numbers of the objects of the universe that a filter matches, by the definition.
fn matched(filter: &RuleFilter) -> Vec<bool> {
    UNIVERSE.with(|universe| {
        let matches = |(key, tags): &(String, Vec<Tag>)| {
            let excluded = filter.exclusion();
            key.starts_with(filter.key_prefix().as_str())
                && filter.tags().iter().all(|tag| tags.contains(tag))
                && !excluded.prefixes().iter().any(|prefix| key.starts_with(prefix.as_str()))
                && !excluded.tags().iter().any(|tag| tags.contains(tag))
        };
        universe.iter().map(matches).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// REP-301, REP-303, REP-307, REP-308.
    #[test]
    fn a_filter_matches_as_defined(filter in filter()) {
        let matched = matched(&filter);
        UNIVERSE.with(|universe| {
            for ((key, tags), expected) in universe.iter().zip(&matched) {
                let version = ObjectVersion::new(key).with_tags(tags);
                prop_assert_eq!(filter.matches(&version), *expected, "{} {:?}", key, tags);
            }
            prop_assert_eq!(filter.unmatchable().is_none(), matched.contains(&true));
            Ok(())
        })?;
    }

    /// REP-307, REP-308: what two filters have in common, exactly.
    #[test]
    fn filters_relate_as_the_objects_that_they_match(a in filter(), b in filter()) {
        let (of_a, of_b) = (matched(&a), matched(&b));
        let both = || of_a.iter().zip(&of_b);
        prop_assert_eq!(a.overlaps(&b), both().any(|(a, b)| *a && *b));
        prop_assert_eq!(a.covers(&b), both().all(|(a, b)| *a || !*b));
    }

    /// The order in which a filter is put together does not matter.
    #[test]
    fn an_exclusion_is_a_set(numbers in vec(0..4u8, 0..5)) {
        let excluding = |filter: RuleFilter, number: u8| filter.excluding_tag(tag(number));
        let there = numbers.iter().copied().fold(RuleFilter::ALL, excluding);
        let back = numbers.iter().rev().copied().fold(RuleFilter::ALL, excluding);
        prop_assert_eq!(&there, &back);
        prop_assert!(there.exclusion().tags().is_sorted_by(|a, b| a < b));
        prop_assert_eq!(there.exclusion().is_empty(), numbers.is_empty());
    }
}

/// REP-238, REP-305: limits of keys and tags, where exclusions stop to matter.
#[test]
fn exclusions_beyond_the_limits_of_objects_do_not_matter() {
    let prefix = |text: String| RuleFilter::prefix(text.parse().unwrap());
    let longest = "ö".repeat(512);
    let excluding =
        prefix(longest.clone()).excluding_prefix((longest.clone() + "a").parse().unwrap());
    assert!(excluding.covers(&prefix(longest)), "no key is long enough to be excluded");

    let ten = (0..10).map(|n| Tag::new(format!("k{n}"), "").unwrap());
    let ten = ten.fold(RuleFilter::ALL, RuleFilter::and_tag);
    let eleventh = RuleFilter::ALL.excluding_tag(Tag::new("other", "").unwrap());
    assert!(eleventh.covers(&ten), "an object with these ten tags has no other");
}

/// REP-307, REP-308: the reason why a filter matches nothing names what it excludes.
#[test]
fn a_filter_that_excludes_what_it_asks_for_matches_nothing() {
    let prefix = |text: &str| text.parse().unwrap();
    let filter = RuleFilter::prefix(prefix("a/b/")).excluding_prefix(prefix("a/"));
    assert_eq!(filter.unmatchable(), Some(Unmatchable::PrefixExcluded { bytes: 2 }));
    let filter = RuleFilter::ALL.and_tag(tag(0)).and_tag(tag(2)).excluding_tag(tag(2));
    assert_eq!(filter.unmatchable(), Some(Unmatchable::TagExcluded { tag: 1 }));
    let filter = RuleFilter::ALL.excluding_prefix(prefix(""));
    assert_eq!(filter.unmatchable(), Some(Unmatchable::PrefixExcluded { bytes: 0 }));
}
