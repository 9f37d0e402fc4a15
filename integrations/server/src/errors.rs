//! The errors of S3 that the store does not have, with their texts.

use http::{HeaderMap, HeaderValue, StatusCode};
use s3_replication::diagnostic::ServiceError;
use s3_replication::model::{BucketName, VersionId};
use s3_replication_s3s::{InvalidDto, ToS3s as _};
use s3s::{S3Error, S3ErrorCode};

use crate::blob::BodyError;

/// Returns the error of S3 for a refusal of the store.
#[expect(clippy::needless_pass_by_value, reason = "a function for `map_err`")]
pub(crate) fn of_store(error: ServiceError) -> S3Error {
    let mut error = error.to_s3s();
    if error.message().is_none() {
        error.set_message(text_of(error.code().as_str()));
    }
    error
}

/// Returns the general text of an error whose text is not known.
pub(crate) fn text_of(code: &str) -> &'static str {
    match code {
        "AccessDenied" => "Access Denied",
        "BadRequest" => "Bad Request",
        "InvalidAccessKeyId" => "The AWS Access Key Id you provided does not exist in our records.",
        "InvalidBucketName" => "The specified bucket is not valid.",
        "InvalidURI" => "Couldn't parse the specified URI.",
        "KeyTooLongError" => "Your key is too long",
        "MalformedXML" => {
            "The XML you provided was not well-formed or did not validate against our published schema"
        }
        "MethodNotAllowed" => "The specified method is not allowed against this resource.",
        "NotImplemented" => "A header you provided implies functionality that is not implemented",
        "RequestTimeTooSkewed" => {
            "The difference between the request time and the current time is too large."
        }
        "SignatureDoesNotMatch" => {
            "The request signature we calculated does not match the signature you provided. Check \
             your key and signing method."
        }
        "XAmzContentSHA256Mismatch" => {
            "The provided 'x-amz-content-sha256' header does not match what was computed."
        }
        "NotFoundException" => "The specified job was not found.",
        "IdempotencyException" => "The client request token was used for another request.",
        "InvalidNextTokenException" => "The next token is invalid.",
        "InternalError" => "We encountered an internal error. Please try again.",
        _ => "The request is invalid.",
    }
}

/// Returns an error with a code that `s3s` may not know.
pub(crate) fn custom(code: &'static str, status: StatusCode, text: &'static str) -> S3Error {
    let code = S3ErrorCode::from_bytes(code.as_bytes()).unwrap_or(S3ErrorCode::InvalidRequest);
    let mut error = S3Error::with_message(code, text);
    error.set_status_code(status);
    error
}

pub(crate) fn bucket_name(name: &str) -> Result<BucketName, S3Error> {
    let invalid = |_| {
        S3Error::with_message(S3ErrorCode::InvalidBucketName, "The specified bucket is not valid.")
    };
    name.parse().map_err(invalid)
}

/// Reads the version ID of a request.
pub(crate) fn version_id(id: Option<&str>) -> Result<Option<VersionId>, S3Error> {
    let invalid =
        |_| S3Error::with_message(S3ErrorCode::InvalidArgument, "Invalid version id specified");
    id.map(|id| id.parse().map_err(invalid)).transpose()
}

pub(crate) fn no_such_key() -> S3Error {
    S3Error::with_message(S3ErrorCode::NoSuchKey, "The specified key does not exist.")
}

/// Returns the error for a GET of a delete marker: as the latest version, or by its ID.
pub(crate) fn delete_marker(id: &VersionId, by_id: bool) -> S3Error {
    let mut error = if by_id {
        let text = "The specified method is not allowed against this resource.";
        S3Error::with_message(S3ErrorCode::MethodNotAllowed, text)
    } else {
        no_such_key()
    };
    let mut headers = HeaderMap::new();
    headers.insert("x-amz-delete-marker", HeaderValue::from_static("true"));
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        headers.insert("x-amz-version-id", id);
    }
    if by_id {
        headers.insert(http::header::ALLOW, HeaderValue::from_static("DELETE"));
    }
    error.set_headers(headers);
    error
}

pub(crate) fn of_body(error: BodyError) -> S3Error {
    match error {
        BodyError::TooLong(_) => S3Error::with_message(
            S3ErrorCode::EntityTooLarge,
            "Your proposed upload exceeds the maximum allowed size",
        ),
        BodyError::Broken(error) => {
            // A wrong signature of a chunk, or a connection that ended.
            tracing::debug!(%error, "a body could not be read");
            let text = error.to_string();
            if text.contains("SignatureMismatch") || text.contains("signature") {
                return S3Error::with_message(
                    S3ErrorCode::SignatureDoesNotMatch,
                    "The request signature we calculated does not match the signature you \
                     provided. Check your key and signing method.",
                );
            }
            S3Error::with_message(
                S3ErrorCode::IncompleteBody,
                "The request body terminated unexpectedly",
            )
        }
        BodyError::Stalled => S3Error::with_message(
            S3ErrorCode::RequestTimeout,
            "Your socket connection to the server was not read from or written to within the \
             timeout period. Idle connections will be closed.",
        ),
        BodyError::Storage(error) => {
            tracing::error!(%error, "a body could not be stored");
            let text = format!("The object was not stored: {error}");
            S3Error::with_message(S3ErrorCode::InternalError, text)
        }
    }
}

/// Returns the error for a value of a request that is not one of S3's.
#[expect(clippy::needless_pass_by_value, reason = "a function for `map_err`")]
pub(crate) fn of_dto(error: InvalidDto) -> S3Error {
    let code = match &error {
        InvalidDto::Tag(_) | InvalidDto::Tagging(_) => S3ErrorCode::InvalidTag,
        InvalidDto::Missing(_) | InvalidDto::UnknownWord { .. } | InvalidDto::Both(..) => {
            return malformed_xml();
        }
        _ => S3ErrorCode::InvalidArgument,
    };
    S3Error::with_message(code, error.to_string())
}

pub(crate) fn malformed_xml() -> S3Error {
    of_store(ServiceError::malformed_xml())
}

pub(crate) fn invalid_argument(text: impl Into<std::borrow::Cow<'static, str>>) -> S3Error {
    S3Error::with_message(S3ErrorCode::InvalidArgument, text)
}

pub(crate) fn precondition_failed() -> S3Error {
    S3Error::with_message(
        S3ErrorCode::PreconditionFailed,
        "At least one of the pre-conditions you specified did not hold",
    )
}
