//! The columns of an inventory on which no command depends.
//!
//! Reading a column costs time in every row, and ACLs can be the greater part of a file. So the columns
//! are listed that stay unread, and not those that are read: a column that becomes known to the library
//! is then read by itself, and cannot be forgotten.

use s3_replication::batch::inventory::Field;

/// The known columns that no rule, no filter and no answer depends on.
const UNREAD: [Field; 7] = [
    Field::E_TAG,
    Field::OBJECT_LOCK_EVENT_HOLD_DURATION,
    Field::CHECKSUM_ALGORITHM,
    Field::OBJECT_ACCESS_CONTROL_LIST,
    Field::OBJECT_OWNER,
    Field::LIFECYCLE_EXPIRATION_DATE,
    Field::INTELLIGENT_TIERING_REFERENCE_DATE,
];

/// Returns true for a column on which some command depends. S3 may add columns, and none depends on one
/// that this crate does not know.
pub(super) fn is_read(field: &Field) -> bool {
    field.is_known() && !UNREAD.contains(field)
}
