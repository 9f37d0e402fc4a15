//! `dialects`: the stores that are modelled, with their answers and the evidence for each.
//!
//! ```text
//! dialects                every dialect, with all its answers
//! dialects minio          one of them
//! dialects aws minio      the questions that the two answer differently; status 1 if there are any
//! ```
//!
//! An answer of one dialect is a line of question, answer, clause and evidence:
//!
//! ```text
//! minio
//!   tags        any       REP-1101  observed: M01, filter.go
//! ```
//!
//! and as JSON:
//!
//! ```json
//! [{"name": "minio", "questions": [
//!   {"question": "tags", "answer": "any", "assumed": null, "answers": ["all", "any"],
//!    "evidence": "observed: M01, filter.go", "clause": "REP-1101",
//!    "text": "Which tags of a filter must an object have?"}]}]
//! ```
//!
//! The table is in `dialect` of the library. The command reads no document and no settings: it
//! shows the stores as they are, and not as a project has chosen.

use s3_replication::Dialect;
use s3_replication::dialect::Question;
use serde_json::{Value, json};

use crate::cli::format::TextOrJson as Format;
use crate::cli::output::Output;
use crate::cli::styles::Styles;
use crate::cli::{Ended, Failure, Status};

/// Lists the dialects of stores, with their answers to each question and the evidence
///
/// A dialect answers every question on which stores, or the sources about one store, differ. Where
/// nothing is known about a store, the answer is `unknown`: commands then assume the answer of AWS
/// where it does not matter. Where it does, they report an error that names the `--question`
/// options to choose from.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # The names, and what is known about each
  s3-replication dialects
  # The answers of MinIO
  s3-replication dialects minio
  # The questions that the two answer differently
  s3-replication dialects aws minio
  s3-replication check replication.xml --dialect minio --question tags=all

Exit status: 0 done; with two names, 1 if they differ; 2 wrong usage.")]
pub(super) struct Arguments {
    /// A dialect, to see its answers
    #[arg(value_name = "NAME")]
    first: Option<Dialect>,
    /// A second dialect, to see where the two differ
    #[arg(value_name = "OTHER")]
    second: Option<Dialect>,
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Writes one dialect, the difference of two, or all.
///
/// The order of the questions is that of the table. Only a difference of two dialects has status 1.
pub(super) fn run(arguments: &Arguments) -> Ended {
    let mut out = Output::new();
    let status = match (&arguments.first, &arguments.second, arguments.format) {
        (Some(a), Some(b), format) => {
            let differing: Vec<Question> =
                Question::ALL.iter().copied().filter(|one| differ(a, b, *one)).collect();
            match format {
                Format::Json => write_json(&[a.clone(), b.clone()], &differing, &mut out)?,
                Format::Text => write_differences(a, b, &differing, &mut out)?,
            }
            if differing.is_empty() { Status::Clean } else { Status::Found }
        }
        (Some(one), None, Format::Text) => {
            write_answers(one, &mut out)?;
            Status::Clean
        }
        // `second` without `first` does not occur: the arguments are taken in order.
        (None, _, Format::Text) => {
            for dialect in Dialect::ALL {
                write_answers(dialect, &mut out)?;
                out.write("\n")?;
            }
            Status::Clean
        }
        // JSON is a list in every case, also for one dialect, so that a program has one way to read
        // it.
        (one, _, Format::Json) => {
            let dialects = one.as_ref().map_or(Dialect::ALL, std::slice::from_ref);
            write_json(dialects, Question::ALL, &mut out)?;
            Status::Clean
        }
    };
    out.flush()?;
    Ok(status)
}

/// Returns true when two dialects answer a question differently, or only one answer is known.
///
/// Two unknown answers are equal here: nothing is known that distinguishes the stores.
fn differ(a: &Dialect, b: &Dialect, question: Question) -> bool {
    answer(a, question) != answer(b, question)
}

/// Returns the word for the answer to a question, or `unknown`.
///
/// An unknown answer has a value in the dialect, that of AWS, which commands assume. It must not be
/// shown as a fact about the store.
fn answer(dialect: &Dialect, question: Question) -> &'static str {
    if dialect.is_known(question) { dialect.answer(question) } else { "unknown" }
}

/// Writes the answers of a dialect, one per line, below its name.
fn write_answers(dialect: &Dialect, out: &mut Output) -> Result<(), Failure> {
    let styles = Styles::stdout();
    out.text(format!("{}\n", styles.heading(dialect.name())))?;
    for question in Question::ALL.iter().copied() {
        let (answer, clause) = (answer(dialect, question), question.clause());
        let evidence = dialect.evidence(question);
        // Padded before it is painted: the sequences of colours would count as characters.
        let padded = format!("{answer:27}");
        let is_known = dialect.is_known(question);
        let answer = if is_known { padded } else { styles.warning(&padded) };
        out.text(format!("  {:34}{answer}{clause}  {evidence}\n", question.as_str()))?;
    }
    Ok(())
}

/// Writes the questions that two dialects answer differently, each with both answers.
///
/// ```text
/// tags: Which tags of a filter must an object have?
///   aws           all  (documented: user guide, replication-add-config)
///   minio         any  (observed: M01, filter.go)
/// ```
fn write_differences(
    a: &Dialect,
    b: &Dialect,
    differing: &[Question],
    out: &mut Output,
) -> Result<(), Failure> {
    if differing.is_empty() {
        return out.text(format!("`{a}` and `{b}` answer every question alike\n"));
    }
    for question in differing {
        let name = Styles::stdout().heading(question.as_str());
        out.text(format!("{name}: {}\n", question.text()))?;
        for dialect in [a, b] {
            let (answer, evidence) = (answer(dialect, *question), dialect.evidence(*question));
            out.text(format!("  {:14}{answer}  ({evidence})\n", dialect.name()))?;
        }
    }
    Ok(())
}

/// Writes dialects as one JSON document, with their answers to some questions.
fn write_json(
    dialects: &[Dialect],
    questions: &[Question],
    out: &mut Output,
) -> Result<(), Failure> {
    let of_question = |dialect: &Dialect, question: Question| {
        let known = dialect.is_known(question);
        json!({
            "question": question.as_str(),
            "answer": answer(dialect, question),
            // The answer that commands assume where none is known; `null` where one is.
            "assumed": if known { None } else { Some(dialect.answer(question)) },
            // The words that `--question` takes.
            "answers": question.answers(),
            "evidence": dialect.evidence(question).to_string(),
            "clause": question.clause().id(),
            "text": question.text(),
        })
    };
    let of_dialect = |dialect: &Dialect| {
        let answers = questions.iter().map(|question| of_question(dialect, *question));
        json!({ "name": dialect.name(), "questions": answers.collect::<Value>() })
    };
    let document: Value = dialects.iter().map(of_dialect).collect();
    out.write(format!("{document:#}\n"))
}
