//! YAML to a tree.
//!
//! The parser reports events: the beginning and the end of each mapping and sequence, scalars, and
//! aliases. A key and a value are the same kind of event, so `waiting` shows which of the two comes
//! next.
//!
//! The kinds of plain scalars are those of YAML 1.1, as CloudFormation reads them: `no` is false,
//! and `1_000` a number.
//!
//! For `Rules: [{ID: !Ref R}]`, the events and what becomes of them are:
//!
//! ```text
//! MappingStart        the root is opened
//! Scalar `Rules`      a key, which waits
//! SequenceStart       an array with the name `Rules`
//! MappingStart        an item, which has the name of the array
//! Scalar `ID`         a key, which waits
//! Scalar `R`, `!Ref`  a string with the name `ID` and the tag `!Ref`
//! MappingEnd          the item is closed, and so on
//! ```
//!
//! What a tag such as `!Ref` means is for `template::cloudformation`. `plain` reads the YAML of the
//! AWS CLI, whose scalars have other kinds.
//!
//! An alias is a copy and not a link, because each element of a tree has one parent. So copies are
//! counted.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Tag};

use super::{
    BYTE_ORDER_MARK, Document, Kind, Name, Node, SyntaxError, TEMPLATE_DEPTH_LIMIT, Tree,
    character_at, check_size, empty_document, shortened,
};
use crate::clause::{DOCUMENT_DEFENCES, DOCUMENT_WELL_FORMED};
use crate::text::Span;

/// The most elements of a document, those that aliases repeat included.
const NODE_LIMIT: usize = 500_000;

/// Reads the first document of a YAML text, whose outermost value must be a mapping.
///
/// Mappings become objects and sequences arrays, as in JSON; a key that is given twice is there
/// twice. Plain scalars have the kind that YAML 1.1 gives them, as CloudFormation reads them, and
/// keep the text as it is written. A tag that is not of YAML itself stays with its value, see
/// [`Element::tag`](super::Element::tag). An alias becomes a copy of the value that it names.
///
/// # Errors
///
/// Text that is not YAML, that has no mapping outermost, that is larger than
/// [`SIZE_LIMIT`](super::SIZE_LIMIT) or deeper than
/// [`TEMPLATE_DEPTH_LIMIT`](super::TEMPLATE_DEPTH_LIMIT), and aliases that would make more than
/// 500,000 elements.
///
/// # Examples
///
/// ```
/// use s3_replication::document::{Kind, read_yaml};
///
/// let document = read_yaml("Role: !Ref R\nRules:\n  - Priority: 1\n")?;
/// let [role, rules] = document.root().children().collect::<Vec<_>>()[..] else { panic!() };
/// assert_eq!((role.tag(), role.text(), role.kind()), (Some("!Ref"), "R", Kind::String));
/// let priority = rules.children().next().unwrap().children().next().unwrap();
/// assert_eq!((priority.kind(), priority.text()), (Kind::Number, "1"));
/// assert_eq!(priority.content().range(), 34..35);
/// # Ok::<(), s3_replication::document::SyntaxError>(())
/// ```
pub fn read_yaml(text: &str) -> Result<Document<'_>, SyntaxError> {
    check_size(text.len())?;
    let mut reader = YamlReader {
        text,
        tree: Tree::within(TEMPLATE_DEPTH_LIMIT),
        waiting: Vec::new(),
        tags: Vec::new(),
        tag_numbers: HashMap::new(),
        anchors: HashMap::new(),
        open_anchors: Vec::new(),
    };
    reader.read()?;
    reader.tree.finish(reader.tags).ok_or_else(empty_document)
}

/// A reader of one text, with the tree so far.
struct YamlReader<'t> {
    text: &'t str,
    tree: Tree<'t>,
    /// For each open mapping the key that was read, if its value has not come yet.
    waiting: Vec<Option<Key<'t>>>,
    /// The tags that occur, each once. Nodes refer to them by number, counted from 1.
    tags: Vec<Cow<'t, str>>,
    /// The numbers of the tags, so that a text with many tags takes linear time.
    tag_numbers: HashMap<String, u32>,
    /// The finished elements with anchors, by the number of the anchor.
    anchors: HashMap<usize, Node<'t>>,
    /// For each open element the number of its anchor, or 0.
    open_anchors: Vec<usize>,
}

/// The key of a mapping, which becomes the name of the value behind it.
struct Key<'t> {
    name: Name<'t>,
    place: Span,
}

impl<'t> YamlReader<'t> {
    /// Reads the events up to the end of the first document.
    ///
    /// Events of the stream and of the beginning of a document carry nothing and are skipped.
    fn read(&mut self) -> Result<(), SyntaxError> {
        for next in Parser::new_from_str(self.text) {
            let (event, span) = next.map_err(|error| self.refusal(&error))?;
            let place = self.place(&span);
            match event {
                Event::Scalar(value, style, anchor, tag) => {
                    self.scalar(value, style, anchor, tag.as_deref(), place)?;
                }
                Event::SequenceStart(_, anchor, tag) => {
                    self.open(Kind::Array, anchor, tag.as_deref(), place, &span)?;
                }
                Event::MappingStart(_, anchor, tag) => {
                    self.open(Kind::Object, anchor, tag.as_deref(), place, &span)?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(place)?,
                Event::Alias(anchor) => self.alias(anchor, place)?,
                // What follows is another document, which CloudFormation does not read.
                Event::DocumentEnd => return Ok(()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Returns the place of an event, without a byte-order mark before it and white space behind
    /// it.
    ///
    /// | event | place |
    /// | --- | --- |
    /// | `a` in `k: a # b` | `a` |
    /// | `"a"` | with its quotation marks |
    /// | the first event behind a byte-order mark | without the mark |
    fn place(&self, span: &granit_parser::Span) -> Span {
        let range = span.byte_range().unwrap_or_default();
        // A plain scalar in a block ends before the comment or line break after it.
        let inside = self.text.get(range.clone()).unwrap_or_default();
        let start = if inside.starts_with(BYTE_ORDER_MARK) {
            range.start + BYTE_ORDER_MARK.len_utf8()
        } else {
            range.start
        };
        Span::clamped(start, start.max(range.start + inside.trim_end().len()))
    }

    /// Takes in a scalar, which is the key of a mapping or a value.
    ///
    /// A value with a foreign tag is a string whatever it looks like: `!Ref 1` names something.
    ///
    /// | scalar | kind |
    /// | --- | --- |
    /// | `7` | number |
    /// | `"7"`, `'7'` | string: only a plain scalar has another kind |
    /// | `!!int "7"` | number |
    /// | `!Ref 7` | string, with the tag |
    /// | `7` outside a mapping or list | refused |
    fn scalar(
        &mut self,
        value: Cow<'t, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        place: Span,
    ) -> Result<(), SyntaxError> {
        if self.is_key_next() {
            self.key(value, place);
            return Ok(());
        }
        let tag = tag.map(ToString::to_string);
        let kind = match tag.as_deref() {
            Some(tag) if is_own(tag) => kind_of_tag(tag, &value),
            None if style == ScalarStyle::Plain => kind_of_plain(&value),
            _ => Kind::String,
        };
        let number = self.tag_number(tag);
        let node = Node { text: value, namespace: number, ..self.node(kind, place) };
        if self.tree.innermost().is_none() {
            return Err(self.not_a_mapping(place));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        self.add(node)
    }

    /// Opens a mapping or a sequence. With a tag, its place begins at the tag.
    ///
    /// Keys that are not scalars are refused, since a name is a text. So is a sequence as the root.
    fn open(
        &mut self,
        kind: Kind,
        anchor: usize,
        tag: Option<&Tag>,
        place: Span,
        span: &granit_parser::Span,
    ) -> Result<(), SyntaxError> {
        if self.is_key_next() {
            let message = "a key of a mapping is itself a mapping or a list, which is not read";
            return Err(ill_formed(place, message).with_help("write a plain key"));
        }
        if self.tree.innermost().is_none() && kind != Kind::Object {
            return Err(self.not_a_mapping(place));
        }
        let tag_place = span.tag_span().map(|tag| self.place(&tag));
        let number = self.tag_number(tag.map(ToString::to_string));
        let node = Node { namespace: number, ..self.node(kind, tag_place.unwrap_or(place)) };
        self.tree.open(node)?;
        self.waiting.push(None);
        self.open_anchors.push(anchor);
        self.check_budget(place)
    }

    /// Closes the innermost mapping or sequence, and keeps it for aliases if it has an anchor.
    ///
    /// The place was set at the beginning of the event. Its end is now known, without the white
    /// space and line breaks up to the next item.
    fn close(&mut self, place: Span) -> Result<(), SyntaxError> {
        let is_root = self.waiting.len() == 1;
        self.waiting.pop();
        if let Some(node) = self.tree.innermost_mut() {
            let end = place.end().max(node.content.end()) as usize;
            let end = end.min(self.text.len());
            // A block ends where the next item begins: leave the white space between out.
            let start = node.content.start() as usize;
            let inside = self.text.get(start..end).unwrap_or_default().trim_end();
            node.content = Span::clamped(start, start + inside.len());
            node.span = Span::clamped(node.span.start() as usize, start + inside.len());
            if node.head.start() == node.content.start() {
                node.head = node.content;
            }
        }
        let anchor = self.open_anchors.pop().unwrap_or(0);
        if anchor != 0
            && let Some(node) = self.tree.innermost()
        {
            let node = node.clone();
            self.anchors.insert(anchor, node);
        }
        self.tree.close();
        // A root that is closed adds no element, so there is nothing to count.
        if !is_root {
            self.check_budget(place)?;
        }
        Ok(())
    }

    /// Repeats the value that an alias names.
    ///
    /// | alias | result |
    /// | --- | --- |
    /// | `b: *a` | a copy, with the name `b` |
    /// | `*a : b` | a key with the text of `a` |
    /// | `a: &a [*a]` | refused: an anchor is known when its value ends |
    /// | an anchor that is not in the text | refused by the parser |
    fn alias(&mut self, anchor: usize, place: Span) -> Result<(), SyntaxError> {
        // Anchors are kept when their value is closed, so an alias inside its own value finds none.
        // This also keeps copies finite.
        // The clone of a mapping is its own node only. Its children are in the tree, and `copy`
        // follows the links.
        let Some(node) = self.anchors.get(&anchor).cloned() else {
            let message = "the alias names a value that contains it";
            return Err(ill_formed(place, message).with_help("write the value itself"));
        };
        if self.is_key_next() {
            self.key(node.text, place);
            return Ok(());
        }
        if self.tree.innermost().is_none() {
            return Err(self.not_a_mapping(place));
        }
        let head = self.head(place);
        self.copy(&node, head, place)
    }

    /// Adds a copy of an element and of what is in it. The depth is that of a tree within limits.
    ///
    /// The nodes of the original stay where they are, and grow no links: each copy is a new node.
    fn copy(
        &mut self,
        node: &Node<'t>,
        (name, head): (Name<'t>, Span),
        place: Span,
    ) -> Result<(), SyntaxError> {
        self.check_budget(place)?;
        // The name and its place are those of the alias, all other places those of the original: a
        // finding about the content points at where it is written.
        let copied = Node { name, head, first_child: 0, next_sibling: 0, ..node.clone() };
        if node.first_child == 0 {
            self.tree.add(copied);
            return Ok(());
        }
        self.tree.open(copied)?;
        let mut link = node.first_child;
        while let Some(child) =
            (link as usize).checked_sub(1).and_then(|at| self.tree.nodes.get(at))
        {
            let child = child.clone();
            link = child.next_sibling;
            self.copy(&child, (child.name.clone(), child.head), place)?;
        }
        self.tree.close();
        Ok(())
    }

    /// Adds a finished value.
    fn add(&mut self, node: Node<'t>) -> Result<(), SyntaxError> {
        let place = node.content;
        self.tree.add(node);
        self.check_budget(place)
    }

    /// Checks the number of elements. Aliases of aliases can double it with every line, so the size
    /// of the text is no limit.
    ///
    /// Elements are counted, not bytes: a long text that is not borrowed from the document, such as
    /// one with escapes, is copied whole for each alias.
    fn check_budget(&self, place: Span) -> Result<(), SyntaxError> {
        if self.tree.nodes.len() < NODE_LIMIT {
            return Ok(());
        }
        let message = format!("more than {NODE_LIMIT} values are not read, aliases included");
        Err(SyntaxError::new(&DOCUMENT_DEFENCES, place, message)
            .with_help("use fewer aliases, or split the document"))
    }

    /// Returns true if the next event is a key: a mapping is innermost, and no key waits for its
    /// value.
    ///
    /// `waiting` has an entry for sequences, too, which stays `None`; the kind of the innermost
    /// element decides.
    fn is_key_next(&self) -> bool {
        let in_mapping = self.tree.innermost().is_some_and(|node| node.kind == Kind::Object);
        in_mapping && matches!(self.waiting.last(), Some(None))
    }

    /// Keeps a key until its value comes.
    fn key(&mut self, name: Cow<'t, str>, place: Span) {
        let name = match name {
            Cow::Borrowed(name) => Name::Written(name),
            Cow::Owned(name) => Name::Decoded(Arc::from(name)),
        };
        if let Some(waiting) = self.waiting.last_mut() {
            *waiting = Some(Key { name, place });
        }
    }

    /// Creates an element whose value is at a place; its name is that of the key before, or that of
    /// the sequence it is in.
    fn node(&mut self, kind: Kind, place: Span) -> Node<'t> {
        let (name, head) = self.head(place);
        let span = Span::clamped(head.start().min(place.start()) as usize, place.end() as usize);
        Node { span, head, content: place, ..Node::new(kind, name, place) }
    }

    /// Returns the name of the value at a place, and the place of the name. The key that waited is
    /// taken.
    fn head(&mut self, place: Span) -> (Name<'t>, Span) {
        if let Some(Key { name, place }) = self.waiting.last_mut().and_then(Option::take) {
            return (name, place);
        }
        match self.tree.innermost() {
            Some(Node { kind: Kind::Array, name, .. }) => (name.clone(), place),
            _ => (Name::Written(""), place),
        }
    }

    /// Returns the number of a tag that is not of YAML itself.
    ///
    /// Returns 0 for no tag and for one of YAML itself. The number stands in `Node::namespace`,
    /// which a value of YAML does not need for anything else.
    fn tag_number(&mut self, tag: Option<String>) -> u32 {
        let Some(tag) = tag.filter(|tag| !is_own(tag)) else { return 0 };
        if let Some(number) = self.tag_numbers.get(&tag) {
            return *number;
        }
        self.tags.push(Cow::Owned(tag.clone()));
        let number = u32::try_from(self.tags.len()).unwrap_or(u32::MAX);
        self.tag_numbers.insert(tag, number);
        number
    }

    /// Returns the error for an outermost value that is not a mapping.
    ///
    /// The message shows the first line of what was found, shortened. A place without any text is
    /// that of a block sequence, which begins at its first item.
    fn not_a_mapping(&self, place: Span) -> SyntaxError {
        let found = shortened(self.text.get(place.range()).unwrap_or_default().trim());
        let found = found.lines().next().unwrap_or_default();
        if found.is_empty() {
            return ill_formed(place, "expected a mapping, found a list");
        }
        ill_formed(place, format!("expected a mapping, found `{}`", found.escape_debug()))
    }

    /// Rewords an error of the parser. A tab on the line gets a help of its own, since YAML allows
    /// none in the indentation.
    fn refusal(&self, error: &ScanError) -> SyntaxError {
        let offset = error.marker().byte_offset().unwrap_or(self.text.len());
        let place = character_at(self.text, offset);
        let message = error.info();
        if message.contains("recursion limit") || message.contains("nesting") {
            let message = format!("nesting deeper than {TEMPLATE_DEPTH_LIMIT} levels is not read");
            return SyntaxError::new(&DOCUMENT_DEFENCES, place, message);
        }
        let refusal = ill_formed(place, format!("this is not YAML: {message}"));
        let line = self.text.get(..place.range().start).unwrap_or_default();
        let line = line.rsplit('\n').next().unwrap_or_default();
        let is_tab = self.text.get(place.range()) == Some("\t") || line.contains('\t');
        if is_tab { refusal.with_help("indent with spaces, not tabs") } else { refusal }
    }
}

/// Returns the error for a text that is not well-formed, or no document by this reader's rules
/// (REP-101).
fn ill_formed(place: Span, message: impl Into<String>) -> SyntaxError {
    SyntaxError::new(&DOCUMENT_WELL_FORMED, place, message)
}

/// Returns true for a tag of YAML itself, such as `!!str`, and for the non-specific tag `!`.
fn is_own(tag: &str) -> bool {
    tag == "!" || tag.starts_with("!!") || tag.starts_with("tag:yaml.org,2002:")
}

/// Returns the kind that a tag of YAML itself gives a scalar: `!!str 1` is a string.
///
/// The tag is shown by the parser in its short or its long form, `!!int` or
/// `tag:yaml.org,2002:int`, so its last word is compared. A tag of a collection on a scalar, and
/// any other, is ignored.
fn kind_of_tag(tag: &str, value: &str) -> Kind {
    match tag.rsplit(['!', ':']).next() {
        Some("bool") => Kind::Boolean,
        Some("int" | "float") => Kind::Number,
        Some("null") => Kind::Null,
        Some("str") | None => Kind::String,
        Some(_) if tag == "!" => Kind::String,
        Some(_) => kind_of_plain(value),
    }
}

/// Returns the kind of a plain scalar by the rules of YAML 1.1.
///
/// The words are listed in the cases that the specification has: `yEs` is a string.
fn kind_of_plain(value: &str) -> Kind {
    match value {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "n" | "N" | "no" | "No" | "NO" | "true" | "True"
        | "TRUE" | "false" | "False" | "FALSE" | "on" | "On" | "ON" | "off" | "Off" | "OFF" => {
            Kind::Boolean
        }
        _ if is_number(value) => Kind::Number,
        _ => Kind::String,
    }
}

/// Returns true for an integer or a number with a point.
///
/// For example, `7`, `-0x1F`, `1_000` and `1.5e+3` are numbers. `1e3` is a string in YAML 1.1,
/// which wants a point before an exponent. Numbers such as `.5`, `.inf` and `1:30` are taken for
/// strings.
fn is_number(value: &str) -> bool {
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    if let Some(digits) = digits.strip_prefix("0x") {
        return !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    let is_part = |byte: u8| byte.is_ascii_digit() || byte == b'_';
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && exponent.bytes().all(|byte| byte.is_ascii_digit())
    });
    let mut parts = mantissa.splitn(2, '.');
    let whole = parts.next().unwrap_or_default();
    let fraction = parts.next();
    exponent_fits
        && (exponent.is_none() || fraction.is_some())
        && whole.starts_with(|c: char| c.is_ascii_digit())
        && whole.bytes().all(is_part)
        && fraction.is_none_or(|fraction| fraction.bytes().all(is_part))
}
