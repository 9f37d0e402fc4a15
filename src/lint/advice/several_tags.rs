use crate::lint::advice::Decisions;
use crate::lint::{Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A filter that asks for two tags or more.
    ///
    /// ## Why it matters
    ///
    /// S3 wants all of them. MinIO and Ceph take a version that has one of them.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status>
    ///   <Filter><And>
    ///     <Tag><Key>a</Key><Value>1</Value></Tag>
    ///     <Tag><Key>b</Key><Value>1</Value></Tag></And></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><Tag><Key>a</Key><Value>1</Value></Tag></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "several-tags",
        summary: "other stores match any of several tags, not all",
        clause: OTHER_STORES_ANY_TAG,
        group: Portability,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    for rule in decisions.enabled_rules().filter(|rule| rule.filter.tags().len() > 1) {
        let message =
            format!("MinIO and Ceph read the tags of rule `{}` as any of them", rule.name());
        let finding = LINT.advice(FieldPath::rule(rule.position).field("Filter"), message);
        found.push(finding.with_help("replace the tags by one tag if other stores matter"));
    }
}
