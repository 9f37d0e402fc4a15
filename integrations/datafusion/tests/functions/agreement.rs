//! The functions answer as the engine does, on random configurations and objects.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, LargeStringArray, StringArray, StringViewArray,
};
use datafusion::prelude::SessionContext;
use proptest::collection::vec;
use proptest::prelude::*;
use s3_replication::engine::Replication;
use s3_replication::model::{
    BucketArn, DeleteMarkerOrigin, Event, ObjectLock, OwnerAccess, Tagging,
};
use s3_replication::strategies::{DrawnObject, Scenario, object_for, scenario};
use s3_replication::{Engine, ObjectVersion, StorageClass};
use s3_replication_datafusion::Configurations;

use crate::support::{column, context_with, table};

/// The types of a column of texts.
#[derive(Clone, Copy, Debug)]
enum Texts {
    Utf8,
    LargeUtf8,
    Utf8View,
}

impl Texts {
    fn column(self, texts: impl Iterator<Item = Option<String>>) -> ArrayRef {
        match self {
            Self::Utf8 => Arc::new(texts.collect::<StringArray>()),
            Self::LargeUtf8 => Arc::new(texts.collect::<LargeStringArray>()),
            Self::Utf8View => Arc::new(texts.collect::<StringViewArray>()),
        }
    }
}

fn drawn() -> impl Strategy<Value = (Scenario, Vec<DrawnObject>, Texts)> {
    scenario().prop_flat_map(|scenario| {
        let objects = vec(object_for(&scenario.configuration), 1..40);
        let texts = prop_oneof![Just(Texts::Utf8), Just(Texts::LargeUtf8), Just(Texts::Utf8View)];
        (Just(scenario), objects, texts)
    })
}

/// Takes away what no column contains.
fn as_a_row_has_it(mut object: DrawnObject) -> DrawnObject {
    object.key.retain(u8::is_ascii);
    let rest = &mut object.rest;
    rest.owner_access = OwnerAccess::Readable;
    rest.acls_disabled = false;
    rest.lock = ObjectLock::default();
    let lifecycle = object.event == Event::LifecycleExpirationDeleteMarkerCreated;
    let origin = if lifecycle { DeleteMarkerOrigin::Lifecycle } else { DeleteMarkerOrigin::User };
    rest.delete_marker = rest.delete_marker.map(|_| origin);
    if rest.delete_marker.is_some() {
        // A delete marker has no bytes.
        let plain = ObjectVersion::new("");
        (rest.storage_class, rest.access_tier) = (plain.storage_class, None);
        rest.encryption = plain.encryption;
    }
    object
}

fn encoded(object: &DrawnObject) -> String {
    Tagging::new(object.tags.clone()).unwrap().to_string()
}

/// Creates a context with the configuration `drawn` and a table of objects.
fn context_of(
    scenario: &Scenario,
    objects: &[DrawnObject],
    texts: Texts,
    lacks: impl Fn(&DrawnObject, u64) -> bool,
) -> (Engine, SessionContext) {
    let engine = Engine::with_dialect(&scenario.configuration, &scenario.dialect);
    let context = context_with(&Configurations::new().with_engine("drawn", &engine));
    let text = |of: &dyn Fn(&DrawnObject) -> Option<String>| texts.column(objects.iter().map(of));
    let known = |one: &DrawnObject, fact, text: String| (!lacks(one, fact)).then_some(text);
    let markers =
        objects.iter().map(|one| (!lacks(one, 3)).then_some(one.rest.delete_marker.is_some()));
    let columns = vec![
        ("key", text(&|one| Some(String::from_utf8(one.key.clone()).unwrap()))),
        ("tags", text(&|one| known(one, 0, encoded(one)))),
        ("encryption", text(&|one| known(one, 1, one.rest.encryption.to_string()))),
        ("class", text(&|one| known(one, 2, one.rest.storage_class.to_string()))),
        ("status", text(&|one| one.rest.replication_status.map(|status| status.to_string()))),
        ("marker", Arc::new(markers.collect::<BooleanArray>())),
        ("tier", text(&|one| one.rest.access_tier.map(|tier| tier.to_string()))),
        ("event", text(&|one| Some(one.event.to_string()))),
    ];
    table(&context, columns);
    (engine, context)
}

const ARGUMENTS: &str = "key, tags, encryption, class, status, marker, tier, event";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn each_function_answers_as_the_engine_does((scenario, objects, texts) in drawn()) {
        let objects: Vec<_> = objects.into_iter().map(as_a_row_has_it).collect();
        let (engine, context) = context_of(&scenario, &objects, texts, |_, _| false);
        let decisions: Vec<_> = objects.iter().map(DrawnObject::version).collect();
        let decisions: Vec<_> =
            decisions.iter().zip(&objects).map(|(version, one)| engine.decide(version, one.event)).collect();

        let answers = column(&context, &format!("select s3_replicates('drawn', {ARGUMENTS}) from objects"));
        for (row, decision) in decisions.iter().enumerate() {
            prop_assert!(answers.is_valid(row));
            prop_assert_eq!(answers.as_boolean().value(row), decision.replicates());
        }

        let answers = column(&context, &format!("select s3_replications('drawn', {ARGUMENTS}) from objects"));
        for (row, decision) in decisions.iter().enumerate() {
            prop_assert!(answers.is_valid(row));
            let list = answers.as_list::<i32>().value(row);
            let members = list.as_struct().columns().iter();
            let [buckets, rules, classes, keys] = members.map(AsArray::as_string_view)
                .collect::<Vec<_>>().try_into().unwrap();
            prop_assert_eq!(list.len(), decision.replications().len());
            for (at, one) in decision.replications().enumerate() {
                prop_assert_eq!(buckets.value(at), one.bucket().as_str());
                prop_assert_eq!(rules.value(at), one.rule().name().to_string());
                let class = classes.is_valid(at).then(|| classes.value(at));
                let key = keys.is_valid(at).then(|| keys.value(at));
                let (replica, deletes) = (one.replica(), one.action().deletes());
                prop_assert_eq!(class, (!deletes).then(|| replica.storage_class.as_str()));
                let expected = replica.encryption.key().filter(|_| !deletes);
                prop_assert_eq!(key.map(str::to_owned), expected.map(ToString::to_string));
            }
        }

        for bucket in scenario.configuration.rules().iter().map(|rule| &rule.destination.bucket) {
            for written in [bucket.as_str(), bucket.name().as_str()] {
                let query = format!("select s3_rule('drawn', '{written}', {ARGUMENTS}) from objects");
                let answers = column(&context, &query);
                for (row, decision) in decisions.iter().enumerate() {
                    let answers = answers.as_string_view();
                    let rule = answers.is_valid(row).then(|| answers.value(row).to_owned());
                    let expected = decision.to(bucket).map(|one| one.rule().name().to_string());
                    prop_assert_eq!(rule, expected);
                }
            }
        }
    }

    /// An answer that is not `NULL` holds for every value of the missing facts.
    #[test]
    fn an_answer_about_partly_known_rows_is_certain((scenario, objects, texts) in drawn(), lacks: [bool; 6]) {
        let objects: Vec<_> = objects.into_iter().map(as_a_row_has_it).collect();
        // Some rows lack a value, whatever the columns are.
        let lacks_value = |one: &DrawnObject, fact: u64| (one.rest.size >> fact).is_multiple_of(4);
        let (engine, context) = context_of(&scenario, &objects, texts, lacks_value);
        let columns = ["tags", "encryption", "class", "status", "marker", "tier"];
        let arguments = columns.iter().zip(lacks);
        let arguments = arguments.map(|(name, lacks)| if lacks { "NULL" } else { name });
        let arguments = arguments.collect::<Vec<_>>().join(", ");
        let query = format!("select s3_replicates('drawn', key, {arguments}) from objects");
        let replicates = column(&context, &query);
        let query = format!("select s3_replications('drawn', key, {arguments}) from objects");
        let replications = column(&context, &query);
        for (row, object) in objects.iter().enumerate() {
            let mut version = object.version();
            // Neither fact comes without the other, and other classes have no tiers.
            let is_tiered = version.storage_class == StorageClass::INTELLIGENT_TIERING;
            if version.is_of_other_service() || (version.access_tier.is_some() && !is_tiered) {
                continue;
            }
            if version.delete_marker.is_some() {
                version.delete_marker = Some(DeleteMarkerOrigin::User);
            }
            let event = match version.delete_marker {
                Some(_) => Event::ObjectRemovedDeleteMarkerCreated,
                None => Event::ObjectCreatedPut,
            };
            let decision = engine.decide(&version, event);
            if replicates.is_valid(row) {
                prop_assert_eq!(replicates.as_boolean().value(row), decision.replicates());
            }
            if replications.is_valid(row) {
                let list = replications.as_list::<i32>().value(row);
                let buckets = list.as_struct().column(0).as_string_view();
                let buckets: Vec<_> = buckets.iter().flatten().collect();
                let expected = decision.replications().map(Replication::bucket);
                prop_assert_eq!(buckets, expected.map(BucketArn::as_str).collect::<Vec<_>>());
            }
        }
    }
}
