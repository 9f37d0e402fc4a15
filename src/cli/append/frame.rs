//! What stands around a configuration in a file.

use std::ops::Range;

use s3_replication::document::read_json;
use s3_replication::form::Form;

/// The member of the input or output of an operation of the CLI that holds a configuration.
const MEMBER: &str = "ReplicationConfiguration";

/// Puts a configuration in the place of the one in a text, where that has anything around it.
pub(super) fn framed(configuration: String, text: &str, form: Form) -> String {
    let inner = (form == Form::CliJson).then(|| place(text)).flatten();
    let parts = inner.and_then(|inner| Some((text.get(..inner.start)?, text.get(inner.end..)?)));
    let Some((before, behind)) = parts else { return configuration };
    let line = before.rsplit('\n').next().unwrap_or_default();
    let indent: String = line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
    let configuration = configuration.trim_end().replace('\n', &format!("\n{indent}"));
    format!("{before}{configuration}{behind}")
}

/// Returns where the configuration stands in the text; of several the last one counts (REP-110).
fn place(text: &str) -> Option<Range<usize>> {
    let document = read_json(text).ok()?;
    let inner = document.root().children().filter(|child| child.name() == MEMBER).last()?;
    Some(inner.content().range())
}

/// Returns true when there are comments in an XML document.
pub(super) fn has_comments(mut text: &str) -> bool {
    loop {
        // What stands in a section of character data is no comment.
        let Some((before, behind)) = text.split_once("<![CDATA[") else {
            return text.contains("<!--");
        };
        if before.contains("<!--") {
            return true;
        }
        text = behind.split_once("]]>").map_or("", |(_, behind)| behind);
    }
}
