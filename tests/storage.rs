//! Stores, drivers and the conformance kit.

mod conformance;
mod crashes;
mod drivers;
mod memory;
mod metadata;
mod reads;
