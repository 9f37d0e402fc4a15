//! The functions of Terraform, by the prefix of a rule that they make.

use super::{only, read, unknown};

/// Returns the prefix that an expression stands for, or the expression itself in `Err`.
#[track_caller]
fn prefix(declared: &str, expression: &str) -> Result<String, String> {
    let text = format!(
        r#"{declared}
locals {{
  rule  = {{ prefix = "a/", tags = null }}
  dests = {{ us = "u", eu = "e" }}
  lists = [{{ items = ["a", "b"] }}, {{ items = ["c"] }}]
}}
variable "known" {{ default = {{ name = "n" }} }}
replication_configuration {{
  role = "r"
  rules {{
    status = "Enabled"
    filter {{
      prefix = {expression}
    }}
    destination {{
      bucket = "arn:aws:s3:::backup"
    }}
  }}
}}
"#
    );
    let template = read("main.tf", &text);
    let one = only(&template);
    if let [(path, expression)] = &unknown(one)[..] {
        assert_eq!(path, "Rules[0].Filter.Prefix", "{expression}");
        return Err(expression.clone());
    }
    let draft = one.parsed().draft().unwrap();
    let filter = draft.rules[0].filter.as_ref().unwrap();
    Ok(filter.prefix.as_ref().unwrap().as_str().to_owned())
}

/// REP-1088.
#[test]
fn known_arguments_have_known_results() {
    for (expression, expected) in [
        (r#"format("%s-%03d/%%", "logs", 7)"#, "logs-007/%"),
        (r#"format("%4d", 7)"#, "   7"),
        (r#"tostring(index(keys(local.dests), "us"))"#, "1"),
        (r#"join("", sort(["b", "a"]))"#, "ab"),
        (r#"join("", reverse(["b", "a"]))"#, "ab"),
        (r#"join("", range(3))"#, "012"),
        (r#"zipmap(["x", "y"], ["1", "2"])["y"]"#, "2"),
        (r#"startswith("abc", "ab") ? "yes" : "no""#, "yes"),
        (r#"endswith("abc", "ab") ? "yes" : "no""#, "no"),
        (r#"lookup(local.dests, "asia", "none")"#, "none"),
        ("element(values(local.dests), 3)", "u"),
        (r#"replace("a-b", "-", "/")"#, "a/b"),
        (r#"join("-", split("", "aé"))"#, "a-é"),
        // An index behind `.*` is one of the whole list, and behind `[*]` one of each item.
        (r#"join("", local.lists.*.items[0])"#, "ab"),
        (r#"join("", local.lists[*].items[0])"#, "ac"),
        // Maps are visited in the order of their keys, however they are written.
        (r#"join("", [for key, value in local.dests : key])"#, "euus"),
        (r#"[for value in merge({ b = "1" }, { a = "2" }) : value][0]"#, "2"),
    ] {
        assert_eq!(prefix("", expression).as_deref(), Ok(expected), "{expression}");
    }
    for expression in [
        r#"format("%x", 7)"#,
        r#"format("%2000d", 7)"#,
        r#"tostring(index(keys(local.dests), "asia"))"#,
        r#"join("", range(100000))"#,
        r#"zipmap(["x"], [])["x"]"#,
        // A set of texts is held like a map, and only a set is flattened.
        r#"join("", flatten([toset(["a"])]))"#,
        "timestamp()",
    ] {
        assert!(prefix("", expression).is_err(), "{expression}");
    }
}

/// REP-1088: `try` takes the first expression that does not fail; what depends on unknown values
/// may fail or not.
#[test]
fn what_may_fail_is_tried() {
    for (expression, expected) in [
        (r#"try(local.rule.prefix, "d")"#, "a/"),
        (r#"try(local.rule.name, "d")"#, "d"),
        (r#"try(local.rule.name, local.rule["other"], "d")"#, "d"),
        (r#"try(local.rule.tags.x, "d")"#, "d"),
        (r#"try(var.known.name, "d")"#, "n"),
        (r#"try(var.known.other, "d")"#, "d"),
        (r#"try(upper(local.rule.name), "d")"#, "d"),
        (r#"try("${local.rule.name}/", "d")"#, "d"),
        (r#"try(join("", [local.rule.name]), "d")"#, "d"),
        (r#"try(true ? "b" : local.rule.name, "d")"#, "b"),
        (r#"try(try(local.rule.name), try(local.rule.name, "e"))"#, "e"),
        (r#"can(local.rule.name) ? "yes" : "no""#, "no"),
        (r#"can(local.rule.prefix) ? "yes" : "no""#, "yes"),
    ] {
        assert_eq!(prefix("", expression).as_deref(), Ok(expected), "{expression}");
    }
    for expression in [
        r#"try(var.unknown.name, "d")"#,
        r#"try(aws_s3_object.a[0].key, "d")"#,
        r#"try(local.rule[var.unknown], "d")"#,
    ] {
        assert!(prefix("", expression).is_err(), "{expression}");
    }
    // An optional attribute is null where a value does not have it, which does not fail.
    let optional =
        "variable \"o\" {\n  type = object({ name = optional(string) })\n  default = {}\n}\n";
    assert!(prefix(optional, r#"try(var.o.name, "d")"#).is_err());
}
