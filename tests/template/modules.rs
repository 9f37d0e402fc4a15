//! Modules of Terraform that call others, and the names that they declare.

use s3_replication::UnknownValue;
use s3_replication::template::{Template, called_folders};

use super::{ROLE, codes, reader, unknown};

/// A module for one bucket with the variables `bucket` and `destination`.
fn replication() -> String {
    format!(
        "variable \"bucket\" {{}}\nvariable \"destination\" {{}}\nvariable \"prefix\" {{\n  \
         default = \"logs/\"\n}}\nresource \"aws_s3_bucket_replication_configuration\" \"this\" {{\n  \
         bucket = var.bucket\n  role   = \"{ROLE}\"\n  rule {{\n    id = \"one\"\n    status = \
         \"Enabled\"\n    filter {{\n      prefix = var.prefix\n    }}\n    \
         delete_marker_replication {{\n      status = \"Disabled\"\n    }}\n    destination {{\n      \
         bucket = var.destination\n    }}\n  }}\n}}\noutput \"bucket\" {{\n  value = var.bucket\n}}\n"
    )
}

/// A module that makes a versioned bucket.
const BUCKET: &str = r#"
variable "name" {}
resource "aws_s3_bucket" "this" {
  bucket = var.name
}
resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id
  versioning_configuration {
    status = "Enabled"
  }
}
output "arn" {
  value = aws_s3_bucket.this.arn
}
"#;

/// Reads a root module beside the modules `replication` and `bucket`.
fn read_root(root: &str) -> Template {
    reader().read_module(&[("main.tf", root.as_bytes())], |folder| {
        let text = match folder {
            "modules/replication" => replication(),
            "modules/bucket" => BUCKET.to_owned(),
            "modules/loop" => "module \"again\" {\n  source = \"../loop\"\n}\n".to_owned(),
            _ => return None,
        };
        Some(vec![(format!("{folder}/main.tf"), text.into_bytes())])
    })
}

fn messages(template: &Template) -> Vec<String> {
    let reports = template.files().iter().flat_map(|file| file.report().iter());
    let own = template.configurations().flat_map(|one| one.parsed().report().iter());
    reports.chain(own).map(|found| format!("{}: {}", found.code, found.message)).collect()
}

fn call(name: &str, arguments: &str) -> String {
    format!("module \"{name}\" {{\n  source = \"./modules/replication\"\n{arguments}}}\n")
}

#[test]
fn a_call_gives_variables_their_values() {
    let root = call(
        "photos",
        "  for_each    = toset([\"eu\", \"us\"])\n  bucket      = \"photos-${each.key}\"\n  \
         destination = module.backup.arn\n",
    ) + "module \"backup\" {\n  source = \"./modules/bucket\"\n  name   = \"backup\"\n}\n";
    let template = read_root(&root);
    assert_eq!(messages(&template), Vec::<String>::new());
    let found: Vec<_> = template
        .configurations()
        .map(|one| (one.address(), one.bucket().unwrap().as_str(), one.parsed().validity()))
        .collect();
    let address = "aws_s3_bucket_replication_configuration.this";
    let (eu, us) =
        (format!("module.photos[\"eu\"].{address}"), format!("module.photos[\"us\"].{address}"));
    assert_eq!(found, [(&*eu, "photos-eu", Some(true)), (&*us, "photos-us", Some(true))]);
    let backup = template.buckets().get(&"backup".parse().unwrap()).unwrap();
    assert_eq!(backup.versioning, Some(s3_replication::model::Versioning::Enabled));
    // The text of a finding is that of the called module.
    let names: Vec<_> = template.files().iter().map(|file| file.text().name()).collect();
    assert_eq!(names, ["main.tf", "modules/replication/main.tf", "modules/bucket/main.tf"]);
}

#[test]
fn what_a_call_does_not_state_is_unknown_in_the_terms_of_the_caller() {
    let root = "variable \"team\" {}\nresource \"aws_s3_bucket\" \"backup\" {}\n".to_owned()
        + &call(
            "photos",
            "  bucket = \"photos\"\n  destination = aws_s3_bucket.backup.arn\n  \
                          prefix = \"${var.team}/\"\n",
        );
    let template = read_root(&root);
    let one = super::only(&template);
    assert_eq!(codes(one), Vec::<&str>::new());
    let expressions: Vec<String> = unknown(one).into_iter().map(|(_, text)| text).collect();
    assert_eq!(expressions, ["${var.team}/", "${aws_s3_bucket.backup.arn}"]);
    let options: Vec<_> =
        one.parsed().unknown_values().iter().flat_map(UnknownValue::options).collect();
    assert_eq!(options, ["--var team=VALUE", "--var aws_s3_bucket.backup.arn=VALUE"]);
}

#[test]
fn what_is_not_followed_is_noted() {
    let registry = "module \"vpc\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\n";
    let found = messages(&read_root(registry));
    assert_eq!(
        found,
        [
            "module-not-read: `module.vpc` is not read: `terraform-aws-modules/vpc/aws` is not a folder of \
          this project; replication in it is not checked"
        ]
    );
    let gone = "module \"gone\" {\n  source = \"../gone\"\n}\n";
    let template = read_root(gone);
    let note = template.files()[0].report().iter().next().unwrap();
    assert!(note.message.contains("`../gone` is not among"), "{}", note.message);
    assert_eq!(&gone[note.primary.span().unwrap().range()], "\"../gone\"");
    let found = messages(&read_root("module \"loop\" {\n  source = \"./modules/loop\"\n}\n"));
    assert_eq!(found, ["terraform-refused: `module.again` calls a module around it"]);
    // Files that are read alone call nothing.
    let alone = reader().read_files(&[("main.tf", gone.as_bytes())]);
    assert_eq!(alone.files()[0].report().iter().count(), 1);
}

#[test]
fn a_call_that_terraform_refuses_is_refused() {
    let root = call("photos", "  buckt = \"photos\"\n  destination = module.photos.buket\n");
    let found = messages(&read_root(&root));
    assert_eq!(
        found,
        [
            "terraform-refused: the module declares no variable `buckt`",
            "terraform-refused: the argument `bucket` is required",
            "reference-undeclared: `module.photos` has no output `buket`, so Terraform refuses the module",
        ]
    );
}

/// A module may call a module that calls another, and so on: nothing grows without a bound.
#[test]
fn calls_have_bounds() {
    let wide = |folder: &str| {
        let depth: usize = folder.rsplit('m').next()?.parse().ok()?;
        let text =
            format!("module \"next\" {{\n  count = 30\n  source = \"../m{}\"\n}}\n", depth + 1);
        Some(vec![(format!("{folder}/main.tf"), text.into_bytes())])
    };
    let root = "module \"first\" {\n  source = \"./m0\"\n}\n";
    let template = reader().read_module(&[("main.tf", root.as_bytes())], wide);
    assert!(template.files().len() < 1_000);
    assert_eq!(template.configurations().count(), 0);
}

#[test]
fn names_that_nothing_declares_are_named() {
    let root = "variable \"prefix\" {}\nlocals {\n  name = \"photos\"\n}\n".to_owned()
        + &call(
            "photos",
            "  bucket = local.nme\n  destination = aws_s3_bucket.backup.arn\n  \
                          prefix = var.prefx\n",
        );
    let found = messages(&read_root(&root));
    assert_eq!(
        found,
        [
            "reference-undeclared: no local value is called `nme`, so Terraform refuses the module",
            "reference-undeclared: no resource `aws_s3_bucket` is called `backup`, so Terraform refuses the module",
            "reference-undeclared: no variable is called `prefx`, so Terraform refuses the module",
        ]
    );
    // Another file may declare them, unless the name is almost one of this file.
    let alone = reader().read_files(&[("main.tf", root.as_bytes())]);
    let found = messages(&alone);
    assert!(
        found.contains(
            &"reference-undeclared: no variable is called `prefx` in the files that are read"
                .to_owned()
        )
    );
    assert!(!found.iter().any(|found| found.contains("`backup`")), "{found:?}");
}

/// Names inside `for` and `dynamic`, types, and names of providers are no references to the module.
#[test]
fn names_of_other_kinds_are_no_references() {
    let root = r#"
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "rules" {
  type    = list(object({ id_of = string }))
  default = []
}
locals {
  ids = [for one_rule in var.rules : one_rule.id_of]
}
moved {
  from = aws_s3_bucket.before
  to   = aws_s3_bucket.photos
}
resource "aws_s3_bucket" "photos" {
  provider = aws.west_two
  bucket   = "photos"
  dynamic "my_block" {
    for_each = local.ids
    iterator = each_one
    content {
      name = each_one.value
    }
  }
  lifecycle {
    ignore_changes = [replication_configuration]
  }
}
"#;
    assert_eq!(messages(&read_root(root)), Vec::<String>::new());
}

#[test]
fn folders_of_calls_are_relative_to_their_own() {
    let text =
        "module \"a\" {\n  source = \"../x/./y/../z\"\n}\nmodule \"b\" {\n  source = \"x/y\"\n}\n";
    assert_eq!(called_folders(text.as_bytes()), ["../x/z"]);
}
