//! The instances that `count` and `for_each` make of a resource or of a call.
//!
//! ```text
//! count    = 2                    [0]     count.index = 0
//!                                 [1]     count.index = 1
//! for_each = { eu = "e" }         ["eu"]  each.key = "eu", each.value = "e"
//! for_each = var.unknown                  each.key and each.value are unknown
//! ```
//!
//! `module` asks for the instances of resources, `call` for those of calls, and `policies` for
//! those of roles and the like. The suffix is the end of the address, as Terraform prints it.

use super::collection::{elements, object};
use super::evaluate::{Evaluator, Scope};
use super::syntax::Block;
use crate::clause::TERRAFORM_LANGUAGE;
use crate::diagnostic::Diagnostic;
use crate::path::FieldPath;
use crate::template::assumption::readings;
use crate::template::found::Found;
use crate::template::value::{Data, Value};

/// The most instances of one resource that are read.
///
/// Each instance is a configuration that is checked on its own.
const MOST_INSTANCES: usize = 1_000;

/// One instance of a resource: the names that hold inside it, and what its address ends with.
pub(super) struct Instance {
    /// The key in brackets, such as `[0]` or `["eu"]`; empty for a single or an unknown one.
    pub(super) suffix: String,
    /// `count` or `each` with its object; `None` for a block with neither.
    pub(super) each: Option<(&'static str, Value)>,
}

impl Evaluator<'_> {
    /// Returns the instances that `count` and `for_each` make. Where they depend on an unknown
    /// condition, there is every instance that there may be.
    ///
    /// A common case is `count = var.enabled ? 1 : 0`: the resource exists in one of two readings,
    /// and is checked as if it did. What matters is the configuration that is sent if one is sent.
    pub(super) fn instances(&self, file: usize, block: &Block, found: &mut Found) -> Vec<Instance> {
        let (is_count, argument) =
            match (block.body.attribute("count"), block.body.attribute("for_each")) {
                (Some(count), _) => (true, count),
                (None, Some(each)) => (false, each),
                (None, None) => return vec![Instance::only()],
            };
        let values = readings(|assumed, is_last| {
            self.assuming.begin(assumed, is_last);
            let value = self.evaluate(&argument.value, &Scope::MODULE);
            (value, self.assuming.take_wanted())
        });
        let mut instances: Vec<Instance> = Vec::new();
        for (_, value) in values.all {
            let made = if is_count { counted(&value) } else { keyed(&value) };
            let made = made.unwrap_or_else(|| vec![Self::unknown_instance(is_count, &value)]);
            for instance in made {
                // Two readings may make the same instance. The first one is kept, because its
                // values are those of the shorter assumption.
                if !instances.iter().any(|other| other.suffix == instance.suffix) {
                    instances.push(instance);
                }
            }
        }
        if instances.len() > MOST_INSTANCES {
            instances.truncate(MOST_INSTANCES);
            let message = format!("only the first {MOST_INSTANCES} instances are read");
            let clause = &TERRAFORM_LANGUAGE;
            let finding =
                Diagnostic::warning("instances-not-read", clause, FieldPath::root(), message);
            found.findings.push((file, finding.at(argument.head)));
        }
        instances
    }

    /// Stands for every instance of an unknown number. The first index is as good as any other for
    /// a `count`; a `for_each` has no key that could be shown.
    fn unknown_instance(is_count: bool, value: &Value) -> Instance {
        let unknown = |name: &str| Value::unknown(name, value.place);
        if is_count {
            let zero = Value::new(Data::Number("0".into()), value.place);
            let count = object([("index", zero)], value.place);
            return Instance { suffix: "[0]".to_owned(), each: Some(("count", count)) };
        }
        let each =
            object([("key", unknown("each.key")), ("value", unknown("each.value"))], value.place);
        Instance { suffix: String::new(), each: Some(("each", each)) }
    }
}

impl Instance {
    /// Creates the instance of what has neither `count` nor `for_each`.
    pub(super) const fn only() -> Self {
        Self { suffix: String::new(), each: None }
    }

    /// Calls a closure with the scope inside of the instance.
    pub(super) fn with_scope<R>(&self, read: impl FnOnce(&Scope<'_>) -> R) -> R {
        match &self.each {
            Some((name, value)) => read(&Scope::MODULE.with(name, value)),
            None => read(&Scope::MODULE),
        }
    }
}

/// Returns the instances of a `count` that is known.
///
/// Counts one more than are read, so that the caller sees that there are too many, and no list of a
/// million is made.
pub(super) fn counted(value: &Value) -> Option<Vec<Instance>> {
    let count: usize = value.as_text()?.parse().ok()?;
    let instances = (0..count.min(MOST_INSTANCES + 1)).map(|index| {
        let number = Value::new(Data::Number(index.to_string().into()), value.place);
        let count = object([("index", number)], value.place);
        Instance { suffix: format!("[{index}]"), each: Some(("count", count)) }
    });
    Some(instances.collect())
}

/// Returns the instances of a `for_each` that is known.
///
/// `None` for an unknown collection, and for a list with an item that is not a scalar.
pub(super) fn keyed(value: &Value) -> Option<Vec<Instance>> {
    let items = elements(value)?.into_iter().map(|(key, item)| {
        // In a list, which Terraform refuses here unless it is made a set, the items are the keys.
        let key = if value.as_list().is_some() { item.clone() } else { key };
        let text = key.as_text()?;
        let each = object([("key", key), ("value", item)], value.place);
        Some(Instance { suffix: format!("[\"{text}\"]"), each: Some(("each", each)) })
    });
    items.collect()
}
