use crate::lint::advice::Decisions;
use crate::lint::helpers::in_destination;
use crate::lint::{Fact, Findings, declare_lint};
use crate::model::{ObjectOwnership, Owner};

declare_lint! {
    /// ## What it finds
    ///
    /// An enabled rule with `AccessControlTranslation` whose destination belongs to the account of
    /// the source bucket, or is known to enforce ownership by the bucket owner. Unless the
    /// context states another, the source bucket belongs to the account of the role.
    ///
    /// ## Why it matters
    ///
    /// The owner of the destination bucket owns the replicas anyway, and the role needs one more
    /// permission. Where both buckets have one owner, the override also keeps changes of ACLs at the
    /// source from the replicas.
    ///
    /// ## Example
    ///
    /// Bucket `own` belongs to the account of the role.
    ///
    /// ```xml,bad
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::own</Bucket>
    ///     <Account>123456789012</Account>
    ///     <AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>
    ///   </Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::own</Bucket>
    ///     <Account>123456789012</Account></Destination></Rule>
    /// ```
    static LINT = {
        name: "owner-override-needless",
        summary: "an owner override has no effect: the owner is the same",
        clause: BUCKET_OWNER_ENFORCED,
        group: Pedantic,
        reads: Decisions,
        since: "0.1.0",
    }
}

fn check(decisions: &Decisions<'_>, found: &mut Findings) {
    let source = decisions.source_account();
    for rule in decisions.enabled_rules() {
        if rule.destination.ownership.owner() == Owner::Source {
            continue;
        }
        let bucket = rule.destination.bucket.name();
        let is_enforced = |ownership| ownership == ObjectOwnership::BucketOwnerEnforced;
        let same = decisions.account_of(rule, found).filter(|account| source == Some(*account));
        let why = if let Some(source) = same {
            format!(
                "bucket `{bucket}` belongs to account {source} like the source; and changes of ACLs \
                 do not follow while it stands"
            )
        } else if found
            .fact(&decisions.context, bucket, Fact::ObjectOwnership, |facts| facts.object_ownership)
            .is_some_and(is_enforced)
        {
            format!("bucket `{bucket}` enforces ownership by its owner")
        } else {
            continue;
        };
        let message = format!("the owner override of rule `{}` is unnecessary: {why}", rule.name());
        let path = in_destination(rule.position, "AccessControlTranslation");
        found.push(LINT.advice(path, message).with_help("remove `AccessControlTranslation`"));
    }
}
