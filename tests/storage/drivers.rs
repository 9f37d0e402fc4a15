//! The drivers: one task after the other, on several threads, and on whatever runtime polls.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use s3_replication::model::{BucketArn, Event, Timestamp, VersionId};
use s3_replication::replication::{FailureReason, Ledger, ObjectKey, Outcome, Task};
use s3_replication::storage::{
    Destination, Fault, Metadata, MetadataChange, RunSummary, Source, StoredVersion, replicate,
    replicate_concurrently,
};
use s3_replication::{Engine, ObjectVersion};

#[cfg(feature = "async")]
use crate::support::waiting::Waiting;
use crate::support::{configuration, rule_v2, second as at};

fn count(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).unwrap()
}

/// The result of an access to a version, on either side.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Fate {
    #[default]
    Fine,
    SourcePasses,
    SourceFails,
    DestinationPasses,
    DestinationFails,
    Panics,
}

/// A store with a planned result for each version, which counts the accesses in progress.
#[derive(Debug, Default)]
struct Counting {
    fates: BTreeMap<String, Fate>,
    counts: Mutex<Counts>,
    changed: Condvar,
    /// The number of accesses that must be in progress before any of them ends.
    together: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    under_way: usize,
    most: usize,
    begun: usize,
}

impl Counting {
    fn fate(&self, id: &VersionId) -> Fate {
        self.fates.get(id.as_str()).copied().unwrap_or_default()
    }

    fn begin(&self) {
        let mut counts = self.counts.lock().unwrap();
        counts.begun += 1;
        counts.under_way += 1;
        counts.most = counts.most.max(counts.under_way);
        self.changed.notify_all();
        // Not for ever: a driver that runs fewer together fails the test, and does not hang it.
        let patience = Duration::from_secs(20);
        let few = |counts: &mut Counts| counts.most < self.together;
        drop(self.changed.wait_timeout_while(counts, patience, few).unwrap());
    }

    fn end(&self) {
        self.counts.lock().unwrap().under_way -= 1;
    }

    fn counts(&self) -> Counts {
        *self.counts.lock().unwrap()
    }
}

impl Source for Counting {
    type Body = ();
    type Error = &'static str;

    fn read(
        &self,
        key: &ObjectKey,
        id: &VersionId,
    ) -> Result<StoredVersion<()>, Fault<Self::Error>> {
        self.begin();
        let result = match self.fate(id) {
            Fate::SourcePasses => Err(Fault::Transient("later")),
            Fate::SourceFails => {
                Err(Fault::Permanent(FailureReason::SRC_VERSION_NOT_FOUND, "gone"))
            }
            Fate::Panics => panic!("the store is broken"),
            _ => {
                let metadata = Metadata::new(at(0), "photos".parse().unwrap());
                Ok(StoredVersion::new(key.clone(), id.clone(), (), 0, metadata))
            }
        };
        if result.is_err() {
            self.end();
        }
        result
    }

    fn versions(
        &self,
        _: Option<(&ObjectKey, &VersionId)>,
        _: usize,
    ) -> Result<Vec<StoredVersion<()>>, Fault<Self::Error>> {
        Ok(Vec::new())
    }
}

impl Counting {
    fn written(&self, id: &VersionId) -> Result<(), Fault<&'static str>> {
        self.end();
        match self.fate(id) {
            Fate::DestinationPasses => Err(Fault::Transient("later")),
            Fate::DestinationFails => {
                Err(Fault::Permanent(FailureReason::DST_PUT_OBJECT_NOT_PERMITTED, "no"))
            }
            _ => Ok(()),
        }
    }
}

impl Destination<()> for Counting {
    type Error = &'static str;

    fn put_replica(
        &self,
        _: &BucketArn,
        replica: StoredVersion<()>,
    ) -> Result<(), Fault<Self::Error>> {
        self.written(&replica.version_id)
    }

    fn put_metadata(
        &self,
        _: &BucketArn,
        _: &ObjectKey,
        version_id: &VersionId,
        _: &MetadataChange,
    ) -> Result<(), Fault<Self::Error>> {
        self.written(version_id)
    }

    fn delete_replica(
        &self,
        _: &BucketArn,
        _: &ObjectKey,
        version_id: &VersionId,
        _: Timestamp,
    ) -> Result<(), Fault<Self::Error>> {
        self.written(version_id)
    }
}

/// A ledger with versions to replicate to two buckets; of those that say so, metadata changed while
/// the object was under way.
fn ledger(changed: &[bool]) -> Ledger {
    let measured = "<Metrics><Status>Enabled</Status></Metrics></Destination>";
    let rules = rule_v2("a", 1, "", "aaa", "") + &rule_v2("b", 2, "", "bbb", "");
    let rules = rules.replace("</Destination>", measured);
    let mut ledger = Ledger::new("photos".parse().unwrap(), Engine::new(&configuration(&rules)));
    for (number, changed) in changed.iter().enumerate() {
        let id = format!("v{number}").parse().unwrap();
        let mut version = ObjectVersion::new("cat.jpg");
        version.version_id = Some(&id);
        let tasks = ledger.observe(&version, Event::ObjectCreatedPut, at(0)).unwrap().tasks;
        assert_eq!(tasks.len(), 2);
        if *changed {
            let waits = ledger.observe(&version, Event::ObjectTaggingPut, at(1)).unwrap().tasks;
            assert!(waits.is_empty());
        }
    }
    ledger
}

fn go_on(_: &Task, _: &Outcome) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// All that a run came to, but for the order of things and the numbers of tasks.
fn came_to(ledger: &Ledger, summary: &RunSummary) -> (Vec<String>, [usize; 3]) {
    let mut all: Vec<String> =
        summary.notifications.iter().map(|sent| format!("{sent:?}")).collect();
    for task in ledger.open_tasks() {
        let (id, bucket) = (&task.version_id, &task.bucket);
        all.push(format!("{id} {bucket} {:?} {:?}", task.action, task.event));
    }
    for (key, id, status) in ledger.versions() {
        all.push(format!("{id} {status:?}"));
        all.extend(
            ledger
                .destinations(key, id)
                .iter()
                .map(|one| format!("{id} {} {:?} {:?}", one.bucket(), one.status(), one.failure())),
        );
    }
    for (rule, bucket, meter) in ledger.meters() {
        all.push(format!("{rule} {bucket} {:?}", meter.data(at(9))));
    }
    all.sort();
    (all, [summary.replicated, summary.failed, summary.open])
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        4 => Just(Fate::Fine),
        1 => Just(Fate::SourcePasses),
        1 => Just(Fate::SourceFails),
        1 => Just(Fate::DestinationPasses),
        1 => Just(Fate::DestinationFails),
    ]
}

fn store(fates: &[Fate]) -> Counting {
    let named = fates.iter().enumerate().map(|(number, fate)| (format!("v{number}"), *fate));
    Counting { fates: named.collect(), ..Counting::default() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Every driver has the same result, whatever fails, and respects its limit.
    #[test]
    fn drivers_agree(versions in vec((fate(), any::<bool>()), 0..12), limit in 1..6_usize) {
        let (fates, changed): (Vec<_>, Vec<_>) = versions.into_iter().unzip();
        let mut expected = ledger(&changed);
        let plain = store(&fates);
        let summary = replicate(&mut expected, &plain, &plain, at(9), go_on);
        let expected = came_to(&expected, &summary);

        let (mut one, threads) = (ledger(&changed), store(&fates));
        let now = || at(9);
        let summary =
            replicate_concurrently(&mut one, &threads, &threads, count(limit), now, go_on);
        prop_assert_eq!(came_to(&one, &summary), expected.clone());
        prop_assert!(threads.counts().most <= limit);
        prop_assert_eq!(threads.counts().begun, plain.counts().begun);

        #[cfg(feature = "async")]
        {
            let (mut one, later) = (ledger(&changed), Waiting::new(store(&fates)));
            let run = asynchronous::run(&mut one, &later, count(limit), go_on);
            let summary = futures_executor::block_on(run);
            prop_assert_eq!(came_to(&one, &summary), expected);
            prop_assert!(later.store.counts().most <= limit);
            prop_assert_eq!(later.store.counts().begun, plain.counts().begun);
        }
    }
}

/// As many tasks are under way as there are workers, and no more.
#[test]
fn workers_work_together() {
    let mut store = store(&[]);
    store.together = 4;
    let mut ledger = ledger(&[false; 6]);
    let summary = replicate_concurrently(&mut ledger, &store, &store, count(4), || at(1), go_on);
    assert_eq!((summary.replicated, summary.open), (12, 0));
    assert_eq!(store.counts().most, 4);
}

/// More workers than tasks are not a reason to begin threads.
#[test]
fn idle_workers_cost_nothing() {
    let (store, mut ledger) = (store(&[]), ledger(&[true]));
    let workers = NonZeroUsize::MAX;
    let summary = replicate_concurrently(&mut ledger, &store, &store, workers, || at(1), go_on);
    assert_eq!((summary.replicated, summary.open), (4, 0));
}

/// After a break no task begins; tasks in progress end, are reported and are completed.
#[test]
fn workers_can_be_stopped() {
    let mut store = store(&[]);
    store.together = 3;
    let mut ledger = ledger(&[false; 6]);
    let mut reported = 0;
    let stop = |_: &_, _: &Outcome| {
        reported += 1;
        ControlFlow::Break(())
    };
    let summary = replicate_concurrently(&mut ledger, &store, &store, count(3), || at(1), stop);
    assert_eq!((reported, summary.replicated, summary.open), (3, 3, 9));
    assert_eq!(store.counts().begun, 3);
    assert_eq!(ledger.open_tasks().count(), 9);
}

/// A panic of the store reaches the caller, and what others did is not lost.
#[test]
fn a_panic_loses_nothing() {
    let mut store = store(&[Fate::Fine, Fate::Panics, Fate::Fine]);
    store.together = 3;
    let mut ledger = ledger(&[false; 3]);
    let before = ledger.open_tasks().count();
    let run = || replicate_concurrently(&mut ledger, &store, &store, count(3), || at(1), go_on);
    let panic = catch_unwind(AssertUnwindSafe(run)).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"the store is broken"));
    // Whatever else was begun has ended, and is settled.
    let counts = store.counts();
    let settled = before - ledger.open_tasks().count();
    assert!(counts.under_way >= 1 && settled >= 2, "{counts:?}");
    assert_eq!(settled, counts.begun - counts.under_way);
    let summary = {
        let repaired = Counting::default();
        replicate_concurrently(&mut ledger, &repaired, &repaired, count(3), || at(2), go_on)
    };
    assert_eq!((summary.replicated, summary.open), (6 - settled, 0));
}

/// After a panic nothing begins.
#[test]
fn a_panic_stops_the_run() {
    let mut store = store(&[Fate::Panics; 4]);
    store.together = 3;
    let mut ledger = ledger(&[false; 4]);
    let run = || replicate_concurrently(&mut ledger, &store, &store, count(3), || at(1), go_on);
    assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
    assert_eq!(store.counts().begun, 3);
    assert_eq!(ledger.open_tasks().count(), 8);
}

/// A panic of the caller's own code does not leave workers behind that wait for ever.
#[test]
fn a_panic_in_the_callback_ends_the_run() {
    let (store, mut ledger) = (store(&[]), ledger(&[false; 3]));
    let each = |_: &_, _: &Outcome| panic!("enough");
    let run = || replicate_concurrently(&mut ledger, &store, &store, count(2), || at(1), each);
    assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
    assert_eq!(ledger.open_tasks().count(), 6);
}

/// Each task is settled at the moment at which it ended: those after the threshold are late.
#[test]
fn every_end_has_its_own_moment() {
    let clock = Cell::new(0);
    let now = || {
        clock.set(clock.get() + 1);
        at(clock.get())
    };
    let (store, mut ledger) = (store(&[Fate::SourceFails; 2]), ledger(&[false; 2]));
    let summary = replicate_concurrently(&mut ledger, &store, &store, count(1), now, go_on);
    let sent: Vec<_> = summary.notifications.iter().map(|sent| sent.at).collect();
    assert_eq!(sent, [2, 3, 4, 5].map(at));
}

#[cfg(feature = "async")]
mod asynchronous {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use s3_replication::storage::{AsyncSource, Immediate, replicate_async};

    use super::*;

    pub(super) fn run(
        ledger: &mut Ledger,
        store: &Waiting<Counting>,
        limit: NonZeroUsize,
        each: impl FnMut(&Task, &Outcome) -> ControlFlow<()> + Send,
    ) -> impl Future<Output = RunSummary> + Send {
        replicate_async(ledger, store, store, limit, || at(9), each)
    }

    fn poll_once(future: std::pin::Pin<&mut impl Future<Output = RunSummary>>) -> Poll<RunSummary> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    /// As many tasks are under way as may be, and what is dropped stays open.
    #[test]
    fn a_future_can_be_dropped() {
        let (mut ledger, store) = (ledger(&[false; 6]), Waiting::new(store(&[])));
        {
            let mut run = pin!(run(&mut ledger, &store, count(5), go_on));
            while store.store.counts().begun < 8 {
                assert!(poll_once(run.as_mut()).is_pending());
            }
        }
        let counts = store.store.counts();
        assert_eq!(counts.most, 5);
        let done = counts.begun - counts.under_way;
        assert_eq!(ledger.open_tasks().count(), 12 - done);
        let rest = Waiting::new(super::store(&[]));
        let summary = futures_executor::block_on(run(&mut ledger, &rest, count(5), go_on));
        assert_eq!((summary.replicated, summary.open), (12 - done, 0));
    }

    /// After a break no task begins; tasks in progress end, are reported and are completed.
    #[test]
    fn a_run_can_be_stopped_that_waits() {
        let (mut ledger, store) = (ledger(&[false; 6]), Waiting::new(store(&[])));
        let mut reported = 0;
        let stop = |_: &_, _: &Outcome| {
            reported += 1;
            ControlFlow::Break(())
        };
        let summary = futures_executor::block_on(run(&mut ledger, &store, count(4), stop));
        assert_eq!((summary.replicated, summary.open, store.store.counts().begun), (4, 8, 4));
        assert_eq!(reported, 4);
    }

    /// A synchronous store does where one that answers later is wanted.
    #[test]
    fn a_synchronous_store_answers_at_once() {
        let (mut ledger, store) = (ledger(&[true; 3]), Counting::default());
        let store = Immediate(&store);
        let run = replicate_async(&mut ledger, &store, &store, count(4), || at(9), go_on);
        let Poll::Ready(summary) = poll_once(pin!(run)) else { panic!("it waits") };
        assert_eq!((summary.replicated, summary.open), (12, 0));
        let listed = futures_executor::block_on(store.versions(None, 10)).unwrap();
        assert!(listed.is_empty());
    }
}
