//! The operators of conditions.
//!
//! ```text
//! ForAnyValue:StringLikeIfExists
//! quantifier  comparison suffix
//! ```
//!
//! All comparisons of IAM are words here, because a policy may have any of them. Those that are
//! evaluated are the ones that conditions about replication use, see
//! [`condition`](super::condition).

use std::fmt;
use std::str::FromStr;

/// An operator of a condition, such as `ForAnyValue:StringLikeIfExists`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct Operator {
    pub(super) quantifier: Option<Quantifier>,
    pub(super) comparison: Comparison,
    /// True if a request without the key satisfies the condition.
    pub(super) if_exists: bool,
}

/// The treatment of a key with several values.
///
/// Without a quantifier, one value that matches is enough.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) enum Quantifier {
    ForAllValues,
    ForAnyValue,
}

closed_vocabulary! {
    /// The comparison of a condition.
    #[non_exhaustive]
    pub(super) enum Comparison("an operator such as `StringLike`") {
        /// Equal texts.
        StringEquals = "StringEquals",
        /// Different texts.
        StringNotEquals = "StringNotEquals",
        /// Texts that differ at most in the case of letters.
        StringEqualsIgnoreCase = "StringEqualsIgnoreCase",
        /// Texts that differ in more than the case of letters.
        StringNotEqualsIgnoreCase = "StringNotEqualsIgnoreCase",
        /// A text with wildcards.
        StringLike = "StringLike",
        /// The opposite of `StringLike`.
        StringNotLike = "StringNotLike",
        /// Equal numbers.
        NumericEquals = "NumericEquals",
        /// Different numbers.
        NumericNotEquals = "NumericNotEquals",
        /// A smaller number.
        NumericLessThan = "NumericLessThan",
        /// A number that is not larger.
        NumericLessThanEquals = "NumericLessThanEquals",
        /// A larger number.
        NumericGreaterThan = "NumericGreaterThan",
        /// A number that is not smaller.
        NumericGreaterThanEquals = "NumericGreaterThanEquals",
        /// The same moment.
        DateEquals = "DateEquals",
        /// Another moment.
        DateNotEquals = "DateNotEquals",
        /// An earlier moment.
        DateLessThan = "DateLessThan",
        /// A moment that is not later.
        DateLessThanEquals = "DateLessThanEquals",
        /// A later moment.
        DateGreaterThan = "DateGreaterThan",
        /// A moment that is not earlier.
        DateGreaterThanEquals = "DateGreaterThanEquals",
        /// The same truth value.
        Bool = "Bool",
        /// The same bytes.
        BinaryEquals = "BinaryEquals",
        /// An address in a range.
        IpAddress = "IpAddress",
        /// An address outside a range.
        NotIpAddress = "NotIpAddress",
        /// An ARN, part by part, with wildcards; the same as `ArnLike`.
        ArnEquals = "ArnEquals",
        /// An ARN, part by part, with wildcards.
        ArnLike = "ArnLike",
        /// The opposite of `ArnEquals`.
        ArnNotEquals = "ArnNotEquals",
        /// The opposite of `ArnLike`.
        ArnNotLike = "ArnNotLike",
        /// The absence of the key.
        Null = "Null",
    }
}

impl Comparison {
    /// Returns true for the opposite of another comparison: a request without the key satisfies it.
    pub(super) const fn is_negated(self) -> bool {
        matches!(
            self,
            Self::StringNotEquals
                | Self::StringNotEqualsIgnoreCase
                | Self::StringNotLike
                | Self::NumericNotEquals
                | Self::DateNotEquals
                | Self::NotIpAddress
                | Self::ArnNotEquals
                | Self::ArnNotLike
        )
    }
}

/// `NullIfExists` does not exist in IAM. It reads as `Null`, and its meaning is the same with the
/// suffix.
impl FromStr for Operator {
    type Err = crate::vocabulary::UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (quantifier, rest) = match text.split_once(':') {
            Some(("ForAllValues", rest)) => (Some(Quantifier::ForAllValues), rest),
            Some(("ForAnyValue", rest)) => (Some(Quantifier::ForAnyValue), rest),
            _ => (None, text),
        };
        let (word, if_exists) = match rest.strip_suffix("IfExists") {
            Some(word) => (word, true),
            None => (rest, false),
        };
        let comparison = word.parse::<Comparison>().map_err(|_| {
            crate::vocabulary::UnknownWord::new("an operator such as `StringLike`", text)
        })?;
        Ok(Self { quantifier, comparison, if_exists })
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.quantifier {
            Some(Quantifier::ForAllValues) => f.write_str("ForAllValues:")?,
            Some(Quantifier::ForAnyValue) => f.write_str("ForAnyValue:")?,
            None => {}
        }
        self.comparison.fmt(f)?;
        if self.if_exists { f.write_str("IfExists") } else { Ok(()) }
    }
}
