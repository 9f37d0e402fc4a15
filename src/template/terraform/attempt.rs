//! `try` and `can`: expressions that may fail.
//!
//! `try(var.rule.prefix, "")` is the usual way to make an attribute of a variable optional. To fail
//! is not the same as to be unknown. An expression fails if it names an attribute that a known
//! value does not have. It is unknown if the value is. Without that difference every `try` would be
//! unknown, and with it every optional attribute of a module.
//!
//! ```text
//! rule = { prefix = "a/" }
//! try(rule.prefix, "d")     a/
//! try(rule.name, "d")       d: a known object has no such attribute
//! try(var.x.name, "d")      unknown: nothing is known about `var.x`
//! ```

use super::evaluate::{Evaluator, Scope};
use super::syntax::{Expression, Node, Step};
use crate::template::value::Value;
use crate::text::Span;

impl Evaluator<'_> {
    /// Returns the value of the first expression that does not fail; nothing if that is unknown.
    pub(super) fn first_of(&self, all: &[Expression], scope: &Scope<'_>) -> Option<Value> {
        for one in all {
            // An expression that may fail ends the search: the ones behind it may be the result or
            // not.
            if !self.fails(one, scope)? {
                return Some(self.evaluate(one, scope));
            }
        }
        None
    }

    /// Returns true if the evaluation of an expression fails, because it names what a known value
    /// does not have; nothing if that depends on unknown values.
    ///
    /// The answer is exact for the forms of expressions that are taken apart here. For all others a
    /// known value is the proof that nothing failed.
    ///
    /// `evaluate` calls this for `can` as well, whose value is the opposite.
    pub(super) fn fails(&self, expression: &Expression, scope: &Scope<'_>) -> Option<bool> {
        // One part that fails makes the whole fail, whatever the unknown ones do.
        let any = |all: &[Expression]| {
            let mut result = Some(false);
            for one in all {
                match self.fails(one, scope) {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => result = None,
                }
            }
            result
        };
        let is_known = || (!self.evaluate(expression, scope).is_unknown()).then_some(false);
        match &expression.node {
            Node::Literal(_) => Some(false),
            Node::List(all) | Node::Text(all) => any(all),
            Node::Object(members) => {
                let values = members.iter().map(|(_, value)| self.fails(value, scope));
                let values: Vec<Option<bool>> = values.collect();
                if values.contains(&Some(true)) {
                    return Some(true);
                }
                (!values.contains(&None)).then_some(false)
            }
            // Only the branch that is taken can fail. Terraform evaluates lazily here.
            Node::Conditional(parts) => {
                let [condition, yes, no] = &**parts;
                let chosen = if self.condition(condition, scope)? { yes } else { no };
                self.fails(chosen, scope)
            }
            Node::Call { name, arguments, .. } if name == "try" => {
                let do_all_fail = arguments.iter().all(|one| self.fails(one, scope) == Some(true));
                if do_all_fail { Some(true) } else { is_known() }
            }
            Node::Call { name, .. } if name == "can" => is_known(),
            Node::Call { arguments, .. } => {
                if any(arguments)? {
                    Some(true)
                } else {
                    is_known()
                }
            }
            // A path into a known value is decided by the value. Any other, such as an attribute of
            // a resource, exists if the provider made it, which nothing in the text shows.
            Node::Path(root, steps) => self.path_fails(root, steps, scope).or_else(is_known),
            _ => is_known(),
        }
    }

    /// Returns true if a path leads out of a known value.
    ///
    /// Nothing for a path that does not begin in a variable, a local value, or a name of the scope.
    fn path_fails(&self, root: &str, steps: &[Step], scope: &Scope<'_>) -> Option<bool> {
        let (value, rest) = if let Some(value) = scope.get(root) {
            (value.clone(), steps)
        } else {
            let [Step::Name(name), rest @ ..] = steps else { return None };
            match root {
                "var" => (self.variable(name, Span::default()), rest),
                "local" => (self.local(name, Span::default()), rest),
                _ => return None,
            }
        };
        // A type with `optional` adds attributes that no text shows.
        let is_complete = !self.module.has_optional_attributes;
        // An unknown index is no proof that nothing is found.
        let indexes_are_known = rest.iter().all(|step| match step {
            Step::Index(index) => self.evaluate(index, scope).as_text().is_some(),
            _ => true,
        });
        (is_complete && indexes_are_known && !value.is_unknown()).then_some(())?;
        self.follow(value, rest, scope).is_none().then_some(true)
    }
}
