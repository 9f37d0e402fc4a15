//! Values of templates, as far as they follow from the text.
//!
//! Both languages evaluate to [`Value`], and a value becomes a [`Made`], which is an element of a
//! document that was never written. The parser then reads it like XML or JSON:
//!
//! ```text
//! template text ─▶ Value ─▶ Made ─▶ Document ─▶ draft with findings
//! ```
//!
//! The place of a value is where the template uses it, not where it is defined: the rule that is
//! wrong is the one to underline, although its prefix may come from a parameter at the top.

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
    /// A value that is written as null. CloudFormation refuses it; Terraform reads it as an
    /// argument that is left out.
    Null,
    Boolean(bool),
    /// A number as it is written, in decimal digits. It is a text, because `012` and `1e3` must be
    /// shown as they are written, and no floating-point number is involved.
    Number(Arc<str>),
    String(Arc<str>),
    List(Vec<Value>),
    /// The members in the order of the text. A name may occur twice, and then the last one counts.
    Object(Vec<Member>),
    Unknown(Unknown),
    /// A value that takes its property away.
    ///
    /// It differs from null: `AWS::NoValue` in a list leaves no item, where a null would be one.
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
///
/// ```text
/// !Ref Env                  ${Env}
/// "arn:aws:s3:::${Env}-b"   the text as it is
/// var.rules[0].prefix       ${var.rules[0].prefix}
/// ```
#[derive(Clone, Debug)]
pub(super) struct Unknown {
    /// The text with the expressions in it, as `${…}`.
    pub(super) text: Arc<str>,
    /// True if this names a bucket of the template, and so nothing else that has a name in it.
    ///
    /// A destination `${Backup.Arn}` is a bucket that exists after the deployment, so it can be
    /// compared with the source bucket: a rule that replicates a bucket to itself is found although
    /// no name is known.
    pub(super) is_resource: bool,
}

/// The longest text that is put together: more than any value of a configuration has.
///
/// A text that doubles itself in each local value would fill the memory before the bound on steps
/// is met.
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

    /// Creates an unknown value of a text that has expressions in it.
    pub(super) fn unknown_text(text: impl Into<Arc<str>>, place: Span) -> Self {
        Self::new(Data::Unknown(Unknown { text: text.into(), is_resource: false }), place)
    }

    /// Creates the unknown name or ARN of a bucket of the template.
    pub(super) fn unknown_resource(expression: &str, place: Span) -> Self {
        let text = format!("${{{expression}}}").into();
        Self::new(Data::Unknown(Unknown { text, is_resource: true }), place)
    }

    /// Moves the value, and all in it, to the place that uses it.
    ///
    /// The heads of members move, too. What a parameter contributes has no place of its own in the
    /// rule.
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
    ///
    /// Numbers and truth values are texts here, as both languages convert them where a text is
    /// wanted.
    pub(super) fn as_text(&self) -> Option<Arc<str>> {
        match &self.data {
            Data::String(text) | Data::Number(text) => Some(Arc::clone(text)),
            Data::Boolean(value) => Some(if *value { "true" } else { "false" }.into()),
            _ => None,
        }
    }

    /// Returns the items of a list that is known, although items in it may be unknown.
    pub(super) fn as_list(&self) -> Option<&[Self]> {
        match &self.data {
            Data::List(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the members of an object that is known, although members of it may be unknown.
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

    /// Returns true for a value that is unknown as a whole.
    pub(super) const fn is_unknown(&self) -> bool {
        matches!(self.data, Data::Unknown(_))
    }

    /// Returns true for a value that counts as left out.
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
    ///
    /// The evaluators count it as the steps that a copy takes.
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
    ///
    /// ```text
    /// ["arn:aws:s3:::", Unknown(${Name})]     Unknown(arn:aws:s3:::${Name})
    /// ["a", ["b"]]                            Unknown(a${…}), because a list is no part of a text
    /// ```
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
        // `arn:aws:s3:::${Backup}` is common in templates that are older than `!GetAtt Backup.Arn`.
        let names_bucket = text.strip_prefix("arn:").is_some_and(|rest| {
            rest.split_once(":s3:::").is_some_and(|(_, name)| {
                name.starts_with("${") && name.ends_with('}') && name.matches("${").count() == 1
            })
        });
        // A text of one part, as in `"${aws_s3_bucket.b.id}"`, is the value itself.
        let is_whole = text.starts_with("${") && text.ends_with('}') && unknown_parts == 1;
        let is_resource = is_resource && unknown_parts == 1 && (names_bucket || is_whole);
        Self::new(Data::Unknown(Unknown { text: text.into(), is_resource }), place)
    }

    /// Makes an element of a document; `None` if the value takes its property away.
    ///
    /// The items of a list have the name of the list, as elements of XML that are repeated have. A
    /// head is the place of a name; an item has none, so its own place stands in.
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
///
/// Both languages accept the two words in quotation marks. Other words of YAML are truth values
/// before they come here.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match &value.data {
        Data::Boolean(value) => Some(*value),
        Data::String(text) if &**text == "true" => Some(true),
        Data::String(text) if &**text == "false" => Some(false),
        _ => None,
    }
}
