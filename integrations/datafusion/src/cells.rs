//! The values of arguments, row by row, whether an argument is a column or a literal.

use std::ops::Range;
use std::str::FromStr;

use datafusion::arrow::array::{
    Array, AsArray, BooleanArray, LargeStringArray, MapArray, StringArray, StringViewArray,
};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{ScalarValue, exec_err, internal_err};
use datafusion::error::Result;
use datafusion::logical_expr::ColumnarValue;

/// The values of an argument that is a text.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Texts<'a> {
    /// No argument, or the literal `NULL`.
    Absent,
    Literal(Option<&'a str>),
    Utf8(&'a StringArray),
    LargeUtf8(&'a LargeStringArray),
    Utf8View(&'a StringViewArray),
}

impl<'a> Texts<'a> {
    pub(crate) fn of(argument: Option<&'a ColumnarValue>) -> Result<Self> {
        Ok(match argument {
            None => Self::Absent,
            Some(argument) if argument.data_type() == DataType::Null => Self::Absent,
            Some(ColumnarValue::Scalar(scalar)) => match scalar.try_as_str() {
                Some(text) => Self::Literal(text),
                None => return internal_err!("{scalar:?} is no text"),
            },
            Some(ColumnarValue::Array(array)) => Self::of_array(array)?,
        })
    }

    fn of_array(array: &'a dyn Array) -> Result<Self> {
        Ok(match array.data_type() {
            DataType::Utf8 => Self::Utf8(array.as_string()),
            DataType::LargeUtf8 => Self::LargeUtf8(array.as_string()),
            DataType::Utf8View => Self::Utf8View(array.as_string_view()),
            other => return internal_err!("a column of {other} is no text"),
        })
    }

    /// Returns true if there is no argument.
    pub(crate) const fn is_absent(self) -> bool {
        matches!(self, Self::Absent)
    }

    pub(crate) fn get(self, row: usize) -> Option<&'a str> {
        match self {
            Self::Absent => None,
            Self::Literal(text) => text,
            Self::Utf8(array) => array.is_valid(row).then(|| array.value(row)),
            Self::LargeUtf8(array) => array.is_valid(row).then(|| array.value(row)),
            Self::Utf8View(array) => array.is_valid(row).then(|| array.value(row)),
        }
    }
}

/// The values of an argument that is a word of a vocabulary, such as a storage class.
///
/// Neighbours mostly have the same word, so the last one is kept.
#[derive(Debug)]
pub(crate) struct Words<'a, T> {
    texts: Texts<'a>,
    /// The name of the parameter, for messages.
    parameter: &'static str,
    last: Option<(&'a str, T)>,
}

impl<'a, T: FromStr<Err: std::fmt::Display>> Words<'a, T> {
    pub(crate) fn of(parameter: &'static str, argument: Option<&'a ColumnarValue>) -> Result<Self> {
        Ok(Self { texts: Texts::of(argument)?, parameter, last: None })
    }

    pub(crate) const fn is_absent(&self) -> bool {
        self.texts.is_absent()
    }

    /// Returns the word of a row; an empty text is none, as in an inventory.
    pub(crate) fn get(&mut self, row: usize) -> Result<Option<&T>> {
        let Some(text) = self.texts.get(row).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        if self.last.as_ref().is_none_or(|(last, _)| *last != text) {
            match text.parse() {
                Ok(word) => self.last = Some((text, word)),
                Err(error) => return exec_err!("`{}`: {error}", self.parameter),
            }
        }
        Ok(self.last.as_ref().map(|(_, word)| word))
    }
}

/// The values of an argument that is true or false.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Flags<'a> {
    Literal(Option<bool>),
    Column(&'a BooleanArray),
}

impl<'a> Flags<'a> {
    pub(crate) fn of(argument: Option<&'a ColumnarValue>) -> Result<Self> {
        Ok(match argument {
            None | Some(ColumnarValue::Scalar(ScalarValue::Null)) => Self::Literal(None),
            Some(ColumnarValue::Scalar(ScalarValue::Boolean(flag))) => Self::Literal(*flag),
            Some(ColumnarValue::Array(array)) => match array.data_type() {
                DataType::Null => Self::Literal(None),
                DataType::Boolean => Self::Column(array.as_boolean()),
                other => return internal_err!("a column of {other} is not boolean"),
            },
            Some(ColumnarValue::Scalar(other)) => return internal_err!("{other:?} is not boolean"),
        })
    }

    pub(crate) fn get(self, row: usize) -> Option<bool> {
        match self {
            Self::Literal(flag) => flag,
            Self::Column(array) => array.is_valid(row).then(|| array.value(row)),
        }
    }
}

/// The values of an argument that holds tags: the text of a header such as `a=b&c=d`, or a map.
#[derive(Debug)]
pub(crate) enum TagSets<'a> {
    Headers(Texts<'a>),
    Maps(Maps<'a>),
}

/// Maps of texts to texts.
#[derive(Debug)]
pub(crate) struct Maps<'a> {
    array: &'a MapArray,
    /// True if the one map holds for all rows.
    is_literal: bool,
    keys: Texts<'a>,
    values: Texts<'a>,
}

impl<'a> TagSets<'a> {
    pub(crate) fn of(argument: Option<&'a ColumnarValue>) -> Result<Self> {
        let (array, is_literal): (&MapArray, bool) = match argument {
            Some(ColumnarValue::Scalar(ScalarValue::Map(map))) => (map, true),
            Some(ColumnarValue::Array(array)) if matches!(array.data_type(), DataType::Map(..)) => {
                (array.as_map(), false)
            }
            other => return Ok(Self::Headers(Texts::of(other)?)),
        };
        let (keys, values) = (Texts::of_array(array.keys())?, Texts::of_array(array.values())?);
        Ok(Self::Maps(Maps { array, is_literal, keys, values }))
    }
}

impl<'a> Maps<'a> {
    /// Puts the tags of a row into a list; returns false for `NULL`.
    pub(crate) fn read(&self, row: usize, tags: &mut Vec<(&'a str, &'a str)>) -> bool {
        tags.clear();
        let Some(entries) = self.entries(if self.is_literal { 0 } else { row }) else {
            return false;
        };
        tags.extend(entries.filter_map(|entry| {
            // S3 writes a tag without a value with an empty one.
            Some((self.keys.get(entry)?, self.values.get(entry).unwrap_or("")))
        }));
        true
    }

    /// Returns the positions of the tags of a row among those of all rows.
    fn entries(&self, row: usize) -> Option<Range<usize>> {
        let offsets = self.array.value_offsets();
        let (start, end) = (*offsets.get(row)?, *offsets.get(row + 1)?);
        let entries = usize::try_from(start).ok()?..usize::try_from(end).ok()?;
        self.array.is_valid(row).then_some(entries)
    }
}
