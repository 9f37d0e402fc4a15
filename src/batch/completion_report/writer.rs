use std::io::{self, Write};

use crate::batch::checksum;
use crate::batch::checksum::Md5Checksum;
use crate::batch::completion_report::{
    Location, Manifest, Part, PartName, Scope, TaskErrorCode, TaskResult, TaskStatus,
};
use crate::batch::csv::quote_if_needed;
use crate::model::{Timestamp, VersionId};

/// Writes the completion report of a job while its tasks end.
///
/// There is one part for tasks that succeeded and one for tasks that failed. The caller opens and
/// names a part when its first row is written. Rows outside of the scope are not written.
///
/// # Examples
///
/// ```
/// use s3_replication::batch::completion_report::{self, PartName, TaskResult, TaskStatus};
///
/// let location = completion_report::Location::new("reports".parse()?, "f8fb9d89".parse()?);
/// let name: PartName = "6217b0fab0de85c408b4be96aeaca9b195a7daa5".parse()?;
/// let mut report = completion_report::Writer::new(location, completion_report::Scope::AllTasks, |status| {
///     assert_eq!(status, TaskStatus::Succeeded);
///     Ok((name.clone(), Vec::new()))
/// });
/// report.write(&TaskResult::succeeded("src", "a%2Cb", Some("v1".parse()?)))?;
///
/// let (written, parts) = report.finish("2026-11-22T10:00:00Z".parse()?)?.unwrap();
/// assert_eq!(parts, [b"src,a%2Cb,v1,succeeded,200,,success\n"]);
/// assert_eq!(written.key, "job-f8fb9d89/manifest.json");
/// assert!(written.text.contains(r#""ReportCreationDate": "2026-11-22T10:00:00.000Z""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Writer<W, F> {
    location: Location,
    scope: Scope,
    open: F,
    succeeded: Option<OpenPart<W>>,
    failed: Option<OpenPart<W>>,
    has_tasks: bool,
    line: Vec<u8>,
}

#[derive(Debug)]
struct OpenPart<W> {
    name: PartName,
    writer: checksum::Writer<W>,
}

/// The document of a completion report, ready to be stored beside its parts.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Document {
    /// The content of the document.
    pub manifest: Manifest,
    /// The key of the document.
    pub key: String,
    /// The text of the document.
    pub text: String,
    /// The key of the checksum of the document.
    pub checksum_key: String,
    /// The checksum, which is stored as text.
    pub checksum: Md5Checksum,
}

impl<W: Write, F: FnMut(TaskStatus) -> io::Result<(PartName, W)>> Writer<W, F> {
    /// Begins a report. `open` is called at the first row of a part, and returns its name and writer.
    pub const fn new(location: Location, scope: Scope, open: F) -> Self {
        Self {
            location,
            scope,
            open,
            succeeded: None,
            failed: None,
            has_tasks: false,
            line: Vec::new(),
        }
    }

    /// Writes the result of a task.
    ///
    /// # Errors
    ///
    /// The error of opening or writing a part.
    pub fn write(&mut self, result: &TaskResult) -> io::Result<()> {
        self.has_tasks = true;
        let status = result.status();
        if self.scope == Scope::FailedTasksOnly && status == TaskStatus::Succeeded {
            return Ok(());
        }
        let part = match status {
            TaskStatus::Succeeded => &mut self.succeeded,
            TaskStatus::Failed => &mut self.failed,
        };
        let part = if let Some(part) = part {
            part
        } else {
            let (name, writer) = (self.open)(status)?;
            part.insert(OpenPart { name, writer: checksum::Writer::new(writer) })
        };
        self.line.clear();
        write_row(result, &mut self.line);
        part.writer.write_all(&self.line)
    }

    /// Ends the report, and returns its document and the writers of its parts; `None` without any task
    /// (REP-958).
    ///
    /// # Errors
    ///
    /// The error of flushing a part.
    pub fn finish(self, at: Timestamp) -> io::Result<Option<(Document, Vec<W>)>> {
        if !self.has_tasks {
            return Ok(None);
        }
        let (mut results, mut writers) = (Vec::new(), Vec::new());
        let parts = [(TaskStatus::Succeeded, self.succeeded), (TaskStatus::Failed, self.failed)];
        for (task_execution_status, part) in parts {
            let Some(part) = part else { continue };
            let (writer, md5_checksum, _) = part.writer.finish()?;
            let (bucket, key) =
                (self.location.bucket().clone(), self.location.part_key(&part.name));
            results.push(Part { task_execution_status, bucket, md5_checksum, key });
            writers.push(writer);
        }
        let manifest = Manifest::new(at, results);
        let text = manifest.to_json();
        let report = Document {
            key: self.location.manifest_key(),
            checksum_key: self.location.checksum_key(),
            checksum: Md5Checksum::of(&text),
            manifest,
            text,
        };
        Ok(Some((report, writers)))
    }
}

/// Appends a row, with the fields in the order of S3, which is not that of its schema (REP-961).
fn write_row(result: &TaskResult, line: &mut Vec<u8>) {
    let http_status = result.http_status().map(|status| status.to_string());
    let fields = [
        result.bucket(),
        result.key(),
        result.version_id().map_or("", VersionId::as_str),
        result.status().as_str(),
        http_status.as_deref().unwrap_or_default(),
        result.error_code().map_or("", TaskErrorCode::as_str),
        result.message(),
    ];
    for field in fields {
        quote_if_needed(field.as_bytes(), line);
        line.push(b',');
    }
    line.pop();
    line.push(b'\n');
}
