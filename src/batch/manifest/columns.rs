//! The positions of the columns, computed once for all rows.
//!
//! A row is split by `batch/csv.rs` into fields. This file names them: it finds bucket, key and
//! version ID of a record, checks them, and reads the facts of an inventory. `reader.rs` calls it
//! for each row, and decides which errors of a row fail the job.

use crate::batch::csv::Record;
use crate::batch::encoding;
use crate::batch::inventory;
use crate::batch::manifest::{Field, Fields, RowErrorKind};
use crate::batch::row_error::excerpt;
use crate::dialect::job::PlusReading;
use crate::model::{BucketName, ObjectVersion, VersionId};

/// The positions of the columns of a manifest or an inventory, counted from zero.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    // The number of columns, those included that are called `Ignore`.
    width: usize,
    bucket: usize,
    key: usize,
    // `None` for a manifest without versions, where the current one is meant.
    version_id: Option<usize>,
    /// The other columns of an inventory.
    facts: Vec<Fact>,
}

/// A column of an inventory beyond bucket, key and version ID.
#[derive(Clone, Debug)]
struct Fact {
    position: usize,
    field: inventory::Field,
    // `None` for a column that this crate does not understand, whose text is kept.
    column: Option<&'static inventory::Column>,
}

impl Columns {
    /// Returns the columns of a manifest that a job describes. It has no facts: its other columns
    /// are called `Ignore`.
    #[expect(
        clippy::expect_used,
        reason = "INVARIANT: `Fields` has one column for the bucket and one for the key"
    )]
    pub(super) fn of_fields(fields: &Fields) -> Self {
        let fields = fields.as_slice();
        let position = |column| fields.iter().position(|field| *field == column);
        Self {
            width: fields.len(),
            bucket: position(Field::Bucket).expect("a column for the bucket"),
            key: position(Field::Key).expect("a column for the key"),
            version_id: position(Field::VersionId),
            facts: Vec::new(),
        }
    }

    /// Returns the columns of an inventory, with those of facts about versions.
    pub(super) fn of_schema(schema: &inventory::Schema) -> Self {
        // The name of a column is looked up here, once, and not in each of a billion rows.
        let columns = schema.as_slice().iter().cloned().enumerate();
        let facts = columns.filter(|(_, field)| field.is_fact()).map(|(position, field)| Fact {
            position,
            column: inventory::Column::of(&field),
            field,
        });
        Self { facts: facts.collect(), ..Self::of_fields(&schema.manifest_fields()) }
    }

    /// Reads no facts from columns other than these. A reader that decides by a prefix only need
    /// not parse dates and sizes, nor refuse a row for them.
    ///
    /// A column that is not in the file is left out silently: its fact is unknown in every row.
    pub(super) fn keep_facts(&mut self, columns: &[inventory::Field]) {
        self.facts.retain(|fact| columns.contains(&fact.field));
    }

    /// Returns true if a column has version IDs; false if every row is about the current version.
    pub(super) fn has_version_ids(&self) -> bool {
        self.version_id.is_some()
    }

    /// Checks that a row has as many fields as there are columns. A key with a comma that is not
    /// quoted makes one too many, so no field of such a row is trusted.
    ///
    /// The other methods rely on it: they take fields by position.
    pub(super) fn check_width(&self, record: Record<'_>) -> Result<(), RowErrorKind> {
        match record.len() {
            found if found == self.width => Ok(()),
            found => Err(RowErrorKind::FieldCount { expected: self.width, found }),
        }
    }

    /// Returns the text of the bucket, not checked. A reader compares it with the bucket of the row
    /// before, which saves parsing it again.
    pub(super) fn bucket_text<'b>(&self, record: Record<'b>) -> &'b str {
        record.field(self.bucket)
    }

    /// Returns the name of the bucket. It is checked like every name of a bucket, which also finds
    /// a file with another order of columns than it was declared with.
    pub(super) fn bucket(&self, record: Record<'_>) -> Result<BucketName, RowErrorKind> {
        let text = self.bucket_text(record);
        text.parse().map_err(|_| RowErrorKind::Bucket { found: excerpt(text) })
    }

    /// Returns the text of the key, not decoded, also for the message about a key that is not
    /// valid.
    pub(super) fn key_text<'b>(&self, record: Record<'b>) -> &'b str {
        record.field(self.key)
    }

    /// Returns the key, and the text of the field if that is different. The limit is on the decoded
    /// key. The text may be three times as long.
    ///
    /// `buffer` holds the decoded key, and is used again for the next row. A key without an escape
    /// is not copied.
    pub(super) fn key<'b>(
        &self,
        record: Record<'b>,
        plus: PlusReading,
        buffer: &'b mut Vec<u8>,
    ) -> Result<(&'b str, Option<&'b str>), RowErrorKind> {
        let text = self.key_text(record);
        let decoded = encoding::decode(text, plus, buffer)?;
        let key = decoded.unwrap_or(text);
        match key.len() {
            // S3 has no object with an empty key.
            0 => Err(RowErrorKind::KeyMissing),
            1..=ObjectVersion::KEY_LIMIT => Ok((key, decoded.map(|_| text))),
            bytes => Err(RowErrorKind::KeyTooLong { bytes }),
        }
    }

    /// Returns the version ID; `None` if the manifest has no column for it. An empty field in that
    /// column is an error, and the null version is written `null`.
    ///
    /// Its characters are not checked: only the service knows which IDs exist.
    pub(super) fn version_id<'b>(
        &self,
        record: Record<'b>,
    ) -> Result<Option<&'b str>, RowErrorKind> {
        let Some(at) = self.version_id else { return Ok(None) };
        let text = record.field(at);
        match text.len() {
            0 => Err(RowErrorKind::VersionIdMissing),
            1..=VersionId::LIMIT => Ok(Some(text)),
            bytes => Err(RowErrorKind::VersionIdTooLong { bytes }),
        }
    }

    /// Returns true if there are columns beyond bucket, key and version ID.
    pub(super) const fn has_facts(&self) -> bool {
        !self.facts.is_empty()
    }

    /// Reads the facts in the other columns, and returns the first error in one of them. It goes on
    /// after an error: the other columns may decide about the version, so that the caller may not
    /// need the one with the error.
    pub(super) fn read_facts(
        &self,
        record: Record<'_>,
        facts: &mut inventory::Facts,
    ) -> Option<RowErrorKind> {
        if self.facts.is_empty() {
            return None;
        }
        // Values of the row before must not stay where this row has none.
        facts.clear();
        let mut first = None;
        for Fact { position, field, column } in &self.facts {
            if let Err(problem) = facts.read(field, *column, record.field(*position)) {
                first.get_or_insert(problem);
            }
        }
        first
    }
}
