//! The checks that need more than one field to notice something, one file for each.
//!
//! A lint reads a [`ConfigurationDraft`], because it must see mistakes, and what is known about
//! buckets. The lints of level [`Level::Deny`] are the refusals of the store: a draft that passes
//! them all is a [`ReplicationConfiguration`]. They can't be
//! turned down, because that type would no longer mean anything.

mod catalogue;
mod lints;
mod subject;

pub use self::catalogue::CATALOGUE;
pub use self::subject::Subject;

use crate::clause::Clause;
use crate::diagnostic::{Diagnostic, Report, ServiceError, Stage};
use crate::dialect::Dialect;
use crate::model::{ConfigurationDraft, KnownBuckets, ReplicationConfiguration};
use crate::path::FieldPath;

closed_vocabulary! {
    /// How seriously a lint is taken.
    #[expect(clippy::exhaustive_enums, reason = "say nothing, speak, or refuse")]
    pub enum Level("`allow`, `warn` or `deny`") {
        /// The lint says nothing.
        Allow = "allow",
        /// What it finds is a warning.
        Warn = "warn",
        /// What it finds is an error.
        Deny = "deny",
    }
}

/// Whether a lint finds that something is missing or that something is there.
///
/// When the decoder has already refused a part, the model has a hole in its place, and a lint that
/// finds the hole would only say the same thing again, wrongly.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third possibility")]
pub enum Concern {
    /// It finds something that is not there.
    Absence,
    /// It finds something that is there.
    Presence,
}

/// One check of the catalogue.
///
/// # Examples
///
/// ```
/// use s3_replication::lint::{Level, Lint};
///
/// let lint = Lint::find("priority-missing").unwrap();
/// assert_eq!(lint.level, Level::Deny);
/// assert_eq!(lint.clause.id(), "REP-205");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Lint {
    /// The stable name, which reads well after "allow"; never reused.
    pub name: &'static str,
    /// What it finds, in one line.
    pub summary: &'static str,
    /// The text of its documentation, in Markdown, with examples.
    pub explanation: &'static str,
    /// The clause it rests on.
    pub clause: &'static Clause,
    /// How seriously it is taken when nobody says otherwise.
    pub level: Level,
    /// When the store comes to it.
    pub stage: Stage,
    /// Whether it finds a hole.
    pub concern: Concern,
    /// The version of this crate that has it first.
    pub since: &'static str,
    check: fn(&Subject<'_>, &mut Vec<Diagnostic>),
}

impl Lint {
    /// Returns the lint of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        CATALOGUE.iter().copied().find(|lint| lint.name == name)
    }

    /// Runs the check.
    #[must_use]
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        (self.check)(subject, &mut found);
        found
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
}

/// Declares a lint with its documentation. The doc comment is the explanation; its examples,
/// fenced as `xml,bad` and `xml,good`, hold `Rule` elements and are run by the tests.
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
        $(#[doc = $doc])*
        pub(in crate::lint) static $lint: $crate::lint::Lint = $crate::lint::Lint {
            name: $name,
            summary: $summary,
            explanation: concat!($($doc, "\n",)*),
            clause: &$crate::clause::$clause,
            level: $crate::lint::Level::Deny,
            stage: $crate::diagnostic::Stage::$stage,
            concern: $crate::lint::Concern::$concern,
            since: $since,
            check,
        };
    };
}
use declare_lint;

/// Runs the whole catalogue. Findings come by lint, not yet in the order of the store.
#[must_use]
pub fn check(subject: &Subject<'_>) -> Vec<(&'static Lint, Diagnostic)> {
    let lints = CATALOGUE.iter().copied();
    lints.flat_map(|lint| lint.run(subject).into_iter().map(move |found| (lint, found))).collect()
}

/// Sorts refusals into the order in which the store comes to them (REP-250): by stage, within the
/// rules by rule, within one rule by the order in which its elements are listed in the API
/// reference; otherwise as they were found.
pub(crate) fn in_order_of_store(mut found: Vec<(Stage, Diagnostic)>) -> Report {
    found.sort_by_cached_key(|(stage, diagnostic)| {
        let by_rule = matches!(stage, Stage::Rule | Stage::DestinationBucket);
        (*stage, if by_rule { order_in_rule(&diagnostic.primary.path) } else { (0, 0, 0) })
    });
    found.into_iter().map(|(_, diagnostic)| diagnostic).collect()
}

fn order_in_rule(path: &FieldPath) -> (usize, usize, usize) {
    use crate::path::Step;
    const FIELDS: &[&str] = &[
        "ID",
        "Priority",
        "Prefix",
        "DeleteMarkerReplication",
        "Filter",
        "ExistingObjectReplication",
        "SourceSelectionCriteria",
        "Destination",
    ];
    const DESTINATION: &[&str] = &[
        "Bucket",
        "Account",
        "AccessControlTranslation",
        "StorageClass",
        "EncryptionConfiguration",
        "ReplicationTime",
        "Metrics",
    ];
    let rank = |fields: &[&str], step: Option<&Step>| match step {
        Some(Step::Field(name)) => {
            fields.iter().position(|field| field == name).map_or(0, |i| i + 1)
        }
        _ => 0,
    };
    let steps = path.steps();
    let rule = match steps.get(1) {
        Some(Step::Index(index)) => *index,
        _ => 0,
    };
    (rule, rank(FIELDS, steps.get(2)), rank(DESTINATION, steps.get(3)))
}

impl ConfigurationDraft {
    /// Proves that the store of `dialect` would accept the draft, as far as the draft alone can
    /// show it.
    ///
    /// # Errors
    ///
    /// Returns everything the store would refuse, the store's own answer first.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::Dialect;
    /// use s3_replication::model::{ConfigurationDraft, RuleDraft};
    ///
    /// let rule = RuleDraft::new("arn:aws:s3:::backup".parse()?);
    /// let draft = ConfigurationDraft::new("arn:aws:iam::123456789012:role/r".parse()?).with_rule(rule);
    /// let report = draft.prove(&Dialect::AWS).unwrap_err();
    /// assert_eq!(report.iter().next().unwrap().code, "priority-missing");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn prove(self, dialect: &Dialect) -> Result<ReplicationConfiguration, Report> {
        let buckets = KnownBuckets::new();
        let subject = Subject::new(&self, dialect, &buckets);
        let found = check(&subject).into_iter().map(|(lint, found)| (lint.stage, found)).collect();
        let report = in_order_of_store(found);
        if report.has_errors() { Err(report) } else { configuration_of(self) }
    }
}

/// Turns a draft that passed every refusal into a configuration. The lints leave no hole; should
/// one be left all the same, that is a refusal too, not a panic.
pub(crate) fn configuration_of(
    draft: ConfigurationDraft,
) -> Result<ReplicationConfiguration, Report> {
    ReplicationConfiguration::from_proven(draft).ok_or_else(|| {
        let lint = &lints::ELEMENT_MISSING;
        let message = "the configuration is incomplete";
        let error = ServiceError::malformed_xml();
        Report::from_iter([lint.refusal(FieldPath::root(), message, error)])
    })
}
