//! The names that a template refers to, and those of them that it declares nowhere.
//!
//! Two results come from one walk over the template, which visits every branch and evaluates
//! nothing:
//!
//! ```text
//! !Ref Prefx                  a name that nothing declares: a warning, with the nearest name
//! !GetAtt Backup.Arn          a name by which a value can be given: `--parameter Backup.Arn=VALUE`
//! !Sub "${Env}-${!Literal}"   `Env` of the template, and no `Literal`
//! Condition: IsProd           a condition, and the parameters that it depends on
//! ```
//!
//! Parameters, resources and pseudo parameters share one namespace, and conditions have their own.
//! Where something makes names that no text shows, such as a macro, nothing is reported: the
//! template is *open*.

use std::collections::BTreeSet;

use super::function::expression;
use super::{Argument, Evaluator, function_of, member};
use crate::clause::CLOUDFORMATION_LANGUAGE;
use crate::diagnostic::Diagnostic;
use crate::document::{Element, Kind};
use crate::path::FieldPath;
use crate::template::found::Found;
use crate::template::names::{ValueNames, meant};
use crate::text::Span;

/// The pseudo parameters that differ between deployments.
///
/// `AWS::NoValue` is none of them: it stands for nothing, so no value can be given for it.
const PSEUDO_PARAMETERS: &[&str] = &[
    "AWS::AccountId",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// The kinds of names.
///
/// `Fn::GetAtt` and `DependsOn` take a resource only, and a parameter of the name does not help.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Namespace {
    /// Parameters and resources.
    Values,
    /// Resources alone.
    Resources,
    /// Conditions, which have names of their own.
    Conditions,
}

/// A name that a template refers to.
///
/// The name is kept with its place, and judged when all declarations are known.
struct Reference<'d> {
    /// The names among which it must be declared.
    namespace: Namespace,
    /// The name without an attribute: `Backup` of `Backup.Arn`.
    name: &'d str,
    place: Span,
    /// The logical ID of the resource that it is in.
    resource: Option<&'d str>,
}

/// The references of a template, in the order of the text.
#[derive(Default)]
struct References<'d> {
    /// Every reference, as often as it occurs.
    all: Vec<Reference<'d>>,
    /// The expressions that values can be given for.
    names: ValueNames,
    /// The logical ID of the resource that is being visited.
    resource: Option<&'d str>,
    /// True inside `Conditions`, where `Condition` is a function and no member.
    is_in_conditions: bool,
    /// True if something in the template makes names that are not written.
    ///
    /// `Transform`, `Fn::Transform`, `Fn::ForEach` and modules do so. The rest of the template is
    /// still visited, for the names that take values.
    is_open: bool,
}

impl<'d, 't> Evaluator<'d, 't> {
    /// Adds the names by which values can be given, and a warning for each name that is declared nowhere.
    ///
    /// The warning belongs to the configuration of the resource in which the name is, and to the
    /// file otherwise. A fragment has no `Resources`, so its names are declared in a part that is
    /// not given.
    pub(super) fn add_references(&self, root: Element<'d, 't>, found: &mut Found) {
        let mut references = References {
            is_open: member(root, "Transform").is_some() || member(root, "Resources").is_none(),
            ..References::default()
        };
        references.add_template(root);
        // All parameters take a value, also those that nothing refers to.
        for name in self.parameters.keys() {
            references.names.declare(name);
        }
        for name in PSEUDO_PARAMETERS {
            references.names.add_used(name);
        }
        // A condition is settled by its parameters, so the advice about one names these.
        for name in self.conditions.keys() {
            let mut parameters = BTreeSet::new();
            self.add_parameters(name, &mut BTreeSet::new(), &mut parameters);
            references.names.add_condition(name, parameters);
        }
        // An open template may have any name, so a warning would be a guess.
        if !references.is_open {
            for reference in &references.all {
                if let Some(finding) = self.undeclared(reference) {
                    found.refuse(reference.resource, finding);
                }
            }
        }
        found.names.extend(&references.names);
    }

    /// Adds the parameters without a value that a condition depends on, directly or by other conditions.
    ///
    /// A parameter with a default has a value and is left out, and so is one that the caller gave.
    /// `seen` ends conditions that name each other.
    ///
    /// | condition | parameters |
    /// | --- | --- |
    /// | `!Equals [!Ref Env, prod]` | `Env` |
    /// | `!Not [!Condition IsProd]` | those of `IsProd` |
    /// | `!Equals [!Ref Role, ""]`, with a default for `Role` | none |
    fn add_parameters(
        &self,
        condition: &'d str,
        seen: &mut BTreeSet<&'d str>,
        parameters: &mut BTreeSet<String>,
    ) {
        const DEEPEST: usize = 64;
        if seen.len() > DEEPEST || !seen.insert(condition) {
            return;
        }
        // A condition that nothing declares depends on nothing.
        let Some(element) = self.conditions.get(condition) else { return };
        // The references of this condition alone; its names that take values are not needed.
        let mut inside = References { is_in_conditions: true, ..References::default() };
        inside.add(*element);
        for reference in inside.all {
            match reference.namespace {
                Namespace::Conditions => self.add_parameters(reference.name, seen, parameters),
                _ if self.given.contains_key(reference.name) => {}
                _ if self
                    .parameters
                    .get(reference.name)
                    .is_some_and(|parameter| member(*parameter, "Default").is_some()) => {}
                _ => drop(parameters.insert(reference.name.to_owned())),
            }
        }
    }

    /// Returns the warning about a reference that nothing declares; `None` for one that is declared
    /// or given.
    fn undeclared(&self, reference: &Reference<'d>) -> Option<Diagnostic> {
        let name = reference.name;
        // All that may be meant, for the help.
        let (resources, parameters) = (self.resources.keys(), self.parameters.keys());
        let is_declared = match reference.namespace {
            Namespace::Conditions => self.conditions.contains_key(name),
            Namespace::Resources => self.resources.contains_key(name),
            // A value that the caller gives declares its name, too.
            Namespace::Values => {
                self.resources.contains_key(name)
                    || self.parameters.contains_key(name)
                    || self.given.contains_key(name)
                    || name.starts_with("AWS::")
            }
        };
        // An attribute that the caller gives is known, whatever has it.
        // `--parameter Role.Arn=…` gives a value for a resource that another template declares.
        let is_given = || {
            self.given.keys().any(|given| given.split_once('.').is_some_and(|(of, _)| of == name))
        };
        if is_declared || reference.namespace == Namespace::Resources && is_given() {
            return None;
        }
        // The help names what is declared in the namespace, in the order of the names: the maps
        // here have no order.
        let (what, meant) = match reference.namespace {
            Namespace::Conditions => {
                let all = sorted(self.conditions.keys());
                let add = format!("add `{name}` to `Conditions`");
                ("no condition is called", meant(name, all.into_iter(), &add))
            }
            Namespace::Resources => {
                let add = format!("add a resource `{name}`");
                ("no resource is called", meant(name, sorted(resources).into_iter(), &add))
            }
            Namespace::Values => {
                let all = sorted(parameters.chain(resources));
                let add = format!("add a parameter or a resource `{name}`");
                ("no parameter or resource is called", meant(name, all.into_iter(), &add))
            }
        };
        let message = format!("{what} `{name}`, so CloudFormation refuses the template");
        // CloudFormation refuses the template as a whole.
        // A warning, because what is given may be a part of the template: the value is unknown.
        let code = "reference-undeclared";
        let finding =
            Diagnostic::warning(code, &CLOUDFORMATION_LANGUAGE, FieldPath::root(), message);
        Some(finding.at(reference.place).with_help(meant))
    }
}

/// Returns names in their order.
fn sorted<'n>(names: impl Iterator<Item = &'n &'n str>) -> Vec<&'n str> {
    let mut names: Vec<&str> = names.copied().collect();
    names.sort_unstable();
    names
}

impl<'d> References<'d> {
    /// Adds the references of all sections. Each resource is visited under its name, so that a
    /// warning finds its configuration.
    fn add_template(&mut self, root: Element<'d, '_>) {
        for section in root.children() {
            match section.name() {
                "Resources" => {
                    for resource in section.children() {
                        self.resource = Some(resource.name());
                        self.add_resource(resource);
                    }
                    self.resource = None;
                }
                // The section alone has conditions as functions; in resources they are members.
                "Conditions" => {
                    self.is_in_conditions = true;
                    self.add(section);
                    self.is_in_conditions = false;
                }
                // What these sections refer to is none of the resources.
                "Parameters" | "Mappings" | "Metadata" | "Rules" | "Description" => {}
                // `Outputs`, and sections that are not known.
                _ => self.add(section),
            }
        }
    }

    /// Adds the references of a resource. `Condition` and `DependsOn` are members with names here
    /// and no functions; what is in `Metadata` is for tools.
    fn add_resource(&mut self, resource: Element<'d, '_>) {
        let kind = member(resource, "Type").map_or("", Element::text);
        // The resources of a module have names that begin with that of the module.
        self.is_open |= kind.ends_with("::MODULE") || resource.name().starts_with("Fn::");
        for part in resource.children() {
            match part.name() {
                "Condition" if part.kind() == Kind::String => {
                    self.push(Namespace::Conditions, part.text(), part.content());
                }
                // One name or a list of names.
                "DependsOn" if part.kind() == Kind::Array => {
                    for name in part.children().filter(|name| name.kind() == Kind::String) {
                        self.push(Namespace::Resources, name.text(), name.content());
                    }
                }
                "DependsOn" if part.kind() == Kind::String => {
                    self.push(Namespace::Resources, part.text(), part.content());
                }
                "Metadata" => {}
                _ => self.add(part),
            }
        }
    }

    /// Adds a reference in the resource that is being visited. An empty name is left out.
    fn push(&mut self, namespace: Namespace, name: &'d str, place: Span) {
        let name = name.trim();
        if !name.is_empty() {
            let resource = self.resource;
            self.all.push(Reference { namespace, name, place, resource });
        }
    }

    /// Adds the references in an element. The recursion is as deep as the document.
    ///
    /// A function is noted, and its argument visited all the same: `!Join` names nothing itself,
    /// and its items may.
    fn add(&mut self, element: Element<'d, '_>) {
        if let Some((name, argument)) = function_of(element) {
            self.add_function(&name, argument, element.content());
        }
        for child in element.children() {
            // A loop makes members whose names are put together.
            self.is_open |= child.name().starts_with("Fn::ForEach");
            self.add(child);
        }
    }

    /// Adds the references of a function by its name and argument. Arguments are visited by
    /// [`add`](Self::add) as well, so only what the function itself names is added here.
    fn add_function(&mut self, name: &str, argument: Argument<'d, '_>, place: Span) {
        let items = argument.items();
        match (name, argument.text()) {
            ("Ref", Some(name)) => {
                // The name of a resource in a module has a dot: `!Ref Module.Bucket` is declared as
                // `Module`.
                let value = name.split('.').next().unwrap_or(name);
                self.push(Namespace::Values, value, place);
            }
            ("Fn::GetAtt", Some(text)) => {
                let resource = text.split('.').next().unwrap_or(text);
                self.push(Namespace::Resources, resource, place);
            }
            // The list form. A resource that a function yields has no name to compare.
            ("Fn::GetAtt", None) => {
                let resource = items.first().filter(|item| is_plain(**item));
                if let Some(resource) = resource {
                    self.push(Namespace::Resources, resource.text(), resource.content());
                }
            }
            // The place is that of the whole text, since a name in it has none.
            ("Fn::Sub", Some(text)) => self.add_text(text, None, place),
            ("Fn::Sub", None) => {
                if let Some(text) = items.first().filter(|item| is_plain(**item)) {
                    self.add_text(text.text(), items.get(1).copied(), text.content());
                }
            }
            // The branches are visited as children.
            ("Fn::If", None) => {
                if let Some(condition) = items.first().filter(|item| is_plain(**item)) {
                    self.push(Namespace::Conditions, condition.text(), condition.content());
                }
            }
            // Elsewhere a member of this name is not a reference, such as in a policy.
            ("Condition", Some(name)) if self.is_in_conditions => {
                self.push(Namespace::Conditions, name, place);
            }
            ("Fn::Transform", _) => self.is_open = true,
            _ => {}
        }
        // A value can be given for the whole of any other function, such as an import. The names in
        // a `Fn::Sub` are added one by one, and a condition is settled by its parameters.
        if !matches!(name, "Fn::Sub" | "Fn::If" | "Condition") {
            self.names.add_used(&expression(name, argument));
        }
    }

    /// Adds the names in the text of `Fn::Sub`, without those that the function defines itself.
    ///
    /// A `${` without an end is no name, and what follows is not looked at.
    fn add_text(&mut self, text: &'d str, own: Option<Element<'d, '_>>, place: Span) {
        let mut rest = text;
        while let Some((_, after)) = rest.split_once("${") {
            let Some((name, behind)) = after.split_once('}') else { return };
            rest = behind;
            let name = name.trim();
            // The second argument of `Fn::Sub` defines names that hold in this text only.
            let is_own = own.is_some_and(|own| own.children().any(|child| child.name() == name));
            if is_own || name.starts_with('!') {
                continue;
            }
            self.names.add_used(name);
            match name.split_once('.') {
                Some((resource, _)) => self.push(Namespace::Resources, resource, place),
                None => self.push(Namespace::Values, name, place),
            }
        }
    }
}

/// Returns true for a text that is not a function.
///
/// `!Ref X` in the place of a name is a text with a tag, and names nothing here.
fn is_plain(element: Element<'_, '_>) -> bool {
    element.kind() == Kind::String && element.tag().is_none()
}
