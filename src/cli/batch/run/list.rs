//! The list of a job that brings one.

use std::rc::Rc;

use s3_replication::batch::checksum::Md5Checksum;
use s3_replication::batch::job;
use s3_replication::batch::manifest::{self, RowError};
use s3_replication::batch::request::{
    JobManifest, JobManifestLocation, JobSource, JobSpecification,
};

use crate::cli::files::Content;
use crate::cli::input::Input;
use crate::cli::inventory::{self, Inventory};
use crate::cli::output;
use crate::cli::progress::Progress;
use crate::cli::{Failure, Status};

/// Where the tasks of a job come from.
pub(super) enum List {
    /// S3 makes the list.
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

/// How the reading of a list ended.
pub(super) enum Read {
    Whole(Status),
    /// The job fails.
    Fails(job::Failure),
}

impl List {
    pub(super) fn find(
        specification: &JobSpecification,
        file: Option<&Input>,
    ) -> Result<Self, Failure> {
        let wrong = |message: &str| Err(Failure::Message(message.to_owned()));
        match (specification.source(), file) {
            (JobSource::Generator(_), None) => Ok(Self::Generated),
            (JobSource::Generator(_), Some(_)) => {
                wrong("the job has S3 make its list; leave `--manifest` out")
            }
            (JobSource::Manifest(_), None) => {
                wrong("the job brings a list of its own; give it with `--manifest FILE`")
            }
            (JobSource::Manifest(manifest), Some(file)) => Self::of_manifest(manifest, file),
        }
    }

    fn of_manifest(manifest: &JobManifest, file: &Input) -> Result<Self, Failure> {
        let location = manifest.location.clone();
        if manifest.format == manifest::Format::S3InventoryReportCsv20161130 {
            let (document, inventory) = (file.clone(), inventory::required(file)?.into());
            return Ok(Self::Inventory { document, inventory, location });
        }
        // A job that the service takes declares its columns.
        let fields = manifest::Fields::new(manifest.fields.clone().unwrap_or_default());
        let fields = fields.map_err(|error| Failure::Message(error.to_string()))?;
        Ok(Self::Csv { file: file.clone(), fields, location })
    }

    /// Hands on row after row, up to one that fails the job.
    pub(super) fn each(
        &self,
        mut take: impl FnMut(Result<manifest::Row, RowError>),
    ) -> Result<Read, Failure> {
        let mut progress = Progress::before_answers("rows");
        let mut status = Status::Clean;
        match self {
            Self::Generated => {}
            Self::Csv { file, fields, location } => {
                let content = Content::open_measured(file)?;
                let rows = manifest::Reader::new(content, fields).named(file.to_string());
                match read(rows, &mut progress, &mut take) {
                    Ok(rows) => {
                        let measured = rows.into_inner().measured();
                        if let Some(fails) =
                            measured.and_then(|(checksum, _)| changed(file, location, checksum))
                        {
                            return Ok(fails);
                        }
                    }
                    Err(stop) => return stop.told(),
                }
            }
            Self::Inventory { document, inventory, location } => {
                if let Some(fails) = changed(document, location, inventory.checksum()) {
                    return Ok(fails);
                }
                for (file, rows) in inventory.files_of_job() {
                    match read(rows?, &mut progress, &mut take) {
                        Ok(rows) => {
                            if let Some(difference) = inventory::difference(file, rows) {
                                output::complain(&difference);
                                status = Status::Wrong;
                            }
                        }
                        Err(stop) => return stop.told(),
                    }
                }
            }
        }
        Ok(Read::Whole(status))
    }
}

/// A row behind which a list is not read.
struct Stop(Box<RowError>);

impl Stop {
    fn told(self) -> Result<Read, Failure> {
        let Self(fault) = self;
        match fault.job_failure() {
            Some(failure) => {
                output::complain(&fault.to_string());
                Ok(Read::Fails(failure.clone()))
            }
            None => Err(Failure::Message(fault.to_string())),
        }
    }
}

fn read(
    mut rows: manifest::Reader<Content>,
    progress: &mut Progress,
    take: &mut impl FnMut(Result<manifest::Row, RowError>),
) -> Result<manifest::Reader<Content>, Stop> {
    for row in rows.by_ref() {
        match row {
            Err(fault) if fault.consequence().is_none() || fault.fails_job() => {
                progress.clear();
                return Err(Stop(Box::new(fault)));
            }
            row => take(row),
        }
        progress.advance();
    }
    progress.clear();
    Ok(rows)
}

/// Returns with what the job fails when a file is not the one that it names (REP-990).
fn changed(file: &Input, location: &JobManifestLocation, checksum: Md5Checksum) -> Option<Read> {
    let (named, found) = (location.e_tag.trim_matches('"'), checksum.to_string());
    if location.has_e_tag(&found) {
        return None;
    }
    if named.contains('-') {
        // That of an object that was uploaded in parts is no checksum of the whole.
        output::tell(&format!("note: nobody can tell whether `{file}` has the ETag {named}\n"));
        return None;
    }
    output::complain(&format!("`{file}` has the ETag {found}, the job names {named}"));
    Some(Read::Fails(job::Failure::manifest_changed()))
}
