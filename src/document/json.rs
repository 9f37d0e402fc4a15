//! JSON to a tree.
//!
//! A reader of this crate's own, because the ready-made ones lose what this crate needs: the place
//! of each value, members with the same name, the spelling of numbers. The grammar is that of RFC
//! 8259. Two things that it allows are refused: an outermost value that is not an object, and an
//! escaped half of a surrogate pair.
//!
//! The grammar is a loop over [`Next`] and not a set of functions that call each other, so nesting
//! uses a vector of the tree and no stack.
//!
//! For `{"a": [1, "x"]}`, the steps are:
//!
//! ```text
//! read    `{`        Next::First      the root is opened
//! member  `"a": [`   Next::First      the array is opened with the name `a`
//! member  `1`        Next::Separator  an item, which has the name of the array
//! comma   `,`        Next::Another
//! member  `"x"`      Next::Separator
//! close   `]`        Next::Separator
//! close   `}`        Next::Separator  the root is closed
//! finish             the end of the text
//! ```

use std::borrow::Cow;
use std::sync::Arc;

use super::{
    BYTE_ORDER_MARK, DEPTH_LIMIT, Document, Kind, Name, Node, SIZE_LIMIT, SyntaxError, Tree,
    character_at, check_size, empty_document, shortened,
};
use crate::clause::{DOCUMENT_SIZE, DOCUMENT_WELL_FORMED, JSON_FORM};
use crate::text::Span;

/// Reads a JSON document, whose outermost value must be an object.
///
/// Members keep their order, and a name that is given twice is there twice. Numbers stay as they
/// are written.
///
/// # Errors
///
/// Text that is not JSON, that has no object outermost, or that is larger than
/// [`SIZE_LIMIT`](super::SIZE_LIMIT) or deeper than [`DEPTH_LIMIT`](super::DEPTH_LIMIT).
///
/// # Examples
///
/// ```
/// use s3_replication::document::{Kind, read_json};
///
/// let document = read_json(r#"{"Rules": [{"ID": "a\u0062"}, {}]}"#)?;
/// let rules = document.root().children().next().unwrap();
/// assert_eq!((rules.kind(), rules.name()), (Kind::Array, "Rules"));
///
/// let rule = rules.children().next().unwrap();
/// assert_eq!((rule.kind(), rule.name()), (Kind::Object, "Rules"));
///
/// let id = rule.children().next().unwrap();
/// assert_eq!((id.text(), id.span().range()), ("ab", 12..27));
/// # Ok::<(), s3_replication::document::SyntaxError>(())
/// ```
pub fn read_json(text: &str) -> Result<Document<'_>, SyntaxError> {
    check_size(text.len())?;
    read_json_within(text, SIZE_LIMIT)
}

/// Reads a template in JSON, which may have `limit` bytes and nest as deeply as templates do.
#[cfg(feature = "forms")]
pub(crate) fn read_json_template(text: &str, limit: usize) -> Result<Document<'_>, SyntaxError> {
    read(text, limit, super::TEMPLATE_DEPTH_LIMIT)
}

/// Reads a JSON document of this crate's own, which may have `limit` bytes.
pub(crate) fn read_json_within(text: &str, limit: usize) -> Result<Document<'_>, SyntaxError> {
    read(text, limit, DEPTH_LIMIT)
}

/// Reads a text within two limits. The size is compared before anything is read, and the depth each
/// time that something is opened.
fn read(text: &str, limit: usize, depth_limit: usize) -> Result<Document<'_>, SyntaxError> {
    if text.len() > limit {
        let message = format!("the document has more than {limit} bytes, so it is not read");
        return Err(SyntaxError::new(&DOCUMENT_SIZE, Span::default(), message)
            .with_help("split the document, or remove what is not needed"));
    }
    let at = text.strip_prefix(BYTE_ORDER_MARK).map_or(0, |rest| text.len() - rest.len());
    JsonReader { text, at, tree: Tree::within(depth_limit) }.read()
}

/// A reader of one text. The position moves forward only, so reading takes linear time.
struct JsonReader<'t> {
    text: &'t str,
    // INVARIANT: on a character boundary.
    at: usize,
    tree: Tree<'t>,
}

/// The next part by the grammar.
///
/// After a value comes a separator, and after an opening bracket either a value or the closing one.
#[derive(Clone, Copy, Debug)]
enum Next {
    /// The first member or item of what was opened, or its end.
    First,
    /// A member or an item.
    Another,
    /// A comma or the end of what is open, and of the document when nothing is.
    Separator,
}

/// The name of a value, and where it is written if it is.
///
/// The root and the items of arrays have no name of their own.
struct Head<'t> {
    name: Name<'t>,
    place: Option<Span>,
}

impl<'t> JsonReader<'t> {
    /// Reads the document from beginning to end.
    fn read(mut self) -> Result<Document<'t>, SyntaxError> {
        self.skip_white_space();
        match self.peek() {
            None => return Err(empty_document()),
            // A string or an array is JSON as well, so the clause is that of the form of a
            // configuration.
            Some(b'{') => {}
            Some(_) => return Err(self.expected("an object").resting_on(&JSON_FORM)),
        }
        let mut next = self.value(Head { name: Name::Written(""), place: None })?;
        loop {
            self.skip_white_space();
            next = match next {
                Next::First if self.closes_here() => self.close(),
                Next::First | Next::Another => self.member()?,
                Next::Separator if self.tree.has_root() => return self.finish(),
                Next::Separator if self.closes_here() => self.close(),
                Next::Separator => self.comma()?,
            };
        }
    }

    /// Checks that nothing follows the outermost value.
    fn finish(self) -> Result<Document<'t>, SyntaxError> {
        if self.peek().is_some() {
            return Err(self.expected("the end of the document"));
        }
        self.tree.finish(Vec::new()).ok_or_else(empty_document)
    }

    /// Reads a member of an object or an item of an array, whichever is open.
    ///
    /// Items get the name of the array, so that a schema finds them by one name in both forms.
    fn member(&mut self) -> Result<Next, SyntaxError> {
        // Something is open whenever this is called: the loop ends once the root is closed.
        let Some(Node { kind: Kind::Array, name, .. }) = self.tree.innermost() else {
            let head = self.member_name()?;
            return self.value(head);
        };
        let head = Head { name: name.clone(), place: None };
        self.value(head)
    }

    /// Reads a member name, the colon, and the white space behind it.
    ///
    /// A name with an escape is decoded, and shared by the items of an array that it names.
    fn member_name(&mut self) -> Result<Head<'t>, SyntaxError> {
        if self.peek() != Some(b'"') {
            return Err(self.expected("a member name in quotation marks"));
        }
        let start = self.at;
        let name = match self.string()? {
            Cow::Borrowed(name) => Name::Written(name),
            Cow::Owned(name) => Name::Decoded(Arc::from(name)),
        };
        let place = Span::clamped(start, self.at);
        self.skip_white_space();
        if self.peek() != Some(b':') {
            return Err(self.expected("`:`"));
        }
        self.at += 1;
        self.skip_white_space();
        Ok(Head { name, place: Some(place) })
    }

    /// Reads a value, or only the beginning of one that has values in it.
    ///
    /// An object or an array is only opened: its members are read by the loop in
    /// [`read`](Self::read).
    fn value(&mut self, head: Head<'t>) -> Result<Next, SyntaxError> {
        let start = self.at;
        let (kind, text) = match self.peek() {
            Some(b'{') => return self.open(Kind::Object, head),
            Some(b'[') => return self.open(Kind::Array, head),
            Some(b'"') => (Kind::String, self.string()?),
            Some(b'-' | b'0'..=b'9') => (Kind::Number, Cow::Borrowed(self.number()?)),
            Some(b'a'..=b'z') => self.word()?,
            _ => return Err(self.expected("a value")),
        };
        let content = Span::clamped(start, self.at);
        self.tree.add(Node { text, ..node(kind, head, content) });
        Ok(Next::Separator)
    }

    /// Opens an object or an array. Its place is completed when it closes.
    fn open(&mut self, kind: Kind, head: Head<'t>) -> Result<Next, SyntaxError> {
        self.tree.open(node(kind, head, Span::clamped(self.at, self.at + 1)))?;
        self.at += 1;
        Ok(Next::First)
    }

    /// Returns true when the object or array that is open ends here.
    ///
    /// An empty object or array ends where its first member or item would stand.
    fn closes_here(&self) -> bool {
        let closing = match self.tree.innermost() {
            Some(Node { kind: Kind::Array, .. }) => b']',
            _ => b'}',
        };
        self.peek() == Some(closing)
    }

    /// Closes what is open behind its bracket.
    ///
    /// Two places were set when it was opened, when only its first bracket was known, and both end
    /// here now. The head of a named value is its name and stays.
    fn close(&mut self) -> Next {
        self.at += 1;
        if let Some(node) = self.tree.innermost_mut() {
            node.span = Span::clamped(node.span.start() as usize, self.at);
            node.content = Span::clamped(node.content.start() as usize, self.at);
            // Without a name the value itself is where the element begins.
            if node.head.start() == node.content.start() {
                node.head = node.content;
            }
        }
        self.tree.close();
        Next::Separator
    }

    /// Reads a comma between members or items. A comma before a closing bracket is refused by what
    /// follows.
    ///
    /// The error names both characters that the grammar allows here.
    fn comma(&mut self) -> Result<Next, SyntaxError> {
        if self.peek() == Some(b',') {
            self.at += 1;
            return Ok(Next::Another);
        }
        Err(self.expected(match self.tree.innermost() {
            Some(Node { kind: Kind::Array, .. }) => "`,` or `]`",
            _ => "`,` or `}`",
        }))
    }
}

impl<'t> JsonReader<'t> {
    /// Reads `true`, `false` or `null`. The whole word is taken, so that the message shows it.
    fn word(&mut self) -> Result<(Kind, Cow<'t, str>), SyntaxError> {
        let word = self.take_while(|byte| byte.is_ascii_alphanumeric());
        let kind = match word {
            "true" | "false" => Kind::Boolean,
            "null" => Kind::Null,
            _ => {
                let place = Span::clamped(self.at - word.len(), self.at);
                let message = format!("expected a value, found `{}`", shortened(word));
                return Err(SyntaxError::new(&DOCUMENT_WELL_FORMED, place, message)
                    .with_help("strings stand in quotation marks"));
            }
        };
        Ok((kind, Cow::Borrowed(word)))
    }

    /// Reads a number, and returns it as written: `1.0` stays `1.0`.
    ///
    /// | text | result |
    /// | --- | --- |
    /// | `-0`, `1.50`, `1e+3` | as written |
    /// | `01` | `0`, and the reader wants a comma before `1` |
    /// | `1.`, `1e`, `-` | expected a digit |
    /// | `+1`, `.5` | no value: a number does not begin so |
    fn number(&mut self) -> Result<&'t str, SyntaxError> {
        let start = self.at;
        self.take_if(|byte| byte == b'-');
        // A zero stands alone before the point: `01` is two values without a comma.
        if !self.take_if(|byte| byte == b'0') {
            self.digits()?;
        }
        if self.take_if(|byte| byte == b'.') {
            self.digits()?;
        }
        if self.take_if(|byte| matches!(byte, b'e' | b'E')) {
            self.take_if(|byte| matches!(byte, b'+' | b'-'));
            self.digits()?;
        }
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// Reads one digit or more.
    fn digits(&mut self) -> Result<(), SyntaxError> {
        if self.take_while(|byte| byte.is_ascii_digit()).is_empty() {
            return Err(self.expected("a digit"));
        }
        Ok(())
    }

    /// Reads a string, from its first quotation mark to behind its last.
    ///
    /// A string without escapes is borrowed. The first escape makes it a text of its own.
    fn string(&mut self) -> Result<Cow<'t, str>, SyntaxError> {
        let opening = self.at;
        self.at += 1;
        let mut decoded = Cow::Borrowed("");
        loop {
            // Up to the next quotation mark, backslash or control character, a string is as
            // written. All of these are single bytes in UTF-8 and never part of another character.
            let plain = self.take_while(|byte| !matches!(byte, b'"' | b'\\' | ..0x20));
            if decoded.is_empty() {
                decoded = Cow::Borrowed(plain);
            } else {
                decoded.to_mut().push_str(plain);
            }
            match self.peek() {
                Some(b'"') => break self.at += 1,
                Some(b'\\') => decoded.to_mut().push(self.escape()?),
                Some(control) => return Err(self.bare_control(control)),
                None => return Err(self.refused(opening..opening + 1, "this string does not end")),
            }
        }
        Ok(decoded)
    }

    /// Reads an escape, from its backslash to behind its last character.
    ///
    /// Any character behind the backslash that is not in the list is refused, with the character in
    /// the place.
    fn escape(&mut self) -> Result<char, SyntaxError> {
        let start = self.at;
        self.at += 1;
        let character = match self.peek() {
            Some(b'u') => return self.unicode_escape(start),
            Some(same @ (b'"' | b'\\' | b'/')) => char::from(same),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            _ => {
                let end = character_at(self.text, self.at).range().end;
                return Err(self.refused(start..end, "no escape is written like this"));
            }
        };
        self.at += 1;
        Ok(character)
    }

    /// Reads the rest of `\u` and four digits, and of a second one where two make a character.
    ///
    /// For example, `\ud83d\ude00` is one character beyond U+FFFF.
    ///
    /// `\ud83d` alone, `\ud83dx` and `\ud83d\u0041` are refused, at the first half.
    fn unicode_escape(&mut self, start: usize) -> Result<char, SyntaxError> {
        let first = self.code_unit(start)?;
        if let Some(Ok(character)) = char::decode_utf16([first]).next() {
            return Ok(character);
        }
        // Half of a pair. JSON allows it, but no text of Rust can hold it.
        let lone = start..self.at;
        if self.text.get(self.at..).is_some_and(|rest| rest.starts_with("\\u")) {
            let second_start = self.at;
            self.at += 1;
            let second = self.code_unit(second_start)?;
            if let Some(Ok(character)) = char::decode_utf16([first, second]).next() {
                return Ok(character);
            }
        }
        Err(self.refused(lone, "half a character is escaped here, without its other half"))
    }

    /// Reads `u` and four hexadecimal digits.
    ///
    /// The position is on the `u` before, and behind the fourth digit after.
    fn code_unit(&mut self, start: usize) -> Result<u16, SyntaxError> {
        let digits = self.text.get(self.at + 1..self.at + 5).unwrap_or_default();
        // Only digits: reading a number would also take a sign.
        let all = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u16::from_str_radix(digits, 16) {
            Ok(unit) if all => {
                self.at += 5;
                Ok(unit)
            }
            _ => Err(self.refused(start..start + 2, "`\\u` needs four hexadecimal digits")),
        }
    }
}

impl<'t> JsonReader<'t> {
    /// Returns the next byte; `None` at the end.
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Skips the four characters that JSON allows between values.
    fn skip_white_space(&mut self) {
        self.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    }

    /// Takes bytes as long as they are wanted; a byte that is not must begin a character.
    ///
    /// Each caller wants either all bytes beyond ASCII or none, so a run ends on a character
    /// boundary.
    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'t str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.bytes().position(|byte| !wanted(byte)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// Takes a byte if it is wanted, and returns true if so.
    fn take_if(&mut self, wanted: impl Fn(u8) -> bool) -> bool {
        let taken = self.peek().is_some_and(wanted);
        self.at += usize::from(taken);
        taken
    }

    /// Returns the error for something else than the grammar wants at this place.
    ///
    /// `what` is the middle of a sentence: "expected `:`, found `}`".
    fn expected(&self, what: &str) -> SyntaxError {
        let place = character_at(self.text, self.at);
        let message = match self.text.get(place.range()).unwrap_or_default() {
            "" => format!("expected {what}, found the end of the document"),
            found @ ("\"" | "'" | "\\") => format!("expected {what}, found `{found}`"),
            found => format!("expected {what}, found `{}`", found.escape_debug()),
        };
        SyntaxError::new(&DOCUMENT_WELL_FORMED, place, message)
    }

    /// Returns the error for a control character that is written as itself in a string.
    fn bare_control(&self, control: u8) -> SyntaxError {
        let message = format!("the character U+{control:04X} must be escaped in a string");
        self.refused(self.at..self.at + 1, message)
            .with_help(format!("write `\\u{control:04x}`, or end the string before it"))
    }

    /// Returns an error at a place, cut off at the end of the text.
    fn refused(&self, place: std::ops::Range<usize>, message: impl Into<String>) -> SyntaxError {
        let end = place.end.min(self.text.len());
        SyntaxError::new(&DOCUMENT_WELL_FORMED, Span::clamped(place.start, end), message)
    }
}

/// Creates the element of a value that is written at `content`.
///
/// The place of a value without a name is its content.
fn node(kind: Kind, head: Head<'_>, content: Span) -> Node<'_> {
    let place = head.place.unwrap_or(content);
    let span = Span::clamped(place.range().start, content.range().end);
    Node { span, content, ..Node::new(kind, head.name, place) }
}
