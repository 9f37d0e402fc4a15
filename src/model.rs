//! The nouns of S3 replication. A value of one of these types is already valid.
//!
//! Three groups: what a configuration says ([`ReplicationConfiguration`], [`ReplicationRule`] and
//! their parts), what it says before anybody checked it ([`ConfigurationDraft`], [`RuleDraft`]),
//! and what it is asked about ([`ObjectVersion`], [`Event`], [`BucketSettings`]).

mod account;
mod arn;
mod bucket;
mod configuration;
mod draft;
mod encryption;
mod event;
mod filter;
mod known_buckets;
mod lifecycle;
mod members;
mod object;
mod object_lock;
mod ownership;
mod prefix;
mod priority;
mod replication_status;
mod rule;
mod rule_id;
mod status;
mod storage_class;
mod tag;
mod tagging;
mod time_control;
mod timestamp;
mod version_id;
mod xml_text;

pub use self::account::{Account, AccountId, InvalidAccount, InvalidAccountId};
pub use self::arn::{
    BucketArn, BucketName, InvalidArn, InvalidBucketName, KmsKeyArn, KmsKeyResource, Partition,
    Region, RoleArn,
};
pub use self::bucket::{BucketSettings, ObjectLockStatus, ObjectOwnership, Payer, Versioning};
pub use self::configuration::{ConfigurationVersion, ReplicationConfiguration};
pub use self::draft::{
    AndDraft, ConfigurationDraft, DestinationDraft, EncryptionDraft, FilterDraft, MetricsDraft,
    ReplicationTimeDraft, ReplicationTimeValueDraft, RuleDraft, SourceSelectionDraft,
};
pub use self::encryption::{BucketKeyStatus, EncryptionStatus, KmsReplication};
pub use self::event::{Event, EventKind};
pub use self::filter::{FilterSpelling, RuleFilter, Unmatchable};
pub use self::known_buckets::KnownBuckets;
pub use self::lifecycle::{BucketLifecycle, Expiry, LifecycleExpiration};
pub use self::object::{DeleteMarkerOrigin, ObjectTags, ObjectVersion, OwnerAccess};
pub use self::object_lock::{DefaultRetention, LegalHold, ObjectLock, Retention, RetentionMode};
pub use self::ownership::{Owner, OwnerOverride, Ownership};
pub use self::prefix::{InvalidPrefix, Prefix};
pub use self::priority::{InvalidPriority, Priority};
pub use self::replication_status::ReplicationStatus;
pub use self::rule::{Destination, ReplicationRule, RuleName};
pub use self::rule_id::{InvalidRuleId, RuleId};
pub use self::status::RuleStatus;
pub use self::storage_class::{AccessTier, StorageClass};
pub use self::tag::{InvalidTag, Tag, TagPart};
pub use self::tagging::{InvalidTagging, Tagging};
pub use self::time_control::{Minutes, TimeControl};
pub use self::timestamp::{InvalidTimestamp, Timestamp};
pub use self::version_id::{InvalidVersionId, VersionId};
pub(crate) use self::xml_text::illegal_character;

pub(crate) use self::members::Members;
