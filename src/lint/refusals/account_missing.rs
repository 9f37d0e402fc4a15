use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A destination with `AccessControlTranslation` and without `Account`.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: the new owner of the replicas must be named by account number, too.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>
    ///   </Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <Account>210987654321</Account>
    ///     <AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>
    ///   </Destination></Rule>
    /// ```
    static LINT = {
        name: "account-missing",
        summary: "`AccessControlTranslation` is present without `Account`",
        clause: OWNER_NEEDS_ACCOUNT,
        stage: Rule,
        concern: Absence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, destination) in context.destinations() {
        if destination.access_control_translation.is_some() && destination.account.is_none() {
            let answer =
                "Account must be specified if the Owner in AccessControlTranslation has a value";
            let error = ServiceError::new(ServiceErrorCode::INVALID_REQUEST, answer);
            let message = "`AccessControlTranslation` needs an `Account`";
            let finding = LINT.refusal(in_destination(at, "Account"), message, error);
            let help = "add `Account`, the twelve digits of the account that owns the bucket";
            found.push(finding.with_help(help));
        }
    }
}
