//! The workloads and the ways to answer them that the benches of `s3-replication` share.
//!
//! A package of its own, so that its dependencies do not weigh on the tests and examples of the crate.

#![expect(
    missing_debug_implementations,
    missing_docs,
    clippy::disallowed_methods,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "only the benches use this library; a benchmark has a clock, and may panic"
)]

pub mod case;
pub mod measure;
pub mod peers;
pub mod random;
pub mod shapes;
pub mod workload;
pub mod xml;
