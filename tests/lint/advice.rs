//! What lints say about what S3 accepts: where, when, and when not.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use s3_replication::analysis::{Comparison, Reachability, reachability};
use s3_replication::build_script::Check;
use s3_replication::dialect::{DeleteMarkerPrecedence, ElementReading, SourceSelection};
use s3_replication::lint::{Checked, Context, Fact, Group, Level, Levels, Lint, catalogue, check};
use s3_replication::model::{
    BucketName, EncryptionStatus, Event, KnownBuckets, ReplicationStatus, Tag,
};
use s3_replication::path::FieldPath;
use s3_replication::strategies::{configuration, object_for};
use s3_replication::{
    Dialect, Engine, ObjectVersion, Parser, ReplicationConfiguration, Report, Severity,
};
use serde_json::{Value, json};

/// A rule of V2 for `backup`, with more members in it.
fn rule(priority: u32, filter: Value, more: &Value) -> Value {
    let mut rule = json!({
        "ID": format!("r{priority}"), "Status": "Enabled", "Priority": priority,
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": "arn:aws:s3:::backup"},
    });
    rule["Filter"] = filter;
    merge(&mut rule, more);
    rule
}

fn merge(into: &mut Value, more: &Value) {
    for (name, value) in more.as_object().unwrap() {
        match into.get_mut(name).filter(|old| old.is_object() && name == "Destination") {
            Some(old) => merge(old, value),
            None => into[name] = value.clone(),
        }
    }
}

fn prefix(prefix: &str) -> Value {
    json!({"Prefix": prefix})
}

fn v1(prefix: &str) -> Value {
    json!({"Status": "Enabled", "Prefix": prefix,
           "Destination": {"Bucket": "arn:aws:s3:::backup"}})
}

fn text_of(rules: &[Value]) -> String {
    json!({"Role": "arn:aws:iam::123456789012:role/r", "Rules": rules}).to_string()
}

fn only(name: &str) -> Levels {
    let mut levels = Levels::new();
    levels.set(Levels::ALL, Level::Allow).unwrap();
    levels.set(name, Level::Warn).unwrap();
    levels
}

/// What is known about the buckets of a test.
#[derive(Default)]
struct Known {
    buckets: KnownBuckets,
    source: Option<BucketName>,
}

impl Known {
    fn new(source: Option<&str>, buckets: &Value) -> Self {
        let buckets = KnownBuckets::from_json(&json!({"Buckets": buckets}).to_string()).unwrap();
        Self { buckets, source: source.map(|name| name.parse().unwrap()) }
    }

    /// The places at which a lint finds something.
    #[track_caller]
    fn places(&self, name: &str, rules: &[Value]) -> Vec<String> {
        let mut parser = Parser::new().with_advice(only(name)).with_buckets(self.buckets.clone());
        if let Some(source) = &self.source {
            parser = parser.with_source_bucket(source.clone());
        }
        let parsed = parser.parse_json(&text_of(rules));
        let report = parsed.report();
        assert!(report.iter().all(|found| found.code == name), "{report}");
        assert!(report.iter().all(|found| found.primary.span().is_some()), "{report}");
        report.iter().map(|found| found.primary.path().to_string()).collect()
    }
}

#[track_caller]
fn places(name: &str, rules: &[Value]) -> Vec<String> {
    Known::default().places(name, rules)
}

/// Asserts which prefixes a lint finds fault with.
#[track_caller]
fn assert_prefixes(name: &str, bad: &[&str], good: &[&str]) {
    for text in bad {
        let path = "Rule[0].Filter.Prefix";
        assert_eq!(places(name, &[rule(1, prefix(text), &json!({}))]), [path], "{text:?}");
        let and = json!({"And": {"Prefix": text, "Tags": [{"Key": "a", "Value": "b"}]}});
        assert_eq!(places(name, &[rule(1, and, &json!({}))]), ["Rule[0].Filter.And.Prefix"]);
        assert_eq!(places(name, &[v1(text)]), ["Rule[0].Prefix"]);
    }
    for text in good {
        assert!(places(name, &[rule(1, prefix(text), &json!({}))]).is_empty(), "{text:?}");
        assert!(places(name, &[v1(text)]).is_empty(), "{text:?}");
    }
}

/// No advice asks for an element that the store ignores or refuses.
#[test]
fn advice_is_what_the_store_takes() {
    let facts = json!({
        "source": {"Account": "111122223333", "DefaultEncryption": "aws:kms"},
        "backup": {"Account": "444455556666", "ObjectOwnership": "ObjectWriter"},
    });
    let known = Known::new(Some("source"), &facts);
    let text = text_of(&[rule(1, prefix("logs/"), &json!({}))]);
    let advice = |dialect: &Dialect| -> BTreeMap<&str, String> {
        let parser =
            Parser::new().with_dialect(dialect.clone()).with_buckets(known.buckets.clone());
        let mut all = Levels::new();
        all.set(Levels::ALL, Level::Warn).unwrap();
        let parser = parser.with_source_bucket(known.source.clone().unwrap()).with_advice(all);
        let found = parser.parse_json(&text);
        let found =
            found.report().iter().map(|one| (one.code, one.help.clone().unwrap_or_default()));
        found.collect()
    };
    let aws = advice(&Dialect::AWS);
    let of_elements = [
        ("metrics-absent", "`Metrics`"),
        ("owner-not-overridden", "`AccessControlTranslation`"),
        ("kms-objects-not-selected", "`SseKmsEncryptedObjects`"),
    ];
    for (name, element) in of_elements {
        assert!(aws[name].contains(element), "{name}: {aws:?}");
    }
    for dialect in [Dialect::MINIO, Dialect::RUSTFS, Dialect::OVH, Dialect::ZENKO, Dialect::CEPH] {
        let found = advice(&dialect);
        let honours = |reading| reading == ElementReading::Honoured;
        let is_taken = [
            honours(dialect.time_control_elements()),
            honours(dialect.owner_override_element()),
            honours(dialect.kms_elements()),
        ];
        for ((_, element), is_taken) in of_elements.iter().zip(is_taken) {
            let asks = found.values().any(|help| help.contains(element));
            assert!(is_taken || !asks, "{dialect}: {found:?}");
        }
    }
    // The store of `OVHcloud` does not replicate such objects, and has no element to change that.
    assert!(advice(&Dialect::OVH)["kms-objects-not-selected"].starts_with("encrypt with SSE-S3"));
}

// Prefixes.

/// REP-301
#[test]
fn prefixes_that_take_nothing_are_noticed() {
    assert_prefixes("prefix-begins-with-slash", &["/", "/logs/", "//"], &["", "logs/", "a//"]);
    assert_prefixes("prefix-has-wildcard", &["*", "logs/*", "a?c", ".*"], &["", "logs/", "a.b"]);
    let addresses = ["s3://photos/", "S3://photos/", "https://x", "arn:aws:s3:::photos/a"];
    assert_prefixes("prefix-is-address", &addresses, &["", "s3/", "arn/", "see s3://"]);
    assert_prefixes("prefix-surrounded-by-space", &[" ", "a/ ", "\ta"], &["", "a b/"]);
    assert_prefixes("prefix-percent-encoded", &["a%20b/", "%2F"], &["", "100%/", "a%zz", "5% 2"]);
    assert_prefixes("prefix-without-delimiter", &["star", "a/b", "ö"], &["", "a/", "a-", "a_"]);
}

#[test]
fn a_prefix_holds_no_bucket() {
    let of = |source, text: &str| {
        let rules = [rule(1, prefix(text), &json!({}))];
        Known::new(source, &json!({})).places("prefix-begins-with-bucket-name", &rules)
    };
    assert_eq!(of(Some("photos"), "photos/2026/"), ["Rule[0].Filter.Prefix"]);
    assert!(of(Some("photos"), "photos-2026/").is_empty());
    assert!(of(Some("photos"), "photos").is_empty());
    assert!(of(None, "photos/2026/").is_empty());
}

/// REP-302
#[test]
fn prefixes_that_differ_in_case_look_alike() {
    let name = "prefixes-look-alike";
    let two = |one: &str, other: &str| {
        places(name, &[rule(1, prefix(one), &json!({})), rule(2, prefix(other), &json!({}))])
    };
    assert_eq!(two("Logs/", "logs/"), ["Rule[1]"]);
    assert_eq!(two("ÄB", "äb"), ["Rule[1]"]);
    assert!(two("logs/", "logs/").is_empty());
    assert!(two("logs/", "log/").is_empty());
    let disabled = rule(1, prefix("Logs/"), &json!({"Status": "Disabled"}));
    assert!(places(name, &[disabled, rule(2, prefix("logs/"), &json!({}))]).is_empty());
}

// Which rules win.

/// REP-401
#[test]
fn rules_that_never_win_are_noticed() {
    let archive = json!({"Destination": {"StorageClass": "DEEP_ARCHIVE"}});
    let (none, tagged) = (json!({}), json!({"Tag": {"Key": "a", "Value": "b"}}));
    let find = |rules: &[Value]| {
        let names = ["shadowed-rule", "redundant-rule", "partly-shadowed-rule"];
        names.map(|name| places(name, rules))
    };
    let (one, two) = (vec!["Rule[0]".to_owned()], vec!["Rule[1]".to_owned()]);
    let nothing = Vec::new;
    let narrow = |priority, more| rule(priority, prefix("tax/"), more);
    let wide = |priority| rule(priority, json!({}), &none);
    assert_eq!(find(&[narrow(1, &archive), wide(2)]), [one.clone(), nothing(), nothing()]);
    assert_eq!(find(&[narrow(1, &none), wide(2)]), [nothing(), one.clone(), nothing()]);
    assert_eq!(find(&[wide(1), narrow(2, &archive)]), [nothing(), nothing(), one.clone()]);
    assert_eq!(find(&[wide(1), rule(2, json!({}), &none)]), [nothing(), one.clone(), nothing()]);
    // A tag is narrower, another bucket no rival, and what is disabled wins nothing.
    let by_tag = rule(2, tagged, &none);
    assert_eq!(find(&[narrow(1, &archive), by_tag]), [nothing(), nothing(), one]);
    let elsewhere = rule(2, json!({}), &json!({"Destination": {"Bucket": "arn:aws:s3:::other"}}));
    assert_eq!(find(&[narrow(1, &archive), elsewhere]), [nothing(), nothing(), nothing()]);
    let disabled = rule(2, json!({}), &json!({"Status": "Disabled"}));
    assert_eq!(find(&[narrow(1, &archive), disabled]), [nothing(), nothing(), nothing()]);
    // Under KMS the narrow rule competes alone, so it does win something.
    let kms = json!({
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        "Destination": {"EncryptionConfiguration": {
            "ReplicaKmsKeyID": "arn:aws:kms:eu-west-1:210987654321:key/1"}}});
    assert_eq!(find(&[wide(2), narrow(1, &kms)]), [nothing(), nothing(), two]);
}

#[test]
fn the_message_names_winner_and_witness() {
    let archive = json!({"Destination": {"StorageClass": "DEEP_ARCHIVE"}});
    let rules = [rule(1, prefix("tax/"), &archive), rule(2, json!({}), &json!({}))];
    let parsed = Parser::new().with_advice(Levels::new()).parse_json(&text_of(&rules));
    let found = parsed.report().iter().next().unwrap();
    assert_eq!(
        found.message,
        "rule `r1` can never be selected: rule `r2` wins \
         {\"Key\":\"tax/\",\"Event\":\"ObjectCreated:Put\"}"
    );
    assert_eq!(found.secondary[0].0.path().to_string(), "Rule[1]");
}

/// REP-305, REP-238
#[test]
fn filters_that_nothing_matches_are_noticed() {
    let tags = |count: usize| {
        let tags: Vec<_> =
            (0..count).map(|n| json!({"Key": format!("k{n}"), "Value": ""})).collect();
        json!({"And": {"Tags": tags}})
    };
    let find = |filter| places("unmatchable-rule", &[rule(1, filter, &json!({}))]);
    assert_eq!(find(tags(11)), ["Rule[0].Filter"]);
    assert!(find(tags(10)).is_empty());
    assert_eq!(find(prefix(&"ö".repeat(513))), ["Rule[0].Filter"]);
    assert!(find(prefix(&"ö".repeat(512))).is_empty());
    assert_eq!(places("unmatchable-rule", &[v1(&"ö".repeat(513))]), ["Rule[0].Prefix"]);
}

/// REP-402, REP-403
#[test]
fn orders_that_mislead_are_noticed() {
    let archive = json!({"Destination": {"StorageClass": "DEEP_ARCHIVE"}});
    let rules = [rule(1, json!({}), &json!({})), rule(2, prefix("tax/"), &archive)];
    assert_eq!(places("rules-out-of-order", &rules), ["Rule[1]"]);
    assert_eq!(places("priority-order-matters", &rules), ["Rule[1].Priority"]);
    let [one, two] = rules;
    let turned = [two, one];
    assert!(places("rules-out-of-order", &turned).is_empty());
    assert_eq!(places("priority-order-matters", &turned), ["Rule[0].Priority"]);
    let apart = [rule(1, prefix("a/"), &archive), rule(2, prefix("b/"), &json!({}))];
    assert!(places("rules-out-of-order", &apart).is_empty());
    assert!(places("priority-order-matters", &apart).is_empty());
    assert!(places("priority-order-matters", &[v1("a"), v1("b")]).is_empty());
}

/// REP-407
#[test]
fn disabled_rules_are_noticed() {
    let off = |priority| rule(priority, json!({}), &json!({"Status": "Disabled"}));
    let on = |priority| rule(priority, json!({}), &json!({}));
    assert_eq!(places("all-rules-disabled", &[off(1), off(2)]), ["Rule[0].Status"]);
    assert!(places("all-rules-disabled", &[off(1), on(2)]).is_empty());
    assert_eq!(places("disabled-rule", &[on(1), off(2)]), ["Rule[1].Status"]);
    assert!(places("disabled-rule", &[off(1), off(2)]).is_empty(), "said by the other lint");
    let measured = |status: &str, metrics: &str| {
        let more = json!({"Status": status, "Destination": {"Metrics": {"Status": metrics}}});
        places("time-control-on-disabled-rule", &[rule(1, json!({}), &more)])
    };
    assert_eq!(measured("Disabled", "Enabled"), ["Rule[0].Destination.Metrics"]);
    assert!(measured("Disabled", "Disabled").is_empty());
    assert!(measured("Enabled", "Enabled").is_empty());
}

/// REP-113, REP-115, REP-822
#[test]
fn spellings_are_noticed() {
    let find = |name, filter| places(name, &[rule(1, filter, &json!({}))]);
    let long = "filter-spelled-at-length";
    let tag = json!([{"Key": "a", "Value": "b"}]);
    assert!(find(long, prefix("")).is_empty(), "`filter-empty` advises it");
    let refused = text_of(&[rule(1, json!({"And": {}}), &json!({}))]);
    let parsed = Parser::new().with_advice(only(long)).parse_json(&refused);
    assert_eq!(parsed.report().len(), 1, "that is refused, and there is no more to say");
    assert_eq!(find(long, json!({"And": {"Tags": tag}})), ["Rule[0].Filter.And"]);
    let both = json!({"And": {"Prefix": "", "Tags": tag}});
    assert_eq!(find(long, both), ["Rule[0].Filter.And.Prefix"]);
    assert!(find(long, json!({"And": {"Prefix": "a", "Tags": tag}})).is_empty());
    assert!(find(long, json!({})).is_empty());
    assert_eq!(find("filter-empty", json!({})), ["Rule[0].Filter"]);
    assert!(find("filter-empty", prefix("")).is_empty());
    let nameless = rule(1, json!({}), &json!({"ID": ""}));
    assert_eq!(places("rule-id-missing", &[nameless]), ["Rule[0].ID"]);
    assert!(find("rule-id-missing", json!({})).is_empty());
}

// Tags and delete markers.

/// REP-306: AWS's own tags, in any case.
#[test]
fn tags_of_aws_are_noticed() {
    let tagged = |key: &str| rule(1, json!({"Tag": {"Key": key, "Value": "a"}}), &json!({}));
    for key in ["aws:team", "AWS:team", "aws:"] {
        assert_eq!(places("tag-key-reserved", &[tagged(key)]), ["Rule[0].Filter"], "{key}");
    }
    for key in ["aws", "awsteam", "team:aws:", "ęaws:"] {
        assert!(places("tag-key-reserved", &[tagged(key)]).is_empty(), "{key}");
    }
    let idle =
        rule(1, json!({"Tag": {"Key": "aws:a", "Value": ""}}), &json!({"Status": "Disabled"}));
    assert!(places("tag-key-reserved", &[idle]).is_empty());
}

/// The places at which a lint finds something under a dialect.
#[track_caller]
fn places_under(dialect: &Dialect, name: &str, rules: &[Value]) -> Vec<String> {
    let parser = Parser::new().with_dialect(dialect.clone()).with_advice(only(name));
    let parsed = parser.parse_json(&text_of(rules));
    let found = parsed.report().iter().filter(|found| found.code == name);
    found.map(|found| found.primary.path().to_string()).collect()
}

/// REP-240, REP-1101, REP-1102, REP-1104, REP-1106: each part of a filter that a store ignores.
#[test]
fn ignored_parts_of_filters() {
    let tag = |value: &str| json!({"Key": "a", "Value": value});
    let not = json!({"Prefix": "tmp/"});
    let every = |dialect: &Dialect, filter: Value| {
        places_under(dialect, "filter-part-ignored", &[rule(1, filter, &json!({}))])
    };
    let and = json!({"And": {"Prefix": "a/", "Tags": [tag("1")], "Not": not}});
    assert_eq!(every(&Dialect::ZENKO, and.clone()), ["Rule[0].Filter.And"]);
    assert_eq!(every(&Dialect::MINIO, and.clone()), ["Rule[0].Filter.And.Not"]);
    assert_eq!(every(&Dialect::ZENKO, json!({"Tag": tag("1")})), ["Rule[0].Filter.Tag"]);
    assert_eq!(every(&Dialect::MINIO, json!({"Not": not})), ["Rule[0].Filter.Not"]);
    let empty = json!({"And": {"Prefix": "a/", "Tags": [tag("1"), {"Key": "b", "Value": ""}]}});
    assert_eq!(every(&Dialect::RUSTFS_RC3, empty.clone()), ["Rule[0].Filter.And.Tag"]);
    assert!(every(&Dialect::RUSTFS, empty).is_empty());
    for filter in [prefix("a/"), json!({})] {
        assert!(Dialect::ALL.iter().all(|dialect| every(dialect, filter.clone()).is_empty()));
    }
    assert!(every(&Dialect::AWS, and).is_empty());
    let v1 = |prefix| places_under(&Dialect::MINIO, "filter-part-ignored", &[v1(prefix)]);
    assert_eq!(v1("a/"), ["Rule[0].Prefix"]);
    assert!(v1("").is_empty());
}

/// REP-1107 to REP-1112: each element outside the filter that a store ignores, unless that is a guess.
#[test]
fn ignored_elements() {
    let all = json!({
        "SourceSelectionCriteria": {
            "SseKmsEncryptedObjects": {"Status": "Enabled"},
            "ReplicaModifications": {"Status": "Enabled"},
        },
        "Destination": {
            "Account": "111122223333", "StorageClass": "STANDARD",
            "AccessControlTranslation": {"Owner": "Destination"},
            "EncryptionConfiguration": {"ReplicaKmsKeyID": "arn:aws:kms:eu-west-1:123456789012:key/a"},
            "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
            "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
        },
    });
    let found = |dialect: &Dialect| {
        let mut found = places_under(dialect, "element-ignored", &[rule(1, prefix("a/"), &all)]);
        for place in &mut found {
            *place = place.rsplit('.').next().unwrap().to_owned();
        }
        found
    };
    let minio = [
        "AccessControlTranslation",
        "Account",
        "EncryptionConfiguration",
        "Metrics",
        "ReplicationTime",
        "StorageClass",
        "SseKmsEncryptedObjects",
    ];
    assert_eq!(found(&Dialect::MINIO), minio);
    assert!(found(&Dialect::ZENKO).contains(&"ReplicaModifications".to_owned()));
    for dialect in [Dialect::AWS, Dialect::AWS_TUTORIAL, Dialect::WASABI] {
        assert!(found(&dialect).is_empty(), "{dialect}");
    }
    let without_priority = Dialect::AWS.with_priority_element(ElementReading::Ignored);
    assert_eq!(found(&without_priority), ["Priority"]);
}

/// REP-304, REP-225, REP-820
#[test]
fn what_tags_leave_out_is_noticed() {
    let tagged = |count: usize| {
        let tags: Vec<_> =
            (0..count).map(|n| json!({"Key": format!("k{n}"), "Value": ""})).collect();
        rule(1, json!({"And": {"Prefix": "a/", "Tags": tags}}), &json!({}))
    };
    assert_eq!(places("tag-filter", &[tagged(1)]), ["Rule[0].Filter"]);
    assert!(places("tag-filter", &[tagged(0)]).is_empty());
    assert_eq!(places("several-tags", &[tagged(2)]), ["Rule[0].Filter"]);
    assert!(places("several-tags", &[tagged(1)]).is_empty());
    let name = "tag-filter-leaves-delete-markers";
    let markers =
        |filter| rule(2, filter, &json!({"DeleteMarkerReplication": {"Status": "Enabled"}}));
    assert_eq!(places(name, &[tagged(1)]), ["Rule[0].Filter"]);
    assert!(places(name, &[tagged(1), markers(json!({}))]).is_empty());
    assert!(places(name, &[tagged(1), markers(prefix("a/"))]).is_empty());
    assert_eq!(places(name, &[tagged(1), markers(prefix("a/b"))]), ["Rule[0].Filter"]);
}

/// REP-406, REP-510, REP-513, REP-803
#[test]
fn what_becomes_of_deletes_is_noticed() {
    let markers = json!({"DeleteMarkerReplication": {"Status": "Enabled"}});
    let both = [rule(1, json!({}), &markers), rule(2, prefix("a"), &json!({}))];
    let differ = "delete-markers-differ";
    assert_eq!(places(differ, &both), ["Rule[1].DeleteMarkerReplication"]);
    let apart = [rule(1, prefix("b"), &markers), rule(2, prefix("a"), &json!({}))];
    assert!(places(differ, &apart).is_empty());
    let alike = [rule(1, json!({}), &markers), rule(2, prefix("a"), &markers)];
    assert!(places(differ, &alike).is_empty());

    assert_eq!(places("delete-markers-implied", &[v1("a"), v1("b")]), ["Rule[0]", "Rule[1]"]);
    assert!(places("delete-markers-implied", &alike).is_empty());

    let lifecycle = |known: &Value, rules: &[Value]| {
        Known::new(Some("photos"), &json!({"photos": known}))
            .places("lifecycle-delete-markers", rules)
    };
    let yes = json!({"Lifecycle": true});
    assert_eq!(lifecycle(&yes, &both), ["Rule[0].DeleteMarkerReplication"]);
    assert!(lifecycle(&json!({"Lifecycle": false}), &both).is_empty());
    assert!(lifecycle(&json!({}), &both).is_empty());
    assert!(lifecycle(&yes, &[rule(1, json!({}), &json!({}))]).is_empty());

    let mut controlled = json!({"Destination": {
        "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
        "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}}}});
    let name = "delete-markers-outside-time-control";
    assert!(places(name, &[rule(1, json!({}), &controlled)]).is_empty());
    merge(&mut controlled, &markers);
    let path = "Rule[0].Destination.ReplicationTime";
    assert_eq!(places(name, &[rule(1, json!({}), &controlled)]), [path]);
    assert!(places(name, &both).is_empty());
    // REP-811
    assert_eq!(places("time-control-costs", &[rule(1, json!({}), &controlled)]), [path]);
    assert!(places("time-control-costs", &both).is_empty());
}

/// REP-802
#[test]
fn the_lack_of_metrics_is_noticed() {
    let metrics = |status| json!({"Destination": {"Metrics": {"Status": status}}});
    let without = rule(1, json!({}), &json!({}));
    let path = "Rule[0].Destination.Metrics";
    assert_eq!(places("metrics-absent", std::slice::from_ref(&without)), [path]);
    let with = rule(2, prefix("a"), &metrics("Enabled"));
    assert!(places("metrics-absent", &[without.clone(), with.clone()]).is_empty());
    let mut off = with;
    off["Status"] = json!("Disabled");
    assert_eq!(places("metrics-absent", &[without.clone(), off]), [path]);
    let silent = rule(2, prefix("a"), &metrics("Disabled"));
    assert_eq!(places("metrics-absent", &[without, silent]), [path]);
}

// Buckets.

fn kms(status: &str, key: &str) -> Value {
    json!({
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": status}},
        "Destination": {"EncryptionConfiguration": {"ReplicaKmsKeyID": key}},
    })
}

const KEY: &str = "arn:aws:kms:eu-west-1:210987654321:key/1234abcd";
const ALIAS: &str = "arn:aws:kms:eu-west-1:210987654321:alias/replicas";

/// REP-504, REP-622, REP-623, REP-814
#[test]
fn keys_that_do_not_fit_are_noticed() {
    let (plain, with_key) =
        (rule(1, json!({}), &json!({})), rule(2, json!({}), &kms("Enabled", KEY)));
    for (encryption, count) in [("SSE-KMS", 1), ("DSSE-KMS", 1), ("SSE-S3", 0)] {
        let known = json!({"photos": {"DefaultEncryption": encryption}});
        let known = Known::new(Some("photos"), &known);
        let elsewhere = rule(2, prefix("a/"), &kms("Enabled", KEY));
        let found = known.places("kms-objects-not-selected", &[plain.clone(), elsewhere]);
        assert_eq!(found, vec!["Rule[0].SourceSelectionCriteria"; count]);
    }
    let unused = rule(1, json!({}), &kms("Disabled", KEY));
    let path = "Rule[0].SourceSelectionCriteria.SseKmsEncryptedObjects.Status";
    assert_eq!(places("replica-kms-key-unused", &[unused]), [path]);
    assert!(places("replica-kms-key-unused", &[with_key.clone(), plain]).is_empty());

    let path = "Rule[0].Destination.EncryptionConfiguration.ReplicaKmsKeyID";
    for (region, count) in [("eu-west-1", 0), ("us-east-1", 1)] {
        let known = Known::new(None, &json!({"backup": {"Region": region}}));
        let found =
            known.places("replica-kms-key-in-other-region", std::slice::from_ref(&with_key));
        assert_eq!(found, vec![path; count]);
    }
    // What is in another partition is in another Region, wherever that is.
    let abroad = kms("Enabled", &KEY.replace("arn:aws:", "arn:aws-cn:"));
    let found = places("replica-kms-key-in-other-region", &[rule(2, json!({}), &abroad)]);
    assert_eq!(found, [path]);
    let shared = |key: &str, account: Option<&str>, known: &Value| {
        let mut more = kms("Enabled", key);
        more["Destination"]["Account"] = json!(account);
        if account.is_none() {
            more["Destination"].as_object_mut().unwrap().remove("Account");
        }
        let known = Known::new(None, &json!({"backup": known}));
        known.places("replica-kms-key-not-shared", &[rule(1, json!({}), &more)])
    };
    let (none, other) = (json!({}), json!({"Account": "210987654321"}));
    assert_eq!(shared(ALIAS, Some("210987654321"), &none), [path]);
    assert_eq!(shared(ALIAS, None, &other), [path]);
    assert!(shared(ALIAS, None, &none).is_empty());
    assert!(shared(ALIAS, Some("123456789012"), &none).is_empty());
    assert!(shared(KEY, Some("210987654321"), &none).is_empty());

    let bucket_key = |source: Option<bool>, enabled: bool, rule: &Value| {
        let known = json!({"photos": {}, "backup": {"BucketKeyEnabled": enabled}});
        let mut known = known;
        if let Some(source) = source {
            known["photos"]["BucketKeyEnabled"] = json!(source);
        }
        let known = Known::new(Some("photos"), &known);
        known.places("bucket-key-absent", std::slice::from_ref(rule))
    };
    let path = "Rule[0].Destination.EncryptionConfiguration";
    assert_eq!(bucket_key(Some(false), false, &with_key), [path]);
    assert!(bucket_key(Some(true), false, &with_key).is_empty(), "replicas keep the Bucket Key");
    assert!(bucket_key(None, false, &with_key).is_empty());
    assert!(bucket_key(Some(false), true, &with_key).is_empty());
    assert!(bucket_key(Some(false), false, &rule(1, json!({}), &json!({}))).is_empty());
}

/// REP-602, REP-621
#[test]
fn owners_that_surprise_are_noticed() {
    let find = |name, known: &Value, translated: bool| {
        let mut destination = json!({"Account": "210987654321"});
        if translated {
            destination["AccessControlTranslation"] = json!({"Owner": "Destination"});
        }
        let rules = [rule(1, json!({}), &json!({"Destination": destination}))];
        Known::new(None, &json!({"backup": known})).places(name, &rules)
    };
    let path = "Rule[0].Destination.AccessControlTranslation";
    let ownership = |word: &str| json!({"ObjectOwnership": word});
    for (word, count) in [("ObjectWriter", 1), ("BucketOwnerPreferred", 1)] {
        let found = find("owner-not-overridden", &ownership(word), false);
        assert_eq!(found, vec![path; count]);
        assert!(find("owner-not-overridden", &ownership(word), true).is_empty());
        assert!(find("owner-override-needless", &ownership(word), true).is_empty());
    }
    let enforced = ownership("BucketOwnerEnforced");
    assert!(find("owner-not-overridden", &enforced, false).is_empty());
    assert_eq!(find("owner-not-overridden", &json!({}), false), [path]);
    assert_eq!(find("owner-override-needless", &enforced, true), [path]);
    assert!(find("owner-override-needless", &enforced, false).is_empty());
}

/// REP-620, REP-619, REP-624
#[test]
fn destinations_that_fail_are_noticed() {
    let other = [rule(1, json!({}), &json!({"Destination": {"Account": "210987654321"}}))];
    let pays = |payer: &str, rules: &[Value]| {
        let known = Known::new(None, &json!({"backup": {"Payer": payer}}));
        known.places("requester-pays-destination", rules)
    };
    assert_eq!(pays("Requester", &other), ["Rule[0].Destination.Bucket"]);
    assert!(pays("BucketOwner", &other).is_empty());
    let own = [rule(1, json!({}), &json!({"Destination": {"Account": "123456789012"}}))];
    assert!(pays("Requester", &own).is_empty());

    for (source, destination, count) in [
        (Some("Enabled"), Some("Disabled"), 1),
        (Some("Enabled"), Some("Enabled"), 0),
        (Some("Enabled"), None, 0),
        (Some("Disabled"), Some("Disabled"), 0),
        (None, Some("Disabled"), 0),
    ] {
        let facts = |lock: Option<&str>| match lock {
            Some(lock) => json!({"ObjectLock": lock}),
            None => json!({}),
        };
        let known = json!({"photos": facts(source), "backup": facts(destination)});
        let found = Known::new(Some("photos"), &known).places("object-lock-missing", &other);
        assert_eq!(found, vec!["Rule[0].Destination.Bucket"; count], "{known}");
    }

    for (region, count) in [("eu-west-1", 1), ("us-east-1", 0)] {
        let known = json!({"photos": {"Region": "eu-west-1"}, "backup": {"Region": region}});
        let found = Known::new(Some("photos"), &known).places("destination-in-same-region", &other);
        assert_eq!(found, vec!["Rule[0].Destination.Bucket"; count]);
    }
}

// Costs, and other stores.

/// REP-810, REP-812, REP-813, REP-815
#[test]
fn what_storage_costs_is_noticed() {
    let names = [
        "storage-class-has-minimum-duration",
        "storage-class-has-minimum-size",
        "intelligent-tiering-is-charged",
        "replicas-in-one-zone",
    ];
    for (class, expected) in [
        ("STANDARD", [0, 0, 0, 0]),
        ("STANDARD_IA", [1, 1, 0, 0]),
        ("ONEZONE_IA", [1, 1, 0, 1]),
        ("GLACIER_IR", [1, 1, 0, 0]),
        ("GLACIER", [1, 0, 0, 0]),
        ("DEEP_ARCHIVE", [1, 0, 0, 0]),
        ("INTELLIGENT_TIERING", [0, 0, 1, 0]),
    ] {
        let rules = [rule(1, json!({}), &json!({"Destination": {"StorageClass": class}}))];
        let path = "Rule[0].Destination.StorageClass";
        for (name, count) in names.iter().zip(expected) {
            assert_eq!(places(name, &rules), vec![path; count], "{name} {class}");
        }
    }
    let one_zone = rule(1, prefix("a"), &json!({"Destination": {"StorageClass": "ONEZONE_IA"}}));
    let elsewhere =
        |filter| rule(2, filter, &json!({"Destination": {"Bucket": "arn:aws:s3:::other"}}));
    assert!(places("replicas-in-one-zone", &[one_zone.clone(), elsewhere(json!({}))]).is_empty());
    assert_eq!(places("replicas-in-one-zone", &[one_zone, elsewhere(prefix("ab"))]).len(), 1);
    // Nothing deletes noncurrent versions of a bucket: that is said once.
    let known = Known::new(None, &json!({"backup": {"Lifecycle": false}}));
    let rules = [rule(1, prefix("a/"), &json!({})), rule(2, prefix("b/"), &json!({}))];
    assert_eq!(known.places("noncurrent-versions-pile-up", &rules).len(), 1);
    for (lifecycle, count) in [(false, 1), (true, 0)] {
        let known = Known::new(None, &json!({"backup": {"Lifecycle": lifecycle}}));
        let rules = [rule(1, json!({}), &json!({}))];
        let found = known.places("noncurrent-versions-pile-up", &rules);
        assert_eq!(found, vec!["Rule[0].Destination.Bucket"; count]);
    }
}

/// REP-821
#[test]
fn several_destinations_are_noticed() {
    let other = json!({"Destination": {"Bucket": "arn:aws:s3:::other"}});
    let find = |name, rules: [(&str, &Value); 2]| {
        let [one, two] = rules;
        places(name, &[rule(1, prefix(one.0), one.1), rule(2, prefix(two.0), two.1)])
    };
    let none = json!({});
    assert_eq!(find("several-destinations", [("a", &none), ("", &other)]), ["Rule[1]"]);
    assert!(find("several-destinations", [("a", &none), ("b", &other)]).is_empty());
    assert!(find("several-destinations", [("a", &none), ("", &none)]).is_empty());
    assert_eq!(find("keys-replicated-repeatedly", [("a", &none), ("", &other)]), ["Rule[0]"]);
    assert!(find("keys-replicated-repeatedly", [("a", &none), ("", &none)]).is_empty());
}

// What two rules do together.

fn of_bucket(bucket: &str, mut more: Value) -> Value {
    merge(&mut more, &json!({"Destination": {}}));
    more["Destination"]["Bucket"] = json!(format!("arn:aws:s3:::{bucket}"));
    more
}

/// The messages of a lint, without what is known about buckets.
#[track_caller]
fn messages(name: &str, dialect: &Dialect, rules: &[Value]) -> Vec<String> {
    let parser = Parser::new().with_advice(only(name)).with_dialect(dialect.clone());
    let parsed = parser.parse_json(&text_of(rules));
    parsed.report().iter().map(|found| found.message.clone()).collect()
}

/// REP-405, REP-504
#[test]
fn a_rule_may_step_aside_for_one_that_selects_kms() {
    let known = Known::new(Some("photos"), &json!({"photos": {"DefaultEncryption": "SSE-KMS"}}));
    let name = "kms-objects-not-selected";
    let plain = rule(2, prefix("a/"), &json!({}));
    let path = ["Rule[0].SourceSelectionCriteria"];
    for (filter, more, count) in [
        (json!({}), kms("Enabled", KEY), 0),
        (prefix("a/"), kms("Enabled", KEY), 0),
        (prefix("a/b"), kms("Enabled", KEY), 1),
        (json!({}), of_bucket("other", kms("Enabled", KEY)), 1),
    ] {
        let found = known.places(name, &[plain.clone(), rule(1, filter, &more)]);
        assert_eq!(found, path[..count], "{more}");
    }
    // Read the other way, it wins and withholds them.
    let dialect = Dialect::AWS.with_source_selection(SourceSelection::AfterSelection);
    let parser = Parser::new().with_advice(only(name)).with_buckets(known.buckets);
    let parser = parser.with_source_bucket("photos".parse().unwrap()).with_dialect(dialect);
    let rules = [plain, rule(1, json!({}), &kms("Enabled", KEY))];
    assert_eq!(parser.parse_json(&text_of(&rules)).report().len(), 1);
    // What stands there already need not be added.
    let parsed = parser.parse_json(&text_of(&[rule(1, json!({}), &kms("Disabled", KEY))]));
    let help = parsed.report().iter().next().unwrap().help.clone().unwrap();
    assert_eq!(help, "enable `SseKmsEncryptedObjects`");
}

/// REP-504, REP-622, REP-623, REP-814
#[test]
fn keys_that_are_never_used_are_no_matter() {
    let known = json!({"photos": {"BucketKeyEnabled": false},
                       "backup": {"BucketKeyEnabled": false, "Region": "us-east-1"}});
    let known = Known::new(Some("photos"), &known);
    let foreign = |status, key| {
        let mut more = kms(status, key);
        more["Destination"]["Account"] = json!("210987654321");
        more
    };
    let names = ["bucket-key-absent", "replica-kms-key-in-other-region"];
    for (name, key) in [(names[0], KEY), (names[1], KEY), ("replica-kms-key-not-shared", ALIAS)] {
        let find = |rules: &[Value]| known.places(name, rules).len();
        assert_eq!(find(&[rule(1, prefix("a"), &foreign("Enabled", key))]), 1, "{name}");
        assert_eq!(find(&[rule(1, prefix("a"), &foreign("Disabled", key))]), 0, "{name}");
        let winner =
            rule(2, json!({}), &foreign("Enabled", "arn:aws:kms:us-east-1:210987654321:key/1"));
        let shadowed = rule(1, prefix("a"), &foreign("Enabled", key));
        let of_winner = usize::from(name == "bucket-key-absent");
        assert_eq!(find(&[shadowed, winner]), of_winner, "{name}");
    }
}

/// REP-404, REP-810, REP-812
#[test]
fn rules_that_write_nothing_cost_nothing() {
    let winner = rule(2, json!({}), &json!({}));
    for (name, class) in [
        ("storage-class-has-minimum-duration", "ONEZONE_IA"),
        ("storage-class-has-minimum-size", "ONEZONE_IA"),
        ("intelligent-tiering-is-charged", "INTELLIGENT_TIERING"),
        ("replicas-in-one-zone", "ONEZONE_IA"),
    ] {
        let more = json!({"Destination": {"StorageClass": class}});
        assert_eq!(places(name, &[rule(1, prefix("a"), &more)]).len(), 1, "{name}");
        assert!(places(name, &[rule(1, prefix("a"), &more), winner.clone()]).is_empty(), "{name}");
    }
    let more = json!({"Destination": {"StorageClass": "INTELLIGENT_TIERING"}});
    let said =
        messages("intelligent-tiering-is-charged", &Dialect::AWS, &[rule(1, json!({}), &more)]);
    assert!(said[0].contains("at least 128 KB"), "{said:?}");
}

/// A rule with Time Control, and so with metrics.
fn controlled(markers: &str) -> Value {
    json!({
        "DeleteMarkerReplication": {"Status": markers},
        "Destination": {
            "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
            "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}}},
    })
}

/// REP-404, REP-510, REP-608, REP-802, REP-811
#[test]
fn rules_that_never_win_have_no_time_control_and_replicate_no_delete_markers() {
    let known = Known::new(Some("photos"), &json!({"photos": {"Lifecycle": true}}));
    let logs = rule(1, prefix("logs/"), &controlled("Enabled"));
    let all = |more: &Value| rule(2, json!({}), more);
    let costs =
        ["time-control-costs", "delete-markers-outside-time-control", "lifecycle-delete-markers"];
    for name in costs {
        let find = |rules: &[Value]| known.places(name, rules).len();
        assert_eq!(find(std::slice::from_ref(&logs)), 1, "{name}");
        assert_eq!(find(&[logs.clone(), all(&json!({}))]), 0, "{name}");
        // Only a part of it is lost.
        let part = rule(2, prefix("logs/a"), &json!({}));
        assert_eq!(find(&[logs.clone(), part]), 1, "{name}");
        assert_eq!(find(&[logs.clone(), all(&of_bucket("other", json!({})))]), 1, "{name}");
    }
    // One that wins objects may lose all delete markers, or the other way round.
    let tag = json!({"And": {"Prefix": "logs/", "Tags": [{"Key": "a", "Value": "b"}]}});
    let tagged = rule(3, tag, &controlled("Disabled"));
    let dialect =
        Dialect::AWS.with_delete_marker_precedence(DeleteMarkerPrecedence::ReplicatingRulesCompete);
    let found = |dialect: &Dialect, name| {
        messages(name, dialect, &[logs.clone(), all(&json!({})), tagged.clone()]).len()
    };
    assert_eq!(found(&Dialect::AWS, costs[0]), 1);
    assert_eq!(found(&Dialect::AWS, costs[1]), 0);
    assert_eq!(found(&dialect, costs[0]), 1);
    assert_eq!(found(&dialect, costs[1]), 1);
    // It wins what is under KMS, and the other rule every delete marker.
    let mut under_kms = controlled("Enabled");
    merge(&mut under_kms, &kms("Enabled", KEY));
    let rules = [rule(1, prefix("logs/"), &under_kms), all(&json!({}))];
    assert_eq!(costs.map(|name| known.places(name, &rules).len()), [1, 0, 0]);
    // What never wins tells nobody anything.
    let absent = |rules: &[Value]| places("metrics-absent", rules);
    assert!(absent(std::slice::from_ref(&logs)).is_empty());
    let path = "Rule[1].Destination.Metrics";
    assert_eq!(absent(&[logs.clone(), all(&json!({}))]), [path]);
    assert!(absent(&[logs, all(&controlled("Disabled"))]).is_empty());
}

/// REP-813, REP-401, REP-405
#[test]
fn what_is_in_one_zone_only_is_shown() {
    let name = "replicas-in-one-zone";
    let in_one_zone = |mut more: Value| {
        merge(&mut more, &json!({"Destination": {}}));
        more["Destination"]["StorageClass"] = json!("ONEZONE_IA");
        more
    };
    let find = |rules: &[Value]| messages(name, &Dialect::AWS, rules);
    let one = rule(1, prefix("a/"), &in_one_zone(json!({})));
    let other = |priority, more| rule(priority, json!({}), &of_bucket("other", more));
    assert_eq!(
        find(&[one.clone(), other(2, in_one_zone(json!({})))])[0],
        "every replica of {\"Key\":\"a/\",\"Event\":\"ObjectCreated:Put\"} is in one zone: rule \
         `r1` writes it in ONEZONE_IA"
    );
    assert!(find(&[one.clone(), other(2, json!({}))]).is_empty());
    // The other copy is outranked there.
    let rules = [one, other(2, json!({})), other(3, in_one_zone(json!({})))];
    assert_eq!(find(&rules).len(), 2);
    // The other copy is not made of versions under KMS.
    let under_kms = rule(1, json!({}), &in_one_zone(kms("Enabled", KEY)));
    let said = find(&[under_kms.clone(), other(2, json!({}))]);
    assert!(said[0].contains(r#""EncryptionStatus":"SSE-KMS""#), "{said:?}");
    assert!(find(&[under_kms, other(2, kms("Enabled", KEY))]).is_empty());
}

/// REP-813, REP-401, REP-402
#[test]
fn what_several_rules_put_into_one_zone_together_is_shown() {
    let cold = |class: &str, more| {
        let mut more = of_bucket("other", more);
        more["Destination"]["StorageClass"] = json!(class);
        more
    };
    let tag = |value: &str| json!({"Tag": {"Key": "tier", "Value": value}});
    let base = [rule(1, json!({}), &json!({})), rule(2, json!({}), &of_bucket("other", json!({})))];
    let class = json!({"Destination": {"StorageClass": "ONEZONE_IA"}});
    let logs = rule(3, prefix("logs/"), &class);
    let find =
        |rules: &[Value]| messages("replicas-in-one-zone", &Dialect::AWS, &[&base, rules].concat());
    let tagged = rule(4, tag("cold"), &cold("ONEZONE_IA", json!({})));
    let object = r#"{"Key":"logs/","Tags":{"tier":"cold"},"Event":"ObjectCreated:Put"}"#;
    let said = ["r3", "r4"].map(|name| {
        format!("every replica of {object} is in one zone: rule `{name}` writes it in ONEZONE_IA")
    });
    assert_eq!(find(&[logs.clone(), tagged.clone()]), said);
    // No object is both.
    let warm = rule(3, tag("warm"), &class);
    assert!(find(&[warm, tagged.clone()]).is_empty());
    let deeper = rule(5, prefix("logs/"), &cold("STANDARD_IA", json!({})));
    assert!(find(&[logs, tagged, deeper]).is_empty());
    // Rule `r10` loses its objects with the tags by which the others are won first.
    let cold_by = |priority, bucket: &str, filter: Value| {
        rule(priority, filter, &of_bucket(bucket, class.clone()))
    };
    let warm = |priority, bucket: &str| rule(priority, json!({}), &of_bucket(bucket, json!({})));
    let by = |key: &str| json!({"Tag": {"Key": key, "Value": "1"}});
    let rules = [
        cold_by(10, "backup", json!({})),
        cold_by(11, "backup", by("a")),
        cold_by(12, "backup", by("c")),
        warm(20, "other"),
        cold_by(21, "other", by("b")),
        cold_by(22, "other", by("a")),
        warm(30, "third"),
        cold_by(31, "third", by("d")),
        cold_by(32, "third", by("c")),
    ];
    let found = messages("replicas-in-one-zone", &Dialect::AWS, &rules);
    assert_eq!(found.len(), 7, "{found:?}");
    assert!(found[0].contains(r#"{"b":"1","d":"1"}"#) && found[0].contains("`r10`"), "{found:?}");
}

/// A rule of few prefixes, tags and buckets, so that several often meet.
fn small_rule() -> impl Strategy<Value = Value> {
    let prefix = prop::sample::select(vec!["", "a", "ab", "b"]);
    let tags = prop::sample::subsequence(vec!["k", "l", "m"], 0..=2);
    let values = prop::collection::vec(prop::sample::select(vec!["1", "2"]), 3);
    let is_cold = prop::bool::weighted(0.6);
    let excluded = prop::sample::subsequence(vec!["a", "ab", "b"], 0..=1);
    let excluded_tags = prop::sample::subsequence(vec!["k1", "k2", "l1", "m1"], 0..=2);
    let is_some = |(prefixes, tags): &(Vec<_>, Vec<_>)| !prefixes.is_empty() || !tags.is_empty();
    let not = (excluded, excluded_tags).prop_filter("empty", is_some);
    let not = prop::option::weighted(0.4, not);
    let drawn = (prefix, tags, values, 0..3u8, is_cold, any::<bool>(), not);
    drawn.prop_map(|(prefix, tags, values, bucket, is_cold, selects_kms, not)| {
        let tags: Vec<Value> = tags
            .iter()
            .zip(values)
            .map(|(key, value)| json!({"Key": key, "Value": value}))
            .collect();
        let status = if selects_kms { "Enabled" } else { "Disabled" };
        let mut more = of_bucket(&format!("other-{bucket}"), kms(status, KEY));
        if is_cold {
            more["Destination"]["StorageClass"] = json!("ONEZONE_IA");
        }
        let filter = if let Some((prefixes, excluded)) = not {
            let excluded: Vec<Value> =
                excluded.iter().map(|tag| json!({"Key": tag[..1], "Value": tag[1..]})).collect();
            let not = json!({"Or": {"Prefixes": prefixes, "Tags": excluded}});
            json!({"And": {"Prefix": prefix, "Tags": tags, "Not": not}})
        } else if tags.is_empty() {
            self::prefix(prefix)
        } else {
            json!({"And": {"Prefix": prefix, "Tags": tags}})
        };
        rule(1, filter, &more)
    })
}

/// Every object about which small rules can differ.
fn small_objects() -> Vec<(&'static str, Vec<Tag>, EncryptionStatus)> {
    let mut objects = Vec::new();
    for (key, number) in
        ["a", "ab", "b", "c"].into_iter().flat_map(|key| (0..27).map(move |n| (key, n)))
    {
        let digits = [("k", number % 3), ("l", number / 3 % 3), ("m", number / 9)];
        let tags = digits.into_iter().filter(|(_, digit)| *digit > 0);
        let tags: Vec<Tag> =
            tags.map(|(key, digit)| Tag::new(key, digit.to_string()).unwrap()).collect();
        for status in [EncryptionStatus::SseS3, EncryptionStatus::SseKms] {
            objects.push((key, tags.clone(), status));
        }
    }
    objects
}

proptest! {
    /// A rule is found if and only if it writes in one zone what nobody writes elsewhere.
    #[test]
    fn what_is_in_one_zone_is_found_by_looking_at_every_object(
        mut rules in prop::collection::vec(small_rule(), 1..9),
        after_selection in any::<bool>(),
    ) {
        for (at, rule) in rules.iter_mut().enumerate() {
            rule["Priority"] = json!(at);
            rule["ID"] = json!(format!("r{at}"));
        }
        let dialect = if after_selection {
            Dialect::AWS.with_source_selection(SourceSelection::AfterSelection)
        } else {
            Dialect::AWS
        };
        let text = text_of(&rules);
        let configuration = ReplicationConfiguration::from_json(&text).unwrap();
        let engine = Engine::with_dialect(&configuration, &dialect);
        let mut expected = BTreeSet::new();
        for (key, tags, status) in &small_objects() {
            let mut version = ObjectVersion::new(*key).with_tags(tags);
            version.encryption = *status;
            let decision = engine.decide(&version, Event::ObjectCreatedPut);
            let classes = decision.replications().map(|copy| copy.replica().storage_class.as_str());
            if classes.clone().all(|class| class == "ONEZONE_IA") {
                expected.extend(decision.replications().map(|copy| copy.rule().position));
            }
        }
        let parser = Parser::new().with_advice(only("replicas-in-one-zone")).with_dialect(dialect);
        let parsed = parser.parse_json(&text);
        let found: BTreeSet<String> =
            parsed.report().iter().map(|found| found.primary.path().to_string()).collect();
        let path = |at: usize| format!("Rule[{at}].Destination.StorageClass");
        let expected: BTreeSet<String> = expected.into_iter().map(path).collect();
        prop_assert_eq!(found, expected);
    }
}

/// REP-401, REP-405
#[test]
fn only_what_goes_twice_is_said_to_go_twice() {
    let name = "keys-replicated-repeatedly";
    let find = |dialect: &Dialect, rules: &[Value]| messages(name, dialect, rules);
    let aws = |rules: &[Value]| find(&Dialect::AWS, rules);
    let with_key = rule(1, json!({}), &kms("Enabled", KEY));
    let other = |priority, filter, more| rule(priority, filter, &of_bucket("other", more));
    let twice = |name: &str| vec![format!("every object of rule `{name}` goes to 2 destinations")];
    assert_eq!(aws(&[with_key.clone(), other(2, json!({}), json!({}))]), twice("r2"));
    let both = [with_key.clone(), other(2, json!({}), kms("Enabled", KEY))];
    assert_eq!(aws(&both), [twice("r1"), twice("r2")].concat());
    // What never wins makes no copies.
    let dead = rule(1, prefix("a"), &json!({}));
    let rules = [dead, rule(2, json!({}), &json!({})), other(3, prefix("a"), json!({}))];
    assert_eq!(aws(&rules), twice("r3"));
    // A rule for fewer keys may withhold versions under KMS, where the winner is asked.
    let dialect = Dialect::AWS.with_source_selection(SourceSelection::AfterSelection);
    let [one, two] = both;
    let rules = [one, two, other(3, prefix("a"), json!({}))];
    assert_eq!(aws(&rules).len(), 3);
    assert_eq!(find(&dialect, &rules), [twice("r2"), twice("r3")].concat());
}

/// REP-404, REP-406, REP-225
#[test]
fn deletes_that_do_not_arrive_are_shown() {
    let name = "tag-filter-leaves-delete-markers";
    let tagged = |priority| rule(priority, json!({"Tag": {"Key": "a", "Value": "b"}}), &json!({}));
    let markers = |priority, filter| {
        rule(priority, filter, &json!({"DeleteMarkerReplication": {"Status": "Enabled"}}))
    };
    let find = |dialect: &Dialect, rules: &[Value]| messages(name, dialect, rules);
    let never = |name: &str| vec![format!("what rule `{name}` replicates is never deleted there")];
    let aws = |rules: &[Value]| find(&Dialect::AWS, rules);
    assert_eq!(aws(&[tagged(2)]), never("r2"));
    assert_eq!(
        aws(&[tagged(2), markers(1, prefix("a/"))]),
        [
            "not every delete of what rule `r2` replicates arrives: {\"Key\":\"b\",\"IsDeleteMarker\":\
          true,\"Event\":\"ObjectRemoved:DeleteMarkerCreated\"}"
        ]
    );
    // One that comes first replicates none.
    let outranked = [tagged(4), markers(1, json!({})), rule(3, json!({}), &json!({}))];
    assert_eq!(aws(&outranked), never("r4"));
    let compete = DeleteMarkerPrecedence::ReplicatingRulesCompete;
    assert!(find(&Dialect::AWS.with_delete_marker_precedence(compete), &outranked).is_empty());
    // What it does not win is no matter.
    let elsewhere = [tagged(2), rule(3, prefix("a/"), &json!({})), markers(1, json!({}))];
    assert!(aws(&elsewhere).is_empty());
    let loses = [tagged(2), rule(3, json!({}), &json!({}))];
    assert!(aws(&loses).is_empty());
}

/// REP-602, REP-516, REP-620
#[test]
fn the_owner_of_the_source_is_as_somebody_told() {
    let known = |source: &str| {
        let known = json!({"photos": {"Account": source},
                           "backup": {"ObjectOwnership": "ObjectWriter", "Payer": "Requester"}});
        Known::new(Some("photos"), &known)
    };
    let own = json!({"Destination": {"Account": "210987654321"}});
    let mut translated = own.clone();
    translated["Destination"]["AccessControlTranslation"] = json!({"Owner": "Destination"});
    for (source, alike) in [("210987654321", 1), ("123456789012", 0)] {
        let find =
            |name, more: &Value| known(source).places(name, &[rule(1, json!({}), more)]).len();
        assert_eq!(find("owner-not-overridden", &own), 1 - alike);
        assert_eq!(find("requester-pays-destination", &own), 1 - alike);
        assert_eq!(find("owner-override-needless", &translated), alike);
    }
    translated["Destination"]["Account"] = json!("123456789012");
    let said =
        messages("owner-override-needless", &Dialect::AWS, &[rule(1, json!({}), &translated)]);
    assert!(said[0].ends_with("changes of ACLs do not follow while it stands"), "{said:?}");
    // And that is so.
    let engine = |more: &Value| {
        let text = text_of(&[rule(1, json!({}), more)]);
        Engine::new(&ReplicationConfiguration::from_json(&text).unwrap())
    };
    let mut version = ObjectVersion::new("a");
    version.replication_status = Some(ReplicationStatus::Completed);
    assert!(!engine(&translated).decide(&version, Event::ObjectAclPut).replicates());
    assert!(engine(&json!({})).decide(&version, Event::ObjectAclPut).replicates());
}

/// REP-513
#[test]
fn lifecycle_that_is_alike_on_both_sides_is_no_matter() {
    let rules = |bucket: &str| {
        let more = json!({"DeleteMarkerReplication": {"Status": "Enabled"}});
        [rule(1, json!({}), &of_bucket(bucket, more))]
    };
    let days = |days: u32| json!({"Lifecycle": {"ExpirationDays": days}});
    let known = json!({"photos": days(30), "same": days(30), "later": days(31), "none": {}});
    let known = Known::new(Some("photos"), &known);
    for (bucket, count) in [("same", 0), ("later", 1), ("none", 1)] {
        let found = known.places("lifecycle-delete-markers", &rules(bucket));
        assert_eq!(found.len(), count, "{bucket}");
    }
}

#[test]
fn help_is_of_the_dialect_and_leaves_nothing_to_be_said_again() {
    let help = |name: &str, dialect: Dialect, rules: &[Value]| {
        let parsed =
            Parser::new().with_advice(only(name)).with_dialect(dialect).parse_json(&text_of(rules));
        parsed.report().iter().next().unwrap().help.clone().unwrap()
    };
    let archive = json!({"Destination": {"StorageClass": "DEEP_ARCHIVE"}});
    let rules = [rule(1, json!({}), &json!({})), rule(2, prefix("tax/"), &archive)];
    let order = |dialect| help("priority-order-matters", dialect, &rules);
    assert!(order(Dialect::AWS).starts_with("make sure that the higher number"));
    assert!(order(Dialect::AWS_TUTORIAL).starts_with("make sure that the lower number"));
    for (text, expected) in
        [("/", "leave the prefix empty"), ("//", "leave the prefix empty"), ("//x/", "write `x/`,")]
    {
        let rules = [rule(1, prefix(text), &json!({}))];
        let help = help("prefix-begins-with-slash", Dialect::AWS, &rules);
        assert!(help.starts_with(expected), "{text}: {help}");
    }
    let tagged = [rule(1, json!({"Tag": {"Key": "a", "Value": "b"}}), &json!({}))];
    let said = messages("tag-filter", &Dialect::AWS, &tagged);
    assert_eq!(said, ["live replication by rule `r1` needs its tags at creation"]);
}

/// REP-301
#[test]
fn what_is_said_of_a_prefix_is_said_once() {
    let lints = ["prefix-surrounded-by-space", "prefix-begins-with-slash", "prefix-has-wildcard"];
    let helps = |text: &str| {
        let rules = text_of(&[rule(1, prefix(text), &json!({}))]);
        let help = |name: &&str| {
            let parsed = Parser::new().with_advice(only(name)).parse_json(&rules);
            let found = parsed.report().iter().next()?;
            Some(found.help.clone().unwrap())
        };
        lints.iter().filter_map(help).collect::<Vec<String>>()
    };
    let parts = ["", " ", "/", "*", "logs/", "?a", "\n", "a b"];
    let mut count = 0;
    for number in 0..parts.len().pow(3) {
        let text: String =
            (0..3).map(|at| parts[number / parts.len().pow(at) % parts.len()]).collect();
        let said = helps(&text);
        let written = |help: &String| match help.split('`').nth(1) {
            Some(written) if help.starts_with("write `") => written.to_owned(),
            _ if help.starts_with("leave the prefix empty") => String::new(),
            _ => panic!("{help}"),
        };
        let written: BTreeSet<String> = said.iter().map(written).collect();
        assert!(written.len() < 2, "{text:?}: {said:?}");
        for written in written {
            assert_eq!(helps(&written), Vec::<String>::new(), "{text:?}");
            count += 1;
        }
    }
    assert!(count > 300, "{count}");
    assert_eq!(helps("/logs/*").len(), 2);
    assert_eq!(helps("/* ").len(), 3);
}

// Facts that nobody gave.

#[test]
fn the_report_says_which_facts_would_let_it_say_more() {
    let rules = [rule(1, json!({}), &json!({}))];
    let missing = |parser: Parser| {
        let parsed = parser.parse_json(&text_of(&rules));
        let facts = parsed.missing_facts().iter();
        facts
            .map(|missing| {
                let bucket = missing.bucket.as_ref().map(ToString::to_string);
                (bucket, missing.fact, missing.lints.clone())
            })
            .collect::<Vec<_>>()
    };
    let backup = || Some("backup".to_owned());
    let versioning = ["destination-not-versioned"].to_vec();
    let nameless = missing(Parser::new().with_advice(only("object-lock-missing")));
    assert_eq!(
        nameless,
        [
            (None, Fact::ObjectLock, vec!["object-lock-missing"]),
            (None, Fact::Versioning, vec!["source-not-versioned"]),
            (backup(), Fact::Versioning, versioning.clone()),
        ]
    );
    // What depends on another fact is asked for when that one is there.
    let known = Known::new(
        Some("photos"),
        &json!({
            "photos": {"Versioning": "Enabled", "ObjectLock": "Enabled"}, "backup": {"Versioning": "Enabled"},
        }),
    );
    let parser = Parser::new()
        .with_advice(only("object-lock-missing"))
        .with_buckets(known.buckets)
        .with_source_bucket("photos".parse().unwrap());
    assert_eq!(missing(parser), [(backup(), Fact::ObjectLock, vec!["object-lock-missing"])]);
    // A bucket that does not exist has no facts.
    let gone = Known::new(None, &json!({"backup": null}));
    let parser = Parser::new().with_buckets(gone.buckets);
    assert!(missing(parser).iter().all(|(bucket, ..)| bucket.is_none()));
}

#[test]
fn who_pays_is_asked_before_who_owns() {
    let missing = |known: Value| {
        let known = Known::new(None, &json!({"backup": known}));
        let levels = only("requester-pays-destination");
        let parser = Parser::new().with_advice(levels).with_buckets(known.buckets);
        let parsed = parser.parse_json(&text_of(&[rule(1, json!({}), &json!({}))]));
        let facts = parsed.missing_facts().iter();
        let facts = facts.filter(|one| one.lints.contains(&"requester-pays-destination"));
        facts.map(|one| one.fact).collect::<Vec<_>>()
    };
    assert_eq!(missing(json!({})), [Fact::Account]);
    assert_eq!(missing(json!({"Account": "210987654321"})), [Fact::Payer]);
    assert_eq!(missing(json!({"Payer": "Requester"})), [Fact::Account]);
    assert!(missing(json!({"Payer": "BucketOwner"})).is_empty());
}

/// The state of a bucket is mended elsewhere, so it hides nothing that is to say about the rules; a
/// refused rule does.
#[test]
fn the_state_of_buckets_hides_no_advice() {
    let off = [rule(2, prefix("a"), &json!({})), rule(1, prefix("ab"), &json!({}))];
    let codes = |rules: &[Value], buckets: &Value| {
        let known = Known::new(Some("photos"), buckets);
        let parser = Parser::new()
            .with_advice(only("redundant-rule"))
            .with_buckets(known.buckets)
            .with_source_bucket("photos".parse().unwrap());
        let parsed = parser.parse_json(&text_of(rules));
        parsed.report().iter().map(|found| found.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(&off, &json!({})), ["redundant-rule"]);
    let suspended = json!({"photos": {"Versioning": "Suspended"}});
    assert_eq!(codes(&off, &suspended), ["source-not-versioned", "redundant-rule"]);
    let missing = json!({"backup": null});
    let found = codes(&off, &missing);
    assert_eq!(found, ["destination-missing", "destination-missing", "redundant-rule"]);
    let bad = [off[0].clone(), rule(2, prefix("ab"), &json!({"ID": "other"}))];
    assert_eq!(codes(&bad, &suspended), ["source-not-versioned", "priority-repeated"]);
}

// Levels.

/// A thousand rules with more to say about them than a report keeps, of which one is shadowed.
fn talkative() -> Vec<Value> {
    let more = |number: usize| {
        let bucket = format!("bucket-{}", number % 5);
        of_bucket(&bucket, json!({"Destination": {"StorageClass": "ONEZONE_IA"}}))
    };
    let rule_of = |number: usize| {
        rule(
            u32::try_from(1500 - number).unwrap(),
            prefix(&format!("/* %20{number} ")),
            &more(number),
        )
    };
    let mut rules: Vec<Value> = (0..997).map(rule_of).collect();
    rules.push(rule(2000, prefix("z"), &json!({})));
    rules.push(rule(3, prefix("zz"), &json!({"Destination": {"StorageClass": "ONEZONE_IA"}})));
    rules
}

#[test]
fn denied_lints_are_kept_before_other_advice() {
    let mut levels = Levels::new();
    levels.set(Levels::ALL, Level::Warn).unwrap();
    levels.set("redundant-rule", Level::Allow).unwrap();
    levels.set("shadowed-rule", Level::Deny).unwrap();
    let denied = |report: &Report| {
        assert!(report.left_out() > 0, "there is more than a report keeps");
        assert!(report.has_errors(), "a denied lint is an error for every caller");
        assert!(!report.is_refused(), "the store accepts the document");
        assert!(report.iter().all(|found| {
            (found.severity == Severity::Error) == (found.code == "shadowed-rule")
        }));
        let denied = report.iter().filter(|found| found.code == "shadowed-rule");
        let count = denied.clone().count();
        assert!(denied.clone().any(|found| found.primary.path().to_string() == "Rule[998]"));
        count
    };
    let text = text_of(&talkative());
    let parsed = Parser::new().with_advice(levels.clone()).parse_json(&text);
    assert_eq!(denied(parsed.report()), 1);
    let paths: Vec<_> = parsed.report().iter().map(|found| found.primary.path()).collect();
    assert!(paths.is_sorted(), "they stay in the order of their places");
    let configuration = ReplicationConfiguration::from_json(&text).unwrap();
    assert_eq!(denied(&advice_about(&configuration, &levels).report), 1);
    let check = Check::new().with_levels(levels);
    assert!(check.file("c.json", Ok::<_, std::io::Error>(&text)).fails());
}

#[test]
fn denied_findings_of_reading_are_kept_before_others() {
    let rule = |number: usize, attribute: &str, account: &str| {
        format!(
            "<Rule{attribute}><Status>Enabled</Status><Prefix>{number}/</Prefix><Destination>\
             <Bucket>arn:aws:s3:::backup</Bucket>{account}</Destination></Rule>"
        )
    };
    // All those come first, and each has an attribute.
    let rules: String = (0..6_000).map(|number| rule(number, " a=''", "")).collect();
    let last = rule(6_000, "", "<Account>me</Account>");
    let text = format!(
        "<ReplicationConfiguration><Role>arn:aws:iam::123456789012:role/r</Role>{rules}{last}\
         </ReplicationConfiguration>"
    );
    let mut levels = Levels::new();
    levels.set("account-unusual", Level::Deny).unwrap();
    let parsed = Parser::new().with_advice(levels).parse_xml(&text);
    assert!(parsed.report().left_out() > 0);
    assert!(parsed.report().iter().any(|found| found.code == "account-unusual"));
}

#[test]
fn groups_have_levels() {
    let of = |levels: &Levels, group| {
        let lints = catalogue().filter(|lint| lint.group == group);
        lints.map(|lint| levels.of(lint)).collect::<BTreeSet<_>>()
    };
    let mut levels = Levels::new();
    assert_eq!(of(&levels, Group::Suspicious), BTreeSet::from([Level::Warn]));
    assert_eq!(of(&levels, Group::Cost), BTreeSet::from([Level::Allow]));
    levels.set("cost", Level::Deny).unwrap();
    levels.set("time-control-costs", Level::Allow).unwrap();
    assert_eq!(of(&levels, Group::Cost), BTreeSet::from([Level::Allow, Level::Deny]));
    // Failed replication and foreign owners go unnoticed for months.
    let own = BTreeSet::from([Level::Allow, Level::Note, Level::Warn]);
    assert_eq!(of(&levels, Group::Pedantic), own);
    let level = |name| levels.of(Lint::find(name).unwrap());
    assert_eq!(level("metrics-absent"), Level::Note);
    assert_eq!(level("owner-not-overridden"), Level::Warn);
    levels.set(Levels::ALL, Level::Warn).unwrap();
    assert_eq!(of(&levels, Group::Cost), BTreeSet::from([Level::Warn]));
    assert_eq!(of(&levels, Group::Refusals), BTreeSet::from([Level::Deny]));
    assert!(levels.set("refusals", Level::Warn).is_err());
    levels.set("refusals", Level::Deny).unwrap();
}

#[test]
fn what_is_refused_gets_advice_about_what_is_written() {
    let mut refused = rule(1, prefix("/a"), &json!({}));
    refused.as_object_mut().unwrap().remove("Priority");
    let parsed = Parser::new().with_advice(Levels::new()).parse_json(&text_of(&[refused]));
    let codes: Vec<_> = parsed.report().iter().map(|found| found.code).collect();
    assert_eq!(codes, ["priority-missing", "prefix-begins-with-slash"]);
}

#[test]
fn without_advice_there_is_none() {
    let rules = [rule(1, prefix("/a"), &json!({})), rule(2, json!({}), &json!({}))];
    assert!(Parser::new().parse_json(&text_of(&rules)).report().is_empty());
}

// What lints claim, against the engine.

fn advice_about(configuration: &ReplicationConfiguration, levels: &Levels) -> Checked {
    let (draft, buckets) = (configuration.to_draft(), KnownBuckets::new());
    check(&Context::new(&draft, &Dialect::AWS, &buckets), levels)
}

fn rules_found(advice: &Checked, names: &[&str]) -> BTreeSet<String> {
    let found = advice.report.iter().filter(|found| names.contains(&found.code));
    let rules = found.map(|found| found.primary.path().steps().iter().take(2).cloned());
    rules.map(|steps| steps.collect::<FieldPath>().to_string()).collect()
}

proptest! {
    /// A rule that is said never to win is never selected, and one that isn't said to is selected
    /// for its witness.
    #[test]
    fn rules_said_to_be_dead_are_never_selected(
        (configuration, objects) in configuration().prop_flat_map(|configuration| {
            let objects = proptest::collection::vec(object_for(&configuration), 40);
            (Just(configuration), objects)
        }),
    ) {
        let mut levels = Levels::new();
        levels.set(Levels::ALL, Level::Warn).unwrap();
        let advice = advice_about(&configuration, &levels);
        let dead = rules_found(&advice, &["shadowed-rule", "redundant-rule", "unmatchable-rule"]);
        let engine = Engine::new(&configuration);
        for object in &objects {
            for copy in engine.decide(&object.version(), object.event).replications() {
                let path = format!("Rule[{}]", copy.rule().position);
                prop_assert!(!dead.contains(&path), "{path} is selected");
            }
        }
        for (rule, reachability) in reachability(&configuration, &Dialect::AWS) {
            let path = format!("Rule[{}]", rule.position);
            let (Reachability::Partly { wins, .. } | Reachability::Always { wins }) = reachability else {
                prop_assert_eq!(dead.contains(&path), rule.is_enabled());
                continue;
            };
            prop_assert!(!dead.contains(&path));
            let version = wins.version();
            let decision = engine.decide(&version, wins.event());
            let mut copies = decision.replications();
            let selected = copies.any(|copy| copy.rule().position == rule.position);
            prop_assert!(selected, "{} does not select {}", wins, path);
        }
    }

    /// Without a rule that is said to be redundant or shadowed, the engine decides alike.
    #[test]
    fn dead_rules_can_go(configuration in configuration()) {
        let advice = advice_about(&configuration, &Levels::new());
        let dead = rules_found(&advice, &["shadowed-rule", "redundant-rule"]);
        let mut draft = configuration.to_draft();
        let mut at = 0..;
        draft.rules.retain(|_| !dead.contains(&format!("Rule[{}]", at.next().unwrap())));
        let without = draft.validate(&Dialect::AWS).unwrap();
        let comparison = Comparison::new(&configuration, &without);
        prop_assert!(comparison.is_equivalent());
    }
}

/// REP-401
#[test]
fn a_rule_that_could_go_is_redundant_only_if_it_never_wins() {
    let rules = [rule(2, prefix("a/b/"), &json!({})), rule(1, prefix("a/"), &json!({}))];
    assert!(places("redundant-rule", &rules).is_empty());
    let dead = [rule(1, prefix("a/b/"), &json!({})), rule(2, prefix("a/"), &json!({}))];
    assert_eq!(places("redundant-rule", &dead), ["Rule[0]"]);
    let summary = Lint::find("redundant-rule").unwrap().summary;
    assert!(summary.starts_with("a rule is never selected"), "{summary}");
}

#[test]
fn every_group_is_used_and_every_lint_is_named_after_what_it_finds() {
    for group in Group::ALL {
        assert!(catalogue().any(|lint| lint.group == *group), "{group}");
    }
    assert!(Lint::find("shadowed-rule").is_some());
}

/// Advice about a filter of which a part was refused would be about the rest of it.
#[test]
fn what_was_refused_in_part_gets_no_advice() {
    let mut levels = Levels::new();
    levels.set("all", Level::Warn).unwrap();
    let codes = |filter: &str| -> Vec<&'static str> {
        let text = format!(
            r#"{{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{{"Status": "Enabled", "Priority": 1,
                "Filter": {filter}, "DeleteMarkerReplication": {{"Status": "Disabled"}},
                "Destination": {{"Bucket": "arn:aws:s3:::backup"}}}}]}}"#
        );
        let parsed = Parser::new().with_advice(levels.clone()).parse_json(&text);
        parsed.report().iter().map(|found| found.code).collect()
    };
    assert!(codes("{}").contains(&"filter-empty"));
    for filter in [r#"{"Prefixx": "a/"}"#, r#"{"Prefix": "\u0001"}"#, r#"{"Tag": 1}"#] {
        assert!(!codes(filter).contains(&"filter-empty"), "{filter}: {:?}", codes(filter));
    }
}
