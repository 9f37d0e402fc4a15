//! Simulations of several buckets: a script of events goes in, a timeline of replication comes out.
//!
//! A [`Scenario`] describes the buckets, their configurations, and the events with their times. It
//! is checked before it is played. A [`Simulator`] plays it on a [`MemoryStore`] and reports every
//! [`TimelineEvent`]. A [`State`] describes all buckets at the end. Simulations use no clock and no
//! randomness: the same scenario always produces the same timeline.
//!
//! [`MemoryStore`]: crate::storage::MemoryStore
//!
//! # Examples
//!
//! An outage, in the JSON that `s3-replication simulate` reads:
//!
//! ```
//! use s3_replication::Dialect;
//! use s3_replication::simulation::Scenario;
//!
//! let scenario = Scenario::from_json(
//!     r#"{
//!       "Buckets": {
//!         "photos": {
//!           "Versioning": "Enabled",
//!           "Replication": {
//!             "Role": "arn:aws:iam::111122223333:role/replication",
//!             "Rules": [{"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {},
//!                        "DeleteMarkerReplication": {"Status": "Disabled"},
//!                        "Destination": {"Bucket": "arn:aws:s3:::backup"}}]
//!           }
//!         },
//!         "backup": {"Versioning": "Enabled"}
//!       },
//!       "Events": [
//!         {"At": "2026-11-22T09:00:00Z", "Bucket": "backup", "Fault": "Outage"},
//!         {"At": "2026-11-22T09:00:10Z", "Bucket": "photos", "Key": "cat.jpg", "VersionId": "v1"},
//!         {"At": "2026-11-22T09:30:00Z", "Bucket": "backup", "Fault": "None"}
//!       ]
//!     }"#,
//!     &Dialect::AWS,
//! )?;
//! let mut timeline = Vec::new();
//! let simulator = scenario.play(|event| timeline.push(event.to_string()));
//! assert_eq!(timeline, [
//!     "2026-11-22T09:00:00Z  backup  becomes unavailable",
//!     "2026-11-22T09:00:10Z  photos  ObjectCreated:Put cat.jpg v1  PENDING",
//!     "2026-11-22T09:00:11Z  photos    object of cat.jpg v1 to backup, rule `all`: bucket unavailable, stays pending  PENDING",
//!     "2026-11-22T09:30:00Z  backup  recovers",
//!     "2026-11-22T09:30:01Z  photos    object of cat.jpg v1 to backup, rule `all`: replicated  COMPLETED",
//! ]);
//! assert_eq!(simulator.totals().replicated, 1);
//! assert_eq!(simulator.state().buckets["backup"].versions[0].version.size, 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod draft;
mod event;
mod form;
mod perform;
mod read;
mod scenario;
mod simulator;
mod state;
mod timeline;

pub use self::draft::{ScenarioBucket, ScenarioDraft};
pub use self::event::{Request, ScriptedEvent, VersionChange};
pub use self::scenario::Scenario;
pub use self::simulator::{Simulator, TimeRunsBackwards, Totals};
pub use self::state::{BucketState, MeterState, State, VersionState};
pub use self::timeline::{TimelineEvent, TimelineKind};
