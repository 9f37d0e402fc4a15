//! The crate as a whole: its public face, its modules, its clauses, its English, its README, and the
//! seeds of past failures.

mod api;
mod cycles;
mod english;
mod layers;
#[cfg(feature = "cli")]
mod readme;
mod regressions;
mod semantics;
