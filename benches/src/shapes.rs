//! Workloads that stress one part of an engine.

use s3_replication::model::Tag;

use crate::random::Random;
use crate::workload::{DESTINATIONS, Excluded, Key, Profile, Rule, Workload, tag};

const RULES: usize = 1000;
const KEYS: usize = 2_000;

/// Every shape with 1,000 rules, by name.
pub fn all() -> [(&'static str, Workload); 6] {
    let [base, overlap] =
        Profile::ALL.map(|profile| (profile.name(), Workload::new(profile, RULES)));
    [
        base,
        overlap,
        ("nested", nested()),
        ("tags", tags()),
        ("excluded prefixes", excluded_prefixes()),
        ("excluded tags", excluded_tags()),
    ]
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
        excluded: Excluded::default(),
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
        excluded: Excluded::default(),
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

/// A thousand rules with a prefix each that exclude ten prefixes under it. Half of the keys begin with
/// an excluded prefix.
pub fn excluded_prefixes() -> Workload {
    excluding("excluded prefixes", |prefix, _| {
        let prefixes = (0..10).map(|number| format!("{prefix}area-{number}/tmp/")).collect();
        Excluded { prefixes, tags: Vec::new() }
    })
}

/// A thousand rules with a prefix each that exclude two tags, for keys with five tags.
pub fn excluded_tags() -> Workload {
    excluding("excluded tags", |_, random| Excluded {
        prefixes: Vec::new(),
        tags: random_tags(2, random),
    })
}

fn excluding(name: &str, excluded: impl Fn(&str, &mut Random) -> Excluded) -> Workload {
    let mut random = Random::new(name);
    let rules = (0..RULES).map(|position| {
        let prefix = format!("tenant-{position:04}/");
        let excluded = excluded(&prefix, &mut random);
        let destination = position % DESTINATIONS;
        Rule { position, priority: position + 1, prefix, tags: Vec::new(), destination, excluded }
    });
    let rules: Vec<Rule> = rules.collect();
    let keys = (0..KEYS).map(|number| {
        let rule = &rules[random.below(RULES)];
        let folder = ["tmp", "data"][number % 2];
        let area = random.below(10);
        let name = format!("{}area-{area}/{folder}/{:016x}.log", rule.prefix, random.bits());
        let tags = random_tags(5, &mut random);
        let is_excluded = rule.excluded.matches(&name, &tags);
        let matching = if is_excluded { Vec::new() } else { vec![rule.position] };
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
