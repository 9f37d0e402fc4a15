//! Counting many decisions in one pass.

use std::collections::BTreeMap;

use crate::engine::sweep::Memory;
use crate::engine::{Action, Engine, Reason};
use crate::model::{BucketArn, Event, ObjectVersion, ReplicationRule};

/// The totals of many decisions, in memory that does not grow with their number.
///
/// A version that is replicated counts once for each destination, under the rule that wins it. A
/// version that is not replicated counts once, under the [`Reason`] of the rule that came closest
/// (see [`Reason::depth`]). The bytes of a rule or destination are the bytes copied, so delete
/// markers and metadata changes add none. All other bytes are the sizes of the versions.
///
/// # Examples
///
/// ```
/// use s3_replication::engine::{Reason, Tally};
/// use s3_replication::model::Event;
/// use s3_replication::{Engine, ObjectVersion, ReplicationConfiguration};
///
/// # let configuration = ReplicationConfiguration::from_json(
/// #     r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
/// #         {"ID": "tax", "Status": "Enabled", "Priority": 2, "Filter": {"Prefix": "Tax/"},
/// #          "DeleteMarkerReplication": {"Status": "Disabled"},
/// #          "Destination": {"Bucket": "arn:aws:s3:::backup", "StorageClass": "STANDARD_IA"}}]}"#,
/// # )?;
/// let engine = Engine::new(&configuration);
/// let mut tally = Tally::new(&engine);
/// for (key, size) in [("Tax/a.pdf", 1000), ("Tax/b.pdf", 500), ("Logs/c.txt", 7)] {
///     let version = ObjectVersion::new(key).with_size(size);
///     tally.add(&version, Event::ObjectCreatedPut);
/// }
/// let (rule, count) = tally.rules().next().unwrap();
/// assert_eq!((rule.name().to_string().as_str(), count.versions, count.bytes), ("tax", 2, 1500));
/// let others: Vec<_> = tally.not_replicated().map(|(reason, count)| (reason, count.versions)).collect();
/// assert_eq!(others, [(Reason::PrefixDiffers, 1)]);
/// # Ok::<(), s3_replication::Report>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tally {
    engine: Engine,
    memory: Memory,
    /// Why the last version is not replicated.
    reason: Option<Reason>,
    total: Count,
    replicated: Count,
    rules: Vec<Count>,
    /// In the order in which `Reason` declares them.
    reasons: [Count; Reason::ALL.len()],
}

/// A number of versions and of their bytes.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "S3 counts operations and bytes")]
pub struct Count {
    /// The number of versions.
    pub versions: u64,
    /// The sum of their sizes.
    pub bytes: u64,
}

impl Count {
    /// Counts one version. Sums stay at the maximum instead of wrapping: a number that is too small
    /// would look plausible.
    const fn add(&mut self, bytes: u64) {
        self.append(Self { versions: 1, bytes });
    }

    /// Adds a count.
    const fn append(&mut self, other: Self) {
        self.versions = self.versions.saturating_add(other.versions);
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

impl Tally {
    /// Creates an empty tally of the decisions of an engine.
    #[must_use]
    pub fn new(engine: &Engine) -> Self {
        Self {
            engine: engine.clone(),
            memory: Memory::new(engine),
            reason: None,
            total: Count::default(),
            replicated: Count::default(),
            rules: vec![Count::default(); engine.rules().len()],
            reasons: [Count::default(); Reason::ALL.len()],
        }
    }

    /// Decides about a version and counts the result, fastest in the order of keys (see
    /// [`Sweep`](super::Sweep)).
    ///
    /// The version is not kept. Memory depends on the number of rules, not on the number of
    /// versions.
    pub fn add(&mut self, version: &ObjectVersion<'_>, event: Event) {
        let is_same = self.memory.decide(&self.engine, version, event);
        if !is_same {
            self.reason = self.memory.reason(&self.engine, version, event);
        }
        let copies = self.memory.action() == Some(Action::ReplicateObject);
        let bytes = if copies { version.size } else { 0 };
        self.total.add(version.size);
        for position in self.memory.rules() {
            if let Some(count) = self.rules.get_mut(*position as usize) {
                count.add(bytes);
            }
        }
        match self.reason {
            None => self.replicated.add(version.size),
            Some(reason) => {
                if let Some(count) = self.reasons.get_mut(reason as usize) {
                    count.add(version.size);
                }
            }
        }
    }

    /// Adds the counts of another tally of the same configuration, for example from another thread.
    ///
    /// Rules that only the other tally has are left out.
    ///
    /// Use this to count in parallel: one tally for each thread, appended at the end in any order.
    pub fn append(&mut self, other: &Self) {
        self.total.append(other.total);
        self.replicated.append(other.replicated);
        for (count, other) in self.rules.iter_mut().zip(&other.rules) {
            count.append(*other);
        }
        for (count, other) in self.reasons.iter_mut().zip(&other.reasons) {
            count.append(*other);
        }
    }

    /// Returns the number and the size of all versions that were added.
    #[must_use]
    pub const fn total(&self) -> Count {
        self.total
    }

    /// Returns the number and the size of the versions that go to at least one destination.
    ///
    /// A version that goes to several destinations counts once here, and once for each of their
    /// rules.
    #[must_use]
    pub const fn replicated(&self) -> Count {
        self.replicated
    }

    /// Iterates over all rules in document order, each with the versions that it wins.
    ///
    /// A rule that wins nothing is included with zeros.
    pub fn rules(&self) -> impl Iterator<Item = (&ReplicationRule, Count)> {
        self.engine.rules().iter().zip(self.rules.iter().copied())
    }

    /// Returns the destination buckets of all rules, sorted, each with the versions that it gets.
    ///
    /// A bucket that gets nothing is included, with zeros.
    #[must_use]
    pub fn destinations(&self) -> Vec<(&BucketArn, Count)> {
        let mut counts: BTreeMap<&str, (&BucketArn, Count)> = BTreeMap::new();
        for (rule, count) in self.rules() {
            let bucket = &rule.destination.bucket;
            counts.entry(bucket.as_str()).or_insert((bucket, Count::default())).1.append(count);
        }
        counts.into_values().collect()
    }

    /// Iterates over the reasons of versions that are not replicated, each with its versions.
    ///
    /// The reasons are in the order of [`Reason::ALL`], each at most once. Together with the
    /// replicated versions they add up to the total.
    pub fn not_replicated(&self) -> impl Iterator<Item = (Reason, Count)> {
        let reasons = Reason::ALL.iter().copied().zip(self.reasons.iter().copied());
        reasons.filter(|(_, count)| count.versions > 0)
    }
}
