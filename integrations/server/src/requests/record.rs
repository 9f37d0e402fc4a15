//! The object that a request describes, without its body.

use http::StatusCode;
use s3_replication::StorageClass;
use s3_replication::model::{
    BucketKeyStatus, EncryptionStatus, Event, KmsKeyArn, LegalHold, ObjectLock, Region, Retention,
    RetentionMode, Tag, Tagging,
};
use s3_replication_s3s::FromS3s as _;
use s3s::dto::{
    Metadata, ObjectCannedACL, ObjectLockLegalHoldStatus, ObjectLockMode, ServerSideEncryption,
    Timestamp, TimestampFormat,
};
use s3s::{S3Error, S3ErrorCode, S3Result};

use crate::attributes::{Attributes, ContentHeaders};
use crate::core::ObjectRecord;
use crate::errors;

/// The parts of a request that describe an object, the same for all requests that write one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Described {
    pub(crate) acl: Option<ObjectCannedACL>,
    pub(crate) bucket_key_enabled: Option<bool>,
    pub(crate) headers: ContentHeaders,
    pub(crate) metadata: Option<Metadata>,
    pub(crate) legal_hold: Option<ObjectLockLegalHoldStatus>,
    pub(crate) lock_mode: Option<ObjectLockMode>,
    pub(crate) retain_until: Option<Timestamp>,
    pub(crate) customer_algorithm: Option<String>,
    pub(crate) customer_key_md5: Option<String>,
    pub(crate) encryption: Option<ServerSideEncryption>,
    pub(crate) kms_key_id: Option<String>,
    pub(crate) storage_class: Option<s3s::dto::StorageClass>,
    pub(crate) tagging: Option<String>,
}

/// Takes the parts out of the input of a request.
macro_rules! described {
    ($input:expr) => {
        $crate::requests::record::Described {
            acl: $input.acl.take(),
            bucket_key_enabled: $input.bucket_key_enabled,
            headers: $crate::attributes::ContentHeaders {
                cache_control: $input.cache_control.take(),
                content_disposition: $input.content_disposition.take(),
                content_encoding: $input
                    .content_encoding
                    .take()
                    .and_then(|given| $crate::requests::record::without_aws_chunked(&given)),
                content_language: $input.content_language.take(),
                content_type: $input.content_type.take(),
                expires: $input
                    .expires
                    .take()
                    .and_then(|time| $crate::requests::record::to_http_date(&time)),
                website_redirect_location: $input.website_redirect_location.take(),
            },
            metadata: $input.metadata.take(),
            legal_hold: $input.object_lock_legal_hold_status.take(),
            lock_mode: $input.object_lock_mode.take(),
            retain_until: $input.object_lock_retain_until_date.take(),
            customer_algorithm: $input.sse_customer_algorithm.take(),
            customer_key_md5: $input.sse_customer_key_md5.take(),
            encryption: $input.server_side_encryption.take(),
            kms_key_id: $input.ssekms_key_id.take(),
            storage_class: $input.storage_class.take(),
            tagging: $input.tagging.take(),
        }
    };
}

pub(crate) use described;

/// Returns the content encoding without the encoding of the transfer.
pub(crate) fn without_aws_chunked(encoding: &str) -> Option<String> {
    let kept: Vec<_> =
        encoding.split(',').map(str::trim).filter(|word| *word != "aws-chunked").collect();
    let kept = kept.join(",");
    (!kept.is_empty()).then_some(kept)
}

pub(crate) fn to_http_date(time: &Timestamp) -> Option<String> {
    let mut text = Vec::new();
    time.format(TimestampFormat::HttpDate, &mut text).ok()?;
    String::from_utf8(text).ok()
}

impl Described {
    /// Returns the object, without segments.
    ///
    /// # Errors
    ///
    /// The errors of S3 about values that it does not take.
    pub(crate) fn into_record(
        self,
        key: String,
        event: Event,
        region: Option<&Region>,
    ) -> S3Result<ObjectRecord> {
        if key.len() > 1024 {
            return Err(S3Error::with_message(
                S3ErrorCode::KeyTooLongError,
                "Your key is too long",
            ));
        }
        let mut attributes = Attributes::default();
        let mut headers = self.headers;
        headers.content_type.get_or_insert_with(|| "binary/octet-stream".to_owned());
        attributes.set_headers(headers);
        attributes.set_user(self.metadata);
        if attributes.user_size() > 2048 {
            return Err(S3Error::with_message(
                S3ErrorCode::MetadataTooLarge,
                "Your metadata headers exceed the maximum allowed metadata size",
            ));
        }
        let customer = self.customer_algorithm.is_some();
        attributes.set_customer_key(self.customer_key_md5);
        let encryption = encryption(self.encryption.as_ref(), customer)?;
        let kms_key_id = kms_key(self.kms_key_id, encryption, region)?;
        let storage_class = storage_class(self.storage_class)?;
        let bucket_key =
            self.bucket_key_enabled.filter(|_| encryption.is_some_and(EncryptionStatus::is_kms));
        let lock = ObjectLock {
            retention: retention(self.lock_mode.as_ref(), self.retain_until.as_ref())?,
            legal_hold: self.legal_hold.as_ref().map(hold).transpose()?,
            ..ObjectLock::NONE
        };
        Ok(ObjectRecord {
            key,
            event,
            segments: Vec::new(),
            tags: self.tagging.map_or(Ok(Vec::new()), |text| tags_of_header(&text))?,
            acl: self.acl.map(|acl| acl.as_str().to_owned()).unwrap_or_default(),
            lock,
            attributes: attributes.0,
            storage_class,
            encryption,
            kms_key_id,
            bucket_key: bucket_key.map(|enabled| {
                if enabled { BucketKeyStatus::Enabled } else { BucketKeyStatus::Disabled }
            }),
        })
    }
}

fn encryption(
    given: Option<&ServerSideEncryption>,
    customer: bool,
) -> S3Result<Option<EncryptionStatus>> {
    let Some(given) = given else { return Ok(customer.then_some(EncryptionStatus::SseC)) };
    if customer {
        let text = "Server Side Encryption with Customer provided key is incompatible with the \
                    encryption method specified";
        return Err(errors::invalid_argument(text));
    }
    let status =
        EncryptionStatus::from_s3s(given).ok().filter(|status| !status.is_of_other_service());
    let text = "The encryption method specified is not supported";
    let invalid = || S3Error::with_message(S3ErrorCode::InvalidEncryptionAlgorithmError, text);
    status.ok_or_else(invalid).map(Some)
}

/// Returns the ARN of a key, which a request may also name by its ID or its alias.
pub(crate) fn kms_key(
    given: Option<String>,
    encryption: Option<EncryptionStatus>,
    region: Option<&Region>,
) -> S3Result<Option<KmsKeyArn>> {
    let Some(given) = given else { return Ok(None) };
    if !encryption.is_some_and(EncryptionStatus::is_kms) {
        let text = "Server Side Encryption with AWS KMS managed key requires HTTP header \
                    x-amz-server-side-encryption : aws:kms or aws:kms:dsse";
        return Err(errors::invalid_argument(text));
    }
    let resource = if given.starts_with("alias/") { given.clone() } else { format!("key/{given}") };
    let region = region.map_or("us-east-1", Region::as_str);
    let arn =
        given.parse().or_else(|_| format!("arn:aws:kms:{region}:123456789012:{resource}").parse());
    let invalid =
        |_| errors::custom("KMS.NotFoundException", StatusCode::BAD_REQUEST, "Invalid keyId");
    arn.map(Some).map_err(invalid)
}

fn storage_class(given: Option<s3s::dto::StorageClass>) -> S3Result<StorageClass> {
    let Some(given) = given else { return Ok(StorageClass::STANDARD) };
    let class = StorageClass::from(given.as_str());
    let is_writable = class.is_replica_class() || class == StorageClass::REDUCED_REDUNDANCY;
    if class.is_known() && is_writable {
        return Ok(class);
    }
    let text = "The storage class you specified is not valid";
    Err(S3Error::with_message(S3ErrorCode::InvalidStorageClass, text))
}

fn retention(
    mode: Option<&ObjectLockMode>,
    until: Option<&Timestamp>,
) -> S3Result<Option<Retention>> {
    let (Some(mode), Some(until)) = (mode, until) else {
        if mode.is_none() && until.is_none() {
            return Ok(None);
        }
        let text =
            "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied";
        return Err(errors::invalid_argument(text));
    };
    let unknown = |_| errors::invalid_argument("Unknown wormMode directive.");
    let mode = mode.as_str().parse::<RetentionMode>().map_err(unknown)?;
    let retain_until = s3_replication::model::Timestamp::from_s3s(until).map_err(errors::of_dto)?;
    Ok(Some(Retention { mode, retain_until }))
}

fn hold(given: &ObjectLockLegalHoldStatus) -> S3Result<LegalHold> {
    LegalHold::from_s3s(given)
        .map_err(|_| errors::invalid_argument("Legal Hold must be either of 'ON' or 'OFF'"))
}

/// The greatest number of tags of an object.
pub(crate) const TAGS: usize = 10;

/// Reads the header `x-amz-tagging`.
pub(crate) fn tags_of_header(text: &str) -> S3Result<Vec<Tag>> {
    use s3_replication::model::InvalidTagging;
    let tagging = text.parse::<Tagging>().map_err(|error| match error {
        InvalidTagging::Tag(error) => {
            S3Error::with_message(S3ErrorCode::InvalidTag, error.to_string())
        }
        _ => errors::invalid_argument(
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query \
             parameters without tag name duplicates.",
        ),
    })?;
    checked(tagging.into())
}

/// Refuses more tags than an object may have.
pub(crate) fn checked(tags: Vec<Tag>) -> S3Result<Vec<Tag>> {
    if tags.len() > TAGS {
        let text = "Object tags cannot be greater than 10";
        return Err(errors::custom("BadRequest", StatusCode::BAD_REQUEST, text));
    }
    Ok(tags)
}
