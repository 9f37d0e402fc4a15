use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::analysis::{ObjectKind, Witness};
use crate::clause::{self, Clause};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{BucketArn, BucketName, ReplicationRule};
use crate::path::FieldPath;
use crate::topology::survey::Seen;

closed_vocabulary! {
    /// What a [`Finding`] is about; the words are the codes of its diagnostics.
    #[non_exhaustive]
    pub enum FindingKind("the code of a finding about several buckets, such as `replica-chain`") {
        /// Of two buckets between which some object goes both ways, one brings objects to the other
        /// that would not come back from there.
        TwoWayAsymmetric = "two-way-asymmetric",
        /// Objects of a key go both ways, their delete markers go one way.
        DeleteMarkersOneWay = "delete-markers-one-way",
        /// Changes of metadata on replicas go one way only.
        ModificationSyncOneSided = "modification-sync-one-sided",
        /// Objects go both ways, and changes of metadata on replicas neither way.
        ModificationSyncMissing = "modification-sync-missing",
        /// Changes of metadata on replicas go where the version never came.
        ModificationSyncWithoutVersion = "modification-sync-without-version",
        /// Objects go on to a second bucket, from which others go on, but not they: they are replicas.
        ReplicaChain = "replica-chain",
        /// Every bucket of a circle would replicate the same object to the next one.
        ReplicationCycle = "replication-cycle",
        /// Two buckets that do not hold the same replicate one key to one bucket.
        KeysOfTwoSources = "keys-of-two-sources",
        /// The source bucket has Object Lock, the destination has not.
        ObjectLockOneSided = "object-lock-one-sided",
        /// Lifecycle rules expire replicas before what they are replicas of.
        DestinationExpiresEarlier = "destination-expires-earlier",
    }
}

impl FindingKind {
    /// Returns the clause that it rests on.
    #[must_use]
    pub const fn clause(self) -> &'static Clause {
        match self {
            Self::TwoWayAsymmetric => &clause::TWO_WAY,
            Self::DeleteMarkersOneWay => &clause::DELETE_MARKERS_BOTH_WAYS,
            Self::ModificationSyncOneSided | Self::ModificationSyncMissing => {
                &clause::SYNC_ON_BOTH_SIDES
            }
            Self::ModificationSyncWithoutVersion => &clause::METADATA_NEEDS_VERSION,
            Self::ReplicaChain => &clause::REPLICAS_DO_NOT_CHAIN,
            Self::ReplicationCycle => &clause::METADATA_DOES_NOT_CHAIN,
            Self::KeysOfTwoSources => &clause::KEYS_OF_TWO_SOURCES,
            Self::ObjectLockOneSided => &clause::LOCK_ON_BOTH_SIDES,
            Self::DestinationExpiresEarlier => &clause::DESTINATION_LIFECYCLE,
        }
    }

    /// Returns how much it matters: a cycle is worth knowing, all others somebody may be sorry for.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::ReplicationCycle => Severity::Note,
            _ => Severity::Warning,
        }
    }
}

/// Something that configurations do together, with objects that show it.
#[derive(Clone, Debug)]
pub struct Finding<'t> {
    kind: FindingKind,
    bucket: &'t BucketName,
    // INVARIANT: the first is about an object that goes.
    hops: Vec<Hop<'t>>,
    object_kinds: Vec<ObjectKind>,
    field: Option<&'static str>,
    message: String,
    help: String,
}

/// What one bucket does about an object, for one destination.
#[derive(Clone, Debug)]
pub struct Hop<'t> {
    pub(super) source: &'t BucketArn,
    pub(super) destination: &'t BucketArn,
    pub(super) witness: Witness,
    pub(super) rule: Option<&'t ReplicationRule>,
}

impl<'t> Finding<'t> {
    /// Makes a finding of what was seen in the configuration of a bucket first.
    pub(super) fn new(kind: FindingKind, bucket: &'t BucketName, seen: Seen<'t>) -> Self {
        let Seen { hops, object_kinds } = seen;
        let (message, help) = Default::default();
        Self { kind, bucket, hops, object_kinds, field: None, message, help }
    }

    /// Says what is wrong, and what to do.
    pub(super) fn saying(self, message: String, help: impl Into<String>) -> Self {
        Self { message, help: help.into(), ..self }
    }

    /// Says which field of the first rule to look at.
    pub(super) fn about(self, field: &'static str) -> Self {
        Self { field: Some(field), ..self }
    }

    /// Returns what it is about.
    #[must_use]
    pub const fn kind(&self) -> FindingKind {
        self.kind
    }

    /// Returns the bucket whose configuration it is about first.
    #[must_use]
    pub const fn bucket(&self) -> &'t BucketName {
        self.bucket
    }

    /// Returns the place in the configuration of that bucket: the rule by which the first object
    /// goes, or a field of it.
    #[must_use]
    pub fn path(&self) -> FieldPath {
        let rule = self.hops.first().and_then(|hop| hop.rule);
        let path = rule.map(|rule| FieldPath::rule(rule.position)).unwrap_or_default();
        match self.field {
            Some(field) => path.field(field),
            None => path,
        }
    }

    /// Returns which kinds of objects it holds for, the most common first.
    #[must_use]
    pub fn object_kinds(&self) -> &[ObjectKind] {
        &self.object_kinds
    }

    /// Returns what each bucket that is concerned does about an object that shows it.
    #[must_use]
    pub fn hops(&self) -> &[Hop<'t>] {
        &self.hops
    }

    /// Writes the finding as a diagnostic of the configuration of [`bucket`](Self::bucket). Places
    /// in other configurations have paths such as `Buckets.backup.Rule[0]`.
    #[must_use]
    pub fn to_diagnostic(&self) -> Diagnostic {
        let code = self.kind.as_str();
        let mut diagnostic =
            Diagnostic::warning(code, self.kind.clause(), self.path(), self.message.as_str());
        diagnostic.severity = self.kind.severity();
        let first = self.hops.first().and_then(Hop::place);
        let mut told = vec![first];
        for hop in &self.hops {
            let place = hop.place();
            let (Some((bucket, position)), Some(rule)) = (place, hop.rule) else { continue };
            if told.contains(&place) {
                continue;
            }
            told.push(place);
            let own = FieldPath::rule(position);
            let (path, note) = if self.bucket == bucket {
                (own, format!("rule `{}`", rule.name()))
            } else {
                let away = FieldPath::root().field("Buckets").field(bucket.to_string());
                let note = format!("rule `{}` of `{bucket}`, `{own}`", rule.name());
                (away.steps().iter().chain(own.steps()).cloned().collect(), note)
            };
            diagnostic =
                diagnostic.with_note(path, format!("{note}, to `{}`", hop.destination.name()));
        }
        diagnostic.with_help(self.help.as_str())
    }

    /// Returns what findings are sorted by.
    pub(super) fn order(&self) -> impl Ord + use<'t> {
        let position = self.hops.first().and_then(|hop| hop.rule);
        let places = self.hops.iter().map(|one| (one.source.name(), one.destination.name()));
        let places: Vec<_> = places.collect();
        (self.bucket, self.kind, position.map(|rule| rule.position), places)
    }
}

impl<'t> Hop<'t> {
    /// Returns the bucket that the object is in.
    #[must_use]
    pub const fn source(&self) -> &'t BucketArn {
        self.source
    }

    /// Returns the bucket that it would go to.
    #[must_use]
    pub const fn destination(&self) -> &'t BucketArn {
        self.destination
    }

    /// Returns the object, and what happens to it.
    #[must_use]
    pub const fn witness(&self) -> &Witness {
        &self.witness
    }

    /// Returns the rule by which it goes; `None` when it does not.
    #[must_use]
    pub const fn rule(&self) -> Option<&'t ReplicationRule> {
        self.rule
    }

    fn place(&self) -> Option<(&'t BucketName, usize)> {
        self.rule.map(|rule| (self.source.name(), rule.position))
    }
}

impl fmt::Display for Hop<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (source, destination) = (self.source.name(), self.destination.name());
        match self.rule {
            Some(rule) => write!(
                f,
                "`{source}` replicates {} to `{destination}` by rule `{}`",
                self.witness,
                rule.name()
            ),
            None => write!(f, "`{source}` does not replicate {} to `{destination}`", self.witness),
        }
    }
}

impl Serialize for Hop<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut form = serializer.serialize_struct("Hop", 4)?;
        form.serialize_field("Source", self.source)?;
        form.serialize_field("Destination", self.destination)?;
        form.serialize_field("Witness", &self.witness)?;
        form.serialize_field("Rule", &self.rule.map(|rule| rule.name().to_string()))?;
        form.end()
    }
}
