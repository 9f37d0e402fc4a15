//! The check of given documents against what replication needs.
//!
//! For each need, the check asks whether every request of it is permitted. One need stands for many
//! requests: every key that a rule selects, with and without encryption. [`Scope`] makes a few
//! requests that stand for all of them, so the answer is exact and not a sample.
//!
//! ```text
//! needs ─▶ keys that an unknown KMS key may be ─▶ variants of headers ─▶ representative objects
//!       ─▶ both policies of the request ─▶ Answer
//! ```
//!
//! The worst answer counts, and a certain refusal comes before an uncertain one: a document that
//! lacks a permission is wrong, whatever else is unknown.
//!
//! The stages are in files of their own: `requests.rs` makes the request of a need, and finds the
//! policy of the bucket or key that guards it; `sides.rs` decides about one request by both sides;
//! `trust.rs` asks the same about the trust policy of a role; `answers.rs` turns answers into the
//! entries of a [`Checked`]. A simulation calls `answer` and `answer_about_trust` as well, with
//! needs that `judge.rs` and `job_judge.rs` have narrowed.

mod answers;
mod requests;
mod sides;
mod trust;

use std::collections::{BTreeMap, BTreeSet};

use self::requests::candidates;
use crate::model::RoleArn;
use crate::permissions::checked::{Cause, Checked, DocumentName};
use crate::permissions::document::PolicyDocument;
use crate::permissions::given::GivenDocuments;
use crate::permissions::need::{Identity, Key, Need, Target};
use crate::permissions::scope::Scope;
use crate::permissions::setup::{Job, Setup};

/// The answer about one request.
///
/// Permitted means that all requests of a need are, in every reading of what is unknown. Where no
/// document is given, nothing is judged, and the answer is `Permitted`, too.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    Permitted,
    /// The document does not permit it. At least one request is refused for sure. `example` is the
    /// resource of that request, and `statement` is the one that denies it, if one does.
    Not {
        // The one to change. If both sides refuse, it is that of the identity, except where the
        // resource denies.
        document: DocumentName,
        cause: Cause,
        statement: Option<String>,
        example: String,
        // The keys of the conditions that fail; empty unless the cause is `Cause::Condition`.
        failing: BTreeSet<String>,
    },
    /// No request is refused for sure, and one depends on values that are not known.
    Unknown {
        document: DocumentName,
        /// Condition keys, variables, operators and principals, as a message shows them: with
        /// backticks where they are code.
        depends_on: BTreeSet<String>,
    },
}

impl Setup<'_> {
    /// Checks documents against what the configuration needs, and the job if there is one.
    ///
    /// The answers are exact: a request is judged for every key that the rules select, and where a
    /// policy treats keys differently, the answer has an example. What depends on unknown condition
    /// keys is undecided.
    #[must_use]
    pub fn check(&self, given: &GivenDocuments) -> Checked {
        let mut checked = Checked {
            missing: Vec::new(),
            undecided: Vec::new(),
            not_given: Vec::new(),
            unknown: Vec::new(),
            notes: Vec::new(),
        };
        for (identity, needs) in self.needs() {
            if let Some(answer) = self.answer_about_trust(&identity, given) {
                checked.add_trust(self, &identity, answer);
            }
            for need in &needs {
                let answer = self.answer(need, given);
                checked.add(need, answer);
            }
            // Remarks come after the answers about the same identity, so that a reader meets what
            // is missing first.
            super::excess::add_excess(&identity, &needs, given, &mut checked.notes);
        }
        // Facts and remarks about the documents as a whole come last; none of them belongs to one
        // need.
        checked.not_given = self.not_given(given);
        checked.unknown = self.unknown_facts(given);
        self.add_doubts(given, &mut checked.notes);
        checked
    }

    /// Returns all needs, by the holder of the permission. In the order in which a report shows
    /// them: the role of the configuration, the role of the job if there is a job, and the caller.
    pub(super) fn needs(&self) -> Vec<(Identity, Vec<Need>)> {
        let mut needs = vec![(Identity::ReplicationRole, self.replication_needs())];
        if self.job.is_some() {
            needs.push((Identity::JobRole, self.job_needs()));
        }
        needs.push((Identity::Caller, self.caller_needs()));
        needs
    }

    /// Returns the role whose session makes the requests, if its name is known. `None` for a
    /// caller, and for the role of a job without a document.
    pub(super) fn role_of(&self, identity: &Identity) -> Option<&RoleArn> {
        match (identity, self.job) {
            (Identity::ReplicationRole, _) => Some(self.role),
            (Identity::JobRole, Some(Job::Specified(job))) => Some(job.role_arn()),
            _ => None,
        }
    }

    /// Answers about a need: a request that is not permitted, else one that is undecided. The
    /// substitute of the need is tried if nothing allows the action itself, as where a condition
    /// fails. A denial stands, and so does an open answer, which may be a denial.
    pub(super) fn answer(&self, need: &Need, given: &GivenDocuments) -> Answer {
        let answer = self.answer_about_action(need, need.action, given);
        match (need.substitute, answer) {
            (
                Some(substitute),
                Answer::Not {
                    document,
                    cause: cause @ (Cause::NotAllowed | Cause::Condition),
                    statement,
                    example,
                    failing,
                },
            ) => match self.answer_about_action(need, substitute, given) {
                // An undecided substitute leaves the need undecided. A refused one is not shown: the
                // document to write has the action itself.
                better @ (Answer::Permitted | Answer::Unknown { .. }) => better,
                _ => Answer::Not { document, cause, statement, example, failing },
            },
            (_, answer) => answer,
        }
    }

    /// The key of an unknown version is one that the policies name, or any other. The best
    /// candidate counts: a policy that grants the right key is right, and which key that is, is a
    /// fact that is reported as unknown. Permitted is best, then unknown, then the first refusal.
    /// There is always a candidate, so the answer without one is never used.
    fn answer_about_action(&self, need: &Need, action: &str, given: &GivenDocuments) -> Answer {
        let Target::Key(key) = &need.target else {
            return self.answer_about_key(need, action, None, given);
        };
        // Any key that the policies name may be the unknown one; a made-up key represents all others.
        let mut worst: Option<Answer> = None;
        for candidate in candidates(key, need, given) {
            let answer = self.answer_about_key(need, action, Some((key, &candidate)), given);
            match (&answer, &worst) {
                (Answer::Permitted, _) => return answer,
                (_, None) | (Answer::Unknown { .. }, Some(Answer::Not { .. })) => {
                    worst = Some(answer);
                }
                _ => {}
            }
        }
        worst.unwrap_or(Answer::Permitted)
    }

    /// Answers about all requests with one KMS key, or with none. A refusal ends the search. An
    /// unknown answer does not, because a later request may be refused for sure; of several unknown
    /// answers the first one is kept.
    fn answer_about_key(
        &self,
        need: &Need,
        action: &str,
        key: Option<(&Key, &str)>,
        given: &GivenDocuments,
    ) -> Answer {
        let identity = identity_documents(&need.identity, given);
        let guard = self.guard(need, key, given);
        let guard_document = guard.as_ref().map(|(_, document)| *document);
        let mut documents: Vec<&PolicyDocument> = identity.clone();
        documents.extend(guard_document);
        let mut unknown = None;
        // Every variant of headers has to be permitted: a rule replicates versions of all its
        // encryptions.
        for keys in &need.variants {
            let base = self.request(need, action, keys, key);
            let scope = Scope::of(need, &base);
            // A policy with patterns that multiply each other is hostile or generated. To give up
            // is honest, a partial search would not be.
            let Some(requests) = scope.requests(&documents) else {
                let document = document_of(&need.identity);
                let depends_on = ["patterns that are too many to follow".to_owned()].into();
                return Answer::Unknown { document, depends_on };
            };
            for request in requests {
                match self.answer_about_request(need, &request, &identity, guard.as_ref()) {
                    Answer::Permitted => {}
                    answer @ Answer::Not { .. } => return answer,
                    answer @ Answer::Unknown { .. } => unknown = unknown.or(Some(answer)),
                }
            }
        }
        unknown.unwrap_or(Answer::Permitted)
    }

    /// Returns the documents that are needed and not given.
    ///
    /// A policy of a bucket in the account of the role is not needed, so it is never named here.
    fn not_given(&self, given: &GivenDocuments) -> Vec<DocumentName> {
        let mut names = BTreeMap::new();
        let mut needed = |name: DocumentName, is_given: bool| {
            names.insert(name, is_given);
        };
        // A permissions policy may be split, so one of any number is enough to count as given.
        needed(DocumentName::ReplicationRole, !given.role.is_empty());
        needed(DocumentName::ReplicationRoleTrust, given.trust.is_some());
        if self.job.is_some() {
            needed(DocumentName::BatchRole, !given.batch_role.is_empty());
            needed(DocumentName::BatchRoleTrust, given.batch_trust.is_some());
        }
        // The written documents show which bucket policies and key policies are needed: those of
        // other accounts.
        let documents = self.documents();
        for policy in documents.bucket_policies() {
            let name = policy.bucket().name();
            needed(self.name_of_policy(name), given.bucket(name).is_some());
        }
        for statement in documents.key_statements() {
            let key = statement.key();
            needed(DocumentName::KmsKeyPolicy(key.to_owned()), given.key(key, key).is_some());
        }
        names.into_iter().filter(|(_, is_given)| !is_given).map(|(name, _)| name).collect()
    }
}

/// Returns the permissions policies of an identity. All of them count together. Empty if none was
/// given, which is not a refusal.
pub(super) fn identity_documents<'g>(
    identity: &Identity,
    given: &'g GivenDocuments,
) -> Vec<&'g PolicyDocument> {
    match identity {
        Identity::ReplicationRole => given.role.iter().collect(),
        Identity::JobRole => given.batch_role.iter().collect(),
        Identity::Caller => given.caller.iter().collect(),
    }
}

/// Returns the name of the permissions policies of an identity. A message names the holder, and not
/// the file, because several files may be given for one.
pub(super) const fn document_of(identity: &Identity) -> DocumentName {
    match identity {
        Identity::ReplicationRole => DocumentName::ReplicationRole,
        Identity::JobRole => DocumentName::BatchRole,
        Identity::Caller => DocumentName::Caller,
    }
}
