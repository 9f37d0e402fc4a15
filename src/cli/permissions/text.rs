//! The documents and the answers of a check as text.
//!
//! A document is printed as it can be pasted into the console of AWS, and below it the reason for
//! each statement, by its `Sid`:
//!
//! ```text
//! Replication role: trust policy
//! {
//!   "Version": "2012-10-17",
//!   …
//! }
//!   S3 assumes the role to replicate [REP-1201]
//! ```
//!
//! A check has a paragraph for each request that is missing, then what is undecided and unknown,
//! and ends with a sentence:
//!
//! ```text
//! missing  s3:ReplicateDelete on arn:aws:s3:::backup/*
//!   the policy of the replication role does not allow it, such as for arn:aws:s3:::backup/a
//!   needed because a rule replicates delete markers to `backup`
//!   S3 reports DstDelObjNotPermitted [REP-1209]
//! unknown  Object Lock of `photos` is unknown; if it is enabled, the role needs two more actions; …
//! not checked: the trust policy of the replication role (not given)
//! 1 request not permitted
//! ```
//!
//! The words for a cause and an effect are those of `topology`, too.

use std::fmt::Write as _;

use s3_replication::permissions::{
    Cause, Checked, Documents, Explained, Missing, Note, Reason, RoleDocuments, Statement,
    Undecided,
};

use crate::cli::counts::counted;
use crate::cli::styles::Styles;

/// Returns the documents with the reasons for their statements: the role, the policies of other
/// accounts, the role of the job, and the caller. Remarks come last.
pub(super) fn documents(documents: &Documents) -> String {
    let mut out = String::new();
    role(&mut out, "Replication role", documents.replication_role());
    for policy in documents.bucket_policies() {
        let bucket = policy.bucket().name();
        let title = format!("Bucket policy of {bucket}, for account {}", policy.account());
        explained(&mut out, &title, policy.explained());
    }
    // A statement and not a policy: a key has one already, and without its other statements the key
    // could not be administered.
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

/// Colours a heading.
fn heading(title: &str) -> String {
    Styles::stdout().heading(title)
}

/// Adds the two policies of a role.
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

/// Adds the reason for a statement, with its `Sid` if it has one, and its clauses.
fn why(out: &mut String, statement: &Statement, reason: &Reason) {
    let name = statement.sid().map_or_else(String::new, |sid| format!("{sid}: "));
    let clauses: Vec<&str> = reason.clauses.iter().map(|clause| clause.id()).collect();
    let _ = writeln!(out, "  {name}{} [{}]", reason.why, clauses.join(", "));
}

/// Adds the remarks. One with a code is a finding about a policy, and has the form of a warning.
fn notes(out: &mut String, notes: &[Note]) {
    for note in notes {
        let label = note.code.map_or_else(
            || "note".to_owned(),
            |code| Styles::stdout().warning(&format!("warning[{code}]")),
        );
        let _ = writeln!(out, "{label}: {} [{}]", note.message, note.clause);
    }
}

/// Returns the answers of a check, and a sentence that sums them up.
///
/// ```text
/// all permitted                            the documents permit every needed request
/// all permitted, some documents not given  the given documents permit every needed request
/// all permitted, a fact is unknown         not decided: …, but 1 fact is unknown
/// some undecided                           2 requests undecided
/// some missing                             1 request not permitted, 2 undecided
/// ```
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
        // Before the sentences that permit: a fact may add a request that the documents do not
        // permit.
        (0, 0) if !checked.unknown_facts().is_empty() => {
            let facts = match checked.unknown_facts().len() {
                1 => "1 fact is unknown".to_owned(),
                count => format!("{count} facts are unknown"),
            };
            format!("not decided: the documents permit what is known to be needed, but {facts}")
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

/// Adds the paragraph about a missing request. The lines about purpose and effect are left out
/// where they are empty.
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
///
/// It is a clause of a sentence, without a capital letter and a full stop. For a condition it names
/// the keys that would have to have another value.
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
///
/// Where S3 reports a reason, the reason stands for the effect, since events and metrics have it.
pub(in crate::cli) fn effect(missing: &Missing) -> String {
    match missing.failure_reason {
        Some(reason) => format!("S3 reports {reason}"),
        None => missing.effect.to_owned(),
    }
}
