//! The known facts about buckets.

use s3_replication::model::KnownBuckets;

use crate::cli::Failure;
use crate::cli::input::Input;
use crate::cli::output;

/// Reads `{"Buckets": {…}}`, or the buckets alone.
pub(in crate::cli) fn read(input: &Input) -> Result<KnownBuckets, Failure> {
    // One byte above the limit is enough for the parser to see that there are too many.
    let bytes = input.read(KnownBuckets::SIZE_LIMIT + 1)?;
    let text = output::text_of(input, &bytes)?;
    KnownBuckets::from_json(text).map_err(|report| output::refused(input, text, &report))
}
