//! Speed of generating a job's manifest from an inventory, and of counting a completion report, each
//! beside the time it takes to split the same file into fields and discard them.
//!
//! `cargo bench -p benches --bench manifest` reads five million rows on one thread. With
//! `-- --quick` it reads a hundred thousand and checks that the right rows are listed and that
//! memory does not grow with their number. The file repeats one block of rows, so neither a disk nor
//! the generation of rows is measured. It is read through a `BufReader`, as on the command line.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark has a clock and a terminal, and may panic"
)]

use std::fmt::Write as _;
use std::io::{self, BufReader, Read};
use std::time::Instant;

use s3_replication::batch::completion_report;
use s3_replication::batch::generator::{ManifestGenerator, StatusFilter};
use s3_replication::batch::inventory;
use s3_replication::batch::manifest;
use s3_replication::batch::request::JobManifestGeneratorFilterDraft;
use s3_replication::dialect::job::{EmptyVersionId, JobDialect};
use s3_replication::{Engine, ReplicationConfiguration};

/// The rows of a block, of which some ten megabytes have to come from memory every time.
const BLOCK: u64 = 50_000;

/// The most memory of the process, whatever the size of the file.
const MEGABYTES: u64 = 64;

const COLUMNS: &str = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, \
                       ETag, StorageClass, IsMultipartUploaded, ReplicationStatus, \
                       EncryptionStatus, IntelligentTieringAccessTier";

fn main() {
    let is_quick = std::env::args().any(|argument| argument == "--quick");
    let (blocks, rounds) = if is_quick { (2, 1) } else { (100, 3) };
    let (block, listed) = block();
    let generator = generator();
    println!("{} rows of each, {} listed, best of {rounds}\n", blocks * BLOCK, blocks * listed);
    println!("| way | seconds | rows a second | MB a second | to the fields |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    compare("manifest made", &block, (blocks, rounds), 13, || {
        assert_eq!(list(&generator, &block, blocks), blocks * listed);
    });
    let (block, failed) = report();
    compare("report counted", &block, (blocks, rounds), 7, || {
        assert_eq!(count(&block, blocks), (blocks * (BLOCK - failed), blocks * failed));
    });
    let peak = peak();
    println!("\nat most {peak} MB of memory");
    assert!(peak < MEGABYTES, "{peak} MB");
}

/// Prints the time of some work on a file, and that of cutting its fields.
fn compare(way: &str, block: &[u8], (blocks, rounds): (u64, u64), fields: usize, work: impl Fn()) {
    let (mut floor, mut ours) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..rounds {
        floor = floor.min(time(|| assert_eq!(cut(block, blocks, fields), blocks * BLOCK)));
        ours = ours.min(time(&work));
    }
    for (way, seconds) in [("its fields cut by `csv`", floor), (way, ours)] {
        let rows = per_second(blocks * BLOCK, seconds);
        let bytes = per_second((block.len() as u64 * blocks) >> 20, seconds);
        println!("| {way} | {seconds:.2} | {rows:.0} | {bytes:.0} | {:.2} |", seconds / floor);
    }
}

/// Returns the seconds that work takes.
fn time(work: impl FnOnce()) -> f64 {
    let (start, busy) = (Instant::now(), on_processor());
    work();
    let elapsed = start.elapsed().as_secs_f64();
    busy.zip(on_processor()).map_or(elapsed, |(before, after)| after - before)
}

/// The seconds that this thread had a processor for itself, where the system tells: what others do
/// on the machine does not count then.
fn on_processor() -> Option<f64> {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = times.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

#[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
fn per_second(count: u64, seconds: f64) -> f64 {
    count as f64 / seconds
}

/// The most memory that the process had, in megabytes, where the system tells.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}

/// Cuts the rows into fields, and returns how many rows there are.
fn cut(block: &[u8], blocks: u64, fields: usize) -> u64 {
    let mut settings = csv::ReaderBuilder::new();
    settings.has_headers(false).buffer_capacity(BUFFER);
    let mut file = settings.from_reader(Repeated::new(block, blocks));
    let (mut record, mut rows) = (csv::ByteRecord::new(), 0);
    while file.read_byte_record(&mut record).unwrap() {
        assert_eq!(record.len(), fields);
        rows += 1;
    }
    rows
}

const BUFFER: usize = 128 * 1024;

/// Makes the manifest, and returns how many rows are listed.
fn list(generator: &ManifestGenerator, block: &[u8], blocks: u64) -> u64 {
    let schema: inventory::Schema = COLUMNS.parse().unwrap();
    let file = BufReader::with_capacity(BUFFER, Repeated::new(block, blocks));
    let mut rows = manifest::Reader::inventory(file, &schema)
        .with_columns(&generator.columns())
        .with_empty_version_id(EmptyVersionId::NullVersion);
    let mut manifest = manifest::Writer::new(io::sink(), &manifest::Fields::default());
    let mut listed = 0;
    while let Some(row) = rows.next_ref() {
        let row = row.unwrap();
        if generator.judge_row(row).is_ok() {
            manifest.write(row).unwrap();
            listed += 1;
        }
    }
    manifest.finish("list.csv").unwrap();
    listed
}

/// Counts the tasks that succeeded and failed.
fn count(block: &[u8], blocks: u64) -> (u64, u64) {
    let file = BufReader::with_capacity(BUFFER, Repeated::new(block, blocks));
    let mut rows = completion_report::Reader::new(file);
    let mut summary = completion_report::Summary::new();
    while let Some(counted) = summary.add_next(&mut rows) {
        counted.unwrap();
    }
    (summary.succeeded(), summary.failed())
}

/// Makes a block of rows of a report, and counts the failed tasks. Each tenth row is in quotes.
fn report() -> (Vec<u8>, u64) {
    let (mut text, mut failed) = (String::new(), 0);
    for n in 0..BLOCK {
        let key = format!("tenant-{}/2026/object-{n:09}.dat", n * 7919 % 200);
        let id = format!("3sL4kqtJlcpXroDTDmJrmSpXd3dIbrHY{n:08}");
        failed += u64::from(n % 10 >= 7);
        match n % 10 {
            0..7 => writeln!(text, "photos,{key},{id},succeeded,200,,success"),
            7 | 8 => writeln!(
                text,
                "photos,{key},{id},failed,500,SrcObjectNotEligible,\
                 Object is not eligible for replication"
            ),
            _ => writeln!(
                text,
                "\"photos\",\"{key}\",\"{id}\",\"failed\",\"403\",\"AccessDenied\",\
                 \"not \"\"authorized\"\"\nto perform s3:InitiateReplication\""
            ),
        }
        .unwrap();
    }
    (text.into_bytes(), failed)
}

/// A hundred rules, and a filter for what was not replicated.
fn generator() -> ManifestGenerator {
    let rules: Vec<_> = (0..100)
        .map(|n| {
            format!(
                r#"{{"ID": "r{n}", "Status": "Enabled", "Priority": {n},
                     "Filter": {{"Prefix": "tenant-{n}/"}},
                     "DeleteMarkerReplication": {{"Status": "Disabled"}},
                     "Destination": {{"Bucket": "arn:aws:s3:::backup"}}}}"#
            )
        })
        .collect();
    let role = "arn:aws:iam::111122223333:role/replication";
    let text = format!(r#"{{"Role": "{role}", "Rules": [{}]}}"#, rules.join(","));
    let configuration = ReplicationConfiguration::from_json(&text).unwrap();
    let mut draft = JobManifestGeneratorFilterDraft::default();
    draft.eligible_for_replication = Some(true);
    draft.object_replication_statuses = Some(vec![StatusFilter::None, StatusFilter::Failed]);
    let filter = draft.validate(&JobDialect::AWS).unwrap();
    let schema: inventory::Schema = COLUMNS.parse().unwrap();
    ManifestGenerator::new("photos".parse().unwrap(), filter, Engine::new(&configuration))
        .with_known_facts(schema.facts())
}

/// Makes a block of rows as S3 writes them, and counts those that are to be listed.
fn block() -> (Vec<u8>, u64) {
    let (mut text, mut listed) = (String::new(), 0);
    for n in 0..BLOCK {
        // Half of the tenants have a rule.
        let tenant = n * 7919 % 200;
        let (class, is_cold) = [("STANDARD", false), ("STANDARD_IA", false), ("GLACIER", true)]
            [usize::try_from(n % 3).unwrap()];
        let (status, is_left) =
            [("", true), ("COMPLETED", false), ("FAILED", true), ("COMPLETED", false)]
                [usize::try_from(n / 3 % 4).unwrap()];
        let is_marker = n % 50 == 49;
        let (size, e_tag) = if is_marker {
            (String::new(), String::new())
        } else {
            ((n * 37).to_string(), format!("{:032x}", u128::from(n) * 0x9E37_79B9_7F4A_7C15))
        };
        let encryption = if n % 10 == 0 { "SSE-KMS" } else { "SSE-S3" };
        listed +=
            u64::from(tenant < 100 && !is_cold && is_left && !is_marker && encryption == "SSE-S3");
        writeln!(
            text,
            "\"photos\",\"tenant-{tenant}/2026/year+{n}/object-{n:09}.dat\",\
             \"3sL4kqtJlcpXroDTDmJrmSpXd3dIbrHY{n:08}\",\"true\",\"{is_marker}\",\"{size}\",\
             \"2026-{:02}-11T21:12:55.000Z\",\"{e_tag}\",\"{class}\",\"false\",\"{status}\",\
             \"{encryption}\",\"\"",
            n % 12 + 1
        )
        .unwrap();
    }
    (text.into_bytes(), listed)
}

/// A block, over and over.
struct Repeated<'b> {
    block: &'b [u8],
    rest: &'b [u8],
    times: u64,
}

impl<'b> Repeated<'b> {
    const fn new(block: &'b [u8], times: u64) -> Self {
        Self { block, rest: &[], times }
    }
}

impl Read for Repeated<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() && self.times > 0 {
            (self.rest, self.times) = (self.block, self.times - 1);
        }
        self.rest.read(buffer)
    }
}
