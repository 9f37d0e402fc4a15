use chrono::SecondsFormat;
use serde::{Deserialize, Serialize, Serializer};

use crate::batch::checksum::Md5Checksum;
use crate::batch::completion_report::TaskStatus;
use crate::batch::row_error::excerpt;
use crate::model::{BucketName, Timestamp};

closed_vocabulary! {
    /// The format of a completion report (REP-910).
    #[non_exhaustive]
    pub enum Format("`Report_CSV_20180820`") {
        /// CSV.
        ReportCsv20180820 = "Report_CSV_20180820",
    }
}

closed_vocabulary! {
    /// The tasks that a completion report lists (REP-910).
    #[non_exhaustive]
    pub enum Scope("`AllTasks` or `FailedTasksOnly`") {
        /// All tasks.
        AllTasks = "AllTasks",
        /// The tasks that failed.
        FailedTasksOnly = "FailedTasksOnly",
    }
}

/// The `manifest.json` of a completion report, which lists its parts (REP-960).
///
/// # Examples
///
/// ```
/// use s3_replication::batch::completion_report::{self, TaskStatus};
///
/// let text = r#"{
///     "Format": "Report_CSV_20180820", "ReportCreationDate": "2019-04-05T17:48:39.725Z",
///     "Results": [{"TaskExecutionStatus": "succeeded", "Bucket": "reports",
///                  "MD5Checksum": "83b1c4cbe93fc893f54053697e10fd6e", "Key": "job-1/results/a.csv"}],
///     "ReportSchema": "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage"}"#;
/// let manifest = completion_report::Manifest::from_json(text)?;
/// assert_eq!(manifest.results[0].task_execution_status, TaskStatus::Succeeded);
/// assert_eq!(completion_report::Manifest::from_json(manifest.to_json())?, manifest);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Manifest {
    /// The time at which the report was written.
    pub created: Timestamp,
    /// The parts: one for each status with rows, though S3 may write more.
    pub results: Vec<Part>,
}

/// A part of a completion report: a CSV file without a header row.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::exhaustive_structs, reason = "the four members that S3 writes")]
pub struct Part {
    /// The status of the tasks in the part.
    pub task_execution_status: TaskStatus,
    /// The bucket of the part.
    pub bucket: BucketName,
    /// The checksum of the part.
    #[serde(rename = "MD5Checksum")]
    pub md5_checksum: Md5Checksum,
    /// The key of the part.
    pub key: String,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct WrittenManifest {
    format: String,
    #[serde(serialize_with = "with_milliseconds")]
    report_creation_date: Timestamp,
    results: Vec<Part>,
    report_schema: String,
}

fn with_milliseconds<S: Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&moment.to_utc().to_rfc3339_opts(SecondsFormat::Millis, true))
}

impl Manifest {
    /// The only format of reports.
    pub const FORMAT: &'static str = "Report_CSV_20180820";

    /// The columns as S3 writes them. In rows the fifth and the sixth are swapped (REP-961).
    pub const SCHEMA: &'static str =
        "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage";

    /// The columns as they are in rows, which other writers may use.
    const COLUMNS: &'static str =
        "Bucket, Key, VersionId, TaskStatus, HTTPStatusCode, ErrorCode, ResultMessage";

    /// Creates the document of a report.
    #[must_use]
    pub const fn new(created: Timestamp, results: Vec<Part>) -> Self {
        Self { created, results }
    }

    /// Reads `manifest.json`. Unknown members are skipped.
    ///
    /// # Errors
    ///
    /// When the text is not JSON, lacks a member, or has another format.
    pub fn from_json(bytes: impl AsRef<[u8]>) -> Result<Self, InvalidManifest> {
        let written: WrittenManifest = serde_json::from_slice(bytes.as_ref())
            .map_err(|error| InvalidManifest::Json { error: error.to_string().into() })?;
        if written.format != Self::FORMAT {
            return Err(InvalidManifest::Format { found: excerpt(&written.format) });
        }
        if ![Self::SCHEMA, Self::COLUMNS].contains(&written.report_schema.as_str()) {
            return Err(InvalidManifest::Schema { found: excerpt(&written.report_schema) });
        }
        Ok(Self { created: written.report_creation_date, results: written.results })
    }

    /// Writes `manifest.json`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let written = WrittenManifest {
            format: Self::FORMAT.to_owned(),
            report_creation_date: self.created,
            results: self.results.clone(),
            report_schema: Self::SCHEMA.to_owned(),
        };
        // Writing texts to memory cannot fail.
        serde_json::to_string_pretty(&written).unwrap_or_default()
    }
}

/// The error returned when a text is not the `manifest.json` of a completion report.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidManifest {
    /// The text is not JSON, or has members of other types.
    #[error("{error}")]
    Json {
        /// The error, with line and column.
        error: Box<str>,
    },
    /// The format is unknown.
    #[error("`Format` is `{found}`, expected `{}`", Manifest::FORMAT)]
    Format {
        /// The format.
        found: Box<str>,
    },
    /// The columns are not those of the format.
    #[error("`ReportSchema` is `{found}`, expected `{}`", Manifest::SCHEMA)]
    Schema {
        /// The columns.
        found: Box<str>,
    },
}
