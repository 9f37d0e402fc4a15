//! The answer about a trust policy: the service assumes the role.
//!
//! The request is one of its own. The caller is a service and not a role, and the resource is the role.

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
        Some(match side.decision(false) {
            Decision::Allowed => Answer::Permitted,
            Decision::Denied { .. } => not(Cause::Denied),
            Decision::ConditionFails => not(Cause::Condition),
            Decision::NotAllowed => not(Cause::NotAllowed),
            Decision::Undecided(depends_on) => Answer::Unknown { document: name, depends_on },
        })
    }
}
