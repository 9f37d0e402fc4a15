//! An object given by options of the command line.
//!
//! ```text
//! decide -c c.xml --key a.txt --size 7 --tag team=tax
//! explain -c c.xml --key a.txt --delete-marker --event LifecycleExpiration:DeleteMarkerCreated
//! ```
//!
//! The values become the same texts as members in JSON, and pass the same checks, so `clap` takes
//! most of them as plain strings. Every option needs `--key`, and all but `--key` exclude
//! `--objects`: with it, `--key` is the key of objects that have none.

use std::borrow::Cow;

use crate::cli::object::{Object, Problem, Written};
use crate::cli::output;

/// An object version and its event.
// The comments of the fields are the help texts. An option is a text, because its mistakes are
// found and explained by `Object::new`.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Object")]
pub(in crate::cli) struct ObjectFlags {
    /// The key of the object; with `--objects`, the key of an object that has none, such as the
    /// output of `head-object`
    #[arg(long)]
    key: Option<String>,
    /// The version ID
    #[arg(long, value_name = "ID", requires = "key", conflicts_with = "objects")]
    version_id: Option<String>,
    /// A tag of the object; can be repeated
    #[arg(long = "tag", value_name = "KEY=VALUE", requires = "key", conflicts_with = "objects", value_parser = pair)]
    tags: Vec<(String, String)>,
    /// The event, such as `ObjectCreated:Copy` or `ObjectTagging:Put` [default: the creation of the
    /// version or delete marker]
    #[arg(long, requires = "key", conflicts_with = "objects")]
    event: Option<String>,
    /// The size in bytes
    #[arg(long, value_name = "BYTES", requires = "key", conflicts_with = "objects")]
    size: Option<String>,
    /// The storage class, such as `GLACIER`
    #[arg(long, value_name = "CLASS", requires = "key", conflicts_with = "objects")]
    storage_class: Option<String>,
    /// The access tier in `INTELLIGENT_TIERING`, such as `ARCHIVE`
    #[arg(long, value_name = "TIER", requires = "key", conflicts_with = "objects")]
    access_tier: Option<String>,
    /// The encryption: `NOT-SSE`, `SSE-S3`, `SSE-KMS`, `DSSE-KMS` or `SSE-C`
    #[arg(long, value_name = "STATUS", requires = "key", conflicts_with = "objects")]
    encryption: Option<String>,
    /// `PENDING`, `COMPLETED`, `FAILED` or `REPLICA` [default: the version was never replicated]
    #[arg(long, value_name = "STATUS", requires = "key", conflicts_with = "objects")]
    replication_status: Option<String>,
    /// The version is a delete marker
    #[arg(long, requires = "key", conflicts_with = "objects")]
    delete_marker: bool,
    /// The creation time, such as `2026-11-22T10:00:00Z`
    #[arg(long, value_name = "TIME", requires = "key", conflicts_with = "objects")]
    last_modified: Option<String>,
}

/// Returns the key in the address of an object; `None` if the text is a plain key. A key may look like
/// an address, so it is no mistake.
///
/// ```text
/// s3://photos/a/b.txt             a/b.txt
/// arn:aws:s3:::photos/a/b.txt     a/b.txt
/// a/b.txt                         nothing
/// ```
///
/// An address without a key, such as `s3://photos/`, has none that could be meant.
fn key_in_address(text: &str) -> Option<&str> {
    let path = text
        .strip_prefix("s3://")
        .or_else(|| text.strip_prefix("arn:aws:s3:::"))
        .or_else(|| text.strip_prefix("https://"))?;
    path.split_once('/').map(|(_, key)| key).filter(|key| !key.is_empty())
}

/// Parses `KEY=VALUE`. The value may contain further `=`.
///
/// The key may be empty here: `Tags::check` refuses that, as it does in JSON.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) => Ok((key.to_owned(), value.to_owned())),
        None => Err(format!("write a tag as KEY=VALUE, or `{text}=` for an empty value")),
    }
}

impl ObjectFlags {
    /// Returns true when the options give an object.
    pub(in crate::cli) const fn is_given(&self) -> bool {
        self.key.is_some()
    }

    /// Returns the key, for objects of an input that have none.
    ///
    /// An empty key is as good as none: the object is then refused for its missing key.
    pub(in crate::cli) fn key_alone(&self) -> Option<String> {
        self.key.clone().filter(|key| !key.is_empty())
    }

    /// Returns the object; `None` without `--key`, so that the caller reads an input.
    ///
    /// An empty value of any other option counts as absent, as an empty text does in JSON. A key
    /// that looks like an address is taken as it is, with a note: both may be meant.
    pub(in crate::cli) fn object(&self) -> Result<Option<Object<'_>>, Problem> {
        fn text(flag: Option<&String>) -> Option<Cow<'_, str>> {
            flag.filter(|text| !text.is_empty()).map(|text| Cow::Borrowed(text.as_str()))
        }
        match self.key.as_deref() {
            None => return Ok(None),
            Some("") => {
                return Err(Problem("`--key` is empty, and every object has a key".to_owned()));
            }
            Some(_) => {}
        }
        if let Some(meant) = self.key.as_deref().and_then(key_in_address) {
            output::remark(&format!(
                "note: the address is taken as the key as a whole; the key in it is `{meant}`\n"
            ));
        }
        let borrowed = |text| Cow::Borrowed(String::as_str(text));
        Object::new(Written {
            key: text(self.key.as_ref()),
            version_id: text(self.version_id.as_ref()),
            tags: self.tags.iter().map(|(key, value)| (borrowed(key), borrowed(value))).collect(),
            event: text(self.event.as_ref()),
            size: text(self.size.as_ref()),
            storage_class: text(self.storage_class.as_ref()),
            access_tier: text(self.access_tier.as_ref()),
            encryption: text(self.encryption.as_ref()),
            replication_status: text(self.replication_status.as_ref()),
            is_delete_marker: self.delete_marker.then_some(Cow::Borrowed("true")),
            last_modified: text(self.last_modified.as_ref()),
            ..Written::default()
        })
        .map(Some)
    }
}
