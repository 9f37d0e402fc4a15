//! Unknown conditions, and the configurations that a template stands for under each of them.
//!
//! A template with an unknown condition stands for several configurations: `!If [IsProd, A, B]` in
//! `Rules` may hold a whole rule, and `AWS::NoValue` takes one away. Checking a mixture of the
//! branches would report mistakes of a configuration that is never deployed. So each reading
//! assumes a value of every condition that it meets, and is checked alone:
//!
//! ```text
//! readings(read)
//!   read({})                      asks for IsProd
//!   read({IsProd: true})          asks for Wide
//!   read({IsProd: false})         done: one reading
//!   read({IsProd: true, Wide: …}) done: two readings
//! ```
//!
//! The conditions are found by reading, not by looking for them beforehand. A condition inside a
//! branch that is not taken is never asked for, so it doubles nothing.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::fmt;

/// The most configurations that one resource of a template is read as.
///
/// Four independent conditions of two values each. The findings name the conditions that they
/// depend on, and with more readings than these no reader could follow them.
pub(super) const MOST_READINGS: usize = 16;

/// The key of a condition that does not follow from the text.
///
/// Two conditions are the same if operand and constant are, whatever their labels are: `IsProd` and
/// `!Equals [!Ref Env, prod]` written in its place must be assumed together.
///
/// ```text
/// !Equals [!Ref Env, prod]    operand `${Env}`        constant `prod`
/// var.size == null            operand `${var.size}`   constant `null`
/// var.is_wide                 operand `${var.is_wide}`, no constant
/// ```
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Condition {
    /// The unknown operand: two conditions that compare it with different constants exclude each
    /// other.
    pub(super) operand: String,
    /// The constant that the operand is compared with.
    ///
    /// `None` for a condition that is a truth value itself, and for one that compares two unknown
    /// values.
    pub(super) constant: Option<String>,
    /// The name for readers.
    ///
    /// The name of the condition in CloudFormation, and the expression in Terraform.
    pub(super) label: String,
}

/// Assumptions about conditions.
///
/// The keys are operand and constant of a [`Condition`], and the values are the assumed truth with
/// the label. The map is sorted, so that messages name conditions in the same order in every
/// reading.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Assumptions(pub(super) BTreeMap<(String, Option<String>), (bool, String)>);

impl Assumptions {
    /// Returns the assumption about a condition, or what follows from the others.
    pub(super) fn of(&self, condition: &Condition) -> Option<bool> {
        let key = (condition.operand.clone(), condition.constant.clone());
        if let Some((value, _)) = self.0.get(&key) {
            return Some(*value);
        }
        // One value cannot be equal to two constants: with `Env = prod` assumed, `Env = dev` is
        // false. The other direction does not hold, because there may be more values than the
        // constants of the template. Without this step, three environments would have four readings
        // of which one is impossible and has findings of its own.
        condition.constant.as_ref()?;
        let excluded = self.0.iter().any(|((operand, constant), (value, _))| {
            *value && *operand == condition.operand && constant.is_some()
        });
        excluded.then_some(false)
    }

    /// Returns these assumptions and one more.
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
///
/// The evaluators share one of these through cells, because evaluation reads a template by shared
/// references: a condition may be met anywhere in the depth of an expression.
///
/// Its life is one call of [`readings`]: `begin`, any number of `of`, `take_wanted`.
#[derive(Default)]
pub(super) struct Assuming {
    assumed: RefCell<Assumptions>,
    /// The condition that the current reading cannot go on without. The first one is kept: those
    /// behind it may lie in a branch that the assumption about the first one removes.
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
    ///
    /// A value that was evaluated while this is true must not be kept for other readings.
    pub(super) fn is_anything_assumed(&self) -> bool {
        !self.assumed.borrow().0.is_empty() || self.wanted.borrow().is_some()
    }

    /// Returns the assumption about a condition, and asks for one if there is none.
    pub(super) fn of(&self, condition: Condition) -> Option<bool> {
        let assumed = self.assumed.borrow().of(&condition);
        // In the last reading no condition is assumed. The values that depend on one are unknown
        // then, and are reported as unknown.
        if assumed.is_none() && !self.is_last.get() {
            self.wanted.borrow_mut().get_or_insert(condition);
        }
        assumed
    }

    /// Returns the condition that was asked for first.
    ///
    /// The caller that reads something else than a configuration, such as the settings of a bucket,
    /// takes the condition and drops it. Otherwise the next reading would be doubled for a
    /// condition that does not occur in it.
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
        // The two that this condition would add count, too. There is no partial answer: with some
        // of the readings, a finding would be reported as holding under conditions that were never
        // compared with the others.
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
