//! The laws that hold for every public type of a kind.

use std::fmt::{Debug, Display};
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Datelike as _, TimeDelta};
use proptest::prelude::*;
use s3_replication::batch::completion_report;
use s3_replication::batch::generator::{self, FilterMember};
use s3_replication::batch::job::{self, InvalidManifestContent, Job};
use s3_replication::batch::jobs::Jobs;
use s3_replication::batch::manifest;
use s3_replication::batch::request::{ObjectArn, OperationName};
use s3_replication::diagnostic::{RenderOptions, ServiceError, ServiceErrorCode, Severity};
use s3_replication::document::{Document, SyntaxError};
use s3_replication::lint::Level;
use s3_replication::model::{
    AccessTier, AccountId, BucketArn, BucketKeyStatus, BucketName, BucketSettings,
    ConfigurationVersion, EncryptionStatus, Event, KmsKeyArn, KnownBuckets, LegalHold,
    ObjectLockStatus, Owner, OwnerOverride, Partition, Prefix, Region, ReplicationStatus,
    RetentionMode, RoleArn, RuleId, RuleStatus, Tag, TagPart, Tagging, Timestamp, VersionId,
    Versioning,
};
use s3_replication::topology::Topology;
use s3_replication::{
    Decision, Diagnostic, Dialect, Engine, Explanation, ObjectVersion, Parsed, Parser, Priority,
    ReplicationConfiguration, Report, StorageClass,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// `Display`, `FromStr` and serde agree about one value.
#[track_caller]
fn text_law<T>(text: &str)
where
    T: Debug + Display + DeserializeOwned + FromStr + PartialEq + Serialize,
    T::Err: Debug,
{
    let value: T = text.parse().unwrap();
    assert_eq!(value.to_string(), text);
    let json = serde_json::to_value(&value).unwrap();
    assert_eq!(json, text);
    assert_eq!(serde_json::from_value::<T>(json).unwrap(), value);
}

/// A vocabulary is one table: text, parsing and serde agree, and nothing else is understood.
#[track_caller]
fn closed<T>(all: &[T])
where
    T: Copy
        + Debug
        + Display
        + DeserializeOwned
        + FromStr<Err = s3_replication::UnknownWord>
        + PartialEq
        + Serialize,
{
    assert!(!all.is_empty());
    for value in all {
        text_law::<T>(&value.to_string());
        let wrong = format!("{value}x");
        assert_eq!(wrong.parse::<T>().unwrap_err().found(), wrong);
        assert!(serde_json::from_value::<T>(wrong.into()).is_err());
    }
    assert!(serde_json::from_str::<T>("3").is_err());
}

/// REP-107, REP-521: closed words are one table.
#[test]
fn closed_vocabularies_are_one_table() {
    closed(AccessTier::ALL);
    closed(BucketKeyStatus::ALL);
    closed(FilterMember::ALL);
    closed(manifest::GeneratedFormat::ALL);
    closed(InvalidManifestContent::ALL);
    closed(manifest::Field::ALL);
    closed(manifest::Format::ALL);
    closed(job::NotificationName::ALL);
    closed(completion_report::Format::ALL);
    closed(completion_report::Scope::ALL);
    closed(job::Status::ALL);
    closed(job::Trigger::ALL);
    closed(OperationName::ALL);
    closed(generator::StatusFilter::ALL);
    closed(job::RequestedStatus::ALL);
    closed(ConfigurationVersion::ALL);
    closed(EncryptionStatus::ALL);
    closed(Event::ALL);
    closed(LegalHold::ALL);
    closed(Level::ALL);
    closed(ObjectLockStatus::ALL);
    closed(Owner::ALL);
    closed(OwnerOverride::ALL);
    closed(ReplicationStatus::ALL);
    closed(RetentionMode::ALL);
    closed(RuleStatus::ALL);
    closed(Severity::ALL);
    closed(TagPart::ALL);
    closed(Versioning::ALL);
    closed(s3_replication::dialect::job::EmptyVersionId::ALL);
    closed(s3_replication::analysis::ObjectKind::ALL);
    closed(s3_replication::batch::facts::Fact::ALL);
    closed(s3_replication::dialect::job::PlusReading::ALL);
    closed(s3_replication::dialect::job::PrefixJoin::ALL);
    closed(s3_replication::batch::completion_report::TaskStatus::ALL);
    closed(s3_replication::form::Form::ALL);
    closed(s3_replication::engine::Action::ALL);
    closed(s3_replication::engine::Reason::ALL);
    closed(s3_replication::model::DeleteMarkerOrigin::ALL);
    closed(s3_replication::replication::NotificationName::ALL);
    closed(s3_replication::topology::EdgeRegions::ALL);
    closed(s3_replication::topology::FindingKind::ALL);
    assert_eq!("COMPLETE".parse(), Ok(ReplicationStatus::Completed));
    assert_eq!("ARCHIVE_ACCESS".parse(), Ok(AccessTier::Archive));
}

/// REP-246: open words are kept as written.
#[test]
fn open_vocabularies_keep_unknown_words() {
    for class in StorageClass::KNOWN {
        text_law::<StorageClass>(class.as_str());
        assert!(class.is_known());
    }
    text_law::<StorageClass>("LUNAR_COLD");
    text_law::<Partition>("aws-moon");
    text_law::<ServiceErrorCode>("SlowDown");
    text_law::<s3_replication::batch::inventory::Field>("Colour");
    text_law::<s3_replication::batch::completion_report::TaskErrorCode>("SlowDown");
    assert!(!StorageClass::from("LUNAR_COLD").is_known());
    let replica: Vec<_> = StorageClass::KNOWN.iter().filter(|c| c.is_replica_class()).collect();
    assert_eq!(replica.len(), 8);
}

#[test]
fn scalars_round_trip() {
    text_law::<AccountId>("012345678901");
    text_law::<BucketName>("amzn-s3-demo-bucket");
    text_law::<job::FailureCode>("InvalidManifestContent");
    text_law::<job::FailureCode>("AnotherWord");
    text_law::<job::Id>("00e123a4-c0d8-41f4-a0eb-b46f9ba5b07c");
    text_law::<ObjectArn>("arn:aws:s3:::lists/2026/all.csv");
    text_law::<Prefix>("");
    text_law::<Prefix>("R&D/ünïcode \r\n");
    text_law::<Region>("eu-central-1");
    text_law::<RuleId>("rule 1");
    text_law::<Timestamp>("2026-11-22T10:00:00Z");
    text_law::<Timestamp>("2026-11-22T10:00:00.123Z");
    text_law::<Timestamp>("9999-12-31T23:59:59Z");
    // In UTC it would have a year that reads back as none.
    assert!("9999-12-31T23:59:59-01:00".parse::<Timestamp>().is_err());
    text_law::<s3_replication::batch::inventory::Schema>("Bucket, Key, VersionId");
    text_law::<s3_replication::batch::checksum::Md5Checksum>("5eb63bbbe01eeed093cb22bb8f5acdc3");
    text_law::<VersionId>("null");
    text_law::<VersionId>("3/L4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo");
    for dialect in Dialect::ALL {
        assert_eq!(dialect.to_string().parse::<Dialect>().as_ref(), Ok(dialect));
    }
    let tag = Tag::new("team", "").unwrap();
    let json = serde_json::json!({"Key": "team", "Value": ""});
    assert_eq!(serde_json::to_value(&tag).unwrap(), json);
    assert_eq!(serde_json::from_value::<Tag>(json).unwrap(), tag);
}

/// The header `x-amz-tagging`.
#[test]
fn tags_come_from_a_header() {
    text_law::<Tagging>("");
    text_law::<Tagging>("a=&b=1%202&c%26=%C3%BC");
    assert_eq!("a=b&&c".parse::<Tagging>().unwrap().to_string(), "a=b&c=");
    for (text, error) in [
        ("a=%2", "`%` in `%2` needs two hexadecimal digits"),
        ("a%+1=b", "`%` in `a%+1` needs two hexadecimal digits"),
        ("a=%FF", "`%FF` does not decode to UTF-8"),
        ("=b", "a tag key has 1 to 128 UTF-16 units, this one has 0"),
        ("a=b&c=d&a=e", "the tag key `a` is given twice"),
    ] {
        assert_eq!(text.parse::<Tagging>().unwrap_err().to_string(), error);
    }
}

/// REP-201, REP-218, REP-235: ARNs of all partitions, and nothing that only looks like one.
#[test]
fn arns_of_every_partition_are_read() {
    for partition in ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-eusc"] {
        text_law::<BucketArn>(&format!("arn:{partition}:s3:::backup"));
        text_law::<RoleArn>(&format!("arn:{partition}:iam::012345678901:role/service-role/r"));
        text_law::<KmsKeyArn>(&format!("arn:{partition}:kms:us-east-1:012345678901:key/mrk-1a"));
        text_law::<KmsKeyArn>(&format!("arn:{partition}:kms:us-east-1:012345678901:alias/a/b"));
    }
    for wrong in [
        "backup",
        "arn:aws:s3:::",
        "arn:aws:s3:::a/b",
        "arn:aws:s3:::*",
        "arn:aws:s3:eu-west-1::b-b",
        "arn:aws:s3::1:bbb",
        "arn:minio:replication::1:bbb",
        "arn:awsx:s3:::bbb",
        " arn:aws:s3:::bbb",
        "arn:aws:s3-outposts:r:012345678901:outpost/o/accesspoint/a",
        "ARN:aws:s3:::bbb",
    ] {
        assert!(wrong.parse::<BucketArn>().is_err(), "{wrong}");
    }
    for wrong in [
        "",
        "role",
        "arn:aws:iam::1:role/r",
        "arn:aws:iam::012345678901:user/r",
        "arn:aws:iam::012345678901:role/",
        "arn:aws:iam:eu:012345678901:role/r",
        "arn:aws:iam::012345678901:role/a,arn:aws:iam::012345678901:role/b",
        "arn:aws:s3:::bucket",
        "arn:aws:iam::012345678901:role/a b",
    ] {
        assert!(wrong.parse::<RoleArn>().is_err(), "{wrong}");
    }
    for wrong in [
        "",
        "1234abcd",
        "arn:aws:kms:eu-west-1:012345678901:key/",
        "alias/a",
        "arn:aws:kms::012345678901:key/1",
        "arn:aws:kms:eu-west-1:12:key/1",
        "arn:aws:kms:eu-west-1:012345678901:grant/1",
    ] {
        assert!(wrong.parse::<KmsKeyArn>().is_err(), "{wrong}");
    }
}

/// REP-211, REP-252.
#[test]
fn priorities_are_32_bit_and_not_negative() {
    assert_eq!("0".parse(), Ok(Priority::MIN));
    assert_eq!("+7".parse(), Ok(Priority::new(7).unwrap()));
    assert_eq!("2147483647".parse(), Ok(Priority::MAX));
    for wrong in ["-1", "2147483648", "99999999999999999999999999"] {
        assert!(wrong.parse::<Priority>().unwrap_err().is_out_of_range(), "{wrong}");
    }
    for wrong in ["", "-", "1.0", "one", "1e3", " 1"] {
        assert!(!wrong.parse::<Priority>().unwrap_err().is_out_of_range(), "{wrong}");
    }
    assert_eq!(serde_json::from_str::<Priority>("7").unwrap().get(), 7);
    assert!(serde_json::from_str::<Priority>("-7").is_err());
}

/// REP-213, REP-214, REP-224, REP-238: the unit of each limit.
#[test]
fn limits_count_in_their_own_unit() {
    assert!("é".repeat(1024).parse::<Prefix>().is_ok());
    assert!("é".repeat(1025).parse::<Prefix>().unwrap_err().is_too_long());
    assert!(!"a\u{1}".parse::<Prefix>().unwrap_err().is_too_long());
    assert!("x".repeat(255).parse::<RuleId>().is_ok());
    assert!("x".repeat(256).parse::<RuleId>().unwrap_err().is_too_long());
    assert!("é".parse::<RuleId>().unwrap_err().is_not_ascii());
    assert!(Tag::new("é".repeat(128), "é".repeat(256)).is_ok());
    assert_eq!(Tag::new("", "").unwrap_err().part(), TagPart::Key);
    assert_eq!(Tag::new("😀".repeat(65), "").unwrap_err().part(), TagPart::Key);
    assert_eq!(Tag::new("k", "😀".repeat(129)).unwrap_err().part(), TagPart::Value);
}

#[test]
fn bucket_settings_reject_unknown_members() {
    assert!(serde_json::from_str::<BucketSettings>(r#"{"Versionning": "Enabled"}"#).is_err());
    assert!(serde_json::from_str::<BucketSettings>(r#"{"Versioning": "enabled"}"#).is_err());
    let facts: BucketSettings = serde_json::from_str(r#"{"Account": "012345678901"}"#).unwrap();
    assert_eq!(serde_json::to_string(&facts).unwrap(), r#"{"Account":"012345678901"}"#);
}

#[test]
fn public_types_can_be_shared_between_threads() {
    fn shared<T: Clone + Debug + Send + Sync + 'static>() {}
    shared::<Job>();
    shared::<Jobs>();
    shared::<Decision<'static>>();
    shared::<Diagnostic>();
    shared::<Dialect>();
    shared::<Document<'static>>();
    shared::<Engine>();
    shared::<Explanation<'static>>();
    shared::<KnownBuckets>();
    shared::<ObjectVersion<'static>>();
    shared::<Parsed>();
    shared::<Parser>();
    shared::<RenderOptions>();
    shared::<ReplicationConfiguration>();
    shared::<Report>();
    shared::<ServiceError>();
    shared::<SyntaxError>();
    shared::<Topology>();
    shared::<s3_replication::topology::Finding<'static>>();
    shared::<s3_replication::topology::Graph<'static>>();
}

proptest! {
    /// The forms that S3 writes have a way of their own; the standard has the last word.
    #[test]
    fn timestamps_are_parsed_alike_in_every_form(
        (year, month, day) in (0..=9999_u32, 0..=13_u32, 0..=32_u32),
        (hour, minute, second) in (0..=24_u32, 0..=60_u32, 0..=60_u32),
        fraction in prop_oneof![Just(String::new()), "\\.[0-9]{1,4}", "[.:][0-9a-z]{3}"],
    ) {
        let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}");
        let (short, long) = (format!("{text}Z"), format!("{text}+00:00"));
        prop_assert_eq!(short.parse::<Timestamp>().ok(), long.parse::<Timestamp>().ok(), "{}", text);
    }

    /// Any time that a clock returns becomes a time that is written and read back. `chrono` has the last
    /// word about those that RFC 3339 can represent.
    #[test]
    fn timestamps_come_from_the_clock_of_std(
        seconds in prop_oneof![any::<u64>(), 0..300_000_000_000_u64],
        nanoseconds in 0..1_000_000_000_u32,
        is_before in any::<bool>(),
    ) {
        let (epoch, since) = (SystemTime::UNIX_EPOCH, Duration::new(seconds, nanoseconds));
        let time = if is_before { epoch.checked_sub(since) } else { epoch.checked_add(since) };
        let Some(time) = time else { return Ok(()) };
        let moment = Timestamp::from(time);
        prop_assert_eq!(moment.to_string().parse(), Ok(moment));
        if !is_before {
            prop_assert_eq!(Timestamp::from(epoch) + since, moment);
        }
        let signed = i64::try_from(seconds).ok().map(|seconds| if is_before { -seconds } else { seconds });
        let expected = signed.and_then(|seconds| DateTime::from_timestamp(seconds, 0)).and_then(|moment| {
            let rest = TimeDelta::nanoseconds(nanoseconds.into());
            if is_before { moment.checked_sub_signed(rest) } else { moment.checked_add_signed(rest) }
        });
        match expected.filter(|moment| (0..=9999).contains(&moment.year())) {
            // The rest of the last second is cut off.
            Some(expected) if expected.timestamp() < 253_402_300_799 => {
                prop_assert_eq!(moment.to_utc(), expected);
            }
            _ if is_before => prop_assert_eq!(moment.to_string(), "0000-01-01T00:00:00Z"),
            _ => prop_assert_eq!(moment.to_string(), "9999-12-31T23:59:59Z"),
        }
    }

    /// Reading never panics, and what is read is written back the same.
    #[test]
    fn any_text_is_parsed_or_rejected(text in "\\PC{0,40}|arn:[a-z:/0-9-]{0,40}") {
        fn check<T: Display + FromStr>(text: &str) -> Result<(), TestCaseError> {
            if let Ok(value) = text.parse::<T>() {
                prop_assert_eq!(value.to_string(), text);
            }
            Ok(())
        }
        check::<AccountId>(&text)?;
        check::<BucketArn>(&text)?;
        check::<KmsKeyArn>(&text)?;
        check::<Prefix>(&text)?;
        check::<RoleArn>(&text)?;
        check::<RuleId>(&text)?;
        check::<StorageClass>(&text)?;
        check::<VersionId>(&text)?;
    }
}
