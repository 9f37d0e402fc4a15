use crate::batch::inventory;
use crate::batch::manifest::Row;
use crate::model::{BucketName, ObjectVersion, VersionId};

/// A row of a manifest that borrows its texts: from the reader of the file, or from a [`Row`].
///
/// A manifest has millions of rows, and most uses look at each once. Such a use needs no memory of
/// its own for each row.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::manifest;
///
/// let fields: manifest::Fields = "Bucket,Key,VersionId".parse()?;
/// let mut rows = manifest::Reader::new(&b"photos,cat%201.jpg,v1\n"[..], &fields);
/// let row = rows.next_ref().unwrap()?;
/// assert_eq!((row.key, row.version_id), (&b"cat 1.jpg"[..], Some("v1")));
/// let kept: manifest::Row = row.to_row();
/// assert_eq!(manifest::RowRef::from(&kept).written_key, Some("cat%201.jpg"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct RowRef<'r> {
    /// The bucket.
    pub bucket: &'r BucketName,
    /// The key, decoded.
    pub key: &'r [u8],
    /// The key as it is written in the manifest, if that is different.
    pub written_key: Option<&'r str>,
    /// The version ID; `None` if the manifest has none.
    // INVARIANT: a text that `VersionId` accepts.
    pub version_id: Option<&'r str>,
    /// The other facts in an inventory.
    pub facts: Option<&'r inventory::Facts>,
}

impl<'r> RowRef<'r> {
    /// Returns the object version, without its id: no decision depends on the id. Missing facts have
    /// the defaults of S3. A delete marker counts as one of a user, because no column contains its
    /// creator.
    #[must_use]
    pub fn version(self) -> ObjectVersion<'r> {
        let mut version = ObjectVersion::new(self.key);
        if let Some(facts) = self.facts {
            facts.describe(&mut version);
        }
        version
    }

    /// Returns a row with memory of its own.
    #[must_use]
    pub fn to_row(self) -> Row {
        Row { facts: self.facts.cloned().map(Box::new), ..self.without_facts() }
    }

    /// Returns a row without the facts.
    pub(super) fn without_facts(self) -> Row {
        Row {
            bucket: self.bucket.clone(),
            key: self.key.into(),
            written_key: self.written_key.map(Into::into),
            version_id: self.version_id.and_then(|id| id.parse().ok()),
            facts: None,
        }
    }
}

impl<'r> From<&'r Row> for RowRef<'r> {
    fn from(row: &'r Row) -> Self {
        Self {
            bucket: &row.bucket,
            key: row.key.as_bytes(),
            written_key: row.written_key.as_deref(),
            version_id: row.version_id.as_ref().map(VersionId::as_str),
            facts: row.facts.as_deref(),
        }
    }
}
