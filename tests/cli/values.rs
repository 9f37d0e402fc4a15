//! Values that options give by name, modules in folders, and the YAML of the AWS CLI.

use super::{Desk, ended};

const ROLE: &str = "arn:aws:iam::123456789012:role/r";

fn template() -> String {
    format!(
        "Parameters:\n  Prefix: {{Type: String}}\nResources:\n  Photos:\n    Type: AWS::S3::Bucket\n    \
         Properties:\n      BucketName: photos\n      VersioningConfiguration: {{Status: Enabled}}\n      \
         ReplicationConfiguration:\n        Role: {ROLE}\n        Rules:\n          - Status: Enabled\n            \
         Priority: 1\n            Filter: {{Prefix: !Ref Prefix}}\n            \
         DeleteMarkerReplication: {{Status: Disabled}}\n            \
         Destination: {{Bucket: 'arn:aws:s3:::backup'}}\n"
    )
}

fn module(bucket: &str, prefix: &str) -> String {
    format!(
        "resource \"aws_s3_bucket_replication_configuration\" \"this\" {{\n  bucket = {bucket}\n  \
         role = \"{ROLE}\"\n  rule {{\n    status = \"Enabled\"\n    filter {{\n      prefix = {prefix}\n    \
         }}\n    delete_marker_replication {{\n      status = \"Disabled\"\n    }}\n    destination {{\n      \
         bucket = \"arn:aws:s3:::backup\"\n    }}\n  }}\n}}\n"
    )
}

/// What `aws s3api get-bucket-replication --output yaml` prints.
const YAML: &str = "ReplicationConfiguration:
  Role: arn:aws:iam::123456789012:role/r
  Rules:
  - DeleteMarkerReplication:
      Status: Disabled
    Destination:
      Account: '012345678901'
      Bucket: arn:aws:s3:::backup
    Filter:
      And:
        Prefix: a/
        Tags:
        - Key: k
          Value: yes
        - Key: l
          Value: ''
    ID: one
    Priority: 1
    Status: Enabled
";

#[test]
fn a_value_under_a_wrong_name_is_refused() {
    let desk = Desk::new("values-names");
    desk.put("t.yaml", template());
    desk.put(
        "main.tf",
        "variable \"prefix\" {}\n".to_owned() + &module("\"photos\"", "var.prefix"),
    );
    desk.put("c.yaml", YAML);
    let wrong = [
        (
            &["t.yaml", "--parameter", "Prefx=a"][..],
            "no parameter is called `Prefx`; did you mean `Prefix`?",
        ),
        (
            &["t.yaml", "--parameter", "Team=a"],
            "no parameter is called `Team`; the input declares `Prefix`",
        ),
        (&["t.yaml", "--var", "Prefix=a"], "write `--parameter Prefix=VALUE`"),
        (&["main.tf", "--var", "prefx=a"], "no variable is called `prefx`; did you mean `prefix`?"),
        (&["main.tf", "--parameter", "prefix=a"], "write `--var prefix=VALUE`"),
        (&["c.yaml", "--var", "x=a"], "the input is not a Terraform module"),
    ];
    for (arguments, message) in wrong {
        let decide = [&["decide", "--key", "a", "-c"][..], arguments].concat();
        let check = [&["check"][..], arguments].concat();
        for arguments in [decide, check] {
            let ran = ended(&desk, &arguments, 2);
            assert!(ran.err.contains(message), "{arguments:?}: {}", ran.err);
            assert_eq!(ran.out, "", "{arguments:?}");
        }
    }
    // One of several inputs is enough.
    ended(
        &desk,
        &["check", "t.yaml", "main.tf", "--parameter", "Prefix=a", "--var", "prefix=a"],
        0,
    );
    ended(&desk, &["diff", "t.yaml", "main.tf", "--parameter", "Prefix=a", "--var", "prefix=a"], 0);
    let ran = ended(
        &desk,
        &["diff", "t.yaml", "t.yaml", "--parameter", "Prefix=b", "--parameter", "Prefx=a"],
        2,
    );
    assert!(ran.err.contains("did you mean `Prefix`?"), "{}", ran.err);
    for command in [&["check", "t.yaml"][..], &["decide", "--key", "a", "-c", "t.yaml"]] {
        let ran = ended(&desk, &[command, &["--resource", "Fotos"]].concat(), 2);
        assert!(ran.err.contains("`Fotos`; did you mean `Photos`?"), "{}", ran.err);
    }
    let ran = ended(&desk, &["decide", "-c", "t.yaml", "--key", "a"], 2);
    assert!(ran.err.contains("give `--parameter Prefix=VALUE`"), "{}", ran.err);
}

#[test]
fn modules_in_folders_are_followed() {
    let desk = Desk::new("values-modules");
    std::fs::create_dir_all(desk.0.join("infra/modules/replication")).unwrap();
    let root =
        "module \"photos\" {\n  source = \"./modules/replication\"\n  bucket = \"photos\"\n}\n";
    desk.put("infra/main.tf", root);
    let called = "variable \"bucket\" {}\n".to_owned() + &module("var.bucket", "\"a\"");
    desk.put("infra/modules/replication/main.tf", called);
    for given in ["infra", "infra/main.tf"] {
        let document = ended(&desk, &["check", given, "--format", "json"], 0).json();
        let files = document["files"].as_array().unwrap();
        let file = files.last().unwrap();
        // The called module is read as a part of its caller, and not once more for itself.
        assert_eq!(file["configurations"].as_array().unwrap().len(), 1, "{document}");
        assert_eq!(file["file"], "infra/modules/replication/main.tf");
        let one = &file["configurations"][0];
        assert_eq!(one["resource"], "module.photos.aws_s3_bucket_replication_configuration.this");
        assert_eq!((&one["bucket"], &one["valid"]), (&"photos".into(), &true.into()));
        let decided = ended(&desk, &["decide", "-c", given, "--key", "a"], 0).json();
        assert_eq!(decided["Replicates"], true);
    }
    desk.put("infra/main.tf", root.replace("./modules/replication", "./modules/replicaton"));
    let document = ended(&desk, &["check", "infra/main.tf", "--format", "json"], 0).json();
    let note = &document["files"][0]["diagnostics"][0];
    assert_eq!((&note["code"], &note["line"]), (&"module-not-read".into(), &2.into()));
}

#[test]
fn the_yaml_of_the_cli_is_what_its_json_is() {
    let desk = Desk::new("values-yaml");
    desk.put("c.yaml", YAML);
    let document = ended(&desk, &["check", "c.yaml", "--format", "json"], 0).json();
    let file = &document["files"][0];
    assert_eq!((&file["form"], &file["valid"]), (&"cli-json".into(), &true.into()));
    assert_eq!(file["diagnostics"][0]["line"], 6);
    desk.put("c.xml", ended(&desk, &["convert", "c.yaml", "--to", "xml"], 0).out);
    let xml = std::fs::read_to_string(desk.0.join("c.xml")).unwrap();
    assert!(xml.contains("<Value>yes</Value>") && xml.contains("<Account>012345678901<"), "{xml}");
    ended(&desk, &["diff", "c.yaml", "c.xml"], 0);
    desk.put(
        "head.yaml",
        "AcceptRanges: bytes\nContentLength: 7\nETag: '\"x\"'\n\
        LastModified: '2026-11-22T10:00:00+00:00'\nMetadata: {}\nServerSideEncryption: AES256\n\
        VersionId: 'v1'\n",
    );
    let head = ["decide", "-c", "c.xml", "--objects", "head.yaml", "--key", "b"];
    let decided = ended(&desk, &head, 0).json();
    assert_eq!((&decided["Key"], &decided["VersionId"]), (&"b".into(), &"v1".into()));
    desk.put("list.yaml", "Versions:\n- Key: a/1\n  IsLatest: true\n  LastModified: '2026-11-22T10:00:00+00:00'\n  \
        Size: 1\n  StorageClass: STANDARD\n  VersionId: v1\n- Key: a/2\n  IsLatest: true\n  \
        LastModified: '2026-11-22T10:00:00+00:00'\n  Size: 1\n  StorageClass: STANDARD\n  VersionId: v2\n");
    assert_eq!(
        ended(&desk, &["decide", "-c", "c.xml", "--objects", "list.yaml"], 0).lines().len(),
        2
    );
    desk.put(
        "rule.yaml",
        "Status: Enabled\nPriority: 7\nFilter:\n  Prefix: z\nDeleteMarkerReplication:\n  \
        Status: Disabled\nDestination:\n  Bucket: arn:aws:s3:::more\n",
    );
    let appended = ended(&desk, &["append", "c.xml", "--rule", "rule.yaml"], 0).out;
    assert!(appended.contains("arn:aws:s3:::more"), "{appended}");
}

/// YAML of any other kind is one finding, and not one for each of its names.
#[test]
fn other_yaml_is_named_once() {
    let desk = Desk::new("values-other-yaml");
    for text in
        ["services:\n  web:\n    image: x\n", "- a\n- b\n", "name: a\n", "a: 1\nb: 2\nc: 3\n"]
    {
        desk.put("y.yaml", text);
        let document = ended(&desk, &["check", "y.yaml", "--format", "json"], 1).json();
        let file = &document["files"][0];
        assert_eq!(file["diagnostics"].as_array().unwrap().len(), 1, "{text}: {document}");
        assert_eq!(file["valid"], false);
    }
}

#[test]
fn a_source_bucket_that_the_template_contradicts_is_found() {
    let desk = Desk::new("values-source");
    desk.put("t.yaml", template());
    let check = ["check", "t.yaml", "--source-bucket", "films", "--format", "json"];
    let document = ended(&desk, &check, 0).json();
    let one = &document["files"][0]["configurations"][0];
    let codes: Vec<_> =
        one["diagnostics"].as_array().unwrap().iter().map(|one| &one["code"]).collect();
    assert!(codes.iter().any(|code| **code == "source-bucket-differs"), "{document}");
    assert_eq!(one["bucket"], "photos");
}

/// Policies are read for the same bucket, which is no reason to warn again.
#[test]
fn a_source_bucket_is_contradicted_once() {
    let desk = Desk::new("values-source-once");
    let text = template();
    desk.put("t.yaml", text.replace("!Ref Prefix", "a"));
    desk.put(
        "role.json",
        r#"{"Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#,
    );
    let explain = ["explain", "-c", "t.yaml", "--key", "a", "--source-bucket", "films"];
    for more in [&[][..], &["--role-policy", "role.json"]] {
        let ran = desk.run(&[&explain[..], more].concat());
        assert_eq!(
            ran.err.matches("the source bucket is given as `films`").count(),
            1,
            "{}",
            ran.err
        );
    }
}

/// A report that leaves findings out states that at its end, and in JSON.
#[test]
fn a_scenario_with_many_problems_is_cut_at_the_end() {
    let desk = Desk::new("values-many-problems");
    let event = r#"{"At": "2026-01-01T00:00:00Z", "Bucket": "nowhere", "Event": "ObjectCreated:Put", "Key": "k"}"#;
    let events = vec![event; 2_000].join(", ");
    desk.put("s.json", format!(r#"{{"Buckets": {{"aaa": {{}}}}, "Events": [{events}]}}"#));
    let more = "there may be more problems";
    let ran = desk.run(&["simulate", "s.json"]);
    assert!(
        ran.status != 0 && ran.err.trim_end().lines().last().unwrap().contains(more),
        "{}",
        ran.err
    );
    let json = desk.run(&["simulate", "s.json", "--format", "json"]);
    assert!(json.out.contains(more), "{}", json.out);
}
