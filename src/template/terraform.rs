//! Modules of Terraform, and the output of `terraform show -json`.

mod attempt;
mod composition;
mod evaluate;
mod expand;
mod function;
mod hcl;
mod json;
mod legacy;
mod module;
mod plan;
mod schema;
mod sent;
mod settings;
mod syntax;

use std::collections::{BTreeMap, HashMap};

use self::hcl::Places;
use self::syntax::Body;
use super::found::Found;
use super::value::Value;
use crate::clause::TERRAFORM_LANGUAGE;
use crate::diagnostic::Diagnostic;
use crate::document::hcl::read_hcl;
use crate::document::{self, SyntaxError};
use crate::path::FieldPath;
use crate::text::{SourceText, Span};

/// The most bytes of the output of `terraform show -json`.
const PLAN_LIMIT: usize = 64 * 1024 * 1024;

/// The values that the caller gave.
pub(super) struct Given<'g> {
    /// The values of `--var`.
    pub(super) variables: &'g BTreeMap<String, String>,
    /// The names and texts of files of values, those that count more after the others.
    pub(super) files: &'g [&'g (String, String)],
}

/// Reads the files of a module. The second part are the errors of files that are not well-formed.
pub(super) fn read(
    files: &[(&SourceText, Option<&SyntaxError>)],
    given: &Given<'_>,
) -> (Found, Vec<Option<SyntaxError>>) {
    let mut bodies = Vec::new();
    let mut errors = Vec::new();
    let mut found = Found::default();
    for (number, (source, error)) in files.iter().enumerate() {
        let read = match error {
            Some(error) => Err((*error).clone()),
            None => read_file(source.text(), number, &mut found),
        };
        match read {
            Ok(body) => {
                bodies.push(body);
                errors.push(None);
            }
            Err(error) => {
                bodies.push(None);
                errors.push(Some(error));
            }
        }
    }
    let given = values(&bodies, given, &mut found);
    let of_module = module::read(&bodies, given);
    found.sources.extend(of_module.sources);
    found.buckets.extend(of_module.buckets);
    found.findings.extend(of_module.findings);
    composition::note_other_owners(&mut found);
    (found, errors)
}

/// Reads a file of a module. The output of `terraform show -json` adds its content at once.
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

fn body_of(text: &str) -> Result<Body, SyntaxError> {
    let file = read_hcl(text)?;
    Ok(Places { before: file.before, whole: None }.body(&file.body))
}

/// Returns the values of variables and attributes that the caller gave.
fn values(bodies: &[Option<Body>], given: &Given<'_>, found: &mut Found) -> HashMap<String, Value> {
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
            Ok(body) => values.extend(evaluate::literals(&body)),
            Err(error) => {
                let message = format!("the file of values `{name}` can't be read: {error}");
                let clause = &TERRAFORM_LANGUAGE;
                let path = FieldPath::root();
                let finding = Diagnostic::error("variable-file-unread", clause, path, message);
                found.findings.push((0, finding));
            }
        }
    }
    for (name, text) in given.variables {
        let declared = bodies.iter().flatten().flat_map(|body| body.blocks("variable"));
        let mut declared = declared.filter(|block| block.labels.first() == Some(name));
        let kind = declared.next().and_then(|block| block.body.attribute("type"));
        let kind = kind.map(|kind| kind.value.to_string());
        let is_text = kind.is_none_or(|kind| kind == "string");
        let value = if is_text { None } else { expression_of(text) };
        let value = value.unwrap_or_else(|| Value::string(text.as_str(), Span::default()));
        values.insert(name.clone(), value);
    }
    values
}

/// Reads the value of a variable whose type is not a text.
fn expression_of(text: &str) -> Option<Value> {
    let body = body_of(&format!("value = {text}\n")).ok()?;
    evaluate::literals(&body).remove("value")
}
