//! Reads the JSON of one object, borrowing what it can.
//!
//! This is the hottest part of `decide`: an object is read in one pass, without a tree. Texts are
//! borrowed from the line unless they contain escapes. The table below declares every member, so
//! that messages list the same names that are read.
//!
//! An object with the names of S3 Inventory, one with those of `HeadObject`, and one that is
//! refused:
//!
//! ```json
//! {"Key": "Tax/a.pdf", "Size": 7, "EncryptionStatus": "SSE-KMS", "Tags": {"team": "tax"}}
//! {"Key": "Tax/a.pdf", "ETag": "x", "ContentLength": 7, "ServerSideEncryption": "aws:kms"}
//! {"Key": "Tax/a.pdf", "x-amz-storage-class": "GLACIER"}
//! ```
//!
//! `documents` calls this for every object in JSON, and `Object::new` parses the texts of `Written`
//! after that. So the types of members are checked here (`"Size": {}` is refused), and the words
//! are not (`"Size": "seven"` passes).
//!
//! A member that is not in the table is refused, with one exception: names that begin with
//! `Checksum`.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use crate::cli::object::{Problem, Written};
use crate::cli::suggestion::did_you_mean;

/// Reads the members of an object. The text must be one value of JSON, in any number of lines.
///
/// A mistake ends the reading, so only the first one of an object is reported.
pub(super) fn members(text: &str) -> Result<Written<'_>, Problem> {
    serde_json::from_str(text).map_err(|error| explained(text, &error))
}

/// Describes an error, with the column if the error is in the first line.
///
/// The position counts in the text of the object, so it is given only where that text is one line.
///
/// ```text
/// {"Key": 1}    `Key`: invalid type: integer `1`, expected a string (column 10)
/// {"Key": "a"   the text ends within an object (column 11)
/// hello         this is not JSON (column 1); write one JSON object per line, such as …
/// 7             expected an object, found integer `7`; write one JSON object per line, such as …
/// ```
pub(super) fn explained(text: &str, error: &serde_json::Error) -> Problem {
    let message = match without_position(error).as_str() {
        // The two words of `serde_json` for a first character that no value of JSON begins with.
        "expected ident" | "expected value" => "this is not JSON".to_owned(),
        // A sound value that is not an object. The words of `serde` are replaced by those of users.
        message if error.is_data() && !text.starts_with('{') => {
            let found = message.strip_prefix("invalid type: ").unwrap_or(message);
            let found = found.split(", expected").next().unwrap_or(found);
            let found = found.replace("sequence", "a list").replace("string ", "the text ");
            return Problem(format!("expected an object, found {found}; {}", object_of(text)));
        }
        message => message.replace("EOF while parsing", "the text ends within"),
    };
    let place = match (error.line(), error.column()) {
        (1, column) if column > 0 => format!(" (column {column})"),
        _ => String::new(),
    };
    // The advice is for texts that are no JSON. An object with a wrong member is JSON, and a text
    // that ends too early is often an object over several lines.
    let is_listed = message.contains("the text ends within");
    let hint = if is_listed || (!error.is_syntax() && text.starts_with('{')) {
        ""
    } else {
        r#"; write one JSON object per line, such as {"Key": "a/b.txt"}"#
    };
    Problem(format!("{message}{place}{hint}"))
}

/// Returns advice on a value that is not an object: a key alone, or a list of values, as `--query` of the
/// AWS CLI makes it.
///
/// Only for a text that is JSON, see `explained`.
///
/// ```text
/// "a.txt"           write `{"Key": "a.txt"}`
/// ["a.txt", "v1"]   keep the names in `--query`, such as …
/// 7                 write one JSON object per line, such as …
/// ```
fn object_of(text: &str) -> String {
    if let Ok(key) = serde_json::from_str::<String>(text) {
        return format!("write `{{\"Key\": \"{}\"}}`", shortened(&key));
    }
    if text.starts_with('[') {
        return "keep the names in `--query`, such as `Versions[].{Key:Key,VersionId:VersionId}`"
            .to_owned();
    }
    r#"write one JSON object per line, such as {"Key": "a/b.txt"}"#.to_owned()
}

/// Returns the message of an error without its position, which counts from the wrong place here:
/// from the beginning of a member, of an object or of a part of a document.
fn without_position(error: &impl fmt::Display) -> String {
    let mut message = error.to_string();
    if let Some(at) = message.rfind(" at line ") {
        message.truncate(at);
    }
    message
}

impl<'de> Deserialize<'de> for Written<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

/// Declares what may stand in an object, and where it goes.
///
/// The groups differ in what a member does:
///
/// * `read` members are facts of an object, by the names of S3 Inventory.
/// * `head` members are the same facts by the names of `HeadObject`, and are noted as such.
/// * `marks` show that the object is the whole output of an operation.
/// * `tags` are three names for the tags.
/// * `ignored` members are facts on which no decision depends.
///
/// The form behind a name is [`Word`] for texts, and [`Scalar`] for what may be a number or a truth
/// value.
///
/// What stands in the call below is not only the reader: the names also become the suggestions for
/// misspelled members. A new member needs a line here, and a field of `Written` unless it is
/// ignored.
macro_rules! fields {
    (
        read { $( $field:ident: $form:ident => $slot:ident, )+ }
        head { $( $head:ident: $head_form:ident => $head_slot:ident, )+ }
        marks { $( $mark:ident, )+ }
        tags { $( $tags:ident, )+ }
        ignored { $( $ignored:ident, )+ }
    ) => {
        // With `field_identifier`, an unknown name arrives as `Unknown` instead of an error, so the
        // message can have a suggestion. A name without escapes is borrowed.
        #[derive(serde::Deserialize)]
        #[serde(field_identifier)]
        enum Field<'l> {
            $( $field, )+
            $( $head, )+
            $( $mark, )+
            $( $tags, )+
            $( $ignored, )+
            #[serde(borrow)]
            Unknown(Text<'l>),
        }

        /// The names that are suggested for a misspelled one.
        ///
        /// The names of Inventory only: they fit every object, and `head` refuses half an output of
        /// `HeadObject`.
        const NAMES: &[&str] =
            &[$( stringify!($tags), )+ $( stringify!($field), )+];

        /// The names that are read, too, but not suggested.
        const OTHER_NAMES: &[&str] =
            &[$( stringify!($head), )+ $( stringify!($mark), )+ $( stringify!($ignored), )+];

        /// The members that have a slot, each with its slot.
        const SLOTS: &[(&str, &str)] = &[
            $( (stringify!($tags), "tags"), )+
            $( (stringify!($field), stringify!($slot)), )+
            $( (stringify!($head), stringify!($head_slot)), )+
        ];

        /// Reads the value of a member into its slot. Two members of one slot, such as `Size` and
        /// `ContentLength`, are a repetition, even if one of them is empty.
        ///
        /// `has_tags` is true after a member with the tags, which may be none.
        fn take<'de, A: MapAccess<'de>>(
            written: &mut Written<'de>,
            has_tags: &mut bool,
            field: &Field<'de>,
            map: &mut A,
        ) -> Result<(), A::Error> {
            match field {
                $( Field::$tags => {
                    // Tags have three names and one slot, as other members have two.
                    if std::mem::replace(has_tags, true) {
                        return Err(repeated(stringify!($tags), "tags"));
                    }
                    written.tags =
                        map.next_value().map_err(|error| within(stringify!($tags), &error))?;
                } )+
                $( Field::$field => {
                    let $form(value) = map.next_value()
                        .map_err(|error| within(stringify!($field), &error))?;
                    if written.$slot.is_some() {
                        return Err(repeated(stringify!($field), stringify!($slot)));
                    }
                    written.$slot = Some(value);
                } )+
                $( Field::$head => {
                    let $head_form(value) = map.next_value()
                        .map_err(|error| within(stringify!($head), &error))?;
                    if written.$head_slot.is_some() {
                        return Err(repeated(stringify!($head), stringify!($head_slot)));
                    }
                    written.$head_slot = Some(value);
                    // Also where the value is empty: the name alone shows which output this is.
                    written.head_members.push(stringify!($head));
                } )+
                $( Field::$mark => {
                    map.next_value::<IgnoredAny>()?;
                    written.is_output = true;
                } )+
                $( Field::$ignored => { map.next_value::<IgnoredAny>()?; } )+
                // S3 adds algorithms of checksums; none of them decides.
                // Such as `ChecksumCRC64NVME` and `ChecksumType`.
                Field::Unknown(Text(name)) if name.starts_with("Checksum") => {
                    map.next_value::<IgnoredAny>()?;
                }
                Field::Unknown(Text(name)) => return Err(unknown(name)),
            }
            Ok(())
        }

        /// Makes empty texts absent. Only after the last member, so that a repetition of an empty
        /// one is noticed.
        fn drop_empty(written: &mut Written<'_>) {
            $( written.$slot.take_if(|text| text.is_empty()); )+
            $( written.$head_slot.take_if(|text| text.is_empty()); )+
        }
    };
}

fields! {
    read {
        Key: Word => key,
        VersionId: Word => version_id,
        IsLatest: Scalar => is_latest,
        IsDeleteMarker: Scalar => is_delete_marker,
        DeleteMarkerOrigin: Word => delete_marker_origin,
        Size: Scalar => size,
        // Inventory, and the API. A scalar, so that seconds since 1970 are refused with the time
        // that is meant.
        LastModifiedDate: Scalar => last_modified,
        LastModified: Scalar => last_modified,
        StorageClass: Word => storage_class,
        IntelligentTieringAccessTier: Word => access_tier,
        EncryptionStatus: Word => encryption,
        BucketKeyStatus: Word => bucket_key,
        ReplicationStatus: Word => replication_status,
        ObjectLockMode: Word => lock_mode,
        ObjectLockRetainUntilDate: Word => retain_until,
        ObjectLockLegalHoldStatus: Word => legal_hold,
        // Two names of one fact; the second one is the column of Inventory.
        ObjectLockEventHold: Word => event_hold,
        ObjectLockEventHoldStatus: Word => event_hold,
        ObjectLockEventHoldDurationDays: Scalar => event_hold_days,
        ObjectLockEventHoldDurationYears: Scalar => event_hold_years,
        OwnerCanRead: Scalar => owner_can_read,
        // No fact of S3 about a version: the user adds it.
        Event: Word => event,
    }
    // The names of HeadObject and `GetObject`.
    head {
        ContentLength: Scalar => size,
        ObjectSize: Scalar => size,
        DeleteMarker: Scalar => is_delete_marker,
        ServerSideEncryption: Word => encryption,
        SSEKMSKeyId: Word => kms_key,
        SSECustomerAlgorithm: Word => customer_algorithm,
        BucketKeyEnabled: Scalar => bucket_key,
        ArchiveStatus: Word => access_tier,
        TagCount: Scalar => tag_count,
    }
    // Members that every output of S3 about one object has, and that no decision needs.
    marks {
        ETag,
    }
    tags {
        Tags,
        TagSet,
        Tagging,
    }
    // Known names, so that whole outputs and rows are read as they are. A fact that decides must
    // not stand here: it would be dropped without a word.
    ignored {
        Bucket,
        IsMultipartUploaded,
        AcceptRanges,
        CacheControl,
        ContentDisposition,
        ContentEncoding,
        ContentLanguage,
        ContentRange,
        ContentType,
        Expiration,
        Expires,
        ExpiresString,
        Metadata,
        MissingMeta,
        ObjectLockEventHoldDuration,
        IntelligentTieringReferenceDate,
        ObjectParts,
        PartsCount,
        RequestCharged,
        ResponseMetadata,
        Restore,
        SSECustomerKeyMD5,
        WebsiteRedirectLocation,
        ObjectAccessControlList,
        ObjectOwner,
        Owner,
        RestoreStatus,
        LifecycleExpirationDate,
    }
}

/// Names the member in which an error is.
///
/// The position is left out: `explained` adds that of the outer error.
fn within<E: Error>(field: &str, error: &E) -> E {
    E::custom(format_args!("`{field}`: {}", without_position(error)))
}

/// Refuses a member that is given twice: either value may be the meant one.
///
/// Two names of one slot are the same member here:
///
/// ```text
/// Key, Key        member `Key` is repeated; keep one of them
/// Tags, TagSet    member `TagSet` (also named `Tags`, `Tagging`) is repeated; keep one of them
/// ```
fn repeated<E: Error>(field: &str, slot: &str) -> E {
    let same = SLOTS.iter().filter(|(name, of)| *of == slot && *name != field);
    let others: Vec<String> = same.map(|(name, _)| format!("`{name}`")).collect();
    let others = match others.as_slice() {
        [] => String::new(),
        others => format!(" (also named {})", others.join(", ")),
    };
    E::custom(format_args!("member `{field}`{others} is repeated; keep one of them"))
}

/// Refuses a member that is not known, with the name that was probably meant.
///
/// ```text
/// Sise                     did you mean `Size`?
/// x-amz-storage-class      write it as `StorageClass`
/// Colour                   `decide --help` lists the members
/// ```
fn unknown<E: Error>(name: &str) -> E {
    let hint = match counterpart(name) {
        Some(hint) => format!("; {hint}"),
        None => did_you_mean(name, NAMES.iter().chain(OTHER_NAMES).copied()),
    };
    let hint = if hint.is_empty() { "; `decide --help` lists the members" } else { &hint };
    E::custom(format_args!("unknown member `{}` in an object{hint}", shortened(name)))
}

/// Returns advice on a name that other tools give to a fact that decides; `None` for any other
/// name.
///
/// The names are those of HTTP headers and of other tools, in lower case. Underscores count as
/// hyphens. A name that differs from a member in case and underscores only, such as
/// `storage_class`, is not here: the suggestion by spelling finds it.
fn counterpart(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().replace('_', "-").as_str() {
        "x-amz-server-side-encryption" | "encryption" | "sse" | "ssealgorithm" => {
            "write it as `EncryptionStatus`: `SSE-S3`, `SSE-KMS`, `DSSE-KMS`, `SSE-C` or `NOT-SSE`"
        }
        "x-amz-server-side-encryption-customer-algorithm" => {
            "write `\"EncryptionStatus\": \"SSE-C\"`"
        }
        "x-amz-server-side-encryption-bucket-key-enabled" => {
            "write it as `BucketKeyStatus`: `ENABLED` or `DISABLED`"
        }
        "x-amz-replication-status" | "status" => {
            "write it as `ReplicationStatus`: `PENDING`, `COMPLETED`, `FAILED` or `REPLICA`"
        }
        "x-amz-storage-class" => "write it as `StorageClass`",
        "x-amz-archive-status" => "write it as `IntelligentTieringAccessTier`",
        "x-amz-delete-marker" => "write it as `IsDeleteMarker`: `true` or `false`",
        "x-amz-version-id" | "version" => "write it as `VersionId`",
        "x-amz-tagging" | "tag" => "write it as `Tags`, such as `{\"team\": \"tax\"}`",
        "x-amz-tagging-count" => "write the tags as `Tags`, such as `{\"team\": \"tax\"}`",
        "x-amz-object-lock-mode" => "write it as `ObjectLockMode`",
        "x-amz-object-lock-retain-until-date" => "write it as `ObjectLockRetainUntilDate`",
        "x-amz-object-lock-legal-hold" | "legalhold" => "write it as `ObjectLockLegalHoldStatus`",
        "x-amz-object-lock-event-hold" | "eventhold" => "write it as `ObjectLockEventHold`",
        "content-length" => "write it as `Size`",
        "last-modified" => "write it as `LastModifiedDate`",
        "eventname" => "write it as `Event`, such as `ObjectCreated:Put`",
        "objectkey" | "name" => "write it as `Key`",
        _ => return None,
    })
}

/// Returns as much of a word as a message can bear.
///
/// At most 60 characters and a mark. Messages that quote the input use it, since a text in there
/// may have megabytes.
pub(super) fn shortened(word: &str) -> String {
    const LONGEST_WORD: usize = 60;
    match word.char_indices().nth(LONGEST_WORD) {
        Some((end, _)) => format!("{}…", word.get(..end).unwrap_or_default()),
        None => word.to_owned(),
    }
}

/// Collects the members of an object.
struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Written<'de>;

    /// Writes the words that follow `expected` in an error of type.
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    /// Reads the members, in any order. No other form of a value is visited, so a list or a text is
    /// an error of type, which `explained` describes.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut written, mut has_tags) = (Written::default(), false);
        while let Some(field) = map.next_key::<Field<'de>>()? {
            take(&mut written, &mut has_tags, &field, &mut map)?;
        }
        drop_empty(&mut written);
        Ok(written)
    }
}

/// A text, borrowed where it holds no escapes. `null` is refused; `Word` reads it as empty.
#[derive(Debug)]
pub(super) struct Text<'l>(pub(super) Cow<'l, str>);

/// A text; empty when it is `null`. A number is refused: a key `1` is written as `"1"`.
struct Word<'l>(Cow<'l, str>);

/// A number or a boolean, perhaps as a text; empty when it is `null`. Any text passes: its type is
/// known only to `Object::new`.
struct Scalar<'l>(Cow<'l, str>);

impl<'l, 'de: 'l> Deserialize<'de> for Text<'l> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor).map(Text)
    }
}

impl<'de> Deserialize<'de> for Word<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<Text<'de>>::deserialize(deserializer)?;
        Ok(Self(text.map(|Text(text)| text).unwrap_or_default()))
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // `deserialize_any`, because the form of the value is not known before. Lists and objects
        // are refused.
        deserializer.deserialize_any(ScalarVisitor).map(Self)
    }
}

/// Borrows a text where it can.
///
/// It visits no other form: a number where a text is expected is an error of type.
struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    /// Takes a text without escapes. One with escapes has no place in the line to borrow from, and
    /// arrives at `visit_str`.
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// Takes a number or a truth value as its text, so that JSON and the texts of an inventory meet.
struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, `true` or `false`")
    }

    /// Turns `null` into an empty text, which counts as absent.
    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(""))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(if value { "true" } else { "false" }))
    }

    /// A number is kept as text. The parser of the field refuses a fraction, with the name of the
    /// field.
    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_string()))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}
