//! The answer about a trust policy: the service assumes the role.
//!
//! The request is one of its own. The caller is a service and not a role, and the resource is the role.
//!
//! ```text
//! action      sts:AssumeRole
//! resource    the role
//! principal   s3.amazonaws.com, or batchoperations.s3.amazonaws.com for the role of a job
//! keys        aws:SourceAccount, aws:SourceArn, aws:PrincipalServiceName, …
//! ```
//!
//! Only one document decides, since a trust policy is the policy of the resource, and the service
//! has no policy of its own. What the keys are for replication is inference (REP-1228), so that a
//! condition against a confused deputy is judged and not left open.

use super::Answer;
use super::sides::Side;
use crate::model::RoleArn;
use crate::permissions::checked::{Cause, DocumentName};
use crate::permissions::decision::Decision;
use crate::permissions::documents::{JOB_SERVICE, REPLICATION_SERVICE};
use crate::permissions::given::GivenDocuments;
use crate::permissions::need::Identity;
use crate::permissions::request::{Request, RequestPrincipal};
use crate::permissions::setup::Setup;

impl Setup<'_> {
    /// Answers whether the trust policy lets the service assume the role; nothing if no trust
    /// policy is given.
    ///
    /// A caller is no role and has no trust policy, so there is no answer about one.
    ///
    /// The role of a job without a document has the resource `*`. No trust policy has a resource,
    /// so that changes no decision.
    pub(in crate::permissions) fn answer_about_trust(
        &self,
        identity: &Identity,
        given: &GivenDocuments,
    ) -> Option<Answer> {
        let (name, policy, service) = match identity {
            Identity::ReplicationRole => {
                (DocumentName::ReplicationRoleTrust, given.trust.as_ref()?, REPLICATION_SERVICE)
            }
            Identity::JobRole => {
                (DocumentName::BatchRoleTrust, given.batch_trust.as_ref()?, JOB_SERVICE)
            }
            Identity::Caller => return None,
        };
        let role = self.role_of(identity).map_or_else(|| "*".to_owned(), RoleArn::to_string);
        let mut request = Request::new("sts:AssumeRole", role.clone())
            .by(RequestPrincipal::Service(service))
            .with("aws:SourceAccount", [self.source_account().as_str()])
            .with("aws:PrincipalIsAWSService", ["true"])
            .with("aws:PrincipalServiceName", [service])
            .with("aws:SecureTransport", ["true"]);
        // The source of a job is the job, in the Region of the bucket. Without the Region, the key
        // stays unknown, and a condition on it leaves the answer open.
        request = match (identity, self.region(&self.source)) {
            (Identity::ReplicationRole, _) => {
                request.with("aws:SourceArn", [self.source_arn().as_str()])
            }
            // A condition compares it with a wildcard, as the samples of AWS do.
            // The ID of the job is not known before it is created.
            (_, Some(region)) => {
                let (partition, account) = (self.partition(), self.source_account());
                let id = "00000000-0000-0000-0000-000000000000";
                request.with(
                    "aws:SourceArn",
                    [format!("arn:{partition}:s3:{region}:{account}:job/{id}")],
                )
            }
            _ => request,
        };
        let side = Side::of(&[policy], &request);
        let not = |cause| Answer::Not {
            document: name.clone(),
            cause,
            statement: side.denying.clone(),
            failing: side.failing(cause),
            example: role.clone(),
        };
        // A service has no account, so a statement can name only the service itself.
        Some(match side.decision(false) {
            Decision::Allowed => Answer::Permitted,
            Decision::Denied { .. } => not(Cause::Denied),
            Decision::ConditionFails => not(Cause::Condition),
            Decision::NotAllowed => not(Cause::NotAllowed),
            Decision::Undecided(depends_on) => Answer::Unknown { document: name, depends_on },
        })
    }
}
