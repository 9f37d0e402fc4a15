//! The versions of one key, in order of time, and found by id at once, however many there are.

use std::collections::VecDeque;

use hashbrown::HashMap;

use super::Body;
use crate::model::{Timestamp, VersionId};
use crate::storage::StoredVersion;

/// A version, and whether replication made it.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) version: StoredVersion<Body>,
    pub(super) replica: bool,
    pub(super) restored_until: Option<Timestamp>,
}

/// The versions of one key; at least one.
#[derive(Debug, Default)]
pub(super) struct Versions {
    /// The latest last.
    ordered: VecDeque<Slot>,
    /// For each of them what most other ids differ in, so that few have to be looked at.
    tags: VecDeque<u32>,
    /// The place of each id, once there are too many to look through.
    places: Option<Box<HashMap<VersionId, Place>>>,
    /// How many were ever there.
    count: u32,
}

/// When a version was created and, of those of one moment, which came when.
type Place = (Timestamp, u32);

#[derive(Debug)]
struct Slot {
    place: Place,
    held: Box<Held>,
}

impl Versions {
    /// How many are looked through one by one.
    const FEW: usize = 1024;

    fn find(&self, id: &VersionId) -> Option<usize> {
        if let Some(places) = &self.places {
            let place = places.get(id)?;
            return self.ordered.binary_search_by_key(place, |slot| slot.place).ok();
        }
        let tag = tag_of(id);
        let likely = self.tags.iter().enumerate().rev().filter(|(_, other)| **other == tag);
        let mut likely = likely.map(|(at, _)| at);
        likely.find(|at| self.ordered.get(*at).is_some_and(|slot| slot.is(id)))
    }

    pub(super) fn get(&self, id: &VersionId) -> Option<&Held> {
        self.ordered.get(self.find(id)?).map(|slot| &*slot.held)
    }

    pub(super) fn get_mut(&mut self, id: &VersionId) -> Option<&mut Held> {
        let at = self.find(id)?;
        self.ordered.get_mut(at).map(|slot| &mut *slot.held)
    }

    /// Returns the latest.
    pub(super) fn latest(&self) -> Option<&Held> {
        self.ordered.back().map(|slot| &*slot.held)
    }

    /// Iterates over all, the latest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Held> {
        self.iter_behind(None)
    }

    /// Iterates over those behind this one, the latest first; over all if it is not there.
    pub(super) fn iter_behind(&self, id: Option<&VersionId>) -> impl Iterator<Item = &Held> {
        let end = id.and_then(|id| self.find(id)).unwrap_or(self.ordered.len());
        self.ordered.range(..end).rev().map(|slot| &*slot.held)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ordered.is_empty()
    }

    /// Adds a version, after all that are not younger, in place of the one with its id.
    pub(super) fn insert(&mut self, held: Held) {
        let id = held.version.version_id.clone();
        self.remove(&id);
        let place = (held.version.last_modified, self.count);
        self.count = self.count.wrapping_add(1);
        let at = self.ordered.partition_point(|slot| slot.place <= place);
        self.tags.insert(at, tag_of(&id));
        self.ordered.insert(at, Slot { place, held: Box::new(held) });
        if let Some(places) = &mut self.places {
            places.insert(id, place);
        } else if self.ordered.len() > Self::FEW {
            let places = self.ordered.iter();
            let places = places.map(|slot| (slot.held.version.version_id.clone(), slot.place));
            self.places = Some(Box::new(places.collect()));
        }
    }

    pub(super) fn remove(&mut self, id: &VersionId) -> Option<Held> {
        let at = self.find(id)?;
        if let Some(places) = &mut self.places {
            places.remove(id);
        }
        self.tags.remove(at);
        self.ordered.remove(at).map(|slot| *slot.held)
    }
}

impl Slot {
    fn is(&self, id: &VersionId) -> bool {
        self.held.version.version_id == *id
    }
}

/// Ids of one store differ in their last bytes, if anywhere.
fn tag_of(id: &VersionId) -> u32 {
    let last = id.as_str().bytes().rev().take(8);
    last.fold(0, |tag: u32, byte| tag.wrapping_mul(31).wrapping_add(byte.into()))
}
