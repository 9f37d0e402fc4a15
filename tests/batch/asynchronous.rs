//! Jobs and manifests of asynchronous stores: the results are those of synchronous ones.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};

use futures_executor::block_on;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use s3_replication::Engine;
use s3_replication::batch::completion_report::TaskResult;
use s3_replication::batch::generator::{self, ManifestGenerator};
use s3_replication::batch::job::{self, Job};
use s3_replication::batch::manifest::{self, RowError};
use s3_replication::batch::run::JobRun;
use s3_replication::model::{
    BucketArn, BucketName, BucketSettings, Timestamp, VersionId, Versioning,
};
use s3_replication::replication::{FailureReason, Ledger, ObjectKey};
use s3_replication::storage::{
    Destination, Fault, JobContext, JobRunSummary, JobStop, MemoryStore, MetadataChange, NewObject,
    Source, StoredVersion, generate, generate_async, run_job, run_job_async,
};
use serde_json::json;

use crate::support::waiting::Waiting;
use crate::support::{configuration, job as new_job, rule_v2, second};

/// The result of an access to an object, on either side.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Fate {
    #[default]
    Fine,
    SourceWaits,
    SourceFails,
    DestinationWaits,
    DestinationFails,
}

const FATES: &[Fate] = &[
    Fate::Fine,
    Fate::Fine,
    Fate::Fine,
    Fate::SourceWaits,
    Fate::SourceFails,
    Fate::DestinationWaits,
    Fate::DestinationFails,
];

/// A bucket with some objects and a planned result for each of them. It counts the accesses in
/// progress.
struct Planned {
    store: MemoryStore,
    source: BucketName,
    fates: BTreeMap<ObjectKey, Fate>,
}

impl Planned {
    /// Creates a store with the objects `k0`, `k1` and so on.
    fn new(fates: &[Fate]) -> Self {
        let (store, source) = (MemoryStore::new(), "source".parse().unwrap());
        for name in ["source", "one", "two"] {
            let settings = BucketSettings::new().with_versioning(Versioning::Enabled);
            store.create_bucket(&name.parse().unwrap(), settings).unwrap();
        }
        let (mut planned, id) = (BTreeMap::new(), "v1".parse().unwrap());
        for (number, fate) in fates.iter().enumerate() {
            let key = ObjectKey::from(format!("k{number}").as_str());
            store.bucket(&source).put_object(NewObject::new(&key, "meow"), &id, second(0)).unwrap();
            planned.insert(key, *fate);
        }
        Self { store, source, fates: planned }
    }

    fn fate(&self, key: &ObjectKey) -> Fate {
        self.fates.get(key).copied().unwrap_or_default()
    }

    /// Returns the names of the replicas.
    fn replicas(&self) -> Vec<String> {
        let names = ["one", "two"].map(|name| name.parse().unwrap());
        let all = names.iter().flat_map(|name| self.store.bucket(name).all_versions().unwrap());
        all.map(|version| format!("{} {}", version.key, version.version_id)).collect()
    }
}

impl Source for Planned {
    type Body = std::sync::Arc<[u8]>;
    type Error = String;

    fn read(
        &self,
        key: &ObjectKey,
        id: &VersionId,
    ) -> Result<StoredVersion<Self::Body>, Fault<String>> {
        match self.fate(key) {
            Fate::SourceWaits => Err(Fault::Transient("later".to_owned())),
            Fate::SourceFails => {
                Err(Fault::Permanent(FailureReason::SRC_GET_OBJECT_NOT_PERMITTED, "no".to_owned()))
            }
            _ => self.store.bucket(&self.source).read(key, id).map_err(in_words),
        }
    }

    fn versions(
        &self,
        after: Option<(&ObjectKey, &VersionId)>,
        limit: usize,
    ) -> Result<Vec<StoredVersion<()>>, Fault<String>> {
        // Short pages, so that a listing has several.
        self.store.bucket(&self.source).versions(after, limit.min(3)).map_err(in_words)
    }
}

impl Destination<std::sync::Arc<[u8]>> for Planned {
    type Error = String;

    fn put_replica(
        &self,
        bucket: &BucketArn,
        replica: StoredVersion<std::sync::Arc<[u8]>>,
    ) -> Result<(), Fault<String>> {
        match self.fate(&replica.key) {
            Fate::DestinationWaits => Err(Fault::Transient("later".to_owned())),
            Fate::DestinationFails => {
                Err(Fault::Permanent(FailureReason::DST_PUT_OBJECT_NOT_PERMITTED, "no".to_owned()))
            }
            _ => self.store.put_replica(bucket, replica).map_err(in_words),
        }
    }

    fn put_metadata(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        id: &VersionId,
        change: &MetadataChange,
    ) -> Result<(), Fault<String>> {
        self.store.put_metadata(bucket, key, id, change).map_err(in_words)
    }

    fn delete_replica(
        &self,
        bucket: &BucketArn,
        key: &ObjectKey,
        id: &VersionId,
        at: Timestamp,
    ) -> Result<(), Fault<String>> {
        self.store.delete_replica(bucket, key, id, at).map_err(in_words)
    }
}

fn in_words<E: ToString>(fault: Fault<E>) -> Fault<String> {
    match fault {
        Fault::Transient(error) => Fault::Transient(error.to_string()),
        Fault::Permanent(reason, error) => Fault::Permanent(reason, error.to_string()),
    }
}

fn engine() -> Engine {
    let rules = rule_v2("one", 1, "", "one", "")
        + &rule_v2("two", 2, "<Prefix>k1</Prefix>", "two", "")
        + &rule_v2("off", 3, "<Prefix>k2</Prefix>", "one", "").replacen("Enabled", "Disabled", 1);
    Engine::new(&configuration(&rules))
}

/// A job with its progress, and everything that it writes.
struct Desk {
    job: Job,
    run: JobRun,
    ledger: Ledger,
    results: Vec<TaskResult>,
}

impl Desk {
    /// Creates an active job with this number of tasks.
    fn new(objects: u64) -> Self {
        let mut job = new_job("job-1", &json!({}), second(10));
        let prepared = job::Event::Prepared { objects, generated_manifest: None };
        for event in [job::Event::PreparationBegan, prepared, job::Event::Started] {
            job.handle(event, second(11)).unwrap();
        }
        let (run, ledger) = (JobRun::new(&job), Ledger::new("source".parse().unwrap(), engine()));
        Self { job, run, ledger, results: Vec::new() }
    }

    /// Runs the job until it has this number of results.
    fn run(&mut self, store: &Planned, rows: &str, most: usize) -> JobRunSummary {
        let Self { job, run, ledger, results } = self;
        let context = JobContext { job, run, ledger };
        run_job(context, store, store, read(rows), second(20), |result, _| {
            results.push(result.clone());
            until(results.len() >= most)
        })
    }

    /// Runs the job over an asynchronous store, up to `limit` things at a time.
    async fn run_async(
        &mut self,
        store: &Waiting<Planned>,
        rows: &str,
        (limit, most): (usize, usize),
    ) -> JobRunSummary {
        let Self { job, run, ledger, results } = self;
        let (context, limit) = (JobContext { job, run, ledger }, NonZeroUsize::new(limit).unwrap());
        run_job_async(
            context,
            store,
            store,
            read(rows),
            limit,
            || second(20),
            |result, _| {
                results.push(result.clone());
                until(results.len() >= most)
            },
        )
        .await
    }

    /// Returns all that the job has come to, in order.
    fn exactly(&self, summary: &JobRunSummary) -> String {
        let [job, run] = [serde_json::to_string(&self.job), serde_json::to_string(&self.run)];
        let ledger = serde_json::to_string(&self.ledger.save()).unwrap();
        format!("{summary:?}\n{:?}\n{}\n{}\n{ledger}", self.results, job.unwrap(), run.unwrap())
    }

    /// Returns all that the job has come to, but for the order in which it happened.
    fn in_any_order(&self, summary: &JobRunSummary) -> Vec<String> {
        let mut all: Vec<_> = self.results.iter().map(|result| format!("{result:?}")).collect();
        all.extend(
            self.ledger.versions().map(|(key, id, status)| format!("{key} {id} {status:?}")),
        );
        all.extend(summary.notifications.iter().map(|sent| format!("{sent:?}")));
        all.sort();
        let JobRunSummary { succeeded, failed, open, given_up, stop, .. } = summary;
        all.push(format!(
            "{succeeded} {failed} {open} {given_up} {stop:?} {:?}",
            self.job.status()
        ));
        all.push(format!("{} {:?}", self.run.rows_begun(), self.job.progress(second(30))));
        all
    }
}

fn read(rows: &str) -> impl Iterator<Item = Result<manifest::Row, RowError>> {
    manifest::Reader::new(rows.as_bytes(), &manifest::Fields::default())
}

/// Returns a manifest of this many objects.
fn rows_of(count: usize) -> String {
    (0..count).map(|at| format!("source,k{at},v1")).collect::<Vec<_>>().join("\n")
}

const fn until(is_over: bool) -> ControlFlow<()> {
    if is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// Generates a row of a manifest: of an object, which several rows may name, or a wrong one.
fn row() -> impl Strategy<Value = String> {
    prop_oneof![
        12 => any::<Index>().prop_map(|at| format!("source,k{},v1\n", at.index(24))),
        1 => select(vec!["source,gone,v1\n", "elsewhere,k1,v1\n", "source,k1,\n", "source,k%ZZ,v1\n"])
            .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A job over an asynchronous store has the same results as one over a synchronous store: in the
    /// same order if it does one thing at a time, in any order otherwise. The next run goes on where
    /// this one ended.
    #[test]
    fn jobs_of_asynchronous_stores_are_the_same(
        fates in vec(select(FATES), 24),
        rows in vec(row(), 0..24).prop_map(|rows| rows.concat()),
        (more, limit, most) in (0..3_u64, 2..7_usize, prop_oneof![Just(usize::MAX), 1..9_usize]),
    ) {
        // One task fewer or more than the manifest has rows, or as many.
        let objects = (rows.lines().count() as u64 + more).saturating_sub(1).max(1);
        let (mut expected, store) = (Desk::new(objects), Planned::new(&fates));
        let summary = expected.run(&store, &rows, most);

        let (mut single, later) = (Desk::new(objects), Waiting::new(Planned::new(&fates)));
        let seen = block_on(single.run_async(&later, &rows, (1, most)));
        prop_assert_eq!(single.exactly(&seen), expected.exactly(&summary));
        prop_assert_eq!(later.store.replicas(), store.replicas());

        // A run that is stopped stops somewhere else if it does several things at a time. All runs end
        // at the same place once the faults are over.
        let (mut several, many) = (Desk::new(objects), Waiting::new(Planned::new(&fates)));
        let seen = block_on(several.run_async(&many, &rows, (limit, most)));
        if most == usize::MAX {
            prop_assert_eq!(several.in_any_order(&seen), expected.in_any_order(&summary));
        }
        let repaired = |mut store: Planned| {
            let waits = |fate: &Fate| matches!(fate, Fate::SourceWaits | Fate::DestinationWaits);
            store.fates.retain(|_, fate| !waits(fate));
            store
        };
        let (store, many) = (repaired(store), Waiting::new(repaired(many.store)));
        expected.run(&store, &rows, usize::MAX);
        block_on(several.run_async(&many, &rows, (limit, usize::MAX)));
        prop_assert_eq!(many.store.replicas(), store.replicas());
        prop_assert_eq!(several.results.len(), expected.results.len());
        prop_assert_eq!(several.run.rows_open(), 0);
    }

    /// The manifest of an asynchronous store is the same, with the same versions left out.
    #[test]
    fn manifests_of_asynchronous_stores_are_the_same(count in 0..12_usize, last in 0..14_usize) {
        let store = Planned::new(&vec![Fate::Fine; count]);
        let asked = ManifestGenerator::new(store.source.clone(), generator::Filter::ALL, engine());
        let each = |seen: &mut Vec<String>, version: &StoredVersion<()>, row: &_| {
            seen.push(format!("{} {row:?}", version.key));
            if seen.len() > last { Err(io::Error::other("full")) } else { Ok(()) }
        };
        let mut expected = Vec::new();
        let made = generate(&store, &asked, |_, _| None, |version, row| each(&mut expected, version, &row));
        let (mut seen, later) = (Vec::new(), Waiting::new(Planned::new(&vec![Fate::Fine; count])));
        let run = generate_async(&later, &asked, |_, _| None, |version, row| each(&mut seen, version, &row));
        let made_later = block_on(run);
        prop_assert_eq!(seen, expected);
        prop_assert_eq!(format!("{made_later:?}"), format!("{made:?}"));
        prop_assert_eq!(made.is_ok(), count <= last);
    }
}

/// A store that counts the accesses in progress.
#[derive(Default)]
struct Counted {
    in_progress: AtomicUsize,
    most: AtomicUsize,
}

/// As many reads and tasks are in progress as the limit permits, and no more.
#[test]
fn a_job_uses_its_limit() {
    use s3_replication::storage::{AsyncDestination, AsyncSource};

    struct Store(Waiting<Planned>, Counted);

    impl Store {
        async fn counted<T>(&self, work: impl Future<Output = T>) -> T {
            let now = self.1.in_progress.fetch_add(1, Ordering::Relaxed) + 1;
            self.1.most.fetch_max(now, Ordering::Relaxed);
            self.0.wait().await;
            let result = work.await;
            self.1.in_progress.fetch_sub(1, Ordering::Relaxed);
            result
        }
    }

    impl AsyncSource for Store {
        type Body = std::sync::Arc<[u8]>;
        type Error = String;

        async fn read(
            &self,
            key: &ObjectKey,
            id: &VersionId,
        ) -> Result<StoredVersion<Self::Body>, Fault<String>> {
            self.counted(self.0.read(key, id)).await
        }

        async fn versions(
            &self,
            after: Option<(&ObjectKey, &VersionId)>,
            limit: usize,
        ) -> Result<Vec<StoredVersion<()>>, Fault<String>> {
            AsyncSource::versions(&self.0, after, limit).await
        }
    }

    impl AsyncDestination<std::sync::Arc<[u8]>> for Store {
        type Error = String;

        async fn put_replica(
            &self,
            bucket: &BucketArn,
            replica: StoredVersion<std::sync::Arc<[u8]>>,
        ) -> Result<(), Fault<String>> {
            self.counted(self.0.put_replica(bucket, replica)).await
        }

        async fn put_metadata(
            &self,
            bucket: &BucketArn,
            key: &ObjectKey,
            id: &VersionId,
            change: &MetadataChange,
        ) -> Result<(), Fault<String>> {
            self.0.put_metadata(bucket, key, id, change).await
        }

        async fn delete_replica(
            &self,
            bucket: &BucketArn,
            key: &ObjectKey,
            id: &VersionId,
            at: Timestamp,
        ) -> Result<(), Fault<String>> {
            self.0.delete_replica(bucket, key, id, at).await
        }
    }

    for limit in [1, 3, 8] {
        let store = Store(Waiting::new(Planned::new(&[Fate::Fine; 20])), Counted::default());
        let rows = rows_of(20);
        let Desk { mut job, mut run, mut ledger, .. } = Desk::new(20);
        let context = JobContext { job: &mut job, run: &mut run, ledger: &mut ledger };
        let most = NonZeroUsize::new(limit).unwrap();
        let each = |_: &_, _: &_| ControlFlow::Continue(());
        let work = run_job_async(context, &store, &store, read(&rows), most, || second(20), each);
        let summary = block_on(work);
        assert_eq!((summary.succeeded, summary.open, summary.stop), (20, 0, JobStop::Done));
        assert_eq!(store.1.most.load(Ordering::Relaxed), limit);
    }
}

/// A future that is dropped loses no row: the next run does the rest.
#[test]
fn a_job_can_be_dropped() {
    let store = Waiting::new(Planned::new(&[Fate::Fine; 12]));
    let rows = rows_of(12);
    let mut desk = Desk::new(12);
    for polls in 1..4 {
        let mut run = pin!(desk.run_async(&store, &rows, (4, usize::MAX)));
        for _ in 0..polls * 3 {
            let _ = run.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        }
    }
    assert!(desk.results.len() < 12, "it should not be over");
    let summary = block_on(desk.run_async(&store, &rows, (4, usize::MAX)));
    assert_eq!((summary.open, summary.stop), (0, JobStop::Done));
    assert_eq!(desk.results.len(), 12);
    assert_eq!(desk.job.status(), job::Status::Complete);
}
