//! The reader of templates.

use std::collections::BTreeMap;

use super::found::{Found, Source};
use super::{Template, TemplateConfiguration, TemplateFile, cloudformation, merged, terraform};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Report;
use crate::document::{self, SyntaxError};
use crate::form::Form;
use crate::model::KnownBuckets;
use crate::parser::{Parser, syntax_finding};
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

    /// Reads one file: a template of CloudFormation, a file of Terraform, or the output of
    /// `terraform show -json`.
    #[must_use]
    pub fn read(&self, name: &str, bytes: &[u8]) -> Template {
        self.read_files(&[(name, bytes)])
    }

    /// Reads the files of one module of Terraform together. Of other forms each file is a template of
    /// its own; read these one by one.
    #[must_use]
    pub fn read_files(&self, files: &[(&str, &[u8])]) -> Template {
        let decoded = files.iter().map(|(name, bytes)| Decoded::new(name, bytes));
        let decoded: Vec<Decoded> = decoded.collect();
        let form = self.form.or_else(|| {
            let mut forms = decoded
                .iter()
                .filter_map(|file| super::recognise(file.source.name(), file.source.text()));
            forms.find(|form| matches!(form, Form::CloudFormation | Form::Terraform))
        });
        let form = form.unwrap_or(Form::CloudFormation);
        let (found, errors) = match form {
            Form::Terraform => self.terraform(&decoded),
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

    fn terraform(&self, files: &[Decoded]) -> (Found, Vec<Option<Diagnostic>>) {
        let sources = files.iter().map(|file| (&file.source, file.error.as_ref()));
        let files_of_values: Vec<&(String, String)> =
            self.automatic_files.iter().chain(&self.variable_files).collect();
        let given = terraform::Given { variables: &self.variables, files: &files_of_values };
        let (found, errors) = terraform::read(&sources.collect::<Vec<_>>(), &given);
        let errors = errors.into_iter().map(|error| error.map(|error| finding_of(&error)));
        (found, errors.collect())
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
            let configuration = self.configuration(form, source, &text.source, &buckets);
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
        Template { form, files: files.collect(), buckets }
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
        if let Some(name) = &source.bucket.name
            && self.parser.source_bucket().is_none()
        {
            parser = parser.with_source_bucket(name.clone());
        }
        let known = source.bucket.name.clone().filter(|_| source.bucket.is_known);
        let (parsed, conditions) = merged::check(&parser, form, source.readings, text);
        TemplateConfiguration {
            address: source.address,
            bucket: known.or_else(|| self.parser.source_bucket().cloned()),
            stand_in: source.bucket.name.or_else(|| self.parser.source_bucket().cloned()),
            conditions,
            parsed,
        }
    }
}

/// A file whose bytes are decoded.
struct Decoded {
    source: SourceText,
    error: Option<SyntaxError>,
}

impl Decoded {
    fn new(name: &str, bytes: &[u8]) -> Self {
        match document::decode(bytes) {
            Ok(text) => Self { source: SourceText::new(name, text), error: None },
            Err(error) => {
                let text = document::decode_refused(bytes);
                Self { source: SourceText::new(name, text), error: Some(error) }
            }
        }
    }
}

/// Returns the finding that a file is not well-formed. S3 never sees it.
fn finding_of(error: &SyntaxError) -> Diagnostic {
    Diagnostic { service_error: None, ..syntax_finding(error) }
}
