//! The exclusions of a draft, with the places of what they exclude.

use crate::model::{NotDraft, Prefix, RuleFilter, Tag};
use crate::path::FieldPath;

/// One `Not` of a draft.
pub(in crate::lint) struct WrittenExclusion<'a> {
    /// The path of `Not`.
    pub(in crate::lint) path: FieldPath,
    /// The element.
    pub(in crate::lint) not: &'a NotDraft,
    /// The meaning of the filter around it.
    pub(in crate::lint) filter: RuleFilter,
}

impl<'a> WrittenExclusion<'a> {
    /// Returns the excluded prefixes with their paths.
    pub(in crate::lint) fn prefixes(&self) -> Vec<(FieldPath, &'a Prefix)> {
        let listed = self.not.or.iter().flat_map(|or| &or.prefixes);
        self.places("Prefix", self.not.prefix.as_ref(), listed)
    }

    /// Returns the excluded tags with their paths.
    pub(in crate::lint) fn tags(&self) -> Vec<(FieldPath, &'a Tag)> {
        let listed = self.not.or.iter().flat_map(|or| &or.tags);
        self.places("Tag", self.not.tag.as_ref(), listed)
    }

    fn places<T>(
        &self,
        name: &'static str,
        direct: Option<&'a T>,
        listed: impl Iterator<Item = &'a T>,
    ) -> Vec<(FieldPath, &'a T)> {
        let direct = direct.map(|direct| (self.path.clone().field(name), direct));
        let list = self.path.clone().field("Or").field(name);
        let listed = listed.enumerate().map(|(at, item)| (list.clone().index(at), item));
        direct.into_iter().chain(listed).collect()
    }
}
