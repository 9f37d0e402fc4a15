//! Facts about buckets that lints ask for.

use crate::model::BucketName;

closed_vocabulary! {
    /// A fact about a bucket, by its name in
    /// [`BucketSettings`](crate::model::BucketSettings).
    #[non_exhaustive]
    pub enum Fact("a fact about a bucket") {
        /// The account that owns the bucket.
        Account = "Account",
        /// S3 Bucket Keys: fewer requests to KMS.
        BucketKeyEnabled = "BucketKeyEnabled",
        /// The encryption of objects whose request names none.
        DefaultEncryption = "DefaultEncryption",
        /// The KMS key of objects whose request names none.
        DefaultKmsKeyId = "DefaultKmsKeyId",
        /// The lifecycle rules.
        Lifecycle = "Lifecycle",
        /// The state of Object Lock.
        ObjectLock = "ObjectLock",
        /// The owner of objects that other accounts write.
        ObjectOwnership = "ObjectOwnership",
        /// The payer of requests.
        Payer = "Payer",
        /// The Region of the bucket.
        Region = "Region",
        /// The versioning state.
        Versioning = "Versioning",
    }
}

/// A fact that the caller did not give, and the lints that need it.
///
/// # Examples
///
/// ```
/// use s3_replication::Parser;
/// use s3_replication::lint::{Fact, Levels};
///
/// let rule = r#"{"Status": "Enabled", "Prefix": "",
///                "Destination": {"Bucket": "arn:aws:s3:::backup"}}"#;
/// let text = format!(r#"{{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{rule}]}}"#);
///
/// let parsed = Parser::new().with_advice(Levels::new()).parse_json(&text);
/// let backup = "backup".parse()?;
/// let mut missing = parsed.missing_facts().iter();
/// let of_backup = missing.find(|missing| {
///     missing.bucket.as_ref() == Some(&backup) && missing.fact == Fact::Versioning
/// });
/// assert_eq!(of_backup.unwrap().lints, ["destination-not-versioned"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct MissingFact {
    /// The bucket; `None` is the source bucket, if its name is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<BucketName>,
    /// The missing fact.
    pub fact: Fact,
    /// The names of the lints that need the fact, sorted.
    pub lints: Vec<&'static str>,
}
