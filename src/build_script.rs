//! Checks configurations while somebody's crate is built.
//!
//! Three lines in a `build.rs`: findings show up as warnings of Cargo, and a configuration that the
//! store would refuse fails the build. Like everything here it does no I/O; the script reads the file
//! and prints what comes back. `examples/build-script` is such a crate.
//!
//! ```no_run
//! let check = s3_replication::build_script::Check::new();
//! let file = "replication.xml";
//! print!("{}", check.file(file, std::fs::read(file)));
//! ```
//!
//! What is told to Cargo is in the syntax of Rust 1.77 and later, and `cargo::error` fails the build
//! since 1.84.

use std::fmt::{self, Write as _};

use crate::diagnostic::{Diagnostic, Severity};
use crate::lint::Levels;
use crate::parser::{Parsed, Parser};
use crate::text::Visible;

/// Checks files, and says what Cargo is to be told.
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
/// let told = check.file("r.json", Ok::<_, std::io::Error>(&text));
/// assert!(told.fails());
/// assert_eq!(
///     told.to_string(),
///     "cargo::rerun-if-changed=r.json\n\
///      cargo::error=r.json:1:88: prefix `/a` begins with a slash, and keys hardly ever do; write \
///      `a`, unless your keys do begin with `/` [prefix-begins-with-slash, REP-301]\n",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Check {
    parser: Parser,
    levels: Levels,
}

/// What Cargo is to be told about a file: print it.
#[derive(Clone, Debug)]
pub struct Directives {
    file: String,
    // Severity and text; the text is one line.
    told: Vec<(Severity, String)>,
}

impl Check {
    /// Creates a check for AWS, that knows nothing about buckets.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads files as this parser does, with its dialect and what it knows about buckets.
    #[must_use]
    pub fn with_parser(self, parser: Parser) -> Self {
        Self { parser, ..self }
    }

    /// Says how seriously advice is taken.
    #[must_use]
    pub fn with_levels(self, levels: Levels) -> Self {
        Self { levels, ..self }
    }

    /// Checks a file, given what came of reading it. A file that can't be read fails the build too.
    pub fn file(
        &self,
        name: impl Into<String>,
        content: Result<impl AsRef<[u8]>, impl fmt::Display>,
    ) -> Directives {
        let file = name.into();
        let told = match content {
            Ok(bytes) => {
                let parser = self.parser.clone().named(&*file).with_advice(self.levels.clone());
                told_about(&parser.parse_bytes(bytes.as_ref(), None))
            }
            Err(error) => {
                let text = format!("{file}: can't be read: {error}");
                vec![(Severity::Error, Visible(&text).to_string())]
            }
        };
        Directives { file, told }
    }
}

fn told_about(parsed: &Parsed) -> Vec<(Severity, String)> {
    let report = parsed.report();
    let lines = report.iter().map(|finding| (finding.severity, line(parsed, finding)));
    let mut told: Vec<_> = lines.collect();
    if report.left_out() > 0 {
        let text = format!("{}: and {} more findings", parsed.text().name(), report.left_out());
        told.push((Severity::Warning, Visible(&text).to_string()));
    }
    told
}

impl Directives {
    /// Returns true when printing them fails the build.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.told.iter().any(|(severity, _)| *severity == Severity::Error)
    }
}

impl fmt::Display for Directives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "cargo::rerun-if-changed={}", Visible(&self.file))?;
        for (severity, text) in &self.told {
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
fn line(parsed: &Parsed, found: &Diagnostic) -> String {
    let source = parsed.text();
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
