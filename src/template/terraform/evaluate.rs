//! The values of expressions.
//!
//! An [`Expression`] in a [`Scope`] has a [`Value`]. Nothing is guessed: what depends on a variable
//! without a value, on an attribute that a provider computes, or on a function that is not
//! modelled, is an unknown value with the expression as its text.
//!
//! ```text
//! var.env == "prod" ? "p/" : "d/"     asks for an assumption, see [`assumption`](crate::template::assumption)
//! "${var.env}/logs"                   Unknown(${var.env}/logs)
//! [for r in ["a", "b"] : "${r}/"]     List(a/, b/)
//! ```
//!
//! [`path`](super::path) has the values of names, [`condition`](super::condition) the truth of
//! conditions, and [`function`](super::function) the results of functions.
//!
//! A value has the place of the expression that uses it. Each evaluation counts as a step and as a
//! level, and where either bound is met, the value is unknown: the rest of the module is still
//! checked.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use super::collection::elements;
use super::declared::Module;
use super::syntax::{Block, Expression, For, Node};
use crate::template::assumption::Assuming;
use crate::template::value::{Data, Member, Value};
use crate::text::Span;

/// The most steps of evaluating the values of one module.
///
/// All instances of all modules share them, so that a root module has one bound, however many calls
/// it has.
pub(super) const MOST_STEPS: usize = 500_000;

/// The deepest nesting of evaluation, locals and buckets included.
///
/// Each level takes several frames of the stack, in a debug build large ones.
const DEEPEST: usize = 100;

/// A module, and what is known about its values.
///
/// One instance of a module. Cells hold what changes, because an evaluation borrows the evaluator
/// again at every name.
pub(super) struct Evaluator<'m> {
    /// All modules that were given, so that calls can be followed.
    pub(super) modules: &'m [Module<'m>],
    /// The module of this instance, which other instances may share.
    pub(super) module: &'m Module<'m>,
    /// The beginning of every address in the module, such as `module.photos.`; empty in the root.
    pub(super) address: String,
    /// The call that makes this instance of the module.
    pub(super) caller: Option<Caller<'m>>,
    /// The values that the caller of the library gave.
    ///
    /// Only the root module takes variables from it. Expressions such as `aws_iam_role.r.arn` are
    /// given for every module, with the address in front.
    pub(super) given: &'m HashMap<String, Value>,
    /// The assumptions of the reading; these and the two counters are shared by all instances.
    pub(super) assuming: Rc<Assuming>,
    pub(super) steps: Rc<Cell<usize>>,
    pub(super) depth: Rc<Cell<usize>>,
    /// The values of locals that depend on no assumption, with their sizes.
    ///
    /// The size is charged each time the value is used, see [`local`](Self::local).
    pub(super) known_locals: RefCell<HashMap<String, (Value, usize)>>,
    /// The locals whose values are being evaluated.
    ///
    /// A local value that is met again while it is open refers to itself, and is unknown. Terraform
    /// refuses it.
    pub(super) open_locals: RefCell<HashSet<String>>,
}

/// The call that makes an instance of a module.
#[derive(Clone, Copy)]
pub(super) struct Caller<'m> {
    /// The module that calls.
    pub(super) evaluator: &'m Evaluator<'m>,
    pub(super) block: &'m Block,
    /// The names that `count` and `for_each` define for the instance.
    pub(super) each: Option<&'m (&'static str, Value)>,
}

/// The names that hold inside a block or an expression.
///
/// ```text
/// for_each = …                                 each
/// dynamic "rule" { content { … } }             rule, or the name that `iterator` gives
/// [for key, value in … : …]                    key, value
/// ```
///
/// A scope is a list that grows inwards on the stack, so entering a block allocates nothing, and an
/// inner name hides an outer one.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    above: Option<&'s Scope<'s>>,
    name: &'s str,
    value: Option<&'s Value>,
}

impl<'s> Scope<'s> {
    /// The outermost scope, in which only the names of the module hold.
    pub(super) const MODULE: Scope<'static> = Scope { above: None, name: "", value: None };

    /// Returns the scope inside of this one, with one more name.
    pub(super) const fn with(&'s self, name: &'s str, value: &'s Value) -> Self {
        Self { above: Some(self), name, value: Some(value) }
    }

    /// Returns the value of the innermost name that is spelled like this.
    pub(super) fn get(&self, name: &str) -> Option<&'s Value> {
        if self.name == name
            && let Some(value) = self.value
        {
            return Some(value);
        }
        self.above.and_then(|above| above.get(name))
    }
}

impl Evaluator<'_> {
    /// Evaluates an expression.
    ///
    /// All parts of an expression come through here, so no form of nesting escapes the bounds.
    pub(super) fn evaluate(&self, expression: &Expression, scope: &Scope<'_>) -> Value {
        let place = expression.place;
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MOST_STEPS || self.depth.get() > DEEPEST {
            return Value::unknown("a value that takes too long to evaluate", place);
        }
        self.depth.set(self.depth.get() + 1);
        let value = self.node(expression, scope);
        self.depth.set(self.depth.get() - 1);
        value
    }

    /// Evaluates the node of an expression, whose steps and depth are counted.
    fn node(&self, expression: &Expression, scope: &Scope<'_>) -> Value {
        let place = expression.place;
        let unknown = || Value::unknown(&expression.to_string(), place);
        match &expression.node {
            Node::Literal(data) => Value::new(data.clone(), place),
            Node::List(items) => {
                let items = items.iter().map(|item| self.evaluate(item, scope));
                Value::new(Data::List(items.collect()), place)
            }
            Node::Object(members) => {
                let members = members.iter().map(|(key, value)| {
                    let name = self.evaluate(key, scope).as_text()?;
                    let value = self.evaluate(value, scope);
                    Some(Member { name, head: key.place, value })
                });
                match members.collect() {
                    // An unknown key hides which members there are, so the object is unknown as a
                    // whole. An unknown value hides only itself.
                    Some(members) => Value::new(Data::Object(members), place),
                    None => unknown(),
                }
            }
            Node::Text(parts) => {
                let parts: Vec<Value> =
                    parts.iter().map(|part| self.evaluate(part, scope)).collect();
                Value::join(&parts, "", place)
            }
            Node::Path(root, steps) => self.path(root, steps, expression, scope).at(place),
            Node::Inside(inside, steps) => {
                let inside = self.evaluate(inside, scope);
                self.follow(inside, steps, scope).unwrap_or_else(unknown).at(place)
            }
            Node::Conditional(parts) => {
                let [condition, yes, no] = &**parts;
                match self.condition(condition, scope) {
                    Some(true) => self.evaluate(yes, scope),
                    Some(false) => self.evaluate(no, scope),
                    None => {
                        // Equal branches have a known result, although the condition has none.
                        let yes = self.evaluate(yes, scope).as_text();
                        let no = self.evaluate(no, scope).as_text();
                        match yes {
                            Some(text) if Some(&text) == no.as_ref() => Value::string(text, place),
                            _ => unknown(),
                        }
                    }
                }
            }
            // `try` and `can` come before other calls, because they must not evaluate all of their
            // arguments.
            Node::Call { name, arguments, .. } if name == "try" => {
                self.first_of(arguments, scope).unwrap_or_else(unknown).at(place)
            }
            Node::Call { name, arguments, .. } if name == "can" && arguments.len() == 1 => {
                let fails = arguments.first().and_then(|one| self.fails(one, scope));
                fails.map_or_else(unknown, |fails| Value::new(Data::Boolean(!fails), place))
            }
            Node::Call { name, arguments, is_expanded: false } if name == "jsonencode" => {
                match &arguments[..] {
                    [one] => self.encode(&self.evaluate(one, scope), place),
                    _ => unknown(),
                }
            }
            Node::Call { name, arguments, is_expanded } => {
                let mut values: Vec<Value> =
                    arguments.iter().map(|argument| self.evaluate(argument, scope)).collect();
                // `merge(local.all...)`: the items of the last argument are arguments of their own.
                if *is_expanded && let Some(Value { data: Data::List(items), .. }) = values.last() {
                    let items = items.clone();
                    values.pop();
                    values.extend(items);
                }
                super::function::call(name, &values, place).unwrap_or_else(unknown).at(place)
            }
            // Judged as a whole, with the negation in it.
            Node::Not(_) => self.truth_value(expression, scope, place),
            Node::Negative(inside) => match self.evaluate(inside, scope).data {
                Data::Number(text) => {
                    let negative = text.strip_prefix('-').map_or(format!("-{text}"), str::to_owned);
                    Value::new(Data::Number(negative.into()), place)
                }
                _ => unknown(),
            },
            Node::Binary(operator, sides) => match *operator {
                "+" | "-" | "*" | "/" | "%" => {
                    self.arithmetic(operator, sides, scope, place).unwrap_or_else(unknown)
                }
                _ => self.truth_value(expression, scope, place),
            },
            Node::For(each) => self.each(each, scope, place).unwrap_or_else(unknown),
            Node::Other(_) => unknown(),
        }
    }

    /// A condition that is used as a value is not assumed: `enabled = var.a == "b"` of a resource
    /// that does not matter would double the readings. If it decides a branch, it is asked for
    /// there.
    ///
    /// Returns true or false where that is known, else an unknown value with the condition as its
    /// text.
    fn truth_value(&self, expression: &Expression, scope: &Scope<'_>, place: Span) -> Value {
        match self.known_condition(expression, scope) {
            Some(value) => Value::new(Data::Boolean(value), place),
            None => Value::unknown(&expression.to_string(), place),
        }
    }

    /// Only integers are computed. Numbers of a configuration are priorities and minutes, so a
    /// fraction is a mistake in any case, and stays unknown instead of being rounded.
    ///
    /// | expression | value |
    /// | --- | --- |
    /// | `2 + 3`, `"2" + 3` | 5 |
    /// | `6 / 4` | none: no integer |
    /// | `7 % 0`, a sum beyond 64 bits | none |
    fn arithmetic(
        &self,
        operator: &str,
        sides: &[Expression; 2],
        scope: &Scope<'_>,
        place: Span,
    ) -> Option<Value> {
        let [one, other] = sides;
        let number = |side| self.evaluate(side, scope).as_text()?.parse::<i64>().ok();
        let (one, other) = (number(one)?, number(other)?);
        let result = match operator {
            "+" => one.checked_add(other),
            "-" => one.checked_sub(other),
            "*" => one.checked_mul(other),
            // A division with a rest has no integer result.
            "/" => one.checked_rem(other).filter(|rest| *rest == 0).and(one.checked_div(other)),
            _ => one.checked_rem(other),
        };
        Some(Value::new(Data::Number(result?.to_string().into()), place))
    }

    /// Evaluates a `for` expression: a list, or an object if it has `=>`. Nothing if the collection
    /// or a condition is unknown, because the number of items is unknown then.
    fn each(&self, each: &For, scope: &Scope<'_>, place: Span) -> Option<Value> {
        let collection = self.evaluate(&each.collection, scope);
        let (mut items, mut members) = (Vec::new(), Vec::new());
        for (key, value) in elements(&collection)? {
            let inside = scope.with(&each.value, &value);
            let key_name = each.key.as_deref().unwrap_or("");
            // Without a name for the key its name is empty, which no reference is.
            let inside = inside.with(key_name, &key);
            // An item whose condition is unknown makes the whole collection unknown.
            if let Some(condition) = &each.condition
                && !self.condition(condition, &inside)?
            {
                continue;
            }
            let result = self.evaluate(&each.result, &inside);
            match &each.key_result {
                Some(key) => {
                    let name = self.evaluate(key, &inside).as_text()?;
                    members.push(Member { name, head: place, value: result });
                }
                None => items.push(result),
            }
        }
        let data =
            if each.key_result.is_some() { Data::Object(members) } else { Data::List(items) };
        Some(Value::new(data, place))
    }
}

/// Evaluates the values of a file of variables, which has literals only.
///
/// An expression that refers to something has no value in such a file. Terraform refuses it.
pub(super) fn literals(body: &super::syntax::Body) -> BTreeMap<String, Value> {
    let (module, given) = (Module::default(), HashMap::new());
    let evaluator = Evaluator::of_root(std::slice::from_ref(&module), &module, &given);
    let attributes = body.attributes.iter();
    attributes
        .map(|attribute| {
            let value = evaluator.evaluate(&attribute.value, &Scope::MODULE);
            (attribute.name.to_string(), value)
        })
        .collect()
}

impl<'m> Evaluator<'m> {
    /// Creates the evaluator of a module that nothing calls.
    pub(super) fn of_root(
        modules: &'m [Module<'m>],
        module: &'m Module<'m>,
        given: &'m HashMap<String, Value>,
    ) -> Self {
        Self {
            modules,
            module,
            address: String::new(),
            caller: None,
            given,
            assuming: Rc::default(),
            steps: Rc::default(),
            depth: Rc::default(),
            known_locals: RefCell::default(),
            open_locals: RefCell::default(),
        }
    }
}
