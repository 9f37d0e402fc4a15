//! Differences that are meant, each with its reason.

use std::collections::{BTreeMap, BTreeSet};

use crate::Failure;

/// The lines `difference: reason` of a file. A line that begins with `#` is a comment.
pub(crate) struct Allowed(BTreeMap<String, String>);

impl Allowed {
    pub(crate) fn read(file: &str) -> Result<Self, Failure> {
        let failure = |error| Failure::File(file.to_owned(), error);
        let text = std::fs::read_to_string(file).map_err(failure)?;
        let lines = text.lines().enumerate();
        let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let explained = lines.map(|(number, line)| {
            let (name, reason) = line
                .split_once(": ")
                .ok_or_else(|| Failure::Allowed(file.to_owned(), number + 1))?;
            Ok((name.to_owned(), reason.to_owned()))
        });
        Ok(Self(explained.collect::<Result<_, Failure>>()?))
    }

    pub(crate) fn explains(&self, difference: &str) -> bool {
        self.0.contains_key(difference)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the explanations of differences that there are not.
    pub(crate) fn unneeded<'a>(
        &'a self,
        found: &'a BTreeSet<String>,
    ) -> impl Iterator<Item = &'a str> {
        self.0.keys().map(String::as_str).filter(|name| !found.contains(*name))
    }
}
