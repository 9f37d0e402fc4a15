//! What CreateJob takes: read, refused, written.

use proptest::prelude::*;
use s3_replication::batch::generator::{FilterMember, FilterRejection};
use s3_replication::batch::job;
use s3_replication::batch::request::{
    JobManifestGeneratorFilterDraft, JobParser, JobSource, JobSpecification, JobSpecificationDraft,
    OperationName,
};
use s3_replication::dialect::job::{
    ConfirmationReading, GeneratorOwner, JobDialect, KeyNameStrings, ManifestVersions,
};
use s3_replication::form::Form;
use s3_replication::model::{
    BucketKeyStatus, BucketSettings, DeleteMarkerOrigin, EncryptionStatus, KnownBuckets,
    ReplicationStatus, Timestamp,
};
use s3_replication::text::SourceText;
use s3_replication::{ObjectVersion, Report, Severity, StorageClass};
use serde_json::{Value, json};

use crate::support::damage::unnoticed;
use crate::support::{job_json, job_specification, with_members};

/// Returns the codes and paths of what is refused.
#[track_caller]
fn refusals(members: &Value) -> Vec<(&'static str, String)> {
    refusals_in(&JobParser::new(), members)
}

#[track_caller]
fn refusals_in(reader: &JobParser, members: &Value) -> Vec<(&'static str, String)> {
    let read = reader.parse_json(&job_json(members));
    let report = read.report().clone();
    assert_eq!(report.has_errors(), read.into_specification().is_err());
    let errors = report.iter().filter(|found| found.severity == Severity::Error);
    errors
        .inspect(|found| {
            // REP-998: a client refuses these itself, and one operation is run here.
            let of_service =
                !["element-missing", "element-unknown", "invalid-type", "operation-not-run"]
                    .contains(&found.code);
            let answer = found.service_error.as_ref().map(|answer| answer.code.as_str());
            assert_eq!(answer, of_service.then_some("BadRequestException"), "{found}");
            assert!(found.help.is_some(), "no help: {found}");
            assert!(found.primary.span().is_some(), "no place: {found}");
        })
        .map(|found| (found.code, found.primary.path().to_string()))
        .collect()
}

/// Asserts that exactly one thing is refused, at this place.
#[track_caller]
fn one(members: &Value, code: &str, path: &str) {
    assert_eq!(refusals(members), [(code, path.to_owned())]);
}

fn generator(members: &Value) -> Value {
    let generator = json!({"SourceBucket": "arn:aws:s3:::source", "EnableManifestOutput": false});
    let generator = with_members(generator, members);
    json!({"ManifestGenerator": {"S3JobManifestGenerator": generator}})
}

fn filter(members: &Value) -> Value {
    generator(&json!({"Filter": members}))
}

fn manifest(spec: &Value) -> Value {
    json!({"ManifestGenerator": null, "Manifest": {
        "Spec": spec, "Location": {"ObjectArn": "arn:aws:s3:::lists/all.csv", "ETag": "e1"}}})
}

const FILTER: &str = "ManifestGenerator.S3JobManifestGenerator.Filter";

const SAMPLE: &str = r#"<CreateJobRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">
 <ConfirmationRequired>false</ConfirmationRequired>
 <Operation><S3ReplicateObject/></Operation>
 <Report><Enabled>false</Enabled></Report>
 <ClientRequestToken>t-1</ClientRequestToken>
 <Priority> 1 </Priority>
 <RoleArn>arn:aws:iam::111122223333:role/r</RoleArn>
 <Tags><S3Tag><Key>team</Key><Value>tax</Value></S3Tag><member><Key>e</Key><Value></Value></member></Tags>
 <ManifestGenerator><S3JobManifestGenerator>
  <SourceBucket>arn:aws:s3:::src</SourceBucket>
  <EnableManifestOutput>false</EnableManifestOutput>
  <Filter>
   <EligibleForReplication>true</EligibleForReplication>
   <ObjectReplicationStatuses><member>NONE</member><member>FAILED</member></ObjectReplicationStatuses>
   <MatchAnyObjectEncryption><ObjectEncryption><SSE-S3/></ObjectEncryption></MatchAnyObjectEncryption>
  </Filter>
 </S3JobManifestGenerator></ManifestGenerator>
</CreateJobRequest>"#;

fn xml_reader() -> JobParser {
    JobParser::new().with_account("111122223333".parse().unwrap())
}

/// REP-901, REP-902, REP-906: a request as SDKs send it, with both names for the items of a list.
#[test]
fn the_xml_of_a_request_is_read() {
    let job = xml_reader().parse_xml(SAMPLE).into_specification().unwrap();
    assert_eq!(job.account_id().as_str(), "111122223333");
    assert_eq!(job.priority().get(), 1);
    assert_eq!(job.operation(), OperationName::S3ReplicateObject);
    assert_eq!(job.tags().iter().map(ToString::to_string).collect::<Vec<_>>(), ["team=tax", "e="]);
    let JobSource::Generator(generator) = job.source() else { panic!("no generator") };
    let filter = generator.filter.as_ref().unwrap();
    assert_eq!(filter.eligible_for_replication(), Some(true));
    let there: Vec<_> = filter.members().map(FilterMember::as_str).collect();
    assert_eq!(
        there,
        ["EligibleForReplication", "ObjectReplicationStatuses", "MatchAnyObjectEncryption"]
    );
    assert_eq!(xml_reader().parse_xml(&job.to_text(Form::Xml)).into_specification().unwrap(), job);
    assert_eq!(
        JobParser::new().parse_json(&job.to_text(Form::CliJson)).into_specification().unwrap(),
        job
    );
}

/// REP-901, REP-902: the text that is written, to the letter.
#[test]
fn the_xml_of_a_request_is_written_in_the_order_of_the_api() {
    let members =
        filter(&json!({"MatchAnyObjectEncryption": [{"SSEKMS": {"BucketKeyEnabled": true}}]}));
    assert_eq!(
        job_specification(&members).to_text(Form::Xml),
        r#"<?xml version="1.0" encoding="UTF-8"?>
<CreateJobRequest xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/">
  <ConfirmationRequired>false</ConfirmationRequired>
  <Operation>
    <S3ReplicateObject/>
  </Operation>
  <Report>
    <Enabled>false</Enabled>
  </Report>
  <ClientRequestToken>token-1</ClientRequestToken>
  <Priority>10</Priority>
  <RoleArn>arn:aws:iam::111122223333:role/batch</RoleArn>
  <ManifestGenerator>
    <S3JobManifestGenerator>
      <SourceBucket>arn:aws:s3:::source</SourceBucket>
      <Filter>
        <MatchAnyObjectEncryption>
          <ObjectEncryption>
            <SSE-KMS>
              <BucketKeyEnabled>true</BucketKeyEnabled>
            </SSE-KMS>
          </ObjectEncryption>
        </MatchAnyObjectEncryption>
      </Filter>
      <EnableManifestOutput>false</EnableManifestOutput>
    </S3JobManifestGenerator>
  </ManifestGenerator>
</CreateJobRequest>
"#
    );
}

/// Returns the codes of what is refused in XML, and the text each is about.
fn xml_refusals(text: &str) -> Vec<(&'static str, &str)> {
    let report = xml_reader().parse_xml(text).report().clone();
    let errors = report.into_iter().filter(|found| found.service_error.is_some());
    errors.map(|found| (found.code, &text[found.primary.span().unwrap().range()])).collect()
}

/// REP-901: what does not follow the schema is refused, each thing at its place.
#[test]
fn what_does_not_follow_the_schema_is_refused_at_its_place() {
    let with = |from: &str, to: &str| {
        assert!(SAMPLE.contains(from), "{from}");
        SAMPLE.replacen(from, to, 1)
    };
    let cases = [
        ("<Priority> 1 </Priority>", "<Priority>1.5</Priority>", "invalid-value", "1.5"),
        ("<Priority> 1 </Priority>", "<Priority><a/></Priority>", "element-unknown", "<a/>"),
        ("<Enabled>false", "<Enabled>False", "invalid-value", "False"),
        ("<Report>", "<Report>x", "text-unexpected", "x"),
        ("<Report>", "<AccountId>1</AccountId><Report>", "element-unknown", "<AccountId>"),
        ("<Report>", "<Priority>1</Priority><Report>", "element-repeated", "<Priority>"),
        ("<S3Tag>", "<Tag/><S3Tag>", "element-unknown", "<Tag/>"),
        ("<SourceBucket>", "<Bucket/><SourceBucket>", "element-unknown", "<Bucket/>"),
        ("<Report>", r#"<a xmlns="b"/><Report>"#, "element-unknown", r#"<a xmlns="b"/>"#),
    ];
    for (from, to, code, place) in cases {
        assert_eq!(xml_refusals(&with(from, to)), [(code, place)], "{to}");
    }
    let other = SAMPLE.replace("awss3control", "s3");
    assert_eq!(xml_refusals(&other)[0].0, "namespace-unknown");
    let plain = SAMPLE.replace(r#" xmlns="http://awss3control.amazonaws.com/doc/2018-08-20/""#, "");
    assert_eq!(xml_refusals(&plain), []);
    assert_eq!(xml_refusals("<Job/>")[0], ("root-unknown", "<Job/>"));
    assert_eq!(xml_refusals("<CreateJobRequest>")[0].0, "malformed-document");
    let noted = with("<Report>", r#"<Report a="1">"#).replacen(
        "<CreateJobRequest",
        r#"<CreateJobRequest b="2""#,
        1,
    );
    let report = xml_reader().parse_xml(&noted).report().clone();
    assert_eq!(report.iter().map(|found| found.code).collect::<Vec<_>>(), ["attribute-ignored"; 2]);
}

/// REP-901: advice names what was meant.
#[test]
fn advice_names_what_was_meant() {
    let help = |members: &Value| {
        let report = JobParser::new().parse_json(&job_json(members)).report().clone();
        report.into_iter().next().unwrap().help.unwrap()
    };
    assert_eq!(help(&json!({"Prioritty": 1})), "did you mean `Priority`?");
    let unknown = help(&json!({"Quux": 1}));
    let expected = "write it in the terms that `CreateJobRequest` has: `AccountId`";
    assert!(unknown.starts_with(expected), "{unknown}");
    let report =
        xml_reader().parse_xml("<CreateJobRequest><AccountId>1</AccountId></CreateJobRequest>");
    let found = report.report().iter().next().unwrap().help.clone().unwrap();
    assert!(found.contains("x-amz-account-id"), "{found}");
}

/// REP-901: in JSON a value of another type is refused, and of a name given twice the last counts.
#[test]
fn the_types_of_json_are_checked() {
    one(&json!({"Priority": "10"}), "invalid-type", "Priority");
    one(&json!({"Priority": 1.5}), "invalid-value", "Priority");
    one(&json!({"RoleArn": 1}), "invalid-type", "RoleArn");
    one(&json!({"Tags": {}}), "invalid-type", "Tags");
    one(&json!({"Report": []}), "invalid-type", "Report");
    one(&json!({"Report": {"Enabled": "true"}}), "invalid-type", "Report.Enabled");
    let text = job_json(&json!({})).replacen('{', r#"{"Priority": 3, "#, 1);
    let read = JobParser::new().parse_json(&text);
    assert_eq!(
        read.report().iter().map(|found| found.code).collect::<Vec<_>>(),
        ["member-repeated"]
    );
    assert_eq!(read.into_specification().unwrap().priority().get(), 10);
    // What is wrong with that one is said all the same.
    for (first, code) in [
        (r#""Priority": -1"#, "priority-out-of-range"),
        (r#""ClientRequestToken": """#, "length-invalid"),
    ] {
        let text = job_json(&json!({}));
        let end = text.rfind('}').unwrap();
        let read = JobParser::new().parse_json(&format!("{}, {first}}}", &text[..end]));
        let codes: Vec<_> = read.report().iter().map(|found| found.code).collect();
        assert_eq!(codes, ["member-repeated", code]);
        assert!(read.into_specification().is_err());
    }
    assert!(JobParser::new().parse_json("[]").into_specification().is_err());
    assert!(JobParser::new().parse_json("{").draft().is_none());
}

/// REP-901: bounds of time may be dates in JSON, which the CLI completes, and not in XML.
#[test]
fn the_cli_completes_dates() {
    let job = job_specification(&filter(&json!({"CreatedAfter": "2023-10-01"})));
    let draft = job.to_draft().manifest_generator.unwrap().s3_job_manifest_generator.unwrap();
    assert_eq!(
        draft.filter.unwrap().created_after.unwrap(),
        "2023-10-01T00:00:00Z".parse::<Timestamp>().unwrap()
    );
    let text = job.to_text(Form::Xml);
    assert!(xml_reader().parse_xml(&text).into_specification().is_ok());
    let text = text.replace("T00:00:00Z", "");
    assert_eq!(xml_refusals(&text), [("invalid-value", "2023-10-01")]);
}

/// REP-903: everything required is missed, and nothing else.
#[test]
fn what_is_required_is_missed() {
    for name in ["Operation", "Report", "Priority", "RoleArn"] {
        one(&json!({name: null}), "element-missing", name);
    }
    one(&json!({"Report": {}}), "element-missing", "Report.Enabled");
    one(&json!({"Tags": [{"Key": "a"}]}), "element-missing", "Tags[0].Value");
    one(&json!({"Tags": [{"Value": "a"}]}), "element-missing", "Tags[0].Key");
    let at = "ManifestGenerator.S3JobManifestGenerator";
    one(&json!({"ManifestGenerator": {}}), "element-missing", at);
    let bare = json!({"ManifestGenerator": {"S3JobManifestGenerator": {}}});
    assert_eq!(
        refusals(&bare),
        [
            ("element-missing", format!("{at}.SourceBucket")),
            ("element-missing", format!("{at}.EnableManifestOutput")),
        ]
    );
    let bare = json!({"ManifestGenerator": null, "Manifest": {}});
    assert_eq!(
        refusals(&bare),
        [
            ("element-missing", "Manifest.Spec".to_owned()),
            ("element-missing", "Manifest.Location".to_owned()),
        ]
    );
    let location = json!({"ManifestGenerator": null, "Manifest": {"Spec": {}, "Location": {}}});
    let missing: Vec<_> = refusals(&location).into_iter().map(|(_, path)| path).collect();
    assert_eq!(
        missing,
        ["Manifest.Spec.Format", "Manifest.Location.ObjectArn", "Manifest.Location.ETag"]
    );
    let output = generator(&json!({"EnableManifestOutput": true, "ManifestOutputLocation": {}}));
    let missing: Vec<_> = refusals(&output).into_iter().map(|(_, path)| path).collect();
    assert_eq!(
        missing,
        [
            format!("{at}.ManifestOutputLocation.Bucket"),
            format!("{at}.ManifestOutputLocation.ManifestFormat"),
        ]
    );
}

/// Puts a text where it is to be tested.
type Members = fn(String) -> Value;

/// REP-904: texts of the longest length pass, and longer and empty ones are refused.
#[test]
fn texts_have_limits() {
    let limits: [(&str, usize, Members); 6] = [
        ("ClientRequestToken", 64, |text| json!({"ClientRequestToken": text})),
        ("Description", 256, |text| json!({"Description": text})),
        ("Report.Prefix", 512, |text| json!({"Report": {"Enabled": false, "Prefix": text}})),
        ("Manifest.Location.ETag", 1024, |text| {
            let mut job = manifest(&json!({"Format": "S3InventoryReport_CSV_20161130"}));
            job["Manifest"]["Location"]["ETag"] = text.into();
            job
        }),
        ("Manifest.Location.ObjectVersionId", 2000, |text| {
            let mut job = manifest(&json!({"Format": "S3InventoryReport_CSV_20161130"}));
            job["Manifest"]["Location"]["ObjectVersionId"] = text.into();
            job
        }),
        (
            "ManifestGenerator.S3JobManifestGenerator.ManifestOutputLocation.ManifestPrefix",
            512,
            |text| {
                generator(&json!({"ManifestOutputLocation": {
                    "Bucket": "arn:aws:s3:::lists", "ManifestFormat": "S3InventoryReport_CSV_20211130",
                    "ManifestPrefix": text}}))
            },
        ),
    ];
    for (path, limit, members) in limits {
        assert_eq!(refusals(&members("ß".repeat(limit))), [], "{path}");
        one(&members("ß".repeat(limit + 1)), "length-invalid", path);
        one(&members(String::new()), "length-invalid", path);
        one(&members("a\u{1}".to_owned()), "character-illegal", path);
    }
    for (name, wrong) in [
        ("AccountId", json!("12345")),
        ("RoleArn", json!("arn:aws:iam::111122223333:user/me")),
        ("Report", json!({"Enabled": false, "Bucket": "reports"})),
        ("Report", json!({"Enabled": false, "ExpectedBucketOwner": "me"})),
    ] {
        let found = refusals(&json!({name: wrong}));
        assert_eq!(found.len(), 1, "{name}");
        assert_eq!(found[0].0, "invalid-value");
        assert!(found[0].1.starts_with(name));
    }
    let long = format!("arn:aws:s3:::{}", "b".repeat(116));
    one(&json!({"Report": {"Enabled": false, "Bucket": long}}), "length-invalid", "Report.Bucket");
    let mut job = manifest(&json!({"Format": "S3InventoryReport_CSV_20161130"}));
    for wrong in ["arn:aws:s3:::lists", "lists/all.csv", "arn::s3:::a/b", "arn:aws:sqs:::a/b"] {
        job["Manifest"]["Location"]["ObjectArn"] = wrong.into();
        one(&job, "invalid-value", "Manifest.Location.ObjectArn");
    }
}

/// REP-903, REP-998: the account and the token of a request are required on the wire. A client has the
/// one from an option and makes the other.
#[test]
fn what_a_client_fills_in_is_required_on_the_wire_only() {
    let without_token = SAMPLE.replace("<ClientRequestToken>t-1</ClientRequestToken>", "");
    assert_eq!(xml_refusals(&without_token).len(), 1);
    let read = JobParser::new().parse_xml(SAMPLE);
    assert!(read.report().iter().any(|found| found.message.contains("`AccountId` is missing")));
    assert!(read.into_specification().is_err());

    let text = job_json(&json!({"AccountId": null, "ClientRequestToken": null}));
    let of_role = JobParser::new().parse_json(&text).into_specification().unwrap();
    assert_eq!(of_role.account_id().to_string(), of_role.role_arn().account().to_string());
    let account = "999988887777".parse().unwrap();
    let given = JobParser::new().with_account(account).parse_json(&text);
    assert_eq!(given.into_specification().unwrap().account_id(), account);
    // The same text asks for the same job, another text for another.
    let again = JobParser::new().parse_json(&text).into_specification().unwrap();
    assert_eq!(again.client_request_token(), of_role.client_request_token());
    let other = job_json(&json!({"ClientRequestToken": null, "Priority": 7}));
    let other = JobParser::new().parse_json(&other).into_specification().unwrap();
    assert_ne!(other.client_request_token(), of_role.client_request_token());
}

/// REP-998: the answer of DescribeJob is read as the request that made the job.
#[test]
fn a_described_job_is_read_as_a_request() {
    let job = job_specification(&json!({"ClientRequestToken": "t-9"}));
    let mut described: Value = serde_json::from_str(&job.to_text(Form::CliJson)).unwrap();
    let members = described.as_object_mut().unwrap();
    for name in ["AccountId", "ClientRequestToken", "Tags"] {
        members.remove(name);
    }
    members.extend(
        json!({
            "JobId": "job-1", "JobArn": "arn:aws:s3:eu-west-1:999988887777:job/job-1",
            "Status": "Complete", "FailureReasons": [], "CreationTime": "2026-11-22T10:00:00+00:00",
            "ProgressSummary": {"TotalNumberOfTasks": 1, "NumberOfTasksSucceeded": 1,
                "NumberOfTasksFailed": 0, "Timers": {"ElapsedTimeInActiveSeconds": 5}},
            "TerminationDate": null, "NewMember": {"x": 1},
        })
        .as_object()
        .unwrap()
        .clone(),
    );
    for text in [json!({"Job": described}).to_string(), described.to_string()] {
        let read = JobParser::new().parse_json(&text).into_specification().unwrap();
        assert_eq!(read.account_id().to_string(), "999988887777");
        let (mut read, mut expected) = (read.to_draft(), job.to_draft());
        for draft in [&mut read, &mut expected] {
            (draft.client_request_token, draft.account_id, draft.tags) = (None, None, None);
        }
        assert_eq!(read, expected);
    }
    described["Priority"] = json!(-1);
    let text = json!({"Job": described}).to_string();
    let read = JobParser::new().parse_json(&text);
    let found = read.report().iter().find(|found| found.code == "priority-out-of-range").unwrap();
    assert_eq!(&text[found.primary.span().unwrap().range()], "-1");
}

/// REP-905: a manifest or a generator.
#[test]
fn a_job_has_a_manifest_or_a_generator() {
    one(&json!({"ManifestGenerator": null}), "manifest-missing", "Manifest");
    let manifest =
        manifest(&json!({"Format": "S3InventoryReport_CSV_20161130"}))["Manifest"].clone();
    one(&json!({"Manifest": manifest}), "manifest-and-generator", "ManifestGenerator");
}

/// REP-906: the ten other operations are recognised and refused, as are none and two.
#[test]
fn only_replication_is_run() {
    for operation in OperationName::ALL {
        let members = json!({"Operation": {operation.as_str(): {"Whatever": 1}}});
        if *operation == OperationName::S3ReplicateObject {
            one(&members, "element-unknown", "Operation.S3ReplicateObject.Whatever");
        } else {
            one(&members, "operation-not-run", &format!("Operation.{operation}"));
        }
    }
    one(&json!({"Operation": {}}), "operation-not-one", "Operation");
    let two = json!({"Operation": {"S3ReplicateObject": {}, "LambdaInvoke": {}}});
    one(&two, "operation-not-one", "Operation");
}

/// REP-907: what is left out is warned of, and the dialect says what it means.
#[test]
fn a_confirmation_that_is_left_out_is_a_question() {
    for (dialect, suspends) in [
        (JobDialect::AWS, true),
        (JobDialect::AWS.with_confirmation(ConfirmationReading::Runs), false),
    ] {
        let reader = JobParser::new().with_dialect(dialect);
        let read = reader.parse_json(&job_json(&json!({"ConfirmationRequired": null})));
        let codes: Vec<_> = read.report().iter().map(|found| found.code).collect();
        assert_eq!(codes, ["confirmation-unstated"]);
        // A draft tells the same.
        let (checked, report) = read.draft().unwrap().check(&dialect);
        let told: Vec<_> = report.iter().map(|found| found.code).collect();
        assert_eq!(told, ["confirmation-unstated"]);
        assert_eq!(checked.unwrap().needs_confirmation(), suspends);
        let mut wrong = read.draft().unwrap().clone();
        wrong.priority = None;
        let (checked, report) = wrong.check(&dialect);
        assert!(checked.is_none() && report.has_errors());
        assert_eq!(wrong.validate(&dialect).unwrap_err(), report);
        let job = read.into_specification().unwrap();
        assert_eq!((job.needs_confirmation(), job.confirmation_required()), (suspends, None));
    }
    for stated in [true, false] {
        let read = JobParser::new().parse_json(&job_json(&json!({"ConfirmationRequired": stated})));
        assert!(read.report().is_empty());
        assert_eq!(read.into_specification().unwrap().needs_confirmation(), stated);
    }
}

/// REP-908: 0 to 2147483647.
#[test]
fn priorities_have_a_range() {
    for good in [0, 1, 2_147_483_647] {
        assert_eq!(refusals(&json!({"Priority": good})), []);
    }
    for bad in [-1, 2_147_483_648_i64, i64::MIN, i64::MAX] {
        one(&json!({"Priority": bad}), "priority-out-of-range", "Priority");
    }
}

/// REP-909: tags of a job.
#[test]
fn tags_have_limits() {
    let tag = |key: &str, value: &str| json!({"Key": key, "Value": value});
    let many = |count: usize| -> Value {
        (0..count).map(|at| tag(&format!("k{at}"), "")).collect::<Vec<_>>().into()
    };
    assert_eq!(refusals(&json!({"Tags": many(50)})), []);
    one(&json!({"Tags": many(51)}), "tags-over-limit", "Tags");
    one(&json!({"Tags": [tag("a", "1"), tag("a", "2")]}), "tag-key-repeated", "Tags[1].Key");
    assert_eq!(refusals(&json!({"Tags": [tag("a", "1"), tag("A", "1")]})), []);
    assert_eq!(refusals(&json!({"Tags": [tag("Größe 語\u{a0}_.:/=+-@", "½")]})), []);
    one(&json!({"Tags": [tag("a,b", "")]}), "tag-invalid", "Tags[0].Key");
    one(&json!({"Tags": [tag("a", "x\ny")]}), "tag-invalid", "Tags[0].Value");
    one(&json!({"Tags": [tag("", "")]}), "tag-invalid", "Tags[0].Key");
    one(&json!({"Tags": [tag(&"k".repeat(129), "")]}), "tag-invalid", "Tags[0].Key");
    one(&json!({"Tags": [tag("k", &"v".repeat(257))]}), "tag-invalid", "Tags[0].Value");
}

/// REP-910: a report that is enabled needs bucket, format and scope.
#[test]
fn a_report_is_complete_or_disabled() {
    let whole = json!({"Enabled": true, "Bucket": "arn:aws:s3:::reports",
        "Format": "Report_CSV_20180820", "ReportScope": "FailedTasksOnly"});
    assert_eq!(refusals(&json!({"Report": whole})), []);
    for name in ["Bucket", "Format", "ReportScope"] {
        let mut report = whole.clone();
        report.as_object_mut().unwrap().remove(name);
        one(&json!({"Report": report}), "report-incomplete", &format!("Report.{name}"));
        report["Enabled"] = false.into();
        assert_eq!(refusals(&json!({"Report": report})), []);
    }
    for (name, wrong) in [("Format", "CSV"), ("ReportScope", "Failed")] {
        let mut report = whole.clone();
        report[name] = wrong.into();
        one(&json!({"Report": report}), "invalid-value", &format!("Report.{name}"));
    }
}

/// REP-911, REP-912: formats and columns of a manifest.
#[test]
fn a_manifest_names_its_columns() {
    let csv = |fields: &[&str]| {
        manifest(&json!({"Format": "S3BatchOperations_CSV_20180820", "Fields": fields}))
    };
    assert_eq!(refusals(&csv(&["Bucket", "Key", "VersionId"])), []);
    assert_eq!(refusals(&csv(&["Ignore", "VersionId", "Key", "Ignore", "Bucket"])), []);
    let at = "Manifest.Spec.Fields";
    one(&csv(&["Bucket", "VersionId"]), "fields-incomplete", at);
    one(&csv(&["Key", "VersionId"]), "fields-incomplete", at);
    one(&csv(&["Bucket", "Key", "Key", "VersionId"]), "fields-repeated", at);
    one(&csv(&["Bucket", "Key", "VersionID"]), "invalid-value", "Manifest.Spec.Fields[2]");
    one(&csv(&["Bucket", "Key"]), "versions-missing", at);
    let lenient = JobParser::new()
        .with_dialect(JobDialect::AWS.with_manifest_versions(ManifestVersions::Optional));
    assert_eq!(refusals_in(&lenient, &csv(&["Bucket", "Key"])), []);
    let bare = manifest(&json!({"Format": "S3BatchOperations_CSV_20180820"}));
    assert_eq!(refusals(&bare).len(), 3);
    let inventory =
        manifest(&json!({"Format": "S3InventoryReport_CSV_20161130", "Fields": ["Key"]}));
    let read = JobParser::new().parse_json(&job_json(&inventory));
    let found: Vec<_> = read.report().iter().map(|f| (f.code, f.service_error.is_some())).collect();
    assert_eq!(found, [("fields-unexpected", false)]);
    one(&manifest(&json!({"Format": "CSV"})), "invalid-value", "Manifest.Spec.Format");

    let generated = manifest(&json!({"Format": "S3InventoryReport_CSV_20211130"}));
    one(&generated, "invalid-value", "Manifest.Spec.Format");
    let report = JobParser::new().parse_json(&job_json(&generated)).report().clone();
    assert!(
        report.iter().next().unwrap().help.as_ref().unwrap().contains("generated manifests only")
    );

    let job = job_specification(&csv(&["Bucket", "Key", "VersionId"]));
    let JobSource::Manifest(manifest) = job.source() else { panic!("no manifest") };
    assert!(manifest.location.has_e_tag("\"e1\"") && !manifest.location.has_e_tag("e2"));
    assert_eq!(manifest.location.object_arn.bucket().unwrap().as_str(), "lists");
}

/// REP-913: where a generated manifest is kept.
#[test]
fn a_manifest_that_is_kept_has_a_place_and_one_encryption() {
    let at = "ManifestGenerator.S3JobManifestGenerator.ManifestOutputLocation";
    let output = |encryption: &Value| {
        let mut location = json!({"Bucket": "arn:aws:s3:::lists",
            "ManifestFormat": "S3InventoryReport_CSV_20211130"});
        if !encryption.is_null() {
            location["ManifestEncryption"] = encryption.clone();
        }
        generator(&json!({"EnableManifestOutput": true, "ManifestOutputLocation": location}))
    };
    one(&generator(&json!({"EnableManifestOutput": true})), "output-location-missing", at);
    for good in [json!(null), json!({"SSES3": {}}), json!({"SSEKMS": {"KeyId": "alias/lists"}})] {
        assert_eq!(refusals(&output(&good)), [], "{good}");
    }
    let encryption = format!("{at}.ManifestEncryption");
    // One that names none leaves the choice to the bucket.
    let read = JobParser::new().parse_json(&job_json(&output(&json!({}))));
    let told: Vec<_> =
        read.report().iter().map(|found| (found.code, found.primary.path().to_string())).collect();
    assert_eq!(told, [("encryption-unstated", encryption.clone())]);
    let specification = read.into_specification().unwrap();
    let JobSource::Generator(generator) = specification.source() else { panic!("no generator") };
    let location = generator.manifest_output_location.as_ref().unwrap();
    assert_eq!(location.manifest_encryption, None);
    let both = json!({"SSES3": {}, "SSEKMS": {"KeyId": "k"}});
    one(&output(&both), "encryption-not-one", &encryption);
    one(&output(&json!({"SSEKMS": {}})), "element-missing", &format!("{encryption}.SSE-KMS.KeyId"));
    let mut wrong = output(&json!(null));
    wrong["ManifestGenerator"]["S3JobManifestGenerator"]["ManifestOutputLocation"]["ManifestFormat"] =
        "S3InventoryReport_CSV_20161130".into();
    one(&wrong, "invalid-value", &format!("{at}.ManifestFormat"));
}

/// REP-915, REP-916, REP-917, REP-918, REP-919: what a filter can't ask for.
#[test]
fn filters_have_limits() {
    let refused = |members: Value, code: &str, path: &str| {
        one(&filter(&members), code, &format!("{FILTER}.{path}"));
    };
    refused(json!({"CreatedAfter": "yesterday"}), "invalid-value", "CreatedAfter");
    refused(json!({"CreatedBefore": "2026-13-01"}), "invalid-value", "CreatedBefore");
    let statuses = json!({"ObjectReplicationStatuses": ["NONE", "PENDING"]});
    refused(statuses, "invalid-value", "ObjectReplicationStatuses[1]");
    let classes = json!({"MatchAnyStorageClass": ["REDUCED_REDUNDANCY"]});
    refused(classes, "invalid-value", "MatchAnyStorageClass[0]");
    let names = |strings: Value| json!({"KeyNameConstraint": {"MatchAnySuffix": strings}});
    let at = "KeyNameConstraint.MatchAnySuffix";
    refused(names(json!([""])), "length-invalid", &format!("{at}[0]"));
    refused(names(json!(["a".repeat(1025)])), "length-invalid", &format!("{at}[0]"));
    refused(names(json!(["a", "b"])), "key-names-over-limit", at);
    let many =
        JobParser::new().with_dialect(JobDialect::AWS.with_key_name_strings(KeyNameStrings::Many));
    assert_eq!(refusals_in(&many, &filter(&names(json!(["a", "b"])))), []);

    let encryption = |items: Value| json!({"MatchAnyObjectEncryption": items});
    let at = "MatchAnyObjectEncryption";
    refused(encryption(json!([])), "encryption-not-one", at);
    refused(encryption(json!([{"SSEC": {}}, {"SSES3": {}}])), "encryption-not-one", at);
    refused(encryption(json!([{}])), "encryption-not-one", &format!("{at}[0]"));
    let both = json!([{"SSEC": {}, "SSES3": {}}]);
    refused(encryption(both), "encryption-not-one", &format!("{at}[0]"));
    for key in ["1234abcd", "arn:aws:kms:eu-west-1:111122223333:alias/a"] {
        for (name, path) in [("SSEKMS", "SSE-KMS"), ("DSSEKMS", "DSSE-KMS")] {
            let items = json!([{name: {"KmsKeyArn": key}}]);
            refused(encryption(items), "invalid-value", &format!("{at}[0].{path}.KmsKeyArn"));
        }
    }
    let read =
        JobParser::new().parse_json(&job_json(&filter(&json!({"MatchAnyStorageClass": []}))));
    assert_eq!(read.report().iter().map(|found| found.code).collect::<Vec<_>>(), ["list-empty"]);
}

fn judge(members: Value, version: &ObjectVersion<'_>) -> Result<(), FilterRejection> {
    let draft: JobManifestGeneratorFilterDraft = serde_json::from_value(members).unwrap();
    draft.validate(&JobDialect::AWS).unwrap().judge(version)
}

/// REP-914, REP-915: the bounds are strict, and every member must pass.
#[test]
fn bounds_are_strict_and_members_combine() {
    let moment = |text: &str| text.parse::<Timestamp>().unwrap();
    let mut version = ObjectVersion::new("Tax/2026.pdf");
    let fails = |member| Err(FilterRejection::Fails(member));
    let greater = || json!({"ObjectSizeGreaterThanBytes": 100, "ObjectSizeLessThanBytes": 200});
    for (size, expected) in [
        (100, fails(FilterMember::ObjectSizeGreaterThanBytes)),
        (101, Ok(())),
        (199, Ok(())),
        (200, fails(FilterMember::ObjectSizeLessThanBytes)),
    ] {
        version.size = size;
        assert_eq!(judge(greater(), &version), expected, "{size}");
    }
    version.size = u64::MAX;
    assert_eq!(judge(json!({"ObjectSizeGreaterThanBytes": i64::MAX}), &version), Ok(()));
    assert_eq!(judge(json!({"ObjectSizeGreaterThanBytes": -1}), &ObjectVersion::new("k")), Ok(()));

    let bounds =
        || json!({"CreatedAfter": "2026-01-01T00:00:00Z", "CreatedBefore": "2026-01-02T00:00:00Z"});
    let unknown = Err(FilterRejection::Unknown(FilterMember::CreatedAfter));
    assert_eq!(judge(bounds(), &version), unknown);
    for (created, expected) in [
        ("2026-01-01T00:00:00Z", fails(FilterMember::CreatedAfter)),
        ("2026-01-01T00:00:00.001Z", Ok(())),
        ("2026-01-01T23:59:59.999Z", Ok(())),
        ("2026-01-02T00:00:00Z", fails(FilterMember::CreatedBefore)),
    ] {
        version.last_modified = Some(moment(created));
        assert_eq!(judge(bounds(), &version), expected, "{created}");
    }
    version.last_modified = None;
    let mut both = bounds();
    both["MatchAnyStorageClass"] = json!(["GLACIER"]);
    assert_eq!(judge(both, &version), fails(FilterMember::MatchAnyStorageClass));
    assert_eq!(judge(json!({"EligibleForReplication": true}), &version), Ok(()));
    assert_eq!(judge(json!({}), &version), Ok(()));
}

/// REP-916: which statuses a list selects; `PENDING` is never among them.
#[test]
fn statuses_select() {
    let words = ["COMPLETED", "FAILED", "REPLICA", "NONE"];
    let with = |status: Option<ReplicationStatus>| {
        let mut version = ObjectVersion::new("k");
        version.replication_status = status;
        let selected = words
            .iter()
            .filter(|word| judge(json!({"ObjectReplicationStatuses": [word]}), &version).is_ok());
        selected.copied().collect::<Vec<_>>()
    };
    assert_eq!(with(Some(ReplicationStatus::Completed)), ["COMPLETED"]);
    assert_eq!(with(Some(ReplicationStatus::Failed)), ["FAILED"]);
    assert_eq!(with(Some(ReplicationStatus::Replica)), ["REPLICA"]);
    assert_eq!(with(None), ["NONE"]);
    assert!(with(Some(ReplicationStatus::Pending)).is_empty());
    let pending = ObjectVersion::new("k").with_replication_status(ReplicationStatus::Pending);
    assert!(judge(json!({"ObjectReplicationStatuses": words}), &pending).is_err());
    assert_eq!(judge(json!({}), &pending), Ok(()));
    assert_eq!(judge(json!({"ObjectReplicationStatuses": []}), &pending), Ok(()));
}

/// REP-917, REP-919: keys are compared literally, lists combine, classes by their word.
#[test]
fn key_names_and_classes_select() {
    let names = |prefix: &str, suffix: &str, part: &str| {
        let version = ObjectVersion::new("Tax/2026/doc.pdf");
        let constraint = json!({"MatchAnyPrefix": [prefix], "MatchAnySuffix": [suffix], "MatchAnySubstring": [part]});
        judge(json!({"KeyNameConstraint": constraint}), &version).is_ok()
    };
    assert!(names("Tax/", ".pdf", "2026"));
    assert!(!names("/Tax", ".pdf", "2026"));
    assert!(!names("Tax/", "pdf.", "2026"));
    assert!(!names("Tax/", ".pdf", "2027"));
    assert!(!names("Tax*", ".pdf", "2026"));
    assert!(names("Tax/2026/doc.pdf", "Tax/2026/doc.pdf", "Tax/2026/doc.pdf"));

    let many: JobManifestGeneratorFilterDraft =
        serde_json::from_value(json!({"KeyNameConstraint": {"MatchAnyPrefix": ["a", "b"]}}))
            .unwrap();
    let many = many.validate(&JobDialect::AWS.with_key_name_strings(KeyNameStrings::Many)).unwrap();
    for (key, passes) in [("a1", true), ("b1", true), ("c1", false)] {
        assert_eq!(many.judge(&ObjectVersion::new(key)).is_ok(), passes);
    }
    let classes = json!({"MatchAnyStorageClass": ["GLACIER_IR", "STANDARD_IA"]});
    let of = |class| ObjectVersion::new("k").with_storage_class(class);
    assert!(judge(classes.clone(), &of(StorageClass::GLACIER_IR)).is_ok());
    assert!(judge(classes.clone(), &of(StorageClass::STANDARD_IA)).is_ok());
    assert!(judge(classes, &of(StorageClass::STANDARD)).is_err());
}

/// REP-918: encryption, key and bucket key.
#[test]
fn encryption_selects() {
    const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd";
    let words = [
        ("NOTSSE", EncryptionStatus::NotSse),
        ("SSES3", EncryptionStatus::SseS3),
        ("SSEKMS", EncryptionStatus::SseKms),
        ("DSSEKMS", EncryptionStatus::DsseKms),
        ("SSEC", EncryptionStatus::SseC),
    ];
    for (word, _) in words {
        for (_, status) in words {
            let version = ObjectVersion::new("k").with_encryption(status);
            let passes = judge(json!({"MatchAnyObjectEncryption": [{word: {}}]}), &version).is_ok();
            assert_eq!(passes, words.contains(&(word, status)), "{word} {status}");
        }
    }
    let draft: JobManifestGeneratorFilterDraft = serde_json::from_value(json!({
        "MatchAnyObjectEncryption": [{"SSEKMS": {"KmsKeyArn": KEY, "BucketKeyEnabled": true}}]
    }))
    .unwrap();
    let filter = draft.validate(&JobDialect::AWS).unwrap();
    let (key, other) = (KEY.parse().unwrap(), KEY.replace("1234", "5678").parse().unwrap());
    let mut version = ObjectVersion::new("k").with_encryption(EncryptionStatus::SseKms);
    let member = FilterMember::MatchAnyObjectEncryption;
    let (fails, unknown) =
        (Err(FilterRejection::Fails(member)), Err(FilterRejection::Unknown(member)));
    assert_eq!(filter.judge(&version), unknown);
    version.kms_key = Some(&key);
    assert_eq!(filter.judge(&version), unknown);
    version.kms_key = Some(&other);
    assert_eq!(filter.judge(&version), fails);
    version.kms_key = None;
    version.bucket_key = Some(BucketKeyStatus::Disabled);
    assert_eq!(filter.judge(&version), fails);
    version.bucket_key = Some(BucketKeyStatus::Enabled);
    version.kms_key = Some(&key);
    assert_eq!(filter.judge(&version), Ok(()));
}

/// REP-918, REP-919: a delete marker has no storage class and no encryption to select it by.
#[test]
fn classes_and_encryptions_select_no_delete_markers() {
    let marker = ObjectVersion::delete_marker("k");
    let mut odd = ObjectVersion::new("k").with_storage_class(StorageClass::STANDARD);
    odd.delete_marker = Some(DeleteMarkerOrigin::User);
    for marker in [marker, odd] {
        for (member, value) in [
            ("MatchAnyStorageClass", json!(["STANDARD"])),
            ("MatchAnyObjectEncryption", json!([{"SSES3": {}}])),
            ("MatchAnyObjectEncryption", json!([{"NOTSSE": {}}])),
        ] {
            let fails = Err(FilterRejection::Fails(member.parse().unwrap()));
            assert_eq!(judge(json!({member: value}), &marker), fails, "{value}");
        }
        assert_eq!(judge(json!({"ObjectSizeLessThanBytes": 1}), &marker), Ok(()));
    }
}

/// REP-921: what keeps a job from being cloned.
#[test]
fn some_filters_keep_a_job_from_being_cloned() {
    let obstacles = |members: Value| -> Vec<FilterMember> {
        job_specification(&filter(&members)).obstacles_to_cloning().collect()
    };
    let free = json!({"EligibleForReplication": true, "CreatedAfter": "2026-01-01T00:00:00Z",
        "ObjectReplicationStatuses": ["NONE"], "MatchAnyObjectEncryption": [{"SSEC": {}}]});
    assert!(obstacles(free).is_empty());
    assert_eq!(
        obstacles(json!({"ObjectSizeLessThanBytes": 1})),
        [FilterMember::ObjectSizeLessThanBytes]
    );
    assert_eq!(
        obstacles(json!({"MatchAnyStorageClass": ["STANDARD"]})),
        [FilterMember::MatchAnyStorageClass]
    );
    assert_eq!(obstacles(json!({"KeyNameConstraint": {}})), [FilterMember::KeyNameConstraint]);
    assert_eq!(
        obstacles(json!({"ObjectSizeGreaterThanBytes": 1})),
        [FilterMember::ObjectSizeGreaterThanBytes]
    );
}

fn facts(region: Option<&str>, account: Option<&str>) -> BucketSettings {
    let mut facts = BucketSettings::default();
    facts.region = region.map(|region| region.parse().unwrap());
    facts.account = account.map(|account| account.parse().unwrap());
    facts
}

fn output_job() -> JobSpecification {
    job_specification(&generator(
        &json!({"EnableManifestOutput": true, "ExpectedBucketOwner": "111122223333",
        "ManifestOutputLocation": {"Bucket": "arn:aws:s3:::lists",
            "ExpectedManifestBucketOwner": "444455556666",
            "ManifestFormat": "S3InventoryReport_CSV_20211130"}}),
    ))
}

/// REP-922: a job, its source bucket and its generated manifest are in one Region.
#[test]
fn a_job_stays_in_the_region_of_its_source_bucket() {
    let (here, there) = ("eu-west-1".parse().unwrap(), "us-east-1");
    let paths =
        |job: &JobSpecification, source: Option<&str>, buckets: &KnownBuckets| -> Vec<String> {
            let source = source.map(|name| name.parse().unwrap());
            let report: Report = job.check_regions(&here, source.as_ref(), buckets);
            report.iter().map(|found| found.primary.path().to_string()).collect()
        };
    let known = |source: Option<&str>, lists: Option<&str>| {
        KnownBuckets::new()
            .with_bucket("source".parse().unwrap(), facts(source, None))
            .with_bucket("lists".parse().unwrap(), facts(lists, None))
    };
    let job = output_job();
    let at = "ManifestGenerator.S3JobManifestGenerator";
    assert!(paths(&job, None, &KnownBuckets::new()).is_empty());
    assert!(paths(&job, None, &known(Some("eu-west-1"), Some("eu-west-1"))).is_empty());
    assert_eq!(paths(&job, None, &known(Some(there), Some(there))), [format!("{at}.SourceBucket")]);
    let output = format!("{at}.ManifestOutputLocation.Bucket");
    assert_eq!(
        paths(&job, None, &known(Some("eu-west-1"), Some(there))),
        std::slice::from_ref(&output)
    );
    assert_eq!(paths(&job, None, &known(None, Some(there))), [output]);

    let listed = job_specification(&manifest(&json!({"Format": "S3InventoryReport_CSV_20161130"})));
    assert_eq!(paths(&listed, Some("source"), &known(Some(there), None)), ["Manifest"]);
    assert!(paths(&listed, None, &known(Some(there), None)).is_empty());
}

/// REP-923: each bucket that has another owner than expected fails the job.
#[test]
fn other_owners_fail_a_job() {
    let job = output_job();
    let failures = |source: &str, lists: &str, dialect: &JobDialect| -> Vec<String> {
        let buckets = KnownBuckets::new()
            .with_bucket("source".parse().unwrap(), facts(None, Some(source)))
            .with_bucket("lists".parse().unwrap(), facts(None, Some(lists)));
        let failures = job.owner_failures(&buckets, dialect);
        assert!(
            failures.iter().all(|f| *f.failure_code() == job::FailureCode::EXPECTED_OWNER_MISMATCH)
        );
        failures.iter().map(|failure| failure.failure_reason().to_owned()).collect()
    };
    let (one, two) = ("111122223333", "444455556666");
    let aws = JobDialect::AWS;
    assert!(failures(one, two, &aws).is_empty());
    assert_eq!(failures(two, two, &aws), ["The bucket source is not owned by 111122223333"]);
    assert_eq!(failures(one, one, &aws), ["The bucket lists is not owned by 444455556666"]);
    let other = aws.with_generator_owner(GeneratorOwner::ManifestBucket);
    assert_eq!(failures(two, two, &other), ["The bucket lists is not owned by 111122223333"]);
    assert!(job.owner_failures(&KnownBuckets::new(), &aws).is_empty());

    let report = json!({"Report": {"Enabled": true, "Bucket": "arn:aws:s3:::source",
        "Format": "Report_CSV_20180820", "ReportScope": "AllTasks", "ExpectedBucketOwner": one}});
    let buckets =
        KnownBuckets::new().with_bucket("source".parse().unwrap(), facts(None, Some(two)));
    assert_eq!(job_specification(&report).owner_failures(&buckets, &aws).len(), 1);
}

/// REP-904: places are shown with line and column.
#[test]
fn a_refusal_is_rendered_with_its_line() {
    let text = SAMPLE.replace("<Priority> 1 </Priority>", "<Priority>-5</Priority>");
    let report = xml_reader().parse_xml(&text).into_specification().unwrap_err();
    let rendered = report.render(&SourceText::new("job.xml", &*text));
    assert!(rendered.starts_with("error[priority-out-of-range]"), "{rendered}");
    assert!(rendered.contains("--> job.xml:6:12"), "{rendered}");
    assert!(rendered.contains("BadRequestException"), "{rendered}");
}

/// REP-901, REP-902, REP-904: every member there is survives both forms.
#[test]
fn every_member_is_read_and_written() {
    let report = json!({"Bucket": "arn:aws:s3:::reports", "Format": "Report_CSV_20180820", "Enabled": true,
        "Prefix": "r", "ReportScope": "AllTasks", "ExpectedBucketOwner": "111122223333"});
    let manifest = json!({
        "Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": ["Bucket", "Key", "VersionId"]},
        "Location": {"ObjectArn": "arn:aws:s3:::lists/all.csv", "ObjectVersionId": "v", "ETag": "e"}});
    let generator = json!({"S3JobManifestGenerator": {
        "ExpectedBucketOwner": "111122223333", "SourceBucket": "arn:aws:s3:::source",
        "EnableManifestOutput": true,
        "ManifestOutputLocation": {"ExpectedManifestBucketOwner": "111122223333",
            "Bucket": "arn:aws:s3:::lists", "ManifestPrefix": "m",
            "ManifestEncryption": {"SSEKMS": {"KeyId": "k"}},
            "ManifestFormat": "S3InventoryReport_CSV_20211130"},
        "Filter": {"EligibleForReplication": false, "CreatedAfter": "2026-01-01T00:00:00Z",
            "CreatedBefore": "2026-01-02T00:00:00.123456Z", "ObjectReplicationStatuses": ["REPLICA"],
            "KeyNameConstraint": {"MatchAnyPrefix": ["p"], "MatchAnySuffix": ["s"], "MatchAnySubstring": ["i"]},
            "ObjectSizeGreaterThanBytes": 1, "ObjectSizeLessThanBytes": 9,
            "MatchAnyStorageClass": ["STANDARD"],
            "MatchAnyObjectEncryption": [{"SSEKMS": {"BucketKeyEnabled": true,
                "KmsKeyArn": "arn:aws:kms:eu-west-1:111122223333:key/k"}}]}}});
    let common =
        json!({"Report": report, "Description": "d", "Tags": [{"Key": "k", "Value": "v"}]});
    for (name, source) in [("Manifest", manifest), ("ManifestGenerator", generator)] {
        let mut members = common.clone();
        members["ManifestGenerator"] = Value::Null;
        members[name] = source;
        let given: Value = serde_json::from_str(&job_json(&members)).unwrap();
        let job = job_specification(&members);
        let stored = serde_json::to_value(&job).unwrap();
        assert_eq!(stored["Request"], given);
        assert_eq!(unnoticed::<JobSpecification>(&stored), Vec::<String>::new());
        assert_eq!(serde_json::from_value::<JobSpecification>(stored).unwrap(), job);
        let again = xml_reader().parse_xml(&job.to_text(Form::Xml)).into_specification().unwrap();
        assert_eq!(serde_json::to_value(&again).unwrap()["Request"], given);
    }
}

/// REP-901: a document full of mistakes gives a report that has an end, and soon; warnings do not
/// crowd out refusals.
#[test]
fn hostile_documents_are_refused_soon() {
    let many = |item: &str, count: usize| item.repeat(count);
    let tags = SAMPLE.replacen("<Tags>", &format!("<Tags>{}", many("<member/>", 30_000)), 1);
    let words =
        format!("{}{}", many("<member>NONE</member>", 50_000), many("<member>N</member>", 20_000));
    let statuses = SAMPLE.replacen("<member>NONE</member>", &words, 1);
    let unknown =
        SAMPLE.replacen("<Report>", &format!("{}<Report>", many("<Priorityy/>", 50_000)), 1);
    for text in [tags, statuses, unknown] {
        let read = xml_reader().parse_xml(&text);
        assert!(read.report().has_errors() && read.report().left_out() > 0);
        assert_eq!(read.report().len(), Report::LIMIT);
    }
    let noisy = many(r#"<member a="1"><Key>k</Key><Value>v</Value></member>"#, 20_000);
    let text = SAMPLE.replacen("<Tags>", &format!("<Tags>{noisy}"), 1);
    assert!(xml_reader().parse_xml(&text).into_specification().is_err());
}

fn text() -> impl Strategy<Value = String> {
    "[a-zß<&\\r\\n \"]{1,12}"
}

fn perhaps<T: std::fmt::Debug>(
    inner: impl Strategy<Value = T>,
) -> impl Strategy<Value = Option<T>> {
    proptest::option::of(inner)
}

/// Draws members of a filter that is legal where several strings are.
fn filter_members() -> impl Strategy<Value = Value> {
    let strings = || perhaps(proptest::collection::vec(text(), 1..3));
    let encryption = prop_oneof![
        Just(json!({"SSES3": {}})),
        Just(json!({"SSEC": {}})),
        Just(json!({"NOTSSE": {}})),
        Just(json!({"SSEKMS": {"BucketKeyEnabled": false}})),
        Just(json!({"SSEKMS": {}})),
        Just(json!({"DSSEKMS": {"KmsKeyArn": "arn:aws:kms:eu-west-1:111122223333:key/k"}})),
    ];
    let classes = proptest::sample::subsequence(vec!["STANDARD", "GLACIER", "DEEP_ARCHIVE"], 1..3);
    let statuses = proptest::sample::subsequence(vec!["NONE", "FAILED", "COMPLETED"], 1..3);
    (
        (perhaps(any::<bool>()), perhaps(0_u32..1_000_000), perhaps(statuses)),
        (strings(), strings(), strings()),
        (perhaps(any::<i64>()), perhaps(any::<i64>()), perhaps(classes), perhaps(encryption)),
    )
        .prop_map(
            |((eligible, after, statuses), (prefix, suffix, part), (gt, lt, classes, kind))| {
                let mut members = serde_json::Map::new();
                let mut put = |name: &str, value: Option<Value>| {
                    members.extend(value.map(|value| (name.to_owned(), value)));
                };
                put("EligibleForReplication", eligible.map(Value::from));
                let moment = after.map(|s| crate::support::second(s.into()).to_string());
                put("CreatedAfter", moment.map(Value::from));
                put("ObjectReplicationStatuses", statuses.map(Value::from));
                put("ObjectSizeGreaterThanBytes", gt.map(Value::from));
                put("ObjectSizeLessThanBytes", lt.map(Value::from));
                put("MatchAnyStorageClass", classes.map(Value::from));
                put("MatchAnyObjectEncryption", kind.map(|kind| json!([kind])));
                let mut names = json!({});
                for (name, list) in [
                    ("MatchAnyPrefix", prefix),
                    ("MatchAnySuffix", suffix),
                    ("MatchAnySubstring", part),
                ] {
                    if let Some(list) = list {
                        names[name] = list.into();
                    }
                }
                put("KeyNameConstraint", Some(names));
                members.into()
            },
        )
}

proptest! {
    /// REP-901, REP-902: what is written reads back equal, in both forms and through serde.
    #[test]
    fn specifications_read_back_equal(
        members in filter_members(),
        (description, token, priority) in (perhaps(text()), text(), 0_i64..=2_147_483_647),
        confirmation in perhaps(any::<bool>()),
        output in any::<bool>(),
    ) {
        let dialect = JobDialect::AWS.with_key_name_strings(KeyNameStrings::Many);
        let reader = JobParser::new().with_dialect(dialect).with_account("111122223333".parse().unwrap());
        let location = json!({"Bucket": "arn:aws:s3:::lists", "ManifestPrefix": token,
            "ManifestFormat": "S3InventoryReport_CSV_20211130", "ManifestEncryption": {"SSES3": {}}});
        let mut job = generator(&json!({"Filter": members, "EnableManifestOutput": output,
            "ManifestOutputLocation": location}));
        job["ConfirmationRequired"] = confirmation.into();
        job["ClientRequestToken"] = token.clone().into();
        job["Priority"] = priority.into();
        job["Tags"] = json!([{"Key": "k", "Value": ""}]);
        if let Some(description) = description {
            job["Description"] = description.into();
        }
        let job = reader.parse_json(&job_json(&job)).into_specification().unwrap();
        let xml = job.to_text(Form::Xml);
        prop_assert_eq!(&reader.parse_xml(&xml).into_specification().unwrap(), &job);
        let text = job.to_text(Form::CliJson);
        prop_assert_eq!(&reader.parse_json(&text).into_specification().unwrap(), &job);
        let draft: JobSpecificationDraft = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(draft.validate(&dialect).unwrap(), job);
    }

    /// REP-901: no text makes the reader panic, and what is refused is refused in words.
    #[test]
    fn any_text_is_parsed_or_rejected(text in ".{0,200}", at in 0_usize..1000) {
        for reading in [JobParser::new().parse_xml(&text), JobParser::new().parse_json(&text)] {
            prop_assert!(reading.report().has_errors());
        }
        let at = SAMPLE.char_indices().map(|(at, _)| at).take_while(|i| *i <= at).last().unwrap();
        let damaged = format!("{}{text}{}", &SAMPLE[..at], &SAMPLE[at..]);
        let read = JobParser::new().parse_xml(&damaged);
        prop_assert_eq!(read.report().has_errors(), read.clone().into_specification().is_err());
    }
}
