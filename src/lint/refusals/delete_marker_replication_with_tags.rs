use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::{Context, Findings, declare_lint};
use crate::model::RuleStatus;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule with a tag in its filter and with `DeleteMarkerReplication` enabled.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: a delete marker has no tags, so such a filter could never match one.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter><Tag><Key>team</Key><Value>tax</Value></Tag></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Enabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter><Tag><Key>team</Key><Value>tax</Value></Tag></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "delete-marker-replication-with-tags",
        summary: "a rule with a tag filter replicates delete markers",
        clause: DELETE_MARKERS_AND_TAGS,
        stage: Rule,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, rule) in context.rules() {
        let Some(filter) = &rule.filter else { continue };
        if rule.delete_marker_replication == Some(RuleStatus::Enabled)
            && filter.tags().next().is_some()
        {
            let path = FieldPath::rule(at).field("DeleteMarkerReplication").field("Status");
            let in_filter = FieldPath::rule(at).field("Filter");
            let tag = match filter.tag {
                Some(_) => in_filter.field("Tag"),
                None => in_filter.field("And").field("Tag").index(0),
            };
            let answer = "Delete marker replication is not supported if any Tag filter is \
                          specified. Please refer to S3 Developer Guide for more information.";
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
            let message = "a rule with a tag filter can't replicate delete markers";
            let finding = LINT.refusal(path, message, error);
            let help = "write `Disabled`, or filter by prefix";
            found.push(finding.with_note(tag, "the tag filter").with_help(help));
        }
    }
}
