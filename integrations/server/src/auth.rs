//! The one access key of the server.

use s3s::auth::{S3Auth, SecretKey};
use s3s::{S3Error, S3ErrorCode, S3Result};

use crate::{ACCESS_KEY, SECRET_KEY, errors};

/// Knows [`ACCESS_KEY`], and refuses every other key as S3 does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OneKey;

#[async_trait::async_trait]
impl S3Auth for OneKey {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        if access_key == ACCESS_KEY {
            return Ok(SecretKey::from(SECRET_KEY));
        }
        let code = S3ErrorCode::InvalidAccessKeyId;
        Err(S3Error::with_message(code, errors::text_of("InvalidAccessKeyId")))
    }
}
