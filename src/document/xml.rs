//! XML to a tree.

use std::borrow::Cow;

use quick_xml::errors::{Error as EventError, IllFormedError, SyntaxError as MarkupError};
use quick_xml::events::Event;
use quick_xml::reader::Reader;

use super::{
    BYTE_ORDER_MARK, Document, Kind, Name, Node, SyntaxError, Tree, character_at, check_size,
    empty_document, shortened,
};
use crate::clause::{DOCUMENT_DEFENCES, DOCUMENT_WELL_FORMED};
use crate::source::Span;

const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";
const XML_SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// How many namespace declarations may hold at one place: every name is looked up in them.
const NAMESPACE_LIMIT: usize = 64;

/// Reads an XML document.
///
/// The text of an element is what XML 1.0 says it is: references and CDATA sections are resolved,
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

struct XmlReader<'t> {
    text: &'t str,
    has_section_end: bool,
    has_carriage_return: bool,
    tree: Tree<'t>,
    scope: Scope<'t>,
}

impl<'t> XmlReader<'t> {
    fn read(mut self) -> Result<Document<'t>, SyntaxError> {
        let body = self.text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(self.text);
        let before = self.text.len() - body.len();
        if body.starts_with(BYTE_ORDER_MARK) {
            return Err(outside_root(character_at(self.text, before)));
        }
        let mut events = Reader::from_str(body);
        let mut end = before;
        loop {
            let start = end;
            let event = events.read_event();
            end = usize::try_from(events.buffer_position()).unwrap_or(usize::MAX) + before;
            let place = Span::clamped(start, end);
            match event {
                Ok(Event::Eof) => return self.finish(),
                Ok(event) => self.event(&event, place)?,
                Err(error) => return Err(self.refusal(&error, place)),
            }
        }
    }

    fn finish(self) -> Result<Document<'t>, SyntaxError> {
        if let Some(open) = self.tree.innermost() {
            let message = format!("the document ends inside `{}`", shortened(open.name.as_str()));
            let end = Span::clamped(self.text.len(), self.text.len());
            return Err(ill_formed(end, message).with_help("it may have been cut off"));
        }
        self.tree.finish(self.scope.namespaces).ok_or_else(empty_document)
    }

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

    fn start_tag(&mut self, place: Span, tag: Tag<'t>) -> Result<(), SyntaxError> {
        if self.tree.has_root() {
            return Err(ill_formed(place, "a second element stands behind the root"));
        }
        let at = place.range().start + 1;
        let name = QualifiedName::parse(tag.name, at)?;
        self.scope.enter();
        let attribute = self.attributes(tag.attributes, at + tag.name.len())?;
        let namespace = self.scope.resolve(name.prefix).ok_or_else(|| undeclared(name, at))?;
        if let Some(parent) = self.tree.innermost_mut().filter(|parent| parent.stray_text.is_none())
        {
            parent.text = Cow::Borrowed("");
        }
        let node = Node::new(Kind::Element, Name::Written(name.local), place);
        self.tree.open(Node { namespace, attribute, ..node })
    }

    /// Closes the innermost element; its content ends at one offset, and the whole at another.
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
        let foreign = |attribute: &&Attribute| {
            attribute.declared_prefix().is_none()
                && !self.scope.binds(attribute.name.prefix, XML_SCHEMA_INSTANCE)
        };
        Ok(attributes.iter().find(foreign).map(|attribute| attribute.place))
    }

    /// Checks that no two attributes of a tag have one name, after namespaces are resolved.
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

    fn text(&mut self, place: Span) -> Result<(), SyntaxError> {
        let written = self.inside(place, 0, 0);
        if self.has_section_end
            && let Some(at) = written.find("]]>")
        {
            let start = place.range().start + at;
            return Err(ill_formed(Span::clamped(start, start + 3), "`]]>` stands in text")
                .with_help("write `]]&gt;`"));
        }
        let text = self.with_line_feeds(written);
        self.append(text, place)
    }

    fn section(&mut self, place: Span) -> Result<(), SyntaxError> {
        let text = self.inside(place, "<![CDATA[".len(), "]]>".len());
        self.check_inside_root(place)?;
        self.append(self.with_line_feeds(text), place)
    }

    fn reference(&mut self, place: Span) -> Result<(), SyntaxError> {
        self.check_inside_root(place)?;
        let character = resolve_reference(self.inside(place, 1, 1), place)?;
        self.append(Cow::Owned(character.into()), place)
    }

    fn append(&mut self, text: Cow<'t, str>, place: Span) -> Result<(), SyntaxError> {
        let is_blank = text.bytes().all(is_white_space);
        let Some(node) = self.tree.innermost_mut() else {
            return if is_blank { Ok(()) } else { Err(outside_root(trimmed(self.text, place))) };
        };
        if is_blank && node.first_child != 0 {
            return Ok(());
        }
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

    fn comment(&self, place: Span) -> Result<(), SyntaxError> {
        // With the first hyphen of `-->`, so that `--->` is found as well.
        let inside = self.inside(place, "<!--".len(), "->".len());
        inside.find("--").map_or(Ok(()), |at| {
            let start = place.range().start + "<!--".len() + at;
            let place = Span::clamped(start, start + "--".len());
            Err(ill_formed(place, "`--` stands inside a comment"))
        })
    }

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

    fn check_inside_root(&self, place: Span) -> Result<(), SyntaxError> {
        if self.tree.innermost().is_some() { Ok(()) } else { Err(outside_root(place)) }
    }

    /// Returns what is written at a place, without so many bytes at its beginning and end.
    fn inside(&self, place: Span, opening: usize, closing: usize) -> &'t str {
        let end = place.range().end.saturating_sub(closing);
        self.text.get(place.range().start + opening..end).unwrap_or_default()
    }

    fn with_line_feeds(&self, text: &'t str) -> Cow<'t, str> {
        if !self.has_carriage_return || !text.contains('\r') {
            return Cow::Borrowed(text);
        }
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    }

    /// Says in our words what the reader of events found wrong at a place.
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

/// What is between `<` and `>`, or `/>`, of a start tag.
#[derive(Clone, Copy)]
struct Tag<'t> {
    name: &'t str,
    attributes: &'t str,
}

impl<'t> Tag<'t> {
    fn new(inside: &'t str, tag: &quick_xml::events::BytesStart<'_>) -> Self {
        let name_length = tag.name().into_inner().len();
        let (name, attributes) = inside.split_at_checked(name_length).unwrap_or_default();
        Self { name, attributes }
    }
}

/// A name as namespaces take it apart; without a prefix, that is empty.
#[derive(Clone, Copy)]
struct QualifiedName<'t> {
    prefix: &'t str,
    local: &'t str,
    whole: &'t str,
}

impl<'t> QualifiedName<'t> {
    fn parse(whole: &'t str, at: usize) -> Result<Self, SyntaxError> {
        if is_plain_name(whole) {
            return Ok(Self { prefix: "", local: whole, whole });
        }
        let (prefix, local) = match whole.split_once(':') {
            Some((prefix, local)) if is_name(prefix) => (prefix, local),
            Some(_) => return Err(illegal_name(whole, at)),
            None => ("", whole),
        };
        if !is_name(local) {
            return Err(illegal_name(whole, at));
        }
        Ok(Self { prefix, local, whole })
    }
}

struct Attribute<'t> {
    name: QualifiedName<'t>,
    value: Cow<'t, str>,
    place: Span,
}

impl<'t> Attribute<'t> {
    /// Returns the prefix that the attribute declares, if it is a declaration; the empty one
    /// stands for the default namespace.
    fn declared_prefix(&self) -> Option<&'t str> {
        match self.name.prefix {
            "xmlns" => Some(self.name.local),
            "" if self.name.local == "xmlns" => Some(""),
            _ => None,
        }
    }
}

/// Takes apart what stands behind the name in a tag. The first error makes the rest worthless.
struct Attributes<'t> {
    rest: &'t str,
    /// Where `rest` ends.
    end: usize,
}

impl<'t> Iterator for Attributes<'t> {
    type Item = Result<Attribute<'t>, SyntaxError>;

    fn next(&mut self) -> Option<Self::Item> {
        let written = self.rest.trim_ascii_start();
        if written.is_empty() { None } else { Some(self.attribute(written)) }
    }
}

impl<'t> Attributes<'t> {
    fn attribute(&mut self, written: &'t str) -> Result<Attribute<'t>, SyntaxError> {
        let at = self.end - written.len();
        if written.len() == self.rest.len() {
            return Err(ill_formed(Span::clamped(at, at), "white space is missing here"));
        }
        let length = written.find(|c: char| c == '=' || c.is_ascii_whitespace());
        let (name, rest) =
            written.split_at_checked(length.unwrap_or(written.len())).unwrap_or_default();
        let name = QualifiedName::parse(name, at)?;
        let refused = |problem| {
            let message =
                format!("the value of the attribute `{}` {problem}", shortened(name.whole));
            ill_formed(Span::clamped(at, at + name.whole.len()), message)
        };
        let Some(value) = rest.trim_ascii_start().strip_prefix('=') else {
            return Err(refused("is missing"));
        };
        let (value, rest) =
            quoted(value.trim_ascii_start()).ok_or_else(|| refused("is not in quotation marks"))?;
        let value_at = self.end - rest.len() - 1 - value.len();
        let value = attribute_value(value, value_at)?;
        self.rest = rest;
        Ok(Attribute { name, value, place: Span::clamped(at, self.end - rest.len()) })
    }
}

/// Takes a text apart that begins with a quotation mark: into what it quotes and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text.strip_prefix(quote)?.split_once(quote)
}

/// Resolves the references in the value of an attribute, and makes all white space spaces.
fn attribute_value(written: &str, at: usize) -> Result<Cow<'_, str>, SyntaxError> {
    if let Some(bracket) = written.find('<') {
        let place = Span::clamped(at + bracket, at + bracket + 1);
        let message = "`<` stands in the value of an attribute";
        return Err(ill_formed(place, message).with_help("write `&lt;`, or close the tag before"));
    }
    if !written.contains(['&', '\t', '\n', '\r']) {
        return Ok(Cow::Borrowed(written));
    }
    let end = at + written.len();
    let mut value = String::with_capacity(written.len());
    let mut rest = written;
    while let Some((before, reference)) = rest.split_once('&') {
        push_with_spaces(&mut value, before);
        let start = end - reference.len() - 1;
        let Some((name, behind)) = reference.split_once(';') else {
            return Err(lone_ampersand(Span::clamped(start, start + 1)));
        };
        let place = Span::clamped(start, end - behind.len());
        value.push(resolve_reference(name, place)?);
        rest = behind;
    }
    push_with_spaces(&mut value, rest);
    Ok(Cow::Owned(value))
}

fn push_with_spaces(value: &mut String, written: &str) {
    value.push_str(&written.replace("\r\n", " ").replace(['\t', '\n', '\r'], " "));
}

/// The namespace declarations in force.
struct Scope<'t> {
    bindings: Vec<Binding<'t>>,
    /// How many bindings were in force before each open element.
    outer: Vec<usize>,
    namespaces: Vec<Cow<'t, str>>,
}

struct Binding<'t> {
    /// Empty for the default namespace.
    prefix: &'t str,
    /// As in `Node::namespace`. Of two that are in force, the same number if the same name.
    namespace: u32,
}

impl<'t> Scope<'t> {
    fn new() -> Self {
        Self {
            bindings: vec![Binding { prefix: "xml", namespace: 1 }],
            outer: Vec::new(),
            namespaces: vec![Cow::Borrowed(XML)],
        }
    }

    fn enter(&mut self) {
        self.outer.push(self.bindings.len());
    }

    fn leave(&mut self) {
        self.bindings.truncate(self.outer.pop().unwrap_or_default());
    }

    fn declare(&mut self, prefix: &'t str, declaration: &Attribute<'t>) -> Result<(), SyntaxError> {
        let Attribute { value, place, .. } = declaration;
        if self.bindings.len() > NAMESPACE_LIMIT {
            let message =
                format!("more than {NAMESPACE_LIMIT} namespace declarations are not read");
            return Err(SyntaxError::new(&DOCUMENT_DEFENCES, *place, message));
        }
        let is_reserved =
            prefix == "xmlns" || value == XMLNS || (prefix == "xml") != (value == XML);
        if is_reserved || (value.is_empty() && !prefix.is_empty()) {
            return Err(ill_formed(*place, "this namespace declaration is not allowed"));
        }
        let namespace = self.number_of(value.clone());
        self.bindings.push(Binding { prefix, namespace });
        Ok(())
    }

    fn number_of(&mut self, namespace: Cow<'t, str>) -> u32 {
        if namespace.is_empty() {
            return 0;
        }
        let known = self.bindings.iter().map(|binding| binding.namespace);
        let mut known = known.filter(|number| self.name(*number) == Some(namespace.as_ref()));
        known.next().unwrap_or_else(|| {
            self.namespaces.push(namespace);
            u32::try_from(self.namespaces.len()).unwrap_or(u32::MAX)
        })
    }

    fn name(&self, number: u32) -> Option<&str> {
        let index = (number as usize).checked_sub(1)?;
        self.namespaces.get(index).map(Cow::as_ref)
    }

    /// Returns the number of the namespace that a prefix stands for, 0 for none; `None` when the
    /// prefix is not declared.
    fn resolve(&self, prefix: &str) -> Option<u32> {
        let mut inner_first = self.bindings.iter().rev();
        // Nearly all names have no prefix, and need no comparison of strings.
        if prefix.is_empty() {
            let default = inner_first.find(|binding| binding.prefix.is_empty());
            return Some(default.map_or(0, |binding| binding.namespace));
        }
        inner_first.find(|binding| binding.prefix == prefix).map(|binding| binding.namespace)
    }

    fn binds(&self, prefix: &str, namespace: &str) -> bool {
        let number = if prefix.is_empty() { None } else { self.resolve(prefix) };
        number.and_then(|number| self.name(number)) == Some(namespace)
    }
}

/// Resolves what stands between `&` and `;`, which is a character, never a text: without a
/// document type declaration there are no others.
fn resolve_reference(name: &str, place: Span) -> Result<char, SyntaxError> {
    match name {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ if name.starts_with('#') => resolve_number(name, place),
        _ if is_name(name) => {
            let message = format!("the entity `&{};` is not declared", shortened(name));
            Err(SyntaxError::new(&DOCUMENT_DEFENCES, place, message)
                .with_help("only `&amp;`, `&lt;`, `&gt;`, `&apos;` and `&quot;` are known"))
        }
        _ => Err(lone_ampersand(Span::clamped(place.range().start, place.range().start + 1))),
    }
}

fn resolve_number(name: &str, place: Span) -> Result<char, SyntaxError> {
    let (digits, radix) = match name.strip_prefix("#x") {
        Some(digits) => (digits, 16),
        None => (name.strip_prefix('#').unwrap_or_default(), 10),
    };
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        let message = format!("`&{};` is no character reference", shortened(name));
        return Err(ill_formed(place, message));
    }
    let character = u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    character.filter(|character| is_character(*character)).ok_or_else(|| {
        let message = format!("`&{};` is no character that XML allows", shortened(name));
        SyntaxError::new(&DOCUMENT_DEFENCES, place, message)
    })
}

/// Checks the name of a processing instruction.
fn check_target(target: &str, place: Span) -> Result<(), SyntaxError> {
    if !is_name(target) || target.eq_ignore_ascii_case("xml") {
        return Err(illegal_name(target, place.range().start + "<?".len()));
    }
    Ok(())
}

/// Refuses the characters that no XML document may have in it, wherever they are.
fn check_characters(text: &str) -> Result<(), SyntaxError> {
    // The illegal characters behind the control characters begin with the byte 0xEF. Looking at
    // every byte without leaving the loop is what compilers turn into vector instructions.
    let is_suspicious = |byte: u8| (byte < 0x20 && !is_white_space(byte)) || byte == 0xEF;
    if !text.bytes().fold(false, |any, byte| any | is_suspicious(byte)) {
        return Ok(());
    }
    match text.char_indices().find(|(_, character)| !is_character(*character)) {
        None => Ok(()),
        Some((at, character)) => {
            let message =
                format!("XML does not allow the character U+{:04X}", u32::from(character));
            Err(SyntaxError::new(&DOCUMENT_DEFENCES, character_at(text, at), message))
        }
    }
}

/// Returns true for the characters that XML 1.0 allows; there are no surrogates in a `char`.
const fn is_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

const fn is_white_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Returns true for a name that is ASCII and without a colon, as nearly all are.
fn is_plain_name(name: &str) -> bool {
    let continues = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(continues)
}

/// Returns true for a name without a colon.
fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(begins_name) && characters.all(continues_name)
}

const fn begins_name(c: char) -> bool {
    matches!(c, 'A'..='Z' | '_' | 'a'..='z'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

const fn continues_name(c: char) -> bool {
    begins_name(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}'
            | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// Returns true for what an XML declaration may call an encoding, known or not.
fn is_encoding_name(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(is_allowed)
}

/// Returns a place without the white space at its beginning and end.
fn trimmed(text: &str, place: Span) -> Span {
    let from_start = text.get(place.range()).unwrap_or_default().trim_ascii_start();
    let start = place.range().end - from_start.len();
    Span::clamped(start, start + from_start.trim_ascii_end().len())
}

fn ill_formed(place: Span, message: impl Into<String>) -> SyntaxError {
    SyntaxError::new(&DOCUMENT_WELL_FORMED, place, message)
}

fn outside_root(place: Span) -> SyntaxError {
    ill_formed(place, "text stands outside the root element")
}

fn document_type(place: Span) -> SyntaxError {
    SyntaxError::new(&DOCUMENT_DEFENCES, place, "a document type declaration is not read")
        .with_help("remove it, from `<!DOCTYPE` to the `>` that closes it")
}

fn unknown_version(version: &str, place: Span) -> SyntaxError {
    let message = format!("XML of version `{}` is not read", shortened(version));
    ill_formed(place, message).with_help("declare version `1.0`")
}

fn illegal_name(name: &str, at: usize) -> SyntaxError {
    let place = Span::clamped(at, at + name.len());
    ill_formed(place, format!("`{}` cannot be a name here", shortened(name)))
}

fn undeclared(name: QualifiedName<'_>, at: usize) -> SyntaxError {
    let place = Span::clamped(at, at + name.prefix.len());
    let prefix = shortened(name.prefix);
    ill_formed(place, format!("the namespace prefix `{prefix}` is not declared"))
}

fn lone_ampersand(place: Span) -> SyntaxError {
    ill_formed(place, "this `&` begins no reference").with_help("write `&amp;`")
}

/// Says what is not closed, or not known, where markup begins.
const fn unclosed(error: MarkupError) -> &'static str {
    match error {
        MarkupError::InvalidBangMarkup => "`<!` begins nothing that can stand here",
        MarkupError::UnclosedPI => "this processing instruction is not closed with `?>`",
        MarkupError::UnclosedXmlDecl => "the XML declaration is not closed with `?>`",
        MarkupError::UnclosedComment => "this comment is not closed with `-->`",
        MarkupError::UnclosedDoctype => "this declaration is not closed with `>`",
        MarkupError::UnclosedCData => "this CDATA section is not closed with `]]>`",
        MarkupError::UnclosedTag => "this tag is not closed with `>`",
        MarkupError::UnclosedSingleQuotedAttributeValue
        | MarkupError::UnclosedDoubleQuotedAttributeValue => {
            "the value of an attribute in this tag is not closed"
        }
    }
}
