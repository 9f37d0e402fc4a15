//! The configurations of a template, checked with the facts about all buckets.
//!
//! This is the last step of the reader. Before it, the language is evaluated; here each
//! configuration goes through the parser and its lints:
//!
//! ```text
//! Found: sources, buckets, findings ─▶ known_buckets ─▶ configuration ─▶ merged::check ─▶ Template
//! ```
//!
//! The settings of all buckets are collected before the first configuration is checked, since a
//! destination may be declared behind it or in another file.

use super::TemplateReader;
use crate::clause::{CLOUDFORMATION_LANGUAGE, TERRAFORM_LANGUAGE};
use crate::diagnostic::{Diagnostic, Report};
use crate::form::Form;
use crate::model::{BucketName, KnownBuckets};
use crate::path::FieldPath;
use crate::template::decoded::Decoded;
use crate::template::found::{Found, Source};
use crate::template::wording::Wording;
use crate::template::{Template, TemplateConfiguration, TemplateFile, merged};
use crate::text::SourceText;

impl TemplateReader {
    /// Checks what was found, and distributes configurations and findings to the files they are in.
    /// All lists are parallel to `decoded`; the number of a file is its index.
    ///
    /// A finding or a configuration with the number of a file that is not there is dropped.
    pub(super) fn checked(
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
            // A file without an error was read, although it may have no configuration.
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
                // Only the names of the whole template show which options settle a value.
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
    ///
    /// A caller who states facts knows the account, and a template only knows its own part of it. A
    /// bucket that the caller reports as missing stays missing.
    ///
    /// A bucket whose name is unknown is known by its stand-in, so a configuration that names it by
    /// the same expression finds its settings.
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

    /// Checks one configuration with the facts about its bucket.
    ///
    /// There are three names of a source bucket: the one that the template states, the one that the
    /// caller gives, and an expression. A stated name comes first. An expression comes last: with a
    /// name from the caller, the configuration is the one of that bucket.
    ///
    /// | stated in the template | given by the caller | source bucket of the check |
    /// | --- | --- | --- |
    /// | `photos` | nothing, or any name | `photos` |
    /// | an expression | nothing | the stand-in of the expression |
    /// | an expression, or nothing | `photos` | `photos`, which the parser has already |
    fn configuration(
        &self,
        form: Form,
        source: Source,
        text: &SourceText,
        buckets: &KnownBuckets,
    ) -> TemplateConfiguration {
        // The dialect, the levels and the name of the caller stay; facts and source are those of
        // this bucket.
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
            // A caller that checks a whole folder with one bucket name would otherwise get the
            // wrong facts without a word.
            for (_, reading) in &mut source.readings.all {
                reading.found.push(differing_source(form, given, known).at(reading.made.head));
            }
        }
        let (parsed, conditions) = merged::check(&parser, (form, wording), source.readings, text);
        TemplateConfiguration {
            address: source.address,
            // Only a real name; the stand-in is kept apart, to compare buckets of one template.
            bucket: known.or_else(|| self.parser.source_bucket().cloned()),
            stand_in: source.bucket.name.or_else(|| self.parser.source_bucket().cloned()),
            conditions,
            parsed,
        }
    }
}

/// Returns the warning that the caller names another source bucket than the template.
///
/// The name in the template counts, so this changes nothing in the check.
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
