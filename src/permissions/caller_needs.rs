//! The permissions that callers need (REP-1229, REP-1237).
//!
//! The caller is the person, or the role of a pipeline, that runs `put-bucket-replication` or
//! `create-job`. Three permissions are easy to forget: to pass the role, to read the configuration
//! again, and to tag the job. Without any of them the call fails with the same `AccessDenied`.
//!
//! Two groups of statements come from here, and the `Sid` of a need is the name of its statement:
//!
//! ```text
//! PutConfiguration      s3:PutReplicationConfiguration    source bucket
//!                       s3:GetReplicationConfiguration    source bucket
//! PassReplicationRole   iam:PassRole                      role
//! CreateJob             s3:CreateJob                      *
//! PassJobRole           iam:PassRole                      role of the job
//! TagJob                s3:PutJobTagging                  *
//! ```
//!
//! `CreateJob` is needed only for a job, `PassJobRole` only for a job that is given as a document,
//! and `TagJob` only if that document has tags. The needs go to `documents.rs`, which writes the
//! policy of the caller, and to `check.rs`, which judges a policy of the caller that is given.

use crate::clause::{CONFIGURATION_CALLER, Clause, JOB_CALLER};
use crate::permissions::need::{Identity, Need, Purpose, Target};
use crate::permissions::setup::{Job, Setup};

/// The only reason that a caller gets, whatever is missing.
const ACCESS_DENIED: &str = "AccessDenied";

impl Setup<'_> {
    /// Returns the needs of a caller who puts the configuration and creates the job.
    ///
    /// Without a job, they are the needs of the configuration alone. The role and the tags of a job
    /// without a document are unknown, so only the creation of the job is added.
    pub(super) fn caller_needs(&self) -> Vec<Need> {
        let bucket = || Target::Bucket(self.source_arn());
        let role = self.role;
        let why =
            format!("the caller puts, reads and deletes the configuration of `{}`", self.source);
        let mut needs = vec![
            need(
                "PutConfiguration",
                "s3:PutReplicationConfiguration",
                bucket(),
                &CONFIGURATION_CALLER,
                why,
            ),
            need(
                "PutConfiguration",
                "s3:GetReplicationConfiguration",
                bucket(),
                &CONFIGURATION_CALLER,
                // It belongs to the statement of the need before it, whose reason covers both.
                String::new(),
            ),
            need(
                "PassReplicationRole",
                "iam:PassRole",
                Target::Role(role.clone()),
                &CONFIGURATION_CALLER,
                "the configuration names this role".to_owned(),
            ),
        ];
        let Some(job) = self.job else { return needs };
        let why = "the caller creates the job".to_owned();
        // No ARN of a job exists before it is created, so the resource is `*`.
        needs.push(need("CreateJob", "s3:CreateJob", Target::Anything, &JOB_CALLER, why));
        if let Job::Specified(job) = job {
            // Policies for callers often have a condition on the key `iam:PassedToService`, copied
            // from policies for other services. It never holds here.
            let why = "the job names this role; CreateJob does not set `iam:PassedToService`";
            let target = Target::Role(job.role_arn().clone());
            needs.push(need("PassJobRole", "iam:PassRole", target, &JOB_CALLER, why.to_owned()));
            if !job.tags().is_empty() {
                let why = "the job has tags".to_owned();
                needs.push(need("TagJob", "s3:PutJobTagging", Target::Anything, &JOB_CALLER, why));
            }
        }
        needs
    }
}

/// Makes a need of the caller.
///
/// Every need of the caller is required. None depends on the owner of a bucket, because this crate
/// writes no bucket policies for callers.
fn need(
    sid: &'static str,
    action: &'static str,
    target: Target,
    clause: &'static Clause,
    why: String,
) -> Need {
    Need::new(Identity::Caller, sid, Purpose::Call, action, target, clause, why)
        .failing_with(ACCESS_DENIED)
}
