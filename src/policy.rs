//! What must and what must never happen, decided for every object version and event there can be.
//!
//! A [`Policy`] is a list of assertions in JSON, each with a requirement:
//!
//! | requirement | says of the versions that the assertion is about |
//! | --- | --- |
//! | `MustReach` | each goes to at least `AtLeast` (1) destination buckets in a replication like this |
//! | `MayOnlyReach` | wherever one goes, the replication is like this |
//! | `MustNotReach` | none goes anywhere in a replication like this; `{}` is anywhere at all |
//! | `DeleteMarkersMustFollow` | wherever an object goes like this, delete markers of its key go too |
//!
//! What a replication is like, a [`Target`] says: `Buckets`, `Accounts`, `Regions`,
//! `StorageClasses`, `EncryptionStatuses`, `KmsKeyIds`, `Owner`, `ReplicationTimeControl`, `Metrics`;
//! all of those that are given. Which versions an assertion is about say `Keys`, `ExceptKeys`,
//! `Tags`, `EncryptionStatuses`, `StorageClasses` and `About`; whatever is not given does not
//! matter, so by default an assertion is about all keys, with any tags and under any encryption.
//!
//! The answers are exact, as those of [`analysis`](crate::analysis) are, and every failure comes
//! with a version about which an [`Engine`](crate::Engine) decides just that; no shorter key shows it.
//!
//! # What is not asked of anybody
//!
//! Versions that S3 replicates under no configuration break no `MustReach`: archived ones, replicas,
//! those that the owner of the bucket can't read, and what lifecycle rules or deletes of versions
//! do. Versions under KMS are replicated where a rule selects them, so they do break it where none
//! does; with `EncryptionStatuses` an assertion is about others only. Versions without encryption
//! are written no more, and only batch jobs take those that are left: `MustReach` is about them when
//! they are named, the other requirements always are. Unless `About` says otherwise, `MustReach` is
//! about objects, and `MayOnlyReach` and `MustNotReach` are about delete markers and modifications of
//! replicas too.
//!
//! # Globs
//!
//! Keys are given in the syntax of the crate `globset`:
//!
//! | glob | matches |
//! | --- | --- |
//! | `*` | any characters, or none |
//! | `?` | any one character |
//! | `[a-z]`, `[!a-z]`, `[^a-z]` | one of these characters, one that is none of them |
//! | `{a,b*}` | what one of the globs in it matches; one may be empty |
//! | `\*` | the character itself |
//! | `**/` at the beginning | nothing, or anything that ends in `/` |
//! | `/**/` | `/`, or anything that begins and ends in `/` |
//! | `/**` at the end | `/` and anything behind it |
//! | `**` alone | every key |
//! | `**` anywhere else | the same as `*` |
//! | any other character | itself |
//!
//! What stands in braces begins and ends as a glob does. An escaped comma or brace is a character
//! like any other in front of `**` too, where `globset` takes it for the beginning of something.
//!
//! A glob matches keys as a whole, with their case. Keys are not paths: a `/` at the beginning is a
//! character, nothing is normalised, and `/` is to `*` and `?` a character like any other, as in IAM
//! policies. `"Separator": "slash"` in the policy makes `*` and `?` stop at it, as in file names. A
//! character is one of Unicode, where `globset` itself takes bytes; a key has 1 to 1,024 bytes.
//!
//! # Facts
//!
//! Who owns a destination bucket, where it is, and how it encrypts by default no configuration says
//! for sure. `Accounts`, `Regions` and the replicas of versions without encryption need
//! [`KnownBuckets`]; the `Account` of a destination is believed where nothing is known. An assertion that depends on a fact that is not known is neither held nor
//! failed, see [`Undecided`].
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
//!     Outcome::Violated(found) => found.witness().to_string(),
//!     other => format!("{other:?}"),
//! };
//! assert_eq!(witness(0), r#"{"Key":"Tax/","Event":"ObjectCreated:Put"}"#);
//! assert_eq!(witness(1), r#"{"Key":"Tax/20/secret/","Event":"ObjectCreated:Put"}"#);
//! assert!(checked[2].is_proved());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod assertion;
mod automaton;
mod budget;
mod characters;
mod check;
mod glob;
mod ground;
mod keys;
mod read;
mod side;
mod strata;
mod target;
mod trial;

pub use self::assertion::{About, Assertion, AssertionDraft, InvalidAssertion, Requirement};
pub use self::check::{Checked, Counterexample, Outcome, Undecided, Violation};
pub use self::glob::{InvalidGlob, KeyGlob, Separator};
pub use self::read::{InvalidPolicy, PolicyProblem};
pub use self::target::{Fact, MissingFact, Target};

use self::ground::Ground;
use crate::dialect::Dialect;
use crate::model::{KnownBuckets, ReplicationConfiguration};

/// Assertions about what a configuration decides.
#[derive(Clone, Debug)]
pub struct Policy {
    assertions: Vec<Assertion>,
}

impl Policy {
    /// The most assertions of a policy.
    pub const LIMIT: usize = 1000;

    /// Puts assertions together.
    #[must_use]
    pub const fn new(assertions: Vec<Assertion>) -> Self {
        Self { assertions }
    }

    /// Reads a policy.
    ///
    /// # Errors
    ///
    /// Returns everything that is wrong with it, each with its line and column.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::policy::Policy;
    ///
    /// let text = r#"{"Assertions": [{"Id": "a", "MustReech": {}}]}"#;
    /// assert_eq!(
    ///     Policy::from_json(text).unwrap_err().to_string(),
    ///     "1:29: `MustReech` is not known here; did you mean `MustReach`? (at `Assertions[0].MustReech`)",
    /// );
    /// ```
    pub fn from_json(text: &str) -> Result<Self, InvalidPolicy> {
        read::policy(text)
    }

    /// Returns the assertions, in their order.
    #[must_use]
    pub fn assertions(&self) -> &[Assertion] {
        &self.assertions
    }

    /// Checks every assertion against what a configuration decides under a dialect.
    #[must_use]
    pub fn check(
        &self,
        configuration: &ReplicationConfiguration,
        dialect: &Dialect,
        known: &KnownBuckets,
    ) -> Vec<Checked<'_>> {
        self.check_each(configuration, dialect, known).collect()
    }

    /// Does the same, each assertion when it is asked for: one may take most of a second.
    #[must_use]
    pub fn check_each<'p, 'c>(
        &'p self,
        configuration: &'c ReplicationConfiguration,
        dialect: &'c Dialect,
        known: &'c KnownBuckets,
    ) -> impl ExactSizeIterator<Item = Checked<'p>> + use<'p, 'c> {
        let ground = Ground::new(configuration, dialect);
        let assertions = self.assertions.iter();
        assertions.map(move |assertion| check::check(assertion, &ground, known))
    }
}
