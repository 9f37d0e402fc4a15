//! Stores, drivers and the conformance kit.

mod conformance;
mod crashes;
mod drivers;
mod event_holds;
mod memory;
mod metadata;
mod new_buckets;
mod reads;
