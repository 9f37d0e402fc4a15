//! What the examples have in common: the tables, the query, and its answer.

pub(crate) mod counts;
pub(crate) mod tables;

/// The error of an example.
pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;
