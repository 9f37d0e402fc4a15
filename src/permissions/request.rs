//! A request to AWS, as policies see it.
//!
//! A request has an action, a resource, a principal and condition keys. For each key there are four
//! states, and the difference between the last two decides most answers:
//!
//! ```text
//! known            with("aws:SecureTransport", ["true"])
//! one of several   with_one_of(key, [Some(…), None])
//! absent           without("aws:username")          `StringNotEquals` holds
//! unknown          not mentioned                    undecided
//! ```

use std::collections::BTreeMap;

use crate::model::RoleArn;

/// A request whose permission is in question.
///
/// The values of condition keys are known, known to be absent, one of several, or unknown. A
/// decision that depends on an unknown value is undecided.
///
/// # Examples
///
/// ```
/// use s3_replication::permissions::{Decision, PolicyDocument, Request};
///
/// let policy = PolicyDocument::from_json(
///     r#"{"Version": "2012-10-17", "Statement": [
///         {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::photos/*",
///          "Condition": {"Bool": {"aws:SecureTransport": "true"}}}]}"#,
/// )?;
/// let request = Request::new("s3:GetObject", "arn:aws:s3:::photos/cat.jpg");
/// let key = "aws:SecureTransport";
/// assert_eq!(policy.decide(&request.clone().with(key, ["true"])), Decision::Allowed);
/// assert_eq!(policy.decide(&request.clone().without(key)), Decision::ConditionFails);
/// assert!(matches!(policy.decide(&request), Decision::Undecided(_)));
/// # Ok::<(), s3_replication::Report>(())
/// ```
#[derive(Clone, Debug)]
pub struct Request {
    pub(super) action: String,
    pub(super) resource: String,
    pub(super) principal: Option<RequestPrincipal>,
    /// The possible values of each key, by its name in lower case. IAM compares the names of keys
    /// without regard to case.
    pub(super) context: BTreeMap<String, Vec<Values>>,
}

/// The values of a key in one request; `None` where the key is absent.
pub(super) type Values = Option<Vec<String>>;

/// The caller of a request.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RequestPrincipal {
    /// A session of a role.
    Role(RoleArn),
    /// A service, by its name such as `s3.amazonaws.com`.
    Service(&'static str),
}

impl Request {
    /// Creates a request for an action on a resource.
    #[must_use]
    pub fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            resource: resource.into(),
            principal: None,
            context: BTreeMap::new(),
        }
    }

    /// Sets the caller. It also sets the condition keys about a role.
    #[must_use]
    pub fn by(mut self, principal: RequestPrincipal) -> Self {
        if let RequestPrincipal::Role(role) = &principal {
            self = self
                .with("aws:PrincipalArn", [role.to_string()])
                .with("aws:PrincipalAccount", [role.account().to_string()])
                .with("aws:PrincipalType", ["AssumedRole"])
                .without("aws:username");
        }
        self.principal = Some(principal);
        self
    }

    /// Sets the values of a condition key.
    #[must_use]
    pub fn with<T: Into<String>>(self, key: &str, values: impl IntoIterator<Item = T>) -> Self {
        self.with_one_of(key, [Some(values.into_iter().map(Into::into).collect())])
    }

    /// States that the request does not have a condition key.
    #[must_use]
    pub fn without(self, key: &str) -> Self {
        self.with_one_of(key, [None])
    }

    /// Sets the possible values of a condition key; `None` means that it may be absent. A condition
    /// is decided if it has the same answer for all of them.
    #[must_use]
    pub fn with_one_of(
        mut self,
        key: &str,
        possible: impl IntoIterator<Item = Option<Vec<String>>>,
    ) -> Self {
        self.context.insert(key.to_lowercase(), possible.into_iter().collect());
        self
    }

    /// Returns the possible values of a key; none if the key is unknown.
    pub(super) fn possible(&self, key: &str) -> &[Values] {
        self.context.get(&key.to_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// Returns the value of a key if it is known to be a single one, for a variable; the inner
    /// option is `None` if the key is absent.
    #[expect(clippy::option_option, reason = "a key may be unknown, absent or present")]
    pub(super) fn single(&self, key: &str) -> Option<Option<&str>> {
        match self.possible(key) {
            [None] => Some(None),
            [Some(values)] => match values.as_slice() {
                [value] => Some(Some(value)),
                _ => None,
            },
            _ => None,
        }
    }
}
