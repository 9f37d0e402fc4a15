//! The input of a job: its manifest, if it brings one, and the versions of the source bucket.
//!
//! S3 reads a manifest differently from a person: a row that it cannot read fails the job, and the
//! rows before it count for nothing. So reading ends with one of two results, [`Read::ToEnd`] or
//! [`Read::JobFails`], apart from files that cannot be opened here.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::rc::Rc;
use std::str::FromStr;

use s3_replication::ObjectVersion;
use s3_replication::batch::checksum::Md5Checksum;
use s3_replication::batch::facts::{Fact, FactSet};
use s3_replication::batch::inventory::Field;
use s3_replication::batch::job;
use s3_replication::batch::manifest::{self, RowError};
use s3_replication::batch::request::{
    JobManifest, JobManifestLocation, JobSource, JobSpecification,
};
use s3_replication::dialect::job::EmptyVersionId;
use s3_replication::model::{BucketName, EncryptionStatus, KnownBuckets, VersionId};
use s3_replication::replication::FailureReason;
use s3_replication::text::Visible;

use crate::cli::batch::findings;
use crate::cli::cores::Part;
use crate::cli::counts::counted_all;
use crate::cli::files::Content;
use crate::cli::input::Input;
use crate::cli::inventory::{self, Inventory};
use crate::cli::object::{Item, Objects, Problem, Supplement};
use crate::cli::progress::Progress;
use crate::cli::suggestion::did_you_mean;
use crate::cli::{Failure, Status, output};

/// The source of the tasks of a job.
pub(super) enum Manifest {
    /// S3 generates the manifest.
    Generated,
    Csv {
        file: Input,
        fields: manifest::Fields,
        location: JobManifestLocation,
    },
    Inventory {
        document: Input,
        inventory: Rc<Inventory>,
        location: JobManifestLocation,
    },
}

/// The way in which reading a manifest ended.
pub(super) enum Read {
    /// All rows were read; the status is that of the files.
    ToEnd(Status),
    /// S3 would fail the job at this point.
    JobFails(job::Failure),
}

impl Manifest {
    /// Returns the manifest of a job. A job that lets S3 generate it must not be given one.
    pub(super) fn find(
        specification: &JobSpecification,
        file: Option<&Input>,
    ) -> Result<Self, Failure> {
        let wrong = |message: &str| Err(Failure::Message(message.to_owned()));
        match (specification.source(), file) {
            (JobSource::Generator(_), None) => Ok(Self::Generated),
            (JobSource::Generator(_), Some(_)) => {
                wrong("S3 generates the manifest of this job; leave out `--manifest`")
            }
            (JobSource::Manifest(_), None) => {
                wrong("the job brings its own manifest; give it with `--manifest FILE`")
            }
            (JobSource::Manifest(manifest), Some(file)) => Self::of_job(manifest, file),
        }
    }

    /// Returns the manifest that a job brings.
    fn of_job(manifest: &JobManifest, file: &Input) -> Result<Self, Failure> {
        let location = manifest.location.clone();
        if manifest.format == manifest::Format::S3InventoryReportCsv20161130 {
            let (document, inventory) = (file.clone(), inventory::required_manifest(file)?.into());
            return Ok(Self::Inventory { document, inventory, location });
        }
        // A job that the service accepts declares its columns.
        let fields = manifest::Fields::new(manifest.fields.clone().unwrap_or_default());
        let fields = fields.map_err(|error| Failure::Message(error.to_string()))?;
        Ok(Self::Csv { file: file.clone(), fields, location })
    }

    /// Calls `take` with each row, up to one that fails the job.
    pub(super) fn each(
        &self,
        known: &KnownBuckets,
        mut take: impl FnMut(Result<manifest::Row, RowError>),
    ) -> Result<Read, Failure> {
        let mut progress = Progress::before_answers("rows");
        let mut status = Status::Clean;
        match self {
            Self::Generated => {}
            Self::Csv { file, fields, location } => {
                let mut content = Content::open_measured(file)?;
                if let Some(format) = content.other_format().map_err(|error| file.unread(&error))? {
                    output::error(&format!(
                        "`{file}` is {format}; the manifest of a job is CSV in UTF-8"
                    ));
                    // S3 creates the job, which fails when its manifest is read. So this is an
                    // answer, not a wrong call.
                    return Ok(Read::JobFails(findings::not_csv_failure()));
                }
                let is_compressed = content.is_compressed();
                let rows = manifest::Reader::new(content, fields).named(file.to_string());
                match read_rows(rows, &mut progress, &mut take) {
                    Ok(rows) => {
                        // The checksum is complete when the last row was read: the file is read
                        // once.
                        let checksum = rows.into_inner().measured().map(|(checksum, _)| checksum);
                        let failure = checksum.and_then(|checksum| {
                            if is_compressed {
                                compressed(file, location, checksum, known)
                            } else {
                                changed(file, location, checksum, known, true)
                            }
                        });
                        if let Some(failure) = failure {
                            return Ok(Read::JobFails(failure));
                        }
                    }
                    Err(error) => return end_at(&error),
                }
            }
            Self::Inventory { document, inventory, location } => {
                if let Some(failure) =
                    changed(document, location, inventory.checksum(), known, false)
                {
                    return Ok(Read::JobFails(failure));
                }
                for (file, rows) in inventory.files_of_job() {
                    match read_rows(rows?, &mut progress, &mut take) {
                        Ok(rows) => {
                            if let Some(difference) = inventory::difference(file, rows.into_inner())
                            {
                                output::error(&difference);
                                status = Status::Wrong;
                            }
                        }
                        Err(error) => return end_at(&error),
                    }
                }
            }
        }
        Ok(Read::ToEnd(status))
    }
}

/// Reads the rows of a file up to one that ends the manifest, which is returned as the error.
fn read_rows(
    mut rows: manifest::Reader<Content>,
    progress: &mut Progress,
    take: &mut impl FnMut(Result<manifest::Row, RowError>),
) -> Result<manifest::Reader<Content>, Box<RowError>> {
    while let Some(row) = rows.next() {
        // Only a remark: the row is judged below like any other.
        if rows.line() == 1 && has_header(&row, &rows) {
            output::remark(&format!(
                "note: {}:1: the row contains the names of the columns, which S3 takes for an object; \
                 remove it\n",
                Visible(rows.file())
            ));
        }
        match row {
            // A row that makes its task fail is passed on, as the job goes on after it.
            Err(error) if error.consequence().is_none() || error.fails_job() => {
                progress.clear();
                return Err(error.into());
            }
            row => take(row),
        }
        progress.advance();
    }
    progress.clear();
    Ok(rows)
}

/// Returns true for a row with the names of columns, in any case.
fn has_header(row: &Result<manifest::Row, RowError>, rows: &manifest::Reader<Content>) -> bool {
    let found = manifest::Check::new().row(row.as_ref(), &rows.place());
    found.iter().any(|finding| finding.code == "header-row")
}

/// Ends a manifest at a row: S3 fails the job for the row, or the file cannot be read.
fn end_at(error: &RowError) -> Result<Read, Failure> {
    match error.job_failure() {
        Some(failure) => {
            output::error(&error.to_string());
            Ok(Read::JobFails(failure.clone()))
        }
        None => Err(Failure::Message(error.to_string())),
    }
}

/// Returns the failure of the job whose manifest is compressed here. S3 reads the object as it is
/// stored, so the job fails unless it is stored decompressed (REP-940).
fn compressed(
    file: &Input,
    location: &JobManifestLocation,
    checksum: Md5Checksum,
    known: &KnownBuckets,
) -> Option<job::Failure> {
    if location.has_e_tag(&checksum.to_string()) {
        output::error(&format!(
            "`{file}` is compressed with gzip, and a job reads its manifest as it is stored; upload \
             it decompressed"
        ));
        return Some(findings::not_csv_failure());
    }
    output::remark(&format!(
        "note: `{file}` is compressed with gzip; a job reads its manifest as it is stored, so upload \
         it decompressed\n"
    ));
    // The standard input cannot be read again.
    let decompressed = match file {
        Input::File(_) => Content::open(file).ok().and_then(|content| content.checksum().ok()),
        Input::Stdin => None,
    };
    changed(file, location, decompressed.unwrap_or(checksum), known, true)
}

/// Returns the failure of the job when a file is not the object that the job names (REP-990). Two
/// kinds of `ETag` are no MD5 of the content, and prove nothing: that of a multipart upload, and
/// that of an object under a KMS key. For these there is a note.
fn changed(
    file: &Input,
    location: &JobManifestLocation,
    checksum: Md5Checksum,
    known: &KnownBuckets,
    is_csv: bool,
) -> Option<job::Failure> {
    let (named, actual) = (location.e_tag.trim_matches('"'), checksum.to_string());
    if location.has_e_tag(&actual) {
        return None;
    }
    if named.contains('-') {
        // The ETag of an object that was uploaded in parts is no checksum of the whole.
        output::remark(&format!(
            "note: the ETag {named} of a multipart upload cannot be compared with `{file}`\n"
        ));
        return None;
    }
    let bucket = location.object_arn.bucket();
    let facts = bucket.as_ref().and_then(|bucket| known.get(bucket));
    let encryption = facts.and_then(|facts| facts.default_encryption);
    if encryption.is_some_and(EncryptionStatus::is_kms) {
        // The ETag of an object that is encrypted with a KMS key is no checksum.
        let unread =
            if is_csv { "; a job cannot read such a manifest in CSV [REP-988]" } else { "" };
        output::remark(&format!(
            "note: the bucket of the manifest encrypts with a KMS key, so the ETag {named} cannot be \
             compared with `{file}`{unread}\n"
        ));
        return None;
    }
    output::error(&format!("`{file}` has the ETag {actual}, the job names {named}"));
    if let (None, Some(bucket), false) = (encryption, bucket, is_csv) {
        output::remark(&format!(
            "note: an object that is encrypted with a KMS key has an ETag that is no checksum; for \
             such a manifest add {{\"{bucket}\": {{\"DefaultEncryption\": \"SSE-KMS\"}}}} to \
             `--context`\n"
        ));
    }
    Some(job::Failure::manifest_changed())
}

/// The versions of the source bucket.
pub(super) enum Versions {
    Inventory(Rc<Inventory>),
    Objects(Input, Supplement),
}

/// One version.
pub(super) struct Listed<'v> {
    /// The bucket that an inventory names; objects do not name one.
    pub(super) bucket: Option<&'v BucketName>,
    /// The version, with an id.
    pub(super) version: ObjectVersion<'v>,
}

impl Versions {
    /// Takes an inventory, which must list versions, not only keys.
    pub(super) fn of_inventory(inventory: Rc<Inventory>) -> Result<Self, Failure> {
        if inventory.schema().has_version_ids() {
            return Ok(Self::Inventory(inventory));
        }
        let source = inventory.source();
        Err(Failure::Message(format!(
            "the inventory of `{source}` has no column `VersionId`, so its versions are unknown; \
             use an inventory of all versions"
        )))
    }

    /// Takes objects, one a line; an inventory in their place is recognised.
    pub(super) fn of_objects(objects: &Input, needs_tags: bool) -> Result<Self, Failure> {
        if let Some(inventory) = Inventory::recognise(objects)? {
            return Self::of_inventory(inventory.into());
        }
        Ok(Self::Objects(objects.clone(), Supplement { key: None, needs_tags }))
    }

    /// Returns the bucket, where an inventory names it.
    pub(super) fn source(&self) -> Option<&BucketName> {
        match self {
            Self::Inventory(inventory) => Some(inventory.source()),
            Self::Objects(..) => None,
        }
    }

    /// Returns the facts that are known about every version. A member that an object lacks has S3's
    /// default.
    pub(super) fn known_facts(&self) -> FactSet {
        match self {
            Self::Inventory(inventory) => inventory.schema().facts(),
            Self::Objects(..) => FactSet::ALL,
        }
    }

    /// Returns the names of the facts that are unknown.
    pub(super) fn unknown_facts(&self) -> Vec<&'static str> {
        self.known_facts().complement().iter().map(Fact::as_str).collect()
    }

    /// Calls `take` with each version. What cannot be read is reported on the standard error, and
    /// skipped. Objects and inventories may contain a version twice (an inventory is only eventually
    /// consistent); the first one counts.
    pub(super) fn each(
        &self,
        mut take: impl FnMut(Listed<'_>) -> Result<(), String>,
    ) -> Result<Status, Failure> {
        let mut reading = Reading {
            progress: Progress::before_answers("versions"),
            names: HashSet::new(),
            duplicates: 0,
            status: Status::Clean,
        };
        let noun = match self {
            Self::Inventory(inventory) => {
                reading.inventory(inventory, &mut take)?;
                "row"
            }
            Self::Objects(input, supplement) => {
                reading.objects(input, supplement, &mut take)?;
                "object"
            }
        };
        reading.progress.clear();
        if reading.duplicates > 0 {
            let duplicates = counted_all(reading.duplicates, &format!("duplicate {noun}"));
            output::remark(&format!("note: {duplicates} ignored\n"));
        }
        Ok(reading.status)
    }
}

/// The columns that matter in a store.
///
/// A column that does not matter costs time in every row.
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

/// The reading of versions: names seen so far, and the worst status.
struct Reading {
    progress: Progress,
    /// The versions so far, each as a hash of eight bytes.
    names: HashSet<u64>,
    duplicates: u64,
    status: Status,
}

impl Reading {
    /// Passes on the rows of an inventory, file by file.
    fn inventory(
        &mut self,
        inventory: &Inventory,
        take: &mut impl FnMut(Listed<'_>) -> Result<(), String>,
    ) -> Result<(), Failure> {
        let null = VersionId::null();
        let configure = |rows: manifest::Reader<Content>| {
            rows.with_columns(&COLUMNS).with_empty_version_id(EmptyVersionId::NullVersion)
        };
        self.progress.show_bytes(inventory.bytes_read());
        inventory.each_row(configure, |file, part| {
            match part {
                Part::Answer((line, Ok(row))) => {
                    let mut version = row.version();
                    // A bucket that never had versioning lists its versions without IDs. They are
                    // null versions.
                    let id = *version.version_id.get_or_insert(&null);
                    // Another bucket may have a version of the same name.
                    let is_other = row.bucket != *inventory.source();
                    if is_other || self.is_first(version.key, id) {
                        let listed = Listed { bucket: Some(&row.bucket), version };
                        if let Err(why) = take(listed) {
                            self.complain(&format!("{}:{line}: {why}", file.key));
                        }
                    }
                    self.progress.advance();
                }
                Part::Answer((_, Err(error))) => {
                    self.complain(&error.to_string());
                    self.progress.advance();
                }
                Part::End(Ok(None)) => {}
                // A file of the inventory that is damaged or missing. The others are read, so that
                // all mistakes show.
                Part::End(Ok(Some(message)) | Err(Failure::Message(message))) => {
                    self.complain(&message);
                }
                Part::End(Err(failure)) => return Err(failure),
            }
            Ok(())
        })
    }

    /// Passes on objects, one a line.
    fn objects(
        &mut self,
        input: &Input,
        supplement: &Supplement,
        take: &mut impl FnMut(Listed<'_>) -> Result<(), String>,
    ) -> Result<(), Failure> {
        let null = VersionId::null();
        Objects::open(input, supplement)?.each(|item| {
            let Item::Object(line, object) = item else { return Ok(()) };
            let taken = match object {
                Ok(object) => object.with_version(|version| {
                    let mut version = version.clone();
                    let id = *version.version_id.get_or_insert(&null);
                    if self.is_first(version.key, id) {
                        return take(Listed { bucket: None, version });
                    }
                    Ok(())
                }),
                Err(Problem(why)) => Err(why),
            };
            if let Err(why) = taken {
                self.complain(&format!("{input}:{line}: {why}"));
            }
            self.progress.advance();
            Ok(())
        })
    }

    /// Returns true for a version that is no duplicate. Eight bytes for a version instead of its
    /// key let a hundred million of them fit in memory. Two different versions with the same hash are
    /// possible, and would need some billions of versions to be likely.
    fn is_first(&mut self, key: &[u8], id: &VersionId) -> bool {
        let mut hasher = DefaultHasher::new();
        (key, id).hash(&mut hasher);
        let is_first = self.names.insert(hasher.finish());
        self.duplicates += u64::from(!is_first);
        is_first
    }

    /// Reports what cannot be read, and goes on.
    fn complain(&mut self, message: &str) {
        self.progress.clear();
        output::error(message);
        self.status = Status::Wrong;
    }
}

/// `BUCKET=CODE`: a bucket that refuses every request.
#[derive(Clone, Debug)]
pub(super) struct FailingBucket {
    pub(super) bucket: BucketName,
    pub(super) reason: FailureReason,
}

impl FromStr for FailingBucket {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((bucket, code)) = text.split_once('=') else {
            let example = "`backup=DstPutObjectNotPermitted`";
            return Err(format!("write a bucket and a failure reason, such as {example}"));
        };
        let bucket = bucket.parse::<BucketName>().map_err(|error| error.to_string())?;
        let reason = FailureReason::from(code);
        if reason.is_known() {
            return Ok(Self { bucket, reason });
        }
        let known = FailureReason::KNOWN.iter().map(FailureReason::as_str);
        Err(format!("`{code}` is not a failure reason of S3{}", did_you_mean(code, known)))
    }
}
