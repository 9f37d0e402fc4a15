//! What the properties draw from. Small alphabets, so that prefixes nest, tags collide and rules
//! compete; versions drawn from the rules, so that they match.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use s3_replication::dialect::{
    DeleteMarkerPrecedence, PriorityOrder, PriorityScope, ReplicaKeyReading, SourceSelection,
};
use s3_replication::model::{
    AccessTier, BucketArn, ConfigurationDraft, DeleteMarkerOrigin, EncryptionStatus, Event,
    FilterSpelling, OwnerAccess, ReplicationStatus, RuleStatus, Tag,
};
use s3_replication::{Dialect, ObjectVersion, Priority, ReplicationConfiguration, StorageClass};

/// A text for keys and prefixes.
pub(crate) fn key() -> impl Strategy<Value = String> {
    "[ab/]{0,4}"
}

pub(crate) fn tag() -> impl Strategy<Value = Tag> {
    ("[xy]", "[12]?").prop_map(|(key, value)| Tag::new(key, value).unwrap())
}

/// Tags with different keys.
pub(crate) fn tags(most: usize) -> impl Strategy<Value = Vec<Tag>> {
    vec(tag(), 0..=most).prop_map(|mut tags| {
        tags.sort();
        tags.dedup_by(|a, b| a.key() == b.key());
        tags
    })
}

pub(crate) fn status() -> impl Strategy<Value = RuleStatus> {
    select(RuleStatus::ALL)
}

fn bucket() -> impl Strategy<Value = BucketArn> {
    "[d-f]{3}".prop_map(|name| format!("arn:aws:s3:::{}", &name[..1].repeat(3)).parse().unwrap())
}

/// The written parts of one V2 rule, as JSON: the shortest way to write any legal rule.
fn rule_v2() -> impl Strategy<Value = serde_json::Value> {
    let filter = (
        key(),
        tags(2),
        select(vec![
            FilterSpelling::Empty,
            FilterSpelling::Prefix,
            FilterSpelling::Tag,
            FilterSpelling::And,
            FilterSpelling::AndPrefix,
        ]),
    );
    let extras = (status(), option::of(status()), option::of(status()), 0..6usize, destination());
    (filter, status_mostly_on(), extras).prop_map(|((prefix, tags, spelling), on, extras)| {
        let (markers, replicas, kms, time, mut destination) = extras;
        let filter = filter_json(&prefix, &tags, spelling);
        let has_tags = filter.to_string().contains("Key");
        let markers = if has_tags { RuleStatus::Disabled } else { markers };
        let mut rule = serde_json::json!({
            "Status": on, "Filter": filter, "DeleteMarkerReplication": {"Status": markers},
        });
        select_sources(&mut rule, &mut destination, kms, replicas);
        add_time_control(&mut destination, time);
        rule["Destination"] = destination;
        rule
    })
}

fn status_mostly_on() -> impl Strategy<Value = RuleStatus> {
    prop_oneof![4 => Just(RuleStatus::Enabled), 1 => Just(RuleStatus::Disabled)]
}

fn filter_json(prefix: &str, tags: &[Tag], spelling: FilterSpelling) -> serde_json::Value {
    match (spelling, tags.first()) {
        (FilterSpelling::Tag, Some(tag)) => serde_json::json!({"Tag": tag}),
        (FilterSpelling::And, Some(_)) => serde_json::json!({"And": {"Tags": tags}}),
        (FilterSpelling::AndPrefix, Some(_)) => {
            serde_json::json!({"And": {"Prefix": prefix, "Tags": tags}})
        }
        (FilterSpelling::AndPrefix, None) => serde_json::json!({"And": {"Prefix": prefix}}),
        (FilterSpelling::Prefix, _) => serde_json::json!({"Prefix": prefix}),
        _ => serde_json::json!({}),
    }
}

fn destination() -> impl Strategy<Value = serde_json::Value> {
    let class = option::of(select(StorageClass::REPLICA_CLASSES));
    (bucket(), class, 0..3usize).prop_map(|(bucket, class, owner)| {
        let mut destination = serde_json::json!({"Bucket": bucket});
        if let Some(class) = class {
            destination["StorageClass"] = serde_json::to_value(class).unwrap();
        }
        if owner > 0 {
            destination["Account"] = "210987654321".into();
        }
        if owner > 1 {
            destination["AccessControlTranslation"] = serde_json::json!({"Owner": "Destination"});
        }
        destination
    })
}

fn select_sources(
    rule: &mut serde_json::Value,
    destination: &mut serde_json::Value,
    kms: Option<RuleStatus>,
    replicas: Option<RuleStatus>,
) {
    if let Some(status) = kms {
        rule["SourceSelectionCriteria"]["SseKmsEncryptedObjects"]["Status"] =
            status.as_str().into();
        let key = "arn:aws:kms:eu-west-1:123456789012:key/1";
        destination["EncryptionConfiguration"]["ReplicaKmsKeyID"] = key.into();
    }
    if let Some(status) = replicas {
        rule["SourceSelectionCriteria"]["ReplicaModifications"]["Status"] = status.as_str().into();
    }
}

/// Adds one of the five legal combinations, or none.
fn add_time_control(destination: &mut serde_json::Value, which: usize) {
    let time = |status: &str| serde_json::json!({"Status": status, "Time": {"Minutes": 15}});
    let (control, metrics) = match which {
        1 => (None, Some("Enabled")),
        2 => (None, Some("Disabled")),
        3 => (Some(time("Disabled")), Some("Enabled")),
        4 => (Some(time("Disabled")), Some("Disabled")),
        5 => (Some(time("Enabled")), Some("Enabled")),
        _ => (None, None),
    };
    if let Some(control) = control {
        destination["ReplicationTime"] = control;
    }
    if let Some(status) = metrics {
        destination["Metrics"]["Status"] = status.into();
    }
    if which == 5 {
        destination["Metrics"]["EventThreshold"]["Minutes"] = 15.into();
    }
}

/// A V2 configuration of 1 to `most` rules that compete for few buckets.
fn configuration_v2(most: usize) -> impl Strategy<Value = ReplicationConfiguration> {
    vec((rule_v2(), any::<bool>()), 1..=most).prop_flat_map(|rules| {
        let priorities = Just((0..rules.len()).collect::<Vec<_>>()).prop_shuffle();
        (Just(rules), priorities).prop_map(|(rules, priorities)| {
            let rules = rules.into_iter().zip(priorities).enumerate();
            let rules = rules.map(|(at, ((mut rule, named), priority))| {
                rule["Priority"] = priority.into();
                if named {
                    rule["ID"] = format!("rule {at}").into();
                }
                rule
            });
            proven(&rules.collect::<Vec<_>>())
        })
    })
}

/// A V1 configuration of 1 to 3 rules with one destination and disjoint prefixes.
fn configuration_v1() -> impl Strategy<Value = ReplicationConfiguration> {
    let rule = (status_mostly_on(), option::of(status()), any::<bool>());
    (vec(rule, 1..=3), "[ab]?").prop_map(|(rules, start)| {
        let alone = rules.len() == 1;
        let rules = rules.into_iter().enumerate().map(|(at, (on, kms, class))| {
            let prefix = if alone { start.clone() } else { ["a", "b", "/"][at].to_owned() };
            let mut rule = serde_json::json!({"Status": on, "Prefix": prefix});
            let mut destination = serde_json::json!({"Bucket": "arn:aws:s3:::ddd"});
            if class {
                destination["StorageClass"] = "GLACIER".into();
            }
            select_sources(&mut rule, &mut destination, kms, None);
            rule["Destination"] = destination;
            rule
        });
        proven(&rules.collect::<Vec<_>>())
    })
}

fn proven(rules: &[serde_json::Value]) -> ReplicationConfiguration {
    let document = serde_json::json!({"Role": super::ROLE, "Rules": rules});
    match ReplicationConfiguration::from_json(&document.to_string()) {
        Ok(configuration) => configuration,
        Err(report) => panic!("the generator wrote what AWS refuses:\n{report}\n{document:#}"),
    }
}

/// A legal configuration.
pub(crate) fn configuration() -> impl Strategy<Value = ReplicationConfiguration> {
    prop_oneof![4 => configuration_v2(12), 1 => configuration_v1()]
}

/// A dialect with any answer to every question that decisions depend on.
pub(crate) fn dialect() -> impl Strategy<Value = Dialect> {
    any::<[bool; 4]>().prop_map(|[order, source, markers, key]| {
        let mut dialect = Dialect::AWS.with_priority_scope(PriorityScope::Destination);
        if order {
            dialect = dialect.with_priority_order(PriorityOrder::LowerWins);
        }
        if source {
            dialect = dialect.with_source_selection(SourceSelection::AfterSelection);
        }
        if markers {
            let rivals = DeleteMarkerPrecedence::ReplicatingRulesCompete;
            dialect = dialect.with_delete_marker_precedence(rivals);
        }
        if key {
            dialect = dialect.with_replica_key(ReplicaKeyReading::EveryVersion);
        }
        dialect
    })
}

/// A configuration, and a version that one of its rules was written for.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) dialect: Dialect,
    pub(crate) configuration: ReplicationConfiguration,
    pub(crate) event: Event,
    key: String,
    tags: Vec<Tag>,
    traits: Traits,
}

/// Everything about a version that is not its name.
#[derive(Clone, Debug)]
struct Traits {
    class: StorageClass,
    tier: Option<AccessTier>,
    encryption: EncryptionStatus,
    access: OwnerAccess,
    status: Option<ReplicationStatus>,
    marker: Option<DeleteMarkerOrigin>,
}

impl Scenario {
    pub(crate) fn version(&self) -> ObjectVersion<'_> {
        let mut version = ObjectVersion::new(&self.key).with_tags(&self.tags);
        version.storage_class = self.traits.class.clone();
        version.access_tier = self.traits.tier;
        version.encryption = self.traits.encryption;
        version.owner_access = self.traits.access;
        version.replication_status = self.traits.status;
        version.delete_marker = self.traits.marker;
        version
    }
}

/// Mostly what is common, so that most versions go somewhere.
fn traits() -> impl Strategy<Value = Traits> {
    let class = prop_oneof![6 => Just(StorageClass::STANDARD), 3 => select(StorageClass::KNOWN)];
    let tier = prop_oneof![6 => Just(None), 1 => option::of(select(AccessTier::ALL))];
    let access = prop_oneof![9 => Just(OwnerAccess::Readable), 1 => Just(OwnerAccess::Unreadable)];
    let status = option::of(select(ReplicationStatus::ALL));
    let origin = select(vec![DeleteMarkerOrigin::User, DeleteMarkerOrigin::Lifecycle]);
    let marker = prop_oneof![5 => Just(None), 1 => origin.prop_map(Some)];
    (class, tier, select(EncryptionStatus::ALL), access, status, marker).prop_map(
        |(class, tier, encryption, access, status, marker)| Traits {
            class,
            tier,
            encryption,
            access,
            status,
            marker,
        },
    )
}

pub(crate) fn event() -> impl Strategy<Value = Event> {
    prop_oneof![2 => Just(Event::ObjectCreatedPut), 3 => select(Event::ALL)]
}

pub(crate) fn scenario() -> impl Strategy<Value = Scenario> {
    let name = (any::<Index>(), key(), tags(1), 0..8u8);
    (dialect(), configuration(), name, event(), traits()).prop_map(
        |(dialect, configuration, (chosen, rest, mut more, spoil), event, traits)| {
            let filter = &chosen.get(configuration.rules()).filter;
            let mut key = format!("{}{rest}", filter.key_prefix());
            if spoil == 0 {
                // Off by one at the front, the mistake that prefix code makes.
                key.pop();
            }
            let mut tags = filter.tags().to_vec();
            if spoil == 1 {
                tags.pop();
            }
            more.retain(|tag| tags.iter().all(|present| present.key() != tag.key()));
            tags.extend(more);
            Scenario { dialect, configuration, event, key, tags, traits }
        },
    )
}

/// A draft that may be wrong: a legal one with parts taken away, doubled or exchanged.
pub(crate) fn draft() -> impl Strategy<Value = ConfigurationDraft> {
    let change = (any::<Index>(), any::<Index>(), 0..10u8);
    (configuration(), vec(change, 0..4)).prop_map(|(configuration, changes)| {
        let mut draft = configuration.to_draft();
        for (from, to, what) in changes {
            let source = from.get(&draft.rules).clone();
            let at = to.index(draft.rules.len());
            let rule = &mut draft.rules[at];
            match what {
                0 => rule.priority = source.priority,
                1 => rule.id = source.id,
                2 => rule.filter = None,
                3 => rule.prefix = Some("a".parse().unwrap()),
                4 => rule.destination = source.destination,
                5 => rule.delete_marker_replication = None,
                6 => rule.source_selection_criteria = source.source_selection_criteria,
                7 => rule.priority = Priority::new(u32::from(what)).ok(),
                8 => rule.status = None,
                _ => draft.rules.push(source),
            }
        }
        draft
    })
}
