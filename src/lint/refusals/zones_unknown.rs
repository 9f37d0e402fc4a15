use crate::diagnostic::ServiceError;
use crate::dialect::ZoneReading;
use crate::lint::store_elements::zones;
use crate::lint::{Context, Findings, declare_lint};

declare_lint! {
    /// ## What it finds
    ///
    /// A rule that names zones, in a dialect whose store does not know them.
    ///
    /// ## Why it matters
    ///
    /// `Zone` of `Source` and of `Destination` is an extension of Ceph. The store refuses the
    /// document. Without the zones the rule would be for every zone.
    ///
    /// ## Example
    ///
    /// ```xml,bad
    /// <Rule><Source><Zone>us-east</Zone></Source><Status>Enabled</Status><Filter/>
    ///   <Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    ///
    /// ```xml,good
    /// <Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>
    ///   <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    ///   <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>
    /// ```
    static LINT = {
        name: "zones-unknown",
        summary: "the store of the dialect does not know zones",
        clause: STORE_ZONES,
        stage: Schema,
        concern: Presence,
        since: "0.1.0",
    }
}

fn check(context: &Context<'_>, found: &mut Findings) {
    if context.dialect().zone_elements() != ZoneReading::Refused {
        return;
    }
    for (at, rule) in context.rules() {
        for element in zones(at, rule) {
            let message = "this store does not know zones";
            let finding = LINT.refusal(element.path, message, ServiceError::malformed_xml());
            let help = "write one configuration for each source bucket and its destinations";
            found.push(finding.with_help(help));
        }
    }
}
