//! `schema`: the schemas of what the commands write, against what they write.

use jsonschema::Validator;
use s3_replication::batch::{completion_report, inventory};
use serde_json::{Value, json};

use super::Desk;
use crate::support::{rule_v2, with_role};

/// A configuration in V1, with a finding that is allowed.
const V1: &str = "<ReplicationConfiguration><Role>arn:aws:iam::111122223333:role/r</Role>\
    <!-- s3-replication: allow metrics-absent why -->\
    <Rule><Status>Enabled</Status><Prefix>/a</Prefix>\
    <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule></ReplicationConfiguration>";

/// A configuration with everything that a replica can have.
const KMS: &str = "<ReplicationConfiguration><Role>arn:aws:iam::111122223333:role/r</Role>\
    <Rule><ID>k</ID><Priority>1</Priority><Status>Enabled</Status><Filter/>\
    <SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects></SourceSelectionCriteria>\
    <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>\
    <Destination><Bucket>arn:aws:s3:::backup</Bucket><Account>444455556666</Account>\
    <AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>\
    <EncryptionConfiguration><ReplicaKmsKeyID>arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab</ReplicaKmsKeyID></EncryptionConfiguration></Destination></Rule></ReplicationConfiguration>";

fn desk(name: &str) -> Desk {
    let desk = Desk::with_configuration(name);
    desk.put("new.xml", with_role(&rule_v2("all", 1, "<Prefix>a/</Prefix>", "backup", "")));
    desk.put("bad.xml", "<ReplicationConfiguration/>");
    let never = json!({"Id": "never", "Keys": ["Tax/**"], "MustNotReach": {}});
    let region = json!({"Id": "eu", "MayOnlyReach": {"Regions": ["eu-west-1"]}});
    desk.put("policy.json", json!({"Assertions": [never, region]}).to_string());
    let role = json!({"Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]});
    desk.put("role.json", role.to_string());
    let bucket = json!({"Type": "AWS::S3::Bucket", "Properties": {"ReplicationConfiguration":
        {"Role": "r", "Rules": [{"Status": "Enabled", "Destination": {"Bucket": {"Ref": "P"}}}]}}});
    desk.put("t.json", json!({"Resources": {"Photos": bucket}}).to_string());
    desk.put("v1.xml", V1);
    desk.put("kms.xml", KMS);
    desk.put(
        "context.json",
        r#"{"Buckets": {"photos": {"Versioning": "Enabled"}, "backup": null}}"#,
    );
    desk.put("list.csv", "photos,a.txt\nphotos,a%20b\n");
    let generator = json!({"S3JobManifestGenerator": {"SourceBucket": "arn:aws:s3:::photos",
        "EnableManifestOutput": false, "Filter": {"EligibleForReplication": true}}});
    let job = json!({"AccountId": "111122223333", "RoleArn": "arn:aws:iam::111122223333:role/batch",
        "Operation": {"S3ReplicateObject": {}}, "Priority": 10, "ConfirmationRequired": false,
        "Report": {"Enabled": false}, "ManifestGenerator": generator});
    desk.put("job.json", job.to_string());
    desk.put(
        "o.jsonl",
        "{\"Key\": \"Tax/a\", \"Size\": 3}\n{\"Key\": \"b\", \"StorageClass\": \"GLACIER\"}\n",
    );
    desk.put("bad.json", r#"{"Priority": "high"}"#);
    desk.put("s.json", scenario().to_string());
    desk.put("report.csv", "photos,a.txt,v,failed,403,AccessDenied,no\n");
    desk
}

/// A scenario with every kind of timeline event but an action that replication holds off.
fn scenario() -> Value {
    let rule = json!({"ID": "all", "Status": "Enabled", "Priority": 1, "Filter": {},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "Destination": {"Bucket": "arn:aws:s3:::backup",
            "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
            "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}}}});
    let replication = json!({"Role": "arn:aws:iam::111122223333:role/r", "Rules": [rule]});
    let put = "ObjectCreated:Put";
    json!({
        "Buckets": {"photos": {"Versioning": "Enabled", "Replication": replication},
                    "backup": {"Versioning": "Enabled"}, "empty": {}},
        "LatencySeconds": 5,
        "Events": [
            {"At": "2026-11-22T09:00:00Z", "Bucket": "photos", "Event": put, "Key": "a", "VersionId": "1"},
            {"At": "2026-11-22T09:01:00Z", "Bucket": "backup", "Fault": "Outage"},
            {"At": "2026-11-22T09:02:00Z", "Bucket": "photos", "Event": "ObjectTagging:Put", "Key": "a",
             "Tags": {"k": "v"}},
            {"At": "2026-11-22T09:03:00Z", "Bucket": "photos", "Event": "ObjectRemoved:DeleteMarkerCreated",
             "Key": "a"},
            {"At": "2026-11-22T09:30:00Z", "Bucket": "backup", "Fault": {"SlowSeconds": 9}},
            {"At": "2026-11-22T09:40:00Z", "Bucket": "backup", "Fault": {"Refusal": "DstPutObjectNotPermitted"}},
            {"At": "2026-11-22T09:41:00Z", "Bucket": "photos", "Event": put, "Key": "b", "Size": 7},
            {"At": "2026-11-22T09:50:00Z", "Bucket": "backup", "Fault": "None"},
            {"At": "2026-11-22T09:51:00Z", "Bucket": "photos", "Event": "PutBucketVersioning",
             "Versioning": "Suspended"},
            {"At": "2026-11-22T09:52:00Z", "Bucket": "photos", "Event": "DeleteBucketReplication"}
        ]
    })
}

/// Forbids members that a schema does not name, where it names any.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(close);
            if members.get("properties").is_some_and(|properties| properties.get("type").is_none())
            {
                members.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

fn validator(desk: &Desk, name: &str) -> Validator {
    let schema: Value = desk.run(&["schema", name]).ended(0).json();
    jsonschema::draft202012::new(&schema).unwrap()
}

const ANSWERS: &[(&str, &str)] = &[
    ("check-output", "check c.xml bad.xml t.json gone.xml"),
    ("check-output", "check c.xml --context gone.json"),
    ("decide-output", "decide -c c.xml --key Tax/a --tag team=tax"),
    ("decide-output", "decide -c c.xml --key Tax/a --delete-marker --no-rules"),
    (
        "explain-output",
        "explain -c c.xml --key tax/a --source-bucket photos --role-policy role.json",
    ),
    ("diff-output", "diff c.xml new.xml"),
    ("diff-output", "diff c.xml c.xml"),
    ("diff-output", "diff gone.xml bad.xml"),
    ("assert-output", "assert -c c.xml --policy policy.json"),
    ("assert-output", "assert -c bad.xml --policy policy.json"),
    ("topology-output", "topology photos=c.xml backup=new.xml"),
    ("topology-output", "topology photos=bad.xml"),
    ("permissions-output", "permissions -c c.xml --source-bucket photos --batch"),
    (
        "permissions-check-output",
        "permissions -c c.xml --source-bucket photos --role-policy role.json",
    ),
    ("migrate-output", "migrate c.xml"),
    ("lints-output", "lints"),
    ("dialects-output", "dialects"),
    ("dialects-output", "dialects aws minio"),
    ("batch-check-output", "batch check list.csv --fields Bucket,Key -c c.xml"),
    ("batch-report-output", "batch report report.csv"),
    ("batch-run-output", "batch run -c c.xml --job job.json --objects o.jsonl"),
    ("batch-run-output", "batch run -c c.xml --job job.json --objects o.jsonl --dry-run"),
    ("batch-run-output", "batch run -c c.xml --job job.json --job job.json --objects o.jsonl"),
    (
        "batch-run-output",
        "batch run -c c.xml --job job.json --objects o.jsonl --fail backup=DstPutObjectNotPermitted",
    ),
    ("check-output", "check v1.xml kms.xml --level cost=warn"),
    ("decide-output", "decide -c kms.xml --key a --encryption SSE-KMS"),
    ("explain-output", "explain -c c.xml --key Tax/a --tag team=Tax"),
    ("explain-output", "explain -c v1.xml --key b"),
    ("diff-output", "diff c.xml kms.xml"),
    ("assert-output", "assert -c kms.xml --policy policy.json --allow-unknown"),
    ("topology-output", "topology photos=c.xml backup=kms.xml --context context.json"),
    ("permissions-output", "permissions -c kms.xml --source-bucket photos"),
    (
        "permissions-check-output",
        "permissions -c kms.xml --source-bucket photos --role-policy role.json --batch --batch-role-policy role.json",
    ),
    ("migrate-output", "migrate v1.xml"),
    ("lints-output", "lints shadowed-rule cost document"),
    ("batch-check-output", "batch check list.csv --fields Bucket,Key -c kms.xml"),
    ("batch-run-output", "batch run -c kms.xml --job job.json --objects o.jsonl --dry-run"),
    ("batch-run-output", "batch run -c kms.xml --objects o.jsonl --source-bucket photos --dry-run"),
    ("batch-run-output", "batch run -c c.xml --job bad.json --objects o.jsonl"),
    ("batch-run-output", "batch run -c bad.xml --job job.json --objects o.jsonl"),
    ("simulate-output", "simulate bad.json"),
    ("check-output", "check"),
    ("decide-output", "decide -c bad.xml --key a"),
    ("explain-output", "explain -c bad.xml --key a"),
    ("lints-output", "lints no-such-lint no-rows allowance-unused"),
    ("lints-output", "lints no-rows allowance-unused"),
    ("migrate-output", "migrate bad.xml"),
    ("permissions-output", "permissions -c bad.xml --source-bucket photos"),
    (
        "permissions-check-output",
        "permissions -c c.xml --source-bucket photos --role-policy bad.xml",
    ),
    ("batch-check-output", "batch check list.csv -c bad.xml"),
    ("batch-report-output", "batch report gone.csv"),
    ("simulate-output", "simulate s.json"),
    ("simulate-output", "simulate s.json --summary"),
];

#[test]
fn answers_are_valid() {
    let desk = desk("schemas-answers");
    for (name, command) in ANSWERS {
        let arguments: Vec<&str> = command.split(' ').chain(["--format", "json"]).collect();
        let ran = desk.run(&arguments);
        assert!(!ran.out.is_empty(), "{command}: {}", ran.err);
        let (answer, validator) = (ran.json(), validator(&desk, name));
        let wrong: Vec<String> =
            validator.iter_errors(&answer).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{command}: {wrong:#?}");
        // Each promised member is there, and has its type.
        let mut damaged = answer;
        if let Some(members) = damaged.as_object_mut() {
            let first = members.keys().next().unwrap().clone();
            members.insert(first, json!({"not": "this"}));
            assert!(!validator.is_valid(&damaged), "{command}: {damaged}");
        }
    }
}

/// A program can rely on the schema to name every member that the command writes.
#[test]
fn every_member_is_listed() {
    let desk = desk("schemas-members");
    for (name, command) in ANSWERS {
        let arguments: Vec<&str> = command.split(' ').chain(["--format", "json"]).collect();
        let answer = desk.run(&arguments).json();
        let mut schema: Value = desk.run(&["schema", name]).ended(0).json();
        close(&mut schema);
        let closed = jsonschema::draft202012::new(&schema).unwrap();
        let wrong: Vec<String> =
            closed.iter_errors(&answer).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{command}: {wrong:#?}");
    }
}

/// Returns true if a text is read.
type Reading<'a> = &'a dyn Fn(&str) -> bool;

/// A document that its schema accepts is read; one with a member of another kind is neither accepted nor
/// read.
#[test]
fn documents_are_read_as_their_schemas_promise() {
    let desk = desk("schemas-documents");
    let object = |text: &str| {
        desk.put("object.jsonl", text);
        desk.run(&["decide", "-c", "c.xml", "--objects", "object.jsonl"]).status == 0
    };
    let inventory = |text: &str| inventory::Manifest::from_json(text).is_ok();
    let report = |text: &str| completion_report::Manifest::from_json(text).is_ok();
    let checksum = "83b1c4cbe93fc893f54053697e10fd6e";
    let part = json!({"TaskExecutionStatus": "failed", "Bucket": "reports", "Key": "job-1/results/a.csv",
        "MD5Checksum": checksum});
    let documents: [(&str, Value, Reading<'_>); 5] = [
        ("object", json!({"Key": "a"}), &object),
        (
            "object",
            json!({"Key": "Tax/a", "VersionId": "v", "IsLatest": true, "IsDeleteMarker": false, "Size": 7,
                "LastModified": "2026-11-22T09:00:00Z", "StorageClass": "INTELLIGENT_TIERING",
                "IntelligentTieringAccessTier": "FREQUENT", "EncryptionStatus": "SSE-KMS",
                "BucketKeyStatus": "ENABLED", "ReplicationStatus": "COMPLETED",
                "ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": "2027-11-22T09:00:00Z",
                "ObjectLockLegalHoldStatus": "ON", "OwnerCanRead": true, "Event": "ObjectCreated:Put",
                "Tags": [{"Key": "team", "Value": "tax"}]}),
            &object,
        ),
        (
            "object",
            json!({"Key": "b", "IsDeleteMarker": true, "DeleteMarkerOrigin": "lifecycle", "Tags": {"a": "b"}}),
            &object,
        ),
        (
            "inventory",
            json!({"sourceBucket": "photos", "destinationBucket": "arn:aws:s3:::lists",
                "version": "2016-11-30", "creationTimestamp": "1514944800000", "fileFormat": "CSV",
                "fileSchema": "Bucket, Key, VersionId, Size",
                "files": [{"key": "1.csv.gz", "size": 2147, "MD5checksum": checksum}]}),
            &inventory,
        ),
        (
            "completion-report",
            json!({"Format": "Report_CSV_20180820", "ReportCreationDate": "2019-04-05T17:48:39.725Z",
                "Results": [part], "ReportSchema":
                    "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage"}),
            &report,
        ),
    ];
    for (name, document, is_read) in documents {
        let validator = validator(&desk, name);
        let both =
            |document: &Value| (validator.is_valid(document), is_read(&document.to_string()));
        assert_eq!(both(&document), (true, true), "{document}");
        let members = document.as_object().unwrap();
        for member in members.keys().filter(|member| *member != "Tags") {
            let mut damaged = members.clone();
            damaged.insert(member.clone(), json!({"not": "this"}));
            assert_eq!(both(&damaged.into()), (false, false), "{name}: {member}");
            let mut lacking = members.clone();
            lacking.remove(member);
            let (is_valid, is_read) = both(&lacking.into());
            assert_eq!(is_valid, is_read, "{name} without {member}");
        }
    }
}

/// The list names every schema, and each one is tested.
#[test]
fn every_answer_is_listed() {
    let desk = desk("schemas-list");
    let list = desk.run(&["schema"]).ended(0).out.clone();
    let names = list.lines().filter_map(|line| line.split_whitespace().next());
    for name in names.filter(|name| name.ends_with("-output")) {
        assert!(ANSWERS.iter().any(|(tested, _)| *tested == name), "{name}");
    }
}
