//! The position of a reader in a document: a path that costs nothing until a finding needs it.
//!
//! Reading visits far more elements than it refuses. A path is a vector of steps, so building one
//! for each element would be most of the work. The stack lives in the frames of the functions that
//! read, and becomes a path when there is something to report.

use crate::path::FieldPath;

/// One step on the way from the root to the element that is being read, linked to the step above.
#[derive(Clone, Copy)]
pub(crate) struct PathStack<'p> {
    parent: Option<&'p PathStack<'p>>,
    step: Step<'p>,
}

/// The last step. The root has none.
///
/// A name is borrowed from the table or from the document, and becomes a text of its own in
/// [`PathStack::path`].
#[derive(Clone, Copy)]
enum Step<'p> {
    Root,
    Field(&'p str),
    Index(usize),
}

impl<'p> PathStack<'p> {
    /// The root of a document.
    pub(crate) const ROOT: PathStack<'static> = PathStack { parent: None, step: Step::Root };

    /// Returns the position of a field of this element.
    pub(crate) const fn field(&'p self, name: &'p str) -> Self {
        Self { parent: Some(self), step: Step::Field(name) }
    }

    /// Returns the position of an item of this list, counted from 0.
    pub(crate) const fn index(&'p self, index: usize) -> Self {
        Self { parent: Some(self), step: Step::Index(index) }
    }

    /// Returns true at the root of the document.
    pub(crate) const fn is_root(&self) -> bool {
        self.parent.is_none()
    }

    /// Returns the steps as a path. The recursion is as deep as the schema.
    pub(crate) fn path(&self) -> FieldPath {
        let above = self.parent.map_or_else(FieldPath::root, Self::path);
        match self.step {
            Step::Root => above,
            Step::Field(name) => above.field(name.to_owned()),
            Step::Index(index) => above.index(index),
        }
    }
}
