//! The file of bucket settings given by `--context`.

use s3_replication::model::KnownBuckets;

use crate::cli::Failure;
use crate::cli::input::Input;
use crate::cli::{output, settings};

/// Returns the known facts about buckets: those of the file that is given, or of the one that the
/// settings name, or none.
pub(in crate::cli) fn known(given: Option<&Input>) -> Result<KnownBuckets, Failure> {
    match given.cloned().or_else(settings::context) {
        Some(input) => read(&input),
        None => Ok(KnownBuckets::new()),
    }
}

/// Reads `{"Buckets": {…}}`, or the buckets alone.
fn read(input: &Input) -> Result<KnownBuckets, Failure> {
    // One byte above the limit is enough for the parser to see that there are too many.
    let bytes = input.read(KnownBuckets::SIZE_LIMIT + 1)?;
    let text = output::text_of(input, &bytes)?;
    KnownBuckets::from_json(text).map_err(|report| output::refused(input, text, &report))
}
