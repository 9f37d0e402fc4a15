//! The reading of each store: its answers, and their effect on checks, decisions and analyses.

mod brute_force;
mod pairs;
mod table;
mod zones;

use s3_replication::dialect::{
    ElementReading, EvidenceKind, ExclusionReading, ExistingObjectReading,
    MissingDeleteMarkerReplication, Question,
};
use s3_replication::{Dialect, Engine, ObjectVersion, Parser, ReplicationConfiguration};

use crate::support::ROLE;

/// Writes a configuration in XML.
fn xml(rules: &str) -> String {
    format!("<ReplicationConfiguration><Role>{ROLE}</Role>{rules}</ReplicationConfiguration>")
}

/// Reads rules as a store does; they are accepted.
#[track_caller]
fn read(dialect: &Dialect, rules: &str) -> ReplicationConfiguration {
    let parsed = Parser::new().with_dialect(dialect.clone()).parse_xml(&xml(rules));
    match parsed.into_configuration() {
        Ok(configuration) => configuration,
        Err(report) => panic!("{dialect} refuses the configuration:\n{report}"),
    }
}

/// Returns the code and the message with which a store refuses rules; `None` if it accepts them.
fn answer(dialect: &Dialect, text: &str) -> Option<String> {
    let parsed = Parser::new().with_dialect(dialect.clone()).parse_xml(text);
    parsed.report().first_refusal().map(ToString::to_string)
}

/// Returns the names of the buckets to which a store replicates a version.
#[track_caller]
fn buckets(
    dialect: &Dialect,
    rules: &str,
    version: &ObjectVersion<'_>,
    event: s3_replication::model::Event,
) -> Vec<String> {
    let configuration = read(dialect, rules);
    let engine = Engine::with_dialect(&configuration, dialect);
    let decision = engine.decide(version, event);
    decision.replications().map(|one| one.bucket().name().to_string()).collect()
}

/// Returns the dialect with the same decisions that accepts as many configurations as possible.
fn lenient(dialect: &Dialect) -> Dialect {
    use s3_replication::dialect::{
        DeleteMarkersWithTags, DestinationForm, PriorityScope, RoleReading, RulePrefix,
        SchemaVersions, StorageClasses, UnknownElements, ZoneReading,
    };
    let element = |reading| {
        if reading == ElementReading::Refused { ElementReading::Honoured } else { reading }
    };
    let mut lenient = dialect
        .clone()
        .with_priority_scope(PriorityScope::Nowhere)
        .with_delete_markers_with_tags(DeleteMarkersWithTags::Accepted)
        .with_existing_objects(ExistingObjectReading::Accepted)
        .with_storage_classes(StorageClasses::Any)
        .with_role(RoleReading::Ignored)
        .with_destination_form(DestinationForm::BucketArn)
        .with_schema_versions(SchemaVersions::One)
        .with_unknown_elements(UnknownElements::Ignored)
        .with_kms_elements(element(dialect.kms_elements()))
        .with_replica_modifications_element(element(dialect.replica_modifications_element()))
        .with_owner_override_element(element(dialect.owner_override_element()))
        .with_account_element(element(dialect.account_element()))
        .with_time_control_elements(element(dialect.time_control_elements()));
    if dialect.exclusions() != ExclusionReading::Ignored {
        lenient = lenient.with_exclusions(ExclusionReading::AnyChildren);
    }
    if dialect.rule_prefix() == RulePrefix::Refused {
        lenient = lenient.with_rule_prefix(RulePrefix::Honoured);
    }
    if dialect.zone_elements() == ZoneReading::Refused {
        lenient = lenient.with_zone_elements(ZoneReading::Honoured);
    }
    let missing = dialect.missing_delete_marker_replication();
    if missing != MissingDeleteMarkerReplication::Disabled {
        let enabled = MissingDeleteMarkerReplication::Enabled;
        lenient = lenient.with_missing_delete_marker_replication(enabled);
    }
    lenient
}

/// REP-1136: every dialect answers every question, with evidence, or says that nothing is known.
#[test]
fn every_dialect_answers_every_question() {
    for dialect in Dialect::ALL {
        assert_eq!(dialect.name().parse::<Dialect>().as_ref(), Ok(dialect));
        for question in Question::ALL.iter().copied() {
            let answers = question.answers();
            assert!(answers.contains(&dialect.answer(question)), "{dialect} {question}");
            assert_eq!(question.as_str().parse(), Ok(question));
            let evidence = dialect.evidence(question);
            assert!(!evidence.source().is_empty(), "{dialect} {question}");
            let assumed = evidence.kind() == EvidenceKind::Unknown;
            assert_eq!(assumed, !dialect.is_known(question));
            for answer in answers {
                let chosen = dialect.clone().with_answer(question, answer).unwrap();
                assert_eq!(chosen.answer(question), answer);
                assert!(chosen.is_known(question), "{dialect} {question}");
            }
            assert!(dialect.clone().with_answer(question, "perhaps").is_err());
        }
    }
    let known = |question: &Question| Dialect::AWS.is_known(*question);
    assert!(Question::ALL.iter().all(known), "AWS answers every question");
    let error = "tag".parse::<Question>().unwrap_err();
    assert!(error.to_string().ends_with("did you mean `tags`?"), "{error}");
}

/// Words of questions and answers are unique, so that `--question` is unambiguous.
#[test]
fn words_are_unique() {
    let mut words: Vec<&str> = Question::ALL.iter().map(|question| question.as_str()).collect();
    words.sort_unstable();
    assert!(words.windows(2).all(|pair| pair[0] != pair[1]));
    for question in Question::ALL {
        let mut answers = question.answers();
        assert_eq!(Dialect::AWS.answer(*question), answers[0], "the first answer is that of AWS");
        answers.sort_unstable();
        assert!(answers.windows(2).all(|pair| pair[0] != pair[1]), "{question}");
    }
}
