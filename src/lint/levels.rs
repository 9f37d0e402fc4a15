//! The levels of lints.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::{DOCUMENT_FINDINGS, Group, Level, Lint, catalogue};
use crate::vocabulary::nearest;

/// The level of each lint: the default of its group unless overridden.
///
/// # Examples
///
/// ```
/// use s3_replication::lint::{Group, Level, Levels, Lint};
///
/// let mut levels = Levels::new();
/// levels.set("cost", Level::Warn)?;
/// levels.set("shadowed-rule", Level::Deny)?;
///
/// assert_eq!(levels.of(Lint::find("shadowed-rule").unwrap()), Level::Deny);
/// assert_eq!(levels.of(Lint::find("replicas-in-one-zone").unwrap()), Level::Warn);
///
/// let error = levels.set("shadow-rule", Level::Warn).unwrap_err();
/// assert_eq!(error.to_string(), "there is no lint or group `shadow-rule`; did you mean `shadowed-rule`?");
/// let error = levels.set("priority-missing", Level::Allow).unwrap_err();
/// assert!(error.to_string().starts_with("`priority-missing` is an error in S3"));
/// # Ok::<(), s3_replication::lint::InvalidLevel>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Levels {
    set: BTreeMap<&'static str, Level>,
}

/// The error returned for an unknown lint, or for a refusal, whose level is fixed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidLevel {
    /// No finding and no group has the name.
    #[error("there is no lint or group `{name}`{}", suggestion.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default())]
    Unknown {
        /// The name.
        name: String,
        /// The most similar name.
        suggestion: Option<&'static str>,
    },
    /// Refusals are always errors.
    #[error("`{name}` is an error in S3, so its level cannot change")]
    Refusal {
        /// The name.
        name: &'static str,
    },
}

impl Levels {
    /// The name for every group that is advice.
    pub const ALL: &'static str = "all";

    /// Creates the default levels.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the level of a lint, of a group, or of [`Levels::ALL`]. Of two settings the later counts.
    ///
    /// # Errors
    ///
    /// Returns an error for an unknown name, and for a refusal with another level than `Deny`.
    pub fn set(&mut self, name: &str, level: Level) -> Result<(), InvalidLevel> {
        for name in named(name)? {
            if is_refusal(name) && level != Level::Deny {
                return Err(InvalidLevel::Refusal { name });
            }
            self.set.insert(name, level);
        }
        Ok(())
    }

    /// Returns the level of a lint.
    #[must_use]
    pub fn of(&self, lint: &Lint) -> Level {
        self.set.get(lint.name).copied().unwrap_or(lint.level())
    }

    /// Sets the severity of each finding, and removes those that are allowed. Refusals stay errors.
    #[must_use]
    pub fn apply(&self, mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
        findings.retain_mut(|finding| {
            if let (false, Some(level)) = (finding.is_refusal(), self.set.get(finding.code)) {
                finding.severity = match level {
                    Level::Allow => return false,
                    Level::Note => Severity::Note,
                    Level::Warn => Severity::Warning,
                    Level::Deny => Severity::Error,
                };
            }
            true
        });
        findings
    }
}

/// Returns true for the name of a finding that always is an error.
pub(crate) fn is_refusal(name: &str) -> bool {
    DOCUMENT_FINDINGS.iter().any(|found| found.name == name && found.level == Level::Deny)
        || Lint::find(name).is_some_and(|lint| lint.group == Group::Refusals)
}

/// Iterates over the names of all findings of a document, those of lints included.
#[cfg(feature = "analysis")]
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let documents = DOCUMENT_FINDINGS.iter().map(|found| found.name);
    documents.chain(catalogue().map(|lint| lint.name))
}

/// Returns the findings that have this name or are in this group.
fn named(name: &str) -> Result<Vec<&'static str>, InvalidLevel> {
    let documents = DOCUMENT_FINDINGS.iter().map(|found| found.name);
    let mut findings = documents.chain(catalogue().map(|lint| lint.name));
    if let Some(finding) = findings.clone().find(|finding| *finding == name) {
        return Ok(vec![finding]);
    }
    let group = Group::ALL.iter().find(|group| group.as_str() == name);
    let is_meant = |lint: &&Lint| match group {
        Some(group) => lint.group == *group,
        None => name == Levels::ALL && lint.group != Group::Refusals,
    };
    let found: Vec<_> = catalogue().filter(is_meant).map(|lint| lint.name).collect();
    if found.is_empty() {
        let groups = Group::ALL.iter().map(|group| group.as_str());
        let suggestion = nearest(name, findings.by_ref().chain(groups));
        return Err(InvalidLevel::Unknown { name: name.to_owned(), suggestion });
    }
    Ok(found)
}
