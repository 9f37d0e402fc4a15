//! How fast configurations are read, and how fast questions are answered.
//!
//! `cargo bench` runs everything; `cargo bench -- decide/base` a part. What comes out is compared
//! with what must come out before anything is measured.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a benchmark may panic"
)]

mod workload;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Bencher, BenchmarkId, Criterion, Throughput};
use quick_xml::events::Event as Markup;
use quick_xml::reader::Reader;
use s3_replication::document::{read_json, read_xml};
use s3_replication::engine::reference;
use s3_replication::model::Event;
use s3_replication::{Dialect, Engine, ObjectVersion, ReplicationConfiguration};

use self::workload::{Checksums, KEYS, Profile, Workload};

const EVENT: Event = Event::ObjectCreatedPut;

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

/// Reading 1,000 rules in XML: to a configuration, to a tree, and to nothing but events.
fn parse_xml(criterion: &mut Criterion) {
    let text = Workload::new(Profile::Base, 1000).to_xml();
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
    let configuration = accepted(ReplicationConfiguration::from_xml(&workload.to_xml()));
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
        for rules in [1, 10, 100, 1000] {
            let workload = Workload::new(profile, rules);
            let configuration = accepted(ReplicationConfiguration::from_xml(&workload.to_xml()));
            let engine = Engine::new(&configuration);
            let versions = workload.versions();
            check(&workload, &versions, &configuration, &engine);
            group.bench_function(BenchmarkId::new("engine", rules), |bencher| {
                bench(bencher, &versions, |version| {
                    engine.decide(version, EVENT).replications().len()
                });
            });
            group.bench_function(BenchmarkId::new("reference", rules), |bencher| {
                bench(bencher, &versions, |version| {
                    reference::decide(&configuration, &Dialect::AWS, version, EVENT).len()
                });
            });
        }
        group.finish();
    }
}

/// Measures answers about one version after the other, round and round.
fn bench(
    bencher: &mut Bencher<'_>,
    versions: &[(ObjectVersion<'_>, usize)],
    answer: impl Fn(&ObjectVersion<'_>) -> usize,
) {
    let mut versions = versions.iter().cycle();
    bencher.iter(|| {
        let (version, replicas) = versions.next().unwrap();
        assert_eq!(answer(black_box(version)), *replicas);
    });
}

/// Checks that the engine answers what the workload was made for, and what the definition says.
fn check(
    workload: &Workload,
    versions: &[(ObjectVersion<'_>, usize)],
    configuration: &ReplicationConfiguration,
    engine: &Engine,
) {
    let mut found = Checksums::default();
    for (at, (version, _)) in versions.iter().enumerate() {
        let decision = engine.decide(version, EVENT);
        let winners = decision.replications().map(|replication| replication.rule().position);
        found.add(winners.clone());
        // The definition is slow: asked about every tenth version only.
        if at.is_multiple_of(10) {
            let expected = reference::decide(configuration, &Dialect::AWS, version, EVENT);
            assert!(winners.eq(expected.iter().map(|(rule, _)| rule.position)));
        }
    }
    assert_eq!(found, workload.checksums());
    assert_eq!(found.keys, KEYS / 2);
}

fn accepted(
    read: Result<ReplicationConfiguration, s3_replication::Report>,
) -> ReplicationConfiguration {
    read.unwrap_or_else(|report| panic!("the workload is refused:\n{report}"))
}
