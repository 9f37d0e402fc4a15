//! Why tasks failed: how often, what that means, what to do, and an example.

use std::fmt::Write as _;

use s3_replication::batch::completion_report::{self, CodeCount, TaskResult};
use s3_replication::model::VersionId;
use s3_replication::text::Visible;
use serde::Serialize;

use crate::cli::output::grouped;

#[derive(Serialize)]
pub(super) struct CodeForm {
    code: String,
    count: u64,
    meaning: Option<&'static str>,
    remedy: Option<&'static str>,
    example: ExampleForm,
}

#[derive(Serialize)]
struct ExampleForm {
    bucket: String,
    key: String,
    version_id: Option<String>,
    http_status: Option<u16>,
    message: String,
}

/// Returns the codes for programs.
pub(super) fn forms(summary: &completion_report::Summary) -> Vec<CodeForm> {
    summary.codes().into_iter().map(CodeForm::new).collect()
}

/// Writes what is to be said about all codes.
pub(super) fn describe(summary: &completion_report::Summary, out: &mut String) {
    for code in summary.codes() {
        describe_one(code, out);
    }
    if summary.with_other_codes() > 0 {
        let _ = writeln!(out, "\n{} with other codes", grouped(summary.with_other_codes()));
    }
}

/// Writes what is to be said about one: how often, why, what to do, and an example.
fn describe_one(code: &CodeCount, out: &mut String) {
    let name = match code.code.as_str() {
        "" => "without a code",
        name => name,
    };
    let _ = write!(out, "\n{} {}", grouped(code.count), Visible(name));
    if let Some(meaning) = code.code.meaning() {
        let _ = write!(out, ": {meaning}");
    }
    let example: &TaskResult = &code.example;
    let _ =
        write!(out, "\n  = for example {}/{}", Visible(example.bucket()), Visible(example.key()));
    if let Some(id) = example.version_id() {
        let _ = write!(out, " ({})", Visible(id.as_str()));
    }
    let _ = writeln!(out, ": {}", Visible(example.message()));
    if let Some(remedy) = code.code.remedy() {
        let _ = writeln!(out, "  = help: {remedy}");
    }
}

impl CodeForm {
    fn new(code: &CodeCount) -> Self {
        let example = &code.example;
        Self {
            code: code.code.to_string(),
            count: code.count,
            meaning: code.code.meaning(),
            remedy: code.code.remedy(),
            example: ExampleForm {
                bucket: example.bucket().to_owned(),
                key: example.key().to_owned(),
                version_id: example.version_id().map(VersionId::to_string),
                http_status: example.http_status(),
                message: example.message().to_owned(),
            },
        }
    }
}
