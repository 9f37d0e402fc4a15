//! The part of the demo about the roles of the configuration and of the job.
//!
//! A configuration and a job have different roles, which different services of AWS assume:
//!
//! ```text
//! The role of the configuration, which s3.amazonaws.com assumes:
//!   ReadSourceBucket: s3:GetReplicationConfiguration, s3:ListBucket on example-source
//!   …
//! The role of the job, which batchoperations.s3.amazonaws.com assumes:
//!   InitiateReplication: s3:InitiateReplication on example-source/*
//!   …
//! Without WriteDeleteMarkers, the delete marker of photos/cat.jpg fails: DstDelObjNotPermitted
//! ```
//!
//! The statements come from `permissions` of the library, as the command of that name writes them.

use std::fmt::Write as _;

use s3_replication::model::{BucketSettings, KnownBuckets};
use s3_replication::permissions::{
    GivenDocuments, Operation, OperationKind, RoleDocuments, Setup, Verdict,
};
use s3_replication::{Dialect, ReplicationConfiguration};

use super::job;
use super::live::{BACKUP, Error, SOURCE, name};

/// Lists the permissions of both roles, and shows what happens without one of them.
///
/// The example removes a statement from the role that was just listed, and asks for the verdict
/// about an operation that needs it.
pub(super) fn run(configuration: &ReplicationConfiguration) -> Result<String, Error> {
    let mut text = String::from(
        "\nPermissions: two roles, each with no more than its rules need (`permissions` writes the \
         policies)\n\n",
    );
    // The only fact that is known, as a user would state it with `--context`.
    let known = KnownBuckets::new()
        .with_bucket(name(SOURCE)?, BucketSettings::new().with_region("eu-central-1".parse()?));
    let specification = job::specification()?;
    let setup =
        Setup::new(configuration, name(SOURCE)?, &Dialect::AWS, &known).with_job(&specification);
    let documents = setup.documents();
    let role = documents.replication_role();
    writeln!(text, "  The role of the configuration, which s3.amazonaws.com assumes:")?;
    list(role, &mut text)?;
    if let Some(role) = documents.batch_role() {
        writeln!(text, "  The role of the job, which batchoperations.s3.amazonaws.com assumes:")?;
        list(role, &mut text)?;
    }
    let statements = role.policy().statements();
    let sid = "WriteDeleteMarkers";
    // The statement is there because `everything` replicates delete markers. Without that rule
    // there would be nothing to show.
    let Some(at) = statements.iter().position(|statement| statement.sid() == Some(sid)) else {
        return Ok(text);
    };
    let less = GivenDocuments::new().with_role_policy(role.policy().without_statement(at));
    let backup = format!("arn:aws:s3:::{BACKUP}").parse()?;
    let operation = Operation::new(OperationKind::DeleteMarker, "photos/cat.jpg", &backup);
    if let Verdict::NotPermitted(refusal) = setup.judge(&less, &operation) {
        let reason = refusal.failure_reason.unwrap_or_default();
        writeln!(text, "  Without {sid}, the delete marker of photos/cat.jpg fails: {reason}")?;
    }
    Ok(text)
}

/// Lists the statements of a role, one per line.
///
/// Of an ARN only the last part is shown: `arn:aws:s3:::example-backup/*` is `example-backup/*`.
/// Conditions are left out.
fn list(role: &RoleDocuments, text: &mut String) -> Result<(), Error> {
    for statement in role.policy().statements() {
        let resources: Vec<&str> = statement
            .resources()
            .iter()
            .map(|resource| resource.rsplit(':').next().unwrap_or(resource))
            .collect();
        let sid = statement.sid().unwrap_or_default();
        let actions = statement.actions().join(", ");
        writeln!(text, "    {sid}: {actions} on {}", resources.join(", "))?;
    }
    Ok(())
}
