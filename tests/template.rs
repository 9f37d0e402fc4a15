//! Templates: the configurations in CloudFormation and Terraform, and their findings.

mod cloudformation;
mod composition;
mod functions;
mod hostile;
mod modules;
mod policies;
mod random;
mod references;
mod terraform;
mod wording;

use s3_replication::Parser;
use s3_replication::template::{Template, TemplateConfiguration, TemplateReader};

const ROLE: &str = "arn:aws:iam::123456789012:role/r";

fn reader() -> TemplateReader {
    TemplateReader::new(Parser::new())
}

fn read(name: &str, text: &str) -> Template {
    reader().read(name, text.as_bytes())
}

/// Returns the only configuration of a template.
#[track_caller]
fn only(template: &Template) -> &TemplateConfiguration {
    let all: Vec<_> = template.configurations().collect();
    let reports: Vec<_> = template.files().iter().map(|file| file.report().to_string()).collect();
    assert_eq!(all.len(), 1, "{reports:?}");
    all[0]
}

fn codes(one: &TemplateConfiguration) -> Vec<&'static str> {
    one.parsed().report().iter().map(|found| found.code).collect()
}

/// Returns the paths of the unknown values with their expressions.
fn unknown(one: &TemplateConfiguration) -> Vec<(String, String)> {
    let values = one.parsed().unknown_values().iter();
    values.map(|value| (value.json_path(), value.expression().to_owned())).collect()
}

/// Returns the text at the place of the first finding with a code.
#[track_caller]
fn text_at<'t>(one: &'t TemplateConfiguration, code: &str) -> &'t str {
    let found = one.parsed().report().iter().find(|found| found.code == code);
    let found = found.unwrap_or_else(|| panic!("no `{code}` in {}", one.parsed().report()));
    let span = found.primary.span().unwrap();
    &one.parsed().text().text()[span.range()]
}
