//! Many decisions in the order of their keys.
//!
//! The keys of an inventory are sorted, so neighbours mostly begin with the same bytes, and the
//! other facts that decide are few: most versions of a bucket have the same encryption and class.
//! Then the answer about the version before is the answer, and one comparison of bytes is all that
//! remains of the walk along the key.
//!
//! A sweep reuses an answer only where the same answer is certain: the index counts the bytes that its
//! walk looked at, and [`Facts`] holds everything else that a predicate reads. Tests compare every
//! answer with [`Engine::decide`].

use crate::dialect::OddTags;
use crate::engine::capabilities::Required;
use crate::engine::index::LongestPrefix;
use crate::engine::last_reason::last_reason;
use crate::engine::small_vec::SmallVec;
use crate::engine::{Action, Engine, Question, Reason, Replication, eligibility};
use crate::model::{Event, ObjectVersion, ReplicationRule};

/// Decisions about many versions, which are fast when the keys come in order.
///
/// A sweep remembers the answer about the version before. While the next key begins with the same
/// decisive bytes, and the version has the same encryption, class, status and so on, the answer is
/// given again without a walk along the key. The order changes only the speed: each answer is that
/// of [`Engine::decide`].
///
/// Use it for the rows of an inventory or the columns of a table. [`Tally`](super::Tally) counts in
/// this way.
///
/// # Examples
///
/// ```
/// use s3_replication::model::Event;
/// use s3_replication::{Engine, ObjectVersion, ReplicationConfiguration};
///
/// let configuration = ReplicationConfiguration::from_json(
///     r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
///         {"ID": "tax", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": "Tax/"},
///          "DeleteMarkerReplication": {"Status": "Disabled"},
///          "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
/// )?;
/// let engine = Engine::new(&configuration);
/// let mut sweep = engine.sweep();
/// let mut to_backup = 0;
/// for key in ["Logs/1", "Tax/2025", "Tax/2026"] {
///     let version = ObjectVersion::new(key);
///     let answer = sweep.decide(&version, Event::ObjectCreatedPut);
///     to_backup += answer.rules().len();
/// }
/// assert_eq!(to_backup, 2);
/// # Ok::<(), s3_replication::Report>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sweep<'e> {
    engine: &'e Engine,
    memory: Memory,
}

/// The rules that replicate a version, as a [`Sweep`] finds them.
#[derive(Clone, Copy, Debug)]
pub struct SweepAnswer<'s> {
    engine: &'s Engine,
    memory: &'s Memory,
    version: &'s ObjectVersion<'s>,
    event: Event,
}

impl<'s> SweepAnswer<'s> {
    /// Returns true when the version is replicated to at least one bucket.
    #[must_use]
    pub fn replicates(self) -> bool {
        !self.memory.rules.is_empty()
    }

    /// Returns the operation on the destination buckets; `None` when nothing is replicated.
    #[must_use]
    pub fn action(self) -> Option<Action> {
        self.memory.action.filter(|_| self.replicates())
    }

    /// Iterates over the rules that replicate the version, one for each destination bucket, sorted
    /// by the ARN of the bucket.
    #[must_use]
    pub fn rules(self) -> impl ExactSizeIterator<Item = &'s ReplicationRule> {
        self.memory.rules.iter().map(move |position| self.engine.rule_at(*position))
    }

    /// Iterates over the replications, sorted by the ARN of the bucket, with the properties of the
    /// replicas.
    pub fn replications(self) -> impl Iterator<Item = Replication<'s>> {
        let Self { engine, version, event, .. } = self;
        let question = Question { dialect: engine.dialect(), version, event };
        self.action().into_iter().flat_map(move |action| {
            self.rules().map(move |rule| Replication::new(rule, action, &question))
        })
    }

    /// Returns the reason why the version is not replicated, that of the rule that came closest, as
    /// a [`Tally`](super::Tally) counts it; `None` when it is replicated.
    ///
    /// The reason is looked for when it is asked for, which takes longer than the decision.
    #[must_use]
    pub fn reason(self) -> Option<Reason> {
        self.memory.reason(self.engine, self.version, self.event)
    }
}

impl Engine {
    /// Creates a sweep over many versions.
    ///
    /// See [`Sweep`] for an example.
    #[must_use]
    pub fn sweep(&self) -> Sweep<'_> {
        Sweep { engine: self, memory: Memory::new(self) }
    }
}

impl Sweep<'_> {
    /// Decides about the next version.
    ///
    /// Neither the version nor its key is kept.
    #[inline]
    pub fn decide<'s>(
        &'s mut self,
        version: &'s ObjectVersion<'_>,
        event: Event,
    ) -> SweepAnswer<'s> {
        self.memory.decide(self.engine, version, event);
        SweepAnswer { engine: self.engine, memory: &self.memory, version, event }
    }
}

/// The number of walks in a row after which a memory gives up for a while.
const PATIENCE: u8 = 16;

/// The number of versions for which it then remembers nothing, because that costs time too.
const PAUSE: u8 = 32;

/// The answer about the version before, and what it depends on.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    /// The bytes that the last walk looked at; any key that begins with them has the same longest
    /// prefix.
    decisive: Vec<u8>,
    /// False when only a walk can show the longest prefix of the next key.
    is_decisive: bool,
    longest_prefix: Option<LongestPrefix>,
    /// True when tags can change the answer under that prefix.
    tags_matter: bool,
    /// The other facts on which the answer depends; `None` when it must not be given again.
    facts: Option<Facts>,
    action: Option<Action>,
    /// The positions of the rules that replicate the version, sorted by destination bucket.
    rules: SmallVec<u32>,
    /// The number of walks in a row that are still allowed.
    patience: u8,
    /// The number of versions that are still to be decided alone.
    pause: u8,
}

impl Memory {
    /// Creates an empty memory, in which no later version allocates.
    pub(super) fn new(engine: &Engine) -> Self {
        Self {
            decisive: Vec::with_capacity(ObjectVersion::KEY_LIMIT),
            is_decisive: false,
            longest_prefix: None,
            tags_matter: false,
            facts: None,
            action: None,
            rules: SmallVec::with_capacity(engine.compiled.index.destinations()),
            patience: PATIENCE,
            pause: 0,
        }
    }

    /// Decides about a version. Returns true when the answer, with its reason, is that about the
    /// version before.
    #[inline]
    pub(super) fn decide(
        &mut self,
        engine: &Engine,
        version: &ObjectVersion<'_>,
        event: Event,
    ) -> bool {
        if self.pause > 0 {
            self.decide_alone(engine, version, event);
            return false;
        }
        let is_same_prefix = self.is_decisive && version.key.starts_with(&self.decisive);
        if is_same_prefix {
            self.patience = PATIENCE;
        } else {
            self.walk(engine, version);
        }
        // Tags are not compared with those of the version before: remembering them costs more than
        // looking at the few rules that ask for some.
        let facts = (!self.tags_matter || version.tags.is_empty())
            .then(|| Facts::of(version, event, self.tags_matter));
        if is_same_prefix && facts.is_some() && facts == self.facts {
            return true;
        }
        self.facts = facts;
        self.judge(engine, version, event);
        false
    }

    /// Returns the operation on the destination buckets, if there are any.
    pub(super) fn action(&self) -> Option<Action> {
        self.action
    }

    /// Returns the positions of the rules that replicate the version.
    pub(super) fn rules(&self) -> &[u32] {
        &self.rules
    }

    /// Returns the reason why nothing replicates the version that was just decided.
    pub(super) fn reason(
        &self,
        engine: &Engine,
        version: &ObjectVersion<'_>,
        event: Event,
    ) -> Option<Reason> {
        let question = Question { dialect: engine.dialect(), version, event };
        self.rules.is_empty().then(|| last_reason(engine, self.longest_prefix, &question))
    }

    /// Decides about a version and remembers nothing.
    fn decide_alone(&mut self, engine: &Engine, version: &ObjectVersion<'_>, event: Event) {
        self.pause -= 1;
        self.longest_prefix = engine.compiled.index.longest_prefix(version);
        self.judge(engine, version, event);
    }

    /// Finds the longest prefix of a key.
    fn walk(&mut self, engine: &Engine, version: &ObjectVersion<'_>) {
        let index = &engine.compiled.index;
        let (longest_prefix, reach) = index.longest_prefix_and_reach(version);
        self.patience -= 1;
        if self.patience == 0 {
            // One walk after the pause shows whether the keys come in order again.
            (self.patience, self.pause) = (1, PAUSE);
        }
        let decisive = version.key.get(..reach).filter(|_| self.pause == 0);
        self.is_decisive = decisive.is_some();
        self.decisive.clear();
        self.decisive.extend_from_slice(decisive.unwrap_or_default());
        self.longest_prefix = longest_prefix;
        self.tags_matter = engine.dialect().odd_tags() != OddTags::Compared
            || longest_prefix.is_some_and(|prefix| index.has_tags(prefix));
    }

    /// Finds the answer for the present prefix.
    fn judge(&mut self, engine: &Engine, version: &ObjectVersion<'_>, event: Event) {
        let question = Question { dialect: engine.dialect(), version, event };
        let rules = &mut self.rules;
        rules.clear();
        self.action = eligibility::action(&question).ok();
        if let (Some(_), Some(prefix)) = (self.action, self.longest_prefix) {
            let required = Required::of(&question);
            engine.compiled.index.winners_under(prefix, version, required, |slot| {
                if slot.capabilities.include(required.to_replicate) {
                    rules.push(slot.position);
                }
            });
        }
    }
}

/// Everything besides key and tags that a predicate of `eligibility` reads from a version and an
/// event, in one number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Facts(u64);

impl Facts {
    #[inline]
    fn of(version: &ObjectVersion<'_>, event: Event, without_tags: bool) -> Self {
        // A version without tags, where tags matter, is not like one whose tags do not.
        let flags = [
            version.acls_disabled,
            version.is_archived(),
            version.is_of_other_service(),
            without_tags,
        ];
        let parts = [
            event as u8,
            version.encryption as u8,
            version.owner_access as u8,
            version.replication_status.map_or(u8::MAX, |status| status as u8),
            version.delete_marker.map_or(u8::MAX, |origin| origin as u8),
            flags.into_iter().fold(0, |bits, flag| bits << 1 | u8::from(flag)),
            0,
            0,
        ];
        Self(u64::from_le_bytes(parts))
    }
}
