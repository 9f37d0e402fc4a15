//! Zones, an extension of Ceph: which store reads them, and which rules data sync between two zones
//! applies.

use s3_replication::dialect::{UnknownElements, ZoneReading};
use s3_replication::form::Form;
use s3_replication::model::{ConfigurationDraft, Event, RuleDraft, ZonePair, Zones};
use s3_replication::template::{WrittenForm, write};
use s3_replication::{Dialect, Engine, ObjectVersion, Parser, ReplicationConfiguration};

use super::{read, xml};
use crate::support::ROLE;

/// Writes a rule that names these zones.
fn rule(source: &[&str], destination: &[&str]) -> String {
    let zones = |names: &[&str]| -> String {
        names.iter().flat_map(|name| ["<Zone>", name, "</Zone>"]).collect()
    };
    let source = if source.is_empty() {
        String::new()
    } else {
        format!("<Source>{}</Source>", zones(source))
    };
    format!(
        "<Rule>{source}<ID>r</ID><Priority>1</Priority><Filter/><Status>Enabled</Status>\
         <Destination><Bucket>arn:aws:s3:::backup</Bucket>{}</Destination>\
         <DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication></Rule>",
        zones(destination)
    )
}

fn zones(source: &[&str], destination: &[&str]) -> Zones {
    let names = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect();
    Zones { source: names(source), destination: names(destination) }
}

/// Returns the codes of all findings about a rule, each with its place.
fn findings(parser: &Parser, rule: &str) -> Vec<String> {
    let parsed = parser.parse_xml(&xml(rule));
    let report = parsed.report().iter();
    report.map(|found| format!("{} {}", found.code, found.primary.path())).collect()
}

fn draft(rule: RuleDraft) -> ConfigurationDraft {
    ConfigurationDraft::new(ROLE.parse().unwrap()).with_rule(rule)
}

fn zoned() -> RuleDraft {
    let mut rule = RuleDraft::new("arn:aws:s3:::backup".parse().unwrap());
    rule.priority = Some("1".parse().unwrap());
    rule.source_zones = zones(&["a"], &[]).source;
    rule
}

/// REP-1138, REP-1113: only Ceph reads zones; to the others they are unknown elements.
#[test]
fn every_dialect_reads_zones_or_treats_them_as_unknown() {
    let both = rule(&["a", "b"], &["c"]);
    for dialect in Dialect::ALL {
        let parser = Parser::new().with_dialect(dialect.clone());
        let found = findings(&parser, &both);
        let parsed = parser.parse_xml(&xml(&both));
        match (dialect.zone_elements(), dialect.unknown_elements()) {
            (ZoneReading::Honoured, _) => {
                assert_eq!(*dialect, Dialect::CEPH);
                assert_eq!(found, ["zones-not-evaluated Rule[0].Source.Zone[0]"]);
                let configuration = parsed.into_configuration().unwrap();
                assert_eq!(configuration.rules()[0].zones, zones(&["a", "b"], &["c"]));
            }
            (ZoneReading::Refused, UnknownElements::Refused)
            | (ZoneReading::Ignored, UnknownElements::Ignored) => {
                let unknown =
                    ["element-unknown Rule[0].Source", "element-unknown Rule[0].Destination.Zone"];
                assert_eq!(found, unknown, "{dialect}");
                let refuses = dialect.zone_elements() == ZoneReading::Refused;
                assert_eq!(parsed.is_refused(), refuses, "{dialect}");
                if !refuses {
                    let configuration = parsed.into_configuration().unwrap();
                    assert!(configuration.rules()[0].zones.is_empty(), "{dialect}");
                }
            }
            answers => panic!("{dialect} treats zones unlike other elements: {answers:?}"),
        }
    }
}

/// REP-1138: a draft that is made in code has zones under every dialect.
#[test]
fn zones_of_a_draft_are_read_by_the_dialect() {
    for dialect in Dialect::ALL {
        // What else a store refuses is not the matter here.
        let dialect = super::lenient(dialect).with_zone_elements(dialect.zone_elements());
        let read = draft(zoned()).validate(&dialect);
        match dialect.zone_elements() {
            ZoneReading::Refused => {
                let refused = read.unwrap_err();
                let codes: Vec<_> = refused.report().iter().map(|found| found.code).collect();
                assert_eq!(codes, ["zones-unknown"], "{dialect}");
                assert_eq!(refused.service_error().code.as_str(), "MalformedXML", "{dialect}");
            }
            ZoneReading::Ignored => {
                let configuration = read.unwrap();
                assert!(configuration.rules()[0].zones.is_empty(), "{dialect}");
                assert_eq!(configuration.to_draft().rules[0].source_zones.len(), 1, "{dialect}");
            }
            _ => assert_eq!(read.unwrap().rules()[0].zones, zones(&["a"], &[]), "{dialect}"),
        }
    }
}

/// REP-1138: an answer of its own counts, whatever the store does with unknown elements.
#[test]
fn zones_and_unknown_elements_are_two_questions() {
    let both = rule(&["a"], &["b"]);
    let parser = |dialect: Dialect| Parser::new().with_dialect(dialect);
    let refused = parser(Dialect::CEPH.with_zone_elements(ZoneReading::Refused));
    let unknown = ["zones-unknown Rule[0].Source", "zones-unknown Rule[0].Destination.Zone"];
    assert_eq!(findings(&refused, &both), unknown);
    let ignored = parser(Dialect::AWS.with_zone_elements(ZoneReading::Ignored));
    assert!(findings(&ignored, &both).is_empty());
    let read = ignored.parse_xml(&xml(&both)).into_configuration().unwrap();
    assert!(read.rules()[0].zones.is_empty());
    let honoured = parser(Dialect::AWS.with_zone_elements(ZoneReading::Honoured));
    let read = honoured.parse_xml(&xml(&both)).into_configuration().unwrap();
    assert_eq!(read.rules()[0].zones, zones(&["a"], &["b"]));
    // The permanent deletes of other stores are another extension.
    let both_extensions = parser(Dialect::MINIO.with_zone_elements(ZoneReading::Honoured));
    let deletes = "</ID><DeleteReplication><Status>Enabled</Status></DeleteReplication>";
    let text = xml(&both.replace("</ID>", deletes));
    let read = both_extensions.parse_xml(&text).into_configuration().unwrap();
    assert!(read.rules()[0].replicates_version_deletes());
    assert_eq!(read.rules()[0].zones, zones(&["a"], &["b"]));
}

/// REP-1138: zones are written in both forms, and read back equal.
#[test]
fn zones_are_written_and_read_back() {
    let parser = Parser::new().with_dialect(Dialect::CEPH);
    for (source, destination) in
        [(&["a"][..], &[][..]), (&[], &["b"]), (&["a", "b & c"], &["d", "e"]), (&[], &[])]
    {
        let escaped: Vec<String> = source.iter().map(|name| name.replace('&', "&amp;")).collect();
        let escaped: Vec<&str> = escaped.iter().map(String::as_str).collect();
        let read = read(&Dialect::CEPH, &rule(&escaped, destination));
        assert_eq!(read.rules()[0].zones, zones(source, destination));
        let from_xml = parser.parse_xml(&read.to_xml());
        assert_eq!(from_xml.draft(), Some(&read.to_draft()));
        assert_eq!(from_xml.into_configuration().unwrap(), read);
        let from_json = parser.parse_json(&read.to_json());
        assert_eq!(from_json.draft(), Some(&read.to_draft()));
        assert_eq!(from_json.into_configuration().unwrap(), read);
    }
    // A list without a name is the same as none.
    let empty = rule(&[], &[]).replace("<ID>", "<Source/><ID>");
    assert_eq!(read(&Dialect::CEPH, &empty), read(&Dialect::CEPH, &rule(&[], &[])));
    let text = read(&Dialect::CEPH, &rule(&["a"], &["b"])).to_json();
    assert!(text.contains("\"Source\": {\n        \"Zones\": [\n          \"a\""), "{text}");
}

/// REP-1138: `Zone` outside of its two places is unknown, and a name that XML cannot represent is
/// refused.
#[test]
fn mistakes_in_zones_are_found() {
    let parser = Parser::new().with_dialect(Dialect::CEPH);
    let misplaced = rule(&[], &[]).replace("<ID>", "<Zone>a</Zone><ID>");
    let parsed = parser.parse_xml(&xml(&misplaced));
    let finding = parsed.report().iter().next().unwrap();
    assert_eq!(finding.code, "element-unknown");
    assert_eq!(finding.help.as_deref(), Some("`Zone` belongs in `Rule/Source`"));
    let json = r#"{"Rules": [{"Status": "Enabled", "Source": {"Zones": ["\u0001"]},
        "Destination": {"Bucket": "backup"}}]}"#;
    assert!(parser.parse_json(json).is_refused());
    let number = json.replace("\"\\u0001\"", "1");
    assert!(parser.parse_json(&number).is_refused());
}

/// REP-1138: the tools that are made for S3 have no zones.
#[test]
fn templates_cannot_express_zones() {
    let mut to = zoned();
    std::mem::take(&mut to.source_zones);
    to.destination.as_mut().unwrap().zones = zones(&[], &["b"]).destination;
    for rule in [zoned(), to] {
        for form in [
            WrittenForm::CloudFormation,
            WrittenForm::CloudFormationYaml,
            WrittenForm::Terraform,
            WrittenForm::TerraformJson,
        ] {
            let error = write(&draft(rule.clone()), form, None).unwrap_err();
            assert!(error.to_string().contains("the zones of rule `#1`"), "{error}");
        }
        assert!(write(&draft(rule), WrittenForm::Xml, None).unwrap().contains("<Zone>"));
    }
}

/// Returns the IDs of the rules that data sync between two zones applies.
fn applied(configuration: &ReplicationConfiguration, pair: &str) -> Vec<usize> {
    let synced = configuration.in_zones(&pair.parse().unwrap());
    assert_eq!(synced.to_draft(), configuration.to_draft(), "{pair}");
    let rules = synced.rules().iter().filter(|rule| rule.is_enabled());
    rules.map(|rule| rule.position).collect()
}

/// REP-1138: a rule is for the zones that it names, and without a name for every zone.
#[test]
fn data_sync_applies_the_rules_for_its_zones() {
    let rules: String = [
        (&[][..], &[][..]),
        (&["a"], &[]),
        (&[], &["b"]),
        (&["a"], &["b"]),
        (&["a", "b"], &["b", "c"]),
    ]
    .iter()
    .enumerate()
    .map(|(at, (source, destination))| {
        let number = format!("<Priority>{at}</Priority>");
        rule(source, destination).replace("<Priority>1</Priority>", &number)
    })
    .collect();
    let configuration = read(&Dialect::CEPH, &rules);
    let every = [0, 1, 2, 3, 4];
    assert_eq!(applied(&configuration, "a,b"), every);
    assert_eq!(applied(&configuration, "a,c"), [0, 1, 4]);
    assert_eq!(applied(&configuration, "b,c"), [0, 4]);
    assert_eq!(applied(&configuration, "b,b"), [0, 2, 4]);
    assert_eq!(applied(&configuration, "c,a"), [0]);
    assert_eq!(applied(&configuration, "c,b"), [0, 2]);
    // Names are compared to the letter.
    assert_eq!(applied(&configuration, "A,b"), [0, 2]);
    // A parser applies the pair to each configuration, and has nothing to warn about.
    let parser = Parser::new().with_dialect(Dialect::CEPH);
    let pair: ZonePair = "b,c".parse().unwrap();
    let parsed = parser.clone().with_zones(pair.clone()).parse_xml(&xml(&rules));
    assert!(parsed.report().is_empty());
    assert_eq!(parsed.zones(), Some(&pair));
    assert_eq!(parsed.possible_configurations().unwrap(), [configuration.in_zones(&pair)]);
    assert_eq!(parsed.into_configuration().unwrap(), configuration.in_zones(&pair));
    let parsed = parser.parse_xml(&xml(&rules));
    assert_eq!(parsed.report().iter().count(), 4);
    assert_eq!(parsed.into_configuration().unwrap(), configuration);
    // Each pair is that of the configuration as it was read, not one more restriction.
    assert_eq!(configuration.in_zones(&pair).in_zones(&"a,b".parse().unwrap()), configuration);
    // A rule that is disabled stays disabled in its zones.
    let disabled = rule(&["a"], &[]).replace("Enabled", "Disabled");
    assert!(applied(&read(&Dialect::CEPH, &disabled), "a,b").is_empty());
    // A dialect without zones has no use for them.
    let parsed = Parser::new().with_zones(pair).parse_xml(&xml(&rule(&[], &[])));
    assert_eq!(parsed.zones(), None);
}

/// REP-1137, REP-1138: a rule for other zones takes no key from a rule with a shorter prefix.
#[test]
fn the_last_prefix_is_that_of_the_rules_in_the_zones() {
    let prefix = |rule: String, prefix: &str| {
        rule.replace("<Filter/>", &format!("<Filter><Prefix>{prefix}</Prefix></Filter>"))
    };
    let west = prefix(rule(&["b"], &[]), "logs/b").replace("<Priority>1<", "<Priority>2<");
    let configuration = read(&Dialect::CEPH, &(prefix(rule(&[], &[]), "logs/") + &west));
    let takes = |configuration: &ReplicationConfiguration| {
        let engine = Engine::with_dialect(configuration, &Dialect::CEPH);
        engine.decide(&ObjectVersion::new("logs/c"), Event::ObjectCreatedPut).replicates()
    };
    let [from_a, from_b] =
        ["a,c", "b,c"].map(|pair| configuration.in_zones(&pair.parse().unwrap()));
    assert!(!takes(&configuration) && takes(&from_a) && !takes(&from_b));
    assert!(!takes(&from_a.in_zones(&"b,c".parse().unwrap())));
}

/// A pair is two names with a comma between them.
#[test]
fn pairs_of_zones_are_read() {
    for text in ["", "a", "a,", ",b", "a,b,c"] {
        let error = text.parse::<ZonePair>().unwrap_err();
        assert!(error.to_string().starts_with("write the names of two zones"), "{text}");
    }
    assert!("a\u{1},b".parse::<ZonePair>().unwrap_err().to_string().contains("XML"));
    let pair: ZonePair = "us-east,us west".parse().unwrap();
    assert_eq!(pair.to_string(), "us-east,us west");
    assert_eq!(draft(zoned()).to_text(Form::Xml).matches("<Zone>").count(), 1);
}
