//! The unknown answers of a store that would change a decision.
//!
//! Sources leave some questions about a store open, and a dialect answers them by an assumption. An
//! object for which the other answer leads elsewhere has no certain decision. The command reports
//! that with the option that settles the question, instead of an answer that may be wrong.

use s3_replication::lint::{OpenAnswer, open_answers};
use s3_replication::model::{ConfigurationDraft, Event};
use s3_replication::{Dialect, Engine, ObjectVersion};

use crate::cli::output;

/// The open answers about a configuration, each with the engine of the other answer.
pub(super) struct OpenAnswers {
    dialect: Dialect,
    answers: Vec<(OpenAnswer, Engine)>,
}

impl OpenAnswers {
    /// Creates an engine for each open answer that matters for the rules of the draft.
    pub(super) fn of(draft: Option<&ConfigurationDraft>, dialect: &Dialect) -> Self {
        let open = draft.map(|draft| open_answers(draft, dialect)).unwrap_or_default();
        let answers = open.into_iter().map(|answer| {
            let engine = Engine::with_dialect(answer.configuration(), answer.dialect());
            (answer, engine)
        });
        Self { dialect: dialect.clone(), answers: answers.collect() }
    }

    /// Reports that a decision depends on what is not known. Returns true if it does.
    pub(super) fn refuses(
        &self,
        engine: &Engine,
        version: &ObjectVersion<'_>,
        event: Event,
        name: &str,
    ) -> bool {
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
        let Some((open, _)) = self.answers.iter().find(differs) else { return false };
        output::error(&format!("{name}: {}", self.message(open)));
        true
    }

    /// Remarks that the answer to a question about every object rests on assumptions.
    pub(super) fn remark(&self) {
        let mut seen = None;
        for (open, _) in &self.answers {
            if seen != Some(open.question()) {
                output::remark(&format!("note: {}\n", self.message(open)));
            }
            seen = Some(open.question());
        }
    }

    /// Returns the words for the questions that are open, each once.
    pub(super) fn questions(&self) -> Vec<&'static str> {
        let mut words: Vec<&str> =
            self.answers.iter().map(|(open, _)| open.question().as_str()).collect();
        words.dedup();
        words
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
