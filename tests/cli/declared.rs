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

/// A module in two files, whose role may not delete, with a policy of the destination.
const MODULE: [(&str, &str); 2] = [
    (
        "main.tf",
        r#"
resource "aws_s3_bucket" "photos" {
  bucket = "photos"
}
resource "aws_s3_bucket_replication_configuration" "photos" {
  bucket = aws_s3_bucket.photos.id
  role   = aws_iam_role.replication.arn
  rule {
    id     = "all"
    status = "Enabled"
    filter {}
    delete_marker_replication {
      status = "Enabled"
    }
    destination {
      bucket = "arn:aws:s3:::backup"
    }
  }
}
"#,
    ),
    (
        "iam.tf",
        r#"
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }
  }
}
resource "aws_iam_role" "replication" {
  name               = "replication"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource "aws_iam_role_policy" "read" {
  role = aws_iam_role.replication.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
        Resource = aws_s3_bucket.photos.arn
      },
      {
        Effect   = "Allow"
        Action   = "s3:GetObjectVersion*"
        Resource = "${aws_s3_bucket.photos.arn}/*"
      },
    ]
  })
}
resource "aws_iam_policy" "write" {
  policy = <<-EOT
    {"Version": "2012-10-17", "Statement": [
      {"Effect": "Allow", "Action": "s3:ReplicateObject", "Resource": "RESOURCE"}
    ]}
  EOT
}
resource "aws_iam_role_policy_attachment" "write" {
  role       = aws_iam_role.replication.name
  policy_arn = aws_iam_policy.write.arn
}
"#,
    ),
];

#[test]
fn policies_of_a_module_are_context() {
    let desk = Desk::new("permissions-module");
    desk.put("facts.json", r#"{"backup": {"Account": "111122223333"}}"#);
    std::fs::create_dir_all(desk.0.join("m")).unwrap();
    let put = |service: &str, resource: &str| {
        for (name, text) in MODULE {
            let text = text.replace("s3.amazonaws.com", service).replace("RESOURCE", resource);
            desk.put(&format!("m/{name}"), text);
        }
    };
    let check = [
        "permissions",
        "-c",
        "m",
        "--source-bucket",
        "photos",
        "--check",
        "--format=json",
        "--context=facts.json",
        "--var",
        "aws_iam_role.replication.arn=arn:aws:iam::111122223333:role/replication",
    ];
    put("s3.amazonaws.com", "arn:aws:s3:::backup/*");
    let answer: Value = serde_json::from_str(&desk.run(&check).ended(1).out).unwrap();
    let missing = answer["Missing"].as_array().unwrap();
    assert_eq!(missing.len(), 1, "{answer}");
    assert_eq!(missing[0]["Action"], "s3:ReplicateDelete");

    // A role is not judged by a part of its policies.
    put("s3.amazonaws.com", "arn:aws:s3:::${var.backup}/*");
    desk.put("m/variables.tf", "variable \"backup\" {}");
    let ran = desk.run(&check);
    let unused = "a policy of `aws_iam_role_policy_attachment.write` is not used: it depends on \
                  `${var.backup}`";
    assert!(ran.err.contains(unused), "{}", ran.err);
    let with_value = [&check[..], &["--var", "backup=backup"]].concat();
    assert!(desk.run(&with_value).ended(1).out.contains("s3:ReplicateDelete"));

    // A finding is at its resource, in a file that has no configuration.
    put("batchoperations.s3.amazonaws.com", "arn:aws:s3:::backup/*");
    let ran = desk.run(&["check", "m"]);
    let text = &ran.ended(0).out;
    assert!(text.contains("warning[role-trusts-other-service]"), "{text}");
    assert!(text.contains("iam.tf:11:"), "{text}");
    put("s3.amazonaws.com", "arn:aws:s3:::backup/*");
    assert!(!desk.run(&["check", "m"]).ended(0).out.contains("role-trusts"));
}

/// Policies in other files of a module are not silently missing.
#[test]
fn other_files_of_a_module_are_named() {
    let desk = Desk::new("permissions-siblings");
    std::fs::create_dir_all(desk.0.join("m")).unwrap();
    for (name, text) in MODULE {
        desk.put(&format!("m/{name}"), text.replace("RESOURCE", "arn:aws:s3:::backup/*"));
    }
    desk.put("m/variables.tf", "variable \"unused\" {}");
    let arn = "aws_iam_role.replication.arn=arn:aws:iam::111122223333:role/replication";
    let err = |file: &str| {
        let check =
            ["permissions", "-c", file, "--source-bucket", "photos", "--check", "--var", arn];
        desk.run(&check).err
    };
    let files: Vec<&str> = MODULE.iter().map(|(name, _)| *name).collect();
    let of_configuration = files.iter().find(|name| **name != "iam.tf").unwrap();
    let said = err(&format!("m/{of_configuration}"));
    assert!(said.contains("the policies in `m/iam.tf` are not read; give the folder"), "{said}");
    assert!(!err("m").contains("are not read"), "{}", err("m"));
}
