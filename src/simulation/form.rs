//! The table of a scenario.

use crate::diagnostic::Report;
use crate::form;
use crate::form::mistake::{self, Objection};
use crate::form::schema::{
    Authority, Content, List, Map, OURS, Row, Schema, check, fields, integer, row, text, value,
};
use crate::model::{
    AccessTier, AccountId, BucketKeyStatus, BucketName, EncryptionStatus, KmsKeyArn, LegalHold,
    ObjectLockStatus, Region, RetentionMode, StorageClass, Timestamp, VersionId, Versioning,
};
use crate::replication::FailureReason;
use crate::simulation::Scenario;

static SCENARIO: Schema = Schema {
    root: "scenario",
    content: Content::Fields(&[
        row(
            "Buckets",
            Content::Map(Map { name: Some(check::<BucketName>), inside: &Content::Fields(BUCKET) }),
        )
        .required(),
        seconds("LatencySeconds"),
        row(
            "Events",
            Content::List(List {
                names: &[],
                item: &Content::Fields(EVENT),
                is_never_empty: false,
            }),
        ),
        value::<Timestamp>("Until"),
    ]),
    authority: &Authority { null_is_absent: true, ..OURS },
};

const BUCKET: &[Row] = &[
    value::<Versioning>("Versioning"),
    value::<Region>("Region"),
    value::<AccountId>("Account"),
    value::<ObjectLockStatus>("ObjectLock"),
    fields(
        "DefaultRetention",
        &[value::<RetentionMode>("Mode").required(), seconds("Days").required()],
    ),
    value::<EncryptionStatus>("DefaultEncryption"),
    row("Replication", Content::Unread),
];

const EVENT: &[Row] = &[
    value::<Timestamp>("At"),
    text("Bucket"),
    text("Event"),
    row("Fault", Content::Either(&Content::Text(Some(fault)), FAULT)),
    text("Key"),
    value::<VersionId>("VersionId"),
    integer::<0, { u64::MAX as i128 }>("Size"),
    row("Tags", Content::Map(Map { name: None, inside: &Content::Text(None) })),
    text("Acl"),
    value::<StorageClass>("StorageClass"),
    value::<AccessTier>("IntelligentTieringAccessTier"),
    value::<EncryptionStatus>("EncryptionStatus"),
    value::<KmsKeyArn>("KmsKeyId"),
    value::<BucketKeyStatus>("BucketKeyStatus"),
    value::<RetentionMode>("ObjectLockMode"),
    value::<Timestamp>("ObjectLockRetainUntilDate"),
    value::<LegalHold>("ObjectLockLegalHoldStatus"),
    value::<Timestamp>("RestoreUntil"),
    value::<Versioning>("Versioning"),
    row("Replication", Content::Unread),
];

const FAULT: &Content =
    &Content::Fields(&[value::<FailureReason>("Refusal"), seconds("SlowSeconds")]);

const fn seconds(name: &'static str) -> Row {
    integer::<0, { u32::MAX as i128 }>(name)
}

fn fault(text: &str) -> Result<(), Objection> {
    if matches!(text, "None" | "Outage") {
        return Ok(());
    }
    let message = format!("`{}` is not a fault", mistake::shortened(text).escape_debug());
    let help = "write `\"Outage\"`, `\"None\"`, `{\"Refusal\": …}` or `{\"SlowSeconds\": …}`";
    Err(Objection::new(message, help))
}

/// Returns the mistakes of a scenario that can't be read. There are none if it is too large for a
/// tree, or if only the type of the scenario knows the mistake.
pub(super) fn mistakes(text: &str) -> Option<Report> {
    let report = form::mistakes(text, &SCENARIO, TREE_LIMIT)?;
    Some(report.into_iter().take(Scenario::PROBLEM_LIMIT).collect())
}

/// The most bytes of a scenario that is read as a tree.
const TREE_LIMIT: usize = 16 * 1024 * 1024;
