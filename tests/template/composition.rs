//! Resources of a module that do not work together.

use s3_replication::Parser;
use s3_replication::diagnostic::Severity;
use s3_replication::lint::{Level, Levels};
use s3_replication::template::TemplateReader;

use super::{ROLE, codes, only, read, text_at};

/// Returns a resource that replicates a bucket, with more arguments.
fn replication(name: &str, bucket: &str, more: &str) -> String {
    format!(
        "resource \"aws_s3_bucket_replication_configuration\" \"{name}\" {{\n  bucket = {bucket}\n  \
         role = \"{ROLE}\"\n{more}{}}}\n",
        rule("rule {", "priority = 1")
    )
}

fn rule(head: &str, priority: &str) -> String {
    format!(
        "  {head}\n    status = \"Enabled\"\n    {priority}\n    filter {{}}\n    \
         delete_marker_replication {{\n      status = \"Disabled\"\n    }}\n    \
         destination {{\n      bucket = \"arn:aws:s3:::backup\"\n    }}\n  }}\n"
    )
}

fn versioning(bucket: &str) -> String {
    format!(
        "resource \"aws_s3_bucket_versioning\" \"v\" {{\n  bucket = {bucket}\n  \
         versioning_configuration {{\n    status = \"Enabled\"\n  }}\n}}\n"
    )
}

/// Returns the addresses of the configurations with a finding.
fn with(text: &str, code: &str) -> Vec<String> {
    let template = read("main.tf", text);
    let found = template.configurations().filter(|one| codes(one).contains(&code));
    found.map(|one| one.address().to_owned()).collect()
}

/// REP-1089: a bucket has one configuration, so two resources undo each other.
#[test]
fn two_resources_for_one_bucket_are_named() {
    let code = "terraform-bucket-shared";
    let address = |name: &str| vec![format!("aws_s3_bucket_replication_configuration.{name}")];
    let bucket = "resource \"aws_s3_bucket\" \"b\" {}\n".to_owned();
    for (one, other) in [
        ("\"photos\"", "\"photos\""),
        ("aws_s3_bucket.b.id", "aws_s3_bucket.b.bucket"),
        ("var.bucket", "var.bucket"),
    ] {
        let text = bucket.clone() + &replication("a", one, "") + &replication("z", other, "");
        assert_eq!(with(&text, code), address("z"), "{one}");
    }
    for (one, other, more) in [
        ("\"photos\"", "\"films\"", ""),
        ("var.one", "var.other", ""),
        // One of the two may be left out.
        ("\"photos\"", "\"photos\"", "  count = var.is_prod ? 1 : 0\n"),
    ] {
        let text = replication("a", one, more) + &replication("z", other, more);
        assert_eq!(with(&text, code), [""; 0], "{one}");
    }
    let block = "resource \"aws_s3_bucket\" \"b\" {\n  replication_configuration {\n    role = \"r\"\n  }\n}\n";
    let text = block.to_owned() + &replication("a", "aws_s3_bucket.b.id", "");
    assert_eq!(with(&text, code), address("a"));
    assert_eq!(with(&text, "terraform-block-deprecated"), ["aws_s3_bucket.b"]);
}

/// REP-1090: versioning is awaited by a reference or by `depends_on`, in HCL and in JSON.
#[test]
fn versioning_is_awaited() {
    let code = "terraform-versioning-not-awaited";
    let bucket = "resource \"aws_s3_bucket\" \"b\" {}\n";
    let module = |name: &str, more: &str| {
        bucket.to_owned() + &versioning("aws_s3_bucket.b.id") + &replication("a", name, more)
    };
    assert_eq!(with(&module("aws_s3_bucket.b.id", ""), code).len(), 1);
    let waiting = "  depends_on = [aws_s3_bucket_versioning.v]\n";
    assert_eq!(with(&module("aws_s3_bucket.b.id", waiting), code), [""; 0]);
    assert_eq!(with(&module("aws_s3_bucket_versioning.v.bucket", ""), code), [""; 0]);
    // Versioning of another bucket, and versioning in another module.
    let other = replication("a", "\"photos\"", "") + &versioning("\"films\"");
    assert_eq!(with(&other, code), [""; 0]);
    assert_eq!(with(&replication("a", "\"photos\"", ""), code), [""; 0]);
    let json = |waiting: &str| {
        format!(
            r#"{{"resource": {{
                "aws_s3_bucket_versioning": {{"v": {{"bucket": "photos",
                    "versioning_configuration": {{"status": "Enabled"}}}}}},
                "aws_s3_bucket_replication_configuration": {{"a": {{"bucket": "photos", "role": "{ROLE}"{waiting},
                    "rule": {{"status": "Enabled", "destination": {{"bucket": "arn:aws:s3:::backup"}}}}}}}}}}}}"#
        )
    };
    let template = read("main.tf.json", &json(""));
    assert_eq!(codes(only(&template)), [code]);
    let template = read("main.tf.json", &json(r#", "depends_on": ["aws_s3_bucket_versioning.v"]"#));
    assert_eq!(codes(only(&template)), [""; 0]);
}

/// REP-1084: rules of a block whose number is unknown are all sent with priority 0.
#[test]
fn equal_priorities_are_named() {
    let code = "terraform-priorities-equal";
    let module = |each: &str, priority: &str| {
        let content = rule("content {", priority);
        let dynamic = format!("  dynamic \"rule\" {{\n  for_each = {each}\n{content}  }}\n");
        replication("a", "\"photos\"", "").replace(&rule("rule {", "priority = 1"), &dynamic)
    };
    let template = read("main.tf", &module("var.rules", ""));
    let one = only(&template);
    assert_eq!(codes(one), [code]);
    assert!(text_at(one, code).starts_with("dynamic"), "{}", text_at(one, code));
    assert_eq!(with(&module("var.rules", "priority = rule.key"), code), [""; 0]);
    // S3 refuses two rules that are known, and takes one.
    assert_eq!(with(&module("[1]", ""), code), [""; 0]);
    let template = read("main.tf", &module("[1, 2]", ""));
    assert_eq!(codes(only(&template)), ["priority-repeated"]);
}

#[test]
fn levels_apply_to_modules() {
    let text = replication("a", "\"photos\"", "") + &replication("z", "\"photos\"", "");
    let severities = |levels: Levels| {
        let reader = TemplateReader::new(Parser::new().with_advice(levels));
        let template = reader.read("main.tf", text.as_bytes());
        let found = template.configurations().flat_map(|one| one.parsed().report());
        let found = found.filter(|found| found.code == "terraform-bucket-shared");
        found.map(|found| found.severity).collect::<Vec<_>>()
    };
    assert_eq!(severities(Levels::new()), [Severity::Warning]);
    for (level, expected) in [(Level::Deny, vec![Severity::Error]), (Level::Allow, vec![])] {
        let mut levels = Levels::new();
        levels.set("terraform-bucket-shared", level).unwrap();
        assert_eq!(severities(levels), expected);
    }
}
