use crate::dialect::Dialect;
use crate::model::Timestamp;
use crate::simulation::{ScriptedEvent, Simulator, TimelineEvent};
use crate::storage::MemoryStore;

/// Several buckets and a script of events, checked and ready to play.
///
/// [`Scenario::from_json`] reads a scenario from JSON. [`ScenarioDraft`] builds one in code.
///
/// [`ScenarioDraft`]: crate::simulation::ScenarioDraft
///
/// # The JSON form
///
/// ```json
/// {
///   "Buckets": {
///     "photos": {"Versioning": "Enabled", "Region": "eu-west-1", "Account": "111122223333",
///                "ObjectLock": "Enabled", "DefaultRetention": {"Mode": "GOVERNANCE", "Days": 30},
///                "DefaultEncryption": "SSE-S3", "Replication": {"Role": "…", "Rules": []}},
///     "backup": {"Versioning": "Enabled"}
///   },
///   "LatencySeconds": 1,
///   "Until": "2026-11-23T00:00:00Z",
///   "Events": [{"At": "2026-11-22T09:00:00Z", "Bucket": "photos", "Event": "ObjectCreated:Put",
///               "Key": "cat.jpg", "VersionId": "v1", "Size": 4096, "Tags": {"team": "tax"}}]
/// }
/// ```
///
/// `Replication` is a configuration in the JSON of the AWS CLI. `Event` is one of the names of
/// [`Event`](crate::model::Event) (by default `ObjectCreated:Put`), `PutBucketReplication` with
/// `Replication`, `DeleteBucketReplication`, or `PutBucketVersioning` with `Versioning`. An event
/// with `Fault` instead of `Event` injects a fault: `"Outage"`, `{"Refusal": "…"}` with one of the
/// failure reasons of S3, or `{"SlowSeconds": 600}`. `"None"` removes it. The other fields have the
/// names of S3 Inventory: `Key`, `VersionId`, `Size`, `Tags`, `Acl`, `StorageClass`,
/// `IntelligentTieringAccessTier`, `EncryptionStatus`, `KmsKeyId`, `BucketKeyStatus`,
/// `ObjectLockMode`, `ObjectLockRetainUntilDate`, `ObjectLockLegalHoldStatus`, `ObjectLockEventHold`,
/// `ObjectLockEventHoldDurationDays`, `ObjectLockEventHoldDurationYears`, `RestoreUntil`.
///
/// A version that is written without `VersionId` gets the ID `e1`, `e2`, … after the number of its
/// event. A change that names no `VersionId` applies to the latest version.
#[derive(Debug)]
pub struct Scenario {
    // INVARIANT: `ScenarioDraft::validate` has checked the script.
    pub(super) store: MemoryStore,
    pub(super) dialect: Dialect,
    pub(super) latency: u32,
    pub(super) events: Vec<ScriptedEvent>,
    pub(super) until: Option<Timestamp>,
}

impl Scenario {
    /// The most problems that a report about a scenario has.
    pub const PROBLEM_LIMIT: usize = 100;

    /// Returns the number of scripted events.
    #[must_use]
    pub const fn events(&self) -> usize {
        self.events.len()
    }

    /// Plays the scenario to its end and returns the simulator. Calls `each` with every event of the
    /// timeline, in order.
    pub fn play(self, mut each: impl FnMut(TimelineEvent)) -> Simulator {
        let mut simulator = Simulator::new(self.store, self.dialect).with_latency(self.latency);
        for event in self.events {
            let applied = simulator.apply(event, &mut each);
            debug_assert!(applied.is_ok(), "INVARIANT: the script is in order of time");
        }
        match self.until {
            Some(until) => {
                let reached = simulator.run_until(until, &mut each);
                debug_assert!(reached.is_ok(), "INVARIANT: no event is later than the end");
            }
            None => simulator.finish(&mut each),
        }
        simulator
    }
}
