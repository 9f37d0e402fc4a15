//! The output of `terraform show -json`: a plan or a state.
//!
//! A plan has the values of every resource after the deployment, with modules, variables and
//! functions already evaluated. Values that the provider will compute are missing, and
//! `after_unknown` marks them:
//!
//! ```text
//! "after":         {"bucket": "photos", "rule": [{"id": "a"}]}
//! "after_unknown": {"role": true, "rule": [{"destination": [{"bucket": true}]}]}
//! "configuration": … "role": {"references": ["aws_iam_role.r.arn", "aws_iam_role.r"]}
//! ```
//!
//! The result is the same tree as of HCL, with `role` unknown as `${aws_iam_role.r.arn}`. So
//! everything behind it, from the schema to the lints, is the same as well.
//!
//! There are three documents: a plan, a state as `terraform show -json` prints it, and the file in
//! which Terraform keeps a state. They differ only in where resources and their values are.
//!
//! | document | resources in | values in |
//! | --- | --- | --- |
//! | plan | `resource_changes` | `change.after`, `change.after_unknown` |
//! | state of `terraform show -json` | `values.root_module`, with `child_modules` | `values` |
//! | file of a state, `terraform.tfstate` | `resources`, with `instances` | `attributes` |
//!
//! Data sources are left out in all three: they declare nothing. There are no conditions and no
//! references to check, since Terraform has evaluated everything.

mod values;

use std::collections::HashMap;

use self::values::{Names, tree};
use super::expand::{Content, Tree};
use super::policies::{self, Policies};
use super::{legacy, schema, sent};
use crate::clause::TERRAFORM_LANGUAGE;
use crate::diagnostic::Diagnostic;
use crate::document::{Element, Kind};
use crate::model::BucketSettings;
use crate::path::FieldPath;
use crate::template::assumption::{Assumptions, Readings};
use crate::template::found::{Found, FoundBucket, FoundReading, Source};
use crate::template::value::Value;

/// The type of the resource with a configuration.
const CONFIGURATION: &str = "aws_s3_bucket_replication_configuration";

/// Returns true for the output of `terraform show -json`.
///
/// `lineage` is a member of the file of a state only.
pub(super) fn is_plan(root: Element<'_, '_>) -> bool {
    let names = ["format_version", "terraform_version", "planned_values", "values", "lineage"];
    root.children().any(|child| names.contains(&child.name()))
}

/// A resource of a plan or a state.
///
/// A resource, and the three elements that describe its values.
struct Resource<'d, 't> {
    /// The whole address, with modules and keys, such as `module.a["eu"].aws_s3_bucket.b[0]`.
    address: String,
    /// The beginning of every address in its module, such as `module.photos.`; empty in the root.
    module: String,
    /// The type, such as `aws_s3_bucket`.
    kind: &'d str,
    /// The object with the values of the arguments.
    values: Element<'d, 't>,
    /// The object that marks unknown values, in a plan.
    unknown: Option<Element<'d, 't>>,
    /// The expressions of the arguments as the module has them, in a plan.
    expressions: Option<Element<'d, 't>>,
}

/// Reads a plan or a state.
///
/// `resource_changes` comes first, because `planned_values` of the same plan has no marks of
/// unknown values. A resource that is deleted has null after the change, and is none.
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
        // A file of a state is known by a member that the other two do not have.
        None if member(root, "lineage").is_some() => collect_state_file(root, &mut resources),
        None => {
            for section in ["values", "planned_values"] {
                let module = member(root, section).and_then(|values| member(values, "root_module"));
                collect(module, &mut resources, 0);
            }
        }
    }
    // Buckets come before the resources that set their versioning, which a plan may list first.
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

/// A later version may have other members. The plan is still read, because the warning shows that
/// the result is uncertain.
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

/// Makes a resource; nothing for an element without an address or a type.
///
/// `element` has the address and the type. The values are passed beside it, as each document has
/// them elsewhere.
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
///
/// `count` and `for_each` need no care: each instance is a resource with an address.
///
/// `None` for a module is a document without the section, which has no resources.
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
///
/// The address is put together from module, type, name and key, as Terraform prints it.
///
/// The key of an instance is a number for `count` and a text for `for_each`. Without one, the
/// resource has a single instance.
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
///
/// The configuration is a tree of modules as they are written, so instances share their
/// expressions: `module.a["eu"]` and `module.a["us"]` are one `module_calls.a`.
///
/// Returns `None` for a plan without its configuration, or without the module or the resource in
/// it: unknown values are then named by their addresses.
fn expressions_of<'d, 't>(
    root: Element<'d, 't>,
    change: Element<'d, 't>,
) -> Option<Element<'d, 't>> {
    let mut module = member(member(root, "configuration")?, "root_module")?;
    let path = member(change, "module_address").map_or("", Element::text);
    for name in called_modules(path) {
        module = member(member(member(module, "module_calls")?, name)?, "module")?;
    }
    let (kind, name) = (member(change, "type")?.text(), member(change, "name")?.text());
    let resource = member(module, "resources")?.children().find(|resource| {
        let text = |wanted: &str| member(*resource, wanted).map_or("", Element::text);
        text("type") == kind && text("name") == name
    })?;
    member(resource, "expressions")
}

/// Returns the names of the calls in the address of a module: `a` and `b` for
/// `module.a["eu.west"].module.b[0]`.
///
/// The names and the keys between brackets may contain the word `module.` and dots themselves.
fn called_modules(address: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = address;
    while let Some(inside) = rest.strip_prefix("module.") {
        let end = inside.find(['.', '[']).unwrap_or(inside.len());
        let (name, after) = inside.split_at_checked(end).unwrap_or((inside, ""));
        names.push(name);
        rest = after_key(after).strip_prefix('.').unwrap_or_default();
    }
    names
}

/// Returns the text after a key between brackets, if it begins with one. A key that is a text is in
/// quotation marks, between which a bracket closes nothing.
///
/// | text | result |
/// | --- | --- |
/// | `["a]b"].module.c` | `.module.c` |
/// | `[0].module.c` | `.module.c` |
/// | `.module.c` | the same |
/// | `["a` | empty |
fn after_key(text: &str) -> &str {
    let Some(key) = text.strip_prefix('[') else { return text };
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (at, c) in key.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            ']' if !is_quoted => return key.get(at + 1..).unwrap_or_default(),
            _ => {}
        }
    }
    ""
}

impl Resource<'_, '_> {
    /// Returns the values as a block.
    ///
    /// The head of the tree is that of the object of values, since a plan has no line for the
    /// resource itself.
    fn tree(&self) -> Tree {
        let (expressions, head) = (self.expressions, self.values.head());
        let names = Names { module: &self.module, path: &self.address };
        tree(self.values, self.unknown, expressions, names, head)
    }

    /// Returns the bucket that an attribute names. A bucket whose own name is unknown is named by
    /// its address, which is what references to it have.
    fn bucket(&self, attribute: &str) -> FoundBucket {
        let tree = self.tree();
        match tree.get_text(attribute) {
            Some((_, name)) if !name.is_unknown() => FoundBucket::of(name),
            Some((_, name)) if self.kind != "aws_s3_bucket" => FoundBucket::of(name),
            _ => FoundBucket::of(&Value::unknown_resource(&self.address, self.values.head())),
        }
    }

    /// Returns the configuration of the resource, if it has one. Conditions are evaluated in a
    /// plan, so there is one reading.
    ///
    /// Returns `None` for other resources, and for a block of which nothing is known.
    fn source(&self) -> Option<Source> {
        let tree = self.tree();
        let mut notes = Vec::new();
        let (made, bucket) = match self.kind {
            CONFIGURATION => {
                // Terraform has checked the arguments already, but a plan may be edited or made by
                // another tool.
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

    /// Adds the policies of the resource. A plan has no `count` any more, so the resource exists.
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
    ///
    /// The bucket is found by its name or its address. Other settings, such as the encryption, are
    /// not read from a plan.
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
///
/// `id` and `region` are in a plan although no author has written them, so they are not checked.
fn without_computed(tree: &Tree) -> Tree {
    let mut tree = tree.clone();
    tree.attributes.retain(|(name, ..)| !matches!(&**name, "id" | "region"));
    tree
}

/// Returns the last member of this name.
///
/// `values` uses it as well. An element that is not an object has no members.
fn member<'d, 't>(element: Element<'d, 't>, name: &str) -> Option<Element<'d, 't>> {
    element.children().filter(|child| child.name() == name).last()
}
