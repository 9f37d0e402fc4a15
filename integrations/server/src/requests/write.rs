//! PutObject.

use std::sync::Arc;

use http::HeaderMap;
use s3_replication::model::{BucketKeyStatus, BucketName, Event};
use s3_replication::storage::StoredVersion;
use s3_replication_s3s::ToS3s as _;
use s3s::checksum::ChecksumHasher;
use s3s::dto::{
    Checksum, ChecksumAlgorithm, ChecksumType, ETag, ETagCondition, PutObjectInput,
    PutObjectOutput, ServerSideEncryption, StreamingBlob,
};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result};

use super::record::described;
use super::{region_of, respond};
use crate::attributes::{Attributes, hex};
use crate::blob::{IN_MEMORY, Received, Receiver};
use crate::core::{Command, Core, ObjectRecord};
use crate::service::{Shared, lock};
use crate::{clock, errors};

/// The greatest size of an object that is written with one request: 5 GiB.
pub(crate) const LIMIT: u64 = 5 << 30;

pub(crate) async fn put(
    shared: &Arc<Shared>,
    mut request: S3Request<PutObjectInput>,
) -> S3Result<S3Response<PutObjectOutput>> {
    let region = region_of(&request);
    let trailers = request.trailing_headers.take();
    let input = &mut request.input;
    let bucket = errors::bucket_name(&input.bucket)?;
    let event = Event::ObjectCreatedPut;
    let mut record = described!(input).into_record(input.key.clone(), event, region.as_ref())?;
    // A bucket that does not exist is refused before the body is read.
    lock(&shared.core).store.bucket(&bucket).settings().map_err(errors::of_store)?;
    let expected = Expected {
        length: input.content_length,
        md5: input.content_md5.take(),
        checksum: checksum!(input),
        trailers: &|| trailers.as_ref().and_then(s3s::TrailingHeaders::take),
        algorithm: input.checksum_algorithm.take(),
    };
    let received = expected.receive(shared, input.body.take(), &request.headers, IN_MEMORY).await?;
    let mut attributes = Attributes(std::mem::take(&mut record.attributes));
    attributes.set_e_tag(hex(&received.md5));
    let mut checksum = received.checksum;
    checksum.checksum_type = Some(ChecksumType::from_static(ChecksumType::FULL_OBJECT));
    attributes.set_checksum(checksum);
    record.attributes = attributes.0;
    record.segments = vec![received.segment];
    let conditions =
        Conditions { if_match: input.if_match.take(), if_none_match: input.if_none_match.take() };
    let stored = store(shared, &bucket, record, &conditions)?;
    let written = Written::of(&stored);
    respond(PutObjectOutput {
        bucket_key_enabled: written.bucket_key_enabled,
        checksum_crc32: written.checksum.checksum_crc32,
        checksum_crc32c: written.checksum.checksum_crc32c,
        checksum_crc64nvme: written.checksum.checksum_crc64nvme,
        checksum_sha1: written.checksum.checksum_sha1,
        checksum_sha256: written.checksum.checksum_sha256,
        checksum_type: written.checksum.checksum_type,
        e_tag: written.e_tag,
        server_side_encryption: written.encryption,
        ssekms_key_id: written.kms_key_id,
        sse_customer_algorithm: written.customer_key_md5.as_ref().map(|_| "AES256".to_owned()),
        sse_customer_key_md5: written.customer_key_md5,
        version_id: written.version_id,
        ..Default::default()
    })
}

/// The conditions of a write.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    pub(crate) if_match: Option<ETagCondition>,
    pub(crate) if_none_match: Option<ETagCondition>,
}

impl Conditions {
    /// Refuses a write whose conditions the latest version does not meet.
    pub(crate) fn check(&self, core: &Core, bucket: &BucketName, key: &str) -> S3Result<()> {
        if self.if_match.is_none() && self.if_none_match.is_none() {
            return Ok(());
        }
        let bucket = core.store.bucket(bucket);
        let latest = bucket.latest(key).map_err(errors::of_store)?;
        let latest = latest.and_then(|id| bucket.version(key, &id).ok());
        let body = latest.and_then(|version| {
            let body = version.body?;
            Some(Attributes(version.user_metadata).e_tag(&body))
        });
        let matches = |condition: &ETagCondition, e_tag: &ETag| {
            condition.is_any() || condition.as_etag().is_some_and(|given| given.strong_cmp(e_tag))
        };
        match (&self.if_match, &body) {
            (Some(_), None) => return Err(errors::no_such_key()),
            (Some(given), Some(e_tag)) if !matches(given, e_tag) => {
                return Err(errors::precondition_failed());
            }
            _ => {}
        }
        match (&self.if_none_match, &body) {
            (Some(given), Some(e_tag)) if matches(given, e_tag) => {
                Err(errors::precondition_failed())
            }
            _ => Ok(()),
        }
    }
}

/// Stores an object, and returns it as it is in the store.
pub(crate) fn store(
    shared: &Shared,
    bucket: &BucketName,
    object: ObjectRecord,
    conditions: &Conditions,
) -> S3Result<StoredVersion<Arc<[u8]>>> {
    let key = object.key.clone();
    let mut core = lock(&shared.core);
    conditions.check(&core, bucket, &key)?;
    let id = clock::new_version_id();
    let command = Command::PutObject { bucket: bucket.clone(), object, id };
    let effect = core.commit(command).map_err(errors::of_store)?;
    let id = effect.version_id().ok_or_else(errors::no_such_key)?;
    core.store.bucket(bucket).version(&key, &id).map_err(errors::of_store)
}

/// The members of a response about an object that was written.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) bucket_key_enabled: Option<bool>,
    pub(crate) checksum: Checksum,
    pub(crate) customer_key_md5: Option<String>,
    pub(crate) e_tag: Option<ETag>,
    pub(crate) encryption: Option<ServerSideEncryption>,
    pub(crate) kms_key_id: Option<String>,
    pub(crate) version_id: Option<String>,
}

impl Written {
    pub(crate) fn of(version: &StoredVersion<Arc<[u8]>>) -> Self {
        let attributes = Attributes(version.user_metadata.clone());
        Self {
            bucket_key_enabled: version
                .bucket_key
                .filter(|status| *status == BucketKeyStatus::Enabled)
                .map(|_| true),
            checksum: attributes.checksum(),
            customer_key_md5: attributes.customer_key(),
            e_tag: version.body.as_ref().map(|body| attributes.e_tag(body)),
            encryption: version.encryption.and_then(|encryption| encryption.to_s3s()),
            kms_key_id: version.kms_key_id.as_ref().map(ToString::to_string),
            // A bucket that was never versioned does not show the ID of the null version.
            version_id: (!version.version_id.is_null()).then(|| version.version_id.to_s3s()),
        }
    }
}

/// What a request says about the body that it sends.
pub(crate) struct Expected<'r> {
    pub(crate) length: Option<i64>,
    pub(crate) md5: Option<String>,
    pub(crate) checksum: Checksum,
    /// The headers behind the body.
    pub(crate) trailers: &'r (dyn Fn() -> Option<HeaderMap> + Sync),
    pub(crate) algorithm: Option<ChecksumAlgorithm>,
}

/// Takes the checksums out of the input of a request.
macro_rules! checksum {
    ($input:expr) => {
        s3s::dto::Checksum {
            checksum_crc32: $input.checksum_crc32.take(),
            checksum_crc32c: $input.checksum_crc32c.take(),
            checksum_crc64nvme: $input.checksum_crc64nvme.take(),
            checksum_sha1: $input.checksum_sha1.take(),
            checksum_sha256: $input.checksum_sha256.take(),
            checksum_type: None,
        }
    };
}

pub(crate) use checksum;

/// The algorithms by their names in headers, which are `x-amz-checksum-` and the name.
const ALGORITHMS: [&str; 5] = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"];

/// Returns the place of a checksum.
pub(crate) fn place<'c>(
    checksum: &'c mut Checksum,
    algorithm: &str,
) -> Option<&'c mut Option<String>> {
    Some(match algorithm.to_ascii_lowercase().as_str() {
        "crc32" => &mut checksum.checksum_crc32,
        "crc32c" => &mut checksum.checksum_crc32c,
        "crc64nvme" => &mut checksum.checksum_crc64nvme,
        "sha1" => &mut checksum.checksum_sha1,
        "sha256" => &mut checksum.checksum_sha256,
        _ => return None,
    })
}

impl Expected<'_> {
    /// Receives the body, and refuses one that is not what the request says.
    pub(crate) async fn receive(
        mut self,
        shared: &Shared,
        body: Option<StreamingBlob>,
        headers: &HeaderMap,
        in_memory: usize,
    ) -> S3Result<Received> {
        let length = self.length.and_then(|length| u64::try_from(length).ok());
        if length.is_some_and(|length| length > LIMIT) {
            return Err(errors::of_body(crate::blob::BodyError::TooLong(LIMIT)));
        }
        let hasher = self.hasher(headers);
        let receiving = Receiver::new(&shared.blobs, hasher, in_memory).receive(body, LIMIT);
        let received = receiving.await.map_err(errors::of_body)?;
        if length.is_some_and(|length| length != received.size) {
            let text = "You did not provide the number of bytes specified by the Content-Length HTTP header";
            return Err(S3Error::with_message(S3ErrorCode::IncompleteBody, text));
        }
        self.check_md5(&received)?;
        for (name, value) in (self.trailers)().iter().flatten() {
            if let (Some(algorithm), Ok(value)) =
                (name.as_str().strip_prefix("x-amz-checksum-"), value.to_str())
                && let Some(place) = place(&mut self.checksum, algorithm)
            {
                *place = Some(value.trim().to_owned());
            }
        }
        let mut computed = received.checksum.clone();
        for algorithm in ALGORITHMS {
            let given = place(&mut self.checksum, algorithm).and_then(|given| given.clone());
            let is = place(&mut computed, algorithm).and_then(|is| is.clone());
            if given.is_some() && given != is {
                let text = format!(
                    "The {} you specified did not match the calculated checksum.",
                    algorithm.to_ascii_uppercase()
                );
                return Err(S3Error::with_message(S3ErrorCode::BadDigest, text));
            }
        }
        Ok(received)
    }

    /// Returns a hasher of all algorithms that the request names: by a value, as a trailer, or for
    /// the server to choose the value. Without any, S3 computes CRC64NVME.
    fn hasher(&mut self, headers: &HeaderMap) -> ChecksumHasher {
        let mut hasher = ChecksumHasher::default();
        let trailer = headers.get("x-amz-trailer").and_then(|value| value.to_str().ok());
        let trailer = trailer.unwrap_or_default().to_ascii_lowercase();
        let chosen = self.algorithm.as_ref().map(ChecksumAlgorithm::as_str).unwrap_or_default();
        let chosen = chosen.to_ascii_lowercase();
        let mut any = false;
        for algorithm in ALGORITHMS {
            let header = format!("x-amz-checksum-{algorithm}");
            let is_given =
                place(&mut self.checksum, algorithm).is_some_and(|given| given.is_some());
            if is_given
                || chosen == algorithm
                || trailer.split(',').any(|name| name.trim() == header)
            {
                add(&mut hasher, algorithm);
                any = true;
            }
        }
        if !any {
            add(&mut hasher, "crc64nvme");
        }
        hasher
    }

    fn check_md5(&self, received: &Received) -> S3Result<()> {
        let Some(given) = &self.md5 else { return Ok(()) };
        let decoded = base64_simd::STANDARD.decode_to_vec(given).ok();
        match decoded.filter(|decoded| decoded.len() == 16) {
            None => Err(S3Error::with_message(
                S3ErrorCode::InvalidDigest,
                "The Content-MD5 you specified was invalid.",
            )),
            Some(decoded) if decoded != received.md5 => Err(S3Error::with_message(
                S3ErrorCode::BadDigest,
                "The Content-MD5 you specified did not match what we received.",
            )),
            Some(_) => Ok(()),
        }
    }
}

/// Adds an algorithm to a hasher.
pub(crate) fn add(hasher: &mut ChecksumHasher, algorithm: &str) {
    use s3s::crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Sha1, Sha256};
    match algorithm {
        "crc32" => hasher.crc32 = Some(Crc32::new()),
        "crc32c" => hasher.crc32c = Some(Crc32c::new()),
        "crc64nvme" => hasher.crc64nvme = Some(Crc64Nvme::new()),
        "sha1" => hasher.sha1 = Some(Sha1::new()),
        "sha256" => hasher.sha256 = Some(Sha256::new()),
        _ => {}
    }
}
