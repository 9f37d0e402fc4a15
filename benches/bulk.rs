//! One table from one run: a decision about one of many versions, in nanoseconds, with keys in
//! order as an inventory has them and with shuffled ones.
//!
//! `cargo bench -p benches --bench bulk`; with `-- --quick` each way gets one short turn, enough to
//! check its answers.

#![expect(clippy::print_stdout, reason = "a benchmark has a terminal, and may panic")]

use std::hint::black_box;

use s3_replication::ObjectVersion;

use benches::case::{Case, EVENT, winners};
use benches::measure::{Contender, Effort, measure};
use benches::shapes;
use benches::workload::{Profile, Workload};

/// As many as in the bench `table`.
const MEASURED: usize = 20_000;

fn main() {
    let effort = Effort::asked();
    println!(
        "| shape | rules | keys | decide | sweep | tally | decide / sweep | decide / tally |\n\
         | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |"
    );
    for profile in Profile::ALL {
        for rules in [1, 100, 1_000, 10_000] {
            print(profile.name(), &Workload::new(profile, rules), effort);
        }
    }
    print("nested", &shapes::nested(), effort);
    print("tags", &shapes::tags(), effort);
    print("excluded prefixes", &shapes::excluded_prefixes(), effort);
    print("excluded tags", &shapes::excluded_tags(), effort);
}

/// Prints a line for keys in order, and one for shuffled keys.
fn print(shape: &str, workload: &Workload, effort: Effort) {
    let case = Case::new(workload);
    let mut versions = case.versions.clone();
    versions.truncate(MEASURED);
    let shuffled = versions.clone();
    versions.sort_by(|a, b| a.key.cmp(b.key));
    for (order, versions) in [("in order", &versions), ("shuffled", &shuffled)] {
        check(&case, versions);
        let [decide, sweep, tally] = measure(&ways(&case, versions), effort);
        println!(
            "| {shape} | {} | {order} | {decide:.1} | {sweep:.1} | {tally:.1} | {:.1} | {:.1} |",
            workload.rules.len(),
            decide / sweep,
            decide / tally,
        );
    }
}

/// Checks that the sweep finds the rules that single decisions find.
fn check(case: &Case<'_>, versions: &[ObjectVersion<'_>]) {
    let mut sweep = case.engine.sweep();
    for version in versions {
        let answer = sweep.decide(version, EVENT);
        let decision = case.decide(version);
        assert!(winners(&decision).eq(answer.rules().map(|rule| rule.position)));
    }
}

fn ways<'a>(case: &'a Case<'_>, versions: &'a [ObjectVersion<'_>]) -> [Contender<'a>; 3] {
    let items = move |times: u32| versions.iter().cycle().take(times as usize);
    [
        Box::new(move |times| {
            items(times).for_each(|version| {
                black_box(case.decide(version).replications().len());
            });
        }),
        Box::new(move |times| {
            let mut sweep = case.engine.sweep();
            items(times).for_each(|version| {
                black_box(sweep.decide(version, EVENT).rules().len());
            });
        }),
        Box::new(move |times| {
            black_box(case.engine.tally(items(times).map(|version| (version, EVENT))));
        }),
    ]
}
