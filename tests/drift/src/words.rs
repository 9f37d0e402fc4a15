//! The sets of words that this crate knows, by the names of their shapes.

use s3_replication::batch::generator::StatusFilter;
use s3_replication::batch::inventory;
use s3_replication::model::{
    Event, EventHoldStatus, LegalHold, ObjectLockStatus, ObjectOwnership, Payer, ReplicationStatus,
    RetentionMode, StorageClass, Versioning,
};
use s3_replication::replication::NotificationName;

/// The words of a set, as text.
macro_rules! words {
    ($all:expr) => {
        $all.iter().map(ToString::to_string).collect::<Vec<String>>()
    };
}

/// The sets of words of S3 that no document of this crate lists.
pub(crate) fn of_s3() -> Vec<(&'static str, Vec<String>)> {
    let events = words!(Event::ALL).into_iter().chain(words!(NotificationName::ALL));
    vec![
        ("StorageClass", words!(StorageClass::KNOWN)),
        ("Event", events.map(|event| format!("s3:{event}")).collect()),
        ("ReplicationStatus", words!(ReplicationStatus::ALL)),
        ("ObjectLockRetentionMode", words!(RetentionMode::ALL)),
        ("ObjectLockLegalHoldStatus", words!(LegalHold::ALL)),
        ("ObjectLockEventHold", words!(EventHoldStatus::ALL)),
        ("ObjectLockEnabled", words!(ObjectLockStatus::ALL)),
        ("ObjectOwnership", words!(ObjectOwnership::ALL)),
        ("BucketVersioningStatus", words!(Versioning::ALL)),
        ("Payer", words!(Payer::ALL)),
        ("InventoryOptionalField", words!(inventory::Field::KNOWN)),
    ]
}

/// The sets of words of S3 Control that no document of this crate lists.
pub(crate) fn of_s3control() -> Vec<(&'static str, Vec<String>)> {
    vec![("ReplicationStatus", words!(StatusFilter::ALL))]
}
