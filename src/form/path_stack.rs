//! Where the decoder is: a path that costs nothing until somebody asks for it.

use crate::path::FieldPath;

/// One step of the way down, on the stack of the decoder.
#[derive(Clone, Copy)]
pub(super) struct PathStack<'p> {
    parent: Option<&'p PathStack<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy)]
enum Step<'p> {
    Root,
    Field(&'p str),
    Index(usize),
}

impl<'p> PathStack<'p> {
    pub(super) const ROOT: PathStack<'static> = PathStack { parent: None, step: Step::Root };

    pub(super) const fn field(&'p self, name: &'p str) -> Self {
        Self { parent: Some(self), step: Step::Field(name) }
    }

    pub(super) const fn index(&'p self, index: usize) -> Self {
        Self { parent: Some(self), step: Step::Index(index) }
    }

    /// Writes the way down as a path.
    pub(super) fn path(&self) -> FieldPath {
        let above = self.parent.map_or_else(FieldPath::root, Self::path);
        match self.step {
            Step::Root => above,
            Step::Field(name) => above.field(name.to_owned()),
            Step::Index(index) => above.index(index),
        }
    }
}
