//! Reviews what GetBucketReplication returned, adds a rule, and makes the input of
//! PutBucketReplication. A program with a client of the SDK sends requests where the comments say so.

use std::error::Error;
use std::io::{self, Write as _};

use aws_sdk_s3::operation::put_bucket_replication::PutBucketReplicationInput;
use aws_sdk_s3::types;
use s3_replication::analysis::{Addition, append};
use s3_replication::lint::Levels;
use s3_replication::model::{RuleDraft, RuleFilter};
use s3_replication::{Dialect, Parser};
use s3_replication_aws_sdk::configuration;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout();
    // client.get_bucket_replication().bucket("photos").send().await?.replication_configuration
    let given = present()?;

    let parser = Parser::new().with_advice(Levels::default()).with_source_bucket("photos".parse()?);
    let parsed = configuration::parse(&parser, &given);
    for finding in parsed.report() {
        writeln!(out, "{}: {}", finding.severity, finding.message)?;
    }
    let old = parsed.into_configuration()?;

    let logs = RuleDraft::new("arn:aws:s3:::archive".parse()?)
        .with_id("logs".parse()?)
        .with_filter(&RuleFilter::prefix("logs/".parse()?));
    let new = append(&old, logs, &Dialect::AWS)?.draft.validate(&Dialect::AWS)?;
    let changes = Addition::new(&old, &new, &Dialect::AWS);
    writeln!(out, "the new rule takes {} objects from others", changes.changes().len())?;

    let input = PutBucketReplicationInput::builder()
        .bucket("photos")
        .replication_configuration(configuration::to_sdk(&new)?)
        .build()?;
    // client.put_bucket_replication() with this configuration
    let rules =
        input.replication_configuration().map_or(0, |configuration| configuration.rules().len());
    writeln!(out, "{rules} rules to put")?;
    Ok(())
}

/// Returns a configuration as the SDK has it: its rule is for names that begin with a slash.
fn present() -> Result<types::ReplicationConfiguration, Box<dyn Error>> {
    let markers = types::DeleteMarkerReplication::builder()
        .status(types::DeleteMarkerReplicationStatus::Disabled);
    let rule = types::ReplicationRule::builder()
        .id("tax")
        .priority(1)
        .status(types::ReplicationRuleStatus::Enabled)
        .filter(types::ReplicationRuleFilter::builder().prefix("/tax/").build())
        .delete_marker_replication(markers.build())
        .destination(types::Destination::builder().bucket("arn:aws:s3:::backup").build()?);
    Ok(types::ReplicationConfiguration::builder()
        .role("arn:aws:iam::123456789012:role/replication")
        .rules(rule.build()?)
        .build()?)
}
