//! `diff`, `assert` and `topology` as SARIF and as annotations, and their exit statuses.

use serde_json::{Value, json};

use super::{Desk, sarif_schema};
use crate::support::{rule_v2, with_role};

fn desk(name: &str) -> Desk {
    let desk = Desk::with_configuration(name);
    desk.put("new.xml", with_role(&rule_v2("all", 1, "<Prefix>a/</Prefix>", "backup", "")));
    desk.put("back.xml", with_role(&rule_v2("on", 1, "", "archive", "")));
    desk.put("bad.xml", "<ReplicationConfiguration/>");
    let never = json!({"Id": "none, ever", "Keys": ["Tax/**"], "MustNotReach": {}});
    let region = json!({"Id": "eu", "MayOnlyReach": {"Regions": ["eu-west-1"]}});
    desk.put("policy.json", json!({"Assertions": [never, region]}).to_string());
    desk
}

const COMMANDS: [&[&str]; 3] = [
    &["diff", "c.xml", "new.xml"],
    &["assert", "-c", "c.xml", "--policy", "policy.json"],
    &["topology", "photos=c.xml", "backup=back.xml"],
];

fn log(desk: &Desk, command: &[&str]) -> Value {
    desk.run(&[command, &["--format", "sarif"]].concat()).ended(1).json()
}

#[test]
fn logs_are_valid_and_point_into_their_files() {
    let (schema, desk) = (sarif_schema(), desk("findings-sarif"));
    for (command, code) in
        COMMANDS.into_iter().zip(["decision-differs", "assertion-failed", "replica-chain"])
    {
        let log = log(&desk, command);
        let wrong: Vec<String> = schema.iter_errors(&log).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert!(results.iter().any(|result| result["ruleId"] == code), "{results:#?}");
        for result in results {
            let place = &result["locations"][0]["physicalLocation"];
            let has_region = place.get("region").is_some();
            let has_hash = result["partialFingerprints"]["primaryLocationLineHash"].is_string();
            assert_eq!(has_region, has_hash, "{result:#}");
            let rules = &log["runs"][0]["tool"]["driver"]["rules"];
            let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
            assert!(rule["helpUri"].as_str().unwrap().starts_with("https://"));
            assert_ne!(rule["shortDescription"]["text"], result["ruleId"], "{rule:#}");
        }
        assert!(log["runs"][0]["tool"]["driver"]["informationUri"].is_string());
    }
}

#[test]
fn other_documents_are_related_locations() {
    let desk = desk("findings-related");
    for (command, file, line) in
        [(COMMANDS[0], "c.xml", 1), (COMMANDS[1], "policy.json", 1), (COMMANDS[2], "back.xml", 1)]
    {
        let results = log(&desk, command)["runs"][0]["results"].clone();
        let related = results
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|result| result["relatedLocations"].as_array().unwrap().clone());
        let places: Vec<Value> = related.map(|one| one["physicalLocation"].clone()).collect();
        let is_meant = |place: &&Value| {
            place["artifactLocation"]["uri"] == file && place["region"]["startLine"] == line
        };
        assert!(places.iter().any(|place| is_meant(&place)), "{command:?}: {places:#?}");
    }
}

#[test]
fn annotations_are_one_line_each() {
    let desk = desk("findings-github");
    for (command, beginning) in [
        (COMMANDS[0], "::warning file=new.xml,title="),
        (COMMANDS[1], "::error file=c.xml,line=1,col="),
        (COMMANDS[2], "::warning file=c.xml,line=1,col="),
    ] {
        let ran = desk.run(&[command, &["--format", "github"]].concat());
        assert!(ran.ended(1).out.starts_with(beginning), "{}", ran.out);
        assert!(ran.out.lines().all(|line| line.starts_with("::")), "{}", ran.out);
    }
    let same = desk.run(&["diff", "c.xml", "c.xml", "--format", "github"]);
    assert_eq!(same.ended(0).out, "");
}

#[test]
fn a_refused_configuration_is_no_difference() {
    let desk = desk("findings-status");
    for format in ["text", "json", "sarif", "github"] {
        let run = |arguments: &[&str]| desk.run(&[arguments, &["--format", format]].concat());
        for command in COMMANDS {
            run(command).ended(1);
        }
        run(&["diff", "c.xml", "c.xml"]).ended(0);
        run(&["diff", "c.xml", "bad.xml"]).ended(2);
        run(&["diff", "bad.xml", "c.xml"]).ended(2);
        run(&["assert", "-c", "bad.xml", "--policy", "policy.json"]).ended(2);
        run(&["topology", "photos=bad.xml", "backup=back.xml"]).ended(2);
    }
    desk.run(&["permissions", "-c", "bad.xml", "--source-bucket", "photos"]).ended(2);
}

/// Every format carries what is refused and what cannot be read: a program sees only the standard
/// output.
#[test]
fn every_format_carries_refusals() {
    let desk = desk("findings-refusals");
    desk.put("broken.json", r#"{"Assertions": 1}"#);
    let commands: [(&[&str], &str); 8] = [
        (&["diff", "c.xml", "bad.xml"], "element-missing"),
        (&["diff", "gone.xml", "c.xml"], "cannot read `gone.xml`"),
        (&["assert", "-c", "bad.xml", "--policy", "policy.json"], "element-missing"),
        (&["assert", "-c", "c.xml", "--policy", "broken.json"], "Assertions"),
        (&["topology", "photos=bad.xml", "backup=back.xml"], "element-missing"),
        (&["topology", "photos=gone.xml", "backup=bad.xml"], "cannot read `gone.xml`"),
        (&["check", "gone.xml", "c.xml"], "cannot read `gone.xml`"),
        (&["check", "c.xml", "--context", "gone.json"], "cannot read `gone.json`"),
    ];
    for (command, expected) in commands {
        let run = |format| desk.run(&[command, &["--format", format]].concat());
        let log = run("sarif");
        assert!(log.ended(2).out.contains(expected), "{command:?} {}", log.out);
        assert!(sarif_schema().is_valid(&log.json()), "{}", log.out);
        let github = run("github");
        let lines = github.ended(2).out.lines();
        let found = lines.clone().find(|line| line.contains(expected));
        assert!(found.is_some_and(|line| line.starts_with("::error")), "{}", github.out);
        assert!(lines.clone().all(|line| line.starts_with("::")), "{}", github.out);
        let answer = run("json");
        let errors = answer.ended(2).json()["errors"].to_string();
        assert!(errors.contains(expected), "{command:?} {errors}");
        assert!(run("text").ended(2).err.contains(expected), "{command:?}");
    }
}

/// A refusal names the store, unless it is S3.
#[test]
fn a_refusal_names_the_dialect() {
    let desk = desk("findings-dialect");
    let ran = desk.run(&["diff", "bad.xml", "--dialect-old", "minio", "--dialect-new", "aws"]);
    assert!(
        ran.ended(2).err.contains("`bad.xml` is refused by the dialect `minio`"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("`bad.xml` is refused\n"), "{}", ran.err);
}

#[test]
fn a_template_is_one_artifact() {
    let desk = Desk::new("findings-artifacts");
    let bucket = |name: &str| {
        json!({"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name,
            "ReplicationConfiguration": {"Role": "arn:aws:iam::123456789012:role/r", "Rules": [
                {"Id": "tax", "Status": "Enabled", "Prefix": "/Tax",
                 "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}}})
    };
    let template = json!({"Resources": {"Photos": bucket("photos"), "Videos": bucket("videos")}});
    desk.put("t.json", template.to_string());
    let log = desk.run(&["check", "t.json", "--format", "sarif"]).json();
    assert_eq!(log["runs"][0]["artifacts"].as_array().unwrap().len(), 1);
    let wrong: Vec<String> =
        sarif_schema().iter_errors(&log).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
