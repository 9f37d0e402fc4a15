//! The files of an inventory, found, decompressed and compared with what its document says.

use std::io::BufRead as _;

use s3_replication::batch::checksum::Md5Checksum;
use s3_replication::batch::inventory;
use s3_replication::batch::manifest;
use s3_replication::model::BucketName;

use crate::cli::Failure;
use crate::cli::files::{self, Content};
use crate::cli::input::Input;

/// An inventory, of which the document has been read.
pub(super) struct Inventory {
    document: Input,
    manifest: inventory::Manifest,
    checksum: Md5Checksum,
    unlike_checksum: Option<String>,
}

/// The file beside the document that holds its checksum.
const CHECKSUM: &str = "manifest.checksum";

impl Inventory {
    /// Reads the document.
    pub(super) fn read(document: &Input, bytes: &[u8]) -> Result<Self, inventory::InvalidManifest> {
        let manifest = inventory::Manifest::from_json(bytes)?;
        let unlike_checksum = files::unlike_checksum(document, bytes, CHECKSUM);
        let (document, checksum) = (document.clone(), Md5Checksum::of(bytes));
        Ok(Self { document, manifest, checksum, unlike_checksum })
    }

    /// Reads the document of an inventory if this is one, and not objects in JSON.
    pub(super) fn recognise(input: &Input) -> Result<Option<Self>, Failure> {
        // What is no file can't be looked at and read again.
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

    /// Returns how the document differs from its checksum in `manifest.checksum`.
    pub(super) fn unlike_checksum(&self) -> Option<&str> {
        self.unlike_checksum.as_deref()
    }

    /// Refuses a document that is not what its checksum says.
    fn intact(self) -> Result<Self, Failure> {
        match self.unlike_checksum {
            Some(difference) => Err(Failure::Message(difference)),
            None => Ok(self),
        }
    }

    /// Returns the bucket that is listed.
    pub(super) const fn source(&self) -> &BucketName {
        &self.manifest.source_bucket
    }

    /// Returns the checksum of the document.
    pub(super) const fn checksum(&self) -> Md5Checksum {
        self.checksum
    }

    /// Returns the columns.
    pub(super) const fn schema(&self) -> &inventory::Schema {
        &self.manifest.schema
    }

    /// Iterates over what it is read from: the document, its checksum, and the data files that are
    /// there.
    pub(super) fn inputs(&self) -> impl Iterator<Item = Input> {
        let checksum = match &self.document {
            Input::File(path) => Some(Input::File(path.with_file_name(CHECKSUM))),
            Input::Stdin => None,
        };
        let data = self.manifest.files.iter();
        let data = data.filter_map(|file| files::beside(&self.document, &file.key).ok());
        [self.document.clone()].into_iter().chain(checksum).chain(data)
    }

    /// Iterates over the data files, each with its rows if it can be opened.
    pub(super) fn files(
        &self,
    ) -> impl Iterator<Item = (&inventory::File, Result<manifest::Reader<Content>, Failure>)> {
        self.opened(|content| manifest::Reader::inventory(content, &self.manifest.schema))
    }

    /// Iterates over the data files as a job reads them: bucket, key and version id.
    pub(super) fn files_of_job(
        &self,
    ) -> impl Iterator<Item = (&inventory::File, Result<manifest::Reader<Content>, Failure>)> {
        let fields = self.manifest.schema.manifest_fields();
        self.opened(move |content| manifest::Reader::new(content, &fields))
    }

    fn opened(
        &self,
        rows: impl Fn(Content) -> manifest::Reader<Content>,
    ) -> impl Iterator<Item = (&inventory::File, Result<manifest::Reader<Content>, Failure>)> {
        self.manifest.files.iter().map(move |file| {
            let found = files::beside(&self.document, &file.key);
            let content = found.and_then(|path| Content::open_measured(&path));
            (file, content.map(|content| rows(content).named(file.key.as_str())))
        })
    }
}

/// Reads the document of an inventory, which this has to be.
pub(super) fn required(input: &Input) -> Result<Inventory, Failure> {
    let bytes = Content::open(input)?.read_document(input)?;
    let told = match Inventory::read(input, &bytes) {
        Ok(inventory) => return inventory.intact(),
        Err(error) if has_schema(&bytes) => format!("{input}: {error}"),
        Err(_) => format!("`{input}` is not the `manifest.json` of an inventory"),
    };
    Err(Failure::Message(told))
}

/// Returns true for the beginning of a document of an inventory.
fn has_schema(beginning: &[u8]) -> bool {
    // Within a text of JSON the quotes would be escaped, and no object has such a member.
    const MEMBER: &[u8] = b"\"fileSchema\"";
    beginning.windows(MEMBER.len()).any(|window| window == MEMBER)
}

/// Returns how a file differs from what the document says, after its rows were read. A file that
/// can't be read to its end has been complained about as a row.
pub(super) fn difference(
    file: &inventory::File,
    rows: manifest::Reader<Content>,
) -> Option<String> {
    let (checksum, size) = rows.into_inner().measured()?;
    file.check(checksum, size).err().map(|mismatch| mismatch.to_string())
}
