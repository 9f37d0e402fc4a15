//! The documents in a folder that are probably replication configurations.
//!
//! A folder also contains policies, workflows and scripts that name replication configurations.
//! They are not configurations with mistakes, so each is named once and not checked. A file that
//! the user names is always checked.
//!
//! ```text
//! no word of a configuration            left out, in silence
//! a configuration, or a template        checked
//! broken JSON or XML, `rules` for Rules checked: a configuration with mistakes
//! another document with such a word     left out, with a note
//! ```
//!
//! Files of Terraform modules do not pass here: `work` takes all of them, because they are read
//! together.

use std::path::Path;

use s3_replication::document;
use s3_replication::form::DocumentKind;
use serde_json::{Map, Value};

use crate::cli::output;

/// Words of which a document with a configuration has one.
///
/// The first is the name in XML and in CloudFormation, the others are those of Terraform, whose
/// plans are JSON.
const WORDS: [&str; 3] =
    ["ReplicationConfiguration", "aws_s3_bucket_replication", "replication_configuration"];

/// Returns true for the content of a file that probably is a replication configuration or a template
/// of one. A document of another kind that names one is noted.
pub(super) fn is_candidate(path: &Path, bytes: &[u8]) -> bool {
    // A text that cannot be decoded is reported when it is its turn.
    let Ok(text) = document::decode(bytes) else {
        return WORDS.iter().any(|word| String::from_utf8_lossy(bytes).contains(word));
    };
    // The words are looked for first: most files of a folder have none, and are not parsed.
    let has = |word: &str| text.contains(word);
    // The JSON of the AWS CLI has no word of its own. The three members together are rare
    // elsewhere.
    let is_bare = has("\"Rules\"") && has("\"Destination\"") && has("\"Role\"");
    if !is_bare && !WORDS.iter().any(|word| has(word)) {
        return false;
    }
    let what = match DocumentKind::recognise(&text) {
        Some(
            DocumentKind::Configuration | DocumentKind::CloudFormation | DocumentKind::Terraform,
        ) => return true,
        Some(DocumentKind::Yaml) if has_names_of_configuration(&text) => return true,
        Some(kind) => kind.to_string(),
        None if is_broken_or_similar(&text) => return true,
        None => "not a replication configuration".to_owned(),
    };
    // A note and not a finding: nothing is wrong with the document, but the user may have expected
    // it.
    let path = path.to_string_lossy();
    let path = s3_replication::text::Visible(&path);
    output::remark(&format!("note: `{path}` is {what}; it is not checked\n"));
    false
}

/// Returns true for YAML with a line that begins a configuration.
///
/// Other YAML with such a word is, for example, a workflow that calls the AWS CLI. Only a line that
/// is not indented counts.
fn has_names_of_configuration(text: &str) -> bool {
    const NAMES: [&str; 4] = ["Rules:", "Role:", "ReplicationConfiguration:", "Properties:"];
    text.lines().any(|line| NAMES.iter().any(|name| line.starts_with(name)))
}

/// Returns true for a document that is not well-formed, and for one with the names of a configuration
/// in another case: both are configurations with mistakes.
fn is_broken_or_similar(text: &str) -> bool {
    let text = text.trim_start();
    // With the bracket: the word alone may be in the text of another document.
    if text.starts_with('<') {
        return text.contains("<ReplicationConfiguration");
    }
    let Ok(members) = serde_json::from_str::<Map<String, Value>>(text) else {
        return true;
    };
    let is_own = |name: &String| {
        ["role", "rules", "replicationconfiguration"].contains(&name.to_ascii_lowercase().as_str())
    };
    members.keys().any(is_own)
}
