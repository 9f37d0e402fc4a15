use std::borrow::Cow;
use std::fmt;

use quick_xml::escape::escape;

use crate::text::is_xml_character;

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
        /// Versioning cannot become what it should.
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
        /// The bucket has no replication configuration.
        REPLICATION_CONFIGURATION_NOT_FOUND_ERROR: ReplicationConfigurationNotFoundError = "ReplicationConfigurationNotFoundError",
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
///
/// // The body of the response.
/// let xml = error.to_xml("/photos", "4442587FB7D0A2F9");
/// assert!(xml.contains("<Code>InvalidArgument</Code><Message>Invalid bucket ARN</Message>"));
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

    /// `MethodNotAllowed` with its text.
    #[must_use]
    pub const fn method_not_allowed() -> Self {
        let text = "The specified method is not allowed against this resource.";
        Self { code: ServiceErrorCode::METHOD_NOT_ALLOWED, message: Some(Cow::Borrowed(text)) }
    }

    /// `ReplicationConfigurationNotFoundError` with its text: the answer of `GetBucketReplication` for a
    /// bucket without a replication configuration (REP-260).
    #[must_use]
    pub const fn replication_configuration_not_found() -> Self {
        let message = Some(Cow::Borrowed("The replication configuration was not found"));
        Self { code: ServiceErrorCode::REPLICATION_CONFIGURATION_NOT_FOUND_ERROR, message }
    }

    /// Returns the HTTP status of the response. It is 400 for a code that this version of the crate does
    /// not know, and for `NoSuchJobException`, for which AWS publishes none.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self.code.0 {
            Code::AccessDenied | Code::InvalidObjectState => 403,
            Code::NoSuchBucket
            | Code::NoSuchKey
            | Code::NoSuchVersion
            | Code::ReplicationConfigurationNotFoundError => 404,
            Code::MethodNotAllowed => 405,
            Code::BucketAlreadyExists | Code::BucketNotEmpty | Code::InvalidBucketState => 409,
            Code::InternalError | Code::InternalServiceException => 500,
            Code::AccessControlListNotSupported
            | Code::BadRequestException
            | Code::IdempotencyException
            | Code::IllegalVersioning
            | Code::InvalidArgument
            | Code::InvalidNextTokenException
            | Code::InvalidRequest
            | Code::InvalidRequestException
            | Code::InvalidTag
            | Code::JobStatusException
            | Code::MalformedXml
            | Code::NoSuchJobException
            | Code::NotFoundException
            | Code::Other(_) => 400,
        }
    }

    /// Returns the body of the response: the XML document `Error` of S3 (REP-259).
    ///
    /// `resource` is the path of the request, such as `/photos`. `request_id` is the ID of the response,
    /// which S3 also sends in the header `x-amz-request-id`. If the text is unknown, the document has no
    /// `Message`. Characters that XML does not allow become U+FFFD.
    ///
    /// # Examples
    ///
    /// ```
    /// use s3_replication::diagnostic::ServiceError;
    ///
    /// let error = ServiceError::replication_configuration_not_found();
    /// assert_eq!(error.http_status(), 404);
    /// assert_eq!(
    ///     error.to_xml("/r&d", "4442587FB7D0A2F9"),
    ///     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    ///      <Error><Code>ReplicationConfigurationNotFoundError</Code>\
    ///      <Message>The replication configuration was not found</Message>\
    ///      <Resource>/r&amp;d</Resource><RequestId>4442587FB7D0A2F9</RequestId></Error>",
    /// );
    /// ```
    #[must_use]
    pub fn to_xml(&self, resource: &str, request_id: &str) -> String {
        let members = [
            ("Code", Some(self.code.as_str())),
            ("Message", self.message.as_deref()),
            ("Resource", Some(resource)),
            ("RequestId", Some(request_id)),
        ];
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>");
        for (name, text) in members {
            if let Some(text) = text {
                xml.extend(["<", name, ">", &*xml_text(text), "</", name, ">"]);
            }
        }
        xml + "</Error>"
    }
}

/// Escapes a text for XML 1.0.
fn xml_text(text: &str) -> String {
    let allowed = text.replace(|c: char| !is_xml_character(c), "\u{FFFD}");
    // A carriage return that is not written as a reference reads back as a line feed.
    escape(&*allowed).replace('\r', "&#13;")
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
