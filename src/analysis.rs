//! Exact answers about *every* object version and event: whether two configurations make the same decisions,
//! which rules can never win, what an additional rule changes.
//!
//! A filter requires a prefix and tags, and may exclude some. So if two configurations differ for some
//! object, they also differ for one whose key is the prefix of a rule, or one that a rule excludes, and
//! whose tags are those that two rules require and some that other rules exclude. There are few such
//! objects, and all of them are checked. Beyond key and tags, only five cases make a difference to which
//! rule wins: versions with and without SSE-KMS, delete markers, and metadata of replicas with and
//! without SSE-KMS. Every other event follows from these. Where exclusions of tags are too complex, the
//! search gives up, and the answer states that.
//!
//! Two configurations make the same decisions if every version gets the same replicas: the same destination
//! buckets, and in each the same action, storage class, encryption and key, owner, S3 Replication Time
//! Control and metrics. The names and the order of rules do not matter. Neither do the role and
//! `Account`, which concern permissions.
//!
//! Every claim that an object exists comes with that object: a [`Witness`].
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
mod case;
mod comparison;
mod competition;
mod delete_markers;
mod exclusive;
mod joint_search;
mod migration;
mod outcome;
mod ranking;
mod reachability;
mod route;
mod trail;
mod witness;

pub use self::addition::{Addition, Appended, NoFreePriority, Outranked, append};
pub use self::case::ObjectKind;
pub use self::comparison::{Comparison, Difference, Differences};
pub use self::migration::to_v2;
pub use self::outcome::DifferenceCondition;
pub use self::reachability::{Reachability, reachability};
pub use self::witness::{Witness, excess, overlap};

pub(crate) use self::case::Case;
pub(crate) use self::delete_markers::{DeleteMarkersLeft, delete_markers_left};
pub(crate) use self::exclusive::replicated_only_by;
pub(crate) use self::joint_search::{Constraint, JointSearch, Solution};
pub(crate) use self::reachability::winning_rules;
pub(crate) use self::route::{Route, Routes};
pub(crate) use self::trail::Trail;
pub(crate) use crate::keyspace::Place;
