use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// The id of an object version: `null`, or the text that S3 made up for it.
///
/// The null version is the one written before versioning was enabled or while it was suspended.
/// Ids are opaque, UTF-8, URL-ready and at most 1,024 bytes long.
///
/// # Examples
///
/// ```
/// use s3_replication::model::VersionId;
///
/// let id: VersionId = "null".parse()?;
/// assert!(id.is_null());
/// assert!("".parse::<VersionId>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct VersionId(Arc<str>);

impl VersionId {
    /// The word of the null version.
    pub const NULL: &'static str = "null";
    /// The most bytes an id may have.
    pub const LIMIT: usize = 1024;

    /// Returns the id of the null version.
    #[must_use]
    pub fn null() -> Self {
        Self(Self::NULL.into())
    }

    /// Returns true for the null version.
    #[must_use]
    pub fn is_null(&self) -> bool {
        &*self.0 == Self::NULL
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for VersionId {
    type Err = InvalidVersionId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if (1..=Self::LIMIT).contains(&text.len()) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidVersionId { bytes: text.len() })
        }
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

text_serde!(VersionId, "a version id", |word| word.parse::<VersionId>());

/// The error returned when a text is not a [`VersionId`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a version id has 1 to {} bytes, this one has {bytes}", VersionId::LIMIT)]
pub struct InvalidVersionId {
    bytes: usize,
}
