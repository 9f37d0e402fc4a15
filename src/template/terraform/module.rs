//! The configurations of a module.

use std::collections::HashMap;

use super::composition::Versioned;
use super::evaluate::{Evaluator, Scope, elements, object};
use super::expand::Content;
use super::syntax::{Block, Body, Node};
use super::{composition, legacy, schema, sent};
use crate::clause::TERRAFORM_LANGUAGE;
use crate::diagnostic::Diagnostic;
use crate::path::FieldPath;
use crate::template::assumption::{Assumptions, Readings, readings};
use crate::template::found::{Found, FoundBucket, FoundReading, Source};
use crate::template::value::{Data, Value};

/// The most instances of one resource that are read.
const MOST_INSTANCES: usize = 1_000;

/// Returns true for `optional(…)` in the type of a variable.
fn is_optional(node: &Node) -> bool {
    matches!(node, Node::Call { name, .. } if name == "optional")
}

/// One instance of a resource: the names that hold inside it, and what its address ends with.
struct Instance {
    suffix: String,
    each: Option<(&'static str, Value)>,
}

/// Reads the bodies of the files of a module. A file that is not well-formed has none.
pub(super) fn read<'m>(bodies: &'m [Option<Body>], given: HashMap<String, Value>) -> Found {
    let mut evaluator = Evaluator { given, ..Evaluator::empty() };
    let files = || bodies.iter().enumerate().filter_map(|(at, body)| Some((at, body.as_ref()?)));
    let mut resources: Vec<(usize, &'m Block)> = Vec::new();
    let mut fragments: Vec<(usize, &'m Block)> = Vec::new();
    let mut providers: Vec<&'m Block> = Vec::new();
    for (file, body) in files() {
        for block in &body.blocks {
            match (&*block.kind, &block.labels[..]) {
                ("locals", []) => {
                    let locals = block.body.attributes.iter();
                    evaluator.locals.extend(locals.map(|local| (&*local.name, &local.value)));
                }
                ("variable", [name]) => {
                    let kind = block.body.attribute("type");
                    evaluator.has_optional_attributes |=
                        kind.is_some_and(|kind| kind.value.any(&is_optional));
                    let default = block.body.attribute("default").map(|default| &default.value);
                    evaluator.variables.insert(name, default);
                }
                ("resource", [kind, name]) => {
                    evaluator.resources.insert((kind, name), block);
                    resources.push((file, block));
                }
                ("provider", _) => providers.push(block),
                ("replication_configuration", []) => fragments.push((file, block)),
                _ => {}
            }
        }
    }
    let mut found = Found::default();
    let blocks: Vec<&Block> = resources.iter().map(|(_, block)| *block).collect();
    let region = |alias: Option<&str>| {
        let provider = providers.iter().find(|provider| {
            let own = provider.body.attribute("alias");
            let own = own.map(|own| evaluator.evaluate(&own.value, &Scope::MODULE).as_text());
            provider.labels.first().is_some_and(|name| name == "aws")
                && own.flatten().as_deref() == alias
        })?;
        let region = provider.body.attribute("region")?;
        Some(evaluator.evaluate(&region.value, &Scope::MODULE).as_text()?.to_string())
    };
    found.buckets = evaluator.buckets(&blocks, &region);
    let versioned = evaluator.versioned(&resources);
    for (file, block) in resources {
        let [kind, name] = &block.labels[..] else { continue };
        match kind.as_str() {
            "aws_s3_bucket_replication_configuration" => {
                evaluator.resource(file, block, name, &versioned, &mut found);
            }
            "aws_s3_bucket" => evaluator.inline(file, block, name, &mut found),
            _ => {}
        }
    }
    for (file, block) in fragments {
        let readings = evaluator.readings(|| {
            let tree = evaluator.expand(&block.body, block.head, &Scope::MODULE);
            let mut notes = Vec::new();
            schema::check(&tree, &schema::LEGACY, &mut notes);
            let made = legacy::configuration(&tree, &mut notes)?;
            Some(FoundReading { made, found: notes })
        });
        let (address, bucket) = (String::new(), FoundBucket::default());
        found.sources.push(Source { address, bucket, file, readings });
    }
    found
}

impl<'m> Evaluator<'m> {
    fn readings(&self, read: impl Fn() -> Option<FoundReading>) -> Readings<FoundReading> {
        let Readings { all, too_many } = readings(|assumed, is_last| {
            self.assuming.begin(assumed, is_last);
            let reading = read();
            (reading, self.assuming.take_wanted())
        });
        self.assuming.begin(&Assumptions::default(), true);
        let all = all.into_iter().filter_map(|(assumed, reading)| Some((assumed, reading?)));
        Readings { all: all.collect(), too_many }
    }

    fn resource(
        &self,
        file: usize,
        block: &'m Block,
        name: &str,
        versioned: &Versioned<'_>,
        found: &mut Found,
    ) {
        for instance in self.instances(file, block, found) {
            let address =
                format!("aws_s3_bucket_replication_configuration.{name}{}", instance.suffix);
            let bucket = block
                .body
                .attribute("bucket")
                .map(|bucket| instance.with_scope(|scope| self.evaluate(&bucket.value, scope)));
            let bucket = bucket.map_or(FoundBucket::default(), |name| FoundBucket::of(&name));
            let unawaited = composition::versioning_not_awaited(block, &bucket, versioned);
            let readings = self.readings(|| {
                let tree = instance.with_scope(|scope| self.expand(&block.body, block.head, scope));
                let mut notes = Vec::new();
                schema::check(&tree, &schema::RESOURCE, &mut notes);
                let made = sent::configuration(&tree, &mut notes)?;
                notes.extend(composition::equal_priorities(block, &tree));
                notes.extend(unawaited.clone());
                Some(FoundReading { made, found: notes })
            });
            if !readings.all.is_empty() {
                found.sources.push(Source { address, bucket, file, readings });
            }
        }
    }

    /// Reads the block inside a bucket.
    fn inline(&self, file: usize, block: &'m Block, name: &str, found: &mut Found) {
        let is_written = block.body.blocks("replication_configuration").next().is_some()
            || block.body.blocks("dynamic").any(|dynamic| {
                dynamic.labels.first().is_some_and(|kind| kind == "replication_configuration")
            });
        if !is_written {
            return;
        }
        for instance in self.instances(file, block, found) {
            let address = format!("aws_s3_bucket.{name}{}", instance.suffix);
            let readings = self.readings(|| {
                let bucket =
                    instance.with_scope(|scope| self.expand(&block.body, block.head, scope));
                let inner = bucket.first("replication_configuration")?;
                let mut notes = Vec::new();
                let made = match &inner.content {
                    Content::Tree(tree) => {
                        schema::check(tree, &schema::LEGACY, &mut notes);
                        notes.push(composition::deprecated_block(tree));
                        legacy::configuration(tree, &mut notes)?
                    }
                    Content::Unknown(value) => value.made(&"".into(), Some(inner.head))?,
                };
                Some(FoundReading { made, found: notes })
            });
            let known = block
                .body
                .attribute("bucket")
                .map(|bucket| instance.with_scope(|scope| self.evaluate(&bucket.value, scope)));
            let known = known.filter(|name| !name.is_unknown());
            let name = known.unwrap_or_else(|| Value::unknown_resource(&address, block.head));
            if !readings.all.is_empty() {
                found.sources.push(Source {
                    address,
                    bucket: FoundBucket::of(&name),
                    file,
                    readings,
                });
            }
        }
    }

    /// Returns the instances that `count` and `for_each` make. Where they depend on an unknown
    /// condition, there is every instance that there may be.
    fn instances(&self, file: usize, block: &Block, found: &mut Found) -> Vec<Instance> {
        let (is_count, argument) =
            match (block.body.attribute("count"), block.body.attribute("for_each")) {
                (Some(count), _) => (true, count),
                (None, Some(each)) => (false, each),
                (None, None) => return vec![Instance { suffix: String::new(), each: None }],
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
    fn with_scope<R>(&self, read: impl FnOnce(&Scope<'_>) -> R) -> R {
        match &self.each {
            Some((name, value)) => read(&Scope::MODULE.with(name, value)),
            None => read(&Scope::MODULE),
        }
    }
}

/// Returns the instances of a `count` that is known.
fn counted(value: &Value) -> Option<Vec<Instance>> {
    let count: usize = value.as_text()?.parse().ok()?;
    let instances = (0..count.min(MOST_INSTANCES + 1)).map(|index| {
        let number = Value::new(Data::Number(index.to_string().into()), value.place);
        let count = object([("index", number)], value.place);
        Instance { suffix: format!("[{index}]"), each: Some(("count", count)) }
    });
    Some(instances.collect())
}

/// Returns the instances of a `for_each` that is known.
fn keyed(value: &Value) -> Option<Vec<Instance>> {
    let items = elements(value)?.into_iter().map(|(key, item)| {
        // In a list, which Terraform refuses here unless it is made a set, the items are the keys.
        let key = if value.as_list().is_some() { item.clone() } else { key };
        let text = key.as_text()?;
        let each = object([("key", key), ("value", item)], value.place);
        Some(Instance { suffix: format!("[\"{text}\"]"), each: Some(("each", each)) })
    });
    items.collect()
}
