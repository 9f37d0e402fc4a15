//! A counter on the terminal for work that takes longer than a second.
//!
//! The counter is for people alone: it appears after a second, only on a terminal, and never
//! between the lines of an answer.
//!
//! ```text
//! 1,203,712 rows, 1.2 GB of 4.0 GB, 2:05 left       one line, which each update replaces
//! 3 of 40 assertions                                a few slow things, whose number is known
//! ```

use std::io::{self, IsTerminal as _, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::cli::counts::grouped;
use crate::cli::output;

/// A counter on the standard error; hidden if that is not a terminal, or if answers go to one.
pub(super) struct Progress {
    /// `None` where the counter is hidden. It counts then, and shows nothing.
    clock: Option<Clock>,
    /// The number of things so far, also for the sentences at the end of a command.
    done: u64,
    /// The expected total, if it is known.
    all: Option<u64>,
    /// The bytes of files whose sizes are known, from which the time that is left follows.
    bytes: Option<BytesRead>,
    /// The things in the plural: a counter that is seen has many.
    noun: &'static str,
}

/// The number of bytes that all threads have read so far, of an expected number.
#[derive(Clone, Debug, Default)]
pub(super) struct BytesRead {
    read: Arc<AtomicU64>,
    /// The size of all files. They may turn out to be larger, as a file may grow.
    all: u64,
}

/// A reader whose bytes are counted.
///
/// The count is shared by all threads and read by the one that shows it. It need not be exact at
/// any moment, so the loosest ordering is enough.
struct Counted<R> {
    reader: R,
    read: Arc<AtomicU64>,
}

/// The time of the beginning and of the next line, and whether one is on the terminal.
struct Clock {
    start: Instant,
    next: Instant,
    shown: bool,
}

impl Progress {
    /// Work that is done in less time shows nothing.
    const PATIENCE: Duration = Duration::from_secs(1);
    /// The time between two updates.
    ///
    /// Five updates a second look smooth, and cost nothing.
    const INTERVAL: Duration = Duration::from_millis(200);
    /// The number of items between two readings of the clock.
    ///
    /// At a million objects a second, that is a few thousand readings a second.
    const STRIDE: u64 = 256;

    /// Counts things of this name, while answers are written.
    ///
    /// Hidden if the answers go to the terminal, too: they show the progress, and the counter would
    /// be written between them.
    pub(super) fn of(noun: &'static str) -> Self {
        Self::shown(noun, io::stderr().is_terminal() && !io::stdout().is_terminal())
    }

    /// Counts things of this name, before anything is written to the standard output.
    pub(super) fn before_answers(noun: &'static str) -> Self {
        Self::shown(noun, io::stderr().is_terminal())
    }

    /// Counts a few slow things of this name, before anything is written to the standard output.
    pub(super) fn before_answers_of(all: usize, noun: &'static str) -> Self {
        Self { all: Some(all as u64), ..Self::before_answers(noun) }
    }

    /// Creates a counter, hidden where it would not be seen.
    fn shown(noun: &'static str, seen: bool) -> Self {
        let start = Instant::now();
        let clock = (seen && !output::is_quiet()).then(|| Clock {
            start,
            next: start + Self::PATIENCE,
            shown: false,
        });
        Self { clock, done: 0, all: None, bytes: None, noun }
    }

    /// Also shows the bytes that were read, and the time that is left.
    pub(super) fn show_bytes(&mut self, bytes: BytesRead) {
        self.bytes = Some(bytes);
    }

    /// Counts one.
    ///
    /// The clock is read every few hundred items, because reading it costs more than counting.
    pub(super) fn advance(&mut self) {
        self.done += 1;
        // A known total means few slow things, of which each deserves an update.
        if self.all.is_some() || self.done.is_multiple_of(Self::STRIDE) {
            self.show();
        }
    }

    /// Counts the items of a piece.
    pub(super) fn advance_by(&mut self, items: u64) {
        self.done += items;
        self.show();
    }

    /// Shows the counter if it is time to.
    fn show(&mut self) {
        let Some(clock) = &mut self.clock else { return };
        let now = Instant::now();
        if now >= clock.next {
            let of = self.all.map(|all| format!(" of {}", grouped(all)));
            let of = of.unwrap_or_default();
            let bytes = self.bytes.as_ref().map(|bytes| bytes.describe(now - clock.start));
            let bytes = bytes.unwrap_or_default();
            let done = grouped(self.done);
            // To the beginning of the line, the text, and away with what a longer one left.
            output::eprint_rendered(&format!("\r{done}{of} {}{bytes}\x1b[K", self.noun));
            clock.next = now + Self::INTERVAL;
            clock.shown = true;
        }
    }

    /// Takes the counter off the terminal, for other text or for good.
    pub(super) fn clear(&mut self) {
        if let Some(clock) = &mut self.clock
            && clock.shown
        {
            output::eprint_rendered("\r\x1b[K");
            clock.shown = false;
        }
    }

    /// Returns the count.
    pub(super) const fn done(&self) -> u64 {
        self.done
    }
}

impl BytesRead {
    /// Counts up to an expected number.
    pub(super) fn of(all: u64) -> Self {
        Self { read: Arc::default(), all }
    }

    /// Counts the bytes of a reader.
    pub(super) fn counting(&self, reader: impl Read + Send + 'static) -> Box<dyn Read + Send> {
        Box::new(Counted { reader, read: Arc::clone(&self.read) })
    }

    /// Counts bytes that were read otherwise.
    #[cfg(feature = "parquet")]
    pub(super) fn add(&self, bytes: u64) {
        self.read.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Describes the bytes, and the time that the others take at the same rate.
    ///
    /// ```text
    /// , 1.2 GB of 4.0 GB, 2:05 left
    /// ```
    fn describe(&self, elapsed: Duration) -> String {
        let (read, all) = (self.read.load(Ordering::Relaxed), self.all);
        let left = all.saturating_sub(read);
        let bytes = format!(", {} of {}", amount(read), amount(all.max(read)));
        let seconds = (elapsed.as_millis() * u128::from(left)).checked_div(u128::from(read) * 1000);
        match seconds {
            Some(seconds) => format!("{bytes}, {}:{:02} left", seconds / 60, seconds % 60),
            None => bytes,
        }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Writes a number of bytes for people, such as `1.5 GB`.
fn amount(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] =
        [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB")];
    match UNITS.iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => {
            let tenths = bytes / (unit / 10);
            format!("{}.{} {name}", tenths / 10, tenths % 10)
        }
        None => format!("{} kB", bytes / 1000),
    }
}
