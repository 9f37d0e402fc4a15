//! Files and folders that must not outlive the program, however it ends.
//!
//! A result is written beside its place and moved there when it is complete. What is not moved is
//! removed: when its owner is dropped, and when a signal ends the program.
//!
//! `sink.rs` uses it for files, and the report of a batch job for a folder. A process that is
//! killed at once (`SIGKILL`) leaves what it has begun, under its temporary name.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::{fs, io};

/// The paths to remove when a signal ends the program.
static PATHS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A file or folder that is removed unless it is moved to its place.
pub(super) struct Temporary(PathBuf);

impl Temporary {
    /// Notes a path. Call this before the file exists, so that no signal finds it unknown.
    pub(super) fn new(path: PathBuf) -> Self {
        static WATCH: Once = Once::new();
        WATCH.call_once(watch_signals);
        paths().insert(path.clone());
        Self(path)
    }

    /// Returns the path at which the file or folder is created and written.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Moves the file or folder to its place. A folder takes no place that another one has, unless
    /// that one is empty.
    pub(super) fn rename_to(self, place: &Path) -> io::Result<()> {
        fs::rename(&self.0, place)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // Where it was moved to its place, there is nothing under this name any more.
        remove(&self.0);
        paths().remove(&self.0);
    }
}

/// Returns the noted paths. A poisoned lock has a set that is whole.
fn paths() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    PATHS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes a file, or a folder with everything in it.
fn remove(path: &Path) {
    // Nothing can be done about what cannot be removed.
    let _ = fs::remove_file(path).or_else(|_| fs::remove_dir_all(path));
}

/// Lets a thread wait for the signals that end a program, which removes the paths and then ends the
/// program as the signal would have done.
#[cfg(unix)]
fn watch_signals() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    // Without the thread the program works, and a signal leaves the files.
    let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGTERM]) else { return };
    std::thread::spawn(move || {
        for signal in signals.forever() {
            // The lock is kept to the end: no file is begun any more.
            let paths = paths();
            paths.iter().for_each(|path| remove(path));
            let _ = emulate_default_handler(signal);
        }
    });
}

#[cfg(not(unix))]
fn watch_signals() {}
