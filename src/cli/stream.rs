//! A stream of objects and answers, in constant memory.
//!
//! The objects are lines of JSON, or rows of the data files of an inventory.

use std::collections::HashSet;
use std::fmt;

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
pub(super) fn answer(
    engine: &Engine,
    flags: &ObjectFlags,
    objects: Option<&Input>,
    mut write: impl FnMut(&Object<'_>, &mut Vec<u8>),
) -> Ended {
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
        return Stream::new(objects).run_inventory(&inventory, write);
    }
    let supplement = Supplement { key: flags.key_alone(), needs_tags: needs_tags(engine) };
    Stream::new(objects).run(&supplement, write)
}

/// Returns the remark about a storage class that this crate does not know.
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

/// The stream while it is answered, with the counts for its end.
struct Stream<'i> {
    input: &'i Input,
    progress: Progress,
    /// The number of objects without an answer, which decides the exit status.
    bad_lines: u64,
    /// The unknown storage classes that were reported. A million objects may have one.
    reported_classes: HashSet<String>,
}

impl<'i> Stream<'i> {
    /// Creates a stream. A user who types the objects gets a hint.
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
                Item::Pause => out.flush()?,
            }
            Ok(())
        });
        self.progress.clear();
        out.flush()?;
        read?;
        Ok(self.end())
    }

    /// Answers the rows of an inventory, file by file. A file that cannot be read does not stop the
    /// others.
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
                Part::End(Ok(None)) => {}
                Part::End(Ok(Some(message)) | Err(Failure::Message(message))) => {
                    self.progress.clear();
                    output::error(&message);
                    status = Status::Wrong;
                }
                Part::End(Err(failure)) => return Err(failure),
            }
            Ok(())
        })?;
        self.progress.clear();
        out.flush()?;
        Ok(self.end().max(status))
    }

    /// Reports an object that cannot be read.
    fn complain(&mut self, message: &str) {
        self.bad_lines += 1;
        self.say(message);
    }

    /// Writes a line to the standard error, above the counter.
    fn say(&mut self, message: &str) {
        self.progress.clear();
        let message = with_short_words(message);
        output::eprint(&format!("{}\n", Visible(&message)));
    }

    /// Reports each unknown storage class once, with its treatment.
    fn report_unknown_class(&mut self, object: &Object<'_>, file: &impl fmt::Display, line: u64) {
        const REMEMBERED: usize = 100;
        let Some(class) = object.unknown_class() else { return };
        if self.reported_classes.len() < REMEMBERED
            && self.reported_classes.insert(class.to_owned())
        {
            self.say(&format!("{file}:{line}: note: {}", about_unknown_class(class)));
        }
    }

    /// Returns the status, and reports how many objects have no answer.
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
