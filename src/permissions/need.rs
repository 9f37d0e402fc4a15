//! One permission that a configuration or a job needs.

use crate::clause::Clause;
use crate::model::{AccountId, BucketArn, KmsKeyArn, KmsKeyResource, Partition, Region, RoleArn};
use crate::permissions::request::Values;
use crate::permissions::setup::Owner;

/// A permission that a role or a caller needs.
#[derive(Clone, Debug)]
pub(super) struct Need {
    pub(super) identity: Identity,
    /// The `Sid` of the statement that grants it.
    pub(super) sid: &'static str,
    pub(super) purpose: Purpose,
    pub(super) action: &'static str,
    /// Another action that is enough in this setup, though not in every one.
    pub(super) substitute: Option<&'static str>,
    pub(super) target: Target,
    /// The conditions of the statement that grants it.
    pub(super) conditions: Vec<(&'static str, Vec<String>)>,
    /// The requests that are made, each with its condition keys beyond those of every request. All
    /// of them have to be permitted.
    pub(super) variants: Vec<Keys>,
    /// The encryption context of a request to KMS.
    pub(super) encryption_context: Option<EncryptionContext>,
    /// False if sources differ on the need, or if it concerns only some versions: a document that
    /// grants it is safe, and one that does not may be sufficient.
    pub(super) is_required: bool,
    /// True if a bucket policy or key policy of another account needs the statement, too.
    pub(super) concerns_owner: bool,
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
pub(super) type Keys = Vec<(&'static str, Vec<Values>)>;

/// The holder of a permission.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Identity {
    ReplicationRole,
    JobRole,
    Caller,
}

/// The part of replication that needs a permission.
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
    Key(Key),
    Role(RoleArn),
    Anything,
}

/// The keys that begin with a prefix, and with none of others.
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
        is_multi_region: bool,
    },
}

/// The value of `kms:EncryptionContext:aws:s3:arn`.
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
    /// Creates a need of the replication role that is required.
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

    pub(super) const fn advised(mut self) -> Self {
        self.is_required = false;
        self
    }

    pub(super) const fn advised_unless(mut self, is_required: bool) -> Self {
        self.is_required = is_required;
        self
    }

    pub(super) const fn of_owner(mut self) -> Self {
        self.concerns_owner = true;
        self
    }

    pub(super) const fn failing_with(mut self, failure: &'static str) -> Self {
        self.failure = Some(failure);
        self
    }

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

    pub(super) fn account(&self) -> Option<AccountId> {
        match self {
            Self::Known(arn) => Some(arn.account()),
            Self::Unknown { account, .. } => *account,
        }
    }

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
