//! How much memory compiled engines hold.
//!
//! `cargo bench --bench memory` counts it, which needs an allocator that would slow the other
//! benches down. The rules are not counted: an engine shares those of its configuration.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a benchmark has a terminal, and may panic"
)]

mod case;
mod random;
mod shapes;
mod workload;

use allocation_counter::measure;
use s3_replication::Engine;

use self::case::{Case, DIALECT};
use self::workload::{Profile, Workload};

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
