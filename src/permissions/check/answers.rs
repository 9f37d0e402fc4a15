//! The answers about needs, collected to the result of a check.
//!
//! ```text
//! answer       need required      need advised
//! permitted    nothing            nothing
//! not          an entry missing   a remark
//! unknown      an entry undecided nothing
//! ```
//!
//! An advised need is one on which sources differ, or that concerns only some versions. So its lack
//! is worth a remark, and an open answer about it is worth nothing: there would be one for most
//! policies with a condition on an unknown key.

use super::Answer;
use crate::model::RoleArn;
use crate::permissions::checked::{Cause, Checked, DocumentName, Missing, Undecided};
use crate::permissions::need::{Identity, Need, Purpose};
use crate::permissions::note::Note;
use crate::permissions::setup::Setup;

impl Checked {
    /// Adds an answer, once: several needs may be refused for the same action on the same resource,
    /// for instance with and without an S3 Bucket Key.
    pub(super) fn add(&mut self, need: &Need, answer: Answer) {
        match answer {
            Answer::Not { document, cause, statement, example, failing } if need.is_required => {
                let missing = Missing {
                    action: need.action.to_owned(),
                    resource: need.resource(),
                    example,
                    document,
                    cause,
                    statement,
                    failing_conditions: failing,
                    why: need.why.clone(),
                    failure_reason: need.failure,
                    effect: need.effect,
                    clause: need.clause,
                };
                // Cause and example may differ, but the edit is the same, so the first one is
                // enough for a reader.
                let is_known = self.missing.iter().any(|other| {
                    (&other.action, &other.resource, &other.document)
                        == (&missing.action, &missing.resource, &missing.document)
                });
                if !is_known {
                    self.missing.push(missing);
                }
            }
            // Sources differ on this need, so it is no reason to call a document insufficient.
            Answer::Not { document, cause, .. } => {
                let note = advised(need, &document, cause);
                // The same action with another encryption context makes the same remark.
                if !self.notes.contains(&note) {
                    self.notes.push(note);
                }
            }
            Answer::Unknown { document, depends_on } if need.is_required => {
                let undecided = Undecided {
                    action: need.action.to_owned(),
                    resource: need.resource(),
                    document,
                    depends_on,
                };
                // Unlike above, the reasons count here: another condition key is another thing to
                // find out.
                if !self.undecided.contains(&undecided) {
                    self.undecided.push(undecided);
                }
            }
            Answer::Permitted | Answer::Unknown { .. } => {}
        }
    }

    /// Adds an answer about the trust policy of a role.
    ///
    /// Always an entry, since a role that no service can assume replicates nothing. The resource is
    /// the role, or `*` for the role of a job without a document.
    ///
    /// There is at most one answer for each role, so nothing has to be compared with earlier
    /// entries.
    pub(super) fn add_trust(&mut self, setup: &Setup<'_>, identity: &Identity, answer: Answer) {
        let role = setup.role_of(identity).map_or_else(|| "*".to_owned(), RoleArn::to_string);
        let (clause, service) = identity.trust();
        match answer {
            Answer::Permitted => {}
            Answer::Not { document, cause, statement, example, failing } => {
                self.missing.push(Missing {
                    action: "sts:AssumeRole".to_owned(),
                    resource: role,
                    example,
                    document,
                    cause,
                    statement,
                    failing_conditions: failing,
                    why: format!("`{service}` assumes the role"),
                    // S3 has one reason for both roles.
                    failure_reason: Some("AssumeRoleNotPermitted"),
                    effect: "",
                    clause,
                });
            }
            Answer::Unknown { document, depends_on } => self.undecided.push(Undecided {
                action: "sts:AssumeRole".to_owned(),
                resource: role,
                document,
                depends_on,
            }),
        }
    }
}

/// Returns the remark about a need that is not certain.
///
/// The effect is in the message, because the permission may be left out on purpose.
///
/// ```text
/// the policy of the replication role does not allow `s3:ReplicateTags` on
/// `arn:aws:s3:::backup/*`; one source states that replicas need it for their tags
/// ```
fn advised(need: &Need, document: &DocumentName, cause: Cause) -> Note {
    let verb = match cause {
        Cause::NotAllowed => "does not allow",
        Cause::Denied => "denies",
        Cause::Condition => "allows only under a condition that fails",
    };
    let effect = match need.purpose {
        Purpose::ReadTags => "replicas have no tags",
        // A denied `s3:ReplicateTags` withholds tags in every source; one that is only not allowed,
        // in one (REP-1210).
        Purpose::WriteTags if cause == Cause::Denied => "replicas have no tags",
        Purpose::WriteTags => "one source states that replicas need it for their tags",
        Purpose::Encrypt | Purpose::Decrypt => "some sources or versions need it, see the clause",
        Purpose::EncryptByDefault => "only versions written before 2023 need it",
        Purpose::ChangeOwner => "the bucket owner owns the replicas without it",
        _ => "some sources or versions need it",
    };
    Note::new(
        need.clause,
        format!("{document} {verb} `{}` on `{}`; {effect}", need.action, need.resource()),
    )
}
