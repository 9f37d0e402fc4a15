//! The file of facts about buckets.

use s3_replication::model::KnownBuckets;

use crate::cli::Failure;
use crate::cli::input::Input;
use crate::cli::output;

/// The most bytes that are read.
const LIMIT: usize = 16 * 1024 * 1024;

/// Reads `{"Buckets": {…}}`, or the buckets alone.
pub(in crate::cli) fn read(input: &Input) -> Result<KnownBuckets, Failure> {
    let bytes = input.read(LIMIT + 1)?;
    if bytes.len() > LIMIT {
        let limit = output::grouped(LIMIT as u64);
        return Err(Failure::Message(format!("`{input}` has more than {limit} bytes")));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    serde_json::from_slice(bytes).map_err(|error: serde_json::Error| {
        let message = error.to_string();
        // What is cited may hold these words, too.
        let message = message.rsplit_once(" at line ").map_or(&*message, |(message, _)| message);
        let (line, column) = (error.line(), error.column());
        Failure::Message(format!("{input}:{line}:{column}: {message}"))
    })
}
