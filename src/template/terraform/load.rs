//! The files of a module, and those of the modules that it calls.
//!
//! Folders are read breadth first, each once: the files come from a closure, because the library
//! does no I/O. A call of a folder that is known already gets its number, so a cycle of calls ends
//! here, and the check of calls refuses it.
//!
//! ```text
//! folders[0]  ""                      calls {"photos": 1}
//! folders[1]  "modules/replication"   calls {"tags": 2}
//! folders[2]  "modules/tags"          calls {}
//! ```

use std::collections::{BTreeMap, VecDeque};

use super::syntax::{Block, Body, Node};
use crate::document::SyntaxError;
use crate::template::decoded::Decoded;
use crate::template::found::Found;
use crate::template::value::Data;

/// The most modules that are read for one root module.
///
/// A project with more is read from a plan.
const MOST_FOLDERS: usize = 200;

/// Returns the names and contents of the files in a folder, whose path is relative to the root module.
pub(in crate::template) type FolderFiles<'f> =
    &'f mut dyn FnMut(&str) -> Option<Vec<(String, Vec<u8>)>>;

/// The files of one module.
pub(super) struct Folder {
    /// The path relative to the root module, without `.`; empty for the root module.
    pub(super) path: String,
    /// The numbers of its files.
    pub(super) files: Vec<usize>,
    /// The numbers of the folders that its calls name.
    pub(super) calls: BTreeMap<String, usize>,
    /// True if there are no more files.
    pub(super) is_whole: bool,
}

/// The files of a root module and of all that it calls.
///
/// The lists of bodies and errors are parallel to the files: first those of the root module, then
/// those of called modules in the order in which they were read.
pub(super) struct Loaded {
    /// The files of called modules.
    pub(super) called: Vec<Decoded>,
    /// The content of each file; `None` for one that was not read.
    pub(super) bodies: Vec<Option<Body>>,
    pub(super) errors: Vec<Option<SyntaxError>>,
    /// The root module first.
    pub(super) folders: Vec<Folder>,
}

/// Reads the files of a root module, and those of the folders that calls name.
pub(super) fn load(
    files: &[Decoded],
    is_whole: bool,
    folder_files: FolderFiles<'_>,
    found: &mut Found,
) -> Loaded {
    let mut loaded =
        Loaded { called: Vec::new(), bodies: Vec::new(), errors: Vec::new(), folders: Vec::new() };
    for file in files {
        loaded.read(file, found);
    }
    let numbers = (0..files.len()).collect();
    loaded.folders.push(Folder {
        path: String::new(),
        files: numbers,
        calls: BTreeMap::new(),
        is_whole,
    });
    let mut waiting = VecDeque::from([0]);
    while let Some(number) = waiting.pop_front() {
        for (name, path) in loaded.local_calls(number) {
            let known = loaded.folders.iter().position(|folder| folder.path == path);
            let called = known.or_else(|| {
                let added = loaded.add(path, folder_files, found)?;
                waiting.push_back(added);
                Some(added)
            });
            if let (Some(called), Some(folder)) = (called, loaded.folders.get_mut(number)) {
                folder.calls.insert(name, called);
            }
        }
    }
    loaded
}

impl Loaded {
    /// Reads a file and gives it the next number.
    fn read(&mut self, file: &Decoded, found: &mut Found) {
        let read = match &file.error {
            Some(error) => Err(error.clone()),
            None => super::read_file(file.source.text(), self.bodies.len(), found),
        };
        let (body, error) = match read {
            Ok(body) => (body, None),
            Err(error) => (None, Some(error)),
        };
        self.bodies.push(body);
        self.errors.push(error);
    }

    /// Adds the folder of a called module, if its files are given.
    ///
    /// A folder without files counts as missing: Terraform refuses it, and the usual reason is a
    /// path that is wrong.
    fn add(
        &mut self,
        path: String,
        folder_files: FolderFiles<'_>,
        found: &mut Found,
    ) -> Option<usize> {
        if self.folders.len() >= MOST_FOLDERS {
            return None;
        }
        let given = folder_files(&path).filter(|files| !files.is_empty())?;
        let mut files = Vec::new();
        for (name, bytes) in given {
            let file = Decoded::new(&name, &bytes);
            files.push(self.bodies.len());
            self.read(&file, found);
            self.called.push(file);
        }
        self.folders.push(Folder { path, files, calls: BTreeMap::new(), is_whole: true });
        Some(self.folders.len() - 1)
    }

    /// Returns the calls of a module whose source is a folder, with the paths of the folders.
    fn local_calls(&self, number: usize) -> Vec<(String, String)> {
        let Some(folder) = self.folders.get(number) else { return Vec::new() };
        let bodies = folder.files.iter().filter_map(|file| self.bodies.get(*file)?.as_ref());
        let blocks = bodies.flat_map(|body| body.blocks("module"));
        let calls = blocks.filter_map(|block| {
            let source = source_of(block).filter(|source| is_local(source))?;
            Some((block.labels.first()?.clone(), joined(&folder.path, source)))
        });
        calls.collect()
    }
}

/// Returns the source of a call, which is a literal.
///
/// Terraform allows no expression here: it fetches modules before anything is evaluated.
pub(super) fn source_of(block: &Block) -> Option<&str> {
    match &block.body.attribute("source")?.value.node {
        Node::Literal(Data::String(source)) => Some(source),
        _ => None,
    }
}

/// Returns true for the path of a folder. Terraform takes every other source for an address.
pub(super) fn is_local(source: &str) -> bool {
    ["./", "../", ".\\", "..\\"].iter().any(|start| source.starts_with(start))
        || matches!(source, "." | "..")
}

/// Joins the path of a folder and the source of a call in it, without `.` and with `..` only at the
/// beginning.
///
/// ```text
/// ("", "./modules/a")            modules/a
/// ("modules/a", "../b")          modules/b
/// ("", "../shared")              ../shared
/// ```
///
/// Windows has its own separator in such paths, and Terraform accepts it.
pub(super) fn joined(folder: &str, source: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in source.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
