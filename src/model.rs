//! The types of S3 replication. A value of one of these types is valid by itself.
//!
//! There are three groups: valid configurations ([`ReplicationConfiguration`],
//! [`ReplicationRule`] and their parts), drafts, which may be invalid ([`ConfigurationDraft`],
//! [`RuleDraft`]), and the facts that decisions depend on ([`ObjectVersion`], [`Event`],
//! [`BucketSettings`]).

mod account;
mod arn;
mod bucket;
mod configuration;
mod destination;
mod draft;
mod encryption;
mod event;
mod exclusion;
mod filter;
mod known_buckets;
mod lifecycle;
mod members;
mod metadata_aspect;
mod object;
mod object_lock;
mod prefix;
mod priority;
mod rule;
mod status;
mod storage_class;
mod tag;
mod timestamp;
mod zone;

pub use self::account::{Account, AccountId, InvalidAccount, InvalidAccountId};
pub use self::arn::{
    BucketArn, BucketName, InvalidArn, InvalidBucketName, KmsKeyArn, KmsKeyResource, Partition,
    Region, RoleArn,
};
pub use self::bucket::{BucketSettings, ObjectLockStatus, ObjectOwnership, Payer, Versioning};
pub use self::configuration::ReplicationConfiguration;
pub use self::destination::{Destination, Minutes, Owner, OwnerOverride, Ownership, TimeControl};
pub use self::draft::{
    AndDraft, ConfigurationDraft, ConfigurationVersion, DestinationDraft, EncryptionDraft,
    FilterDraft, MetricsDraft, NotDraft, OrDraft, ReplicationTimeDraft, ReplicationTimeValueDraft,
    RuleDraft, SourceSelectionDraft,
};
pub use self::encryption::{BucketKeyStatus, EncryptionStatus, KmsReplication};
pub use self::event::{Event, EventKind};
pub use self::exclusion::Exclusion;
pub use self::filter::{FilterSpelling, RuleFilter, Unmatchable};
pub use self::known_buckets::KnownBuckets;
pub use self::lifecycle::{BucketLifecycle, Expiry, LifecycleExpiration};
pub use self::metadata_aspect::MetadataAspect;
pub use self::object::{
    DeleteMarkerOrigin, InvalidVersionId, ObjectTags, ObjectVersion, OwnerAccess, VersionId,
};
pub use self::object_lock::{
    DefaultRetention, EventHold, EventHoldDuration, EventHoldStatus, LegalHold, ObjectLock,
    Retention, RetentionMode,
};
pub use self::prefix::{InvalidPrefix, Prefix};
pub use self::priority::{InvalidPriority, Priority};
pub use self::rule::{InvalidRuleId, ReplicationRule, RuleId, RuleName};
pub use self::status::{ReplicationStatus, RuleStatus};
pub use self::storage_class::{AccessTier, StorageClass};
pub use self::tag::{InvalidTag, InvalidTagging, Tag, TagPart, Tagging};
pub use self::timestamp::{InvalidTimestamp, Timestamp};
pub use self::zone::{InvalidZoneName, InvalidZonePair, ZoneName, ZonePair, Zones};

pub(crate) use self::bucket::blocked_encryption_types;
pub(crate) use self::filter::key_behind;
pub(crate) use self::members::{Members, required};
