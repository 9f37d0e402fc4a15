//! Findings about several buckets, and the evidence for them.
//!
//! A finding of `topology` is made by the four files of searches, and becomes a [`Diagnostic`]
//! here, as a finding of any other kind:
//!
//! ```text
//! kind          ReplicaChain          the code, the clause and the severity
//! hops          photos ─▶ backup      the place of the first rule, and a note for each other rule
//!               backup ─▶ archive
//! object_kinds  objects               the kinds that behave like the one of the evidence
//! field         none                  a part of the first rule, such as `Destination`
//! ```
//!
//! The diagnostic is about the configuration of one bucket. Places in other configurations name
//! their bucket as the document, since each bucket has a text of its own.

use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::analysis::{ObjectKind, Witness};
use crate::clause::{self, Clause};
use crate::diagnostic::{Diagnostic, FindingDescription, Place, Severity};
use crate::model::{BucketArn, BucketName, ReplicationRule};
use crate::path::FieldPath;
use crate::topology::query::Evidence;

closed_vocabulary! {
    /// The kind of a [`Finding`]. The words are the codes of its diagnostics.
    #[non_exhaustive]
    pub enum FindingKind("the code of a finding about several buckets, such as `replica-chain`") {
        /// Two buckets replicate some objects to each other, but one of them also replicates objects
        /// that the other would not replicate back.
        TwoWayAsymmetric = "two-way-asymmetric",
        /// Objects with a key go both ways, their delete markers only one way.
        DeleteMarkersOneWay = "delete-markers-one-way",
        /// Replica modification sync is enabled in one direction only.
        ModificationSyncOneSided = "modification-sync-one-sided",
        /// Objects go both ways, and replica modification sync is enabled in neither direction.
        ModificationSyncMissing = "modification-sync-missing",
        /// Replica modification sync sends changes to a bucket that never received the version.
        ModificationSyncWithoutVersion = "modification-sync-without-version",
        /// Objects reach a second bucket but not the third, because replicas are not replicated again.
        ReplicaChain = "replica-chain",
        /// Every bucket of a cycle would replicate the same object to the next one.
        ReplicationCycle = "replication-cycle",
        /// Two buckets that do not hold the same objects replicate one key to the same bucket.
        KeysOfTwoSources = "keys-of-two-sources",
        /// Object Lock is enabled for the source bucket, but not for the destination bucket.
        ObjectLockOneSided = "object-lock-one-sided",
        /// Lifecycle rules expire replicas before their sources.
        DestinationExpiresEarlier = "destination-expires-earlier",
    }
}

impl FindingKind {
    /// Returns the clause on which findings of the kind rest.
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

    /// Returns the severity: a note for cycles, which are safe on S3, and a warning for all others.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::ReplicationCycle => Severity::Note,
            _ => Severity::Warning,
        }
    }
}

/// Returns the description of a kind of findings, by its code.
///
/// Code scanning shows the words. The explanation is empty, since these findings have no page of
/// their own.
///
/// # Examples
///
/// ```
/// use s3_replication::topology;
///
/// let description = topology::describe("replica-chain").unwrap();
/// assert_eq!(description.summary, "objects end after one hop, since replicas are not replicated");
/// assert!(topology::describe("shadowed-rule").is_none());
/// ```
#[must_use]
pub fn describe(code: &str) -> Option<FindingDescription> {
    let summary = match code.parse().ok()? {
        FindingKind::TwoWayAsymmetric => {
            "one of two buckets replicates objects that do not come back"
        }
        FindingKind::DeleteMarkersOneWay => "delete markers go one way, and objects both ways",
        FindingKind::ModificationSyncOneSided => {
            "replica modification sync is enabled in one direction only"
        }
        FindingKind::ModificationSyncMissing => {
            "objects go both ways, and replica modification sync is enabled in neither direction"
        }
        FindingKind::ModificationSyncWithoutVersion => {
            "replica modification sync goes to a bucket that never received the version"
        }
        FindingKind::ReplicaChain => "objects end after one hop, since replicas are not replicated",
        FindingKind::ReplicationCycle => "the buckets of a cycle replicate the same object",
        FindingKind::KeysOfTwoSources => "two buckets replicate one key to the same bucket",
        FindingKind::ObjectLockOneSided => {
            "Object Lock is enabled for the source bucket, but not for the destination bucket"
        }
        FindingKind::DestinationExpiresEarlier => {
            "lifecycle rules expire replicas before their sources"
        }
    };
    Some(FindingDescription { summary, explanation: "" })
}

/// A finding about several configurations together, with objects that prove it.
#[derive(Clone, Debug)]
pub struct Finding<'t> {
    kind: FindingKind,
    /// The bucket in whose configuration the finding is shown.
    bucket: &'t BucketName,
    // INVARIANT: not empty, and the first object is replicated.
    hops: Vec<Hop<'t>>,
    /// All kinds of objects that behave like the one of the evidence.
    object_kinds: Vec<ObjectKind>,
    /// The name of the field in paths; `None` for the rule as a whole.
    field: Option<&'static str>,
    /// The sentence fragment of the diagnostic.
    message: String,
    help: String,
}

/// The decision of one bucket about an object, for one destination.
#[derive(Clone, Debug)]
pub struct Hop<'t> {
    /// The bucket that decides about the object.
    pub(super) source: &'t BucketArn,
    /// The bucket that the decision is about.
    pub(super) destination: &'t BucketArn,
    /// The object and the event.
    pub(super) witness: Witness,
    /// The rule that replicates it there; `None` if none does.
    pub(super) rule: Option<&'t ReplicationRule>,
}

impl<'t> Finding<'t> {
    /// Creates a finding about the configuration of a bucket.
    ///
    /// The first hop must be one with a rule, since [`path`](Self::path) is that of its rule.
    pub(super) fn new(
        kind: FindingKind,
        bucket: &'t BucketName,
        evidence: Evidence<'t>,
        message: String,
        help: impl Into<String>,
    ) -> Self {
        let Evidence { hops, object_kinds } = evidence;
        Self { kind, bucket, hops, object_kinds, field: None, message, help: help.into() }
    }

    /// Sets the field of the first rule that is to blame.
    ///
    /// Without it the finding is about the rule as a whole.
    pub(super) fn at_field(self, field: &'static str) -> Self {
        Self { field: Some(field), ..self }
    }

    /// Returns the kind of the finding.
    #[must_use]
    pub const fn kind(&self) -> FindingKind {
        self.kind
    }

    /// Returns the bucket whose configuration the finding is about first.
    #[must_use]
    pub const fn bucket(&self) -> &'t BucketName {
        self.bucket
    }

    /// Returns the place in the configuration of that bucket: the rule that replicates the first
    /// object, or a field of it.
    #[must_use]
    pub fn path(&self) -> FieldPath {
        let rule = self.hops.first().and_then(|hop| hop.rule);
        let path = rule.map(|rule| FieldPath::rule(rule.position)).unwrap_or_default();
        match self.field {
            Some(field) => path.field(field),
            None => path,
        }
    }

    /// Returns the kinds of objects that the finding is about, the most common first.
    #[must_use]
    pub fn object_kinds(&self) -> &[ObjectKind] {
        &self.object_kinds
    }

    /// Returns the evidence: the decision of each bucket about an object.
    #[must_use]
    pub fn hops(&self) -> &[Hop<'t>] {
        &self.hops
    }

    /// Converts the finding to a diagnostic of the configuration of [`bucket`](Self::bucket). Places
    /// in the configurations of other buckets name the bucket as their document.
    ///
    /// A rule that occurs in several hops has one note. A hop without a rule has none: the message
    /// states it.
    #[must_use]
    pub fn to_diagnostic(&self) -> Diagnostic {
        let (code, clause) = (self.kind.as_str(), self.kind.clause());
        let diagnostic = match self.kind.severity() {
            Severity::Note => Diagnostic::note(code, clause, self.path(), self.message.as_str()),
            _ => Diagnostic::warning(code, clause, self.path(), self.message.as_str()),
        };
        // The first rule is the place of the finding, and the other rules are notes.
        let mut noted = vec![self.hops.first().and_then(Hop::rule_place)];
        let mut diagnostic = diagnostic.with_help(self.help.as_str());
        for hop in &self.hops {
            let place = hop.rule_place();
            let (Some((bucket, position)), Some(rule)) = (place, hop.rule) else { continue };
            if noted.contains(&place) {
                continue;
            }
            noted.push(place);
            let (path, rule, to) = (FieldPath::rule(position), rule.name(), hop.destination.name());
            // A rule of the same configuration needs no name of a document.
            diagnostic = if self.bucket == bucket {
                diagnostic.with_note(path, format!("rule `{rule}`, to `{to}`"))
            } else {
                let note = format!("rule `{rule}` of `{bucket}`, `{path}`, to `{to}`");
                diagnostic.with_note(Place::field(path).in_document(bucket.as_str()), note)
            };
        }
        diagnostic
    }

    /// Returns the key by which findings are sorted.
    ///
    /// By bucket, then by kind, by rule, and by the buckets of the evidence, so that the order does
    /// not depend on that of the searches.
    pub(super) fn order(&self) -> impl Ord + use<'t> {
        let position = self.hops.first().and_then(|hop| hop.rule);
        // Two findings of one rule differ in the buckets of their hops.
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

    /// Returns the destination bucket.
    #[must_use]
    pub const fn destination(&self) -> &'t BucketArn {
        self.destination
    }

    /// Returns the object and the event.
    #[must_use]
    pub const fn witness(&self) -> &Witness {
        &self.witness
    }

    /// Returns the rule that replicates the object; `None` when the bucket does not replicate it.
    #[must_use]
    pub const fn rule(&self) -> Option<&'t ReplicationRule> {
        self.rule
    }

    /// Returns the bucket and the position of the rule.
    ///
    /// It identifies a rule among those of all buckets; `None` for a hop without one.
    fn rule_place(&self) -> Option<(&'t BucketName, usize)> {
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
