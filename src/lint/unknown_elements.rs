//! Elements of a draft that the store of the dialect does not know.
//!
//! The reader of documents finds them in a document, and drops them. A draft that a program makes, or
//! that was read for another store, still has them; the findings are the same.

use crate::clause;
use crate::diagnostic::{Diagnostic, ServiceError, Stage};
use crate::dialect::{UnknownElements, VersionDeletes};
use crate::form::Mistake;
use crate::lint::Context;
use crate::path::FieldPath;

/// Returns the refusals of the elements that the store does not know.
pub(in crate::lint) fn unknown_elements(context: &Context<'_>) -> Vec<(Stage, Diagnostic)> {
    let dialect = context.dialect();
    let refuses_deletes = dialect.version_deletes() == VersionDeletes::Never
        && dialect.unknown_elements() == UnknownElements::Refused;
    let rules = context.rules().filter(|(_, rule)| rule.delete_replication.is_some());
    let found = rules.filter(|_| refuses_deletes).map(|(at, _)| {
        let path = FieldPath::rule(at).field("DeleteReplication");
        let message = "unknown element `DeleteReplication` in `Rule`";
        let (code, clause) = (Mistake::Unknown.code(), &clause::SCHEMA_ELEMENTS);
        let finding =
            Diagnostic::refusal(code, clause, path, message, ServiceError::malformed_xml());
        (Stage::Schema, finding.with_help("remove it; this is an extension of MinIO and RustFS"))
    });
    found.collect()
}
