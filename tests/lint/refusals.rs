//! What `PutBucketReplication` refuses, row by row: code, text, clause, path and place; and what it
//! accepts.

use s3_replication::dialect::{
    AndReading, EmptyAccountCode, ExistingObjectReading, MissingDestinationText, PriorityScope,
    RuleLimit,
};
use s3_replication::form::Form;
use s3_replication::model::{BucketName, BucketSettings, KnownBuckets};
use s3_replication::{Dialect, Parser, ReplicationConfiguration, Report, Severity};

use crate::support::{ROLE, refused, rule_v2, with_role};

/// One row of the table.
struct Row {
    clause: &'static str,
    name: &'static str,
    /// What is put in place of what in the document below.
    change: (&'static str, &'static str),
    /// The code of the finding, the service's code, and the beginning of its text.
    code: &'static str,
    answer: (&'static str, &'static str),
    path: &'static str,
    /// The text that is underlined, from its beginning.
    underlined: &'static str,
}

/// Two V2 rules that say a little about everything; legal.
const DOCUMENT: &str = "\
<ReplicationConfiguration>
  <Role>arn:aws:iam::123456789012:role/replication</Role>
  <Rule>
    <ID>one</ID>
    <Priority>1</Priority>
    <Filter><And><Prefix>Tax/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>
    <Status>Enabled</Status>
    <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
    <SourceSelectionCriteria>
      <SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects>
    </SourceSelectionCriteria>
    <Destination>
      <Bucket>arn:aws:s3:::backup</Bucket>
      <Account>210987654321</Account>
      <StorageClass>STANDARD_IA</StorageClass>
      <AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>
      <EncryptionConfiguration>
        <ReplicaKmsKeyID>arn:aws:kms:eu-west-1:123456789012:key/1</ReplicaKmsKeyID>
      </EncryptionConfiguration>
      <ReplicationTime><Status>Enabled</Status><Time><Minutes>15</Minutes></Time></ReplicationTime>
      <Metrics><Status>Enabled</Status><EventThreshold><Minutes>15</Minutes></EventThreshold></Metrics>
    </Destination>
  </Rule>
  <Rule>
    <ID>two</ID>
    <Priority>2</Priority>
    <Filter/>
    <Status>Disabled</Status>
    <DeleteMarkerReplication><Status>Enabled</Status></DeleteMarkerReplication>
    <Destination><Bucket>arn:aws:s3:::other</Bucket></Destination>
  </Rule>
</ReplicationConfiguration>
";

const MALFORMED: (&str, &str) = ("MalformedXML", "The XML you provided was not well-formed or");

const fn row(
    clause: &'static str,
    name: &'static str,
    change: (&'static str, &'static str),
    code: &'static str,
    answer: (&'static str, &'static str),
    path: &'static str,
    underlined: &'static str,
) -> Row {
    Row { clause, name, change, code, answer, path, underlined }
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn rows() -> Vec<Row> {
    vec![
        row(
            "REP-101",
            "truncated",
            ("</Rule>\n</Rep", "</Rule"),
            "malformed-document",
            MALFORMED,
            "",
            "",
        ),
        row(
            "REP-103",
            "doctype",
            (
                "<ReplicationConfiguration>",
                "<!DOCTYPE r [<!ENTITY a 'b'>]><ReplicationConfiguration>",
            ),
            "malformed-document",
            MALFORMED,
            "",
            "<!DOCTYPE",
        ),
        row(
            "REP-104",
            "misspelt element",
            ("<Prefix>Tax/</Prefix>", "<Prefx>Tax/</Prefx>"),
            "element-unknown",
            MALFORMED,
            "Rule[0].Filter.And.Prefx",
            "<Prefx>",
        ),
        row(
            "REP-104",
            "stray text",
            ("<And>", "<And>x"),
            "text-unexpected",
            MALFORMED,
            "Rule[0].Filter.And",
            "x",
        ),
        row(
            "REP-105",
            "no status",
            ("<Status>Disabled</Status>\n    <Del", "<Del"),
            "element-missing",
            MALFORMED,
            "Rule[1].Status",
            "<Rule>",
        ),
        row(
            "REP-105",
            "no tag value",
            ("<Value>v</Value>", ""),
            "element-missing",
            MALFORMED,
            "Rule[0].Filter.And.Tag[0].Value",
            "<Tag>",
        ),
        row(
            "REP-106",
            "status twice",
            ("<ID>two</ID>", "<Status>Enabled</Status>"),
            "element-repeated",
            MALFORMED,
            "Rule[1].Status",
            "<Status>",
        ),
        row(
            "REP-107",
            "status in lower case",
            ("<Status>Disabled</Status>\n    <Del", "<Status>disabled</Status>\n    <Del"),
            "invalid-value",
            MALFORMED,
            "Rule[1].Status",
            "disabled",
        ),
        row(
            "REP-107",
            "owner",
            ("<Owner>Destination</Owner>", "<Owner>Source</Owner>"),
            "invalid-value",
            MALFORMED,
            "Rule[0].Destination.AccessControlTranslation.Owner",
            "Source",
        ),
        row(
            "REP-107",
            "minutes in words",
            ("<Time><Minutes>15<", "<Time><Minutes>few<"),
            "invalid-value",
            MALFORMED,
            "Rule[0].Destination.ReplicationTime.Time.Minutes",
            "few",
        ),
        row(
            "REP-108",
            "another root",
            ("<ReplicationConfiguration>\n", "<ReplicationConfiguration xmlns='urn:x'>\n"),
            "namespace-unknown",
            MALFORMED,
            "",
            "<ReplicationConfiguration",
        ),
        row(
            "REP-201",
            "role",
            (ROLE, "replication"),
            "role-invalid",
            ("InvalidArgument", "Invalid Role specified in replication configuration"),
            "Role",
            "replication",
        ),
        row(
            "REP-201",
            "user for a role",
            (ROLE, "arn:aws:iam::123456789012:user/r"),
            "role-invalid",
            ("InvalidArgument", "The relative id should start with role"),
            "Role",
            "arn:",
        ),
        row(
            "REP-205",
            "no priority",
            ("<Priority>2</Priority>", ""),
            "priority-missing",
            (
                "InvalidRequest",
                "Priority must be specified for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information.",
            ),
            "Rule[1].Priority",
            "<Rule>",
        ),
        row(
            "REP-206",
            "no delete marker replication",
            ("<DeleteMarkerReplication><Status>Enabled</Status></DeleteMarkerReplication>", ""),
            "delete-marker-replication-missing",
            (
                "InvalidRequest",
                "DeleteMarkerReplication must be specified for this version of Cross Region Replication configuration schema.",
            ),
            "Rule[1].DeleteMarkerReplication",
            "<Rule>",
        ),
        row(
            "REP-210",
            "priority twice",
            ("<Priority>2<", "<Priority>1<"),
            "priority-repeated",
            ("InvalidRequest", "Found duplicate priority 1."),
            "Rule[1].Priority",
            "1",
        ),
        row(
            "REP-211",
            "negative priority",
            ("<Priority>2<", "<Priority>-2<"),
            "priority-out-of-range",
            ("InvalidRequest", "Priority must be between 0 and 2147483647."),
            "Rule[1].Priority",
            "-2",
        ),
        row(
            "REP-211",
            "large priority",
            ("<Priority>2<", "<Priority>2147483648<"),
            "priority-out-of-range",
            ("InvalidRequest", "Priority must be between 0 and 2147483647."),
            "Rule[1].Priority",
            "2147483648",
        ),
        row(
            "REP-252",
            "priority in words",
            ("<Priority>2<", "<Priority>high<"),
            "invalid-value",
            MALFORMED,
            "Rule[1].Priority",
            "high",
        ),
        row(
            "REP-212",
            "id twice",
            ("<ID>two<", "<ID>one<"),
            "rule-id-repeated",
            ("InvalidArgument", "Rule Id must be unique"),
            "Rule[1].ID",
            "one",
        ),
        row(
            "REP-214",
            "id in Greek",
            ("<ID>two<", "<ID>δύο<"),
            "rule-id-not-ascii",
            ("InvalidArgument", "Rule ID must not contain non-ASCII characters."),
            "Rule[1].ID",
            "δύο",
        ),
        row(
            "REP-215",
            "empty criteria",
            ("<SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects>", ""),
            "source-selection-empty",
            ("InvalidRequest", "SourceSelectionCriteria cannot be empty"),
            "Rule[0].SourceSelectionCriteria",
            "<SourceSelectionCriteria>",
        ),
        row(
            "REP-216",
            "key without opt-in",
            (
                "<SseKmsEncryptedObjects><Status>Enabled</Status></SseKmsEncryptedObjects>",
                "<ReplicaModifications><Status>Enabled</Status></ReplicaModifications>",
            ),
            "sse-kms-opt-in-missing",
            (
                "InvalidRequest",
                "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.",
            ),
            "Rule[0].SourceSelectionCriteria.SseKmsEncryptedObjects",
            "<SourceSelectionCriteria>",
        ),
        row(
            "REP-217",
            "opt-in without key",
            ("<ReplicaKmsKeyID>arn:aws:kms:eu-west-1:123456789012:key/1</ReplicaKmsKeyID>", ""),
            "replica-kms-key-missing",
            (
                "InvalidRequest",
                "ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.",
            ),
            "Rule[0].Destination.EncryptionConfiguration.ReplicaKmsKeyID",
            "<EncryptionConfiguration>",
        ),
        row(
            "REP-218",
            "bare key id",
            ("arn:aws:kms:eu-west-1:123456789012:key/1", "1234abcd-12ab"),
            "replica-kms-key-invalid",
            ("InvalidArgument", "Invalid ReplicaKmsKeyID ARN."),
            "Rule[0].Destination.EncryptionConfiguration.ReplicaKmsKeyID",
            "1234abcd-12ab",
        ),
        row(
            "REP-220",
            "owner without account",
            ("<Account>210987654321</Account>", ""),
            "account-missing",
            (
                "InvalidRequest",
                "Account must be specified if the Owner in AccessControlTranslation has a value",
            ),
            "Rule[0].Destination.Account",
            "<Destination>",
        ),
        row(
            "REP-221",
            "empty account",
            ("<Account>210987654321<", "<Account><"),
            "account-empty",
            (
                "InvalidArgument",
                "The <Account> element is empty. It must contain a valid account ID.",
            ),
            "Rule[0].Destination.Account",
            "<Account>",
        ),
        row(
            "REP-223",
            "tag key twice",
            ("</Tag>", "</Tag><Tag><Key>k</Key><Value>w</Value></Tag>"),
            "tag-key-repeated",
            ("InvalidRequest", "Duplicate Tag Keys are not allowed."),
            "Rule[0].Filter.And.Tag[1].Key",
            "k",
        ),
        row(
            "REP-224",
            "empty tag key",
            ("<Key>k</Key>", "<Key/>"),
            "tag-invalid",
            ("InvalidTag", "The TagKey you have provided is invalid"),
            "Rule[0].Filter.And.Tag[0].Key",
            "<Key/>",
        ),
        row(
            "REP-225",
            "delete markers by tag",
            ("<Status>Disabled</Status></Del", "<Status>Enabled</Status></Del"),
            "delete-marker-replication-with-tags",
            (
                "InvalidRequest",
                "Delete marker replication is not supported if any Tag filter is specified. Please refer to S3 Developer Guide for more information.",
            ),
            "Rule[0].DeleteMarkerReplication.Status",
            "Enabled",
        ),
        row(
            "REP-226",
            "existing objects",
            (
                "<ID>two</ID>",
                "<ExistingObjectReplication><Status>Enabled</Status></ExistingObjectReplication>",
            ),
            "existing-object-replication",
            MALFORMED,
            "Rule[1].ExistingObjectReplication",
            "<ExistingObjectReplication>",
        ),
        row(
            "REP-227",
            "time control alone",
            (
                "<Metrics><Status>Enabled</Status><EventThreshold><Minutes>15</Minutes></EventThreshold></Metrics>",
                "",
            ),
            "metrics-missing",
            (
                "InvalidRequest",
                "Replication destination must contain both ReplicationTime and Metrics or neither.",
            ),
            "Rule[0].Destination.ReplicationTime",
            "<ReplicationTime>",
        ),
        row(
            "REP-228",
            "metrics off",
            ("<Metrics><Status>Enabled<", "<Metrics><Status>Disabled<"),
            "metrics-disabled-under-time-control",
            ("InvalidRequest", "ReplicationTime and ReplicationMetrics must have the same status."),
            "Rule[0].Destination.Metrics.Status",
            "Disabled",
        ),
        row(
            "REP-229",
            "no status of time control",
            ("<ReplicationTime><Status>Enabled</Status>", "<ReplicationTime>"),
            "time-control-incomplete",
            ("InvalidArgument", "ReplicationTime-Status must contain a value."),
            "Rule[0].Destination.ReplicationTime.Status",
            "<ReplicationTime>",
        ),
        row(
            "REP-229",
            "twenty minutes",
            ("<Time><Minutes>15<", "<Time><Minutes>20<"),
            "time-control-minutes-unsupported",
            ("InvalidArgument", "Invalid time minute value"),
            "Rule[0].Destination.ReplicationTime.Time.Minutes",
            "20",
        ),
        row(
            "REP-230",
            "no threshold",
            ("<EventThreshold><Minutes>15</Minutes></EventThreshold>", ""),
            "metrics-incomplete",
            ("InvalidArgument", "ReplicationMetrics must contain an event threshold"),
            "Rule[0].Destination.Metrics.EventThreshold",
            "<Metrics>",
        ),
        row(
            "REP-230",
            "another threshold",
            ("<EventThreshold><Minutes>15<", "<EventThreshold><Minutes>5<"),
            "metrics-minutes-unsupported",
            ("InvalidArgument", "Invalid event threshold minute value"),
            "Rule[0].Destination.Metrics.EventThreshold.Minutes",
            "5",
        ),
        row(
            "REP-231",
            "threshold alone",
            (
                "<ReplicationTime><Status>Enabled</Status><Time><Minutes>15</Minutes></Time></ReplicationTime>",
                "",
            ),
            "threshold-without-time-control",
            (
                "InvalidArgument",
                "Metrics cannot contain an event threshold when ReplicationTime is not specified or Disabled",
            ),
            "Rule[0].Destination.Metrics.EventThreshold",
            "<EventThreshold>",
        ),
        row(
            "REP-235",
            "bucket by name",
            ("arn:aws:s3:::other", "other"),
            "bucket-arn-invalid",
            ("InvalidArgument", "Invalid bucket ARN"),
            "Rule[1].Destination.Bucket",
            "other",
        ),
        row(
            "REP-240",
            "empty And",
            ("<Prefix>Tax/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag>", ""),
            "and-incomplete",
            MALFORMED,
            "Rule[0].Filter.And",
            "<And>",
        ),
        row(
            "REP-241",
            "prefix beside And",
            ("<Filter><And>", "<Filter><Prefix>x</Prefix><And>"),
            "filter-has-several-children",
            MALFORMED,
            "Rule[0].Filter",
            "<Filter>",
        ),
        row(
            "REP-242",
            "prefix beside filter",
            ("<Filter/>", "<Filter/><Prefix>x</Prefix>"),
            "prefix-and-filter",
            MALFORMED,
            "Rule[1].Prefix",
            "x",
        ),
        row(
            "REP-243",
            "neither prefix nor filter",
            ("<Filter/>", ""),
            "prefix-or-filter-missing",
            MALFORMED,
            "Rule[1].Prefix",
            "<Rule>",
        ),
        row(
            "REP-246",
            "class of another kind",
            ("STANDARD_IA", "OUTPOSTS"),
            "replica-storage-class-unsupported",
            MALFORMED,
            "Rule[0].Destination.StorageClass",
            "OUTPOSTS",
        ),
        row(
            "REP-247",
            "bucket in China",
            ("arn:aws:s3:::other", "arn:aws-cn:s3:::other"),
            "destination-in-other-partition",
            ("InvalidArgument", "Invalid bucket ARN"),
            "Rule[1].Destination.Bucket",
            "arn:aws-cn",
        ),
        row(
            "REP-249",
            "one rule of V1",
            ("<Filter/>", "<Prefix/>"),
            "versions-mixed",
            (
                "InvalidRequest",
                "Priority cannot be used for this version of Cross Region Replication",
            ),
            "Rule[1]",
            "<Rule>",
        ),
    ]
}

/// Each change makes the legal document illegal in one way, which is the first thing said about it.
///
/// REP-101, REP-103, REP-104, REP-105, REP-106, REP-107, REP-108, REP-201, REP-205, REP-206,
/// REP-210, REP-211, REP-212, REP-214, REP-215, REP-216, REP-217, REP-218, REP-220, REP-221,
/// REP-222, REP-223, REP-224, REP-225, REP-226, REP-227, REP-228, REP-229, REP-230, REP-231,
/// REP-235, REP-240, REP-241, REP-242, REP-243, REP-246, REP-247, REP-249, REP-252
#[test]
fn refusals_come_with_code_text_clause_and_place() {
    ReplicationConfiguration::from_xml(DOCUMENT).expect("the document is legal before the change");
    for row in rows() {
        let name = row.name;
        assert!(DOCUMENT.contains(row.change.0), "{name}: nothing to change");
        let text = DOCUMENT.replacen(row.change.0, row.change.1, 1);
        let parsed = Parser::new().parse_xml(&text);
        let first = parsed.report().iter().next().unwrap_or_else(|| panic!("{name}: accepted"));
        assert_eq!(first.code, row.code, "{name}: {first}");
        assert_eq!(first.clause.unwrap().id(), row.clause, "{name}");
        assert_eq!(first.primary.path().to_string(), row.path, "{name}");
        let answer = first.service_error.as_ref().expect("a refusal has an answer");
        assert_eq!(answer.code.as_str(), row.answer.0, "{name}");
        let said = answer.message.as_deref().unwrap_or_default();
        assert!(said.starts_with(row.answer.1), "{name}: {said}");
        assert_eq!(parsed.report().first_refusal(), Some(answer), "{name}");
        let span = first.primary.span().expect("a place in the text");
        let place = &text[span.range().start..];
        assert!(place.starts_with(row.underlined), "{name}: {span:?} {:?}", place.get(..20));
        assert!(first.help.is_some(), "{name}: no help");
        assert!(parsed.into_configuration().is_err(), "{name}");
    }
}

/// A legal V1 rule with room for more in the rule and in the destination.
fn rule_v1(prefix: &str, more: &str, bucket: &str, inside: &str) -> String {
    format!(
        "<Rule><Status>Enabled</Status><Prefix>{prefix}</Prefix>{more}\
         <Destination><Bucket>arn:aws:s3:::{bucket}</Bucket>{inside}</Destination></Rule>"
    )
}

/// Returns the first refusal as `Code: text`, and the code of its finding.
#[track_caller]
fn answer(rules: &str) -> (String, &'static str) {
    let report = refused(&with_role(rules));
    let first = report.iter().next().unwrap();
    (first.service_error.as_ref().unwrap().to_string(), first.code)
}

/// REP-207, REP-208, REP-209, REP-239, REP-244, REP-245: what V1 does not have.
#[test]
fn v1_refuses_what_came_later() {
    let tail = "cannot be used for this version of Cross Region Replication configuration schema. \
                Please refer to S3 Developer Guide for more information.";
    let markers = "<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>";
    assert_eq!(
        answer(&rule_v1("a", markers, "backup", "")),
        (
            format!("InvalidRequest: DeleteMarkerReplication {tail}"),
            "delete-marker-replication-in-v1"
        )
    );
    assert_eq!(
        answer(&rule_v1("a", "<Priority>1</Priority>", "backup", "")),
        (format!("InvalidRequest: Priority {tail}"), "priority-in-v1")
    );
    let two = rule_v1("a", "", "backup", "") + &rule_v1("b", "", "other", "");
    let text = "InvalidRequest: Number of distinct destination bucket ARNs cannot exceed 1";
    assert_eq!(answer(&two), (text.into(), "several-destinations-in-v1"));
    let overlap = rule_v1("a/", "", "backup", "") + &rule_v1("a/b", "", "backup", "");
    let text = "InvalidRequest: Found overlapping prefixes 'a/' and 'a/b'";
    assert_eq!(answer(&overlap), (text.into(), "rule-overlaps-in-v1"));
    let time = "<ReplicationTime><Status>Enabled</Status><Time><Minutes>15</Minutes></Time>\
        </ReplicationTime><Metrics><Status>Enabled</Status><EventThreshold><Minutes>15</Minutes>\
        </EventThreshold></Metrics>";
    let text = "InvalidRequest: ReplicationTime cannot be used for this version of the replication \
                configuration schema";
    assert_eq!(answer(&rule_v1("a", "", "backup", time)), (text.into(), "time-control-in-v1"));
    let sync = "<SourceSelectionCriteria><ReplicaModifications><Status>Enabled</Status>\
        </ReplicaModifications></SourceSelectionCriteria>";
    let (said, code) = answer(&rule_v1("a", sync, "backup", ""));
    assert_eq!((said.as_str(), code), ("InvalidRequest", "replica-modifications-in-v1"));
}

/// REP-109, REP-237: none, and too many.
#[test]
fn rules_are_counted() {
    assert_eq!(answer("").1, "rules-missing");
    let many =
        |count: u32| (0..count).map(|n| rule_v2(&n.to_string(), n, "", "backup", "")).collect();
    let most: String = many(1000);
    assert!(ReplicationConfiguration::from_xml(&with_role(&most)).is_ok());
    let over: String = many(1001);
    let text = "InvalidRequest: The number of replication rules must not exceed the allowed limit of \
                1000 rules.";
    assert_eq!(answer(&over), (text.into(), "rules-over-limit"));
    let uncounted = Dialect::AWS.with_rule_limit(RuleLimit::Unlimited);
    let parsed = Parser::new().with_dialect(uncounted).parse_xml(&with_role(&over));
    assert_eq!(parsed.into_configuration().unwrap().rules().len(), 1001);
}

/// REP-213, REP-238: lengths.
#[test]
fn lengths_are_limited() {
    let id = rule_v2(&"x".repeat(256), 1, "", "backup", "");
    let text = "InvalidArgument: Rule Id cannot be greater than 255";
    assert_eq!(answer(&id), (text.into(), "rule-id-too-long"));
    let prefix = format!("<Prefix>{}</Prefix>", "x".repeat(1025));
    let (said, code) = answer(&rule_v2("r", 1, &prefix, "backup", ""));
    assert!(said.starts_with("InvalidArgument: Rule prefix cannot be longer than"), "{said}");
    assert_eq!(code, "prefix-too-long");
}

/// REP-102: a larger document is not read at all.
#[test]
fn large_documents_are_refused() {
    let text = with_role(&rule_v2("r", 1, "", "backup", &" ".repeat(3_000_000)));
    let report = refused(&text);
    assert_eq!(report.len(), 1);
    assert_eq!(report.iter().next().unwrap().clause.unwrap().id(), "REP-102");
}

/// REP-248: a disabled rule is checked too.
#[test]
fn disabled_rules_are_checked() {
    let off = rule_v2("r", 1, "", "Not A Bucket", "").replace("Enabled", "Disabled");
    assert_eq!(answer(&off).1, "bucket-arn-invalid");
}

fn name(text: &str) -> BucketName {
    text.parse().unwrap()
}

fn facts(json: &str) -> BucketSettings {
    serde_json::from_str(json).unwrap()
}

/// Checks one V2 rule for `source` to `backup`, with an account, against what is known.
fn with_facts(dialect: Dialect, buckets: KnownBuckets) -> Vec<String> {
    let rule = rule_v2("r", 1, "", "backup", "")
        .replace("</Bucket>", "</Bucket><Account>210987654321</Account>");
    let parser = Parser::new().with_dialect(dialect).with_source_bucket(name("source"));
    let parsed = parser.with_buckets(buckets).parse_xml(&with_role(&rule));
    let answers = parsed.report().iter().filter_map(|found| found.service_error.as_ref());
    answers.map(ToString::to_string).collect()
}

/// REP-202, REP-203, REP-204, REP-222, REP-251: what only the state of buckets can decide.
#[test]
fn the_state_of_buckets_is_checked_when_it_is_known() {
    let check = |buckets| with_facts(Dialect::AWS, buckets);
    let enabled = || facts(r#"{"Versioning": "Enabled"}"#);
    let known = || KnownBuckets::new().with_bucket(name("source"), enabled());
    assert!(check(KnownBuckets::new()).is_empty());
    assert!(check(known().with_bucket(name("backup"), enabled())).is_empty());
    let must = "InvalidRequest: Versioning must be 'Enabled' on the bucket to apply a replication \
                configuration";
    for state in ["Suspended", "Unversioned"] {
        let off = || facts(&format!("{{\"Versioning\": \"{state}\"}}"));
        assert_eq!(check(KnownBuckets::new().with_bucket(name("source"), off())), [must]);
        let destination = check(known().with_bucket(name("backup"), off()));
        assert_eq!(
            destination,
            ["InvalidRequest: Destination bucket must have versioning enabled."]
        );
    }
    let gone = check(known().with_missing_bucket(name("backup")));
    assert_eq!(gone, ["InvalidRequest: Destination bucket must exist."]);
    let text = MissingDestinationText::MustHaveVersioning;
    let recorded = Dialect::AWS.with_missing_destination_text(text);
    let gone = with_facts(recorded, known().with_missing_bucket(name("backup")));
    assert_eq!(gone, ["InvalidRequest: Destination bucket must have versioning enabled."]);
    let source = check(KnownBuckets::new().with_missing_bucket(name("source")));
    assert_eq!(source, ["NoSuchBucket: The specified bucket does not exist"]);
    let other = facts(r#"{"Versioning": "Enabled", "Account": "111111111111"}"#);
    let owner = check(known().with_bucket(name("backup"), other));
    assert!(owner[0].starts_with("InvalidArgument: The AWS account specified"), "{owner:?}");
}

/// REP-236.
#[test]
fn a_bucket_is_not_its_own_destination() {
    let text = with_role(&rule_v2("r", 1, "", "backup", ""));
    let parsed = Parser::new().with_source_bucket(name("backup")).parse_xml(&text);
    let answer = parsed.report().first_refusal().unwrap().to_string();
    assert_eq!(
        answer,
        "InvalidRequest: Destination bucket cannot be the same as the source bucket."
    );
}

/// REP-219: what is not looked up is not refused.
#[test]
fn kms_keys_are_not_looked_up() {
    let text =
        DOCUMENT.replace("kms:eu-west-1:123456789012:key/1", "kms:nowhere-9:123456789012:alias/x");
    assert!(ReplicationConfiguration::from_xml(&text).is_ok());
}

/// REP-210, REP-221, REP-226, REP-240: the other answers to the questions.
#[test]
fn dialects_refuse_by_their_answers() {
    let accepts = |dialect: Dialect, rules: &str| {
        Parser::new()
            .with_dialect(dialect)
            .parse_xml(&with_role(rules))
            .into_configuration()
            .is_ok()
    };
    let same = rule_v2("a", 1, "", "one", "") + &rule_v2("b", 1, "", "two", "");
    assert!(!accepts(Dialect::AWS, &same));
    let scope = Dialect::AWS.with_priority_scope(PriorityScope::Destination);
    assert!(accepts(scope.clone(), &same));
    let collide = rule_v2("a", 1, "", "one", "") + &rule_v2("b", 1, "", "one", "");
    assert!(!accepts(scope, &collide));

    let single = rule_v2("a", 1, "<And><Prefix>x</Prefix></And>", "one", "");
    assert!(accepts(Dialect::AWS, &single));
    assert!(!accepts(Dialect::AWS.with_and(AndReading::TwoPredicates), &single));

    let existing =
        "<ExistingObjectReplication><Status>Enabled</Status></ExistingObjectReplication>";
    let existing = rule_v2("a", 1, "", "one", existing);
    assert!(!accepts(Dialect::AWS, &existing));
    assert!(accepts(
        Dialect::AWS.with_existing_objects(ExistingObjectReading::Accepted),
        &existing
    ));

    let request = Dialect::AWS.with_empty_account_code(EmptyAccountCode::InvalidRequest);
    let text = DOCUMENT.replace("210987654321", "");
    let parsed = Parser::new().with_dialect(request).parse_xml(&text);
    assert_eq!(parsed.report().first_refusal().unwrap().code.as_str(), "InvalidRequest");
}

/// REP-250: schema before role before rules before configuration, and rules in document order.
#[test]
fn refusals_come_in_the_order_of_the_store() {
    let text = DOCUMENT
        .replace("<ID>two</ID>", "<ID>one</ID>")
        .replace("<Priority>2</Priority>", "<Priority>-1</Priority>")
        .replace("<Priority>1</Priority>", "")
        .replace(ROLE, "nobody")
        .replace("<Status>Disabled</Status>\n", "<Status>off</Status>\n");
    let report = refused(&text);
    let codes: Vec<_> = report.iter().map(|found| found.code).collect();
    assert_eq!(
        codes,
        [
            "invalid-value",
            "role-invalid",
            "priority-missing",
            "priority-out-of-range",
            "rule-id-repeated",
        ]
    );
}

/// What the decoder refused is not missed by a lint as well.
#[test]
fn a_mistake_is_told_once() {
    for (from, to) in [
        ("<Priority>2</Priority>", "<Priority>x</Priority>"),
        ("<Status>Enabled</Status></DeleteM", "<Status>x</Status></DeleteM"),
        ("arn:aws:kms:eu-west-1:123456789012:key/1", "x"),
        ("arn:aws:s3:::other", "x"),
        (ROLE, "x"),
        ("<Time><Minutes>15<", "<Time><Minutes>x<"),
    ] {
        let text = DOCUMENT.replacen(from, to, 1);
        let report = refused(&text);
        assert_eq!(report.len(), 1, "{to} for {from}:\n{report}");
    }
}

/// REP-104: the mistakes people make, and what they meant.
#[test]
fn unknown_elements_are_suggested() {
    let help = |from: &str, to: &str| {
        let report = refused(&DOCUMENT.replacen(from, to, 1));
        let unknown = report.iter().find(|found| found.code == "element-unknown").unwrap();
        unknown.help.clone().unwrap()
    };
    let key = "ReplicaKmsKeyID>arn:aws:kms:eu-west-1:123456789012:key/1</ReplicaKmsKeyID";
    assert_eq!(help(key, &key.replace("ID", "Id")), "did you mean `ReplicaKmsKeyID`?");
    assert_eq!(help("<ID>one</ID>", "<Metrics/>"), "`Metrics` belongs in `Rule/Destination`");
    let tag = "<Tag><Key>k</Key><Value>v</Value></Tag>";
    let nested = format!("<Tag>{tag}</Tag>");
    assert_eq!(help(tag, &nested), "the element repeats the one around it; take one `Tag` away");
    assert_eq!(help("<ID>one</ID>", "<Id>one</Id>"), "did you mean `ID`?");
    assert!(help("<ID>one</ID>", "<DeleteReplication/>").contains("MinIO"));
    let report = refused(&format!(
        "<ReplicationConfiguration><Role>{ROLE}</Role><Rules/></ReplicationConfiguration>"
    ));
    let help = report.iter().find(|found| found.code == "element-unknown").unwrap().help.clone();
    assert_eq!(help.as_deref(), Some("in this form it is called `Rule`"));
    let json = format!(r#"{{"Role": "{ROLE}", "Rule": []}}"#);
    let report = ReplicationConfiguration::from_json(&json).unwrap_err().into_report();
    assert_eq!(
        report.iter().next().unwrap().help.as_deref(),
        Some("in this form it is called `Rules`")
    );
}

/// What AWS is on record to accept.
///
/// REP-113, REP-114, REP-115, REP-220, REP-228, REP-232, REP-240, REP-246
#[test]
fn what_aws_accepts_is_accepted() {
    let kms = "<SourceSelectionCriteria><SseKmsEncryptedObjects><Status>Enabled</Status>\
        </SseKmsEncryptedObjects></SourceSelectionCriteria>";
    let key = "<EncryptionConfiguration><ReplicaKmsKeyID>arn:aws:kms:eu-west-1:123456789012:key/1\
        </ReplicaKmsKeyID></EncryptionConfiguration>";
    let owner = "<Account>123456789012</Account><AccessControlTranslation><Owner>Destination</Owner>\
        </AccessControlTranslation>";
    let sync = "<SourceSelectionCriteria><ReplicaModifications><Status>Enabled</Status>\
        </ReplicaModifications></SourceSelectionCriteria>";
    let tag = "<Tag><Key>k</Key><Value>v</Value></Tag>";
    let tags = format!("{tag}<Tag><Key>l</Key><Value/></Tag>");
    let inside = |rule: String, more: &str| rule.replace("</Bucket>", &format!("</Bucket>{more}"));
    let time = |time: &str, metrics: &str| {
        format!(
            "<ReplicationTime><Status>{time}</Status><Time><Minutes>15</Minutes></Time></ReplicationTime>\
             <Metrics><Status>{metrics}</Status></Metrics>"
        )
    };
    let v2 = |filter: &str| rule_v2("r", 41, filter, "backup", "");
    let accepted = [
        rule_v1("foo", "", "backup", "<StorageClass>STANDARD</StorageClass>"),
        rule_v1("foo", "<ID>foo</ID>", "backup", "<StorageClass>DEEP_ARCHIVE</StorageClass>"),
        rule_v1("", "", "backup", ""),
        rule_v1("foo", kms, "backup", key),
        rule_v1("foo", "", "backup", owner),
        rule_v1("foo", "", "backup", "<Account>123456789012</Account>"),
        rule_v1("foo", kms, "backup", &format!("{key}{owner}")),
        v2(""),
        v2("<Prefix/>"),
        v2("<Prefix>foo</Prefix>"),
        v2(tag),
        v2(&format!("<And>{tags}</And>")),
        v2(&format!("<And><Prefix>foo</Prefix>{tag}</And>")),
        v2(&format!("<And><Prefix>foo</Prefix>{tags}</And>")),
        rule_v2("r", 0, "", "backup", ""),
        inside(v2(""), "<Metrics><Status>Enabled</Status></Metrics>"),
        inside(v2(""), &time("Disabled", "Enabled")),
        inside(v2(""), &time("Disabled", "Disabled")),
        rule_v2("r", 1, "", "backup", sync)
            .replace("<Status>Disabled</Status></D", "<Status>Enabled</Status></D"),
        rule_v2("a", 1, "", "one", "")
            + &rule_v2("b", 2, "", "two", "")
            + &rule_v2("c", 3, "", "three", "").replacen("Enabled", "Disabled", 1),
        rule_v2("a", 1, "<Prefix>p</Prefix>", "one", "")
            + &rule_v2("b", 2, "<Prefix>p</Prefix>", "two", ""),
        rule_v2("a", 1, "<Prefix>p</Prefix>", "one", "") + &rule_v2("b", 2, tag, "one", ""),
    ];
    for rules in accepted {
        if let Err(report) = ReplicationConfiguration::from_xml(&with_role(&rules)) {
            panic!("{rules}\n{report}");
        }
    }
}

/// REP-222: what the text of `Account` says is not checked, only what is known of the bucket.
#[test]
fn any_account_is_kept_with_a_warning() {
    let rule = "<Rule><Status>Enabled</Status><Prefix/><Destination>\
        <Bucket>arn:aws:s3:::backup</Bucket><Account>the backup team</Account></Destination></Rule>";
    let parsed = Parser::new().parse_xml(&with_role(rule));
    let codes: Vec<_> = parsed.report().iter().map(|found| found.code).collect();
    assert_eq!(codes, ["account-unusual"]);
    let configuration = parsed.into_configuration().unwrap();
    assert!(configuration.to_xml().contains("<Account>the backup team</Account>"));
    let mut facts = BucketSettings::default();
    facts.account = Some("210987654321".parse().unwrap());
    let known = KnownBuckets::new().with_bucket("backup".parse().unwrap(), facts);
    let parsed = Parser::new().with_buckets(known).parse_xml(&with_role(rule));
    assert_eq!(parsed.report().iter().last().unwrap().code, "account-not-owner");
}

/// REP-231: an empty `EventThreshold` is one all the same.
#[test]
fn an_empty_threshold_is_a_threshold() {
    let rule = |metrics: &str| {
        with_role(&format!(
            "<Rule><Status>Enabled</Status><Filter/><Priority>1</Priority>\
             <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>\
             <Destination><Bucket>arn:aws:s3:::backup</Bucket>{metrics}</Destination></Rule>"
        ))
    };
    let on = "<Status>Enabled</Status>";
    let empty = format!("<Metrics>{on}<EventThreshold/></Metrics>");
    let time = |inner: &str| format!("<ReplicationTime>{on}<Time>{inner}</Time></ReplicationTime>");
    let minutes = "<Minutes>15</Minutes>";
    let full = format!("<Metrics>{on}<EventThreshold>{minutes}</EventThreshold></Metrics>");
    for (metrics, code) in [
        (empty.clone(), "threshold-without-time-control"),
        (time(minutes) + &empty, "metrics-incomplete"),
        (time("") + &full, "time-control-incomplete"),
    ] {
        let report = refused(&rule(&metrics));
        assert_eq!(report.iter().map(|found| found.code).collect::<Vec<_>>(), [code]);
        let draft = Parser::new().parse_xml(&rule(&metrics)).draft().unwrap().clone();
        let again = Parser::new().parse_xml(&draft.to_text(Form::Xml));
        assert_eq!(again.draft(), Some(&draft));
    }
}

/// REP-250: the destinations of V1 rules are counted before their prefixes are compared.
#[test]
fn one_rule_for_each_destination_in_v1_is_refused_for_the_destinations() {
    let rule = |bucket: &str| {
        format!(
            "<Rule><Status>Enabled</Status><Prefix/>\
             <Destination><Bucket>arn:aws:s3:::{bucket}</Bucket></Destination></Rule>"
        )
    };
    let report = refused(&with_role(&(rule("backup") + &rule("archive"))));
    let codes: Vec<_> = report.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["several-destinations-in-v1", "rule-overlaps-in-v1"]);
}

/// A rule that shows no version hides nothing about the others.
#[test]
fn a_rule_without_prefix_and_filter_hides_nothing() {
    let to = "<Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>";
    let rules = format!(
        "<Rule><Status>Enabled</Status><Filter/>{to}<Rule><Status>Enabled</Status>\
         <Priority>1</Priority>{to}"
    );
    let report = refused(&with_role(&rules));
    let codes: Vec<_> = report.iter().map(|found| found.code).collect();
    assert!(codes.contains(&"priority-missing"), "{codes:?}");
    assert_eq!(codes[0], "prefix-or-filter-missing");
}

/// However many warnings there are, what is refused is refused: 10,000 of them once took all the
/// room a report has, and an unknown element behind them went unseen.
#[test]
fn warnings_do_not_hide_refusals() {
    const ELEMENTS: &[&str] = &["Rule", "ID", "Status", "Priority", "Filter", "Bucket"];
    let rule = |id: usize, filter: &str| {
        let rule = rule_v2(&format!("r{id}"), u32::try_from(id).unwrap(), filter, "backup", "");
        ELEMENTS.iter().fold(rule, |rule, element| {
            rule.replace(&format!("<{element}>"), &format!("<{element} a=\"x\">"))
        })
    };
    let filler: String = (0..1_000).map(|id| rule(id, "")).collect();
    let last = rule(1_000, "<Prefx>a</Prefx>");
    for (text, code) in [
        (with_role(&filler.replace("r999", "r998")), "rule-id-repeated"),
        (with_role(&(filler.clone() + &rule(1_000, ""))), "rules-over-limit"),
        (with_role(&(filler.replacen(&rule(0, ""), "", 1) + &last)), "element-unknown"),
    ] {
        let report = refused(&text);
        let errors = report.iter().filter(|found| found.severity == Severity::Error);
        assert_eq!(errors.map(|found| found.code).collect::<Vec<_>>(), [code]);
        assert_eq!(report.len(), Report::LIMIT / 2 + 1);
        assert!(report.left_out() > 0);
    }
}
