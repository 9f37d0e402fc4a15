//! Characters that control a terminal, in every field of every input: no output has one.

use serde_json::{Value, json};

use super::{Desk, Ran};
use crate::support::job_json;

/// Sets the title of a terminal, moves back, starts a colour (C1), and turns the text around.
const HOSTILE: &str = "\u{1b}]0;x\u{7}\r\u{85}\u{9b}31m\u{202e}\u{2066}";

#[track_caller]
fn assert_harmless(ran: &Ran, what: &str) {
    for text in [&ran.out, &ran.err] {
        let harmful = text.chars().find(|c| {
            *c != '\n'
                && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(c) || *c == '\u{2066}')
        });
        assert_eq!(harmful, None, "{what}: {text:?}");
    }
}

/// Returns the document with each text in it, one after the other, followed by the hostile one.
fn damaged(document: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    match document {
        Value::String(text) => all.push(json!(format!("{text}{HOSTILE}"))),
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                for inside in damaged(item) {
                    let mut items = items.clone();
                    items[at] = inside;
                    all.push(Value::Array(items));
                }
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                for inside in damaged(member) {
                    let mut members = members.clone();
                    members.insert(name.clone(), inside);
                    all.push(Value::Object(members));
                }
                let mut renamed = members.clone();
                let member = renamed.remove(name).unwrap();
                renamed.insert(format!("{name}{HOSTILE}"), member);
                all.push(Value::Object(renamed));
            }
        }
        _ => all.push(json!(HOSTILE)),
    }
    all
}

fn configuration() -> Value {
    json!({"Role": "arn:aws:iam::111122223333:role/r", "Rules": [{"ID": "all", "Priority": 1,
        "Status": "Enabled",
        "Filter": {"And": {"Prefix": "a", "Tags": [{"Key": "k", "Value": "v"}]}},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": "arn:aws:s3:::backup", "StorageClass": "STANDARD"}}]})
}

fn object() -> Value {
    json!({"Key": "a", "VersionId": "v1", "StorageClass": "STANDARD", "EncryptionStatus": "SSE-S3",
        "ReplicationStatus": "FAILED", "LastModifiedDate": "2026-11-22T10:00:00Z",
        "Tags": {"k": "v"}, "Event": "ObjectCreated:Put"})
}

fn policy() -> Value {
    json!({"Assertions": [{"Id": "one", "Description": "two", "Keys": ["a*"],
        "MayOnlyReach": {"Buckets": ["vault"]}}]})
}

fn context() -> Value {
    json!({"Buckets": {"backup": {"Versioning": "Suspended", "Region": "eu-west-1"}}})
}

#[test]
fn configurations_are_shown_escaped() {
    let desk = Desk::new("control-configurations");
    desk.put("good.json", configuration().to_string());
    desk.put("p.json", policy().to_string());
    desk.put("o.jsonl", format!("{}\n", object()));
    for document in damaged(&configuration()) {
        desk.put("c.json", document.to_string());
        let key = format!("a{HOSTILE}");
        for command in [
            &["check", "c.json", "--level", "all=warn"][..],
            &["explain", "-c", "c.json", "--key", &key, "--tag", "k=v"],
            &["decide", "-c", "c.json", "--format", "text", "--objects", "o.jsonl"],
            &["diff", "good.json", "c.json"],
            &["assert", "-c", "c.json", "--policy", "p.json"],
            &["topology", "photos=c.json"],
        ] {
            assert_harmless(&desk.run(command), &format!("{command:?} {document}"));
        }
    }
}

#[test]
fn objects_are_shown_escaped() {
    let desk = Desk::new("control-objects");
    desk.put("c.json", configuration().to_string());
    let listing = json!({"Versions": [{"Key": "a", "VersionId": "v", "StorageClass": "STANDARD"}]});
    let records = json!({"Records": [{"eventName": "Replication:OperationFailedReplication",
        "s3": {"object": {"key": "a", "versionId": "v1"}},
        "replicationEventData": {"replicationRuleId": "all", "failureReason": "New",
            "destinationBucket": "arn:aws:s3:::backup"}}]});
    for base in [object(), listing, records] {
        for document in damaged(&base) {
            desk.put("o.jsonl", format!("{document}\n"));
            for command in [
                &["explain", "-c", "c.json", "--objects", "o.jsonl"][..],
                &["decide", "-c", "c.json", "--objects", "o.jsonl", "--format", "text"],
            ] {
                assert_harmless(&desk.run(command), &format!("{command:?} {document}"));
            }
        }
    }
}

#[test]
fn other_documents_are_shown_escaped() {
    let desk = Desk::new("control-others");
    desk.put("c.json", configuration().to_string());
    desk.put("o.jsonl", format!("{}\n", object()));
    for document in damaged(&policy()) {
        desk.put("p.json", document.to_string());
        let ran = desk.run(&["assert", "-c", "c.json", "--policy", "p.json"]);
        assert_harmless(&ran, &document.to_string());
    }
    for document in damaged(&context()) {
        desk.put("b.json", document.to_string());
        let ran = desk.run(&["check", "c.json", "--context", "b.json"]);
        assert_harmless(&ran, &document.to_string());
    }
    let job: Value = serde_json::from_str(&crate::support::job_json(&json!({}))).unwrap();
    for document in damaged(&job) {
        desk.put("job.json", document.to_string());
        let run = ["batch", "run", "--job", "job.json", "-c", "c.json", "--objects", "o.jsonl"];
        assert_harmless(&desk.run(&run), &document.to_string());
    }
    let scenario = json!({"Buckets": {"photos": {"Versioning": "Enabled", "Replication":
        configuration()}, "backup": {"Versioning": "Enabled"}}, "Events": [
        {"At": "2026-11-22T10:00:00Z", "Bucket": "photos", "Event": "ObjectCreated:Put", "Key": "a",
         "Tags": {"k": "v"}}]});
    for document in damaged(&scenario) {
        desk.put("s.json", document.to_string());
        assert_harmless(&desk.run(&["simulate", "s.json"]), &document.to_string());
    }
    desk.put("list.csv", format!("photos,a{HOSTILE},v1\n{HOSTILE},b,v1\nphotos,c,{HOSTILE}\n"));
    assert_harmless(&desk.run(&["batch", "check", "list.csv", "-c", "c.json"]), "list.csv");
}

/// Arguments are data too, and a long one is cut.
#[test]
fn arguments_are_shown_escaped_and_cut() {
    let desk = Desk::new("control-arguments");
    desk.put("c.json", configuration().to_string());
    let long = "x".repeat(100_000);
    for value in [HOSTILE, &long] {
        let named = format!("{value}=c.json");
        for command in [
            &["topology", &named][..],
            &["check", "c.json", "--level", &named],
            &["check", "c.json", "--question", &named],
            &["check", "c.json", "--var", &named],
            &["explain", "-c", "c.json", "--key", "a", "--tag", &named],
            &["check", "c.json", "--level", value],
            &["check", "c.json", "--source-bucket", value],
            &["check", value],
            &["explain", "-c", "c.json", "--key", "a", "--encryption", value],
            &["explain", "-c", "c.json", "--key", "a", "--event", value],
            &["explain", "-c", "c.json", "--key", "a", "--version-id", value],
            &["explain", "-c", "c.json", "--key", "a", "--last-modified", value],
            &["explain", "-c", "c.json", "--key", "a", "--size", value],
            &["explain", "-c", "c.json", "--key", "a", "--tag", value],
            &["decide", "-c", "c.json", "--dialect", value],
            &["lints", value],
            &[value],
        ] {
            let ran = desk.run(command);
            assert_harmless(&ran, &format!("{command:.100?}"));
            assert!(ran.err.len() + ran.out.len() < 4_000, "{:.60?}: {:.500}", command, ran.err);
        }
    }
    // A name of a megabyte in a document is cut, too.
    let mut document = configuration();
    document["Rules"][0]["Destination"]["Bucket"] = json!("x".repeat(1_000_000));
    desk.put("long.json", document.to_string());
    let ran = desk.run(&["check", "long.json"]);
    assert!(ran.ended(1).out.len() < 20_000, "{:.500}", ran.out);
    let long = "x".repeat(1_000_000);
    let bucket = json!({&long: {"Versioning": long, "Region": long, &long: 1}});
    let event =
        json!({"At": long, "Bucket": long, "Event": long, "Key": long, "Tags": {&long: long}});
    let assertion =
        json!({"Id": long, "Keys": [long], "Tags": {&long: long}, "MustReach": {&long: 1}});
    desk.put("context.json", bucket.to_string());
    desk.put("s.json", json!({"Buckets": bucket, "Events": [event], &long: 1}).to_string());
    desk.put("p.json", json!({"Assertions": [assertion], &long: 1}).to_string());
    desk.put("o.jsonl", json!({"Key": long, "Tags": {&long: long}, &long: long}).to_string());
    desk.put("job.json", job_json(&json!({"RoleArn": long, "Priority": long, &long: long})));
    desk.put("list.csv", format!("photos,{long},{long}\n{long},a,v1\n"));
    for command in [
        &["check", "c.json", "--context", "context.json"][..],
        &["topology", "photos=c.json", "--context", "context.json"],
        &["simulate", "s.json"],
        &["assert", "-c", "c.json", "--policy", "p.json"],
        &["explain", "-c", "c.json", "--objects", "o.jsonl"],
        &["batch", "run", "--job", "job.json", "-c", "c.json", "--objects", "o.jsonl"],
        &["batch", "check", "list.csv"],
    ] {
        let ran = desk.run(command);
        assert_ne!(ran.status, 0, "{command:?}");
        assert!(ran.err.len() + ran.out.len() < 20_000, "{command:?}: {:.500}", ran.err);
    }
    let class = desk.run(&["explain", "-c", "c.json", "--key", "a", "--storage-class", HOSTILE]);
    assert_harmless(class.ended(0), "storage class");
}
