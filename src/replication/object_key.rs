//! Keys of objects, and names of versions for maps that a borrowed name can search.
//!
//! A ledger may hold millions of versions. A key is shared and not copied: by the map of versions,
//! by tasks and by notifications. A lookup must not build an owned name first, which is the purpose
//! of [`VersionRef`].

use std::fmt;
use std::sync::Arc;

use hashbrown::{Equivalent, HashMap};
use serde::{Deserialize, Serialize};

use crate::model::VersionId;

/// The key of an object. A key is a string of bytes; in S3 it is always UTF-8.
///
/// Serde writes a UTF-8 key as a string and any other key as a list of bytes.
///
/// # Examples
///
/// ```
/// use s3_replication::replication::ObjectKey;
///
/// let key = ObjectKey::from("Tax/doc1.pdf");
/// assert_eq!(serde_json::to_string(&key)?, r#""Tax/doc1.pdf""#);
/// assert_eq!(serde_json::to_string(&ObjectKey::from(&b"\xFF"[..]))?, "[255]");
/// assert_eq!(serde_json::from_str::<ObjectKey>(r#""Tax/doc1.pdf""#)?, key);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd, Deserialize, Serialize)]
#[serde(from = "Form", into = "Form")]
pub struct ObjectKey(Arc<[u8]>);

/// The form in documents: text where that is possible.
#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum Form {
    /// A key in UTF-8, as all keys of S3.
    Text(String),
    /// Any other key, byte by byte.
    Bytes(Vec<u8>),
}

impl ObjectKey {
    /// Returns the bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl<Text: AsRef<[u8]> + ?Sized> From<&Text> for ObjectKey {
    fn from(text: &Text) -> Self {
        Self(text.as_ref().into())
    }
}

impl From<&ObjectKey> for ObjectKey {
    fn from(key: &Self) -> Self {
        key.clone()
    }
}

impl From<Form> for ObjectKey {
    fn from(form: Form) -> Self {
        Self(match form {
            Form::Text(text) => text.into_bytes().into(),
            Form::Bytes(bytes) => bytes.into(),
        })
    }
}

impl From<ObjectKey> for Form {
    fn from(key: ObjectKey) -> Self {
        match String::from_utf8(key.as_bytes().to_vec()) {
            Ok(text) => Self::Text(text),
            Err(error) => Self::Bytes(error.into_bytes()),
        }
    }
}

/// Writes the key as text. Bytes outside UTF-8 become replacement characters, so the text is for
/// messages, and not for storage.
impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&String::from_utf8_lossy(&self.0))
    }
}

/// Writes every byte, escaped.
impl fmt::Debug for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectKey({})", self.0.escape_ascii())
    }
}

/// The key and the ID of a version, which identify it within its bucket.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct VersionName {
    pub(crate) key: ObjectKey,
    pub(crate) id: VersionId,
}

/// A borrowed [`VersionName`].
// INVARIANT: it has the same hash as the `VersionName`.
#[derive(Clone, Copy, Debug, Hash)]
pub(crate) struct VersionRef<'n> {
    pub(crate) key: &'n ObjectKey,
    pub(crate) id: &'n VersionId,
}

/// A map from versions to `T`.
///
/// It is that of `hashbrown`, because the map of the standard library finds by `Borrow`, and a pair
/// of references is no borrowed `VersionName`.
pub(crate) type VersionMap<T> = HashMap<VersionName, T>;

impl VersionName {
    /// Creates a name from its parts.
    pub(crate) const fn new(key: ObjectKey, id: VersionId) -> Self {
        Self { key, id }
    }
}

impl<'n> VersionRef<'n> {
    /// Creates a name that borrows its parts.
    pub(crate) const fn new(key: &'n ObjectKey, id: &'n VersionId) -> Self {
        Self { key, id }
    }

    /// Returns the name with parts of its own. Both are cheap to clone.
    pub(crate) fn owned(self) -> VersionName {
        VersionName { key: self.key.clone(), id: self.id.clone() }
    }
}

impl Equivalent<VersionName> for VersionRef<'_> {
    fn equivalent(&self, name: &VersionName) -> bool {
        // IDs come first: many versions of one key differ only in their IDs.
        *self.id == name.id && *self.key == name.key
    }
}
