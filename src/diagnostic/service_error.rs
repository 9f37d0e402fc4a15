use std::borrow::Cow;
use std::fmt;

open_vocabulary! {
    /// The code of an S3 error response, such as `InvalidRequest`.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::diagnostic::ServiceErrorCode;
    ///
    /// assert_eq!(ServiceErrorCode::from("MalformedXML"), ServiceErrorCode::MALFORMED_XML);
    /// assert!(!ServiceErrorCode::from("SlowDown").is_known());
    /// ```
    pub struct ServiceErrorCode(Code) {
        /// The bucket owner owns all objects of the bucket, and ACLs are disabled.
        ACCESS_CONTROL_LIST_NOT_SUPPORTED: AccessControlListNotSupported = "AccessControlListNotSupported",
        /// The caller may not do that, or an object lock forbids it.
        ACCESS_DENIED: AccessDenied = "AccessDenied",
        /// S3 Batch Operations: the request is not acceptable.
        BAD_REQUEST_EXCEPTION: BadRequestException = "BadRequestException",
        /// There is a bucket of that name.
        BUCKET_ALREADY_EXISTS: BucketAlreadyExists = "BucketAlreadyExists",
        /// The bucket holds versions.
        BUCKET_NOT_EMPTY: BucketNotEmpty = "BucketNotEmpty",
        /// S3 Batch Operations: the token belongs to another request.
        IDEMPOTENCY_EXCEPTION: IdempotencyException = "IdempotencyException",
        /// Versioning can't become what it should.
        ILLEGAL_VERSIONING: IllegalVersioning = "IllegalVersioningConfigurationException",
        /// The store is at fault.
        INTERNAL_ERROR: InternalError = "InternalError",
        /// S3 Batch Operations: the service is at fault.
        INTERNAL_SERVICE_EXCEPTION: InternalServiceException = "InternalServiceException",
        /// A value is not acceptable by itself.
        INVALID_ARGUMENT: InvalidArgument = "InvalidArgument",
        /// The state of the bucket does not allow it.
        INVALID_BUCKET_STATE: InvalidBucketState = "InvalidBucketState",
        /// S3 Batch Operations: the token does not come from the list before.
        INVALID_NEXT_TOKEN_EXCEPTION: InvalidNextTokenException = "InvalidNextTokenException",
        /// The storage class of the version does not allow it.
        INVALID_OBJECT_STATE: InvalidObjectState = "InvalidObjectState",
        /// The request contradicts itself or the state of a bucket.
        INVALID_REQUEST: InvalidRequest = "InvalidRequest",
        /// S3 Batch Operations: the list is asked for in a way that is not acceptable.
        INVALID_REQUEST_EXCEPTION: InvalidRequestException = "InvalidRequestException",
        /// A tag is too long or has an empty key.
        INVALID_TAG: InvalidTag = "InvalidTag",
        /// S3 Batch Operations: the status of the job does not allow it.
        JOB_STATUS_EXCEPTION: JobStatusException = "JobStatusException",
        /// The document is not well-formed or does not follow the schema.
        MALFORMED_XML: MalformedXml = "MalformedXML",
        /// A delete marker has no such thing.
        METHOD_NOT_ALLOWED: MethodNotAllowed = "MethodNotAllowed",
        /// The bucket does not exist.
        NO_SUCH_BUCKET: NoSuchBucket = "NoSuchBucket",
        /// S3 Batch Operations: the job does not exist, in the words of the troubleshooting guide.
        NO_SUCH_JOB_EXCEPTION: NoSuchJobException = "NoSuchJobException",
        /// The object does not exist.
        NO_SUCH_KEY: NoSuchKey = "NoSuchKey",
        /// The version does not exist.
        NO_SUCH_VERSION: NoSuchVersion = "NoSuchVersion",
        /// S3 Batch Operations: the job does not exist. Its HTTP status is 400, not 404.
        NOT_FOUND_EXCEPTION: NotFoundException = "NotFoundException",
    }
}

/// The answer of a store that refuses a configuration or another request.
///
/// # Examples
///
/// ```
/// use s3_replication::diagnostic::{ServiceError, ServiceErrorCode};
///
/// let error = ServiceError::new(ServiceErrorCode::INVALID_ARGUMENT, "Invalid bucket ARN");
/// assert_eq!(error.to_string(), "InvalidArgument: Invalid bucket ARN");
/// assert_eq!(error.http_status(), 400);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ServiceError {
    /// The error code.
    pub code: ServiceErrorCode,
    /// The text, where it is known.
    pub message: Option<Cow<'static, str>>,
}

impl ServiceError {
    /// Creates an answer whose text is known.
    pub fn new(code: ServiceErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: Some(message.into()) }
    }

    /// Creates an answer whose text is unknown.
    #[must_use]
    pub const fn without_text(code: ServiceErrorCode) -> Self {
        Self { code, message: None }
    }

    /// `MalformedXML` with its one text.
    #[must_use]
    pub const fn malformed_xml() -> Self {
        Self {
            code: ServiceErrorCode::MALFORMED_XML,
            message: Some(Cow::Borrowed(
                "The XML you provided was not well-formed or did not validate against our \
                 published schema",
            )),
        }
    }

    /// `NoSuchKey` with its text.
    #[must_use]
    pub const fn no_such_key() -> Self {
        let message = Some(Cow::Borrowed("The specified key does not exist."));
        Self { code: ServiceErrorCode::NO_SUCH_KEY, message }
    }

    /// `AccessDenied` with its text for versions that Object Lock protects.
    #[must_use]
    pub const fn object_locked() -> Self {
        let text = "Access Denied because object protected by object lock.";
        Self { code: ServiceErrorCode::ACCESS_DENIED, message: Some(Cow::Borrowed(text)) }
    }

    /// Returns the HTTP status that goes with the code; 400 for codes that are not known.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self.code.0 {
            Code::AccessDenied | Code::InvalidObjectState => 403,
            Code::NoSuchBucket | Code::NoSuchKey | Code::NoSuchVersion => 404,
            Code::MethodNotAllowed => 405,
            Code::BucketAlreadyExists | Code::BucketNotEmpty | Code::InvalidBucketState => 409,
            Code::InternalError | Code::InternalServiceException => 500,
            _ => 400,
        }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.message {
            Some(message) => write!(f, "{}: {message}", self.code),
            None => self.code.fmt(f),
        }
    }
}

impl std::error::Error for ServiceError {}
