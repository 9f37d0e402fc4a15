//! Checks configurations during the build of a crate.
//!
//! Three lines in a `build.rs`: findings show up as warnings of Cargo, and a configuration that the
//! store would refuse fails the build. Like everything here it does no I/O; the script reads the file
//! and prints what comes back. [`examples/build-script`] is such a crate.
//!
//! [`examples/build-script`]: https://github.com/s3-replication/s3-replication/tree/main/examples/build-script
//!
//! ```no_run
//! let check = s3_replication::build_script::Check::new();
//! let file = "replication.xml";
//! print!("{}", check.file(file, std::fs::read(file)));
//! ```
//!
//! A comment in the file allows a finding, see [`CommentAllowances`].
//!
//! Directives use the `cargo::` syntax of Rust 1.77 and later; `cargo::error` fails the build since
//! 1.84.

use std::fmt::{self, Write as _};

use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::form::Form;
#[cfg(feature = "analysis")]
use crate::lint::CommentAllowances;
use crate::lint::Levels;
use crate::parser::Parser;
#[cfg(feature = "forms")]
use crate::template::{TemplateFile, TemplateReader, recognise};
use crate::text::{SourceText, Visible};

/// Checks files, and returns directives for Cargo.
///
/// # Examples
///
/// ```
/// use s3_replication::Parser;
/// use s3_replication::build_script::Check;
/// use s3_replication::lint::{Level, Levels};
///
/// let mut levels = Levels::new();
/// levels.set("suspicious", Level::Deny)?;
/// let check = Check::new().with_levels(levels);
///
/// let rule = r#"{"Status": "Enabled", "Prefix": "/a", "Destination": {"Bucket": "arn:aws:s3:::b-b"}}"#;
/// let text = format!(r#"{{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{rule}]}}"#);
/// let directives = check.file("r.json", Ok::<_, std::io::Error>(&text));
/// assert!(directives.fails());
/// assert_eq!(
///     directives.to_string(),
///     "cargo::rerun-if-changed=r.json\n\
///      cargo::error=r.json:1:88: prefix `/a` begins with a slash, but keys rarely do; write \
///      `a`, unless your keys do begin with `/` [prefix-begins-with-slash, REP-301]\n",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Check {
    parser: Parser,
    levels: Levels,
}

/// The directives for Cargo about a file, to be printed by the build script.
#[derive(Clone, Debug)]
pub struct Directives {
    file: String,
    // Severity and text; the text is one line.
    lines: Vec<(Severity, String)>,
}

impl Check {
    /// Creates a check for AWS without facts about buckets.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the parser, with its dialect and its facts about buckets.
    #[must_use]
    pub fn with_parser(self, parser: Parser) -> Self {
        Self { parser, ..self }
    }

    /// Sets the levels of lints.
    #[must_use]
    pub fn with_levels(self, levels: Levels) -> Self {
        Self { levels, ..self }
    }

    /// Checks a file, given the result of reading it. An unreadable file fails the build too.
    pub fn file(
        &self,
        name: impl Into<String>,
        content: Result<impl AsRef<[u8]>, impl fmt::Display>,
    ) -> Directives {
        let file = name.into();
        let lines = match content {
            Ok(bytes) => {
                let parser = self.parser.clone().named(&*file).with_advice(self.levels.clone());
                lines_of(&file, bytes.as_ref(), &parser)
            }
            Err(error) => {
                let text = format!("{file}: cannot be read: {error}");
                vec![(Severity::Error, Visible(&text).to_string())]
            }
        };
        Directives { file, lines }
    }
}

/// Returns the lines about a configuration, or about every configuration of a template.
fn lines_of(file: &str, bytes: &[u8], parser: &Parser) -> Vec<(Severity, String)> {
    #[cfg(feature = "forms")]
    {
        let text = String::from_utf8_lossy(bytes);
        if let Some(form @ (Form::CloudFormation | Form::Terraform)) = recognise(file, &text) {
            let template = TemplateReader::new(parser.clone()).with_form(form).read(file, bytes);
            let about = |file: &TemplateFile| {
                let inside = file.configurations().iter().map(|one| one.parsed().report());
                let reports = std::iter::once(file.report()).chain(inside);
                lines_about(reports, file.text(), Some(form))
            };
            return template.files().iter().flat_map(about).collect();
        }
    }
    #[cfg(not(feature = "forms"))]
    let _ = file;
    let parsed = parser.parse_bytes(bytes, None);
    lines_about([parsed.report()], parsed.text(), parsed.form())
}

/// Returns the lines about a file, without the findings that its comments allow.
fn lines_about<'r>(
    reports: impl IntoIterator<Item = &'r Report>,
    source: &SourceText,
    form: Option<Form>,
) -> Vec<(Severity, String)> {
    #[cfg(feature = "analysis")]
    {
        let mut comments = CommentAllowances::read(source, form);
        let kept: Vec<Report> =
            reports.into_iter().map(|report| comments.apply(report).0).collect();
        // Notes are not shown, and those are about comments that allow nothing.
        let about_comments = comments.findings(|_| false);
        kept.iter().chain([&about_comments]).flat_map(|report| lines(report, source)).collect()
    }
    #[cfg(not(feature = "analysis"))]
    {
        let _ = form;
        reports.into_iter().flat_map(|report| lines(report, source)).collect()
    }
}

fn lines(report: &Report, source: &SourceText) -> Vec<(Severity, String)> {
    // Cargo has no directive for notes.
    let findings = report.iter().filter(|finding| finding.severity != Severity::Note);
    let lines = findings.map(|finding| (finding.severity, line(source, finding)));
    let mut lines: Vec<_> = lines.collect();
    if report.left_out() > 0 {
        let text = format!("{}: and {} more findings", source.name(), report.left_out());
        lines.push((Severity::Warning, Visible(&text).to_string()));
    }
    lines
}

impl Directives {
    /// Returns true when printing them fails the build.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.lines.iter().any(|(severity, _)| *severity == Severity::Error)
    }
}

impl fmt::Display for Directives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "cargo::rerun-if-changed={}", Visible(&self.file))?;
        for (severity, text) in &self.lines {
            let directive = match severity {
                Severity::Error => "error",
                _ => "warning",
            };
            writeln!(f, "cargo::{directive}={text}")?;
        }
        Ok(())
    }
}

/// Writes a finding in one line: no text of a document may begin another directive.
fn line(source: &SourceText, found: &Diagnostic) -> String {
    let mut text = source.name().to_owned();
    if let Some(span) = found.primary.span() {
        let place = source.position(span.start());
        let _ = write!(text, ":{}:{}", place.line, place.column);
    }
    let _ = write!(text, ": {}", found.message);
    if let Some(answer) = &found.service_error {
        let _ = write!(text, "; the store answers {answer}");
    }
    if let Some(help) = &found.help {
        let _ = write!(text, "; {help}");
    }
    let clause = found.clause.map(|clause| format!(", {clause}")).unwrap_or_default();
    let _ = write!(text, " [{}{clause}]", found.code);
    Visible(&text).to_string()
}
