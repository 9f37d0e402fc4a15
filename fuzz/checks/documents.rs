//! Reading: every input gets an answer, every finding points into the text, and accepted documents
//! survive a round trip.

use s3_replication::form::Form;
use s3_replication::{Dialect, Parsed, Parser, ReplicationConfiguration, Severity};

pub(super) fn check(bytes: &[u8], form: Form) {
    let parsed = Parser::new().parse_bytes(bytes, Some(form));
    check_report(&parsed);
    let draft = parsed.draft().cloned();
    let is_refused = parsed.report().is_refused();
    let configuration = parsed.into_configuration();
    assert_eq!(configuration.is_err(), is_refused);
    if let (Some(draft), Ok(configuration)) = (draft, configuration) {
        assert_eq!(draft.validate(&Dialect::AWS).as_ref(), Ok(&configuration));
        check_round_trip(&configuration);
    }
}

fn check_report(parsed: &Parsed) {
    let text = parsed.text().text();
    for found in parsed.report() {
        let places =
            std::iter::once(&found.primary).chain(found.secondary.iter().map(|(at, _)| at));
        for place in places {
            let span = place.span().expect("a finding about a text has a place in it");
            assert!(text.get(span.range()).is_some(), "{span:?} is not in the text");
        }
        let is_error = found.severity == Severity::Error;
        assert_eq!(found.service_error.is_some(), is_error, "{found}");
        assert!(!is_error || found.help.is_some(), "a refusal has help: {found}");
    }
    let rendered = parsed.report().render(parsed.text());
    let unprintable = |c: char| c.is_control() && c != '\n';
    assert!(!rendered.contains(unprintable), "control characters reach a terminal: {rendered:?}");
}

fn check_round_trip(configuration: &ReplicationConfiguration) {
    let xml = configuration.to_xml();
    let json = configuration.to_json();
    assert_eq!(&ReplicationConfiguration::from_xml(&xml).unwrap(), configuration);
    let read = ReplicationConfiguration::from_json(&json).unwrap();
    assert_eq!(&read, configuration);
    assert_eq!(read.to_xml(), xml);
}
