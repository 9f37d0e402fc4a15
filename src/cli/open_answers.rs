//! The unknown answers of a store that would change a decision.
//!
//! Sources leave some questions about a store open, and a dialect answers them by an assumption. An
//! object for which the other answer leads elsewhere has no certain decision. The command reports
//! that with the option that settles the question, instead of an answer that may be wrong.
//!
//! `deciding.rs` asks for each object, and the object has no answer where the open one matters.
//! `diff` compares whole configurations: it remarks on each open answer, and without a difference
//! its result is not decided.
//!
//! ```text
//! error: a, ObjectCreated:Put: it is not known how the store of the dialect `wasabi` answers `tags`,
//!        and the answer matters; choose with `--question tags=all` or `--question tags=any`
//! ```
//!
//! The library finds the answers that matter for some object at all. This file adds the question
//! for one object: an object that both answers decide in the same way has a certain decision, and
//! is not refused.

use s3_replication::lint::{OpenAnswer, open_answers};
use s3_replication::model::Event;
use s3_replication::{Dialect, Engine, ObjectVersion, Parsed};

use crate::cli::output;

/// The open answers about a configuration, each with the engine of the other answer.
pub(super) struct OpenAnswers {
    /// The dialect with the assumed answers, whose name is in the messages.
    dialect: Dialect,
    /// The answers in the order of the questions. A question with three answers may be here twice.
    answers: Vec<(OpenAnswer, Engine)>,
}

impl OpenAnswers {
    /// Creates an engine for each open answer that matters for the rules of a document.
    ///
    /// The rules are those that data sync between the given zones applies.
    ///
    /// There is none without a draft, for a dialect of which everything is known, such as that of
    /// AWS, and for rules that all answers read in the same way. `refuses` and `remark` do nothing
    /// then.
    pub(super) fn of(parsed: &Parsed, dialect: &Dialect) -> Self {
        let draft = parsed.draft().cloned().map(|draft| match parsed.zones() {
            Some(zones) => draft.in_zones(zones),
            None => draft,
        });
        let open = draft.map(|draft| open_answers(&draft, dialect)).unwrap_or_default();
        let answers = open.into_iter().map(|answer| {
            let engine = Engine::with_dialect(answer.configuration(), answer.dialect());
            (answer, engine)
        });
        Self { dialect: dialect.clone(), answers: answers.collect() }
    }

    /// Reports that a decision depends on what is not known. Returns true if it does.
    ///
    /// `engine` is that of the assumed answers, and `name` stands for the object in the message.
    /// Two decisions are the same if they have the same effects: the destinations in their order,
    /// the action, the properties of the replica, and whether time and metrics are watched. Every
    /// question that matters is reported, so that they can be settled at once.
    pub(super) fn refuses(
        &self,
        engine: &Engine,
        version: &ObjectVersion<'_>,
        event: Event,
        name: &str,
    ) -> bool {
        // The usual case, and one for each of millions of objects.
        if self.answers.is_empty() {
            return false;
        }
        // The rules of two readings differ, even where their effects do not.
        let effects = |engine: &Engine| -> Vec<String> {
            let decision = engine.decide(version, event);
            let effects = decision.replications().map(|made| {
                let (bucket, action, replica) = (made.bucket(), made.action(), made.replica());
                let watched = (made.is_time_controlled(), made.has_metrics());
                format!("{bucket} {action} {replica:?} {watched:?}")
            });
            effects.collect()
        };
        let assumed = effects(engine);
        let differs = |(_, other): &&(OpenAnswer, Engine)| effects(other) != assumed;
        let deciding = one_of_each_question(self.answers.iter().filter(differs));
        for open in &deciding {
            output::error(&format!("{name}: {}", self.message(open)));
        }
        !deciding.is_empty()
    }

    /// Remarks that the answer to a question about every object rests on assumptions, but for the
    /// questions that were remarked on before.
    ///
    /// Each question is remarked on once, although it may have several other answers. They follow
    /// each other, as `open_answers` of the library goes question by question.
    pub(super) fn remark(&self, before: &[&str]) {
        for open in one_of_each_question(&self.answers) {
            if !before.contains(&open.question().as_str()) {
                output::remark(&format!("note: {}\n", self.message(open)));
            }
        }
    }

    /// Returns the words for the questions that are open, each once.
    ///
    /// They are in the order of `Question::ALL`, which keeps the answers to one question together.
    pub(super) fn questions(&self) -> Vec<&'static str> {
        let open = one_of_each_question(&self.answers);
        open.into_iter().map(|open| open.question().as_str()).collect()
    }

    /// Both answers are in the message, so that the option can be copied.
    fn message(&self, open: &OpenAnswer) -> String {
        let (question, name) = (open.question(), self.dialect.name());
        format!(
            "it is not known how the store of the dialect `{name}` answers `{question}`, and the \
             answer matters; choose with `--question {question}={}` or `--question {question}={}`",
            open.assumed(),
            open.other(),
        )
    }
}

/// Returns the first answer to each question. The answers to one follow each other, and one message is
/// about all of them.
fn one_of_each_question<'o>(
    answers: impl IntoIterator<Item = &'o (OpenAnswer, Engine)>,
) -> Vec<&'o OpenAnswer> {
    let mut open: Vec<_> = answers.into_iter().map(|(open, _)| open).collect();
    open.dedup_by_key(|open| open.question());
    open
}
