//! Texts that are neither XML nor JSON, or not well-formed, recognised by their first lines.
//!
//! ```text
//! An error occurred (AccessDenied) when calling …     the command before the pipe has failed
//! {'Role': 'arn:…'}                                   a dictionary that Python printed
//! resource "aws_s3_bucket" "b" {                      Terraform
//! Key,Size                                            CSV
//! ```
//!
//! A parser would report the first character that is no JSON, which helps no one who has piped an
//! error message into it.
//!
//! The caller has a text that the parser refused, or one that does not even begin like XML or JSON.
//! The result is a kind for the message, or `None`, and the message of the parser stays.
//!
//! The marks in the order in which they are looked for, and the reason for the order:
//!
//! | mark | before the next, because |
//! | --- | --- |
//! | bytes of no text | any mark can occur in them by chance |
//! | almost JSON, quoted JSON | they begin with a bracket or a quotation mark |
//! | a web page | it begins with `<`, like XML |
//! | an error message | it may contain JSON, names and commas |
//! | a section such as `[a]` | it begins with a bracket, like JSON |
//! | Terraform, tools, templates | they are found on any line, and are often YAML as well |
//! | headers, source code, tables, variables | their first line may contain a colon or a comma |
//! | YAML | a member may contain a comma |
//! | CSV | nothing is left but the comma |

use crate::form::document_kind::DocumentKind;
use crate::form::document_kind::signs::NO_CONFIGURATION;

/// Recognises a text that is neither XML nor JSON, or not well-formed.
///
/// Only the beginning is searched, so that a large file of another kind costs no time. The order
/// goes from marks that nothing else has to those that many texts have, such as a comma in the
/// first line.
pub(crate) fn of_text(text: &str) -> Option<DocumentKind> {
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    // Replacement characters are those of bytes that could not be decoded. An escape is allowed, as
    // in the colours of a terminal. Parquet and ORC begin with letters, so their names are looked
    // for once a text is known to be none.
    let is_binary = |c: char| {
        c == char::REPLACEMENT_CHARACTER || c.is_control() && !c.is_whitespace() && c != '\u{1B}'
    };
    if text.chars().take(512).any(is_binary) {
        let is_columnar = text.starts_with("PAR1") || text.starts_with("ORC");
        return Some(if is_columnar { DocumentKind::Columnar } else { DocumentKind::Binary });
    }
    if let Some(kind) = of_literal(text) {
        return Some(kind);
    }
    // Twenty characters are enough for the longest of the marks.
    let lower: String = text.chars().take(20).collect::<String>().to_ascii_lowercase();
    if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
        return Some(DocumentKind::Html);
    }
    if is_error(text) {
        // The same command prints both. Only one of them means that there is nothing to give.
        let is_none = text.contains(NO_CONFIGURATION);
        return Some(if is_none {
            DocumentKind::NoConfiguration
        } else {
            DocumentKind::CommandError
        });
    }
    if text.lines().take(LINES).any(is_section) {
        return Some(DocumentKind::Settings);
    }
    // It is XML or JSON with a mistake in it, and the parser has the better message.
    if text.starts_with(['<', '{', '[']) {
        return None;
    }
    let lines = || text.lines().take(LINES).map(str::trim_end);
    // A comment is no first line, but for the one that names the interpreter of a script.
    let is_comment =
        |line: &str| line.is_empty() || line.starts_with('#') || line.starts_with("//");
    let has = |begin: &str| lines().any(|line| line.trim_start().starts_with(begin));
    if lines().any(is_block) {
        return Some(DocumentKind::Terraform);
    }
    // Their templates of CloudFormation are further inside.
    let has_root = |begin: &str| lines().any(|line| line.starts_with(begin));
    let is_tool = has_root("runtime:") && has_root("resources:")
        || has_root("service:") && has_root("provider:")
        || has_root("- hosts:")
        || has_root("jobs:") && has_root("on:");
    if is_tool {
        return Some(DocumentKind::DeploymentTool);
    }
    if has("AWSTemplateFormatVersion:") || has("Resources:") || has("Type: AWS::") {
        return Some(DocumentKind::CloudFormation);
    }
    if has("apiVersion:") && has("kind:") {
        return Some(DocumentKind::Kubernetes);
    }
    let first = lines().find(|line| !is_comment(line) || line.starts_with("#!"))?;
    if text.starts_with("HTTP/") {
        return Some(DocumentKind::HttpHeaders);
    }
    if is_code(first) {
        return Some(DocumentKind::SourceCode);
    }
    if is_cli_text(first) {
        return Some(DocumentKind::CliText);
    }
    if is_variable(first) {
        return Some(DocumentKind::Settings);
    }
    if first == "---" || is_yaml_member(first) {
        return Some(DocumentKind::Yaml);
    }
    (first.contains(',') && !first.contains([';', '{'])).then_some(DocumentKind::Csv)
}

/// Recognises a text that begins as JSON does, and is in the syntax of a programming language.
///
/// Python has its names in single quotes, JavaScript has them without quotes.
///
/// | text begins | kind |
/// | --- | --- |
/// | `"{\"Role\":` | JSON inside a string |
/// | `{ // the role` | JSON with comments |
/// | `{'Role':`, `[{u'Role':` | Python |
/// | `{Role:` | JavaScript |
/// | `{"Role":`, with a line `// …` further down | JSON with comments |
///
/// A comment behind a value on the same line is not seen.
fn of_literal(text: &str) -> Option<DocumentKind> {
    if let Some(inside) = text.strip_prefix('"') {
        let inside = inside.trim_start();
        return (inside.starts_with("{\\\"") || inside.starts_with("{\\n"))
            .then_some(DocumentKind::QuotedJson);
    }
    if !text.starts_with(['{', '[']) {
        return None;
    }
    let inside = text.trim_start_matches(|c: char| c == '{' || c == '[' || c.is_whitespace());
    if inside.starts_with("//") || inside.starts_with("/*") {
        return Some(DocumentKind::CommentedJson);
    }
    if inside.starts_with('\'') || inside.starts_with("u'") {
        return Some(DocumentKind::PythonRepr);
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let after = inside.trim_start_matches(is_name);
    if text.starts_with('{') && after.len() < inside.len() && after.trim_start().starts_with(':') {
        return Some(DocumentKind::JavaScriptObject);
    }
    let is_comment = |line: &str| line.starts_with("//") || line.starts_with("/*");
    text.lines()
        .take(LINES)
        .any(|line| is_comment(line.trim_start()))
        .then_some(DocumentKind::CommentedJson)
}

/// Returns true for what the AWS CLI, a shell or another command prints instead of an answer.
///
/// The beginnings are those of real messages. A command prints `usage: ` for an unknown option.
///
/// The text of the error follows, so the beginning is enough. A message of the shell is known by
/// its end.
fn is_error(text: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "An error occurred (",
        "aws: error",
        "aws: [ERROR]",
        "Unable to locate credentials",
        "Unable to parse config",
        "Partial credentials found",
        "Error when retrieving",
        "Error loading SSO",
        "The SSO session",
        "The config profile",
        "Could not connect to the endpoint",
        "Connect timeout on endpoint",
        "Read timeout on endpoint",
        "SSL validation failed",
        "Parameter validation failed",
        "Unknown options:",
        "usage: ",
        "Usage: ",
        "Traceback (most recent call last)",
        "curl: (",
        "fatal error: ",
        "argument ",
    ];
    let first = text.lines().next().unwrap_or_default().trim_end();
    // A shell names itself or the line of a script before it: `bash: line 1: aws: command not found`.
    let is_shell = ["command not found", "No such file or directory", "Permission denied"]
        .iter()
        .any(|ending| first.ends_with(ending) && first.contains(": "));
    is_shell || BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
}

/// Returns true for the heading of a section of TOML or INI, such as `[profile a]` or `[[Rules]]`.
///
/// JSON can begin with a bracket, too. Inside it a section has a letter first, and then nothing but
/// letters, digits, dots, hyphens, underscores and spaces: no quotation mark, colon or comma.
fn is_section(line: &str) -> bool {
    let line = line.trim_end();
    let inside = line.strip_prefix("[[").and_then(|line| line.strip_suffix("]]"));
    let inside = inside.or_else(|| line.strip_prefix('[')?.strip_suffix(']'));
    let is_name = |c: char| c.is_ascii_alphanumeric() || "._- ".contains(c);
    // Words of JSON in a list are no names of sections.
    let is_json = |inside: &str| matches!(inside.trim(), "true" | "false" | "null");
    inside.filter(|inside| !is_json(inside)).is_some_and(|inside| {
        inside.starts_with(|c: char| c.is_ascii_alphabetic()) && inside.chars().all(is_name)
    })
}

/// Returns true for a first line of source code.
///
/// A script that calls the AWS CLI is given in place of what it prints.
///
/// The words are those that begin a file of Python, JavaScript, Go, C#, Ruby, Rust or a shell. A
/// YAML key such as `class:` has no space behind it, and so is none of them.
fn is_code(line: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "#!",
        "import ",
        "from ",
        "const ",
        "let ",
        "var ",
        "export ",
        "package ",
        "using ",
        "def ",
        "class ",
        "require ",
        "use ",
        "aws s3",
        "curl ",
        "module.exports",
        "\"use strict\"",
        "'use strict'",
    ];
    BEGINNINGS.iter().any(|beginning| line.starts_with(beginning))
}

/// Returns true for a first line of a table or of tabs, as `aws --output table` and `text` print it,
/// and for a line of `aws s3 ls`, such as `2026-11-22 10:00:00       1024 tax/a.pdf`.
///
/// `PRE ` begins the line of a prefix in `aws s3 ls`. A rule of at least five hyphens begins a
/// table; `---` is shorter, since it begins a document of YAML.
fn is_cli_text(line: &str) -> bool {
    let is_rule = line.len() > 4 && line.chars().all(|c| c == '-' || c == '+');
    let mut words = line.split_whitespace();
    let mut next = |allowed: &str| {
        words.next().is_some_and(|word| {
            word.starts_with(|c: char| c.is_ascii_digit())
                && word.chars().all(|c| c.is_ascii_digit() || allowed.contains(c))
        })
    };
    let is_listed = next("-") && next(":") && next("");
    is_rule || line.contains('\t') || is_listed || line.trim_start().starts_with("PRE ")
}

/// Returns true for an environment variable, such as `ROLE=arn:aws:iam::111122223333:role/r`.
///
/// The name is in capitals and the `=` touches it, as in a file of variables. `A = 1`, with a space
/// behind, is an assignment in a program.
fn is_variable(line: &str) -> bool {
    let Some((name, value)) = line.split_once('=') else { return false };
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    !name.is_empty() && name.chars().all(is_name) && !value.starts_with(' ')
}

/// The number of lines that are searched.
///
/// A template of CloudFormation may have long comments, or hundreds of parameters, before its
/// resources.
const LINES: usize = 2_000;

/// Returns true for the first line of a block of Terraform.
///
/// The blocks `resource "aws_s3_bucket" "b" {` and `terraform {` occur in no other format.
///
/// Only at the beginning of a line, since a block inside another one is indented.
fn is_block(line: &str) -> bool {
    const LABELLED: &[&str] =
        &["resource \"", "module \"", "variable \"", "provider \"", "data \""];
    LABELLED.iter().any(|begin| line.starts_with(begin))
        || line == "terraform {"
        || line == "locals {"
}

/// Returns true for a line such as `Rules:` or `- ID: all`. A URL has no space behind its colon.
///
/// The name may be quoted, and may contain spaces. A sentence with a colon in it passes, too: the
/// message then names YAML, and the help is about JSON all the same.
fn is_yaml_member(line: &str) -> bool {
    let Some((name, rest)) = line.trim_start_matches("- ").split_once(':') else { return false };
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_ \"'".contains(c);
    !name.is_empty() && name.chars().all(is_name) && (rest.is_empty() || rest.starts_with(' '))
}

/// Recognises bytes that are no text.
///
/// The first bytes are those of gzip, ZIP, bzip2 and Zstandard, if not of Parquet or ORC.
///
/// The caller could not decode the bytes, so the marks are compared before there is any text.
/// Returns `None` for a text in another encoding.
pub(crate) fn of_bytes(bytes: &[u8]) -> Option<DocumentKind> {
    const MAGIC: &[&[u8]] = &[b"\x1F\x8B", b"PK\x03\x04", b"BZh", b"\x28\xB5\x2F\xFD"];
    if bytes.starts_with(b"PAR1") || bytes.starts_with(b"ORC") {
        return Some(DocumentKind::Columnar);
    }
    MAGIC.iter().any(|magic| bytes.starts_with(magic)).then_some(DocumentKind::Binary)
}
