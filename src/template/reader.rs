//! The reader of templates.
//!
//! The steps are the same for both languages: decode the bytes, find the form, evaluate the text to
//! a [`Found`], and check each configuration in it with the settings of all buckets. A file that is
//! not well-formed does not stop the others.

mod check;

use std::collections::BTreeMap;

use super::decoded::Decoded;
use super::found::Found;
use super::terraform::FolderFiles;
use super::{Template, cloudformation, terraform};
use crate::diagnostic::Diagnostic;
use crate::document::{self, SyntaxError};
use crate::form::Form;
use crate::parser::{Parser, syntax_finding};

/// Reads templates, and checks every configuration in them.
///
/// # Examples
///
/// ```
/// use s3_replication::Parser;
/// use s3_replication::template::TemplateReader;
///
/// let text = "Parameters: {Name: {Type: String}}
/// Resources:
///   Photos:
///     Type: AWS::S3::Bucket
///     Properties:
///       BucketName: !Ref Name
///       ReplicationConfiguration: {Role: r, Rules: []}
/// ";
/// let reader = TemplateReader::new(Parser::new()).with_parameter("Name", "photos");
/// let template = reader.read("template.yaml", text.as_bytes());
/// let configuration = template.configurations().next().unwrap();
/// assert_eq!(configuration.bucket().unwrap().as_str(), "photos");
/// // S3 refuses a configuration without rules.
/// assert_eq!(template.files()[0].validity(), Some(false));
/// ```
#[derive(Clone, Debug, Default)]
pub struct TemplateReader {
    parser: Parser,
    /// The form that the caller states; otherwise the first file that shows one decides.
    form: Option<Form>,
    /// The values for CloudFormation.
    parameters: BTreeMap<String, String>,
    /// The values for Terraform.
    variables: BTreeMap<String, String>,
    /// The files of values with their names, in the order given. A later one counts more.
    variable_files: Vec<(String, String)>,
    /// The files that count less than every other value.
    automatic_files: Vec<(String, String)>,
    /// True if names that no file declares may be declared elsewhere.
    is_incomplete: bool,
}

impl TemplateReader {
    /// Creates a reader that checks configurations with a parser.
    #[must_use]
    pub fn new(parser: Parser) -> Self {
        Self { parser, ..Self::default() }
    }

    /// Sets the form, instead of the one that shows.
    #[must_use]
    pub fn with_form(self, form: Form) -> Self {
        Self { form: Some(form), ..self }
    }

    /// Gives the value of a parameter of CloudFormation, of a pseudo parameter such as
    /// `AWS::Region`, or of an attribute such as `Role.Arn`.
    #[must_use]
    pub fn with_parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.insert(name.into(), value.into());
        self
    }

    /// Gives the value of a variable of Terraform as text, or as an expression where the variable has
    /// another type; or of an attribute such as `aws_iam_role.replication.arn`.
    ///
    /// Values count in the order of Terraform: these come before those of files, and those before
    /// the defaults of the module.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::Parser;
    /// use s3_replication::template::TemplateReader;
    ///
    /// let text = r#"variable "rules" { type = list(object({ prefix = string })) }
    /// replication_configuration {
    ///   role = "arn:aws:iam::111122223333:role/r"
    ///   rules {
    ///     status = "Enabled"
    ///     prefix = var.rules[0].prefix
    ///     destination { bucket = "arn:aws:s3:::backup" }
    ///   }
    /// }"#;
    /// let reader = TemplateReader::new(Parser::new());
    /// // A value of another type than `string` is an expression of Terraform.
    /// let reader = reader.with_variable("rules", r#"[{ prefix = "raw/" }]"#);
    /// let template = reader.read("main.tf", text.as_bytes());
    /// let configuration = template.configurations().next().unwrap();
    /// let draft = configuration.parsed().draft().unwrap();
    /// assert_eq!(draft.rules[0].prefix.as_ref().unwrap().as_str(), "raw/");
    /// ```
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// Gives a file of values of Terraform variables, as `terraform.tfvars` or in JSON.
    #[must_use]
    pub fn with_variable_file(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.variable_files.push((name.into(), text.into()));
        self
    }

    /// Gives a file of values that Terraform reads without being asked, such as `terraform.tfvars`. The
    /// other values count before it.
    #[must_use]
    pub fn with_automatic_variable_file(
        mut self,
        name: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        self.automatic_files.push((name.into(), text.into()));
        self
    }

    /// States that the module may have more files than those that are read, so that a name that none of
    /// them declares is unknown, and not a mistake.
    #[must_use]
    pub fn with_incomplete_module(self) -> Self {
        Self { is_incomplete: true, ..self }
    }

    /// Reads one file: a template of CloudFormation, a file of Terraform, or the output of
    /// `terraform show -json`.
    #[must_use]
    pub fn read(&self, name: &str, bytes: &[u8]) -> Template {
        self.read_files(&[(name, bytes)])
    }

    /// Reads some files of one module of Terraform together. Of other forms each file is a template of
    /// its own; read these one by one.
    ///
    /// The module may have more files, so a name that none of these declares is unknown. No call of a
    /// module is followed; [`read_module`](Self::read_module) does that.
    #[must_use]
    pub fn read_files(&self, files: &[(&str, &[u8])]) -> Template {
        self.read_with(files, false, &mut |_| None)
    }

    /// Reads all files of a module of Terraform together, and the modules in other folders that it calls.
    ///
    /// `folder_files` returns the names and the contents of the files in a folder, and `None` if there is
    /// no such folder. Its argument is the path of the folder, relative to the module that is read, such as
    /// `modules/replication` or `../shared`. It is called once for each folder.
    ///
    /// A call whose folder has no files, and a call of a module in a registry, is a note at its place.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::Parser;
    /// use s3_replication::template::TemplateReader;
    ///
    /// let root = r#"module "photos" {
    ///   source = "./replication"
    ///   bucket = "photos"
    /// }"#;
    /// let called = r#"variable "bucket" {}
    /// resource "aws_s3_bucket_replication_configuration" "this" {
    ///   bucket = var.bucket
    ///   role   = "arn:aws:iam::111122223333:role/r"
    ///   rule {
    ///     status = "Enabled"
    ///     filter {}
    ///     delete_marker_replication { status = "Disabled" }
    ///     destination { bucket = "arn:aws:s3:::backup" }
    ///   }
    /// }"#;
    /// let reader = TemplateReader::new(Parser::new());
    /// let template = reader.read_module(&[("main.tf", root.as_bytes())], |folder| {
    ///     let name = format!("{folder}/main.tf");
    ///     (folder == "replication").then(|| vec![(name, called.as_bytes().to_vec())])
    /// });
    /// let photos = template.configurations().next().unwrap();
    /// assert_eq!(
    ///     photos.address(),
    ///     "module.photos.aws_s3_bucket_replication_configuration.this",
    /// );
    /// assert_eq!(photos.bucket().unwrap().as_str(), "photos");
    /// assert_eq!(template.files()[1].text().name(), "replication/main.tf");
    /// ```
    #[must_use]
    pub fn read_module(
        &self,
        files: &[(&str, &[u8])],
        mut folder_files: impl FnMut(&str) -> Option<Vec<(String, Vec<u8>)>>,
    ) -> Template {
        self.read_with(files, !self.is_incomplete, &mut folder_files)
    }

    fn read_with(
        &self,
        files: &[(&str, &[u8])],
        is_whole: bool,
        folder_files: FolderFiles<'_>,
    ) -> Template {
        let decoded = files.iter().map(|(name, bytes)| Decoded::new(name, bytes));
        let mut decoded: Vec<Decoded> = decoded.collect();
        let form = self.form.or_else(|| {
            let mut forms = decoded
                .iter()
                .filter_map(|file| super::recognise(file.source.name(), file.source.text()));
            forms.find(|form| matches!(form, Form::CloudFormation | Form::Terraform))
        });
        // Without any sign the text is read as CloudFormation, whose finding names all that the
        // text could have been.
        let form = form.unwrap_or(Form::CloudFormation);
        let (found, errors) = match form {
            Form::Terraform => {
                let read = self.terraform(&decoded, is_whole, folder_files);
                decoded.extend(read.called);
                let errors = read.errors.into_iter();
                (read.found, errors.map(|error| error.map(|error| finding_of(&error))).collect())
            }
            _ => self.cloudformation(&decoded),
        };
        self.checked(form, decoded, found, errors)
    }

    /// Each file is a template of its own: names in one do not refer to another.
    fn cloudformation(&self, files: &[Decoded]) -> (Found, Vec<Option<Diagnostic>>) {
        let mut found = Found::default();
        let mut errors = Vec::new();
        for (number, file) in files.iter().enumerate() {
            let text = file.source.text();
            let is_json = text.trim_start_matches('\u{FEFF}').trim_start().starts_with('{');
            let document = match (&file.error, is_json) {
                (Some(error), _) => Err(error.clone()),
                (None, true) => {
                    document::read_json_template(text, document::SIZE_LIMIT).or_else(|error| {
                        // A flow mapping of YAML begins like JSON.
                        document::read_yaml(text).map_err(|_| error)
                    })
                }
                (None, false) => document::read_yaml(text),
            };
            match document {
                Ok(document) => {
                    let read = cloudformation::read(&document, &self.parameters);
                    found.add(number, read);
                    errors.push(None);
                }
                Err(error) => errors.push(Some(finding_of(&error))),
            }
        }
        (found, errors)
    }

    /// Files that Terraform reads without being asked count less than those that the caller names,
    /// so they come first.
    fn terraform(
        &self,
        files: &[Decoded],
        is_whole: bool,
        folder_files: FolderFiles<'_>,
    ) -> terraform::Read {
        let files_of_values: Vec<&(String, String)> =
            self.automatic_files.iter().chain(&self.variable_files).collect();
        let given = terraform::Given { variables: &self.variables, files: &files_of_values };
        terraform::read(files, &given, is_whole, folder_files)
    }
}

/// Returns the folders that the module calls in a file of Terraform name, relative to its own folder.
/// Modules in a registry are none.
///
/// # Examples
///
/// ```
/// use s3_replication::template::called_folders;
///
/// let text = b"module \"photos\" {\n  source = \"./modules/replication\"\n}\n";
/// assert_eq!(called_folders(text), ["modules/replication"]);
/// ```
#[must_use]
pub fn called_folders(bytes: &[u8]) -> Vec<String> {
    document::decode(bytes).map_or_else(|_| Vec::new(), |text| terraform::called_folders(&text))
}

/// Returns the finding that a file is not well-formed. S3 never sees it.
fn finding_of(error: &SyntaxError) -> Diagnostic {
    Diagnostic { service_error: None, ..syntax_finding(error) }
}
