//! The parameters of the functions: their names, their types, and the configuration, which is a
//! literal.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{ScalarValue, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, Signature, Volatility};

use crate::configurations::{Compiled, Configurations};

/// A parameter of a function.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Parameter {
    Configuration,
    Bucket,
    Key,
    Tags,
    Encryption,
    StorageClass,
    Status,
    IsDeleteMarker,
    AccessTier,
    Event,
}

use Parameter::{
    AccessTier, Bucket, Configuration, Encryption, Event, IsDeleteMarker, Key, Status,
    StorageClass, Tags,
};

/// The parameters of a function about a version.
pub(crate) const ABOUT_A_VERSION: &[Parameter] = &[
    Configuration,
    Key,
    Tags,
    Encryption,
    StorageClass,
    Status,
    IsDeleteMarker,
    AccessTier,
    Event,
];

/// The parameters of a function about a version and a bucket.
pub(crate) const ABOUT_A_BUCKET: &[Parameter] = &[
    Configuration,
    Bucket,
    Key,
    Tags,
    Encryption,
    StorageClass,
    Status,
    IsDeleteMarker,
    AccessTier,
    Event,
];

impl Parameter {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Configuration => "configuration",
            Bucket => "bucket",
            Key => "key",
            Tags => "tags",
            Encryption => "encryption",
            StorageClass => "storage_class",
            Status => "status",
            IsDeleteMarker => "is_delete_marker",
            AccessTier => "access_tier",
            Event => "event",
        }
    }

    /// Returns the type to which an argument is cast.
    fn coerced(self, given: &DataType) -> Result<DataType> {
        let text = match given {
            // `NULL` without a type is a fact that the query does not have.
            DataType::Null => return Ok(DataType::Null),
            DataType::Dictionary(_, values) => values,
            other => other,
        };
        let is_text = matches!(text, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
        let expected = match self {
            IsDeleteMarker if is_text || *given == DataType::Boolean => {
                return Ok(DataType::Boolean);
            }
            IsDeleteMarker => "true or false",
            _ if is_text => return Ok(text.clone()),
            Tags if is_map_of_texts(given) => return Ok(given.clone()),
            Tags => "a text such as `a=b&c=d`, or a map of texts",
            _ => "a text",
        };
        plan_err!("`{}` has to be {expected}, and it is {given}", self.name())
    }
}

fn is_map_of_texts(given: &DataType) -> bool {
    let DataType::Map(entries, _) = given else { return false };
    let DataType::Struct(fields) = entries.data_type() else { return false };
    fields.iter().all(|field| {
        matches!(field.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
    })
}

/// Returns the signature of a function with these parameters, of which all behind the key are
/// optional.
pub(crate) fn signature(parameters: &[Parameter]) -> Signature {
    let names = parameters.iter().map(|parameter| parameter.name()).collect::<Vec<_>>();
    let signature = Signature::user_defined(Volatility::Immutable);
    // INVARIANT: no name occurs twice, so the names are taken.
    signature.clone().with_parameter_names(names).unwrap_or(signature)
}

/// Returns the types to which the arguments of a function are cast.
pub(crate) fn coerce(
    function: &str,
    parameters: &[Parameter],
    given: &[DataType],
) -> Result<Vec<DataType>> {
    let required = parameters.iter().take_while(|parameter| **parameter != Tags).count();
    if !(required..=parameters.len()).contains(&given.len()) {
        let names: Vec<_> = parameters.iter().map(|parameter| parameter.name()).collect();
        return plan_err!(
            "`{function}` takes {required} to {} arguments, and it is called with {}: {function}({})",
            parameters.len(),
            given.len(),
            names.join(", ")
        );
    }
    parameters.iter().zip(given).map(|(parameter, given)| parameter.coerced(given)).collect()
}

/// Returns the configuration that a query names or contains.
pub(crate) fn planned(
    configurations: &Configurations,
    literals: &[Option<&ScalarValue>],
) -> Result<Arc<Compiled>> {
    let literal = literals.first().copied().flatten();
    let Some(name_or_text) = literal.and_then(ScalarValue::try_as_str).flatten() else {
        return plan_err!(
            "the replication configuration has to be a literal: its text, or the name under which it \
             is registered"
        );
    };
    configurations.get(name_or_text)
}

/// The arguments of a call, by parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arguments<'a> {
    parameters: &'static [Parameter],
    values: &'a [ColumnarValue],
}

impl<'a> Arguments<'a> {
    pub(crate) const fn new(parameters: &'static [Parameter], values: &'a [ColumnarValue]) -> Self {
        Self { parameters, values }
    }

    /// Returns an argument; `None` if the call does not have it.
    pub(crate) fn get(self, parameter: Parameter) -> Option<&'a ColumnarValue> {
        let position = self.parameters.iter().position(|one| *one == parameter)?;
        self.values.get(position)
    }

    /// Returns the configuration.
    pub(crate) fn configuration(self, configurations: &Configurations) -> Result<Arc<Compiled>> {
        let literal = match self.get(Configuration) {
            Some(ColumnarValue::Scalar(scalar)) => Some(scalar),
            Some(ColumnarValue::Array(_)) | None => None,
        };
        planned(configurations, &[literal])
    }
}
