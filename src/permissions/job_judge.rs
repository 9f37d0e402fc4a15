//! The permissions of the role of a job, step by step.
//!
//! A simulation of a job asks at each step whether its role may do the next thing. So the needs are
//! the same as in a check, narrowed to one step and to one object. A need without a key is judged
//! as it is.

use std::collections::BTreeSet;

use crate::permissions::check::Answer;
use crate::permissions::given::GivenDocuments;
use crate::permissions::judge::{Refusal, Verdict};
use crate::permissions::need::{Identity, Need, Target};
use crate::permissions::setup::Setup;

/// A step of a Batch Replication job, for [`Setup::judge_job`].
///
/// # Examples
///
/// ```
/// use s3_replication::batch::request::JobParser;
/// use s3_replication::model::KnownBuckets;
/// use s3_replication::permissions::{GivenDocuments, JobStep, PolicyDocument, Setup, Verdict};
/// use s3_replication::Dialect;
///
/// let job = JobParser::new().parse_json(
///     r#"{"AccountId": "111122223333", "Operation": {"S3ReplicateObject": {}}, "Priority": 1,
///         "RoleArn": "arn:aws:iam::111122223333:role/batch", "ClientRequestToken": "t",
///         "ConfirmationRequired": false, "Report": {"Enabled": false},
///         "ManifestGenerator": {"S3JobManifestGenerator": {
///             "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": false}}}"#,
/// ).into_specification()?;
/// let policy = PolicyDocument::from_json(
///     r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
///         "Action": ["s3:GetReplicationConfiguration", "s3:PutInventoryConfiguration"],
///         "Resource": "arn:aws:s3:::photos"}}"#,
/// )?;
/// let (dialect, known) = (Dialect::AWS, KnownBuckets::new());
/// let setup = Setup::of_job(&job, "photos".parse()?, &dialect, &known);
/// let given = GivenDocuments::new().with_batch_role_policy(policy);
/// assert_eq!(setup.judge_job(&given, JobStep::Preparation), Verdict::Permitted);
/// let Verdict::NotPermitted(refusal) = setup.judge_job(&given, JobStep::Task { key: "cat.jpg" })
/// else { panic!() };
/// assert_eq!(refusal.failure_reason, Some("InitiateReplicationNotPermitted"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum JobStep<'k> {
    /// S3 assumes the role, and reads or generates the manifest.
    Preparation,
    /// The task of one object of the source bucket.
    Task {
        /// The key of the object.
        key: &'k str,
    },
    /// S3 writes the completion report.
    Report,
}

impl JobStep<'_> {
    /// Returns the need for the requests of this step alone; `None` if the step makes none.
    ///
    /// The `Sid` names the step, because it is the purpose in one word: what reads or writes is
    /// decided where the need is made.
    fn narrowed(self, mut need: Need) -> Option<Need> {
        let step = match need.sid {
            "InitiateReplication" => {
                let Self::Task { key } = self else { return None };
                if let Target::Objects { bucket, .. } = need.target {
                    need.target = Target::Object { bucket, key: key.to_owned() };
                }
                return Some(need);
            }
            "WriteReport" | "UseKeyOfReport" => Self::Report,
            _ => Self::Preparation,
        };
        (step == self).then_some(need)
    }
}

impl Setup<'_> {
    /// Judges a step of the job: the documents may not permit it to the role of the job.
    ///
    /// Only documents that are given count, as for [`check`](Self::check). Without a job, nothing is
    /// needed.
    #[must_use]
    pub fn judge_job(&self, given: &GivenDocuments, step: JobStep<'_>) -> Verdict {
        let mut undecided = BTreeSet::new();
        // The role is assumed once, at the beginning. Later steps use its session.
        if step == JobStep::Preparation
            && let Some(refusal) = self.refused_trust(&Identity::JobRole, given, &mut undecided)
        {
            return Verdict::NotPermitted(refusal);
        }
        let needs = self.job_needs().into_iter().filter(|need| need.is_required);
        for need in needs.filter_map(|need| step.narrowed(need)) {
            match self.answer(&need, given) {
                Answer::Not { document, cause, example, .. } => {
                    return Verdict::NotPermitted(need.refusal(document, cause, example));
                }
                Answer::Unknown { depends_on, .. } => undecided.extend(depends_on),
                Answer::Permitted => {}
            }
        }
        if undecided.is_empty() { Verdict::Permitted } else { Verdict::Undecided(undecided) }
    }

    /// Judges what every job needs, whatever its manifest: the service assumes the role, and the role
    /// initiates the replication of an object.
    pub(crate) fn judge_initiation(&self, given: &GivenDocuments, key: &str) -> Verdict {
        match self.answer_about_trust(&Identity::JobRole, given) {
            Some(Answer::Not { document, cause, example, .. }) => Verdict::NotPermitted(Refusal {
                action: "sts:AssumeRole".to_owned(),
                resource: example,
                document,
                cause,
                failure_reason: Some("AssumeRoleNotPermitted"),
                clause: Identity::JobRole.trust().0,
            }),
            Some(Answer::Unknown { depends_on, .. }) => Verdict::Undecided(depends_on),
            Some(Answer::Permitted) | None => self.judge_job(given, JobStep::Task { key }),
        }
    }
}
