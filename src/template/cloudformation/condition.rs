//! Conditions: known, assumed, or unknown.
//!
//! The result `None` means that the reading that is going on cannot decide. Mostly
//! [`Assuming`](crate::template::assumption::Assuming) has been asked for an assumption, and the
//! reading is thrown away and repeated with one. A condition that CloudFormation refuses, because its
//! arguments are wrong or it names itself, stays undecided.
//!
//! Only comparisons are assumed, and not the named conditions around them. `!Not [!Condition
//! IsProd]` and `!Condition IsProd` depend on the same comparison, so that no reading holds in
//! which both are true.

use super::{Argument, Evaluator, function_of, member};
use crate::document::Element;
use crate::template::assumption::Condition;
use crate::template::value::{Data, Value, truth};

/// The deepest nesting of conditions that name each other.
///
/// Conditions that name each other in a cycle end here. CloudFormation refuses them.
const DEEPEST: usize = 64;

impl<'d, 't> Evaluator<'d, 't> {
    /// Returns the value of a condition of the template.
    ///
    /// A name that nothing declares is assumed like an unknown condition; `references` reports it.
    pub(super) fn condition_named(&self, name: &str) -> Option<bool> {
        match self.conditions.get(name) {
            Some(condition) => self.condition(*condition, name, 0),
            None => self.assumed(name.to_owned(), None, name),
        }
    }

    /// The label is the name of the innermost condition with a name. It is what messages show,
    /// because `Fn::Equals` has no name of its own.
    fn condition(&self, element: Element<'d, 't>, label: &str, depth: usize) -> Option<bool> {
        self.steps.set(self.steps.get() + 1);
        if depth > DEEPEST || self.steps.get() > super::MOST_STEPS {
            return None;
        }
        let Some((name, argument)) = function_of(element) else {
            return truth(&self.plain(element));
        };
        let operand = |item: Element<'d, 't>| self.condition(item, label, depth + 1);
        match name.as_str() {
            "Fn::Not" => {
                let [inside] = argument.items()[..] else { return None };
                // The label notes the negation. Else a finding would claim `IsDev is true` for a
                // condition `IsDev: !Not [!Equals [!Ref Env, prod]]` whose comparison is true.
                self.condition(inside, &format!("not {label}"), depth + 1).map(|value| !value)
            }
            "Fn::And" => all(argument.items().into_iter().map(operand)),
            "Fn::Or" => {
                // By De Morgan: an or is false if all are false. [`all`] stops at the first operand
                // that decides, so that no condition is asked for that cannot change the result.
                let none = argument.items().into_iter().map(|item| operand(item).map(|is| !is));
                all(none).map(|none| !none)
            }
            "Condition" => {
                let name = argument.text()?;
                match self.conditions.get(name) {
                    Some(condition) => self.condition(*condition, name, depth + 1),
                    None => self.assumed(name.to_owned(), None, name),
                }
            }
            "Fn::Equals" => self.equals(argument, label),
            _ => self.assumed(label.to_owned(), None, label),
        }
    }

    /// Two unknown values with the same expression are equal. Two with different expressions may
    /// be, for instance two parameters that are given the same value.
    ///
    /// Returns `None` without an assumption for an operand that is no text, such as a list.
    fn equals(&self, argument: Argument<'d, 't>, label: &str) -> Option<bool> {
        let [one, other] = argument.items()[..] else { return None };
        let (one, other) = (self.evaluate(one), self.evaluate(other));
        match (one.as_text(), other.as_text()) {
            (Some(one), Some(other)) => Some(one == other),
            (Some(constant), None) => self.equals_unknown(&other, &constant, label),
            (None, Some(constant)) => self.equals_unknown(&one, &constant, label),
            (None, None) => match (&one.data, &other.data) {
                (Data::Unknown(one), Data::Unknown(other)) if one.text == other.text => Some(true),
                (Data::Unknown(one), Data::Unknown(other)) => {
                    let operand = format!("{} = {}", one.text, other.text);
                    self.assumed(operand, None, label)
                }
                _ => None,
            },
        }
    }

    /// ```text
    /// Env: {Type: String, AllowedValues: [dev, prod]}
    /// !Equals [!Ref Env, test]      false, because no deployment has this value
    /// !Equals [!Ref Env, prod]      assumed, by the operand `${Env}` and the constant `prod`
    /// ```
    fn equals_unknown(&self, unknown: &Value, constant: &str, label: &str) -> Option<bool> {
        let Data::Unknown(unknown) = &unknown.data else { return None };
        let name = unknown.text.strip_prefix("${").and_then(|name| name.strip_suffix('}'));
        let parameter = name.and_then(|name| self.parameters.get(name));
        let allowed = parameter.and_then(|parameter| member(*parameter, "AllowedValues"));
        if allowed.is_some_and(|allowed| allowed.children().all(|one| one.text() != constant)) {
            return Some(false);
        }
        // Under a negation the name of the condition would be the wrong way round, so the
        // comparison is shown in words. [`ValueNames`](crate::template::ValueNames) reads both
        // spellings.
        let label = match label.strip_prefix("not ") {
            Some(_) => format!("{} = {constant}", name.unwrap_or(&unknown.text)),
            None => label.to_owned(),
        };
        self.assumed(unknown.text.to_string(), Some(constant.to_owned()), &label)
    }

    /// Returns the assumption of this reading, or asks for one.
    fn assumed(&self, operand: String, constant: Option<String>, label: &str) -> Option<bool> {
        let condition = Condition { operand, constant, label: label.to_owned() };
        self.assuming.of(condition)
    }
}

/// Returns true if all are true, false if one is false, and nothing if that depends on unknown ones.
fn all(values: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for value in values {
        match value {
            Some(true) => {}
            // One that is false decides, whatever the unknown ones before it are.
            Some(false) => return Some(false),
            None => result = None,
        }
    }
    result
}
