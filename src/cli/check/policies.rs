//! The findings about policies that a template declares beside its configurations.

use s3_replication::lint::Levels;
use s3_replication::path::FieldPath;
use s3_replication::template::Template;
use s3_replication::{Diagnostic, Report};

use crate::cli::permissions::{Declared, names_of};

/// Returns the findings about the policies that the configurations of a template need, each at its
/// resource.
pub(super) fn findings(template: &Template, levels: Option<&Levels>) -> Report {
    let mut found: Vec<Diagnostic> = Vec::new();
    for configuration in template.configurations() {
        let role = configuration.parsed().draft().and_then(|draft| draft.role.as_ref());
        let Some(role) = role else { continue };
        for (policy, note) in Declared::of(template.policies(), &names_of(role)).findings() {
            let Some(code) = note.code else { continue };
            let (clause, path) = (note.clause, FieldPath::root());
            let warning = Diagnostic::warning(code, clause, path, note.message).at(policy.span());
            if !found.contains(&warning) {
                found.push(warning);
            }
        }
    }
    match levels {
        Some(levels) => levels.apply(found).into_iter().collect(),
        None => found.into_iter().collect(),
    }
}
