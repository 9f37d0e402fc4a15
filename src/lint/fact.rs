//! What one would have to know about buckets.

use crate::model::BucketName;

closed_vocabulary! {
    /// Something to know about a bucket, by the name it has in
    /// [`BucketSettings`](crate::model::BucketSettings).
    #[non_exhaustive]
    pub enum Fact("a fact about a bucket") {
        /// Who owns the bucket.
        Account = "Account",
        /// Whether KMS is asked once for a bucket rather than for each version.
        BucketKeyEnabled = "BucketKeyEnabled",
        /// How versions are encrypted when a request says nothing.
        DefaultEncryption = "DefaultEncryption",
        /// Which versions go by themselves.
        Lifecycle = "Lifecycle",
        /// Whether Object Lock is enabled.
        ObjectLock = "ObjectLock",
        /// Who owns what others write.
        ObjectOwnership = "ObjectOwnership",
        /// Who pays for requests.
        Payer = "Payer",
        /// Where the bucket is.
        Region = "Region",
        /// Whether the bucket keeps versions.
        Versioning = "Versioning",
    }
}

/// A fact that nobody gave, and the lints that would have looked at it.
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
    /// The bucket; `None` is the source bucket, when nobody said which one it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<BucketName>,
    /// What is not known about it.
    pub fact: Fact,
    /// The names of the lints that say nothing for that reason, sorted.
    pub lints: Vec<&'static str>,
}
