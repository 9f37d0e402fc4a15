//! The permission of one replication that was decided.
//!
//! A check asks about every request that a configuration may make. A simulation has one version and
//! one destination, and asks what happens to it. The needs are the same, narrowed to the key, the
//! encryption and the kind of the operation. A version without tags is replicated although the role
//! may not read tags, which a check would report.
//!
//! ```text
//! Setup, documents and Operation ─▶ needs of its kind ─▶ narrowed to key and headers ─▶ Verdict
//! ```
//!
//! The memory store asks before it writes a replica, see `storage/memory/endpoints.rs`. The steps
//! of a job are judged in `job_judge.rs`, with the same verdicts.

use std::collections::BTreeSet;

use crate::model::{BucketArn, EncryptionStatus, KmsKeyArn, MetadataAspect};
use crate::permissions::check::Answer;
use crate::permissions::checked::{Cause, DocumentName};
use crate::permissions::given::GivenDocuments;
use crate::permissions::need::{
    ENCRYPTION, EncryptionContext, Identity, Key, Need, Purpose, Target,
};
use crate::permissions::setup::Setup;

/// A replication that was decided, for [`Setup::judge`].
///
/// # Examples
///
/// ```
/// use s3_replication::model::KnownBuckets;
/// use s3_replication::permissions::{GivenDocuments, Operation, OperationKind, Setup, Verdict};
/// use s3_replication::{Dialect, ReplicationConfiguration};
///
/// let configuration = ReplicationConfiguration::from_json(
///     r#"{"Role": "arn:aws:iam::111122223333:role/replication", "Rules": [{"Status": "Enabled",
///         "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
/// )?;
/// let (dialect, known) = (Dialect::AWS, KnownBuckets::new());
/// let setup = Setup::new(&configuration, "photos".parse()?, &dialect, &known);
/// let role = setup.documents().replication_role().policy().clone();
/// let bucket = "arn:aws:s3:::backup".parse()?;
/// let operation = Operation::new(OperationKind::DeleteMarker, "cat.jpg", &bucket);
///
/// let full = GivenDocuments::new().with_role_policy(role.clone());
/// assert_eq!(setup.judge(&full, &operation), Verdict::Permitted);
/// let at = role.statements().iter().position(|one| one.sid() == Some("WriteDeleteMarkers"));
/// let less = GivenDocuments::new().with_role_policy(role.without_statement(at.unwrap()));
/// let Verdict::NotPermitted(refusal) = setup.judge(&less, &operation) else { panic!() };
/// assert_eq!(refusal.failure_reason, Some("DstDelObjNotPermitted"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Operation<'o> {
    /// The part of a version that is replicated.
    pub kind: OperationKind,
    /// The key.
    pub key: &'o str,
    /// The destination bucket.
    pub destination: &'o BucketArn,
    /// The encryption of the source version.
    pub encryption: EncryptionStatus,
    /// The KMS key of the source version, if it is known.
    pub kms_key_id: Option<&'o KmsKeyArn>,
    /// True if the source version has tags.
    pub has_tags: bool,
    /// True if the rule has owner override.
    pub changes_owner: bool,
}

/// The part of a version that an [`Operation`] replicates.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum OperationKind {
    /// The object with its metadata.
    Object,
    /// A delete marker.
    DeleteMarker,
    /// A change of metadata.
    Metadata(MetadataAspect),
}

/// The answer about an [`Operation`].
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// The documents permit the operation.
    Permitted,
    /// The documents permit it, and withhold the tags (REP-1205, REP-1210).
    WithoutTags,
    /// A document does not permit a request of the operation.
    NotPermitted(Refusal),
    /// The answer depends on these condition keys, variables or operators.
    Undecided(BTreeSet<String>),
}

/// A request of an [`Operation`] that a document does not permit.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Refusal {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The document.
    pub document: DocumentName,
    /// The cause.
    pub cause: Cause,
    /// The reason of the failure, as S3 reports it.
    pub failure_reason: Option<&'static str>,
    /// The clause behind the need.
    pub clause: &'static crate::clause::Clause,
}

impl<'o> Operation<'o> {
    /// Creates the operation of a version without tags that is encrypted with SSE-S3.
    #[must_use]
    pub const fn new(kind: OperationKind, key: &'o str, destination: &'o BucketArn) -> Self {
        Self {
            kind,
            key,
            destination,
            encryption: EncryptionStatus::SseS3,
            kms_key_id: None,
            has_tags: false,
            changes_owner: false,
        }
    }

    /// Sets the encryption of the source version, and its KMS key.
    #[must_use]
    pub const fn with_encryption(
        mut self,
        encryption: EncryptionStatus,
        key: Option<&'o KmsKeyArn>,
    ) -> Self {
        self.encryption = encryption;
        self.kms_key_id = key;
        self
    }

    /// Sets the presence of tags.
    #[must_use]
    pub const fn with_tags(mut self, has_tags: bool) -> Self {
        self.has_tags = has_tags;
        self
    }

    /// Sets the presence of owner override.
    #[must_use]
    pub const fn with_owner_override(mut self, changes_owner: bool) -> Self {
        self.changes_owner = changes_owner;
        self
    }

    /// Returns true if the operation makes requests of this purpose.
    ///
    /// The table of what S3 does for an operation. A change of metadata reads that aspect alone,
    /// and writes it with the action that writes replicas.
    fn uses(&self, purpose: Purpose) -> bool {
        let is_kms = self.encryption.is_kms();
        match (self.kind, purpose) {
            (OperationKind::Object, Purpose::ReadTags | Purpose::WriteTags) => self.has_tags,
            (OperationKind::Object, Purpose::Decrypt | Purpose::Encrypt) => is_kms,
            (OperationKind::Object, Purpose::ChangeOwner) => self.changes_owner,
            (OperationKind::Object, Purpose::EncryptByDefault) => {
                self.encryption == EncryptionStatus::NotSse
            }
            (_, Purpose::ReadBucket)
            | (
                OperationKind::Object,
                Purpose::ReadVersion | Purpose::ReadAcl | Purpose::ReadLock | Purpose::WriteReplica,
            )
            | (OperationKind::DeleteMarker, Purpose::WriteDeleteMarker) => true,
            (OperationKind::Metadata(aspect), purpose) => match aspect {
                MetadataAspect::Tags => matches!(
                    purpose,
                    Purpose::ReadTags | Purpose::WriteTags | Purpose::WriteReplica
                ),
                MetadataAspect::Acl => matches!(purpose, Purpose::ReadAcl | Purpose::WriteReplica),
                // Retention, legal hold and event hold are read as locks.
                _ => matches!(purpose, Purpose::ReadLock | Purpose::WriteReplica),
            },
            _ => false,
        }
    }

    /// Returns the need for the requests about this version alone; `None` if it makes none.
    ///
    /// ```text
    /// need:       s3:ReplicateObject on backup/* with headers of three encryptions
    /// operation:  cat.jpg to backup, SSE-KMS
    /// narrowed:   s3:ReplicateObject on backup/cat.jpg with the headers of SSE-KMS
    /// ```
    fn narrowed(&self, need: Need, source: &BucketArn) -> Option<Need> {
        let other_action = match self.kind {
            // A role that may read the retention may read the event hold.
            OperationKind::Metadata(MetadataAspect::Retention | MetadataAspect::EventHold) => {
                "s3:GetObjectLegalHold"
            }
            OperationKind::Metadata(MetadataAspect::LegalHold) => "s3:GetObjectRetention",
            _ => "",
        };
        if !self.uses(need.purpose) || need.action == other_action {
            return None;
        }
        let key = || self.key.to_owned();
        // Needs of other destinations fall away: each destination succeeds or fails on its own.
        let is_here = |bucket: &BucketArn| bucket == source || bucket == self.destination;
        let mut need = need;
        need.target = match need.target {
            Target::Objects { bucket, .. } if is_here(&bucket) => {
                Target::Object { bucket, key: key() }
            }
            Target::Objects { .. } => return None,
            other => other,
        };
        need.encryption_context = match need.encryption_context {
            Some(EncryptionContext::Objects { bucket, .. }) if is_here(&bucket) => {
                Some(EncryptionContext::Object { bucket, key: key() })
            }
            Some(EncryptionContext::Bucket(bucket)) if is_here(&bucket) => {
                Some(EncryptionContext::Bucket(bucket))
            }
            Some(_) => return None,
            None => None,
        };
        // The source bucket may have several keys, of which this version used one.
        if let (Purpose::Decrypt, Target::Key(Key::Known(arn)), Some(used)) =
            (need.purpose, &need.target, self.kms_key_id)
            && arn != used
        {
            return None;
        }
        if need.purpose == Purpose::WriteReplica {
            let word = match self.encryption {
                EncryptionStatus::SseKms => Some("aws:kms"),
                EncryptionStatus::DsseKms => Some("aws:kms:dsse"),
                _ => None,
            };
            // Of the variants of headers, only those of the encryption of this version remain.
            need.variants.retain(|keys| {
                keys.iter().any(|(name, possible)| {
                    let is_first = |wanted: &str| {
                        matches!(possible.as_slice(), [Some(values)] if values.iter().eq([wanted]))
                    };
                    *name == ENCRYPTION && word.map_or(possible.len() > 1, is_first)
                })
            });
            // The same action writes objects and metadata, but S3 reports another reason for each.
            need.failure = match self.kind {
                OperationKind::Metadata(MetadataAspect::Tags) => Some("DstPutTaggingNotPermitted"),
                OperationKind::Metadata(MetadataAspect::Acl) => Some("DstPutAclNotPermitted"),
                OperationKind::Metadata(MetadataAspect::Retention | MetadataAspect::EventHold) => {
                    Some("DstPutRetentionNotPermitted")
                }
                OperationKind::Metadata(MetadataAspect::LegalHold) => {
                    Some("DstPutLegalHoldNotPermitted")
                }
                _ => need.failure,
            };
        }
        Some(need)
    }
}

impl Setup<'_> {
    /// Judges a replication that was decided: the documents may not permit it.
    ///
    /// Only documents that are given count, as for [`check`](Self::check). S3 replicates an object
    /// without its tags if the role may not read them, or if `s3:ReplicateTags` is denied; the
    /// dialect decides.
    ///
    /// The first refusal ends the judgement, because S3 reports one reason. A refusal that is
    /// certain comes before anything undecided.
    #[must_use]
    pub fn judge(&self, given: &GivenDocuments, operation: &Operation<'_>) -> Verdict {
        let mut undecided = BTreeSet::new();
        if let Some(refusal) = self.refused_trust(&Identity::ReplicationRole, given, &mut undecided)
        {
            return Verdict::NotPermitted(refusal);
        }
        let source = self.source_arn();
        let mut withholds_tags = false;
        for need in self.replication_needs() {
            let Some(need) = operation.narrowed(need, &source) else { continue };
            let is_about_tags = matches!(need.purpose, Purpose::ReadTags | Purpose::WriteTags);
            match self.answer(&need, given) {
                Answer::Not { cause, .. } if is_about_tags && need.withholds(cause) => {
                    withholds_tags = true;
                }
                Answer::Not { document, cause, example, .. } if need.is_required => {
                    return Verdict::NotPermitted(need.refusal(document, cause, example));
                }
                Answer::Unknown { depends_on, .. } if need.is_required => {
                    undecided.extend(depends_on);
                }
                Answer::Permitted | Answer::Not { .. } | Answer::Unknown { .. } => {}
            }
        }
        if !undecided.is_empty() {
            return Verdict::Undecided(undecided);
        }
        if withholds_tags { Verdict::WithoutTags } else { Verdict::Permitted }
    }

    /// Returns the refusal of a trust policy; adds what the answer depends on where it is not decided.
    pub(super) fn refused_trust(
        &self,
        identity: &Identity,
        given: &GivenDocuments,
        undecided: &mut BTreeSet<String>,
    ) -> Option<Refusal> {
        let role = self.role_of(identity)?;
        match self.answer_about_trust(identity, given)? {
            Answer::Not { document, cause, .. } => Some(Refusal {
                action: "sts:AssumeRole".to_owned(),
                resource: role.to_string(),
                document,
                cause,
                failure_reason: Some("AssumeRoleNotPermitted"),
                clause: identity.trust().0,
            }),
            Answer::Unknown { depends_on, .. } => {
                undecided.extend(depends_on);
                None
            }
            Answer::Permitted => None,
        }
    }
}

impl Need {
    /// Returns the refusal of this request by a document.
    pub(super) fn refusal(&self, document: DocumentName, cause: Cause, example: String) -> Refusal {
        Refusal {
            action: self.action.to_owned(),
            resource: example,
            document,
            cause,
            failure_reason: self.failure,
            clause: self.clause,
        }
    }

    /// Returns true if tags are withheld without this permission, and nothing fails.
    ///
    /// Sources differ on tags: an object may lose them, or fail (REP-1205, REP-1210). The dialect
    /// has decided it in the need.
    fn withholds(&self, cause: Cause) -> bool {
        match self.purpose {
            Purpose::ReadTags => self.failure.is_none(),
            _ => !self.is_required && cause == Cause::Denied,
        }
    }
}
