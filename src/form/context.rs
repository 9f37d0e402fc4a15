//! The JSON form of the known facts about buckets.
//!
//! For example, `{"photos": {"Versioning": "Enabled"}, "gone": null}` states that one bucket has
//! versioning and that another does not exist. A bucket that is absent is unknown, and so is a
//! member that is absent or `null`.
//!
//! The same facts may stand in a member `Buckets`, which must then be the only one. Facts decide
//! what a check concludes, so nothing is skipped here: an unknown member, a bucket that is given
//! twice, and a value that no bucket can have are errors.
//!
//! | member | value |
//! | --- | --- |
//! | `Versioning` | `Enabled`, `Suspended` or `Unversioned`, as the model has them |
//! | `DefaultEncryption` | `SSE-S3`, `SSE-KMS` or `DSSE-KMS` |
//! | `BlockedEncryptionTypes` | `["SSE-C"]`, or `[]` where nothing is blocked |
//! | `Lifecycle` | days until something expires, or `false` without any rule |

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Report};
use crate::document::{self, Element, Kind};
use crate::form::foreign::OtherCase;
use crate::form::mistake::Objection;
use crate::form::mistake::{self, Mistake};
use crate::form::path_stack::PathStack;
use crate::form::reader::Reader;
use crate::form::schema::{
    Authority, Content, Map, OURS, Row, Schema, boolean, check, checked, integer, list, row, value,
    word,
};
use crate::form::{self, DocumentKind, Form, Locator, json_schema_with_wrapper, malformed};
use crate::model::{
    AccountId, BucketName, BucketSettings, EncryptionStatus, KmsKeyArn, KnownBuckets,
    ObjectLockStatus, ObjectOwnership, Payer, Region, Versioning,
};
use crate::vocabulary::is_same_but_for_case;

/// The member around the buckets, which may be left out.
const BUCKETS: &str = "Buckets";

/// The table of a context. A bucket that is `null` does not exist.
///
/// `null` is absence inside a bucket, and a value of its own in the place of one.
static CONTEXT: Schema = Schema {
    root: BUCKETS,
    kind: Some(DocumentKind::Context),
    content: Content::Map(Map {
        name: Some(check::<BucketName>),
        inside: &Content::Nullable(&Content::Fields(BUCKET)),
    }),
    authority: &Authority { null_is_absent: true, ..OURS },
};

/// A bucket. Every member is optional: what is not stated is unknown, never a default.
const BUCKET: &[Row] = &[
    word::<Versioning>("Versioning"),
    value::<Region>("Region"),
    value::<AccountId>("Account"),
    word::<ObjectLockStatus>("ObjectLock"),
    checked("DefaultEncryption", default_encryption),
    value::<KmsKeyArn>("DefaultKmsKeyId"),
    boolean("BucketKeyEnabled"),
    BLOCKED_ENCRYPTION_TYPES,
    word::<ObjectOwnership>("ObjectOwnership"),
    word::<Payer>("Payer"),
    row("Lifecycle", Content::Either(&Content::Boolean, &Content::Fields(LIFECYCLE))),
];

/// The lifecycle rules of a bucket, as far as they matter: the days until something expires.
///
/// `Lifecycle` may also be `false`, for a bucket without any rule.
const LIFECYCLE: &[Row] = &[days("ExpirationDays"), days("NoncurrentVersionExpirationDays")];

/// Creates a row of a number of days, at least 1, as in lifecycle rules.
const fn days(name: &'static str) -> Row {
    integer::<1, { u32::MAX as i128 }>(name)
}

/// S3 can block SSE-C only. `NONE`, which S3 has for an empty list, is written as one.
///
/// The simulation has the same row for its buckets.
pub(crate) const BLOCKED_ENCRYPTION_TYPES: Row =
    list("BlockedEncryptionTypes", &["EncryptionType"], &Content::Text(Some(blocked_encryption)));

/// Accepts the only encryption that S3 can block.
fn blocked_encryption(text: &str) -> Result<(), Objection> {
    if text.parse() == Ok(EncryptionStatus::SseC) {
        return Ok(());
    }
    let shown = mistake::shortened(text);
    let message = format!("S3 cannot block the encryption `{}`", shown.escape_debug());
    Err(Objection::new(message, "write `SSE-C`, or an empty list where nothing is blocked"))
}

/// Accepts the encryptions that a bucket can have by default. SSE-C and no encryption are not among
/// them.
fn default_encryption(text: &str) -> Result<(), Objection> {
    let status = text.parse::<EncryptionStatus>().map_err(|error| mistake::value(&error))?;
    if EncryptionStatus::OF_BUCKETS.contains(&status) {
        return Ok(());
    }
    let message = format!("no bucket encrypts by default with `{status}`");
    Err(Objection::new(message, "write `SSE-S3`, `SSE-KMS` or `DSSE-KMS`"))
}

/// Returns true for a document of facts. A bucket may have any name, also one that is typical of another
/// kind of document.
///
/// An empty object passes, with facts about no bucket. Where this is false, the document may be one
/// of another kind, such as a configuration, and is compared with those.
fn has_facts(root: Element<'_, '_>) -> bool {
    let is_fact = |member: Element<'_, '_>| BUCKET.iter().any(|row| row.json == member.name());
    root.children().all(|bucket| match bucket.kind() {
        Kind::Null => true,
        Kind::Object => bucket.children().all(is_fact),
        _ => false,
    })
}

/// Returns the only finding about facts whose names are all written in another case, such as
/// `{"buckets": {"photos": {"versioning": "Enabled"}}}`.
///
/// The names of buckets are data and are never compared. So the names of the facts decide: each
/// must be one of the table in some case. Returns `None` for a single name in another case, which
/// the reader reports as a misspelling, and as soon as one name is not of the table.
fn other_case(root: Element<'_, '_>) -> Option<Diagnostic> {
    let mut found = OtherCase::default();
    let mut children = root.children();
    let inside = |element: Element<'_, '_>| {
        element.children().all(|child| matches!(child.kind(), Kind::Object | Kind::Null))
    };
    let wrapper = match (children.next(), children.next()) {
        (Some(only), None) if is_same_but_for_case(only.name(), BUCKETS) => {
            Some(only).filter(|only| only.children().next().is_some() && inside(*only))
        }
        _ => None,
    };
    if let Some(wrapper) = wrapper.filter(|wrapper| wrapper.name() != BUCKETS) {
        found.names.insert(wrapper.name().to_owned(), BUCKETS);
    }
    for bucket in wrapper.unwrap_or(root).children() {
        for fact in bucket.children() {
            let row = BUCKET.iter().find(|row| is_same_but_for_case(row.json, fact.name()))?;
            if row.json == fact.name() {
                // A name in its own case shows that the facts are written for this reader. Only the
                // wrapper can still be in another case as a whole.
                // The other names may be single slips.
                return (!found.names.is_empty()
                    && wrapper.is_some_and(|one| one.name() != BUCKETS))
                .then(|| form::case_finding(root, &found, Some(BUCKETS), &CONTEXT));
            }
            found.names.insert(fact.name().to_owned(), row.json);
        }
    }
    (found.names.len() > 1)
        .then(|| form::case_finding(root, &found, found.names.values().next().copied(), &CONTEXT))
}

impl KnownBuckets {
    /// Returns the JSON Schema (draft 2020-12) of a context.
    #[must_use]
    pub fn json_schema() -> String {
        json_schema_with_wrapper(&CONTEXT, "Known facts about buckets", BUCKETS)
    }

    /// The most bytes of a document that is read: 16 MiB, enough for every bucket of an account.
    pub const SIZE_LIMIT: usize = 16 * 1024 * 1024;

    /// Reads an object with a member for each bucket, alone or in a member `Buckets` that is the
    /// only one. A bucket that is given twice is refused, since either value may be the true one.
    ///
    /// # Errors
    ///
    /// Returns every mistake in the document.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::model::KnownBuckets;
    ///
    /// let text = r#"{"Buckets": {"photos": {"Versioning": "Enabled"}, "gone": null}}"#;
    /// let buckets = KnownBuckets::from_json(text)?;
    /// assert!(buckets.get(&"photos".parse()?).is_some());
    /// assert!(buckets.is_missing(&"gone".parse()?));
    ///
    /// let alone = r#"{"photos": {"Versioning": "Enabled"}, "gone": null}"#;
    /// assert_eq!(KnownBuckets::from_json(alone)?, buckets);
    /// assert!(KnownBuckets::from_json(r#"{"a-b": null, "a-b": null}"#).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Report> {
        let document = match document::read_json_within(text, Self::SIZE_LIMIT) {
            Ok(document) => document,
            Err(error) => {
                return Err(Report::from_iter([malformed(&error, form::of_text(text), &CONTEXT)]));
            }
        };
        let root = document.root();
        if !has_facts(root)
            && let Some(finding) = form::other_kind(root, Form::CliJson, &CONTEXT)
        {
            return Err(Report::from_iter([finding]));
        }
        if let Some(finding) = other_case(root) {
            return Err(Report::from_iter([finding]));
        }
        let mut reader = Reader::new(Form::CliJson, &CONTEXT);
        // `buckets` can also be the name of a bucket, but `Buckets` cannot: bucket names have no
        // capitals.
        let wrapped = root.children().find(|child| child.name() == BUCKETS);
        let buckets: Option<BTreeMap<BucketName, Option<BucketSettings>>> = match wrapped {
            Some(element) => {
                for beside in root.children().filter(|child| child.span() != element.span()) {
                    let at = PathStack::ROOT.field(beside.name());
                    let wording = mistake::beside(beside.name(), BUCKETS);
                    reader.refuse(Mistake::Unknown, wording, &at, beside.head());
                }
                reader.read(element, &CONTEXT.content, &PathStack::ROOT.field(BUCKETS))
            }
            None => reader.read(root, &CONTEXT.content, &PathStack::ROOT),
        };
        let mut report = reader.into_report();
        let root = wrapped.unwrap_or(root);
        let mut locator = Locator::new(root, &CONTEXT.content, Form::CliJson);
        report.locate(|path| Some(locator.find(path)));
        match buckets {
            Some(buckets) if !report.has_errors() => Ok(Self::from(buckets)),
            _ => Err(report),
        }
    }
}
