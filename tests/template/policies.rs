//! Policies of Terraform modules: their documents, holders and names.

use std::fmt::Write;
use std::time::{Duration, Instant};

use s3_replication::template::{PolicyHolder, Template};
use serde_json::{Value, json};

use super::{read, reader};

/// Returns the document of the only policy at an address.
#[track_caller]
fn document(template: &Template, address: &str) -> Result<Value, String> {
    let mut found = template.policies().iter().filter(|policy| policy.address() == address);
    let policy = found.next().unwrap_or_else(|| panic!("{address}: {:?}", template.policies()));
    assert_eq!(found.next(), None, "{address}");
    let text = policy.json().map_err(str::to_owned)?;
    Ok(serde_json::from_str(text).unwrap())
}

/// Returns the document that a data source with this inside makes.
#[track_caller]
fn made(inside: &str) -> Result<Value, String> {
    let text = format!(
        "data \"aws_iam_policy_document\" \"d\" {{\n{inside}\n}}\nresource \"aws_iam_role_policy\" \
         \"p\" {{\n  role = \"r\"\n  policy = data.aws_iam_policy_document.d.json\n}}\n"
    );
    document(&read("main.tf", &text), "aws_iam_role_policy.p")
}

#[track_caller]
fn statements(inside: &str) -> Value {
    made(inside).unwrap()["Statement"].clone()
}

const WAYS: &str = r#"
resource "aws_s3_bucket" "backup" {
  bucket = "backup"
}
resource "aws_iam_role_policy" "text" {
  role   = "r"
  policy = <<-EOT
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
      "Action": ["s3:ReplicateObject"], "Resource": ["${aws_s3_bucket.backup.arn}/*"]}]}
  EOT
}
resource "aws_iam_role_policy" "encoded" {
  role = "r"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:ReplicateObject"]
      Resource = ["${aws_s3_bucket.backup.arn}/*"]
    }]
  })
}
data "aws_iam_policy_document" "d" {
  count = 2
  statement {
    actions   = toset(["s3:ReplicateObject"])
    resources = count.index == 1 ? ["${aws_s3_bucket.backup.arn}/*"] : []
  }
}
resource "aws_iam_role_policy" "source" {
  role   = "r"
  policy = data.aws_iam_policy_document.d[1].json
}
"#;

#[test]
fn a_document_is_the_same_in_every_way_to_write_it() {
    let expected = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Action": ["s3:ReplicateObject"], "Resource": ["arn:aws:s3:::backup/*"]}]});
    let template = read("main.tf", WAYS);
    for way in ["text", "encoded", "source"] {
        let address = format!("aws_iam_role_policy.{way}");
        assert_eq!(document(&template, &address).as_ref(), Ok(&expected), "{way}");
    }
    // A bucket without a name is unknown in policies, as it is in configurations.
    let template = read("main.tf", &WAYS.replace("bucket = \"backup\"", ""));
    for way in ["text", "encoded", "source"] {
        let address = format!("aws_iam_role_policy.{way}");
        let unknown = document(&template, &address).unwrap_err();
        assert_eq!(unknown, "${aws_s3_bucket.backup.arn}", "{way}");
    }
}

#[test]
fn blocks_of_the_data_source_are_evaluated() {
    let everything = r#"
  version   = "2008-10-17"
  policy_id = "one"
  statement {
    sid         = "Everything"
    effect      = "Deny"
    not_actions = ["s3:Get*"]
    not_resources = ["arn:aws:s3:::a/&{aws:username}"]
    not_principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
    condition {
      test     = "StringLike"
      variable = "aws:PrincipalArn"
      values   = ["a"]
    }
    condition {
      test     = "StringLike"
      variable = "aws:PrincipalArn"
      values   = ["b<c"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = [false]
    }
  }"#;
    let expected = json!({"Version": "2008-10-17", "Id": "one", "Statement": [{
        "Sid": "Everything", "Effect": "Deny", "NotAction": ["s3:Get*"],
        "NotResource": ["arn:aws:s3:::a/${aws:username}"],
        "NotPrincipal": {"AWS": ["111122223333"]},
        "Condition": {"StringLike": {"aws:PrincipalArn": ["a", "b<c"]},
            "Bool": {"aws:SecureTransport": [false]}}}]});
    assert_eq!(made(everything), Ok(expected));

    let everyone = "statement {\n principals {\n  type = \"*\"\n  identifiers = [\"*\"]\n }\n}";
    assert_eq!(statements(everyone), json!([{"Effect": "Allow", "Principal": "*"}]));
    let of_aws = everyone.replacen("\"*\"", "\"AWS\"", 1);
    assert_eq!(statements(&of_aws), json!([{"Effect": "Allow", "Principal": {"AWS": ["*"]}}]));
    let many = "dynamic \"statement\" {\n for_each = [\"a\", \"b\"]\n content {\n  sid = \
                statement.value\n }\n}";
    let expected = json!([{"Sid": "a", "Effect": "Allow"}, {"Sid": "b", "Effect": "Allow"}]);
    assert_eq!(statements(many), expected);

    // Of statements with one ID the later counts, wherever it comes from.
    let merged = r#"
  source_policy_documents   = [jsonencode({Statement = {Sid = "a", Effect = "Deny"}})]
  override_policy_documents = [jsonencode({Statement = [{Sid = "b", Effect = "Deny"}]})]
  statement {
    sid = "a"
  }
  statement {
    sid = "b"
  }"#;
    let expected = json!([{"Sid": "a", "Effect": "Allow"}, {"Sid": "b", "Effect": "Deny"}]);
    assert_eq!(statements(merged), expected);

    for (inside, unknown) in [
        ("statement {\n actions = var.a\n}", "${var.a}"),
        ("statement {\n principals {\n  type = var.b\n  identifiers = []\n }\n}", "${var.b}"),
        ("dynamic \"statement\" {\n for_each = var.c\n content {\n }\n}", "${var.c}"),
        ("source_policy_documents = [file(\"d.json\")]", "${file(\"d.json\")}"),
        ("statement {\n resources = [\"a/&{aws:username}/${var.e}\"]\n}", "${var.e}"),
    ] {
        assert!(made(inside).unwrap_err().contains(unknown), "{inside}: {:?}", made(inside));
    }
}

const HOLDERS: &str = r#"
variable "is_wide" {}
locals { document = "{\"Statement\": []}" }
resource "aws_iam_role" "r" {
  for_each            = toset(["photos"])
  name                = "replication-${each.key}"
  assume_role_policy  = local.document
  managed_policy_arns = ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]
  inline_policy {
    name   = "inline"
    policy = local.document
  }
}
resource "aws_iam_role_policy" "own" {
  for_each = aws_iam_role.r
  role     = "replication-photos"
  policy   = local.document
}
resource "aws_iam_role_policy_attachment" "one" {
  role       = aws_iam_role.r["photos"].name
  policy_arn = aws_iam_policy.shared.arn
}
resource "aws_iam_policy_attachment" "many" {
  roles      = [aws_iam_role.r["photos"].id, "other"]
  policy_arn = aws_iam_policy.wide[0].arn
}
resource "aws_iam_policy" "shared" {
  policy = local.document
}
resource "aws_iam_policy" "wide" {
  count  = var.is_wide ? 1 : 0
  policy = local.document
}
resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.b.id
  policy = local.document
}
resource "aws_s3_bucket" "b" {
  bucket = "backup"
}
resource "aws_kms_key" "k" {
  policy = local.document
}
resource "aws_kms_key_policy" "k" {
  key_id = aws_kms_key.k.id
  policy = local.document
}
"#;

#[test]
fn holders_have_all_their_names() {
    let key = "arn:aws:kms:eu-west-1:111122223333:key/1";
    let template = reader()
        .with_variable("aws_kms_key.k.arn", key)
        .read_files(&[("a.tf", b""), ("main.tf", HOLDERS.as_bytes())]);
    let all = |address: &str| {
        let found = template.policies().iter().filter(|policy| policy.address() == address);
        let found: Vec<_> = found.inspect(|policy| assert_eq!(policy.file(), 1)).collect();
        assert!(!found.is_empty(), "{address}: {:?}", template.policies());
        found
    };
    let role = "${aws_iam_role.r[\"photos\"].arn}";
    let of_role = all("aws_iam_role.r[\"photos\"]");
    let kinds: Vec<PolicyHolder> = of_role.iter().map(|policy| policy.holder()).collect();
    let expected = [PolicyHolder::TrustOfRole, PolicyHolder::Role, PolicyHolder::Role];
    assert_eq!(kinds, expected);
    for policy in &of_role {
        assert!(policy.names().iter().any(|name| name == role), "{:?}", policy.names());
        assert!(policy.names().iter().any(|name| name == "replication-photos"));
    }
    let attached = of_role[2].json();
    assert_eq!(attached, Err("arn:aws:iam::aws:policy/AmazonS3FullAccess"));

    let one = all("aws_iam_role_policy_attachment.one");
    assert!(one[0].json().is_ok() && one[0].names().contains(&role.to_owned()), "{one:?}");
    let many = all("aws_iam_policy_attachment.many");
    assert!(many[0].names().contains(&role.to_owned()), "{many:?}");
    assert_eq!(many[1].names(), ["other"]);
    // A policy that may not exist is not known.
    assert_eq!(many[0].json(), Err("count = var.is_wide ? 1 : 0"));

    let bucket = all("aws_s3_bucket_policy.b");
    assert_eq!(
        (bucket[0].holder(), bucket[0].names()),
        (PolicyHolder::Bucket, &["backup".to_owned()][..])
    );
    for address in ["aws_kms_key.k", "aws_kms_key_policy.k"] {
        let policy = all(address);
        assert_eq!(policy[0].holder(), PolicyHolder::Key);
        assert!(policy[0].names().contains(&key.to_owned()), "{policy:?}");
    }
}

#[test]
fn plans_have_policies() {
    let trust = json!({"Statement": []}).to_string();
    let change = |kind: &str, after: Value, unknown: Value| {
        json!({"address": format!("{kind}.r"), "mode": "managed", "type": kind, "name": "r",
            "change": {"after": after, "after_unknown": unknown}})
    };
    let plan = json!({"format_version": "1.2", "resource_changes": [
        change("aws_iam_role", json!({"name": "r", "assume_role_policy": trust}), json!({})),
        change("aws_iam_role_policy", json!({"role": "r"}), json!({"policy": true})),
    ]});
    let template = read("plan.json", &plan.to_string());
    assert_eq!(document(&template, "aws_iam_role.r"), Ok(json!({"Statement": []})));
    assert!(document(&template, "aws_iam_role_policy.r").is_err());
    assert_eq!(template.policies()[1].names(), ["r"]);
}

/// A plan writes references as the module does; two modules have resources of the same name.
#[test]
fn references_of_a_plan_are_in_their_module() {
    let modules = ["eu", "us"];
    let call = json!({"module": {"resources": [
        {"type": "aws_iam_role_policy", "name": "p", "expressions":
            {"role": {"references": ["aws_iam_role.r.id", "aws_iam_role.r"]}}},
        {"type": "aws_s3_bucket_replication_configuration", "name": "c", "expressions":
            {"role": {"references": ["aws_iam_role.r.arn", "aws_iam_role.r"]}}},
    ]}});
    let change = |module: &str, kind: &str, name: &str, after: Value, unknown: Value| {
        json!({"address": format!("module.{module}.{kind}.{name}"), "mode": "managed",
            "module_address": format!("module.{module}"), "type": kind, "name": name,
            "change": {"after": after, "after_unknown": unknown}})
    };
    let trust = json!({"Statement": []}).to_string();
    let rule = json!([{"id": "a", "status": "Enabled", "prefix": "",
        "destination": [{"bucket": "arn:aws:s3:::backup"}]}]);
    let changes = modules.map(|module| {
        [
            change(module, "aws_iam_role", "r", json!({"assume_role_policy": trust}), json!({})),
            change(
                module,
                "aws_iam_role_policy",
                "p",
                json!({"policy": trust}),
                json!({"role": true}),
            ),
            change(
                module,
                "aws_s3_bucket_replication_configuration",
                "c",
                json!({"bucket": format!("photos-{module}"), "rule": rule}),
                json!({"role": true}),
            ),
        ]
    });
    let plan = json!({"format_version": "1.2", "resource_changes": changes.concat(),
        "configuration": {"root_module": {"module_calls": {"eu": call, "us": call}}}});
    let template = read("plan.json", &plan.to_string());
    for module in modules {
        let named = |kind: &str| {
            let address = format!("module.{module}.{kind}");
            let found = template.policies().iter().find(|one| one.address() == address).unwrap();
            found.names().to_vec()
        };
        let reference = format!("${{module.{module}.aws_iam_role.r.arn}}");
        for kind in ["aws_iam_role.r", "aws_iam_role_policy.p"] {
            assert!(named(kind).contains(&reference), "{kind}: {:?}", named(kind));
            assert!(named(kind).iter().all(|name| name.contains(module)), "{:?}", named(kind));
        }
        let mut all = template.configurations();
        let bucket = format!("photos-{module}");
        let one = all.find(|one| one.bucket().is_some_and(|name| name.as_str() == bucket)).unwrap();
        let unknown = one.parsed().unknown_values();
        assert_eq!(unknown.len(), 1);
        assert_eq!(unknown[0].expression(), reference);
    }
}

#[test]
fn documents_have_a_budget() {
    let start = Instant::now();
    // A text of 50,000 bytes, for more policies than anything has room for.
    let long = "a".repeat(50_000);
    let text = format!(
        "locals {{\n  long = \"{long}\"\n}}\nmodule \"m\" {{\n  count = 900\n  source = \"./m\"\n  \
         long = local.long\n}}\n"
    );
    let called = "variable \"long\" {}\nresource \"aws_iam_role_policy\" \"p\" {\n  count  = 900\n  \
                  role   = \"r\"\n  policy = var.long\n}\n";
    let template = reader().read_module(&[("main.tf", text.as_bytes())], |_| {
        Some(vec![("m/main.tf".to_owned(), called.as_bytes().to_vec())])
    });
    let policies = template.policies();
    assert!(policies.len() < 1_000, "{}", policies.len());
    assert!(policies.iter().all(|policy| policy.json() == Err("more policies than are read")));

    // Each document has the one before it twice.
    let mut text = String::new();
    for n in 0..60 {
        let next = format!("data.aws_iam_policy_document.d{}.json", n + 1);
        let _ = write!(
            text,
            "data \"aws_iam_policy_document\" \"d{n}\" {{\n  source_policy_documents = [{next}, \
             {next}]\n  statement {{\n    actions = [\"s3:*\"]\n  }}\n}}\n"
        );
    }
    text += "resource \"aws_iam_role_policy\" \"p\" {\n  role = \"r\"\n  policy = \
             data.aws_iam_policy_document.d0.json\n}\n";
    assert!(document(&read("main.tf", &text), "aws_iam_role_policy.p").is_err());
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
