//! Rules and object keys to measure with: the same ones on every machine.

use std::collections::HashMap;
use std::fmt::Write as _;

use s3_replication::ObjectVersion;
use s3_replication::model::Tag;

/// How many keys a workload asks about.
pub(crate) const KEYS: usize = 10_000;

const DESTINATIONS: usize = 5;

/// What the rules of a workload look like.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Profile {
    /// Every rule has a prefix of its own, and every fifth rule wants tags as well.
    Base,
    /// Five rules share a prefix, so that some compete for one destination; no tags.
    Overlap,
}

impl Profile {
    pub(crate) const ALL: [Self; 2] = [Self::Base, Self::Overlap];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Overlap => "overlap",
        }
    }
}

/// Rules, keys, and what any engine must answer for them.
#[derive(Debug)]
pub(crate) struct Workload {
    rules: Vec<Rule>,
    keys: Vec<Key>,
}

#[derive(Debug)]
struct Rule {
    priority: usize,
    prefix: String,
    tags: Vec<Tag>,
    destination: usize,
}

#[derive(Debug)]
struct Key {
    name: String,
    tags: Vec<Tag>,
    /// The positions of the rules that match.
    matching: Vec<usize>,
}

/// Sums over all keys.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Checksums {
    /// The keys that go anywhere.
    pub(crate) keys: usize,
    /// The destinations that get something.
    pub(crate) pairs: usize,
    /// The numbers of the rules that win them.
    pub(crate) winners: usize,
}

impl Checksums {
    /// Takes in the decision about one key, as the positions of the winning rules.
    pub(crate) fn add(&mut self, winners: impl IntoIterator<Item = usize>) {
        let before = self.pairs;
        for position in winners {
            self.pairs += 1;
            self.winners += position + 1;
        }
        self.keys += usize::from(self.pairs > before);
    }
}

impl Workload {
    pub(crate) fn new(profile: Profile, rules: usize) -> Self {
        let mut random = Random(rules as u64);
        let groups = match profile {
            Profile::Base => rules,
            Profile::Overlap => (rules / DESTINATIONS).max(1),
        };
        let rules = rules_of(profile, rules, groups, &mut random);
        let keys = keys_of(&rules, groups, &mut random);
        Self { rules, keys }
    }

    /// Returns the object versions to ask about, each with the number of its replicas.
    pub(crate) fn versions(&self) -> Vec<(ObjectVersion<'_>, usize)> {
        let versions = self.keys.iter().map(|key| {
            let version = ObjectVersion::new(&key.name).with_tags(&key.tags);
            (version, self.winners(key).len())
        });
        versions.collect()
    }

    /// Returns what comes out, worked out from how the keys were made.
    pub(crate) fn checksums(&self) -> Checksums {
        let mut checksums = Checksums::default();
        for key in &self.keys {
            checksums.add(self.winners(key));
        }
        checksums
    }

    fn winners(&self, key: &Key) -> Vec<usize> {
        let mut best: HashMap<usize, (usize, usize)> = HashMap::new();
        for &position in &key.matching {
            let rule = &self.rules[position];
            let winner = best.entry(rule.destination).or_default();
            *winner = (*winner).max((rule.priority, position));
        }
        best.into_values().map(|(_, position)| position).collect()
    }

    /// Writes the rules as the XML that a client sends: without white space.
    pub(crate) fn to_xml(&self) -> String {
        let mut out = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
             <ReplicationConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
             <Role>arn:aws:iam::123456789012:role/replication</Role>",
        );
        for (position, rule) in self.rules.iter().enumerate() {
            rule.write_xml(&mut out, position);
        }
        out.push_str("</ReplicationConfiguration>");
        out
    }
}

impl Rule {
    fn write_xml(&self, out: &mut String, position: usize) {
        let Self { priority, prefix, tags, destination } = self;
        let status = |enabled: bool| if enabled { "Enabled" } else { "Disabled" };
        let markers = status(tags.is_empty() && position.is_multiple_of(2));
        let replicas = status(!position.is_multiple_of(4));
        let prefix = format!("<Prefix>{prefix}</Prefix>");
        let tags = tags.iter().map(|tag| {
            format!("<Tag><Key>{}</Key><Value>{}</Value></Tag>", tag.key(), tag.value())
        });
        let tags: String = tags.collect();
        let filter = if tags.is_empty() { prefix } else { format!("<And>{prefix}{tags}</And>") };
        let time_control = if position.is_multiple_of(3) {
            "<ReplicationTime><Status>Enabled</Status><Time><Minutes>15</Minutes></Time>\
             </ReplicationTime><Metrics><Status>Enabled</Status>\
             <EventThreshold><Minutes>15</Minutes></EventThreshold></Metrics>"
        } else {
            "<Metrics><Status>Enabled</Status></Metrics>"
        };
        write!(
            out,
            "<Rule><ID>rule-{position:04}</ID><Priority>{priority}</Priority>\
             <Filter>{filter}</Filter><Status>Enabled</Status>\
             <SourceSelectionCriteria><ReplicaModifications><Status>{replicas}</Status>\
             </ReplicaModifications></SourceSelectionCriteria>\
             <Destination><Bucket>arn:aws:s3:::dest-{destination}</Bucket>\
             <Account>210987654321</Account><StorageClass>STANDARD_IA</StorageClass>\
             <AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation>\
             {time_control}</Destination>\
             <DeleteMarkerReplication><Status>{markers}</Status></DeleteMarkerReplication></Rule>"
        )
        .unwrap();
    }
}

fn rules_of(profile: Profile, count: usize, groups: usize, random: &mut Random) -> Vec<Rule> {
    let mut priorities: Vec<usize> = (1..=count).collect();
    if matches!(profile, Profile::Overlap) {
        random.shuffle(&mut priorities);
    }
    let rules = priorities.into_iter().enumerate().map(|(position, priority)| {
        let is_tagged = matches!(profile, Profile::Base) && position % 5 == 4;
        let most = if is_tagged { 1 + random.below(3) } else { 0 };
        let tags = (0..most).map(|at| {
            let key = format!("k{}", 2 * at + 1 + random.below(2));
            tag(&key, &format!("v{}", 1 + random.below(9)))
        });
        Rule {
            priority,
            prefix: format!("tenant-{:04}/logs/", position % groups),
            tags: tags.collect(),
            destination: random.below(DESTINATIONS),
        }
    });
    rules.collect()
}

/// Half of the keys match; of the others, half share a long prefix with a rule.
fn keys_of(rules: &[Rule], groups: usize, random: &mut Random) -> Vec<Key> {
    let matching = (0..KEYS / 2).map(|_| {
        let group = random.below(groups);
        let matching: Vec<usize> = (group..rules.len()).step_by(groups).collect();
        let rule = &rules[group];
        let (month, day) = (1 + random.below(12), 1 + random.below(28));
        let name = format!("{}2026/{month:02}/{day:02}/{:016x}.log", rule.prefix, random.next());
        let mut tags = rule.tags.clone();
        if tags.is_empty() {
            tags = unrelated_tags(random);
        } else {
            tags.push(tag("x1", "y1"));
            random.shuffle(&mut tags);
        }
        Key { name, tags, matching }
    });
    let mut keys: Vec<Key> = matching.collect();
    while keys.len() < KEYS {
        let name = if keys.len().is_multiple_of(2) {
            format!("tenant-{:04}/data/{:016x}.bin", random.below(groups), random.next())
        } else {
            format!("tenant-{:04}/logs/{:016x}.log", 5000 + random.below(4000), random.next())
        };
        keys.push(Key { name, tags: unrelated_tags(random), matching: Vec::new() });
    }
    random.shuffle(&mut keys);
    keys
}

/// None for seven keys in ten, else one or two.
fn unrelated_tags(random: &mut Random) -> Vec<Tag> {
    if random.below(10) >= 3 {
        return Vec::new();
    }
    let tags = (0..=random.below(2)).map(|at| {
        let key = format!("x{}", 2 * at + 1 + random.below(2));
        tag(&key, &format!("y{}", 1 + random.below(5)))
    });
    tags.collect()
}

fn tag(key: &str, value: &str) -> Tag {
    Tag::new(key, value).unwrap()
}

/// The generator `SplitMix64`.
struct Random(u64);

impl Random {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}
