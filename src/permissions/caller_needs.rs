//! The permissions that callers need (REP-1229, REP-1237).
//!
//! A caller runs `put-bucket-replication` or `create-job`: a person, or the role of a
//! pipeline. Three kinds of permission are easy to forget, and each denies the call with the same
//! words `AccessDenied`: passing the role, reading the configuration again, and tagging the job.
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
//! `CreateJob` is there for a job only, and the two after it for a job with a document. The needs
//! go to `documents.rs`, which writes the policy of the caller, and to `check.rs`, which judges a
//! policy of the caller that is given.

use crate::clause::{CONFIGURATION_CALLER, Clause, JOB_CALLER};
use crate::permissions::need::{Identity, Need, Purpose, Target};
use crate::permissions::setup::{Job, Setup};

/// The only reason that a caller gets, whatever is missing.
const ACCESS_DENIED: &str = "AccessDenied";

impl Setup<'_> {
    /// Returns the needs of a caller who puts the configuration and creates the job. Without a job,
    /// those of the configuration alone. A job without a document has no role and no tags that are
    /// known, so only its creation is added.
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
                // The same statement as the need before it, so it has the same reason and states
                // none.
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
            // A policy for callers often has a condition on that key, copied from policies for
            // other services. It never holds here.
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

/// Makes a need of the caller. All needs of a caller are required, and are about no owner: a bucket
/// policy for callers is none of the documents that this crate writes.
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
