//! The clock and the IDs of the server, which the model does not have.

use std::time::{SystemTime, UNIX_EPOCH};

use s3_replication::batch::job;
use s3_replication::model::{Timestamp, VersionId};

/// Returns the time, in milliseconds as in listings of S3.
pub(crate) fn now() -> Timestamp {
    let time = SystemTime::now();
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let millisecond = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    (UNIX_EPOCH + std::time::Duration::from_millis(millisecond)).into()
}

/// Returns a new version ID: 32 characters, as those of S3.
pub(crate) fn new_version_id() -> VersionId {
    uuid::Uuid::new_v4().simple().to_string().parse().unwrap_or_else(|_| VersionId::null())
}

/// Returns a new ID of a job, in the form of a UUID as in S3.
pub(crate) fn new_job_id() -> Option<job::Id> {
    uuid::Uuid::new_v4().to_string().parse().ok()
}

/// Returns a new ID of an upload or a request.
pub(crate) fn new_id() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}
