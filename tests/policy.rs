//! Assertions about all objects.

mod assertions;
mod globs;
