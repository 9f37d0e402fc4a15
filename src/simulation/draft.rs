//! Scenarios that are built in code or were just read, and the checks that make them playable.
//!
//! A script that cannot be played is refused as a whole, before its first event. A simulation that
//! stops in the middle would leave the user to guess which part of the timeline counts.
//!
//! Two checks are made, and each finds what the other cannot:
//!
//! ```text
//! create_store      the buckets, configurations and policies at the beginning, as S3 would take them
//! script_problems   the events in their order: what exists by then, and what a fault can affect
//! ```
//!
//! A problem has the path of the JSON form, also for a draft that was built in code:
//! `Events[3].Key`. The store of the first check is the one that is played, so nothing is created
//! twice.

use hashbrown::HashSet;
use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Report, ServiceError};
use crate::dialect::Dialect;
use crate::model::{BucketName, BucketSettings, ReplicationConfiguration, Timestamp, VersionId};
use crate::path::FieldPath;
use crate::permissions::GivenDocuments;
use crate::replication::ObjectKey;
use crate::simulation::{Request, Scenario, ScriptedEvent, Simulator};
use crate::storage::MemoryStore;

/// A [`Scenario`] that has not been checked, to build one in code.
///
/// # Examples
///
/// ```
/// use s3_replication::Dialect;
/// use s3_replication::model::{BucketSettings, Versioning};
/// use s3_replication::simulation::{Request, ScenarioBucket, ScenarioDraft, ScriptedEvent};
/// use s3_replication::storage::NewObject;
///
/// let mut draft = ScenarioDraft::new(Dialect::AWS);
/// let mut photos = ScenarioBucket::default();
/// photos.settings = BucketSettings::new().with_versioning(Versioning::Enabled);
/// draft.buckets.insert("photos".parse()?, photos);
/// let put = Request::Put(Box::new(NewObject::new("cat.jpg", "meow")), "v1".parse()?);
/// let event = ScriptedEvent::new("2026-11-22T09:00:00Z".parse()?, "photos".parse()?, put);
/// draft.events.push(event.clone());
/// let simulator = draft.clone().validate()?.play(|event| println!("{event}"));
/// assert_eq!(simulator.state().buckets["photos"].versions.len(), 1);
///
/// // S3 never assigns a version ID twice.
/// draft.events.push(event);
/// let problems = draft.validate().unwrap_err();
/// assert_eq!(problems.iter().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ScenarioDraft {
    /// The buckets, by name.
    pub buckets: BTreeMap<BucketName, ScenarioBucket>,
    /// The latency of replication, in seconds.
    pub latency: u32,
    /// The scripted events, in order of time.
    pub events: Vec<ScriptedEvent>,
    /// The end of the simulation; `None` is the time after which nothing more happens.
    pub until: Option<Timestamp>,
    /// The dialect of the configurations.
    pub dialect: Dialect,
}

/// A bucket at the beginning of a [`Scenario`].
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ScenarioBucket {
    /// The settings.
    pub settings: BucketSettings,
    /// The replication configuration, if there is one.
    pub replication: Option<ReplicationConfiguration>,
    /// The policies under which the bucket replicates; `None` permits everything.
    pub policies: Option<GivenDocuments>,
}

impl ScenarioDraft {
    /// Creates a scenario without buckets and events, with the default latency.
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

    /// Checks that the scenario can be played.
    ///
    /// Each event must name a bucket of the scenario and a version that can exist there, and no
    /// version may be written twice. Events must be in order of time, faults must affect
    /// replication, and S3 must accept the settings and the replication configurations.
    ///
    /// # Errors
    ///
    /// Returns all problems, up to [`Scenario::PROBLEM_LIMIT`].
    pub fn validate(self) -> Result<Scenario, Report> {
        let (store, refusals) = create_store(&self.buckets, &self.dialect);
        let refusals = refusals.into_iter().map(|(name, error)| {
            let path = path_of_bucket(&name).field("Replication");
            let message = format!("S3 refuses it: {error}");
            Diagnostic { service_error: Some(error), ..problem("bucket-refused", path, message) }
        });
        let problems: Report =
            refusals.chain(script_problems(&self)).take(Scenario::PROBLEM_LIMIT).collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        let Self { latency, events, until, dialect, .. } = self;
        Ok(Scenario { store, dialect, latency, events, until })
    }
}

/// Creates a finding about a scenario.
///
/// It has no clause and no answer: a scenario is a document of this crate, not of S3.
pub(super) fn problem(
    code: &'static str,
    path: FieldPath,
    message: impl Into<String>,
) -> Diagnostic {
    Diagnostic::error(code, None, path, message)
}

/// Returns the path of a bucket in the JSON form.
pub(super) fn path_of_bucket(name: &BucketName) -> FieldPath {
    FieldPath::root().field("Buckets").field(name.to_string())
}

/// Creates the buckets of a scenario, and returns the refusals of S3.
///
/// A bucket that is refused is missing in the store, and everything that names it is refused as
/// well. The store is of no use then, and the caller drops it.
fn create_store(
    buckets: &BTreeMap<BucketName, ScenarioBucket>,
    dialect: &Dialect,
) -> (MemoryStore, Vec<(BucketName, ServiceError)>) {
    let store = MemoryStore::new();
    let mut refusals = Vec::new();
    for (name, bucket) in buckets {
        // A bucket of a scenario exists already, maybe since before ACLs were disabled by default.
        let created = store.create_bucket(name, bucket.settings.clone().of_older_bucket());
        refusals.extend(created.err().map(|error| (name.clone(), error)));
    }
    // A configuration needs its destinations, so all buckets come first.
    for (name, bucket) in buckets {
        if let Some(configuration) = &bucket.replication {
            let put = store.bucket(name).put_replication(configuration, dialect);
            refusals.extend(put.err().map(|error| (name.clone(), error)));
        }
        // A configuration may come later, in an event.
        let put = store.bucket(name).put_policies(bucket.policies.clone());
        refusals.extend(put.err().map(|error| (name.clone(), error)));
    }
    (store, refusals)
}

/// Returns the problems of the script, in its order.
///
/// A problem does not stop the check: an event with one is taken as written, as far as it can be.
/// The bound ends it, since a script that generates a million events may make a million mistakes.
fn script_problems(draft: &ScenarioDraft) -> Vec<Diagnostic> {
    let mut check = ScriptCheck {
        draft,
        reach: replication_reach(draft),
        faulty: BTreeSet::new(),
        keys: HashSet::default(),
        versions: HashSet::default(),
        now: None,
        problems: Vec::new(),
    };
    for (number, event) in draft.events.iter().enumerate() {
        if check.problems.len() >= Scenario::PROBLEM_LIMIT {
            break;
        }
        check.event(number, event);
    }
    check.end();
    check.problems
}

/// Returns the buckets that versions of a bucket can reach, for each bucket that any configuration of
/// the scenario replicates from or to.
///
/// A bucket reaches itself and, through any number of buckets, the destinations of enabled rules:
/// live replication does not replicate replicas, but S3 Batch Replication does.
fn replication_reach(draft: &ScenarioDraft) -> BTreeMap<&BucketName, BTreeSet<&BucketName>> {
    let first = draft.buckets.iter().filter_map(|(name, bucket)| {
        bucket.replication.as_ref().map(|configuration| (name, configuration))
    });
    let later = draft.events.iter().filter_map(|event| match &event.request {
        Request::PutReplication(configuration) => Some((&event.bucket, &**configuration)),
        _ => None,
    });
    let mut reach: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (name, configuration) in first.chain(later) {
        for rule in configuration.rules().iter().filter(|rule| rule.is_enabled()) {
            let destination = rule.destination.bucket.name();
            reach.entry(name).or_default().extend([name, destination]);
            reach.entry(destination).or_default().insert(destination);
        }
    }
    // Each round follows one more hop. It ends, because the sets only grow and there are finitely
    // many buckets.
    loop {
        let before = reach.clone();
        for reached in reach.values_mut() {
            let further = reached.iter().filter_map(|bucket| before.get(bucket)).flatten();
            *reached = reached.iter().chain(further).copied().collect();
        }
        if reach == before {
            return reach;
        }
    }
}

/// The state of the check between two events: what exists by then, and which faults are in force.
struct ScriptCheck<'d> {
    /// The scenario, whose buckets events name.
    draft: &'d ScenarioDraft,
    /// The buckets that a version in a bucket can reach, see [`replication_reach`].
    reach: BTreeMap<&'d BucketName, BTreeSet<&'d BucketName>>,
    /// The buckets that have a fault at this point of the script.
    faulty: BTreeSet<&'d BucketName>,
    /// The keys written so far, each with its bucket.
    keys: HashSet<(&'d ObjectKey, &'d BucketName)>,
    /// The versions written so far. IDs are unique over all buckets, since replicas keep them.
    versions: HashSet<(&'d ObjectKey, &'d VersionId)>,
    /// The latest time so far; `None` before the first event.
    now: Option<Timestamp>,
    problems: Vec<Diagnostic>,
}

impl<'d> ScriptCheck<'d> {
    /// Checks one event.
    ///
    /// An event of an unknown bucket is not looked at further: no key and no fault of it exists.
    fn event(&mut self, number: usize, event: &'d ScriptedEvent) {
        if let Some(now) = self.now.filter(|now| *now > event.at) {
            let text = format!("time runs backwards: {} comes after {now}", event.at);
            self.report("time-backwards", number, "At", text);
        }
        // One event that is too early must not make all that follow it too late.
        self.now = self.now.max(Some(event.at));
        if self.draft.buckets.contains_key(&event.bucket) {
            self.request(number, event);
        } else {
            let known: Vec<_> =
                self.draft.buckets.keys().take(10).map(|name| format!("`{name}`")).collect();
            let text = format!(
                "the scenario has no bucket `{}`; its buckets: {}",
                event.bucket,
                known.join(", ")
            );
            self.report("bucket-unknown", number, "Bucket", text);
        }
    }

    /// Checks the version that a request names.
    ///
    /// A request about the bucket as a whole names no version, and the store answers it when it is
    /// played.
    fn request(&mut self, number: usize, event: &'d ScriptedEvent) {
        match &event.request {
            Request::Fault(fault) => self.fault(number, &event.bucket, fault.is_some()),
            request => {
                let Some((key, id)) = request.version() else { return };
                if request.creates() {
                    self.creation(number, &event.bucket, key, id);
                } else {
                    self.change(number, &event.bucket, key, id);
                }
            }
        }
    }

    /// Checks a request that creates a version.
    ///
    /// The null version is written again and again in a bucket without versioning, so it is never a
    /// repetition.
    fn creation(
        &mut self,
        number: usize,
        bucket: &'d BucketName,
        key: &'d ObjectKey,
        id: Option<&'d VersionId>,
    ) {
        self.keys.insert((key, bucket));
        let Some(id) = id else { return };
        if !self.versions.insert((key, id)) && !id.is_null() {
            let text = format!(
                "version `{id}` of `{key}` was written before; S3 never reuses a version ID"
            );
            self.report("version-repeated", number, "VersionId", text);
        }
    }

    /// Checks a request that changes an existing version.
    ///
    /// One problem is enough: where the key cannot exist, no version of it can.
    fn change(
        &mut self,
        number: usize,
        bucket: &'d BucketName,
        key: &'d ObjectKey,
        id: Option<&'d VersionId>,
    ) {
        if !self.can_exist_in(bucket, key) {
            let text = format!(
                "no earlier event writes `{key}` into `{bucket}`, and no rule replicates it there"
            );
            self.report("key-unknown", number, "Key", text);
        } else if let Some(id) = id
            && !id.is_null()
            && !self.versions.contains(&(key, id))
        {
            let text = format!("no earlier event writes version `{id}` of `{key}`");
            self.report("version-unknown", number, "VersionId", text);
        }
    }

    /// Returns true if the key was written to this bucket, or to a bucket that reaches it.
    fn can_exist_in(&self, bucket: &'d BucketName, key: &'d ObjectKey) -> bool {
        self.keys.contains(&(key, bucket))
            || self.reach.iter().any(|(from, reached)| {
                reached.contains(bucket) && self.keys.contains(&(key, *from))
            })
    }

    /// Checks that a fault can have an effect, and that one that is removed is there.
    ///
    /// | event | faults before | result |
    /// | --- | --- | --- |
    /// | a fault | any | the bucket has one, which replaces another |
    /// | `None` | one | removed |
    /// | `None` | none | a problem |
    /// | either, at a bucket without links | any | a problem |
    fn fault(&mut self, number: usize, bucket: &'d BucketName, begins: bool) {
        if !self.reach.contains_key(bucket) {
            let text = format!(
                "the fault has no effect: no enabled rule replicates from or to `{bucket}`"
            );
            self.report("fault-without-effect", number, "Bucket", text);
        } else if begins {
            self.faulty.insert(bucket);
        } else if !self.faulty.remove(bucket) {
            let text = format!("`{bucket}` has no fault to remove");
            self.report("fault-absent", number, "Fault", text);
        }
    }

    /// Checks the end of the simulation.
    fn end(&mut self) {
        if let (Some(until), Some(last)) = (self.draft.until, self.now)
            && until < last
        {
            let message = format!("{until} is earlier than the last event, at {last}");
            let path = FieldPath::root().field("Until");
            self.problems.push(problem("end-too-early", path, message));
        }
    }

    /// Adds a problem of a field of an event.
    fn report(&mut self, code: &'static str, number: usize, field: &'static str, message: String) {
        let path = FieldPath::root().field("Events").index(number).field(field);
        self.problems.push(problem(code, path, message));
    }
}
