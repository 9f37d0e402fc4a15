//! Work on the pieces of files on every core, with the answers in the order of the pieces.
//!
//! A thread takes the next piece of a file, which reads and decompresses it, and then works on the
//! piece, while another thread takes the next one. A file is read by one thread at a time. Where
//! that would keep threads waiting, they go ahead to the following files.
//!
//! Each piece needs a ticket until its answer was taken, so that memory is bounded, however fast
//! pieces are read and however slowly answers are taken. A part of the tickets is only for the file
//! whose answers are taken: without it, pieces of later files could keep all of them.
//!
//! ```text
//! threads   take a piece ── work ──▶ (file, number, answer) ──▶ channel
//! caller    keeps early answers, and takes those whose turn it is
//! ```
//!
//! The answers have to be in order, because a report of a job lists tasks in the order of the
//! manifest, and because the output of a program should not depend on the number of cores.

use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{self, Sender};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::cli::Failure;

/// The work on files, each of which is an iterator over pieces.
///
/// The type of a piece decides what the threads share. A piece should hold some thousand rows: with
/// less, the lock costs more than the work; with more, memory grows with the number of threads.
pub(super) trait Work: Sync {
    /// The reader of an open file, from which one thread at a time takes the next piece.
    type Pieces: Iterator<Item: Send> + Send;
    /// The result of the work on a piece.
    type Answer: Send;
    /// The end of a file, which is known after its last piece.
    type End: Send;

    /// Opens a file; a file that cannot be opened has no pieces.
    fn open(&self, file: usize) -> Result<Self::Pieces, Self::End>;

    /// Works on a piece, beside other threads.
    fn answer(&self, piece: <Self::Pieces as Iterator>::Item) -> Self::Answer;

    /// Ends a file whose pieces were all taken, for instance with a comparison of its checksum.
    fn close(&self, file: usize, pieces: Self::Pieces) -> Self::End;
}

/// An answer about a piece, or the end of a file.
pub(super) enum Part<A, E> {
    Answer(A),
    End(E),
}

/// Returns the opening of the only file of some work, which is open already.
///
/// Its rows cannot be read twice, and it may be the standard input.
pub(super) fn opened<T>(file: T) -> impl Fn() -> Result<T, Failure> {
    let file = Mutex::new(Some(file));
    move || {
        let file = file.lock().unwrap_or_else(PoisonError::into_inner).take();
        file.ok_or(Failure::ClosedPipe)
    }
}

/// The work on a file, as it is passed to `take`.
type PartOf<W> = Part<<W as Work>::Answer, <W as Work>::End>;

/// A part with its file and its number in the file, from zero.
type Numbered<W> = ((usize, u64), PartOf<W>);

/// Works on all pieces of some files, and passes the parts to `take` in order.
///
/// For each file these are its answers in the order of the pieces, and then its end, before the
/// first part of the next file. A file that cannot be opened has only an end.
///
/// The function returns after the last part, or with the first failure of `take`. After a failure
/// the threads finish the pieces that they have, whose answers are dropped.
pub(super) fn in_order<W: Work>(
    files: usize,
    work: &W,
    mut take: impl FnMut(usize, PartOf<W>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    // With one core a second thread would only wait for the first one.
    if threads == 1 {
        return one_by_one(files, work, take);
    }
    let desk = Desk::new(files, threads);
    thread::scope(|scope| {
        // `take` may fail. The threads must end then, although no one reads the channel.
        let _closing = Closing(&desk);
        let (sender, parts) = mpsc::channel();
        for _ in 0..threads {
            let (sender, desk) = (sender.clone(), &desk);
            scope.spawn(move || serve(desk, work, &sender));
        }
        drop(sender);
        // The map holds at most as many parts as there are tickets.
        let (mut early, mut next) = (BTreeMap::new(), (0, 0));
        for (place, part) in parts {
            early.insert(place, part);
            while let Some(part) = early.remove(&next) {
                let (file, number) = next;
                let is_end = matches!(part, Part::End(_));
                next = if is_end { (file + 1, 0) } else { (file, number + 1) };
                take(file, part)?;
                // Only now the ticket is free. If it were free when the answer is sent, a slow
                // caller would let the channel grow without a bound.
                desk.take_back(file, next.0);
            }
        }
        Ok(())
    })
}

/// Does the work on this thread. The parts are the same, in the same order.
fn one_by_one<W: Work>(
    files: usize,
    work: &W,
    mut take: impl FnMut(usize, PartOf<W>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    for file in 0..files {
        let end = match work.open(file) {
            Ok(mut pieces) => {
                for piece in pieces.by_ref() {
                    take(file, Part::Answer(work.answer(piece)))?;
                }
                work.close(file, pieces)
            }
            Err(end) => end,
        };
        take(file, Part::End(end))?;
    }
    Ok(())
}

/// Works on pieces until there are no more.
///
/// The number of a part is given out while the file is put back, before the work on it begins. So
/// the numbers are those of the file, in whatever order the work ends.
fn serve<W: Work>(desk: &Desk<W::Pieces>, work: &W, parts: &Sender<Numbered<W>>) {
    let _closing = Closing(desk);
    while let Some((file, pieces)) = desk.next_file() {
        let opened = pieces.map_or_else(|| work.open(file), Ok);
        let (number, part) = match opened {
            Err(end) => (desk.put_back(file, None), Part::End(end)),
            Ok(mut pieces) => match pieces.next() {
                Some(piece) => {
                    let number = desk.put_back(file, Some(pieces));
                    (number, Part::Answer(work.answer(piece)))
                }
                None => (desk.put_back(file, None), Part::End(work.close(file, pieces))),
            },
        };
        if parts.send(((file, number), part)).is_err() {
            return;
        }
    }
}

/// The desk where threads get their next piece.
struct Desk<P> {
    state: Mutex<State<P>>,
    changed: Condvar,
    files: usize,
    /// The number of tickets.
    tickets: usize,
    /// The most tickets that the files after the current one may hold together.
    tickets_ahead: usize,
}

/// Everything is behind one lock. It is held for a few instructions, twice for each piece.
struct State<P> {
    /// The files that are being read, in order.
    open: VecDeque<Open<P>>,
    /// The next file to open.
    next: usize,
    /// The file whose answers are taken.
    current: usize,
    /// The tickets that files hold.
    held: BTreeMap<usize, usize>,
    is_closed: bool,
}

/// A file that is being read.
struct Open<P> {
    file: usize,
    /// `None` while a thread reads a piece.
    pieces: Option<P>,
    /// The number of the next piece.
    next: u64,
}

/// Closes the desk at the end of a thread, so that no other thread waits for one that has panicked.
///
/// A thread ends when there is no work left, so closing the desk then takes nothing from the
/// others: they still work on the pieces that they have.
struct Closing<'d, P>(&'d Desk<P>);

impl<P> Drop for Closing<'_, P> {
    fn drop(&mut self) {
        self.0.change(|state| state.is_closed = true);
    }
}

impl<P> Desk<P> {
    /// Creates the desk for some files, of which none is open yet.
    fn new(files: usize, threads: usize) -> Self {
        let (open, held) = (VecDeque::new(), BTreeMap::new());
        let state = Mutex::new(State { open, next: 0, current: 0, held, is_closed: false });
        // Each thread can have one piece of the current file, and one more waits to be taken.
        let (tickets, tickets_ahead) = (3 * threads, 2 * threads - 1);
        Self { state, changed: Condvar::new(), files, tickets, tickets_ahead }
    }

    /// Waits for a file to read and a ticket, and returns the file, with its pieces if it is open;
    /// `None` when all is read.
    fn next_file(&self) -> Option<(usize, Option<P>)> {
        let mut state = self.state();
        loop {
            if state.is_closed || (state.open.is_empty() && state.next == self.files) {
                return None;
            }
            if let Some(chosen) = self.choose(&mut state) {
                return Some(chosen);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Chooses the first file that no thread reads, if there is a ticket for it.
    fn choose(&self, state: &mut State<P>) -> Option<(usize, Option<P>)> {
        let current = state.current;
        // The first idle file is preferred to opening another one: its answers are wanted sooner,
        // and each open file has buffers.
        let idle = state.open.iter_mut().find(|open| open.pieces.is_some());
        let file = idle.as_ref().map_or(state.next, |open| open.file);
        let ahead: usize = state.held.range(current + 1..).map(|(_, tickets)| tickets).sum();
        let all = ahead + state.held.get(&current).copied().unwrap_or_default();
        // Without the second bound, pieces of later files could take every ticket while a thread
        // reads the current file. Its answer is the next to be taken, but it would get no ticket,
        // and nothing would move any more.
        let is_allowed = all < self.tickets && (file == current || ahead < self.tickets_ahead);
        if file == self.files || !is_allowed {
            return None;
        }
        let pieces = idle.and_then(|open| open.pieces.take());
        if pieces.is_none() {
            state.open.push_back(Open { file, pieces: None, next: 0 });
            state.next += 1;
        }
        *state.held.entry(file).or_default() += 1;
        Some((file, pieces))
    }

    /// Lets another thread read the file, unless it has ended, and returns the number of the part
    /// that was read.
    fn put_back(&self, file: usize, pieces: Option<P>) -> u64 {
        self.change(|state| {
            let Some(at) = state.open.iter().position(|open| open.file == file) else { return 0 };
            if pieces.is_none() {
                return state.open.remove(at).map_or(0, |open| open.next);
            }
            state.open.get_mut(at).map_or(0, |open| {
                open.pieces = pieces;
                open.next += 1;
                open.next - 1
            })
        })
    }

    /// Takes back the ticket of a part that was taken, before a part of the file `current`.
    fn take_back(&self, file: usize, current: usize) {
        self.change(|state| {
            state.current = current;
            if let Some(tickets) = state.held.get_mut(&file) {
                *tickets -= 1;
            }
            state.held.retain(|_, tickets| *tickets > 0);
        });
    }

    /// Changes the state, and wakes the threads that wait.
    fn change<R>(&self, change: impl FnOnce(&mut State<P>) -> R) -> R {
        let result = change(&mut self.state());
        self.changed.notify_all();
        result
    }

    /// A thread that has panicked leaves a state that is whole: every change is complete before the
    /// lock is given back.
    fn state(&self) -> MutexGuard<'_, State<P>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
