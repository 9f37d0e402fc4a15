//! From a draft to a configuration.

use crate::diagnostic::{RefusedConfiguration, Report, ServiceError};
use crate::dialect::Dialect;
use crate::lint::refusals::element_missing;
use crate::lint::{Context, refusals};
use crate::model::{ConfigurationDraft, KnownBuckets, ReplicationConfiguration};
use crate::path::FieldPath;

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
    /// let refused = draft.validate(&Dialect::AWS).unwrap_err();
    /// assert_eq!(refused.report().iter().next().unwrap().code, "priority-missing");
    /// assert_eq!(refused.service_error().code.as_str(), "InvalidRequest");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn validate(
        self,
        dialect: &Dialect,
    ) -> Result<ReplicationConfiguration, RefusedConfiguration> {
        let report = draft_refusals(&self, dialect);
        if report.is_refused() {
            return Err(RefusedConfiguration::new(report));
        }
        configuration_of(self, dialect)
    }
}

/// Returns the refusals of the store of `dialect`, as far as the draft alone can show them.
pub(in crate::lint) fn draft_refusals(draft: &ConfigurationDraft, dialect: &Dialect) -> Report {
    let buckets = KnownBuckets::new();
    refusals(&Context::new(draft, dialect, &buckets)).report
}

/// Turns a draft that passed every refusal into a configuration. The lints leave no hole; should
/// one be left all the same, that is a refusal too, not a panic.
pub(crate) fn configuration_of(
    draft: ConfigurationDraft,
    dialect: &Dialect,
) -> Result<ReplicationConfiguration, RefusedConfiguration> {
    dialect.configuration_of(draft).ok_or_else(|| {
        let lint = &element_missing::LINT;
        let message = "the configuration is incomplete";
        let error = ServiceError::malformed_xml();
        let finding = lint.refusal(FieldPath::root(), message, error);
        RefusedConfiguration::new(Report::from_iter([finding]))
    })
}
