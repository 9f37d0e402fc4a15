#![doc = include_str!("../README.md")]

#[macro_use]
mod vocabulary;

pub mod analysis;
pub mod batch;
pub mod build_script;
pub mod clause;
pub mod diagnostic;
pub mod dialect;
pub mod document;
pub mod engine;
pub mod form;
pub mod lint;
pub mod model;
mod parser;
pub mod path;
pub mod policy;
pub mod replication;
pub mod simulation;
pub mod storage;
#[cfg(feature = "proptest")]
pub mod strategies;
pub mod text;
pub mod topology;

pub use self::diagnostic::{Diagnostic, Report, Severity};
pub use self::dialect::Dialect;
pub use self::engine::{Decision, Engine, Explanation};
pub use self::model::{
    ObjectVersion, Priority, ReplicationConfiguration, ReplicationRule, RuleFilter, StorageClass,
};
pub use self::parser::{Parsed, ParsedRule, Parser};
pub use self::vocabulary::UnknownWord;
