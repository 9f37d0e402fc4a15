//! Findings as text for people, each with the line of the document that it is about.
//!
//! ```text
//! error[rules-missing]: the configuration has no rule   the finding
//!  --> c.json:1:15                                      the position of the primary place
//!   |
//! 1 | {"Role": "r", "Rules": []}                        the line, or a window of it
//!   |               ^^^^^^^ `Rule`                      the marks, and the path
//!   = the store answers: MalformedXML: …                answer, effect, advice and clause
//! ```
//!
//! Other places have the same block with `-` for marks and the note for a path. Whatever comes from
//! a document is made visible, since a control character could move the cursor of a terminal.

use std::fmt::Write as _;

use crate::diagnostic::{Diagnostic, Place, Report, Severity};
use crate::text::{SourceText, Span, Visible};

/// The columns of a source line that are shown where no width is set.
const DEFAULT_WINDOW: usize = 100;

/// The fewest columns of a source line that are shown, however narrow the terminal.
const NARROWEST_WINDOW: usize = 20;

/// The options for rendering a report as text.
///
/// # Examples
///
/// ```
/// use s3_replication::diagnostic::RenderOptions;
///
/// let plain = RenderOptions::new();
/// let terminal = RenderOptions::new().coloured().with_width(80);
/// assert_ne!(plain, terminal);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct RenderOptions {
    /// True for a terminal that shows colours.
    coloured: bool,
    /// The columns of the terminal; `None` for a file or a pipe.
    width: Option<usize>,
}

impl RenderOptions {
    /// Plain text for files and pipes: messages stay in one line, and 100 columns of a source line
    /// are shown.
    #[must_use]
    pub const fn new() -> Self {
        Self { coloured: false, width: None }
    }

    /// Adds ANSI colours.
    #[must_use]
    pub const fn coloured(self) -> Self {
        Self { coloured: true, ..self }
    }

    /// Wraps messages and cuts source lines to this number of columns.
    #[must_use]
    pub const fn with_width(self, columns: usize) -> Self {
        Self { width: Some(columns), ..self }
    }
}

impl Diagnostic {
    /// Renders the finding alone, without a line of the document.
    #[must_use]
    pub fn render(&self, options: RenderOptions) -> String {
        let mut out = String::new();
        Renderer { texts: &[], options }.finding(&mut out, self);
        out
    }
}

impl Report {
    /// Renders the findings as plain text, each with the line of `text` it is about.
    ///
    /// Control characters of the document are escaped.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::Parser;
    ///
    /// let text = r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": []}"#;
    /// let parsed = Parser::new().named("c.json").parse_json(text);
    /// assert_eq!(
    ///     parsed.report().render(parsed.text()).lines().take(5).collect::<Vec<_>>(),
    ///     [
    ///         "error[rules-missing]: the configuration has no rule",
    ///         " --> c.json:1:46",
    ///         "  |",
    ///         r#"1 | {"Role": "arn:aws:iam::123456789012:role/r", "Rules": []}"#,
    ///         r#"  |                                              ^^^^^^^ `Rule`"#,
    ///     ],
    /// );
    /// ```
    #[must_use]
    pub fn render(&self, text: &SourceText) -> String {
        self.render_with(text, RenderOptions::new())
    }

    /// Renders the findings as [`render`](Self::render) does, with options.
    #[must_use]
    pub fn render_with(&self, text: &SourceText, options: RenderOptions) -> String {
        self.in_text(text).render(options)
    }
}

/// Renders all findings of a report.
pub(super) fn report(report: &Report, texts: &[NamedText<'_>], options: RenderOptions) -> String {
    let renderer = Renderer { texts, options };
    let mut out = String::new();
    for finding in report {
        renderer.finding(&mut out, finding);
    }
    if let Some(left_out) = report.left_out_in_words() {
        let _ = writeln!(out, "{left_out}");
    }
    out
}

/// A text with the name by which places refer to it; the first one needs none.
#[derive(Clone, Copy, Debug)]
pub(super) struct NamedText<'r> {
    pub(super) name: &'r str,
    pub(super) text: &'r SourceText,
}

/// The writer of findings. All lines of one finding share the width of its line numbers.
struct Renderer<'t> {
    /// The texts of the documents; the main document comes first.
    texts: &'t [NamedText<'t>],
    options: RenderOptions,
}

impl Renderer<'_> {
    /// Writes one finding, and an empty line behind it.
    ///
    /// The label is wrapped with the message and painted afterwards, since colours have no width on
    /// the screen.
    fn finding(&self, out: &mut String, finding: &Diagnostic) {
        let label = format!("{}[{}]", finding.severity, finding.code);
        let message = format!("{}[{}]: {}", finding.severity, finding.code, finding.message);
        let message = self.wrapped(&Visible(&message).to_string(), 0, 4);
        let message = message.strip_prefix(&label).unwrap_or(&message);
        let _ = writeln!(out, "{}{message}", self.paint(&label, colour(finding.severity)));
        let gutter = self.gutter(finding);
        self.place(out, &finding.primary, &field_label(&finding.primary), gutter, '^');
        for (place, note) in &finding.secondary {
            self.place(out, place, note, gutter, '-');
        }
        if let Some(answer) = &finding.service_error {
            self.line(out, gutter, &format!("the store answers: {answer}"));
        }
        if let Some(consequence) = &finding.consequence {
            self.line(out, gutter, consequence);
        }
        if let Some(help) = &finding.help {
            self.line(out, gutter, &format!("help: {help}"));
        }
        if let Some(clause) = finding.clause {
            let grade = clause.grade();
            self.line(out, gutter, &format!("clause: {clause} (evidence: {grade})"));
        }
        out.push('\n');
    }

    /// Returns the width of the largest line number among the places of a finding.
    fn gutter(&self, finding: &Diagnostic) -> usize {
        let others = finding.secondary.iter().map(|(place, _)| place);
        let lines = std::iter::once(&finding.primary).chain(others).filter_map(|place| {
            let span = place.span()?;
            Some(self.text_of(place)?.position(span.start()).line)
        });
        lines.max().unwrap_or(0).to_string().len()
    }

    /// Returns the text that a place is in, if it was given.
    fn text_of(&self, place: &Place) -> Option<&SourceText> {
        find_text(self.texts, place)
    }

    /// Writes a line below a finding, such as its help.
    fn line(&self, out: &mut String, gutter: usize, text: &str) {
        let text = Visible(text).to_string();
        let text = self.wrapped(&text, gutter + 3, gutter + 5);
        let _ = writeln!(out, "{:gutter$} = {text}", "");
    }

    /// Writes a place with its label: `mark` is `^` for the primary place and `-` for others.
    ///
    /// | place | written |
    /// | --- | --- |
    /// | a row | its file and line, and the label below |
    /// | a field with bytes and text | the line with marks, and the label behind them |
    /// | a field without, of another document | that document, with the label |
    /// | a field without, of this one | the label alone |
    fn place(&self, out: &mut String, place: &Place, label: &str, gutter: usize, mark: char) {
        let arrow = self.paint("-->", BLUE);
        if let Place::Row { .. } = place {
            let _ = writeln!(out, "{:gutter$}{arrow} {place}", "");
            if !label.is_empty() {
                self.line(out, gutter, label);
            }
            return;
        }
        let (Some(span), Some(text)) = (place.span(), self.text_of(place)) else {
            // A note that names the document needs no second mention of it.
            let names_document = matches!(place, Place::Field { document: Some(name), .. }
                if !label.contains(&**name));
            match label {
                "" => {
                    if let Place::Field { document: Some(name), .. } = place {
                        let _ = writeln!(out, "{:gutter$}{arrow} {}", "", Visible(name));
                    }
                }
                label if names_document && label == field_label(place) => {
                    self.line(out, gutter, &format!("at {place}"));
                }
                label if names_document => self.line(out, gutter, &format!("at {place}: {label}")),
                label => self.line(out, gutter, &format!("at {label}")),
            }
            return;
        };
        let position = text.position(span.start());
        let _ = writeln!(out, "{:gutter$}{arrow} {}:{position}", "", Visible(text.name()));
        let (before, marked, after) = excerpt(text.text(), span, self.window(gutter));
        let bar = self.paint("|", BLUE);
        let number = self.paint(&format!("{:gutter$}", position.line), BLUE);
        let indent = before.chars().count();
        let marks = String::from(mark).repeat(marked.chars().count().max(1));
        let marks = self.paint(&marks, if mark == '^' { RED } else { BLUE });
        let _ = writeln!(out, "{:gutter$} {bar}", "");
        let _ = writeln!(out, "{number} {bar} {before}{marked}{after}");
        let marks = format!("{marks} {}", Visible(label));
        let _ = writeln!(out, "{:gutter$} {bar} {:indent$}{}", "", "", marks.trim_end());
    }

    /// Returns the columns that remain for a source line beside its number.
    fn window(&self, gutter: usize) -> usize {
        let width = self.options.width.map(|width| width.saturating_sub(gutter + 3));
        width.unwrap_or(DEFAULT_WINDOW).max(NARROWEST_WINDOW)
    }

    /// Breaks a text between words at the width of the terminal. The first line begins behind
    /// `first` columns; the others are indented by `rest`.
    ///
    /// A word that is wider than the terminal is not broken. Without a width the text stays on one
    /// line.
    fn wrapped(&self, text: &str, first: usize, rest: usize) -> String {
        let Some(width) = self.options.width else { return text.to_owned() };
        let mut out = String::with_capacity(text.len());
        let mut column = first;
        for (at, word) in text.split(' ').enumerate() {
            let length = word.chars().count();
            if at > 0 && column + 1 + length > width {
                let _ = write!(out, "\n{:rest$}", "");
                column = rest;
            } else if at > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += length;
        }
        out
    }

    /// Returns a text in a colour, or as it is where colours are off.
    fn paint(&self, text: &str, colour: &str) -> String {
        if self.options.coloured { format!("{colour}{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Returns the text that a place is in: the main document, or the one that the place names.
pub(super) fn find_text<'t>(texts: &[NamedText<'t>], place: &Place) -> Option<&'t SourceText> {
    let found = match place {
        Place::Field { document: None, .. } => texts.first(),
        Place::Field { document: Some(name), .. } => texts.iter().find(|one| one.name == &**name),
        Place::Row { .. } => None,
    };
    found.map(|one| one.text)
}

/// Returns the label below the marks of the primary place: the path of the field.
fn field_label(place: &Place) -> String {
    match place {
        Place::Field { path, .. } if !path.steps().is_empty() => format!("`{path}`"),
        _ => String::new(),
    }
}

/// Cuts a window out of the line of a span: the text before, in and after the span, `width` columns
/// in all. A line may be the whole document, so no more of it is read than is shown.
///
/// A place at the end of a line or of the text has an empty middle, and is marked by one sign.
fn excerpt(text: &str, span: Span, width: usize) -> (String, String, String) {
    let (before, rest) = text.split_at_checked(span.range().start).unwrap_or((text, ""));
    let (before, line) = match rest.split_once('\n') {
        Some(("", _)) => (before.strip_suffix('\r').unwrap_or(before), ""),
        Some((line, _)) => (before, line.strip_suffix('\r').unwrap_or(line)),
        None => (before, rest),
    };
    // Of a span over several lines, only the part on its first line is marked.
    let marked = line.get(..span.range().len()).unwrap_or(line);
    let marked: String = marked.chars().take(width).collect();
    let is_whole = marked.len() == span.range().len().min(line.len());
    let after = if is_whole { line.get(marked.len()..).unwrap_or_default() } else { "" };
    // Each side gets half of the remaining columns, or all that the other side leaves.
    let left = width - marked.chars().count();
    let nearest: Vec<char> =
        before.chars().rev().take_while(|c| *c != '\n').take(left + 1).collect();
    let following: Vec<char> = after.chars().take(left + 1).collect();
    let before_shown = nearest.len().min((left / 2).max(left.saturating_sub(following.len())));
    let after_shown = following.len().min(left - before_shown);
    let shown = |characters: &mut dyn Iterator<Item = &char>| {
        let text: String = characters.map(|c| if *c == '\t' { ' ' } else { *c }).collect();
        Visible(&text).to_string()
    };
    // An ellipsis takes the place of one character.
    let (cut_before, cut_after) =
        (nearest.len() > before_shown, !is_whole || following.len() > after_shown);
    let before_kept = before_shown.saturating_sub(usize::from(cut_before));
    let mut before = shown(&mut nearest.iter().take(before_kept).rev());
    if cut_before && before_shown > 0 {
        before.insert(0, '…');
    }
    let after_kept = after_shown.saturating_sub(usize::from(cut_after));
    let mut after = shown(&mut following.iter().take(after_kept));
    if cut_after && after_shown > 0 {
        after.push('…');
    }
    (before, shown(&mut marked.chars().collect::<Vec<_>>().iter()), after)
}

const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const BLUE: &str = "\x1b[1;34m";

/// Returns the colour of a label.
const fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Note => BLUE,
    }
}
