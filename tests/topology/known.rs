//! What is found in topologies that people have.

use s3_replication::analysis::ObjectKind;
use s3_replication::diagnostic::Severity;
use s3_replication::dialect::SourceSelection;
use s3_replication::model::{BucketName, KnownBuckets};
use s3_replication::topology::{Edge, EdgeRegions, Finding, FindingKind, Topology};
use s3_replication::{Diagnostic, Dialect, ObjectVersion, ReplicationConfiguration};
use serde_json::{Value, json};

use crate::support::{ROLE, with_members};

/// A rule that replicates everything, including delete markers.
fn rule(bucket: &str, more: &Value) -> Value {
    let rule = json!({
        "ID": format!("to-{bucket}"), "Status": "Enabled", "Priority": 1, "Filter": {},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "Destination": {"Bucket": format!("arn:aws:s3:::{bucket}")},
    });
    with_members(rule, more)
}

fn sync() -> Value {
    json!({"SourceSelectionCriteria": {"ReplicaModifications": {"Status": "Enabled"}}})
}

fn configuration(rules: &[Value]) -> ReplicationConfiguration {
    let text = json!({"Role": ROLE, "Rules": rules}).to_string();
    ReplicationConfiguration::from_json(&text).unwrap_or_else(|report| panic!("{report}"))
}

fn topology(sources: &[(&str, &[Value])]) -> Topology {
    sources.iter().fold(Topology::new(Dialect::AWS), |topology, (name, rules)| {
        topology.with_configuration(name.parse().unwrap(), configuration(rules))
    })
}

fn known(buckets: &Value) -> KnownBuckets {
    KnownBuckets::from_json(&json!({"Buckets": buckets}).to_string()).unwrap()
}

fn codes(topology: &Topology) -> Vec<&'static str> {
    topology.findings().iter().map(|finding| finding.kind().as_str()).collect()
}

#[track_caller]
fn only(topology: &Topology, kind: FindingKind) -> Diagnostic {
    let findings = topology.findings();
    let mut found = findings.iter().filter(|finding| finding.kind() == kind);
    let diagnostic = found.next().map(Finding::to_diagnostic).expect("a finding of this kind");
    assert!(found.next().is_none(), "{findings:?}");
    diagnostic
}

/// REP-1060, REP-1061, REP-1062: two buckets that replicate alike have no findings.
#[test]
fn a_symmetric_pair_has_no_findings() {
    let pair =
        topology(&[("photos", &[rule("backup", &sync())]), ("backup", &[rule("photos", &sync())])]);
    assert_eq!(codes(&pair), [""; 0]);
    assert!(pair.graph().edges().iter().all(Edge::is_two_way));
    let apart = |bucket: &str, prefix: &str| rule(bucket, &json!({"Filter": {"Prefix": prefix}}));
    let apart = topology(&[
        ("photos", &[apart("backup", "photos/")]),
        ("backup", &[apart("photos", "backup/")]),
    ]);
    assert_eq!(codes(&apart), [""; 0], "each bucket has its own keys");
    assert!(apart.graph().edges().iter().all(|edge| !edge.is_two_way()));
}

/// REP-1060: objects that only one side replicates stay where a failover wrote them.
#[test]
fn a_narrower_rule_back_is_found() {
    let back = rule("photos", &with_members(sync(), &json!({"Filter": {"Prefix": "logs/"}})));
    let pair = topology(&[("photos", &[rule("backup", &sync())]), ("backup", &[back])]);
    assert_eq!(codes(&pair), ["two-way-asymmetric"]);
    let actual = only(&pair, FindingKind::TwoWayAsymmetric);
    assert_eq!(
        actual.message,
        r#"`photos` replicates {"Key":"a","Event":"ObjectCreated:Put"} to `backup` by rule `to-backup`, but `backup` does not replicate it back"#
    );
    assert_eq!(actual.to_string().lines().count(), 1);
    assert_eq!(
        (actual.severity, actual.primary.path().to_string()),
        (Severity::Warning, "Rule[0]".into())
    );
}

/// REP-1061: delete markers that go one way.
#[test]
fn delete_markers_that_stay_are_found() {
    let off = json!({"DeleteMarkerReplication": {"Status": "Disabled"}});
    let pair = topology(&[
        ("photos", &[rule("backup", &sync())]),
        ("backup", &[rule("photos", &with_members(sync(), &off))]),
    ]);
    assert_eq!(codes(&pair), ["delete-markers-one-way"]);
    let actual = only(&pair, FindingKind::DeleteMarkersOneWay);
    assert_eq!(actual.primary.path().to_string(), "Rule[0].DeleteMarkerReplication");
    let notes: Vec<_> =
        actual.secondary.iter().map(|(place, note)| (place.to_string(), note.as_str())).collect();
    assert_eq!(
        notes,
        [(
            "`Rule[0]` of backup".to_owned(),
            "rule `to-photos` of `backup`, `Rule[0]`, to `photos`"
        )]
    );
}

/// REP-1062: replica modification sync is enabled on one side only, or on neither.
#[test]
fn sync_on_one_side_is_found() {
    let none = json!({});
    let one =
        topology(&[("photos", &[rule("backup", &sync())]), ("backup", &[rule("photos", &none)])]);
    assert_eq!(codes(&one), ["modification-sync-one-sided"]);
    let findings = one.findings();
    assert_eq!(findings[0].bucket().as_str(), "backup", "that is the one to mend");
    let neither =
        topology(&[("photos", &[rule("backup", &none)]), ("backup", &[rule("photos", &none)])]);
    assert_eq!(codes(&neither), ["modification-sync-missing"]);
}

/// REP-503, REP-518: a chain ends after one hop, and a direct rule removes the finding.
#[test]
fn chains_are_found_and_fixed() {
    let chain =
        topology(&[("aaa", &[rule("bbb", &json!({}))]), ("bbb", &[rule("ccc", &json!({}))])]);
    assert_eq!(codes(&chain), ["replica-chain"]);
    let actual = only(&chain, FindingKind::ReplicaChain);
    let help = actual.help.unwrap();
    assert!(
        help.contains("add a rule for `ccc` to `aaa`, or run S3 Batch Replication in `bbb`"),
        "{help}"
    );
    let direct = rule("ccc", &json!({"Priority": 2}));
    let fixed = topology(&[
        ("aaa", &[rule("bbb", &json!({})), direct]),
        ("bbb", &[rule("ccc", &json!({}))]),
    ]);
    // Now both send the same keys, and `aaa` does not hold what `bbb` adds.
    assert_eq!(codes(&fixed), ["keys-of-two-sources"]);
    let archived =
        json!({"Destination": {"Bucket": "arn:aws:s3:::bbb", "StorageClass": "GLACIER"}});
    let frozen =
        topology(&[("aaa", &[rule("bbb", &archived)]), ("bbb", &[rule("ccc", &json!({}))])]);
    let help = only(&frozen, FindingKind::ReplicaChain).help.unwrap();
    assert!(
        help.ends_with("Batch Replication in `bbb` does not replicate this replica either"),
        "{help}"
    );
    let (start, version) = ("aaa".parse().unwrap(), ObjectVersion::new("k"));
    let arrived = |topology: &Topology| {
        let all = topology.reach_with_batch(&start, &version);
        all.iter().map(|one| (one.bucket().name().to_string(), one.hops())).collect::<Vec<_>>()
    };
    assert_eq!(arrived(&chain), [("bbb".to_owned(), 1), ("ccc".to_owned(), 2)]);
    assert_eq!(arrived(&frozen), [("bbb".to_owned(), 1)]);
}

/// REP-1063, REP-1064: metadata goes one hop too, and fails in a bucket that never received the object.
#[test]
fn sync_down_a_chain_is_found() {
    let chain = topology(&[("aaa", &[rule("bbb", &json!({}))]), ("bbb", &[rule("ccc", &sync())])]);
    assert_eq!(codes(&chain), ["replica-chain", "modification-sync-without-version"]);
    let actual = only(&chain, FindingKind::ModificationSyncWithoutVersion);
    assert!(actual.help.unwrap().contains("`DstVersionNotFound`"));
    assert_eq!(chain.findings()[1].bucket().as_str(), "bbb");
}

/// REP-503, REP-1064: a cycle is safe, and reported as a note.
#[test]
fn cycles_are_found() {
    let next = |bucket: &str| [rule(bucket, &json!({}))];
    let (a, b, c) = (next("bbb"), next("ccc"), next("aaa"));
    let ring = topology(&[("aaa", &a), ("bbb", &b), ("ccc", &c)]);
    let actual = only(&ring, FindingKind::ReplicationCycle);
    assert_eq!(actual.severity, Severity::Note);
    assert!(
        actual.message.starts_with("every bucket of the cycle `aaa` -> `bbb` -> `ccc` -> `aaa` ")
    );
    assert_eq!(actual.secondary.len(), 2);
    assert_eq!(codes(&ring).iter().filter(|code| **code == "replica-chain").count(), 3);
}

/// A full mesh of several Regions has no finding but the cycle.
#[test]
fn a_full_mesh_is_only_a_cycle() {
    let names = ["aaa", "bbb", "ccc", "ddd"];
    let rules = |own: &str| -> Vec<Value> {
        let others = names.into_iter().filter(|name| *name != own).enumerate();
        let priority = |at: usize| with_members(sync(), &json!({"Priority": at}));
        others.map(|(at, name)| rule(name, &priority(at))).collect()
    };
    let all: Vec<(&str, Vec<Value>)> = names.into_iter().map(|name| (name, rules(name))).collect();
    let all: Vec<(&str, &[Value])> =
        all.iter().map(|(name, rules)| (*name, rules.as_slice())).collect();
    // One cycle through three, and one from the bucket that is not in it.
    assert_eq!(codes(&topology(&all)), ["replication-cycle"; 2]);
}

/// Buckets that replicate everything to all later ones. The last replicates to the first what the
/// first does not replicate, by its tag: very many paths, and no object that follows a cycle.
fn maze(buckets: usize, is_closed: bool) -> Topology {
    let name = |number: usize| format!("maze-{number:02}");
    let at = |priority: usize, way: &str| {
        let filter = match way {
            "" => json!({}),
            way => json!({"Tag": {"Key": "way", "Value": way}}),
        };
        let markers = json!({"Status": "Disabled"});
        json!({"Priority": priority, "Filter": filter, "DeleteMarkerReplication": markers})
    };
    (0..buckets).fold(Topology::new(Dialect::AWS), |topology, from| {
        let way = if from == 0 { "there" } else { "" };
        let on = (from + 1..buckets).map(|to| rule(&name(to), &at(to, way)));
        let back = (is_closed && from + 1 == buckets).then(|| rule(&name(0), &at(99, "back")));
        let rules: Vec<Value> = on.chain(back).collect();
        let rules = if rules.is_empty() { vec![rule("behind", &json!({}))] } else { rules };
        topology.with_configuration(name(from).parse().unwrap(), configuration(&rules))
    })
}

fn ring(topology: Topology, names: [&str; 3]) -> Topology {
    (0..3).fold(topology, |topology, at| {
        let next = [rule(names[(at + 1) % 3], &json!({}))];
        topology.with_configuration(names[at].parse().unwrap(), configuration(&next))
    })
}

/// A component with too many paths does not hide cycles in others.
#[test]
fn cycles_are_found_beside_a_maze() {
    for (is_closed, cut_short) in [(false, 0), (true, 1)] {
        for names in [["aaa", "bbb", "ccc"], ["zzz-1", "zzz-2", "zzz-3"]] {
            let topology = ring(maze(20, is_closed), names);
            let search = topology.search();
            let cycles = search.findings().iter();
            let cycles: Vec<_> =
                cycles.filter(|found| found.kind() == FindingKind::ReplicationCycle).collect();
            assert_eq!(cycles.len(), 1);
            assert_eq!(cycles[0].bucket().as_str(), names[0]);
            assert_eq!(search.incomplete_components().len(), cut_short);
            let nets = search.incomplete_components().iter();
            for net in nets {
                assert_eq!(net.len(), 20);
                assert_eq!(net[0].name().as_str(), "maze-00");
            }
        }
    }
    // What is small enough is looked through.
    let search = maze(8, true);
    let search = search.search();
    assert!(search.incomplete_components().is_empty());
    assert!(!search.findings().iter().any(|one| one.kind() == FindingKind::ReplicationCycle));
}

/// A long ring that no object follows to the end is searched completely: by its keys, by its tags, and
/// where a rule that excludes a key or a tag opens it.
#[test]
fn long_rings_are_searched_completely() {
    const BUCKETS: usize = 60;
    let tag = |value: &str| json!({"Tag": {"Key": "way", "Value": value}});
    let prefix = |prefix: &str| json!({"Prefix": prefix});
    let not = |not: Value| json!({"Not": not});
    let ring = |filters: [Value; 3]| {
        let name = |number: usize| format!("ring-{:02}", number % BUCKETS);
        (0..BUCKETS).fold(Topology::new(Dialect::AWS), |topology, from| {
            let [first, last, middle] = &filters;
            let filter = match from {
                0 => first,
                from if from + 1 == BUCKETS => last,
                _ => middle,
            };
            let markers = json!({"Status": "Disabled"});
            let members = json!({"Filter": filter, "DeleteMarkerReplication": markers});
            let next = rule(&name(from + 1), &members);
            topology.with_configuration(name(from).parse().unwrap(), configuration(&[next]))
        })
    };
    let cycles = |topology: &Topology| {
        let search = topology.search();
        assert!(search.is_complete());
        let findings = search.findings().iter();
        findings.filter(|found| found.kind() == FindingKind::ReplicationCycle).count()
    };
    let open = [
        [prefix("there/"), prefix("back/"), json!({})],
        [tag("there"), tag("back"), json!({})],
        [tag("there"), not(tag("there")), json!({})],
        [prefix("there/"), not(prefix("there/")), json!({})],
        [prefix("there/a"), not(prefix("there/")), prefix("there/")],
    ];
    for filters in open {
        assert_eq!(cycles(&ring(filters.clone())), 0, "{filters:?}");
    }
    let closed = [
        [prefix("a/"), prefix("a/b/"), json!({})],
        [tag("there"), not(tag("back")), not(prefix("a/"))],
        [prefix("there/"), not(prefix("there/b")), not(tag("x"))],
    ];
    for filters in closed {
        assert_eq!(cycles(&ring(filters.clone())), 1, "{filters:?}");
    }
}

/// Every component is searched on its own.
#[test]
fn cycles_of_several_components_are_found() {
    let two = ring(ring(Topology::new(Dialect::AWS), ["aaa", "ccc", "eee"]), ["bbb", "ddd", "fff"]);
    let cycles = |topology: &Topology| {
        let found = codes(topology).into_iter();
        found.filter(|code| *code == "replication-cycle").count()
    };
    assert_eq!(cycles(&two), 2);
    // One that only leads to the other is in no cycle, wherever its name stands.
    for name in ["000", "cc0", "zzz"] {
        let to = [rule("aaa", &json!({})), rule("ddd", &json!({"Priority": 2, "ID": "d"}))];
        let three = two.clone().with_configuration(name.parse().unwrap(), configuration(&to));
        assert_eq!(cycles(&three), 2, "{name}");
    }
}

/// REP-245: V1 does not allow the missing element.
#[test]
fn v1_must_migrate_before_it_can_sync() {
    let old = |bucket: &str| {
        let rule = json!({"ID": "old", "Status": "Enabled", "Prefix": "",
            "Destination": {"Bucket": format!("arn:aws:s3:::{bucket}")}});
        configuration(&[rule])
    };
    let help = |photos, backup, kind| {
        let topology = Topology::new(Dialect::AWS)
            .with_configuration("photos".parse().unwrap(), photos)
            .with_configuration("backup".parse().unwrap(), backup);
        only(&topology, kind).help.unwrap()
    };
    let (missing, one_sided) =
        (FindingKind::ModificationSyncMissing, FindingKind::ModificationSyncOneSided);
    let new = |bucket: &str, more: &Value| configuration(&[rule(bucket, more)]);
    let neither = help(old("backup"), old("photos"), missing);
    let both = "migrate the configuration of `backup` and `photos` to V2 first";
    assert!(neither.ends_with(both), "{neither}");
    let one = help(new("backup", &json!({})), old("photos"), missing);
    assert!(one.ends_with("migrate the configuration of `backup` to V2 first"), "{one}");
    let sided = help(new("backup", &sync()), old("photos"), one_sided);
    assert!(sided.ends_with("migrate the configuration of `backup` to V2 first"), "{sided}");
    let none = help(new("backup", &json!({})), new("photos", &json!({})), missing);
    assert!(!none.contains("migrate"), "{none}");
}

/// REP-1065: one key from two buckets.
#[test]
fn keys_of_two_sources_are_found() {
    let filter = |prefix: &str| json!({"Filter": {"Prefix": prefix}});
    let two = |one: &str, other: &str| {
        topology(&[
            ("aaa", &[rule("backup", &filter(one))]),
            ("bbb", &[rule("backup", &filter(other))]),
        ])
    };
    assert_eq!(codes(&two("logs/aaa/", "logs/bbb/")), [""; 0]);
    let actual = only(&two("logs/", "logs/2026/"), FindingKind::KeysOfTwoSources);
    assert!(
        actual
            .message
            .starts_with("`aaa` and `bbb` both replicate the key `logs/2026/` to `backup`")
    );
}

/// REP-619, REP-1066: the known settings of the two buckets of an edge.
#[test]
fn settings_that_do_not_fit_are_found() {
    let pair = || topology(&[("photos", &[rule("backup", &json!({}))])]);
    let with = |photos: Value, backup: Value| {
        pair().with_buckets(known(&json!({"photos": photos, "backup": backup})))
    };
    let locked = json!({"ObjectLock": "Enabled"});
    let unlocked = json!({"ObjectLock": "Disabled"});
    assert_eq!(codes(&with(locked.clone(), unlocked.clone())), ["object-lock-one-sided"]);
    assert_eq!(codes(&with(unlocked, locked.clone())), [""; 0]);
    assert_eq!(codes(&with(locked.clone(), locked.clone())), [""; 0]);
    assert_eq!(codes(&with(locked, json!({}))), [""; 0], "nobody knows");
    let expires = |own: Value, its: Value| {
        let both = with(json!({"Lifecycle": own}), json!({"Lifecycle": its}));
        both.findings().iter().map(|finding| finding.to_diagnostic().message).collect::<Vec<_>>()
    };
    let days = |days: u32| json!({"ExpirationDays": days});
    assert_eq!(
        expires(json!(false), days(30)),
        ["objects in `backup` expire after 30 days, those in `photos` never"]
    );
    assert_eq!(
        expires(days(31), json!({"ExpirationDays": 1, "NoncurrentVersionExpirationDays": 7})),
        ["objects in `backup` expire after 1 day, those in `photos` after 31 days; \
          noncurrent versions in `backup` expire after 7 days, those in `photos` never"]
    );
    for (own, its) in [
        (days(30), days(30)),
        (days(30), json!(false)),
        (json!(true), days(1)),
        (json!(false), json!(true)),
        (days(1), json!({"ExpirationDays": 2})),
    ] {
        assert_eq!(expires(own, its), [""; 0]);
    }
}

/// REP-1067: edges know their Regions, which are no findings.
#[test]
fn edges_know_their_regions() {
    let pair = topology(&[("photos", &[rule("backup", &json!({}))])]);
    let regions = |photos: Value, backup: Value| {
        let topology =
            pair.clone().with_buckets(known(&json!({"photos": photos, "backup": backup})));
        assert!(topology.findings().is_empty());
        topology.graph().edges()[0].regions()
    };
    let (east, west) = (json!({"Region": "us-east-1"}), json!({"Region": "us-west-2"}));
    assert_eq!(regions(east.clone(), east.clone()), EdgeRegions::Same);
    assert_eq!(regions(east.clone(), west), EdgeRegions::Cross);
    assert_eq!(regions(east, json!({})), EdgeRegions::Unknown);
}

/// REP-202, REP-203, REP-204, REP-236: refusals that depend on the source bucket.
#[test]
fn refusals_depend_on_the_source_bucket() {
    let facts = known(&json!({"gone": null, "old": {"Versioning": "Suspended"}}));
    let rules = ["photos", "gone", "old"];
    let rules =
        rules.iter().zip(1..).map(|(name, priority)| rule(name, &json!({"Priority": priority})));
    let rules: Vec<Value> = rules.collect();
    let topology = topology(&[("photos", &rules), ("old", &[rule("photos", &json!({}))])]);
    let topology = topology.with_buckets(facts);
    let refusals = topology.refusals();
    let actual: Vec<(&str, Vec<&str>)> = refusals
        .iter()
        .map(|one| (one.bucket().as_str(), one.report().iter().map(|found| found.code).collect()))
        .collect();
    assert_eq!(
        actual,
        [
            ("old", vec!["source-not-versioned"]),
            (
                "photos",
                vec!["destination-is-source", "destination-missing", "destination-not-versioned"]
            ),
        ]
    );
    let graph = topology.graph();
    let missing = graph.nodes().iter().filter(|node| node.is_missing());
    assert_eq!(missing.map(|node| node.bucket().name().as_str()).collect::<Vec<_>>(), ["gone"]);
    assert!(graph.edges().iter().all(|edge| edge.source() != edge.destination()));
}

/// A bucket of the same name in another partition is another bucket.
#[test]
fn partitions_are_kept_apart() {
    let china = |bucket: &str| {
        let text = json!({"Role": ROLE, "Rules": [rule(bucket, &json!({}))]}).to_string();
        ReplicationConfiguration::from_json(&text.replace("arn:aws:", "arn:aws-cn:")).unwrap()
    };
    let topology = topology(&[("aaa", &[rule("bbb", &json!({}))])]);
    let topology = topology.with_configuration("bbb".parse().unwrap(), china("ccc"));
    assert_eq!(codes(&topology), [""; 0]);
    let graph = topology.graph();
    let nodes: Vec<&str> = graph.nodes().iter().map(|node| node.bucket().as_str()).collect();
    let expected =
        ["arn:aws:s3:::aaa", "arn:aws-cn:s3:::bbb", "arn:aws:s3:::bbb", "arn:aws-cn:s3:::ccc"];
    assert_eq!(nodes, expected);
    let start: BucketName = "aaa".parse().unwrap();
    assert_eq!(topology.reach_with_batch(&start, &ObjectVersion::new("k")).len(), 1);
}

/// Rules that match no object make no edge and no finding.
#[test]
fn rules_that_match_nothing_do_not_count() {
    let off = rule("backup", &json!({"Status": "Disabled"}));
    let long = rule(
        "backup",
        &json!({"ID": "long", "Priority": 2, "Filter": {"Prefix": "ö".repeat(600)}}),
    );
    let topology =
        topology(&[("photos", &[off, long]), ("backup", &[rule("archive", &json!({}))])]);
    assert_eq!(codes(&topology), [""; 0]);
    assert_eq!(
        topology.graph().to_string(),
        "archive\nbackup\n  -> archive by `to-archive`\nphotos\n"
    );
}

/// Names are written in full, and escaped within quotes.
#[test]
fn dot_is_quoted() {
    let id = r#"a"b\c"#;
    let many: Vec<Value> = (0..7)
        .map(|at| {
            let filter = json!({"Prefix": format!("{at}/")});
            rule("backup", &json!({"ID": format!("{id}{at}"), "Priority": at, "Filter": filter}))
        })
        .collect();
    let topology = topology(&[("photos", &many)]);
    let dot = topology.graph().to_dot();
    assert!(dot.contains(r#"[label="`a\"b\\c0`, "#) && dot.contains("`, 2 more\"];"), "{dot}");
    assert_eq!(topology.graph().edges()[0].rules().len(), 7);
}

/// Lifecycle settings are read in their current and in their old form.
#[test]
fn lifecycle_is_read_in_three_forms() {
    use s3_replication::model::{BucketSettings, Expiry};
    for text in [
        r#"{"Lifecycle":false}"#,
        r#"{"Lifecycle":true}"#,
        r#"{"Lifecycle":{}}"#,
        r#"{"Lifecycle":{"ExpirationDays":30,"NoncurrentVersionExpirationDays":1}}"#,
    ] {
        let facts: BucketSettings = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&facts).unwrap(), text);
        let lifecycle = facts.lifecycle.unwrap();
        assert_eq!(lifecycle.has_rules(), !text.contains("false"));
        assert_eq!(lifecycle.expiration().is_none(), text.contains("true"));
    }
    for text in ["1", "\"yes\"", r#"{"ExpirationDays":0}"#, r#"{"Days":1}"#, "[]"] {
        let text = format!(r#"{{"Lifecycle":{text}}}"#);
        assert!(serde_json::from_str::<BucketSettings>(&text).is_err(), "{text}");
    }
    let one: std::num::NonZeroU32 = 1.try_into().unwrap();
    assert!(Expiry::After(one) < Expiry::Never);
}

/// REP-405: if criteria apply after the selection, a rule with a longer prefix wins and blocks.
#[test]
fn a_blocked_object_is_not_replicated_back() {
    let kms = json!({
        "SourceSelectionCriteria": {
            "ReplicaModifications": {"Status": "Enabled"},
            "SseKmsEncryptedObjects": {"Status": "Enabled"},
        },
    });
    let with_key = |bucket: &str| {
        let key = json!({"ReplicaKmsKeyID": "arn:aws:kms:eu-west-1:123456789012:key/1"});
        let destination =
            json!({"Bucket": format!("arn:aws:s3:::{bucket}"), "EncryptionConfiguration": key});
        rule(bucket, &with_members(kms.clone(), &json!({"Destination": destination})))
    };
    let plain = json!({"ID": "plain", "Priority": 2, "Filter": {"Prefix": "plain/"}});
    let back = rule("photos", &with_members(sync(), &plain));
    let photos = configuration(&[with_key("backup")]);
    let backup = configuration(&[with_key("photos"), back]);
    let after = Dialect::AWS.with_source_selection(SourceSelection::AfterSelection);
    for (dialect, expected) in [(Dialect::AWS, &[][..]), (after, &["two-way-asymmetric"])] {
        let topology = Topology::new(dialect)
            .with_configuration("photos".parse().unwrap(), photos.clone())
            .with_configuration("backup".parse().unwrap(), backup.clone());
        let actual: Vec<&str> = codes(&topology)
            .into_iter()
            .filter(|code| *code != "modification-sync-one-sided")
            .collect();
        assert_eq!(actual, expected);
        for found in
            topology.findings().iter().filter(|one| one.kind() == FindingKind::TwoWayAsymmetric)
        {
            assert_eq!(found.object_kinds(), [ObjectKind::ObjectsUnderKms]);
            assert_eq!(found.hops()[0].witness().key(), "plain/");
        }
    }
}
