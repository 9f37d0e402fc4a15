//! Variables in resources and conditions, such as `${aws:PrincipalAccount}` (REP-1221).
//!
//! ```text
//! arn:aws:s3:::logs/${aws:PrincipalAccount}/*     value of a key of the request
//! ${aws:username, 'anonymous'}                    default if the key is absent
//! ${*}                                            a literal asterisk
//! ```
//!
//! The value of a variable is literal, also if it has an asterisk in it. Otherwise a user could
//! widen a policy by choosing a name. In the older version of the language all of this is plain
//! text.

use crate::permissions::document::PolicyVersion;
use crate::permissions::request::Request;
use crate::permissions::wildcard::Wildcard;

/// A text of a policy with its variables replaced.
///
/// The three cases must stay apart: a text that matches nothing decides, and an unknown one does
/// not.
pub(super) enum Resolved {
    /// The text.
    Known(Wildcard),
    /// A variable has no value, so the text matches nothing.
    Nothing,
    /// The value of this variable is unknown.
    Unknown(String),
}

/// Replaces the variables of a text. Outside variables, `*` and `?` are wildcards if the text
/// `is_pattern`; the values of variables and `${*}`, `${?}` and `${$}` are literal.
pub(super) fn resolve(
    text: &str,
    is_pattern: bool,
    version: PolicyVersion,
    request: &Request,
) -> Resolved {
    let mut wildcard = Wildcard::literal("");
    let push = |wildcard: &mut Wildcard, text: &str| {
        if is_pattern { wildcard.push_pattern(text) } else { wildcard.push_literal(text) }
    };
    let mut rest = text;
    let has_variables = version == PolicyVersion::V2012;
    while let Some((before, after)) = rest.split_once("${").filter(|_| has_variables) {
        // Without a closing brace it is no variable.
        let Some((name, behind)) = after.split_once('}') else { break };
        push(&mut wildcard, before);
        rest = behind;
        if matches!(name, "*" | "?" | "$") {
            wildcard.push_literal(name);
            continue;
        }
        let (key, default) = match name.split_once(',') {
            Some((key, default)) => (key.trim(), Some(default.trim().trim_matches('\''))),
            None => (name.trim(), None),
        };
        match (request.single(key), default) {
            (Some(Some(value)), _) => wildcard.push_literal(value),
            (Some(None), Some(default)) => wildcard.push_literal(default),
            // IAM treats the statement as one that does not match (REP-1221).
            (Some(None), None) => return Resolved::Nothing,
            (None, _) => return Resolved::Unknown(key.to_owned()),
        }
    }
    push(&mut wildcard, rest);
    Resolved::Known(wildcard)
}
