//! Templates as the input of commands, beside configurations in documents of their own.
//!
//! Where a command reads a configuration, a template may be given in the place of the file:
//!
//! ```text
//! replication.xml        a document with one configuration, whose form `Parser` detects
//! template.yaml          CloudFormation: all configurations in it
//! main.tf, plan.json     Terraform: a file of a module, or the output of `terraform show -json`
//! infrastructure/        a folder: all files of a Terraform module together
//! ```
//!
//! Commands that work with one configuration call `read`, which picks the only one or the one that
//! `--resource` names. Commands that work with all of them, such as `check` and `topology`, call
//! `content` and get the template.
//!
//! The library reads templates from bytes. This file finds the files: those of the module, of
//! modules that it calls, and of values that Terraform takes from the folder by itself.
//! `given_values.rs` compares the names of given values with those that the inputs have.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use s3_replication::document::SIZE_LIMIT;
use s3_replication::form::{DocumentKind, Form};
use s3_replication::model::BucketName;
use s3_replication::template::{
    Template, TemplateConfiguration, TemplatePolicy, TemplateReader, recognise,
};
use s3_replication::{Parsed, Parser, document};

use crate::cli::given_values::{SeenNames, other_addresses};
use crate::cli::input::Input;
use crate::cli::refusal::Refusal;
use crate::cli::{Failure, Status, yaml};

/// The most bytes of the output of `terraform show -json`.
///
/// It is more than that of a document, because a plan has all resources of a project. The input is
/// read up to this limit before its form is known.
const PLAN_LIMIT: usize = 64 * 1024 * 1024;

// The doc comments on the fields of these two types are the help.
/// The options for reading templates.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct TemplateOptions {
    /// The configuration in a template: a logical ID of CloudFormation, or an address of Terraform
    #[arg(long, value_name = "ADDRESS")]
    resource: Option<String>,
    #[command(flatten)]
    values: Values,
    // The names that the inputs have. Shared by clones, since a command with two inputs, such as
    // `diff`, has a copy of the options for each, and a value may be meant for one of them.
    #[arg(skip)]
    seen: Rc<SeenNames>,
}

/// The values of parameters and variables.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Values {
    /// The value of a CloudFormation parameter, pseudo parameter or attribute (`Role.Arn`);
    /// can be repeated
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = pair)]
    parameters: Vec<(String, String)>,
    /// The value of a Terraform variable or attribute; can be repeated
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = pair)]
    variables: Vec<(String, String)>,
    /// A file with values of Terraform variables; can be repeated
    #[arg(long = "var-file", value_name = "FILE")]
    variable_files: Vec<Input>,
}

/// Splits `NAME=VALUE` at the first `=`: a value may have more of them.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE, such as `Environment=prod`".to_owned()),
    }
}

/// The content of an input.
pub(super) enum Content {
    /// A document with one configuration.
    Document(Box<Parsed>),
    /// A template with any number of configurations, also none.
    Template(Box<Template>),
}

impl TemplateOptions {
    /// Selects another configuration, if one is named.
    ///
    /// For `diff`, where `--resource-old` and `--resource-new` take the place of `--resource`.
    pub(super) fn at(&self, resource: Option<&String>) -> Self {
        let resource = resource.cloned().or_else(|| self.resource.clone());
        Self { resource, values: self.values.clone(), seen: Rc::clone(&self.seen) }
    }

    /// Returns the source bucket that the template states whose configuration was read last.
    ///
    /// `None` for a document, and for a bucket whose name is not known.
    pub(super) fn stated_bucket(&self) -> Option<BucketName> {
        self.seen.bucket()
    }

    /// Compares the names of given values when so many inputs are read.
    ///
    /// Without this call they are compared after every input. Call it before the first one is read.
    pub(super) fn wait_for(&self, inputs: usize) {
        self.seen.wait_for(inputs);
    }

    /// Returns true if an option gives a value by name.
    ///
    /// Files of values do not count: the library reports the names in them that no variable has.
    pub(super) fn gives_values(&self) -> bool {
        !self.values.parameters.is_empty() || !self.values.variables.is_empty()
    }

    /// Refuses a value under a name that none of the inputs has that were read.
    ///
    /// For commands that do not know the number of their inputs beforehand; `content` does it
    /// otherwise.
    pub(super) fn compare_names(&self) -> Result<(), Failure> {
        fn names(given: &[(String, String)]) -> impl Iterator<Item = &str> {
            given.iter().map(|(name, _)| name.as_str())
        }
        self.seen.compare(names(&self.values.parameters), names(&self.values.variables))
    }

    /// Reads what an input holds.
    ///
    /// `from` is the form that the user names. A document that is refused is a result, and so is a
    /// template that cannot be read: both have a report. An error is an input that cannot be
    /// opened, a folder without files of Terraform, a file of values that cannot be read, or a
    /// given value that no input takes.
    pub(super) fn content(
        &self,
        input: &Input,
        parser: &Parser,
        from: Option<Form>,
    ) -> Result<Content, Failure> {
        let content = self.content_unseen(input, parser, from)?;
        // A document has no names. With `None` a value for it is refused, too, when names are
        // compared.
        self.seen.add(match &content {
            Content::Document(_) => None,
            Content::Template(template) => Some(template),
        });
        if self.seen.is_last() {
            self.compare_names()?;
        }
        Ok(content)
    }

    /// Reads an input without noting its names.
    ///
    /// A folder is a module, of which no form is asked. All else is bytes.
    fn content_unseen(
        &self,
        input: &Input,
        parser: &Parser,
        from: Option<Form>,
    ) -> Result<Content, Failure> {
        if let Input::File(path) = input
            && path.is_dir()
        {
            let files = module_files(path)?;
            let template = self.read_module(&files, parser, path, false)?;
            return Ok(Content::Template(Box::new(template)));
        }
        let bytes = input.read(PLAN_LIMIT + 1)?;
        self.content_of(input, &bytes, parser, from)
    }

    /// Reads the bytes of an input in the form that is given, or else in the one that they look
    /// like.
    ///
    /// ```text
    /// CloudFormation            a template of one file
    /// Terraform, from a file    a module of which this is one file, with the modules that it calls
    /// Terraform, from stdin     a template of one file; no folder is known
    /// anything else             a document, which the parser reads or refuses
    /// ```
    fn content_of(
        &self,
        input: &Input,
        bytes: &[u8],
        parser: &Parser,
        from: Option<Form>,
    ) -> Result<Content, Failure> {
        // The form that the user names is taken without a look at the content.
        let form = from.or_else(|| form_of(&input.name(), bytes));
        if let Some(form @ (Form::CloudFormation | Form::Terraform)) = form {
            let reader = self.reader(parser, form)?;
            let template = match (form, input) {
                (Form::Terraform, Input::File(path)) => {
                    let folder = path.parent().unwrap_or(Path::new(""));
                    // A plan has the values of its variables, and a module takes those of its folder.
                    let reader = if is_module_file(path) {
                        with_automatic_values(reader, folder)?
                    } else {
                        reader
                    };
                    // A single file may use names of its neighbours, which must count as unknown
                    // and not as missing.
                    let reader = reader.with_incomplete_module();
                    // The modules that the file calls are read, although its neighbours are not.
                    reader.read_module(&[(&input.to_string(), bytes)], |called| {
                        folder_files(folder, called)
                    })
                }
                _ => reader.read(&input.to_string(), bytes),
            };
            return Ok(Content::Template(Box::new(template)));
        }
        // One byte above the limit is enough for the parser to see that there are too many.
        let bytes = bytes.get(..SIZE_LIMIT + 1).unwrap_or(bytes);
        let parser = parser.clone().named(input.to_string());
        // YAML without the names of a template is what the AWS CLI prints with `--output yaml`.
        let parsed = match (form, document::decode(bytes)) {
            (Some(Form::CliJson), Ok(text)) if yaml::is_yaml(&text) => parser.parse_yaml(&text),
            _ => parser.parse_bytes(bytes, from),
        };
        Ok(Content::Document(Box::new(parsed)))
    }

    /// Reads the files of one module of Terraform, and notes its names.
    ///
    /// For `check`, which finds the modules in folders itself. `is_named` is true where the files
    /// were named one by one, and the folder may have more.
    pub(super) fn module(
        &self,
        files: &[PathBuf],
        parser: &Parser,
        folder: &Path,
        is_named: bool,
    ) -> Result<Template, Failure> {
        let template = self.read_module(files, parser, folder, is_named)?;
        self.seen.add(Some(&template));
        Ok(template)
    }

    /// Reads the files of one module of Terraform, with the values of variables that Terraform takes
    /// from its folder.
    ///
    /// `folder` is that of the files, from which calls of other modules lead.
    fn read_module(
        &self,
        files: &[PathBuf],
        parser: &Parser,
        folder: &Path,
        is_named: bool,
    ) -> Result<Template, Failure> {
        let mut reader = with_automatic_values(self.reader(parser, Form::Terraform)?, folder)?;
        // A name that is declared in a file beside these is unknown, and no mistake.
        if is_named {
            reader = reader.with_incomplete_module();
        }
        // All files of the module together: the order does not matter to Terraform, and names may
        // be declared in any of them.
        let mut contents = Vec::new();
        for file in files {
            let input = Input::File(file.clone());
            contents.push((input.to_string(), input.read(SIZE_LIMIT + 1)?));
        }
        let contents: Vec<(&str, &[u8])> =
            contents.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        Ok(reader.read_module(&contents, |called| folder_files(folder, called)))
    }

    /// Returns the names of the other files in the module of a file that declare policies. What cannot be
    /// read counts as a file without policies.
    ///
    /// Empty for a folder, and for a file that belongs to no module. Only a remark depends on it,
    /// so nothing here is an error.
    pub(super) fn siblings_with_policies(&self, file: &Path, parser: &Parser) -> Vec<String> {
        let folder = file.parent().unwrap_or(Path::new(""));
        if file.is_dir() || !is_module_file(file) {
            return Vec::new();
        }
        let mut siblings = module_files(folder).unwrap_or_default();
        siblings.retain(|sibling| sibling.file_name() != file.file_name());
        let Ok(template) = self.read_module(&siblings, parser, folder, true) else {
            return Vec::new();
        };
        // Each file once, in their order, however many policies it has.
        let positions: BTreeSet<usize> =
            template.policies().iter().map(TemplatePolicy::file).collect();
        let files = positions.into_iter().filter_map(|at| template.files().get(at));
        files.map(|file| file.text().name().to_owned()).collect()
    }

    /// Returns a reader with the values of the options. An error is a file of values that cannot be
    /// read.
    fn reader(&self, parser: &Parser, form: Form) -> Result<TemplateReader, Failure> {
        let mut reader = TemplateReader::new(parser.clone()).with_form(form);
        for (name, value) in &self.values.parameters {
            reader = reader.with_parameter(name, value);
        }
        // The library lets later files win, and `--var` over all files, whatever the order of the
        // options.
        for file in &self.values.variable_files {
            reader = reader.with_variable_file(file.to_string(), text_of(file)?);
        }
        for (name, value) in &self.values.variables {
            reader = reader.with_variable(name, value);
        }
        Ok(reader)
    }

    /// Returns the address of the configuration that is picked.
    pub(super) fn resource(&self) -> Option<&str> {
        self.resource.as_deref()
    }

    /// Reads the configuration that a command works with.
    ///
    /// `--resource` with a document is an error, since the user expects something else of the
    /// input. The bucket that a template states is noted for `stated_bucket`.
    pub(super) fn read(
        &self,
        input: &Input,
        parser: &Parser,
        from: Option<Form>,
    ) -> Result<Parsed, Failure> {
        // That of an input before must not count for this one.
        self.seen.set_bucket(None);
        match self.content(input, parser, from)? {
            Content::Document(parsed) => match &self.resource {
                None => Ok(*parsed),
                Some(address) => Err(Failure::Message(format!(
                    "`{input}` is not a template, so it has no `{address}`; leave `--resource` out"
                ))),
            },
            Content::Template(template) => {
                let selected = self.selected(&template, input)?;
                self.seen.set_bucket(selected.bucket().cloned());
                Ok(selected.parsed().clone())
            }
        }
    }

    /// Returns the only configuration of a template, or the one that is named.
    ///
    /// ```text
    /// no configuration                            refused, with the findings about the files
    /// one, `--resource` absent or equal           that one
    /// several, `--resource` absent                refused, with all addresses
    /// `--resource` that no configuration has      refused, with near addresses
    /// a file that is not well-formed              its findings alone: what is missing may be in it
    /// a file of values that is not well-formed    refused, whatever was found
    /// ```
    fn selected<'t>(
        &self,
        template: &'t Template,
        input: &Input,
    ) -> Result<&'t TemplateConfiguration, Failure> {
        let is_unread = template.files().iter().any(|file| !file.is_read());
        let all: Vec<&TemplateConfiguration> = template.configurations().collect();
        let named = |one: &&&TemplateConfiguration| match &self.resource {
            Some(address) => one.address() == address,
            None => all.len() == 1,
        };
        // Values in a file that cannot be read would be others, or unknown, in the configuration.
        let files = template.files().iter();
        let mut findings = files.flat_map(|file| file.report().iter());
        if findings.any(|finding| finding.code == "variable-file-unread") {
            return Err(Failure::Refused(Box::new(refusal(template))));
        }
        // Before the files are looked at: one that cannot be read does not matter for a
        // configuration that was found.
        if let Some(found) = all.iter().find(named) {
            return Ok(*found);
        }
        let refusal = refusal(template);
        if is_unread {
            return Err(Failure::Refused(Box::new(refusal)));
        }
        let addresses = all.iter().map(|one| format!("`{}`", one.address()));
        let addresses = addresses.collect::<Vec<_>>().join(", ");
        let message = match (&self.resource, all.is_empty()) {
            (_, true) => format!("`{input}` has no replication configuration"),
            (Some(address), _) => {
                let all = all.iter().map(|one| one.address());
                let others = other_addresses(address, all);
                format!("`{input}` has no configuration `{address}`{others}")
            }
            (None, _) => {
                let count = all.len();
                format!(
                    "`{input}` has {count} configurations; pick one with `--resource`: {addresses}"
                )
            }
        };
        Err(Failure::Refused(Box::new(refusal.with_message(message))))
    }
}

/// Returns the findings about the files of a template as a refusal.
///
/// Its status is that of an unreadable input. It has no parts where no file has a finding.
pub(super) fn refusal(template: &Template) -> Refusal {
    let files = template.files().iter();
    let files = files.filter(|file| !file.report().is_empty());
    Refusal::of(files.map(|file| (file.text().clone(), file.report().clone())), Status::Wrong)
}

/// Recognises the form of bytes by the name of their file and their content.
///
/// `None` leaves the document to the parser, which detects its form or refuses it. The name is that
/// of the file alone, whose ending decides for `.tf.json`, for example.
fn form_of(name: &str, bytes: &[u8]) -> Option<Form> {
    let bytes = bytes.get(..SIZE_LIMIT).unwrap_or(bytes);
    let text = document::decode(bytes);
    // Bytes that are not text may still be recognised, so that the message is about the right form.
    let text = text.unwrap_or_else(|_| String::from_utf8_lossy(bytes));
    let form = recognise(name, &text)?;
    let is_template = matches!(form, Form::CloudFormation | Form::Terraform);
    // Other documents in YAML or JSON have better messages of their own.
    let is_other = is_template
        && DocumentKind::recognise(&text).is_some_and(|kind| {
            use DocumentKind::{CloudFormation, Configuration, Terraform, Yaml};
            !matches!(kind, CloudFormation | Configuration | Terraform | Yaml)
        });
    (!is_other).then_some(form)
}

/// Reads a file of values of variables, in any encoding that documents may have.
fn text_of(input: &Input) -> Result<String, Failure> {
    let bytes = input.read(SIZE_LIMIT + 1)?;
    match document::decode(&bytes) {
        Ok(text) => Ok(text.into_owned()),
        Err(error) => Err(Failure::Message(format!("`{input}` is not text: {error}"))),
    }
}

/// Returns true for the name of a file of a Terraform module.
///
/// ```text
/// main.tf, main.TF, main.tf.json   true
/// main.json, terraform.tfvars      false
/// ```
pub(super) fn is_module_file(path: &Path) -> bool {
    let is = |path: &Path, ending| {
        path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(ending))
    };
    is(path, "tf")
        || is(path, "json") && path.file_stem().is_some_and(|stem| is(stem.as_ref(), "tf"))
}

/// Returns the entries of a folder, sorted by name.
///
/// Sorted, because the order of the file system differs from one machine to the next.
///
/// The folder of `main.tf` is empty, and is the current one.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let is_current = folder.as_os_str().is_empty();
    let folder = if is_current { Path::new(".") } else { folder };
    let unread = |error| Input::File(folder.to_path_buf()).unread(&error);
    let entries = folder.read_dir().map_err(unread)?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(unread)?.path();
        // The names of its files are shown as the user has written that of the first one.
        let shown = path.strip_prefix(".").ok().filter(|_| is_current);
        paths.push(shown.map_or_else(|| path.clone(), Path::to_path_buf));
    }
    paths.sort();
    Ok(paths)
}

/// Returns the names and contents of the files of a module that another one calls. A file that cannot be
/// read counts as one that is not there: the call is noted then.
///
/// `called` is the path of the called folder from `folder`.
fn folder_files(folder: &Path, called: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let files = module_files(&inside(folder, called)).ok()?;
    let files = files.into_iter().map(|path| {
        let input = Input::File(path);
        Some((input.to_string(), input.read(SIZE_LIMIT + 1).ok()?))
    });
    files.collect()
}

/// Returns the path of a folder from another one, with `..` only where it leads out of both.
///
/// ```text
/// infra/prod  ../modules/bucket   infra/modules/bucket
/// infra       ../../shared        ../shared
/// (empty)     ../modules          ../modules
/// ```
fn inside(folder: &Path, called: &str) -> PathBuf {
    let mut path = folder.to_path_buf();
    for part in called.split('/') {
        let is_named = path.file_name().is_some();
        if part != ".." || !is_named || !path.pop() {
            path.push(part);
        }
    }
    path
}

/// Returns the files of the module in a folder, by name. Folders in it are other modules. A folder
/// without any file of Terraform is an error.
fn module_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let files = entries(folder)?.into_iter();
    let files: Vec<PathBuf> = files.filter(|path| path.is_file() && is_module_file(path)).collect();
    if files.is_empty() {
        let message = format!("the folder `{}` has no file `*.tf`", folder.display());
        return Err(Failure::Message(message));
    }
    Ok(files)
}

/// Gives a reader the values that Terraform takes from the folder of a module: `terraform.tfvars` and
/// `*.auto.tfvars`, in the order in which Terraform reads them, of which later ones win.
fn with_automatic_values(
    mut reader: TemplateReader,
    folder: &Path,
) -> Result<TemplateReader, Failure> {
    for file in automatic_values(folder) {
        let text = text_of(&Input::File(file.clone()))?;
        reader = reader.with_automatic_variable_file(file.to_string_lossy(), text);
    }
    Ok(reader)
}

/// Returns the files of values that Terraform reads without being asked, in its order.
///
/// First `terraform.tfvars`, then `terraform.tfvars.json`, then `*.auto.tfvars` and
/// `*.auto.tfvars.json` by name. Files that are not there are left out, as is a folder that cannot
/// be listed.
fn automatic_values(folder: &Path) -> Vec<PathBuf> {
    let own = ["terraform.tfvars", "terraform.tfvars.json"].map(|name| folder.join(name));
    let automatic = entries(folder).unwrap_or_default().into_iter().filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json")
    });
    own.into_iter().chain(automatic).filter(|path| path.is_file()).collect()
}
