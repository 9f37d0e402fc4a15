use std::collections::BTreeMap;
use std::fmt;

use crate::dialect::Dialect;
use crate::model::{BucketName, ReplicationConfiguration, Timestamp, Versioning};
use crate::path::FieldPath;
use crate::simulation::{ScriptedEvent, Simulator, TimelineEvent, check, read};
use crate::storage::{MemoryStore, NewBucket};
use crate::text::{Position, Visible};

/// Buckets, and a script of what happens in them.
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
/// [`Event`](crate::model::Event) (`ObjectCreated:Put` when nothing is said),
/// `PutBucketReplication` with `Replication`, `DeleteBucketReplication`, or `PutBucketVersioning`
/// with `Versioning`. Instead of `Event` there may be `Fault`: `"Outage"`, `{"Refusal": "…"}` with
/// one of S3's failure reasons, `{"SlowSeconds": 600}`, or `"None"`. The other fields have the
/// names that S3 Inventory gives them: `Key`, `VersionId`, `Size`, `Tags`, `Acl`, `StorageClass`,
/// `IntelligentTieringAccessTier`, `EncryptionStatus`, `KmsKeyId`, `BucketKeyStatus`,
/// `ObjectLockMode`, `ObjectLockRetainUntilDate`, `ObjectLockLegalHoldStatus`, `RestoreUntil`.
///
/// A version that is written without `VersionId` gets `e1`, `e2`, … by the number of its event; an
/// event about a version that names none is about the latest.
#[derive(Debug)]
pub struct Scenario {
    // INVARIANT: what `check` has proven.
    store: MemoryStore,
    dialect: Dialect,
    latency: u32,
    events: Vec<ScriptedEvent>,
    until: Option<Timestamp>,
}

/// A [`Scenario`] that may be wrong, to build one in code.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ScenarioDraft {
    /// The buckets, by name.
    pub buckets: BTreeMap<BucketName, BucketSetup>,
    /// How many seconds replication takes.
    pub latency: u32,
    /// What happens, in order of time.
    pub events: Vec<ScriptedEvent>,
    /// When to stop; without it, when nothing is due any more.
    pub until: Option<Timestamp>,
    /// Whose reading of the configurations applies.
    pub dialect: Dialect,
}

/// A bucket at the beginning of a [`Scenario`].
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct BucketSetup {
    /// Whether it keeps versions.
    pub versioning: Option<Versioning>,
    /// Everything else about it.
    pub settings: NewBucket,
    /// Its replication configuration, if it has one.
    pub replication: Option<ReplicationConfiguration>,
}

/// The error returned when a scenario can't be played: everything that is wrong with it.
///
/// # Examples
///
/// ```
/// use s3_replication::Dialect;
/// use s3_replication::simulation::Scenario;
///
/// let text = r#"{"Buckets": {"photos": {}},
///  "Events": [{"At": "2026-11-22T09:00:00Z", "Bucket": "photoz", "Key": "a"}]}"#;
/// let wrong = Scenario::from_json(text, &Dialect::AWS).unwrap_err();
/// assert_eq!(
///     wrong.to_string(),
///     "2:54: `Events[0].Bucket`: there is no bucket `photoz` in the scenario; its buckets: `photos`",
/// );
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct InvalidScenario {
    pub(super) problems: Vec<Problem>,
}

/// One thing that is wrong with a [`Scenario`].
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Problem {
    /// The field.
    pub path: FieldPath,
    /// Where it is written, if the scenario was read from a text.
    pub position: Option<Position>,
    /// What is wrong, and what to do.
    pub message: String,
}

impl Scenario {
    /// Reads and checks the JSON form.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, as [`ScenarioDraft::validate`] says, each with its line.
    pub fn from_json(text: &str, dialect: &Dialect) -> Result<Self, InvalidScenario> {
        read::scenario(text, dialect)
    }

    /// Returns how many events there are in the script.
    #[must_use]
    pub const fn events(&self) -> usize {
        self.events.len()
    }

    /// Plays the scenario, and returns the simulator as it is at the end. `each` is told of
    /// everything that happens, in order.
    pub fn play(self, mut each: impl FnMut(TimelineEvent)) -> Simulator {
        let mut simulator = Simulator::new(self.store, self.dialect).with_latency(self.latency);
        for event in self.events {
            // Time does not run backwards here: that was checked.
            let _ = simulator.apply(event, &mut each);
        }
        match self.until {
            Some(until) => drop(simulator.run_until(until, &mut each)),
            None => simulator.finish(&mut each),
        }
        simulator
    }
}

impl ScenarioDraft {
    /// Creates a scenario without buckets and events.
    #[must_use]
    pub const fn new(dialect: Dialect) -> Self {
        Self {
            buckets: BTreeMap::new(),
            latency: Simulator::DEFAULT_LATENCY,
            events: Vec::new(),
            until: None,
            dialect,
        }
    }

    /// Checks that the scenario can be played: every event is about a bucket of the scenario and a
    /// version that can be there, no version is written twice, time does not run backwards, faults
    /// strike what replicates, and S3 takes the configurations.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, up to [`InvalidScenario::LIMIT`] problems.
    pub fn validate(self) -> Result<Scenario, InvalidScenario> {
        let problems = check::problems(&self);
        let (store, refused) = store(&self.buckets, &self.dialect);
        let refused = refused.into_iter().map(|(name, error)| Problem {
            path: path_of_bucket(&name).field("Replication"),
            position: None,
            message: format!("S3 refuses it: {error}"),
        });
        let problems: Vec<_> = refused.chain(problems).take(InvalidScenario::LIMIT).collect();
        if !problems.is_empty() {
            return Err(InvalidScenario { problems });
        }
        let Self { latency, events, until, dialect, .. } = self;
        Ok(Scenario { store, dialect, latency, events, until })
    }
}

/// Returns the path of a bucket in the JSON form.
pub(super) fn path_of_bucket(name: &BucketName) -> FieldPath {
    FieldPath::root().field("Buckets").field(name.to_string())
}

/// Creates the buckets of a scenario; returns what S3 refuses, too.
fn store(
    buckets: &BTreeMap<BucketName, BucketSetup>,
    dialect: &Dialect,
) -> (MemoryStore, Vec<(BucketName, crate::diagnostic::ServiceError)>) {
    let store = MemoryStore::new();
    let mut refused = Vec::new();
    for (name, setup) in buckets {
        let created = store.create_bucket(name, setup.settings.clone());
        let versioning = setup.versioning.unwrap_or(Versioning::Unversioned);
        let answer = created.and_then(|()| store.bucket(name).put_versioning(versioning));
        refused.extend(answer.err().map(|error| (name.clone(), error)));
    }
    for (name, setup) in buckets {
        let Some(configuration) = &setup.replication else { continue };
        let answer = store.bucket(name).put_replication(configuration, dialect);
        refused.extend(answer.err().map(|error| (name.clone(), error)));
    }
    (store, refused)
}

impl InvalidScenario {
    /// The most problems that are reported.
    pub const LIMIT: usize = 100;

    /// Iterates over what is wrong, in the order of the scenario.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.problems.iter()
    }
}

impl<'p> IntoIterator for &'p InvalidScenario {
    type Item = &'p Problem;
    type IntoIter = std::slice::Iter<'p, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Position { line, column, .. }) = self.position {
            write!(f, "{line}:{column}: ")?;
        }
        if !self.path.steps().is_empty() {
            write!(f, "`{}`: ", self.path)?;
        }
        write!(f, "{}", Visible(&self.message))
    }
}

impl fmt::Display for InvalidScenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidScenario {}
