//! What is in the source bucket.

use s3_replication::ObjectVersion;
use s3_replication::batch::{EmptyVersionId, ListedFact, ListedFacts, ManifestVersions};
use s3_replication::model::{BucketName, VersionId};

use crate::cli::input::Input;
use crate::cli::inventory::{self, Inventory};
use crate::cli::object::Problem;
use crate::cli::output;
use crate::cli::progress::Progress;
use crate::cli::{Failure, Status, stream};

/// The versions of the source bucket.
pub(super) enum Versions {
    Inventory(Inventory),
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
    pub(super) fn of_inventory(document: &Input) -> Result<Self, Failure> {
        inventory::required(document).map(Self::Inventory)
    }

    pub(super) fn of_objects(objects: &Input) -> Result<Self, Failure> {
        let inventory = Inventory::recognise(objects)?;
        Ok(inventory.map_or_else(|| Self::Objects(objects.clone()), Self::Inventory))
    }

    /// Returns the bucket, where an inventory says it.
    pub(super) const fn source(&self) -> Option<&BucketName> {
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
    /// rest goes on.
    pub(super) fn each(
        &self,
        mut take: impl FnMut(Found<'_>) -> Result<(), String>,
    ) -> Result<Status, Failure> {
        let mut reading =
            Reading { progress: Progress::before_answers("versions"), status: Status::Clean };
        match self {
            Self::Inventory(inventory) => reading.inventory(inventory, &mut take)?,
            Self::Objects(input) => reading.objects(input, &mut take)?,
        }
        reading.progress.clear();
        Ok(reading.status)
    }
}

struct Reading {
    progress: Progress,
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
                Ok(rows) => rows
                    .with_empty_version_id(EmptyVersionId::NullVersion)
                    .with_versions(ManifestVersions::Optional),
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
                        version.version_id.get_or_insert(&null);
                        if let Err(why) = take(Found { bucket: Some(&row.bucket), version }) {
                            self.wrong(&format!("{}:{}: {why}", rows.file(), rows.line()));
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
                Ok(Some(object)) => object.ask(|version| {
                    let mut version = version.clone();
                    version.version_id.get_or_insert(&null);
                    take(Found { bucket: None, version })
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

    fn wrong(&mut self, message: &str) {
        self.progress.clear();
        output::complain(message);
        self.status = Status::Wrong;
    }
}
