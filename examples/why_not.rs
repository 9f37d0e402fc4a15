//! Why was this object not replicated? `cargo run --example why_not`
//!
//! Explains the decision for one object: for each rule, the first reason why it does not replicate the
//! object, the clause of `SEMANTICS.md` behind that reason, and a near miss such as a wrong case.

#![expect(clippy::print_stdout, reason = "an example prints its results")]

use s3_replication::model::{Event, Tag};
use s3_replication::{Engine, ObjectVersion, ReplicationConfiguration};

const CONFIGURATION: &str = r#"{
  "Role": "arn:aws:iam::123456789012:role/replication",
  "Rules": [
    {
      "ID": "production",
      "Priority": 1,
      "Status": "Enabled",
      "Filter": {"And": {"Prefix": "reports/", "Tags": [{"Key": "env", "Value": "prod"}]}},
      "DeleteMarkerReplication": {"Status": "Disabled"},
      "Destination": {"Bucket": "arn:aws:s3:::example-backup"}
    },
    {
      "ID": "archive",
      "Priority": 2,
      "Status": "Enabled",
      "Filter": {"Prefix": "/reports/"},
      "DeleteMarkerReplication": {"Status": "Disabled"},
      "Destination": {"Bucket": "arn:aws:s3:::example-archive", "StorageClass": "DEEP_ARCHIVE"}
    }
  ]
}"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let configuration = ReplicationConfiguration::from_json(CONFIGURATION)?;
    let engine = Engine::new(&configuration);

    let tags = [Tag::new("env", "Prod")?];
    let version = ObjectVersion::new("reports/2026.pdf").with_tags(&tags);
    let explanation = engine.explain(&version, Event::ObjectCreatedPut);

    println!("reports/2026.pdf replicates: {}", explanation.decision().replicates());
    for (rule, verdict) in explanation.verdicts() {
        println!("  {}: {verdict} [{}]", rule.name(), verdict.clause());
        if let Some(near_miss) = explanation.near_miss(rule) {
            println!("    {near_miss}");
        }
    }
    Ok(())
}
