//! The JSON that the AWS CLI and the SDKs share.

use serde_json::{Map, Value};

/// The error for a value that the types of the SDK cannot express.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the types of the AWS SDK cannot express `{path}`")]
pub struct NotRepresentable {
    path: String,
}

impl NotRepresentable {
    pub(crate) fn new(path: impl Into<String>) -> Self {
        Self { path: path.into() }
    }

    /// Returns the place of the value, such as `Rules[0].Filter.Not`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// An object of JSON that is being written. Absent members are left out.
#[derive(Default)]
pub(crate) struct Members(Map<String, Value>);

impl Members {
    pub(crate) fn with(mut self, name: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value.into());
        }
        self
    }
}

impl From<Members> for Value {
    fn from(members: Members) -> Self {
        Self::Object(members.0)
    }
}

/// Returns an array.
pub(crate) fn list<T>(items: &[T], item: impl Fn(&T) -> Value) -> Value {
    items.iter().map(item).collect()
}

/// Returns an object with the one member `Status`.
#[cfg(feature = "s3")]
pub(crate) fn status(word: &str) -> Value {
    Members::default().with("Status", Some(word)).into()
}

/// Returns a text member.
pub(crate) fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

/// Returns an integer member.
pub(crate) fn integer(value: &Value, name: &str) -> Option<i32> {
    value.get(name)?.as_i64().and_then(|number| number.try_into().ok())
}

/// Returns the items of an array member.
pub(crate) fn items<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// Returns the first place of a value that the other one does not have.
pub(crate) fn missing(given: &Value, made: &Value, path: &str) -> Option<String> {
    match (given, made) {
        (Value::Object(given), Value::Object(made)) => given.iter().find_map(|(name, value)| {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            missing(value, made.get(name).unwrap_or(&Value::Null), &path)
        }),
        (Value::Array(given), Value::Array(made)) if given.len() == made.len() => {
            let mut pairs = given.iter().zip(made).enumerate();
            pairs.find_map(|(at, (given, made))| missing(given, made, &format!("{path}[{at}]")))
        }
        _ => (given != made).then(|| path.to_owned()),
    }
}
