//! Findings that a comment of the document accepts, each with the reason.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::diagnostic::{Diagnostic, Place, Report};
use crate::document::comments::{Comments, Syntax, comments, inside};
use crate::form::Form;
use crate::form::mistake::{self, Objection};
use crate::lint::AllowedFinding;
use crate::lint::allow_list::{allowable, is_acceptable};
use crate::path::FieldPath;
use crate::text::{SourceText, Span};
use crate::vocabulary::nearest;

/// The words that begin an allowance in a comment.
const NAME: &str = "s3-replication:";
const ALLOW: &str = "allow";

/// The findings that the comments of a document allow.
///
/// An allowance is a comment of XML, YAML or HCL that begins with `s3-replication: allow`, followed by
/// the name of the finding and the reason:
///
/// ```yaml
/// # s3-replication: allow metrics-absent an alarm watches the pending bytes
/// Destination:
/// ```
///
/// The comment allows findings whose place begins on a certain line: the line of the comment, or the
/// next line if the comment stands alone. Several comments can stand above one line; an empty line
/// between separates them from it. The place of a missing field is the element that lacks it. A
/// comment before all content, such as the root element, allows the finding in the whole document.
///
/// JSON has no comments; an [`AllowList`](super::AllowList) does the same from outside. What the store
/// refuses cannot be allowed.
///
/// # Examples
///
/// ```
/// use s3_replication::Parser;
/// use s3_replication::lint::{CommentAllowances, Levels};
///
/// let text = "<ReplicationConfiguration>
///   <Role>arn:aws:iam::123456789012:role/r</Role>
///   <Rule>
///     <Status>Enabled</Status>
///     <!-- s3-replication: allow prefix-begins-with-slash the keys of the old system do -->
///     <Prefix>/tax</Prefix>
///     <!-- s3-replication: allow metrics-absent -->
///     <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination>
///   </Rule>
/// </ReplicationConfiguration>";
/// let parsed = Parser::new().with_advice(Levels::new()).parse_xml(text);
///
/// let mut comments = CommentAllowances::read(parsed.text(), parsed.form());
/// let (report, taken) = comments.apply(parsed.report());
/// assert!(!report.iter().any(|found| found.code == "prefix-begins-with-slash"));
/// assert_eq!(taken[0].reason, "the keys of the old system do");
///
/// let findings: Vec<String> = comments.findings(|_| true).iter().map(ToString::to_string).collect();
/// assert_eq!(findings, ["warning[allowance-invalid]: the comment gives no reason"]);
/// ```
#[derive(Clone, Debug)]
pub struct CommentAllowances {
    text: SourceText,
    allowances: Vec<CommentAllowance>,
    /// The position in `allowances`, by the code and the line; without a line for the whole document.
    by_line: BTreeMap<(Option<u32>, String), usize>,
    mistakes: Report,
}

/// An allowance with its use so far.
#[derive(Clone, Debug)]
struct CommentAllowance {
    finding: String,
    reason: String,
    place: Span,
    is_used: bool,
}

impl CommentAllowances {
    /// Reads the comments of a document. Without a form there are none.
    #[must_use]
    pub fn read(text: &SourceText, form: Option<Form>) -> Self {
        let mut all = Self {
            text: text.clone(),
            allowances: Vec::new(),
            by_line: BTreeMap::new(),
            mistakes: Report::new(),
        };
        // Most documents have none, and are not read again.
        if let (true, Some(syntax)) = (text.text().contains(NAME), syntax(form)) {
            let comments = comments(text.text(), syntax);
            let targets = Targets::new(text, &comments);
            for span in &comments.spans {
                all.add(*span, &targets);
            }
        }
        all
    }

    /// Returns a report without the findings that the comments allow, and those findings.
    pub fn apply(&mut self, report: &Report) -> (Report, Vec<AllowedFinding>) {
        let (mut kept, mut taken) = (Report::new(), Vec::new());
        for finding in report {
            match self.allowance_of(finding) {
                Some(allowance) => {
                    allowance.is_used = true;
                    let (finding, reason) = (finding.clone(), allowance.reason.clone());
                    taken.push(AllowedFinding { finding, reason });
                }
                None => kept.push(finding.clone()),
            }
        }
        kept.leave_out(report.left_out());
        (kept, taken)
    }

    /// Returns a warning for each comment that is meant to allow a finding but does not, and a note for
    /// each that allowed nothing.
    ///
    /// `is_searched` returns false for the codes of findings that the check does not look for.
    #[must_use]
    pub fn findings(&self, is_searched: impl Fn(&str) -> bool) -> Report {
        let unused = self.allowances.iter().filter(|one| !one.is_used && is_searched(&one.finding));
        let notes = unused.map(|one| {
            let message =
                format!("the comment allows nothing: there is no finding `{}` here", one.finding);
            let note = Diagnostic::note("allowance-unused", None, place(one.place), message);
            note.with_help("remove the comment, or move it to the line of the finding")
        });
        self.mistakes.iter().cloned().chain(notes).collect()
    }

    /// Adds the allowances of a comment, which can have several lines.
    fn add(&mut self, span: Span, targets: &Targets) {
        let text = self.text.clone();
        let comment = text.text().get(span.range()).unwrap_or_default();
        for directive in directives(inside(comment)) {
            match parse(&directive) {
                Ok(Some((finding, reason))) => {
                    let index = self.allowances.len();
                    for target in targets.of(span) {
                        self.by_line.entry((target, finding.clone())).or_insert(index);
                    }
                    let allowance =
                        CommentAllowance { finding, reason, place: span, is_used: false };
                    self.allowances.push(allowance);
                }
                Ok(None) => {}
                Err(Objection { message, help, .. }) => {
                    let finding =
                        Diagnostic::warning("allowance-invalid", None, place(span), message);
                    self.mistakes.push(finding.with_help(help));
                }
            }
        }
    }

    /// Returns the allowance for a finding: one at its line, or else one for the whole document.
    fn allowance_of(&mut self, finding: &Diagnostic) -> Option<&mut CommentAllowance> {
        if self.allowances.is_empty() || !is_acceptable(finding) {
            return None;
        }
        let line = finding.primary.span().map(|span| self.text.position(span.start()).line);
        let at = |line: Option<u32>| self.by_line.get(&(line, finding.code.to_owned()));
        let index = line.and_then(|line| at(Some(line))).or_else(|| at(None))?;
        self.allowances.get_mut(*index)
    }
}

/// Returns the place of a comment, which has no path.
fn place(span: Span) -> Place {
    Place::Field { path: FieldPath::root(), span: Some(span), document: None }
}

/// Returns the syntax of the comments of a form. JSON is read as YAML, in which it has no comments.
const fn syntax(form: Option<Form>) -> Option<Syntax> {
    match form {
        Some(Form::Xml) => Some(Syntax::Xml),
        #[cfg(feature = "forms")]
        Some(Form::Terraform) => Some(Syntax::Hcl),
        #[cfg(feature = "forms")]
        Some(Form::CliJson | Form::CloudFormation) => Some(Syntax::Yaml),
        _ => None,
    }
}

/// Returns the parts of a comment that each begin with the name of this tool, on one line each. What
/// follows on other lines belongs to the reason.
fn directives(comment: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in comment.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix(NAME) {
            found.push(rest.trim().to_owned());
        } else if let Some(last) = found.last_mut() {
            last.push(' ');
            last.push_str(line);
        }
    }
    found
}

/// Returns the name of the finding and the reason. Without the word `allow`, the comment is not for
/// this tool.
fn parse(directive: &str) -> Result<Option<(String, String)>, Objection> {
    const FORM: &str = "write `s3-replication: allow metrics-absent`, and the reason behind it";
    let mut words = directive.split_whitespace();
    let word = words.next().unwrap_or_default();
    if word != ALLOW {
        if nearest(word, [ALLOW]).is_none() {
            return Ok(None);
        }
        let word = mistake::shortened(word);
        let message = format!("a comment can `allow` a finding, not `{}`", word.escape_debug());
        return Err(Objection::new(message, FORM));
    }
    let Some(code) = words.next() else {
        return Err(Objection::new("the comment names no finding", FORM));
    };
    allowable(code, std::iter::empty())?;
    let reason = words.collect::<Vec<_>>().join(" ");
    if reason.is_empty() {
        let help = "write the reason behind the name of the finding";
        return Err(Objection::new("the comment gives no reason", help));
    }
    Ok(Some((code.to_owned(), reason)))
}

/// The lines that comments are about.
struct Targets {
    text: SourceText,
    content_start: u32,
    /// For each line, from zero, the first line from there on that has content or no comment.
    next: Vec<u32>,
    has_content: Vec<bool>,
}

impl Targets {
    fn new(text: &SourceText, comments: &Comments) -> Self {
        let line_of = |offset: u32| text.position(offset).line as usize;
        let count = text.text().split('\n').count() + 1;
        let (mut has_content, mut has_comment) = (vec![false; count], vec![false; count]);
        let mark = |lines: &mut Vec<bool>, span: Span| {
            let part = text.text().get(span.range()).unwrap_or_default();
            let first = line_of(span.start()).saturating_sub(1);
            for (line, part) in lines.iter_mut().skip(first).zip(part.split('\n')) {
                *line |= !part.trim().is_empty();
            }
        };
        let mut end = 0;
        for span in &comments.spans {
            mark(&mut has_content, Span::new(end, span.start()).unwrap_or_default());
            mark(&mut has_comment, *span);
            end = span.end();
        }
        mark(&mut has_content, Span::clamped(end as usize, text.text().len()));
        let mut next: Vec<u32> = (1..).take(count).collect();
        for at in (0..count.saturating_sub(1)).rev() {
            let is_comment =
                has_comment.get(at) == Some(&true) && has_content.get(at) == Some(&false);
            if let (true, Some(behind)) = (is_comment, next.get(at + 1).copied())
                && let Some(target) = next.get_mut(at)
            {
                *target = behind;
            }
        }
        Self { text: text.clone(), content_start: comments.content_start, next, has_content }
    }

    /// Returns the lines that a comment is about; `None` stands for the whole document.
    fn of(&self, span: Span) -> Vec<Option<u32>> {
        if span.end() <= self.content_start {
            return vec![None];
        }
        let line = |offset: u32| self.text.position(offset).line;
        let own: RangeInclusive<u32> = line(span.start())..=line(span.end());
        let has_content = |line: &u32| {
            self.has_content.get(line.saturating_sub(1) as usize).copied().unwrap_or_default()
        };
        let last = *own.end();
        let mut lines: Vec<Option<u32>> = own.filter(has_content).map(Some).collect();
        if lines.is_empty() {
            lines.extend(self.next.get(last as usize).copied().map(Some));
        }
        lines
    }
}
