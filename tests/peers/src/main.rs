//! RustFS's own rule code and the dialect `RUSTFS`, asked about the same configurations and objects.
//!
//! Each configuration is one document. RustFS reads it with its own parser, this crate reads it with
//! its own. Both say whether the store accepts it; if both do, they decide about random objects.
//! Ends with 1 when they disagree in a way that [`EXPLAINED`] does not list.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::ExitCode;

use rustfs_replication::{
    ObjectOpts, ReplicationConfigurationExt as _, ReplicationType,
    invalid_replication_config_status_field, unsupported_replication_config_field,
    validate_replication_config_structure, validate_replication_config_target_arns,
};
use s3_replication::model::{Event, ReplicationStatus, Tag};
use s3_replication::{Dialect, Engine, ObjectVersion, Parser};
use s3s::dto::ReplicationConfiguration as Theirs;

/// The differences that are known, by the word that [`class_of`] gives them.
const EXPLAINED: &[(&str, &str)] = &[];

const TARGETS: [&str; 3] =
    ["arn:rustfs:replication::t1:one", "arn:rustfs:replication::t2:two", "arn:rustfs:replication::t3:three"];

/// A generator of numbers that is the same on every machine (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        let at = self.below(items.len() as u64);
        items[usize::try_from(at).unwrap_or_default()]
    }

    fn status(&mut self) -> &'static str {
        if self.one_in(2) { "Enabled" } else { "Disabled" }
    }

    fn prefix(&mut self) -> &'static str {
        self.pick(&["", "a", "a/", "ab", "b", "a/b"])
    }

    fn tag(&mut self) -> (&'static str, &'static str) {
        (self.pick(&["x", "y", "z"]), self.pick(&["1", "2", ""]))
    }

    /// Draws tags with distinct keys.
    fn tags(&mut self, most: u64) -> Vec<(&'static str, &'static str)> {
        let mut tags = BTreeMap::new();
        for _ in 0..self.below(most + 1) {
            let (key, value) = self.tag();
            tags.insert(key, value);
        }
        tags.into_iter().collect()
    }
}

fn tag_xml((key, value): (&str, &str)) -> String {
    format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>")
}

fn filter(random: &mut Random) -> String {
    match random.below(9) {
        0 => String::new(),
        1 => format!("<Prefix>{}</Prefix>", random.prefix()),
        2 => "<Filter/>".to_owned(),
        3 | 4 => format!("<Filter><Prefix>{}</Prefix></Filter>", random.prefix()),
        5 => format!("<Filter>{}</Filter>", tag_xml(random.tag())),
        _ => {
            let mut and = String::new();
            if random.one_in(2) {
                let _ = write!(and, "<Prefix>{}</Prefix>", random.prefix());
            }
            for tag in random.tags(3) {
                and += &tag_xml(tag);
            }
            if and.is_empty() {
                and = "<Prefix></Prefix>".to_owned();
            }
            format!("<Filter><And>{and}</And></Filter>")
        }
    }
}

fn switch(random: &mut Random, name: &str, odds: u64) -> String {
    if random.below(odds) > 0 {
        return String::new();
    }
    format!("<{name}><Status>{}</Status></{name}>", random.status())
}

fn rule(random: &mut Random, number: u64) -> String {
    let status = if random.one_in(6) { "Disabled" } else { "Enabled" };
    let priority = match random.below(24) {
        0 => String::new(),
        1 => "<Priority>1</Priority>".to_owned(),
        _ => format!("<Priority>{}</Priority>", 10 * random.below(5) + number),
    };
    let filter = filter(random);
    let markers = if random.below(5) > 0 { switch(random, "DeleteMarkerReplication", 1) } else { String::new() };
    let deletes = switch(random, "DeleteReplication", 2);
    let existing = switch(random, "ExistingObjectReplication", 3);
    let sync = switch(random, "ReplicaModifications", 2);
    let selection = if sync.is_empty() {
        String::new()
    } else {
        format!("<SourceSelectionCriteria>{sync}</SourceSelectionCriteria>")
    };
    let bucket = random.pick(&TARGETS);
    let more = match random.below(40) {
        0 => "<Account>123456789012</Account>",
        1 => "<StorageClass>STANDARD_IA</StorageClass>",
        2 => "<Metrics><Status>Enabled</Status></Metrics>",
        3 | 4 => "<StorageClass>STANDARD</StorageClass>",
        _ => "",
    };
    format!(
        "<Rule><ID>r{number}</ID><Status>{status}</Status>{priority}{filter}{selection}{existing}\
         {markers}{deletes}<Destination><Bucket>{bucket}</Bucket>{more}</Destination></Rule>"
    )
}

fn configuration(random: &mut Random) -> String {
    let count = 1 + random.below(5);
    let rules: String = (0..count).map(|number| rule(random, number)).collect();
    format!("<ReplicationConfiguration><Role></Role>{rules}</ReplicationConfiguration>")
}

/// Reads a document as RustFS does; `None` if it refuses.
fn theirs(text: &str) -> Option<Theirs> {
    let mut deserializer = s3s::xml::Deserializer::new(text.as_bytes());
    let read = <Theirs as s3s::xml::Deserialize>::deserialize(&mut deserializer).ok()?;
    let is_accepted = validate_replication_config_structure(&read).is_ok()
        && unsupported_replication_config_field(&read).is_none()
        && invalid_replication_config_status_field(&read).is_none()
        && validate_replication_config_target_arns(TARGETS, &read).is_ok();
    is_accepted.then_some(read)
}

/// An object and what happened to it, for both.
struct Question {
    key: &'static str,
    tags: Vec<(&'static str, &'static str)>,
    event: Event,
    status: Option<ReplicationStatus>,
}

fn question(random: &mut Random) -> Question {
    use Event::{ObjectCreatedPut, ObjectRemovedDelete, ObjectRemovedDeleteMarkerCreated, ObjectTaggingPut};
    let key = random.pick(&["a", "a/b/c", "ab", "abc", "b/x", "c"]);
    let replica = || Some(ReplicationStatus::Replica);
    let (event, status) = match random.below(8) {
        0..=2 => (ObjectCreatedPut, None),
        3 => (ObjectTaggingPut, None),
        4 => (ObjectTaggingPut, Some(ReplicationStatus::Completed)),
        5 => (ObjectTaggingPut, replica()),
        6 => (ObjectRemovedDeleteMarkerCreated, if random.one_in(3) { replica() } else { None }),
        _ => (ObjectRemovedDelete, if random.one_in(3) { replica() } else { None }),
    };
    Question { key, tags: random.tags(3), event, status }
}

fn decided_by_them(configuration: &Theirs, question: &Question) -> Vec<String> {
    let tags: Vec<String> =
        question.tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let deletes = matches!(
        question.event,
        Event::ObjectRemovedDelete | Event::ObjectRemovedDeleteMarkerCreated
    );
    let older = question.event == Event::ObjectTaggingPut && question.status.is_none();
    let options = ObjectOpts {
        name: question.key.to_owned(),
        user_tags: tags.join("&"),
        version_id: (question.event == Event::ObjectRemovedDelete).then(uuid::Uuid::nil),
        op_type: match question.event {
            _ if deletes => ReplicationType::Delete,
            _ if older => ReplicationType::ExistingObject,
            Event::ObjectTaggingPut => ReplicationType::Metadata,
            _ => ReplicationType::Object,
        },
        replica: question.status == Some(ReplicationStatus::Replica),
        existing_object: older,
        ..ObjectOpts::default()
    };
    let decided = configuration.filter_target_replication_decisions(&options);
    let mut targets: Vec<String> =
        decided.into_iter().filter_map(|(target, goes)| goes.then_some(target)).collect();
    targets.sort();
    targets
}

fn decided_by_us(engine: &Engine, question: &Question) -> Vec<String> {
    let tags: Vec<Tag> =
        question.tags.iter().filter_map(|(key, value)| Tag::new(*key, *value).ok()).collect();
    let mut version = ObjectVersion::new(question.key).with_tags(&tags);
    version.replication_status = question.status;
    let decision = engine.decide(&version, question.event);
    decision.replications().map(|one| one.bucket().to_string()).collect()
}

#[derive(Default)]
struct Counts {
    agreed: u64,
    refused_by_both: u64,
    replicated: u64,
    differing: BTreeMap<String, (u64, String)>,
}

impl Counts {
    fn differ(&mut self, class: String, example: impl FnOnce() -> String) {
        self.differing.entry(class).or_insert_with(|| (0, example())).0 += 1;
    }
}

/// Returns the word for a refusal of one side only.
fn class_of(ours: Option<&str>) -> String {
    match ours {
        Some(code) => format!("refused by us only: {code}"),
        None => "refused by them only".to_owned(),
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let mut next = |default| arguments.next().and_then(Result::ok).unwrap_or(default);
    let (seed, count) = (next(1), next(5_000));
    let mut random = Random(seed);
    let (mut documents, mut decisions) = (Counts::default(), Counts::default());
    for _ in 0..count {
        let text = configuration(&mut random);
        let parsed = Parser::new().with_dialect(Dialect::RUSTFS).parse_xml(&text);
        let code = parsed.report().iter().find(|finding| finding.is_refusal()).map(|one| one.code);
        let (ours, theirs) = (parsed.into_configuration(), theirs(&text));
        let (Ok(ours), Some(theirs)) = (&ours, &theirs) else {
            match (ours.is_ok(), theirs.is_some()) {
                (false, false) => documents.refused_by_both += 1,
                _ => documents.differ(class_of(code), || text.clone()),
            }
            continue;
        };
        documents.agreed += 1;
        let engine = Engine::with_dialect(ours, &Dialect::RUSTFS);
        for _ in 0..8 {
            let question = question(&mut random);
            let (we, they) = (decided_by_us(&engine, &question), decided_by_them(theirs, &question));
            if we == they {
                decisions.agreed += 1;
                decisions.replicated += u64::from(!we.is_empty());
            } else {
                let class = format!("{} of {:?}", question.event, question.status);
                decisions.differ(class, || {
                    format!("{} {:?}: we {we:?}, they {they:?}\n  {text}", question.key, question.tags)
                });
            }
        }
    }
    println!(
        "documents: {} accepted by both, {} refused by both; decisions: {} alike, {} of them replicate",
        documents.agreed, documents.refused_by_both, decisions.agreed, decisions.replicated
    );
    let mut status = ExitCode::SUCCESS;
    for (class, (count, example)) in documents.differing.iter().chain(&decisions.differing) {
        let explanation = EXPLAINED.iter().find(|(known, _)| known == class);
        println!("{count} differ: {class}: {}", explanation.map_or("NOT EXPLAINED", |(_, why)| why));
        println!("  {example}");
        if explanation.is_none() {
            status = ExitCode::FAILURE;
        }
    }
    status
}
