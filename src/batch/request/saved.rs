//! Specifications in the forms in which they are stored: within a job, and for themselves.
//!
//! ```text
//! SavedSpecification     Request, Dialect              in a SavedJob, whose checksum covers it
//! SealedSpecification    Request, Dialect, Checksum    serde of JobSpecification
//! ```
//!
//! Both are validated again when they are read. So a stored specification that a newer version of
//! this crate would refuse is refused then, and no other code meets a specification that is not
//! valid.

use serde::{Deserialize, Serialize};

use crate::batch::request::{JobSpecification, JobSpecificationDraft};
use crate::diagnostic::Report;
use crate::dialect::job::JobDialect;
use crate::seal::{BrokenSeal, Seal, Sealed};

/// A specification in a form that can be stored: the request, and the dialect that accepts it.
/// Another dialect might refuse it, or read it as something else.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(in crate::batch) struct SavedSpecification {
    // The draft and not the specification: it has the members and the words of the request.
    request: JobSpecificationDraft,
    dialect: JobDialect,
}

impl From<&JobSpecification> for SavedSpecification {
    fn from(specification: &JobSpecification) -> Self {
        Self { request: specification.to_draft(), dialect: *specification.dialect() }
    }
}

/// Warnings are dropped: they were reported when the specification was made.
impl TryFrom<SavedSpecification> for JobSpecification {
    type Error = Report;

    fn try_from(saved: SavedSpecification) -> Result<Self, Report> {
        saved.request.validate(&saved.dialect)
    }
}

/// A specification that is stored for itself. Members of a request are optional, so only a checksum
/// shows that one is missing.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SealedSpecification {
    request: JobSpecificationDraft,
    dialect: JobDialect,
    checksum: Seal,
}

impl Sealed for SealedSpecification {
    fn seal_mut(&mut self) -> &mut Seal {
        &mut self.checksum
    }
}

/// The reason why a stored specification is rejected.
#[derive(Debug, thiserror::Error)]
pub(super) enum Damage {
    #[error(transparent)]
    // The stored request is not acceptable; this comes before a wrong checksum, as it explains
    // more.
    Refused(#[from] Report),
    #[error(transparent)]
    Seal(#[from] BrokenSeal),
}

impl From<JobSpecification> for SealedSpecification {
    fn from(specification: JobSpecification) -> Self {
        let SavedSpecification { request, dialect } = (&specification).into();
        Self { request, dialect, checksum: Seal::default() }.sealed()
    }
}

impl TryFrom<SealedSpecification> for JobSpecification {
    type Error = Damage;

    fn try_from(mut saved: SealedSpecification) -> Result<Self, Damage> {
        // Findings go first: an edit by hand breaks both, and the findings name it.
        let specification = saved.request.validate(&saved.dialect)?;
        saved.check_seal()?;
        Ok(specification)
    }
}

/// Under [`JobDialect::AWS`]; like [`JobSpecificationDraft::validate`] it drops warnings.
impl TryFrom<JobSpecificationDraft> for JobSpecification {
    type Error = Report;

    fn try_from(draft: JobSpecificationDraft) -> Result<Self, Report> {
        draft.validate(&JobDialect::AWS)
    }
}
