//! The catalogue: its order, its examples, and what each lint refuses with which answer.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use s3_replication::dialect::{
    AndReading, DestinationCount, ExclusionReading, ExistingObjectReading, MissingDestinationText,
    PrefixSearch, PriorityScope, UnknownElements, ZoneReading,
};
use s3_replication::lint::{Group, Level, Levels, Lint, catalogue};
use s3_replication::model::KnownBuckets;
use s3_replication::{Dialect, Parser, Report, Severity};

/// What the examples in the documentation of the lints know about buckets.
const BUCKETS: &str = r#"{"Buckets": {
    "photos": {"Versioning": "Enabled", "Account": "123456789012", "Region": "eu-central-1",
               "ObjectLock": "Disabled", "DefaultEncryption": "SSE-S3", "Lifecycle": false,
               "BucketKeyEnabled": false},
    "backup": {"Versioning": "Enabled", "Account": "210987654321", "Region": "eu-west-1",
               "ObjectLock": "Disabled", "ObjectOwnership": "BucketOwnerEnforced",
               "Payer": "BucketOwner"},
    "encrypting": {"Versioning": "Enabled", "DefaultEncryption": "SSE-KMS"},
    "keyed-here": {"Versioning": "Enabled", "DefaultEncryption": "SSE-KMS",
                   "DefaultKmsKeyId": "arn:aws:kms:eu-central-1:123456789012:key/1"},
    "expiring": {"Versioning": "Enabled", "Lifecycle": true},
    "archive": {"Versioning": "Enabled", "ObjectLock": "Enabled"},
    "locked": {"Versioning": "Enabled", "ObjectLock": "Enabled"},
    "shared": {"Versioning": "Enabled", "Account": "210987654321",
               "ObjectOwnership": "ObjectWriter"},
    "own": {"Versioning": "Enabled", "Account": "123456789012"},
    "paid": {"Versioning": "Enabled", "Account": "210987654321", "Payer": "Requester"},
    "neighbour": {"Versioning": "Enabled", "Region": "eu-central-1"},
    "keyless": {"Versioning": "Enabled", "BucketKeyEnabled": false, "Lifecycle": false},
    "keyed": {"Versioning": "Enabled", "BucketKeyEnabled": true},
    "unversioned": {"Versioning": "Unversioned"},
    "suspended": {"Versioning": "Suspended"},
    "unknown": {},
    "gone": null
}}"#;

const MALFORMED: &str = "MalformedXML: The XML you provided was not well-formed or did not \
                         validate against our published schema";

const PRIORITY_IN_V1: &str = "InvalidRequest: Priority cannot be used for this version of Cross \
                              Region Replication configuration schema. Please refer to S3 \
                              Developer Guide for more information.";

const DELETE_MARKERS_IN_V1: &str = "InvalidRequest: DeleteMarkerReplication cannot be used for \
                                    this version of Cross Region Replication configuration \
                                    schema. Please refer to S3 Developer Guide for more \
                                    information.";

fn parser() -> Parser {
    let buckets = KnownBuckets::from_json(BUCKETS).unwrap();
    Parser::new().with_buckets(buckets).with_source_bucket("photos".parse().unwrap())
}

/// Reads rules in a configuration that is otherwise complete.
fn report_of(parser: &Parser, rules: &str) -> Report {
    let role = "<Role>arn:aws:iam::123456789012:role/replication</Role>";
    let text = format!("<ReplicationConfiguration>{role}{rules}</ReplicationConfiguration>");
    // Notes are on by default, and not what an example is about.
    let report = parser.parse_xml(&text).report().clone();
    report.into_iter().filter(|found| found.severity != Severity::Note).collect()
}

fn codes(report: &Report) -> Vec<&'static str> {
    report.iter().map(|found| found.code).collect()
}

/// Asserts which lints find something in these rules, in the order of the store.
#[track_caller]
fn assert_finds(rules: &str, expected: &[&str]) {
    assert_finds_in(&Dialect::AWS, rules, expected);
}

#[track_caller]
fn assert_finds_in(dialect: &Dialect, rules: &str, expected: &[&str]) {
    let report = report_of(&parser().with_dialect(dialect.clone()), rules);
    assert_eq!(codes(&report), expected, "{rules}\n{report}");
}

#[track_caller]
fn assert_accepted(rules: &str) {
    assert_finds(rules, &[]);
}

/// The example of a lint that is fenced as `kind`, and the parser that reads it.
fn example(lint: &Lint, kind: &str) -> (Parser, String) {
    let fence = format!("```xml,{kind}\n");
    let behind = lint.explanation.split(&fence).nth(1);
    let text = behind.and_then(|text| text.split("```").next());
    let text = text.unwrap_or_else(|| panic!("`{}` has no {kind} example", lint.name));
    let mut levels = Levels::new();
    if lint.group != Group::Refusals {
        levels.set(lint.name, Level::Warn).unwrap();
    }
    let parser = parser().with_advice(levels);
    let of = |source: &str| parser.clone().with_source_bucket(source.parse().unwrap());
    match (lint.name, kind) {
        // Nobody wants to read 1,001 rules.
        ("rules-over-limit", "bad") => (parser, rules_like(text, 1_001)),
        ("exclusion-unknown", _) => {
            let dialect = Dialect::AWS.with_exclusions(ExclusionReading::Unknown);
            (parser.with_dialect(dialect), text.to_owned())
        }
        ("filter-part-ignored" | "element-ignored", _) => {
            (parser.with_dialect(Dialect::ZENKO), text.to_owned())
        }
        ("keys-left-to-no-rule", _) => {
            let dialect = Dialect::AWS.with_prefix_search(PrefixSearch::LastBeforeKey);
            (parser.with_dialect(dialect), text.to_owned())
        }
        ("element-not-supported", _) => (parser.with_dialect(Dialect::RUSTFS), text.to_owned()),
        ("zones-unknown", _) => {
            let dialect = Dialect::AWS
                .with_unknown_elements(UnknownElements::Ignored)
                .with_zone_elements(ZoneReading::Refused);
            (parser.with_dialect(dialect), text.to_owned())
        }
        ("role-contradicts-destinations", _) => {
            (parser.with_dialect(Dialect::MINIO), text.to_owned())
        }
        ("destinations-over-limit", _) => {
            let dialect = Dialect::AWS.with_destinations(DestinationCount::One);
            (parser.with_dialect(dialect), text.to_owned())
        }
        // Every rule that is enabled is read differently somewhere.
        ("decided-differently-elsewhere", "good") => {
            let mut levels = Levels::new();
            levels.set(lint.name, Level::Warn).unwrap();
            levels.set("all-rules-disabled", Level::Allow).unwrap();
            (parser.with_advice(levels), text.to_owned())
        }
        ("source-missing", "bad") => (of("gone"), text.to_owned()),
        ("source-not-versioned", "bad") => (of("unversioned"), text.to_owned()),
        ("source-kms-key-not-multi-region", _) => (of("keyed-here"), text.to_owned()),
        ("kms-objects-not-selected", _) => (of("encrypting"), text.to_owned()),
        ("lifecycle-delete-markers", _) => (of("expiring"), text.to_owned()),
        ("object-lock-missing", _) => (of("archive"), text.to_owned()),
        _ => (parser, text.to_owned()),
    }
}

/// The rule with priority 1, again and again, each time with another priority.
fn rules_like(rule: &str, count: usize) -> String {
    let of = |number| rule.replace("<Priority>1<", &format!("<Priority>{number}<"));
    (1..=count).map(of).collect()
}

/// Asserts where the bad example of a lint is refused, and what S3 answers.
#[track_caller]
fn assert_answers(name: &str, path: &str, answer: &str) {
    let (parser, bad) = example(Lint::find(name).unwrap(), "bad");
    let report = report_of(&parser, &bad);
    let found: Vec<_> = report.iter().map(|found| found.primary.path().to_string()).collect();
    assert_eq!(found, [path]);
    assert_eq!(report.first_refusal().unwrap().to_string(), answer);
}

/// A V2 rule with more elements in the rule and in the destination.
fn v2(more: &str, destination: &str) -> String {
    with_filter(&format!("<Filter/>{more}"), destination)
}

/// A V2 rule with this filter.
fn with_filter(filter: &str, destination: &str) -> String {
    format!(
        "<Rule><Status>Enabled</Status><Priority>1</Priority>{filter}\
         <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>\
         <Destination><Bucket>arn:aws:s3:::backup</Bucket>{destination}</Destination></Rule>"
    )
}

/// A V1 rule with more elements in the rule and in the destination.
fn v1(more: &str, destination: &str) -> String {
    format!(
        "<Rule><Status>Enabled</Status><Prefix>logs/</Prefix>{more}\
         <Destination><Bucket>arn:aws:s3:::backup</Bucket>{destination}</Destination></Rule>"
    )
}

fn replication_time(status: &str, minutes: u8) -> String {
    format!(
        "<ReplicationTime><Status>{status}</Status>\
         <Time><Minutes>{minutes}</Minutes></Time></ReplicationTime>"
    )
}

fn metrics(status: &str) -> String {
    format!("<Metrics><Status>{status}</Status></Metrics>")
}

fn metrics_with_threshold(status: &str, minutes: u8) -> String {
    format!(
        "<Metrics><Status>{status}</Status>\
         <EventThreshold><Minutes>{minutes}</Minutes></EventThreshold></Metrics>"
    )
}

const OWNER: &str =
    "<AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>";
const ACCOUNT: &str = "<Account>210987654321</Account>";
const OPT_IN: &str = "<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status>\
                      </SseKmsEncryptedObjects></SourceSelectionCriteria>";
const MODIFICATIONS: &str = "<SourceSelectionCriteria><ReplicaModifications>\
                             <Status>Enabled</Status></ReplicaModifications>\
                             </SourceSelectionCriteria>";
const REPLICA_KEY: &str = "<EncryptionConfiguration><ReplicaKmsKeyID>\
                           arn:aws:kms:eu-west-1:210987654321:key/1234abcd\
                           </ReplicaKmsKeyID></EncryptionConfiguration>";

// The catalogue.

#[test]
fn the_catalogue_is_sorted_by_name_without_repetition() {
    let (refusals, advice): (Vec<_>, Vec<_>) =
        catalogue().partition(|lint| lint.group == Group::Refusals);
    for names in [&refusals, &advice] {
        assert!(names.is_sorted_by(|one, next| one.name < next.name), "{names:#?}");
    }
    assert!(
        catalogue().map(|lint| lint.name).eq(refusals.iter().chain(&advice).map(|lint| lint.name))
    );
    for name in catalogue().map(|lint| lint.name) {
        assert_eq!(Lint::find(name).unwrap().name, name);
    }
    assert!(Lint::find("no-such-lint").is_none());
}

#[test]
fn every_file_of_a_lint_is_in_the_catalogue() {
    let folder = |name: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lint").join(name);
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path())
    };
    let files = folder("refusals").chain(folder("advice"));
    let stems = files.map(|file| file.file_stem().unwrap().to_str().unwrap().replace('_', "-"));
    let files: BTreeSet<_> = stems.filter(|stem| stem != "decisions").collect();
    let listed: BTreeSet<_> = catalogue().map(|lint| lint.name.to_owned()).collect();
    assert_eq!(files, listed);
}

#[test]
fn every_lint_is_documented_alike() {
    for lint in catalogue() {
        let headings = lint.explanation.lines().filter(|line| line.contains("## "));
        let headings: Vec<_> = headings.map(str::trim).collect();
        let expected = ["## What it finds", "## Why it matters", "## Example"];
        assert_eq!(headings, expected, "{}", lint.name);
        let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(lint.name.chars().all(word), "{}", lint.name);
        assert_fragment(lint.name, lint.summary);
    }
}

#[test]
fn every_bad_example_is_found_by_its_lint_and_no_other() {
    for lint in catalogue() {
        let (parser, bad) = example(lint, "bad");
        let report = report_of(&parser, &bad);
        let found: BTreeSet<_> = codes(&report).into_iter().collect();
        assert_eq!(found, BTreeSet::from([lint.name]), "{bad}\n{report}");
        for found in &report {
            assert_fragment(lint.name, &found.message);
            assert_fragment(lint.name, found.help.as_deref().expect(lint.name));
            // These rest on the clause of the question, or of the refusal.
            let elsewhere = lint.name.ends_with("-elsewhere");
            assert!(elsewhere || found.clause == Some(lint.clause), "{}", lint.name);
            let is_refusal = lint.group == Group::Refusals;
            assert_eq!(found.service_error.is_some(), is_refusal, "{}", lint.name);
            assert_eq!(found.severity == Severity::Error, is_refusal, "{}", lint.name);
        }
    }
}

/// A warning about an element, such as of an attribute, hides nothing that is wrong with it.
#[test]
fn attributes_hide_nothing() {
    // An attribute on every element.
    let adorned = |rules: &str| {
        let mut parts = rules.split('<');
        let start = parts.next().unwrap().to_owned();
        parts.fold(start, |text, part| {
            let name = part.find(|c: char| !c.is_ascii_alphanumeric()).unwrap();
            let attribute = if name == 0 { "" } else { " x=\"\"" };
            format!("{text}<{}{attribute}{}", &part[..name], &part[name..])
        })
    };
    for lint in catalogue() {
        let (parser, bad) = example(lint, "bad");
        let report = report_of(&parser, &adorned(&bad));
        let mut found: BTreeSet<_> = codes(&report).into_iter().collect();
        assert_eq!(found.remove("attribute-ignored"), bad.contains("</"), "{report}");
        assert_eq!(found, BTreeSet::from([lint.name]), "{report}");
    }
}

/// REP-110: nor does one of a member that is given twice.
#[test]
fn repetitions_hide_nothing() {
    let start = r#""Role": "arn:aws:iam::123456789012:role/replication""#;
    for (rules, more, code) in [
        ("", "", "rules-missing"),
        (r#"{"Status": "Enabled", "Prefix": ""}"#, "", "rules-missing"),
        ("", r#"{"Status": "Enabled", "Prefix": ""}"#, "element-missing"),
    ] {
        let text = format!(r#"{{{start}, "Rules": [{rules}], "Rules": [{more}]}}"#);
        let parsed = Parser::new().parse_json(&text);
        assert_eq!(codes(parsed.report()), ["member-repeated", code], "{text}");
    }
    for (name, values, code) in [
        ("SourceSelectionCriteria", "{}", "source-selection-empty"),
        ("Filter", r#"{"And": {}}"#, "and-incomplete"),
    ] {
        let rule = format!(
            r#"{{"Status": "Enabled", "Priority": 1, "Filter": {{}}, "{name}": {values},
                 "{name}": {values}, "DeleteMarkerReplication": {{"Status": "Disabled"}},
                 "Destination": {{"Bucket": "arn:aws:s3:::backup"}}}}"#
        );
        let parsed = Parser::new().parse_json(&format!(r#"{{{start}, "Rules": [{rule}]}}"#));
        assert!(codes(parsed.report()).contains(&code), "{name}: {}", parsed.report());
        assert!(parsed.into_configuration().is_err());
    }
}

#[test]
fn every_good_example_is_accepted() {
    for lint in catalogue() {
        let (parser, good) = example(lint, "good");
        let report = report_of(&parser, &good);
        assert!(report.is_empty(), "{}: {good}\n{report}", lint.name);
    }
}

/// Lower case at the beginning unless it is a name, no final period, and backticks in pairs.
#[track_caller]
fn assert_fragment(name: &str, text: &str) {
    let is_name =
        ["KMS ", "MinIO ", "S3 ", "Time Control "].iter().any(|word| text.starts_with(word));
    assert!(is_name || !text.starts_with(char::is_uppercase), "{name}: {text}");
    assert!(!text.ends_with('.') && !text.contains("  "), "{name}: {text}");
    assert_eq!(text.matches('`').count() % 2, 0, "{name}: {text}");
}

// The schema.

/// REP-105
#[test]
fn required_elements_are_required() {
    assert_answers("element-missing", "Rule[0].Status", MALFORMED);
    let without = |element: &str| v2("", "").replace(element, "");
    assert_finds(&without("<Bucket>arn:aws:s3:::backup</Bucket>"), &["element-missing"]);
    let parser = Parser::new();
    let report = parser.parse_xml("<ReplicationConfiguration/>").report().clone();
    assert_eq!(codes(&report), ["element-missing", "rules-missing"]);
}

/// REP-109
#[test]
fn a_configuration_has_a_rule() {
    assert_answers("rules-missing", "Rule", MALFORMED);
}

/// REP-226
#[test]
fn existing_objects_are_for_batch_replication() {
    let path = "Rule[0].ExistingObjectReplication";
    assert_answers("existing-object-replication", path, MALFORMED);
    let disabled = "<ExistingObjectReplication><Status>Disabled</Status>\
                    </ExistingObjectReplication>";
    assert_finds(&v2(disabled, ""), &["existing-object-replication"]);
    let accepting = Dialect::AWS.with_existing_objects(ExistingObjectReading::Accepted);
    assert_finds_in(&accepting, &v2(disabled, ""), &[]);
}

/// REP-240
#[test]
fn and_combines_predicates() {
    assert_answers("and-incomplete", "Rule[0].Filter.And", MALFORMED);
    let tag = "<Tag><Key>a</Key><Value/></Tag>";
    let strict = Dialect::AWS.with_and(AndReading::TwoPredicates);
    for one in [tag, "<Prefix>logs/</Prefix>", "<Prefix/>"] {
        let rule = with_filter(&format!("<Filter><And>{one}</And></Filter>"), "");
        assert_accepted(&rule);
        assert_finds_in(&strict, &rule, &["and-incomplete"]);
    }
    let two = format!("<Filter><And><Prefix/>{tag}</And></Filter>");
    assert_finds_in(&strict, &with_filter(&two, ""), &[]);
}

/// REP-241
#[test]
fn a_filter_has_at_most_one_child() {
    assert_answers("filter-has-several-children", "Rule[0].Filter", MALFORMED);
    let tag = "<Tag><Key>a</Key><Value/></Tag>";
    for several in [
        format!("<Prefix/>{tag}"),
        format!("{tag}<And>{tag}</And>"),
        format!("<Prefix/><And>{tag}</And>"),
        format!("<Prefix/>{tag}<And>{tag}</And>"),
    ] {
        let rule = with_filter(&format!("<Filter>{several}</Filter>"), "");
        assert_finds(&rule, &["filter-has-several-children"]);
    }
}

/// REP-242, REP-243
#[test]
fn a_rule_has_either_prefix_or_filter() {
    assert_answers("prefix-and-filter", "Rule[0].Prefix", MALFORMED);
    assert_answers("prefix-or-filter-missing", "Rule[0].Prefix", MALFORMED);
    assert_finds(&with_filter("<Prefix/><Filter/>", ""), &["prefix-and-filter"]);
}

/// REP-246
#[test]
fn replicas_are_written_in_eight_classes() {
    let path = "Rule[0].Destination.StorageClass";
    assert_answers("replica-storage-class-unsupported", path, MALFORMED);
    let class = |word: &str| v2("", &format!("<StorageClass>{word}</StorageClass>"));
    for accepted in ["STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA"] {
        assert_accepted(&class(accepted));
    }
    for accepted in ["INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"] {
        assert_accepted(&class(accepted));
    }
    for refused in ["OUTPOSTS", "SNOW", "EXPRESS_ONEZONE", "FSX_OPENZFS", "FSX_ONTAP", "standard"] {
        assert_finds(&class(refused), &["replica-storage-class-unsupported"]);
    }
    let help = |word| report_of(&parser(), &class(word)).iter().next().unwrap().help.clone();
    assert_eq!(help("STANDARD-IA").unwrap(), "did you mean `STANDARD_IA`?");
    assert!(help("SNOW").unwrap().starts_with("write one of `STANDARD`, `REDUCED_REDUNDANCY`"));
}

// The source bucket.

/// REP-202
#[test]
fn the_source_bucket_keeps_versions() {
    let answer = "InvalidRequest: Versioning must be 'Enabled' on the bucket to apply a \
                  replication configuration";
    assert_answers("source-not-versioned", "", answer);
    let of = |bucket: &str| {
        let parser = parser().with_source_bucket(bucket.parse().unwrap());
        codes(&report_of(&parser, &v2("", "")))
    };
    assert_eq!(of("suspended"), ["source-not-versioned"]);
    assert!(of("unknown").is_empty());
    assert!(of("never-heard-of").is_empty());
}

/// REP-251
#[test]
fn the_source_bucket_exists() {
    let answer = "NoSuchBucket: The specified bucket does not exist";
    assert_answers("source-missing", "", answer);
}

// Versions.

/// REP-205
#[test]
fn filter_needs_priority() {
    let answer = "InvalidRequest: Priority must be specified for this version of Cross Region \
                  Replication configuration schema. Please refer to S3 Developer Guide for more \
                  information.";
    assert_answers("priority-missing", "Rule[0].Priority", answer);
    assert_accepted(&v2("", "").replace("<Priority>1<", "<Priority>0<"));
}

/// REP-206
#[test]
fn filter_needs_delete_marker_replication() {
    let answer = "InvalidRequest: DeleteMarkerReplication must be specified for this version of \
                  Cross Region Replication configuration schema. Please refer to S3 Developer \
                  Guide for more information.";
    let path = "Rule[0].DeleteMarkerReplication";
    assert_answers("delete-marker-replication-missing", path, answer);
}

/// REP-207
#[test]
fn v1_has_no_delete_marker_replication() {
    let path = "Rule[0].DeleteMarkerReplication";
    assert_answers("delete-marker-replication-in-v1", path, DELETE_MARKERS_IN_V1);
}

/// REP-208
#[test]
fn v1_has_no_priority() {
    assert_answers("priority-in-v1", "Rule[0].Priority", PRIORITY_IN_V1);
}

/// REP-209
#[test]
fn v1_has_one_destination() {
    let answer = "InvalidRequest: Number of distinct destination bucket ARNs cannot exceed 1";
    let path = "Rule[1].Destination.Bucket";
    assert_answers("several-destinations-in-v1", path, answer);
}

/// REP-239
#[test]
fn v1_prefixes_do_not_overlap() {
    let answer = "InvalidRequest: Found overlapping prefixes 'logs/' and 'logs/2026/'";
    assert_answers("rule-overlaps-in-v1", "Rule[1].Prefix", answer);
    let of = |prefix: &str| v1("", "").replace("logs/", prefix);
    assert_finds(&[of("a"), of("a")].concat(), &["rule-overlaps-in-v1"]);
    assert_finds(&[of("a"), of("")].concat(), &["rule-overlaps-in-v1"]);
    assert_finds(&[of("a/b"), of("a/c"), of("a/")].concat(), &["rule-overlaps-in-v1"; 2]);
    assert_accepted(&[of("a/b"), of("a/c"), of("b")].concat());
}

/// REP-244
#[test]
fn v1_has_no_time_control() {
    let answer = "InvalidRequest: ReplicationTime cannot be used for this version of the \
                  replication configuration schema";
    assert_answers("time-control-in-v1", "Rule[0].Destination.ReplicationTime", answer);
}

/// REP-245
#[test]
fn v1_has_no_replica_modifications() {
    let path = "Rule[0].SourceSelectionCriteria.ReplicaModifications";
    assert_answers("replica-modifications-in-v1", path, "InvalidRequest");
}

/// REP-249, REP-114
#[test]
fn one_version_holds_for_the_whole_configuration() {
    assert_answers("versions-mixed", "Rule[1]", PRIORITY_IN_V1);
    let bare = v2("", "").replace("<Priority>1</Priority>", "");
    let answer = |rules: &[&str]| {
        let report = report_of(&parser(), &rules.concat());
        assert_eq!(codes(&report), ["versions-mixed"], "{report}");
        report.first_refusal().unwrap().to_string()
    };
    assert_eq!(answer(&[&v1("", ""), &v2("", ""), &v1("", "")]), PRIORITY_IN_V1);
    assert_eq!(answer(&[&v1("", ""), &bare]), DELETE_MARKERS_IN_V1);
    let switch = "<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>";
    assert_eq!(answer(&[&v1("", ""), &bare.replace(switch, "")]), "InvalidRequest");
}

// Each rule by itself.

/// REP-215
#[test]
fn source_selection_is_not_empty() {
    let answer = "InvalidRequest: SourceSelectionCriteria cannot be empty";
    assert_answers("source-selection-empty", "Rule[0].SourceSelectionCriteria", answer);
    assert_accepted(&v2(MODIFICATIONS, ""));
}

/// REP-216
#[test]
fn a_replica_key_needs_the_opt_in() {
    let answer = "InvalidRequest: SseKmsEncryptedObjects must be specified if \
                  EncryptionConfiguration is present.";
    let path = "Rule[0].SourceSelectionCriteria.SseKmsEncryptedObjects";
    assert_answers("sse-kms-opt-in-missing", path, answer);
    assert_finds(&v2(MODIFICATIONS, REPLICA_KEY), &["sse-kms-opt-in-missing"]);
    assert_finds(&v2("", "<EncryptionConfiguration/>"), &["sse-kms-opt-in-missing"]);
    assert_finds(&v1("", REPLICA_KEY), &["sse-kms-opt-in-missing"]);
}

/// REP-217
#[test]
fn the_opt_in_needs_a_replica_key() {
    let answer = "InvalidRequest: ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag \
                  is present.";
    let path = "Rule[0].Destination.EncryptionConfiguration.ReplicaKmsKeyID";
    assert_answers("replica-kms-key-missing", path, answer);
    let disabled = OPT_IN.replace("Enabled<", "Disabled<");
    assert_finds(&v2(&disabled, ""), &["replica-kms-key-missing"]);
    assert_finds(&v2(OPT_IN, "<EncryptionConfiguration/>"), &["replica-kms-key-missing"]);
    assert_accepted(&v2(&disabled, REPLICA_KEY));
}

/// REP-219
#[test]
fn a_replica_key_is_not_looked_up() {
    assert_accepted(&v2(OPT_IN, &REPLICA_KEY.replace("eu-west-1", "nowhere-0")));
}

/// REP-220
#[test]
fn owner_override_needs_an_account() {
    let answer = "InvalidRequest: Account must be specified if the Owner in \
                  AccessControlTranslation has a value";
    assert_answers("account-missing", "Rule[0].Destination.Account", answer);
    assert_accepted(&v2("", ACCOUNT));
}

/// REP-223
#[test]
fn tag_keys_are_unique_in_a_filter() {
    let answer = "InvalidRequest: Duplicate Tag Keys are not allowed.";
    assert_answers("tag-key-repeated", "Rule[0].Filter.And.Tag[1].Key", answer);
    let and = |keys: &[&str]| {
        let tags = keys.iter().map(|key| format!("<Tag><Key>{key}</Key><Value/></Tag>"));
        let tags: String = tags.collect();
        let report =
            report_of(&parser(), &with_filter(&format!("<Filter><And>{tags}</And></Filter>"), ""));
        let paths = report.iter().map(|found| found.primary.path().to_string());
        paths.collect::<Vec<_>>()
    };
    let at = |tag: usize| format!("Rule[0].Filter.And.Tag[{tag}].Key");
    assert!(and(&["a", "A", "b"]).is_empty());
    assert_eq!(and(&["b", "a", "b", "a", "b"]), [at(2), at(3), at(4)]);
}

/// REP-225
#[test]
fn tag_filters_take_no_delete_markers() {
    let answer = "InvalidRequest: Delete marker replication is not supported if any Tag filter is \
                  specified. Please refer to S3 Developer Guide for more information.";
    let path = "Rule[0].DeleteMarkerReplication.Status";
    assert_answers("delete-marker-replication-with-tags", path, answer);
    let enabled =
        |filter: &str| with_filter(filter, "").replace("<Status>Disabled<", "<Status>Enabled<");
    let and = "<Filter><And><Prefix>a</Prefix><Tag><Key>a</Key><Value/></Tag></And></Filter>";
    assert_finds(&enabled(and), &["delete-marker-replication-with-tags"]);
    assert_accepted(&enabled("<Filter><And><Prefix>a</Prefix></And></Filter>"));
}

/// REP-227
#[test]
fn time_control_needs_metrics() {
    let answer = "InvalidRequest: Replication destination must contain both ReplicationTime and \
                  Metrics or neither.";
    let path = "Rule[0].Destination.ReplicationTime";
    assert_answers("metrics-missing", path, answer);
    assert_finds(&v2("", &replication_time("Disabled", 15)), &["metrics-missing"]);
    let both = ["metrics-missing", "time-control-minutes-unsupported"];
    assert_finds(&v2("", &replication_time("Enabled", 5)), &both);
}

/// REP-228
#[test]
fn time_control_enables_metrics() {
    let answer = "InvalidRequest: ReplicationTime and ReplicationMetrics must have the same \
                  status.";
    let path = "Rule[0].Destination.Metrics.Status";
    assert_answers("metrics-disabled-under-time-control", path, answer);
    let off = replication_time("Disabled", 15);
    assert_accepted(&v2("", &[&*off, &metrics("Enabled")].concat()));
    assert_accepted(&v2("", &[&*off, &metrics("Disabled")].concat()));
    let on = replication_time("Enabled", 15);
    let expected = ["metrics-disabled-under-time-control"];
    assert_finds(&v2("", &[&*on, &metrics("Disabled")].concat()), &expected);
}

/// REP-229
#[test]
fn time_control_takes_fifteen_minutes() {
    let answer = "InvalidArgument: ReplicationTime-ReplicationTimeValue must contain a value.";
    let path = "Rule[0].Destination.ReplicationTime.Time";
    assert_answers("time-control-incomplete", path, answer);
    let answer = "InvalidArgument: Invalid time minute value";
    let path = "Rule[0].Destination.ReplicationTime.Time.Minutes";
    assert_answers("time-control-minutes-unsupported", path, answer);

    let no_status = replication_time("", 15).replace("<Status></Status>", "");
    for metrics in [metrics("Enabled"), metrics_with_threshold("Enabled", 15)] {
        let report = report_of(&parser(), &v2("", &[&*no_status, &metrics].concat()));
        assert_eq!(codes(&report), ["time-control-incomplete"]);
        let answer = "InvalidArgument: ReplicationTime-Status must contain a value.";
        assert_eq!(report.first_refusal().unwrap().to_string(), answer);
    }
    let off = replication_time("Disabled", 14);
    let expected = ["time-control-minutes-unsupported"];
    assert_finds(&v2("", &[&*off, &metrics("Disabled")].concat()), &expected);
    let empty = ["<ReplicationTime/>", &metrics("Enabled")].concat();
    assert_finds(&v2("", &empty), &["time-control-incomplete"; 2]);
}

/// REP-230
#[test]
fn metrics_under_time_control_have_a_threshold_of_fifteen_minutes() {
    let answer = "InvalidArgument: ReplicationMetrics must contain an event threshold";
    let path = "Rule[0].Destination.Metrics.EventThreshold";
    assert_answers("metrics-incomplete", path, answer);
    let answer = "InvalidArgument: Invalid event threshold minute value";
    let path = "Rule[0].Destination.Metrics.EventThreshold.Minutes";
    assert_answers("metrics-minutes-unsupported", path, answer);

    let on = replication_time("Enabled", 15);
    for destination in ["<Metrics/>".to_owned(), [&*on, "<Metrics/>"].concat()] {
        let report = report_of(&parser(), &v2("", &destination));
        assert_eq!(codes(&report), ["metrics-incomplete"]);
        let answer = "InvalidArgument: ReplicationMetrics must contain a Status.";
        assert_eq!(report.first_refusal().unwrap().to_string(), answer);
    }
    assert_accepted(&v2("", &[&*on, &metrics_with_threshold("Enabled", 15)].concat()));
}

/// REP-231
#[test]
fn a_threshold_needs_time_control() {
    let answer = "InvalidArgument: Metrics cannot contain an event threshold when ReplicationTime \
                  is not specified or Disabled";
    let path = "Rule[0].Destination.Metrics.EventThreshold";
    assert_answers("threshold-without-time-control", path, answer);
    let off = replication_time("Disabled", 15);
    for status in ["Enabled", "Disabled"] {
        let both = [&*off, &metrics_with_threshold(status, 15)].concat();
        assert_finds(&v2("", &both), &["threshold-without-time-control"]);
    }
}

/// REP-232
#[test]
fn metrics_may_stand_alone() {
    assert_accepted(&v2("", &metrics("Enabled")));
    assert_accepted(&v2("", &metrics("Disabled")));
}

/// REP-236
#[test]
fn a_bucket_is_not_its_own_destination() {
    let answer = "InvalidRequest: Destination bucket cannot be the same as the source bucket.";
    assert_answers("destination-is-source", "Rule[0].Destination.Bucket", answer);
}

/// REP-237
#[test]
fn a_configuration_has_at_most_a_thousand_rules() {
    let answer = "InvalidRequest: The number of replication rules must not exceed the allowed \
                  limit of 1000 rules.";
    assert_answers("rules-over-limit", "Rule[1000]", answer);
    assert_accepted(&rules_like(&v2("", ""), 1_000));
}

/// REP-247
#[test]
fn replication_stays_within_a_partition() {
    let answer = "InvalidArgument: Invalid bucket ARN";
    let path = "Rule[0].Destination.Bucket";
    assert_answers("destination-in-other-partition", path, answer);
}

/// REP-248
#[test]
fn disabled_rules_are_checked() {
    for lint in catalogue().filter(|lint| lint.group == Group::Refusals) {
        let (parser, bad) = example(lint, "bad");
        let disabled = bad.replace("<Rule><Status>Enabled", "<Rule><Status>Disabled");
        let disabled = disabled.replace("</ID><Status>Enabled", "</ID><Status>Disabled");
        let report = report_of(&parser, &disabled);
        assert!(codes(&report).contains(&lint.name), "{}: {report}", lint.name);
    }
}

// The rules together.

/// REP-210
#[test]
fn priorities_are_unique() {
    let answer = "InvalidRequest: Found duplicate priority 1.";
    assert_answers("priority-repeated", "Rule[1].Priority", answer);
    let to = |bucket: &str| v2("", "").replace("backup", bucket);
    let two = [to("backup"), to("archive")].concat();
    assert_finds(&two, &["priority-repeated"]);
    let lenient = Dialect::AWS.with_priority_scope(PriorityScope::Destination);
    assert_finds_in(&lenient, &two, &[]);
    let three = [&*two, &to("archive")].concat();
    assert_finds_in(&lenient, &three, &["priority-repeated"]);

    let report = report_of(&parser(), &three);
    let paths = report.iter().map(|found| {
        let (first, _) = &found.secondary[0];
        (found.primary.path().to_string(), first.path().to_string())
    });
    let path = |rule: usize| format!("Rule[{rule}].Priority");
    assert!(paths.eq([(path(1), path(0)), (path(2), path(0))]));
}

/// REP-212, REP-115
#[test]
fn rule_ids_are_unique() {
    let answer = "InvalidArgument: Rule Id must be unique";
    assert_answers("rule-id-repeated", "Rule[1].ID", answer);
    let named = |id: &str| v1(&format!("<ID>{id}</ID>"), "").replace("logs/", id);
    assert_accepted(&[named("a"), named("A"), v1("", "")].concat());
}

// The destination buckets.

/// REP-203
#[test]
fn destination_buckets_keep_versions() {
    let answer = "InvalidRequest: Destination bucket must have versioning enabled.";
    let path = "Rule[0].Destination.Bucket";
    assert_answers("destination-not-versioned", path, answer);
    let to = |bucket: &str| v2("", "").replace("backup", bucket);
    assert_finds(&to("suspended"), &["destination-not-versioned"]);
    assert_accepted(&to("unknown"));
    assert_accepted(&to("never-heard-of"));
}

/// REP-204
#[test]
fn destination_buckets_exist() {
    let answer = "InvalidRequest: Destination bucket must exist.";
    assert_answers("destination-missing", "Rule[0].Destination.Bucket", answer);
    let text = MissingDestinationText::MustHaveVersioning;
    let dialect = Dialect::AWS.with_missing_destination_text(text);
    let rule = v2("", "").replace("backup", "gone");
    let report = report_of(&parser().with_dialect(dialect), &rule);
    let answer = "InvalidRequest: Destination bucket must have versioning enabled.";
    assert_eq!(report.first_refusal().unwrap().to_string(), answer);
}

/// REP-222
#[test]
fn the_account_owns_the_destination_bucket() {
    let answer = "InvalidArgument: The AWS account specified in the <Account> element must match \
                  the destination bucket owner.";
    assert_answers("account-not-owner", "Rule[0].Destination.Account", answer);
    let elsewhere = "<Account>000000000000</Account>";
    assert_accepted(&v2("", elsewhere).replace("backup", "unknown"));
}

// All of it.

/// REP-250
#[test]
fn refusals_come_in_the_order_of_the_store() {
    let rules = [
        // Rule 0: a destination that is not versioned, and a priority that is repeated.
        v2("", "").replace("backup", "unversioned"),
        // Rule 1: two refusals within the rule, in the order of its elements.
        v2("<SourceSelectionCriteria/>", OWNER).replace("<Priority>1</Priority>", ""),
        // Rule 2: the schema.
        v2("", "<StorageClass>SNOW</StorageClass>"),
    ];
    let parser = parser().with_source_bucket("suspended".parse().unwrap());
    let report = report_of(&parser, &rules.concat());
    let expected = [
        "replica-storage-class-unsupported",
        "source-not-versioned",
        "priority-missing",
        "source-selection-empty",
        "account-missing",
        "priority-repeated",
        "destination-not-versioned",
    ];
    assert_eq!(codes(&report), expected);
}

#[test]
fn what_could_not_be_read_is_not_reported_missing() {
    let long = "a".repeat(1_025);
    for (rule, expected) in [
        (v1("", "").replace("logs/", &long), "prefix-too-long"),
        (v2("", "").replace(">1<", ">-1<"), "priority-out-of-range"),
        (v2("", &[OWNER, "<Account/>"].concat()), "account-empty"),
        (v2(OPT_IN, &REPLICA_KEY.replace("arn:", "")), "replica-key-invalid"),
    ] {
        let report = report_of(&parser(), &rule);
        assert_eq!(report.len(), 1, "{expected}: {report}");
    }
    let fifteen = |text: String| text.replace(">15<", ">soon<");
    let on = replication_time("Enabled", 15);
    let threshold = metrics_with_threshold("Enabled", 15);
    for destination in [
        [&*fifteen(on.clone()), &threshold].concat(),
        [&*on, &fifteen(threshold.clone())].concat(),
        [&*on.replace("Enabled", "On"), &threshold].concat(),
        [&*on, &threshold.replace("Enabled", "On")].concat(),
    ] {
        let report = report_of(&parser(), &v2("", &destination));
        assert_eq!(report.len(), 1, "{report}");
    }
}

/// What AWS accepted when Terraform's acceptance tests and others put it. REP-113, REP-115,
/// REP-220, REP-228, REP-232, REP-240
#[test]
fn what_aws_accepts_is_accepted() {
    let tag = |key: &str| format!("<Tag><Key>{key}</Key><Value>v</Value></Tag>");
    let class = "<StorageClass>STANDARD</StorageClass>";
    let accepted = [
        v1("<ID>a</ID>", class),
        v1("", "").replace("logs/", ""),
        v1(OPT_IN, REPLICA_KEY),
        v1("", &[ACCOUNT, OWNER].concat()),
        v1("", ACCOUNT),
        v1(OPT_IN, &[ACCOUNT, OWNER, REPLICA_KEY, class].concat()),
        v2("", ""),
        v2("", "").replace("<Priority>1<", "<Priority>41<"),
        with_filter("<Filter></Filter>", ""),
        with_filter("<Filter><Prefix/></Filter>", ""),
        with_filter("<Filter><Prefix>foo</Prefix></Filter>", ""),
        with_filter(&format!("<Filter>{}</Filter>", tag("a")), ""),
        with_filter(&format!("<Filter><And>{}{}</And></Filter>", tag("a"), tag("b")), ""),
        with_filter(&format!("<Filter><And><Prefix>p</Prefix>{}</And></Filter>", tag("a")), ""),
        with_filter(
            &format!("<Filter><And><Prefix>p</Prefix>{}{}</And></Filter>", tag("a"), tag("b")),
            "",
        ),
        v2("", &[replication_time("Enabled", 15), metrics_with_threshold("Enabled", 15)].concat()),
        v2("", &[replication_time("Disabled", 15), metrics("Enabled")].concat()),
        v2("", &[replication_time("Disabled", 15), metrics("Disabled")].concat()),
        v2("", &metrics("Enabled")),
        v2(MODIFICATIONS, "").replace("Disabled", "Enabled"),
    ];
    for rules in accepted {
        assert_accepted(&rules);
    }

    let numbered = |number: u8, bucket: &str, rule: String| {
        rule.replace("<Priority>1<", &format!("<Priority>{number}<")).replace("backup", bucket)
    };
    let three = [
        numbered(1, "one", v2("", "")),
        numbered(2, "two", v2("", "")),
        numbered(3, "three", v2("", "")).replace("<Rule><Status>Enabled", "<Rule><Status>Disabled"),
    ];
    assert_accepted(&three.concat());
    let same =
        with_filter("<Filter><Prefix>p</Prefix></Filter>", "").replace("Disabled", "Enabled");
    let two = [numbered(1, "one", same.clone()), numbered(2, "two", same.clone())];
    assert_accepted(&two.concat());
    let tagged = with_filter(&format!("<Filter>{}</Filter>", tag("a")), "");
    assert_accepted(&[numbered(1, "one", same), numbered(2, "two", tagged)].concat());
}

/// Full documents of one kind of mistake; a quadratic lint would take minutes.
#[test]
fn hostile_documents_are_checked_in_time() {
    let full = |rule: &str| rule.repeat(2_000_000 / rule.len());
    let tag = "<Tag><Key>a</Key><Value/></Tag>";
    let prefixed = |number| v1("", "").replace("logs/", &"a".repeat(number));
    for (rules, expected) in [
        (full(&v2("", "")), "priority-repeated"),
        (full(&v1("<ID>a</ID>", "")), "rule-id-repeated"),
        (full(&[v1("", ""), v2("", "")].concat()), "versions-mixed"),
        (full("<Rule><Destination/><Filter><And/></Filter></Rule>"), "and-incomplete"),
        ((1..=1_000).map(prefixed).collect(), "rule-overlaps-in-v1"),
        (
            with_filter(&format!("<Filter><And>{}</And></Filter>", full(tag)), ""),
            "tag-key-repeated",
        ),
    ] {
        let report = report_of(&parser(), &rules);
        assert!(codes(&report).contains(&expected), "{expected}");
    }
}
