//! Memory held by compiled engines.
//!
//! `cargo bench -p benches --bench memory` counts it with an allocator that would slow the other
//! benches down. Rules are not counted: an engine shares those of its configuration.

#![expect(clippy::print_stdout, reason = "a benchmark has a terminal")]

use allocation_counter::measure;
use s3_replication::Engine;

use benches::case::{Case, DIALECT};
use benches::shapes;
use benches::workload::{Profile, Workload};

fn main() {
    println!("| shape | rules | bytes held | bytes at most while compiling |");
    println!("| --- | ---: | ---: | ---: |");
    for (shape, workload) in shapes::all() {
        print_memory(shape, &workload);
    }
    for profile in Profile::ALL {
        print_memory(profile.name(), &Workload::new(profile, 10_000));
    }
}

fn print_memory(shape: &str, workload: &Workload) {
    let case = Case::new(workload);
    let mut engine = None;
    let memory = measure(|| engine = Some(Engine::with_dialect(&case.configuration, &DIALECT)));
    println!(
        "| {shape} | {} | {} | {} |",
        workload.rules.len(),
        memory.bytes_current,
        memory.bytes_max
    );
}
