//! `SEMANTICS.md`, the table of clauses and the tests say the same.
//!
//! The document is written from the table in `src/clause/table.rs` and from the tests that name a clause
//! (`REP-…`); `BLESS=1 cargo test semantics` writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use s3_replication::clause::Clause;
use s3_replication::engine::Reason;
use s3_replication::lint::catalogue;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Finds the clauses that a line names.
fn clauses_in(line: &str) -> Vec<String> {
    let starts = line.match_indices("REP-").map(|(at, _)| at);
    let named = starts.map(|at| {
        let digits = line[at + 4..].chars().take_while(char::is_ascii_digit);
        format!("REP-{}", digits.collect::<String>())
    });
    named.filter(|id| id.len() >= 7).collect()
}

/// Returns the number of a clause.
fn number(id: &str) -> u32 {
    id[4..].parse().unwrap()
}

/// Returns the tests that hold each clause. A test holds the clauses that its comment or its body
/// names, up to the next test.
fn tests_of_clauses() -> BTreeMap<String, Vec<String>> {
    let mut tests: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let tests_folder = root().join("tests");
    let mut files = Vec::new();
    rust_files(&tests_folder, &mut files);
    files.sort();
    for file in &files {
        let module = file.strip_prefix(&tests_folder).unwrap().with_extension("");
        let module: Vec<&str> = module.iter().map(|step| step.to_str().unwrap()).collect();
        let module = module.join("::");
        if module == "house::semantics" {
            continue;
        }
        let text = fs::read_to_string(file).unwrap();
        let mut waiting: Vec<String> = Vec::new();
        let mut current = None;
        let mut pending_test = false;
        for line in text.lines().map(str::trim) {
            if line.starts_with("///") || line.starts_with("#[test]") {
                current = None;
            }
            pending_test |= line == "#[test]";
            waiting.extend(clauses_in(line));
            if let Some(name) = line.strip_prefix("fn ").filter(|_| pending_test) {
                current = name.split('(').next().map(|name| format!("{module}::{name}"));
                pending_test = false;
            } else if line.starts_with("fn ") {
                waiting.clear();
            }
            if let Some(name) = &current {
                for id in waiting.drain(..) {
                    let list = tests.entry(id).or_default();
                    if !list.contains(name) {
                        list.push(name.clone());
                    }
                }
            }
        }
    }
    tests
}

fn section(id: &str) -> &'static str {
    match number(id) {
        100..200 => "Documents",
        200..300 => "Refusals",
        300..400 => "Filters",
        400..500 => "Selection",
        500..600 => "Eligibility",
        600..700 => "Replicas",
        700..800 => "Status",
        800..900 => "Time Control, metrics and events",
        1060..1080 => "Several buckets",
        _ => "Batch Replication",
    }
}

const HEAD: &str = "\
# Semantics

What this crate holds to be true of S3 replication. Each statement is a clause with a name that is never reused; every
reason, refusal and lint of the crate names the clause it rests on.

This file is written by a test from the table in `src/clause/table.rs` and from the tests that name a clause:
`BLESS=1 cargo test semantics`. A clause without a test, or a reason without a clause, fails the build.

**Evidence**: **P** primary, documented by AWS or observed at AWS; **R** reported word for word by a user of
AWS; **E** known from re-implementations of S3 only; **I** inference, or our own reading where no source speaks.

## Sources

| key | what |
| --- | --- |
| UG23:`page` | S3 User Guide as of 2023-06-09 (github.com/awsdocs/amazon-s3-userguide, `doc_source/<page>.md`) |
| UG26:`page` | <https://docs.aws.amazon.com/AmazonS3/latest/userguide/>`<page>.html`, captured 2026-04-13 |
| UG26b:`page` | the same, captured in autumn 2026 |
| UG:`page` | the same page, unchanged between the captures |
| API26:`page` | <https://docs.aws.amazon.com/AmazonS3/latest/API/>`<page>.html`, captured 2026-04-13 |
| ERR | API26:ErrorResponses, \"List of Replication-related error codes\" |
| BOTO:`Shape` | botocore 1.43.11, `data/s3/2006-03-01/service-2.json` |
| BOTOC:`Shape` | botocore 1.43.11, `data/s3control/2018-08-20/service-2.json` |
| APIC:`Type` | <https://docs.aws.amazon.com/AmazonS3/latest/API/>`API_control_<Type>.html` |
| CLI:`command` | AWS CLI reference, <https://awscli.amazonaws.com/v2/documentation/api/latest/reference/s3control/>`<command>.html` |
| TUT `step` | AWS tutorial \"Replicate Existing Objects in your Amazon S3 Buckets with Amazon S3 Batch Replication\", of 2023-06-30 |
| SAMPLE | github.com/aws-samples/sample-replicate-on-tag-for-amazon-s3 at `032c6b8`, with notes on what was verified live |
| TEIFS, GOSIM | two emulators of S3 Batch Operations, in Rust and in Go |
| OSS | Alibaba's clone of the API, <https://help.aliyun.com/en/oss/developer-reference/updatejobstatus> |
| HEALTH | github.com/aws/aws-health-tools at `fff28e9`, `misc/S3-inventory-to-batch-job/` |
| DANDI | github.com/dandi/s3invsync, whose tests hold rows of a real inventory |
| C7N | github.com/cloud-custodian/cloud-custodian/issues/1997, with keys of a real inventory |
| CFN:`Type` | CloudFormation template reference, `AWS::S3::Bucket` property types, captured 2026-04 |
| TF | documentation of `aws_s3_bucket_replication_configuration` of the Terraform AWS provider |
| TFT | acceptance tests of that resource, which run against AWS |
| LS | LocalStack's snapshots recorded from AWS, 2026-02-21 (`test_s3.py::TestS3BucketReplication`) |
| HANDS | <https://docs.aws.amazon.com/hands-on/latest/replicate-data-using-amazon-s3-replication/> |
| EMU-S | github.com/radkawar/stackd, an emulator with notes on what AWS answers |
| EMU-O | github.com/open-io/swift, `s3api/controllers/replication.py` |

";

const TAIL: &str = "\
## Left open

What no source settles and no question of a dialect covers yet: V1 across accounts (one sentence says that delete markers do
not replicate there); a tag that is removed before replication ran, or after it; metadata of a version that is archived by
now; what becomes of a delete marker's own replication status. The engine's answers there follow the clauses above as they
stand. Not modelled: Regions without Replication Time Control (`InvalidRequest`, the list of Regions is not published), the
refusal of Object Lock buckets (obsolete since November 2023), and the checks of the caller's permissions.
";

fn document() -> String {
    let tests = tests_of_clauses();
    let mut out = String::from(HEAD);
    let mut last = "";
    for clause in Clause::ALL {
        if section(clause.id()) != last {
            last = section(clause.id());
            let _ =
                write!(out, "## {last}\n\n| clause | statement | evidence | source | tests |\n");
            out.push_str("| --- | --- | --- | --- | --- |\n");
        }
        let held: Vec<String> =
            tests.get(clause.id()).into_iter().flatten().map(|name| format!("`{name}`")).collect();
        let (id, statement) = (clause.id(), clause.statement());
        let (grade, source) = (clause.grade().letter(), clause.source());
        let held = held.join(", ");
        let _ = writeln!(out, "| {id} | {statement} | {grade} | {source} | {held} |");
        let next = Clause::ALL.iter().skip_while(|c| c.id() != id).nth(1);
        if next.is_none_or(|next| section(next.id()) != last) {
            out.push('\n');
        }
    }
    out.push_str(TAIL);
    out
}

#[test]
fn every_clause_is_tested() {
    let tests = tests_of_clauses();
    let untested: Vec<&str> = Clause::ALL
        .iter()
        .map(|clause| clause.id())
        .filter(|id| !tests.contains_key(*id))
        .collect();
    assert!(untested.is_empty(), "clauses without a test: {untested:?}");
}

#[test]
fn tests_and_sources_name_only_clauses_that_exist() {
    for (id, tests) in tests_of_clauses() {
        assert!(Clause::find(&id).is_some(), "{id} does not exist; {tests:?}");
    }
    let mut files = Vec::new();
    rust_files(&root().join("src"), &mut files);
    for file in files {
        for id in fs::read_to_string(&file).unwrap().lines().flat_map(clauses_in) {
            assert!(Clause::find(&id).is_some(), "{}: {id} does not exist", file.display());
        }
    }
}

fn rust_files(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            out.push(path);
        }
    }
}

#[test]
fn clauses_are_sorted_and_unique() {
    assert!(Clause::ALL.is_sorted_by(|a, b| number(a.id()) < number(b.id())));
    for clause in Clause::ALL {
        assert!(!clause.statement().is_empty() && !clause.source().is_empty(), "{clause}");
        assert_eq!(Clause::find(clause.id()), Some(*clause));
    }
}

#[test]
fn every_reason_and_refusal_has_a_clause() {
    for reason in Reason::ALL {
        assert!(Clause::ALL.contains(&reason.clause()), "{reason}");
    }
    for lint in catalogue() {
        assert!(Clause::ALL.contains(&lint.clause), "{}", lint.name);
    }
}

#[test]
fn semantics_md_is_up_to_date() {
    let path = root().join("SEMANTICS.md");
    let expected = document();
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "SEMANTICS.md is not what the clauses and tests say; see the top of this file"
    );
}
