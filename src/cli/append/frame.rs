//! The text around a configuration in a file.
//!
//! A configuration can be a member of a larger document, such as the input of
//! `put-bucket-replication --cli-input-json`. Replacing the whole file would lose the members
//! beside it, so only the configuration is replaced, with the indentation of its line. The output of
//! `get-bucket-replication` has nothing worth keeping around the configuration, and
//! `put-bucket-replication --replication-configuration` takes the configuration alone.

use std::ops::Range;

use s3_replication::document::read_json;
use s3_replication::form::Form;

/// The member of the input or output of an operation of the CLI that holds a configuration.
const MEMBER: &str = "ReplicationConfiguration";

/// Replaces the configuration in a text, and keeps what is around it.
///
/// A document that names no bucket beside the configuration is replaced as a whole.
pub(super) fn framed(configuration: String, text: &str, form: Form) -> String {
    let inner = (form == Form::CliJson).then(|| configuration_range(text)).flatten();
    let parts = inner.and_then(|inner| Some((text.get(..inner.start)?, text.get(inner.end..)?)));
    let Some((before, after)) = parts else { return configuration };
    // The lines of the new configuration get the indentation of the line in which the old one
    // began, so that the difference between the two files is small.
    let line = before.rsplit('\n').next().unwrap_or_default();
    let indent: String = line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
    let configuration = configuration.trim_end().replace('\n', &format!("\n{indent}"));
    format!("{before}{configuration}{after}")
}

/// Returns the range of the configuration in the text; the last member of that name counts (REP-110).
///
/// Nothing for a document in which no bucket is named: it is the output of
/// `get-bucket-replication`, with nothing around the configuration that is worth keeping.
fn configuration_range(text: &str) -> Option<Range<usize>> {
    let document = read_json(text).ok()?;
    if !document.root().children().any(|child| child.name() == "Bucket") {
        return None;
    }
    let inner = document.root().children().filter(|child| child.name() == MEMBER).last()?;
    Some(inner.content().range())
}

/// Returns true when there are comments in an XML document.
///
/// The writer does not keep comments, and the user should know.
pub(super) fn has_comments(mut text: &str) -> bool {
    loop {
        // `<!--` within a CDATA section does not start a comment.
        let Some((before, after)) = text.split_once("<![CDATA[") else {
            return text.contains("<!--");
        };
        if before.contains("<!--") {
            return true;
        }
        text = after.split_once("]]>").map_or("", |(_, after)| after);
    }
}
