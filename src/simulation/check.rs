//! What keeps a scenario from being played.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashSet;

use crate::model::{BucketName, Timestamp, VersionId};
use crate::path::FieldPath;
use crate::replication::ObjectKey;
use crate::simulation::scenario::ScenarioDraft;
use crate::simulation::{InvalidScenario, Problem, Request, ScriptedEvent};

/// Returns what is wrong with the script, in its order.
pub(super) fn problems(draft: &ScenarioDraft) -> Vec<Problem> {
    let mut check = Check {
        draft,
        replicating: replicating(draft),
        broken: BTreeSet::new(),
        keys: HashSet::default(),
        versions: HashSet::default(),
        now: None,
        problems: Vec::new(),
    };
    for (number, event) in draft.events.iter().enumerate() {
        if check.problems.len() >= InvalidScenario::LIMIT {
            break;
        }
        check.event(number, event);
    }
    check.end();
    check.problems
}

/// Returns for each bucket that any configuration of the scenario ever replicates from or to, where
/// its versions may come to be: itself and, by Batch Replication also over others, what its enabled
/// rules name.
fn replicating(draft: &ScenarioDraft) -> BTreeMap<&BucketName, BTreeSet<&BucketName>> {
    let first = draft.buckets.iter().filter_map(|(name, setup)| {
        setup.replication.as_ref().map(|configuration| (name, configuration))
    });
    let later = draft.events.iter().filter_map(|event| match &event.request {
        Request::PutReplication(configuration) => Some((&event.bucket, &**configuration)),
        _ => None,
    });
    let mut reach: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (name, configuration) in first.chain(later) {
        for rule in configuration.rules().iter().filter(|rule| rule.is_enabled()) {
            let to = rule.destination.bucket.name();
            reach.entry(name).or_default().extend([name, to]);
            reach.entry(to).or_default().insert(to);
        }
    }
    loop {
        let before = reach.clone();
        for places in reach.values_mut() {
            let further = places.iter().filter_map(|place| before.get(place)).flatten();
            *places = places.iter().chain(further).copied().collect();
        }
        if reach == before {
            return reach;
        }
    }
}

struct Check<'d> {
    draft: &'d ScenarioDraft,
    replicating: BTreeMap<&'d BucketName, BTreeSet<&'d BucketName>>,
    broken: BTreeSet<&'d BucketName>,
    /// Every key that was written, and in which bucket.
    keys: HashSet<(&'d ObjectKey, &'d BucketName)>,
    versions: HashSet<(&'d ObjectKey, &'d VersionId)>,
    now: Option<Timestamp>,
    problems: Vec<Problem>,
}

impl<'d> Check<'d> {
    fn event(&mut self, number: usize, event: &'d ScriptedEvent) {
        if let Some(now) = self.now.filter(|now| *now > event.at) {
            let text = format!("time runs backwards: {} comes after {now}", event.at);
            self.wrong(number, "At", text);
        }
        self.now = self.now.max(Some(event.at));
        if self.draft.buckets.contains_key(&event.bucket) {
            self.request(number, event);
        } else {
            let known: Vec<_> =
                self.draft.buckets.keys().take(10).map(|name| format!("`{name}`")).collect();
            let text = format!(
                "there is no bucket `{}` in the scenario; its buckets: {}",
                event.bucket,
                known.join(", ")
            );
            self.wrong(number, "Bucket", text);
        }
    }

    fn request(&mut self, number: usize, event: &'d ScriptedEvent) {
        match &event.request {
            Request::Fault(fault) => self.fault(number, &event.bucket, fault.is_some()),
            request => {
                let Some((key, id)) = request.version() else { return };
                if request.creates() {
                    self.creation(number, (&event.bucket, key), id);
                } else {
                    self.mention(number, (&event.bucket, key), id);
                }
            }
        }
    }

    fn creation(
        &mut self,
        number: usize,
        (bucket, key): (&'d BucketName, &'d ObjectKey),
        id: Option<&'d VersionId>,
    ) {
        self.keys.insert((key, bucket));
        let Some(id) = id else { return };
        if !self.versions.insert((key, id)) && !id.is_null() {
            let text =
                format!("version `{id}` of `{key}` was written before; S3 never gives an id twice");
            self.wrong(number, "VersionId", text);
        }
    }

    fn mention(
        &mut self,
        number: usize,
        (bucket, key): (&'d BucketName, &'d ObjectKey),
        id: Option<&'d VersionId>,
    ) {
        if !self.can_be_in(bucket, key) {
            let text = format!("no event before this one brings `{key}` into `{bucket}`");
            self.wrong(number, "Key", text);
        } else if let Some(id) = id
            && !id.is_null()
            && !self.versions.contains(&(key, id))
        {
            let text = format!("no event before this one writes version `{id}` of `{key}`");
            self.wrong(number, "VersionId", text);
        }
    }

    /// Returns true when the key was written in this bucket, or where it may come from.
    fn can_be_in(&self, bucket: &'d BucketName, key: &'d ObjectKey) -> bool {
        self.keys.contains(&(key, bucket))
            || self
                .replicating
                .iter()
                .any(|(from, places)| places.contains(bucket) && self.keys.contains(&(key, *from)))
    }

    fn fault(&mut self, number: usize, bucket: &'d BucketName, begins: bool) {
        if !self.replicating.contains_key(bucket) {
            let text = format!(
                "the fault strikes nothing: no enabled rule replicates from or to `{bucket}`"
            );
            self.wrong(number, "Bucket", text);
        } else if begins {
            self.broken.insert(bucket);
        } else if !self.broken.remove(bucket) {
            let text = format!("there is nothing to mend: `{bucket}` is not broken");
            self.wrong(number, "Fault", text);
        }
    }

    fn end(&mut self) {
        if let (Some(until), Some(last)) = (self.draft.until, self.now)
            && until < last
        {
            let message = format!("{until} lies before the last event, which is at {last}");
            let path = FieldPath::root().field("Until");
            self.problems.push(Problem { path, position: None, message });
        }
    }

    fn wrong(&mut self, number: usize, field: &'static str, message: String) {
        let path = FieldPath::root().field("Events").index(number).field(field);
        self.problems.push(Problem { path, position: None, message });
    }
}
