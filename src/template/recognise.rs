//! The form of a text, by its content.
//!
//! The command line calls this for a file of any name, to choose the reader: the parser for XML and
//! the JSON of the AWS CLI, the template reader for the rest. `TemplateReader` calls it for files
//! without a stated form. Unlike `DocumentKind::recognise`, which only words messages, the result
//! decides how a text is read. So every text that might be a template gets a form, and a text that
//! is not well-formed gets one as well: its reader then reports the mistake.
//!
//! | text | form |
//! | --- | --- |
//! | begins with `<` | XML |
//! | begins with `{` | by the names at the top, else by the names inside |
//! | begins with `[` | the JSON of the AWS CLI, which refuses it |
//! | first line is a block of HCL | Terraform |
//! | first line is YAML | CloudFormation, unless it is what the AWS CLI prints |
//! | anything else | none, unless the name of the file ends as that of a template |

use std::path::Path;

use crate::form::Form;

/// Recognises the form of a text by the name of its file and by its content. Templates in YAML and
/// HCL need no more than their first line; in JSON the names of the members decide.
///
/// # Examples
///
/// ```
/// use s3_replication::form::Form;
/// use s3_replication::template::recognise;
///
/// assert_eq!(recognise("t.yaml", "Resources:\n  Photos: {}\n"), Some(Form::CloudFormation));
/// assert_eq!(recognise("-", r#"resource "aws_s3_bucket" "photos" {}"#), Some(Form::Terraform));
/// assert_eq!(recognise("c.json", r#"{"Rules": []}"#), Some(Form::CliJson));
/// // What `aws s3api get-bucket-replication --output yaml` prints.
/// assert_eq!(recognise("-", "ReplicationConfiguration:\n  Rules: []\n"), Some(Form::CliJson));
/// assert_eq!(recognise("-", "no template"), None);
/// ```
#[must_use]
pub fn recognise(name: &str, text: &str) -> Option<Form> {
    let text = text.trim_start_matches('\u{FEFF}');
    match text.trim_start().chars().next()? {
        '<' => Some(Form::Xml),
        '{' => Some(of_json(name, text)),
        '[' => Form::recognise(text),
        _ => of_lines(name, text),
    }
}

/// Returns true if a name ends with one of these extensions, in any case.
fn has_extension(name: &str, wanted: &[&str]) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| wanted.iter().any(|one| extension.eq_ignore_ascii_case(one)))
}

/// Recognises JSON by the names of the members, which it looks for without reading the text: a text
/// that is not well-formed is recognised, too.
///
/// The names at the top come first, since they are certain. Where there are none, the text is a
/// configuration alone, and the names in its rules or a function in it show CloudFormation.
fn of_json(name: &str, text: &str) -> Form {
    let names = names_at_top(text);
    let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(name));
    if has(&["Resources", "AWSTemplateFormatVersion"]) {
        return Form::CloudFormation;
    }
    let is_plan =
        has(&["format_version", "terraform_version", "planned_values", "values", "lineage"]);
    let is_module = has(&["resource", "variable", "locals", "module", "provider", "terraform"]);
    if name.ends_with(".tf.json") || is_plan || is_module {
        return Form::Terraform;
    }
    let has_function = text.contains("\"Fn::") || text.contains("\"Ref\"");
    let has_names = ["\"Id\"", "\"TagFilter\"", "\"TagFilters\""];
    // `ID` is the name in the AWS CLI only: a single name of CloudFormation beside it is a slip.
    let is_cli = text.contains("\"ID\"") || has(&["ReplicationConfiguration"]);
    if has_function || !is_cli && has_names.iter().any(|name| text.contains(name)) {
        return Form::CloudFormation;
    }
    Form::CliJson
}

/// Returns the first names of the outermost object, as far as they have no escapes.
///
/// A name is a string before a colon at the first level. Strings are passed with their escapes, so
/// that a brace in one does not count. Reading ends behind 64 names, because a text may be
/// megabytes long.
fn names_at_top(text: &str) -> Vec<&str> {
    const MOST: usize = 64;
    let (mut names, mut depth, mut string_start) = (Vec::new(), 0_usize, None);
    let mut last_string = None;
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(start) = string_start {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => {
                    last_string = text.get(start..at);
                    string_start = None;
                }
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => string_start = Some(at + 1),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b':' if depth == 1 => names.extend(last_string.take()),
            _ => {}
        }
        if names.len() >= MOST {
            break;
        }
    }
    names
}

/// Recognises YAML and HCL by the first line with content.
///
/// Comments of both languages are passed. The extension of HCL decides alone. One of YAML keeps a
/// first line such as `a = b` from being taken for HCL.
fn of_lines(name: &str, text: &str) -> Option<Form> {
    if has_extension(name, &["tf", "hcl"]) {
        return Some(Form::Terraform);
    }
    let is_yaml_file = has_extension(name, &["yaml", "yml", "template"]);
    let mut in_comment = false;
    for line in text.lines().map(str::trim) {
        if in_comment || line.starts_with("/*") {
            // Only a `*/` at the end of a line ends a comment here.
            in_comment = !line.ends_with("*/");
            continue;
        }
        if line.is_empty() || line.starts_with('#') || line.starts_with("//") {
            continue;
        }
        if is_block(line) && !is_yaml_file {
            return Some(Form::Terraform);
        }
        let is_yaml = line.starts_with(['%', '-', '!', '?', '&'])
            // The first colon before a space: `Fn::If:` has colons in its name.
            || [": ", ":\t"].iter().any(|colon| {
                line.split_once(colon).is_some_and(|(key, _)| is_key(key))
            })
            || line.strip_suffix(':').is_some_and(is_key);
        let form = if is_of_cli(text) { Form::CliJson } else { Form::CloudFormation };
        return (is_yaml || is_yaml_file).then_some(form);
    }
    is_yaml_file.then_some(Form::CloudFormation)
}

/// Returns true for YAML that the AWS CLI prints: a configuration without functions of CloudFormation
/// and without its names. The names decide where a configuration has no member around it.
///
/// One name of the AWS CLI is enough and one of CloudFormation is too many. With neither, a
/// configuration reads the same in both, and counts as CloudFormation unless it has the member
/// around it.
fn is_of_cli(text: &str) -> bool {
    let is_at_top = |name: &str| text.lines().any(|line| line.starts_with(name));
    let is_function = |value: &str| value.starts_with('!') && !value.starts_with("!!");
    let (mut is_of_cli, mut is_of_cloudformation) = (is_at_top("ReplicationConfiguration:"), false);
    for line in text.lines() {
        let line = line.trim_start().trim_start_matches("- ").trim_start();
        let Some((key, value)) = line.split_once(':') else { continue };
        match key {
            "ID" | "Tags" | "Tag" | "ExistingObjectReplication" => is_of_cli = true,
            "Id" | "TagFilter" | "TagFilters" | "Ref" | "Resources" | "Properties" | "Type" => {
                is_of_cloudformation = true;
            }
            _ => is_of_cloudformation |= key.starts_with("Fn") || is_function(value.trim_start()),
        }
    }
    let is_configuration =
        is_at_top("ReplicationConfiguration:") || is_at_top("Role:") || is_at_top("Rules:");
    is_configuration && is_of_cli && !is_of_cloudformation
}

/// Returns true for a key of YAML, quoted or not.
fn is_key(key: &str) -> bool {
    let key = key.trim().trim_matches(['"', '\'']);
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ':'))
}

/// Returns true for the beginning of a block of HCL: a name, labels, and a brace.
///
/// An argument is taken as well, as in a file of values of variables: `name = "photos"`.
fn is_block(line: &str) -> bool {
    let name_end = line.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')));
    let Some((name, rest)) = name_end.and_then(|end| line.split_at_checked(end)) else {
        return false;
    };
    let rest = rest.trim_start();
    !name.is_empty() && (rest.starts_with('{') || rest.starts_with('"')) || {
        let assigned = rest.starts_with('=') && !rest.starts_with("==");
        !name.is_empty() && assigned
    }
}
