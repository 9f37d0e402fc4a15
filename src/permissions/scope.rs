//! The objects that a request is about, and the requests that stand for all of them.
//!
//! A rule selects infinitely many keys, and a policy may treat them differently: it may allow
//! `photos/raw/*` and deny `*.tmp`. Two keys that match the same patterns of the policies get the
//! same answer. So one key for each set of patterns is enough, and [`representatives`] finds them:
//!
//! ```text
//! rule:      raw/
//! patterns:  arn:aws:s3:::photos/*, arn:aws:s3:::photos/raw/secret*
//! requests:  raw/, raw/a, raw/secret
//! ```
//!
//! The representative is also the example in a finding. It is a shortest one, which reads best.
//!
//! A need is the input, with the request that `check/requests.rs` has made of it, and complete
//! requests are the output. A need without objects has one request, the given one; one object has
//! one request, too.

use crate::model::BucketArn;
use crate::permissions::condition::parts_of_pattern;
use crate::permissions::document::{PolicyDocument, Statement};
use crate::permissions::need::{EncryptionContext, KeyRange, Need, Target};
use crate::permissions::operator::Comparison as C;
use crate::permissions::request::Request;
use crate::permissions::variable::{self, Resolved};
use crate::permissions::wildcard::{Wildcard, representatives};

/// The condition key with the ARN of the object in a request to KMS.
pub(super) const CONTEXT_KEY: &str = "kms:EncryptionContext:aws:s3:arn";

/// A request whose object is still open.
pub(super) struct Scope<'n> {
    base: &'n Request,
    /// The ranges of the ARNs of the objects; none if the request is about no object.
    ///
    /// As ARNs with a prefix of the key, such as `arn:aws:s3:::photos/raw/`.
    ranges: Vec<KeyRange>,
    /// True if the object is in the encryption context, false if it is the resource. Then the
    /// resource is the KMS key.
    is_in_context: bool,
    /// The ARN of the only object.
    only: Option<String>,
}

impl<'n> Scope<'n> {
    /// Returns the scope of a need, whose request without its object is `base`.
    ///
    /// The ARN of an object is its resource in a request to S3, and its encryption context in one
    /// to KMS. With an S3 Bucket Key the context is the bucket, which is not an object.
    pub(super) fn of(need: &Need, base: &'n Request) -> Self {
        let arns = |bucket: &BucketArn, ranges: &[KeyRange]| {
            let arn = |key: &String| format!("{bucket}/{key}");
            let of_bucket = |range: &KeyRange| KeyRange {
                prefix: arn(&range.prefix),
                excluded: range.excluded.iter().map(arn).collect(),
            };
            ranges.iter().map(of_bucket).collect()
        };
        let (ranges, is_in_context, only) = match (&need.target, &need.encryption_context) {
            (Target::Objects { bucket, ranges }, _) => (arns(bucket, ranges), false, None),
            (Target::Object { bucket, key }, _) => {
                (Vec::new(), false, Some(format!("{bucket}/{key}")))
            }
            (_, Some(EncryptionContext::Objects { bucket, ranges })) => {
                (arns(bucket, ranges), true, None)
            }
            (_, Some(EncryptionContext::Object { bucket, key })) => {
                (Vec::new(), true, Some(format!("{bucket}/{key}")))
            }
            _ => (Vec::new(), false, None),
        };
        Self { base, ranges, is_in_context, only }
    }

    /// Returns requests such that the documents decide about every request as about one of them;
    /// `None` if the patterns of the documents are too complex.
    pub(super) fn requests(&self, documents: &[&PolicyDocument]) -> Option<Vec<Request>> {
        if let Some(only) = &self.only {
            return Some(vec![self.about(only)]);
        }
        if self.ranges.is_empty() {
            return Some(vec![self.base.clone()]);
        }
        let mut patterns: Vec<Wildcard> = Vec::new();
        for document in documents {
            // Patterns of other actions would only multiply the representatives.
            for statement in document.statements.iter().filter(|one| self.is_close(one)) {
                self.add_patterns(statement, document, &mut patterns);
            }
        }
        // Equal patterns are followed once, and the order of statements does not change the
        // examples.
        patterns.sort_by_key(|pattern| format!("{pattern:?}"));
        patterns.dedup();
        let mut requests = Vec::new();
        for KeyRange { prefix, excluded } in &self.ranges {
            // Excluded prefixes are patterns, too, so that every representative is in or out.
            let excluding: Vec<Wildcard> = excluded
                .iter()
                .map(|prefix| {
                    let mut pattern = Wildcard::literal(prefix);
                    pattern.push_pattern("*");
                    pattern
                })
                .collect();
            let all: Vec<&Wildcard> = patterns.iter().chain(&excluding).collect();
            // Ranges are searched one by one, so two ranges may have representatives that are
            // alike.
            let mut found = representatives(prefix, &all)?;
            // A prefix is a key, too, unless it is empty.
            if !prefix.ends_with('/') || prefix.matches('/').count() > 1 {
                found.insert(0, prefix.clone());
            }
            let is_selected = |arn: &&String| !excluded.iter().any(|one| arn.starts_with(one));
            requests.extend(found.iter().filter(is_selected).map(|arn| self.about(arn)));
        }
        Some(requests)
    }

    /// Returns the request about one object.
    fn about(&self, arn: &str) -> Request {
        if self.is_in_context {
            return self.base.clone().with(CONTEXT_KEY, [arn]);
        }
        Request { resource: arn.to_owned(), ..self.base.clone() }
    }

    /// Returns true if a statement is about the action, so that its patterns matter.
    ///
    /// Its effect does not matter, since a denial separates keys, too.
    fn is_close(&self, statement: &Statement) -> bool {
        let actions = &statement.actions;
        let matches =
            |pattern: &String| Wildcard::new(pattern).ignoring_case().matches(&self.base.action);
        actions.patterns.iter().any(matches) != actions.is_negated
    }

    /// Adds the patterns with which a statement compares the ARN of the object.
    ///
    /// A variable whose value is unknown makes the statement undecided for every object, so its
    /// pattern makes no difference that matters.
    ///
    /// Requests to S3 have the object as their resource; of requests to KMS, only conditions on the
    /// encryption context are about it.
    fn add_patterns(
        &self,
        statement: &Statement,
        document: &PolicyDocument,
        patterns: &mut Vec<Wildcard>,
    ) {
        // A text with a variable that has no value matches nothing, and separates no keys.
        let mut add = |text: &str, is_pattern: bool, ignores_case: bool| {
            if let Resolved::Known(wildcard) =
                variable::resolve(text, is_pattern, document.version, self.base)
            {
                patterns.push(if ignores_case { wildcard.ignoring_case() } else { wildcard });
            }
        };
        if !self.is_in_context {
            return statement.resources().iter().for_each(|pattern| add(pattern, true, false));
        }
        let conditions = statement.conditions.iter();
        for condition in conditions.filter(|one| one.key.eq_ignore_ascii_case(CONTEXT_KEY)) {
            let comparison = condition.operator.comparison;
            let is_pattern = !matches!(
                comparison,
                C::StringEquals
                    | C::StringNotEquals
                    | C::StringEqualsIgnoreCase
                    | C::StringNotEqualsIgnoreCase
            );
            let ignores_case =
                matches!(comparison, C::StringEqualsIgnoreCase | C::StringNotEqualsIgnoreCase);
            let is_arn =
                matches!(comparison, C::ArnEquals | C::ArnLike | C::ArnNotEquals | C::ArnNotLike);
            for value in &condition.values {
                // ARNs are compared part by part, and texts as a whole. A search works on whole
                // texts, so the parts before the last one are made literal.
                match parts_of_pattern(value).last().filter(|_| is_arn) {
                    // The first five parts are the same for every object of the bucket.
                    Some(last) => {
                        let parts: Vec<&str> = self.ranges.first().map_or_else(Vec::new, |one| {
                            one.prefix.splitn(6, ':').take(5).collect()
                        });
                        add(&format!("{}:{last}", parts.join(":")), true, false);
                    }
                    None => add(value, is_pattern, ignores_case),
                }
            }
        }
    }
}

/// Returns the resource of a request; that of the object for a request to KMS.
///
/// Findings name objects, and not the KMS key that encrypts them.
pub(super) fn example(request: &Request) -> String {
    match request.single(CONTEXT_KEY) {
        Some(Some(arn)) => arn.to_owned(),
        _ => request.resource.clone(),
    }
}
