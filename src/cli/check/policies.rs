//! The findings about policies that a template declares beside its configurations.
//!
//! A template with a configuration mostly declares the role of it, too. The policies of that role
//! and of the buckets are compared with what the configuration needs. The comparison is that of the
//! command `permissions`; here its notes become warnings at the resource that declares the policy.
//!
//! `work` adds the reports to those of the files.

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
        // Without a role it is not known which policies are meant.
        let role = configuration.parsed().draft().and_then(|draft| draft.role.as_ref());
        let Some(role) = role else { continue };
        for (policy, note) in Declared::of(template.policies(), &names_of(role)).findings() {
            // A note without a code is no finding: it has no level, and cannot be allowed.
            let (Some(code), Some(file)) = (note.code, found.get_mut(policy.file())) else {
                continue;
            };
            let (clause, path) = (note.clause, FieldPath::root());
            let warning = Diagnostic::warning(code, clause, path, note.message).at(policy.span());
            // Two configurations can share a role, and a policy has a mistake once.
            if !file.contains(&warning) {
                file.push(warning);
            }
        }
    }
    // The lints of the library have their levels already, and these findings do not.
    let reports = found.into_iter().map(|file| match levels {
        Some(levels) => levels.apply(file).into_iter().collect(),
        None => file.into_iter().collect(),
    });
    reports.collect()
}
