//! The completion report of a job: its documents, written, read and summed up.
//!
//! ```text
//! manifest.json                 Manifest and Part: the job, its format and the files
//! results/….csv                 Reader and Writer: one TaskResult in each line
//! both together                 Summary: counts by error code
//! ```
//!
//! [`Location`] names the files below the prefix of the job.

mod document;
mod location;
mod pieces;
mod reader;
mod summary;
mod task;
mod writer;

pub use self::document::{Format, InvalidManifest, Manifest, Part, Scope};
pub use self::location::{InvalidPartName, Location, PartName};
pub use self::pieces::{Piece, Pieces};
pub use self::reader::Reader;
pub use self::summary::{CodeCount, Summary};
pub use self::task::{TaskErrorCode, TaskResult, TaskStatus};
pub use self::writer::{Document, Writer};
