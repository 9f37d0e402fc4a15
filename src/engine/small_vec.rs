//! A vector that allocates no memory while it is short.
//!
//! Decisions are made by the million, and an allocation for each would cost more than the decision
//! itself.

use std::fmt;
use std::ops::{Deref, DerefMut};

use arrayvec::ArrayVec;

/// The number of items held in place. Few decisions have more destinations; those cost one
/// allocation.
const IN_PLACE: usize = 8;

/// A vector that stores its first items in place.
///
/// Unlike `smallvec::SmallVec` it is covariant, so a decision about a long-lived version can be
/// used where a shorter lifetime is expected, as a `Vec` can.
///
/// The items are in place or on the heap, never in both, so the slice that it is dereferenced to is
/// one of two fields.
#[derive(Clone)]
pub(super) struct SmallVec<T> {
    // INVARIANT: one of the two is empty.
    inline: ArrayVec<T, IN_PLACE>,
    heap: Vec<T>,
}

impl<T> SmallVec<T> {
    /// Creates an empty vector without allocating.
    #[inline]
    pub(super) const fn new() -> Self {
        Self { inline: ArrayVec::new_const(), heap: Vec::new() }
    }

    /// Creates an empty vector in which so many items need no further allocation.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        let heap = if capacity > IN_PLACE { capacity + 2 * IN_PLACE } else { 0 };
        Self { inline: ArrayVec::new_const(), heap: Vec::with_capacity(heap) }
    }

    /// Appends an item; the ninth moves all to the heap.
    #[inline]
    pub(super) fn push(&mut self, item: T) {
        if self.heap.is_empty() {
            let Err(full) = self.inline.try_push(item) else { return };
            self.spill();
            self.heap.push(full.element());
        } else {
            self.heap.push(item);
        }
    }

    /// Inserts an item before the one at `index`.
    ///
    /// The index uses this to keep one slot for each destination in order.
    pub(super) fn insert(&mut self, index: usize, item: T) {
        if self.heap.is_empty() {
            let Err(full) = self.inline.try_insert(index, item) else { return };
            self.spill();
            self.heap.insert(index, full.element());
        } else {
            self.heap.insert(index, item);
        }
    }

    /// Removes all items, and keeps the memory of those on the heap.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.inline.clear();
        self.heap.clear();
    }

    /// Moves all items to the heap. They stay there: the vectors of decisions never shrink.
    #[cold]
    fn spill(&mut self) {
        // Space for as many again, so that a decision with ten destinations allocates once.
        self.heap.reserve(2 * IN_PLACE);
        self.heap.extend(self.inline.drain(..));
    }
}

impl<T> Default for SmallVec<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Deref for SmallVec<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        if self.heap.is_empty() { &self.inline } else { &self.heap }
    }
}

impl<T> DerefMut for SmallVec<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        if self.heap.is_empty() { &mut self.inline } else { &mut self.heap }
    }
}

impl<T: PartialEq> PartialEq for SmallVec<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: fmt::Debug> fmt::Debug for SmallVec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
