//! How seriously findings are taken.

use std::collections::BTreeMap;

use s3_replication::lint::{CATALOGUE, Level};
use s3_replication::{Diagnostic, Severity};

use crate::cli::suggestion::did_you_mean;

/// A finding by its code, and how seriously it is to be taken.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    code: &'static str,
    level: Level,
}

/// The findings that a document can give and that are no refusals.
const WARNINGS_OF_DOCUMENTS: &[&str] = &["account-unusual", "attribute-ignored", "member-repeated"];

/// The refusals of documents, which are no lints either.
const REFUSALS_OF_DOCUMENTS: &[&str] = &[
    "account-empty",
    "bucket-arn-invalid",
    "element-repeated",
    "element-unknown",
    "invalid-type",
    "invalid-value",
    "malformed-document",
    "namespace-unknown",
    "prefix-too-long",
    "priority-out-of-range",
    "replica-kms-key-invalid",
    "role-invalid",
    "root-unknown",
    "rule-id-not-ascii",
    "rule-id-too-long",
    "tag-invalid",
    "text-unexpected",
];

/// Reads `LINT=LEVEL`.
pub(super) fn parse(text: &str) -> Result<Setting, String> {
    let Some((name, level)) = text.split_once('=') else {
        return Err(format!("write LINT=LEVEL, such as `{text}=warn`"));
    };
    let level: Level = level.parse().map_err(|error: s3_replication::UnknownWord| {
        let words = Level::ALL.iter().map(|level| level.as_str());
        format!("{error}{}", did_you_mean(level, words))
    })?;
    let lints = CATALOGUE.iter().filter(|lint| lint.level != Level::Deny).map(|lint| lint.name);
    let refusals = CATALOGUE.iter().filter(|lint| lint.level == Level::Deny).map(|lint| lint.name);
    let warnings = WARNINGS_OF_DOCUMENTS.iter().copied().chain(lints);
    let refusals = REFUSALS_OF_DOCUMENTS.iter().copied().chain(refusals);
    let is_named = |code: &&str| *code == name;
    if let Some(code) = warnings.clone().find(is_named) {
        return Ok(Setting { code, level });
    }
    match refusals.clone().find(is_named) {
        Some(code) if level == Level::Deny => Ok(Setting { code, level }),
        Some(code) => Err(format!(
            "`{code}` is what the store refuses, so it stays an error; only warnings have a level"
        )),
        None => {
            let hint = did_you_mean(name, warnings.chain(refusals));
            Err(format!("there is no lint `{name}`{hint}"))
        }
    }
}

/// All settings; of two for one lint the later counts.
#[derive(Clone, Debug)]
pub(super) struct Levels(BTreeMap<&'static str, Level>);

impl Levels {
    pub(super) fn new(settings: &[Setting]) -> Self {
        Self(settings.iter().map(|setting| (setting.code, setting.level)).collect())
    }

    /// Returns how severe a finding is; `None` when it is allowed.
    pub(super) fn severity(&self, finding: &Diagnostic) -> Option<Severity> {
        match self.0.get(finding.code) {
            // Whatever was said, a refusal stays a refusal.
            _ if finding.severity == Severity::Error => Some(Severity::Error),
            None => Some(finding.severity),
            Some(Level::Allow) => None,
            Some(Level::Warn) => Some(Severity::Warning),
            Some(Level::Deny) => Some(Severity::Error),
        }
    }
}
