//! Documents that are no objects: named once, with the way to objects.
//!
//! An input of another kind has thousands of lines, and each of them would be a mistake of its own.
//! One sentence about the whole is more help.
//!
//! ```text
//! Bucket,Key                    this is CSV, not objects; give the `manifest.json` of …
//! {"Role": "r", "Rules": []}    this is a replication configuration, not objects; give it to …
//! ```
//!
//! `DocumentKind` of the library recognises what a text is. Here is what objects have to do with
//! it.

use s3_replication::form::DocumentKind;
use serde::de::IgnoredAny;

/// Recognises a text. A key alone, such as `"a,b.txt"`, is no CSV, although it has a comma.
fn recognised(text: &str) -> Option<DocumentKind> {
    let is_json = || serde_json::from_str::<IgnoredAny>(text).is_ok();
    DocumentKind::recognise(text).filter(|kind| *kind != DocumentKind::Csv || !is_json())
}

/// Returns the sentence about an input that is something else than objects; `None` if its beginning
/// does not show what it is.
pub(super) fn named(text: &str) -> Option<String> {
    let kind = recognised(text)?;
    if kind == DocumentKind::Objects {
        return None;
    }
    let help = match kind {
        DocumentKind::Csv => {
            "give the `manifest.json` of the inventory, with its data files next to it"
        }
        DocumentKind::CliText => {
            "give JSON, as `aws s3api list-object-versions --output json` prints it"
        }
        // Headers have everything that an object needs, but the key.
        DocumentKind::HttpHeaders => "give the output of `aws s3api head-object` with `--key KEY`",
        DocumentKind::Configuration => "give it to `--configuration`, and the objects here",
        kind => kind.remedy().unwrap_or(
            "give JSON such as {\"Key\": \"a/b.txt\"}, or the output of `aws s3api head-object`",
        ),
    };
    Some(format!("this is {kind}, not objects; {help}"))
}

/// Returns true if the first value of an input shows that none of it is an object. An error of the
/// AWS CLI may stand before an answer, so the lines after it are still read, as are those after a
/// text that is not recognised.
pub(super) fn is_all_foreign(text: &str) -> bool {
    let kind = recognised(text);
    !matches!(
        kind,
        None | Some(
            DocumentKind::Objects
                | DocumentKind::ServiceError
                | DocumentKind::CommandError
                | DocumentKind::NoConfiguration
        )
    )
}
