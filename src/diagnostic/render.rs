//! Findings as text for people, with the line they are about.

use std::fmt::Write as _;

use crate::diagnostic::{Diagnostic, Place, Report, Severity};
use crate::text::{SourceText, Span, Visible};

/// The most characters of a source line that are shown; a minified document is one long line.
const LINE_SHOWN: usize = 100;

/// How a report is rendered.
///
/// # Examples
///
/// ```
/// use s3_replication::diagnostic::RenderOptions;
///
/// let plain = RenderOptions::new();
/// let coloured = RenderOptions::new().coloured();
/// assert_ne!(plain, coloured);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct RenderOptions {
    coloured: bool,
}

impl RenderOptions {
    /// Plain text.
    #[must_use]
    pub const fn new() -> Self {
        Self { coloured: false }
    }

    /// With ANSI colours, for a terminal.
    #[must_use]
    pub const fn coloured(self) -> Self {
        Self { coloured: true }
    }
}

impl Report {
    /// Renders the findings as plain text, each with the line of `source` it is about.
    ///
    /// Control characters of the document are escaped before they are shown.
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
    pub fn render(&self, source: &SourceText) -> String {
        self.render_with(source, RenderOptions::new())
    }

    /// Renders the findings as [`render`](Self::render) does, with options.
    #[must_use]
    pub fn render_with(&self, source: &SourceText, options: RenderOptions) -> String {
        let renderer = Renderer { source, options };
        let mut out = String::new();
        for finding in self {
            renderer.finding(&mut out, finding);
        }
        if self.left_out() > 0 {
            let _ = writeln!(out, "and {} more findings", self.left_out());
        }
        out
    }
}

struct Renderer<'s> {
    source: &'s SourceText,
    options: RenderOptions,
}

impl Renderer<'_> {
    fn finding(&self, out: &mut String, finding: &Diagnostic) {
        let head = format!("{}[{}]", finding.severity, finding.code);
        let head = self.paint(&head, colour(finding.severity));
        let _ = writeln!(out, "{head}: {}", Visible(&finding.message));
        let places = finding.secondary.iter().map(|(place, _)| place);
        let lines = std::iter::once(&finding.primary).chain(places).filter_map(Place::span);
        let last = lines.map(|span| self.source.position(span.start()).line).max().unwrap_or(0);
        let gutter = last.to_string().len();
        let label = format!("`{}`", finding.primary.path());
        let label = if finding.primary.path().steps().is_empty() { "" } else { &label };
        self.place(out, &finding.primary, label, gutter, '^');
        for (place, note) in &finding.secondary {
            self.place(out, place, note, gutter, '-');
        }
        if let Some(answer) = &finding.service_error {
            let _ = writeln!(
                out,
                "{:gutter$} = the store answers: {}",
                "",
                Visible(&answer.to_string())
            );
        }
        if let Some(help) = &finding.help {
            let _ = writeln!(out, "{:gutter$} = help: {}", "", Visible(help));
        }
        if let Some(clause) = finding.clause {
            let grade = clause.grade();
            let _ = writeln!(out, "{:gutter$} = clause: {clause} (evidence: {grade})", "");
        }
        out.push('\n');
    }

    fn place(&self, out: &mut String, place: &Place, label: &str, gutter: usize, mark: char) {
        let Some(span) = place.span() else {
            if !label.is_empty() {
                let _ = writeln!(out, "{:gutter$} = at {label}", "");
            }
            return;
        };
        let position = self.source.position(span.start());
        let arrow = self.paint("-->", BLUE);
        let name = Visible(self.source.name());
        let _ = writeln!(out, "{:gutter$}{arrow} {name}:{position}", "");
        let (before, marked, after) = self.excerpt(span);
        let bar = self.paint("|", BLUE);
        let number = self.paint(&format!("{:gutter$}", position.line), BLUE);
        let indent = before.chars().count();
        let width = marked.chars().count().max(1);
        let marks =
            self.paint(&String::from(mark).repeat(width), if mark == '^' { RED } else { BLUE });
        let _ = writeln!(out, "{:gutter$} {bar}", "");
        let _ = writeln!(out, "{number} {bar} {before}{marked}{after}");
        let marks = format!("{marks} {}", Visible(label));
        let _ = writeln!(out, "{:gutter$} {bar} {:indent$}{}", "", "", marks.trim_end());
    }

    /// Cuts the line of a span into what is before, in and behind it, with what is too long left
    /// out. A line may be the whole document, so no more of it is read than is shown.
    fn excerpt(&self, span: Span) -> (String, String, String) {
        let text = self.source.text();
        let (before, rest) = text.split_at_checked(span.range().start).unwrap_or((text, ""));
        let (before, line) = match rest.split_once('\n') {
            Some(("", _)) => (before.strip_suffix('\r').unwrap_or(before), ""),
            Some((line, _)) => (before, line.strip_suffix('\r').unwrap_or(line)),
            None => (before, rest),
        };
        let shown = |part: Vec<char>| {
            let part: String = part.into_iter().map(|c| if c == '\t' { ' ' } else { c }).collect();
            Visible(&part).to_string()
        };
        let mut left = before.chars().rev().take_while(|c| *c != '\n');
        let mut nearest: Vec<char> = left.by_ref().take(LINE_SHOWN / 2).collect();
        nearest.reverse();
        let cut = if left.next().is_some() { "…" } else { "" };
        let before = format!("{cut}{}", shown(nearest));
        let marked = line.get(..span.range().len()).unwrap_or(line).chars().take(LINE_SHOWN);
        let marked: Vec<char> = marked.collect();
        let mut right = line.chars().skip(marked.len());
        let after = shown(right.by_ref().take(LINE_SHOWN / 2).collect());
        let cut = if right.next().is_some() { "…" } else { "" };
        (before, shown(marked), format!("{after}{cut}"))
    }

    fn paint(&self, text: &str, colour: &str) -> String {
        if self.options.coloured { format!("{colour}{text}\x1b[0m") } else { text.to_owned() }
    }
}

const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const BLUE: &str = "\x1b[1;34m";

const fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Note => BLUE,
    }
}
