use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::DeleteMarkersWithTags;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::{FilterDraft, NotDraft, RuleStatus};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule with a tag in its filter, also within `Not` or `Or`, and with
    /// `DeleteMarkerReplication` enabled.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: a delete marker has no tags, and S3 does not replicate delete markers by rules
    /// that look at tags.
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
        match context.dialect().delete_markers_with_tags() {
            DeleteMarkersWithTags::Refused => {}
            DeleteMarkersWithTags::RefusedForTag if filter.tag.is_some() => {}
            DeleteMarkersWithTags::RefusedForTag | DeleteMarkersWithTags::Accepted => continue,
        }
        if rule.delete_marker_replication == Some(RuleStatus::Enabled)
            && let Some(tag) = first_tag(filter, FieldPath::rule(at).field("Filter"))
        {
            let path = FieldPath::rule(at).field("DeleteMarkerReplication").field("Status");
            let answer = "Delete marker replication is not supported if any Tag filter is \
                          specified. Please refer to S3 Developer Guide for more information.";
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
            let message = "a rule with a tag filter cannot replicate delete markers";
            let finding = LINT.refusal(path, message, error);
            let help = "write `Disabled`, or filter by prefix";
            found.push(finding.with_note(tag, "the tag filter").with_help(help));
        }
    }
}

/// Returns the path of the first tag of a filter, required or excluded.
fn first_tag(filter: &FilterDraft, path: FieldPath) -> Option<FieldPath> {
    if filter.tag.is_some() {
        return Some(path.field("Tag"));
    }
    if let Some(and) = &filter.and {
        let path = path.field("And");
        if !and.tags.is_empty() {
            return Some(path.field("Tag").index(0));
        }
        return first_excluded_tag(and.not.as_ref()?, path.field("Not"));
    }
    first_excluded_tag(filter.not.as_ref()?, path.field("Not"))
}

fn first_excluded_tag(not: &NotDraft, path: FieldPath) -> Option<FieldPath> {
    if not.tag.is_some() {
        return Some(path.field("Tag"));
    }
    let or = not.or.as_ref()?;
    (!or.tags.is_empty()).then(|| path.field("Or").field("Tag").index(0))
}
