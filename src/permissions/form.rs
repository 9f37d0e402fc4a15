//! The JSON form of a policy document (REP-1219).
//!
//! The tables describe the syntax of the policy language, so that mistakes are found at their
//! places, and the JSON Schema follows from them. They are stricter than IAM in one way: what no
//! document of replication can have, such as an action without a service, is an error, because IAM
//! would refuse it later with less help.
//!
//! A document can be read without its kind. The kind is known where a command names it, for
//! instance `--trust`, and a document of another kind is then one finding about the whole, and not
//! twenty about its members.
//!
//! Reading has three stages, and each adds findings to one report:
//!
//! ```text
//! text ─▶ tables ─▶ WrittenPolicy ─▶ validate ─▶ PolicyDocument
//!         names, types, words,       kind of the document,
//!         actions and ARNs           opposites
//! ```
//!
//! The tables leave two things to the last stage, because a table of one element cannot see another
//! one: which elements a statement must have, and that an element and its opposite exclude each
//! other. `reading.rs` is the public face of this file, and `unwrapped.rs` takes off what commands
//! put around a document. The JSON that is written is in `document.rs`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::diagnostic::{Diagnostic, Report};
use crate::document::SIZE_LIMIT;
use crate::form::mistake::{self, Mistake, Objection};
use crate::form::schema::{Content, List, Map, OURS, Row, Schema, Words, check, row, text, word};
use crate::form::{self, Form};
use crate::path::FieldPath;
use crate::permissions::document::{
    Condition, DocumentKind, Effect, PolicyDocument, PolicyVersion, PrincipalKind, Principals,
    Selection, Statement,
};
use crate::permissions::operator::Operator;
use crate::permissions::wildcard::Wildcard;

/// `Version` is not required: without one IAM assumes the older language (REP-1221).
static POLICY: Schema = Schema {
    root: "policy",
    kind: Some(form::DocumentKind::IamPolicy),
    content: Content::Fields(&[
        // The order is that of the elements in documents of AWS. Messages and the JSON Schema keep
        // it.
        word::<PolicyVersion>("Version"),
        text("Id"),
        // One statement without a list is common in samples, and is read as a list of one.
        row("Statement", Content::OneOrMany(&STATEMENTS)).required(),
    ]),
    authority: &OURS,
};

/// The statements of a document. The grammar of IAM has at least one, and an empty document would
/// count as one that is given.
static STATEMENTS: List =
    List { names: &[], item: &Content::Fields(STATEMENT), is_never_empty: true };

/// Nothing but `Effect` is required here. Which elements a statement must have depends on the kind
/// of document, and on opposites.
const STATEMENT: &[Row] = &[
    // Any text, spaces included: which characters are allowed depends on the service that keeps the
    // document.
    text("Sid"),
    Row { content: Content::Word(Words::of::<Effect>()), ..text("Effect") }.required(),
    row("Principal", PRINCIPAL),
    row("NotPrincipal", PRINCIPAL),
    row("Action", Content::OneOrMany(&ACTIONS)),
    row("NotAction", Content::OneOrMany(&ACTIONS)),
    row("Resource", Content::OneOrMany(&RESOURCES)),
    row("NotResource", Content::OneOrMany(&RESOURCES)),
    // A misspelt operator is an error. Skipped, it would leave a statement without its condition.
    row("Condition", Content::Map(Map { name: Some(check::<Operator>), inside: &KEYS })),
];

/// `"*"`, or a map from a kind to names.
const PRINCIPAL: Content = Content::Either(
    &Content::Text(Some(any_principal)),
    &Content::Map(Map { name: Some(check::<PrincipalKind>), inside: &Content::OneOrMany(&NAMES) }),
);

/// The keys of a condition, of any name: services add keys.
static KEYS: Content = Content::Map(Map { name: None, inside: &KEY_VALUES });
/// The values of one key. An empty list is accepted, unlike others here: no value of a request
/// matches it.
static KEY_VALUES: Content = Content::OneOrMany(&VALUES);
/// The actions of a statement. A list of none would make a statement about nothing.
static ACTIONS: List =
    List { names: &[], item: &Content::Text(Some(action)), is_never_empty: true };
/// The resources of a statement: one text or a list, as for actions.
static RESOURCES: List =
    List { names: &[], item: &Content::Text(Some(resource)), is_never_empty: true };
/// The names of principals. Their form is not checked: accounts, ARNs, IDs and services are all
/// texts.
static NAMES: List = List { names: &[], item: &Content::Text(None), is_never_empty: true };
/// Numbers and truth values are allowed without quotation marks.
static VALUES: List = List { names: &[], item: &Content::Scalar, is_never_empty: false };

/// A principal without a kind is a common slip; the help shows the same name with one.
///
/// ```text
/// *                            every principal
/// s3.amazonaws.com             error; help: write `{"Service": "s3.amazonaws.com"}`
/// 111122223333                 error; help: write `{"AWS": "111122223333"}`
/// ```
fn any_principal(text: &str) -> Result<(), Objection> {
    if text == "*" {
        return Ok(());
    }
    let shown = mistake::shortened(text);
    let message = format!("the principal `{}` has no kind", shown.escape_debug());
    let help = if text.contains(".amazonaws.com") {
        format!("write `{{\"Service\": \"{shown}\"}}`")
    } else {
        format!("write `{{\"AWS\": \"{shown}\"}}`")
    };
    Err(Objection::new(message, help))
}

/// ```text
/// s3:ReplicateObject, s3:Get*, *     actions
/// ReplicateObject, s3:               none
/// ```
///
/// The name of the service is not looked up: services are added, and a policy may have actions of
/// any.
fn action(text: &str) -> Result<(), Objection> {
    let is_action = text == "*"
        || text.split_once(':').is_some_and(|(service, name)| {
            // Wildcards may be in both parts.
            let is_plain = |part: &str| {
                !part.is_empty()
                    && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"*?-_".contains(&b))
            };
            is_plain(service) && is_plain(name)
        });
    if is_action {
        return Ok(());
    }
    let shown = mistake::shortened(text);
    let message = format!("`{}` is not an action", shown.escape_debug());
    Err(Objection::new(message, "write the service and the name, such as `s3:ReplicateObject`"))
}

/// ```text
/// arn:aws:s3:::backup/*, *, arn:*    ARNs
/// backup, s3://backup                none
/// ```
///
/// Only what is certainly no ARN is refused. The first part may have a wildcard, as in `ar*`, and a
/// `*` anywhere may stand for several parts.
fn resource(text: &str) -> Result<(), Objection> {
    // A variable may replace a part of an ARN, and its value is not known here.
    let is_arn = text == "*" || text.starts_with("${") || {
        let mut parts = text.splitn(6, ':');
        let first = parts.next().unwrap_or_default();
        // The partition, service, Region, account and resource remain after the first part.
        Wildcard::new(first).matches("arn") && (text.contains('*') || parts.count() == 5)
    };
    if is_arn {
        return Ok(());
    }
    let shown = mistake::shortened(text);
    let message = format!("`{}` is not an ARN", shown.escape_debug());
    Err(Objection::new(message, "write `*`, or an ARN such as `arn:aws:s3:::backup/*`"))
}

/// Returns the JSON Schema of a policy document.
///
/// It comes from the same tables as the messages, and so it lacks what the last stage checks.
pub(super) fn schema() -> String {
    form::json_schema(&POLICY, "Policy document of IAM, S3 or KMS")
}

/// A document as serde reads it, after the tables have accepted it. [`WrittenPolicy::validate`]
/// makes the value.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WrittenPolicy {
    #[serde(default)]
    version: Option<PolicyVersion>,
    #[serde(default)]
    id: Option<String>,
    statement: Vec<WrittenStatement>,
}

/// A statement as serde reads it. Elements and their opposites are apart, as they are written. All
/// but `Effect` may be absent. The lists are lists even where the text has one value, since the
/// tables have made them so.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WrittenStatement {
    #[serde(default)]
    sid: Option<String>,
    effect: Effect,
    #[serde(default)]
    principal: Option<WrittenPrincipal>,
    #[serde(default)]
    not_principal: Option<WrittenPrincipal>,
    #[serde(default)]
    action: Option<Vec<String>>,
    #[serde(default)]
    not_action: Option<Vec<String>>,
    #[serde(default)]
    resource: Option<Vec<String>>,
    #[serde(default)]
    not_resource: Option<Vec<String>>,
    /// The conditions, from operators to keys to values. They are sorted by operator and key, so
    /// that two documents that differ only in the order of conditions are equal.
    #[serde(default)]
    condition: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// The two forms of a principal.
#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenPrincipal {
    // `"*"`; the table has refused every other text.
    Any(String),
    Named(BTreeMap<PrincipalKind, Vec<String>>),
}

/// Reads a document.
///
/// `kind` is the kind that the caller expects. With none, a document of any kind is read, and
/// elements that only some kinds need are not demanded.
///
/// # Errors
///
/// Returns the findings if there is an error among them, so a document is never returned with a
/// part left out.
pub(super) fn read(text: &str, kind: Option<DocumentKind>) -> Result<PolicyDocument, Report> {
    // Before the text is parsed, so that the size bounds the work for any text.
    if text.len() > SIZE_LIMIT {
        let message = format!("the document has more than {SIZE_LIMIT} bytes");
        let finding =
            Diagnostic::error(Mistake::Malformed.code(), None, FieldPath::root(), message);
        return Err(Report::from_iter([finding.with_help("give a policy document alone")]));
    }
    let (document, report) = form::read(
        text,
        Form::CliJson,
        &POLICY,
        |_, _| None,
        |written: WrittenPolicy, _: &Report| {
            let mut findings = Report::new();
            let document = written.validate(kind, &mut findings);
            (document, findings)
        },
    );
    // The outer option is that of the tables, the inner one that of `validate`.
    match document.flatten() {
        Some(document) if !report.has_errors() => Ok(document),
        _ => Err(report),
    }
}

impl WrittenPolicy {
    /// Returns the kind of document that every statement shows.
    ///
    /// `None` if statements are of different kinds, or if one of them could be of several.
    fn kind(&self) -> Option<DocumentKind> {
        let mut kinds = self.statement.iter().map(WrittenStatement::kind);
        let first = kinds.next()??;
        kinds.all(|kind| kind == Some(first)).then_some(first)
    }

    /// Makes the document, or adds the findings that prevent it. Findings of all statements are
    /// collected before any of them stops the reading.
    fn validate(self, kind: Option<DocumentKind>, findings: &mut Report) -> Option<PolicyDocument> {
        let list = FieldPath::root().field("Statement");
        if let (Some(wanted), Some(found)) = (kind, self.kind())
            && wanted != found
        {
            // One finding about the whole. Each statement would have one about `Principal` or
            // `Resource`, and none of them would name the mistake: another file.
            let message = format!("this is {}, not {}", noun(found), noun(wanted));
            let help = format!("give {} here", source(wanted));
            let finding = Diagnostic::error(form::OTHER_KIND, None, FieldPath::root(), message);
            findings.push(finding.with_help(help));
            return None;
        }
        let statements: Vec<Option<Statement>> = self
            .statement
            .into_iter()
            .enumerate()
            .map(|(index, statement)| {
                let at = list.clone().index(index);
                if let Some(kind) = kind {
                    // A document whose kind is not clear gets its findings statement by statement.
                    statement.check_kind(kind, &at, findings);
                }
                statement.validate(&at, findings)
            })
            .collect();
        // All statements have been visited by now; one that failed leaves no document.
        let statements = statements.into_iter().collect::<Option<Vec<Statement>>>()?;
        // In the older language `${…}` is a plain text, so the default matters: a policy without a
        // version may match nothing.
        let version = self.version.unwrap_or(PolicyVersion::V2008);
        Some(PolicyDocument { version, id: self.id, statements })
    }
}

/// Returns the noun for a kind of document.
///
/// It follows "this is" in a message, so it has an article.
const fn noun(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::RolePolicy => "a permissions policy of a role",
        DocumentKind::TrustPolicy => "a trust policy",
        DocumentKind::BucketPolicy => "a bucket policy",
        DocumentKind::KeyPolicy => "a key policy",
    }
}

/// Returns the commands that print a kind of document.
///
/// It follows "give" in the help, so a user sees which command prints the right document.
const fn source(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::RolePolicy => {
            "the output of `aws iam get-role-policy` or `aws iam get-policy-version`"
        }
        DocumentKind::TrustPolicy => "the output of `aws iam get-role`",
        DocumentKind::BucketPolicy => "the output of `aws s3api get-bucket-policy`",
        DocumentKind::KeyPolicy => "the output of `aws kms get-key-policy`",
    }
}

impl WrittenStatement {
    /// Returns the only kind of document that can have the statement, if its elements and actions show
    /// one.
    ///
    /// ```text
    /// Action and Resource                         role policy
    /// Principal and Action sts:AssumeRole         trust policy
    /// Principal, Action kms:Decrypt, Resource     key policy
    /// Principal, Action s3:GetObject, Resource    bucket policy
    /// Principal, Action *, Resource               none: a bucket policy or a key policy
    /// ```
    fn kind(&self) -> Option<DocumentKind> {
        let has_principal = self.principal.is_some() || self.not_principal.is_some();
        let has_resource = self.resource.is_some() || self.not_resource.is_some();
        // The kind is that of the actions also where they are excluded.
        let actions = self.action.as_ref().or(self.not_action.as_ref())?;
        let are_of = |service: &str| {
            !actions.is_empty()
                && actions.iter().all(|action| {
                    action.split_once(':').is_some_and(|(one, _)| one.eq_ignore_ascii_case(service))
                })
        };
        // A statement of `s3` and `kms` actions together, or one with `*`, may be in any document
        // with these elements.
        match (has_principal, has_resource) {
            (false, true) => Some(DocumentKind::RolePolicy),
            (true, false) if are_of("sts") => Some(DocumentKind::TrustPolicy),
            // Only the actions separate a key policy from a bucket policy, since both have the same
            // elements.
            (true, true) if are_of("kms") => Some(DocumentKind::KeyPolicy),
            (true, true) if are_of("s3") => Some(DocumentKind::BucketPolicy),
            _ => None,
        }
    }

    /// Checks that the statement has the elements of its kind of document, and no others.
    ///
    /// ```text
    ///                  Principal    Resource
    /// role policy      refused      required
    /// trust policy     required     refused
    /// bucket policy    required     required
    /// key policy       required     required
    /// ```
    fn check_kind(&self, kind: DocumentKind, at: &FieldPath, findings: &mut Report) {
        let has_principal = self.principal.is_some() || self.not_principal.is_some();
        let has_resource = self.resource.is_some() || self.not_resource.is_some();
        let noun = noun(kind);
        let (may_have_principal, may_have_resource) = match kind {
            DocumentKind::RolePolicy => (false, true),
            DocumentKind::TrustPolicy => (true, false),
            DocumentKind::BucketPolicy | DocumentKind::KeyPolicy => (true, true),
        };
        let elements = [
            ("Principal", has_principal, may_have_principal),
            ("Resource", has_resource, may_have_resource),
        ];
        for (name, has, may_have) in elements {
            if may_have && !has {
                // Its opposite counts as well: `has_principal` is true for `NotPrincipal`.
                missing(name, at, findings);
            } else if has && !may_have {
                let message = format!("{noun} has no `{name}`");
                let place = at.clone().field(name);
                let finding = Diagnostic::error(Mistake::Unknown.code(), None, place, message);
                let help = if name == "Principal" {
                    "remove it; the role itself is the principal"
                } else {
                    "remove it; the role itself is the resource"
                };
                findings.push(finding.with_help(help));
            }
        }
    }

    /// Makes a statement; nothing if it has no action.
    ///
    /// `None` never comes without a finding.
    fn validate(self, at: &FieldPath, findings: &mut Report) -> Option<Statement> {
        let actions = either(self.action, self.not_action, "Action", at, findings);
        if actions.is_none() {
            missing("Action", at, findings);
        }
        let resources = either(self.resource, self.not_resource, "Resource", at, findings);
        let principals = either(self.principal, self.not_principal, "Principal", at, findings);
        let conditions = self.condition.into_iter().flat_map(|(operator, keys)| {
            // The tables have refused unknown operators, so none is lost here.
            let operator: Option<Operator> = operator.parse().ok();
            keys.into_iter().filter_map(move |(key, values)| {
                Some(Condition { operator: operator?, key, values })
            })
        });
        Some(Statement {
            sid: self.sid,
            effect: self.effect,
            principals: principals.map(|(is_negated, principal)| Principals {
                is_negated,
                entries: principal.entries(),
            }),
            conditions: conditions.collect(),
            actions: actions.map(|(is_negated, patterns)| Selection { is_negated, patterns })?,
            resources: resources.map(|(is_negated, patterns)| Selection { is_negated, patterns }),
        })
    }
}

impl WrittenPrincipal {
    /// Returns kinds and names in a list. `*` alone becomes an entry of the kind `AWS`.
    ///
    /// The names of one kind keep their order. Kinds are in the order of their declaration, by
    /// which the map is sorted.
    fn entries(self) -> Vec<(PrincipalKind, String)> {
        match self {
            Self::Any(name) => vec![(PrincipalKind::Aws, name)],
            Self::Named(kinds) => kinds
                .into_iter()
                .flat_map(|(kind, names)| names.into_iter().map(move |name| (kind, name)))
                .collect(),
        }
    }
}

/// Returns an element or its opposite, with true for the opposite. A statement has one of them.
///
/// With both of them, the opposite is returned beside the finding. It is not used then, since an
/// error prevents the document.
fn either<T>(
    element: Option<T>,
    opposite: Option<T>,
    name: &'static str,
    at: &FieldPath,
    findings: &mut Report,
) -> Option<(bool, T)> {
    match (element, opposite) {
        (Some(_), Some(opposite)) => {
            // The finding is at the opposite, which is the rarer of the two.
            let place = at.clone().field(format!("Not{name}"));
            let message = format!("the statement has `{name}` and `Not{name}`");
            let finding = Diagnostic::error(Mistake::Value.code(), None, place, message);
            findings.push(finding.with_help("keep one of them"));
            Some((true, opposite))
        }
        (Some(element), None) => Some((false, element)),
        (None, Some(opposite)) => Some((true, opposite)),
        (None, None) => None,
    }
}

/// Adds the finding that an element is missing.
fn missing(name: &'static str, at: &FieldPath, findings: &mut Report) {
    let message = format!("`{name}` is missing");
    let finding = Diagnostic::error(Mistake::Missing.code(), None, at.clone().field(name), message);
    findings.push(finding.with_help(format!("add `{name}` or `Not{name}`")));
}
