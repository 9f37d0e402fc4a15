use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use crate::model::{BucketName, BucketSettings, Members};

/// The known facts about several buckets.
///
/// A bucket that is absent is unknown; a bucket that is `null` does not exist. In JSON it is an
/// object with a member for each bucket, or an object whose only member `Buckets` is such an
/// object. A bucket may occur only once, because two entries could contradict each other.
///
/// # Examples
///
/// ```
/// use s3_replication::model::KnownBuckets;
///
/// let buckets: KnownBuckets = serde_json::from_str(
///     r#"{"Buckets": {"photos": {"Versioning": "Enabled"}, "gone": null}}"#,
/// )?;
/// assert!(buckets.get(&"photos".parse()?).is_some());
/// assert!(buckets.is_missing(&"gone".parse()?));
/// assert!(!buckets.is_missing(&"elsewhere".parse()?));
///
/// let alone = r#"{"photos": {"Versioning": "Enabled"}, "gone": null}"#;
/// assert_eq!(serde_json::from_str::<KnownBuckets>(alone)?, buckets);
/// assert!(serde_json::from_str::<KnownBuckets>(r#"{"a-b": null, "a-b": null}"#).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
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

impl<'de> Deserialize<'de> for KnownBuckets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Form::Either.deserialize(deserializer)
    }
}

/// The optional member that contains all buckets.
const MEMBER: &str = "Buckets";

/// The JSON forms of a set of buckets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    /// An object with a member for each bucket.
    Alone,
    /// The same, or an object with the only member `Buckets`.
    Either,
}

impl<'de> DeserializeSeed<'de> for Form {
    type Value = KnownBuckets;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Form {
    type Value = KnownBuckets;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of buckets by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut buckets: BTreeMap<BucketName, _> = BTreeMap::new();
        while let Some(name) = map.next_key::<String>()? {
            if self == Self::Either && name == MEMBER {
                let beside = |other: &str| {
                    A::Error::custom(format_args!(
                        "`{other}` stands beside `{MEMBER}`, which holds all buckets"
                    ))
                };
                if let Some(other) = buckets.keys().next() {
                    return Err(beside(other.as_str()));
                }
                let known = map.next_value_seed(Self::Alone)?;
                return map.next_key::<String>()?.map_or(Ok(known), |other| Err(beside(&other)));
            }
            let name: BucketName = name.parse().map_err(A::Error::custom)?;
            if buckets.contains_key(&name) {
                return Err(A::Error::custom(format!("the bucket `{name}` is there twice")));
            }
            let facts: Option<Members<BucketSettings>> = map.next_value()?;
            buckets.insert(name, facts.map(|Members(facts)| facts));
        }
        Ok(KnownBuckets { buckets })
    }
}
