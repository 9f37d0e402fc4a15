//! Files inside a module import each other without cycles.
//!
//! A file and the folder of its submodules belong together, so imports from or to an ancestor do
//! not count. A name that an ancestor re-exports counts as an import of the file that defines it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Modules that still have cycles. Make this list shorter.
const NOT_YET: &[&str] = &["batch", "cli::batch::run", "document::xml", "simulation", "topology"];

/// The modules of the crate: the text of each by its path, such as `engine::index`.
type Modules = BTreeMap<String, String>;

fn read(folder: &Path, path: &str, modules: &mut Modules) {
    for entry in fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path();
        let name = file.file_stem().unwrap().to_str().unwrap();
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}::{name}") };
        if file.is_dir() {
            read(&file, &path, modules);
        } else if file.extension().is_some_and(|extension| extension == "rs") {
            modules.insert(path, fs::read_to_string(&file).unwrap());
        }
    }
}

/// Returns the paths of all imports of a text, with groups expanded, such as `self::tags::Tag`.
fn imports(text: &str) -> Vec<String> {
    let code: Vec<&str> =
        text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let code = code.join(" ");
    let mut paths = Vec::new();
    for (start, _) in code.match_indices("use ") {
        let is_word = code[..start].ends_with([' ', ')']) || start == 0;
        let Some((import, _)) = code[start + 4..].split_once(';').filter(|_| is_word) else {
            continue;
        };
        expand("", import.trim(), &mut paths);
    }
    paths
}

fn expand(prefix: &str, import: &str, paths: &mut Vec<String>) {
    let Some((head, group)) = import.split_once('{') else {
        let name = import.split(" as ").next().unwrap_or_default().trim();
        return paths.push(format!("{prefix}{name}"));
    };
    let group = group.trim_end().strip_suffix('}').unwrap_or(group);
    let (mut depth, mut start) = (0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expand(&format!("{prefix}{head}"), group[start..at].trim(), paths);
                start = at + 1;
            }
            _ => {}
        }
    }
    if !group[start..].trim().is_empty() {
        expand(&format!("{prefix}{head}"), group[start..].trim(), paths);
    }
}

/// Returns the module that defines what a path names, seen from a module.
fn definer(path: &str, from: &str, modules: &Modules) -> Option<String> {
    let mut segments = path.split("::").peekable();
    let mut module = match segments.next()? {
        "crate" => String::new(),
        "self" => from.to_owned(),
        "super" => from.rsplit_once("::")?.0.to_owned(),
        _ => return None,
    };
    while segments.next_if_eq(&"super").is_some() {
        module.truncate(module.rfind("::")?);
    }
    for segment in segments {
        let child =
            if module.is_empty() { segment.to_owned() } else { format!("{module}::{segment}") };
        if modules.contains_key(&child) {
            module = child;
            continue;
        }
        let re_export = format!("::{segment}");
        let text = modules.get(&module)?;
        let re_exports = imports(text);
        let re_exports = re_exports.iter().filter(|path| path.starts_with("self::"));
        let inner = re_exports.into_iter().find(|path| path.ends_with(&re_export));
        return match inner {
            Some(inner) => definer(inner, &module, modules),
            None => Some(module),
        };
    }
    Some(module)
}

fn is_ancestor(a: &str, b: &str) -> bool {
    b.strip_prefix(a).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Returns the groups of modules that import each other, directly or by way of others.
fn cycles(modules: &Modules) -> Vec<Vec<String>> {
    let mut edges: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (module, text) in modules {
        for path in imports(text) {
            let Some(used) = definer(&path, module, modules) else { continue };
            if !is_ancestor(&used, module) && !is_ancestor(module, &used) {
                edges.entry(module).or_default().insert(used);
            }
        }
    }
    let reachable = |from: &str| {
        let mut reached: BTreeSet<String> = BTreeSet::new();
        let mut next = vec![from.to_owned()];
        while let Some(module) = next.pop() {
            for used in edges.get(module.as_str()).into_iter().flatten() {
                if reached.insert(used.clone()) {
                    next.push(used.clone());
                }
            }
        }
        reached
    };
    let reached: BTreeMap<&String, BTreeSet<String>> =
        modules.keys().map(|module| (module, reachable(module))).collect();
    let both_ways = |a: &String, b: &String| reached[a].contains(b) && reached[b].contains(a);
    let mut cycles = BTreeSet::new();
    for module in modules.keys().filter(|module| both_ways(module, module)) {
        let group: Vec<String> =
            modules.keys().filter(|other| both_ways(module, other)).cloned().collect();
        cycles.insert(group);
    }
    cycles.into_iter().collect()
}

#[test]
fn files_import_each_other_without_cycles() {
    let mut modules = Modules::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut modules);
    assert!(modules.len() > 50, "the tree was not found");
    let is_exempt = |cycle: &Vec<String>| {
        cycle.iter().all(|path| NOT_YET.iter().any(|module| is_ancestor(module, path)))
    };
    let cycles = cycles(&modules);
    let found: Vec<_> = cycles.into_iter().filter(|cycle| !is_exempt(cycle)).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_cycle_is_noticed() {
    let modules = |a: &str, b: &str| {
        let root = "mod a; mod b; pub use self::a::A; pub use self::b::B;".to_owned();
        let files = [("m", root), ("m::a", a.to_owned()), ("m::b", b.to_owned())];
        files.map(|(path, text)| (path.to_owned(), text)).into_iter().collect::<Modules>()
    };
    let both = modules("use crate::m::{B, C};", "use super::a::A;");
    assert_eq!(cycles(&both), [["m::a", "m::b"]]);
    assert!(cycles(&modules("use crate::m::{B, C};", "use super::Other;")).is_empty());
}
