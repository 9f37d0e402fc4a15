use crate::dialect::Dialect;
use crate::engine::{Question, Replication, eligibility};
use crate::model::{Event, ObjectVersion, ReplicationRule};

/// What one rule does about a version, whatever the other rules do.
#[derive(Clone, Debug)]
pub(crate) enum Part<'a> {
    /// It does not compete for its bucket.
    StaysOut,
    /// It competes, but when it wins nothing is done.
    Withholds,
    /// It competes, and when it wins this is done.
    Replicates(Replication<'a>),
}

impl<'a> Part<'a> {
    pub(crate) fn of(
        rule: &'a ReplicationRule,
        dialect: &'a Dialect,
        version: &'a ObjectVersion<'_>,
        event: Event,
    ) -> Self {
        let question = Question { dialect, version, event };
        let Ok(action) = eligibility::action(version, event) else { return Self::StaysOut };
        if eligibility::stays_out(rule, &question).is_some() {
            Self::StaysOut
        } else if eligibility::winner_refuses(rule, &question).is_some() {
            Self::Withholds
        } else {
            Self::Replicates(Replication::new(rule, action, &question))
        }
    }
}
