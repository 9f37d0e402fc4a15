#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(all(feature = "analysis", feature = "simulation")),
    allow(
        dead_code,
        unused_imports,
        reason = "used by modules of other features; the full build checks"
    )
)]

#[macro_use]
mod vocabulary;

/// The documents of the repository, so that links to them work on every page.
#[expect(clippy::doc_markdown, reason = "documents name their sources as they are spelled")]
pub mod _documentation {
    #[doc = include_str!("../CHANGELOG.md")]
    pub mod changelog {}
    #[doc = include_str!("../SEMANTICS.md")]
    pub mod semantics {}
}
#[cfg(feature = "analysis")]
pub mod analysis;
#[cfg(feature = "batch")]
pub mod batch;
pub mod build_script;
pub mod clause;
pub mod diagnostic;
pub mod dialect;
pub mod document;
pub mod engine;
pub mod form;
mod keyspace;
pub mod lint;
pub mod model;
mod parser;
pub mod path;
#[cfg(feature = "permissions")]
pub mod permissions;
#[cfg(feature = "analysis")]
pub mod policy;
#[cfg(feature = "replication")]
pub mod replication;
#[cfg(feature = "replication")]
mod seal;
#[cfg(feature = "settings")]
pub mod settings;
#[cfg(feature = "simulation")]
pub mod simulation;
#[cfg(feature = "storage")]
pub mod storage;
#[cfg(feature = "proptest")]
pub mod strategies;
#[cfg(feature = "forms")]
pub mod template;
pub mod text;
#[cfg(feature = "analysis")]
pub mod topology;

pub use self::diagnostic::{Diagnostic, RefusedConfiguration, Report, Severity};
pub use self::dialect::Dialect;
pub use self::engine::{Decision, Engine, Explanation};
pub use self::model::{
    ObjectVersion, Priority, ReplicationConfiguration, ReplicationRule, RuleFilter, StorageClass,
};
pub use self::parser::{Parsed, ParsedRule, Parser, UnknownValue};
pub use self::vocabulary::UnknownWord;
