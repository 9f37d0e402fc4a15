//! Rules that exclude: decisions and reasons.

use s3_replication::engine::{Reason, Verdict, reference};
use s3_replication::model::{DeleteMarkerOrigin, Event, Tag};
use s3_replication::{Dialect, Engine, ObjectVersion};

use crate::support::{configuration, rule_v2};

fn tag(key: &str, value: &str) -> Tag {
    Tag::new(key, value).unwrap()
}

/// Returns the verdict on each rule, on which the engine and the reference agree.
#[track_caller]
fn verdicts(filters: &[&str], version: &ObjectVersion<'_>, event: Event) -> Vec<String> {
    let rules = filters.iter().zip(1..);
    let rules: String =
        rules.map(|(filter, at)| rule_v2(&format!("r{at}"), at, filter, "backup", "")).collect();
    let configuration = configuration(&rules);
    let engine = Engine::new(&configuration);
    let explanation = engine.explain(version, event);
    let made: Vec<_> = explanation.verdicts().map(|(_, verdict)| verdict).collect();
    assert_eq!(made, reference::explain(&configuration, &Dialect::AWS, version, event));
    assert_eq!(explanation.decision(), &engine.decide(version, event));
    made.into_iter()
        .map(|verdict| match verdict {
            Verdict::Rejected(reason) => reason.as_str().to_owned(),
            verdict => verdict.as_str().to_owned(),
        })
        .collect()
}

const NOT_TMP: &str = "<Not><Prefix>tmp/</Prefix></Not>";
const NOT_ANY: &str = "<Not><Or><Prefix>tmp/</Prefix><Prefix>log/</Prefix>\
                       <Tag><Key>k</Key><Value>1</Value></Tag>\
                       <Tag><Key>k</Key><Value>2</Value></Tag></Or></Not>";

/// REP-307: an excluded prefix leaves out the keys that begin with it, byte for byte.
#[test]
fn an_excluded_prefix_leaves_out_its_keys() {
    let verdict = |filter: &str, key: &str| {
        verdicts(&[filter], &ObjectVersion::new(key), Event::ObjectCreatedPut).remove(0)
    };
    for (key, expected) in [
        ("tmp/1", "key-excluded"),
        ("tmp/", "key-excluded"),
        ("tmp", "selected"),
        ("Tmp/1", "selected"),
        ("a/tmp/1", "selected"),
    ] {
        assert_eq!(verdict(NOT_TMP, key), expected, "{key}");
    }
    let within = "<And><Prefix>a/</Prefix><Not><Prefix>a/b/</Prefix></Not></And>";
    for (key, expected) in [("a/c", "selected"), ("a/b/c", "key-excluded"), ("b", "prefix-differs")]
    {
        assert_eq!(verdict(within, key), expected, "{key}");
    }
    assert_eq!(verdict(NOT_ANY, "log/1"), "key-excluded");
    assert_eq!(verdict(NOT_ANY, "data/1"), "selected");
}

/// REP-308: any of the excluded tags leaves a version out, and a delete marker has none.
#[test]
fn an_excluded_tag_leaves_out_its_versions() {
    let one = [tag("k", "2"), tag("z", "1")];
    let other = [tag("k", "3")];
    let created = Event::ObjectCreatedPut;
    let version = ObjectVersion::new("data/1").with_tags(&one);
    assert_eq!(verdicts(&[NOT_ANY], &version, created), ["tags-excluded"]);
    let version = ObjectVersion::new("data/1").with_tags(&other);
    assert_eq!(verdicts(&[NOT_ANY], &version, created), ["selected"]);
    let required = "<And><Tag><Key>z</Key><Value>1</Value></Tag>\
                    <Not><Tag><Key>k</Key><Value>2</Value></Tag></Not></And>";
    let version = ObjectVersion::new("data/1").with_tags(&one);
    assert_eq!(verdicts(&[required], &version, created), ["tags-excluded"]);
    assert_eq!(verdicts(&[required], &ObjectVersion::new("data/1"), created), ["tags-differ"]);
    let mut marker = ObjectVersion::new("data/1").with_tags(&one);
    marker.delete_marker = Some(DeleteMarkerOrigin::User);
    let deleted = Event::ObjectRemovedDeleteMarkerCreated;
    assert_eq!(verdicts(&[NOT_ANY], &marker, deleted), ["delete-markers-disabled"]);
    assert_eq!(verdicts(&[required], &marker, deleted), ["delete-marker-has-no-tags"]);
}

/// REP-307, REP-308: a rule that excludes a version does not compete for it, so a rule of lower
/// priority wins.
#[test]
fn a_rule_of_lower_priority_wins_what_another_one_excludes() {
    let rules = ["<Prefix>tmp/</Prefix>", NOT_ANY];
    let tags = [tag("k", "1")];
    let created = Event::ObjectCreatedPut;
    let verdict = |version: &ObjectVersion<'_>| verdicts(&rules, version, created);
    assert_eq!(verdict(&ObjectVersion::new("tmp/1")), ["selected", "key-excluded"]);
    assert_eq!(verdict(&ObjectVersion::new("data/1")), ["prefix-differs", "selected"]);
    let all = ["", "<Not><Tag><Key>k</Key><Value>1</Value></Tag></Not>"];
    let version = ObjectVersion::new("tmp/1").with_tags(&tags);
    assert_eq!(verdicts(&all, &version, created), ["selected", "tags-excluded"]);
    assert_eq!(verdicts(&all, &ObjectVersion::new("tmp/1"), created), ["outranked", "selected"]);
}

/// The order of the predicates: each comes after those that are cheaper to understand.
#[test]
fn exclusions_come_after_what_the_filter_asks_for() {
    assert!(Reason::PrefixDiffers.depth() < Reason::KeyExcluded.depth());
    assert!(Reason::TagsDiffer.depth() < Reason::TagsExcluded.depth());
}

/// Returns the near miss of a rule, and the help.
fn near_miss(filter: &str, version: &ObjectVersion<'_>) -> Option<String> {
    let engine = Engine::new(&configuration(&rule_v2("r", 1, filter, "backup", "")));
    let explanation = engine.explain(version, Event::ObjectCreatedPut);
    explanation.near_miss(&engine.rules()[0]).map(|miss| miss.to_string())
}

/// REP-307, REP-308: the explanation names what excludes, and what nearly does.
#[test]
fn explanations_name_what_excludes() {
    let tags = [tag("k", "2")];
    let tagged = ObjectVersion::new("data/1").with_tags(&tags);
    let excluded = "the rule excludes versions with the tag `k=2`";
    assert_eq!(near_miss(NOT_ANY, &tagged).as_deref(), Some(excluded));
    let named = near_miss(NOT_ANY, &ObjectVersion::new("tmp/1"));
    assert_eq!(named.as_deref(), Some("the rule excludes keys that begin with `tmp/`"));
    let all = near_miss("<Not><Prefix></Prefix></Not>", &ObjectVersion::new("a"));
    let every = "the rule excludes the empty prefix, with which every key begins";
    assert_eq!(all.as_deref(), Some(every));
    for (filter, key, expected) in [
        (
            "<Not><Prefix>Tmp/</Prefix></Not>",
            "tmp/1",
            Some("the key is not excluded: the key matches the prefix `Tmp/` except for case"),
        ),
        (
            "<Not><Prefix>/tmp/</Prefix></Not>",
            "tmp/1",
            Some(
                "the key is not excluded: the prefix `/tmp/` begins with a slash, the key does not",
            ),
        ),
        ("<Not><Prefix>/</Prefix></Not>", "tmp/1", None),
        ("<Not><Prefix>tmp1/</Prefix></Not>", "tmp2/1", None),
        ("<Not><Prefix>tmp/</Prefix></Not>", "data/1", None),
    ] {
        assert_eq!(near_miss(filter, &ObjectVersion::new(key)).as_deref(), expected, "{filter}");
    }
}
