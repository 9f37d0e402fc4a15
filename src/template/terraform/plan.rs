//! The output of `terraform show -json`: a plan or a state.

use std::collections::HashMap;
use std::sync::Arc;

use super::expand::{Content, Inner, Tree};
use super::policies::{self, Policies};
use super::{legacy, schema, sent};
use crate::clause::TERRAFORM_LANGUAGE;
use crate::diagnostic::Diagnostic;
use crate::document::{Element, Kind};
use crate::model::BucketSettings;
use crate::path::FieldPath;
use crate::template::assumption::{Assumptions, Readings};
use crate::template::found::{Found, FoundBucket, FoundReading, Source};
use crate::template::value::{Data, Member, Value, truth};
use crate::text::Span;

const CONFIGURATION: &str = "aws_s3_bucket_replication_configuration";

/// Returns true for the output of `terraform show -json`.
pub(super) fn is_plan(root: Element<'_, '_>) -> bool {
    let names = ["format_version", "terraform_version", "planned_values", "values", "lineage"];
    root.children().any(|child| names.contains(&child.name()))
}

/// A resource of a plan or a state.
struct Resource<'d, 't> {
    address: String,
    /// The beginning of every address in its module, such as `module.photos.`; empty in the root.
    module: String,
    kind: &'d str,
    values: Element<'d, 't>,
    unknown: Option<Element<'d, 't>>,
    expressions: Option<Element<'d, 't>>,
}

/// Reads a plan or a state.
pub(super) fn read(root: Element<'_, '_>) -> Found {
    let mut found = Found::default();
    check_version(root, &mut found);
    let mut resources = Vec::new();
    match member(root, "resource_changes") {
        Some(changes) => {
            for change in changes.children() {
                let after = member(change, "change");
                let values = after.and_then(|after| member(after, "after"));
                let is_managed = member(change, "mode").is_none_or(|mode| mode.text() == "managed");
                let unknown = after.and_then(|after| member(after, "after_unknown"));
                if let Some(values) = values.filter(|values| values.kind() == Kind::Object)
                    && is_managed
                {
                    let expressions = expressions_of(root, change);
                    resources.extend(resource(change, values, unknown, expressions));
                }
            }
        }
        None if member(root, "lineage").is_some() => collect_state_file(root, &mut resources),
        None => {
            for section in ["values", "planned_values"] {
                let module = member(root, section).and_then(|values| member(values, "root_module"));
                collect(module, &mut resources, 0);
            }
        }
    }
    for resource in &resources {
        if resource.kind == "aws_s3_bucket" {
            let (bucket, tree) = (resource.bucket("bucket"), resource.tree());
            let mut settings = BucketSettings::new();
            let region = tree.get("region").and_then(|(_, region)| region.as_text());
            settings.region = region.and_then(|region| region.parse().ok());
            found.buckets.push((bucket, settings));
        }
    }
    let mut policies = Policies::default();
    for resource in &resources {
        resource.add_versioning(&mut found);
        found.sources.extend(resource.source());
        resource.add_policies(&mut policies);
    }
    found.policies = policies.finish();
    found
}

fn check_version(root: Element<'_, '_>, found: &mut Found) {
    let Some(version) = member(root, "format_version") else { return };
    let text = version.text();
    // Before version 1 there was 0.1 and 0.2, with the same members.
    if !matches!(text.split('.').next(), Some("0" | "1")) {
        let message = format!("format version `{text}` is not known, so the plan may be misread");
        let clause = &TERRAFORM_LANGUAGE;
        let finding =
            Diagnostic::warning("format-version-unknown", clause, FieldPath::root(), message);
        let help = "write the plan with a version of Terraform that has format version 1";
        found.findings.push((0, finding.at(version.content()).with_help(help)));
    }
}

fn resource<'d, 't>(
    element: Element<'d, 't>,
    values: Element<'d, 't>,
    unknown: Option<Element<'d, 't>>,
    expressions: Option<Element<'d, 't>>,
) -> Option<Resource<'d, 't>> {
    let address = member(element, "address")?.text().to_owned();
    let kind = member(element, "type")?.text();
    let module = member(element, "module_address").map(|module| format!("{}.", module.text()));
    let module = module.unwrap_or_default();
    Some(Resource { address, module, kind, values, unknown, expressions })
}

/// Collects the resources of a module and of those in it.
fn collect<'d, 't>(
    module: Option<Element<'d, 't>>,
    resources: &mut Vec<Resource<'d, 't>>,
    depth: usize,
) {
    const DEEPEST: usize = 32;
    let Some(module) = module.filter(|_| depth < DEEPEST) else { return };
    for element in member(module, "resources").into_iter().flat_map(Element::children) {
        let is_managed = member(element, "mode").is_none_or(|mode| mode.text() == "managed");
        if let Some(values) = member(element, "values")
            && is_managed
        {
            resources.extend(resource(element, values, None, None));
        }
    }
    for child in member(module, "child_modules").into_iter().flat_map(Element::children) {
        collect(Some(child), resources, depth + 1);
    }
}

/// Collects the resources of a state as Terraform keeps it, which has no addresses.
fn collect_state_file<'d, 't>(root: Element<'d, 't>, resources: &mut Vec<Resource<'d, 't>>) {
    for element in member(root, "resources").into_iter().flat_map(Element::children) {
        let text = |name: &str| member(element, name).map_or("", Element::text);
        if text("mode") != "managed" {
            continue;
        }
        let module = member(element, "module").map(|module| format!("{}.", module.text()));
        for instance in member(element, "instances").into_iter().flat_map(Element::children) {
            let Some(values) = member(instance, "attributes") else { continue };
            let index = member(instance, "index_key").map(|key| match key.kind() {
                Kind::Number => format!("[{}]", key.text()),
                _ => format!("[\"{}\"]", key.text()),
            });
            let (module, index) = (module.clone().unwrap_or_default(), index.unwrap_or_default());
            let address = format!("{module}{}.{}{index}", text("type"), text("name"));
            let (kind, unknown, expressions) = (text("type"), None, None);
            resources.push(Resource { address, module, kind, values, unknown, expressions });
        }
    }
}

/// Finds the expressions of a resource in the configuration that a plan repeats.
fn expressions_of<'d, 't>(
    root: Element<'d, 't>,
    change: Element<'d, 't>,
) -> Option<Element<'d, 't>> {
    let mut module = member(member(root, "configuration")?, "root_module")?;
    let path = member(change, "module_address").map_or("", Element::text);
    for name in path.split("module.").filter(|name| !name.is_empty()) {
        let name = name.trim_end_matches('.');
        let name = name.split('[').next().unwrap_or(name);
        module = member(member(member(module, "module_calls")?, name)?, "module")?;
    }
    let (kind, name) = (member(change, "type")?.text(), member(change, "name")?.text());
    let resource = member(module, "resources")?.children().find(|resource| {
        let text = |wanted: &str| member(*resource, wanted).map_or("", Element::text);
        text("type") == kind && text("name") == name
    })?;
    member(resource, "expressions")
}

impl Resource<'_, '_> {
    fn tree(&self) -> Tree {
        let (expressions, head) = (self.expressions, self.values.head());
        let names = Names { module: &self.module, path: &self.address };
        tree(self.values, self.unknown, expressions, names, head)
    }

    fn bucket(&self, attribute: &str) -> FoundBucket {
        let tree = self.tree();
        match tree.get_text(attribute) {
            Some((_, name)) if !name.is_unknown() => FoundBucket::of(name),
            Some((_, name)) if self.kind != "aws_s3_bucket" => FoundBucket::of(name),
            _ => FoundBucket::of(&Value::unknown_resource(&self.address, self.values.head())),
        }
    }

    fn source(&self) -> Option<Source> {
        let tree = self.tree();
        let mut notes = Vec::new();
        let (made, bucket) = match self.kind {
            CONFIGURATION => {
                schema::check(&without_computed(&tree), &schema::RESOURCE, &mut notes);
                (sent::configuration(&tree, &mut notes)?, self.bucket("bucket"))
            }
            "aws_s3_bucket" => match &tree.first("replication_configuration")?.content {
                Content::Tree(inner) => {
                    (legacy::configuration(inner, &mut notes)?, self.bucket("bucket"))
                }
                Content::Unknown(_) => return None,
            },
            _ => return None,
        };
        // What S3 returned is in a state as it was sent.
        let reading = FoundReading { made, found: notes };
        let readings = Readings { all: vec![(Assumptions::default(), reading)], too_many: false };
        Some(Source { address: self.address.clone(), bucket, file: 0, readings })
    }

    fn add_policies(&self, policies: &mut Policies) {
        if policies::is_read(self.kind) {
            let (kind, address, tree) = (self.kind, self.address.as_str(), self.tree());
            let (tree, given) = (&tree, &HashMap::new());
            policies.add(&policies::Resource {
                kind,
                address,
                file: 0,
                tree,
                condition: None,
                given,
            });
        }
    }

    /// Adds the versioning state that a resource sets.
    fn add_versioning(&self, found: &mut Found) {
        if self.kind != "aws_s3_bucket_versioning" {
            return;
        }
        let (bucket, tree) = (self.bucket("bucket"), self.tree());
        let Some(Content::Tree(inner)) =
            tree.first("versioning_configuration").map(|inner| &inner.content)
        else {
            return;
        };
        let status = inner.get("status").and_then(|(_, status)| status.as_text());
        let status = status.and_then(|status| status.parse().ok());
        let known = found.buckets.iter_mut().find(|(other, _)| other.name == bucket.name);
        if let Some((_, settings)) = known {
            settings.versioning = status;
        }
    }
}

/// Leaves out what the provider computes.
fn without_computed(tree: &Tree) -> Tree {
    let mut tree = tree.clone();
    tree.attributes.retain(|(name, ..)| !matches!(&**name, "id" | "region"));
    tree
}

/// The names of unknown values in a resource.
#[derive(Clone, Copy)]
struct Names<'n> {
    /// The beginning of references: a plan has them as the module writes them.
    module: &'n str,
    /// The address of the attributes.
    path: &'n str,
}

/// Reads the values of a resource or of a block, with those that are unknown.
fn tree(
    values: Element<'_, '_>,
    unknown: Option<Element<'_, '_>>,
    expressions: Option<Element<'_, '_>>,
    names: Names<'_>,
    head: Span,
) -> Tree {
    let mut tree = Tree { head, ..Tree::default() };
    let Names { module, path } = names;
    let children = values.children().chain(unknown.into_iter().flat_map(Element::children));
    let mut seen: Vec<&str> = Vec::new();
    for child in children {
        let name = child.name();
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        let value = member(values, name);
        let is_unknown = unknown.and_then(|unknown| member(unknown, name));
        let expression = expressions.and_then(|expressions| member(expressions, name));
        let here = format!("{path}.{name}");
        let place = value.map_or(head, Element::content);
        let is_whole = is_unknown
            .is_some_and(|unknown| unknown.kind() == Kind::Boolean && unknown.text() == "true");
        let items = value.filter(|value| value.kind() == Kind::Array);
        let is_blocks = items.is_some_and(|items| {
            items.children().all(|item| matches!(item.kind(), Kind::Object | Kind::Null))
        });
        match (value, items) {
            _ if is_whole => {
                let value = unknown_value(expression, Names { module, path: &here }, place);
                tree.attributes.push((name.into(), child.head(), value));
            }
            (Some(_), Some(items)) if is_blocks => {
                for (index, item) in items.children().enumerate() {
                    let at = |element: Element<'_, '_>| element.kind() == Kind::Array;
                    let unknown = is_unknown.filter(|all| at(*all));
                    let unknown = unknown.and_then(|all| all.children().nth(index));
                    let expression = expression.and_then(|all| match all.kind() {
                        Kind::Array => all.children().nth(index),
                        _ => Some(all),
                    });
                    let here = format!("{here}[{index}]");
                    let names = Names { module, path: &here };
                    let inner = self::tree(item, unknown, expression, names, item.head());
                    let content = Content::Tree(inner);
                    tree.blocks.push(Inner { kind: name.into(), head: item.head(), content });
                }
            }
            (Some(element), _) => {
                let value = plain(element, is_unknown, &here);
                tree.attributes.push((name.into(), element.head(), value));
            }
            (None, _) => {}
        }
    }
    tree
}

/// Returns the unknown value of an attribute, by the reference that stands for it in the
/// configuration.
fn unknown_value(expression: Option<Element<'_, '_>>, names: Names<'_>, place: Span) -> Value {
    let references = expression.and_then(|expression| member(expression, "references"));
    let first = references.and_then(|references| references.children().next());
    let Some(reference) = first.map(Element::text) else {
        return Value::unknown(names.path, place);
    };
    let text = format!("{}{reference}", names.module);
    if reference.starts_with("aws_s3_bucket.") {
        Value::unknown_resource(&text, place)
    } else {
        Value::unknown(&text, place)
    }
}

fn plain(element: Element<'_, '_>, unknown: Option<Element<'_, '_>>, path: &str) -> Value {
    let place = element.content();
    let data = match element.kind() {
        Kind::Null => Data::Null,
        Kind::Boolean => Data::Boolean(element.text() == "true"),
        Kind::Number => Data::Number(element.text().into()),
        Kind::Array => {
            Data::List(element.children().map(|child| plain(child, None, path)).collect())
        }
        Kind::Object => {
            let known = element.children().map(|child| Member {
                name: child.name().into(),
                head: child.head(),
                value: plain(child, None, path),
            });
            let mut members: Vec<Member> = known.collect();
            for child in unknown.into_iter().flat_map(Element::children) {
                if child.text() == "true" {
                    let here = format!("{path}.{}", child.name());
                    let (name, value) = (Arc::from(child.name()), Value::unknown(&here, place));
                    members.retain(|member| member.name != name);
                    members.push(Member { name, head: place, value });
                }
            }
            Data::Object(members)
        }
        _ => Data::String(element.text().into()),
    };
    let value = Value::new(data, place);
    debug_assert!(truth(&value).is_none() || !value.is_unknown(), "a truth value is known");
    value
}

fn member<'d, 't>(element: Element<'d, 't>, name: &str) -> Option<Element<'d, 't>> {
    element.children().filter(|child| child.name() == name).last()
}
