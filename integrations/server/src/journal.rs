//! The journal of a data folder: one command a line, written before the command is applied.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use s3_replication::model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::core::{Command, Core};

/// The file that commands are appended to.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    /// The size of the complete lines.
    size: u64,
    /// The file may have a part of a line after the complete ones.
    is_torn: bool,
    /// The last line could not be written.
    is_failing: bool,
}

/// The first line of a journal.
#[derive(Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Header {
    format: u32,
    dialect: String,
}

/// A command with its time.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry<C> {
    at: Timestamp,
    command: C,
}

/// The error of opening a data folder.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JournalError {
    #[error("{path}: {error}", path = .0.display(), error = .1)]
    Io(PathBuf, io::Error),
    #[error("{path}: another server uses this folder; stop it, or choose another folder", path = .0.display())]
    InUse(PathBuf),
    #[error("{path}:{line}: the journal is damaged: {error}; restore the file from a copy, or choose another folder", path = .path.display())]
    Damaged { path: PathBuf, line: usize, error: String },
    #[error("{path}: the folder was written by a server with the dialect `{was}`; start with `--dialect {was}`", path = .path.display())]
    Dialect { path: PathBuf, was: String },
}

impl Journal {
    const FORMAT: u32 = 1;

    /// Opens the journal of a folder, applies its commands, and returns it for more commands.
    ///
    /// A last line that is incomplete belongs to a request that was never answered. It is removed.
    pub(crate) fn open(
        folder: &Path,
        dialect: &str,
        core: &mut Core,
    ) -> Result<Self, JournalError> {
        let path = folder.join("journal.jsonl");
        let failed = |error| JournalError::Io(path.clone(), error);
        std::fs::create_dir_all(folder).map_err(failed)?;
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false);
        let file = options.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(JournalError::InUse(path)),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let mut journal = Self { file, size: 0, is_torn: false, is_failing: false };
        journal.replay(&path, dialect, core)?;
        if journal.size == 0 {
            let header = Header { format: Self::FORMAT, dialect: dialect.to_owned() };
            journal.write(&header).map_err(failed)?;
            // The entry of the file in its folder must survive as well.
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        }
        Ok(journal)
    }

    fn replay(&mut self, path: &Path, dialect: &str, core: &mut Core) -> Result<(), JournalError> {
        let failed = |error| JournalError::Io(path.to_owned(), error);
        let mut reader = BufReader::new(self.file.try_clone().map_err(failed)?);
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            reader.read_until(b'\n', &mut line).map_err(failed)?;
            if line.last() != Some(&b'\n') {
                break;
            }
            let damaged = |error: serde_json::Error| JournalError::Damaged {
                path: path.to_owned(),
                line: number,
                error: error.to_string(),
            };
            if number == 1 {
                let header: Header = serde_json::from_slice(&line).map_err(damaged)?;
                if header.dialect != dialect {
                    return Err(JournalError::Dialect {
                        path: path.to_owned(),
                        was: header.dialect,
                    });
                }
            } else {
                let entry: Entry<Command> = serde_json::from_slice(&line).map_err(damaged)?;
                // A command that was refused then is refused now.
                let _refused = core.apply(entry.command, entry.at);
            }
            self.size += line.len() as u64;
        }
        self.cut().map_err(failed)
    }

    /// Removes what follows the complete lines.
    fn cut(&mut self) -> io::Result<()> {
        self.file.set_len(self.size)?;
        self.file.seek(SeekFrom::Start(self.size))?;
        self.is_torn = false;
        Ok(())
    }

    /// Appends a command. After an error the journal is as before.
    pub(crate) fn append(&mut self, at: Timestamp, command: &Command) -> io::Result<()> {
        let written = self.write(&Entry { at, command });
        match &written {
            // Replication is tried again many times a second: a full disk is one message, not thousands.
            Err(error) if !self.is_failing => {
                tracing::error!(%error, "the journal cannot be written");
            }
            Ok(()) if self.is_failing => tracing::warn!("the journal can be written again"),
            _ => {}
        }
        self.is_failing = written.is_err();
        written
    }

    fn write(&mut self, value: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        if self.is_torn {
            self.cut()?;
        }
        let written = self.file.write_all(&line).and_then(|()| self.file.sync_data());
        if written.is_err() {
            self.is_torn = true;
            // If this fails as well, it is tried again before the next line.
            let _left_over = self.cut();
            return written;
        }
        self.size += line.len() as u64;
        Ok(())
    }
}
