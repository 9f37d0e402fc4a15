//! A stream of objects and answers, in constant memory.
//!
//! The objects are lines of JSON, or rows of the data files of an inventory.
//!
//! ```text
//! {"Key": "a"}                                  answer of `write`     to the standard output
//! {"Kye": "b"}     o.jsonl:2: unknown member …                        to the standard error
//! {"Key": "c"}                                  answer of `write`
//!                  error: 1 of 3 objects could not be read and have no answer        status 2
//! ```
//!
//! `decide` and `explain` pass a function that writes the answer about one object. This file reads
//! objects one after the other, and keeps none of them: an inventory has more rows than fit into
//! memory. `object.rs` and its folder know the forms of objects; `inventory.rs` reads inventories
//! on every core and passes the rows in order.

use std::collections::HashSet;
use std::fmt;

use s3_replication::batch::facts::{Fact, FactSet};
use s3_replication::batch::manifest;
use s3_replication::dialect::job::{EmptyVersionId, ManifestVersions};
use s3_replication::model::StorageClass;
use s3_replication::text::Visible;
use s3_replication::{Engine, RuleFilter};

use crate::cli::cores::Part;
use crate::cli::counts::{grouped, with_short_words};
use crate::cli::files::Content;
use crate::cli::input::Input;
use crate::cli::inventory::Inventory;
use crate::cli::object::{Item, Object, ObjectFlags, Objects, Problem, Supplement};
use crate::cli::output::{self, Output};
use crate::cli::progress::Progress;
use crate::cli::suggestion::did_you_mean;
use crate::cli::{Ended, Failure, Status};

/// Answers the object given by options, or else the objects of an input, in order.
///
/// An object that cannot be read is reported on standard error and has no answer; the others are
/// still answered.
///
/// ```text
/// options such as `--key`, and no input    one answer; a mistake in an option is a failure
/// `manifest.json` of an inventory          the rows of its data files
/// any other input                          objects as JSON
/// neither options nor an input             objects from the standard input
/// ```
///
/// `write` appends the answer to the bytes, which are empty before. It may append nothing, for an
/// object that has no certain answer.
pub(super) fn answer(
    engine: &Engine,
    flags: &ObjectFlags,
    objects: Option<&Input>,
    mut write: impl FnMut(&Object<'_>, &mut Vec<u8>),
) -> Ended {
    // With an input the options are no object. `--key` alone then completes the objects that have
    // none, such as the output of `head-object`.
    let given = if objects.is_none() { flags.object() } else { Ok(None) };
    if let Some(object) = given.map_err(|Problem(message)| Failure::Message(message))? {
        if let Some(class) = object.unknown_class() {
            output::remark(&format!("note: {}\n", about_unknown_class(class)));
        }
        let (mut out, mut answer) = (Output::new(), Vec::new());
        write(&object, &mut answer);
        out.write(&answer)?;
        out.flush()?;
        return Ok(Status::Clean);
    }
    let objects = objects.unwrap_or(&Input::Stdin);
    if let Some(inventory) = Inventory::recognise(objects)? {
        note_missing_facts(objects, &inventory, engine);
        return Stream::new(objects).run_inventory(&inventory, write);
    }
    let supplement = Supplement { key: flags.key_alone(), needs_tags: needs_tags(engine) };
    Stream::new(objects).run(&supplement, write)
}

/// Returns the remark about a storage class that this crate does not know.
///
/// It is no error: S3 may have classes that are newer than this crate. But archived versions are
/// not replicated, so the treatment is stated.
fn about_unknown_class(class: &str) -> String {
    let known = StorageClass::KNOWN.iter().map(StorageClass::as_str);
    let meant = did_you_mean(class, known);
    format!("unknown storage class `{class}` is treated as not archived{meant}")
}

/// Returns true if a rule selects by tags.
///
/// Inputs that have no tags are refused, or counted as unknown, only if tags can decide.
pub(super) fn needs_tags(engine: &Engine) -> bool {
    let selects_by_tags =
        |filter: &RuleFilter| !filter.tags().is_empty() || !filter.exclusion().tags().is_empty();
    engine.rules().iter().any(|rule| selects_by_tags(&rule.filter))
}

/// Notes the facts that no row of an inventory has, and that may decide.
///
/// No inventory has tags. They are named where a rule selects by them: everywhere else they do not
/// matter, and a note on every inventory would not be read.
fn note_missing_facts(document: &Input, inventory: &Inventory, engine: &Engine) {
    let deciding = FactSet::DECISIVE.with(Fact::ReplicationStatus);
    let missing = inventory.schema().facts().complement();
    let missing = missing.iter().filter(|fact| deciding.contains(*fact));
    let missing = missing.filter(|fact| *fact != Fact::Tags || needs_tags(engine));
    let missing: Vec<_> = missing.map(Fact::as_str).collect();
    if !missing.is_empty() {
        output::remark(&format!(
            "note: `{document}` does not contain `{}`; the defaults of S3 are assumed\n",
            missing.join("`, `")
        ));
    }
}

/// The stream while it is answered, with the counts for its end.
struct Stream<'i> {
    /// The input, for its name in messages.
    input: &'i Input,
    /// Counts the objects, with and without an answer.
    progress: Progress,
    /// The number of objects without an answer, which decides the exit status.
    bad_lines: u64,
    /// The unknown storage classes that were reported. A million objects may have one.
    reported_classes: HashSet<String>,
}

impl<'i> Stream<'i> {
    /// Creates a stream. A user who types the objects gets a hint.
    ///
    /// The hint is a remark, so `--quiet` hides it. Nothing is shown for a pipe.
    fn new(input: &'i Input) -> Self {
        if input.is_typed() {
            output::remark(
                "Type objects, one per line, such as {\"Key\": \"a/b.txt\"}; end with Ctrl-D\n",
            );
        }
        let progress = Progress::of("objects");
        Self { input, progress, bad_lines: 0, reported_classes: HashSet::new() }
    }

    /// Answers objects in JSON. Everything before a failure is written, because it may be the last
    /// answer for hours of work.
    ///
    /// Ends with status 2 if an object could not be read. A failure of reading or writing ends the
    /// stream at once, after the answers before it were flushed.
    fn run(
        mut self,
        supplement: &Supplement,
        mut write: impl FnMut(&Object<'_>, &mut Vec<u8>),
    ) -> Ended {
        let (mut out, mut answer) = (Output::new(), Vec::new());
        let read = Objects::open(self.input, supplement)?.each(|item| {
            answer.clear();
            match item {
                Item::Object(line, Ok(object)) => {
                    self.report_unknown_class(&object, self.input, line);
                    write(&object, &mut answer);
                    out.write(&answer)?;
                    self.progress.advance();
                }
                Item::Object(line, Err(Problem(message))) => {
                    self.complain(&format!("{}:{line}: {message}", self.input));
                    self.progress.advance();
                }
                // A program that writes objects to a pipe may wait for an answer before the next one.
                // Otherwise the buffer is written when it is full, and not for each object.
                Item::Pause => out.flush()?,
            }
            Ok(())
        });
        self.progress.clear();
        out.flush()?;
        // Last, so that everything before the failure is written.
        read?;
        Ok(self.end())
    }

    /// Answers the rows of an inventory, file by file. A file that cannot be read does not stop the
    /// others.
    ///
    /// A row with a mistake has no answer, as an object in JSON. A file whose checksum differs has
    /// answers, and an error, since they may be about the wrong objects.
    fn run_inventory(
        mut self,
        inventory: &Inventory,
        mut write: impl FnMut(&Object<'_>, &mut Vec<u8>),
    ) -> Ended {
        let (mut out, mut answer) = (Output::new(), Vec::new());
        let mut status = Status::Clean;
        self.progress.show_bytes(inventory.bytes_read());
        // An inventory has no ID for null versions, and decisions do not need IDs.
        let configure = |rows: manifest::Reader<Content>| {
            rows.with_empty_version_id(EmptyVersionId::NullVersion)
                .with_versions(ManifestVersions::Optional)
        };
        inventory.each_row(configure, |file, part| {
            match part {
                Part::Answer((line, Ok(row))) => {
                    answer.clear();
                    let object = Object::of_row(&row);
                    self.report_unknown_class(&object, &file.key, line);
                    write(&object, &mut answer);
                    out.write(&answer)?;
                    self.progress.advance();
                }
                Part::Answer((_, Err(fault))) => {
                    self.complain(&fault.to_string());
                    self.progress.advance();
                }
                // The file was read to its end, and is as the document of the inventory has it.
                Part::End(Ok(None)) => {}
                Part::End(Ok(Some(message)) | Err(Failure::Message(message))) => {
                    self.progress.clear();
                    output::error(&message);
                    status = Status::Wrong;
                }
                // All other failures, such as a closed pipe, end the stream.
                Part::End(Err(failure)) => return Err(failure),
            }
            Ok(())
        })?;
        self.progress.clear();
        out.flush()?;
        // A file that could not be read is no empty inventory.
        if status == Status::Wrong && self.progress.done() == 0 {
            return Ok(status);
        }
        // The worse of both: that of a bad row, and that of a file.
        Ok(self.end().max(status))
    }

    /// Reports an object that cannot be read.
    fn complain(&mut self, message: &str) {
        self.bad_lines += 1;
        self.say(message);
    }

    /// Writes a line to the standard error, above the counter.
    ///
    /// The words of the message may come from the input, so they are cut and made visible.
    fn say(&mut self, message: &str) {
        self.progress.clear();
        let message = with_short_words(message);
        output::eprint(&format!("{}\n", Visible(&message)));
    }

    /// Reports each unknown storage class once, with its treatment.
    fn report_unknown_class(&mut self, object: &Object<'_>, file: &impl fmt::Display, line: u64) {
        // Each class of a hostile input could be another one. After so many, the rest is silent.
        const REMEMBERED: usize = 100;
        let Some(class) = object.unknown_class() else { return };
        if self.reported_classes.len() < REMEMBERED
            && self.reported_classes.insert(class.to_owned())
        {
            self.say(&format!("{file}:{line}: note: {}", about_unknown_class(class)));
        }
    }

    /// Returns the status, and reports how many objects have no answer.
    ///
    /// An input without any object is clean, with a remark: it is more often a mistake than an
    /// answer.
    fn end(&self) -> Status {
        if self.bad_lines == 0 {
            if self.progress.done() == 0 {
                output::remark(&format!("note: `{}` holds no objects\n", self.input));
            }
            return Status::Clean;
        }
        let (bad, all) = (grouped(self.bad_lines), grouped(self.progress.done()));
        output::error(&format!("{bad} of {all} objects could not be read and have no answer"));
        Status::Wrong
    }
}
