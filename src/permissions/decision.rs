//! The decision of one policy document about one request.
//!
//! IAM collects all statements about a request (REP-1218). One that denies wins over any number
//! that allow, and a request that no statement is about is refused. Here each step has three
//! outcomes, because a condition may be unknown. The third one survives only where it matters: an
//! unknown permission beside a certain denial is a denial.
//!
//! ```text
//! document                               request for s3:ReplicateDelete
//! Allow s3:*, Deny s3:ReplicateDelete    denied by the second statement
//! Allow s3:* if a key has a value        another value: the condition fails; unknown: undecided
//! Allow s3:Get*                          not allowed
//! ```
//!
//! One document is judged here. `check/sides.rs` joins the details of all documents of a holder
//! before it decides, because one may deny what another one allows. Conditions are evaluated in
//! `condition.rs`, variables in `variable.rs`.

use std::collections::BTreeSet;

use crate::model::{AccountId, RoleArn};
use crate::permissions::document::{
    Effect, PolicyDocument, PolicyVersion, PrincipalKind, Principals, Selection, Statement,
};
use crate::permissions::request::{Request, RequestPrincipal};
use crate::permissions::truth::Truth;
use crate::permissions::variable::{self, Resolved};
use crate::permissions::wildcard::Wildcard;

/// The decision of a policy document about a [`Request`] (REP-1218).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Decision {
    /// A statement allows the request, and none denies it.
    Allowed,
    /// The statement at this position denies the request.
    Denied {
        /// The position in the document.
        ///
        /// Counted from 0, unlike the numbers in messages.
        statement: usize,
    },
    /// A statement would allow the request, but one of its conditions fails.
    ///
    /// Only a statement that is certainly about the request counts.
    ConditionFails,
    /// No statement is about the request.
    NotAllowed,
    /// The decision depends on what is unknown: condition keys, variables, or operators that this
    /// crate does not evaluate.
    Undecided(BTreeSet<String>),
}

/// The decision of a document with principals, in detail.
///
/// The decision is not made here yet, because policies of one side count together, and whether a
/// statement for the account is enough depends on the other side.
#[derive(Clone, Debug)]
pub(super) struct Details {
    /// The allowing statements that name the caller itself.
    pub(super) allows: Truth,
    /// The allowing statements that name the caller or its account. An account passes the
    /// permission on by its own policies.
    ///
    /// At least as true as `allows`: an account includes its roles.
    pub(super) allows_account: Truth,
    /// The statements that deny.
    pub(super) denies: Truth,
    /// The first statement that certainly denies.
    pub(super) denying: Option<usize>,
    /// The keys of the conditions that fail in statements that would allow the request otherwise.
    ///
    /// Two causes of a refusal have different remedies: a statement has to be added, or a condition
    /// corrected. Without a failing condition it is the first.
    pub(super) failing: BTreeSet<String>,
}

impl PolicyDocument {
    /// Decides about a request. Principals count if the document names any.
    #[must_use]
    pub fn decide(&self, request: &Request) -> Decision {
        self.details(request).decision(false)
    }

    /// Evaluates every statement of the document.
    pub(super) fn details(&self, request: &Request) -> Details {
        let mut details = Details {
            allows: Truth::No,
            allows_account: Truth::No,
            denies: Truth::No,
            denying: None,
            failing: BTreeSet::new(),
        };
        for (position, statement) in self.statements.iter().enumerate() {
            details.add(position, statement, self.version, request);
        }
        details
    }
}

impl Details {
    /// Adds a statement. An early return for other actions and resources keeps the conditions of
    /// unrelated statements from making an answer unknown.
    ///
    /// A statement is about a request if its action and resource match; principals and conditions
    /// come after that. With an unknown variable in a resource, it is perhaps about the request,
    /// and its conditions are evaluated.
    fn add(
        &mut self,
        position: usize,
        statement: &Statement,
        version: PolicyVersion,
        request: &Request,
    ) {
        let target = statement.is_about(version, request);
        if target == Truth::No {
            return;
        }
        let (names, names_account) = statement.names(request);
        // Conditions are joined by and; values in one of them by or.
        let conditions =
            || Truth::all(statement.conditions.iter().map(|one| one.holds(version, request)));
        match statement.effect {
            Effect::Allow => {
                // Only a statement that is certainly about the request explains a refusal.
                if target == Truth::Yes && names_account == Truth::Yes {
                    let conditions = statement.conditions.iter();
                    let failing = conditions.filter(|one| one.holds(version, request) == Truth::No);
                    self.failing.extend(failing.map(|condition| condition.key.clone()));
                }
                let holds = target.and(conditions);
                let direct = names.and(|| holds.clone());
                let account = names_account.and(|| holds.clone());
                self.allows = std::mem::replace(&mut self.allows, Truth::No).or(|| direct);
                self.allows_account =
                    std::mem::replace(&mut self.allows_account, Truth::No).or(|| account);
            }
            Effect::Deny => {
                // A denial for the account of a role denies the role, too.
                // The conditions come last here and above, as they cost most.
                let denies = names_account.and(|| target.and(conditions));
                if denies == Truth::Yes {
                    self.denying = self.denying.or(Some(position));
                }
                self.denies = std::mem::replace(&mut self.denies, Truth::No).or(|| denies);
            }
        }
    }

    /// Returns the decision; where `by_account`, a statement that names the account is enough.
    ///
    /// ```text
    /// allows     denies     decision
    /// any        certain    denied
    /// yes        no         allowed
    /// yes        unknown    undecided, for the reasons of the denial
    /// unknown    not sure   undecided, for the reasons of both
    /// no         unknown    not allowed, or the condition fails: a denial would change nothing
    /// ```
    pub(super) fn decision(self, by_account: bool) -> Decision {
        if let Some(statement) = self.denying {
            return Decision::Denied { statement };
        }
        let allows = if by_account { self.allows_account } else { self.allows };
        // A possible denial of a certain permission is unknown, with the reasons of the denial.
        match allows.and(|| self.denies.not()) {
            Truth::Yes => Decision::Allowed,
            Truth::Unknown(reasons) => Decision::Undecided(reasons),
            Truth::No if !self.failing.is_empty() => Decision::ConditionFails,
            Truth::No => Decision::NotAllowed,
        }
    }
}

impl Details {
    /// Joins the details of two documents of one holder.
    ///
    /// The position of a denying statement is that in its own document, so a caller who shows it
    /// has to look it up before joining.
    pub(super) fn together(self, other: Self) -> Self {
        Self {
            allows: self.allows.or(|| other.allows),
            allows_account: self.allows_account.or(|| other.allows_account),
            denies: self.denies.or(|| other.denies),
            denying: self.denying.or(other.denying),
            failing: self.failing.into_iter().chain(other.failing).collect(),
        }
    }

    /// Returns true if no statement denies the request, under any condition.
    pub(super) fn never_denies(&self) -> bool {
        self.denies == Truth::No
    }

    /// Returns the reasons why it is unknown if a statement denies.
    ///
    /// Empty if none denies, and also if one certainly does: then there is nothing to find out.
    pub(super) fn doubts(&self) -> BTreeSet<String> {
        match &self.denies {
            Truth::Unknown(reasons) => reasons.clone(),
            _ => BTreeSet::new(),
        }
    }
}

impl Statement {
    /// Returns true if action and resource match.
    ///
    /// The case of letters counts in resources only (REP-1220). A trust policy has no resource, and
    /// is about the role that has it.
    fn is_about(&self, version: PolicyVersion, request: &Request) -> Truth {
        let action = self.actions.selects(|pattern| {
            Wildcard::new(pattern).ignoring_case().matches(&request.action).into()
        });
        action.and(|| match &self.resources {
            None => Truth::Yes,
            // A variable without a value matches nothing, also under `NotResource`, which then
            // selects.
            Some(resources) => resources.selects(|pattern| {
                match variable::resolve(pattern, true, version, request) {
                    Resolved::Known(wildcard) => wildcard.matches(&request.resource).into(),
                    Resolved::Nothing => Truth::No,
                    Resolved::Unknown(key) => Truth::unknown(format!("`${{{key}}}`")),
                }
            }),
        })
    }

    /// Returns true if the statement names the caller, and if it names the caller or its account.
    /// A document without principals is attached to the caller.
    ///
    /// The second value is at least as true as the first one.
    fn names(&self, request: &Request) -> (Truth, Truth) {
        match (&self.principals, &request.principal) {
            (None, _) => (Truth::Yes, Truth::Yes),
            // The caller of the library gave no principal, so it is unknown whether one matches.
            (Some(_), None) => {
                let unknown = Truth::unknown("the principal");
                (unknown.clone(), unknown)
            }
            (Some(principals), Some(caller)) => principals.names(caller),
        }
    }
}

impl Selection {
    /// Returns true if one of the patterns matches, or none of them for the opposite.
    ///
    /// An empty list selects nothing, and everything for the opposite.
    fn selects(&self, matches: impl Fn(&str) -> Truth) -> Truth {
        let any = Truth::any(self.patterns.iter().map(|pattern| matches(pattern)));
        if self.is_negated { any.not() } else { any }
    }
}

impl Principals {
    /// Returns true if the account of a role is among the principals.
    ///
    /// An account is listed by its ID or by its root; `*` does not count.
    fn lists_account_of(&self, role: &RoleArn) -> bool {
        self.entries.iter().any(|(_, name)| is_account_of(role, name))
    }

    /// Returns true if the principals include the caller, and if they include it or its account.
    ///
    /// For `NotPrincipal` the two values are equal, and negated: a statement names the caller
    /// unless it lists it.
    fn names(&self, caller: &RequestPrincipal) -> (Truth, Truth) {
        let each = |by_account: bool| {
            let entries = self.entries.iter();
            Truth::any(entries.map(|(kind, name)| named(*kind, name, caller, by_account)))
        };
        if !self.is_negated {
            return (each(false), each(true));
        }
        // A role is left out only if the role and its account are listed (REP-1224).
        let account = match caller {
            RequestPrincipal::Role(role) => Truth::from(self.lists_account_of(role)),
            RequestPrincipal::Service(_) => Truth::Yes,
        };
        let left_out = match (each(false), account) {
            (Truth::Yes, Truth::No) => Truth::unknown("`NotPrincipal` without the account"),
            (listed, _) => listed,
        };
        (left_out.clone().not(), left_out.not())
    }
}

/// Returns true if a principal is the caller, or also if it is its account.
///
/// The kinds are not compared across: a service is never an account. `*` for a service is unknown,
/// because no source states that it includes services.
fn named(kind: PrincipalKind, name: &str, caller: &RequestPrincipal, by_account: bool) -> Truth {
    match (caller, kind) {
        (RequestPrincipal::Service(service), PrincipalKind::Service) => (name == *service).into(),
        (RequestPrincipal::Service(_), PrincipalKind::Aws) if name == "*" => {
            Truth::unknown("the principal `*` for a service")
        }
        (RequestPrincipal::Role(role), PrincipalKind::Aws) => role_named(role, name, by_account),
        (RequestPrincipal::Role(_), PrincipalKind::CanonicalUser) => {
            Truth::unknown("the account behind a canonical user ID")
        }
        (RequestPrincipal::Service(_), _)
        | (RequestPrincipal::Role(_), PrincipalKind::Service | PrincipalKind::Federated) => {
            Truth::No
        }
    }
}

/// ```text
/// arn:aws:iam::1:role/r                  the role: yes
/// 1, arn:aws:iam::1:root                 its account: only where that is enough
/// AROAEXAMPLE                            unknown: the ID of a role, which no ARN shows
/// arn:aws:sts::1:assumed-role/r/x        unknown: one session of the role
/// ```
///
/// The ARN is compared as a text, path included. A user of the same account, another role, and a
/// pattern such as `role/*` are no match: a principal has no wildcards.
fn role_named(role: &RoleArn, name: &str, by_account: bool) -> Truth {
    if name == "*" || name == role.to_string() {
        return Truth::Yes;
    }
    if is_account_of(role, name) {
        return by_account.into();
    }
    // IAM shows a deleted principal by its unique ID, and a role may be named by it, too.
    if name.starts_with("AROA") {
        return Truth::unknown(format!("the role with the unique ID `{name}`"));
    }
    let role_name = role.path_and_name().rsplit('/').next().unwrap_or_default();
    let sessions =
        format!("arn:{}:sts::{}:assumed-role/{role_name}/", role.partition(), role.account());
    if name.starts_with(&sessions) {
        return Truth::unknown("the name of the session in which S3 uses the role");
    }
    Truth::No
}

/// Returns true if a principal is the account of a role, by its ID or by the ARN of its root.
fn is_account_of(role: &RoleArn, name: &str) -> bool {
    name.parse::<AccountId>().is_ok_and(|account| account == role.account())
        || name == format!("arn:{}:iam::{}:root", role.partition(), role.account())
}
