//! The reader of templates.

use std::collections::BTreeMap;

use super::decoded::Decoded;
use super::found::{Found, Source};
use super::terraform::FolderFiles;
use super::wording::Wording;
use super::{Template, TemplateConfiguration, TemplateFile, cloudformation, merged, terraform};
use crate::clause::{CLOUDFORMATION_LANGUAGE, TERRAFORM_LANGUAGE};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Report;
use crate::document::{self, SyntaxError};
use crate::form::Form;
use crate::model::{BucketName, KnownBuckets};
use crate::parser::{Parser, syntax_finding};
use crate::path::FieldPath;
use crate::text::SourceText;

/// Reads templates, and checks every configuration in them.
#[derive(Clone, Debug, Default)]
pub struct TemplateReader {
    parser: Parser,
    form: Option<Form>,
    parameters: BTreeMap<String, String>,
    variables: BTreeMap<String, String>,
    variable_files: Vec<(String, String)>,
    automatic_files: Vec<(String, String)>,
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

    fn checked(
        &self,
        form: Form,
        decoded: Vec<Decoded>,
        found: Found,
        errors: Vec<Option<Diagnostic>>,
    ) -> Template {
        let buckets = self.known_buckets(&found);
        let mut reports: Vec<Report> = decoded.iter().map(|_| Report::new()).collect();
        let mut is_read = Vec::new();
        for (error, report) in errors.into_iter().zip(&mut reports) {
            is_read.push(error.is_none());
            if let Some(error) = error {
                report.push(error);
            }
        }
        for (file, finding) in found.findings {
            if let Some(report) = reports.get_mut(file) {
                report.push(finding);
            }
        }
        let mut configurations: Vec<Vec<TemplateConfiguration>> =
            decoded.iter().map(|_| Vec::new()).collect();
        for source in found.sources {
            let file = source.file;
            let Some(text) = decoded.get(file) else { continue };
            let configuration = self
                .configuration(form, source, &text.source, &buckets)
                .with_options(|text| found.names.options(form, text));
            if let Some(own) = configurations.get_mut(file) {
                own.push(configuration);
            }
        }
        let files = decoded.into_iter().zip(reports).zip(is_read).zip(configurations);
        let files = files.map(|(((file, report), is_read), configurations)| TemplateFile {
            source: file.source,
            report,
            is_read,
            configurations,
        });
        let Found { names, policies, .. } = found;
        Template { form, files: files.collect(), buckets, names, policies }
    }

    /// Returns the known facts about buckets: those of the caller, and of other buckets those that the
    /// template declares.
    fn known_buckets(&self, found: &Found) -> KnownBuckets {
        let mut known = self.parser.buckets().clone();
        for (bucket, settings) in &found.buckets {
            if let Some(name) = &bucket.name
                && known.get(name).is_none()
                && !known.is_missing(name)
            {
                known = known.with_bucket(name.clone(), settings.clone());
            }
        }
        known
    }

    fn configuration(
        &self,
        form: Form,
        source: Source,
        text: &SourceText,
        buckets: &KnownBuckets,
    ) -> TemplateConfiguration {
        let mut parser = self.parser.clone().with_buckets(buckets.clone());
        let wording = Wording::of(form, &source.address);
        let known = source.bucket.name.clone().filter(|_| source.bucket.is_known);
        let given = self.parser.source_bucket();
        // A name that the template states is what is deployed, whatever the caller believes.
        if let Some(name) =
            known.as_ref().or(source.bucket.name.as_ref().filter(|_| given.is_none()))
        {
            parser = parser.with_source_bucket(name.clone());
        }
        let mut source = source;
        if let (Some(given), Some(known)) = (given, &known)
            && given != known
        {
            for (_, reading) in &mut source.readings.all {
                reading.found.push(differing_source(form, given, known).at(reading.made.head));
            }
        }
        let (parsed, conditions) = merged::check(&parser, (form, wording), source.readings, text);
        TemplateConfiguration {
            address: source.address,
            bucket: known.or_else(|| self.parser.source_bucket().cloned()),
            stand_in: source.bucket.name.or_else(|| self.parser.source_bucket().cloned()),
            conditions,
            parsed,
        }
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

/// Returns the warning that the caller names another source bucket than the template.
fn differing_source(form: Form, given: &BucketName, known: &BucketName) -> Diagnostic {
    let clause = match form {
        Form::Terraform => &TERRAFORM_LANGUAGE,
        _ => &CLOUDFORMATION_LANGUAGE,
    };
    let message = format!(
        "the source bucket is given as `{given}`, but this is the configuration of `{known}`, which \
         counts"
    );
    let path = FieldPath::root();
    Diagnostic::warning("source-bucket-differs", clause, path, message)
        .with_help(format!("give `{known}` or no source bucket, or another configuration"))
}

/// Returns the finding that a file is not well-formed. S3 never sees it.
fn finding_of(error: &SyntaxError) -> Diagnostic {
    Diagnostic { service_error: None, ..syntax_finding(error) }
}
