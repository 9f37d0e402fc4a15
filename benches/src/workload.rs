//! Rules and object keys to measure with, the same on every machine and in every language.

use std::collections::BTreeMap;

use s3_replication::model::{
    ConfigurationDraft, RuleDraft, RuleFilter, RuleStatus, SourceSelectionDraft, Tag,
};

use crate::random::Random;

/// The number of keys in a workload.
const KEYS: usize = 100_000;

const SEED: &str = "s3-replication-rules/1";
pub const DESTINATIONS: usize = 5;

/// The kind of rules in a workload.
#[derive(Clone, Copy, Debug)]
pub enum Profile {
    /// Every rule has a prefix of its own, and every fifth rule also requires tags.
    Base,
    /// Five rules share a prefix, so that some compete for one destination; no tags.
    Overlap,
}

impl Profile {
    pub const ALL: [Self; 2] = [Self::Base, Self::Overlap];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Overlap => "overlap",
        }
    }

    /// The expected number of matches and decisions, from the script that defines the workloads. For
    /// 10,000 rules of `base` it is computed here: some keys that are meant to match no rule do
    /// match one.
    fn expected(self, rules: usize) -> (usize, Checksums) {
        let (keys, matches, pairs, winners) = match (self, rules) {
            (Self::Base | Self::Overlap, 1) => (50_000, 50_000, 50_000, 50_000),
            (Self::Base, 10) => (50_000, 50_000, 50_000, 275_619),
            (Self::Base, 100) => (50_000, 50_000, 50_000, 2_535_639),
            (Self::Base, 1_000) => (50_000, 50_000, 50_000, 25_039_069),
            (Self::Base, 10_000) => (69_989, 69_989, 69_989, 390_406_038),
            (Self::Overlap, 10) => (50_000, 250_000, 174_932, 974_388),
            (Self::Overlap, 100) => (50_000, 250_000, 169_881, 9_411_946),
            (Self::Overlap, 1_000) => (50_000, 250_000, 164_366, 83_405_748),
            (Self::Overlap, 10_000) => (50_000, 250_000, 168_740, 835_890_471),
            _ => panic!("what comes out for {rules} rules is not written down"),
        };
        (matches, Checksums { keys, pairs, winners })
    }
}

/// Rules, keys and the expected answers.
#[derive(Debug)]
pub struct Workload {
    pub rules: Vec<Rule>,
    pub keys: Vec<Key>,
}

#[derive(Clone, Debug)]
pub struct Rule {
    pub position: usize,
    pub priority: usize,
    pub prefix: String,
    pub tags: Vec<Tag>,
    pub destination: usize,
    pub excluded: Excluded,
}

/// What a rule excludes.
#[derive(Clone, Debug, Default)]
pub struct Excluded {
    pub prefixes: Vec<String>,
    pub tags: Vec<Tag>,
}

impl Excluded {
    /// Returns true when a key is excluded, by the definition.
    pub fn matches(&self, name: &str, tags: &[Tag]) -> bool {
        self.prefixes.iter().any(|prefix| name.starts_with(prefix))
            || self.tags.iter().any(|tag| tags.contains(tag))
    }
}

#[derive(Clone, Debug)]
pub struct Key {
    pub name: String,
    pub tags: Vec<Tag>,
    /// The positions of the rules that match.
    pub matching: Vec<usize>,
}

/// Sums over all keys.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Checksums {
    /// The number of keys with a destination.
    keys: usize,
    /// The number of destinations of all keys.
    pairs: usize,
    /// The sum of the positions of the winning rules.
    winners: usize,
}

impl Checksums {
    /// Adds the decision about one key, given as the positions of the winning rules.
    pub fn add(&mut self, winners: impl IntoIterator<Item = usize>) {
        let before = self.pairs;
        for position in winners {
            self.pairs += 1;
            self.winners += position + 1;
        }
        self.keys += usize::from(self.pairs > before);
    }
}

impl Workload {
    pub fn new(profile: Profile, count: usize) -> Self {
        let seed = format!("{SEED}/{}/{count}/{KEYS}", profile.name());
        let mut random = Random::new(&seed);
        let groups = match profile {
            Profile::Base => count,
            Profile::Overlap => (count / 5).max(1),
        };
        let rules = rules_of(profile, count, groups, &mut random);
        let keys = keys_of(&rules, groups, &mut random);
        let workload = Self { rules, keys };
        let matches = workload.keys.iter().map(|key| key.matching.len()).sum();
        assert_eq!((matches, workload.checksums()), profile.expected(count));
        workload
    }

    /// Returns the expected sums, computed from the construction of the keys.
    pub fn checksums(&self) -> Checksums {
        let mut checksums = Checksums::default();
        for key in &self.keys {
            checksums.add(self.winners(key));
        }
        checksums
    }

    /// Returns the positions of the rules that win a destination.
    fn winners(&self, key: &Key) -> impl Iterator<Item = usize> {
        let mut winners = BTreeMap::new();
        for rule in key.matching.iter().map(|position| &self.rules[*position]) {
            let candidate = (rule.priority, rule.position);
            let winner = winners.entry(rule.destination).or_insert(candidate);
            *winner = (*winner).max(candidate);
        }
        winners.into_values().map(|(_, position)| position)
    }

    /// Returns the rules as a draft.
    pub fn draft(&self) -> ConfigurationDraft {
        let role = "arn:aws:iam::123456789012:role/replication".parse().unwrap();
        self.rules
            .iter()
            .map(Rule::draft)
            .fold(ConfigurationDraft::new(role), ConfigurationDraft::with_rule)
    }
}

impl Rule {
    pub fn replicates_delete_markers(&self) -> bool {
        self.tags.is_empty() && self.excluded.tags.is_empty() && self.position.is_multiple_of(2)
    }

    pub const fn syncs_replicas(&self) -> bool {
        !self.position.is_multiple_of(4)
    }

    fn draft(&self) -> RuleDraft {
        let bucket = format!("arn:aws:s3:::dest-{}", self.destination);
        let filter = RuleFilter::prefix(self.prefix.parse().unwrap());
        let filter = self.tags.iter().cloned().fold(filter, RuleFilter::and_tag);
        let excluded = self.excluded.prefixes.iter().map(|prefix| prefix.parse().unwrap());
        let filter = excluded.fold(filter, RuleFilter::excluding_prefix);
        let filter = self.excluded.tags.iter().cloned().fold(filter, RuleFilter::excluding_tag);
        let mut criteria = SourceSelectionDraft::default();
        criteria.replica_modifications = Some(status(self.syncs_replicas()));
        let mut draft = RuleDraft::new(bucket.parse().unwrap())
            .with_id(format!("rule-{:04}", self.position).parse().unwrap())
            .with_priority(self.priority.to_string().parse().unwrap())
            .with_filter(&filter)
            .with_delete_marker_replication(status(self.replicates_delete_markers()));
        draft.source_selection_criteria = Some(criteria);
        draft
    }
}

const fn status(enabled: bool) -> RuleStatus {
    if enabled { RuleStatus::Enabled } else { RuleStatus::Disabled }
}

fn rules_of(profile: Profile, count: usize, groups: usize, random: &mut Random) -> Vec<Rule> {
    let mut priorities: Vec<usize> = (1..=count).collect();
    if matches!(profile, Profile::Overlap) {
        random.shuffle(&mut priorities);
    }
    let rules = priorities.into_iter().enumerate().map(|(position, priority)| {
        let is_tagged = matches!(profile, Profile::Base) && position % 5 == 4;
        Rule {
            position,
            priority,
            prefix: format!("tenant-{:04}/logs/", position % groups),
            tags: if is_tagged { tags_of_rule(random) } else { Vec::new() },
            destination: random.below(DESTINATIONS),
            excluded: Excluded::default(),
        }
    });
    rules.collect()
}

fn tags_of_rule(random: &mut Random) -> Vec<Tag> {
    let count = random.between(1, 4);
    let keys = random.sample(&["k1", "k2", "k3", "k4", "k5", "k6"], count);
    keys.into_iter().map(|key| tag(key, &format!("v{}", random.between(1, 10)))).collect()
}

/// Half of the keys match; of the others, half share a long prefix with a rule.
fn keys_of(rules: &[Rule], groups: usize, random: &mut Random) -> Vec<Key> {
    let matching = (0..KEYS / 2).map(|_| matching_key(rules, groups, random));
    let mut keys: Vec<Key> = matching.collect();
    for number in 0..KEYS / 2 {
        keys.push(if number.is_multiple_of(2) {
            key_in_other_folder(groups, random)
        } else {
            key_of_other_tenant(rules, groups, random)
        });
    }
    random.shuffle(&mut keys);
    // Copied, so that they lie in memory in the order in which they are asked about.
    keys.clone()
}

fn matching_key(rules: &[Rule], groups: usize, random: &mut Random) -> Key {
    let rule = &rules[random.below(groups)];
    let (month, day) = (random.between(1, 13), random.between(1, 29));
    let name = format!("{}2026/{month:02}/{day:02}/{:016x}.log", rule.prefix, random.bits());
    let mut tags = rule.tags.clone();
    if tags.is_empty() {
        tags = unrelated_tags(random);
    } else {
        tags.push(tag("x1", "y1"));
        random.shuffle(&mut tags);
    }
    Key { name, tags, matching: (rule.position..rules.len()).step_by(groups).collect() }
}

fn key_in_other_folder(groups: usize, random: &mut Random) -> Key {
    let name = format!("tenant-{:04}/data/{:016x}.bin", random.below(groups), random.bits());
    Key { name, tags: unrelated_tags(random), matching: Vec::new() }
}

/// Returns the rule for the tenant, which exists only among 10,000 rules.
fn key_of_other_tenant(rules: &[Rule], groups: usize, random: &mut Random) -> Key {
    let tenant = 5000 + random.below(4000);
    let name = format!("tenant-{tenant:04}/logs/{:016x}.log", random.bits());
    let of_tenant = if tenant < groups { tenant..rules.len() } else { 0..0 };
    let matching = of_tenant.step_by(groups).filter(|position| rules[*position].tags.is_empty());
    Key { name, tags: unrelated_tags(random), matching: matching.collect() }
}

/// Draws no tags for seven keys in ten, otherwise one or two.
fn unrelated_tags(random: &mut Random) -> Vec<Tag> {
    if random.fraction() >= 0.3 {
        return Vec::new();
    }
    let count = random.between(1, 3);
    let keys = random.sample(&["x1", "x2", "x3", "x4"], count);
    keys.into_iter().map(|key| tag(key, &format!("y{}", random.between(1, 6)))).collect()
}

pub fn tag(key: &str, value: &str) -> Tag {
    Tag::new(key, value).unwrap()
}
