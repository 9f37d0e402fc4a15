//! The YAML that the AWS CLI prints with `--output yaml`, wherever its JSON is read.
//!
//! The library reads configurations in YAML by itself. Rules, jobs, policies and objects are read
//! as JSON, so their YAML is converted first. The lines stay the same, and findings have the right
//! place.

use std::borrow::Cow;

use s3_replication::document::{self, json_of_yaml};
use s3_replication::form::{DocumentKind, Form};

use crate::cli::Failure;
use crate::cli::input::Input;

/// Returns true for a text in YAML. JSON is YAML, too, but is read as what it is.
pub(super) fn is_yaml(text: &str) -> bool {
    Form::recognise(text).is_none() && DocumentKind::recognise(text) == Some(DocumentKind::Yaml)
}

/// Returns bytes as JSON if they are YAML, with the same lines.
///
/// Everything else is returned as it is, also bytes that are not text: the reader of the document
/// refuses them with a better message. YAML that JSON cannot express is a failure.
pub(super) fn as_json<'b>(input: &Input, bytes: &'b [u8]) -> Result<Cow<'b, [u8]>, Failure> {
    match document::decode(bytes) {
        Ok(text) if is_yaml(&text) => {
            let text = text.trim_start_matches('\u{FEFF}');
            match json_of_yaml(text) {
                Ok(json) => Ok(Cow::Owned(json.into_bytes())),
                Err(error) => Err(Failure::Message(format!("cannot read `{input}`: {error}"))),
            }
        }
        _ => Ok(Cow::Borrowed(bytes)),
    }
}
