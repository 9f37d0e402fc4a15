//! Advice about jobs that S3 accepts.

use s3_replication::ReplicationConfiguration;
use s3_replication::batch::request::JobParser;
use serde_json::{Value, json};

/// A job that a careful person writes.
fn job() -> Value {
    json!({
        "AccountId": "123456789012", "ConfirmationRequired": true, "Priority": 10,
        "Operation": {"S3ReplicateObject": {}}, "ClientRequestToken": "t",
        "RoleArn": "arn:aws:iam::123456789012:role/job",
        "Report": {"Enabled": true, "Bucket": "arn:aws:s3:::reports", "Prefix": "jobs",
                   "Format": "Report_CSV_20180820", "ReportScope": "AllTasks"},
        "ManifestGenerator": {"S3JobManifestGenerator": {
            "SourceBucket": "arn:aws:s3:::photos", "EnableManifestOutput": false,
            "Filter": {"EligibleForReplication": true,
                       "ObjectReplicationStatuses": ["NONE", "FAILED"]},
        }},
    })
}

fn with_filter(filter: Value) -> Value {
    let mut job = job();
    job["ManifestGenerator"]["S3JobManifestGenerator"]["Filter"] = filter;
    job
}

fn configuration(filter: &str) -> ReplicationConfiguration {
    let text = format!(
        r#"{{"Role": "arn:aws:iam::123456789012:role/replication", "Rules": [{{
            "Status": "Enabled", "Priority": 1, "Filter": {filter},
            "DeleteMarkerReplication": {{"Status": "Disabled"}},
            "Destination": {{"Bucket": "arn:aws:s3:::backup"}}}}]}}"#
    );
    ReplicationConfiguration::from_json(&text).unwrap()
}

/// What is found and where.
fn found(job: &Value, configuration: Option<&ReplicationConfiguration>) -> Vec<String> {
    let specification = JobParser::new().parse_json(&job.to_string()).into_specification().unwrap();
    let advice = specification.advise(configuration);
    assert!(!advice.has_errors());
    advice
        .iter()
        .map(|found| {
            assert!(found.help.is_some());
            let path = found.primary.path().to_string();
            let path = path.strip_prefix("ManifestGenerator.S3JobManifestGenerator.");
            let path = path.map_or_else(|| found.primary.path().to_string(), str::to_owned);
            format!("{} {path}", found.code)
        })
        .collect()
}

#[test]
fn a_careful_job_gets_no_advice() {
    assert!(found(&job(), None).is_empty());
    assert!(found(&job(), Some(&configuration("{}"))).is_empty());
}

/// REP-970, REP-971
#[test]
fn versions_that_no_rule_takes_are_noticed() {
    for eligible in [json!(false), Value::Null] {
        let mut filter = json!({"ObjectReplicationStatuses": ["NONE"]});
        if !eligible.is_null() {
            filter["EligibleForReplication"] = eligible;
        }
        assert_eq!(found(&with_filter(filter), None), ["job-lists-ineligible-versions Filter"]);
    }
}

/// REP-916
#[test]
fn versions_that_are_replicated_are_noticed() {
    let of = |statuses: Value| {
        found(
            &with_filter(json!({
                "EligibleForReplication": true, "ObjectReplicationStatuses": statuses,
            })),
            None,
        )
    };
    let expected = ["job-lists-replicated-versions Filter.ObjectReplicationStatuses"];
    assert_eq!(of(json!(["NONE", "COMPLETED"])), expected);
    assert_eq!(of(json!(["REPLICA"])), expected);
    assert!(of(json!(["FAILED"])).is_empty());
    let any = with_filter(json!({"EligibleForReplication": true}));
    assert_eq!(found(&any, None), ["job-lists-replicated-versions Filter"]);
}

/// REP-915
#[test]
fn bounds_with_nothing_between_are_noticed() {
    let bounds = |more: Value| {
        let mut filter = json!({"EligibleForReplication": true,
                                "ObjectReplicationStatuses": ["NONE"]});
        let more = more.as_object().unwrap().clone();
        filter.as_object_mut().unwrap().extend(more);
        found(&with_filter(filter), None)
    };
    let sizes = |above: i64, below: i64| {
        bounds(json!({"ObjectSizeGreaterThanBytes": above, "ObjectSizeLessThanBytes": below}))
    };
    let expected = ["job-filter-lists-nothing Filter.ObjectSizeLessThanBytes"];
    assert_eq!(sizes(10, 10), expected);
    assert_eq!(sizes(10, 11), expected, "both bounds are excluded");
    assert!(sizes(10, 12).is_empty());
    let times =
        |after: &str, before: &str| bounds(json!({"CreatedAfter": after, "CreatedBefore": before}));
    let (one, two) = ("2026-11-22T10:00:00Z", "2026-11-23T10:00:00Z");
    assert_eq!(times(two, one), ["job-filter-lists-nothing Filter.CreatedBefore"]);
    assert_eq!(times(one, one), ["job-filter-lists-nothing Filter.CreatedBefore"]);
    assert!(times(one, two).is_empty());
}

/// REP-993
#[test]
fn what_is_written_to_the_source_is_noticed() {
    let mut reporting = job();
    reporting["Report"]["Bucket"] = json!("arn:aws:s3:::photos");
    let expected = ["job-writes-to-source Report.Bucket"];
    assert_eq!(found(&reporting, None), expected);
    assert_eq!(found(&reporting, Some(&configuration("{}"))), expected);
    assert_eq!(found(&reporting, Some(&configuration(r#"{"Prefix": "jobs/"}"#))), expected);
    assert_eq!(found(&reporting, Some(&configuration(r#"{"Prefix": "jo"}"#))), expected);
    assert!(found(&reporting, Some(&configuration(r#"{"Prefix": "photos/"}"#))).is_empty());
    // A report is in a folder of its own, and not all that begins like its prefix is.
    assert!(found(&reporting, Some(&configuration(r#"{"Prefix": "jobs-2026/"}"#))).is_empty());
    let of_reports = configuration(r#"{"Prefix": "jobs/job-"}"#);
    assert_eq!(found(&reporting, Some(&of_reports)), expected);
    assert!(found(&reporting, Some(&configuration(r#"{"Prefix": "jobs/x"}"#))).is_empty());
    let mut anywhere = reporting.clone();
    anywhere["Report"].as_object_mut().unwrap().remove("Prefix");
    assert_eq!(found(&anywhere, Some(&configuration(r#"{"Prefix": "job-"}"#))), expected);
    assert!(found(&anywhere, Some(&configuration(r#"{"Prefix": "photos/"}"#))).is_empty());
    let tagged = configuration(r#"{"Tag": {"Key": "a", "Value": "b"}}"#);
    assert!(found(&reporting, Some(&tagged)).is_empty());

    let mut listing = job();
    let generator = &mut listing["ManifestGenerator"]["S3JobManifestGenerator"];
    generator["EnableManifestOutput"] = json!(true);
    generator["ManifestOutputLocation"] = json!({"Bucket": "arn:aws:s3:::photos",
        "ManifestPrefix": "lists", "ManifestFormat": "S3InventoryReport_CSV_20211130"});
    let expected = ["job-writes-to-source ManifestOutputLocation.Bucket"];
    assert_eq!(found(&listing, None), expected);
}

/// REP-992
#[test]
fn one_role_for_two_services_is_noticed() {
    let mut shared = job();
    shared["RoleArn"] = json!("arn:aws:iam::123456789012:role/replication");
    let expected = ["job-role-replicates RoleArn"];
    assert_eq!(found(&shared, Some(&configuration("{}"))), expected);
    assert!(found(&shared, None).is_empty());
}

#[test]
fn a_reader_gives_advice_with_places_when_it_is_asked() {
    let mut shared = with_filter(json!({"EligibleForReplication": true}));
    shared["RoleArn"] = json!("arn:aws:iam::123456789012:role/replication");
    let text = serde_json::to_string_pretty(&shared).unwrap();
    let codes = |reader: JobParser| {
        let read = reader.parse_json(&text);
        assert!(read.report().iter().all(|found| found.primary.span().is_some()));
        let codes: Vec<_> = read.report().iter().map(|found| found.code).collect();
        assert!(read.into_specification().is_ok());
        codes
    };
    assert!(codes(JobParser::new()).is_empty());
    let alone = ["job-lists-replicated-versions"];
    assert_eq!(codes(JobParser::new().with_advice(None)), alone);
    let both = ["job-lists-replicated-versions", "job-role-replicates"];
    assert_eq!(codes(JobParser::new().with_advice(Some(&configuration("{}")))), both);
}
