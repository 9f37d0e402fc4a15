//! The values of expressions.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::declared::Module;
use super::syntax::{Block, Expression, For, Node, Step};
use crate::template::assumption::{Assuming, Condition};
use crate::template::value::{Data, Member, Unknown, Value, truth};
use crate::text::Span;

/// The most steps of evaluating the values of one module.
const MOST_STEPS: usize = 500_000;

/// The deepest nesting of evaluation, locals and buckets included.
const DEEPEST: usize = 100;

/// The resources that others name by their attributes, and whose indexes are evaluated.
const HOLDERS: [&str; 3] = ["aws_iam_role", "aws_iam_policy", "aws_kms_key"];

/// A module, and what is known about its values.
pub(super) struct Evaluator<'m> {
    /// All modules that were given, so that calls can be followed.
    pub(super) modules: &'m [Module<'m>],
    pub(super) module: &'m Module<'m>,
    /// The beginning of every address in the module, such as `module.photos.`; empty in the root.
    pub(super) address: String,
    /// The call that makes this instance of the module.
    pub(super) caller: Option<Caller<'m>>,
    /// The values that the caller of the library gave.
    pub(super) given: &'m HashMap<String, Value>,
    pub(super) assuming: Rc<Assuming>,
    pub(super) steps: Rc<Cell<usize>>,
    pub(super) depth: Rc<Cell<usize>>,
    /// The values of locals that depend on no assumption, with their sizes.
    pub(super) known_locals: RefCell<HashMap<String, (Value, usize)>>,
    /// The locals whose values are being evaluated.
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
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    above: Option<&'s Scope<'s>>,
    name: &'s str,
    value: Option<&'s Value>,
}

impl<'s> Scope<'s> {
    pub(super) const MODULE: Scope<'static> = Scope { above: None, name: "", value: None };

    pub(super) const fn with(&'s self, name: &'s str, value: &'s Value) -> Self {
        Self { above: Some(self), name, value: Some(value) }
    }

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
                        let yes = self.evaluate(yes, scope).as_text();
                        let no = self.evaluate(no, scope).as_text();
                        match yes {
                            Some(text) if Some(&text) == no.as_ref() => Value::string(text, place),
                            _ => unknown(),
                        }
                    }
                }
            }
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
                if *is_expanded && let Some(Value { data: Data::List(items), .. }) = values.last() {
                    let items = items.clone();
                    values.pop();
                    values.extend(items);
                }
                super::function::call(name, &values, place).unwrap_or_else(unknown).at(place)
            }
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

    fn truth_value(&self, expression: &Expression, scope: &Scope<'_>, place: Span) -> Value {
        match self.known_condition(expression, scope) {
            Some(value) => Value::new(Data::Boolean(value), place),
            None => Value::unknown(&expression.to_string(), place),
        }
    }

    /// Evaluates a name and what follows it.
    fn path(
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
                    ("aws_partition", "partition") => Value::string("aws", place),
                    ("aws_partition", "dns_suffix") => Value::string("amazonaws.com", place),
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

    pub(super) fn local(&self, name: &str, place: Span) -> Value {
        let unknown = || Value::unknown(&format!("{}local.{name}", self.address), place);
        if let Some((known, size)) = self.known_locals.borrow().get(name) {
            // A copy counts like its evaluation, or locals that double each other would be a bomb.
            self.steps.set(self.steps.get() + size);
            return if self.steps.get() > MOST_STEPS { unknown() } else { known.clone() };
        }
        let Some(expression) = self.module.locals.get(name) else { return unknown() };
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
            ("arn", Some(name)) => Some(Value::string(format!("arn:aws:s3:::{name}"), place)),
            ("id" | "bucket", Some(name)) => Some(Value::string(name, place)),
            ("arn" | "id" | "bucket", None) => {
                Some(Value::unknown_resource(&format!("{address}.{attribute}"), place))
            }
            _ => None,
        }
    }

    /// Returns the name that a bucket has, or that one instance of it has.
    pub(super) fn name_of_bucket(&self, block: &Block, index: Option<&Value>) -> Option<Value> {
        let name = &block.body.attribute("bucket")?.value;
        let Some(index) = index else { return Some(self.evaluate(name, &Scope::MODULE)) };
        let text = index.as_text()?;
        let Some(each) = block.body.attribute("for_each") else {
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

    /// Returns the truth of a condition, known or assumed.
    pub(super) fn condition(&self, expression: &Expression, scope: &Scope<'_>) -> Option<bool> {
        self.judge(expression, scope, &|condition| self.assuming.of(condition))
    }

    /// Returns the truth of a condition if it is known.
    fn known_condition(&self, expression: &Expression, scope: &Scope<'_>) -> Option<bool> {
        self.judge(expression, scope, &|_| None)
    }

    fn judge(
        &self,
        expression: &Expression,
        scope: &Scope<'_>,
        assume: &dyn Fn(Condition) -> Option<bool>,
    ) -> Option<bool> {
        let label = || expression.to_string();
        match &expression.node {
            Node::Not(inside) => self.judge(inside, scope, assume).map(|value| !value),
            Node::Binary("&&", sides) => {
                let [one, other] = &**sides;
                match self.judge(one, scope, assume) {
                    Some(false) => Some(false),
                    Some(true) => self.judge(other, scope, assume),
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
                    let operand = if constant.is_none() { label() } else { operand };
                    let label = label().replacen(" != ", " == ", 1);
                    assume(Condition { operand, constant, label })
                });
                is_equal.map(|is_equal| is_equal == (*operator == "=="))
            }
            Node::Binary(operator @ ("<" | ">" | "<=" | ">="), sides) => {
                let [one, other] = &**sides;
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
            "/" => one.checked_rem(other).filter(|rest| *rest == 0).and(one.checked_div(other)),
            _ => one.checked_rem(other),
        };
        Some(Value::new(Data::Number(result?.to_string().into()), place))
    }

    fn each(&self, each: &For, scope: &Scope<'_>, place: Span) -> Option<Value> {
        let collection = self.evaluate(&each.collection, scope);
        let (mut items, mut members) = (Vec::new(), Vec::new());
        for (key, value) in elements(&collection)? {
            let inside = scope.with(&each.value, &value);
            let key_name = each.key.as_deref().unwrap_or("");
            let inside = inside.with(key_name, &key);
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

/// Returns an index as addresses show it.
fn shown_index(index: &Value) -> String {
    match &index.data {
        Data::String(text) => format!("[\"{text}\"]"),
        _ => format!("[{}]", index.as_text().unwrap_or_else(|| "…".into())),
    }
}

/// Returns the text of an unknown value and the steps that follow it.
fn extended(unknown: &Unknown, rest: &str) -> String {
    match unknown.text.strip_suffix('}') {
        Some(text) if text.starts_with("${") && text.matches("${").count() == 1 => {
            format!("{text}{rest}}}")
        }
        _ => format!("${{…{rest}}}"),
    }
}

/// Returns the keys and values of a collection.
pub(super) fn elements(collection: &Value) -> Option<Vec<(Value, Value)>> {
    let place = collection.place;
    match &collection.data {
        Data::List(items) => {
            let keyed = items.iter().enumerate().map(|(index, item)| {
                (Value::new(Data::Number(index.to_string().into()), place), item.clone())
            });
            Some(keyed.collect())
        }
        Data::Object(members) => {
            let keyed = members.iter().map(|member| {
                (Value::string(Arc::clone(&member.name), place), member.value.clone())
            });
            Some(keyed.collect())
        }
        _ => None,
    }
}

/// Makes an object.
pub(super) fn object<const N: usize>(members: [(&str, Value); N], place: Span) -> Value {
    let members = members.into_iter();
    let members = members.map(|(name, value)| Member { name: name.into(), head: place, value });
    Value::new(Data::Object(members.collect()), place)
}

/// Returns the text of a constant operand.
fn constant(value: &Value) -> Option<String> {
    match &value.data {
        Data::Null => Some("null".to_owned()),
        _ => value.as_text().map(|text| format!("={text}")),
    }
}

/// Compares two values, if both are known as far as that takes.
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

/// Evaluates the values of a file of variables, which has literals only.
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
