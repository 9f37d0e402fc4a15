//! A dry run and the run of the same job, over drawn inventories that lack columns.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use super::Desk;
use super::batch_doubts::told;
use super::batch_run::{COLUMNS, generator, listed, report};
use crate::support::job_json;

/// The columns of an inventory beside bucket, key and version ID.
const FACTS: [&str; 8] = [
    "IsDeleteMarker",
    "Size",
    "LastModifiedDate",
    "StorageClass",
    "IntelligentTieringAccessTier",
    "EncryptionStatus",
    "ReplicationStatus",
    "BucketKeyStatus",
];

/// A job and what it runs on.
#[derive(Debug)]
struct Case {
    rules: Vec<Value>,
    columns: Vec<&'static str>,
    rows: Vec<Row>,
    job: Listing,
    missing_bucket: Option<&'static str>,
}

/// A version, with a value for every fact.
#[derive(Clone, Debug)]
struct Row {
    bucket: &'static str,
    key: &'static str,
    id: &'static str,
    facts: [&'static str; 8],
}

#[derive(Clone, Debug)]
enum Listing {
    /// S3 generates the manifest with this filter.
    Generated(Value),
    /// The manifest is CSV, with rows of the inventory and others.
    Csv(Vec<(Option<Index>, &'static str)>),
    /// The manifest is the inventory.
    Inventory,
}

fn rule() -> impl Strategy<Value = Value> {
    let prefix = select(vec!["", "a", "Tax/"]);
    let tag = option::weighted(0.35, select(vec!["k", "l"]));
    let (bucket, kms) = (select(vec!["backup", "other"]), any::<bool>());
    (prefix, tag, bucket, kms, any::<bool>()).prop_map(|(prefix, tag, bucket, kms, markers)| {
        let filter = match tag {
            None => json!({"Prefix": prefix}),
            Some(key) if prefix.is_empty() => json!({"Tag": {"Key": key, "Value": "v"}}),
            Some(key) => {
                json!({"And": {"Prefix": prefix, "Tags": [{"Key": key, "Value": "v"}]}})
            }
        };
        let markers = if markers && tag.is_none() { "Enabled" } else { "Disabled" };
        let mut rule = json!({"Status": "Enabled", "Filter": filter,
            "DeleteMarkerReplication": {"Status": markers},
            "Destination": {"Bucket": format!("arn:aws:s3:::{bucket}")}});
        if kms {
            rule["SourceSelectionCriteria"] =
                json!({"SseKmsEncryptedObjects": {"Status": "Enabled"}});
            rule["Destination"]["EncryptionConfiguration"] =
                json!({"ReplicaKmsKeyID": "arn:aws:kms:us-east-1:111122223333:key/k"});
        }
        rule
    })
}

fn row() -> impl Strategy<Value = Row> {
    let name = (
        select(vec!["src", "src", "src", "src", "elsewhere"]),
        select(vec!["a", "a/b", "Tax/1", "Tax/2", "z"]),
        select(vec!["v1", "v2", ""]),
    );
    let facts = (
        select(vec!["false", "false", "false", "true", ""]),
        select(vec!["0", "100", "101", "5000", ""]),
        select(vec!["2026-01-01T00:00:00.000Z", "2025-06-01T00:00:00.000Z", ""]),
        select(vec!["STANDARD", "STANDARD_IA", "GLACIER", "INTELLIGENT_TIERING", ""]),
        select(vec!["", "", "FREQUENT", "ARCHIVE"]),
        select(vec!["SSE-S3", "SSE-S3", "SSE-KMS", "SSE-C", "NOT-SSE"]),
        select(vec!["", "PENDING", "COMPLETED", "FAILED", "REPLICA"]),
        select(vec!["", "ENABLED", "DISABLED"]),
    );
    (name, facts).prop_map(|((bucket, key, id), facts)| {
        let (marker, size, time, class, tier, encryption, status, bucket_key) = facts;
        let tier = if class == "INTELLIGENT_TIERING" { tier } else { "" };
        let facts = [marker, size, time, class, tier, encryption, status, bucket_key];
        Row { bucket, key, id, facts }
    })
}

/// Each member of a filter, with values between which the drawn versions fall.
fn filter() -> impl Strategy<Value = Value> {
    let key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let members = vec![
        ("EligibleForReplication", json!(true)),
        ("EligibleForReplication", json!(true)),
        ("EligibleForReplication", json!(false)),
        ("CreatedAfter", json!("2025-01-01T00:00:00Z")),
        ("CreatedBefore", json!("2026-01-01T00:00:00Z")),
        ("ObjectReplicationStatuses", json!(["NONE", "FAILED"])),
        ("ObjectReplicationStatuses", json!(["COMPLETED", "REPLICA"])),
        ("KeyNameConstraint", json!({"MatchAnyPrefix": ["a", "T"]})),
        ("ObjectSizeGreaterThanBytes", json!(100)),
        ("ObjectSizeLessThanBytes", json!(101)),
        ("MatchAnyStorageClass", json!(["STANDARD"])),
        ("MatchAnyStorageClass", json!(["GLACIER", "STANDARD_IA"])),
        ("MatchAnyObjectEncryption", json!([{"SSES3": {}}])),
        ("MatchAnyObjectEncryption", json!([{"NOTSSE": {}}])),
        ("MatchAnyObjectEncryption", json!([{"SSEKMS": {"BucketKeyEnabled": true}}])),
        ("MatchAnyObjectEncryption", json!([{"SSEKMS": {"KmsKeyArn": key}}])),
    ];
    // Of several members, one often leaves out what another is in doubt about.
    let one = members[3..5].to_vec();
    prop_oneof![2 => subsequence(members, 0..=2), 1 => subsequence(one, 1)].prop_map(|members| {
        members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect::<Map<_, _>>()
            .into()
    })
}

fn case() -> impl Strategy<Value = Case> {
    let rules = vec(rule(), 1..=3);
    let columns = prop_oneof![
        2 => Just(FACTS.to_vec()),
        3 => btree_set(0..FACTS.len(), 4..FACTS.len())
            .prop_map(|kept| kept.into_iter().map(|at| FACTS[at]).collect()),
    ];
    let row_of_csv = (option::weighted(0.7, any::<Index>()), select(vec!["src,a,v1", "src,q,v9"]));
    let job = prop_oneof![
        6 => filter().prop_map(Listing::Generated),
        2 => vec(row_of_csv, 0..=4).prop_map(Listing::Csv),
        1 => Just(Listing::Inventory),
    ];
    let missing_bucket = option::weighted(0.15, select(vec!["backup", "other"]));
    (rules, columns, vec(row(), 0..=8), job, missing_bucket).prop_map(
        |(rules, columns, rows, job, missing_bucket)| Case {
            rules,
            columns,
            rows,
            job,
            missing_bucket,
        },
    )
}

impl Case {
    /// Writes the files of the case, and returns the arguments of the command.
    fn put(&self, desk: &Desk) -> Vec<&'static str> {
        let mut rules = self.rules.clone();
        for (at, rule) in rules.iter_mut().enumerate() {
            rule["ID"] = json!(format!("rule-{at}"));
            rule["Priority"] = json!(at);
        }
        let configuration = json!({"Role": "arn:aws:iam::123456789012:role/r", "Rules": rules});
        desk.put("rules.json", configuration.to_string());
        let missing = self.missing_bucket.map(|name| (name.to_owned(), Value::Null));
        desk.put(
            "context.json",
            Value::from(missing.into_iter().collect::<Map<_, _>>()).to_string(),
        );

        let mut text = String::new();
        for Row { bucket, key, id, facts } in &self.rows {
            let _ = write!(text, "\"{bucket}\",\"{key}\",\"{id}\"");
            for (name, value) in FACTS.iter().zip(facts) {
                if self.columns.contains(name) {
                    let _ = write!(text, ",\"{value}\"");
                }
            }
            text.push('\n');
        }
        let columns = [COLUMNS, &self.columns].concat().join(", ");
        let inventory = desk.put_columns(&columns, &text);
        let mut arguments = vec!["batch", "run", "--job", "job.json", "-c", "rules.json"];
        arguments.extend(["--context", "context.json", "--at", "2026-03-01T00:00:00Z"]);
        match &self.job {
            Listing::Generated(filter) => {
                let generator = generator(&json!({"Filter": filter}));
                let members = json!({"ManifestGenerator": generator, "Report": report()});
                desk.put("job.json", job_json(&members));
                arguments.extend(["-i", inventory]);
            }
            Listing::Csv(rows) => {
                let row = |(at, other): &(Option<Index>, &str)| {
                    let listed = at.filter(|_| !self.rows.is_empty()).map(|at| {
                        let Row { bucket, key, id, .. } = at.get(&self.rows);
                        format!("{bucket},{key},{}", if id.is_empty() { "null" } else { id })
                    });
                    listed.unwrap_or_else(|| (*other).to_owned()) + "\n"
                };
                let text: String = rows.iter().map(row).collect();
                desk.put("list.csv", &text);
                desk.put("job.json", listed(Some(COLUMNS), &text));
                arguments.extend(["-i", inventory, "--manifest", "list.csv"]);
            }
            Listing::Inventory => {
                let document = std::fs::read(desk.0.join(inventory)).unwrap();
                desk.put("job.json", listed(None, document));
                arguments.extend(["--manifest", inventory]);
            }
        }
        arguments
    }
}

/// The counts of what depends on unknown facts.
fn doubts(document: &Value) -> [Value; 4] {
    ["unknown", "depends_on_tags", "depends_on_columns", "not_known"]
        .map(|name| document[name].clone())
}

/// Compares a dry run with the run, and names what the case was about.
fn compare(desk: &Desk, case: &Case) -> Result<Vec<&'static str>, TestCaseError> {
    let arguments = case.put(desk);
    let [run, dry] = desk.both(&[&arguments[..], &["--format", "json"]].concat());
    prop_assert_eq!(run.status, dry.status, "{}\n{}", run.err, dry.err);
    let (answer, forecast) = (run.json(), dry.json());
    if answer.get("errors").is_some() {
        prop_assert_eq!(answer, forecast);
        prop_assert_eq!(run.err, dry.err);
        return Ok(vec!["refused"]);
    }
    let (run, dry) = (answer, forecast);
    prop_assert_eq!(told(&run), told(&dry));
    prop_assert_eq!(doubts(&run), doubts(&dry));
    let is = |name: &str| run[name].as_u64().is_some_and(|count| count > 0);
    let mut about = vec![match case.job {
        Listing::Generated(_) => "generated",
        Listing::Csv(_) => "csv",
        Listing::Inventory => "inventory",
    }];
    for name in ["unknown", "depends_on_tags", "depends_on_columns", "succeeded", "failed"] {
        about.extend(is(name).then_some(name));
    }
    about.extend((is("unknown") && !is("tasks")).then_some("only unknown"));
    about.extend((is("unknown") && is("tasks")).then_some("some unknown"));
    Ok(about)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// REP-976: a dry run counts what the run does, also where the inventory lacks columns that
    /// decide what the manifest lists and where it goes.
    #[test]
    fn a_dry_run_agrees_with_the_run(case in case()) {
        compare(&Desk::new("agree"), &case)?;
    }
}

/// The drawn cases are about everything that dry run and run could disagree on.
#[test]
fn the_drawn_cases_are_about_everything() {
    let desk = Desk::new("agree-about");
    let (mut runner, mut about) = (TestRunner::deterministic(), BTreeSet::new());
    for _ in 0..80 {
        let case = case().new_tree(&mut runner).unwrap().current();
        about.extend(compare(&desk, &case).unwrap());
    }
    for one in [
        "generated",
        "csv",
        "inventory",
        "unknown",
        "depends_on_tags",
        "depends_on_columns",
        "succeeded",
        "failed",
        "only unknown",
        "some unknown",
    ] {
        assert!(about.contains(one), "{one}: {about:?}");
    }
}
