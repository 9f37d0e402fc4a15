//! Terraform: expressions, the requests of the provider, plans and states.

use s3_replication::form::Form;
use s3_replication::model::{ConfigurationVersion, Region, Versioning};

use super::{ROLE, codes, only, read, reader, text_at, unknown};

const RULE: &str = r#"  rule {
    id       = "logs"
    status   = "Enabled"
    priority = 1
    filter {
      prefix = "logs/"
    }
    delete_marker_replication {
      status = "Disabled"
    }
    destination {
      bucket = "arn:aws:s3:::backup"
    }
  }
"#;

fn with_rules(rules: &str) -> String {
    format!(
        "resource \"aws_s3_bucket_replication_configuration\" \"photos\" {{\n  bucket = \"photos\"\n  \
         role   = \"{ROLE}\"\n{rules}}}\n"
    )
}

fn legacy(rules: &str) -> String {
    format!("replication_configuration {{\n  role = \"{ROLE}\"\n{rules}}}\n")
}

#[test]
fn a_literal_module_is_known() {
    let template = read("main.tf", &with_rules(RULE));
    let one = only(&template);
    assert_eq!(template.form(), Form::Terraform);
    assert_eq!(one.address(), "aws_s3_bucket_replication_configuration.photos");
    assert_eq!(one.bucket().unwrap().as_str(), "photos");
    assert_eq!((codes(one), one.parsed().validity()), (vec![], Some(true)));
    assert_eq!(one.parsed().draft().unwrap().version(), Some(ConfigurationVersion::V2));
}

/// REP-1084: without a `filter` block a rule is V1 and its priority is dropped; with one it is V2 and
/// its priority is 0 if there is none.
#[test]
fn a_filter_block_decides_the_version() {
    let v1 = RULE.replace("    filter {\n      prefix = \"logs/\"\n    }\n", "");
    let v1 =
        v1.replace("    delete_marker_replication {\n      status = \"Disabled\"\n    }\n", "");
    let template = read("main.tf", &with_rules(&v1));
    let one = only(&template);
    let draft = one.parsed().draft().unwrap();
    assert_eq!((draft.version(), draft.rules[0].priority), (Some(ConfigurationVersion::V1), None));
    assert_eq!(draft.rules[0].prefix.as_ref().unwrap().as_str(), "");
    assert_eq!(codes(one), ["terraform-priority-dropped"]);
    assert_eq!(text_at(one, "terraform-priority-dropped"), "priority");

    let twice = RULE.replace("    priority = 1\n", "");
    let second = twice.replace("logs", "data");
    let template = read("main.tf", &with_rules(&(twice + &second)));
    let one = only(&template);
    assert!(codes(one).contains(&"priority-repeated"), "{:?}", codes(one));
    let draft = one.parsed().draft().unwrap();
    assert!(draft.rules.iter().all(|rule| rule.priority.unwrap().get() == 0));
}

/// REP-1085: of several children of a filter one is sent, and tags of AWS are removed.
#[test]
fn what_a_filter_drops_is_found() {
    let filter = |inside: &str| {
        let text = RULE.replace("      prefix = \"logs/\"\n", inside);
        let template = read("main.tf", &with_rules(&text));
        let one = only(&template);
        let draft = one.parsed().draft().unwrap().clone();
        (codes(one), draft.rules[0].filter.clone().unwrap())
    };
    let tag = "tag {\n key = \"a\"\n value = \"b\"\n }\n";
    let (found, sent) = filter(&format!("prefix = \"logs/\"\n{tag}"));
    assert_eq!(
        (found, sent.prefix.is_some(), sent.tag.is_some()),
        (vec!["terraform-prefix-dropped"], false, true)
    );
    let and = "and {\n prefix = \"\"\n tags = { \"aws:x\" = \"1\", b = \"2\", a = \"3\" }\n }\n";
    let (found, sent) = filter(and);
    let and_sent = sent.and.unwrap();
    let tags: Vec<_> = and_sent.tags.iter().map(s3_replication::model::Tag::key).collect();
    assert_eq!(
        (found, tags, and_sent.prefix),
        (vec!["terraform-tag-dropped"], vec!["a", "b"], None)
    );
    let (found, sent) =
        filter(&format!("{tag}and {{\n prefix = \"x\"\n tags = {{ a = \"b\" }}\n }}\n"));
    assert_eq!((found, sent.and.is_none()), (vec!["terraform-and-dropped"], true));
    let (found, sent) = filter("");
    assert_eq!((found, sent.prefix.is_none() && sent.tag.is_none()), (vec![], true));
}

/// REP-1086: empty texts and blocks are not sent.
#[test]
fn what_is_empty_is_absent() {
    let text = RULE
        .replace("id       = \"logs\"", "id = \"\"")
        .replace(
            "bucket = \"arn:aws:s3:::backup\"",
            "bucket = \"arn:aws:s3:::backup\"\n account = \"\"\n storage_class = \"\"",
        )
        .replace("    destination", "    source_selection_criteria {}\n    destination");
    let template = read("main.tf", &with_rules(&text));
    let one = only(&template);
    let rule = &one.parsed().draft().unwrap().rules[0];
    assert_eq!((codes(one), &rule.id, rule.source_selection_criteria), (vec![], &None, None));
    let destination = rule.destination.as_ref().unwrap();
    assert!(destination.account.is_none() && destination.storage_class.is_none());
}

/// REP-1087: the block inside a bucket has other defaults.
#[test]
fn the_legacy_block_is_read_as_its_provider_does() {
    let rule = |inside: &str| {
        let text = legacy(&format!(
            "  rules {{\n    status = \"Enabled\"\n    destination {{\n      \
             bucket = \"arn:aws:s3:::backup\"\n    }}\n{inside}  }}\n"
        ));
        let template = read("main.tf", &text);
        let one = only(&template);
        (codes(one), one.parsed().draft().unwrap().rules[0].clone())
    };
    let (found, sent) = rule("    filter {}\n    priority = 100\n");
    assert_eq!(
        (found, sent.version()),
        (vec!["terraform-priority-dropped"], Some(ConfigurationVersion::V1))
    );
    // The help does not propose a filter that the provider would drop again.
    let help = |inside: &str| {
        let text = legacy(&format!(
            "  rules {{\n    status = \"Enabled\"\n    priority = 100\n{inside}  }}\n"
        ));
        let template = read("main.tf", &text);
        let mut findings = only(&template).parsed().report().iter();
        let found = findings.find(|one| one.code == "terraform-priority-dropped");
        found.unwrap().help.clone().unwrap()
    };
    assert!(help("").starts_with("use the resource `aws_s3_bucket_replication_configuration`"));
    let proposed = help("    prefix = \"logs/\"\n");
    assert!(proposed.starts_with("move `prefix` into a `filter` block"), "{proposed}");
    assert_eq!(help("    prefix = var.p\n"), proposed);
    let (found, _) = rule("    priority = 100\n    filter {\n      prefix = \"logs/\"\n    }\n");
    assert_eq!(found, [""; 0]);
    let (found, sent) = rule("    filter {\n      tags = { a = \"b\" }\n    }\n");
    let and = sent.filter.unwrap().and.unwrap();
    assert_eq!((found, and.prefix.unwrap().as_str(), and.tags.len()), (vec![], "", 1));
    assert_eq!(sent.priority.unwrap().get(), 0);
    assert_eq!(sent.delete_marker_replication.unwrap().as_str(), "Disabled");

    let text = legacy(
        "  rules {\n    destination {\n      bucket = \"arn:aws:s3:::backup\"\n    }\n  }\n",
    );
    let template = read("main.tf", &text);
    assert_eq!(codes(only(&template)), ["terraform-rule-dropped", "rules-missing"]);
}

/// REP-1088: variables, locals, references, `for_each`, `count` and `dynamic` blocks.
#[test]
fn expressions_are_evaluated() {
    let head = r#"
locals {
  backup = "arn:aws:s3:::${var.name}"
  rules = {
    one = { prefix = "1/", priority = 1 }
    two = { prefix = "2/", priority = 2 }
  }
}
variable "name" {
  type    = string
  default = "backup"
}
resource "aws_s3_bucket" "photos" {
  bucket = join("-", ["photos", lower("EU")])
}
"#;
    let rules = r#"  dynamic "rule" {
    for_each = local.rules
    iterator = each_rule
    content {
      id       = each_rule.key
      status   = "Enabled"
      priority = each_rule.value.priority
      filter {
        prefix = each_rule.value["prefix"]
      }
      delete_marker_replication {
        status = var.name == "backup" ? "Disabled" : "Enabled"
      }
      destination {
        bucket = local.backup
      }
    }
  }
"#;
    let text = head.to_owned()
        + &with_rules(rules).replace("bucket = \"photos\"", "bucket = aws_s3_bucket.photos.id");
    let template = read("main.tf", &text);
    let one = only(&template);
    assert_eq!((codes(one), one.parsed().validity()), (vec![], Some(true)));
    assert_eq!(one.bucket().unwrap().as_str(), "photos-eu");
    let rules = &one.parsed().draft().unwrap().rules;
    let ids: Vec<_> = rules.iter().map(|rule| rule.id.as_ref().unwrap().as_str()).collect();
    assert_eq!(ids, ["one", "two"]);
    assert_eq!(rules[1].filter.as_ref().unwrap().prefix.as_ref().unwrap().as_str(), "2/");

    let given = reader().with_variable("name", "other").read("main.tf", text.as_bytes());
    let bucket = only(&given).parsed().draft().unwrap().rules[0].destination.clone();
    assert_eq!(bucket.unwrap().bucket.unwrap().as_str(), "arn:aws:s3:::other");
    let file = reader().with_variable_file("x.tfvars", "name = \"third\"\n");
    let file = file.read("main.tf", text.as_bytes());
    let bucket = only(&file).parsed().draft().unwrap().rules[0].destination.clone();
    assert_eq!(bucket.unwrap().bucket.unwrap().as_str(), "arn:aws:s3:::third");
}

#[test]
fn instances_have_addresses() {
    let each = with_rules(&format!("  for_each = toset([\"eu\", \"us\"])\n{RULE}"))
        .replace("\"photos\"\n  role", "\"photos-${each.key}\"\n  role");
    let template = read("main.tf", &each);
    let found: Vec<_> = template
        .configurations()
        .map(|one| (one.address().to_owned(), one.bucket().unwrap().to_string()))
        .collect();
    let address = "aws_s3_bucket_replication_configuration.photos";
    let expected = [("eu", "photos-eu"), ("us", "photos-us")];
    let expected = expected.map(|(key, name)| (format!("{address}[\"{key}\"]"), name.to_owned()));
    assert_eq!(found, expected);

    let none = with_rules(&format!("  count = 0\n{RULE}"));
    assert_eq!(read("main.tf", &none).configurations().count(), 0);
    let perhaps = with_rules(&format!("  count = var.enabled ? 1 : 0\n{RULE}"));
    let perhaps = read("main.tf", &perhaps);
    assert_eq!(only(&perhaps).address(), format!("{address}[0]"));
}

#[test]
fn unknown_values_keep_their_expressions() {
    let text = with_rules(RULE)
        .replace(&format!("\"{ROLE}\""), "aws_iam_role.replication.arn")
        .replace("\"arn:aws:s3:::backup\"", "module.backup.arn")
        .replace("\"logs/\"", "\"${var.stage}/logs/\"");
    let template = read("main.tf", &text);
    let one = only(&template);
    let expected = [
        ("Role", "${aws_iam_role.replication.arn}"),
        ("Rules[0].Filter.Prefix", "${var.stage}/logs/"),
        ("Rules[0].Destination.Bucket", "${module.backup.arn}"),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    assert_eq!((unknown(one), one.parsed().validity()), (expected, None));
}

/// REP-1088: Terraform refuses arguments that the provider does not know.
#[test]
fn arguments_are_those_of_the_provider() {
    let text =
        with_rules(&RULE.replace("    status   = \"Enabled\"\n", "    state = \"Enabled\"\n"));
    let template = read("main.tf", &text);
    let one = only(&template);
    let found: Vec<_> = one.parsed().report().iter().map(|found| found.message.as_str()).collect();
    assert_eq!(found, ["`state` is not expected in `rule`", "the argument `status` is required"]);
    assert_eq!(
        (one.parsed().validity(), text_at(one, "terraform-refused")),
        (Some(false), "state")
    );
}

#[test]
fn the_json_of_terraform_is_read() {
    let text = format!(
        r#"{{"locals": {{"name": "backup"}},
 "resource": {{"aws_s3_bucket_replication_configuration": {{"photos": {{
   "bucket": "photos", "role": "{ROLE}",
   "rule": [{{"status": "Enabled", "priority": 1, "filter": {{"prefix": "a"}},
     "delete_marker_replication": {{"status": "Disabled"}},
     "destination": [{{"bucket": "arn:aws:s3:::${{local.name}}"}}]}}]}}}}}}}}"#
    );
    let template = read("main.tf.json", &text);
    let one = only(&template);
    assert_eq!((codes(one), one.parsed().validity()), (vec![], Some(true)));
    assert_eq!(one.address(), "aws_s3_bucket_replication_configuration.photos");
}

#[test]
fn files_of_a_module_are_read_together() {
    let main = with_rules(&RULE.replace("\"arn:aws:s3:::backup\"", "aws_s3_bucket.backup.arn"));
    let buckets = "resource \"aws_s3_bucket\" \"backup\" {\n  bucket = \"b-b\"\n  provider = aws.west\n}\n\
        resource \"aws_s3_bucket_versioning\" \"backup\" {\n  bucket = aws_s3_bucket.backup.id\n  \
        versioning_configuration {\n    status = \"Suspended\"\n  }\n}\n\
        provider \"aws\" {\n  alias = \"west\"\n  region = \"us-west-2\"\n}\n";
    let template =
        reader().read_files(&[("main.tf", main.as_bytes()), ("buckets.tf", buckets.as_bytes())]);
    let one = only(&template);
    assert_eq!(codes(one), ["destination-not-versioned"]);
    assert_eq!(template.files()[0].configurations().len(), 1);
    let backup = template.buckets().get(&"b-b".parse().unwrap()).unwrap();
    let region: Region = "us-west-2".parse().unwrap();
    assert_eq!((backup.versioning, &backup.region), (Some(Versioning::Suspended), &Some(region)));
}

fn plan(after: &str, unknown: &str) -> String {
    format!(
        r#"{{"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": [
  {{"address": "module.m.aws_s3_bucket_replication_configuration.photos[\"eu\"]", "mode": "managed",
   "type": "aws_s3_bucket_replication_configuration", "name": "photos",
   "change": {{"actions": ["create"], "after": {after}, "after_unknown": {unknown}}}}}]}}"#
    )
}

/// REP-1088: a plan leaves unknown values out and marks them.
#[test]
fn plans_are_read() {
    let after = format!(
        r#"{{"bucket": "photos", "role": "{ROLE}", "token": null, "rule": [{{
      "id": "logs", "status": "Enabled", "priority": 1, "prefix": null,
      "filter": [{{"and": [], "prefix": "logs/", "tag": []}}], "existing_object_replication": [],
      "delete_marker_replication": [{{"status": "Disabled"}}], "source_selection_criteria": [],
      "destination": [{{"account": "", "metrics": [], "storage_class": ""}}]}}]}}"#
    );
    let text = plan(&after, r#"{"id": true, "rule": [{"destination": [{"bucket": true}]}]}"#);
    let template = read("plan.json", &text);
    let one = only(&template);
    assert_eq!(template.form(), Form::Terraform);
    assert_eq!(one.address(), "module.m.aws_s3_bucket_replication_configuration.photos[\"eu\"]");
    assert_eq!((codes(one), one.parsed().validity()), (vec![], None));
    let [(path, _)] = &unknown(one)[..] else { panic!("{:?}", unknown(one)) };
    assert_eq!(path, "Rules[0].Destination.Bucket");

    let known = text.replace("\"storage_class\": \"\"", "\"bucket\": \"arn:aws:s3:::backup\"");
    let known = known.replace(", \"rule\": [{\"destination\": [{\"bucket\": true}]}]", "");
    assert_eq!(only(&read("plan.json", &known)).parsed().validity(), Some(true));
    let later = known.replace("\"1.2\"", "\"2.0\"");
    let template = read("plan.json", &later);
    let found: Vec<_> = template.files()[0].report().iter().map(|found| found.code).collect();
    assert_eq!(found, ["format-version-unknown"]);
}

#[test]
fn states_are_read() {
    let text = format!(
        r#"{{"format_version": "1.0", "values": {{"root_module": {{"child_modules": [{{"resources": [
  {{"address": "module.m.aws_s3_bucket_replication_configuration.a", "mode": "managed",
   "type": "aws_s3_bucket_replication_configuration", "name": "a", "values": {{"bucket": "photos",
   "id": "photos", "role": "{ROLE}", "rule": [{{"id": "x", "priority": 0, "prefix": "",
   "status": "Enabled", "filter": [], "destination": [{{"bucket": "arn:aws:s3:::backup"}}]}}]}}}}]}}]}}}}}}"#
    );
    let template = read("state.json", &text);
    let one = only(&template);
    assert_eq!(one.address(), "module.m.aws_s3_bucket_replication_configuration.a");
    assert_eq!(one.parsed().validity(), Some(true), "{}", one.parsed().report());
    assert_eq!(one.parsed().draft().unwrap().version(), Some(ConfigurationVersion::V1));
}

#[test]
fn state_files_are_read() {
    let text = format!(
        r#"{{"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x", "resources": [
  {{"module": "module.m", "mode": "managed", "type": "aws_s3_bucket_replication_configuration",
   "name": "a", "instances": [{{"index_key": "eu", "attributes": {{"bucket": "photos", "role": "{ROLE}",
   "rule": [{{"id": "x", "priority": 0, "prefix": "", "status": "Enabled", "filter": [],
   "destination": [{{"bucket": "arn:aws:s3:::backup"}}]}}]}}}}]}}]}}"#
    );
    let template = read("terraform.tfstate", &text);
    let one = only(&template);
    assert_eq!(one.address(), "module.m.aws_s3_bucket_replication_configuration.a[\"eu\"]");
    assert_eq!(one.parsed().validity(), Some(true), "{}", one.parsed().report());
}

#[test]
fn places_are_those_of_the_text() {
    let text = "# ä\u{1F600}\r\n".to_owned()
        + &with_rules(&RULE.replace("priority = 1", "priority = 3000000000")).replace('\n', "\r\n");
    for text in [text.clone(), format!("\u{FEFF}{text}")] {
        let template = read("main.tf", &text);
        assert_eq!(text_at(only(&template), "priority-out-of-range"), "3000000000");
    }
}

/// REP-235: the ARNs of buckets are in the partition of the provider.
#[test]
fn arns_are_in_the_partition_of_the_region() {
    for (region, expected) in
        [("cn-north-1", "arn:aws-cn:s3:::bbb"), ("us-gov-west-1", "arn:aws-us-gov:s3:::bbb")]
    {
        let text = with_rules(&RULE.replace("\"arn:aws:s3:::backup\"", "aws_s3_bucket.b.arn"));
        let text = format!(
            "provider \"aws\" {{\n  region = \"{region}\"\n}}\n\
             resource \"aws_s3_bucket\" \"b\" {{\n  bucket = \"bbb\"\n}}\n{text}"
        );
        let template = read("main.tf", &text);
        let draft = only(&template).parsed().draft().unwrap();
        let destination = draft.rules[0].destination.as_ref().unwrap();
        assert_eq!(destination.bucket.as_ref().unwrap().to_string(), expected);
    }
}

/// The name of a call and the key of an instance may contain `module.`.
#[test]
fn addresses_of_modules_in_a_plan_are_taken_apart() {
    let rule = r#"[{"id": "a", "status": "Enabled", "prefix": "", "destination": [{}]}]"#;
    for (address, calls) in [
        ("module.my_module.module.b", ["my_module", "b"]),
        (r#"module.a[\"x.module.]\"].module.b[0]"#, ["a", "b"]),
    ] {
        let [outer, inner] = calls;
        let plan = format!(
            r#"{{"format_version": "1.2", "resource_changes": [{{
              "address": "{address}.aws_s3_bucket_replication_configuration.c",
              "module_address": "{address}", "mode": "managed", "name": "c",
              "type": "aws_s3_bucket_replication_configuration",
              "change": {{"after": {{"bucket": "photos", "rule": {rule}}},
                         "after_unknown": {{"role": true}}}}}}],
            "configuration": {{"root_module": {{"module_calls": {{"{outer}": {{"module": {{
              "module_calls": {{"{inner}": {{"module": {{"resources": [{{
                "type": "aws_s3_bucket_replication_configuration", "name": "c",
                "expressions": {{"role": {{"references": ["aws_iam_role.r.arn"]}}}}}}]}}}}}}}}}}}}}}}}}}"#
        );
        let template = read("plan.json", &plan);
        let values = unknown(only(&template));
        let (_, value) = values.iter().find(|(path, _)| path == "Role").unwrap();
        let address = address.replace('\\', "");
        assert_eq!(*value, format!("${{{address}.aws_iam_role.r.arn}}"));
    }
}
