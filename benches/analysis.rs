//! Time to compare, lint, and check assertions about two configurations of 1,000 rules, and to
//! analyse three buckets of 1,000 rules each together.
//!
//! `cargo bench -p benches --bench analysis`. With `-- --quick` each analysis runs once; that checks
//! that every witness is real and that nothing takes seconds.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a benchmark has a clock and a terminal, and uses a part of what benches share"
)]

use std::time::{Duration, Instant};

use s3_replication::analysis::{Comparison, reachability};
use s3_replication::lint::{Context, Group, Level, Levels, catalogue, check};
use s3_replication::model::{BucketSettings, KnownBuckets};
use s3_replication::policy::{Checked, Outcome, Policy, Violation};
use s3_replication::topology::Topology;
use s3_replication::{Dialect, Engine, ReplicationConfiguration, RuleFilter, StorageClass};

use benches::random::Random;
use benches::shapes;
use benches::workload::{DESTINATIONS, Excluded, Profile, Rule, Workload, tag};

const RULES: usize = 1000;

/// Far more than any part takes on a busy machine, and far less than one would take that grew with the
/// cube of the rules.
const TOO_LONG: Duration = Duration::from_mins(1);

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let rounds = if quick { 1 } else { 10 };
    let configurations = configurations();
    compare(&configurations, rounds);
    lint(&configurations, rounds);
    check_assertions(rounds, &configurations);
    measure_topologies(rounds, &configurations);
    measure_hostile(rounds);
}

/// What an attacker, or a large company, could bring: each is bounded by its size, not by a power of
/// it.
fn measure_hostile(rounds: u32) {
    println!("\n| what takes long | milliseconds |");
    println!("| --- | ---: |");
    let print = |name: &str, took: Duration| {
        assert!(took < TOO_LONG, "{name} took {took:?}");
        println!("| {name} | {:.2} |", took.as_secs_f64() * 1e3);
    };
    for (name, first, last) in RINGS {
        let topology = ring(first, last);
        let (took, search) = best(rounds, || topology.search().is_complete());
        assert!(search, "{name}");
        print(name, took);
    }
    let text = hostile_policy();
    let [base, ..] = Profile::ALL;
    let configuration = Workload::new(base, RULES).draft().validate(&Dialect::AWS).unwrap();
    let known = KnownBuckets::new();
    let start = Instant::now();
    // Some are too complex to read, others to decide; both take a part of one budget.
    let given_up = match Policy::from_json(&text) {
        Ok(policy) => {
            let checked = policy.check_each(&configuration, &Dialect::AWS, &known);
            checked.filter(|checked| checked.outcome().as_str() == "unknown").count()
        }
        Err(report) => report.len(),
    };
    println!(
        "| 200 hostile assertions, {given_up} given up | {:.0} |",
        start.elapsed().as_secs_f64() * 1e3
    );
    assert!(start.elapsed() < TOO_LONG, "{:?}", start.elapsed());
}

/// Rings of 250 buckets that no object follows to the end: the filters of the first and of the last.
const RINGS: [(&str, &str, &str); 4] = [
    ("ring that keys do not follow", r#"{"Prefix": "there/"}"#, r#"{"Prefix": "back/"}"#),
    (
        "ring that tags do not follow",
        r#"{"Tag": {"Key": "way", "Value": "there"}}"#,
        r#"{"Tag": {"Key": "way", "Value": "back"}}"#,
    ),
    (
        "ring that excluded tags open",
        r#"{"Tag": {"Key": "way", "Value": "there"}}"#,
        r#"{"Not": {"Tag": {"Key": "way", "Value": "there"}}}"#,
    ),
    ("ring that is closed", "{}", "{}"),
];

fn ring(first: &str, last: &str) -> Topology {
    const BUCKETS: usize = 250;
    let name = |number: usize| format!("ring-{:03}", number % BUCKETS);
    (0..BUCKETS).fold(Topology::new(Dialect::AWS), |topology, from| {
        let filter = match from {
            0 => first,
            from if from + 1 == BUCKETS => last,
            _ => "{}",
        };
        let text = format!(
            r#"{{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{{"Status": "Enabled",
                "Priority": 1, "Filter": {filter}, "DeleteMarkerReplication": {{"Status": "Disabled"}},
                "Destination": {{"Bucket": "arn:aws:s3:::{}"}}}}]}}"#,
            name(from + 1)
        );
        let configuration = ReplicationConfiguration::from_json(&text).unwrap();
        topology.with_configuration(name(from).parse().unwrap(), configuration)
    })
}

/// A policy of assertions each of which takes its whole budget.
fn hostile_policy() -> String {
    let some = format!("*a{}", "?".repeat(200));
    let except = format!("x/*[ab]{}", "?".repeat(200));
    let assertions = (0..200).map(|number| {
        format!(
            r#"{{"Id": "{number}", "Keys": ["{some}"], "ExceptKeys": ["{except}", "[!x]*", "x[!/]*"],
                "MustNotReach": {{}}}}"#
        )
    });
    let assertions: Vec<String> = assertions.collect();
    format!(r#"{{"Assertions": [{}]}}"#, assertions.join(","))
}

/// Compares each with each, and computes the reachability of each rule.
fn compare(configurations: &[(&str, ReplicationConfiguration)], rounds: u32) {
    println!("milliseconds, best of {rounds}, for configurations of {RULES} rules\n");
    println!("| old | new | differences | all of them | the first | reachability of old |");
    println!("| --- | --- | ---: | ---: | ---: | ---: |");
    for (old_name, old) in configurations {
        let (reached, _) = best(rounds, || reachability(old, &Dialect::AWS));
        for (new_name, new) in configurations {
            let comparison = Comparison::new(old, new);
            let (all, differences) = best(rounds, || comparison.differences());
            let (first, found) = best(rounds, || comparison.first_difference());
            assert_eq!(found.is_none(), differences.is_empty());
            assert_eq!(old_name == new_name, differences.is_empty(), "{old_name} and {new_name}");
            check_witnesses(old, new, &comparison);
            let longest = all.max(first).max(reached);
            assert!(longest < TOO_LONG, "{old_name} and {new_name} took {longest:?}");
            let count = differences.len();
            let [all, first, reached] = [all, first, reached].map(|time| time.as_secs_f64() * 1e3);
            println!(
                "| {old_name} | {new_name} | {count} | {all:.2} | {first:.2} | {reached:.2} |"
            );
        }
    }
}

/// Checks every requirement over five sets of keys.
fn check_assertions(rounds: u32, configurations: &[(&str, ReplicationConfiguration)]) {
    let known = (0..DESTINATIONS).fold(KnownBuckets::new(), |known, number| {
        let mut facts = BucketSettings::default();
        facts.region =
            Some(if number == 0 { "eu-west-1" } else { "eu-central-1" }.parse().unwrap());
        known.with_bucket(format!("dest-{number}").parse().unwrap(), facts)
    });
    println!("\nmilliseconds for {} assertions\n", REQUIREMENTS.len() * 5);
    println!("| configuration | held | failed | not decided | all of them |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    for (name, configuration) in configurations {
        let policy = policy(configuration);
        let (took, checked) = best(rounds, || policy.check(configuration, &Dialect::AWS, &known));
        let held = checked.iter().filter(|checked| checked.is_proved()).count();
        let engine = Engine::new(configuration);
        let failed = checked.iter().filter(|checked| is_broken(checked, &engine)).count();
        // Ten thousand excluded prefixes are more than the work that a policy may cost.
        let undecided = checked.len() - held - failed;
        assert!(undecided == 0 || name.starts_with("excluded"), "{name}: {undecided} undecided");
        assert!(held > 4 && failed > 4, "{name}: {held} held, {failed} failed");
        assert!(took < TOO_LONG, "{name} took {took:?}");
        println!("| {name} | {held} | {failed} | {undecided} | {:.2} |", took.as_secs_f64() * 1e3);
    }
}

const REQUIREMENTS: [&str; 4] = [
    r#""EncryptionStatuses": ["SSE-S3"], "MustReach": {"Regions": ["eu-west-1", "eu-central-1"]}"#,
    r#""MayOnlyReach": {"Regions": ["eu-central-1", "eu-west-1"], "Owner": "source"}"#,
    r#""MustNotReach": {"Buckets": ["dest-0"]}"#,
    r#""About": ["objects"], "MayOnlyReach": {"StorageClasses": ["STANDARD", "GLACIER_IR"]}"#,
];

fn policy(configuration: &ReplicationConfiguration) -> Policy {
    let prefix = configuration.rules()[500].filter.key_prefix().as_str();
    let globs =
        ["**", "**/*.log", "z*", "{x,y}/[0-9]?/**", &format!("{prefix}*")].map(str::to_owned);
    let assertions = REQUIREMENTS.iter().enumerate().flat_map(|(number, requirement)| {
        globs.iter().enumerate().map(move |(at, glob)| {
            format!(r#"{{"Id": "{number}-{at}", "Keys": ["{glob}"], {requirement}}}"#)
        })
    });
    let assertions: Vec<String> = assertions.collect();
    Policy::from_json(&format!(r#"{{"Assertions": [{}]}}"#, assertions.join(","))).unwrap()
}

/// Returns true if an assertion is violated, and the engine confirms it.
fn is_broken(checked: &Checked<'_>, engine: &Engine) -> bool {
    let Outcome::Violated(found) = checked.outcome() else { return false };
    let (version, event) = (found.witness().version(), found.witness().event());
    let decision = engine.decide(&version, event);
    match found.violation() {
        Violation::TooFew { reached, .. } => *reached == decision.replications().len(),
        Violation::Forbidden { bucket } => decision.to(bucket).is_some(),
        _ => false,
    }
}

/// Three buckets that replicate to the two others by a thousand rules each.
fn measure_topologies(rounds: u32, configurations: &[(&'static str, ReplicationConfiguration)]) {
    println!("\n| three buckets | edges | findings | all of them | graph |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    for (name, configuration) in configurations {
        let topology = triangle(configuration);
        let (all, findings) = best(rounds, || topology.findings().len());
        let (drawn, edges) = best(rounds, || topology.graph().edges().len());
        assert!(all < TOO_LONG && drawn < TOO_LONG, "{name} took {all:?} and {drawn:?}");
        let [all, drawn] = [all, drawn].map(|time| time.as_secs_f64() * 1e3);
        println!("| {name} | {edges} | {findings} | {all:.2} | {drawn:.2} |");
    }
}

fn triangle(configuration: &ReplicationConfiguration) -> Topology {
    let names = ["aaa", "bbb", "ccc"];
    (0..names.len()).fold(Topology::new(Dialect::AWS), |topology, own| {
        let mut draft = configuration.to_draft();
        for (at, rule) in draft.rules.iter_mut().enumerate() {
            let other = names[(own + 1 + at % 2) % names.len()];
            let destination = rule.destination.as_mut().unwrap();
            destination.bucket = Some(format!("arn:aws:s3:::{other}").parse().unwrap());
        }
        let configuration = draft.validate(&Dialect::AWS).unwrap();
        topology.with_configuration(names[own].parse().unwrap(), configuration)
    })
}

/// Lints each configuration: by default, with every lint, and with the slowest lint alone.
fn lint(configurations: &[(&str, ReplicationConfiguration)], rounds: u32) {
    println!("\n| configuration | by default | every lint | findings | the longest by itself | |");
    println!("| --- | ---: | ---: | ---: | --- | ---: |");
    for (name, configuration) in configurations {
        let (draft, buckets) = (configuration.to_draft(), KnownBuckets::new());
        let context = Context::new(&draft, &Dialect::AWS, &buckets);
        let time = |levels: &Levels| best(rounds, || check(&context, levels));
        let level = |names: &[(&str, Level)]| {
            let mut levels = Levels::new();
            for (name, level) in names {
                levels.set(name, *level).unwrap();
            }
            levels
        };
        let (usual, _) = time(&Levels::new());
        let (all, advice) = time(&level(&[(Levels::ALL, Level::Warn)]));
        let advisory = catalogue().filter(|lint| lint.group != Group::Refusals);
        let alone = advisory.map(|lint| {
            let levels = level(&[(Levels::ALL, Level::Allow), (lint.name, Level::Warn)]);
            (time(&levels).0, lint.name)
        });
        let (longest, lint) = alone.max().unwrap();
        assert!(all < TOO_LONG, "{name} took {all:?}");
        let count = advice.report.len() + advice.report.left_out();
        let [usual, all, longest] = [usual, all, longest].map(|time| time.as_secs_f64() * 1e3);
        println!("| {name} | {usual:.2} | {all:.2} | {count} | {lint} | {longest:.2} |");
    }
}

/// Returns the least time that some work takes, and its result.
fn best<R>(rounds: u32, work: impl Fn() -> R) -> (Duration, R) {
    let once = || {
        let start = Instant::now();
        let result = work();
        (start.elapsed(), result)
    };
    let first = once();
    (1..rounds).map(|_| once()).fold(first, |a, b| if b.0 < a.0 { b } else { a })
}

/// Asks both engines about witnesses from all over.
fn check_witnesses(
    old: &ReplicationConfiguration,
    new: &ReplicationConfiguration,
    comparison: &Comparison<'_>,
) {
    let (old, new) = (Engine::new(old), Engine::new(new));
    let differences = comparison.differences();
    for difference in differences.iter().step_by(differences.len() / 1000 + 1) {
        let witness = difference.witness();
        let rule = |engine: &Engine| {
            let version = witness.version();
            let decision = engine.decide(&version, witness.event());
            decision.to(difference.bucket()).map(|made| made.rule().position)
        };
        let was = difference.old_rule().map(|rule| rule.position);
        let is = difference.new_rule().map(|rule| rule.position);
        // A rule that wins may withhold delete markers.
        assert!(rule(&old).is_none_or(|rule| Some(rule) == was), "{witness}");
        assert!(rule(&new).is_none_or(|rule| Some(rule) == is), "{witness}");
        assert!(rule(&old).is_some() || rule(&new).is_some(), "{witness}");
    }
}

/// Configurations that have nothing to do with each other, each hard in another way.
fn configurations() -> Vec<(&'static str, ReplicationConfiguration)> {
    let proven = |workload: Workload| workload.draft().validate(&Dialect::AWS).unwrap();
    let [base, overlap] = Profile::ALL.map(|profile| Workload::new(profile, RULES));
    vec![
        ("base", proven(base)),
        ("overlap", proven(overlap)),
        ("nested", proven(shapes::nested())),
        ("tags", proven(shapes::tags())),
        ("nested, tags", proven(nested_tags("one"))),
        ("nested, tags, colder", colder(&proven(nested_tags("other")))),
        ("excluded keys", excluding_keys(&proven(shapes::nested()))),
        ("excluded tags", excluding_tags(&proven(shapes::tags()))),
    ]
}

/// The same, where each rule excludes ten of the prefixes below its own.
fn excluding_keys(configuration: &ReplicationConfiguration) -> ReplicationConfiguration {
    excluding(configuration, |filter, number| {
        (0..10).fold(filter, |filter, at| {
            let prefix = format!("{}{}/", filter.key_prefix().as_str(), number % 7 * 10 + at);
            filter.excluding_prefix(prefix.parse().unwrap())
        })
    })
}

/// The same, where each rule excludes ten tags.
fn excluding_tags(configuration: &ReplicationConfiguration) -> ReplicationConfiguration {
    excluding(configuration, |filter, number| {
        (0..10).fold(filter, |filter, at| {
            filter.excluding_tag(tag(&format!("not-{}", (number * 7 + at) % 50), "yes"))
        })
    })
}

fn excluding(
    configuration: &ReplicationConfiguration,
    exclude: impl Fn(RuleFilter, usize) -> RuleFilter,
) -> ReplicationConfiguration {
    let mut draft = configuration.to_draft();
    for (number, (rule, old)) in draft.rules.iter_mut().zip(configuration.rules()).enumerate() {
        *rule = std::mem::take(rule).with_filter(&exclude(old.filter.clone(), number));
    }
    draft.validate(&Dialect::AWS).unwrap()
}

/// A thousand prefixes that begin each other, each with a tag of its own, for one bucket and in
/// any order: almost every two rules win an object together.
fn nested_tags(order: &str) -> Workload {
    let path = "a/".repeat(512);
    let mut priorities: Vec<usize> = (1..=RULES).collect();
    Random::new(order).shuffle(&mut priorities);
    let rules = priorities.into_iter().enumerate().map(|(position, priority)| Rule {
        position,
        priority,
        prefix: path[..=position].to_owned(),
        tags: vec![tag(&format!("k{position}"), "v")],
        destination: 0,
        excluded: Excluded::default(),
    });
    Workload { rules: rules.collect(), keys: Vec::new() }
}

/// The same with another storage class.
fn colder(configuration: &ReplicationConfiguration) -> ReplicationConfiguration {
    let mut draft = configuration.to_draft();
    for destination in draft.rules.iter_mut().filter_map(|rule| rule.destination.as_mut()) {
        destination.storage_class = Some(StorageClass::GLACIER_IR);
    }
    draft.validate(&Dialect::AWS).unwrap()
}
