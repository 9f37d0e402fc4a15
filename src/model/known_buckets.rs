use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{BucketName, BucketSettings};

/// The known facts about several buckets.
///
/// A bucket without an entry is unknown; a missing bucket is known not to exist. The JSON form, an
/// object with a member for each bucket and `null` for one that does not exist, is read by
/// [`from_json`](Self::from_json).
///
/// # Examples
///
/// ```
/// use s3_replication::model::{BucketSettings, KnownBuckets};
///
/// let buckets = KnownBuckets::new()
///     .with_bucket("photos".parse()?, BucketSettings::default())
///     .with_missing_bucket("gone".parse()?);
/// assert!(buckets.get(&"photos".parse()?).is_some());
/// assert!(buckets.is_missing(&"gone".parse()?));
/// assert!(!buckets.is_missing(&"elsewhere".parse()?));
/// # Ok::<(), s3_replication::model::InvalidBucketName>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct KnownBuckets {
    buckets: BTreeMap<BucketName, Option<BucketSettings>>,
}

impl KnownBuckets {
    /// Creates an empty set of facts.
    #[must_use]
    pub const fn new() -> Self {
        Self { buckets: BTreeMap::new() }
    }

    /// Adds the settings of a bucket. They replace those added before.
    #[must_use]
    pub fn with_bucket(mut self, name: BucketName, facts: BucketSettings) -> Self {
        self.buckets.insert(name, Some(facts));
        self
    }

    /// Adds a bucket that does not exist.
    #[must_use]
    pub fn with_missing_bucket(mut self, name: BucketName) -> Self {
        self.buckets.insert(name, None);
        self
    }

    /// Returns the settings of a bucket; `None` when it is unknown or does not exist.
    #[must_use]
    pub fn get(&self, name: &BucketName) -> Option<&BucketSettings> {
        self.buckets.get(name)?.as_ref()
    }

    /// Returns true when the bucket is known not to exist.
    #[must_use]
    pub fn is_missing(&self, name: &BucketName) -> bool {
        self.buckets.get(name).is_some_and(Option::is_none)
    }
}

/// Buckets with `None` do not exist.
impl From<BTreeMap<BucketName, Option<BucketSettings>>> for KnownBuckets {
    fn from(buckets: BTreeMap<BucketName, Option<BucketSettings>>) -> Self {
        Self { buckets }
    }
}
