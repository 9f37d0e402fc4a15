//! The evaluation of conditions (REP-1222, REP-1223).
//!
//! A condition holds if the value of its key in the request compares with one of the values in the
//! policy. Two things make that harder than it looks: a request may lack the key, and an opposite
//! such as `StringNotEquals` then holds. So a denial `StringNotEquals: {"aws:SourceVpc": "vpc-1"}`
//! denies S3, which comes from no VPC of the user.
//!
//! ```text
//!                       key present             key absent
//! StringEquals          one value matches       fails
//! StringNotEquals       no value matches        holds
//! …IfExists             the same                holds
//! ForAllValues:         every value matches     holds
//! ForAnyValue:          some value matches      fails
//! Null                  "false"                 "true"
//! ```
//!
//! Unknown is a third result. A condition is unknown if its key is unknown, if possible values of
//! the key give different results, if a variable in it is unknown, or if its operator compares
//! dates, addresses or bytes.

use crate::permissions::document::{Condition, PolicyVersion};
use crate::permissions::operator::{Comparison, Operator, Quantifier};
use crate::permissions::request::{Request, Values};
use crate::permissions::truth::Truth;
use crate::permissions::variable::{self, Resolved};
use crate::permissions::wildcard::Wildcard;

impl Condition {
    /// Evaluates the condition for each possible value of its key.
    ///
    /// A key with several possible values makes the condition unknown only if they lead to
    /// different answers.
    pub(super) fn holds(&self, version: PolicyVersion, request: &Request) -> Truth {
        let possible = request.possible(&self.key);
        let mut truths = possible.iter().map(|values| self.holds_for(values, version, request));
        // The request has no entry for the key: nothing is known, not even that it is absent.
        let Some(first) = truths.next() else { return Truth::unknown(format!("`{}`", self.key)) };
        let differs = truths.any(|other| other != first);
        if differs { Truth::unknown(format!("`{}`", self.key)) } else { first }
    }

    /// Evaluates the condition for one possible value of its key, which may be its absence.
    ///
    /// `None` among the values is absence, and is decided by the table above, before any value is
    /// compared.
    fn holds_for(&self, values: &Values, version: PolicyVersion, request: &Request) -> Truth {
        let Operator { quantifier, comparison, if_exists } = self.operator;
        // Only presence matters, so this comes before everything that needs a value.
        if comparison == Comparison::Null {
            let is_absent = values.is_none();
            let wanted = self.values.iter().any(|value| {
                // A value that is not a truth value matches neither, so the condition fails.
                value.parse::<bool>().is_ok_and(|expects_absence| expects_absence == is_absent)
            });
            return wanted.into();
        }
        let Some(values) = values else {
            // A request without the key: REP-1223.
            return match quantifier {
                Some(Quantifier::ForAllValues) => Truth::Yes,
                Some(Quantifier::ForAnyValue) => if_exists.into(),
                None => (if_exists || comparison.is_negated()).into(),
            };
        };
        // Of an opposite, no value of the policy may match.
        // `one` is the result for a value of the request.
        let one = |value: &String| {
            let matched = Truth::any(
                self.values
                    .iter()
                    .map(|wanted| matched(comparison, value, wanted, version, request)),
            );
            if comparison.is_negated() { matched.not() } else { matched }
        };
        match quantifier {
            Some(Quantifier::ForAnyValue) => Truth::any(values.iter().map(one)),
            // Without a quantifier, one value of the request is enough; an opposite has to hold for
            // all of them.
            None if !comparison.is_negated() => Truth::any(values.iter().map(one)),
            Some(Quantifier::ForAllValues) | None => Truth::all(values.iter().map(one)),
        }
    }
}

/// Compares a value of the request with one of the policy, without negation.
///
/// Operators that compare dates, addresses and bytes are unknown: no key that S3 sends to a role
/// has such a value, so a condition with one is about the caller or the moment.
fn matched(
    comparison: Comparison,
    value: &str,
    wanted: &str,
    version: PolicyVersion,
    request: &Request,
) -> Truth {
    use Comparison as C;
    let resolved = |is_pattern| match variable::resolve(wanted, is_pattern, version, request) {
        Resolved::Known(wildcard) => Ok(wildcard),
        Resolved::Nothing => Err(Truth::No),
        Resolved::Unknown(key) => Err(Truth::unknown(format!("`${{{key}}}`"))),
    };
    let compare = |is_pattern, matches: &dyn Fn(Wildcard) -> bool| {
        resolved(is_pattern).map_or_else(|truth| truth, |wildcard| matches(wildcard).into())
    };
    match comparison {
        C::StringEquals | C::StringNotEquals => compare(false, &|wildcard| wildcard.matches(value)),
        C::StringEqualsIgnoreCase | C::StringNotEqualsIgnoreCase => {
            compare(false, &|wildcard| wildcard.ignoring_case().matches(value))
        }
        C::StringLike | C::StringNotLike => compare(true, &|wildcard| wildcard.matches(value)),
        C::Bool => compare(false, &|wildcard| wildcard.ignoring_case().matches(value)),
        // IAM treats the pairs alike: both accept wildcards (REP-1222).
        C::ArnEquals | C::ArnLike | C::ArnNotEquals | C::ArnNotLike => {
            arn_matched(value, wanted, version, request)
        }
        C::NumericEquals
        | C::NumericNotEquals
        | C::NumericLessThan
        | C::NumericLessThanEquals
        | C::NumericGreaterThan
        | C::NumericGreaterThanEquals => number_matched(comparison, value, wanted),
        _ => Truth::unknown(format!("the operator `{comparison}`")),
    }
}

/// Compares each of the six parts of an ARN with its own pattern: a wildcard does not reach beyond
/// a colon, except in the last part.
///
/// ```text
/// arn:aws:s3:::photos/a:b   against   arn:aws:s3:::photos/*      matches: the last part has colons
/// arn:aws:iam::1:role/r     against   arn:*:role/r               does not: three parts against six
/// ```
fn arn_matched(value: &str, wanted: &str, version: PolicyVersion, request: &Request) -> Truth {
    let (found, wanted): (Vec<&str>, Vec<&str>) =
        (value.splitn(6, ':').collect(), parts_of_pattern(wanted));
    if found.len() != wanted.len() {
        return Truth::No;
    }
    let parts = found.iter().zip(wanted);
    Truth::all(parts.map(|(found, wanted)| {
        match variable::resolve(wanted, true, version, request) {
            Resolved::Known(wildcard) => wildcard.matches(found).into(),
            Resolved::Nothing => Truth::No,
            Resolved::Unknown(key) => Truth::unknown(format!("`${{{key}}}`")),
        }
    }))
}

/// Splits the pattern of an ARN at its first five colons that are not inside variables.
///
/// `${aws:PrincipalAccount}` has a colon that separates nothing.
pub(super) fn parts_of_pattern(pattern: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, character) in pattern.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 && parts.len() < 5 => {
                parts.extend(pattern.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(pattern.get(start..));
    parts
}

/// A text that is not a number matches nothing, and IAM rejects it in a policy. The opposite is
/// handled by the caller, so inequality is compared as equality here.
fn number_matched(comparison: Comparison, value: &str, wanted: &str) -> Truth {
    let (Ok(value), Ok(wanted)) = (value.parse::<f64>(), wanted.parse::<f64>()) else {
        return Truth::No;
    };
    let Some(order) = value.partial_cmp(&wanted) else { return Truth::No };
    match comparison {
        Comparison::NumericLessThan => order.is_lt(),
        Comparison::NumericLessThanEquals => order.is_le(),
        Comparison::NumericGreaterThan => order.is_gt(),
        Comparison::NumericGreaterThanEquals => order.is_ge(),
        _ => order.is_eq(),
    }
    .into()
}
