//! Unknown conditions, and the configurations that a template stands for under each of them.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::fmt;

/// The most configurations that one resource of a template is read as.
pub(super) const MOST_READINGS: usize = 16;

/// The key of a condition that does not follow from the text.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Condition {
    /// The unknown operand: two conditions that compare it with different constants exclude each
    /// other.
    pub(super) operand: String,
    /// The constant that the operand is compared with.
    pub(super) constant: Option<String>,
    /// The name for readers.
    pub(super) label: String,
}

/// Assumptions about conditions.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Assumptions(pub(super) BTreeMap<(String, Option<String>), (bool, String)>);

impl Assumptions {
    /// Returns the assumption about a condition, or what follows from the others.
    pub(super) fn of(&self, condition: &Condition) -> Option<bool> {
        let key = (condition.operand.clone(), condition.constant.clone());
        if let Some((value, _)) = self.0.get(&key) {
            return Some(*value);
        }
        condition.constant.as_ref()?;
        let excluded = self.0.iter().any(|((operand, constant), (value, _))| {
            *value && *operand == condition.operand && constant.is_some()
        });
        excluded.then_some(false)
    }

    fn with(&self, condition: &Condition, value: bool) -> Self {
        let mut with = self.clone();
        let key = (condition.operand.clone(), condition.constant.clone());
        with.0.insert(key, (value, condition.label.clone()));
        with
    }
}

/// As messages name them: `` `IsProd` is true and `Wide` is false ``.
impl fmt::Display for Assumptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (value, label)) in self.0.values().enumerate() {
            let and = if index == 0 { "" } else { " and " };
            write!(f, "{and}`{label}` is {value}")?;
        }
        Ok(())
    }
}

/// The assumptions while something is read, and the first condition without one.
#[derive(Default)]
pub(super) struct Assuming {
    assumed: RefCell<Assumptions>,
    wanted: RefCell<Option<Condition>>,
    /// True if conditions of which nothing is assumed leave a value unknown.
    is_last: Cell<bool>,
}

impl Assuming {
    /// Begins to read under assumptions.
    pub(super) fn begin(&self, assumed: &Assumptions, is_last: bool) {
        *self.assumed.borrow_mut() = assumed.clone();
        *self.wanted.borrow_mut() = None;
        self.is_last.set(is_last);
    }

    /// Returns true if anything is assumed or asked for.
    pub(super) fn is_anything_assumed(&self) -> bool {
        !self.assumed.borrow().0.is_empty() || self.wanted.borrow().is_some()
    }

    /// Returns the assumption about a condition, and asks for one if there is none.
    pub(super) fn of(&self, condition: Condition) -> Option<bool> {
        let assumed = self.assumed.borrow().of(&condition);
        if assumed.is_none() && !self.is_last.get() {
            self.wanted.borrow_mut().get_or_insert(condition);
        }
        assumed
    }

    /// Returns the condition that was asked for first.
    pub(super) fn take_wanted(&self) -> Option<Condition> {
        self.wanted.borrow_mut().take()
    }
}

/// The readings of one resource.
pub(super) struct Readings<R> {
    pub(super) all: Vec<(Assumptions, R)>,
    /// True if there are too many conditions to assume something of each.
    pub(super) too_many: bool,
}

/// Reads something under every assumption about the conditions that it asks for. `read` returns the
/// first condition of which nothing is assumed, if it needs one; with `is_last` it must do without.
pub(super) fn readings<R>(
    mut read: impl FnMut(&Assumptions, bool) -> (R, Option<Condition>),
) -> Readings<R> {
    let mut waiting = VecDeque::from([Assumptions::default()]);
    let mut all = Vec::new();
    while let Some(assumed) = waiting.pop_front() {
        let (result, wanted) = read(&assumed, false);
        let Some(condition) = wanted else {
            all.push((assumed, result));
            continue;
        };
        if all.len() + waiting.len() + 2 > MOST_READINGS {
            let none = Assumptions::default();
            let (result, _) = read(&none, true);
            return Readings { all: vec![(none, result)], too_many: true };
        }
        waiting.push_back(assumed.with(&condition, true));
        waiting.push_back(assumed.with(&condition, false));
    }
    Readings { all, too_many: false }
}
