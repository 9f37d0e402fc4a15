//! The checks that many members share.

use std::str::FromStr;

use crate::batch::request::validate::Proof;
use crate::batch::request::wire::bad_request;
use crate::clause::{self, Clause};
use crate::diagnostic::Diagnostic;
use crate::model::{AccountId, BucketArn};
use crate::path::FieldPath;
use crate::text::illegal_in_xml;

impl Proof<'_> {
    pub(super) fn refuse(
        &mut self,
        code: &'static str,
        clause: &'static Clause,
        path: FieldPath,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let finding = Diagnostic::refusal(code, clause, path, message, bad_request());
        self.report.push(finding.with_help(help));
    }

    /// Returns what must be there.
    pub(super) fn required<'v, T>(
        &mut self,
        value: Option<&'v T>,
        at: &FieldPath,
        name: &'static str,
    ) -> Option<&'v T> {
        if value.is_none() {
            let message = format!("`{name}` is missing");
            let path = at.clone().field(name);
            let help = format!("add `{name}`");
            self.refuse("element-missing", &clause::JOB_REQUIRED, path, message, help);
        }
        value
    }

    /// Returns a text of 1 to `limit` characters.
    pub(super) fn text(
        &mut self,
        value: Option<&String>,
        at: &FieldPath,
        name: &'static str,
        limit: usize,
    ) -> Option<Box<str>> {
        self.limited(value?, || at.clone().field(name), limit, &clause::JOB_LIMITS)
    }

    pub(super) fn limited(
        &mut self,
        text: &str,
        path: impl FnOnce() -> FieldPath,
        limit: usize,
        clause: &'static Clause,
    ) -> Option<Box<str>> {
        let count = text.chars().count();
        if !(1..=limit).contains(&count) {
            let message = format!("1 to {limit} characters are allowed here, there are {count}");
            let help = if count == 0 { "write something, or leave it out" } else { "shorten it" };
            self.refuse("length-invalid", clause, path(), message, help);
            return None;
        }
        if let Some(found) = illegal_in_xml(text) {
            let message = format!("XML can't write `{}`", found.escape_unicode());
            self.refuse("character-illegal", clause, path(), message, "remove the character");
            return None;
        }
        Some(text.into())
    }

    /// Reads a text as a value of another type, whose errors say what is wrong.
    pub(super) fn parse<T: FromStr<Err: std::fmt::Display>>(
        &mut self,
        value: Option<&String>,
        at: &FieldPath,
        name: &'static str,
        clause: &'static Clause,
        help: &'static str,
    ) -> Option<T> {
        match value?.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                let message: String = error.to_string().chars().take(300).collect();
                self.refuse("invalid-value", clause, at.clone().field(name), message, help);
                None
            }
        }
    }

    pub(super) fn account(
        &mut self,
        value: Option<&String>,
        at: &FieldPath,
        name: &'static str,
    ) -> Option<AccountId> {
        self.parse(value, at, name, &clause::JOB_LIMITS, "write the twelve digits of the account")
    }

    pub(super) fn bucket(
        &mut self,
        value: Option<&String>,
        at: &FieldPath,
        name: &'static str,
    ) -> Option<BucketArn> {
        const LIMIT: usize = 128;
        const HELP: &str = "write the ARN of a bucket, `arn:aws:s3:::<name>`";
        self.limited(value?, || at.clone().field(name), LIMIT, &clause::JOB_LIMITS)?;
        self.parse(value, at, name, &clause::JOB_LIMITS, HELP)
    }
}
