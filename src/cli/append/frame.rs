//! What stands around a configuration in a file.

use serde::Deserialize;
use serde_json::value::RawValue;

use s3_replication::codec::Form;

/// The input or output of an operation of the CLI, with a configuration in it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Frame<'t> {
    #[serde(borrow)]
    replication_configuration: &'t RawValue,
}

/// Puts a configuration in the place of the one in a text, where that has anything around it.
pub(super) fn framed(configuration: String, text: &str, form: Form) -> String {
    let frame = match form {
        Form::CliJson => serde_json::from_str::<Frame<'_>>(text).ok(),
        _ => None,
    };
    let inner = frame.map(|frame| frame.replication_configuration.get());
    let Some((before, behind)) = inner.and_then(|inner| text.split_once(inner)) else {
        return configuration;
    };
    let line = before.rsplit('\n').next().unwrap_or_default();
    let indent: String = line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
    let configuration = configuration.trim_end().replace('\n', &format!("\n{indent}"));
    format!("{before}{configuration}{behind}")
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
