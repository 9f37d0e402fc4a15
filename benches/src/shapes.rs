//! Workloads that stress one part of an engine.

use s3_replication::model::Tag;

use crate::random::Random;
use crate::workload::{DESTINATIONS, Key, Profile, Rule, Workload, tag};

const RULES: usize = 1000;
const KEYS: usize = 2_000;

/// Every shape with 1,000 rules, by name.
pub fn all() -> [(&'static str, Workload); 4] {
    let [base, overlap] =
        Profile::ALL.map(|profile| (profile.name(), Workload::new(profile, RULES)));
    [base, overlap, ("nested", nested()), ("tags", tags())]
}

/// A thousand prefixes of `a/a/a/…`, each the start of the next, for keys of up to a kilobyte.
pub fn nested() -> Workload {
    let path = "a/".repeat(512);
    let rules = (0..RULES).map(|position| Rule {
        position,
        priority: position + 1,
        prefix: path[..=position].to_owned(),
        tags: Vec::new(),
        destination: position % DESTINATIONS,
    });
    let keys = (0..KEYS).map(|number| {
        // By the golden ratio, so that the first few keys are as deep as all: slow ways come no
        // further.
        let depth = number * 633 % path.len();
        let name = format!("{}{:.*}", &path[..depth], path.len() - depth, "b.log");
        Key { name, tags: Vec::new(), matching: (0..depth.min(RULES)).collect() }
    });
    Workload { rules: rules.collect(), keys: keys.collect() }
}

/// A thousand rules that require two tags and no prefix, for keys with five tags.
pub fn tags() -> Workload {
    let mut random = Random::new("tags");
    let rules = (0..RULES).map(|position| Rule {
        position,
        priority: position + 1,
        prefix: String::new(),
        tags: random_tags(2, &mut random),
        destination: random.below(DESTINATIONS),
    });
    let rules: Vec<Rule> = rules.collect();
    let keys = (0..KEYS).map(|_| {
        let name = format!("2026/{:016x}.log", random.bits());
        let tags = random_tags(5, &mut random);
        let matching = rules.iter().filter(|rule| rule.tags.iter().all(|tag| tags.contains(tag)));
        let matching = matching.map(|rule| rule.position).collect();
        Key { name, tags, matching }
    });
    let keys = keys.collect();
    Workload { rules, keys }
}

fn random_tags(count: usize, random: &mut Random) -> Vec<Tag> {
    let keys = random.sample(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], count);
    let tags =
        keys.into_iter().map(|key| tag(&format!("k{key}"), &format!("v{}", random.below(20))));
    tags.collect()
}
