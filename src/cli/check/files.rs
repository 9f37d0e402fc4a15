//! The files that arguments and settings name: paths, folders and patterns.
//!
//! A pattern is expanded here, so that it works where no shell does it: in quotes, in settings, and
//! on Windows. Folders are walked as `git` and `rg` do, without hidden files and without what
//! `.gitignore` names.
//!
//! ```text
//! a.xml                    the file, whether it exists or not
//! infrastructure/          the folder, which `work` searches
//! 'stacks/**/*.json'       the files that match; none is an error
//! 'a[1].xml'               the file of that name, if there is one; else a pattern
//! ```
//!
//! A file that does not exist is passed on as it is. It is reported when it is read, with the other
//! files that cannot be read.

use std::path::{Component, Path, PathBuf};

use globset::GlobBuilder;
use ignore::{DirEntry, WalkBuilder};
use s3_replication::settings::Settings;

use crate::cli::input::Input;
use crate::cli::{Failure, settings};

/// The deepest nesting of folders that are searched. What is deeper is left out.
const DEEPEST: usize = 16;

/// Returns the inputs that the arguments name, or the settings if there are none.
///
/// The order is that of the arguments; the files of a pattern are sorted. The current folder is
/// where patterns of arguments begin, and the folder of the settings where theirs do.
///
/// # Errors
///
/// When there are neither arguments nor `files` in the settings, and when a pattern is not
/// well-formed or matches no file.
pub(super) fn named(arguments: &[Input]) -> Result<Vec<Input>, Failure> {
    let mut inputs = Vec::new();
    for argument in arguments {
        match argument {
            Input::File(path) if is_pattern(path) => {
                inputs.extend(matching(Path::new(""), &path.to_string_lossy())?);
            }
            other => inputs.push(other.clone()),
        }
    }
    // Arguments replace the list of the settings and do not add to it.
    if !arguments.is_empty() {
        return Ok(inputs);
    }
    let found = settings::found();
    let Some(found) = found.filter(|found| !found.settings().files().is_empty()) else {
        return Err(Failure::Message(format!(
            "no file is given; name files, folders or patterns, or set `files` in `{}`",
            Settings::FILE_NAME
        )));
    };
    for file in found.settings().files() {
        if is_pattern(&found.folder().join(file)) {
            inputs.extend(matching(found.folder(), file)?);
        } else {
            inputs.push(Input::File(found.folder().join(file)));
        }
    }
    Ok(inputs)
}

/// Returns true for a path that names no file, but could be a pattern.
///
/// Links are not followed: a link that leads nowhere exists, and its own error is the better one.
fn is_pattern(path: &Path) -> bool {
    has_wildcard(&path.to_string_lossy()) && path.symlink_metadata().is_err()
}

/// Returns true for a text with a character that has a meaning in patterns.
fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

/// Returns the files that match a pattern, relative to a folder. `*` does not match `/`, and `**`
/// matches any folders.
///
/// Only the folder before the first wildcard is searched:
///
/// ```text
/// stacks/**/*.json    searches stacks
/// ./*.xml             searches the current folder
/// gone/*.xml          no such folder: no file matches
/// ```
fn matching(folder: &Path, pattern: &str) -> Result<Vec<Input>, Failure> {
    // A pattern without a folder would not match `./a.xml`, and neither is one written like that.
    let plain: PathBuf =
        Path::new(pattern).components().filter(|one| *one != Component::CurDir).collect();
    let plain = plain.to_string_lossy();
    let glob = GlobBuilder::new(&plain).literal_separator(true).build();
    let glob = glob.map_err(|error| {
        Failure::Message(format!("`{pattern}` is not a pattern of files: {}", error.kind()))
    })?;
    let matcher = glob.compile_matcher();
    // Walking the whole tree for `stacks/*.json` would read folders that cannot match.
    let outer = Path::new(plain.as_ref()).components();
    let base: PathBuf =
        outer.take_while(|part| !has_wildcard(&part.as_os_str().to_string_lossy())).collect();
    let base = folder.join(base);
    let mut found = Vec::new();
    if base.is_dir() || base.as_os_str().is_empty() {
        let files = below(&base)?.into_iter();
        found.extend(files.filter(|file| {
            let relative = if folder.as_os_str().is_empty() {
                Some(file.as_path())
            } else {
                file.strip_prefix(folder).ok()
            };
            relative.is_some_and(|relative| matcher.is_match(relative))
        }));
    }
    if found.is_empty() {
        return Err(Failure::Message(format!("no file matches `{pattern}`")));
    }
    Ok(found.into_iter().map(Input::File).collect())
}

/// Returns the files in a folder and the folders in it, sorted.
///
/// The order must not depend on the file system: it is the order of the output. A folder that
/// cannot be read is an error, because leaving it out would look like a successful check.
pub(super) fn below(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    // The walker takes an empty path for one that does not exist.
    let is_here = folder.as_os_str().is_empty();
    let root = if is_here { Path::new(".") } else { folder };
    let mut walk = WalkBuilder::new(root);
    // `.gitignore` counts outside of a repository, too: an archive of the sources has the same
    // files.
    walk.max_depth(Some(DEEPEST + 1)).require_git(false).filter_entry(is_searched);
    let mut files = Vec::new();
    for entry in walk.build() {
        let entry = entry.map_err(|error| Failure::Message(format!("cannot read {error}")))?;
        let path = entry.into_path();
        if path.is_file() {
            // Names in messages and in patterns of settings begin without `./`.
            let path = match path.strip_prefix(".") {
                Ok(plain) if is_here => plain.to_path_buf(),
                _ => path,
            };
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Returns false for folders of downloads and of build output. The name `target` alone is no sign of
/// build output, because the folder of a destination can have it; Cargo marks its own.
fn is_searched(entry: &DirEntry) -> bool {
    // A folder that the user names is always searched, whatever is in it.
    entry.depth() == 0
        || entry.file_name() != "node_modules" && !entry.path().join("CACHEDIR.TAG").is_file()
}
