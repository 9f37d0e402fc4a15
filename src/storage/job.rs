//! Jobs of S3 Batch Replication over the traits of a store: what a generator lists, and what rows
//! come to.

mod drive;
mod driver;
mod generate;

pub use self::drive::{JobRunSummary, JobStop, run_job};
pub(super) use self::drive::{Looked, Site};
pub(super) use self::driver::drive_job;
pub use self::generate::{GenerateError, GenerateSummary, generate};
