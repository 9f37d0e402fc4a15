//! Modules of Terraform, and the output of `terraform show -json`.
//!
//! A module is a folder of files that Terraform reads together. From HCL or its JSON each file
//! becomes a [`Body`], in which expressions are not evaluated. The [`Evaluator`] evaluates them, as
//! far as they follow from the text, and makes the requests that the provider would send:
//!
//! ```text
//! main.tf, variables.tf ─▶ Body ─▶ Module ─▶ Evaluator ─▶ Tree ─▶ Value of the request
//!      [`hcl`], [`json`]   [`declared`]  [`evaluate`]   [`expand`]   [`sent`], [`legacy`]
//! ```
//!
//! The output of `terraform show -json` has the values already, so [`plan`] makes the trees at
//! once.
//!
//! The provider is between the module and S3, and it is no plain copy: it adds, drops and replaces
//! fields (REP-1084 to REP-1087). What is checked is what it sends.

mod attempt;
mod call;
mod collection;
mod composition;
mod condition;
mod declared;
mod encode;
mod evaluate;
mod expand;
mod function;
mod hcl;
mod instance;
mod json;
mod legacy;
mod load;
mod module;
mod path;
mod plan;
mod policies;
mod policy_document;
mod references;
mod schema;
mod sent;
mod settings;
mod syntax;

use std::collections::{BTreeMap, HashMap};

use self::declared::Module;
use self::evaluate::Evaluator;
use self::hcl::Places;
pub(super) use self::load::FolderFiles;
use self::load::Loaded;
use self::syntax::Body;
use super::decoded::Decoded;
use super::found::Found;
use super::names::meant;
use super::value::Value;
use crate::clause::TERRAFORM_LANGUAGE;
use crate::diagnostic::Diagnostic;
use crate::document::hcl::read_hcl;
use crate::document::{self, SyntaxError};
use crate::path::FieldPath;
use crate::text::Span;

/// The most bytes of the output of `terraform show -json`.
///
/// A plan has every resource of a deployment, most of them not of S3, and repeats the
/// configuration. Other documents have a tighter limit.
const PLAN_LIMIT: usize = 64 * 1024 * 1024;

/// The values that the caller gave.
pub(super) struct Given<'g> {
    /// The values of `--var`.
    pub(super) variables: &'g BTreeMap<String, String>,
    /// The names and texts of files of values, those that count more after the others.
    pub(super) files: &'g [&'g (String, String)],
}

/// A root module with those that it calls.
///
/// `called` and `errors` continue the files that the caller gave: the number of a file is its index
/// among both.
pub(super) struct Read {
    /// The buckets, configurations, policies and findings of all modules.
    pub(super) found: Found,
    /// The files of called modules.
    pub(super) called: Vec<Decoded>,
    /// The errors of the files that are not well-formed, those of called modules last.
    pub(super) errors: Vec<Option<SyntaxError>>,
}

/// Reads the files of a module, and those of the modules that it calls.
///
/// `is_whole` is false for a part of a module, in which a missing name may be declared elsewhere.
/// `folder_files` returns the files of a folder that a call names: this library does no I/O.
pub(super) fn read(
    files: &[Decoded],
    given: &Given<'_>,
    is_whole: bool,
    folder_files: FolderFiles<'_>,
) -> Read {
    let mut found = Found::default();
    let Loaded { called, bodies, errors, folders } =
        load::load(files, is_whole, folder_files, &mut found);
    // Only the root module takes values from outside; a called module gets its own from its caller.
    let own = bodies.get(..files.len()).unwrap_or_default();
    let modules = folders.iter().enumerate();
    let modules: Vec<Module<'_>> =
        modules.map(|(number, folder)| Module::new(number, folder, &bodies)).collect();
    if let Some(root) = modules.first() {
        let values = values(own, given, root, &mut found);
        let of_modules = module::read(&Evaluator::of_root(&modules, root, &values));
        found.names.extend(&of_modules.names);
        found.sources.extend(of_modules.sources);
        found.buckets.extend(of_modules.buckets);
        found.findings.extend(of_modules.findings);
        found.policies.extend(of_modules.policies);
    }
    composition::note_other_owners(&mut found);
    Read { found, called, errors }
}

/// Returns a refusal of Terraform.
///
/// S3 never sees what is refused here, so no answer of S3 belongs to it.
fn refused(place: Span, message: String, help: String) -> Diagnostic {
    let clause = &TERRAFORM_LANGUAGE;
    let finding = Diagnostic::error("terraform-refused", clause, FieldPath::root(), message);
    finding.at(place).with_help(help)
}

/// Reads a file of a module. The output of `terraform show -json` adds its content at once.
///
/// The name of a file does not count, because text from a pipe has none: JSON begins with a brace,
/// and HCL cannot.
///
/// | text | result |
/// | --- | --- |
/// | HCL, or the JSON of a module | its body |
/// | a plan or a state | `None`; what it has is in `found` |
/// | not well-formed | the error |
fn read_file(text: &str, number: usize, found: &mut Found) -> Result<Option<Body>, SyntaxError> {
    if !text.trim_start_matches('\u{FEFF}').trim_start().starts_with('{') {
        return Ok(Some(body_of(text)?));
    }
    let document = document::read_json_template(text, PLAN_LIMIT)?;
    if plan::is_plan(document.root()) {
        found.add(number, plan::read(document.root()));
        return Ok(None);
    }
    Ok(Some(json::file(document.root())))
}

/// Returns the paths of the folders that the calls in a file name, relative to the folder of the file.
///
/// A file that is not well-formed names no folder. Its error is reported when the module is read.
pub(super) fn called_folders(text: &str) -> Vec<String> {
    let body = read_file(text, 0, &mut Found::default());
    let Ok(Some(body)) = body else { return Vec::new() };
    let sources = body.blocks("module").filter_map(load::source_of);
    sources.filter(|source| load::is_local(source)).map(|source| load::joined("", source)).collect()
}

/// Reads a text of HCL.
fn body_of(text: &str) -> Result<Body, SyntaxError> {
    let file = read_hcl(text)?;
    Ok(Places { before: file.before, whole: None }.body(&file.body))
}

/// Returns the values of variables and attributes that the caller gave.
///
/// Later values replace earlier ones: files in their order, then single values.
fn values(
    bodies: &[Option<Body>],
    given: &Given<'_>,
    root: &Module<'_>,
    found: &mut Found,
) -> HashMap<String, Value> {
    let mut values = HashMap::new();
    for (name, text) in given.files {
        let is_json = text.trim_start().starts_with('{');
        let body = if is_json {
            document::read_json_template(text, document::SIZE_LIMIT)
                .map(|document| json::values(document.root()))
        } else {
            body_of(text)
        };
        match body {
            Ok(body) => {
                // Without all files of the module, an undeclared variable may be declared in
                // another one.
                if root.is_whole {
                    note_undeclared(name, &body, root, found);
                }
                values.extend(evaluate::literals(&body));
            }
            Err(error) => {
                let message = format!("the file of values `{name}` cannot be read: {error}");
                let clause = &TERRAFORM_LANGUAGE;
                let path = FieldPath::root();
                let finding = Diagnostic::error("variable-file-unread", clause, path, message);
                found.findings.push((0, finding));
            }
        }
    }
    for (name, text) in given.variables {
        // The first declaration of the name has the type; Terraform refuses a second one.
        let declared = bodies.iter().flatten().flat_map(|body| body.blocks("variable"));
        let mut declared = declared.filter(|block| block.labels.first() == Some(name));
        let kind = declared.next().and_then(|block| block.body.attribute("type"));
        let kind = kind.map(|kind| kind.value.to_string());
        let is_text = kind.is_none_or(|kind| kind == "string");
        // Like Terraform, the text of `--var` is taken as it is for a variable of type `string`,
        // and as an expression for any other type. `007` stays a text of three digits that way.
        let value = if is_text { None } else { expression_of(text) };
        let value = value.unwrap_or_else(|| Value::string(text.as_str(), Span::default()));
        values.insert(name.clone(), value);
    }
    values
}

/// Warns of values in a file whose variables the module does not declare, as Terraform does.
///
/// A slip in a name is the usual reason, and the variable keeps its default then. Terraform warns
/// as well and goes on.
fn note_undeclared(name: &str, body: &Body, root: &Module<'_>, found: &mut Found) {
    for attribute in &body.attributes {
        let variable = &*attribute.name;
        if root.variables.contains_key(variable) {
            continue;
        }
        let message = format!("`{name}` gives `{variable}`, which the module does not declare");
        let (clause, path) = (&TERRAFORM_LANGUAGE, FieldPath::root());
        let all = root.variables.keys().copied();
        let help = meant(variable, all, &format!("add `variable \"{variable}\" {{}}`"));
        let finding = Diagnostic::warning("variable-undeclared", clause, path, message);
        found.findings.push((0, finding.with_help(help)));
    }
}

/// Reads the value of a variable whose type is not a text.
///
/// Nothing for a text that is not an expression: it is kept as a text then.
fn expression_of(text: &str) -> Option<Value> {
    let body = body_of(&format!("value = {text}\n")).ok()?;
    evaluate::literals(&body).remove("value")
}
