//! The names that a module refers to, and those of them that it declares nowhere.
//!
//! Terraform refuses a module that refers to a name without a declaration. In a part of a module, a
//! missing name may be in a file that was not given, so only a name that looks like a declared one
//! is reported. The collected names are also those by which values can be given.
//!
//! One walk over all blocks collects the paths, with the resource and the file that each is in.
//! Then each is compared with what the module declares:
//!
//! | reference | in a whole module | in a part of a module |
//! | --- | --- | --- |
//! | declared | nothing | nothing |
//! | near a declared name | a warning | a warning |
//! | near nothing | a warning | nothing |
//!
//! Attributes of resources are not checked: which ones a type has is for its provider to know.

use super::declared::Module;
use super::evaluate::Evaluator;
use super::syntax::{Block, Body, Expression, For, Node, Step};
use crate::clause::TERRAFORM_LANGUAGE;
use crate::diagnostic::Diagnostic;
use crate::path::FieldPath;
use crate::template::found::Found;
use crate::template::names::{ValueNames, meant};
use crate::text::Span;
use crate::vocabulary::nearest;

/// A path such as `var.prefix`, with the resource that it is in.
///
/// ```text
/// var.rules[0].id       root `var`, steps `.rules`, `[0]`, `.id`
/// aws_s3_bucket.b.arn   root `aws_s3_bucket`, steps `.b`, `.arn`
/// ```
struct Reference<'m> {
    /// The first word of the path.
    root: &'m str,
    steps: &'m [Step],
    /// The place of the whole path.
    place: Span,
    /// The number of the file, in which a finding is reported.
    file: usize,
    /// Type and name.
    resource: Option<(&'m str, &'m str)>,
}

/// The references of a module.
///
/// The walk visits expressions that are never evaluated, too: Terraform refuses a name in a branch
/// that is not taken.
struct References<'m> {
    /// Every path, as often as it occurs, without names of its own.
    all: Vec<Reference<'m>>,
    /// The number of the file that is being visited.
    file: usize,
    /// Type and name of the resource that is being visited.
    resource: Option<(&'m str, &'m str)>,
    /// The names that `dynamic` blocks and `for` expressions define around an expression.
    ///
    /// `each`, `count`, `self` and `path` are no types of resources, because their names have no
    /// `_`.
    own: Vec<&'m str>,
}

impl Evaluator<'_> {
    /// Adds the names by which values can be given, and what is wrong with the references of the module.
    ///
    /// A finding belongs to the configuration of the resource that it is in, in the file of the
    /// reference, else to the file. In a called module, its address is that of the instance.
    pub(super) fn add_references(&self, found: &mut Found) {
        let references = References::of(self.module);
        for reference in &references.all {
            self.add_name(reference, &mut found.names);
            let Some((message, help, meant)) = self.undeclared(reference) else { continue };
            let message = match (self.module.is_whole, meant) {
                (true, _) => format!("{message}, so Terraform refuses the module"),
                (false, true) => format!("{message} in the files that are read"),
                (false, false) => continue,
            };
            // A warning, because what is given may be a part of the module: the value is unknown.
            let (clause, path) = (&TERRAFORM_LANGUAGE, FieldPath::root());
            let finding = Diagnostic::warning("reference-undeclared", clause, path, message)
                .at(reference.place)
                .with_help(help);
            let resource = reference.resource;
            let address = resource.map(|(kind, name)| format!("{}{kind}.{name}", self.address));
            found.refuse_in(reference.file, address.as_deref(), finding);
        }
        // The variables of a called module get their values from the call.
        if self.caller.is_none() {
            for name in self.module.variables.keys() {
                found.names.declare(name);
            }
        }
    }

    /// In a called module, `var.name` is an argument of the call. A value can be given only for
    /// what the call does not state, by the address.
    ///
    /// Adds the name by which a value for the reference can be given.
    ///
    /// ```text
    /// var.prefix, in the root module       prefix
    /// var.prefix, in module.photos         module.photos.var.prefix
    /// aws_iam_role.r.arn                   aws_iam_role.r.arn
    /// ```
    fn add_name(&self, reference: &Reference<'_>, names: &mut ValueNames) {
        let steps: String = reference.steps.iter().map(ToString::to_string).collect();
        match reference.steps {
            [Step::Name(name), ..] if reference.root == "var" && self.caller.is_none() => {
                names.add_used(name);
            }
            _ => names.add_used(&format!("{}{}{steps}", self.address, reference.root)),
        }
    }

    /// Returns message and help about a reference that nothing declares, and true if the help is a
    /// similar name.
    ///
    /// `None` for a path that is declared, for one whose names are not known here, such as
    /// `each.key`, and for a word alone. The type of a resource has an underscore, unlike other
    /// words.
    fn undeclared(&self, reference: &Reference<'_>) -> Option<(String, String, bool)> {
        let module = self.module;
        match (reference.root, reference.steps) {
            ("var", [Step::Name(name), ..]) => {
                let is_given = self.caller.is_none() && self.given.contains_key(name);
                if is_given || module.variables.contains_key(name.as_str()) {
                    return None;
                }
                let all: Vec<&str> = module.variables.keys().copied().collect();
                let message = format!("no variable is called `{name}`");
                Some(answer(message, name, &all, &format!("add `variable \"{name}\" {{}}`")))
            }
            ("local", [Step::Name(name), ..]) => {
                if module.locals.contains_key(name.as_str()) {
                    return None;
                }
                let message = format!("no local value is called `{name}`");
                let add = format!("add `{name}` to a block `locals`");
                Some(answer(message, name, &sorted(module.locals.keys().copied()), &add))
            }
            ("module", [Step::Name(name), rest @ ..]) => self.undeclared_output(name, rest),
            ("data" | "ephemeral", [Step::Name(kind), Step::Name(name), ..]) => {
                if module.data.contains_key(&(kind.as_str(), name.as_str())) {
                    return None;
                }
                // Only names of the same type are suggested: another type has other attributes.
                let same = module.data.keys().filter(|(other, _)| other == kind);
                let all: Vec<&str> = same.map(|(_, name)| *name).collect();
                let message = format!("no data source `{kind}` is called `{name}`");
                Some(answer(message, name, &all, &format!("add `data \"{kind}\" \"{name}\"`")))
            }
            // The type of a resource begins with the name of its provider.
            (kind, [Step::Name(name), ..]) if kind.contains('_') => {
                if module.resources.contains_key(&(kind, name.as_str())) {
                    return None;
                }
                let same = module.resources.keys().filter(|(other, _)| *other == kind);
                let all = sorted(same.map(|(_, name)| *name));
                let message = format!("no resource `{kind}` is called `{name}`");
                Some(answer(message, name, &all, &format!("add `resource \"{kind}\" \"{name}\"`")))
            }
            _ => None,
        }
    }

    /// The outputs are known only if all files of the called module are.
    ///
    /// Compares the name of an output with those of the called module.
    ///
    /// A call that the module does not have is reported as well. Nothing is reported about a module
    /// whose files are not all read.
    fn undeclared_output(&self, name: &str, steps: &[Step]) -> Option<(String, String, bool)> {
        let Some(call) = self.module.calls.get(name) else {
            let all: Vec<&str> = self.module.calls.keys().copied().collect();
            let message = format!("no module is called `{name}`");
            return Some(answer(message, name, &all, &format!("add `module \"{name}\"`")));
        };
        let called = self.modules.get(call.module?).filter(|called| called.is_whole)?;
        // Behind an index, if the call has instances.
        let output = steps.iter().find_map(|step| match step {
            Step::Name(output) => Some(output.as_str()),
            _ => None,
        })?;
        if called.outputs.contains_key(output) {
            return None;
        }
        let all: Vec<&str> = called.outputs.keys().copied().collect();
        let message = format!("`module.{name}` has no output `{output}`");
        Some(answer(message, output, &all, &format!("add `output \"{output}\"` to the module")))
    }
}

/// Returns the message about a name, the help, and true if the help is a similar name.
///
/// The third part decides in a part of a module: only a slip is reported there.
fn answer(message: String, name: &str, all: &[&str], otherwise: &str) -> (String, String, bool) {
    let all = all.iter().copied();
    let is_near = nearest(name, all.clone()).is_some();
    (message, meant(name, all, otherwise), is_near)
}

/// Returns names in their order, which those of a hash map do not have.
fn sorted<'n>(names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names
}

impl<'m> References<'m> {
    /// Collects the references of all files of a module.
    fn of(module: &Module<'m>) -> Self {
        let mut references = Self { all: Vec::new(), file: 0, resource: None, own: Vec::new() };
        for (file, body) in &module.bodies {
            references.file = *file;
            for block in &body.blocks {
                references.top(block);
            }
        }
        references
    }

    /// Adds the references of a block at the top of a file.
    fn top(&mut self, block: &'m Block) {
        match (&*block.kind, &block.labels[..]) {
            // The address of the configuration follows from type and name.
            ("resource", [kind, name]) => {
                self.resource = Some((kind, name));
                self.body(&block.body);
                self.resource = None;
            }
            ("data" | "ephemeral" | "locals" | "output" | "module" | "provider" | "check", _) => {
                self.body(&block.body);
            }
            // Others name what is not in the module: types, resources of before, or versions.
            _ => {}
        }
    }

    /// Adds the references in a body. The name that a `dynamic` block defines holds in all of it,
    /// in `for_each` as well, where no one uses it.
    ///
    /// Blocks are visited at any depth. Names that an attribute itself defines or ignores are
    /// passed over.
    fn body(&mut self, body: &'m Body) {
        // These are names of providers, and of attributes of the resource itself.
        const NAMES: &[&str] = &["provider", "providers", "iterator", "ignore_changes"];
        for attribute in &body.attributes {
            if !NAMES.contains(&&*attribute.name) {
                self.expression(&attribute.value);
            }
        }
        for block in &body.blocks {
            let own = (&*block.kind == "dynamic").then(|| iterator(block)).flatten();
            self.own.extend(own);
            self.body(&block.body);
            // The name ends with the block.
            self.own.truncate(self.own.len() - usize::from(own.is_some()));
        }
    }

    /// Adds the references in an expression. The recursion is as deep as the document.
    ///
    /// Every expression inside is visited, keys of objects and indexes of paths included.
    fn expression(&mut self, expression: &'m Expression) {
        match &expression.node {
            Node::Literal(_) | Node::Other(_) => {}
            Node::List(all) | Node::Text(all) | Node::Call { arguments: all, .. } => {
                self.all_of(all);
            }
            Node::Object(members) => {
                for (key, value) in members {
                    self.expression(key);
                    self.expression(value);
                }
            }
            Node::Path(root, steps) => {
                // A name of its own hides a resource of that name, and is declared by the block
                // around it.
                if !self.own.contains(&root.as_str()) {
                    let (place, file, resource) = (expression.place, self.file, self.resource);
                    self.all.push(Reference { root, steps, place, file, resource });
                }
                self.steps(steps);
            }
            Node::Inside(inside, steps) => {
                self.expression(inside);
                self.steps(steps);
            }
            Node::Conditional(all) => self.all_of(&all[..]),
            Node::Binary(_, all) => self.all_of(&all[..]),
            Node::Not(inside) | Node::Negative(inside) => self.expression(inside),
            Node::For(each) => self.each(each),
        }
    }

    /// Adds the references in several expressions.
    fn all_of(&mut self, all: impl IntoIterator<Item = &'m Expression>) {
        for one in all {
            self.expression(one);
        }
    }

    /// Adds the references in the indexes of a path: `local.names[var.index]` has two.
    fn steps(&mut self, steps: &'m [Step]) {
        for step in steps {
            if let Step::Index(index) = step {
                self.expression(index);
            }
        }
    }

    /// Adds the references in a `for` expression. Its names hold in the results and the condition,
    /// and not in the collection.
    fn each(&mut self, each: &'m For) {
        // Before the names hold.
        self.expression(&each.collection);
        let before = self.own.len();
        self.own.extend(each.key.as_deref());
        self.own.push(&each.value);
        for inside in [Some(&each.result), each.key_result.as_ref(), each.condition.as_ref()] {
            self.all_of(inside);
        }
        self.own.truncate(before);
    }
}

/// Returns the name that the content of a `dynamic` block has for its item.
///
/// `None` for an `iterator` that is not a bare word, which Terraform refuses, and for a block without
/// a label.
fn iterator(block: &Block) -> Option<&str> {
    match block.body.attribute("iterator").map(|iterator| &iterator.value.node) {
        Some(Node::Path(name, _)) => Some(name),
        Some(_) => None,
        None => block.labels.first().map(String::as_str),
    }
}
