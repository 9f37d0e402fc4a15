//! Live replication, with configurations that are linted and changed by the model.

use aws_sdk_s3::types::{ReplicationStatus, StorageClass, Tag, Tagging};
use pollster::block_on;
use s3_replication::analysis::append;
use s3_replication::lint::Levels;
use s3_replication::model::{RuleDraft, RuleFilter};
use s3_replication::{Dialect, Parser, ReplicationConfiguration};
use s3_replication_aws_sdk::configuration;

use crate::setup::{ROLE, Server, wait};

/// Returns a configuration of rules in JSON.
fn configuration(rules: &str) -> ReplicationConfiguration {
    let document = format!(r#"{{"Role": "{ROLE}", "Rules": [{rules}]}}"#);
    ReplicationConfiguration::from_json(&document).unwrap()
}

/// Returns a rule in JSON.
fn rule(prefix: &str, destination: &str) -> String {
    format!(
        r#"{{"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {{"Prefix": "{prefix}"}},
            "DeleteMarkerReplication": {{"Status": "Disabled"}},
            "Destination": {{"Bucket": "arn:aws:s3:::{destination}"}}}}"#
    )
}

/// The lints read the answer of GetBucketReplication, and a rule that `append` added replicates once it is put.
#[test]
#[ignore = "needs the binary of the server"]
fn an_appended_rule() {
    let server = Server::start(&[]);
    for bucket in ["photos", "backup", "archive"] {
        server.bucket(bucket);
    }
    server.replicate("photos", &configuration(&rule("/tax/", "backup")));

    let given = server.replication("photos");
    let parser = Parser::new().with_advice(Levels::default());
    let parsed = configuration::parse(&parser, &given);
    let findings: Vec<_> = parsed.report().iter().map(|finding| finding.code.to_string()).collect();
    assert!(findings.contains(&"prefix-begins-with-slash".to_owned()), "{findings:?}");

    let old = parsed.into_configuration().unwrap();
    let logs = RuleDraft::new("arn:aws:s3:::archive".parse().unwrap())
        .with_id("logs".parse().unwrap())
        .with_filter(&RuleFilter::prefix("logs/".parse().unwrap()));
    let new = append(&old, logs, &Dialect::AWS).unwrap().draft.validate(&Dialect::AWS).unwrap();
    server.replicate("photos", &new);
    assert_eq!(configuration::from_sdk(&server.replication("photos")).unwrap(), new);

    server.put("photos", "logs/1", b"1");
    server.put("photos", "/tax/1", b"1");
    for (key, here, not_there) in [("logs/1", "archive", "backup"), ("/tax/1", "backup", "archive")]
    {
        server.wait_for_status(ReplicationStatus::Completed, "photos", key);
        assert_eq!(server.status(here, key), Some(ReplicationStatus::Replica));
        assert_eq!(server.status(not_there, key), None);
    }
}

#[test]
#[ignore = "needs the binary of the server"]
fn two_destinations_and_a_change_of_tags() {
    let server = Server::start(&[]);
    for bucket in ["photos", "near", "far"] {
        server.bucket(bucket);
    }
    let cold = rule("", "far")
        .replace("\"all\"", "\"cold\"")
        .replace("\"Priority\": 1", "\"Priority\": 2");
    let cold = cold.replace("far\"", "far\", \"StorageClass\": \"GLACIER\"");
    server.replicate("photos", &configuration(&format!("{}, {cold}", rule("", "near"))));

    server.put("photos", "a b/ü+&.jpg", b"meow");
    server.wait_for_status(ReplicationStatus::Completed, "photos", "a b/ü+&.jpg");
    assert_eq!(server.get("near", "a b/ü+&.jpg"), b"meow");
    let far = server.s3.head_object().bucket("far").key("a b/ü+&.jpg").send();
    assert_eq!(block_on(far).unwrap().storage_class, Some(StorageClass::Glacier));

    let tag = Tag::builder().key("team").value("cats").build().unwrap();
    let tagging = Tagging::builder().tag_set(tag.clone()).build().unwrap();
    let put = server.s3.put_object_tagging().bucket("photos").key("a b/ü+&.jpg").tagging(tagging);
    block_on(put.send()).unwrap();
    for bucket in ["near", "far"] {
        wait(&vec![tag.clone()], || {
            let tags = server.s3.get_object_tagging().bucket(bucket).key("a b/ü+&.jpg").send();
            block_on(tags).unwrap().tag_set
        });
    }
}

#[test]
#[ignore = "needs the binary of the server"]
fn a_destination_that_is_gone() {
    let server = Server::start(&[]);
    for bucket in ["photos", "backup"] {
        server.bucket(bucket);
    }
    server.replicate("photos", &configuration(&rule("", "backup")));
    block_on(server.s3.delete_bucket().bucket("backup").send()).unwrap();
    server.put("photos", "lost", b"1");
    server.wait_for_status(ReplicationStatus::Failed, "photos", "lost");
}
