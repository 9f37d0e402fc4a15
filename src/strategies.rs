//! Generators for property tests (feature `proptest`).
//!
//! The alphabets are small, so that prefixes nest, tags coincide and rules compete for few buckets.
//! Objects are generated *from* the rules of a configuration, so that they match, or nearly match.
//! With unrelated keys and rules, most properties would hold because nothing is ever replicated.
//!
//! # Examples
//!
//! A test of an implementation against the definition:
//!
//! ```
//! use proptest::prelude::*;
//! use s3_replication::Engine;
//! use s3_replication::engine::reference;
//! use s3_replication::strategies::scenario;
//!
//! proptest!(|(scenario in scenario())| {
//!     let version = scenario.object.version();
//!     let (configuration, event) = (&scenario.configuration, scenario.object.event);
//!     let expected = reference::decide(configuration, &scenario.dialect, &version, event);
//!
//!     let engine = Engine::with_dialect(configuration, &scenario.dialect); // or yours
//!     let decision = engine.decide(&version, event);
//!     prop_assert!(decision.replications().map(|r| r.rule()).eq(expected.iter().map(|(rule, _)| *rule)));
//! });
//! ```

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a defect of a generator must fail the test"
)]

mod configuration;
mod exclusion;
mod object;
mod pair;
mod text;

pub use self::configuration::{configuration, crowd, draft, nest};
pub use self::exclusion::excluding;
pub use self::object::{DrawnObject, event, object_for};
pub use self::pair::{changed, excluding_pair, pair};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::dialect::{
    DeleteMarkerPrecedence, Dialect, PrefixSearch, PriorityOrder, PriorityScope, Question,
    ReplicaKeyReading, SourceSelection,
};
use crate::model::{ReplicationConfiguration, Tag};

/// A configuration, a dialect, and an object with an event.
///
/// `Display` writes a shell script that shows the decision with the command line.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Scenario {
    /// The dialect.
    pub dialect: Dialect,
    /// The configuration.
    pub configuration: ReplicationConfiguration,
    /// The object.
    pub object: DrawnObject,
}

/// Generates a configuration of any kind, a dialect, and an object that matches or nearly matches
/// one of the rules.
///
/// The configuration may exclude things, and priorities may collide between buckets. A quarter of
/// the dialects decides as other stores do.
pub fn scenario() -> impl Strategy<Value = Scenario> {
    let configuration = prop_oneof![9 => configuration(), 4 => crowd(), 1 => nest()];
    let configuration =
        (configuration, any::<bool>()).prop_flat_map(|(configuration, excludes)| {
            let excluding = excluding(&configuration);
            let unchanged = Just(configuration);
            if excludes { excluding.boxed() } else { unchanged.boxed() }
        });
    let dialect = prop_oneof![3 => dialect().boxed(), 1 => other_store().boxed()];
    (dialect, configuration, any::<bool>()).prop_flat_map(|(dialect, configuration, collide)| {
        let configuration = if collide {
            configuration::with_colliding_priorities(&configuration)
        } else {
            configuration
        };
        // As reading under the dialect does.
        let configuration = match dialect.prefix_search() {
            PrefixSearch::Every => configuration,
            PrefixSearch::LastBeforeKey => configuration.with_last_prefix_only(),
        };
        object_for(&configuration).prop_map(move |object| Scenario {
            dialect: dialect.clone(),
            configuration: configuration.clone(),
            object,
        })
    })
}

/// Generates a dialect, with any answers to the questions that affect decisions.
pub fn dialect() -> impl Strategy<Value = Dialect> {
    any::<[bool; 4]>().prop_map(|[order, source, markers, key]| {
        let mut dialect = Dialect::AWS.with_priority_scope(PriorityScope::Destination);
        if order {
            dialect = dialect.with_priority_order(PriorityOrder::LowerWins);
        }
        if source {
            dialect = dialect.with_source_selection(SourceSelection::AfterSelection);
        }
        if markers {
            let rivals = DeleteMarkerPrecedence::ReplicatingRulesCompete;
            dialect = dialect.with_delete_marker_precedence(rivals);
        }
        if key {
            dialect = dialect.with_replica_key(ReplicaKeyReading::EveryVersion);
        }
        dialect
    })
}

/// Generates a dialect, with any answers to the questions on which other stores decide otherwise.
pub fn other_store() -> impl Strategy<Value = Dialect> {
    const QUESTIONS: [Question; 11] = [
        Question::OddTags,
        Question::Winners,
        Question::DeleteMarkerTags,
        Question::ReplicaDeleteMarkers,
        Question::VersionDeletes,
        Question::Replicas,
        Question::OlderObjects,
        Question::KmsVersions,
        Question::CustomerKeyVersions,
        Question::Copies,
        Question::PrefixSearch,
    ];
    (dialect(), any::<[Index; QUESTIONS.len()]>()).prop_map(|(dialect, choices)| {
        QUESTIONS.iter().zip(&choices).fold(dialect, |dialect, (question, choice)| {
            let answer = *choice.get(question.answers().as_slice());
            dialect.with_answer(*question, answer).expect("an answer")
        })
    })
}

/// Generates a short text for keys and prefixes.
///
/// Three characters, so that prefixes nest often, with `/` as the one that listings treat
/// specially.
fn key() -> impl Strategy<Value = String> {
    "[ab/]{0,4}"
}

/// Generates tags with distinct keys.
fn tags(most: usize) -> impl Strategy<Value = Vec<Tag>> {
    let tag = ("[xyz]", "[12]?").prop_map(|(key, value)| Tag::new(key, value).expect("legal"));
    vec(tag, 0..=most).prop_map(|mut tags| {
        tags.sort();
        tags.dedup_by(|a, b| a.key() == b.key());
        tags
    })
}
