use hashbrown::{Equivalent, HashMap};

use crate::model::VersionId;
use crate::replication::ObjectKey;

/// The key and the id of a version, which name it within its bucket.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct VersionName {
    pub(crate) key: ObjectKey,
    pub(crate) id: VersionId,
}

/// The same, borrowed.
// INVARIANT: hashes as a `VersionName` does.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) struct VersionRef<'n> {
    pub(crate) key: &'n ObjectKey,
    pub(crate) id: &'n VersionId,
}

/// Something for each version.
pub(crate) type VersionMap<T> = HashMap<VersionName, T>;

impl VersionName {
    pub(crate) const fn new(key: ObjectKey, id: VersionId) -> Self {
        Self { key, id }
    }
}

impl<'n> VersionRef<'n> {
    pub(crate) const fn new(key: &'n ObjectKey, id: &'n VersionId) -> Self {
        Self { key, id }
    }

    pub(crate) fn owned(self) -> VersionName {
        VersionName { key: self.key.clone(), id: self.id.clone() }
    }
}

impl Equivalent<VersionName> for VersionRef<'_> {
    fn equivalent(&self, name: &VersionName) -> bool {
        // Ids differ more often than keys do.
        *self.id == name.id && *self.key == name.key
    }
}
