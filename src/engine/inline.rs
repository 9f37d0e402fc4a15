//! A list that needs no memory of its own while it is short.

use std::fmt;
use std::ops::{Deref, DerefMut};

use arrayvec::ArrayVec;

/// How many items are held in place. More destinations than these are rare, and cost one
/// allocation.
const IN_PLACE: usize = 8;

/// A list. Unlike `SmallVec` it may be shortened in its lifetimes, as a `Vec` may.
#[derive(Clone)]
pub(super) struct Inline<T> {
    // INVARIANT: one of the two is empty.
    few: ArrayVec<T, IN_PLACE>,
    many: Vec<T>,
}

impl<T> Inline<T> {
    #[inline]
    pub(super) const fn new() -> Self {
        Self { few: ArrayVec::new_const(), many: Vec::new() }
    }

    #[inline]
    pub(super) fn push(&mut self, item: T) {
        if self.many.is_empty() {
            let Err(full) = self.few.try_push(item) else { return };
            self.spill();
            self.many.push(full.element());
        } else {
            self.many.push(item);
        }
    }

    /// Puts an item before the one at `at`.
    pub(super) fn insert(&mut self, at: usize, item: T) {
        if self.many.is_empty() {
            let Err(full) = self.few.try_insert(at, item) else { return };
            self.spill();
            self.many.insert(at, full.element());
        } else {
            self.many.insert(at, item);
        }
    }

    #[cold]
    fn spill(&mut self) {
        self.many.reserve(2 * IN_PLACE);
        self.many.extend(self.few.drain(..));
    }
}

impl<T> Default for Inline<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Deref for Inline<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        if self.many.is_empty() { &self.few } else { &self.many }
    }
}

impl<T> DerefMut for Inline<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        if self.many.is_empty() { &mut self.few } else { &mut self.many }
    }
}

impl<T: PartialEq> PartialEq for Inline<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: fmt::Debug> fmt::Debug for Inline<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
