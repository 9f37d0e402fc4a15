//! The choice of a dialect, with single answers changed.
//!
//! A dialect is the list of answers of one store to the questions on which stores differ. A user
//! names one with `--dialect`, or in the settings, and can change answers with `--question`:
//!
//! ```text
//! settings: minio                          minio, with the answers of the settings
//! settings: minio; --dialect ceph          ceph, without them
//! --dialect ceph --question tags=all       ceph, with one other answer
//! nothing                                  aws
//! ```
//!
//! The names and answers are those of `dialect` in the library, and the command `dialects` lists
//! them.

use std::str::FromStr;
use std::sync::OnceLock;

use s3_replication::Dialect;
use s3_replication::dialect::Question;

use crate::cli::settings;

/// The options for the store whose reading counts.
#[derive(Debug, clap::Args)]
pub(super) struct DialectChoice {
    /// The store that reads the configuration, such as `aws`, `aws-tutorial` (the lower priority
    /// number wins), `minio`, `rustfs` or `ceph`; `dialects` lists them with their answers
    /// [default: that of the settings, or `aws`]
    #[arg(long = "dialect", value_name = "NAME")]
    named: Option<Dialect>,
    /// Another answer to one question of the dialect, such as `status-precedence=failed-first`;
    /// can be repeated. `dialects` lists the questions
    #[arg(long = "question", value_name = "QUESTION=ANSWER")]
    questions: Vec<Chosen>,
    // The result of `get`, which reads the settings: they are not there yet when clap creates this
    // value. Every reading of a document asks for it.
    #[arg(skip)]
    resolved: OnceLock<Dialect>,
}

/// An answer that the user chose. The answer stays a word, because each question has its own type
/// of answers.
#[derive(Clone, Debug)]
struct Chosen {
    question: Question,
    answer: String,
}

impl FromStr for Chosen {
    // The message, which clap shows behind the option.
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (question, answer) = text
            .split_once('=')
            .ok_or("write the question and its answer as `status-precedence=failed-first`")?;
        let question = question.parse::<Question>().map_err(|error| error.to_string())?;
        // Known to be right from here on.
        Dialect::AWS.with_answer(question, answer).map_err(|error| error.to_string())?;
        Ok(Self { question, answer: answer.to_owned() })
    }
}

impl DialectChoice {
    /// Returns the dialect. One that is named replaces that of the settings with all its answers.
    pub(super) fn get(&self) -> &Dialect {
        self.resolved.get_or_init(|| {
            let questions = self.questions.iter();
            let named = self.named.clone().unwrap_or_else(settings::dialect);
            questions.fold(named, |dialect, Chosen { question, answer }| {
                // Every dialect takes the same words, so this does not fail for a word that was
                // checked.
                let answered = dialect.clone().with_answer(*question, answer);
                answered.unwrap_or(dialect)
            })
        })
    }

    /// Returns the choice with another dialect, if one is named, and the same answers.
    ///
    /// `diff` reads its two sides so. The result is not copied: it belongs to the other name.
    pub(super) fn with(&self, named: Option<&Dialect>) -> Self {
        let named = named.or(self.named.as_ref()).cloned();
        Self { named, questions: self.questions.clone(), resolved: OnceLock::new() }
    }
}
