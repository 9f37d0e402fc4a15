//! The grammar of globs: that of the crate `globset`.
//!
//! A glob is read in one pass. Braces open a new list of branches; everything else adds a piece to
//! the current branch. For example, `a{b,c*}` is `Literal(a)`, then `Either` of `Literal(b)` and of
//! `Literal(c)`, `Many`.
//!
//! The grammar follows `globset` where it is surprising, so that a policy means what it means in
//! other tools: `**` is special only between slashes or ends. The tests compare the two.
//!
//! ```text
//! logs/*        l o g s / Many
//! logs/**       l o g s Below
//! **/a          Folders a
//! a/**/b        a FoldersBetween b
//! a**b          a Many Many b
//! {a,b*}        Either(a | b Many)
//! [!a-c]        Class, negated, a to c
//! ```

use std::iter::Peekable;
use std::str::Chars;

use super::KeyGlob;

/// A piece of a glob.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::policy) enum Piece {
    // A character itself, also one after a backslash.
    Literal(char),
    /// `?`
    Any,
    /// `*`
    Many,
    /// `[…]`
    Class {
        is_negated: bool,
        ranges: Vec<(char, char)>,
    },
    /// `**/` at the beginning of the glob or of a branch.
    Folders,
    /// `/**/`
    FoldersBetween,
    /// `/**` at the end of the glob or of a branch.
    Below,
    /// `{…,…}`
    Either(Vec<Vec<Self>>),
}

/// The result of parsing a glob.
pub(super) enum Parsed {
    /// The pieces of the glob.
    Pieces(Vec<Piece>),
    /// Braces are nested too deep.
    TooDeep,
    /// A brace or bracket is not closed, or a backslash ends the glob.
    Malformed,
}

/// Parses a glob.
pub(super) fn parse(text: &str) -> Parsed {
    let mut reader = Reader { rest: text.chars().peekable(), open: Vec::new(), done: Vec::new() };
    while let Some(character) = reader.rest.next() {
        if reader.open.len() > KeyGlob::NESTING_LIMIT {
            return Parsed::TooDeep;
        }
        if reader.take(character).is_none() {
            return Parsed::Malformed;
        }
    }
    if reader.open.is_empty() { Parsed::Pieces(reader.done) } else { Parsed::Malformed }
}

/// The open braces are a stack in memory, so that hostile nesting cannot exhaust the call stack.
struct Reader<'t> {
    /// The characters that are not read yet.
    rest: Peekable<Chars<'t>>,
    /// The open braces, the innermost last: the finished branches, and the pieces before the brace.
    open: Vec<(Vec<Vec<Piece>>, Vec<Piece>)>,
    /// The pieces of the current branch.
    done: Vec<Piece>,
}

impl Reader<'_> {
    /// Reads what begins with a character; `None` when the glob is malformed.
    fn take(&mut self, character: char) -> Option<()> {
        match character {
            '?' => self.done.push(Piece::Any),
            '*' => self.star(),
            '[' => {
                let class = self.class()?;
                self.done.push(class);
            }
            '{' => self.open.push((Vec::new(), std::mem::take(&mut self.done))),
            '}' => {
                let (mut branches, before) = self.open.pop()?;
                branches.push(std::mem::replace(&mut self.done, before));
                self.done.push(Piece::Either(branches));
            }
            ',' => match self.open.last_mut() {
                Some((branches, _)) => branches.push(std::mem::take(&mut self.done)),
                None => self.done.push(Piece::Literal(',')),
            },
            '\\' => {
                let escaped = self.rest.next()?;
                self.done.push(Piece::Literal(escaped));
            }
            character => self.done.push(Piece::Literal(character)),
        }
        Some(())
    }

    /// Reads one or two stars. Two mean folders only between slashes or ends; elsewhere they are two
    /// ordinary stars.
    fn star(&mut self) {
        // A third star begins a new piece.
        if self.rest.next_if_eq(&'*').is_none() {
            return self.done.push(Piece::Many);
        }
        let next = self.rest.peek().copied();
        let ends = next.is_none() || !self.open.is_empty() && matches!(next, Some(',' | '}'));
        let before = match self.done.last() {
            None => None,
            Some(Piece::Literal('/') | Piece::Folders | Piece::FoldersBetween) => self.done.pop(),
            Some(_) => return self.done.extend([Piece::Many, Piece::Many]),
        };
        let piece = match (before, next) {
            // A branch that is only `**` is two ordinary stars: the first arm needs a slash, the
            // second the end of the whole glob.
            (None, Some('/')) => Piece::Folders,
            (None, None) if self.open.is_empty() => Piece::Folders,
            (Some(Piece::Folders), _) if ends || next == Some('/') => Piece::Folders,
            (Some(_), Some('/')) => Piece::FoldersBetween,
            (Some(_), _) if ends => Piece::Below,
            (before, _) => {
                return self.done.extend(before.into_iter().chain([Piece::Many, Piece::Many]));
            }
        };
        self.rest.next_if_eq(&'/');
        self.done.push(piece);
    }

    /// Reads a class after its `[`; `None` when it is not closed.
    ///
    /// A `]` right after the `[` is an ordinary character, and so is a `-` at the beginning or the
    /// end.
    fn class(&mut self) -> Option<Piece> {
        let is_negated = self.rest.next_if(|c| matches!(c, '!' | '^')).is_some();
        let mut ranges: Vec<(char, char)> = Vec::new();
        let mut is_range = false;
        loop {
            let character = self.rest.next()?;
            match character {
                ']' if !ranges.is_empty() => break,
                '-' if !ranges.is_empty() && !is_range => is_range = true,
                character if is_range => {
                    ranges.last_mut()?.1 = character;
                    is_range = false;
                }
                character => ranges.push((character, character)),
            }
        }
        if is_range {
            ranges.push(('-', '-'));
        }
        Some(Piece::Class { is_negated, ranges })
    }
}
