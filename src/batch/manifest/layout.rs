//! Which column holds what, worked out once for all rows.

use crate::batch::csv::Record;
use crate::batch::encoding::{self, PlusReading};
use crate::batch::fault::{RowProblem, excerpt};
use crate::batch::{
    InventoryFacts, InventoryField, InventorySchema, JobManifestField, ManifestFields,
};
use crate::model::{BucketName, ObjectVersion, VersionId};
use crate::replication::ObjectKey;

#[derive(Clone, Debug)]
pub(super) struct Layout {
    width: usize,
    bucket: usize,
    key: usize,
    version_id: Option<usize>,
    /// The columns of an inventory beyond those.
    facts: Vec<(usize, InventoryField)>,
}

impl Layout {
    pub(super) fn of_fields(fields: &ManifestFields) -> Self {
        let fields = fields.as_slice();
        let at = |wanted| fields.iter().position(|field| *field == wanted);
        Self {
            width: fields.len(),
            bucket: at(JobManifestField::Bucket).unwrap_or_default(),
            key: at(JobManifestField::Key).unwrap_or_default(),
            version_id: at(JobManifestField::VersionId),
            facts: Vec::new(),
        }
    }

    pub(super) fn of_schema(schema: &InventorySchema) -> Self {
        let columns = schema.as_slice().iter().cloned().enumerate();
        let facts = columns.filter(|(_, field)| field.is_fact()).collect();
        Self { facts, ..Self::of_fields(&schema.manifest_fields()) }
    }

    /// Leaves out the facts in other columns than these.
    pub(super) fn keep_facts(&mut self, columns: &[InventoryField]) {
        self.facts.retain(|(_, field)| columns.contains(field));
    }

    pub(super) fn has_version_ids(&self) -> bool {
        self.version_id.is_some()
    }

    pub(super) fn check_width(&self, record: Record<'_>) -> Result<(), RowProblem> {
        match record.len() {
            found if found == self.width => Ok(()),
            found => Err(RowProblem::FieldCount { expected: self.width, found }),
        }
    }

    pub(super) fn bucket_text<'b>(&self, record: Record<'b>) -> &'b str {
        record.field(self.bucket)
    }

    pub(super) fn bucket(&self, record: Record<'_>) -> Result<BucketName, RowProblem> {
        let text = self.bucket_text(record);
        text.parse().map_err(|_| RowProblem::Bucket { found: excerpt(text) })
    }

    pub(super) fn key_text<'b>(&self, record: Record<'b>) -> &'b str {
        record.field(self.key)
    }

    /// Returns the key, and how it is written where that is different.
    pub(super) fn key(
        &self,
        record: Record<'_>,
        plus: PlusReading,
        buffer: &mut Vec<u8>,
    ) -> Result<(ObjectKey, Option<Box<str>>), RowProblem> {
        let text = self.key_text(record);
        let decoded = encoding::decode(text, plus, buffer)?;
        let key = decoded.unwrap_or(text);
        match key.len() {
            0 => Err(RowProblem::KeyMissing),
            1..=ObjectVersion::KEY_LIMIT => Ok((key.into(), decoded.map(|_| text.into()))),
            bytes => Err(RowProblem::KeyTooLong { bytes }),
        }
    }

    pub(super) fn version_id(&self, record: Record<'_>) -> Result<Option<VersionId>, RowProblem> {
        let Some(at) = self.version_id else { return Ok(None) };
        let text = record.field(at);
        if text.is_empty() {
            return Err(RowProblem::VersionIdMissing);
        }
        text.parse().map(Some).map_err(|_| RowProblem::VersionIdTooLong { bytes: text.len() })
    }

    /// Returns what the other columns say, and the first problem with one that can't be read.
    pub(super) fn facts(
        &self,
        record: Record<'_>,
    ) -> (Option<Box<InventoryFacts>>, Option<RowProblem>) {
        if self.facts.is_empty() {
            return (None, None);
        }
        let (mut facts, mut first) = (Box::<InventoryFacts>::default(), None);
        for (at, field) in &self.facts {
            if let Err(problem) = facts.read(field, record.field(*at)) {
                first.get_or_insert(problem);
            }
        }
        (Some(facts), first)
    }
}
