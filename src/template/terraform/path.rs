//! The values of names and of what follows them: `var.rules[0].id`, or `aws_s3_bucket.photos.arn`.
//!
//! A path is a name of Terraform and steps into its value. Where the steps lead out of what is
//! known, the rest of the path becomes a part of the unknown expression, so that messages show what
//! is written: `${var.rules[0].id}`, and not `${var.rules}`.

use std::sync::Arc;

use super::collection::{elements, object};
use super::evaluate::{Evaluator, MOST_STEPS, Scope};
use super::syntax::{Block, Expression, Step};
use crate::template::value::{Data, Unknown, Value};
use crate::text::Span;

/// The resources that others name by their attributes, and whose indexes are evaluated.
///
/// Policies refer to these with indexes that are expressions, `aws_iam_role.r[each.key].arn`. With
/// the index evaluated, the reference and the resource `aws_iam_role.r["eu"]` have the same
/// spelling.
const HOLDERS: [&str; 3] = ["aws_iam_role", "aws_iam_policy", "aws_kms_key"];

impl Evaluator<'_> {
    /// Evaluates a name and what follows it.
    ///
    /// The values that the caller gave come first, by the whole expression: `aws_iam_role.r.arn`
    /// has no value of its own. Then come the names of the scope, which hide those of the module.
    ///
    /// | path | value |
    /// | --- | --- |
    /// | `var.a.b` | from the call, the caller of the library or the default, then `.b` |
    /// | `local.a` | its expression, evaluated once |
    /// | `each.key`, `rule.value` | of the scope |
    /// | `data.aws_iam_policy_document.d.json` | the document |
    /// | `data.aws_partition.p.partition` | of the Region of the provider |
    /// | `module.m.out` | the output of the instance |
    /// | `aws_s3_bucket.b.arn` | of the name of the bucket |
    /// | anything else | unknown |
    pub(super) fn path(
        &self,
        root: &str,
        steps: &[Step],
        expression: &Expression,
        scope: &Scope<'_>,
    ) -> Value {
        let place = expression.place;
        let text = format!("{}{expression}", self.address);
        if let Some(given) = self.given.get(&text) {
            return given.clone();
        }
        if let Some(value) = scope.get(root) {
            let unknown = || Value::unknown(&expression.to_string(), place);
            return self.follow(value.clone(), steps, scope).unwrap_or_else(unknown);
        }
        let named = match (root, steps) {
            ("var", [Step::Name(name), rest @ ..]) => Some((self.variable(name, place), rest)),
            ("local", [Step::Name(name), rest @ ..]) => Some((self.local(name, place), rest)),
            ("data", [Step::Name(kind), Step::Name(name), rest @ ..])
                if kind == "aws_iam_policy_document" =>
            {
                return self
                    .policy_document(name, rest, scope, place)
                    .unwrap_or_else(|| Value::unknown(&text, place));
            }
            ("data", [Step::Name(kind), Step::Name(_), Step::Name(attribute)]) => {
                return match (kind.as_str(), attribute.as_str()) {
                    // The only data source besides policy documents whose result follows from the
                    // text.
                    ("aws_partition", "partition") => Value::string(self.partition().name, place),
                    ("aws_partition", "dns_suffix") => {
                        Value::string(self.partition().suffix, place)
                    }
                    _ => Value::unknown(&text, place),
                };
            }
            ("module", [Step::Name(name), rest @ ..]) => {
                return self
                    .output(name, rest, scope)
                    .unwrap_or_else(|| Value::unknown(&text, place));
            }
            ("aws_s3_bucket", [Step::Name(name), rest @ ..]) => {
                return self
                    .bucket_attribute(name, rest, scope, place)
                    .unwrap_or_else(|| Value::unknown(&text, place));
            }
            (kind, [Step::Name(name), Step::Index(index), rest @ ..])
                if HOLDERS.contains(&kind) =>
            {
                let index = shown_index(&self.evaluate(index, scope));
                let rest: String = rest.iter().map(ToString::to_string).collect();
                let text = format!("{}{kind}.{name}{index}{rest}", self.address);
                let given = self.given.get(&text).cloned();
                return given.unwrap_or_else(|| Value::unknown(&text, place));
            }
            _ => None,
        };
        let followed = named.and_then(|(value, rest)| self.follow(value, rest, scope));
        followed.unwrap_or_else(|| Value::unknown(&text, place))
    }

    /// Returns the value of a variable: the argument of the call, or the value that was given, or
    /// the default.
    ///
    /// The default is a literal, so it is evaluated in no scope. What is unknown here is in the
    /// terms of the root module, with the address of this one.
    ///
    /// A variable without a declaration is unknown, too; `references` reports it.
    pub(super) fn variable(&self, name: &str, place: Span) -> Value {
        let given = match &self.caller {
            Some(caller) => caller.argument(name),
            None => self.given.get(name).cloned(),
        };
        if let Some(given) = given {
            return given;
        }
        match self.module.variables.get(name) {
            Some(Some(default)) => self.evaluate(default, &Scope::MODULE),
            _ => Value::unknown(&format!("{}var.{name}", self.address), place),
        }
    }

    /// Returns the value of a local value, which is evaluated once if it depends on no assumption.
    ///
    /// A value that was evaluated under an assumption is not kept: the next reading may have
    /// another one.
    pub(super) fn local(&self, name: &str, place: Span) -> Value {
        let unknown = || Value::unknown(&format!("{}local.{name}", self.address), place);
        if let Some((known, size)) = self.known_locals.borrow().get(name) {
            // A copy counts like its evaluation, or locals that double each other would be a bomb.
            self.steps.set(self.steps.get() + size);
            return if self.steps.get() > MOST_STEPS { unknown() } else { known.clone() };
        }
        let Some(expression) = self.module.locals.get(name) else { return unknown() };
        // The local value refers to itself.
        if !self.open_locals.borrow_mut().insert(name.to_owned()) {
            return unknown();
        }
        let value = self.evaluate(expression, &Scope::MODULE);
        self.open_locals.borrow_mut().remove(name);
        if !self.assuming.is_anything_assumed() {
            let known = (value.clone(), value.size());
            self.known_locals.borrow_mut().insert(name.to_owned(), known);
        }
        value
    }

    /// Splits the steps after the name of a resource, as in `[0].arn`; nothing if there are others.
    ///
    /// | steps | result |
    /// | --- | --- |
    /// | `.arn` | no index, `arn` |
    /// | `["eu"].arn` | the index `eu`, `arn` |
    /// | `[*].arn`, `.tags.a` | nothing |
    pub(super) fn index_and_attribute<'s>(
        &self,
        steps: &'s [Step],
        scope: &Scope<'_>,
    ) -> Option<(Option<Value>, &'s str)> {
        match steps {
            [Step::Name(attribute)] => Some((None, attribute)),
            [Step::Index(index), Step::Name(attribute)] => {
                Some((Some(self.evaluate(index, scope)), attribute))
            }
            _ => None,
        }
    }

    /// Evaluates the name or the ARN of a bucket of the module.
    ///
    /// ```text
    /// resource "aws_s3_bucket" "b" { bucket = "backup" }
    /// aws_s3_bucket.b.arn             arn:aws:s3:::backup
    /// aws_s3_bucket.b.id              backup
    /// aws_s3_bucket.b.website_domain  nothing
    /// ```
    ///
    /// A bucket without a name gets one at the deployment. The reference is unknown then, but it is
    /// that of a bucket of this module.
    fn bucket_attribute(
        &self,
        name: &str,
        steps: &[Step],
        scope: &Scope<'_>,
        place: Span,
    ) -> Option<Value> {
        let (index, attribute) = self.index_and_attribute(steps, scope)?;
        let shown_index = index.as_ref().map(shown_index).unwrap_or_default();
        let address = format!("{}aws_s3_bucket.{name}{shown_index}", self.address);
        if let Some(given) = self.given.get(&format!("{address}.{attribute}")) {
            return Some(given.clone());
        }
        let block = self.module.resources.get(&("aws_s3_bucket", name));
        let known = block.and_then(|block| self.name_of_bucket(block, index.as_ref()));
        let text = known.and_then(|known| known.as_text());
        match (attribute, text) {
            ("arn", Some(name)) => {
                let partition = self.partition().name;
                Some(Value::string(format!("arn:{partition}:s3:::{name}"), place))
            }
            ("id" | "bucket", Some(name)) => Some(Value::string(name, place)),
            ("arn" | "id" | "bucket", None) => {
                Some(Value::unknown_resource(&format!("{address}.{attribute}"), place))
            }
            _ => None,
        }
    }

    /// Returns the name that a bucket has, or that one instance of it has.
    ///
    /// The name is evaluated in the scope of the instance: with `bucket = each.key`, every instance
    /// has another one.
    ///
    /// Returns `None` for a bucket without a name, and for an index that no instance has. The
    /// result may be unknown.
    pub(super) fn name_of_bucket(&self, block: &Block, index: Option<&Value>) -> Option<Value> {
        let name = &block.body.attribute("bucket")?.value;
        let Some(index) = index else { return Some(self.evaluate(name, &Scope::MODULE)) };
        let text = index.as_text()?;
        let Some(each) = block.body.attribute("for_each") else {
            // The index is taken as it is: a `count` that is lower is refused by Terraform.
            let count = object([("index", index.clone())], name.place);
            return Some(self.evaluate(name, &Scope::MODULE.with("count", &count)));
        };
        let each = self.evaluate(&each.value, &Scope::MODULE);
        let value =
            elements(&each)?.into_iter().find(|(key, _)| key.as_text() == Some(Arc::clone(&text)));
        let (key, value) = value?;
        let each = object([("key", key), ("value", value)], name.place);
        Some(self.evaluate(name, &Scope::MODULE.with("each", &each)))
    }

    /// Follows steps into a value; nothing if there is nothing to follow.
    ///
    /// ```text
    /// { a = ["x"] }      .a[0]      x
    /// { a = ["x"] }      .b         nothing: the object is known, and has no `b`
    /// Unknown(${var.r})  .a[0]      Unknown(${var.r.a[0]})
    /// [{a = 1}, {a = 2}] [*].a      [1, 2]
    /// ```
    ///
    /// `self.follow` is called for the rest of the steps behind a splat, once for each item; an
    /// item that lacks a step makes the whole nothing.
    pub(super) fn follow(&self, value: Value, steps: &[Step], scope: &Scope<'_>) -> Option<Value> {
        let mut value = value;
        for (at, step) in steps.iter().enumerate() {
            if let Data::Unknown(unknown) = &value.data {
                let rest: String = steps.iter().skip(at).map(ToString::to_string).collect();
                return Some(Value::unknown_text(extended(unknown, &rest), value.place));
            }
            value = match step {
                Step::Name(name) => value.get(name)?.clone(),
                Step::Index(index) => {
                    let index = self.evaluate(index, scope).as_text()?;
                    match &value.data {
                        Data::List(items) => items.get(index.parse::<usize>().ok()?)?.clone(),
                        _ => value.get(&index)?.clone(),
                    }
                }
                Step::Each => {
                    let rest = steps.get(at + 1..).unwrap_or_default();
                    let items = match &value.data {
                        Data::List(items) => items.clone(),
                        // A splat makes a list of anything: null has no items, and any other value
                        // that is not a list is its single item.
                        Data::Null => Vec::new(),
                        _ => vec![value.clone()],
                    };
                    let items = items.into_iter().map(|item| self.follow(item, rest, scope));
                    let items = items.collect::<Option<Vec<_>>>()?;
                    return Some(Value::new(Data::List(items), value.place));
                }
            };
        }
        Some(value)
    }
}

/// Returns an index as addresses show it.
///
/// An index that is unknown is shown as a gap.
fn shown_index(index: &Value) -> String {
    match &index.data {
        Data::String(text) => format!("[\"{text}\"]"),
        _ => format!("[{}]", index.as_text().unwrap_or_else(|| "…".into())),
    }
}

/// Returns the text of an unknown value and the steps that follow it.
///
/// ```text
/// ${var.rules}       .id    ${var.rules.id}
/// ${a}-${b}          .id    ${….id}, because two expressions have no common end
/// ```
fn extended(unknown: &Unknown, rest: &str) -> String {
    match unknown.text.strip_suffix('}') {
        Some(text) if text.starts_with("${") && text.matches("${").count() == 1 => {
            format!("{text}{rest}}}")
        }
        _ => format!("${{…{rest}}}"),
    }
}
