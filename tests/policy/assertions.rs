//! Assertions, compared with a second definition that asks the engine about every object.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use proptest::collection::vec;
use proptest::prelude::*;
use s3_replication::dialect::SourceSelection;
use s3_replication::model::{KnownBuckets, Tag};
use s3_replication::policy::{Fact, MissingFact, Outcome, Policy, Undecided, Violation};
use s3_replication::text::SourceText;
use s3_replication::{Diagnostic, Dialect, Engine, Severity};
use serde_json::{Value, json};

use crate::support::policy_oracle::{
    A, B, Case, KEY, REQUIREMENTS, as_named, case, check_witness, forgotten, found_by_asking,
    worlds,
};
use crate::support::{configuration as configuration_of, rule_v2};

fn cases() -> ProptestConfig {
    let cases = std::env::var("ANALYSIS_PAIRS").ok().map(|count| count.parse().unwrap());
    ProptestConfig::with_cases(cases.unwrap_or(256))
}

proptest! {
    #![proptest_config(cases())]

    /// No object violates a proved assertion, and the counterexample does violate the others.
    #[test]
    fn assertions_match_brute_force_over_every_object(case in case()) {
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

    /// An answer without all facts stays true when they are known, and the facts reported as missing
    /// are necessary and sufficient.
    #[test]
    fn missing_facts_are_necessary_and_sufficient(
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

/// The facts reported as missing decide the outcome, and no other fact is missing.
fn check_facts(
    case: &Case,
    facts: &[MissingFact],
    outcomes: &[Outcome],
) -> Result<(), TestCaseError> {
    if case.assertion.target().contains_key("KmsKeyIds") {
        return Ok(()); // The default keys of buckets are never known.
    }
    let failed: BTreeSet<bool> =
        outcomes.iter().map(|one| matches!(one, Outcome::Violated(_))).collect();
    prop_assert_eq!(failed.len(), 2, "these do not matter: {:?}", facts);
    let is_settled = outcomes.iter().all(|one| !matches!(one, Outcome::Undecided(_)));
    // If several buckets must be reached, facts about some of them can be enough.
    prop_assert!(is_settled || case.assertion.requirement == "MustReach", "more than {facts:?}");
    Ok(())
}

/// The generator draws cases of every requirement with every outcome.
#[test]
fn generator_covers_every_outcome() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    for _ in 0..2000 {
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
    assert!(refused.map(|(_, count)| count).sum::<usize>() < 400, "{seen:?}");
}

/// Checks one assertion in JSON, and returns the outcome.
#[track_caller]
fn outcome(rules: &str, assertion: &Value, known: &Value) -> Outcome {
    let policy = json!({"Assertions": [assertion]}).to_string();
    let policy = Policy::from_json(&policy).unwrap_or_else(|error| panic!("{error}"));
    let known = KnownBuckets::from_json(&json!({"Buckets": known}).to_string()).unwrap();
    policy.check(&configuration_of(rules), &Dialect::AWS, &known)[0].outcome().clone()
}

/// Returns the witness of a violation.
#[track_caller]
fn witness(rules: &str, assertion: &Value) -> String {
    match outcome(rules, assertion, &json!({})) {
        Outcome::Violated(found) => found.witness().to_string(),
        other => panic!("{other:?}"),
    }
}

const TAX: &str = "<Prefix>Tax/</Prefix>";

/// REP-504, REP-506: versions encrypted with SSE-KMS go nowhere unless a rule selects them, which
/// violates an assertion about them; archived versions go nowhere under any configuration.
#[test]
fn must_reach_is_about_versions_that_can_be_replicated() {
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
    assert!(error.contains("no configuration replicates them"), "{error}");
}

/// REP-308: an excluded tag takes a bucket away, and lets a lower rule win.
#[test]
fn excluded_tags_violate_assertions() {
    let not = "<Not><Tag><Key>keep</Key><Value>no</Value></Tag></Not>";
    let tagged = r#"{"Key":"a","Tags":{"keep":"no"},"Event":"ObjectCreated:Put"}"#;
    let cold = |id: &str, filter: &str, priority, class: &str| {
        let class = format!("</Bucket><StorageClass>{class}</StorageClass>");
        rule_v2(id, priority, filter, "backup", "").replace("</Bucket>", &class)
    };

    let only = cold("only", not, 2, "STANDARD_IA");
    let assertion = json!({"Id": "a", "Keys": ["a"], "EncryptionStatuses": ["SSE-S3"],
        "About": ["objects"], "MustReach": {"Buckets": ["backup"]}});
    assert_eq!(witness(&only, &assertion), tagged);

    let rules = only + &cold("rest", "", 1, "GLACIER_IR");
    assert_eq!(outcome(&rules, &assertion, &json!({})), Outcome::Proved);
    let assertion = json!({"Id": "a", "Keys": ["a"], "EncryptionStatuses": ["SSE-S3"],
        "About": ["objects"], "MayOnlyReach": {"StorageClasses": ["STANDARD_IA"]}});
    assert_eq!(witness(&rules, &assertion), tagged);
}

/// REP-303: a rule with tags does not match every object.
#[test]
fn a_rule_with_tags_does_not_match_every_object() {
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

/// Two of three buckets must be reached; only two rules with tags together take away enough of them.
#[test]
fn buckets_are_lost_to_several_rules_together() {
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

/// REP-405: a rule that wins but replicates nothing also takes a bucket away.
#[test]
fn blocking_winners_take_buckets_away() {
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
            assert_eq!(
                found.violation(),
                &Violation::TooFew { reached: 0, at_least: NonZeroU32::MIN }
            );
        }
        other => panic!("{other:?}"),
    }
}

/// An unknown fact decides nothing; the `Account` of the rule counts as known.
#[test]
fn facts_come_from_the_context_and_from_the_rule() {
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
    // If no version goes anywhere, no fact is needed.
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

/// REP-511, REP-512: delete markers go where a rule without tags replicates them.
#[test]
fn delete_markers_must_follow_objects() {
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
    // Delete markers are neither encrypted nor in a storage class.
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

/// REP-601, REP-603, REP-604: a replica keeps the properties of its source that the rule does not set.
#[test]
fn replicas_follow_the_rule_or_their_source() {
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

/// REP-516: with owner override, changes of tags on replicas are replicated, changes of ACLs are not.
#[test]
fn modifications_include_acls() {
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
    // Tags are replicated, so the opposite does not hold either.
    let never = json!({"Id": "a", "About": ["replica-modifications"],
        "StorageClasses": ["ONEZONE_IA", "STANDARD_IA"], "MustNotReach": {}});
    let tagged = r#"{"Key":"a","StorageClass":"ONEZONE_IA","ReplicationStatus":"REPLICA","Event":"ObjectTagging:Put"}"#;
    assert_eq!(witness(&override_owner, &never), tagged);
}

/// REP-604: a bucket has one of three default encryptions. If all three agree, the fact is not needed.
#[test]
fn the_default_encryption_is_one_of_three() {
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
    // A replica without a KMS key does not have the one that is named.
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

/// All facts that matter are reported at once, and no others.
#[test]
fn only_facts_that_matter_are_reported_as_missing() {
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

/// The shortest key that matches a glob and a prefix is the witness.
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
    // The only printable character that is left is the space.
    let all = configuration_of(&rule_v2("all", 1, "", "backup", ""));
    let space = r#"{"Assertions": [{"Id": "a", "Keys": ["[!!-~]"], "MustNotReach": {}}]}"#;
    let policy = Policy::from_json(space).unwrap();
    let checked = policy.check(&all, &Dialect::AWS, &KnownBuckets::new());
    assert!(
        matches!(checked[0].outcome(), Outcome::Violated(found) if found.witness().key() == " ")
    );

    // The shortest key of several places wins, and of several version classes.
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

/// REP-617: a key has at most 1,024 bytes, and a witness too.
#[test]
fn witnesses_have_at_most_1024_bytes() {
    let prefix = "p".repeat(1020);
    let rules = rule_v2("long", 1, &format!("<Prefix>{prefix}</Prefix>"), "backup", "");
    let assertion = |end: &str| json!({"Id": "a", "Keys": [format!("*p{end}")], "About": ["objects"], "MustNotReach": {}});
    let longest = witness(&rules, &assertion("ö??"));
    assert!(longest.contains(&"p".repeat(1020)), "{longest}");
    assert_eq!(outcome(&rules, &assertion("ö???"), &json!({})), Outcome::Proved);
}

/// Returns what is wrong with a policy, each with its place and the advice.
fn problems(text: &str) -> Vec<String> {
    let source = SourceText::new("", text);
    let report = Policy::from_json(text).unwrap_err();
    let line = |finding: &Diagnostic| {
        assert!(finding.severity == Severity::Error && !finding.is_refusal(), "{finding}");
        let position = source.position(finding.primary.span().expect("a place").start());
        let help = finding.help.as_deref().map(|help| format!("; {help}")).unwrap_or_default();
        format!("{position}: {}{help} (at {})", finding.message, finding.primary)
    };
    report.iter().map(line).collect()
}

/// Every problem has its line and column.
#[test]
fn problems_of_a_policy_have_positions() {
    let text = r#"{"Assertions": [
  {"Id": "a", "Key": ["x"], "MustReach": {"AtLeast": 0, "Bucket": ["b"], "Buckets": ["b!"]}},
  {"Id": "a", "Id": "b", "About": ["object"], "MustNotReach": {"AtLeast": 2}},
  {"Keys": ["[x"], "StorageClasses": ["STANDART"], "MayOnlyReach": {"Owner": "Destination"}},
  {"Id": "c", "Examples": 3, "Tags": {"": "x"}},
  {"Id": "d", "MustReach": {}, "MustNotReach": {}}
]}"#;
    assert_eq!(
        problems(text),
        [
            "2:15: unknown member `Key` in `Assertions`; did you mean `Keys`? (at \
             `Assertions[0].Key`)",
            "2:54: expected an integer from 1 to 4294967295, found `0`; write an integer from 1 \
             to 4294967295 (at `Assertions[0].MustReach.AtLeast`)",
            "2:57: unknown member `Bucket` in `MustReach`; did you mean `Buckets`? (at \
             `Assertions[0].MustReach.Bucket`)",
            "2:86: bucket name `b!` is not 3 to 255 letters, digits, dots, hyphens and \
             underscores; correct the value as the message states (at `Assertions[0].MustReach.Buckets[0]`)",
            "3:15: member `Id` is repeated; keep one of them (at `Assertions[1].Id`)",
            "3:36: expected `objects`, `delete-markers` or `replica-modifications`, found \
             `object`; did you mean `objects`? (at `Assertions[1].About[0]`)",
            "3:64: unknown member `AtLeast` in `MustNotReach`; `AtLeast` belongs in \
             `Assertions/MustReach` (at `Assertions[1].MustNotReach.AtLeast`)",
            "4:3: `Id` is missing; add `Id` (at `Assertions[2].Id`)",
            "4:13: `[x` is not a glob: unclosed character class; missing ']'; correct \
             the value as the message states (at `Assertions[2].Keys[0]`)",
            "4:39: `STANDART` is not a storage class of S3; did you mean `STANDARD`? (at \
             `Assertions[2].StorageClasses[0]`)",
            "4:78: expected `source` or `destination`, found `Destination`; did you mean \
             `destination`? (at `Assertions[2].MayOnlyReach.Owner`)",
            "5:3: the assertion has no requirement; add one of `MustReach`, `MayOnlyReach`, \
             `MustNotReach`, `DeleteMarkersMustFollow` (at `Assertions[3].MustReach`)",
            "5:27: expected a list, found a number; write a list (at `Assertions[3].Examples`)",
            "5:39: a tag key has 1 to 128 UTF-16 units, this one has 0; correct the value as the message states (at \
             `Assertions[3].Tags.`)",
            "6:32: an assertion has one requirement, not `MustReach` and `MustNotReach`; make \
             two assertions of it (at `Assertions[4].MustNotReach`)",
        ]
    );
    assert_eq!(
        problems("{}"),
        ["1:1: `Assertions` is missing; add `Assertions` (at `Assertions`)"]
    );
    assert_eq!(problems(r#"{"Assertions": []}"#).len(), 1);
    let found = &problems("[]")[0];
    assert!(found.starts_with("1:1: expected an object, found `[`"), "{found}");
    assert_eq!(problems(r#"{"Assertions": [}"#).len(), 1);
    let twice = r#"{"Assertions": [{"Id": "a", "MustReach": {}}, {"Id": "a", "MustReach": {}}]}"#;
    assert_eq!(
        problems(twice),
        ["1:54: another assertion has the id `a`; give every assertion an id of its own (at \
          `Assertions[1].Id`)"]
    );
}

/// REP-246, REP-305, REP-506, REP-512, REP-608: an assertion that no version can violate, or every
/// version violates, is refused.
#[test]
fn meaningless_assertions_are_refused() {
    let cases = [
        (json!({"Id": "", "MustReach": {}}), "`Id` is empty"),
        (
            json!({"Keys": ["a*"], "ExceptKeys": ["*"], "MustReach": {}}),
            "no key of 1 to 1024 bytes",
        ),
        (
            json!({"Keys": ["a*"], "Examples": ["b"], "MustReach": {}}),
            "is not about its example `b`",
        ),
        (json!({"Examples": [""], "MustReach": {}}), "is not about its example ``"),
        (
            json!({"Tags": {"a": "", "b": "", "c": "", "d": "", "e": "", "f": "", "g": "", "h": "",
            "i": "", "j": "", "k": ""}, "MustReach": {}}),
            "11 tags are required",
        ),
        (
            json!({"Tags": {"a": "1", "a ": "1"}, "About": ["delete-markers"], "MustNotReach": {}}),
            "delete markers have no tags",
        ),
        (json!({"StorageClasses": ["DEEP_ARCHIVE"], "MustReach": {}}), "archived"),
        (json!({"MayOnlyReach": {}}), "would allow everything"),
        (
            json!({"About": ["objects"], "DeleteMarkersMustFollow": {}}),
            "is always about objects and",
        ),
        (
            json!({"About": ["objects", "delete-markers"],
            "MustReach": {"StorageClasses": ["STANDARD"]}}),
            "apply to `objects` only",
        ),
        (
            json!({"About": ["delete-markers"],
            "MayOnlyReach": {"EncryptionStatuses": ["SSE-KMS"]}}),
            "apply to `objects` only",
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
            "delete markers have no storage class",
        ),
        (
            json!({"MustReach": {"Buckets": ["ddd", "eee", "ddd"], "AtLeast": 3}}),
            "`AtLeast` is 3, but `Buckets` names only 2",
        ),
        (
            json!({"MustReach": {"Buckets": ["arn:aws:s3:::backup"]}}),
            "write the name alone, `backup` (at `Assertions[0].MustReach.Buckets[0]`)",
        ),
        (
            json!({"MayOnlyReach": {"StorageClasses": ["STANDARD", "OUTPOSTS"]}}),
            "no replica is in `OUTPOSTS`; write one of `STANDARD`, `REDUCED_REDUNDANCY`, ",
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
        let error = problems(&policy).join("\n");
        assert!(error.contains(expected), "{assertion}: {error}");
    }
    // Two members with the same name are one tag key given twice.
    let twice = r#"{"Assertions": [{"Id": "a", "Tags": {"x": "1", "x": "2"}, "MustReach": {}}]}"#;
    let error = problems(twice).join("\n");
    assert!(error.contains("member `x` is repeated"), "{error}");
}

/// Reading examples costs budget too.
#[test]
fn too_complex_examples_are_given_up() {
    let glob = "*a".repeat(500);
    let globs: Vec<String> = (0..20).map(|at| format!("{glob}{at}")).collect();
    let mut keys = vec!["**".to_owned()];
    keys.extend(globs);
    let examples = vec!["a".repeat(1024); 20];
    let assertion = json!({"Id": "a", "Keys": keys, "Examples": examples, "MustNotReach": {}});
    let error = Policy::from_json(&json!({"Assertions": [assertion]}).to_string()).unwrap_err();
    assert!(error.to_string().contains("too complex to decide"), "{error}");
}

/// Globs that are too complex to search are given up soon: when the policy is parsed, or when it is
/// checked.
#[test]
fn too_complex_globs_are_given_up() {
    // The automaton has to remember which of the last 200 characters were an `a`: 2²⁰⁰ states.
    let some = format!("*a{}", "?".repeat(200));
    let all = |start: &str| format!("{start}*[ab]{}", "?".repeat(200));
    let with = |except: String| json!({"Id": "a", "Keys": [some], "ExceptKeys": [except], "MustNotReach": {}});
    let text = json!({"Assertions": [with(all(""))]}).to_string();
    let error = Policy::from_json(&text).unwrap_err().to_string();
    assert!(error.contains("too complex to decide"), "{error}");

    let rules = rule_v2("x", 1, "<Prefix>x/</Prefix>", "backup", "");
    let given_up = outcome(&rules, &with(all("x/")), &json!({}));
    assert_eq!(given_up, Outcome::Undecided(Undecided::TooComplex));
    // Forks cost budget too, although they add no states that read.
    let with_forks = |start: &str, forks: usize| {
        start.to_owned() + &format!("?{}", "{,}".repeat(forks)).repeat(7)
    };
    let error = |forks: usize| {
        let nothing = json!({"Id": "a", "Keys": [with_forks("*a", forks)],
            "ExceptKeys": [with_forks("*[ab]", forks)], "MustNotReach": {}});
        Policy::from_json(&json!({"Assertions": [nothing]}).to_string()).unwrap_err().to_string()
    };
    assert!(error(1).contains("no key of 1 to 1024 bytes matches"));
    assert!(error(47).contains("too complex to decide"));
    // An exclusion of everything needs no search.
    assert_eq!(outcome(&rules, &with("x/**".to_owned()), &json!({})), Outcome::Proved);
}
