//! The written forms of documents: configurations, batch jobs, policies, scenarios and contexts.
//!
//! Each kind of document has a table of elements (`schema`) beside the types that it is read into.
//! The `reader` checks a tree against the table and words every mistake in one way (`mistake`),
//! the `locator` finds the text of a path, and the `writer` writes a value.
//!
//! The way from a text to a value has three steps, and each keeps what the next one needs:
//!
//! ```text
//! text ──▶ tree of elements with places ──▶ value, with holes ──▶ validated value
//!          (`document`)                     (`reader`, `value`)   (the caller's `validate`)
//! ```
//!
//! A mistake never stops the reading. What cannot be read leaves a *hole* in the value, and the rest is
//! read and checked as well, so that a document with five mistakes has five findings, not one after the
//! other. Checks that follow must then not report what is missing only because of a hole.
//!
//! Two kinds of documents differ in one respect. Configurations and jobs belong to S3, so a mistake
//! has S3's answer and a clause. Policies, scenarios and contexts are this crate's own, so a mistake
//! has neither. The table of a document states which it is.

mod configuration;
mod context;
mod document_kind;
pub(crate) mod fields;
pub(crate) mod foreign;
mod json_schema;
mod locator;
pub(crate) mod meant;
pub(crate) mod mistake;
pub(crate) mod path_stack;
pub(crate) mod reader;
pub(crate) mod schema;

mod unknown;
mod value;
pub(crate) mod writer;

#[cfg(feature = "forms")]
pub(crate) use self::configuration::stand_in_of_bucket;
pub(crate) use self::configuration::{
    Decoded, EXTENDED as EXTENDED_CONFIGURATION, RULE_SCHEMA, SCHEMA as CONFIGURATION, decode,
    decode_rule, not_a_configuration, not_a_rule,
};
pub(crate) use self::context::BLOCKED_ENCRYPTION_TYPES;
pub use self::document_kind::DocumentKind;
pub(crate) use self::document_kind::{of_bytes, of_root, of_text};
pub(crate) use self::json_schema::{json_schema, json_schema_with_wrapper};
pub(crate) use self::locator::Locator;
pub(crate) use self::mistake::Mistake;

use serde::Deserialize;

use crate::diagnostic::{Diagnostic, Holes, Report};
use crate::document::{self, Document, Element, SyntaxError};
use crate::form::path_stack::PathStack;
use crate::form::reader::Reader;
use crate::form::schema::Schema;
use crate::path::FieldPath;
use crate::text::Visible;
use crate::vocabulary::is_same_but_for_case;

closed_vocabulary! {
    /// A form in which a configuration can be written.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::form::Form;
    ///
    /// assert_eq!(Form::recognise("  <ReplicationConfiguration/>"), Some(Form::Xml));
    /// assert_eq!(Form::recognise("{}"), Some(Form::CliJson));
    /// assert_eq!(Form::recognise("Rules:"), None);
    /// ```
    #[non_exhaustive]
    pub enum Form("a form: `xml`, `cli-json`, `cloudformation` or `terraform`") {
        /// The XML of the S3 API.
        Xml = "xml",
        /// The JSON of the AWS CLI and SDKs.
        CliJson = "cli-json",
        /// A template of AWS CloudFormation, in YAML or JSON. The module `template` of feature
        /// `forms` reads it.
        CloudFormation = "cloudformation",
        /// A module of Terraform, or the output of `terraform show -json`. The module `template` of
        /// feature `forms` reads it.
        Terraform = "terraform",
    }
}

impl Form {
    /// Returns true where values have kinds and lists are values, unlike in XML.
    pub(crate) const fn is_json(self) -> bool {
        !matches!(self, Self::Xml)
    }

    /// Recognises the form of a document that holds one configuration by its first character that is not white space.
    ///
    /// A JSON array is recognised too, although no configuration is one: the reader then reports
    /// what is wrong in the words of JSON. A byte-order mark is not white space, so decode bytes
    /// first with [`document::decode`].
    #[must_use]
    pub fn recognise(text: &str) -> Option<Self> {
        match text.trim_start().chars().next() {
            Some('<') => Some(Self::Xml),
            Some('{' | '[') => Some(Self::CliJson),
            _ => None,
        }
    }
}

/// The code of a finding about a value of the wrong kind, in which nothing was read.
pub(crate) const INVALID_TYPE: &str = Mistake::Kind.code();

/// Reads a text as a tree.
///
/// Fails only where the text is not well-formed or exceeds a limit; the names in it are not looked
/// at.
pub(crate) fn tree(text: &str, form: Form) -> Result<Document<'_>, SyntaxError> {
    match form {
        Form::Xml => document::read_xml(text),
        Form::CliJson | Form::CloudFormation | Form::Terraform => document::read_json(text),
    }
}

/// Returns the finding about a text that is not well-formed.
///
/// There is no tree, so this is the only finding about the document.
///
/// A text of another kind, such as YAML, is named instead of its first wrong character.
///
/// The message depends on the text, the help on the message:
///
/// | text | message | help |
/// | --- | --- | --- |
/// | of a known kind | "this is YAML, not …", "JSON or XML" where no kind is wanted | the remedy of the kind, else the request |
/// | wrong at its first character | that of the error | that of the error, else the request |
/// | wrong further inside | that of the error | that of the error, else to correct the syntax |
///
/// The request is the help of the kind that is wanted, such as "give a rule".
pub(crate) fn malformed(
    error: &SyntaxError,
    kind: Option<DocumentKind>,
    schema: &Schema,
) -> Diagnostic {
    // Our own documents rest on no clause, well-formed or not.
    let clause = (schema.authority.clause)(Mistake::Malformed).map(|_| error.clause());
    let wanted = schema.kind.map_or_else(|| "JSON or XML".to_owned(), |kind| kind.to_string());
    let syntax = "correct the syntax here; the rest of the document was not read";
    let request = || schema.kind.map(DocumentKind::request);
    let (message, help) = match kind {
        Some(kind) => {
            let help = kind.remedy().map(str::to_owned).or_else(request);
            (format!("this is {kind}, not {wanted}"), help)
        }
        // Where the first character is wrong, the syntax is not the mistake.
        None if error.span().start() == 0 => {
            let help = error.help().map(str::to_owned).or_else(request);
            (error.to_string(), help)
        }
        None => (error.to_string(), error.help().map(str::to_owned)),
    };
    let help = help.unwrap_or_else(|| syntax.to_owned());
    let finding = Diagnostic::error(Mistake::Malformed.code(), clause, FieldPath::root(), message);
    let answer = schema.authority.answer.map(|answer| answer());
    Diagnostic { service_error: answer, ..finding.at(error.span()).with_help(help) }
}

/// Returns the kind of a text that cannot be read in the form of the schema, if it is another one than
/// that of the schema. Where JSON is expected, the text may be XML.
///
/// The kind that is wanted is left out: "this is a job, not a job" would hide the mistake in the
/// syntax.
fn kind_of_other(text: &str, schema: &Schema) -> Option<DocumentKind> {
    DocumentKind::recognise(text).filter(|kind| Some(*kind) != schema.kind)
}

/// The code of a finding about a document of another kind.
pub(crate) const OTHER_KIND: &str = "document-of-other-kind";

/// Returns the only finding about a document that is of another kind than the schema, if no name of
/// it is one of the schema.
///
/// Returns `None` for a schema without a kind, for a document of no known kind, and, unless the
/// kind is certain, for one in which a single name at the root is right: then the other names are
/// mistakes of their own, and each has its finding.
pub(crate) fn other_kind(
    root: Element<'_, '_>,
    form: Form,
    schema: &'static Schema,
) -> Option<Diagnostic> {
    let wanted = schema.kind?;
    let is_own = |name: &str| schema.rows().iter().any(|row| row.name_in(form) == name);
    let kind = of_root(root, form).filter(|kind| *kind != wanted)?;
    // The names of these are specific: a lifecycle has rules, too, and the output of `get-role` a role.
    let is_certain = matches!(kind, DocumentKind::IamPolicy | DocumentKind::BucketSettings);
    if !is_certain && root.children().any(|child| is_own(child.name())) {
        return None;
    }
    let message = format!("this is {kind}, not {wanted}");
    let clause = (schema.authority.clause)(Mistake::Root);
    let finding = Diagnostic::error(OTHER_KIND, clause, FieldPath::root(), message);
    let answer = schema.authority.answer.map(|answer| answer());
    let help = match (wanted, kind) {
        (DocumentKind::Configuration, _) => kind.advice().to_owned(),
        (DocumentKind::Rule, DocumentKind::Configuration) => {
            "give one of its rules alone, an item of `Rules`".to_owned()
        }
        (DocumentKind::Job, DocumentKind::JobList) => {
            "give the output of `aws s3control describe-job --job-id ID`".to_owned()
        }
        _ => kind.remedy().map_or_else(|| wanted.request(), str::to_owned),
    };
    Some(Diagnostic { service_error: answer, ..finding.at(root.head()).with_help(help) })
}

/// Returns the only finding about a document whose names differ from those of the schema in case
/// throughout, such as one in lower camel case.
///
/// Returns `None` for XML, where the name of the root comes first, and for Terraform, whose names
/// `template` has replaced by then. A root with nothing but the wrapper of the schema, in any case,
/// such as `replicationConfiguration`, is looked into.
pub(crate) fn other_case(
    root: Element<'_, '_>,
    form: Form,
    schema: &'static Schema,
) -> Option<Diagnostic> {
    if !matches!(form, Form::CliJson | Form::CloudFormation) {
        return None;
    }
    let mut children = root.children();
    let root = match (children.next(), children.next()) {
        (Some(only), None) if is_same_but_for_case(only.name(), schema.root) => only,
        _ => root,
    };
    let found = foreign::other_case(root, form, schema)?;
    // The help asks about one name. The last one of the root is taken, which in a configuration is
    // usually that of the rules.
    let first = root.children().last().and_then(|child| found.names.get(child.name()).copied());
    Some(case_finding(root, &found, first, schema))
}

/// Returns the finding about names in another case; `first` is the one to begin with.
///
/// The path is the root and the place the head of `root`, since no single name is the mistake.
pub(crate) fn case_finding(
    root: Element<'_, '_>,
    found: &foreign::OtherCase,
    first: Option<&str>,
    schema: &Schema,
) -> Diagnostic {
    let name = schema.authority.name;
    let (owner, way) = match schema.kind {
        _ if !name.is_empty() => (format!("{name} has them"), "as the AWS CLI does"),
        Some(kind) => (format!("in {kind}"), "in their own case"),
        None => ("in this document".to_owned(), "in their own case"),
    };
    let names = quoted(found.names.keys());
    let mut message = format!("the members are not written as {owner}: {names}");
    if !found.unknown.is_empty() {
        message = format!("{message}; there is no {}", quoted(found.unknown.iter()));
    }
    let meant: Vec<String> =
        found.names.iter().take(3).map(|(name, meant)| format!("`{name}` as `{meant}`")).collect();
    let question = first.map_or_else(String::new, |first| format!("did you mean `{first}`? "));
    let help = format!("{question}write all members {way}, such as {}", meant.join(", "));
    let clause = (schema.authority.clause)(Mistake::Unknown);
    let finding = Diagnostic::error(Mistake::Unknown.code(), clause, FieldPath::root(), message);
    let answer = schema.authority.answer.map(|answer| answer());
    Diagnostic { service_error: answer, ..finding.at(root.head()).with_help(help) }
}

/// Returns the first names of a list, quoted.
///
/// A document can have thousands of names, and a message shows twelve. Control characters in them
/// are made visible.
fn quoted<'n>(names: impl ExactSizeIterator<Item = &'n String>) -> String {
    const SHOWN: usize = 12;
    let more = if names.len() > SHOWN { " and others" } else { "" };
    let shown: Vec<String> = names.take(SHOWN).map(|name| format!("`{}`", Visible(name))).collect();
    format!("{}{more}", shown.join(", "))
}

/// Reads a text by a schema as a value of `T`, and lets `validate` look at the value and at the
/// findings so far. Returns what `validate` returns, if there is a value, and all findings, each with
/// its place in the text.
///
/// The value is `None`, and `validate` is not called, if the text is not well-formed, or if a hole
/// is where the type cannot have one. `validate` sees the findings so far because what it may
/// conclude depends on them.
///
/// `advice` returns the probable meaning of a name that the table does not have, such as an element
/// of another store.
pub(crate) fn read<T: for<'d> Deserialize<'d>, R>(
    text: &str,
    form: Form,
    schema: &'static Schema,
    advice: fn(&str, &PathStack<'_>) -> Option<String>,
    validate: impl FnOnce(T, &Report) -> (R, Report),
) -> (Option<R>, Report) {
    match tree(text, form) {
        Ok(document) => read_tree(document.root(), form, schema, advice, validate),
        Err(error) => {
            (None, Report::from_iter([malformed(&error, kind_of_other(text, schema), schema)]))
        }
    }
}

/// Reads a tree as [`read`] reads a text.
///
/// This is for trees that no text of JSON or XML was read into, such as those of `settings`, which
/// come from TOML.
pub(crate) fn read_tree<T: for<'d> Deserialize<'d>, R>(
    root: Element<'_, '_>,
    form: Form,
    schema: &'static Schema,
    advice: fn(&str, &PathStack<'_>) -> Option<String>,
    validate: impl FnOnce(T, &Report) -> (R, Report),
) -> (Option<R>, Report) {
    // One finding about the whole replaces one for each name, and nothing is read.
    if let Some(finding) = other_kind(root, form, schema).or_else(|| other_case(root, form, schema))
    {
        return (None, Report::from_iter([finding]));
    }
    let mut reader = Reader::new(form, schema).with_advice(advice);
    reader.check_root(root, schema.root);
    let value = reader.read(root, &schema.content, &PathStack::ROOT);
    let mut report = reader.into_report();
    let result = value.map(|value| {
        // A value of the wrong kind was not looked into, so what it lacks is not known.
        let holes = Holes::of(report.iter(), |finding| finding.code == INVALID_TYPE);
        let (result, found) = validate(value, &report);
        report.leave_out(found.left_out());
        // What was refused left a hole; that it is missing is no news.
        for finding in found.into_iter().filter(|finding| !holes.cover(finding.primary.path())) {
            report.push(finding);
        }
        result
    });
    let mut locator = Locator::new(root, &schema.content, form);
    report.locate(|path| Some(locator.find(path)));
    // Readers of our own documents expect the order of the text.
    // S3 reports one mistake, in the order in which it checks (REP-250); a report about an S3
    // document keeps that order.
    if schema.authority.answer.is_none() && !schema.authority.skips_unknown {
        report.sort_by_place();
    }
    (result, report)
}

/// Returns the mistakes of a JSON document that the schema shows, if there are any and the document
/// has at most `limit` bytes.
///
/// This is the check of a document whose values are read elsewhere, such as the facts in an
/// inventory: only the table is compared, and no value is built.
pub(crate) fn mistakes(text: &str, schema: &'static Schema, limit: usize) -> Option<Report> {
    if text.len() > limit {
        return None;
    }
    let document = match document::read_json_within(text, limit) {
        Ok(document) => document,
        Err(error) => {
            return Some(Report::from_iter([malformed(
                &error,
                kind_of_other(text, schema),
                schema,
            )]));
        }
    };
    let root = document.root();
    if let Some(finding) = other_kind(root, Form::CliJson, schema) {
        return Some(Report::from_iter([finding]));
    }
    let mut reader = Reader::new(Form::CliJson, schema);
    reader.check_whole(root, &schema.content);
    let mut report = reader.into_report();
    report.sort_by_place();
    (!report.is_empty()).then_some(report)
}
