//! Reading the configuration that a command works with.
//!
//! Commands that need a right configuration show all findings about a wrong one and stop. Advice of lints is left to `check` and `append`: a warning must not stand between a question and its
//! answer.

use clap::builder::{PossibleValuesParser, TypedValueParser};

use s3_replication::document::SIZE_LIMIT;
use s3_replication::form::Form;
use s3_replication::{Dialect, Engine, Parsed, Parser, ReplicationConfiguration};

use crate::cli::dialect::DialectChoice;
use crate::cli::input::Input;
use crate::cli::object::ObjectFlags;
use crate::cli::open_answers::OpenAnswers;
use crate::cli::{Failure, Status, output};

/// The options for reading configurations.
#[derive(Debug, clap::Args)]
pub(super) struct Reading {
    /// Format of the configuration [default: detected from the content]
    #[arg(long, value_name = "FORM", value_parser = form_parser())]
    from: Option<Form>,
    #[command(flatten)]
    dialect: DialectChoice,
}

/// Accepts the names of the forms.
pub(super) fn form_parser() -> impl TypedValueParser<Value = Form> {
    let names = Form::ALL.iter().map(|form| form.as_str());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Form>())
}

impl Reading {
    /// Returns a parser for the dialect.
    pub(super) fn parser(&self) -> Parser {
        Parser::new().with_dialect(self.dialect().clone())
    }

    /// Reads a configuration, right or wrong.
    pub(super) fn read(&self, input: &Input, parser: &Parser) -> Result<Parsed, Failure> {
        // One byte above the limit is enough for the parser to see that there are too many.
        let bytes = input.read(SIZE_LIMIT + 1)?;
        if *input == Input::Stdin && bytes.trim_ascii().is_empty() {
            let message = "no configuration read: the standard input is empty; did the command \
                           before the pipe fail?";
            return Err(Failure::Message(message.to_owned()));
        }
        Ok(parser.clone().named(input.to_string()).parse_bytes(&bytes, self.from))
    }

    /// Reads a configuration that has to be right, and compiles it for deciding about objects. Returns
    /// also what is not known about the store and may change a decision.
    pub(super) fn engine_for(
        &self,
        input: &Input,
        objects: Option<&Input>,
        flags: &ObjectFlags,
    ) -> Result<(Engine, OpenAnswers), Failure> {
        let objects = objects.or((!flags.is_given()).then_some(&Input::Stdin));
        if *input == Input::Stdin && objects == Some(&Input::Stdin) {
            let message = "the standard input can't be both configuration and objects; name a \
                           file with `--configuration` or `--objects`";
            return Err(Failure::Message(message.to_owned()));
        }
        let (configuration, open) = self.configuration_and_open(input)?;
        Ok((Engine::with_dialect(&configuration, self.dialect()), open))
    }

    /// Reads a configuration that has to be right. Returns also what is not known about the store and
    /// may change a decision.
    pub(super) fn configuration_and_open(
        &self,
        input: &Input,
    ) -> Result<(ReplicationConfiguration, OpenAnswers), Failure> {
        let parsed = self.accepted(input)?;
        let open = OpenAnswers::of(parsed.draft(), self.dialect());
        let configuration =
            parsed.into_configuration().map_err(|report| Failure::Message(report.to_string()))?;
        Ok((configuration, open))
    }

    /// Reads a configuration that has to be right, and compiles it.
    pub(super) fn engine(&self, input: &Input) -> Result<Engine, Failure> {
        Ok(Engine::with_dialect(&self.configuration(input)?, self.dialect()))
    }

    /// Reads a configuration that has to be right.
    pub(super) fn configuration(&self, input: &Input) -> Result<ReplicationConfiguration, Failure> {
        let parsed = self.accepted(input)?;
        parsed.into_configuration().map_err(|report| Failure::Message(report.to_string()))
    }

    /// Reads a configuration whose refusal is no answer of the command.
    pub(super) fn usable(&self, input: &Input) -> Result<ReplicationConfiguration, Failure> {
        self.configuration(input).map_err(|failure| match failure {
            Failure::Reported(_) => Failure::Reported(Status::Wrong),
            other => other,
        })
    }

    /// Reads a document that has to hold a right configuration.
    pub(super) fn accepted(&self, input: &Input) -> Result<Parsed, Failure> {
        let parsed = self.read(input, &self.parser())?;
        if parsed.report().is_refused() {
            report(&parsed);
            output::error(&format!("the configuration `{input}` is refused, see above"));
            return Err(Failure::Reported(refused(&parsed)));
        }
        Ok(parsed)
    }

    /// Returns the dialect.
    pub(super) fn dialect(&self) -> &Dialect {
        self.dialect.get()
    }

    /// Reads as another store does, if one is named.
    pub(super) fn by(&self, dialect: Option<&Dialect>) -> Self {
        Self { from: self.from, dialect: self.dialect.with(dialect) }
    }
}

/// Returns the exit status of a command whose configuration is refused: unreadable if it is not
/// well-formed, otherwise errors found.
pub(super) fn refused(parsed: &Parsed) -> Status {
    if parsed.draft().is_some() { Status::Found } else { Status::Wrong }
}

/// Shows a report on the standard error.
pub(super) fn report(parsed: &Parsed) {
    output::eprint_report(&parsed.report().in_text(parsed.text()));
}
