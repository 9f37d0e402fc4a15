//! `permissions`, and policies in `explain`.

use serde_json::{Value, json};

use super::Desk;
use crate::support::{rule_v2, with_role};

fn desk(name: &str) -> Desk {
    let desk = Desk::new(name);
    desk.put("c.xml", with_role(&rule_v2("all", 1, "", "backup", "")));
    desk
}

const WRITE: [&str; 6] =
    ["permissions", "-c", "c.xml", "--source-bucket", "photos", "--format=json"];

fn written(desk: &Desk, more: &[&str]) -> Value {
    let arguments: Vec<&str> = WRITE.iter().chain(more).copied().collect();
    serde_json::from_str(&desk.run(&arguments).ended(0).out).unwrap()
}

/// The documents are those that IAM and S3 take, under the names of the contract.
#[test]
fn documents_are_written() {
    let desk = desk("permissions-written");
    let answer = written(&desk, &["--batch"]);
    for role in ["ReplicationRole", "BatchRole"] {
        for policy in ["TrustPolicy", "PermissionsPolicy"] {
            assert_eq!(answer[role][policy]["Version"], "2012-10-17", "{role} {policy}");
        }
    }
    assert_eq!(answer["DestinationBucketPolicies"], json!([]));
    assert_eq!(answer["KmsKeyPolicyStatements"], json!([]));
    assert!(answer["Notes"][0]["clause"].as_str().unwrap().starts_with("REP-"));
    assert_eq!(written(&desk, &[])["BatchRole"], Value::Null);

    desk.put("context.json", r#"{"backup": {"Account": "444455556666"}}"#);
    let answer = written(&desk, &["--context", "context.json"]);
    let policy = &answer["DestinationBucketPolicies"][0];
    assert_eq!(policy["Bucket"], "arn:aws:s3:::backup");
    assert_eq!(policy["Account"], "444455556666");
    assert_eq!(policy["Policy"]["Version"], "2012-10-17");

    let text = desk.run(&WRITE[..5]).ended(0).out.clone();
    assert!(text.contains("  WriteReplicas: S3 writes replicas to `backup`"), "{text}");
}

/// What is written passes the check; what is taken away is named with its reason.
#[test]
fn documents_are_checked() {
    let desk = desk("permissions-checked");
    let answer = written(&desk, &[]);
    let role = answer["ReplicationRole"]["PermissionsPolicy"].clone();
    desk.put("role.json", json!({"PolicyDocument": role}).to_string());
    desk.put("trust.json", answer["ReplicationRole"]["TrustPolicy"].to_string());
    desk.put(
        "facts.json",
        r#"{"photos": {"ObjectLock": "Disabled"}, "backup": {"Account": "111122223333"}}"#,
    );
    let documents = ["--check", "--role-policy", "role.json", "--trust-policy", "trust.json"];
    let check = [&documents[..], &["--context", "facts.json"]].concat();
    let arguments: Vec<&str> = WRITE.iter().chain(&check).copied().collect();
    let full: Value = serde_json::from_str(&desk.run(&arguments).ended(0).out).unwrap();
    assert_eq!((&full["Sufficient"], &full["Missing"]), (&json!(true), &json!([])));

    let other = answer["ReplicationRole"]["TrustPolicy"].to_string();
    desk.put("trust.json", other.replace("s3.amazonaws.com", "batchoperations.s3.amazonaws.com"));
    let swapped: Value = serde_json::from_str(&desk.run(&arguments).ended(1).out).unwrap();
    let codes = swapped["Notes"].as_array().unwrap().iter().map(|note| note["code"].clone());
    assert!(codes.collect::<Vec<_>>().contains(&json!("role-trusts-other-service")), "{swapped}");
    desk.put("trust.json", other);

    let mut less = role;
    let statements = less["Statement"].as_array_mut().unwrap();
    statements.retain(|statement| statement["Sid"] != "WriteReplicas");
    desk.put("role.json", less.to_string());
    let answer: Value = serde_json::from_str(&desk.run(&arguments).ended(1).out).unwrap();
    assert_eq!(answer["Sufficient"], false);
    let missing = &answer["Missing"][0];
    for (name, value) in [
        ("Action", "s3:ReplicateObject"),
        ("Resource", "arn:aws:s3:::backup/*"),
        ("Document", "ReplicationRole"),
        ("Cause", "not-allowed"),
        ("FailureReason", "DstPutObjectNotPermitted"),
        ("Clause", "REP-1208"),
    ] {
        assert_eq!(missing[name], value);
    }

    let explain = ["explain", "-c", "c.xml", "--key", "a", "--source-bucket", "photos"];
    let with_role: Vec<&str> =
        explain.iter().copied().chain(["--role-policy", "role.json"]).collect();
    let text = desk.run(&with_role).ended(0).out.clone();
    assert!(
        text.contains(
            "Decided, but not permitted: to arn:aws:s3:::backup; the policy of the \
             replication role does not allow `s3:ReplicateObject`"
        ),
        "{text}"
    );
    let json: Vec<&str> = with_role.iter().copied().chain(["--format", "json"]).collect();
    let line: Value = serde_json::from_str(&desk.run(&json).ended(0).out).unwrap();
    assert_eq!(line["Permissions"][0]["Verdict"], "not-permitted");
    assert_eq!(line["Permissions"][0]["FailureReason"], "DstPutObjectNotPermitted");
}

/// A job runs under the policies of its role, and of the role of the configuration.
#[test]
fn a_job_runs_under_policies() {
    let desk = desk("permissions-job");
    desk.put("objects.jsonl", "{\"Key\":\"a\",\"VersionId\":\"v1\"}\n");
    let generator = json!({"SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": false});
    let job = json!({"AccountId": "111122223333", "Operation": {"S3ReplicateObject": {}},
        "RoleArn": "arn:aws:iam::111122223333:role/batch", "Priority": 1, "ClientRequestToken": "t",
        "ConfirmationRequired": false, "Report": {"Enabled": false},
        "ManifestGenerator": {"S3JobManifestGenerator": generator}});
    desk.put("job.json", job.to_string());
    let answer = written(&desk, &["--batch", "job.json"]);
    let batch = answer["BatchRole"]["PermissionsPolicy"].clone();
    desk.put("batch.json", batch.to_string());
    desk.put("role.json", answer["ReplicationRole"]["PermissionsPolicy"].to_string());
    let run = ["batch", "run", "--job", "job.json", "-c", "c.xml", "--objects", "objects.jsonl"];
    let policies = ["--batch-role-policy", "batch.json", "--role-policy", "role.json"];
    let arguments = [&run[..], &policies].concat();
    desk.run(&arguments).ended(0);
    for (sid, expected) in [
        ("InitiateReplication", "InitiateReplicationNotPermitted"),
        ("GenerateManifest", "does not permit `s3:GetReplicationConfiguration`"),
    ] {
        let mut less = batch.clone();
        less["Statement"].as_array_mut().unwrap().retain(|one| one["Sid"] != sid);
        desk.put("batch.json", less.to_string());
        let ran = desk.run(&arguments);
        assert!(ran.ended(1).out.contains(expected), "{sid}\n{}\n{}", ran.out, ran.err);
    }
    let ran = desk.run(&[&arguments[..], &["--dry-run"]].concat());
    assert!(ran.ended(2).err.contains("a dry run judges no policies"), "{}", ran.err);
}

/// A fact that is unknown may add a request, so there is no verdict without it.
#[test]
fn unknown_facts_leave_the_check_undecided() {
    let desk = desk("permissions-unknown");
    let role = written(&desk, &[])["ReplicationRole"]["PermissionsPolicy"].clone();
    desk.put("role.json", role.to_string());
    let check = |facts: &str| -> Value {
        desk.put("facts.json", facts);
        let more = ["--check", "--role-policy", "role.json", "--context", "facts.json"];
        let arguments: Vec<&str> = WRITE.iter().chain(&more).copied().collect();
        serde_json::from_str(&desk.run(&arguments).out).unwrap()
    };
    let owner = r#""backup": {"Account": "123456789012"}"#;
    for (facts, unknown) in [
        ("{}".to_owned(), &["account of `backup`", "Object Lock of `photos`"][..]),
        (format!("{{{owner}}}"), &["Object Lock of `photos`"]),
        (r#"{"photos": {"ObjectLock": "Disabled"}}"#.to_owned(), &["account of `backup`"]),
    ] {
        let answer = check(&facts);
        assert_eq!((&answer["Sufficient"], &answer["Missing"]), (&Value::Null, &json!([])));
        let found = answer["Unknown"].as_array().unwrap();
        assert_eq!(found.len(), unknown.len(), "{answer}");
        for (found, expected) in found.iter().zip(unknown) {
            assert!(found["message"].as_str().unwrap().contains(expected), "{found}");
        }
    }
    let answer = check(&format!(r#"{{"photos": {{"ObjectLock": "Disabled"}}, {owner}}}"#));
    assert_eq!((&answer["Sufficient"], &answer["Unknown"]), (&json!(true), &json!([])));

    let text = desk.run(&[&WRITE[..5], &["--role-policy", "role.json"]].concat());
    assert!(text.ended(1).out.contains("not decided: "), "{}", text.out);
    assert!(!text.out.contains("permit every needed request"), "{}", text.out);
}

/// A document in the place of another is named once.
#[test]
fn a_document_of_another_kind_is_named_once() {
    let desk = desk("permissions-kinds");
    let trust = json!({"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sts:AssumeRole"});
    let role = json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"});
    let bucket = json!({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"});
    let key = json!({"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"});
    let documents = [
        ("trust", "a trust policy", trust),
        ("role", "a permissions policy of a role", role),
        ("bucket", "a bucket policy", bucket),
        ("key", "a key policy", key),
    ];
    for (name, _, statement) in &documents {
        desk.put(&format!("{name}.json"), json!({"Statement": [statement, statement]}).to_string());
    }
    for (given, noun, _) in &documents {
        for (wanted, other, _) in &documents {
            let flag = format!("--{wanted}-policy");
            let file = match *wanted {
                "bucket" => format!("backup={given}.json"),
                "key" => format!("k={given}.json"),
                _ => format!("{given}.json"),
            };
            let ran = desk.run(&[&WRITE[..5], &[&flag, &file]].concat());
            if given == wanted {
                assert!(!ran.err.contains("this is"), "{}", ran.err);
                continue;
            }
            let message = format!("this is {noun}, not {other}");
            assert!(ran.ended(2).err.contains(&message), "{}", ran.err);
            assert_eq!(ran.err.matches("error[").count(), 1, "{}", ran.err);
        }
    }
}

/// What can't be judged is undecided: neither sufficient nor missing.
#[test]
fn what_depends_on_unknown_keys_is_undecided() {
    let desk = desk("permissions-undecided");
    let mut role = written(&desk, &[])["ReplicationRole"]["PermissionsPolicy"].clone();
    let deny = json!({"Effect": "Deny", "Action": "s3:*", "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}});
    role["Statement"].as_array_mut().unwrap().push(deny);
    desk.put("role.json", role.to_string());
    let check = ["--check", "--role-policy", "role.json"];
    let arguments: Vec<&str> = WRITE.iter().chain(&check).copied().collect();
    let answer: Value = serde_json::from_str(&desk.run(&arguments).ended(1).out).unwrap();
    assert_eq!((&answer["Sufficient"], &answer["Missing"]), (&Value::Null, &json!([])));
    assert_eq!(answer["Undecided"][0]["DependsOn"], json!(["`aws:SourceVpce`"]));
}

/// A document that is none is a finding at its place, and wrong usage is named.
#[test]
fn what_is_wrong_is_named() {
    let desk = desk("permissions-wrong");
    desk.put(
        "bad.json",
        r#"{"Statement": [{"Effect": "Alow", "Action": "s3:*", "Resource": "*"}]}"#,
    );
    desk.put("c.json", r#"{"Role": "arn:aws:iam::111122223333:role/r", "Rules": []}"#);
    let base = ["permissions", "-c", "c.xml", "--source-bucket", "photos"];
    for (more, expected) in [
        (&["--check", "--role-policy", "bad.json"][..], "bad.json:1:27"),
        (&["--check", "--role-policy", "c.json"], "c.json:1:1"),
        (&["--check", "--role-policy", "absent.json"], "absent.json"),
        (&["--check"], "`--check` needs documents"),
        (&["--bucket-policy", "backup"], "BUCKET=FILE"),
        (&["--role-policy", "-", "--trust-policy", "-"], "only once"),
    ] {
        let arguments: Vec<&str> = base.iter().chain(more).copied().collect();
        let ran = desk.run(&arguments);
        assert!(ran.ended(2).err.contains(expected), "{more:?}\n{}", ran.err);
    }
}

/// A finding about a policy itself has its code wherever policies are given.
#[test]
fn findings_about_policies_have_codes() {
    let desk = desk("permissions-codes");
    let service = json!({"Service": "batchoperations.s3.amazonaws.com"});
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": service}]});
    desk.put("trust.json", trust.to_string());
    let (code, trust) = ("warning[role-trusts-other-service]", ["--trust-policy", "trust.json"]);
    let explain = ["explain", "-c", "c.xml", "--key", "a", "--source-bucket", "photos"];
    let explained = desk.run(&[&explain[..], &trust].concat());
    assert!(explained.ended(0).err.contains(code), "{}", explained.err);

    // Both links have the policy, and the finding is shown once.
    let rules = rule_v2("all", 1, "", "backup", "") + &rule_v2("too", 2, "", "archive", "");
    desk.put("c.xml", with_role(&rules));
    let topology = [&["topology", "photos=c.xml"][..], &trust].concat();
    let ran = desk.run(&topology);
    assert_eq!(ran.ended(1).out.matches(code).count(), 1, "{}", ran.out);
    assert!(ran.out.contains("2 edges with findings about policies"), "{}", ran.out);
    let json = desk.run(&[&topology[..], &["--format", "json"]].concat()).json();
    assert_eq!(json["permissions"][0]["Notes"][0]["code"], "role-trusts-other-service");
    let sarif = desk.run(&[&topology[..], &["--format", "sarif"]].concat()).json();
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().clone();
    let rule = rules.iter().find(|rule| rule["id"] == "role-trusts-other-service").unwrap();
    assert_ne!(rule["shortDescription"]["text"], rule["id"]);
}
