//! Documents of other kinds: each is named once, with what to do.

use serde_json::json;

use super::Desk;
use crate::support::{job_json, rule_v2, with_role};

/// Documents that are no configuration, and what they are.
fn others() -> Vec<(&'static str, String, &'static str)> {
    let kubernetes = "apiVersion: s3.aws.upbound.io/v1beta1\nkind: Bucket\nspec:\n  a: b\n";
    let error =
        "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code><Message>m</Message></Error>";
    vec![
        (
            "policy.json",
            json!({"Version": "2012-10-17", "Statement": []}).to_string(),
            "IAM policy",
        ),
        ("bucket.json", json!({"Policy": "{\"Statement\": []}"}).to_string(), "IAM policy"),
        ("role.json", json!({"Role": {"RoleName": "r", "Arn": "a"}}).to_string(), "IAM policy"),
        (
            "item.json",
            json!({"resourceType": "AWS::S3::Bucket", "configuration": {},
                "supplementaryConfiguration": {"BucketReplicationConfiguration": {}}})
            .to_string(),
            "an item of AWS Config",
        ),
        ("error.xml", error.to_owned(), "an error of S3"),
        (
            "none.xml",
            error.replace("AccessDenied", "ReplicationConfigurationNotFoundError"),
            "`ReplicationConfigurationNotFoundError`",
        ),
        (
            "aws.txt",
            "An error occurred (ReplicationConfigurationNotFoundError) when calling the \
            GetBucketReplication operation\n"
                .to_owned(),
            "`ReplicationConfigurationNotFoundError`",
        ),
        ("kubernetes.yaml", kubernetes.to_owned(), "Kubernetes"),
        ("boto.txt", "{'Role': 'r', 'Rules': [{'ID': 'a'}]}".to_owned(), "Python"),
        ("page.html", "<!DOCTYPE html>\n<html><p>x<br></html>".to_owned(), "a web page"),
        (
            "lifecycle.json",
            json!({"Rules": [{"ID": "a", "Expiration": {"Days": 1}}]}).to_string(),
            "another configuration of a bucket",
        ),
        ("job.json", job_json(&json!({})), "a job of S3 Batch Operations"),
        ("objects.json", json!({"Versions": []}).to_string(), "a list of objects"),
        ("facts.json", json!({"Buckets": {}}).to_string(), "facts about buckets"),
        ("list.csv", "photos,a,v1\nphotos,b,v2\n".to_owned(), "CSV"),
    ]
}

#[test]
fn a_document_of_another_kind_is_one_finding() {
    let desk = Desk::new("kinds");
    for (name, content, says) in others() {
        desk.put(name, content);
        let ran = desk.run(&["check", name]);
        assert!(ran.ended(1).out.contains(says), "{name}: {}", ran.out);
        assert!(ran.out.contains("refused, 1 error"), "{name}: {}", ran.out);
        assert!(!ran.out.contains("help: remove it"), "{name}: {}", ran.out);
        assert!(!ran.out.contains("help: give it to `check`"), "{name}: {}", ran.out);
    }
    desk.put("c.json.gz", b"\x1F\x8B\x08\x00\x00\x00\x00\x00");
    let ran = desk.run(&["check", "c.json.gz"]);
    assert!(ran.ended(1).out.contains("compressed or binary data"), "{}", ran.out);
}

#[test]
fn another_kind_of_file_is_named_by_every_option() {
    let desk = Desk::new("kinds-options");
    let configuration = with_role(&rule_v2("all", 1, "", "backup", ""));
    desk.put("c.xml", &configuration);
    let json = desk.run(&["convert", "c.xml", "--to", "cli-json"]).ended(0).out.clone();
    desk.put("c.json", json);
    desk.put("o.jsonl", "{\"Key\": \"a\"}\n");
    for options in [
        &["check", "c.xml", "--context", "c.json"][..],
        &["assert", "-c", "c.xml", "--policy", "c.json"],
        &["simulate", "c.json"],
        &["batch", "run", "-c", "c.xml", "--objects", "o.jsonl", "--job", "c.json"],
    ] {
        let ran = desk.run(options);
        let text = format!("{}{}", ran.out, ran.err);
        assert!(ran.status > 0 && text.contains("this is a replication configuration"), "{text}");
        assert!(text.matches("error[").count() == 1, "{text}");
    }
    let objects = desk.run(&["decide", "-c", "c.xml", "--objects", "c.json"]);
    assert!(
        objects.ended(2).err.contains("this is a replication configuration"),
        "{}",
        objects.err
    );
    // A bucket may have any name.
    desk.put("b.json", json!({"resource": {"Versioning": "Enabled"}, "kind": null}).to_string());
    desk.run(&["check", "c.xml", "--context", "b.json"]).ended(0);
}

#[test]
fn an_empty_pipe_is_no_configuration() {
    let desk = Desk::new("empty-pipe");
    let ran = desk.run_with(&["check", "-"], " \n");
    assert!(ran.ended(2).err.contains("did the command before the pipe fail?"), "{}", ran.err);
    desk.put("empty.xml", "");
    assert!(desk.run(&["check", "empty.xml"]).ended(1).out.contains("the document is empty"));
}

#[test]
fn members_in_another_case_are_one_finding() {
    let desk = Desk::new("case");
    let camel = json!({"role": "arn:aws:iam::111122223333:role/r", "rules": [{"id": "a",
        "status": "Enabled", "priority": 1, "filter": {"and": {"prefix": "a",
        "tags": [{"key": "k", "value": "v"}]}}, "deleteMarkerReplication": {"status": "Disabled"},
        "destination": {"bucket": "arn:aws:s3:::backup", "storageClass": "STANDARD"}}]});
    let snake = camel.to_string().replace("deleteMarkerReplication", "delete_marker_replication");
    let wrapped = json!({"replicationConfiguration": camel.clone()}).to_string();
    for (text, says) in [
        (camel.to_string(), "deleteMarkerReplication"),
        (wrapped, "deleteMarkerReplication"),
        (snake, "delete_marker_replication"),
    ] {
        desk.put("c.json", &text);
        let ran = desk.run(&["check", "c.json"]);
        assert!(
            ran.ended(1).out.contains(says) && ran.out.contains("did you mean `Rules`"),
            "{}",
            ran.out
        );
        assert!(ran.out.contains("refused, 1 error"), "{}", ran.out);
    }
    // A single slip is named at its place.
    desk.put("c.json", camel.to_string().replace("\"rules\"", "\"Rules\""));
    assert!(desk.run(&["check", "c.json"]).ended(1).out.contains("unknown member `id` in `Rules`"));
}

#[test]
fn no_advice_widens_a_rule() {
    let desk = Desk::new("no-widening");
    for (filter, says) in [
        (json!({"TagFilter": {"Key": "k", "Value": "v"}}), "`Tag`"),
        (json!({"ObjectSizeGreaterThan": 5}), "`Prefix`"),
        (json!({"And": {"Suffix": ".jpg"}}), "`Prefix`"),
    ] {
        let rule = json!({"ID": "a", "Status": "Enabled", "Priority": 1, "Filter": filter,
            "DeleteMarkerReplication": {"Status": "Disabled"},
            "Destination": {"Bucket": "arn:aws:s3:::backup"}});
        let text = json!({"Role": "arn:aws:iam::111122223333:role/r", "Rules": [rule]}).to_string();
        desk.put("c.json", text);
        let ran = desk.run(&["check", "c.json"]);
        assert!(ran.ended(1).out.contains(says), "{}", ran.out);
        assert!(!ran.out.contains("remove it"), "{}", ran.out);
    }
}
