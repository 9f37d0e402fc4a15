//! The answers of a store: their HTTP statuses, their XML, and the answer to a refused configuration.

use proptest::prelude::*;
use s3_replication::diagnostic::{ServiceError, ServiceErrorCode};
use s3_replication::document::read_xml;
use s3_replication::{Parser, ReplicationConfiguration};

/// The statuses of AWS's list of error codes, and of the API reference of S3 Control.
const STATUSES: &[(u16, &str)] = &[
    (
        400,
        "AccessControlListNotSupported BadRequestException IdempotencyException \
         IllegalVersioningConfigurationException InvalidArgument InvalidNextTokenException \
         InvalidRequest InvalidRequestException InvalidTag JobStatusException MalformedXML \
         NoSuchJobException NotFoundException",
    ),
    (403, "AccessDenied InvalidObjectState"),
    (404, "NoSuchBucket NoSuchKey NoSuchVersion ReplicationConfigurationNotFoundError"),
    (405, "MethodNotAllowed"),
    (409, "BucketAlreadyExists BucketNotEmpty InvalidBucketState"),
    (500, "InternalError InternalServiceException"),
];

/// REP-259: every code has the status of AWS's list.
#[test]
fn every_code_has_its_status() {
    let mut listed = 0;
    for (status, codes) in STATUSES {
        for code in codes.split_whitespace() {
            let code = ServiceErrorCode::from(code);
            assert!(code.is_known(), "{code}");
            assert_eq!(ServiceError::without_text(code.clone()).http_status(), *status, "{code}");
            listed += 1;
        }
    }
    assert_eq!(listed, ServiceErrorCode::KNOWN.len());
    assert_eq!(ServiceError::without_text("SlowDown".into()).http_status(), 400);
}

/// An answer whose text is unknown has no empty `Message`.
#[test]
fn an_unknown_text_is_left_out() {
    let xml = ServiceError::without_text("SlowDown".into()).to_xml("/", "");
    assert!(xml.ends_with(
        "<Error><Code>SlowDown</Code><Resource>/</Resource><RequestId></RequestId></Error>"
    ));
}

/// Returns a text as XML 1.0 can contain it.
fn in_xml(text: &str) -> String {
    let is_legal =
        |c: char| matches!(c, '\t' | '\n' | '\r') || c >= ' ' && !"\u{FFFE}\u{FFFF}".contains(c);
    text.chars().map(|c| if is_legal(c) { c } else { '\u{FFFD}' }).collect()
}

/// Returns a text with the characters that are special in XML, and any others.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[<>&\"'\\]a\r\n\t\u{0}\u{7F}\u{FFFE} ]{0,12}", any::<String>()]
}

proptest! {
    /// REP-259: a client reads the texts that the service wrote, whatever they contain.
    #[test]
    fn an_error_document_is_read_as_it_was_written(
        code in text(), message in text(), resource in text(), id in text()
    ) {
        let error = ServiceError::new(ServiceErrorCode::from(&*code), message.clone());
        let xml = error.to_xml(&resource, &id);
        let document = read_xml(&xml).unwrap();
        let root = document.root();
        let members: Vec<_> = root.children().map(|child| (child.name(), child.text())).collect();
        let (code, message, resource, id) =
            (in_xml(&code), in_xml(&message), in_xml(&resource), in_xml(&id));
        let expected =
            [("Code", &*code), ("Message", &*message), ("Resource", &*resource), ("RequestId", &*id)];
        prop_assert_eq!(root.name(), "Error");
        prop_assert_eq!(members, expected);
    }

    /// REP-250: the error of a refused document has the answer of its first refusal.
    #[test]
    fn a_refused_document_has_an_answer(
        bytes in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..40),
            "<(ReplicationConfiguration|Rule)>(<Role>[a-z:]{0,9}</Role>|<Rule/>|<Id>x</Id>){0,3}\
             </ReplicationConfiguration>".prop_map(String::into_bytes),
            r#"\{("Role": ("[a-z]{0,3}"|7)|"Rules": \[\]|"x": \{\})?\}"#.prop_map(String::into_bytes),
        ]
    ) {
        let parsed = Parser::new().parse_bytes(&bytes, None);
        let report = parsed.report().clone();
        let refused = parsed.into_configuration().unwrap_err();
        prop_assert_eq!(report.first_refusal(), Some(refused.service_error()));
        prop_assert_eq!(refused.to_string(), report.to_string());
        prop_assert_eq!(refused.report(), &report);
    }
}

/// The two parts of the error: one for the client, one for a person.
#[test]
fn a_refusal_becomes_an_answer_or_a_report() {
    fn answer(text: &str) -> Result<ReplicationConfiguration, ServiceError> {
        Ok(ReplicationConfiguration::from_xml(text)?)
    }
    let refused = ReplicationConfiguration::from_xml("<Rule/>").unwrap_err();
    assert_eq!(answer("<Rule/>").unwrap_err(), *refused.service_error());
    assert_eq!(refused.clone().into_report(), *refused.report());
}
