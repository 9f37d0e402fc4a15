use std::fmt;

use crate::diagnostic::{Report, ServiceError, ServiceErrorCode};

/// The error returned for a configuration that the store refuses: the findings, and the answer of the
/// store.
///
/// A service sends the answer to its client. A person reads the report, which has every finding with
/// its place and help. `Display` writes one line for each finding.
///
/// # Examples
///
/// The response to a refused `PutBucketReplication`:
///
/// ```
/// use s3_replication::{Parser, ReplicationConfiguration};
///
/// fn put(body: &[u8], resource: &str, request_id: &str) -> (u16, String) {
///     match Parser::new().parse_bytes(body, None).into_configuration() {
///         Ok(_configuration) => (200, String::new()),
///         Err(refused) => {
///             let answer = refused.service_error();
///             (answer.http_status(), answer.to_xml(resource, request_id))
///         }
///     }
/// }
///
/// let (status, body) = put(b"<ReplicationConfiguration/>", "/photos", "4442587FB7D0A2F9");
/// assert_eq!(status, 400);
/// assert!(body.contains("<Code>MalformedXML</Code>"));
///
/// let refused = ReplicationConfiguration::from_xml("<ReplicationConfiguration/>").unwrap_err();
/// let codes: Vec<_> = refused.report().iter().map(|found| found.code).collect();
/// assert_eq!(codes, ["element-missing", "rules-missing"]);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RefusedConfiguration {
    answer: ServiceError,
    report: Report,
}

impl RefusedConfiguration {
    /// Creates the error from a report. Where no finding has an answer, a tool refuses the document
    /// or a value of a template is unknown.
    pub(crate) fn new(report: Report) -> Self {
        let answer = report.first_refusal().cloned().unwrap_or_else(|| {
            let code = ServiceErrorCode::INVALID_REQUEST;
            let text = report.iter().next().map(|finding| finding.message.clone());
            ServiceError { code, message: text.map(Into::into) }
        });
        Self { answer, report }
    }

    /// Returns the answer of the store: that of the first refusal, because a store reports one error.
    ///
    /// A template with unknown values has no answer of a store, and neither has what only Terraform or
    /// CloudFormation refuses. The result is `InvalidRequest` with the text of the first finding then.
    #[must_use]
    pub const fn service_error(&self) -> &ServiceError {
        &self.answer
    }

    /// Returns all findings. Refusals are in the order in which the store checks them.
    #[must_use]
    pub const fn report(&self) -> &Report {
        &self.report
    }

    /// Returns all findings.
    #[must_use]
    pub fn into_report(self) -> Report {
        self.report
    }
}

impl fmt::Display for RefusedConfiguration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report.fmt(f)
    }
}

impl std::error::Error for RefusedConfiguration {}

impl From<RefusedConfiguration> for Report {
    fn from(refused: RefusedConfiguration) -> Self {
        refused.report
    }
}

impl From<RefusedConfiguration> for ServiceError {
    fn from(refused: RefusedConfiguration) -> Self {
        refused.answer
    }
}
