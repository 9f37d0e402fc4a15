//! The documents and the answers of a check as text.

use std::fmt::Write as _;

use s3_replication::permissions::{
    Cause, Checked, Documents, Explained, Missing, Note, Reason, RoleDocuments, Statement,
    Undecided,
};

use crate::cli::counts::counted;
use crate::cli::styles::Styles;

pub(super) fn documents(documents: &Documents) -> String {
    let mut out = String::new();
    role(&mut out, "Replication role", documents.replication_role());
    for policy in documents.bucket_policies() {
        let bucket = policy.bucket().name();
        let title = format!("Bucket policy of {bucket}, for account {}", policy.account());
        explained(&mut out, &title, policy.explained());
    }
    for key in documents.key_statements() {
        let title =
            format!("Statement for the policy of {}, for account {}", key.key(), key.account());
        let json = serde_json::to_string_pretty(key.statement()).unwrap_or_default();
        let _ = writeln!(out, "{}\n{json}", heading(&title));
        why(&mut out, key.statement(), key.reason());
        out.push('\n');
    }
    if let Some(batch) = documents.batch_role() {
        role(&mut out, "Batch role", batch);
    }
    explained(&mut out, "Permissions of the caller", documents.caller());
    notes(&mut out, documents.notes());
    out
}

fn heading(title: &str) -> String {
    Styles::stdout().heading(title)
}

fn role(out: &mut String, title: &str, role: &RoleDocuments) {
    explained(out, &format!("{title}: trust policy"), role.explained_trust());
    explained(out, &format!("{title}: permissions policy"), role.explained_policy());
}

/// A document, and below it the reason for each statement.
fn explained(out: &mut String, title: &str, explained: &Explained) {
    let policy = explained.policy();
    let _ = writeln!(out, "{}\n{}", heading(title), policy.to_json());
    for (statement, reason) in policy.statements().iter().zip(explained.reasons()) {
        why(out, statement, reason);
    }
    out.push('\n');
}

fn why(out: &mut String, statement: &Statement, reason: &Reason) {
    let name = statement.sid().map_or_else(String::new, |sid| format!("{sid}: "));
    let clauses: Vec<&str> = reason.clauses.iter().map(|clause| clause.id()).collect();
    let _ = writeln!(out, "  {name}{} [{}]", reason.why, clauses.join(", "));
}

fn notes(out: &mut String, notes: &[Note]) {
    for note in notes {
        let label = note.code.map_or_else(
            || "note".to_owned(),
            |code| Styles::stdout().warning(&format!("warning[{code}]")),
        );
        let _ = writeln!(out, "{label}: {} [{}]", note.message, note.clause);
    }
}

pub(super) fn checked(checked: &Checked) -> String {
    let mut out = String::new();
    for one in checked.missing() {
        missing(&mut out, one);
    }
    for Undecided { action, resource, document, depends_on, .. } in checked.undecided() {
        let label = Styles::stdout().warning("undecided");
        let depends_on: Vec<&str> = depends_on.iter().map(String::as_str).collect();
        let _ = writeln!(
            out,
            "{label}  {action} on {resource}\n  {document} depends on {}",
            depends_on.join(", ")
        );
    }
    for fact in checked.unknown_facts() {
        let label = Styles::stdout().warning("unknown");
        let _ = writeln!(out, "{label}  {} [{}]", fact.message, fact.clause);
    }
    notes(&mut out, checked.notes());
    for name in checked.not_checked() {
        let _ = writeln!(out, "not checked: {name} (not given)");
    }
    let (missing, undecided) = (checked.missing().len(), checked.undecided().len());
    let summary = match (missing, undecided) {
        (0, 0) if !checked.unknown_facts().is_empty() => {
            let facts = counted(checked.unknown_facts().len(), "unknown fact");
            format!("not decided: the documents permit what is known to be needed, but for {facts}")
        }
        (0, 0) if !checked.not_checked().is_empty() => {
            "the given documents permit every needed request".to_owned()
        }
        (0, 0) => "the documents permit every needed request".to_owned(),
        (0, _) => format!("{} undecided", counted(undecided, "request")),
        (_, 0) => format!("{} not permitted", counted(missing, "request")),
        _ => format!("{} not permitted, {undecided} undecided", counted(missing, "request")),
    };
    out.push_str(&summary);
    out.push('\n');
    out
}

fn missing(out: &mut String, missing: &Missing) {
    let Missing { action, resource, .. } = missing;
    let label = Styles::stdout().error("missing");
    let _ = writeln!(out, "{label}  {action} on {resource}");
    let _ = writeln!(out, "  {}", cause(missing));
    if !missing.why.is_empty() {
        let _ = writeln!(out, "  needed because {}", missing.why);
    }
    let effect = effect(missing);
    if !effect.is_empty() {
        let _ = writeln!(out, "  {effect} [{}]", missing.clause);
    }
}

/// Returns the reason why a request is not permitted, with an example.
pub(in crate::cli) fn cause(missing: &Missing) -> String {
    let Missing { example, document, statement, .. } = missing;
    match (missing.cause, statement) {
        (Cause::Denied, Some(statement)) => {
            format!("{document} denies it by the statement `{statement}`, such as for {example}")
        }
        (Cause::Denied, None) => format!("{document} denies it, such as for {example}"),
        (Cause::NotAllowed, _) => format!("{document} does not allow it, such as for {example}"),
        (Cause::Condition, _) => {
            let keys: Vec<&str> = missing.failing_conditions.iter().map(String::as_str).collect();
            let keys = keys.join("` and `");
            format!(
                "{document} allows it only if `{keys}` has another value, such as for {example}"
            )
        }
    }
}

/// Returns the effect of a request that is not permitted; may be empty.
pub(in crate::cli) fn effect(missing: &Missing) -> String {
    match missing.failure_reason {
        Some(reason) => format!("S3 reports {reason}"),
        None => missing.effect.to_owned(),
    }
}
