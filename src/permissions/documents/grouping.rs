//! Needs grouped into statements.
//!
//! ```text
//! needs                                      statements
//! WriteManifest  s3:PutObject         l/*    WriteManifest: s3:PutObject on l/*
//! ReadManifest   s3:GetObject         l/*    ReadManifest:  s3:GetObject, s3:GetObjectVersion on l/*
//! ReadManifest   s3:GetObjectVersion  l/*
//! WriteReport    s3:PutObject         l/*    included in the first statement
//! ```
//!
//! Three passes: actions are joined, then resources, and at last a statement that another one
//! includes is merged into it, with its reason. Only statements with the same conditions are ever
//! joined, so that a document allows no more than its needs together.

use crate::clause::Clause;
use crate::model::RoleArn;
use crate::permissions::document::{
    Condition, Effect, PrincipalKind, Principals, Selection, Statement,
};
use crate::permissions::documents::Reason;
use crate::permissions::need::{Need, Target};
use crate::permissions::operator::{Comparison, Operator, Quantifier};

/// A statement in the making.
pub(super) struct Group {
    pub(super) statement: Statement,
    // It grows with every need and statement that is merged into this one.
    pub(super) reason: Reason,
}

impl Group {
    /// Returns true if the statement allows everything that another one allows, under the same
    /// conditions.
    ///
    /// Only literal patterns are compared. The statements are of this crate, so `photos/*` and
    /// `photos/a/*` do not occur together.
    fn includes(&self, other: &Self) -> bool {
        let (own, other) = (&self.statement, &other.statement);
        let has_action = |action| own.actions().contains(action);
        let has_resource = |resource| own.resources().contains(resource);
        own.conditions == other.conditions
            && other.actions().iter().all(has_action)
            && other.resources().iter().all(has_resource)
    }

    /// Returns the statement with a role as its principal.
    ///
    /// Statements for owners have a principal, and those of the role itself must not have one.
    pub(super) fn granted_to(mut self, role: &RoleArn) -> Self {
        let entries = vec![(PrincipalKind::Aws, role.to_string())];
        self.statement.principals = Some(Principals { is_negated: false, entries });
        self
    }
}

/// Numbers statements whose `Sid` occurs again.
///
/// IAM refuses a document in which a `Sid` occurs twice. A number is appended to the second one,
/// and none to the first.
///
/// ```text
/// WriteManifest, WriteManifest, ReadManifest    WriteManifest, WriteManifest2, ReadManifest
/// ```
///
/// It may be called again after more statements are appended: numbers of the first call are taken
/// off before counting. No `Sid` of a need ends in a digit, so nothing else is lost.
pub(super) fn name_uniquely(statements: &mut [Statement]) {
    let mut seen: Vec<String> = Vec::new();
    for statement in statements {
        let Some(sid) = &mut statement.sid else { continue };
        let base = sid.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        let before = seen.iter().filter(|other| **other == base).count();
        *sid = if before == 0 { base.clone() } else { format!("{base}{}", before + 1) };
        seen.push(base);
    }
}

/// Groups needs into statements: those with one purpose, conditions and resource share their
/// actions, and then those with the same actions share their resources.
///
/// The two passes are in this order because resources differ more than actions: with resources
/// first, `photos/*` would end in statements of its own for each action.
pub(super) fn grouped(needs: Vec<&Need>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for need in needs {
        let conditions = conditions(need);
        let resource = need.resource();
        let same = groups.iter_mut().find(|group| {
            let statement = &group.statement;
            // The `Sid` has to be the same, because it is the purpose that a reader sees.
            statement.sid.as_deref() == Some(need.sid)
                && statement.conditions == conditions
                && statement.resources() == [resource.as_str()]
        });
        match same {
            Some(group) => {
                let actions = &mut group.statement.actions.patterns;
                // A need of a key occurs twice, once for each encryption context, and has one
                // statement.
                if !actions.iter().any(|action| action == need.action) {
                    actions.push(need.action.to_owned());
                }
                group.reason.add(&need.why, need.clause);
            }
            None => groups.push(Group {
                statement: Statement {
                    sid: Some(need.sid.to_owned()),
                    effect: Effect::Allow,
                    principals: None,
                    actions: Selection {
                        is_negated: false,
                        patterns: vec![need.action.to_owned()],
                    },
                    resources: Some(Selection { is_negated: false, patterns: vec![resource] }),
                    conditions,
                },
                reason: Reason { why: need.why.clone(), clauses: vec![need.clause] },
            }),
        }
    }
    // The second pass: several destinations, or several keys, with the same actions.
    let mut merged: Vec<Group> = Vec::new();
    for group in groups {
        let same = merged.iter_mut().find(|other| {
            let (one, other) = (&group.statement, &other.statement);
            one.sid == other.sid
                && one.conditions == other.conditions
                && one.actions == other.actions
        });
        match same {
            Some(other) => {
                if let (Some(resources), Some(more)) =
                    (&mut other.statement.resources, group.statement.resources)
                {
                    // The resources differ, or the first pass would have joined the two.
                    resources.patterns.extend(more.patterns);
                }
                // Clause by clause, so that a clause that both have is kept once.
                for clause in group.reason.clauses {
                    other.reason.add(&group.reason.why, clause);
                }
            }
            None => merged.push(group),
        }
    }
    without_included(merged)
}

/// Merges statements into others that include them: a report and a manifest of a job in one bucket need
/// one statement.
///
/// It looks in both directions: an earlier statement may include this one, and this one may include
/// earlier ones.
///
/// The statement that is kept stays at its place, and keeps its `Sid`. Another statement that it
/// includes disappears with its `Sid`.
fn without_included(groups: Vec<Group>) -> Vec<Group> {
    let mut kept: Vec<Group> = Vec::new();
    for mut group in groups {
        if let Some(other) = kept.iter_mut().find(|other| other.includes(&group)) {
            let reason = other.reason.clone();
            other.reason = reason.with(group.reason);
            continue;
        }
        let included: Vec<Group> = kept.extract_if(.., |other| group.includes(other)).collect();
        // The reasons stay in the order of the statements.
        if let Some(reason) = included.into_iter().map(|other| other.reason).reduce(Reason::with) {
            group.reason = reason.with(group.reason);
        }
        kept.push(group);
    }
    kept
}

impl Reason {
    /// Adds another reason.
    ///
    /// A reason without clauses would be lost here; every need has one.
    fn with(mut self, other: Self) -> Self {
        for clause in other.clauses {
            self.add(&other.why, clause);
        }
        self
    }

    /// Adds a reason and its clause, each once.
    ///
    /// Reasons are joined by a semicolon. An empty reason is in every text, so it adds only its
    /// clause.
    fn add(&mut self, why: &str, clause: &'static Clause) {
        if !self.why.contains(why) {
            if !self.why.is_empty() {
                self.why.push_str("; ");
            }
            self.why.push_str(why);
        }
        if !self.clauses.contains(&clause) {
            self.clauses.push(clause);
        }
    }
}

/// Returns the conditions of the statement that grants a need. They are the narrowest that the
/// requests of S3 satisfy: through S3, in one Region, for one bucket.
///
/// They are sorted like those of a document that is read, so that a written document equals itself
/// read again.
fn conditions(need: &Need) -> Vec<Condition> {
    let operator = |quantifier, comparison| Operator { quantifier, comparison, if_exists: false };
    let mut conditions: Vec<Condition> = need
        .conditions
        .iter()
        .map(|(key, values)| Condition {
            operator: operator(None, Comparison::StringLike),
            key: (*key).to_owned(),
            values: values.clone(),
        })
        .collect();
    if let Target::Key(key) = &need.target
        && let Some(alias) = key.alias()
    {
        // A key has many aliases, and the key that is written is known only by one of them. In a
        // policy, the ARN of an alias is no resource (REP-1214).
        let any = Some(Quantifier::ForAnyValue);
        conditions.push(Condition {
            operator: operator(any, Comparison::StringEquals),
            key: "kms:ResourceAliases".to_owned(),
            values: vec![alias],
        });
    }
    // As they are read back.
    conditions.sort_by_key(|condition| (condition.operator.to_string(), condition.key.clone()));
    conditions
}
