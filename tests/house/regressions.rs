//! Every input that fuzzing starts from or once failed on, checked again without a fuzzer.

use std::fs;
use std::path::Path;

#[expect(unreachable_pub, reason = "it is a library for the fuzz targets")]
#[path = "../../fuzz/checks/mod.rs"]
mod checks;

/// Runs a check on the files kept for it, and returns how many there are.
fn replay(target: &str, check: fn(&[u8])) -> usize {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let folders = ["seeds", "regressions"].map(|folder| root.join(folder).join(target));
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten());
    files.map(|file| file.unwrap().path()).inspect(|path| check(&fs::read(path).unwrap())).count()
}

#[test]
fn parse_xml() {
    assert!(replay("parse_xml", checks::parse_xml) >= 20);
}

#[test]
fn parse_json() {
    assert!(replay("parse_json", checks::parse_json) >= 10);
}

#[test]
fn cloudformation() {
    assert!(replay("cloudformation", checks::cloudformation) >= 10);
}

#[test]
fn terraform() {
    assert!(replay("terraform", checks::terraform) >= 10);
}

#[test]
fn decide() {
    assert!(replay("decide", checks::decide) >= 20);
}

#[test]
fn analyze() {
    assert!(replay("analyze", checks::analyze) >= 20);
}

#[test]
fn simulate() {
    assert!(replay("simulate", checks::simulate) >= 10);
}

#[test]
fn inventory() {
    assert!(replay("inventory", checks::inventory) >= 10);
}

#[test]
fn job_events() {
    assert!(replay("job_events", checks::job_events) >= 20);
}

#[test]
fn manifest_csv() {
    assert!(replay("manifest_csv", checks::manifest_csv) >= 15);
}
