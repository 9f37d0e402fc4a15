//! The versions of one key: in order of time, with fast lookup by ID for any number of versions.
//!
//! ```text
//! ordered      v1 (time 0)    v2 (time 5)    m1 (time 5)    the latest last
//! hashes       h(v1)          h(v2)          h(m1)          at the same positions
//! positions    none up to 1,024 versions, then v1, v2, m1 ─▶ (time, number)
//! ```
//!
//! A listing goes through `ordered` backwards. `bucket.rs` calls `insert` and `remove`, and keeps
//! its ledger in step; nothing here knows of replication.

use std::collections::VecDeque;

use hashbrown::HashMap;

use super::Body;
use crate::model::{Timestamp, VersionId};
use crate::storage::StoredVersion;

/// A version with the state that only the store needs.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) version: StoredVersion<Body>,
    /// True if replication wrote the version.
    pub(super) replica: bool,
    /// The end of the restored copy of an archived version.
    ///
    /// `None` for a version that is not archived or was not restored.
    pub(super) restored_until: Option<Timestamp>,
}

/// The versions of one key. A bucket has no entry for a key without versions.
#[derive(Debug, Default)]
pub(super) struct Versions {
    /// The versions by position, the latest last.
    ordered: VecDeque<Slot>,
    /// A small hash of each ID, in the order of `ordered`. Scanning them is faster than comparing
    /// IDs behind pointers.
    hashes: VecDeque<u32>,
    /// The position of each ID, once there are more than [`Self::FEW`] versions.
    positions: Option<Box<HashMap<VersionId, Position>>>,
    /// The number of versions inserted so far.
    count: u32,
}

/// The creation time of a version, and its number among all versions of the key. The number orders
/// versions with the same time.
type Position = (Timestamp, u32);

#[derive(Debug)]
struct Slot {
    position: Position,
    held: Box<Held>,
}

impl Versions {
    /// The number of versions up to which a scan is faster than a map.
    const FEW: usize = 1024;

    /// Returns the place of a version; `None` for an unknown ID. The result is valid until the next
    /// insertion or removal.
    fn find(&self, id: &VersionId) -> Option<usize> {
        if let Some(positions) = &self.positions {
            let position = positions.get(id)?;
            return self.ordered.binary_search_by_key(position, |slot| slot.position).ok();
        }
        let hash = hash_of(id);
        // The latest versions first, since most requests are about them.
        let candidates = self.hashes.iter().enumerate().rev().filter(|(_, other)| **other == hash);
        candidates
            .map(|(at, _)| at)
            .find(|at| self.ordered.get(*at).is_some_and(|slot| slot.has_id(id)))
    }

    // The two ways to a version by its ID.
    pub(super) fn get(&self, id: &VersionId) -> Option<&Held> {
        self.ordered.get(self.find(id)?).map(|slot| &*slot.held)
    }

    pub(super) fn get_mut(&mut self, id: &VersionId) -> Option<&mut Held> {
        let at = self.find(id)?;
        self.ordered.get_mut(at).map(|slot| &mut *slot.held)
    }

    /// Returns the latest version.
    pub(super) fn latest(&self) -> Option<&Held> {
        self.ordered.back().map(|slot| &*slot.held)
    }

    /// Iterates over all versions, the latest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Held> {
        self.iter_after(None)
    }

    /// Iterates over the versions that a listing returns after this one, the latest first. If the
    /// version does not exist, iterates over all.
    pub(super) fn iter_after(&self, id: Option<&VersionId>) -> impl Iterator<Item = &Held> {
        let end = id.and_then(|id| self.find(id)).unwrap_or(self.ordered.len());
        self.ordered.range(..end).rev().map(|slot| &*slot.held)
    }

    /// Returns true before the first insertion, and after the last removal until the key is
    /// removed.
    pub(super) fn is_empty(&self) -> bool {
        self.ordered.is_empty()
    }

    /// Inserts a version after all versions that are not newer. It replaces a version with the same
    /// ID.
    pub(super) fn insert(&mut self, held: Held) {
        let id = held.version.version_id.clone();
        // First, because the new version may have another place in the order.
        self.remove(&id);
        let position = (held.version.last_modified, self.count);
        self.count = self.count.wrapping_add(1);
        let at = self.ordered.partition_point(|slot| slot.position <= position);
        self.hashes.insert(at, hash_of(&id));
        self.ordered.insert(at, Slot { position, held: Box::new(held) });
        if let Some(positions) = &mut self.positions {
            positions.insert(id, position);
        } else if self.ordered.len() > Self::FEW {
            // From now on the map is kept, also if versions are removed again.
            let positions = self
                .ordered
                .iter()
                .map(|slot| (slot.held.version.version_id.clone(), slot.position))
                .collect();
            self.positions = Some(Box::new(positions));
        }
    }

    /// Removes a version; `None` if there is no such version. The other versions keep their
    /// positions, which are times and numbers and no indexes.
    pub(super) fn remove(&mut self, id: &VersionId) -> Option<Held> {
        let at = self.find(id)?;
        if let Some(positions) = &mut self.positions {
            positions.remove(id);
        }
        self.hashes.remove(at);
        self.ordered.remove(at).map(|slot| *slot.held)
    }
}

impl Slot {
    fn has_id(&self, id: &VersionId) -> bool {
        self.held.version.version_id == *id
    }
}

/// Returns a hash of the last bytes of an ID, in which IDs of the same store are most likely to
/// differ.
///
/// Two IDs may have the same hash, so a hit is always compared with the ID itself.
fn hash_of(id: &VersionId) -> u32 {
    let last = id.as_str().bytes().rev().take(8);
    last.fold(0, |hash: u32, byte| hash.wrapping_mul(31).wrapping_add(byte.into()))
}
