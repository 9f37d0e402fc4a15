use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::RoleReading;
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// `Role` together with several destination buckets, on stores where `Role` names the replication
    /// target of all rules; and there, without `Role`, a destination that is not a replication target.
    ///
    /// ## Why it matters
    ///
    /// MinIO and RustFS refuse both. AWS requires `Role`, and any number of destinations may go with it.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::one</Bucket></Destination></Rule>
    /// <Rule><Status>Enabled</Status><Filter/><Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::two</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "role-contradicts-destinations",
        summary: "`Role` contradicts the destinations",
        clause: STORE_ROLE_AND_TARGETS,
        stage: Configuration,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let draft = context.draft();
    if context.dialect().role() != RoleReading::TargetOrAbsent {
        return;
    }
    let buckets = context.destinations().filter_map(|(at, one)| Some((at, one.bucket.as_ref()?)));
    if draft.role.is_none() && draft.other_role.is_none() {
        for (at, bucket) in buckets.filter(|(_, bucket)| !bucket.is_target()) {
            let answer = "Missing required parameter `Destination` in Replication rule";
            let error = ServiceError::new(ServiceErrorCode::MALFORMED_XML, answer);
            let message = format!("`{bucket}` is no replication target, and there is no `Role`");
            let finding = LINT.refusal(in_destination(at, "Bucket"), message, error);
            found.push(finding.with_help(HELP));
        }
        return;
    }
    let mut buckets = buckets;
    let Some((first, bucket)) = buckets.next() else { return };
    if let Some((at, _)) = buckets.find(|(_, other)| *other != bucket) {
        let answer = "`Role` should be empty in ReplicationConfiguration for multiple targets";
        let error = ServiceError::new(ServiceErrorCode::MALFORMED_XML, answer);
        let message = "`Role` names one replication target, and the rules have several";
        let finding = LINT.refusal(FieldPath::root().field("Role"), message, error);
        let finding = finding.with_note(in_destination(first, "Bucket"), "one destination");
        let finding = finding.with_note(in_destination(at, "Bucket"), "another destination");
        found.push(finding.with_help(HELP));
    }
}

const HELP: &str = "leave `Role` out, and write the ARN of a replication target in each rule, such as \
                    `arn:minio:replication::<id>:<bucket>`";
