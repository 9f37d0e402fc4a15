//! Lines that are broken between words at the width of a terminal.
//!
//! All text for people passes through here, so that no command has to count columns. Documents and
//! examples keep their lines: JSON that is broken inside a string cannot be copied.
//!
//! ```text
//!   --from FORM   the form of the configuration, which is otherwise detected
//!                 from its content
//!   ^ own         ^ last column: continuation lines begin here
//! ```
//!
//! The column is found in the line itself, by two spaces between words, so that no command has to
//! mark its columns. `styles.rs` calls this last, when colours are in the text.

/// Breaks the lines of a text that are longer than a width.
///
/// What continues a line stands below its last column, as `detected` does in `name  detected`, or is
/// indented by two more spaces than the line.
pub(super) fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut is_example = false;
    for line in text.split_inclusive('\n') {
        // The fences are those of Markdown in the explanations of lints.
        let is_fence = line.trim_start().starts_with("```");
        // Between fences is text that is copied, so its lines stay as they are.
        is_example ^= is_fence;
        let (inside, end) = line.strip_suffix('\n').map_or((line, ""), |inside| (inside, "\n"));
        if is_example || is_fence || columns(inside) <= width || is_document(inside) {
            out.push_str(inside);
        } else {
            add_wrapped(inside, width, &mut out);
        }
        out.push_str(end);
    }
    out
}

/// Returns true for a line of JSON or XML.
///
/// The first character decides. A message about the standard input begins with `<stdin>`, which is no
/// XML.
fn is_document(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with(['{', '}', '[', ']', '"', '<']) && !line.starts_with("<stdin>")
}

/// Returns the number of columns of a text. Escape sequences for colours have none.
///
/// A character counts as one column. So a line with wide characters, as of Chinese keys, may be
/// longer than the terminal, which breaks it then.
fn columns(text: &str) -> usize {
    let mut is_escape = false;
    let visible = text.chars().filter(|c| match (is_escape, c) {
        (false, '\u{1b}') => {
            is_escape = true;
            false
        }
        (true, c) => {
            is_escape = *c != 'm';
            false
        }
        (false, _) => true,
    });
    visible.count()
}

/// Adds a line with breaks between its words.
fn add_wrapped(line: &str, width: usize, out: &mut String) {
    let indent = indent(line, width);
    let mut column = 0;
    for (word, space) in words(line) {
        let length = columns(word);
        // A word that is longer than the line stands alone on a line. It is not cut, because it may
        // be a key or an ARN to copy.
        if column > indent && column + space + length > width {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else {
            out.extend(std::iter::repeat_n(' ', space));
            column += space;
        }
        out.push_str(word);
        column += length;
    }
}

/// Returns the column at which a line continues.
///
/// ```text
/// one two three             2: two more than its own column
///   name  one two           8: its last column
///   name  a  b              11, if that is in the left half of the terminal, or else 8
/// ```
fn indent(line: &str, width: usize) -> usize {
    let (mut column, mut own, mut last) = (0, None, None);
    for (word, space) in words(line) {
        column += space;
        if own.is_none() {
            own = Some(column);
        // Two spaces are the sign of a column. One in the right half would leave too few columns
        // for the text.
        } else if space > 1 && column <= width / 2 {
            last = Some(column);
        }
        column += columns(word);
    }
    // A line that is indented far still has half of the width.
    last.unwrap_or((own.unwrap_or(0) + 2).min(width / 2))
}

/// Iterates over the words of a line, each with the number of spaces before it. JSON at the end of
/// a line is one word.
///
/// Spaces at the end of the line are left out, as a line that is broken needs none.
fn words(line: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let word = rest.trim_start_matches(' ');
        let space = rest.len() - word.len();
        if word.is_empty() {
            return None;
        }
        let end =
            if word.starts_with("{\"") { word.len() } else { word.find(' ').unwrap_or(word.len()) };
        let (word, after) = word.split_at(end);
        rest = after;
        Some((word, space))
    })
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_continue_below_their_last_column() {
        let lines =
            |text: &str, width| wrapped(text, width).lines().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(lines("one two three", 8), ["one two", "  three"]);
        assert_eq!(lines("  a  one two three\n", 12), ["  a  one two", "     three"]);
        assert_eq!(lines("\x1b[1mone\x1b[0m two", 7), ["\x1b[1mone\x1b[0m two"]);
        assert_eq!(lines("see {\"a\": \"b c d\"}", 9), ["see", "  {\"a\": \"b c d\"}"]);
        assert_eq!(lines("{\"a\": \"b c d\"}", 5), ["{\"a\": \"b c d\"}"]);
        assert_eq!(lines("<a> b c d </a>", 5), ["<a> b c d </a>"]);
        assert_eq!(lines("<stdin>:1: one two", 14), ["<stdin>:1: one", "  two"]);
        assert_eq!(lines("```\none two three\n```", 5), ["```", "one two three", "```"]);
        assert_eq!(lines("averylongword", 5), ["averylongword"]);
    }
}
