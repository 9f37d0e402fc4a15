//! The values that options give by name, compared with the names that the inputs have.
//!
//! A value under a misspelled name changes nothing, and nothing else in an answer shows that. A
//! command may read several templates, so names are compared when all of them are read.
//!
//! ```text
//! --parameter Prefx=a    no parameter is called `Prefx`; did you mean `Prefix`?
//! --parameter Team=a     no parameter is called `Team`; the input declares `Prefix`
//! --var Prefix=a         no variable is called `Prefix`; it is a parameter; write `--parameter …`
//! --var x=a              the input is not a Terraform module
//! ```
//!
//! `template` reads the inputs and calls [`SeenNames`]: `add` for each input, and `compare` after
//! the last. A command with several inputs announces their number with `wait_for`.

use std::cell::{Cell, RefCell};

use s3_replication::form::Form;
use s3_replication::model::BucketName;
use s3_replication::template::{Template, ValueNames};

use crate::cli::Failure;
use crate::cli::suggestion::did_you_mean;

/// The names that the inputs of a command have.
///
/// The options of a command share one value of this type, also after they are cloned for another
/// side. So it has cells: inputs are read through shared references.
#[derive(Debug, Default)]
pub(super) struct SeenNames {
    /// The names of CloudFormation; `None` if no input is such a template.
    parameters: RefCell<Option<ValueNames>>,
    /// The names of Terraform; `None` if no input is a module.
    variables: RefCell<Option<ValueNames>>,
    /// True if a template could not be read, so that its names are not known.
    is_unread: Cell<bool>,
    /// The number of inputs that are read before names are compared, without the last one.
    ///
    /// A value may be meant for the second input only.
    waiting: Cell<usize>,
    /// The source bucket that the template states whose configuration was read last. It has nothing
    /// to do with names, and is here because the options of a command share it, too.
    bucket: RefCell<Option<BucketName>>,
}

impl SeenNames {
    /// Compares no names before so many inputs are read. A command with one input does not call it.
    ///
    /// With `usize::MAX` no input is the last, and the command compares the names itself.
    pub(super) fn wait_for(&self, inputs: usize) {
        self.waiting.set(inputs.saturating_sub(1));
    }

    /// Notes the source bucket that the last template states.
    pub(super) fn set_bucket(&self, bucket: Option<BucketName>) {
        *self.bucket.borrow_mut() = bucket;
    }

    /// Returns the source bucket that the last template states.
    pub(super) fn bucket(&self) -> Option<BucketName> {
        self.bucket.borrow().clone()
    }

    /// Adds the names of a template; a document has none, and is `None`.
    ///
    /// Names of several templates are put together: a value has to be one of any of them.
    pub(super) fn add(&self, template: Option<&Template>) {
        let Some(template) = template else { return };
        let all = match template.form() {
            Form::Terraform => &self.variables,
            _ => &self.parameters,
        };
        all.borrow_mut().get_or_insert_default().extend(template.value_names());
        let is_unread = template.files().iter().any(|file| !file.is_read());
        self.is_unread.set(self.is_unread.get() || is_unread);
    }

    /// Returns true for the last of the inputs that are waited for. It counts the input, so it is
    /// called once for each.
    pub(super) fn is_last(&self) -> bool {
        let waiting = self.waiting.get();
        self.waiting.set(waiting.saturating_sub(1));
        waiting == 0
    }

    /// Refuses a value under a name that no input has. The first such name is reported, parameters
    /// before variables.
    pub(super) fn compare<'v>(
        &self,
        parameters: impl Iterator<Item = &'v str>,
        variables: impl Iterator<Item = &'v str>,
    ) -> Result<(), Failure> {
        // The file that could not be read may declare the name.
        if self.is_unread.get() {
            return Ok(());
        }
        let (own, other) = (self.parameters.borrow(), self.variables.borrow());
        let parameter =
            Kind { noun: "parameter", option: "--parameter", file: "a CloudFormation template" };
        let variable = Kind { noun: "variable", option: "--var", file: "a Terraform module" };
        for name in parameters {
            parameter.check(name, own.as_ref(), (&variable, other.as_ref()))?;
        }
        for name in variables {
            variable.check(name, other.as_ref(), (&parameter, own.as_ref()))?;
        }
        Ok(())
    }
}

/// A kind of named values, by its words for messages.
struct Kind {
    /// The word for one value: `parameter` or `variable`.
    noun: &'static str,
    /// The option that gives a value.
    option: &'static str,
    /// The input that has such values, with its article.
    file: &'static str,
}

impl Kind {
    /// Refuses a name that the inputs of this kind do not have. The advice depends on what is
    /// there: the same name of the other kind, a similar one, or no template at all.
    ///
    /// `own` are the names of this kind, and `None` if no input is a template of it; the pair is
    /// the same for the other kind.
    fn check(
        &self,
        name: &str,
        own: Option<&ValueNames>,
        (other, others): (&Self, Option<&ValueNames>),
    ) -> Result<(), Failure> {
        const FEW: usize = 8;
        let Self { noun, option, file } = self;
        if own.is_some_and(|own| own.takes(name)) {
            return Ok(());
        }
        let is_of_other = others.is_some_and(|others| others.takes(name));
        // The same name of the other kind is the most certain advice, so it comes first.
        let advice = match own {
            _ if is_of_other => {
                let (noun, option) = (other.noun, other.option);
                format!("it is a {noun}; write `{option} {name}=VALUE`")
            }
            None => format!("the input is not {file}"),
            Some(own) => {
                let declared: Vec<&str> = own.declared().collect();
                match (own.nearest(name), declared.len()) {
                    (Some(meant), _) => format!("did you mean `{meant}`?"),
                    (None, 0) => format!("the input declares no {noun}"),
                    (None, 1..=FEW) => {
                        format!("the input declares `{}`", declared.join("`, `"))
                    }
                    (None, count) => format!("the input declares {count} others"),
                }
            }
        };
        Err(Failure::Message(format!(
            "`{option} {name}=…` changes nothing, because no {noun} is called `{name}`; {advice}"
        )))
    }
}

/// Returns the end of the message that there is no configuration of an address: the others.
///
/// ```text
/// a similar address      ; did you mean `Photos`?
/// no other               nothing
/// up to eight            ; there is `Photos`, `Videos`
/// more                   ; there are 12 others
/// ```
pub(super) fn other_addresses<'a>(
    address: &str,
    all: impl Iterator<Item = &'a str> + Clone,
) -> String {
    const FEW: usize = 8;
    let meant = did_you_mean(address, all.clone());
    if !meant.is_empty() {
        return meant;
    }
    let names: Vec<String> = all.map(|one| format!("`{one}`")).collect();
    match names.len() {
        0 => String::new(),
        count if count > FEW => format!("; there are {count} others"),
        _ => format!("; there is {}", names.join(", ")),
    }
}
