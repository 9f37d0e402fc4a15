//! The truth of conditions: known, assumed or open.
//!
//! A condition that is not known is assumed: once true and once false, see
//! [`assumption`](crate::template::assumption). Which part of a condition is assumed matters.
//! `var.env == "prod" && var.wide` has two operands, and each is assumed on its own, because either
//! may occur in another condition.
//!
//! ```text
//! var.env == "prod"      operand `${var.env}`, constant `=prod`
//! var.env != "prod"      the same condition, whose truth is turned
//! var.size > 3           operand is the text of the comparison
//! var.wide               operand `${var.wide}`
//! ```

use super::evaluate::{Evaluator, Scope};
use super::syntax::{Expression, Node};
use crate::template::assumption::Condition;
use crate::template::value::{Data, Value, truth};

impl Evaluator<'_> {
    /// Returns the truth of a condition, known or assumed.
    ///
    /// `None` means that an assumption was asked for and the reading is repeated with it, that
    /// there are too many conditions for that, or that the value is no truth value.
    pub(super) fn condition(&self, expression: &Expression, scope: &Scope<'_>) -> Option<bool> {
        self.judge(expression, scope, &|condition| self.assuming.of(condition))
    }

    /// Returns the truth of a condition if it is known.
    ///
    /// This is for a condition whose truth is a value and chooses nothing. `None` asks for no
    /// assumption.
    pub(super) fn known_condition(
        &self,
        expression: &Expression,
        scope: &Scope<'_>,
    ) -> Option<bool> {
        self.judge(expression, scope, &|_| None)
    }

    /// Returns the truth of an expression. `assume` is called for a comparison that is not known,
    /// and its answer is used as the truth.
    ///
    /// | first | second | `&&` | `||` |
    /// | --- | --- | --- | --- |
    /// | true | any | the second | true, unread |
    /// | false | any | false, unread | the second |
    /// | unknown | true | unknown | true |
    /// | unknown | false | false | unknown |
    fn judge(
        &self,
        expression: &Expression,
        scope: &Scope<'_>,
        assume: &dyn Fn(Condition) -> Option<bool>,
    ) -> Option<bool> {
        // Made only where a condition is assumed: most are known.
        let label = || expression.to_string();
        match &expression.node {
            Node::Not(inside) => self.judge(inside, scope, assume).map(|value| !value),
            Node::Binary("&&", sides) => {
                let [one, other] = &**sides;
                match self.judge(one, scope, assume) {
                    Some(false) => Some(false),
                    // The second operand is judged only if it matters, so that no condition is
                    // asked for in vain.
                    Some(true) => self.judge(other, scope, assume),
                    // With the first one unknown, only a false one decides.
                    None => self.judge(other, scope, assume).filter(|other| !other),
                }
            }
            Node::Binary("||", sides) => {
                let [one, other] = &**sides;
                match self.judge(one, scope, assume) {
                    Some(true) => Some(true),
                    Some(false) => self.judge(other, scope, assume),
                    None => self.judge(other, scope, assume).filter(|other| *other),
                }
            }
            Node::Binary(operator @ ("==" | "!="), sides) => {
                let [one, other] = &**sides;
                let one = self.evaluate(one, scope);
                let other = self.evaluate(other, scope);
                let is_equal = equal(&one, &other).or_else(|| {
                    let (operand, constant) = match (&one.data, &other.data) {
                        (Data::Unknown(unknown), _) => (unknown.text.to_string(), constant(&other)),
                        (_, Data::Unknown(unknown)) => (unknown.text.to_string(), constant(&one)),
                        _ => (label(), None),
                    };
                    // Two unknown values are compared: no single value is the operand, so the text
                    // of the comparison is.
                    let operand = if constant.is_none() { label() } else { operand };
                    // The assumption is about equality in both spellings, so messages must show it
                    // as one.
                    let label = label().replacen(" != ", " == ", 1);
                    assume(Condition { operand, constant, label })
                });
                is_equal.map(|is_equal| is_equal == (*operator == "=="))
            }
            Node::Binary(operator @ ("<" | ">" | "<=" | ">="), sides) => {
                let [one, other] = &**sides;
                // Assumed as a whole: `var.size > 3` and `var.size > 5` are two conditions that
                // exclude nothing.
                let number = |side| self.evaluate(side, scope).as_text()?.parse::<f64>().ok();
                match (number(one), number(other)) {
                    (Some(one), Some(other)) => Some(match *operator {
                        "<" => one < other,
                        ">" => one > other,
                        "<=" => one <= other,
                        _ => one >= other,
                    }),
                    _ => assume(Condition { operand: label(), constant: None, label: label() }),
                }
            }
            // A conditional as a condition: each branch is judged as a condition, so that its
            // comparisons can be assumed.
            Node::Conditional(parts) => {
                let [condition, yes, no] = &**parts;
                match self.judge(condition, scope, assume) {
                    Some(true) => self.judge(yes, scope, assume),
                    Some(false) => self.judge(no, scope, assume),
                    None => None,
                }
            }
            _ => {
                let value = self.evaluate(expression, scope);
                truth(&value).or_else(|| match &value.data {
                    Data::Unknown(unknown) => {
                        let text = unknown.text.to_string();
                        let name = text.strip_prefix("${").and_then(|name| name.strip_suffix('}'));
                        let label = name.map_or_else(|| text.clone(), str::to_owned);
                        assume(Condition { operand: text.clone(), constant: None, label })
                    }
                    _ => None,
                })
            }
        }
    }
}

/// Returns the text of a constant operand.
///
/// The sign of equality keeps the text `null` apart from the value null.
///
/// | operand | text |
/// | --- | --- |
/// | null | `null` |
/// | `"null"` | `=null` |
/// | 3 | `=3` |
/// | a list, an object, an unknown value | none |
fn constant(value: &Value) -> Option<String> {
    match &value.data {
        Data::Null => Some("null".to_owned()),
        _ => value.as_text().map(|text| format!("={text}")),
    }
}

/// Compares two values, if both are known as far as that takes.
///
/// Terraform compares with types: the number 1 is not equal to the text `1`. Two values with
/// unknown parts are equal if they are the same expression, and differ if one of them is null and
/// the other one a collection, however unknown its items are. `var.rules == null` is the usual way
/// to ask for a default.
///
/// | values | result |
/// | --- | --- |
/// | `1`, `"1"` | false |
/// | `1`, `1.0` | true |
/// | `${var.a}`, `${var.a}` | true |
/// | `${var.a}`, `"x"` | `None` |
/// | null, `[var.a]` | false |
pub(super) fn equal(one: &Value, other: &Value) -> Option<bool> {
    if one.has_unknown() || other.has_unknown() {
        return match (&one.data, &other.data) {
            (Data::Unknown(one), Data::Unknown(other)) if one.text == other.text => Some(true),
            (Data::Null, Data::List(_) | Data::Object(_))
            | (Data::List(_) | Data::Object(_), Data::Null) => Some(false),
            _ => None,
        };
    }
    Some(match (&one.data, &other.data) {
        (Data::Null, Data::Null) => true,
        (Data::List(one), Data::List(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| equal(one, other) == Some(true))
        }
        (Data::Object(one), Data::Object(others)) => {
            one.len() == others.len()
                && one.iter().all(|member| {
                    others.iter().any(|other| {
                        other.name == member.name
                            && equal(&other.value, &member.value) == Some(true)
                    })
                })
        }
        (Data::String(one), Data::String(other)) => one == other,
        (Data::Boolean(one), Data::Boolean(other)) => one == other,
        (Data::Number(one), Data::Number(other)) => {
            one == other || one.parse::<f64>().ok() == other.parse::<f64>().ok()
        }
        _ => false,
    })
}
