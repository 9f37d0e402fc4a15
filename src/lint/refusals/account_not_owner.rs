use crate::diagnostic::{ServiceError, ServiceErrorCode};
use crate::lint::helpers::in_destination;
use crate::lint::{Context, Fact, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A destination whose `Account` is known not to own its bucket.
    ///
    /// ## Why it matters
    ///
    /// S3 refuses it: `Account` protects against replicating into a bucket that changed hands, so
    /// it must be true.
    ///
    /// ## Example
    ///
    /// Bucket `backup` belongs to account `210987654321`.
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <Account>123456789012</Account></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket>
    ///     <Account>210987654321</Account></Destination></Rule>
    /// ```
    static LINT = {
        name: "account-not-owner",
        summary: "`Account` is not the owner of the destination bucket",
        clause: ACCOUNT_OWNS_DESTINATION,
        stage: DestinationBucket,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    for (at, destination) in context.destinations() {
        let (Some(account), Some(bucket)) = (&destination.account, &destination.bucket) else {
            continue;
        };
        let owner = found.fact(context, bucket.name(), Fact::Account, |facts| facts.account);
        if let Some(owner) = owner.filter(|owner| account.id() != Some(*owner)) {
            let answer = "The AWS account specified in the <Account> element must match the \
                          destination bucket owner.";
            let error = ServiceError::new(ServiceErrorCode::INVALID_ARGUMENT, answer);
            let message = format!("account `{account}` does not own bucket `{}`", bucket.name());
            let finding = LINT.refusal(in_destination(at, "Account"), message, error);
            found.push(finding.with_help(format!("write `{owner}`, the account that owns it")));
        }
    }
}
