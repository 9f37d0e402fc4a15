//! The decision of the two sides of a request: the policies of the identity, and that of the resource.
//!
//! `requests.rs` has found the two sides. This file evaluates every document of a side for the
//! request, by `decision.rs`, and joins the results by the table below. A side without documents
//! was not given: it may have others that allow everything, so it is passed over, and only the
//! other side is judged.

use std::collections::BTreeSet;

use super::{Answer, document_of};
use crate::permissions::checked::{Cause, DocumentName};
use crate::permissions::decision::{Decision, Details};
use crate::permissions::document::PolicyDocument;
use crate::permissions::need::{Need, Target};
use crate::permissions::request::Request;
use crate::permissions::setup::{Owner, Setup};

impl Setup<'_> {
    /// Decides about one request by the policies of both sides (REP-1225, REP-1226).
    ///
    /// ```text
    ///                         identity policies     policy of the resource
    /// bucket, same account    either one allows, and neither denies
    /// bucket, other account   both allow, and neither denies
    /// key, any account        the key policy allows the role itself,
    ///                         or it allows the account and the identity policies allow
    /// ```
    ///
    /// A denial that is certain decides at once. One that is possible makes a permission unknown,
    /// and so does a possible permission on the other side.
    ///
    /// The order of the tests is the order of importance: what denies on the own side, what denies
    /// on the other side, a missing other side, then the table. So a message names a statement that
    /// denies before any that is missing.
    pub(super) fn answer_about_request(
        &self,
        need: &Need,
        request: &Request,
        identity: &[&PolicyDocument],
        guard: Option<&(DocumentName, &PolicyDocument)>,
    ) -> Answer {
        let example = crate::permissions::scope::example(request);
        let document = document_of(&need.identity);
        let own = Side::of(identity, request);
        let other = guard.map(|(name, policy)| (name.clone(), Side::of(&[policy], request)));
        let not = |document: &DocumentName, side: &Side, cause| Answer::Not {
            document: document.clone(),
            cause,
            statement: side.denying.clone(),
            failing: side.failing(cause),
            example: example.clone(),
        };
        if own.denying.is_some() {
            return not(&document, &own, Cause::Denied);
        }
        if let Some((name, side)) = other.as_ref().filter(|(_, side)| side.denying.is_some()) {
            return not(name, side, Cause::Denied);
        }
        // An unknown owner is not foreign here: the bucket is judged as one of the same account,
        // and `unknown.rs` judges it as one of another account.
        let owner = need.target.owner(|bucket| self.owner(bucket), |one| self.owned_by(one));
        let is_key = matches!(need.target, Target::Key(_));
        let is_foreign = matches!(owner, Owner::Other(_));
        let has_identity = !identity.is_empty();
        // No policy of the role was given. It may have others that allow everything, so only the
        // given side is judged.
        let own_decision = || if has_identity { own.decision(false) } else { Decision::Allowed };
        let answer = |document: &DocumentName, side: &Side, decision| match decision {
            Decision::Allowed => Answer::Permitted,
            Decision::Undecided(depends_on) => {
                Answer::Unknown { document: document.clone(), depends_on }
            }
            Decision::ConditionFails => not(document, side, Cause::Condition),
            _ => not(document, side, Cause::NotAllowed),
        };
        let own_answer = || answer(&document, &own, own_decision());
        let Some((name, side)) = &other else { return own_answer() };
        let other_answer = |by_account| answer(name, side, side.decision(by_account));
        if is_foreign {
            // A statement that names the account of the role is enough here: the account passes the
            // permission on.
            return both(own_answer(), other_answer(true));
        }
        // A policy that may deny keeps an answer open, although the other side permits the request.
        // Here `own` is the side that may deny.
        let unless_denied =
            || Answer::Unknown { document: document.clone(), depends_on: own.doubts() };
        if is_key {
            let through_account = both(own_answer(), other_answer(true));
            return match (other_answer(false), through_account) {
                (direct @ Answer::Permitted, _) if own.never_denies() => direct,
                (Answer::Permitted, Answer::Not { .. }) => unless_denied(),
                // The key policy may name the role, which needs no policy of its own then.
                (direct @ Answer::Unknown { .. }, Answer::Not { .. }) => direct,
                (_, through_account) => through_account,
            };
        }
        // Within an account either policy is enough, and neither may deny.
        match (own_answer(), other_answer(false)) {
            (Answer::Permitted, _) if !side.never_denies() => {
                Answer::Unknown { document: name.clone(), depends_on: side.doubts() }
            }
            (_, Answer::Permitted) if own.never_denies() => Answer::Permitted,
            (Answer::Not { .. }, Answer::Permitted) => unless_denied(),
            (Answer::Not { .. }, answer @ Answer::Unknown { .. }) | (answer, _) => answer,
        }
    }
}

/// Returns the first answer that is not a permission; one that is certain goes first.
///
/// One side that refuses decides, and the other side may be unknown then. Both are needed: where
/// either is no permission, the other one cannot help.
fn both(one: Answer, other: Answer) -> Answer {
    if matches!(one, Answer::Not { .. }) || matches!(other, Answer::Permitted) {
        return one;
    }
    if matches!(other, Answer::Not { .. }) || matches!(one, Answer::Permitted) {
        return other;
    }
    one
}

/// The policies of one side, and what they decide together.
///
/// Several policies of one side count together: one may allow what another one denies.
pub(super) struct Side {
    /// Nothing if the side has no policy.
    details: Option<Details>,
    /// The statement that denies, by its `Sid` or number.
    pub(super) denying: Option<String>,
}

impl Side {
    /// Evaluates the policies of one side for a request.
    pub(super) fn of(documents: &[&PolicyDocument], request: &Request) -> Self {
        let mut side = Self { details: None, denying: None };
        for document in documents {
            let details = document.details(request);
            if let (Some(position), None) = (details.denying, &side.denying) {
                // Statements are counted from 1 in messages, as editors count lines.
                let sid = document.statements.get(position).and_then(|one| one.sid.clone());
                side.denying = Some(sid.unwrap_or_else(|| format!("#{}", position + 1)));
            }
            // Joined before anything is decided: one document may allow, and another one deny.
            side.details = Some(match side.details.take() {
                Some(before) => before.together(details),
                None => details,
            });
        }
        side
    }

    /// Returns the decision of the side. No policy allows nothing.
    pub(super) fn decision(&self, by_account: bool) -> Decision {
        self.details.clone().map_or(Decision::NotAllowed, |details| details.decision(by_account))
    }

    /// Returns the keys of the conditions that fail, if that is the cause.
    pub(super) fn failing(&self, cause: Cause) -> BTreeSet<String> {
        let details = self.details.as_ref().filter(|_| cause == Cause::Condition);
        details.map(|details| details.failing.clone()).unwrap_or_default()
    }

    /// Returns true if no statement denies the request, under any condition.
    fn never_denies(&self) -> bool {
        self.details.as_ref().is_none_or(Details::never_denies)
    }

    /// Returns the reasons why a denial is possible.
    fn doubts(&self) -> BTreeSet<String> {
        self.details.as_ref().map(Details::doubts).unwrap_or_default()
    }
}
