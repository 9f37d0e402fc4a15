use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::RoleReading;
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};
use crate::model::BucketArn;

declare_lint! {
    /// ## What it finds
    ///
    /// A destination that is no replication target of the store, in a configuration without `Role`, on
    /// stores whose rules name replication targets.
    ///
    /// ## Why it matters
    ///
    /// MinIO refuses it. AWS requires `Role` in every configuration.
    ///
    /// ## Example
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "target-needs-role",
        summary: "a destination is no replication target, and there is no `Role`",
        clause: STORE_ROLE_AND_TARGETS,
        stage: Configuration,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let draft = context.draft();
    let has_role = draft.role.is_some() || draft.other_role.is_some();
    if context.dialect().role() != RoleReading::TargetOrAbsent || has_role {
        return;
    }
    for (at, destination) in context.destinations() {
        let Some(bucket) = &destination.bucket else { continue };
        if BucketArn::of_target(bucket.as_str()).is_some() {
            continue;
        }
        let answer = "Missing required parameter `Destination` in Replication rule";
        let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
        let message = format!("`{bucket}` is no replication target, and there is no `Role`");
        let finding = LINT.refusal(in_destination(at, "Bucket"), message, error);
        let help = "write the ARN of a replication target, such as \
                    `arn:minio:replication::<id>:<bucket>`";
        found.push(finding.with_help(help));
    }
}
