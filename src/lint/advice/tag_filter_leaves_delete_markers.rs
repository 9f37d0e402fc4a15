use std::collections::HashSet;

use crate::analysis::{DeleteMarkersLeft, delete_markers_left};
use crate::dialect::PrefixSearch;
use crate::lint::advice::Decisions;
use crate::lint::{Findings, declare_lint};
use crate::model::ReplicationRule;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule with a tag in its filter that replicates an object whose delete marker does not go
    /// where the object goes: no rule without tags replicates it, or one comes first that replicates
    /// none.
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
    static LINT = {
        name: "tag-filter-leaves-delete-markers",
        summary: "a rule that asks for tags replicates no delete markers",
        clause: DELETE_MARKERS_AND_TAGS,
        group: Pedantic,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    if decisions.enabled_rules().all(|rule| !rule.filter.mentions_tags()) {
        return;
    }
    let left = delete_markers_left(decisions.configuration(), decisions.context.dialect());
    let with_markers = decisions
        .enabled_rules()
        .filter(|rule| rule.replicates_delete_markers() && rule.filter.unmatchable().is_none());
    let with_markers: HashSet<&str> = with_markers.map(bucket_of).collect();
    for rule in decisions.writing_rules().filter(|rule| rule.filter.mentions_tags()) {
        let message = match left.get(&rule.position) {
            None if with_markers.contains(bucket_of(rule)) => continue,
            Some(DeleteMarkersLeft { some_follow: true, left }) => {
                let name = rule.name();
                format!("not every delete of what rule `{name}` replicates arrives: {left}")
            }
            _ => format!("what rule `{}` replicates is never deleted there", rule.name()),
        };
        let finding = LINT.advice(FieldPath::rule(rule.position).field("Filter"), message);
        // Where one rule only is compared with a key, a second one would take all its objects.
        let help = match decisions.context.dialect().prefix_search() {
            PrefixSearch::Every => {
                "add a rule without tags that replicates delete markers of these keys and comes \
                 before others without tags, if they should go too"
            }
            PrefixSearch::LastBeforeKey => {
                "remove the objects from the destination bucket with a lifecycle rule, if they should \
                 go too"
            }
        };
        found.push(finding.with_help(help));
    }
}

fn bucket_of(rule: &ReplicationRule) -> &str {
    rule.destination.bucket.as_str()
}
