//! Reads one line of JSON, borrowing what it can.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use crate::cli::object::{Object, Problem, Written};
use crate::cli::suggestion::did_you_mean;

/// Reads an object from a line.
pub(in crate::cli) fn read(line: &[u8]) -> Result<Object<'_>, Problem> {
    let text = str::from_utf8(line).map_err(|error| {
        Problem(format!("the line is not UTF-8, see byte {}", error.valid_up_to() + 1))
    })?;
    Object::new(serde_json::from_str(text).map_err(|error| explained(text, &error))?)
}

fn explained(text: &str, error: &serde_json::Error) -> Problem {
    let message = match without_position(error).as_str() {
        "expected ident" | "expected value" => "this is not JSON".to_owned(),
        message => message.replace("EOF while parsing", "the line ends within"),
    };
    let place = match error.column() {
        0 => String::new(),
        column => format!(" (column {column})"),
    };
    let hint = if text.starts_with('[') {
        "; write one object a line, without an array around them (`jq -c '.[]'` does that)"
    } else if message.contains("the line ends within") {
        "; write every object on one line (`jq -c .` does that)"
    } else if error.is_syntax() || !text.starts_with('{') {
        r#"; write one JSON object a line, such as {"Key": "a/b.txt"}"#
    } else {
        ""
    };
    Problem(format!("{message}{place}{hint}"))
}

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
macro_rules! fields {
    (
        read { $( $field:ident: $form:ident => $slot:ident, )+ }
        ignored { $( $ignored:ident, )+ }
    ) => {
        #[derive(serde::Deserialize)]
        #[serde(field_identifier)]
        enum Field<'l> {
            Tags,
            $( $field, )+
            $( $ignored, )+
            #[serde(borrow)]
            Unknown(Text<'l>),
        }

        const NAMES: &[&str] =
            &["Tags", $( stringify!($field), )+ $( stringify!($ignored), )+];

        fn take<'de, A: MapAccess<'de>>(
            written: &mut Written<'de>,
            field: &Field<'de>,
            map: &mut A,
        ) -> Result<(), A::Error> {
            match field {
                Field::Tags => {
                    written.tags =
                        map.next_value().map_err(|error| within("Tags", &error))?;
                }
                $( Field::$field => {
                    let $form(value) = map.next_value()
                        .map_err(|error| within(stringify!($field), &error))?;
                    if written.$slot.is_some() {
                        return Err(repeated(stringify!($field)));
                    }
                    written.$slot = value;
                } )+
                $( Field::$ignored => { map.next_value::<IgnoredAny>()?; } )+
                Field::Unknown(Text(name)) => return Err(unknown(name)),
            }
            Ok(())
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
        LastModifiedDate: Word => last_modified,
        LastModified: Word => last_modified,
        StorageClass: Word => storage_class,
        IntelligentTieringAccessTier: Word => access_tier,
        EncryptionStatus: Word => encryption,
        BucketKeyStatus: Word => bucket_key,
        ReplicationStatus: Word => replication_status,
        ObjectLockMode: Word => lock_mode,
        ObjectLockRetainUntilDate: Word => retain_until,
        ObjectLockLegalHoldStatus: Word => legal_hold,
        OwnerCanRead: Scalar => owner_can_read,
        Event: Word => event,
    }
    ignored {
        Bucket,
        ETag,
        IsMultipartUploaded,
        ChecksumAlgorithm,
        ChecksumType,
        ObjectAccessControlList,
        ObjectOwner,
        Owner,
        RestoreStatus,
        LifecycleExpirationDate,
    }
}

fn within<E: Error>(field: &str, error: &E) -> E {
    E::custom(format_args!("`{field}`: {}", without_position(error)))
}

fn repeated<E: Error>(field: &str) -> E {
    E::custom(format_args!("`{field}` is there twice"))
}

fn unknown<E: Error>(name: &str) -> E {
    let hint = did_you_mean(name, NAMES.iter().copied());
    let hint = if hint.is_empty() { "; take it out" } else { &hint };
    E::custom(format_args!("`{name}` is no field of an object{hint}"))
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Written<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut written = Written::default();
        while let Some(field) = map.next_key::<Field<'de>>()? {
            take(&mut written, &field, &mut map)?;
        }
        Ok(written)
    }
}

/// A text, borrowed where it holds no escapes.
#[derive(Debug)]
pub(super) struct Text<'l>(pub(super) Cow<'l, str>);

/// A text; `None` when it is empty or `null`.
struct Word<'l>(Option<Cow<'l, str>>);

/// A number or a boolean, perhaps as a text; `None` when it is empty or `null`.
struct Scalar<'l>(Option<Cow<'l, str>>);

impl<'l, 'de: 'l> Deserialize<'de> for Text<'l> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor).map(Text)
    }
}

impl<'de> Deserialize<'de> for Word<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<Text<'de>>::deserialize(deserializer)?;
        Ok(Self(text.map(|Text(text)| text).filter(|text| !text.is_empty())))
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_any(ScalarVisitor)?;
        Ok(Self((!text.is_empty()).then_some(text)))
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, `true` or `false`")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(""))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(if value { "true" } else { "false" }))
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
