//! From a tree to a draft. What no reading can make legal is refused here, with a fixed code;
//! what takes two fields to notice is left to the lints.

mod configuration;
mod fields;
mod scalars;

pub(crate) use self::fields::INVALID_TYPE;

use crate::clause::{self, Clause};
use crate::diagnostic::{Diagnostic, Report, ServiceError, Stage};
use crate::dialect::Dialect;
use crate::document::{Document, Element};
use crate::form::Form;
use crate::form::path_stack::PathStack;
use crate::model::{ConfigurationDraft, RuleDraft};
use crate::path::FieldPath;
use crate::text::Span;

/// A decoded document.
pub(crate) struct Decoded<'d, 't> {
    /// What the document says, with a hole for everything that was refused.
    pub(crate) draft: ConfigurationDraft,
    /// The findings, each with the stage at which the store would come to it.
    pub(crate) found: Vec<(Stage, Diagnostic)>,
    /// How many findings were left out.
    pub(crate) left_out: usize,
    /// The element that holds `Role` and the rules.
    pub(crate) root: Element<'d, 't>,
}

/// Decodes a document.
pub(crate) fn decode<'d, 't>(
    document: &'d Document<'t>,
    form: Form,
    dialect: &Dialect,
) -> Decoded<'d, 't> {
    let mut decoder = Decoder::new(form, dialect);
    let root = decoder.root_of(document.root());
    let draft = decoder.configuration(root);
    Decoded { draft, found: decoder.found, left_out: decoder.left_out, root }
}

/// A document that was decoded as one rule.
pub(crate) struct DecodedRule {
    /// What the rule says, with a hole for everything that was refused.
    pub(crate) draft: RuleDraft,
    /// The findings.
    pub(crate) found: Vec<(Stage, Diagnostic)>,
    /// How many findings were left out.
    pub(crate) left_out: usize,
}

/// Decodes a document that holds one rule and nothing around it.
pub(crate) fn decode_rule(document: &Document<'_>, form: Form, dialect: &Dialect) -> DecodedRule {
    let mut decoder = Decoder::new(form, dialect);
    let root = document.root();
    if form == Form::Xml {
        decoder.check_root(root, "Rule", "give one `Rule`, without anything around it");
    }
    let draft = decoder.rule_alone(root);
    DecodedRule { draft, found: decoder.found, left_out: decoder.left_out }
}

struct Decoder<'c> {
    form: Form,
    dialect: &'c Dialect,
    found: Vec<(Stage, Diagnostic)>,
    /// The codes of the warnings among them.
    warned: Vec<&'static str>,
    left_out: usize,
}

/// A refusal in the making: everything but the place.
struct Refusal {
    code: &'static str,
    clause: &'static Clause,
    stage: Stage,
    message: Box<str>,
    answer: ServiceError,
    help: Option<Box<str>>,
}

impl Refusal {
    /// A violation of the schema.
    fn schema(code: &'static str, clause: &'static Clause, message: impl Into<String>) -> Self {
        Self::new(code, clause, Stage::Schema, message, ServiceError::malformed_xml())
    }

    fn new(
        code: &'static str,
        clause: &'static Clause,
        stage: Stage,
        message: impl Into<String>,
        answer: ServiceError,
    ) -> Self {
        Self { code, clause, stage, message: message.into().into(), answer, help: None }
    }

    fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into().into()), ..self }
    }
}

impl<'c> Decoder<'c> {
    const fn new(form: Form, dialect: &'c Dialect) -> Self {
        Self { form, dialect, found: Vec::new(), warned: Vec::new(), left_out: 0 }
    }

    fn refuse(&mut self, refusal: Refusal, at: &PathStack<'_>, span: Span) {
        if self.is_full(Report::LIMIT) {
            return;
        }
        let Refusal { code, clause, stage, message, answer, help } = refusal;
        let finding = Diagnostic::refusal(code, clause, at.path(), message, answer).at(span);
        let finding = Diagnostic { help: help.map(String::from), ..finding };
        self.found.push((stage, finding));
    }

    fn warn(&mut self, finding: Diagnostic) {
        // There are few kinds of warnings, and one of each is kept: somebody may deny it.
        let is_first = !self.warned.contains(&finding.code);
        // Warnings leave room for refusals.
        if is_first || !self.is_full(Report::LIMIT / 2) {
            if is_first {
                self.warned.push(finding.code);
            }
            self.found.push((Stage::Schema, finding));
        }
    }

    /// Counts a finding; the document may be hostile, the report is not to be larger than it.
    fn is_full(&mut self, limit: usize) -> bool {
        let full = self.found.len() >= limit;
        self.left_out += usize::from(full);
        full
    }

    /// Finds the element that holds `Role` and the rules: the root, or what wraps it in the input
    /// and output of the CLI and the SDKs.
    fn root_of<'d, 't>(&mut self, root: Element<'d, 't>) -> Element<'d, 't> {
        match self.form {
            Form::Xml => {
                let help = "put `ReplicationConfiguration` around `Role` and the rules";
                self.check_root(root, "ReplicationConfiguration", help);
            }
            Form::CliJson => {
                const WRAPPER: &str = "ReplicationConfiguration";
                const BESIDE: &[&str] =
                    &["Bucket", "ChecksumAlgorithm", "ContentMD5", "ExpectedBucketOwner"];
                const ANSWER: &[&str] = &["ResponseMetadata", "Token"];
                let is_wrapped = |child: &Element<'_, '_>| child.name() == WRAPPER;
                let known =
                    |name| name == WRAPPER || BESIDE.contains(&name) || ANSWER.contains(&name);
                if !root.children().all(|child| known(child.name())) {
                    return root;
                }
                let mut wrapped = root.children().filter(is_wrapped);
                let Some(mut inner) = wrapped.next() else { return root };
                for again in wrapped {
                    self.repeated_member(WRAPPER, FieldPath::root(), again);
                    inner = again;
                }
                return inner;
            }
        }
        root
    }

    fn check_root(&mut self, root: Element<'_, '_>, expected: &str, help: &str) {
        let name = root.name();
        if name != expected {
            let message = format!("the root element is `{name}`, not `{expected}`");
            let refusal = Refusal::schema("root-unknown", &clause::DOCUMENT_ROOT, message);
            self.refuse(refusal.with_help(help), &PathStack::ROOT, root.head());
        }
        match root.namespace() {
            None | Some(crate::form::NAMESPACE) => {}
            Some(other) => {
                let message =
                    format!("the namespace is `{}`, not that of S3", other.escape_debug());
                let help = format!("write `xmlns=\"{}\"`, or no namespace", crate::form::NAMESPACE);
                let refusal = Refusal::schema("namespace-unknown", &clause::DOCUMENT_ROOT, message);
                self.refuse(refusal.with_help(help), &PathStack::ROOT, root.head());
            }
        }
    }
}
