//! The declarations of modules.
//!
//! Terraform has no order of declarations: a local value may be used in another file than the one
//! that declares it, before or after. So all files are collected to a [`Module`], and then anything
//! can be evaluated.

use std::collections::{BTreeMap, HashMap};

use super::load::Folder;
use super::syntax::{Block, Body, Expression, Node};

/// The declarations in the files of one module.
#[derive(Default)]
pub(super) struct Module<'m> {
    /// The place of the module in the list of all.
    ///
    /// It identifies the module: two calls of one folder are calls of the same number.
    pub(super) number: usize,
    pub(super) locals: HashMap<&'m str, &'m Expression>,
    /// The defaults of variables.
    ///
    /// A variable without a default must be given, so it is `None`; a default of null is an
    /// expression.
    pub(super) variables: BTreeMap<&'m str, Option<&'m Expression>>,
    /// True if the type of a variable has optional attributes, which no value shows.
    ///
    /// An object of such a type has more attributes than its text, each null or with a default.
    pub(super) has_optional_attributes: bool,
    /// The resources by type and name.
    pub(super) resources: HashMap<(&'m str, &'m str), &'m Block>,
    /// The data sources by type and name.
    pub(super) data: BTreeMap<(&'m str, &'m str), &'m Block>,
    pub(super) outputs: BTreeMap<&'m str, &'m Expression>,
    pub(super) calls: BTreeMap<&'m str, Call<'m>>,
    /// The blocks of resources in their order, with the numbers of their files.
    ///
    /// Configurations are reported in this order. The map of resources has none.
    pub(super) blocks: Vec<(usize, &'m Block)>,
    pub(super) providers: Vec<&'m Block>,
    /// The blocks `replication_configuration` that are in no resource.
    ///
    /// Readers paste the block alone to ask about it.
    pub(super) fragments: Vec<(usize, &'m Block)>,
    pub(super) bodies: Vec<(usize, &'m Body)>,
    /// False if a file was not read, or if there may be more files.
    ///
    /// Only a whole module can lack a declaration.
    pub(super) is_whole: bool,
}

/// A call of a module.
pub(super) struct Call<'m> {
    /// The number of the file of the call.
    pub(super) file: usize,
    pub(super) block: &'m Block,
    /// The number of the module that is called; `None` if it was not given.
    pub(super) module: Option<usize>,
}

impl<'m> Module<'m> {
    /// Collects the declarations of a folder.
    pub(super) fn new(number: usize, folder: &Folder, bodies: &'m [Option<Body>]) -> Self {
        let mut module = Self { number, is_whole: folder.is_whole, ..Self::default() };
        for file in &folder.files {
            match bodies.get(*file) {
                Some(Some(body)) => {
                    module.bodies.push((*file, body));
                    for block in &body.blocks {
                        module.add(*file, block, folder);
                    }
                }
                _ => module.is_whole = false,
            }
        }
        module
    }

    fn add(&mut self, file: usize, block: &'m Block, folder: &Folder) {
        match (&*block.kind, &block.labels[..]) {
            ("locals", []) => {
                let locals = block.body.attributes.iter();
                self.locals.extend(locals.map(|local| (&*local.name, &local.value)));
            }
            ("variable", [name]) => {
                let kind = block.body.attribute("type");
                self.has_optional_attributes |=
                    kind.is_some_and(|kind| kind.value.any(&is_optional));
                let default = block.body.attribute("default").map(|default| &default.value);
                self.variables.insert(name, default);
            }
            ("output", [name]) => {
                let value = block.body.attribute("value").map(|value| &value.value);
                self.outputs.extend(value.map(|value| (name.as_str(), value)));
            }
            ("module", [name]) => {
                let module = folder.calls.get(name).copied();
                self.calls.insert(name, Call { file, block, module });
            }
            ("resource", [kind, name]) => {
                self.resources.insert((kind, name), block);
                self.blocks.push((file, block));
            }
            ("data" | "ephemeral", [kind, name]) => {
                self.data.insert((kind, name), block);
            }
            // A check has data sources of its own.
            ("check", _) => {
                for inner in block.body.blocks("data") {
                    self.add(file, inner, folder);
                }
            }
            ("provider", _) => self.providers.push(block),
            ("replication_configuration", []) => self.fragments.push((file, block)),
            _ => {}
        }
    }
}

/// Returns true for `optional(…)` in the type of a variable.
fn is_optional(node: &Node) -> bool {
    matches!(node, Node::Call { name, .. } if name == "optional")
}
