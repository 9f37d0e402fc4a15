//! The list of replications of each row, as a column.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, ListArray, StringViewBuilder, StructArray, UInt64Array};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::exec_datafusion_err;
use datafusion::error::Result;

use crate::configurations::Compiled;
use crate::judge::Copied;

fn fields() -> Fields {
    let text = |name: &str, nullable| Field::new(name, DataType::Utf8View, nullable);
    [text("bucket", true), text("rule", true), text("storage_class", true), text("kms_key", true)]
        .into_iter()
        .collect()
}

/// Returns the item of the list: a struct for each destination.
pub(crate) fn item() -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Struct(fields()), true))
}

/// Gathers the values at some positions of a column.
pub(crate) fn gather(column: &ArrayRef, positions: Vec<Option<u64>>) -> Result<ArrayRef> {
    Ok(take(column, &UInt64Array::from(positions), None)?)
}

/// A column of lists, which is filled row by row.
///
/// Rules are kept as positions. Their texts are gathered at the end, as views of the texts that the
/// configuration has in any case.
#[derive(Debug)]
pub(crate) struct Lists {
    /// The rules of all rows.
    rules: Vec<Option<u64>>,
    /// The rules again, where their key encrypts the replica.
    keys: Vec<Option<u64>>,
    storage_classes: StringViewBuilder,
    /// The end of each row in those of all rows.
    offsets: Vec<i32>,
    is_certain: Vec<bool>,
}

impl Lists {
    pub(crate) fn with_capacity(rows: usize) -> Self {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        Self {
            rules: Vec::with_capacity(rows),
            keys: Vec::with_capacity(rows),
            storage_classes: StringViewBuilder::with_capacity(rows),
            offsets,
            is_certain: Vec::with_capacity(rows),
        }
    }

    /// Adds a replication to the row that is being filled.
    pub(crate) fn push(&mut self, copied: &Copied<'_>) {
        let position = Some(copied.rule.position as u64);
        self.rules.push(position);
        self.keys.push(position.filter(|_| copied.has_key));
        self.storage_classes.append_option(copied.storage_class);
    }

    /// Ends the row.
    ///
    /// # Errors
    ///
    /// When a batch has more replications than a list array can hold.
    pub(crate) fn end(&mut self, is_certain: bool) -> Result<()> {
        let end = i32::try_from(self.rules.len());
        let end = end.map_err(|_| exec_datafusion_err!("a batch has too many replications"))?;
        self.offsets.push(end);
        self.is_certain.push(is_certain);
        Ok(())
    }

    /// Makes the column.
    pub(crate) fn finish(mut self, compiled: &Compiled) -> Result<ArrayRef> {
        let storage_classes: ArrayRef = Arc::new(self.storage_classes.finish());
        let keys = gather(&compiled.keys, self.keys)?;
        let rules = UInt64Array::from(self.rules);
        let buckets = take(&compiled.buckets, &rules, None)?;
        let names = take(&compiled.names, &rules, None)?;
        let columns = vec![buckets, names, storage_classes, keys];
        let structs = StructArray::try_new(fields(), columns, None)?;
        let nulls = NullBuffer::from(self.is_certain);
        let offsets = OffsetBuffer::new(self.offsets.into());
        Ok(Arc::new(ListArray::try_new(item(), offsets, Arc::new(structs), Some(nulls))?))
    }
}
