//! The pieces of work that the arguments name: files, and the files of folders and modules.
//!
//! A file of Terraform means nothing by itself: its variables and locals are in its neighbours. So
//! the files of a folder are one piece of work. The files of a module that another one calls are
//! read with the values of the call, and must not be read a second time without them, which would
//! show findings about unknown values that have a value.
//!
//! ```text
//! a.xml b.json            two files
//! infra/a.tf infra/b.tf   one module of two files
//! infra/                  the documents in it, and one module for each folder with files of
//!                         Terraform, without those modules that others in it call
//! ```
//!
//! The paths come from `files`, and `candidate` chooses among documents of a folder.
//! [`Work::check`] makes the results of `checked`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use s3_replication::Parser;
use s3_replication::document::SIZE_LIMIT;
use s3_replication::template::{self, Template};

use super::{Checked, candidate, files, policies};
use crate::cli::Failure;
use crate::cli::configuration::Reading;
use crate::cli::input::Input;
use crate::cli::settings::plain;
use crate::cli::template::{Content, is_module_file};

/// Files that are read together.
pub(super) enum Work {
    /// A document, a template in one file, or the standard input.
    File(Input),
    /// The files of a Terraform module.
    Module {
        /// The folder of the files, from which paths of calls begin.
        folder: PathBuf,
        /// The files that were named, or all of the folder. The files of called modules are not
        /// among them: the library asks for these when it reads the calls.
        files: Vec<PathBuf>,
        /// True if the user named each file. The module may have other files then, so a name
        /// without a declaration is unknown and no mistake.
        is_named: bool,
    },
}

/// Returns the pieces of work in the order of the arguments. Files of one module of Terraform are read
/// together, at the place of the first.
pub(super) fn of(inputs: &[Input]) -> Result<Vec<Work>, Failure> {
    let mut works: Vec<Work> = Vec::new();
    let mut modules: BTreeMap<PathBuf, usize> = BTreeMap::new();
    for input in inputs {
        match input {
            Input::File(path) if path.is_dir() => search(path, &mut works)?,
            Input::File(path) if is_module_file(path) => {
                let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
                // Another file of a module that was named before: it joins the first.
                if let Some(Work::Module { files, .. }) =
                    modules.get(&folder).and_then(|at| works.get_mut(*at))
                {
                    files.push(path.clone());
                } else {
                    modules.insert(folder.clone(), works.len());
                    let files = vec![path.clone()];
                    works.push(Work::Module { folder, files, is_named: true });
                }
            }
            // Also a path that does not exist, which is reported when it is read.
            _ => works.push(Work::File(input.clone())),
        }
    }
    Ok(works)
}

/// Finds the templates, documents and modules in a folder and the folders in it.
///
/// The pieces of work are in the order of the folders, in each the documents before the module.
fn search(folder: &Path, works: &mut Vec<Work>) -> Result<(), Failure> {
    // The work of earlier arguments stays as it is.
    let start = works.len();
    let mut folders: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for path in files::below(folder)? {
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        folders.entry(folder).or_default().push(path);
    }
    for (folder, files) in folders {
        let (files, others): (Vec<PathBuf>, Vec<PathBuf>) =
            files.into_iter().partition(|path| is_module_file(path));
        let documents = others.into_iter().filter(|path| is_document(path));
        works.extend(documents.map(|path| Work::File(Input::File(path))));
        if !files.is_empty() {
            works.push(Work::Module { folder, files, is_named: false });
        }
    }
    // Only what this folder added is looked at. A module that the user named by a path of its own
    // stays.
    let called = called_by_others(works.get(start..).unwrap_or_default());
    // `retain` shows no positions, so they are counted beside it.
    let mut at = 0..;
    works.retain(|_| at.next().is_none_or(|at| at < start || !called.contains(&(at - start))));
    Ok(())
}

/// Returns the numbers of the modules that are read as parts of others, because these call them.
/// The numbers are positions in `works`.
///
/// Modules that call each other in a cycle, which Terraform refuses, are kept. The search begins at
/// the modules that no other calls, and marks what can be reached. In a cycle no module is such a
/// beginning, so none of it is marked.
///
/// ```text
/// infra calls modules/a, which calls modules/b     a and b
/// a calls b, b calls a                             none
/// infra calls ../shared, outside of the folder     none: it is not among the works
/// ```
fn called_by_others(works: &[Work]) -> BTreeSet<usize> {
    let modules = works.iter().enumerate().filter_map(|(at, work)| match work {
        // Absolute and without `..`, because a call names the same folder in another way.
        Work::Module { folder, files, .. } => Some((plain(folder)?, (at, files))),
        Work::File(_) => None,
    });
    let modules: BTreeMap<PathBuf, (usize, &Vec<PathBuf>)> = modules.collect();
    let calls: BTreeMap<usize, Vec<usize>> = modules
        .iter()
        .map(|(folder, (at, files))| {
            let called = files.iter().flat_map(|file| called_folders(file));
            // A call of a registry or a repository names no folder, and is not in the list.
            let called = called.filter_map(|path| plain(&folder.join(path)));
            (*at, called.filter_map(|called| Some(modules.get(&called)?.0)).collect())
        })
        .collect();
    let is_called = |at: &usize| calls.iter().any(|(caller, all)| caller != at && all.contains(at));
    let mut waiting: Vec<usize> = calls.keys().copied().filter(|at| !is_called(at)).collect();
    let mut called = BTreeSet::new();
    while let Some(caller) = waiting.pop() {
        let all = calls.get(&caller).into_iter().flatten();
        waiting.extend(all.copied().filter(|at| called.insert(*at)));
    }
    called
}

/// Returns the folders that the module calls of a file name, as they are written: `../network`.
///
/// A file that cannot be read names none. It is reported when its module is read.
fn called_folders(file: &Path) -> Vec<String> {
    let bytes = Input::File(file.to_path_buf()).read(SIZE_LIMIT + 1).unwrap_or_default();
    // The word is rare, and finding it costs less than reading the file twice.
    let has_calls = String::from_utf8_lossy(&bytes).contains("module");
    if has_calls { template::called_folders(&bytes) } else { Vec::new() }
}

/// Returns true for a file in a folder that probably has a replication configuration.
///
/// The ending is looked at first: a folder may have many large files of other kinds.
fn is_document(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
    let is_meant = ["xml", "json", "yaml", "yml", "template"];
    if !is_meant.iter().any(|one| extension.eq_ignore_ascii_case(one)) {
        return false;
    }
    // A file that cannot be read is reported when it is its turn.
    let bytes = Input::File(path.to_path_buf()).read(SIZE_LIMIT + 1);
    bytes.map_or(true, |bytes| candidate::is_candidate(path, &bytes))
}

impl Work {
    /// Reads and checks this piece of work. A module yields one result for each of its files.
    ///
    /// A folder never gets here as a file, because `of` has searched it. `--resource` is applied
    /// later, by `check::run`, because the addresses that are not chosen are suggestions for one
    /// that does not exist.
    pub(super) fn check(
        &self,
        reading: &Reading,
        parser: &Parser,
    ) -> Result<Vec<Checked>, Failure> {
        match self {
            Self::File(input) => match reading.content(input, parser)? {
                Content::Document(parsed) => Ok(vec![Checked::of_document(input.clone(), *parsed)]),
                Content::Template(template) => {
                    // Mostly one result. A file that is read as Terraform may call modules, whose
                    // files follow it.
                    Ok(files_of(&template, parser, std::slice::from_ref(input), true))
                }
            },
            Self::Module { folder, files, is_named } => {
                let (_, options) = reading.template();
                let template = options.module(files, parser, folder, *is_named)?;
                let inputs: Vec<Input> = files.iter().cloned().map(Input::File).collect();
                Ok(files_of(&template, parser, &inputs, *is_named))
            }
        }
    }
}

/// Returns the files of a template. Of a folder those without a configuration and without findings
/// are left out: most files of a module declare something else.
///
/// `inputs` are the files that were read, in the order of the template; the files of called modules
/// follow them in the template and have no input. They are shown only if there is something to
/// show, even where the user named the others.
fn files_of(
    template: &Template,
    parser: &Parser,
    inputs: &[Input],
    is_named: bool,
) -> Vec<Checked> {
    let about_policies = policies::findings(template, parser.levels());
    let files = template.files().iter().zip(about_policies).enumerate();
    let files = files.filter(|(at, (file, about_policies))| {
        let is_named = is_named && *at < inputs.len();
        is_named
            || !file.configurations().is_empty()
            || !file.report().is_empty()
            || !about_policies.is_empty()
    });
    let files = files.map(|(at, (file, about_policies))| {
        // The files behind those that are given are those of modules that they call.
        let called = || Input::File(file.text().name().into());
        let input = inputs.get(at).cloned().unwrap_or_else(called);
        let mut checked = Checked::of_template(input, template.form(), file);
        checked.report.append(about_policies);
        checked
    });
    files.collect()
}
