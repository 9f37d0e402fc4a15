//! Round trips between the model and the DTOs of s3s, with and without its feature `minio`.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::fmt::Debug;

use proptest::prelude::*;
use s3_replication::diagnostic::{ServiceError, ServiceErrorCode};
use s3_replication::model::{
    DefaultRetention, EncryptionStatus, LegalHold, ReplicationStatus, Retention, RetentionMode,
    Tag, Timestamp, VersionId, Versioning,
};
use s3_replication::{ReplicationConfiguration, StorageClass, strategies};
use s3_replication_s3s::{FromS3s, InvalidDto, ToS3s, body, configuration};
use s3s::dto;

const XML: &str = "<ReplicationConfiguration><Role>arn:aws:iam::123456789012:role/r</Role><Rule>\
    <ID>all</ID><Priority>1</Priority><Status>Enabled</Status><Filter><And><Prefix>a &amp; b </Prefix>\
    <Tag><Key>team</Key><Value>tax</Value></Tag></And></Filter>\
    <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>\
    <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule></ReplicationConfiguration>";

fn survives<T, D>(value: &T)
where
    T: ToS3s<Dto = D> + FromS3s<D, Error: Debug> + PartialEq + Debug,
{
    assert_eq!(&T::from_s3s(&value.to_s3s()).unwrap(), value);
}

proptest! {
    /// A configuration survives the way through the DTO, or is refused by name.
    #[test]
    fn configurations_survive(given in strategies::configuration()) {
        let excludes = given.rules().iter().any(|rule| !rule.filter.exclusion().is_empty());
        match configuration::to_dto(&given) {
            Ok(dto) => {
                prop_assert!(!excludes);
                prop_assert_eq!(configuration::from_dto(&dto).unwrap(), given);
            }
            Err(error) => {
                prop_assert!(excludes, "{error}\n{}", given.to_xml());
                prop_assert!(error.to_string().contains("`Not`"));
            }
        }
    }

    #[test]
    fn times_survive(seconds in -60_000_000_000_i64..253_402_300_799, nanoseconds in 0_u32..1_000_000_000) {
        survives(&Timestamp::from(chrono::DateTime::from_timestamp(seconds, nanoseconds).unwrap()));
    }

    #[test]
    fn tags_survive(tags in prop::collection::vec(("[a-z]{1,5}", "[a-zäß0-9 +=._:/@-]{0,20}"), 0..5)) {
        let tags = tags.into_iter().enumerate();
        let tags = tags.map(|(at, (key, value))| Tag::new(format!("{key}{at}"), value).unwrap());
        survives(&tags.collect::<Vec<_>>());
    }
}

/// s3s and this crate read the same configuration in one request.
#[test]
fn documents_of_requests() {
    let mut deserializer = s3s::xml::Deserializer::new(XML.as_bytes());
    let dto: dto::ReplicationConfiguration =
        s3s::xml::Deserialize::deserialize(&mut deserializer).unwrap();
    let expected = ReplicationConfiguration::from_xml(XML).unwrap();
    assert_eq!(configuration::from_dto(&dto).unwrap(), expected);
    assert_eq!(configuration::to_dto(&expected).unwrap(), dto);
}

/// A wrong word travels through s3s, and gets the answer of S3.
#[test]
fn refusals_have_the_answer_of_s3() {
    let dto = configuration::to_dto(&ReplicationConfiguration::from_xml(XML).unwrap()).unwrap();
    let answer = |dto: &dto::ReplicationConfiguration| {
        let refused = configuration::from_dto(dto).unwrap_err();
        let refusal = refused.service_error().to_s3s();
        (refusal.code().as_str().to_owned(), refusal.status_code().unwrap().as_u16())
    };
    let mut status = dto.clone();
    status.rules[0].status = "enabled".to_owned().into();
    assert_eq!(answer(&status), ("MalformedXML".to_owned(), 400));
    let mut bucket = dto.clone();
    bucket.rules[0].destination.bucket = "backup".to_owned();
    assert_eq!(answer(&bucket), ("InvalidArgument".to_owned(), 400));
}

#[test]
fn words_survive() {
    ReplicationStatus::ALL.iter().for_each(survives);
    RetentionMode::ALL.iter().for_each(survives);
    LegalHold::ALL.iter().for_each(survives);
    survives(&StorageClass::STANDARD_IA);
    survives(&StorageClass::from("COLD_OF_MY_STORE"));
    for versioning in [Versioning::Enabled, Versioning::Suspended] {
        assert_eq!(Versioning::from_s3s(&versioning.to_s3s().unwrap()), Ok(versioning));
    }
    assert_eq!(Versioning::Unversioned.to_s3s(), None);
    for status in [EncryptionStatus::SseS3, EncryptionStatus::SseKms, EncryptionStatus::DsseKms] {
        assert_eq!(EncryptionStatus::from_s3s(&status.to_s3s().unwrap()), Ok(status));
    }
    assert_eq!(EncryptionStatus::SseC.to_s3s(), None);
    assert_eq!(VersionId::from_s3s("v1").unwrap().to_s3s(), "v1");
}

#[test]
fn words_that_s3_does_not_have_are_named() {
    let error = ReplicationStatus::from_s3s(&"DONE".to_owned().into()).unwrap_err();
    assert_eq!(error.to_string(), "`DONE` is not `PENDING`, `COMPLETED`, `FAILED` or `REPLICA`");
    assert!(EncryptionStatus::from_s3s(&"SSE-S3".to_owned().into()).is_err());
    assert!(Versioning::from_s3s(&"Unversioned".to_owned().into()).is_err());
    assert!(VersionId::from_s3s("").is_err());
    let tag = dto::Tag { key: Some("team".to_owned()), value: Some("tax".to_owned()) };
    let error = Vec::<Tag>::from_s3s(&vec![tag.clone(), tag.clone()]).unwrap_err();
    assert_eq!(error.to_string(), "the tag key `team` is given twice");
    let error = Tag::from_s3s(&dto::Tag { value: None, ..tag }).unwrap_err();
    assert_eq!(error, InvalidDto::Missing("Value"));
}

#[test]
fn object_lock_settings() {
    let mode = RetentionMode::Governance;
    let retention = Retention { mode, retain_until: "2026-12-22T09:00:00Z".parse().unwrap() };
    assert_eq!(Option::from_s3s(&retention.to_s3s()), Ok(Some(retention)));
    let removed = dto::ObjectLockRetention::default();
    assert_eq!(Option::<Retention>::from_s3s(&removed), Ok(None));
    let half = dto::ObjectLockRetention { retain_until_date: None, ..retention.to_s3s() };
    let error = Option::<Retention>::from_s3s(&half).unwrap_err();
    assert_eq!(error, InvalidDto::Missing("RetainUntilDate"));

    survives(&DefaultRetention { mode, days: 30 });
    let years = dto::DefaultRetention { days: None, mode: Some(mode.to_s3s()), years: Some(2) };
    assert_eq!(DefaultRetention::from_s3s(&years), Ok(DefaultRetention { mode, days: 730 }));
    for (days, years) in [(Some(1), Some(1)), (None, None), (Some(0), None), (Some(-1), None)] {
        let wrong = dto::DefaultRetention { days, mode: Some(mode.to_s3s()), years };
        assert!(DefaultRetention::from_s3s(&wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn errors_keep_code_text_and_status() {
    let no_bucket = ServiceError::new(ServiceErrorCode::NO_SUCH_BUCKET, "gone");
    let dto = no_bucket.to_s3s();
    assert_eq!(dto.code(), &s3s::S3ErrorCode::NoSuchBucket);
    assert_eq!((dto.message(), dto.status_code().unwrap().as_u16()), (Some("gone"), 404));
    assert_eq!(ServiceError::from_s3s(&dto).unwrap(), no_bucket);
    // An error of S3 Control, which s3s does not know.
    let no_job = ServiceError::without_text(ServiceErrorCode::NOT_FOUND_EXCEPTION).to_s3s();
    assert_eq!(no_job.code().as_str(), "NotFoundException");
    assert_eq!(no_job.status_code().unwrap().as_u16(), 400);
}

#[test]
fn bodies_stream() {
    let shared: std::sync::Arc<[u8]> = (0..=255).collect();
    let read =
        |limit| futures::executor::block_on(body::read(body::from_shared(shared.clone()), limit));
    assert_eq!(*read(256).unwrap(), *shared);
    assert_eq!(read(255).unwrap_err().to_string(), "the body is longer than 255 bytes");
    let empty = body::from_bytes(bytes::Bytes::new());
    assert!(futures::executor::block_on(body::read(empty, 0)).unwrap().is_empty());
}
