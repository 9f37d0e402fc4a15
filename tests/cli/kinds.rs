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
        ("jobs.json", json!({"Jobs": [{"JobId": "1"}]}).to_string(), "a list of jobs"),
        ("rule.json", json!({"Destination": {}, "Status": "Enabled"}).to_string(), "rule"),
    ]
}

/// Documents of other tools, by name, content, and what is said about them.
const OTHER_TOOLS: &[(&str, &str, &str)] = &[
    ("gcs.json", r#"{"kind": "storage#bucket", "selfLink": "https://x"}"#, "Google Cloud"),
    ("gcloud.json", r#"{"location_type": "region", "name": "photos"}"#, "Google Cloud"),
    ("azure.json", r#"{"sourceAccount": "a", "destinationAccount": "b", "rules": []}"#, "Azure"),
    ("arm.json", r#"{"$schema": "x", "contentVersion": "1.0.0.0"}"#, "Azure"),
    ("mc.json", r#"{"op": "export", "status": "success", "config": {}}"#, "`mc replicate`"),
    ("pulumi.yaml", "name: p\nruntime: yaml\nresources:\n  a: {}\n", "deployment tool"),
    (
        "serverless.yml",
        "service: a\nprovider: {name: aws}\nresources:\n  Resources: {}\n",
        "deployment tool",
    ),
    ("play.yml", "- hosts: all\n  tasks: []\n", "deployment tool"),
    ("workflow.yml", "on: push\njobs:\n  a: {}\n", "deployment tool"),
    ("sdk.js", "const a = require('aws-sdk');\n", "source code"),
    ("stack.ts", "import * as s3 from 'aws-cdk-lib/aws-s3';\n", "source code"),
    ("boto.py", "import boto3\n", "source code"),
    ("put.sh", "#!/bin/sh\naws s3api put-bucket-replication\n", "source code"),
    ("object.js", "{ Role: 'r', Rules: [] }", "a JavaScript object"),
    ("object.json", "{\n  \"Role\": \"r\",\n  // none yet\n  \"Rules\": []\n}", "comments"),
    ("dump.txt", "[\n  {'Role': 'r'}\n]", "Python"),
    ("quoted.json", r#""{\"Role\": \"r\"}""#, "JSON inside a string"),
    ("backup.toml", "Role = \"r\"\n[[Rules]]\nID = \"a\"\n", "a file of settings"),
    ("profile.ini", "[remote]\ntype = s3\n", "a file of settings"),
    ("prod.env", "ROLE=arn:aws:iam::111122223333:role/r\n", "a file of settings"),
    ("table.txt", "-----------\n|  Get    |\n+----+----+\n", "table of the AWS CLI"),
    ("ls.txt", "2026-11-22 10:00:00    1024 a.txt\n", "table of the AWS CLI"),
    ("head.txt", "HTTP/1.1 200 OK\nETag: \"x\"\n", "the headers of an HTTP response"),
    (
        "login.txt",
        "Unable to locate credentials. Run \"aws configure\".\n",
        "the error message of a command",
    ),
    (
        "new.txt",
        "\naws: [ERROR]: An error occurred (AccessDenied)\n",
        "the error message of a command",
    ),
    ("shell.txt", "bash: line 1: aws: command not found\n", "the error message of a command"),
    ("boto.txt", "Traceback (most recent call last):\n", "the error message of a command"),
    ("usage.txt", "usage: aws [options] <command>\n", "the error message of a command"),
];

#[test]
fn documents_of_other_tools_are_named_once() {
    let desk = Desk::new("kinds-tools");
    for (name, content, says) in OTHER_TOOLS {
        desk.put(name, content);
        let ran = desk.run(&["check", name]);
        assert!(ran.ended(1).out.contains(says), "{name}: {}", ran.out);
        assert!(ran.out.contains("refused, 1 error"), "{name}: {}", ran.out);
        assert!(!ran.out.contains("fix the syntax"), "{name}: {}", ran.out);
    }
    for (name, content, says) in [
        ("null.json", "null", "a single value"),
        ("one.json", r#"[{"Role": "r", "Rules": []}]"#, "without the brackets"),
        ("rules.json", r#"[{"Destination": {}, "ID": "a"}]"#, "write the rules into an object"),
    ] {
        desk.put(name, content);
        let ran = desk.run(&["check", name]);
        assert!(ran.ended(1).out.contains(says), "{name}: {}", ran.out);
    }
    desk.put("a.zip", b"PK\x03\x04\x14\x00\x00");
    assert!(desk.run(&["check", "a.zip"]).ended(1).out.contains("binary data"));
}

#[test]
fn a_document_in_another_case_is_one_finding() {
    let desk = Desk::new("kinds-case");
    let rules = r#"[{"id": "a", "priority": 1, "status": "Enabled", "filter": {"prefix": ""},
        "deleteMarkerReplication": {"status": "Disabled"},
        "destination": {"bucket": "arn:aws:s3:::backup", "bucketRef": {"name": "b"}}}]"#;
    let lower = format!(r#"{{"role": "arn:aws:iam::111122223333:role/r", "rules": {rules}}}"#);
    let wrapped = format!(r#"{{"replicationConfiguration": {lower}}}"#);
    let upper = r#"{"ROLE": "r", "RULES": [{"ID": "a", "STATUS": "Enabled", "PREFIX": ""}]}"#;
    let yaml = "role: r\nrules:\n  - id: a\n    status: Enabled\n    prefix: \"\"\n";
    for (name, text) in
        [("l.json", &*lower), ("w.json", &*wrapped), ("u.json", upper), ("y.yaml", yaml)]
    {
        desk.put(name, text);
        let ran = desk.run(&["check", name]);
        assert!(ran.ended(1).out.contains("did you mean `Rules`?"), "{name}: {}", ran.out);
        assert!(ran.out.contains("refused, 1 error"), "{name}: {}", ran.out);
    }
    assert!(desk.run(&["check", "l.json"]).out.contains("there is no `bucketRef`"));
    // Single slips are reported by themselves.
    desk.put("one.json", lower.replace("\"rules\"", "\"Rules\""));
    assert!(!desk.run(&["check", "one.json"]).out.contains("write all members"));

    desk.put("c.xml", with_role(&rule_v2("all", 1, "", "backup", "")));
    desk.put("o.jsonl", "{\"Key\": \"a\"}\n");
    let rule = rules.trim_start_matches('[').trim_end_matches(']');
    let job = job_json(&json!({})).replace("AccountId", "accountId");
    let job: serde_json::Value = serde_json::from_str(&job).unwrap();
    desk.put("rule.json", rule);
    desk.put("job.json", lower_camel(&job).to_string());
    desk.put("policy.json", r#"{"assertions": [{"id": "x", "mustReach": ["backup"]}]}"#);
    desk.put("facts.json", r#"{"buckets": {"backup": {"versioning": "Enabled"}}}"#);
    desk.put("bare.json", r#"{"backup": {"versioning": "Enabled", "region": "eu-west-1"}}"#);
    for command in [
        &["append", "c.xml", "--rule", "rule.json"][..],
        &["batch", "run", "-c", "c.xml", "--objects", "o.jsonl", "--job", "job.json"],
        &["assert", "-c", "c.xml", "--policy", "policy.json"],
        &["check", "c.xml", "--context", "facts.json"],
        &["check", "c.xml", "--context", "bare.json"],
    ] {
        let ran = desk.run(command);
        let findings = ran.err.matches("error[").count();
        assert!(ran.status != 0 && findings == 1, "{command:?}: {}", ran.err);
        assert!(ran.err.contains("write all members"), "{command:?}: {}", ran.err);
    }
}

/// Returns a document with the names of its members in lower camel case.
fn lower_camel(value: &serde_json::Value) -> serde_json::Value {
    let lower = |name: &String| name.get(..1).unwrap().to_lowercase() + name.get(1..).unwrap();
    match value {
        serde_json::Value::Object(members) => {
            members.iter().map(|(name, value)| (lower(name), lower_camel(value))).collect()
        }
        serde_json::Value::Array(items) => items.iter().map(lower_camel).collect(),
        other => other.clone(),
    }
}

#[test]
fn an_empty_pipe_is_no_document() {
    let desk = Desk::new("kinds-empty");
    desk.put("c.xml", with_role(&rule_v2("all", 1, "", "backup", "")));
    desk.put("o.jsonl", "{\"Key\": \"a\"}\n");
    for command in [
        &["check", "-"][..],
        &["convert", "-", "--to", "xml"],
        &["migrate", "-"],
        &["diff", "-", "c.xml"],
        &["append", "c.xml", "--rule", "-"],
        &["assert", "-c", "c.xml", "--policy", "-"],
        &["check", "c.xml", "--context", "-"],
        &["decide", "-c", "c.xml"],
        &["explain", "-c", "-", "--key", "a"],
        &["batch", "run", "-c", "c.xml", "--objects", "o.jsonl", "--job", "-"],
        &["batch", "check", "-"],
        &["batch", "report", "-"],
        &["batch", "manifest", "-c", "c.xml", "-i", "-"],
    ] {
        let ran = desk.run_with(command, "\n".repeat(usize::from(command[0] == "check")));
        let says = "did the command before the pipe fail?";
        assert!(ran.ended(2).err.contains(says), "{command:?}: {}", ran.err);
    }
}

#[test]
fn a_folder_is_searched_for_configurations_only() {
    let desk = Desk::new("kinds-folder");
    let folder = desk.0.join("all");
    std::fs::create_dir_all(&folder).unwrap();
    let put = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    let rule = r#"{"ID": "a", "Status": "Enabled", "Prefix": "",
        "Destination": {"Bucket": "arn:aws:s3:::backup"}}"#;
    let rules = format!(r#"{{"Role": "arn:aws:iam::111122223333:role/r", "Rules": [{rule}]}}"#);
    put("bare.json", &rules);
    put("wrapped.json", &format!(r#"{{"ReplicationConfiguration": {rules}}}"#));
    put("c.xml", &with_role(&rule_v2("all", 1, "", "backup", "")));
    put("broken.json", r#"{"ReplicationConfiguration": "#);
    // Nothing in these is meant as a configuration.
    put(
        "role.json",
        r#"{"Version": "2012-10-17", "Statement": [{"Action": "s3:GetReplicationConfiguration"}]}"#,
    );
    put("package.json", r#"{"name": "a", "description": "ReplicationConfiguration"}"#);
    put("ack.yaml", "apiVersion: v1\nkind: Bucket\nspec: {a: ReplicationConfiguration}\n");
    put("ci.yml", "on: push\njobs:\n  a: {run: put ReplicationConfiguration}\n");
    put("pom.xml", "<project><name>ReplicationConfiguration</name></project>");
    put("other.json", r#"{"a": 1}"#);
    let ran = desk.run(&["check", "all", "--format", "json"]);
    let told = ran.ended(1).json();
    let files: Vec<_> = told["files"].as_array().unwrap().iter().map(|one| &one["file"]).collect();
    let expected = ["all/bare.json", "all/broken.json", "all/c.xml", "all/wrapped.json"];
    assert_eq!(files, expected);
    let mut notes: Vec<&str> = ran.err.lines().collect();
    notes.sort_unstable();
    assert_eq!(
        notes,
        [
            "note: `all/ack.yaml` is a resource of Kubernetes; it is not checked",
            "note: `all/ci.yml` is a file of a deployment tool; it is not checked",
            "note: `all/package.json` is not a replication configuration; it is not checked",
            "note: `all/pom.xml` is not a replication configuration; it is not checked",
            "note: `all/role.json` is an IAM policy; it is not checked",
        ]
    );
    // A file that is named is checked, whatever it is.
    desk.run(&["check", "all/role.json"]).ended(1);
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
    desk.put("list.json", "[true]");
    let ran = desk.run(&["check", "list.json"]);
    assert!(!ran.ended(1).out.contains("settings"), "{}", ran.out);
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

/// Arguments in another form than the command takes: the help shows the one that is meant.
#[test]
fn arguments_that_are_addresses_or_in_another_place_have_help() {
    let desk = Desk::new("kinds-arguments");
    desk.put("c.xml", with_role(&rule_v2("all", 1, "", "backup", "")));
    for key in ["s3://photos/a/b", "arn:aws:s3:::photos/a/b", "https://photos.s3.amazonaws.com/a/b"]
    {
        let ran = desk.run(&["explain", "-c", "c.xml", "--key", key]);
        assert!(ran.ended(0).err.contains("the key in it is `a/b`"), "{key}: {}", ran.err);
    }
    assert_eq!(desk.run(&["explain", "-c", "c.xml", "--key", "a/b"]).ended(0).err, "");
    for bucket in ["arn:aws:s3:::photos", "s3://photos", "s3://photos/a", "arn:aws:s3:::photos/*"] {
        let ran = desk.run(&["check", "c.xml", "--source-bucket", bucket]);
        assert!(ran.ended(2).err.contains("; write `photos`"), "{bucket}: {}", ran.err);
    }
    for (command, says) in [
        (&["explain", "c.xml", "a"][..], "`-c c.xml`"),
        (&["assert", "c.xml", "--policy", "p.json"], "`-c c.xml`"),
        (&["check", "-c", "c.xml"], "without `-c`"),
        (&["convert", "-c", "c.xml", "--to", "xml"], "without `-c`"),
    ] {
        let ran = desk.run(command);
        assert!(ran.ended(2).err.contains(says), "{command:?}: {}", ran.err);
    }
    let put = desk.run(&["explain", "-c", "c.xml", "--key", "a", "--event", "Put"]);
    assert!(put.ended(2).err.contains("write `ObjectCreated:Put`"), "{}", put.err);
    let rule = desk.run(&["append", "c.xml", "--rule", "c.xml"]);
    assert!(rule.ended(2).err.contains("give one of its rules alone"), "{}", rule.err);
    let graph = desk.run(&["topology", "photos=c.xml"]);
    assert!(graph.ended(0).err.contains("no configuration is given for `backup`"), "{}", graph.err);
}

/// A mistake of usage is answered with the option that is meant.
#[test]
fn mistakes_of_usage_are_answered() {
    let desk = Desk::with_configuration("kinds-usage");
    desk.put("head.json", r#"{"ContentLength": 3, "ETag": "x"}"#);
    std::fs::create_dir(desk.0.join("inv")).unwrap();
    desk.put("inv/manifest.json", "{}");
    for (line, expected) in [
        ("explain --config c.xml --key a", "`--config` names the settings"),
        ("check --config c.xml", "`--config` names the file of settings"),
        ("append c.xml --rule c.xml --priority 3", "write `Priority` into the rule"),
        ("explain -c c.xml a/b", "give the key of the object with `--key a/b`"),
        ("explain c.xml --key a", "give the configuration with `-c c.xml`"),
        ("convert c.xml --to json", "a similar value exists: 'cli-json'"),
        ("convert c.xml --to YAML", "a similar value exists: 'cloudformation-yaml'"),
        (
            "explain -c c.xml --objects head.json --key a --tag a=b",
            "write the fact into the object",
        ),
        (
            "batch manifest -c c.xml -i inv --to csv",
            "is a folder; name a file in it, such as `inv/manifest.json`",
        ),
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let ran = desk.run(&arguments);
        let err = ran.ended(2).err.replace('\n', " ");
        assert!(err.contains(expected), "{line}: {err}");
    }
}

/// A manifest that is something else is named, and so is a configuration where a policy belongs.
#[test]
fn foreign_documents_are_named_elsewhere_too() {
    let desk = Desk::with_configuration("kinds-elsewhere");
    let json = desk.run(&["convert", "c.xml", "--to", "cli-json"]).ended(0).out.clone();
    desk.put("c.json", json);
    for (line, status, expected) in [
        ("batch check c.json", 1, "this is a replication configuration, not a manifest"),
        ("batch check c.xml", 1, "the file is XML or HTML, not CSV in UTF-8"),
        (
            "assert -c c.xml --policy c.xml",
            2,
            "this is a replication configuration, not a policy of assertions",
        ),
        ("simulate c.xml", 2, "this is a replication configuration, not a scenario"),
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let ran = desk.run(&arguments);
        let said = format!("{}{}", ran.ended(status).out, ran.err);
        assert!(said.contains(expected), "{line}: {said}");
        assert_eq!(said.matches("error[").count(), 1, "{line}: {said}");
    }
    let nothing = desk.run(&["batch", "report", "gone.json"]);
    assert_eq!(nothing.ended(2).out, "");
}

/// What is no configuration is not an answer: every command but `check`, where it is a finding, ends
/// as with an input that cannot be read.
#[test]
fn another_document_is_unreadable_input() {
    let desk = Desk::new("kinds-status");
    desk.put("page.xml", "<!DOCTYPE html><html></html>");
    desk.put("error.xml", "<Error><Code>AccessDenied</Code></Error>");
    desk.put("usage.xml", "usage: aws [options] <command>\n");
    desk.put("empty.xml", "");
    for file in ["page.xml", "error.xml", "usage.xml", "empty.xml"] {
        desk.run(&["check", file]).ended(1);
        for command in [
            &["explain", "-c", file, "--key", "a"][..],
            &["decide", "-c", file, "--key", "a"],
            &["convert", file, "--to", "xml"],
            &["migrate", file],
            &["diff", file, file],
            &["permissions", "-c", file, "--source-bucket", "photos"],
        ] {
            desk.run(command).ended(2);
        }
    }
}
