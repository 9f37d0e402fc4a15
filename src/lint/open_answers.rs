//! The questions about a store whose answers are not known and would change a decision.

use crate::analysis::{Comparison, Witness};
use crate::dialect::{Dialect, Question};
use crate::model::{ConfigurationDraft, ReplicationConfiguration};

/// A question about a store that nothing answers, although the answer would change a decision
/// (REP-1136).
#[derive(Clone, Debug)]
pub struct OpenAnswer {
    question: Question,
    assumed: &'static str,
    other: &'static str,
    dialect: Dialect,
    configuration: ReplicationConfiguration,
    witness: Witness,
}

impl OpenAnswer {
    /// Returns the question.
    #[must_use]
    pub const fn question(&self) -> Question {
        self.question
    }

    /// Returns the word for the answer of AWS, which is assumed.
    #[must_use]
    pub const fn assumed(&self) -> &'static str {
        self.assumed
    }

    /// Returns the word for another answer, which would change a decision.
    #[must_use]
    pub const fn other(&self) -> &'static str {
        self.other
    }

    /// Returns the dialect with the other answer.
    #[must_use]
    pub const fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// Returns the configuration as the store would read it with the other answer.
    #[must_use]
    pub const fn configuration(&self) -> &ReplicationConfiguration {
        &self.configuration
    }

    /// Returns an object about which the two answers decide differently.
    #[must_use]
    pub const fn witness(&self) -> &Witness {
        &self.witness
    }
}

/// Returns the answers that are not known about the store of a dialect and would change a decision
/// about a draft that the store accepts, one by one.
///
/// Each answer is compared with the assumed one by an exact comparison over all objects and events.
/// Combinations of several other answers are not tried.
///
/// # Examples
///
/// ```
/// use s3_replication::dialect::Question;
/// use s3_replication::lint::open_answers;
/// use s3_replication::{Dialect, Parser};
///
/// let text = r#"{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{"Status": "Enabled",
///     "Priority": 1, "DeleteMarkerReplication": {"Status": "Disabled"},
///     "Filter": {"And": {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]}},
///     "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#;
/// let parsed = Parser::new().with_dialect(Dialect::WASABI).parse_json(text);
/// let open = open_answers(parsed.draft().unwrap(), &Dialect::WASABI);
/// assert!(open.iter().any(|answer| answer.question() == Question::Tags));
/// assert!(open_answers(parsed.draft().unwrap(), &Dialect::AWS).is_empty());
/// ```
#[must_use]
pub fn open_answers(draft: &ConfigurationDraft, dialect: &Dialect) -> Vec<OpenAnswer> {
    let Ok(assumed) = draft.clone().validate(dialect) else { return Vec::new() };
    let unknown = Question::ALL.iter().copied().filter(|question| !dialect.is_known(*question));
    let answers = unknown.flat_map(|question| {
        let others = question.answers().into_iter();
        let others = others.filter(move |other| *other != dialect.answer(question));
        let found =
            others.filter_map(|other| open_answer(draft, &assumed, dialect, question, other));
        found.collect::<Vec<_>>()
    });
    answers.collect()
}

fn open_answer(
    draft: &ConfigurationDraft,
    assumed: &ReplicationConfiguration,
    dialect: &Dialect,
    question: Question,
    other: &'static str,
) -> Option<OpenAnswer> {
    let (other_dialect, configuration) = read_otherwise(draft, assumed, dialect, question, other)?;
    let comparison = Comparison::new(assumed, &configuration)
        .with_dialects(dialect.clone(), other_dialect.clone());
    let witness = comparison.first_difference()?.witness();
    let (assumed, dialect) = (dialect.answer(question), other_dialect);
    Some(OpenAnswer { question, assumed, other, dialect, configuration, witness })
}

/// Returns a dialect with another answer to a question, and the configuration as it reads a draft;
/// `None` when it refuses the draft, or when it reads the same and decisions do not ask the question.
pub(in crate::lint) fn read_otherwise(
    draft: &ConfigurationDraft,
    read: &ReplicationConfiguration,
    dialect: &Dialect,
    question: Question,
    answer: &'static str,
) -> Option<(Dialect, ReplicationConfiguration)> {
    let other = dialect.clone().with_answer(question, answer).ok()?;
    let is_asked = question.is_asked_by_decisions();
    // Most questions are about something that the draft does not have.
    if !is_asked && dialect.reads_like(&other, draft) {
        return None;
    }
    let otherwise = draft.clone().validate(&other).ok()?;
    (is_asked || otherwise != *read).then_some((other, otherwise))
}
