//! Calls of modules: their instances, arguments and outputs.
//!
//! A call makes an instance of another module, or several with `count` and `for_each`. Each
//! instance has an [`Evaluator`] of its own, which knows its caller:
//!
//! ```text
//! module "photos" { source = "./replication", bucket = "photos" }
//!   in the module: var.bucket            evaluated at the caller: "photos"
//!   addresses:     module.photos.aws_s3_bucket.this
//!   unknown:       ${module.photos.var.other}, in the terms of the root module
//! ```
//!
//! Nothing is copied for an instance: it borrows the module and the call. So a module that is
//! called a thousand times is parsed once.

use std::cell::RefCell;
use std::rc::Rc;

use super::declared::{Call, Module};
use super::evaluate::{Caller, Evaluator, Scope};
use super::instance::{self, Instance};
use super::syntax::{Block, Expression, Node, Step};
use super::{load, refused};
use crate::clause::TERRAFORM_LANGUAGE;
use crate::diagnostic::Diagnostic;
use crate::path::FieldPath;
use crate::template::found::Found;
use crate::template::value::Value;
use crate::vocabulary::nearest;

/// The deepest nesting of calls that is followed.
///
/// Terraform knows no such bound. Real modules are nested far less.
const DEEPEST: usize = 16;

/// The most instances of modules that are read for one root module.
///
/// Calls multiply: ten instances that call ten each are a hundred, without a cycle anywhere.
const MOST_INSTANCES: usize = 1_000;

/// The arguments of a module block that belong to Terraform itself.
const META: &[&str] = &["source", "version", "providers", "count", "for_each", "depends_on"];

impl Caller<'_> {
    /// Evaluates the argument that gives a variable its value.
    ///
    /// An argument is evaluated where the call is written, with `each` and `count` of the call.
    pub(super) fn argument(&self, name: &str) -> Option<Value> {
        let argument = self.block.body.attribute(name).filter(|_| !META.contains(&name))?;
        let evaluate = |scope: &Scope<'_>| self.evaluator.evaluate(&argument.value, scope);
        Some(match self.each {
            Some((name, value)) => evaluate(&Scope::MODULE.with(name, value)),
            None => evaluate(&Scope::MODULE),
        })
    }

    /// Returns the Region of the provider that the module calls by an alias, or by none.
    ///
    /// ```text
    /// providers = { aws = aws.eu }         the own provider `aws` is `aws.eu` of the caller
    /// providers = { aws.backup = aws.us }  the own provider `aws.backup` is `aws.us` of the caller
    /// no `providers`                       the provider without an alias is inherited, no other is
    /// ```
    pub(super) fn region(&self, alias: Option<&str>) -> Option<String> {
        let Some(providers) = self.block.body.attribute("providers") else {
            return self.evaluator.region(alias).filter(|_| alias.is_none());
        };
        let Node::Object(members) = &providers.value.node else { return None };
        // The own name of the provider in the module, which is the key of the map.
        let wanted = alias.map_or_else(|| "aws".to_owned(), |alias| format!("aws.{alias}"));
        let (_, own) = members.iter().find(|(key, _)| plain(key) == wanted)?;
        self.evaluator.region(plain(own).strip_prefix("aws."))
    }
}

impl<'m> Evaluator<'m> {
    /// Returns the number of calls around this instance.
    fn calls_around(&self) -> usize {
        self.caller.map_or(0, |caller| 1 + caller.evaluator.calls_around())
    }

    /// Returns true if this instance is of a module, or is made by one.
    ///
    /// Terraform refuses a module that calls itself, directly or through others. Following it would
    /// not end.
    fn is_inside(&self, module: &Module<'_>) -> bool {
        self.module.number == module.number
            || self.caller.is_some_and(|caller| caller.evaluator.is_inside(module))
    }

    /// Returns the module of a call, if it can be followed from here.
    ///
    /// Returns nothing for a module whose files were not given, such as one of a registry.
    fn followed(&self, call: &Call<'_>) -> Option<&'m Module<'m>> {
        let module = self.modules.get(call.module?)?;
        (self.calls_around() < DEEPEST && !self.is_inside(module)).then_some(module)
    }

    /// Creates the evaluator of an instance of a module that this one calls.
    fn of_call<'s>(
        &'s self,
        name: &str,
        block: &'s Block,
        module: &'s Module<'s>,
        instance: &'s Instance,
    ) -> Evaluator<'s> {
        Evaluator {
            modules: self.modules,
            module,
            address: format!("{}module.{name}{}.", self.address, instance.suffix),
            caller: Some(Caller { evaluator: self, block, each: instance.each.as_ref() }),
            given: self.given,
            assuming: Rc::clone(&self.assuming),
            steps: Rc::clone(&self.steps),
            depth: Rc::clone(&self.depth),
            known_locals: RefCell::default(),
            open_locals: RefCell::default(),
        }
    }

    /// Evaluates the output of a module, and follows the steps behind it.
    ///
    /// `module.photos["eu"].bucket_arn`: the index chooses the instance, the name the output.
    pub(super) fn output(&self, name: &str, steps: &[Step], scope: &Scope<'_>) -> Option<Value> {
        let call = self.module.calls.get(name)?;
        let module = self.followed(call)?;
        let (index, steps) = match steps {
            [Step::Index(index), steps @ ..] => (Some(self.evaluate(index, scope)), steps),
            steps => (None, steps),
        };
        let [Step::Name(output), steps @ ..] = steps else { return None };
        let instance = self.instance_at(call.block, index.as_ref())?;
        // The evaluator of the instance lives for this one value. It shares steps, depth and
        // assumptions with its caller, so that a chain of outputs has the bounds of a single
        // expression.
        let value = {
            let inside = self.of_call(name, call.block, module, &instance);
            inside.evaluate(module.outputs.get(output.as_str())?, &Scope::MODULE)
        };
        self.follow(value, steps, scope)
    }

    /// Calls a closure with this module, and with every instance of the modules that it calls. Returns false
    /// if there are more instances than are read.
    ///
    /// The order is that of the addresses in a plan: a module before those that it calls, and calls
    /// by their names.
    pub(super) fn visit(&self, visit: &mut dyn FnMut(&Evaluator<'_>)) -> bool {
        // The root module is visited whatever the bound is.
        let mut left = MOST_INSTANCES;
        self.visit_within(&mut left, visit)
    }

    /// Visits as [`visit`](Self::visit) does, with the number of instances that are left for all
    /// calls together.
    fn visit_within(&self, left: &mut usize, visit: &mut dyn FnMut(&Evaluator<'_>)) -> bool {
        visit(self);
        for (name, call) in &self.module.calls {
            let Some(module) = self.followed(call) else { continue };
            // [`check_calls`](Self::check_calls) reports what is found about the instances, once
            // for each call. Here it is dropped.
            let mut unread = Found::default();
            for instance in self.instances(call.file, call.block, &mut unread) {
                let Some(fewer) = left.checked_sub(1) else { return false };
                *left = fewer;
                let inside = self.of_call(name, call.block, module, &instance);
                if !inside.visit_within(left, visit) {
                    return false;
                }
            }
        }
        true
    }

    /// Notes the calls that are not followed, and refuses those that Terraform refuses.
    ///
    /// The checks need all files of the called module: an argument that one file does not declare
    /// may be declared in the next one.
    pub(super) fn check_calls(&self, found: &mut Found) {
        for (name, call) in &self.module.calls {
            match (self.followed(call), call.module) {
                (Some(module), _) => {
                    if module.is_whole {
                        check_arguments(call, module, found);
                    }
                    let mut notes = Found::default();
                    self.instances(call.file, call.block, &mut notes);
                    for (file, note) in notes.findings {
                        found.note(file, note);
                    }
                }
                (None, Some(_)) if self.calls_around() >= DEEPEST => {
                    let why = format!("calls are followed {DEEPEST} levels deep");
                    found.note(call.file, not_read(name, call.block, &why));
                }
                (None, Some(_)) => {
                    let message = format!("`module.{name}` calls a module around it");
                    let help = "call a module that does not call this one again";
                    found.note(call.file, refused(call.block.head, message, help.to_owned()));
                }
                (None, None) => {
                    let why = why_not_given(call.block);
                    found.note(call.file, not_read(name, call.block, &why));
                }
            }
        }
    }

    /// Returns the instance of a block at an index; without one, the only instance.
    ///
    /// Nothing if the block has several instances and no index, or one of an unknown number: the
    /// result of an output is unknown then.
    pub(super) fn instance_at(&self, block: &Block, index: Option<&Value>) -> Option<Instance> {
        let Some(index) = index else {
            let has_many = ["count", "for_each"].iter().any(|name| block.body.has(name));
            return (!has_many).then(Instance::only);
        };
        let index = index.as_text()?;
        if let Some(count) = block.body.attribute("count") {
            let all = instance::counted(&self.evaluate(&count.value, &Scope::MODULE))?;
            return all.into_iter().nth(index.parse().ok()?);
        }
        let each = &block.body.attribute("for_each")?.value;
        let all = instance::keyed(&self.evaluate(each, &Scope::MODULE))?;
        // The suffix of an instance is its identity, so keys are compared as addresses show them.
        let suffix = format!("[\"{index}\"]");
        all.into_iter().find(|instance| instance.suffix == suffix)
    }
}

/// Returns the name of a provider as it is written, in quotes or not.
///
/// JSON has the names of providers as texts, HCL as references.
fn plain(name: &Expression) -> String {
    name.to_string().trim_matches('"').to_owned()
}

/// Refuses arguments that the called module does not declare, and the lack of those that it requires.
///
/// Terraform refuses both before a plan exists.
fn check_arguments(call: &Call<'_>, module: &Module<'_>, found: &mut Found) {
    let names = || module.variables.keys().copied();
    for attribute in &call.block.body.attributes {
        let name = &*attribute.name;
        if META.contains(&name) || module.variables.contains_key(name) {
            continue;
        }
        let help = match nearest(name, names()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("declare `variable \"{name}\"` in the module, or remove the argument"),
        };
        let message = format!("the module declares no variable `{name}`");
        found.note(call.file, refused(attribute.head, message, help));
    }
    for (name, default) in &module.variables {
        if default.is_none() && !call.block.body.has(name) {
            let message = format!("the argument `{name}` is required");
            let help = format!("add `{name} = …`, or give the variable a default in the module");
            found.note(call.file, refused(call.block.head, message, help));
        }
    }
}

/// Returns the reason why the module of a call is not among those that are read.
///
/// Each reason has another remedy: to give the folder, to read a plan, or to write the source as a
/// literal.
fn why_not_given(block: &Block) -> String {
    match load::source_of(block) {
        Some(source) if load::is_local(source) => {
            format!("`{source}` is not among the folders that are given")
        }
        Some(source) => format!("`{source}` is not a folder of this project"),
        None => "its source is not written as a text".to_owned(),
    }
}

/// Returns the note about a call that is not followed.
fn not_read(name: &str, block: &Block, why: &str) -> Diagnostic {
    let message = format!("`module.{name}` is not read: {why}; replication in it is not checked");
    let help =
        "check the output of `terraform show -json`, which has the resources of every module";
    let place = block.body.attribute("source").map_or(block.head, |source| source.value.place);
    Diagnostic::note("module-not-read", &TERRAFORM_LANGUAGE, FieldPath::root(), message)
        .at(place)
        .with_help(help)
}

/// Returns the warning that a root module makes more instances of modules than are read.
pub(super) fn too_many() -> Diagnostic {
    let message = format!("only the first {MOST_INSTANCES} instances of modules are read");
    Diagnostic::warning("instances-not-read", &TERRAFORM_LANGUAGE, FieldPath::root(), message)
}
