//! The house itself: its face, its layers, its clauses, what once went wrong.

mod api;
mod layers;
mod regressions;
mod semantics;
