//! The names by which values of a template can be given.

use std::collections::{BTreeMap, BTreeSet};

use crate::form::Form;
use crate::text::Visible;
use crate::vocabulary::nearest;

/// The names by which the values of a template can be given: what it declares, and what it refers to.
///
/// A value under any other name changes nothing, which a misspelled name shows in no other way.
///
/// # Examples
///
/// ```
/// use s3_replication::Parser;
/// use s3_replication::template::TemplateReader;
///
/// let text = "Parameters: {Environment: {Type: String}}\nResources: {}\n";
/// let template = TemplateReader::new(Parser::new()).read("t.yaml", text.as_bytes());
/// let names = template.value_names();
/// assert!(names.takes("Environment") && !names.takes("Enviroment"));
/// assert_eq!(names.nearest("Enviroment"), Some("Environment"));
/// ```
///
/// The names are those that the options of the command line take: `Environment` and `Role.Arn` in
/// CloudFormation, `prefix` and `aws_iam_role.r.arn` in Terraform.
#[derive(Clone, Debug, Default)]
pub struct ValueNames {
    /// The parameters, or the variables of the root module.
    declared: BTreeSet<String>,
    /// The names in references and functions, without their indexes. They contain names that
    /// nothing declares, such as attributes of resources.
    used: BTreeSet<String>,
    /// The parameters on which each condition of CloudFormation depends.
    conditions: BTreeMap<String, BTreeSet<String>>,
}

impl ValueNames {
    /// Iterates over the parameters or variables that are declared, in the order of their names.
    pub fn declared(&self) -> impl Iterator<Item = &str> {
        self.declared.iter().map(String::as_str)
    }

    /// Returns true if a value under this name has a place in the template.
    #[must_use]
    pub fn takes(&self, name: &str) -> bool {
        self.declared.contains(name) || self.used.contains(&without_indexes(name))
    }

    /// Returns the name that a misspelled one most likely stands for.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let used = || self.used.iter().map(String::as_str);
        // A declared name is meant more often than an expression that happens to look alike.
        nearest(name, self.declared()).or_else(|| nearest(name, used()))
    }

    /// Adds the names of another template.
    pub fn extend(&mut self, other: &Self) {
        self.declared.extend(other.declared.iter().cloned());
        self.used.extend(other.used.iter().cloned());
        let conditions = other.conditions.iter();
        self.conditions.extend(conditions.map(|(name, of)| (name.clone(), of.clone())));
    }

    /// Returns the options of the command line that settle an expression, such as `${var.prefix}`, or a
    /// condition, such as `IsProd`.
    pub(crate) fn options(&self, form: Form, expression: &str) -> Vec<String> {
        let option = if form == Form::Terraform { "--var" } else { "--parameter" };
        let mut options = Vec::new();
        for name in self.names_in(form, expression) {
            let is_plain = name.chars().all(|c| c.is_alphanumeric() || "_.:-".contains(c));
            let quote = if is_plain { "" } else { "'" };
            let words = format!("{option} {quote}{name}=VALUE{quote}");
            if !options.contains(&words) {
                options.push(words);
            }
        }
        options
    }

    /// Returns the names in an expression by which a value can be given.
    ///
    /// ```text
    /// ${Env}-photos        Env                        a text with expressions
    /// If IsProd            the parameters of IsProd   a function with a condition
    /// not IsProd           the parameters of IsProd   the label of a condition
    /// var.a == "x"         a                          a condition of Terraform
    /// ```
    ///
    /// A condition is settled by values for the parameters that it depends on. Nothing can be given
    /// for the condition itself, so offering its name would send the reader in a circuit.
    fn names_in(&self, form: Form, expression: &str) -> Vec<String> {
        let mut names = Vec::new();
        let parts: Vec<&str> = if expression.contains("${") {
            expression.split("${").skip(1).filter_map(|part| part.split('}').next()).collect()
        } else {
            vec![expression]
        };
        for part in parts {
            let plain = part.strip_prefix("If ").unwrap_or(part);
            // The label of a condition in words: `not IsProd`, or `Environment = prod`.
            let plain = plain.strip_prefix("not ").unwrap_or(plain);
            let operand = plain.split(" = ").next().unwrap_or(plain);
            if let Some(parameters) = self.conditions.get(operand) {
                names.extend(parameters.iter().cloned());
            } else if self.takes(operand) && !operand.starts_with("var.") {
                names.push(operand.to_owned());
            } else if form == Form::Terraform {
                names.extend(self.names_in_terms(part));
            }
        }
        names
    }

    /// Returns the names of variables and attributes in an expression of Terraform.
    ///
    /// ```text
    /// var.rules[0].prefix == null     rules
    /// aws_s3_bucket.b.arn             aws_s3_bucket.b.arn, if the module refers to it
    /// ```
    fn names_in_terms(&self, expression: &str) -> Vec<String> {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        let terms = expression.split(|c| !is_part(c)).filter(|term| term.contains('.'));
        let names = terms.filter_map(|term| match term.strip_prefix("var.") {
            Some(variable) => variable.split('.').next().map(str::to_owned),
            None => self.takes(term).then(|| term.to_owned()),
        });
        names.collect()
    }

    pub(super) fn add_condition(&mut self, name: &str, parameters: BTreeSet<String>) {
        self.conditions.insert(name.to_owned(), parameters);
    }

    pub(super) fn declare(&mut self, name: &str) {
        self.declared.insert(name.to_owned());
    }

    pub(super) fn add_used(&mut self, name: &str) {
        self.used.insert(without_indexes(name));
    }
}

/// Returns a name without what is between brackets: `aws_s3_bucket.photos["eu"].arn` may be written
/// with any expression there.
///
/// Brackets in a key, as in `["a[0]"]`, are counted like others: the result is a name to compare,
/// not one to read.
fn without_indexes(name: &str) -> String {
    let (mut depth, mut plain) = (0_usize, String::new());
    for c in name.chars() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    plain
}

/// Returns the help for a name that nothing declares: the nearest name, or what to add. Few declared
/// names are listed, because the one that is meant may be among them.
pub(super) fn meant<'n>(
    name: &str,
    declared: impl Iterator<Item = &'n str> + Clone,
    otherwise: &str,
) -> String {
    const FEW: usize = 8;
    // A slip of the finger is far more common than a name that was never declared.
    if let Some(meant) = nearest(name, declared.clone()) {
        return format!("did you mean `{meant}`?");
    }
    let all: Vec<String> =
        declared.take(FEW + 1).map(|one| format!("`{}`", Visible(one))).collect();
    match all.len() {
        1..=FEW => format!("{otherwise}, or use a declared name: {}", all.join(", ")),
        _ => otherwise.to_owned(),
    }
}
