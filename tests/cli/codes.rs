//! The codes of findings: `lints` explains each one, and `--level` knows those of `check`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use s3_replication::topology::FindingKind;

use super::Desk;
use crate::house::rust_files;

/// The functions that take a code as their first argument.
const MAKERS: &[&str] =
    &["error", "warning", "note", "refuse", "refusal", "undecided", "problem", "report"];

/// Returns the codes that are written in the source: words with hyphens that are the first argument of a
/// function which makes findings.
fn codes(text: &str) -> BTreeSet<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = code.collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices('(') {
        let name = code[..at].rsplit(|c: char| !c.is_alphanumeric() && c != '_').next();
        let Some(text) = code[at + 1..].trim_start().strip_prefix('"') else { continue };
        let word = text.split('"').next().unwrap_or_default();
        let is_code =
            word.contains('-') && word.chars().all(|c| c == '-' || c.is_ascii_lowercase());
        if is_code && name.is_some_and(|name| MAKERS.contains(&name)) {
            found.insert(word.to_owned());
        }
    }
    // The tables of manifests have the code first, and its clause behind.
    for (at, text) in code.match_indices("= \"") {
        let mut parts = code[at + text.len()..].splitn(2, "\", ");
        let (word, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let is_code = word.contains('-') && word.chars().all(|c| c == '-' || c.is_alphanumeric());
        if is_code && rest.lines().next().is_some_and(|line| line.contains("MANIFEST_")) {
            found.insert(word.to_owned());
        }
    }
    found
}

#[test]
fn lints_knows_every_code() {
    let desk = Desk::new("codes-known");
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut all = BTreeSet::new();
    for file in files {
        all.append(&mut codes(&fs::read_to_string(file).unwrap()));
    }
    // These stand for a sentence: `Parsed::into_configuration` returns them, and no command shows them.
    all.retain(|code| !matches!(code.as_str(), "value-unknown" | "conditions-unknown"));
    all.extend(FindingKind::ALL.iter().map(|kind| kind.as_str().to_owned()));
    for known in ["allowance-unused", "manifest-missing", "no-rows", "row-repeated", "line-empty"] {
        assert!(all.contains(known), "{known}: {all:?}");
    }
    let names: Vec<&str> = ["lints"].into_iter().chain(all.iter().map(String::as_str)).collect();
    assert!(names.len() > 40, "{names:?}");
    let ran = desk.run(&names);
    assert!(ran.status == 0, "{}", ran.err);
    let json = desk.run(&[&names[..], &["--format", "json"]].concat()).ended(0).json();
    assert_eq!(json["lints"].as_array().unwrap().len(), all.len());
}

#[test]
fn only_findings_of_check_have_levels() {
    let desk = Desk::with_configuration("codes-levels");
    let ran = desk.run(&["check", "c.xml", "--level", "no-rows=warn"]);
    let expected = "`no-rows` is a finding of `batch check`, and only those of `check` have levels";
    assert!(ran.ended(2).err.contains(expected), "{}", ran.err);
}

/// The level of a finding about an allowance counts, as that of any other.
#[test]
fn findings_about_allowances_have_levels() {
    let desk = Desk::with_configuration("codes-allowances");
    let text = fs::read_to_string(desk.0.join("c.xml")).unwrap();
    let comment = |text: &str| format!("<!-- s3-replication: allow {text} -->");
    desk.put("unused.xml", comment("shadowed-rule a reason") + &text);
    desk.put("invalid.xml", comment("shadowed-rule") + &text);
    desk.put("about.xml", comment("allowance-unused a reason") + &text);
    let run = |file: &str, level: &str| {
        let level = format!("--level={level}");
        desk.run(&["check", file, "--level=metrics-absent=allow", &level])
    };
    for (file, code) in [("unused.xml", "allowance-unused"), ("invalid.xml", "allowance-invalid")] {
        assert!(desk.run(&["check", file]).ended(0).out.contains(code));
        let denied = run(file, &format!("{code}=deny"));
        assert!(denied.ended(1).out.contains(&format!("error[{code}]")), "{}", denied.out);
        assert!(!run(file, &format!("{code}=allow")).ended(0).out.contains(code));
    }
    let about = desk.run(&["check", "about.xml"]);
    assert!(about.ended(0).out.contains("is about what is allowed"), "{}", about.out);
    let entry = "[[allow]]\nfinding = \"shadowed-rule\"\nreason = \"r\"\n";
    desk.put(".s3-replication.toml", entry);
    assert!(desk.run(&["check", "c.xml"]).ended(0).out.contains("allowance-unused"));
    assert!(!run("c.xml", "allowance-unused=allow").ended(0).out.contains("allowance-unused"));
    run("c.xml", "allowance-unused=deny").ended(1);
}
