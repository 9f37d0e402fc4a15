//! Texts of documents, with spans of bytes and positions in lines.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A half-open range of byte offsets into a source text.
///
/// Offsets count bytes of the text *after* a byte-order mark is removed and UTF-16 is converted to
/// UTF-8, so they always fall on character boundaries of [`SourceText::text`].
///
/// # Examples
///
/// ```
/// use s3_replication::text::Span;
///
/// let span = Span::new(3, 7).unwrap();
/// assert_eq!(span.range(), 3..7);
/// assert!(Span::new(7, 3).is_none());
/// ```
#[derive(Clone, Copy, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// Creates the span `start..end`, or `None` when `end` comes before `start`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Option<Self> {
        if start <= end { Some(Self { start, end }) } else { None }
    }

    /// Creates a span from offsets that are known to fit, because documents are limited to a few
    /// megabytes. An `end` before `start` is moved to `start`.
    #[must_use]
    pub(crate) fn clamped(start: usize, end: usize) -> Self {
        let fit = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: fit(start), end: fit(end.max(start)) }
    }

    /// Returns the offset of the first byte.
    #[must_use]
    pub const fn start(self) -> u32 {
        self.start
    }

    /// Returns the offset after the last byte.
    #[must_use]
    pub const fn end(self) -> u32 {
        self.end
    }

    /// Returns the span as a range that can index the source text.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Returns true when the span contains no bytes.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// A line and a column, both counted from one.
///
/// Lines end with a line feed. Columns count characters (Unicode scalar values), which is what
/// editors show for text without combining marks.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub struct Position {
    /// The line, from one.
    pub line: u32,
    /// The column in characters, from one.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A named text with an index of its lines.
///
/// # Examples
///
/// ```
/// use s3_replication::text::SourceText;
///
/// let source = SourceText::new("c.xml", "<a>\n  <b/>\n</a>");
/// let position = source.position(6);
/// assert_eq!((position.line, position.column), (2, 3));
/// assert_eq!(source.line(2), "  <b/>");
/// ```
#[derive(Clone, Debug)]
pub struct SourceText {
    name: Arc<str>,
    text: Arc<str>,
    // INVARIANT: the offset of the first byte of each line; the first is 0.
    line_starts: Arc<[usize]>,
    // INVARIANT: offsets in long lines, ascending, each with the number of characters of the line
    // before it.
    milestones: Arc<[(usize, usize)]>,
}

/// The number of bytes between two milestones. Without them, finding a column would be linear in the
/// length of the line, which may be the whole document.
const STRIDE: usize = 1024;

impl SourceText {
    /// Creates a named text. The name appears in rendered reports, and is usually a file name.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text: String = text.into();
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        let line_starts: Vec<usize> = std::iter::once(0).chain(breaks).collect();
        let ends = line_starts.iter().skip(1).copied().chain([text.len()]);
        let long =
            line_starts.iter().copied().zip(ends).filter(|(start, end)| end - start > STRIDE);
        let milestones =
            long.flat_map(|(start, end)| milestones(&text, start..end).collect::<Vec<_>>());
        let milestones = milestones.collect();
        Self {
            name: name.into().into(),
            text: text.into(),
            line_starts: line_starts.into(),
            milestones,
        }
    }

    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the line and column of a byte offset. An offset after the text means its end.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let offset = (offset as usize).min(self.text.len());
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|line| self.line_starts.get(line)).copied();
        let start = start.unwrap_or(0);
        let nearest = self.milestones.partition_point(|(at, _)| *at <= offset).checked_sub(1);
        let nearest = nearest.and_then(|nearest| self.milestones.get(nearest)).copied();
        let (from, before) = nearest.filter(|(at, _)| *at >= start).unwrap_or((start, 0));
        let between = self.text.get(from..offset).unwrap_or_default().chars().count();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Position { line: count(line), column: count(before + between + 1) }
    }

    /// Returns the text of a line, counted from one, without its line break. It is empty when the
    /// line does not exist.
    #[must_use]
    pub fn line(&self, line: u32) -> &str {
        let line = line as usize;
        let Some(start) = line.checked_sub(1).and_then(|line| self.line_starts.get(line)) else {
            return "";
        };
        let end = self.line_starts.get(line).copied().unwrap_or(self.text.len());
        let text = self.text.get(*start..end).unwrap_or_default();
        text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text))
    }
}

/// Iterates over offsets in a line, each with the number of characters of the line before it.
fn milestones(text: &str, line: Range<usize>) -> impl Iterator<Item = (usize, usize)> {
    let mut last = (line.start, 0);
    std::iter::from_fn(move || {
        // A character has four bytes at most.
        let next = (last.0 + STRIDE..line.end).take(4).find(|at| text.is_char_boundary(*at))?;
        let between = text.get(last.0..next).unwrap_or_default().chars().count();
        last = (next, last.1 + between);
        Some(last)
    })
}

/// A text from outside, displayed safely on a terminal: control characters, and characters that
/// change the direction of writing, are displayed as escapes.
///
/// # Examples
///
/// ```
/// use s3_replication::text::Visible;
///
/// assert_eq!(Visible("a\u{1b}[31m b").to_string(), "a\\u{1b}[31m b");
/// ```
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a text and nothing else")]
pub struct Visible<'t>(pub &'t str);

impl Visible<'_> {
    /// Returns true for a character that is displayed as an escape.
    #[must_use]
    pub fn escapes(c: char) -> bool {
        c.is_control() || is_bidirectional_control(c)
    }
}

impl fmt::Display for Visible<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        for c in self.0.chars() {
            if Self::escapes(c) {
                write!(f, "{}", c.escape_unicode())?;
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

const fn is_bidirectional_control(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Returns the first character that an XML 1.0 document cannot contain, escaped or not.
///
/// Requests to S3 are XML, so the rule also holds for a configuration in JSON or built in code.
pub(crate) fn illegal_in_xml(text: &str) -> Option<char> {
    text.chars().find(|c| !is_xml_character(*c))
}

/// Returns true for the characters that XML 1.0 allows; there are no surrogates in a `char`.
///
/// These are the characters of production 2 of XML 1.0.
pub(crate) const fn is_xml_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}
