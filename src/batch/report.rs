//! The completion report of a job: written, read and summed up.

mod code;
mod document;
mod place;
mod reader;
mod result;
mod summary;
mod writer;

pub use self::code::TaskErrorCode;
pub use self::document::{InvalidReport, ReportManifest, ReportPart};
pub use self::place::{InvalidPartName, PartName, PrefixJoin, ReportPlace};
pub use self::reader::ReportReader;
pub use self::result::{TaskResult, TaskStatus};
pub use self::summary::{CodeCount, ReportSummary};
pub use self::writer::{CompletionReport, ReportWriter};
