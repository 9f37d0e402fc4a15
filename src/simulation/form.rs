//! The table of a scenario.
//!
//! The types of the reader decide what a scenario means. The table is for people: it describes the
//! same form as a JSON Schema, and finds the mistakes of a scenario that the types refuse, each at
//! its place and with help. Serde stops at the first mistake and names no field.
//!
//! ```json
//! {"Buckets": {"photos": {"Versioning": "Enabled"}, "backup": {"Versioning": "Enabled"}},
//!  "Events": [{"At": "2026-11-22T09:00:00Z", "Bucket": "photos", "Key": "a.jpg"},
//!             {"At": "2026-11-22T09:05:00Z", "Bucket": "backup", "Fault": "Outage"}]}
//! ```
//!
//! ```text
//! text ─▶ `read`: types of serde ─▶ draft              a scenario without mistakes takes this way alone
//!      └▶ refused ─▶ `mistakes`: tree and table ─▶ findings with places
//! ```
//!
//! The table must not refuse what the types accept. A mistake that only the types know is reported
//! by the text of serde, with the line and column that it names.

use crate::diagnostic::Report;
use crate::form;
use crate::form::mistake::{self, Objection};
use crate::form::schema::{
    Authority, Content, List, Map, OURS, Row, Schema, boolean, check, fields, integer, row, text,
    value, word,
};
use crate::model::{
    AccessTier, AccountId, BucketKeyStatus, BucketName, EncryptionStatus, EventHoldDuration,
    EventHoldStatus, KmsKeyArn, LegalHold, ObjectLockStatus, ObjectOwnership, Region,
    RetentionMode, StorageClass, Timestamp, VersionId, Versioning,
};
use crate::replication::FailureReason;
use crate::simulation::Scenario;

/// The table of a scenario. `null` counts as absent, because that is what serde makes of an
/// optional member.
///
/// `Buckets` is required; a scenario without events is one that only describes buckets.
static SCENARIO: Schema = Schema {
    root: "scenario",
    kind: Some(form::DocumentKind::Scenario),
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

/// A bucket at the beginning.
///
/// A configuration and policies have tables of their own, so they are not looked into here.
const BUCKET: &[Row] = &[
    word::<Versioning>("Versioning"),
    value::<Region>("Region"),
    value::<AccountId>("Account"),
    word::<ObjectLockStatus>("ObjectLock"),
    fields(
        "DefaultRetention",
        &[word::<RetentionMode>("Mode").required(), seconds("Days").required()],
    ),
    fields(
        "DefaultEventHold",
        &[
            integer::<1, { EventHoldDuration::DAYS_LIMIT as i128 }>("Days"),
            integer::<1, { EventHoldDuration::YEARS_LIMIT as i128 }>("Years"),
        ],
    ),
    word::<EncryptionStatus>("DefaultEncryption"),
    value::<KmsKeyArn>("DefaultKmsKeyId"),
    boolean("BucketKeyEnabled"),
    word::<ObjectOwnership>("ObjectOwnership"),
    form::BLOCKED_ENCRYPTION_TYPES,
    row("Replication", Content::Unread),
    fields("Policies", POLICIES),
];

/// The policies under which a bucket replicates.
///
/// The documents themselves are not looked into: `permissions` has a table for them.
const POLICIES: &[Row] = &[
    row(
        "RolePolicies",
        Content::List(List { names: &[], item: &Content::Unread, is_never_empty: false }),
    ),
    row("TrustPolicy", Content::Unread),
    row(
        "BatchRolePolicies",
        Content::List(List { names: &[], item: &Content::Unread, is_never_empty: false }),
    ),
    row("BatchTrustPolicy", Content::Unread),
    row(
        "BucketPolicies",
        Content::Map(Map { name: Some(check::<BucketName>), inside: &Content::Unread }),
    ),
    row("KeyPolicies", Content::Map(Map { name: None, inside: &Content::Unread })),
];

/// An event. Most members are those of `decide`. Which of them belong to which event is a question
/// of the reader: a table has no conditions.
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
    word::<StorageClass>("StorageClass"),
    word::<AccessTier>("IntelligentTieringAccessTier"),
    word::<EncryptionStatus>("EncryptionStatus"),
    value::<KmsKeyArn>("KmsKeyId"),
    word::<BucketKeyStatus>("BucketKeyStatus"),
    word::<RetentionMode>("ObjectLockMode"),
    value::<Timestamp>("ObjectLockRetainUntilDate"),
    word::<LegalHold>("ObjectLockLegalHoldStatus"),
    word::<EventHoldStatus>("ObjectLockEventHold"),
    integer::<1, { EventHoldDuration::DAYS_LIMIT as i128 }>("ObjectLockEventHoldDurationDays"),
    integer::<1, { EventHoldDuration::YEARS_LIMIT as i128 }>("ObjectLockEventHoldDurationYears"),
    value::<Timestamp>("RestoreUntil"),
    word::<Versioning>("Versioning"),
    row("Replication", Content::Unread),
];

/// A fault: a word, or an object with its parameter.
///
/// The table allows both members together; the type that is read refuses that.
const FAULT: &Content =
    &Content::Fields(&[word::<FailureReason>("Refusal"), seconds("SlowSeconds")]);

/// Creates a row of a number of seconds.
///
/// Days have the same range and use it, too.
const fn seconds(name: &'static str) -> Row {
    integer::<0, { u32::MAX as i128 }>(name)
}

/// Accepts the faults that have no parameter.
///
/// The words are compared to the letter, as all words of scenarios.
fn fault(text: &str) -> Result<(), Objection> {
    if matches!(text, "None" | "Outage") {
        return Ok(());
    }
    let message = format!("`{}` is not a fault", mistake::shortened(text).escape_debug());
    let help = "write `\"Outage\"`, `\"None\"`, `{\"Refusal\": …}` or `{\"SlowSeconds\": …}`";
    Err(Objection::new(message, help))
}

/// Returns the mistakes of a scenario that cannot be read. There are none if it is too large for a
/// tree, or if only the type of the scenario knows the mistake.
///
/// `None` makes the caller report the error of the types instead, so a scenario that was refused
/// never ends without a finding.
pub(super) fn mistakes(text: &str) -> Option<Report> {
    let report = form::mistakes(text, &SCENARIO, TREE_LIMIT)?;
    Some(report.into_iter().take(Scenario::PROBLEM_LIMIT).collect())
}

/// The most bytes of a scenario that is read as a tree.
///
/// A scenario of a million events is read without a tree. A tree of it would take a gigabyte, only
/// to show one mistake.
const TREE_LIMIT: usize = 16 * 1024 * 1024;

/// Returns the JSON Schema of a scenario.
///
/// `Scenario::json_schema` and the command `schema` return it.
pub(super) fn scenario_schema() -> String {
    form::json_schema(&SCENARIO, "Scenario of s3-replication")
}
