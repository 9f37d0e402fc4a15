//! Links lead somewhere: those of the published documents on every page that shows them, and those of
//! the rendered documentation.
//!
//! The page of the crate and the documentation both show the README, in different folders. So a link in
//! it is absolute, and leads to the documentation or to the repository. The documentation also has the
//! changelog and `SEMANTICS.md`.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::{env, fs};

use super::rust_files;

/// The address of the repository.
const REPOSITORY: &str = "https://github.com/s3-replication/s3-replication";

/// The address of the documentation of the latest version.
const DOCUMENTATION: &str = "https://docs.rs/s3-replication/latest/s3_replication/";

/// The published documents. The documentation shows the first three.
const DOCUMENTS: &[&str] =
    &["README.md", "CHANGELOG.md", "SEMANTICS.md", "CONTRIBUTING.md", "SECURITY.md"];
const SHOWN: usize = 3;

/// Pages of the repository that are no files.
const PAGES: &[&str] = &["", "/issues", "/security/advisories/new"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the links of a Markdown text with the numbers of their lines. Code blocks have none.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    let mut is_code = false;
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        if is_code {
            continue;
        }
        let ends = [("](", ')'), ("<https:", '>'), ("]: ", ' ')];
        for (start, end) in ends {
            for (at, _) in line.match_indices(start) {
                let from = if start.starts_with('<') { at + 1 } else { at + start.len() };
                let target = line[from..].split(end).next().unwrap_or_default();
                if start != "]: " || target.starts_with("http") {
                    links.push((number, target.to_owned()));
                }
            }
        }
    }
    links
}

/// Returns the anchor of a heading, as GitHub and rustdoc make it.
fn anchor(heading: &str) -> String {
    let kept =
        heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn has_heading(text: &str, wanted: &str) -> bool {
    let headings = text.lines().filter_map(|line| line.strip_prefix('#'));
    headings.map(|heading| anchor(heading.trim_start_matches('#'))).any(|anchor| anchor == wanted)
}

/// Returns true if the modules of a page of the documentation exist. The test of the rendered
/// documentation looks for the page itself.
fn has_modules(page: &str) -> bool {
    let mut file = root().join("src/lib.rs");
    let modules: Vec<&str> = page.split('/').collect();
    modules[..modules.len() - 1].iter().all(|module| {
        let text = fs::read_to_string(&file).unwrap_or_default();
        if !module.starts_with('_') && page.split('/').next() == Some(*module) {
            file = root().join(format!("src/{module}.rs"));
        }
        text.contains(&format!("pub mod {module}"))
    })
}

/// Returns the reason why a link in a document is dead; `None` if it is not.
fn fault(document: &str, target: &str) -> Option<&'static str> {
    let (address, anchor) = target.split_once('#').unwrap_or((target, ""));
    if let Some(page) = address.strip_prefix(DOCUMENTATION) {
        let readme = fs::read_to_string(root().join("README.md")).unwrap();
        let is_there = match page {
            "index.html" => anchor.is_empty() || has_heading(&readme, anchor),
            _ => has_modules(page),
        };
        return (!is_there).then_some("the documentation has no such page");
    }
    if let Some(page) = address.strip_prefix(REPOSITORY) {
        let file = page.strip_prefix("/tree/main/").or_else(|| page.strip_prefix("/blob/main/"));
        let is_there = match file {
            // Only the repository has the crates of their own, such as the example for build scripts.
            Some(file) => root().join(file).exists() || !root().join("fuzz/targets").exists(),
            None => PAGES.contains(&page),
        };
        return (!is_there).then_some("the repository has no such page");
    }
    if let Some(rest) = address.strip_prefix("https://") {
        let host = rest.split('/').next().unwrap_or_default();
        return (!host.contains('.')).then_some("this is no address");
    }
    if address.is_empty() {
        let text = fs::read_to_string(root().join(document)).unwrap();
        return (!has_heading(&text, anchor)).then_some("there is no such heading");
    }
    if DOCUMENTS[..SHOWN].contains(&document) {
        return Some("a relative link does not work on every page that shows the document");
    }
    (!DOCUMENTS.contains(&address)).then_some("the package has no such file")
}

#[test]
fn links_of_documents_work_on_every_page() {
    let mut count = 0;
    for document in DOCUMENTS {
        let text = fs::read_to_string(root().join(document)).unwrap();
        for (line, target) in links(&text) {
            count += 1;
            let fault = fault(document, &target);
            assert_eq!(fault, None, "{document}:{line}: {target}");
        }
    }
    assert!(count > 20, "only {count} links were found");
}

/// The links in comments to the repository and to the documentation lead to what exists.
#[test]
fn links_of_comments_lead_somewhere() {
    let mut files = Vec::new();
    rust_files(&root().join("src"), &mut files);
    let mut count = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for own in [REPOSITORY, DOCUMENTATION] {
            for (at, _) in text.match_indices(own) {
                let end = text[at..].find(|c: char| c.is_whitespace() || "\"'`)>".contains(c));
                let target = &text[at..end.map_or(text.len(), |end| at + end)];
                assert_eq!(fault("README.md", target), None, "{}: {target}", file.display());
                count += 1;
            }
        }
    }
    assert!(count > 0, "no link was found");
}

#[test]
fn dead_links_are_noticed() {
    let text =
        "a [b](CHANGELOG.md) <https://a.example/x> [c](#no)\n```\n[d](e)\n```\n[f]: https://g.h";
    let found: Vec<_> =
        links(text).into_iter().map(|(line, target)| format!("{line} {target}")).collect();
    assert_eq!(found, ["1 CHANGELOG.md", "1 #no", "1 https://a.example/x", "5 https://g.h"]);
    assert!(fault("README.md", "CHANGELOG.md").is_some());
    assert!(fault("CONTRIBUTING.md", "CHANGELOG.md").is_none());
    assert!(fault("CONTRIBUTING.md", "DESIGN.md").is_some());
    assert!(fault("README.md", "#no-such-heading").is_some());
    assert!(fault("README.md", "#for-services").is_none());
    assert!(fault("README.md", &format!("{REPOSITORY}/blob/main/DESIGN.md")).is_some());
    assert!(fault("README.md", &format!("{DOCUMENTATION}dialects/index.html")).is_some());
    assert!(
        fault("README.md", &format!("{DOCUMENTATION}storage/conformance/index.html")).is_none()
    );
    assert!(fault("README.md", "https://localhost/").is_some());
}

/// The manifest has the addresses that the links have.
#[test]
fn the_manifest_names_the_addresses() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(manifest.contains(&format!("repository = \"{REPOSITORY}\"")));
    let (documentation, _) = DOCUMENTATION.split_once("/latest").unwrap();
    assert!(manifest.contains(&format!("documentation = \"{documentation}\"")));
    let (_, include) = manifest.split_once("include = [").unwrap();
    let (include, _) = include.split_once(']').unwrap();
    for document in DOCUMENTS {
        assert!(include.contains(&format!("\"/{document}\"")), "{document} is not published");
    }
}

/// Collects the HTML files of a folder.
fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pages(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "html") {
            found.push(path);
        }
    }
}

/// Returns the targets of the links of a page. Those with `${…}` are in code of rustdoc.
fn targets(page: &str) -> impl Iterator<Item = &str> {
    let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links.filter(|target| !target.contains("${"))
}

/// Resolves `.` and `..`, without a look at the file system.
fn normalised(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for step in path.components() {
        match step {
            Component::ParentDir => drop(result.pop()),
            Component::CurDir => {}
            step => result.push(step),
        }
    }
    result
}

/// The rendered documentation has no dead link. Run it after `cargo doc --no-deps --all-features`. It
/// looks for the pages in the folder `RENDERED`, else in the target folder.
#[test]
#[ignore = "it reads what `cargo doc` writes"]
fn links_of_the_documentation_lead_somewhere() {
    let target =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let base = env::var_os("RENDERED").map_or_else(|| target.join("doc"), PathBuf::from);
    let mut files = Vec::new();
    pages(&base.join("s3_replication"), &mut files);
    assert!(files.len() > 300, "run `cargo doc --no-deps --all-features` before");
    let texts: BTreeMap<PathBuf, String> =
        files.into_iter().map(|file| (file.clone(), fs::read_to_string(&file).unwrap())).collect();
    let (mut count, mut dead) = (0, Vec::new());
    for (file, text) in &texts {
        for target in targets(text) {
            let (address, fragment) = target.split_once('#').unwrap_or((target, ""));
            let own = address.strip_prefix(DOCUMENTATION);
            if own.is_none() && (address.contains("://") || address.starts_with("javascript:")) {
                continue;
            }
            count += 1;
            let path = match own {
                Some(page) => base.join("s3_replication").join(page),
                None if address.is_empty() => file.clone(),
                None => normalised(&file.parent().unwrap().join(address)),
            };
            let is_there = match texts.get(&path) {
                Some(page) if !fragment.is_empty() => {
                    let id = fragment.replace("&amp;", "&");
                    page.contains(&format!("id=\"{id}\""))
                }
                Some(_) => true,
                None => path.exists(),
            };
            if !is_there {
                dead.push(format!("{}: {target}", file.strip_prefix(&base).unwrap().display()));
            }
        }
    }
    dead.dedup();
    assert!(dead.is_empty(), "{} dead links:\n{}", dead.len(), dead.join("\n"));
    assert!(count > 10_000, "only {count} links were found");
}
