use crate::diagnostic::{Diagnostic, Severity};
use crate::dialect::ElementReading;
use crate::lint::advice::Decisions;
use crate::lint::helpers::in_destination;
use crate::lint::{Fact, Findings, declare_lint};
use crate::model::{ObjectOwnership, Owner};

declare_lint! {
    /// ## What it finds
    ///
    /// An enabled rule without `AccessControlTranslation` whose destination belongs to another
    /// account and does not enforce ownership by the bucket owner. If that is unknown, the finding is a
    /// note.
    ///
    /// ## Why it matters
    ///
    /// The owner of the destination bucket then has objects that it cannot read.
    ///
    /// ## Example
    ///
    /// Bucket `shared` belongs to account `210987654321`, and lets writers own what they write.
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::shared</Bucket>
    ///     <Account>210987654321</Account></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::shared</Bucket>
    ///     <Account>210987654321</Account>
    ///     <AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>
    ///   </Destination></Rule>
    /// ```
    static LINT = {
        name: "owner-not-overridden",
        summary: "the source object owner also owns replicas in another account",
        clause: REPLICA_OWNER,
        group: Pedantic,
        level: Warn,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    // Without the element no rule could override the owner.
    if decisions.context.dialect().owner_override_element() != ElementReading::Honoured {
        return;
    }
    let Some(source) = decisions.source_account() else { return };
    for rule in decisions.enabled_rules() {
        if rule.destination.ownership.owner() == Owner::Destination {
            continue;
        }
        let Some(account) = decisions.account_of(rule, found).filter(|account| *account != source)
        else {
            continue;
        };
        let bucket = rule.destination.bucket.name();
        let ownership = found.fact(&decisions.context, bucket, Fact::ObjectOwnership, |facts| {
            facts.object_ownership
        });
        if ownership == Some(ObjectOwnership::BucketOwnerEnforced) {
            continue;
        }
        let path = in_destination(rule.position, "AccessControlTranslation");
        let help = "add `AccessControlTranslation` with `Owner` `Destination`, or enforce ownership \
                    by the bucket owner in the destination bucket";
        let message =
            format!("account {source} owns the replicas in bucket `{bucket}`, not {account}");
        let finding = match ownership {
            Some(_) => LINT.advice(path, message),
            // Most buckets enforce it: the default since 2023.
            None => Diagnostic {
                severity: Severity::Note,
                ..LINT.advice(path, format!("{message}, unless the bucket enforces its ownership"))
            },
        };
        found.push(finding.with_help(help));
    }
}
