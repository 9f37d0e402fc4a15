//! RustFS's own rule code beside this crate on the workloads of the benches, in one run, like for like: both
//! read the same document, get the tags of an object as the text of a header, and name its targets.
//!
//! Their options for an object, which own their texts, are made before the clock starts. Before anything is
//! measured, both must name the same targets.

use std::hint::black_box;

use benches::measure::{Contender, Effort, measure};
use benches::workload::{Profile, Workload};
use rustfs_replication::{ObjectOpts, ReplicationConfigurationExt as _, ReplicationType};
use s3_replication::form::Form;
use s3_replication::model::{Event, ObjectTags};
use s3_replication::{Dialect, Engine, ObjectVersion, Parser};
use s3s::dto::ReplicationConfiguration;
use s3s::xml::{Deserialize as _, Deserializer};

/// The keys to cycle through, as many as in the table of the benches.
const MEASURED: usize = 20_000;

/// The keys whose targets are compared: theirs take long.
const COMPARED: usize = 20;

/// An object for both: its key, and its tags as a header has them.
struct Object {
    key: String,
    tags: String,
    options: ObjectOpts,
}

fn main() {
    println!("| shape | rules | ours, ns | RustFS, ns | RustFS / ours |\n| --- | ---: | ---: | ---: | ---: |");
    for profile in Profile::ALL {
        for rules in [1, 10, 100, 1_000] {
            print_row(profile, rules);
        }
    }
}

fn print_row(profile: Profile, rules: usize) {
    let workload = Workload::new(profile, rules);
    let text = document(&workload);
    let engine = engine(&text);
    let theirs = ReplicationConfiguration::deserialize(&mut Deserializer::new(text.as_bytes())).unwrap();
    let objects: Vec<Object> = workload.keys.iter().take(MEASURED).map(object).collect();
    for object in objects.iter().step_by(MEASURED / COMPARED) {
        assert_eq!(named_by_us(&engine, object), named_by_them(&theirs, object), "{}", object.key);
    }
    let objects = &objects;
    let contenders: [Contender<'_>; 2] = [
        Box::new(move |times| {
            for object in objects.iter().cycle().take(times as usize) {
                black_box(decide(&engine, object, |decision| decision.replications().count()));
            }
        }),
        Box::new(move |times| {
            for object in objects.iter().cycle().take(times as usize) {
                black_box(theirs.filter_target_replication_decisions(&object.options));
            }
        }),
    ];
    let [ours, theirs] = measure(&contenders, Effort::asked());
    println!("| {} | {rules} | {ours:.0} | {theirs:.0} | {:.0} |", profile.name(), theirs / ours);
}

/// Returns the document, whose destinations are targets of RustFS. A role would be a target for all rules.
fn document(workload: &Workload) -> String {
    let draft = workload.draft();
    let role = draft.role.as_ref().map(ToString::to_string).unwrap_or_default();
    let text = draft.to_text(Form::Xml).replace(&role, "");
    text.replace("arn:aws:s3:::dest-", "arn:rustfs:replication::t:dest-")
}

fn engine(text: &str) -> Engine {
    let parsed = Parser::new().with_dialect(Dialect::RUSTFS).parse_xml(text);
    let configuration = parsed.into_configuration().unwrap_or_else(|refused| panic!("{refused}"));
    Engine::with_dialect(&configuration, &Dialect::RUSTFS)
}

fn object(key: &benches::workload::Key) -> Object {
    let tags: Vec<_> = key.tags.iter().map(|tag| format!("{}={}", tag.key(), tag.value())).collect();
    let tags = tags.join("&");
    let options = ObjectOpts {
        name: key.name.clone(),
        user_tags: tags.clone(),
        op_type: ReplicationType::Object,
        ..ObjectOpts::default()
    };
    Object { key: key.name.clone(), tags, options }
}

fn decide<R>(engine: &Engine, object: &Object, f: impl FnOnce(&s3_replication::Decision<'_>) -> R) -> R {
    let tags = ObjectTags::from_header(&object.tags).expect("tags of the workload need no decoding");
    let version = ObjectVersion::new(&object.key).with_tags(tags);
    f(&engine.decide(&version, Event::ObjectCreatedPut))
}

fn named_by_us(engine: &Engine, object: &Object) -> Vec<String> {
    let mut named: Vec<_> = decide(engine, object, |decision| {
        decision.replications().map(|one| one.bucket().to_string()).collect()
    });
    named.sort();
    named
}

fn named_by_them(configuration: &ReplicationConfiguration, object: &Object) -> Vec<String> {
    let decided = configuration.filter_target_replication_decisions(&object.options);
    let mut named: Vec<_> = decided.into_iter().filter_map(|(target, goes)| goes.then_some(target)).collect();
    named.sort();
    named
}
