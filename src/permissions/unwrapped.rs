//! Policy documents as the AWS CLI and the API print them.
//!
//! ```text
//! {"Policy": "{\"Statement\": …}"}                       get-bucket-policy: a text of JSON
//! {"PolicyVersion": {"Document": {"Statement": …}}}      get-policy-version: two objects
//! %7B%22Statement%22…                                    the API of IAM: encoded like a URL
//! ```
//!
//! The layers are taken off one at a time, until an object has the member `Statement`. Places in
//! findings are those of the innermost text, so the name of the file shows which layer that is.

use std::borrow::Cow;

use crate::document::{self, Element, Kind};

/// The members that hold a policy document in the output of the AWS CLI.
const MEMBERS: &[&str] = &["PolicyDocument", "AssumeRolePolicyDocument", "Policy", "Document"];

/// The members around them.
///
/// `Policy` is in both lists: `get-bucket-policy` has a text in it, and `get-policy` an object.
const OUTER_MEMBERS: &[&str] = &["PolicyVersion", "Role", "Policy"];

/// The most wrappers around a document.
///
/// No command has more than three.
const DEPTH: usize = 4;

/// Returns the document inside the output of a command, and a name for it. What is no such output
/// stays as it is.
pub(super) fn unwrap<'t>(name: &str, text: &'t str) -> (String, Cow<'t, str>) {
    let (mut name, mut text) = (name.to_owned(), Cow::Borrowed(text));
    for _ in 0..DEPTH {
        let Some((member, inside)) = layer(&text) else { break };
        if !member.is_empty() {
            name = format!("{name} ({member})");
        }
        text = Cow::Owned(inside);
    }
    (name, text)
}

/// Removes one wrapper.
///
/// Returns the member that held the inside, or nothing for a layer without a name; `None` if there
/// is no wrapper.
fn layer(text: &str) -> Option<(&'static str, String)> {
    let trimmed = text.trim_start();
    if trimmed.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("%7B")) {
        return Some(("", percent_decoded(trimmed.trim_end())?));
    }
    if text.len() > document::SIZE_LIMIT {
        return None;
    }
    if trimmed.starts_with('"') {
        return serde_json::from_str::<String>(trimmed).ok().map(|inside| ("", inside));
    }
    // A text that is not well-formed is no wrapper. Its mistake is found when it is read as a
    // document.
    let tree = document::read_json(text).ok()?;
    let root = tree.root();
    let is_document = |element: &Element<'_, '_>| element.name() == "Statement";
    if root.kind() != Kind::Object || root.children().any(|child| is_document(&child)) {
        return None;
    }
    let find = |members: &'static [&'static str], kind| {
        members.iter().find_map(|member| {
            let child = root.children().find(|child| child.name() == *member)?;
            (child.kind() == kind).then_some((*member, child))
        })
    };
    let (member, child) = find(MEMBERS, Kind::Object)
        .or_else(|| find(MEMBERS, Kind::String))
        .or_else(|| find(OUTER_MEMBERS, Kind::Object))?;
    let inside = match child.kind() {
        Kind::String => child.text().to_owned(),
        _ => text.get(child.content().range())?.to_owned(),
    };
    Some((member, inside))
}

/// Decodes `%XX`; a plus sign stays one, as RFC 3986 has it.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let high = char::from(rest.next()?).to_digit(16)?;
        let low = char::from(rest.next()?).to_digit(16)?;
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(bytes).ok()
}
