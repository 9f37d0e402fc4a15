//! The file of bucket settings given by `--context`.
//!
//! S3 decides by some facts that are in no replication configuration, such as versioning or the
//! Region of a bucket. A user who knows them writes them down once:
//!
//! ```json
//! {"Buckets": {"photos": {"Versioning": "Enabled", "Region": "eu-central-1"}, "gone": null}}
//! ```
//!
//! A bucket that is not in the file is unknown, and `null` is a bucket that does not exist. The
//! members are listed in the help of `check`. The library reads the text; this file finds it and
//! limits its size.

use s3_replication::model::{BucketName, KnownBuckets};

use crate::cli::Failure;
use crate::cli::input::Input;
use crate::cli::refusal;
use crate::cli::{output, settings};

/// Returns the known facts about buckets: those of the file that is given, or of the one that the
/// settings name, or none.
///
/// The two files are not merged: the one that is given replaces the other. Without any file, checks
/// that need facts are left out.
pub(in crate::cli) fn known(given: Option<&Input>) -> Result<KnownBuckets, Failure> {
    match given.cloned().or_else(settings::context) {
        Some(input) => read(&input),
        None => Ok(KnownBuckets::new()),
    }
}

/// The options for facts about buckets that decide about replicas.
#[derive(Debug, Default, clap::Args)]
pub(in crate::cli) struct BucketFacts {
    /// The bucket that has the configuration
    #[arg(long, value_name = "NAME")]
    source_bucket: Option<BucketName>,
    /// Known facts about buckets, as JSON, such as `ObjectOwnership`, which decides about owners and
    /// ACLs; `check --help` shows an example
    #[arg(long, value_name = "FILE")]
    context: Option<Input>,
}

impl BucketFacts {
    /// Returns the source bucket.
    pub(in crate::cli) const fn source_bucket(&self) -> Option<&BucketName> {
        self.source_bucket.as_ref()
    }

    /// Returns the file.
    pub(in crate::cli) const fn context(&self) -> Option<&Input> {
        self.context.as_ref()
    }

    /// Reads the settings, as [`known`] does.
    pub(in crate::cli) fn read(&self) -> Result<KnownBuckets, Failure> {
        known(self.context.as_ref())
    }
}

/// Reads `{"Buckets": {…}}`, or the buckets alone. A file with mistakes is refused with all of
/// them, and exit status 2.
fn read(input: &Input) -> Result<KnownBuckets, Failure> {
    // One byte above the limit is enough for the parser to see that there are too many.
    let bytes = input.read(KnownBuckets::SIZE_LIMIT + 1)?;
    let text = output::text_of(input, &bytes)?;
    KnownBuckets::from_json(text).map_err(|report| refusal::refused(input, text, &report))
}
