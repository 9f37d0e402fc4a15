//! What is in the source bucket.

use std::collections::HashSet;
use std::rc::Rc;

use s3_replication::ObjectVersion;
use s3_replication::batch::generator::{ListedFact, ListedFacts};
use s3_replication::batch::inventory::Field;
use s3_replication::dialect::job::EmptyVersionId;
use s3_replication::model::{BucketName, VersionId};

use super::names;
use crate::cli::input::Input;
use crate::cli::inventory::{self, Inventory};
use crate::cli::object::Problem;
use crate::cli::output;
use crate::cli::progress::Progress;
use crate::cli::{Failure, Status, stream};

/// The versions of the source bucket.
pub(super) enum Versions {
    Inventory(Rc<Inventory>),
    Objects(Input),
}

/// One of them.
pub(super) struct Found<'v> {
    /// The bucket that is said to hold it; objects do not say.
    pub(super) bucket: Option<&'v BucketName>,
    /// The version, with an id.
    pub(super) version: ObjectVersion<'v>,
}

impl Versions {
    /// Takes an inventory, which has to tell the versions of a key apart.
    pub(super) fn of_inventory(inventory: Rc<Inventory>) -> Result<Self, Failure> {
        if inventory.schema().has_version_ids() {
            return Ok(Self::Inventory(inventory));
        }
        let what = format!("the inventory of `{}` has no column `VersionId`", inventory.source());
        let how = "so nobody knows which versions there are; let it list all versions";
        Err(Failure::Message(format!("{what}, {how}")))
    }

    pub(super) fn of_objects(objects: &Input) -> Result<Self, Failure> {
        match Inventory::recognise(objects)? {
            Some(inventory) => Self::of_inventory(inventory.into()),
            None => Ok(Self::Objects(objects.clone())),
        }
    }

    /// Returns the bucket, where an inventory says it.
    pub(super) fn source(&self) -> Option<&BucketName> {
        match self {
            Self::Inventory(inventory) => Some(inventory.source()),
            Self::Objects(_) => None,
        }
    }

    /// Returns what is known of each version. What an object does not say is as S3 has it when
    /// nothing is said.
    pub(super) fn facts(&self) -> ListedFacts {
        match self {
            Self::Inventory(inventory) => ListedFacts::of_schema(inventory.schema()),
            Self::Objects(_) => ListedFacts::ALL,
        }
    }

    /// Returns what is not known, in the words of inventories.
    pub(super) fn not_known(&self) -> Vec<&'static str> {
        let known = self.facts();
        let facts = ListedFact::ALL.iter().copied().filter(|fact| !known.has(*fact));
        facts.map(ListedFact::as_str).collect()
    }

    /// Hands on version after version. What can't be read is named on the standard error, and the
    /// rest goes on. An object may tell again of a version, such as of what happened to it, and so
    /// may an inventory, which is consistent only in the end; the first one counts.
    pub(super) fn each(
        &self,
        mut take: impl FnMut(Found<'_>) -> Result<(), String>,
    ) -> Result<Status, Failure> {
        let mut reading = Reading {
            progress: Progress::before_answers("versions"),
            before: HashSet::new(),
            again: 0,
            status: Status::Clean,
        };
        let what = match self {
            Self::Inventory(inventory) => {
                reading.inventory(inventory, &mut take)?;
                "row"
            }
            Self::Objects(input) => {
                reading.objects(input, &mut take)?;
                "object"
            }
        };
        reading.progress.clear();
        if reading.again > 0 {
            let again = output::counted_all(reading.again, what);
            output::tell(&format!("note: {again} of versions told of before left out\n"));
        }
        Ok(reading.status)
    }
}

/// The columns that say something of what is stored.
const COLUMNS: [Field; 11] = [
    Field::IS_DELETE_MARKER,
    Field::SIZE,
    Field::LAST_MODIFIED_DATE,
    Field::STORAGE_CLASS,
    Field::REPLICATION_STATUS,
    Field::ENCRYPTION_STATUS,
    Field::OBJECT_LOCK_RETAIN_UNTIL_DATE,
    Field::OBJECT_LOCK_MODE,
    Field::OBJECT_LOCK_LEGAL_HOLD_STATUS,
    Field::INTELLIGENT_TIERING_ACCESS_TIER,
    Field::BUCKET_KEY_STATUS,
];

struct Reading {
    progress: Progress,
    /// The versions told of, each a number of eight bytes.
    before: HashSet<u64>,
    /// How often one of them was told of again.
    again: u64,
    status: Status,
}

impl Reading {
    fn inventory(
        &mut self,
        inventory: &Inventory,
        take: &mut impl FnMut(Found<'_>) -> Result<(), String>,
    ) -> Result<(), Failure> {
        for (file, rows) in inventory.files() {
            let mut rows = match rows {
                Ok(rows) => {
                    rows.with_facts(&COLUMNS).with_empty_version_id(EmptyVersionId::NullVersion)
                }
                Err(Failure::Message(message)) => {
                    self.wrong(&message);
                    continue;
                }
                Err(failure) => return Err(failure),
            };
            let null = VersionId::null();
            while let Some(row) = rows.next() {
                match row {
                    Ok(row) => {
                        let mut version = row.version();
                        let id = *version.version_id.get_or_insert(&null);
                        // Another bucket may have a version of the same name.
                        let is_other = row.bucket != *inventory.source();
                        if is_other || self.is_first(version.key, id) {
                            let found = Found { bucket: Some(&row.bucket), version };
                            if let Err(why) = take(found) {
                                self.wrong(&format!("{}:{}: {why}", rows.file(), rows.line()));
                            }
                        }
                    }
                    Err(fault) => self.wrong(&fault.to_string()),
                }
                self.progress.advance();
            }
            if let Some(difference) = inventory::difference(file, rows) {
                self.wrong(&difference);
            }
        }
        Ok(())
    }

    fn objects(
        &mut self,
        input: &Input,
        take: &mut impl FnMut(Found<'_>) -> Result<(), String>,
    ) -> Result<(), Failure> {
        let (mut lines, null) = (input.lines()?, VersionId::null());
        while let Some(line) = lines.next()? {
            let taken = match stream::read(&line) {
                Ok(None) => continue,
                Ok(Some(object)) => object.with_version(|version| {
                    let mut version = version.clone();
                    let id = *version.version_id.get_or_insert(&null);
                    if self.is_first(version.key, id) {
                        return take(Found { bucket: None, version });
                    }
                    Ok(())
                }),
                Err(Problem(why)) => Err(why),
            };
            if let Err(why) = taken {
                self.wrong(&format!("{input}:{}: {why}", line.number));
            }
            self.progress.advance();
        }
        Ok(())
    }

    /// Returns true for a version that was not told of before.
    fn is_first(&mut self, key: &[u8], id: &VersionId) -> bool {
        let is_first = self.before.insert(names::number(key, id));
        self.again += u64::from(!is_first);
        is_first
    }

    fn wrong(&mut self, message: &str) {
        self.progress.clear();
        output::complain(message);
        self.status = Status::Wrong;
    }
}
