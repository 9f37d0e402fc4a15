//! The stores point by point: one test for each question, with the answer of each store that is
//! known.

use s3_replication::analysis::{Comparison, Reachability, append, reachability, to_v2};
use s3_replication::diagnostic::Report;
use s3_replication::dialect::{
    AndReading, DestinationCount, PriorityOrder, TagReading, UnknownElements, Winners,
};
use s3_replication::engine::{Reason, Verdict};
use s3_replication::model::{
    BucketArn, DeleteMarkerOrigin, EncryptionStatus, Event, ReplicationStatus, RuleDraft, Tag,
    Unmatchable,
};
use s3_replication::{Dialect, Engine, ObjectVersion, Parser, ReplicationConfiguration};

use super::{answer, buckets, read, xml};
use crate::support::ROLE;

const PUT: Event = Event::ObjectCreatedPut;
const DELETE: Event = Event::ObjectRemovedDeleteMarkerCreated;
const PERMANENT_DELETE: Event = Event::ObjectRemovedDelete;

const AB: &str = "<And><Tag><Key>a</Key><Value>1</Value></Tag>\
                  <Tag><Key>b</Key><Value>2</Value></Tag></And>";

/// Writes a rule of any version; `parts` come before the destination, `more` into it.
fn rule_to(bucket: &str, parts: &str, more: &str) -> String {
    format!(
        "<Rule><Status>Enabled</Status>{parts}\
         <Destination><Bucket>arn:aws:s3:::{bucket}</Bucket>{more}</Destination></Rule>"
    )
}

/// Writes a V2 rule with a filter, and delete marker replication with a status.
fn rule(priority: u32, filter: &str, markers: &str) -> String {
    rule_to("backup", &parts(priority, filter, markers), "")
}

fn parts(priority: u32, filter: &str, markers: &str) -> String {
    format!(
        "<Priority>{priority}</Priority><Filter>{filter}</Filter>\
         <DeleteMarkerReplication><Status>{markers}</Status></DeleteMarkerReplication>"
    )
}

fn tags(pairs: &[(&str, &str)]) -> Vec<Tag> {
    pairs.iter().map(|(key, value)| Tag::new(*key, *value).unwrap()).collect()
}

/// Returns true when a store replicates a version to some bucket.
#[track_caller]
fn goes(dialect: &Dialect, rules: &str, version: &ObjectVersion<'_>, event: Event) -> bool {
    !buckets(dialect, rules, version, event).is_empty()
}

/// REP-1101: all tags, any of them, or none count.
#[test]
fn several_tags_of_a_filter() {
    let rules = rule(1, AB, "Disabled");
    let sets = [Vec::new(), tags(&[("a", "1")]), tags(&[("a", "1"), ("b", "2")])];
    let taken = |dialect: &Dialect| {
        sets.each_ref()
            .map(|tags| goes(dialect, &rules, &ObjectVersion::new("k").with_tags(tags), PUT))
    };
    for dialect in [Dialect::AWS, Dialect::AWS_TUTORIAL, Dialect::RUSTFS, Dialect::OVH] {
        assert_eq!(taken(&dialect), [false, false, true], "{dialect}");
    }
    for dialect in [Dialect::MINIO, Dialect::RUSTFS_RC3, Dialect::CEPH] {
        assert_eq!(taken(&dialect), [false, true, true], "{dialect}");
    }
    assert_eq!(taken(&Dialect::ZENKO), [true; 3]);
    // Zenko ignores the prefix in `And` too, which AWS compares.
    let within = AB.replace("<And>", "<And><Prefix>logs/</Prefix>");
    let without_and = Dialect::AWS.with_and(AndReading::Ignored);
    for (dialect, takes) in [(Dialect::AWS, false), (Dialect::ZENKO, true), (without_and, true)] {
        let object = tags(&[("a", "1"), ("b", "2")]);
        let object = ObjectVersion::new("k").with_tags(&object);
        assert_eq!(goes(&dialect, &rule(1, &within, "Disabled"), &object, PUT), takes, "{dialect}");
    }
}

/// REP-1101: where any tag is enough, one that is excluded leaves the others, also for the analyses.
#[test]
fn one_of_several_tags_is_excluded() {
    let dialect = Dialect::AWS.with_tags(TagReading::Any);
    let filter = AB.replace("<And>", "<And><Not><Tag><Key>a</Key><Value>1</Value></Tag></Not>");
    let configuration = read(&dialect, &rule(1, &filter, "Disabled"));
    let all = reachability(&configuration, &dialect);
    let [(_, Reachability::Always { wins })] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(wins.tags(), tags(&[("b", "2")]));
    let without = read(&dialect, &rule(1, "<Prefix>none</Prefix>", "Disabled"));
    let comparison =
        Comparison::new(&without, &configuration).with_dialects(dialect.clone(), dialect.clone());
    let found =
        comparison.differences().iter().any(|one| one.witness().tags() == tags(&[("b", "2")]));
    assert!(found, "{:?}", comparison.differences());
}

/// REP-1102: a tag with an empty value matches every object on RustFS up to 1.0.0-rc.3.
#[test]
fn a_tag_with_an_empty_value() {
    let rules = rule(1, "<Tag><Key>a</Key><Value></Value></Tag>", "Disabled");
    let empty = tags(&[("a", "")]);
    let other = tags(&[("a", "1")]);
    let with = |dialect: &Dialect, tags: &Vec<Tag>| {
        goes(dialect, &rules, &ObjectVersion::new("k").with_tags(tags), PUT)
    };
    for dialect in [Dialect::AWS, Dialect::MINIO, Dialect::RUSTFS] {
        assert!(with(&dialect, &empty) && !with(&dialect, &other), "{dialect}");
    }
    assert!(with(&Dialect::RUSTFS_RC3, &other) && with(&Dialect::RUSTFS_RC3, &Vec::new()));
}

/// REP-1103: on MinIO a tag outside ASCII hides the other tags.
#[test]
fn objects_with_a_tag_outside_ascii() {
    let rules = rule(1, "<Tag><Key>a</Key><Value>1</Value></Tag>", "Disabled");
    let odd = tags(&[("a", "1"), ("größe", "2")]);
    let version = ObjectVersion::new("k").with_tags(&odd);
    for dialect in [Dialect::AWS, Dialect::RUSTFS, Dialect::RUSTFS_RC3] {
        assert!(goes(&dialect, &rules, &version, PUT), "{dialect}");
    }
    assert!(!goes(&Dialect::MINIO, &rules, &version, PUT));
}

/// REP-1104, REP-1134: `Prefix` of a rule counts, is ignored or refused.
#[test]
fn prefix_of_a_rule() {
    let markers = "<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>";
    let v1 = rule_to("backup", "<Prefix>logs/</Prefix>", "");
    let with_markers =
        rule_to("backup", &format!("<Priority>1</Priority><Prefix>logs/</Prefix>{markers}"), "");
    let takes =
        |dialect: &Dialect, rules: &str| goes(dialect, rules, &ObjectVersion::new("data/1"), PUT);
    assert!(!takes(&Dialect::AWS, &v1) && !takes(&Dialect::RUSTFS, &v1));
    assert!(takes(&Dialect::MINIO, &with_markers) && takes(&Dialect::RUSTFS_RC3, &v1));
    assert!(!takes(&Dialect::RUSTFS, &with_markers));
    // `Filter` counts where both are written.
    let both =
        rule_to("backup", "<Prefix>logs/</Prefix><Filter><Prefix>data/</Prefix></Filter>", "");
    assert!(takes(&Dialect::RUSTFS, &both));
    assert!(answer(&Dialect::AWS, &xml(&both)).unwrap().starts_with("MalformedXML"));
    assert!(answer(&Dialect::OVH, &xml(&with_markers)).unwrap().starts_with("MalformedXML"));
}

/// REP-1104: what MinIO ignores is not lost.
#[test]
fn ignored_elements_are_written_back() {
    let markers = "<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>";
    let rules = rule_to("backup", &format!("<Prefix>logs/</Prefix>{markers}"), "");
    let configuration = read(&Dialect::MINIO, &rules);
    assert_eq!(configuration.rules()[0].filter.key_prefix().as_str(), "");
    assert!(configuration.to_xml().contains("<Prefix>logs/</Prefix>"));
    let parser = Parser::new().with_dialect(Dialect::MINIO);
    let again = parser.parse_xml(&configuration.to_xml()).into_configuration().unwrap();
    assert_eq!(again, configuration);
}

/// REP-1105: neither `Prefix` nor `Filter`.
#[test]
fn a_rule_without_a_filter() {
    let markers = "<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>";
    let rules = rule_to("backup", &format!("<Priority>1</Priority>{markers}"), "");
    for dialect in [Dialect::MINIO, Dialect::RUSTFS, Dialect::RUSTFS_RC3, Dialect::ZENKO] {
        assert!(goes(&dialect, &rules, &ObjectVersion::new("k"), PUT), "{dialect}");
    }
    for dialect in [Dialect::AWS, Dialect::OVH] {
        let answer = answer(&dialect, &xml(&rules)).unwrap();
        assert!(answer.starts_with("MalformedXML"), "{dialect}: {answer}");
    }
}

/// REP-1106: stores that ignore unknown elements ignore exclusions.
#[test]
fn exclusions() {
    let rules = rule(1, "<Not><Prefix>tmp/</Prefix></Not>", "Disabled");
    let excluded = ObjectVersion::new("tmp/1");
    assert!(!goes(&Dialect::AWS, &rules, &excluded, PUT));
    for dialect in [Dialect::MINIO, Dialect::RUSTFS, Dialect::RUSTFS_RC3, Dialect::ZENKO] {
        assert!(goes(&dialect, &rules, &excluded, PUT), "{dialect}");
    }
    assert!(answer(&Dialect::OVH, &xml(&rules)).unwrap().starts_with("MalformedXML"));
}

const CRITERIA: &str = "<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status>\
                        </SseKmsEncryptedObjects></SourceSelectionCriteria>";
const KEY: &str = "<EncryptionConfiguration><ReplicaKmsKeyID>arn:aws:kms:eu-west-1:123456789012:key/1\
                   </ReplicaKmsKeyID></EncryptionConfiguration>";

/// REP-1107, REP-1126: versions encrypted with a KMS key, and the elements about them.
#[test]
fn kms() {
    let version = ObjectVersion::new("k").with_encryption(EncryptionStatus::SseKms);
    let plain = rule(1, "", "Disabled");
    assert!(!goes(&Dialect::AWS, &plain, &version, PUT));
    for dialect in [Dialect::MINIO, Dialect::RUSTFS, Dialect::RUSTFS_RC3] {
        assert!(goes(&dialect, &plain, &version, PUT), "{dialect}");
    }
    let opted = rule_to("backup", &(parts(1, "", "Disabled") + CRITERIA), KEY);
    assert!(goes(&Dialect::AWS, &opted, &version, PUT));
    for dialect in [Dialect::RUSTFS, Dialect::OVH] {
        let answer = answer(&dialect, &xml(&opted)).unwrap();
        assert!(
            answer.contains("SseKmsEncryptedObjects") || answer.starts_with("NotImplemented"),
            "{answer}"
        );
    }
    for dialect in [Dialect::MINIO, Dialect::ZENKO] {
        let configuration = read(&dialect, &opted);
        assert!(configuration.rules()[0].kms.is_none(), "{dialect}");
        assert!(configuration.to_xml().contains("ReplicaKmsKeyID"), "{dialect}");
    }
}

/// REP-1108, REP-1109, REP-1110, REP-1111: elements that stores honour, ignore or refuse.
#[test]
fn elements_of_aws() {
    let owner = "<Account>123456789012</Account>\
                 <AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>";
    let metrics = "<Metrics><Status>Enabled</Status></Metrics>";
    let sync = "<SourceSelectionCriteria><ReplicaModifications><Status>Enabled</Status>\
                </ReplicaModifications></SourceSelectionCriteria>";
    let cases = [
        rule_to("backup", &parts(1, "", "Disabled"), owner),
        rule_to("backup", &parts(1, "", "Disabled"), metrics),
        rule_to("backup", &parts(1, "", "Disabled"), "<Account>123456789012</Account>"),
        rule_to("backup", &(parts(1, "", "Disabled") + sync), ""),
    ];
    let refused =
        |dialect: &Dialect| cases.each_ref().map(|rules| answer(dialect, &xml(rules)).is_some());
    assert_eq!(refused(&Dialect::AWS), [false; 4]);
    assert_eq!(refused(&Dialect::MINIO), [false; 4]);
    assert_eq!(refused(&Dialect::RUSTFS), [true, true, true, false]);
    assert_eq!(refused(&Dialect::OVH), [true; 4]);
    assert_eq!(refused(&Dialect::ZENKO), [false; 4]);
    let answered = answer(&Dialect::OVH, &xml(&cases[1])).unwrap();
    assert!(answered.starts_with("NotImplemented"), "{answered}");
    let read_by = |dialect: &Dialect, rules: &str| read(dialect, rules).rules()[0].clone();
    assert_eq!(read_by(&Dialect::MINIO, &cases[0]).destination.ownership.account(), None);
    assert!(read_by(&Dialect::ZENKO, &cases[2]).destination.ownership.account().is_some());
    assert!(!read_by(&Dialect::MINIO, &cases[1]).has_metrics());
    assert!(read_by(&Dialect::RUSTFS, &cases[3]).replicates_replica_modifications());
    assert!(!read_by(&Dialect::ZENKO, &cases[3]).replicates_replica_modifications());
}

/// REP-1137: Ceph compares a key with the rule of the last prefix at or before it, whatever the
/// priorities.
#[test]
fn the_last_prefix_before_a_key() {
    let rules = |prefixes: &[(&str, &str)]| -> String {
        let numbered = prefixes.iter().zip(1..);
        let rules = numbered.map(|((bucket, prefix), number)| {
            let filter = format!("<Prefix>{prefix}</Prefix>");
            rule_to(bucket, &parts(number, &filter, "Disabled"), "")
        });
        rules.collect()
    };
    let taken = |dialect: &Dialect, rules: &str| {
        ["logs/a", "logs/b1", "logs/c"]
            .map(|key| goes(dialect, rules, &ObjectVersion::new(key), PUT))
    };
    let nested = rules(&[("backup", "logs/b"), ("backup", "logs/")]);
    let apart = rules(&[("backup", "logs/b"), ("other", "logs/")]);
    let all = [Dialect::AWS, Dialect::MINIO, Dialect::RUSTFS, Dialect::OVH, Dialect::ZENKO];
    for dialect in all.into_iter().chain([Dialect::WASABI]) {
        assert_eq!(taken(&dialect, &nested), [true; 3], "{dialect}");
    }
    assert_eq!(taken(&Dialect::CEPH, &nested), [true, true, false]);
    assert_eq!(taken(&Dialect::CEPH, &apart), [true; 3]);
    let disabled = nested.replacen("Enabled", "Disabled", 1);
    assert_eq!(taken(&Dialect::CEPH, &disabled), [true; 3]);

    let configuration = read(&Dialect::CEPH, &nested);
    let engine = Engine::with_dialect(&configuration, &Dialect::CEPH);
    let version = ObjectVersion::new("logs/c");
    let explanation = engine.explain(&version, PUT);
    let reasons: Vec<_> = explanation.verdicts().map(|(_, verdict)| verdict).collect();
    let expected = [Reason::PrefixDiffers, Reason::KeyNotCompared].map(Verdict::Rejected);
    assert_eq!(reasons, expected);

    // A prefix that is too long for keys is no witness, but ends the keys of the other rule.
    let long = format!("logs/{}", "ö".repeat(1000));
    let alone = read(&Dialect::CEPH, &rules(&[("backup", "logs/")]));
    let beside = read(&Dialect::CEPH, &rules(&[("backup", "logs/"), ("backup", &long)]));
    let comparison = Comparison::new(&alone, &beside).with_dialects(Dialect::CEPH, Dialect::CEPH);
    for difference in &comparison.differences() {
        let key = difference.witness().key().to_owned();
        assert!(key.len() <= ObjectVersion::KEY_LIMIT && key > long, "{key}");
    }
    assert!(!comparison.is_equivalent());

    // To enable a rule does not help where another one would be compared.
    let disabled = nested
        .replace("<Status>Enabled</Status><Priority>2", "<Status>Disabled</Status><Priority>2");
    let configuration = read(&Dialect::CEPH, &disabled);
    let engine = Engine::with_dialect(&configuration, &Dialect::CEPH);
    let helps = ["logs/a", "logs/c"].map(|key| {
        let version = ObjectVersion::new(key);
        engine.explain(&version, PUT).help(&configuration.rules()[1]).is_some()
    });
    assert_eq!(helps, [true, false]);

    // Of two rules with one prefix the later one is compared, and no key is left for the other.
    let same =
        rules(&[("backup", "logs/"), ("backup", "logs/")]).replace("<Priority>1<", "<Priority>9<");
    let configuration = read(&Dialect::CEPH, &same);
    let [(_, earlier), (_, later)] = &reachability(&configuration, &Dialect::CEPH)[..] else {
        panic!()
    };
    assert!(matches!(earlier, Reachability::Unmatchable(Unmatchable::NotCompared)), "{earlier:?}");
    assert!(matches!(later, Reachability::Always { .. }), "{later:?}");
}

/// REP-1137: a priority ranks nothing where one rule only is compared, so a rule gets any that is free.
#[test]
fn a_rule_is_appended_to_rules_that_are_not_ranked() {
    let old = read(&Dialect::CEPH, &rule(0, "<Prefix></Prefix>", "Disabled"));
    let rule = RuleDraft::new("arn:aws:s3:::backup".parse().unwrap());
    assert_eq!(append(&old, rule.clone(), &Dialect::CEPH).unwrap().priority.unwrap().get(), 1);
    assert!(append(&old, rule, &Dialect::AWS).is_err());
}

/// REP-1137: many nested prefixes of many buckets are compared in time and memory that grow with them.
#[test]
fn nested_prefixes_of_many_buckets_are_analysed() {
    let nested = (1..100).map(|length| ("backup".to_owned(), "a".repeat(length)));
    let others = (0..100).flat_map(|number| {
        [String::new(), "a".repeat(100)].map(|prefix| (format!("bucket-{number}"), prefix))
    });
    let rules: String = nested
        .chain(others)
        .zip(1..)
        .map(|((bucket, prefix), number)| {
            let filter = format!("<Prefix>{prefix}</Prefix>");
            rule_to(&bucket, &parts(number, &filter, "Disabled"), "")
        })
        .collect();
    let configuration = read(&Dialect::CEPH, &rules);
    let comparison = Comparison::new(&configuration, &configuration);
    assert!(comparison.with_dialects(Dialect::CEPH, Dialect::CEPH).is_equivalent());
}

/// REP-1113: unknown elements.
#[test]
fn unknown_elements() {
    let rules = rule_to("backup", &(parts(1, "", "Disabled") + "<Colour>red</Colour>"), "");
    for dialect in [Dialect::AWS, Dialect::OVH] {
        assert!(answer(&dialect, &xml(&rules)).unwrap().starts_with("MalformedXML"), "{dialect}");
    }
    for dialect in [Dialect::MINIO, Dialect::RUSTFS, Dialect::ZENKO, Dialect::CEPH] {
        assert_eq!(answer(&dialect, &xml(&rules)), None, "{dialect}");
        let parsed = Parser::new().with_dialect(dialect.clone()).parse_xml(&xml(&rules));
        assert!(parsed.report().to_string().contains("Colour"), "{dialect} says nothing");
    }
}

fn without_priority(filter: &str) -> String {
    let markers = "<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>";
    rule_to("backup", &format!("<Filter>{filter}</Filter>{markers}"), "")
}

/// REP-1105, REP-1107, REP-1110, REP-1114, REP-1131, REP-1132, REP-1134: the decoder of Ceph looks for
/// few elements, and most of them may be absent.
#[test]
fn what_ceph_decodes() {
    let bare = "<ReplicationConfiguration><Rule><Status>Enabled</Status><Destination>\
                <Bucket>backup</Bucket></Destination></Rule></ReplicationConfiguration>";
    let parsed = Parser::new().with_dialect(Dialect::CEPH).parse_xml(bare);
    let configuration = parsed.into_configuration().unwrap();
    let [one] = configuration.rules() else { panic!("{configuration:?}") };
    assert_eq!(one.destination.bucket.name().as_str(), "backup");
    assert_eq!(one.priority.unwrap().get(), 0);
    assert!(configuration.to_xml().contains("<Bucket>backup</Bucket>"));
    // `Prefix` of the rule is that of the filter, and `Not` is not looked for.
    let nothing = "<Not><Prefix>a/</Prefix></Not>";
    for filter in ["<Prefix>a/</Prefix>".to_owned(), format!("<Filter>{nothing}</Filter>")] {
        let rules = rule_to("backup", &filter, "<Account>111122223333</Account>");
        assert!(goes(&Dialect::CEPH, &rules, &ObjectVersion::new("a/b"), PUT), "{filter}");
        let elsewhere = goes(&Dialect::CEPH, &rules, &ObjectVersion::new("b"), PUT);
        assert_eq!(elsewhere, filter.contains("Not"), "{filter}");
        let read = read(&Dialect::CEPH, &rules);
        assert_eq!(read.rules()[0].destination.ownership.account(), None);
    }
    for (element, is_read) in [
        ("<StorageClass>fast</StorageClass>", true),
        ("<Metrics><Status>Enabled</Status></Metrics>", false),
    ] {
        let configuration = read(&Dialect::CEPH, &rule_to("backup", "", element));
        let rule = &configuration.rules()[0];
        let class = rule.destination.storage_class.as_ref().map(ToString::to_string);
        assert_eq!(class.as_deref() == Some("fast"), is_read);
        assert!(!rule.has_metrics());
    }
}

/// REP-1114: a missing priority is 0 on MinIO and RustFS, so two of them are a duplicate.
#[test]
fn a_missing_priority() {
    let one = without_priority("");
    let two = without_priority("<Prefix>a</Prefix>") + &without_priority("<Prefix>b</Prefix>");
    for dialect in [Dialect::MINIO, Dialect::RUSTFS, Dialect::RUSTFS_RC3] {
        assert_eq!(read(&dialect, &one).rules()[0].priority.unwrap().get(), 0, "{dialect}");
        assert!(answer(&dialect, &xml(&two)).unwrap().contains("riority"), "{dialect}");
    }
    for dialect in [Dialect::AWS, Dialect::OVH] {
        assert!(answer(&dialect, &xml(&one)).unwrap().contains("Priority must be specified"));
    }
    assert_eq!(answer(&Dialect::ZENKO, &xml(&two)), None);
    assert!(answer(&Dialect::ZENKO, &xml(&(one.clone() + &one))).is_some(), "they overlap");
    let first = parts(1, "<Prefix>a</Prefix>", "Disabled");
    let second = rule_to("backup", &first, "") + &one;
    let expected = "InvalidRequest: Found overlapping prefixes 'a' and ''";
    assert_eq!(answer(&Dialect::ZENKO, &xml(&second)).as_deref(), Some(expected));
    let among = |class| rule_to("backup", &first, &format!("<StorageClass>{class}</StorageClass>"));
    let lists = among("STANDARD,west:preferred_read") + &among("west");
    assert!(answer(&Dialect::ZENKO, &xml(&lists)).is_some());
    let elsewhere = rule_to("backup", &first, "<StorageClass>STANDARD_IA</StorageClass>") + &one;
    assert_eq!(answer(&Dialect::ZENKO, &xml(&elsewhere)), None);
}

/// REP-1134: V1 rules have restrictions of their own on AWS, and those of V2 on Zenko. Neither mixes them.
#[test]
fn v1_rules_have_what_v2_rules_have() {
    let markers = "<DeleteMarkerReplication><Status>Enabled</Status></DeleteMarkerReplication>";
    let v1 = |bucket, parts: &str| rule_to(bucket, &format!("<Prefix>a</Prefix>{parts}"), "");
    let cases = [
        v1("one", "<Priority>1</Priority>"),
        v1("one", markers),
        v1("one", "") + &v1("two", ""),
        v1("one", "<Priority>1</Priority>") + &v1("one", "<Priority>2</Priority>"),
    ];
    for rules in cases {
        assert_eq!(answer(&Dialect::ZENKO, &xml(&rules)), None, "{rules}");
        assert!(answer(&Dialect::AWS, &xml(&rules)).is_some(), "{rules}");
    }
    let mixed = v1("one", "") + &rule(1, "", "Disabled");
    for dialect in [Dialect::AWS, Dialect::ZENKO] {
        assert!(answer(&dialect, &xml(&mixed)).is_some(), "{dialect}");
    }
    assert!(answer(&Dialect::ZENKO, &xml(&mixed)).unwrap().starts_with("MalformedXML"));
    // A migration moves the prefix, and nothing else.
    let text = xml(&(v1("one", "<Priority>1</Priority>") + &v1("two", "")));
    let parsed = Parser::new().with_dialect(Dialect::ZENKO).parse_xml(&text);
    let old = parsed.into_configuration().unwrap();
    let new = to_v2(&old, &Dialect::ZENKO);
    assert_eq!(new.rules[0].priority, old.rules()[0].priority);
    for rule in &new.rules {
        assert!(rule.prefix.is_none() && rule.delete_marker_replication.is_none());
    }
    assert!(answer(&Dialect::ZENKO, &xml(&(v1("one", "") + &v1("one", "")))).is_some());
}

/// REP-210: the rules among which priorities are unique.
#[test]
fn repeated_priorities() {
    let to = |bucket, prefix: &str, status: &str| {
        rule_to(bucket, &parts(1, &format!("<Prefix>{prefix}</Prefix>"), "Disabled"), "")
            .replacen("Enabled", status, 1)
    };
    let buckets = to("one", "a", "Enabled") + &to("two", "b", "Enabled");
    let disabled = to("one", "a", "Enabled") + &to("one", "b", "Disabled");
    let apart = to("one", "a", "Enabled") + &to("one", "b", "Enabled");
    let nested = to("one", "a", "Enabled") + &to("one", "ab", "Enabled");
    let refused = |dialect: &Dialect| {
        [&buckets, &disabled, &apart, &nested].map(|rules| answer(dialect, &xml(rules)).is_some())
    };
    assert_eq!(refused(&Dialect::AWS), [true; 4]);
    assert_eq!(refused(&Dialect::MINIO), [true; 4]);
    assert_eq!(refused(&Dialect::OVH), [false, false, true, true]);
    assert_eq!(refused(&Dialect::ZENKO), [false, false, false, true]);
    let answered = answer(&Dialect::MINIO, &xml(&apart));
    let expected = "MalformedXML: Replication configuration has duplicate priority";
    assert_eq!(answered.as_deref(), Some(expected));
    let answered = answer(&Dialect::RUSTFS, &xml(&apart)).unwrap();
    assert!(
        answered.ends_with("replication rule Priority must be unique across rules"),
        "{answered}"
    );
}

/// REP-1115: one rule for an object over all destinations on IBM Cloud Object Storage.
#[test]
fn winners() {
    let rules = rule_to("one", &parts(1, "", "Disabled"), "")
        + &rule_to("two", &parts(2, "<Prefix>a</Prefix>", "Disabled"), "");
    let places =
        |dialect: &Dialect, key: &str| buckets(dialect, &rules, &ObjectVersion::new(key), PUT);
    for dialect in [Dialect::AWS, Dialect::OVH, Dialect::WASABI] {
        assert_eq!(places(&dialect, "a"), ["one", "two"], "{dialect}");
    }
    assert_eq!(places(&Dialect::IBM_COS, "a"), ["two"]);
    assert_eq!(places(&Dialect::IBM_COS, "b"), ["one"]);
    let configuration = read(&Dialect::IBM_COS, &rules);
    let engine = Engine::with_dialect(&configuration, &Dialect::IBM_COS);
    let version = ObjectVersion::new("a");
    assert_eq!(engine.explain(&version, PUT).to_string(), "#1: outranked by `#2`\n#2: selected\n");
}

/// REP-1112, REP-1116: the first rule of the document wins over all destinations, of which there is
/// one, as on an S3-compatible server.
#[test]
fn document_order() {
    let dialect = Dialect::AWS
        .with_priority_order(PriorityOrder::DocumentOrder)
        .with_winners(Winners::OneOverAll)
        .with_destinations(DestinationCount::One);
    let rules = rule(1, "", "Disabled") + &rule(9, "<Prefix>a</Prefix>", "Disabled");
    let configuration = read(&dialect, &rules);
    let engine = Engine::with_dialect(&configuration, &dialect);
    let version = ObjectVersion::new("a");
    let decision = engine.decide(&version, PUT);
    assert_eq!(decision.replications().next().unwrap().rule().position, 0);
    let two = rule(1, "", "Disabled") + &rule_to("two", &parts(2, "", "Disabled"), "");
    assert!(answer(&dialect, &xml(&two)).unwrap().contains("cannot exceed 1"));
    let ignores = Dialect::AWS.with_answer("priority-element".parse().unwrap(), "ignored").unwrap();
    let configuration = read(
        &ignores.with_missing_priority(s3_replication::dialect::MissingPriority::Lowest),
        &rules,
    );
    assert_eq!(configuration.rules()[1].priority, None);
}

/// REP-1117, REP-1118: `DeleteMarkerReplication` and its absence.
#[test]
fn delete_markers() {
    let without = rule_to("backup", "<Priority>1</Priority><Filter/>", "");
    let version = ObjectVersion::new("k");
    assert!(answer(&Dialect::AWS, &xml(&without)).unwrap().contains("must be specified"));
    for dialect in [Dialect::MINIO, Dialect::OVH, Dialect::IBM_COS] {
        let answered = answer(&dialect, &xml(&without)).unwrap();
        assert!(answered.contains("DeleteMarkerReplication must be specified"), "{answered}");
    }
    let expected = "MalformedXML: DeleteMarkerReplication must be specified";
    assert_eq!(answer(&Dialect::MINIO, &xml(&without)).as_deref(), Some(expected));
    for dialect in [Dialect::RUSTFS, Dialect::RUSTFS_RC3] {
        assert!(!goes(&dialect, &without, &version, DELETE), "{dialect}");
    }
    // V1 replicates delete markers on AWS, and not on RustFS.
    let v1 = rule_to("backup", "<Prefix></Prefix>", "");
    assert!(goes(&Dialect::AWS, &v1, &version, DELETE));
    assert!(!goes(&Dialect::RUSTFS, &v1, &version, DELETE));
    let always = Dialect::ZENKO.with_answer("delete-markers".parse().unwrap(), "always").unwrap();
    assert!(goes(&always, &without, &version, DELETE));
    assert!(!goes(
        &Dialect::AWS.with_answer("delete-markers".parse().unwrap(), "never").unwrap(),
        &rule(1, "", "Enabled"),
        &version,
        DELETE
    ));
}

/// REP-1119: delete marker replication next to tags.
#[test]
fn delete_markers_and_tags() {
    let tag = rule(1, "<Tag><Key>a</Key><Value>1</Value></Tag>", "Enabled");
    let and = rule(1, AB, "Enabled");
    let refused =
        |dialect: &Dialect| [&tag, &and].map(|rules| answer(dialect, &xml(rules)).is_some());
    for dialect in [Dialect::AWS, Dialect::OVH] {
        assert_eq!(refused(&dialect), [true, true], "{dialect}");
    }
    for dialect in [Dialect::MINIO, Dialect::RUSTFS, Dialect::RUSTFS_RC3] {
        assert_eq!(refused(&dialect), [true, false], "{dialect}");
    }
    assert_eq!(refused(&Dialect::ZENKO), [false, false]);
    let expected =
        "MalformedXML: Delete marker replication is not supported if any Tag filter is specified";
    assert_eq!(answer(&Dialect::MINIO, &xml(&tag)).as_deref(), Some(expected));
}

/// REP-1120, REP-406: the tags that count when an object is deleted.
#[test]
fn tags_of_a_deleted_object() {
    let tagged = tags(&[("a", "1"), ("b", "2")]);
    let version = ObjectVersion::new("k").with_tags(&tagged);
    let rules = rule(1, AB, "Enabled");
    for dialect in [Dialect::MINIO, Dialect::RUSTFS, Dialect::RUSTFS_RC3] {
        assert!(goes(&dialect, &rules, &version, DELETE), "{dialect}");
        assert!(!goes(&dialect, &rules, &ObjectVersion::new("k"), DELETE), "{dialect}");
    }
    // The first rule that matches decides on OVHcloud; on AWS a rule with tags does not compete.
    let two = rule(2, AB, "Disabled") + &rule(1, "", "Enabled");
    assert!(goes(&Dialect::AWS, &two, &version, DELETE));
    assert!(!goes(&Dialect::OVH, &two, &version, DELETE));
}

fn replica(key: &str) -> ObjectVersion<'_> {
    ObjectVersion::new(key).with_replication_status(ReplicationStatus::Replica)
}

/// REP-1121: delete markers over replicas.
#[test]
fn delete_markers_over_replicas() {
    let sync = "<SourceSelectionCriteria><ReplicaModifications><Status>Enabled</Status>\
                </ReplicaModifications></SourceSelectionCriteria>";
    let plain = rule(1, "", "Enabled");
    let synced = rule_to("backup", &(parts(1, "", "Enabled") + sync), "");
    let follow = |dialect: &Dialect| {
        [&plain, &synced].map(|rules| goes(dialect, rules, &replica("k"), DELETE))
    };
    assert_eq!(follow(&Dialect::AWS), [false, false]);
    assert_eq!(follow(&Dialect::MINIO), [true, true]);
    for dialect in [Dialect::RUSTFS, Dialect::RUSTFS_RC3] {
        assert_eq!(follow(&dialect), [false, true], "{dialect}");
    }
}

/// REP-1122: permanent deletes replicate by `DeleteReplication`.
#[test]
fn permanent_deletes() {
    let element = "<DeleteReplication><Status>Enabled</Status></DeleteReplication>";
    let with = rule_to("backup", &(parts(1, "", "Disabled") + element), "");
    let without = rule(1, "", "Enabled");
    let version = ObjectVersion::new("k");
    let mut marker = version.clone();
    marker.delete_marker = Some(DeleteMarkerOrigin::User);
    for dialect in [Dialect::MINIO, Dialect::RUSTFS, Dialect::RUSTFS_RC3] {
        let configuration = read(&dialect, &with);
        let engine = Engine::with_dialect(&configuration, &dialect);
        for deleted in [&version, &marker] {
            let decision = engine.decide(deleted, PERMANENT_DELETE);
            let action = decision.replications().next().unwrap().action();
            assert_eq!(action.as_str(), "replicate-version-delete", "{dialect}");
        }
        assert!(!goes(&dialect, &without, &version, PERMANENT_DELETE), "{dialect}");
        assert!(!goes(&dialect, &with, &version, Event::LifecycleExpirationDelete), "{dialect}");
        assert!(configuration.to_xml().contains("<DeleteReplication>"), "{dialect}");
        let json = Parser::new().with_dialect(dialect.clone()).parse_json(&configuration.to_json());
        assert_eq!(json.into_configuration().unwrap(), configuration, "{dialect}");
        // A replica's delete passes the gate of RustFS only with replica modification sync.
        let gated = dialect != Dialect::MINIO;
        assert_eq!(goes(&dialect, &with, &replica("k"), PERMANENT_DELETE), !gated, "{dialect}");
    }
    assert!(answer(&Dialect::AWS, &xml(&with)).unwrap().starts_with("MalformedXML"));
    // A draft is refused as the document is, and ignored where unknown elements are.
    let draft = read(&Dialect::MINIO, &with).to_draft();
    let code = |report: &Report| {
        let refusal = report.iter().find(|finding| finding.is_refusal())?;
        Some((refusal.code, refusal.primary.path().to_string(), refusal.service_error.clone()))
    };
    for dialect in Dialect::ALL {
        let document = Parser::new().with_dialect(dialect.clone()).parse_str(&xml(&with));
        let of_draft = draft.clone().validate(dialect).err();
        let of_draft = of_draft.and_then(|refused| code(refused.report()));
        assert_eq!(of_draft, code(document.report()), "{dialect}");
    }
    let lenient = Dialect::AWS.with_unknown_elements(UnknownElements::Ignored);
    let ignored = draft.clone().validate(&lenient).unwrap();
    assert_eq!(ignored.rules()[0].delete_replication, None);
    assert_eq!(ignored.to_draft(), draft);
    let engine = read(&Dialect::MINIO, &without);
    let engine = Engine::with_dialect(&engine, &Dialect::MINIO);
    let explanation = engine.explain(&version, PERMANENT_DELETE).to_string();
    assert!(explanation.contains("does not replicate permanent deletes"), "{explanation}");
}

/// REP-1123: replicas replicate on, or not.
#[test]
fn replicas() {
    let rules = rule(1, "", "Disabled");
    for dialect in [Dialect::AWS, Dialect::MINIO, Dialect::RUSTFS, Dialect::OVH] {
        assert!(!goes(&dialect, &rules, &replica("k"), PUT), "{dialect}");
    }
    assert!(goes(&Dialect::CEPH, &rules, &replica("k"), PUT));
}

/// REP-1124: modifications of replicas without `ReplicaModifications`.
#[test]
fn replica_modifications_by_default() {
    let rules = rule(1, "", "Disabled");
    let tagging = Event::ObjectTaggingPut;
    assert!(goes(&Dialect::MINIO, &rules, &replica("k"), tagging));
    for dialect in [Dialect::AWS, Dialect::RUSTFS, Dialect::RUSTFS_RC3, Dialect::OVH] {
        assert!(!goes(&dialect, &rules, &replica("k"), tagging), "{dialect}");
    }
    let off = "<SourceSelectionCriteria><ReplicaModifications><Status>Disabled</Status>\
               </ReplicaModifications></SourceSelectionCriteria>";
    let off = rule_to("backup", &(parts(1, "", "Disabled") + off), "");
    assert!(!goes(&Dialect::MINIO, &off, &replica("k"), tagging));
    // An AWS document that selects KMS versions turns the sync on too.
    let kms = rule_to("backup", &(parts(1, "", "Disabled") + CRITERIA), KEY);
    assert!(goes(&Dialect::MINIO, &kms, &replica("k"), tagging));
}

/// REP-1125: objects that are older than the configuration.
#[test]
fn older_objects() {
    let version = ObjectVersion::new("k");
    let existing = |status: &str| {
        let element = format!(
            "<ExistingObjectReplication><Status>{status}</Status></ExistingObjectReplication>"
        );
        rule_to("backup", &(parts(1, "", "Disabled") + &element), "")
    };
    let tagging = Event::ObjectTaggingPut;
    assert!(!goes(&Dialect::AWS, &rule(1, "", "Disabled"), &version, tagging));
    assert!(answer(&Dialect::AWS, &xml(&existing("Enabled"))).unwrap().starts_with("MalformedXML"));
    for dialect in [Dialect::MINIO, Dialect::RUSTFS, Dialect::RUSTFS_RC3] {
        assert!(goes(&dialect, &rule(1, "", "Disabled"), &version, tagging), "{dialect}");
        assert!(goes(&dialect, &existing("Enabled"), &version, tagging), "{dialect}");
        assert!(!goes(&dialect, &existing("Disabled"), &version, tagging), "{dialect}");
    }
    assert!(!goes(&Dialect::OVH, &rule(1, "", "Disabled"), &version, tagging));
}

/// REP-1127, REP-1128: Wasabi replicates neither copies nor versions encrypted with SSE-C.
#[test]
fn copies_and_customer_keys() {
    let rules = rule(1, "", "Disabled");
    let copy = Event::ObjectCreatedCopy;
    let secret = ObjectVersion::new("k").with_encryption(EncryptionStatus::SseC);
    for dialect in [Dialect::AWS, Dialect::MINIO, Dialect::RUSTFS] {
        assert!(goes(&dialect, &rules, &ObjectVersion::new("k"), copy), "{dialect}");
        assert!(goes(&dialect, &rules, &secret, PUT), "{dialect}");
    }
    assert!(!goes(&Dialect::WASABI, &rules, &ObjectVersion::new("k"), copy));
    assert!(!goes(&Dialect::WASABI, &rules, &secret, PUT));
    assert!(goes(&Dialect::WASABI, &rules, &ObjectVersion::new("k"), PUT));
}

/// REP-1129, REP-1130: storage classes, and their effect.
#[test]
fn storage_classes() {
    let with = |class: &str| {
        let class = format!("<StorageClass>{class}</StorageClass>");
        rule_to("backup", &parts(1, "", "Disabled"), &class)
    };
    let accepted = |dialect: &Dialect| {
        ["STANDARD", "REDUCED_REDUNDANCY", "GLACIER_IR", "site-2"]
            .map(|class| answer(dialect, &xml(&with(class))).is_none())
    };
    assert_eq!(accepted(&Dialect::AWS), [true, true, true, false]);
    assert_eq!(accepted(&Dialect::MINIO), [true, true, false, false]);
    assert_eq!(accepted(&Dialect::RUSTFS), [true, false, false, false]);
    assert_eq!(accepted(&Dialect::ZENKO), [true, true, true, true]);
    let version = ObjectVersion::new("k");
    let class = |dialect: &Dialect| {
        let configuration = read(dialect, &with("REDUCED_REDUNDANCY"));
        let engine = Engine::with_dialect(&configuration, dialect);
        let decision = engine.decide(&version, PUT);
        decision.replications().next().unwrap().replica().storage_class.to_string()
    };
    assert_eq!(class(&Dialect::AWS), "REDUCED_REDUNDANCY");
    assert_eq!(class(&Dialect::MINIO), "STANDARD");
}

/// REP-1131, REP-1132, REP-1135: the forms of destinations and roles.
#[test]
fn destinations_and_roles() {
    let target = |name: &str| format!("arn:minio:replication::c5acb6ac:{name}");
    let to = |priority, bucket: &str| {
        rule(priority, "", "Disabled").replace("arn:aws:s3:::backup", bucket)
    };
    let without_role =
        |rules: &str| format!("<ReplicationConfiguration>{rules}</ReplicationConfiguration>");
    let two_targets = without_role(&(to(1, &target("one")) + &to(2, &target("two"))));
    for dialect in [Dialect::MINIO, Dialect::RUSTFS] {
        let parsed = Parser::new().with_dialect(dialect.clone()).parse_xml(&two_targets);
        let configuration: ReplicationConfiguration = parsed.into_configuration().unwrap();
        assert_eq!(configuration.role(), None, "{dialect}");
        let engine = Engine::with_dialect(&configuration, &dialect);
        let version = ObjectVersion::new("k");
        let decision = engine.decide(&version, PUT);
        let names: Vec<_> =
            decision.replications().map(|one| one.bucket().name().as_str()).collect();
        assert_eq!(names, ["one", "two"], "{dialect}");
        assert!(configuration.to_xml().contains(&target("two")), "{dialect}");
        assert!(!configuration.to_xml().contains("Role"), "{dialect}");
        // With `Role`, there is one target.
        let with_role = xml(&(to(1, "arn:aws:s3:::one") + &to(2, "arn:aws:s3:::two")));
        assert!(answer(&dialect, &with_role).unwrap().contains("multiple targets"), "{dialect}");
        assert_eq!(answer(&dialect, &xml(&to(1, "arn:aws:s3:::one"))), None, "{dialect}");
        assert!(answer(&dialect, &without_role(&to(1, "arn:aws:s3:::one"))).is_some(), "{dialect}");
    }
    let role_is_target = format!(
        "<ReplicationConfiguration><Role>{}</Role>{}</ReplicationConfiguration>",
        target("one"),
        to(1, &target("one")),
    );
    let parsed = Parser::new().with_dialect(Dialect::MINIO).parse_xml(&role_is_target);
    let configuration = parsed.into_configuration().unwrap();
    assert!(configuration.to_xml().contains(&format!("<Role>{}</Role>", target("one"))));
    for dialect in [Dialect::AWS, Dialect::CEPH, Dialect::OVH] {
        assert!(answer(&dialect, &two_targets).is_some(), "{dialect}");
    }
    assert_eq!(BucketArn::of_target("arn:aws:s3:::backup"), None);
    // Bare names on IBM Cloud Object Storage.
    assert_eq!(answer(&Dialect::IBM_COS, &xml(&to(1, "backup"))), None);
    assert!(answer(&Dialect::AWS, &xml(&to(1, "backup"))).unwrap().contains("Invalid bucket ARN"));
    // Two roles on Zenko.
    let two_roles = xml(&to(1, "arn:aws:s3:::backup")).replace(ROLE, &format!("{ROLE},{ROLE}2"));
    let parsed = Parser::new().with_dialect(Dialect::ZENKO).parse_xml(&two_roles);
    let configuration = parsed.into_configuration().unwrap();
    assert!(configuration.to_xml().contains(&format!("{ROLE},{ROLE}2")));
    assert!(answer(&Dialect::AWS, &two_roles).unwrap().starts_with("InvalidArgument"));
}

/// REP-1132: the account of a role is any letters and digits on `OVHcloud`.
#[test]
fn roles_of_projects() {
    let of = |role: &str| xml(&rule(1, "", "Disabled")).replace(ROLE, role);
    for account in ["a1b2c3d4e5f60718293a4b5c6d7e8f90", "1", "123456789012"] {
        let text = of(&format!("arn:aws:iam::{account}:role/replication_1"));
        let parsed = Parser::new().with_dialect(Dialect::OVH).parse_xml(&text);
        let configuration = parsed.into_configuration().unwrap();
        assert!(configuration.to_xml().contains(account));
        assert_eq!(answer(&Dialect::AWS, &text).is_none(), account.len() == 12);
    }
    for (role, help) in [
        ("", "name the role that S3 assumes to replicate"),
        ("replication", "write `arn:aws:iam::<account>:role/replication`"),
        ("arn:aws:iam:::role/r", "write the ARN of a role, `arn:aws:iam::<account>:role/<name>`"),
        (
            "arn:aws:iam::a-b:role/r",
            "write the ARN of a role, `arn:aws:iam::<account>:role/<name>`",
        ),
        ("arn:aws:iam::ab:user/r", "write the ARN of a role, `arn:aws:iam::<account>:role/<name>`"),
    ] {
        let parsed = Parser::new().with_dialect(Dialect::OVH).parse_xml(&of(role));
        let refusal = parsed.report().iter().find(|found| found.code == "role-invalid").unwrap();
        assert_eq!(refusal.help.as_deref(), Some(help), "{role}");
    }
}

/// REP-1133: IDs may be repeated on MinIO and RustFS.
#[test]
fn rule_ids() {
    let named = |priority| rule(priority, "", "Disabled").replace("<Rule>", "<Rule><ID>r</ID>");
    let rules = named(1) + &named(2);
    for dialect in [Dialect::MINIO, Dialect::RUSTFS] {
        assert_eq!(answer(&dialect, &xml(&rules)), None, "{dialect}");
    }
    for dialect in [Dialect::AWS, Dialect::OVH, Dialect::ZENKO] {
        assert!(answer(&dialect, &xml(&rules)).unwrap().contains("unique"), "{dialect}");
    }
}

/// REP-407: a disabled rule does nothing in any store.
#[test]
fn disabled_rules_do_nothing() {
    for dialect in Dialect::ALL {
        let rules = rule(2, "", "Disabled").replacen("Enabled", "Disabled", 1)
            + &rule(1, "<Prefix>a</Prefix>", "Disabled");
        assert!(!goes(dialect, &rules, &ObjectVersion::new("k"), PUT), "{dialect}");
        assert!(goes(dialect, &rules, &ObjectVersion::new("a"), PUT), "{dialect}");
    }
}
