//! The reader compares the tree of a document with its schema, and reports every mistake.
//!
//! A schema is a table with one [`Row`] for each element at one place. Its [`Authority`] is the party
//! that decides what a mistake means: a service such as S3, or this crate for documents of its own.
//!
//! Types that derive `Deserialize` are read by [`Reader::read`]. The module `configuration` instead
//! takes the elements out of [`Fields`] by hand: configurations have to be read fast, and S3
//! answers some of their wrong values with a message of its own.
//!
//! A check and a reading are two passes over the same elements. The check compares them with the
//! table, reports, and notes the place of each element that it refuses. The reading then leaves
//! exactly these out, as if the document did not have them: the value has a *hole*. One pass could
//! not do both: a type that derives `Deserialize` stops at its first error, while a user wants all
//! of them.
//!
//! Every finding has a [`Stage`], the point at which S3 would find it. S3 answers a document that
//! has several mistakes with the first that it finds (REP-250). Findings sorted by stage give the
//! same answer, in whatever order the reader came to them.
//!
//! A finding of the reader, as a report shows it:
//!
//! ```text
//! error[invalid-value]: expected `Enabled` or `Disabled`, found `enabled`
//!  --> replication.xml:5:13
//!   |
//! 5 |     <Status>enabled</Status>
//!   |             ^^^^^^^ `Rule[0].Status`
//!   = the store answers: MalformedXML: The XML you provided was not well-formed or …
//!   = help: did you mean `Enabled`?
//!   = clause: REP-107 (evidence: primary)
//! ```
//!
//! The entry points, by the caller:
//!
//! | caller | calls | reads values |
//! | --- | --- | --- |
//! | `form::read`, `context` | `read`, then `into_report` | by `Deserialize` |
//! | `configuration` | `fields` and `scalar`, then `into_found` | by hand |
//! | `form::mistakes` | `check_whole`, then `into_report` | elsewhere |
//!
//! XML and JSON differ mostly in the lowest functions, `scalar`, `is_container` and `is_kind`. JSON
//! has kinds to compare. In XML everything is text or elements, and attributes and stray text are
//! reported. Elsewhere, the two differ in lists, roots and repeated names.

use std::collections::HashSet;

use serde::Deserialize;

use crate::clause::Clause;
use crate::diagnostic::{Diagnostic, Report, ServiceError, Stage};
use crate::document::{Element, Kind};
use crate::form::Form;
use crate::form::fields::{Fields, Misfit, WHITE_SPACE, completed, sorted};
use crate::form::mistake::{self, Mistake, Objection, Wording};
use crate::form::path_stack::PathStack;
use crate::form::schema::{
    Authority, Check, Content, List, Map, Occurs, RepeatedMember, Row, Schema, Words,
};
use crate::form::unknown;
use crate::form::value::Value;
use crate::path::FieldPath;
use crate::text::Span;

/// A reader of one document, with the findings so far.
pub(crate) struct Reader<'s> {
    pub(crate) form: Form,
    /// The whole table, for advice on names that belong elsewhere, and its authority.
    schema: &'s Schema,
    /// The findings, each with the stage at which the store would find it.
    found: Vec<(Stage, Diagnostic)>,
    /// The codes of the warnings among them.
    warned: Vec<&'static str>,
    /// The number of findings beyond the limit, which are counted but not kept. A report shows it,
    /// so that it does not look complete when it is not.
    left_out: usize,
    /// True inside an element whose unreadable values are left out with a warning. A store may know
    /// words that this crate does not, for instance new storage classes.
    is_lenient: bool,
    /// The places of the elements that were refused, which leave holes in the value.
    ///
    /// A place identifies an element: no two elements of a document have the same place.
    refused: HashSet<Span>,
    /// The advice on names that no row has.
    ///
    /// It gets the name and the path of the element around it. `None` leaves the advice to
    /// `unknown`.
    advice: fn(&str, &PathStack<'_>) -> Option<String>,
    /// The places whose values a template does not state, each with the value.
    ///
    /// They are not findings, because a template with a parameter is not wrong. The caller decides
    /// what to do about them.
    unknown: Vec<(FieldPath, Span, String)>,
}

/// A refusal without its place.
///
/// The place is added when the refusal is pushed, so that code that knows only the text can refuse
/// it.
pub(crate) struct Refusal {
    /// The code of the finding, such as `role-invalid`.
    pub(crate) code: &'static str,
    /// The clause that the refusal rests on; `None` in documents of this crate.
    pub(crate) clause: Option<&'static Clause>,
    /// The point at which S3 would find it, which decides the order of findings.
    pub(crate) stage: Stage,
    /// The message and the help, which may be set later by [`Refusal::with_help`].
    pub(crate) wording: Wording,
    /// The answer of S3; `None` makes the finding an error without one.
    pub(crate) answer: Option<ServiceError>,
}

impl Refusal {
    /// Sets the advice.
    ///
    /// The help begins with a verb and shows the value that is meant.
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.wording.help = help.into().into();
        self
    }
}

impl<'s> Reader<'s> {
    /// Creates a reader without findings and without advice.
    pub(crate) fn new(form: Form, schema: &'s Schema) -> Self {
        Self {
            form,
            schema,
            found: Vec::new(),
            warned: Vec::new(),
            left_out: 0,
            is_lenient: false,
            refused: HashSet::new(),
            advice: |_, _| None,
            unknown: Vec::new(),
        }
    }

    /// Sets the advice on names that no row has.
    pub(crate) fn with_advice(self, advice: fn(&str, &PathStack<'_>) -> Option<String>) -> Self {
        Self { advice, ..self }
    }

    /// Takes out the places whose values a template does not state.
    ///
    /// Each has its path, its place in the text of the template, and the expression, such as
    /// `${Prefix}`.
    pub(crate) fn take_unknown(&mut self) -> Vec<(FieldPath, Span, String)> {
        std::mem::take(&mut self.unknown)
    }

    /// Notes a value that a template does not state.
    ///
    /// At most [`Report::LIMIT`] values are noted, so that a hostile template does not turn into a
    /// list many times its size.
    pub(crate) fn note_unknown(&mut self, element: Element<'_, '_>, at: &PathStack<'_>) {
        if self.unknown.len() < Report::LIMIT {
            self.unknown.push((at.path(), element.content(), element.text().to_owned()));
        }
    }

    /// Returns the findings with their stages, and the number of those that were only counted.
    ///
    /// Configurations merge these with the findings of their lints before they sort them.
    pub(crate) fn into_found(self) -> (Vec<(Stage, Diagnostic)>, usize) {
        (self.found, self.left_out)
    }

    /// Returns the findings: mistakes of structure in the order of the text, then those of values.
    ///
    /// The sort is stable, so findings of one stage stay in the order in which the check came to
    /// them.
    pub(crate) fn into_report(mut self) -> Report {
        self.found.sort_by_key(|(stage, _)| *stage);
        let mut report: Report = self.found.into_iter().map(|(_, finding)| finding).collect();
        report.leave_out(self.left_out);
        report
    }

    /// Reads an element as a value of `T`. What was refused is absent from the value. If `T`
    /// requires what is absent, the result is `None`.
    ///
    /// For example, with the rows of a tag, and `Key` required:
    ///
    /// | element | value | finding |
    /// | --- | --- | --- |
    /// | `{"Key": "a", "Value": "1"}` | the tag | none |
    /// | `{"Key": 7, "Value": "1"}` | `None` | `invalid-type` at `Key` |
    /// | `{"Key": "a", "Value": "1", "X": 1}` | the tag | `element-unknown` at `X` |
    pub(crate) fn read<'d, T: Deserialize<'d>>(
        &mut self,
        element: Element<'d, '_>,
        content: &'static Content,
        at: &PathStack<'_>,
    ) -> Option<T> {
        // Findings beyond the limit of a report are only counted, so the sum of both numbers shows
        // whether something was refused.
        let before = self.found.len() + self.left_out;
        self.check(element, content, at);
        let result = T::deserialize(self.value(element, content));
        if let Err(error) = &result
            && self.found.len() + self.left_out == before
        {
            // INVARIANT: the table is as strict as the type. Should they drift apart, the document is
            // refused rather than read as empty.
            debug_assert!(false, "no row objects to what the type refuses: {error}");
            let objection = Objection::new(error.to_string(), "compare the value with the schema");
            self.object(objection, element, at);
        }
        result.ok()
    }

    /// Checks the root of a document and everything in it.
    ///
    /// The findings are those of [`read`](Self::read), without a value.
    pub(crate) fn check_whole(&mut self, root: Element<'_, '_>, content: &'static Content) {
        self.check(root, content, &PathStack::ROOT);
    }

    /// Returns an element as a value, without what was refused in it so far.
    ///
    /// Call it after the check: the type would still get what is refused later.
    const fn value<'r, 'd, 't>(
        &'r self,
        element: Element<'d, 't>,
        content: &'static Content,
    ) -> Value<'r, 'd, 't> {
        Value {
            element,
            content,
            form: self.form,
            authority: self.schema.authority,
            refused: &self.refused,
        }
    }

    /// Checks an element and everything in it. Returns true if it can be read.
    ///
    /// A refused element is noted, so that the reading leaves a hole there.
    ///
    /// The result is about the element itself. An object whose optional member was refused can be
    /// read, and lacks the member.
    fn check(
        &mut self,
        element: Element<'_, '_>,
        content: &'static Content,
        at: &PathStack<'_>,
    ) -> bool {
        let is_right = match content {
            Content::Fields(rows) => self.check_fields(element, rows, at),
            Content::List(list) => self.check_list(element, list, at),
            Content::OneOrMany(list) if element.kind() == Kind::Array => {
                self.check_list(element, list, at)
            }
            // The item that stands alone notes its own refusal. Its path has no index, since the
            // text has no list.
            Content::OneOrMany(list) => return self.check(element, list.item, at),
            Content::Map(map) => self.check_map(element, map, at),
            Content::Nullable(_) if element.kind() == Kind::Null => true,
            // The kind of the value decides which of two contents applies. For example, `Lifecycle`
            // is either a truth value or an object.
            Content::Either(..) | Content::Nullable(_) => {
                return self.check(element, content.narrowed(element.kind()), at);
            }
            // A document inside this one, such as a configuration in a scenario, which has a reader
            // of its own.
            Content::Unread => true,
            Content::Scalar => {
                // Of the other kinds, only a text is a scalar; `scalar` refuses the rest.
                matches!(element.kind(), Kind::Number | Kind::Boolean)
                    || self.scalar(element, Kind::String, at).is_some()
            }
            Content::Text(check) | Content::Word(Words { check, .. }) | Content::Moment(check) => {
                let text = self.scalar(element, Kind::String, at);
                let is_moment = matches!(content, Content::Moment(_));
                self.check_text(element, text, *check, is_moment, at)
            }
            Content::Integer(integer) => {
                let text = self.scalar(element, Kind::Number, at);
                self.check_scalar(element, text, |text| integer.check(text), at)
            }
            Content::Boolean => {
                let text = self.scalar(element, Kind::Boolean, at);
                self.check_scalar(element, text, truth_value, at)
            }
        };
        if !is_right {
            self.refused.insert(element.span());
        }
        is_right
    }

    /// Checks the fields of an element, in the order of the rows. An optional field that is refused
    /// leaves the element readable; a required one does not.
    ///
    /// The order of the rows, and not that of the children, gives `{"b": …, "a": …}` and
    /// `{"a": …, "b": …}` the same findings. Unknown and repeated names come before them.
    fn check_fields(
        &mut self,
        element: Element<'_, '_>,
        rows: &'static [Row],
        at: &PathStack<'_>,
    ) -> bool {
        if !self.is_container(element, Kind::Object, at) {
            return false;
        }
        let fields = self.fields_of(element, at, rows);
        let mut is_whole = true;
        for row in rows {
            let at = at.field(row.name);
            let is_read = match fields.get(row.name) {
                Some((_, child)) => {
                    // Leniency holds for everything inside the element, and ends with it.
                    let outside = self.is_lenient;
                    self.is_lenient |= row.occurs == Occurs::Lenient;
                    let is_read = self.check(child, &row.content, &at);
                    self.is_lenient = outside;
                    is_read
                }
                None => false,
            };
            is_whole &= is_read || row.occurs != Occurs::Required;
        }
        is_whole
    }

    /// Checks the items of a list. A refused item is left out of the value, so the items after
    /// it have lower indices there than in the text. Code that names items by index must therefore
    /// know whether an item was left out.
    ///
    /// Returns true for a list with refused items, and false for what is not a list or is empty where
    /// it must not be. In XML an item must have one of the names of the list, and the namespace of
    /// the list.
    fn check_list(
        &mut self,
        element: Element<'_, '_>,
        list: &'static List,
        at: &PathStack<'_>,
    ) -> bool {
        if !self.is_container(element, Kind::Array, at) {
            return false;
        }
        if list.is_never_empty && element.children().next().is_none() {
            self.refuse(Mistake::EmptyList, mistake::empty_list(), at, element.head());
            return false;
        }
        for (index, child) in element.children().enumerate() {
            let at = at.index(index);
            if self.form.is_json()
                || list.names.contains(&child.name()) && child.namespace() == element.namespace()
            {
                self.check(child, list.item, &at);
            } else {
                self.refuse(
                    Mistake::Item,
                    mistake::item(child.name(), list.names),
                    &at,
                    child.head(),
                );
                self.refused.insert(child.span());
            }
        }
        true
    }

    /// Checks an object whose member names are data.
    ///
    /// The second of two members with one name is refused and left out, because either value may be
    /// the intended one. The first is still checked and read.
    fn check_map(
        &mut self,
        element: Element<'_, '_>,
        map: &'static Map,
        at: &PathStack<'_>,
    ) -> bool {
        if !self.is_container(element, Kind::Object, at) {
            return false;
        }
        let mut names = HashSet::new();
        for child in element.children() {
            let at = at.field(child.name());
            let mut is_read = false;
            if !names.insert(child.name()) {
                let wording = mistake::repeated(child.name(), self.form);
                self.refuse(Mistake::Repeated, wording, &at, child.head());
            } else if let Some(Err(objection)) = map.name.map(|check| check(child.name())) {
                self.object_at(objection, child.head(), &at);
            } else {
                is_read = self.check(child, map.inside, &at);
            }
            if !is_read {
                self.refused.insert(child.span());
            }
        }
        true
    }

    /// Checks a text. Where a moment is wanted, a date without a time counts as its midnight.
    ///
    /// Without a check every text is accepted here; the code that reads it may still refuse it.
    fn check_text(
        &mut self,
        element: Element<'_, '_>,
        text: Option<&str>,
        check: Check,
        is_moment: bool,
        at: &PathStack<'_>,
    ) -> bool {
        let Some(check) = check else { return text.is_some() };
        let form = self.form;
        let checked = |text: &str| match completed(text, form) {
            Some(moment) if is_moment => check(&moment),
            _ => check(text),
        };
        self.check_scalar(element, text, checked, at)
    }

    /// Checks a text that holds no elements; `None` is one that was refused already.
    fn check_scalar(
        &mut self,
        element: Element<'_, '_>,
        text: Option<&str>,
        check: impl FnOnce(&str) -> Result<(), Objection>,
        at: &PathStack<'_>,
    ) -> bool {
        let Some(text) = text else { return false };
        check(text).map_err(|objection| self.object(objection, element, at)).is_ok()
    }

    /// Refuses the value of an element.
    pub(crate) fn object(
        &mut self,
        objection: Objection,
        element: Element<'_, '_>,
        at: &PathStack<'_>,
    ) {
        self.object_at(objection, value_span(element), at);
    }

    /// Refuses the text at a place. Inside a lenient element, warns instead: the value is left out,
    /// and the document is read.
    ///
    /// The stage is that of a rule, after the stage of the schema: S3 looks at values only where
    /// the structure is right.
    fn object_at(&mut self, objection: Objection, span: Span, at: &PathStack<'_>) {
        let Objection { code, clause, message, help } = objection;
        if self.is_lenient {
            let wording = mistake::wording(message, help);
            return self.warn(Mistake::Value, wording, at.path(), span);
        }
        let refusal = Refusal {
            code: code.unwrap_or(Mistake::Value.code()),
            clause: clause.or_else(|| (self.schema.authority.clause)(Mistake::Value)),
            stage: Stage::Rule,
            wording: mistake::wording(message, help),
            answer: self.schema.authority.answer.map(|answer| answer()),
        };
        self.push(refusal, at, span);
    }

    /// Sorts the children of `element` by `rows`, and refuses what does not fit.
    ///
    /// In JSON, a field that may occur many times must be an array; its items are checked by the
    /// caller.
    ///
    /// An element that is not an object, or holds text in XML, is refused. The result then has no
    /// fields at all (JSON), or those beside the text (XML), so the caller goes on in both cases.
    pub(crate) fn fields<'d, 't>(
        &mut self,
        element: Element<'d, 't>,
        at: &PathStack<'_>,
        rows: &'static [Row],
    ) -> Fields<'d, 't> {
        if !self.is_container(element, Kind::Object, at) {
            return Fields::none(element, self.form);
        }
        let fields = self.fields_of(element, at, rows);
        if self.form.is_json() {
            for (row, child) in fields.iter().filter(|(row, _)| row.occurs == Occurs::Many) {
                self.is_kind(child, Kind::Array, &at.field(row.name));
            }
        }
        fields
    }

    /// Sorts the children by rows, and reports what is unknown, repeated or missing.
    ///
    /// What is missing is reported at the head of the element, where the missing one would be
    /// added.
    fn fields_of<'d, 't>(
        &mut self,
        element: Element<'d, 't>,
        at: &PathStack<'_>,
        rows: &'static [Row],
    ) -> Fields<'d, 't> {
        let fields =
            sorted(element, rows, self.form, self.schema.authority, |misfit| match misfit {
                Misfit::Repeated(row, child) => {
                    self.repeated(row.name_in(self.form), child, &at.field(row.name));
                }
                Misfit::Unknown(child) => self.unknown(child, element, at, rows),
            });
        for row in fields.absent() {
            if row.occurs == Occurs::Required {
                let wording = mistake::missing(row.name_in(self.form));
                self.refuse(Mistake::Missing, wording, &at.field(row.name), element.head());
            }
        }
        fields
    }

    /// Returns the text of an element that holds no others; in JSON of the AWS CLI, only of this
    /// kind.
    ///
    /// In XML, numbers and truth values may be surrounded by white space, and texts keep theirs
    /// (REP-107).
    ///
    /// | form | element | kind | result |
    /// | --- | --- | --- | --- |
    /// | XML | `<Priority> 7 </Priority>` | number | `7` |
    /// | XML | `<Prefix> a</Prefix>` | string | ` a`, with its space |
    /// | XML | `<Prefix><a/></Prefix>` | string | `None`, and `a` is unknown there |
    /// | JSON of the AWS CLI | `"7"` | number | `None`, and a finding about the kind |
    /// | template | `"7"` | number | `7` |
    pub(crate) fn scalar<'d>(
        &mut self,
        element: Element<'d, '_>,
        kind: Kind,
        at: &PathStack<'_>,
    ) -> Option<&'d str> {
        if self.form == Form::CliJson {
            return self.is_kind(element, kind, at).then(|| element.text());
        }
        if self.form.is_json() {
            // CloudFormation and Terraform convert a scalar to the kind that is wanted, such as
            // `"true"` to `true`. So every kind of scalar is accepted.
            let is_scalar = matches!(element.kind(), Kind::String | Kind::Number | Kind::Boolean);
            return (is_scalar || self.is_kind(element, kind, at)).then(|| element.text());
        }
        self.warn_of_attribute(element, at);
        // An element inside a text is unknown there, whatever it is called.
        if let Some(child) = element.children().next() {
            self.unknown(child, element, at, &[]);
            return None;
        }
        let text = element.text();
        Some(if kind == Kind::String { text } else { text.trim_matches(WHITE_SPACE) })
    }

    /// Refuses an element that should hold other elements and holds something else.
    ///
    /// Returns false only for JSON of another kind. In XML any element can hold others, so the
    /// result is true, and text beside or instead of them is an error of its own.
    fn is_container(&mut self, element: Element<'_, '_>, kind: Kind, at: &PathStack<'_>) -> bool {
        if self.form.is_json() {
            return self.is_kind(element, kind, at);
        }
        self.warn_of_attribute(element, at);
        // `<Filter>logs/</Filter>`: the tree reports stray text only beside elements. Here there
        // are none, but the schema still wants elements and not text.
        let bare_text = element.children().next().is_none() && !element.text().trim().is_empty();
        if let Some(span) = element.stray_text().or(bare_text.then(|| element.content())) {
            self.refuse(Mistake::Text, mistake::text(), at, span);
        }
        true
    }

    /// Returns true when a JSON value is of a kind, and refuses it otherwise.
    ///
    /// A value that a template does not state has no kind to compare. It is noted, and the result
    /// is false without any finding: the caller leaves a hole, as for a refused value.
    fn is_kind(&mut self, element: Element<'_, '_>, kind: Kind, at: &PathStack<'_>) -> bool {
        let is_right = element.kind() == kind;
        if element.kind() == Kind::Unknown {
            self.note_unknown(element, at);
        } else if !is_right {
            let wording = mistake::kind(kind, element.kind());
            self.refuse(Mistake::Kind, wording, at, element.content());
        }
        is_right
    }

    /// Refuses an element that occurs again, or warns of a JSON member whose last value counts.
    ///
    /// Which of the two values S3 would take is known for JSON only: the AWS CLI takes the last
    /// (REP-110). In XML a repeated element is refused (REP-106).
    pub(crate) fn repeated(&mut self, name: &str, child: Element<'_, '_>, at: &PathStack<'_>) {
        if self.form == Form::Xml
            || self.schema.authority.repeated_member == RepeatedMember::Refused
        {
            let wording = mistake::repeated(name, self.form);
            return self.refuse(Mistake::Repeated, wording, at, child.head());
        }
        self.warn(Mistake::RepeatedMember, mistake::repeated_member(name), at.path(), child.head());
    }

    /// Refuses a name that no row has, or skips it with a warning where the authority may know more
    /// names than this crate.
    ///
    /// The limit is looked at first, because advice compares the name with each row of the schema,
    /// and a document can have a hundred thousand unknown names.
    fn unknown(
        &mut self,
        child: Element<'_, '_>,
        element: Element<'_, '_>,
        at: &PathStack<'_>,
        rows: &[Row],
    ) {
        if self.is_full(Report::LIMIT) {
            return;
        }
        // The name is shortened before it becomes part of a path. It comes from the document, and
        // may be megabytes long.
        let shown = mistake::shortened(child.name());
        let here = at.field(&shown);
        // An element of another namespace is no misspelling, so no name is suggested.
        if child.namespace() != element.namespace() {
            let wording = mistake::foreign(child.name(), child.namespace());
            return self.refuse(
                self.schema.authority.foreign_element,
                wording,
                &here,
                child.head(),
            );
        }
        // The items of an array have no names.
        let parent = if at.is_root() || element.name().is_empty() {
            self.schema.root
        } else {
            element.name()
        };
        let advice = (self.advice)(child.name(), at);
        let wording =
            unknown::unknown(child.name(), parent, rows, (self.schema, self.form), advice);
        if self.schema.authority.skips_unknown {
            self.warn(Mistake::Unknown, wording, here.path(), child.head());
        } else {
            self.refuse(Mistake::Unknown, wording, &here, child.head());
        }
    }

    /// Warns of an attribute. S3's schema has none, and how S3 treats one is not published.
    ///
    /// Only the first attribute of an element is reported. Declarations of namespaces, and
    /// attributes of the XML Schema instance (`xsi:`), do not count: the tree leaves them out.
    fn warn_of_attribute(&mut self, element: Element<'_, '_>, at: &PathStack<'_>) {
        if let Some(span) = element.attribute() {
            self.warn(Mistake::Attribute, mistake::attribute(element.name()), at.path(), span);
        }
    }

    /// Checks the name and the namespace of the root element of XML.
    ///
    /// A root without a namespace is accepted, as S3 accepts it. The children are read whatever the
    /// root is called, so that a misspelled root does not hide their mistakes.
    pub(crate) fn check_root(&mut self, root: Element<'_, '_>, expected: &str) {
        if self.form.is_json() {
            return;
        }
        if root.name() != expected {
            let wording = mistake::root(root.name(), expected);
            self.refuse(Mistake::Root, wording, &PathStack::ROOT, root.head());
        }
        let Authority { namespace, name, .. } = self.schema.authority;
        if let Some(other) = root.namespace().filter(|other| other != namespace) {
            let wording = mistake::namespace(other, namespace, name);
            self.refuse(Mistake::Namespace, wording, &PathStack::ROOT, root.head());
        }
    }

    /// Refuses a mistake that the schema shows.
    ///
    /// The clause and the code are those of the mistake.
    ///
    /// The stage is that of the schema: everything that the table alone shows is found before any
    /// value is looked at.
    pub(crate) fn refuse(
        &mut self,
        mistake: Mistake,
        wording: Wording,
        at: &PathStack<'_>,
        span: Span,
    ) {
        let refusal = Refusal {
            code: mistake.code(),
            clause: (self.schema.authority.clause)(mistake),
            stage: Stage::Schema,
            wording,
            answer: self.schema.authority.answer.map(|answer| answer()),
        };
        self.push(refusal, at, span);
    }

    /// Adds a refusal, unless the report is full.
    ///
    /// Beyond the limit a refusal is only counted. The refusals before it still refuse the
    /// document.
    pub(crate) fn push(&mut self, refusal: Refusal, at: &PathStack<'_>, span: Span) {
        if self.is_full(Report::LIMIT) {
            return;
        }
        let Refusal { code, clause, stage, wording: Wording { message, help }, answer } = refusal;
        let mut finding =
            Diagnostic::error(code, clause, at.path(), String::from(message)).at(span);
        finding.service_error = answer;
        self.found.push((stage, finding.with_help(help)));
    }

    /// Warns of a mistake, as long as that leaves space for refusals.
    ///
    /// A warning has no answer of the service.
    pub(crate) fn warn(&mut self, mistake: Mistake, wording: Wording, path: FieldPath, span: Span) {
        let Wording { message, help } = wording;
        let clause = (self.schema.authority.clause)(mistake);
        let finding = Diagnostic::warning(mistake.code(), clause, path, String::from(message));
        self.push_warning(finding.at(span).with_help(help));
    }

    /// Adds a warning, as long as the report has space for it.
    ///
    /// Warnings take at most half of the report, apart from the first of each kind, so that no
    /// flood of them can hide a refusal.
    pub(crate) fn push_warning(&mut self, finding: Diagnostic) {
        // There are few kinds of warnings. The first of each is kept, since a caller may deny it.
        let is_first = !self.warned.contains(&finding.code);
        if is_first || !self.is_full(Report::LIMIT / 2) {
            if is_first {
                self.warned.push(finding.code);
            }
            self.found.push((Stage::Schema, finding));
        }
    }

    /// Returns true when the findings have reached a limit, and then counts one more as left out.
    ///
    /// When it returns false, nothing is counted, and the caller must add the finding. The document
    /// may be hostile, and the report must not outgrow it.
    fn is_full(&mut self, limit: usize) -> bool {
        let is_full = self.found.len() >= limit;
        self.left_out += usize::from(is_full);
        is_full
    }
}

/// Accepts `true` and `false` as written in JSON; XML Schema's `1` and `0` are not used by S3.
fn truth_value(text: &str) -> Result<(), Objection> {
    if matches!(text, "true" | "false") {
        return Ok(());
    }
    let Wording { message, help } = mistake::boolean(text);
    Err(Objection::new(message, help))
}

/// Returns the place of the value of an element.
///
/// An empty element has no content to point at, so its head is shown.
pub(crate) fn value_span(element: Element<'_, '_>) -> Span {
    if element.content().is_empty() { element.head() } else { element.content() }
}
