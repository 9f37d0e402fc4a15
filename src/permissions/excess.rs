//! Permissions that are granted and not needed.
//!
//! A grant that no need uses is a remark and never a failure: a role may serve other purposes. But
//! a policy that was copied from another configuration shows here, because its resources match
//! nothing.
//!
//! A pattern such as `s3:Get*` is reported with the actions that are used of it, which is the edit
//! that makes it exact.
//!
//! ```text
//! s3:PutBucketPolicy                     `s3:PutBucketPolicy` is granted and not needed
//! s3:Get* on photos/*                    `s3:Get*` grants more than `s3:GetObjectVersionAcl`, …
//! arn:aws:s3:::other/*                   the resource `arn:aws:s3:::other/*` is not needed
//! NotAction: s3:Delete*                  `NotAction` grants actions that are not needed
//! ```
//!
//! Advised needs count as used, since the documents that this crate writes grant them. Conditions
//! are not looked at: they narrow a grant, and a narrow grant is no excess.

use crate::clause::{Clause, POLICY_DECISION};
use crate::permissions::check::{document_of, identity_documents};
use crate::permissions::document::{Effect, PolicyDocument, Statement};
use crate::permissions::given::GivenDocuments;
use crate::permissions::need::{Identity, Key, Need, Target};
use crate::permissions::note::Note;
use crate::permissions::wildcard::Wildcard;

/// The clause behind remarks about what is not needed: a request needs one statement that allows it.
const CLAUSE: &Clause = &POLICY_DECISION;

/// Adds remarks about actions and resources of the policies of a role that no need uses.
///
/// Each remark occurs once, also if two documents of the role have the same statement.
pub(super) fn add_excess(
    identity: &Identity,
    needs: &[Need],
    given: &GivenDocuments,
    notes: &mut Vec<Note>,
) {
    // Callers do much else.
    if *identity == Identity::Caller {
        return;
    }
    for document in identity_documents(identity, given) {
        add_excess_of(document, identity, needs, notes);
    }
}

/// Adds the remarks about one document. Denials grant nothing and are passed over.
///
/// An action is compared only with needs that the resources of the statement may concern. So
/// `s3:ReplicateObject` on the source bucket is not needed, although it is on a destination.
fn add_excess_of(
    document: &PolicyDocument,
    identity: &Identity,
    needs: &[Need],
    notes: &mut Vec<Note>,
) {
    let document_name = document_of(identity);
    for (position, statement) in document.statements.iter().enumerate() {
        if statement.effect != Effect::Allow {
            continue;
        }
        let name = statement.sid().map_or_else(
            || format!("the statement #{}", position + 1),
            |sid| format!("the statement `{sid}`"),
        );
        let mut note = |message: String| {
            let message = format!("{message} in {name} of {document_name}");
            if !notes.iter().any(|note: &Note| note.message == message) {
                notes.push(Note::new(CLAUSE, message));
            }
        };
        // Everything but the listed actions is granted: no list of the rest could be complete.
        if statement.actions.is_negated {
            note("`NotAction` grants actions that are not needed".to_owned());
            continue;
        }
        // Empty if no resource matches. Then every action of the statement is named, and the
        // resources are not named again.
        let here: Vec<&Need> = needs.iter().filter(|need| may_concern(statement, need)).collect();
        for pattern in statement.actions() {
            let wildcard = Wildcard::new(pattern).ignoring_case();
            let is_used = |need: &&Need| {
                wildcard.matches(need.action)
                    // The older action for reading versions is a use, too.
                    || need.substitute.is_some_and(|one| wildcard.matches(one))
            };
            let is_wide = pattern.contains(['*', '?']);
            match (here.iter().copied().any(|need| is_used(&need)), is_wide) {
                (false, _) => note(format!("`{pattern}` is granted and not needed")),
                (true, true) => {
                    let mut used: Vec<&str> =
                        here.iter().copied().filter(is_used).map(|need| need.action).collect();
                    // Several needs have the same action, for instance one for each destination.
                    used.sort_unstable();
                    used.dedup();
                    note(format!("`{pattern}` grants more than `{}`", used.join("`, `")));
                }
                // An exact action that is used needs no remark.
                (true, false) => {}
            }
        }
        for resource in statement.resources() {
            let is_used = here.iter().any(|need| matches_some(resource, need));
            if !here.is_empty() && !is_used {
                note(format!("the resource `{resource}` is not needed"));
            }
        }
    }
}

/// Returns true if a statement may be about a need, by its resources.
///
/// Without `Resource`, and with `NotResource`, nothing can be excluded.
fn may_concern(statement: &Statement, need: &Need) -> bool {
    match &statement.resources {
        None => true,
        Some(resources) if resources.is_negated => true,
        Some(resources) => resources.patterns.iter().any(|pattern| matches_some(pattern, need)),
    }
}

/// Returns true if a pattern matches a resource that the need is about.
///
/// For a pattern with a variable, nothing is claimed: its value may be the resource.
///
/// ```text
/// arn:aws:s3:::photos/*                   objects of `photos`: yes
/// arn:aws:s3:::photos/raw/*               a rule for the prefix "" selects them, too: yes
/// arn:aws:s3:::photos/tmp/*               a rule for the prefix "raw/": no
/// arn:aws:kms:eu-west-1:1:key/k           an unknown key of the account 1: yes
/// ```
fn matches_some(pattern: &str, need: &Need) -> bool {
    if pattern.contains("${") {
        return true;
    }
    let wildcard = Wildcard::new(pattern);
    match &need.target {
        Target::Bucket(bucket) => wildcard.matches(bucket.as_str()),
        // One key in a range is enough, so a pattern that is narrower than the rule counts as used.
        // What it lacks is found by the check.
        Target::Objects { bucket, ranges } => ranges.iter().any(|range| {
            wildcard.matches_some_beginning_with(&format!("{bucket}/{}", range.prefix))
        }),
        Target::Object { bucket, key } => wildcard.matches(&format!("{bucket}/{key}")),
        Target::Key(Key::Known(arn)) => wildcard.matches(&arn.to_string()),
        Target::Key(unknown @ Key::Unknown { .. }) => {
            let keys = unknown.pattern();
            // Either the pattern names one of the possible keys, or it is wide enough to match any
            // key of them.
            Wildcard::new(&keys).matches(pattern) || wildcard.matches(&keys.replace('*', "0"))
        }
        Target::Role(role) => wildcard.matches(&role.to_string()),
        Target::Anything => true,
    }
}
