//! Reading the configuration that a command works with.
//!
//! Commands that need a right configuration show all findings about a wrong one and stop. Advice of lints is left to `check` and `append`: a warning must not stand between a question and its
//! answer.

use clap::builder::{PossibleValuesParser, TypedValueParser};

use s3_replication::form::Form;
use s3_replication::model::BucketName;
use s3_replication::template::{NotExpressible, WrittenForm};
use s3_replication::{Dialect, Engine, Parsed, Parser, ReplicationConfiguration, UnknownValue};

use crate::cli::context::BucketFacts;
use crate::cli::deciding::{self, Deciding};
use crate::cli::dialect::DialectChoice;
use crate::cli::input::Input;
use crate::cli::object::ObjectFlags;
use crate::cli::open_answers::OpenAnswers;
use crate::cli::refusal::Refusal;
use crate::cli::template::{Content, TemplateOptions};
use crate::cli::{Failure, Status, output};

/// The options for reading configurations.
#[derive(Debug, clap::Args)]
pub(super) struct Reading {
    /// Format of the configuration [default: detected from the content]
    #[arg(long, value_name = "FORM", value_parser = form_parser())]
    from: Option<Form>,
    #[command(flatten)]
    dialect: DialectChoice,
    #[command(flatten)]
    template: TemplateOptions,
}

/// A configuration for comparing it.
///
/// A comparison may have unknown values, as long as they cannot change which decisions are equal.
pub(super) struct Comparable {
    /// The document.
    pub(super) parsed: Parsed,
    pub(super) configuration: ReplicationConfiguration,
    /// The unknown answers of the store that may change a decision.
    pub(super) open: OpenAnswers,
}

/// Accepts the names of the forms.
pub(super) fn form_parser() -> impl TypedValueParser<Value = Form> {
    let names = Form::ALL.iter().map(|form| form.as_str());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Form>())
}

/// Accepts the names of the forms of output.
pub(super) fn written_form_parser() -> impl TypedValueParser<Value = WrittenForm> {
    let names = WrittenForm::ALL.iter().map(|form| form.as_str());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<WrittenForm>())
}

/// Returns the failure of writing a form that cannot express a configuration.
#[expect(clippy::needless_pass_by_value, reason = "the signature of `map_err`")]
pub(super) fn not_expressible(error: NotExpressible) -> Failure {
    Failure::Message(format!("{error}; choose another form with `--to`, or change the rule"))
}

/// Returns the configuration of a document that has to be wholly known, because it is written
/// again.
pub(super) fn written_again(parsed: Parsed) -> Result<ReplicationConfiguration, Failure> {
    refuse_unknown(&parsed, "the output depends", |_| false)?;
    decided(parsed)
}

/// Returns the configuration of a document that the store accepts, if it is only one: the
/// conditions of a template may leave several.
pub(super) fn decided(parsed: Parsed) -> Result<ReplicationConfiguration, Failure> {
    parsed.into_configuration().map_err(|refused| {
        let finding = refused.report().iter().next();
        let message = finding.map_or_else(String::new, |finding| match &finding.help {
            Some(help) => format!("{}; {help}", finding.message),
            None => finding.message.clone(),
        });
        Failure::Message(message)
    })
}

impl Reading {
    /// Returns a parser for the dialect.
    pub(super) fn parser(&self) -> Parser {
        Parser::new().with_dialect(self.dialect().clone())
    }

    /// Reads a configuration, right or wrong.
    pub(super) fn read(&self, input: &Input, parser: &Parser) -> Result<Parsed, Failure> {
        self.template.read(input, parser, self.from)
    }

    /// Reads everything that an input holds: a template may have several configurations.
    pub(super) fn content(&self, input: &Input, parser: &Parser) -> Result<Content, Failure> {
        self.template.content(input, parser, self.from)
    }

    /// Returns the form that is set, and the options for reading templates.
    pub(super) const fn template(&self) -> (Option<Form>, &TemplateOptions) {
        (self.from, &self.template)
    }

    /// Reads a configuration for deciding about single objects, whose unknown values may not matter.
    pub(super) fn deciding(
        &self,
        input: &Input,
        objects: Option<&Input>,
        flags: &ObjectFlags,
        facts: &BucketFacts,
    ) -> Result<Deciding, Failure> {
        refuse_same_input(input, objects, flags)?;
        // Each of the three inputs may be the standard input, but it can be read only once.
        if facts.context() == Some(&Input::Stdin)
            && (*input == Input::Stdin || reads_objects(objects, flags))
        {
            let message = "the standard input can't be two inputs; name a file with `--context`";
            return Err(Failure::Message(message.to_owned()));
        }
        let parsed = self.accepted(input)?;
        let source = self.source_bucket(facts.source_bucket());
        Deciding::new(&parsed, self.dialect(), facts, source.as_ref())
    }

    /// Reads a configuration that has to be right, and compiles it.
    pub(super) fn engine(&self, input: &Input) -> Result<Engine, Failure> {
        Ok(Engine::with_dialect(&self.configuration(input)?, self.dialect()))
    }

    /// Reads a configuration that has to be right.
    pub(super) fn configuration(&self, input: &Input) -> Result<ReplicationConfiguration, Failure> {
        self.configuration_with(input, deciding::has_no_effect)
    }

    /// Reads a configuration that has to be right, for comparing it: names may be unknown.
    pub(super) fn comparable(&self, input: &Input) -> Result<Comparable, Failure> {
        let parsed = self.accepted(input)?;
        let open = OpenAnswers::of(parsed.draft(), self.dialect());
        refuse_unknown(&parsed, "the answer depends", UnknownValue::is_opaque)?;
        let configuration = decided(parsed.clone())?;
        Ok(Comparable { parsed, configuration, open })
    }

    /// Reads a configuration that has to be right and of which everything has to be known.
    pub(super) fn known(&self, input: &Input) -> Result<ReplicationConfiguration, Failure> {
        self.configuration_with(input, |_| false).map_err(unusable)
    }

    /// Reads a configuration that has to be right. An unknown value that is not allowed is an error
    /// that names all such values, since the user can give several at once.
    fn configuration_with(
        &self,
        input: &Input,
        may_be_unknown: impl Fn(&UnknownValue) -> bool,
    ) -> Result<ReplicationConfiguration, Failure> {
        let parsed = self.accepted(input)?;
        refuse_unknown(&parsed, "the answer depends", may_be_unknown)?;
        decided(parsed)
    }

    /// Reads a configuration whose refusal is no answer of the command. Returns the document, too.
    pub(super) fn usable(
        &self,
        input: &Input,
    ) -> Result<(Parsed, ReplicationConfiguration), Failure> {
        let parsed = self.accepted(input).map_err(unusable)?;
        refuse_unknown(&parsed, "the answer depends", deciding::has_no_effect)?;
        let configuration = decided(parsed.clone())?;
        Ok((parsed, configuration))
    }

    /// Reads a document that has to hold a right configuration.
    pub(super) fn accepted(&self, input: &Input) -> Result<Parsed, Failure> {
        let parsed = self.read(input, &self.parser())?;
        if parsed.is_refused() {
            let what = format!("the configuration `{input}`");
            return Err(Failure::Refused(Box::new(self.refusal(&parsed, &what))));
        }
        Ok(parsed)
    }

    /// Returns the source bucket of the configuration that was read last: the name that its template
    /// states, else the one that is given. Warns where they differ.
    pub(super) fn source_bucket(&self, given: Option<&BucketName>) -> Option<BucketName> {
        let stated = self.template.stated_bucket();
        if let (Some(stated), Some(given)) = (&stated, given)
            && stated != given
        {
            output::remark(&format!(
                "warning: the source bucket is given as `{given}`, but this is the configuration of \
                 `{stated}`, which counts\n"
            ));
        }
        stated.or_else(|| given.cloned())
    }

    /// Returns the refusal of a configuration. It names the dialect, unless that is S3.
    pub(super) fn refusal(&self, parsed: &Parsed, what: &str) -> Refusal {
        let dialect = self.dialect();
        let by = if *dialect == Dialect::AWS {
            String::new()
        } else {
            format!(" by the dialect `{}`", dialect.name())
        };
        let document = (parsed.text().clone(), parsed.report().clone());
        Refusal::of([document], refused(parsed)).with_message(format!("{what} is refused{by}"))
    }

    /// Returns the dialect.
    pub(super) fn dialect(&self) -> &Dialect {
        self.dialect.get()
    }

    /// Reads as another store does, if one is named.
    pub(super) fn by(&self, dialect: Option<&Dialect>) -> Self {
        let dialect = self.dialect.with(dialect);
        Self { from: self.from, dialect, template: self.template.clone() }
    }

    /// Selects another configuration of a template, if one is named.
    pub(super) fn at(&self, resource: Option<&String>) -> Self {
        let template = self.template.at(resource);
        Self { from: self.from, dialect: self.dialect.with(None), template }
    }
}

/// Returns the failure of a command whose exit status 1 means something else than a refused
/// configuration.
fn unusable(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(refusal) => Failure::Refused(Box::new(refusal.with_status(Status::Wrong))),
        other => other,
    }
}

/// Refuses a configuration with unknown values that matter for the question. The message names all
/// of them.
fn refuse_unknown(
    parsed: &Parsed,
    what: &str,
    may_be_unknown: impl Fn(&UnknownValue) -> bool,
) -> Result<(), Failure> {
    if parsed.unknown_values().iter().all(&may_be_unknown) {
        return Ok(());
    }
    let message = deciding::depends(what, parsed, |unknown| !may_be_unknown(unknown));
    Err(Failure::Message(message))
}

/// Refuses the standard input for both the configuration and the objects.
fn refuse_same_input(
    input: &Input,
    objects: Option<&Input>,
    flags: &ObjectFlags,
) -> Result<(), Failure> {
    if *input == Input::Stdin && reads_objects(objects, flags) {
        let message = "the standard input can't be both configuration and objects; name a file \
                       with `--configuration` or `--objects`";
        return Err(Failure::Message(message.to_owned()));
    }
    Ok(())
}

/// Returns true if objects come from the standard input.
fn reads_objects(objects: Option<&Input>, flags: &ObjectFlags) -> bool {
    objects.map_or(!flags.is_given(), |objects| *objects == Input::Stdin)
}

/// Returns the exit status of a command whose configuration is refused: unreadable if it is not
/// well-formed or another document, otherwise errors found.
pub(super) fn refused(parsed: &Parsed) -> Status {
    let is_other = parsed.report().iter().any(|finding| finding.code == "document-of-other-kind");
    if parsed.draft().is_some() && !is_other { Status::Found } else { Status::Wrong }
}

/// Shows a report on the standard error.
pub(super) fn report(parsed: &Parsed) {
    output::eprint_report(&parsed.report().in_text(parsed.text()));
}
