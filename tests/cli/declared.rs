//! Policies that a template declares beside its configurations.

use serde_json::{Value, json};

use super::Desk;

/// A template with a role: its policies are judged, and what is unknown in them is named.
const TEMPLATE: &str = r#"
Parameters: {Team: {Type: String}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: replication
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: SERVICE}, Action: "sts:AssumeRole"}
      Policies:
        - PolicyName: read
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"]
                Resource: !GetAtt Photos.Arn
              - {Effect: Allow, Action: "s3:GetObjectVersion*", Resource: !Sub "${Photos.Arn}/*"}
  Write:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: write
      Roles: [!Ref Role]
      PolicyDocument:
        Version: "2012-10-17"
        Statement: {Effect: Allow, Action: "s3:ReplicateObject", Resource: RESOURCE}
  Photos:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: photos
      VersioningConfiguration: {Status: Enabled}
      ReplicationConfiguration:
        Role: !GetAtt Role.Arn
        Rules:
          - Status: Enabled
            Priority: 1
            Filter: {Prefix: ""}
            DeleteMarkerReplication: {Status: Enabled}
            Destination: {Bucket: "arn:aws:s3:::backup"}
"#;

const BACKUP: &str = r#""arn:aws:s3:::backup/*""#;

#[test]
fn policies_of_a_template_are_context() {
    let desk = Desk::new("permissions-template");
    let put = |service: &str, resource: &str| {
        desk.put("t.yaml", TEMPLATE.replace("SERVICE", service).replace("RESOURCE", resource));
    };
    let check = [
        "permissions",
        "-c",
        "t.yaml",
        "--source-bucket",
        "photos",
        "--check",
        "--format",
        "json",
        "--context",
        "facts.json",
        "--parameter",
        "Role.Arn=arn:aws:iam::111122223333:role/replication",
    ];
    let facts = r#"{"backup": {"Account": "111122223333"}}"#;
    desk.put("facts.json", facts);
    put("s3.amazonaws.com", BACKUP);
    let answer: Value = serde_json::from_str(&desk.run(&check).ended(1).out).unwrap();
    let missing = |answer: &Value| -> Vec<String> {
        let missing = answer["Missing"].as_array().unwrap().iter();
        missing.map(|one| one["Action"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(missing(&answer), ["s3:ReplicateDelete"]);

    // A file counts more than the policies of the template.
    let role = json!({"Version": "2012-10-17", "Statement":
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}});
    desk.put("role.json", role.to_string());
    let with_file = [&check[..], &["--role-policy", "role.json"]].concat();
    desk.run(&with_file).ended(0);

    // A role is not judged by a part of its policies.
    put("s3.amazonaws.com", r#"!Sub "arn:aws:s3:::${Team}/*""#);
    let ran = desk.run(&check);
    assert!(
        ran.err.contains("a policy of `Write` is not used: it depends on `arn:aws:s3:::${Team}/*`"),
        "{}",
        ran.err
    );
    let answer: Value = serde_json::from_str(&ran.ended(0).out).unwrap();
    assert_eq!(missing(&answer), [""; 0]);
    assert!(answer["NotChecked"].to_string().contains("\"ReplicationRole\""), "{answer}");

    // `check` finds the wrong service without the ARN of the role.
    put("batchoperations.s3.amazonaws.com", BACKUP);
    let ran = desk.run(&["check", "t.yaml"]);
    let text = &ran.ended(0).out;
    assert!(
        text.contains("warning[role-trusts-other-service]: the role of the configuration trusts"),
        "{text}"
    );
    assert!(text.contains(" --> t.yaml:4:"), "{text}");
    let allowed = desk.run(&["check", "t.yaml", "--level", "role-trusts-other-service=allow"]);
    assert!(!allowed.ended(0).out.contains("role-trusts"), "{}", allowed.out);
    put("s3.amazonaws.com", BACKUP);
    assert!(!desk.run(&["check", "t.yaml"]).ended(0).out.contains("role-trusts"));
}
