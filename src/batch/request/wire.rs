//! The written forms of jobs: the XML of S3 Control, and the JSON of the AWS CLI and SDKs.

mod place;
mod read;
mod shape;
mod write;

use serde_json::Value;

use self::place::Places;
pub(in crate::batch) use self::shape::{
    CREATE_JOB_RESULT, DESCRIBE_JOB, GENERATOR_FILTER, LIST_JOBS, Shape, UPDATE_JOB_PRIORITY,
    UPDATE_JOB_STATUS, create_job,
};
pub(in crate::batch) use self::write::write;

use crate::clause::{self, Clause};
use crate::diagnostic::{Diagnostic, Holes, Report, ServiceError, ServiceErrorCode};
use crate::document::{self, SyntaxError};
use crate::form::Form;
use crate::path::FieldPath;

/// The namespace of S3 Control.
const NAMESPACE: &str = "http://awss3control.amazonaws.com/doc/2018-08-20/";

/// What the service answers to a request that is not acceptable; the texts are not published.
pub(in crate::batch) const fn bad_request() -> ServiceError {
    ServiceError::without_text(ServiceErrorCode::BAD_REQUEST_EXCEPTION)
}

/// Returns a finding about a document that can't be taken: a refusal of the service if the document
/// is for the service, else none, as the service wrote it.
pub(in crate::batch) fn wrong(
    shape: &Shape,
    code: &'static str,
    clause: &'static Clause,
    path: FieldPath,
    message: impl Into<String>,
) -> Diagnostic {
    let finding = Diagnostic::refusal(code, clause, path, message, bad_request());
    if shape.is_answer { Diagnostic { service_error: None, ..finding } } else { finding }
}

/// Reads a document by its table, and lets `check` look at what was read. Returns what `check`
/// does, unless there is no document, and everything found, each at its place.
pub(in crate::batch) fn read<T>(
    text: &str,
    form: Form,
    shape: &Shape,
    check: impl FnOnce(Value) -> (T, Report),
) -> (Option<T>, Report) {
    let document = match form {
        Form::Xml => document::read_xml(text),
        Form::CliJson => document::read_json(text),
    };
    let document = match document {
        Ok(document) => document,
        Err(error) => return (None, Report::from_iter([unread(shape, &error)])),
    };
    let (value, mut report) = read::read(document.root(), form, shape);
    let holes = Holes::of(report.iter(), |_| false);
    let (checked, found) = check(value);
    report.leave_out(found.left_out());
    for finding in found {
        // What was refused while reading is a hole now; that it is missing is no news.
        if !holes.cover(finding.primary.path()) {
            report.push(finding);
        }
    }
    let mut places = Places::new(document.root(), form, shape);
    report.locate(|path| Some(places.find(path)));
    (Some(checked), report)
}

fn unread(shape: &Shape, error: &SyntaxError) -> Diagnostic {
    let help = match error.help() {
        Some(help) if error.clause() != &clause::DOCUMENT_SIZE => help,
        _ => "mend the document here; nothing behind it was read",
    };
    let (code, path) = ("malformed-document", FieldPath::root());
    let message = error.to_string();
    wrong(shape, code, error.clause(), path, message).at(error.span()).with_help(help)
}
