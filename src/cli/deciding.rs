//! Decisions about single objects by a configuration with unknown values.

use std::cell::{Cell, RefCell};

use s3_replication::engine::Replication;
use s3_replication::{Dialect, Engine, Parsed, UnknownValue};

use crate::cli::object::Object;
use crate::cli::open_answers::OpenAnswers;
use crate::cli::{Ended, Failure, Status, describe};

/// The engines of every configuration that a document may stand for.
pub(super) struct Deciding {
    engine: Engine,
    others: Vec<Engine>,
    /// The unknown values, for messages.
    unknown: Vec<String>,
    /// The first object whose decision depends on them.
    undecided: RefCell<Option<String>>,
    /// The unknown answers of the store.
    open: OpenAnswers,
    /// True if a decision depended on them.
    is_refused: Cell<bool>,
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
        let open = OpenAnswers::of(parsed.draft(), dialect);
        let (undecided, is_refused) = (RefCell::default(), Cell::default());
        Ok(Self { engine, others, unknown, undecided, open, is_refused })
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
        let is_refused = object.with_version(|version| {
            let name = describe::object(object);
            self.open.refuses(&self.engine, version, object.event(), &name)
        });
        if is_refused {
            self.is_refused.set(true);
            return;
        }
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
            None if self.is_refused.get() => ended.map(|status| status.max(Status::Wrong)),
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
