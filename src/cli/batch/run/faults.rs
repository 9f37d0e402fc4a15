//! Buckets that refuse.

use std::str::FromStr;

use s3_replication::model::BucketName;
use s3_replication::replication::FailureReason;

use crate::cli::suggestion::did_you_mean;

/// `BUCKET=CODE`.
#[derive(Clone, Debug)]
pub(super) struct BrokenBucket {
    pub(super) bucket: BucketName,
    pub(super) reason: FailureReason,
}

impl FromStr for BrokenBucket {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((bucket, code)) = text.split_once('=') else {
            let example = "`backup=DstPutObjectNotPermitted`";
            return Err(format!("write a bucket and a reason, such as {example}"));
        };
        let bucket = bucket.parse::<BucketName>().map_err(|error| error.to_string())?;
        let reason = FailureReason::from(code);
        if reason.is_known() {
            return Ok(Self { bucket, reason });
        }
        let known = FailureReason::KNOWN.iter().map(FailureReason::as_str);
        Err(format!("`{code}` is no reason of S3's{}", did_you_mean(code, known)))
    }
}
