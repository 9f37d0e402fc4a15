//! One table from one run: the cost of a decision beside other ways to make it, in nanoseconds.
//!
//! The floor compares the key with one other key. The definition is `engine::reference`. All ways
//! must give the expected answers before anything is measured.
//!
//! `cargo bench -p benches --bench table` takes less than a minute. With `-- --quick` each way gets
//! one short turn, enough to check its answers.

#![expect(
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark has a terminal, and may panic"
)]

use std::hint::black_box;

use s3_replication::Engine;

use benches::case::{Case, DIALECT, EVENT, winners};
use benches::measure::{Contender, Effort, measure};
use benches::peers::Peers;
use benches::workload::{Profile, Workload};
use benches::{peers, shapes};

/// The number of keys to cycle through: too many for a branch predictor to memorise, and few enough
/// to stay in the caches, because this measures engines and not memory.
const MEASURED: usize = 20_000;

/// A key of 45 bytes that no workload contains.
const FLOOR: &[u8; 45] = b"tenant-0500/logs/2026/01/01/0123456789abcdef.";

fn main() {
    let effort = Effort::asked();
    println!(
        "| shape | rules | floor | ours | peers' way | definition | peers' way / ours \
         | ours / ours at 1 rule |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    );
    for profile in Profile::ALL {
        print_profile(profile, effort);
    }
    print_parts(effort);
    print_decisions("nested", &shapes::nested(), None, effort);
    print_decisions("tags", &shapes::tags(), None, effort);
    print_decisions("excluded prefixes", &shapes::excluded_prefixes(), None, effort);
    print_decisions("excluded tags", &shapes::excluded_tags(), None, effort);
    println!();
    print_engines(effort);
}

/// The numbers of rules to measure.
fn print_profile(profile: Profile, effort: Effort) {
    let mut at_one_rule = None;
    for rules in [1, 10, 100, 1_000, 10_000] {
        let workload = Workload::new(profile, rules);
        let ours = print_decisions(profile.name(), &workload, at_one_rule, effort);
        at_one_rule.get_or_insert(ours);
    }
}

/// The keys that match a rule, and those that match none.
fn print_parts(effort: Effort) {
    let whole = Workload::new(Profile::Base, 1_000);
    for (shape, is_hit) in [("base, hits", true), ("base, misses", false)] {
        let keys = whole.keys.iter().filter(|key| is_hit != key.matching.is_empty());
        let part = Workload { rules: whole.rules.clone(), keys: keys.cloned().collect() };
        print_decisions(shape, &part, None, effort);
    }
}

/// Prints the cost of one decision in nanoseconds, and returns that of our engine.
fn print_decisions(
    shape: &str,
    workload: &Workload,
    at_one_rule: Option<f64>,
    effort: Effort,
) -> f64 {
    let case = Case::new(workload);
    let peers = Peers::new(workload.draft().rules);
    let keys: Vec<(&str, String)> =
        workload.keys.iter().map(|key| (&*key.name, peers::header(&key.tags))).collect();
    check_peers(&peers, &keys, &case);
    let contenders: [Contender<'_>; 4] = [
        each(&case.versions, |version| version.key.cmp(FLOOR)),
        each(&case.versions, |version| case.decide(version).replications().len()),
        each(&keys, |(key, tags)| peers.decide(key, tags)),
        each(&case.versions, |version| case.define(version)),
    ];
    let [floor, ours, theirs, definition] = measure(&contenders, effort);
    let growth = at_one_rule.map_or("–".to_owned(), |one| format!("{:.2}", ours / one));
    println!(
        "| {shape} | {} | {floor:.1} | {ours:.1} | {theirs:.0} | {definition:.0} | {:.1} \
         | {growth} |",
        workload.rules.len(),
        theirs / ours,
    );
    ours
}

/// Checks that the peers' way finds the same winners: for all keys, or for some where there are
/// very many rules.
fn check_peers(peers: &Peers, keys: &[(&str, String)], case: &Case<'_>) {
    let step = if case.engine.rules().len() > 1_000 { 50 } else { 1 };
    for (version, (key, tags)) in case.versions.iter().zip(keys).step_by(step) {
        let decision = peers.decide(key, tags);
        assert!(winners(&case.decide(version)).eq(decision.iter().map(Peers::position)));
    }
}

/// Prints other costs of engines with 1,000 rules.
fn print_engines(effort: Effort) {
    let workloads = shapes::all();
    let cases = workloads.each_ref().map(|(_, workload)| Case::new(workload));
    let compilers = cases.each_ref().map(compiler);
    for ((shape, _), nanoseconds) in workloads.iter().zip(measure(&compilers, effort)) {
        println!("- compiling {shape} with 1,000 rules: {:.2} ms", nanoseconds / 1e6);
    }
    let [base, ..] = &cases;
    let [nanoseconds] = measure(&[tally(base)], effort);
    println!(
        "- tally of base with 1,000 rules: {:.1} million decisions a second",
        1e3 / nanoseconds
    );
}

fn compiler<'a>(case: &'a Case<'_>) -> Contender<'a> {
    Box::new(|times| {
        for _ in 0..times {
            black_box(Engine::with_dialect(black_box(&case.configuration), &DIALECT));
        }
    })
}

fn tally<'a>(case: &'a Case<'_>) -> Contender<'a> {
    Box::new(|times| {
        let versions = case.versions.iter().cycle().take(times as usize);
        black_box(case.engine.tally(versions.map(|version| (version, EVENT))));
    })
}

/// Goes through items so many times.
fn each<'a, T, A>(items: &'a [T], answer: impl Fn(&'a T) -> A + 'a) -> Contender<'a> {
    let items = &items[..items.len().min(MEASURED)];
    Box::new(move |times| {
        for item in items.iter().cycle().take(times as usize) {
            black_box(answer(black_box(item)));
        }
    })
}
