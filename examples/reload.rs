//! Replaces a configuration while readers decide. `cargo run --example reload`
//!
//! An engine is immutable. A new configuration is compiled into a new engine, which replaces the old
//! one atomically. Readers load the current engine: they never wait and never see a mix of two
//! configurations. This example uses `ArcSwap`; any other way to publish an `Arc` works as well.

#![expect(clippy::print_stdout, reason = "an example prints its results")]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use arc_swap::ArcSwap;
use s3_replication::model::{ConfigurationDraft, Event, RuleDraft};
use s3_replication::{Dialect, Engine, ObjectVersion, Priority};

fn engine_to(bucket: &str) -> Result<Engine, Box<dyn std::error::Error + Send + Sync>> {
    let rule = RuleDraft::new(bucket.parse()?).with_priority(Priority::new(1)?);
    let draft = ConfigurationDraft::new("arn:aws:iam::123456789012:role/replication".parse()?);
    let configuration = draft.with_rule(rule).validate(&Dialect::AWS)?;
    Ok(Engine::new(&configuration))
}

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let current = ArcSwap::from_pointee(engine_to("arn:aws:s3:::first")?);
    // A refused configuration is an error here, and the old engine stays in use.
    let next = engine_to("arn:aws:s3:::second")?;
    let (stop, decided) = (AtomicBool::new(false), AtomicU64::new(0));
    let decide_until_stopped = || {
        let version = ObjectVersion::new("reports/2026.pdf");
        let (mut first, mut second) = (0_u64, 0_u64);
        while !stop.load(Ordering::Relaxed) || second == 0 {
            let engine = current.load(); // no lock, no wait
            let decision = engine.decide(&version, Event::ObjectCreatedPut);
            let bucket = decision
                .replications()
                .next()
                .map(|replication| replication.bucket().name().as_str());
            decided.fetch_add(1, Ordering::Relaxed);
            match bucket {
                Some("first") => first += 1,
                _ => second += 1,
            }
        }
        (first, second)
    };
    thread::scope(|scope| {
        let readers = [scope.spawn(decide_until_stopped), scope.spawn(decide_until_stopped)];
        while decided.load(Ordering::Relaxed) < 10_000 {
            thread::yield_now();
        }
        current.store(next.into());
        stop.store(true, Ordering::Relaxed);
        for (number, reader) in readers.into_iter().enumerate() {
            let (first, second) = reader.join().map_err(|_| "a reader panicked")?;
            println!(
                "reader {number}: {first} decisions with the old rules, {second} with the new ones"
            );
        }
        Ok(())
    })
}
