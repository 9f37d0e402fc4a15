//! The generated manifest of a job: the object versions that S3 would list, and the reasons why it
//! leaves out the others.

mod eligibility;
mod exclusion;
mod filter;
mod location;

pub use self::exclusion::Exclusion;
pub use self::filter::{
    EncryptionFilter, Filter, FilterMember, FilterRejection, KeyNameConstraint, StatusFilter,
};
pub use self::location::Location;

use self::eligibility::Eligibility;
use crate::batch::encoding;
use crate::batch::facts::{Fact, FactSet, WhatIf};
use crate::batch::inventory;
use crate::batch::manifest;
use crate::batch::request::S3JobManifestGenerator;
use crate::dialect::job::{DisabledEligibility, JobDialect};
use crate::engine::Engine;
use crate::model::{BucketName, ObjectVersion};

/// Decides for each version of a bucket whether S3 would list it in the manifest of a job.
///
/// Versions may come in any order, from a store or from an inventory, and none is remembered. A
/// [`manifest::Writer`] writes the rows.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::generator::{Exclusion, ManifestGenerator};
/// use s3_replication::batch::request::JobManifestGeneratorFilterDraft;
/// use s3_replication::dialect::job::JobDialect;
/// use s3_replication::{Engine, ObjectVersion, ReplicationConfiguration, StorageClass};
///
/// # let configuration = ReplicationConfiguration::from_json(
/// #     r#"{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [
/// #         {"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {"Prefix": "Tax/"},
/// #          "DeleteMarkerReplication": {"Status": "Disabled"},
/// #          "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
/// # )?;
/// let mut draft = JobManifestGeneratorFilterDraft::default();
/// draft.eligible_for_replication = Some(true);
/// let filter = draft.validate(&JobDialect::AWS)?;
/// let engine = Engine::new(&configuration);
/// let generator = ManifestGenerator::new("photos".parse()?, filter, engine);
///
/// let id = "v1".parse()?;
/// let mut version = ObjectVersion::new("Tax/doc1.pdf");
/// version.version_id = Some(&id);
/// assert_eq!(generator.offer(&version)?.key.as_bytes(), b"Tax/doc1.pdf");
///
/// version.storage_class = StorageClass::GLACIER;
/// let exclusion = generator.offer(&version).unwrap_err();
/// assert_eq!(exclusion.to_string(), "not eligible: archived");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ManifestGenerator {
    source: BucketName,
    filter: Filter,
    dialect: JobDialect,
    what_if: WhatIf,
}

impl ManifestGenerator {
    /// Creates the generator of a bucket, with the dialect of AWS. The engine is that of the
    /// replication configuration of the bucket.
    #[must_use]
    pub fn new(source: BucketName, filter: Filter, engine: Engine) -> Self {
        let what_if = WhatIf::new(engine, FactSet::ALL);
        Self { source, filter, dialect: JobDialect::AWS, what_if }
    }

    /// Creates the generator in the request of a job.
    #[must_use]
    pub fn of_job(generator: &S3JobManifestGenerator, engine: Engine) -> Self {
        let filter = generator.filter.clone().unwrap_or(Filter::ALL);
        Self::new(generator.source_bucket.name().clone(), filter, engine)
    }

    /// Sets the dialect.
    #[must_use]
    pub fn with_dialect(self, dialect: JobDialect) -> Self {
        Self { dialect, ..self }
    }

    /// Sets the facts that are known about the versions, such as the columns of an inventory. By
    /// default all are.
    #[must_use]
    pub fn with_known_facts(mut self, known: FactSet) -> Self {
        self.what_if = self.what_if.with_known(known);
        self
    }

    /// Returns the bucket whose versions are listed.
    #[must_use]
    pub const fn source(&self) -> &BucketName {
        &self.source
    }

    /// Returns the columns of an inventory that can matter, besides bucket, key and version ID. With
    /// [`manifest::Reader::with_columns`] the others are not read.
    #[must_use]
    pub fn columns(&self) -> Vec<inventory::Field> {
        let members = self.filter.members();
        let facts = members.filter_map(FilterMember::fact).chain(FactSet::DECISIVE.iter());
        let facts: FactSet = facts.collect();
        let columns = facts.iter().map(|fact| inventory::Field::from(fact.as_str()));
        columns.chain([inventory::Field::BUCKET_KEY_STATUS]).collect()
    }

    /// Returns the row of a version.
    ///
    /// # Errors
    ///
    /// The reason why the version is left out.
    pub fn offer(&self, version: &ObjectVersion<'_>) -> Result<manifest::Row, Exclusion> {
        self.judge(version)?;
        let id = version.version_id.ok_or(Exclusion::NoVersionId)?;
        let mut row = manifest::Row::new(self.source.clone(), version.key.into());
        row.version_id = Some(id.clone());
        // The completion report shows the key as it is written in the manifest.
        let mut written = Vec::new();
        encoding::encode_key(version.key, &mut written);
        let written = String::from_utf8(written).ok().filter(|text| text.as_bytes() != version.key);
        row.written_key = written.map(String::into_boxed_str);
        Ok(row)
    }

    /// Decides about the version of a row, such as one of an inventory.
    ///
    /// # Errors
    ///
    /// The reason why the version is left out; among others, that the row is for another bucket.
    pub fn judge_row<'r>(&self, row: impl Into<manifest::RowRef<'r>>) -> Result<(), Exclusion> {
        let row = row.into();
        if *row.bucket != self.source {
            return Err(Exclusion::OtherBucket);
        }
        if row.version_id.is_none() {
            return Err(Exclusion::NoVersionId);
        }
        self.judge(&row.version())
    }

    /// Decides about a version (REP-970).
    ///
    /// # Errors
    ///
    /// The reason why the version is left out. A certain reason comes before an unknown one.
    pub fn judge(&self, version: &ObjectVersion<'_>) -> Result<(), Exclusion> {
        let mut unknown = None;
        for member in self.filter.members() {
            match self.passes(member, version) {
                Ok(true) => {}
                Ok(false) => return Err(Exclusion::Filter(member)),
                Err(fact) => {
                    unknown.get_or_insert(Exclusion::Unknown { member, fact });
                }
            }
        }
        match self.eligible(version) {
            Ok(()) => unknown.map_or(Ok(()), Err),
            Err(possible @ Exclusion::Unknown { .. }) => Err(unknown.unwrap_or(possible)),
            Err(certain) => Err(certain),
        }
    }

    /// Evaluates a member of the filter; the error is the unknown fact that decides, `None` for the
    /// KMS key and the S3 Bucket Key.
    fn passes(
        &self,
        member: FilterMember,
        version: &ObjectVersion<'_>,
    ) -> Result<bool, Option<Fact>> {
        let is_known = |fact| self.what_if.known().contains(fact);
        let may_be_marker =
            self.filter.rules_out_delete_markers(member).then_some(Fact::IsDeleteMarker);
        if may_be_marker.is_some_and(is_known) && version.delete_marker.is_some() {
            return Ok(false);
        }
        if let Some(fact) = member.fact().filter(|fact| !is_known(*fact)) {
            return Err(Some(fact));
        }
        match (self.filter.passes(member, version), may_be_marker) {
            (Some(true), Some(fact)) if !is_known(fact) => Err(Some(fact)),
            (Some(passes), _) => Ok(passes),
            // The encryption is known, and what is missing belongs to it.
            (None, _) if member == FilterMember::MatchAnyObjectEncryption => Err(None),
            (None, _) => Err(member.fact()),
        }
    }

    /// Decides by `EligibleForReplication`.
    fn eligible(&self, version: &ObjectVersion<'_>) -> Result<(), Exclusion> {
        let wanted = match self.filter.eligible_for_replication() {
            None => return Ok(()),
            Some(true) => true,
            Some(false)
                if self.dialect.disabled_eligibility() == DisabledEligibility::Everything =>
            {
                return Ok(());
            }
            Some(false) => false,
        };
        match self.eligibility(version) {
            Eligibility::Unknown(fact) => {
                let member = FilterMember::EligibleForReplication;
                Err(Exclusion::Unknown { member, fact: Some(fact) })
            }
            Eligibility::Eligible if wanted => Ok(()),
            Eligibility::Eligible => Err(Exclusion::Eligible),
            _ if !wanted => Ok(()),
            Eligibility::DeleteMarker => Err(Exclusion::DeleteMarker),
            Eligibility::NotEligible(reason) => Err(Exclusion::NotEligible(reason)),
        }
    }
}
