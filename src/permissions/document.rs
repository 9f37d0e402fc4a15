//! Policy documents as values.
//!
//! A document keeps what the policy language can express, opposites and conditions included, and
//! nothing of the way it was written: one text and a list of one are the same, and so are `"*"` and
//! `{"AWS": "*"}` as principals. What is written has one form, so two equal documents have equal
//! JSON.

use std::collections::BTreeMap;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::permissions::operator::Operator;

/// A policy of IAM, of a bucket or of a KMS key, or the trust policy of a role. Reading refuses
/// what no document of replication can have, such as an action without a service.
///
/// # Examples
///
/// ```
/// use s3_replication::permissions::PolicyDocument;
///
/// let document = PolicyDocument::from_json(
///     r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
///         "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::backup/*"}}"#,
/// )?;
/// assert_eq!(document.statements().len(), 1);
/// assert_eq!(PolicyDocument::from_json(&document.to_json())?, document);
/// # Ok::<(), s3_replication::Report>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PolicyDocument {
    // Decides about variables. Documents that are written have the current one.
    pub(super) version: PolicyVersion,
    /// The ID has no meaning for IAM, and is kept for the reader.
    pub(super) id: Option<String>,
    pub(super) statements: Vec<Statement>,
}

closed_vocabulary! {
    /// The version of the policy language. Variables exist since the second one (REP-1221).
    #[expect(clippy::exhaustive_enums, reason = "the two versions of IAM")]
    pub enum PolicyVersion("`2012-10-17` or `2008-10-17`") {
        /// The first version, which IAM assumes if a policy names none.
        V2008 = "2008-10-17",
        /// The current version.
        V2012 = "2012-10-17",
    }
}

closed_vocabulary! {
    /// The effect of a statement.
    #[expect(clippy::exhaustive_enums, reason = "a statement allows or denies")]
    pub enum Effect("`Allow` or `Deny`") {
        /// The statement allows a request.
        Allow = "Allow",
        /// The statement denies a request, whatever others allow.
        Deny = "Deny",
    }
}

/// The use of a [`PolicyDocument`], which decides its elements (REP-1219).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "the documents that replication needs")]
pub enum DocumentKind {
    /// A permissions policy of a role or a user: no principals.
    RolePolicy,
    /// A trust policy of a role: principals and no resources.
    TrustPolicy,
    /// A bucket policy: principals and resources.
    BucketPolicy,
    /// A policy of a KMS key: principals, and the key is the only resource.
    KeyPolicy,
}

/// A statement of a [`PolicyDocument`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Statement {
    /// The name of the statement, which messages show.
    pub(super) sid: Option<String>,
    pub(super) effect: Effect,
    /// `None` in the policies of a role, where the role is the principal.
    pub(super) principals: Option<Principals>,
    pub(super) actions: Selection,
    /// `None` in a trust policy, where the role is the resource.
    pub(super) resources: Option<Selection>,
    /// All of them have to hold.
    pub(super) conditions: Vec<Condition>,
}

/// `Action` or `Resource`, or its opposite.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Selection {
    /// True for `NotAction` and `NotResource`.
    pub(super) is_negated: bool,
    /// The patterns as they are written, with variables in them: what they match depends on version
    /// and request.
    pub(super) patterns: Vec<String>,
}

/// `Principal` or `NotPrincipal`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Principals {
    pub(super) is_negated: bool,
    /// `*` alone is the same as `AWS` with `*`. IAM allows no other wildcard in a principal.
    pub(super) entries: Vec<(PrincipalKind, String)>,
}

closed_vocabulary! {
    /// The kind of a principal.
    pub(super) enum PrincipalKind("`AWS`, `Service`, `Federated` or `CanonicalUser`") {
        /// An account, a role, a user or a session.
        Aws = "AWS",
        /// A service.
        Service = "Service",
        /// An identity provider.
        Federated = "Federated",
        /// The canonical user ID of an account.
        CanonicalUser = "CanonicalUser",
    }
}

/// A condition on one key. The value of the key is compared with each of the values.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Condition {
    // One condition for each operator and key, although documents nest keys in operators.
    pub(super) operator: Operator,
    // As it is written; names of keys are compared without regard to case.
    pub(super) key: String,
    pub(super) values: Vec<String>,
}

impl PolicyDocument {
    /// Creates a document of statements in the current version.
    pub(super) const fn new(statements: Vec<Statement>) -> Self {
        Self { version: PolicyVersion::V2012, id: None, statements }
    }

    /// Returns the statements, in the order of the document.
    #[must_use]
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// Returns the document without the statement at this position.
    #[must_use]
    pub fn without_statement(&self, position: usize) -> Self {
        let mut document = self.clone();
        if position < document.statements.len() {
            document.statements.remove(position);
        }
        document
    }

    /// Returns the document as indented JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Writing texts and lists to memory cannot fail.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Returns the document as one line of JSON, which IAM counts without white space.
    #[must_use]
    pub fn to_compact_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Statement {
    /// Returns the `Sid`, if the statement has one.
    #[must_use]
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    /// Returns the effect.
    #[must_use]
    pub const fn effect(&self) -> Effect {
        self.effect
    }

    /// Returns the patterns of `Action`, or of `NotAction`.
    #[must_use]
    pub fn actions(&self) -> &[String] {
        &self.actions.patterns
    }

    /// Returns the patterns of `Resource`, or of `NotResource`; a trust policy has none.
    #[must_use]
    pub fn resources(&self) -> &[String] {
        self.resources.as_ref().map_or(&[], |resources| &resources.patterns)
    }
}

/// Members are in the order in which AWS documents show them, not sorted.
impl Serialize for PolicyDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        members.serialize_entry("Version", &self.version)?;
        if let Some(id) = &self.id {
            members.serialize_entry("Id", id)?;
        }
        members.serialize_entry("Statement", &self.statements)?;
        members.end()
    }
}

impl Serialize for Statement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        if let Some(sid) = &self.sid {
            members.serialize_entry("Sid", sid)?;
        }
        members.serialize_entry("Effect", &self.effect)?;
        if let Some(principals) = &self.principals {
            let name = if principals.is_negated { "NotPrincipal" } else { "Principal" };
            members.serialize_entry(name, principals)?;
        }
        let name = if self.actions.is_negated { "NotAction" } else { "Action" };
        members.serialize_entry(name, &OneOrMany(&self.actions.patterns))?;
        if let Some(resources) = &self.resources {
            let name = if resources.is_negated { "NotResource" } else { "Resource" };
            members.serialize_entry(name, &OneOrMany(&resources.patterns))?;
        }
        if !self.conditions.is_empty() {
            // Conditions with one operator share a block: a repeated member of an object would hide
            // the first one.
            let mut blocks: BTreeMap<String, BTreeMap<&str, OneOrMany<'_>>> = BTreeMap::new();
            for condition in &self.conditions {
                let block = blocks.entry(condition.operator.to_string()).or_default();
                block.insert(&condition.key, OneOrMany(&condition.values));
            }
            members.serialize_entry("Condition", &blocks)?;
        }
        members.end()
    }
}

impl Serialize for Principals {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(None)?;
        for kind in PrincipalKind::ALL {
            let names = self.entries.iter().filter(|(other, _)| other == kind);
            let names: Vec<String> = names.map(|(_, name)| name.clone()).collect();
            if !names.is_empty() {
                members.serialize_entry(kind, &OneOrMany(&names))?;
            }
        }
        members.end()
    }
}

/// One text alone, or a list.
struct OneOrMany<'t>(&'t [String]);

impl Serialize for OneOrMany<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            [text] => text.serialize(serializer),
            texts => texts.serialize(serializer),
        }
    }
}
