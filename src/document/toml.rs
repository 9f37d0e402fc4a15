//! TOML to a tree.
//!
//! The parser resolves headers and dotted keys into tables, so a table may be written in several
//! places. Its place is then the first of them.

use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{
    BYTE_ORDER_MARK, DEPTH_LIMIT, Document, Kind, Made, SyntaxError, character_at, check_size,
    empty_document, make,
};
use crate::clause::{DOCUMENT_DEFENCES, DOCUMENT_WELL_FORMED};
use crate::text::Span;

/// Reads a TOML text.
///
/// Tables become objects, arrays and arrays of tables become arrays, and dates become strings. The
/// children of a table are in the order of the text.
///
/// # Errors
///
/// Text that is not TOML, that repeats a key, that is larger than [`SIZE_LIMIT`](super::SIZE_LIMIT)
/// or deeper than [`DEPTH_LIMIT`].
///
/// # Examples
///
/// ```
/// use s3_replication::document::{Kind, read_toml};
///
/// let document = read_toml("[levels]\ncost = \"warn\"\n\n[[allow]]\nrule = \"tax\"\n")?;
/// let [levels, allow] = document.root().children().collect::<Vec<_>>()[..] else { panic!() };
/// assert_eq!((levels.kind(), allow.kind()), (Kind::Object, Kind::Array));
/// let cost = levels.children().next().unwrap();
/// assert_eq!((cost.name(), cost.text(), cost.head().range()), ("cost", "warn", 9..13));
/// assert_eq!(read_toml("a = 1\na = 2\n").unwrap_err().span().range(), 6..7);
/// # Ok::<(), s3_replication::document::SyntaxError>(())
/// ```
pub fn read_toml(text: &str) -> Result<Document<'static>, SyntaxError> {
    check_size(text.len())?;
    let inside = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let before = text.len() - inside.len();
    let table = DeTable::parse(inside).map_err(|error| refusal(text, before, &error))?;
    let reader = TomlReader { before };
    let place = Span::clamped(before, text.len());
    let children = reader.members(table.get_ref(), 1)?;
    let root = made(Kind::Object, &Arc::from(""), "", (place, place), children);
    make(&root).ok_or_else(empty_document)
}

/// A reader of one text.
struct TomlReader {
    /// The number of bytes before the text that the parser counts from.
    before: usize,
}

impl TomlReader {
    /// Returns the place of a key or value in the whole text, behind a byte-order mark.
    fn place<T>(&self, spanned: &Spanned<T>) -> Span {
        let range = spanned.span();
        Span::clamped(range.start + self.before, range.end + self.before)
    }

    /// Returns the entries of a table, in the order of the text: the parser sorts them by name.
    fn members(&self, table: &DeTable<'_>, depth: usize) -> Result<Vec<Made>, SyntaxError> {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let members = entries.into_iter().map(|(key, value)| {
            self.value(value, &Arc::from(key.get_ref().as_ref()), Some(self.place(key)), depth)
        });
        members.collect()
    }

    /// Returns a value with its name; an item of an array has no place of a name.
    fn value(
        &self,
        value: &Spanned<DeValue<'_>>,
        name: &Arc<str>,
        head: Option<Span>,
        depth: usize,
    ) -> Result<Made, SyntaxError> {
        let place = self.place(value);
        if depth >= DEPTH_LIMIT {
            let message = format!("nesting deeper than {DEPTH_LIMIT} levels is not read");
            return Err(SyntaxError::new(&DOCUMENT_DEFENCES, place, message));
        }
        let places = (head.unwrap_or(place), place);
        let scalar = |kind, text: &str| Ok(made(kind, name, text, places, Vec::new()));
        match value.get_ref() {
            DeValue::String(text) => scalar(Kind::String, text),
            DeValue::Integer(number) => scalar(Kind::Number, &number.to_string()),
            DeValue::Float(number) => scalar(Kind::Number, number.as_str()),
            DeValue::Boolean(value) => scalar(Kind::Boolean, &value.to_string()),
            DeValue::Datetime(moment) => scalar(Kind::String, &moment.to_string()),
            DeValue::Array(items) => {
                let items = items.iter().map(|item| self.value(item, name, None, depth + 1));
                let items = items.collect::<Result<_, _>>()?;
                Ok(made(Kind::Array, name, "", places, items))
            }
            DeValue::Table(table) => {
                Ok(made(Kind::Object, name, "", places, self.members(table, depth + 1)?))
            }
        }
    }
}

/// Returns a value with its name and places; nothing in TOML is unknown.
fn made(
    kind: Kind,
    name: &Arc<str>,
    text: &str,
    (head, content): (Span, Span),
    children: Vec<Made>,
) -> Made {
    let (name, text) = (Arc::clone(name), Arc::from(text));
    Made { kind, name, text, head, content, children, is_resource: false }
}

/// Rewords an error of the parser.
fn refusal(text: &str, before: usize, error: &toml::de::Error) -> SyntaxError {
    let range = error.span().unwrap_or_default();
    let found = character_at(text, range.start + before);
    // A place inside one line is shown whole.
    let end = range.end + before;
    let is_shown = text.get(found.range().start..end).is_some_and(|part| !part.contains('\n'));
    let start = found.range().start;
    let place = if is_shown && end > start { Span::clamped(start, end) } else { found };
    let message = error.message().lines().collect::<Vec<_>>().join(", ");
    SyntaxError::new(&DOCUMENT_WELL_FORMED, place, format!("this is not TOML: {message}"))
}
