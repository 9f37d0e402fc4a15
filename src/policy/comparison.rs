//! A replication beside a target, member by member.
//!
//! An undecided or failed assertion names a replication and a target. A reader wants to know which
//! member they disagree on, so each is compared by itself.

use std::fmt::{self, Display};

use crate::engine::{Action, Replication};
use crate::model::{Account, KnownBuckets};
use crate::policy::target::Target;

/// A member of a target, with the value that a replication has for it.
///
/// # Examples
///
/// ```
/// use s3_replication::model::{Event, KnownBuckets};
/// use s3_replication::policy::Target;
/// use s3_replication::{Engine, ObjectVersion, ReplicationConfiguration};
///
/// let configuration = ReplicationConfiguration::from_json(
///     r#"{"Role": "arn:aws:iam::111122223333:role/r", "Rules": [{"Status": "Enabled", "Prefix": "",
///         "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
/// )?;
/// let engine = Engine::new(&configuration);
/// let version = ObjectVersion::new("a");
/// let decision = engine.decide(&version, Event::ObjectCreatedPut);
/// let mut target = Target::default();
/// target.buckets = vec!["vault".parse()?];
/// let known = KnownBuckets::new();
/// let replication = decision.replications().next().unwrap();
/// let comparisons = target.compare(replication, &known);
/// assert_eq!(comparisons[0].to_string(), "the bucket is `backup`, not `vault`");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Comparison {
    /// The property, as a phrase.
    pub property: &'static str,
    /// The value that the replication has.
    pub found: String,
    /// The values that the target names.
    pub wanted: Vec<String>,
    /// True if the value is one of those that the target names.
    pub is_equal: bool,
}

impl Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { property, found, wanted, is_equal } = self;
        write!(f, "{property} is `{found}`")?;
        if !is_equal {
            write!(f, ", not `{}`", wanted.join("` or `"))?;
        }
        Ok(())
    }
}

impl Target {
    /// Returns the comparison of each member with a replication. Members whose value is not known, or
    /// that do not apply to the replication, are left out.
    #[must_use]
    pub fn compare(&self, replication: &Replication<'_>, known: &KnownBuckets) -> Vec<Comparison> {
        let bucket = replication.bucket().name();
        let facts = known.get(bucket);
        let replica = replication.replica();
        let is_whole = replication.action() == Action::ReplicateObject;
        let named = replication.rule().destination.ownership.account().and_then(Account::id);
        // The order is that of the check: a fact about the bucket counts more than the
        // configuration.
        let account = facts.and_then(|facts| facts.account).or(named);
        let region = facts.and_then(|facts| facts.region.clone());
        let of_bucket = facts.and_then(|facts| facts.default_encryption);
        let encryption = replica.encryption.status().or(of_bucket).filter(|_| is_whole);
        let class = is_whole.then_some(replica.storage_class);
        let flag = |flag: Option<bool>| flag.into_iter().collect::<Vec<_>>();
        let owner: Vec<_> = self.owner.into_iter().collect();
        [
            compared("the bucket", &self.buckets, Some(bucket)),
            compared("the account of the bucket", &self.accounts, account.as_ref()),
            compared("the Region of the bucket", &self.regions, region.as_ref()),
            compared("the storage class", &self.storage_classes, class),
            compared("the encryption", &self.encryption_statuses, encryption.as_ref()),
            compared(
                "the KMS key",
                &self.kms_key_ids,
                replica.encryption.key().filter(|_| is_whole),
            ),
            compared("the owner", &owner, Some(&replica.owner)),
            compared("`Metrics`", &flag(self.metrics), Some(&replication.has_metrics())),
            compared(
                "`ReplicationTimeControl`",
                &flag(self.replication_time_control),
                Some(&replication.is_time_controlled()),
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Compares one member; `None` if the target does not name it, or its value is not known.
fn compared<T: Display + PartialEq>(
    property: &'static str,
    wanted: &[T],
    found: Option<&T>,
) -> Option<Comparison> {
    let found = found.filter(|_| !wanted.is_empty())?;
    Some(Comparison {
        property,
        found: found.to_string(),
        wanted: wanted.iter().map(T::to_string).collect(),
        is_equal: wanted.contains(found),
    })
}
