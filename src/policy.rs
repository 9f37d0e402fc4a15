//! Policies: what must and what must never happen, decided for every object version and event.
//!
//! A [`Policy`] is a list of assertions in JSON, each with one requirement:
//!
//! | requirement | holds if |
//! | --- | --- |
//! | `MustReach` | every version reaches at least `AtLeast` (default 1) destination buckets in a way that satisfies the target |
//! | `MayOnlyReach` | every replication of a version satisfies the target |
//! | `MustNotReach` | no replication of a version satisfies the target; `{}` is any replication |
//! | `DeleteMarkersMustFollow` | delete markers go wherever an object with their key goes in a way that satisfies the target |
//!
//! A [`Target`] names properties of a replication: `Buckets`, `Accounts`, `Regions`, `StorageClasses`,
//! `EncryptionStatuses`, `KmsKeyIds`, `Owner`, `ReplicationTimeControl` and `Metrics`. A replication
//! satisfies the target if it has all properties that are given. `Keys`, `ExceptKeys`, `Tags`,
//! `EncryptionStatuses`, `StorageClasses` and `About` select the versions that an assertion is about.
//! By default these are versions with any key, tags and encryption.
//!
//! The answers are exact, as those of [`analysis`](crate::analysis) are. Every violation comes with a
//! version about which an [`Engine`](crate::Engine) decides just that, and no version with a shorter key
//! violates the assertion.
//!
//! # Versions that are never replicated
//!
//! S3 replicates some versions under no configuration: archived ones, replicas, and those that the
//! owner of the bucket cannot read. It does not replicate actions of lifecycle rules or deletes of
//! versions either. None of these violates `MustReach`. A version encrypted with SSE-KMS does if no
//! rule selects it; use `EncryptionStatuses` to leave such versions out. Unencrypted versions are no
//! longer written, and only batch jobs replicate existing ones: `MustReach` is about them only if
//! they are named, the other requirements always are.
//!
//! By default `MustReach` is about objects, and `MayOnlyReach` and `MustNotReach` are also about
//! delete markers and modifications of replicas. `About` overrides this.
//!
//! # Globs
//!
//! Keys are given in the syntax of the crate `globset`:
//!
//! | glob | matches |
//! | --- | --- |
//! | `*` | any characters, or none |
//! | `?` | any one character |
//! | `[a-z]`, `[!a-z]`, `[^a-z]` | one of these characters, or one that is none of them |
//! | `{a,b*}` | anything that one of the globs in it matches; one may be empty |
//! | `\*` | the character itself |
//! | `**/` at the beginning | nothing, or anything that ends in `/` |
//! | `/**/` | `/`, or anything that begins and ends in `/` |
//! | `/**` at the end | `/` and anything after it |
//! | `**` alone | every key |
//! | `**` anywhere else | the same as `*` |
//! | any other character | itself |
//!
//! Beginning and end also mean those of a glob in braces. An escaped comma or brace is an ordinary
//! character before `**`, too; `globset` takes it for the beginning of a glob.
//!
//! A glob matches whole keys, and case matters. Keys are not paths: a leading `/` is a character,
//! nothing is normalised, and `*` and `?` match `/`, as in IAM policies. With `"Separator": "slash"` in
//! the policy they do not, as in file names. A character is a Unicode character, where `globset`
//! itself takes bytes; a key has 1 to 1,024 bytes.
//!
//! # Facts
//!
//! A configuration does not say who owns a destination bucket, in which Region it is, and how it
//! encrypts by default. `Accounts`, `Regions` and the replicas of unencrypted versions therefore need
//! [`KnownBuckets`]. If an account is not known, the `Account` of the destination counts. An assertion
//! that depends on an unknown fact is [undecided](Undecided).
//!
//! # Examples
//!
//! ```
//! use s3_replication::model::KnownBuckets;
//! use s3_replication::policy::{Outcome, Policy};
//! use s3_replication::{Dialect, ReplicationConfiguration};
//!
//! let configuration = ReplicationConfiguration::from_json(
//!     r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [
//!         {"ID": "tax", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": "Tax/20"},
//!          "DeleteMarkerReplication": {"Status": "Disabled"},
//!          "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
//! )?;
//! let policy = Policy::from_json(
//!     r#"{"Assertions": [
//!         {"Id": "tax-is-kept", "Keys": ["Tax/**"], "EncryptionStatuses": ["SSE-S3"],
//!          "MustReach": {"Buckets": ["backup"]}},
//!         {"Id": "secrets-stay", "Keys": ["**/secret/*"], "MustNotReach": {}},
//!         {"Id": "logs-stay", "Keys": ["logs/**"], "MustNotReach": {}}]}"#,
//! )?;
//!
//! let checked = policy.check(&configuration, &Dialect::AWS, &KnownBuckets::new());
//! let witness = |at: usize| match checked[at].outcome() {
//!     Outcome::Violated(counterexample) => counterexample.witness().to_string(),
//!     other => format!("{other:?}"),
//! };
//! assert_eq!(witness(0), r#"{"Key":"Tax/","Event":"ObjectCreated:Put"}"#);
//! assert_eq!(witness(1), r#"{"Key":"Tax/20/secret/","Event":"ObjectCreated:Put"}"#);
//! assert!(checked[2].is_proved());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod assertion;
mod automaton;
mod characters;
mod comparison;
mod compiled;
mod finding;
mod form;
mod glob;
mod key_walk;
mod keys;
mod outcome;
mod search;
mod target;
mod version_class;

pub use self::assertion::{About, Assertion, AssertionDraft, InvalidAssertion, Requirement};
pub use self::comparison::Comparison;
pub use self::finding::{describe, locate, report};
pub use self::glob::{InvalidGlob, KeyGlob, Separator};
pub use self::outcome::{Checked, Counterexample, Outcome, Undecided, Violation};
pub use self::target::{Fact, MissingFact, Target};

use self::automaton::PolicyBudget;
use self::compiled::CompiledRules;
use crate::diagnostic::Report;
use crate::dialect::Dialect;
use crate::model::{KnownBuckets, ReplicationConfiguration};

/// Assertions about the decisions of a configuration.
#[derive(Clone, Debug)]
pub struct Policy {
    assertions: Vec<Assertion>,
}

impl Policy {
    /// The most assertions that a policy may have.
    pub const LIMIT: usize = 1000;

    /// Creates a policy from assertions.
    #[must_use]
    pub const fn new(assertions: Vec<Assertion>) -> Self {
        Self { assertions }
    }

    /// Parses a policy.
    ///
    /// # Errors
    ///
    /// Returns every mistake in the document, each with its place.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::policy::Policy;
    ///
    /// let text = r#"{"Assertions": [{"Id": "a", "MustReech": {}}]}"#;
    /// assert_eq!(
    ///     Policy::from_json(text).unwrap_err().to_string(),
    ///     "error[element-unknown]: unknown member `MustReech` in `Assertions` (at `Assertions[0].MustReech`)",
    /// );
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Report> {
        form::policy(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of a policy.
    #[must_use]
    pub fn json_schema() -> String {
        form::policy_schema()
    }

    /// Returns the assertions, in the order of the policy.
    #[must_use]
    pub fn assertions(&self) -> &[Assertion] {
        &self.assertions
    }

    /// Checks every assertion against the decisions of a configuration under a dialect.
    #[must_use]
    pub fn check(
        &self,
        configuration: &ReplicationConfiguration,
        dialect: &Dialect,
        known: &KnownBuckets,
    ) -> Vec<Checked<'_>> {
        self.check_each(configuration, dialect, known).collect()
    }

    /// Checks the assertions one by one, as the iterator advances. One may take most of a second, all
    /// of them together some seconds.
    #[must_use]
    pub fn check_each<'p: 'c, 'c>(
        &'p self,
        configuration: &'c ReplicationConfiguration,
        dialect: &'c Dialect,
        known: &'c KnownBuckets,
    ) -> impl ExactSizeIterator<Item = Checked<'p>> + use<'p, 'c> {
        let tags = self.assertions.iter().flat_map(|assertion| &assertion.draft().tags);
        let rules = CompiledRules::new(configuration, dialect, tags);
        let mut budget = PolicyBudget::new(self.assertions.len());
        self.assertions.iter().map(move |assertion| {
            budget.lend(|budget| search::check(assertion, &rules, known, budget))
        })
    }
}
