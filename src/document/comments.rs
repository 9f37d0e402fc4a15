//! The comments of a document, which its tree does not hold.
//!
//! The caller is `lint::comments`, which looks for allowances in them. A tree loses comments on
//! purpose, because they have no meaning for a store. So the text is searched a second time here.
//!
//! ```text
//! <!-- a --><Role>b</Role>        one comment, and the content starts at `<Role>`
//! - x # a                         one comment, from `#` to the end of the line
//! - "x # a"                       none: the `#` is inside a string
//! a = "${b /* c */}" // d         two: an expression inside a string is code again
//! ```
//!
//! Each search knows only what can hide the beginning of a comment, and reports no mistake: a text
//! that is not well-formed has a finding of its reader.

use crate::text::Span;

/// The syntax of a text that can have comments. JSON has none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Syntax {
    /// `<!-- … -->`, outside of CDATA sections.
    Xml,
    /// `# …` at the beginning of a line or behind white space.
    #[cfg(feature = "forms")]
    Yaml,
    /// `# …`, `// …` and `/* … */`.
    #[cfg(feature = "forms")]
    Hcl,
}

/// The comments of a text, in order.
#[derive(Debug, Default)]
pub(crate) struct Comments {
    /// Each comment with its delimiters, without the line break behind it.
    pub(crate) spans: Vec<Span>,
    /// The offset at which the content begins: comments before it are about the whole document.
    pub(crate) content_start: u32,
}

/// Finds the comments of a text.
///
/// A string, a heredoc or a CDATA section contains no comment, whatever stands in it. In a text that is
/// not well-formed, comments behind the mistake may be missing.
pub(crate) fn comments(text: &str, syntax: Syntax) -> Comments {
    match syntax {
        Syntax::Xml => xml(text),
        #[cfg(feature = "forms")]
        Syntax::Yaml => yaml(text),
        #[cfg(feature = "forms")]
        Syntax::Hcl => hcl::comments(text),
    }
}

/// Returns the text of a comment without its delimiters.
///
/// | comment | text |
/// | --- | --- |
/// | `<!-- a -->` | ` a ` |
/// | `/* a */` | ` a ` |
/// | `// a`, `# a` | ` a` |
/// | `<!-- a`, which is not closed | ` a` |
///
/// The syntax is not needed: no delimiter is the beginning of another one.
pub(crate) fn inside(comment: &str) -> &str {
    let pairs = [("<!--", "-->"), ("/*", "*/"), ("//", ""), ("#", "")];
    let found = pairs.iter().find_map(|(open, close)| {
        let inside = comment.strip_prefix(open)?;
        Some(inside.strip_suffix(close).unwrap_or(inside))
    });
    found.unwrap_or(comment)
}

/// Returns the offset behind the first `end` after an offset; the length of the text if there is none.
///
/// A comment that is not closed so takes the rest of the text.
fn behind(text: &str, offset: usize, end: &str) -> usize {
    let rest = text.get(offset..).unwrap_or_default();
    rest.find(end).map_or(text.len(), |at| offset + at + end.len())
}

/// Finds the comments of XML.
///
/// The search jumps from `<` to `<`. Comments, CDATA sections and processing instructions are
/// passed over as a whole, and anything else is a tag or a document type: of it only the `<` is
/// passed, since no other one may stand in a tag. The XML declaration and the instructions before
/// the root are no content.
fn xml(text: &str) -> Comments {
    let (mut spans, mut content_start, mut offset) = (Vec::new(), None, 0);
    // In well-formed XML, `<` begins markup everywhere but in these sections.
    while let Some(at) = text.get(offset..).and_then(|rest| rest.find('<')) {
        let start = offset + at;
        let rest = text.get(start..).unwrap_or_default();
        offset = if rest.starts_with("<!--") {
            let end = behind(text, start + "<!--".len(), "-->");
            spans.push(Span::clamped(start, end));
            end
        } else if rest.starts_with("<![CDATA[") {
            behind(text, start, "]]>")
        } else if rest.starts_with("<?") {
            behind(text, start, "?>")
        } else {
            content_start.get_or_insert(start);
            start + 1
        };
    }
    let content_start = Span::clamped(content_start.unwrap_or(text.len()), text.len()).start();
    Comments { spans, content_start }
}

/// Finds the comments of YAML: a `#` at the beginning of a line or behind white space, outside of
/// every scalar.
///
/// The parser reports where scalars are, and no comments. So each `#` in the text is compared with
/// the scalars: both are in order, and each scalar is passed once.
///
/// The content begins at the first scalar, mapping, sequence or alias, which leaves out directives
/// and `---`.
#[cfg(feature = "forms")]
fn yaml(text: &str) -> Comments {
    use granit_parser::{Event, Parser};

    let (mut scalars, mut content_start) = (Vec::new(), None);
    for event in Parser::new_from_str(text) {
        // A text that is no YAML is reported by its reader.
        let Ok((event, span)) = event else { break };
        let Some(range) = span.byte_range() else { continue };
        match event {
            Event::Scalar(..) => scalars.push(range.clone()),
            Event::MappingStart(..) | Event::SequenceStart(..) | Event::Alias(..) => {}
            _ => continue,
        }
        content_start.get_or_insert(range.start);
    }
    let (mut spans, mut offset) = (Vec::new(), 0);
    let mut scalars = scalars.into_iter().peekable();
    while let Some(at) = text.get(offset..).and_then(|rest| rest.find('#')) {
        let start = offset + at;
        while scalars.next_if(|scalar| scalar.end <= start).is_some() {}
        // A plain scalar such as `a#b` is passed like a quoted one.
        let in_scalar = scalars.peek().filter(|scalar| scalar.start <= start);
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        offset = if let Some(scalar) = in_scalar {
            scalar.end.max(start + 1)
        } else if before.is_none_or(char::is_whitespace) {
            let end = line_end(text, start);
            spans.push(Span::clamped(start, end));
            end
        } else {
            start + 1
        };
    }
    let content_start = Span::clamped(content_start.unwrap_or(text.len()), text.len()).start();
    Comments { spans, content_start }
}

/// Returns the offset of the end of a line, without its line break.
///
/// `offset` must be inside the line. A carriage return before the line feed is not part of the
/// comment.
#[cfg(feature = "forms")]
fn line_end(text: &str, offset: usize) -> usize {
    let rest = text.get(offset..).unwrap_or_default();
    offset + rest.lines().next().unwrap_or_default().len()
}

/// The comments of HCL.
#[cfg(feature = "forms")]
mod hcl {
    use super::{Comments, behind, line_end};
    use crate::document::BYTE_ORDER_MARK;
    use crate::text::Span;

    /// The construct around an offset.
    #[derive(Clone, Copy)]
    enum Around {
        /// A quoted string.
        Quoted,
        /// The expression of a template, `${…}` or `%{…}`, with the number of open braces.
        Expression(usize),
    }

    /// Finds the comments by reading token by token, as far as strings need it: a string can hold an
    /// expression, which can hold a string.
    pub(super) fn comments(text: &str) -> Comments {
        let mut comments = Comments::default();
        // The stack has one entry for each string and expression that is open. At the top level it
        // is empty, which means code.
        let (mut around, mut offset, mut has_content) = (Vec::new(), 0, false);
        while let Some(c) = text.get(offset..).and_then(|rest| rest.chars().next()) {
            let rest = text.get(offset..).unwrap_or_default();
            let length = if let Some(Around::Quoted) = around.last() {
                quoted(rest, &mut around)
            } else if let Some(end) = comment(text, offset) {
                comments.spans.push(Span::clamped(offset, end));
                end - offset
            } else {
                if !has_content && !c.is_whitespace() && c != BYTE_ORDER_MARK {
                    has_content = true;
                    comments.content_start = Span::clamped(offset, offset).start();
                }
                code(rest, &mut around)
            };
            // A function that returns 0 has only changed the stack, so the character itself is
            // passed.
            offset += length.max(c.len_utf8());
        }
        if !has_content {
            comments.content_start = Span::clamped(text.len(), text.len()).start();
        }
        comments
    }

    /// Returns the end of the comment that begins here.
    ///
    /// Returns `None` where none begins. A comment of a line ends before its line break.
    fn comment(text: &str, offset: usize) -> Option<usize> {
        let rest = text.get(offset..)?;
        if rest.starts_with("/*") {
            return Some(behind(text, offset + "/*".len(), "*/"));
        }
        (rest.starts_with('#') || rest.starts_with("//")).then(|| line_end(text, offset))
    }

    /// Reads on in a quoted string, and returns the number of bytes.
    ///
    /// | text | bytes | then |
    /// | --- | --- | --- |
    /// | `$${`, `%%{` | 3 | still in the string: this is how `${` is written as itself |
    /// | `${`, `%{` | 2 | in an expression |
    /// | `\"`, `\n` | 2 | still in the string |
    /// | `"`, a line feed | 1 | behind the string |
    /// | anything else | 0 | still in the string |
    fn quoted(rest: &str, around: &mut Vec<Around>) -> usize {
        if rest.starts_with("$${") || rest.starts_with("%%{") {
            return 3;
        }
        if rest.starts_with("${") || rest.starts_with("%{") {
            around.push(Around::Expression(0));
            return 2;
        }
        match rest.chars().next() {
            Some('\\') => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            // A string ends with its line: one that is not closed is a mistake of that line.
            Some('"' | '\n') => {
                around.pop();
                1
            }
            _ => 0,
        }
    }

    /// Reads on in code, and returns the number of bytes.
    ///
    /// The bytes are 0, except for a heredoc, which is passed whole. Braces are counted inside
    /// expressions only: at the top level they belong to blocks, and end nothing that is on the
    /// stack.
    fn code(rest: &str, around: &mut Vec<Around>) -> usize {
        match (rest.chars().next(), around.last_mut()) {
            (Some('"'), _) => around.push(Around::Quoted),
            (Some('{'), Some(Around::Expression(depth))) => *depth += 1,
            (Some('}'), Some(Around::Expression(0))) => drop(around.pop()),
            (Some('}'), Some(Around::Expression(depth))) => *depth -= 1,
            (Some('<'), _) => return heredoc(rest).unwrap_or(0),
            _ => {}
        }
        0
    }

    /// Returns the length of a heredoc.
    ///
    /// It begins with `<<NAME` or `<<-NAME` and ends with the line that has nothing but the name.
    /// Returns `None` for a `<` without another one or without a name behind. One that is not
    /// closed takes the rest of the text.
    ///
    /// Comments inside expressions of a heredoc are not found.
    fn heredoc(rest: &str) -> Option<usize> {
        let name = rest.strip_prefix("<<")?;
        let name = name.strip_prefix('-').unwrap_or(name).lines().next()?.trim();
        let mut length = 0;
        for line in rest.split_inclusive('\n') {
            let is_end = length > 0 && line.trim() == name;
            length += line.len();
            if is_end {
                break;
            }
        }
        (!name.is_empty()).then_some(length)
    }
}
