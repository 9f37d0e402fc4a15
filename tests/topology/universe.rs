//! Three buckets with random configurations, and every object that makes a difference to them.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use s3_replication::engine::Replication;
use s3_replication::model::{BucketArn, EncryptionStatus, Event, ReplicationStatus, Tag};
use s3_replication::strategies::dialect;
use s3_replication::topology::{FindingKind, Topology};
use s3_replication::{
    Dialect, Engine, ObjectVersion, Parser, ReplicationConfiguration, ReplicationRule,
};
use serde_json::{Value, json};

use super::Fact;
use crate::support::ROLE;

pub(crate) const NAMES: [&str; 3] = ["aaa", "bbb", "ccc"];

const PREFIXES: &[&str] = &["", "", "", "a", "ab", "b"];
const TAGS: &[&[&str]] = &[&[], &[], &[], &["x1"], &["x2"], &["y1"], &["x1", "y1"]];
const EXCLUDED: &[&[&str]] = &[&[], &[], &["a"], &["ab"], &["b"], &["abz"], &["a", "b"]];
const EXCLUDED_TAGS: &[&[&str]] = &[&[], &[], &["x1"], &["x2"], &["y1"], &["x1", "y1"]];
const KEYS: [&str; 5] = ["a", "ab", "abz", "b", "z"];

/// Three buckets.
#[derive(Clone, Debug)]
pub(crate) struct Three {
    dialect: Dialect,
    configurations: [Option<ReplicationConfiguration>; 3],
    pub(crate) engines: Vec<Engine>,
}

/// The decision of one bucket about a version.
#[derive(Clone, Copy)]
struct Going {
    rule: usize,
    under_kms: bool,
}

fn rule() -> impl Strategy<Value = Value> {
    let tags = select(TAGS);
    let switches = (0..6u8, 0..4u8, 0..4u8, 0..2u8, 0..8u8);
    let not = prop_oneof![Just((&[][..], &[][..])), (select(EXCLUDED), select(EXCLUDED_TAGS)),];
    let filter = (select(PREFIXES), tags, not);
    (filter, 0..2usize, switches).prop_map(|((prefix, tags, not), to, switches)| {
        let (off, kms, sync, markers, class) = switches;
        let on = |on: bool| json!({"Status": if on { "Enabled" } else { "Disabled" }});
        let written = |tags: &[&str]| -> Vec<Value> {
            tags.iter().map(|tag| json!({"Key": tag[..1], "Value": tag[1..]})).collect()
        };
        let (tags, excluded) = (written(tags), written(not.1));
        let mut rule = json!({
            "Status": if off == 0 { "Disabled" } else { "Enabled" },
            "DeleteMarkerReplication": on(tags.is_empty() && excluded.is_empty() && markers == 1),
            "Filter": {"And": {"Prefix": prefix, "Tags": tags}},
            "Destination": {"Bucket": to},
        });
        if !not.0.is_empty() || !excluded.is_empty() {
            rule["Filter"]["And"]["Not"] = json!({"Or": {"Prefixes": not.0, "Tags": excluded}});
        }
        if kms < 2 {
            let key = json!({"ReplicaKmsKeyID": "arn:aws:kms:eu-west-1:123456789012:key/1"});
            rule["SourceSelectionCriteria"]["SseKmsEncryptedObjects"] = on(kms == 1);
            rule["Destination"]["EncryptionConfiguration"] = key;
        }
        if sync < 3 {
            rule["SourceSelectionCriteria"]["ReplicaModifications"] = on(sync > 0);
        }
        if class == 0 {
            rule["Destination"]["StorageClass"] = json!("GLACIER");
        }
        rule
    })
}

/// Draws a configuration for one of the buckets, whose rules name the two others.
fn configuration(own: usize) -> impl Strategy<Value = Option<ReplicationConfiguration>> {
    let rules = vec(rule(), 1..=3).prop_flat_map(|rules| {
        let priorities: Vec<usize> = (1..=rules.len()).collect();
        (Just(rules), Just(priorities).prop_shuffle())
    });
    let configuration = rules.prop_map(move |(mut rules, priorities)| {
        for (rule, priority) in rules.iter_mut().zip(priorities) {
            let other = rule["Destination"]["Bucket"].as_u64().unwrap() + 1;
            let to = NAMES[(own + usize::try_from(other).unwrap()) % NAMES.len()];
            rule["Destination"]["Bucket"] = json!(format!("arn:aws:s3:::{to}"));
            rule["Priority"] = json!(priority);
        }
        let text = json!({"Role": ROLE, "Rules": rules}).to_string();
        Parser::new()
            .parse_json(&text)
            .into_configuration()
            .unwrap_or_else(|report| panic!("{report}"))
    });
    option::weighted(0.9, configuration)
}

/// Draws a configuration with a rule for each of the two other buckets, which select by tags alone.
/// Objects go round in one direction, in both or in none, as the tags that one rule requires and
/// another excludes decide.
fn of_ring(own: usize) -> impl Strategy<Value = Option<ReplicationConfiguration>> {
    const REQUIRED: &[&[&str]] = &[&[], &[], &["x1"], &["y1"]];
    const EXCLUDED: &[&[&str]] = &[&[], &[], &["x1"], &["y1"], &["x1", "y1"]];
    let written = |tags: &[&str]| -> Vec<Value> {
        tags.iter().map(|tag| json!({"Key": tag[..1], "Value": tag[1..]})).collect()
    };
    vec((select(REQUIRED), select(EXCLUDED)), 2).prop_map(move |filters| {
        let rules = filters.into_iter().enumerate().map(|(at, (required, excluded))| {
            let mut filter = json!({"Prefix": "", "Tags": written(required)});
            if !excluded.is_empty() {
                filter["Not"] = json!({"Or": {"Prefixes": [], "Tags": written(excluded)}});
            }
            let to = NAMES[(own + at + 1) % NAMES.len()];
            json!({"Status": "Enabled", "Priority": at, "Filter": {"And": filter},
                "DeleteMarkerReplication": {"Status": "Disabled"},
                "Destination": {"Bucket": format!("arn:aws:s3:::{to}")}})
        });
        let rules: Vec<_> = rules.collect();
        let text = json!({"Role": ROLE, "Rules": rules}).to_string();
        Some(ReplicationConfiguration::from_json(&text).unwrap_or_else(|report| panic!("{report}")))
    })
}

pub(crate) fn three() -> impl Strategy<Value = Three> {
    let dialect = prop_oneof![1 => Just(Dialect::AWS), 1 => dialect()];
    let any = (configuration(0), configuration(1), configuration(2)).boxed();
    let ring = (of_ring(0), of_ring(1), of_ring(2)).boxed();
    (dialect, prop_oneof![3 => any, 1 => ring]).prop_map(|(dialect, (first, second, third))| {
        let configurations = [first, second, third];
        // A bucket without a configuration replicates nothing, like one whose rule is off.
        let text = json!({"Role": ROLE, "Rules": [{"Status": "Disabled", "Prefix": "",
                "Destination": {"Bucket": "arn:aws:s3:::nobody"}}]});
        let idle = ReplicationConfiguration::from_json(&text.to_string()).unwrap();
        let engines = configurations.iter().map(|configuration| {
            Engine::with_dialect(configuration.as_ref().unwrap_or(&idle), &dialect)
        });
        let engines = engines.collect();
        Three { dialect, configurations, engines }
    })
}

fn arn(bucket: usize) -> BucketArn {
    format!("arn:aws:s3:::{}", NAMES[bucket]).parse().unwrap()
}

fn tag_sets() -> Vec<Vec<Tag>> {
    let set = |tags: &[&str]| {
        tags.iter().map(|tag| Tag::new(&tag[..1], &tag[1..]).unwrap()).collect::<Vec<_>>()
    };
    [&[][..], &["x1"], &["x2"], &["y1"], &["x1", "y1"], &["x2", "y1"]].map(set).to_vec()
}

/// All ordered pairs of different buckets.
fn pairs() -> impl Iterator<Item = (usize, usize)> {
    (0..3).flat_map(|a| (0..3).filter(move |b| *b != a).map(move |b| (a, b)))
}

fn subject(version: &ObjectVersion<'_>) -> &'static str {
    if version.encryption.is_kms() { "objects-under-kms" } else { "objects" }
}

impl Three {
    pub(crate) fn topology(&self) -> Topology {
        let named = NAMES.iter().zip(&self.configurations);
        named.fold(Topology::new(self.dialect.clone()), |topology, (name, configuration)| {
            match configuration {
                Some(configuration) => {
                    topology.with_configuration(name.parse().unwrap(), configuration.clone())
                }
                None => topology,
            }
        })
    }

    fn asked(
        &self,
        bucket: usize,
        to: usize,
        version: &ObjectVersion<'_>,
        event: Event,
    ) -> Option<Going> {
        let decision = self.engines[bucket].decide(version, event);
        let going = |made: &Replication<'_>| Going {
            rule: made.rule().position,
            under_kms: made.replica().encryption.status().is_some_and(EncryptionStatus::is_kms),
        };
        decision.to(&arn(to)).map(going)
    }

    /// The answers for a version that is written.
    fn goes(&self, bucket: usize, to: usize, version: &ObjectVersion<'_>) -> Option<Going> {
        self.asked(bucket, to, version, Event::ObjectCreatedPut)
    }

    /// The answers for a change of the tags of a replica.
    fn syncs(
        &self,
        bucket: usize,
        to: usize,
        version: &ObjectVersion<'_>,
        under_kms: bool,
    ) -> Option<Going> {
        let replica =
            encrypted(version, under_kms).with_replication_status(ReplicationStatus::Replica);
        self.asked(bucket, to, &replica, Event::ObjectTaggingPut)
    }

    fn marks(&self, bucket: usize, to: usize, key: &str) -> Option<Going> {
        let marker = ObjectVersion::delete_marker(key);
        self.asked(bucket, to, &marker, Event::ObjectRemovedDeleteMarkerCreated)
    }

    fn is_two_way(&self, a: usize, b: usize) -> bool {
        any(|version| self.goes(a, b, version).is_some() && self.goes(b, a, version).is_some())
    }

    /// Returns all findings, word by word from the definitions of the kinds.
    pub(crate) fn facts(&self) -> BTreeSet<Fact> {
        let mut facts = BTreeSet::new();
        let name = |bucket: usize| NAMES[bucket].to_owned();
        let mut add = |kind, way: &[usize], rule, subject| {
            facts.insert((kind, way.iter().copied().map(name).collect(), rule, subject));
        };
        for (a, b) in pairs() {
            let two_way = self.is_two_way(a, b);
            for_each(|version| {
                let Some(out) = self.goes(a, b, version) else { return };
                let about = subject(version);
                let Some(back) = self.goes(b, a, version) else {
                    if two_way {
                        add(FindingKind::TwoWayAsymmetric, &[a, b], out.rule, about);
                    }
                    return;
                };
                let key = std::str::from_utf8(version.key).unwrap();
                if let Some(marker) = self.marks(a, b, key)
                    && self.marks(b, a, key).is_none()
                {
                    add(FindingKind::DeleteMarkersOneWay, &[a, b], marker.rule, "delete-markers");
                }
                let sent_back = self.syncs(b, a, version, out.under_kms).is_some();
                let sent_out = self.syncs(a, b, version, back.under_kms).is_some();
                if sent_back && !sent_out {
                    add(FindingKind::ModificationSyncOneSided, &[a, b], out.rule, about);
                } else if !sent_back && !sent_out && a < b {
                    add(FindingKind::ModificationSyncMissing, &[a, b], out.rule, about);
                }
            });
            let c = 3 - a - b;
            for_each(|version| {
                let Some(first) = self.goes(a, b, version) else { return };
                let about = subject(version);
                if self.goes(a, c, version).is_some() {
                    return;
                }
                if self.goes(b, c, &encrypted(version, first.under_kms)).is_some() {
                    add(FindingKind::ReplicaChain, &[a, b, c], first.rule, about);
                }
                if let Some(on) = self.syncs(b, c, version, first.under_kms) {
                    let kind = FindingKind::ModificationSyncWithoutVersion;
                    add(kind, &[a, b, c], on.rule, about);
                }
            });
            if a < c {
                for_each(|mine| {
                    let Some(first) = self.goes(a, b, mine) else { return };
                    let is_mixed = |its: &ObjectVersion<'_>| {
                        let exchanged =
                            self.goes(a, c, mine).is_some() && self.goes(c, a, its).is_some();
                        its.key == mine.key && self.goes(c, b, its).is_some() && !exchanged
                    };
                    if any(is_mixed) {
                        let kind = FindingKind::KeysOfTwoSources;
                        add(kind, &[a, c, b], first.rule, subject(mine));
                    }
                });
            }
        }
        facts
    }

    pub(crate) fn has_cycle(&self) -> bool {
        [[0, 1, 2], [0, 2, 1]].into_iter().any(|[a, b, c]| {
            any(|version| {
                [(a, b), (b, c), (c, a)].iter().all(|(a, b)| self.goes(*a, *b, version).is_some())
            })
        })
    }

    pub(crate) fn edges(&self) -> BTreeSet<(String, String, bool)> {
        let edges = pairs().filter(|(a, b)| {
            let sets = tag_sets();
            let matches_some = |rule: &ReplicationRule| {
                let mut objects =
                    KEYS.iter().flat_map(|key| sets.iter().map(move |set| (key, set)));
                objects
                    .any(|(key, set)| rule.filter.matches(&ObjectVersion::new(*key).with_tags(set)))
            };
            let mut rules = self.engines[*a].rules().iter();
            rules.any(|rule| {
                rule.is_enabled() && rule.destination.bucket == arn(*b) && matches_some(rule)
            })
        });
        let name = |bucket: usize| NAMES[bucket].to_owned();
        edges.map(|(a, b)| (name(a), name(b), self.is_two_way(a, b))).collect()
    }

    /// Returns the buckets to which batch jobs replicate a version, one hop after the other.
    pub(crate) fn reachable(
        &self,
        start: usize,
        version: &ObjectVersion<'_>,
    ) -> BTreeSet<&'static str> {
        let mut seen = BTreeSet::new();
        let mut next = vec![(start, version.clone())];
        while let Some((bucket, version)) = next.pop() {
            let decision = self.engines[bucket].decide(&version, Event::BatchReplication);
            for made in decision.replications() {
                let to =
                    NAMES.iter().position(|name| *name == made.bucket().name().as_str()).unwrap();
                let replica = made.replica();
                let (class, encryption) = (replica.storage_class, replica.encryption.status());
                if to == start || !seen.insert((to, class.to_string(), encryption)) {
                    continue;
                }
                let mut arrived = version.clone().with_storage_class(class.clone());
                arrived.encryption = encryption.unwrap_or(EncryptionStatus::SseS3);
                next.push((to, arrived.with_replication_status(ReplicationStatus::Replica)));
            }
        }
        seen.into_iter().map(|(bucket, ..)| NAMES[bucket]).collect()
    }
}

fn encrypted<'v>(version: &ObjectVersion<'v>, under_kms: bool) -> ObjectVersion<'v> {
    let encryption = if under_kms { EncryptionStatus::SseKms } else { EncryptionStatus::SseS3 };
    version.clone().with_encryption(encryption)
}

fn for_each(mut each: impl FnMut(&ObjectVersion<'_>)) {
    for_every_version(|version| {
        each(version);
        Ok(())
    })
    .unwrap();
}

/// Returns true when some object has a property.
fn any(mut is: impl FnMut(&ObjectVersion<'_>) -> bool) -> bool {
    let stop = || TestCaseError::reject("found");
    for_every_version(|version| if is(version) { Err(stop()) } else { Ok(()) }).is_err()
}

/// Asks about every object, up to the first error.
pub(crate) fn for_every_version(
    mut ask: impl FnMut(&ObjectVersion<'_>) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let sets = tag_sets();
    for key in KEYS {
        for tags in &sets {
            for encryption in [EncryptionStatus::SseS3, EncryptionStatus::SseKms] {
                ask(&ObjectVersion::new(key).with_tags(tags).with_encryption(encryption))?;
            }
        }
    }
    Ok(())
}
