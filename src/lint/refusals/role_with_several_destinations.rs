use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::RoleReading;
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// `Role` together with several destination buckets, on stores where `Role` names the replication
    /// target of all rules.
    ///
    /// ## Why it matters
    ///
    /// MinIO and RustFS refuse it. AWS requires `Role`, and any number of destinations may go with it.
    ///
    /// ## Example
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "role-with-several-destinations",
        summary: "`Role` names one target, and the rules have several",
        clause: STORE_ROLE_AND_TARGETS,
        stage: Configuration,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let draft = context.draft();
    let has_role = draft.role.is_some() || draft.other_role.is_some();
    if context.dialect().role() != RoleReading::TargetOrAbsent || !has_role {
        return;
    }
    let mut buckets =
        context.destinations().filter_map(|(at, one)| Some((at, one.bucket.as_ref()?)));
    let Some((first, bucket)) = buckets.next() else { return };
    if let Some((at, _)) = buckets.find(|(_, other)| *other != bucket) {
        let answer = "`Role` should be empty in ReplicationConfiguration for multiple targets";
        let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
        let message = "`Role` names one replication target, and the rules have several";
        let finding = LINT.refusal(FieldPath::root().field("Role"), message, error);
        let finding = finding.with_note(in_destination(first, "Bucket"), "one destination");
        let finding = finding.with_note(in_destination(at, "Bucket"), "another destination");
        let help = "remove `Role`, and write the ARN of a replication target in each rule, such as \
                    `arn:minio:replication::<id>:<bucket>`";
        found.push(finding.with_help(help));
    }
}
