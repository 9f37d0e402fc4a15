use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::dialect::ElementReading;
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// An element that the store of the dialect refuses although S3 knows it, such as `Metrics` on
    /// RustFS and `OVHcloud`.
    ///
    /// ## Why it matters
    ///
    /// The store refuses the whole configuration. AWS refuses none of these elements.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <Metrics><Status>Enabled</Status></Metrics></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "element-not-supported",
        summary: "the store does not support an element",
        clause: STORE_TIME_CONTROL,
        stage: Schema,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    let dialect = context.dialect();
    let name = dialect.name();
    let mut refuse = |path: FieldPath, element: &str| {
        let answer = format!("{element} is not supported");
        let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
        let message = format!("`{element}` is not supported by the store of the dialect `{name}`");
        let finding = LINT.refusal(path, message, error);
        found.push(finding.with_help(format!("remove `{element}` for this store")));
    };
    let is_refused = |reading| reading == ElementReading::Refused;
    for (at, rule) in context.rules() {
        if let Some(selection) = &rule.source_selection_criteria {
            let path = |name| FieldPath::rule(at).field("SourceSelectionCriteria").field(name);
            if is_refused(dialect.kms_elements()) && selection.sse_kms_encrypted_objects.is_some() {
                refuse(path("SseKmsEncryptedObjects"), "SseKmsEncryptedObjects");
            }
            if is_refused(dialect.replica_modifications_element())
                && selection.replica_modifications.is_some()
            {
                refuse(path("ReplicaModifications"), "ReplicaModifications");
            }
        }
        if is_refused(dialect.priority_element()) && rule.priority.is_some() {
            refuse(FieldPath::rule(at).field("Priority"), "Priority");
        }
        let Some(destination) = &rule.destination else { continue };
        let present = [
            (
                dialect.kms_elements(),
                destination.encryption_configuration.is_some(),
                "EncryptionConfiguration",
            ),
            (
                dialect.owner_override_element(),
                destination.access_control_translation.is_some(),
                "AccessControlTranslation",
            ),
            (dialect.account_element(), destination.account.is_some(), "Account"),
            (
                dialect.time_control_elements(),
                destination.replication_time.is_some(),
                "ReplicationTime",
            ),
            (dialect.time_control_elements(), destination.metrics.is_some(), "Metrics"),
        ];
        for (reading, is_present, element) in present {
            if is_refused(reading) && is_present {
                refuse(in_destination(at, element), element);
            }
        }
    }
}
