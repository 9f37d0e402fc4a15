//! The checks that need more than one field to notice something, one file for each.
//!
//! A lint reads the written form, a [`ConfigurationDraft`](crate::model::ConfigurationDraft), because
//! a lint must see mistakes; or, if the store accepts the draft, its decisions. Facts about buckets
//! come from the caller.
//!
//! The lints of [`Group::Refusals`] are the refusals of the store: a draft that passes them all is a
//! [`ReplicationConfiguration`](crate::ReplicationConfiguration). They cannot be turned down, because
//! that type would no longer mean anything. The others give advice about what the store accepts, and
//! [`Levels`] say how seriously it is taken.
//!
//! # What is left out
//!
//! * Prefixes that look alike under Unicode normalisation, beyond case: the tables are large, and
//!   which form the keys have is not known here.
//! * A `+` in a prefix that means a space: many keys contain a `+`, so no check can keep the two
//!   apart. `explain` names the near miss of an object.
//! * A bucket that receives access logs as the source of replication: who logs where is no fact that
//!   is asked for.
//! * A price: what the lints of [`Group::Cost`] find costs money, how much depends on what is stored.
//! * What other stores make of the role and of their own ARNs: they need dialects of their own.
//! * What only CloudFormation or Terraform show: the module `template` reads them, and has findings of
//!   its own.
//!
//! What several buckets do together, what a policy demands and what a change would do are looked at by
//! the modules `topology`, `policy` and [`analysis`](crate::analysis); jobs and their manifests by
//! [`batch`](crate::batch).
//!
//! # Examples
//!
//! ```
//! use s3_replication::Parser;
//! use s3_replication::lint::Levels;
//!
//! let rule = r#"{"Status": "Enabled", "Priority": 1, "Filter": {"Prefix": "/logs/"},
//!                "DeleteMarkerReplication": {"Status": "Disabled"},
//!                "Destination": {"Bucket": "arn:aws:s3:::backup"}}"#;
//! let text = format!(r#"{{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{rule}]}}"#);
//!
//! let parsed = Parser::new().with_advice(Levels::new()).parse_json(&text);
//! let codes: Vec<&str> = parsed.report().iter().map(|found| found.code).collect();
//! assert!(codes.contains(&"prefix-begins-with-slash"));
//! assert!(parsed.into_configuration().is_ok(), "S3 accepts it all the same");
//! ```

#[cfg(feature = "analysis")]
mod advice;
#[cfg(feature = "analysis")]
mod allow_list;
mod check;
#[cfg(feature = "analysis")]
mod comments;
mod context;
mod documents;
mod exclusions;
mod fact;
mod findings;
mod helpers;
mod levels;
#[cfg(feature = "analysis")]
mod open_answers;
mod order;
mod refusals;
mod store_elements;
mod unknown_elements;
mod validate;

#[cfg(feature = "analysis")]
pub use self::allow_list::{AllowList, Allowance, AllowedFinding, CheckedFile, InvalidFilePattern};
pub use self::check::{Checked, check, refusals};
#[cfg(feature = "analysis")]
pub use self::comments::CommentAllowances;
pub use self::context::Context;
pub use self::documents::{DOCUMENT_FINDINGS, DocumentFinding};
pub use self::fact::{Fact, MissingFact};
pub use self::levels::{InvalidLevel, Levels};
#[cfg(feature = "analysis")]
pub use self::open_answers::{OpenAnswer, open_answers};

#[cfg(feature = "settings")]
pub(crate) use self::allow_list::allowable;
pub(crate) use self::check::check_document;
#[cfg(feature = "settings")]
pub(crate) use self::levels::names;
pub(crate) use self::order::in_order_of_store;
pub(crate) use self::validate::configuration_of;

use self::findings::Findings;
use crate::clause::Clause;
use crate::diagnostic::{Diagnostic, FindingDescription, ServiceError, Stage};
use crate::path::FieldPath;

closed_vocabulary! {
    /// The level of a lint: how its findings count.
    #[expect(clippy::exhaustive_enums, reason = "no finding, or one of the severities")]
    pub enum Level("`allow`, `note`, `warn` or `deny`") {
        /// The lint does not run.
        Allow = "allow",
        /// Its findings are notes.
        Note = "note",
        /// Its findings are warnings.
        Warn = "warn",
        /// Its findings are errors.
        Deny = "deny",
    }
}

closed_vocabulary! {
    /// The group of a lint. [`Group::level`] is the default level of its lints, unless a lint has its
    /// own.
    #[non_exhaustive]
    pub enum Group("a group of lints") {
        /// Rejected by the store.
        Refusals = "refusals",
        /// Accepted by the store, but probably a mistake.
        Suspicious = "suspicious",
        /// Valid but often surprising.
        Pedantic = "pedantic",
        /// Costs money.
        Cost = "cost",
        /// Read differently by other stores.
        Portability = "portability",
    }
}

impl Group {
    /// Returns the default level of the lints of the group.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::Refusals => Level::Deny,
            Self::Suspicious => Level::Warn,
            Self::Pedantic | Self::Cost | Self::Portability => Level::Allow,
        }
    }
}

/// The kind of mistake that a refusal finds: something missing, or something present.
///
/// If the decoder has refused a value, the draft lacks it. A lint that finds it missing would report
/// the same mistake again, wrongly.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Concern {
    /// Something is missing.
    Absence,
    /// Something is present.
    Presence,
}

/// One check of the catalogue.
///
/// # Examples
///
/// ```
/// use s3_replication::lint::{Group, Level, Lint};
///
/// let lint = Lint::find("priority-missing").unwrap();
/// assert_eq!((lint.group, lint.level()), (Group::Refusals, Level::Deny));
/// assert_eq!(lint.clause.id(), "REP-205");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Lint {
    /// The stable name, which reads well after "allow"; never reused.
    pub name: &'static str,
    /// The summary of its findings, in one line.
    pub summary: &'static str,
    /// The text of its documentation, in Markdown, with examples.
    pub explanation: &'static str,
    /// The clause it rests on.
    pub clause: &'static Clause,
    /// The group.
    pub group: Group,
    /// The version of this crate that has it first.
    pub since: &'static str,
    /// The default level, if it is not that of the group.
    own_level: Option<Level>,
    check: Check,
}

/// The function of a lint, by its input.
#[derive(Debug)]
enum Check {
    /// The draft, for mistakes that the store refuses.
    Refusal {
        /// The stage at which the store checks it.
        stage: Stage,
        concern: Concern,
        check: fn(&Context<'_>, &mut Findings),
    },
    /// The draft, whether or not the store accepts it.
    #[cfg(feature = "analysis")]
    Draft(fn(&Context<'_>, &mut Findings)),
    /// The decisions of a configuration that the store accepts.
    #[cfg(feature = "analysis")]
    Decisions(fn(&advice::Decisions<'_>, &mut Findings)),
}

/// Iterates over all lints: first the refusals, then those that give advice, each sorted by name.
///
/// # Examples
///
/// ```
/// use s3_replication::lint::catalogue;
///
/// assert!(catalogue().any(|lint| lint.name == "priority-missing"));
/// ```
pub fn catalogue() -> impl Iterator<Item = &'static Lint> + Clone {
    let lints = refusals::LINTS.iter();
    #[cfg(feature = "analysis")]
    let lints = lints.chain(advice::LINTS);
    lints.copied()
}

/// Returns the description of a finding, by its code.
///
/// # Examples
///
/// ```
/// use s3_replication::lint;
///
/// let description = lint::describe("rules-missing").unwrap();
/// assert_eq!(description.summary, "the configuration has no rule");
/// assert!(lint::describe("no-such-code").is_none());
/// ```
#[must_use]
pub fn describe(code: &str) -> Option<FindingDescription> {
    if let Some(lint) = Lint::find(code) {
        let (summary, explanation) = (lint.summary, lint.explanation);
        return Some(FindingDescription { summary, explanation });
    }
    let finding = DOCUMENT_FINDINGS.iter().find(|finding| finding.name == code)?;
    Some(FindingDescription { summary: finding.summary, explanation: "" })
}

impl Lint {
    /// Returns the lint of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        catalogue().find(|lint| lint.name == name)
    }

    /// Returns the default level.
    #[must_use]
    pub const fn level(&self) -> Level {
        match self.own_level {
            Some(level) => level,
            None => self.group.level(),
        }
    }

    /// Creates a finding of this lint: what the store refuses, and what it answers.
    fn refusal(
        &self,
        path: FieldPath,
        message: impl Into<String>,
        service_error: ServiceError,
    ) -> Diagnostic {
        Diagnostic::refusal(self.name, self.clause, path, message, service_error)
    }

    /// Creates a finding of this lint: what the store accepts.
    #[cfg(feature = "analysis")]
    fn advice(&self, path: FieldPath, message: impl Into<String>) -> Diagnostic {
        match self.level() {
            Level::Note => Diagnostic::note(self.name, self.clause, path, message),
            _ => Diagnostic::warning(self.name, self.clause, path, message),
        }
    }
}

/// Declares a lint with its documentation. The doc comment is the explanation; its examples,
/// fenced as `xml,bad` and `xml,good`, hold `Rule` elements and are run by the tests.
///
/// A refusal states its stage and its concern; advice states its group and what it reads.
macro_rules! declare_lint {
    (
        $(#[doc = $doc:literal])*
        static $lint:ident = {
            name: $name:literal,
            summary: $summary:literal,
            clause: $clause:ident,
            stage: $stage:ident,
            concern: $concern:ident,
            since: $since:literal,
        }
    ) => {
        declare_lint! { @ $lint, $name, $summary, $clause, Refusals, $since,
            $crate::lint::Check::Refusal {
                stage: $crate::diagnostic::Stage::$stage,
                concern: $crate::lint::Concern::$concern,
                check,
            },
            $($doc)*
        }
    };
    (
        $(#[doc = $doc:literal])*
        static $lint:ident = {
            name: $name:literal,
            summary: $summary:literal,
            clause: $clause:ident,
            group: $group:ident,
            $( level: $level:ident, )?
            reads: $reads:ident,
            since: $since:literal,
        }
    ) => {
        declare_lint! { @ $lint, $name, $summary, $clause, $group $($level)?, $since,
            $crate::lint::Check::$reads(check),
            $($doc)*
        }
    };
    (
        @ $lint:ident, $name:literal, $summary:literal, $clause:ident, $group:ident $($level:ident)?,
        $since:literal, $check:expr, $($doc:literal)*
    ) => {
        $(#[doc = $doc])*
        pub(in crate::lint) static $lint: $crate::lint::Lint = $crate::lint::Lint {
            name: $name,
            summary: $summary,
            explanation: concat!($($doc, "\n",)*),
            clause: &$crate::clause::$clause,
            group: $crate::lint::Group::$group,
            since: $since,
            own_level: declare_lint!(@ level $($level)?),
            check: $check,
        };
    };
    (@ level) => { None };
    (@ level $level:ident) => { Some($crate::lint::Level::$level) };
}
use declare_lint;

/// Lists the lints of the modules named.
macro_rules! lints {
    ($($module:ident),+ $(,)?) => {
        &[$(&$module::LINT),+]
    };
}
use lints;
