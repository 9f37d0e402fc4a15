//! The objects of an input: one per line, or in documents of several lines.
//!
//! The usual input has one object per line, and is read without copying. Anything else (a document
//! over many lines, an array, a broken line) takes a slower way, in which lines are joined until a
//! value is complete. A broken value must cost only itself: reading goes on at the next line that
//! begins an object.
//!
//! ```text
//! {"Key": "a"}                one line, one object: the fast way
//! {                           a document over several lines
//!   "Versions": […]
//! }
//! {"Key": "b"                 broken: reported, and reading goes on
//! {"Key": "c"}                with this line
//! ```
//!
//! A value is everything from a line that is not blank to the line in which it ends. Each object
//! has the number of the line where it begins, also inside a document, so that messages lead there.
//!
//! Three kinds of mistakes are treated differently. One object that is wrong is handed over as a
//! mistake, and the caller goes on. A document that is too long ends the command, as does an input
//! that cannot be read. An input that is something else altogether is named once and given up, see
//! `foreign` and `PATIENCE`.

use std::collections::{HashSet, VecDeque};

use s3_replication::document::SIZE_LIMIT;
use serde::de::IgnoredAny;

use crate::cli::Failure;
use crate::cli::counts::grouped;
use crate::cli::input::{Input, Lines};
use crate::cli::object::documents::{self, Kind, Supplement};
use crate::cli::object::scanner::{Scanner, State};
use crate::cli::object::{Object, Problem, foreign, json};
use crate::cli::{output, yaml};

/// A step of reading.
#[expect(clippy::large_enum_variant, reason = "handed over one at a time, and never kept")]
pub(in crate::cli) enum Item<'i> {
    /// An object or a mistake, and the line of the input where it begins.
    Object(u64, Result<Object<'i>, Problem>),
    /// The next object may take long to arrive.
    ///
    /// Only for the standard input: a file does not keep the reader waiting.
    Pause,
}

/// The objects of an input.
///
/// `each` consumes it: an input is read once.
pub(in crate::cli) struct Objects<'i> {
    input: &'i Input,
    supplement: &'i Supplement,
    lines: Lines,
    /// Lines that were read as part of a document and are none.
    pending: VecDeque<(u64, Vec<u8>)>,
    /// True after a broken document, up to a line that begins an object. The lines between are
    /// parts of the broken value, and a report for each of them would help no one.
    ///
    /// Only a line whose first byte is a bracket ends the skipping.
    is_skipping: bool,
    /// The kinds of documents about which a note was printed.
    noted: HashSet<Kind>,
    /// The number of values in the input.
    ///
    /// Broken values and lines that are too long count, blank and skipped lines do not. The first
    /// value shows what the whole input is.
    values: u64,
    /// The number of values that are not JSON.
    not_json: u64,
}

/// The number of values without JSON after which the input is not read further.
///
/// An input that is something else altogether, such as a picture, is given up instead of reported
/// line by line.
const PATIENCE: u64 = 3;

/// The number of lines that are read to name an input that is no objects.
const LINES: usize = 20;

/// The most bytes of a document.
///
/// A document is in memory as a whole while its objects are handed over. An input with one object a
/// line has no such bound as a whole.
const LIMIT: usize = 64 * 1024 * 1024;

/// The lines of a value.
struct Joined {
    text: Vec<u8>,
    /// The number of each further line, and where it starts in the text, so that `resume` can give
    /// lines back.
    starts: Vec<(u64, usize)>,
    state: State,
    /// The first further line that is too long.
    long: Option<u64>,
}

/// The text that stands for a line that is too long, inside a document. No JSON contains it. Anything
/// may follow the comma, so that the scanner finds the end of the document.
const LONG_LINE: &[u8] = b"\0,";

impl<'i> Objects<'i> {
    /// Opens an input. The supplement is what the caller knows beyond it, see `Supplement`.
    pub(in crate::cli) fn open(
        input: &'i Input,
        supplement: &'i Supplement,
    ) -> Result<Self, Failure> {
        Ok(Self {
            input,
            supplement,
            lines: input.lines()?,
            pending: VecDeque::new(),
            is_skipping: false,
            noted: HashSet::new(),
            values: 0,
            not_json: 0,
        })
    }

    /// Hands over every object and every mistake, in order.
    ///
    /// An error of `take` ends the reading, for instance a closed pipe. Other errors: an input that
    /// cannot be read, that is something else altogether, or a standard input without content,
    /// which is what a failed command passes to the next one.
    pub(in crate::cli) fn each(
        mut self,
        mut take: impl FnMut(Item<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        while self.next(&mut take)? {
            // One value that is JSON, however wrong, shows that the input is meant to be objects.
            if self.not_json >= PATIENCE && self.not_json == self.values {
                return Err(Failure::Message(format!(
                    "`{}` does not contain objects as JSON; the rest of it was not read",
                    self.input
                )));
            }
        }
        // A file without objects may be that of an empty bucket.
        if self.values == 0 && *self.input == Input::Stdin && !self.input.is_typed() {
            return Err(Input::nothing("objects"));
        }
        Ok(())
    }

    /// Reads one value; returns false at the end. A blank line is a step without a value.
    fn next(&mut self, take: &mut impl FnMut(Item<'_>) -> Result<(), Failure>) -> Ended {
        if let Some((number, bytes)) = self.pending.pop_front() {
            return self.value(number, bytes, take);
        }
        let Some(line) = self.lines.next()? else { return Ok(false) };
        let number = line.number;
        // The rest of the line was skipped, so the next line begins an object again.
        let Some(bytes) = line.bytes else {
            self.values += 1;
            take(Item::Object(number, Err(too_long())))?;
            return Ok(true);
        };
        let bytes = unmarked(number, bytes);
        if bytes.trim_ascii().is_empty() {
            return Ok(true);
        }
        // The usual line, without a copy.
        // An object on one line needs no scanner. If it cannot be read, the slow way finds out why,
        // at the cost of reading it twice. With `--key`, an empty listing would be an object, too.
        if let Ok(text) = str::from_utf8(bytes.trim_ascii())
            && !self.is_skipping
            && self.supplement.key.is_none()
            && let Ok(object) = documents::object(text, false, self.supplement)
        {
            take(Item::Object(number, Ok(object)))?;
            self.values += 1;
            return self.pause(take);
        }
        // The slow way joins lines, for which the first one must outlive the next reading.
        let bytes = bytes.to_vec();
        self.value(number, bytes, take)
    }

    /// Reads the value that begins in a line, with as many following lines as it needs.
    ///
    /// The steps are: skip what belongs to a broken value before; join lines until the scanner has
    /// an end; if there is none, find out what the input is, or report the value and find the place
    /// to go on; else hand over the objects of the document.
    fn value(
        &mut self,
        number: u64,
        first: Vec<u8>,
        take: &mut impl FnMut(Item<'_>) -> Result<(), Failure>,
    ) -> Ended {
        if self.is_skipping && !first.starts_with(b"{") && !first.starts_with(b"[") {
            return Ok(true);
        }
        self.is_skipping = false;
        self.values += 1;
        let joined = self.joined(first)?;
        let Joined { text, state, .. } = &joined;
        if text.len() > LIMIT {
            let limit = grouped(LIMIT as u64);
            return Err(Failure::Message(format!(
                "{}:{number}: the document is longer than {limit} bytes; write one object per line, as \
                 `jq -c '.Versions[]'` does",
                self.input
            )));
        }
        if let Some(at) = joined.long {
            if *state != State::Complete {
                self.resume(&joined);
            }
            take(Item::Object(at, Err(too_long())))?;
            return self.pause(take);
        }
        if *state != State::Complete {
            // Only the first value shows what an input is. Later ones may be broken in an input of
            // objects.
            if self.values == 1 {
                if let Some(json) = self.json_of_yaml(text)? {
                    self.document(number, &json, take)?;
                    return self.pause(take);
                }
                self.refuse_foreign(text)?;
            }
            self.not_json += 1;
            let whole = self.resume(&joined);
            take(Item::Object(number, Err(not_an_object(number, whole))))?;
            return self.pause(take);
        }
        // The scanner leaves words and commas to the parser, so a first value may have brackets in
        // order and still be no JSON, such as an object of JavaScript.
        if self.values == 1 && serde_json::from_slice::<IgnoredAny>(text).is_err() {
            self.refuse_foreign(text)?;
        }
        self.document(number, text, take)?;
        self.pause(take)
    }

    /// Joins a line with as many following lines as its value needs, up to the limit of a document.
    ///
    /// The scanner stops at the line that no further line can complete, so a broken document does not
    /// take the whole input with it.
    fn joined(&mut self, first: Vec<u8>) -> Result<Joined, Failure> {
        let mut scanner = Scanner::default();
        let state = scanner.feed(&first);
        let mut joined = Joined { text: first, starts: Vec::new(), state, long: None };
        while joined.state == State::Open && joined.text.len() <= LIMIT {
            let Some((number, line)) = self.following()? else { break };
            // The rest of the document is still read, so that its lines are not taken for objects.
            let line = line.unwrap_or_else(|| {
                joined.long.get_or_insert(number);
                LONG_LINE.to_vec()
            });
            joined.state = scanner.feed(&line);
            joined.text.push(b'\n');
            joined.starts.push((number, joined.text.len()));
            joined.text.extend(line);
        }
        Ok(joined)
    }

    /// Hands over the objects of a complete value, each with its line.
    ///
    /// A text that is not a document known to `documents` is one object, and its mistake is the
    /// mistake of that object.
    fn document(
        &mut self,
        number: u64,
        bytes: &[u8],
        take: &mut impl FnMut(Item<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let text = match text_of(bytes) {
            Ok(text) => text,
            Err(problem) => {
                self.not_json += 1;
                return take(Item::Object(number, Err(problem)));
            }
        };
        let (mut line, mut counted, mut result) = (number, 0, Ok(()));
        let mut hand_over = |at: usize, object: Result<Object<'_>, Problem>| {
            // Line breaks are counted from the object before, so that a document is walked through
            // once.
            let between = text.as_bytes().get(counted..at).unwrap_or_default();
            line += between.split(|byte| *byte == b'\n').skip(1).count() as u64;
            counted = at.max(counted);
            // `documents::each` cannot be stopped, so after a failure the rest is walked through in
            // silence.
            if result.is_ok() {
                result = take(Item::Object(line, object));
            }
        };
        let kind = documents::each(text, self.supplement, &mut hand_over);
        result?;
        if let Some(kind) = kind {
            self.note(kind);
            return Ok(());
        }
        let object = documents::object(text, false, self.supplement);
        let object = object.map_err(|problem| foreign::named(text).map_or(problem, Problem));
        // A sound value of JSON with wrong members counts as JSON, so it does not end the reading.
        if object.is_err() && serde_json::from_str::<IgnoredAny>(text).is_err() {
            self.not_json += 1;
        }
        take(Item::Object(number, object))
    }

    /// Reads an input in YAML, as the AWS CLI prints it, to its end; `None` if the first value is
    /// no YAML.
    ///
    /// YAML has no end that a scanner could find, so such an input is one document. One above the
    /// limit of the library is not converted. It is returned as it is, and reported as no JSON.
    fn json_of_yaml(&mut self, first: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
        let is_yaml = yaml::is_yaml(&String::from_utf8_lossy(first));
        if !is_yaml {
            return Ok(None);
        }
        let mut text = first.to_vec();
        while let Some((number, line)) = self.following()? {
            let Some(line) = line else {
                let Problem(message) = too_long();
                return Err(Failure::Message(format!("{}:{number}: {message}", self.input)));
            };
            text.push(b'\n');
            text.extend(line);
            if text.len() > SIZE_LIMIT {
                break;
            }
        }
        let json = yaml::as_json(self.input, &text)?;
        Ok(Some(json.into_owned()))
    }

    /// Refuses an input that is something else altogether, by its first value and the lines after it.
    ///
    /// Twenty lines are enough for a header and some rows.
    ///
    /// The lines that are read for it are lost, which is not a loss: the function then always fails.
    fn refuse_foreign(&mut self, first: &[u8]) -> Result<(), Failure> {
        let mut beginning = String::from_utf8_lossy(first).into_owned();
        if !foreign::is_all_foreign(&beginning) {
            return Ok(());
        }
        // What a text is may be clear only some lines later.
        for _ in 0..LINES {
            let Some(line) = self.lines.next()? else { break };
            beginning.push('\n');
            beginning.push_str(&String::from_utf8_lossy(line.bytes.unwrap_or_default()));
        }
        let named = foreign::named(&beginning).unwrap_or_default();
        Err(Failure::Message(format!("`{}`: {named}", self.input)))
    }

    /// Returns the next line.
    ///
    /// Lines that were set aside come first.
    fn following(&mut self) -> Result<Option<Numbered>, Failure> {
        if let Some((number, line)) = self.pending.pop_front() {
            return Ok(Some((number, Some(line))));
        }
        let line = self.lines.next()?;
        Ok(line.map(|line| (line.number, line.bytes.map(<[u8]>::to_vec))))
    }

    /// Goes on after a broken document, with a line that begins another object. Returns the text in
    /// which the mistake is.
    ///
    /// The lines from that one on are read again; without such a line, everything up to the next
    /// bracket at the beginning of a line is skipped. A list that is open at the end of the input
    /// is broken as a whole. One line alone needs none of this.
    ///
    /// ```text
    /// {"Key": "a"       returned: the mistake is in this line
    /// {"Key": "b"}      goes on here
    /// ```
    fn resume<'t>(&mut self, joined: &'t Joined) -> &'t [u8] {
        let Joined { text, starts, state, .. } = joined;
        // The place where the second line starts.
        let Some((_, second)) = starts.first() else { return text };
        let line_at = |start: usize| {
            let rest = text.get(start..).unwrap_or_default();
            rest.split(|byte| *byte == b'\n').next().unwrap_or_default()
        };
        let begins = |(_, start): &(u64, usize)| line_at(*start).starts_with(b"{");
        // Inside an array an object may begin in any line, except in the one that breaks it.
        let again = match text.first() {
            Some(b'[') if *state == State::Broken => {
                starts.len().checked_sub(1).filter(|at| starts.get(*at).is_some_and(begins))
            }
            Some(b'{') => starts.iter().position(begins),
            _ => None,
        };
        let Some(again) = again else {
            self.is_skipping = true;
            return text;
        };
        for (number, start) in starts.iter().skip(again).rev() {
            let line = line_at(*start);
            // The reader of the document reports a line that is too long.
            if line != LONG_LINE {
                self.pending.push_front((*number, line.to_vec()));
            }
        }
        text.get(..second.saturating_sub(1)).unwrap_or(text)
    }

    /// Lets the caller write its answers before the next object, which may take long to arrive.
    ///
    /// Only if no whole line is in the buffer: a flush for each object would make a full pipe slow.
    fn pause(&self, take: &mut impl FnMut(Item<'_>) -> Result<(), Failure>) -> Ended {
        if self.pending.is_empty() && *self.input == Input::Stdin && self.lines.may_wait() {
            take(Item::Pause)?;
        }
        Ok(true)
    }

    /// Prints the note about a kind of document, once. Kinds without a note print nothing.
    fn note(&mut self, kind: Kind) {
        if let Some(note) = kind.note()
            && self.noted.insert(kind)
        {
            output::remark(&format!("note: {note}\n"));
        }
    }
}

/// The number of a line, and its bytes; no bytes for one that is too long.
type Numbered = (u64, Option<Vec<u8>>);

/// True while there is more to read.
type Ended = Result<bool, Failure>;

/// Removes the byte-order mark of a first line.
///
/// Editors on Windows write one.
fn unmarked(number: u64, bytes: &[u8]) -> &[u8] {
    const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
    match number {
        1 => bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes),
        _ => bytes,
    }
}

/// Returns a line as text.
///
/// White space at both ends is no part of it. The number of the byte counts without it.
fn text_of(bytes: &[u8]) -> Result<&str, Problem> {
    str::from_utf8(bytes.trim_ascii()).map_err(|error| {
        Problem(format!("the line is not UTF-8, see byte {}", error.valid_up_to() + 1))
    })
}

/// Returns the refusal of a line that is too long, also of one inside a document.
fn too_long() -> Problem {
    let limit = grouped(Lines::LIMIT as u64);
    Problem(format!(
        "the line is longer than {limit} bytes, the maximum; write one object per line, as \
         `jq -c '.Versions[]'` does"
    ))
}

/// Describes a text that is no JSON object and begins in a line.
///
/// What it is instead, such as XML, is named where it is recognised.
///
/// In this order: text that is not UTF-8, XML, a document that is recognised, the words of the
/// parser, with the line of the input where it stopped if that is a later one, and else another
/// value of JSON, such as a key alone.
fn not_an_object(number: u64, bytes: &[u8]) -> Problem {
    let text = match text_of(bytes) {
        Ok(text) => text,
        Err(problem) => return problem,
    };
    // XML of a kind that is not recognised, for instance the answer of the API to a listing.
    if text.starts_with('<') && foreign::named(text).is_none() {
        let message = "this is XML; give objects as JSON, such as the output of `aws s3api \
                       head-object` or `list-object-versions`";
        return Problem(message.to_owned());
    }
    if let Some(named) = foreign::named(text) {
        return Problem(named);
    }
    match serde_json::from_str::<IgnoredAny>(text) {
        Err(error) if error.line() > 1 => {
            let Problem(message) = json::explained(text, &error);
            let line = number + error.line() as u64 - 1;
            Problem(format!("{message} (in line {line}, column {})", error.column()))
        }
        Err(error) => json::explained(text, &error),
        Ok(_) => match json::members(text) {
            Err(problem) => problem,
            Ok(_) => Problem("this is no JSON object".to_owned()),
        },
    }
}
