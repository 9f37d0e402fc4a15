//! `diff` and `migrate`.

use serde_json::{Value, json};

use super::Desk;
use crate::support::{rule_v2, with_role};

/// Texts and their replacements.
type Changes<'a> = &'a [(&'a str, &'a str)];

fn rules(changes: Changes<'_>) -> String {
    let tagged = "<And><Prefix>Tax/</Prefix><Tag><Key>team</Key><Value>tax</Value></Tag></And>";
    let both = rule_v2("all", 1, "", "backup", "") + &rule_v2("tax", 2, tagged, "backup", "");
    with_role(&changes.iter().fold(both, |text, (from, to)| text.replace(from, to)))
}

fn desk_with(name: &str, changes: Changes<'_>) -> Desk {
    let desk = Desk::new(name);
    desk.put("old.xml", rules(&[]));
    desk.put("new.xml", rules(changes));
    desk
}

const COLD: &str = "</Filter><Destination><Bucket>arn:aws:s3:::backup</Bucket>";

#[test]
fn diff_ignores_names_and_priority_numbers() {
    let desk = desk_with("diff-alike", &[("<ID>all", "<ID>everything"), (">2</P", ">7</P")]);
    let ran = desk.run(&["diff", "old.xml", "new.xml"]);
    let words =
        "`old.xml` and `new.xml` make the same decision for every object version and event\n";
    assert_eq!(ran.ended(0).out, words);
    let ran = desk.run(&["diff", "old.xml", "new.xml", "--format", "json"]);
    assert_eq!(ran.ended(0).json(), json!({"equivalent": true, "differences": []}));
}

/// Only tagged objects change, so only they are reported.
#[test]
fn diff_describes_changes_and_objects() {
    let class = format!("{COLD}<StorageClass>GLACIER_IR</StorageClass>");
    let desk = desk_with("diff-words", &[]);
    // The last of the two rules.
    let (before, last) =
        rules(&[]).rsplit_once(COLD).map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    desk.put("new.xml", before + &class + &last);
    let ran = desk.run(&["diff", "old.xml", "new.xml"]);
    let object = "the object, in the storage class of the source (here STANDARD), encrypted with \
                  SSE-S3, owned by the source object owner";
    let expected = format!(
        "arn:aws:s3:::backup: objects in another storage class than GLACIER_IR\n  \
         of keys that begin with `Tax/` tagged `team=tax`, unless another rule wins\n  \
         old: {object}, by rule `tax`\n  new: {}, by rule `tax`\n  \
         such as: {{\"Key\":\"Tax/\",\"Tags\":{{\"team\":\"tax\"}},\"Event\":\"ObjectCreated:Put\"}}\n\n\
         1 difference between `old.xml` and `new.xml`\n",
        object.replace("the storage class of the source (here STANDARD)", "GLACIER_IR"),
    );
    assert_eq!(ran.ended(1).out, expected);
}

const MARKERS_OF_ALL: &str = "<ID>all</ID><Status>Enabled</Status><Priority>1</Priority>\
    <DeleteMarkerReplication><Status>Disabled";
const MARKERS_OF_ALL_TOO: &str = "<ID>all</ID><Status>Enabled</Status><Priority>1</Priority>\
    <DeleteMarkerReplication><Status>Enabled";

/// Selection of versions encrypted with SSE-KMS, and of replica modifications.
const CRITERIA: &str = "<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status>\
    </SseKmsEncryptedObjects><ReplicaModifications><Status>Enabled</Status>\
    </ReplicaModifications></SourceSelectionCriteria>";
const REPLICA_KEY: &str = "<EncryptionConfiguration><ReplicaKmsKeyID>\
    arn:aws:kms:eu-west-1:123456789012:key/1</ReplicaKmsKeyID></EncryptionConfiguration>";

/// `decide` takes every witness and answers `Old` and `New`.
#[test]
fn diff_writes_witnesses_for_decide() {
    let criteria = format!("</Filter>{CRITERIA}<Destination>");
    let key = format!("</Bucket>{REPLICA_KEY}");
    let class = "</Bucket><StorageClass>STANDARD</StorageClass>";
    let changes: [(Changes<'_>, &[&str]); 4] = [
        (&[(":backup<", ":other<")], &["objects"]),
        (&[(MARKERS_OF_ALL, MARKERS_OF_ALL_TOO)], &["delete-markers"]),
        (&[("</Bucket>", class)], &["objects"]),
        (
            &[("</Filter><Destination>", &criteria), ("</Bucket>", &key)],
            &["objects-under-kms", "replica-modifications"],
        ),
    ];
    for (number, (change, subjects)) in changes.into_iter().enumerate() {
        let desk = desk_with(&format!("diff-json-{number}"), change);
        let ran = desk.run(&["diff", "old.xml", "new.xml", "--format", "json"]);
        let document = ran.ended(1).json();
        assert_eq!(document["equivalent"], false);
        let differences = document["differences"].as_array().unwrap();
        let first = &differences[0];
        let place = |one: &Value| (one["Bucket"].clone(), one["Witness"]["Key"].clone());
        let of_pair = |one: &&Value| place(one) == place(first);
        let found = differences.iter().filter(of_pair).map(|one| one["Subjects"].clone());
        let expected: Vec<Value> = subjects.iter().map(|subject| json!([subject])).collect();
        assert_eq!(found.collect::<Vec<_>>(), expected, "{document}");
        for difference in differences {
            for (side, file) in [("Old", "old.xml"), ("New", "new.xml")] {
                let witness = difference["Witness"].to_string();
                let ran = desk.run_with(&["decide", "-c", file, "--no-rules"], witness);
                let decided = ran.ended(0).json()["Replications"].clone();
                let mut made = decided.as_array().unwrap().iter();
                let made = made.find(|made| made["Bucket"] == difference["Bucket"]);
                assert_eq!(&difference[side], made.unwrap_or(&Value::Null), "{change:?}");
            }
            assert_ne!(difference["Old"], difference["New"]);
        }
    }
}

/// Replicas of plain and of encrypted objects differ, so each kind of objects is a difference of its
/// own, with its own replicas. An added `STANDARD` changes only objects in other classes.
#[test]
fn diff_splits_the_objects_that_differ_differently() {
    let differences = |name: &str, old: Changes<'_>, new: Changes<'_>| {
        let desk = desk_with(name, new);
        desk.put("old.xml", rules(old));
        let ran = desk.run(&["diff", "old.xml", "new.xml"]);
        let text = ran.ended(1).out.clone();
        let ran = desk.run(&["diff", "old.xml", "new.xml", "--format", "json"]);
        (ran.ended(1).json()["differences"].as_array().unwrap().clone(), text)
    };
    let kms = "<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status>\
               </SseKmsEncryptedObjects></SourceSelectionCriteria>";
    let (criteria, key) =
        (format!("</Filter>{kms}<Destination>"), format!("</Bucket>{REPLICA_KEY}"));
    let encrypted: [(&str, &str); 2] = [("</Filter><Destination>", &criteria), ("</Bucket>", &key)];
    let elsewhere = [encrypted[0], (":backup<", ":other<"), encrypted[1]];
    let (found, text) = differences("diff-kinds", &encrypted, &elsewhere);
    let of_all = found.iter().filter(|one| one["Witness"]["Key"] == "a");
    let sides = of_all.map(|one| {
        let side = if one["Old"].is_null() { &one["New"] } else { &one["Old"] };
        (one["Subjects"][0].as_str().unwrap(), side["Encryption"].as_str().unwrap())
    });
    let expected = [("objects", "SSE-S3"), ("objects-under-kms", "SSE-KMS")];
    assert_eq!(sides.collect::<Vec<_>>(), [expected, expected].concat());
    for part in text.split("\n\n").filter(|part| part.contains("such as")) {
        let is_kms = part.contains("objects encrypted with SSE-KMS\n");
        assert_eq!(is_kms, part.contains("encrypted with SSE-KMS under"), "{part}");
    }

    let class = "</Bucket><StorageClass>STANDARD</StorageClass>";
    let (found, text) = differences("diff-class", &[], &[("</Bucket>", class)]);
    assert_eq!(found.len(), 2, "{text}");
    for one in &found {
        assert_eq!(one["Conditions"], json!([{"StorageClassOtherThan": "STANDARD"}]));
        assert_eq!(one["Witness"]["StorageClass"], "STANDARD_IA");
        assert_eq!(one["Old"]["StorageClass"], "STANDARD_IA");
        assert_eq!(one["New"]["StorageClass"], "STANDARD");
    }
    assert!(text.contains(": objects in another storage class than STANDARD\n"), "{text}");
    assert!(text.contains("the storage class of the source (here STANDARD_IA)"), "{text}");
    // No replica comes from an archive class, so this one changes every object.
    let class = "</Bucket><StorageClass>GLACIER</StorageClass>";
    let (found, _) = differences("diff-archive", &[], &[("</Bucket>", class)]);
    assert!(found.iter().all(|one| one["Conditions"].is_null()), "{found:?}");
}

#[test]
fn diff_compares_two_dialects() {
    let desk = Desk::new("diff-readings");
    let cold =
        rules(&[]).replacen(COLD, &format!("{COLD}<StorageClass>GLACIER_IR</StorageClass>"), 1);
    desk.put("c.xml", cold);
    desk.run(&["diff", "c.xml", "c.xml"]).ended(0);
    let both = ["diff", "c.xml", "c.xml", "--dialect", "aws-tutorial"];
    desk.run(&both).ended(0);
    for side in ["--dialect-old", "--dialect-new"] {
        let ran = desk.run(&["diff", "c.xml", "c.xml", side, "aws-tutorial", "--format", "json"]);
        let document = ran.ended(1).json();
        let (aws, tutorial) = if side == "--dialect-new" { ("Old", "New") } else { ("New", "Old") };
        assert_eq!(document["differences"][0][aws]["Rule"], "tax");
        assert_eq!(document["differences"][0][tutorial]["Rule"], "all");
        desk.run(&[&both[..], &[side, "aws"]].concat()).ended(1);
    }
}

#[test]
fn diff_needs_two_valid_configurations() {
    let desk = desk_with("diff-wrong", &[]);
    desk.put("refused.xml", with_role(""));
    let ran = desk.run(&["diff", "old.xml", "refused.xml"]);
    assert!(ran.ended(2).err.contains("`refused.xml` is refused") && ran.out.is_empty());
    desk.put("words.txt", "replicate everything please");
    desk.run(&["diff", "old.xml", "words.txt"]).ended(2);
    desk.run(&["diff", "old.xml", "nowhere.xml"]).ended(2);
    desk.run(&["diff", "old.xml"]).ended(2);
    let ran = desk.run(&["diff", "-", "-"]);
    assert!(ran.ended(2).err.contains("cannot be both configurations"), "{}", ran.err);
    desk.run_with(&["diff", "-", "old.xml"], rules(&[])).ended(0);
}

const V1: &str = "<Rule><ID>logs</ID><Status>Enabled</Status><Prefix>logs/</Prefix><Destination>\
    <Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule><Rule><Status>Disabled</Status>\
    <Prefix>Tax/</Prefix><Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>";

#[test]
fn migrate_writes_equivalent_v2() {
    let desk = Desk::new("migrate");
    desk.put("v1.xml", with_role(V1));
    let ran = desk.run(&["migrate", "v1.xml"]);
    let actual = "`v1.xml`: converted 2 rules from V1 to V2; proved: both make the same decision for every object version and event\n";
    assert_eq!(ran.ended(0).err, actual);
    desk.put("v2.xml", &ran.out);
    let checked = desk.run(&["check", "v2.xml"]);
    assert!(
        checked.ended(0).out.ends_with("\nv2.xml: accepted (V2, 2 rules), 1 note\n"),
        "{}",
        checked.out
    );
    desk.run(&["diff", "v1.xml", "v2.xml"]).ended(0);
    let json = desk.run(&["migrate", "v1.xml", "--to", "cli-json"]).ended(0).json();
    assert_eq!(json["Rules"][0]["Filter"], json!({"Prefix": "logs/"}));
    assert_eq!(json["Rules"][0]["DeleteMarkerReplication"], json!({"Status": "Enabled"}));
    assert!(json["Rules"][0]["Priority"].as_u64() > json["Rules"][1]["Priority"].as_u64());
}

#[test]
fn migrate_writes_json() {
    let desk = Desk::new("migrate-json");
    desk.put("v1.xml", with_role(V1));
    let text = desk.run(&["migrate", "v1.xml"]).ended(0).out.clone();
    let migrate = ["migrate", "v1.xml", "--format", "json"];
    let ran = desk.run(&migrate);
    let answer = json!({"version": "V1", "rules": 2, "equivalent": true, "differences": []});
    let mut expected = answer.clone();
    expected["configuration"] = text.clone().into();
    assert_eq!((ran.ended(0).json(), ran.err.as_str()), (expected, ""));
    let ran = desk.run(&[&migrate[..], &["-o", "v2.xml"]].concat());
    assert_eq!(ran.ended(0).json(), answer);
    assert_eq!(std::fs::read_to_string(desk.0.join("v2.xml")).unwrap(), text);
}

/// The JSON document has no answer for refused configurations.
#[test]
fn diff_of_refused_configurations() {
    let desk = desk_with("diff-refused", &[("<Priority>1</Priority>", "")]);
    let diff = |old, new| desk.run(&["diff", old, new, "--format", "json"]);
    let without_errors = |ran: &super::Ran| {
        let mut answer = ran.ended(2).json();
        let errors = answer.as_object_mut().unwrap().remove("errors").unwrap();
        assert!(!errors.as_array().unwrap().is_empty());
        answer
    };
    let refused = |files: &[&str]| json!({"equivalent": null, "differences": [], "refused": files});
    let ran = diff("old.xml", "new.xml");
    assert_eq!(without_errors(&ran), refused(&["new.xml"]));
    assert!(ran.err.contains("`new.xml` is refused"), "{}", ran.err);
    let ran = diff("new.xml", "new.xml");
    assert_eq!(without_errors(&ran), refused(&["new.xml", "new.xml"]));
    desk.put("none.xml", "{");
    let ran = diff("none.xml", "new.xml");
    assert_eq!(without_errors(&ran), refused(&["none.xml", "new.xml"]));
    let ran = diff("new.xml", "nowhere.xml");
    assert_eq!(without_errors(&ran), refused(&["new.xml"]));
}

#[test]
fn migrate_leaves_v2_unchanged_and_keeps_the_form() {
    let desk = Desk::new("migrate-v2");
    desk.put("old.xml", rules(&[]));
    let json = desk.run(&["convert", "old.xml", "--to", "cli-json"]).ended(0).out.clone();
    desk.put("old.json", &json);
    let ran = desk.run(&["migrate", "old.json", "--output", "new.json"]);
    assert_eq!(ran.ended(0).err, "`old.json` is already V2, 2 rules\n");
    assert_eq!(desk.run(&["convert", "new.json", "--to", "cli-json"]).ended(0).out, json);
    let ran = desk.run_with(&["migrate", "-"], with_role(""));
    assert!(ran.ended(1).out.is_empty() && ran.err.contains("is refused"), "{}", ran.err);
}
