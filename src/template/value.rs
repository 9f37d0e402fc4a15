//! Values of templates, as far as they follow from the text.

use std::sync::Arc;

use crate::document::{Kind, Made};
use crate::text::Span;

/// A value with the place where the template uses it.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) data: Data,
    /// The place of the value.
    pub(super) place: Span,
}

/// The content of a [`Value`].
#[derive(Clone, Debug)]
pub(super) enum Data {
    Null,
    Boolean(bool),
    /// A number as it is written, in decimal digits.
    Number(Arc<str>),
    String(Arc<str>),
    List(Vec<Value>),
    Object(Vec<Member>),
    Unknown(Unknown),
    /// A value that takes its property away.
    Absent,
}

/// A member of an object.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) name: Arc<str>,
    pub(super) head: Span,
    pub(super) value: Value,
}

/// A value that does not follow from the text.
#[derive(Clone, Debug)]
pub(super) struct Unknown {
    /// The text with the expressions in it, as `${…}`.
    pub(super) text: Arc<str>,
    /// True if this names a bucket of the template, and so nothing else that has a name in it.
    pub(super) is_resource: bool,
}

/// The longest text that is put together: more than any value of a configuration has.
pub(super) const LONGEST_TEXT: usize = 64 * 1024;

impl Value {
    pub(super) fn new(data: Data, place: Span) -> Self {
        Self { data, place }
    }

    pub(super) fn string(text: impl Into<Arc<str>>, place: Span) -> Self {
        Self::new(Data::String(text.into()), place)
    }

    /// Creates a value that an expression stands for.
    pub(super) fn unknown(expression: &str, place: Span) -> Self {
        Self::unknown_text(format!("${{{expression}}}"), place)
    }

    pub(super) fn unknown_text(text: impl Into<Arc<str>>, place: Span) -> Self {
        Self::new(Data::Unknown(Unknown { text: text.into(), is_resource: false }), place)
    }

    /// Creates the unknown name or ARN of a bucket of the template.
    pub(super) fn unknown_resource(expression: &str, place: Span) -> Self {
        let text = format!("${{{expression}}}").into();
        Self::new(Data::Unknown(Unknown { text, is_resource: true }), place)
    }

    /// Moves the value, and all in it, to the place that uses it.
    pub(super) fn at(mut self, place: Span) -> Self {
        self.place = place;
        match self.data {
            Data::List(items) => {
                self.data = Data::List(items.into_iter().map(|item| item.at(place)).collect());
            }
            Data::Object(members) => {
                let members = members.into_iter().map(|member| Member {
                    head: place,
                    value: member.value.at(place),
                    ..member
                });
                self.data = Data::Object(members.collect());
            }
            _ => {}
        }
        self
    }

    /// Returns the text of a scalar that is known.
    pub(super) fn as_text(&self) -> Option<Arc<str>> {
        match &self.data {
            Data::String(text) | Data::Number(text) => Some(Arc::clone(text)),
            Data::Boolean(value) => Some(if *value { "true" } else { "false" }.into()),
            _ => None,
        }
    }

    pub(super) fn as_list(&self) -> Option<&[Self]> {
        match &self.data {
            Data::List(items) => Some(items),
            _ => None,
        }
    }

    pub(super) fn as_members(&self) -> Option<&[Member]> {
        match &self.data {
            Data::Object(members) => Some(members),
            _ => None,
        }
    }

    /// Returns the last member of this name.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let members = self.as_members()?;
        members.iter().rev().find(|member| &*member.name == name).map(|member| &member.value)
    }

    pub(super) const fn is_unknown(&self) -> bool {
        matches!(self.data, Data::Unknown(_))
    }

    pub(super) const fn is_nothing(&self) -> bool {
        matches!(self.data, Data::Null | Data::Absent)
    }

    /// Returns true if the value or something in it is unknown.
    pub(super) fn has_unknown(&self) -> bool {
        match &self.data {
            Data::Unknown(_) => true,
            Data::List(items) => items.iter().any(Self::has_unknown),
            Data::Object(members) => members.iter().any(|member| member.value.has_unknown()),
            _ => false,
        }
    }

    /// Returns the number of values in it, itself included.
    pub(super) fn size(&self) -> usize {
        1 + match &self.data {
            Data::List(items) => items.iter().map(Self::size).sum(),
            Data::Object(members) => members.iter().map(|member| member.value.size()).sum(),
            _ => 0,
        }
    }

    /// Returns the text of a scalar, with the expressions in it.
    fn text_or_expression(&self) -> Option<Arc<str>> {
        match &self.data {
            Data::Unknown(unknown) => Some(Arc::clone(&unknown.text)),
            Data::Null | Data::Absent => Some("".into()),
            _ => self.as_text(),
        }
    }

    /// Joins scalars to a text. It is unknown if one of them is, or if it becomes too long.
    pub(super) fn join<'v>(
        parts: impl IntoIterator<Item = &'v Self>,
        separator: &str,
        place: Span,
    ) -> Self {
        let (mut text, mut is_known, mut unknown_parts) = (String::new(), true, 0_usize);
        let mut is_resource = false;
        for (index, part) in parts.into_iter().enumerate() {
            if index > 0 {
                text.push_str(separator);
            }
            if let Data::Unknown(unknown) = &part.data {
                is_known = false;
                unknown_parts += 1;
                is_resource = unknown.is_resource;
            }
            if let Some(part) = part.text_or_expression() {
                text.push_str(&part);
            } else {
                text.push_str("${…}");
                is_known = false;
                unknown_parts += 1;
            }
            if text.len() > LONGEST_TEXT {
                return Self::unknown("a text that is too long", place);
            }
        }
        if is_known {
            return Self::string(text, place);
        }
        // The ARN of a bucket of the template names that bucket; any other text may be anything.
        let names_bucket = text.strip_prefix("arn:").is_some_and(|rest| {
            rest.split_once(":s3:::").is_some_and(|(_, name)| {
                name.starts_with("${") && name.ends_with('}') && name.matches("${").count() == 1
            })
        });
        let is_whole = text.starts_with("${") && text.ends_with('}') && unknown_parts == 1;
        let is_resource = is_resource && unknown_parts == 1 && (names_bucket || is_whole);
        Self::new(Data::Unknown(Unknown { text: text.into(), is_resource }), place)
    }

    /// Makes an element of a document; `None` if the value takes its property away.
    pub(super) fn made(&self, name: &Arc<str>, head: Option<Span>) -> Option<Made> {
        let (kind, text, children): (Kind, Arc<str>, Vec<Made>) = match &self.data {
            Data::Absent => return None,
            Data::Null => (Kind::Null, "null".into(), Vec::new()),
            Data::Boolean(value) => {
                (Kind::Boolean, if *value { "true" } else { "false" }.into(), Vec::new())
            }
            Data::Number(text) => (Kind::Number, Arc::clone(text), Vec::new()),
            Data::String(text) => (Kind::String, Arc::clone(text), Vec::new()),
            Data::Unknown(unknown) => (Kind::Unknown, Arc::clone(&unknown.text), Vec::new()),
            Data::List(items) => {
                let items = items.iter().filter_map(|item| item.made(name, None));
                (Kind::Array, "".into(), items.collect())
            }
            Data::Object(members) => {
                let members = members.iter();
                let members =
                    members.filter_map(|member| member.value.made(&member.name, Some(member.head)));
                (Kind::Object, "".into(), members.collect())
            }
        };
        let is_resource = matches!(&self.data, Data::Unknown(Unknown { is_resource: true, .. }));
        let head = head.unwrap_or(self.place);
        let name = Arc::clone(name);
        Some(Made { kind, name, text, head, content: self.place, children, is_resource })
    }
}

/// Returns the truth value that a scalar has.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match &value.data {
        Data::Boolean(value) => Some(*value),
        Data::String(text) if &**text == "true" => Some(true),
        Data::String(text) if &**text == "false" => Some(false),
        _ => None,
    }
}
