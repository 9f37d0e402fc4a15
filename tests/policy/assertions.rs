//! Assertions, against asking about every object.

use std::collections::BTreeSet;

use globset::GlobBuilder;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use s3_replication::dialect::SourceSelection;
use s3_replication::engine::{Action, Replication};
use s3_replication::model::{
    Account, BucketName, BucketSettings, DeleteMarkerOrigin, EncryptionStatus, Event, KnownBuckets,
    ReplicationStatus, Tag,
};
use s3_replication::policy::{Fact, MissingFact, Outcome, Policy, Undecided, Violation};
use s3_replication::strategies::{configuration, dialect, pair};
use s3_replication::{Dialect, Engine, ObjectVersion, ReplicationConfiguration, StorageClass};
use serde_json::{Map, Value, json};

use crate::support::{configuration as configuration_of, rule_v2};

const A: &str = "210987654321";
const B: &str = "111111111111";
const BUCKETS: &[&str] = &["ddd", "eee", "fff"];
const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/1";
const CLASSES: &[&str] = &["STANDARD", "GLACIER_IR", "GLACIER"];
const REQUIREMENTS: &[&str] =
    &["MustReach", "MayOnlyReach", "MustNotReach", "DeleteMarkersMustFollow"];

/// An assertion, as the test has it.
#[derive(Clone, Debug)]
struct Drawn {
    members: Map<String, Value>,
    requirement: &'static str,
    separator: &'static str,
}

impl Drawn {
    fn policy(&self) -> Option<Policy> {
        let policy = json!({"Separator": self.separator, "Assertions": [self.members]});
        Policy::from_json(&policy.to_string()).ok()
    }

    fn target(&self) -> &Map<String, Value> {
        self.members[self.requirement].as_object().unwrap()
    }

    fn list(&self, name: &str) -> Vec<&str> {
        words(&self.members, name).unwrap_or_default()
    }

    /// Whether the assertion is about this, other than by its key.
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

    /// Whether a replication is like the target; what does not apply is `otherwise`.
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

    /// Whether anything more about a bucket could matter.
    fn could_concern(&self, bucket: &BucketName, known: &BucketSettings) -> bool {
        let may_be = |name: &str, found: Option<String>| {
            let allowed = words(self.target(), name);
            allowed.zip(found).is_none_or(|(allowed, found)| allowed.contains(&found.as_str()))
        };
        may_be("Buckets", Some(bucket.to_string()))
            && may_be("Accounts", known.account.map(|account| account.to_string()))
            && may_be("Regions", known.region.as_ref().map(ToString::to_string))
    }

    /// Whether a version that the assertion is about breaks it.
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

    /// Whether the assertion is about a key, by `globset`.
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
    let tags: Vec<Tag> = rules.flat_map(|rule| rule.filter.tags()).cloned().collect();
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
fn forgotten(known: &KnownBuckets, forget: &[u8]) -> KnownBuckets {
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
struct Case {
    configuration: ReplicationConfiguration,
    dialect: Dialect,
    assertion: Drawn,
    known: KnownBuckets,
}

fn case() -> impl Strategy<Value = Case> {
    let configurations = prop_oneof![
        3 => pair().prop_map(|(one, _)| one),
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
    for encryption in EncryptionStatus::ALL {
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
    for rule in configuration.rules() {
        let prefix = rule.filter.key_prefix().as_str();
        keys.extend(["", "a", "b", "/", "z", "ab", "b/", "zz"].map(|end| prefix.to_owned() + end));
    }
    keys.remove("");
    keys
}

fn tag_sets(configuration: &ReplicationConfiguration) -> Vec<Vec<Tag>> {
    let tags: BTreeSet<&Tag> =
        configuration.rules().iter().flat_map(|rule| rule.filter.tags()).collect();
    let mut sets: Vec<Vec<Tag>> = vec![Vec::new()];
    for tag in tags {
        for at in 0..sets.len() {
            if sets[at].iter().all(|other| other.key() != tag.key()) {
                sets.push([sets[at].as_slice(), std::slice::from_ref(tag)].concat());
            }
        }
    }
    sets
}

/// Returns an object that breaks the assertion, in words, among all that are looked at.
fn found_by_asking(case: &Case, engine: &Engine) -> Option<String> {
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
fn check_witness(case: &Case, engine: &Engine, outcome: &Outcome) -> Result<(), TestCaseError> {
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

fn cases() -> ProptestConfig {
    let cases = std::env::var("ANALYSIS_PAIRS").ok().map(|count| count.parse().unwrap());
    ProptestConfig::with_cases(cases.unwrap_or(256))
}

proptest! {
    #![proptest_config(cases())]

    /// What holds is broken by no object, and what fails is broken by the object that is shown.
    #[test]
    fn assertions_hold_as_asking_about_every_object_says(case in case()) {
        let Some(policy) = case.assertion.policy() else { return Ok(()) };
        let engine = Engine::with_dialect(&case.configuration, &case.dialect);
        let checked = policy.check(&case.configuration, &case.dialect, &case.known);
        let outcome = checked[0].outcome();
        check_witness(&case, &engine, outcome)?;
        match outcome {
            Outcome::Proved => prop_assert_eq!(found_by_asking(&case, &engine), None),
            Outcome::Violated(_) => {}
            // Only the key of a bucket's default encryption can't be known.
            Outcome::Undecided(Undecided::MissingFacts { facts, .. }) => {
                prop_assert!(facts.iter().all(|missing| missing.fact == Fact::DefaultKmsKey));
            }
            other => prop_assert!(false, "{other:?}"),
        }
    }

    /// What is said without all facts stays true when they are known, and what is said to be missing
    /// is.
    #[test]
    fn facts_settle_what_is_unknown_and_nothing_else(
        case in case(),
        forget in vec(prop_oneof![Just(0), Just(7), 0..8_u8], 3),
    ) {
        let Some(policy) = case.assertion.policy() else { return Ok(()) };
        let check = |known: &KnownBuckets| {
            policy.check(&case.configuration, &case.dialect, known)[0].outcome().clone()
        };
        let wholly = as_named(&case.known, &case.configuration);
        let partly = forgotten(&wholly, &forget);
        match check(&partly) {
            Outcome::Proved => prop_assert_eq!(check(&wholly), Outcome::Proved),
            Outcome::Violated(_) => prop_assert!(matches!(check(&wholly), Outcome::Violated(_))),
            Outcome::Undecided(Undecided::MissingFacts { facts, .. }) => {
                prop_assert!(!facts.is_empty());
                for missing in &facts {
                    let known = partly.get(&missing.bucket).unwrap();
                    prop_assert!(case.assertion.could_concern(&missing.bucket, known));
                    let is_unknown = match missing.fact {
                        Fact::Account => known.account.is_none(),
                        Fact::Region => known.region.is_none(),
                        Fact::DefaultEncryption => known.default_encryption.is_none(),
                        _ => true,
                    };
                    prop_assert!(is_unknown, "{missing:?}");
                }
                let outcomes: Vec<Outcome> = worlds(&partly, &facts).iter().map(check).collect();
                check_facts(&case, &facts, &outcomes)?;
            }
            other => prop_assert!(false, "{other:?}"),
        }
    }
}

/// What is named as missing decides, and nothing else is missing where it is known.
fn check_facts(
    case: &Case,
    facts: &[MissingFact],
    outcomes: &[Outcome],
) -> Result<(), TestCaseError> {
    if case.assertion.target().contains_key("KmsKeyIds") {
        return Ok(()); // Keys of buckets are never known.
    }
    let failed: BTreeSet<bool> =
        outcomes.iter().map(|one| matches!(one, Outcome::Violated(_))).collect();
    prop_assert_eq!(failed.len(), 2, "these do not matter: {:?}", facts);
    let is_settled = outcomes.iter().all(|one| !matches!(one, Outcome::Undecided(_)));
    // Of a few buckets to be reached it may be enough to ask about some.
    prop_assert!(is_settled || case.assertion.requirement == "MustReach", "more than {facts:?}");
    Ok(())
}

/// The buckets as the rules say whose they are, where any says so: else nobody knows better.
fn as_named(known: &KnownBuckets, configuration: &ReplicationConfiguration) -> KnownBuckets {
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
fn worlds(partly: &KnownBuckets, facts: &[MissingFact]) -> Vec<KnownBuckets> {
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

/// The generator is worth something: every requirement is held, failed and unknown.
#[test]
fn cases_meet_every_outcome() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    for _ in 0..700 {
        let case = case().new_tree(&mut runner).unwrap().current();
        let requirement = case.assertion.requirement;
        let outcome = match case.assertion.policy() {
            None => "refused",
            Some(policy) => {
                let known = KnownBuckets::new();
                match policy.check(&case.configuration, &case.dialect, &known)[0].outcome() {
                    Outcome::Proved => "held",
                    Outcome::Violated(_) => "failed",
                    _ => "unknown",
                }
            }
        };
        *seen.entry(format!("{requirement} {outcome}")).or_default() += 1;
    }
    for requirement in REQUIREMENTS {
        for outcome in ["held", "failed", "unknown"] {
            let name = format!("{requirement} {outcome}");
            assert!(seen.get(&name).is_some_and(|count| *count >= 2), "{name}: {seen:?}");
        }
    }
    let refused = seen.iter().filter(|(name, _)| name.ends_with("refused"));
    assert!(refused.map(|(_, count)| count).sum::<usize>() < 150, "{seen:?}");
}

/// Checks one assertion in JSON, and returns the outcome.
#[track_caller]
fn outcome(rules: &str, assertion: &Value, known: &Value) -> Outcome {
    let policy = json!({"Assertions": [assertion]}).to_string();
    let policy = Policy::from_json(&policy).unwrap_or_else(|error| panic!("{error}"));
    let known = KnownBuckets::from_json(&json!({"Buckets": known}).to_string()).unwrap();
    policy.check(&configuration_of(rules), &Dialect::AWS, &known)[0].outcome().clone()
}

/// Returns the witness of a failure.
#[track_caller]
fn witness(rules: &str, assertion: &Value) -> String {
    match outcome(rules, assertion, &json!({})) {
        Outcome::Violated(found) => found.witness().to_string(),
        other => panic!("{other:?}"),
    }
}

const TAX: &str = "<Prefix>Tax/</Prefix>";

/// REP-504, REP-506: without a selection versions under KMS go nowhere, which breaks a promise
/// unless it is about others; archived versions go nowhere under any configuration.
#[test]
fn what_must_reach_is_what_can_be_replicated() {
    let rules = rule_v2("all", 1, "", "backup", "");
    let reach = |more: Value| {
        let mut assertion = json!({"Id": "a", "MustReach": {"Buckets": ["backup"]}});
        assertion.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assertion
    };
    let under_kms = r#"{"Key":"a","EncryptionStatus":"SSE-KMS","Event":"ObjectCreated:Put"}"#;
    assert_eq!(witness(&rules, &reach(json!({}))), under_kms);
    for encryption in ["SSE-S3", "SSE-C", "NOT-SSE"] {
        let assertion = reach(json!({"EncryptionStatuses": [encryption]}));
        assert_eq!(outcome(&rules, &assertion, &json!({})), Outcome::Proved, "{encryption}");
    }
    let archived = json!({"Assertions": [reach(json!({"StorageClasses": ["GLACIER"]}))]});
    let error = Policy::from_json(&archived.to_string()).unwrap_err().to_string();
    assert!(error.contains("replicated under no configuration"), "{error}");
}

/// REP-303: a rule that wants tags does not take every object, whichever tags somebody thought of.
#[test]
fn tags_of_a_rule_are_no_tags_of_all_objects() {
    let tagged = "<And><Prefix>Tax/</Prefix><Tag><Key>env</Key><Value>prod</Value></Tag></And>";
    let rules = rule_v2("prod", 1, tagged, "backup", "");
    let mut assertion = json!({"Id": "a", "Keys": ["Tax/*.pdf"], "EncryptionStatuses": ["SSE-S3"],
        "MustReach": {"Buckets": ["backup"]}});
    let untagged = r#"{"Key":"Tax/.pdf","Event":"ObjectCreated:Put"}"#;
    assert_eq!(witness(&rules, &assertion), untagged);
    assertion["Tags"] = json!({"env": "prod", "team": "tax"});
    assert_eq!(outcome(&rules, &assertion, &json!({})), Outcome::Proved);
    assertion["Tags"] = json!({"env": "test"});
    let other = r#"{"Key":"Tax/.pdf","Tags":{"env":"test"},"Event":"ObjectCreated:Put"}"#;
    assert_eq!(witness(&rules, &assertion), other);
}

/// Two of three buckets must be reached; a rule for tagged objects takes one away only together
/// with another one.
#[test]
fn copies_are_taken_away_together() {
    let tag = |key: &str| format!("<Tag><Key>{key}</Key><Value>1</Value></Tag>");
    let cold = |id: &str, key: &str, bucket: &str| {
        rule_v2(id, if key == "x" { 8 } else { 9 }, &tag(key), bucket, "")
            .replace("</Bucket>", "</Bucket><StorageClass>GLACIER</StorageClass>")
    };
    let all = |bucket: &str, priority| rule_v2(bucket, priority, "", bucket, "");
    let rules = all("aaa", 1) + &all("bbb", 2) + &all("ccc", 3) + &cold("x", "x", "aaa");
    let assertion = json!({"Id": "a", "EncryptionStatuses": ["SSE-S3"],
        "MustReach": {"AtLeast": 2, "StorageClasses": ["STANDARD", "STANDARD_IA", "ONEZONE_IA",
            "INTELLIGENT_TIERING", "GLACIER_IR", "REDUCED_REDUNDANCY"]}});
    assert_eq!(outcome(&rules, &assertion, &json!({})), Outcome::Proved);
    let rules = rules + &cold("y", "y", "bbb");
    let both = r#"{"Key":"a","Tags":{"x":"1","y":"1"},"Event":"ObjectCreated:Put"}"#;
    assert_eq!(witness(&rules, &assertion), both);
    // The first of two can't be taken, and the second can.
    let rules = all("aaa", 1) + &all("bbb", 2) + &cold("y", "y", "bbb");
    let second = r#"{"Key":"a","Tags":{"y":"1"},"Event":"ObjectCreated:Put"}"#;
    assert_eq!(witness(&rules, &assertion), second);
}

/// REP-405: a rule that wins and then leaves the version out takes a bucket away too.
#[test]
fn winners_that_do_nothing_take_buckets_away() {
    let kms = "<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status>\
               </SseKmsEncryptedObjects></SourceSelectionCriteria>";
    let key = format!(
        "</Bucket><EncryptionConfiguration><ReplicaKmsKeyID>{KEY}</ReplicaKmsKeyID>\
         </EncryptionConfiguration>"
    );
    let rules = rule_v2("kms", 1, "", "backup", kms).replace("</Bucket>", &key)
        + &rule_v2("x", 2, "<Tag><Key>x</Key><Value>1</Value></Tag>", "backup", "");
    let assertion = json!({"Id": "a", "EncryptionStatuses": ["SSE-KMS"], "MustReach": {}});
    assert_eq!(outcome(&rules, &assertion, &json!({})), Outcome::Proved);

    let policy = Policy::from_json(&json!({"Assertions": [assertion]}).to_string()).unwrap();
    let dialect = Dialect::AWS.with_source_selection(SourceSelection::AfterSelection);
    let checked = policy.check(&configuration_of(&rules), &dialect, &KnownBuckets::new());
    match checked[0].outcome() {
        Outcome::Violated(found) => {
            assert_eq!(found.witness().tags(), [Tag::new("x", "1").unwrap()]);
            assert_eq!(found.violation(), &Violation::TooFew { reached: 0 });
        }
        other => panic!("{other:?}"),
    }
}

/// What is not known about a bucket decides nothing; the rule's own `Account` is believed.
#[test]
fn facts_come_from_the_context_and_from_accounts() {
    let rules = rule_v2("all", 1, "", "backup", "");
    let in_europe = json!({"Id": "a", "MayOnlyReach": {"Regions": ["eu-central-1"]}});
    let known = |region: &str| json!({"backup": {"Region": region}});
    assert_eq!(outcome(&rules, &in_europe, &known("eu-central-1")), Outcome::Proved);
    assert!(matches!(outcome(&rules, &in_europe, &known("us-east-1")), Outcome::Violated(_)));
    match outcome(&rules, &in_europe, &json!({})) {
        Outcome::Undecided(Undecided::MissingFacts { facts, witness }) => {
            assert_eq!((facts.len(), facts[0].fact), (1, Fact::Region));
            assert_eq!(facts[0].bucket.as_str(), "backup");
            assert_eq!(witness.key(), "a");
        }
        other => panic!("{other:?}"),
    }
    // Where nothing can go, nothing has to be known.
    let elsewhere = json!({"Id": "a", "Keys": ["logs/**"], "MayOnlyReach": {"Regions": ["x"]}});
    let tax = rule_v2("tax", 1, TAX, "backup", "");
    assert_eq!(outcome(&tax, &elsewhere, &json!({})), Outcome::Proved);

    let named = rules.replace("</Bucket>", &format!("</Bucket><Account>{A}</Account>"));
    let ours = json!({"Id": "a", "MayOnlyReach": {"Accounts": [A]}});
    assert_eq!(outcome(&named, &ours, &json!({})), Outcome::Proved);
    assert!(matches!(outcome(&rules, &ours, &json!({})), Outcome::Undecided(_)));
    let stranger = json!({"backup": {"Account": B}});
    assert!(matches!(outcome(&named, &ours, &stranger), Outcome::Violated(_)));
}

/// REP-511, REP-512: delete markers go where the rule says so, and never by a rule with tags.
#[test]
fn delete_markers_follow_or_not() {
    let markers = |rule: String| rule.replace("Disabled", "Enabled");
    let follow = json!({"Id": "a", "DeleteMarkersMustFollow": {}});
    let tax = markers(rule_v2("tax", 1, TAX, "backup", ""));
    assert_eq!(outcome(&tax, &follow, &json!({})), Outcome::Proved);
    let both = tax.clone() + &rule_v2("logs", 2, "<Prefix>logs/</Prefix>", "backup", "");
    match outcome(&both, &follow, &json!({})) {
        Outcome::Violated(found) => match found.violation() {
            Violation::DeleteMarkerNotReplicated { bucket, object } => {
                assert_eq!(bucket.as_str(), "arn:aws:s3:::backup");
                assert_eq!((object.key(), found.witness().key()), ("logs/", "logs/"));
                assert!(found.witness().version().delete_marker.is_some());
            }
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
    // They are neither encrypted nor in a storage class.
    let kms = json!({"Id": "a", "EncryptionStatuses": ["SSE-KMS"], "MustNotReach": {}});
    assert_eq!(outcome(&tax, &kms, &json!({})), Outcome::Proved);
    let cold = json!({"Id": "a", "StorageClasses": ["STANDARD_IA"],
        "MayOnlyReach": {"StorageClasses": ["STANDARD_IA"], "Owner": "source"}});
    assert_eq!(outcome(&tax, &cold, &json!({})), Outcome::Proved);
    let stay = json!({"Id": "a", "About": ["delete-markers"], "MustNotReach": {}});
    assert!(witness(&tax, &stay).contains("DeleteMarkerCreated"));
    let tagged = "<Tag><Key>x</Key><Value>1</Value></Tag>";
    assert_eq!(outcome(&rule_v2("x", 1, tagged, "backup", ""), &stay, &json!({})), Outcome::Proved);
    let must = json!({"Id": "a", "Keys": ["Tax/**"], "About": ["delete-markers"],
        "MustReach": {"Buckets": ["backup"]}});
    assert_eq!(outcome(&tax, &must, &json!({})), Outcome::Proved);
}

/// REP-601, REP-603, REP-604: what a replica is depends on its source where the rule is silent.
#[test]
fn replicas_are_what_rules_and_sources_make_them() {
    let rules = rule_v2("all", 1, "", "backup", "");
    let cold = json!({"Id": "a", "MayOnlyReach": {"StorageClasses": ["GLACIER_IR"]}});
    assert_eq!(witness(&rules, &cold), r#"{"Key":"a","Event":"ObjectCreated:Put"}"#);
    let frozen = rules.replace("</Bucket>", "</Bucket><StorageClass>GLACIER_IR</StorageClass>");
    assert_eq!(outcome(&frozen, &cold, &json!({})), Outcome::Proved);
    let of_cold = json!({"Id": "a", "StorageClasses": ["GLACIER_IR"],
        "MayOnlyReach": {"StorageClasses": ["GLACIER_IR"]}});
    assert_eq!(outcome(&rules, &of_cold, &json!({})), Outcome::Proved);

    let encrypted = json!({"Id": "a", "MayOnlyReach": {"EncryptionStatuses": ["SSE-S3", "SSE-C"]}});
    let default = |status: &str| json!({"backup": {"DefaultEncryption": status}});
    assert_eq!(outcome(&rules, &encrypted, &default("SSE-S3")), Outcome::Proved);
    match outcome(&rules, &encrypted, &default("SSE-KMS")) {
        Outcome::Violated(found) => assert_eq!(
            found.witness().to_string(),
            r#"{"Key":"a","EncryptionStatus":"NOT-SSE","Event":"BatchReplication"}"#
        ),
        other => panic!("{other:?}"),
    }
    assert!(matches!(outcome(&rules, &encrypted, &json!({})), Outcome::Undecided(_)));
    let key = json!({"Id": "a", "EncryptionStatuses": ["NOT-SSE"],
        "MayOnlyReach": {"KmsKeyIds": [KEY]}});
    assert!(matches!(outcome(&rules, &key, &default("SSE-S3")), Outcome::Violated(_)));
    match outcome(&rules, &key, &default("SSE-KMS")) {
        Outcome::Undecided(Undecided::MissingFacts { facts, .. }) => {
            assert_eq!(facts[0].fact, Fact::DefaultKmsKey);
        }
        other => panic!("{other:?}"),
    }
}

/// REP-516: under owner override ACLs of replicas stay behind, and tags go.
#[test]
fn modifications_of_acls_are_modifications() {
    let translated = "</Bucket><Account>123456789012</Account><AccessControlTranslation>\
                      <Owner>Destination</Owner></AccessControlTranslation>";
    let modifications = "<SourceSelectionCriteria><ReplicaModifications><Status>Enabled</Status>\
                         </ReplicaModifications></SourceSelectionCriteria>";
    let rules = rule_v2("all", 1, "", "backup", modifications);
    let override_owner = rules.replace("</Bucket>", translated);
    let reach = json!({"Id": "a", "About": ["replica-modifications"],
        "EncryptionStatuses": ["SSE-S3"], "MustReach": {}});
    assert_eq!(outcome(&rules, &reach, &json!({})), Outcome::Proved);
    assert_eq!(
        witness(&override_owner, &reach),
        r#"{"Key":"a","ReplicationStatus":"REPLICA","Event":"ObjectAcl:Put"}"#
    );
    // Tags do go, so the opposite does not hold either; the replica is in a class that is meant.
    let never = json!({"Id": "a", "About": ["replica-modifications"],
        "StorageClasses": ["ONEZONE_IA", "STANDARD_IA"], "MustNotReach": {}});
    let tagged = r#"{"Key":"a","StorageClass":"ONEZONE_IA","ReplicationStatus":"REPLICA","Event":"ObjectTagging:Put"}"#;
    assert_eq!(witness(&override_owner, &never), tagged);
}

/// REP-604: a bucket encrypts by default in one of three ways, and what all of them are asks for no
/// fact.
#[test]
fn defaults_of_buckets_are_one_of_three() {
    let rules = rule_v2("all", 1, "", "backup", "");
    let plain = |requirement: Value| {
        let mut assertion = json!({"Id": "a", "EncryptionStatuses": ["NOT-SSE"]});
        assertion.as_object_mut().unwrap().extend(requirement.as_object().unwrap().clone());
        outcome(&rules, &assertion, &json!({}))
    };
    let only = |statuses: Value| plain(json!({"MayOnlyReach": {"EncryptionStatuses": statuses}}));
    let never = |statuses: Value| plain(json!({"MustNotReach": {"EncryptionStatuses": statuses}}));
    assert_eq!(only(json!(["SSE-S3", "SSE-KMS", "DSSE-KMS"])), Outcome::Proved);
    assert!(matches!(only(json!(["SSE-S3", "SSE-KMS", "SSE-C"])), Outcome::Undecided(_)));
    assert!(matches!(only(json!(["NOT-SSE", "SSE-C"])), Outcome::Violated(_)));
    assert_eq!(never(json!(["NOT-SSE", "SSE-C"])), Outcome::Proved);
    assert!(matches!(never(json!(["DSSE-KMS", "SSE-C"])), Outcome::Undecided(_)));
    // Without a key there is none that could be the one.
    let key = json!({"MustNotReach": {"EncryptionStatuses": ["SSE-S3"], "KmsKeyIds": [KEY]}});
    assert_eq!(plain(key), Outcome::Proved);

    for status in ["SSE-C", "NOT-SSE"] {
        let known = json!({"Buckets": {"backup": {"DefaultEncryption": status}}});
        let error = KnownBuckets::from_json(&known.to_string()).unwrap_err().to_string();
        let words = format!("no bucket encrypts by default with `{status}`");
        assert!(error.contains(&words), "{error}");
    }
    let unknown = json!({"Buckets": {"backup": {"DefaultEncryption": null}}});
    let known = KnownBuckets::from_json(&unknown.to_string()).unwrap();
    assert_eq!(known.get(&"backup".parse().unwrap()).unwrap().default_encryption, None);
}

/// All facts that matter are named at once, and those of a bucket that is out of the question are
/// not.
#[test]
fn facts_are_named_that_matter_and_no_others() {
    let rules = rule_v2("one", 1, "", "xxx", "") + &rule_v2("two", 2, "", "yyy", "");
    let named = |assertion: &Value, known: &Value| match outcome(&rules, assertion, known) {
        Outcome::Undecided(Undecided::MissingFacts { facts, .. }) => {
            facts.iter().map(|one| format!("{} {}", one.bucket, one.fact)).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    let never = json!({"Id": "a", "MustNotReach": {"Accounts": [A], "Regions": ["eu-west-1"]}});
    let elsewhere = json!({"xxx": {"Region": "us-east-1"}, "yyy": {"Region": "eu-west-1"}});
    assert_eq!(named(&never, &elsewhere), ["yyy Account"]);
    let only = json!({"Id": "a", "MayOnlyReach": {"EncryptionStatuses": ["SSE-S3", "SSE-C"],
        "Regions": ["eu-west-1"]}});
    let known = json!({"yyy": {"Region": "eu-west-1", "DefaultEncryption": "SSE-S3"}});
    assert_eq!(named(&only, &known), ["xxx Region", "xxx DefaultEncryption"]);
}

/// Globs and prefixes meet in the middle of a key; the shortest key shows it.
#[test]
fn witnesses_are_the_shortest_keys() {
    let inner = rule_v2("inner", 2, "<Prefix>data/private/</Prefix>", "vault", "");
    let rules = rule_v2("data", 1, "<Prefix>data/</Prefix>", "backup", "") + &inner;
    let key = |globs: Value, except: Value, bucket: &str| {
        let assertion = json!({"Id": "a", "Keys": globs, "ExceptKeys": except,
            "About": ["objects"], "MustNotReach": {"Buckets": [bucket]}});
        match outcome(&rules, &assertion, &json!({})) {
            Outcome::Violated(found) => Some(found.witness().key().to_owned()),
            Outcome::Proved => None,
            other => panic!("{other:?}"),
        }
    };
    let never = json!(["none of them"]);
    assert_eq!(key(json!(["*.csv"]), never.clone(), "vault").unwrap(), "data/private/.csv");
    assert_eq!(key(json!(["**"]), json!(["data/**"]), "backup"), None);
    assert_eq!(key(json!(["d?ta/[!a-y]*"]), never.clone(), "backup").unwrap(), "data/z");
    assert_eq!(key(json!(["**"]), json!(["data/", "data/?"]), "backup").unwrap(), "data/aa");
    assert_eq!(key(json!(["data/priv*"]), never.clone(), "vault").unwrap(), "data/private/");
    assert_eq!(key(json!(["data/priv?te", "data/Ö"]), never, "backup").unwrap(), "data/Ö");
    // Of the characters of one byte none that can't be seen, though a space can't either.
    let all = configuration_of(&rule_v2("all", 1, "", "backup", ""));
    let space = r#"{"Assertions": [{"Id": "a", "Keys": ["[!!-~]"], "MustNotReach": {}}]}"#;
    let policy = Policy::from_json(space).unwrap();
    let checked = policy.check(&all, &Dialect::AWS, &KnownBuckets::new());
    assert!(
        matches!(checked[0].outcome(), Outcome::Violated(found) if found.witness().key() == " ")
    );

    // Of several places, that with the shortest; of several kinds too.
    let nowhere = json!({"Id": "a", "MustNotReach": {}});
    let places = rule_v2("l", 1, "<Prefix>aaaaaa/</Prefix>", "backup", "")
        + &rule_v2("z", 2, "<Prefix>z/</Prefix>", "backup", "");
    assert_eq!(witness(&places, &nowhere), r#"{"Key":"z/","Event":"ObjectCreated:Put"}"#);
    let cold = rule_v2("cold", 2, "<Prefix>aaaaaa/</Prefix>", "backup", "")
        .replace("</Bucket>", "</Bucket><StorageClass>GLACIER_IR</StorageClass>");
    let kept = json!({"Id": "a", "StorageClasses": ["STANDARD"],
        "MustReach": {"StorageClasses": ["STANDARD"]}});
    assert_eq!(
        witness(&(rule_v2("all", 1, "", "backup", "") + &cold), &kept),
        r#"{"Key":"a","EncryptionStatus":"SSE-KMS","Event":"ObjectCreated:Put"}"#
    );
}

/// REP-617: a key has at most 1,024 bytes, so a longer one is nobody's witness.
#[test]
fn keys_end_after_1024_bytes() {
    let prefix = "p".repeat(1020);
    let rules = rule_v2("long", 1, &format!("<Prefix>{prefix}</Prefix>"), "backup", "");
    let assertion = |end: &str| json!({"Id": "a", "Keys": [format!("*p{end}")], "About": ["objects"], "MustNotReach": {}});
    let longest = witness(&rules, &assertion("ö??"));
    assert!(longest.contains(&"p".repeat(1020)), "{longest}");
    assert_eq!(outcome(&rules, &assertion("ö???"), &json!({})), Outcome::Proved);
}

/// Every problem has its line and column, and says what to do.
#[test]
fn problems_of_a_policy_are_told_at_their_places() {
    let told = |text: &str| {
        let error = Policy::from_json(text).unwrap_err().to_string();
        error.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let text = r#"{"Assertions": [
  {"Id": "a", "Key": ["x"], "MustReach": {"AtLeast": 0, "Bucket": ["b"], "Buckets": ["b!"]}},
  {"Id": "a", "Id": "b", "About": ["object"], "MustNotReach": {"AtLeast": 2}},
  {"Keys": ["[x"], "StorageClasses": ["STANDART"], "MayOnlyReach": {"Owner": "Destination"}},
  {"Id": "c", "Examples": 3, "Tags": {"": "x"}},
  {"Id": "d", "MustReach": {}, "MustNotReach": {}}
]}"#;
    assert_eq!(
        told(text),
        [
            "2:15: `Key` is not known here; did you mean `Keys`? (at `Assertions[0].Key`)",
            "2:43: expected a number from 1, found `0` (at `Assertions[0].MustReach.AtLeast`)",
            "2:57: `Bucket` is not known here; did you mean `Buckets`? (at \
             `Assertions[0].MustReach.Bucket`)",
            "2:86: bucket name `b!` is not 3 to 255 letters, digits, dots, hyphens and \
             underscores (at `Assertions[0].MustReach.Buckets[0]`)",
            "3:15: `Id` is there twice (at `Assertions[1].Id`)",
            "3:36: expected `objects`, `delete-markers` or `replica-modifications`, found \
             `object`; did you mean `objects`? (at `Assertions[1].About[0]`)",
            "3:64: `AtLeast` is not known here (at `Assertions[1].MustNotReach.AtLeast`)",
            "4:3: `Id` is missing (at `Assertions[2]`)",
            "4:13: `[x` is not a glob: unclosed character class; missing ']' (at \
             `Assertions[2].Keys[0]`)",
            "4:39: `STANDART` is not a storage class of S3; did you mean `STANDARD`? (at \
             `Assertions[2].StorageClasses[0]`)",
            "4:69: expected `source` or `destination`, found `Destination`; did you mean \
             `destination`? (at `Assertions[2].MayOnlyReach.Owner`)",
            "5:3: the assertion has no requirement; it needs one of `MustReach`, \
             `MayOnlyReach`, `MustNotReach`, `DeleteMarkersMustFollow` (at `Assertions[3]`)",
            "5:15: expected a list, found a number (at `Assertions[3].Examples`)",
            "5:39: a tag key has 1 to 128 UTF-16 units, this one has 0 (at `Assertions[3].Tags.`)",
            "6:32: an assertion has one requirement, `MustReach` or `MustNotReach`; make two \
             assertions of it (at `Assertions[4].MustNotReach`)",
        ]
    );
    assert_eq!(told("{}"), ["1:1: `Assertions` is missing"]);
    assert_eq!(told(r#"{"Assertions": []}"#).len(), 1);
    assert_eq!(told("[]"), ["1:1: expected an object, found `[`"]);
    assert_eq!(told(r#"{"Assertions": [}"#).len(), 1);
    let twice = r#"{"Assertions": [{"Id": "a", "MustReach": {}}, {"Id": "a", "MustReach": {}}]}"#;
    assert_eq!(told(twice), ["1:47: another assertion has the id `a` (at `Assertions[1].Id`)"]);
}

/// REP-246, REP-305, REP-506, REP-512, REP-608: what no version can break, or all do, is refused.
#[test]
fn assertions_without_sense_are_refused() {
    let cases = [
        (json!({"Id": "", "MustReach": {}}), "`Id` is empty"),
        (
            json!({"Keys": ["a*"], "ExceptKeys": ["*"], "MustReach": {}}),
            "no key of 1 to 1024 bytes",
        ),
        (json!({"Keys": ["a*"], "Examples": ["b"], "MustReach": {}}), "`b` is an example"),
        (json!({"Examples": [""], "MustReach": {}}), "`` is an example"),
        (
            json!({"Tags": {"a": "", "b": "", "c": "", "d": "", "e": "", "f": "", "g": "", "h": "",
            "i": "", "j": "", "k": ""}, "MustReach": {}}),
            "11 tags are asked for",
        ),
        (
            json!({"Tags": {"a": "1", "a ": "1"}, "About": ["delete-markers"], "MustNotReach": {}}),
            "delete markers have no tags",
        ),
        (json!({"StorageClasses": ["DEEP_ARCHIVE"], "MustReach": {}}), "archived"),
        (json!({"MayOnlyReach": {}}), "would allow everything"),
        (json!({"About": ["objects"], "DeleteMarkersMustFollow": {}}), "is about objects and"),
        (
            json!({"About": ["objects", "delete-markers"],
            "MustReach": {"StorageClasses": ["STANDARD"]}}),
            "are of `objects` only",
        ),
        (
            json!({"About": ["delete-markers"],
            "MayOnlyReach": {"EncryptionStatuses": ["SSE-KMS"]}}),
            "are of `objects` only",
        ),
        (
            json!({"About": ["delete-markers"], "MustReach": {"ReplicationTimeControl": true}}),
            "does not cover delete markers",
        ),
        (
            json!({"About": ["delete-markers"], "MustNotReach": {"ReplicationTimeControl": false}}),
            "does not cover delete markers",
        ),
        (
            json!({"EncryptionStatuses": ["SSE-S3", "NOT-SSE"],
            "MustReach": {"ReplicationTimeControl": false}}),
            "does not cover batch jobs",
        ),
        (
            json!({"EncryptionStatuses": ["NOT-SSE"], "About": ["objects"],
            "MayOnlyReach": {"ReplicationTimeControl": true}}),
            "(at `Assertions[0].EncryptionStatuses`)",
        ),
        (
            json!({"About": ["objects", "delete-markers"], "EncryptionStatuses": ["SSE-KMS"],
            "MustNotReach": {}}),
            "delete markers are not encrypted",
        ),
        (
            json!({"About": ["delete-markers"], "StorageClasses": ["STANDARD_IA"],
            "MustNotReach": {}}),
            "delete markers are in no storage class",
        ),
        (
            json!({"MustReach": {"Buckets": ["ddd", "eee", "ddd"], "AtLeast": 3}}),
            "`AtLeast` is 3, and `Buckets` names 2",
        ),
        (
            json!({"MustReach": {"Buckets": ["arn:aws:s3:::backup"]}}),
            "write the name alone, `backup` (at `Assertions[0].MustReach.Buckets[0]`)",
        ),
        (
            json!({"MayOnlyReach": {"StorageClasses": ["STANDARD", "OUTPOSTS"]}}),
            "no replica is in `OUTPOSTS`; it is in one of `STANDARD`, `REDUCED_REDUNDANCY`, ",
        ),
        (
            json!({"MustNotReach": {"StorageClasses": ["STANDARD", "FSX_OPENZFS"]}}),
            "(at `Assertions[0].MustNotReach.StorageClasses[1]`)",
        ),
    ];
    for (mut assertion, expected) in cases {
        if assertion["Id"].is_null() {
            assertion["Id"] = json!("a");
        }
        let policy = json!({"Assertions": [assertion]}).to_string();
        let error = Policy::from_json(&policy).unwrap_err().to_string();
        assert!(error.contains(expected), "{assertion}: {error}");
    }
    // The same tag key twice is two members of one name.
    let twice = r#"{"Assertions": [{"Id": "a", "Tags": {"x": "1", "x": "2"}, "MustReach": {}}]}"#;
    let error = Policy::from_json(twice).unwrap_err().to_string();
    assert!(error.contains("the tag key `x` is there twice"), "{error}");
}

/// Examples are read for no longer than anything else.
#[test]
fn entangled_examples_are_given_up() {
    let glob = "*a".repeat(500);
    let globs: Vec<String> = (0..20).map(|at| format!("{glob}{at}")).collect();
    let mut keys = vec!["**".to_owned()];
    keys.extend(globs);
    let examples = vec!["a".repeat(1024); 20];
    let assertion = json!({"Id": "a", "Keys": keys, "Examples": examples, "MustNotReach": {}});
    let error = Policy::from_json(&json!({"Assertions": [assertion]}).to_string()).unwrap_err();
    assert!(error.to_string().contains("too entangled to be decided"), "{error}");
}

/// Globs that no search makes an end of in any time are given up soon: when they are read, or
/// when they meet the prefixes.
#[test]
fn entangled_globs_are_given_up() {
    // Which of the last 200 characters was an `a` is 2²⁰⁰ things to know.
    let some = format!("*a{}", "?".repeat(200));
    let all = |start: &str| format!("{start}*[ab]{}", "?".repeat(200));
    let with = |except: String| json!({"Id": "a", "Keys": [some], "ExceptKeys": [except], "MustNotReach": {}});
    let text = json!({"Assertions": [with(all(""))]}).to_string();
    let error = Policy::from_json(&text).unwrap_err().to_string();
    assert!(error.contains("too entangled to be decided"), "{error}");

    let rules = rule_v2("x", 1, "<Prefix>x/</Prefix>", "backup", "");
    let given_up = outcome(&rules, &with(all("x/")), &json!({}));
    assert_eq!(given_up, Outcome::Undecided(Undecided::TooComplex));
    // Steps over forks cost what they are: the states are few, and each is hundreds of steps away.
    let with_forks = |start: &str, forks: usize| {
        start.to_owned() + &format!("?{}", "{,}".repeat(forks)).repeat(7)
    };
    let error = |forks: usize| {
        let nothing = json!({"Id": "a", "Keys": [with_forks("*a", forks)],
            "ExceptKeys": [with_forks("*[ab]", forks)], "MustNotReach": {}});
        Policy::from_json(&json!({"Assertions": [nothing]}).to_string()).unwrap_err().to_string()
    };
    assert!(error(1).contains("no key of 1 to 1024 bytes matches"));
    assert!(error(47).contains("too entangled to be decided"));
    // What is left out whole needs no search.
    assert_eq!(outcome(&rules, &with("x/**".to_owned()), &json!({})), Outcome::Proved);
}
