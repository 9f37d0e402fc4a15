//! Throughput of reading configurations and of deciding about objects.
//!
//! `cargo bench -p benches --bench benches` runs everything; `-- decide/base` runs a part. Every
//! result is compared with the expected one before anything is measured. The bench `table` measures
//! decisions more broadly, beside other ways to make them.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a benchmark may panic")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use quick_xml::events::Event as Markup;
use quick_xml::reader::Reader;
use s3_replication::ReplicationConfiguration;
use s3_replication::document::{read_json, read_xml};

use benches::case::Case;
use benches::workload::{Profile, Workload};
use benches::xml;

fn main() {
    let criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    let mut criterion = criterion.configure_from_args();
    parse_xml(&mut criterion);
    parse_json(&mut criterion);
    decide(&mut criterion);
    criterion.final_summary();
}

/// Reads 1,000 rules in XML: into a configuration, into a tree, and as events only.
fn parse_xml(criterion: &mut Criterion) {
    let text = xml::write(&Workload::new(Profile::Base, 1000));
    let events = count_events(&text);
    let mut group = criterion.benchmark_group("parse/xml-1000");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("configuration", |bencher| {
        bencher.iter(|| {
            let configuration = accepted(ReplicationConfiguration::from_xml(black_box(&text)));
            assert_eq!(configuration.rules().len(), 1000);
            configuration
        });
    });
    group.bench_function("document-only", |bencher| {
        bencher.iter(|| read_xml(black_box(&text)).unwrap());
    });
    group.bench_function("events-only", |bencher| {
        bencher.iter(|| assert_eq!(count_events(black_box(&text)), events));
    });
    group.finish();
}

/// The same rules in JSON, as the AWS CLI prints them.
fn parse_json(criterion: &mut Criterion) {
    let workload = Workload::new(Profile::Base, 1000);
    let configuration = accepted(ReplicationConfiguration::from_xml(&xml::write(&workload)));
    let text = configuration.to_json();
    assert!(accepted(ReplicationConfiguration::from_json(&text)) == configuration);
    let mut group = criterion.benchmark_group("parse/json-1000");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("configuration", |bencher| {
        bencher.iter(|| {
            let configuration = accepted(ReplicationConfiguration::from_json(black_box(&text)));
            assert_eq!(configuration.rules().len(), 1000);
            configuration
        });
    });
    group.bench_function("document-only", |bencher| {
        bencher.iter(|| read_json(black_box(&text)).unwrap());
    });
    group.finish();
}

fn count_events(text: &str) -> usize {
    let mut reader = Reader::from_str(text);
    let events = std::iter::from_fn(|| match reader.read_event().unwrap() {
        Markup::Eof => None,
        event => Some(black_box(event)),
    });
    events.count()
}

/// One decision about one version, by the engine and by its definition.
fn decide(criterion: &mut Criterion) {
    for profile in Profile::ALL {
        let mut group = criterion.benchmark_group(format!("decide/{}", profile.name()));
        for rules in [1, 1000] {
            let workload = Workload::new(profile, rules);
            let case = Case::new(&workload);
            group.bench_function(BenchmarkId::new("engine", rules), |bencher| {
                let mut versions = case.versions.iter().cycle();
                bencher.iter(|| case.decide(versions.next().unwrap()).replicates());
            });
            group.bench_function(BenchmarkId::new("reference", rules), |bencher| {
                let mut versions = case.versions.iter().cycle();
                bencher.iter(|| case.define(versions.next().unwrap()));
            });
        }
        group.finish();
    }
}

fn accepted(
    read: Result<ReplicationConfiguration, s3_replication::RefusedConfiguration>,
) -> ReplicationConfiguration {
    read.unwrap_or_else(|report| panic!("the workload is refused:\n{report}"))
}
