//! Reading and writing: what is written reads back equal, in both forms.

mod json_schema;

use proptest::prelude::*;
use s3_replication::form::Form;
use s3_replication::model::{ConfigurationVersion, FilterSpelling};
use s3_replication::{Parser, ReplicationConfiguration};

use crate::support::{ROLE, rule_v2, with_role};
use s3_replication::strategies::{configuration, draft};

fn read(text: &str, form: Form) -> s3_replication::Parsed {
    match form {
        Form::Xml => Parser::new().parse_xml(text),
        _ => Parser::new().parse_json(text),
    }
}

proptest! {
    /// `parse(print(x)) == x`, through either form.
    #[test]
    fn configurations_read_back_equal(configuration in configuration()) {
        let xml = configuration.to_xml();
        let json = configuration.to_json();
        prop_assert_eq!(&ReplicationConfiguration::from_xml(&xml).unwrap(), &configuration);
        prop_assert_eq!(&ReplicationConfiguration::from_json(&json).unwrap(), &configuration);
        let through = ReplicationConfiguration::from_json(&json).unwrap().to_xml();
        prop_assert_eq!(through, xml);
    }

    /// Right or wrong, a draft reads back equal from both forms, spelling included.
    #[test]
    fn drafts_read_back_equal(draft in draft()) {
        for form in [Form::Xml, Form::CliJson] {
            let parsed = read(&draft.to_text(form), form);
            prop_assert_eq!(parsed.draft(), Some(&draft));
        }
    }

    /// Both forms of a wrong draft are refused for the same reasons, at the same paths.
    #[test]
    fn forms_are_refused_alike(draft in draft()) {
        let reports = [Form::Xml, Form::CliJson].map(|form| {
            let parsed = read(&draft.to_text(form), form);
            let found = parsed.report().iter();
            found.map(|found| (found.code, found.primary.path().clone())).collect::<Vec<_>>()
        });
        let proven = draft.validate(&s3_replication::Dialect::AWS);
        let from_code = match &proven {
            Ok(_) => Vec::new(),
            Err(refused) => {
                let found = refused.report().iter();
                found.map(|found| (found.code, found.primary.path().clone())).collect()
            }
        };
        prop_assert_eq!(&reports[0], &reports[1]);
        prop_assert_eq!(&reports[0], &from_code);
    }

    /// Whatever bytes come, there is an answer, and every place lies within the text.
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check_places(&Parser::new().parse_bytes(&bytes, None));
    }

    /// The same for documents that are almost right.
    #[test]
    fn damaged_documents_are_answered(
        configuration in configuration(),
        form in proptest::sample::select(Form::ALL),
        at in any::<proptest::sample::Index>(),
        remove in 0..30usize,
        insert in "(<|>|/|&|\"|\\{|\\}|,|:|Rule|Prefix|Status|<Tag>|null|\\PC){0,3}",
    ) {
        let text: Vec<char> = configuration.to_draft().to_text(form).chars().collect();
        let at = at.index(text.len());
        let rest = text.iter().skip(at + remove);
        let damaged: String =
            text[..at].iter().copied().chain(insert.chars()).chain(rest.copied()).collect();
        check_places(&read(&damaged, form));
    }
}

fn check_places(parsed: &s3_replication::Parsed) {
    let text = parsed.text().text();
    for found in parsed.report() {
        let places = std::iter::once(&found.primary).chain(found.secondary.iter().map(|(p, _)| p));
        for place in places {
            let span = place.span().expect("a finding about a text has a place in it");
            assert!(text.get(span.range()).is_some(), "{span:?} is not in the text");
        }
        assert!(
            found.service_error.is_some() == (found.severity == s3_replication::Severity::Error)
        );
    }
    assert!(!parsed.report().render(parsed.text()).contains('\0'));
    let accepted = parsed.clone().into_configuration().is_ok();
    assert_eq!(accepted, !parsed.report().has_errors());
}

/// REP-113: an empty filter is not none, and stays as it is.
#[test]
fn an_empty_filter_stays_an_empty_filter() {
    let configuration =
        ReplicationConfiguration::from_xml(&with_role(&rule_v2("r", 1, "", "backup", ""))).unwrap();
    assert_eq!(configuration.rules()[0].filter.spelling(), FilterSpelling::Empty);
    assert!(configuration.to_xml().contains("<Filter/>"));
    assert!(configuration.to_json().contains("\"Filter\": {}"));
    let spelled = with_role(&rule_v2("r", 1, "<Prefix></Prefix>", "backup", ""));
    let spelled = ReplicationConfiguration::from_xml(&spelled).unwrap();
    assert!(spelled.to_xml().contains("<Prefix></Prefix>"));
    assert_eq!(spelled.rules()[0].filter, configuration.rules()[0].filter);
}

/// REP-115: a missing ID is not invented.
#[test]
fn a_missing_id_stays_missing() {
    let rule = rule_v2("r", 1, "", "backup", "").replace("<ID>r</ID>", "");
    let configuration = ReplicationConfiguration::from_xml(&with_role(&rule)).unwrap();
    assert_eq!(configuration.rules()[0].id, None);
    assert_eq!(configuration.rules()[0].name().to_string(), "#1");
    assert!(!configuration.to_xml().contains("<ID>"));
    let rule = rule_v2("", 1, "", "backup", "");
    let empty = ReplicationConfiguration::from_xml(&with_role(&rule)).unwrap();
    assert_eq!(empty.rules()[0].name().to_string(), "#1");
    assert!(empty.to_xml().contains("<ID></ID>"));
}

/// REP-112: elements in any order.
#[test]
fn the_order_of_elements_has_no_meaning() {
    let (a, b) = (rule_v2("a", 1, "", "backup", ""), rule_v2("b", 2, "", "backup", ""));
    let ordered = ReplicationConfiguration::from_xml(&with_role(&(a.clone() + &b))).unwrap();
    let mixed =
        format!("<ReplicationConfiguration>{a}<Role>{ROLE}</Role>{b}</ReplicationConfiguration>");
    assert_eq!(ReplicationConfiguration::from_xml(&mixed).unwrap(), ordered);
    let turned =
        a.replace("<ID>a</ID><Status>Enabled</Status>", "<Status>Enabled</Status><ID>a</ID>");
    let turned = ReplicationConfiguration::from_xml(&with_role(&(turned + &b))).unwrap();
    assert_eq!(turned, ordered);
}

/// REP-108: with the namespace of S3 as default or by prefix, or without any.
#[test]
fn the_namespace_may_be_left_out() {
    let bare = with_role(&rule_v2("r", 1, "", "backup", ""));
    let namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
    let named = bare.replace(
        "<ReplicationConfiguration>",
        &format!("<ReplicationConfiguration xmlns=\"{namespace}\">"),
    );
    let prefixed = bare.replace("</", "</s3:").replace('<', "<s3:").replace("<s3:/s3:", "</s3:");
    let prefixed = prefixed.replacen(
        "<s3:ReplicationConfiguration",
        &format!("<s3:ReplicationConfiguration xmlns:s3=\"{namespace}\""),
        1,
    );
    let prefixed = prefixed.replace("<s3:/", "</");
    let expected = ReplicationConfiguration::from_xml(&bare).unwrap();
    assert_eq!(ReplicationConfiguration::from_xml(&named).unwrap(), expected);
    assert_eq!(ReplicationConfiguration::from_xml(&prefixed).unwrap(), expected);
    let foreign = named.replace(namespace, "http://example.org/");
    let report = ReplicationConfiguration::from_xml(&foreign).unwrap_err().into_report();
    assert_eq!(report.iter().next().unwrap().code, "namespace-unknown");
}

/// REP-110: as it is put, as it is got, and as the SDKs wrap it.
#[test]
fn json_may_be_wrapped() {
    let bare =
        ReplicationConfiguration::from_xml(&with_role(&rule_v2("r", 1, "", "backup", ""))).unwrap();
    let json = bare.to_json();
    let got = format!("{{\"ReplicationConfiguration\": {json}}}");
    let put = format!("{{\"Bucket\": \"source\", \"ReplicationConfiguration\": {json}}}");
    for text in [&json, &got, &put] {
        assert_eq!(ReplicationConfiguration::from_json(text).unwrap(), bare);
    }
}

/// REP-110: of a repeated name the last value counts, with a warning.
#[test]
fn repeated_json_names_are_told() {
    let json = format!(
        r#"{{"Role": "{ROLE}", "Rules": [{{"Status": "Disabled", "Prefix": "", "Status": "Enabled",
            "Destination": {{"Bucket": "arn:aws:s3:::backup"}}}}]}}"#
    );
    let parsed = Parser::new().parse_json(&json);
    let found: Vec<_> = parsed.report().iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "warning[member-repeated]: member `Status` is repeated; the last value counts (at `Rule[0].Status`)"
        ]
    );
    assert!(parsed.into_configuration().unwrap().rules()[0].is_enabled());

    let disabled = json.replace(r#""Status": "Enabled""#, r#""Status": "Disabled""#);
    let twice = format!(
        r#"{{"ReplicationConfiguration": {disabled}, "Bucket": "photos",
            "ReplicationConfiguration": {json}}}"#
    );
    let parsed = Parser::new().parse_json(&twice);
    let wrapper = "member `ReplicationConfiguration` is repeated; the last value counts";
    let found = parsed.report().iter().find(|found| found.message == wrapper).unwrap();
    assert_eq!(parsed.text().position(found.primary.span().unwrap().start()).line, 3);
    assert!(parsed.into_configuration().unwrap().rules()[0].is_enabled());
}

/// REP-111: entities, CDATA and line ends.
#[test]
fn text_is_decoded() {
    let filter = "<Prefix>R&amp;D/<![CDATA[<x>&amp;]]>\r\n&#13;</Prefix>";
    let configuration =
        ReplicationConfiguration::from_xml(&with_role(&rule_v2("r", 1, filter, "backup", "")))
            .unwrap();
    let prefix = configuration.rules()[0].filter.key_prefix().as_str();
    assert_eq!(prefix, "R&D/<x>&amp;\n\r");
    let again = ReplicationConfiguration::from_xml(&configuration.to_xml()).unwrap();
    assert_eq!(again, configuration);
}

/// REP-114.
#[test]
fn the_version_is_inferred() {
    let v2 =
        ReplicationConfiguration::from_xml(&with_role(&rule_v2("r", 1, "", "backup", ""))).unwrap();
    assert_eq!(v2.version(), ConfigurationVersion::V2);
    let rule = "<Rule><Status>Enabled</Status><Prefix/>\
        <Destination><Bucket>arn:aws:s3:::backup</Bucket></Destination></Rule>";
    let v1 = ReplicationConfiguration::from_xml(&with_role(rule)).unwrap();
    assert_eq!(v1.version(), ConfigurationVersion::V1);
}

#[test]
fn utf_16_is_read() {
    let text = with_role(&rule_v2("r", 1, "<Prefix>é😀</Prefix>", "backup", ""));
    let expected = ReplicationConfiguration::from_xml(&text).unwrap();
    let units: Vec<u16> = std::iter::once(0xFEFF).chain(text.encode_utf16()).collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    for bytes in [little, big] {
        let parsed = Parser::new().parse_bytes(&bytes, None);
        assert_eq!(parsed.into_configuration().unwrap(), expected);
    }
}

/// Bytes that are no text are refused at the right line and column, whatever the encoding.
#[test]
fn what_cannot_be_decoded_is_refused_where_it_stands() {
    let text = "<ReplicationConfiguration>\n  é";
    let marked = [b"\xEF\xBB\xBF", text.as_bytes(), b"\xFF"].concat();
    let mut wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    wide.extend([0x00, 0xD8, b'<', 0]);
    for bytes in [marked, wide] {
        let parsed = Parser::new().parse_bytes(&bytes, None);
        let found = parsed.report().iter().next().unwrap();
        let position = parsed.text().position(found.primary.span().unwrap().start());
        assert_eq!((position.line, position.column), (2, 4), "{found}");
        assert_eq!(parsed.form(), Some(Form::Xml));
    }
}

/// Of a value of the wrong kind only that is said; what is in it was not read.
#[test]
fn a_value_of_the_wrong_kind_lacks_nothing() {
    let rule =
        r#""Status": "Enabled", "Filter": {}, "DeleteMarkerReplication": {"Status": "Disabled"}"#;
    let json = format!(
        r#"{{"Role": "{ROLE}", "Rules": [
            {{"Priority": 1, {rule}, "Destination": 5}},
            {{"Priority": 2, {rule}, "Destination": {{"Bucket": "arn:aws:s3:::backup", "Metrics": []}}}},
            7
        ]}}"#
    );
    let parsed = Parser::new().parse_json(&json);
    let found = parsed.report().iter().map(|found| (found.code, found.primary.path().to_string()));
    let expected = ["Rule[0].Destination", "Rule[1].Destination.Metrics", "Rule[2]"];
    let expected = expected.map(|path| ("invalid-type", path.to_owned()));
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

const EXCLUSIONS: &[&str] = &[
    "<Not><Prefix>tmp/</Prefix></Not>",
    "<Not><Tag><Key>k</Key><Value>1</Value></Tag></Not>",
    "<Not><Or><Prefix>tmp/</Prefix></Or></Not>",
    "<Not><Or><Prefix>log/</Prefix><Prefix>tmp/</Prefix>\
     <Tag><Key>k</Key><Value>1</Value></Tag><Tag><Key>k</Key><Value>2</Value></Tag></Or></Not>",
    "<And><Prefix>a/</Prefix><Not><Prefix>a/b/</Prefix></Not></And>",
    "<And><Tag><Key>k</Key><Value>1</Value></Tag><Not><Prefix>a/b/</Prefix></Not></And>",
    "<And><Prefix>a/</Prefix><Tag><Key>k</Key><Value>1</Value></Tag>\
     <Not><Or><Tag><Key>k</Key><Value>2</Value></Tag></Or></Not></And>",
    "<And><Not><Prefix>a/</Prefix></Not></And>",
];

/// REP-309: an exclusion keeps its form from XML to JSON and back.
#[test]
fn an_exclusion_keeps_its_form() {
    for filter in EXCLUSIONS {
        let text = with_role(&rule_v2("r", 1, filter, "backup", ""));
        let configuration = ReplicationConfiguration::from_xml(&text).unwrap();
        let xml = configuration.to_xml();
        let joined: String = xml.lines().map(str::trim).collect();
        assert!(joined.contains(&format!("<Filter>{filter}</Filter>")), "{filter}\n{xml}");
        let back = ReplicationConfiguration::from_json(&configuration.to_json()).unwrap();
        assert_eq!(back, configuration);
        assert_eq!(back.to_xml(), xml);
    }
}

/// REP-309: the JSON of the AWS CLI calls the repeated elements `Prefixes` and `Tags`.
#[test]
fn exclusions_have_lists_in_json() {
    let text = with_role(&rule_v2("r", 1, EXCLUSIONS[3], "backup", ""));
    let json = ReplicationConfiguration::from_xml(&text).unwrap().to_json();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let expected = serde_json::json!({"Not": {"Or": {
        "Prefixes": ["log/", "tmp/"],
        "Tags": [{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}]}}});
    assert_eq!(json["Rules"][0]["Filter"], expected);
}
