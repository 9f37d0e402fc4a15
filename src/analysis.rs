//! What holds for *every* object version and event: whether two configurations decide alike, which
//! rules can never win, which filters exclude each other.
//!
//! The answers are exact. A rule asks for a prefix and for tags that must all be there, never for
//! something that must be absent, so whenever two configurations differ about some object, they
//! differ about one whose key is the longer of two prefixes and whose tags are those of two rules.
//! Such objects are few, and all of them are looked at. Beyond key and tags the engine tells apart
//! only seven cases: versions under KMS or not, in the storage class `STANDARD` or another one,
//! delete markers, and metadata of replicas; everything else that can happen follows from these.
//!
//! What is compared is what comes of a version: the destination buckets, and in each the action,
//! storage class, encryption and key, owner, Time Control and metrics. What the rules are called
//! and how they are ordered does not matter; nor do the role and `Account`, which are about
//! permissions.
//!
//! Every claim that there is such an object comes with one: a [`Witness`].
//!
//! # Examples
//!
//! ```
//! use s3_replication::ReplicationConfiguration;
//! use s3_replication::analysis::Comparison;
//!
//! let configuration = |priority: u32, prefix: &str| {
//!     ReplicationConfiguration::from_json(&format!(
//!         r#"{{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [
//!             {{"ID": "all", "Status": "Enabled", "Priority": {priority},
//!               "Filter": {{"Prefix": "{prefix}"}},
//!               "DeleteMarkerReplication": {{"Status": "Disabled"}},
//!               "Destination": {{"Bucket": "arn:aws:s3:::backup"}}}}]}}"#
//!     ))
//! };
//! let (old, new) = (configuration(1, "logs/")?, configuration(7, "logs/2026/")?);
//!
//! assert!(Comparison::new(&old, &configuration(7, "logs/")?).is_equivalent());
//! let differences = Comparison::new(&old, &new).differences();
//! assert_eq!(differences[0].witness().to_string(), r#"{"Key":"logs/","Event":"ObjectCreated:Put"}"#);
//! assert!(differences[0].old_rule().is_some() && differences[0].new_rule().is_none());
//! # Ok::<(), s3_replication::Report>(())
//! ```

mod addition;
mod bucket;
mod case;
mod comparison;
mod confined;
mod contest;
mod deletes;
mod effect;
mod filters;
mod joint;
mod migration;
mod outranked;
mod reachability;
mod space;
mod way;
mod witness;

pub use self::addition::{Addition, Appended, NoFreePriority, append};
pub use self::case::ObjectKind;
pub use self::comparison::{Comparison, Difference};
pub use self::filters::{Unmatchable, disjoint, exceeding, implies, overlap, unmatchable};
pub use self::migration::to_v2;
pub use self::outranked::Outranked;
pub use self::reachability::{Reachability, reachability};
pub use self::witness::Witness;

pub(crate) use self::case::Case;
pub(crate) use self::confined::confined;
pub(crate) use self::deletes::{Deletes, deletes};
pub(crate) use self::joint::{Condition, Found, Joint};
pub(crate) use self::way::{Way, Ways};
