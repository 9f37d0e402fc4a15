//! Drawn scenarios as text: the command line reads them, and makes the same decision.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, process};

use proptest::prelude::*;
use s3_replication::Engine;
use s3_replication::model::EventKind;
use s3_replication::strategies::{DrawnObject, scenario};
use serde_json::Value;

/// Returns true for an object that JSON can contain, and that a client can have written.
fn is_possible(DrawnObject { key, event, rest, .. }: &DrawnObject) -> bool {
    let is_text = !key.is_empty() && std::str::from_utf8(key).is_ok();
    is_text && (rest.delete_marker.is_none() || event.kind() != EventKind::Creation)
}

/// Runs a script with the command line in a directory of its own.
fn run(script: &str) -> Value {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = env::temp_dir().join(format!("s3-replication-script-{}-{number}", process::id()));
    fs::create_dir(&folder).unwrap();
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_s3-replication")).parent().unwrap();
    let path = env::join_paths(
        [binary.to_owned()]
            .into_iter()
            .chain(env::split_paths(&env::var_os("PATH").unwrap_or_default())),
    );
    // A script can be longer than an argument of a program.
    fs::write(folder.join("script.sh"), script).unwrap();
    let mut shell = Command::new("sh");
    let shell = shell.arg("script.sh").current_dir(&folder).env("PATH", path.unwrap());
    let output = shell.output().unwrap();
    fs::remove_dir_all(&folder).unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text)
        .unwrap_or_else(|_| panic!("{script}\n{text}{}", String::from_utf8_lossy(&output.stderr)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_scenario_is_a_script_for_the_command_line(scenario in scenario()) {
        prop_assume!(is_possible(&scenario.object));
        let script = scenario.to_string();
        prop_assert!(script.contains("s3-replication explain"));
        let shown = run(&script.replacen("s3-replication explain", "s3-replication decide", 1));

        let engine = Engine::with_dialect(&scenario.configuration, &scenario.dialect);
        let version = scenario.object.version();
        let decision = engine.decide(&version, scenario.object.event);
        let expected: Vec<_> = decision
            .replications()
            .map(|one| format!("{} {}", one.bucket(), one.rule().name()))
            .collect();
        let seen = shown["Replications"].as_array().cloned().unwrap_or_default();
        let seen: Vec<_> = seen
            .iter()
            .map(|one| format!("{} {}", one["Bucket"].as_str().unwrap(), one["Rule"].as_str().unwrap()))
            .collect();
        prop_assert_eq!(seen, expected, "{}", script);
    }
}
