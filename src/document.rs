//! XML, JSON, YAML and TOML as trees with spans, read under hard limits; knows nothing of replication.
//!
//! All forms become one shape: elements with a name, text, children and the place where each was
//! written. What differs stays visible in [`Kind`]. Nothing is interpreted and nothing is lost
//! that could change a meaning: repeated names stay repeated, white space stays in text, and an
//! empty element is not a missing one.
//!
//! Reading never panics and never recurses, and it takes memory in proportion to the text, whatever
//! the bytes: size and depth are limited, a document type declaration is refused before anything it
//! declares could be expanded.
//!
//! YAML is the exception. An alias is a copy of the value that it names, made by a recursion as deep
//! as the value, so a YAML text can become a tree that is larger than itself. Only the number of
//! elements is limited then.
//!
//! The tree borrows from the text. Names and texts that contain no escape are slices of it, so that
//! reading allocates little more than the elements, and every place is a range of bytes of that
//! text.
//!
//! Limits are checked before memory is used, not after: a document of a million open brackets is
//! refused at the 17th. The limits are this crate's own; no published limit of S3 but the size is
//! known (REP-102, REP-103).

#[cfg(feature = "analysis")]
pub(crate) mod comments;
mod encoding;
#[cfg(feature = "forms")]
pub(crate) mod hcl;
mod json;
#[cfg(feature = "forms")]
mod made;
#[cfg(feature = "forms")]
mod plain;
#[cfg(feature = "settings")]
mod toml;
mod xml;
#[cfg(feature = "forms")]
mod yaml;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub use self::encoding::decode;
pub(crate) use self::encoding::decode_refused;
pub use self::json::read_json;
#[cfg(feature = "forms")]
pub(crate) use self::json::read_json_template;
pub(crate) use self::json::read_json_within;
#[cfg(feature = "forms")]
pub(crate) use self::made::{Made, make};
#[cfg(feature = "forms")]
pub use self::plain::json_of_yaml;
#[cfg(feature = "forms")]
pub(crate) use self::plain::read_plain_yaml;
#[cfg(feature = "settings")]
pub use self::toml::read_toml;
pub use self::xml::read_xml;
#[cfg(feature = "forms")]
pub use self::yaml::read_yaml;

use crate::clause::{Clause, DOCUMENT_DEFENCES, DOCUMENT_SIZE, DOCUMENT_WELL_FORMED};
use crate::text::Span;

/// The largest document that is read, in bytes: 2 MiB, S3's limit for a replication configuration.
pub const SIZE_LIMIT: usize = 2 * 1024 * 1024;

/// The deepest nesting that is read; a replication configuration needs 7 levels.
pub const DEPTH_LIMIT: usize = 16;

/// The deepest nesting of a template that is read: the levels of CloudFormation around a
/// configuration, those of the configuration, and functions in every one of them.
#[cfg(feature = "forms")]
pub const TEMPLATE_DEPTH_LIMIT: usize = 64;

/// A document that was read.
///
/// Elements are numbered in the order in which they end, and refer to each other by number. That
/// makes a document one allocation to drop, however deep it is, and a reader that never recurses.
///
/// # Examples
///
/// ```
/// use s3_replication::document::read_xml;
///
/// let document = read_xml("<Filter><Prefix>R&amp;D/</Prefix></Filter>")?;
/// let filter = document.root();
/// let prefix = filter.children().next().unwrap();
/// assert_eq!((filter.name(), prefix.name(), prefix.text()), ("Filter", "Prefix", "R&D/"));
/// assert_eq!(prefix.span().range(), 8..33);
/// # Ok::<(), s3_replication::document::SyntaxError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Document<'t> {
    root: Node<'t>,
    // INVARIANT: every element but the root. Links count from one, and 0 stands for "no node".
    nodes: Vec<Node<'t>>,
    // The namespace names that occur, see `Node::namespace`.
    namespaces: Vec<Cow<'t, str>>,
}

/// The kind of an element of a [`Document`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// An XML element. Whether it holds text or elements only its schema can say: both
    /// [`Element::text`] and [`Element::children`] are there to ask.
    Element,
    /// A JSON object; its members are the children, in order, repeated names included.
    Object,
    /// A JSON array; its items are the children, and have the name of the array.
    Array,
    /// A JSON string.
    String,
    /// A JSON number; the text is the number as written.
    Number,
    /// `true` or `false` in JSON.
    Boolean,
    /// `null` in JSON.
    Null,
    /// A value that a template does not state; the text is the expression that stands for it.
    Unknown,
}

/// As messages name it: `a string`.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Element => "an element",
            Self::Object => "an object",
            Self::Array => "a list",
            Self::String => "a string",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Null => "null",
            Self::Unknown => "an unknown value",
        })
    }
}

/// One element with its text, places and links.
///
/// All places are half-open ranges of bytes of the text. For `<Filter><Prefix>a</Prefix></Filter>`,
/// the head of `Prefix` is 8..16, the content 16..17, and the whole 8..26.
#[derive(Clone, Debug)]
struct Node<'t> {
    kind: Kind,
    name: Name<'t>,
    text: Cow<'t, str>,
    /// From the first byte of the start tag or member name to the last of the end tag or value.
    span: Span,
    /// XML: the start tag. JSON: the member name with its quotes; the value for items and root.
    head: Span,
    /// XML: the content between the tags. JSON: the value. Empty for `<a/>`, behind the tag.
    content: Span,
    /// The first child, as a link; see [`Document::nodes`].
    first_child: u32,
    /// The next child of the same parent, as a link.
    next_sibling: u32,
    /// 1-based index into `Document::namespaces`; 0 stands for no namespace. YAML: that of a tag.
    namespace: u32,
    /// The first attribute that is not a namespace declaration (nor of the XML Schema instance namespace).
    attribute: Option<Span>,
    /// Text that is not white space beside child elements.
    stray_text: Option<Span>,
}

/// A name, which the items of an array share with it: a copy must cost nothing, or a long name
/// with an escape in it would take memory beyond all proportion.
#[derive(Clone, Debug)]
enum Name<'t> {
    Written(&'t str),
    Decoded(Arc<str>),
}

/// One element of a [`Document`]: a place to ask from.
///
/// It is two references, cheap to copy, and valid as long as the document.
#[derive(Clone, Copy)]
pub struct Element<'d, 't> {
    document: &'d Document<'t>,
    node: &'d Node<'t>,
}

impl<'t> Document<'t> {
    /// Returns the outermost element. In JSON it has no name.
    #[must_use]
    pub fn root(&self) -> Element<'_, 't> {
        Element { document: self, node: &self.root }
    }
}

impl<'d, 't> Element<'d, 't> {
    /// Returns the kind of the element.
    ///
    /// In XML every element has one kind; only its schema shows whether it holds text or elements.
    #[must_use]
    pub const fn kind(self) -> Kind {
        self.node.kind
    }

    /// Returns the name, without a namespace prefix.
    ///
    /// Items of a JSON array have the name of the array. The root of a JSON document has an empty
    /// name.
    #[must_use]
    pub fn name(self) -> &'d str {
        self.node.name.as_str()
    }

    /// Returns the decoded text: for XML all text inside the element that is not inside a child,
    /// with entities, CDATA and line ends resolved, but beside child elements no white space; for
    /// JSON the decoded string, or the number or word as written.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::document::read_xml;
    ///
    /// let text = |xml| read_xml(xml).map(|document| document.root().text().to_owned());
    /// assert_eq!(text("<a> R&amp;D </a>")?, " R&D ");
    /// assert_eq!(text("<a>\r\n</a>")?, "\n");
    /// // Indentation around children is no text.
    /// assert_eq!(text("<a>\n  <b/>\n</a>")?, "");
    /// # Ok::<(), s3_replication::document::SyntaxError>(())
    /// ```
    #[must_use]
    pub fn text(self) -> &'d str {
        &self.node.text
    }

    /// Returns the place of the whole element.
    ///
    /// This includes the end tag in XML, and name and value in JSON.
    #[must_use]
    pub const fn span(self) -> Span {
        self.node.span
    }

    /// Returns the place of the beginning: the start tag in XML, the member name in JSON, and the
    /// value itself if there is no name.
    #[must_use]
    pub const fn head(self) -> Span {
        self.node.head
    }

    /// Returns the place of the content: between the tags in XML, the value in JSON.
    #[must_use]
    pub const fn content(self) -> Span {
        self.node.content
    }

    /// Returns the name of the namespace, if the element is in one.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::document::read_xml;
    ///
    /// let document = read_xml(r#"<Role xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>"#)?;
    /// assert_eq!(document.root().namespace(), Some("http://s3.amazonaws.com/doc/2006-03-01/"));
    /// assert_eq!(read_xml("<Role/>")?.root().namespace(), None);
    /// # Ok::<(), s3_replication::document::SyntaxError>(())
    /// ```
    #[must_use]
    pub fn namespace(self) -> Option<&'d str> {
        if self.node.kind == Kind::Element { self.namespace_name() } else { None }
    }

    /// Returns the tag of a YAML value, such as `!Ref`, if it has one of its own.
    #[must_use]
    pub fn tag(self) -> Option<&'d str> {
        if self.node.kind == Kind::Element { None } else { self.namespace_name() }
    }

    fn namespace_name(self) -> Option<&'d str> {
        let index = (self.node.namespace as usize).checked_sub(1)?;
        self.document.namespaces.get(index).map(Cow::as_ref)
    }

    /// Returns the place of the first attribute that is not about namespaces.
    ///
    /// S3's documents have none, so a reader may warn of it.
    #[must_use]
    pub const fn attribute(self) -> Option<Span> {
        self.node.attribute
    }

    /// Returns the place of text that stands beside child elements and is not white space.
    ///
    /// `<Rule>Enabled<Status/></Rule>` has such text. Text alone is no stray text: the element may
    /// be one that holds text.
    #[must_use]
    pub const fn stray_text(self) -> Option<Span> {
        self.node.stray_text
    }

    /// Iterates over the children in document order.
    ///
    /// Empty for JSON strings, numbers, words and `null`, and for XML elements with text only.
    pub fn children(self) -> impl Iterator<Item = Element<'d, 't>> {
        let document = self.document;
        std::iter::successors(document.element(self.node.first_child), move |element| {
            document.element(element.node.next_sibling)
        })
    }
}

impl<'t> Document<'t> {
    /// Follows a link.
    fn element(&self, link: u32) -> Option<Element<'_, 't>> {
        let node = self.nodes.get((link as usize).checked_sub(1)?)?;
        Some(Element { document: self, node })
    }
}

impl<'t> Node<'t> {
    /// Creates an element that is written at one place only, as far as is known.
    fn new(kind: Kind, name: Name<'t>, place: Span) -> Self {
        Self {
            kind,
            name,
            text: Cow::Borrowed(""),
            span: place,
            head: place,
            content: place,
            first_child: 0,
            next_sibling: 0,
            namespace: 0,
            attribute: None,
            stray_text: None,
        }
    }
}

impl Name<'_> {
    /// Returns the name.
    fn as_str(&self) -> &str {
        match self {
            Self::Written(name) => name,
            Self::Decoded(name) => name,
        }
    }
}

/// A document in the making: elements are opened, and closed in the opposite order.
///
/// Both readers build trees through this type, so the limit on depth has one place.
#[derive(Debug)]
struct Tree<'t> {
    open: Vec<OpenNode<'t>>,
    nodes: Vec<Node<'t>>,
    root: Option<Node<'t>>,
    depth_limit: usize,
}

impl Default for Tree<'_> {
    fn default() -> Self {
        Self::within(DEPTH_LIMIT)
    }
}

/// An element whose end has not been read, and the link of its last child so far.
#[derive(Debug)]
struct OpenNode<'t> {
    node: Node<'t>,
    last_child: u32,
}

impl<'t> Tree<'t> {
    const fn within(depth_limit: usize) -> Self {
        Self { open: Vec::new(), nodes: Vec::new(), root: None, depth_limit }
    }

    /// Opens an element inside the innermost open one.
    fn open(&mut self, node: Node<'t>) -> Result<(), SyntaxError> {
        if self.open.len() >= self.depth_limit {
            let message = format!("nesting deeper than {} levels is not read", self.depth_limit);
            return Err(SyntaxError::new(&DOCUMENT_DEFENCES, node.head, message));
        }
        self.open.push(OpenNode { node, last_child: 0 });
        Ok(())
    }

    /// Closes the innermost open element and links it to the one around it.
    fn close(&mut self) {
        let Some(OpenNode { node, .. }) = self.open.pop() else { return };
        if self.open.is_empty() {
            self.root = Some(node);
        } else {
            self.add(node);
        }
    }

    /// Adds a finished element to the innermost open one.
    ///
    /// The links run from the first child to the next, so that children come in document order.
    fn add(&mut self, node: Node<'t>) {
        self.nodes.push(node);
        // The size limit keeps the number of elements far below 2³².
        let link = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        let Some(parent) = self.open.last_mut() else { return };
        let previous = (parent.last_child as usize).checked_sub(1);
        match previous.and_then(|index| self.nodes.get_mut(index)) {
            Some(sibling) => sibling.next_sibling = link,
            None => parent.node.first_child = link,
        }
        parent.last_child = link;
    }

    /// Returns the innermost open element.
    fn innermost(&self) -> Option<&Node<'t>> {
        self.open.last().map(|open| &open.node)
    }

    /// Returns the innermost open element.
    fn innermost_mut(&mut self) -> Option<&mut Node<'t>> {
        self.open.last_mut().map(|open| &mut open.node)
    }

    /// Returns true when the outermost element was closed.
    fn has_root(&self) -> bool {
        self.root.is_some()
    }

    /// Returns the document, if there is one.
    ///
    /// A text with nothing but comments has no root, and so no document.
    fn finish(self, namespaces: Vec<Cow<'t, str>>) -> Option<Document<'t>> {
        Some(Document { root: self.root?, nodes: self.nodes, namespaces })
    }
}

impl fmt::Debug for Element<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

/// The error returned when bytes are no document, or one that this crate refuses to read.
///
/// It names the first place where reading had to stop; there is no tree then.
///
/// Reading stops at the first error, because what follows a missing bracket or quotation mark would
/// be guesswork.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    message: String,
    help: Option<String>,
    span: Span,
    clause: &'static Clause,
}

impl SyntaxError {
    /// Creates an error without advice.
    fn new(clause: &'static Clause, span: Span, message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, span, clause }
    }

    /// Sets the advice, which begins with a verb.
    #[must_use]
    fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// Sets the clause, where the usual one does not fit.
    #[must_use]
    fn resting_on(self, clause: &'static Clause) -> Self {
        Self { clause, ..self }
    }

    /// Returns the place, in bytes of the decoded text.
    ///
    /// An error about the document as a whole, such as its size, has an empty place at the
    /// beginning.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// Returns the clause the refusal rests on.
    ///
    /// A document that is not well-formed rests on REP-101, one that exceeds a limit or has a
    /// document type on REP-102 or REP-103.
    #[must_use]
    pub const fn clause(&self) -> &'static Clause {
        self.clause
    }

    /// Returns the advice, if there is any.
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

/// The mark that some editors put in front of a text; it is not part of it.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// Refuses a document that is too long to be read.
///
/// S3 measures the document in bytes as sent; this is the same for UTF-8.
fn check_size(size: usize) -> Result<(), SyntaxError> {
    if size <= SIZE_LIMIT {
        return Ok(());
    }
    // Not how large it is: a caller may have stopped reading when it was one byte too long.
    let message = format!("the document has more than {SIZE_LIMIT} bytes, so it is not read");
    Err(SyntaxError::new(&DOCUMENT_SIZE, Span::default(), message)
        .with_help("S3 takes at most 2 MB; write fewer or shorter rules"))
}

/// Returns the error for a text without anything in it.
fn empty_document() -> SyntaxError {
    SyntaxError::new(&DOCUMENT_WELL_FORMED, Span::default(), "the document is empty")
}

/// Returns the place of the character that an offset is in, which is empty behind the last one.
///
/// A message points at one character, and underlines it whole. Parsers of others count bytes, so
/// their offsets may be inside a character, or behind the text.
fn character_at(text: &str, offset: usize) -> Span {
    let mut start = offset.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let character = text.get(start..).and_then(|rest| rest.chars().next());
    Span::clamped(start, start + character.map_or(0, char::len_utf8))
}

/// Returns as much of a word from a document as a message can bear.
///
/// Names in a document may be megabytes long.
fn shortened(word: &str) -> Cow<'_, str> {
    const LONGEST_WORD: usize = 60;
    match word.char_indices().nth(LONGEST_WORD) {
        Some((end, _)) => Cow::Owned(format!("{}…", word.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(word),
    }
}
