//! Files that are written completely or not at all.
//!
//! A result that is half written is worse than none: a script would use it. So a file appears under
//! its name only when it is complete, by a rename, which is atomic within a folder. What cannot be
//! renamed over, such as a pipe or `/dev/stdout`, is written directly.
//!
//! ```text
//! replaced   out.xml            .out.xml.4711.part is written, and renamed at the end
//! a link     out.xml -> d/x     d/.x.4711.part is written and renamed; the link stays
//! direct     /dev/stdout, pipe  opened and written
//! direct     none, or `-`       the standard output
//! ```
//!
//! `temporary.rs` removes a file that does not get to its place, also when a signal ends the
//! program.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::cli::input::Input;
use crate::cli::temporary::Temporary;

/// The size of the buffer: documents are written in small pieces, and reports have millions of
/// rows.
const BUFFER: usize = 128 * 1024;

/// The target of a document: a file or the standard output.
///
/// A file is written beside its place, under another name, and moved there by
/// [`finish`](Self::finish). A command that stops earlier leaves the old file untouched.
pub(super) struct Sink {
    /// Buffered, so `finish` has to be called: dropping it would ignore the last errors.
    writer: BufWriter<Target>,
    /// The name in messages; `None` for the standard output.
    name: Option<PathBuf>,
    /// The file under its other name; `None` for what is written directly.
    moved: Option<Moved>,
}

/// The place where the bytes go meanwhile.
enum Target {
    Stdout(StdoutLock<'static>),
    /// A file under its other name, or a pipe or device under its own.
    File(File),
}

/// A file that is not in its place yet. It is removed unless it gets there.
///
/// Dropping it removes the file under its other name, also after an error.
struct Moved {
    beside: Temporary,
    /// The path at which the file appears when it is complete.
    place: PathBuf,
}

impl Sink {
    /// Opens a file, or the standard output where there is none or it is `-`.
    pub(super) fn open(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = file.filter(|path| path.as_os_str() != "-") else {
            let writer = BufWriter::with_capacity(BUFFER, Target::Stdout(io::stdout().lock()));
            return Ok(Self { writer, name: None, moved: None });
        };
        let (file, moved) = create(path).map_err(|error| unwritten(Some(path), &error))?;
        let writer = BufWriter::with_capacity(BUFFER, Target::File(file));
        Ok(Self { writer, name: Some(path.to_owned()), moved })
    }

    /// Flushes, and moves the file to its place.
    ///
    /// Without this call the file is not there, and what was there before stays.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        self.writer.flush().map_err(|error| self.unwritten(&error))?;
        // Taken before the rename: if that fails, the temporary file is removed by its own `drop`.
        let Some(Moved { beside, place }) = self.moved.take() else { return Ok(()) };
        beside.rename_to(&place).map_err(|error| self.unwritten(&error))
    }

    /// Returns true for a file that is not in its place yet, which can be left as it was.
    pub(super) const fn can_be_undone(&self) -> bool {
        self.moved.is_some()
    }

    /// Returns the failure of writing to it.
    pub(super) fn unwritten(&self, error: &io::Error) -> Failure {
        unwritten(self.name.as_deref(), error)
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(stdout) => stdout.write(bytes),
            Self::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(stdout) => stdout.flush(),
            Self::File(file) => file.flush(),
        }
    }
}

/// Refuses to overwrite a file of the input with something else. Commands that change a document in
/// place do not call this.
pub(super) fn refuse_input(
    file: Option<&Path>,
    mut inputs: impl Iterator<Item = Input>,
) -> Result<(), Failure> {
    let Some(path) = file.filter(|path| path.as_os_str() != "-") else { return Ok(()) };
    // A file that does not exist yet is no input, and a device is not replaced.
    let Ok(place) = fs::canonicalize(path) else { return Ok(()) };
    let is_same = |input| match input {
        Input::Stdin => false,
        Input::File(input) => fs::canonicalize(input).is_ok_and(|input| input == place),
    };
    if place.is_file() && inputs.any(is_same) {
        let path = path.display();
        let message = format!("`{path}` is read, and not written over; name another file");
        return Err(Failure::Message(message));
    }
    Ok(())
}

/// Returns the failure of writing to a file or to the standard output.
pub(super) fn unwritten(file: Option<&Path>, error: &io::Error) -> Failure {
    match file.filter(|path| path.as_os_str() != "-") {
        _ if error.kind() == io::ErrorKind::BrokenPipe => Failure::ClosedPipe,
        None => Failure::Message(format!("cannot write to the standard output: {error}")),
        Some(path) => Failure::Message(format!("cannot write `{}`: {error}", path.display())),
    }
}

/// Opens a file for writing, without touching what is there.
fn create(path: &Path) -> io::Result<(File, Option<Moved>)> {
    let Ok(there) = fs::metadata(path) else {
        return create_beside(led_to(path)?, None);
    };
    // A rename would replace a read-only file in a folder that can be written, against the
    // intention of its owner.
    // Fails on a folder and on a read-only file.
    let file = OpenOptions::new().write(true).open(path)?;
    if there.is_file() {
        // Where it is a link, what it leads to is written.
        return create_beside(fs::canonicalize(path)?, Some(&there));
    }
    // A pipe or a device is not replaced by a file.
    Ok((file, None))
}

/// Returns the place of a file that does not exist yet, after following dangling links.
///
/// A link to a file that does not exist yet means that file, as for a shell.
fn led_to(path: &Path) -> io::Result<PathBuf> {
    /// As many as Linux follows.
    const MOST_LINKS: usize = 40;
    let mut place = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&place) {
            Ok(target) => place = place.with_file_name("").join(target),
            Err(_) => return Ok(place),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

/// Creates a file under another name in the folder of its place, with the permissions of the old
/// file.
///
/// The name begins with a dot and has the number of the process, so that two runs do not write into
/// one file, and a listing does not show it. The folder is the same, because a rename is atomic
/// only within a file system.
fn create_beside(
    place: PathBuf,
    before: Option<&fs::Metadata>,
) -> io::Result<(File, Option<Moved>)> {
    let Some(name) = place.file_name() else { return Err(io::ErrorKind::InvalidInput.into()) };
    let mut beside = std::ffi::OsString::from(".");
    beside.push(name);
    beside.push(format!(".{}.part", std::process::id()));
    let beside = Temporary::new(place.with_file_name(beside));
    let file = File::create_new(beside.path())?;
    let moved = Moved { beside, place };
    if let Some(before) = before {
        file.set_permissions(before.permissions())?;
    }
    Ok((file, Some(moved)))
}
