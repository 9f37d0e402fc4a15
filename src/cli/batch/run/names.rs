use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use s3_replication::ObjectVersion;
use s3_replication::batch::manifest;
use s3_replication::model::VersionId;

/// The versions on a list, each a number of eight bytes, of which the last bit says that it was
/// taken.
#[derive(Default)]
pub(super) struct Names {
    numbers: Vec<u64>,
}

const TAKEN: u64 = 1;

impl Names {
    /// Adds the version of a row, if it names one.
    pub(super) fn add_row(&mut self, row: &manifest::Row) {
        let id = row.version_id.as_ref();
        self.numbers.extend(id.map(|id| number(row.key.as_bytes(), id) & !TAKEN));
    }

    /// To be called before versions are taken.
    pub(super) fn sorted(mut self) -> Self {
        self.numbers.sort_unstable();
        self
    }

    /// Returns how often a version is listed, and marks these rows as taken: the next time there
    /// are none left.
    pub(super) fn take(&mut self, version: &ObjectVersion<'_>) -> u64 {
        let Some(id) = version.version_id else { return 0 };
        let number = number(version.key, id) & !TAKEN;
        let start = self.numbers.partition_point(|other| *other < number);
        let same = self.numbers.iter_mut().skip(start).take_while(|other| **other == number);
        // They stay in order, for no number lies between.
        same.map(|row| *row |= TAKEN).count() as u64
    }

    /// Returns how many rows were not taken.
    pub(super) fn left(&self) -> u64 {
        self.numbers.iter().filter(|number| **number & TAKEN == 0).count() as u64
    }
}

/// Returns the number of a version.
pub(super) fn number(key: &[u8], id: &VersionId) -> u64 {
    let mut hasher = DefaultHasher::new();
    (key, id).hash(&mut hasher);
    hasher.finish()
}
