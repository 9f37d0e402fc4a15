//! A workload as the XML that a client sends.

use std::fmt::Write as _;

use crate::workload::{Rule, Workload};

/// Writes the rules without white space, with the elements that rules usually have.
pub fn write(workload: &Workload) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <ReplicationConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         <Role>arn:aws:iam::123456789012:role/replication</Role>",
    );
    for rule in &workload.rules {
        write_rule(&mut out, rule);
    }
    out.push_str("</ReplicationConfiguration>");
    out
}

fn write_rule(out: &mut String, rule: &Rule) {
    let Rule { position, priority, destination, .. } = rule;
    let status = |enabled: bool| if enabled { "Enabled" } else { "Disabled" };
    let markers = status(rule.replicates_delete_markers());
    let replicas = status(rule.syncs_replicas());
    let filter = filter_of(rule);
    let time_control = if position.is_multiple_of(3) {
        "<ReplicationTime><Status>Enabled</Status><Time><Minutes>15</Minutes></Time>\
         </ReplicationTime><Metrics><Status>Enabled</Status>\
         <EventThreshold><Minutes>15</Minutes></EventThreshold></Metrics>"
    } else {
        "<Metrics><Status>Enabled</Status></Metrics>"
    };
    write!(
        out,
        "<Rule><ID>rule-{position:04}</ID><Priority>{priority}</Priority>\
         <Filter>{filter}</Filter><Status>Enabled</Status>\
         <SourceSelectionCriteria><ReplicaModifications><Status>{replicas}</Status>\
         </ReplicaModifications></SourceSelectionCriteria>\
         <Destination><Bucket>arn:aws:s3:::dest-{destination}</Bucket>\
         <Account>210987654321</Account><StorageClass>STANDARD_IA</StorageClass>\
         <AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>\
         {time_control}</Destination>\
         <DeleteMarkerReplication><Status>{markers}</Status></DeleteMarkerReplication></Rule>"
    )
    .unwrap();
}

fn filter_of(rule: &Rule) -> String {
    let prefix = format!("<Prefix>{}</Prefix>", rule.prefix);
    if rule.tags.is_empty() {
        return prefix;
    }
    let tags = rule
        .tags
        .iter()
        .map(|tag| format!("<Tag><Key>{}</Key><Value>{}</Value></Tag>", tag.key(), tag.value()));
    format!("<And>{prefix}{}</And>", tags.collect::<String>())
}
