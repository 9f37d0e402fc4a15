//! The tags of an object, in any of three notations.
//!
//! The notations are `{"team": "tax"}`, `[{"Key": "team", "Value": "tax"}]` as `get-object-tagging`
//! prints it, and `team=tax` as the header `x-amz-tagging` has it.
//!
//! ```text
//! {"team": "tax", "old": null}             team=tax, old=
//! [{"Key": "team", "Value": "tax"}]        team=tax
//! "team=tax&a%20b=c"                       team=tax, a b=c
//! null, {}, [], ""                         no tags
//! ```
//!
//! The notation is recognised by the form of the value, whichever of the names `Tags`, `TagSet` and
//! `Tagging` the member has. Neither the number of the tags nor their length is checked.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use s3_replication::model::{InvalidTagging, Tagging};

use crate::cli::object::Problem;
use crate::cli::object::json::Text;

/// Keys and values, in the order of the input. A key may be there twice before `check`.
#[derive(Debug, Default)]
pub(super) struct Tags<'l>(Vec<(Cow<'l, str>, Cow<'l, str>)>);

impl Tags<'_> {
    /// Returns true when there are no tags.
    ///
    /// Also true without the member: both are the same here.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Iterates over keys and values.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }

    /// Checks that keys are not empty, and unique.
    ///
    /// Sorted, so that ten thousand tags of a hostile input take no quadratic time.
    ///
    /// Errors: an empty key, and a key that is given twice, of which either value may be the meant
    /// one.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let mut keys: Vec<&str> = self.iter().map(|(key, _)| key).collect();
        keys.sort_unstable();
        let mut pairs = keys.iter().zip(keys.iter().skip(1));
        if keys.first().is_some_and(|key| key.is_empty()) {
            Err(Problem("`Tags`: a tag has an empty key".to_owned()))
        } else if let Some((key, _)) = pairs.find(|(a, b)| a == b) {
            Err(Problem(format!(
                "`Tags`: the key `{key}` is given twice; an object has each key at most once"
            )))
        } else {
            Ok(())
        }
    }

    /// Parses the notation of the `x-amz-tagging` header: `a=b&c=d`, percent-encoded.
    ///
    /// Owned texts, because the decoded text is not in the input.
    fn from_header(text: &str) -> Result<Self, InvalidTagging> {
        let tags = Vec::from(text.parse::<Tagging>()?);
        Ok(tags
            .iter()
            .map(|tag| (Cow::from(tag.key().to_owned()), Cow::from(tag.value().to_owned())))
            .collect())
    }
}

impl<'l> FromIterator<(Cow<'l, str>, Cow<'l, str>)> for Tags<'l> {
    fn from_iter<I: IntoIterator<Item = (Cow<'l, str>, Cow<'l, str>)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl<'de> Deserialize<'de> for Tags<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TagsVisitor)
    }
}

/// Reads the tags in whichever notation they are.
struct TagsVisitor;

impl<'de> Visitor<'de> for TagsVisitor {
    type Value = Tags<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"tags as {"key": "value"}, [{"Key": "…", "Value": "…"}] or "key=value&…""#)
    }

    /// Takes `null` for no tags.
    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Tags::default())
    }

    /// Reads the notation of the header. Texts that could be borrowed arrive here as well, since
    /// nothing of them is kept.
    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Tags::from_header(text).map_err(E::custom)
    }

    /// Reads an object with a member for each tag. A value that is `null` is an empty text, which a
    /// tag may have.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut tags = Vec::new();
        while let Some((Text(key), value)) = map.next_entry::<_, Option<Text<'de>>>()? {
            tags.push((key, value.map(|Text(value)| value).unwrap_or_default()));
        }
        Ok(Tags(tags))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut tags = Vec::new();
        while let Some(Pair { key: Text(key), value: Text(value) }) = items.next_element()? {
            tags.push((key, value));
        }
        Ok(Tags(tags))
    }
}

/// A tag in the notation of the S3 API.
///
/// Other members are refused, also `key` and `value`, so that a list of something else is not taken
/// for tags.
#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields, expecting = "a tag with `Key` and `Value`")]
struct Pair<'l> {
    #[serde(borrow)]
    key: Text<'l>,
    #[serde(borrow)]
    value: Text<'l>,
}
