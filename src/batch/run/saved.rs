//! Storing a run, and judging what was stored.
//!
//! ```text
//! JobRun ─▶ SavedRun: JobId, RowsBegun, OpenRows with their numbers, Checksum
//! ```
//!
//! The index of rows by version is not stored, because it follows from the rows. A run is stored
//! with its job and its ledger, and this file does not see them: that the three belong together is
//! up to the caller. As for a job, the state is checked before the checksum, because the checks
//! explain more.

use serde::{Deserialize, Serialize};

use super::in_flight::OpenRow;
use crate::batch::job::{self, Job};
use crate::batch::run::JobRun;
use crate::seal::{Seal, Sealed};

/// A run in a form that can be stored.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SavedRun {
    job_id: job::Id,
    // The position of the next row in the manifest.
    rows_begun: u64,
    open_rows: Vec<SavedRow>,
    checksum: Seal,
}

impl Sealed for SavedRun {
    fn seal_mut(&mut self) -> &mut Seal {
        &mut self.checksum
    }
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
// A list and not a map, so that a repeated number is seen and not overwritten.
struct SavedRow {
    number: u64,
    row: OpenRow,
}

/// The error returned when a stored value is not a run.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSavedRun {
    /// No job has so many rows.
    #[error("{begun} rows were begun, which is more than a job can have")]
    TooMany {
        /// The number of rows begun.
        begun: u64,
    },
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
    /// A row waits for no destination, so it would never end.
    #[error(
        "row {number} is in progress, but waits for no destination, or its destinations are not sorted"
    )]
    Idle {
        /// The number of the row, from zero.
        number: u64,
    },
    /// The checksum is not that of the other members.
    #[error("{0}")]
    Checksum(String),
}

impl From<JobRun> for SavedRun {
    fn from(run: JobRun) -> Self {
        let open_rows = run.open.into_iter().map(|(number, row)| SavedRow { number, row });
        let (job_id, rows_begun, open_rows) = (run.job, run.begun, open_rows.collect());
        Self { job_id, rows_begun, open_rows, checksum: Seal::default() }.sealed()
    }
}

impl TryFrom<SavedRun> for JobRun {
    type Error = InvalidSavedRun;

    fn try_from(mut saved: SavedRun) -> Result<Self, InvalidSavedRun> {
        let seal = saved.check_seal();
        let begun = saved.rows_begun;
        // The total of the job is not known here, so the limit of all jobs has to do.
        if begun > Job::OBJECT_LIMIT {
            return Err(InvalidSavedRun::TooMany { begun });
        }
        let (open, rows_of) = Default::default();
        let mut run = Self { job: saved.job_id, begun, open, rows_of };
        for SavedRow { number, row } in saved.open_rows {
            if number >= begun {
                return Err(InvalidSavedRun::NotBegun { number, begun });
            }
            if !row.has_destinations() {
                return Err(InvalidSavedRun::Nowhere { number });
            }
            if !row.is_sound() {
                return Err(InvalidSavedRun::Idle { number });
            }
            if run.open.contains_key(&number) {
                return Err(InvalidSavedRun::Repeated { number });
            }
            // This also fills the index.
            run.open(number, row);
        }
        seal.map_err(|broken| InvalidSavedRun::Checksum(broken.to_string()))?;
        Ok(run)
    }
}
