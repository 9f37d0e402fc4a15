//! What a build script tells Cargo, and what Cargo makes of it.

use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs, io};

use s3_replication::Parser;
use s3_replication::build_script::{Check, Directives};
use s3_replication::lint::{Level, Levels};
use s3_replication::model::KnownBuckets;

fn told(text: &str) -> Directives {
    Check::new().file("c.json", Ok::<_, io::Error>(text))
}

fn with_rule(rule: &str) -> String {
    format!(r#"{{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{rule}]}}"#)
}

const RULE: &str = r#"{"Status": "Enabled", "Prefix": "logs/",
    "Destination": {"Bucket": "arn:aws:s3:::backup"}}"#;

#[test]
fn a_file_that_is_right_is_only_watched() {
    let told = told(&with_rule(RULE));
    assert!(!told.fails());
    assert_eq!(told.to_string(), "cargo::rerun-if-changed=c.json\n");
}

#[test]
fn advice_warns_and_refusals_fail() {
    let advised = told(&with_rule(&RULE.replace("logs/", "logs/*")));
    assert!(!advised.fails());
    let text = advised.to_string();
    assert!(text.contains("\ncargo::warning=c.json:1:88: prefix `logs/*` holds"), "{text}");
    let refused = told(&with_rule(&RULE.replace("Enabled", "enabled")));
    assert!(refused.fails());
    let text = refused.to_string();
    assert!(text.contains("\ncargo::error=c.json:1:"), "{text}");
    assert!(text.contains("; the store answers MalformedXML"), "{text}");
}

#[test]
fn levels_and_knowledge_are_heeded() {
    let mut levels = Levels::new();
    levels.set("metrics-absent", Level::Deny).unwrap();
    let check = Check::new().with_levels(levels);
    assert!(check.file("c", Ok::<_, io::Error>(with_rule(RULE))).fails());
    let buckets = KnownBuckets::new().with_missing_bucket("backup".parse().unwrap());
    let check = Check::new().with_parser(Parser::new().with_buckets(buckets));
    assert!(check.file("c", Ok::<_, io::Error>(with_rule(RULE))).fails());
}

#[test]
fn no_text_begins_a_directive() {
    let hostile = "\ncargo::rustc-env=PATH=/tmp\n";
    let files = [
        told(&with_rule(&RULE.replace("logs/", &hostile.escape_debug().to_string()))),
        told(&with_rule(&RULE.replace("Enabled", &hostile.escape_debug().to_string()))),
        told(hostile),
        Check::new().file(hostile, Ok::<_, io::Error>("{}")),
        Check::new().file("c", Err::<&[u8], _>(io::Error::other(hostile))),
    ];
    for told in files {
        let text = told.to_string();
        assert!(text.lines().count() >= 2, "{text}");
        let known = ["cargo::rerun-if-changed=", "cargo::warning=", "cargo::error="];
        for line in text.lines() {
            assert!(known.iter().any(|directive| line.starts_with(directive)), "{text}");
        }
    }
}

#[test]
fn a_file_that_cannot_be_read_fails() {
    let told = Check::new().file("c", Err::<&[u8], _>(io::Error::other("gone")));
    let text = "cargo::rerun-if-changed=c\ncargo::error=c: cannot be read: gone\n";
    assert!(told.fails());
    assert_eq!(told.to_string(), text);
    assert!(Check::new().file("c", Ok::<_, io::Error>([0xFF, 0xFE, 0xFF])).fails());
}

/// Builds the example crate with one of its configurations, offline and with the crates that are
/// here already.
fn build_with(configuration: &str) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let example = root.join("examples/build-script");
    fs::copy(root.join("Cargo.lock"), example.join("Cargo.lock")).unwrap();
    let cargo = env::var_os("CARGO").expect("Cargo runs the tests");
    let mut build = Command::new(cargo);
    build.args(["build", "--offline", "--target-dir"]).arg(root.join("target/build-script"));
    build.current_dir(example).env("REPLICATION", configuration).output().unwrap()
}

#[test]
fn a_crate_is_built_when_its_configuration_is_right() {
    // Only the repository has the example, because it is a crate of its own.
    if !Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/build-script").exists() {
        return;
    }
    let built = |configuration| {
        let output = build_with(configuration);
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    let (done, told) = built("replication.xml");
    assert!(done && !told.contains("warning"), "{told}");
    let (done, told) = built("shadowed.xml");
    assert!(done && told.contains("warning: build-script@0.0.0: shadowed.xml:11:3: rule `tax`"));
    for configuration in ["refused.xml", "nowhere.xml"] {
        let (done, told) = built(configuration);
        let error = format!("error: build-script@0.0.0: {configuration}:");
        assert!(!done && told.contains(&error), "{told}");
    }
}
