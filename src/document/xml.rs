//! XML to a tree.
//!
//! The tokens come from `quick-xml`; everything that this crate promises about a document is
//! checked here. The library leaves to its user what a namespace means, which characters are
//! allowed, how text that comes in pieces is joined, and that the document is complete: it reports
//! the end of a document inside an open element without an error.
//!
//! Places come from the positions before and after each event, which are exact for a text in
//! memory.
//!
//! What the two readers have in common is the shape of their result: `<a><b>1</b></a>` and `{"a":
//! {"b": "1"}}` become trees that differ in the kinds of their elements and in the root, which has
//! a name in XML only.
//!
//! `<a>1 &amp; 2</a>` arrives in five steps, and each checks one thing:
//!
//! ```text
//! start tag `<a>`   the names and namespaces of the tag; the element is opened
//! text `1 `         no `]]>`; it becomes the text of the element, borrowed
//! reference `&amp;` one of the five names, or a number; the text becomes a copy
//! text ` 2`         it is joined to the copy
//! end tag `</a>`    the library has compared the name; the element is closed
//! ```
//!
//! `characters` checks the whole text before, `scope` knows which namespaces are in force,
//! `attributes` takes tags apart, and `refusals` has the messages.

mod attributes;
mod characters;
mod names;
mod refusals;
mod scope;

use std::borrow::Cow;

use quick_xml::errors::{Error as EventError, IllFormedError, SyntaxError as MarkupError};
use quick_xml::events::Event;
use quick_xml::reader::Reader;

use self::attributes::{Attribute, Attributes};
use self::characters::{check_characters, is_white_space, resolve_reference};
use self::names::{QualifiedName, check_target};
use self::refusals::{
    document_type, ill_formed, lone_ampersand, outside_root, unclosed, undeclared, unknown_version,
};
use self::scope::Scope;
use super::{
    BYTE_ORDER_MARK, Document, Kind, Name, Node, SyntaxError, Tree, character_at, check_size,
    empty_document, shortened,
};
use crate::text::Span;

/// The namespace of `xsi:type` and `xsi:schemaLocation`, which samples of S3 contain and which
/// mean nothing to S3.
const XML_SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Reads an XML document.
///
/// The text of an element is that of XML 1.0: references and CDATA sections are resolved,
/// comments and processing instructions are left out, line ends read as line feeds. White space
/// stays, except beside child elements.
///
/// # Errors
///
/// Text that is not well-formed or that misuses namespaces, and what is well-formed but refused:
/// a document type declaration, XML 1.1, more than [`SIZE_LIMIT`](super::SIZE_LIMIT) bytes,
/// nesting deeper than [`DEPTH_LIMIT`](super::DEPTH_LIMIT), more than 64 namespace declarations
/// in force at one place.
///
/// # Examples
///
/// ```
/// use s3_replication::document::read_xml;
///
/// let document = read_xml("<Rule><ID>a<![CDATA[&]]>b</ID><Filter/></Rule>")?;
/// let [id, filter] = document.root().children().collect::<Vec<_>>()[..] else { panic!() };
/// assert_eq!((id.name(), id.text()), ("ID", "a&b"));
/// assert_eq!(filter.span().range(), 30..39);
///
/// let error = read_xml("<Rule><ID>a</Rule>").unwrap_err();
/// assert_eq!(error.to_string(), "expected `</ID>`, found `</Rule>`");
/// assert_eq!(error.span().range(), 11..18);
/// # Ok::<(), s3_replication::document::SyntaxError>(())
/// ```
pub fn read_xml(text: &str) -> Result<Document<'_>, SyntaxError> {
    check_size(text.len())?;
    check_characters(text)?;
    XmlReader {
        text,
        // Asked once, because the answer is nearly always no.
        has_section_end: text.contains("]]>"),
        has_carriage_return: text.contains('\r'),
        tree: Tree::default(),
        scope: Scope::new(),
    }
    .read()
}

/// The two flags let the common document skip searches in each of its texts.
struct XmlReader<'t> {
    text: &'t str,
    has_section_end: bool,
    has_carriage_return: bool,
    tree: Tree<'t>,
    scope: Scope<'t>,
}

impl<'t> XmlReader<'t> {
    /// Reads the document from beginning to end.
    fn read(mut self) -> Result<Document<'t>, SyntaxError> {
        let body = self.text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(self.text);
        let before = self.text.len() - body.len();
        // A second mark is a character like any other, and no character may stand before the root.
        if body.starts_with(BYTE_ORDER_MARK) {
            return Err(outside_root(character_at(self.text, before)));
        }
        let mut events = Reader::from_str(body);
        let mut end = before;
        loop {
            let start = end;
            let event = events.read_event();
            // The position is behind the event, and each event begins where the last one ended.
            end = usize::try_from(events.buffer_position()).unwrap_or(usize::MAX) + before;
            let place = Span::clamped(start, end);
            match event {
                Ok(Event::Eof) => return self.finish(),
                Ok(event) => self.event(&event, place)?,
                Err(error) => return Err(self.refusal(&error, place)),
            }
        }
    }

    /// Checks that every element is closed and that there is a root.
    ///
    /// `quick-xml` reports the end of a text without an error, whatever is open.
    fn finish(self) -> Result<Document<'t>, SyntaxError> {
        if let Some(open) = self.tree.innermost() {
            let message = format!("the document ends inside `{}`", shortened(open.name.as_str()));
            let end = Span::clamped(self.text.len(), self.text.len());
            return Err(ill_formed(end, message).with_help("it may have been cut off"));
        }
        self.tree.finish(self.scope.namespaces).ok_or_else(empty_document)
    }

    /// Takes in one event of the reader and its place.
    ///
    /// An empty element such as `<Filter/>` is opened and closed by one event. Its content is empty
    /// and lies behind the tag.
    fn event(&mut self, event: &Event<'_>, place: Span) -> Result<(), SyntaxError> {
        match event {
            Event::Start(tag) => self.start_tag(place, Tag::new(self.inside(place, 1, 1), tag)),
            Event::Empty(tag) => {
                self.start_tag(place, Tag::new(self.inside(place, 1, 2), tag))?;
                self.close(place.end(), place.end());
                Ok(())
            }
            Event::End(_) => {
                self.close(place.start(), place.end());
                Ok(())
            }
            Event::Text(_) => self.text(place),
            Event::CData(_) => self.section(place),
            Event::GeneralRef(_) => self.reference(place),
            Event::Comment(_) => self.comment(place),
            Event::PI(instruction) => check_target(instruction.target(), place),
            Event::Decl(_) => self.declaration(place),
            Event::DocType(_) => Err(document_type(place)),
            Event::Eof => Ok(()),
        }
    }

    /// Opens an element. Declarations of namespaces in the tag hold for its own name, so they come
    /// first.
    ///
    /// The name must be resolved even if it has no prefix, since the tag itself may declare the
    /// default namespace.
    fn start_tag(&mut self, place: Span, tag: Tag<'t>) -> Result<(), SyntaxError> {
        if self.tree.has_root() {
            return Err(ill_formed(place, "a second element stands behind the root"));
        }
        let at = place.range().start + 1;
        let name = QualifiedName::parse(tag.name, at)?;
        self.scope.enter();
        let attribute = self.attributes(tag.attributes, at + tag.name.len())?;
        let namespace = self.scope.resolve(name.prefix).ok_or_else(|| undeclared(name, at))?;
        // White space before the first child is indentation. It becomes known as such only now.
        if let Some(parent) = self.tree.innermost_mut().filter(|parent| parent.stray_text.is_none())
        {
            parent.text = Cow::Borrowed("");
        }
        let node = Node::new(Kind::Element, Name::Written(name.local), place);
        self.tree.open(Node { namespace, attribute, ..node })
    }

    /// Closes the innermost element; its content ends at one offset, and the whole at another.
    ///
    /// For `<a>b</a>` the content ends before `</a>`, and the whole behind it.
    fn close(&mut self, content_end: u32, end: u32) {
        if let Some(node) = self.tree.innermost_mut() {
            node.content = Span::clamped(node.head.end() as usize, content_end as usize);
            node.span = Span::clamped(node.head.start() as usize, end as usize);
            // Text is astray only if there turned out to be elements beside it.
            node.stray_text = node.stray_text.filter(|_| node.first_child != 0);
        }
        self.scope.leave();
        self.tree.close();
    }

    /// Takes in the attributes that are written at an offset. Returns the place of the first that
    /// is not about namespaces.
    ///
    /// Declarations of namespaces are put into the scope before anything is resolved: they hold for
    /// all attributes of the same tag, also for those before them.
    fn attributes(&mut self, written: &'t str, at: usize) -> Result<Option<Span>, SyntaxError> {
        if written.is_empty() {
            return Ok(None);
        }
        let attributes = Attributes { rest: written, end: at + written.len() };
        let attributes = attributes.collect::<Result<Vec<_>, _>>()?;
        for attribute in &attributes {
            if let Some(prefix) = attribute.declared_prefix() {
                self.scope.declare(prefix, attribute)?;
            }
        }
        self.check_unique(&attributes)?;
        // Attributes of this namespace are written by tools and mean nothing, so they cause no
        // warning.
        let foreign = |attribute: &&Attribute| {
            attribute.declared_prefix().is_none()
                && !self.scope.binds(attribute.name.prefix, XML_SCHEMA_INSTANCE)
        };
        Ok(attributes.iter().find(foreign).map(|attribute| attribute.place))
    }

    /// Checks that no two attributes of a tag have one name, after namespaces are resolved.
    ///
    /// `a:x` and `b:x` are one name if both prefixes stand for one namespace.
    fn check_unique(&self, attributes: &[Attribute<'t>]) -> Result<(), SyntaxError> {
        let mut names = Vec::with_capacity(attributes.len());
        for Attribute { name, place, .. } in attributes {
            // The default namespace is not for attributes.
            let namespace = match name.prefix {
                "" => 0,
                "xmlns" => u32::MAX,
                prefix => {
                    let at = place.range().start;
                    self.scope.resolve(prefix).ok_or_else(|| undeclared(*name, at))?
                }
            };
            names.push((namespace, name.local, *place));
        }
        names.sort_unstable();
        for pair in names.windows(2) {
            if let [(namespace, name, _), (next_namespace, next_name, place)] = pair
                && (namespace, name) == (next_namespace, next_name)
            {
                let message = format!("the attribute `{}` is given twice", shortened(name));
                return Err(ill_formed(*place, message));
            }
        }
        Ok(())
    }

    /// Adds a piece of text.
    ///
    /// `]]>` ends a CDATA section and is not allowed in text outside of one.
    fn text(&mut self, place: Span) -> Result<(), SyntaxError> {
        let written = self.inside(place, 0, 0);
        if self.has_section_end
            && let Some(at) = written.find("]]>")
        {
            let start = place.range().start + at;
            return Err(ill_formed(Span::clamped(start, start + 3), "text contains `]]>`")
                .with_help("write `]]&gt;`"));
        }
        let text = self.with_line_feeds(written);
        self.append(text, place)
    }

    /// Adds the text of a CDATA section, in which no reference is resolved.
    fn section(&mut self, place: Span) -> Result<(), SyntaxError> {
        let text = self.inside(place, "<![CDATA[".len(), "]]>".len());
        self.check_inside_root(place)?;
        self.append(self.with_line_feeds(text), place)
    }

    /// Adds the character that a reference stands for. It arrives as an event of its own: `R&amp;D`
    /// is three.
    fn reference(&mut self, place: Span) -> Result<(), SyntaxError> {
        self.check_inside_root(place)?;
        let character = resolve_reference(self.inside(place, 1, 1), place)?;
        self.append(Cow::Owned(character.into()), place)
    }

    /// Joins a piece of text to the text of the innermost element.
    ///
    /// | text | state of the element | result |
    /// | --- | --- | --- |
    /// | blank | outside the root | ignored |
    /// | not blank | outside the root | refused |
    /// | blank | has children | ignored: indentation |
    /// | blank | has no children | kept until a child follows |
    /// | not blank | any | kept, and its place noted as stray |
    ///
    /// The note is dropped when the element is closed without children.
    fn append(&mut self, text: Cow<'t, str>, place: Span) -> Result<(), SyntaxError> {
        let is_blank = text.bytes().all(is_white_space);
        let Some(node) = self.tree.innermost_mut() else {
            return if is_blank { Ok(()) } else { Err(outside_root(trimmed(self.text, place))) };
        };
        // Indentation between children. Before the first child it may as well be a text of white
        // space, such as a prefix of one space, so it is kept until the child shows.
        if is_blank && node.first_child != 0 {
            return Ok(());
        }
        // The common text is one piece, which is borrowed. References and sections split a text,
        // and the pieces are joined in a copy.
        if node.text.is_empty() {
            node.text = text;
        } else {
            node.text.to_mut().push_str(&text);
        }
        if !is_blank && node.stray_text.is_none() {
            node.stray_text = Some(trimmed(self.text, place));
        }
        Ok(())
    }

    /// Checks a comment, which must not contain `--`.
    fn comment(&self, place: Span) -> Result<(), SyntaxError> {
        // With the first hyphen of `-->`, so that `--->` is found as well.
        let inside = self.inside(place, "<!--".len(), "->".len());
        inside.find("--").map_or(Ok(()), |at| {
            let start = place.range().start + "<!--".len() + at;
            let place = Span::clamped(start, start + "--".len());
            Err(ill_formed(place, "`--` stands inside a comment"))
        })
    }

    /// Checks the XML declaration: it must stand first, and name version 1.0.
    ///
    /// The attributes must be `version`, `encoding` and `standalone`, in this order, and the last
    /// two may be absent. `encoding` is checked for its form only: the bytes have been decoded by
    /// then.
    fn declaration(&self, place: Span) -> Result<(), SyntaxError> {
        let before = self.text.get(..place.range().start).unwrap_or_default();
        if !before.trim_start_matches(BYTE_ORDER_MARK).is_empty() {
            return Err(ill_formed(place, "the XML declaration is not at the beginning")
                .with_help("remove what is before it, also empty lines"));
        }
        let rest = self.inside(place, "<?xml".len(), "?>".len());
        let mut expected = ["version", "encoding", "standalone"].into_iter();
        let mut has_version = false;
        for attribute in (Attributes { rest, end: place.range().end - "?>".len() }) {
            let Attribute { name, value, place } = attribute?;
            let name = name.whole;
            // `any` consumes the names up to the one that is found. A name out of order, or given
            // twice, finds none.
            let is_known = expected.any(|expected| expected == name);
            match (name, value.as_ref()) {
                ("version", "1.0") if is_known => has_version = true,
                ("version", _) if is_known => return Err(unknown_version(&value, place)),
                ("encoding", value) if is_known && is_encoding_name(value) => {}
                ("standalone", "yes" | "no") if is_known => {}
                _ => return Err(ill_formed(place, "the XML declaration cannot say this")),
            }
        }
        if has_version {
            return Ok(());
        }
        Err(ill_formed(place, "the XML declaration names no version")
            .with_help("write `<?xml version=\"1.0\"?>`"))
    }

    /// Refuses what may stand inside the root only.
    fn check_inside_root(&self, place: Span) -> Result<(), SyntaxError> {
        if self.tree.innermost().is_some() { Ok(()) } else { Err(outside_root(place)) }
    }

    /// Returns the text of a place without `opening` bytes at its beginning and `closing` at its end.
    ///
    /// For a tag this removes the brackets, for a CDATA section its marks.
    fn inside(&self, place: Span, opening: usize, closing: usize) -> &'t str {
        let end = place.range().end.saturating_sub(closing);
        self.text.get(place.range().start + opening..end).unwrap_or_default()
    }

    /// Returns a text with line ends as XML reads them: one line feed each (REP-111).
    fn with_line_feeds(&self, text: &'t str) -> Cow<'t, str> {
        if !self.has_carriage_return || !text.contains('\r') {
            return Cow::Borrowed(text);
        }
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    }

    /// Rewords an error of the event reader at a place.
    ///
    /// The library's messages name its own concepts; a user gets the words of XML.
    fn refusal(&self, error: &EventError, place: Span) -> SyntaxError {
        let start = character_at(self.text, place.range().start);
        match error {
            EventError::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
                let (expected, found) = (shortened(expected), shortened(found));
                ill_formed(place, format!("expected `</{expected}>`, found `</{found}>`"))
            }
            EventError::IllFormed(IllFormedError::UnmatchedEndTag(name)) => {
                ill_formed(place, format!("`</{}>` closes nothing", shortened(name)))
            }
            EventError::IllFormed(IllFormedError::UnclosedReference) => lone_ampersand(start),
            EventError::IllFormed(IllFormedError::MissingDoctypeName)
            | EventError::Syntax(MarkupError::UnclosedDoctype) => document_type(start),
            EventError::Syntax(error) => ill_formed(start, unclosed(*error)),
            _ => ill_formed(start, "this is not XML"),
        }
    }
}

/// The inside of a start tag, between `<` and `>` or `/>`.
///
/// For `<Rule a="b">` these are `Rule` and ` a="b"`.
#[derive(Clone, Copy)]
struct Tag<'t> {
    name: &'t str,
    attributes: &'t str,
}

impl<'t> Tag<'t> {
    /// Takes the name from the text itself, so that it lives as long as the document.
    fn new(inside: &'t str, tag: &quick_xml::events::BytesStart<'_>) -> Self {
        let name_length = tag.name().into_inner().len();
        let (name, attributes) = inside.split_at_checked(name_length).unwrap_or_default();
        Self { name, attributes }
    }
}

/// Returns true for what an XML declaration may call an encoding, known or not.
///
/// An unknown encoding is refused where bytes are decoded; here only the form of its name is
/// checked.
fn is_encoding_name(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(is_allowed)
}

/// Returns a place without the white space at its beginning and end.
///
/// A finding about text should point at its characters, not at the indentation around them.
fn trimmed(text: &str, place: Span) -> Span {
    let from_start = text.get(place.range()).unwrap_or_default().trim_ascii_start();
    let start = place.range().end - from_start.len();
    Span::clamped(start, start + from_start.trim_ascii_end().len())
}
