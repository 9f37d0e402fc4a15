//! Elements as values: a deserializer that follows the schema and leaves out what was refused.
//!
//! `serde` reads types from any format, and this is the format of an element whose meaning is in a
//! table. The text `7` is a number where the row is an integer, and a text where it is not; in XML
//! nothing else shows which. Every type sees the names of JSON, whatever the form of the document,
//! so a type has one definition for all forms.
//!
//! The table has checked everything before, so errors here are not for users; see
//! [`Reader::read`](crate::form::reader::Reader::read).
//!
//! An example: with the rows `Key` and `Value`, the element
//! `<Tag><Key>a</Key><Value>7</Value></Tag>` and the member `{"Key": "a", "Value": "7"}` are the
//! same map of two texts to a type that derives `Deserialize`.
//!
//! | content of the row | value for the type |
//! | --- | --- |
//! | text, word, scalar | a borrowed text |
//! | moment | a text; a date alone is completed to midnight |
//! | integer | `u64`, or `i64` below zero |
//! | boolean | a truth value |
//! | fields, map | a map of names to values |
//! | list, one or many | a sequence |
//! | unread | a number with the place of the element, or an empty map |

use std::collections::HashSet;
use std::fmt;

use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use crate::document::{Element, Kind};
use crate::form::Form;
use crate::form::fields::{WHITE_SPACE, completed, sorted};
use crate::form::schema::{Authority, Content};
use crate::text::Span;

/// An element and its content by the schema.
///
/// It is a few references, and is copied on the way down.
///
/// `content` is the row's, not the element's: an element that a type reads as a list may be a
/// single item in the text ([`Content::OneOrMany`]).
#[derive(Clone, Copy)]
pub(super) struct Value<'r, 'd, 't> {
    /// The element in the tree, in any form.
    pub(super) element: Element<'d, 't>,
    /// The content of its row, which is not yet narrowed to the kind of the element.
    pub(super) content: &'static Content,
    pub(super) form: Form,
    /// Decides about repeated members and `null`, as it did in the check.
    pub(super) authority: &'r Authority,
    /// The elements that leave a hole.
    ///
    /// They are identified by their places, which the check has collected.
    pub(super) refused: &'r HashSet<Span>,
}

/// The error of a type that does not accept a value, in its own words.
///
/// The table is stricter than the types, so no user sees this text; see
/// [`Reader::read`](crate::form::reader::Reader::read).
#[derive(Debug)]
pub(super) struct Rejected(String);

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Rejected {}

impl de::Error for Rejected {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl<'d, 't> Value<'_, 'd, 't> {
    /// Returns a child as a value, unless it was refused.
    ///
    /// What was refused is absent for the type, as if it had not been written.
    ///
    /// All values below a container come from here, so no type sees anything that the check has
    /// refused.
    fn inside(self, element: Element<'d, 't>, content: &'static Content) -> Option<Self> {
        (!self.refused.contains(&element.span())).then_some(Self { element, content, ..self })
    }

    /// Returns the text of a number or truth value, without the white space that XML allows around
    /// it.
    fn number(self) -> &'d str {
        self.element.text().trim_matches(WHITE_SPACE)
    }
}

impl<'d> Deserializer<'d> for Value<'_, 'd, '_> {
    type Error = Rejected;

    /// The hint of the type is not looked at: the row decides. Where a type wants something else
    /// than the row has, it rejects the value, and
    /// [`Reader::read`](crate::form::reader::Reader::read) reports that.
    fn deserialize_any<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Rejected> {
        match self.content {
            Content::Text(_) | Content::Word(_) | Content::Scalar => {
                visitor.visit_borrowed_str(self.element.text())
            }
            // A type that reads a moment never sees a date alone, so it needs no second syntax.
            Content::Moment(_) => match completed(self.element.text(), self.form) {
                Some(moment) => visitor.visit_string(moment),
                None => visitor.visit_borrowed_str(self.element.text()),
            },
            Content::Integer(_) => {
                let text = self.number();
                // Unsigned first: most numbers are, and the largest ones do not fit a signed
                // integer.
                match (text.parse(), text.parse()) {
                    (Ok(number), _) => visitor.visit_u64(number),
                    (_, Ok(number)) => visitor.visit_i64(number),
                    _ => Err(de::Error::custom(format_args!("`{text}` is not an integer"))),
                }
            }
            Content::Boolean => match self.number() {
                "true" => visitor.visit_bool(true),
                "false" => visitor.visit_bool(false),
                text => Err(de::Error::custom(format_args!("`{text}` is not `true` or `false`"))),
            },
            Content::Fields(rows) => {
                let fields = sorted(self.element, rows, self.form, self.authority, |_| ());
                let members = fields
                    .iter()
                    .filter_map(|(row, child)| Some((row.json, self.inside(child, &row.content)?)));
                visitor.visit_map(Members { members, next: None })
            }
            // The names are data here, so the name in the text is handed over and not the one of a
            // row.
            Content::Map(map) => {
                let children = self.element.children();
                let members = children
                    .filter_map(|child| Some((child.name(), self.inside(child, map.inside)?)));
                visitor.visit_map(Members { members, next: None })
            }
            Content::List(list) => {
                let children = self.element.children();
                visitor.visit_seq(Items(children.filter_map(|child| self.inside(child, list.item))))
            }
            Content::OneOrMany(list) if self.element.kind() == Kind::Array => {
                let children = self.element.children();
                visitor.visit_seq(Items(children.filter_map(|child| self.inside(child, list.item))))
            }
            // A single item, as a list of one.
            Content::OneOrMany(list) => {
                visitor.visit_seq(Items(self.inside(self.element, list.item).into_iter()))
            }
            Content::Either(..) | Content::Nullable(_) => {
                let content = self.content.narrowed(self.element.kind());
                Self { content, ..self }.deserialize_any(visitor)
            }
            // Types that read such an element as anything but its place see an empty object.
            Content::Unread => {
                visitor.visit_map(Members { members: std::iter::empty(), next: None })
            }
        }
    }

    /// Only a JSON `null` that was kept as a value is `None`. An absent member is no value at all:
    /// the type gets its default.
    fn deserialize_option<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Rejected> {
        if self.element.kind() == Kind::Null {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    /// Hands over the place of an element that is not read, as one number: its start in the upper
    /// 32 bits, its end in the lower ones.
    fn deserialize_u64<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Rejected> {
        if !matches!(self.content, Content::Unread) {
            return self.deserialize_any(visitor);
        }
        let place = self.element.content();
        visitor.visit_u64(u64::from(place.start()) << 32 | u64::from(place.end()))
    }

    /// Reads a type around another one as the other one.
    fn deserialize_newtype_struct<V: Visitor<'d>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Rejected> {
        visitor.visit_newtype_struct(self)
    }

    /// The names of the variants are not needed: the table has listed them.
    fn deserialize_enum<V: Visitor<'d>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Rejected> {
        visitor.visit_enum(self)
    }

    /// Skips a member that the type does not have, without a look into it.
    fn deserialize_ignored_any<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, Rejected> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        <W: Visitor<'d>>
        // Each of these asks for one kind of value, and gets what the row has. `u64` is missing,
        // since it has a meaning of its own above.
        bool i8 i16 i32 i64 i128 u8 u16 u32 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map struct identifier
    }
}

/// A word, or an object with one member that is named for the variant.
///
/// `"Never"` is the variant `Never` without content, and `{"After": {"Days": 7}}` the variant
/// `After` with the content `{"Days": 7}`.
impl<'r, 'd, 't> EnumAccess<'d> for Value<'r, 'd, 't> {
    type Error = Rejected;
    type Variant = Inside<'r, 'd, 't>;

    /// The name of the variant is that of the row in JSON, or the text of a word. A refused member
    /// leaves a variant without content, which a variant that has content rejects.
    fn variant_seed<S: DeserializeSeed<'d>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), Rejected> {
        let Content::Fields(rows) = self.content.narrowed(self.element.kind()) else {
            let name = de::value::BorrowedStrDeserializer::new(self.element.text());
            return Ok((seed.deserialize(name)?, Inside(None)));
        };
        let fields = sorted(self.element, rows, self.form, self.authority, |_| ());
        let mut members = fields.iter();
        // The check has refused an object with several members or none, so this is a drift of the
        // table.
        let (Some((row, child)), None) = (members.next(), members.next()) else {
            return Err(de::Error::custom("expected exactly one member"));
        };
        let name = de::value::BorrowedStrDeserializer::new(row.json);
        Ok((seed.deserialize(name)?, Inside(self.inside(child, &row.content))))
    }
}

/// The content of a variant.
///
/// `None` for a variant without content, which is written as a word.
pub(super) struct Inside<'r, 'd, 't>(Option<Value<'r, 'd, 't>>);

impl<'d> VariantAccess<'d> for Inside<'_, 'd, '_> {
    type Error = Rejected;

    /// Accepts a word, and no object with a member in its place.
    fn unit_variant(self) -> Result<(), Rejected> {
        if self.0.is_none() { Ok(()) } else { Err(de::Error::custom("expected a word")) }
    }

    /// Reads the value of the only member.
    fn newtype_variant_seed<S: DeserializeSeed<'d>>(self, seed: S) -> Result<S::Value, Rejected> {
        seed.deserialize(self.0.ok_or_else(|| Rejected("expected an object".to_owned()))?)
    }

    /// No document writes a variant as an array, so this is read as an object.
    fn tuple_variant<V: Visitor<'d>>(self, _: usize, visitor: V) -> Result<V::Value, Rejected> {
        self.struct_variant(&[], visitor)
    }

    /// Reads the members of the object in the only member.
    fn struct_variant<V: Visitor<'d>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Rejected> {
        let inside = self.0.ok_or_else(|| Rejected("expected an object".to_owned()))?;
        inside.deserialize_any(visitor)
    }
}

/// The members of an object, and the value of the member whose name was read last.
///
/// `serde` asks for a name and then for its value, in two calls, so the value waits in between.
struct Members<'r, 'd, 't, I> {
    members: I,
    next: Option<Value<'r, 'd, 't>>,
}

impl<'r, 'd, 't, I: Iterator<Item = (&'d str, Value<'r, 'd, 't>)>> MapAccess<'d>
    for Members<'r, 'd, 't, I>
{
    type Error = Rejected;

    /// Returns the next name, and keeps its value for the call that follows.
    fn next_key_seed<S: DeserializeSeed<'d>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Rejected> {
        let Some((name, value)) = self.members.next() else { return Ok(None) };
        self.next = Some(value);
        seed.deserialize(de::value::BorrowedStrDeserializer::new(name)).map(Some)
    }

    /// The value is taken, so a second call without a name in between is an error of the type that
    /// reads.
    fn next_value_seed<S: DeserializeSeed<'d>>(&mut self, seed: S) -> Result<S::Value, Rejected> {
        let value = self.next.take();
        seed.deserialize(value.ok_or_else(|| Rejected("a value comes after its name".to_owned()))?)
    }
}

/// The items of a list that were not refused.
///
/// Items behind a refused one move up. A validator that reports an index must know that nothing was
/// refused before it, or name no index.
struct Items<I>(I);

impl<'r, 'd, 't, I: Iterator<Item = Value<'r, 'd, 't>>> SeqAccess<'d> for Items<I>
where
    'd: 'r,
    't: 'd,
{
    type Error = Rejected;

    fn next_element_seed<S: DeserializeSeed<'d>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Rejected> {
        self.0.next().map(|value| seed.deserialize(value)).transpose()
    }
}
