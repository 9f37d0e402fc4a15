//! Metadata as it is stored: one stamp for the aspects that changed last, and those of the others
//! by name.
//!
//! ```text
//! {"Tags": [], "Acl": "private", "Lock": {…}, "Changed": "2026-11-22T10:00:00Z",
//!  "ChangedIn": "photos", "Older": {"Tags": {"At": "…", "In": "backup"}}}
//! ```
//!
//! Most versions never change, and have no older stamps. Two forms of equal metadata cannot exist:
//! a stamp that is not older, or older stamps of all aspects, are refused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Metadata, Stamp};
use crate::model::{BucketName, MetadataAspect, ObjectLock, Tag, Timestamp};

/// Metadata in a form that can be stored.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SavedMetadata {
    tags: Vec<Tag>,
    acl: String,
    lock: ObjectLock,
    // The last change of all aspects, and the bucket in which it was made.
    changed: Timestamp,
    changed_in: BucketName,
    /// The stamps of the aspects that did not change last.
    older: BTreeMap<MetadataAspect, Stamp>,
}

/// The error returned for stamps that no metadata has.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum InvalidStamps {
    #[error("`{0}` did not change last, but its stamp is not before the last change")]
    // Equal stamps are late, too: the aspect changed last then, and has no entry.
    Late(MetadataAspect),
    #[error("each aspect has an older stamp, so nothing changed last")]
    NoLatest,
}

impl From<Metadata> for SavedMetadata {
    fn from(metadata: Metadata) -> Self {
        let Metadata { tags, acl, lock, changed, older } = metadata;
        Self { tags, acl, lock, changed: changed.at, changed_in: changed.bucket, older }
    }
}

impl TryFrom<SavedMetadata> for Metadata {
    type Error = InvalidStamps;

    fn try_from(saved: SavedMetadata) -> Result<Self, InvalidStamps> {
        let SavedMetadata { tags, acl, lock, changed, changed_in, older } = saved;
        let changed = Stamp { at: changed, bucket: changed_in };
        if let Some((aspect, _)) = older.iter().find(|(_, stamp)| **stamp >= changed) {
            return Err(InvalidStamps::Late(*aspect));
        }
        // Some aspect must have the stamp of the last change.
        if older.len() == MetadataAspect::ALL.len() {
            return Err(InvalidStamps::NoLatest);
        }
        Ok(Self { tags, acl, lock, changed, older })
    }
}
