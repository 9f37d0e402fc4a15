//! Templates: places inside the text, and configurations that every form writes back.

use s3_replication::Parser;
use s3_replication::document::read_yaml;
use s3_replication::form::Form;
use s3_replication::lint::Levels;
use s3_replication::template::{TemplateReader, WrittenForm, write};

pub(super) fn check(bytes: &[u8], form: Form) {
    let parser = Parser::new().with_advice(Levels::new());
    let reader = TemplateReader::new(parser).with_form(form).with_parameter("P", "x");
    let template = reader.read("t", bytes);
    for file in template.files() {
        let text = file.text().text();
        if form == Form::CloudFormation {
            // The tree alone must not be too strange, either.
            let _ = read_yaml(text);
        }
        let inside = file.configurations().iter().map(|one| one.parsed().report());
        for finding in std::iter::once(file.report()).chain(inside).flatten() {
            if let Some(span) = finding.primary.span() {
                assert!(text.get(span.range()).is_some(), "{finding} is outside of the text");
            }
        }
    }
    for one in template.configurations() {
        let parsed = one.parsed();
        let _ = parsed.possible_configurations();
        let Some(draft) = parsed.draft().filter(|_| parsed.validity() == Some(true)) else {
            continue;
        };
        for form in [WrittenForm::CloudFormation, WrittenForm::CloudFormationYaml] {
            let text = write(draft, form, None).expect("CloudFormation has what it gave");
            let read = TemplateReader::new(Parser::new()).with_form(Form::CloudFormation);
            let read = read.read("written", text.as_bytes());
            let written = read.configurations().next().and_then(|one| one.parsed().draft());
            assert_eq!(written, Some(draft), "{text}");
        }
    }
}
