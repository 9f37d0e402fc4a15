//! Findings about exclusions: what S3 refuses, and advice about what it accepts.

use s3_replication::dialect::ExclusionReading;
use s3_replication::lint::Levels;
use s3_replication::{Dialect, Parser, Report};

use crate::support::{rule_v2, with_role};

const TAG: &str = "<Tag><Key>k</Key><Value>1</Value></Tag>";

/// Returns the findings on a document whose rules have these filters, as `code at path`.
#[track_caller]
fn found(parser: &Parser, filters: &[&str]) -> Vec<String> {
    places(&report(parser, filters))
}

fn report(parser: &Parser, filters: &[&str]) -> Report {
    let rules = filters.iter().zip(1..);
    let rules: String =
        rules.map(|(filter, at)| rule_v2(&format!("r{at}"), at, filter, "backup", "")).collect();
    parser.parse_xml(&with_role(&rules)).report().clone()
}

fn places(report: &Report) -> Vec<String> {
    let place =
        |found: &s3_replication::Diagnostic| format!("{} {}", found.code, found.primary.path());
    report.iter().map(place).collect()
}

fn lenient() -> Parser {
    Parser::new().with_dialect(Dialect::AWS.with_exclusions(ExclusionReading::AnyChildren))
}

/// REP-309: every form of an exclusion is accepted.
#[test]
fn exclusions_are_accepted() {
    for filter in [
        "<Not><Prefix>a</Prefix></Not>",
        "<Not><Prefix></Prefix></Not>",
        &format!("<Not>{TAG}</Not>"),
        "<Not><Or><Prefix>a</Prefix></Or></Not>",
        &format!("<Not><Or><Prefix>a</Prefix><Prefix>b</Prefix>{TAG}</Or></Not>"),
        &format!("<And><Prefix>a</Prefix>{TAG}<Not>{TAG}</Not></And>"),
        "<And><Not><Prefix>a</Prefix></Not></And>",
    ] {
        assert_eq!(found(&Parser::new(), &[filter]), [""; 0], "{filter}");
    }
}

/// REP-241, REP-255: `Filter` and `Not` contain one predicate.
#[test]
fn not_contains_one_predicate() {
    let aws = Parser::new();
    for (filter, expected) in [
        ("<Not/>", "not-empty Rule[0].Filter.Not"),
        ("<Not><Or/></Not>", "not-empty Rule[0].Filter.Not.Or"),
        ("<And><Prefix>a</Prefix><Not/></And>", "not-empty Rule[0].Filter.And.Not"),
        (
            &format!("<Not><Prefix>a</Prefix>{TAG}</Not>"),
            "not-has-several-children Rule[0].Filter.Not",
        ),
        (
            "<Not><Prefix>a</Prefix><Or><Prefix>b</Prefix></Or></Not>",
            "not-has-several-children Rule[0].Filter.Not",
        ),
    ] {
        let report = report(&aws, &[filter]);
        assert_eq!(places(&report), [expected], "{filter}");
        let answer = report.first_refusal().unwrap().to_string();
        assert!(answer.starts_with("MalformedXML: "), "{answer}");
        assert_eq!(found(&lenient(), &[filter]), [""; 0], "{filter}");
    }
    let beside = "<Prefix>a</Prefix><Not><Prefix>a/b</Prefix></Not>";
    assert_eq!(found(&lenient(), &[beside]), ["filter-has-several-children Rule[0].Filter"]);
    let nested = "<Not><Not><Prefix>a</Prefix></Not></Not>";
    assert_eq!(found(&aws, &[nested]), ["element-unknown Rule[0].Filter.Not.Not"]);
}

/// REP-255: where a dialect takes several predicates, any of them excludes.
#[test]
fn any_of_several_predicates_excludes() {
    use s3_replication::model::Tag;
    use s3_replication::{Engine, ObjectVersion, model::Event};
    let text = format!("<Not><Prefix>a</Prefix>{TAG}<Or><Prefix>b</Prefix></Or></Not>");
    let parsed = lenient().parse_xml(&with_role(&rule_v2("r", 1, &text, "backup", "")));
    let engine = Engine::new(&parsed.into_configuration().unwrap());
    let tags = [Tag::new("k", "1").unwrap()];
    let replicates =
        |version: &ObjectVersion<'_>| engine.decide(version, Event::ObjectCreatedPut).replicates();
    assert!(!replicates(&ObjectVersion::new("a")) && !replicates(&ObjectVersion::new("b")));
    assert!(!replicates(&ObjectVersion::new("c").with_tags(&tags)));
    assert!(replicates(&ObjectVersion::new("c")));
}

/// REP-256: `Or` has no limit, takes several values of a key, and the same predicate twice.
#[test]
fn or_takes_any_number_of_predicates() {
    let prefixes: Vec<String> = (0..2_000).map(|n| format!("<Prefix>p{n}/</Prefix>")).collect();
    let prefixes = prefixes.concat();
    let same = format!("{TAG}{TAG}<Tag><Key>k</Key><Value>2</Value></Tag>");
    let filter = format!("<Not><Or>{prefixes}{same}</Or></Not>");
    assert_eq!(found(&Parser::new(), &[&filter]), [""; 0]);
}

/// REP-223: required tags still have different keys, also beside an exclusion.
#[test]
fn required_tags_still_have_different_keys() {
    let filter = format!("<And>{TAG}{TAG}<Not>{TAG}</Not></And>");
    assert_eq!(
        found(&Parser::new(), &[&filter]),
        ["tag-key-repeated Rule[0].Filter.And.Tag[1].Key"]
    );
}

/// REP-257: exclusions do not matter where rules are compared.
#[test]
fn exclusions_do_not_change_which_rules_stand_together() {
    let (a, b) = ("<Not><Prefix>b</Prefix></Not>", "<Prefix>b</Prefix>");
    let rules = rule_v2("r1", 1, a, "backup", "") + &rule_v2("r2", 1, b, "backup", "");
    let report = Parser::new().parse_xml(&with_role(&rules)).report().clone();
    assert_eq!(places(&report), ["priority-repeated Rule[1].Priority"]);
}

/// REP-225: a tag anywhere in the filter, also within `Not` or `Or`.
#[test]
fn a_rule_that_excludes_tags_cannot_replicate_delete_markers() {
    for (filter, at) in [
        (format!("<Not>{TAG}</Not>"), "Filter.Not.Tag"),
        (format!("<Not><Or><Prefix>a</Prefix>{TAG}</Or></Not>"), "Filter.Not.Or.Tag[0]"),
        (format!("<And><Prefix>a</Prefix><Not>{TAG}</Not></And>"), "Filter.And.Not.Tag"),
        (format!("<And><Prefix>a</Prefix>{TAG}<Not>{TAG}</Not></And>"), "Filter.And.Tag[0]"),
    ] {
        let rule = rule_v2("r", 1, &filter, "backup", "");
        let rule = rule.replace(
            "<DeleteMarkerReplication><Status>Disabled",
            "<DeleteMarkerReplication><Status>Enabled",
        );
        let report = Parser::new().parse_xml(&with_role(&rule)).report().clone();
        let path = "delete-marker-replication-with-tags Rule[0].DeleteMarkerReplication.Status";
        assert_eq!(places(&report), [path]);
        let answer = report.first_refusal().unwrap().to_string();
        assert!(answer.starts_with("InvalidRequest: Delete marker replication"), "{answer}");
        let finding = report.iter().next().unwrap();
        let note = finding.secondary[0].0.path().to_string();
        assert_eq!(note, format!("Rule[0].{at}"));
    }
}

/// REP-309: a store that does not know `Not` refuses it, and no advice widens the rule.
#[test]
fn a_store_may_not_know_exclusions() {
    let dialect = Dialect::AWS.with_exclusions(ExclusionReading::Unknown);
    let parser = Parser::new().with_dialect(dialect);
    let report = report(&parser, &["<And><Prefix>a</Prefix><Not><Prefix>a/b</Prefix></Not></And>"]);
    assert_eq!(places(&report), ["exclusion-unknown Rule[0].Filter.And.Not"]);
    assert!(!report.to_string().contains("remove"), "{report}");
}

/// REP-104: the advice on an unknown element of a filter is never to remove it.
#[test]
fn advice_on_an_unknown_predicate_is_not_to_remove_it() {
    for filter in ["<Suffix>.jpg</Suffix>", "<Not><Suffix>x</Suffix></Not>", "<Nor/>"] {
        let report = report(&Parser::new(), &[filter]).to_string();
        assert!(report.contains("element-unknown") && !report.contains("remove"), "{report}");
    }
}

/// Advice about a name within an exclusion does not lead out of it: there it would select what is now
/// left out.
#[test]
fn advice_within_an_exclusion_stays_there() {
    let tags = r#""Tags": [{"Key": "k", "Value": "1"}]"#;
    for (filter, help) in [
        (format!(r#"{{"Not": {{{tags}}}}}"#), "`Tags` belongs in `Not/Or`"),
        (r#"{"Not": {"Prefixes": ["a"]}}"#.to_owned(), "`Prefixes` belongs in `Not/Or`"),
        (r#"{"Not": {"prefixes": ["a"]}}"#.to_owned(), "did you mean `Prefix"),
        (format!(r#"{{"Not": {{"And": {{{tags}}}}}}}"#), "`Prefix`, `Tag`, `Or`"),
        (r#"{"Not": {"Or": {"And": {"Prefix": "a"}}}}"#.to_owned(), "`Prefixes`, `Tags`"),
        (r#"{"Not": {"Or": {"Status": "Enabled"}}}"#.to_owned(), "`Prefixes`, `Tags`"),
        // Outside an exclusion the place is that in the whole document.
        (format!("{{{tags}}}"), "`Tags` belongs in `Rules/Filter/And`"),
    ] {
        let text = format!(
            r#"{{"Role": "arn:aws:iam::123456789012:role/r", "Rules": [{{"Status": "Enabled",
                "Priority": 1, "Filter": {filter}, "DeleteMarkerReplication": {{"Status": "Disabled"}},
                "Destination": {{"Bucket": "arn:aws:s3:::backup"}}}}]}}"#
        );
        let parsed = Parser::new().parse_json(&text);
        let helps: Vec<_> = parsed.report().iter().filter_map(|found| found.help.clone()).collect();
        assert!(helps.iter().any(|one| one.contains(help)), "{filter}: {helps:?}");
        assert!(filter.starts_with(r#"{"Tags"#) || !helps.join("").contains("Filter"), "{helps:?}");
    }
}

fn advised(name: &str, filters: &[&str]) -> Vec<String> {
    let mut levels = Levels::new();
    levels.set(Levels::ALL, s3_replication::lint::Level::Allow).unwrap();
    levels.set(name, s3_replication::lint::Level::Warn).unwrap();
    let found = found(&Parser::new().with_advice(levels), filters);
    found.into_iter().map(|found| found.replace(&format!("{name} "), "")).collect()
}

/// REP-307, REP-308: exclusions that exclude nothing.
#[test]
fn exclusions_without_effect_are_noticed() {
    let find = |filter: &str| advised("exclusion-without-effect", &[filter]);
    let outside =
        "<And><Prefix>a/</Prefix><Not><Or><Prefix>a/b</Prefix><Prefix>b/</Prefix></Or></Not></And>";
    assert_eq!(find(outside), ["Rule[0].Filter.And.Not.Or.Prefix[1]"]);
    let other_value = format!("<And>{TAG}<Not><Tag><Key>k</Key><Value>2</Value></Tag></Not></And>");
    assert_eq!(find(&other_value), ["Rule[0].Filter.And.Not.Tag"]);
    let long = format!("<Not><Prefix>{}</Prefix></Not>", "\u{f6}".repeat(513));
    assert_eq!(find(&long), ["Rule[0].Filter.Not.Prefix"]);
    assert!(find("<Not><Prefix>a/</Prefix></Not>").is_empty());
    assert!(
        find(&format!("<And>{TAG}<Not><Tag><Key>l</Key><Value>1</Value></Tag></Not></And>"))
            .is_empty()
    );
    // This one excludes everything, which is another finding.
    assert!(find("<And><Prefix>a/</Prefix><Not><Prefix>a</Prefix></Not></And>").is_empty());
}

/// REP-307, REP-308: rules that exclude all that they ask for.
#[test]
fn rules_that_exclude_everything_are_noticed() {
    let find = |filter: &str| advised("unmatchable-rule", &[filter]);
    for filter in [
        "<Not><Prefix></Prefix></Not>".to_owned(),
        "<And><Prefix>a/</Prefix><Not><Prefix>a</Prefix></Not></And>".to_owned(),
        "<And><Prefix>a/</Prefix><Not><Or><Prefix>b</Prefix><Prefix>a/</Prefix></Or></Not></And>"
            .to_owned(),
        format!("<And>{TAG}<Not>{TAG}</Not></And>"),
    ] {
        assert_eq!(find(&filter), ["Rule[0].Filter"], "{filter}");
    }
    assert!(find("<And><Prefix>a/</Prefix><Not><Prefix>a/b</Prefix></Not></And>").is_empty());
}

/// REP-307: exclusions that others contain.
#[test]
fn exclusions_in_others_are_noticed() {
    let find = |filter: &str| advised("exclusion-repeated", &[filter]);
    let nested = "<Not><Or><Prefix>a/b</Prefix><Prefix>a/</Prefix><Prefix>a/</Prefix><Prefix>b</Prefix></Or></Not>";
    assert_eq!(
        find(nested),
        ["Rule[0].Filter.Not.Or.Prefix[0]", "Rule[0].Filter.Not.Or.Prefix[2]"]
    );
    let twice = format!("<Not><Or>{TAG}{TAG}</Or></Not>");
    assert_eq!(find(&twice), ["Rule[0].Filter.Not.Or.Tag[1]"]);
    let values = format!("<Not><Or>{TAG}<Tag><Key>k</Key><Value>2</Value></Tag></Or></Not>");
    assert!(find(&values).is_empty());
}

/// REP-309: tools and stores that are older than exclusions.
#[test]
fn exclusions_are_not_portable() {
    let find = |filter: &str| advised("exclusion-not-portable", &[filter]);
    assert_eq!(find("<Not><Prefix>a</Prefix></Not>"), ["Rule[0].Filter.Not"]);
    assert_eq!(
        find("<And><Prefix>a</Prefix><Not><Prefix>ab</Prefix></Not></And>"),
        ["Rule[0].Filter.And.Not"]
    );
    assert!(find("<Prefix>a</Prefix>").is_empty());
}

/// REP-301, REP-307: a slip in an excluded prefix is noticed like one in a prefix, and the advice
/// does not speak of a rule for every key.
#[test]
fn slips_in_excluded_prefixes_are_noticed() {
    for (name, prefix) in [
        ("prefix-begins-with-slash", "/tmp/"),
        ("prefix-begins-with-slash", "/"),
        ("prefix-has-wildcard", "*.tmp"),
        ("prefix-surrounded-by-space", " tmp/"),
        ("prefix-percent-encoded", "a%20b/"),
        ("prefix-is-address", "s3://bucket/tmp/"),
        ("prefix-without-delimiter", "tmp"),
    ] {
        let filter = format!("<Not><Or><Prefix>data/</Prefix><Prefix>{prefix}</Prefix></Or></Not>");
        assert_eq!(advised(name, &[&filter]), ["Rule[0].Filter.Not.Or.Prefix[1]"], "{name}");
        let mut levels = Levels::new();
        levels.set(name, s3_replication::lint::Level::Warn).unwrap();
        let report = report(&Parser::new().with_advice(levels), &[&filter]).to_string();
        assert!(!report.contains("every key\n"), "{report}");
    }
}

/// REP-113: one predicate needs neither `And` nor `Or`.
#[test]
fn operators_around_one_predicate_are_noticed() {
    let find = |filter: &str| advised("filter-spelled-at-length", &[filter]);
    assert_eq!(find("<Not><Or><Prefix>a</Prefix></Or></Not>"), ["Rule[0].Filter.Not.Or"]);
    assert_eq!(find("<And><Not><Prefix>a</Prefix></Not></And>"), ["Rule[0].Filter.And"]);
    assert!(find("<And><Prefix>a</Prefix><Not><Prefix>ab</Prefix></Not></And>").is_empty());
}

/// REP-308: excluded tags count like required ones where tags matter.
#[test]
fn excluded_tags_are_noticed_like_required_ones() {
    let excluding = |key: &str| format!("<Not><Tag><Key>{key}</Key><Value>1</Value></Tag></Not>");
    assert_eq!(advised("tag-key-reserved", &[&excluding("aws:x")]), ["Rule[0].Filter"]);
    assert!(advised("tag-key-reserved", &[&excluding("x")]).is_empty());
    assert_eq!(advised("tag-filter", &[&excluding("x")]), ["Rule[0].Filter"]);
    assert!(advised("tag-filter", &["<Not><Prefix>a</Prefix></Not>"]).is_empty());
}
