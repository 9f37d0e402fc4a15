//! Stores, drivers and the conformance kit.

mod conformance;
mod drivers;
mod memory;
mod metadata;
