//! Exact answers about *every* object version and event: whether two configurations make the same decisions,
//! which rules can never win, what an additional rule changes.
//!
//! # Method
//!
//! The prefixes of all rules, required or excluded, cut the keys into finitely many sets, and every
//! filter treats the keys of one set alike. One key of each set is asked about.
//!
//! A filter that excludes no tags never requires that something is absent. So if two configurations
//! of such filters differ for some object, they also differ for one whose tags are just those of two
//! rules. A rule that excludes tags can be escaped by one of them, and in no other way. So where such
//! a rule is in the way of an object, the object is asked about with each of these tags as well. An
//! object has at most ten tags, which bounds the search.
//!
//! Beyond key and tags only five cases make a difference to the engine: versions with or without
//! SSE-KMS, delete markers, and metadata of replicas with or without SSE-KMS. Every other event
//! follows from these.
//!
//! The answers are exact. Exclusions can be so complex that a search would take longer than anyone
//! waits; it then gives up, and the answer states that it is not decided. It never guesses.
//!
//! # Equality
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
pub use self::comparison::{Comparison, Difference, Differences, describe};
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
