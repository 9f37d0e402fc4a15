//! The requests that `s3s` does not read: those of S3 Control, and replication configurations, whose
//! documents get the answers of S3 only if they are read as they were sent.

use std::sync::Arc;

use http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, Uri};
use http_body_util::{BodyExt as _, Limited};
use s3_replication::model::BucketName;
use s3s::route::S3Route;
use s3s::{Body, S3Error, S3ErrorCode, S3Request, S3Response, S3Result};

use crate::core::Command;
use crate::service::{Shared, lock};
use crate::{clock, control, errors};

/// The greatest size of a document in bytes, as in S3.
const LIMIT: usize = 2 << 20;

/// The route of these requests.
#[derive(Clone, Debug)]
pub(crate) struct Route(pub(crate) Arc<Shared>);

#[async_trait::async_trait]
impl S3Route for Route {
    fn is_match(&self, method: &Method, uri: &Uri, _: &HeaderMap, _: &mut Extensions) -> bool {
        control::is_control(uri) || is_replication(method, uri)
    }

    async fn call(&self, request: S3Request<Body>) -> S3Result<S3Response<Body>> {
        if control::is_control(&request.uri) {
            return control::call(&self.0, request).await;
        }
        let is_put = request.method == Method::PUT;
        let path = request.uri.path().trim_matches('/').to_owned();
        let bucket = errors::bucket_name(&path)?;
        if is_put { put(&self.0, bucket, request).await } else { get(&self.0, &bucket) }
    }
}

/// Returns true for PUT and GET of the replication configuration of a bucket.
fn is_replication(method: &Method, uri: &Uri) -> bool {
    let is_bucket =
        !uri.path().trim_matches('/').is_empty() && !uri.path().trim_matches('/').contains('/');
    let mut query = uri.query().unwrap_or_default().split('&');
    (method == Method::PUT || method == Method::GET)
        && is_bucket
        && query.any(|pair| pair == "replication" || pair == "replication=")
}

/// Reads a document.
pub(crate) async fn read(body: Body, headers: &HeaderMap) -> S3Result<Vec<u8>> {
    let too_long = || {
        let text = "Your request was too big.";
        errors::custom("MaxMessageLengthExceeded", StatusCode::BAD_REQUEST, text)
    };
    let bytes = match Limited::new(body, LIMIT).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => return Err(too_long()),
        Err(error) => return Err(errors::of_body(crate::blob::BodyError::Broken(error))),
    };
    check_digest(&bytes, headers)?;
    Ok(bytes.to_vec())
}

/// Refuses a document that is not what its headers say.
fn check_digest(bytes: &[u8], headers: &HeaderMap) -> S3Result<()> {
    use s3s::crypto::{Checksum as _, Crc32, Md5};
    let is_wrong = |name: &str, digest: &dyn Fn() -> String| {
        let given = headers.get(name).and_then(|value| value.to_str().ok());
        given.is_some_and(|given| given != digest())
    };
    let encode = |digest: &[u8]| base64_simd::STANDARD.encode_to_string(digest);
    let text = if is_wrong("content-md5", &|| encode(&Md5::checksum(bytes))) {
        "The Content-MD5 you specified did not match what we received."
    } else if is_wrong("x-amz-checksum-crc32", &|| encode(&Crc32::checksum(bytes))) {
        "The CRC32 you specified did not match the calculated checksum."
    } else {
        return Ok(());
    };
    Err(S3Error::with_message(S3ErrorCode::BadDigest, text))
}

async fn put(
    shared: &Shared,
    bucket: BucketName,
    request: S3Request<Body>,
) -> S3Result<S3Response<Body>> {
    let document = read(request.input, &request.headers).await?;
    // Bytes that are no text are no XML either.
    let document = String::from_utf8(document).map_err(|_| errors::malformed_xml())?;
    let command = Command::PutReplication { bucket, document };
    lock(&shared.core).commit(command).map_err(errors::of_store)?;
    Ok(with_id(S3Response::new(Body::empty())))
}

fn get(shared: &Shared, bucket: &BucketName) -> S3Result<S3Response<Body>> {
    let configuration = lock(&shared.core).store.bucket(bucket).replication();
    let configuration = configuration.map_err(errors::of_store)?;
    let text = configuration.to_xml();
    Ok(with_id(xml(StatusCode::OK, text)))
}

/// Returns a response with an XML document.
pub(crate) fn xml(status: StatusCode, text: String) -> S3Response<Body> {
    let mut response = S3Response::new(Body::from(text));
    response.status = Some(status);
    let xml = HeaderValue::from_static("application/xml");
    response.headers.insert(http::header::CONTENT_TYPE, xml);
    response
}

/// Adds the ID of the request.
pub(crate) fn with_id(mut response: S3Response<Body>) -> S3Response<Body> {
    if let Ok(id) = HeaderValue::from_str(&clock::new_id()) {
        response.headers.insert("x-amz-request-id", id);
    }
    response
}
