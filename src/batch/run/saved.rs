use serde::{Deserialize, Serialize};

use super::in_flight::OpenRow;
use crate::batch::job;
use crate::batch::run::JobRun;

/// A run in a form that can be stored.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SavedRun {
    job_id: job::Id,
    rows_begun: u64,
    open_rows: Vec<SavedRow>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct SavedRow {
    number: u64,
    row: OpenRow,
}

/// The error returned when a stored value is not a run.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSavedRun {
    /// A row is in progress that was not begun.
    #[error("row {number} is in progress, but only {begun} rows were begun")]
    NotBegun {
        /// The number of the row, from zero.
        number: u64,
        /// The number of rows begun.
        begun: u64,
    },
    /// A row occurs twice.
    #[error("row {number} occurs twice")]
    Repeated {
        /// The number of the row, from zero.
        number: u64,
    },
    /// A row has no destinations.
    #[error("row {number} is in progress without a destination")]
    Nowhere {
        /// The number of the row, from zero.
        number: u64,
    },
}

impl From<JobRun> for SavedRun {
    fn from(run: JobRun) -> Self {
        let open_rows = run.open.into_iter().map(|(number, row)| SavedRow { number, row });
        Self { job_id: run.job, rows_begun: run.begun, open_rows: open_rows.collect() }
    }
}

impl TryFrom<SavedRun> for JobRun {
    type Error = InvalidSavedRun;

    fn try_from(saved: SavedRun) -> Result<Self, InvalidSavedRun> {
        let begun = saved.rows_begun;
        let (open, rows_of) = Default::default();
        let mut run = Self { job: saved.job_id, begun, open, rows_of };
        for SavedRow { number, row } in saved.open_rows {
            if number >= begun {
                return Err(InvalidSavedRun::NotBegun { number, begun });
            }
            if !row.has_destinations() {
                return Err(InvalidSavedRun::Nowhere { number });
            }
            if run.open.contains_key(&number) {
                return Err(InvalidSavedRun::Repeated { number });
            }
            run.open(number, row);
        }
        Ok(run)
    }
}
