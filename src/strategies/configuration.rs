//! Generators of configurations: small ones, crowded ones, nested ones, and drafts with mistakes.
//!
//! | generator | rules | buckets | aims at |
//! | --- | --- | --- | --- |
//! | `configuration` | up to 12 of V2, or 3 of V1 | 3 | every setting, in competition |
//! | `few` | up to 5 of V2, or 3 of V1 | 3 | comparisons, whose cost grows with pairs of rules |
//! | `crowd` | 40 to 70 | 12 | many rules at few places, which share a tag |
//! | `nest` | 120 to 150 | 110 | a chain of prefixes, each inside the one before |
//! | `draft` | as `configuration` | 3 | refusals: parts are missing, repeated or exchanged |
//!
//! Rules are drawn as drafts without priorities. `prioritised` then numbers them in a random order,
//! and validates the whole. A draft that is refused there is a defect of the generator, and panics.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::dialect::{Dialect, PriorityScope};
use crate::model::{
    AndDraft, BucketArn, ConfigurationDraft, DestinationDraft, EncryptionDraft, FilterDraft,
    FilterSpelling, MetricsDraft, OwnerOverride, Prefix, Priority, ReplicationConfiguration,
    ReplicationTimeDraft, RuleDraft, RuleStatus, SourceSelectionDraft, StorageClass, Tag,
    TimeControl,
};
use crate::strategies::{key, tags};

/// Generates a small valid configuration: up to twelve V2 rules with any settings that compete for
/// three buckets, or up to three V1 rules.
///
/// The dialect for it compares priorities within a destination bucket.
pub fn configuration() -> impl Strategy<Value = ReplicationConfiguration> {
    // Some prefixes are long and agree in more bytes than a node of the index compares at once.
    let prefix = prop_oneof![7 => key(), 2 => "[ab]?a{8,13}[ab]"];
    let filter = (prefix, tags(2), select(SPELLINGS));
    let v2 = vec(rule_v2(filter), 1..=12).prop_flat_map(prioritised);
    prop_oneof![4 => v2, 1 => configuration_v1()]
}

/// Generates a configuration of up to five V2 rules or three V1 rules, with short prefixes.
///
/// The prefixes have no `/` and at most three characters, so that a test can ask about every key
/// that matters.
pub(super) fn few() -> impl Strategy<Value = ReplicationConfiguration> {
    let filter = ("[ab]{0,3}", tags(2), select(SPELLINGS));
    let v2 = vec(rule_v2(filter), 1..=5).prop_flat_map(prioritised);
    prop_oneof![6 => v2, 1 => configuration_v1()]
}

/// Generates a configuration with many rules for few prefixes, some of them long. Most rules require
/// the same tag.
///
/// With a required tag in common, a prefix alone does not decide, and with twelve buckets, several
/// rules win for one object.
pub fn crowd() -> impl Strategy<Value = ReplicationConfiguration> {
    // The long prefixes differ in their last bytes only, or one begins the other.
    let prefix = prop_oneof![
        4 => Just(String::new()),
        3 => "[ab]{1,2}",
        3 => "(a{14}|a{13}b)[ab]?",
    ];
    // The tag that most rules require, and few objects miss.
    let common = Just(vec![Tag::new("x", "1").expect("legal")]);
    let tags = prop_oneof![2 => common, 3 => tags(3)];
    let spelling = prop_oneof![6 => Just(FilterSpelling::AndPrefix), 1 => select(SPELLINGS)];
    let rules = vec((rule_v2((prefix, tags, spelling)), 0..12u8), 40..=70);
    rules.prop_flat_map(|rules| {
        let rules = rules.into_iter().map(|(mut rule, bucket)| {
            if let Some(destination) = &mut rule.destination {
                let bucket = format!("arn:aws:s3:::bucket-{bucket}");
                destination.bucket = Some(bucket.parse().expect("legal"));
            }
            rule
        });
        prioritised(rules.collect())
    })
}

/// Generates a configuration whose prefixes nest, with almost as many buckets as rules.
///
/// The prefixes are `a`, `aa`, `aaa` and so on, or end in `b`. A long key matches a hundred rules,
/// most of which win in a bucket of their own.
pub fn nest() -> impl Strategy<Value = ReplicationConfiguration> {
    let tags = prop_oneof![6 => Just(Vec::new()), 1 => tags(1)];
    let filter = (Just(String::new()), tags, Just(FilterSpelling::AndPrefix));
    let rules = vec((rule_v2(filter), 0..8u8), 120..=150);
    rules.prop_flat_map(|rules| {
        let (mut rules, branches): (Vec<_>, Vec<_>) = rules.into_iter().unzip();
        for (depth, (rule, branch)) in rules.iter_mut().zip(branches).enumerate() {
            // Some prefixes branch off, so that the longest prefix of a key is not always the last.
            let last = if branch == 0 { "b" } else { "a" };
            let prefix = "a".repeat(depth) + last;
            let and = AndDraft {
                prefix: Some(prefix.parse().expect("short")),
                tags: rule.filter.iter().flat_map(FilterDraft::tags).cloned().collect(),
                not: None,
            };
            rule.filter = Some(FilterDraft { and: Some(and), ..FilterDraft::default() });
            // More buckets than the three of a drawn rule, so that most rules win somewhere.
            if let Some(destination) = &mut rule.destination {
                // Some buckets have two rules, which compete for long keys.
                let bucket = format!("arn:aws:s3:::bucket-{}", depth % 110);
                destination.bucket = Some(bucket.parse().expect("legal"));
            }
        }
        prioritised(rules)
    })
}

/// Generates a draft that may be invalid: a valid one with parts removed, repeated or exchanged.
///
/// There are up to three changes, or none, so that valid drafts occur, too.
pub fn draft() -> impl Strategy<Value = ConfigurationDraft> {
    let change = (any::<Index>(), any::<Index>(), 0..10u8);
    (configuration(), vec(change, 0..4)).prop_map(|(configuration, changes)| {
        let mut draft = configuration.to_draft();
        for (from, to, what) in changes {
            // Cloned, because the part may come from the rule that is changed.
            let source = from.get(&draft.rules).clone();
            // A whole rule again, with the priority and the ID of the other.
            if what == 9 {
                draft.rules.push(source);
                continue;
            }
            // A part that is copied from a rule to itself changes nothing, which is fine.
            let at = to.index(draft.rules.len());
            if let Some(rule) = draft.rules.get_mut(at) {
                change_rule(rule, source, what);
            }
        }
        draft
    })
}

/// Changes one part of a rule: copies it from another rule, removes it, or adds one that does not
/// go with the rest.
fn change_rule(rule: &mut RuleDraft, source: RuleDraft, what: u8) {
    match what {
        0 => rule.priority = source.priority,
        1 => rule.id = source.id,
        2 => rule.filter = None,
        // Beside a filter: S3 refuses both in one rule.
        3 => rule.prefix = Some("a".parse().expect("short")),
        4 => rule.destination = source.destination,
        5 => rule.delete_marker_replication = None,
        6 => rule.source_selection_criteria = source.source_selection_criteria,
        // The same number for all, so that two rules may have it.
        7 => rule.priority = Some(Priority::new(7).expect("in range")),
        _ => rule.status = None,
    }
}

/// Draws a V2 rule without priority.
///
/// A rule with tags does not replicate delete markers, which S3 would refuse. All other settings
/// are drawn independently of each other, as far as a valid rule allows.
fn rule_v2(
    filter_parts: impl Strategy<Value = (String, Vec<Tag>, FilterSpelling)>,
) -> impl Strategy<Value = RuleDraft> {
    let filter = filter_parts.prop_map(filter);
    // Delete markers, SSE-KMS, replica modifications, and the rule itself.
    let switches = (status(), option::of(status()), option::of(status()), mostly_on());
    (filter, switches, time_control(), destination(), any::<bool>()).prop_map(
        |(filter, (markers, kms, replicas, status), time, mut destination, named)| {
            let tagged = filter.tags().next().is_some();
            let markers = if tagged { RuleStatus::Disabled } else { markers };
            add_time_control(&mut destination, time);
            let mut rule = RuleDraft {
                // Only whether it has an ID is drawn. `prioritised` gives it one of its own.
                id: named.then(|| "named".parse().expect("short")),
                status: Some(status),
                filter: Some(filter),
                delete_marker_replication: Some(markers),
                ..RuleDraft::default()
            };
            select_sources(&mut rule, &mut destination, kms, replicas);
            rule.destination = Some(destination);
            rule
        },
    )
}

/// All spellings of a filter, since equal filters in different spellings have to decide alike.
const SPELLINGS: &[FilterSpelling] = &[
    FilterSpelling::Empty,
    FilterSpelling::Prefix,
    FilterSpelling::Tag,
    FilterSpelling::And,
    FilterSpelling::AndPrefix,
];

/// Creates a filter with the parts that the spelling can express.
///
/// A spelling that needs a tag and gets none becomes the empty filter, and parts that it cannot
/// express are dropped:
///
/// ```text
/// Prefix     a, {x=1}    <Prefix>a</Prefix>
/// Tag        a, {x=1}    <Tag>x=1</Tag>
/// And        a, {x=1}    <And><Tag>x=1</Tag></And>
/// AndPrefix  a, {}       <And><Prefix>a</Prefix></And>
/// Tag        a, {}       the empty filter
/// ```
fn filter((prefix, tags, spelling): (String, Vec<Tag>, FilterSpelling)) -> FilterDraft {
    let prefix: Option<Prefix> = Some(prefix.parse().expect("short"));
    let first = tags.first().cloned();
    let (mut filter, mut and) = (FilterDraft::default(), AndDraft::default());
    match (spelling, first) {
        // One tag only, whatever else was drawn.
        (FilterSpelling::Tag, Some(tag)) => filter.tag = Some(tag),
        (FilterSpelling::And, Some(_)) => {
            and.tags = tags;
            filter.and = Some(and);
        }
        (FilterSpelling::AndPrefix, _) => {
            (and.prefix, and.tags) = (prefix, tags);
            filter.and = Some(and);
        }
        (FilterSpelling::Prefix, _) => filter.prefix = prefix,
        _ => {}
    }
    filter
}

/// Generates a status, enabled or disabled alike.
fn status() -> impl Strategy<Value = RuleStatus> {
    select(RuleStatus::ALL)
}

/// Generates the status of a rule. Most rules are enabled, because disabled ones do not compete.
fn mostly_on() -> impl Strategy<Value = RuleStatus> {
    prop_oneof![4 => Just(RuleStatus::Enabled), 1 => Just(RuleStatus::Disabled)]
}

/// Generates one of three buckets, so that several rules compete for each.
fn bucket() -> impl Strategy<Value = BucketArn> {
    select(&["ddd", "eee", "fff"][..])
        .prop_map(|name| format!("arn:aws:s3:::{name}").parse().expect("legal"))
}

/// Generates a destination without encryption and time control, which `select_sources` and
/// `add_time_control` add.
///
/// The owner override needs an account, so there are three cases: neither, the account, or both.
fn destination() -> impl Strategy<Value = DestinationDraft> {
    // Absent means the class of the source.
    let class = option::of(select(StorageClass::REPLICA_CLASSES));
    (bucket(), class, 0..3u8).prop_map(|(bucket, class, owner)| {
        let bucket = Some(bucket);
        let mut destination =
            DestinationDraft { bucket, storage_class: class, ..DestinationDraft::default() };
        if owner > 0 {
            // An account of its own, which is not that of the role.
            destination.account = Some("210987654321".parse().expect("legal"));
        }
        if owner > 1 {
            destination.access_control_translation = Some(OwnerOverride::Destination);
        }
        destination
    })
}

/// Adds the selection of encrypted versions and of replica modifications.
///
/// A rule that mentions SSE-KMS needs a key for replicas, also where its status is disabled.
fn select_sources(
    rule: &mut RuleDraft,
    destination: &mut DestinationDraft,
    kms: Option<RuleStatus>,
    replicas: Option<RuleStatus>,
) {
    if kms.is_some() {
        // One key for all, since no decision depends on which key it is.
        let key = "arn:aws:kms:eu-west-1:123456789012:key/1".parse().expect("legal");
        destination.encryption_configuration = Some(EncryptionDraft {
            replica_kms_key_id: Some(key),
            use_source_multi_region_key: None,
        });
    }
    // The element has at least one child.
    if kms.is_some() || replicas.is_some() {
        rule.source_selection_criteria = Some(SourceSelectionDraft {
            sse_kms_encrypted_objects: kms,
            replica_modifications: replicas,
        });
    }
}

/// Generates the settings for S3 Replication Time Control and metrics, which are valid in few
/// combinations only.
fn time_control() -> impl Strategy<Value = Option<TimeControl>> {
    option::of(prop_oneof![
        Just(TimeControl::Enabled),
        status().prop_map(|metrics| TimeControl::Disabled { metrics }),
        status().prop_map(TimeControl::MetricsOnly),
    ])
}

/// Writes these settings into the elements `ReplicationTime` and `Metrics`, with the only threshold
/// that S3 accepts.
fn add_time_control(destination: &mut DestinationDraft, time: Option<TimeControl>) {
    let Some(time) = time else { return };
    let threshold = Some(TimeControl::THRESHOLD.into());
    // The threshold of replication time is always there; that of events only with time control.
    let control = |status| Some(ReplicationTimeDraft { status: Some(status), time: threshold });
    let (control, metrics, event_threshold) = match time {
        TimeControl::Enabled => (control(RuleStatus::Enabled), RuleStatus::Enabled, threshold),
        TimeControl::Disabled { metrics } => (control(RuleStatus::Disabled), metrics, None),
        TimeControl::MetricsOnly(metrics) => (None, metrics, None),
    };
    destination.replication_time = control;
    destination.metrics = Some(MetricsDraft { status: Some(metrics), event_threshold });
}

/// Sets distinct priorities, in random order, and distinct IDs.
///
/// The order is random, so that precedence does not follow the order of the rules, nor the length
/// of their prefixes.
fn prioritised(rules: Vec<RuleDraft>) -> impl Strategy<Value = ReplicationConfiguration> {
    // Every priority from zero on occurs once.
    let count = u32::try_from(rules.len()).expect("few");
    Just((0..count).collect::<Vec<_>>()).prop_shuffle().prop_map(move |priorities| {
        let rules = rules.iter().cloned().zip(priorities).enumerate();
        let rules = rules.map(|(at, (mut rule, priority))| {
            rule.priority = Some(Priority::new(priority).expect("in range"));
            rule.id = rule.id.map(|_| format!("rule {at}").parse().expect("short"));
            rule
        });
        proven(rules)
    })
}

/// Renumbers the priorities for each bucket, so that rules for different buckets have equal ones.
/// Only a dialect that compares priorities within a bucket accepts the result.
pub(super) fn with_colliding_priorities(
    configuration: &ReplicationConfiguration,
) -> ReplicationConfiguration {
    let rules = configuration.rules();
    let mut draft = configuration.to_draft();
    for (drafted, rule) in draft.rules.iter_mut().zip(rules) {
        let rivals = rules.iter().filter(|rival| {
            rival.destination.bucket == rule.destination.bucket && rival.priority < rule.priority
        });
        // Within a bucket the order stays, so both configurations decide alike under that dialect.
        let rank = u32::try_from(rivals.count()).expect("few");
        drafted.priority = rule.priority.map(|_| Priority::new(rank).expect("in range"));
    }
    proven(draft.rules)
}

/// Generates a configuration of one to three V1 rules with one destination and disjoint prefixes.
///
/// S3 refuses V1 rules with overlapping prefixes or several destinations. So there is one rule with
/// any prefix, or rules for `a`, `b` and `/`.
fn configuration_v1() -> impl Strategy<Value = ReplicationConfiguration> {
    let rule = (mostly_on(), option::of(status()), any::<bool>());
    (vec(rule, 1..=3), "[ab]?").prop_map(|(rules, start)| {
        // The only prefix may be empty, for a rule about every object.
        let disjoint = if rules.len() == 1 { vec![start.as_str()] } else { vec!["a", "b", "/"] };
        let rules = rules.into_iter().zip(disjoint).map(|((status, kms, archived), prefix)| {
            let mut destination = DestinationDraft {
                bucket: Some("arn:aws:s3:::ddd".parse().expect("legal")),
                storage_class: archived.then_some(StorageClass::GLACIER),
                ..DestinationDraft::default()
            };
            let mut rule = RuleDraft {
                status: Some(status),
                prefix: Some(prefix.parse().expect("short")),
                ..RuleDraft::default()
            };
            select_sources(&mut rule, &mut destination, kms, None);
            rule.destination = Some(destination);
            rule
        });
        proven(rules)
    })
}

/// Validates rules; panics for those that the generators must not make.
///
/// The dialect compares priorities within a bucket, so that priorities that collide between buckets
/// are accepted.
fn proven(rules: impl IntoIterator<Item = RuleDraft>) -> ReplicationConfiguration {
    let role = "arn:aws:iam::123456789012:role/replication".parse().expect("legal");
    let draft =
        rules.into_iter().fold(ConfigurationDraft::new(role), ConfigurationDraft::with_rule);
    let dialect = Dialect::AWS.with_priority_scope(PriorityScope::Destination);
    // A panic and not a rejected draw: a generator that rejects much would test little, unnoticed.
    match draft.validate(&dialect) {
        Ok(configuration) => configuration,
        Err(report) => panic!("the generator created an invalid configuration:\n{report}"),
    }
}
