use std::fmt;
use std::num::NonZeroU32;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::{Serialize, Serializer};

/// The lifecycle rules of a bucket, as far as they are known.
///
/// In JSON it is `false` (no rules), `true` (some rules, details unknown), or an object such as
/// `{"ExpirationDays": 30}`.
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
    /// The bucket has no lifecycle rules.
    Absent,
    /// The bucket has lifecycle rules that are not known.
    Present,
    /// The lifecycle rules expire every object of the bucket after these periods.
    Expires(LifecycleExpiration),
}

/// The number of days after which lifecycle rules expire the objects of a bucket.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, serde::Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct LifecycleExpiration {
    /// Days from the creation of the current version; `None` when it never expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_days: Option<NonZeroU32>,
    /// Days after a version becomes noncurrent; `None` when it never expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noncurrent_version_expiration_days: Option<NonZeroU32>,
}

/// A time of expiry. An earlier one is less than a later one.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[expect(clippy::exhaustive_enums, reason = "a version expires or it does not")]
pub enum Expiry {
    /// After this number of days.
    After(NonZeroU32),
    /// Never.
    Never,
}

impl BucketLifecycle {
    /// Returns true when the bucket has lifecycle rules.
    #[must_use]
    pub const fn has_rules(self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// Returns the time after which current versions expire; `None` when it is not known.
    #[must_use]
    pub fn expiration(self) -> Option<Expiry> {
        self.expiry(|days| days.expiration_days)
    }

    /// Returns the time after which noncurrent versions expire; `None` when it is not known.
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
