//! A counter on the terminal for work that takes longer than a second.
//!
//! The counter is for people alone: it appears after a second, only on a terminal, and never
//! between the lines of an answer.

use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use crate::cli::output;

/// A counter on the standard error; hidden if that is not a terminal, or if answers go to one.
pub(super) struct Progress {
    clock: Option<Clock>,
    done: u64,
    /// The expected total, if it is known.
    all: Option<u64>,
    noun: &'static str,
}

/// The time of the next line, and whether one is on the terminal.
struct Clock {
    next: Instant,
    shown: bool,
}

impl Progress {
    /// Work that is done in less time shows nothing.
    const PATIENCE: Duration = Duration::from_secs(1);
    /// The time between two updates.
    const INTERVAL: Duration = Duration::from_millis(200);
    /// The number of items between two readings of the clock.
    const STRIDE: u64 = 256;

    /// Counts things of this name, while answers are written.
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
        let clock = (seen && !output::is_quiet())
            .then(|| Clock { next: Instant::now() + Self::PATIENCE, shown: false });
        Self { clock, done: 0, all: None, noun }
    }

    /// Counts one.
    ///
    /// The clock is read every few hundred items, because reading it costs more than counting.
    pub(super) fn advance(&mut self) {
        self.done += 1;
        let Some(clock) = &mut self.clock else { return };
        if self.all.is_none() && !self.done.is_multiple_of(Self::STRIDE) {
            return;
        }
        let now = Instant::now();
        if now >= clock.next {
            let of = self.all.map(|all| format!(" of {}", output::grouped(all)));
            let of = of.unwrap_or_default();
            output::eprint_rendered(&format!("\r{}{of} {}", output::grouped(self.done), self.noun));
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
