//! Objects from the rows of an inventory.
//!
//! A row has passed the checks of the manifest reader, which are those of S3, so nothing can be
//! wrong with the object.
//!
//! Columns that the inventory lacks have the default of S3 in the row. `Inventory` reads the rows,
//! and `stream` sets how an empty version ID is read.

use s3_replication::ObjectVersion;
use s3_replication::batch::manifest;

use crate::cli::object::tags::Tags;
use crate::cli::object::{Object, default_event};

impl<'l> Object<'l> {
    /// Returns the object version of a row, as if it were given in JSON with the same columns.
    ///
    /// Inventories have no tags, no KMS keys and no events. The event is the creation of the
    /// version or delete marker, as for an object in JSON without one.
    pub(in crate::cli) fn of_row(row: &'l manifest::Row) -> Self {
        let version: ObjectVersion<'_> = row.version();
        // The version borrows its key from the row, and `rest` may borrow nothing.
        let mut rest = ObjectVersion::new("");
        rest.is_latest = version.is_latest;
        rest.size = version.size;
        rest.last_modified = version.last_modified;
        rest.storage_class = version.storage_class;
        rest.access_tier = version.access_tier;
        rest.encryption = version.encryption;
        rest.bucket_key = version.bucket_key;
        rest.lock = version.lock;
        rest.replication_status = version.replication_status;
        rest.delete_marker = version.delete_marker;
        Self {
            // The reader refuses keys that are not UTF-8, so no character is replaced here.
            key: String::from_utf8_lossy(row.key.as_bytes()),
            version_id: row.version_id.clone(),
            tags: Tags::default(),
            event: default_event(version.delete_marker),
            rest,
            incident: None,
            kms_key: None,
        }
    }
}
