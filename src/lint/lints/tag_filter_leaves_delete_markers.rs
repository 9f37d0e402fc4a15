use crate::lint::{Accepted, Findings, declare_lint};
use crate::model::ReplicationRule;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// An enabled rule with a tag in its filter, for whose keys no other rule replicates delete
    /// markers.
    ///
    /// ## Why it matters
    ///
    /// A delete marker has no tags, and S3 refuses a rule that asks for both. What is deleted at
    /// the source stays current in the destination.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><ID>keep</ID><Status>Enabled</Status>
    ///   <Filter><Tag><Key>keep</Key><Value>yes</Value></Tag></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><ID>keep</ID><Status>Enabled</Status>
    ///   <Filter><Tag><Key>keep</Key><Value>yes</Value></Tag></Filter>
    ///   <Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><ID>all</ID><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Enabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static TAG_FILTER_LEAVES_DELETE_MARKERS = {
        name: "tag-filter-leaves-delete-markers",
        summary: "a rule that asks for tags replicates no delete markers",
        clause: DELETE_MARKERS_AND_TAGS,
        group: Pedantic,
        reads: Accepted,
        since: "0.1.0",
    }
}

fn check(accepted: &Accepted<'_>, found: &mut Findings) {
    for rule in accepted.enabled_rules().filter(|rule| !rule.filter.tags().is_empty()) {
        let prefix = rule.filter.key_prefix();
        let deletes = |other: &ReplicationRule| {
            other.replicates_delete_markers()
                && other.destination.bucket == rule.destination.bucket
                && other.filter.tags().is_empty()
                && prefix.as_str().starts_with(other.filter.key_prefix().as_str())
        };
        if !accepted.enabled_rules().any(deletes) {
            let message = format!("what rule `{}` replicates is never deleted there", rule.name());
            let finding = TAG_FILTER_LEAVES_DELETE_MARKERS
                .advice(FieldPath::rule(rule.position).field("Filter"), message);
            let help =
                "add a rule without tags that replicates delete markers, if they should go too";
            found.push(finding.with_help(help));
        }
    }
}
