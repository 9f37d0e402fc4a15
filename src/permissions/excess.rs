//! Permissions that are granted and not needed.
//!
//! A grant that no need uses is a remark and never a failure: a role may serve other purposes. But
//! a policy that was copied from another configuration shows here, because its resources match
//! nothing.
//!
//! A pattern such as `s3:Get*` is reported with the actions that are used of it, which is the edit
//! that makes it exact.

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
        let here: Vec<&Need> = needs.iter().filter(|need| may_concern(statement, need)).collect();
        for pattern in statement.actions() {
            let wildcard = Wildcard::new(pattern).ignoring_case();
            let is_used = |need: &&Need| {
                wildcard.matches(need.action)
                    || need.substitute.is_some_and(|one| wildcard.matches(one))
            };
            let is_wide = pattern.contains(['*', '?']);
            match (here.iter().copied().any(|need| is_used(&need)), is_wide) {
                (false, _) => note(format!("`{pattern}` is granted and not needed")),
                (true, true) => {
                    let mut used: Vec<&str> =
                        here.iter().copied().filter(is_used).map(|need| need.action).collect();
                    used.sort_unstable();
                    used.dedup();
                    note(format!("`{pattern}` grants more than `{}`", used.join("`, `")));
                }
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
            Wildcard::new(&keys).matches(pattern) || wildcard.matches(&keys.replace('*', "0"))
        }
        Target::Role(role) => wildcard.matches(&role.to_string()),
        Target::Anything => true,
    }
}
