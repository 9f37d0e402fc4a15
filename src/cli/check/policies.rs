//! The findings about policies that a template declares beside its configurations.

use s3_replication::lint::Levels;
use s3_replication::path::FieldPath;
use s3_replication::template::Template;
use s3_replication::{Diagnostic, Report};

use crate::cli::permissions::{Declared, names_of};

/// Returns the findings about the policies that the configurations of a template need, each at its
/// resource: one report for each file.
pub(super) fn findings(template: &Template, levels: Option<&Levels>) -> Vec<Report> {
    let mut found: Vec<Vec<Diagnostic>> = template.files().iter().map(|_| Vec::new()).collect();
    for configuration in template.configurations() {
        let role = configuration.parsed().draft().and_then(|draft| draft.role.as_ref());
        let Some(role) = role else { continue };
        for (policy, note) in Declared::of(template.policies(), &names_of(role)).findings() {
            let (Some(code), Some(file)) = (note.code, found.get_mut(policy.file())) else {
                continue;
            };
            let (clause, path) = (note.clause, FieldPath::root());
            let warning = Diagnostic::warning(code, clause, path, note.message).at(policy.span());
            if !file.contains(&warning) {
                file.push(warning);
            }
        }
    }
    let reports = found.into_iter().map(|file| match levels {
        Some(levels) => levels.apply(file).into_iter().collect(),
        None => file.into_iter().collect(),
    });
    reports.collect()
}
