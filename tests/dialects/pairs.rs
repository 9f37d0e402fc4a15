//! For each pair of dialects, a configuration on which they differ.

use s3_replication::analysis::Comparison;
use s3_replication::{Dialect, Engine, Parser};

use super::xml;

/// Configurations that many stores accept.
fn candidates() -> Vec<String> {
    let rule = |bucket: &str, priority: u32, filter: &str, markers: &str| {
        format!(
            "<Rule><Status>Enabled</Status><Priority>{priority}</Priority>\
             <Filter>{filter}</Filter>\
             <DeleteMarkerReplication><Status>{markers}</Status></DeleteMarkerReplication>\
             <Destination><Bucket>arn:aws:s3:::{bucket}</Bucket></Destination></Rule>"
        )
    };
    let tags = "<And><Tag><Key>a</Key><Value>1</Value></Tag>\
                <Tag><Key>b</Key><Value>2</Value></Tag></And>";
    vec![
        rule("one", 1, "", "Disabled"),
        rule("one", 1, tags, "Disabled"),
        rule("one", 2, tags, "Disabled") + &rule("one", 1, "", "Enabled"),
        rule("one", 1, "<Prefix>a</Prefix>", "Disabled") + &rule("two", 2, "", "Disabled"),
        rule("one", 2, "<Prefix>a</Prefix>", "Disabled") + &rule("one", 1, "", "Enabled"),
    ]
}

/// Each pair of dialects differs on some configuration; the comparison finds it, and the decisions
/// about its witness confirm it.
#[test]
fn each_pair_of_dialects_differs_somewhere() {
    let read = |text: &str, dialect: &Dialect| {
        let parsed = Parser::new().with_dialect(dialect.clone()).parse_xml(&xml(text));
        parsed.into_configuration().ok()
    };
    for (at, a) in Dialect::ALL.iter().enumerate() {
        for b in &Dialect::ALL[at + 1..] {
            let found = candidates().into_iter().any(|text| {
                let (Some(old), Some(new)) = (read(&text, a), read(&text, b)) else { return false };
                let comparison = Comparison::new(&old, &new).with_dialects(a.clone(), b.clone());
                let Some(difference) = comparison.first_difference() else { return false };
                let witness = difference.witness();
                let version = witness.version();
                let engines = [Engine::with_dialect(&old, a), Engine::with_dialect(&new, b)];
                let [was, is] = engines.each_ref().map(|engine| {
                    let decision = engine.decide(&version, witness.event());
                    decision.to(difference.bucket()).map(|made| format!("{made:?}"))
                });
                assert_ne!(was, is, "{a} {b}: {witness}");
                true
            });
            assert!(found, "no configuration on which `{a}` and `{b}` differ");
        }
    }
}
