//! The input of a job: its manifest, if it brings one, and the versions of the source bucket.
//!
//! S3 reads a manifest differently from a person: a row that it cannot read fails the job, and the
//! rows before it count for nothing. So reading ends with one of two results, [`Read::ToEnd`] or
//! [`Read::JobFails`], apart from files that cannot be opened here.
//!
//! ```text
//! job with a generator           Manifest::Generated, no rows
//! job with a CSV manifest        Manifest::Csv, the file of `--manifest`
//! job with an inventory          Manifest::Inventory, its data files beside the document
//!
//! --inventory manifest.json      Versions::Inventory, the rows of the data files
//! --objects objects.jsonl        Versions::Objects, as `decide` reads them
//! ```
//!
//! Rows and versions go to closures, one by one, so that a dry run keeps no more of a version than
//! its hash. Both `run` (a forecast) and `execute` read in this way. Notes and mistakes are printed
//! where they are found; what is returned is only the status.

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
use crate::cli::columns;
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
///
/// It knows where the manifest is here (`file`, `document`), and where the job has it (`location`),
/// for the comparison of the ETag.
pub(super) enum Manifest {
    /// S3 generates the manifest. The rows are those that the store or the dry run lists.
    Generated,
    /// Rows in columns that the job declares.
    Csv {
        /// The manifest here, compressed or not.
        file: Input,
        /// The columns that the job declares.
        fields: manifest::Fields,
        /// The manifest in the bucket, with the ETag that the job names.
        location: JobManifestLocation,
    },
    /// An inventory, of which a job reads bucket, key and version ID only.
    Inventory {
        /// The `manifest.json` here.
        document: Input,
        /// The same document, read. The versions may come from it, too.
        inventory: Rc<Inventory>,
        /// The document in the bucket, with the ETag that the job names.
        location: JobManifestLocation,
    },
}

/// The way in which reading a manifest ended.
pub(super) enum Read {
    /// All rows were read; the status is that of the files: `Wrong` if one differs from its
    /// checksum.
    ToEnd(Status),
    /// S3 would fail the job at this point.
    ///
    /// The rows before were handed over already, and count for nothing.
    JobFails(job::Failure),
}

impl Manifest {
    /// Returns the manifest of a job. A job that brings one takes the next of the files; one that lets
    /// S3 generate it takes none.
    ///
    /// Errors: no file is left, and a document that is not an inventory where the job has one.
    pub(super) fn find<'f>(
        specification: &JobSpecification,
        mut files: impl Iterator<Item = &'f Input>,
    ) -> Result<Self, Failure> {
        let JobSource::Manifest(manifest) = specification.source() else {
            return Ok(Self::Generated);
        };
        let Some(file) = files.next() else {
            let message = "the job brings its own manifest; give it with `--manifest FILE`";
            return Err(Failure::Message(message.to_owned()));
        };
        Self::of_job(manifest, file)
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

    /// Calls `take` with each row, up to one that fails the job. Call it once: the standard input
    /// cannot be read again.
    ///
    /// ```text
    /// generated                          no rows, ToEnd
    /// CSV that is another format         no rows, JobFails
    /// a row that S3 does not accept      the rows before, JobFails
    /// a row that fails its own task      handed over as an error, and the next ones follow
    /// an ETag that differs               JobFails, after rows of CSV, before those of an inventory
    /// a file that cannot be read         an error, which ends the command
    /// ```
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
            // The document was read when the job was, so its checksum is known before the rows.
            Self::Inventory { document, inventory, location } => {
                if let Some(failure) =
                    changed(document, location, inventory.checksum(), known, false)
                {
                    return Ok(Read::JobFails(failure));
                }
                for (file, rows) in inventory.files_of_job() {
                    match read_rows(rows?, &mut progress, &mut take) {
                        Ok(rows) => {
                            // A damaged download, not a failure of S3. The other files are read to
                            // show all of them.
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
///
/// Returns the reader at its end, for the checksum of the file.
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
            // No consequence in S3: the file cannot be read here.
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
///
/// By the check of the library, for this one row.
fn has_header(row: &Result<manifest::Row, RowError>, rows: &manifest::Reader<Content>) -> bool {
    let found = manifest::Check::new().row(row.as_ref(), &rows.place());
    found.iter().any(|finding| finding.code == "header-row")
}

/// Ends a manifest at a row: S3 fails the job for the row, or the file cannot be read.
///
/// The row is printed with its place in the first case only: in the second one the caller prints
/// it.
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
///
/// ```text
/// ETag of the job                 result
/// that of the compressed file     the job fails: it is stored compressed
/// that of the decompressed file   a note, and no failure
/// another                         as `changed` decides
/// ```
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
///
/// `is_csv` is false for the document of an inventory, which a job can read under a KMS key.
///
/// ```text
/// ETag of the job     encryption of its bucket    result
/// equal               any                         none
/// with a hyphen       any                         none, and a note
/// another             a KMS key                   none, and a note
/// another             another, or unknown         the job fails
/// ```
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
    // A checksum has hexadecimal digits only; that of parts ends with their number, such as `-2`.
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
    // The encryption is unknown, so it may be the cause. A CSV manifest under a KMS key fails as
    // well.
    if let (None, Some(bucket), false) = (encryption, bucket, is_csv) {
        output::remark(&format!(
            "note: an object that is encrypted with a KMS key has an ETag that is not a checksum; for \
             such a manifest add {{\"{bucket}\": {{\"DefaultEncryption\": \"SSE-KMS\"}}}} to \
             `--context`\n"
        ));
    }
    Some(job::Failure::manifest_changed())
}

/// The versions of the source bucket, before they are read.
pub(super) enum Versions {
    Inventory(Rc<Inventory>),
    /// The supplement has no key: all objects would have the same one.
    Objects(Input, Supplement),
}

/// One version, on its way to a closure. It borrows from the row or the object, and is gone after
/// it.
pub(super) struct Listed<'v> {
    /// The bucket that an inventory names; objects do not name one.
    pub(super) bucket: Option<&'v BucketName>,
    /// The version, with an id.
    pub(super) version: ObjectVersion<'v>,
}

impl Versions {
    /// Takes an inventory, which must list versions, not only keys.
    ///
    /// Without IDs, all versions of a key would be the same one, of which the first counts.
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

    /// Takes objects, one per line; an inventory in their place is recognised. `needs_tags` is true
    /// if rules select by tags, so that an object with a number of tags and without them is
    /// refused.
    pub(super) fn of_objects(objects: &Input, needs_tags: bool) -> Result<Self, Failure> {
        if let Some(inventory) = Inventory::recognise(objects)? {
            return Self::of_inventory(inventory.into());
        }
        Ok(Self::Objects(objects.clone(), Supplement { key: None, needs_tags }))
    }

    /// Returns the bucket, where an inventory names it. For objects `--source-bucket` or a job
    /// names it.
    pub(super) fn source(&self) -> Option<&BucketName> {
        match self {
            Self::Inventory(inventory) => Some(inventory.source()),
            Self::Objects(..) => None,
        }
    }

    /// Returns the facts that are known about every version. A member that an object lacks has S3's
    /// default.
    ///
    /// A column that an inventory lacks, and always the tags of one, are unknown.
    pub(super) fn known_facts(&self) -> FactSet {
        match self {
            Self::Inventory(inventory) => inventory.schema().facts(),
            Self::Objects(..) => FactSet::ALL,
        }
    }

    /// Returns the names of the facts that are unknown.
    ///
    /// Empty for objects. The names are those of columns, and `Tags`.
    pub(super) fn unknown_facts(&self) -> Vec<&'static str> {
        self.known_facts().complement().iter().map(Fact::as_str).collect()
    }

    /// Calls `take` with each version. What cannot be read is reported on the standard error, and
    /// skipped. Objects and inventories may contain a version twice (an inventory is only
    /// eventually consistent); the first one counts.
    ///
    /// An error of `take` is a sentence about the version. It is reported with the place of the
    /// version, and counts as what cannot be read. Every version has an ID: that of the null
    /// version where none is given.
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

/// Returns the columns that are read. A store knows by itself which version is current and how each was
/// uploaded, and an odd value in a column that is read is a mistake.
fn columns() -> Vec<Field> {
    let is_derived =
        |field: &Field| matches!(field, &Field::IS_LATEST | &Field::IS_MULTIPART_UPLOADED);
    let read = Field::KNOWN.iter().filter(|field| columns::is_read(field) && !is_derived(field));
    read.cloned().collect()
}

/// The reading of versions: names seen so far, and the worst status.
struct Reading {
    progress: Progress,
    /// The versions so far, each as a hash of eight bytes.
    ///
    /// One set for all files: a version may be in two of them.
    names: HashSet<u64>,
    /// The versions that were given again, and did not count.
    duplicates: u64,
    /// `Wrong` once something could not be read.
    status: Status,
}

impl Reading {
    /// Passes on the rows of an inventory, file by file. A file or a row that cannot be read is a
    /// complaint, and the others follow.
    fn inventory(
        &mut self,
        inventory: &Inventory,
        take: &mut impl FnMut(Listed<'_>) -> Result<(), String>,
    ) -> Result<(), Failure> {
        let columns = columns();
        // Made once, because each version borrows it.
        let null = VersionId::null();
        let configure = |rows: manifest::Reader<Content>| {
            rows.with_columns(&columns).with_empty_version_id(EmptyVersionId::NullVersion)
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

    /// Passes on objects, one per line. The error is an input that cannot be read, or that is
    /// something else altogether; one object is a complaint.
    fn objects(
        &mut self,
        input: &Input,
        supplement: &Supplement,
        take: &mut impl FnMut(Listed<'_>) -> Result<(), String>,
    ) -> Result<(), Failure> {
        let null = VersionId::null();
        Objects::open(input, supplement)?.each(|item| {
            // A pause is for programs that answer each object. Here the answer comes at the end.
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

    /// Returns true for a version that is not a duplicate. Eight bytes for a version instead of its
    /// key let a hundred million of them fit in memory. Two different versions with the same hash are
    /// possible, and would need some billions of versions to be likely.
    ///
    /// The bucket is not part of the name, so versions of other buckets must not get here.
    fn is_first(&mut self, key: &[u8], id: &VersionId) -> bool {
        let mut hasher = DefaultHasher::new();
        (key, id).hash(&mut hasher);
        let is_first = self.names.insert(hasher.finish());
        self.duplicates += u64::from(!is_first);
        is_first
    }

    /// Reports what cannot be read, and goes on. The counter makes way for the message.
    fn complain(&mut self, message: &str) {
        self.progress.clear();
        output::error(message);
        self.status = Status::Wrong;
    }
}

/// `BUCKET=CODE`: a bucket that refuses every request.
///
/// The refusal affects replication from and to the bucket, and what jobs write into it.
#[derive(Clone, Debug)]
pub(super) struct FailingBucket {
    /// A bucket of the jobs; `execute` refuses any other name.
    pub(super) bucket: BucketName,
    /// The error code of the tasks that meet the bucket.
    pub(super) reason: FailureReason,
}

impl FromStr for FailingBucket {
    type Err = String;

    /// Parses `BUCKET=CODE`. The code must be one that this crate knows: a misspelled one would be
    /// a failure that S3 does not have.
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
