//! One permission that a configuration or a job needs.
//!
//! A need is the unit that everything here shares: documents are written from needs, a check
//! answers each of them, and a simulation narrows them. It has two sides. Action, target and
//! conditions are the statement that grants it; variants and encryption context are the requests
//! that S3 makes with it.
//!
//! ```text
//! sid         WriteReplicas             purpose     WriteReplica
//! action      s3:ReplicateObject        target      objects of backup with keys in the range ""
//! variants    one for each encryption   clause      REP-1208
//! failure     DstPutObjectNotPermitted  why         S3 writes replicas to `backup`, …
//! ```
//!
//! Needs are made in `replication_needs.rs`, `job_needs.rs` and `caller_needs.rs`, by `Need::new`
//! and the methods after it.

use crate::clause::Clause;
use crate::model::{AccountId, BucketArn, KmsKeyArn, KmsKeyResource, Partition, Region, RoleArn};
use crate::permissions::request::Values;
use crate::permissions::setup::Owner;

/// A permission that a role or a caller needs.
#[derive(Clone, Debug)]
pub(super) struct Need {
    // Decides which documents are judged, and which document the statement is written to.
    pub(super) identity: Identity,
    /// The `Sid` of the statement that grants it. Needs with the same one may share a statement.
    pub(super) sid: &'static str,
    pub(super) purpose: Purpose,
    pub(super) action: &'static str,
    /// Another action that is enough in this setup, though not in every one. The older samples of
    /// AWS have `s3:GetObjectVersion` for reading versions, which is enough without KMS (REP-1203).
    pub(super) substitute: Option<&'static str>,
    // The resource of the statement by `Need::resource`, and of the requests by `Scope`.
    pub(super) target: Target,
    /// The conditions of the statement that grants it: condition keys with their values, which are
    /// written with `StringLike`. The requests have their own keys in `variants`.
    pub(super) conditions: Vec<(&'static str, Vec<String>)>,
    /// The requests that are made, each with its condition keys beyond those of every request. All
    /// of them have to be permitted. A need without condition keys has one variant, which is empty.
    pub(super) variants: Vec<Keys>,
    /// The encryption context of a request to KMS.
    ///
    /// `None` for a request to S3.
    pub(super) encryption_context: Option<EncryptionContext>,
    /// False if sources differ on the need, or if it concerns only some versions: a document that
    /// grants it is safe, and one that does not may be sufficient.
    pub(super) is_required: bool,
    /// True if a bucket policy or key policy of another account needs the statement, too.
    pub(super) concerns_owner: bool,
    /// The reason for readers; empty if the need before it has the same one.
    pub(super) why: String,
    pub(super) clause: &'static Clause,
    /// The reason that S3 reports if the permission is missing.
    pub(super) failure: Option<&'static str>,
    /// The effect if the permission is missing, where S3 reports no reason.
    pub(super) effect: &'static str,
}

/// The condition key of the encryption header.
pub(super) const ENCRYPTION: &str = "s3:x-amz-server-side-encryption";

/// Condition keys with their possible values.
///
/// A `Vec`, because there are at most three, and the order is that of the table that makes them.
pub(super) type Keys = Vec<(&'static str, Vec<Values>)>;

/// The holder of a permission.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Identity {
    ReplicationRole,
    JobRole,
    Caller,
}

/// The part of replication that needs a permission.
///
/// It decides which operation uses a need, and what its lack means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Purpose {
    ReadBucket,
    ReadVersion,
    ReadAcl,
    ReadTags,
    ReadLock,
    ReadAnnotations,
    WriteReplica,
    WriteDeleteMarker,
    WriteTags,
    ChangeOwner,
    Decrypt,
    Encrypt,
    EncryptByDefault,
    BucketOfDestination,
    Job,
    Call,
}

/// The resource of a request.
///
/// The statement is wider than the requests: it names all objects of a bucket, so that a policy
/// does not change with the prefixes of the rules.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Target {
    Bucket(BucketArn),
    /// The objects with keys in one of the ranges. The statement names all objects.
    Objects {
        bucket: BucketArn,
        ranges: Vec<KeyRange>,
    },
    /// One object. The statement names all objects of its bucket.
    Object {
        bucket: BucketArn,
        key: String,
    },
    /// A KMS key, known or not.
    Key(Key),
    /// The role that a caller passes to S3.
    Role(RoleArn),
    /// No resource that an ARN could name, as for a job that is still to be created.
    Anything,
}

/// The keys that begin with a prefix, and with none of others.
///
/// ```text
/// prefix "raw/", excluded ["raw/tmp/"]     raw/cat.jpg, and not raw/tmp/cat.jpg
/// ```
///
/// The default is every key.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct KeyRange {
    pub(super) prefix: String,
    pub(super) excluded: Vec<String>,
}

/// A KMS key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Key {
    Known(KmsKeyArn),
    /// A key that is known only by its alias, or not at all.
    Unknown {
        partition: Partition,
        region: Option<Region>,
        account: Option<AccountId>,
        alias: Option<Box<str>>,
        /// True for a multi-Region key that is related to a key of the source.
        is_multi_region: bool,
    },
}

/// The value of `kms:EncryptionContext:aws:s3:arn`.
///
/// KMS gets the ARN of what is encrypted with every request, and a policy may have conditions on it
/// (REP-1215).
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum EncryptionContext {
    /// The ARN of the object.
    Objects { bucket: BucketArn, ranges: Vec<KeyRange> },
    /// The ARN of one object.
    Object { bucket: BucketArn, key: String },
    /// The ARN of the bucket, with an S3 Bucket Key.
    Bucket(BucketArn),
}

impl Need {
    /// Creates a need that is required, with one request without condition keys of its own.
    pub(super) fn new(
        identity: Identity,
        sid: &'static str,
        purpose: Purpose,
        action: &'static str,
        target: Target,
        clause: &'static Clause,
        why: impl Into<String>,
    ) -> Self {
        Self {
            identity,
            sid,
            purpose,
            action,
            substitute: None,
            target,
            conditions: Vec::new(),
            variants: vec![Vec::new()],
            encryption_context: None,
            is_required: true,
            concerns_owner: false,
            why: why.into(),
            clause,
            failure: None,
            effect: "",
        }
    }

    /// Marks a need on which sources differ.
    pub(super) const fn advised(mut self) -> Self {
        self.is_required = false;
        self
    }

    /// Marks a need that is required under a condition.
    ///
    /// It replaces an earlier choice.
    pub(super) const fn advised_unless(mut self, is_required: bool) -> Self {
        self.is_required = is_required;
        self
    }

    /// Marks a need that the owner of the bucket or the key has to grant as well.
    pub(super) const fn of_owner(mut self) -> Self {
        self.concerns_owner = true;
        self
    }

    /// Sets the reason that S3 reports.
    pub(super) const fn failing_with(mut self, failure: &'static str) -> Self {
        self.failure = Some(failure);
        self
    }

    /// Sets the effect, where S3 reports no reason.
    pub(super) const fn with_effect(mut self, effect: &'static str) -> Self {
        self.effect = effect;
        self
    }

    /// Returns the resource of the statement that grants the permission.
    pub(super) fn resource(&self) -> String {
        match &self.target {
            Target::Bucket(bucket) => bucket.to_string(),
            Target::Objects { bucket, .. } | Target::Object { bucket, .. } => format!("{bucket}/*"),
            Target::Key(key) => key.pattern(),
            Target::Role(role) => role.to_string(),
            Target::Anything => "*".to_owned(),
        }
    }
}

impl Key {
    /// Returns the key of an ARN. An alias names some key of its account, and which one may change.
    pub(super) fn of(arn: &KmsKeyArn) -> Self {
        match arn.resource() {
            KmsKeyResource::Key(_) => Self::Known(arn.clone()),
            KmsKeyResource::Alias(alias) => Self::Unknown {
                partition: arn.partition().clone(),
                region: Some(arn.region().clone()),
                account: Some(arn.account()),
                alias: Some(alias.clone()),
                is_multi_region: false,
            },
        }
    }

    /// Returns the ARN, or the pattern of all keys that it may be.
    ///
    /// ```text
    /// known               arn:aws:kms:eu-west-1:111122223333:key/k
    /// by an alias         arn:aws:kms:eu-west-1:111122223333:key/*
    /// related multi-Region key, Region unknown    arn:aws:kms:*:111122223333:key/mrk-*
    /// ```
    pub(super) fn pattern(&self) -> String {
        match self {
            Self::Known(arn) => arn.to_string(),
            Self::Unknown { partition, region, account, is_multi_region, .. } => {
                let region = region.as_ref().map_or("*", Region::as_str);
                let account = account.as_ref().map_or("*", AccountId::as_str);
                let id = if *is_multi_region { "mrk-*" } else { "*" };
                format!("arn:{partition}:kms:{region}:{account}:key/{id}")
            }
        }
    }

    /// Returns the ARN of a key that the pattern matches and that no policy names. It stands for all
    /// keys that are named nowhere, with a Region and an account that do not exist.
    pub(super) fn made_up(&self) -> String {
        match self {
            Self::Known(arn) => arn.to_string(),
            Self::Unknown { partition, region, account, is_multi_region, .. } => {
                let region = region.as_ref().map_or("xx-nowhere-1", Region::as_str);
                let account = account.as_ref().map_or("000000000000", AccountId::as_str);
                let id = if *is_multi_region {
                    "mrk-00000000000000000000000000000000"
                } else {
                    "00000000-0000-0000-0000-000000000000"
                };
                format!("arn:{partition}:kms:{region}:{account}:key/{id}")
            }
        }
    }

    /// Returns the account of the key, if it is known.
    pub(super) fn account(&self) -> Option<AccountId> {
        match self {
            Self::Known(arn) => Some(arn.account()),
            Self::Unknown { account, .. } => *account,
        }
    }

    /// Returns the Region of the key, if it is known.
    pub(super) fn region(&self) -> Option<&Region> {
        match self {
            Self::Known(arn) => Some(arn.region()),
            Self::Unknown { region, .. } => region.as_ref(),
        }
    }

    /// Returns the alias, with `alias/`.
    pub(super) fn alias(&self) -> Option<String> {
        match self {
            Self::Unknown { alias: Some(alias), .. } => Some(format!("alias/{alias}")),
            _ => None,
        }
    }
}

impl Target {
    /// Returns the owner of the bucket or key.
    ///
    /// A role, and what has no owner, is in the account of the role.
    pub(super) fn owner(
        &self,
        of_bucket: impl Fn(&BucketArn) -> Owner,
        of_account: impl Fn(AccountId) -> Owner,
    ) -> Owner {
        match self {
            Self::Bucket(bucket) | Self::Objects { bucket, .. } | Self::Object { bucket, .. } => {
                of_bucket(bucket)
            }
            Self::Key(key) => key.account().map_or(Owner::Unknown, of_account),
            Self::Role(_) | Self::Anything => Owner::Same,
        }
    }
}
