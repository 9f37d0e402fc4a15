use serde::{Deserialize, Serialize};

use crate::batch::request::{JobSpecification, JobSpecificationDraft};
use crate::diagnostic::Report;
use crate::dialect::job::JobDialect;

/// A specification in a form that can be stored: the request, and the dialect that accepts it.
/// Another dialect might refuse it, or read it as something else.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(in crate::batch) struct SavedSpecification {
    request: JobSpecificationDraft,
    dialect: JobDialect,
}

impl From<&JobSpecification> for SavedSpecification {
    fn from(specification: &JobSpecification) -> Self {
        Self { request: specification.to_draft(), dialect: *specification.dialect() }
    }
}

impl From<JobSpecification> for SavedSpecification {
    fn from(specification: JobSpecification) -> Self {
        Self::from(&specification)
    }
}

/// Warnings are dropped: they were reported when the specification was made.
impl TryFrom<SavedSpecification> for JobSpecification {
    type Error = Report;

    fn try_from(saved: SavedSpecification) -> Result<Self, Report> {
        saved.request.validate(&saved.dialect)
    }
}

/// Under [`JobDialect::AWS`]; like [`JobSpecificationDraft::validate`] it drops warnings.
impl TryFrom<JobSpecificationDraft> for JobSpecification {
    type Error = Report;

    fn try_from(draft: JobSpecificationDraft) -> Result<Self, Report> {
        draft.validate(&JobDialect::AWS)
    }
}
