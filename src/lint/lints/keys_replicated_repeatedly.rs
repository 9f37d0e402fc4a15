use std::collections::BTreeSet;

use crate::lint::lints::covers;
use crate::lint::{Accepted, Findings, declare_lint};
use crate::model::ReplicationRule;
use crate::path::FieldPath;

declare_lint! {
    /// ## What it finds
    ///
    /// A rule of whose objects every one goes to other destination buckets too.
    ///
    /// ## Why it matters
    ///
    /// Each copy is stored, and each transfer to another Region charged.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><ID>tax</ID><Status>Enabled</Status><Filter><Prefix>tax/</Prefix></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><ID>all</ID><Status>Enabled</Status><Filter/><Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::locked</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><ID>tax</ID><Status>Enabled</Status><Filter><Prefix>tax/</Prefix></Filter>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// <Rule><ID>all</ID><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter>
    ///   <Priority>2</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::locked</Bucket></Destination></Rule>
    /// ```
    static KEYS_REPLICATED_REPEATEDLY = {
        name: "keys-replicated-repeatedly",
        summary: "objects go to several destinations",
        clause: CONFLICT_DOMAIN,
        group: Cost,
        reads: Accepted,
        since: "0.1.0",
    }
}

fn check(accepted: &Accepted<'_>, found: &mut Findings) {
    let rules: Vec<&ReplicationRule> = accepted.enabled_rules().collect();
    for rule in &rules {
        let others = rules.iter().filter(|other| {
            other.destination.bucket != rule.destination.bucket
                && covers(&other.filter, &rule.filter)
        });
        let buckets: BTreeSet<&str> =
            others.map(|other| other.destination.bucket.name().as_str()).collect();
        if !buckets.is_empty() {
            let message = format!(
                "every object of rule `{}` goes to {} destinations",
                rule.name(),
                buckets.len() + 1,
            );
            let finding =
                KEYS_REPLICATED_REPEATEDLY.advice(FieldPath::rule(rule.position), message);
            found.push(finding.with_help("narrow one of the filters if one copy is enough"));
        }
    }
}
