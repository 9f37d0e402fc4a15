//! Findings name fields as the form of the document does.

use super::{ROLE, only, read};

/// Returns the messages and the advice about the only configuration.
fn found(name: &str, text: &str) -> Vec<String> {
    let template = read(name, text);
    let report = only(&template).parsed().report();
    report
        .iter()
        .flat_map(|one| [one.message.clone(), one.help.clone().unwrap_or_default()])
        .collect()
}

fn resource(inside: &str, destination: &str) -> String {
    format!(
        "resource \"aws_s3_bucket_replication_configuration\" \"this\" {{\n  bucket = \"photos\"\n  role = \
         \"{ROLE}\"\n  rule {{\n    id = \"one\"\n    status = \"Enabled\"\n    filter {{}}\n{inside}    \
         destination {{\n      bucket = \"arn:aws:s3:::backup\"\n{destination}    }}\n  }}\n}}\n"
    )
}

const MARKERS: &str = "    delete_marker_replication {\n      status = \"Disabled\"\n    }\n";

#[test]
fn terraform_has_snake_case() {
    let all = found("main.tf", &resource("", ""));
    assert_eq!(
        all,
        [
            "a rule with `filter` needs `delete_marker_replication`",
            "add `delete_marker_replication { status = … }`, `Disabled` to keep deletes local",
        ]
    );
    let key = "      encryption_configuration {\n        replica_kms_key_id = \
               \"arn:aws:kms:eu-west-1:111122223333:key/1\"\n      }\n";
    let all = found("main.tf", &resource(MARKERS, key));
    assert_eq!(all[0], "`encryption_configuration` needs `sse_kms_encrypted_objects`");
    assert_eq!(all[1], "add `sse_kms_encrypted_objects` in `source_selection_criteria`");
}

#[test]
fn cloudformation_has_its_own_names() {
    let text = format!(
        "Resources:\n  Photos:\n    Type: AWS::S3::Bucket\n    Properties:\n      \
         VersioningConfiguration: {{Status: Enabled}}\n      ReplicationConfiguration:\n        \
         Role: {ROLE}\n        Rules:\n          - Id: one\n            Status: Enabled\n            \
         Priority: 1\n            Filter: {{And: {{Prefix: a}}, Prefix: b}}\n            \
         DeleteMarkerReplication: {{Status: Disabled}}\n            \
         Destination: {{Bucket: 'arn:aws:s3:::backup'}}\n"
    );
    let all = found("t.yaml", &text).join("; ");
    assert!(all.contains("more than one of `Prefix`, `TagFilter`, `And` and `Not`"), "{all}");
}

/// The words of the user stay as they are, also where they are names of fields.
#[test]
fn words_of_the_user_stay() {
    let text = resource(MARKERS, "").replace("\"one\"", "\"Filter\"");
    let rule = text.split("  rule {").nth(1).unwrap().rsplit_once('}').unwrap().0;
    let twice = text.replacen("  rule {", &format!("  rule {{{rule}  rule {{"), 1);
    let all = found("main.tf", &twice).join("; ");
    assert!(all.contains("rule ID `Filter` is not unique"), "{all}");
}
