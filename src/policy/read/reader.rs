//! Members, lists and texts, and what is wrong with them.

use std::fmt::Display;
use std::str::FromStr;

use crate::document::{Element, Kind};
use crate::path::FieldPath;
use crate::policy::read::{InvalidPolicy, PolicyProblem};
use crate::text::{SourceText, Span};
use crate::vocabulary::nearest;

/// What is wrong so far.
pub(super) struct Reader {
    problems: Vec<(Span, FieldPath, String)>,
}

/// The members of an object, each at most once.
pub(super) struct Members<'d, 't> {
    path: FieldPath,
    found: Vec<Element<'d, 't>>,
}

impl<'d, 't> Members<'d, 't> {
    /// Returns a member with its path.
    pub(super) fn get(&self, name: &'static str) -> Option<(Element<'d, 't>, FieldPath)> {
        let element = self.found.iter().find(|element| element.name() == name)?;
        Some((*element, self.path.clone().field(name)))
    }

    pub(super) const fn path(&self) -> &FieldPath {
        &self.path
    }
}

impl Reader {
    pub(super) const fn new() -> Self {
        Self { problems: Vec::new() }
    }

    /// Returns how many things are wrong so far.
    pub(super) const fn count(&self) -> usize {
        self.problems.len()
    }

    pub(super) fn into_problems(mut self, source: &SourceText) -> Vec<PolicyProblem> {
        self.problems.sort_by_key(|(span, ..)| *span);
        self.problems.truncate(InvalidPolicy::LIMIT);
        let problems = self.problems.into_iter().map(|(span, path, message)| PolicyProblem {
            path,
            position: source.position(span.start()),
            message,
        });
        problems.collect()
    }

    /// Says that something is wrong where an element begins.
    pub(super) fn refuse(
        &mut self,
        element: Element<'_, '_>,
        path: &FieldPath,
        message: impl Into<String>,
    ) {
        self.problems.push((element.head(), path.clone(), message.into()));
    }

    pub(super) fn is_kind(
        &mut self,
        element: Element<'_, '_>,
        kind: Kind,
        path: &FieldPath,
    ) -> bool {
        let is_right = element.kind() == kind;
        if !is_right {
            self.refuse(element, path, format!("expected {kind}, found {}", element.kind()));
        }
        is_right
    }

    /// Reads an object that may have these members.
    pub(super) fn members<'d, 't>(
        &mut self,
        element: Element<'d, 't>,
        path: &FieldPath,
        known: &[&'static str],
    ) -> Option<Members<'d, 't>> {
        if !self.is_kind(element, Kind::Object, path) {
            return None;
        }
        let mut found: Vec<Element<'d, 't>> = Vec::new();
        for child in element.children() {
            let name = child.name();
            let path = || path.clone().field(shortened(name));
            if !known.contains(&name) {
                let hint = suggestion(name, known.iter().copied());
                let message = format!("`{}` is not known here{hint}", shortened(name));
                self.refuse(child, &path(), message);
            } else if found.iter().any(|other| other.name() == name) {
                self.refuse(child, &path(), format!("`{name}` is there twice"));
            } else {
                found.push(child);
            }
        }
        Some(Members { path: path.clone(), found })
    }

    pub(super) fn required<'d, 't>(
        &mut self,
        members: &Members<'d, 't>,
        element: Element<'_, '_>,
        name: &'static str,
    ) -> Option<(Element<'d, 't>, FieldPath)> {
        let found = members.get(name);
        if found.is_none() {
            self.refuse(element, members.path(), format!("`{name}` is missing"));
        }
        found
    }

    /// Reads a list that is not empty: what would it say?
    pub(super) fn items<'d, 't>(
        &mut self,
        element: Element<'d, 't>,
        path: &FieldPath,
    ) -> Vec<(Element<'d, 't>, FieldPath)> {
        if !self.is_kind(element, Kind::Array, path) {
            return Vec::new();
        }
        let items = element.children().enumerate();
        let items: Vec<_> = items.map(|(at, item)| (item, path.clone().index(at))).collect();
        if items.is_empty() {
            self.refuse(element, path, "the list is empty; leave it out when nothing is meant");
        }
        items
    }

    pub(super) fn text<'d>(
        &mut self,
        element: Element<'d, '_>,
        path: &FieldPath,
    ) -> Option<&'d str> {
        self.is_kind(element, Kind::String, path).then(|| element.text())
    }

    pub(super) fn boolean(&mut self, element: Element<'_, '_>, path: &FieldPath) -> Option<bool> {
        self.is_kind(element, Kind::Boolean, path).then(|| element.text() == "true")
    }

    pub(super) fn number<T: FromStr>(
        &mut self,
        element: Element<'_, '_>,
        path: &FieldPath,
        expected: &str,
    ) -> Option<T> {
        if !self.is_kind(element, Kind::Number, path) {
            return None;
        }
        let number = element.text().parse().ok();
        if number.is_none() {
            let message = format!("expected {expected}, found `{}`", shortened(element.text()));
            self.refuse(element, path, message);
        }
        number
    }

    /// Reads a word of a vocabulary.
    pub(super) fn word<T: FromStr>(
        &mut self,
        element: Element<'_, '_>,
        path: &FieldPath,
        words: impl Iterator<Item = &'static str>,
    ) -> Option<T>
    where
        T::Err: Display,
    {
        match self.text(element, path)?.parse() {
            Ok(word) => Some(word),
            Err(error) => {
                let hint = suggestion(element.text(), words);
                self.refuse(element, path, format!("{error}{hint}"));
                None
            }
        }
    }

    pub(super) fn words<T: FromStr>(
        &mut self,
        members: &Members<'_, '_>,
        name: &'static str,
        words: &(impl Iterator<Item = &'static str> + Clone),
    ) -> Vec<T>
    where
        T::Err: Display,
    {
        self.list(members, name, |reader, item, path| reader.word(item, path, words.clone()))
    }

    /// Reads a list, of which what can't be read is left out.
    pub(super) fn list<T>(
        &mut self,
        members: &Members<'_, '_>,
        name: &'static str,
        mut read: impl FnMut(&mut Self, Element<'_, '_>, &FieldPath) -> Option<T>,
    ) -> Vec<T> {
        let Some((list, path)) = members.get(name) else { return Vec::new() };
        let items = self.items(list, &path).into_iter();
        items.filter_map(|(item, path)| read(self, item, &path)).collect()
    }

    /// Reads a list of what no vocabulary has all words of.
    pub(super) fn parsed_list<T: FromStr>(
        &mut self,
        members: &Members<'_, '_>,
        name: &'static str,
    ) -> Vec<T>
    where
        T::Err: Display,
    {
        self.words(members, name, &std::iter::empty())
    }
}

/// Returns what a word was probably meant to be, as the end of a message.
pub(super) fn suggestion(word: &str, known: impl Iterator<Item = &'static str>) -> String {
    nearest(word, known).map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default()
}

/// Returns as much of a word from a document as a message can bear.
fn shortened(word: &str) -> String {
    const LONGEST_WORD: usize = 60;
    word.chars().take(LONGEST_WORD).collect()
}
