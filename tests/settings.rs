//! Settings in TOML, as a library reads them.

use proptest::prelude::*;
use s3_replication::lint::{Level, Lint};
use s3_replication::settings::Settings;
use serde_json::{Value, json};

/// Writes a JSON value as TOML, in one line.
fn toml(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| format!("{name:?} = {}", toml(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(toml).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn document(value: &Value) -> String {
    let members = value.as_object().unwrap().iter();
    let lines = members.map(|(name, value)| format!("{name:?} = {}", toml(value)));
    lines.collect::<Vec<_>>().join("\n")
}

/// Values that are right and wrong.
fn settings() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just(json!("aws")),
        Just(json!("warn")),
        Just(json!("any")),
        Just(json!("")),
        Just(json!("metrics-absent")),
        Just(json!("*.xml")),
        Just(json!(1)),
        Just(json!(true)),
    ];
    let entry = prop::collection::btree_map(
        prop::sample::select(vec!["finding", "reason", "rule", "file", "resource", "why"]),
        word.clone(),
        0..5,
    );
    let entry = entry.prop_map(|entry| json!(entry));
    let list = prop::collection::vec(prop_oneof![word.clone(), entry.clone()], 0..3);
    let table = prop::collection::btree_map(
        prop::sample::select(vec!["cost", "all", "metrics-absent", "tags", "none"]),
        word.clone(),
        0..3,
    );
    let value = prop_oneof![
        word,
        entry,
        list.prop_map(|list| json!(list)),
        table.prop_map(|table| json!(table))
    ];
    let names = vec!["dialect", "questions", "context", "files", "levels", "allow", "other"];
    prop::collection::btree_map(prop::sample::select(names), value, 0..4).prop_map(|all| json!(all))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_read_is_valid_by_the_schema(settings in settings()) {
        let schema: Value = serde_json::from_str(&Settings::json_schema()).unwrap();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let text = document(&settings);
        if Settings::from_toml(&text).is_ok() {
            prop_assert!(validator.is_valid(&settings), "{text}");
        }
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_place(text in "[\\[\\]a-z=\"'\n{}. ]{0,60}") {
        if let Err(report) = Settings::from_toml(&text) {
            for finding in &report {
                prop_assert!(finding.primary.span().is_some(), "{finding}");
                prop_assert!(finding.help.is_some(), "{finding}");
            }
        }
    }
}

#[test]
fn the_settings_of_the_docs_are_right() {
    for (file, text) in [
        (
            "src/settings.rs",
            include_str!("../src/settings.rs").replace("//! ", "").replace("//!", ""),
        ),
        ("README.md", include_str!("../README.md").to_owned()),
    ] {
        let (_, rest) = text.split_once("```toml\n").unwrap();
        let (toml, _) = rest.split_once("```").unwrap();
        let settings =
            Settings::from_toml(toml).unwrap_or_else(|report| panic!("{file}: {report}"));
        assert!(!settings.files().is_empty() && settings.context().is_some(), "{file}");
        let lint = Lint::find("shadowed-rule").unwrap();
        assert_eq!(settings.levels().of(lint), Level::Deny, "{file}");
    }
}

#[test]
fn deep_and_large_documents_are_refused() {
    let deep = format!("allow = {}{}", "[".repeat(40), "]".repeat(40));
    assert!(Settings::from_toml(&deep).unwrap_err().to_string().contains("nesting deeper"));
    let deeper = format!("allow = {}", "[".repeat(100_000));
    assert!(Settings::from_toml(&deeper).is_err());
    assert!(Settings::from_toml(&"#".repeat(3 << 20)).is_err());
    assert!(Settings::from_toml("\u{FEFF}dialect = 'aws'").is_ok());
    let report = Settings::from_toml("\u{FEFF}dialekt = 'aws'").unwrap_err();
    assert_eq!(report.iter().next().unwrap().primary.span().unwrap().range(), 3..10);
}
