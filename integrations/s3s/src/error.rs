//! Errors of S3.
//!
//! The error of a refused configuration is its `service_error().to_s3s()`.

use http::StatusCode;
use s3_replication::diagnostic::{ServiceError, ServiceErrorCode};
use s3s::{S3Error, S3ErrorCode};

use crate::{FromS3s, ToS3s};

impl ToS3s for ServiceError {
    type Dto = S3Error;

    fn to_s3s(&self) -> S3Error {
        let code = S3ErrorCode::from_bytes(self.code.to_string().as_bytes())
            .unwrap_or(S3ErrorCode::InternalError);
        let mut error = match &self.message {
            Some(message) => S3Error::with_message(code, message.clone()),
            None => S3Error::new(code),
        };
        // `s3s` knows the statuses of more codes, but not of those of S3 Control.
        if self.code.is_known() || error.status_code().is_none() {
            let status = StatusCode::from_u16(self.http_status());
            error.set_status_code(status.unwrap_or(StatusCode::BAD_REQUEST));
        }
        error
    }
}

impl FromS3s<S3Error> for ServiceError {
    type Error = std::convert::Infallible;

    /// The HTTP status, the request ID and the headers are not part of the result.
    fn from_s3s(dto: &S3Error) -> Result<Self, Self::Error> {
        let code = ServiceErrorCode::from(dto.code().as_str());
        Ok(match dto.message() {
            Some(message) => Self::new(code, message.to_owned()),
            None => Self::without_text(code),
        })
    }
}
