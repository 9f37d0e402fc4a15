//! Documents that hold one rule.
//!
//! The caller is `append` of the command line, which adds the rule to a configuration and checks
//! the result as a whole. So only what the rule shows by itself is reported here: no lint runs,
//! since a rule is legal or not as a part of a configuration.

use super::{Parser, of_kind, syntax_finding, unrecognised};
use crate::diagnostic::{Diagnostic, Report};
use crate::document;
use crate::form::{self, Form};
use crate::lint;
use crate::model::RuleDraft;
use crate::text::SourceText;

/// A document with one rule that was read.
#[derive(Clone, Debug)]
pub struct ParsedRule {
    draft: Option<RuleDraft>,
    report: Report,
    source: SourceText,
}

impl ParsedRule {
    /// Returns the draft, right or wrong; `None` if the document is not well-formed.
    #[must_use]
    pub const fn draft(&self) -> Option<&RuleDraft> {
        self.draft.as_ref()
    }

    /// Returns all findings about the rule by itself.
    #[must_use]
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// Returns the text that spans in the report refer to.
    #[must_use]
    pub const fn text(&self) -> &SourceText {
        &self.source
    }

    /// Returns the rule. Whether it is legal depends on the others.
    ///
    /// A draft with a warning is returned, one with a refusal is not.
    ///
    /// # Errors
    ///
    /// Returns the report when something in it cannot be read.
    pub fn into_draft(self) -> Result<RuleDraft, Report> {
        match self.draft {
            Some(draft) if !self.report.is_refused() => Ok(draft),
            _ => Err(self.report),
        }
    }
}

impl Parser {
    /// Reads one rule: an element `Rule` in XML, or an item of `Rules` in the JSON of the AWS CLI.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::Parser;
    ///
    /// let parsed = Parser::new().parse_rule(br#"{"ID": "all", "Status": "Enabled", "Filter": {}}"#);
    /// let draft = parsed.into_draft()?;
    /// assert_eq!(draft.id.unwrap().as_str(), "all");
    /// assert!(Parser::new().parse_rule(b"<Rules/>").into_draft().is_err());
    /// # Ok::<(), s3_replication::Report>(())
    /// ```
    #[must_use]
    pub fn parse_rule(&self, bytes: &[u8]) -> ParsedRule {
        let text = match document::decode(bytes) {
            Ok(text) => text,
            Err(error) => {
                let source = SourceText::new(&*self.name, document::decode_refused(bytes));
                return ParsedRule::unread(source, syntax_finding(&error));
            }
        };
        let source = SourceText::new(&*self.name, &*text);
        let (form, document) = match Form::recognise(&text) {
            Some(Form::Xml) => (Form::Xml, document::read_xml(&text)),
            Some(Form::CliJson) => (Form::CliJson, document::read_json(&text)),
            _ => return ParsedRule::unread(source, unrecognised(&text)),
        };
        match document {
            Err(error) => {
                let kind = form::of_text(&text);
                ParsedRule::unread(source, of_kind(kind, syntax_finding(&error)))
            }
            Ok(document) => {
                if let Some(finding) = form::not_a_rule(&document, form) {
                    return ParsedRule::unread(source, finding);
                }
                let decoded = form::decode_rule(&document, form, &self.dialect);
                // The findings come with their stages, and nothing else will sort them.
                let found = lint::in_order_of_store(decoded.found);
                let mut report: Report = found.into_iter().collect();
                report.leave_out(decoded.left_out);
                ParsedRule { draft: Some(decoded.draft), report, source }
            }
        }
    }
}

impl ParsedRule {
    /// Creates the result for a document with one finding, of which nothing was read.
    fn unread(source: SourceText, finding: Diagnostic) -> Self {
        Self { draft: None, report: Report::from_iter([finding]), source }
    }
}
