//! `try` and `can`: expressions that may fail.

use super::evaluate::{Evaluator, Scope};
use super::syntax::{Expression, Node, Step};
use crate::template::value::Value;
use crate::text::Span;

impl Evaluator<'_> {
    /// Returns the value of the first expression that does not fail; nothing if that is unknown.
    pub(super) fn first_of(&self, all: &[Expression], scope: &Scope<'_>) -> Option<Value> {
        for one in all {
            if !self.fails(one, scope)? {
                return Some(self.evaluate(one, scope));
            }
        }
        None
    }

    /// Returns true if the evaluation of an expression fails, because it names what a known value
    /// does not have; nothing if that depends on unknown values.
    pub(super) fn fails(&self, expression: &Expression, scope: &Scope<'_>) -> Option<bool> {
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
            Node::Path(root, steps) => self.path_fails(root, steps, scope).or_else(is_known),
            _ => is_known(),
        }
    }

    /// Returns true if a path leads out of a known value.
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
        let indexes_are_known = rest.iter().all(|step| match step {
            Step::Index(index) => self.evaluate(index, scope).as_text().is_some(),
            _ => true,
        });
        (is_complete && indexes_are_known && !value.is_unknown()).then_some(())?;
        self.follow(value, rest, scope).is_none().then_some(true)
    }
}
