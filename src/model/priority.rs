use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The priority of a rule: of two conflicting rules, the one with the **larger** number wins.
///
/// Two rules conflict when they match the same object version and name the same destination
/// bucket. Rules with different destinations never conflict, so priorities order the rules *of one
/// destination*, not those of a configuration (REP-401, REP-402). AWS's tutorials describe the
/// opposite order; the [`Dialect`](crate::Dialect) decides. `Ord` always compares the numbers.
///
/// # Examples
///
/// ```
/// use s3_replication::Priority;
///
/// let backup: Priority = "7".parse()?;
/// assert!(backup > Priority::MIN);
/// assert_eq!(backup.to_string(), "7");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Negative numbers and numbers above [`Priority::MAX`] do not parse (REP-211):
///
/// ```
/// use s3_replication::Priority;
///
/// let error = "-1".parse::<Priority>().unwrap_err();
/// assert_eq!(error.to_string(), "priority `-1` is not an integer from 0 to 2147483647");
/// assert!(error.is_out_of_range());
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Deserialize, Serialize)]
#[serde(try_from = "i64", into = "u32")]
pub struct Priority(u32);

impl Priority {
    /// The smallest priority, 0.
    pub const MIN: Self = Self(0);
    /// The largest priority, 2,147,483,647.
    pub const MAX: Self = Self(i32::MAX.unsigned_abs());

    /// Creates a priority.
    ///
    /// # Errors
    ///
    /// Returns an error when `value` is above [`Priority::MAX`].
    pub fn new(value: u32) -> Result<Self, InvalidPriority> {
        if value <= Self::MAX.0 { Ok(Self(value)) } else { Err(InvalidPriority::range(&value)) }
    }

    /// Returns the number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Parses a decimal integer as XML Schema defines it: digits after an optional sign.
impl FromStr for Priority {
    type Err = InvalidPriority;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidPriority { given: text.to_owned(), out_of_range: false });
        }
        match text.parse::<i64>() {
            Ok(value) => Self::try_from(value).map_err(|_| InvalidPriority::range(&text)),
            Err(_) => Err(InvalidPriority::range(&text)),
        }
    }
}

impl TryFrom<i64> for Priority {
    type Error = InvalidPriority;

    fn try_from(value: i64) -> Result<Self, Self::Error> {
        u32::try_from(value).map_err(|_| InvalidPriority::range(&value)).and_then(Self::new)
    }
}

impl From<Priority> for u32 {
    fn from(priority: Priority) -> Self {
        priority.0
    }
}

/// The error returned when a text or number is not a [`Priority`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("priority `{given}` is not an integer from {} to {}", Priority::MIN, Priority::MAX)]
pub struct InvalidPriority {
    given: String,
    out_of_range: bool,
}

impl InvalidPriority {
    fn range(given: &impl ToString) -> Self {
        Self { given: given.to_string(), out_of_range: true }
    }

    /// Returns true for an integer outside the range, false for a text that is not an integer. S3
    /// answers the two differently.
    #[must_use]
    pub const fn is_out_of_range(&self) -> bool {
        self.out_of_range
    }
}
