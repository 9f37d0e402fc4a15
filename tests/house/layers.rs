//! The modules of `src/` form a ladder: a module may use only modules above it in this table.

use std::fs;
use std::path::Path;

use super::rust_files;

/// Each module with the modules that it may use. `main.rs` and `cli` may use all.
const LADDER: &[(&str, &[&str])] = &[
    ("vocabulary", &[]),
    ("text", &[]),
    ("path", &[]),
    ("clause", &[]),
    ("seal", &["vocabulary"]),
    ("diagnostic", &["vocabulary", "text", "path", "clause"]),
    ("model", &["vocabulary", "text"]),
    ("dialect", &["vocabulary", "clause", "model"]),
    ("document", &["text", "clause"]),
    (
        "form",
        &["vocabulary", "text", "path", "clause", "diagnostic", "model", "dialect", "document"],
    ),
    ("engine", &["vocabulary", "clause", "model", "dialect"]),
    ("keyspace", &["model", "dialect", "engine"]),
    (
        "analysis",
        &["vocabulary", "text", "path", "diagnostic", "model", "dialect", "engine", "keyspace"],
    ),
    (
        "policy",
        &[
            "vocabulary",
            "text",
            "path",
            "diagnostic",
            "form",
            "model",
            "dialect",
            "engine",
            "keyspace",
            "analysis",
        ],
    ),
    (
        "lint",
        &[
            "vocabulary",
            "text",
            "path",
            "clause",
            "diagnostic",
            "model",
            "dialect",
            "document",
            "form",
            "engine",
            "keyspace",
            "analysis",
        ],
    ),
    (
        "topology",
        &[
            "vocabulary",
            "text",
            "path",
            "clause",
            "diagnostic",
            "model",
            "dialect",
            "engine",
            "keyspace",
            "analysis",
            "lint",
        ],
    ),
    ("replication", &["vocabulary", "seal", "model", "dialect", "engine"]),
    (
        "batch",
        &[
            "vocabulary",
            "text",
            "path",
            "clause",
            "seal",
            "diagnostic",
            "model",
            "dialect",
            "document",
            "form",
            "engine",
            "replication",
        ],
    ),
    (
        "permissions",
        &[
            "vocabulary",
            "text",
            "path",
            "clause",
            "diagnostic",
            "model",
            "dialect",
            "document",
            "form",
            "batch",
        ],
    ),
    (
        "storage",
        &[
            "vocabulary",
            "clause",
            "diagnostic",
            "model",
            "dialect",
            "engine",
            "lint",
            "permissions",
            "replication",
            "batch",
        ],
    ),
    ("strategies", &["form", "model", "dialect"]),
    (
        "parser",
        &[
            "text",
            "path",
            "clause",
            "diagnostic",
            "model",
            "dialect",
            "document",
            "form",
            "engine",
            "lint",
        ],
    ),
    ("settings", &["path", "diagnostic", "dialect", "document", "form", "lint", "topology"]),
    (
        "template",
        &[
            "vocabulary",
            "text",
            "path",
            "clause",
            "diagnostic",
            "model",
            "document",
            "form",
            "parser",
        ],
    ),
    ("build_script", &["text", "diagnostic", "form", "lint", "parser", "template"]),
    (
        "simulation",
        &[
            "text",
            "path",
            "diagnostic",
            "document",
            "form",
            "model",
            "dialect",
            "engine",
            "replication",
            "permissions",
            "storage",
            "parser",
        ],
    ),
];

/// Returns the modules that a line of code uses by `crate::`.
fn modules_used(line: &str) -> impl Iterator<Item = String> {
    let code = line.split("//").next().unwrap_or_default();
    let code = code.replace("$crate::", "crate::");
    let ends: Vec<usize> =
        code.match_indices("crate::").map(|(at, word)| at + word.len()).collect();
    ends.into_iter().map(move |end| {
        code[end..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    })
}

/// Returns the mistakes in the imports of one file of a module.
fn upward_imports(module: &str, file: &Path, text: &str) -> Vec<String> {
    let (_, allowed) = LADDER
        .iter()
        .find(|(name, _)| *name == module)
        .unwrap_or_else(|| panic!("module `{module}` is not on the ladder"));
    let is_module_root = file.iter().count() == 1;
    let mut wrong = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let place = format!("{}:{}", file.display(), number + 1);
        if is_module_root && line.contains("super::") && !line.contains("use super::") {
            wrong.push(format!("{place}: the root of a module may not use `super`"));
        }
        for used in modules_used(line) {
            let known = LADDER.iter().any(|(module, _)| *module == used);
            if used != module && !(known && allowed.contains(&used.as_str())) {
                wrong.push(format!("{place}: `{module}` may not use `{used}`"));
            }
        }
    }
    wrong
}

#[test]
fn imports_go_up_the_table() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    assert!(files.len() > 50, "the tree was not found");
    let mut wrong = Vec::new();
    for file in files {
        let relative = file.strip_prefix(&src).unwrap();
        let module = relative.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
        // Doc comments show the public face of the crate, which is one level up.
        if !["lib", "main", "cli"].contains(&module) {
            wrong.extend(upward_imports(module, relative, &fs::read_to_string(&file).unwrap()));
        }
    }
    assert!(wrong.is_empty(), "imports that the ladder does not allow:\n{}", wrong.join("\n"));
}

#[test]
fn an_upward_import_is_noticed() {
    let wrong = upward_imports("model", Path::new("model/tag.rs"), "use crate::engine::Engine;");
    assert_eq!(wrong, ["model/tag.rs:1: `model` may not use `engine`"]);
    assert!(upward_imports("engine", Path::new("engine.rs"), "use crate::model::Tag;").is_empty());
}

#[test]
fn the_ladder_has_no_cycle() {
    let at = |name: &str| LADDER.iter().position(|(module, _)| *module == name).unwrap();
    for (module, uses) in LADDER {
        for used in *uses {
            assert!(at(used) < at(module), "`{module}` is above `{used}`");
        }
    }
}
