//! The migration from V1 to V2.

use crate::dialect::{Dialect, PriorityOrder, SchemaVersions};
use crate::model::{
    ConfigurationDraft, Priority, ReplicationConfiguration, RuleDraft, RuleFilter, RuleStatus,
};

/// Converts a V1 configuration to V2, so that both make the same decision for every object version and event.
/// A V2 configuration stays unchanged.
///
/// `Prefix` moves into `Filter`, delete marker replication is enabled explicitly, and every rule gets
/// a priority: earlier rules win. The priority matters only to stores that accept V1 rules with
/// overlapping prefixes. [`Comparison`](crate::analysis::Comparison) proves that both make the same decisions.
///
/// # Examples
///
/// ```
/// use s3_replication::analysis::{Comparison, to_v2};
/// use s3_replication::model::ConfigurationVersion;
/// use s3_replication::{Dialect, ReplicationConfiguration};
///
/// let old = ReplicationConfiguration::from_json(
///     r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{"Status": "Enabled",
///         "Prefix": "Tax/", "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
/// )?;
/// let new = to_v2(&old, &Dialect::AWS).validate(&Dialect::AWS)?;
/// assert_eq!(new.version(), ConfigurationVersion::V2);
/// assert!(Comparison::new(&old, &new).is_equivalent());
/// # Ok::<(), s3_replication::Report>(())
/// ```
#[must_use]
pub fn to_v2(configuration: &ReplicationConfiguration, dialect: &Dialect) -> ConfigurationDraft {
    let mut draft = configuration.to_draft();
    let count = draft.rules.len();
    for (position, rule) in draft.rules.iter_mut().enumerate() {
        // A rule without `Prefix` of its own is V2 already, and stays as it is.
        let Some(prefix) = rule.prefix.take() else { continue };
        *rule = std::mem::take(rule).with_filter(&RuleFilter::prefix(prefix));
        if dialect.schema_versions() == SchemaVersions::Alike {
            continue;
        }
        let rank = match dialect.priority_order() {
            PriorityOrder::HigherWins | PriorityOrder::DocumentOrder => count - position,
            PriorityOrder::LowerWins => position + 1,
        };
        *rule = RuleDraft {
            priority: u32::try_from(rank).ok().and_then(|rank| Priority::new(rank).ok()),
            // V1 replicates delete markers without being asked (REP-510), V2 only if enabled
            // (REP-511).
            delete_marker_replication: Some(RuleStatus::Enabled),
            ..std::mem::take(rule)
        };
    }
    draft
}
