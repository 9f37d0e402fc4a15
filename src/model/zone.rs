use std::fmt;
use std::str::FromStr;

use crate::text::illegal_in_xml;

/// The name of a zone of Ceph's RADOS Gateway (REP-1138).
///
/// # Examples
///
/// ```
/// use s3_replication::model::ZoneName;
///
/// let zone: ZoneName = "us-east".parse()?;
/// assert_eq!(zone.as_str(), "us-east");
/// assert!("\u{1}".parse::<ZoneName>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ZoneName(String);

impl ZoneName {
    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads any text that XML can represent. Ceph compares the text with the names of its zones, and
/// ignores one that no zone has.
impl FromStr for ZoneName {
    type Err = InvalidZoneName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match illegal_in_xml(text) {
            Some(found) => Err(InvalidZoneName { found }),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Display for ZoneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The error returned when a text is not a [`ZoneName`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the name of a zone cannot contain `{}`, which XML cannot represent", found.escape_unicode())]
pub struct InvalidZoneName {
    found: char,
}

/// The zones that a rule names in `Source` and in `Destination`, an extension of Ceph (REP-1138).
///
/// An empty list stands for every zone. The default names none, so the rule is for every zone.
///
/// # Examples
///
/// ```
/// use s3_replication::model::{ZonePair, Zones};
///
/// let pair: ZonePair = "us-east,us-west".parse()?;
/// let mut zones = Zones::default();
/// assert!(zones.contain(&pair));
/// zones.source.push("eu".parse()?);
/// assert!(!zones.contain(&pair));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "replication has a source and a destination")]
pub struct Zones {
    /// The zones from which the rule replicates, in document order.
    pub source: Vec<ZoneName>,
    /// The zones to which the rule replicates, in document order.
    pub destination: Vec<ZoneName>,
}

impl Zones {
    /// Returns true when the rule names no zone.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.source.is_empty() && self.destination.is_empty()
    }

    /// Returns true when data sync from the first zone of the pair to the second applies the rule.
    #[must_use]
    pub fn contain(&self, pair: &ZonePair) -> bool {
        let contains = |names: &[ZoneName], zone| names.is_empty() || names.contains(zone);
        contains(&self.source, &pair.source) && contains(&self.destination, &pair.destination)
    }
}

/// Two zones between which data sync of Ceph replicates objects.
///
/// # Examples
///
/// ```
/// use s3_replication::model::ZonePair;
///
/// let pair: ZonePair = "us-east,us-west".parse()?;
/// assert_eq!(pair.destination.as_str(), "us-west");
/// assert_eq!(pair.to_string(), "us-east,us-west");
/// assert!("us-east".parse::<ZonePair>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a pair has two zones")]
pub struct ZonePair {
    /// The zone that has the objects.
    pub source: ZoneName,
    /// The zone that gets the replicas.
    pub destination: ZoneName,
}

/// Writes `FROM,TO`.
impl fmt::Display for ZonePair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{},{}", self.source, self.destination))
    }
}

/// Reads `FROM,TO`. Neither name is empty, contains a comma, or has space around it.
impl FromStr for ZonePair {
    type Err = InvalidZonePair;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = |text: &str| text.parse::<ZoneName>().map_err(InvalidZonePair::Name);
        // A name with spaces around it would be that of no zone, without notice.
        let is_name = |text: &str| !text.is_empty() && text.trim() == text;
        match text.split_once(',') {
            Some((source, destination))
                if is_name(source) && is_name(destination) && !destination.contains(',') =>
            {
                Ok(Self { source: name(source)?, destination: name(destination)? })
            }
            _ => Err(InvalidZonePair::Form),
        }
    }
}

/// The error returned when a text is not a [`ZonePair`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidZonePair {
    /// The text is not two names with a comma between them.
    #[error("write the names of two zones, such as `us-east,us-west`")]
    Form,
    /// One of the names is invalid.
    #[error(transparent)]
    Name(InvalidZoneName),
}
