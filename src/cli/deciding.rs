//! Decisions about single objects by a configuration with unknown values.

use std::cell::RefCell;

use s3_replication::engine::Replication;
use s3_replication::{Dialect, Engine, Parsed, UnknownValue};

use crate::cli::object::Object;
use crate::cli::{Ended, Failure, describe};

/// The engines of every configuration that a document may stand for.
pub(super) struct Deciding {
    engine: Engine,
    others: Vec<Engine>,
    /// The unknown values, for messages.
    unknown: Vec<String>,
    /// The first object whose decision depends on them.
    undecided: RefCell<Option<String>>,
}

impl Deciding {
    /// Creates an engine for each configuration that the document may stand for.
    ///
    /// # Errors
    ///
    /// When the document stands for too many configurations to compare, and when none of them is
    /// complete.
    pub(super) fn new(parsed: &Parsed, dialect: &Dialect) -> Result<Self, Failure> {
        let unknown: Vec<String> = parsed.unknown_values().iter().map(shown).collect();
        let Some(all) = parsed.possible_configurations() else {
            return Err(Failure::Message(depends("the decisions depend", &unknown)));
        };
        let mut engines = all.iter().map(|one| Engine::with_dialect(one, dialect));
        let Some(engine) = engines.next() else {
            return Err(Failure::Message("the configuration is incomplete".to_owned()));
        };
        let others = engines.collect();
        Ok(Self { engine, others, unknown, undecided: RefCell::default() })
    }

    /// Returns the engine of the first configuration.
    pub(super) const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Writes the answer about an object, if every engine gives the same one.
    pub(super) fn write(
        &self,
        object: &Object<'_>,
        out: &mut Vec<u8>,
        mut write: impl FnMut(&Engine, &mut Vec<u8>),
    ) {
        let start = out.len();
        write(&self.engine, out);
        if self.unknown.is_empty() && self.others.is_empty() {
            return;
        }
        let mut answer = Vec::new();
        let is_same = self.others.iter().all(|engine| {
            answer.clear();
            write(engine, &mut answer);
            out.get(start..) == Some(&answer[..])
        });
        if !is_same || self.is_ambiguous(object) {
            out.truncate(start);
            let mut undecided = self.undecided.borrow_mut();
            undecided.get_or_insert_with(|| describe::object(object));
        }
    }

    /// Returns true if the object goes to two destinations that may be one bucket.
    ///
    /// Every engine has given the same answer by then, so the first one is asked.
    fn is_ambiguous(&self, object: &Object<'_>) -> bool {
        object.with_version(|version| {
            let decision = self.engine.decide(version, object.event());
            let buckets: Vec<_> = decision.replications().map(Replication::bucket).collect();
            buckets.len() > 1 && buckets.iter().any(|bucket| bucket.is_ambiguous())
        })
    }

    /// Returns the end of the command: an error if there was an object without an answer.
    pub(super) fn end(self, ended: Ended) -> Ended {
        match self.undecided.into_inner() {
            Some(object) => {
                let what = format!("the decision about {object} depends");
                Err(Failure::Message(depends(&what, &self.unknown)))
            }
            None => ended,
        }
    }
}

/// Names an unknown value by its place and its expression.
pub(super) fn shown(unknown: &UnknownValue) -> String {
    format!("`{}` (`{}`)", unknown.json_path(), unknown.expression())
}

/// Returns the message that something depends on unknown values.
pub(super) fn depends(what: &str, unknown: &[String]) -> String {
    let on = if unknown.is_empty() {
        "unknown conditions".to_owned()
    } else {
        format!("unknown values: {}", unknown.join(", "))
    };
    format!("{what} on {on}; give them with `--parameter` or `--var`")
}
