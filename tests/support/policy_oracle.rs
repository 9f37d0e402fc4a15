//! A second definition of assertions: it draws them, and asks the engine about every object.

use std::collections::BTreeSet;

use globset::GlobBuilder;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use s3_replication::engine::{Action, Replication};
use s3_replication::model::{
    Account, BucketName, BucketSettings, DeleteMarkerOrigin, EncryptionStatus, Event, KnownBuckets,
    Prefix, ReplicationStatus, Tag,
};
use s3_replication::policy::{Fact, MissingFact, Outcome, Policy, Violation};
use s3_replication::strategies::{configuration, dialect, excluding_pair, pair};
use s3_replication::{
    Dialect, Engine, ObjectVersion, ReplicationConfiguration, ReplicationRule, StorageClass,
};
use serde_json::{Map, Value, json};

use crate::support::ROLE;
use crate::support::every_object::sets_of;

pub(crate) const A: &str = "210987654321";
pub(crate) const B: &str = "111111111111";
const BUCKETS: &[&str] = &["ddd", "eee", "fff"];
pub(crate) const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/1";
const CLASSES: &[&str] = &["STANDARD", "GLACIER_IR", "GLACIER"];
pub(crate) const REQUIREMENTS: &[&str] =
    &["MustReach", "MayOnlyReach", "MustNotReach", "DeleteMarkersMustFollow"];

/// An assertion, as the test has it.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    members: Map<String, Value>,
    pub(crate) requirement: &'static str,
    separator: &'static str,
}

impl Drawn {
    pub(crate) fn policy(&self) -> Option<Policy> {
        let policy = json!({"Separator": self.separator, "Assertions": [self.members]});
        Policy::from_json(&policy.to_string()).ok()
    }

    pub(crate) fn target(&self) -> &Map<String, Value> {
        self.members[self.requirement].as_object().unwrap()
    }

    fn list(&self, name: &str) -> Vec<&str> {
        words(&self.members, name).unwrap_or_default()
    }

    /// Returns true if the assertion is about a version, whatever its key.
    fn is_about(&self, version: &ObjectVersion<'_>, event: Event, about: &str) -> bool {
        let mut abouts = self.list("About");
        if abouts.is_empty() {
            abouts = match self.requirement {
                "MustReach" | "DeleteMarkersMustFollow" => vec!["objects"],
                _ => vec!["objects", "delete-markers", "replica-modifications"],
            };
        }
        let tags = self.members.get("Tags").and_then(Value::as_object);
        let has_tags = |version: &ObjectVersion<'_>| {
            tags.into_iter().flatten().all(|(k, v)| version.tags.value_of(k) == v.as_str())
        };
        if !abouts.contains(&about) {
            return false;
        }
        let encryption = version.encryption;
        let encryptions = self.list("EncryptionStatuses");
        let classes = self.list("StorageClasses");
        if about == "delete-markers" {
            return tags.is_none() && encryptions.is_empty() && classes.is_empty();
        }
        // What is written is asked for Time Control, and not once more of a batch job.
        let is_timed = self.target().contains_key("ReplicationTimeControl");
        let is_asked_before = encryption != EncryptionStatus::NotSse && is_timed;
        if event == Event::BatchReplication && is_asked_before && self.requirement == "MustReach" {
            return false;
        }
        let is_of_class = classes.is_empty() || classes.contains(&version.storage_class.as_str());
        let is_so_encrypted = if encryptions.is_empty() {
            self.requirement != "MustReach" || encryption != EncryptionStatus::NotSse
        } else {
            encryptions.contains(&encryption.as_str())
        };
        has_tags(version) && is_so_encrypted && is_of_class
    }

    /// Returns true if a replication satisfies the target. Members that do not apply are `otherwise`.
    fn is_like(
        &self,
        made: &Replication<'_>,
        event: Event,
        known: &KnownBuckets,
        otherwise: bool,
    ) -> bool {
        let (target, facts) = (self.target(), known.get(made.bucket().name()));
        let is_whole = made.action() == Action::ReplicateObject;
        let replica = made.replica();
        let among = |name: &str, found: Option<String>| match words(target, name) {
            None => true,
            Some(words) => found.is_some_and(|found| words.contains(&found.as_str())),
        };
        let of_whole = |name: &str, found: Option<String>| {
            if is_whole || !target.contains_key(name) { among(name, found) } else { otherwise }
        };
        let account = facts.and_then(|facts| facts.account).map(|account| account.to_string());
        let default = facts.and_then(|facts| facts.default_encryption);
        let encryption = replica.encryption.status().or(default);
        let timed = match target.get("ReplicationTimeControl") {
            None => true,
            Some(_) if made.action() == Action::ReplicateDeleteMarker => otherwise,
            Some(_) if event == Event::BatchReplication => otherwise,
            Some(timed) => *timed == json!(made.is_time_controlled()),
        };
        among("Buckets", Some(made.bucket().name().to_string()))
            && among("Accounts", account)
            && among(
                "Regions",
                facts.and_then(|facts| facts.region.as_ref()).map(ToString::to_string),
            )
            && of_whole("StorageClasses", Some(replica.storage_class.to_string()))
            && of_whole("EncryptionStatuses", encryption.map(|status| status.to_string()))
            && of_whole("KmsKeyIds", replica.encryption.key().map(ToString::to_string))
            && target.get("Owner").is_none_or(|owner| *owner == json!(replica.owner.as_str()))
            && target.get("Metrics").is_none_or(|metrics| *metrics == json!(made.has_metrics()))
            && timed
    }

    /// Returns true if further facts about a bucket could matter.
    pub(crate) fn could_concern(&self, bucket: &BucketName, known: &BucketSettings) -> bool {
        let may_be = |name: &str, found: Option<String>| {
            let allowed = words(self.target(), name);
            allowed.zip(found).is_none_or(|(allowed, found)| allowed.contains(&found.as_str()))
        };
        may_be("Buckets", Some(bucket.to_string()))
            && may_be("Accounts", known.account.map(|account| account.to_string()))
            && may_be("Regions", known.region.as_ref().map(ToString::to_string))
    }

    /// Returns true if a version that the assertion is about violates it.
    fn is_broken_by(
        &self,
        engine: &Engine,
        version: &ObjectVersion<'_>,
        event: Event,
        known: &KnownBuckets,
    ) -> bool {
        let decision = engine.decide(version, event);
        let otherwise = self.requirement == "MayOnlyReach";
        let is_like = |made: &&Replication<'_>| self.is_like(made, event, known, otherwise);
        let count = decision.replications().filter(is_like).count();
        let at_least = self.target().get("AtLeast").and_then(Value::as_u64).unwrap_or(1);
        match self.requirement {
            "MustReach" => (count as u64) < at_least,
            "MayOnlyReach" => count < decision.replications().len(),
            "MustNotReach" => count > 0,
            _ => {
                let mut marker = ObjectVersion::new("");
                marker.key = version.key;
                marker.delete_marker = Some(DeleteMarkerOrigin::User);
                let made = Event::ObjectRemovedDeleteMarkerCreated;
                let follows = engine.decide(&marker, made);
                let mut gone = decision.replications().filter(is_like);
                gone.any(|made| follows.to(made.bucket()).is_none())
            }
        }
    }

    /// Returns true if the assertion is about a key, according to `globset`.
    fn has_key(&self, key: &str) -> bool {
        let any = |name: &str| {
            self.list(name).iter().any(|glob| {
                let mut builder = GlobBuilder::new(glob);
                builder.literal_separator(self.separator == "slash").empty_alternates(true);
                builder.build().unwrap().compile_matcher().is_match(key)
            })
        };
        (self.list("Keys").is_empty() || any("Keys")) && !any("ExceptKeys")
    }
}

fn words<'m>(members: &'m Map<String, Value>, name: &str) -> Option<Vec<&'m str>> {
    let list = members.get(name)?.as_array()?;
    Some(list.iter().map(|word| word.as_str().unwrap()).collect())
}

/// Draws a glob that touches a prefix.
fn glob(configuration: &ReplicationConfiguration) -> impl Strategy<Value = String> + use<> {
    let rules = configuration.rules().iter();
    let prefixes: Vec<String> =
        rules.map(|rule| rule.filter.key_prefix().as_str().to_owned()).collect();
    let wild = select(&["*", "?", "**", "a", "b", "/", "[!a]", "{a,b/}", "{,b}", "/**"][..]);
    (any::<Index>(), 0..4_usize, vec(wild, 0..3), "[ab*?]{0,2}").prop_map(
        move |(at, kept, pieces, end)| {
            let prefix = at.get(&prefixes);
            let glob = prefix.get(..kept).unwrap_or(prefix).to_owned() + &pieces.concat() + &end;
            if glob.is_empty() { "*".to_owned() } else { glob }
        },
    )
}

/// The tags that a rule requires, and those that it excludes.
fn tags_of(rule: &ReplicationRule) -> impl Iterator<Item = &Tag> {
    rule.filter.tags().iter().chain(rule.filter.exclusion().tags())
}

fn some_of(all: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(all, 1..all.len())
}

/// Draws a target that asks for facts as often as this.
fn target(facts: f64) -> impl Strategy<Value = Map<String, Value>> {
    let encryptions: &[&str] = &["NOT-SSE", "SSE-S3", "SSE-KMS", "DSSE-KMS", "SSE-C"];
    let lists = (
        option::weighted(0.5, some_of(BUCKETS)),
        option::weighted(facts, select(&[A, B][..])),
        option::weighted(facts, select(&["eu-west-1", "us-east-1"][..])),
        option::weighted(0.2, some_of(CLASSES)),
        option::weighted(facts, some_of(encryptions)),
    );
    let switches = (
        option::weighted(0.1, Just(KEY)),
        option::weighted(0.15, select(&["source", "destination"][..])),
        option::weighted(0.15, any::<bool>()),
        option::weighted(0.1, any::<bool>()),
    );
    (lists, switches).prop_map(|(lists, switches)| {
        let mut target = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            target.extend(value.map(|value| (name.to_owned(), value)));
        };
        put("Buckets", lists.0.map(|words| json!(words)));
        put("Accounts", lists.1.map(|word| json!([word])));
        put("Regions", lists.2.map(|word| json!([word])));
        put("StorageClasses", lists.3.map(|words| json!(words)));
        put("EncryptionStatuses", lists.4.map(|words| json!(words)));
        put("KmsKeyIds", switches.0.map(|word| json!([word])));
        put("Owner", switches.1.map(|word| json!(word)));
        put("ReplicationTimeControl", switches.2.map(|timed| json!(timed)));
        put("Metrics", switches.3.map(|metrics| json!(metrics)));
        target
    })
}

fn assertion(configuration: &ReplicationConfiguration) -> impl Strategy<Value = Drawn> + use<> {
    let rules = configuration.rules().iter();
    let tags: Vec<Tag> = rules.flat_map(tags_of).cloned().collect();
    let keys = (vec(glob(configuration), 0..3), option::weighted(0.3, glob(configuration)));
    let encryptions: &[&str] = &["SSE-S3", "SSE-KMS", "NOT-SSE", "SSE-C"];
    let versions = (
        option::weighted(0.3, any::<Index>()),
        option::weighted(0.6, prop_oneof![3 => Just(vec!["SSE-S3"]), 1 => some_of(encryptions)]),
        option::weighted(0.2, some_of(&["STANDARD", "GLACIER_IR", "STANDARD_IA"])),
        option::weighted(0.2, some_of(&["objects", "delete-markers", "replica-modifications"])),
    );
    let target = prop_oneof![1 => Just(Map::new()), 2 => target(0.2), 1 => target(0.7)];
    let what = (select(REQUIREMENTS), target, 0..4_u8, select(&["none", "slash"][..]));
    (keys, versions, what).prop_map(move |((keys, except), versions, what)| {
        let (requirement, mut target, at_least, separator) = what;
        if requirement == "MustReach" && at_least > 1 {
            target.insert("AtLeast".to_owned(), json!(at_least));
        }
        let mut members = Map::from_iter([
            ("Id".to_owned(), json!("drawn")),
            (requirement.to_owned(), json!(target)),
        ]);
        let mut put = |name: &str, value: Option<Value>| {
            members.extend(value.map(|value| (name.to_owned(), value)));
        };
        put("Keys", (!keys.is_empty()).then(|| json!(keys)));
        put("ExceptKeys", except.map(|glob| json!([glob])));
        let tag = versions.0.filter(|_| !tags.is_empty()).map(|at| at.get(&tags));
        put("Tags", tag.map(|tag| json!({tag.key(): tag.value()})));
        put("EncryptionStatuses", versions.1.map(|words| json!(words)));
        put("StorageClasses", versions.2.map(|words| json!(words)));
        put("About", versions.3.map(|words| json!(words)));
        let mut drawn = Drawn { members, requirement, separator };
        // What makes no sense together is left out, as far as that helps.
        for name in ["About", "ExceptKeys", "Tags"] {
            if drawn.policy().is_none() {
                drawn.members.remove(name);
            }
        }
        drawn
    })
}

/// Draws everything about the three buckets.
fn facts() -> impl Strategy<Value = KnownBuckets> {
    let encryption = select(&[EncryptionStatus::SseS3, EncryptionStatus::SseKms][..]);
    let one = (select(&[A, B][..]), select(&["eu-west-1", "us-east-1"][..]), encryption);
    vec(one, 3).prop_map(|all| {
        let buckets = BUCKETS.iter().zip(all);
        buckets.fold(KnownBuckets::new(), |known, (name, (account, region, encryption))| {
            let mut facts = BucketSettings::default();
            facts.account = Some(account.parse().unwrap());
            facts.region = Some(region.parse().unwrap());
            facts.default_encryption = Some(encryption);
            known.with_bucket(name.parse().unwrap(), facts)
        })
    })
}

/// Takes away some of what is known of each bucket: the account, the Region, the encryption.
pub(crate) fn forgotten(known: &KnownBuckets, forget: &[u8]) -> KnownBuckets {
    BUCKETS.iter().zip(forget).fold(known.clone(), |partly, (name, forget)| {
        let name = name.parse().unwrap();
        let mut facts = partly.get(&name).unwrap().clone();
        facts.account = facts.account.filter(|_| forget & 1 == 0);
        facts.region = facts.region.filter(|_| forget & 2 == 0);
        facts.default_encryption = facts.default_encryption.filter(|_| forget & 4 == 0);
        partly.with_bucket(name, facts)
    })
}

#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) configuration: ReplicationConfiguration,
    pub(crate) dialect: Dialect,
    pub(crate) assertion: Drawn,
    pub(crate) known: KnownBuckets,
}

/// Draws cases in which exclusions decide: few prefixes and tags, one or two destination buckets,
/// rules that differ in the storage class, and an assertion about some keys and one of the classes.
fn excluded() -> impl Strategy<Value = Case> {
    let rules = vec(excluding_rule(), 1..=4);
    (rules, excluded_assertion(), facts()).prop_map(|(mut rules, assertion, known)| {
        for (at, rule) in rules.iter_mut().enumerate() {
            rule["Priority"] = json!(at);
        }
        let text = json!({"Role": ROLE, "Rules": rules}).to_string();
        let configuration =
            ReplicationConfiguration::from_json(&text).unwrap_or_else(|report| panic!("{report}"));
        Case { configuration, dialect: Dialect::AWS, assertion, known }
    })
}

/// Draws a rule for `ddd`, rarely for `eee`, that excludes prefixes, tags or both.
fn excluding_rule() -> impl Strategy<Value = Value> {
    const TAGS: &[&[&str]] = &[&[], &[], &[], &["x1"], &["y1"], &["x1", "y1"]];
    const WITHOUT: &[&[&str]] = &[&[], &["x1"], &["x2"], &["y1"], &["x1", "y1"]];
    const KEYS: &[&[&str]] = &[&[], &[], &["a"], &["ab"], &["b"], &["aba"], &["a", "b"]];
    let filter = (select(&["", "", "a", "ab"][..]), select(TAGS), select(KEYS), select(WITHOUT));
    let bucket = select(&["ddd", "ddd", "ddd", "eee"][..]);
    (filter, bucket, select(CLASSES)).prop_map(|((prefix, tags, keys, without), bucket, class)| {
        let written = |tags: &[&str]| -> Vec<Value> {
            tags.iter().map(|tag| json!({"Key": tag[..1], "Value": tag[1..]})).collect()
        };
        let mut filter = json!({"And": {"Prefix": prefix, "Tags": written(tags)}});
        if !keys.is_empty() || !without.is_empty() {
            filter["And"]["Not"] = json!({"Or": {"Prefixes": keys, "Tags": written(without)}});
        }
        json!({"Status": "Enabled", "Filter": filter,
            "DeleteMarkerReplication": {"Status": "Disabled"},
            "Destination": {"Bucket": format!("arn:aws:s3:::{bucket}"), "StorageClass": class}})
    })
}

/// Draws an assertion about objects with keys of one or two places, and about one way to replicate
/// them.
fn excluded_assertion() -> impl Strategy<Value = Drawn> {
    let keys = select(&["**", "a", "b", "ab", "aba", "a*", "ab*", "?", "z", "[!a]*"][..]);
    let tags = option::weighted(0.3, select(&[("x", "1"), ("x", "2"), ("y", "1")][..]));
    let requirement = select(&["MustReach", "MayOnlyReach", "MustNotReach"][..]);
    let classes = option::weighted(0.8, some_of(CLASSES));
    let at_least = option::weighted(0.2, Just(2));
    (keys, tags, requirement, classes, at_least).prop_map(
        |(keys, tags, requirement, classes, at_least)| {
            let mut target = Map::new();
            // What may only be reached needs a limit.
            let classes = match requirement {
                "MayOnlyReach" => Some(classes.unwrap_or_else(|| vec!["STANDARD"])),
                _ => classes,
            };
            target.extend(classes.map(|classes| ("StorageClasses".to_owned(), json!(classes))));
            let at_least = at_least.filter(|_| requirement == "MustReach");
            target.extend(at_least.map(|count: u8| ("AtLeast".to_owned(), json!(count))));
            let mut members = Map::from_iter([
                ("Id".to_owned(), json!("drawn")),
                ("Keys".to_owned(), json!([keys])),
                ("EncryptionStatuses".to_owned(), json!(["SSE-S3"])),
                ("About".to_owned(), json!(["objects"])),
                (requirement.to_owned(), json!(target)),
            ]);
            members.extend(tags.map(|(key, value)| ("Tags".to_owned(), json!({key: value}))));
            Drawn { members, requirement, separator: "none" }
        },
    )
}

/// Draws a case; in half of them exclusions decide.
pub(crate) fn case() -> impl Strategy<Value = Case> {
    // Boxed, because such a chain of strategies takes up a lot of the stack.
    prop_oneof![1 => mixed().boxed(), 1 => excluded().boxed()]
}

fn mixed() -> impl Strategy<Value = Case> {
    let configurations = prop_oneof![
        2 => pair().prop_map(|(one, _)| one),
        3 => excluding_pair().prop_map(|(one, _)| one),
        1 => configuration().prop_filter("few", |one| one.rules().len() <= 6),
    ];
    (configurations, dialect(), facts()).prop_flat_map(|(configuration, dialect, known)| {
        assertion(&configuration).prop_map(move |assertion| Case {
            configuration: configuration.clone(),
            dialect: dialect.clone(),
            assertion,
            known: known.clone(),
        })
    })
}

/// Every kind of version and event, and what it is about.
fn kinds() -> Vec<(ObjectVersion<'static>, Event, &'static str)> {
    let mut kinds = Vec::new();
    let plain = ObjectVersion::new("");
    for encryption in EncryptionStatus::ALL.iter().filter(|one| !one.is_of_other_service()) {
        let event = match encryption {
            EncryptionStatus::NotSse => Event::BatchReplication,
            _ => Event::ObjectCreatedCopy,
        };
        let version = plain.clone().with_encryption(*encryption);
        let replica = version.clone().with_replication_status(ReplicationStatus::Replica);
        for class in [StorageClass::STANDARD, StorageClass::GLACIER_IR, StorageClass::STANDARD_IA] {
            kinds.push((version.clone().with_storage_class(class.clone()), event, "objects"));
            let replica = replica.clone().with_storage_class(class);
            for event in [Event::ObjectTaggingPut, Event::ObjectAclPut] {
                kinds.push((replica.clone(), event, "replica-modifications"));
            }
        }
    }
    let replica = plain.clone().with_replication_status(ReplicationStatus::Replica);
    let others = [Event::ObjectTaggingDelete, Event::ObjectRetentionPut, Event::ObjectLegalHoldPut];
    kinds.extend(others.map(|event| (replica.clone(), event, "replica-modifications")));
    kinds.extend([plain, replica].map(|one| (one, Event::BatchReplication, "objects")));
    let marker = ObjectVersion::delete_marker("");
    kinds.push((marker, Event::ObjectRemovedDeleteMarkerCreated, "delete-markers"));
    kinds
}

/// Every short key, and those around the prefixes.
fn keys(configuration: &ReplicationConfiguration) -> BTreeSet<String> {
    let mut keys: BTreeSet<String> = BTreeSet::new();
    let mut layer = vec![String::new()];
    for _ in 0..3 {
        layer = layer
            .iter()
            .flat_map(|key| ['a', 'b', '/', 'z'].map(|next| format!("{key}{next}")))
            .collect();
        keys.extend(layer.iter().cloned());
    }
    let filters = configuration.rules().iter().map(|rule| &rule.filter);
    let prefixes = filters.flat_map(|filter| {
        std::iter::once(filter.key_prefix()).chain(filter.exclusion().prefixes())
    });
    for prefix in prefixes.map(Prefix::as_str) {
        keys.extend(["", "a", "b", "/", "z", "ab", "b/", "zz"].map(|end| prefix.to_owned() + end));
    }
    keys.remove("");
    keys
}

fn tag_sets(configuration: &ReplicationConfiguration) -> Vec<Vec<Tag>> {
    sets_of(configuration.rules().iter().flat_map(tags_of).collect())
}

/// Returns an object that breaks the assertion, in words, among all that are looked at.
pub(crate) fn found_by_asking(case: &Case, engine: &Engine) -> Option<String> {
    let keys = keys(&case.configuration);
    let keys: Vec<&String> = keys.iter().filter(|key| case.assertion.has_key(key)).collect();
    let sets = tag_sets(&case.configuration);
    for (rest, event, about) in kinds() {
        for tags in &sets {
            let mut version: ObjectVersion<'_> = rest.clone();
            if about != "delete-markers" {
                version.tags = tags.into();
            } else if !tags.is_empty() {
                continue;
            }
            if !case.assertion.is_about(&version, event, about) {
                continue;
            }
            for key in &keys {
                version.key = key.as_bytes();
                if case.assertion.is_broken_by(engine, &version, event, &case.known) {
                    return Some(format!("{event} of {version:?}"));
                }
            }
        }
    }
    None
}

/// A failure is what the engine decides, and what the assertion is about.
pub(crate) fn check_witness(
    case: &Case,
    engine: &Engine,
    outcome: &Outcome,
) -> Result<(), TestCaseError> {
    let Outcome::Violated(found) = outcome else { return Ok(()) };
    let object = match found.violation() {
        Violation::DeleteMarkerNotReplicated { object, bucket } => {
            let marker = found.witness();
            let (gone, left) = (object.version(), marker.version());
            prop_assert!(engine.decide(&gone, object.event()).to(bucket).is_some());
            prop_assert!(engine.decide(&left, marker.event()).to(bucket).is_none());
            object.clone()
        }
        _ => found.witness().clone(),
    };
    let version = object.version();
    let about = if version.delete_marker.is_some() {
        "delete-markers"
    } else if version.is_replica() {
        "replica-modifications"
    } else {
        "objects"
    };
    prop_assert!(case.assertion.has_key(object.key()), "{object}");
    prop_assert!((1..=1024).contains(&object.key().len()));
    prop_assert!(case.assertion.is_about(&version, object.event(), about), "{object}");
    let broken = case.assertion.is_broken_by(engine, &version, object.event(), &case.known);
    prop_assert!(broken, "{object}: {:?}", found.violation());
    Ok(())
}

/// The buckets with the accounts that the rules name.
pub(crate) fn as_named(
    known: &KnownBuckets,
    configuration: &ReplicationConfiguration,
) -> KnownBuckets {
    configuration.rules().iter().fold(known.clone(), |known, rule| {
        let name = rule.destination.bucket.name();
        let account = rule.destination.ownership.account().and_then(Account::id);
        match (known.get(name).cloned(), account) {
            (Some(mut facts), Some(account)) => {
                facts.account = Some(account);
                known.with_bucket(name.clone(), facts)
            }
            _ => known,
        }
    })
}

/// Every way in which these facts could be.
pub(crate) fn worlds(partly: &KnownBuckets, facts: &[MissingFact]) -> Vec<KnownBuckets> {
    let mut worlds = vec![partly.clone()];
    for missing in facts {
        let ways: &[&str] = match missing.fact {
            Fact::Account => &[A, B],
            Fact::Region => &["eu-west-1", "us-east-1"],
            _ => &["SSE-S3", "SSE-KMS", "DSSE-KMS"],
        };
        let with = |world: &KnownBuckets, way: &str| {
            let mut facts = world.get(&missing.bucket).unwrap().clone();
            match missing.fact {
                Fact::Account => facts.account = Some(way.parse().unwrap()),
                Fact::Region => facts.region = Some(way.parse().unwrap()),
                _ => facts.default_encryption = Some(way.parse().unwrap()),
            }
            world.clone().with_bucket(missing.bucket.clone(), facts)
        };
        let more = worlds.iter().flat_map(|world| ways.iter().map(move |way| with(world, way)));
        worlds = more.collect();
    }
    worlds
}
