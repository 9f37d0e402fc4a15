use std::sync::Arc;

use datafusion::arrow::array::StringBuilder;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{exec_datafusion_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use s3_replication::batch::manifest::decode_key;
use s3_replication::dialect::job::PlusReading;

use crate::cells::Texts;

const NAME: &str = "s3_decode_key";

/// The function that decodes a key of an inventory in CSV.
#[derive(Debug, Eq, Hash, PartialEq)]
pub(crate) struct DecodeKey {
    signature: Signature,
}

impl DecodeKey {
    pub(crate) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for DecodeKey {
    fn name(&self) -> &'static str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        match given {
            [
                text @ (DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null),
            ] => Ok(vec![text.clone()]),
            [DataType::Dictionary(_, _)] => Ok(vec![DataType::Utf8]),
            _ => plan_err!("`{NAME}` takes one argument, a text"),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let written = Texts::of(arguments.args.first())?;
        let number = arguments.number_rows;
        let mut keys = StringBuilder::with_capacity(number, number * AVERAGE_LENGTH);
        let mut buffer = Vec::new();
        for row in 0..number {
            let Some(text) = written.get(row) else {
                keys.append_null();
                continue;
            };
            // The plus sign is a space in every inventory.
            let key = decode_key(text, PlusReading::Space, &mut buffer);
            keys.append_value(key.map_err(|error| exec_datafusion_err!("{error}"))?);
        }
        Ok(ColumnarValue::Array(Arc::new(keys.finish())))
    }
}

/// A usual length of keys, so that a column of them grows seldom.
const AVERAGE_LENGTH: usize = 48;
