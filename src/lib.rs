#![doc = include_str!("../README.md")]
// On docs.rs each item shows the features that it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    // Some private items serve modules of these features only. Nothing is allowed in the full
    // build.
    not(all(feature = "analysis", feature = "simulation")),
    allow(
        dead_code,
        unused_imports,
        reason = "used by modules of other features; the full build checks"
    )
)]

// The page of the crate is the README. These lines are for maintainers only, so they are no docs.
//
// The modules form a ladder: each uses only modules before it, as `tests/house/layers.rs` checks.
//
// | modules | subject |
// | --- | --- |
// | `vocabulary`, `text`, `path`, `clause`, `seal` | words, texts, places in documents, sources |
// | `diagnostic`, `model`, `dialect` | findings; configurations and versions; answers of stores |
// | `document`, `form` | texts become trees, and trees become values |
// | `engine` | the decision about one version and one event |
// | `keyspace`, `analysis`, `policy` | statements about all objects |
// | `lint`, `topology` | findings about one configuration, and about several |
// | `replication`, `batch`, `permissions`, `storage` | what follows over time |
// | `strategies` | values for property tests |
// | `parser`, `settings`, `template`, `build_script` | whole documents, with all their checks |
// | `simulation` | the play of a script on several buckets |
//
// No module reads a file, the clock or the environment (`clippy.toml` has the list). The command
// line does, and it belongs to the binary: `src/main.rs` and `src/cli`.
//
// The macros of `vocabulary` are in scope by the order of the text, so it stays the first module.
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

// The names that nearly every program needs, in the root. All others stay in their modules.
// `parser` and `vocabulary` are private, so what they have for callers is here.
pub use self::diagnostic::{Diagnostic, RefusedConfiguration, Report, Severity};
pub use self::dialect::Dialect;
pub use self::engine::{Decision, Engine, Explanation};
pub use self::model::{
    ObjectVersion, Priority, ReplicationConfiguration, ReplicationRule, RuleFilter, StorageClass,
};
pub use self::parser::{Parsed, ParsedRule, Parser, UnknownValue};
pub use self::vocabulary::UnknownWord;
