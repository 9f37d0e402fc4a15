//! The files of an inventory: found, decompressed, and compared with the document.
//!
//! A document names data files and their checksums. Each file is opened when its turn comes and
//! compared with its checksum when its rows were read, so an inventory of any size takes constant
//! memory.
//!
//! ```text
//! manifest.json        the document: source bucket, columns, and for each file key, size, checksum
//! manifest.checksum    the checksum of the document
//! data/1.csv.gz        rows, found by `files::beside`
//! data/2.csv.gz
//! ```
//!
//! The document and the rows are parsed by `batch` of the library, and `cores` reads several files
//! at once. `decide` and `explain` take the rows as objects, `batch manifest` and `batch check` as
//! versions, and `batch run` as the input of a job.

use std::io::BufRead as _;

use s3_replication::batch::checksum::Md5Checksum;
use s3_replication::batch::inventory::{self, FileFormat};
use s3_replication::batch::manifest;
use s3_replication::form::DocumentKind;
use s3_replication::model::BucketName;

use crate::cli::Failure;
#[cfg(feature = "parquet")]
use crate::cli::columnar::Columnar;
use crate::cli::cores::{self, Part};
use crate::cli::files::{self, Content};
use crate::cli::input::Input;
use crate::cli::progress::BytesRead;
use crate::cli::rows::{self, FileEnd, Pieces, RowOfFile, Rows};

/// An inventory whose document has been read.
///
/// The checksum of the document is compared when it is read; what follows from a difference is up
/// to the command.
pub(super) struct Inventory {
    /// The document. The other files are looked for beside it.
    document: Input,
    /// The content of the document.
    manifest: inventory::Manifest,
    /// The checksum of the document, as it was read.
    checksum: Md5Checksum,
    /// The difference to the checksum in the file beside the document, in words; `None` if they are
    /// equal or there is no such file.
    unlike_checksum: Option<String>,
    /// The bytes that were read of all data files, of those that the document states.
    bytes: BytesRead,
}

/// The file beside the document that holds its checksum.
const CHECKSUM: &str = "manifest.checksum";

impl Inventory {
    /// Reads the document of an inventory that is the manifest of a job, which has to be CSV.
    pub(super) fn read_manifest(
        document: &Input,
        bytes: &[u8],
    ) -> Result<Self, inventory::InvalidManifest> {
        Ok(Self::new(document, bytes, inventory::Manifest::from_json(bytes)?))
    }

    /// Reads the document of an inventory in any format. A document that differs from its checksum is
    /// returned: what follows is up to the caller.
    fn read(document: &Input, bytes: &[u8]) -> Result<Self, inventory::InvalidManifest> {
        Ok(Self::new(document, bytes, inventory::Manifest::from_json_of_any_format(bytes)?))
    }

    fn new(document: &Input, bytes: &[u8], manifest: inventory::Manifest) -> Self {
        let unlike_checksum = files::unlike_checksum(document, bytes, CHECKSUM);
        let (document, checksum) = (document.clone(), Md5Checksum::of(bytes));
        // The document states the sizes, so the counter can show the time that is left.
        let sizes = manifest.files.iter().map(|file| file.size);
        let bytes = BytesRead::of(sizes.fold(0, u64::saturating_add));
        Self { document, manifest, checksum, unlike_checksum, bytes }
    }

    /// Reads the document of an inventory; returns `None` for a file of objects.
    ///
    /// A pipe is taken for objects: looking at its beginning would take that away from them.
    ///
    /// A document that is an inventory and has a mistake is an error, and so is one that differs
    /// from its checksum: its list of files may be incomplete.
    pub(super) fn recognise(input: &Input) -> Result<Option<Self>, Failure> {
        // Only a file can be opened twice.
        if !matches!(input, Input::File(path) if path.is_file()) {
            return Ok(None);
        }
        let mut content = Content::open(input)?;
        let beginning = content.fill_buf().map_err(|error| input.unread(&error))?;
        if !has_schema(beginning) {
            return Ok(None);
        }
        match Self::read(input, &content.read_document(input)?) {
            Ok(inventory) => inventory.intact().map(Some),
            Err(error) => Err(Failure::Message(format!("{input}: {error}"))),
        }
    }

    /// Returns the difference between the document and its checksum in `manifest.checksum`.
    pub(super) fn unlike_checksum(&self) -> Option<&str> {
        self.unlike_checksum.as_deref()
    }

    /// Refuses a document that differs from its checksum, and one whose data files cannot be read
    /// here. The first was changed or is incomplete, and an answer about it would look like one about
    /// the whole inventory.
    fn intact(self) -> Result<Self, Failure> {
        let format = self.manifest.file_format;
        match self.unlike_checksum {
            Some(difference) => Err(Failure::Message(difference)),
            None if format != FileFormat::Csv && !cfg!(feature = "parquet") => {
                Err(Failure::Message(format!(
                    "`{}` lists files in {format}, which this build of s3-replication does not read; \
                     install it with `--features parquet`",
                    self.document
                )))
            }
            None => Ok(self),
        }
    }

    /// Returns the source bucket, which all rows have.
    pub(super) const fn source(&self) -> &BucketName {
        &self.manifest.source_bucket
    }

    /// Returns the checksum of the document.
    pub(super) const fn checksum(&self) -> Md5Checksum {
        self.checksum
    }

    /// Returns the columns that the rows have, in their order. They differ between inventories.
    pub(super) const fn schema(&self) -> &inventory::Schema {
        &self.manifest.schema
    }

    /// Returns the number of bytes that were read of all data files, for the progress. The value
    /// that is returned goes on counting.
    pub(super) fn bytes_read(&self) -> BytesRead {
        self.bytes.clone()
    }

    /// Iterates over the files of the inventory: the document, its checksum, and the data files
    /// that exist.
    ///
    /// A command that writes files looks through them, so that it overwrites none of its own input.
    pub(super) fn inputs(&self) -> impl Iterator<Item = Input> {
        let checksum = match &self.document {
            Input::File(path) => Some(Input::File(path.with_file_name(CHECKSUM))),
            Input::Stdin => None,
        };
        let data = self.manifest.files.iter();
        let data = data.filter_map(|file| files::beside(&self.document, &file.key).ok());
        [self.document.clone()].into_iter().chain(checksum).chain(data)
    }

    /// Reads the data files in pieces on every core, see [`Pieces`].
    ///
    /// `configure` sets the readings of the rows of a file, `answer` works on a piece beside other
    /// threads, and `take` gets the parts in order on this thread. The end of a file has the
    /// difference to its checksum, or the reason why it cannot be opened; the other files are read
    /// in any case.
    pub(super) fn in_pieces<A: Send>(
        &self,
        configure: impl Fn(Rows) -> Rows + Sync,
        answer: impl Fn(manifest::Reader<manifest::Piece>) -> A + Sync,
        mut take: impl FnMut(&inventory::File, Part<A, FileEnd>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let files = &self.manifest.files;
        let open = |file: &inventory::File| {
            let content = self.content(file)?;
            let rows = manifest::Reader::inventory(content, &self.manifest.schema);
            Ok(configure(rows.named(file.key.as_str())))
        };
        let work = Pieces { files, open, answer, close: difference };
        cores::in_order(files.len(), &work, |file, part| match files.get(file) {
            Some(file) => take(file, part),
            None => Ok(()),
        })
    }

    /// Opens a data file. Its checksum is computed, and its bytes are counted.
    fn content(&self, file: &inventory::File) -> Result<Content, Failure> {
        let path = files::beside(&self.document, &file.key)?;
        match self.manifest.file_format {
            #[cfg(feature = "parquet")]
            format @ (FileFormat::Orc | FileFormat::Parquet) => {
                let schema = &self.manifest.schema;
                let columnar = Columnar::open(&path, format, file, schema, &self.bytes)?;
                Ok(Content::Columnar(Box::new(columnar)))
            }
            _ => Content::open_counted(&path, &self.bytes),
        }
    }

    /// Passes each row of the data files to `take`, in order. The files are read on every core.
    ///
    /// The threads only cut the files into pieces here. The rows are parsed on this thread, one at
    /// a time, so that `take` gets them without a copy.
    pub(super) fn each_row(
        &self,
        configure: impl Fn(Rows) -> Rows + Sync,
        mut take: impl FnMut(&inventory::File, Part<RowOfFile, FileEnd>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.in_pieces(
            configure,
            |piece| piece,
            |file, part| match part {
                Part::Answer(piece) => rows::each(piece, |row| take(file, Part::Answer(row))),
                Part::End(end) => take(file, Part::End(end)),
            },
        )
    }

    /// Iterates over the data files as a job reads them: bucket, key and version ID. Each is opened
    /// when the iterator comes to it.
    ///
    /// A file that cannot be opened is an item with its failure, with which `batch run` ends.
    pub(super) fn files_of_job(
        &self,
    ) -> impl Iterator<Item = (&inventory::File, Result<Rows, Failure>)> {
        let fields = self.manifest.schema.manifest_fields();
        self.manifest.files.iter().map(move |file| {
            let path = files::beside(&self.document, &file.key);
            let content = path.and_then(|path| Content::open_measured(&path));
            let rows = |content| manifest::Reader::new(content, &fields).named(file.key.as_str());
            (file, content.map(rows))
        })
    }
}

/// Reads the document of an inventory; anything else is an error.
///
/// For options that take an inventory and nothing else. The message names the kind of document that
/// was given instead:
///
/// ```text
/// an inventory with a mistake    the mistake
/// a completion report            not the `manifest.json` of an inventory: this is …
/// ```
pub(super) fn required(input: &Input) -> Result<Inventory, Failure> {
    required_by(input, Inventory::read)
}

/// Reads the document of an inventory that is the manifest of a job; anything else is an error.
pub(super) fn required_manifest(input: &Input) -> Result<Inventory, Failure> {
    required_by(input, Inventory::read_manifest)
}

fn required_by(
    input: &Input,
    read: fn(&Input, &[u8]) -> Result<Inventory, inventory::InvalidManifest>,
) -> Result<Inventory, Failure> {
    let bytes = Content::open(input)?.read_document(input)?;
    let message = match read(input, &bytes) {
        Ok(inventory) => return inventory.intact(),
        Err(error) if has_schema(&bytes) => format!("{input}: {error}"),
        Err(_) => {
            let kind = DocumentKind::recognise(&String::from_utf8_lossy(&bytes));
            let kind = kind.map(|kind| format!(": this is {kind}")).unwrap_or_default();
            format!(
                "`{input}` is not the `manifest.json` of an inventory{kind}; give the `manifest.json` that \
                 S3 Inventory writes for the data files"
            )
        }
    };
    Err(Failure::Message(message))
}

/// Returns true for the beginning of the document of an inventory.
///
/// Only the beginning of a file is looked at.
///
/// The document of an inventory may be on one line of many megabytes, so its beginning has to be
/// enough.
fn has_schema(beginning: &[u8]) -> bool {
    // In a string of JSON the quotes would be escaped, and objects have no such member.
    const MEMBER: &[u8] = b"\"fileSchema\"";
    beginning.windows(MEMBER.len()).any(|window| window == MEMBER)
}

/// Returns the difference between a file and its entry in the document, after its rows were read. A
/// file that cannot be read to its end was reported as a row error.
///
/// The checksum is known only now: it is computed while the rows are read.
pub(super) fn difference(file: &inventory::File, content: Content) -> Option<String> {
    let (checksum, size) = content.measured()?;
    file.check(checksum, size).err().map(|mismatch| mismatch.to_string())
}
