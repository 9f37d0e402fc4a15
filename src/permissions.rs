//! The permissions that replication needs: IAM documents for a configuration or a job, and the
//! answer whether given documents are enough.
//!
//! [`Setup::documents`] returns the least documents that make a configuration work: trust and
//! permissions of its role, the bucket policies and key policies of other accounts, the role of a
//! Batch Replication job, and the permissions of the caller. Each statement has a reason with its
//! clause.
//!
//! [`Setup::check`] judges documents that exist. The policies are evaluated as IAM does
//! (REP-1218 to REP-1226): statements that allow and deny, opposites such as `NotAction`,
//! wildcards, variables, and conditions. A request is judged for every key that the rules select.
//! What depends on a condition key with an unknown value is undecided, never guessed.
//!
//! # Facts
//!
//! A configuration does not say who owns a bucket, in which Region it is, and which keys encrypt its
//! versions. [`KnownBuckets`](crate::model::KnownBuckets) does; a fact that is unknown and matters
//! is a [`Note`]. A check that depends on one has no verdict, see [`Checked::verdict`].
//!
//! # Where sources differ
//!
//! Sources about five permissions differ. Documents that are written contain them; a check treats
//! them as [`PermissionDialect`](crate::dialect::permission::PermissionDialect) decides, and reports
//! a permission that only some sources require as a note.
//!
//! # Examples
//!
//! ```
//! use s3_replication::model::KnownBuckets;
//! use s3_replication::permissions::{GivenDocuments, PolicyDocument, Setup};
//! use s3_replication::{Dialect, ReplicationConfiguration};
//!
//! let configuration = ReplicationConfiguration::from_json(
//!     r#"{"Role": "arn:aws:iam::111122223333:role/replication", "Rules": [{"Status": "Enabled",
//!         "Priority": 1, "Filter": {}, "DeleteMarkerReplication": {"Status": "Enabled"},
//!         "Destination": {"Bucket": "arn:aws:s3:::backup"}}]}"#,
//! )?;
//! let (dialect, known) = (Dialect::AWS, KnownBuckets::new());
//! let setup = Setup::new(&configuration, "photos".parse()?, &dialect, &known);
//! let policy = PolicyDocument::from_json(
//!     r#"{"Version": "2012-10-17", "Statement": [
//!         {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetReplicationConfiguration"],
//!          "Resource": "arn:aws:s3:::photos"},
//!         {"Effect": "Allow", "Action": "s3:GetObjectVersion*", "Resource": "arn:aws:s3:::photos/*"},
//!         {"Effect": "Allow", "Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::backup/*"}]}"#,
//! )?;
//! let checked = setup.check(&GivenDocuments::new().with_role_policy(policy));
//! let missing = &checked.missing()[0];
//! assert_eq!((&*missing.action, &*missing.resource), ("s3:ReplicateDelete", "arn:aws:s3:::backup/*"));
//! assert_eq!(missing.failure_reason, Some("DstDelObjNotPermitted"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod caller_needs;
mod check;
mod checked;
mod condition;
mod decision;
mod document;
mod documents;
mod excess;
mod form;
mod given;
mod job_judge;
mod job_needs;
mod judge;
mod lints;
mod need;
mod note;
mod notes;
mod operator;
mod reading;
mod replication_needs;
mod request;
mod scope;
mod setup;
mod truth;
mod unknown;
mod unwrapped;
mod variable;
mod wildcard;

pub use self::checked::{Cause, Checked, DocumentName, Missing, Undecided};
pub use self::decision::Decision;
pub use self::document::{DocumentKind, Effect, PolicyDocument, PolicyVersion, Statement};
pub use self::documents::{
    BucketPolicy, Documents, Explained, KeyStatement, Reason, RoleDocuments,
};
pub use self::given::GivenDocuments;
pub use self::job_judge::JobStep;
pub use self::judge::{Operation, OperationKind, Refusal, Verdict};
pub use self::note::Note;
pub use self::request::{Request, RequestPrincipal};
pub use self::setup::Setup;
