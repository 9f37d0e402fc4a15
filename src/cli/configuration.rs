//! Reading the configuration that a command works with.
//!
//! Commands that need a right configuration show all findings about a wrong one and stop. Advice of
//! lints is left to `check` and `append`: a warning must not stand between a question and its
//! answer.
//!
//! Commands differ in what they can do with a configuration that is refused, or whose template
//! leaves values unknown. There is a function for each need:
//!
//! ```text
//!                  refused by the store         unknown values                   for
//! read, content    returned                     returned                         check, convert
//! accepted         refused, status 1            returned                         append, migrate
//! deciding         refused, status 1            one engine for each possibility  decide, explain
//! comparable       refused; `diff`: status 2    names only                       diff
//! configuration,   refused, status 1            the role, IDs and accounts       batch
//!   engine
//! usable           refused, status 2            the role, IDs and accounts       assert
//! known            refused, status 2            none                             permissions
//! ```
//!
//! Status 1 is that of a configuration with mistakes. A document that is not well-formed, or none of
//! a configuration, has status 2 everywhere, and so have unknown values that matter.
//!
//! The bytes and the form of a document are the matter of `template`, which also chooses the
//! configuration of a template by its address. This file adds the dialect, and what a command
//! demands.

use clap::builder::{PossibleValuesParser, TypedValueParser};

use s3_replication::dialect::ZoneReading;
use s3_replication::form::Form;
use s3_replication::model::{BucketName, ZonePair};
use s3_replication::template::{NotExpressible, WrittenForm};
use s3_replication::{
    Dialect, Engine, Parsed, Parser, ReplicationConfiguration, ReplicationRule, UnknownValue,
};

use crate::cli::context::BucketFacts;
use crate::cli::counts::counted;
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
    /// The zones of Ceph between which data sync applies the rules: the one with the objects and the
    /// one that gets the replicas. Rules for other zones count as disabled
    #[arg(long, value_name = "FROM,TO")]
    zones: Option<ZonePair>,
    #[command(flatten)]
    template: TemplateOptions,
}

/// A configuration for comparing it.
///
/// A comparison may have unknown values, as long as they cannot change which decisions are equal.
/// The name of a bucket is such a value: it is a name like any other, as long as only one side has
/// it, which `diff` checks.
pub(super) struct Comparable {
    /// The document, for the places of findings and for its name.
    pub(super) parsed: Parsed,
    /// The configuration. Names that the template leaves unknown are in it as expressions, such as
    /// `${Bucket}`.
    pub(super) configuration: ReplicationConfiguration,
    /// The unknown answers of the store that may change a decision.
    pub(super) open: OpenAnswers,
}

/// Accepts the names of the forms of input, for `--from`.
///
/// The possible values are in the help and in completions. An enum of `clap` would list them once
/// more.
pub(super) fn form_parser() -> impl TypedValueParser<Value = Form> {
    let names = Form::ALL.iter().map(|form| form.as_str());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Form>())
}

/// Accepts the names of the forms of output, for `--to`. There are more of them: a template is
/// written in YAML or in JSON.
pub(super) fn written_form_parser() -> impl TypedValueParser<Value = WrittenForm> {
    let names = WrittenForm::ALL.iter().map(|form| form.as_str());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<WrittenForm>())
}

/// Returns the failure of writing a form that cannot express a configuration. Its exit status is 2:
/// the configuration is right, and the option is wrong.
#[expect(clippy::needless_pass_by_value, reason = "the signature of `map_err`")]
pub(super) fn not_expressible(error: NotExpressible) -> Failure {
    Failure::Message(format!("{error}; choose another form with `--to`, or change the rule"))
}

/// Returns the configuration of a document that has to be wholly known, because it is written
/// again.
///
/// Also the name of a role must be known here: the output would have the expression as a value.
pub(super) fn written_again(parsed: Parsed) -> Result<ReplicationConfiguration, Failure> {
    refuse_unknown(&parsed, "the output depends", |_| false)?;
    decided(parsed)
}

/// Returns the configuration of a document that the store accepts, if it is only one: the
/// conditions of a template may leave several.
///
/// Call it for documents that are not refused. The failure has the first finding only, because the
/// document has passed already and this finding is the reason why no configuration can be picked.
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
    /// Returns a parser for the dialect, without advice, facts about buckets or a source bucket.
    /// Commands add these where they need them.
    ///
    /// # Errors
    ///
    /// When zones are given and the store of the dialect has none: they would have no effect.
    pub(super) fn parser(&self) -> Result<Parser, Failure> {
        let dialect = self.dialect();
        let parser = Parser::new().with_dialect(dialect.clone());
        match &self.zones {
            None => Ok(parser),
            Some(zones) if dialect.zone_elements() == ZoneReading::Honoured => {
                Ok(parser.with_zones(zones.clone()))
            }
            Some(_) => Err(Failure::Message(format!(
                "the dialect `{}` has no zones, so `--zones` has no meaning; leave `--zones` out, or \
                 give `--dialect ceph`",
                dialect.name()
            ))),
        }
    }

    /// Reads a configuration, right or wrong. A template must have exactly one, or the one that
    /// `--resource` names.
    pub(super) fn read(&self, input: &Input, parser: &Parser) -> Result<Parsed, Failure> {
        self.template.read(input, parser, self.from)
    }

    /// Reads everything that an input holds: a template may have several configurations.
    pub(super) fn content(&self, input: &Input, parser: &Parser) -> Result<Content, Failure> {
        self.template.content(input, parser, self.from)
    }

    /// Returns the form that is set, and the options for reading templates.
    ///
    /// For commands that read several configurations of a template, as `check`, or need the source
    /// bucket that the template states.
    pub(super) const fn template(&self) -> (Option<Form>, &TemplateOptions) {
        (self.from, &self.template)
    }

    /// Reads a configuration for deciding about single objects, whose unknown values may not
    /// matter.
    ///
    /// For one object most unknown values have no effect, so they are not refused here.
    /// [`Deciding`] refuses the object whose decision depends on them.
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
            let message = "the standard input cannot be two inputs; name a file with `--context`";
            return Err(Failure::Message(message.to_owned()));
        }
        // The order matters: the source bucket is that of the template that was read last.
        let parsed = self.accepted(input)?;
        let source = self.source_bucket(facts.source_bucket());
        Deciding::new(&parsed, self.dialect(), facts, source.as_ref())
    }

    /// Reads a configuration that has to be right, and compiles it for the dialect.
    pub(super) fn engine(&self, input: &Input) -> Result<Engine, Failure> {
        Ok(Engine::with_dialect(&self.configuration(input)?, self.dialect()))
    }

    /// Reads a configuration that has to be right. Only values without an effect on any decision may
    /// be unknown.
    pub(super) fn configuration(&self, input: &Input) -> Result<ReplicationConfiguration, Failure> {
        self.configuration_with(input, deciding::has_no_effect)
    }

    /// Reads a configuration that has to be right, for comparing it: names may be unknown.
    ///
    /// An opaque value is compared as a text and never looked into, such as the ARN of a bucket or
    /// of a key. A prefix is not opaque: its characters decide which objects a rule matches.
    pub(super) fn comparable(&self, input: &Input) -> Result<Comparable, Failure> {
        let parsed = self.accepted(input)?;
        // Of the draft: an open answer may concern a spelling that the configuration no longer has.
        let open = OpenAnswers::of(&parsed, self.dialect());
        refuse_unknown(&parsed, "the answer depends", UnknownValue::is_opaque)?;
        let configuration = decided(parsed.clone())?;
        Ok(Comparable { parsed, configuration, open })
    }

    /// Reads a configuration that has to be right and of which everything has to be known.
    ///
    /// Its refusal has exit status 2, as that of [`usable`](Self::usable).
    pub(super) fn known(&self, input: &Input) -> Result<ReplicationConfiguration, Failure> {
        self.configuration_with(input, |_| false).map_err(unusable)
    }

    /// Reads a configuration that has to be right. An unknown value that is not allowed is an error
    /// that names all such values, since the user can give several at once.
    ///
    /// `may_be_unknown` returns true for a value on which the answer of the command does not
    /// depend.
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
    ///
    /// The exit status 1 of such a command has another meaning, so the refusal has status 2.
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
    ///
    /// It may still have unknown values, and stand for several configurations: [`decided`] picks
    /// the only one.
    pub(super) fn accepted(&self, input: &Input) -> Result<Parsed, Failure> {
        let parsed = self.read(input, &self.parser()?)?;
        if parsed.is_refused() {
            let what = format!("the configuration `{input}`");
            return Err(Failure::Refused(Box::new(self.refusal(&parsed, &what))));
        }
        remark_on_zones(&parsed, input);
        Ok(parsed)
    }

    /// Returns the source bucket of the configuration that was read last: the name that its
    /// template states, else the one that is given. Warns where they differ.
    ///
    /// ```text
    /// stated    given     returned
    /// photos    -         photos
    /// -         photos    photos
    /// photos    vault     photos, with a warning
    /// -         -         nothing
    /// ```
    ///
    /// Call it after reading, and once for each configuration, or the warning appears twice.
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
    ///
    /// `what` begins the sentence behind the findings, such as ``the configuration `c.xml` ``.
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

    /// Returns the dialect with the answers that the user chose.
    pub(super) fn dialect(&self) -> &Dialect {
        self.dialect.get()
    }

    /// Returns the same reading by another store, if one is named. The answers that were chosen
    /// with `--question` stay. A store without zones is read without those that are given.
    pub(super) fn by(&self, named: Option<&Dialect>) -> Self {
        let dialect = self.dialect.with(named);
        let has_zones = dialect.get().zone_elements() == ZoneReading::Honoured;
        let zones = self.zones.clone().filter(|_| has_zones || named.is_none());
        Self { from: self.from, dialect, zones, template: self.template.clone() }
    }

    /// Returns the zones that are given.
    pub(super) const fn zones(&self) -> Option<&ZonePair> {
        self.zones.as_ref()
    }

    /// Returns true when an answer about a configuration depends on zones that are not given.
    pub(super) fn lacks_zones(&self, configuration: &ReplicationConfiguration) -> bool {
        let names_zones = |rule: &ReplicationRule| !rule.zones.is_empty();
        self.zones.is_none() && configuration.rules().iter().any(names_zones)
    }

    /// Returns the same reading of another configuration of a template, if one is named.
    ///
    /// The names that templates have are shared with this reading: a value may be meant for either.
    pub(super) fn at(&self, resource: Option<&String>) -> Self {
        let template = self.template.at(resource);
        let dialect = self.dialect.with(None);
        Self { from: self.from, dialect, zones: self.zones.clone(), template }
    }
}

/// Remarks on rules that name zones: that the zones are not evaluated, or that data sync between the
/// given zones does not apply some rules.
///
/// Without the remark, the answer about a rule for other zones would look like that of a rule that is
/// written as disabled.
pub(super) fn remark_on_zones(parsed: &Parsed, input: &Input) {
    let rules = parsed.draft().map(|draft| draft.rules.as_slice()).unwrap_or_default();
    match parsed.zones() {
        None => {
            let mut findings = parsed.report().iter();
            if findings.any(|finding| finding.code == "zones-not-evaluated") {
                output::eprint(&format!(
                    "warning: the zones that rules of `{input}` name are not evaluated; give \
                     `--zones FROM,TO`\n"
                ));
            }
        }
        Some(zones) => {
            let others = rules.iter().filter(|rule| !rule.zones().contain(zones)).count();
            if others > 0 {
                let rules = counted(others, "rule");
                let (from, to) = (&zones.source, &zones.destination);
                output::remark(&format!(
                    "note: not applied by data sync from `{from}` to `{to}`: {rules} of `{input}` with \
                     other zones\n"
                ));
            }
        }
    }
}

/// Returns the failure of a command whose exit status 1 means something else than a refused
/// configuration. Other failures have status 2 already.
fn unusable(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(refusal) => Failure::Refused(Box::new(refusal.with_status(Status::Wrong))),
        other => other,
    }
}

/// Refuses a configuration with unknown values that matter for the question. The message names all
/// of them, and ends with the options that give them.
///
/// `what` begins the sentence: `the answer depends`.
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
///
/// Without `--objects` the objects come from it, unless options describe one object:
///
/// ```text
/// decide -c -              refused: nothing is left for the objects
/// decide -c - --key a      not refused
/// ```
fn refuse_same_input(
    input: &Input,
    objects: Option<&Input>,
    flags: &ObjectFlags,
) -> Result<(), Failure> {
    if *input == Input::Stdin && reads_objects(objects, flags) {
        let message = "the standard input cannot be both configuration and objects; name a file \
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
///
/// ```text
/// <ReplicationConfiguration/>     1: a configuration with mistakes
/// {"Role":                        2: not well-formed
/// an IAM policy                   2: another document
/// ```
pub(super) fn refused(parsed: &Parsed) -> Status {
    let is_other = parsed.report().iter().any(|finding| finding.code == "document-of-other-kind");
    if parsed.draft().is_some() && !is_other { Status::Found } else { Status::Wrong }
}

/// Shows the report of a document on the standard error, with the lines that it is about.
pub(super) fn report(parsed: &Parsed) {
    output::eprint_report(&parsed.report().in_text(parsed.text()));
}
