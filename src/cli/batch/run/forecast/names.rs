use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use s3_replication::model::VersionId;

/// The versions on a list, each a number of eight bytes.
#[derive(Default)]
pub(super) struct Names {
    numbers: Vec<u64>,
    taken: usize,
}

impl Names {
    pub(super) fn add(&mut self, key: &[u8], id: &VersionId) {
        self.numbers.push(number(key, id));
    }

    /// To be called before versions are taken.
    pub(super) fn sort(&mut self) {
        self.numbers.sort_unstable();
    }

    /// Returns how often a version is listed, and counts that as taken.
    pub(super) fn take(&mut self, key: &[u8], id: &VersionId) -> usize {
        let number = number(key, id);
        let start = self.numbers.partition_point(|other| *other < number);
        let same = self.numbers.iter().skip(start).take_while(|other| **other == number).count();
        self.taken += same;
        same
    }

    /// Returns how many rows were not taken.
    pub(super) fn left(&self) -> u64 {
        self.numbers.len().saturating_sub(self.taken) as u64
    }
}

fn number(key: &[u8], id: &VersionId) -> u64 {
    let mut hasher = DefaultHasher::new();
    (key, id).hash(&mut hasher);
    hasher.finish()
}
