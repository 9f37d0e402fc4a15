//! `schema`: the schemas of what the commands write, against what they write.

use jsonschema::Validator;
use serde_json::{Value, json};

use super::Desk;
use crate::support::{rule_v2, with_role};

fn desk(name: &str) -> Desk {
    let desk = Desk::with_configuration(name);
    desk.put("new.xml", with_role(&rule_v2("all", 1, "<Prefix>a/</Prefix>", "backup", "")));
    desk.put("bad.xml", "<ReplicationConfiguration/>");
    let never = json!({"Id": "never", "Keys": ["Tax/**"], "MustNotReach": {}});
    let region = json!({"Id": "eu", "MayOnlyReach": {"Regions": ["eu-west-1"]}});
    desk.put("policy.json", json!({"Assertions": [never, region]}).to_string());
    let role = json!({"Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]});
    desk.put("role.json", role.to_string());
    let bucket = json!({"Type": "AWS::S3::Bucket", "Properties": {"ReplicationConfiguration":
        {"Role": "r", "Rules": [{"Status": "Enabled", "Destination": {"Bucket": {"Ref": "P"}}}]}}});
    desk.put("t.json", json!({"Resources": {"Photos": bucket}}).to_string());
    desk.put("list.csv", "photos,a.txt\nphotos,a%20b\n");
    desk.put("report.csv", "photos,a.txt,v,failed,403,AccessDenied,no\n");
    desk
}

fn validator(desk: &Desk, name: &str) -> Validator {
    let schema: Value = desk.run(&["schema", name]).ended(0).json();
    jsonschema::draft202012::new(&schema).unwrap()
}

const ANSWERS: &[(&str, &str)] = &[
    ("check-output", "check c.xml bad.xml t.json gone.xml"),
    ("check-output", "check c.xml --context gone.json"),
    ("decide-output", "decide -c c.xml --key Tax/a --tag team=tax"),
    ("decide-output", "decide -c c.xml --key Tax/a --delete-marker --no-rules"),
    (
        "explain-output",
        "explain -c c.xml --key tax/a --source-bucket photos --role-policy role.json",
    ),
    ("diff-output", "diff c.xml new.xml"),
    ("diff-output", "diff c.xml c.xml"),
    ("diff-output", "diff gone.xml bad.xml"),
    ("assert-output", "assert -c c.xml --policy policy.json"),
    ("assert-output", "assert -c bad.xml --policy policy.json"),
    ("topology-output", "topology photos=c.xml backup=new.xml"),
    ("topology-output", "topology photos=bad.xml"),
    ("permissions-output", "permissions -c c.xml --source-bucket photos --batch"),
    (
        "permissions-check-output",
        "permissions -c c.xml --source-bucket photos --role-policy role.json",
    ),
    ("migrate-output", "migrate c.xml"),
    ("lints-output", "lints"),
    ("dialects-output", "dialects"),
    ("dialects-output", "dialects aws minio"),
    ("batch-check-output", "batch check list.csv --fields Bucket,Key -c c.xml"),
    ("batch-report-output", "batch report report.csv"),
];

#[test]
fn answers_are_valid() {
    let desk = desk("schemas-answers");
    for (name, command) in ANSWERS {
        let arguments: Vec<&str> = command.split(' ').chain(["--format", "json"]).collect();
        let ran = desk.run(&arguments);
        assert!(!ran.out.is_empty(), "{command}: {}", ran.err);
        let (answer, validator) = (ran.json(), validator(&desk, name));
        let wrong: Vec<String> =
            validator.iter_errors(&answer).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{command}: {wrong:#?}");
        // Each promised member is there, and has its type.
        let mut damaged = answer;
        if let Some(members) = damaged.as_object_mut() {
            let first = members.keys().next().unwrap().clone();
            members.insert(first, json!({"not": "this"}));
            assert!(!validator.is_valid(&damaged), "{command}: {damaged}");
        }
    }
}

/// The list names every schema, and each one is tested.
#[test]
fn every_answer_is_listed() {
    let desk = desk("schemas-list");
    let list = desk.run(&["schema"]).ended(0).out.clone();
    let names = list.lines().filter_map(|line| line.split_whitespace().next());
    for name in names.filter(|name| name.ends_with("-output")) {
        assert!(ANSWERS.iter().any(|(tested, _)| *tested == name), "{name}");
    }
}
