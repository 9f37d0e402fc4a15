//! CloudFormation and Terraform as the input of commands.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Desk, ended};

const ROLE: &str = "arn:aws:iam::123456789012:role/r";

/// Returns a bucket of a template with one rule.
fn bucket(id: &str, name: &str, prefix: &str, destination: &str) -> String {
    format!(
        "  {id}:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: {name}\n      \
         VersioningConfiguration: {{Status: Enabled}}\n      ReplicationConfiguration:\n        \
         Role: {ROLE}\n        Rules:\n          - Id: one\n            Status: Enabled\n            \
         Priority: 1\n            Filter: {{Prefix: {prefix}}}\n            \
         DeleteMarkerReplication: {{Status: Enabled}}\n            \
         Destination: {{Bucket: {destination}}}\n"
    )
}

fn template(buckets: &[String]) -> String {
    format!(
        "Resources:\n{}  B: {{Type: 'AWS::S3::Bucket', Properties: {{VersioningConfiguration: {{Status: \
         Enabled}}}}}}\nParameters: {{Elsewhere: {{Type: String}}}}\n",
        buckets.concat()
    )
}

fn module(prefix: &str, destination: &str) -> String {
    format!(
        "resource \"aws_s3_bucket_replication_configuration\" \"photos\" {{\n  bucket = \"photos\"\n  \
         role = \"{ROLE}\"\n  rule {{\n    id = \"one\"\n    status = \"Enabled\"\n    priority = 1\n    \
         filter {{\n      prefix = {prefix}\n    }}\n    delete_marker_replication {{\n      \
         status = \"Enabled\"\n    }}\n    destination {{\n      bucket = {destination}\n    }}\n  }}\n}}\n"
    )
}

#[test]
fn check_has_an_entry_for_each_configuration() {
    let desk = Desk::new("template-check");
    let films =
        bucket("Films", "films", "a", "!Ref Elsewhere").replace("Priority: 1", "Priority: -1");
    desk.put("t.yaml", template(&[bucket("Photos", "photos", "a", "!GetAtt B.Arn"), films]));
    let document = ended(&desk, &["check", "t.yaml", "--format", "json"], 1).json();
    let file = &document["files"][0];
    assert_eq!((&file["form"], &file["valid"]), (&"cloudformation".into(), &false.into()));
    let [photos, films] = &file["configurations"].as_array().unwrap()[..] else { panic!("{file}") };
    assert_eq!(photos["resource"], "Photos");
    assert_eq!((&photos["bucket"], &photos["version"]), (&"photos".into(), &"V2".into()));
    assert_eq!(photos["valid"], Value::Null);
    assert_eq!(photos["unknown"], serde_json::json!(["Rules[0].Destination.Bucket"]));
    assert_eq!((&films["valid"], &films["resource"]), (&false.into(), &"Films".into()));
    let finding = &films["diagnostics"][0];
    assert_eq!((&finding["code"], &finding["line"]), (&"priority-out-of-range".into(), &26.into()));

    let text = ended(&desk, &["check", "t.yaml"], 1).out;
    assert!(text.contains("t.yaml: `Photos` (bucket `photos`): accepted, unless"), "{text}");
    let level = ["check", "main.tf", "--level", "terraform-priority-dropped=deny"];
    let v1 = module("\"a\"", "\"arn:aws:s3:::backup\"")
        .replace("filter {\n      prefix = \"a\"\n    }\n", "");
    desk.put(
        "main.tf",
        v1.replace("    delete_marker_replication {\n      status = \"Enabled\"\n    }\n", ""),
    );
    ended(&desk, &level, 1);
    ended(&desk, &["check", "main.tf"], 0);
    desk.put("bad.tf", "locals {\n  a = \"b\n}\n");
    let document = ended(&desk, &["check", "bad.tf", "--format", "json"], 1).json();
    assert_eq!(document["files"][0]["valid"], false);
    assert_eq!(document["files"][0]["diagnostics"][0]["line"], 2);
}

#[test]
fn check_picks_one_configuration_and_finds_one_at_least() {
    let desk = Desk::new("template-check-one");
    let films = bucket("Films", "films", "a", "nonsense");
    desk.put("t.yaml", template(&[bucket("Photos", "photos", "a", "!GetAtt B.Arn"), films]));
    ended(&desk, &["check", "t.yaml"], 1);
    let document = ["check", "t.yaml", "--resource", "Photos", "--format", "json"];
    let document = ended(&desk, &document, 0).json();
    let configurations = document["files"][0]["configurations"].as_array().unwrap();
    assert_eq!((configurations.len(), &configurations[0]["resource"]), (1, &"Photos".into()));
    ended(&desk, &["check", "t.yaml", "--resource", "Films"], 1);
    desk.put("bad.tf", "locals {\n  a = \"b\n}\n");
    let ran = ended(&desk, &["check", "bad.tf", "--resource", "Photos"], 1);
    assert!(ran.out.contains("the string is not closed"), "{}", ran.out);
    let ran = ended(&desk, &["check", "t.yaml", "--resource", "Film"], 2);
    assert!(ran.err.contains("there is no configuration `Film`"), "{}", ran.err);
    std::fs::create_dir(desk.0.join("empty")).unwrap();
    let ran = ended(&desk, &["check", "empty"], 2);
    assert!(ran.err.contains("no replication configuration in the folders"), "{}", ran.err);
}

#[test]
fn one_configuration_is_picked() {
    let desk = Desk::new("template-resource");
    let other = bucket("Films", "films", "b", "'arn:aws:s3:::other'");
    desk.put(
        "t.yaml",
        template(&[bucket("Photos", "photos", "a", "'arn:aws:s3:::backup'"), other]),
    );
    let ran = ended(&desk, &["decide", "-c", "t.yaml", "--key", "a"], 2);
    assert!(ran.err.contains("`Photos`, `Films`"), "{}", ran.err);
    let ran = ended(&desk, &["decide", "-c", "t.yaml", "--key", "a", "--resource", "Photos"], 0);
    assert_eq!(ran.json()["Replications"][0]["Bucket"], "arn:aws:s3:::backup");
    ended(&desk, &["decide", "-c", "t.yaml", "--key", "a", "--resource", "Music"], 2);
    let diff = ["diff", "t.yaml", "t.yaml", "--resource-old", "Photos", "--resource-new", "Films"];
    ended(&desk, &diff, 1);
    ended(&desk, &["diff", "t.yaml", "t.yaml", "--resource", "Photos"], 0);
}

#[test]
fn decisions_need_only_the_values_that_matter() {
    let desk = Desk::new("template-decide");
    desk.put("main.tf", module("var.prefix", "aws_s3_bucket.backup.arn"));
    let ran = ended(&desk, &["decide", "-c", "main.tf", "--key", "a"], 2);
    assert!(ran.err.contains("`Rules[0].Filter.Prefix` (`${var.prefix}`)"), "{}", ran.err);
    let given = ["decide", "-c", "main.tf", "--var", "prefix=a", "--key"];
    let yes = ended(&desk, &[&given[..], &["ab"]].concat(), 0).json();
    assert_eq!(yes["Replications"][0]["Bucket"], "${aws_s3_bucket.backup}");
    let no = ended(&desk, &[&given[..], &["b"]].concat(), 0).json();
    assert_eq!(no["Replicates"], false);
    let two = module("\"b\"", "\"arn:aws:s3:::known\"");
    let rule = two.split("  rule {").nth(1).unwrap().rsplit_once('}').unwrap().0;
    let rule = format!("  rule {{{}", rule.replace("\"one\"", "\"two\"").replace("= 1", "= 2"));
    let main = module("var.prefix", "\"arn:aws:s3:::known\"");
    let main = format!("{}{rule}}}\n", main.trim_end().strip_suffix('}').unwrap());
    desk.put("two.tf", main);
    // The rule with the higher priority takes the object, whatever the other prefix is.
    let decided = ended(&desk, &["decide", "-c", "two.tf", "--key", "b/1"], 0).json();
    assert_eq!(decided["Replications"][0]["Rule"], "two");
    assert_eq!(decided["Rules"][0], serde_json::json!({"Rule": "one", "Verdict": "unknown"}));
    let text = ended(&desk, &["explain", "-c", "two.tf", "--key", "b/1"], 0).out;
    assert!(text.contains("unknown values may change verdicts"), "{text}");
    ended(&desk, &["decide", "-c", "two.tf", "--key", "c"], 2);
    // A key is no object that a rule for delete markers of versions would take.
    let deleted =
        ["decide", "-c", "main.tf", "--key", "a", "--no-rules", "--event", "ObjectRemoved:Delete"];
    assert_eq!(ended(&desk, &deleted, 0).json()["Replicates"], false);
}

#[test]
fn drift_is_real_or_depends_on_a_name() {
    let desk = Desk::new("template-drift");
    desk.put("t.yaml", template(&[bucket("Photos", "photos", "a", "!GetAtt B.Arn")]));
    let convert = ["convert", "t.yaml", "--to", "xml"];
    let ran = ended(&desk, &convert, 2);
    assert!(ran.err.contains("`${B.Arn}`"), "{}", ran.err);
    let known = ["--parameter", "B.Arn=arn:aws:s3:::backup"];
    desk.put("live.xml", ended(&desk, &[&convert[..], &known].concat(), 0).out);
    let ran = ended(&desk, &["diff", "t.yaml", "live.xml"], 2);
    assert!(ran.err.contains("may be `arn:aws:s3:::backup`"), "{}", ran.err);
    ended(&desk, &[&["diff", "t.yaml", "live.xml"][..], &known].concat(), 0);
    desk.put("u.yaml", template(&[bucket("Photos", "photos", "ab", "!GetAtt B.Arn")]));
    ended(&desk, &["diff", "t.yaml", "u.yaml"], 1);
}

#[test]
fn every_form_converts_to_every_other() {
    let desk = Desk::new("template-convert");
    desk.put("main.tf", module("\"a$${b}\"", "\"arn:aws:s3:::backup\""));
    let names = ["c.xml", "c.json", "c.cfn.json", "c.yaml", "c.tf", "c.tf.json"];
    let forms =
        ["xml", "cli-json", "cloudformation", "cloudformation-yaml", "terraform", "terraform-json"];
    for (name, form) in names.iter().zip(forms) {
        ended(&desk, &["convert", "main.tf", "--to", form, "--output", name], 0);
    }
    for name in names {
        ended(&desk, &["diff", "main.tf", name], 0);
        let back = ended(&desk, &["convert", name, "--to", "xml"], 0).out;
        assert!(back.contains("<Prefix>a${b}</Prefix>"), "{name}: {back}");
        let migrated = ended(&desk, &["migrate", name], 0);
        assert!(migrated.err.contains("already V2"), "{}", migrated.err);
    }
    let excluded = std::fs::read_to_string(desk.0.join("c.xml")).unwrap();
    let excluded = excluded.replace("<Prefix>a${b}</Prefix>", "<Not><Prefix>tmp/</Prefix></Not>");
    desk.put("not.xml", excluded);
    for form in &forms[2..] {
        let ran = ended(&desk, &["convert", "not.xml", "--to", form], 2);
        assert!(ran.err.contains("the exclusion filter `Not` of rule `one`"), "{}", ran.err);
    }
    let rule = r#"{"Status": "Enabled", "Filter": {"Prefix": "z"},
        "DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": "arn:aws:s3:::more"}}"#;
    desk.put("rule.json", rule);
    let appended = ended(&desk, &["append", "c.yaml", "--rule", "rule.json"], 0).out;
    assert!(appended.starts_with("Role:") && appended.contains("arn:aws:s3:::more"), "{appended}");
}

/// What is written again has one meaning, so a condition that nobody knows is not guessed.
#[test]
fn unknown_conditions_are_never_written_as_if_they_held() {
    let desk = Desk::new("template-conditions");
    let criteria = "    dynamic \"source_selection_criteria\" {
      for_each = var.algorithm == \"aws:kms\" ? [1] : []
      content {
        replica_modifications { status = \"Enabled\" }
      }
    }
";
    let text = module("\"a\"", "\"arn:aws:s3:::backup\"");
    let with = text.replacen("    status", &format!("{criteria}    status"), 1);
    assert_ne!(with, text);
    desk.put("main.tf", with);
    let rule = r#"{"Status": "Enabled", "Filter": {"Prefix": "z"}, "Priority": 9,
        "DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": "arn:aws:s3:::more"}}"#;
    desk.put("rule.json", rule);
    desk.put(
        "policy.json",
        r#"{"Assertions": [{"Id": "n", "Keys": ["a/**"], "MustReach": {"Buckets": ["backup"]}}]}"#,
    );
    let writing: [&[&str]; 7] = [
        &["convert", "main.tf", "--to", "xml"],
        &["migrate", "main.tf"],
        &["append", "main.tf", "--rule", "rule.json"],
        &["diff", "main.tf", "main.tf"],
        &["assert", "-c", "main.tf", "--policy", "policy.json"],
        &["topology", "main.tf"],
        &["permissions", "-c", "main.tf", "--source-bucket", "photos"],
    ];
    for arguments in writing {
        let ran = ended(&desk, arguments, 2);
        let message = "error: the configuration depends on unknown conditions: `var.algorithm == \"aws:kms\"`; give";
        assert!(ran.err.contains(message), "{arguments:?}: {}", ran.err);
        assert_eq!(ran.out, "", "{arguments:?}");
    }
    let xml = |value: &str| {
        let known = format!("algorithm={value}");
        ended(&desk, &["convert", "main.tf", "--to", "xml", "--var", &known], 0).out
    };
    assert!(xml("aws:kms").contains("<ReplicaModifications>"));
    assert!(!xml("AES256").contains("<ReplicaModifications>"));
}

#[test]
fn a_template_is_a_topology() {
    let desk = Desk::new("template-topology");
    let there = bucket("Photos", "photos", "a", "!GetAtt Films.Arn");
    let back = bucket("Films", "films", "b", "!GetAtt Photos.Arn")
        .replace("      BucketName: films\n", "");
    desk.put("t.yaml", template(&[there, back]));
    let document = ended(&desk, &["topology", "t.yaml", "--format", "json"], 0).json();
    assert_eq!(document["graph"]["Edges"].as_array().unwrap().len(), 2, "{document}");
    let text = ended(&desk, &["topology", "t.yaml"], 0).out;
    assert!(text.contains("${Films}"), "{text}");
}

#[test]
fn folders_are_searched_quickly() {
    let desk = Desk::new("template-folder");
    for number in 0..10 {
        std::fs::create_dir_all(desk.0.join(format!("m{number}"))).unwrap();
        desk.put(&format!("m{number}/main.tf"), module("local.prefix", "\"arn:aws:s3:::backup\""));
        desk.put(&format!("m{number}/locals.tf"), "locals {\n  prefix = \"a\"\n}\n");
        let buckets = [bucket("Photos", "photos", "a", "!GetAtt B.Arn")];
        desk.put(&format!("t{number}.yaml"), template(&buckets));
    }
    desk.put("package.json", "{\"name\": \"other\"}");
    let start = Instant::now();
    let document = ended(&desk, &["check", ".", "--format", "json"], 0).json();
    // The build of the tests is not optimised.
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    let files = document["files"].as_array().unwrap();
    assert_eq!(files.len(), 20, "{document}");
    assert!(files.iter().all(|file| file["configurations"].as_array().unwrap().len() == 1));
}

/// Two unknown destinations of V1 rules may be one bucket, so S3 may take them.
#[test]
fn a_second_unknown_destination_in_v1_is_a_warning() {
    let desk = Desk::new("v1-destinations");
    let rule = |id: &str, prefix: &str, bucket: &str| {
        format!(
            "          - {{Id: {id}, Status: Enabled, Prefix: {prefix}, Destination: {{Bucket: \
             {bucket}}}}}\n"
        )
    };
    let found = |first: &str, second: &str| {
        let rules = rule("a", "a/", first) + &rule("b", "b/", second);
        let text = format!(
            "Resources:\n  P:\n    Type: AWS::S3::Bucket\n    Properties:\n      \
             VersioningConfiguration: {{Status: Enabled}}\n      \
             ReplicationConfiguration:\n        Role: arn:aws:iam::111122223333:role/r\n        \
             Rules:\n{rules}\
             Parameters: {{One: {{Type: String}}, Two: {{Type: String}}}}\n"
        );
        desk.put("t.yaml", text);
        let told = desk.run(&["check", "t.yaml", "--format", "json"]).json();
        let one = told["files"][0]["configurations"][0].clone();
        let all = one["diagnostics"].as_array().unwrap();
        let is_this =
            |finding: &&serde_json::Value| finding["code"] == "several-destinations-in-v1";
        let severity = all.iter().find(is_this).map(|finding| finding["severity"].clone());
        (severity, one["valid"].clone())
    };
    let (known, other) = ("\"arn:aws:s3:::backup\"", "\"arn:aws:s3:::other\"");
    let (one, two) = ("!Sub \"arn:aws:s3:::${One}\"", "!Sub \"arn:aws:s3:::${Two}\"");
    assert_eq!(found(known, other), (Some("error".into()), false.into()));
    assert_eq!(found(one, two), (Some("warning".into()), serde_json::Value::Null));
    assert_eq!(found(known, two), (Some("warning".into()), serde_json::Value::Null));
    assert_eq!(found(one, one), (None, serde_json::Value::Null));
    assert_eq!(found(known, known), (None, true.into()));
}

/// A file of a module takes the values that its folder gives, wherever one file is enough.
#[test]
fn one_file_of_a_module_has_the_values_of_its_folder() {
    let desk = Desk::new("templates-automatic-values");
    std::fs::create_dir_all(desk.0.join("m")).unwrap();
    let text =
        "variable \"prefix\" {}\n".to_owned() + &module("var.prefix", "\"arn:aws:s3:::backup\"");
    let explain =
        |file: &str, key: &str| desk.run(&["decide", "-c", file, "--key", key, "--no-rules"]);
    for folder in ["", "m/"] {
        desk.put(&format!("{folder}main.tf"), &text);
        let main = format!("{folder}main.tf");
        let ran = explain(&main, "logs/a");
        assert!(ran.ended(2).err.contains("`${var.prefix}`"), "{}", ran.err);
        desk.put(&format!("{folder}terraform.tfvars"), "prefix = \"data/\"\n");
        desk.put(&format!("{folder}b.auto.tfvars"), "prefix = \"logs/\"\n");
        for (key, replicates) in [("logs/a", true), ("data/a", false)] {
            assert_eq!(
                explain(&main, key).ended(0).json()["Replicates"],
                replicates,
                "{main} {key}"
            );
        }
        // As before, an option counts more.
        let ran = desk.run(&["decide", "-c", &main, "--key", "x", "--var", "prefix=x"]);
        assert_eq!(ran.ended(0).json()["Replicates"], true);
        // A file of values that cannot be read may have others.
        desk.put(&format!("{folder}c.auto.tfvars"), "prefix = \n {{{");
        let ran = explain(&main, "logs/a");
        let expected = format!("the file of values `{folder}c.auto.tfvars` cannot be read");
        assert!(ran.ended(2).err.contains(&expected), "{}", ran.err);
    }
}
