//! Decisions about single objects by a configuration with unknown values.
//!
//! A template with a parameter stands for many configurations. For one object, most of them make
//! the same decision: a rule with an unknown prefix does not matter for an object that another rule
//! wins. So there is an engine for each configuration that the document may stand for. If all
//! engines make the same decision about an object, that is the answer. Otherwise there is none.
//!
//! ```text
//! a rule with the prefix `${Env}/`      one engine in which it matches, one in which it does not
//! key `a/b`, which another rule wins    both engines replicate it to `backup`: the answer
//! key `x/y`, which no other matches     only one engine replicates it: undecided
//! ```
//!
//! A decision is also open if it depends on a question of the dialect to which the answer of the
//! store is not known, see `open_answers`.
//!
//! Facts about the source bucket complete the version. If ACLs are disabled there, the bucket owner
//! can read every version, and a change of an ACL has no effect.
//!
//! `configuration` creates a [`Deciding`], and `decide` and `explain` use it: `write` for each
//! object, and `end` after the last.

use std::cell::{Cell, RefCell};

use s3_replication::engine::Replication;
use s3_replication::model::{BucketName, BucketSettings};
use s3_replication::{Dialect, Engine, ObjectVersion, Parsed, UnknownValue};
use serde_json::Value;

use crate::cli::context::BucketFacts;
use crate::cli::object::Object;
use crate::cli::open_answers::OpenAnswers;
use crate::cli::{Ended, Failure, Status, describe};

/// The engines of every configuration that a document may stand for.
pub(super) struct Deciding {
    /// The engine of the first configuration, whose answer is given if all agree.
    engine: Engine,
    /// The engines of the other configurations; empty for a document whose values are all known.
    others: Vec<Engine>,
    /// True if the document stands for one configuration, and no unknown value has an effect.
    is_certain: bool,
    /// The document, for messages about its unknown values.
    parsed: Parsed,
    /// The first object whose decision depends on unknown values. One is enough for the message at
    /// the end.
    undecided: RefCell<Option<String>>,
    /// The unknown answers of the store.
    open: OpenAnswers,
    /// True if ACLs are known to be disabled in the source bucket.
    acls_disabled: bool,
    /// True if a decision depended on the open answers of the store.
    is_refused: Cell<bool>,
}

impl Deciding {
    /// Creates an engine for each configuration that the document may stand for.
    ///
    /// # Errors
    ///
    /// When the document stands for too many configurations to compare, when none of them is complete,
    /// and when the facts about buckets cannot be read.
    pub(super) fn new(
        parsed: &Parsed,
        dialect: &Dialect,
        facts: &BucketFacts,
        source: Option<&BucketName>,
    ) -> Result<Self, Failure> {
        let known = facts.read()?;
        // A source bucket about which nothing is known is assumed to have ACLs.
        let source = source.and_then(|source| known.get(source));
        let acls_disabled = source.is_some_and(BucketSettings::has_acls_disabled);
        let Some(all) = parsed.possible_configurations() else {
            let message = depends("the decisions depend", parsed, |one| !has_no_effect(one));
            return Err(Failure::Message(message));
        };
        let mut engines =
            all.iter().map(|one| Engine::with_dialect(&one.in_buckets(&known), dialect));
        let Some(engine) = engines.next() else {
            return Err(Failure::Message("the configuration is incomplete".to_owned()));
        };
        let others: Vec<Engine> = engines.collect();
        // One engine is not enough to be certain. A destination bucket that is unknown makes no
        // second engine, but it may be the same bucket as another destination.
        let is_certain = others.is_empty() && parsed.unknown_values().iter().all(has_no_effect);
        let open = OpenAnswers::of(parsed, dialect);
        let (undecided, is_refused) = (RefCell::default(), Cell::default());
        let parsed = parsed.clone();
        Ok(Self { engine, others, is_certain, parsed, undecided, open, acls_disabled, is_refused })
    }

    /// Returns the engine of the first configuration.
    pub(super) const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Calls a closure with the version of an object in the source bucket.
    ///
    /// The input of an object does not show that ACLs are disabled in its bucket, so that is added
    /// here.
    pub(super) fn with_version<R>(
        &self,
        object: &Object<'_>,
        f: impl FnOnce(&ObjectVersion<'_>) -> R,
    ) -> R {
        object.with_version(|version| {
            if !self.acls_disabled {
                return f(version);
            }
            let mut version = version.clone();
            version.acls_disabled = true;
            f(&version)
        })
    }

    /// Writes the answer about an object, if every engine gives the same one.
    ///
    /// `write` writes the answer of one engine to the end of the buffer that it gets. Without an
    /// answer nothing is added to `out`: an open answer of the store is reported at once, and
    /// unknown values at the end.
    pub(super) fn write(
        &self,
        object: &Object<'_>,
        out: &mut Vec<u8>,
        mut write: impl FnMut(&Engine, &mut Vec<u8>),
    ) {
        // An open answer of the store concerns every engine, so it is checked first.
        let is_refused = self.with_version(object, |version| {
            let name = describe::object(object);
            self.open.refuses(&self.engine, version, object.event(), &name)
        });
        if is_refused {
            self.is_refused.set(true);
            return;
        }
        let start = out.len();
        // The usual document is certain, and its answer goes to the output without a copy.
        write(&self.engine, out);
        if self.is_certain {
            return;
        }
        // The answers are compared as text, so that no field can be forgotten in the comparison.
        let mut answers = vec![out.split_off(start)];
        for engine in &self.others {
            let mut answer = Vec::new();
            write(engine, &mut answer);
            if !answers.contains(&answer) {
                answers.push(answer);
            }
        }
        if let Some(answer) = merged(&answers).filter(|_| !self.is_ambiguous(object)) {
            out.extend(answer);
        } else {
            let mut undecided = self.undecided.borrow_mut();
            undecided.get_or_insert_with(|| describe::object(object));
        }
    }

    /// Returns true if the object goes to two destinations that may be the same bucket.
    ///
    /// Two destinations with different expressions, `${A}` and `${B}`, may be the same bucket. Then
    /// only one of the two rules would win, and the other replication would not take place.
    ///
    /// Call it when all engines have given the same answer: only the first is asked.
    fn is_ambiguous(&self, object: &Object<'_>) -> bool {
        self.with_version(object, |version| {
            let decision = self.engine.decide(version, object.event());
            let buckets: Vec<_> = decision.replications().map(Replication::bucket).collect();
            buckets.len() > 1 && buckets.iter().any(|bucket| bucket.is_ambiguous())
        })
    }

    /// Returns the end of the command: an error if there was an object without an answer.
    ///
    /// An undecided object takes precedence over `ended`, because the message about it names the
    /// options that give the values. Objects that depend on an open answer make the status 2; they
    /// have been reported already.
    pub(super) fn end(self, ended: Ended) -> Ended {
        match self.undecided.into_inner() {
            Some(object) => {
                let what = format!("the decision about {object} depends");
                Err(Failure::Message(depends(&what, &self.parsed, |one| !has_no_effect(one))))
            }
            None if self.is_refused.get() => ended.map(|status| status.max(Status::Wrong)),
            None => ended,
        }
    }
}

/// Merges answers that make the same decision. A verdict on a rule that is not the same in all
/// answers becomes unknown. Returns `None` if the decisions differ.
///
/// ```text
/// {"Key":"a","Replicates":false,"Rules":[{"Rule":"r","Verdict":"rejected"}]}
/// {"Key":"a","Replicates":false,"Rules":[{"Rule":"r","Verdict":"outranked"}]}
///   ─▶ {"Key":"a","Replicates":false,"Rules":[{"Rule":"r","Verdict":"unknown"}]}
/// ```
///
/// The decision is everything before the rules, so the texts are split there.
fn merged(answers: &[Vec<u8>]) -> Option<Vec<u8>> {
    let (first, others) = answers.split_first()?;
    if others.is_empty() {
        return Some(first.clone());
    }
    // Answers are UTF-8: JSON, or text with keys as strings. `None` is not expected here, and means
    // undecided.
    let texts: Option<Vec<&str>> =
        answers.iter().map(|answer| std::str::from_utf8(answer).ok()).collect();
    let texts = texts?;
    let heading = if first.starts_with(b"{") { JSON_RULES } else { TEXT_RULES };
    let parts: Option<Vec<(&str, &str)>> =
        texts.iter().map(|text| text.split_once(heading)).collect();
    let parts = parts?;
    let (decision, rules) = parts.first()?;
    // A text without a heading is a decision alone. Such texts differ if there are several, so
    // `parts` is `None`, and the function has returned above.
    if parts.iter().any(|(other, _)| other != decision) {
        return None;
    }
    // Text is not merged line by line: the verdicts of the first answer are shown with a note.
    if heading == TEXT_RULES {
        let note = "  note: unknown values may change verdicts on rules, but not the decision\n";
        return Some(format!("{decision}{heading}{rules}{note}").into_bytes());
    }
    let lists: Option<Vec<Vec<Value>>> = parts.iter().map(|(_, rules)| rules_of(rules)).collect();
    let lists = lists?;
    let (first, others) = lists.split_first()?;
    // The lists have the rules in the order of the document, so equal positions are equal rules.
    let verdicts = first.iter().enumerate().map(|(index, verdict)| {
        let same = |name: &str| {
            others
                .iter()
                .all(|other| other.get(index).and_then(|one| one.get(name)) == verdict.get(name))
        };
        if others.iter().all(|other| other.get(index) == Some(verdict)) {
            return verdict.to_string();
        }
        let open = Value::from("unknown");
        // If only the reasons differ, the verdict stays and the reason is left out.
        let word = verdict.get("Verdict").filter(|_| same("Verdict")).unwrap_or(&open);
        format!(r#"{{"Rule":{},"Verdict":{word}}}"#, verdict.get("Rule").unwrap_or(&Value::Null))
    });
    let verdicts = verdicts.collect::<Vec<_>>().join(",");
    Some(format!("{decision}{heading}[{verdicts}]}}\n").into_bytes())
}

/// The beginning of the verdicts in an answer in JSON, of which they are the last member.
///
/// A key cannot contain this text: its quotes would be escaped.
const JSON_RULES: &str = ",\"Rules\":";

/// The heading of the verdicts in an explanation. A key cannot contain it, because line feeds in
/// keys are shown as escapes.
const TEXT_RULES: &str = "  Rules:\n";

/// Reads the list of verdicts at the end of an answer in JSON; `None` for anything else. The last
/// brace closes the answer and not the list.
fn rules_of(text: &str) -> Option<Vec<Value>> {
    serde_json::from_str(text.trim_end().strip_suffix('}')?).ok()
}

/// Returns true for an unknown value on which no decision depends.
///
/// S3 decides without the role, the IDs of rules and the accounts of destinations. The paths are
/// those of JSON: `Role`, `Rules[0].ID`, `Rules[0].Destination.Account`.
pub(super) fn has_no_effect(unknown: &UnknownValue) -> bool {
    let path = unknown.json_path();
    path == "Role" || path.ends_with("].ID") || path.ends_with(".Account")
}

/// Names an unknown value by its place and its expression, both in backquotes.
pub(super) fn shown(unknown: &UnknownValue) -> String {
    format!("`{}` (`{}`)", unknown.json_path(), unknown.expression())
}

/// Returns the message that something depends on those unknown values of a document that matter,
/// with the options that settle them.
///
/// ```text
/// the answer depends on unknown values: `Role` (`${R}`); give `--parameter R=VALUE`
/// ```
///
/// If no unknown value matters, the message names unknown conditions of a template instead.
pub(super) fn depends(
    what: &str,
    parsed: &Parsed,
    matters: impl Fn(&UnknownValue) -> bool,
) -> String {
    let unknown: Vec<String> =
        parsed.unknown_values().iter().filter(|unknown| matters(unknown)).map(shown).collect();
    let on = if unknown.is_empty() {
        "unknown conditions".to_owned()
    } else {
        format!("unknown values: {}", unknown.join(", "))
    };
    format!("{what} on {on}; {}", parsed.advice_on_unknown_values(matters))
}
