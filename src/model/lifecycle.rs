use std::fmt;
use std::num::NonZeroU32;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::{Serialize, Serializer};

/// What is known about the lifecycle rules of a bucket.
///
/// In JSON it is `false`, `true`, or an object with what is known of them.
///
/// # Examples
///
/// ```
/// use s3_replication::model::{BucketLifecycle, Expiry};
///
/// let lifecycle: BucketLifecycle = serde_json::from_str(r#"{"ExpirationDays": 30}"#)?;
/// assert!(lifecycle.has_rules());
/// assert_eq!(lifecycle.expiration().unwrap().to_string(), "30 days");
/// assert_eq!(lifecycle.noncurrent_version_expiration(), Some(Expiry::Never));
///
/// let some: BucketLifecycle = serde_json::from_str("true")?;
/// assert_eq!(some.expiration(), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum BucketLifecycle {
    /// There are none.
    Absent,
    /// There are some, nobody says which.
    Present,
    /// There are some, and every object expires by them like this.
    Expires(LifecycleExpiration),
}

/// After how many days lifecycle rules expire the objects of a bucket.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, serde::Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct LifecycleExpiration {
    /// Days from the creation of the current version; `None` when it does not expire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_days: Option<NonZeroU32>,
    /// Days from the moment a version becomes noncurrent; `None` when it does not expire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noncurrent_version_expiration_days: Option<NonZeroU32>,
}

/// When something expires; the earlier is the lesser.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[expect(clippy::exhaustive_enums, reason = "it expires or it does not")]
pub enum Expiry {
    /// After so many days.
    After(NonZeroU32),
    /// Not at all.
    Never,
}

impl BucketLifecycle {
    /// Returns true when there are lifecycle rules.
    #[must_use]
    pub const fn has_rules(self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// Returns when current versions expire; `None` when that is not known.
    #[must_use]
    pub fn expiration(self) -> Option<Expiry> {
        self.expiry(|days| days.expiration_days)
    }

    /// Returns when noncurrent versions expire; `None` when that is not known.
    #[must_use]
    pub fn noncurrent_version_expiration(self) -> Option<Expiry> {
        self.expiry(|days| days.noncurrent_version_expiration_days)
    }

    fn expiry(self, of: fn(LifecycleExpiration) -> Option<NonZeroU32>) -> Option<Expiry> {
        match self {
            Self::Absent => Some(Expiry::Never),
            Self::Present => None,
            Self::Expires(days) => Some(of(days).map_or(Expiry::Never, Expiry::After)),
        }
    }
}

impl From<bool> for BucketLifecycle {
    fn from(has_rules: bool) -> Self {
        if has_rules { Self::Present } else { Self::Absent }
    }
}

impl Serialize for BucketLifecycle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => serializer.serialize_bool(false),
            Self::Present => serializer.serialize_bool(true),
            Self::Expires(days) => days.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for BucketLifecycle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Form;

        impl<'de> Visitor<'de> for Form {
            type Value = BucketLifecycle;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`true`, `false`, or an object such as `{\"ExpirationDays\": 30}`")
            }

            fn visit_bool<E: de::Error>(self, has_rules: bool) -> Result<Self::Value, E> {
                Ok(has_rules.into())
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let days = de::value::MapAccessDeserializer::new(map);
                LifecycleExpiration::deserialize(days).map(BucketLifecycle::Expires)
            }
        }

        deserializer.deserialize_any(Form)
    }
}

impl fmt::Display for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::After(days) if days.get() == 1 => f.pad("1 day"),
            Self::After(days) => write!(f, "{days} days"),
            Self::Never => f.pad("never"),
        }
    }
}
